//! Sources on their way to the disk, in blocks of one day each.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use intake::gather::{Facts, Take};
use intake::repeats::{Hashing, Repeats};
use intake::{Lang, Progress, Rejected, rejected_fields};
use serde::{Deserialize, Serialize};

use crate::block::{self, Block, Encoded};
use crate::layout;

/// Where a block lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BlockEntry {
    pub(crate) day: i32,
    /// The row of the source at which the piece of the block begins.
    pub(crate) first_row: u64,
    pub(crate) facts: u64,
    /// Which columns have a value.
    pub(crate) has: u32,
    /// Which of the source's files.
    pub(crate) file: u32,
    pub(crate) at: u64,
    pub(crate) bytes: u64,
    pub(crate) text_at: u64,
    pub(crate) text_bytes: u64,
}

/// A piece of a source that was spilled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PieceEntry {
    pub(crate) first_row: u64,
    /// The row after its last one.
    pub(crate) end_row: u64,
    pub(crate) facts: u64,
}

/// What was spilled of a source.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Spilled {
    /// In the order read.
    pub(crate) blocks: Vec<BlockEntry>,
    pub(crate) pieces: Vec<PieceEntry>,
}

/// A pair of files that blocks are appended to.
struct Pair {
    number: u32,
    rows: File,
    at: u64,
    texts: File,
    text_at: u64,
}

/// The files of rows and of texts of a number.
fn paths(folder: &Path, name: &str, number: u32) -> (PathBuf, PathBuf) {
    let path = |kind: &str| folder.join(format!("{name}.{number}.{kind}"));
    (path("rows"), path("texts"))
}

/// Appends blocks, from several threads at once.
pub(crate) struct Spill {
    folder: PathBuf,
    name: String,
    free: Mutex<Vec<Pair>>,
    made: Mutex<u32>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Spill {
    pub(crate) fn new(folder: &Path, name: String) -> Self {
        let (free, made) = (Mutex::default(), Mutex::default());
        Self { folder: folder.to_path_buf(), name, free, made }
    }

    fn pair(&self) -> io::Result<Pair> {
        if let Some(pair) = lock(&self.free).pop() {
            return Ok(pair);
        }
        let mut made = lock(&self.made);
        let number = *made;
        *made += 1;
        let (rows, texts) = paths(&self.folder, &self.name, number);
        Ok(Pair {
            number,
            rows: File::create(rows)?,
            at: 0,
            texts: File::create(texts)?,
            text_at: 0,
        })
    }

    /// Appends a block.
    pub(crate) fn append(
        &self,
        day: i32,
        first_row: u64,
        facts: usize,
        encoded: &Encoded,
    ) -> io::Result<BlockEntry> {
        let mut pair = self.pair()?;
        pair.rows.write_all(&encoded.rows)?;
        pair.texts.write_all(&encoded.texts)?;
        let (bytes, text_bytes) = (encoded.rows.len() as u64, encoded.texts.len() as u64);
        let entry = BlockEntry {
            day,
            first_row,
            facts: facts as u64,
            has: encoded.has,
            file: pair.number,
            at: pair.at,
            bytes,
            text_at: pair.text_at,
            text_bytes,
        };
        pair.at += bytes;
        pair.text_at += text_bytes;
        lock(&self.free).push(pair);
        Ok(entry)
    }

    /// Takes the files away.
    pub(crate) fn remove(self) -> io::Result<()> {
        (0..*lock(&self.made)).try_for_each(|number| {
            let (rows, texts) = paths(&self.folder, &self.name, number);
            std::fs::remove_file(rows)?;
            std::fs::remove_file(texts)
        })
    }

    /// Makes what was appended last.
    pub(crate) fn sync(&self) -> io::Result<()> {
        lock(&self.free).iter().try_for_each(|pair| {
            pair.rows.sync_data()?;
            pair.texts.sync_data()
        })
    }
}

/// Reads blocks of a source back.
pub(crate) struct Reading {
    files: Vec<(File, Option<File>)>,
}

impl Reading {
    pub(crate) fn open(folder: &Path, name: &str, blocks: &[BlockEntry]) -> io::Result<Self> {
        let n = blocks.iter().map(|block| block.file + 1).max().unwrap_or(0);
        let open = |number: u32| {
            let (rows, texts) = paths(folder, name, number);
            Ok((OpenOptions::new().read(true).open(rows)?, File::open(texts).ok()))
        };
        Ok(Self { files: (0..n).map(open).collect::<io::Result<_>>()? })
    }

    /// Reads a block.
    pub(crate) fn block(&mut self, entry: &BlockEntry) -> io::Result<Block> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let (rows, texts) = self.files.get_mut(entry.file as usize).ok_or_else(missing)?;
        let rows = piece(rows, entry.at, entry.bytes)?;
        let texts = match texts {
            Some(texts) if entry.text_bytes > 0 => piece(texts, entry.text_at, entry.text_bytes)?,
            _ => Vec::new(),
        };
        block::decode(&rows, &texts, layout::start_of(entry.day))
    }
}

fn piece(file: &mut File, at: u64, bytes: u64) -> io::Result<Vec<u8>> {
    let mut out = vec![0; bytes as usize];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut out)?;
    Ok(out)
}

/// The name of a source's spill.
pub(crate) fn source_name(number: usize) -> String {
    format!("source-{number}")
}

