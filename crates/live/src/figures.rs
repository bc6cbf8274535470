//! Live figures: sums of what threads contribute.

use std::collections::BTreeMap;

use facts::{Account, Day, ShopId, Span};
use hashbrown::HashMap;
use metric::{Outcome, Tally};

use crate::Effect;

/// What a tally is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure {
    /// The rule, by its position among those watched.
    pub watch: u32,
    /// The shop.
    pub shop: ShopId,
    /// The account; [`Account::SHOP`]: none is known.
    pub account: Account,
    /// The local day of the samples.
    pub day: Day,
}

/// What one sample contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) day: Day,
    pub(crate) account: Account,
    pub(crate) outcome: Outcome,
    pub(crate) wait: Span,
    /// How many inner samples share the wait; 0: it is no group.
    pub(crate) n_inner: u32,
}

/// All figures, and which changed in the present step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// By shop, so that one shop's are at hand.
    tallies: HashMap<ShopId, HashMap<Figure, Tally>>,
    /// What those were before the step that were touched in it.
    before: HashMap<Figure, Tally>,
    /// By rule, whether its figure needs every wait.
    keeps_waits: Vec<bool>,
    /// Of such rules: the waits of answered samples in milliseconds, with how many there are.
    waits: HashMap<Figure, BTreeMap<i64, u32>>,
}

impl Figures {
    pub(crate) fn new(keeps_waits: Vec<bool>) -> Self {
        Self { keeps_waits, ..Self::default() }
    }

    pub(crate) fn waits(&self, figure: &Figure) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.waits.get(figure).into_iter().flatten().map(|(wait, n)| (*wait, *n))
    }

    pub(crate) fn get(&self, figure: &Figure) -> Tally {
        let of_shop = self.tallies.get(&figure.shop);
        of_shop.and_then(|tallies| tallies.get(figure)).copied().unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Figure, &Tally)> {
        self.tallies.values().flatten()
    }

    pub(crate) fn of_shop(&self, shop: ShopId) -> impl Iterator<Item = (&Figure, &Tally)> {
        self.tallies.get(&shop).into_iter().flatten()
    }

    /// Puts a tally in place with its waits, outside of any step.
    pub(crate) fn put(&mut self, figure: Figure, tally: Tally, waits: BTreeMap<i64, u32>) {
        if !tally.is_empty() {
            self.tallies.entry(figure.shop).or_default().insert(figure, tally);
        }
        if !waits.is_empty() {
            self.waits.insert(figure, waits);
        }
    }

    pub(crate) fn add(&mut self, watch: u32, shop: ShopId, part: &Part) {
        self.change(watch, shop, part, |tally, one| *tally += one);
        self.change_waits(watch, shop, part, true);
    }

    pub(crate) fn take_away(&mut self, watch: u32, shop: ShopId, part: &Part) {
        self.change(watch, shop, part, |tally, one| *tally -= one);
        self.change_waits(watch, shop, part, false);
    }

    fn change_waits(&mut self, watch: u32, shop: ShopId, part: &Part, is_added: bool) {
        let is_kept = self.keeps_waits.get(watch as usize).copied().unwrap_or(false);
        if !is_kept || !matches!(part.outcome, Outcome::Hit | Outcome::Late) {
            return;
        }
        let figure = Figure { watch, shop, account: part.account, day: part.day };
        let mean = part.wait.0 / i64::from(part.n_inner.max(1));
        let waits = self.waits.entry(figure).or_default();
        let n = waits.entry(mean).or_default();
        // What is taken away was added.
        *n = if is_added { *n + 1 } else { n.saturating_sub(1) };
        if *n == 0 {
            waits.remove(&mean);
        }
        if waits.is_empty() {
            self.waits.remove(&figure);
        }
    }

    fn change(
        &mut self,
        watch: u32,
        shop: ShopId,
        part: &Part,
        change: impl FnOnce(&mut Tally, &Tally),
    ) {
        let figure = Figure { watch, shop, account: part.account, day: part.day };
        let mut one = Tally::default();
        one.count_outcome(part.outcome, part.wait);
        let tally = self.tallies.entry(shop).or_default().entry(figure).or_default();
        self.before.entry(figure).or_insert(*tally);
        change(tally, &one);
    }

    /// Ends a step: tells what changed, in order.
    pub(crate) fn changes(&mut self, effects: &mut Vec<Effect>) {
        let mut changed: Vec<(Figure, Tally)> = self.before.drain().collect();
        changed.sort_unstable_by_key(|(figure, _)| *figure);
        for (figure, before) in changed {
            let tally = self.get(&figure);
            if tally.is_empty()
                && let Some(of_shop) = self.tallies.get_mut(&figure.shop)
            {
                of_shop.remove(&figure);
            }
            if tally != before {
                effects.push(Effect::Figure { figure, was: before, tally });
            }
        }
    }
}
