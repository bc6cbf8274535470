//! CSV files as pieces: a few megabytes of whole records each.
//!
//! Where a file can be cut is found by looking at all of it once, in blocks that begin behind a
//! line end: a line end within quotes is no place to cut. The same look finds what has to be known
//! before the first row is counted: when the facts of each piece lie, and on which platforms.

mod rows;
mod starts;
mod survey;
mod walk;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use facts::Chunk;
use rayon::prelude::*;

use self::rows::{Columns, Reading};
use self::starts::{PAD, Starts};
use self::survey::{Survey, Surveyor, ends_within_quotes};
use self::walk::{Step, Walk};
use super::Needs;
use super::batch::Assembly;
use super::pieces::Held;
use super::sift::{SIFTED, Sifting};
use crate::ENDLESS;
use crate::column::Column;
use crate::csv::{Header, Records};
use crate::encoding::MARK;
use crate::error::Error;
use crate::report::Warning;
use crate::source::Stream;

/// Pieces are not larger than this where lines allow it: a few of them are held by each thread.
pub(super) const LARGEST: u64 = 4 << 20;

/// And not smaller: beginning one costs something too.
const SMALLEST: u64 = 256 << 10;

/// So many pieces give all cores something to do.
const ENOUGH: u64 = 64;

/// One CSV file.
pub(super) struct Csv {
    pub(super) name: Arc<str>,
    held: Held,
    header: Header,
    pub(super) pieces: Vec<Cut>,
    pub(super) platforms: BTreeSet<String>,
    /// Whether some row has an id.
    pub(super) has_ids: bool,
    /// Room that was used before.
    desks: Mutex<Vec<Desk>>,
}

/// A piece of a file.
pub(super) struct Cut {
    bytes: Range<u64>,
    /// Lines of the file before it.
    lines_before: u64,
    /// At least as many as it has.
    pub(super) rows: u64,
    /// First and last instant of its facts; the first is the greater one where there are none.
    pub(super) span: (i64, i64),
}

/// The fields of a row by their places.
type Fields<'f> = &'f dyn Fn(usize) -> &'f [u8];

/// What is needed to read a piece; kept for the room it has.
#[derive(Default)]
struct Desk {
    bytes: Vec<u8>,
    starts: Starts,
    columns: Columns,
}

/// What is known of a block of lines.
struct Block {
    bytes: Range<u64>,
    n_lines: u64,
    /// At least as many as it has.
    n_rows: u64,
    /// Whether a quote is open at its end, if none was at its beginning.
    ends_within: bool,
    /// If no quote was open at its beginning. Absent: its records cannot be told then.
    survey: Option<Survey>,
}