/// Takes a source: its facts to the spill, their marks to those who look for repeats, its rejected
/// rows to a list.
pub(crate) struct Taker<'a> {
    pub(crate) source: u32,
    pub(crate) spill: Spill,
    /// Whether no other source can repeat rows without an id.
    pub(crate) alone: bool,
    pub(crate) hashing: &'a Hashing,
    pub(crate) repeats: &'a Mutex<Repeats>,
    pub(crate) spilled: Mutex<Spilled>,
    pub(crate) rejects: Mutex<RejectList>,
    pub(crate) lang: Lang,
    pub(crate) progress: &'a (dyn Fn(Progress) + Sync),
}

impl Take for Taker<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let marks = self.hashing.marks(&facts, self.source, self.alone);
        lock(self.repeats).push(&marks)?;
        drop(marks);
        let mut blocks = Vec::new();
        for (day, which) in by_day(&facts.at) {
            let encoded = block::encode(&facts, None, &which, layout::start_of(day));
            blocks.push(self.spill.append(day, facts.first_row, which.len(), &encoded)?);
        }
        let end_row = facts.row.last().map_or(0, |row| facts.first_row + u64::from(*row) + 1);
        let n = facts.len() as u64;
        let mut spilled = lock(&self.spilled);
        spilled.pieces.push(PieceEntry { first_row: facts.first_row, end_row, facts: n });
        spilled.blocks.extend(blocks);
        Ok(())
    }

    fn rejected(&self, unit: u64, rejected: &Rejected) -> io::Result<()> {
        lock(&self.rejects).push(unit, &rejected_fields(rejected, self.lang))
    }

    fn progress(&self, now: Progress) {
        (self.progress)(now);
    }
}

impl Taker<'_> {
    /// What was spilled, in the order read, once it will last.
    pub(crate) fn finish(self) -> io::Result<Spilled> {
        self.spill.sync()?;
        let mut spilled = self.spilled.into_inner().unwrap_or_else(PoisonError::into_inner);
        spilled.blocks.sort_by_key(|block| (block.first_row, block.day));
        spilled.pieces.sort_by_key(|piece| piece.first_row);
        let rejects = self.rejects.into_inner().unwrap_or_else(PoisonError::into_inner);
        rejects.finish()?;
        Ok(spilled)
    }
}

/// The facts of each day, in the order read.
fn by_day(at: &[i64]) -> Vec<(i32, Vec<u32>)> {
    let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    let mut rest = 0..at.len();
    while let Some(first) = rest.next() {
        // Neighbours are mostly of the same day.
        let (day, start) = block::day_of(at[first]);
        let until = start + layout::DAY_MS;
        let n = at[first..].iter().take_while(|at| (start..until).contains(*at)).count();
        days.entry(day).or_default().extend(first as u32..(first + n) as u32);
        rest = first + n..at.len();
    }
    days.into_iter().collect()
}

/// Rejected rows of a source, in order, whatever the order in which its units came.
pub(crate) struct RejectList {
    path: PathBuf,
    file: Option<File>,
    /// What is not written yet, by unit.
    held: BTreeMap<u64, Vec<u8>>,
    /// By unit, then in the order written: place and length.
    runs: BTreeMap<u64, Vec<(u64, u64)>>,
    end: u64,
}

/// A unit's rows are written when they take so many bytes.
const HELD: usize = 1 << 16;

impl RejectList {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, file: None, held: BTreeMap::new(), runs: BTreeMap::new(), end: 0 }
    }

    fn push(&mut self, unit: u64, fields: &[String; 6]) -> io::Result<()> {
        let held = self.held.entry(unit).or_default();
        let mut writer = csv::Writer::from_writer(&mut *held);
        writer.write_record(fields)?;
        writer.flush()?;
        drop(writer);
        if held.len() >= HELD { self.write(unit) } else { Ok(()) }
    }

    fn draft(&self) -> PathBuf {
        self.path.with_extension("draft")
    }

    fn write(&mut self, unit: u64) -> io::Result<()> {
        let Some(held) = self.held.remove(&unit) else { return Ok(()) };
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut options = OpenOptions::new();
                options.read(true).write(true).create(true).truncate(true);
                self.file.insert(options.open(self.path.with_extension("draft"))?)
            }
        };
        file.write_all(&held)?;
        let bytes = held.len() as u64;
        self.runs.entry(unit).or_default().push((self.end, bytes));
        self.end += bytes;
        Ok(())
    }

    /// Writes the list, in the order of the source.
    fn finish(mut self) -> io::Result<()> {
        let units: Vec<u64> = self.held.keys().copied().collect();
        for unit in units {
            self.write(unit)?;
        }
        let mut out = File::create(&self.path)?;
        if let Some(file) = &mut self.file {
            for (place, bytes) in self.runs.values().flatten() {
                out.write_all(&piece(file, *place, *bytes)?)?;
            }
        }
        out.sync_data()?;
        if self.file.take().is_some() {
            std::fs::remove_file(self.draft())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_told_apart_by_the_day_of_shanghai() {
        let midnight = layout::start_of(20_000);
        let at = [midnight - 1, midnight, midnight + 5, midnight - 2, midnight + layout::DAY_MS];
        let days = by_day(&at);
        let expected = [(19_999, vec![0, 3]), (20_000, vec![1, 2]), (20_001, vec![4])];
        assert_eq!(days, expected);
    }
}
