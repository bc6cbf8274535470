//! A log counted in pieces equals the log counted whole, wherever it is cut.
#![allow(missing_docs)]

mod rules;

use std::collections::BTreeMap;
use std::ops::Range;

use facts::{
    Account, Author, Chunk, ChunkThread, Closure, Day, Enrolment, Fact, FactKind, Instant, Log,
    Mark, OwnAccount, Registry, Shop, ShopEntry, ShopId, Span, Thread, ThreadId, ThreadKey, Zone,
};
use metric::{
    Cell, Fold, Grouping, Inner, Job, Judged, Known, OutOfOrder, ReachingBack, SpecialPeriod,
    Table, Tally, Threads,
};
use rules::{Named, axis_rules, catalogue_rules, rules_in_force};
use testkit::worlds::{Chance, RandomParams, RandomWorld, describe, small_worlds};

const PERIOD: &str = "spring";

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn june() -> Day {
    "2026-06-03".parse().expect("a day")
}

/// A buyer's thread, without its facts.
#[derive(Clone, Copy, Debug)]
struct Who {
    shop: u32,
    is_own: bool,
}

/// Rows as a source has them, and what is known beside them.
struct Source {
    /// Each with the number of its thread.
    rows: Vec<(u32, Fact)>,
    threads: Vec<Who>,
    /// By shop number: its platform's number.
    shops: Vec<u32>,
    registry: Registry,
    /// By shop number.
    entries: Vec<Option<u32>>,
}

impl Source {
    /// Threads without rows; each shop has a circumstance that says what is known of it.
    fn new(threads: Vec<Who>, shops: Vec<(u32, Circumstance)>) -> Self {
        let mut registry = Registry::default();
        let mut entries = Vec::new();
        for (shop, (platform, circumstance)) in shops.iter().enumerate() {
            let mut entry = circumstance.entry();
            entry.platform = format!("p{platform}");
            entry.shop = format!("s{shop}");
            let own = (0u32..).zip(&threads).filter(|(_, w)| w.is_own && w.shop == shop as u32);
            entry.own_accounts = own.map(|(n, _)| OwnAccount { buyer: buyer(n) }).collect();
            let is_known = *circumstance != Circumstance::Unknown;
            entries.push(is_known.then_some(registry.shops.len() as u32));
            if is_known {
                registry.shops.push(entry);
            }
        }
        let shops = shops.into_iter().map(|(platform, _)| platform).collect();
        Self { rows: Vec::new(), threads, shops, registry, entries }
    }

    /// The whole log.
    fn log(&self) -> Log {
        let mut log = Log::new();
        for platform in 0..=self.shops.iter().copied().max().unwrap_or(0) {
            log.platforms.number(&format!("p{platform}")).expect("a number");
        }
        for (shop, platform) in self.shops.iter().enumerate() {
            let name = log.shop_names.number(&format!("s{shop}")).expect("a number");
            log.shops.push(Shop { platform: *platform, name });
        }
        for (number, who) in (0u32..).zip(&self.threads) {
            let buyer = log.buyers.number(&buyer(number)).expect("a number");
            log.threads.push(Thread { shop: ShopId(who.shop), buyer });
        }
        for (thread, fact) in &self.rows {
            log.push(*thread, fact);
        }
        log
    }

    /// A run of rows as a reader hands it on. With a fault, each thread's first row is not there.
    fn chunk(&self, range: Range<usize>, loses_rows: bool) -> Chunk {
        let mut chunk = Chunk { first_row: range.start as u32, ..Chunk::default() };
        let rows = &self.rows[range];
        let mut numbers = vec![u32::MAX; self.threads.len()];
        for (thread, fact) in rows {
            let number = &mut numbers[*thread as usize];
            if *number == u32::MAX {
                *number = chunk.threads.len() as u32;
                chunk.threads.push(self.chunk_thread(*thread));
                chunk.thread.push(if loses_rows { ThreadId::NONE.0 } else { *number });
            } else {
                chunk.thread.push(*number);
            }
            chunk.at.push(fact.at.0);
            chunk.author.push(fact.author.code());
        }
        chunk.kind = column(rows, |fact| fact.kind.code());
        chunk.form = column(rows, |fact| fact.form.code());
        chunk.account = column(rows, |fact| fact.account.0);
        chunk.from_account = column(rows, |fact| fact.from_account.0);
        chunk.conversation = column(rows, |fact| fact.conversation.0);
        chunk.mark = column(rows, |fact| fact.mark.0);
        chunk.flags = column(rows, |fact| fact.flags.0);
        chunk.rating = column(rows, |fact| fact.rating.code());
        chunk
    }

