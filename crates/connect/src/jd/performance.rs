//! How JD judges the waiters of a day: figures of its own panel, to hold ours against.

use std::sync::Arc;

use facts::{Day, Instant};
use intake::Source;
use serde_json::{Value as Json, json};

use super::call::{App, local};
use crate::page::Page;
use crate::problem::{Problem, Reason};

/// JD's days begin at midnight in China.
const HOURS_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;
/// The most waiters in an answer.
const MAX_WAITERS: usize = 5_000;
/// The longest name of a waiter in bytes.
const MAX_NAME: usize = 200;

/// The performance of a shop's waiters.
///
/// Each becomes `observed` facts of the account: `jd/reply-time` from `avgWaitTime`, in seconds,
/// and `jd/answered-share` from `replyCount` of `consultCount`, which no rulebook counts. What a
/// waiter has no value for is left out.
#[derive(Clone, Debug)]
pub struct Performance {
    /// The application that the shop has authorised.
    pub app: Arc<App>,
    /// The shop's number at JD.
    pub vender: String,
    /// The shop's id in the log.
    pub shop: String,
}

impl Performance {
    /// Brings the figures of one day of China, looked at now.
    ///
    /// # Errors
    ///
    /// [`Problem`].
    pub async fn day(&self, day: Day, now: Instant) -> Result<Page<()>, Problem> {
        let from = Instant(i64::from(day.0) * DAY_MS - HOURS_MS);
        let (from, to) = (local(from), local(Instant(from.0 + DAY_MS - 1_000)));
        let parameters = [
            ("venderId", self.vender.as_str()),
            ("startTime", from.as_str()),
            ("endTime", to.as_str()),
        ];
        let path = "/rest/sp-support/v0/dongdong-waiter-performance";
        let answer = self.app.call(path, &parameters, now).await?;
        let bytes = lines(&answer, &self.shop, day, now)?.into_bytes();
        let source = Source::Bytes { name: "jd-performance.jsonl".into(), bytes };
        Ok(Page { source, profile: None, cursor: (), more: false })
    }
}

/// An answer as facts of the canonical log, one a line.
pub(super) fn lines(answer: &Json, shop: &str, day: Day, now: Instant) -> Result<String, Problem> {
    let waiters = waiters(answer).ok_or(Problem::again(Reason::Unexpected("waiter")))?;
    if waiters.len() > MAX_WAITERS {
        return Err(Problem::person(Reason::Unexpected("waiter")));
    }
    let at = jiff::Timestamp::from_millisecond(now.0);
    let at = at.map_err(|_| Problem::again(Reason::Unexpected("time")))?.to_string();
    let mut lines = String::new();
    for waiter in waiters {
        let name = waiter.get("waiter").and_then(Json::as_str).unwrap_or_default();
        if name.is_empty() || name.len() > MAX_NAME {
            continue;
        }
        for value in values(waiter, day) {
            let row = json!({
                "at": at,
                "platform": "jd",
                "shop": shop,
                "fact": "observed",
                "account": name,
                "value": value,
            });
            lines += &row.to_string();
            lines.push('\n');
        }
    }
    Ok(lines)
}

/// The list of waiters, alone or under `data`.
fn waiters(answer: &Json) -> Option<&Vec<Json>> {
    let list = answer.as_array().or_else(|| answer.get("data")?.as_array())?;
    list.iter().all(|waiter| waiter.get("waiter").is_some()).then_some(list)
}

/// The figures of a waiter, as `observed` facts write them.
fn values(waiter: &Json, day: Day) -> Vec<String> {
    let number = |key| match waiter.get(key) {
        Some(Json::Number(number)) => Some(number.to_string()),
        Some(Json::String(text)) => Some(text.trim().to_owned()),
        _ => None,
    };
    let count = |key| number(key).and_then(|text| text.parse::<u64>().ok());
    let mut values = Vec::new();
    if let Some(wait) = number("avgWaitTime").and_then(|text| seconds(&text)) {
        values.push(format!("jd/reply-time {day} {wait}s"));
    }
    if let (Some(hits), Some(of)) = (count("replyCount"), count("consultCount"))
        && hits <= of
        && of > 0
    {
        values.push(format!("jd/answered-share {day} {hits}/{of}"));
    }
    values
}

/// A wait in seconds as it is given, with at most three places: what has more is not printed but
/// computed, and is rounded half up to the millisecond.
fn seconds(text: &str) -> Option<String> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str, max| {
        (1..=max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_digits(whole, 6) || !is_digits(rest, 20) {
        return None;
    }
    let Some((ms, further)) = rest.split_at_checked(3).filter(|(_, further)| !further.is_empty())
    else {
        return Some(text.to_owned());
    };
    let up = u64::from(further.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
    let ms = whole.parse::<u64>().ok()? * 1_000 + ms.parse::<u64>().ok()? + up;
    Some(format!("{}.{:03}", ms / 1_000, ms % 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_figure_is_observed() {
        let day: Day = "2026-11-01".parse().unwrap();
        let of = |json: Json| values(&json, day);
        let all = json!({ "avgWaitTime": 12.5, "replyCount": 9, "consultCount": "10" });
        let expected = ["jd/reply-time 2026-11-01 12.5s", "jd/answered-share 2026-11-01 9/10"];
        assert_eq!(of(all), expected);
        assert_eq!(of(json!({ "avgWaitTime": "8" })), ["jd/reply-time 2026-11-01 8s"]);
        let of_wait = |wait: Json| of(json!({ "avgWaitTime": wait })).concat();
        assert_eq!(of_wait(json!(12.0)), "jd/reply-time 2026-11-01 12.0s");
        assert_eq!(of_wait(json!("9.9995")), "jd/reply-time 2026-11-01 10.000s");
        assert_eq!(of_wait(json!(12.333333333)), "jd/reply-time 2026-11-01 12.333s");
        for wrong in [
            json!({}),
            json!({ "avgWaitTime": null, "replyCount": 1 }),
            json!({ "avgWaitTime": -1, "replyCount": 2, "consultCount": 1 }),
            json!({ "avgWaitTime": 1e300, "replyCount": 0, "consultCount": 0 }),
            json!({ "avgWaitTime": "1 n=5", "replyCount": 0.5, "consultCount": 1 }),
        ] {
            assert_eq!(of(wrong.clone()), [""; 0], "{wrong}");
        }
    }
}
