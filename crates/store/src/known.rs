//! Which facts are known already: identities, the newer ones in memory, the older ones in sorted
//! runs of which memory holds a filter.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use facts::{Contents, NewFact};
use hashbrown::HashMap;
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::error::{Error, Result};
use crate::row::{Arrival, Outcome, Refused};
use crate::sql::{Connection, all, args, first};

/// 128 bits of a hash under the store's secret key. Among a billion facts the chance that any two
/// share one is below 10⁻²⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key([u64; 2]);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

/// A key is a keyed hash already.
#[derive(Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// By what a fact is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Stands for platform, shop and buyer.
    pub(crate) thread: Key,
    identity: Identity,
}

/// By what repeats of a fact are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    key: Key,
    /// With an id: a hash of the contents. Without: unused.
    contents: u64,
    /// With an id: a hash of the text, 0: none. Without: [`NO_ID`].
    text: u32,
}

const NO_ID: u32 = u32::MAX;

/// The secret key of identities.
#[derive(Clone, Copy)]
pub(crate) struct HashKey(pub(crate) [u8; 16]);

impl HashKey {
    fn hash(&self, value: &impl Hash) -> [u64; 2] {
        let mut hasher = SipHasher13::new_with_key(&self.0);
        value.hash(&mut hasher);
        let hash = hasher.finish128();
        [hash.h1, hash.h2]
    }

    /// What stands for a buyer where their id must not.
    pub(crate) fn pseudonym(&self, thread: u32) -> String {
        let [high, low] = self.hash(&("pseudonym", thread));
        format!("buyer-{high:016x}{low:016x}")
    }

    /// The mark of a fact.
    pub(crate) fn mark(&self, fact: &NewFact<'_>) -> Mark {
        let thread = Key(self.hash(&(fact.platform, fact.shop, fact.buyer)));
        Mark { thread, identity: self.identity(fact) }
    }

    fn identity(&self, fact: &NewFact<'_>) -> Identity {
        let whole = Whole(fact);
        if fact.id.is_empty() {
            let key = Key(self.hash(&(whole, fact.text)));
            return Identity { key, contents: 0, text: NO_ID };
        }
        let key = Key(self.hash(&(fact.platform, fact.shop, fact.id)));
        let text = match fact.text {
            "" => 0,
            text => (self.hash(&text)[0] as u32).clamp(1, NO_ID - 1),
        };
        Identity { key, contents: self.hash(&whole)[0], text }
    }
}

struct Whole<'a>(&'a NewFact<'a>);

impl Hash for Whole<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_contents(state);
    }
}

/// What is remembered of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// With an id.
    Identified { contents: u64, text: u32, arrival: u64 },
    /// Without: how often the newest source with it has it, and the most often of those before.
    Alike { source: u64, here: u32, earlier: u32 },
}

const ENTRY_BYTES: usize = 40;

fn write_entry(key: Key, entry: Entry, out: &mut Vec<u8>) {
    let (a, b, c) = match entry {
        Entry::Identified { contents, text, arrival } => (contents, arrival, u64::from(text)),
        Entry::Alike { source, here, earlier } => {
            (source, u64::from(here) << 32 | u64::from(earlier), u64::from(NO_ID))
        }
    };
    for long in [key.0[0], key.0[1], a, b, c] {
        out.extend_from_slice(&long.to_le_bytes());
    }
}

fn read_entry(bytes: &[u8]) -> (Key, Entry) {
    let mut longs = bytes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
    let mut long = || longs.next().unwrap_or(0);
    let key = Key([long(), long()]);
    let (a, b, c) = (long(), long(), long() as u32);
    let entry = match c {
        NO_ID => Entry::Alike { source: a, here: (b >> 32) as u32, earlier: b as u32 },
        text => Entry::Identified { contents: a, text, arrival: b },
    };
    (key, entry)
}

/// What is remembered of a fact without id after one more copy of it became a fact: only copies
/// beyond those of earlier sources do.
fn again(entry: Option<Entry>, source: u64) -> Entry {
    match entry {
        Some(Entry::Alike { source: of, here, earlier }) if of == source => {
            Entry::Alike { source, here: here.saturating_add(1), earlier }
        }
        Some(Entry::Alike { here, earlier, .. }) => {
            let earlier = earlier.max(here);
            Entry::Alike { source, here: earlier.saturating_add(1), earlier }
        }
        _ => Entry::Alike { source, here: 1, earlier: 0 },
    }
}

