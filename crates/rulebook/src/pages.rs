//! The catalogue as Markdown: one page a metric and an index, in both languages.

use std::fmt::Write as _;

use metric::Rule;

use crate::axes::axes;
use crate::axis_words::{Part, axis_name, length, words_of};
use crate::catalogue::Catalogue;
use crate::changes::{axis_keys, differences};
use crate::edition::{Confidence, Edition, KindOfDay, Metric, Reading, Refresh};
use crate::platform::SourceConfidence;
use crate::standard_words::standard_words;
use crate::standards::NamedStandard;
use crate::text::Lang;
use crate::units::write_length;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path under the folder of the pages, with `/`.
    pub path: String,
    /// Its text, Markdown.
    pub text: String,
}

/// The pages of a catalogue: `index.md` and `<platform>/<metric>.md`, in Chinese with
/// `.zh-CN.md`. The same catalogue gives the same bytes.
///
/// # Example
///
/// ```
/// use rulebook::{Catalogue, pages};
/// let pages = pages(Catalogue::shipped());
/// let page = pages.iter().find(|page| page.path == "jd/first-reply-30s.zh-CN.md").unwrap();
/// assert!(page.text.contains("## 各版对照"));
/// ```
#[must_use]
pub fn pages(catalogue: &Catalogue) -> Vec<Page> {
    let mut pages = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        let path = format!("index{}", extension(lang));
        pages.push(Page { path, text: index(catalogue, lang) });
        for metric in catalogue.metrics() {
            let path = format!("{}{}", metric.id, extension(lang));
            pages.push(Page { path, text: Writer::new(catalogue, metric, lang).page() });
        }
    }
    pages
}

const fn extension(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ".md",
        Lang::Zh => ".zh-CN.md",
    }
}

const fn of(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn index(catalogue: &Catalogue, lang: Lang) -> String {
    let mut text = format!("# {}\n", of(lang, "Metrics", "指标"));
    let intro = of(
        lang,
        "One page a metric: what counts, its editions side by side, sources, open readings and \
         worked cases. `cargo xtask docs` writes these pages from `rulebooks/`.",
        "每个指标一页：计什么、各版对照、来源、未定论的读法和实例。这些页面由 `cargo xtask docs` \
         根据 `rulebooks/` 写出。",
    );
    let _ = writeln!(text, "\n{intro}");
    for platform in catalogue.platforms() {
        if catalogue.metrics_of(&platform.id).next().is_none() {
            continue;
        }
        let _ = writeln!(text, "\n## {} `{}`\n", platform.name.get(lang), platform.id);
        let head = of(
            lang,
            "| metric | name | editions | confidence | open readings |",
            "| 指标 | 名称 | 版本 | 可信度 | 未定论的读法 |",
        );
        let _ = writeln!(text, "{head}\n|---|---|---|---|---|");
        for metric in catalogue.metrics_of(&platform.id) {
            let ids: Vec<String> =
                metric.editions.iter().map(|one| format!("`{}`", one.id)).collect();
            let newest = newest(metric);
            let open: Vec<&str> =
                newest.map_or(&[][..], |one| &one.open).iter().map(|one| &*one.id).collect();
            let _ = writeln!(
                text,
                "| [`{id}`]({id}{ext}) | {} | {} | {} | {} |",
                cell(metric.name.get(lang)),
                ids.join(" "),
                newest.map_or("", |one| confidence(one.confidence, lang)),
                if open.is_empty() { "–".to_owned() } else { open.join(" ") },
                id = metric.id,
                ext = extension(lang),
            );
        }
    }
    text
}

/// The newest dated edition; where all are counted on request, the first.
fn newest(metric: &Metric) -> Option<&Edition> {
    metric.editions.iter().rfind(|one| !one.as_told).or(metric.editions.first())
}

const fn confidence(found: Confidence, lang: Lang) -> &'static str {
    match found {
        Confidence::Official => of(lang, "official", "官方原文"),
        Confidence::Reposted => of(lang, "reposted", "转载"),
        Confidence::Article => of(lang, "article", "文章"),
        Confidence::Reading => of(lang, "our reading", "我们的读法"),
    }
}

const fn source_confidence(found: SourceConfidence, lang: Lang) -> &'static str {
    match found {
        SourceConfidence::Official => of(lang, "official", "官方原文"),
        SourceConfidence::Reposted => of(lang, "reposted", "转载"),
        SourceConfidence::Article => of(lang, "article", "文章"),
        SourceConfidence::Capture => of(lang, "seen on a panel or in code", "面板或代码所见"),
        SourceConfidence::Own => of(lang, "our own", "自定"),
    }
}

