//! The rows of a piece: runs of plain lines, and whatever else there is record by record.

use std::sync::Arc;

use super::starts::{PAD, Starts, WINDOW};
use crate::csv::{Record, Records};
use crate::error::Error;

/// Goes through the rows of a piece in order.
///
/// Most lines are a row each, and a comma in them is a separator: they have no quotes but around
/// whole fields, no null bytes, a line end where they end, and as many fields as the header.
/// Everything else is left to [`Records`], from the line on where it begins.
pub(super) struct Walk<'b, 'm> {
    /// The piece, and behind it [`PAD`] bytes that are not part of it.
    bytes: &'b [u8],
    end: usize,
    source: &'b Arc<str>,
    n_columns: usize,
    starts: &'m mut Starts,
    records: Records<&'b [u8]>,
    odd: Odd,
    /// Which of the starts is that of what comes next.
    here: usize,
    /// What comes next, and its line.
    at: usize,
    line: u64,
    /// Whether a record was handed out, which ends where `records` stands.
    in_record: bool,
}

/// None is that of what comes next.
const NOWHERE: usize = usize::MAX - 1;

/// What a piece has beside plain lines.
struct Odd {
    quotes: bool,
    /// Bytes that are looked for in every line.
    bytes: bool,
    /// Whether some line is no text.
    encoding: bool,
}

pub(super) enum Step<'w> {
    Rows(Rows<'w>),
    Record(Record<'w>),
}

/// Rows of one line each.
#[derive(Clone, Copy)]
pub(super) struct Rows<'w> {
    /// Where their fields begin, one row after the other, and where the row after them would.
    starts: &'w [u32],
    pub(super) n: usize,
    /// The line of the first.
    pub(super) line: u64,
    /// Bytes of a line end.
    end: u32,
    n_columns: usize,
    /// The piece, where fields may be within quotes.
    quoted: Option<&'w [u8]>,
}

impl Rows<'_> {
    /// Where a field is.
    #[inline]
    pub(super) fn field(&self, row: usize, column: usize) -> (usize, usize) {
        let i = row * self.n_columns + column;
        let behind = if column + 1 == self.n_columns { self.end } else { 1 };
        self.unquoted(self.starts[i], self.starts[i + 1] - behind)
    }

    /// Where a field is without the quotes that are around it.
    #[inline]
    fn unquoted(&self, start: u32, end: u32) -> (usize, usize) {
        let (start, end) = (start as usize, end as usize);
        match self.quoted {
            Some(bytes) if start < end && bytes[start] == b'"' => (start + 1, end - 1),
            _ => (start, end),
        }
    }

    /// Where the fields of a column are.
    #[inline]
    pub(super) fn fields(&self, column: usize) -> impl Iterator<Item = (usize, usize)> {
        let behind = if column + 1 == self.n_columns { self.end } else { 1 };
        let first = self.starts[column..].iter().step_by(self.n_columns);
        let next = self.starts[column + 1..].iter().step_by(self.n_columns);
        let fields = first.zip(next).take(self.n);
        fields.map(move |(start, end)| self.unquoted(*start, *end - behind))
    }
}

impl<'b, 'm> Walk<'b, 'm> {
    /// Goes through bytes that begin with a record on a line of the source; [`PAD`] of them are
    /// not part of it.
    pub(super) fn new(
        bytes: &'b [u8],
        line: u64,
        source: &'b Arc<str>,
        n_columns: usize,
        starts: &'m mut Starts,
    ) -> Self {
        let end = bytes.len().saturating_sub(PAD);
        let text = &bytes[..end];
        let odd = Odd {
            quotes: memchr::memchr(b'"', text).is_some(),
            bytes: memchr::memchr2(b'\r', 0, text).is_some(),
            encoding: std::str::from_utf8(text).is_err(),
        };
        let records = Records::amidst(&text[..0]);
        let (here, at, in_record) = (NOWHERE, 0, false);
        Self { bytes, end, source, n_columns, starts, records, odd, here, at, line, in_record }
    }

