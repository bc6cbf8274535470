//! Logs in CSV.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::column::{Column, Layout};
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::row::{Field, Raw};
use crate::source::Stream;
use crate::{ENDLESS, MAX_LINE};

/// Fields of one record whose ends are kept; a record with more is no row of any log.
const MAX_FIELDS: usize = 1 << 12;

/// Reads a source to its end.
pub(crate) fn read(stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let source = sink.name();
    let mut records = Records::new(stream);
    let header = records.next(&source)?;
    let Some(Record { outcome: Outcome::Fields(names), .. }) = header else {
        return Err(Error::NoHeader { source, separator: None });
    };
    let n_columns = names.len();
    let names: Vec<String> =
        (0..n_columns).map(|i| String::from_utf8_lossy(names.bytes(i)).into_owned()).collect();
    let layout = Layout::of_header(names.iter().map(String::as_str), &source, &mut |warning| {
        sink.warn(warning);
    })?;
    let has_ids = layout.place(Column::Id).is_some();
    let needs_text = sink.needs_text(has_ids);
    let wanted: Vec<(Column, usize)> =
        layout.present().filter(|(column, _)| *column != Column::Text || needs_text).collect();
    while let Some(record) = records.next(&source)? {
        let Record { line, outcome } = record;
        match outcome {
            Outcome::Fields(fields) if fields.len() == n_columns => {
                sink.row(line, &fields.raw(&wanted))?;
            }
            Outcome::Fields(fields) => {
                let (found, expected) = (fields.len() as u64, n_columns as u64);
                sink.reject(line, None, Reason::FieldCount { found, expected })?;
            }
            Outcome::TooManyFields(found) => {
                let expected = n_columns as u64;
                sink.reject(line, None, Reason::FieldCount { found, expected })?;
            }
            Outcome::TooLong => sink.reject(line, None, Reason::TooLong { limit: MAX_LINE })?,
            Outcome::Unclosed { last_line } => {
                sink.reject(line, None, Reason::UnclosedQuote { last_line })?;
            }
        }
    }
    Ok(())
}

/// The records of a stream, one after the other, in bounded memory.
pub(crate) struct Records {
    stream: Stream,
    reader: Reader,
    /// Field contents of the present record, one after the other.
    out: Vec<u8>,
    /// Where each of its fields ends in `out`.
    ends: Vec<usize>,
    /// The physical line that comes next, from 1.
    line: u64,
}

pub(crate) struct Record<'a> {
    pub(crate) line: u64,
    pub(crate) outcome: Outcome<'a>,
}

pub(crate) enum Outcome<'a> {
    Fields(Fields<'a>),
    TooManyFields(u64),
    TooLong,
    Unclosed { last_line: u64 },
}

/// How far a record has come.
#[derive(Default)]
struct Sofar {
    read: u64,
    n_out: usize,
    n_ends: usize,
    /// Fields whose ends were given up because there are too many.
    dropped_fields: u64,
    too_long: bool,
}

impl Records {
    fn new(stream: Stream) -> Self {
        Self::separated_by(stream, b',')
    }

    /// The records of a stream whose fields are separated by a byte.
    pub(crate) fn separated_by(stream: Stream, separator: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Self { stream, reader, out: vec![0; 4 * 1024], ends: vec![0; 64], line: 1 }
    }

