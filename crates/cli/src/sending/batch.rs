//! Rows on their way in one request, and the body that they become.
//!
//! A server counts rows without id within a request: the second of two equal rows of one request
//! is a second fact, in another request it is a repeat of the first. A row that is the n-th of its
//! like in a log is therefore sent together with the n - 1 that came before, which the server
//! answers as repeats. So no genuine repeat is lost wherever a log is cut, and sending a request
//! again, or the whole log, does no harm.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash, RandomState};
use std::ops::Range;

use facts::{Contents, NewFact};
use intake::json_row;

/// Rows of one request: half of what servers take unless told otherwise.
const MAX_ROWS: usize = 10_000;

/// Bytes of one request before it is packed; servers take eight times as much.
const MAX_BYTES: usize = 4 << 20;

/// The longest row that servers take.
pub(super) const MAX_ROW: usize = 1 << 20;

/// How many rows that are alike can be told apart without ids: they go into one request.
const MAX_ALIKE: u32 = 4_000;

/// 128 bits of a keyed hash: two of ten million rows share them with a probability below 10⁻²⁴.
type Mark = [u64; 2];

/// Numbers rows without id that are alike.
pub(super) struct Alike {
    keys: [RandomState; 2],
    /// Those that were seen, most of them once.
    seen: HashSet<Mark>,
    /// How often those were seen that were seen more than once.
    often: HashMap<Mark, u32>,
}

struct Whole<'a>(&'a NewFact<'a>);

impl Hash for Whole<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash_contents(state);
        self.0.text.hash(state);
    }
}

impl Alike {
    pub(super) fn new() -> Self {
        let keys = [RandomState::new(), RandomState::new()];
        Self { keys, seen: HashSet::new(), often: HashMap::new() }
    }

    /// Which of its like a row is, from 1; `None` for rows with an id.
    fn number(&mut self, row: &NewFact<'_>) -> Option<(Mark, u32)> {
        if !row.id.is_empty() {
            return None;
        }
        let mark = [0, 1].map(|n: usize| self.keys[n].hash_one(Whole(row)));
        if self.seen.insert(mark) {
            return Some((mark, 1));
        }
        let times = match self.often.entry(mark) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(1),
        };
        *times = times.saturating_add(1);
        Some((mark, *times))
    }

    /// Which of the request's lanes a row goes to: what a buyer and a shop did stays in order.
    pub(super) fn lane(&self, row: &NewFact<'_>, n: usize) -> usize {
        let thread = self.keys[0].hash_one((row.platform, row.shop, row.buyer));
        (thread % n.max(1) as u64) as usize
    }

    /// Rows that come now are not alike with those that came before.
    pub(super) fn forget(&mut self) {
        self.seen.clear();
        self.often.clear();
    }
}

/// A row of a request.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Where its JSON ends.
    end: usize,
    /// The line of the log.
    line: u64,
    /// Which of its like it is, where it has no id.
    alike: Option<(Mark, u32)>,
}

/// Why a row cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is longer than servers take.
    TooLong,
    /// It is alike with too many that came before.
    TooManyAlike,
}

/// Rows of one source for one request.
#[derive(Debug, Default)]
pub(super) struct Batch {
    json: Vec<u8>,
    lines: Vec<Line>,
    /// The number of the source.
    pub(super) source: usize,
    /// Rows without id that are in it.
    marks: HashSet<Mark>,
    /// Rows and bytes of the body, repeats included.
    rows: usize,
    bytes: usize,
}

/// A row that is written and numbered, on its way into a batch.
pub(super) struct Written {
    json: Vec<u8>,
    line: u64,
    alike: Option<(Mark, u32)>,
}

impl Written {
    pub(super) fn new(
        row: &NewFact<'_>,
        line: u64,
        alike: &mut Alike,
        mut json: Vec<u8>,
    ) -> Result<Self, Unfit> {
        json.clear();
        json_row::write(row, &mut json);
        if json.len() >= MAX_ROW {
            return Err(Unfit::TooLong);
        }
        let alike = alike.number(row);
        let before = alike.map_or(0, |(_, n)| n - 1);
        if before >= MAX_ALIKE || before as usize * json.len() >= MAX_BYTES {
            return Err(Unfit::TooManyAlike);
        }
        Ok(Self { json, line, alike })
    }

    /// The memory, to be used again.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.json
    }

    fn before(&self, marks: &HashSet<Mark>) -> usize {
        repeats(self.alike, marks)
    }
}

