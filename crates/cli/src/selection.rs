//! Which rules are counted on which days: what was typed, turned into jobs.

use std::collections::BTreeSet;
use std::path::Path;

use facts::{Day, Instant, Interner, Log, Registry, Shop, Zone};
use metric::{BelowMinimum, Figure, Job, Judged, Plan, Published, Rule, Span, SpecialPeriod};
use rulebook::{Catalogue, Confidence, Edition, Metric};

use crate::args::RuleArgs;
use crate::failure::Failure;
use crate::input::InvalidReplies;
use crate::lang::Lang;
use crate::screen::Screen;

/// One metric, with the editions that are counted on the days of the log.
pub(crate) struct Selected<'c> {
    pub(crate) metric: &'c Metric,
    /// Number of the platform in the log.
    pub(crate) platform: u32,
    pub(crate) zone: Zone,
    pub(crate) as_of: Instant,
    /// Late facts are left out only when a past state is asked for.
    pub(crate) known_by: Instant,
    /// The local days of the log on which the metric is in force, in order.
    pub(crate) days: Vec<Day>,
    /// The first and the last local day of the log before `as_of`: of other days nothing is known.
    /// Absent: the log has no fact before it.
    pub(crate) known: Option<(Day, Day)>,
    /// The period the platform publishes over, seen on the day of `as_of`.
    pub(crate) period: (Day, Day),
    pub(crate) editions: Vec<Chosen>,
}

/// One edition, the days on which it is counted, and its rule.
pub(crate) struct Chosen {
    pub(crate) edition: Edition,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) rule: Rule,
    /// The revision of the rule.
    pub(crate) revision: String,
    pub(crate) picks: Vec<(String, String)>,
}

impl Selected<'_> {
    /// The editions that bear on an interval (both ends included).
    pub(crate) fn editions_on(&self, from: Day, to: Day) -> impl Iterator<Item = &Chosen> {
        self.editions.iter().filter(move |chosen| chosen.from <= to && from <= chosen.to)
    }

    /// The rule that says how figures are published: that of the newest edition.
    fn newest(&self) -> Option<&Rule> {
        self.editions.last().map(|chosen| &chosen.rule)
    }

    /// Whether the samples themselves say which days are in the period, or which samples.
    pub(crate) fn is_by_samples(&self) -> bool {
        self.newest().is_some_and(takes_samples)
    }

    /// Which samples of one shop the platform takes; `None` where no edition is in force.
    pub(crate) fn published(&self, samples: &mut [Judged]) -> Option<Published> {
        let rule = self.newest()?;
        let today = self.zone.day(self.as_of);
        Some(metric::published(rule.period, rule.minimum, rule.below_minimum, today, samples))
    }

    /// For means of the fastest: of how many percent.
    pub(crate) fn fastest(&self) -> u8 {
        self.newest().map_or(100, |rule| rule.fastest)
    }

    pub(crate) fn figure(&self) -> Figure {
        self.editions.last().map_or(Figure::Share, |chosen| chosen.rule.figure)
    }
}

impl Chosen {
    pub(crate) fn new(
        edition: Edition,
        (from, to): (Day, Day),
        rule: Rule,
        picks: Vec<(String, String)>,
    ) -> Self {
        let revision = edition.revision_of(&rule);
        Self { edition, from, to, rule, revision, picks }
    }

    /// The readings it rests on, those answered otherwise with their answer.
    pub(crate) fn readings(&self) -> impl Iterator<Item = String> + '_ {
        self.edition.readings.iter().map(|id| {
            match self.picks.iter().find(|(reading, _)| reading == id) {
                Some((_, answer)) => format!("{id}={answer}"),
                None => id.clone(),
            }
        })
    }
}

/// Everything that the selection of rules depends on besides the log.
pub(crate) struct Wanted<'a> {
    pub(crate) rules: &'a RuleArgs,
    pub(crate) metrics: &'a [String],
    /// Every day of the log, instead of the metric's own period.
    pub(crate) every_day: bool,
    pub(crate) lang: Lang,
}

/// What was selected, and what the user should know about it.
pub(crate) struct Selection<'c> {
    pub(crate) metrics: Vec<Selected<'c>>,
    pub(crate) notices: Vec<String>,
}

