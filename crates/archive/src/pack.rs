//! Writing an archive.
//!
//! Sources are read once and spilled in blocks of one day each; repeats are found; each day is
//! read back, sorted and written. A journal says what is done, so that an interrupted pack goes on
//! where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use intake::repeats::{Hashing, Line, Repeat, Repeats, RowId};
use intake::{Lang, Profile, Progress, Source, Warning, gather};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::journal::{self, Journal};
use crate::layout;
use crate::manifest::{Manifest, PartEntry, SORTED, SourceEntry};
use crate::part::hex;
use crate::rowset::RowSet;
use crate::sorting::{Days, Known};
use crate::spill::{self, RejectList, Spill, Spilled, Taker};
use crate::verify;

/// How much memory a pack may take, about.
pub const MEMORY: usize = 512 << 20;

/// What is packed, where to, and how.
pub struct Request<'a> {
    /// The logs.
    pub sources: &'a [Source],
    /// The folder of the archive; made where it is not there.
    pub folder: &'a Path,
    /// How to read sources of another shape than the canonical log.
    pub profile: Option<&'a Profile>,
    /// What tells the profile and its settings from others.
    pub profile_id: Option<String>,
    /// Stop at the first row that is no fact.
    pub strict: bool,
    /// The language of the lists of rejected rows.
    pub lang: Lang,
    /// About how much memory to take, as [`MEMORY`].
    pub memory: usize,
    /// How many threads work.
    pub threads: usize,
    /// Told now and then how far the pack has come.
    pub progress: &'a (dyn Fn(Step) + Sync),
    /// Stop after so many steps, as if the power had failed: for tests.
    pub stop_after: Option<u64>,
}

/// How far a pack has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sources are read: bytes of all of them, and how many there are.
    Reading {
        /// Bytes read.
        bytes: u64,
        /// Bytes of all sources.
        total: u64,
    },
    /// Days are sorted and written: facts done, and how many there are.
    Writing {
        /// Facts written.
        facts: u64,
        /// All facts.
        total: u64,
    },
}

/// What a pack amounted to.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The archive's manifest.
    pub manifest: Manifest,
    /// Whether it was there before, made from the same sources.
    pub was_there: bool,
    /// What the owner of the logs should know. Absent for sources that an earlier call read.
    pub warnings: Vec<Warning>,
}

/// What the journal says of a whole pack.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PlanEntry {
    version: u32,
    sources: Vec<SourceEntry>,
    profile: Option<String>,
}

/// What the journal says of a source that was spilled whole.
#[derive(Debug, Serialize, Deserialize)]
struct SourceDone {
    rows: u64,
    rejected: u64,
    /// The names of its parts (sheets), in order.
    parts: Vec<String>,
    spilled: Spilled,
}

/// What the journal says of a day that was written.
#[derive(Debug, Serialize, Deserialize)]
struct DayDone {
    platforms: BTreeSet<String>,
    parts: Vec<PartEntry>,
}

/// Takes rejected rows: the number of the source, and the fields of a rejects file.
pub type Rejects<'a> = &'a mut dyn FnMut(usize, &[String; 6]) -> io::Result<()>;

