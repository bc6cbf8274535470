//! Rows that may be the same fact, found among all rows on all cores and in bounded memory.
//!
//! A row leaves sixteen bytes here: its number and a hash of what it is known by. Those of a piece
//! are arranged by shares of the hashes; what does not fit the memory goes to a file as it is. A
//! share is small enough for the caches, and is looked at by itself.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::row::UNSET;

/// What a row was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// A message with an id.
    Message,
    /// Another fact with an id.
    Other,
    /// A fact that refers to an id.
    Reference,
    /// A fact without an id.
    Alike,
}

impl Taken {
    fn from_code(code: u32) -> Self {
        [Self::Message, Self::Other, Self::Reference, Self::Alike][code as usize & 3]
    }
}

/// What is kept of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    hash: u64,
    /// From the third bit on, 29 bits of a second hash: among a hundred million rows any two
    /// different keys are alike with a probability below 10⁻¹². [`MET`], and what the row was
    /// taken for in the two lowest bits.
    rest: u32,
    pub(super) row: u32,
}

/// Another record of the same key was met.
const MET: u32 = 1 << 2;

/// What is not part of the second hash.
const BELOW_HASH: u32 = 3;

impl Seen {
    pub(super) fn new(key: [u64; 2], taken: Taken, row: u32) -> Self {
        let rest = (key[1] as u32) << BELOW_HASH | taken as u32;
        Self { hash: key[0], rest, row }
    }

    pub(super) fn taken(&self) -> Taken {
        Taken::from_code(self.rest)
    }

    fn key(&self) -> (u64, u32) {
        (self.hash, self.rest >> BELOW_HASH)
    }

    /// The share of so many bits of the hash that it belongs to.
    fn share(&self, bits: u32) -> usize {
        (u128::from(self.hash) << bits >> u64::BITS) as usize
    }

    const BYTES: usize = 16;

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.hash.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.rest.to_le_bytes());
        bytes[12..].copy_from_slice(&self.row.to_le_bytes());
        out.write_all(&bytes)
    }

    fn read(bytes: u128) -> Self {
        Self { hash: bytes as u64, rest: (bytes >> 64) as u32, row: (bytes >> 96) as u32 }
    }
}

/// The records of a piece, by share.
struct Run {
    records: Vec<Seen>,
    /// Where each share ends.
    ends: Vec<u32>,
}

/// A run in the file.
struct Written {
    at: u64,
    ends: Vec<u32>,
}

fn of_shares(ends: &[u32], shares: &Range<usize>) -> Range<usize> {
    let start = shares.start.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[shares.end - 1] as usize
}

/// The records of all rows.
pub(super) struct Sieve {
    /// How many bits of a hash tell its share.
    bits: u32,
    held: Vec<Run>,
    n_held: usize,
    /// How many records may be held.
    capacity: usize,
    path: PathBuf,
    file: Option<File>,
    end: u64,
    written: Vec<Written>,
}

/// About so many records make a share: they and their table stay in the nearer caches.
const SHARE: u64 = 16 << 10;

/// More shares than this would not be filled one beside the other from the caches.
const MOST_BITS: u32 = 12;

impl Sieve {
    /// For about so many rows, with at most about `budget` bytes in memory; what is more goes to
    /// the file.
    pub(super) fn new(n_rows: u64, path: PathBuf, budget: usize) -> Self {
        let bits = (n_rows / SHARE).max(1).next_power_of_two().trailing_zeros();
        Self::of_bits(bits.min(MOST_BITS), path, budget)
    }

    fn of_bits(bits: u32, path: PathBuf, budget: usize) -> Self {
        Self {
            bits,
            held: Vec::new(),
            n_held: 0,
            capacity: budget / size_of::<Seen>(),
            path,
            file: None,
            end: 0,
            written: Vec::new(),
        }
    }

    /// Arranges the records of a piece; that can be done by many at a time.
    pub(super) fn arranger(&self) -> impl Fn(&[Seen]) -> Arranged + use<> {
        let bits = self.bits;
        move |records| {
            let mut ends = vec![0u32; 1 << bits];
            for record in records {
                ends[record.share(bits)] += 1;
            }
            let mut before = 0;
            for end in &mut ends {
                before += std::mem::replace(end, before);
            }
            let mut arranged = vec![Seen::default(); records.len()];
            for record in records {
                let end = &mut ends[record.share(bits)];
                arranged[*end as usize] = *record;
                *end += 1;
            }
            Arranged(Run { records: arranged, ends })
        }
    }

