//! The rows of a piece as columns.

use std::sync::Arc;

use facts::{Author, Chunk, FactKind, Form};

use super::walk::{Rows, Step, Walk};
use crate::column::Column;
use crate::csv::{Header, Record};
use crate::error::Error;
use crate::instant::{self, Neighbours};
use crate::parquet::Decoder;
use crate::row::{Field, Raw, UNSET, check};
use crate::stream::batch::{Assembly, NO_WORD, Origin, Word};
use crate::stream::texts::Texts;

/// Rows put together at a time: what is decoded stays in the nearer caches until it is looked at.
const BATCH: usize = 16 * 1024;

/// Rows handed on at a time.
const CHUNK: usize = 128 * 1024;

/// What the rows of a piece are put into; kept for the room it has.
#[derive(Default)]
pub(super) struct Columns {
    at: Vec<i64>,
    neighbours: Neighbours,
    texts: Vec<TextColumn>,
    /// Rows of the batch that are no facts.
    rejected: Vec<u32>,
    /// Number of the batch's first row over all sources.
    first_row: u32,
    room: Chunk,
}

/// A column of texts.
struct TextColumn {
    column: Column,
    place: usize,
    codes: Vec<u32>,
    texts: Texts,
    /// By code what a word stands for, where the column has words.
    words: Vec<u8>,
}

/// What is the same for all rows of a piece.
pub(super) struct Reading<'a> {
    pub(super) header: &'a Header,
    /// The columns that rows are checked in.
    pub(super) checked: &'a [(Column, usize)],
    pub(super) source: &'a Arc<str>,
    pub(super) source_number: usize,
    /// Number of the piece's first row over all sources.
    pub(super) first_row: u32,
    /// The piece itself.
    pub(super) bytes: &'a [u8],
}

impl Reading<'_> {
    /// A row of one line, in the columns that rows are checked in.
    fn raw(&self, rows: &Rows<'_>, row: usize) -> Raw<'_> {
        let mut raw = Raw::default();
        for &(column, place) in self.checked {
            let (start, end) = rows.field(row, place);
            let text = std::str::from_utf8(&self.bytes[start..end]);
            raw.set(column, text.map_or(Field::NotUtf8, Field::Text));
        }
        raw
    }
}

impl Columns {
    /// Makes ready for a piece of which some columns are wanted.
    fn begin(&mut self, wanted: &[(Column, usize)]) {
        let is_same = |(own, wanted): (&TextColumn, &(Column, usize))| own.column == wanted.0;
        let texts = || wanted.iter().filter(|(column, _)| *column != Column::At);
        if self.texts.len() != texts().count() || !self.texts.iter().zip(texts()).all(is_same) {
            let column = |(column, _): &(Column, usize)| TextColumn {
                column: *column,
                place: 0,
                codes: Vec::new(),
                texts: Texts::default(),
                words: Vec::new(),
            };
            self.texts = texts().map(column).collect();
        }
        for (own, (_, place)) in self.texts.iter_mut().zip(texts()) {
            own.place = *place;
            own.codes.clear();
            own.texts.clear();
            own.words.clear();
        }
        self.at.clear();
        self.rejected.clear();
    }

    /// Reads a piece to its end.
    pub(super) fn read(
        &mut self,
        reading: &Reading<'_>,
        walk: &mut Walk<'_, '_>,
        wanted: &[(Column, usize)],
        assembly: &mut Assembly<'_>,
        take: &mut dyn FnMut(Chunk) -> Chunk,
    ) -> Result<(), Error> {
        self.begin(wanted);
        self.first_row = reading.first_row;
        while let Some(step) = walk.next()? {
            match step {
                Step::Rows(rows) => self.add_rows(reading, &rows, assembly),
                Step::Record(record) => self.add_record(reading, record, assembly),
            }
            if BATCH <= self.at.len() {
                self.hand_on(reading, assembly)?;
            }
            if CHUNK <= assembly.len() {
                self.room = take(assembly.take(std::mem::take(&mut self.room)));
            }
        }
        self.hand_on(reading, assembly)?;
        if assembly.len() > 0 {
            self.room = take(assembly.take(std::mem::take(&mut self.room)));
        }
        Ok(())
    }

