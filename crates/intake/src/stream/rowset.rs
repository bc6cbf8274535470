//! Sets of rows over all sources: a bit a row.

/// A set of rows by their numbers. Without any row it takes no room.
#[derive(Clone, Debug, Default)]
pub(super) struct RowSet {
    /// Empty, or as many as all rows need.
    words: Vec<u64>,
    n_rows: u32,
}

const BITS: u32 = u64::BITS;

impl RowSet {
    /// A set of rows below `n_rows`.
    pub(super) fn new(n_rows: u32) -> Self {
        Self { words: Vec::new(), n_rows }
    }

    /// Adds a row.
    pub(super) fn insert(&mut self, row: u32) {
        if self.words.is_empty() {
            self.words = vec![0; self.n_rows.div_ceil(BITS) as usize];
        }
        if let Some(word) = self.words.get_mut((row / BITS) as usize) {
            *word |= 1 << (row % BITS);
        }
    }

    /// Takes the rows of another set out.
    pub(super) fn subtract(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(super) fn contains(&self, row: u32) -> bool {
        self.words.get((row / BITS) as usize).is_some_and(|word| word >> (row % BITS) & 1 == 1)
    }

    /// The rows among the `n` from `first` on, in order, counted from `first`.
    pub(super) fn within(&self, first: u32, n: usize) -> Vec<u32> {
        let mut rows = Vec::new();
        let until = (first as usize + n).min(self.n_rows as usize);
        let mut at = first as usize;
        while at < until && !self.words.is_empty() {
            let mut word = self.words[at / BITS as usize] >> (at % BITS as usize);
            let next = (at / BITS as usize + 1) * BITS as usize;
            while word != 0 {
                let row = at + word.trailing_zeros() as usize;
                if row < until {
                    rows.push((row - first as usize) as u32);
                }
                word &= word - 1;
            }
            at = next;
        }
        rows
    }

    /// Whether some of the `n` rows from `first` on is in the set.
    pub(super) fn has_any(&self, first: u32, n: u64) -> bool {
        let until = (u64::from(first) + n).min(u64::from(self.n_rows)) as usize;
        let mut at = first as usize;
        while at < until && !self.words.is_empty() {
            let next = ((at / BITS as usize + 1) * BITS as usize).min(until);
            let word = self.words[at / BITS as usize] >> (at % BITS as usize);
            let n_bits = next - at;
            if word << (BITS as usize - n_bits) != 0 {
                return true;
            }
            at = next;
        }
        false
    }

    /// Whether both have the same rows.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let n = self.words.len().max(other.words.len());
        let word = |set: &Self, i: usize| set.words.get(i).copied().unwrap_or(0);
        (0..n).all(|i| word(self, i) == word(other, i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order_from_any_row_on() {
        let rows = [0, 1, 63, 64, 65, 127, 128, 190, 199];
        let mut set = RowSet::new(200);
        rows.iter().rev().for_each(|row| set.insert(*row));
        for first in 0..200u32 {
            for n in 0..200 {
                let is_within = |row: &&u32| (first..first + n).contains(*row);
                let expected: Vec<u32> = rows.iter().filter(is_within).map(|r| r - first).collect();
                assert_eq!(set.has_any(first, u64::from(n)), !expected.is_empty(), "{first} {n}");
                assert_eq!(set.within(first, n as usize), expected, "{first} {n}");
            }
        }
        assert!(set.contains(63) && !set.contains(62) && !set.contains(4_000));
        let mut few = RowSet::new(200);
        few.insert(63);
        set.subtract(&few);
        assert!(!set.contains(63) && set.contains(64) && !set.is_same(&RowSet::new(200)));
        set.subtract(&set.clone());
        assert!(set.is_same(&RowSet::new(200)) && !set.has_any(0, 200));
    }
}
