//! Whole columns through the same machines.

use alloc::vec::Vec;
use core::ops::Range;

use facts::{Account, Day, Fact, FactKind, Instant, Log, Registry, ShopEntry, ShopId, Zone};
use hashbrown::HashMap;

use crate::judged::{Judged, Note, Outcome, Reason, Sink};
use crate::plan::Plan;
use crate::rule::SpecialPeriod;
use crate::tally::{Cell, Tally};
use crate::thread::{Context, ThreadState, Window};

/// One plan to run over the threads of its platform's shops.
#[derive(Clone, Debug)]
pub struct Job {
    /// The compiled rule.
    pub plan: Plan,
    /// The zone of days and hours.
    pub zone: Zone,
    /// Number of the platform in [`Log::platforms`].
    pub platform: u32,
    /// Samples of other local days are not this job's: first and last day, both included.
    pub days: (Day, Day),
    /// When the measurement stands: facts at or after it are left out, they had not happened. The
    /// same for all jobs of a platform.
    pub as_of: Instant,
    /// Facts that were learned at or after this are left out too. Later than `as_of` where what
    /// was learned late counts all the same.
    pub known_by: Instant,
    /// Whether every judged sample is kept, for periods that the samples themselves bound
    /// ([`crate::published`]).
    pub keeps_samples: bool,
    /// Periods in which shops that are known not to be enrolled are not assessed.
    pub special_periods: Vec<SpecialPeriod>,
}

impl Job {
    /// Every day of the shops of platform 0, with all facts: whoever wants less says what.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Instant, Zone};
    /// use metric::{Job, Plan, Rule, Sample};
    /// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
    /// let job = Job { as_of: Instant(1_000), ..Job::new(plan, Zone::fixed(8 * 3_600_000)) };
    /// assert!(job.days.0 < job.days.1 && !job.keeps_samples);
    /// ```
    #[must_use]
    pub const fn new(plan: Plan, zone: Zone) -> Self {
        Self {
            plan,
            zone,
            platform: 0,
            days: (Day(i32::MIN), Day(i32::MAX)),
            as_of: Instant(i64::MAX),
            known_by: Instant(i64::MAX),
            keeps_samples: false,
            special_periods: Vec::new(),
        }
    }
}

/// What cells are kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// By account.
    pub account: bool,
    /// By hour of the opening.
    pub hour: bool,
    /// Keep the wait of every answered sample, for percentiles.
    pub waits: bool,
}

/// Job, shop and cell of a tally.
type Key = (u32, u32, Cell);

/// Tallies by job, shop and cell.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By the place of a tally: what it is of.
    keys: Vec<Key>,
    tallies: Vec<Tally>,
    sheets: Vec<Sheet>,
    /// By job, day and hour: the place of their sheet.
    numbers: HashMap<(u32, Day, u8), usize>,
    /// By job the sheet that was counted into last: the next sample is mostly of the same day.
    recent: Vec<Option<((Day, u8), usize)>>,
    waits: HashMap<Key, Vec<i64>>,
    samples: HashMap<(u32, u32), Vec<Judged>>,
}

/// The places of the tallies of one job, day and hour.
#[derive(Clone, Debug, Default)]
struct Sheet {
    /// Of the first shops themselves, by number; [`NO_TALLY`]: there is none.
    shops: Vec<u32>,
    /// Of other shops, and of accounts.
    others: HashMap<(u32, Account), u32>,
}

/// How many shops are looked up by number. Numbers are given in the order met, so that the busiest
/// shops have the first ones.
const FIRST_SHOPS: u32 = 4096;

/// Where no tally is.
const NO_TALLY: u32 = u32::MAX;

impl Table {
    /// Adds the tallies of another table.
    pub fn merge(&mut self, other: Self) {
        if self.keys.is_empty() {
            *self = other;
            return;
        }
        for (key, tally) in other.keys.iter().zip(&other.tallies) {
            *self.tally(*key) += tally;
        }
        for (key, samples) in other.samples {
            self.samples.entry(key).or_default().extend(samples);
        }
        for (key, waits) in other.waits {
            self.waits.entry(key).or_default().extend(waits);
        }
    }

