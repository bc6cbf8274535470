//! Figures by shop, account, day and hour: what was counted, added up into rows.

use std::collections::{BTreeMap, HashMap, btree_map};
use std::fmt;
use std::iter::Peekable;
use std::sync::Arc;

use facts::{Day, Log, Registry};
use metric::{Figure, Grouping, Judged, Outcome, Ratio, Reason, Table, Tally};
use rulebook::{Catalogue, Text};

use crate::counting::{self, Counted, Names, wanted_shops};
use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Chosen, Outline, Selected, Wanted, weakest};
use crate::waits::Waits;

/// What figures are kept apart by, and what is told beside them. The default: one figure a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// Each shop.
    pub shop: bool,
    /// Each account of a shop.
    pub account: bool,
    /// Each local day.
    pub day: bool,
    /// Each day of the week.
    pub weekday: bool,
    /// Each local hour in which samples open.
    pub hour: bool,
    /// Median, 90th and 99th percentile of the waits of answered samples.
    pub percentiles: bool,
    /// Lowest and highest value over the readings that are still open.
    pub band: bool,
    /// How the waits of answered samples are distributed.
    pub waits: bool,
}

impl Breakdown {
    /// The rules to count for some metrics.
    ///
    /// # Errors
    ///
    /// [`Error`] when a rule contradicts itself.
    pub fn rules(
        &self,
        metrics: &[Selected<'_>],
        invalid: &InvalidReplies,
    ) -> Result<Rules, Error> {
        let (mut counted, n_combinations) = counting::rules(metrics, invalid, self.band)?;
        for one in &mut counted {
            one.job.keeps_samples = self.is_by_samples(&metrics[one.selected]);
        }
        Ok(Rules { counted, n_combinations })
    }

    /// What is kept apart while counting.
    #[must_use]
    pub fn grouping(&self, metrics: &[Selected<'_>]) -> Grouping {
        let needs_waits = metrics.iter().any(|metric| metric.figure().needs_waits());
        let waits = self.percentiles || self.waits || needs_waits;
        Grouping { account: self.account, hour: self.hour, waits }
    }

    /// Whether the samples themselves say over which days a figure is published. By day, every day
    /// stands for itself.
    fn is_by_samples(&self, selected: &Selected<'_>) -> bool {
        !self.day && selected.is_by_samples()
    }
}

/// The rules to count.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Each with its metric and its answers to open readings.
    pub counted: Vec<Counted>,
    /// By selected metric.
    n_combinations: Vec<usize>,
}

/// Figures of a log, and what to know about them.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The figures, in order of metric, shop, day, day of the week, hour and account.
    pub rows: Vec<Row>,
    /// What was left out, and why.
    pub notices: Vec<Text>,
}

/// Counts the figures of a log.
///
/// # Errors
///
/// [`Error`] when what was asked for is unknown or fits no metric of the log.
pub fn measure(
    catalogue: &Catalogue,
    (log, registry): (&Log, &Registry),
    wanted: &Wanted<'_>,
    breakdown: &Breakdown,
) -> Result<Measured, Error> {
    let outline = Outline::of(log);
    let invalid = InvalidReplies::of(catalogue)?;
    let selection = selection::select(catalogue, outline, wanted)?;
    let (metrics, mut notices) = (selection.metrics, selection.notices);
    notices.extend(selection::unknown_enrolments(registry, outline, &metrics));
    let rules = breakdown.rules(&metrics, &invalid)?;
    let grouping = breakdown.grouping(&metrics);
    let table = counting::count((log, registry), &rules.counted, grouping, &|_| {});
    let rows = rows(outline, &metrics, &rules, &table, &[], breakdown)?.collect();
    Ok(Measured { rows, notices })
}

/// One figure: a line of the output.
#[derive(Clone, Debug)]
pub struct Row {
    /// The metric's id.
    pub metric: String,
    /// The metric's name.
    pub name: Text,
    /// The editions that bear on its days, and what follows from them.
    pub basis: Arc<Basis>,
    /// The platform.
    pub platform: String,
    /// Absent: shops were not asked for.
    pub shop: Option<String>,
    /// Absent: accounts were not asked for; empty: the shop itself.
    pub account: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// The day of the week of the days that samples count for, 0 for Monday to 6 for Sunday;
    /// absent: days of the week were not asked for.
    pub weekday: Option<u8>,
    /// The local hour in which samples open; absent: hours were not asked for.
    pub hour: Option<u8>,
    /// What was counted.
    pub tally: Tally,
    /// What the value is.
    pub figure: Figure,
    /// The value, not reduced; absent: there is none, as without samples.
    pub value: Option<Ratio>,
    /// Absent: not asked for. Median, 90th and 99th percentile of the waits of answered samples in
    /// milliseconds, absent where none was answered.
    pub percentiles: Option<Option<[i64; 3]>>,
    /// Absent: not asked for. Lowest and highest value, absent where no reading gives one.
    pub band: Option<Option<(Ratio, Ratio)>>,
    /// Absent: not asked for.
    pub waits: Option<Waits>,
}

