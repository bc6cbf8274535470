//! Finding repeats over any number of rows in bounded memory.
//!
//! The same question that [`crate::read()`] answers while it fills a log, answered afterwards: the
//! rows leave only hashes here, by which they are told apart. What does not fit the budget goes to
//! a file, in shares by key, and each share is looked at by itself. The answers are the same as
//! those of the reader, whatever the budget.
//!
//! Rows with an id: the same platform, shop and id is one fact; other contents under it are a
//! conflict, the first stands. Rows without: a source repeats earlier sources as often as one of
//! them has the same contents.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use facts::{Contents, NamePart, TextPart};

use crate::gather::{Facts, NameColumn, TextColumn};
use crate::identity::{Names, Told};
use crate::row::{Name, Row};

/// A row, in the order of which the first of several is the one that stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The number of the source.
    pub source: u32,
    /// The row of the source, from 0.
    pub row: u64,
}

/// Where a row stands, for messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The part of the source, from 0.
    pub part: u32,
    /// The line, from 1.
    pub line: u64,
}

/// A row that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is the same fact as an earlier row.
    Duplicate {
        /// The row.
        row: RowId,
        /// The row that stands; absent where rows have no id, and all that are the same are equal.
        first: Option<RowId>,
        /// Whether it was learned earlier than the row that stands, as far as was known: then the
        /// fact was learned at this instant (milliseconds).
        seen_at: Option<i64>,
    },
    /// Its id has other contents in an earlier row.
    Conflict {
        /// The row.
        row: RowId,
        /// Where it stands.
        line: Line,
        /// The row that stands.
        first: RowId,
        /// Where that stands.
        first_line: Line,
    },
}

/// What is kept of a row with an id.
#[derive(Clone, Copy, Debug)]
struct Identified {
    key: [u64; 2],
    contents: u64,
    row: RowId,
    line: Line,
    seen_at: i64,
    /// Hash of the text, 0: the row had none.
    text: u32,
}

/// What is kept of a row without an id.
#[derive(Clone, Copy, Debug)]
struct Alike {
    key: [u64; 2],
    row: RowId,
}

/// A record of fixed length.
trait Stored: Copy {
    const BYTES: usize;
    fn key(&self) -> [u64; 2];
    fn row(&self) -> RowId;
    fn write(&self, out: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Self;
}

/// Takes numbers off the front of bytes; zeros where there are none left.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn long(&mut self) -> u64 {
        match self.0.split_first_chunk::<8>() {
            Some((bytes, rest)) => {
                self.0 = rest;
                u64::from_le_bytes(*bytes)
            }
            None => 0,
        }
    }

    fn short(&mut self) -> u32 {
        match self.0.split_first_chunk::<4>() {
            Some((bytes, rest)) => {
                self.0 = rest;
                u32::from_le_bytes(*bytes)
            }
            None => 0,
        }
    }
}

impl Stored for Identified {
    const BYTES: usize = 16 + 8 + 12 + 12 + 8 + 4;

    fn key(&self) -> [u64; 2] {
        self.key
    }

    fn row(&self) -> RowId {
        self.row
    }

