//! SQLite behind a [`Connection`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags};

use crate::error::{Error, Result};
use crate::sql::{Access, Connection, Row, Value};

/// Where a SQLite database is, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteFile {
    /// The file; it is made where there is none.
    pub path: PathBuf,
    /// When a commit has reached the disk.
    pub sync: Sync,
    /// The file layer (VFS) by the name it was registered under; absent: the system's. A layer
    /// without shared memory is written by one connection alone, which also reads.
    pub layer: Option<String>,
}

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// When the disk says that it holds it.
    #[default]
    Full,
    /// When the system has it: a power cut loses what was acknowledged. Only to prove that tests
    /// of crashes can fail.
    Off,
}

impl SqliteFile {
    /// A file as the server uses it.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), sync: Sync::Full, layer: None }
    }
}

/// How long a statement waits for a lock that another process holds.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of the file a connection keeps in memory, in KiB.
const CACHE_KIB: i64 = 16 * 1024;
/// The write-ahead log is copied back when it has so many pages of 4 KiB.
const CHECKPOINT_PAGES: i64 = 4096;

pub(crate) struct Sqlite(rusqlite::Connection);

impl Sqlite {
    /// The connection that writes.
    pub(crate) fn writer(file: &SqliteFile) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = open(file, flags)?;
        // What is deleted from a page that stays is overwritten, which keys and buyers' ids always
        // are; pages that leave held sealed texts, and are not written once more for it.
        let own = file.layer.is_some();
        let sync = match file.sync {
            Sync::Full => "FULL",
            Sync::Off => "OFF",
        };
        let locking = if own { "PRAGMA locking_mode = EXCLUSIVE;" } else { "" };
        let settings = format!(
            "{locking} PRAGMA journal_mode = WAL; PRAGMA synchronous = {sync};
             PRAGMA secure_delete = FAST; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
        );
        connection.execute_batch(&settings).map_err(failed("opening the database"))?;
        Ok(Self(connection))
    }

    /// The only connection with a file that is a copy, without files beside it.
    pub(crate) fn single(file: &SqliteFile) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = open(file, flags)?;
        let settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;";
        connection.execute_batch(settings).map_err(failed("opening a copy"))?;
        Ok(Self(connection))
    }

    /// A connection that reads; none where the file's layer allows only one.
    pub(crate) fn reader(file: &SqliteFile) -> Result<Option<Self>> {
        if file.layer.is_some() {
            return Ok(None);
        }
        let connection = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection
            .execute_batch("PRAGMA query_only = ON;")
            .map_err(failed("opening the database"))?;
        Ok(Some(Self(connection)))
    }

    /// Copies the whole database into a file, while others write on.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<()> {
        let doing = "copying the database";
        let mut target = rusqlite::Connection::open(path).map_err(failed(doing))?;
        let backup = rusqlite::backup::Backup::new(&self.0, &mut target).map_err(failed(doing))?;
        // All pages in one step: one state, whatever is written meanwhile.
        let step = backup.step(-1).map_err(failed(doing))?;
        drop(backup);
        if step != rusqlite::backup::StepResult::Done {
            return Err(Error::InUse);
        }
        // A copy is one file.
        target.pragma_update(None, "journal_mode", "DELETE").map_err(failed(doing))?;
        target.close().map_err(|(_, error)| failed(doing)(error))
    }

    /// Whether every page and index is sound.
    pub(crate) fn is_sound(&self) -> Result<bool> {
        let check = "PRAGMA integrity_check(1)";
        let said: String =
            self.0.query_row(check, [], |row| row.get(0)).map_err(failed("checking the file"))?;
        Ok(said == "ok")
    }
}

fn open(file: &SqliteFile, flags: OpenFlags) -> Result<rusqlite::Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = match &file.layer {
        Some(layer) => {
            rusqlite::Connection::open_with_flags_and_vfs(&file.path, flags, layer.as_str())
        }
        None => rusqlite::Connection::open_with_flags(&file.path, flags),
    };
    let connection = opened.map_err(|error| Error::file(&file.path, words(&error)))?;
    connection.busy_timeout(PATIENCE).map_err(failed("opening the database"))?;
    connection.set_prepared_statement_cache_capacity(256);
    let settings = format!("PRAGMA cache_size = -{CACHE_KIB}; PRAGMA temp_store = MEMORY;");
    connection.execute_batch(&settings).map_err(failed("opening the database"))?;
    Ok(connection)
}

/// What SQLite says, without values of statements.
fn words(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            message.clone().unwrap_or_else(|| code.to_string())
        }
        other => other.to_string(),
    }
}

fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::InUse,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::Damaged { what: "the database file" }
        }
        _ => Error::database(doing, words(&error)),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

fn value(found: ValueRef<'_>) -> Result<Value> {
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes);
            Value::Text(text.map_err(|_| Error::Damaged { what: "a text" })?.to_owned())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Error::Damaged { what: "a number that is not whole" }),
    })
}

impl Connection for Sqlite {
    fn begin(&mut self, access: Access) -> Result<()> {
        match access {
            Access::Read => self.script("BEGIN"),
            Access::Write => self.script("BEGIN IMMEDIATE"),
        }
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let doing = "writing";
        let mut statement = self.0.prepare_cached(&places(sql)).map_err(failed(doing))?;
        let changed = statement.execute(rusqlite::params_from_iter(values));
        Ok(changed.map_err(failed(doing))? as u64)
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        take: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let doing = "reading";
        let mut statement = self.0.prepare_cached(&places(sql)).map_err(failed(doing))?;
        let n_columns = statement.column_count();
        let found = statement.query(rusqlite::params_from_iter(values));
        let mut rows = found.map_err(failed(doing))?;
        while let Some(row) = rows.next().map_err(failed(doing))? {
            let mut taken = Vec::with_capacity(n_columns);
            for column in 0..n_columns {
                taken.push(value(row.get_ref(column).map_err(failed(doing))?)?);
            }
            take(Row::new(taken))?;
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql).map_err(failed("writing"))
    }

    fn dialect(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("{integer}", "INTEGER"),
            ("{bytes}", "BLOB"),
            ("{clustered}", "WITHOUT ROWID"),
            ("{lock}", ""),
        ]
    }

    fn scrub(&mut self) -> Result<()> {
        let mut statement =
            self.0.prepare("PRAGMA wal_checkpoint(TRUNCATE)").map_err(failed("scrubbing"))?;
        // A reader may hold the log back: it is emptied by a later checkpoint then.
        statement.query_row([], |_| Ok(())).map_err(failed("scrubbing"))
    }
}

/// Places of values as SQLite numbers them.
fn places(sql: &str) -> String {
    sql.replace('$', "?").replace("{lock}", "")
}
