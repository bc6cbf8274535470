//! Writing a day's facts, in order, into its files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Int32Array, Int64Array, StringArray, TimestampMillisecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use facts::{Author, FactKind, Form};
use intake::Column;
use intake::gather::{Integers, NameColumn, TextColumn, Texts};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use sha2::{Digest, Sha256};

use crate::block::has;
use crate::day::Rows;
use crate::error::Error;
use crate::layout::{self, PART, ROW_GROUP};
use crate::manifest::{
    FileEntry, KEY_ARCHIVE, KEY_SHOPS, KEY_SORTED, KEY_UNIQUE, PartEntry, SORTED, ShopEntry,
    ShopName,
};

/// Rows handed to the encoder at once. A multiple of [`STEP`].
const BATCH: usize = 1 << 15;

/// The encoder looks at the size of a page after so many rows: as long as it is handed multiples
/// of them, its bytes do not depend on how the rows were cut.
pub(crate) const STEP: usize = 1024;

/// A quarter of an hour in milliseconds.
const QUARTER_MS: u32 = 900_000;

/// A file that counts and hashes what is written. It gets its name once it is complete.
struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A Parquet file on its way.
struct Output {
    writer: ArrowWriter<Hashed>,
    schema: Arc<Schema>,
    /// Where it is now.
    temporary: PathBuf,
    /// Where it belongs, in the archive.
    path: String,
}

impl Output {
    fn create(temporary: PathBuf, path: String, fields: Vec<Field>) -> Result<Self, Error> {
        let file = File::create(&temporary).map_err(Error::io(&temporary))?;
        let file =
            Hashed { file: BufWriter::with_capacity(1 << 18, file), hash: Sha256::new(), bytes: 0 };
        let schema = Arc::new(Schema::new(fields));
        let options = ArrowWriterOptions::new()
            .with_properties(properties(&schema))
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)
            .map_err(|error| Error::damaged(&temporary, error))?;
        Ok(Self { writer, schema, temporary, path })
    }

    fn write(&mut self, arrays: Vec<ArrayRef>) -> Result<(), Error> {
        let path = &self.temporary;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        let batch = batch.map_err(|error| Error::damaged(path, error))?;
        self.writer.write(&batch).map_err(|error| Error::io(path)(io::Error::from(error)))
    }

    /// Completes the file, and gives it its name in the archive.
    fn finish(mut self, archive: &Path, footer: Vec<KeyValue>) -> Result<FileEntry, Error> {
        let path = self.temporary;
        footer.into_iter().for_each(|pair| self.writer.append_key_value_metadata(pair));
        let failed =
            |error: parquet::errors::ParquetError| Error::io(&path)(io::Error::from(error));
        let Hashed { file, hash, bytes } = self.writer.into_inner().map_err(failed)?;
        let file = file.into_inner().map_err(|error| Error::io(&path)(error.into_error()))?;
        file.sync_all().map_err(Error::io(&path))?;
        drop(file);
        let named = archive.join(&self.path);
        std::fs::rename(&path, &named).map_err(Error::io(&named))?;
        Ok(FileEntry { path: self.path, bytes, sha256: hex(&hash.finalize()) })
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn properties(schema: &Schema) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by("yingda pack".to_owned())
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_write_batch_size(STEP)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Large enough for the names of a row group.
        .set_dictionary_page_size_limit(32 << 20);
    for field in schema.fields() {
        let encoding = match Column::from_name(field.name()) {
            Some(Column::At | Column::SeenAt | Column::Seq) => Encoding::DELTA_BINARY_PACKED,
            Some(Column::Id | Column::Ref) => Encoding::DELTA_BYTE_ARRAY,
            _ => continue,
        };
        let column = || field.name().as_str().into();
        properties = properties
            .set_column_dictionary_enabled(column(), false)
            .set_column_encoding(column(), encoding);
    }
    properties.build()
}

/// The parts of a day that are being written.
pub(crate) struct Parts<'a> {
    archive: &'a Path,
    temporary: &'a Path,
    day: i32,
    /// The number of the first.
    first: usize,
    done: Vec<PartEntry>,
    open: Option<Part>,
}

