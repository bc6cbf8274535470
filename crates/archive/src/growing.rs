//! An archive that grows by days, as a running server keeps one.
//!
//! A day is written into files whose names nothing else ever had, then read back and compared with
//! what was to be written. Who keeps the archive says which days it has (the manifest), and when
//! files that are no longer named may go. So there is no instant at which a day is half there.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use facts::{Day, NewFact};
use intake::gather::{self, Facts, N_NAMES, N_TEXTS, Take};
use intake::{Part, Progress, Rejected, Source};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::block::has;
use crate::day::{Adding, Rows};
use crate::error::Error;
use crate::journal;
use crate::layout;
use crate::manifest::{FileEntry, Manifest, PartEntry, SORTED, ShopEntry};
use crate::open::shop_in;
use crate::pack::{hash, path_in};
use crate::part::{Parts, hex};
use crate::verify;

/// A day of an archive: what a manifest needs to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEntry {
    /// The platforms of its facts, sorted.
    pub platforms: Vec<String>,
    /// Its parts, in order.
    pub parts: Vec<PartEntry>,
}

impl DayEntry {
    /// How many facts it has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// The files it consists of, by their paths in the archive.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.parts.iter().flat_map(|part| std::iter::once(&part.file).chain(&part.text))
    }
}

/// A day that was written and read back.
#[derive(Clone, Debug)]
pub struct DayWritten {
    /// What was written.
    pub day: DayEntry,
    /// For each row of the day, in the order of its parts, which of the given facts it is.
    pub order: Vec<u32>,
}

/// An archive whose days come one by one.
///
/// # Example
///
/// ```
/// use archive::GrowingArchive;
/// use facts::{Author, Day, Instant, NewFact};
/// let folder = std::env::temp_dir().join(format!("yingda-growing-doc-{}", std::process::id()));
/// let archive = GrowingArchive::open(&folder).unwrap();
/// let mut facts = intake::gather::Facts::new(0, 0);
/// let at = Instant(20_000 * 86_400_000);
/// let question = NewFact::message(at, "jd", "s1", Author::Buyer);
/// facts.add(&NewFact { buyer: "b1", ..question }).unwrap();
/// let written = archive.write(Day(20_000), &facts).unwrap();
/// archive.publish([&written.day]).unwrap();
/// assert_eq!(archive::Archive::open(&folder).unwrap().manifest().rows, 1);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct GrowingArchive {
    folder: PathBuf,
}

impl GrowingArchive {
    /// The archive in a folder, which is made when the first day is written.
    ///
    /// # Errors
    ///
    /// [`Error::Newer`] and [`Error::Damaged`] for a manifest that this program cannot read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        match verify::manifest(folder) {
            Ok(_) | Err(Error::NoArchive { .. }) => Ok(Self { folder: folder.to_path_buf() }),
            Err(error) => Err(error),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a day into files of its own, facts of the same buyer and instant in the order given,
    /// and reads them back. Nothing names them yet.
    ///
    /// # Errors
    ///
    /// [`Error`] for what cannot be written, and where what was read back is not what was given:
    /// what cannot be read as a log, or a disk that lost something.
    pub fn write(&self, day: Day, facts: &Facts) -> Result<DayWritten, Error> {
        let temporary = self.prepared()?;
        let folder = self.folder.join(layout::folder(day.0));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let mut rows = Rows::new(columns_of(facts), false);
        let all = Adding { which: None, tie: None };
        let too_many = |_| Error::Intake(intake::Error::TooMany);
        rows.add(facts, &all, layout::start_of(day.0)).map_err(too_many)?;
        let order = rows.sort();
        let parts = Parts::new(&self.folder, &temporary, day.0);
        let mut parts = parts.numbered_from(self.next_number(day)?);
        parts.write(&rows, &order)?;
        let parts = parts.finish()?;
        journal::sync_folder(&folder)?;
        journal::sync_folder(&self.folder)?;
        let platforms: BTreeSet<&str> = rows.platforms().collect();
        let platforms = platforms.into_iter().map(str::to_owned).collect();
        let written = DayWritten { day: DayEntry { platforms, parts }, order };
        self.compare(&written, facts)?;
        Ok(written)
    }