    fn chunk_thread(&self, thread: u32) -> ChunkThread {
        let Who { shop, is_own } = self.threads[thread as usize];
        let platform = self.shops[shop as usize];
        let entry = self.entries[shop as usize];
        ChunkThread { key: key(thread), shop, platform, entry, is_own }
    }

    /// Facts that act on samples before them, whenever they happened.
    fn reaching_back(&self) -> ReachingBack {
        let mut found = ReachingBack::default();
        for (thread, fact) in &self.rows {
            let acts = matches!(fact.kind, FactKind::ReportUpheld | FactKind::Flagged);
            if acts {
                found.entry(key(*thread)).or_default().push(*fact);
            }
        }
        found
    }

    fn facts_of(&self, thread: u32) -> Vec<Fact> {
        let own = self.rows.iter().filter(|(number, _)| *number == thread);
        let mut facts: Vec<Fact> = own.map(|(_, fact)| *fact).collect();
        facts.sort_by_key(|fact| fact.at);
        facts
    }
}

/// A column of a piece; none where no row has anything in it.
fn column<T: Copy + Default + PartialEq>(
    rows: &[(u32, Fact)],
    value: impl Fn(&Fact) -> T,
) -> Option<Vec<T>> {
    let is_there = rows.iter().any(|(_, fact)| value(fact) != T::default());
    is_there.then(|| rows.iter().map(|(_, fact)| value(fact)).collect())
}

fn buyer(thread: u32) -> String {
    format!("b{thread}")
}

/// Keys that fall into all parts.
fn key(thread: u32) -> ThreadKey {
    let mut chance = Chance::new(u64::from(thread) << 8);
    ThreadKey([chance.bits(), chance.bits()])
}

/// What the registry says of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Circumstance {
    Unknown,
    /// An entry that says nothing.
    Known,
    /// Closed on one morning, and not enrolled in a special period of two days.
    Closed,
}

impl Circumstance {
    fn entry(self) -> ShopEntry {
        if self != Self::Closed {
            return ShopEntry::default();
        }
        let from = zone().start_of(june());
        let closures = vec![
            Closure { from, until: from + Span(12 * 3_600_000 + 1) },
            Closure {
                from: zone().start_of(june().plus(2)),
                until: zone().start_of(june().plus(3)),
            },
        ];
        let enrolments = vec![Enrolment { period: PERIOD.into(), enrolled: false }];
        ShopEntry { closures, enrolments, ..ShopEntry::default() }
    }
}

fn job(named: &Named, zone: &Zone, platform: u32, as_of: Instant) -> Job {
    Job {
        plan: named.plan.clone(),
        zone: zone.clone(),
        platform,
        days: (Day(i32::MIN), Day(i32::MAX)),
        as_of,
        known_by: Instant(i64::MAX),
        keeps_samples: false,
        special_periods: vec![SpecialPeriod {
            id: PERIOD.into(),
            from: june().plus(1),
            to: june().plus(1),
        }],
    }
}

/// How a log is counted in pieces.
#[derive(Clone, Debug)]
struct Way {
    /// How many rows each piece has.
    pieces: Vec<usize>,
    /// Whether between pieces it is said up to when time has passed.
    passes_time: bool,
    parts: u64,
}

/// A law that is wrong on purpose: what must be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Of every piece but the first, the first row of each thread is lost.
    LosesRows,
    /// What is remembered of a thread is lost between pieces.
    Forgets,
}

/// Counts whole.
fn whole(log: &Log, registry: &Registry, jobs: &[Job], grouping: Grouping) -> Table {
    let threads = Threads::new(log, registry);
    metric::count(&threads, 0..threads.len(), jobs, grouping)
}