/// What a figure rests on: the same for all figures of a metric over the same days.
#[derive(Debug)]
pub struct Basis {
    /// The editions that bear on the days.
    pub editions: Vec<String>,
    /// The revisions of their rules, joined by `+`.
    pub revision: String,
    /// The readings it rests on, those answered otherwise as `R6=drop`.
    pub readings: Vec<String>,
    /// How sure the least sure of the editions is.
    pub confidence: &'static str,
    /// The limits of the editions that have one, in milliseconds.
    limits: Vec<i64>,
}

impl Basis {
    fn of(selected: &Selected<'_>, from: Day, to: Day) -> Self {
        let editions: Vec<&Chosen> = selected.editions_on(from, to).collect();
        let mut readings: Vec<String> = Vec::new();
        for reading in editions.iter().flat_map(|chosen| chosen.readings()) {
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        let revisions: Vec<&str> = editions.iter().map(|chosen| &*chosen.revision).collect();
        let limits = editions.iter().filter_map(|chosen| chosen.rule.within);
        Self {
            editions: editions.iter().map(|chosen| chosen.edition.id.clone()).collect(),
            revision: revisions.join("+"),
            readings,
            limits: limits.map(|limit| limit.0).collect(),
            confidence: weakest(editions.into_iter()).word(),
        }
    }
}

impl Row {
    /// Whether hits and misses mean something: not for means, which have no limit.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        !self.figure.is_mean()
    }

    /// Reasons for which samples were set aside, with how many.
    pub fn dropped(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        Reason::ALL
            .iter()
            .map(|reason| (*reason, self.tally.dropped_for(*reason)))
            .filter(|(_, n)| *n > 0)
    }
}

/// What was counted for a row, by combination of answers to the open readings, our own first.
#[derive(Default)]
struct Counts {
    /// Of our own answers.
    own: Tally,
    /// Of the other combinations; of those behind the last nothing was counted.
    others: Vec<Tally>,
    /// The waits of answered samples; empty unless asked for or needed.
    waits: Vec<Vec<i64>>,
    /// First and last day, where the samples themselves bound the period.
    period: Option<(Day, Day)>,
}

impl Counts {
    fn tally(&self, combination: usize) -> Tally {
        match combination.checked_sub(1) {
            None => self.own,
            Some(other) => self.others.get(other).copied().unwrap_or_default(),
        }
    }

    fn tally_mut(&mut self, combination: usize) -> &mut Tally {
        let Some(other) = combination.checked_sub(1) else { return &mut self.own };
        if self.others.len() <= other {
            self.others.resize(other + 1, Tally::default());
        }
        &mut self.others[other]
    }

    fn waits(&self, combination: usize) -> &[i64] {
        self.waits.get(combination).map_or(&[], Vec::as_slice)
    }

    fn add_waits(&mut self, combination: usize, waits: &[i64]) {
        if waits.is_empty() {
            return;
        }
        if self.waits.len() <= combination {
            self.waits.resize_with(combination + 1, Vec::new);
        }
        self.waits[combination].extend_from_slice(waits);
    }

    /// Puts waits in order, as percentiles and means of the fastest need them.
    fn sort(&mut self) {
        self.waits.iter_mut().for_each(|waits| waits.sort_unstable());
    }

    fn percentiles(&self) -> Option<[i64; 3]> {
        let of = |percent| metric::percentile(self.waits(0), percent);
        Some([of(50)?, of(90)?, of(99)?])
    }

    fn value(&self, combination: usize, selected: &Selected<'_>) -> Option<Ratio> {
        match selected.figure() {
            Figure::MeanFastest => {
                metric::mean_fastest(self.waits(combination), selected.fastest())
            }
            figure => self.tally(combination).value(figure),
        }
    }

    /// Makes the period wide enough for these days too.
    fn spans(&mut self, from: Day, to: Day) {
        let (first, last) = self.period.unwrap_or((from, to));
        self.period = Some((first.min(from), last.max(to)));
    }
}

/// What a row is about, within one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    selected: usize,
    /// Position of the shop in name order; absent: all shops.
    shop: Option<usize>,
    day: Option<Day>,
    weekday: Option<u8>,
    hour: Option<u8>,
    /// Position of the account in name order; absent: all accounts.
    account: Option<usize>,
}

