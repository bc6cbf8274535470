//! A batch as text, within a limit.

use crate::lang::{Lang, Languages};
use crate::message::{Batch, Buyers, clean};

/// How a channel writes.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Makes a foreign text plain: nothing in it is markup.
    pub(crate) plain: fn(&str) -> String,
    /// What stands before the title of a message among several, and behind it.
    pub(crate) heading: (&'static str, &'static str),
    /// What stands before a line.
    pub(crate) bullet: &'static str,
    /// What ends a line.
    pub(crate) end: &'static str,
}

/// Text without markup.
pub(crate) const PLAIN: Style =
    Style { plain: str::to_owned, heading: ("", ""), bullet: "- ", end: "\n" };

/// Text in a chat, whose clients may take a name in angle brackets for a call.
pub(crate) const CHAT: Style = Style { plain: untagged, ..PLAIN };

/// Markdown as the robots know it. A list needs an empty line before it in DingTalk.
pub(crate) const MARKDOWN: Style =
    Style { plain: unmarked, heading: ("**", "**"), bullet: "- ", end: "\n" };

fn untagged(text: &str) -> String {
    text.replace('<', "＜").replace('>', "＞")
}

/// Takes the meaning out of characters that robots' Markdown gives one: their full-width likes
/// look the same. Backslashes are no way out, as not every robot knows them.
fn unmarked(text: &str) -> String {
    const MARKS: &str = "!\"#&'()*+-<>@[\\]_`{|}~";
    let wide = |c: char| {
        let marked = MARKS.contains(c) && !matches!(c, '-' | '\'' | '"' | '+');
        // The full-width forms lie in the order of ASCII.
        if marked { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }
    };
    let text: String = text.chars().map(wide).collect();
    // A name that looks like an address would become a link.
    text.replace("://", ":／／")
}

/// The title: of the first message, with the number of the others.
pub(crate) fn title(batch: &Batch, languages: Languages, buyers: Buyers, style: Style) -> String {
    let of = |lang: Lang| {
        let first = batch.messages.first();
        let first = first.map(|message| message.title.print_with(lang, buyers, style.plain));
        let first = first.unwrap_or_default();
        match others(batch) {
            0 => first,
            n => lang.of(format!("{first} (and {n} more)"), format!("{first}（另有 {n} 条）")),
        }
    };
    let titles: Vec<String> = languages.list().iter().map(|lang| of(*lang)).collect();
    titles.join(" / ")
}

fn others(batch: &Batch) -> u64 {
    batch.messages.len().saturating_sub(1) as u64 + batch.more
}

/// The lines under the title, in a language.
pub(crate) fn lines(batch: &Batch, lang: Lang, buyers: Buyers, style: Style) -> Vec<String> {
    let several = batch.messages.len() > 1;
    let mut lines = Vec::new();
    for message in &batch.messages {
        if several {
            let (before, behind) = style.heading;
            let title = message.title.print_with(lang, buyers, style.plain);
            lines.push(format!("{before}{title}{behind}"));
        }
        let print = |text: &crate::message::Text| {
            format!("{}{}", style.bullet, text.print_with(lang, buyers, style.plain))
        };
        lines.extend(message.lines.iter().map(print));
    }
    if batch.more > 0 {
        let n = batch.more;
        lines.push(lang.of(format!("{n} more are not listed"), format!("另有 {n} 条未列出")));
    }
    lines
}

/// The page of the first message that names one.
pub(crate) fn link(batch: &Batch) -> Option<&str> {
    batch.messages.iter().find_map(|message| message.link.as_deref())
}

/// Title and lines in all languages of a channel, in at most so many bytes; each language has its
/// share. What does not fit is left out by whole lines, and counted.
pub(crate) fn body(
    batch: &Batch,
    languages: Languages,
    buyers: Buyers,
    style: Style,
    max: usize,
) -> String {
    let list = languages.list();
    let share = max / list.len().max(1);
    let parts: Vec<String> = list
        .iter()
        .map(|lang| {
            let lines = lines(batch, *lang, buyers, style);
            fit(lines, *lang, style.end, share.saturating_sub(2 * style.end.len()))
        })
        .collect();
    parts.join(&style.end.repeat(2))
}

