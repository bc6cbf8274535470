//! A log in memory: one column per part of a fact, names numbered once.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;
use core::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{Fact, Instant, ThreadId};

/// Numbers distinct texts from 0 in the order first seen.
///
/// # Example
///
/// ```
/// let mut names = facts::Interner::default();
/// assert_eq!(names.number("s1"), Ok(0));
/// assert_eq!(names.number("s2"), Ok(1));
/// assert_eq!(names.number("s1"), Ok(0));
/// assert_eq!(names.name(1), "s2");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interner {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    names: Vec<Box<str>>,
}

/// More distinct names than can be numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfIds;

impl fmt::Display for OutOfIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log holds more than four billion distinct names or rows")
    }
}

impl core::error::Error for OutOfIds {}

impl Interner {
    /// An interner in which number 0 is the empty text, "none".
    #[must_use]
    pub fn with_none() -> Self {
        let mut interner = Self::default();
        // The first number of an empty table is free.
        let _ = interner.number("");
        interner
    }

    /// The number of a text, a new one when it was not seen before.
    ///
    /// # Errors
    ///
    /// [`OutOfIds`] after four billion distinct texts.
    pub fn number(&mut self, text: &str) -> Result<u32, OutOfIds> {
        let hash = self.hasher.hash_one(text);
        let Self { hasher, table, names } = self;
        if let Some(&found) = table.find(hash, |&n| &*names[n as usize] == text) {
            return Ok(found);
        }
        let next = u32::try_from(names.len()).ok().filter(|n| *n < u32::MAX).ok_or(OutOfIds)?;
        names.push(text.into());
        table.insert_unique(hash, next, |&n| hasher.hash_one(&*names[n as usize]));
        Ok(next)
    }

    /// The number of a text that was seen, `None` for one that was not.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |&n| &*self.names[n as usize] == text).copied()
    }

    /// The text of a number; empty for a number that was never given out.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    /// How many distinct texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no text was numbered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All texts, in number order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// Number of a shop in [`Log::shops`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShopId(pub u32);

/// A shop on a platform: the same shop id on two platforms is two shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shop {
    /// Number in [`Log::platforms`].
    pub platform: u32,
    /// Number in [`Log::shop_names`].
    pub name: u32,
}

/// A buyer's thread with a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thread {
    /// The shop (with its platform).
    pub shop: ShopId,
    /// Number in [`Log::buyers`].
    pub buyer: u32,
}

/// The parts of a fact that counting does not look at; kept only for rows that have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// A rating.
    pub stars: Option<u8>,
    /// The message, order or buyer concerned, as the source names it; empty: none.
    pub reference: Box<str>,
    /// Money, as written (a decimal); empty: none.
    pub amount: Box<str>,
    /// An observed figure's metric and value; empty: none.
    pub value: Box<str>,
}

/// How rows with the same instant are ordered within a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie(pub i64);

/// Facts in the order read, one column per part. All columns that are not `Option` have one entry
/// a row. A row is at most one fact; rejected and repeated rows are not in here.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// When it happened, in milliseconds since the epoch.
    pub at: Vec<i64>,
    /// The thread, `u32::MAX` for facts without a buyer.
    pub thread: Vec<u32>,
    /// The shop of the fact.
    pub shop: Vec<u32>,
    /// Conversation number, 0: none.
    pub conversation: Vec<u32>,
    /// Account number, 0: none.
    pub account: Vec<u32>,
    /// Passing account number, 0: none. Absent when no row has one.
    pub from_account: Option<Vec<u32>>,
    /// Byte code of [`FactKind`].
    pub kind: Vec<u8>,
    /// Byte code of [`Author`]; meaningful on messages.
    pub author: Vec<u8>,
    /// Byte code of [`Form`]. Absent when every message is a text.
    pub form: Option<Vec<u8>>,
    /// Marks that connect recalled messages with their recall. Absent when nothing is recalled.
    pub mark: Option<Vec<u32>>,
    /// Flags judged from texts. Absent when no text was judged.
    pub flags: Option<Vec<u8>>,
    /// Byte code of [`Rating`]. Absent when no row is a rating with stars.
    pub rating: Option<Vec<u8>>,
    /// The source's sequence numbers, or the row number where the source gave none. Absent when
    /// no row has one: then the order read stands.
    pub seq: Option<Vec<i64>>,
    /// When it was learned, in milliseconds; as `at` where the source gave none. Absent when no
    /// row has one.
    pub seen_at: Option<Vec<i64>>,
    /// Where each row came from, for messages to people: `(source, line)`; source counts from 0,
    /// line (or row of a Parquet file) from 1. Absent unless asked for.
    pub origin: Option<Vec<(u32, u64)>>,
    /// Texts, absent unless asked for; `None` where the source gave none.
    pub text: Option<Vec<Option<Box<str>>>>,
    /// Message ids, absent unless asked for; empty where the source gave none.
    pub id: Option<Vec<Box<str>>>,
    /// The parts that counting does not look at, by row.
    pub extra: BTreeMap<u32, Extra>,

    /// Threads by number.
    pub threads: Vec<Thread>,
    /// Shops by number.
    pub shops: Vec<Shop>,
    /// Names of platforms.
    pub platforms: Interner,
    /// Names of shops.
    pub shop_names: Interner,
    /// Names of buyers.
    pub buyers: Interner,
    /// Names of accounts; 0 is none.
    pub accounts: Interner,
    /// Names of conversations; 0 is none.
    pub conversations: Interner,
}

