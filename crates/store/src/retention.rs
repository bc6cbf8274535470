//! What leaves the store: closed days, identities, buyers.

use facts::{Day, Instant};

use crate::append::{day_of, day_start, next_epoch, rewrite};
use crate::audit::{Entry, note};
use crate::error::{Error, Result};
use crate::known::Known;
use crate::piece::Piece;
use crate::registry::shops;
use crate::scope::{Grant, Scope};
use crate::sql::{all, args, first};
use crate::store::Store;
use crate::threads::place;

impl Store {
    /// Days before a day that have facts, in order, with how many. A day is that of UTC+8 on every
    /// platform, as in archives.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn days_before(&self, scope: &Scope, day: Day) -> Result<Vec<(Day, u64)>> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            let days = "SELECT day, n FROM days WHERE day < $1 AND n > 0 ORDER BY day";
            all(connection, days, args![i64::from(day.0)], |row| {
                Ok((Day(row.int()? as i32), row.int()? as u64))
            })
        })
    }

    /// Drops a day's facts and texts that are not archived. Their identities stay: what arrives
    /// again is still a duplicate ([`Store::forget_before`]). Returns how many facts left.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn drop_day(&self, scope: &Scope, at: Instant, day: Day) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        self.change(move |connection| {
            let number = i64::from(day.0);
            let one = "SELECT n FROM days WHERE day = $1";
            let n = first(connection, one, args![number], |row| row.int())?.unwrap_or(0);
            let segments = "SELECT first FROM segments WHERE at_max >= $1 AND at_min < $2";
            let range = args![day_start(number), day_start(number + 1)];
            for segment in all(connection, segments, range, |row| row.int())? {
                let stays = |piece: &Piece, row: usize| day_of(piece.at[row]) != number;
                rewrite(connection, segment, &stays)?;
            }
            connection.run("DELETE FROM days WHERE day = $1", args![number])?;
            connection.run("UPDATE standing SET drops = drops + 1", &[])?;
            next_epoch(connection)?;
            let facts = format!("{n} facts");
            let named = day.to_string();
            let entry = Entry::new("day dropped", &named).change(Some(&facts), None);
            note(connection, at, who, &entry)?;
            Ok(n as u64)
        })
    }

    /// Drops the texts, orders and money of facts that happened before an instant, whose other
    /// columns stay. What lies together with newer ones goes with these. Returns how many segments
    /// and archived days lost theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn drop_texts(&self, scope: &Scope, at: Instant, before: Instant) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        let n_days = self.drop_archived_texts(scope, Day(day_of(before.0) as i32))?;
        let n = self.change(move |connection| {
            // A segment and its texts have the same first number.
            let old = "DELETE FROM texts
                       WHERE first IN (SELECT first FROM segments WHERE at_max < $1)";
            let n = connection.run(old, args![before.0])?;
            if n > 0 {
                let subject = format!("before {} ms", before.0);
                note(connection, at, who, &Entry::new("texts dropped", &subject))?;
            }
            Ok(n)
        })?;
        Ok(n_days + n)
    }

    /// Drops the lines of the audit log from before an instant; how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn drop_audit(&self, scope: &Scope, at: Instant, before: Instant) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        self.change(move |connection| {
            let n = "SELECT COUNT(*) FROM audit WHERE at < $1";
            let n = first(connection, n, args![before.0], |row| row.int())?.unwrap_or(0) as u64;
            if n > 0 {
                // It comes first, so that numbers go on from where they were.
                let subject = format!("{n} lines before {} ms", before.0);
                note(connection, at, who, &Entry::new("audit log shortened", &subject))?;
                connection.run("DELETE FROM audit WHERE at < $1", args![before.0])?;
            }
            Ok(n)
        })
    }

    /// How often days were dropped: what was counted with them is not what is counted without.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn drops(&self, scope: &Scope) -> Result<u64> {
        scope.needs_everything(Grant::Read)?;
        let drops = "SELECT drops FROM standing";
        let found = self.read(|connection| first(connection, drops, &[], |row| row.int()))?;
        Ok(found.unwrap_or(0) as u64)
    }

    /// Forgets identities of facts that happened before an instant, and refuses such facts from
    /// then on ([`crate::Refused::BeforeHorizon`]): nobody could say any more whether they are
    /// repeats. Returns how many identities left; those that lie among newer ones stay for now.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, [`Error::Unfit`] when facts from before
    /// that instant are still in the store.
    pub fn forget_before(&self, scope: &Scope, at: Instant, horizon: Instant) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        self.change(move |connection| {
            let earliest = "SELECT MIN(at_min) FROM segments";
            let earliest = first(connection, earliest, &[], |row| row.maybe_int())?.flatten();
            if earliest.is_some_and(|earliest| earliest < horizon.0) {
                let expected = "an instant before that of every fact that is still stored";
                return Err(Error::Unfit { what: "horizon", expected });
            }
            let n = Known::forget(connection, horizon.0)?;
            let later = "UPDATE standing SET horizon = $1 WHERE horizon < $1";
            connection.run(later, args![horizon.0])?;
            next_epoch(connection)?;
            let subject = format!("before {} ms", horizon.0);
            let entry = Entry::new("identities forgotten", &subject);
            note(connection, at, who, &entry)?;
            Ok(n)
        })
    }

    /// Forgets a buyer: the key of their texts, orders and money, which nobody can read again, and
    /// their id, in whose place a pseudonym stands. What was counted stays counted: instants,
    /// kinds, authors, accounts, conversation and message ids, stars. What arrives again of
    /// theirs is still a duplicate; what arrives new is a new buyer's. Returns the pseudonym.
    ///
    /// Copies of the database that were made before still have both.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the scope does not reach the shop, [`Error::Absent`] when the shop
    /// has no such buyer, [`Error::Unfit`] when they are an account of the shop itself.
    pub fn erase_buyer(
        &self,
        scope: &Scope,
        at: Instant,
        [platform, shop, buyer]: [&str; 3],
    ) -> Result<String> {
        scope.needs_shop(Grant::Manage, platform, shop)?;
        if buyer.is_empty() {
            return Err(Error::Absent { what: "buyer" });
        }
        let who = scope.who();
        let [platform, shop, buyer] = [platform, shop, buyer].map(str::to_owned);
        let keys = std::sync::Arc::clone(&self.0.keys);
        let pseudonym = self.change(move |connection| {
            let absent = Error::Absent { what: "buyer" };
            let place = place(connection, &platform, &shop)?.ok_or(absent.clone())?;
            let one = "SELECT number FROM threads
                       WHERE place = $1 AND buyer = $2 AND erased_at IS NULL";
            let thread =
                first(connection, one, args![i64::from(place), buyer.as_str()], |row| row.int())?;
            let thread = thread.ok_or(absent)?;
            // Whether a buyer is the shop's own account decides what counts: it is known by its id.
            let entries = shops(connection, Some((&platform, &shop)))?;
            let mut own = entries.iter().flat_map(|entry| &entry.own_accounts);
            if own.any(|one| *one.buyer == *buyer) {
                let expected = "no account of the shop itself";
                return Err(Error::Unfit { what: "buyer", expected });
            }
            let pseudonym = keys.hash.pseudonym(thread as u32);
            connection.run(
                "UPDATE threads SET buyer = $1, sealing_key = NULL, erased_at = $2
                 WHERE number = $3",
                args![pseudonym.clone(), at.0, thread],
            )?;
            next_epoch(connection)?;
            let entry = Entry::new("buyer erased", &pseudonym).of_shop(&platform, &shop);
            note(connection, at, who, &entry)?;
            Ok(pseudonym)
        })?;
        self.0.writer.scrub()?;
        Ok(pseudonym)
    }
}