/// How many identities are in memory before they go into a run: what fits a table of 2²⁰ places.
const RUN: usize = 917_504;
/// How many entries a page of a run has: what fits a page of SQLite.
const PAGE: usize = 100;
/// How many entries of a run one commit writes.
const STEP: usize = 256 * PAGE;

/// How many marks a batch of a commit takes in bytes.
const MARK_BYTES: usize = 28;

type Table = HashMap<Key, Entry, BuildHasherDefault<AsIs>>;

/// A run that is being written, some pages with each commit.
struct Frozen {
    entries: Vec<(Key, Entry)>,
    run: i64,
    written: usize,
    last: u64,
    at_max: i64,
}

/// A run on the disk.
struct Run {
    run: i64,
    fences: Vec<Key>,
    filter: Filter,
}

/// All identities.
pub(crate) struct Known {
    recent: Table,
    /// The latest instant among the recent ones.
    at_max: i64,
    frozen: Option<Frozen>,
    /// The newest last.
    runs: Vec<Run>,
    capacity: usize,
}

impl Known {
    /// What the database holds; `remembered`: runs reach up to this arrival.
    pub(crate) fn load(
        connection: &mut dyn Connection,
        remembered: u64,
        capacity: Option<usize>,
    ) -> Result<Self> {
        connection.run("DELETE FROM identities WHERE run NOT IN (SELECT run FROM runs)", &[])?;
        let runs = "SELECT run, fences, filter FROM runs ORDER BY run";
        let runs = all(connection, runs, &[], |row| {
            let (run, fences, filter) = (row.int()?, row.bytes()?, row.bytes()?);
            let fences = fences.as_chunks::<16>().0.iter().map(|bytes| {
                let (low, high) = bytes.split_at(8);
                let long = |half: &[u8]| half.try_into().map_or(0, u64::from_le_bytes);
                Key([long(low), long(high)])
            });
            Ok(Run { run, fences: fences.collect(), filter: Filter(filter) })
        })?;
        let capacity = capacity.unwrap_or(RUN);
        let recent = Table::default();
        let mut known = Self { recent, at_max: i64::MIN, frozen: None, runs, capacity };
        known.catch_up(connection, remembered)?;
        Ok(known)
    }

    /// Takes in what arrived after a number.
    pub(crate) fn catch_up(&mut self, connection: &mut dyn Connection, after: u64) -> Result<()> {
        let marks = "SELECT first, marks FROM marks WHERE last > $1 ORDER BY first";
        let mut arrived = Vec::new();
        let mut at_max = self.at_max;
        connection.each(marks, args![after as i64], &mut |mut row| {
            let (mut arrival, bytes) = (row.int()? as u64, row.bytes()?);
            let damaged = Error::Damaged { what: "marks of facts" };
            let (at, bytes) = bytes.split_first_chunk::<8>().ok_or(damaged.clone())?;
            at_max = at_max.max(i64::from_le_bytes(*at));
            for bytes in bytes.chunks(MARK_BYTES) {
                let (mark, source) = read_mark(bytes).ok_or(damaged.clone())?;
                arrived.push((mark, source, arrival));
                arrival += 1;
            }
            Ok(())
        })?;
        self.at_max = at_max;
        for (mark, source, arrival) in arrived.into_iter().filter(|(_, _, n)| *n > after) {
            let Identity { key, contents, text } = mark;
            let entry = if text == NO_ID {
                let found = match self.recent.get(&key) {
                    Some(entry) => Some(*entry),
                    None => self.older(connection, key)?,
                };
                again(found, source)
            } else {
                Entry::Identified { contents, text, arrival }
            };
            self.recent.insert(key, entry);
        }
        Ok(())
    }

    /// Judges a fact that would become fact `next`, and remembers it when it is new; `None`: it
    /// is new.
    pub(crate) fn judge(
        &mut self,
        connection: &mut dyn Connection,
        mark: &Mark,
        source: u64,
        at: i64,
        next: u64,
    ) -> Result<Option<Outcome>> {
        let Identity { key, contents, text } = mark.identity;
        let found = match self.recent.get(&key) {
            Some(entry) => Some(*entry),
            None => self.older(connection, key)?,
        };
        let verdict = match found {
            Some(Entry::Identified { contents: first, text: first_text, arrival }) => {
                let same_text = first_text == text || first_text == 0 || text == 0;
                return Ok(Some(if first == contents && same_text {
                    Outcome::Duplicate
                } else {
                    Outcome::Rejected(Refused::OtherContents { first: Arrival(arrival) })
                }));
            }
            None if text != NO_ID => {
                self.recent.insert(key, Entry::Identified { contents, text, arrival: next });
                None
            }
            entry => {
                let (here, earlier) = match entry {
                    Some(Entry::Alike { source: of, here, earlier }) if of == source => {
                        (here.saturating_add(1), earlier)
                    }
                    Some(Entry::Alike { here, earlier, .. }) => (1, earlier.max(here)),
                    _ => (1, 0),
                };
                self.recent.insert(key, Entry::Alike { source, here, earlier });
                (here <= earlier).then_some(Outcome::Duplicate)
            }
        };
        if verdict.is_none() {
            self.at_max = self.at_max.max(at);
        }
        Ok(verdict)
    }

