//! Files that were taken in as a whole.

use facts::Instant;

use crate::audit::{Entry, note};
use crate::error::Result;
use crate::scope::{Grant, Scope};
use crate::sql::{args, first};
use crate::store::Store;

/// A file that was taken in, and what became of its rows. The last three add up to the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What is in it, in hexadecimal digits.
    pub sha256: String,
    /// How it was read: the same bytes read otherwise are another import.
    pub way: String,
    /// What it was called.
    pub name: String,
    /// Rows of it.
    pub rows: u64,
    /// Rows that were new.
    pub accepted: u64,
    /// Rows that were known.
    pub repeats: u64,
    /// Rows that are none.
    pub rejected: u64,
    /// When it was taken in.
    pub at: Instant,
}

impl Store {
    /// Remembers a file whose rows are durable. One that is known stays as it was.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn put_import(&self, scope: &Scope, import: Import) -> Result<()> {
        scope.needs_everything(Grant::Feed)?;
        self.change(move |connection| {
            let Import { sha256, way, name, rows, accepted, repeats, rejected, at } = &import;
            let counts = [*rows, *accepted, *repeats, *rejected].map(|n| n as i64);
            let put = "INSERT INTO imports
                       (sha256, way, name, n, accepted, repeats, rejected, at)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
            let (sha256, way, name) = (sha256.as_str(), way.as_str(), name.as_str());
            let [rows, accepted, repeats, rejected] = counts;
            connection
                .run(put, args![sha256, way, name, rows, accepted, repeats, rejected, at.0])?;
            Ok(())
        })
    }

    /// What became of a file that was taken in; `None`: it was not, or was read otherwise.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn import(&self, scope: &Scope, sha256: &str, way: &str) -> Result<Option<Import>> {
        scope.needs_everything(Grant::Feed)?;
        self.read(|connection| {
            let one = "SELECT name, n, accepted, repeats, rejected, at FROM imports
                       WHERE sha256 = $1 AND way = $2";
            first(connection, one, args![sha256, way], |row| {
                Ok(Import {
                    sha256: sha256.to_owned(),
                    way: way.to_owned(),
                    name: row.text()?,
                    rows: row.int()? as u64,
                    accepted: row.int()? as u64,
                    repeats: row.int()? as u64,
                    rejected: row.int()? as u64,
                    at: Instant(row.int()?),
                })
            })
        })
    }

    /// Notes in the audit log that somebody imported a file: its name, and in `told` how many rows
    /// became what.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not send facts.
    pub fn note_import(&self, scope: &Scope, at: Instant, name: &str, told: &str) -> Result<()> {
        scope.needs(Grant::Feed)?;
        let (who, name, told) = (scope.who(), name.to_owned(), told.to_owned());
        self.change(move |connection| {
            note(connection, at, who, &Entry::new("import", &name).change(None, Some(&told)))
        })
    }
}