    /// Writes something else that belongs to a day under a name that nothing had, `NAME-N.bin`.
    ///
    /// # Errors
    ///
    /// What cannot be written.
    pub fn write_beside(&self, day: Day, name: &str, bytes: &[u8]) -> Result<FileEntry, Error> {
        self.prepared()?;
        let folder = self.folder.join(layout::folder(day.0));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let name = format!("{name}-{}.bin", self.next_number(day)?);
        journal::write_whole(&folder, &name, bytes)?;
        let path = format!("{}/{name}", layout::folder(day.0));
        let sha256 = hex(&Sha256::digest(bytes));
        let entry = FileEntry { path, bytes: bytes.len() as u64, sha256 };
        verify::check(&self.folder, &entry)?;
        Ok(entry)
    }

    /// Puts a file in the place that its entry names, from its pieces.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where bytes are not those of the entry, or its path leads elsewhere than
    /// to a file of a day; what cannot be written.
    pub fn put(
        &self,
        entry: &FileEntry,
        pieces: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = path_in(&self.folder, &entry.path);
        let is_name = |name: &str| !name.starts_with('.') && !name.contains(['/', '\\', ':']);
        let names = entry.path.split_once('/');
        let names =
            names.filter(|(day, name)| day.starts_with("day=") && is_name(day) && is_name(name));
        let Some((day, name)) = names else {
            return Err(Error::damaged(&path, "no file of a day has this path"));
        };
        let (folder, unfinished) = (self.folder.join(day), self.prepared()?);
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let draft = unfinished.join(name);
        let mut write = || {
            let mut file = File::create(&draft)?;
            pieces(&mut file)?;
            file.sync_all()
        };
        write().map_err(Error::io(&draft))?;
        let (_, sha256) = File::open(&draft).and_then(hash).map_err(Error::io(&draft))?;
        if sha256 != entry.sha256 {
            return Err(Error::damaged(&draft, "its SHA-256 is not its entry's"));
        }
        std::fs::rename(&draft, &path).map_err(Error::io(&path))?;
        journal::sync_folder(&folder)?;
        journal::sync_folder(&self.folder)
    }

    /// Where a file lies.
    #[must_use]
    pub fn path(&self, entry: &FileEntry) -> PathBuf {
        path_in(&self.folder, &entry.path)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// [`Error`] where it cannot be read, or its bytes are not those of its entry.
    pub fn bytes(&self, entry: &FileEntry) -> Result<Vec<u8>, Error> {
        let path = path_in(&self.folder, &entry.path);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        if hex(&Sha256::digest(&bytes)) == entry.sha256 {
            Ok(bytes)
        } else {
            Err(Error::damaged(&path, "its SHA-256 is not the manifest's"))
        }
    }

    /// Writes the manifest: the archive has these days and no others.
    ///
    /// # Errors
    ///
    /// What cannot be written.
    pub fn publish<'a>(&self, days: impl IntoIterator<Item = &'a DayEntry>) -> Result<(), Error> {
        self.prepared()?;
        let (mut parts, mut platforms) = (Vec::new(), BTreeSet::new());
        for day in days {
            parts.extend(day.parts.iter().cloned());
            platforms.extend(day.platforms.iter().cloned());
        }
        // Those of a day are in order.
        parts.sort_by(|a: &PartEntry, b| a.day.cmp(&b.day));
        let rows = parts.iter().map(|part| part.rows).sum();
        let manifest = Manifest {
            version: layout::VERSION,
            sources: Vec::new(),
            profile: None,
            unique: true,
            sorted: SORTED.iter().map(ToString::to_string).collect(),
            read: rows,
            duplicates: 0,
            rejected: 0,
            rows,
            platforms: platforms.into_iter().collect(),
            parts,
        };
        let path = self.folder.join(layout::MANIFEST);
        let mut text =
            serde_json::to_vec_pretty(&manifest).map_err(|e| Error::damaged(&path, e))?;
        text.push(b'\n');
        journal::write_whole(&self.folder, layout::MANIFEST, &text)
    }