    fn write(&self, out: &mut Vec<u8>) {
        for long in [self.key[0], self.key[1], self.contents, self.row.row, self.line.line] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        out.extend_from_slice(&self.seen_at.to_le_bytes());
        for short in [self.row.source, self.line.part, self.text] {
            out.extend_from_slice(&short.to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        let key = [fields.long(), fields.long()];
        let (contents, row, line) = (fields.long(), fields.long(), fields.long());
        let seen_at = fields.long() as i64;
        let (source, part, text) = (fields.short(), fields.short(), fields.short());
        let (row, line) = (RowId { source, row }, Line { part, line });
        Self { key, contents, row, line, seen_at, text }
    }
}

impl Stored for Alike {
    const BYTES: usize = 16 + 12;

    fn key(&self) -> [u64; 2] {
        self.key
    }

    fn row(&self) -> RowId {
        self.row
    }

    fn write(&self, out: &mut Vec<u8>) {
        for long in [self.key[0], self.key[1], self.row.row] {
            out.extend_from_slice(&long.to_le_bytes());
        }
        out.extend_from_slice(&self.row.source.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        let mut fields = Fields(bytes);
        let key = [fields.long(), fields.long()];
        let row = fields.long();
        Self { key, row: RowId { source: fields.short(), row } }
    }
}

/// Tells rows apart by hashes that nobody outside can foresee.
#[derive(Clone, Debug)]
pub struct Hashing {
    keys: [RandomState; 2],
}

impl Default for Hashing {
    fn default() -> Self {
        Self { keys: [RandomState::new(), RandomState::new()] }
    }
}

/// What the rows of a piece leave behind.
#[derive(Debug, Default)]
pub struct Marks {
    identified: Vec<Identified>,
    alike: Vec<Alike>,
}

/// Two hashes of a name.
type NameHash = [u64; 2];

impl Hashing {
    /// The marks of a piece of a source. `alone`: no other source can repeat rows without an id,
    /// which need no marks then.
    #[must_use]
    pub fn marks(&self, facts: &Facts, source: u32, alone: bool) -> Marks {
        let mut marks = Marks::default();
        let has_ids = !facts.texts[TextColumn::Id as usize].is_empty();
        if alone && !has_ids {
            return marks;
        }
        let names: [Vec<NameHash>; 6] = std::array::from_fn(|column| {
            let list = &facts.names[column].list;
            list.iter().map(|name| self.hash(&name)).collect()
        });
        for fact in 0..facts.len() {
            let row = facts.first_row + u64::from(facts.row[fact]);
            let row = RowId { source, row };
            let id = facts.text(TextColumn::Id, fact);
            let text = facts.text(TextColumn::Text, fact);
            let contents = Named { facts, names: &names, fact, has_id: !id.is_empty() };
            if !id.is_empty() {
                let name = |column: NameColumn, lane: usize| contents.name(column, lane);
                let key = std::array::from_fn(|lane| {
                    let (platform, shop) =
                        (name(NameColumn::Platform, lane), name(NameColumn::Shop, lane));
                    self.keys[lane].hash_one((platform, shop, id))
                });
                let text =
                    if text.is_empty() { 0 } else { (self.keys[0].hash_one(text) as u32).max(1) };
                let seen_at = facts.seen_at.as_ref().filter(|seen| seen.known[fact]);
                marks.identified.push(Identified {
                    key,
                    contents: self.keys[0].hash_one(&contents),
                    row,
                    line: Line { part: facts.part, line: facts.line[fact] },
                    seen_at: seen_at.map_or(facts.at[fact], |seen| seen.values[fact]),
                    text,
                });
            } else if !alone {
                let key = [0, 1].map(|lane: usize| self.keys[lane].hash_one((&contents, text)));
                marks.alike.push(Alike { key, row });
            }
        }
        marks
    }

    /// Adds the mark of a checked row that has an id. Its names are texts. `first`: what stands
    /// for the id, where that is known; the row itself need not have it then.
    pub(crate) fn identify(
        &self,
        values: &Row<'_>,
        first: Option<u32>,
        (row, line): (RowId, Line),
        marks: &mut Marks,
    ) {
        let names = (text_of(values.platform), text_of(values.shop), values.id);
        let text = match values.text {
            "" => 0,
            text => (self.keys[0].hash_one(text) as u32).max(1),
        };
        marks.identified.push(Identified {
            key: first.map_or_else(|| self.hash(&names), |first| self.hash(&first)),
            contents: self.keys[0].hash_one(Told { row: values, has_id: true, names: AsTexts }),
            row,
            line,
            seen_at: values.seen_at.unwrap_or(values.at).0,
            text,
        });
    }

    /// Adds the mark of a checked row without an id. Its names are texts.
    pub(crate) fn liken(&self, values: &Row<'_>, row: RowId, marks: &mut Marks) {
        let contents = Told { row: values, has_id: false, names: AsTexts };
        marks.alike.push(Alike { key: self.hash(&(contents, values.text)), row });
    }

    fn hash(&self, value: &impl Hash) -> NameHash {
        [self.keys[0].hash_one(value), self.keys[1].hash_one(value)]
    }
}

impl Marks {
    /// Whether no row left anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.identified.is_empty() && self.alike.is_empty()
    }
}

/// The text of a name; empty: none.
fn text_of(name: Name<'_>) -> &str {
    match name {
        Name::Text(text, _) => text,
        Name::None | Name::Known(_) => "",
    }
}

/// Names are texts.
struct AsTexts;

impl Names for AsTexts {
    fn hash<H: Hasher>(&self, row: &Row<'_>, part: NamePart, state: &mut H) {
        let name = match part {
            NamePart::Platform => row.platform,
            NamePart::Shop => row.shop,
            NamePart::Buyer => row.buyer,
            NamePart::Account => row.account,
            NamePart::Conversation => row.conversation,
            NamePart::FromAccount => row.from_account,
        };
        text_of(name).hash(state);
    }
}

/// A row of a piece and the hashes of the piece's names.
struct Named<'a> {
    facts: &'a Facts,
    names: &'a [Vec<NameHash>; 6],
    fact: usize,
    has_id: bool,
}

impl Named<'_> {
    fn name(&self, column: NameColumn, lane: usize) -> u64 {
        let number = self.facts.names[column as usize].numbers[self.fact];
        self.names[column as usize][number as usize][lane]
    }
}