/// How many rows that came before have to go with one.
fn repeats(alike: Option<(Mark, u32)>, marks: &HashSet<Mark>) -> usize {
    match alike {
        Some((mark, n)) if n > 1 && !marks.contains(&mark) => n as usize - 1,
        _ => 0,
    }
}

impl Batch {
    pub(super) fn new(source: usize) -> Self {
        Self { source, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether a row still fits.
    pub(super) fn has_room(&self, row: &Written) -> bool {
        let times = row.before(&self.marks) + 1;
        let (rows, bytes) = (self.rows + times, self.bytes + times * (row.json.len() + 1));
        self.is_empty() || (rows <= MAX_ROWS && bytes <= MAX_BYTES)
    }

    pub(super) fn push(&mut self, row: &Written) {
        let times = row.before(&self.marks) + 1;
        self.rows += times;
        self.bytes += times * (row.json.len() + 1);
        self.json.extend_from_slice(&row.json);
        self.marks.extend(row.alike.map(|(mark, _)| mark));
        self.lines.push(Line { end: self.json.len(), line: row.line, alike: row.alike });
    }

    /// The line of the log of a row.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.lines[row].line
    }

    /// The body with some of the rows, and for each row of the body the row here; `None`: it is
    /// one that came before.
    pub(super) fn body(&self, rows: Range<usize>) -> (Vec<u8>, Vec<Option<usize>>) {
        let (mut body, mut places) =
            (Vec::with_capacity(self.bytes), Vec::with_capacity(self.rows));
        let mut marks = HashSet::new();
        for row in rows {
            let start = if row == 0 { 0 } else { self.lines[row - 1].end };
            let Line { end, alike, .. } = self.lines[row];
            let before = repeats(alike, &marks);
            marks.extend(alike.map(|(mark, _)| mark));
            for n in 0..=before {
                body.extend_from_slice(&self.json[start..end]);
                body.push(b'\n');
                places.push((n == before).then_some(row));
            }
        }
        (body, places)
    }
}

#[cfg(test)]
mod tests {
    use facts::{Author, Instant};

    use super::*;

    fn row(text: &str) -> NewFact<'_> {
        let message = NewFact::message(Instant(0), "jd", "s", Author::Buyer);
        NewFact { buyer: "b", text, ..message }
    }

    fn batch(rows: &[NewFact<'_>], alike: &mut Alike) -> Batch {
        let mut batch = Batch::new(0);
        for (line, row) in (2..).zip(rows) {
            let Ok(written) = Written::new(row, line, alike, Vec::new()) else { panic!("unfit") };
            batch.push(&written);
        }
        batch
    }

    #[test]
    fn what_is_alike_goes_along_wherever_the_log_is_cut() {
        let mut alike = Alike::new();
        let first = batch(&[row("a"), row("a"), row("b")], &mut alike);
        assert_eq!(first.body(0..3).1, [Some(0), Some(1), Some(2)]);
        assert_eq!(first.body(1..3).1, [None, Some(1), Some(2)], "cut within");
        let identified = NewFact { id: "m", ..row("a") };
        let second = batch(&[row("a"), identified, row("a")], &mut alike);
        let (body, places) = second.body(0..3);
        assert_eq!(places, [None, None, Some(0), Some(1), Some(2)]);
        let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
        assert!(lines[..3].iter().all(|line| *line == lines[0]) && lines[3] != lines[0]);
        assert_eq!(second.rows, 5);
        alike.forget();
        assert_eq!(batch(&[row("a")], &mut alike).body(0..1).1, [Some(0)]);
    }

    #[test]
    fn a_batch_has_an_end() {
        let mut alike = Alike::new();
        let long = "x".repeat(MAX_ROW);
        let unfit =
            |row: &NewFact<'_>, alike: &mut Alike| Written::new(row, 1, alike, Vec::new()).err();
        assert_eq!(unfit(&row(&long), &mut alike), Some(Unfit::TooLong));
        let mut batch = Batch::new(0);
        let mut full = 0;
        for _ in 0..MAX_ALIKE {
            let Ok(written) = Written::new(&row("a"), 1, &mut alike, Vec::new()) else {
                panic!("unfit")
            };
            if !batch.has_room(&written) {
                full += 1;
                batch = Batch::new(0);
            }
            batch.push(&written);
            assert!(batch.rows <= MAX_ROWS && batch.bytes <= MAX_BYTES);
        }
        assert_eq!(full, 0, "rows that are alike and fit need nothing to go along");
        assert_eq!(unfit(&row("a"), &mut alike), Some(Unfit::TooManyAlike));
    }
}
