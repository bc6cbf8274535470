//! Calls over HTTP within limits, never twice by itself.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy as Redirects;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value as Json;

use crate::problem::{Problem, Reason};

/// How long a call may take and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the answer is there.
    pub whole: Duration,
    /// The largest answer in bytes. A thousand messages have less than two million.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), whole: seconds(30), answer: 16 << 20 }
    }
}

/// What connectors call out through: one for all.
///
/// Addresses are the platforms' own, or set by whoever runs the server. Redirects are not followed
/// and proxies that the environment names are not used.
#[derive(Clone, Debug)]
pub struct Http {
    limits: Limits,
    plain: bool,
    client: Client,
}

impl Http {
    /// A way out. `plain` allows addresses without TLS, as of a gateway on this machine.
    ///
    /// # Errors
    ///
    /// [`Problem`] when TLS cannot be set up.
    pub fn new(limits: Limits, plain: bool) -> Result<Self, Problem> {
        let failed = || Problem::person(Reason::Tls);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| failed())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(Redirects::none())
            .retry(reqwest::retry::never())
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            .user_agent("yingda")
            .build()
            .map_err(|_| failed())?;
        Ok(Self { limits, plain, client })
    }

    /// Reads the address under which a platform's interfaces lie.
    pub(crate) fn base(&self, text: &str) -> Result<Url, Problem> {
        let wrong = || Problem::person(Reason::Address);
        let url = Url::parse(text.trim()).map_err(|_| wrong())?;
        let allowed = url.scheme() == "https" || (self.plain && url.scheme() == "http");
        if allowed && url.has_host() { Ok(url) } else { Err(wrong()) }
    }

    pub(crate) async fn get(
        &self,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Answer, Problem> {
        let mut request = self.client.get(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.answer(request).await
    }

    pub(crate) async fn post(&self, url: Url, body: &Json) -> Result<Answer, Problem> {
        let json = HeaderValue::from_static("application/json");
        let request = self.client.post(url).header(reqwest::header::CONTENT_TYPE, json);
        self.answer(request.body(body.to_string())).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Answer, Problem> {
        let mut response = request.send().await.map_err(|error| problem(&error))?;
        let status = response.status().as_u16();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| problem(&error))? {
            if body.len() + chunk.len() > self.limits.answer {
                return Err(Problem::person(Reason::TooLong(self.limits.answer)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, wait, body })
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long it asks to wait.
    wait: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[cfg(test)]
    pub(crate) fn of(body: Vec<u8>) -> Self {
        Self { status: 200, wait: None, body }
    }

    /// The body as JSON, whatever the status; a status of failure without one is a problem.
    pub(crate) fn json(&self) -> Result<Json, Problem> {
        match (serde_json::from_slice(&self.body), self.status) {
            (Ok(json @ Json::Object(_)), _) | (Ok(json @ Json::Array(_)), 200..=299) => Ok(json),
            (_, 200..=299) => Err(Problem::again(Reason::NotJson)),
            _ => Err(self.refused()),
        }
    }

    /// What a status of failure asks for.
    pub(crate) fn refused(&self) -> Problem {
        let reason = Reason::Status(self.status);
        match (self.status, self.wait) {
            (408 | 425 | 429 | 500.., Some(wait)) => Problem::after(reason, wait),
            (429, None) => Problem::after(reason, Duration::from_secs(60)),
            (408 | 425 | 500.., None) => Problem::again(reason),
            _ => Problem::person(reason),
        }
    }
}

/// What went wrong with a call. The error itself is not kept: it holds the URL.
fn problem(error: &reqwest::Error) -> Problem {
    Problem::again(match error {
        _ if is_tls(error) => Reason::Tls,
        _ if error.is_timeout() => Reason::Timeout,
        _ if error.is_connect() => Reason::Connect,
        _ => Reason::HungUp,
    })
}

/// Whether TLS is at the bottom of it. It hands its errors out inside of I/O errors, which do not
/// name them as their source.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match inside {
        _ if error.is::<rustls::Error>() => true,
        Some(inside) => is_tls(inside),
        None => error.source().is_some_and(is_tls),
    }
}

/// A code, which some interfaces write as a number and some as a text; absent: there is none.
pub(crate) fn code(value: Option<&Json>) -> Option<i64> {
    match value? {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
