//! Chats as text, copied from the Qianniu client or its web page.

use super::chat::{Chat, Notice, Said};
use super::draft::Draft;
use super::table::PassedOver;
use super::{Format, Profile};
use crate::MAX_LINE;
use crate::column::Column;
use crate::error::Error;
use crate::jsonl::{Lines, Next};
use crate::read::Sink;
use crate::reject::Reason;
use crate::source::Stream;

/// Words that the client sets beside a message and that nobody wrote.
const STATUS: [&str; 4] = ["已读", "未读", "发送中", "发送失败"];

/// The platform distributed what had been left while nobody was there.
const DISTRIBUTED: &str = "离线留言自动分配";

/// Reads a text to its end.
pub(super) fn read(profile: &Profile, stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let source = sink.name();
    let mut lines = Lines::new(stream);
    let mut page = Page {
        profile,
        is_web: profile.format == Format::QianniuWeb,
        chat: Chat::new(profile, Draft::default()),
        passed_over: PassedOver::default(),
        date: None,
        open: None,
        stray: Vec::new(),
        sender_may_follow: false,
        hand_over: None,
    };
    loop {
        match lines.next(&source)? {
            Next::End => break,
            Next::TooLong(line) => {
                page.close(sink)?;
                sink.reject(line, Some(Column::Text), Reason::TooLong { limit: MAX_LINE })?;
            }
            Next::Line(line, bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => page.line(line, text.trim(), sink)?,
                Err(_) => {
                    page.close(sink)?;
                    sink.reject(line, Some(Column::Text), Reason::InvalidUtf8)?;
                }
            },
        }
    }
    page.close(sink)?;
    page.chat.finish(sink)?;
    page.passed_over.tell(sink);
    Ok(())
}

/// What a line is by itself.
#[derive(Debug, PartialEq)]
enum Line<'a> {
    /// Nothing, or a word of the client's.
    Nothing,
    /// Sender and time; the name may be empty, and stand on the line before.
    Head {
        name: &'a str,
        to: Option<&'a str>,
        at: &'a str,
    },
    /// A day alone.
    Date(&'a str),
    /// A time of day alone.
    Clock(&'a str),
    Recall(&'a str),
    HandOver {
        from: &'a str,
        to: &'a str,
        distributed: bool,
    },
    /// The reason of a hand-over.
    Why {
        distributed: bool,
    },
    Text,
}

fn classify(text: &str, is_web: bool) -> Line<'_> {
    if text.is_empty() || STATUS.contains(&text) {
        return Line::Nothing;
    }
    if let Some(notice) = notice(text) {
        return notice;
    }
    if is_web {
        if is_clock(text) {
            return Line::Clock(text);
        }
        return if is_date(text) { Line::Date(text) } else { Line::Text };
    }
    match split_time(text) {
        Some((name, at)) => {
            let (name, to) = match name.split_once("-->") {
                Some((from, to)) => (from.trim(), Some(to.trim())),
                None => (name, None),
            };
            Line::Head { name, to, at }
        }
        None => Line::Text,
    }
}

fn notice(text: &str) -> Option<Line<'_>> {
    let end = text.trim_end_matches(['。', '.']);
    if let Some(name) = end.strip_suffix("撤回了一条消息") {
        let name = name.trim().trim_matches(['"', '“', '”', '「', '」']).trim();
        return (name.chars().count() <= MAX_NAME).then_some(Line::Recall(name));
    }
    if let Some(why) = end.strip_prefix("原因：").or_else(|| end.strip_prefix("原因:")) {
        return Some(Line::Why { distributed: why.contains(DISTRIBUTED) });
    }
    let (from, rest) = end.strip_prefix('由')?.split_once("转交给")?;
    // Somebody may begin a sentence so: a name stands apart, or looks like one.
    let apart = from.starts_with(char::is_whitespace) || from.contains(':') || from == "服务助手";
    if !apart {
        return None;
    }
    let (to, why) = rest.split_once("原因").unwrap_or((rest, ""));
    let to = to.trim().trim_end_matches(['，', ',', '。', '；', ';']).trim();
    let long = from.chars().count().max(to.chars().count()) > MAX_NAME;
    if to.is_empty() || long {
        return None;
    }
    Some(Line::HandOver { from: from.trim(), to, distributed: why.contains(DISTRIBUTED) })
}

/// Names are shorter; what is longer is a sentence that only sounds like a notice.
const MAX_NAME: usize = 64;