/// Counts in pieces. Where a job stands at the end of all time, `now` says when it is looked at.
fn in_pieces(
    source: &Source,
    jobs: &[Job],
    grouping: Grouping,
    now: Instant,
    way: &Way,
    fault: Fault,
) -> Result<Table, OutOfOrder> {
    let reaching_back = source.reaching_back();
    let known = Known { jobs, grouping, registry: &source.registry, reaching_back: &reaching_back };
    let fresh = || -> Vec<Fold<'_>> {
        (0..way.parts).map(|part| Fold::new(known, part, way.parts)).collect()
    };
    let stands: Vec<Instant> = jobs.iter().map(|job| job.as_of.min(now)).collect();
    let mut table = Table::default();
    let mut folds = fresh();
    let mut first = 0;
    for n in &way.pieces {
        let range = first..first + n;
        if fault == Fault::Forgets && first > 0 {
            for fold in std::mem::replace(&mut folds, fresh()) {
                table.merge(fold.finish(&stands));
            }
        }
        let chunk = source.chunk(range.clone(), fault == Fault::LosesRows && first > 0);
        let arranged = chunk.by_thread();
        first = range.end;
        let later = source.rows[first..].iter().map(|(_, fact)| fact.at).min();
        for fold in &mut folds {
            fold.take(&chunk, &arranged)?;
            if let Some(horizon) = later.filter(|_| way.passes_time) {
                fold.pass_time(horizon);
            }
        }
    }
    assert_eq!(first, source.rows.len(), "the pieces are the log");
    for fold in folds {
        table.merge(fold.finish(&stands));
    }
    Ok(table)
}

/// A judged sample but for what only connects it with others.
type Sample = (Instant, Day, Account, Option<Instant>, String, i64, u32, u32, Option<u32>);

/// Everything that a table says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    cells: Vec<(u32, u32, Cell, Tally)>,
    waits: Vec<Vec<i64>>,
    samples: BTreeMap<(u32, u32), Vec<Sample>>,
}

fn said(table: &Table, jobs: &[Job], n_shops: usize) -> Said {
    let owned = |(job, shop, cell, tally): (u32, u32, Cell, &Tally)| (job, shop, cell, *tally);
    let cells: Vec<_> = table.sorted().into_iter().map(owned).collect();
    let sorted = |mut waits: Vec<i64>| {
        waits.sort_unstable();
        waits
    };
    let waits = cells.iter().map(|(job, shop, cell, _)| table.waits(*job, *shop, *cell).to_vec());
    let waits = waits.map(sorted).collect();
    let mut samples = BTreeMap::new();
    for (number, job) in (0u32..).zip(jobs) {
        for shop in (0..n_shops as u32).filter(|_| job.keeps_samples) {
            let mut own: Vec<Sample> = table.samples(number, shop).iter().map(bare).collect();
            own.sort();
            if !own.is_empty() {
                samples.insert((number, shop), own);
            }
        }
    }
    Said { cells, waits, samples }
}

fn bare(one: &Judged) -> Sample {
    let verdict = format!("{:?} {:?}", one.outcome, one.ending);
    let (rows, wait) = ((one.opened_row, one.ended_row), one.wait.0);
    let Judged { opened_at, day, account, ended_at, n_inner, .. } = *one;
    (opened_at, day, account, ended_at, verdict, wait, n_inner, rows.0, rows.1)
}

/// The first cell in which two counts differ, with what each says of it.
fn difference(expected: &Said, found: &Said) -> Option<(u32, u32, String)> {
    if expected == found {
        return None;
    }
    let by_key = |said: &Said| -> BTreeMap<(u32, u32, Cell), (Tally, Vec<i64>)> {
        let cells = said.cells.iter().zip(&said.waits);
        cells.map(|((j, s, c, tally), waits)| ((*j, *s, *c), (*tally, waits.clone()))).collect()
    };
    let (a, b) = (by_key(expected), by_key(found));
    for key in a.keys().chain(b.keys()) {
        if a.get(key) != b.get(key) {
            let told = format!("{:?}\nexpected {:?}\nfound    {:?}", key.2, a.get(key), b.get(key));
            return Some((key.0, key.1, told));
        }
    }
    for key in expected.samples.keys().chain(found.samples.keys()) {
        let (a, b) = (expected.samples.get(key), found.samples.get(key));
        if a != b {
            return Some((key.0, key.1, format!("samples\nexpected {a:#?}\nfound    {b:#?}")));
        }
    }
    Some((0, 0, "the order of cells".into()))
}

