//! Feishu's and Lark's custom bots (飞书自定义机器人).
//!
//! Rich texts (`post`), which have a part for each language. The signature stands in the body;
//! success is `code` 0 in the body.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Instant;
use serde_json::{Map, Value as Json, json};

use crate::Secret;
use crate::channel::{Attempt, Channel, Pace, hmac_sha256, verdict};
use crate::failure::{Failure, Reason};
use crate::http::Http;
use crate::lang::{Lang, Languages};
use crate::message::{Batch, Buyers};
use crate::page::{CHAT, cut, fit, lines, link, missing_keyword, title, usable_link};

/// The longest text of a language in bytes: the whole body may have 20 KB, with both languages,
/// and quotation marks and line ends written as two bytes.
const MAX_TEXT: usize = 4_000;
/// The longest title in bytes.
const MAX_TITLE: usize = 400;

/// Feishu allows 100 in a minute and 5 in a second: 3 at once and one each 0.7 s are 88 and 4.
const PACE: Pace = Pace { burst: 3, every: Duration::from_millis(700) };

/// A custom bot of a Feishu or Lark group.
#[derive(Clone, Debug)]
pub struct Feishu {
    /// What it calls out through.
    pub http: Http,
    /// The bot's whole address, `https://open.feishu.cn/open-apis/bot/v2/hook/…`, in Lark
    /// `https://open.larksuite.com/open-apis/bot/v2/hook/…`.
    pub url: Secret,
    /// The signing secret (签名校验); absent: the bot has another of the security settings.
    pub secret: Option<Secret>,
    /// A word that every message must hold, where the bot asks for one.
    pub keyword: Option<String>,
    /// The languages of its messages. Of both, each reader sees the one of their client.
    pub languages: Languages,
    /// Whether it shows buyers.
    pub buyers: Buyers,
}

/// The signature over a time in seconds. The secret is part of the key, and nothing is signed.
///
/// # Example
///
/// ```
/// let sign = notify::feishu::sign("demo", 1_599_360_473);
/// assert_eq!(sign, "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
/// ```
#[must_use]
pub fn sign(secret: &str, seconds: i64) -> String {
    STANDARD.encode(hmac_sha256(format!("{seconds}\n{secret}").as_bytes(), b""))
}

impl Feishu {
    fn part(&self, batch: &Batch, lang: Lang) -> Json {
        let only = lang.of(Languages::En, Languages::Zh);
        let title = title(batch, only, self.buyers, CHAT);
        let title = cut(&title, MAX_TITLE);
        let text = fit(lines(batch, lang, self.buyers, CHAT), lang, "\n", MAX_TEXT);
        let mut rows: Vec<Json> =
            text.lines().map(|line| json!([{ "tag": "text", "text": line }])).collect();
        if let Some(link) = usable_link(link(batch)) {
            let name = lang.of("Open", "打开");
            rows.push(json!([{ "tag": "a", "text": name, "href": link }]));
        }
        let mentions = batch.mentions();
        if !mentions.is_empty() {
            let at: Vec<Json> =
                mentions.iter().map(|id| json!({ "tag": "at", "user_id": id })).collect();
            rows.push(Json::Array(at));
        }
        let keyword = missing_keyword(self.keyword.as_deref(), title);
        if !keyword.is_empty() {
            rows.push(json!([{ "tag": "text", "text": keyword }]));
        }
        json!({ "title": title, "content": rows })
    }

    fn message(&self, batch: &Batch, now: Instant) -> Vec<u8> {
        let mut post = Map::new();
        for lang in self.languages.list() {
            post.insert(lang.of("en_us", "zh_cn").to_owned(), self.part(batch, *lang));
        }
        let mut body = json!({ "msg_type": "post", "content": { "post": post } });
        if let Some(secret) = &self.secret {
            let seconds = now.0.div_euclid(1_000);
            body["timestamp"] = seconds.to_string().into();
            body["sign"] = sign(secret.reveal(), seconds).into();
        }
        body.to_string().into_bytes()
    }
}

impl Channel for Feishu {
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let url = self.http.url(self.url.reveal())?;
            let answer = self.http.post(url, Vec::new(), self.message(batch, now)).await?;
            // What is wrong with a request comes with this status, and a code all the same.
            let (code, said) = verdict(&answer, &["code", "StatusCode"], &[400], now)?;
            judge(code, &said)
        })
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

fn judge(code: i64, said: &str) -> Result<(), Failure> {
    Err(match code {
        0 => return Ok(()),
        11_232 => Failure::later(Reason::TooMany(code)),
        9_499 if said.contains("too many") => Failure::later(Reason::TooMany(code)),
        9_499 => Failure::never(Reason::Content(code)),
        19_001 => Failure::never(Reason::Token(code)),
        19_021 => Failure::never(Reason::Signature(code)),
        19_022 => Failure::never(Reason::Sender(code)),
        19_024 => Failure::never(Reason::Keyword(code)),
        19_007 => Failure::never(Reason::Gone(code)),
        _ => Failure::later(Reason::Unknown(code)),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_known_signature_comes_out() {
        let expected = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=";
        assert_eq!(super::sign("demo", 1_599_360_473), expected);
    }
}