/// Packs sources into an archive, or goes on with a pack of the same sources that was interrupted.
///
/// `rejects` is called for each row that is no fact, in the order read, once all sources were
/// read. The bytes of the archive depend on the sources alone.
///
/// # Errors
///
/// [`Error`] for a source that is no log, a folder that holds something else, or what cannot be
/// written. What was done stays, and the next call goes on there.
pub fn pack(request: &Request<'_>, rejects: Rejects<'_>) -> Result<Packed, Error> {
    let folder = request.folder;
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let unfinished = layout::unfinished(folder);
    let (is_there, began) = (folder.join(layout::MANIFEST).is_file(), unfinished.is_dir());
    if !is_there && !began && holds_something(folder)? {
        return Err(Error::NotEmpty { folder: folder.to_path_buf() });
    }
    refuse_own_files(request)?;
    std::fs::create_dir_all(&unfinished).map_err(Error::io(&unfinished))?;
    let lock_path = unfinished.join("lock");
    let lock = File::create(&lock_path).map_err(Error::io(&lock_path))?;
    if lock.try_lock().is_err() {
        return Err(Error::Busy { folder: folder.to_path_buf() });
    }
    let sources = with_files(request.sources, &unfinished)?;
    let entries = checksums(request.sources, &sources, request.threads)?;
    if is_there {
        return already(request, &entries, &unfinished);
    }
    let journal = Journal::new(unfinished.clone(), request.stop_after);
    let plan = PlanEntry {
        version: layout::VERSION,
        sources: entries,
        profile: request.profile_id.clone(),
    };
    match journal.read::<PlanEntry>("plan.json")? {
        None => journal.write("plan.json", &plan)?,
        Some(other) if is_same(&other.sources, &plan.sources) && other.profile == plan.profile => {}
        Some(other) => return Err(other_sources(folder, &other.sources, true)),
    }
    let packing = Packing { request, sources: &sources, entries: plan.sources, journal: &journal };
    let packed = packing.run(rejects)?;
    journal.step()?;
    drop(lock);
    std::fs::remove_dir_all(&unfinished).map_err(Error::io(&unfinished))?;
    Ok(packed)
}

/// Whether a folder holds anything.
fn holds_something(folder: &Path) -> Result<bool, Error> {
    let mut entries = std::fs::read_dir(folder).map_err(Error::io(folder))?;
    Ok(entries.next().is_some())
}

/// A pack must not read what it writes.
fn refuse_own_files(request: &Request<'_>) -> Result<(), Error> {
    let folder = request.folder.canonicalize().map_err(Error::io(request.folder))?;
    for source in request.sources {
        if let Source::File(path) = source
            && path.canonicalize().is_ok_and(|path| path.starts_with(&folder))
        {
            return Err(Error::SourceInside { source: path.clone() });
        }
    }
    Ok(())
}

/// The sources as files that can be read again: the standard input goes to one.
fn with_files(sources: &[Source], unfinished: &Path) -> Result<Vec<Source>, Error> {
    let file = |source: &Source| match source {
        Source::Stdin => {
            let path = unfinished.join("stdin");
            let mut file = File::create(&path).map_err(Error::io(&path))?;
            io::copy(&mut io::stdin(), &mut file).map_err(Error::io(&path))?;
            Ok(Source::File(path))
        }
        other => Ok(other.clone()),
    };
    sources.iter().map(file).collect()
}

/// The checksums of all sources, several at a time.
fn checksums(
    named: &[Source],
    sources: &[Source],
    threads: usize,
) -> Result<Vec<SourceEntry>, Error> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, sources.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(named), Some(source)) = (named.get(i), sources.get(i)) else { break };
                    let entry = checksum_of(named, source);
                    results.lock().unwrap_or_else(PoisonError::into_inner).insert(i, entry);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

fn checksum_of(named: &Source, source: &Source) -> Result<SourceEntry, Error> {
    let name = match named {
        Source::File(path) => own_name(path),
        Source::Part(part) => {
            let folder = part.path.parent().map_or_else(String::new, own_name);
            format!("{folder}/{}", own_name(&part.path))
        }
        other => other.name(),
    };
    let (bytes, sha256) = match source {
        Source::File(path) => {
            let opening = |error| intake::Error::Open { source: named.name().into(), error };
            let file = File::open(path).map_err(opening)?;
            if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Err(intake::Error::Folder { source: named.name().into() }.into());
            }
            hash(file).map_err(Error::io(path))?
        }
        Source::Bytes { bytes, .. } => (bytes.len() as u64, hex(&Sha256::digest(bytes))),
        Source::Part(part) => {
            let (mut bytes, mut sums) = (0, Sha256::new());
            for path in std::iter::once(&part.path).chain(&part.text) {
                let file = File::open(path).map_err(Error::io(path))?;
                let (size, sum) = hash(file).map_err(Error::io(path))?;
                bytes += size;
                sums.update(sum);
            }
            (bytes, hex(&sums.finalize()))
        }
        Source::Stdin => (0, String::new()),
    };
    Ok(SourceEntry { name, bytes, sha256 })
}

