//! Closed days: moved out of the database into an archive, and what is read of them.
//!
//! Which days are archived, and in which files, is what the database says; the archive's manifest
//! says the same to whoever reads the folder by itself. Files come before the row that names them
//! and go after it, so that every fact is in one of both places at any instant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use archive::{DayEntry, FileEntry, GrowingArchive, PartEntry};
use facts::{Day, Instant};
use serde::{Deserialize, Serialize};

use crate::append::{day_of, day_start, next_epoch, rewrite};
use crate::audit::{Entry, note};
use crate::bytes::{Reader, Writer};
use crate::error::{Error, Result};
use crate::piece::Piece;
use crate::scope::{Grant, Scope};
use crate::sql::{Connection, all, args};
use crate::store::Store;

mod moving;
mod reading;

pub(crate) use moving::Moved;
pub(crate) use reading::{Archived, OF_SHOP, OpenText};

/// The archive of a store.
pub(crate) struct Shelf {
    pub(crate) archive: GrowingArchive,
    /// One changes which days there are.
    moving: Mutex<()>,
    /// While files are read, none goes.
    pub(crate) reading: RwLock<()>,
}

impl Shelf {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let archive = GrowingArchive::open(folder).map_err(|error| Error::archive(&error))?;
        Ok(Self { archive, moving: Mutex::new(()), reading: RwLock::new(()) })
    }

    /// Removes files that no archived day has, unless somebody reads just now: then the next time.
    fn clear(&self, days: &BTreeMap<Day, ArchivedDay>) -> Result<()> {
        let Ok(_nobody_reads) = self.reading.try_write() else { return Ok(()) };
        let stays: BTreeSet<String> =
            days.values().flat_map(ArchivedDay::files).map(|file| file.path.clone()).collect();
        self.archive.clear(&stays).map_err(|error| Error::archive(&error))
    }

    pub(crate) fn publish(&self, days: &BTreeMap<Day, ArchivedDay>) -> Result<()> {
        let entries = days.values().map(|day| &day.facts);
        self.archive.publish(entries).map_err(|error| Error::archive(&error))
    }
}

/// The files of an archived day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArchivedDay {
    /// Its facts, as the manifest has them.
    pub(crate) facts: DayEntry,
    /// Sealed texts, orders and money of its facts; absent: there are none, or they were dropped.
    pub(crate) texts: Option<FileEntry>,
}

impl ArchivedDay {
    /// All its files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.facts.files().chain(&self.texts)
    }

    /// Its parts, each with how many rows of the day come before it.
    fn parts(&self) -> impl Iterator<Item = (u64, &PartEntry)> {
        let mut before = 0;
        self.facts.parts.iter().map(move |part| {
            let first = before;
            before += part.rows;
            (first, part)
        })
    }
}

/// The days that are archived.
pub(crate) fn archived_days(connection: &mut dyn Connection) -> Result<BTreeMap<Day, ArchivedDay>> {
    let every = "SELECT day, entry FROM archived ORDER BY day";
    let days = all(connection, every, &[], |row| {
        let day = Day(row.int()? as i32);
        let entry = serde_json::from_str(&row.text()?);
        Ok((day, entry.map_err(|_| Error::Damaged { what: "the entry of an archived day" })?))
    })?;
    Ok(days.into_iter().collect())
}

/// A sealed text of an archived fact.
pub(crate) struct SealedText {
    /// The row of the day, from 0.
    pub(crate) row: u64,
    pub(crate) arrival: u64,
    pub(crate) thread: u32,
    pub(crate) sealed: Vec<u8>,
}

/// Sealed texts in bytes, by row.
fn encode(texts: &[SealedText]) -> Vec<u8> {
    let (mut out, mut last) = (Writer::default(), 0);
    for text in texts {
        out.number(text.row - last);
        out.number(text.arrival);
        out.number(text.thread.into());
        out.bytes(&text.sealed);
        last = text.row;
    }
    out.0
}