/// The figures of a table, made as they are taken: there may be millions. In the order of
/// [`Measured::rows`].
pub struct Rows<'a> {
    metrics: &'a [Selected<'a>],
    n_combinations: &'a [usize],
    names: Names<'a>,
    breakdown: Breakdown,
    /// What was counted.
    cells: Peekable<btree_map::IntoIter<Key, Counts>>,
    /// Rows that are there whatever was counted.
    expected: Peekable<Box<dyn Iterator<Item = Key> + 'a>>,
    /// By metric and days.
    bases: HashMap<(usize, Day, Day), Arc<Basis>>,
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("n_counted", &self.cells.len()).finish_non_exhaustive()
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let is_counted = |(counted, _): &(Key, Counts)| {
            self.expected.peek().is_none_or(|expected| counted <= expected)
        };
        let (key, counts) = match self.cells.next_if(is_counted) {
            Some((key, counts)) => {
                self.expected.next_if_eq(&key);
                (key, counts)
            }
            None => (self.expected.next()?, Counts::default()),
        };
        let selected = &self.metrics[key.selected];
        let period = counts.period.unwrap_or(selected.period);
        let (from, to) = key.day.map_or(period, |day| (day, day));
        let basis = self
            .bases
            .entry((key.selected, from, to))
            .or_insert_with(|| Arc::new(Basis::of(selected, from, to)));
        let n = self.n_combinations[key.selected];
        Some(row((selected, basis), (key, (from, to)), &self.names, (counts, n), &self.breakdown))
    }
}

/// Adds up what was counted into rows; without names of shops, of all of them.
///
/// # Errors
///
/// [`Error::UnknownShop`].
pub fn rows<'a>(
    log: Outline<'a>,
    metrics: &'a [Selected<'a>],
    rules: &'a Rules,
    table: &Table,
    shops: &[String],
    breakdown: &Breakdown,
) -> Result<Rows<'a>, Error> {
    let shops = wanted_shops(log, shops)?;
    let Rules { counted, n_combinations } = rules;
    let names = Names::of(log);
    let mut cells: BTreeMap<Key, Counts> = BTreeMap::new();
    for (job, shop, cell, tally) in table.sorted() {
        let Counted { selected, combination, .. } = counted[job as usize];
        if !shops[shop as usize] || breakdown.is_by_samples(&metrics[selected]) {
            continue;
        }
        let key = Key {
            selected,
            shop: breakdown.shop.then(|| names.shop_position[shop as usize]),
            day: breakdown.day.then_some(cell.day),
            weekday: breakdown.weekday.then(|| cell.day.weekday()),
            hour: breakdown.hour.then_some(cell.hour),
            account: breakdown.account.then(|| names.account_position[cell.account.0 as usize]),
        };
        let counts = cells.entry(key).or_default();
        *counts.tally_mut(combination) += tally;
        counts.add_waits(combination, table.waits(job, shop, cell));
    }
    for selected in (0..metrics.len()).filter(|i| breakdown.is_by_samples(&metrics[*i])) {
        let found = Found { table, counted, log, names: &names, shops: &shops };
        let n = n_combinations[selected];
        found.published(selected, &metrics[selected], n, breakdown, &mut cells);
    }
    let expected = expected_rows(metrics, log, &shops, &names, breakdown);
    Ok(Rows {
        metrics,
        n_combinations,
        names,
        breakdown: *breakdown,
        cells: cells.into_iter().peekable(),
        expected: expected.peekable(),
        bases: HashMap::new(),
    })
}

/// What was counted, and whose it is.
struct Found<'a> {
    table: &'a Table,
    counted: &'a [Counted],
    log: Outline<'a>,
    names: &'a Names<'a>,
    shops: &'a [bool],
}

impl Found<'_> {
    /// Counts the samples of a metric that the platform takes, shop by shop.
    fn published(
        &self,
        selected: usize,
        metric: &Selected<'_>,
        n: usize,
        breakdown: &Breakdown,
        cells: &mut BTreeMap<Key, Counts>,
    ) {
        for combination in 0..n {
            let jobs: Vec<u32> = (0u32..)
                .zip(self.counted)
                .filter(|(_, one)| one.selected == selected && one.combination == combination)
                .map(|(job, _)| job)
                .collect();
            for (shop, entry) in self.log.shops.iter().enumerate() {
                if !self.shops[shop] || entry.platform != metric.platform {
                    continue;
                }
                let samples = jobs.iter().flat_map(|job| self.table.samples(*job, shop as u32));
                let place = Place { selected, combination, shop };
                count_published(metric, place, samples, self.names, breakdown, cells);
            }
        }
    }
}

/// Where samples belong.
#[derive(Clone, Copy)]
struct Place {
    selected: usize,
    combination: usize,
    shop: usize,
}

