//! Copies of the whole store: one file that either database can be filled from. Files of the
//! archive are in it too, in a table of their own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::PoisonError;

use archive::{FileEntry, GrowingArchive};
use facts::Day;
use sha2::{Digest, Sha256};

use crate::archived::{ArchivedDay, Shelf, archived_days};
use crate::error::{Error, Result};
use crate::schema::{TABLES, migrate};
use crate::scope::{Grant, Scope};
use crate::secret::MasterKey;
use crate::sql::{Access, Connection, args, first, within};
use crate::sqlite::{Sqlite, SqliteFile};
use crate::store::{Backend, Store, hash_key};

/// What a backup or a restored store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Rows of each table, by its name.
    pub rows: Vec<(&'static str, u64)>,
    /// How many facts ever arrived.
    pub arrivals: u64,
}

impl Store {
    /// Writes the whole store with its archive into a new file, while others write on: one state,
    /// checked afterwards. The file is a SQLite database, whichever database the store is in. Texts
    /// and keys in it are sealed: without the master key, which is not in it, no text can be read.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything, [`Error::NotEmpty`] when the
    /// file exists, [`Error::Damaged`] when the copy is not sound.
    pub fn backup(&self, scope: &Scope, path: &Path) -> Result<Copied> {
        scope.needs_everything(Grant::Manage)?;
        if path.exists() {
            return Err(Error::NotEmpty);
        }
        // Files of the archive stay while they are copied.
        let shelf = self.0.shelf.as_ref();
        let _reading = shelf.map(|one| one.reading.read().unwrap_or_else(PoisonError::into_inner));
        let copied = self.copy_to(path).and_then(|()| checked(path));
        if copied.is_err() {
            // Half a copy must not be taken for one.
            let _ = std::fs::remove_file(path);
        }
        copied
    }

    fn copy_to(&self, path: &Path) -> Result<()> {
        match &self.0.backend {
            Backend::Sqlite(file) => {
                let source = Sqlite::reader(file)?;
                let absent = Error::database("reading", "the file layer allows one connection");
                source.ok_or(absent)?.copy_to(path)?;
            }
            Backend::Postgres(_) => {
                let mut target = Sqlite::copy(path)?;
                migrate(&mut target)?;
                self.read(|source| fill(source, &mut target))?;
            }
        }
        let mut copy = Sqlite::copy(path)?;
        let days = archived_days(&mut copy)?;
        if !days.is_empty() {
            let shelf = self.shelf()?;
            within(&mut copy, Access::Write, |copy| put_files(copy, &days, &shelf.archive))?;
        }
        drop(copy);
        let failed = |error| Error::file(path, error);
        std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(failed)
    }

    /// What a backup's file holds, once it is known to be sound: for whoever got one from
    /// elsewhere. A file that an older program wrote is brought up to date by it.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] when it is not sound, [`Error::Newer`] when a newer program wrote it,
    /// [`Error::File`] when it cannot be read.
    pub fn check_backup(path: &Path) -> Result<Copied> {
        checked(path)
    }

    /// Fills an empty database and the folder of its archive from a backup's file, and checks both.
    ///
    /// # Errors
    ///
    /// [`Error::NotEmpty`] when the target holds anything, [`Error::Damaged`] when the backup is
    /// not sound, [`Error::WrongKey`] when it was made under another master key, [`Error::Archive`]
    /// for files of the archive that cannot be written.
    pub fn restore(
        backup: &Path,
        (target, archive): (&Backend, &Path),
        master: &MasterKey,
    ) -> Result<Copied> {
        let expected = checked(backup)?;
        if archive::is_archive(archive) {
            return Err(Error::NotEmpty);
        }
        let was_there = archive.exists();
        let restored = restored(backup, (target, archive), master, &expected);
        if restored.is_err() && !was_there {
            // There was none before.
            let _ = std::fs::remove_dir_all(archive);
        }
        restored.map(|()| expected)
    }
}

fn restored(
    backup: &Path,
    (target, archive): (&Backend, &Path),
    master: &MasterKey,
    expected: &Copied,
) -> Result<()> {
    let shelf = Shelf::open(archive)?;
    let mut source = Sqlite::copy(backup)?;
    migrate(&mut source)?;
    hash_key(&mut source, master)?;
    // Nothing may be served from what is being filled.
    let mut connection = target.writer(true)?;
    migrate(&mut *connection)?;
    if counts(&mut *connection)?.rows.iter().any(|(_, n)| *n > 0) {
        return Err(Error::NotEmpty);
    }
    within(&mut *connection, Access::Write, |connection| {
        source.begin(Access::Read)?;
        fill(&mut source, connection)?;
        let days = archived_days(&mut source)?;
        if !days.is_empty() {
            take_files(&mut source, &days, &shelf.archive)?;
            shelf.publish(&days)?;
        }
        source.commit()?;
        if counts(connection)? == *expected { Ok(()) } else { Err(DIFFERS) }
    })
}

/// Files of the archive are cut into pieces of so many bytes.
const PIECE: usize = 1 << 20;

