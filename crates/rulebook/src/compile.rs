//! `rule.toml` to a metric with its editions.

use std::ops::Range;

use metric::{Day, Effect, Rule, Sample, SpecialPeriod};

use crate::check::{Contradiction, contradictions, forgotten_limit};
use crate::diagnostic::{Code, Diagnostic, say};
use crate::edition::{
    Alternative, Confidence, Edition, KindOfDay, Metric, MetricOption, Patch, Reading, Refresh,
};
use crate::keys::{Applies, METRIC};
use crate::platform::{Platform, Source};
use crate::text::Text;
use crate::toml_file;
use crate::units;
use crate::walk::{
    Block, Completeness, Named, Setting, Value, WhichPeriods, bad_id, is_id, quoted, settings,
    shown,
};

/// More combinations of open readings than this make a band that nobody can check.
const MOST_COMBINATIONS: usize = 512;

/// The last of the numbered readings.
const LAST_READING: u32 = 34;

/// What a rule may refer to.
pub(crate) struct Known<'a> {
    pub(crate) platform: Option<&'a Platform>,
    pub(crate) sources: &'a [Source],
}

/// Compiles a `rule.toml`. `None` when anything is wrong with it; the problems say what.
pub(crate) fn metric(
    platform: &str,
    name: &str,
    text: &str,
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Metric> {
    let n_before = problems.len();
    for part in [platform, name] {
        if !is_id(part) {
            problems.push(bad_id(part, 0..0));
        }
    }
    let (block, completeness) = toml_file::read(text, METRIC, problems);
    let blocks = block.tables("edition");
    let ends = blocks.iter().skip(1).map(|next| next.span.start).chain([text.len()]);
    let mut compiler = Compiler { known, completeness, region: 0..0, problems };
    let mut editions: Vec<Edition> = Vec::new();
    for (block, end) in blocks.iter().zip(ends) {
        compiler.region = block.span.start..end;
        editions.extend(compiler.edition(block));
    }
    if editions.len() == blocks.len() {
        compiler.order(&editions, blocks);
    }
    compiler.same_as(&block, platform);
    let options = options(&block);
    for edition in &mut editions {
        edition.limit_is_option = options.contains(&MetricOption::Within);
    }
    let metric = Metric {
        id: format!("{platform}/{name}"),
        platform: platform.to_owned(),
        name: block.bilingual("name").cloned().unwrap_or_default(),
        summary: block.bilingual("summary").cloned().unwrap_or_default(),
        same_as: block.text("same-as").map(str::to_owned),
        options,
        editions,
    };
    (problems.len() == n_before).then_some(metric)
}

fn options(block: &Block) -> Vec<MetricOption> {
    match block.get("options").map(|found| &found.value) {
        Some(Value::Words(words)) => words
            .iter()
            .filter_map(|word| (*word == "within").then_some(MetricOption::Within))
            .collect(),
        _ => Vec::new(),
    }
}

struct Compiler<'a> {
    known: &'a Known<'a>,
    completeness: Completeness,
    /// From the header of the edition in hand to the next one.
    region: Range<usize>,
    problems: &'a mut Vec<Diagnostic>,
}

