//! `yingda measure`: figures from logs.

use std::collections::BTreeMap;

use facts::{Day, Registry};
use metric::{Figure, Grouping, Judged, Outcome, Ratio, Reason, Table, Tally};
use rulebook::Catalogue;

use crate::args::{By, Format, MeasureArgs};
use crate::counting::{self, Counted, Names, wanted_shops};
use crate::failure::Failure;
use crate::input::{self, InvalidReplies, Keep};
use crate::registry_notices;
use crate::report;
use crate::screen::Screen;
use crate::selection::{self, Chosen, Outline, Selected, Selection, Wanted, weakest};
use crate::streaming::{self, Streamed};

/// One figure: a line of the output.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) metric: String,
    pub(crate) name: rulebook::Text,
    pub(crate) editions: Vec<String>,
    pub(crate) revision: String,
    pub(crate) platform: String,
    pub(crate) shop: Option<String>,
    /// Absent: accounts were not asked for; empty: the shop itself.
    pub(crate) account: Option<String>,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) hour: Option<u8>,
    pub(crate) tally: Tally,
    pub(crate) figure: Figure,
    pub(crate) value: Option<Ratio>,
    pub(crate) readings: Vec<String>,
    pub(crate) confidence: &'static str,
    /// Absent: not asked for. Median, 90th and 99th percentile of the waits of answered samples in
    /// milliseconds, absent where none was answered.
    pub(crate) percentiles: Option<Option<[i64; 3]>>,
    /// Absent: not asked for. Lowest and highest value, absent where no reading gives one.
    pub(crate) band: Option<Option<(Ratio, Ratio)>>,
}

impl Row {
    pub(crate) const fn value(&self) -> Option<Ratio> {
        self.value
    }

    /// Reasons for which samples were set aside, with how many.
    pub(crate) fn dropped(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        Reason::ALL
            .iter()
            .map(|reason| (*reason, self.tally.dropped_for(*reason)))
            .filter(|(_, n)| *n > 0)
    }
}

/// Runs the command. `true`: every row of the logs was a fact.
pub(crate) fn run(args: &MeasureArgs, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let catalogue = selection::catalogue(args.rules.rulebooks.as_deref(), lang)?;
    for name in &args.metric {
        selection::find_metric(&catalogue, name, lang)?;
    }
    let invalid = InvalidReplies::of(&catalogue, lang)?;
    let wanted = Wanted {
        rules: &args.rules,
        metrics: &args.metric,
        every_day: args.by.contains(&By::Day),
        lang,
    };
    let asked = Asked { args, catalogue: &catalogue, wanted: &wanted, invalid: &invalid };
    let (rows, is_clean) = match streaming::count(&asked, screen)? {
        Some(streamed) => {
            let Streamed { names, registry, selection, rules, table, is_clean } = streamed;
            let log = names.outline();
            tell(&selection, &registry, log, &catalogue, screen);
            (figures(log, &selection.metrics, &rules, &table, args, screen)?, is_clean)
        }
        None => {
            let keep = Keep::for_counting(invalid.clone());
            let input = input::read(&args.input, &keep, screen)?;
            let log = Outline::of(&input.log);
            let selection = selection::select(&catalogue, log, &wanted)?;
            tell(&selection, &input.registry, log, &catalogue, screen);
            let rules = asked.rules(&selection.metrics)?;
            let table = counting::count(&input, &rules.counted, args.grouping(&selection), screen);
            (figures(log, &selection.metrics, &rules, &table, args, screen)?, input.is_clean())
        }
    };
    if rows.is_empty() {
        screen.notice(lang.of("no figure: nothing to count", "没有可统计的指标"));
    }
    match args.format {
        Format::Table => report::table(&rows, args.output.as_deref(), screen)?,
        Format::Json => report::json(&rows, args.output.as_deref(), lang)?,
        Format::Csv => report::csv(&rows, args.output.as_deref(), lang)?,
        Format::Parquet => report::parquet(&rows, args.output.as_deref(), lang)?,
    }
    Ok(is_clean)
}

/// Says what the user should know before the figures come.
fn tell(
    selection: &Selection<'_>,
    registry: &Registry,
    log: Outline<'_>,
    catalogue: &Catalogue,
    screen: &Screen,
) {
    for notice in &selection.notices {
        screen.notice(notice);
    }
    registry_notices::tell(registry, catalogue, screen);
    selection::tell_unknown_enrolments(registry, log, &selection.metrics, screen);
}

/// What was asked for.
pub(crate) struct Asked<'a> {
    pub(crate) args: &'a MeasureArgs,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) wanted: &'a Wanted<'a>,
    pub(crate) invalid: &'a InvalidReplies,
}

