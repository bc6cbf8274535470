//! `yingda rules`: the catalogue, readable.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use comfy_table::{Cell, ContentArrangement, Table};
use figures::{selection, words};
use rulebook::{Catalogue, Edition, Metric, Part, Reading, differences};
use serde::Serialize;

use crate::args::{ExplainFormat, RulesArgs};
use crate::catalogue;
use crate::changes;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::report::plain_style;
use crate::screen::Screen;

/// Runs the command.
pub(crate) fn run(args: &RulesArgs, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let text = if args.schema {
        rulebook::schema()
    } else if args.keys {
        rulebook::reference(lang.rulebook())
    } else {
        let catalogue = catalogue::of(args.rulebooks.as_deref(), lang)?;
        if let Some(folder) = &args.pages {
            return write_pages(&catalogue, folder, lang);
        }
        let metrics = wanted(&catalogue, args, lang)?;
        let is_page = |name: &String| name.contains('/');
        match (&args.between, args.format) {
            (Some(days), format) => changes::between(&catalogue, &metrics, days, format, lang)?,
            (None, ExplainFormat::Json) => json(&catalogue, &metrics, lang)?,
            (None, ExplainFormat::Table) if args.metrics.iter().any(is_page) => {
                let pages: Vec<String> = metrics
                    .iter()
                    .map(|metric| page(&catalogue, metric, args.cases, lang))
                    .collect();
                pages.join("\n")
            }
            (None, ExplainFormat::Table) => list(&catalogue, &metrics, lang),
        }
    };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error)),
        _ => Ok(()),
    }
}

/// Writes the reference pages into a folder, and makes it where it is missing.
fn write_pages(catalogue: &Catalogue, folder: &Path, lang: Lang) -> Result<(), Failure> {
    for page in rulebook::pages(catalogue) {
        let path = folder.join(&page.path);
        let parent = path.parent().unwrap_or(folder);
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, &page.text));
        written.map_err(|error| {
            Failure::new(lang.of(
                format!("{}: cannot write: {error}", path.display()),
                format!("{}：无法写入：{error}", path.display()),
            ))
        })?;
    }
    Ok(())
}

/// The metrics that were named, of the platforms that were named; each once.
fn wanted<'c>(
    catalogue: &'c Catalogue,
    args: &RulesArgs,
    lang: Lang,
) -> Result<Vec<&'c Metric>, Failure> {
    for platform in &args.platform {
        if catalogue.platform(platform).is_none() {
            let known: Vec<&str> = catalogue.platforms().map(|one| one.id.as_str()).collect();
            let known = known.join(" ");
            return Err(Failure::new(lang.of(
                format!("--platform `{platform}`: no such platform; there are {known}"),
                format!("--platform `{platform}`：没有这个平台；现有 {known}"),
            )));
        }
    }
    let mut found: Vec<&Metric> = Vec::new();
    for name in &args.metrics {
        let named: Vec<&Metric> = match catalogue.platform(name) {
            Some(_) => catalogue.metrics_of(name).collect(),
            None => {
                let found = selection::find_metric(catalogue, name);
                vec![found.map_err(|error| Failure::of(&error, lang))?]
            }
        };
        for metric in named {
            if !found.iter().any(|known| known.id == metric.id) {
                found.push(metric);
            }
        }
    }
    if args.metrics.is_empty() {
        found = catalogue.metrics().collect();
    }
    found.retain(|one| args.platform.is_empty() || args.platform.contains(&one.platform));
    Ok(found)
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
            Cell::new(
                dated.map_or("", |edition| {
                    words::confidence_words(edition.confidence, lang.intake())
                }),
            ),
        ]);
    }
    let hint = lang.of(
        "`yingda rules METRIC` shows one with its editions, sources and open readings",
        "`yingda rules 指标` 查看某一指标的各版、来源和可选读法",
    );
    format!("{table}\n{hint}\n")
}

fn page(catalogue: &Catalogue, metric: &Metric, with_cases: bool, lang: Lang) -> String {
    let mut text = format!("{}  {}\n", lang.text(&metric.name), metric.id);
    for line in wrap(lang.text(&metric.summary), 88) {
        text.push_str(&format!("{line}\n"));
    }
    text.push_str(&in_words(metric, lang));
    text.push_str(&side_by_side(metric, lang));
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
            let title = source.map_or("", |source| lang.text(&source.title));
            let place = source.map_or("", |source| lang.text(&source.place));
            let date = source.map_or("", |source| source.date.as_str());
            let confidence = source.map_or("", |source| source.confidence.word());
            text.push_str(&format!("    {key}  {title} · {date} · {confidence}\n      {place}\n"));
        }
        let readings = edition.readings.join(" ");
        text.push_str(&format!("  {} {readings}\n", lang.of("readings", "读法")));
        for reading in &edition.open {
            text.push_str(&open_reading(edition, reading, lang));
        }
    }
    text.push_str(&standards(catalogue, metric, lang));
    text.push_str(&cases(catalogue, metric, with_cases, lang));
    text
}