fn decode(bytes: &[u8]) -> Result<Vec<SealedText>> {
    let damaged = Error::Damaged { what: "archived texts" };
    let (mut reader, mut texts, mut row) = (Reader::new(bytes), Vec::new(), 0u64);
    while !reader.is_empty() {
        row = row.checked_add(reader.number()?).ok_or_else(|| damaged.clone())?;
        let arrival = reader.number()?;
        let thread = reader.below(1 << 32)? as u32;
        texts.push(SealedText { row, arrival, thread, sealed: reader.bytes()?.to_vec() });
    }
    Ok(texts)
}

impl Store {
    /// The archive of the store.
    ///
    /// # Errors
    ///
    /// [`Error::Unfit`] when it was opened without one.
    pub(crate) fn shelf(&self) -> Result<&Shelf> {
        let expected = "the folder of the archive";
        self.0.shelf.as_ref().ok_or(Error::Unfit { what: "archived day", expected })
    }

    /// The days that are archived, in order, with how many facts each has there.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach.
    pub fn archived(&self, scope: &Scope) -> Result<Vec<(Day, u64)>> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            let every = "SELECT day, n FROM archived ORDER BY day";
            all(connection, every, &[], |row| Ok((Day(row.int()? as i32), row.int()? as u64)))
        })
    }

    /// Moves a day's facts into the archive, beside those of the day that are there already, and
    /// returns how many moved. A day is that of UTC+8. Buyers are under pseudonyms there; texts,
    /// orders and money lie beside the facts, sealed as they were; of a reply that a list of
    /// phrases has, one such phrase stands as its text. All of it was read back, and compared,
    /// before anything leaves the database. What was broken off leaves everything as it was, and
    /// files that the next call removes.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, [`Error::Unfit`] when the store was
    /// opened without an archive, [`Error::Archive`] for what cannot be written or is not read
    /// back as it was.
    pub fn archive_day(&self, scope: &Scope, at: Instant, day: Day) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let shelf = self.shelf()?;
        let _alone = shelf.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((moved, mut days)) = self.read(|connection| {
            let days = archived_days(connection)?;
            let hash = &self.0.keys.hash;
            let moved = Moved::read(connection, (&shelf.archive, hash), day, days.get(&day))?;
            Ok(moved.map(|moved| (moved, days)))
        })?
        else {
            return Ok(0);
        };
        let (who, n, newest) = (scope.who(), moved.n, moved.newest);
        let entry = moved.write(&shelf.archive, day)?;
        days.insert(day, entry.clone());
        shelf.publish(&days)?;
        // Made of texts and numbers, it always becomes JSON.
        let text = serde_json::to_string(&entry).unwrap_or_default();
        let rows = entry.facts.rows();
        self.change(move |connection| {
            let left = leave(connection, day, newest)?;
            if left != n {
                // Somebody else took of them meanwhile.
                return Err(Error::Damaged { what: "the facts of a day that is being archived" });
            }
            connection.run(
                "INSERT INTO archived (day, n, entry) VALUES ($1, $2, $3)
                 ON CONFLICT (day) DO UPDATE SET n = EXCLUDED.n, entry = EXCLUDED.entry",
                args![i64::from(day.0), rows as i64, text.as_str()],
            )?;
            let (facts, named) = (format!("{n} facts"), day.to_string());
            note(
                connection,
                at,
                who,
                &Entry::new("day archived", &named).change(None, Some(&facts)),
            )
        })?;
        shelf.clear(&days)?;
        Ok(n)
    }

    /// Brings the archive's folder to what the store says of it: after a crash there may be a day
    /// too many, or files that no day has.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, [`Error::Archive`] for what cannot be
    /// written.
    pub fn settle_archive(&self, scope: &Scope) -> Result<()> {
        scope.needs_everything(Grant::Manage)?;
        let shelf = self.shelf()?;
        let _alone = shelf.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let days = self.read(archived_days)?;
        let published = shelf.archive.published().map_err(|error| Error::archive(&error))?;
        let parts = || days.values().flat_map(|day| &day.facts.parts);
        if parts().ne(&published) {
            shelf.publish(&days)?;
        }
        if published.is_empty() && days.is_empty() && !shelf.archive.folder().exists() {
            return Ok(());
        }
        shelf.clear(&days)
    }

    /// Removes the archived facts of days before a day, with their texts; how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, [`Error::Archive`] for what cannot be
    /// removed; it is tried again with the next call of [`Store::settle_archive`].
    pub fn drop_archived(&self, scope: &Scope, at: Instant, before: Day) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        let n = self.change(move |connection| {
            let of_days = "SELECT day, n FROM archived WHERE day < $1 ORDER BY day";
            let before = i64::from(before.0);
            let gone = all(connection, of_days, args![before], |row| Ok((row.int()?, row.int()?)))?;
            connection.run("DELETE FROM archived WHERE day < $1", args![before])?;
            for (day, n) in &gone {
                let (day, facts) = (Day(*day as i32).to_string(), format!("{n} facts"));
                let entry = Entry::new("day dropped", &day).change(Some(&facts), None);
                note(connection, at, who, &entry)?;
            }
            Ok(gone.into_iter().map(|(_, n)| n as u64).sum())
        })?;
        if n > 0 {
            self.settle_archive(scope)?;
        }
        Ok(n)
    }

    /// Removes the sealed texts of archived days before a day; of how many days.
    pub(crate) fn drop_archived_texts(&self, scope: &Scope, before: Day) -> Result<u64> {
        let n = self.change(move |connection| {
            let mut n = 0;
            for (day, mut entry) in archived_days(connection)? {
                if day < before && entry.texts.take().is_some() {
                    let text = serde_json::to_string(&entry).unwrap_or_default();
                    let put = "UPDATE archived SET entry = $1 WHERE day = $2";
                    connection.run(put, args![text, i64::from(day.0)])?;
                    n += 1;
                }
            }
            Ok(n)
        })?;
        if n > 0 {
            self.settle_archive(scope)?;
        }
        Ok(n)
    }
}

