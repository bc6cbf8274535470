//! The laws of the engine: composition at every cut, live equals batch after every step, order of
//! threads, merging of shops, replaceable contributions.
#![allow(missing_docs)]

mod rules;

use std::collections::BTreeMap;

use facts::{Day, Fact, Instant, Log, Registry, Shop, ShopId, Span, Thread, Zone};
use metric::{
    Context, Grouping, Job, Judged, Ledger, Plan, Sink, Summary, Table, Tally, ThreadState,
    Threads, contributions, fact_windows,
};
use rules::{Named, axis_rules, rules_in_force};
use testkit::worlds::{RandomParams, RandomWorld, describe, small_worlds};

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn midnight_after(zone: &Zone, facts: &[Fact]) -> Instant {
    let last = facts.last().map_or(Instant(0), |fact| fact.at);
    zone.start_of(zone.day(last).plus(1))
}

/// Judged samples without the numbers that only connect inner samples with their group.
fn bare(mut judged: Vec<Judged>) -> Vec<String> {
    judged.sort_by_key(|one| (one.opened_at, one.opened_row, one.account, one.ended_at));
    judged
        .iter()
        .map(|one| {
            format!(
                "{} {:?} {:?} {:?} {:?} {:?}",
                one.day, one.account, one.opened_at, one.outcome, one.ending, one.wait
            )
        })
        .collect()
}

fn whole(cx: &Context<'_>, facts: &[Fact], now: Instant) -> Vec<String> {
    let mut judged: Vec<Judged> = Vec::new();
    let mut state = ThreadState::default();
    for fact in facts {
        state.step(cx, fact, &mut judged);
    }
    state.finish(cx, now, &mut judged);
    bare(judged)
}

fn composed(cx: &Context<'_>, cuts: &[&[Fact]], now: Instant) -> Vec<String> {
    let summary = cuts
        .iter()
        .map(|run| Summary::of(cx, run))
        .reduce(|a, b| Summary::compose(cx, a, b))
        .unwrap_or_default();
    let mut judged: Vec<Judged> = Vec::new();
    summary.finish(cx, now, &mut judged);
    bare(judged)
}

/// Running `a` then `b` equals composing their values, at every cut; and in whatever order three
/// values are composed.
fn check_composition(named: &Named, zone: &Zone, facts: &[Fact]) {
    let windows = fact_windows(&named.plan, zone, facts);
    let cx = Context { plan: &named.plan, zone, windows: &windows };
    let now = midnight_after(zone, facts);
    let expected = whole(&cx, facts, now);
    let told = || format!("{}\n{}", named.name, describe(facts, zone));
    for cut in 0..=facts.len() {
        let (a, b) = facts.split_at(cut);
        assert_eq!(composed(&cx, &[a, b], now), expected, "cut at {cut}: {}", told());
        if b.len() > 1 {
            let (b, c) = b.split_at(b.len() / 2);
            let right = Summary::compose(&cx, Summary::of(&cx, b), Summary::of(&cx, c));
            let mut judged: Vec<Judged> = Vec::new();
            Summary::compose(&cx, Summary::of(&cx, a), right).finish(&cx, now, &mut judged);
            assert_eq!(bare(judged), expected, "cut at {cut}, right first: {}", told());
        }
    }
}

#[test]
fn composition_at_every_cut_of_every_small_world() {
    let zone = zone();
    let day: Day = "2026-06-03".parse().expect("a day");
    for named in &rules_in_force() {
        for worlds in small_worlds(&named.rule, &zone, day, 3) {
            worlds.for_each(|facts| check_composition(named, &zone, facts));
        }
    }
}

#[test]
fn composition_at_every_cut_under_every_axis() {
    let zone = zone();
    let day: Day = "2026-06-03".parse().expect("a day");
    for named in &axis_rules() {
        for worlds in small_worlds(&named.rule, &zone, day, 2) {
            worlds.for_each(|facts| check_composition(named, &zone, facts));
        }
    }
}