/// Whether a rule's period cannot be told without its samples.
fn takes_samples(rule: &Rule) -> bool {
    rule.period.is_by_samples() || matches!(rule.below_minimum, BelowMinimum::LastSamples(_))
}

/// The shipped rulebooks, with those of a folder in their place or beside them.
pub(crate) fn catalogue(folder: Option<&Path>, lang: Lang) -> Result<Catalogue, Failure> {
    let Some(folder) = folder else { return Ok(Catalogue::shipped().clone()) };
    let files = crate::check::rulebook_files(folder, lang)?;
    let loaded = Catalogue::shipped().extended(files);
    if !loaded.diagnostics.is_empty() {
        return Err(Failure::new(lang.of(
            format!("{}: has problems; `yingda check` shows them", folder.display()),
            format!("{}：有问题；请用 `yingda check` 查看", folder.display()),
        )));
    }
    Ok(loaded.catalogue)
}

/// What a selection looks at of a log.
#[derive(Clone, Copy)]
pub(crate) struct Outline<'l> {
    pub(crate) platforms: &'l Interner,
    pub(crate) shops: &'l [Shop],
    pub(crate) shop_names: &'l Interner,
    pub(crate) accounts: &'l Interner,
    /// At least one instant of every local day on which there is a fact.
    pub(crate) instants: &'l [i64],
}

impl<'l> Outline<'l> {
    pub(crate) fn of(log: &'l Log) -> Self {
        Self {
            platforms: &log.platforms,
            shops: &log.shops,
            shop_names: &log.shop_names,
            accounts: &log.accounts,
            instants: &log.at,
        }
    }

    /// The name of a shop by its number.
    pub(crate) fn shop_name(&self, shop: usize) -> &'l str {
        self.shops.get(shop).map_or("", |shop| self.shop_names.name(shop.name))
    }
}

/// Selects the rules for a log.
pub(crate) fn select<'c>(
    catalogue: &'c Catalogue,
    log: Outline<'_>,
    wanted: &Wanted<'_>,
) -> Result<Selection<'c>, Failure> {
    let lang = wanted.lang;
    let mut picks = Picks::parse(&wanted.rules.reading, lang)?;
    let limit = wanted.rules.limit.as_deref().map(|text| parse_limit(text, lang)).transpose()?;
    let mut selection = Selection { metrics: Vec::new(), notices: Vec::new() };
    for name in wanted.metrics {
        let metric = find_metric(catalogue, name, lang)?;
        if log.platforms.find(&metric.platform).is_none() {
            selection.notices.push(lang.of(
                format!("{name}: the log has no facts of platform `{}`", metric.platform),
                format!("{name}：日志中没有平台 `{}` 的事实", metric.platform),
            ));
        }
    }
    for name in log.platforms.iter().filter(|name| catalogue.platform(name).is_none()) {
        let known = catalogue.platforms().map(|platform| platform.id.as_str());
        selection.notices.push(no_rulebook(name, known, lang));
    }
    for platform in catalogue.platforms() {
        let Some(number) = log.platforms.find(&platform.id) else { continue };
        let transitions = platform.transitions().map_err(Failure::new)?;
        let zone = transitions.into_iter().map(|(from, offset)| (Instant(from), offset)).collect();
        let zone = Zone::new(zone).map_err(Failure::new)?;
        let clock = Clock::new(log, zone, wanted.rules, lang)?;
        for metric in catalogue.metrics_of(&platform.id) {
            if !wanted.metrics.is_empty() && !wanted.metrics.contains(&metric.id) {
                continue;
            }
            let one = choose(metric, number, &clock, wanted, limit, &mut picks)?;
            selection.notices.extend(days_not_in_force(&one, &clock, wanted));
            selection.notices.extend(counted_under(&one, &clock, lang));
            if !one.editions.is_empty() {
                selection.metrics.push(one);
            }
        }
    }
    picks.check_used(lang)?;
    check_asked(&selection, wanted)?;
    Ok(selection)
}

