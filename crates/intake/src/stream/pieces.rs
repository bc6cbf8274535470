//! Files as pieces: one for each row group of a Parquet file, and a few megabytes of a CSV file.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use bytes::Bytes;
use facts::Chunk;
use parquet::file::reader::ChunkReader;
use parquet::file::statistics::Statistics;

use super::batch::{Assembly, Origin};
use super::csv::Csv;
use super::marks::Marks;
use super::sift::Sifting;
use super::{Needs, Piece};
use crate::column::Column;
use crate::error::Error;
use crate::parquet::{Batches, Decoder, Index, is_probably_seconds};
use crate::report::Warning;
use crate::row::Field;
use crate::source::{Opening, Part, Source, Table, open};

/// Rows decoded at a time: what is decoded stays in the nearest caches until it is looked at.
const BATCH: usize = 16 * 1024;

/// Rows handed on at a time: few enough for the caches, and enough that a thread is taken up once
/// and not many times.
const CHUNK: usize = 128 * 1024;

/// All pieces of all sources, in order.
pub(super) struct Pieces {
    /// All files are parts of one archive: no fact is in it twice, and a thread's facts are in
    /// their order.
    pub(super) is_archive: bool,
    files: Vec<Form>,
    pub(super) list: Vec<Place>,
    /// By file what its header gave rise to.
    warnings: Vec<Vec<Warning>>,
}

/// Some decoded columns of some rows.
pub(super) struct Decoded<'d> {
    /// Number of the first row over all sources.
    pub(super) first_row: u32,
    /// How many rows.
    pub(super) n: usize,
    columns: &'d [(Column, Decoder)],
}

impl Decoded<'_> {
    pub(super) fn decoder(&self, column: Column) -> Option<&Decoder> {
        self.columns.iter().find(|(own, _)| *own == column).map(|(_, decoder)| decoder)
    }

    /// A text; empty for none.
    pub(super) fn text(&self, column: Column, row: usize) -> &str {
        match self.decoder(column).map(|decoder| decoder.field(row)) {
            Some(Field::Text(text) | Field::Coded(text, _)) => text,
            _ => "",
        }
    }
}

/// One file.
enum Form {
    Parquet(Parquet),
    Csv(Csv),
}

struct Parquet {
    name: Arc<str>,
    /// Its texts are in another file.
    has_texts_apart: bool,
    held: Held,
    index: Index,
}

/// Where the bytes of a file are.
pub(super) enum Held {
    File(PathBuf),
    Memory(Bytes),
}

/// One piece.
pub(super) struct Place {
    file: usize,
    /// Which of the file's row groups or cuts.
    part: usize,
    /// Rows of the file before it.
    before: u64,
    /// Rows of all sources before it.
    first_row: u32,
    /// At least as many as there are.
    pub(super) rows: u64,
    /// First and last instant, as the file says; the first is the greater one where there is none.
    pub(super) span: Option<(i64, i64)>,
    /// No later piece has an instant before this one.
    pub(super) horizon: i64,
}

impl Pieces {
    /// Opens the sources; `None` where they cannot be read in pieces. Pieces of texts are not
    /// larger than `largest` bytes where their lines allow it.
    pub(super) fn open(
        sources: &[Source],
        is_archive: bool,
        largest: u64,
    ) -> Result<Option<Self>, Error> {
        let (files, list) = Default::default();
        let mut pieces = Self { is_archive, files, list, warnings: Vec::new() };
        let mut rows: u64 = 0;
        for source in sources {
            let mut warnings = Vec::new();
            let is_alone = sources.len() == 1;
            let found = form(source, (is_archive, is_alone), largest, &mut warnings)?;
            let Some(file) = found else { return Ok(None) };
            pieces.warnings.push(warnings);
            let mut before = 0;
            for (part, (n, span)) in file.parts().into_iter().enumerate() {
                pieces.list.push(Place {
                    file: pieces.files.len(),
                    part,
                    before,
                    first_row: u32::try_from(rows).map_err(|_| Error::TooMany)?,
                    rows: n,
                    span,
                    horizon: i64::MIN,
                });
                before += n;
                rows += n;
            }
            pieces.files.push(file);
        }
        if rows >= u64::from(u32::MAX) {
            return Err(Error::TooMany);
        }
        pieces.set_horizons();
        Ok(Some(pieces))
    }

