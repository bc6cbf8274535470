//! A piece of a log in columns: what a reader hands to a counter, a piece at a time.

use alloc::vec::Vec;

use crate::{Fact, Instant, ThreadId};

/// Tells threads apart over all pieces of a log: 128 bits of a keyed hash of platform, shop and
/// buyer. Among a billion threads the chance that any two share one is below 10⁻²⁰.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadKey(pub [u64; 2]);

/// A thread of which a piece has rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChunkThread {
    /// The same in every piece of the log.
    pub key: ThreadKey,
    /// Number of the shop, the same in every piece of the log.
    pub shop: u32,
    /// Number of the platform, the same in every piece of the log.
    pub platform: u32,
    /// Position of the shop's entry in [`crate::Registry::shops`]; absent: nothing is known of it.
    pub entry: Option<u32>,
    /// Whether the buyer is an account of the shop itself, as the registry says.
    pub is_own: bool,
}

/// Consecutive rows of a log, one column per part. Every column that is there has one entry a
/// row; a part that no row has, or that nobody asked for, has no column.
///
/// Rows are still in the order of their source; [`Chunk::by_thread`] arranges them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Number of the first row, over all sources from 0.
    pub first_row: u32,
    /// When it happened, in milliseconds since the epoch.
    pub at: Vec<i64>,
    /// Number in [`Chunk::threads`]; `u32::MAX` for rows without a buyer, and for rows that are no
    /// fact of their own (rejected or repeated).
    pub thread: Vec<u32>,
    /// Byte code of [`Author`]; meaningful on messages.
    pub author: Vec<u8>,
    /// Byte code of [`FactKind`]. Absent: every row is a message.
    pub kind: Option<Vec<u8>>,
    /// Byte code of [`Form`]. Absent: every message is a text.
    pub form: Option<Vec<u8>>,
    /// Account number, 0: none; the same in every piece of the log.
    pub account: Option<Vec<u32>>,
    /// Passing account number, 0: none.
    pub from_account: Option<Vec<u32>>,
    /// Conversation number, 0: none; the same in every piece of the log.
    pub conversation: Option<Vec<u32>>,
    /// Marks that connect messages with the facts that refer to them, 0: none.
    pub mark: Option<Vec<u32>>,
    /// Flags judged from texts.
    pub flags: Option<Vec<u8>>,
    /// Byte code of [`Rating`].
    pub rating: Option<Vec<u8>>,
    /// The threads of which there are rows, each once.
    pub threads: Vec<ChunkThread>,
}

/// What is looked at first of a row, beside each other in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// When it happened, in milliseconds since the epoch.
    pub at: i64,
    /// Number of the row, from 0 in the piece.
    pub row: u32,
    /// Byte code of [`FactKind`].
    pub kind: u8,
    /// Byte code of [`Author`].
    pub author: u8,
}

/// The rows of a piece by thread, those of a thread in the order of their instants, ties in the
/// order read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByThread {
    rows: Vec<Glance>,
    bounds: Vec<u32>,
    earliest: Option<Instant>,
}

impl ByThread {
    /// The rows of a thread.
    #[must_use]
    pub fn rows(&self, thread: u32) -> &[Glance] {
        let thread = thread as usize;
        &self.rows[self.bounds[thread] as usize..self.bounds[thread + 1] as usize]
    }
}

impl Chunk {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Takes all rows out, and keeps the room they had.
    pub fn clear(&mut self) {
        self.at.clear();
        self.thread.clear();
        self.author.clear();
        self.threads.clear();
        let Self { kind, form, flags, rating, .. } = self;
        for column in [kind, form, flags, rating] {
            *column = None;
        }
        let Self { account, from_account, conversation, mark, .. } = self;
        for column in [account, from_account, conversation, mark] {
            *column = None;
        }
    }

    /// What is looked at first of a row, numbered from 0 in the piece.
    #[must_use]
    pub fn glance(&self, row: usize) -> Glance {
        let kind = self.kind.as_ref().map_or(0, |kinds| kinds[row]);
        Glance { at: self.at[row], row: row as u32, kind, author: self.author[row] }
    }

