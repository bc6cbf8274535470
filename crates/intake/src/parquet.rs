//! Logs in Parquet.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, Int64Array, PrimitiveArray, RecordBatch, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Field as ArrowField, Int32Type, Int64Type, Schema, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use hashbrown::HashMap;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData};
use parquet::file::reader::ChunkReader;

use crate::column::{Column, Layout};
use crate::error::Error;
use crate::read::Sink;
use crate::report::Warning;
use crate::row::{Field, Raw, UNSET};
use crate::source::Table;
use crate::stream::Texts;

/// Rows decoded at a time: enough to spread the cost of a batch, few enough for the cache.
const BATCH: usize = 8 * 1024;

/// The row count of a file's index is only a claim: room is made for so many rows at most.
const MAX_RESERVED: usize = 1 << 24;

/// Instants as whole numbers that are all below this are probably seconds: 10¹⁰ ms is April 1970,
/// 10¹⁰ s the year 2286.
const SECONDS_BELOW: i64 = 10_000_000_000;

/// Reads a source to its end.
pub(crate) fn read(table: Table, sink: &mut Sink<'_>) -> Result<(), Error> {
    match table {
        Table::File(file) => read_from(file, sink),
        Table::Bytes(bytes) => read_from(bytes, sink),
    }
}

fn read_from<T: ChunkReader + 'static>(reader: T, sink: &mut Sink<'_>) -> Result<(), Error> {
    let source = sink.name();
    let index = Index::load(&reader, source.clone(), &mut |warning| sink.warn(warning))?;
    let needs_text = sink.needs_text(index.layout.place(Column::Id).is_some());
    let wanted = index.columns(|column| column != Column::Text || needs_text);
    index.check_types(&wanted, &mut |warning| sink.warn(warning))?;
    let n_rows = index.rows();
    sink.reserve(usize::try_from(n_rows).unwrap_or(MAX_RESERVED).min(MAX_RESERVED));
    let mut batches = index.batches(reader, &wanted, BATCH, None)?;
    let mut columns: Vec<(Column, Decoder)> =
        wanted.iter().map(|(column, _)| (*column, Decoder::default())).collect();
    let mut row = 0;
    while let Some(batch) = batches.next()? {
        take(&batch, &mut columns, &mut row, sink)?;
        let done = u128::from(index.size) * u128::from(row) / u128::from(n_rows.max(1));
        sink.set_bytes(done as u64);
    }
    sink.set_bytes(index.size);
    for (column, decoder) in &columns {
        if row > 0 && decoder.greatest.is_some_and(is_probably_seconds) {
            sink.warn(Warning::MaybeSeconds { source: source.clone(), column: *column });
        }
    }
    Ok(())
}

/// Whether instants whose greatest is this were probably written as seconds.
pub(crate) fn is_probably_seconds(greatest: i64) -> bool {
    greatest < SECONDS_BELOW
}

/// What a file says of itself: enough to decode any of its columns.
pub(crate) struct Index {
    source: Arc<str>,
    found: ArrowReaderMetadata,
    schema: Schema,
    pub(crate) layout: Layout,
    /// In bytes.
    pub(crate) size: u64,
}

/// Some columns of a file, some rows at a time.
pub(crate) struct Batches {
    source: Arc<str>,
    reader: ParquetRecordBatchReader,
}

impl Batches {
    /// The next rows; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        let Self { source, reader } = self;
        guard(source, || reader.next().transpose().map_err(ParquetError::from))
    }
}

impl Index {
    /// Reads what a file says of itself.
    pub(crate) fn load<T: ChunkReader>(
        reader: &T,
        source: Arc<str>,
        warn: &mut dyn FnMut(Warning),
    ) -> Result<Self, Error> {
        let size = reader.len();
        let ends = size >= 12 && reader.get_bytes(size - 4, 4).is_ok_and(|end| end == "PAR1");
        if !ends {
            return Err(Error::Truncated { source, format: "Parquet" });
        }
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let found = guard(&source, || ArrowReaderMetadata::load(reader, options))?;
        let names: Vec<&str> = found.schema().fields().iter().map(|f| f.name().as_str()).collect();
        let layout = Layout::of_header(names.into_iter(), &source, warn)?;
        let schema = with_seconds(&found);
        Ok(Self { source, found, schema, layout, size })
    }