/// Splits a time off the end of a line: `YYYY-M-D HH:MM:SS`, with any name before it, also
/// without a space between.
fn split_time(text: &str) -> Option<(&str, &str)> {
    let (head, clock) = text.rsplit_once(' ')?;
    if !is_clock(clock) {
        return None;
    }
    let head = head.trim_end();
    let n = head.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'-').count();
    let tail = &head[head.len() - n..];
    // The year has four digits; what stands before them belongs to the name.
    let dash = tail.rmatch_indices('-').nth(1).map(|(at, _)| at)?;
    let start = head.len() - n + dash.checked_sub(4)?;
    if !is_date(&head[start..]) {
        return None;
    }
    Some((head[..start].trim(), &text[start..]))
}

/// `HH:MM:SS`.
fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let digits =
        |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(digits)
}

/// `YYYY-M-D`, with dashes, slashes or the signs of year, month and day.
fn is_date(text: &str) -> bool {
    day(text).is_some()
}

/// A day as `YYYY-M-D`; a day of the week after it is no matter.
fn day(text: &str) -> Option<String> {
    let text = text.split_whitespace().next()?;
    let plain = text.replace(['年', '月', '/'], "-");
    let plain = plain.strip_suffix('日').unwrap_or(&plain);
    let parts: Vec<&str> = plain.split('-').collect();
    let digits = |part: &str, n: std::ops::RangeInclusive<usize>| {
        n.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let good = digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2);
    good.then(|| plain.to_owned())
}

/// A message whose end was not seen yet.
struct Open {
    line: u64,
    name: String,
    to: Option<String>,
    at: Result<i64, Reason>,
    /// The lines after its first, with their numbers.
    body: Vec<(u64, String)>,
    bytes: usize,
}

struct Page<'p> {
    profile: &'p Profile,
    is_web: bool,
    chat: Chat<'p>,
    passed_over: PassedOver,
    /// The day of a web page, as the last line with one says.
    date: Option<String>,
    open: Option<Open>,
    /// The first and the last of the lines in a row that belong to no message.
    stray: Vec<(u64, String)>,
    /// Whether the notice before had the time of a message, whose sender may follow.
    sender_may_follow: bool,
    /// A hand-over whose reason may follow: from, to, its time if it has one, its line.
    hand_over: Option<(String, String, Option<i64>, u64)>,
}