#[test]
fn composition_at_every_cut_of_random_threads() {
    let zone = zone();
    let mut rules = axis_rules();
    rules.extend(rules_in_force());
    for seed in 0..6 {
        let world = RandomWorld::generate(&RandomParams::new(800, seed));
        for named in &rules {
            for thread in &world.threads {
                check_composition(named, &zone, &thread.facts);
            }
        }
    }
}

/// The value of a run is small: it forgets its facts once the past no longer matters.
#[test]
fn a_summary_holds_on_to_few_facts() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(20_000, 7));
    for named in rules_in_force().iter().filter(|named| named.rule.sample == metric::Sample::Round)
    {
        if named.plan.composition() == metric::Composition::Never {
            continue;
        }
        let cx = Context { plan: &named.plan, zone: &zone, windows: &[] };
        let (mut held, mut all) = (0, 0);
        for thread in &world.threads {
            held += Summary::of(&cx, &thread.facts).n_undetermined();
            all += thread.facts.len();
        }
        assert!(held * 3 < all, "{}: {held} of {all}", named.name);
    }
}

#[derive(Default)]
struct ByDay(BTreeMap<Day, Tally>);

impl Sink for ByDay {
    fn sample(&mut self, judged: &Judged) {
        self.0.entry(judged.day).or_default().count(judged);
    }
}

/// The live driver: one fact at a time, a clock that also ticks without facts, and after each step
/// the figures as they stand.
struct Live<'a> {
    named: &'a Named,
    zone: &'a Zone,
    facts: Vec<Fact>,
    state: ThreadState,
    settled: ByDay,
}

impl<'a> Live<'a> {
    fn new(named: &'a Named, zone: &'a Zone) -> Self {
        let (state, settled) = (ThreadState::default(), ByDay::default());
        Self { named, zone, facts: Vec::new(), state, settled }
    }

    fn step(&mut self, fact: &Fact) {
        let before = fact_windows(&self.named.plan, self.zone, &self.facts).len();
        self.facts.push(*fact);
        let windows = fact_windows(&self.named.plan, self.zone, &self.facts);
        let cx = Context { plan: &self.named.plan, zone: self.zone, windows: &windows };
        if windows.len() > before {
            // A report sets aside days that are settled: the thread is counted again.
            self.state = ThreadState::default();
            self.settled = ByDay::default();
            for fact in &self.facts {
                self.state.step(&cx, fact, &mut self.settled);
            }
        } else {
            self.state.step(&cx, fact, &mut self.settled);
        }
    }

    fn tick(&mut self, now: Instant) {
        let windows = fact_windows(&self.named.plan, self.zone, &self.facts);
        let cx = Context { plan: &self.named.plan, zone: self.zone, windows: &windows };
        self.state.settle(&cx, now, &mut self.settled);
    }

    fn next_change(&self, now: Instant) -> Option<Instant> {
        let cx = Context { plan: &self.named.plan, zone: self.zone, windows: &[] };
        self.state.next_change(&cx, now)
    }

    fn stands(&self, now: Instant) -> BTreeMap<Day, Tally> {
        let windows = fact_windows(&self.named.plan, self.zone, &self.facts);
        let cx = Context { plan: &self.named.plan, zone: self.zone, windows: &windows };
        let mut all = ByDay(self.settled.0.clone());
        self.state.clone().finish(&cx, now, &mut all);
        all.0
    }
}