    /// Reads what a file of an archive says of itself, where asked for the places of its pages too.
    pub(crate) fn load_part<T: ChunkReader>(
        reader: &T,
        source: Arc<str>,
        pages: bool,
    ) -> Result<Self, Error> {
        let policy = if pages { PageIndexPolicy::Optional } else { PageIndexPolicy::Skip };
        let options =
            ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_page_index_policy(policy);
        let found = guard(&source, || ArrowReaderMetadata::load(reader, options))?;
        let names: Vec<&str> = found.schema().fields().iter().map(|f| f.name().as_str()).collect();
        let layout = Layout::of_part(names.into_iter());
        let schema = with_seconds(&found);
        Ok(Self { source, found, schema, layout, size: reader.len() })
    }

    /// Begins to read some columns of some rows, `rows` rows at a time. The ranges are sorted and
    /// apart.
    pub(crate) fn some_batches<T: ChunkReader + 'static>(
        &self,
        reader: T,
        wanted: &[(Column, usize)],
        rows: usize,
        ranges: &[Range<u64>],
    ) -> Result<Batches, Error> {
        let opened = || {
            let builder = builder(reader, &self.found, &self.schema, wanted)?.with_batch_size(rows);
            let mut groups = Vec::new();
            let mut selected: Vec<Range<usize>> = Vec::new();
            // Rows of the groups that are read, and of all groups, before this one.
            let (mut before, mut first) = (0u64, 0u64);
            for (i, group) in self.metadata().row_groups().iter().enumerate() {
                let n = u64::try_from(group.num_rows()).unwrap_or(0);
                let meets =
                    ranges.iter().filter(|range| range.start < first + n && first < range.end);
                let of_group: Vec<Range<usize>> = meets
                    .map(|range| {
                        let from = range.start.max(first) - first + before;
                        let to = range.end.min(first + n) - first + before;
                        from as usize..to as usize
                    })
                    .collect();
                if !of_group.is_empty() {
                    groups.push(i);
                    selected.extend(of_group);
                    before += n;
                }
                first += n;
            }
            let selection =
                RowSelection::from_consecutive_ranges(selected.into_iter(), before as usize);
            builder.with_row_groups(groups).with_row_selection(selection).build()
        };
        Ok(Batches { source: self.source.clone(), reader: guard(&self.source, opened)? })
    }

    /// How many rows the file says it has.
    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The file's own index.
    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        self.found.metadata()
    }

    /// The columns that are there and wanted, with their positions.
    pub(crate) fn columns(&self, is_wanted: impl Fn(Column) -> bool) -> Vec<(Column, usize)> {
        self.layout.present().filter(|(column, _)| is_wanted(*column)).collect()
    }

    /// Begins to read some columns, `rows` rows at a time: all row groups or one of them.
    pub(crate) fn batches<T: ChunkReader + 'static>(
        &self,
        reader: T,
        wanted: &[(Column, usize)],
        rows: usize,
        row_group: Option<usize>,
    ) -> Result<Batches, Error> {
        let opened = || open(reader, &self.found, &self.schema, wanted, rows, row_group);
        Ok(Batches { source: self.source.clone(), reader: guard(&self.source, opened)? })
    }

    /// What the file says of a column of a row group, by the column's position; `None` for columns
    /// that hold others.
    pub(crate) fn column(&self, row_group: usize, place: usize) -> Option<&ColumnChunkMetaData> {
        let leaf = self.leaf(place)?;
        self.metadata().row_groups().get(row_group)?.columns().get(leaf)
    }

    /// The position of a plain column among those that hold values.
    fn leaf(&self, place: usize) -> Option<usize> {
        let schema = self.metadata().file_metadata().schema_descr();
        let mut of_root =
            (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == place);
        of_root.next().filter(|_| of_root.next().is_none())
    }

    /// Whether the file says that a column has no value at all.
    pub(crate) fn is_empty(&self, place: usize) -> bool {
        (0..self.metadata().num_row_groups()).all(|row_group| {
            let n = self.metadata().row_group(row_group).num_rows();
            let column = self.column(row_group, place);
            let nulls = column.and_then(|column| column.statistics()?.null_count_opt());
            nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(n))
        })
    }

    /// A stored instant in milliseconds; `None` where the column has none.
    pub(crate) fn milliseconds(&self, place: usize, value: i64) -> Option<i64> {
        match self.schema.field(place).data_type() {
            DataType::Int64 | DataType::Timestamp(TimeUnit::Millisecond, _) => Some(value),
            DataType::Timestamp(TimeUnit::Second, _) => value.checked_mul(1_000),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Some(value.div_euclid(1_000)),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Some(value.div_euclid(1_000_000)),
            _ => None,
        }
    }

    /// Checks that columns have types that can hold them.
    pub(crate) fn check_types(
        &self,
        wanted: &[(Column, usize)],
        warn: &mut dyn FnMut(Warning),
    ) -> Result<(), Error> {
        for &(column, i) in wanted {
            let found = self.schema.field(i).data_type();
            let text = matches!(found, DataType::Utf8 | DataType::Binary);
            let decimal = matches!(found, DataType::Decimal128(..) | DataType::Decimal256(..));
            let number = decimal || found.is_floating();
            let (fits, expected) = match column {
                Column::At | Column::SeenAt => (
                    text || matches!(found, DataType::Int64 | DataType::Timestamp(..)),
                    "int64 milliseconds, timestamp or text",
                ),
                Column::Seq | Column::Stars => (text || found.is_integer(), "an integer or text"),
                Column::Amount | Column::Value => {
                    (text || number || found.is_integer(), "text, decimal or a number")
                }
                Column::Text | Column::Platform => (text, "text"),
                column if is_word(column) => (text, "text"),
                _ => (text || found.is_integer(), "text or an integer"),
            };
            if !fits {
                let (source, found) = (self.source.clone(), found.to_string());
                return Err(Error::ColumnType { source, column, found, expected });
            }
            if matches!(found, DataType::Timestamp(_, None)) {
                warn(Warning::NoZone { source: self.source.clone(), column });
            }
        }
        Ok(())
    }
}

