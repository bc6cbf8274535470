//! Calls to a running server: whom, as whom, and what comes back.
//!
//! Nothing is called twice by itself, no redirect is followed, and the token goes nowhere else: it
//! is in no message.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use facts::Instant;
use reqwest::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
    LOCATION, RETRY_AFTER,
};
use reqwest::redirect::Policy as Redirects;
use reqwest::{RequestBuilder, Response, Url};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use secret::Secret;
use serde::Deserialize;
use tokio::runtime::Runtime;

use crate::clock;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::screen::Screen;

/// Where the token is looked for when no file is named.
const VARIABLE: &str = "YINGDA_TOKEN";

/// The greatest answer that is read into memory. Ten thousand rows are answered in about one
/// megabyte.
const MAX_ANSWER: usize = 32 << 20;

/// How long a request may take, from its first byte to the last of the answer: servers give up
/// after one minute, and slow lines need some for the body.
const WHOLE: Duration = Duration::from_secs(300);

/// As whom a server is called, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct AccessArgs {
    /// A file with the token [default: the environment's YINGDA_TOKEN]
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// A certificate (PEM) that the server's may rest on, beside the public ones
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Send the token without TLS also beyond this machine
    #[arg(long)]
    pub(crate) plain_http: bool,
}

/// A way to one server.
pub(crate) struct Client {
    runtime: Runtime,
    http: reqwest::Client,
    /// The address, without a slash at its end.
    base: String,
    token: Option<HeaderValue>,
    config: ClientConfig,
    lang: Lang,
}

/// Why a request has no answer that is of use.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Trying again may help.
    Again {
        /// What happened.
        why: String,
        /// How long the server asks to wait; absent: it does not say.
        wait: Option<Duration>,
        /// Whether there was no connection at all.
        unreached: bool,
    },
    /// The body is beyond a limit of the server: it may be sent in smaller pieces.
    TooLarge(String),
    /// Trying again does not help.
    Final(Failure),
}

/// A problem as the server sends it (RFC 9457), as far as people need it.
#[derive(Deserialize)]
struct Problem {
    title: String,
    detail: Option<String>,
    action: Option<String>,
}

/// Takes a piece of an answer, with the answer's size where the server tells it.
pub(crate) type TakePiece<'a> = &'a mut dyn FnMut(&[u8], Option<u64>) -> std::io::Result<()>;

impl Client {
    /// # Errors
    ///
    /// When the address, the token's file or the certificates are at fault.
    pub(crate) fn new(server: &str, access: &AccessArgs, screen: &Screen) -> Result<Self, Failure> {
        let lang = screen.lang;
        let token = token(access.token_file.as_deref(), lang)?;
        let url = address(server, lang)?;
        if url.scheme() == "http" && token.is_some() && !access.plain_http && !is_here(&url) {
            return Err(Failure::new(lang.of(
                format!(
                    "{server}: everybody on the way could read the token; use https://, or \
                     `--plain-http` where the network is your own"
                ),
                format!(
                    "{server}：途中任何人都能读到令牌；请使用 https://，若网络完全由自己掌握，\
                     可加 `--plain-http`"
                ),
            )));
        }
        let config = tls(access.ca.as_deref(), lang)?;
        Self::with(url.as_str().trim_end_matches('/').to_owned(), token, config, lang)
    }

    /// Another way to the same server, for another thread.
    pub(crate) fn another(&self) -> Result<Self, Failure> {
        Self::with(self.base.clone(), self.token.clone(), self.config.clone(), self.lang)
    }