#[test]
fn facts_one_by_one_equal_the_batch_after_every_step() {
    let zone = zone();
    let mut rules = axis_rules();
    rules.extend(rules_in_force());
    for seed in 20..24 {
        let world = RandomWorld::generate(&RandomParams::new(600, seed));
        for named in &rules {
            for thread in &world.threads {
                let mut live = Live::new(named, &zone);
                for (i, fact) in thread.facts.iter().enumerate() {
                    live.step(fact);
                    let next = thread.facts.get(i + 1).map(|next| next.at);
                    let mut moments = vec![fact.at + Span(1)];
                    moments.extend(live.next_change(fact.at));
                    for now in moments {
                        if next.is_some_and(|next| now > next) {
                            continue;
                        }
                        live.tick(now);
                        let cx = Context { plan: &named.plan, zone: &zone, windows: &[] };
                        let batch = contributions(&cx, &thread.facts[..=i], now);
                        let told = || describe(&thread.facts[..=i], &zone);
                        assert_eq!(live.stands(now), batch, "{}\n{}", named.name, told());
                    }
                }
            }
        }
    }
}

/// Nothing changes between a moment and the next change that the machine tells: a clock that sleeps
/// until then misses nothing.
#[test]
fn nothing_changes_before_the_next_change() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(1_200, 31));
    let mut rules = axis_rules();
    rules.extend(rules_in_force());
    for named in &rules {
        let cx = Context { plan: &named.plan, zone: &zone, windows: &[] };
        for thread in &world.threads {
            let mut live = Live::new(named, &zone);
            for fact in &thread.facts {
                live.step(fact);
            }
            let mut now = thread.facts.last().map_or(Instant(0), |fact| fact.at) + Span(1);
            let mut n_changes = 0;
            while let Some(change) = live.next_change(now) {
                let before = contributions(&cx, &thread.facts, now);
                let just_before = contributions(&cx, &thread.facts, change - Span(1));
                assert_eq!(before, just_before, "{}", named.name);
                now = change;
                live.tick(now);
                n_changes += 1;
                assert!(n_changes < 1_000, "{}: changes without end", named.name);
            }
            let before = contributions(&cx, &thread.facts, now);
            let far = contributions(&cx, &thread.facts, now + Span(400 * 86_400_000));
            assert_eq!(before, far, "{}", named.name);
        }
    }
}

/// A log of random threads, in the given order of threads, each shop under a name of its own.
fn log_of(threads: &[(u32, &[Fact])]) -> Log {
    let mut log = Log::new();
    log.platforms.number("p").expect("a number");
    for (buyer, (shop, facts)) in threads.iter().enumerate() {
        while log.shops.len() <= *shop as usize {
            let name = log.shop_names.number(&format!("s{}", log.shops.len())).expect("a number");
            log.shops.push(Shop { platform: 0, name });
        }
        let buyer = log.buyers.number(&format!("b{buyer}")).expect("a number");
        let thread = log.threads.len() as u32;
        log.threads.push(Thread { shop: ShopId(*shop), buyer });
        for fact in *facts {
            log.push(thread, fact);
        }
    }
    log
}

fn job(plan: &Plan, zone: &Zone, as_of: Instant) -> Job {
    Job { as_of, known_by: as_of, ..Job::new(plan.clone(), zone.clone()) }
}

/// Tallies by shop and day.
fn by_shop(table: &Table) -> BTreeMap<(u32, Day), Tally> {
    let mut all: BTreeMap<(u32, Day), Tally> = BTreeMap::new();
    for (_, shop, cell, tally) in table.sorted() {
        *all.entry((shop, cell.day)).or_default() += tally;
    }
    all
}

fn measure(log: &Log, plan: &Plan, zone: &Zone) -> BTreeMap<(u32, Day), Tally> {
    let last = log.at.iter().max().map_or(Instant(0), |at| Instant(*at));
    let jobs = [job(plan, zone, zone.start_of(zone.day(last).plus(1)))];
    let registry = Registry::default();
    let threads = Threads::new(log, &registry);
    let grouping = Grouping { account: true, hour: true, waits: false };
    by_shop(&metric::count(&threads, 0..threads.len(), &jobs, grouping))
}