fn own_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The SHA-256 of some bytes, in hexadecimal.
///
/// # Example
///
/// ```
/// assert!(archive::checksum(b"").starts_with("e3b0c442"));
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The size and the SHA-256 of a file.
pub(crate) fn hash(mut file: File) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((bytes, hex(&hash.finalize())));
        }
        hash.update(&buffer[..n]);
        bytes += n as u64;
    }
}

/// Whether two lists of sources have the same contents; a file may have been renamed.
fn is_same(one: &[SourceEntry], other: &[SourceEntry]) -> bool {
    let contents = |list: &[SourceEntry]| {
        list.iter().map(|source| (source.bytes, source.sha256.clone())).collect::<Vec<_>>()
    };
    contents(one) == contents(other)
}

fn other_sources(folder: &Path, made_from: &[SourceEntry], unfinished: bool) -> Error {
    let made_from = made_from.iter().map(|source| source.name.clone()).collect();
    Error::OtherSources { folder: folder.to_path_buf(), made_from, unfinished }
}

/// Looks at an archive that is there: it must be made from the same sources, and whole.
fn already(
    request: &Request<'_>,
    entries: &[SourceEntry],
    unfinished: &Path,
) -> Result<Packed, Error> {
    let manifest = verify::manifest(request.folder)?;
    let is_ours = is_same(&manifest.sources, entries) && manifest.profile == request.profile_id;
    // What an earlier call left behind after the manifest was written, or the standard input.
    std::fs::remove_dir_all(unfinished).map_err(Error::io(unfinished))?;
    if !is_ours {
        return Err(other_sources(request.folder, &manifest.sources, false));
    }
    verify::files(request.folder, &manifest)?;
    Ok(Packed { manifest, was_there: true, warnings: Vec::new() })
}

/// A pack at work.
struct Packing<'a> {
    request: &'a Request<'a>,
    sources: &'a [Source],
    entries: Vec<SourceEntry>,
    journal: &'a Journal,
}

/// Rows that are left out, and what else repeats tell.
#[derive(Default)]
struct Left {
    rows: Vec<RowSet>,
    duplicates: u64,
    seen_at: BTreeMap<RowId, i64>,
    conflicts: Vec<Conflict>,
}

/// A row whose id has other contents in an earlier row.
#[derive(Clone, Copy)]
struct Conflict {
    row: RowId,
    line: Line,
    first: RowId,
    first_line: Line,
}