impl Compiler<'_> {
    /// Whether nothing is wrong with the edition in hand so far: only then is it asked whether
    /// its axes fit together.
    fn is_sound(&self) -> bool {
        self.completeness == Completeness::Whole && !self.mentions_in(&self.region)
    }

    /// A metric has editions of its own, or those of another: not both, and not neither.
    fn same_as(&mut self, block: &Block, platform: &str) {
        let has_editions = block.get("edition").is_some();
        let Some(found) = block.get("same-as") else {
            let is_told = |problem: &Diagnostic| problem.title.en.starts_with("`edition`");
            let is_whole = self.completeness == Completeness::Whole;
            if !has_editions && is_whole && !self.problems.iter().any(is_told) {
                let title = say!("a metric without editions", "指标没有任何版本");
                let label = say!("expected `[[edition]]`", "应有 `[[edition]]`");
                self.problems.push(
                    Diagnostic::new(Code::MissingKey, block.span.clone(), title, label).help(
                        "write `[[edition]]`, or `same-as = \"taobao/human-reply-3m\"`",
                        "写 `[[edition]]`，或 `same-as = \"taobao/human-reply-3m\"`",
                    ),
                );
            }
            return;
        };
        let is_own = block.text("same-as").and_then(|id| id.split('/').next()) == Some(platform);
        if has_editions || is_own {
            let title = if has_editions {
                say!("`same-as` and editions of its own", "既写了 `same-as` 又写了版本")
            } else {
                say!(
                    "`same-as` names a metric of the same platform",
                    "`same-as` 指向同一平台的指标"
                )
            };
            let label = say!("one or the other", "两者只能有一个");
            self.problems.push(
                Diagnostic::new(Code::Contradiction, found.value_span.clone(), title, label)
                    .help("write one metric once", "同一个指标只写一次"),
            );
        }
    }

    fn edition(&mut self, block: &Block) -> Option<Edition> {
        let as_told = block.flag("as-told");
        let from = block.day("from");
        let id = self.edition_id(block, as_told, from);
        self.dates(block);
        let sources = block.texts("source");
        self.sources(sources);
        let readings = block.texts("readings");
        self.readings(readings);
        let settings = self.resolved(settings(block));
        let rule = self.base(&settings);
        self.hours_of(block, &rule);
        let is_sound = self.is_sound();
        if is_sound {
            self.effects(&settings, &rule);
            let is_said = |setting: &Setting| {
                setting.path == "within" || setting.path.starts_with("answer-by")
            };
            let forgotten = forgotten_limit(&rule, settings.iter().any(is_said));
            self.contradictions(&rule, forgotten, |keys| {
                keys.iter()
                    .find_map(|key| settings.iter().find(|setting| setting.path == *key))
                    .map_or(block.span.clone(), |setting| setting.span.clone())
            });
        }
        let open: Vec<Reading> = block
            .named("reading")
            .iter()
            .filter_map(|named| self.reading(named, block, is_sound.then_some(&rule)))
            .collect();
        let edition = Edition {
            id: id?,
            from,
            announced: block.day("announced"),
            effective: block.day("effective"),
            enforced: block.day("enforced"),
            as_told,
            sources: sources.iter().map(|(key, _)| key.clone()).collect(),
            confidence: confidence(block)?,
            note: block.bilingual("note").cloned(),
            refresh: block.tables("refresh").iter().filter_map(refresh).collect(),
            readings: readings.iter().map(|(id, _)| id.clone()).collect(),
            open,
            rule,
            limit_is_option: false,
        };
        if self.is_sound() {
            self.combinations(&edition, block);
        }
        Some(edition)
    }

    fn edition_id(&mut self, block: &Block, as_told: bool, from: Option<Day>) -> Option<String> {
        if as_told && from.is_some() {
            self.problems.push(
                Diagnostic::new(
                    Code::NoEffect,
                    block.place("from"),
                    say!(
                        "an edition `as-told` is never in force by date",
                        "`as-told` 的版本从不按日期生效"
                    ),
                    say!("has no effect here", "在这里不起作用"),
                )
                .help("leave out `from`, or `as-told`", "去掉 `from`，或去掉 `as-told`"),
            );
        }
        let told = as_told.then(|| "as-told".to_owned());
        let id = block
            .text("id")
            .map(str::to_owned)
            .or_else(|| from.map(|day| day.to_string()))
            .or(told);
        // Where `from` was written but not understood, that is the problem to report.
        let was_written = block.get("id").is_some() || self.completeness == Completeness::Partial;
        if id.is_none() && !was_written && !self.mentions_in(&self.region) {
            self.problems.push(
                Diagnostic::new(
                    Code::MissingKey,
                    block.span.clone(),
                    say!("an edition without `from` needs an `id`", "没有 `from` 的版本要写 `id`"),
                    say!("neither `from` nor `id`", "既没有 `from` 也没有 `id`"),
                )
                .help(
                    "where the start is documented write `from = 2022-03-01`, else an `id`",
                    "开始日期有记载就写 `from = 2022-03-01`，否则写 `id`",
                ),
            );
        }
        id
    }

    fn dates(&mut self, block: &Block) {
        let (Some(effective), Some(enforced)) = (block.day("effective"), block.day("enforced"))
        else {
            return;
        };
        if enforced < effective {
            self.problems.push(
                Diagnostic::new(
                    Code::Order,
                    block.place("enforced"),
                    say!(
                        "`enforced` ({enforced}) is before `effective` ({effective})",
                        "`enforced`（{enforced}）早于 `effective`（{effective}）",
                    ),
                    say!("expected the same day or a later one", "应为同一天或更晚"),
                )
                .also(block.place("effective"), "takes effect here", "生效日期"),
            );
        }
    }

    fn sources(&mut self, keys: &[(String, Range<usize>)]) {
        for (key, span) in keys {
            unknown_source(key, span, self.known.sources, self.problems);
        }
    }

    fn readings(&mut self, ids: &[(String, Range<usize>)]) {
        for (id, span) in ids {
            if !is_reading(id) {
                self.problems.push(unknown_reading(id, span.clone()));
            }
        }
    }

    /// Special periods as the platform defines them, in place of their ids.
    fn resolved(&mut self, mut settings: Vec<Setting>) -> Vec<Setting> {
        for setting in &mut settings {
            if let Value::Periods(which) = &setting.value {
                setting.value = Value::Special(self.periods(which));
            }
        }
        settings
    }

    fn periods(&mut self, which: &WhichPeriods) -> Vec<SpecialPeriod> {
        let all = self.known.platform.map_or(&[][..], |platform| &platform.special_periods);
        match which {
            WhichPeriods::All => all.iter().map(|named| named.period.clone()).collect(),
            WhichPeriods::None => Vec::new(),
            WhichPeriods::Ids(ids) => ids
                .iter()
                .filter_map(|(id, span)| {
                    let found = all.iter().find(|named| named.period.id == *id);
                    if found.is_none() {
                        let names = all.iter().map(|named| named.period.id.as_str()).collect();
                        self.problems.push(unknown_period(id, span.clone(), names));
                    }
                    found.map(|named| named.period.clone())
                })
                .collect(),
        }
    }

    /// The edition's rule: nobody answers and nothing limits unless the edition says so; the rest
    /// as [`Rule::new`] has it.
    fn base(&mut self, settings: &[Setting]) -> Rule {
        let mut rule = Rule::new(Sample::Round);
        rule.authors.fill(Effect::Ignored);
        rule.within = None;
        rule.special_periods = self.periods(&WhichPeriods::All);
        for setting in settings {
            setting.apply(&mut rule);
        }
        rule
    }

    fn hours_of(&mut self, block: &Block, rule: &Rule) {
        let Some(found) = block.get("hours") else { return };
        let Value::Table(hours) = &found.value else { return };
        let has = |name| hours.get(name).is_some();
        let problem = |title: Text, help: (&str, &str)| {
            let label = say!("these hours", "这些时段");
            Diagnostic::new(Code::Hours, found.value_span.clone(), title, label)
                .help(help.0, help.1)
        };
        let either =
            ("write `from` and `to`, or `intervals`", "写 `from` 和 `to`，或写 `intervals`");
        if has("intervals") && (has("from") || has("to")) {
            let title = say!("hours are given in two ways", "时段用两种方式写了");
            self.problems.push(problem(title, either));
        } else if !(has("intervals") || has("from") && has("to")) {
            if self.completeness == Completeness::Whole && !self.mentions_in(&found.value_span) {
                let title = say!("hours without a beginning or an end", "时段缺少开始或结束");
                self.problems.push(problem(title, either));
            }
        } else if let Some(text) = wrong_hours(rule) {
            let help = ("write them in order, apart from each other", "按先后写，互不重叠");
            self.problems.push(problem(text, help));
        }
    }

    fn mentions_in(&self, span: &Range<usize>) -> bool {
        self.problems.iter().any(|problem| span.contains(&problem.span.start))
    }

    /// Axes that were written and do nothing.
    fn effects(&mut self, settings: &[Setting], rule: &Rule) {
        for setting in settings {
            if !setting.key.applies.holds(rule) {
                self.problems.push(no_effect(setting));
            }
        }
    }

    fn contradictions(
        &mut self,
        rule: &Rule,
        forgotten: Option<Contradiction>,
        place: impl Fn(&[&str]) -> Range<usize>,
    ) {
        let all = forgotten.into_iter().chain(contradictions(rule));
        for Contradiction { keys, title, help } in all {
            let label = say!("does not go together", "互相矛盾");
            let mut problem = Diagnostic::new(Code::Contradiction, place(keys), title, label);
            problem.help = Some(help);
            self.problems.push(problem);
        }
    }

    fn reading(&mut self, named: &Named, edition: &Block, base: Option<&Rule>) -> Option<Reading> {
        let Named { name, span, block } = named;
        if !is_reading(name) {
            self.problems.push(unknown_reading(name, span.clone()));
        } else if !edition.texts("readings").iter().any(|(id, _)| id == name) {
            self.problems.push(
                Diagnostic::new(
                    Code::Switch,
                    span.clone(),
                    say!(
                        "`{name}` is open, but `readings` does not name it",
                        "`{name}` 有开关，`readings` 里却没有"
                    ),
                    say!("not named in `readings`", "`readings` 里没有"),
                )
                .help(
                    format!("add `\"{name}\"` to `readings`"),
                    format!("在 `readings` 里加上 `\"{name}\"`"),
                ),
            );
        }
        let choice = block.text("choice")?.to_owned();
        let alternatives: Vec<Alternative> = block
            .named("alternative")
            .iter()
            .filter_map(|named| self.alternative(named, &choice, base))
            .collect();
        let question = block.bilingual("question")?.clone();
        Some(Reading { id: name.clone(), question, choice, alternatives })
    }

    fn alternative(
        &mut self,
        named: &Named,
        choice: &str,
        base: Option<&Rule>,
    ) -> Option<Alternative> {
        let Named { name, span, block } = named;
        let n_before = self.problems.len();
        if !is_id(name) {
            self.problems.push(bad_id(name, span.clone()));
        }
        if name == choice {
            self.problems.push(Diagnostic::new(
                Code::SameId,
                span.clone(),
                say!(
                    "`{name}` is our own answer: an alternative needs another name",
                    "`{name}` 已是我们的选择，其他答案要用别的名称"
                ),
                say!("the name of `choice`", "与 `choice` 同名"),
            ));
        }
        let settings = self.resolved(settings(block));
        if let Some(base) = base.filter(|_| self.problems.len() == n_before) {
            self.patch(&settings, named, base);
        }
        Some(Alternative { name: name.clone(), patch: Patch { settings } })
    }

    /// What an alternative makes of the edition's rule.
    fn patch(&mut self, settings: &[Setting], named: &Named, base: &Rule) {
        let mut rule = base.clone();
        for setting in settings {
            setting.apply(&mut rule);
        }
        let n_before = self.problems.len();
        if let Some(title) = named.block.get("hours").and_then(|_| wrong_hours(&rule)) {
            let label = say!("these hours", "这些时段");
            let place = named.block.place("hours");
            self.problems.push(Diagnostic::new(Code::Hours, place, title, label));
        }
        self.effects(settings, &rule);
        if rule == *base && self.problems.len() == n_before {
            self.problems.push(changes_nothing(&named.name, named.span.clone()));
        }
    }

    /// Every combination of open readings must be a rule.
    fn combinations(&mut self, edition: &Edition, block: &Block) {
        let n_answers = edition.open.iter().map(|reading| reading.alternatives.len() + 1);
        let n = n_answers.fold(1_usize, usize::saturating_mul);
        if n > MOST_COMBINATIONS {
            self.problems.push(
                Diagnostic::new(
                    Code::Combinations,
                    block.place("reading"),
                    say!("the open readings have {n} combinations", "可选读法共有 {n} 种组合"),
                    say!("expected at most {most}", "最多 {most} 种", most = MOST_COMBINATIONS),
                )
                .help(
                    "leave open only what the sources leave open",
                    "来源已经写明的读法不要设开关",
                ),
            );
            return;
        }
        let wrong = edition
            .combinations()
            .find(|combination| !contradictions(&combination.rule).is_empty());
        let Some(wrong) = wrong else { return };
        let picked = |(reading, answer): &(&str, &str)| {
            let named = block.named("reading").iter().find(|named| named.name == *reading)?;
            let other = named.block.named("alternative").iter().find(|n| n.name == *answer)?;
            Some((format!("{reading}={answer}"), other.span.clone()))
        };
        let picks: Vec<(String, Range<usize>)> = wrong.picks.iter().filter_map(picked).collect();
        let names: Vec<&str> = picks.iter().map(|(name, _)| name.as_str()).collect();
        let place = picks.last().map_or(block.span.clone(), |(_, span)| span.clone());
        let names = quoted(&names, " ");
        self.contradictions(&wrong.rule, None, |_| place.clone());
        if let Some(problem) = self.problems.last_mut() {
            problem.label = say!("with {names}", "选 {names} 时");
        }
    }

    /// Ids are distinct; dated editions come in order, then those on request.
    fn order(&mut self, editions: &[Edition], blocks: &[Block]) {
        for (i, edition) in editions.iter().enumerate() {
            let here = |name| blocks[i].place(name);
            if let Some(j) = editions[..i].iter().position(|other| other.id == edition.id) {
                let id = &edition.id;
                self.problems.push(
                    Diagnostic::new(
                        Code::SameId,
                        if blocks[i].get("id").is_some() { here("id") } else { here("from") },
                        say!("two editions have the id `{id}`", "两个版本的标识都是 `{id}`"),
                        say!("the id is taken", "标识已被使用"),
                    )
                    .also(
                        blocks[j].span.clone(),
                        "by this edition",
                        "被这个版本使用",
                    ),
                );
                continue;
            }
            let Some(before) = i.checked_sub(1).map(|j| &editions[j]) else { continue };
            let title = match (before.as_told, edition.as_told) {
                (_, true) => continue,
                (true, false) => say!(
                    "a dated edition after one `as-told`",
                    "按日期生效的版本写在 `as-told` 之后"
                ),
                (false, false) if edition.from.is_none() => say!(
                    "only the first edition may leave out `from`",
                    "只有第一个版本可以不写 `from`"
                ),
                (false, false) if edition.from <= before.from => {
                    say!("editions are out of order", "版本没有按日期先后写")
                }
                (false, false) => continue,
            };
            self.problems.push(
                Diagnostic::new(
                    Code::Order,
                    here("from"),
                    title,
                    say!("expected a later day", "应为更晚的日期"),
                )
                .also(blocks[i - 1].place("from"), "after this edition", "前一个版本")
                .help(
                    "write dated editions from the earliest to the latest, then those `as-told`",
                    "先按日期从早到晚写，最后写 `as-told` 的版本",
                ),
            );
        }
    }
}

