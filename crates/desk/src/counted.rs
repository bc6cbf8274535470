//! What was counted, kept in the store so that a start need not count everything.
//!
//! Kept are all figures, by shop and day, as they stood at a checkpoint, and which threads were to
//! change without another fact. From there a start counts again the threads that were open, and
//! those with facts since. It holds for the same program, rules and registry alone.

use std::collections::BTreeSet;
use std::thread::JoinHandle;

use facts::{Account, Day, Instant, Span, ThreadId};
use hashbrown::HashMap;
use live::{Figure, Waits};
use metric::{Reason, Tally};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Counted, CountedDay, CountedParts, CountedShop, Scope, ShopKey, Store};

use crate::happenings::Happenings;
use crate::state::State;

/// After so many facts what was counted is kept again.
const EVERY_FACTS: u64 = 500_000;
/// After so long it is, where anything changed.
const EVERY: Span = Span(60_000);

/// What is kept, and what changed since.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    /// What figures are counted by, as one word.
    pub(crate) basis: String,
    /// Shops and days whose figures changed since they were kept.
    changed: BTreeSet<(facts::ShopId, Day)>,
    /// Shops of which more was learned since.
    learned_of: BTreeSet<facts::ShopId>,
    /// Where it was kept last; absent: everything is to be kept.
    kept: Option<(Instant, u64)>,
}

/// Figures of one shop on one day, as the store keeps them.
#[derive(Serialize, Deserialize)]
struct DayCounts {
    accounts: Vec<String>,
    tallies: Vec<Line>,
}

/// Rule, account, tally, and the waits of answered samples where the rule needs them.
type Line = (u32, u32, Numbers, Vec<(i64, u32)>);

/// The numbers of a tally.
type Numbers = (u64, u64, u64, u64, i64, Vec<u64>);

fn numbers(tally: &Tally) -> Numbers {
    let Tally { hits, misses, unanswered, pending, dropped, wait_ms } = *tally;
    (hits, misses, unanswered, pending, wait_ms, dropped.to_vec())
}

fn tally((hits, misses, unanswered, pending, wait_ms, dropped): Numbers) -> Option<Tally> {
    let dropped: [u64; Reason::ALL.len()] = dropped.try_into().ok()?;
    Some(Tally { hits, misses, unanswered, pending, dropped, wait_ms })
}

/// What figures are counted by: the same word for the same program, rules and registry, and while
/// no facts left.
pub(crate) fn basis(state: &State, drops: u64) -> String {
    let mut entries: Vec<String> =
        state.shops.entries().map(|entry| format!("{entry:?}")).collect();
    entries.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(drops.to_le_bytes());
    for part in std::iter::once(state.rules.basis()).chain(entries) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether nothing was taken away that was not there.
pub(crate) fn is_sound(tally: &Tally) -> bool {
    let Tally { hits, misses, unanswered, pending, dropped, .. } = tally;
    let counts = [hits, misses, unanswered, pending].into_iter().chain(dropped);
    counts.into_iter().all(|count| i64::try_from(*count).is_ok())
}

impl Keeping {
    /// All that was counted by then is kept; since then these shops and days changed.
    pub(crate) fn is_kept(&mut self, at: (Instant, u64), changed: BTreeSet<(facts::ShopId, Day)>) {
        (self.kept, self.changed) = (Some(at), changed);
    }

    /// Whether what was kept was taken over.
    #[cfg(test)]
    pub(crate) fn is_taken_over(&self) -> bool {
        self.kept.is_some()
    }

    /// It could not be kept: all of it is, the next time.
    pub(crate) fn is_lost(&mut self) {
        self.kept = None;
    }

    /// More was learned of a shop.
    pub(crate) fn note_shop(&mut self, shop: facts::ShopId) {
        self.learned_of.insert(shop);
    }

    pub(crate) fn note(&mut self, figure: &Figure) {
        self.changed.insert((figure.shop, figure.day));
    }

    /// Whether it is time to keep what was counted.
    pub(crate) fn is_due(&self, clock: Instant, number: u64) -> bool {
        self.kept.is_none_or(|(at, kept)| {
            number >= kept + EVERY_FACTS || self.has_changed() && clock >= at + EVERY
        })
    }

    /// When to keep what was counted, if nothing comes.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.kept.filter(|_| self.has_changed()).map(|(at, _)| at + EVERY)
    }

    fn has_changed(&self) -> bool {
        !self.changed.is_empty() || !self.learned_of.is_empty()
    }
}

/// Keeps what was counted on a thread of its own, once at a time: it may be much, and no deadline
/// waits for it.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    thread: Option<JoinHandle<store::Result<()>>>,
    has_failed: bool,
}

impl Keeper {
    /// Whether nothing is being kept.
    pub(crate) fn is_free(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    pub(crate) fn keep(&mut self, store: &Store, (counted, parts, anew): ToKeep) {
        self.finish();
        let store = store.clone();
        let work = move || store.put_counted(&Scope::everything(), counted, parts, anew);
        match std::thread::Builder::new().name("desk-keeper".to_owned()).spawn(work) {
            Ok(thread) => self.thread = Some(thread),
            Err(_) => self.has_failed = true,
        }
        if cfg!(test) {
            // Tests copy and crash stores between steps: nothing writes beside them.
            self.finish();
        }
    }

    /// Waits until nothing is being kept.
    pub(crate) fn finish(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        match thread.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                self.has_failed = true;
                tracing::error!(%error, "what was counted could not be kept; trying again");
            }
            // A panic was logged where it happened.
            Err(_) => self.has_failed = true,
        }
    }

    /// Whether something could not be kept since the last call.
    pub(crate) fn has_failed(&mut self) -> bool {
        if self.is_free() {
            self.finish();
        }
        std::mem::take(&mut self.has_failed)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.finish();
    }
}