    /// Hands the batch on.
    fn hand_on(&mut self, reading: &Reading<'_>, assembly: &mut Assembly<'_>) -> Result<(), Error> {
        let n = self.at.len();
        if n == 0 {
            return Ok(());
        }
        let origin = Origin {
            source_number: reading.source_number,
            source: reading.source.clone(),
            line_before: 0,
            first_row: self.first_row,
        };
        let at = std::mem::replace(&mut self.at, Vec::with_capacity(BATCH + BATCH / 4));
        let mut decoders = vec![(Column::At, Decoder::of_instants(at))];
        decoders.extend(self.texts.iter_mut().map(|own| {
            let codes = std::mem::take(&mut own.codes);
            (own.column, Decoder::of_texts(codes, std::mem::take(&mut own.texts)))
        }));
        let decoders = assembly.add_checked(decoders, n, &self.rejected, &origin)?;
        let texts = decoders.into_iter().filter_map(|(_, decoder)| decoder.into_texts());
        for (own, (codes, texts)) in self.texts.iter_mut().zip(texts) {
            (own.codes, own.texts) = (codes, texts);
            own.codes.clear();
        }
        self.rejected.clear();
        self.first_row += u32::try_from(n).map_err(|_| Error::TooMany)?;
        Ok(())
    }

    /// Adds rows of one line each.
    fn add_rows(&mut self, reading: &Reading<'_>, rows: &Rows<'_>, assembly: &mut Assembly<'_>) {
        let Self { at, neighbours, texts, .. } = self;
        let (bytes, before) = (reading.bytes, at.len());
        let place = reading.header.layout.place(Column::At).unwrap_or(0);
        at.extend(rows.fields(place).map(|(start, end)| {
            let text = bytes.get(start..end).unwrap_or_default();
            neighbours.read(text).unwrap_or_else(|| instant_of(text))
        }));
        for own in texts.iter_mut() {
            let TextColumn { place, codes, texts, .. } = own;
            let fields = rows.fields(*place);
            codes.extend(fields.map(|(start, end)| texts.code_within(bytes, start, end - start)));
            own.look_up_words();
        }
        let first = self.first_row + before as u32;
        for row in assembly.candidates(first, rows.n) {
            let values = reading.raw(rows, row as usize);
            let number = (reading.source_number, first + row);
            assembly.identify(check(&values).ok().as_ref(), number, rows.line + u64::from(row));
        }
        if !self.may_have_bad_rows(reading, rows, before) {
            return;
        }
        for row in 0..rows.n {
            if !self.is_suspect(reading, rows, row, before) {
                continue;
            }
            if let Err((column, reason)) = check(&reading.raw(rows, row)) {
                self.rejected.push((before + row) as u32);
                let origin = (reading.source_number, reading.source);
                let place = (first + row as u32, rows.line + row as u64);
                assembly.reject(origin, place, Some(column), reason);
            }
        }
    }

    fn column(&self, column: Column) -> Option<&TextColumn> {
        self.texts.iter().find(|own| own.column == column)
    }

    /// Whether some row may be no fact.
    fn may_have_bad_rows(&self, reading: &Reading<'_>, rows: &Rows<'_>, before: usize) -> bool {
        let has_gaps =
            |column| self.column(column).is_none_or(|own| own.codes[before..].contains(&UNSET));
        let has_odd_words =
            |column| self.column(column).is_some_and(|own| own.words.contains(&NO_WORD));
        let has_values = |column| {
            let place = reading.header.layout.place(column);
            place.is_some_and(|place| rows.fields(place).any(|(start, end)| start < end))
        };
        self.at[before..].contains(&NO_INSTANT)
            || [Column::Platform, Column::Shop, Column::Buyer, Column::Author]
                .into_iter()
                .any(has_gaps)
            || [Column::Author, Column::Fact, Column::Kind].into_iter().any(has_odd_words)
            || SELDOM.into_iter().any(has_values)
    }