/// A part that is being written.
struct Part {
    facts: Output,
    text: Option<Output>,
    shops: Vec<ShopEntry>,
    counted: Counted,
    rows: usize,
}

#[derive(Default)]
struct Counted {
    kinds: [u64; FactKind::ALL.len()],
    quarters: u128,
    from: Option<u32>,
    to: u32,
}

impl<'a> Parts<'a> {
    /// No part yet. Files are made in `temporary`, which lies in the same file system.
    pub(crate) fn new(archive: &'a Path, temporary: &'a Path, day: i32) -> Self {
        Self { archive, temporary, day, first: 0, done: Vec::new(), open: None }
    }

    /// The same, the first part with another number than 0.
    pub(crate) fn numbered_from(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// Writes rows behind those written before. But for the last call of a day, their number is a
    /// multiple of [`STEP`].
    pub(crate) fn write(&mut self, rows: &Rows, order: &[u32]) -> Result<(), Error> {
        let mut rest = order;
        while !rest.is_empty() {
            let mut part = match self.open.take() {
                Some(part) => part,
                None => self.begin(rows)?,
            };
            let n = rest.len().min(BATCH).min(PART - part.rows);
            let (now, later) = rest.split_at(n);
            part.write(rows, now, self.day)?;
            if part.rows == PART {
                self.end(part)?;
            } else {
                self.open = Some(part);
            }
            rest = later;
        }
        Ok(())
    }

    /// Completes the parts.
    pub(crate) fn finish(mut self) -> Result<Vec<PartEntry>, Error> {
        if let Some(part) = self.open.take() {
            self.end(part)?;
        }
        Ok(self.done)
    }

    fn begin(&self, rows: &Rows) -> Result<Part, Error> {
        let (day, number) = (self.day, self.first + self.done.len());
        let temporary = |kind: &str| self.temporary.join(format!("{kind}-{day}-{number}.parquet"));
        let columns = columns(rows);
        let fields = columns.iter().map(|column| field(*column)).collect();
        let facts = Output::create(temporary("part"), layout::part(day, number), fields)?;
        let text = if rows.has_text(TextColumn::Text) {
            let fields = vec![field(Column::Text)];
            Some(Output::create(temporary("text"), layout::text(day, number), fields)?)
        } else {
            None
        };
        Ok(Part { facts, text, shops: Vec::new(), counted: Counted::default(), rows: 0 })
    }

    fn end(&mut self, part: Part) -> Result<(), Error> {
        let pair = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        let path = part.facts.temporary.clone();
        let lines = part.shops.iter().map(ShopEntry::line).collect::<Result<Vec<_>, _>>();
        let shops = lines.map_err(|error| Error::damaged(&path, error))?.join("\n");
        let mut footer = vec![
            pair(KEY_ARCHIVE, layout::VERSION.to_string()),
            pair(KEY_SORTED, SORTED.join(",")),
            pair(KEY_UNIQUE, "true".to_owned()),
        ];
        let text = part.text.map(|text| text.finish(self.archive, footer.clone())).transpose()?;
        footer.push(pair(KEY_SHOPS, shops));
        let file = part.facts.finish(self.archive, footer)?;
        let shop = |entry: Option<&ShopEntry>| {
            entry.map_or_else(ShopName::default, |entry| ShopName {
                platform: entry.0.clone(),
                shop: entry.1.clone(),
            })
        };
        let start = layout::start_of(self.day);
        self.done.push(PartEntry {
            day: facts::Day(self.day).to_string(),
            file,
            text,
            rows: part.rows as u64,
            from: start + i64::from(part.counted.from.unwrap_or(0)),
            to: start + i64::from(part.counted.to),
            first: shop(part.shops.first()),
            last: shop(part.shops.last()),
            kinds: by_kind(&part.counted.kinds),
            quarters: format!("{:024x}", part.counted.quarters),
        });
        Ok(())
    }
}

/// Counts by kind, those of kinds that occur.
fn by_kind(counts: &[u64]) -> BTreeMap<String, u64> {
    let some = FactKind::ALL.iter().zip(counts).filter(|(_, n)| **n > 0);
    some.map(|(kind, n)| (kind.word().to_owned(), *n)).collect()
}

impl Part {
    fn write(&mut self, rows: &Rows, which: &[u32], day: i32) -> Result<(), Error> {
        self.count(rows, which);
        let arrays = columns(rows).into_iter().map(|column| array(column, rows, which, day));
        let arrays = arrays.collect::<Result<Vec<_>, _>>();
        let damaged = |path: &Path| {
            let path = path.to_path_buf();
            move |error: arrow::error::ArrowError| Error::damaged(&path, error)
        };
        self.facts.write(arrays.map_err(damaged(&self.facts.temporary))?)?;
        if let Some(text) = &mut self.text {
            let array = texts(&rows.texts[TextColumn::Text as usize], which);
            text.write(vec![array.map_err(damaged(&text.temporary))?])?;
        }
        self.rows += which.len();
        Ok(())
    }

