//! How facts get in: what a commit's batches become, and what memory keeps between commits.

use facts::{Instant, MessageFlags, NewFact};

use crate::error::{Error, Result};
use crate::known::{HashKey, Known, Mark, Marks};
use crate::phrases::Flags;
use crate::piece::{Builder, MAX_ROWS, Piece};
use crate::row::{Arrival, Batch, Outcome, Refused, Source};
use crate::secret::{MasterKey, Nonces};
use crate::sql::{Connection, all, args, first};
use crate::texts::Sealing;
use crate::threads::{Ciphers, Threads};

/// Where the log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) arrivals: u64,
    pub(crate) sources: u64,
    pub(crate) runs: i64,
    pub(crate) remembered: u64,
    pub(crate) horizon: i64,
    pub(crate) epoch: i64,
}

impl Standing {
    /// Reads it, and keeps every other writer out until the transaction ends.
    pub(crate) fn lock(connection: &mut dyn Connection) -> Result<Self> {
        let standing = "SELECT arrivals, sources, runs, remembered, horizon, epoch
                        FROM standing {lock}";
        let found = first(connection, standing, &[], |row| {
            Ok(Self {
                arrivals: row.int()? as u64,
                sources: row.int()? as u64,
                runs: row.int()?,
                remembered: row.int()? as u64,
                horizon: row.int()?,
                epoch: row.int()?,
            })
        })?;
        found.ok_or(Error::Damaged { what: "the log's standing" })
    }

    pub(crate) fn write(&self, connection: &mut dyn Connection) -> Result<()> {
        connection.run(
            "UPDATE standing SET arrivals = $1, sources = $2, runs = $3, remembered = $4,
             horizon = $5, epoch = $6",
            args![
                self.arrivals as i64,
                self.sources as i64,
                self.runs,
                self.remembered as i64,
                self.horizon,
                self.epoch,
            ],
        )?;
        Ok(())
    }
}

/// Tells every writer that what it holds in memory of buyers and identities is no longer so.
pub(crate) fn next_epoch(connection: &mut dyn Connection) -> Result<()> {
    connection.run("UPDATE standing SET epoch = epoch + 1", &[])?;
    Ok(())
}

/// The rows of a batch with what was found out about them before the writer's turn.
pub(crate) struct Prepared {
    pub(crate) batch: Batch,
    /// Absent: the row is refused for a reason of its own.
    pub(crate) marks: Vec<std::result::Result<Mark, Refused>>,
}

/// A segment at the end of the log, which may yet become part of a greater one.
#[derive(Clone, Copy, Debug)]
struct Tail {
    first: u64,
    last: u64,
    n: usize,
    level: i64,
}

/// So many neighbours of one level become one of the next.
const FAN: usize = 32;
/// Segments of so many facts are not put together any more: what a busy feed commits at a time is
/// written once.
const WHOLE: usize = 1024;

/// What the writer keeps in memory between commits. All of it is in the database too.
pub(crate) struct Memory {
    pub(crate) standing: Standing,
    known: Known,
    threads: Threads,
    ciphers: Ciphers,
    tail: Vec<Tail>,
}

/// What the writer has from the start.
pub(crate) struct Keys {
    pub(crate) master: MasterKey,
    pub(crate) hash: HashKey,
    pub(crate) nonces: Nonces,
    /// How many identities are in memory; absent: the usual number.
    pub(crate) identities: Option<usize>,
    pub(crate) flags: Flags,
}

impl Memory {
    /// What the database holds.
    fn load(connection: &mut dyn Connection, keys: &Keys, standing: Standing) -> Result<Self> {
        let known = Known::load(connection, standing.remembered, keys.identities)?;
        let tail = tail(connection)?;
        let (threads, ciphers) = (Threads::default(), Ciphers::default());
        Ok(Self { standing, known, threads, ciphers, tail })
    }

    /// Memory that agrees with the database, which is locked.
    pub(crate) fn current(
        memory: Option<Self>,
        connection: &mut dyn Connection,
        keys: &Keys,
    ) -> Result<Self> {
        let standing = Standing::lock(connection)?;
        match memory {
            Some(memory) if memory.standing == standing => Ok(memory),
            Some(mut memory)
                if memory.standing.epoch == standing.epoch
                    && memory.standing.remembered == standing.remembered =>
            {
                // Another server wrote meanwhile: its facts are known here too now.
                memory.known.catch_up(connection, memory.standing.arrivals)?;
                memory.tail = tail(connection)?;
                memory.threads = Threads::default();
                memory.standing = standing;
                Ok(memory)
            }
            _ => Self::load(connection, keys, standing),
        }
    }