#[test]
fn the_order_of_threads_does_not_matter_and_merging_shops_adds() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(3_000, 41));
    let apart: Vec<(u32, &[Fact])> = world
        .threads
        .iter()
        .enumerate()
        .map(|(i, thread)| (i as u32 % 3, thread.facts.as_slice()))
        .collect();
    let mut reversed = apart.clone();
    reversed.reverse();
    let merged: Vec<(u32, &[Fact])> = apart.iter().map(|(_, facts)| (0, *facts)).collect();
    for named in &rules_in_force() {
        let forwards = measure(&log_of(&apart), &named.plan, &zone);
        let backwards = measure(&log_of(&reversed), &named.plan, &zone);
        assert_eq!(forwards, backwards, "{}", named.name);
        let mut added: BTreeMap<Day, Tally> = BTreeMap::new();
        for ((_, day), tally) in &forwards {
            *added.entry(*day).or_default() += tally;
        }
        let one_shop = measure(&log_of(&merged), &named.plan, &zone);
        let one_shop: BTreeMap<Day, Tally> =
            one_shop.into_iter().map(|((_, day), tally)| (day, tally)).collect();
        assert_eq!(added, one_shop, "{}", named.name);
    }
}

#[test]
fn tables_of_disjoint_threads_add_up_to_the_whole() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(3_000, 43));
    let threads: Vec<(u32, &[Fact])> =
        world.threads.iter().map(|thread| (0, thread.facts.as_slice())).collect();
    let log = log_of(&threads);
    for named in &rules_in_force() {
        let as_of = Instant(i64::MAX / 4);
        let jobs = [job(&named.plan, &zone, as_of)];
        let registry = Registry::default();
        let arranged = Threads::new(&log, &registry);
        let count = |range| metric::count(&arranged, range, &jobs, Grouping::default());
        let mut parts = Table::default();
        for i in 0..arranged.len() {
            parts.merge(count(i..i + 1));
        }
        assert_eq!(parts.sorted(), count(0..arranged.len()).sorted(), "{}", named.name);
    }
}

/// Replacing one thread's contributions equals counting everything again: after a late fact, an
/// upheld report, an erased buyer, a changed rule.
#[test]
fn replacing_one_threads_contributions_equals_recounting_everything() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(2_000, 47));
    let now = Instant(i64::MAX / 4);
    for named in &rules_in_force() {
        let cx = Context { plan: &named.plan, zone: &zone, windows: &[] };
        let mut ledger: Ledger<usize> = Ledger::default();
        // At first every thread lacks its seventh fact, which then comes late.
        for (key, thread) in world.threads.iter().enumerate() {
            let mut facts = thread.facts.clone();
            if facts.len() > 7 {
                facts.remove(6);
            }
            ledger.replace(key, contributions(&cx, &facts, now));
        }
        for (key, thread) in world.threads.iter().enumerate() {
            ledger.replace(key, contributions(&cx, &thread.facts, now));
        }
        assert_eq!(ledger_days(&ledger), recounted(&cx, &world, now, None), "{}", named.name);
        // The first buyer is erased.
        ledger.replace(0, BTreeMap::new());
        assert_eq!(ledger_days(&ledger), recounted(&cx, &world, now, Some(0)), "{}", named.name);
    }
}

fn ledger_days(ledger: &Ledger<usize>) -> BTreeMap<Day, Tally> {
    ledger.days().map(|(day, tally)| (day, *tally)).collect()
}

fn recounted(
    cx: &Context<'_>,
    world: &RandomWorld,
    now: Instant,
    without: Option<usize>,
) -> BTreeMap<Day, Tally> {
    let mut all: BTreeMap<Day, Tally> = BTreeMap::new();
    for (key, thread) in world.threads.iter().enumerate() {
        if Some(key) == without {
            continue;
        }
        for (day, tally) in contributions(cx, &thread.facts, now) {
            *all.entry(day).or_default() += &tally;
        }
    }
    all.retain(|_, tally| !tally.is_empty());
    all
}