impl Hash for Named<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_contents(state);
    }
}

impl Contents for Named<'_> {
    fn at(&self) -> i64 {
        self.facts.at[self.fact]
    }

    fn codes(&self) -> [u8; 3] {
        [self.facts.fact[self.fact], self.facts.author[self.fact], self.facts.kind[self.fact]]
    }

    fn stars(&self) -> u8 {
        self.facts.stars[self.fact]
    }

    fn has_id(&self) -> bool {
        self.has_id
    }

    fn hash_name<H: Hasher>(&self, part: NamePart, state: &mut H) {
        let column = match part {
            NamePart::Platform => NameColumn::Platform,
            NamePart::Shop => NameColumn::Shop,
            NamePart::Buyer => NameColumn::Buyer,
            NamePart::Account => NameColumn::Account,
            NamePart::Conversation => NameColumn::Conversation,
            NamePart::FromAccount => NameColumn::FromAccount,
        };
        state.write_u64(self.name(column, 0));
        state.write_u64(self.name(column, 1));
    }

    fn text(&self, part: TextPart) -> &str {
        let column = match part {
            TextPart::Reference => TextColumn::Ref,
            TextPart::Amount => TextColumn::Amount,
            TextPart::Value => TextColumn::Value,
        };
        self.facts.text(column, self.fact)
    }
}

/// Shares at one level of depth: a power of two.
const SHARES: usize = 64;

/// Marks of all rows of all sources, in bounded memory.
///
/// # Example
///
/// See [`Repeats::resolve`].
#[derive(Debug)]
pub struct Repeats {
    identified: Spilled<Identified>,
    alike: Spilled<Alike>,
}

impl Repeats {
    /// Keeps at most about `budget` bytes in memory; what is more goes to files in `folder`, which
    /// is made where it is missing, under names of their own.
    #[must_use]
    pub fn new(folder: PathBuf, budget: usize) -> Self {
        Self {
            identified: Spilled::new(folder.join("repeats-by-id"), budget / 2, 0),
            alike: Spilled::new(folder.join("repeats-by-contents"), budget / 2, 0),
        }
    }

    /// Takes the marks of a piece. Pieces may come in any order.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn push(&mut self, marks: &Marks) -> io::Result<()> {
        self.identified.extend(&marks.identified)?;
        self.alike.extend(&marks.alike)
    }

    /// Tells every row that is left out, in no particular order.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, and what `tell` returns.
    pub fn resolve(self, tell: &mut dyn FnMut(Repeat) -> io::Result<()>) -> io::Result<()> {
        self.identified.resolve(&mut |share| resolve_ids(share, tell))?;
        self.alike.resolve(&mut |share| resolve_contents(share, tell))
    }
}

/// Looks at rows with ids; rows with the same key lie together, in order.
fn resolve_ids(
    share: &[Identified],
    tell: &mut dyn FnMut(Repeat) -> io::Result<()>,
) -> io::Result<()> {
    for same in share.chunk_by(|a, b| a.key == b.key) {
        let [first, others @ ..] = same else { continue };
        let mut seen_at = first.seen_at;
        for other in others {
            let same_text = first.text == other.text || first.text == 0 || other.text == 0;
            if first.contents == other.contents && same_text {
                let earlier = (other.seen_at < seen_at).then_some(other.seen_at);
                seen_at = seen_at.min(other.seen_at);
                tell(Repeat::Duplicate {
                    row: other.row,
                    first: Some(first.row),
                    seen_at: earlier,
                })?;
            } else {
                tell(Repeat::Conflict {
                    row: other.row,
                    line: other.line,
                    first: first.row,
                    first_line: first.line,
                })?;
            }
        }
    }
    Ok(())
}

/// Looks at rows without ids; rows with the same key lie together, in order.
fn resolve_contents(
    share: &[Alike],
    tell: &mut dyn FnMut(Repeat) -> io::Result<()>,
) -> io::Result<()> {
    for same in share.chunk_by(|a, b| a.key == b.key) {
        // The most often that one earlier source has it.
        let mut earlier = 0;
        for of_source in same.chunk_by(|a, b| a.row.source == b.row.source) {
            for one in of_source.iter().take(earlier) {
                tell(Repeat::Duplicate { row: one.row, first: None, seen_at: None })?;
            }
            earlier = earlier.max(of_source.len());
        }
    }
    Ok(())
}

