//! What every channel is to its queue.

use std::pin::Pin;
use std::time::Duration;

use facts::Instant;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value as Json;
use sha2::Sha256;

use crate::failure::{Failure, Reason};
use crate::http::Answer;
use crate::message::Batch;

/// An attempt under way.
pub type Attempt<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// A way to people.
pub trait Channel: Send + Sync {
    /// Tries once to send a batch; `now` is the time, for what is signed with it. Done means that
    /// the other side said so.
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a>;

    /// How often it may be tried.
    fn pace(&self) -> Pace;
}

/// How often a channel may be used: some attempts at once, then one in a while.
///
/// In any span of time there are at most `burst` and one for each `every` in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many at once after a rest; at least one.
    pub burst: u32,
    /// After how long there is one more.
    pub every: Duration,
}

/// DingTalk and WeCom allow 20 in a minute and punish more: 4 at once and 15 a minute are 19.
pub(crate) const TWENTY_A_MINUTE: Pace = Pace { burst: 4, every: Duration::from_secs(4) };

pub(crate) fn hmac_sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

/// The code in a robot's answer, under the first of some keys, with what the robot says about it.
/// A robot answers 200 whether it took the message or not.
///
/// `with_body` are statuses beside 200 that come with such a body all the same.
pub(crate) fn verdict(
    answer: &Answer,
    keys: &[&str],
    with_body: &[u16],
    now: Instant,
) -> Result<(i64, String), Failure> {
    if answer.status != 200 && !with_body.contains(&answer.status) {
        return Err(of_status(answer, now));
    }
    let unclear = || Failure::later(Reason::NoVerdict);
    let json: Json = serde_json::from_slice(&answer.body).map_err(|_| unclear())?;
    let code = keys.iter().find_map(|key| json.get(key)).and_then(Json::as_i64);
    let said = ["errmsg", "msg", "StatusMessage"].iter().find_map(|key| json.get(key)?.as_str());
    Ok((code.ok_or_else(unclear)?, said.unwrap_or_default().to_lowercase()))
}

/// What a status that is no success asks for.
pub(crate) fn of_status(answer: &Answer, now: Instant) -> Failure {
    let reason = Reason::Status(answer.status);
    match (answer.status, answer.wait(now)) {
        (408 | 425 | 429 | 500.., Some(wait)) => Failure::after(reason, wait),
        (408 | 425 | 429 | 500.., None) => Failure::later(reason),
        _ => Failure::never(reason),
    }
}