/// The lines that the platform draws through a metric, and what follows.
fn standards(catalogue: &Catalogue, metric: &Metric, lang: Lang) -> String {
    let mut text = String::new();
    let of_metric =
        catalogue.standards(&metric.platform).filter(|one| one.standard.metric == metric.id);
    for (i, named) in of_metric.enumerate() {
        if i == 0 {
            text.push_str(&format!("\n{}\n", lang.of("standards", "标准")));
        }
        let told = if named.as_told { lang.of(", as told", "，文章说法") } else { "" };
        let name = lang.text(&named.name);
        let confidence = words::confidence_words(named.confidence, lang.intake());
        text.push_str(&format!("  {name}  {} ({confidence}{told})\n", named.standard.id));
        for (n, sentence) in rulebook::standard_words(named, lang.rulebook()).iter().enumerate() {
            let mark = if n == 0 { "" } else { "→ " };
            for line in wrap(&format!("{mark}{sentence}"), 84) {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    text
}

/// A question with our answer and the others, each with the axes that it changes.
fn open_reading(edition: &Edition, reading: &Reading, lang: Lang) -> String {
    let question = lang.text(&reading.question);
    let ours = lang.of("ours", "我们取");
    let mut text = format!("    {}  {question}\n        {ours} {}\n", reading.id, reading.choice);
    for other in &reading.alternatives {
        let picked = edition.rule(&[(&reading.id, &other.name)]);
        let changed = edition.rule(&[]).and_then(|own| Ok(differences(&own, &picked?)));
        let changed: Vec<String> = changed
            .unwrap_or_default()
            .into_iter()
            .map(|one| format!("{} {}", one.key, one.new.unwrap_or_else(|| "–".to_owned())))
            .collect();
        let (or, changed) = (lang.of("or", "或"), changed.join(lang.of(", ", "，")));
        text.push_str(&format!("        {or} {}: {changed}\n", other.name));
    }
    text
}

/// What the newest dated edition says, part by part.
fn in_words(metric: &Metric, lang: Lang) -> String {
    let newest = metric.editions.iter().rfind(|one| !one.as_told).or(metric.editions.first());
    let Some(edition) = newest else { return String::new() };
    let Ok(rule) = edition.rule(&[]) else { return String::new() };
    let words = rulebook::words_of(&rule, lang.rulebook());
    let mut text = String::new();
    for part in Part::ALL {
        let sentences: Vec<&str> =
            words.iter().filter(|one| one.part == part).map(|one| &*one.sentence).collect();
        if !sentences.is_empty() {
            text.push_str(&format!("\n{}\n", part.heading(lang.rulebook())));
            for line in wrap(&sentences.join(lang.of(" ", "")), 84) {
                text.push_str(&format!("  {line}\n"));
            }
        }
    }
    text
}

/// The axes on which editions differ, one column an edition; empty where there is one edition or
/// nothing differs.
fn side_by_side(metric: &Metric, lang: Lang) -> String {
    let rules: Vec<_> =
        metric.editions.iter().filter_map(|edition| edition.rule(&[]).ok()).collect();
    let Some((first, others)) = rules.split_first() else { return String::new() };
    let mut keys: Vec<&'static str> = Vec::new();
    for difference in others.iter().flat_map(|other| differences(first, other)) {
        if !keys.contains(&difference.key) {
            keys.push(difference.key);
        }
    }
    if keys.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(plain_style());
    table.set_content_arrangement(ContentArrangement::Disabled);
    let differs = lang.of("editions differ in", "各版不同之处").to_owned();
    let ids = metric.editions.iter().map(|edition| edition.id.clone());
    table.set_header(std::iter::once(differs).chain(ids));
    for key in keys {
        let value = |rule: &metric::Rule| {
            let found = rulebook::axes_of(rule).into_iter().find(|(known, _)| *known == key);
            found.map_or("–".to_owned(), |(_, value)| value)
        };
        table.add_row(std::iter::once(key.to_owned()).chain(rules.iter().map(value)));
    }
    format!("\n{table}\n")
}

/// The worked cases: their titles, or all of them.
fn cases(catalogue: &Catalogue, metric: &Metric, in_full: bool, lang: Lang) -> String {
    let Some(cases) = catalogue.cases(&metric.id) else { return String::new() };
    if in_full {
        return format!("\n{cases}");
    }
    let titles: Vec<&str> = cases.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    let n = titles.len();
    let mut text = lang.of(
        format!("\n{n} worked cases (`--cases` shows them)\n"),
        format!("\n{n} 个实例（`--cases` 查看全文）\n"),
    );
    for title in titles {
        text.push_str(&format!("  {title}\n"));
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
    let confidence = words::confidence_words(edition.confidence, lang.intake());
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
    standards: Vec<StandardLine<'a>>,
}

#[derive(Serialize)]
struct StandardLine<'a> {
    standard: &'a str,
    name: &'a str,
    lines: Vec<String>,
    as_told: bool,
    confidence: &'a str,
    sources: &'a [String],
    words: Vec<String>,
}

fn standard_line(named: &rulebook::NamedStandard, lang: Lang) -> StandardLine<'_> {
    StandardLine {
        standard: &named.standard.id,
        name: lang.text(&named.name),
        lines: named.standard.lines.iter().map(ToString::to_string).collect(),
        as_told: named.as_told,
        confidence: named.confidence.word(),
        sources: &named.sources,
        words: rulebook::standard_words(named, lang.rulebook()),
    }
}

#[derive(Serialize)]
struct EditionLine<'a> {
    id: &'a str,
    from: Option<String>,
    announced: Option<String>,
    effective: Option<String>,
    enforced: Option<String>,
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

fn json(catalogue: &Catalogue, metrics: &[&Metric], lang: Lang) -> Result<String, Failure> {
    let mut text = String::new();
    for metric in metrics {
        let line = MetricLine {
            metric: &metric.id,
            platform: &metric.platform,
            name: lang.text(&metric.name),
            summary: lang.text(&metric.summary),
            editions: metric.editions.iter().map(|edition| edition_line(edition, lang)).collect(),
            standards: catalogue
                .standards(&metric.platform)
                .filter(|one| one.standard.metric == metric.id)
                .map(|one| standard_line(one, lang))
                .collect(),
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
        announced: edition.announced.map(|day| day.to_string()),
        effective: edition.effective.map(|day| day.to_string()),
        enforced: edition.enforced.map(|day| day.to_string()),
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
