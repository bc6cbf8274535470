//! What is known of rows beside what they say: which of them repeat others, and which messages
//! other facts refer to (recalls, marks of needing no reply).
//!
//! Which rows are left out is found before the log is read, by what tells facts apart: an id, of a
//! platform and a shop. Whether a row is a fact at all, and has the same contents as the first of
//! its id, is only looked at when the log is read. Where that shows that other rows should have
//! been left out, it is known by then which, and the log is read again.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use facts::{FactKind, Instant};
use hashbrown::HashMap;
use rayon::prelude::*;

use super::pieces::{Decoded, Pieces};
use super::rowset::RowSet;
use super::sieve::{Seen, Sieve, Taken};
use super::sift::{Sifting, TextHashing};
use crate::column::Column;
use crate::error::Error;
use crate::reject::{Reason, Rejected};
use crate::repeats::{self, Hashing, Line, Repeat, Repeats, RowId};
use crate::row::Row;

/// How much memory may be taken to find repeats, and where the rest goes.
#[derive(Clone, Debug)]
pub struct Room {
    /// A folder of its own, which is made when there is something to put there, and taken away
    /// with the marks.
    pub folder: PathBuf,
    /// About how many bytes of memory.
    pub memory: usize,
}

/// What is known of rows before they are read, by number over all sources.
#[derive(Debug, Default)]
pub struct Marks {
    /// Marks, sorted by row: those of a message and of the facts that refer to it are the same.
    rows: Vec<(u32, u32)>,
    /// Rows that repeat others, or are in conflict with them.
    left_out: RowSet,
    /// Facts that were known in time, as a row says that repeats them, sorted.
    known: Vec<u32>,
    /// Absent: no row can repeat another one.
    judging: Option<Judging>,
}

/// What is needed to tell whether the right rows were left out.
#[derive(Debug)]
struct Judging {
    /// Rows whose key others have too, or refer to.
    candidates: RowSet,
    /// Those with ids, sorted, each with the first row of the same id. Absent: there are too many,
    /// and ids have to be read again.
    firsts: Option<Arc<Vec<(u32, u32)>>>,
    referred: Vec<Referred>,
    /// Pieces in which some id may have a null byte.
    odd: Vec<usize>,
    hashing: Hashing,
    scratch: Arc<Scratch>,
    found: Mutex<Found>,
}

/// What reading the log said of candidates.
#[derive(Debug, Default)]
struct Found {
    repeats: Option<Repeats>,
    /// Those that are no facts.
    unfit: RowSet,
}

/// An id that other facts refer to.
#[derive(Clone, Debug)]
struct Referred {
    /// The rows that have it, in order, and whether they are messages.
    ids: Vec<(u32, bool)>,
    /// The rows that refer to it.
    by: Vec<u32>,
}

