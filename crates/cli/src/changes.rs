//! `yingda rules --between`: what changed between two days.

use figures::{parse_day, words};
use rulebook::{
    Catalogue, Change, Dated, Event, Metric, NamedStandard, StandardChange, axis_name,
    changes_between, standards_between,
};
use serde::Serialize;

use crate::args::ExplainFormat;
use crate::failure::Failure;
use crate::lang::Lang;

/// What happened to the editions of some metrics, and to the standards over them, after `days[0]`,
/// up to `days[1]`.
pub(crate) fn between(
    catalogue: &Catalogue,
    metrics: &[&Metric],
    days: &[String],
    format: ExplainFormat,
    lang: Lang,
) -> Result<String, Failure> {
    let [from, to] = days else { return Err(Failure::new("--between takes two days")) };
    let day = |text| parse_day("between", text).map_err(|error| Failure::of(&error, lang));
    let (from, to) = (day(from)?, day(to)?);
    if to < from {
        return Err(Failure::new(lang.of(
            format!("--between {from} {to}: the second day is before the first"),
            format!("--between {from} {to}：后一日早于前一日"),
        )));
    }
    let changes = changes_between(metrics.iter().copied(), from, to);
    let standards: Vec<&NamedStandard> = catalogue
        .platforms()
        .flat_map(|platform| catalogue.standards(&platform.id))
        .filter(|one| metrics.iter().any(|metric| metric.id == one.standard.metric))
        .collect();
    let n = (metrics.len(), standards.len());
    let standards = standards_between(standards, from, to);
    match format {
        ExplainFormat::Json => {
            let mut text: String =
                changes.iter().map(|change| json(change, lang)).collect::<Result<_, _>>()?;
            for change in &standards {
                text.push_str(&standard_json(change, lang)?);
            }
            Ok(text)
        }
        ExplainFormat::Table if changes.is_empty() && standards.is_empty() => Ok(lang.of(
            format!(
                "nothing changed after {from} up to {to} ({} metrics, {} standards)\n",
                n.0, n.1
            ),
            format!("{from} 之后至 {to} 没有变动（{} 个指标，{} 条标准）\n", n.0, n.1),
        )),
        ExplainFormat::Table => {
            let parts = [text(&changes, lang), standards_text(&standards, lang)];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Ok(parts.join("\n"))
        }
    }
}

/// Events with their days.
fn told(dated: &[Dated], lang: Lang) -> String {
    let events: Vec<String> = dated
        .iter()
        .map(|dated| format!("{} {}", dated.event.words(lang.rulebook()), dated.day))
        .collect();
    events.join(" · ")
}

/// The same of standards, which are not always dated by data days.
fn told_of_standard(dated: &[Dated], lang: Lang) -> String {
    let word = |event: Event| match event {
        Event::InForce => lang.of("in force from", "施行自"),
        other => other.words(lang.rulebook()),
    };
    let events: Vec<String> =
        dated.iter().map(|dated| format!("{} {}", word(dated.event), dated.day)).collect();
    events.join(" · ")
}