    /// The next rows or record; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Step<'_>>, Error> {
        if self.in_record {
            self.leave_record()?;
        }
        if self.here + 1 >= self.starts.all().len() {
            if self.at >= self.end {
                return Ok(None);
            }
            let window = &self.bytes[self.at..self.end.min(self.at + WINDOW)];
            let Some(last) = memchr::memrchr(b'\n', window) else { return self.record() };
            self.starts.find(self.bytes, self.at, self.at + last + 1);
            self.here = 0;
        }
        let (n, end) = self.plain_rows();
        if n == 0 {
            return self.record();
        }
        let (first, line) = (self.here, self.line);
        self.here += n * self.n_columns;
        self.line += n as u64;
        let starts = &self.starts.all()[first..=self.here];
        self.at = starts[starts.len() - 1] as usize;
        let n_columns = self.n_columns;
        let quoted = self.odd.quotes.then_some(self.bytes);
        Ok(Some(Step::Rows(Rows { starts, n, line, end, n_columns, quoted })))
    }

    /// How many plain rows come next, and how many bytes end each of their lines.
    fn plain_rows(&self) -> (usize, u32) {
        let starts = &self.starts.all()[self.here..];
        let is_line_end = |start: u32| self.bytes[start as usize - 1] == b'\n';
        let is_simple = !self.odd.bytes && !self.odd.encoding;
        if is_simple && self.here == 0 && self.starts.n_lines() * self.n_columns + 1 == starts.len()
        {
            // As many line ends as there may be: where each row has one at its end, none has one
            // within.
            let ends = starts[self.n_columns..].iter().step_by(self.n_columns);
            if ends.copied().all(is_line_end) && self.has_quotes_around(starts, 1) {
                return (self.starts.n_lines(), 1);
            }
        }
        let mut n = 0;
        let mut end = 1;
        for row in starts.windows(self.n_columns + 1).step_by(self.n_columns) {
            let (last, inner) = (row[self.n_columns], &row[1..self.n_columns]);
            if !is_line_end(last) || inner.iter().copied().any(is_line_end) {
                break;
            }
            let Some(own_end) = self.end_of_plain(row) else { break };
            if n > 0 && own_end != end {
                break;
            }
            end = own_end;
            n += 1;
        }
        (n, end)
    }

    /// How many bytes end a line, of which the starts of the fields are given, and that of the
    /// next; `None` where it is not plain.
    fn end_of_plain(&self, starts: &[u32]) -> Option<u32> {
        let (first, next) = (starts[0] as usize, starts[starts.len() - 1] as usize);
        let mut line = &self.bytes[first..next - 1];
        let mut n = 1;
        if self.odd.bytes {
            if let [rest @ .., b'\r'] = line {
                (line, n) = (rest, 2);
            }
            if memchr::memchr2(b'\r', 0, line).is_some() {
                return None;
            }
        }
        let is_text = !self.odd.encoding || std::str::from_utf8(line).is_ok();
        (is_text && self.has_quotes_around(starts, n)).then_some(n)
    }

    /// Whether there are no quotes but one before and one behind a whole field, whose starts are
    /// given, and that of the field behind them. `end`: how many bytes end the last line.
    fn has_quotes_around(&self, starts: &[u32], end: u32) -> bool {
        if !self.odd.quotes {
            return true;
        }
        let last = starts.len() - 1;
        let text = &self.bytes[starts[0] as usize..starts[last] as usize];
        let n_quotes = memchr::memchr_iter(b'"', text).count();
        let is_quoted = |(i, pair): (usize, &[u32])| {
            let behind = if i + 1 == last { end } else { 1 };
            let field = &self.bytes[pair[0] as usize..(pair[1] - behind) as usize];
            matches!(field, [b'"', .., b'"'])
        };
        // A field with more quotes, or with one elsewhere, has more of them than are counted here.
        n_quotes == 2 * starts.windows(2).enumerate().filter(|one| is_quoted(*one)).count()
    }

    /// The next record, whatever it is; `None` where only blank lines are left.
    fn record(&mut self) -> Result<Option<Step<'_>>, Error> {
        self.records.go_on(&self.bytes[self.at..self.end], self.line);
        self.in_record = true;
        let record = self.records.next(self.source)?;
        Ok(record.map(Step::Record))
    }

    /// Goes on behind the last record.
    fn leave_record(&mut self) -> Result<(), Error> {
        self.in_record = false;
        // Of a line end of two bytes the second is left.
        self.records.skip_blank_lines()?;
        self.line = self.records.line();
        self.at += self.records.taken() as usize;
        let ahead = self.starts.all().get(self.here..).unwrap_or_default();
        let passed = ahead.partition_point(|start| (*start as usize) < self.at);
        let is_start = ahead.get(passed).is_some_and(|start| *start as usize == self.at);
        self.here = if is_start { self.here + passed } else { NOWHERE };
        Ok(())
    }
}
