//! What the engine must say, counted anew from all facts.

use std::collections::{BTreeMap, BTreeSet};

use facts::{
    Account, Day, Fact, FactKind, Instant, Log, Registry, Shop, ShopId, Span, Thread, Zone,
};
use live::{Arrival, Deadline, Engine, Figure, Sample, Threshold, Watch, Who};
use metric::{
    AtLimit, Ending, Grouping, HoursTest, Job, Judged, Outside, Rule, Settle, Tally, Threads,
    Unanswered, Which, fact_windows,
};
use testkit::oracle::{self, Circumstances};

use crate::rules::Named;
use crate::world::N_SHOPS;

/// A log of the facts, and who its threads are.
pub(crate) fn log(facts: &[Arrival]) -> (Log, Vec<Who>) {
    let mut log = Log::new();
    log.platforms.number("p").expect("a number");
    for shop in 0..N_SHOPS {
        let name = log.shop_names.number(&format!("s{shop}")).expect("a number");
        log.shops.push(Shop { platform: 0, name });
    }
    let mut whos: Vec<Who> = Vec::new();
    for one in facts {
        let thread = whos.iter().position(|who| *who == one.who).unwrap_or_else(|| {
            let buyer = log.buyers.number(&format!("b{}", one.who.buyer)).expect("a number");
            log.threads.push(Thread { shop: one.who.shop, buyer });
            whos.push(one.who);
            whos.len() - 1
        });
        log.push(thread as u32, &one.fact);
    }
    if facts.iter().any(|one| one.seq.is_some()) {
        log.seq = Some(facts.iter().map(|one| one.seq.unwrap_or(0)).collect());
    }
    (log, whos)
}

fn jobs(watches: &[Watch], clock: Instant) -> Vec<Job> {
    let at = |watch: &Watch| Job { as_of: clock, known_by: Instant(i64::MAX), ..watch.job.clone() };
    watches.iter().map(at).collect()
}

/// The figures by a fresh count.
pub(crate) fn figures(
    log: &Log,
    registry: &Registry,
    watches: &[Watch],
    clock: Instant,
) -> BTreeMap<Figure, Tally> {
    let threads = Threads::new(log, registry);
    let grouping = Grouping { account: true, hour: false, waits: false };
    let table = metric::count(&threads, 0..threads.len(), &jobs(watches, clock), grouping);
    let rows = table.sorted().into_iter().filter(|(.., tally)| !tally.is_empty());
    rows.map(|(watch, shop, cell, tally)| {
        (Figure { watch, shop: ShopId(shop), account: cell.account, day: cell.day }, *tally)
    })
    .collect()
}

pub(crate) fn live_figures(engine: &Engine) -> BTreeMap<Figure, Tally> {
    engine.figures().map(|(figure, tally)| (*figure, *tally)).collect()
}

/// Whether deadlines of a rule can be told from its samples alone: plain samples with a limit.
pub(crate) fn is_plain(rule: &Rule) -> bool {
    let hours = rule.hours.as_ref();
    matches!(rule.sample, metric::Sample::Message | metric::Sample::Round)
        && !rule.needs_conversations()
        && hours.is_none_or(|one| one.outside == Outside::Unseen && one.test == HoursTest::Question)
        && rule.unanswered != Unanswered::Hit
        && rule.which == Which::Every
        && rule.within.is_some()
}

/// Every deadline that has been reached by the clock and stands, with when it was due, of the plain
/// rules: from the judged samples of a fresh count. And the threads, by rule, of which that cannot
/// be told: what a transfer passed on, and a recall brought to light later, nobody ever saw open.
pub(crate) fn deadlines(
    (log, whos): (&Log, &[Who]),
    registry: &Registry,
    (watches, named): (&[Watch], &[&Named]),
    clock: Instant,
) -> (BTreeMap<Deadline, Instant>, BTreeSet<(Who, u32)>) {
    let threads = Threads::new(log, registry);
    let (mut all, mut untold) = (BTreeMap::new(), BTreeSet::new());
    for (thread, who) in whos.iter().enumerate() {
        for (number, job) in (0u32..).zip(jobs(watches, clock)) {
            let rule = &named[number as usize].rule;
            if !is_plain(rule) {
                continue;
            }
            let watch = &watches[number as usize];
            let mut facts: Vec<Fact> = Vec::new();
            threads.facts(thread, &job, &mut facts);
            let recalls = facts
                .iter()
                .any(|fact| matches!(fact.kind, FactKind::Recalled | FactKind::NoReplyNeeded));
            let excluded = windows(registry, log, *who, &facts, &job);
            for judged in metric::trace(&threads, thread, &job).samples {
                let out = excluded
                    .iter()
                    .any(|(from, until)| *from <= judged.opened_at && judged.opened_at < *until);
                if out {
                    continue;
                }
                if recalls && judged.ending == Ending::PassedOn {
                    untold.insert((*who, number));
                }
                let row = judged.opened_row + 1;
                let (opened_at, watch_number) = (judged.opened_at, number);
                let sample = Sample { who: *who, watch: watch_number, opened_at, opened_row: row };
                for (threshold, due) in dues(rule, watch, &judged, &job.zone) {
                    // What ends at its limit is open through that millisecond.
                    let at_limit = judged.ending == Ending::Deadline;
                    let was_open = at_limit || judged.ended_at.is_none_or(|ended| ended >= due);
                    if was_open && due <= clock {
                        all.insert(Deadline { sample, threshold }, due);
                    }
                }
            }
        }
    }
    all.retain(|one, _| !untold.contains(&(one.sample.who, one.sample.watch)));
    (all, untold)
}

