//! A log read in pieces, several at a time.
//!
//! [`read`](crate::read()) fills one [`facts::Log`] row by row, whatever the sources look like.
//! Where all sources are Parquet or CSV files in the canonical columns, a [`Stream`] hands out
//! their pieces as [`Chunk`]s instead: columns of the file become columns of facts, a text is
//! looked at once a dictionary or a piece, and a row is looked at by itself only where its values
//! are not what they should be. Only the columns that are asked for are read.

mod batch;
mod csv;
mod marks;
mod names;
mod pieces;
mod rowset;
mod sieve;
mod sift;
mod texts;

use facts::{Chunk, Fact, FactKind, Instant, Interner, Registry, Shop, ThreadKey};
use hashbrown::HashSet;

use crate::column::Column;
use crate::error::Error;
use crate::reject::Rejected;
use crate::report::Warning;
use crate::source::Source;

use self::batch::Assembly;
use self::marks::Identified;
pub use self::marks::{Judged, Marks, Room};
use self::names::Names;
use self::pieces::Pieces;
pub(crate) use self::texts::Texts;

/// What is wanted of each fact beside its instant, thread, kind and author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Accounts.
    pub account: bool,
    /// Conversations.
    pub conversation: bool,
    /// Forms of messages.
    pub form: bool,
    /// What ratings say.
    pub rating: bool,
    /// Facts that were learned at this instant or later belong to no thread. Absent: all are known.
    pub known_by: Option<Instant>,
}

/// What one piece amounted to beside its facts.
#[derive(Debug, Default)]
pub struct Piece {
    /// Rows seen.
    pub rows: u64,
    /// Rows that are not facts, in order, each with its number over all sources.
    pub rejected: Vec<(u32, Rejected)>,
    /// Quarters of an hour since the epoch in which there are facts. Local days of all zones
    /// whose offsets are whole quarters can be told from them.
    pub quarters: HashSet<i64>,
    /// Facts that recall a message, or mark it as needing no reply, and name none that is there.
    pub recalls: u64,
    /// The greatest instant that was a whole number in the file; absent: there was none.
    greatest: Option<i64>,
}

/// Sources that can be read in pieces. Shared by threads: each piece is read by whoever takes it.
pub struct Stream<'r> {
    registry: &'r Registry,
    pieces: Pieces,
    names: Names,
}

/// Numbers and names of what was read.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    /// Names of platforms.
    pub platforms: Interner,
    /// Shops by number.
    pub shops: Vec<Shop>,
    /// Names of shops.
    pub shop_names: Interner,
    /// Names of accounts; 0 is none.
    pub accounts: Interner,
}

impl<'r> Stream<'r> {
    /// Opens sources; `None` where some source cannot be read in pieces: then [`crate::read()`]
    /// reads them. `is_archive`: they are the parts of one archive, which has no fact twice.
    ///
    /// # Errors
    ///
    /// [`Error`] for a source that is no log or cannot be read.
    pub fn open(
        sources: &[Source],
        is_archive: bool,
        registry: &'r Registry,
    ) -> Result<Option<Self>, Error> {
        Self::in_pieces(sources, is_archive, registry, csv::LARGEST)
    }

    /// The same, with the most bytes that a piece of a text has.
    fn in_pieces(
        sources: &[Source],
        is_archive: bool,
        registry: &'r Registry,
        largest: u64,
    ) -> Result<Option<Self>, Error> {
        let Some(pieces) = Pieces::open(sources, is_archive, largest)? else { return Ok(None) };
        Ok(Some(Self { registry, pieces, names: Names::default() }))
    }

    /// Looks at what all rows are known by: finds those that may repeat others, which are left out
    /// when the log is read, and the messages that other facts refer to (recalls, marks of needing
    /// no reply), so that both get the same mark.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read, and where the room does not suffice.
    pub fn marks(&self, room: &Room) -> Result<Marks, Error> {
        let (has_ids, may_repeat) = (self.pieces.has_ids(), self.pieces.may_repeat());
        match (has_ids || may_repeat, self.pieces.is_archive) {
            (false, _) => Ok(Marks::default()),
            (true, true) => marks::find(&self.pieces),
            (true, false) => marks::sift(&self.pieces, may_repeat, room),
        }
    }