/// Runs the decoder. It is meant to answer damaged files with an error; where it panics instead,
/// that is an answer about the file too.
fn guard<T>(
    source: &Arc<str>,
    decode: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, Error> {
    let (source, format) = (source.clone(), "Parquet");
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ParquetError::EOF(_))) => Err(Error::Truncated { source, format }),
        Ok(Err(error)) => Err(Error::Damaged { source, format, detail: error.to_string() }),
        Err(_) => {
            let detail = "the decoder gave up on it".into();
            Err(Error::Damaged { source, format, detail })
        }
    }
}

/// The columns by the types of Parquet itself, except that timestamps in whole seconds, which
/// Parquet does not have, keep the type that the writer noted beside them.
fn with_seconds(found: &ArrowReaderMetadata) -> Schema {
    let noted = ArrowReaderMetadata::try_new(found.metadata().clone(), ArrowReaderOptions::new());
    let noted = noted.ok().filter(|n| n.schema().fields().len() == found.schema().fields().len());
    let fields = found.schema().fields().iter().enumerate().map(|(i, field)| {
        let noted = noted.as_ref().map(|noted| noted.schema().field(i).data_type());
        match (field.data_type(), noted) {
            (DataType::Int64, Some(seconds @ DataType::Timestamp(TimeUnit::Second, _))) => {
                Arc::new(field.as_ref().clone().with_data_type(seconds.clone()))
            }
            _ => field.clone(),
        }
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), found.schema().metadata().clone())
}