    /// Counts rows, in all and by shop.
    fn count(&mut self, rows: &Rows, which: &[u32]) {
        let shop = |row: u32| {
            let name = |column: NameColumn| rows.names[column as usize][row as usize];
            (name(NameColumn::Platform), name(NameColumn::Shop))
        };
        let mut before = self.rows as u64;
        for run in which.chunk_by(|a, b| shop(*a) == shop(*b)) {
            let (platform, name) = shop(run[0]);
            let platform = rows.name(NameColumn::Platform as usize, platform);
            let name = rows.name(NameColumn::Shop as usize, name);
            let mut kinds = [0u64; FactKind::ALL.len()];
            for row in run {
                let row = *row as usize;
                kinds[usize::from(rows.fact[row])] += 1;
                let at = rows.at[row];
                self.counted.quarters |= 1 << (at / QUARTER_MS);
                self.counted.from = Some(self.counted.from.map_or(at, |from| from.min(at)));
                self.counted.to = self.counted.to.max(at);
            }
            for (all, kind) in self.counted.kinds.iter_mut().zip(&kinds) {
                *all += kind;
            }
            let n = run.len() as u64;
            let kinds = by_kind(&kinds);
            match self.shops.last_mut() {
                Some(last) if last.0 == platform && last.1 == name => {
                    last.3 += n;
                    for (kind, n) in kinds {
                        *last.4.entry(kind).or_default() += n;
                    }
                }
                _ => {
                    let (platform, name) = (platform.to_owned(), name.to_owned());
                    self.shops.push(ShopEntry(platform, name, before, n, kinds));
                }
            }
            before += n;
        }
    }
}

/// The columns that a day has, in the order of the log; texts lie apart.
fn columns(rows: &Rows) -> Vec<Column> {
    let is_there = |column: &Column| match column {
        Column::At => true,
        Column::Text => false,
        Column::Fact => rows.has(has::FACT),
        Column::Author => rows.has(has::AUTHOR),
        Column::Kind => rows.has(has::KIND),
        Column::Stars => rows.has(has::STARS),
        Column::Seq => rows.has(has::SEQ),
        Column::SeenAt => rows.has(has::SEEN_AT),
        other => match (name_column(*other), text_column(*other)) {
            (Some(name), _) => rows.has_name(name),
            (_, Some(text)) => rows.has_text(text),
            _ => false,
        },
    };
    Column::ALL.into_iter().filter(is_there).collect()
}

fn name_column(column: Column) -> Option<NameColumn> {
    Some(match column {
        Column::Platform => NameColumn::Platform,
        Column::Shop => NameColumn::Shop,
        Column::Buyer => NameColumn::Buyer,
        Column::Conversation => NameColumn::Conversation,
        Column::Account => NameColumn::Account,
        Column::FromAccount => NameColumn::FromAccount,
        _ => return None,
    })
}

fn text_column(column: Column) -> Option<TextColumn> {
    Some(match column {
        Column::Id => TextColumn::Id,
        Column::Ref => TextColumn::Ref,
        Column::Amount => TextColumn::Amount,
        Column::Value => TextColumn::Value,
        Column::Text => TextColumn::Text,
        _ => return None,
    })
}

fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn field(column: Column) -> Field {
    let kind = match column {
        Column::At | Column::SeenAt => {
            DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
        }
        Column::Seq => DataType::Int64,
        Column::Stars => DataType::Int32,
        Column::Fact | Column::Author | Column::Kind => dictionary(),
        other if name_column(other).is_some() => dictionary(),
        _ => DataType::Utf8,
    };
    let required = matches!(column, Column::At | Column::Platform | Column::Shop | Column::Fact);
    Field::new(column.name(), kind, !required)
}

type Array = Result<ArrayRef, arrow::error::ArrowError>;

fn array(column: Column, rows: &Rows, which: &[u32], day: i32) -> Array {
    let each = which.iter().map(|row| *row as usize);
    let start = layout::start_of(day);
    let message = FactKind::Message.code();
    let is_message = |i: usize| rows.fact[i] == message;
    Ok(match column {
        Column::At => {
            let at: Vec<i64> = each.map(|i| i64::from(rows.at[i]) + start).collect();
            Arc::new(TimestampMillisecondArray::from(at).with_timezone("UTC"))
        }
        Column::SeenAt => {
            let values = integers(rows.seen_at.as_ref(), which);
            Arc::new(
                values
                    .reinterpret_cast::<arrow::datatypes::TimestampMillisecondType>()
                    .with_timezone("UTC"),
            )
        }
        Column::Seq => Arc::new(integers(rows.seq.as_ref(), which)),
        Column::Stars => {
            let stars = each.map(|i| Some(i32::from(rows.stars[i])).filter(|stars| *stars != 0));
            Arc::new(stars.collect::<Int32Array>())
        }
        Column::Fact => {
            let words = FactKind::ALL.iter().map(|kind| kind.word());
            let codes = each.map(|i| Some(i32::from(rows.fact[i])));
            words_array(words, codes.collect())?
        }
        Column::Author => {
            let words = Author::ALL.iter().map(|author| author.word());
            let codes = each.map(|i| is_message(i).then(|| i32::from(rows.author[i])));
            words_array(words, codes.collect())?
        }
        Column::Kind => {
            let words = Form::ALL.iter().map(|form| form.word());
            let text = Form::Text.code();
            let code = |i: usize| (rows.kind[i] != text).then(|| i32::from(rows.kind[i]));
            words_array(words, each.map(code).collect())?
        }
        other => match (name_column(other), text_column(other)) {
            (Some(name), _) => names(rows, name, which)?,
            (_, Some(column)) => texts(&rows.texts[column as usize], which)?,
            _ => Arc::new(StringArray::new_null(which.len())),
        },
    })
}

fn words_array<'a>(words: impl Iterator<Item = &'a str>, codes: Int32Array) -> Array {
    let words: StringArray = words.map(Some).collect();
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(codes, Arc::new(words))?))
}