    /// What is remembered outside the recent ones.
    fn older(&self, connection: &mut dyn Connection, key: Key) -> Result<Option<Entry>> {
        if let Some(frozen) = &self.frozen
            && let Ok(n) = frozen.entries.binary_search_by_key(&key, |(key, _)| *key)
        {
            return Ok(Some(frozen.entries[n].1));
        }
        for run in self.runs.iter().rev().filter(|run| run.filter.may_have(key)) {
            let Some(page) = run.fences.partition_point(|fence| *fence <= key).checked_sub(1)
            else {
                continue;
            };
            let entries = "SELECT entries FROM identities WHERE run = $1 AND page = $2";
            let bytes = first(connection, entries, args![run.run, page as i64], |row| row.bytes())?;
            let bytes = bytes.ok_or(Error::Damaged { what: "identities of facts" })?;
            let entries: Vec<&[u8]> = bytes.chunks_exact(ENTRY_BYTES).collect();
            if let Ok(n) = entries.binary_search_by_key(&key, |bytes| read_entry(bytes).0) {
                return Ok(Some(read_entry(entries[n]).1));
            }
        }
        Ok(None)
    }

    /// Moves identities from memory to the disk where there are too many, a step at a time.
    /// `arrivals`: the newest fact. Returns up to which fact all are in runs, when that changed.
    pub(crate) fn settle(
        &mut self,
        connection: &mut dyn Connection,
        arrivals: u64,
        runs: &mut i64,
    ) -> Result<Option<u64>> {
        if self.frozen.is_none() && self.recent.len() >= self.capacity {
            let mut entries: Vec<(Key, Entry)> = self.recent.drain().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            *runs += 1;
            let (run, at_max) = (*runs, std::mem::replace(&mut self.at_max, i64::MIN));
            self.frozen = Some(Frozen { entries, run, written: 0, last: arrivals, at_max });
        }
        let Some(frozen) = &mut self.frozen else { return Ok(None) };
        let end = (frozen.written + STEP).min(frozen.entries.len());
        for page in frozen.entries[frozen.written..end].chunks(PAGE) {
            let mut bytes = Vec::with_capacity(PAGE * ENTRY_BYTES);
            page.iter().for_each(|(key, entry)| write_entry(*key, *entry, &mut bytes));
            let insert = "INSERT INTO identities (run, page, entries) VALUES ($1, $2, $3)";
            let number = (frozen.written / PAGE) as i64;
            connection.run(insert, args![frozen.run, number, bytes])?;
            frozen.written += page.len();
        }
        if frozen.written < frozen.entries.len() {
            return Ok(None);
        }
        let Some(frozen) = self.frozen.take() else { return Ok(None) };
        let last = frozen.last;
        self.runs.push(frozen.finish(connection)?);
        connection.run("DELETE FROM marks WHERE last <= $1", args![last as i64])?;
        Ok(Some(last))
    }

    /// Forgets runs whose facts all happened before an instant; how many identities they had.
    pub(crate) fn forget(connection: &mut dyn Connection, before: i64) -> Result<u64> {
        let old = "SELECT run, n FROM runs WHERE at_max < $1";
        let old = all(connection, old, args![before], |row| Ok((row.int()?, row.int()?)))?;
        for (run, _) in &old {
            connection.run("DELETE FROM identities WHERE run = $1", args![*run])?;
            connection.run("DELETE FROM runs WHERE run = $1", args![*run])?;
        }
        Ok(old.iter().map(|(_, n)| *n as u64).sum())
    }
}