/// Begins to read the wanted columns, with texts that are numbered as dictionaries.
fn open<T: ChunkReader + 'static>(
    reader: T,
    found: &ArrowReaderMetadata,
    schema: &Schema,
    wanted: &[(Column, usize)],
    rows: usize,
    row_group: Option<usize>,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let builder = builder(reader, found, schema, wanted)?.with_batch_size(rows);
    match row_group {
        Some(one) => builder.with_row_groups(vec![one]).build(),
        None => builder.build(),
    }
}

fn builder<T: ChunkReader + 'static>(
    reader: T,
    found: &ArrowReaderMetadata,
    schema: &Schema,
    wanted: &[(Column, usize)],
) -> Result<ParquetRecordBatchReaderBuilder<T>, ParquetError> {
    let mut fields: Vec<Arc<ArrowField>> = schema.fields().iter().cloned().collect();
    for &(column, i) in wanted {
        if matches!(fields[i].data_type(), DataType::Utf8 | DataType::Binary) {
            let data_type = if is_numbered(column) || is_word(column) {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            } else {
                DataType::Utf8
            };
            fields[i] = Arc::new(fields[i].as_ref().clone().with_data_type(data_type));
        }
    }
    let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    let metadata = ArrowReaderMetadata::try_new(found.metadata().clone(), options)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), wanted.iter().map(|(_, i)| *i));
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(reader, metadata).with_projection(mask))
}

/// Whether a column's texts are numbered by the log.
pub(crate) fn is_numbered(column: Column) -> bool {
    matches!(
        column,
        Column::Platform
            | Column::Shop
            | Column::Buyer
            | Column::Conversation
            | Column::Account
            | Column::FromAccount
    )
}

/// Whether a column holds words of a closed list.
fn is_word(column: Column) -> bool {
    matches!(column, Column::Fact | Column::Author | Column::Kind)
}

fn is_instant(column: Column) -> bool {
    matches!(column, Column::At | Column::SeenAt)
}

fn take(
    batch: &RecordBatch,
    columns: &mut [(Column, Decoder)],
    row: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    load(batch, columns, &sink.name())?;
    let maybe_nul = columns.iter().any(|(_, decoder)| decoder.has_nul);
    // Every row sets the same columns.
    let mut raw = Raw { maybe_nul, ..Raw::default() };
    for i in 0..batch.num_rows() {
        for (column, decoder) in columns.iter() {
            raw.set(*column, decoder.field(i));
        }
        *row += 1;
        sink.row(*row, &raw)?;
    }
    Ok(())
}

/// Takes the columns of a batch.
pub(crate) fn load(
    batch: &RecordBatch,
    columns: &mut [(Column, Decoder)],
    source: &Arc<str>,
) -> Result<(), Error> {
    let damaged = |detail: String| {
        let source = source.clone();
        Error::Damaged { source, format: "Parquet", detail }
    };
    for (column, decoder) in columns.iter_mut() {
        let array = batch.column_by_name(column.name());
        let array = array.or_else(|| by_trimmed_name(batch, *column));
        let array = array.ok_or_else(|| damaged("a batch without one of its columns".into()))?;
        decoder.load(*column, array).map_err(|error| damaged(error.to_string()))?;
    }
    Ok(())
}

fn by_trimmed_name(batch: &RecordBatch, column: Column) -> Option<&ArrayRef> {
    let fields = batch.schema_ref().fields();
    let i = fields.iter().position(|field| field.name().trim() == column.name())?;
    batch.columns().get(i)
}

/// The values of one column of the present batch, with what is kept from batch to batch.
#[derive(Default)]
pub(crate) struct Decoder {
    values: Values,
    /// Whether some text may contain a null byte.
    has_nul: bool,
    /// The greatest instant given as a whole number.
    greatest: Option<i64>,
    ids: Ids,
}

