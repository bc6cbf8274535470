//! Fetching messages and events with `kf/sync_msg`.
//!
//! WeCom keeps three days. Messages that were sent through `kf/send_msg` are not among them:
//! whoever sends so records them.

use std::sync::Arc;
use std::time::Duration;

use facts::Instant;
use intake::{Profile, Source};
use reqwest::Url;
use serde_json::{Value as Json, json};
use tokio::sync::Mutex;

use crate::Secret;
use crate::http::{Answer, Http, code};
use crate::page::{Connector, Page};
use crate::problem::{Problem, Reason};

/// Where the interfaces lie.
pub const HOST: &str = "https://qyapi.weixin.qq.com";

/// The most messages in a page.
const LIMIT: u32 = 1_000;
/// The longest cursor and token that WeCom gives, in bytes.
const MAX_CURSOR: usize = 64;
const MAX_TOKEN: usize = 512;

/// A corporation's application, with its access token: one for all its accounts, because a new
/// token may end an old one.
#[derive(Debug)]
pub struct Corp {
    http: Http,
    base: Url,
    id: String,
    secret: Secret,
    token: Mutex<Option<Secret>>,
}

impl Corp {
    /// An application by the corporation's id and the secret for customer service; `base` is
    /// [`HOST`] or a gateway's address.
    ///
    /// # Errors
    ///
    /// [`Problem`] when the address is none.
    pub fn new(
        http: Http,
        base: &str,
        id: impl Into<String>,
        secret: Secret,
    ) -> Result<Self, Problem> {
        let base = http.base(base)?;
        Ok(Self { http, base, id: id.into(), secret, token: Mutex::new(None) })
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url.query_pairs_mut().clear().extend_pairs(query);
        url
    }

    /// The access token; a new one where there is none or the present one is known to be stale.
    /// Whoever asks while one is being fetched gets the same one.
    async fn token(&self, stale: Option<&Secret>) -> Result<Secret, Problem> {
        let mut token = self.token.lock().await;
        if let Some(known) = token.as_ref().filter(|known| Some(*known) != stale) {
            return Ok(known.clone());
        }
        *token = None;
        let query = [("corpid", self.id.as_str()), ("corpsecret", self.secret.reveal())];
        let answer = self.http.get(self.url("/cgi-bin/gettoken", &query), Vec::new()).await?;
        let json = verdict(&answer)?.map_err(|code| match code {
            40_001 | 40_013 | 40_091 | 41_002 | 41_004 => {
                Problem::person(Reason::Credentials(code))
            }
            60_020 => Problem::person(Reason::Place(code)),
            code => judge(code),
        })?;
        let found = json.get("access_token").and_then(Json::as_str);
        let found = found.filter(|text| (1..=MAX_TOKEN).contains(&text.len()));
        let found = found.ok_or(Problem::again(Reason::Unexpected("access_token")))?;
        let found = Secret::from(found);
        *token = Some(found.clone());
        Ok(found)
    }

    /// Posts with the access token, and once more with a new one where it is not valid any more.
    async fn call(&self, path: &str, body: &Json) -> Result<(Answer, Json), Problem> {
        let mut stale = None;
        loop {
            let token = self.token(stale.as_ref()).await?;
            let url = self.url(path, &[("access_token", token.reveal())]);
            let answer = self.http.post(url, body).await?;
            match verdict(&answer)? {
                Ok(json) => return Ok((answer, json)),
                Err(40_001 | 40_014 | 42_001) if stale.is_none() => stale = Some(token),
                Err(code) => return Err(judge(code)),
            }
        }
    }
}

/// The body of an answer, or the code in it. The status is 200 in either case.
fn verdict(answer: &Answer) -> Result<Result<Json, i64>, Problem> {
    let json = answer.json()?;
    match code(json.get("errcode")) {
        Some(0) => Ok(Ok(json)),
        Some(code) => Ok(Err(code)),
        None if answer.status == 200 => Err(Problem::again(Reason::Unexpected("errcode"))),
        None => Err(answer.refused()),
    }
}

/// What a code asks for.
fn judge(code: i64) -> Problem {
    match code {
        -1 => Problem::again(Reason::Busy(code)),
        45_009 | 45_033 => Problem::after(Reason::TooMany(code), Duration::from_secs(60)),
        40_001 | 40_014 | 42_001 | 41_001 => Problem::person(Reason::Token(code)),
        40_013 => Problem::person(Reason::Credentials(code)),
        40_058 | 40_003 => Problem::person(Reason::Arguments(code)),
        48_002 | 60_011 | 95_017 => Problem::person(Reason::Permission(code)),
        60_020 => Problem::person(Reason::Place(code)),
        95_000 | 95_004 | 95_011 | 95_012 => Problem::person(Reason::Account(code)),
        _ => Problem::again(Reason::Unknown(code)),
    }
}

