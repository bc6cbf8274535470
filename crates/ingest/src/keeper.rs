//! Sources of facts, read and kept.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use desk::{Desk, Grade};
use facts::{Instant, NewFact};
use figures::InvalidReplies;
use intake::gather::{self, Facts, NameColumn, Take};
use intake::{Lang, Profile, Progress, Rejected, Source, rejected_fields};
use store::{Batch, Outcome, Scope, ShopKey, SourceId, Store};

use crate::refusal::Refusal;

/// So many rows become durable at a time.
const ROWS: usize = 10_000;

/// When the store's queue is full, how long until a batch is handed over again.
const WHEN_BUSY: Duration = Duration::from_millis(100);

/// What became of the rows of a source; the last three add up to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Rows of the source.
    pub rows: u64,
    /// Facts that were new.
    pub accepted: u64,
    /// Facts that were known.
    pub repeats: u64,
    /// Rows that are no facts.
    pub rejected: u64,
}

/// A row that is no fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It does not read as one.
    Unread(Rejected),
    /// The store does not keep it: the line on which it stands, and why.
    Refused(u64, Refusal),
}

impl NotTaken {
    /// What a file of rejected rows says of it: source, line, column, reason, found, expected.
    #[must_use]
    pub fn fields(&self, source: &str, lang: Lang) -> [String; 6] {
        match self {
            Self::Unread(rejected) => rejected_fields(rejected, lang),
            Self::Refused(line, refusal) => [
                source.to_owned(),
                line.to_string(),
                refusal.column.map_or("", |column| column.name()).to_owned(),
                refusal.code.to_owned(),
                refusal.message(lang).to_owned(),
                String::new(),
            ],
        }
    }
}

/// Why a source was not taken in as a whole. What was taken before stays; the source may be begun
/// anew.
#[derive(Debug)]
pub enum Failed {
    /// It cannot be read.
    Read(intake::Error),
    /// The store does not keep it.
    Store(store::Error),
    /// Rows that are no facts could not be written down.
    Rejects(io::Error),
    /// The program stops.
    Stopped,
}

/// Takes sources in: reads them, keeps what they have, and tells the desk.
#[derive(Clone, Debug)]
pub struct Keeper {
    store: Store,
    desk: Arc<Desk>,
    invalid: Arc<InvalidReplies>,
    stopping: Arc<AtomicBool>,
}

/// Takes a row that is no fact.
pub(crate) type EachNotTaken<'a> = &'a mut (dyn FnMut(&NotTaken) -> io::Result<()> + Send);

impl Keeper {
    /// A keeper for a store that a desk reads; `invalid` judges texts before they are sealed.
    #[must_use]
    pub fn new(store: Store, desk: Arc<Desk>, invalid: InvalidReplies) -> Self {
        let (invalid, stopping) = (Arc::new(invalid), Arc::default());
        Self { store, desk, invalid, stopping }
    }

    /// Where facts are kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Who counts them.
    #[must_use]
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Whatever is being taken in is broken off, soon.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Reads a source and keeps its rows, those that are no facts aside, which are handed on.
    /// Everything is durable when this returns. Blocks.
    ///
    /// # Errors
    ///
    /// [`Failed`].
    pub fn take(
        &self,
        feed: (&str, Grade),
        read: (&Source, Option<&Profile>),
        not_taken: EachNotTaken<'_>,
    ) -> Result<Amounts, Failed> {
        self.take_in(feed, read, not_taken).map(|(amounts, _)| amounts)
    }