    fn with(
        base: String,
        token: Option<HeaderValue>,
        config: ClientConfig,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(config.clone())
            .no_proxy()
            .redirect(Redirects::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .pool_max_idle_per_host(1)
            .user_agent("yingda")
            .build();
        match (runtime, http) {
            (Ok(runtime), Ok(http)) => Ok(Self { runtime, http, base, token, config, lang }),
            (Err(error), _) => Err(Failure::new(error)),
            (_, Err(error)) => Err(Failure::new(error.without_url())),
        }
    }

    /// Posts rows to a path, one JSON object a line, packed by zstd; the answer's bytes.
    pub(crate) fn post_rows(&self, path: &str, packed: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let request = self.post(path).header(CONTENT_TYPE, "application/x-ndjson");
        self.post_body(request.header(CONTENT_ENCODING, "zstd"), packed)
    }

    /// Posts a file of a type to a path; the answer's bytes.
    pub(crate) fn post_file(
        &self,
        path: &str,
        kind: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Vec<u8>, Trouble> {
        self.post_body(self.post(path).header(CONTENT_TYPE, kind), bytes)
    }

    fn post_body(&self, request: RequestBuilder, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let request = request.timeout(WHOLE).body(body);
        self.runtime.block_on(async {
            let mut response = self.send(request).await?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
                if body.len() + chunk.len() > MAX_ANSWER {
                    return Err(Trouble::Final(self.not_understood()));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(body)
        })
    }

    /// Posts nothing to a path, and hands the answer on as it comes, with its size where the
    /// server tells it.
    pub(crate) fn post_for_stream(&self, path: &str, take: TakePiece<'_>) -> Result<(), Trouble> {
        self.runtime.block_on(async {
            let mut response = self.send(self.post(path)).await?;
            let total = response.content_length();
            while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
                take(&chunk, total).map_err(|error| Trouble::Final(Failure::new(error)))?;
            }
            Ok(())
        })
    }

    /// The server's address, for people.
    pub(crate) fn name(&self) -> &str {
        &self.base
    }

    /// The answer is none that this program knows.
    pub(crate) fn not_understood(&self) -> Failure {
        let base = &self.base;
        Failure::new(self.lang.of(
            format!("{base}: the answer is not one of a Yingda server of this version"),
            format!("{base}：应答不像来自本版本的应答服务器"),
        ))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(self.lang.of("en", "zh")));
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, token.clone());
        }
        self.http.post(format!("{}{path}", self.base)).headers(headers)
    }

    /// Sends a request; an answer of success, its body still to come.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let mut response = request.send().await.map_err(|error| self.broken(&error))?;
        let status = response.status().as_u16();
        if status == 200 {
            return Ok(response);
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let wait = header(RETRY_AFTER).and_then(|text| retry_after(text, clock::now()));
        let elsewhere = header(LOCATION).map(str::to_owned);
        let mut body = Vec::new();
        // What breaks off was no problem to read, and the status is known.
        while let Ok(Some(chunk)) = response.chunk().await {
            if body.len() + chunk.len() > MAX_ANSWER {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        let why = self.told(status, &body, elsewhere.as_deref());
        Err(match status {
            413 => Trouble::TooLarge(why),
            408 | 425 | 429 | 500 | 502..=504 => Trouble::Again { why, wait, unreached: false },
            _ => Trouble::Final(Failure::new(why)),
        })
    }

    /// A status of failure in words.
    fn told(&self, status: u16, body: &[u8], elsewhere: Option<&str>) -> String {
        let (base, lang) = (&self.base, self.lang);
        if let Ok(problem) = serde_json::from_slice::<Problem>(body) {
            let dot = lang.of("; ", "；");
            let parts = [Some(problem.title), problem.detail, problem.action];
            let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(dot);
            text.truncate(text.trim_end_matches(['.', '。']).len());
            if status == 401 && self.token.is_none() {
                text.push_str(&lang.of(
                    format!(" ({VARIABLE} is not set, and there is no `--token-file`)"),
                    format!("（没有设置 {VARIABLE}，也没有 `--token-file`）"),
                ));
            }
            return lang.of(format!("{base}: {text}"), format!("{base}：{text}"));
        }
        match elsewhere {
            Some(elsewhere) if (300..400).contains(&status) => lang.of(
                format!("{base}: the server is at {elsewhere}; give that address"),
                format!("{base}：服务器位于 {elsewhere}；请改用该地址"),
            ),
            _ => lang.of(
                format!("{base}: status {status}, and no word of a Yingda server; is this one?"),
                format!("{base}：状态码 {status}，且不是应答服务器的应答；地址是否正确？"),
            ),
        }
    }

    /// A request that broke off. The error itself is not printed: it holds the address.
    fn broken(&self, error: &reqwest::Error) -> Trouble {
        let (base, lang) = (&self.base, self.lang);
        if is_tls(error) {
            return Trouble::Final(Failure::new(lang.of(
                format!(
                    "{base}: the server's certificate is not trusted, or is for another name; \
                     `--ca FILE` names the one it rests on"
                ),
                format!(
                    "{base}：服务器证书不受信任，或不属于该名称；可用 `--ca 文件` 指定其根证书"
                ),
            )));
        }
        let unreached = error.is_connect();
        let why = match () {
            () if unreached => lang.of(
                format!("{base}: no connection; is the server running?"),
                format!("{base}：无法连接；服务器是否在运行？"),
            ),
            () if error.is_timeout() => {
                lang.of(format!("{base}: no answer in time"), format!("{base}：应答超时"))
            }
            () => lang.of(format!("{base}: the connection broke"), format!("{base}：连接中断")),
        };
        Trouble::Again { why, wait: None, unreached }
    }
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

/// How long `Retry-After` asks to wait: in seconds, or until a date.
fn retry_after(text: &str, now: Instant) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(until - now.0).unwrap_or(0)))
}

