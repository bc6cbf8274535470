//! A whole chat in one cell: a line with a time, then `sender：text`, and again.

use super::Profile;
use super::chat::{Chat, Said};
use super::draft::Draft;
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;

/// Reads the chat of one cell. Every fact stands on the row of the cell.
pub(super) fn read(
    profile: &Profile,
    text: &str,
    template: &Draft<'_>,
    line: u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut chat = Chat::new(profile, template.to_owned());
    let mut at: Option<i64> = None;
    let mut body: Option<String> = None;
    for part in text.lines() {
        if let Ok(next) = profile.times.text(part) {
            end(&mut chat, at, body.take(), line, sink)?;
            at = Some(next);
        } else if at.is_none() && body.is_none() {
            if !part.trim().is_empty() {
                sink.reject(line, Some(Column::At), Reason::Undated)?;
                body = Some(String::new());
            }
        } else if at.is_some() {
            match &mut body {
                Some(body) => {
                    body.push('\n');
                    body.push_str(part);
                }
                None => body = Some(part.into()),
            }
        }
    }
    end(&mut chat, at, body, line, sink)?;
    chat.finish(sink)
}

fn end(
    chat: &mut Chat<'_>,
    at: Option<i64>,
    body: Option<String>,
    line: u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let Some(at) = at else { return Ok(()) };
    let body = body.unwrap_or_default();
    // The colon of a sub-account is narrow, the one after the sender is wide.
    let split = body.split_once('：').or_else(|| body.split_once(": "));
    let Some((name, text)) = split else {
        return sink.reject(line, Some(Column::Author), Reason::NoAuthor);
    };
    let said = Said { name: name.trim(), to: None, at: Ok(at), text: text.trim(), line };
    chat.said(&said, sink)
}