/// An edition or a limit that no metric took is a mistake of the call.
fn check_asked(selection: &Selection<'_>, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let lang = wanted.lang;
    if let Some(id) = &wanted.rules.edition
        && selection.metrics.is_empty()
    {
        return Err(Failure::new(lang.of(
            format!(
                "--edition `{id}`: no metric of the log's platforms has it; see `yingda rules`"
            ),
            format!("--edition `{id}`：日志所涉平台的指标都没有这一版；可用 `yingda rules` 查看"),
        )));
    }
    let takes_limit =
        |one: &Selected<'_>| one.metric.options.contains(&rulebook::MetricOption::Within);
    if let Some(limit) = &wanted.rules.limit
        && !selection.metrics.iter().any(takes_limit)
    {
        return Err(Failure::new(lang.of(
            format!("--limit {limit}: no metric counted here takes a limit; `generic/*` do"),
            format!("--limit {limit}：此处统计的指标都不能改时限；`generic/*` 可以"),
        )));
    }
    Ok(())
}

/// The job of one edition's rule.
pub(crate) fn job(
    selected: &Selected<'_>,
    chosen: &Chosen,
    rule: &Rule,
    invalid: &InvalidReplies,
    lang: Lang,
) -> Result<Job, Failure> {
    let plan = Plan::compile(rule).map_err(|problem| {
        Failure::new(lang.of(
            format!("{} {}: {problem}", selected.metric.id, chosen.edition.id),
            format!("{} {}：设置互相矛盾：{problem}", selected.metric.id, chosen.edition.id),
        ))
    })?;
    Ok(Job {
        plan: plan.with_invalid(invalid.flag(&rule.invalid_replies)),
        zone: selected.zone.clone(),
        platform: selected.platform,
        days: (chosen.from, chosen.to),
        as_of: selected.as_of,
        known_by: selected.known_by,
        keeps_samples: false,
        special_periods: rule.special_periods.clone(),
    })
}

/// When one looks, and on which local days the log has facts before that.
struct Clock {
    zone: Zone,
    as_of: Instant,
    known_by: Instant,
    today: Day,
    days: Vec<Day>,
    /// First and last day of which the log tells: between its first and its last fact, and before
    /// the moment at which one looks.
    known: Option<(Day, Day)>,
    /// The day whose editions are counted on every day. Absent: each day has its own.
    rules_on: Option<Day>,
}

impl Clock {
    fn new(log: Outline<'_>, zone: Zone, rules: &RuleArgs, lang: Lang) -> Result<Self, Failure> {
        let rules_on = rules_on(rules, lang)?;
        let all = local_days(log, &zone);
        let (as_of, known_by) = match rules.as_of.as_deref() {
            None => {
                let settled = zone.start_of(all.last().map_or(Day(0), |day| day.plus(1)));
                (settled, Instant(i64::MAX))
            }
            Some(text) => {
                let as_of = parse_as_of(text, &zone, lang)?;
                (as_of, as_of)
            }
        };
        let today = zone.day(as_of);
        let last_looked_at = zone.day(Instant(as_of.0 - 1));
        let covered = all.first().copied().zip(all.last().copied());
        let known = covered
            .map(|(first, last)| (first, last.min(last_looked_at)))
            .filter(|(first, last)| first <= last);
        let days = all.into_iter().filter(|day| zone.start_of(*day) < as_of).collect();
        Ok(Self { zone, as_of, known_by, today, days, known, rules_on })
    }
}