fn standards_text(changes: &[StandardChange<'_>], lang: Lang) -> String {
    let mut text = String::new();
    for StandardChange { standard, dated } in changes {
        let (name, line) = (lang.text(&standard.name), lines(standard));
        let (id, metric) = (&standard.standard.id, &standard.standard.metric);
        let sure = words::confidence_words(standard.confidence, lang.intake());
        let events = told_of_standard(dated, lang);
        text.push_str(&lang.of(
            format!("{metric}  {name}\n  standard {id} ({sure}): {line} · {events}\n"),
            format!("{metric}  {name}\n  标准 {id}（{sure}）：{line} · {events}\n"),
        ));
    }
    text
}

/// The lines of a standard as a rulebook writes them.
fn lines(standard: &NamedStandard) -> String {
    let all: Vec<String> = standard.standard.lines.iter().map(ToString::to_string).collect();
    if all.is_empty() { "–".to_owned() } else { all.join(" ") }
}

/// Of two values that list words, as `agent=answers bot=ignored`, the words that are not in both.
fn apart(old: &str, new: &str) -> (String, String) {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (old_words, new_words) = (words(old), words(new));
    let is_list = |words: &[String]| words.iter().all(|word| word.contains('='));
    if !(is_list(&old_words) && is_list(&new_words)) {
        return (old.to_owned(), new.to_owned());
    }
    let only = |these: &[String], others: &[String]| {
        let found: Vec<&str> =
            these.iter().filter(|word| !others.contains(word)).map(String::as_str).collect();
        found.join(" ")
    };
    (only(&old_words, &new_words), only(&new_words, &old_words))
}

fn text(changes: &[Change<'_>], lang: Lang) -> String {
    let mut text = String::new();
    for change in changes {
        let (metric, edition) = (change.metric, change.edition);
        let name = lang.text(&metric.name);
        let events = told(&change.dated, lang);
        let (id, sure) = (&edition.id, words::confidence_words(edition.confidence, lang.intake()));
        text.push_str(&lang.of(
            format!("{}  {name}\n  edition {id} ({sure}): {events}\n", metric.id),
            format!("{}  {name}\n  版本 {id}（{sure}）：{events}\n", metric.id),
        ));
        text.push_str(&match change.replaces {
            None => lang.of("  the first edition\n", "  首版\n").to_owned(),
            Some(old) if change.differences.is_empty() => lang.of(
                format!("  counts as edition {} does\n", old.id),
                format!("  统计方法与 {} 版相同\n", old.id),
            ),
            Some(old) => lang.of(
                format!("  against edition {}:\n", old.id),
                format!("  与 {} 版相比：\n", old.id),
            ),
        });
        for one in &change.differences {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
            let name = axis_name(one.key, lang.rulebook());
            let (old, new) = apart(&shown(&one.old), &shown(&one.new));
            text.push_str(&format!("    {} ({name}): {old} -> {new}\n", one.key));
        }
        text.push('\n');
    }
    // No empty line at the end.
    text.pop();
    text
}

/// The JSON line of a change: a contract. Fields are only ever added, at the end.
#[derive(Serialize)]
struct Line<'a> {
    of: &'static str,
    metric: &'a str,
    platform: &'a str,
    name: &'a str,
    edition: &'a str,
    revision: String,
    confidence: &'a str,
    events: Vec<EventLine>,
    replaces: Option<&'a str>,
    differences: Vec<DifferenceLine<'a>>,
}

#[derive(Serialize)]
struct EventLine {
    event: &'static str,
    day: String,
}

/// The JSON line of a standard: a contract, as [`Line`].
#[derive(Serialize)]
struct StandardLine<'a> {
    of: &'static str,
    standard: &'a str,
    metric: &'a str,
    platform: &'a str,
    name: &'a str,
    lines: Vec<String>,
    confidence: &'a str,
    events: Vec<EventLine>,
}

fn event_lines(dated: &[Dated]) -> Vec<EventLine> {
    let line = |one: &Dated| EventLine { event: one.event.word(), day: one.day.to_string() };
    dated.iter().map(line).collect()
}

fn standard_json(change: &StandardChange<'_>, lang: Lang) -> Result<String, Failure> {
    let StandardChange { standard, dated } = change;
    let line = StandardLine {
        of: "standard",
        standard: &standard.standard.id,
        metric: &standard.standard.metric,
        platform: &standard.platform,
        name: lang.text(&standard.name),
        lines: standard.standard.lines.iter().map(ToString::to_string).collect(),
        confidence: standard.confidence.word(),
        events: event_lines(dated),
    };
    let mut text = serde_json::to_string(&line).map_err(Failure::new)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct DifferenceLine<'a> {
    key: &'a str,
    old: Option<&'a str>,
    new: Option<&'a str>,
}

fn json(change: &Change<'_>, lang: Lang) -> Result<String, Failure> {
    let line = Line {
        of: "metric",
        metric: &change.metric.id,
        platform: &change.metric.platform,
        name: lang.text(&change.metric.name),
        edition: &change.edition.id,
        revision: change.edition.revision(),
        confidence: change.edition.confidence.word(),
        events: event_lines(&change.dated),
        replaces: change.replaces.map(|edition| edition.id.as_str()),
        differences: change
            .differences
            .iter()
            .map(|one| DifferenceLine {
                key: one.key,
                old: one.old.as_deref(),
                new: one.new.as_deref(),
            })
            .collect(),
    };
    let mut text = serde_json::to_string(&line).map_err(Failure::new)?;
    text.push('\n');
    Ok(text)
}