/// The room, until nobody needs it any more.
#[derive(Debug)]
struct Scratch {
    path: PathBuf,
    memory: usize,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.path.is_dir() {
            // What cannot be removed now stays where such things lie.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// What became of the rows that repeat others.
#[derive(Debug)]
pub enum Judged {
    /// The right rows were left out.
    Right {
        /// How many of them are the same facts as earlier rows.
        duplicates: u64,
        /// The others: rows whose id has other contents in an earlier row, in order, each with its
        /// number over all sources.
        conflicts: Vec<(u32, Rejected)>,
    },
    /// Others should have been left out: the log has to be read again with these marks.
    Wrong(Box<Marks>),
}

impl Marks {
    /// The marks of `n` rows from `first` on, 0 for none; `None` where none of them has one.
    pub(super) fn of(&self, first: u32, n: usize) -> Option<Vec<u32>> {
        let from = self.rows.partition_point(|(row, _)| *row < first);
        let own = &self.rows[from..];
        let until = own.partition_point(|(row, _)| ((*row - first) as usize) < n);
        if until == 0 {
            return None;
        }
        let mut marks = vec![0; n];
        for (row, mark) in &own[..until] {
            marks[(*row - first) as usize] = *mark;
        }
        Some(marks)
    }

    /// The rows among the `n` from `first` on that are left out, counted from `first`.
    pub(super) fn left_out(&self, first: u32, n: usize) -> Vec<u32> {
        self.left_out.within(first, n)
    }

    /// The rows among the `n` from `first` on that were known in time whatever they say, counted
    /// from `first`.
    pub(super) fn known(&self, first: u32, n: usize) -> impl Iterator<Item = usize> {
        let from = self.known.partition_point(|row| *row < first);
        let own = self.known[from..].iter().map(move |row| (*row - first) as usize);
        own.take_while(move |row| *row < n)
    }

    /// The rows among the `n` from `first` on whose contents have to be told, counted from `first`.
    pub(super) fn candidates(&self, first: u32, n: usize) -> Vec<u32> {
        self.judging.as_ref().map_or(Vec::new(), |judging| judging.candidates.within(first, n))
    }

    /// Whether the ids of a piece are needed, whose `n` rows begin with `first`.
    pub(super) fn needs_ids(&self, piece: usize, first: u32, n: u64) -> bool {
        self.judging.as_ref().is_some_and(|judging| {
            judging.odd.contains(&piece)
                || (judging.firsts.is_none() && judging.candidates.has_any(first, n))
        })
    }

    /// Takes note of a candidate that is a fact.
    pub(super) fn identify(
        &self,
        row: &Row<'_>,
        (source, number): (usize, u32),
        line: u64,
        found: &mut Identified,
    ) {
        let Some(judging) = &self.judging else { return };
        let source = source as u32;
        let id = RowId { source, row: u64::from(number) };
        let first = judging.firsts.as_ref().and_then(|firsts| {
            let place = firsts.binary_search_by_key(&number, |(row, _)| *row).ok()?;
            Some(firsts[place].1)
        });
        let (line, marks) = (Line { part: source, line }, &mut found.marks);
        if first.is_none() && row.id.is_empty() {
            judging.hashing.liken(row, id, marks);
        } else {
            judging.hashing.identify(row, first, (id, line), marks);
        }
    }

    /// Takes what a piece says of candidates.
    pub(super) fn take(&self, identified: Identified) -> Result<(), Error> {
        let Some(judging) = &self.judging else { return Ok(()) };
        if identified.is_empty() {
            return Ok(());
        }
        let Identified { marks, unfit } = identified;
        let mut found = lock(&judging.found);
        let Found { repeats, unfit: all_unfit } = &mut *found;
        unfit.into_iter().for_each(|row| all_unfit.insert(row));
        let Scratch { path, memory } = &*judging.scratch;
        let repeats = repeats.get_or_insert_with(|| Repeats::new(path.clone(), memory / 4));
        repeats.push(&marks).map_err(Error::Take)
    }
}

/// What a piece says of candidates.
#[derive(Debug, Default)]
pub(super) struct Identified {
    marks: repeats::Marks,
    /// Those that are no facts.
    pub(super) unfit: Vec<u32>,
}

impl Identified {
    fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.unfit.is_empty()
    }
}

fn lock(found: &Mutex<Found>) -> MutexGuard<'_, Found> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What looking at one share of the hashes finds.
#[derive(Default)]
struct Alike {
    candidates: Vec<u32>,
    /// Rows with ids, each with the first of the same id.
    firsts: Vec<(u32, u32)>,
    left_out: Vec<u32>,
    referred: Vec<Referred>,
}

impl Alike {
    /// Looks at the rows of one key. `first_rows` are those of the sources.
    fn look(&mut self, same: &[Seen], first_rows: &[u32]) {
        if same[0].taken() == Taken::Alike {
            self.look_at_sources(same, first_rows);
            return;
        }
        let of = |wanted: fn(Taken) -> bool| same.iter().filter(move |one| wanted(one.taken()));
        let is_id = |taken| matches!(taken, Taken::Message | Taken::Other);
        let ids: Vec<(u32, bool)> =
            of(is_id).map(|one| (one.row, one.taken() == Taken::Message)).collect();
        let by: Vec<u32> = of(|taken| taken == Taken::Reference).map(|one| one.row).collect();
        if ids.len() > 1 || !(ids.is_empty() || by.is_empty()) {
            self.firsts.extend(ids.iter().map(|(row, _)| (*row, ids[0].0)));
            self.left_out.extend(ids.iter().skip(1).map(|(row, _)| *row));
        }
        if !ids.is_empty() && !by.is_empty() {
            self.referred.push(Referred { ids, by });
        }
    }

