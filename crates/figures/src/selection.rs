//! Which rules are counted on which days: what was typed, turned into jobs.

use std::collections::BTreeSet;

use facts::{Day, Instant, Interner, Log, Registry, Shop, Zone};
use metric::{BelowMinimum, Figure, Job, Judged, Plan, Published, Rule, Span, SpecialPeriod};
use rulebook::{Catalogue, Confidence, Edition, Metric, Text};

use crate::error::{Error, did_you_mean};
use crate::invalid::InvalidReplies;
use crate::otherwise::{Changes, Otherwise};

/// Which rules, and how to read what they leave open. The default: each day under the edition in
/// force on it, with our own readings, looked at when everything is settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleChoice {
    /// Count under one edition, whatever the day: its id, or `as-told`.
    pub edition: Option<String>,
    /// Count every day under the editions in force on this day.
    pub rules_on: Option<String>,
    /// Open readings answered otherwise, as `R6=drop`.
    pub reading: Vec<String>,
    /// The limit of metrics that take one, as `60s` or `24h`.
    pub limit: Option<String>,
    /// The day on which one looks, or an instant with offset. Absent: the day after the last fact.
    pub as_of: Option<String>,
    /// What the rules shall say otherwise than their platforms have them.
    pub otherwise: Otherwise,
}

/// One metric, with the editions that are counted on the days of the log.
#[derive(Clone, Debug)]
pub struct Selected<'c> {
    /// The metric.
    pub metric: &'c Metric,
    /// Number of the platform in the log.
    pub platform: u32,
    /// The platform's zone.
    pub zone: Zone,
    /// When one looks.
    pub as_of: Instant,
    /// Late facts are left out only when a past state is asked for.
    pub known_by: Instant,
    /// The local days of the log on which the metric is in force, in order.
    pub days: Vec<Day>,
    /// The first and the last local day of the log before `as_of`: of other days nothing is known.
    /// Absent: the log has no fact before it.
    pub known: Option<(Day, Day)>,
    /// The period the platform publishes over, seen on the day of `as_of`; or the days that were
    /// asked for.
    pub period: (Day, Day),
    /// Whether the days of the period were asked for.
    pub is_given: bool,
    /// The editions with the days on which each is counted, in order.
    pub editions: Vec<Chosen>,
}

/// One edition, the days on which it is counted, and its rule.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The edition.
    pub edition: Edition,
    /// The first day on which it is counted.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// Its rule, with the limit and the answers that were asked for.
    pub rule: Rule,
    /// The revision of the rule.
    pub revision: String,
    /// `(reading, answer)` where another answer than ours was asked for.
    pub picks: Vec<(String, String)>,
    /// What its rule says otherwise than the edition has it.
    pub(crate) changes: Changes,
}

impl Selected<'_> {
    /// The editions that bear on an interval (both ends included).
    pub fn editions_on(&self, from: Day, to: Day) -> impl Iterator<Item = &Chosen> {
        self.editions.iter().filter(move |chosen| chosen.from <= to && from <= chosen.to)
    }

    /// The rule that says how figures are published: that of the newest edition.
    fn newest(&self) -> Option<&Rule> {
        self.editions.last().map(|chosen| &chosen.rule)
    }

    /// Whether the samples themselves say which days are in the period, or which samples.
    #[must_use]
    pub fn is_by_samples(&self) -> bool {
        !self.is_given && self.newest().is_some_and(takes_samples)
    }

    /// Which samples of one shop the platform takes; `None` where no edition is in force.
    pub fn published(&self, samples: &mut [Judged]) -> Option<Published> {
        let rule = self.newest()?;
        let today = self.zone.day(self.as_of);
        Some(metric::published(rule.period, rule.minimum, rule.below_minimum, today, samples))
    }

    /// For means of the fastest: of how many percent.
    #[must_use]
    pub fn fastest(&self) -> u8 {
        self.newest().map_or(100, |rule| rule.fastest)
    }

    /// What its figure is: that of the newest edition.
    #[must_use]
    pub fn figure(&self) -> Figure {
        self.editions.last().map_or(Figure::Share, |chosen| chosen.rule.figure)
    }
}