fn integers(column: Option<&Integers>, which: &[u32]) -> Int64Array {
    let Some(column) = column else { return Int64Array::new_null(which.len()) };
    let value = |row: &u32| {
        let i = *row as usize;
        column.known[i].then(|| column.values[i])
    };
    which.iter().map(value).collect()
}

fn names(rows: &Rows, column: NameColumn, which: &[u32]) -> Array {
    let numbers = &rows.names[column as usize];
    let list = &rows.sorted[column as usize];
    let keys: Vec<i32> = which.iter().map(|row| numbers[*row as usize] as i32).collect();
    let nulls = if keys.contains(&0) {
        Some(NullBuffer::from_iter(keys.iter().map(|key| *key != 0)))
    } else {
        None
    };
    let keys = Int32Array::try_new(keys.into(), nulls)?;
    let list = Arc::clone(list);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, list)?))
}

fn texts(texts: &Texts, which: &[u32]) -> Array {
    let lengths = which.iter().map(|row| texts.length(*row as usize) as usize);
    let nulls = NullBuffer::from_iter(lengths.clone().map(|length| length != 0));
    let mut all: Vec<u8> = Vec::with_capacity(lengths.clone().sum());
    which.iter().for_each(|row| all.extend_from_slice(texts.get(*row as usize).as_bytes()));
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(StringArray::try_new(offsets, Buffer::from_vec(all), nulls)?))
}
