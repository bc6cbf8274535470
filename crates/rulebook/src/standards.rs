//! `standards.toml` to typed standards: the lines that a platform draws, and what follows.

use std::ops::Range;

use metric::{
    Amount, Begins, Comparison, Condition, Consequence, Lasts, Line, Minimum, Often, Over, Period,
    Rhythm, Role, Sanction, Season, Standard, Unit,
};

use crate::compile::unknown_source;
use crate::diagnostic::{Code, Diagnostic, say};
use crate::edition::{Confidence, Metric};
use crate::platform::Source;
use crate::standard_keys::STANDARDS;
use crate::text::Text;
use crate::toml_file;
use crate::units;
use crate::walk::{Block, Completeness, Named, Value, quoted, shown};

/// A standard with its name, and what it rests on.
#[derive(Clone, Debug)]
pub struct NamedStandard {
    /// The standard.
    pub standard: Standard,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub name: Text,
    /// The names of the lines of a grade, in their order; else empty.
    pub grades: Vec<Text>,
    /// An article's claim: assessed only on request.
    pub as_told: bool,
    /// Keys of [`crate::Catalogue::source`].
    pub sources: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What a reader should know. Absent: nothing.
    pub note: Option<Text>,
    /// What the sources leave open.
    pub open: Vec<StandardReading>,
}

/// A question that the sources leave open about a standard, with our answer and the others.
#[derive(Clone, Debug)]
pub struct StandardReading {
    /// Its name.
    pub id: String,
    /// The question.
    pub question: Text,
    /// The name of our answer, which the standard itself expresses.
    pub choice: String,
    /// The other answers by name, each with the standard that follows.
    pub alternatives: Vec<(String, Standard)>,
}

/// A season with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSeason {
    /// The platform's id.
    pub platform: String,
    /// The season.
    pub season: Season,
    /// Its name.
    pub name: Text,
    /// Keys of [`crate::Catalogue::source`].
    pub sources: Vec<String>,
    /// What a reader should know. Absent: nothing.
    pub note: Option<Text>,
}

/// What standards may refer to.
pub(crate) struct Known<'a> {
    pub(crate) metrics: &'a [Metric],
    pub(crate) sources: &'a [Source],
}

/// Reads `standards.toml`. `None` when anything is wrong with it.
pub(crate) fn read(
    platform: &str,
    text: &str,
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Vec<NamedSeason>, Vec<NamedStandard>)> {
    let n_before = problems.len();
    let (block, completeness) = toml_file::read(text, STANDARDS, problems);
    let blocks = block.tables("season").iter().chain(block.tables("standard"));
    let mut starts: Vec<usize> = blocks.map(|block| block.span.start).collect();
    starts.push(text.len());
    starts.sort_unstable();
    let seasons = Vec::new();
    let mut reader = Reader { platform, known, completeness, starts, seasons, problems };
    for block in block.tables("season") {
        reader.season(block);
    }
    let mut standards: Vec<NamedStandard> = Vec::new();
    for block in block.tables("standard") {
        let Some(standard) = reader.standard(block) else { continue };
        if standards.iter().any(|known| known.standard.id == standard.standard.id) {
            reader.problems.push(same_id(&standard.standard.id, block.place("id")));
        }
        standards.push(standard);
    }
    let seasons = reader.seasons;
    (problems.len() == n_before).then_some((seasons, standards))
}