    /// The parts that the manifest names; none where there is no manifest.
    ///
    /// # Errors
    ///
    /// [`Error`] for a manifest that cannot be read.
    pub fn published(&self) -> Result<Vec<PartEntry>, Error> {
        match verify::manifest(&self.folder) {
            Ok(manifest) => Ok(manifest.parts),
            Err(Error::NoArchive { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Removes files of days that are not among these paths, and what was not finished.
    ///
    /// # Errors
    ///
    /// What cannot be removed.
    pub fn clear(&self, stays: &BTreeSet<String>) -> Result<(), Error> {
        let unfinished = layout::unfinished(&self.folder);
        if unfinished.is_dir() {
            std::fs::remove_dir_all(&unfinished).map_err(Error::io(&unfinished))?;
        }
        for folder in names_in(&self.folder)?.iter().filter(|name| name.starts_with("day=")) {
            let path = self.folder.join(folder);
            let names = names_in(&path)?;
            let is_stale = |name: &&String| !stays.contains(&format!("{folder}/{name}"));
            let gone: Vec<&String> = names.iter().filter(is_stale).collect();
            for name in &gone {
                let path = path.join(name);
                std::fs::remove_file(&path).map_err(Error::io(&path))?;
            }
            if gone.len() == names.len() {
                std::fs::remove_dir(&path).map_err(Error::io(&path))?;
            }
        }
        Ok(())
    }

    /// The facts of a part, in order, or those of some rows.
    ///
    /// # Errors
    ///
    /// [`Error`] for files that cannot be read, and rows that are no facts.
    pub fn facts(&self, part: &PartEntry, rows: Option<Range<u64>>) -> Result<Vec<Facts>, Error> {
        let path = path_in(&self.folder, &part.file.path);
        let text = part.text.as_ref().map(|text| path_in(&self.folder, &text.path));
        let rows = rows.map(|rows| vec![rows]);
        let taken = Taken::default();
        let source = Source::Part(Part { path, text, rows });
        gather::source(0, &source, None, true, 1, &taken)?;
        let mut pieces = taken.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        pieces.sort_by_key(|piece| piece.first_row);
        Ok(pieces)
    }

    /// The rows of a shop in a part; `None`: it has none.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read.
    pub fn rows_of(
        &self,
        part: &PartEntry,
        platform: &str,
        shop: &str,
    ) -> Result<Option<Range<u64>>, Error> {
        Ok(shop_in(&self.folder, part, platform, shop)?.as_ref().map(ShopEntry::rows))
    }

    /// The folder for what is not finished, in the folder of the archive.
    fn prepared(&self) -> Result<PathBuf, Error> {
        let unfinished = layout::unfinished(&self.folder);
        std::fs::create_dir_all(&unfinished).map_err(Error::io(&unfinished))?;
        Ok(unfinished)
    }

    /// A number that no file of a day has.
    fn next_number(&self, day: Day) -> Result<usize, Error> {
        let number = |name: &String| -> Option<usize> {
            let (_, number) = name.split_once('.')?.0.rsplit_once('-')?;
            number.parse().ok()
        };
        let names = names_in(&self.folder.join(layout::folder(day.0)))?;
        Ok(names.iter().filter_map(number).max().map_or(0, |greatest| greatest + 1))
    }

    /// Reads a day back: every file's checksum, and every row.
    fn compare(&self, written: &DayWritten, facts: &Facts) -> Result<(), Error> {
        let expected = written.order.iter().map(|row| facts.new_fact(*row as usize));
        let expected = sum(0, expected);
        let (mut n, mut found) = (0, 0u128);
        for part in &written.day.parts {
            for file in std::iter::once(&part.file).chain(&part.text) {
                verify::check(&self.folder, file)?;
            }
            for piece in self.facts(part, None)? {
                let all = (0..piece.len()).map(|row| piece.new_fact(row));
                found = found.wrapping_add(sum(n, all));
                n += piece.len() as u64;
            }
        }
        if (n, found) == (facts.len() as u64, expected) {
            return Ok(());
        }
        let path = written
            .day
            .parts
            .first()
            .map_or_else(|| self.folder.clone(), |part| path_in(&self.folder, &part.file.path));
        let detail = format!("{} facts were written, and {n} that differ were read", facts.len());
        Err(Error::damaged(&path, detail))
    }
}

/// A checksum of rows that come after so many others.
fn sum<'a>(before: u64, facts: impl Iterator<Item = NewFact<'a>>) -> u128 {
    (before..).zip(facts).fold(0, |sum, (row, fact)| sum.wrapping_add(checksum(row, &fact)))
}

fn checksum(row: u64, fact: &NewFact<'_>) -> u128 {
    let mut hash = Sha256::new();
    let known = |value: Option<i64>| {
        value.map_or([0; 9], |value| {
            let mut bytes = [1; 9];
            bytes[1..].copy_from_slice(&value.to_le_bytes());
            bytes
        })
    };
    hash.update(row.to_le_bytes());
    hash.update(fact.at.0.to_le_bytes());
    hash.update([fact.kind.code(), fact.author.code(), fact.form.code()]);
    hash.update([fact.stars.unwrap_or(0)]);
    hash.update(known(fact.seq));
    hash.update(known(fact.seen_at.map(|at| at.0)));
    for text in fact.names().into_iter().chain(fact.texts()) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().map_or(0, |first| u128::from_le_bytes(*first))
}

/// Which columns facts have a value in, as [`has`].
fn columns_of(facts: &Facts) -> u32 {
    let mut found = 0;
    for (column, names) in facts.names.iter().enumerate().take(N_NAMES) {
        found |= u32::from(names.numbers.iter().any(|n| *n != 0)) * has::name(column);
    }
    for (column, texts) in facts.texts.iter().enumerate().take(N_TEXTS) {
        found |= u32::from(!texts.is_empty()) * has::text(column);
    }
    let message = facts::FactKind::Message.code();
    let text = facts::Form::Text.code();
    let rest = [
        (facts.fact.iter().any(|fact| *fact != message), has::FACT),
        (facts.fact.contains(&message), has::AUTHOR),
        (facts.kind.iter().any(|kind| *kind != text), has::KIND),
        (facts.stars.iter().any(|stars| *stars != 0), has::STARS),
        (facts.seq.is_some(), has::SEQ),
        (facts.seen_at.is_some(), has::SEEN_AT),
    ];
    rest.into_iter().filter(|(is_there, _)| *is_there).fold(found, |all, (_, bit)| all | bit)
}

/// The names in a folder; none where there is no folder.
fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder)(error)),
    };
    let name = |entry: io::Result<std::fs::DirEntry>| {
        Ok(entry?.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect::<io::Result<_>>().map_err(Error::io(folder))
}

/// Pieces of a part.
#[derive(Default)]
struct Taken(Mutex<Vec<Facts>>);

impl Take for Taken {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(facts);
        Ok(())
    }

    fn rejected(&self, _: u64, _: &Rejected) -> io::Result<()> {
        Ok(())
    }

    fn progress(&self, _: Progress) {}
}

