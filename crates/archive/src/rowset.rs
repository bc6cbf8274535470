//! Sets of rows of a source, small where they are few and a bit a row where they are many.

use std::collections::BTreeMap;

/// A set of rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowSet {
    /// By the upper 48 bits of the row.
    pieces: BTreeMap<u64, Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// The lower 16 bits, in any order.
    Few(Vec<u16>),
    Many(Box<[u64; 1024]>),
}

/// From so many rows on a bit a row takes less memory.
const MANY: usize = 4096;

impl RowSet {
    /// Adds a row that is not in the set.
    pub(crate) fn insert(&mut self, row: u64) {
        let piece = self.pieces.entry(row >> 16).or_insert_with(|| Piece::Few(Vec::new()));
        let low = row as u16;
        if let Piece::Few(rows) = piece
            && rows.len() >= MANY
        {
            let mut bits = Box::new([0u64; 1024]);
            rows.iter().for_each(|row| bits[usize::from(*row >> 6)] |= 1 << (row & 63));
            *piece = Piece::Many(bits);
        }
        match piece {
            Piece::Few(rows) => rows.push(low),
            Piece::Many(bits) => bits[usize::from(low >> 6)] |= 1 << (low & 63),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many rows are in the set from one row to before another.
    pub(crate) fn count(&self, from: u64, until: u64) -> u64 {
        self.iter(from, until).count() as u64
    }

    /// The rows from one row to before another, in order.
    pub(crate) fn iter(&self, from: u64, until: u64) -> impl Iterator<Item = u64> + '_ {
        let pieces = self.pieces.range(from >> 16..=until >> 16);
        let rows = pieces.flat_map(|(high, piece)| {
            let mut lows: Vec<u16> = match piece {
                Piece::Few(rows) => rows.clone(),
                Piece::Many(bits) => {
                    let is_in = |row: &u16| bits[usize::from(*row >> 6)] >> (row & 63) & 1 == 1;
                    (0..=u16::MAX).filter(is_in).collect()
                }
            };
            lows.sort_unstable();
            lows.into_iter().map(move |low| high << 16 | u64::from(low))
        });
        rows.filter(move |row| (from..until).contains(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order_few_or_many() {
        let mut set = RowSet::default();
        let rows: Vec<u64> = (0..6000).map(|n| n * 7).chain([1 << 30, 1 << 40]).collect();
        rows.iter().rev().for_each(|row| set.insert(*row));
        assert_eq!(set.iter(0, u64::MAX).collect::<Vec<_>>(), rows);
        assert_eq!(set.count(7, 21), 2);
        assert_eq!(set.count(42_000, 1 << 40), 1);
        assert!(RowSet::default().is_empty());
    }
}