    fn tally(&mut self, key: Key) -> &mut Tally {
        let (job, shop, cell) = key;
        let number = match self.recent.get(job as usize) {
            Some(Some((recent, number))) if *recent == (cell.day, cell.hour) => *number,
            _ => self.turn_to(job, (cell.day, cell.hour)),
        };
        let Sheet { shops, others } = &mut self.sheets[number];
        let place = if cell.account == Account::SHOP && shop < FIRST_SHOPS {
            let shop = shop as usize;
            if shops.len() <= shop {
                shops.resize(shop + 1, NO_TALLY);
            }
            &mut shops[shop]
        } else {
            others.entry((shop, cell.account)).or_insert(NO_TALLY)
        };
        if *place == NO_TALLY {
            *place = self.keys.len() as u32;
            self.keys.push(key);
            self.tallies.push(Tally::default());
        }
        &mut self.tallies[*place as usize]
    }

    /// The sheet of a job, day and hour, which others that follow are looked for in first.
    #[cold]
    fn turn_to(&mut self, job: u32, time: (Day, u8)) -> usize {
        let next = self.sheets.len();
        let number = *self.numbers.entry((job, time.0, time.1)).or_insert(next);
        if number == next {
            self.sheets.push(Sheet::default());
        }
        if self.recent.len() <= job as usize {
            self.recent.resize(job as usize + 1, None);
        }
        self.recent[job as usize] = Some((time, number));
        number
    }

    /// The waits of the answered samples of a cell in milliseconds, in no order; of a grouped
    /// sample its mean wait, rounded down. Empty unless [`Grouping::waits`] was asked for.
    #[must_use]
    pub fn waits(&self, job: u32, shop: u32, cell: Cell) -> &[i64] {
        self.waits.get(&(job, shop, cell)).map_or(&[], Vec::as_slice)
    }

    /// Every judged sample of a shop under a job, in no order. Empty unless the job keeps them
    /// ([`Job::keeps_samples`]).
    #[must_use]
    pub fn samples(&self, job: u32, shop: u32) -> &[Judged] {
        self.samples.get(&(job, shop)).map_or(&[], Vec::as_slice)
    }

    /// The same with other numbers of jobs, given by their old ones as the days are. Cells of jobs
    /// that get none, and of other days, are left out.
    #[must_use]
    pub fn renumbered(self, number: &[Option<u32>], days: &[(Day, Day)]) -> Self {
        let place = |(job, shop, cell): Key| {
            let (first, last) = days[job as usize];
            let number = number[job as usize]?;
            (first <= cell.day && cell.day <= last).then_some((number, shop, cell))
        };
        let mut table = Self::default();
        for (key, tally) in self.keys.iter().zip(&self.tallies) {
            if let Some(key) = place(*key) {
                *table.tally(key) += tally;
            }
        }
        for (key, waits) in self.waits {
            if let Some(key) = place(key) {
                table.waits.insert(key, waits);
            }
        }
        for ((job, shop), mut samples) in self.samples {
            if let Some(number) = number[job as usize] {
                let (first, last) = days[job as usize];
                samples.retain(|judged| first <= judged.day && judged.day <= last);
                table.samples.insert((number, shop), samples);
            }
        }
        table
    }

    /// `(job, shop, cell, tally)` in order.
    #[must_use]
    pub fn sorted(&self) -> Vec<(u32, u32, Cell, &Tally)> {
        let keys = self.keys.iter().zip(&self.tallies);
        let mut all: Vec<_> =
            keys.map(|((job, shop, cell), tally)| (*job, *shop, *cell, tally)).collect();
        all.sort_unstable_by_key(|(job, shop, cell, _)| (*job, *shop, *cell));
        all
    }
}

/// A log arranged for counting: rows by thread, in order, and what is known of the shops.
#[derive(Clone, Debug)]
pub struct Threads<'a> {
    log: &'a Log,
    rows: Vec<u32>,
    bounds: Vec<u32>,
    /// By shop number; `None`: nothing is known.
    entries: Vec<Option<&'a ShopEntry>>,
}

impl<'a> Threads<'a> {
    /// Arranges a log.
    #[must_use]
    pub fn new(log: &'a Log, registry: &'a Registry) -> Self {
        let (rows, bounds) = log.by_thread();
        let known: HashMap<(&str, &str), &ShopEntry> =
            registry.shops.iter().rev().map(|e| ((&*e.platform, &*e.shop), e)).collect();
        let shops = (0..log.shops.len()).map(|shop| ShopId(shop as u32));
        let entries = shops
            .map(|shop| known.get(&(log.platform_of(shop), log.shop_name(shop))).copied())
            .collect();
        Self { log, rows, bounds, entries }
    }

