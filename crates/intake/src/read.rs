//! Reading sources in order into one log.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use facts::{Log, MessageFlags};

use crate::column::Column;
use crate::error::Error;
use crate::fill::Filling;
use crate::gather::Gathering;
use crate::identity::{Place, Verdict};
use crate::profile::{self, Profile};
use crate::reject::{Reason, Rejected};
use crate::report::{Mapping, Report, SourceReport, Warning};
use crate::row::{Raw, check};
use crate::source::{Opened, Opening, Source, open};
use crate::{csv, jsonl, parquet, part};

/// Judges the text of a message.
pub type TextJudge = Box<dyn Fn(&str) -> MessageFlags>;

/// What to read and to keep. By default only what counting needs.
#[derive(Default)]
pub struct Options {
    /// Keep the texts of messages.
    pub keep_text: bool,
    /// Keep the ids of messages.
    pub keep_id: bool,
    /// Keep where each row came from.
    pub keep_origin: bool,
    /// Judges the text of each message that is not the buyer's.
    pub text_flags: Option<TextJudge>,
    /// Stop at the first rejected row.
    pub strict: bool,
    /// Called now and then while reading.
    pub progress: Option<Box<dyn Fn(Progress)>>,
    /// No source repeats a fact of its own or of another, and rows lie in their order within each
    /// thread, as in an archive: repeats are not looked for, `seq` is not read.
    pub is_archive: bool,
    /// How to read sources of another shape than the canonical log; absent: they are such logs.
    pub profile: Option<Profile>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("keep_text", &self.keep_text)
            .field("keep_id", &self.keep_id)
            .field("keep_origin", &self.keep_origin)
            .field("text_flags", &self.text_flags.is_some())
            .field("strict", &self.strict)
            .field("progress", &self.progress.is_some())
            .field("is_archive", &self.is_archive)
            .field("profile", &self.profile)
            .finish()
    }
}

/// How far a reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The source that is being read, from 0.
    pub source: usize,
    /// Bytes of it that were read, as stored (compressed).
    pub bytes: u64,
    /// Its size in bytes; absent for pipes.
    pub total: Option<u64>,
    /// Rows seen so far, over all sources.
    pub rows: u64,
}

/// Progress is told once in so many rows.
const PROGRESS_ROWS: u64 = 1 << 16;

/// Reads logs into columns of facts, in the order given.
///
/// `rejects` is called once for each row that is not a fact, in the order read; its error stops
/// the reading. Rows that are the same fact as an earlier one are dropped and counted. Names of a
/// row whose id is taken may be numbered in the log although no row of it has them.
///
/// # Errors
///
/// [`Error`] for a source that is no log, ends too early or cannot be read; with
/// [`Options::strict`] also for the first rejected row. No part of a log is returned then.
///
/// # Example
///
/// ```
/// use intake::{Options, Source, read};
/// let csv = "at,platform,shop,buyer,author\n\
///            2026-11-21T09:00:00+08:00,taobao,s1,b1,buyer\n\
///            2026-11-21T09:00:40+08:00,taobao,s1,b1,robot\n";
/// let sources = [Source::Bytes { name: "log.csv".into(), bytes: csv.into() }];
/// let mut rejected = Vec::new();
/// let (log, report) = read(&sources, &Options::default(), &mut |row| {
///     rejected.push(row.to_string());
///     Ok(())
/// })?;
/// assert_eq!((log.len(), report.rejected), (1, 1));
/// assert!(rejected[0].starts_with("log.csv:3: `author`: found `robot`, expected one of: buyer,"));
/// # Ok::<(), intake::Error>(())
/// ```
pub fn read(
    sources: &[Source],
    options: &Options,
    rejects: &mut dyn FnMut(&Rejected) -> io::Result<()>,
) -> Result<(Log, Report), Error> {
    let n_sources = u32::try_from(sources.len()).map_err(|_| Error::TooMany)?;
    let mut sink = Sink::new(options, rejects, n_sources);
    for source in sources {
        match &options.profile {
            None => sink.source(open(source)?)?,
            Some(profile) => profile::read(profile, source, &mut sink)?,
        }
    }
    Ok(sink.finish())
}

