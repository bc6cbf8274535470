//! What happens, and when it is learned.

use facts::{Closure, Day, Instant, OwnAccount, Registry, ShopEntry, ShopId, Span, Zone};
use live::{Arrival, Watch, Who};
use metric::Job;
use testkit::worlds::{Chance, RandomParams, RandomWorld};

use crate::rules::Named;

/// The buyer of the second shop that is an account of it.
const OWN: u64 = 4;

/// One delivery of a fact.
pub(crate) struct Delivery {
    /// When it comes in.
    pub(crate) at: Instant,
    /// The source's identity of the fact: a repeat has the same.
    pub(crate) id: u64,
    pub(crate) fact: Arrival,
}

pub(crate) struct World {
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) registry: Registry,
    pub(crate) zone: Zone,
    pub(crate) n_lost: u64,
    pub(crate) n_repeats: u64,
    /// Whether facts have numbers of their source.
    pub(crate) has_seq: bool,
}

pub(crate) const N_SHOPS: u32 = 3;

impl World {
    pub(crate) fn new(seed: u64, chance: &mut Chance) -> Self {
        let zone = Zone::fixed(8 * 3_600_000);
        let mut params = RandomParams::new(20 + chance.below(50) as usize, seed);
        params.days = 1 + chance.below(4) as u16;
        let world = RandomWorld::generate(&params);
        let mut one = Self {
            deliveries: Vec::new(),
            registry: registry(&zone, params.first_day),
            zone,
            n_lost: 0,
            n_repeats: 0,
            has_seq: chance.percent(30),
        };
        let mut id = 0;
        for (buyer, thread) in (0u64..).zip(&world.threads) {
            let who = Who { shop: ShopId(buyer as u32 % N_SHOPS), buyer };
            for (seq, fact) in (0i64..).zip(&thread.facts) {
                id += 1;
                let seq = one.has_seq.then_some(seq);
                let is_own = buyer == OWN;
                one.deliver(Arrival { who, is_own, number: 0, seq, fact: *fact }, id, chance);
            }
        }
        one.deliveries.sort_by_key(|delivery| delivery.at);
        one
    }

    /// Most facts come at once, some before they happen, some late, some never, some again.
    fn deliver(&mut self, fact: Arrival, id: u64, chance: &mut Chance) {
        let minute = 60_000;
        let delay = |chance: &mut Chance| match chance.below(100) {
            0..70 => chance.between(1, 2_000),
            70..80 => chance.between(-5_000, 0),
            80..90 => chance.between(2_000, 20 * minute),
            90..97 => chance.between(20 * minute, 30 * 60 * minute),
            _ => i64::MAX,
        };
        let first = delay(chance);
        if first == i64::MAX {
            self.n_lost += 1;
            return;
        }
        let at = fact.fact.at;
        self.deliveries.push(Delivery { at: at + Span(first), id, fact });
        if chance.percent(10) {
            let again = delay(chance);
            if again < i64::MAX {
                self.n_repeats += 1;
                self.deliveries.push(Delivery { at: at + Span(again), id, fact });
            }
        }
    }

    /// A few rules to watch, some for some days only.
    pub(crate) fn watches(&self, rules: &[Named], chance: &mut Chance) -> Vec<(usize, Watch)> {
        let first = self.deliveries.first().map_or(Day(0), |one| self.zone.day(one.fact.fact.at));
        (0..1 + chance.below(4))
            .map(|_| {
                let number = chance.below(rules.len() as u64) as usize;
                let days = if chance.percent(20) {
                    (first, first.plus(1))
                } else {
                    (Day(i32::MIN), Day(i32::MAX))
                };
                let mut watch = Watch::new(job(&rules[number], &self.zone, days));
                if chance.percent(20) {
                    watch.warnings.push(Span::seconds(20));
                }
                (number, watch)
            })
            .collect()
    }
}

fn job(named: &Named, zone: &Zone, days: (Day, Day)) -> Job {
    Job { days, ..Job::new(named.plan.clone(), zone.clone()) }
}

/// The second shop was closed for two hours of its first day, and one buyer is its own account.
fn registry(zone: &Zone, first: Day) -> Registry {
    let noon = zone.start_of(first) + Span(12 * 3_600_000);
    let entry = ShopEntry {
        platform: "p".to_owned(),
        shop: "s1".to_owned(),
        closures: vec![Closure { from: noon, until: noon + Span(2 * 3_600_000) }],
        own_accounts: vec![OwnAccount { buyer: format!("b{OWN}") }],
        ..ShopEntry::default()
    };
    Registry { shops: vec![entry], persons: Vec::new() }
}
