//! Parquet files by column, their row groups several at a time.
//!
//! A batch whose values are all what they should be is taken column by column; any other goes
//! through the same checks as every row of every source, one row at a time.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::{Array, StringArray};
use facts::{Author, FactKind, Form};
use parquet::file::reader::ChunkReader;

use super::filling::push_integer;
use super::{Facts, Take, Texts, taken};
use crate::column::Column;
use crate::error::Error;
use crate::instant;
use crate::parquet::{Coded, Decoder, Index, is_probably_seconds, load, same_buffers};
use crate::read::Progress;
use crate::reject::Rejected;
use crate::report::{Report, SourceReport, Warning};
use crate::row::{Field, Raw, UNSET, check};
use crate::source::{Source, Table};

/// Rows decoded at a time: enough to spread the cost of a batch, few enough for the cache.
const BATCH: usize = 8 * 1024;

/// How a file is read.
pub(super) struct Reading<'a> {
    /// The number of the source.
    pub(super) number: usize,
    pub(super) source: &'a Source,
    pub(super) strict: bool,
    pub(super) threads: usize,
    pub(super) take: &'a dyn Take,
}

/// What a row group amounted to.
#[derive(Default)]
struct Counted {
    rows: u64,
    facts: u64,
    rejected: u64,
    /// By wanted column, the greatest instant given as a whole number.
    greatest: Vec<Option<i64>>,
}

/// Reads a file to its end.
pub(super) fn read(name: Arc<str>, table: Table, reading: &Reading<'_>) -> Result<Report, Error> {
    let mut report = match (table, reading.source) {
        (Table::Bytes(bytes), _) => read_from(&name, &|| Ok(bytes.clone()), reading),
        // Clones of a file share their place in it: each thread opens it anew.
        (Table::File(_), Source::File(path)) => {
            let opening = |error| Error::Open { source: name.clone(), error };
            read_from(&name, &|| File::open(path).map_err(opening), reading)
        }
        (Table::File(file), _) => {
            let opening = |error| Error::Open { source: name.clone(), error };
            let reading = Reading { threads: 1, ..*reading };
            read_from(&name, &|| file.try_clone().map_err(opening), &reading)
        }
    }?;
    if report.rows == 0 {
        report.warnings.push(Warning::NoRows { source: name });
    }
    Ok(report)
}

fn read_from<T: ChunkReader + 'static>(
    name: &Arc<str>,
    open: &(dyn Fn() -> Result<T, Error> + Sync),
    reading: &Reading<'_>,
) -> Result<Report, Error> {
    let mut report = Report::default();
    let index = Index::load(&open()?, name.clone(), &mut |warning| report.warnings.push(warning))?;
    let wanted = index.columns(|_| true);
    index.check_types(&wanted, &mut |warning| report.warnings.push(warning))?;
    let n_groups = index.metadata().num_row_groups();
    let mut first_rows = Vec::with_capacity(n_groups);
    let mut rows = 0u64;
    for group in index.metadata().row_groups() {
        first_rows.push(rows);
        rows += u64::try_from(group.num_rows()).unwrap_or(0);
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done = std::sync::atomic::AtomicU64::new(0);
    let work = || -> Result<Counted, Error> {
        let mut all = Counted::default();
        loop {
            let unit = next.fetch_add(1, Ordering::Relaxed);
            if unit >= n_groups || stop.load(Ordering::Relaxed) {
                return Ok(all);
            }
            let mut group = Group::new(name, &index, &wanted, reading, (unit, first_rows[unit]));
            let result = open().and_then(|file| group.read(file, &done, rows));
            if let Err(error) = result {
                stop.store(true, Ordering::Relaxed);
                return Err(error);
            }
            all.add(group.finish());
        }
    };
    let threads = if reading.strict { 1 } else { reading.threads.min(n_groups.max(1)) };
    let mut counted = Counted::default();
    let results: Vec<Result<Counted, Error>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Result<Counted, Error>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect()
    });
    for result in results {
        counted.add(result?);
    }
    for ((column, _), greatest) in wanted.iter().zip(&counted.greatest) {
        if counted.rows > 0 && greatest.is_some_and(is_probably_seconds) {
            report.warnings.push(Warning::MaybeSeconds { source: name.clone(), column: *column });
        }
    }
    (report.rows, report.facts) = (counted.rows, counted.facts);
    report.rejected = counted.rejected;
    let (rows, facts) = (counted.rows, counted.facts);
    report.sources.push(SourceReport { name: name.clone(), rows, facts, mapping: None });
    Ok(report)
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.facts += other.facts;
        self.rejected += other.rejected;
        self.greatest.resize(self.greatest.len().max(other.greatest.len()), None);
        for (greatest, other) in self.greatest.iter_mut().zip(other.greatest) {
            *greatest = (*greatest).max(other);
        }
    }
}

