//! What is told to people: bilingual sentences made of numbers and names.

use facts::{Day, Instant, Span};

use crate::lang::Lang;

/// The longest name in a message, in characters.
const MAX_NAME: usize = 64;
/// The longest piece of a buyer's text in a message, in characters.
const MAX_QUOTE: usize = 100;

/// How much a message matters, from least to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Good to know.
    #[default]
    Notice,
    /// Something is about to go wrong.
    Warning,
    /// Something has gone wrong.
    Alarm,
}

impl Urgency {
    /// The word in the webhook's body.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Alarm => "alarm",
        }
    }
}

/// Whether a channel may show who the buyers are and what they wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Buyers {
    /// Neither names nor texts leave; a phrase stands in their place.
    #[default]
    Hidden,
    /// Both are shown. Somebody decided so for this channel.
    Shown,
}

/// What fills a slot of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A count.
    Count(u64),
    /// A length of time; less than a second shows as 0 seconds.
    Span(Span),
    /// A local day.
    Day(Day),
    /// A figure or a local time, as whoever counted prints it.
    Figure(String),
    /// The name of a shop, an account, a group: of ours, not of a buyer.
    Name(String),
    /// A term with a name in each language, as a rule.
    Term {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// Who a buyer is. Shown where a channel shows [`Buyers`].
    Buyer(String),
    /// What a buyer wrote. Shown where a channel shows [`Buyers`].
    Quote(String),
}

impl Value {
    /// Whether it is kept from channels that hide buyers.
    pub(crate) const fn is_buyers(&self) -> bool {
        matches!(self, Self::Buyer(_) | Self::Quote(_))
    }

    fn print(&self, lang: Lang, buyers: Buyers) -> String {
        match self {
            Self::Count(n) => n.to_string(),
            Self::Span(span) => print_span(*span, lang),
            Self::Day(day) => day.to_string(),
            Self::Figure(text) | Self::Name(text) => clean(text, MAX_NAME),
            Self::Term { zh, en } => clean(lang.of(en, zh), MAX_NAME),
            Self::Buyer(_) if buyers == Buyers::Hidden => lang.of("a buyer", "一位买家").into(),
            Self::Quote(_) if buyers == Buyers::Hidden => {
                lang.of("(text withheld)", "（内容未发送）").into()
            }
            Self::Buyer(text) => clean(text, MAX_NAME),
            Self::Quote(text) => clean(text, MAX_QUOTE),
        }
    }
}