    /// Takes in batches, and says of every row what became of it.
    pub(crate) fn append(
        &mut self,
        connection: &mut dyn Connection,
        keys: &Keys,
        batches: &[Prepared],
    ) -> Result<Vec<Vec<Outcome>>> {
        let mut filling = Filling::new(self.standing.arrivals);
        let mut outcomes = Vec::with_capacity(batches.len());
        for prepared in batches {
            let source = match prepared.batch.source {
                Source::Pieces(source) => source.0,
                Source::Own => {
                    self.standing.sources += 1;
                    self.standing.sources
                }
            };
            let mut told = Vec::with_capacity(prepared.batch.len());
            for (fact, mark) in prepared.batch.iter().zip(&prepared.marks) {
                let outcome = match mark {
                    Err(refused) => Outcome::Rejected(*refused),
                    Ok(mark) => self.one(connection, keys, &fact, (mark, source), &mut filling)?,
                };
                told.push(outcome);
            }
            outcomes.push(told);
        }
        self.store(connection, filling)?;
        let mut runs = self.standing.runs;
        let settled = self.known.settle(connection, self.standing.arrivals, &mut runs)?;
        self.standing.runs = runs;
        self.standing.remembered = settled.unwrap_or(self.standing.remembered);
        Ok(outcomes)
    }

    fn one(
        &mut self,
        connection: &mut dyn Connection,
        keys: &Keys,
        fact: &NewFact<'_>,
        (mark, source): (&Mark, u64),
        filling: &mut Filling,
    ) -> Result<Outcome> {
        if fact.at.0 < self.standing.horizon {
            let horizon = Instant(self.standing.horizon);
            return Ok(Outcome::Rejected(Refused::BeforeHorizon { horizon }));
        }
        let next = self.standing.arrivals + 1;
        if let Some(told) = self.known.judge(connection, mark, source, fact.at.0, next)? {
            return Ok(told);
        }
        let names = [fact.platform, fact.shop, fact.buyer];
        let thread = self.threads.thread(connection, &keys.master, mark.thread, names)?;
        filling.marks.push(mark, source, fact.at.0);
        if let Some(cipher) = self.ciphers.of(thread) {
            filling.texts.seal(fact, next, (thread.number, cipher), &keys.nonces)?;
        }
        let MessageFlags(flags) = fact.flags;
        let flags = MessageFlags(keys.flags.stored(flags));
        filling.builder.push(Arrival(next), thread.number, &NewFact { flags, ..*fact })?;
        self.standing.arrivals = next;
        if filling.builder.is_full() {
            let full = std::mem::replace(filling, Filling::new(next));
            self.store(connection, full)?;
        }
        Ok(Outcome::Accepted(Arrival(next)))
    }

    /// Writes what was put together.
    fn store(&mut self, connection: &mut dyn Connection, filling: Filling) -> Result<()> {
        let Filling { first, builder, marks, texts } = filling;
        if builder.len() == 0 {
            return Ok(());
        }
        let last = first + builder.len() as u64 - 1;
        let piece = builder.finish();
        connection.run(
            "INSERT INTO marks (first, last, marks) VALUES ($1, $2, $3)",
            args![first as i64, last as i64, marks.encode()],
        )?;
        count_days(connection, &piece, 1)?;
        let tail = Tail { first, last, n: piece.len(), level: 0 };
        put(connection, tail, &piece)?;
        texts.put(connection, first, last, 0)?;
        self.tail.push(tail);
        self.grow(connection)
    }

    /// Puts neighbours together where there are enough of them: what is read later lies in few
    /// large segments, whatever the size of the requests was.
    fn grow(&mut self, connection: &mut dyn Connection) -> Result<()> {
        loop {
            let Some(newest) = self.tail.last() else { return Ok(()) };
            let level = newest.level;
            let alike = self.tail.iter().rev().take_while(|tail| tail.level <= level).count();
            let from = self.tail.len() - alike;
            let n: usize = self.tail[from..].iter().map(|tail| tail.n).sum();
            if n > MAX_ROWS || n >= WHOLE && alike == 1 {
                self.tail.clear();
                return Ok(());
            }
            if alike < FAN && n < WHOLE {
                return Ok(());
            }
            let (first, last) = (self.tail[from].first, newest.last);
            let merged = Tail { first, last, n, level: level + 1 };
            merge(connection, merged)?;
            self.tail.truncate(from);
            self.tail.push(merged);
        }
    }
}

/// Segments at the end of the log that are not whole yet, the newest last.
fn tail(connection: &mut dyn Connection) -> Result<Vec<Tail>> {
    let newest = "SELECT first, last, n, level FROM segments ORDER BY first DESC LIMIT 512";
    let mut newest = all(connection, newest, &[], |row| {
        let (first, last) = (row.int()? as u64, row.int()? as u64);
        Ok(Tail { first, last, n: row.int()? as usize, level: row.int()? })
    })?;
    let until = newest.iter().position(|tail| tail.n >= WHOLE).unwrap_or(newest.len());
    newest.truncate(until);
    newest.reverse();
    Ok(newest)
}

