//! Who passes and who fails, what follows, and how much room is left.
//!
//! Start with [`Assessment::prepare`].

mod assess;
mod daily;
mod kept;
mod line;
mod observed;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};

use facts::{Day, FactKind, Instant, Log, OutOfIds, Registry, Shop as LogShop, ShopId, ThreadId};
use intake::panel::Panel;
use metric::{Standard, Table};
use rulebook::{Catalogue, NamedStandard, Text};

use crate::counting::{self, Counted};
use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Outline, RuleChoice, Selected, Wanted};

pub use self::assess::{Projection, Room, Row};
pub use self::daily::{Origin, WindowFigure};
pub use self::kept::Kept;
pub use self::line::{
    Ahead, Band, Headroom, Passes, Points, Standing, Stands, Worst, verdict_word,
};
pub use intake::panel::ObservedFact;

pub use self::observed::{ObservedFigure, PanelFigure, Unusable, day_after, quantity, usable};
pub use self::sentences::{lines, verdict};

use self::assess::Shop;
use self::daily::DailyFigures;
use self::observed::ObservedFigures;

/// Which standards are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Which rules, and how to read them and the standards.
    pub rules: &'a RuleChoice,
    /// The ids of the metrics; empty: all of the platforms in the log.
    pub metrics: &'a [String],
    /// Also what only articles claim.
    pub as_told: bool,
    /// Under every combination of answers to open readings, which gives a band.
    pub band: bool,
}

/// The standards that bear on a log, with the rules that are counted for them.
#[derive(Clone, Debug)]
pub struct Assessment<'c> {
    standards: Vec<Asked<'c>>,
    groups: Vec<Group<'c>>,
    band: bool,
    /// What was left out, and why; each once.
    pub notices: Vec<Text>,
}

/// What the shops of a log are assessed by.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The log.
    pub log: &'a Log,
    /// What is known of its shops.
    pub registry: &'a Registry,
    /// What platforms' panels say.
    pub panel: &'a Panel,
}

impl<'c> Assessment<'c> {
    /// Finds the standards, and the rules to count for them.
    ///
    /// # Errors
    ///
    /// [`Error`] when what was asked for is unknown or fits no metric of the log.
    pub fn prepare(catalogue: &'c Catalogue, log: &Log, query: &Query<'_>) -> Result<Self, Error> {
        Self::outlined(catalogue, Outline::of(log), query)
    }

    /// As [`Assessment::prepare`], where nothing but a log's outline is at hand.
    ///
    /// # Errors
    ///
    /// Those of [`Assessment::prepare`].
    pub fn outlined(
        catalogue: &'c Catalogue,
        log: Outline<'_>,
        query: &Query<'_>,
    ) -> Result<Self, Error> {
        let standards = wanted_standards(catalogue, log, query);
        let asked = asked(query, &standards)?;
        let (groups, notices) = select(catalogue, log, &asked, query)?;
        Ok(Self { standards: asked.standards, groups, band: query.band, notices })
    }

    /// Which special periods lie in the counted days of shops of which it is not known whether
    /// they took part.
    #[must_use]
    pub fn unknown_enrolments(&self, registry: &Registry, log: &Log) -> Vec<Text> {
        let of = |group: &Group<'_>| {
            selection::unknown_enrolments(registry, Outline::of(log), &group.metrics)
        };
        self.groups.iter().flat_map(of).collect()
    }

    /// Assesses shops, by number, in name order. `count` counts rules over the log, day by day.
    ///
    /// # Errors
    ///
    /// [`Error`] when a rule contradicts itself.
    pub fn rows(
        &self,
        evidence: Evidence<'_>,
        invalid: &InvalidReplies,
        shops: &[bool],
        count: &dyn Fn(&[Counted]) -> Table,
    ) -> Result<Vec<Row<'c>>, Error> {
        let log = evidence.log;
        let daily = self.count(evidence, invalid, count)?;
        let happenings = happenings(log);
        let names = counting::Names::of(Outline::of(log));
        let mut order: Vec<usize> = (0..log.shops.len()).filter(|shop| shops[*shop]).collect();
        order.sort_by_key(|shop| names.shop_position[*shop]);
        let mut rows = Vec::new();
        for shop in order {
            for one in &self.standards {
                rows.extend(self.row(evidence, &daily, &happenings, shop, one));
            }
        }
        Ok(rows)
    }
}

fn wanted_standards<'c>(
    catalogue: &'c Catalogue,
    log: Outline<'_>,
    query: &Query<'_>,
) -> Vec<&'c NamedStandard> {
    let platforms = catalogue.platforms().filter(|one| log.platforms.find(&one.id).is_some());
    platforms
        .flat_map(|platform| catalogue.standards(&platform.id))
        .filter(|one| query.as_told || !one.as_told)
        .filter(|one| query.metrics.is_empty() || query.metrics.contains(&one.standard.metric))
        .filter(|one| {
            // An edition that was asked for in general bears on the metrics that have it.
            let Some(id) = query.rules.edition.as_ref() else { return true };
            let has_it = |metric: &rulebook::Metric| metric.edition(id).is_some();
            one.standard.edition.is_some()
                || !query.metrics.is_empty()
                || catalogue.metric(&one.standard.metric).is_some_and(has_it)
        })
        .collect()
}