/// A customer service account whose messages are fetched.
///
/// The cursor is the text that WeCom gives; empty, it begins with the oldest of the three days.
#[derive(Clone, Debug)]
pub struct Service {
    corp: Arc<Corp>,
    account: String,
    profile: Profile,
    /// The token of the last callback.
    news: Option<Secret>,
}

impl Service {
    /// An account by its `open_kfid`, read under a profile, as the shipped `wecom-sync-msg`.
    #[must_use]
    pub fn new(corp: Arc<Corp>, account: impl Into<String>, profile: Profile) -> Self {
        Self { corp, account: account.into(), profile, news: None }
    }

    /// The same for fetching after a callback, with the token in it: without one, WeCom lets one
    /// ask less often.
    #[must_use]
    pub fn after(mut self, token: Secret) -> Self {
        self.news = Some(token);
        self
    }
}

impl Connector for Service {
    type Cursor = String;

    async fn next(&self, cursor: &String, _: Instant) -> Result<Page<String>, Problem> {
        let mut body = json!({
            "cursor": cursor,
            "limit": LIMIT,
            "voice_format": 0,
            "open_kfid": self.account,
        });
        if let Some(token) = &self.news {
            body["token"] = token.reveal().into();
        }
        let (answer, json) = self.corp.call("/cgi-bin/kf/sync_msg", &body).await?;
        page(answer, &json, cursor, &self.profile)
    }
}

/// What an answer brings after a cursor.
fn page(
    answer: Answer,
    json: &Json,
    cursor: &str,
    profile: &Profile,
) -> Result<Page<String>, Problem> {
    let unexpected = |what| Problem::again(Reason::Unexpected(what));
    let bytes = match json.get("msg_list") {
        Some(Json::Array(_)) => answer.body,
        None => b"[]".to_vec(),
        Some(_) => return Err(unexpected("msg_list")),
    };
    let more = code(json.get("has_more")).ok_or(unexpected("has_more"))? != 0;
    let next = json.get("next_cursor").and_then(Json::as_str).unwrap_or_default();
    if next.len() > MAX_CURSOR || (more && (next.is_empty() || next == cursor)) {
        // Going on would bring the same page for ever.
        return Err(unexpected("next_cursor"));
    }
    let next = if next.is_empty() { cursor } else { next };
    let source = Source::Bytes { name: "wecom-sync-msg.json".into(), bytes };
    Ok(Page { source, profile: Some(profile.clone()), cursor: next.to_owned(), more })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mutated::{Change, change};

    const PAGE: &str = r#"{"errcode":0,"errmsg":"ok","next_cursor":"c1","has_more":1,"msg_list":[
        {"msgid":"m1","open_kfid":"wk1","external_userid":"wm1","send_time":1800000000,"origin":3,
         "msgtype":"text","text":{"content":"在吗"}},
        {"msgid":"e1","send_time":1800000009,"origin":4,"msgtype":"event","event":{"event_type":
         "session_status_change","open_kfid":"wk1","external_userid":"wm1","change_type":1,
         "new_servicer_userid":"zhang"}}]}"#;

    fn read(bytes: Vec<u8>) -> Result<crate::page::Rows, Problem> {
        let profile = Profile::shipped("wecom-sync-msg").unwrap();
        let answer = Answer::of(bytes);
        let json = verdict(&answer)?.map_err(judge)?;
        page(answer, &json, "c0", &profile).map(|page| page.rows().unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// A mutated answer is a problem, or a page whose rows are facts or rejected.
        #[test]
        fn mutated_answers_are_refused_or_read(
            changes in prop::collection::vec(change(), 0..4),
        ) {
            let mut bytes = PAGE.as_bytes().to_vec();
            changes.iter().for_each(|change: &Change| change.apply(&mut bytes));
            match read(bytes) {
                Ok(rows) => prop_assert_eq!(
                    rows.report.rows,
                    rows.report.facts + rows.report.rejected
                ),
                Err(problem) => prop_assert!(!changes.is_empty(), "{}", problem),
            }
        }
    }
}