/// A foreign text on one line: nothing in it steers a terminal or turns the line around.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut chars = text.trim().chars();
    for c in chars.by_ref().take(max) {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

fn print_span(span: Span, lang: Lang) -> String {
    let seconds = span.0.max(0) / 1_000;
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts = [(h, "h", "小时"), (m, "min", "分"), (s, "s", "秒")];
    let known = parts.into_iter().filter(|(n, ..)| *n > 0);
    let words: Vec<String> =
        known.map(|(n, en, zh)| lang.of(format!("{n} {en}"), format!("{n} {zh}"))).collect();
    if words.is_empty() { lang.of("0 s", "0 秒").into() } else { words.join(" ") }
}

/// A sentence in both languages, with named slots for what it is about.
///
/// The sentences are part of the program, so that a foreign text only comes in as a [`Value`],
/// which says what it is.
///
/// # Example
///
/// ```
/// use notify::{Buyers, Lang, Text, Value};
/// let text = Text::new("{shop} 有 {n} 位买家在等", "{n} buyers are waiting at {shop}")
///     .with("shop", Value::Name("旗舰店".into()))
///     .with("n", Value::Count(10));
/// assert_eq!(text.print(Lang::Zh, Buyers::Hidden), "旗舰店 有 10 位买家在等");
/// assert_eq!(text.print(Lang::En, Buyers::Hidden), "10 buyers are waiting at 旗舰店");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    zh: &'static str,
    en: &'static str,
    values: Vec<(&'static str, Value)>,
}

impl Text {
    /// A sentence; `{name}` is a slot. A slot that gets no value stays as it is.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, values: Vec::new() }
    }

    /// Fills a slot.
    #[must_use]
    pub fn with(mut self, slot: &'static str, value: Value) -> Self {
        self.values.push((slot, value));
        self
    }

    /// The slots with their values, in the order given.
    #[must_use]
    pub fn values(&self) -> &[(&'static str, Value)] {
        &self.values
    }

    /// The sentence in a language.
    #[must_use]
    pub fn print(&self, lang: Lang, buyers: Buyers) -> String {
        self.print_with(lang, buyers, str::to_owned)
    }

    /// The sentence in a language, what fills its slots rewritten so that it is no markup.
    pub(crate) fn print_with(
        &self,
        lang: Lang,
        buyers: Buyers,
        plain: fn(&str) -> String,
    ) -> String {
        let mut rest = lang.of(self.en, self.zh);
        let mut out = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let value = after.split_once('}').and_then(|(slot, after)| {
                let value = self.values.iter().find(|(known, _)| *known == slot)?;
                Some((&value.1, after))
            });
            match value {
                Some((value, after)) => {
                    out.push_str(&plain(&value.print(lang, buyers)));
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// Something that people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What tells it from all others, made by whoever decided to tell; the same for the same
    /// message handed over again.
    pub id: String,
    /// When it was decided.
    pub at: Instant,
    /// How much it matters.
    pub urgency: Urgency,
    /// What it is about, in one sentence.
    pub title: Text,
    /// The particulars, one sentence a line.
    pub lines: Vec<Text>,
    /// A page that shows more; absent: none.
    pub link: Option<String>,
    /// Who is to be addressed, as the channel knows them: a user's id in DingTalk or WeCom, an
    /// open id in Feishu. Mail and webhooks have no use for it.
    pub mention: Vec<String>,
    /// From when on it is of no use; absent: never.
    pub expires_at: Option<Instant>,
}

impl Message {
    /// A message without particulars.
    pub fn new(id: impl Into<String>, at: Instant, urgency: Urgency, title: Text) -> Self {
        Self {
            id: id.into(),
            at,
            urgency,
            title,
            lines: Vec::new(),
            link: None,
            mention: Vec::new(),
            expires_at: None,
        }
    }

    /// Adds a line.
    #[must_use]
    pub fn line(mut self, text: Text) -> Self {
        self.lines.push(text);
        self
    }
}

/// Messages that leave together, in the order handed over; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The messages; the first one's id is the batch's.
    pub messages: Vec<Message>,
    /// How many more there were that are only counted.
    pub more: u64,
}

impl Batch {
    /// A message on its own.
    #[must_use]
    pub fn of(message: Message) -> Self {
        Self { messages: vec![message], more: 0 }
    }

    /// The id: the same at every attempt.
    #[must_use]
    pub fn id(&self) -> &str {
        self.messages.first().map_or("", |message| &message.id)
    }

    /// The highest urgency in it.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.messages.iter().map(|message| message.urgency).max().unwrap_or_default()
    }

    /// Everybody to be addressed, once, at most 20; what is not an id is left out.
    pub(crate) fn mentions(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for id in self.messages.iter().flat_map(|message| &message.mention) {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let is_id = (1..=64).contains(&id.len()) && id.chars().all(plain) && id != "all";
            if is_id && !found.contains(&id.as_str()) && found.len() < 20 {
                found.push(id);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buyers_are_shown_where_somebody_decided_so() {
        let text = Text::new("{who}：{what}", "{who}: {what}")
            .with("who", Value::Buyer("小王".into()))
            .with("what", Value::Quote("几时发货\n在吗".into()));
        assert_eq!(text.print(Lang::Zh, Buyers::Hidden), "一位买家：（内容未发送）");
        assert_eq!(text.print(Lang::En, Buyers::Hidden), "a buyer: (text withheld)");
        assert_eq!(text.print(Lang::En, Buyers::Shown), "小王: 几时发货 在吗");
    }

    #[test]
    fn a_value_with_braces_fills_no_other_slot() {
        let text = Text::new("{a}{b}", "{a} {b} {c} {")
            .with("a", Value::Name("{b}".into()))
            .with("b", Value::Count(1));
        assert_eq!(text.print(Lang::En, Buyers::Hidden), "{b} 1 {c} {");
    }

    #[test]
    fn spans_are_printed_in_their_units() {
        let print = |ms, lang| print_span(Span(ms), lang);
        assert_eq!(print(95_999, Lang::Zh), "1 分 35 秒");
        assert_eq!(print(3_600_000, Lang::En), "1 h");
        assert_eq!(print(999, Lang::En), "0 s");
        assert_eq!(print(-5, Lang::Zh), "0 秒");
    }

    #[test]
    fn names_are_short_and_harmless() {
        assert_eq!(clean(" a\u{202e}b\u{1b}[2J ", 64), "ab [2J");
        assert_eq!(clean(&"店".repeat(65), 64), format!("{}…", "店".repeat(64)));
    }

    #[test]
    fn only_ids_are_addressed() {
        let title = Text::new("", "");
        let mut message = Message::new("m", Instant(0), Urgency::Notice, title);
        message.mention =
            ["u1", "u1", "all", "a b", "<@x>", "", "u-2.x_"].map(str::to_owned).into();
        assert_eq!(Batch::of(message).mentions(), ["u1", "u-2.x_"]);
    }
}