    /// Whether a row may be no fact, so that it has to be looked at by itself.
    fn is_suspect(
        &self,
        reading: &Reading<'_>,
        rows: &Rows<'_>,
        row: usize,
        before: usize,
    ) -> bool {
        let i = before + row;
        let code = |column| self.column(column).map_or(UNSET, |own| own.codes[i]);
        let word = |column| self.column(column).and_then(|own| own.word(i));
        let kind = word(Column::Fact).unwrap_or(FactKind::Message.code());
        let Some(fact) = FactKind::from_code(kind) else { return true };
        let is_message = fact == FactKind::Message;
        let has_author = word(Column::Author).is_some_and(|word| word != NO_WORD);
        let has_form = word(Column::Kind) != Some(NO_WORD);
        let needs_buyer = !fact.about_account() && !fact.about_shop();
        self.at[i] == NO_INSTANT
            || code(Column::Platform) == UNSET
            || code(Column::Shop) == UNSET
            || (needs_buyer && code(Column::Buyer) == UNSET)
            || (is_message && !(has_author && has_form))
            || SELDOM.into_iter().any(|column| {
                let Some(place) = reading.header.layout.place(column) else { return false };
                let (start, end) = rows.field(row, place);
                let is_rating = || {
                    column == Column::Stars && matches!(reading.bytes[start..end], [b'1'..=b'5'])
                };
                start < end && !is_rating()
            })
    }

    /// Adds a record that is not a plain line.
    fn add_record(
        &mut self,
        reading: &Reading<'_>,
        record: Record<'_>,
        assembly: &mut Assembly<'_>,
    ) {
        let number = self.first_row + self.at.len() as u32;
        let is_candidate = !assembly.candidates(number, 1).is_empty();
        let number = (reading.source_number, number);
        let fields = record.outcome.row(reading.header.n_columns).map_err(|reason| (None, reason));
        let checked = fields.and_then(|fields| {
            let raw = fields.raw(reading.checked);
            let values = check(&raw);
            if is_candidate {
                assembly.identify(values.as_ref().ok(), number, record.line);
            }
            match values {
                Ok(_) => Ok(fields),
                Err((column, reason)) => Err((Some(column), reason)),
            }
        });
        let fields = match checked {
            Ok(fields) => Some(fields),
            Err((column, reason)) => {
                self.rejected.push(self.at.len() as u32);
                let origin = (reading.source_number, reading.source);
                assembly.reject(origin, (number.1, record.line), column, reason);
                None
            }
        };
        let bytes = |place| fields.as_ref().map_or(&b""[..], |fields| fields.bytes(place));
        let place = reading.header.layout.place(Column::At).unwrap_or(0);
        self.at.push(instant_of(bytes(place)));
        for own in &mut self.texts {
            own.codes.push(own.texts.code(bytes(own.place)));
            own.look_up_words();
        }
    }
}

/// What stands for a text that is no instant.
const NO_INSTANT: i64 = i64::MIN;

/// Columns that few rows have, and in which a row may be wrong.
const SELDOM: [Column; 3] = [Column::Seq, Column::SeenAt, Column::Stars];

fn instant_of(text: &[u8]) -> i64 {
    let text = std::str::from_utf8(text).unwrap_or_default();
    instant::parse(text).map_or(NO_INSTANT, |at| at.0)
}

impl TextColumn {
    /// Looks up the words that are new.
    fn look_up_words(&mut self) {
        let code_of = match self.column {
            Column::Author => Author::code_of,
            Column::Fact => FactKind::code_of,
            Column::Kind => Form::code_of,
            _ => return,
        };
        for code in self.words.len()..self.texts.len() {
            self.words.push(code_of(self.texts.text(code as u32)).unwrap_or(NO_WORD));
        }
    }

    /// What the word of a row stands for; [`NO_WORD`] for a text that is no word, `None` for none.
    fn word(&self, row: usize) -> Option<u8> {
        self.words.get(self.codes[row] as usize).copied()
    }
}