struct Reader<'a> {
    platform: &'a str,
    known: &'a Known<'a>,
    completeness: Completeness,
    /// Where seasons and standards start, in order, and where the file ends.
    starts: Vec<usize>,
    seasons: Vec<NamedSeason>,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn sources(&mut self, block: &Block) -> Vec<String> {
        let keys = block.texts("source");
        for (key, span) in keys {
            unknown_source(key, span, self.known.sources, self.problems);
        }
        keys.iter().map(|(key, _)| key.clone()).collect()
    }

    fn season(&mut self, block: &Block) {
        let sources = self.sources(block);
        let dated = match block.get("dated").map(|found| &found.value) {
            Some(Value::DayPairs(pairs)) => pairs.clone(),
            _ => Vec::new(),
        };
        let yearly = match block.get("yearly").map(|found| &found.value) {
            Some(Value::MonthDayPairs(pairs)) => pairs.clone(),
            _ => Vec::new(),
        };
        let is_whole = self.completeness == Completeness::Whole;
        let is_written = block.get("dated").is_some() || block.get("yearly").is_some();
        if is_whole && !is_written && !self.mentions(&block.span) {
            self.wrong(
                Code::MissingKey,
                block.span.clone(),
                say!("a season without days", "没有日期的时期"),
                say!("`dated` or `yearly` is required here", "这里必须写 `dated` 或 `yearly`"),
            );
        }
        if let Some((from, to)) = dated.iter().find(|(from, to)| to < from) {
            self.wrong(
                Code::Order,
                block.place("dated"),
                say!("{to} is before {from}", "{to} 早于 {from}"),
                say!("expected the same day or a later one", "应为同一天或更晚"),
            );
        }
        let Some(id) = block.text("id") else { return };
        if self.seasons.iter().any(|known| known.season.id == id) {
            self.problems.push(same_id(id, block.place("id")));
        }
        self.seasons.push(NamedSeason {
            platform: self.platform.to_owned(),
            season: Season { id: id.to_owned(), dated, yearly },
            name: block.bilingual("name").cloned().unwrap_or_default(),
            sources,
            note: block.bilingual("note").cloned(),
        });
    }

    fn standard(&mut self, block: &Block) -> Option<NamedStandard> {
        let n_before = self.problems.len();
        let sources = self.sources(block);
        let role = block.word("role").and_then(Role::from_word).unwrap_or(Role::Requirement);
        let id = block.text("id")?;
        let mut standard = Standard::new(id, block.text("metric")?, role);
        standard.edition = block.text("edition").map(str::to_owned);
        standard.over = match block.get("over").map(|found| &found.value) {
            Some(Value::Over(over)) => Some(*over),
            _ => None,
        };
        standard.minimum = self.minimum(block);
        standard.rhythm = self.rhythm(block);
        standard.each_of = small(block.whole("each-of").unwrap_or(1));
        (standard.from, standard.to) = self.days(block);
        standard.conditions = conditions(block);
        standard.seasons = self.seasons_of(block, "season");
        standard.except_seasons = self.seasons_of(block, "except-season");
        let grades = self.lines(block, &mut standard);
        for one in block.tables("consequence") {
            standard.consequences.extend(self.consequence(one, role));
        }
        self.fits(block, &standard);
        let confidence = block.word("confidence").and_then(|word| {
            Confidence::WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
        })?;
        let is_sound = self.problems.len() == n_before && !self.mentions(&block.span);
        let open: Vec<StandardReading> = block
            .named("reading")
            .iter()
            .filter_map(|named| self.reading(named, &standard, is_sound))
            .collect();
        Some(NamedStandard {
            standard,
            platform: self.platform.to_owned(),
            name: block.bilingual("name").cloned().unwrap_or_default(),
            grades,
            as_told: block.flag("as-told"),
            sources,
            confidence,
            note: block.bilingual("note").cloned(),
            open,
        })
    }

    fn minimum(&mut self, block: &Block) -> Option<Minimum> {
        let number = |name| block.whole(name).and_then(|number| u32::try_from(number).ok());
        let (least, above) = (number("minimum"), number("minimum-above"));
        if least.is_some() && above.is_some() {
            self.contradiction(
                block.place("minimum-above"),
                say!("there are two minima", "写了两个最少样本数"),
                say!("keep `minimum` or `minimum-above`", "`minimum` 和 `minimum-above` 只留一个"),
            );
        }
        least.map(Minimum::AtLeast).or(above.map(Minimum::MoreThan))
    }

    fn rhythm(&mut self, block: &Block) -> Rhythm {
        let day = block.whole("check-day");
        let word = block.word("check").unwrap_or("daily");
        if day.is_some() && word != "monthly" {
            self.no_effect(
                block.place("check-day"),
                say!("bears only on `check = \"monthly\"`", "只对 `check = \"monthly\"` 起作用"),
            );
        }
        match word {
            "weekly" => Rhythm::Weekly,
            "half-monthly" => Rhythm::HalfMonthly,
            "monthly" => Rhythm::Monthly { day: small(day.unwrap_or(1)) as u8 },
            "on-application" => Rhythm::OnApplication,
            _ => Rhythm::Daily,
        }
    }

    fn days(&mut self, block: &Block) -> (Option<metric::Day>, Option<metric::Day>) {
        let (from, to) = (block.day("from"), block.day("to"));
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            self.wrong(
                Code::Order,
                block.place("to"),
                say!("`to` ({to}) is before `from` ({from})", "`to`（{to}）早于 `from`（{from}）"),
                say!("expected the same day or a later one", "应为同一天或更晚"),
            );
        }
        (from, to)
    }

    fn seasons_of(&mut self, block: &Block, key: &str) -> Vec<Season> {
        let mut found = Vec::new();
        for (id, span) in block.texts(key) {
            match self.seasons.iter().find(|known| known.season.id == *id) {
                Some(known) => found.push(known.season.clone()),
                None => {
                    let names: Vec<&str> =
                        self.seasons.iter().map(|known| known.season.id.as_str()).collect();
                    let problem = unknown_season(id, span.clone(), &names);
                    self.problems.push(problem);
                }
            }
        }
        found
    }

    /// Puts the lines into the standard; the names of grades.
    fn lines(&mut self, block: &Block, standard: &mut Standard) -> Vec<Text> {
        let grades = block.tables("grade");
        standard.lines = match block.line("line") {
            Some(line) if grades.is_empty() => vec![line],
            _ => grades.iter().filter_map(|grade| grade.line("line")).collect(),
        };
        let is_grade = standard.role == Role::Grade;
        if is_grade != (block.get("grade").is_some()) || (is_grade && block.get("line").is_some()) {
            let (key, other) = if is_grade { ("line", "role") } else { ("grade", "role") };
            let place =
                if block.get(key).is_some() { block.place(key) } else { block.place(other) };
            self.contradiction(
                place,
                say!(
                    "grades have several lines, everything else has one",
                    "分等级的有多条线，其他的只有一条"
                ),
                say!(
                    "write `role = \"grade\"` with `[[standard.grade]]`, or `line`",
                    "写 `role = \"grade\"` 并用 `[[standard.grade]]`，或写 `line`"
                ),
            );
        } else if standard.lines.is_empty()
            && standard.role != Role::Notice
            && self.completeness == Completeness::Whole
            && !self.mentions(&block.span)
            && block.get("line").is_none()
        {
            self.wrong(
                Code::MissingKey,
                block.span.clone(),
                say!("`line` is missing", "缺少 `line`"),
                say!("only a notice has no line", "只有提示（notice）可以没有线"),
            );
        }
        for (better, (worse, block)) in
            standard.lines.iter().zip(standard.lines.iter().zip(grades).skip(1))
        {
            if !is_stricter(better, worse) {
                self.wrong(
                    Code::Order,
                    block.place("line"),
                    say!("grades are out of order", "等级的先后不对"),
                    say!("expected a lower line than above", "应比上一条宽"),
                );
            }
        }
        grades.iter().map(|grade| grade.bilingual("name").cloned().unwrap_or_default()).collect()
    }

    fn consequence(&mut self, block: &Block, role: Role) -> Option<Consequence> {
        let what = Sanction::from_word(block.word("what")?)?;
        let lasts = self.lasts(block, role);
        let mut consequence = Consequence::new(what, lasts);
        consequence.amount = self.amount(block, what);
        consequence.may = block.flag("may");
        let (after, on) = (block.whole("begins-after"), block.whole("begins-on"));
        if after.is_some() && on.is_some() {
            self.contradiction(
                block.place("begins-on"),
                say!("it begins twice", "写了两个开始"),
                say!(
                    "keep `begins-after` or `begins-on`",
                    "`begins-after` 和 `begins-on` 只留一个"
                ),
            );
        }
        consequence.begins = on.map_or(Begins::After(small(after.unwrap_or(0))), |day| {
            Begins::OnDay(small(day) as u8)
        });
        consequence.recovery = block.line("recovery");
        if consequence.recovery.is_some() && !matches!(lasts, Lasts::Passes(_)) {
            self.no_effect(
                block.place("recovery"),
                say!(
                    "bears only on what lasts until checks pass",
                    "只对要等达标才解除的后果起作用"
                ),
            );
        }
        consequence.repeated = often(block, "repeated");
        consequence.combined = often(block, "combined");
        (consequence.from, consequence.to) = self.days(block);
        Some(consequence)
    }

    fn lasts(&mut self, block: &Block, role: Role) -> Lasts {
        let (days, passes) = (block.whole("lasts-days"), block.whole("until-passes"));
        let written = ["lasts", "lasts-days", "until-passes"];
        let mut found = written.iter().filter(|key| block.get(key).is_some());
        let first = found.next();
        if let Some(second) = found.next() {
            self.contradiction(
                block.place(second),
                say!("it lasts in two ways", "写了两种持续方式"),
                say!(
                    "keep one of `lasts`, `lasts-days`, `until-passes`",
                    "`lasts`、`lasts-days`、`until-passes` 只留一个"
                ),
            );
        }
        let lasts = match (days, passes, block.word("lasts")) {
            (Some(days), ..) => Lasts::Days(small(days)),
            (None, Some(passes), _) => Lasts::Passes(small(passes)),
            (None, None, Some("while-failing")) => Lasts::UNTIL_PASS,
            _ => Lasts::Once,
        };
        if let Some(key) = first.filter(|_| role == Role::Gate && lasts != Lasts::Once) {
            self.no_effect(
                block.place(key),
                say!("a gate decides each application by itself", "门槛只决定每次报名，不会持续"),
            );
        }
        lasts
    }

    fn amount(&mut self, block: &Block, what: Sanction) -> Option<Amount> {
        let points = |name: &str| match block.get(name)?.value {
            Value::Points(class, tenths) => Some((class, tenths)),
            _ => None,
        };
        let wrong = |key: &&&str| {
            let fits = match **key {
                "points" | "week-cap" => what == Sanction::Points,
                _ => matches!(what, Sanction::Fine | Sanction::Deposit),
            };
            block.get(key).is_some() && !fits
        };
        if let Some(key) = ["points", "week-cap", "yuan", "yuan-to"].iter().find(wrong) {
            self.no_effect(
                block.place(key),
                say!("does not go with `{what}`", "与 `{what}` 不符", what = what.word()),
            );
        }
        if let Some((class, tenths)) = points("points") {
            let week_cap = points("week-cap").map(|(_, cap)| cap);
            return Some(Amount::Points { class, tenths, week_cap });
        }
        let yuan = |name| block.whole(name).and_then(|yuan| u32::try_from(yuan).ok());
        let from = yuan("yuan")?;
        let to = yuan("yuan-to").unwrap_or(from);
        if to < from {
            self.wrong(
                Code::Order,
                block.place("yuan-to"),
                say!("`yuan-to` is below `yuan`", "`yuan-to` 小于 `yuan`"),
                say!("expected at least as much", "不应更小"),
            );
        }
        Some(Amount::Yuan(from, to))
    }

    /// Whether the standard and its metric go together.
    fn fits(&mut self, block: &Block, standard: &Standard) {
        let metrics = self.known.metrics;
        let own = format!("{}/", self.platform);
        let found = metrics.iter().find(|metric| metric.id == standard.metric);
        let Some(metric) = found.filter(|metric| metric.id.starts_with(&own)) else {
            let ids = metrics.iter().map(|metric| metric.id.as_str());
            let ids: Vec<&str> = ids.filter(|id| id.starts_with(&own)).collect();
            self.unknown(block, "metric", &standard.metric, &ids);
            return;
        };
        if let Some(id) = &standard.edition
            && metric.edition(id).is_none()
        {
            let ids: Vec<&str> = metric.editions.iter().map(|one| one.id.as_str()).collect();
            self.unknown(block, "edition", id, &ids);
            return;
        }
        let edition = match &standard.edition {
            Some(id) => metric.edition(id),
            None => metric.editions.iter().rfind(|edition| !edition.as_told),
        };
        let Some(rule) = edition.or(metric.editions.last()).map(|edition| &edition.rule) else {
            return;
        };
        let unit = Unit::of(rule.figure);
        if standard.lines.iter().any(|line| Some(line.unit) != unit) {
            let key = if block.get("line").is_some() { "line" } else { "grade" };
            self.contradiction(
                block.place(key),
                say!(
                    "the line is not in the unit of `{metric}`",
                    "这条线的单位与 `{metric}` 不同",
                    metric = shown(&standard.metric)
                ),
                match unit {
                    Some(Unit::Length) => {
                        say!("write a length, as `< 40s`", "写时长，如 `< 40s`")
                    }
                    _ => say!("write a share, as `>= 70%`", "写比率，如 `>= 70%`"),
                },
            );
        }
        if rule.figure.needs_waits() {
            self.contradiction(
                block.place("metric"),
                say!(
                    "the figure of `{metric}` cannot be added up from days",
                    "`{metric}` 的数值不能由每天相加得到",
                    metric = shown(&standard.metric)
                ),
                say!("choose another metric", "请换一个指标"),
            );
        }
        let over = standard.over(rule.period);
        if matches!(over, Over::Period(period) if period.is_by_samples()) {
            self.contradiction(
                block.place("over"),
                say!("samples, not days, say what the window holds", "窗口由样本而不是日子决定"),
                say!(
                    "write `over`, as `over = {{ days = 30, lag = 1 }}`",
                    "写明 `over`，如 `over = {{ days = 30, lag = 1 }}`"
                ),
            );
        }
        self.rhythm_fits(block, standard, over);
    }

    /// A natural period is checked when it has ended.
    fn rhythm_fits(&mut self, block: &Block, standard: &Standard, over: Over) {
        let wanted = match over {
            Over::HalfMonth => "half-monthly",
            Over::Period(Period::Week) => "weekly",
            Over::Period(Period::Months { .. }) => "monthly",
            Over::Period(_) => return,
        };
        let given = match standard.rhythm {
            Rhythm::Weekly => "weekly",
            Rhythm::HalfMonthly => "half-monthly",
            Rhythm::Monthly { .. } => "monthly",
            // Who applies is asked for the last one that has ended.
            Rhythm::OnApplication => wanted,
            Rhythm::Daily => "daily",
        };
        if given != wanted {
            let key = if block.get("check").is_some() { "check" } else { "over" };
            self.contradiction(
                block.place(key),
                say!(
                    "what it looks at changes `{wanted}`, and is checked `{given}`",
                    "所看的窗口按 `{wanted}` 更换，却按 `{given}` 检查"
                ),
                say!("write `check = \"{wanted}\"`", "写 `check = \"{wanted}\"`"),
            );
        }
        if standard.each_of > 1 {
            self.no_effect(
                block.place("each-of"),
                say!("bears only on windows that move with the day", "只对随日移动的窗口起作用"),
            );
        }
    }

    fn reading(
        &mut self,
        named: &Named,
        standard: &Standard,
        is_sound: bool,
    ) -> Option<StandardReading> {
        let mut alternatives = Vec::new();
        for other in named.block.named("alternative") {
            let mut changed = standard.clone();
            if let Some(line) = other.block.line("line") {
                changed.lines = vec![line];
            }
            changed.minimum = self.minimum(&other.block).or(changed.minimum);
            if let Some(recovery) = other.block.line("recovery") {
                let waits = |one: &&mut Consequence| matches!(one.lasts, Lasts::Passes(_));
                for one in changed.consequences.iter_mut().filter(waits) {
                    one.recovery = Some(recovery);
                }
            }
            if is_sound && changed == *standard {
                self.wrong(
                    Code::Switch,
                    other.span.clone(),
                    say!(
                        "`{name}` changes nothing",
                        "`{name}` 什么也没有改",
                        name = shown(&other.name)
                    ),
                    say!("expected another answer", "应为另一种答案"),
                );
            }
            alternatives.push((other.name.clone(), changed));
        }
        Some(StandardReading {
            id: named.name.clone(),
            question: named.block.bilingual("question")?.clone(),
            choice: named.block.text("choice")?.to_owned(),
            alternatives,
        })
    }

    /// Whether anything was already said of a season or standard: then what is missing there may
    /// be in it.
    fn mentions(&self, header: &Range<usize>) -> bool {
        let end = self.starts.iter().find(|start| **start > header.start).copied();
        let region = header.start..end.unwrap_or(usize::MAX);
        self.problems.iter().any(|problem| region.contains(&problem.span.start))
    }

    fn wrong(&mut self, code: Code, span: Range<usize>, title: Text, label: Text) {
        self.problems.push(Diagnostic::new(code, span, title, label));
    }

    fn contradiction(&mut self, span: Range<usize>, title: Text, help: Text) {
        let label = say!("does not go together", "互相矛盾");
        let problem = Diagnostic::new(Code::Contradiction, span, title, label);
        self.problems.push(problem.help(help.en, help.zh));
    }

    fn no_effect(&mut self, span: Range<usize>, label: Text) {
        let title = say!("a key has no effect here", "这个键在这里不起作用");
        let problem = Diagnostic::new(Code::NoEffect, span, title, label);
        self.problems.push(problem.help("leave it out", "去掉它"));
    }

    fn unknown(&mut self, block: &Block, key: &str, id: &str, known: &[&str]) {
        let place = block.get(key).map_or(block.span.clone(), |found| found.value_span.clone());
        let problem = Diagnostic::new(
            Code::UnknownMetric,
            place,
            say!("there is no {key} `{id}` here", "这里没有 `{id}`", id = shown(id)),
            say!("not in the rulebooks", "规则里没有"),
        );
        self.problems.push(suggest(problem, id, known));
    }
}

