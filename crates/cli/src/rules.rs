//! `yingda rules`: the catalogue, readable.

use std::io::{self, Write};

use comfy_table::{Cell, ContentArrangement, Table};
use rulebook::{Catalogue, Edition, Metric};
use serde::Serialize;

use crate::args::{ExplainFormat, RulesArgs};
use crate::failure::Failure;
use crate::lang::Lang;
use crate::report::plain_style;
use crate::screen::Screen;
use crate::selection;

/// Runs the command.
pub(crate) fn run(args: &RulesArgs, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let text = if args.schema {
        rulebook::schema()
    } else if args.keys {
        rulebook::reference(lang.rulebook())
    } else {
        let catalogue = selection::catalogue(args.rulebooks.as_deref(), lang)?;
        let metrics = wanted(&catalogue, args.metric.as_deref(), lang)?;
        match (args.format, args.metric.as_deref()) {
            (ExplainFormat::Json, _) => json(&metrics, lang)?,
            (ExplainFormat::Table, Some(name)) if name.contains('/') => {
                metrics.iter().map(|metric| page(&catalogue, metric, lang)).collect()
            }
            (ExplainFormat::Table, _) => list(&catalogue, &metrics, lang),
        }
    };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error)),
        _ => Ok(()),
    }
}

fn wanted<'c>(
    catalogue: &'c Catalogue,
    name: Option<&str>,
    lang: Lang,
) -> Result<Vec<&'c Metric>, Failure> {
    match name {
        None => Ok(catalogue.metrics().collect()),
        Some(name) if catalogue.platform(name).is_some() => {
            Ok(catalogue.metrics_of(name).collect())
        }
        Some(name) => Ok(vec![selection::find_metric(catalogue, name, lang)?]),
    }
}

fn list(catalogue: &Catalogue, metrics: &[&Metric], lang: Lang) -> String {
    let mut table = Table::new();
    table.load_style(plain_style());
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        lang.of("platform", "平台"),
        lang.of("metric", "指标"),
        lang.of("name", "名称"),
        lang.of("editions", "版本"),
        lang.of("confidence", "可信度"),
    ]);
    let mut last = None;
    for metric in metrics {
        let platform = catalogue.platform(&metric.platform);
        let name = platform.map_or("", |platform| lang.text(&platform.name));
        let shown = if last == Some(name) { "" } else { name };
        last = Some(name);
        let editions: Vec<&str> = metric.editions.iter().map(|one| one.id.as_str()).collect();
        let dated = metric.editions.iter().rfind(|one| !one.as_told);
        table.add_row([
            Cell::new(shown),
            Cell::new(&metric.id),
            Cell::new(lang.text(&metric.name)),
            Cell::new(editions.join(" ")),
            Cell::new(dated.map_or("", |edition| edition.confidence.word())),
        ]);
    }
    let hint = lang.of(
        "`yingda rules METRIC` shows one with its editions, sources and open readings",
        "`yingda rules 指标` 查看某一指标的各版、来源和可选读法",
    );
    format!("{table}\n{hint}\n")
}