/// The rules to count.
pub(crate) struct Rules {
    pub(crate) counted: Vec<Counted>,
    /// By selected metric.
    n_combinations: Vec<usize>,
}

impl Asked<'_> {
    /// The rules to count for some metrics.
    pub(crate) fn rules(&self, metrics: &[Selected<'_>]) -> Result<Rules, Failure> {
        let (band, lang) = (self.args.band, self.wanted.lang);
        let (mut counted, n_combinations) = counting::rules(metrics, self.invalid, band, lang)?;
        for one in &mut counted {
            one.job.keeps_samples = is_by_samples(&metrics[one.selected], self.args);
        }
        Ok(Rules { counted, n_combinations })
    }
}

impl MeasureArgs {
    /// What is kept apart while counting.
    pub(crate) fn grouping(&self, selection: &Selection<'_>) -> Grouping {
        let needs_waits = selection.metrics.iter().any(|metric| metric.figure().needs_waits());
        Grouping {
            account: self.by.contains(&By::Account),
            hour: self.by.contains(&By::Hour),
            waits: self.percentiles || needs_waits,
        }
    }
}

/// What was counted for a row.
struct Counts {
    /// By combination of answers to the open readings, our own first.
    tallies: Vec<Tally>,
    /// The waits of answered samples, by combination; empty unless asked for or needed.
    waits: Vec<Vec<i64>>,
    /// First and last day, where the samples themselves bound the period.
    period: Option<(Day, Day)>,
}

impl Counts {
    fn new(n_combinations: usize) -> Self {
        Self {
            tallies: vec![Tally::default(); n_combinations],
            waits: vec![Vec::new(); n_combinations],
            period: None,
        }
    }

    /// Puts waits in order, as percentiles and means of the fastest need them.
    fn sort(&mut self) {
        self.waits.iter_mut().for_each(|waits| waits.sort_unstable());
    }

    fn percentiles(&self) -> Option<[i64; 3]> {
        let of = |percent| metric::percentile(&self.waits[0], percent);
        Some([of(50)?, of(90)?, of(99)?])
    }

    fn value(&self, combination: usize, selected: &Selected<'_>) -> Option<Ratio> {
        match selected.figure() {
            Figure::MeanFastest => {
                metric::mean_fastest(&self.waits[combination], selected.fastest())
            }
            figure => self.tallies[combination].value(figure),
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
    hour: Option<u8>,
    /// Position of the account in name order; absent: all accounts.
    account: Option<usize>,
}

fn figures(
    log: Outline<'_>,
    metrics: &[Selected<'_>],
    rules: &Rules,
    table: &Table,
    args: &MeasureArgs,
    screen: &Screen,
) -> Result<Vec<Row>, Failure> {
    let shops = &wanted_shops(log, &args.shop, screen.lang)?;
    let Rules { counted, n_combinations } = rules;
    let names = Names::of(log);
    let mut cells: BTreeMap<Key, Counts> = BTreeMap::new();
    for key in expected_rows(metrics, log, shops, &names, &args.by) {
        cells.insert(key, Counts::new(n_combinations[key.selected]));
    }
    for (job, shop, cell, tally) in table.sorted() {
        let Counted { selected, combination, .. } = counted[job as usize];
        if !shops[shop as usize] || is_by_samples(&metrics[selected], args) {
            continue;
        }
        let key = Key {
            selected,
            shop: args.by.contains(&By::Shop).then(|| names.shop_position[shop as usize]),
            day: args.by.contains(&By::Day).then_some(cell.day),
            hour: args.by.contains(&By::Hour).then_some(cell.hour),
            account: args
                .by
                .contains(&By::Account)
                .then(|| names.account_position[cell.account.0 as usize]),
        };
        let counts = cells.entry(key).or_insert_with(|| Counts::new(n_combinations[selected]));
        counts.tallies[combination] += &tally;
        counts.waits[combination].extend_from_slice(table.waits(job, shop, cell));
    }
    for selected in (0..metrics.len()).filter(|i| is_by_samples(&metrics[*i], args)) {
        let found = Found { table, counted, log, names: &names, shops };
        let n = n_combinations[selected];
        found.published(selected, &metrics[selected], n, args, &mut cells);
    }
    Ok(cells
        .into_iter()
        .map(|(key, counts)| row(&metrics[key.selected], key, &names, counts, args))
        .collect())
}

/// Whether the samples themselves say over which days a figure is published. By day, every day
/// stands for itself.
fn is_by_samples(selected: &Selected<'_>, args: &MeasureArgs) -> bool {
    !args.by.contains(&By::Day) && selected.is_by_samples()
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
        args: &MeasureArgs,
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
                let place = Place { selected, combination, shop, n };
                count_published(metric, place, samples, self.names, args, cells);
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
    /// How many combinations of answers there are.
    n: usize,
}

/// Counts those samples of one shop (with `--by account`, of one account) that the platform takes.
fn count_published<'t>(
    selected: &Selected<'_>,
    place: Place,
    samples: impl Iterator<Item = &'t Judged>,
    names: &Names<'_>,
    args: &MeasureArgs,
    cells: &mut BTreeMap<Key, Counts>,
) {
    let by_account = args.by.contains(&By::Account);
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
            shop: args.by.contains(&By::Shop).then(|| names.shop_position[place.shop]),
            day: None,
            hour: None,
            account,
        };
        let by_hour = args.by.contains(&By::Hour);
        if !by_hour {
            let counts = cells.entry(key).or_insert_with(|| Counts::new(place.n));
            counts.spans(published.from, published.to);
        }
        for judged in &samples[published.range] {
            let hour = (selected.zone.local(judged.opened_at).ms / 3_600_000) as u8;
            let key = Key { hour: by_hour.then_some(hour), ..key };
            let counts = cells.entry(key).or_insert_with(|| Counts::new(place.n));
            counts.spans(published.from, published.to);
            counts.tallies[place.combination].count(judged);
            if matches!(judged.outcome, Outcome::Hit | Outcome::Late) {
                let mean = judged.wait.0 / i64::from(judged.n_inner.max(1));
                counts.waits[place.combination].push(mean);
            }
        }
    }
}