/// What is to be kept: up to where, the parts that changed, and whether these are all.
pub(crate) type ToKeep = (Counted, CountedParts, bool);

impl State {
    /// What is to be kept of what was counted; from then on it counts as kept.
    pub(crate) fn take_counted(&mut self) -> ToKeep {
        let stands_at = (self.engine.clock(), self.engine.number());
        let anew = self.keeping.kept.is_none();
        let changed = std::mem::take(&mut self.keeping.changed);
        let learned_of = std::mem::take(&mut self.keeping.learned_of);
        let known = |shop: facts::ShopId| {
            let known = self.happenings.kept(shop, &self.names)?;
            Some(CountedShop { shop: self.shops.key(shop).clone(), known })
        };
        let known: Vec<CountedShop> = match anew {
            true => self.shops.all().filter_map(|(shop, _)| known(shop)).collect(),
            false => learned_of.into_iter().filter_map(known).collect(),
        };
        let mut days: HashMap<(facts::ShopId, Day), DayBuilder> = HashMap::new();
        let shops: BTreeSet<facts::ShopId> = match anew {
            true => self.shops.all().map(|(shop, _)| shop).collect(),
            false => changed.iter().map(|(shop, _)| *shop).collect(),
        };
        for shop in shops {
            for (figure, tally) in self.engine.figures_of(shop) {
                let key = (shop, figure.day);
                if (anew || changed.contains(&key)) && !tally.is_empty() {
                    days.entry(key).or_default().push(self, figure, tally);
                }
            }
        }
        // Where nothing is left, nothing is kept.
        let gone = changed.into_iter().filter(|key| !days.contains_key(key)).collect::<Vec<_>>();
        let gone = gone.into_iter().map(|(shop, day)| (shop, day, Vec::new()));
        let kept = days.into_iter().map(|((shop, day), builder)| (shop, day, builder.bytes()));
        let named =
            |(shop, day, counts)| CountedDay { shop: self.shops.key(shop).clone(), day, counts };
        let days = kept.chain(gone).map(named).collect();
        let unsettled = self.engine.unsettled().into_iter();
        let mut unsettled: Vec<ThreadId> =
            unsettled.filter_map(|who| u32::try_from(who.buyer).ok()).map(ThreadId).collect();
        unsettled.sort_unstable();
        let (clock, arrivals) = stands_at;
        let basis = self.keeping.basis.clone();
        self.keeping.is_kept(stands_at, BTreeSet::new());
        let learned = self.learned;
        let counted = Counted { arrivals, clock, basis, unsettled, learned };
        (counted, CountedParts { days, shops: known }, anew)
    }

    /// What was kept of shops beside figures. `None`: it is not as this program writes it.
    pub(crate) fn happenings_kept(&mut self, shops: &[CountedShop]) -> Option<Happenings> {
        let mut happenings = Happenings::default();
        for CountedShop { shop, known } in shops {
            let shop = self.shop(shop.clone());
            happenings.put(shop, known, &mut self.names)?;
        }
        Some(happenings)
    }

    /// The figures that were kept. `None`: something in them is not as this program writes it.
    pub(crate) fn figures_kept(
        &mut self,
        days: &[CountedDay],
    ) -> Option<Vec<(Figure, Tally, Waits)>> {
        let mut figures = Vec::new();
        for CountedDay { shop, day, counts } in days {
            let shop = self.shop(ShopKey::new(&shop.platform, &shop.shop));
            let DayCounts { accounts, tallies } = serde_json::from_slice(counts).ok()?;
            let numbered = accounts.iter().map(|name| match name.as_str() {
                "" => Some(Account::SHOP),
                name => self.names.number_account(name).ok(),
            });
            let accounts: Vec<Account> = numbered.collect::<Option<_>>()?;
            for (watch, account, numbers, waits) in tallies {
                let account = *accounts.get(account as usize)?;
                let figure = Figure { watch, shop, account, day: *day };
                figures.push((figure, tally(numbers)?, waits.into_iter().collect()));
            }
        }
        Some(figures)
    }
}

#[derive(Default)]
struct DayBuilder {
    accounts: HashMap<Account, u32>,
    names: Vec<String>,
    tallies: Vec<Line>,
}

impl DayBuilder {
    fn push(&mut self, state: &State, figure: &Figure, tally: &Tally) {
        let names = &mut self.names;
        let account = *self.accounts.entry(figure.account).or_insert_with(|| {
            names.push(state.names.account(figure.account).to_owned());
            names.len() as u32 - 1
        });
        let waits = state.engine.waits(figure).collect();
        self.tallies.push((figure.watch, account, numbers(tally), waits));
    }

    fn bytes(self) -> Vec<u8> {
        let counts = DayCounts { accounts: self.names, tallies: self.tallies };
        // Made of texts and numbers, it always becomes JSON.
        serde_json::to_vec(&counts).unwrap_or_default()
    }
}
