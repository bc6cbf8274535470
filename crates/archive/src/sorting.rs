//! Days read back, sorted and written.
//!
//! A day that fits the memory is sorted at once. A larger one is cut into ranges of its order
//! first, by keys of some of its facts, and each range is sorted by itself: what comes out is the
//! same, byte by byte.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use intake::gather::{Facts, Integers, NameColumn};
use intake::repeats::RowId;

use crate::block::{self, Block, has};
use crate::day::{Adding, Rows};
use crate::error::Error;
use crate::journal;
use crate::layout;
use crate::manifest::PartEntry;
use crate::pack::Request;
use crate::part::{Parts, STEP};
use crate::rowset::RowSet;
use crate::spill::{self, BlockEntry, Reading, Spill, Spilled};

/// What is known of rows once repeats were found.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// By source, the rows that are left out.
    pub(crate) dropped: &'a [RowSet],
    /// Facts that were learned earlier than their row says.
    pub(crate) seen_at: &'a BTreeMap<RowId, i64>,
}

/// A block, and the source whose it is.
type Located<'a> = (usize, &'a BlockEntry);

/// All days of a pack.
pub(crate) struct Days<'a> {
    archive: &'a Path,
    temporary: &'a Path,
    known: Known<'a>,
    spilled: &'a [&'a Spilled],
    by_day: BTreeMap<i32, Vec<Located<'a>>>,
    /// By source and the first row of a piece, how many facts come before; absent where no fact
    /// has an order of its own.
    places: Option<Vec<BTreeMap<u64, u64>>>,
    /// Bytes that sorting one day may take.
    budget: usize,
}

/// Memory of a fact while it is sorted, besides what its block takes.
const FACT_BYTES: u64 = 64;