/// A text that stands in one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

struct Writer<'c> {
    catalogue: &'c Catalogue,
    metric: &'c Metric,
    lang: Lang,
    text: String,
}

impl<'c> Writer<'c> {
    fn new(catalogue: &'c Catalogue, metric: &'c Metric, lang: Lang) -> Self {
        Self { catalogue, metric, lang, text: String::new() }
    }

    fn of(&self, en: &'static str, zh: &'static str) -> &'static str {
        of(self.lang, en, zh)
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn section(&mut self, en: &'static str, zh: &'static str) {
        let heading = self.of(en, zh);
        self.line(format!("\n## {heading}\n"));
    }

    fn page(mut self) -> String {
        let metric = self.metric;
        let platform = self.catalogue.platform(&metric.platform);
        self.line(format!("# {} `{}`\n", metric.name.get(self.lang), metric.id));
        self.line(metric.summary.get(self.lang));
        if let Some(platform) = platform {
            let (name, zone) = (platform.name.get(self.lang), &platform.time_zone);
            let line = match self.lang {
                Lang::En => format!("\n{name} (`{}`), days and hours of {zone}.", platform.id),
                Lang::Zh => format!("\n{name}（`{}`），日期和时段按 {zone}。", platform.id),
            };
            self.line(line);
        }
        if let Some(other) = &metric.same_as {
            let line = match self.lang {
                Lang::En => format!("\nIts editions are those of `{other}`."),
                Lang::Zh => format!("\n各版与 `{other}` 相同。"),
            };
            self.line(line);
        }
        self.editions();
        self.rule();
        self.side_by_side();
        self.readings();
        self.standards();
        self.sources();
        self.cases();
        self.text
    }

    fn editions(&mut self) {
        let metric = self.metric;
        self.section("Editions", "各版");
        self.line(self.of(
            "| edition | first data day | announced | effective | enforced | confidence | \
             revision |",
            "| 版本 | 首个数据日 | 公示 | 生效 | 开始处罚 | 可信度 | 修订 |",
        ));
        self.line("|---|---|---|---|---|---|---|");
        for edition in &metric.editions {
            let day =
                |day: Option<metric::Day>| day.map_or("–".to_owned(), |day| day.to_string());
            let from = match edition.from {
                _ if edition.as_told => self.of("on request only", "仅按要求统计").to_owned(),
                None => self.of("start not documented", "起始日未见记载").to_owned(),
                Some(from) => from.to_string(),
            };
            self.line(format!(
                "| `{}` | {from} | {} | {} | {} | {} | `{}` |",
                edition.id,
                day(edition.announced),
                day(edition.effective),
                day(edition.enforced),
                confidence(edition.confidence, self.lang),
                edition.revision(),
            ));
        }
        for edition in metric.editions.iter().filter(|one| !one.refresh.is_empty()) {
            let all: Vec<String> = edition.refresh.iter().map(|one| self.refresh(one)).collect();
            let told = match self.lang {
                Lang::En => format!("\n`{}`: shown anew {}.", edition.id, all.join("; ")),
                Lang::Zh => format!("\n`{}`：{}刷新一次。", edition.id, all.join("；")),
            };
            self.line(told);
        }
        for edition in &metric.editions {
            if let Some(note) = &edition.note {
                let colon = self.of(": ", "：");
                self.line(format!("\n`{}`{colon}{}", edition.id, note.get(self.lang)));
            }
        }
    }