/// Facts of one commit that become one segment.
struct Filling {
    first: u64,
    builder: Builder,
    marks: Marks,
    texts: Sealing,
}

impl Filling {
    fn new(arrivals: u64) -> Self {
        let (marks, texts) = (Marks::default(), Sealing::default());
        Self { first: arrivals + 1, builder: Builder::new(), marks, texts }
    }
}

fn put(connection: &mut dyn Connection, of: Tail, piece: &Piece) -> Result<()> {
    let at_min = piece.at.iter().min().copied().unwrap_or(0);
    let at_max = piece.at.iter().max().copied().unwrap_or(0);
    let (threads, facts) = piece.encode();
    connection.run(
        "INSERT INTO segments (first, last, n, level, at_min, at_max, threads, facts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            of.first as i64,
            of.last as i64,
            piece.len() as i64,
            of.level,
            at_min,
            at_max,
            threads,
            facts,
        ],
    )?;
    Ok(())
}

fn merge(connection: &mut dyn Connection, into: Tail) -> Result<()> {
    let range = args![into.first as i64, into.last as i64];
    let parts = "SELECT threads, facts FROM segments WHERE first BETWEEN $1 AND $2 ORDER BY first";
    let mut builder = Builder::new();
    connection.each(parts, range, &mut |mut row| {
        let piece = Piece::decode(&row.bytes()?, &row.bytes()?)?;
        builder.extend(&piece, |_| true)
    })?;
    connection.run("DELETE FROM segments WHERE first BETWEEN $1 AND $2", range)?;
    put(connection, into, &builder.finish())?;
    let parts = "SELECT sealed FROM texts WHERE first BETWEEN $1 AND $2 ORDER BY first";
    let mut texts = Sealing::default();
    connection.each(parts, range, &mut |mut row| texts.extend(&row.bytes()?, |_| true))?;
    connection.run("DELETE FROM texts WHERE first BETWEEN $1 AND $2", range)?;
    texts.put(connection, into.first, into.last, into.level)
}

/// Leaves rows out of a segment and their texts out of the store.
pub(crate) fn rewrite(
    connection: &mut dyn Connection,
    first_of: i64,
    stays: &dyn Fn(&Piece, usize) -> bool,
) -> Result<()> {
    let one = "SELECT threads, facts, last, level FROM segments WHERE first = $1";
    let found = first(connection, one, args![first_of], |row| {
        let piece = Piece::decode(&row.bytes()?, &row.bytes()?)?;
        Ok((piece, row.int()?, row.int()?))
    })?;
    let Some((piece, last, level)) = found else { return Ok(()) };
    let gone = |row: usize| !stays(&piece, row);
    let gone: Vec<u64> = (0..piece.len()).filter(|n| gone(*n)).map(|n| piece.arrival[n]).collect();
    let mut builder = Builder::new();
    builder.extend(&piece, |row| stays(&piece, row))?;
    connection.run("DELETE FROM segments WHERE first = $1", args![first_of])?;
    if builder.len() > 0 {
        let (first, last) = (first_of as u64, last as u64);
        put(connection, Tail { first, last, n: builder.len(), level }, &builder.finish())?;
    }
    let parts = "SELECT first, last, level, sealed FROM texts
                 WHERE last >= $1 AND first <= $2 ORDER BY first";
    let texts = all(connection, parts, args![first_of, last], |row| {
        Ok((row.int()?, row.int()?, row.int()?, row.bytes()?))
    })?;
    for (first, last, level, sealed) in texts {
        let mut texts = Sealing::default();
        texts.extend(&sealed, |arrival| gone.binary_search(&arrival).is_err())?;
        connection.run("DELETE FROM texts WHERE first = $1", args![first])?;
        texts.put(connection, first as u64, last as u64, level)?;
    }
    Ok(())
}

/// Milliseconds by which a day of the log begins before that of UTC: one for all platforms, as in
/// archives.
const OFFSET_MS: i64 = 8 * 3_600_000;

/// The log's day of an instant.
pub(crate) fn day_of(at: i64) -> i64 {
    at.saturating_add(OFFSET_MS).div_euclid(86_400_000)
}

/// The first instant of a day of the log.
pub(crate) fn day_start(day: i64) -> i64 {
    day.saturating_mul(86_400_000).saturating_sub(OFFSET_MS)
}

fn count_days(connection: &mut dyn Connection, piece: &Piece, sign: i64) -> Result<()> {
    let mut days = std::collections::BTreeMap::new();
    for at in &piece.at {
        *days.entry(day_of(*at)).or_insert(0i64) += sign;
    }
    for (day, n) in days {
        connection.run(
            "INSERT INTO days (day, n) VALUES ($1, $2)
             ON CONFLICT (day) DO UPDATE SET n = days.n + EXCLUDED.n",
            args![day, n],
        )?;
    }
    Ok(())
}