/// The rows that are printed even when nothing was counted: a shop without samples on a day has no
/// rate, which is something else than not being there.
fn expected_rows(
    metrics: &[Selected<'_>],
    log: Outline<'_>,
    shops: &[bool],
    names: &Names<'_>,
    by: &[By],
) -> Vec<Key> {
    let mut keys = Vec::new();
    if by.contains(&By::Account) || by.contains(&By::Hour) {
        return keys;
    }
    for (selected, metric) in metrics.iter().enumerate() {
        let of_platform = (0..log.shops.len())
            .filter(|shop| shops[*shop] && log.shops[*shop].platform == metric.platform);
        let places: Vec<Option<usize>> = if by.contains(&By::Shop) {
            of_platform.map(|shop| Some(names.shop_position[shop])).collect()
        } else {
            of_platform.take(1).map(|_| None).collect()
        };
        let days: Vec<Option<Day>> = if by.contains(&By::Day) {
            metric.days.iter().map(|day| Some(*day)).collect()
        } else {
            vec![None]
        };
        for shop in places {
            for day in &days {
                keys.push(Key { selected, shop, day: *day, hour: None, account: None });
            }
        }
    }
    keys
}

fn row(
    selected: &Selected<'_>,
    key: Key,
    names: &Names<'_>,
    mut counts: Counts,
    args: &MeasureArgs,
) -> Row {
    let period = counts.period.unwrap_or(selected.period);
    let (from, to) = key.day.map_or(period, |day| (day, day));
    counts.sort();
    let editions: Vec<&Chosen> = selected.editions_on(from, to).collect();
    let mut readings: Vec<String> = Vec::new();
    for reading in editions.iter().flat_map(|chosen| chosen.readings()) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    let figure = selected.figure();
    let revisions: Vec<&str> = editions.iter().map(|chosen| &*chosen.revision).collect();
    Row {
        metric: selected.metric.id.clone(),
        name: selected.metric.name.clone(),
        editions: editions.iter().map(|chosen| chosen.edition.id.clone()).collect(),
        revision: revisions.join("+"),
        platform: selected.metric.platform.clone(),
        shop: key.shop.map(|position| names.shops[position].to_owned()),
        account: key.account.map(|position| names.accounts[position].to_owned()),
        from,
        to,
        hour: key.hour,
        tally: counts.tallies[0],
        figure,
        value: counts.value(0, selected),
        readings,
        confidence: weakest(editions.into_iter()).word(),
        percentiles: args.percentiles.then(|| counts.percentiles()),
        band: args.band.then(|| band(&counts, selected)),
    }
}

/// Lowest and highest value over all combinations.
fn band(counts: &Counts, selected: &Selected<'_>) -> Option<(Ratio, Ratio)> {
    let all = 0..counts.tallies.len();
    let values: Vec<Ratio> =
        all.filter_map(|combination| counts.value(combination, selected)).collect();
    let low = values.iter().copied().min_by(|a, b| a.compare(*b))?;
    let high = values.iter().copied().max_by(|a, b| a.compare(*b))?;
    Some((low, high))
}
