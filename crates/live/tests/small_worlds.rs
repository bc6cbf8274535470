//! Every small world, fact by fact: live equals batch under the rules in force.
#![allow(missing_docs)]

#[path = "../../testkit/tests/rules/mod.rs"]
mod rules;

use std::collections::BTreeMap;
use std::convert::Infallible;

use facts::{Account, Day, Fact, FactKind, Instant, Mark, ShopId, Span, Zone};
use live::{Arrival, Engine, History, Shop, Watch, Who};
use metric::{Context, Job, Judged, Tally, ThreadState, fact_windows};
use rules::{Named, axis_rules, rules_in_force};
use testkit::worlds::{describe, small_worlds};

const WHO: Who = Who { shop: ShopId(0), buyer: 1 };

/// What has arrived. A message is marked once what refers to it is here.
#[derive(Default)]
struct Arrived(Vec<Arrival>);

impl Arrived {
    fn shown(&self, until: u64) -> Vec<Arrival> {
        let here = || self.0.iter().filter(|one| one.number <= until);
        let refers = |kind| matches!(kind, FactKind::Recalled | FactKind::NoReplyNeeded);
        let marks: Vec<Mark> =
            here().filter(|one| refers(one.fact.kind)).map(|one| one.fact.mark).collect();
        let mut shown: Vec<Arrival> = here().copied().collect();
        for one in shown.iter_mut().filter(|one| !marks.contains(&one.fact.mark)) {
            one.fact.mark = Mark::NONE;
        }
        shown
    }
}

impl History for Arrived {
    type Error = Infallible;

    fn facts(&mut self, _: Who, until: u64, facts: &mut Vec<Arrival>) -> Result<(), Infallible> {
        facts.extend(self.shown(until));
        Ok(())
    }
}

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn empty(named: &Named, zone: &Zone) -> Engine {
    let job = Job::new(named.plan.clone(), zone.clone());
    let mut engine = Engine::new(vec![Watch::new(job)]);
    engine.add_shop(WHO.shop, Shop::default());
    engine
}

type Cells = BTreeMap<(Day, Account), Tally>;

/// A fresh count of facts in order.
fn batch(named: &Named, zone: &Zone, facts: &[Fact], now: Instant) -> Cells {
    let windows = fact_windows(&named.plan, zone, facts);
    let cx = Context { plan: &named.plan, zone, windows: &windows };
    let (mut state, mut judged) = (ThreadState::default(), Vec::<Judged>::new());
    for fact in facts {
        state.step(&cx, fact, &mut judged);
    }
    state.finish(&cx, now, &mut judged);
    let mut cells = Cells::new();
    for one in &judged {
        cells.entry((one.day, one.account)).or_default().count(one);
    }
    cells.retain(|_, tally| !tally.is_empty());
    cells
}

fn cells(engine: &Engine) -> Cells {
    let figures = engine.figures();
    figures.map(|(figure, tally)| ((figure.day, figure.account), *tally)).collect()
}

/// Steps a world in some order of arrival, each fact a moment after the last that had happened.
fn check(named: &Named, zone: &Zone, engine: &Engine, facts: &[Fact], order: &[usize]) {
    let (mut engine, mut arrived) = (engine.clone(), Arrived::default());
    let mut now = Instant(i64::MIN);
    for (n, place) in order.iter().enumerate() {
        let fact = facts[*place];
        let number = n as u64 + 1;
        now = now.max(fact.at + Span(1));
        let one = Arrival { who: WHO, is_own: false, number, seq: Some(*place as i64), fact };
        arrived.0.push(one);
        let last = *arrived.shown(number).last().expect("it");
        engine.step(now, &[last], &mut arrived).expect("a step");
        let mut known = arrived.shown(number);
        known.sort_by_key(Arrival::order);
        let known: Vec<Fact> = known.iter().map(|one| one.fact).collect();
        let told = || format!("{} {order:?}\n{}", named.name, describe(facts, zone));
        assert_eq!(cells(&engine), batch(named, zone, &known, now), "at {n}: {}", told());
        let Some(due) = engine.next_due().filter(|_| n + 1 == order.len()) else { continue };
        engine.step(due, &[], &mut arrived).expect("a tick");
        assert_eq!(cells(&engine), batch(named, zone, &known, due), "due: {}", told());
    }
}

fn all(rules: &[Named], longest: u32) -> u64 {
    let zone = zone();
    let day = "2026-06-03".parse().expect("a day");
    let mut n_worlds = 0;
    for named in rules {
        let engine = empty(named, &zone);
        for worlds in small_worlds(&named.rule, &zone, day, longest) {
            n_worlds += worlds.worlds();
            let mut n = 0;
            worlds.for_each(|facts| {
                n += 1;
                let forwards: Vec<usize> = (0..facts.len()).collect();
                check(named, &zone, &engine, facts, &forwards);
                if facts.len() == 2 || (facts.len() > 2 && n % 8 == 0) {
                    // The last two change places: one comes late.
                    let mut late = forwards;
                    late.swap(facts.len() - 2, facts.len() - 1);
                    check(named, &zone, &engine, facts, &late);
                }
            });
        }
    }
    n_worlds
}

/// Half of the rules in force, so that two tests run beside each other.
fn half(of_two: usize) -> u64 {
    let rules = rules_in_force().into_iter().enumerate();
    let own: Vec<Named> = rules.filter(|(n, _)| n % 2 == of_two).map(|(_, rule)| rule).collect();
    all(&own, 3)
}

#[test]
fn every_world_of_three_facts_under_the_rules_in_force() {
    let n_worlds = half(0);
    assert!(n_worlds > 500_000, "only {n_worlds} worlds");
}

#[test]
fn every_world_of_three_facts_under_the_other_rules_in_force() {
    let n_worlds = half(1);
    assert!(n_worlds > 500_000, "only {n_worlds} worlds");
}

#[test]
fn every_world_of_two_facts_under_every_axis() {
    let n_worlds = all(&axis_rules(), 2);
    assert!(n_worlds > 100_000, "only {n_worlds} worlds");
}