    fn set_horizons(&mut self) {
        let mut horizon = i64::MAX;
        for place in self.list.iter_mut().rev() {
            place.horizon = horizon;
            horizon = horizon.min(place.span.map_or(i64::MIN, |(first, _)| first));
        }
    }

    /// Whether one source may repeat facts of another that have no id: they lie in the same time.
    pub(super) fn may_repeat(&self) -> bool {
        if self.files.len() < 2 || self.is_archive {
            return false;
        }
        let mut spans = Vec::new();
        for (number, _) in self.files.iter().enumerate() {
            let mut own: Option<(i64, i64)> = None;
            for place in self.list.iter().filter(|place| place.file == number) {
                let Some((first, last)) = place.span else { return true };
                let (a, b) = own.unwrap_or((first, last));
                own = Some((a.min(first), b.max(last)));
            }
            spans.extend(own);
        }
        spans.sort_unstable();
        spans.windows(2).any(|pair| pair[0].1 >= pair[1].0)
    }

    pub(super) fn platforms(&self) -> Result<BTreeSet<String>, Error> {
        let mut names = BTreeSet::new();
        for file in &self.files {
            if let Form::Csv(csv) = file {
                names.extend(csv.platforms.iter().cloned());
            }
        }
        for place in &self.list {
            let Form::Parquet(file) = &self.files[place.file] else { continue };
            let Some(at) = file.index.layout.place(Column::Platform) else { continue };
            match only_text(&file.index, place.part, at) {
                Some(name) => {
                    names.insert(name);
                }
                None => {
                    let mut batches = file.batches(&[(Column::Platform, at)], place.part)?;
                    while let Some(batch) = batches.next()? {
                        let mut columns = [(Column::Platform, Default::default())];
                        crate::parquet::load(&batch, &mut columns, &file.name)?;
                        let coded = columns[0].1.coded();
                        let codes: BTreeSet<u32> = coded.codes.iter().copied().collect();
                        let texts = codes.into_iter().map(|code| coded.text(code));
                        names.extend(texts.filter(|text| !text.is_empty()).map(str::to_owned));
                    }
                }
            }
        }
        Ok(names)
    }

