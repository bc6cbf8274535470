//! Settings that hold secrets: sealed on the disk, and never in the audit log.

use facts::Instant;
use secret::Secret;

use crate::audit::{Entry, note};
use crate::error::{Error, Result};
use crate::scope::{Grant, Scope};
use crate::secret::bytes_of_hex;
use crate::sql::{args, first};
use crate::store::Store;

/// How the names of sealed settings begin, where others are stored too.
pub(crate) const SEALED: &str = "sealed ";

impl Store {
    /// Puts a setting that holds secrets in the place of the one there was. `was` and `told` are
    /// what the audit log says of it before, if anything, and now.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything.
    pub fn put_sealed(
        &self,
        scope: &Scope,
        at: Instant,
        name: &str,
        (value, (was, told)): (&Secret, (Option<&str>, &str)),
    ) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let place = format!("{SEALED}{name}");
        let sealed = self.0.keys.master.seal(value.reveal().as_bytes(), &place)?;
        let sealed = secret::hex(&sealed);
        let (who, name, told) = (scope.who(), name.to_owned(), told.to_owned());
        let was = was.map(str::to_owned);
        self.change(move |connection| {
            let put = "INSERT INTO settings (name, value) VALUES ($1, $2)
                       ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value";
            connection.run(put, args![place.as_str(), sealed.as_str()])?;
            let line = Entry::new("setting", &name).change(was.as_deref(), Some(&told));
            note(connection, at, who, &line)
        })
    }

    /// A setting that holds secrets. `None`: it was never put.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything, [`Error::WrongKey`] when it
    /// was sealed under another key.
    pub fn sealed(&self, scope: &Scope, name: &str) -> Result<Option<Secret>> {
        scope.needs_everything(Grant::Settings)?;
        let place = format!("{SEALED}{name}");
        let found = self.read(|connection| {
            let one = "SELECT value FROM settings WHERE name = $1";
            first(connection, one, args![place.as_str()], |row| row.text())
        })?;
        let damaged = Error::Damaged { what: "a sealed setting" };
        let Some(found) = found else { return Ok(None) };
        let sealed = bytes_of_hex(&found).ok_or_else(|| damaged.clone())?;
        let opened = self.0.keys.master.open(&sealed, &place)?;
        let text = std::str::from_utf8(&opened).map_err(|_| damaged)?;
        Ok(Some(Secret::from(text)))
    }
}
