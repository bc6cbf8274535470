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
    /// file exists, [`Error::Backup`] when the copy is not sound.
    pub fn backup(&self, scope: &Scope, path: &Path) -> Result<Copied> {
        scope.needs_everything(Grant::Manage)?;
        if path.exists() {
            return Err(Error::NotEmpty);
        }
        // Files of the archive stay while they are copied.
        let shelf = self.0.shelf.as_ref();
        let _reading = shelf.map(|one| one.reading.read().unwrap_or_else(PoisonError::into_inner));
        let copied = self.copy_to(path).and_then(|()| checked(path, MADE));
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

    /// What a backup's file holds, once it is known to be sound: for whoever got one from a server
    /// that runs. A file that an older program wrote is brought up to date by it.
    ///
    /// # Errors
    ///
    /// [`Error::Backup`] when it is not sound, [`Error::Newer`] when a newer program wrote it,
    /// [`Error::File`] when it cannot be read.
    pub fn check_backup(path: &Path) -> Result<Copied> {
        checked(path, MADE)
    }

    /// Fills an empty database and the folder of its archive from a backup's file, and checks both.
    ///
    /// # Errors
    ///
    /// [`Error::NotEmpty`] when the target holds anything, [`Error::Backup`] when the backup is
    /// not sound, [`Error::WrongKey`] when it was made under another master key, [`Error::Archive`]
    /// for files of the archive that cannot be written.
    pub fn restore(
        backup: &Path,
        (target, archive): (&Backend, &Path),
        master: &MasterKey,
    ) -> Result<Copied> {
        let expected = checked(backup, GIVEN)?;
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

/// What to do about a backup that is not sound, in English and Chinese.
type Advice = [&'static str; 2];

/// About one that was just made.
const MADE: Advice = [
    "the copy was not kept, earlier backups are as they were. Its source or the disk is faulty: \
     look at the disk, then make another copy; where that fails too, stop the server, copy its \
     whole data folder as it is, and restore the latest backup into a new one",
    "此副本未保留，先前的备份不受影响。来源数据或磁盘有问题：请检查磁盘后重新备份；若仍失败，\
     请停止服务端，将其数据文件夹原样整个复制保存，再把最近的备份恢复到新文件夹",
];

/// About one that data shall be restored from.
const GIVEN: Advice = [
    "nothing was restored. Take another copy of this backup, or an earlier one. Where there is \
     none, a copy of the server's whole data folder serves as it is, and logs that were kept can \
     be imported into a new one",
    "未恢复任何内容。请改用此备份的另一份副本，或更早的备份。若都没有，可直接使用服务端数据文件夹\
     的完整副本，或把保存的日志导入新的服务端",
];

/// What is wrong with a backup's file.
enum Unsound {
    /// It is a database of something else.
    Foreign,
    /// Parts of it cannot be read.
    Unreadable,
    /// It can be read, and lacks what it should hold.
    Incomplete,
}

impl Unsound {
    fn told(&self, path: &Path, [advice_en, advice_zh]: Advice) -> Error {
        let path = path.display();
        let (en, zh) = match self {
            Self::Foreign => (
                "is a database, but not one that `yingda backup` wrote",
                "是数据库，但不是 `yingda backup` 写出的备份",
            ),
            Self::Unreadable => (
                "is damaged: a part of it is missing or was overwritten",
                "已损坏：部分内容缺失或被改写",
            ),
            Self::Incomplete => (
                "is damaged: it does not hold all the facts and archived days that it names",
                "已损坏：其中的事实或归档日期与其记录不符",
            ),
        };
        Error::Backup {
            en: format!("{path}: {en}; {advice_en}"),
            zh: format!("{path}：{zh}；{advice_zh}"),
        }
    }
}

/// What a backup's file holds, once it is known to be sound.
fn checked(path: &Path, advice: Advice) -> Result<Copied> {
    if !path.is_file() {
        return Err(Error::file(path, "there is no such file"));
    }
    let unreadable = |error: Error| match error {
        // What SQLite says of its pages helps nobody.
        Error::Database { .. } | Error::Damaged { .. } => Unsound::Unreadable.told(path, advice),
        error => error,
    };
    let mut copy = Sqlite::copy(path).map_err(unreadable)?;
    if !copy.is_sound().map_err(unreadable)? {
        return Err(Unsound::Unreadable.told(path, advice));
    }
    // Before it gets tables: whatever else it is stays as it is.
    if !is_ours(&mut copy).map_err(unreadable)? {
        return Err(Unsound::Foreign.told(path, advice));
    }
    let held = migrate(&mut copy).and_then(|()| held(&mut copy)).map_err(unreadable)?;
    held.ok_or_else(|| Unsound::Incomplete.told(path, advice))
}

/// Whether a file has the tables of a store.
fn is_ours(copy: &mut dyn Connection) -> Result<bool> {
    let tables = "SELECT COUNT(*) FROM sqlite_master
                  WHERE type = 'table' AND name IN ('schema_version', 'standing', 'segments')";
    Ok(first(copy, tables, &[], |row| row.int())? == Some(3))
}

/// What a copy holds; `None`: not all that it should.
fn held(copy: &mut dyn Connection) -> Result<Option<Copied>> {
    let copied = counts(copy)?;
    // Every fact that arrived and was not dropped is there.
    let sums = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM";
    let [of_segments, of_days] = ["segments", "days"].map(|table| format!("{sums} {table}"));
    let stored = first(copy, &of_segments, &[], |row| row.int())?;
    let counted = first(copy, &of_days, &[], |row| row.int())?;
    Ok((stored == counted && has_files(copy)?).then_some(copied))
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
