//! Sessions with their chat logs, in windows of time.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use facts::{Instant, Span};
use intake::{Profile, Source};
use serde_json::Value as Json;

use super::call::{App, local};
use crate::http::code;
use crate::page::{Connector, Page};
use crate::problem::{Problem, Reason};

/// How many sessions a page has.
const PAGE_SIZE: u32 = 50;
/// The most pages of a window.
const MAX_PAGES: u32 = 2_000;
/// The most messages of a page: some thousand for each session are no conversation.
const MAX_MESSAGES: usize = 100_000;
/// The longest window. JD allows seven days.
const MAX_WINDOW: Span = Span::seconds(86_400);
/// JD keeps three months.
const MAX_AGE: Span = Span::seconds(90 * 86_400);

/// Which interfaces are used: it depends on what the application may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// `dongdong-chat-details`: sessions and chat logs in one call.
    #[default]
    Details,
    /// `dongdong-sessions`, and `chat-logs` for each of them.
    Sessions,
}

/// Where one is in JD's sessions.
///
/// It is written and read as text: `since`, or `since/from/to/page` inside of a window.
///
/// # Example
///
/// ```
/// use connect::jd::Cursor;
/// let cursor: Cursor = "1800000000000".parse()?;
/// assert_eq!(cursor, Cursor::since(facts::Instant(1_800_000_000_000)));
/// assert_eq!(cursor.to_string(), "1800000000000");
/// # Ok::<(), connect::jd::BadCursor>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// All sessions begun before were brought.
    since: Instant,
    /// The window that is being brought, with its next page; absent: none.
    window: Option<(Instant, Instant, u32)>,
}

impl Cursor {
    /// A cursor that begins with the sessions of an instant.
    #[must_use]
    pub const fn since(since: Instant) -> Self {
        Self { since, window: None }
    }
}

/// The text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCursor;

impl fmt::Display for BadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a cursor: `since` or `since/from/to/page`, in milliseconds")
    }
}

impl std::error::Error for BadCursor {}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.since.0)?;
        match self.window {
            Some((from, to, page)) => write!(f, "/{}/{}/{page}", from.0, to.0),
            None => Ok(()),
        }
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let parts: Result<Vec<i64>, _> = text.split('/').map(str::parse).collect();
        match parts.map_err(|_| BadCursor)?[..] {
            [since] => Ok(Self::since(Instant(since))),
            [since, from, to, page] if from < to => {
                let page = u32::try_from(page).map_err(|_| BadCursor)?;
                Ok(Self { since: Instant(since), window: Some((Instant(from), Instant(to), page)) })
            }
            _ => Err(BadCursor),
        }
    }
}

/// The sessions of a shop.
///
/// Sessions are listed by when they began, and messages come in as long as a session is open.
/// Every window therefore reaches back by `look_back` behind what was brought before; what is
/// brought again is the same facts.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// The application that the shop has authorised.
    pub app: Arc<App>,
    /// The shop's number at JD.
    pub vender: String,
    /// Which interfaces are used.
    pub reach: Reach,
    /// How far each window reaches back; a session that stays open for longer loses its end.
    pub look_back: Span,
    /// How it is read, as the shipped `jd-dongdong` with the shop's id set.
    pub profile: Profile,
}

impl Sessions {
    /// The window at a cursor, with its next page; `None`: it is not time yet.
    fn window(&self, cursor: &Cursor, now: Instant) -> Option<(Instant, Instant, u32)> {
        if let Some(window) = cursor.window {
            return Some(window);
        }
        let since = cursor.since.max(now - MAX_AGE);
        let from = (since - self.look_back).max(now - MAX_AGE);
        let to = now.min(since + MAX_WINDOW);
        (since < to).then_some((from, to, 1))
    }

    async fn page(
        &self,
        (from, to, page): (Instant, Instant, u32),
        now: Instant,
    ) -> Result<Json, Problem> {
        let path = match self.reach {
            Reach::Details => "/rest/sp-support/v0/dongdong-chat-details",
            Reach::Sessions => "/rest/sp-support/v0/dongdong-sessions",
        };
        let (from, to) = (local(from), local(to));
        let (page, size) = (page.to_string(), PAGE_SIZE.to_string());
        let parameters = [
            ("venderId", self.vender.as_str()),
            ("startTime", &from),
            ("endTime", &to),
            ("page", &page),
            ("pageSize", &size),
        ];
        let mut json = self.app.call(path, &parameters, now).await?;
        if self.reach == Reach::Sessions {
            self.add_logs(&mut json, now).await?;
        }
        Ok(json)
    }