impl Chosen {
    /// An edition on its days.
    #[must_use]
    pub fn new(
        edition: Edition,
        (from, to): (Day, Day),
        rule: Rule,
        picks: Vec<(String, String)>,
    ) -> Self {
        let revision = edition.revision_of(&rule);
        Self { edition, from, to, rule, revision, picks, changes: Changes::default() }
    }

    /// The readings it rests on, those answered otherwise with their answer.
    pub fn readings(&self) -> impl Iterator<Item = String> + '_ {
        self.edition.readings.iter().map(|id| {
            match self.picks.iter().find(|(reading, _)| reading == id) {
                Some((_, answer)) => format!("{id}={answer}"),
                None => id.clone(),
            }
        })
    }
}

/// Everything that the selection of rules depends on besides the log.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which rules, and how to read them.
    pub rules: &'a RuleChoice,
    /// The ids of the metrics; empty: all of the platforms in the log.
    pub metrics: &'a [String],
    /// Every day of the log, instead of the metric's own period.
    pub every_day: bool,
    /// Only these days, first and last, instead of the metric's own period; with one of them
    /// absent, to the end of the log on that side. Both absent: the days are not given.
    pub between: (Option<Day>, Option<Day>),
}

/// What was selected, and what the user should know about it.
#[derive(Clone, Debug)]
pub struct Selection<'c> {
    /// The metrics with something to count.
    pub metrics: Vec<Selected<'c>>,
    /// What was left out, and why.
    pub notices: Vec<Text>,
}

/// What is asked for, understood.
struct Asked<'a> {
    wanted: &'a Wanted<'a>,
    limit: Option<Span>,
    changes: Changes,
}

/// Whether a rule's period cannot be told without its samples.
fn takes_samples(rule: &Rule) -> bool {
    rule.period.is_by_samples() || matches!(rule.below_minimum, BelowMinimum::LastSamples(_))
}

/// What a selection looks at of a log.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'l> {
    /// The names of platforms.
    pub platforms: &'l Interner,
    /// The shops by number.
    pub shops: &'l [Shop],
    /// The names of shops.
    pub shop_names: &'l Interner,
    /// The names of accounts.
    pub accounts: &'l Interner,
    /// At least one instant of every local day on which there is a fact.
    pub instants: &'l [i64],
}

impl<'l> Outline<'l> {
    /// That of a whole log.
    #[must_use]
    pub fn of(log: &'l Log) -> Self {
        Self {
            platforms: &log.platforms,
            shops: &log.shops,
            shop_names: &log.shop_names,
            accounts: &log.accounts,
            instants: &log.at,
        }
    }

    /// The name of a shop by its number.
    #[must_use]
    pub fn shop_name(&self, shop: usize) -> &'l str {
        self.shops.get(shop).map_or("", |shop| self.shop_names.name(shop.name))
    }
}

/// Selects the rules for a log.
///
/// # Errors
///
/// [`Error`] when what was asked for is no day, limit, reading or edition, or fits no metric.
pub fn select<'c>(
    catalogue: &'c Catalogue,
    log: Outline<'_>,
    wanted: &Wanted<'_>,
) -> Result<Selection<'c>, Error> {
    let mut picks = Picks::parse(&wanted.rules.reading)?;
    let limit = wanted.rules.limit.as_deref().map(parse_limit).transpose()?;
    let asked = Asked { wanted, limit, changes: Changes::parse(&wanted.rules.otherwise)? };
    let mut selection = Selection { metrics: Vec::new(), notices: Vec::new() };
    for name in wanted.metrics {
        let metric = find_metric(catalogue, name)?;
        if log.platforms.find(&metric.platform).is_none() {
            selection.notices.push(Text::new(
                format!("{name}: the log has no facts of platform `{}`", metric.platform),
                format!("{name}：日志中没有平台 `{}` 的事实", metric.platform),
            ));
        }
    }
    let unknown = log.platforms.iter().filter_map(|name| unknown_platform(catalogue, name));
    selection.notices.extend(unknown);
    for platform in catalogue.platforms() {
        let Some(number) = log.platforms.find(&platform.id) else { continue };
        let transitions = platform.transitions().map_err(|error| plain(&error))?;
        let zone = transitions.into_iter().map(|(from, offset)| (Instant(from), offset)).collect();
        let zone = Zone::new(zone).map_err(|error| plain(&error))?;
        let clock = Clock::new(log, zone, wanted.rules)?;
        for metric in catalogue.metrics_of(&platform.id) {
            if !wanted.metrics.is_empty() && !wanted.metrics.contains(&metric.id) {
                continue;
            }
            let one = choose(metric, number, &clock, &asked, &mut picks)?;
            selection.notices.extend(days_not_in_force(&one, &clock, wanted));
            selection.notices.extend(counted_under(&one, &clock));
            if !one.editions.is_empty() {
                selection.metrics.push(one);
            }
        }
    }
    picks.check_used()?;
    check_asked(&selection, wanted)?;
    Ok(selection)
}