    /// Takes the records of a piece.
    pub(super) fn push(&mut self, Arranged(run): Arranged) -> io::Result<()> {
        if self.n_held + run.records.len() <= self.capacity {
            self.n_held += run.records.len();
            self.held.push(run);
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                if let Some(folder) = self.path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                let mut options = OpenOptions::new();
                self.file.insert(options.write(true).create_new(true).open(&self.path)?)
            }
        };
        let mut out = BufWriter::with_capacity(1 << 18, file);
        run.records.iter().try_for_each(|record| record.write(&mut out))?;
        out.flush()?;
        self.written.push(Written { at: self.end, ends: run.ends });
        self.end += (run.records.len() * Seen::BYTES) as u64;
        Ok(())
    }

    /// Looks at all records that have a key with others, those of one key at a time, in the order
    /// of their rows. Several are looked at at a time; what is found is put together.
    pub(super) fn resolve<T: Default + Send>(
        self,
        look: impl Fn(&[Seen], &mut T) + Sync,
    ) -> io::Result<Vec<T>> {
        // One share after the other where all is in memory; else so many that reads are worth it.
        let together = if self.written.is_empty() { 1 } else { 64 };
        let n_shares = 1 << self.bits;
        let starts: Vec<usize> = (0..n_shares).step_by(together).collect();
        let found = starts.into_par_iter().map_init(Finder::default, |finder, start| {
            let shares = start..(start + together).min(n_shares);
            let read = self.read(&shares)?;
            let mut found = T::default();
            for share in shares.clone() {
                finder.records.clear();
                for run in &self.held {
                    let own = of_shares(&run.ends, &(share..share + 1));
                    finder.records.extend_from_slice(&run.records[own]);
                }
                for (written, records) in self.written.iter().zip(&read) {
                    let before = of_shares(&written.ends, &shares).start;
                    let own = of_shares(&written.ends, &(share..share + 1));
                    finder
                        .records
                        .extend_from_slice(&records[own.start - before..own.end - before]);
                }
                finder.find().chunk_by(|a, b| a.key() == b.key()).for_each(|same| {
                    look(same, &mut found);
                });
            }
            Ok(found)
        });
        let found = found.collect();
        if self.file.is_some() {
            std::fs::remove_file(&self.path)?;
        }
        found
    }

    /// The records of some shares that are in the file, by run.
    fn read(&self, shares: &Range<usize>) -> io::Result<Vec<Vec<Seen>>> {
        if self.written.is_empty() {
            return Ok(Vec::new());
        }
        let mut file = File::open(&self.path)?;
        let read = self.written.iter().map(|written| {
            let own = of_shares(&written.ends, shares);
            file.seek(SeekFrom::Start(written.at + (own.start * Seen::BYTES) as u64))?;
            let bytes = (own.len() * Seen::BYTES) as u64;
            let mut reader = BufReader::with_capacity(1 << 16, (&file).take(bytes));
            let mut record = [0; Seen::BYTES];
            own.map(|_| {
                reader.read_exact(&mut record)?;
                Ok(Seen::read(u128::from_le_bytes(record)))
            })
            .collect()
        });
        read.collect()
    }
}

/// The records of a piece by share.
pub(super) struct Arranged(Run);

/// Finds records of the same key in a share.
#[derive(Default)]
struct Finder {
    records: Vec<Seen>,
    /// Places of records by their hash; [`UNSET`]: free.
    table: Vec<u32>,
    same: Vec<Seen>,
}

impl Finder {
    /// The records that are not alone with their key, sorted by key and row.
    fn find(&mut self) -> &[Seen] {
        let Self { records, table, same } = self;
        same.clear();
        let mask = (records.len() * 2).next_power_of_two() - 1;
        table.clear();
        table.resize(mask + 1, UNSET);
        for i in 0..records.len() {
            let record = records[i];
            // The highest bits are the same in all of the share.
            let mut place = record.hash as usize & mask;
            loop {
                let slot = table[place];
                if slot == UNSET {
                    table[place] = i as u32;
                    break;
                }
                let other = &mut records[slot as usize];
                if other.key() == record.key() {
                    if other.rest & MET == 0 {
                        same.push(*other);
                        other.rest |= MET;
                    }
                    same.push(record);
                    break;
                }
                place = (place + 1) & mask;
            }
        }
        same.sort_unstable_by_key(|record| (record.key(), record.row));
        same
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    /// Pieces of any length, in memory or not, give the groups of a map.
    #[test]
    fn groups_are_found_whatever_the_memory() {
        let folder = std::env::temp_dir().join(format!("intake-sieve-{}", std::process::id()));
        let hashing = [RandomState::new(), RandomState::new()];
        let key = |n: u64| [0, 1].map(|lane: usize| hashing[lane].hash_one(n));
        for (bits, budget) in [(0, 1 << 20), (0, 0), (5, 1 << 20), (8, 6_000), (7, 0)] {
            let mut sieve = Sieve::of_bits(bits, folder.join("rows"), budget);
            let arrange = sieve.arranger();
            let mut expected: BTreeMap<u64, Vec<(Taken, u32)>> = BTreeMap::new();
            let mut row = 0;
            for piece in 0..40u64 {
                let mut records = Vec::new();
                for i in 0..(piece * 7 % 60) {
                    let name = (piece * i * i + i) % 700;
                    let taken = if i % 9 == 0 { Taken::Reference } else { Taken::Message };
                    expected.entry(name).or_default().push((taken, row));
                    records.push(Seen::new(key(name), taken, row));
                    row += 1;
                }
                sieve.push(arrange(&records)).expect("room");
            }
            let found = sieve.resolve(|same: &[Seen], found: &mut Vec<Vec<(Taken, u32)>>| {
                found.push(same.iter().map(|one| (one.taken(), one.row)).collect());
            });
            let mut found: Vec<_> = found.expect("room").into_iter().flatten().collect();
            let mut expected: Vec<_> = expected.into_values().filter(|g| g.len() > 1).collect();
            found.sort_by_key(|group| group[0].1);
            expected.sort_by_key(|group| group[0].1);
            assert_eq!(found, expected, "{bits} bits, {budget} bytes");
        }
        assert!(std::fs::read_dir(&folder).expect("was made").next().is_none());
        std::fs::remove_dir(&folder).expect("empty");
    }
}
