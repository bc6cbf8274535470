//! Where facts are written: text forms and columns.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use intake::Column;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::GenerateError;
use super::column::{Writer, columns, is_number};
use super::consult::Row;
use super::settings::{Format, Packing, Settings};
use super::world::World;
use crate::interrupt::Unfinished;

/// How many rows are handed to the Parquet writer at once.
const BATCH: usize = 1 << 15;

/// A log that is being written. A file appears under its name only when it is complete.
pub(super) struct Sink<'a> {
    settings: &'a Settings,
    columns: Vec<Column>,
    out: Out,
    /// Its file, while it is incomplete.
    _unfinished: Option<Unfinished>,
    /// Scratch for text.
    buffer: Vec<u8>,
}

enum Out {
    Text(Box<dyn Pack>),
    Columns { writer: Box<ArrowWriter<File>>, schema: Arc<Schema> },
}

/// A packer that can be closed.
trait Pack: Write {
    fn close(self: Box<Self>) -> io::Result<()>;
}

impl<W: Write> Pack for BufWriter<W> {
    fn close(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

impl<W: Write> Pack for flate2::write::GzEncoder<W> {
    fn close(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

impl<W: Write> Pack for zstd::Encoder<'static, W> {
    fn close(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

/// The name a file has while it is written.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

impl<'a> Sink<'a> {
    /// Begins the log, header and all.
    pub(super) fn open(settings: &'a Settings) -> Result<Self, GenerateError> {
        let columns = columns(settings);
        let opened = match &settings.output {
            None => Ok(Out::Text(Box::new(BufWriter::with_capacity(1 << 16, io::stdout())))),
            Some(path) => File::create(unfinished(path)).and_then(|file| match settings.format {
                Format::Parquet => open_columns(file, &columns, settings),
                Format::Csv | Format::JsonLines => open_text(file, settings.packing),
            }),
        };
        let out = opened.map_err(|cause| failed(settings, cause))?;
        let _unfinished = settings.output.as_deref().map(|path| Unfinished::new(&unfinished(path)));
        let mut sink = Self { settings, columns, out, _unfinished, buffer: Vec::new() };
        if let (Out::Text(out), Format::Csv) = (&mut sink.out, settings.format) {
            let names: Vec<&str> = sink.columns.iter().map(|column| column.name()).collect();
            writeln!(out, "{}", names.join(",")).map_err(|cause| failed(settings, cause))?;
        }
        Ok(sink)
    }

    /// Writes rows behind those written before.
    pub(super) fn write(&mut self, world: &World, rows: &[Row]) -> Result<(), GenerateError> {
        let values = Writer::new(self.settings, world);
        let done = match &mut self.out {
            Out::Text(out) => {
                let line = match self.settings.format {
                    Format::JsonLines => json_line,
                    Format::Csv | Format::Parquet => csv_line,
                };
                rows.chunks(1_024).try_for_each(|rows| {
                    self.buffer.clear();
                    for row in rows {
                        line(&values, &self.columns, row, &mut self.buffer);
                    }
                    out.write_all(&self.buffer)
                })
            }
            Out::Columns { writer, schema } => rows.chunks(BATCH).try_for_each(|rows| {
                let arrays = self.columns.iter().map(|column| array(&values, *column, rows));
                RecordBatch::try_new(Arc::clone(schema), arrays.collect::<Result<_, _>>()?)
                    .map_err(ParquetError::from)
                    .and_then(|batch| writer.write(&batch))
                    .map_err(io::Error::from)
            }),
        };
        done.map_err(|cause| failed(self.settings, cause))
    }

    /// Completes the log and gives the file its name.
    pub(super) fn close(self) -> Result<(), GenerateError> {
        let closed = match self.out {
            Out::Text(out) => out.close(),
            Out::Columns { writer, .. } => writer.close().map(drop).map_err(io::Error::from),
        };
        let named = closed.and_then(|()| match &self.settings.output {
            Some(path) => std::fs::rename(unfinished(path), path),
            None => Ok(()),
        });
        named.map_err(|cause| failed(self.settings, cause))
    }

    /// Takes an unfinished file away.
    pub(super) fn abandon(self) {
        drop(self.out);
        if let Some(path) = &self.settings.output {
            // What went wrong is already being reported; a rest that stays is named `.part`.
            let _ = std::fs::remove_file(unfinished(path));
        }
    }
}

fn failed(settings: &Settings, cause: io::Error) -> GenerateError {
    GenerateError::Write { path: settings.output.clone(), cause }
}

fn open_text(file: File, packing: Packing) -> io::Result<Out> {
    let file = BufWriter::with_capacity(1 << 18, file);
    Ok(Out::Text(match packing {
        Packing::Plain => Box::new(file),
        Packing::Gzip => Box::new(flate2::write::GzEncoder::new(file, flate2::Compression::new(5))),
        Packing::Zstd => Box::new(zstd::Encoder::new(file, 3)?),
    }))
}

fn csv_line(values: &Writer<'_>, columns: &[Column], row: &Row, out: &mut Vec<u8>) {
    for (n, column) in columns.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        // No value holds a comma, a quote or a line break.
        values.append(row, *column, out);
    }
    out.push(b'\n');
}

fn json_line(values: &Writer<'_>, columns: &[Column], row: &Row, out: &mut Vec<u8>) {
    out.push(b'{');
    let first = out.len();
    for column in columns {
        let before = out.len();
        if before > first {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(column.name().as_bytes());
        out.extend_from_slice(if is_number(*column) { b"\":" } else { b"\":\"" });
        let value = out.len();
        values.append(row, *column, out);
        if out.len() == value {
            out.truncate(before);
        } else if !is_number(*column) {
            out.push(b'"');
        }
    }
    out.extend_from_slice(b"}\n");
}

fn open_columns(file: File, columns: &[Column], settings: &Settings) -> io::Result<Out> {
    let fields: Vec<Field> = columns.iter().map(|column| field(*column)).collect();
    let schema = Arc::new(Schema::new(fields));
    let rows = usize::try_from(settings.row_group).unwrap_or(usize::MAX);
    let mut properties = WriterProperties::builder()
        .set_created_by("yingda generate".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(rows))
        // Large enough for the buyers of a row group.
        .set_dictionary_page_size_limit(16 << 20);
    // Nearly every value is another one: differences are smaller than any dictionary.
    for (column, encoding) in
        [(Column::At, Encoding::DELTA_BINARY_PACKED), (Column::Id, Encoding::DELTA_BYTE_ARRAY)]
    {
        properties = properties
            .set_column_dictionary_enabled(column.name().into(), false)
            .set_column_encoding(column.name().into(), encoding);
    }
    let options = ArrowWriterOptions::new()
        .with_properties(properties.build())
        .with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)?;
    Ok(Out::Columns { writer: Box::new(writer), schema })
}

fn field(column: Column) -> Field {
    match column {
        Column::At => {
            let kind = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
            Field::new(column.name(), kind, false)
        }
        Column::Stars => Field::new(column.name(), DataType::Int64, true),
        Column::Platform | Column::Shop | Column::Fact => {
            Field::new(column.name(), DataType::Utf8, false)
        }
        _ => Field::new(column.name(), DataType::Utf8, true),
    }
}

/// The values of a column; null where a row has none.
fn array(values: &Writer<'_>, column: Column, rows: &[Row]) -> io::Result<ArrayRef> {
    match column {
        Column::At => {
            let at: TimestampMillisecondArray = rows.iter().map(|row| Some(row.at)).collect();
            Ok(Arc::new(at.with_timezone("UTC")))
        }
        Column::Stars => {
            let stars = rows.iter().map(|row| (row.stars != 0).then_some(i64::from(row.stars)));
            Ok(Arc::new(stars.collect::<Int64Array>()))
        }
        _ => {
            let mut text = Vec::with_capacity(rows.len() * 12);
            let mut lengths = Vec::with_capacity(rows.len());
            for row in rows {
                let before = text.len();
                values.append(row, column, &mut text);
                lengths.push(text.len() - before);
            }
            let nulls = NullBuffer::from_iter(lengths.iter().map(|length| *length != 0));
            let nulls = (nulls.null_count() > 0).then_some(nulls);
            let offsets = OffsetBuffer::from_lengths(lengths);
            StringArray::try_new(offsets, Buffer::from_vec(text), nulls)
                .map(|array| Arc::new(array) as ArrayRef)
                .map_err(io::Error::other)
        }
    }
}
