//! Chatwoot's webhooks.
//!
//! Chatwoot posts each event, signed with `X-Chatwoot-Signature` over time and body, and posts it
//! again under the same `X-Chatwoot-Delivery` until it gets an answer of success within 5 seconds.

use std::collections::{HashSet, VecDeque};
use std::net::IpAddr;

use facts::{Instant, Span};
use hmac::{Hmac, KeyInit, Mac};
use intake::{Lang, Profile, Source};
use serde_json::Value as Json;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Secret;
use crate::page::Page;

/// The largest event in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// How far the time of signing may lie from now, either way.
const WINDOW: Span = Span::seconds(300);

/// The longest id of a delivery; Chatwoot's have 36 characters.
const MAX_ID: usize = 100;

/// How it is known that an event comes from Chatwoot.
#[derive(Clone, Debug)]
pub enum Trust {
    /// By its signature.
    Signed(Secret),
    /// By the address that it comes from, for versions that do not sign.
    From(Vec<IpAddr>),
}

/// A call that came in.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The address that it comes from.
    pub peer: IpAddr,
    /// `X-Chatwoot-Signature`.
    pub signature: Option<&'a str>,
    /// `X-Chatwoot-Timestamp`.
    pub timestamp: Option<&'a str>,
    /// `X-Chatwoot-Delivery`.
    pub delivery: Option<&'a str>,
    /// The body as it came.
    pub body: &'a [u8],
}

/// Why a call is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It does not come from an address that is trusted.
    Stranger,
    /// It has no signature or no time.
    Unsigned,
    /// Its signature is wrong.
    Signature,
    /// It was signed too long ago, or in the future.
    Stale,
    /// It is too large.
    TooLong,
    /// It is no event.
    NotAnEvent,
}

impl Refused {
    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Stranger => 403,
            Self::Unsigned | Self::Signature | Self::Stale => 401,
            Self::TooLong => 413,
            Self::NotAnEvent => 400,
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn message(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::Stranger => (
                "the caller's address is not on the list of this feed",
                "来源地址不在此接入的名单中",
            ),
            Self::Unsigned => (
                "the call is not signed: versions before 2026 are taken by address",
                "请求没有签名：2026 年以前的版本请改用来源地址名单",
            ),
            Self::Signature => (
                "the signature is wrong: copy the webhook's secret again",
                "签名不正确：请重新复制 Webhook 密钥",
            ),
            Self::Stale => (
                "the call was signed more than 5 minutes from now: check both clocks",
                "签名时间与当前相差超过 5 分钟：请检查两端时间",
            ),
            Self::TooLong => ("the event is larger than 1 MiB", "事件超过 1 MiB"),
            Self::NotAnEvent => ("expected an event: one JSON object", "应为事件：一个 JSON 对象"),
        };
        if lang == Lang::En { en } else { zh }
    }
}

/// Receives the events of one Chatwoot account.
#[derive(Clone, Debug)]
pub struct Chatwoot {
    trust: Trust,
    profile: Profile,
    kept: Kept,
}

/// The deliveries that were kept last. It only spares work: facts are known by their ids, so that
/// what is forgotten here, as by a restart, is not counted twice.
#[derive(Clone, Debug, Default)]
struct Kept {
    known: HashSet<String>,
    order: VecDeque<String>,
}

/// So many deliveries are remembered; Chatwoot repeats one within minutes.
const MAX_KEPT: usize = 10_000;

impl Kept {
    fn add(&mut self, id: &str) {
        if self.known.insert(id.to_owned()) {
            self.order.push_back(id.to_owned());
        }
        if self.order.len() > MAX_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

impl Chatwoot {
    /// A receiver that reads events under a profile, as the shipped `chatwoot-webhook` with what
    /// is set for this feed.
    #[must_use]
    pub fn new(trust: Trust, profile: Profile) -> Self {
        Self { trust, profile, kept: Kept::default() }
    }

    /// Takes a call: its event, or `None` where it was kept before. Answer with success when the
    /// rows are durable, and say so to [`Self::kept`].
    ///
    /// # Errors
    ///
    /// [`Refused`]; nothing of the body is looked at before its sender is known.
    pub fn receive(&self, call: &Call<'_>, now: Instant) -> Result<Option<Page<()>>, Refused> {
        if call.body.len() > MAX_BODY {
            return Err(Refused::TooLong);
        }
        match &self.trust {
            Trust::From(peers) => {
                let peer = call.peer.to_canonical();
                if !peers.iter().any(|known| known.to_canonical() == peer) {
                    return Err(Refused::Stranger);
                }
            }
            Trust::Signed(secret) => check(secret, call, now)?,
        }
        if delivery(call).is_some_and(|id| self.kept.known.contains(id)) {
            return Ok(None);
        }
        if !matches!(serde_json::from_slice(call.body), Ok(Json::Object(_))) {
            return Err(Refused::NotAnEvent);
        }
        let source = Source::Bytes { name: "chatwoot.json".into(), bytes: call.body.to_vec() };
        let profile = Some(self.profile.clone());
        Ok(Some(Page { source, profile, cursor: (), more: false }))
    }

    /// Remembers that the event of a call is durable, so that its repetition is known.
    pub fn kept(&mut self, call: &Call<'_>) {
        if let Some(id) = delivery(call) {
            self.kept.add(id);
        }
    }
}

/// The delivery's id, where it is one.
fn delivery<'a>(call: &Call<'a>) -> Option<&'a str> {
    call.delivery.map(str::trim).filter(|id| (1..=MAX_ID).contains(&id.len()))
}

fn check(secret: &Secret, call: &Call<'_>, now: Instant) -> Result<(), Refused> {
    let (Some(signature), Some(timestamp)) = (call.signature, call.timestamp) else {
        return Err(Refused::Unsigned);
    };
    let expected = sign(secret.reveal(), timestamp, call.body);
    if !bool::from(expected.as_bytes().ct_eq(signature.trim().as_bytes())) {
        return Err(Refused::Signature);
    }
    let seconds: i64 = timestamp.trim().parse().map_err(|_| Refused::Stale)?;
    let away = seconds.saturating_mul(1_000).abs_diff(now.0);
    if away > WINDOW.0.unsigned_abs() { Err(Refused::Stale) } else { Ok(()) }
}

/// The value of `X-Chatwoot-Signature` for a body sent at a time.
#[must_use]
pub fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}