impl Packing<'_> {
    fn run(&self, rejects: Rejects<'_>) -> Result<Packed, Error> {
        let mut warnings = Vec::new();
        let repeats = Repeats::new(self.journal.folder().to_path_buf(), self.request.memory / 4);
        let repeats = Mutex::new(repeats);
        let hashing = Hashing::default();
        let total: u64 = self.entries.iter().map(|source| source.bytes).sum();
        let mut before = 0;
        let mut done = Vec::new();
        for number in 0..self.sources.len() {
            let entry = format!("{}.json", spill::source_name(number));
            if let Some(source) = self.journal.read::<SourceDone>(&entry)? {
                self.mark_again(number, &source, &hashing, &repeats)?;
                done.push(source);
            } else {
                let reached = (before, total);
                let source = self.spill(number, &hashing, &repeats, reached, &mut warnings)?;
                self.journal.write(&entry, &source)?;
                done.push(source);
            }
            before += self.entries[number].bytes;
        }
        let repeats = repeats.into_inner().unwrap_or_else(PoisonError::into_inner);
        let left = self.left_out(repeats)?;
        self.journal.step()?;
        self.tell_rejected(&done, &left.conflicts, rejects)?;
        let days = self.write_days(&done, &left)?;
        let manifest = self.manifest(&done, &left, days);
        let path = self.request.folder.join(layout::MANIFEST);
        let text = pretty(&manifest, &path)?;
        self.journal.step()?;
        journal::write_whole(self.request.folder, layout::MANIFEST, &text)?;
        Ok(Packed { manifest, was_there: false, warnings })
    }

    /// Reads a source into blocks.
    fn spill(
        &self,
        number: usize,
        hashing: &Hashing,
        repeats: &Mutex<Repeats>,
        (before, total): (u64, u64),
        warnings: &mut Vec<Warning>,
    ) -> Result<SourceDone, Error> {
        let folder = self.journal.folder();
        let progress = |now: Progress| {
            (self.request.progress)(Step::Reading { bytes: before + now.bytes, total });
        };
        let taker = Taker {
            source: number as u32,
            spill: Spill::new(folder, spill::source_name(number)),
            alone: self.sources.len() == 1,
            hashing,
            repeats,
            spilled: Mutex::default(),
            rejects: Mutex::new(RejectList::new(folder.join(format!("rejected-{number}.csv")))),
            lang: self.request.lang,
            progress: &progress,
        };
        let request = self.request;
        let source = &self.sources[number];
        let report = gather::source(
            number,
            source,
            request.profile,
            request.strict,
            request.threads,
            &taker,
        )?;
        self.journal.step()?;
        let spilled = taker.finish().map_err(Error::io(folder))?;
        warnings.extend(report.warnings);
        let parts = report.sources.iter().map(|part| part.name.to_string()).collect();
        Ok(SourceDone { rows: report.rows, rejected: report.rejected, parts, spilled })
    }

    /// Marks the rows of a source that an earlier call spilled.
    fn mark_again(
        &self,
        number: usize,
        source: &SourceDone,
        hashing: &Hashing,
        repeats: &Mutex<Repeats>,
    ) -> Result<(), Error> {
        let folder = self.journal.folder();
        let alone = self.sources.len() == 1;
        let id = crate::block::has::text(gather::TextColumn::Id as usize);
        let blocks = &source.spilled.blocks;
        let mut reading = spill::Reading::open(folder, &spill::source_name(number), blocks)
            .map_err(Error::io(folder))?;
        for entry in blocks.iter().filter(|block| !alone || block.has & id != 0) {
            let block = reading.block(entry).map_err(Error::io(folder))?;
            let marks = hashing.marks(&block.facts, number as u32, alone);
            let mut repeats = repeats.lock().unwrap_or_else(PoisonError::into_inner);
            repeats.push(&marks).map_err(Error::io(folder))?;
        }
        Ok(())
    }

    fn left_out(&self, repeats: Repeats) -> Result<Left, Error> {
        let mut left = Left {
            rows: self.sources.iter().map(|_| RowSet::default()).collect(),
            ..Left::default()
        };
        let found = repeats.resolve(&mut |repeat| {
            let row = match repeat {
                Repeat::Duplicate { row, first, seen_at } => {
                    left.duplicates += 1;
                    if let (Some(first), Some(seen_at)) = (first, seen_at) {
                        let known = left.seen_at.entry(first).or_insert(seen_at);
                        *known = seen_at.min(*known);
                    }
                    row
                }
                Repeat::Conflict { row, line, first, first_line } => {
                    left.conflicts.push(Conflict { row, line, first, first_line });
                    row
                }
            };
            if let Some(rows) = left.rows.get_mut(row.source as usize) {
                rows.insert(row.row);
            }
            Ok(())
        });
        found.map_err(Error::io(self.journal.folder()))?;
        left.conflicts.sort_unstable_by_key(|conflict| conflict.row);
        Ok(left)
    }

    fn write_days(&self, done: &[SourceDone], left: &Left) -> Result<Vec<DayDone>, Error> {
        let folder = self.journal.folder();
        let spilled: Vec<&Spilled> = done.iter().map(|source| &source.spilled).collect();
        let known = Known { dropped: &left.rows, seen_at: &left.seen_at };
        let request = self.request;
        let days = Days::new(request.folder, folder, &spilled, known, request);
        let list = days.list();
        let total: u64 = list.iter().map(|(_, facts)| facts).sum();
        let (next, written) = (AtomicUsize::new(0), AtomicU64::new(0));
        let stop = AtomicBool::new(false);
        let results = Mutex::new(BTreeMap::new());
        let work = || -> Result<(), Error> {
            while let Some((day, facts)) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let entry = format!("day-{day}.json");
                let done = match self.journal.read::<DayDone>(&entry)? {
                    Some(done) => done,
                    None => {
                        self.journal.step()?;
                        let (platforms, parts) = days.write(*day)?;
                        let done = DayDone { platforms, parts };
                        self.journal.write(&entry, &done)?;
                        done
                    }
                };
                results.lock().unwrap_or_else(PoisonError::into_inner).insert(*day, done);
                let facts = written.fetch_add(*facts, Ordering::Relaxed) + facts;
                (request.progress)(Step::Writing { facts, total });
            }
            Ok(())
        };
        let worker = || {
            let result = work();
            stop.fetch_or(result.is_err(), Ordering::Relaxed);
            result
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..request.threads.max(1)).map(|_| scope.spawn(worker)).collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, Result<(), Error>>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().map(join).collect::<Result<Vec<()>, Error>>()
        })?;
        Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
    }

    fn manifest(&self, done: &[SourceDone], left: &Left, days: Vec<DayDone>) -> Manifest {
        let platforms: BTreeSet<String> =
            days.iter().flat_map(|day| day.platforms.iter().cloned()).collect();
        let parts: Vec<PartEntry> = days.into_iter().flat_map(|day| day.parts).collect();
        Manifest {
            version: layout::VERSION,
            sources: self.entries.clone(),
            profile: self.request.profile_id.clone(),
            unique: true,
            sorted: SORTED.iter().map(ToString::to_string).collect(),
            read: done.iter().map(|source| source.rows).sum(),
            duplicates: left.duplicates,
            rejected: done.iter().map(|source| source.rejected).sum::<u64>()
                + left.conflicts.len() as u64,
            rows: parts.iter().map(|part| part.rows).sum(),
            platforms: platforms.into_iter().collect(),
            parts,
        }
    }

    /// Hands on the rejected rows: those of each source as they were read, and those whose id was
    /// taken between them.
    fn tell_rejected(
        &self,
        done: &[SourceDone],
        conflicts: &[Conflict],
        rejects: Rejects<'_>,
    ) -> Result<(), Error> {
        let mut conflicts = conflicts.iter().peekable();
        for (number, source) in done.iter().enumerate() {
            let path = self.journal.folder().join(format!("rejected-{number}.csv"));
            let reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path);
            let mut reader = reader.map_err(|error| Error::io(&path)(error.into()))?;
            let mut told = |fields: &[String; 6]| {
                rejects(number, fields)
                    .map_err(|error| Error::Intake(intake::Error::Rejects(error)))
            };
            let mut ids = Ids::new(self.journal.folder(), number, &source.spilled);
            for record in reader.records() {
                let record = record.map_err(|error| Error::io(&path)(error.into()))?;
                let mut fields: [String; 6] =
                    std::array::from_fn(|i| record.get(i).unwrap_or("").to_owned());
                let place = (part_of(source, &fields[0]), fields[1].parse().unwrap_or(0));
                let earlier = |conflict: &&Conflict| {
                    let Line { part, line } = conflict.line;
                    conflict.row.source as usize == number && (part, line) < place
                };
                while let Some(conflict) = conflicts.next_if(|conflict| earlier(conflict)) {
                    told(&self.conflict_fields(conflict, done, &mut ids)?)?;
                }
                fields[0] = self.shown_name(number, &fields[0]);
                told(&fields)?;
            }
            let of_source = |conflict: &&Conflict| conflict.row.source as usize == number;
            while let Some(conflict) = conflicts.next_if(|conflict| of_source(conflict)) {
                told(&self.conflict_fields(conflict, done, &mut ids)?)?;
            }
        }
        Ok(())
    }

    /// The name of a part of a source as its owner knows it.
    fn shown_name(&self, number: usize, name: &str) -> String {
        match self.request.sources.get(number) {
            Some(stdin @ Source::Stdin) => stdin.name(),
            _ => name.to_owned(),
        }
    }

    fn conflict_fields(
        &self,
        conflict: &Conflict,
        done: &[SourceDone],
        ids: &mut Ids<'_>,
    ) -> Result<[String; 6], Error> {
        let name = |row: RowId, line: Line| {
            let number = row.source as usize;
            let name = done.get(number).and_then(|source| source.parts.get(line.part as usize));
            self.shown_name(number, name.map_or("", String::as_str))
        };
        let id = ids.of(conflict.row.row).map_err(Error::io(self.journal.folder()))?;
        let rejected = intake::Rejected {
            source_number: conflict.row.source as usize,
            source: name(conflict.row, conflict.line).into(),
            line: conflict.line.line,
            column: Some(intake::Column::Id),
            reason: intake::Reason::IdConflict {
                id: id.chars().take(41).collect(),
                first_source: name(conflict.first, conflict.first_line).into(),
                first_line: conflict.first_line.line,
            },
        };
        if self.request.strict {
            return Err(intake::Error::Strict(rejected).into());
        }
        Ok(intake::rejected_fields(&rejected, self.request.lang))
    }
}

