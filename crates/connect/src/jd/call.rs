//! Calls to JD's gateway: signed, with a token that is renewed once.

use facts::Instant;
use md5::{Digest, Md5};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::sync::Mutex;

use crate::Secret;
use crate::http::{Answer, Http, code};
use crate::problem::{Action, Problem, Reason};

/// Where tokens are renewed.
pub const TOKENS: &str = "https://open-oauth.jd.com";

/// An application's key and secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The application's key.
    pub app_key: String,
    /// The application's secret.
    pub app_secret: Secret,
}

/// What a shop's authorisation consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The token of calls.
    pub access: Secret,
    /// The token that renews it; absent: a person has to authorise again.
    pub refresh: Option<Secret>,
}

/// The signature over parameters: MD5 in upper case over the secret, all names and values sorted
/// by name, and the secret again. Values are as they are, not as a URL writes them.
///
/// # Example
///
/// What JD published for its older gateway.
///
/// ```
/// let parameters = [
///     ("method", "jingdong.pop.order.search"),
///     ("app_key", "yourappkey"),
///     ("access_token", "yourtoken"),
///     ("timestamp", "2021-05-07 09:20:39.683+0800"),
///     ("v", "2.0"),
///     (
///         "360buy_param_json",
///         "{\"end_date\":null,\"optional_fields\":null,\"order_state\":\"WAIT_SELLER_STOCK_OUT\",\
///          \"page\":\"1\",\"page_size\":\"200\",\"start_date\":null}",
///     ),
/// ];
/// let sign = connect::jd::sign("yourappSecret", &parameters);
/// assert_eq!(sign, "D70825340F4084360B9362B60DFD7930");
/// assert_eq!(
///     connect::jd::sign("secret", &[("b", "2"), ("a", "1")]),
///     "EF16F26C937CF52AE6F85DF2FD08B24A"
/// );
/// ```
#[must_use]
pub fn sign(secret: &str, parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    let mut hash = Md5::new();
    hash.update(secret);
    for (name, value) in sorted {
        hash.update(name);
        hash.update(value);
    }
    hash.update(secret);
    hash.finalize().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Told of every new authorisation, so that it survives a restart.
type Renewed = Box<dyn Fn(&Tokens) + Send + Sync>;

/// An application that a shop has authorised.
pub struct App {
    http: Http,
    base: Url,
    tokens_at: Url,
    credentials: Credentials,
    tokens: Mutex<Tokens>,
    renewed: Renewed,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { base, credentials, .. } = self;
        f.debug_struct("App")
            .field("base", &base.as_str())
            .field("credentials", credentials)
            .finish()
    }
}

impl App {
    /// An application at `base` ([`super::HOST`]) that renews its tokens at `tokens_at`
    /// ([`TOKENS`]). `renewed` is told of every renewal and keeps it: the former tokens may not
    /// be valid any more.
    ///
    /// # Errors
    ///
    /// [`Problem`] when an address is none.
    pub fn new(
        http: Http,
        (base, tokens_at): (&str, &str),
        credentials: Credentials,
        tokens: Tokens,
        renewed: impl Fn(&Tokens) + Send + Sync + 'static,
    ) -> Result<Self, Problem> {
        let (base, tokens_at) = (http.base(base)?, http.base(tokens_at)?);
        let (tokens, renewed) = (Mutex::new(tokens), Box::new(renewed));
        Ok(Self { http, base, tokens_at, credentials, tokens, renewed })
    }

    /// Calls an interface, and once more with a new token where the present one is not valid any
    /// more.
    pub(super) async fn call(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        now: Instant,
    ) -> Result<Json, Problem> {
        self.call_with_path(path, &[], parameters, now).await
    }

    /// The same for a path that has parameters in it, which are signed with the others.
    pub(super) async fn call_with_path(
        &self,
        path: &str,
        in_path: &[(&str, &str)],
        parameters: &[(&str, &str)],
        now: Instant,
    ) -> Result<Json, Problem> {
        let token = self.tokens.lock().await.access.clone();
        match self.once(path, in_path, parameters, &token, now).await {
            Err(Problem { reason: Reason::Token(code), .. }) => {
                let token = self.renew(&token, code).await?;
                self.once(path, in_path, parameters, &token, now).await
            }
            other => other,
        }
    }