    /// Whether a piece has a row that says one of these words of what happened; it may also be
    /// said of a piece that has none.
    pub(super) fn says(&self, piece: usize, words: &[&str]) -> Result<bool, Error> {
        let place = &self.list[piece];
        let file = match &self.files[place.file] {
            Form::Parquet(file) => file,
            Form::Csv(csv) => return csv.may_say(place.part, words),
        };
        let Some(at) = file.index.layout.place(Column::Fact) else { return Ok(false) };
        let mut batches = file.batches(&[(Column::Fact, at)], place.part)?;
        let mut columns = [(Column::Fact, Decoder::default())];
        while let Some(batch) = batches.next()? {
            crate::parquet::load(&batch, &mut columns, &file.name)?;
            let coded = columns[0].1.coded();
            let is_said: Vec<bool> = coded.texts().map(|text| words.contains(&text)).collect();
            let says = |code: &u32| is_said.get(*code as usize).copied().unwrap_or(false);
            if is_said.contains(&true) && coded.codes.iter().any(says) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes what the facts of a piece are known by.
    pub(super) fn sift(&self, piece: usize, sifting: &mut Sifting<'_>) -> Result<(), Error> {
        let place = &self.list[piece];
        if let Form::Csv(csv) = &self.files[place.file] {
            return csv.sift(place.part, place.first_row, sifting);
        }
        self.columns(piece, sifting.columns(), &mut |decoded| sifting.add(decoded))
    }

    /// The ids of some rows, which are sorted.
    pub(super) fn ids_of(&self, rows: &[u32]) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        for (piece, place) in self.list.iter().enumerate() {
            let before = |row: &u32| u64::from(*row) < u64::from(place.first_row) + place.rows;
            let own = &rows[ids.len()..];
            let own = &own[..own.partition_point(before)];
            if own.is_empty() {
                continue;
            }
            if let Form::Csv(csv) = &self.files[place.file] {
                csv.ids_of(place.part, place.first_row, own, &mut ids)?;
                continue;
            }
            let mut own = own.iter().peekable();
            self.columns(piece, &[Column::Id], &mut |decoded| {
                let end = decoded.first_row + decoded.n as u32;
                while let Some(row) = own.next_if(|row| **row < end) {
                    let id = decoded.text(Column::Id, (row - decoded.first_row) as usize);
                    ids.push(id.to_owned());
                }
            })?;
        }
        Ok(ids)
    }

    /// How many rows all sources have, at least as many as there are.
    pub(super) fn n_rows(&self) -> Result<u32, Error> {
        let rows: u64 = self.list.iter().map(|place| place.rows).sum();
        u32::try_from(rows).map_err(|_| Error::TooMany)
    }

    /// The number of the first row of each source.
    pub(super) fn first_rows(&self) -> Vec<u32> {
        let mut first_rows = vec![u32::MAX; self.files.len()];
        for place in self.list.iter().rev() {
            first_rows[place.file] = place.first_row;
        }
        // Where a source has no rows, the next one begins there.
        for i in (1..first_rows.len()).rev() {
            first_rows[i - 1] = first_rows[i - 1].min(first_rows[i]);
        }
        first_rows
    }

    /// The name of a source.
    pub(super) fn name(&self, source: usize) -> Arc<str> {
        self.files.get(source).map_or_else(Default::default, |file| file.name().clone())
    }

    /// Decodes some columns of a piece.
    pub(super) fn columns(
        &self,
        piece: usize,
        columns: &[Column],
        take: &mut dyn FnMut(&Decoded<'_>),
    ) -> Result<(), Error> {
        let place = &self.list[piece];
        let Form::Parquet(file) = &self.files[place.file] else { return Ok(()) };
        let wanted = file.index.columns(|column| columns.contains(&column));
        let mut decoders: Vec<_> =
            wanted.iter().map(|(column, _)| (*column, Decoder::default())).collect();
        let mut batches = file.batches(&wanted, place.part)?;
        let mut row = place.first_row;
        while let Some(batch) = batches.next()? {
            crate::parquet::load(&batch, &mut decoders, &file.name)?;
            take(&Decoded { first_row: row, n: batch.num_rows(), columns: &decoders });
            row += u32::try_from(batch.num_rows()).map_err(|_| Error::TooMany)?;
        }
        Ok(())
    }

    /// Whether some piece has message ids.
    pub(super) fn has_ids(&self) -> bool {
        let has_ids = |file: &Form| match file {
            Form::Parquet(Parquet { index, .. }) => {
                index.layout.place(Column::Id).is_some_and(|place| !index.is_empty(place))
            }
            Form::Csv(csv) => csv.has_ids,
        };
        self.files.iter().any(has_ids)
    }

    pub(super) fn read(
        &self,
        piece: usize,
        (needs, marks): (Needs, &Marks),
        assembly: &mut Assembly<'_>,
        take: &mut dyn FnMut(Chunk) -> Chunk,
    ) -> Result<(), Error> {
        let place = &self.list[piece];
        let file = match &self.files[place.file] {
            Form::Parquet(file) => file,
            Form::Csv(csv) => {
                // Rows that may be in several files are told apart by their texts.
                let is_one_of_many = self.files.len() > 1;
                let origin = (place.file, place.first_row);
                return csv.read(place.part, origin, is_one_of_many, needs, assembly, take);
            }
        };
        // What is no fact is none whoever counts: columns that nobody needs are checked, except in
        // archives, whose rows were checked when they were packed.
        let is_checked = |column| match column {
            Column::Text => self.files.len() > 1 || file.index.layout.place(Column::Id).is_some(),
            // Ids were looked at before, as far as they are not needed.
            Column::Id => marks.needs_ids(piece, place.first_row, place.rows),
            // Nothing is in it, or whole numbers that were looked at.
            Column::Seq => false,
            _ => true,
        };
        let is_wanted = |column| needs.has(column) || (!self.is_archive && is_checked(column));
        let wanted = file.index.columns(is_wanted);
        let names: Vec<Column> = wanted.iter().map(|(column, _)| *column).collect();
        let mut batches = file.batches(&wanted, place.part)?;
        let mut row = 0u32;
        let mut room = Chunk::default();
        while let Some(batch) = batches.next()? {
            let origin = Origin {
                source_number: place.file,
                source: file.name.clone(),
                line_before: place.before + u64::from(row),
                first_row: place.first_row + row,
            };
            row += u32::try_from(batch.num_rows()).map_err(|_| Error::TooMany)?;
            assembly.add(&batch, &names, &origin)?;
            if CHUNK <= assembly.len() {
                room = take(assembly.take(std::mem::take(&mut room)));
            }
        }
        if assembly.len() > 0 {
            take(assembly.take(room));
        }
        Ok(())
    }

    pub(super) fn warnings<'p>(
        &self,
        read: impl Iterator<Item = &'p Piece> + Clone,
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (number, file) in self.files.iter().enumerate() {
            warnings.extend(self.warnings[number].iter().cloned());
            let own = |(place, _): &(&Place, &Piece)| place.file == number;
            let pieces = || self.list.iter().zip(read.clone()).filter(own);
            let rows: u64 = pieces().map(|(_, piece)| piece.rows).sum();
            let greatest = pieces().filter_map(|(_, piece)| piece.greatest).max();
            if greatest.is_some_and(is_probably_seconds) {
                let source = file.name().clone();
                warnings.push(Warning::MaybeSeconds { source, column: Column::At });
            }
            if rows == 0 {
                warnings.push(Warning::NoRows { source: file.name().clone() });
            }
        }
        warnings
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.files.iter().any(|file| match file {
            Form::Parquet(file) => {
                let is_apart = column == Column::Text && file.has_texts_apart;
                is_apart || file.index.layout.place(column).is_some()
            }
            Form::Csv(csv) => csv.has(column),
        })
    }
}

impl Form {
    fn name(&self) -> &Arc<str> {
        match self {
            Self::Parquet(file) => &file.name,
            Self::Csv(csv) => &csv.name,
        }
    }