/// All ways to cut `n` facts into runs, as the lengths of the runs.
fn cuts(n: usize) -> Vec<Vec<usize>> {
    (0..1u32 << n.saturating_sub(1))
        .map(|places| {
            let mut runs = vec![1];
            for i in 0..n - 1 {
                if places >> i & 1 == 1 {
                    runs.push(1);
                } else if let Some(last) = runs.last_mut() {
                    *last += 1;
                }
            }
            runs
        })
        .collect()
}

/// Small worlds whose facts happen at the same instants, side by side as threads of one log: a cut
/// after the second fact of one is a cut after the second fact of all, and the horizon is that of
/// each. Each world has a shop of its own, so that every cell is about one world.
struct Batch {
    worlds: Vec<Vec<Fact>>,
    source: Source,
}

impl Batch {
    fn new(worlds: Vec<Vec<Fact>>, turn: usize) -> Self {
        // Four circumstances take turns: nothing known, nothing said, closed, own account.
        let role = |world: usize| (world + turn) % 4;
        let threads = (0..worlds.len())
            .map(|world| Who { shop: world as u32, is_own: role(world) == 3 })
            .collect();
        let shops = (0..worlds.len()).map(|world| match role(world) {
            0 => (0, Circumstance::Unknown),
            2 => (0, Circumstance::Closed),
            _ => (0, Circumstance::Known),
        });
        let source = Source::new(threads, shops.collect());
        Self { worlds, source }
    }

    /// Puts the rows in order for a cut: facts of all threads side by side, within each piece as
    /// they happened or the latest first. How many rows each piece has.
    fn arrange(&mut self, runs: &[usize], backwards: bool) -> Vec<usize> {
        let Self { worlds, source } = self;
        source.rows.clear();
        let mut first = 0;
        for n in runs {
            let before = source.rows.len();
            for i in first..first + n {
                source.rows.extend((0u32..).zip(worlds.iter()).map(|(t, facts)| (t, facts[i])));
            }
            if backwards {
                // Of one instant in the order read, as they happened.
                source.rows[before..].sort_by_key(|(_, fact)| std::cmp::Reverse(fact.at));
            }
            first += n;
        }
        runs.iter().map(|n| n * worlds.len()).collect()
    }
}

/// Worlds by the instants of their facts.
fn batches(named: &Named, zone: &Zone, longest: u32) -> Vec<(&'static str, Vec<Vec<Fact>>)> {
    let mut all = Vec::new();
    for worlds in small_worlds(&named.rule, zone, june(), longest) {
        let mut by_instants: BTreeMap<Vec<Instant>, Vec<Vec<Fact>>> = BTreeMap::new();
        worlds.for_each(|facts| {
            let instants = facts.iter().map(|fact| fact.at).collect();
            by_instants.entry(instants).or_default().push(facts.to_vec());
        });
        all.extend(by_instants.into_values().map(|batch| (worlds.theme, batch)));
    }
    all
}

/// When one looks, for facts at these instants: once everything is settled, a minute after the
/// last fact, and just as some fact happens, which then had not.
fn moments(zone: &Zone, instants: &[Instant]) -> Vec<(Instant, Instant)> {
    let last = instants.last().copied().unwrap_or(Instant(0));
    let settled = zone.start_of(zone.day(last).plus(1));
    let ever = Instant(i64::MAX);
    let mut all = vec![(ever, settled), (last + Span(60_000), last + Span(60_000))];
    all.push((ever, last + Span(1)));
    all.extend(instants.iter().skip(1).map(|at| (*at, *at)));
    all.dedup();
    all
}

/// What became of comparing.
#[derive(Clone, Copy, Debug, Default)]
struct Tried {
    worlds: u64,
    /// Times that a world was counted in pieces.
    counts: u64,
    differ: u64,
}

/// With a horizon or not, rows as they happened or backwards, one to three parts.
const N_WAYS: usize = 12;