#[cfg(test)]
mod tests {
    use facts::{Author, Instant};

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path =
            std::env::temp_dir().join(format!("yingda-growing-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn days_come_one_by_one_and_old_files_go_when_nothing_names_them() {
        let folder = folder("days");
        let archive = GrowingArchive::open(&folder).unwrap();
        let start = layout::start_of(20_000);
        let message = |at: i64, buyer| NewFact {
            buyer,
            ..NewFact::message(Instant(start + at), "jd", "s1", Author::Buyer)
        };
        let mut facts = Facts::new(0, 0);
        for fact in [message(5, "b2"), message(7, "b1"), message(7, "b1")] {
            facts.add(&fact).unwrap();
        }
        let first = archive.write(Day(20_000), &facts).unwrap();
        assert_eq!((first.day.rows(), &first.order[..]), (3, &[1, 2, 0][..]));
        facts.add(&NewFact { seq: Some(3), text: "稍等", ..message(1, "b1") }).unwrap();
        let second = archive.write(Day(20_000), &facts).unwrap();
        assert_eq!(second.day.parts[0].file.path, "day=2024-10-04/part-1.parquet");
        archive.publish([&second.day]).unwrap();
        let stays = second.day.files().map(|file| file.path.clone()).collect();
        archive.clear(&stays).unwrap();
        assert!(archive.bytes(&first.day.parts[0].file).is_err());
        let scratch = folder.join("scratch");
        std::fs::create_dir_all(&scratch).unwrap();
        let verified = crate::verify(&folder, &scratch, 1 << 20, 1).unwrap();
        assert_eq!((verified.problems, verified.manifest.rows), (Vec::new(), 4));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_not_read_back_as_it_was_given_is_refused() {
        let folder = folder("refused");
        let archive = GrowingArchive::open(&folder).unwrap();
        let at = Instant(layout::start_of(20_000));
        let fact = NewFact::message(at, "jd", "s1", Author::Buyer);
        let mut facts = Facts::new(0, 0);
        facts.add(&NewFact { buyer: "b1", stars: Some(9), ..fact }).unwrap();
        assert!(archive.write(Day(20_000), &facts).is_err(), "no rating has nine stars");
        let put = |path: &str, bytes: &[u8]| {
            let sha256 = crate::checksum(b"x");
            let entry = FileEntry { path: path.into(), bytes: 1, sha256 };
            archive.put(&entry, &mut |file| file.write_all(bytes))
        };
        for path in ["../x", "day=2024-10-04/../../x", "/x", "day=2024-10-04/.x", "C:x"] {
            assert!(put(path, b"x").is_err(), "{path}");
        }
        assert!(put("day=2024-10-04/part-0.parquet", b"y").is_err());
        put("day=2024-10-04/part-0.parquet", b"x").unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