    /// The fact of a row.
    #[must_use]
    pub fn fact(&self, glance: Glance) -> Fact {
        let i = glance.row as usize;
        let number = |column: &Option<Vec<u32>>| column.as_ref().map_or(0, |values| values[i]);
        let byte = |column: &Option<Vec<u8>>| column.as_ref().map_or(0, |values| values[i]);
        let numbers =
            [&self.account, &self.from_account, &self.conversation, &self.mark].map(number);
        let [form, flags, rating] = [&self.form, &self.flags, &self.rating].map(byte);
        let codes = [glance.kind, glance.author, form, flags, rating];
        Fact::coded(glance.at, self.first_row + glance.row, numbers, codes)
    }

    /// Arranges the rows by thread. Rows without a thread are left out.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Chunk, ChunkThread};
    /// let chunk = Chunk {
    ///     at: vec![5, 3, 4],
    ///     thread: vec![1, 0, 1],
    ///     author: vec![0; 3],
    ///     threads: vec![ChunkThread::default(); 2],
    ///     ..Chunk::default()
    /// };
    /// let rows: Vec<u32> = chunk.by_thread().rows(1).iter().map(|glance| glance.row).collect();
    /// assert_eq!(rows, [2, 0]);
    /// ```
    #[must_use]
    pub fn by_thread(&self) -> ByThread {
        let mut arranged = ByThread::default();
        arranged.arrange(self);
        arranged
    }
}

impl ByThread {
    /// The earliest instant of a row that belongs to a thread; `None` where there is no such row.
    #[must_use]
    pub const fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    /// Arranges the rows of a piece, in the room that another one had.
    pub fn arrange(&mut self, chunk: &Chunk) {
        let n_threads = chunk.threads.len();
        // One place more for the rows without a thread, so that no row needs a branch.
        let place = |thread: u32| (thread as usize).min(n_threads);
        let Self { rows, bounds, earliest } = self;
        // Shifted by two: first the number of rows of the thread before, then where the next row
        // of a thread goes, and in the end where the thread's rows begin.
        bounds.clear();
        bounds.resize(n_threads + 3, 0);
        for thread in &chunk.thread {
            bounds[place(*thread) + 2] += 1;
        }
        for i in 2..n_threads + 3 {
            bounds[i] += bounds[i - 1];
        }
        rows.resize(chunk.thread.len(), Glance::default());
        let kind = |i: usize| chunk.kind.as_ref().map_or(0, |kinds| kinds[i]);
        let mut first = i64::MAX;
        let seen = chunk.thread.iter().zip(&chunk.at).zip(&chunk.author).enumerate();
        for (i, ((thread, at), author)) in seen {
            let place = place(*thread);
            first = first.min(if place < n_threads { *at } else { i64::MAX });
            let slot = &mut bounds[place + 1];
            rows[*slot as usize] =
                Glance { at: *at, row: i as u32, kind: kind(i), author: *author };
            *slot += 1;
        }
        bounds.truncate(n_threads + 1);
        rows.truncate(bounds[n_threads] as usize);
        *earliest = (!rows.is_empty()).then_some(Instant(first));
        for pair in bounds.windows(2) {
            let rows = &mut rows[pair[0] as usize..pair[1] as usize];
            if !rows.is_sorted_by_key(|glance| glance.at) {
                rows.sort_by_key(|glance| glance.at);
            }
        }
    }
}

// What `place` takes for the rows without a thread.
const _: () = assert!(ThreadId::NONE.0 == u32::MAX);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn chunk(rows: &[(i64, u32)]) -> Chunk {
        Chunk {
            at: rows.iter().map(|(at, _)| *at).collect(),
            thread: rows.iter().map(|(_, thread)| *thread).collect(),
            author: vec![0; rows.len()],
            threads: vec![ChunkThread::default(); 3],
            ..Chunk::default()
        }
    }

    #[test]
    fn rows_of_a_thread_come_in_time_order_and_ties_in_the_order_read() {
        let chunk = chunk(&[(5, 2), (3, 0), (3, 2), (3, 0), (1, 0), (9, u32::MAX)]);
        let arranged = chunk.by_thread();
        let rows = |thread| arranged.rows(thread).iter().map(|g| g.row).collect::<Vec<u32>>();
        assert_eq!(rows(0), [4, 1, 3]);
        assert_eq!(rows(1), []);
        assert_eq!(rows(2), [2, 0]);
    }
}