fn page(catalogue: &Catalogue, metric: &Metric, lang: Lang) -> String {
    let mut text = format!("{}  {}\n", lang.text(&metric.name), metric.id);
    for line in wrap(lang.text(&metric.summary), 88) {
        text.push_str(&format!("{line}\n"));
    }
    for edition in &metric.editions {
        text.push_str(&format!("\n{}\n", heading(edition, lang)));
        if let Some(note) = &edition.note {
            for line in wrap(lang.text(note), 84) {
                text.push_str(&format!("  {line}\n"));
            }
        }
        for (key, value) in rulebook::axes(edition) {
            text.push_str(&format!("  {key:<26} {value}\n"));
        }
        text.push_str(&format!("  {}\n", lang.of("sources", "来源")));
        for key in &edition.sources {
            let source = catalogue.source(key);
            let title = source.map_or("", |source| source.title.as_str());
            let place = source.map_or("", |source| source.place.as_str());
            let date = source.map_or("", |source| source.date.as_str());
            text.push_str(&format!("    {key}  {title}，{date}\n      {place}\n"));
        }
        let readings = edition.readings.join(" ");
        text.push_str(&format!("  {} {readings}\n", lang.of("readings", "读法")));
        for reading in &edition.open {
            let others: Vec<&str> =
                reading.alternatives.iter().map(|other| other.name.as_str()).collect();
            let question = lang.text(&reading.question);
            let (ours, or) = lang.of(("ours", "or"), ("本书取", "或"));
            let (id, choice, others) = (&reading.id, &reading.choice, others.join(" | "));
            text.push_str(&format!("    {id}  {question}\n"));
            text.push_str(&format!("        {ours} {choice}, {or} {others}\n"));
        }
    }
    text
}

fn heading(edition: &Edition, lang: Lang) -> String {
    let from = match edition.from {
        _ if edition.as_told => lang.of("on request", "仅按要求").to_owned(),
        Some(day) => lang.of(format!("from {day}"), format!("自 {day} 起")),
        None => lang.of("start not documented", "起始日未见记载").to_owned(),
    };
    let (id, revision) = (&edition.id, edition.revision());
    let confidence = edition.confidence.word();
    lang.of(
        format!("edition {id} · {from} · {confidence} · revision {revision}"),
        format!("版本 {id} · {from} · {confidence} · 修订 {revision}"),
    )
}

/// Breaks a text into lines of a width in terminal cells; Chinese breaks anywhere.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(|c: char| c == ' ' || c >= '\u{2e80}') {
        let cells: usize = word.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum();
        if used + cells > width {
            lines.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[derive(Serialize)]
struct MetricLine<'a> {
    metric: &'a str,
    platform: &'a str,
    name: &'a str,
    summary: &'a str,
    editions: Vec<EditionLine<'a>>,
}

#[derive(Serialize)]
struct EditionLine<'a> {
    id: &'a str,
    from: Option<String>,
    as_told: bool,
    revision: String,
    confidence: &'a str,
    sources: &'a [String],
    readings: &'a [String],
    open: Vec<OpenLine<'a>>,
    rule: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct OpenLine<'a> {
    reading: &'a str,
    question: &'a str,
    choice: &'a str,
    alternatives: Vec<&'a str>,
}

fn json(metrics: &[&Metric], lang: Lang) -> Result<String, Failure> {
    let mut text = String::new();
    for metric in metrics {
        let line = MetricLine {
            metric: &metric.id,
            platform: &metric.platform,
            name: lang.text(&metric.name),
            summary: lang.text(&metric.summary),
            editions: metric.editions.iter().map(|edition| edition_line(edition, lang)).collect(),
        };
        text.push_str(&serde_json::to_string(&line).map_err(Failure::new)?);
        text.push('\n');
    }
    Ok(text)
}

fn edition_line(edition: &Edition, lang: Lang) -> EditionLine<'_> {
    EditionLine {
        id: &edition.id,
        from: edition.from.map(|day| day.to_string()),
        as_told: edition.as_told,
        revision: edition.revision(),
        confidence: edition.confidence.word(),
        sources: &edition.sources,
        readings: &edition.readings,
        open: edition
            .open
            .iter()
            .map(|reading| OpenLine {
                reading: &reading.id,
                question: lang.text(&reading.question),
                choice: &reading.choice,
                alternatives: reading.alternatives.iter().map(|other| &*other.name).collect(),
            })
            .collect(),
        rule: rulebook::axes(edition)
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_wraps_by_cells_and_words_stay_whole() {
        assert_eq!(wrap("买家首问", 4), ["买家", "首问"]);
        assert_eq!(wrap("ab cd ef", 5), ["ab", "cd ef"]);
    }
}