/// Compares every small world of up to `longest` facts under the rules, cut in every way.
///
/// Each cut is tried with so many combinations of horizons, parts, orders of rows and moments as
/// `per_cut` says, all of which take turns. With a fault the first difference ends it.
fn small(rules: &[Named], longest: u32, per_cut: usize, fault: Fault) -> Tried {
    let zone = zone();
    let grouping = Grouping { account: true, hour: true, waits: true };
    let mut tried = Tried::default();
    let mut turn = 0usize;
    for named in rules {
        for (theme, worlds) in batches(named, &zone, longest) {
            turn += 1;
            let instants: Vec<Instant> = worlds[0].iter().map(|fact| fact.at).collect();
            tried.worlds += worlds.len() as u64;
            let mut batch = Batch::new(worlds, turn);
            batch.arrange(&[instants.len()], false);
            let log = batch.source.log();
            let moments = moments(&zone, &instants);
            let mut expected: BTreeMap<(Instant, Instant), Said> = BTreeMap::new();
            for (number, runs) in cuts(instants.len()).into_iter().enumerate() {
                for n in 0..per_cut.min(moments.len() * N_WAYS) {
                    // One moment after the other: what is expected is counted once for each.
                    let moment = moments[(turn + n / N_WAYS) % moments.len()];
                    let (as_of, now) = moment;
                    let way = (turn + 5 * number + n) % N_WAYS;
                    let pieces = batch.arrange(&runs, way % 4 >= 2);
                    let (passes_time, parts) = (way % 2 == 1, way as u64 / 4 + 1);
                    let way = Way { pieces, passes_time, parts };
                    let n_shops = batch.source.shops.len();
                    let expected = expected.entry(moment).or_insert_with(|| {
                        let jobs = [job(named, &zone, 0, as_of.min(now))];
                        let registry = &batch.source.registry;
                        said(&whole(&log, registry, &jobs, grouping), &jobs, n_shops)
                    });
                    let jobs = [job(named, &zone, 0, as_of)];
                    let found = in_pieces(&batch.source, &jobs, grouping, now, &way, fault)
                        .unwrap_or_else(|error| panic!("{}: {error}", named.name));
                    let found = said(&found, &jobs, n_shops);
                    tried.counts += batch.worlds.len() as u64;
                    let Some((_, shop, told)) = difference(expected, &found) else { continue };
                    tried.differ += 1;
                    if fault != Fault::None {
                        return tried;
                    }
                    panic!(
                        "{theme}: {} at {as_of:?}, {now:?}, cut into {runs:?}, {way:?}\n{}{told}",
                        named.name,
                        describe(&batch.worlds[shop as usize], &zone)
                    );
                }
            }
        }
    }
    tried
}

/// All editions in force: all worlds of up to three facts, cut in every way. Two tests, which run
/// side by side.
fn three_facts(half: usize) {
    let rules = rules_in_force().into_iter().enumerate();
    let rules: Vec<Named> = rules.filter(|(i, _)| i % 2 == half).map(|(_, named)| named).collect();
    let tried = small(&rules, 3, 1, Fault::None);
    assert!(tried.worlds > 3_000_000, "only {tried:?}");
}

#[test]
fn every_cut_of_every_world_of_three_facts_under_half_of_the_rules_in_force() {
    three_facts(0);
}

#[test]
fn every_cut_of_every_world_of_three_facts_under_the_other_half() {
    three_facts(1);
}

/// All editions in force: all worlds of up to two facts, with and without a horizon, of every
/// number of parts and in either order.
#[test]
fn every_way_to_count_every_world_of_two_facts_under_the_rules_in_force() {
    let tried = small(&rules_in_force(), 2, N_WAYS, Fault::None);
    assert!(tried.worlds > 100_000, "only {tried:?}");
}

/// Every edition and every answer to an open reading: all worlds of up to two facts.
#[test]
fn every_cut_of_every_world_of_two_facts_under_every_reading() {
    let tried = small(&catalogue_rules(), 2, 2, Fault::None);
    assert!(tried.worlds > 100_000, "only {tried:?}");
}

/// Every axis of the language turned once: all worlds of up to two facts.
#[test]
fn every_cut_of_every_world_of_two_facts_under_every_axis() {
    let tried = small(&axis_rules(), 2, 2, Fault::None);
    assert!(tried.worlds > 100_000, "only {tried:?}");
}

