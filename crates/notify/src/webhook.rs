//! Webhooks of one's own: a signed JSON body, posted.
//!
//! * `Yingda-Timestamp`: when it was sent, in whole seconds since 1970.
//! * `Yingda-Signature`: `sha256=` and HMAC-SHA256 in hexadecimal over `timestamp.body`, with the
//!   secret as key.
//! * `Yingda-Delivery`: the delivery's id, the same at every attempt, so that a receiver takes it
//!   once.
//!
//! Any status from 200 to 299 is success. 408, 425, 429 and 500 and above are tried again, all
//! others are not.

use std::time::Duration;

use facts::{Instant, Span};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value as Json, json};

use crate::Secret;
use crate::channel::{Attempt, Channel, Pace, hmac_sha256, of_status};
use crate::http::Http;
use crate::lang::Lang;
use crate::message::{Batch, Buyers, Message, Text, Value};
use crate::page::usable_link;

/// A receiver of one's own may be asked more often than a robot.
const PACE: Pace = Pace { burst: 10, every: Duration::from_millis(200) };

/// A receiver of signed messages.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// What it calls out through.
    pub http: Http,
    /// Where to post; it may hold a token.
    pub url: Secret,
    /// The key of the signature; at least 16 bytes should be drawn at random.
    pub secret: Secret,
    /// Whether buyers are in it.
    pub buyers: Buyers,
}

/// The value of `Yingda-Signature` for a body sent at a time in seconds.
///
/// # Example
///
/// ```
/// use notify::webhook::sign;
/// let signature = sign("key", 1_800_000_000, b"{}");
/// let hex = "7321475872b03ff21bdc2dfd86ea2d99ec29c479fbe4a77aa6acf4509505493f";
/// assert_eq!(signature, format!("sha256={hex}"));
/// ```
#[must_use]
pub fn sign(secret: &str, seconds: i64, body: &[u8]) -> String {
    let data = [seconds.to_string().as_bytes(), b".", body].concat();
    let mac = hmac_sha256(secret.as_bytes(), &data);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

impl Webhook {
    /// The body: the same bytes at every attempt.
    fn body(&self, batch: &Batch) -> Vec<u8> {
        let messages: Vec<Json> =
            batch.messages.iter().map(|message| self.message(message)).collect();
        let json = json!({ "id": batch.id(), "messages": messages, "more": batch.more });
        json.to_string().into_bytes()
    }

    fn message(&self, message: &Message) -> Json {
        let lines: Vec<Json> = message.lines.iter().map(|line| self.text(line)).collect();
        let mut json = json!({
            "id": message.id,
            "at": rfc3339(message.at),
            "urgency": message.urgency.word(),
            "title": self.text(&message.title),
            "lines": lines,
        });
        if let Some(link) = usable_link(message.link.as_deref()) {
            json["link"] = link.into();
        }
        json
    }

    fn text(&self, text: &Text) -> Json {
        let shown = text
            .values()
            .iter()
            .filter(|(_, value)| self.buyers == Buyers::Shown || !value.is_buyers());
        let values: Map<String, Json> =
            shown.map(|(slot, value)| ((*slot).to_owned(), plain(value))).collect();
        json!({
            "zh": text.print(Lang::Zh, self.buyers),
            "en": text.print(Lang::En, self.buyers),
            "values": values,
        })
    }
}

/// A value for a program: counts as numbers, spans in milliseconds.
fn plain(value: &Value) -> Json {
    match value {
        Value::Count(n) => (*n).into(),
        Value::Span(Span(ms)) => (*ms).into(),
        Value::Day(day) => day.to_string().into(),
        Value::Figure(text) | Value::Name(text) | Value::Buyer(text) | Value::Quote(text) => {
            text.as_str().into()
        }
        Value::Term { zh, en } => json!({ "zh": zh, "en": en }),
    }
}

fn rfc3339(at: Instant) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0);
    at.map(|at| at.to_string()).unwrap_or_default()
}

impl Channel for Webhook {
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let url = self.http.url(self.url.reveal())?;
            let body = self.body(batch);
            let seconds = now.0.div_euclid(1_000);
            let signature = sign(self.secret.reveal(), seconds, &body);
            let named = [
                ("yingda-timestamp", seconds.to_string()),
                ("yingda-signature", signature),
                ("yingda-delivery", header_text(batch.id())),
            ];
            let mut headers = Vec::new();
            for (name, value) in named {
                let Ok(mut value) = HeaderValue::from_str(&value) else { continue };
                value.set_sensitive(true);
                headers.push((HeaderName::from_static(name), value));
            }
            let answer = self.http.post(url, headers, body).await?;
            if matches!(answer.status, 200..=299) { Ok(()) } else { Err(of_status(&answer, now)) }
        })
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

/// An id as a header takes it: what is not visible ASCII is written in hexadecimal.
pub(crate) fn header_text(id: &str) -> String {
    let mut out = String::new();
    for byte in id.bytes().take(200) {
        match byte {
            b'!'..=b'$' | b'&'..=b'~' => out.push(char::from(byte)),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '%s.%s' 1800000000 '{}' | openssl dgst -sha256 -hmac key` has it.
    #[test]
    fn the_known_signature_comes_out() {
        let hex = "7321475872b03ff21bdc2dfd86ea2d99ec29c479fbe4a77aa6acf4509505493f";
        assert_eq!(sign("key", 1_800_000_000, b"{}"), format!("sha256={hex}"));
    }

    #[test]
    fn any_id_fits_a_header() {
        assert_eq!(header_text("a-1:b"), "a-1:b");
        assert_eq!(header_text("店\n%"), "%E5%BA%97%0A%25");
    }
}