#[derive(Default)]
enum Values {
    #[default]
    None,
    Dictionary {
        keys: Int32Array,
        values: StringArray,
        /// Whether some entry of the dictionary is no text, or an empty one.
        has_gaps: bool,
        /// The numbers of the dictionary's texts, once looked up.
        slots: Vec<Cell<u32>>,
    },
    Text(StringArray),
    Integers(Int64Array),
    /// Positions in [`Decoder::ids`], [`UNSET`] for null.
    Ids(Vec<u32>),
    /// Codes of texts, [`UNSET`] for none, of a file that is no table of columns.
    Coded(Vec<u32>, Texts),
}

/// Whole numbers used as ids, with their texts.
#[derive(Default)]
struct Ids {
    places: HashMap<i64, u32>,
    texts: Vec<Box<str>>,
    slots: Vec<Cell<u32>>,
}

impl Ids {
    fn place(&mut self, id: i64) -> u32 {
        *self.places.entry(id).or_insert_with(|| {
            self.texts.push(id.to_string().into());
            self.slots.push(Cell::new(UNSET));
            self.texts.len() as u32 - 1
        })
    }
}

impl Decoder {
    fn load(&mut self, column: Column, array: &ArrayRef) -> Result<(), arrow::error::ArrowError> {
        match array.data_type() {
            DataType::Dictionary(_, _) => self.load_dictionary(array)?,
            DataType::Utf8 => self.load_text(array.as_string::<i32>().clone()),
            DataType::Timestamp(unit, _) => {
                self.values = Values::Integers(milliseconds(array, *unit));
            }
            DataType::Int64 if is_instant(column) => {
                let instants = array.as_primitive::<Int64Type>().clone();
                self.greatest = self.greatest.max(arrow::compute::max(&instants));
                self.values = Values::Integers(instants);
            }
            // A cast of these to i64 would turn the greatest into nulls.
            DataType::UInt64 => self.load_cast(array)?,
            _ if matches!(column, Column::Seq | Column::Stars) => {
                let integers = cast(array, &DataType::Int64)?;
                self.values = Values::Integers(integers.as_primitive::<Int64Type>().clone());
            }
            found if found.is_integer() && is_numbered(column) => {
                let integers = cast(array, &DataType::Int64)?;
                self.load_ids(integers.as_primitive::<Int64Type>());
            }
            _ => self.load_cast(array)?,
        }
        Ok(())
    }

    fn load_cast(&mut self, array: &ArrayRef) -> Result<(), arrow::error::ArrowError> {
        let texts = cast(array, &DataType::Utf8)?;
        self.load_text(texts.as_string::<i32>().clone());
        Ok(())
    }

    fn load_text(&mut self, texts: StringArray) {
        self.has_nul = memchr::memchr(0, texts.value_data()).is_some();
        self.values = Values::Text(texts);
    }

    fn load_ids(&mut self, integers: &Int64Array) {
        let mut places = match std::mem::take(&mut self.values) {
            Values::Ids(places) => places,
            _ => Vec::new(),
        };
        places.clear();
        places.extend(integers.iter().map(|id| id.map_or(UNSET, |id| self.ids.place(id))));
        self.values = Values::Ids(places);
    }

    fn load_dictionary(&mut self, array: &ArrayRef) -> Result<(), arrow::error::ArrowError> {
        let Some(dictionary) = array.as_dictionary_opt::<Int32Type>() else {
            return self.load_cast(array);
        };
        let Some(texts) = dictionary.values().as_string_opt::<i32>() else {
            return self.load_cast(array);
        };
        let new_keys = dictionary.keys().clone();
        if let Values::Dictionary { keys, values, .. } = &mut self.values
            && same_buffers(values, texts)
        {
            *keys = new_keys;
            return Ok(());
        }
        self.has_nul = memchr::memchr(0, texts.value_data()).is_some();
        let slots = vec![Cell::new(UNSET); texts.len()];
        let has_gaps = texts.iter().any(|text| text.is_none_or(str::is_empty));
        let values = texts.clone();
        self.values = Values::Dictionary { keys: new_keys, values, has_gaps, slots };
        Ok(())
    }

