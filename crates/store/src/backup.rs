//! Copies of the whole store: one file that either database can be filled from.

use std::path::Path;

use crate::error::{Error, Result};
use crate::schema::{TABLES, migrate};
use crate::scope::{Grant, Scope};
use crate::secret::MasterKey;
use crate::sql::{Access, Connection, first, within};
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
    /// Writes the whole store into a new file, while others write on: one state, checked
    /// afterwards. The file is a SQLite database, whichever database the store is in. Texts and
    /// keys in it are sealed: without the master key, which is not in it, no text can be read.
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

    /// Fills an empty database from a backup's file, and checks it.
    ///
    /// # Errors
    ///
    /// [`Error::NotEmpty`] when the target holds anything, [`Error::Damaged`] when the backup is
    /// not sound, [`Error::WrongKey`] when it was made under another master key.
    pub fn restore(backup: &Path, target: &Backend, master: &MasterKey) -> Result<Copied> {
        let expected = checked(backup)?;
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
            source.commit()?;
            let found = counts(connection)?;
            if found == expected { Ok(found) } else { Err(DIFFERS) }
        })
    }
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
    if stored == counted { Ok(copied) } else { Err(DIFFERS) }
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