/// Says which special periods lie in the counted days of shops of which the registry does not say
/// whether they took part: their samples count, and need not.
pub(crate) fn tell_unknown_enrolments(
    registry: &Registry,
    log: Outline<'_>,
    metrics: &[Selected<'_>],
    screen: &Screen,
) {
    let lang = screen.lang;
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for one in metrics {
        let Some((first, last)) = one.known else { continue };
        let platform = one.metric.platform.as_str();
        let periods = one.editions.iter().flat_map(|chosen| {
            let (from, to) = (chosen.from.max(first), chosen.to.min(last));
            let meets = move |period: &&SpecialPeriod| period.from <= to && from <= period.to;
            chosen.rule.special_periods.iter().filter(meets)
        });
        for period in periods {
            if !told.insert((platform, period.id.as_str())) {
                continue;
            }
            let is_unknown = |shop: &&facts::Shop| {
                let entry = registry.shop(platform, log.shop_names.name(shop.name));
                !entry.is_some_and(|entry| {
                    entry.enrolments.iter().any(|enrolment| enrolment.period == period.id)
                })
            };
            let of_platform = log.shops.iter().filter(|shop| shop.platform == one.platform);
            let n = of_platform.filter(is_unknown).count();
            if n > 0 {
                let SpecialPeriod { id, from, to } = period;
                let shops = if n == 1 { "one shop".to_owned() } else { format!("{n} shops") };
                screen.notice(&lang.of(
                    format!(
                        "{platform}: {from} to {to} is `{id}`; whether {shops} took part is not in \
                         the registry (`enrolled`), and their samples of these days count"
                    ),
                    format!(
                        "{platform}：{from} 至 {to} 为 `{id}`；有 {n} 家店铺是否参加，店铺登记（`enrolled`）\
                         里没有，这些天的样本照常计入"
                    ),
                ));
            }
        }
    }
}

/// The day whose rules are asked for on every day. Absent: each day has its own.
pub(crate) fn rules_on(rules: &RuleArgs, lang: Lang) -> Result<Option<Day>, Failure> {
    rules.rules_on.as_deref().map(|text| parse_day("--rules-on", text, lang)).transpose()
}

fn local_days(log: Outline<'_>, zone: &Zone) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    // Neighbouring rows are mostly of the same day: two compares instead of a look-up.
    let mut current = Instant(0)..Instant(0);
    for at in log.instants {
        let at = Instant(*at);
        if !current.contains(&at) {
            let day = zone.day(at);
            days.insert(day);
            current = zone.start_of(day)..zone.start_of(day.plus(1));
        }
    }
    days
}

fn choose<'c>(
    metric: &'c Metric,
    platform: u32,
    clock: &Clock,
    wanted: &Wanted<'_>,
    limit: Option<Span>,
    picks: &mut Picks,
) -> Result<Selected<'c>, Failure> {
    let period = published_period(metric, clock, wanted)?;
    let yesterday = clock.today.plus(-1);
    let (from, to) = if wanted.every_day {
        let first = clock.days.first().copied().unwrap_or(yesterday);
        (first, clock.days.last().copied().unwrap_or(yesterday))
    } else {
        period
    };
    let in_force: Vec<(&Edition, Day, Day)> = match (&wanted.rules.edition, clock.rules_on) {
        (None, Some(day)) => {
            metric.edition_on(day).map(|edition| (edition, from, to)).into_iter().collect()
        }
        (Some(id), _) => {
            let edition = metric.edition(id);
            if edition.is_none() && wanted.metrics.contains(&metric.id) {
                return Err(no_edition(metric, id, wanted.lang));
            }
            edition.map(|edition| (edition, from, to)).into_iter().collect()
        }
        (None, None) => metric
            .editions_between(from, to)
            .into_iter()
            .map(|one| (one.edition, one.from, one.to))
            .collect(),
    };
    let editions = in_force
        .into_iter()
        .map(|(edition, from, to)| chosen(metric, edition, (from, to), limit, picks, wanted.lang))
        .collect::<Result<Vec<_>, _>>()?;
    let is_in_force =
        |day: &&Day| editions.iter().any(|chosen| chosen.from <= **day && **day <= chosen.to);
    Ok(Selected {
        metric,
        platform,
        zone: clock.zone.clone(),
        as_of: clock.as_of,
        known_by: clock.known_by,
        days: clock.days.iter().filter(is_in_force).copied().collect(),
        known: clock.known,
        period,
        editions,
    })
}

/// The days over which the platform publishes the metric, seen on the day of the clock.
fn published_period(
    metric: &Metric,
    clock: &Clock,
    wanted: &Wanted<'_>,
) -> Result<(Day, Day), Failure> {
    let yesterday = clock.today.plus(-1);
    let edition = match &wanted.rules.edition {
        Some(id) => metric.edition(id),
        None => metric.edition_on(clock.rules_on.unwrap_or(yesterday)),
    };
    let Some(edition) = edition else { return Ok((yesterday, yesterday)) };
    let rule =
        edition.rule(&[]).map_err(|error| Failure::new(error.message(wanted.lang.rulebook())))?;
    if takes_samples(&rule) {
        let first = clock.days.first().copied().unwrap_or(yesterday);
        return Ok((first.min(yesterday), yesterday));
    }
    Ok(rule.period.ending(clock.today))
}