/// What a text of a list of distinct ones became.
#[derive(Default)]
struct Cached {
    dictionary: Option<StringArray>,
    /// By code; [`UNSET`]: not looked up yet.
    found: Vec<u32>,
}

impl Cached {
    /// Makes room for a list, and forgets what was found in another one.
    fn meet(&mut self, coded: &Coded<'_>) {
        let known = match (coded.dictionary(), &self.dictionary) {
            (Some(new), Some(held)) => same_buffers(held, new),
            (None, None) => coded.grows(),
            _ => false,
        };
        if !known {
            self.dictionary = coded.dictionary().cloned();
            self.found.clear();
        }
        self.found.resize(coded.n_texts(), UNSET);
    }
}

/// A word that no list has.
const UNKNOWN: u8 = u8::MAX;
/// No word.
const NO_WORD: u8 = u8::MAX - 1;

/// A row group that is being read.
struct Group<'a> {
    name: &'a Arc<str>,
    index: &'a Index,
    wanted: &'a [(Column, usize)],
    columns: Vec<(Column, Decoder)>,
    cached: Vec<Cached>,
    reading: &'a Reading<'a>,
    unit: usize,
    /// The next row of the source.
    row: u64,
    facts: Facts,
    counted: Counted,
}

impl<'a> Group<'a> {
    fn new(
        name: &'a Arc<str>,
        index: &'a Index,
        wanted: &'a [(Column, usize)],
        reading: &'a Reading<'a>,
        (unit, row): (usize, u64),
    ) -> Self {
        Self {
            name,
            index,
            wanted,
            columns: wanted.iter().map(|(column, _)| (*column, Decoder::default())).collect(),
            cached: wanted.iter().map(|_| Cached::default()).collect(),
            reading,
            unit,
            row,
            facts: Facts::new(row, 0),
            counted: Counted::default(),
        }
    }