    /// Looks at rows without ids: a source repeats earlier ones as often as one of them has the
    /// same fact.
    fn look_at_sources(&mut self, same: &[Seen], first_rows: &[u32]) {
        let source = |one: &Seen| first_rows.partition_point(|first| *first <= one.row);
        let mut earlier = 0;
        for of_source in same.chunk_by(|a, b| source(a) == source(b)) {
            if of_source.len() < same.len() {
                self.candidates.extend(of_source.iter().map(|one| one.row));
            }
            self.left_out.extend(of_source.iter().take(earlier).map(|one| one.row));
            earlier = earlier.max(of_source.len());
        }
    }
}

/// Finds the rows that repeat others, and the messages that other facts refer to. `is_alike`:
/// facts without ids may repeat each other.
pub(super) fn sift(pieces: &Pieces, is_alike: bool, room: &Room) -> Result<Marks, Error> {
    let scratch = Arc::new(Scratch { path: room.folder.clone(), memory: room.memory });
    let n_rows = pieces.n_rows()?;
    let path = scratch.path.join("rows");
    let hashing = TextHashing::default();
    let sieve = Sieve::new(u64::from(n_rows), path, room.memory - room.memory / 4);
    let arrange = sieve.arranger();
    let sieve = Mutex::new((sieve, Vec::new()));
    (0..pieces.list.len()).into_par_iter().try_for_each(|piece| {
        let mut sifting = Sifting::new(&hashing, is_alike);
        pieces.sift(piece, &mut sifting)?;
        let arranged = arrange(&sifting.records);
        let (sieve, odd) = &mut *sieve.lock().unwrap_or_else(PoisonError::into_inner);
        if sifting.has_nul {
            odd.push(piece);
        }
        sieve.push(arranged).map_err(Error::Take)
    })?;
    let (sieve, odd) = sieve.into_inner().unwrap_or_else(PoisonError::into_inner);
    let first_rows = pieces.first_rows();
    let look = |same: &[Seen], found: &mut Alike| found.look(same, &first_rows);
    let found = sieve.resolve(look).map_err(Error::Take)?;
    let none = || RowSet::new(n_rows);
    let (mut candidates, mut left_out, mut referred) = (none(), none(), Vec::new());
    let n_firsts: usize = found.iter().map(|share| share.firsts.len()).sum();
    let is_few = n_firsts * size_of::<(u32, u32)>() <= room.memory / 8;
    let mut firsts = Vec::with_capacity(if is_few { n_firsts } else { 0 });
    for mut share in found {
        share.firsts.iter().for_each(|(row, _)| candidates.insert(*row));
        if is_few {
            firsts.append(&mut share.firsts);
        }
        share.candidates.into_iter().for_each(|row| candidates.insert(row));
        share.left_out.into_iter().for_each(|row| left_out.insert(row));
        referred.append(&mut share.referred);
    }
    let rows = marks_of(&referred, &none());
    let found = Mutex::new(Found { repeats: None, unfit: none() });
    let hashing = Hashing::default();
    firsts.par_sort_unstable();
    let firsts = is_few.then(|| Arc::new(firsts));
    let judging = Judging { candidates, firsts, referred, odd, hashing, scratch, found };
    Ok(Marks { rows, left_out, known: Vec::new(), judging: Some(judging) })
}

/// The marks of messages and of the facts that refer to them, where some rows are no facts.
fn marks_of(referred: &[Referred], unfit: &RowSet) -> Vec<(u32, u32)> {
    let mut rows = Vec::new();
    for Referred { ids, by } in referred {
        // The first is the fact of this id; it need not be a message.
        let first = ids.iter().find(|(row, _)| !unfit.contains(*row));
        if let Some((message, true)) = first {
            // Any number but 0 that no other message has.
            let mark = message + 1;
            rows.push((*message, mark));
            rows.extend(by.iter().map(|row| (*row, mark)));
        }
    }
    rows.sort_unstable();
    rows
}

impl Marks {
    /// Whether the right rows were left out, now that all pieces were read once.
    pub(super) fn judge(
        &self,
        pieces: &Pieces,
        known_by: Option<Instant>,
    ) -> Result<Judged, Error> {
        let Some(judging) = &self.judging else {
            return Ok(Judged::Right { duplicates: 0, conflicts: Vec::new() });
        };
        let none = RowSet::new(pieces.n_rows()?);
        let fresh = Found { repeats: None, unfit: none.clone() };
        let Found { repeats, unfit } = std::mem::replace(&mut *lock(&judging.found), fresh);
        let mut told = none.clone();
        let (mut duplicates, mut conflicts, mut known) = (0, Vec::new(), Vec::new());
        let in_time = |seen_at: i64| known_by.is_some_and(|known_by| seen_at < known_by.0);
        let mut tell = |repeat: Repeat| -> io::Result<()> {
            let row = match repeat {
                Repeat::Duplicate { row, first, seen_at } => {
                    duplicates += 1;
                    known.extend(first.filter(|_| seen_at.is_some_and(in_time)));
                    row.row as u32
                }
                Repeat::Conflict { row, line, first_line, .. } => {
                    conflicts.push((row.row as u32, line, first_line));
                    row.row as u32
                }
            };
            told.insert(row);
            Ok(())
        };
        if let Some(repeats) = repeats {
            repeats.resolve(&mut tell).map_err(Error::Take)?;
        }
        let rows = marks_of(&judging.referred, &unfit);
        let mut known: Vec<u32> = known.into_iter().map(|first| first.row as u32).collect();
        known.sort_unstable();
        known.dedup();
        // Those that are no facts are rejected for that.
        let mut left_out = self.left_out.clone();
        left_out.subtract(&unfit);
        if left_out.is_same(&told) && rows == self.rows && known == self.known {
            let conflicts = rejected(pieces, conflicts)?;
            return Ok(Judged::Right { duplicates, conflicts });
        }
        let judging = Judging {
            candidates: judging.candidates.clone(),
            firsts: judging.firsts.clone(),
            referred: judging.referred.clone(),
            odd: judging.odd.clone(),
            hashing: judging.hashing.clone(),
            scratch: Arc::clone(&judging.scratch),
            found: Mutex::new(Found { repeats: None, unfit: none }),
        };
        let right = Self { rows, left_out: told, known, judging: Some(judging) };
        Ok(Judged::Wrong(Box::new(right)))
    }
}

/// The rows whose ids have other contents, in order.
fn rejected(
    pieces: &Pieces,
    mut conflicts: Vec<(u32, Line, Line)>,
) -> Result<Vec<(u32, Rejected)>, Error> {
    conflicts.sort_unstable_by_key(|(row, ..)| *row);
    let rows: Vec<u32> = conflicts.iter().map(|(row, ..)| *row).collect();
    let ids = pieces.ids_of(&rows)?;
    let rejected = conflicts.into_iter().zip(ids).map(|((row, line, first), id)| {
        let reason = Reason::IdConflict {
            id: id.chars().take(41).collect(),
            first_source: pieces.name(first.part as usize),
            first_line: first.line,
        };
        let (number, column) = (line.part as usize, Some(Column::Id));
        let (source, line) = (pieces.name(number), line.line);
        (row, Rejected { source_number: number, source, line, column, reason })
    });
    Ok(rejected.collect())
}

/// A message by platform, shop and id.
type MessageKey = [u64; 2];

struct MessageHashing([RandomState; 2]);

impl MessageHashing {
    fn key(&self, decoded: &Decoded<'_>, row: usize, id: &str) -> MessageKey {
        let named = (decoded.text(Column::Platform, row), decoded.text(Column::Shop, row), id);
        [self.0[0].hash_one(named), self.0[1].hash_one(named)]
    }
}

/// Finds the messages that other facts refer to. Every row is a fact, as in archives.
pub(super) fn find(pieces: &Pieces) -> Result<Marks, Error> {
    let words = [FactKind::Recalled.word(), FactKind::NoReplyNeeded.word()];
    let hashing = MessageHashing(std::array::from_fn(|_| RandomState::new()));
    let all = 0..pieces.list.len();
    let referring = all.clone().into_par_iter().map(|piece| {
        let mut found = Vec::new();
        if !pieces.says(piece, &words)? {
            return Ok(found);
        }
        let columns = [Column::Platform, Column::Shop, Column::Fact, Column::Ref];
        pieces.columns(piece, &columns, &mut |decoded| {
            for row in 0..decoded.n {
                let reference = decoded.text(Column::Ref, row);
                if !reference.is_empty() && words.contains(&decoded.text(Column::Fact, row)) {
                    found.push((
                        hashing.key(decoded, row, reference),
                        decoded.first_row + row as u32,
                    ));
                }
            }
        })?;
        Ok(found)
    });
    let mut referring_to: HashMap<MessageKey, Vec<u32>> = HashMap::new();
    for (key, row) in referring.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten() {
        referring_to.entry(key).or_default().push(row);
    }
    let mut marks = Marks::default();
    if referring_to.is_empty() {
        return Ok(marks);
    }
    let messages = all.into_par_iter().map(|piece| {
        let mut found = Vec::new();
        let columns = [Column::Platform, Column::Shop, Column::Fact, Column::Id];
        pieces.columns(piece, &columns, &mut |decoded| {
            for row in 0..decoded.n {
                let id = decoded.text(Column::Id, row);
                let fact = decoded.text(Column::Fact, row);
                if id.is_empty() || !(fact.is_empty() || fact == FactKind::Message.word()) {
                    continue;
                }
                let key = hashing.key(decoded, row, id);
                if referring_to.contains_key(&key) {
                    found.push((key, decoded.first_row + row as u32));
                }
            }
        })?;
        Ok(found)
    });
    for (key, message) in messages.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten() {
        let Some(rows) = referring_to.get(&key) else { continue };
        // Any number but 0 that no other message has.
        let mark = message + 1;
        marks.rows.push((message, mark));
        marks.rows.extend(rows.iter().map(|row| (*row, mark)));
    }
    marks.rows.sort_unstable();
    Ok(marks)
}