impl Log {
    /// A log without rows, in which account 0 and conversation 0 are "none".
    #[must_use]
    pub fn new() -> Self {
        Self {
            accounts: Interner::with_none(),
            conversations: Interner::with_none(),
            ..Self::default()
        }
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The fact of a row. Codes that are out of range, which intake never writes, read as the
    /// first word of their list.
    #[must_use]
    pub fn fact(&self, row: u32) -> Fact {
        let i = row as usize;
        let optional = |column: &Option<Vec<u32>>| column.as_ref().map_or(0, |values| values[i]);
        let byte = |column: &Option<Vec<u8>>| column.as_ref().map_or(0, |values| values[i]);
        let [from_account, mark] = [&self.from_account, &self.mark].map(optional);
        let [form, flags, rating] = [&self.form, &self.flags, &self.rating].map(byte);
        let numbers = [self.account[i], from_account, self.conversation[i], mark];
        Fact::coded(self.at[i], row, numbers, [self.kind[i], self.author[i], form, flags, rating])
    }

    /// Adds a row of a thread: its columns, and none of those that only the reading of a log fills
    /// (numbers of the source, when it was learned, texts).
    ///
    /// # Panics
    ///
    /// Where there is no such thread.
    pub fn push(&mut self, thread: u32, fact: &Fact) {
        self.at.push(fact.at.0);
        self.thread.push(thread);
        self.shop.push(self.threads[thread as usize].shop.0);
        self.conversation.push(fact.conversation.0);
        self.account.push(fact.account.0);
        self.from_account.get_or_insert_default().push(fact.from_account.0);
        self.kind.push(fact.kind.code());
        self.author.push(fact.author.code());
        self.form.get_or_insert_default().push(fact.form.code());
        self.mark.get_or_insert_default().push(fact.mark.0);
        self.flags.get_or_insert_default().push(fact.flags.0);
        self.rating.get_or_insert_default().push(fact.rating.code());
    }

    /// Where a row stands among rows of the same instant.
    #[must_use]
    pub fn tie(&self, row: u32) -> Tie {
        Tie(self.seq.as_ref().map_or(i64::from(row), |seq| seq[row as usize]))
    }

    /// The order key of a row within its thread.
    #[must_use]
    pub fn order(&self, row: u32) -> (i64, Tie, u32) {
        (self.at[row as usize], self.tie(row), row)
    }

    /// When a row was learned.
    #[must_use]
    pub fn seen_at(&self, row: u32) -> Instant {
        let i = row as usize;
        Instant(self.seen_at.as_ref().map_or(self.at[i], |seen| seen[i]))
    }

    /// The name of the platform of a shop.
    #[must_use]
    pub fn platform_of(&self, shop: ShopId) -> &str {
        self.shops.get(shop.0 as usize).map_or("", |shop| self.platforms.name(shop.platform))
    }

    /// The name of a shop.
    #[must_use]
    pub fn shop_name(&self, shop: ShopId) -> &str {
        self.shops.get(shop.0 as usize).map_or("", |shop| self.shop_names.name(shop.name))
    }

    /// The rows of every thread, threads in number order, rows of a thread in their total order:
    /// `rows[bounds[t]..bounds[t + 1]]` belongs to thread `t`. Rows without a thread are left out.
    #[must_use]
    pub fn by_thread(&self) -> (Vec<u32>, Vec<u32>) {
        let n_threads = self.threads.len();
        let mut bounds = alloc::vec![0u32; n_threads + 1];
        let has_thread = |thread: &&u32| **thread != ThreadId::NONE.0;
        for thread in self.thread.iter().filter(has_thread) {
            bounds[*thread as usize + 1] += 1;
        }
        for i in 0..n_threads {
            bounds[i + 1] += bounds[i];
        }
        let mut next = bounds.clone();
        let mut rows = alloc::vec![0u32; bounds[n_threads] as usize];
        for (row, thread) in self.thread.iter().enumerate().filter(|(_, t)| has_thread(t)) {
            let slot = &mut next[*thread as usize];
            rows[*slot as usize] = row as u32;
            *slot += 1;
        }
        for pair in bounds.windows(2) {
            let rows = &mut rows[pair[0] as usize..pair[1] as usize];
            if rows.windows(2).any(|pair| self.order(pair[0]) > self.order(pair[1])) {
                rows.sort_unstable_by_key(|row| self.order(*row));
            }
        }
        (rows, bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};
    use alloc::vec;

    fn log(rows: &[(i64, u32)], seq: Option<Vec<i64>>) -> Log {
        let mut log = Log::new();
        log.shops.push(Shop { platform: 0, name: 0 });
        for thread in 0..2 {
            log.threads.push(Thread { shop: ShopId(0), buyer: thread });
        }
        for (at, thread) in rows {
            log.at.push(*at);
            log.thread.push(*thread);
        }
        log.seq = seq;
        log
    }

    #[test]
    fn rows_of_a_thread_come_in_time_order_and_ties_in_the_order_read() {
        let log = log(&[(5, 1), (3, 0), (3, 1), (3, 0), (1, 0), (9, u32::MAX)], None);
        let (rows, bounds) = log.by_thread();
        assert_eq!(bounds, [0, 3, 5]);
        assert_eq!(rows, [4, 1, 3, 2, 0]);
    }

    #[test]
    fn the_sources_own_sequence_breaks_ties() {
        let log = log(&[(3, 0), (3, 0), (3, 0)], Some(vec![7, 5, 6]));
        assert_eq!(log.by_thread().0, [1, 2, 0]);
    }

    #[test]
    fn numbers_stay_when_the_table_grows() {
        let mut names = Interner::with_none();
        for n in 0..10_000u32 {
            assert_eq!(names.number(&n.to_string()), Ok(n + 1));
        }
        assert_eq!(names.find("9999"), Some(10_000));
        assert_eq!(names.find("x"), None);
        assert_eq!(names.name(0), "");
        let _unused: String = names.name(3).into();
    }
}