    /// The next record; none at the end.
    pub(crate) fn next(
        &mut self,
        source: &std::sync::Arc<str>,
    ) -> Result<Option<Record<'_>>, Error> {
        if !self.skip_blank_lines()? {
            return Ok(None);
        }
        let line = self.line;
        let mut sofar = Sofar::default();
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() {
                return Ok(Some(self.last_record(line, sofar)));
            }
            let (result, n_in, n_out, n_ends) = self.reader.read_record(
                input,
                &mut self.out[sofar.n_out..],
                &mut self.ends[sofar.n_ends..],
            );
            self.line += memchr::memchr_iter(b'\n', &input[..n_in]).count() as u64;
            self.stream.consume(n_in);
            sofar.read += n_in as u64;
            sofar.n_out += n_out;
            sofar.n_ends += n_ends;
            match result {
                ReadRecordResult::Record => return Ok(Some(self.record(line, &sofar))),
                ReadRecordResult::OutputFull => self.grow(&mut sofar),
                ReadRecordResult::OutputEndsFull => self.grow_ends(&mut sofar),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
            if sofar.read > ENDLESS {
                let (source, read) = (source.clone(), sofar.read);
                return Err(Error::EndlessLine { source, line, read });
            }
        }
    }

    /// Skips line ends before a record, so that the record's own line is known.
    fn skip_blank_lines(&mut self) -> Result<bool, Error> {
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() {
                return Ok(false);
            }
            let blank = input.iter().take_while(|b| matches!(**b, b'\n' | b'\r')).count();
            self.line += memchr::memchr_iter(b'\n', &input[..blank]).count() as u64;
            let more = blank < input.len();
            self.stream.consume(blank);
            if more {
                return Ok(true);
            }
        }
    }

    fn grow(&mut self, sofar: &mut Sofar) {
        if (self.out.len() as u64) < MAX_LINE {
            self.out.resize(self.out.len() * 2, 0);
        } else {
            // Go on to the record's end, and keep nothing of it.
            sofar.too_long = true;
            sofar.n_out = 0;
        }
    }

    fn grow_ends(&mut self, sofar: &mut Sofar) {
        if self.ends.len() < MAX_FIELDS {
            self.ends.resize(self.ends.len() * 2, 0);
        } else {
            sofar.dropped_fields += sofar.n_ends as u64;
            sofar.n_ends = 0;
        }
    }

    /// The record that the end of the source cuts off or ends.
    fn last_record(&mut self, line: u64, mut sofar: Sofar) -> Record<'_> {
        loop {
            // A line end closes every record but one in which a quote is open.
            let (result, n_in, n_out, n_ends) = self.reader.read_record(
                b"\n",
                &mut self.out[sofar.n_out..],
                &mut self.ends[sofar.n_ends..],
            );
            sofar.n_out += n_out;
            sofar.n_ends += n_ends;
            match result {
                ReadRecordResult::Record => return self.record(line, &sofar),
                ReadRecordResult::OutputFull if n_in == 0 => self.grow(&mut sofar),
                ReadRecordResult::OutputEndsFull if n_in == 0 => self.grow_ends(&mut sofar),
                _ => return Record { line, outcome: Outcome::Unclosed { last_line: self.line } },
            }
        }
    }

    fn record(&self, line: u64, sofar: &Sofar) -> Record<'_> {
        let outcome = if sofar.too_long {
            Outcome::TooLong
        } else if sofar.dropped_fields > 0 {
            Outcome::TooManyFields(sofar.dropped_fields + sofar.n_ends as u64)
        } else {
            let (out, ends) = (&self.out[..sofar.n_out], &self.ends[..sofar.n_ends]);
            Outcome::Fields(Fields { out, ends })
        };
        Record { line, outcome }
    }
}

/// The fields of one record.
pub(crate) struct Fields<'a> {
    out: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Fields<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn range(&self, i: usize) -> Range<usize> {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        start..self.ends[i]
    }

    pub(crate) fn bytes(&self, i: usize) -> &'a [u8] {
        &self.out[self.range(i)]
    }

    fn raw(&self, wanted: &[(Column, usize)]) -> Raw<'a> {
        let mut raw = Raw { maybe_nul: memchr::memchr(0, self.out).is_some(), ..Raw::default() };
        // One check over the whole record is cheaper than one a field. A field that splits a
        // character has no boundary there, and is then looked at on its own.
        let whole = std::str::from_utf8(self.out).ok();
        for &(column, i) in wanted {
            let text = match whole.and_then(|whole| whole.get(self.range(i))) {
                Some(text) => Some(text),
                None => std::str::from_utf8(self.bytes(i)).ok(),
            };
            raw.set(column, text.map_or(Field::NotUtf8, Field::Text));
        }
        raw
    }
}