/// Lines in at most so many bytes.
pub(crate) fn fit(lines: Vec<String>, lang: Lang, end: &str, max: usize) -> String {
    let whole = lines.join(end);
    if whole.len() <= max {
        return whole;
    }
    let left_out = |n: usize| {
        lang.of(format!("… {n} more lines do not fit"), format!("…… 其余 {n} 行超出长度限制"))
    };
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        let rest = left_out(lines.len() - i);
        if out.len() + line.len() + end.len() + rest.len() > max {
            // A first line that is too long is better cut than left out.
            if out.is_empty() {
                return cut(line, max).to_owned();
            }
            out.push_str(&rest);
            break;
        }
        out.push_str(line);
        out.push_str(end);
    }
    cut(&out, max).to_owned()
}

/// The beginning of a text, in at most so many bytes, whole characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// An address of our own pages, where it is one and fits between brackets.
pub(crate) fn usable_link(link: Option<&str>) -> Option<&str> {
    let harmless = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"');
    link.filter(|link| {
        (link.starts_with("https://") || link.starts_with("http://"))
            && link.len() <= 1_000
            && link.chars().all(harmless)
    })
}

/// The keyword that a robot asks for, where the text lacks it; empty: nothing to add.
pub(crate) fn missing_keyword(keyword: Option<&str>, text: &str) -> String {
    let keyword = keyword.map(|word| clean(word, 64)).unwrap_or_default();
    if text.contains(&keyword) { String::new() } else { keyword }
}

#[cfg(test)]
mod tests {
    use facts::Instant;
    use proptest::prelude::*;

    use super::*;
    use crate::message::{Message, Text, Urgency, Value};

    fn message(id: &str, name: &str, lines: usize) -> Message {
        let title = Text::new("{shop} 有人在等", "{shop}: somebody waits")
            .with("shop", Value::Name(name.into()));
        let mut message = Message::new(id, Instant(0), Urgency::Warning, title);
        for n in 0..lines {
            let line = Text::new("第 {n} 位已等很久", "no {n} has waited for long");
            message.lines.push(line.with("n", Value::Count(n as u64)));
        }
        message
    }

    #[test]
    fn a_batch_says_how_many_there_are() {
        let batch =
            Batch { messages: vec![message("a", "甲店", 1), message("b", "乙店", 0)], more: 3 };
        let title = title(&batch, Languages::Both, Buyers::Hidden, PLAIN);
        assert_eq!(title, "甲店 有人在等（另有 4 条） / 甲店: somebody waits (and 4 more)");
        let body = body(&batch, Languages::Zh, Buyers::Hidden, MARKDOWN, 1_000);
        let expected = "**甲店 有人在等**\n- 第 0 位已等很久\n**乙店 有人在等**\n另有 3 条未列出";
        assert_eq!(body, expected);
    }

    #[test]
    fn a_name_is_no_markup() {
        let name = "<@all> [点我](https://x.example) **x** `y`";
        let batch = Batch::of(message("a", name, 0));
        let title = title(&batch, Languages::Zh, Buyers::Hidden, MARKDOWN);
        let dangerous = |c: char| "<>[]()*`@".contains(c);
        assert!(!title.contains(dangerous) && !title.contains("://"), "{title}");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let batch = Batch::of(message("a", "店", 100));
        let body = body(&batch, Languages::Zh, Buyers::Hidden, PLAIN, 200);
        assert!(body.len() <= 200, "{}", body.len());
        assert!(body.ends_with("…… 其余 94 行超出长度限制"), "{body}");
    }

    #[test]
    fn only_addresses_become_links() {
        assert_eq!(usable_link(Some("https://x.example/a?b=c")), Some("https://x.example/a?b=c"));
        for wrong in ["javascript:alert(1)", "https://x) [y](z", "https://店"] {
            assert_eq!(usable_link(Some(wrong)), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_limit_is_exceeded(
            names in prop::collection::vec(".{0,80}", 1..6),
            n in 0usize..30,
            max in 0usize..2_000,
        ) {
            let messages = names.iter().map(|name| message("m", name, n)).collect();
            let batch = Batch { messages, more: n as u64 };
            for languages in [Languages::Zh, Languages::En, Languages::Both] {
                for style in [PLAIN, MARKDOWN] {
                    let body = body(&batch, languages, Buyers::Shown, style, max);
                    prop_assert!(body.len() <= max, "{} of {max}", body.len());
                }
            }
        }
    }
}
