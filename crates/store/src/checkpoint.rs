//! Where the live engine stands, kept with what it had decided by then.

use facts::Instant;

use crate::error::Result;
use crate::feeds::{AlertStep, claim};
use crate::scope::{Grant, Scope};
use crate::sql::{Connection, args, first};
use crate::store::Store;

const CONNECTOR: &str = "live";
const NAME: &str = "checkpoint";

impl Store {
    /// Keeps where the live engine stands together with the steps of alerts that it decided since
    /// the last time, in one transaction: after a crash both are as before, or both are as after.
    /// Says of each step whether it was taken by this call, as [`Store::claim_step`] does. What
    /// `state` says is its writer's business.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn checkpoint(
        &self,
        scope: &Scope,
        at: Instant,
        state: String,
        steps: Vec<AlertStep>,
    ) -> Result<Vec<bool>> {
        scope.needs_everything(Grant::Settings)?;
        self.change(move |connection| {
            put(connection, at, &state)?;
            steps.iter().map(|step| claim(connection, step)).collect()
        })
    }

    /// The last checkpoint. `None`: there was none yet.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn last_checkpoint(&self, scope: &Scope) -> Result<Option<(Instant, String)>> {
        scope.needs_everything(Grant::Settings)?;
        self.read(|connection| {
            let one = "SELECT at, value FROM cursors WHERE connector = $1 AND name = $2";
            first(connection, one, args![CONNECTOR, NAME], |row| {
                Ok((Instant(row.int()?), row.text()?))
            })
        })
    }
}

fn put(connection: &mut dyn Connection, at: Instant, state: &str) -> Result<()> {
    let put = "INSERT INTO cursors (connector, name, value, at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (connector, name)
               DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at";
    connection.run(put, args![CONNECTOR, NAME, state, at.0]).map(|_| ())
}
