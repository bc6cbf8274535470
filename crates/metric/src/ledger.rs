//! Replaceable contributions: a figure as a sum of parts that can be taken out again.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use facts::{Day, Fact, Instant};

use crate::batch::fact_windows;
use crate::judged::{Judged, Sink};
use crate::tally::Tally;
use crate::thread::{Context, ThreadState, Window};

/// What one thread contributes to a figure, by local day.
///
/// # Example
///
/// ```
/// use facts::{Author, Fact, Instant, Zone};
/// use metric::{contributions, Context, Plan, Rule, Sample};
/// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
/// let zone = Zone::fixed(8 * 3_600_000);
/// let cx = Context { plan: &plan, zone: &zone, windows: &[] };
/// let question = Fact::message(Instant(0), Author::Buyer);
/// let answer = Fact::message(Instant(5_000), Author::Agent);
/// let parts = contributions(&cx, &[question, answer], Instant(100_000_000));
/// assert_eq!(parts.len(), 1);
/// assert_eq!(parts.values().next().unwrap().hits, 1);
/// ```
#[must_use]
pub fn contributions(cx: &Context<'_>, facts: &[Fact], now: Instant) -> BTreeMap<Day, Tally> {
    let mut windows: Vec<Window> = fact_windows(cx.plan, cx.zone, facts);
    windows.extend_from_slice(cx.windows);
    let cx = Context { windows: &windows, ..*cx };
    let mut days = Days::default();
    let mut state = ThreadState::default();
    for fact in facts {
        state.step(&cx, fact, &mut days);
    }
    state.finish(&cx, now, &mut days);
    days.0
}

#[derive(Default)]
struct Days(BTreeMap<Day, Tally>);

impl Sink for Days {
    fn sample(&mut self, judged: &Judged) {
        self.0.entry(judged.day).or_default().count(judged);
    }
}

/// A figure by day as the sum of the contributions of its threads, each keyed by `K` (metric,
/// shop and buyer, whatever names them).
///
/// A late fact, an upheld report, an erased buyer or a changed rule replaces the contributions of
/// the threads it touches; nothing is ever corrected by hand.
///
/// # Example
///
/// ```
/// use facts::Day;
/// use metric::{Ledger, Tally};
/// let hit = Tally { hits: 1, ..Tally::default() };
/// let mut ledger = Ledger::default();
/// ledger.replace("buyer", [(Day(0), hit), (Day(1), hit)].into());
/// ledger.replace("buyer", [(Day(1), hit)].into());
/// assert_eq!(ledger.sum(Day(0)), Tally::default());
/// assert_eq!(ledger.sum(Day(1)), hit);
/// ```
#[derive(Clone, Debug)]
pub struct Ledger<K> {
    parts: BTreeMap<K, BTreeMap<Day, Tally>>,
    sums: BTreeMap<Day, Tally>,
}

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self { parts: BTreeMap::new(), sums: BTreeMap::new() }
    }
}

impl<K: Ord> Ledger<K> {
    /// Puts a thread's contributions in the place of those it had; an empty map takes it out.
    pub fn replace(&mut self, key: K, days: BTreeMap<Day, Tally>) {
        for (day, tally) in &days {
            *self.sums.entry(*day).or_default() += tally;
        }
        let before =
            if days.is_empty() { self.parts.remove(&key) } else { self.parts.insert(key, days) };
        for (day, tally) in before.iter().flatten() {
            if let Some(sum) = self.sums.get_mut(day) {
                *sum -= tally;
                if sum.is_empty() {
                    self.sums.remove(day);
                }
            }
        }
    }

    /// The figure's tally of a day; empty where nothing contributes.
    #[must_use]
    pub fn sum(&self, day: Day) -> Tally {
        self.sums.get(&day).copied().unwrap_or_default()
    }

    /// All days to which something contributes, with their tallies, in order.
    pub fn days(&self) -> impl Iterator<Item = (Day, &Tally)> {
        self.sums.iter().map(|(day, tally)| (*day, tally))
    }
}