/// An edition with the limit and the readings that were asked for, as far as it takes them.
fn chosen(
    metric: &Metric,
    edition: &Edition,
    (from, to): (Day, Day),
    limit: Option<Span>,
    picks: &mut Picks,
    lang: Lang,
) -> Result<Chosen, Failure> {
    let mut edition = edition.clone();
    if let Some(limit) = limit
        && metric.options.contains(&rulebook::MetricOption::Within)
    {
        edition = edition
            .with_limit(limit)
            .map_err(|error| Failure::new(error.message(lang.rulebook())))?;
    }
    let own = picks.of(&edition);
    let borrowed: Vec<(&str, &str)> = own.iter().map(|(r, a)| (&**r, &**a)).collect();
    let rule =
        edition.rule(&borrowed).map_err(|error| Failure::new(error.message(lang.rulebook())))?;
    Ok(Chosen::new(edition, (from, to), rule, own))
}

/// The confidence of a figure is that of its least sure edition.
pub(crate) fn weakest<'a>(editions: impl Iterator<Item = &'a Chosen>) -> Confidence {
    editions.map(|chosen| chosen.edition.confidence).max().unwrap_or(Confidence::Reading)
}

/// Readings answered otherwise, and whether any edition took them.
struct Picks {
    all: Vec<(String, String, bool)>,
}

impl Picks {
    fn parse(texts: &[String], lang: Lang) -> Result<Self, Failure> {
        let one = |text: &String| match text.split_once('=') {
            Some((reading, answer)) if !reading.is_empty() && !answer.is_empty() => {
                Ok((reading.trim().to_owned(), answer.trim().to_owned(), false))
            }
            _ => Err(Failure::new(lang.of(
                format!("--reading `{text}`: expected READING=ANSWER, as `R6=drop`"),
                format!("--reading `{text}`：应为 读法=选项，如 `R6=drop`"),
            ))),
        };
        Ok(Self { all: texts.iter().map(one).collect::<Result<_, _>>()? })
    }

    fn of(&mut self, edition: &Edition) -> Vec<(String, String)> {
        let mut own = Vec::new();
        for (reading, answer, used) in &mut self.all {
            if edition.reading(reading).is_some() {
                *used = true;
                own.push((reading.clone(), answer.clone()));
            }
        }
        own
    }

    fn check_used(&self, lang: Lang) -> Result<(), Failure> {
        match self.all.iter().find(|(_, _, used)| !used) {
            None => Ok(()),
            Some((reading, _, _)) => Err(Failure::new(lang.of(
                format!(
                    "--reading {reading}: is not open in any edition counted here; \
                     `yingda rules METRIC` lists the open ones"
                ),
                format!("--reading {reading}：此处所用的各版中没有这个可选读法；可用 `yingda rules 指标` 查看"),
            ))),
        }
    }
}

fn days_not_in_force(
    selected: &Selected<'_>,
    clock: &Clock,
    wanted: &Wanted<'_>,
) -> Option<String> {
    if wanted.rules.edition.is_some() || clock.rules_on.is_some() {
        return None;
    }
    let in_period =
        |day: &&Day| wanted.every_day || (selected.period.0 <= **day && **day <= selected.period.1);
    let is_counted = |day: &&Day| {
        selected.editions.iter().any(|chosen| chosen.from <= **day && **day <= chosen.to)
    };
    let missing = clock.days.iter().filter(in_period).filter(|day| !is_counted(day)).count();
    let first = selected.metric.editions.iter().find_map(|edition| edition.from)?;
    (missing > 0).then(|| {
        let id = &selected.metric.id;
        wanted.lang.of(
            format!("{id}: begins on {first}; {missing} earlier days of the log are not counted"),
            format!("{id}：自 {first} 起施行；日志中此前的 {missing} 天不计"),
        )
    })
}