impl<'a> Days<'a> {
    pub(crate) fn new(
        archive: &'a Path,
        temporary: &'a Path,
        spilled: &'a [&'a Spilled],
        known: Known<'a>,
        request: &Request<'_>,
    ) -> Self {
        let mut by_day: BTreeMap<i32, Vec<Located<'a>>> = BTreeMap::new();
        for (source, spilled) in spilled.iter().enumerate() {
            for block in &spilled.blocks {
                by_day.entry(block.day).or_default().push((source, block));
            }
        }
        let has_seq = spilled.iter().any(|s| s.blocks.iter().any(|b| b.has & has::SEQ != 0));
        let places = has_seq.then(|| {
            let mut before = 0;
            let of_source = |(spilled, dropped): (&&Spilled, &RowSet)| {
                let place = |piece: &spill::PieceEntry| {
                    let place = (piece.first_row, before);
                    before += piece.facts - dropped.count(piece.first_row, piece.end_row);
                    place
                };
                spilled.pieces.iter().map(place).collect()
            };
            spilled.iter().zip(known.dropped).map(of_source).collect()
        });
        let budget = request.memory / 2 / request.threads.max(1);
        Self { archive, temporary, known, spilled, by_day, places, budget }
    }

    /// The days, each with how many rows were spilled of it.
    pub(crate) fn list(&self) -> Vec<(i32, u64)> {
        let facts = |blocks: &Vec<Located<'_>>| blocks.iter().map(|(_, block)| block.facts).sum();
        self.by_day.iter().map(|(day, blocks)| (*day, facts(blocks))).collect()
    }

    /// Writes a day; the platforms and the parts that it has.
    pub(crate) fn write(&self, day: i32) -> Result<(BTreeSet<String>, Vec<PartEntry>), Error> {
        let none = Vec::new();
        let blocks = self.by_day.get(&day).unwrap_or(&none);
        let folder = self.archive.join(layout::folder(day));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let mut writing = Writing {
            day,
            has: blocks.iter().fold(0, |all, (_, block)| all | block.has),
            parts: Parts::new(self.archive, self.temporary, day),
            platforms: BTreeSet::new(),
            kept: None,
        };
        let bytes: u64 = blocks.iter().map(|(_, block)| bytes(block)).sum();
        if bytes <= self.budget as u64 {
            let names: Vec<String> = (0..self.spilled.len()).map(spill::source_name).collect();
            let mut readings = self.readings(&names, blocks)?;
            self.write_range(&mut writing, blocks, &mut readings, true)?;
        } else {
            self.write_large(&mut writing, blocks, bytes)?;
        }
        let Writing { parts, platforms, .. } = writing;
        let parts = parts.finish()?;
        if parts.is_empty() {
            // Everything was a repeat of what another day has.
            std::fs::remove_dir(&folder).map_err(Error::io(&folder))?;
        } else {
            journal::sync_folder(&folder)?;
        }
        journal::sync_folder(self.archive)?;
        Ok((platforms, parts))
    }

    fn failed(&self) -> impl FnOnce(std::io::Error) -> Error {
        Error::io(self.temporary)
    }

    /// The spills of the sources of some blocks, by source.
    fn readings(
        &self,
        names: &[String],
        blocks: &[Located<'_>],
    ) -> Result<BTreeMap<usize, Reading>, Error> {
        let sources: BTreeSet<usize> = blocks.iter().map(|(source, _)| *source).collect();
        let open = |source: usize| {
            let of_source = blocks.iter().filter(|(other, _)| *other == source);
            let entries: Vec<BlockEntry> = of_source.map(|(_, block)| (*block).clone()).collect();
            let reading = Reading::open(self.temporary, &names[source], &entries);
            Ok((source, reading.map_err(self.failed())?))
        };
        sources.into_iter().map(open).collect()
    }

    /// Sorts and writes blocks of which all rows come behind those that were written.
    fn write_range(
        &self,
        writing: &mut Writing<'_>,
        blocks: &[Located<'_>],
        readings: &mut BTreeMap<usize, Reading>,
        is_last: bool,
    ) -> Result<(), Error> {
        let start = layout::start_of(writing.day);
        let too_many = |_| Error::Intake(intake::Error::TooMany);
        let mut rows = Rows::new(writing.has, self.places.is_some());
        if let Some(kept) = writing.kept.take() {
            let all = Adding { which: None, tie: None };
            rows.add(&kept, &all, start).map_err(too_many)?;
        }
        for (source, entry) in blocks {
            let Some(reading) = readings.get_mut(source) else { continue };
            let mut block = reading.block(entry).map_err(self.failed())?;
            let which = self.kept(*source, &block);
            self.patch(*source, &mut block.facts);
            let tie = self.ties(*source, &block);
            let adding = Adding { which: which.as_deref(), tie: tie.as_deref() };
            rows.add(&block.facts, &adding, start).map_err(too_many)?;
        }
        let order = rows.sort();
        rows.platforms().for_each(|name| {
            writing.platforms.insert(name.to_owned());
        });
        let n = if is_last { order.len() } else { order.len() / STEP * STEP };
        writing.parts.write(&rows, &order[..n])?;
        if n < order.len() {
            writing.kept = Some(rows.take(&order[n..], start).map_err(too_many)?);
        }
        Ok(())
    }

    /// The facts of a block that are not left out; `None`: all.
    fn kept(&self, source: usize, block: &Block) -> Option<Vec<u32>> {
        let dropped = self.known.dropped.get(source).filter(|dropped| !dropped.is_empty())?;
        let facts = &block.facts;
        let row = |row: u32| facts.first_row + u64::from(row);
        let (first, last) = (row(*facts.row.first()?), row(*facts.row.last()?));
        let mut dropped = dropped.iter(first, last + 1).peekable();
        dropped.peek()?;
        let mut kept = Vec::with_capacity(facts.len());
        for (i, own) in (0..).zip(&facts.row) {
            while dropped.next_if(|dropped| *dropped < row(*own)).is_some() {}
            if dropped.peek() != Some(&row(*own)) {
                kept.push(i);
            }
        }
        Some(kept)
    }

    /// Facts were learned when their first copy was.
    fn patch(&self, source: usize, facts: &mut Facts) {
        if self.known.seen_at.is_empty() {
            return;
        }
        let Some((first, last)) = facts.row.first().zip(facts.row.last()) else { return };
        let id = |row: u32| RowId { source: source as u32, row: facts.first_row + u64::from(row) };
        for (row, seen_at) in self.known.seen_at.range(id(*first)..=id(*last)) {
            let Ok(fact) = facts.row.binary_search(&((row.row - facts.first_row) as u32)) else {
                continue;
            };
            let n = facts.at.len();
            let column = facts
                .seen_at
                .get_or_insert_with(|| Integers { values: vec![0; n], known: vec![false; n] });
            (column.values[fact], column.known[fact]) = (*seen_at, true);
        }
    }

    /// How the facts of a block are ordered among those of their instant: as the source numbers
    /// them, those that it does not number by their place among all facts.
    fn ties(&self, source: usize, block: &Block) -> Option<Vec<i64>> {
        let facts = &block.facts;
        let before = self.places.as_ref()?.get(source)?.get(&facts.first_row)?;
        let last = facts.first_row + u64::from(*facts.row.last()?);
        let mut dropped = self.known.dropped.get(source)?.iter(facts.first_row, last).peekable();
        let mut n_dropped = 0;
        let mut tie = Vec::with_capacity(facts.len());
        for (i, own) in facts.row.iter().enumerate() {
            let row = facts.first_row + u64::from(*own);
            while dropped.next_if(|dropped| *dropped < row).is_some() {
                n_dropped += 1;
            }
            let place = (before + u64::from(block.position[i])).saturating_sub(n_dropped) as i64;
            let seq = facts.seq.as_ref().filter(|seq| seq.known[i]);
            tie.push(seq.map_or(place, |seq| seq.values[i]));
        }
        Some(tie)
    }

    /// Cuts a day into ranges of its order, and writes them one after the other.
    fn write_large(
        &self,
        writing: &mut Writing<'_>,
        blocks: &[Located<'_>],
        bytes: u64,
    ) -> Result<(), Error> {
        let names: Vec<String> = (0..self.spilled.len()).map(spill::source_name).collect();
        let mut readings = self.readings(&names, blocks)?;
        // Ranges are not all of the same size: a quarter of room is left.
        let n_ranges = (bytes * 5 / 4 / self.budget.max(1) as u64 + 1) as usize;
        let cuts = self.cuts(blocks, &mut readings, n_ranges)?;
        let name = format!("ranges-{}", writing.day);
        let spill = Spill::new(self.temporary, name.clone());
        let mut ranges: Vec<Vec<(usize, BlockEntry)>> = vec![Vec::new(); cuts.len() + 1];
        for (source, entry) in blocks {
            let Some(reading) = readings.get_mut(source) else { continue };
            let Block { facts, position } = reading.block(entry).map_err(self.failed())?;
            let mut of_range: Vec<Vec<u32>> = vec![Vec::new(); ranges.len()];
            for i in 0..facts.len() {
                let key = key_of(&facts, i);
                of_range[cuts.partition_point(|cut| cut.as_ref() <= key)].push(i as u32);
            }
            for (range, which) in of_range.iter().enumerate().filter(|(_, which)| !which.is_empty())
            {
                let start = layout::start_of(writing.day);
                let encoded = block::encode(&facts, Some(&position), which, start);
                let (day, first_row) = (writing.day, facts.first_row);
                let entry = spill.append(day, first_row, which.len(), &encoded);
                ranges[range].push((*source, entry.map_err(self.failed())?));
            }
        }
        drop(readings);
        let names = vec![name.clone(); self.spilled.len()];
        let n = ranges.len();
        for (i, range) in ranges.iter().enumerate() {
            let blocks: Vec<Located<'_>> = range.iter().map(|(source, b)| (*source, b)).collect();
            let mut readings = self.readings(&names, &blocks)?;
            self.write_range(writing, &blocks, &mut readings, i + 1 == n)?;
        }
        spill.remove().map_err(self.failed())
    }

    /// Keys that cut a day into so many ranges of about the same size.
    fn cuts(
        &self,
        blocks: &[Located<'_>],
        readings: &mut BTreeMap<usize, Reading>,
        n_ranges: usize,
    ) -> Result<Vec<Key>, Error> {
        let facts: u64 = blocks.iter().map(|(_, block)| block.facts).sum();
        let every = (facts as usize / (n_ranges * SAMPLES)).max(1);
        let mut samples = Vec::new();
        for (source, entry) in blocks {
            let Some(reading) = readings.get_mut(source) else { continue };
            let block = reading.block(entry).map_err(self.failed())?;
            let each = (0..block.facts.len()).step_by(every);
            samples.extend(each.map(|i| key_of(&block.facts, i).to_key()));
        }
        samples.sort_unstable();
        let mut cuts: Vec<Key> = (1..n_ranges)
            .filter_map(|i| samples.get(i * samples.len() / n_ranges))
            .cloned()
            .collect();
        cuts.dedup();
        Ok(cuts)
    }
}

/// Samples a range.
const SAMPLES: usize = 256;

/// Bytes that a block takes while it is sorted.
fn bytes(block: &BlockEntry) -> u64 {
    block.facts * FACT_BYTES + block.bytes + 2 * block.text_bytes
}

/// What facts are sorted by, but for ties.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    names: [String; 3],
    at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KeyRef<'a> {
    names: [&'a str; 3],
    at: i64,
}

impl Key {
    fn as_ref(&self) -> KeyRef<'_> {
        let [platform, shop, buyer] = &self.names;
        KeyRef { names: [platform, shop, buyer], at: self.at }
    }
}

impl KeyRef<'_> {
    fn to_key(self) -> Key {
        Key { names: self.names.map(str::to_owned), at: self.at }
    }
}

fn key_of(facts: &Facts, i: usize) -> KeyRef<'_> {
    let columns = [NameColumn::Platform, NameColumn::Shop, NameColumn::Buyer];
    KeyRef { names: columns.map(|column| facts.name(column, i)), at: facts.at[i] }
}

/// A day that is being written.
struct Writing<'a> {
    day: i32,
    has: u32,
    parts: Parts<'a>,
    platforms: BTreeSet<String>,
    /// Facts at the end of a range, which go with the next one.
    kept: Option<Facts>,
}