fn refresh(block: &Block) -> Option<Refresh> {
    let Value::Length(Some(every)) = block.get("every")?.value else { return None };
    let days = block.word("days").and_then(|word| {
        KindOfDay::WORDS.iter().find(|(name, _)| *name == word).map(|(_, days)| *days)
    });
    Some(Refresh { every, grade: block.text("grade").map(str::to_owned), days })
}

fn confidence(block: &Block) -> Option<Confidence> {
    let word = block.word("confidence")?;
    Confidence::WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// Whether a name is a numbered reading, or one in lower case.
fn is_reading(id: &str) -> bool {
    match id.strip_prefix('R') {
        Some(number) => {
            !number.starts_with('0')
                && number.parse::<u32>().is_ok_and(|n| (1..=LAST_READING).contains(&n))
        }
        None => is_id(id) && id.bytes().any(|byte| byte == b'-'),
    }
}

fn unknown_reading(id: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownReading,
        span,
        say!("there is no reading `{id}`", "没有读法 `{id}`", id = shown(id)),
        say!(
            "expected `R1` to `R{last}`, or a name as `special-periods`",
            "应为 `R1` 至 `R{last}`，或 `special-periods` 这样的名称",
            last = LAST_READING
        ),
    )
}

pub(crate) fn unknown_source(
    key: &str,
    span: &Range<usize>,
    sources: &[Source],
    problems: &mut Vec<Diagnostic>,
) {
    if sources.iter().any(|source| source.key == key) {
        return;
    }
    let problem = Diagnostic::new(
        Code::UnknownSource,
        span.clone(),
        say!("there is no source `{key}`", "没有来源 `{key}`", key = shown(key)),
        say!("not in `sources.toml`", "`sources.toml` 里没有"),
    );
    problems.push(match units::closest(key, sources.iter().map(|source| source.key.as_str())) {
        Some(close) => {
            problem.help(format!("did you mean `{close}`?"), format!("是不是想写 `{close}`？"))
        }
        None => problem.help(
            "add it to `sources.toml` with its title, place and date",
            "把它连同标题、出处和日期加进 `sources.toml`",
        ),
    });
}