    /// How many rows each part has, and when.
    fn parts(&self) -> Vec<(u64, Option<(i64, i64)>)> {
        match self {
            Self::Parquet(file) => {
                let row_groups = file.index.metadata().row_groups();
                let rows = row_groups.iter().map(|group| u64::try_from(group.num_rows()));
                let rows = rows.map(|n| n.unwrap_or(0)).enumerate();
                rows.map(|(part, n)| (n, span(&file.index, part))).collect()
            }
            Self::Csv(csv) => csv.pieces.iter().map(|cut| (cut.rows, Some(cut.span))).collect(),
        }
    }
}

impl Parquet {
    /// Whether pieces of the file can be counted apart: a source's own order may differ from that
    /// of its rows. Of several sources, one's rows come between those of another by it.
    fn is_readable(&self, is_alone: bool) -> Result<bool, Error> {
        let place = self.index.layout.place(Column::Seq);
        let Some(place) = place.filter(|place| !self.index.is_empty(*place)) else {
            return Ok(true);
        };
        if !is_alone {
            return Ok(false);
        }
        let mut last = i64::MIN;
        for row_group in 0..self.index.metadata().num_row_groups() {
            let mut batches = self.batches(&[(Column::Seq, place)], row_group)?;
            while let Some(batch) = batches.next()? {
                let own = batch.column(0).as_primitive_opt::<Int64Type>();
                let Some(own) = own.filter(|own| own.null_count() == 0) else { return Ok(false) };
                let first = last;
                last = own.values().last().copied().unwrap_or(last);
                if own.values().first().is_some_and(|own| *own < first) || !own.values().is_sorted()
                {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn batches(&self, wanted: &[(Column, usize)], row_group: usize) -> Result<Batches, Error> {
        match &self.held {
            Held::Memory(bytes) => {
                self.index.batches(bytes.clone(), wanted, BATCH, Some(row_group))
            }
            Held::File(path) => {
                // Readers that share a file share its position.
                let file = open_anew(path, &self.name)?;
                self.index.batches(file, wanted, BATCH, Some(row_group))
            }
        }
    }
}

fn open_anew(path: &Path, name: &Arc<str>) -> Result<File, Error> {
    File::open(path).map_err(|error| Error::Open { source: name.clone(), error })
}

impl Needs {
    /// Whether a column is needed for this.
    pub(super) fn has(self, column: Column) -> bool {
        match column {
            Column::At
            | Column::Platform
            | Column::Shop
            | Column::Buyer
            | Column::Fact
            | Column::Author
            // An unknown word makes a row no fact, whoever counts.
            | Column::Kind => true,
            Column::Account | Column::FromAccount => self.account,
            Column::Conversation => self.conversation,
            Column::Stars | Column::Value => self.rating,
            Column::SeenAt => self.known_by.is_some(),
            _ => false,
        }
    }
}

/// Opens a source that is a Parquet file of the canonical columns, or such a CSV file that is not
/// packed; `None` for another one.
fn form(
    source: &Source,
    (is_archive, is_alone): (bool, bool),
    largest: u64,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Form>, Error> {
    let held = match source {
        Source::Part(Part { path, rows: None, text }) => {
            let name: Arc<str> = path.display().to_string().into();
            let file = open_anew(path, &name)?;
            let index = Index::load_part(&file, name.clone(), false)?;
            let (held, has_texts_apart) = (Held::File(path.clone()), text.is_some());
            let parquet = Parquet { name, has_texts_apart, held, index };
            let is_exact = is_archive || parquet.is_readable(is_alone)?;
            return Ok(is_exact.then_some(Form::Parquet(parquet)));
        }
        Source::Part(_) => return Ok(None),
        // What was read of a pipe cannot be read again by whoever reads it row by row.
        Source::File(path) if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) => {
            return Ok(None);
        }
        Source::File(path) => Held::File(path.clone()),
        Source::Stdin => return Ok(None),
        Source::Bytes { bytes, .. } => Held::Memory(Bytes::from(bytes.clone())),
    };
    let opened = open(source)?;
    let name = opened.name;
    let mut warn = |warning| warnings.push(warning);
    let found = match opened.form {
        Opening::Parquet(Table::File(file)) => parquet(name, held, &file, &mut warn)?,
        Opening::Parquet(Table::Bytes(bytes)) => parquet(name, held, &bytes, &mut warn)?,
        Opening::Csv(stream) if !stream.is_packed() => {
            let csv = Csv::open(name, held, stream, largest, &mut warn)?;
            return Ok(csv.map(Form::Csv));
        }
        Opening::Csv(_) | Opening::JsonLines(_) | Opening::Part(_) => return Ok(None),
    };
    Ok(found.is_readable(is_alone)?.then_some(Form::Parquet(found)))
}

fn parquet<T: ChunkReader>(
    name: Arc<str>,
    held: Held,
    reader: &T,
    warn: &mut dyn FnMut(Warning),
) -> Result<Parquet, Error> {
    let index = Index::load(reader, name.clone(), warn)?;
    let all = index.columns(|column| column != Column::Text);
    index.check_types(&all, warn)?;
    Ok(Parquet { name, has_texts_apart: false, held, index })
}

/// First and last instant of a row group, as the file says.
fn span(index: &Index, row_group: usize) -> Option<(i64, i64)> {
    let place = index.layout.place(Column::At)?;
    let statistics = index.column(row_group, place)?.statistics()?;
    let Statistics::Int64(values) = statistics else { return None };
    let (first, last) = (*values.min_opt()?, *values.max_opt()?);
    Some((index.milliseconds(place, first)?, index.milliseconds(place, last)?))
}

/// The text of a column of a row group in which it is always the same, as the file says.
fn only_text(index: &Index, row_group: usize, place: usize) -> Option<String> {
    let Statistics::ByteArray(values) = index.column(row_group, place)?.statistics()? else {
        return None;
    };
    let exact = values.min_is_exact() && values.max_is_exact();
    let (low, high) = (values.min_opt()?, values.max_opt()?);
    let is_only = exact && values.null_count_opt() == Some(0) && low.data() == high.data();
    let text = std::str::from_utf8(low.data()).ok()?;
    (is_only && !text.is_empty()).then(|| text.to_owned())
}
