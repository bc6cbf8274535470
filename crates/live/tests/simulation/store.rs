//! A store in memory, of which a crash loses what was not synced.

use std::convert::Infallible;

use facts::{FactKind, Instant, Mark};
use live::{Arrival, Deadline, Effect, History, Who};

/// What is stored: facts in the order of arrival, and the effects with where the engine stood.
#[derive(Default)]
pub(crate) struct Store {
    rows: Vec<Arrival>,
    /// The source's identity of each row.
    ids: Vec<u64>,
    synced: usize,
    pub(crate) effects: Vec<Effect>,
    /// Clock and number at the last commit of effects.
    pub(crate) stood_at: Option<(Instant, u64)>,
    /// The fault: the first fact of a thread is not found.
    forgets: bool,
}

impl Store {
    /// An empty store, with or without the fault.
    pub(crate) fn new(forgets: bool) -> Self {
        Self { forgets, ..Self::default() }
    }

    pub(crate) fn has(&self, id: u64) -> bool {
        self.ids.contains(&id)
    }

    /// A fact that is stored more than once.
    pub(crate) fn twice(&self) -> Option<u64> {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }

    /// Writes a fact, not durably yet; it gets the next number.
    pub(crate) fn write(&mut self, id: u64, fact: &Arrival) -> Arrival {
        let number = self.rows.len() as u64 + 1;
        self.rows.push(Arrival { number, ..*fact });
        self.ids.push(id);
        self.shown(&Arrival { number, ..*fact }, number)
    }

    pub(crate) fn sync(&mut self) {
        self.synced = self.rows.len();
    }

    pub(crate) fn crash(&mut self) {
        self.rows.truncate(self.synced);
        self.ids.truncate(self.synced);
    }

    /// A message is marked once something stored refers to it.
    fn shown(&self, one: &Arrival, until: u64) -> Arrival {
        let refers = |other: &&Arrival| {
            other.who == one.who
                && other.number <= until
                && matches!(other.fact.kind, FactKind::Recalled | FactKind::NoReplyNeeded)
                && other.fact.mark == one.fact.mark
        };
        let mut shown = *one;
        if !self.rows.iter().any(|other| refers(&other)) {
            shown.fact.mark = Mark::NONE;
        }
        shown
    }

    /// All facts up to a number, as they are shown.
    pub(crate) fn facts(&self, until: u64) -> Vec<Arrival> {
        let rows = self.rows.iter().filter(|one| one.number <= until);
        rows.map(|one| self.shown(one, until)).collect()
    }

    /// The deadlines that were withdrawn and do not stand.
    pub(crate) fn withdrawn(&self) -> Vec<(Deadline, Instant)> {
        let mut withdrawn: Vec<(Deadline, Instant)> = Vec::new();
        for effect in &self.effects {
            match effect {
                Effect::Withdraw { fired, .. } => withdrawn.push((fired.deadline, fired.due)),
                Effect::Reinstate { fired } => withdrawn.retain(|one| one.0 != fired.deadline),
                _ => {}
            }
        }
        withdrawn
    }
}

impl History for Store {
    type Error = Infallible;

    fn facts(&mut self, who: Who, until: u64, facts: &mut Vec<Arrival>) -> Result<(), Infallible> {
        let all = Self::facts(self, until).into_iter().filter(|one| one.who == who);
        facts.extend(all.skip(usize::from(self.forgets)));
        Ok(())
    }
}
