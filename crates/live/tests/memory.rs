//! Memory follows what is open, not what was; and a step costs what it touches.
#![allow(missing_docs)]

use std::convert::Infallible;

use facts::{Account, Author, Fact, FactKind, Instant, ShopId, Zone};
use live::{Arrival, Effect, Engine, History, Shop, Watch, Who};
use metric::{Job, Plan, Rule, Sample};

const SHOP: ShopId = ShopId(0);
const DAY_MS: i64 = 86_400_000;

/// Buyers who never wrote before.
struct Nothing;

impl History for Nothing {
    type Error = Infallible;

    fn facts(&mut self, _: Who, _: u64, _: &mut Vec<Arrival>) -> Result<(), Infallible> {
        Ok(())
    }
}

fn engine() -> Engine {
    let job = Job::new(
        Plan::compile(&Rule::new(Sample::Round)).expect("a plan"),
        Zone::fixed(8 * 3_600_000),
    );
    let mut engine = Engine::new(vec![Watch::new(job)]);
    engine.add_shop(SHOP, Shop::default());
    engine
}

fn arrival(number: u64, buyer: u64, fact: Fact) -> Arrival {
    Arrival { who: Who { shop: SHOP, buyer }, is_own: false, number, seq: None, fact }
}

fn steps(engine: &mut Engine, now: Instant, arrivals: &[Arrival]) -> Vec<Effect> {
    engine.step(now, arrivals, &mut Nothing).expect("a step")
}

/// A million threads over a hundred days: each has an account put in charge, which nobody ends, a
/// question and an answer; one in a thousand is never answered.
#[test]
fn a_million_threads_of_history_leave_nothing_behind() {
    let mut engine = engine();
    let (mut number, mut most_threads, mut most_timers) = (0, 0, 0);
    let mut fired = 0;
    for buyer in 0..1_000_000u64 {
        let at = 1_780_243_200_000 + buyer as i64 * DAY_MS / 10_000;
        let mut facts = vec![
            Fact::event(Instant(at), FactKind::Assigned).by(Account(1)),
            Fact::message(Instant(at + 1), Author::Buyer),
        ];
        if buyer % 1_000 != 0 {
            facts.push(Fact::message(Instant(at + 2), Author::Agent).by(Account(1)));
        }
        let arrivals: Vec<Arrival> = facts
            .into_iter()
            .map(|fact| {
                number += 1;
                arrival(number, buyer, fact)
            })
            .collect();
        let effects = steps(&mut engine, Instant(at + 3), &arrivals);
        fired += effects.iter().filter(|one| matches!(one, Effect::Fire { .. })).count();
        most_threads = most_threads.max(engine.n_threads());
        most_timers = most_timers.max(engine.n_timers());
    }
    // An hour has 417 threads, a day 10 that are never answered.
    assert!(most_threads < 450 && most_timers < 450, "{most_threads} {most_timers}");
    // The last unanswered one has all of its day.
    assert!((1_990..=2_000).contains(&fired), "{fired}");
    let samples: u64 = engine.figures().map(|(_, tally)| tally.samples() + tally.pending).sum();
    assert_eq!(samples, 1_000_000);
}

/// A hundred thousand open deadlines, of which ten thousand fall due within 100 ms: all fire, in
/// order, at their millisecond, and the others stay.
#[test]
fn ten_thousand_of_a_hundred_thousand_deadlines_fire_each_in_its_millisecond() {
    let mut engine = engine();
    let noon = 1_780_243_200_000 + 12 * 3_600_000;
    // Ten thousand at once, the others over the next minute and a half.
    let opened = |buyer: i64| if buyer < 10_000 { buyer / 100 } else { 1_000 + buyer % 89_000 };
    for buyer in 0..100_000i64 {
        let fact = Fact::message(Instant(noon + opened(buyer)), Author::Buyer);
        let one = arrival(buyer as u64 + 1, buyer as u64, fact);
        steps(&mut engine, Instant(noon + 95_000), &[one]);
    }
    assert_eq!(engine.open().count(), 100_000);
    let mut fired = Vec::new();
    while let Some(due) = engine.next_due().filter(|due| due.0 < noon + 100_500) {
        let effects = steps(&mut engine, due, &[]);
        fired.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Fire { fired, .. } => {
                assert_eq!(fired.due, due);
                Some(fired)
            }
            _ => None,
        }));
    }
    assert_eq!(fired.len(), 10_000);
    assert!(fired.is_sorted_by_key(|one| one.due));
    assert_eq!(engine.n_timers(), 100_000);
}