impl Page<'_> {
    fn line(&mut self, line: u64, text: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        let found = classify(text, self.is_web);
        if !matches!(found, Line::Nothing | Line::Why { .. }) {
            self.end_hand_over(false, sink)?;
        }
        match found {
            Line::Nothing => Ok(()),
            Line::Head { name, to, at } => self.head(line, (name, to), at, sink),
            Line::Date(_) => {
                self.close(sink)?;
                self.date = day(text);
                Ok(())
            }
            Line::Clock(clock) => self.clock(line, clock, sink),
            Line::Recall(name) => {
                let at = self.time_for_notice(sink)?;
                self.chat.notice(&Notice::Recall(name), at, line, sink)
            }
            Line::HandOver { from, to, distributed } => {
                let at = self.time_for_notice(sink)?;
                self.hand_over = Some((from.into(), to.into(), at, line));
                if distributed { self.end_hand_over(true, sink) } else { Ok(()) }
            }
            Line::Why { distributed } if self.hand_over.is_some() => {
                self.end_hand_over(distributed, sink)
            }
            Line::Why { .. } => {
                self.passed_over.count("原因");
                Ok(())
            }
            Line::Text => self.text(line, text, sink),
        }
    }

    fn end_hand_over(&mut self, distributed: bool, sink: &mut Sink<'_>) -> Result<(), Error> {
        let Some((from, to, at, line)) = self.hand_over.take() else { return Ok(()) };
        let notice = Notice::HandOver { from: &from, to: &to, distributed };
        self.chat.notice(&notice, at, line, sink)
    }

    /// The time of a notice: that of a message which has nothing else in it. Any other message
    /// ends where a notice stands.
    fn time_for_notice(&mut self, sink: &mut Sink<'_>) -> Result<Option<i64>, Error> {
        if let Some(open) = &self.open
            && open.body.is_empty()
        {
            let at = open.at.clone().ok();
            self.open = None;
            self.sender_may_follow = self.is_web;
            return Ok(at);
        }
        self.close(sink)?;
        Ok(None)
    }

    fn head(
        &mut self,
        line: u64,
        (name, to): (&str, Option<&str>),
        at: &str,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let mut name = name.to_owned();
        let mut first = line;
        if name.is_empty() {
            // The name stands on a line of its own before the time.
            let before = match &mut self.open {
                Some(open) => open.body.pop(),
                None => self.stray.pop(),
            };
            if let Some((line, text)) = before {
                first = line;
                name = text;
            }
        }
        self.close(sink)?;
        let at = self.profile.times.text(at);
        let mut to = to.map(str::to_owned);
        if let Some((from, other)) = name.split_once("-->") {
            to = Some(other.trim().to_owned());
            name = from.trim().to_owned();
        }
        self.open = Some(Open { line: first, name, to, at, body: Vec::new(), bytes: 0 });
        Ok(())
    }

    fn clock(&mut self, line: u64, clock: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.close(sink)?;
        let at = match &self.date {
            Some(date) => self.profile.times.text(&format!("{date} {clock}")),
            None => Err(Reason::Undated),
        };
        let name = String::new();
        self.open = Some(Open { line, name, to: None, at, body: Vec::new(), bytes: 0 });
        Ok(())
    }

    fn text(&mut self, line: u64, text: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        let Some(open) = &mut self.open else {
            let is_sender = std::mem::take(&mut self.sender_may_follow) && self.chat.knows(text);
            if !is_sender {
                // Only the last may be a name; the first tells the place.
                self.stray.truncate(1);
                self.stray.push((line, text.into()));
            }
            return Ok(());
        };
        open.bytes += text.len();
        if open.bytes as u64 > MAX_LINE {
            let line = open.line;
            self.open = None;
            let reason = Reason::TooLong { limit: MAX_LINE };
            return sink.reject(line, Some(Column::Text), reason);
        }
        open.body.push((line, text.into()));
        Ok(())
    }

    /// Ends the message that is open, and rejects lines that belong to none.
    fn close(&mut self, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.end_hand_over(false, sink)?;
        self.sender_may_follow = false;
        if let Some((line, _)) = self.stray.drain(..).next() {
            sink.reject(line, Some(Column::At), Reason::Undated)?;
        }
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if self.is_web {
            // The sender stands below what was written.
            open.name = open.body.pop().map_or_else(String::new, |(_, text)| text);
        }
        let body: Vec<String> = open.body.into_iter().map(|(_, text)| text).collect();
        let said = Said {
            name: &open.name,
            to: open.to.as_deref(),
            at: open.at,
            text: &body.join("\n"),
            line: open.line,
        };
        self.chat.said(&said, sink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_split_off_the_name() {
        let cases = [
            ("tb1 2026-5-1 09:00:00", Some(("tb1", "2026-5-1 09:00:00"))),
            ("tb1232026-5-1 09:00:00", Some(("tb123", "2026-5-1 09:00:00"))),
            ("某店:小美2026-05-01 9:00:00", Some(("某店:小美", "2026-05-01 9:00:00"))),
            ("2026-5-1 09:00:00", Some(("", "2026-5-1 09:00:00"))),
            ("a-b 2026-5-1 09:00:00", Some(("a-b", "2026-5-1 09:00:00"))),
            ("a-2026-5-1 09:00:00", Some(("a-", "2026-5-1 09:00:00"))),
            ("tb1 2026-5-1", None),
            ("09:00:00", None),
            ("约好 5-1 09:00:00", None),
            ("比分是 1:2:3", None),
        ];
        for (text, expected) in cases {
            assert_eq!(split_time(text), expected, "{text}");
        }
    }

    #[test]
    fn notices_are_told_from_words() {
        assert_eq!(classify("tb1撤回了一条消息", false), Line::Recall("tb1"));
        assert_eq!(classify("\"某店:小美\" 撤回了一条消息", false), Line::Recall("某店:小美"));
        let distributed = |why: &str| {
            matches!(
                classify(&format!("由 服务助手 转交给 某店:小美{why}"), false),
                Line::HandOver { from: "服务助手", to: "某店:小美", distributed: true }
            )
        };
        assert!(distributed("，原因：【离线留言自动分配】") && !distributed(""));
        assert_eq!(classify("原因：【离线留言自动分配】", true), Line::Why { distributed: true });
        assert_eq!(classify("由于转交给别人了", false), Line::Text);
        assert_eq!(classify("已读", true), Line::Nothing);
        assert_eq!(classify("撤回了一条消息吗", false), Line::Text);
    }
}
