//! Standings on their way out: text for people, JSON lines, CSV.

use std::io::{self, Write};
use std::path::Path;

use metric::{
    Active, Amount, Hits, Lasts, Line, Misses, PointsClass, Ratio, Role, Unassessed, Verdict,
};
use serde::Serialize;

use super::assess::{Projection, Room, Row};
use super::figures::Origin;
use super::sentences;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::report::{broken, finish, open};
use crate::screen::Screen;

/// How wide the text is, in columns of a terminal.
const WIDTH: usize = 100;

/// The JSON line of a standing: a contract. Fields are only ever added, at the end.
#[derive(Serialize)]
struct Object<'a> {
    platform: &'a str,
    shop: &'a str,
    metric: &'a str,
    standard: &'a str,
    role: &'static str,
    lines: Vec<String>,
    grade: Option<&'a str>,
    as_of: String,
    check: String,
    next_check: String,
    from: String,
    to: String,
    days: u32,
    days_known: u32,
    source: &'static str,
    samples: Option<u64>,
    minimum: Option<u64>,
    value: Option<Value>,
    verdict: &'static str,
    reason: Option<&'static str>,
    by_figure: &'static str,
    band: Option<Band>,
    crosses: Option<bool>,
    consequences: Vec<Stands>,
    headroom: Option<HeadroomObject>,
    projection: Option<Ahead>,
    editions: &'a [String],
    readings: Vec<String>,
    open: Vec<String>,
    sources: &'a [String],
    confidence: &'a str,
    as_told: bool,
}

#[derive(Serialize)]
struct Value {
    num: i64,
    den: i64,
}

impl From<Ratio> for Value {
    fn from(ratio: Ratio) -> Self {
        Self { num: ratio.num, den: ratio.den }
    }
}

#[derive(Serialize)]
struct Band {
    low: Value,
    high: Value,
}

#[derive(Serialize)]
struct Stands {
    what: &'static str,
    may: bool,
    since: String,
    until: Option<String>,
    lifted_by: Option<Passes>,
    points: Option<Points>,
    yuan: Option<[u32; 2]>,
}

#[derive(Serialize)]
struct Passes {
    passes: u16,
    so_far: u16,
    line: Option<String>,
}

#[derive(Serialize)]
struct Points {
    class: Option<&'static str>,
    tenths: u32,
    week_cap_tenths: Option<u32>,
}

#[derive(Serialize)]
struct HeadroomObject {
    from: String,
    to: String,
    samples: u64,
    until_assessed: u64,
    misses: Option<u64>,
    unlimited: bool,
    hits: Option<u64>,
    never: bool,
    closed: bool,
}

#[derive(Serialize)]
struct Ahead {
    level: Value,
    level_days: u16,
    passes_on: Option<String>,
    fails_on: Option<String>,
    worst: Vec<Worst>,
}

#[derive(Serialize)]
struct Worst {
    day: String,
    value: Option<Value>,
    leaves: String,
}

const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unassessed(_) => "not-assessed",
    }
}

const fn reason_word(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Unassessed(reason) => Some(reason.word()),
        _ => None,
    }
}

impl<'a> Object<'a> {
    fn of(row: &'a Row<'_>) -> Self {
        let standard = &row.standard;
        let grade = row.line_held.and_then(|held| row.named.grades.get(held));
        let picks = row.picks.iter().map(|(reading, answer)| format!("{reading}={answer}"));
        Self {
            platform: &row.named.platform,
            shop: &row.shop,
            metric: &standard.metric,
            standard: &standard.id,
            role: standard.role.word(),
            lines: standard.lines.iter().map(Line::to_string).collect(),
            grade: grade.map(|name| name.en.as_str()),
            as_of: row.today.to_string(),
            check: row.check.to_string(),
            next_check: row.next_check.to_string(),
            from: row.window.from.to_string(),
            to: row.window.to.to_string(),
            days: row.window.days(),
            days_known: row.window.days_known,
            source: match row.window.origin {
                Origin::Counted => "counted",
                Origin::Observed => "observed",
            },
            samples: row.window.samples(),
            minimum: row.minimum.map(metric::Minimum::least),
            value: row.window.value().map(Value::from),
            verdict: verdict_word(row.verdict),
            reason: reason_word(row.verdict),
            by_figure: verdict_word(row.by_figure),
            band: row.window.band().map(|(low, high)| Band { low: low.into(), high: high.into() }),
            crosses: row.crosses,
            consequences: row.consequences.iter().filter_map(|one| stands(row, one)).collect(),
            headroom: row.headroom.as_ref().map(headroom),
            projection: row.projection.as_ref().map(ahead),
            editions: &row.editions,
            readings: row.readings.iter().cloned().chain(picks).collect(),
            open: row.differs.iter().map(|(id, answer)| format!("{id}={answer}")).collect(),
            sources: &row.named.sources,
            confidence: row.confidence,
            as_told: row.named.as_told,
        }
    }
}

