//! DingTalk's custom robots (钉钉自定义机器人).
//!
//! Markdown messages. The signature stands in the query; success is `errcode` 0 in the body.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Instant;
use reqwest::Url;
use serde_json::json;

use crate::Secret;
use crate::channel::{Attempt, Channel, Pace, TWENTY_A_MINUTE, hmac_sha256, verdict};
use crate::failure::{Failure, Reason};
use crate::http::Http;
use crate::lang::Languages;
use crate::message::{Batch, Buyers};
use crate::page::{MARKDOWN, body, cut, link, missing_keyword, title, usable_link};

/// The longest text in bytes. DingTalk takes about 20,000 of the whole; people read less.
const MAX_TEXT: usize = 5_000;
/// The longest title in bytes: it shows in the list of chats.
const MAX_TITLE: usize = 200;

/// Whoever sends more than 20 in a minute is shut out for ten.
const SHUT_OUT: Duration = Duration::from_secs(600);

/// A custom robot of a DingTalk group.
#[derive(Clone, Debug)]
pub struct DingTalk {
    /// What it calls out through.
    pub http: Http,
    /// The robot's whole address, `https://oapi.dingtalk.com/robot/send?access_token=…`.
    pub url: Secret,
    /// The signing secret (加签); absent: the robot has another of the security settings.
    pub secret: Option<Secret>,
    /// A word that every message must hold, where the robot asks for one.
    pub keyword: Option<String>,
    /// The languages of its messages.
    pub languages: Languages,
    /// Whether it shows buyers.
    pub buyers: Buyers,
}

/// The signature over a time in milliseconds, before it is written into a URL.
///
/// # Example
///
/// ```
/// let sign = notify::dingtalk::sign("this is secret", 1_577_262_236_757);
/// assert_eq!(sign, "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=");
/// ```
#[must_use]
pub fn sign(secret: &str, ms: i64) -> String {
    STANDARD.encode(hmac_sha256(secret.as_bytes(), format!("{ms}\n{secret}").as_bytes()))
}

impl DingTalk {
    fn signed(&self, now: Instant) -> Result<Url, Failure> {
        let mut url = self.http.url(self.url.reveal())?;
        if let Some(secret) = &self.secret {
            url.query_pairs_mut()
                .append_pair("timestamp", &now.0.to_string())
                .append_pair("sign", &sign(secret.reveal(), now.0));
        }
        Ok(url)
    }

    fn message(&self, batch: &Batch) -> Vec<u8> {
        let title = title(batch, self.languages, self.buyers, MARKDOWN);
        let title = cut(&title, MAX_TITLE);
        let mentions = batch.mentions();
        let mut tail = String::new();
        if let Some(link) = usable_link(link(batch)) {
            tail += &format!("\n\n[打开 Open]({link})");
        }
        if !mentions.is_empty() {
            let at: Vec<String> = mentions.iter().map(|id| format!("@{id}")).collect();
            tail += &format!("\n\n{}", at.join(" "));
        }
        let keyword = missing_keyword(self.keyword.as_deref(), title);
        if !keyword.is_empty() {
            tail += &format!("\n\n{keyword}");
        }
        let head = format!("#### {title}\n\n");
        let room = MAX_TEXT.saturating_sub(head.len() + tail.len());
        let text = body(batch, self.languages, self.buyers, MARKDOWN, room);
        let text = format!("{head}{text}{tail}");
        let json = json!({
            "msgtype": "markdown",
            "markdown": { "title": title, "text": text },
            "at": { "atUserIds": mentions, "isAtAll": false },
        });
        json.to_string().into_bytes()
    }
}

impl Channel for DingTalk {
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let url = self.signed(now)?;
            let answer = self.http.post(url, Vec::new(), self.message(batch)).await?;
            let (code, said) = verdict(&answer, &["errcode"], &[], now)?;
            judge(code, &said)
        })
    }

    fn pace(&self) -> Pace {
        TWENTY_A_MINUTE
    }
}

fn judge(code: i64, said: &str) -> Result<(), Failure> {
    Err(match code {
        0 => return Ok(()),
        -1 => Failure::later(Reason::Busy(code)),
        130_101 | 410_100 => Failure::after(Reason::TooMany(code), SHUT_OUT),
        90_030 => Failure::never(Reason::TooMany(code)),
        // One code for all three security settings; the text tells them apart.
        310_000 if said.contains("keyword") => Failure::never(Reason::Keyword(code)),
        310_000 if said.contains("sign") || said.contains("timestamp") => {
            Failure::never(Reason::Signature(code))
        }
        310_000 if said.contains("ip") => Failure::never(Reason::Sender(code)),
        310_000 => Failure::never(Reason::Security(code)),
        300_001 | 300_005 | 400_101 => Failure::never(Reason::Token(code)),
        400_013 | 400_102 | 400_106 => Failure::never(Reason::Gone(code)),
        400_105 | 430_101..=430_104 | 40_035 | 43_004 => Failure::never(Reason::Content(code)),
        _ => Failure::later(Reason::Unknown(code)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Policy;
    use crate::http::Limits;

    /// DingTalk's sample, as it stands in the address.
    #[test]
    fn the_known_signature_comes_out() {
        let robot = DingTalk {
            http: Http::new(Policy::default(), Limits::default()).unwrap(),
            url: Secret::from("https://oapi.dingtalk.com/robot/send?access_token=x"),
            secret: Some(Secret::from("this is secret")),
            keyword: None,
            languages: Languages::Zh,
            buyers: Buyers::Hidden,
        };
        let url = robot.signed(Instant(1_577_262_236_757)).unwrap();
        let expected = "access_token=x&timestamp=1577262236757\
                        &sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D";
        assert_eq!(url.query(), Some(expected));
    }
}