/// A standard with its open readings answered as was asked.
#[derive(Clone, Debug)]
struct Asked<'c> {
    named: &'c NamedStandard,
    standard: Standard,
    /// The edition to count under: its own, else the one that was asked for. Absent: by day.
    edition: Option<String>,
    /// `(reading, answer)` where another answer than ours was asked for.
    picks: Vec<(String, String)>,
}

/// What is asked for, with the answers to readings of standards taken out of the call.
struct All<'c> {
    standards: Vec<Asked<'c>>,
    /// The other answers, which are about editions.
    readings: Vec<String>,
}

fn asked<'c>(query: &Query<'_>, standards: &[&'c NamedStandard]) -> Result<All<'c>, Error> {
    let mut all = All { standards: Vec::new(), readings: Vec::new() };
    let rules_on = selection::rules_on(query.rules)?;
    for named in standards {
        let mut standard = named.standard.clone();
        if let Some(day) = rules_on {
            let is_in_force = standard.from.is_none_or(|from| from <= day)
                && standard.to.is_none_or(|to| day <= to);
            if !is_in_force {
                continue;
            }
            // What is in force on that day is held against every check.
            (standard.from, standard.to) = (None, None);
        }
        let edition = standard.edition.clone().or_else(|| query.rules.edition.clone());
        all.standards.push(Asked { named, standard, edition, picks: Vec::new() });
    }
    for text in &query.rules.reading {
        let Some((reading, answer)) = text.split_once('=') else {
            all.readings.push(text.clone());
            continue;
        };
        let mut is_known = false;
        for one in &mut all.standards {
            let Some(open) = one.named.open.iter().find(|open| open.id == reading.trim()) else {
                continue;
            };
            is_known = true;
            let answer = answer.trim();
            if answer == open.choice {
                continue;
            }
            let found = open.alternatives.iter().find(|(name, _)| name == answer);
            let Some((_, standard)) = found else {
                let names = open.alternatives.iter().map(|(name, _)| name.clone());
                let known = names.chain([open.choice.clone()]).collect();
                let (reading, answer) = (reading.to_owned(), answer.to_owned());
                return Err(Error::UnknownAnswer { reading, answer, known });
            };
            one.standard = standard.clone();
            one.picks.push((open.id.clone(), answer.to_owned()));
        }
        if !is_known {
            all.readings.push(text.clone());
        }
    }
    Ok(all)
}

/// The metrics of standards that are counted under the same edition.
#[derive(Clone, Debug)]
struct Group<'c> {
    edition: Option<String>,
    metrics: Vec<Selected<'c>>,
}