/// Counts those samples of one shop (with `--by account`, of one account) that the platform takes.
fn count_published<'t>(
    selected: &Selected<'_>,
    place: Place,
    samples: impl Iterator<Item = &'t Judged>,
    names: &Names<'_>,
    breakdown: &Breakdown,
    cells: &mut BTreeMap<Key, Counts>,
) {
    let by_account = breakdown.account;
    let mut groups: BTreeMap<Option<usize>, Vec<Judged>> = BTreeMap::new();
    if !by_account {
        groups.entry(None).or_default();
    }
    for sample in samples {
        let account = by_account.then(|| names.account_position[sample.account.0 as usize]);
        groups.entry(account).or_default().push(*sample);
    }
    for (account, mut samples) in groups {
        let Some(published) = selected.published(&mut samples) else { continue };
        let key = Key {
            selected: place.selected,
            shop: breakdown.shop.then(|| names.shop_position[place.shop]),
            day: None,
            weekday: None,
            hour: None,
            account,
        };
        let (by_weekday, by_hour) = (breakdown.weekday, breakdown.hour);
        if !by_hour && !by_weekday {
            let counts = cells.entry(key).or_default();
            counts.spans(published.from, published.to);
        }
        for judged in &samples[published.range] {
            let hour = (selected.zone.local(judged.opened_at).ms / 3_600_000) as u8;
            let weekday = by_weekday.then(|| judged.day.weekday());
            let key = Key { weekday, hour: by_hour.then_some(hour), ..key };
            let counts = cells.entry(key).or_default();
            counts.spans(published.from, published.to);
            counts.tally_mut(place.combination).count(judged);
            if matches!(judged.outcome, Outcome::Hit | Outcome::Late) {
                let mean = judged.wait.0 / i64::from(judged.n_inner.max(1));
                counts.add_waits(place.combination, &[mean]);
            }
        }
    }
}

/// The rows that are printed even when nothing was counted: a shop without samples on a day has no
/// rate, which is something else than not being there.
fn expected_rows<'a>(
    metrics: &'a [Selected<'a>],
    log: Outline<'_>,
    shops: &[bool],
    names: &Names<'_>,
    by: &Breakdown,
) -> Box<dyn Iterator<Item = Key> + 'a> {
    if by.account || by.hour || by.weekday {
        return Box::new(std::iter::empty());
    }
    let mut all: Vec<(usize, Vec<Option<usize>>)> = Vec::new();
    for (selected, metric) in metrics.iter().enumerate() {
        let of_platform = (0..log.shops.len())
            .filter(|shop| shops[*shop] && log.shops[*shop].platform == metric.platform);
        let mut places: Vec<Option<usize>> = if by.shop {
            of_platform.map(|shop| Some(names.shop_position[shop])).collect()
        } else {
            of_platform.take(1).map(|_| None).collect()
        };
        places.sort_unstable();
        all.push((selected, places));
    }
    let by_day = by.day;
    let of_metric = move |(selected, places): (usize, Vec<Option<usize>>)| {
        let days = move || -> Box<dyn Iterator<Item = Option<Day>> + 'a> {
            match by_day {
                true => Box::new(metrics[selected].days.iter().copied().map(Some)),
                false => Box::new(std::iter::once(None)),
            }
        };
        places.into_iter().flat_map(move |shop| {
            days().map(move |day| Key {
                selected,
                shop,
                day,
                weekday: None,
                hour: None,
                account: None,
            })
        })
    };
    Box::new(all.into_iter().flat_map(of_metric))
}

fn row(
    (selected, basis): (&Selected<'_>, &Arc<Basis>),
    (key, (from, to)): (Key, (Day, Day)),
    names: &Names<'_>,
    (mut counts, n_combinations): (Counts, usize),
    breakdown: &Breakdown,
) -> Row {
    counts.sort();
    Row {
        metric: selected.metric.id.clone(),
        name: selected.metric.name.clone(),
        basis: Arc::clone(basis),
        platform: selected.metric.platform.clone(),
        shop: key.shop.map(|position| names.shops[position].to_owned()),
        account: key.account.map(|position| names.accounts[position].to_owned()),
        from,
        to,
        weekday: key.weekday,
        hour: key.hour,
        tally: counts.own,
        figure: selected.figure(),
        value: counts.value(0, selected),
        percentiles: breakdown.percentiles.then(|| counts.percentiles()),
        band: breakdown.band.then(|| band(&counts, n_combinations, selected)),
        waits: breakdown.waits.then(|| Waits::of(counts.waits(0), &basis.limits)),
    }
}

/// Lowest and highest value over all combinations.
fn band(counts: &Counts, n: usize, selected: &Selected<'_>) -> Option<(Ratio, Ratio)> {
    let values: Vec<Ratio> =
        (0..n).filter_map(|combination| counts.value(combination, selected)).collect();
    let low = values.iter().copied().min_by(|a, b| a.compare(*b))?;
    let high = values.iter().copied().max_by(|a, b| a.compare(*b))?;
    Some((low, high))
}