/// Records in memory as long as they fit, then in a file, in runs of one share each.
#[derive(Debug)]
struct Spilled<T> {
    path: PathBuf,
    budget: usize,
    /// How many bits of the key are the same in all records.
    depth: u32,
    held: Vec<T>,
    file: Option<File>,
    /// Of each share the place and the number of records of each run.
    runs: Vec<Vec<(u64, usize)>>,
    end: u64,
}

impl<T: Stored> Spilled<T> {
    fn new(path: PathBuf, budget: usize, depth: u32) -> Self {
        Self { path, budget, depth, held: Vec::new(), file: None, runs: Vec::new(), end: 0 }
    }

    fn extend(&mut self, records: &[T]) -> io::Result<()> {
        for chunk in records.chunks((self.capacity()).max(1)) {
            if self.held.len() + chunk.len() > self.capacity() {
                self.spill()?;
            }
            self.held.extend_from_slice(chunk);
        }
        Ok(())
    }

    /// How many records may be held.
    fn capacity(&self) -> usize {
        (self.budget / size_of::<T>()).max(SHARES)
    }

    fn share(&self, record: &T) -> usize {
        let bits = record.key()[0].rotate_left(self.depth + SHARES.trailing_zeros());
        bits as usize & (SHARES - 1)
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        held.sort_unstable_by_key(|record| self.share(record));
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut options = OpenOptions::new();
            self.file =
                Some(options.read(true).write(true).create(true).truncate(true).open(&self.path)?);
            self.runs = vec![Vec::new(); SHARES];
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(self.end))?;
        let mut out = BufWriter::with_capacity(1 << 18, &*file);
        let mut bytes = Vec::with_capacity(T::BYTES);
        let depth = self.depth;
        let share = |record: &T| {
            let bits = record.key()[0].rotate_left(depth + SHARES.trailing_zeros());
            bits as usize & (SHARES - 1)
        };
        for run in held.chunk_by(|a, b| share(a) == share(b)) {
            self.runs[share(&run[0])].push((self.end, run.len()));
            for record in run {
                bytes.clear();
                record.write(&mut bytes);
                out.write_all(&bytes)?;
            }
            self.end += (run.len() * T::BYTES) as u64;
        }
        out.flush()?;
        drop(out);
        held.clear();
        self.held = held;
        Ok(())
    }

    /// Hands on the records in groups that hold all records of their keys, sorted by key, then
    /// row.
    fn resolve(mut self, look: &mut dyn FnMut(&[T]) -> io::Result<()>) -> io::Result<()> {
        if self.file.is_none() {
            sort(&mut self.held);
            return look(&self.held);
        }
        self.spill()?;
        self.held = Vec::new();
        let Some(file) = self.file.take() else { return Ok(()) };
        for (share, runs) in std::mem::take(&mut self.runs).into_iter().enumerate() {
            let n: usize = runs.iter().map(|(_, n)| n).sum();
            // Records of the very same key cannot be divided.
            let is_divisible = self.depth + 2 * SHARES.trailing_zeros() <= u64::BITS;
            if n > 2 * self.capacity() && is_divisible {
                let path = self.path.with_extension(format!("{share}"));
                let depth = self.depth + SHARES.trailing_zeros();
                let mut deeper = Self::new(path, self.budget, depth);
                self.each(&file, &runs, &mut |record| deeper.extend(&[record]))?;
                deeper.resolve(look)?;
            } else {
                let mut records = Vec::with_capacity(n);
                self.each(&file, &runs, &mut |record| {
                    records.push(record);
                    Ok(())
                })?;
                sort(&mut records);
                look(&records)?;
            }
        }
        drop(file);
        std::fs::remove_file(&self.path)
    }

    fn each(
        &self,
        mut file: &File,
        runs: &[(u64, usize)],
        take: &mut dyn FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut bytes = vec![0; T::BYTES];
        for (place, n) in runs {
            file.seek(SeekFrom::Start(*place))?;
            let length = (n * T::BYTES) as u64;
            let mut reader = BufReader::with_capacity(1 << 16, file.take(length));
            for _ in 0..*n {
                reader.read_exact(&mut bytes)?;
                take(T::read(&bytes))?;
            }
        }
        Ok(())
    }
}

fn sort<T: Stored>(records: &mut [T]) {
    records.sort_unstable_by_key(|record| (record.key(), record.row()));
}
