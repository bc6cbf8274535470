//! Calls over HTTP: to checked addresses, within limits, and never twice by itself.

use std::sync::Arc;
use std::time::Duration;

use facts::Instant;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy as Redirects;
use reqwest::{Client, Url};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::address::{AddressProblem, CheckedLookup, Lookup, Policy, SystemLookup};
use crate::failure::{Failure, Reason};

/// How long a call may take and how much it may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the answer is there.
    pub whole: Duration,
    /// The largest answer in bytes: robots answer in a line.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), whole: seconds(10), answer: 64 << 10 }
    }
}

/// What calls go out through: one for all channels.
///
/// Proxies that the environment names are not used: behind one, nobody could tell which address
/// is really called.
#[derive(Clone, Debug)]
pub struct Http {
    pub(crate) outside: Outside,
    pub(crate) limits: Limits,
    client: Client,
}

/// What may be called, and whom to ask for addresses.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) policy: Arc<Policy>,
    pub(crate) lookup: Arc<dyn Lookup>,
    /// Roots to trust beside the public ones, in DER.
    pub(crate) roots: Arc<[Vec<u8>]>,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { policy, roots, .. } = self;
        f.debug_struct("Outside").field("policy", policy).field("roots", &roots.len()).finish()
    }
}

/// A root certificate is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRoot;

impl std::fmt::Display for BadRoot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a root certificate is not an X.509 certificate in DER")
    }
}

impl std::error::Error for BadRoot {}

impl Http {
    /// A way out under a policy, with the system's names.
    ///
    /// # Errors
    ///
    /// [`BadRoot`], which cannot happen without roots of one's own.
    pub fn new(policy: Policy, limits: Limits) -> Result<Self, BadRoot> {
        Self::with(policy, limits, Arc::new(SystemLookup), Vec::new())
    }

    /// The same with another source of addresses, and with roots (X.509 in DER) to trust beside
    /// Mozilla's, as that of an office's own authority.
    ///
    /// # Errors
    ///
    /// [`BadRoot`].
    pub fn with(
        policy: Policy,
        limits: Limits,
        lookup: Arc<dyn Lookup>,
        roots: Vec<Vec<u8>>,
    ) -> Result<Self, BadRoot> {
        let outside = Outside { policy: Arc::new(policy), lookup, roots: roots.into() };
        let checked =
            CheckedLookup { policy: outside.policy.clone(), lookup: outside.lookup.clone() };
        let client = Client::builder()
            .tls_backend_preconfigured(tls(&outside.roots)?)
            .dns_resolver(checked)
            .no_proxy()
            .redirect(Redirects::none())
            .retry(reqwest::retry::never())
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            .pool_max_idle_per_host(1)
            .user_agent("yingda")
            .build()
            // Nothing that is set above depends on a value that could be wrong.
            .map_err(|_| BadRoot)?;
        Ok(Self { outside, limits, client })
    }

    /// Reads a URL that is going to be called.
    pub(crate) fn url(&self, text: &str) -> Result<Url, Failure> {
        self.outside.policy.url(text).map_err(|problem| Failure::never(Reason::Address(problem)))
    }

    /// Posts JSON; any status is an answer.
    pub(crate) async fn post(
        &self,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let mut request = self.client.post(url).header(CONTENT_TYPE, json).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > self.limits.answer {
                return Err(Failure::later(Reason::AnswerTooLong));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, body })
    }
}

fn tls(roots: &[Vec<u8>]) -> Result<ClientConfig, BadRoot> {
    let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in roots {
        store.add(CertificateDer::from_slice(root)).map_err(|_| BadRoot)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // The ring provider has suites of both versions.
    let config = config.map_err(|_| BadRoot)?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// How long it asks to wait; absent: it does not.
    pub(crate) fn wait(&self, now: Instant) -> Option<Duration> {
        self.retry_after.as_deref().and_then(|text| retry_after(text, now))
    }
}

/// How long `Retry-After` asks to wait: in seconds, or until a date.
fn retry_after(text: &str, now: Instant) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(until.saturating_sub(now.0)).unwrap_or(0)))
}

/// What went wrong with a call. The error itself is not kept: it holds the URL.
fn failure(error: &reqwest::Error) -> Failure {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(problem) = inner.downcast_ref::<AddressProblem>() {
            let reason = Reason::Address(*problem);
            // A name server that does not answer now may do so later.
            return match problem {
                AddressProblem::Unknown => Failure::later(reason),
                _ => Failure::never(reason),
            };
        }
        cause = inner.source();
    }
    Failure::later(match error {
        _ if is_tls(error) => Reason::Tls,
        _ if error.is_timeout() => Reason::Timeout,
        _ if error.is_connect() => Reason::Connect,
        _ => Reason::HungUp,
    })
}

/// Whether TLS is at the bottom of it. It hands its errors out inside of I/O errors, which do not
/// name them as their source.
pub(crate) fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match inside {
        _ if error.is::<rustls::Error>() => true,
        Some(inside) => is_tls(inside),
        None => error.source().is_some_and(is_tls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_in_both_forms() {
        let now = Instant(1_445_412_480_000 - 30_000);
        let seconds = |text| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Wed, 21 Oct 2015 07:28:00 GMT"), Some(30));
        assert_eq!(seconds("Wed, 21 Oct 2014 07:28:00 GMT"), None, "that day was a Tuesday");
        assert_eq!(seconds("Tue, 21 Oct 2014 07:28:00 GMT"), Some(0), "the past");
        for wrong in ["", "-1", "soon", "1.5"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