/// Takes the facts of a day that arrived up to a number out of the database; how many there were.
fn leave(connection: &mut dyn Connection, day: Day, newest: u64) -> Result<u64> {
    let number = i64::from(day.0);
    let (from, until, newest) = (day_start(number), day_start(number + 1), newest as i64);
    let segments = "SELECT first, last, n, at_min, at_max FROM segments
                    WHERE at_max >= $1 AND at_min < $2 AND first <= $3";
    let segments = all(connection, segments, args![from, until, newest], |row| {
        Ok([row.int()?, row.int()?, row.int()?, row.int()?, row.int()?])
    })?;
    let left = std::cell::Cell::new(0u64);
    for [first, last, n, at_min, at_max] in segments {
        if at_min >= from && at_max < until && last <= newest {
            connection.run("DELETE FROM segments WHERE first = $1", args![first])?;
            let texts = "DELETE FROM texts WHERE first BETWEEN $1 AND $2";
            connection.run(texts, args![first, last])?;
            left.set(left.get() + n as u64);
            continue;
        }
        let stays = |piece: &Piece, row: usize| {
            day_of(piece.at[row]) != number || piece.arrival[row] as i64 > newest
        };
        let one = "SELECT threads, facts FROM segments WHERE first = $1";
        connection.each(one, args![first], &mut |mut row| {
            let piece = Piece::decode(&row.bytes()?, &row.bytes()?)?;
            let gone = (0..piece.len()).filter(|row| !stays(&piece, *row)).count();
            left.set(left.get() + gone as u64);
            Ok(())
        })?;
        rewrite(connection, first, &stays)?;
    }
    let left = left.get();
    let days = "UPDATE days SET n = n - $1 WHERE day = $2";
    connection.run(days, args![left as i64, number])?;
    connection.run("DELETE FROM days WHERE n = 0", &[])?;
    next_epoch(connection)?;
    Ok(left)
}