    /// How many threads there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Whether there is no thread.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All rows of a thread, also those that are left out, in order.
    #[must_use]
    pub fn rows(&self, thread: usize) -> &[u32] {
        &self.rows[self.bounds[thread] as usize..self.bounds[thread + 1] as usize]
    }

    /// Whether a row had happened and was known when a job's measurement stands.
    #[must_use]
    pub fn is_known(&self, row: u32, job: &Job) -> bool {
        let at = Instant(self.log.at[row as usize]);
        at < job.as_of && self.log.seen_at(row) < job.known_by
    }

    fn beside(&self, thread: usize) -> Beside<'a> {
        let known = self.log.threads[thread];
        let entry = self.entries[known.shop.0 as usize];
        let buyer = self.log.buyers.name(known.buyer);
        let is_own = entry.is_some_and(|entry| entry.own_accounts.iter().any(|o| o.buyer == buyer));
        Beside { entry, is_own }
    }

    /// The facts of a thread as they were known to a job, in order, put into `facts`.
    pub fn facts(&self, thread: usize, job: &Job, facts: &mut Vec<Fact>) {
        facts.clear();
        let known = self.rows(thread).iter().filter(|row| self.is_known(**row, job));
        facts.extend(known.map(|row| self.log.fact(*row)));
    }
}

/// What is known of a thread beside its facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// What the registry says of the shop. `None`: nothing is known of it.
    pub entry: Option<&'a ShopEntry>,
    /// Whether the buyer is an account of the shop itself; looked at where there is an entry.
    pub is_own: bool,
}

/// The dated exclusions of a thread: closures and special periods of its shop, its buyer being an
/// account of the shop, and what the thread's own facts say (reports, flags; other facts are not
/// looked at). What a machine needs for [`crate::Context::windows`].
#[must_use]
pub fn windows(beside: Beside<'_>, facts: &[Fact], job: &Job) -> Vec<Window> {
    let ever = |reason| Window { from: Instant(i64::MIN), until: Instant(i64::MAX), reason };
    let by_facts = fact_windows(&job.plan, &job.zone, facts);
    let Some(entry) = beside.entry else { return by_facts };
    let mut windows = Vec::new();
    if beside.is_own {
        windows.push(ever(Reason::OwnAccount));
    }
    if job.plan.drops_closed_shop {
        windows.extend(entry.closures.iter().map(|closure| Window {
            from: closure.from,
            until: closure.until,
            reason: Reason::ClosedShop,
        }));
    }
    for period in &job.special_periods {
        let stayed_out =
            entry.enrolments.iter().any(|one| one.period == period.id && !one.enrolled);
        if stayed_out {
            windows.push(Window {
                from: job.zone.start_of(period.from),
                until: job.zone.start_of(period.to.plus(1)),
                reason: Reason::SpecialPeriod,
            });
        }
    }
    // The first window that holds names the reason: what the buyer is, before what was when.
    windows.extend(by_facts);
    let rank = |window: &Window| match window.reason {
        Reason::OwnAccount => 0,
        Reason::Flagged => 1,
        Reason::Reported => 3,
        _ => 2,
    };
    windows.sort_by_key(rank);
    windows
}

/// The dated exclusions that a thread's own facts make: upheld reports and flags.
#[must_use]
pub fn fact_windows(plan: &Plan, zone: &Zone, facts: &[Fact]) -> Vec<Window> {
    let mut windows = Vec::new();
    if plan.report_days == 0 && !plan.drops_flagged {
        return windows;
    }
    for fact in facts {
        if fact.kind == FactKind::ReportUpheld && plan.report_days > 0 {
            let day = zone.day(fact.at);
            windows.push(Window {
                from: zone.start_of(day.plus(-i32::from(plan.report_days))),
                until: zone.start_of(day),
                reason: Reason::Reported,
            });
        }
        if fact.kind == FactKind::Flagged && plan.drops_flagged {
            let (from, until) = (Instant(i64::MIN), Instant(i64::MAX));
            windows.push(Window { from, until, reason: Reason::Flagged });
        }
    }
    // The first window that holds names the reason: what the buyer is, before what they did.
    windows.sort_by_key(|window| window.reason == Reason::Reported);
    windows
}