fn dues(rule: &Rule, watch: &Watch, judged: &Judged, zone: &Zone) -> Vec<(Threshold, Instant)> {
    let within = rule.within.unwrap_or_default();
    let mut last = judged.opened_at + within - Span(i64::from(rule.at_limit == AtLimit::Late));
    if rule.settle == Settle::DayEnd {
        let day_end = zone.start_of(zone.day(judged.opened_at).plus(1));
        last = last.min(day_end - Span(1));
    }
    let warnings = (0u8..).zip(&watch.warnings);
    let mut all: Vec<_> = warnings
        .map(|(n, wait)| (Threshold::Warning(n), judged.opened_at + *wait))
        .filter(|(_, due)| *due < last)
        .collect();
    all.push((Threshold::Limit, last + Span(1)));
    all
}

/// Intervals in which samples of a thread are set aside.
fn windows(
    registry: &Registry,
    log: &Log,
    who: Who,
    facts: &[Fact],
    job: &Job,
) -> Vec<(Instant, Instant)> {
    let by_facts = fact_windows(&job.plan, &job.zone, facts);
    let mut all: Vec<_> = by_facts.iter().map(|one| (one.from, one.until)).collect();
    if let Some(entry) = registry.shop("p", log.shop_name(who.shop)) {
        all.extend(entry.closures.iter().map(|one| (one.from, one.until)));
        let own = entry.own_accounts.iter().any(|one| one.buyer == format!("b{}", who.buyer));
        all.extend(own.then_some((Instant(i64::MIN), Instant(i64::MAX))));
    }
    all
}

/// What both say that share no code: samples, unanswered, pending, sum of waits.
pub(crate) type Plainly = BTreeMap<(u32, Account, Day), (u64, u64, u64, i64)>;

/// The figures of the first shop, of which nothing is registered, by the naive oracle.
pub(crate) fn by_oracle(
    facts: &[Arrival],
    named: &[&Named],
    watches: &[Watch],
    clock: Instant,
) -> Plainly {
    let mut all = Plainly::new();
    let whos: BTreeSet<Who> =
        facts.iter().map(|one| one.who).filter(|who| who.shop.0 == 0).collect();
    for who in whos {
        let mut own: Vec<&Arrival> = facts.iter().filter(|one| one.who == who).collect();
        own.sort_by_key(|one| one.order());
        let own: Vec<Fact> = (0u32..).zip(own).map(|(row, one)| Fact { row, ..one.fact }).collect();
        for ((number, named), watch) in (0u32..).zip(named).zip(watches) {
            let zone = &watch.job.zone;
            let samples = oracle::count(&named.rule, zone, &own, clock, &Circumstances::default());
            for ((day, account), totals) in oracle::totals_by_account(&samples) {
                if watch.job.days.0 <= day && day <= watch.job.days.1 {
                    let sum = all.entry((number, account, day)).or_default();
                    sum.0 += totals.samples;
                    sum.1 += totals.unanswered;
                    sum.2 += totals.pending;
                    sum.3 += totals.wait_ms;
                }
            }
        }
    }
    all.retain(|_, sum| *sum != (0, 0, 0, 0));
    all
}

pub(crate) fn plainly(engine: &Engine) -> Plainly {
    let own = engine.figures().filter(|(figure, _)| figure.shop.0 == 0);
    let mut all: Plainly = own
        .map(|(figure, tally)| {
            let sum = (tally.samples(), tally.unanswered, tally.pending, tally.wait_ms);
            ((figure.watch, figure.account, figure.day), sum)
        })
        .collect();
    all.retain(|_, sum| *sum != (0, 0, 0, 0));
    all
}
