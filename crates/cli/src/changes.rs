//! `yingda rules --between`: what changed between two days.

use facts::Day;
use rulebook::{Change, Metric, axis_name, changes_between};
use serde::Serialize;

use crate::args::ExplainFormat;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::selection::parse_day;

/// What happened to the editions of some metrics after `days[0]`, up to `days[1]`.
///
/// Only metrics have editions here; standards, which are dated in the same way, join as further
/// lines under another word of `of`.
pub(crate) fn between(
    metrics: &[&Metric],
    days: &[String],
    format: ExplainFormat,
    lang: Lang,
) -> Result<String, Failure> {
    let [from, to] = days else { return Err(Failure::new("--between takes two days")) };
    let (from, to) = (parse_day("--between", from, lang)?, parse_day("--between", to, lang)?);
    if to < from {
        return Err(Failure::new(lang.of(
            format!("--between {from} {to}: the second day is before the first"),
            format!("--between {from} {to}：后一日早于前一日"),
        )));
    }
    let changes = changes_between(metrics.iter().copied(), from, to);
    match format {
        ExplainFormat::Json => changes.iter().map(|change| json(change, lang)).collect(),
        ExplainFormat::Table => Ok(text(&changes, metrics.len(), (from, to), lang)),
    }
}

fn text(changes: &[Change<'_>], n_metrics: usize, (from, to): (Day, Day), lang: Lang) -> String {
    if changes.is_empty() {
        return lang.of(
            format!("nothing changed after {from} up to {to} ({n_metrics} metrics)\n"),
            format!("{from} 之后至 {to} 没有变动（{n_metrics} 个指标）\n"),
        );
    }
    let mut text = String::new();
    for change in changes {
        let (metric, edition) = (change.metric, change.edition);
        let name = lang.text(&metric.name);
        let events: Vec<String> = change
            .dated
            .iter()
            .map(|dated| format!("{} {}", dated.event.words(lang.rulebook()), dated.day))
            .collect();
        let events = events.join(" · ");
        let (id, sure) = (&edition.id, edition.confidence.word());
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
            let (old, new) = (shown(&one.old), shown(&one.new));
            text.push_str(&format!("    {} ({name}): {old} -> {new}\n", one.key));
        }
        text.push('\n');
    }
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
        events: change
            .dated
            .iter()
            .map(|dated| EventLine { event: dated.event.word(), day: dated.day.to_string() })
            .collect(),
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