/// Says which edition is counted where a day was named for all.
fn counted_under(selected: &Selected<'_>, clock: &Clock, lang: Lang) -> Option<String> {
    let (id, day) = (&selected.metric.id, clock.rules_on?);
    Some(match selected.editions.first() {
        Some(chosen) => {
            let edition = &chosen.edition.id;
            lang.of(
                format!("{id}: every day under edition {edition}, in force on {day}"),
                format!("{id}：所有日期均按 {day} 生效的 {edition} 版统计"),
            )
        }
        None => lang.of(
            format!("{id}: no edition is in force on {day}; it is not counted"),
            format!("{id}：{day} 没有生效的版本，不统计"),
        ),
    })
}

/// Finds a metric by its id.
pub(crate) fn find_metric<'c>(
    catalogue: &'c Catalogue,
    name: &str,
    lang: Lang,
) -> Result<&'c Metric, Failure> {
    catalogue.metric(name).ok_or_else(|| {
        let ids: Vec<&str> = catalogue.metrics().map(|metric| metric.id.as_str()).collect();
        let hint = closest(name, ids.into_iter())
            .map(|id| lang.of(format!("; did you mean `{id}`?"), format!("；是否为 `{id}`？")))
            .unwrap_or_default();
        Failure::new(lang.of(
            format!("no metric `{name}`{hint}; `yingda rules` lists them"),
            format!("没有指标 `{name}`{hint}；可用 `yingda rules` 列出"),
        ))
    })
}

fn no_edition(metric: &Metric, id: &str, lang: Lang) -> Failure {
    let ids: Vec<_> = metric.editions.iter().map(|edition| format!("`{}`", edition.id)).collect();
    let list = ids.join(lang.of(", ", "、"));
    Failure::new(lang.of(
        format!("{} has no edition `{id}`; it has {list}", metric.id),
        format!("{} 没有 `{id}` 这一版；现有 {list}", metric.id),
    ))
}

fn no_rulebook<'a>(name: &str, known: impl Iterator<Item = &'a str>, lang: Lang) -> String {
    let hint = closest(name, known)
        .map(|id| lang.of(format!("; did you mean `{id}`?"), format!("；是否为 `{id}`？")))
        .unwrap_or_default();
    lang.of(
        format!("platform `{name}`: no rulebook, nothing is counted{hint}"),
        format!("平台 `{name}`：没有规则，不统计{hint}"),
    )
}

/// The known word that is nearest to a misspelt one.
pub(crate) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

fn parse_as_of(text: &str, zone: &Zone, lang: Lang) -> Result<Instant, Failure> {
    if let Ok(day) = text.parse::<Day>() {
        return Ok(zone.start_of(day));
    }
    text.parse::<jiff::Timestamp>().map(|at| Instant(at.as_millisecond())).map_err(|_| {
        Failure::new(lang.of(
            format!(
                "--as-of `{text}`: expected a day (`2026-06-04`) or an instant with offset \
                 (`2026-06-03T18:00:00+08:00`)"
            ),
            format!(
                "--as-of `{text}`：应为日期（`2026-06-04`）或带时区的时刻\
                 （`2026-06-03T18:00:00+08:00`）"
            ),
        ))
    })
}

/// A day that was typed for an option.
pub(crate) fn parse_day(option: &str, text: &str, lang: Lang) -> Result<Day, Failure> {
    text.parse().map_err(|_| {
        Failure::new(lang.of(
            format!("{option} `{text}`: expected a calendar day, as `2026-06-03`"),
            format!("{option} `{text}`：应为日期，如 `2026-06-03`"),
        ))
    })
}

fn parse_limit(text: &str, lang: Lang) -> Result<Span, Failure> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let span = number.parse::<i64>().ok().zip(unit_ms).and_then(|(n, ms)| n.checked_mul(ms));
    span.filter(|ms| *ms > 0).map(Span).ok_or_else(|| {
        Failure::new(lang.of(
            format!("--limit `{text}`: expected a number with ms, s, m or h, as `60s`"),
            format!("--limit `{text}`：应为数字加 ms、s、m 或 h，如 `60s`"),
        ))
    })
}