    /// How often a figure is shown anew, and for whom.
    fn refresh(&self, one: &Refresh) -> String {
        let every = length(&write_length(one.every.0), self.lang).unwrap_or_default();
        let days = one.days.map(|days| match days {
            KindOfDay::Workday => self.of("on working days", "工作日"),
            KindOfDay::DayOff => self.of("on days off", "休息日"),
        });
        match self.lang {
            Lang::En => {
                let grade = one.grade.as_ref().map(|grade| format!("for accounts of `{grade}`"));
                let words = [Some(format!("every {every}")), grade, days.map(str::to_owned)];
                words.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            Lang::Zh => {
                let grade = one.grade.as_ref().map(|grade| format!("`{grade}` 账号"));
                let words = [grade, days.map(str::to_owned), Some(format!("每{every}"))];
                words.into_iter().flatten().collect::<Vec<_>>().concat()
            }
        }
    }

    /// What the newest edition says, part by part.
    fn rule(&mut self) {
        let Some(edition) = newest(self.metric) else { return };
        let heading = match self.lang {
            Lang::En => format!("\n## The rule, edition `{}`", edition.id),
            Lang::Zh => format!("\n## 规则（`{}` 版）", edition.id),
        };
        self.line(heading);
        let words = words_of(&edition.rule, self.lang);
        for part in Part::ALL {
            let mut sentences = words.iter().filter(|one| one.part == part).peekable();
            if sentences.peek().is_none() {
                continue;
            }
            self.line(format!("\n### {}\n", capital(part.heading(self.lang))));
            for one in sentences {
                self.line(format!("- {}", one.sentence));
            }
        }
    }

    /// All editions as a table, the axes that differ first and marked.
    fn side_by_side(&mut self) {
        let editions = &self.metric.editions;
        let all: Vec<_> = editions.iter().map(axes).collect();
        self.section("Editions side by side", "各版对照");
        self.line(self.of(
            "Every axis as a rulebook writes it; ≠ marks those on which editions differ.",
            "每一项按规则文件的写法列出；≠ 表示各版不同。",
        ));
        let ids: Vec<String> = editions.iter().map(|one| format!(" `{}` |", one.id)).collect();
        self.line(format!("\n| {} | |{}", self.of("axis", "项目"), ids.concat()));
        self.line(format!("|---|---|{}", "---|".repeat(ids.len())));
        for key in axis_keys(all.iter().map(Vec::as_slice)) {
            let values: Vec<Option<&str>> = all
                .iter()
                .map(|axes| axes.iter().find(|(known, _)| *known == key))
                .map(|found| found.map(|(_, value)| value.as_str()))
                .collect();
            let differs = values.iter().any(|value| *value != values[0]);
            let shown: Vec<String> = values
                .iter()
                .map(|value| match value {
                    None => " – |".to_owned(),
                    Some(value) => format!(" `{}` |", cell(value)),
                })
                .collect();
            let mark = if differs { "≠" } else { "" };
            let name = axis_name(key, self.lang);
            self.line(format!("| {name} `{key}` | {mark} |{}", shown.concat()));
        }
    }

    /// The lines that the platform draws through the metric, and what follows.
    fn standards(&mut self) {
        let all: Vec<&NamedStandard> = self
            .catalogue
            .standards(&self.metric.platform)
            .filter(|one| one.standard.metric == self.metric.id)
            .collect();
        if all.is_empty() {
            return;
        }
        self.section("Standards", "标准");
        self.line(self.of(
            "`yingda standing` holds a shop against them.",
            "`yingda standing` 按这些标准看店铺达不达标。",
        ));
        for named in all {
            let told = if named.as_told {
                self.of(", as told by an article", "，文章的说法")
            } else {
                ""
            };
            let (open, close) = (self.of(" (", "（"), self.of(")", "）"));
            self.line(format!(
                "\n### {} `{}`{open}{}{told}{close}\n",
                named.name.get(self.lang),
                named.standard.id,
                confidence(named.confidence, self.lang),
            ));
            for (i, sentence) in standard_words(named, self.lang).iter().enumerate() {
                let mark = if i == 0 { "" } else { "→ " };
                self.line(format!("- {mark}{sentence}"));
            }
            let keys = named.sources.join(" ");
            let colon = self.of(": ", "：");
            self.line(format!("- {}{colon}{keys}", self.of("sources", "来源")));
            for open in &named.open {
                let others: Vec<String> =
                    open.alternatives.iter().map(|(name, _)| format!("`{name}`")).collect();
                let others = others.join(self.of(", ", "、"));
                let question = open.question.get(self.lang);
                let (id, choice) = (&open.id, &open.choice);
                let line = match self.lang {
                    Lang::En => {
                        format!("- open, `{id}`: {question} Ours `{choice}`, else {others}.")
                    }
                    Lang::Zh => {
                        format!("- 未定论 `{id}`：{question}我们取 `{choice}`，另有 {others}。")
                    }
                };
                self.line(line);
            }
            if let Some(note) = &named.note {
                self.line(format!("\n{}", note.get(self.lang)));
            }
        }
    }

    fn readings(&mut self) {
        let metric = self.metric;
        self.section("Open readings", "未定论的读法");
        let mut any = false;
        for edition in &metric.editions {
            for reading in &edition.open {
                if !any {
                    self.line(self.of(
                        "What the sources leave open. `--reading R6=drop` counts under another \
                         answer, `--band` under all of them, `yingda calibrate` finds the one \
                         that a panel's own figures follow.",
                        "来源没有说清的地方。`--reading R6=drop` 按另一种读法统计，`--band` 按\
                         全部读法给出区间，`yingda calibrate` 用面板上的数字找出平台所用的读法。",
                    ));
                    self.line(self.of(
                        "\n| reading | editions | question | our answer | other answers |",
                        "\n| 读法 | 版本 | 问题 | 我们取 | 其他 |",
                    ));
                    self.line("|---|---|---|---|---|");
                }
                any = true;
                if self.is_told_before(edition, reading) {
                    continue;
                }
                self.reading(edition, reading);
            }
        }
        if !any {
            self.line(self.of("None is open.", "没有。"));
        }
        self.line(
            self.of("\nAll readings that an edition rests on:\n", "\n各版所依据的全部读法：\n"),
        );
        for edition in &metric.editions {
            let all = if edition.readings.is_empty() {
                "–".to_owned()
            } else {
                edition.readings.join(" ")
            };
            let colon = self.of(": ", "：");
            self.line(format!("- `{}`{colon}{all}", edition.id));
        }
    }

    /// Whether an earlier edition leaves the same question open with the same answers.
    fn is_told_before(&self, edition: &Edition, reading: &Reading) -> bool {
        self.same(reading).next().is_some_and(|first| first.id != edition.id)
    }

    /// The editions that leave this question open, with the same answer of ours and the same
    /// others.
    fn same<'r>(&'r self, reading: &'r Reading) -> impl Iterator<Item = &'r Edition> {
        self.metric.editions.iter().filter(move |edition| {
            edition.reading(&reading.id).is_some_and(|other| {
                other.question == reading.question && other.names().eq(reading.names())
            })
        })
    }

    fn reading(&mut self, edition: &Edition, reading: &Reading) {
        let editions: Vec<String> = self.same(reading).map(|one| format!("`{}`", one.id)).collect();
        let others: Vec<String> = reading
            .alternatives
            .iter()
            .map(|other| {
                format!("`{}`: {}", other.name, self.effect(edition, reading, &other.name))
            })
            .collect();
        self.line(format!(
            "| {} | {} | {} | `{}` | {} |",
            reading.id,
            editions.join(" "),
            cell(reading.question.get(self.lang)),
            reading.choice,
            cell(&others.join("<br>")),
        ));
    }

    /// What another answer to a reading changes, in words.
    fn effect(&self, edition: &Edition, reading: &Reading, answer: &str) -> String {
        let Ok(other) = edition.rule(&[(&reading.id, answer)]) else { return String::new() };
        told_differences(&edition.rule, &other, self.lang).join(self.of(" ", ""))
    }

    fn sources(&mut self) {
        self.section("Sources", "来源");
        self.line(self.of(
            "| key | editions | title | confidence | date | place |",
            "| 键 | 版本 | 标题 | 可信度 | 日期 | 出处 |",
        ));
        self.line("|---|---|---|---|---|---|");
        let mut keys: Vec<&str> = Vec::new();
        for key in self.metric.editions.iter().flat_map(|one| &one.sources) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        for key in keys {
            let editions: Vec<String> = self
                .metric
                .editions
                .iter()
                .filter(|one| one.sources.iter().any(|source| source == key))
                .map(|one| format!("`{}`", one.id))
                .collect();
            let editions = editions.join(" ");
            let line = match self.catalogue.source(key) {
                None => format!("| {key} | {editions} | | | | |"),
                Some(source) => format!(
                    "| {key} | {editions} | {} | {} | {} | {} |",
                    cell(source.title.get(self.lang)),
                    source_confidence(source.confidence, self.lang),
                    cell(&source.date),
                    cell(source.place.get(self.lang)),
                ),
            };
            self.line(line);
        }
    }

    fn cases(&mut self) {
        let Some(cases) = self.catalogue.cases(&self.metric.id) else { return };
        self.section("Worked cases", "实例");
        self.line(
            self.of("Each is a test of the program.", "每一例都是程序的测试；说明以英文书写。"),
        );
        let mut in_fence = false;
        self.text.push('\n');
        for line in cases.lines() {
            in_fence ^= line.starts_with("```");
            // One level below this page's sections.
            let deeper = if line.starts_with('#') && !in_fence { "##" } else { "" };
            self.line(format!("{deeper}{line}"));
        }
    }
}

/// The sentences of a rule that another one does not say.
pub(crate) fn told_differences(old: &Rule, new: &Rule, lang: Lang) -> Vec<String> {
    let before = words_of(old, lang);
    let told: Vec<String> = words_of(new, lang)
        .into_iter()
        .filter(|axis| !before.contains(axis))
        .map(|axis| axis.sentence)
        .collect();
    if !told.is_empty() {
        return told;
    }
    // What goes without saying now was said before.
    let quoted = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    differences(old, new)
        .into_iter()
        .map(|one| format!("{}: `{}`", axis_name(one.key, lang), quoted(one.new)))
        .collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