fn address(text: &str, lang: Lang) -> Result<Url, Failure> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    // What was typed may hold a password.
    url.ok_or_else(|| {
        Failure::new(lang.of(
            "`--server`: expected an address such as `https://yingda.example.com` or \
             `http://127.0.0.1:8788`, without user, password and query",
            "`--server`：应为 `https://yingda.example.com` 或 `http://127.0.0.1:8788` 这样的地址，\
             不含用户、密码和查询",
        ))
    })
}

/// Whether an address is of this machine.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = |ip: IpAddr| ip.to_canonical().is_loopback();
    host == "localhost" || host.parse().is_ok_and(is_loopback)
}

/// The token as a header; `None`: there is none.
fn token(file: Option<&Path>, lang: Lang) -> Result<Option<HeaderValue>, Failure> {
    let (place, text) = match file {
        Some(path) => {
            let place = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(lang.of(
                    format!("{place}: cannot read: {error}"),
                    format!("{place}：无法读取：{error}"),
                ))
            })?;
            (place, Some(Secret::from(text)))
        }
        None => (VARIABLE.to_owned(), std::env::var(VARIABLE).ok().map(Secret::from)),
    };
    let Some(text) = text.as_ref().map(|text| text.reveal().trim()) else { return Ok(None) };
    if text.is_empty() && file.is_none() {
        return Ok(None);
    }
    let header = HeaderValue::from_str(Secret::from(format!("Bearer {text}")).reveal());
    match header {
        Ok(mut header) if text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.is_empty() => {
            header.set_sensitive(true);
            Ok(Some(header))
        }
        _ => Err(Failure::new(lang.of(
            format!("{place}: expected one token (`yd_…`) and nothing else"),
            format!("{place}：应只含一个令牌（`yd_…`）"),
        ))),
    }
}

/// The public roots, and one's own.
pub(crate) fn tls(ca: Option<&Path>, lang: Lang) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca {
        let wrong = || {
            let path = path.display();
            Failure::new(lang.of(
                format!("{path}: expected certificates in PEM (`-----BEGIN CERTIFICATE-----`)"),
                format!("{path}：应为 PEM 格式的证书（`-----BEGIN CERTIFICATE-----`）"),
            ))
        };
        let before = roots.len();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|_| wrong())? {
            let added = certificate.ok().and_then(|certificate| roots.add(certificate).ok());
            added.ok_or_else(wrong)?;
        }
        if roots.len() == before {
            return Err(wrong());
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(Failure::new)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_secrets_are_taken() {
        for good in
            ["http://127.0.0.1:8788", "https://y.cn/", "https://y.cn/under/", "http://[::1]"]
        {
            assert!(address(good, Lang::En).is_ok(), "{good}");
        }
        for bad in
            ["", "y.cn", "ftp://y.cn", "https://u:p@y.cn", "https://y.cn?token=1", "file:///"]
        {
            let message = address(bad, Lang::En).unwrap_err().message;
            assert!(message.contains("expected an address") && !message.contains("u:p"), "{bad}");
        }
        let here = |text: &str| is_here(&Url::parse(text).unwrap());
        assert!(here("http://127.3.0.1:1") && here("http://[::1]:1") && here("http://localhost"));
        assert!(!here("http://10.0.0.1") && !here("http://localhost.example.com"));
    }

    #[test]
    fn waits_are_read_in_both_forms() {
        let now = Instant(1_445_412_480_000 - 30_000);
        let seconds = |text| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 12 "), Some(12));
        assert_eq!(seconds("Wed, 21 Oct 2015 07:28:00 GMT"), Some(30));
        assert_eq!(seconds("Tue, 21 Oct 2014 07:28:00 GMT"), Some(0), "the past");
        assert_eq!(seconds("soon"), None);
    }
}