impl Frozen {
    fn finish(self, connection: &mut dyn Connection) -> Result<Run> {
        // Another server may have cleared away what it took for the rest of a crash.
        let pages = "SELECT COUNT(*) FROM identities WHERE run = $1";
        let found = first(connection, pages, args![self.run], |row| row.int())?.unwrap_or(0);
        if found != self.entries.len().div_ceil(PAGE) as i64 {
            return Err(Error::database("writing identities", "pages are missing"));
        }
        let fences: Vec<Key> = self.entries.chunks(PAGE).map(|page| page[0].0).collect();
        let filter = Filter::of(self.entries.iter().map(|(key, _)| *key), self.entries.len());
        let long = |value: u64| value.to_le_bytes();
        let bytes = fences.iter().flat_map(|key| key.0.map(long).concat());
        let (n, bytes) = (self.entries.len() as i64, bytes.collect::<Vec<u8>>());
        connection.run(
            "INSERT INTO runs (run, last, at_max, n, fences, filter)
             VALUES ($1, $2, $3, $4, $5, $6)",
            args![self.run, self.last as i64, self.at_max, n, bytes, filter.0.clone()],
        )?;
        Ok(Run { run: self.run, fences, filter })
    }
}

/// Marks of facts that arrived one after the other, with their sources, for the disk.
pub(crate) struct Marks {
    at_max: i64,
    bytes: Vec<u8>,
}

impl Default for Marks {
    fn default() -> Self {
        Self { at_max: i64::MIN, bytes: Vec::new() }
    }
}

impl Marks {
    pub(crate) fn push(&mut self, mark: &Mark, source: u64, at: i64) {
        self.at_max = self.at_max.max(at);
        let Identity { key, contents, text } = mark.identity;
        let contents = if text == NO_ID { source } else { contents };
        for long in [key.0[0], key.0[1], contents] {
            self.bytes.extend_from_slice(&long.to_le_bytes());
        }
        self.bytes.extend_from_slice(&text.to_le_bytes());
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        [&self.at_max.to_le_bytes()[..], &self.bytes].concat()
    }
}

/// An identity, and the source where it has no id.
fn read_mark(bytes: &[u8]) -> Option<(Identity, u64)> {
    let (longs, text) = bytes.split_at_checked(24)?;
    let long = |n: usize| longs[n * 8..][..8].try_into().map_or(0, u64::from_le_bytes);
    let text = u32::from_le_bytes(text.try_into().ok()?);
    Some((Identity { key: Key([long(0), long(1)]), contents: long(2), text }, long(2)))
}

/// Tells for most keys that are not in a run that they are not: blocks of 64 bytes, in one of
/// which a key sets eight bits. One key in a thousand passes by chance.
struct Filter(Vec<u8>);

const BLOCK: usize = 64;

impl Filter {
    fn of(keys: impl Iterator<Item = Key>, n: usize) -> Self {
        // Sixteen bits a key.
        let mut filter = Self(vec![0; (2 * n).div_ceil(BLOCK).max(1) * BLOCK]);
        for key in keys {
            let block = filter.block(key);
            for bit in bits(key) {
                filter.0[block + bit / 8] |= 1 << (bit % 8);
            }
        }
        filter
    }

    fn block(&self, key: Key) -> usize {
        let n_blocks = (self.0.len() / BLOCK) as u128;
        ((u128::from(key.0[0]) * n_blocks) >> 64) as usize * BLOCK
    }

    fn may_have(&self, key: Key) -> bool {
        let block = self.block(key);
        bits(key).all(|bit| self.0.get(block + bit / 8).is_some_and(|b| b >> (bit % 8) & 1 == 1))
    }
}

fn bits(key: Key) -> impl Iterator<Item = usize> {
    // Bits 9 by 9; 64 bits give seven, the eighth comes from the other half.
    let other = (key.0[0] & 0x1ff) as usize;
    (0..7).map(move |n| (key.0[1] >> (9 * n) & 0x1ff) as usize).chain([other])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_what_was_put_in_and_little_else() {
        let hash = HashKey([7; 16]);
        let key = |n: u32| Key(hash.hash(&n));
        let filter = Filter::of((0..20_000).map(key), 20_000);
        assert!((0..20_000).all(|n| filter.may_have(key(n))));
        let by_chance = (20_000..120_000).filter(|n| filter.may_have(key(*n))).count();
        assert!(by_chance < 400, "{by_chance} of 100,000");
    }

    #[test]
    fn entries_come_back() {
        let key = Key([3, u64::MAX]);
        for entry in [
            Entry::Identified { contents: 5, text: 6, arrival: 7 },
            Entry::Alike { source: 5, here: 6, earlier: 7 },
        ] {
            let mut bytes = Vec::new();
            write_entry(key, entry, &mut bytes);
            assert_eq!(bytes.len(), ENTRY_BYTES);
            assert_eq!(read_entry(&bytes), (key, entry));
        }
    }
}