fn unknown_period(id: &str, span: Range<usize>, names: Vec<&str>) -> Diagnostic {
    let problem = Diagnostic::new(
        Code::UnknownPeriod,
        span,
        say!(
            "the platform has no special period `{id}`",
            "平台没有特殊时期 `{id}`",
            id = shown(id)
        ),
        say!("not in `platform.toml`", "`platform.toml` 里没有"),
    );
    match units::closest(id, names.iter().copied()) {
        Some(close) => {
            problem.help(format!("did you mean `{close}`?"), format!("是不是想写 `{close}`？"))
        }
        None if names.is_empty() => problem.help(
            "add a `[[special-period]]` to `platform.toml`",
            "在 `platform.toml` 里加一个 `[[special-period]]`",
        ),
        None => problem.help(
            format!("it has {}", quoted(&names, ", ")),
            format!("现有：{}", quoted(&names, "、")),
        ),
    }
}

fn no_effect(setting: &Setting) -> Diagnostic {
    let (en, zh) = setting.key.applies.words();
    debug_assert!(setting.key.applies != Applies::Always);
    Diagnostic::new(
        Code::NoEffect,
        setting.span.clone(),
        say!("`{path}` has no effect here", "`{path}` 在这里不起作用", path = &setting.path),
        say!("bears only on {en}", "只对 {zh} 起作用"),
    )
    .help("leave it out", "去掉它")
}

fn changes_nothing(name: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::NoEffect,
        span,
        say!("the alternative `{name}` changes nothing", "答案 `{name}` 没有改动任何设置"),
        say!("same as the edition itself", "与本版相同"),
    )
    .help("give it an axis that differs, or leave it out", "写上不同的设置，或去掉它")
}

/// What is wrong with a rule's hours: empty, out of order, overlapping. `None`: nothing.
fn wrong_hours(rule: &Rule) -> Option<Text> {
    let hours = rule.hours.as_ref()?;
    if let Some((from, to)) = hours.intervals.iter().find(|(from, to)| from >= to) {
        let (from, to) = (units::write_time(*from), units::write_time(*to));
        return Some(say!(
            "hours from {from} to {to} are empty: hours over midnight are two intervals",
            "{from} 到 {to} 是空的：跨午夜的时段要写成两个"
        ));
    }
    let overlap = hours.intervals.windows(2).any(|pair| pair[0].1 > pair[1].0);
    overlap.then(|| say!("hours overlap or are out of order", "时段重叠或先后颠倒"))
}