    async fn once(
        &self,
        path: &str,
        in_path: &[(&str, &str)],
        parameters: &[(&str, &str)],
        token: &Secret,
        now: Instant,
    ) -> Result<Json, Problem> {
        let ms = now.0.to_string();
        let key = self.credentials.app_key.as_str();
        let signed = [
            ("X-JOS-App-Key", key),
            ("X-JOS-Access-Token", token.reveal()),
            ("X-JOS-Timestamp", ms.as_str()),
        ];
        let all = [&signed[..], in_path, parameters].concat();
        let sign = sign(self.credentials.app_secret.reveal(), &all);
        let more = [("X-JOS-Request-Identity", "vender"), ("X-JOS-Sign", sign.as_str())];
        let mut headers = Vec::new();
        for (name, value) in signed.into_iter().chain(more) {
            let name = HeaderName::from_bytes(name.as_bytes());
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| Problem::person(Reason::Credentials(0)))?;
            value.set_sensitive(true);
            // The names are written above.
            headers.extend(name.ok().map(|name| (name, value)));
        }
        let mut url = self.base.clone();
        url.set_path(path);
        if !parameters.is_empty() {
            url.query_pairs_mut().clear().extend_pairs(parameters);
        }
        verdict(&self.http.get(url, headers).await?)
    }

    /// New tokens in place of stale ones. Whoever asks while they are being fetched gets the same.
    async fn renew(&self, stale: &Secret, code: i64) -> Result<Secret, Problem> {
        let mut tokens = self.tokens.lock().await;
        if tokens.access != *stale {
            return Ok(tokens.access.clone());
        }
        let over = Problem::person(Reason::Token(code));
        let Some(refresh) = &tokens.refresh else { return Err(over) };
        let mut url = self.tokens_at.clone();
        url.set_path("/oauth2/refresh_token");
        url.query_pairs_mut()
            .clear()
            .append_pair("app_key", &self.credentials.app_key)
            .append_pair("app_secret", self.credentials.app_secret.reveal())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh.reveal());
        let answer = self.http.get(url, Vec::new()).await?;
        let json = match answer.json() {
            Ok(_) if answer.status >= 500 => return Err(answer.refused()),
            Ok(json) => json,
            Err(Problem { action: Action::Person, .. }) => return Err(over),
            Err(problem) => return Err(problem),
        };
        let text = |key| json.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
        let Some(access) = text("access_token") else { return Err(over) };
        let next = text("refresh_token").map(Secret::from).or_else(|| tokens.refresh.clone());
        *tokens = Tokens { access: Secret::from(access), refresh: next };
        (self.renewed)(&tokens);
        Ok(tokens.access.clone())
    }
}

/// The body of an answer, unless it says that the call failed. Where the code stands depends on
/// who refused: the gateway or the interface behind it.
pub(super) fn verdict(answer: &Answer) -> Result<Json, Problem> {
    let json = match answer.json() {
        Err(_) if answer.status == 401 => return Err(judge(401)),
        json => json?,
    };
    let inner = json.get("error_response").unwrap_or(&json);
    let found = ["code", "errorCode", "errcode"].iter().find_map(|key| code(inner.get(key)));
    match (found, answer.status) {
        (None | Some(0 | 200), 200..=299) if json.get("error_response").is_none() => Ok(json),
        (_, 401) => Err(judge(401)),
        (Some(code), _) => Err(judge(code)),
        (None, 200..=299) => Err(judge(-1)),
        (None, _) => Err(answer.refused()),
    }
}

/// What a code asks for.
fn judge(code: i64) -> Problem {
    match code {
        19 | 26 | 27 | 401 => Problem::person(Reason::Token(code)),
        7 | 429 => Problem::after(Reason::TooMany(code), Duration::from_secs(60)),
        10 | 15 | 500 | 503 => Problem::again(Reason::Busy(code)),
        11..=13 | 42 | 403 => Problem::person(Reason::Permission(code)),
        24 | 25 | 30 | 31 => Problem::person(Reason::Signature(code)),
        28 | 29 => Problem::person(Reason::Credentials(code)),
        // Only from JD's own cloud.
        99_904_030_005 => Problem::person(Reason::Place(code)),
        40 | 41 | 43 => Problem::person(Reason::Arguments(code)),
        // Sessions, chat logs and chat details, each with its own numbers for wrong parameters.
        10_604_001_001..=10_604_001_007
        | 10_604_002_501
        | 10_604_011_001
        | 10_605_001_001..=10_605_001_009 => Problem::person(Reason::Arguments(code)),
        _ => Problem::again(Reason::Unknown(code)),
    }
}

/// A local time in China, as JD's interfaces write it.
pub(super) fn local(at: Instant) -> String {
    const HOURS: i64 = 8 * 3_600_000;
    let local = at.0.saturating_add(HOURS);
    let day = i32::try_from(local.div_euclid(86_400_000)).unwrap_or(i32::MAX);
    let seconds = local.rem_euclid(86_400_000) / 1_000;
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{} {h:02}:{m:02}:{s:02}", facts::Day(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JD's published sample, and a test of a public client.
    #[test]
    fn the_published_signature_comes_out() {
        let json = concat!(
            r#"{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","#,
            r#""page":"1","page_size":"200","start_date":null}"#,
        );
        let parameters = [
            ("v", "2.0"),
            ("timestamp", "2021-05-07 09:20:39.683+0800"),
            ("method", "jingdong.pop.order.search"),
            ("app_key", "yourappkey"),
            ("access_token", "yourtoken"),
            ("360buy_param_json", json),
        ];
        assert_eq!(sign("yourappSecret", &parameters), "D70825340F4084360B9362B60DFD7930");
        let short = sign("secret", &[("b", "2"), ("a", "1")]);
        assert_eq!(short, "EF16F26C937CF52AE6F85DF2FD08B24A");
    }

    #[test]
    fn times_are_of_china() {
        assert_eq!(local(Instant(1_800_000_000_999)), "2027-01-15 16:00:00");
        assert_eq!(local(Instant(-8 * 3_600_000)), "1970-01-01 00:00:00");
        assert_eq!(local(Instant(16 * 3_600_000 - 1)), "1970-01-01 23:59:59");
    }
}