fn select<'c>(
    catalogue: &'c Catalogue,
    log: Outline<'_>,
    asked: &All<'_>,
    query: &Query<'_>,
) -> Result<(Vec<Group<'c>>, Vec<Text>), Error> {
    let mut metrics: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for one in &asked.standards {
        metrics.entry(one.edition.clone()).or_default().insert(one.standard.metric.clone());
    }
    let mut notices: Vec<Text> = Vec::new();
    let mut groups = Vec::new();
    for (edition, metrics) in metrics {
        let metrics: Vec<String> = metrics.into_iter().collect();
        let mut rules = query.rules.clone();
        // An answer is about the metrics that leave the question open.
        let bears = |reading: &str, all: &[String]| {
            all.iter().filter_map(|id| catalogue.metric(id)).any(|metric| {
                metric.editions.iter().any(|edition| edition.reading(reading).is_some())
            })
        };
        let is_of_others = |text: &String| {
            let reading = text.split('=').next().unwrap_or_default().trim();
            let everywhere: Vec<String> =
                asked.standards.iter().map(|one| one.standard.metric.clone()).collect();
            bears(reading, &everywhere) && !bears(reading, &metrics)
        };
        rules.reading = asked.readings.iter().filter(|text| !is_of_others(text)).cloned().collect();
        rules.edition.clone_from(&edition);
        let wanted =
            Wanted { rules: &rules, metrics: &metrics, every_day: true, between: (None, None) };
        let selection = selection::select(catalogue, log, &wanted)?;
        for notice in selection.notices {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        groups.push(Group { edition, metrics: selection.metrics });
    }
    Ok((groups, notices))
}

/// By group, metric of the group and shop.
type Daily = BTreeMap<(usize, usize, usize), DailyFigures>;

impl<'c> Assessment<'c> {
    fn count(
        &self,
        Evidence { log, panel, .. }: Evidence<'_>,
        invalid: &InvalidReplies,
        count: &dyn Fn(&[Counted]) -> Table,
    ) -> Result<Daily, Error> {
        let mut daily = Daily::new();
        let mut has_messages = vec![false; log.shops.len()];
        for (shop, thread) in log.shop.iter().zip(&log.thread) {
            has_messages[*shop as usize] |= *thread != ThreadId::NONE.0;
        }
        for (group, one) in self.groups.iter().enumerate() {
            let (counted, n_combinations) = counting::rules(&one.metrics, invalid, self.band)?;
            let table = count(&counted);
            for (metric, selected) in one.metrics.iter().enumerate() {
                let of_platform = (0..log.shops.len())
                    .filter(|shop| log.shops[*shop].platform == selected.platform);
                for shop in of_platform {
                    let name = log.shop_name(ShopId(shop as u32));
                    let id = (selected.metric.platform.as_str(), name);
                    let observed =
                        ObservedFigures::of(panel, id, &selected.metric.id, selected.figure());
                    let covered = has_messages[shop].then_some(selected.known).flatten();
                    let n = n_combinations[metric];
                    let figures = DailyFigures::new(selected, n, covered, observed);
                    daily.insert((group, metric, shop), figures);
                }
            }
            for (job, shop, cell, tally) in table.sorted() {
                let job = &counted[job as usize];
                if let Some(figures) = daily.get_mut(&(group, job.selected, shop as usize)) {
                    figures.add(cell.day, job.combination, tally);
                }
            }
        }
        Ok(daily)
    }

    fn row(
        &self,
        evidence: Evidence<'_>,
        daily: &Daily,
        happenings: &Happenings,
        shop: usize,
        asked: &Asked<'c>,
    ) -> Option<Row<'c>> {
        let log = evidence.log;
        let platform = log.platform_of(ShopId(shop as u32));
        if platform != asked.named.platform {
            return None;
        }
        let group = self.groups.iter().position(|group| group.edition == asked.edition)?;
        let is_it = |one: &Selected<'_>| one.metric.id == asked.standard.metric;
        let metric = self.groups[group].metrics.iter().position(is_it)?;
        let selected = &self.groups[group].metrics[metric];
        let name = log.shop_name(ShopId(shop as u32));
        let today = selected.zone.day(selected.as_of);
        let shop_facts = Shop {
            name: name.to_owned(),
            entry: evidence.registry.shop(platform, name),
            violations: days_of(happenings, selected, shop, FactKind::Violation),
            orders: orders(happenings, selected, shop),
            today,
        };
        let figures = daily.get(&(group, metric, shop))?;
        assess::assess(asked.named, &asked.standard, &asked.picks, selected, figures, &shop_facts)
    }
}

/// Violations and orders by shop: when they happened, and when they were learned.
type Happenings = BTreeMap<usize, Vec<(FactKind, Instant, Instant)>>;

/// One pass over the log.
fn happenings(log: &Log) -> Happenings {
    let mut all = Happenings::new();
    let wanted = [FactKind::Violation, FactKind::Ordered];
    for (row, code) in (0u32..).zip(&log.kind) {
        let Some(kind) = wanted.into_iter().find(|kind| kind.code() == *code) else { continue };
        let happened = (kind, Instant(log.at[row as usize]), log.seen_at(row));
        all.entry(log.shop[row as usize] as usize).or_default().push(happened);
    }
    all
}

/// The days of a shop's facts of one kind that had happened and were known.
fn days_of(
    happenings: &Happenings,
    selected: &Selected<'_>,
    shop: usize,
    kind: FactKind,
) -> Vec<Day> {
    let all = happenings.get(&shop).map_or(&[][..], Vec::as_slice);
    let known = all.iter().filter(|(found, at, seen)| {
        *found == kind && *at < selected.as_of && *seen < selected.known_by
    });
    known.map(|(_, at, _)| selected.zone.day(*at)).collect()
}

/// Orders by day; `None` where the log tells of no order of the shop: then it tells of none at all.
fn orders(
    happenings: &Happenings,
    selected: &Selected<'_>,
    shop: usize,
) -> Option<BTreeMap<Day, u64>> {
    let days = days_of(happenings, selected, shop, FactKind::Ordered);
    let mut orders = BTreeMap::new();
    for day in &days {
        *orders.entry(*day).or_default() += 1;
    }
    (!days.is_empty()).then_some(orders)
}

/// Makes the panel's shops known to a log that has no fact of them.
///
/// # Errors
///
/// [`OutOfIds`] where the log has no number left.
pub fn add_shops(log: &mut Log, panel: &Panel) -> Result<(), OutOfIds> {
    for figure in &panel.figures {
        let platform = log.platforms.number(&figure.platform)?;
        let name = log.shop_names.number(&figure.shop)?;
        if !log.shops.iter().any(|shop| shop.platform == platform && shop.name == name) {
            log.shops.push(LogShop { platform, name });
        }
    }
    Ok(())
}
