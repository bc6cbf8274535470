//! What has to be known of a piece before it is read.

use std::sync::Arc;

use super::NEVER;
use super::starts::{PAD, Starts};
use super::walk::{Step, Walk};
use crate::column::Column;
use crate::csv::Header;
use crate::error::Error;
use crate::instant::{self, Neighbours};

/// What a look at all rows of a piece found.
pub(super) struct Survey {
    /// First and last instant.
    pub(super) span: (i64, i64),
    /// The platforms that were seen.
    pub(super) platforms: Vec<String>,
    /// Whether some row has an id.
    pub(super) has_ids: bool,
    /// Whether some row has a place in an order of the source's own.
    pub(super) has_order: bool,
    /// Whether every row is a plain line.
    pub(super) is_plain: bool,
}

/// Looks at rows.
pub(super) struct Surveyor<'h> {
    header: &'h Header,
    at: usize,
    platform: usize,
    id: Option<usize>,
    order: Option<usize>,
}

/// Of lines that can be told without looking, the platform of one in so many is looked at. To miss
/// one that few rows have costs time and nothing else.
const SAMPLED: usize = 16;

impl Survey {
    fn new() -> Self {
        Self {
            span: NEVER,
            platforms: Vec::new(),
            has_ids: false,
            has_order: false,
            is_plain: true,
        }
    }

    fn add_instant(&mut self, at: i64) {
        self.span = (self.span.0.min(at), self.span.1.max(at));
    }

    fn add_platform(&mut self, name: &[u8]) {
        let is_it = |known: &String| known.as_bytes() == name;
        if !name.is_empty()
            && !self.platforms.iter().any(is_it)
            && let Ok(name) = std::str::from_utf8(name)
        {
            self.platforms.push(name.to_owned());
        }
    }
}

fn instant_of(neighbours: &mut Neighbours, text: &[u8]) -> Option<i64> {
    neighbours.read(text).or_else(|| {
        let text = std::str::from_utf8(text).ok()?;
        instant::parse(text).ok().map(|at| at.0)
    })
}

impl<'h> Surveyor<'h> {
    pub(super) fn new(header: &'h Header) -> Self {
        let place = |column| header.layout.place(column);
        let (at, platform) = (place(Column::At), place(Column::Platform));
        let (id, order) = (place(Column::Id), place(Column::Seq));
        Self { header, at: at.unwrap_or(0), platform: platform.unwrap_or(0), id, order }
    }

    /// Looks at lines of which each is a record, whatever comes before them.
    pub(super) fn plain(
        &self,
        bytes: &[u8],
        starts: &mut Starts,
        source: &Arc<str>,
    ) -> Result<Survey, Error> {
        if self.id.is_some() || self.order.is_some() {
            return self.records(bytes, starts, source);
        }
        let mut survey = Survey::new();
        let mut neighbours = Neighbours::default();
        let text = &bytes[..bytes.len() - PAD];
        // How long the last instant was: the next is nearly always as long.
        let mut usual = 0;
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
        for (row, end) in ends.enumerate() {
            let line = &text[start..end];
            start = (end + 1).min(text.len());
            if row.is_multiple_of(SAMPLED) {
                survey.add_platform(field(line, self.platform));
            }
            let is_usual = self.at == 0 && line.get(usual) == Some(&b',');
            let read = is_usual.then(|| neighbours.read(&line[..usual])).flatten();
            let read = read.or_else(|| {
                let text = field(line, self.at);
                usual = text.len();
                instant_of(&mut neighbours, text)
            });
            if let Some(at) = read {
                survey.add_instant(at);
            }
        }
        Ok(survey)
    }

    /// Looks at the records of a piece.
    pub(super) fn records(
        &self,
        bytes: &[u8],
        starts: &mut Starts,
        source: &Arc<str>,
    ) -> Result<Survey, Error> {
        let mut survey = Survey::new();
        let mut neighbours = Neighbours::default();
        let n_columns = self.header.n_columns;
        let mut walk = Walk::new(bytes, 1, source, n_columns, starts);
        while let Some(step) = walk.next()? {
            match step {
                Step::Rows(rows) => {
                    for (start, end) in rows.fields(self.at) {
                        if let Some(at) = instant_of(&mut neighbours, &bytes[start..end]) {
                            survey.add_instant(at);
                        }
                    }
                    let mut last: &[u8] = b"";
                    for (start, end) in rows.fields(self.platform) {
                        let platform = &bytes[start..end];
                        if platform != last {
                            survey.add_platform(platform);
                            last = platform;
                        }
                    }
                    let has = |place: Option<usize>| {
                        place.is_some_and(|place| rows.fields(place).any(|(a, b)| a < b))
                    };
                    survey.has_ids |= has(self.id);
                    survey.has_order |= has(self.order);
                }
                Step::Record(record) => {
                    survey.is_plain = false;
                    let Ok(fields) = record.outcome.row(n_columns) else { continue };
                    if let Some(at) = instant_of(&mut neighbours, fields.bytes(self.at)) {
                        survey.add_instant(at);
                    }
                    survey.add_platform(fields.bytes(self.platform));
                    let has = |place: Option<usize>| {
                        place.is_some_and(|place| !fields.bytes(place).is_empty())
                    };
                    survey.has_ids |= has(self.id);
                    survey.has_order |= has(self.order);
                }
            }
        }
        Ok(survey)
    }
}

/// A field of a line without quotes; empty where there is none.
fn field(line: &[u8], column: usize) -> &[u8] {
    let mut rest = line;
    for _ in 0..column {
        match memchr::memchr(b',', rest) {
            Some(comma) => rest = &rest[comma + 1..],
            None => return b"",
        }
    }
    memchr::memchr(b',', rest).map_or(rest, |comma| &rest[..comma])
}

/// Whether a quote is open at the end of some bytes, which begin a line, within quotes or not.
pub(super) fn ends_within_quotes(bytes: &[u8], begins_within: bool) -> bool {
    let mut is_within = begins_within;
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]) {
        let quote = at + quote;
        at = quote + 1;
        if !is_within {
            // In the middle of a field a quote is a character like others.
            let before = quote.checked_sub(1).map_or(b'\n', |before| bytes[before]);
            is_within = matches!(before, b',' | b'\n' | b'\r');
        } else if bytes.get(at) == Some(&b'"') {
            at += 1;
        } else {
            is_within = false;
        }
    }
    is_within
}