impl Csv {
    /// Takes a file whose beginning was opened as `stream`; `None` where it cannot be read in
    /// pieces.
    pub(super) fn open(
        name: Arc<str>,
        held: Held,
        stream: Stream,
        largest: u64,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<Option<Self>, Error> {
        let mut records = Records::new(stream);
        let header = Header::read(&mut records, &name, warn)?;
        let desks = Mutex::default();
        let (pieces, platforms) = (Vec::new(), BTreeSet::new());
        let has_ids = false;
        let mut csv = Self { name, held, header, pieces, platforms, has_ids, desks };
        let mut start = Vec::new();
        csv.load(0..MARK.len() as u64, &mut start)?;
        let mark = if start.starts_with(MARK) { MARK.len() as u64 } else { 0 };
        let begin = mark + records.taken();
        let Some(blocks) = csv.blocks(begin, largest)? else { return Ok(None) };
        Ok(csv.cut(begin, records.line(), blocks)?.then_some(csv))
    }

    /// Reads bytes of the file, and as many behind them as [`PAD`] says, which mean nothing.
    fn load(&self, range: Range<u64>, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let n = (range.end - range.start) as usize;
        bytes.resize(n + PAD, 0);
        let (own, pad) = bytes.split_at_mut(n);
        pad.fill(0);
        match &self.held {
            Held::Memory(all) => {
                let part = all.get(range.start as usize..).unwrap_or_default();
                let n = part.len().min(n);
                own[..n].copy_from_slice(&part[..n]);
                Ok(())
            }
            Held::File(path) => {
                // Opened anew: readers that share a file share its position.
                let opened = |error| Error::Open { source: self.name.clone(), error };
                let read = |error| Error::Read { source: self.name.clone(), error };
                let mut file = File::open(path).map_err(opened)?;
                file.seek(SeekFrom::Start(range.start)).map_err(read)?;
                file.read_exact(own).map_err(read)
            }
        }
    }

    fn size(&self) -> Result<u64, Error> {
        match &self.held {
            Held::Memory(all) => Ok(all.len() as u64),
            Held::File(path) => {
                let opened = |error| Error::Open { source: self.name.clone(), error };
                Ok(std::fs::metadata(path).map_err(opened)?.len())
            }
        }
    }

    /// The file behind its header in blocks that begin on a line; `None` where some line is so
    /// long that it belongs to no log.
    fn blocks(&self, begin: u64, largest: u64) -> Result<Option<Vec<Range<u64>>>, Error> {
        let size = self.size()?;
        let step = (size / ENOUGH).max(SMALLEST).min(largest).max(1);
        let mut blocks = Vec::new();
        let mut start = begin;
        let mut bytes = Vec::new();
        while start < size {
            let mut end = (start + step).min(size);
            let mut looked_at = 0;
            while end < size {
                // The byte before the end may be a line end already.
                let more = (end - 1)..(end - 1 + 4_096).min(size);
                let n = (more.end - more.start) as usize;
                self.load(more, &mut bytes)?;
                if let Some(line_end) = memchr::memchr(b'\n', &bytes[..n]) {
                    end += line_end as u64;
                    break;
                }
                looked_at += n as u64;
                if looked_at > ENDLESS {
                    return Ok(None);
                }
                end = (end - 1 + n as u64 + 1).min(size);
            }
            blocks.push(start..end);
            start = end;
        }
        Ok(Some(blocks))
    }

    /// Puts blocks together to pieces; whether that can be done.
    fn cut(&mut self, begin: u64, line: u64, blocks: Vec<Range<u64>>) -> Result<bool, Error> {
        debug_assert!(blocks.first().is_none_or(|first| first.start == begin));
        // The header's line end may not have been taken yet; it is a blank line then.
        let surveyor = Surveyor::new(&self.header);
        let mut ahead = blocks.into_iter();
        let first = ahead.next().map(|first| self.look_at(first, &surveyor)).transpose()?;
        if first.iter().any(|block| block.survey.as_ref().is_some_and(|s| s.has_order)) {
            return Ok(false);
        }
        let rest: Vec<Range<u64>> = ahead.collect();
        let looked_at = rest.into_par_iter().map(|block| self.look_at(block, &surveyor));
        let rest = looked_at.collect::<Result<Vec<Block>, Error>>()?;
        let mut pieces: Vec<(Cut, Option<Survey>)> = Vec::new();
        let mut is_within = false;
        let mut lines_before = line - 1;
        for block in first.into_iter().chain(rest) {
            let ends_within = match is_within {
                true => self.ends_within_quotes(&block.bytes)?,
                false => block.ends_within,
            };
            match pieces.last_mut() {
                Some((last, survey)) if is_within => {
                    last.bytes.end = block.bytes.end;
                    last.rows += block.n_rows;
                    *survey = None;
                }
                _ => {
                    let Block { bytes, n_rows: rows, survey, .. } = block;
                    pieces.push((Cut { bytes, lines_before, rows, span: NEVER }, survey));
                }
            }
            lines_before += block.n_lines;
            is_within = ends_within;
        }
        let is_endless = |(cut, _): &(Cut, _)| cut.bytes.end - cut.bytes.start > ENDLESS;
        if pieces.iter().any(is_endless) {
            return Ok(false);
        }
        let surveyed = pieces.into_par_iter().map(|(cut, survey)| match survey {
            Some(survey) => Ok((cut, survey)),
            None => self.survey(&cut.bytes, &surveyor).map(|survey| (cut, survey)),
        });
        let mut has_order = false;
        for (mut cut, survey) in surveyed.collect::<Result<Vec<_>, Error>>()? {
            has_order |= survey.has_order;
            self.has_ids |= survey.has_ids;
            cut.span = survey.span;
            self.platforms.extend(survey.platforms);
            self.pieces.push(cut);
        }
        // A source's own order may differ from that of its rows.
        Ok(!has_order)
    }

    fn look_at(&self, bytes: Range<u64>, surveyor: &Surveyor<'_>) -> Result<Block, Error> {
        self.at_desk(|desk| {
            self.load(bytes.clone(), &mut desk.bytes)?;
            let own = &desk.bytes[..desk.bytes.len() - PAD];
            let is_unended = own.last().is_some_and(|last| *last != b'\n');
            let n_lines = memchr::memchr_iter(b'\n', own).count() as u64;
            let is_plain = memchr::memchr2(b'"', b'\r', own).is_none();
            // Such a byte without a line end behind it ends a row too.
            let ends_row = |at: &usize| own.get(at + 1) != Some(&b'\n');
            let n_ends = match is_plain {
                true => 0,
                false => memchr::memchr_iter(b'\r', own).filter(ends_row).count() as u64,
            };
            let n_rows = n_lines + n_ends + u64::from(is_unended);
            let survey = if is_plain {
                Some(surveyor.plain(&desk.bytes, &mut desk.starts, &self.name)?)
            } else {
                // What looks wrong may look right once it is known where the block begins.
                surveyor.records(&desk.bytes, &mut desk.starts, &self.name).ok()
            };
            let is_plain = survey.as_ref().is_some_and(|survey| survey.is_plain);
            let own = &desk.bytes[..desk.bytes.len() - PAD];
            let ends_within = !is_plain && ends_within_quotes(own, false);
            Ok(Block { bytes, n_lines, n_rows, ends_within, survey })
        })
    }

    /// Whether a quote is open at the end of a block, if one is at its beginning.
    fn ends_within_quotes(&self, bytes: &Range<u64>) -> Result<bool, Error> {
        self.at_desk(|desk| {
            self.load(bytes.clone(), &mut desk.bytes)?;
            Ok(ends_within_quotes(&desk.bytes[..desk.bytes.len() - PAD], true))
        })
    }

    /// Looks at the records of a piece.
    fn survey(&self, bytes: &Range<u64>, surveyor: &Surveyor<'_>) -> Result<Survey, Error> {
        self.at_desk(|desk| {
            self.load(bytes.clone(), &mut desk.bytes)?;
            surveyor.records(&desk.bytes, &mut desk.starts, &self.name)
        })
    }

    fn at_desk<T>(&self, work: impl FnOnce(&mut Desk) -> Result<T, Error>) -> Result<T, Error> {
        let desks = || self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut desk = desks().pop().unwrap_or_default();
        let done = work(&mut desk);
        desks().push(desk);
        done
    }

    /// Whether the header names a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.header.layout.place(column).is_some()
    }