    /// Whether the right rows were left out, once every piece was read with these marks and needs
    /// by [`Stream::read`].
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read.
    pub fn judge(&self, marks: &Marks, needs: Needs) -> Result<Judged, Error> {
        marks.judge(&self.pieces, needs.known_by)
    }

    /// How many pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces.list.len()
    }

    /// Whether there is no piece.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows all pieces have, as the files say.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.pieces.list.iter().map(|piece| piece.rows).sum()
    }

    /// How many rows a piece has, as its file says.
    #[must_use]
    pub fn rows_of(&self, piece: usize) -> u64 {
        self.pieces.list[piece].rows
    }

    /// The first and the last instant, as the files say; rows that are rejected may lie at either
    /// end. `None`: the files do not say, or there are no rows.
    #[must_use]
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let spans: Option<Vec<_>> = self.pieces.list.iter().map(|piece| piece.span).collect();
        let spans = spans?;
        let first = spans.iter().map(|(first, _)| *first).min()?;
        let last = spans.iter().map(|(_, last)| *last).max()?;
        if first > last {
            return None;
        }
        Some((Instant(first), Instant(last)))
    }

    /// No piece after this one has a fact before the instant.
    #[must_use]
    pub fn horizon(&self, piece: usize) -> Instant {
        Instant(self.pieces.list[piece].horizon)
    }

    /// Whether some source has a column, by its header.
    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.pieces.has(column)
    }

    /// The names of all platforms.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read.
    pub fn platforms(&self) -> Result<Interner, Error> {
        let mut platforms = Interner::default();
        for name in self.pieces.platforms()? {
            platforms.number(&name)?;
        }
        Ok(platforms)
    }

    /// The facts of some kinds in a piece that belong to a thread, in the order read, with nothing
    /// but what every fact has. A piece without any is only looked at for that.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read, and for too many rows or names.
    pub fn facts_of(
        &self,
        piece: usize,
        kinds: &[FactKind],
        known_by: Option<Instant>,
        marks: &Marks,
    ) -> Result<Vec<(ThreadKey, Fact)>, Error> {
        let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
        let mut found = Vec::new();
        if !self.pieces.says(piece, &words)? {
            return Ok(found);
        }
        let needs = Needs { known_by, ..Needs::default() };
        self.assemble(piece, needs, marks, &mut |chunk| {
            for row in 0..chunk.len() {
                let glance = chunk.glance(row);
                let kind = FactKind::from_code(glance.kind);
                let thread = chunk.threads.get(chunk.thread[row] as usize);
                if let (Some(kind), Some(thread)) = (kind, thread)
                    && kinds.contains(&kind)
                {
                    found.push((thread.key, chunk.fact(glance)));
                }
            }
            Chunk::default()
        })?;
        Ok(found)
    }

    /// Says which numbers platforms have, before the first piece is read: rules are made for
    /// numbers, and whoever meets a platform first would give it one. Others get the next ones.
    pub fn set_platforms(&self, platforms: &Interner) {
        self.names.set_platforms(platforms.clone());
    }

    /// Reads a piece, and hands on its rows in order, some of them at a time. `take` gives back a
    /// chunk without rows, whose room is used again.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read, and for too many rows or names.
    pub fn read(
        &self,
        piece: usize,
        needs: Needs,
        marks: &Marks,
        take: &mut dyn FnMut(Chunk) -> Chunk,
    ) -> Result<Piece, Error> {
        let (piece, identified) = self.assemble(piece, needs, marks, take)?;
        marks.take(identified)?;
        Ok(piece)
    }

    fn assemble(
        &self,
        piece: usize,
        needs: Needs,
        marks: &Marks,
        take: &mut dyn FnMut(Chunk) -> Chunk,
    ) -> Result<(Piece, Identified), Error> {
        let mut assembly = Assembly::new(self.registry, &self.names, needs, marks);
        self.pieces.read(piece, (needs, marks), &mut assembly, take)?;
        Ok(assembly.finish())
    }

    /// What the sources' owner should know, in the order noticed, once the pieces were read.
    #[must_use]
    pub fn warnings<'p>(&self, read: impl Iterator<Item = &'p Piece> + Clone) -> Vec<Warning> {
        self.pieces.warnings(read)
    }

    /// The names that were numbered, once every piece was read; nothing is left here.
    #[must_use]
    pub fn take_roll(&self) -> Roll {
        self.names.take_roll()
    }
}

#[cfg(test)]
mod tests;
