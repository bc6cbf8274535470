//! Logs in CSV.

use std::ops::Range;
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::column::{Column, Layout};
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::report::Warning;
use crate::row::{Field, Raw};
use crate::source::Stream;
use crate::{ENDLESS, MAX_LINE};

/// Fields of one record whose ends are kept; a record with more is no row of any log.
const MAX_FIELDS: usize = 1 << 12;

/// Reads a source to its end.
pub(crate) fn read(stream: Stream, sink: &mut Sink<'_>) -> Result<(), Error> {
    let source = sink.name();
    let mut records = Records::new(stream);
    let header = Header::read(&mut records, &source, &mut |warning| sink.warn(warning))?;
    let needs_text = sink.needs_text(header.layout.place(Column::Id).is_some());
    let wanted = header.wanted(needs_text);
    while let Some(record) = records.next(&source)? {
        match record.outcome.row(header.n_columns) {
            Ok(fields) => sink.row(record.line, &fields.raw(&wanted))?,
            Err(reason) => sink.reject(record.line, None, reason)?,
        }
    }
    Ok(())
}

/// The first record of a source, which names its columns.
pub(crate) struct Header {
    pub(crate) layout: Layout,
    pub(crate) n_columns: usize,
}

impl Header {
    pub(crate) fn read(
        records: &mut Records,
        source: &Arc<str>,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<Self, Error> {
        let header = records.next(source)?;
        let Some(Record { outcome: Outcome::Fields(names), .. }) = header else {
            return Err(Error::NoHeader { source: source.clone(), separator: None });
        };
        let n_columns = names.len();
        let names: Vec<String> =
            (0..n_columns).map(|i| String::from_utf8_lossy(names.bytes(i)).into_owned()).collect();
        let layout = Layout::of_header(names.iter().map(String::as_str), source, warn)?;
        Ok(Self { layout, n_columns })
    }

    /// The columns that every row is checked in, with their positions.
    pub(crate) fn wanted(&self, needs_text: bool) -> Vec<(Column, usize)> {
        let is_wanted = |(column, _): &(Column, usize)| *column != Column::Text || needs_text;
        self.layout.present().filter(is_wanted).collect()
    }
}

/// Where records come from.
pub(crate) trait Input {
    /// The bytes that can be looked at next; none at the end.
    fn fill(&mut self) -> Result<&[u8], Error>;
    fn consume(&mut self, n: usize);
}

impl Input for Stream {
    fn fill(&mut self) -> Result<&[u8], Error> {
        Self::fill(self)
    }

    fn consume(&mut self, n: usize) {
        Self::consume(self, n);
    }
}

impl Input for &[u8] {
    fn fill(&mut self) -> Result<&[u8], Error> {
        Ok(self)
    }

    fn consume(&mut self, n: usize) {
        *self = &self[n..];
    }
}

/// The records of a stream, one after the other, in bounded memory.
pub(crate) struct Records<S = Stream> {
    stream: S,
    reader: Reader,
    /// Field contents of the present record, one after the other.
    out: Vec<u8>,
    /// Where each of its fields ends in `out`.
    ends: Vec<usize>,
    /// The physical line that comes next, from 1.
    line: u64,
    /// Bytes taken so far.
    taken: u64,
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

impl<'a> Outcome<'a> {
    /// The fields of a row of a table with so many columns, or why it is none.
    pub(crate) fn row(self, n_columns: usize) -> Result<Fields<'a>, Reason> {
        let expected = n_columns as u64;
        match self {
            Self::Fields(fields) if fields.len() == n_columns => Ok(fields),
            Self::Fields(fields) => {
                Err(Reason::FieldCount { found: fields.len() as u64, expected })
            }
            Self::TooManyFields(found) => Err(Reason::FieldCount { found, expected }),
            Self::TooLong => Err(Reason::TooLong { limit: MAX_LINE }),
            Self::Unclosed { last_line } => Err(Reason::UnclosedQuote { last_line }),
        }
    }
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

impl<S: Input> Records<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self::separated_by(stream, b',')
    }

    /// The records of a stream whose fields are separated by a byte.
    pub(crate) fn separated_by(stream: S, separator: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Self { stream, reader, out: vec![0; 4 * 1024], ends: vec![0; 64], line: 1, taken: 0 }
    }

    /// The records of a stream that begins in the middle of a source.
    pub(crate) fn amidst(stream: S) -> Self {
        let mut records = Self::new(stream);
        // A mark of the byte order is only one at the very beginning.
        let _ = records.reader.read_record(b"\n", &mut records.out, &mut records.ends);
        records
    }

    /// Goes on with another stream, which begins on a line.
    pub(crate) fn go_on(&mut self, stream: S, line: u64) {
        self.stream = stream;
        self.line = line;
        self.taken = 0;
    }

    /// How many bytes were taken since the stream began.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// The physical line that comes next, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next record; none at the end.
    pub(crate) fn next(&mut self, source: &Arc<str>) -> Result<Option<Record<'_>>, Error> {
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
            self.taken += n_in as u64;
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
    pub(crate) fn skip_blank_lines(&mut self) -> Result<bool, Error> {
        loop {
            let input = self.stream.fill()?;
            if input.is_empty() {
                return Ok(false);
            }
            let blank = input.iter().take_while(|b| matches!(**b, b'\n' | b'\r')).count();
            self.line += memchr::memchr_iter(b'\n', &input[..blank]).count() as u64;
            let more = blank < input.len();
            self.taken += blank as u64;
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

    pub(crate) fn raw(&self, wanted: &[(Column, usize)]) -> Raw<'a> {
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