    /// Whether there may be a row in a piece that says one of these words of what happened.
    pub(super) fn may_say(&self, piece: usize, words: &[&str]) -> Result<bool, Error> {
        if !self.has(Column::Fact) {
            return Ok(false);
        }
        self.at_desk(|desk| {
            self.load(self.pieces[piece].bytes.clone(), &mut desk.bytes)?;
            let text = &desk.bytes[..];
            let is_said = |word: &&str| memchr::memmem::find(text, word.as_bytes()).is_some();
            // A word may be written with quotes within.
            Ok(words.iter().any(is_said) || memchr::memchr(b'"', text).is_some())
        })
    }

    /// Takes what the facts of a piece are known by, whose rows are numbered from `first_row`.
    pub(super) fn sift(
        &self,
        piece: usize,
        first_row: u32,
        sifting: &mut Sifting<'_>,
    ) -> Result<(), Error> {
        let places = SIFTED.map(|column| self.header.layout.place(column));
        self.each_row(piece, first_row, &mut |row, field| {
            sifting.add_row(row, places.map(|place| place.map_or(&b""[..], field)));
        })
    }

    /// Adds the ids of some rows of a piece, which are sorted.
    pub(super) fn ids_of(
        &self,
        piece: usize,
        first_row: u32,
        rows: &[u32],
        ids: &mut Vec<String>,
    ) -> Result<(), Error> {
        let Some(place) = self.header.layout.place(Column::Id) else { return Ok(()) };
        let mut rows = rows.iter().peekable();
        self.each_row(piece, first_row, &mut |row, field| {
            if rows.next_if_eq(&&row).is_some() {
                ids.push(String::from_utf8_lossy(field(place)).into_owned());
            }
        })
    }

    /// Hands out the rows of a piece, each with a way to look at its fields.
    fn each_row(
        &self,
        piece: usize,
        first_row: u32,
        take: &mut dyn for<'f> FnMut(u32, Fields<'f>),
    ) -> Result<(), Error> {
        let n_columns = self.header.n_columns;
        self.at_desk(|desk| {
            let Desk { bytes, starts, .. } = desk;
            self.load(self.pieces[piece].bytes.clone(), bytes)?;
            let mut walk = Walk::new(bytes, 1, &self.name, n_columns, starts);
            let mut row = first_row;
            while let Some(step) = walk.next()? {
                match step {
                    Step::Rows(rows) => {
                        for i in 0..rows.n {
                            take(row, &|place| {
                                let (start, end) = rows.field(i, place);
                                &bytes[start..end]
                            });
                            row += 1;
                        }
                    }
                    Step::Record(record) => {
                        if let Ok(fields) = record.outcome.row(n_columns) {
                            take(row, &|place| fields.bytes(place));
                        }
                        row += 1;
                    }
                }
            }
            Ok(())
        })
    }

    /// Reads a piece.
    pub(super) fn read(
        &self,
        piece: usize,
        (source_number, first_row): (usize, u32),
        needs_text: bool,
        needs: Needs,
        assembly: &mut Assembly<'_>,
        take: &mut dyn FnMut(Chunk) -> Chunk,
    ) -> Result<(), Error> {
        let Cut { bytes, lines_before, .. } = &self.pieces[piece];
        let layout = &self.header.layout;
        // Rows with ids are told apart by their texts too.
        let needs_text = needs_text || layout.place(Column::Id).is_some();
        let checked = self.header.wanted(needs_text);
        // Rows are checked in the others before they are decoded.
        let wanted: Vec<(Column, usize)> =
            layout.present().filter(|(column, _)| needs.has(*column)).collect();
        self.at_desk(|desk| {
            let Desk { bytes: own, starts, columns } = desk;
            self.load(bytes.clone(), own)?;
            let (header, source) = (&self.header, &self.name);
            let reading =
                Reading { header, checked: &checked, source, source_number, first_row, bytes: own };
            let mut walk = Walk::new(own, lines_before + 1, source, header.n_columns, starts);
            columns.read(&reading, &mut walk, &wanted, assembly, take)
        })
    }
}

/// The span of no facts.
const NEVER: (i64, i64) = (i64::MAX, i64::MIN);