/// The table of a copy that holds them.
const FILES: &str = "CREATE TABLE IF NOT EXISTS archive_files (
                         path TEXT NOT NULL,
                         piece INTEGER NOT NULL,
                         bytes BLOB NOT NULL,
                         PRIMARY KEY (path, piece)
                     )";

/// Puts the files of archived days into a copy.
fn put_files(
    copy: &mut dyn Connection,
    days: &BTreeMap<Day, ArchivedDay>,
    archive: &GrowingArchive,
) -> Result<()> {
    copy.script(FILES)?;
    for entry in days.values().flat_map(ArchivedDay::files) {
        let path = archive.path(entry);
        let failed = |error| Error::file(&path, error);
        let mut file = File::open(&path).map_err(failed)?;
        for piece in 0i64.. {
            let mut bytes = Vec::with_capacity(PIECE);
            Read::by_ref(&mut file).take(PIECE as u64).read_to_end(&mut bytes).map_err(failed)?;
            if bytes.is_empty() {
                break;
            }
            let put = "INSERT INTO archive_files (path, piece, bytes) VALUES ($1, $2, $3)";
            copy.run(put, args![entry.path.as_str(), piece, bytes])?;
        }
    }
    Ok(())
}

/// Hands on the pieces of a file that a copy holds.
fn each_piece(
    copy: &mut dyn Connection,
    entry: &FileEntry,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let pieces = "SELECT bytes FROM archive_files WHERE path = $1 ORDER BY piece";
    copy.each(pieces, args![entry.path.as_str()], &mut |mut row| take(&row.bytes()?))
}

/// Writes the files of archived days from a copy into the archive.
fn take_files(
    copy: &mut dyn Connection,
    days: &BTreeMap<Day, ArchivedDay>,
    archive: &GrowingArchive,
) -> Result<()> {
    for entry in days.values().flat_map(ArchivedDay::files) {
        let mut pieces = |file: &mut dyn Write| {
            let failed = |error: std::io::Error| Error::file(&archive.path(entry), error);
            each_piece(copy, entry, &mut |bytes| file.write_all(bytes).map_err(failed))
                .map_err(std::io::Error::other)
        };
        archive.put(entry, &mut pieces).map_err(|error| Error::archive(&error))?;
    }
    Ok(())
}

/// Whether a copy holds the files of all its archived days, byte by byte.
fn has_files(copy: &mut dyn Connection) -> Result<bool> {
    let days = archived_days(copy)?;
    if !days.is_empty() {
        copy.script(FILES)?;
    }
    for entry in days.values().flat_map(ArchivedDay::files) {
        let mut hash = Sha256::new();
        each_piece(copy, entry, &mut |bytes| {
            hash.update(bytes);
            Ok(())
        })?;
        if ::secret::hex(&hash.finalize()) != entry.sha256 {
            return Ok(false);
        }
    }
    Ok(true)
}

const DIFFERS: Error = Error::Damaged { what: "a copy that differs from its source" };

/// What a backup's file holds, once it is known to be sound.
fn checked(path: &Path) -> Result<Copied> {
    if !path.is_file() {
        return Err(Error::file(path, "there is no such file"));
    }
    let mut copy = Sqlite::copy(path)?;
    if !copy.is_sound()? {
        return Err(Error::Damaged { what: "the backup" });
    }
    migrate(&mut copy)?;
    let copied = counts(&mut copy)?;
    // Every fact that arrived and was not dropped is there.
    let sums = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM";
    let [of_segments, of_days] = ["segments", "days"].map(|table| format!("{sums} {table}"));
    let stored = first(&mut copy, &of_segments, &[], |row| row.int())?;
    let counted = first(&mut copy, &of_days, &[], |row| row.int())?;
    if stored == counted && has_files(&mut copy)? { Ok(copied) } else { Err(DIFFERS) }
}

fn counts(connection: &mut dyn Connection) -> Result<Copied> {
    let mut rows = Vec::new();
    for table in TABLES {
        let count = format!("SELECT COUNT(*) FROM {}", table.name);
        let n = first(connection, &count, &[], |row| row.int())?.unwrap_or(0);
        rows.push((table.name, n as u64));
    }
    let arrivals = first(connection, "SELECT arrivals FROM standing", &[], |row| row.int())?;
    Ok(Copied { rows, arrivals: arrivals.unwrap_or(0) as u64 })
}

/// Copies every row of every table.
fn fill(source: &mut dyn Connection, target: &mut dyn Connection) -> Result<()> {
    for table in TABLES {
        let n_columns = table.columns.split(',').count();
        let places: Vec<String> = (1..=n_columns).map(|n| format!("${n}")).collect();
        let select = format!("SELECT {} FROM {}", table.columns, table.name);
        let (name, columns, places) = (table.name, table.columns, places.join(", "));
        let insert = format!("INSERT INTO {name} ({columns}) VALUES ({places})");
        source.each(&select, &[], &mut |row| {
            target.run(&insert, &row.rest())?;
            Ok(())
        })?;
    }
    Ok(())
}

impl Sqlite {
    /// A copy of a store, in one file.
    fn copy(path: &Path) -> Result<Self> {
        Self::single(&SqliteFile::new(path))
    }
}