    pub(crate) fn field(&self, i: usize) -> Field<'_> {
        match &self.values {
            Values::Dictionary { keys, values, slots, .. } if keys.is_valid(i) => {
                let key = keys.value(i) as usize;
                match slots[key].get() {
                    UNSET if values.is_valid(key) => Field::Coded(values.value(key), &slots[key]),
                    UNSET => Field::Missing,
                    known => Field::Known(known),
                }
            }
            Values::Text(texts) if texts.is_valid(i) => Field::Text(texts.value(i)),
            Values::Integers(integers) if integers.is_valid(i) => Field::Integer(integers.value(i)),
            Values::Ids(places) if places[i] != UNSET => {
                let place = places[i] as usize;
                match self.ids.slots[place].get() {
                    UNSET => Field::Coded(&self.ids.texts[place], &self.ids.slots[place]),
                    known => Field::Known(known),
                }
            }
            Values::Coded(codes, texts) if codes[i] != UNSET => Field::Text(texts.text(codes[i])),
            _ => Field::Missing,
        }
    }
}

/// The texts of a column as positions in a list of distinct ones.
pub(crate) struct Coded<'a> {
    /// One a row; [`UNSET`] for none.
    pub(crate) codes: Cow<'a, [u32]>,
    list: Distinct<'a>,
}

enum Distinct<'a> {
    Dictionary(&'a StringArray),
    /// Texts of whole numbers: the list only grows from batch to batch.
    Ids(&'a [Box<str>]),
    /// The texts of one batch.
    Texts(Vec<&'a str>),
    /// The texts of a piece: the list only grows from batch to batch.
    Coded(&'a Texts),
}

impl<'a> Coded<'a> {
    /// A text of the list; empty for [`UNSET`].
    pub(crate) fn text(&self, code: u32) -> &'a str {
        let code = code as usize;
        match &self.list {
            Distinct::Dictionary(texts) if code < texts.len() => texts.value(code),
            Distinct::Ids(texts) => texts.get(code).map_or("", |text| text),
            Distinct::Texts(texts) => texts.get(code).copied().unwrap_or(""),
            Distinct::Coded(texts) => texts.text(code as u32),
            Distinct::Dictionary(_) => "",
        }
    }

    /// How many texts the list has.
    pub(crate) fn n_texts(&self) -> usize {
        match &self.list {
            Distinct::Dictionary(texts) => texts.len(),
            Distinct::Ids(texts) => texts.len(),
            Distinct::Texts(texts) => texts.len(),
            Distinct::Coded(texts) => texts.len(),
        }
    }

    /// All texts of the list.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> {
        (0..self.n_texts() as u32).map(|code| self.text(code))
    }

    /// The dictionary that the list is; it is the same memory as long as it is the same.
    pub(crate) fn dictionary(&self) -> Option<&'a StringArray> {
        match &self.list {
            Distinct::Dictionary(texts) => Some(texts),
            _ => None,
        }
    }

    /// Whether the list of the next batch begins with this one.
    pub(crate) fn grows(&self) -> bool {
        matches!(self.list, Distinct::Ids(_) | Distinct::Coded(_))
    }
}

impl Decoder {
    /// A column of instants.
    pub(crate) fn of_instants(instants: Vec<i64>) -> Self {
        Self { values: Values::Integers(instants.into()), ..Self::default() }
    }

    /// A column of texts without null bytes, by their codes.
    pub(crate) fn of_texts(codes: Vec<u32>, texts: Texts) -> Self {
        Self { values: Values::Coded(codes, texts), ..Self::default() }
    }

    /// What [`Self::of_texts`] was given.
    pub(crate) fn into_texts(self) -> Option<(Vec<u32>, Texts)> {
        match self.values {
            Values::Coded(codes, texts) => Some((codes, texts)),
            _ => None,
        }
    }