    /// The same, with how many rows each platform has that were kept or known.
    pub(crate) fn take_in(
        &self,
        feed: (&str, Grade),
        (source, profile): (&Source, Option<&Profile>),
        not_taken: EachNotTaken<'_>,
    ) -> Result<(Amounts, BTreeMap<String, u64>), Failed> {
        let id = self.store.begin_source().map_err(Failed::Store)?;
        let state =
            State { amounts: Amounts::default(), shops: HashMap::new(), not_taken, why: None };
        let taking =
            Taking { keeper: self, scope: Scope::everything(), id, state: Mutex::new(state) };
        let read = gather::source(0, source, profile, false, 1, &taking);
        let State { mut amounts, shops, why, .. } =
            taking.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut platforms = BTreeMap::new();
        for (key, (_, n)) in &shops {
            *platforms.entry(key.platform.clone()).or_default() += n;
        }
        if !shops.is_empty() {
            let shops: Vec<(ShopKey, Option<Instant>)> =
                shops.into_iter().map(|(key, (at, _))| (key, Some(at))).collect();
            self.desk.heard(feed, &shops);
        }
        match (read, why) {
            (_, Some(why)) => Err(why),
            (Err(error), None) => Err(Failed::Read(error)),
            (Ok(report), None) => {
                amounts.rows = report.rows;
                amounts.rejected += report.rejected;
                Ok((amounts, platforms))
            }
        }
    }
}

struct State<'a> {
    amounts: Amounts,
    /// The shops, each with the instant of its newest fact and how many rows are its own.
    shops: HashMap<ShopKey, (Instant, u64)>,
    not_taken: EachNotTaken<'a>,
    /// Why the reading was ended.
    why: Option<Failed>,
}

struct Taking<'a> {
    keeper: &'a Keeper,
    scope: Scope,
    id: SourceId,
    state: Mutex<State<'a>>,
}

/// The reading ends; why is told apart.
fn ended() -> io::Error {
    io::Error::other("ended")
}

impl<'a> Taking<'a> {
    fn state(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, why: Failed) -> io::Error {
        self.state().why.get_or_insert(why);
        ended()
    }

    fn batch(&self, facts: &Facts, rows: std::ops::Range<usize>) -> Batch {
        let mut batch = Batch::of(self.id);
        for row in rows {
            let fact = facts.new_fact(row);
            let flags = self.keeper.invalid.judge(fact.text);
            batch.push(&NewFact { flags, ..fact });
        }
        batch
    }

    /// Keeps some rows of a piece.
    fn keep(&self, facts: &Facts, rows: std::ops::Range<usize>) -> io::Result<()> {
        let outcomes = loop {
            if self.keeper.is_stopping() {
                return Err(self.end(Failed::Stopped));
            }
            let ticket = self.keeper.store.append(&self.scope, self.batch(facts, rows.clone()));
            match ticket.and_then(store::Ticket::wait) {
                Ok(outcomes) => break outcomes,
                Err(store::Error::Busy) => std::thread::sleep(WHEN_BUSY),
                Err(error) => return Err(self.end(Failed::Store(error))),
            }
        };
        let mut state = self.state();
        for (row, outcome) in rows.zip(outcomes) {
            match outcome {
                Outcome::Rejected(refused) => {
                    state.amounts.rejected += 1;
                    let told = NotTaken::Refused(facts.line[row], refused.into());
                    if let Err(error) = (state.not_taken)(&told) {
                        state.why.get_or_insert(Failed::Rejects(error));
                        return Err(ended());
                    }
                    continue;
                }
                Outcome::Accepted(_) => state.amounts.accepted += 1,
                Outcome::Duplicate => state.amounts.repeats += 1,
            }
            let [platform, shop] =
                [NameColumn::Platform, NameColumn::Shop].map(|column| facts.name(column, row));
            let at = Instant(facts.at[row]);
            let told = state.shops.entry(ShopKey::new(platform, shop)).or_insert((at, 0));
            *told = (at.max(told.0), told.1 + 1);
        }
        Ok(())
    }
}

impl Take for Taking<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let n = facts.len();
        (0..n).step_by(ROWS).try_for_each(|from| self.keep(&facts, from..(from + ROWS).min(n)))
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        let mut state = self.state();
        let told = NotTaken::Unread(rejected.clone());
        if let Err(error) = (state.not_taken)(&told) {
            state.why.get_or_insert(Failed::Rejects(error));
            return Err(ended());
        }
        Ok(())
    }

    fn progress(&self, _: Progress) {}
}
