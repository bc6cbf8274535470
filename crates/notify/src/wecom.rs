//! WeCom's group robots (企业微信群机器人).
//!
//! Markdown or plain text. There is no signature: the key in the address is the secret. Success is
//! `errcode` 0 in the body.

use std::time::Duration;

use facts::Instant;
use serde_json::json;

use crate::Secret;
use crate::channel::{Attempt, Channel, Pace, TWENTY_A_MINUTE, verdict};
use crate::failure::{Failure, Reason};
use crate::http::Http;
use crate::lang::Languages;
use crate::message::{Batch, Buyers};
use crate::page::{CHAT, MARKDOWN, body, cut, link, title, usable_link};

/// The longest Markdown in bytes.
const MAX_MARKDOWN: usize = 4_096;
/// The longest plain text in bytes.
const MAX_TEXT: usize = 2_048;
/// The longest title in bytes.
const MAX_TITLE: usize = 400;

/// The limit is 20 in a minute.
const PAUSE: Duration = Duration::from_secs(60);

/// What a robot's messages are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Markdown; WeChat's own client does not show it.
    #[default]
    Markdown,
    /// Plain text, for groups whose members read in WeChat.
    Text,
}

/// A robot of a WeCom group.
#[derive(Clone, Debug)]
pub struct WeCom {
    /// What it calls out through.
    pub http: Http,
    /// The robot's whole address, `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…`.
    pub url: Secret,
    /// What its messages are.
    pub form: Form,
    /// The languages of its messages.
    pub languages: Languages,
    /// Whether it shows buyers.
    pub buyers: Buyers,
}

impl WeCom {
    fn message(&self, batch: &Batch) -> Vec<u8> {
        let (style, max) = match self.form {
            Form::Markdown => (MARKDOWN, MAX_MARKDOWN),
            Form::Text => (CHAT, MAX_TEXT),
        };
        let title = title(batch, self.languages, self.buyers, style);
        let title = cut(&title, MAX_TITLE);
        let mentions = batch.mentions();
        let link = usable_link(link(batch));
        let (head, tail) = match self.form {
            Form::Markdown => {
                let at: String = mentions.iter().map(|id| format!("\n<@{id}>")).collect();
                let link = link.map(|link| format!("\n[打开 Open]({link})")).unwrap_or_default();
                (format!("**{title}**\n"), link + &at)
            }
            Form::Text => {
                let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
                (format!("{title}\n"), link)
            }
        };
        let room = max.saturating_sub(head.len() + tail.len());
        let text = body(batch, self.languages, self.buyers, style, room);
        let text = format!("{head}{text}{tail}");
        let json = match self.form {
            Form::Markdown => json!({ "msgtype": "markdown", "markdown": { "content": text } }),
            Form::Text => json!({
                "msgtype": "text",
                "text": { "content": text, "mentioned_list": mentions },
            }),
        };
        json.to_string().into_bytes()
    }
}

impl Channel for WeCom {
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let url = self.http.url(self.url.reveal())?;
            let answer = self.http.post(url, Vec::new(), self.message(batch)).await?;
            let (code, _) = verdict(&answer, &["errcode"], &[], now)?;
            judge(code)
        })
    }

    fn pace(&self) -> Pace {
        TWENTY_A_MINUTE
    }
}

fn judge(code: i64) -> Result<(), Failure> {
    Err(match code {
        0 => return Ok(()),
        -1 => Failure::later(Reason::Busy(code)),
        45_009 => Failure::after(Reason::TooMany(code), PAUSE),
        93_000 => Failure::never(Reason::Token(code)),
        93_008 => Failure::never(Reason::Gone(code)),
        40_008 | 44_004 | 40_058 | 45_002 => Failure::never(Reason::Content(code)),
        _ => Failure::later(Reason::Unknown(code)),
    })
}