    /// The texts of the column.
    pub(crate) fn coded(&self) -> Coded<'_> {
        match &self.values {
            Values::Dictionary { keys, values, .. } => {
                let is_gap = |code: usize| values.is_null(code) || values.value_length(code) == 0;
                let codes: Vec<u32> = if self.has_gaps() {
                    let code = |key: i32| if is_gap(key as usize) { UNSET } else { key as u32 };
                    keys.iter().map(|key| key.map_or(UNSET, code)).collect()
                } else {
                    keys.values().iter().map(|key| *key as u32).collect()
                };
                Coded { codes: Cow::Owned(codes), list: Distinct::Dictionary(values) }
            }
            Values::Ids(places) => {
                Coded { codes: Cow::Borrowed(places), list: Distinct::Ids(&self.ids.texts) }
            }
            Values::Text(texts) => {
                let mut places: HashMap<&str, u32> = HashMap::new();
                let mut list: Vec<&str> = Vec::new();
                let codes: Vec<u32> = (0..texts.len())
                    .map(|i| match texts.is_valid(i).then(|| texts.value(i)) {
                        None | Some("") => UNSET,
                        Some(text) => *places.entry(text).or_insert_with(|| {
                            list.push(text);
                            list.len() as u32 - 1
                        }),
                    })
                    .collect();
                Coded { codes: Cow::Owned(codes), list: Distinct::Texts(list) }
            }
            Values::Coded(codes, texts) => {
                Coded { codes: Cow::Borrowed(codes), list: Distinct::Coded(texts) }
            }
            Values::Integers(integers) => Coded {
                codes: vec![UNSET; integers.len()].into(),
                list: Distinct::Texts(Vec::new()),
            },
            Values::None => Coded { codes: Cow::default(), list: Distinct::Texts(Vec::new()) },
        }
    }

    /// Whether some row may have no value.
    pub(crate) fn has_gaps(&self) -> bool {
        match &self.values {
            Values::Dictionary { keys, has_gaps, .. } => *has_gaps || keys.null_count() > 0,
            Values::Ids(codes) | Values::Coded(codes, _) => codes.contains(&UNSET),
            Values::Text(_) | Values::Integers(_) | Values::None => true,
        }
    }

    /// The whole numbers of the column; `None` where it has texts.
    pub(crate) fn integers(&self) -> Option<&Int64Array> {
        match &self.values {
            Values::Integers(integers) => Some(integers),
            _ => None,
        }
    }

    /// The texts of the column, where it has no dictionary.
    pub(crate) fn texts(&self) -> Option<&StringArray> {
        match &self.values {
            Values::Text(texts) => Some(texts),
            _ => None,
        }
    }

    /// Whether some text may contain a null byte.
    pub(crate) fn has_nul(&self) -> bool {
        self.has_nul
    }

    /// The greatest instant that was given as a whole number.
    pub(crate) fn greatest(&self) -> Option<i64> {
        self.greatest
    }
}

/// Whether two dictionaries are the same memory. The first is held, so its place cannot have been
/// given to another.
pub(crate) fn same_buffers(held: &StringArray, other: &StringArray) -> bool {
    held.len() == other.len()
        && held.values().as_ptr() == other.values().as_ptr()
        && held.offsets().as_ptr() == other.offsets().as_ptr()
}

pub(crate) fn milliseconds(array: &ArrayRef, unit: TimeUnit) -> Int64Array {
    fn of<T: ArrowPrimitiveType<Native = i64>>(
        array: &ArrayRef,
        scale: fn(i64) -> i64,
    ) -> Int64Array {
        let instants: &PrimitiveArray<T> = array.as_primitive();
        instants.unary(scale)
    }
    match unit {
        // What does not fit is out of range anyway.
        TimeUnit::Second => of::<TimestampSecondType>(array, |t| t.saturating_mul(1_000)),
        TimeUnit::Millisecond => of::<TimestampMillisecondType>(array, |t| t),
        TimeUnit::Microsecond => of::<TimestampMicrosecondType>(array, |t| t.div_euclid(1_000)),
        TimeUnit::Nanosecond => of::<TimestampNanosecondType>(array, |t| t.div_euclid(1_000_000)),
    }
}