    fn read<T: ChunkReader + 'static>(
        &mut self,
        file: T,
        done: &std::sync::atomic::AtomicU64,
        all_rows: u64,
    ) -> Result<(), Error> {
        let mut batches = self.index.batches(file, self.wanted, BATCH, Some(self.unit))?;
        while let Some(batch) = batches.next()? {
            let n = batch.num_rows();
            load(&batch, &mut self.columns, self.name)?;
            if !self.take_columns(n)? {
                self.take_rows(n)?;
            }
            self.row += n as u64;
            self.counted.rows += n as u64;
            if self.facts.is_full() {
                self.cut()?;
            }
            let rows = done.fetch_add(n as u64, Ordering::Relaxed) + n as u64;
            if rows.is_multiple_of(64 * BATCH as u64) {
                let bytes = u128::from(self.index.size) * u128::from(rows);
                self.reading.take.progress(Progress {
                    source: self.reading.number,
                    bytes: (bytes / u128::from(all_rows.max(1))) as u64,
                    total: Some(self.index.size),
                    rows,
                });
            }
        }
        self.cut()
    }

    fn finish(mut self) -> Counted {
        self.counted.greatest =
            self.columns.iter().map(|(_, decoder)| decoder.greatest()).collect();
        self.counted
    }

    fn cut(&mut self) -> Result<(), Error> {
        let facts = std::mem::replace(&mut self.facts, Facts::new(self.row, 0));
        for (cached, (column, _)) in self.cached.iter_mut().zip(self.wanted) {
            if name_column(*column).is_some() {
                cached.found.fill(UNSET);
            }
        }
        self.counted.facts += facts.len() as u64;
        if facts.is_empty() { Ok(()) } else { self.reading.take.facts(facts).map_err(taken) }
    }

    /// Takes a batch row by row.
    fn take_rows(&mut self, n: usize) -> Result<(), Error> {
        let coded: Vec<Option<Coded<'_>>> = self
            .columns
            .iter()
            .map(|(column, decoder)| (is_coded(*column)).then(|| decoder.coded()))
            .collect();
        let maybe_nul = self.columns.iter().any(|(_, decoder)| decoder.has_nul());
        let mut raw = Raw { maybe_nul, ..Raw::default() };
        for i in 0..n {
            for ((column, decoder), coded) in self.columns.iter().zip(&coded) {
                // Numbers that a decoder remembers belong to no piece here.
                let field = match coded {
                    Some(coded) if coded.codes[i] == UNSET => Field::Missing,
                    Some(coded) => Field::Text(coded.text(coded.codes[i])),
                    None => decoder.field(i),
                };
                raw.set(*column, field);
            }
            let row = self.row + i as u64;
            match check(&raw) {
                Ok(values) => {
                    if self.facts.is_empty() {
                        self.facts.first_row = row;
                    }
                    self.facts.push(row, row + 1, &values)?;
                }
                Err((column, reason)) => {
                    self.counted.rejected += 1;
                    let rejected = Rejected {
                        source_number: self.reading.number,
                        source: self.name.clone(),
                        line: row + 1,
                        column: Some(column),
                        reason,
                    };
                    let take = self.reading.take;
                    take.rejected(self.unit as u64, &rejected).map_err(Error::Rejects)?;
                    if self.reading.strict {
                        return Err(Error::Strict(rejected));
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes a batch by column. `false`: some value is not what it should be, nothing was taken.
    fn take_columns(&mut self, n: usize) -> Result<bool, Error> {
        if self.columns.iter().any(|(_, decoder)| decoder.has_nul()) || !self.numbers_fit(n) {
            return Ok(false);
        }
        let mut words = Words::new(n);
        let mut coded: Vec<Option<Coded<'_>>> = Vec::with_capacity(self.columns.len());
        for ((column, decoder), cached) in self.columns.iter().zip(&mut self.cached) {
            let one = is_coded(*column).then(|| decoder.coded());
            if let Some(one) = &one {
                cached.meet(one);
                words.load(*column, one, cached);
            }
            coded.push(one);
        }
        let code_of = |wanted: Column| {
            let i = self.columns.iter().position(|(column, _)| *column == wanted);
            i.and_then(|i| coded[i].as_ref())
        };
        let all =
            |wanted: Column| code_of(wanted).is_some_and(|coded| !coded.codes.contains(&UNSET));
        if !all(Column::Platform)
            || !all(Column::Shop)
            || !words.fit(code_of(Column::Buyer).map(|coded| &*coded.codes))
        {
            return Ok(false);
        }
        append(&mut self.facts, self.row, n, &self.columns, &coded, &mut self.cached, &words)?;
        Ok(true)
    }

    /// Whether every number of the batch is in its range.
    fn numbers_fit(&self, n: usize) -> bool {
        let fits = |column: Column, decoder: &Decoder| match column {
            Column::At => decoder.integers().is_some_and(|at| {
                at.null_count() == 0 && at.values().iter().all(|ms| instant::in_range(*ms).is_ok())
            }),
            Column::SeenAt => decoder
                .integers()
                .is_some_and(|seen| seen.iter().flatten().all(|ms| instant::in_range(ms).is_ok())),
            Column::Stars => decoder
                .integers()
                .is_some_and(|stars| stars.iter().flatten().all(|stars| (1..=5).contains(&stars))),
            Column::Seq => decoder.integers().is_some(),
            _ => true,
        };
        n > 0 && self.columns.iter().all(|(column, decoder)| fits(*column, decoder))
    }
}

fn is_coded(column: Column) -> bool {
    name_column(column).is_some() || matches!(column, Column::Fact | Column::Author | Column::Kind)
}

/// The position of a numbered column in [`Facts::names`].
fn name_column(column: Column) -> Option<usize> {
    let columns = [
        Column::Platform,
        Column::Shop,
        Column::Buyer,
        Column::Conversation,
        Column::Account,
        Column::FromAccount,
    ];
    columns.iter().position(|name| *name == column)
}

/// The position of a column of texts in [`Facts::texts`].
fn text_column(column: Column) -> Option<usize> {
    let columns = [Column::Id, Column::Ref, Column::Amount, Column::Value, Column::Text];
    columns.iter().position(|text| *text == column)
}

/// The words of a batch, by their byte codes.
struct Words {
    fact: Vec<u8>,
    author: Vec<u8>,
    kind: Vec<u8>,
}

impl Words {
    fn new(n: usize) -> Self {
        let kind = vec![Form::Text.code(); n];
        Self { fact: vec![FactKind::Message.code(); n], author: vec![NO_WORD; n], kind }
    }

    fn load(&mut self, column: Column, coded: &Coded<'_>, cached: &mut Cached) {
        let (values, missing): (_, _) = match column {
            Column::Fact => (&mut self.fact, FactKind::Message.code()),
            Column::Author => (&mut self.author, NO_WORD),
            Column::Kind => (&mut self.kind, Form::Text.code()),
            _ => return,
        };
        for (value, code) in values.iter_mut().zip(coded.codes.iter()) {
            *value = match cached.found.get(*code as usize) {
                None => missing,
                Some(&UNSET) => {
                    let text = coded.text(*code);
                    let found = match column {
                        Column::Fact => FactKind::from_word(text).map(FactKind::code),
                        Column::Author => Author::from_word(text).map(Author::code),
                        _ => Form::from_word(text).map(Form::code),
                    };
                    let found = found.unwrap_or(UNKNOWN);
                    cached.found[*code as usize] = u32::from(found);
                    found
                }
                Some(found) => *found as u8,
            };
        }
    }

    /// Whether every row has the words and the buyer that it needs; values that rows of their
    /// kind do not have are cleared.
    fn fit(&mut self, buyers: Option<&[u32]>) -> bool {
        let message = FactKind::Message.code();
        let needs_buyer: [bool; 256] = std::array::from_fn(|code| {
            FactKind::from_code(code as u8).is_some_and(|k| !k.about_account() && !k.about_shop())
        });
        let mut fits = true;
        for (i, fact) in self.fact.iter().enumerate() {
            if *fact == message {
                fits &= self.author[i] < NO_WORD && self.kind[i] < NO_WORD;
            } else {
                fits &= *fact != UNKNOWN;
                (self.author[i], self.kind[i]) = (Author::System.code(), Form::Text.code());
            }
            let buyer = buyers.map_or(UNSET, |buyers| buyers[i]);
            fits &= buyer != UNSET || !needs_buyer[usize::from(*fact)];
        }
        fits
    }
}

/// Adds a batch in which everything is what it should be.
fn append(
    facts: &mut Facts,
    row: u64,
    n: usize,
    columns: &[(Column, Decoder)],
    coded: &[Option<Coded<'_>>],
    cached: &mut [Cached],
    words: &Words,
) -> Result<(), Error> {
    let before = facts.len();
    if before == 0 {
        facts.first_row = row;
    }
    let offset = (row - facts.first_row) as u32;
    facts.row.extend(offset..offset + n as u32);
    facts.line.extend(row + 1..row + 1 + n as u64);
    for ((column, decoder), (coded, cached)) in columns.iter().zip(coded.iter().zip(cached)) {
        if let (Some(i), Some(coded)) = (name_column(*column), coded) {
            append_names(&mut facts.names[i], coded, cached)?;
        } else if let Some(i) = text_column(*column) {
            append_texts(&mut facts.texts[i], decoder, n);
        } else if let Some(integers) = decoder.integers() {
            match column {
                Column::At => facts.at.extend_from_slice(integers.values()),
                Column::Stars => {
                    facts.stars.extend(integers.iter().map(|stars| stars.unwrap_or(0) as u8));
                }
                Column::Seq => append_integers(&mut facts.seq, integers, before),
                Column::SeenAt => append_integers(&mut facts.seen_at, integers, before),
                _ => {}
            }
        }
    }
    facts.fact.extend_from_slice(&words.fact);
    facts.author.extend_from_slice(&words.author);
    facts.kind.extend_from_slice(&words.kind);
    // Facts about accounts have no buyer, whatever the row says.
    let buyers = &mut facts.names[super::NameColumn::Buyer as usize].numbers;
    for (i, fact) in words.fact.iter().enumerate().filter(|(_, fact)| **fact >= FIRST_UNUSUAL) {
        let is_about_account = FactKind::from_code(*fact).is_some_and(|k| k.about_account());
        if let Some(buyer) = buyers.get_mut(before + i).filter(|_| is_about_account) {
            *buyer = 0;
        }
    }
    let after = before + n;
    facts.stars.resize(after, 0);
    for names in &mut facts.names {
        names.numbers.resize(after, 0);
    }
    for texts in &mut facts.texts {
        texts.pad(after);
    }
    for integers in [&mut facts.seq, &mut facts.seen_at].into_iter().flatten() {
        integers.values.resize(after, 0);
        integers.known.resize(after, false);
    }
    Ok(())
}

/// Messages are most facts, and their code is 0.
const FIRST_UNUSUAL: u8 = 1;

fn append_names(
    names: &mut super::Names,
    coded: &Coded<'_>,
    cached: &mut Cached,
) -> Result<(), Error> {
    names.numbers.reserve(coded.codes.len());
    for code in coded.codes.iter() {
        let number = match cached.found.get(*code as usize) {
            None => 0,
            Some(&UNSET) => {
                let number = names.list.number(coded.text(*code))?;
                cached.found[*code as usize] = number;
                number
            }
            Some(number) => *number,
        };
        names.numbers.push(number);
    }
    Ok(())
}

fn append_texts(texts: &mut Texts, decoder: &Decoder, n: usize) {
    for i in 0..n {
        match decoder.field(i) {
            Field::Text(text) => texts.push(text),
            _ => texts.push(""),
        }
    }
}

fn append_integers(
    column: &mut Option<super::Integers>,
    integers: &arrow::array::Int64Array,
    before: usize,
) {
    for (i, value) in integers.iter().enumerate() {
        push_integer(column, value, before + i);
    }
}

impl Texts {
    /// Adds facts without a text until there are so many.
    fn pad(&mut self, facts: usize) {
        let end = self.all.len() as u32;
        self.ends.resize(facts, end);
    }
}
