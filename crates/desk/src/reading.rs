//! What the store has, as the live engine takes it.

use facts::{Account, FactKind, Instant, Mark, ShopId};
use hashbrown::HashMap;
use live::{Arrival, History, Who};
use store::{Names, Scope, Store, Stored};

use crate::places::Places;

/// What is known of a thread beside its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) shop: ShopId,
    /// Whether the buyer is an account of the shop itself.
    pub(crate) is_own: bool,
}

/// Whose each thread is, by its number.
#[derive(Debug, Default)]
pub(crate) struct Owners(Vec<Option<Owner>>);

impl Owners {
    /// `None`: the thread was not met yet, or is a shop's own.
    pub(crate) fn of(&self, thread: u32) -> Option<Owner> {
        self.0.get(thread as usize).copied().flatten()
    }

    pub(crate) fn put(&mut self, thread: u32, owner: Owner) {
        let place = thread as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        self.0[place] = Some(owner);
    }
}

/// The facts of one step, thread by thread.
#[derive(Default)]
pub(crate) struct Fresh {
    /// The newest number of the log when they were read; 0: nothing was read.
    pub(crate) newest: u64,
    pieces: Vec<Stored>,
    /// By thread: piece and row.
    rows: HashMap<u32, Vec<(u32, u32)>>,
}

impl Fresh {
    /// Adds facts; of those rows alone that belong to buyers.
    pub(crate) fn push(&mut self, names: &Names, stored: Stored) {
        let piece = self.pieces.len() as u32;
        for row in 0..stored.len() {
            if !names.is_of_shop(stored.thread(row)) {
                self.rows.entry(stored.thread(row).0).or_default().push((piece, row as u32));
            }
        }
        self.pieces.push(stored);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(crate) fn threads(&self) -> impl Iterator<Item = u32> {
        self.rows.keys().copied()
    }

    /// The facts of a thread, messages and what refers to them marked alike.
    pub(crate) fn marked(&self, thread: u32, owner: Owner) -> Vec<Arrival> {
        marked(self.of(thread), owner)
    }

    fn of(&self, thread: u32) -> impl Iterator<Item = (&Stored, usize)> + Clone {
        let rows = self.rows.get(&thread).into_iter().flatten();
        rows.map(|(piece, row)| (&self.pieces[*piece as usize], *row as usize))
    }

    /// Every fact: its thread, itself, and its number.
    pub(crate) fn facts(&self) -> impl Iterator<Item = (u32, facts::Fact, u64)> {
        let rows = |stored| (0..Stored::len(stored)).map(move |row| (stored, row));
        let fact = |(stored, row): (&Stored, usize)| {
            (stored.thread(row).0, stored.fact(row), stored.arrival(row).0)
        };
        self.pieces.iter().flat_map(rows).map(fact)
    }

    /// Every figure read off a panel that is the shop's own: its thread, when the panel was looked
    /// at, what the fact says, and its number.
    pub(crate) fn observed(&self) -> impl Iterator<Item = (u32, Instant, &str, u64)> {
        let rows = |stored| (0..Stored::len(stored)).map(move |row| (stored, row));
        self.pieces.iter().flat_map(rows).filter_map(|(stored, row)| {
            let fact = stored.fact(row);
            let is_one = fact.kind == FactKind::Observed && fact.account == Account::SHOP;
            let (thread, number) = (stored.thread(row).0, stored.arrival(row).0);
            is_one.then(|| (thread, fact.at, stored.value(row), number))
        })
    }

    /// Thread and number of each fact.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (u32, u64)> {
        let rows = |stored| (0..Stored::len(stored)).map(move |row| (stored, row));
        let numbered =
            |(stored, row): (&Stored, usize)| (stored.thread(row).0, stored.arrival(row).0);
        self.pieces.iter().flat_map(rows).map(numbered)
    }

    /// All facts of buyers, in the order of their arrival.
    pub(crate) fn arrivals(&self, owners: &Owners) -> Vec<Arrival> {
        let mut all = Vec::new();
        for thread in self.threads() {
            let Some(owner) = owners.of(thread) else { continue };
            all.extend(self.of(thread).map(|(stored, row)| {
                let mut one = arrival(stored, row, owner);
                // That it refers to a message is all that matters: which one, the history says.
                if refers(one.fact.kind) && !stored.reference(row).is_empty() {
                    one.fact.mark = Mark(1);
                }
                one
            }));
        }
        all.sort_unstable_by_key(|one| one.number);
        all
    }
}

fn arrival(stored: &Stored, row: usize, owner: Owner) -> Arrival {
    Arrival {
        who: Who { shop: owner.shop, buyer: u64::from(stored.thread(row).0) },
        is_own: owner.is_own,
        number: stored.arrival(row).0,
        seq: stored.seq(row),
        fact: stored.fact(row),
    }
}

fn refers(kind: FactKind) -> bool {
    matches!(kind, FactKind::Recalled | FactKind::NoReplyNeeded)
}

/// The facts of one thread, messages and what refers to them marked alike.
fn marked<'a>(
    rows: impl Iterator<Item = (&'a Stored, usize)> + Clone,
    owner: Owner,
) -> Vec<Arrival> {
    let mut marks: HashMap<&str, u32> = HashMap::new();
    for (stored, row) in rows.clone() {
        let reference = stored.reference(row);
        if refers(stored.fact(row).kind) && !reference.is_empty() {
            let next = marks.len() as u32 + 1;
            marks.entry(reference).or_insert(next);
        }
    }
    let mark = |stored: &Stored, row| {
        let kind = stored.fact(row).kind;
        let name = match kind {
            FactKind::Message => stored.id(row),
            kind if refers(kind) => stored.reference(row),
            _ => "",
        };
        if name.is_empty() { None } else { marks.get(name).copied() }
    };
    let marked = |(stored, row): (&Stored, usize)| {
        let mut one = arrival(stored, row, owner);
        one.fact.mark = mark(stored, row).map_or(Mark::NONE, Mark);
        one
    };
    rows.map(marked).collect()
}

/// The store as the live engine asks it for the facts of a thread.
pub(crate) struct Past<'a> {
    pub(crate) store: &'a Store,
    pub(crate) scope: &'a Scope,
    pub(crate) names: &'a mut Names,
    /// Where the facts before the step are.
    pub(crate) places: &'a Places,
    pub(crate) fresh: &'a Fresh,
    pub(crate) owners: &'a Owners,
}

impl History for Past<'_> {
    type Error = store::Error;

    fn facts(&mut self, who: Who, _: u64, facts: &mut Vec<Arrival>) -> store::Result<()> {
        let Ok(thread) = u32::try_from(who.buyer) else { return Ok(()) };
        let within = self.places.of(thread);
        let older = match within.is_empty() {
            true => Vec::new(),
            false => {
                let number = facts::ThreadId(thread);
                self.store.thread(self.scope, number, &within, self.names)?
            }
        };
        // A block may hold facts of the step too: each once.
        let last = older.iter().map(|stored| stored.arrival(stored.len() - 1).0).max();
        let is_new = |(stored, row): &(&Stored, usize)| {
            last.is_none_or(|last| stored.arrival(*row).0 > last)
        };
        let rows = older.iter().flat_map(|stored| (0..stored.len()).map(move |row| (stored, row)));
        let rows = rows.chain(self.fresh.of(thread).filter(is_new));
        facts.extend(self.owners.of(thread).map(|owner| marked(rows, owner)).unwrap_or_default());
        Ok(())
    }
}