/// Counts the samples of one thread under one job into cells.
pub(crate) struct CellSink<'t> {
    table: &'t mut Table,
    zone: &'t Zone,
    grouping: Grouping,
    job: u32,
    shop: u32,
    days: (Day, Day),
    has_waits: bool,
    keeps_samples: bool,
}

impl<'t> CellSink<'t> {
    pub(crate) fn new(
        table: &'t mut Table,
        (number, job): (u32, &'t Job),
        grouping: Grouping,
        shop: u32,
    ) -> Self {
        Self {
            table,
            zone: &job.zone,
            grouping,
            job: number,
            shop,
            days: job.days,
            has_waits: job.plan.has_waits(),
            keeps_samples: job.keeps_samples,
        }
    }
}

impl Sink for CellSink<'_> {
    fn sample(&mut self, judged: &Judged) {
        if judged.day < self.days.0 || judged.day > self.days.1 {
            return;
        }
        let cell = Cell {
            day: judged.day,
            account: if self.grouping.account { judged.account } else { Account::SHOP },
            hour: if self.grouping.hour {
                (self.zone.local(judged.opened_at).ms / 3_600_000) as u8
            } else {
                0
            },
        };
        if self.keeps_samples {
            self.table.samples.entry((self.job, self.shop)).or_default().push(*judged);
        }
        let key = (self.job, self.shop, cell);
        self.table.tally(key).count(judged);
        if self.grouping.waits
            && self.has_waits
            && matches!(judged.outcome, Outcome::Hit | Outcome::Late)
        {
            let mean = judged.wait.0 / i64::from(judged.n_inner.max(1));
            self.table.waits.entry(key).or_default().push(mean);
        }
    }
}

/// Counts a range of threads under all jobs. Tables of disjoint ranges add up.
#[must_use]
pub fn count(
    threads: &Threads<'_>,
    range: Range<usize>,
    jobs: &[Job],
    grouping: Grouping,
) -> Table {
    let mut table = Table::default();
    let mut facts = Vec::new();
    let mut state = ThreadState::default();
    let log = threads.log;
    for thread in range {
        let shop = log.threads[thread].shop;
        let platform = log.shops[shop.0 as usize].platform;
        let Some(first) = jobs.iter().find(|job| job.platform == platform) else { continue };
        threads.facts(thread, first, &mut facts);
        for (number, job) in jobs.iter().enumerate().filter(|(_, job)| job.platform == platform) {
            let windows = windows(threads.beside(thread), &facts, job);
            let cx = Context { plan: &job.plan, zone: &job.zone, windows: &windows };
            let mut sink = CellSink::new(&mut table, (number as u32, job), grouping, shop.0);
            state.reset();
            for fact in &facts {
                state.step(&cx, fact, &mut sink);
            }
            state.finish(&cx, job.as_of, &mut sink);
        }
    }
    table
}

/// Everything that was said while counting one thread under one job.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Judged samples of the job's days, in the order judged.
    pub samples: Vec<Judged>,
    /// Inner samples of grouped ones.
    pub inner: Vec<Judged>,
    /// What became of each row, in order; rows that had not happened are noted as such.
    pub notes: Vec<(u32, Note)>,
}

impl Sink for Trace {
    fn sample(&mut self, sample: &Judged) {
        self.samples.push(*sample);
    }

    fn inner(&mut self, inner: &Judged) {
        self.inner.push(*inner);
    }

    fn note(&mut self, row: u32, note: Note) {
        self.notes.push((row, note));
    }
}

/// Counts one thread under one job and keeps the trace.
#[must_use]
pub fn trace(threads: &Threads<'_>, thread: usize, job: &Job) -> Trace {
    let mut facts = Vec::new();
    threads.facts(thread, job, &mut facts);
    let windows = windows(threads.beside(thread), &facts, job);
    let cx = Context { plan: &job.plan, zone: &job.zone, windows: &windows };
    let mut trace = Trace::default();
    let mut state = ThreadState::default();
    for fact in &facts {
        state.step(&cx, fact, &mut trace);
    }
    state.finish(&cx, job.as_of, &mut trace);
    let in_days = |judged: &Judged| job.days.0 <= judged.day && judged.day <= job.days.1;
    trace.samples.retain(in_days);
    trace.inner.retain(in_days);
    for row in threads.rows(thread) {
        if !threads.is_known(*row, job) {
            trace.notes.push((*row, Note::NotYet));
        }
    }
    trace
}