/// Where rows go.
enum Taking<'a> {
    /// Into a log.
    Log(Box<Filling<'a>>),
    /// Into pieces that are handed on.
    Pieces(Box<Gathering<'a>>, &'a dyn Fn(Progress)),
}

impl Taking<'_> {
    /// How many facts there are so far.
    fn len(&self) -> u64 {
        match self {
            Self::Log(filling) => filling.len(),
            Self::Pieces(gathering, _) => gathering.len(),
        }
    }
}

/// Takes rows, as every format finds them, into the log.
pub(crate) struct Sink<'a> {
    options: &'a Options,
    rejects: &'a mut dyn FnMut(&Rejected) -> io::Result<()>,
    taking: Taking<'a>,
    report: Report,
    /// The name of every part read, which is a source or a sheet of one.
    names: Vec<Arc<str>>,
    /// The number of the present source.
    number: usize,
    /// What was counted before the present part began.
    before: (u64, u64),
    mapping: Option<Mapping>,
    /// Bytes read of the present source, and its size.
    bytes: Rc<Cell<u64>>,
    total: Option<u64>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(
        options: &'a Options,
        rejects: &'a mut dyn FnMut(&Rejected) -> io::Result<()>,
        n_sources: u32,
    ) -> Self {
        Self {
            options,
            rejects,
            taking: Taking::Log(Box::new(Filling::new(options, n_sources))),
            report: Report::default(),
            names: Vec::new(),
            number: 0,
            before: (0, 0),
            mapping: None,
            bytes: Rc::default(),
            total: None,
        }
    }

    /// A sink that gathers one source, which is the `number`-th, in pieces.
    pub(crate) fn gathering(
        options: &'a Options,
        rejects: &'a mut dyn FnMut(&Rejected) -> io::Result<()>,
        gathering: Gathering<'a>,
        number: usize,
        progress: &'a dyn Fn(Progress),
    ) -> Self {
        Self {
            options,
            rejects,
            taking: Taking::Pieces(Box::new(gathering), progress),
            report: Report::default(),
            names: Vec::new(),
            number,
            before: (0, 0),
            mapping: None,
            bytes: Rc::default(),
            total: None,
        }
    }

    /// Reads one source to its end.
    pub(crate) fn source(&mut self, opened: Opened) -> Result<(), Error> {
        let Opened { name, form, done, total } = opened;
        self.begin_source(done, total);
        self.begin_part(name.clone());
        match form {
            Opening::Csv(stream) => csv::read(stream, self)?,
            Opening::JsonLines(stream) => jsonl::read(stream, self)?,
            Opening::Parquet(table) => parquet::read(table, self)?,
            Opening::Part(part) => part::read(&part, self)?,
        }
        let rows = self.end_part();
        self.end_source(name, rows);
        Ok(())
    }

    /// Begins a source; `done` counts its bytes as they are read.
    pub(crate) fn begin_source(&mut self, done: Rc<Cell<u64>>, total: Option<u64>) {
        self.bytes = done;
        self.total = total;
    }

    /// Begins a part of the source: all of it, or a sheet of a workbook.
    pub(crate) fn begin_part(&mut self, name: Arc<str>) {
        self.before = (self.report.rows, self.taking.len());
        self.mapping = None;
        self.names.push(name);
    }

    /// Says how the columns of the present part were matched.
    pub(crate) fn set_mapping(&mut self, mapping: Mapping) {
        self.mapping = Some(mapping);
    }

    /// Ends a part; how many rows it had.
    pub(crate) fn end_part(&mut self) -> u64 {
        let (rows, facts) = self.before;
        let (rows, facts) = (self.report.rows - rows, self.taking.len() - facts);
        let mapping = self.mapping.take();
        self.report.sources.push(SourceReport { name: self.name(), rows, facts, mapping });
        rows
    }

    /// Ends a source that had so many rows.
    pub(crate) fn end_source(&mut self, name: Arc<str>, rows: u64) {
        self.tell_progress();
        if rows == 0 {
            self.warn(Warning::NoRows { source: name });
        }
        self.number += 1;
    }

    pub(crate) fn finish(mut self) -> (Log, Report) {
        self.report.facts = self.taking.len();
        let log = match self.taking {
            Taking::Log(filling) => {
                let (log, unmatched) = filling.finish();
                if unmatched > 0 {
                    self.report.warnings.push(Warning::RecallsWithoutMessage { n: unmatched });
                }
                log
            }
            Taking::Pieces(..) => Log::new(),
        };
        (log, self.report)
    }

    /// Hands on the last piece.
    pub(crate) fn finish_pieces(mut self) -> Result<Report, Error> {
        self.report.facts = self.taking.len();
        if let Taking::Pieces(mut gathering, _) = self.taking {
            gathering.cut(0, 0)?;
        }
        Ok(self.report)
    }

    /// The name of the part that is being read.
    pub(crate) fn name(&self) -> Arc<str> {
        self.names.last().cloned().unwrap_or_default()
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        self.report.warnings.push(warning);
    }

    /// Whether the source's own order has to be read.
    pub(crate) fn needs_seq(&self) -> bool {
        !self.options.is_archive
    }

    pub(crate) fn needs_text(&self, has_ids: bool) -> bool {
        match &self.taking {
            Taking::Log(filling) => filling.needs_text(has_ids),
            Taking::Pieces(..) => true,
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        if let Taking::Log(filling) = &mut self.taking {
            filling.reserve(rows);
        }
    }

    /// Says how many bytes of the source were read, where they do not pass through a stream.
    pub(crate) fn set_bytes(&mut self, bytes: u64) {
        self.bytes.set(bytes);
    }

    /// Takes a row: a fact, a repetition or a rejected row.
    pub(crate) fn row(&mut self, line: u64, raw: &Raw<'_>) -> Result<(), Error> {
        let row = match check(raw) {
            Ok(row) => row,
            Err((column, reason)) => return self.reject(line, Some(column), reason),
        };
        let place = Place { source: self.number as u32, part: self.names.len() as u32 - 1, line };
        let verdict = match &mut self.taking {
            Taking::Log(filling) => filling.push(&row, place)?,
            Taking::Pieces(gathering, _) => {
                gathering.push(self.report.rows, place.part, line, &row)?;
                Verdict::New
            }
        };
        match verdict {
            Verdict::New => {}
            Verdict::Duplicate => self.report.duplicates += 1,
            Verdict::Conflict(part, first_line) => {
                let name = self.names.get(part as usize).cloned().unwrap_or_default();
                let reason = Reason::IdConflict {
                    id: row.id.chars().take(41).collect(),
                    first_source: name,
                    first_line,
                };
                return self.reject(line, Some(Column::Id), reason);
            }
        }
        self.count_row();
        Ok(())
    }

    /// Leaves out a row.
    pub(crate) fn reject(
        &mut self,
        line: u64,
        column: Option<Column>,
        reason: Reason,
    ) -> Result<(), Error> {
        let source_number = self.number;
        let rejected = Rejected { source_number, source: self.name(), line, column, reason };
        self.report.rejected += 1;
        (self.rejects)(&rejected).map_err(Error::Rejects)?;
        if self.options.strict {
            return Err(Error::Strict(rejected));
        }
        self.count_row();
        Ok(())
    }

    fn count_row(&mut self) {
        self.report.rows += 1;
        if self.report.rows.is_multiple_of(PROGRESS_ROWS) {
            self.tell_progress();
        }
    }

    fn tell_progress(&self) {
        let now = Progress {
            source: self.number,
            bytes: self.bytes.get(),
            total: self.total,
            rows: self.report.rows,
        };
        if let Taking::Pieces(_, progress) = &self.taking {
            progress(now);
        } else if let Some(progress) = &self.options.progress {
            progress(now);
        }
    }
}

#[cfg(test)]
mod tests;