/// The number of a part of a source by its name.
fn part_of(source: &SourceDone, name: &str) -> u32 {
    source.parts.iter().position(|part| part == name).unwrap_or(0) as u32
}

/// Finds the ids of rows of a source, asked for in order.
struct Ids<'a> {
    folder: &'a Path,
    number: usize,
    spilled: &'a Spilled,
    reading: Option<spill::Reading>,
    /// The blocks of the piece that the last row lay in.
    held: Vec<crate::block::Block>,
    held_piece: Option<u64>,
}

impl<'a> Ids<'a> {
    fn new(folder: &'a Path, number: usize, spilled: &'a Spilled) -> Self {
        Self { folder, number, spilled, reading: None, held: Vec::new(), held_piece: None }
    }

    fn of(&mut self, row: u64) -> io::Result<String> {
        let i = self.spilled.pieces.partition_point(|piece| piece.first_row <= row);
        let Some(piece) = i.checked_sub(1).and_then(|i| self.spilled.pieces.get(i)) else {
            return Ok(String::new());
        };
        if self.held_piece != Some(piece.first_row) {
            let blocks = &self.spilled.blocks;
            let reading = match &mut self.reading {
                Some(reading) => reading,
                None => {
                    let name = spill::source_name(self.number);
                    self.reading.insert(spill::Reading::open(self.folder, &name, blocks)?)
                }
            };
            let of_piece = blocks.iter().filter(|block| block.first_row == piece.first_row);
            self.held = of_piece.map(|block| reading.block(block)).collect::<io::Result<_>>()?;
            self.held_piece = Some(piece.first_row);
        }
        let in_piece = (row - piece.first_row) as u32;
        for block in &self.held {
            if let Ok(fact) = block.facts.row.binary_search(&in_piece) {
                return Ok(block.facts.text(gather::TextColumn::Id, fact).to_owned());
            }
        }
        Ok(String::new())
    }
}

fn pretty(manifest: &Manifest, path: &Path) -> Result<Vec<u8>, Error> {
    let mut text =
        serde_json::to_vec_pretty(manifest).map_err(|error| Error::damaged(path, error))?;
    text.push(b'\n');
    Ok(text)
}

/// The path of a file of an archive.
pub(crate) fn path_in(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_path_buf(), |folder, name| folder.join(name))
}