fn suggest(problem: Diagnostic, id: &str, known: &[&str]) -> Diagnostic {
    match units::closest(id, known.iter().copied()) {
        Some(close) => {
            problem.help(format!("did you mean `{close}`?"), format!("是不是想写 `{close}`？"))
        }
        None if known.is_empty() => problem,
        None => problem.help(
            format!("there are {}", quoted(known, ", ")),
            format!("现有：{}", quoted(known, "、")),
        ),
    }
}

fn unknown_season(id: &str, span: Range<usize>, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::new(
        Code::UnknownSeason,
        span,
        say!("there is no season `{id}`", "没有时期 `{id}`", id = shown(id)),
        say!("not in this file", "本文件里没有"),
    );
    suggest(problem, id, known)
}

fn same_id(id: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::SameId,
        span,
        say!("`{id}` is given twice", "`{id}` 出现了两次", id = shown(id)),
        say!("already used above", "前面已经用过"),
    )
}

fn conditions(block: &Block) -> Vec<Condition> {
    let mut conditions = Vec::new();
    conditions.extend(block.whole("level-at-least").map(Condition::LevelAtLeast));
    let industries = block.texts("industry");
    if !industries.is_empty() {
        let list = industries.iter().map(|(name, _)| name.clone()).collect();
        conditions.push(Condition::Industry(list));
    }
    conditions.extend(block.text("enrolled").map(|id| Condition::Enrolled(id.to_owned())));
    conditions.extend(block.text("not-enrolled").map(|id| Condition::NotEnrolled(id.to_owned())));
    let orders = block.whole("orders-at-least").and_then(|orders| u32::try_from(orders).ok());
    conditions.extend(orders.map(Condition::Orders));
    conditions
}

fn often(block: &Block, key: &str) -> Option<Often> {
    match &block.get(key)?.value {
        Value::Table(inner) => Some(Often {
            at_least: small(inner.whole("at-least")?),
            days: small(inner.whole("days")?),
        }),
        _ => None,
    }
}

/// A number whose range the keys have checked.
fn small(number: i64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Whether whatever holds one line holds the other too, and not the other way round.
fn is_stricter(line: &Line, other: &Line) -> bool {
    let is_lower_bound =
        |line: &Line| matches!(line.comparison, Comparison::AtLeast | Comparison::MoreThan);
    if line.unit != other.unit || is_lower_bound(line) != is_lower_bound(other) {
        return false;
    }
    let order = line.value.compare(other.value);
    let order = if is_lower_bound(line) { order } else { order.reverse() };
    let is_strict =
        |line: &Line| matches!(line.comparison, Comparison::MoreThan | Comparison::LessThan);
    order.is_gt() || (order.is_eq() && is_strict(line) && !is_strict(other))
}