/// Planted faults are noticed under every rule: the comparison is one that can fail.
#[test]
fn a_planted_fault_is_noticed_under_every_rule() {
    for named in rules_in_force().into_iter().chain(axis_rules()) {
        let rule = [named];
        let lost = small(&rule, 2, 1, Fault::LosesRows);
        assert!(lost.differ > 0, "{}: {lost:?}", rule[0].name);
        if rule[0].rule.opens() == Inner::Rating {
            // A rating stands by itself; between two facts there may be nothing to forget.
            continue;
        }
        let forgot = small(&rule, 2, 1, Fault::Forgets);
        assert!(forgot.differ > 0, "{}: {forgot:?}", rule[0].name);
    }
}

/// A zone whose clocks change twice in the week of the random worlds, once at midnight.
fn changing_zone() -> Zone {
    let hour = 3_600_000;
    let forward = zone().start_of(june());
    let back = zone().start_of(june().plus(2)) + Span(2 * hour + hour / 2);
    let transitions = vec![(Instant(0), 8 * hour), (forward, 9 * hour), (back, 7 * hour)];
    Zone::new(transitions).expect("a zone")
}

/// A random log, each thread with a shop of its own, on two platforms.
fn random_source(seed: u64) -> Source {
    let world = RandomWorld::generate(&RandomParams::new(700, seed));
    let n = world.threads.len();
    let threads = (0..n as u32).map(|shop| Who { shop, is_own: shop % 8 == 5 }).collect();
    let shops = (0..n as u32).map(|shop| {
        let circumstance = match shop % 4 {
            1 => Circumstance::Known,
            2 => Circumstance::Closed,
            _ => Circumstance::Unknown,
        };
        (shop / 2 % 2, circumstance)
    });
    let mut source = Source::new(threads, shops.collect());
    for (number, thread) in (0u32..).zip(&world.threads) {
        source.rows.extend(thread.facts.iter().map(|fact| (number, *fact)));
    }
    source.rows.sort_by_key(|(_, fact)| (fact.at, fact.row));
    source
}