fn stands(row: &Row<'_>, active: &Active) -> Option<Stands> {
    let one = row.standard.consequences.get(active.consequence)?;
    let lifted_by = match one.lasts {
        Lasts::Passes(passes) => Some(Passes {
            passes,
            so_far: active.passes,
            line: one.recovery.map(|line| line.to_string()),
        }),
        _ => None,
    };
    let (points, yuan) = match one.amount {
        Some(Amount::Points { class, tenths, week_cap }) => {
            let class = class.map(PointsClass::word);
            (Some(Points { class, tenths, week_cap_tenths: week_cap }), None)
        }
        Some(Amount::Yuan(from, to)) => (None, Some([from, to])),
        None => (None, None),
    };
    Some(Stands {
        what: one.what.word(),
        may: one.may,
        since: active.since.to_string(),
        until: active.until.map(|until| until.to_string()),
        lifted_by,
        points,
        yuan,
    })
}

fn headroom(room: &Room) -> HeadroomObject {
    let head = &room.headroom;
    let misses = match head.misses {
        Some(Misses::AtMost(n)) => Some(n),
        _ => None,
    };
    let hits = match head.hits {
        Some(Hits::After(n)) => Some(n),
        _ => None,
    };
    HeadroomObject {
        from: room.from.to_string(),
        to: room.to.to_string(),
        samples: room.samples,
        until_assessed: head.until_assessed,
        misses,
        unlimited: head.misses == Some(Misses::Unlimited),
        hits,
        never: head.hits == Some(Hits::Never),
        closed: room.is_closed,
    }
}

fn ahead(projection: &Projection) -> Ahead {
    let worst = projection.worst.iter().map(|bad| Worst {
        day: bad.day.to_string(),
        value: bad.sides.value().map(Value::from),
        leaves: bad.leaves.to_string(),
    });
    Ahead {
        level: projection.level.into(),
        level_days: projection.level_days,
        passes_on: projection.passes_on.map(|day| day.to_string()),
        fails_on: projection.fails_on.map(|day| day.to_string()),
        worst: worst.collect(),
    }
}