    /// Puts the chat log of each session where `dongdong-chat-details` has it: who wrote a message
    /// shows only beside its session.
    async fn add_logs(&self, page: &mut Json, now: Instant) -> Result<(), Problem> {
        let mut n_messages = 0;
        for session in sessions(page)? {
            let Json::Object(session) = session else { continue };
            let sid = match session.get("sid") {
                Some(Json::String(text)) => text.clone(),
                Some(Json::Number(number)) => number.to_string(),
                _ => continue,
            };
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if !(1..=128).contains(&sid.len()) || !sid.chars().all(plain) || sid.starts_with('.') {
                return Err(Problem::again(Reason::Unexpected("sid")));
            }
            let path = format!("/rest/sp-support/v0/dongdong-sessions/{sid}/chat-logs");
            // The path's own parameter is signed with the others.
            let log = self.app.call_with_path(&path, &[("sid", &sid)], &[], now).await?;
            let log = list(log).ok_or(Problem::again(Reason::Unexpected("chat-logs")))?;
            n_messages += log.len();
            if n_messages > MAX_MESSAGES {
                return Err(Problem::person(Reason::Unexpected("chat-logs")));
            }
            session.insert("dongdongChatLogList".into(), Json::Array(log));
        }
        Ok(())
    }
}

fn named(bytes: Vec<u8>) -> Source {
    Source::Bytes { name: "jd-dongdong.json".into(), bytes }
}

/// The sessions of a page.
fn sessions(page: &mut Json) -> Result<&mut Vec<Json>, Problem> {
    let list = page.get_mut("data").and_then(Json::as_array_mut);
    list.ok_or(Problem::again(Reason::Unexpected("data")))
}

/// The list of an answer, which stands alone or under `data`.
fn list(json: Json) -> Option<Vec<Json>> {
    match json {
        Json::Array(list) => Some(list),
        Json::Object(mut map) => match map.remove("data")? {
            Json::Array(list) => Some(list),
            Json::Null => Some(Vec::new()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether there is another page behind a page of sessions.
fn check(page: &mut Json, number: u32) -> Result<bool, Problem> {
    let n = sessions(page)?.len();
    let has_next = n > 0 && has_next(page, number, n);
    if has_next && number >= MAX_PAGES {
        return Err(Problem::person(Reason::Unexpected("hasNextPage")));
    }
    Ok(has_next)
}

/// Whether there is another page, by what the answer says of it, else by how full this one is.
fn has_next(page: &Json, number: u32, n: usize) -> bool {
    let paging = page.get("paginationData");
    let says = paging.and_then(|paging| paging.get("hasNextPage")).and_then(Json::as_bool);
    let total = paging.and_then(|paging| code(paging.get("totalPages")));
    says.or(total.map(|total| i64::from(number) < total)).unwrap_or(n >= PAGE_SIZE as usize)
}

impl Connector for Sessions {
    type Cursor = Cursor;

    async fn next(&self, cursor: &Cursor, now: Instant) -> Result<Page<Cursor>, Problem> {
        let profile = Some(self.profile.clone());
        let Some((from, to, number)) = self.window(cursor, now) else {
            return Ok(Page {
                source: named(b"[]".to_vec()),
                profile,
                cursor: *cursor,
                more: false,
            });
        };
        let mut page = self.page((from, to, number), now).await?;
        let has_next = check(&mut page, number)?;
        let source = named(page.to_string().into_bytes());
        let next = if has_next {
            Cursor { since: cursor.since, window: Some((from, to, number + 1)) }
        } else {
            Cursor::since(to)
        };
        Ok(Page { source, profile, cursor: next, more: has_next || to < now })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::Answer;
    use crate::jd::call::verdict;
    use crate::jd::performance;
    use crate::mutated::change;

    const PAGE: &str = r#"{"code":"0","paginationData":{"hasNextPage":true,"totalPages":"3"},
        "data":[
        {"sid":"s1","customer":"b1","waiter":"w1","createdTime":1800000000000,"closeTime":"",
         "sessionType":"1","avgWaitTime":"12.3456","replyCount":1,"consultCount":2,
         "dongdongChatLogList":[{"waiter":"w1","customer":"b1","waiterSend":false,"sid":"s1",
         "uuid":"u1","createdTime":"2027-01-15 16:00:00","content":"在吗","revokeFlag":0}]}]}"#;

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
            changes.iter().for_each(|change| change.apply(&mut bytes));
            let Ok(mut json) = verdict(&Answer::of(bytes)) else {
                prop_assert!(!changes.is_empty());
                return Ok(());
            };
            let _ = performance::lines(&json, "jd-1", facts::Day(20_000), Instant(0));
            let _ = list(json.clone());
            if check(&mut json, 1).is_ok() {
                let mut profile = Profile::shipped("jd-dongdong").unwrap();
                profile.set("shop", "jd-1").unwrap();
                let source = named(json.to_string().into_bytes());
                let page = Page { source, profile: Some(profile), cursor: (), more: false };
                let report = page.rows().unwrap().report;
                prop_assert_eq!(report.rows, report.facts + report.rejected);
            }
        }
    }

    #[test]
    fn cursors_are_read_as_written() {
        for text in ["1800000000000", "1/2/3/4", "-5"] {
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        for wrong in ["", "x", "1/2", "1/3/2/1", "1/2/3/-1", "1/2/3/4/5", "99999999999999999999"] {
            assert_eq!(wrong.parse::<Cursor>(), Err(BadCursor), "{wrong}");
        }
    }
}