/// Lengths of pieces that make up a log, some of them empty, some of one row.
fn random_pieces(chance: &mut Chance, n: usize) -> Vec<usize> {
    let mut places: Vec<usize> =
        (0..chance.below(40)).map(|_| chance.below(n as u64 + 1) as usize).collect();
    let more: Vec<usize> = places.iter().filter(|p| *p % 3 == 0).map(|p| (p + 1).min(n)).collect();
    places.extend(more);
    places.extend([0, n]);
    places.sort_unstable();
    places.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// A way to cut a log at random, with the rows of each piece mixed up or not.
fn random_way(chance: &mut Chance, source: &mut Source) -> Way {
    let pieces = random_pieces(chance, source.rows.len());
    let is_mixed = chance.percent(50);
    let mut first = 0;
    for n in &pieces {
        if is_mixed {
            chance.shuffle(&mut source.rows[first..first + n]);
        }
        first += n;
    }
    Way { pieces, passes_time: chance.percent(70), parts: 1 + chance.below(4) }
}

/// A job for each rule, on the platforms in turn; every third keeps samples, every fifth has but
/// two days.
fn random_jobs(rules: &[Named], turn: usize, as_of: Instant) -> Vec<Job> {
    let zones = [zone(), changing_zone()];
    let jobs = rules.iter().enumerate().map(|(i, named)| {
        let turn = turn + i;
        let mut job = job(named, &zones[turn / 2 % 2], (turn % 2) as u32, as_of);
        job.keeps_samples = turn.is_multiple_of(3);
        if turn.is_multiple_of(5) {
            job.days = (june(), june().plus(1));
        }
        job
    });
    jobs.collect()
}

#[test]
fn random_logs_cut_at_random_places() {
    let mut rules = axis_rules();
    rules.extend(catalogue_rules());
    for seed in 0..24u64 {
        let mut chance = Chance::new(9_000 + seed);
        let source = random_source(seed);
        let instants: Vec<Instant> = source.rows.iter().map(|(_, fact)| fact.at).collect();
        let last = instants[instants.len() - 1];
        let middle = instants[chance.below(instants.len() as u64) as usize];
        let settled = zone().start_of(zone().day(last).plus(2));
        let moment = [(Instant(i64::MAX), settled), (middle, middle), (settled, settled)];
        let grouping = Grouping {
            account: chance.percent(50),
            hour: chance.percent(50),
            waits: chance.percent(50),
        };
        for turn in 0..4 {
            let (as_of, now) = moment[turn % moment.len()];
            let mut source = random_source(seed);
            let way = random_way(&mut chance, &mut source);
            let jobs = random_jobs(&rules, turn + seed as usize, as_of.min(now));
            let n_shops = source.shops.len();
            let expected = whole(&source.log(), &source.registry, &jobs, grouping);
            let expected = said(&expected, &jobs, n_shops);
            let jobs = random_jobs(&rules, turn + seed as usize, as_of);
            let found = in_pieces(&source, &jobs, grouping, now, &way, Fault::None)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            let found = said(&found, &jobs, n_shops);
            if let Some((job, shop, told)) = difference(&expected, &found) {
                panic!(
                    "seed {seed}: {} at {as_of:?}, {now:?}, {way:?}\n{}{told}",
                    rules[job as usize].name,
                    describe(&source.facts_of(shop), &zone())
                );
            }
        }
    }
}

/// The most frequent steps are looked up in a table, and a message with a mark never is: with a
/// mark on every message, which no other fact refers to, the same comes out.
#[test]
fn what_is_looked_up_equals_what_is_done_step_by_step() {
    let mut rules = axis_rules();
    rules.extend(catalogue_rules());
    let grouping = Grouping { account: true, hour: true, waits: true };
    for seed in 40..52u64 {
        let mut chance = Chance::new(seed);
        let mut source = random_source(seed);
        let way = random_way(&mut chance, &mut source);
        let jobs = random_jobs(&rules, seed as usize, Instant(i64::MAX));
        let n_shops = source.shops.len();
        let now = zone().start_of(june().plus(20));
        let count = |source: &Source| {
            let found = in_pieces(source, &jobs, grouping, now, &way, Fault::None);
            said(&found.expect("in order"), &jobs, n_shops)
        };
        let looked_up = count(&source);
        for (mark, (_, fact)) in (1_000_000u32..).zip(&mut source.rows) {
            if fact.kind == FactKind::Message && fact.mark == Mark::NONE {
                fact.mark = Mark(mark);
            }
        }
        let stepped = count(&source);
        if let Some((job, shop, told)) = difference(&stepped, &looked_up) {
            let facts = describe(&source.facts_of(shop), &zone());
            panic!("seed {seed}: {}\n{facts}{told}", rules[job as usize].name);
        }
    }
}

/// What was counted for all days under some numbers is what would have been counted for fewer days
/// under others.
#[test]
fn a_table_renumbered_is_one_counted_so() {
    let rules = catalogue_rules();
    let grouping = Grouping { account: true, hour: false, waits: true };
    let source = random_source(77);
    let n_shops = source.shops.len();
    let now = zone().start_of(june().plus(20));
    let log = source.log();
    let mut all: Vec<Job> = random_jobs(&rules, 0, now);
    all.iter_mut().for_each(|job| job.days = (Day(i32::MIN), Day(i32::MAX)));
    // Every fourth is not wanted, the others in the opposite order.
    let wanted: Vec<usize> = (0..all.len()).rev().filter(|i| i % 4 != 1).collect();
    let days = |i: usize| (june().plus((i % 3) as i32 - 1), june().plus((i % 4) as i32));
    let some: Vec<Job> = wanted.iter().map(|i| Job { days: days(*i), ..all[*i].clone() }).collect();
    let number = |i: usize| wanted.iter().position(|w| *w == i).map(|n| n as u32);
    let numbers: Vec<Option<u32>> = (0..all.len()).map(number).collect();
    let all_days: Vec<(Day, Day)> = (0..all.len()).map(days).collect();
    let expected = said(&whole(&log, &source.registry, &some, grouping), &some, n_shops);
    let counted = whole(&log, &source.registry, &all, grouping);
    let found = said(&counted.renumbered(&numbers, &all_days), &some, n_shops);
    assert!(!expected.cells.is_empty() && !expected.samples.is_empty());
    assert_eq!(difference(&expected, &found), None);
}

/// A log of messages: thread and second of each.
fn messages(rows: &[(u32, i64)]) -> Source {
    let n = rows.iter().map(|(thread, _)| thread + 1).max().unwrap_or(0);
    let threads = (0..n).map(|_| Who { shop: 0, is_own: false }).collect();
    let mut source = Source::new(threads, vec![(0, Circumstance::Unknown)]);
    let noon = zone().start_of(june()) + Span(12 * 3_600_000);
    let rows = (0u32..).zip(rows).map(|(row, (thread, second))| {
        let fact = Fact::message(noon + Span::seconds(*second), Author::Buyer);
        (*thread, Fact { row, ..fact })
    });
    source.rows.extend(rows);
    source
}

/// Counts pieces of so many rows under a main rule. Where `horizons` has one, it is said after the
/// piece.
fn try_pieces(
    source: &Source,
    pieces: &[usize],
    horizons: &[Option<i64>],
    (part, parts): (u64, u64),
) -> Result<u64, OutOfOrder> {
    let rules = rules_in_force();
    let named = rules.iter().find(|named| named.name == "taobao/human-reply-3m");
    let jobs = [job(named.expect("a main rule"), &zone(), 0, Instant(i64::MAX))];
    let (reaching_back, grouping) = (ReachingBack::default(), Grouping::default());
    let known =
        Known { jobs: &jobs, grouping, registry: &source.registry, reaching_back: &reaching_back };
    let mut fold = Fold::new(known, part, parts);
    let noon = zone().start_of(june()) + Span(12 * 3_600_000);
    let mut first = 0;
    for (n, horizon) in pieces.iter().zip(horizons) {
        let chunk = source.chunk(first..first + n, false);
        fold.take(&chunk, &chunk.by_thread())?;
        if let Some(second) = horizon {
            fold.pass_time(noon + Span::seconds(*second));
        }
        first += n;
    }
    let table = fold.finish(&[zone().start_of(june().plus(1))]);
    Ok(table.sorted().iter().map(|(_, _, _, tally)| tally.samples()).sum())
}

#[test]
fn a_fact_before_one_of_an_earlier_piece_is_out_of_order() {
    let only = (0, 1);
    let source = messages(&[(0, 10), (1, 30), (1, 20), (0, 9)]);
    let late = Err(OutOfOrder { row: 3 });
    assert_eq!(try_pieces(&source, &[3, 1], &[None, None], only), late);
    assert_eq!(try_pieces(&source, &[1, 2, 1], &[None; 3], only), late);
    // Within one piece it is put in its place, and what other threads do is their own affair.
    assert_eq!(try_pieces(&source, &[4], &[None], only), Ok(2));
    assert_eq!(try_pieces(&source, &[2, 2], &[None; 2], only), Err(OutOfOrder { row: 2 }));
    let others = messages(&[(0, 10), (1, 5), (0, 10)]);
    assert_eq!(try_pieces(&others, &[1, 1, 1], &[None; 3], only), Ok(2));
}

#[test]
fn a_fact_before_the_horizon_is_out_of_order() {
    let only = (0, 1);
    let source = messages(&[(0, 10), (1, 19), (2, 20)]);
    let passed = |second| [Some(second), None];
    assert_eq!(try_pieces(&source, &[1, 2], &passed(20), only), Err(OutOfOrder { row: 1 }));
    assert_eq!(try_pieces(&source, &[1, 2], &passed(19), only), Ok(3));
    // The horizon does not go back.
    let back = [Some(20), Some(0), None];
    assert_eq!(try_pieces(&source, &[1, 0, 2], &back, only), Err(OutOfOrder { row: 1 }));
}

#[test]
fn a_part_looks_at_its_own_threads_only() {
    let source = messages(&[(0, 10), (1, 20), (0, 9), (1, 21), (2, 22), (3, 23)]);
    let of = |part| try_pieces(&source, &[2, 4], &[None, None], (part, 2));
    let whole = try_pieces(&source, &[6], &[None], (0, 1));
    let parts = [of(0), of(1)];
    let late: Vec<_> = parts.iter().filter(|part| part.is_err()).collect();
    assert_eq!(late, [&Err(OutOfOrder { row: 2 })], "{parts:?}");
    assert_eq!(whole, Ok(4));
}

/// Facts that no rule looks at are not missed where they come late.
#[test]
fn what_does_not_matter_is_never_out_of_order() {
    let mut source = messages(&[(0, 10), (0, 9), (0, 11)]);
    source.rows[1].1.kind = FactKind::Ordered;
    assert_eq!(try_pieces(&source, &[1, 1, 1], &[Some(10), None, None], (0, 1)), Ok(1));
}
