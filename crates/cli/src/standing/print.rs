//! Standings on their way out: text for people, JSON lines, CSV.

use std::io::{self, Write};
use std::path::Path;

use figures::shown::Pair;
use figures::standing::{Ahead, Headroom, Row, Standing, lines, verdict};
use figures::words::confidence_words;
use metric::{Role, Verdict};

use crate::failure::{Failure, TYPED};
use crate::lang::Lang;
use crate::report::{broken, finish, open};
use crate::screen::Screen;

/// How wide the text is, in columns of a terminal.
const WIDTH: usize = 100;

/// One object a line.
pub(crate) fn json(rows: &[Row<'_>], path: Option<&Path>, lang: Lang) -> Result<(), Failure> {
    let mut out = open(path, lang)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        for row in rows {
            serde_json::to_writer(&mut *out, &Standing::of(row)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    finish(write(&mut out), lang)
}

const COLUMNS: &[&str] = &[
    "platform",
    "shop",
    "metric",
    "standard",
    "role",
    "lines",
    "grade",
    "as_of",
    "check",
    "next_check",
    "from",
    "to",
    "days",
    "days_known",
    "source",
    "samples",
    "minimum",
    "value_num",
    "value_den",
    "verdict",
    "reason",
    "by_figure",
    "band_low_num",
    "band_low_den",
    "band_high_num",
    "band_high_den",
    "crosses",
    "consequences",
    "until_assessed",
    "misses",
    "hits",
    "passes_on",
    "fails_on",
    "confidence",
    "as_told",
];

fn record(row: &Row<'_>) -> Vec<String> {
    let object = Standing::of(row);
    let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
    let pair = |value: Option<&Pair>| match value {
        Some(Pair { num, den }) => [num.to_string(), den.to_string()],
        None => [String::new(), String::new()],
    };
    let text = |text: &str| text.to_owned();
    let consequences = object.consequences.iter().map(|one| {
        let may = if one.may { "?" } else { "" };
        let until = one.until.as_deref().unwrap_or_default();
        format!("{}{may}:{}/{until}", one.what, one.since)
    });
    let consequences: Vec<String> = consequences.collect();
    let head = object.headroom.as_ref();
    let room = |pick: fn(&Headroom) -> Option<u64>| number(head.and_then(pick));
    let unlimited = head.is_some_and(|head| head.unlimited);
    let never = head.is_some_and(|head| head.never);
    let ahead = object.projection.as_ref();
    let day =
        |pick: fn(&Ahead) -> Option<&String>| ahead.and_then(pick).cloned().unwrap_or_default();
    let mut all = vec![
        text(object.platform),
        text(object.shop),
        text(object.metric),
        text(object.standard),
        text(object.role),
        object.lines.join(" "),
        text(object.grade.unwrap_or_default()),
        object.as_of,
        object.check,
        object.next_check,
        object.from,
        object.to,
        object.days.to_string(),
        object.days_known.to_string(),
        text(object.source),
        number(object.samples),
        number(object.minimum),
    ];
    all.extend(pair(object.value.as_ref()));
    all.extend([object.verdict, object.reason.unwrap_or_default(), object.by_figure].map(text));
    all.extend(pair(object.band.as_ref().map(|band| &band.low)));
    all.extend(pair(object.band.as_ref().map(|band| &band.high)));
    all.extend([
        object.crosses.map_or_else(String::new, |crosses| crosses.to_string()),
        consequences.join(" "),
        room(|head| Some(head.until_assessed)),
        if unlimited { text("unlimited") } else { room(|head| head.misses) },
        if never { text("never") } else { room(|head| head.hits) },
        day(|ahead| ahead.passes_on.as_ref()),
        day(|ahead| ahead.fails_on.as_ref()),
        text(object.confidence),
        object.as_told.to_string(),
    ]);
    all
}

/// One line a row, with a header.
pub(crate) fn csv(rows: &[Row<'_>], path: Option<&Path>, lang: Lang) -> Result<(), Failure> {
    let mut out = csv::Writer::from_writer(open(path, lang)?);
    let mut write = || -> csv::Result<()> {
        out.write_record(COLUMNS)?;
        for row in rows {
            out.write_record(record(row))?;
        }
        out.flush()?;
        Ok(())
    };
    match write() {
        Ok(()) => Ok(()),
        Err(error) => match error.into_kind() {
            csv::ErrorKind::Io(error) => finish(Err(error), lang),
            other => Err(broken(format!("{other:?}"), lang)),
        },
    }
}

/// For people: shop by shop, each standard with its verdict first.
pub(crate) fn table(rows: &[Row<'_>], path: Option<&Path>, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let color = screen.color && path.is_none();
    let mut out = open(path, lang)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        let mut last: Option<(&str, &str)> = None;
        for row in rows {
            let shop = (row.named.platform.as_str(), row.shop.as_str());
            if last != Some(shop) {
                let gap = if last.is_some() { "\n" } else { "" };
                let (platform, name) = shop;
                writeln!(out, "{gap}{name} · {platform} · {}", row.today)?;
                last = Some(shop);
            }
            block(out, row, color, lang)?;
        }
        out.flush()
    };
    finish(write(&mut out), lang)
}

fn block(out: &mut dyn Write, row: &Row<'_>, color: bool, lang: Lang) -> io::Result<()> {
    let mark = verdict(row, lang.intake());
    let paint = match (row.verdict, row.standard.role) {
        (Verdict::Unassessed(_), _) | (_, Role::Notice) => "\u{1b}[2m",
        (Verdict::Pass, _) => "\u{1b}[32m",
        (Verdict::Fail, Role::Gate) => "\u{1b}[33m",
        (Verdict::Fail, _) => "\u{1b}[31;1m",
    };
    let shown = if color { format!("{paint}{mark}\u{1b}[0m") } else { mark.to_owned() };
    let pad = " ".repeat(14usize.saturating_sub(columns(mark)).max(1));
    let name = lang.text(&row.named.name);
    let told = if row.named.as_told { lang.of(" (as told)", "（文章说法）") } else { "" };
    let sure = confidence_words(row.named.confidence, lang.intake());
    let id = format!("{} {} · {sure}", row.standard.metric, row.standard.id);
    writeln!(out, "  {shown}{pad}{name}{told}")?;
    writeln!(out, "                {id}")?;
    for line in lines(row, lang.intake(), &TYPED) {
        for part in wrapped(&line, WIDTH - 18) {
            writeln!(out, "                {part}")?;
        }
    }
    Ok(())
}

/// How many columns of a terminal a text takes: characters of East Asia take two.
fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    match c as u32 {
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// A text in lines of at most so many columns, broken at spaces or between wide characters; from
/// the second line on indented.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    // Where the line may end, in bytes.
    let mut last_break: Option<usize> = None;
    for c in text.chars() {
        if c == ' ' || (width(c) == 2 && !"，。；：、）".contains(c)) {
            last_break = Some(line.len());
        }
        if used + width(c) > most {
            let at = last_break.filter(|at| *at > 0).unwrap_or(line.len());
            let rest = line[at..].trim_start().to_owned();
            line.truncate(at);
            lines.push(line.trim_end().to_owned());
            line = format!("  {rest}");
            used = columns(&line);
            last_break = None;
        }
        if c == ' ' && line.trim().is_empty() && !lines.is_empty() {
            continue;
        }
        line.push(c);
        used += width(c);
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces_or_between_wide_characters() {
        assert_eq!(wrapped("one two three", 7), ["one two", "  three"]);
        assert_eq!(wrapped("一二三四五", 6), ["一二三", "  四五"]);
        assert_eq!(wrapped("short", 80), ["short"]);
        for text in wrapped(&"字 abc ".repeat(60), 82) {
            assert!(columns(&text) <= 82, "{text}");
        }
    }
}