/// What else goes wrong with a rulebook, which its check would have told.
fn plain(error: &dyn std::fmt::Display) -> Error {
    Error::rulebook(|_| error.to_string())
}

/// An edition or a limit that no metric took is a mistake of the call.
fn check_asked(selection: &Selection<'_>, wanted: &Wanted<'_>) -> Result<(), Error> {
    if let Some(id) = &wanted.rules.edition
        && selection.metrics.is_empty()
    {
        return Err(Error::EditionOfNone(id.clone()));
    }
    let takes_limit =
        |one: &Selected<'_>| one.metric.options.contains(&rulebook::MetricOption::Within);
    if let Some(limit) = &wanted.rules.limit
        && !selection.metrics.iter().any(takes_limit)
    {
        return Err(Error::LimitOfNone(limit.clone()));
    }
    Ok(())
}

/// The job of one edition's rule.
///
/// # Errors
///
/// [`Error::Contradiction`] when the rule contradicts itself.
pub fn job(
    selected: &Selected<'_>,
    chosen: &Chosen,
    rule: &Rule,
    invalid: &InvalidReplies,
) -> Result<Job, Error> {
    let plan = Plan::compile(rule).map_err(|problem| Error::Contradiction {
        metric: selected.metric.id.clone(),
        edition: chosen.edition.id.clone(),
        problem: problem.to_string(),
    })?;
    let plan = plan.with_invalid(invalid.flag(&rule.invalid_replies));
    Ok(Job {
        platform: selected.platform,
        days: (chosen.from, chosen.to),
        as_of: selected.as_of,
        known_by: selected.known_by,
        special_periods: rule.special_periods.clone(),
        ..Job::new(plan, selected.zone.clone())
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
    fn new(log: Outline<'_>, zone: Zone, rules: &RuleChoice) -> Result<Self, Error> {
        let rules_on = rules_on(rules)?;
        let all = local_days(log, &zone);
        let (as_of, known_by) = match rules.as_of.as_deref() {
            None => {
                let settled = zone.start_of(all.last().map_or(Day(0), |day| day.plus(1)));
                (settled, Instant(i64::MAX))
            }
            Some(text) => {
                let as_of = parse_as_of(text, &zone)?;
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

    /// The first and the last day of the log; where there is none, `otherwise`.
    fn first_and_last(&self, otherwise: Day) -> (Day, Day) {
        let first = self.days.first().copied().unwrap_or(otherwise);
        (first, self.days.last().copied().unwrap_or(otherwise))
    }
}

/// Which special periods lie in the counted days of shops of which the registry does not say
/// whether they took part: their samples count, and need not.
#[must_use]
pub fn unknown_enrolments(
    registry: &Registry,
    log: Outline<'_>,
    metrics: &[Selected<'_>],
) -> Vec<Text> {
    let mut notices = Vec::new();
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
                notices.push(Text::new(
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
    notices
}

/// The day whose rules are asked for on every day. Absent: each day has its own.
///
/// # Errors
///
/// [`Error::BadDay`].
pub fn rules_on(rules: &RuleChoice) -> Result<Option<Day>, Error> {
    rules.rules_on.as_deref().map(|text| parse_day("rules-on", text)).transpose()
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
    asked: &Asked<'_>,
    picks: &mut Picks,
) -> Result<Selected<'c>, Error> {
    let wanted = asked.wanted;
    let yesterday = clock.today.plus(-1);
    let is_given = wanted.between != (None, None);
    let period = if is_given {
        let (first, last) = clock.first_and_last(yesterday);
        (wanted.between.0.unwrap_or(first), wanted.between.1.unwrap_or(last))
    } else {
        published_period(metric, clock, wanted)?
    };
    let (from, to) =
        if wanted.every_day && !is_given { clock.first_and_last(yesterday) } else { period };
    let in_force: Vec<(&Edition, Day, Day)> = match (&wanted.rules.edition, clock.rules_on) {
        (None, Some(day)) => {
            metric.edition_on(day).map(|edition| (edition, from, to)).into_iter().collect()
        }
        (Some(id), _) => {
            let edition = metric.edition(id);
            if edition.is_none() && wanted.metrics.contains(&metric.id) {
                return Err(Error::unknown_edition(metric, id));
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
        .map(|(edition, from, to)| chosen(metric, edition, (from, to), asked, picks))
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
        is_given,
        editions,
    })
}

/// The days over which the platform publishes the metric, seen on the day of the clock.
fn published_period(
    metric: &Metric,
    clock: &Clock,
    wanted: &Wanted<'_>,
) -> Result<(Day, Day), Error> {
    let yesterday = clock.today.plus(-1);
    let edition = match &wanted.rules.edition {
        Some(id) => metric.edition(id),
        None => metric.edition_on(clock.rules_on.unwrap_or(yesterday)),
    };
    let Some(edition) = edition else { return Ok((yesterday, yesterday)) };
    let rule = edition.rule(&[]).map_err(|error| Error::rulebook(|lang| error.message(lang)))?;
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
    asked: &Asked<'_>,
    picks: &mut Picks,
) -> Result<Chosen, Error> {
    let mut edition = edition.clone();
    if let Some(limit) = asked.limit
        && metric.options.contains(&rulebook::MetricOption::Within)
    {
        edition = edition
            .with_limit(limit)
            .map_err(|error| Error::rulebook(|lang| error.message(lang).to_owned()))?;
    }
    let own = picks.of(&edition);
    let borrowed: Vec<(&str, &str)> = own.iter().map(|(r, a)| (&**r, &**a)).collect();
    let mut rule =
        edition.rule(&borrowed).map_err(|error| Error::rulebook(|lang| error.message(lang)))?;
    asked.changes.check(metric, &rule)?;
    asked.changes.apply(&mut rule);
    let chosen = Chosen::new(edition, (from, to), rule, own);
    Ok(Chosen { changes: asked.changes.clone(), ..chosen })
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
    fn parse(texts: &[String]) -> Result<Self, Error> {
        let one = |text: &String| match text.split_once('=') {
            Some((reading, answer)) if !reading.is_empty() && !answer.is_empty() => {
                Ok((reading.trim().to_owned(), answer.trim().to_owned(), false))
            }
            _ => Err(Error::BadReading(text.clone())),
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

    fn check_used(&self) -> Result<(), Error> {
        match self.all.iter().find(|(_, _, used)| !used) {
            None => Ok(()),
            Some((reading, _, _)) => Err(Error::ReadingNotOpen(reading.clone())),
        }
    }
}

fn days_not_in_force(selected: &Selected<'_>, clock: &Clock, wanted: &Wanted<'_>) -> Option<Text> {
    if wanted.rules.edition.is_some() || clock.rules_on.is_some() {
        return None;
    }
    let is_every = wanted.every_day && !selected.is_given;
    let in_period =
        |day: &&Day| is_every || (selected.period.0 <= **day && **day <= selected.period.1);
    let is_counted = |day: &&Day| {
        selected.editions.iter().any(|chosen| chosen.from <= **day && **day <= chosen.to)
    };
    let missing = clock.days.iter().filter(in_period).filter(|day| !is_counted(day)).count();
    let first = selected.metric.editions.iter().find_map(|edition| edition.from)?;
    (missing > 0).then(|| {
        let id = &selected.metric.id;
        Text::new(
            format!("{id}: begins on {first}; {missing} earlier days of the log are not counted"),
            format!("{id}：自 {first} 起施行；日志中此前的 {missing} 天不计"),
        )
    })
}

/// Says which edition is counted where a day was named for all.
fn counted_under(selected: &Selected<'_>, clock: &Clock) -> Option<Text> {
    let (id, day) = (&selected.metric.id, clock.rules_on?);
    Some(match selected.editions.first() {
        Some(chosen) => {
            let edition = &chosen.edition.id;
            Text::new(
                format!("{id}: every day under edition {edition}, in force on {day}"),
                format!("{id}：所有日期均按 {day} 生效的 {edition} 版统计"),
            )
        }
        None => Text::new(
            format!("{id}: no edition is in force on {day}; it is not counted"),
            format!("{id}：{day} 没有生效的版本，不统计"),
        ),
    })
}

/// Finds a metric by its id.
///
/// # Errors
///
/// [`Error::UnknownMetric`].
pub fn find_metric<'c>(catalogue: &'c Catalogue, name: &str) -> Result<&'c Metric, Error> {
    catalogue.metric(name).ok_or_else(|| {
        let ids = catalogue.metrics().map(|metric| metric.id.as_str());
        let nearest = closest(name, ids).map(str::to_owned);
        Error::UnknownMetric { metric: name.to_owned(), nearest }
    })
}

/// So much of a name that is not known is repeated, in characters.
const LONGEST_NAME: usize = 64;

/// That there are no rules for a platform, and which one may have been meant; `None` where there
/// are some. Facts of such a platform are kept and counted for nothing, most often by a slip of
/// the pen.
///
/// # Example
///
/// ```
/// let told = figures::selection::unknown_platform(rulebook::Catalogue::shipped(), "taobo");
/// let expected = "platform `taobo`: no rulebook, nothing is counted; did you mean `taobao`?";
/// assert_eq!(told.unwrap().en, expected);
/// ```
#[must_use]
pub fn unknown_platform(catalogue: &Catalogue, name: &str) -> Option<Text> {
    if catalogue.platform(name).is_some() {
        return None;
    }
    let known = catalogue.platforms().map(|platform| platform.id.as_str());
    let Text { en, zh } = did_you_mean(closest(name, known));
    // A name out of somebody's file goes to terminals and pages.
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    Some(Text::new(
        format!("platform `{name}`: no rulebook, nothing is counted{en}"),
        format!("平台 `{name}`：没有规则，不统计{zh}"),
    ))
}

/// The known word that is nearest to a misspelt one; `None`: none is near.
pub fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

fn parse_as_of(text: &str, zone: &Zone) -> Result<Instant, Error> {
    if let Ok(day) = text.parse::<Day>() {
        return Ok(zone.start_of(day));
    }
    let instant = text.parse::<jiff::Timestamp>().map(|at| Instant(at.as_millisecond()));
    instant.map_err(|_| Error::BadInstant(text.to_owned()))
}

/// A day that was typed for an option, by its name.
///
/// # Errors
///
/// [`Error::BadDay`].
///
/// # Example
///
/// ```
/// assert_eq!(figures::parse_day("day", "2026-06-03")?.to_string(), "2026-06-03");
/// assert!(figures::parse_day("day", "3 June").is_err());
/// # Ok::<(), figures::Error>(())
/// ```
pub fn parse_day(option: &'static str, text: &str) -> Result<Day, Error> {
    text.parse().map_err(|_| Error::BadDay { option, text: text.to_owned() })
}

fn parse_limit(text: &str) -> Result<Span, Error> {
    span(text).ok_or_else(|| Error::BadLimit(text.to_owned()))
}

/// A length of time as `60s` or `24h`, above 0.
pub(crate) fn span(text: &str) -> Option<Span> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let span = number.parse::<i64>().ok().and_then(|n| n.checked_mul(unit_ms));
    span.filter(|ms| *ms > 0).map(Span)
}
