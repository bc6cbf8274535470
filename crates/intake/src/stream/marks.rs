//! Messages and the facts that refer to them: recalls, marks of needing no reply.

use std::hash::{BuildHasher, RandomState};

use facts::FactKind;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::pieces::{Decoded, Pieces};
use crate::column::Column;
use crate::error::Error;

/// The marks of rows, by number over all sources: those of a message and of the facts that refer
/// to it are the same.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Sorted by row.
    rows: Vec<(u32, u32)>,
    /// How many facts refer to a message that was found.
    n_referring: u64,
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

    /// How many facts refer to a message that was found.
    #[must_use]
    pub fn n_referring(&self) -> u64 {
        self.n_referring
    }
}

/// A message by platform, shop and id.
type MessageKey = [u64; 2];

struct Hashing([RandomState; 2]);

impl Hashing {
    fn key(&self, decoded: &Decoded<'_>, row: usize, id: &str) -> MessageKey {
        let named = (decoded.text(Column::Platform, row), decoded.text(Column::Shop, row), id);
        [self.0[0].hash_one(named), self.0[1].hash_one(named)]
    }
}

/// Finds the messages that other facts refer to. Every row is a fact, as in archives.
pub(super) fn find(pieces: &Pieces) -> Result<Marks, Error> {
    let words = [FactKind::Recalled.word(), FactKind::NoReplyNeeded.word()];
    let hashing = Hashing(std::array::from_fn(|_| RandomState::new()));
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
        marks.n_referring += rows.len() as u64;
    }
    marks.rows.sort_unstable();
    Ok(marks)
}