/// One object a line.
pub(crate) fn json(rows: &[Row<'_>], path: Option<&Path>, lang: Lang) -> Result<(), Failure> {
    let mut out = open(path, lang)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        for row in rows {
            serde_json::to_writer(&mut *out, &Object::of(row)).map_err(io::Error::from)?;
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
    let object = Object::of(row);
    let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
    let pair = |value: Option<&Value>| match value {
        Some(Value { num, den }) => [num.to_string(), den.to_string()],
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
    let room = |pick: fn(&HeadroomObject) -> Option<u64>| number(head.and_then(pick));
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
    let mark = sentences::verdict(row, lang);
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
    let sure = crate::words::confidence_words(row.named.confidence, lang);
    let id = format!("{} {} · {sure}", row.standard.metric, row.standard.id);
    writeln!(out, "  {shown}{pad}{name}{told}")?;
    writeln!(out, "                {id}")?;
    for line in lines(row, lang) {
        for part in wrapped(&line, WIDTH - 18) {
            writeln!(out, "                {part}")?;
        }
    }
    Ok(())
}

/// What is said of a row, a sentence a line.
fn lines(row: &Row<'_>, lang: Lang) -> Vec<String> {
    let mut lines = vec![figure_line(row, lang)];
    if row.window.origin == Origin::Observed {
        lines.push(lang.of("off the platform's panel", "取自平台面板").to_owned());
    }
    if let Verdict::Unassessed(reason) = row.verdict {
        lines.push(sentences::reason(reason, row, lang));
        if row.by_figure == Verdict::Fail {
            lines.push(lang.of("by the figure alone it would fail", "仅看数值则不达标").to_owned());
        } else if row.by_figure == Verdict::Pass {
            lines.push(lang.of("by the figure alone it would pass", "仅看数值则达标").to_owned());
        }
    }
    if row.window.days_known < row.window.days() && row.window.days_known > 0 {
        let (known, days) = (row.window.days_known, row.window.days());
        lines.push(lang.of(
            format!("known are {known} of these {days} days"),
            format!("这 {days} 天中只知道 {known} 天"),
        ));
    }
    lines.extend(band_line(row, lang));
    lines.extend(consequence_lines(row, lang));
    if let Some(text) = row.headroom.as_ref().and_then(|room| sentences::room(row, room, lang)) {
        lines.push(lang.of(format!("room: {text}"), format!("余量：{text}")));
    }
    if let Some(ahead) = &row.projection {
        lines.extend(sentences::projection(row, ahead, lang));
    }
    for (reading, answer) in &row.differs {
        lines.push(lang.of(
            format!("otherwise under `{reading}={answer}`"),
            format!("若 `{reading}={answer}` 则结果不同"),
        ));
    }
    lines
}

/// What the band says, where it says more than the figure.
fn band_line(row: &Row<'_>, lang: Lang) -> Option<String> {
    let (low, high) = row.window.band()?;
    let crosses = row.crosses == Some(true);
    if row.window.origin == Origin::Observed {
        let text = lang.of(
            "the line lies among the values that print so: more places would tell",
            "标准线就在显示成这样的数值之间：要更多位数才能判断",
        );
        return crosses.then(|| text.to_owned());
    }
    let (low, high) = (
        sentences::value(Some(low), row.figure, lang),
        sentences::value(Some(high), row.figure, lang),
    );
    let decide = if crosses {
        lang.of(": the readings decide", "：达不达标取决于读法")
    } else {
        ""
    };
    (low != high || crosses).then(|| {
        lang.of(
            format!("{low} … {high} over the open readings{decide}"),
            format!("各种可选读法下 {low} … {high}{decide}"),
        )
    })
}

fn figure_line(row: &Row<'_>, lang: Lang) -> String {
    let value = sentences::value(row.window.value(), row.figure, lang);
    let samples = row
        .window
        .samples()
        .map_or(String::new(), |n| lang.of(format!(" of {n} samples"), format!("（{n} 个样本）")));
    let lines: Vec<String> = row.standard.lines.iter().map(Line::to_string).collect();
    let line = match (&lines[..], row.standard.role, row.line_held) {
        ([], ..) => String::new(),
        (_, Role::Grade, Some(held)) => {
            let name = row.named.grades.get(held).map_or("", |name| lang.text(name));
            lang.of(
                format!(", grade {name} ({})", lines[held]),
                format!("，等级 {name}（{}）", lines[held]),
            )
        }
        (all, ..) => {
            lang.of(format!(", line {}", all.join(" / ")), format!("，标准 {}", all.join(" / ")))
        }
    };
    let mut span = sentences::days(row.window.from, row.window.to);
    if row.standard.each_of > 1 {
        let n = row.standard.each_of;
        span += &lang.of(format!(" (of {n} that must each pass)"), format!("（{n} 天须各自达标）"));
    }
    format!("{value}{samples}{line}{}{span}", lang.of(", ", "，"))
}

fn consequence_lines(row: &Row<'_>, lang: Lang) -> Vec<String> {
    let mut lines = sentences::active(row, lang);
    let is_told = match row.standard.role {
        Role::Gate => row.verdict == Verdict::Fail,
        Role::Notice => {
            matches!(row.verdict, Verdict::Fail | Verdict::Unassessed(Unassessed::NoLine))
        }
        Role::Requirement | Role::Grade => false,
    };
    lines = lines.into_iter().map(|text| format!("→ {text}")).collect();
    // Gates and notices bring nothing by themselves: what hangs on them is told.
    if is_told && !row.standard.consequences.is_empty() {
        let all: Vec<String> =
            row.standard.consequences.iter().map(|one| sentences::consequence(one, lang)).collect();
        let all = all.join(lang.of(", ", "、"));
        lines.push(match row.standard.role {
            Role::Gate => format!("→ {all}"),
            _ => {
                lang.of(format!("what the text threatens: {all}"), format!("原文所列的处罚：{all}"))
            }
        });
    }
    lines
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
