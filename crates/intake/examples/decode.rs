//! What decoding alone costs: `decode THREADS FILE|FOLDER…` decodes the columns that the smallest
//! measurement needs, adds them up so that nothing is left out, and tells rows, sum and seconds.
//!
//! No reader built on these crates can be quicker: `cargo xtask bench` holds Yingda against it.
// A program to be run by hand: it prints, and it reads the clock to measure.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Field, Int32Type, Int64Type, Schema, TimeUnit, TimestampMillisecondType,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

/// The columns that are decoded.
const COLUMNS: [&str; 5] = ["at", "platform", "shop", "buyer", "author"];

/// Rows decoded at a time.
const BATCH: usize = 16 * 1024;

type Failure = Box<dyn Error + Send + Sync>;

/// One row group of one file.
struct Part {
    path: Arc<Path>,
    metadata: ArrowReaderMetadata,
    row_group: usize,
}

fn main() -> Result<(), Failure> {
    let start = Instant::now();
    let mut words = std::env::args().skip(1);
    let n_threads: usize = words.next().ok_or("how many threads?")?.parse()?;
    let mut files = Vec::new();
    for word in words {
        collect(Path::new(&word), &mut files)?;
    }
    let mut parts = Vec::new();
    for file in &files {
        parts.extend(parts_of(file)?);
    }
    let (rows, sum) = decode(&parts, n_threads)?;
    println!("{rows} rows, sum {sum}, {:.3} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The Parquet files of a folder and of those in it, or the file itself.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "parquet") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn parts_of(path: &Path) -> Result<Vec<Part>, Failure> {
    let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let found = ArrowReaderMetadata::load(&File::open(path)?, options())?;
    let fields = found.schema().fields().iter().map(|field| Arc::new(as_dictionary(field)));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let metadata =
        ArrowReaderMetadata::try_new(found.metadata().clone(), options().with_schema(schema))?;
    let path: Arc<Path> = path.into();
    let n = metadata.metadata().num_row_groups();
    let part = |row_group| Part { path: path.clone(), metadata: metadata.clone(), row_group };
    Ok((0..n).map(part).collect())
}

/// Texts that repeat stay numbers into their dictionary.
fn as_dictionary(field: &Field) -> Field {
    let repeats = COLUMNS.contains(&field.name().as_str());
    if repeats && matches!(field.data_type(), DataType::Utf8 | DataType::Binary) {
        let texts = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
        return field.clone().with_data_type(texts);
    }
    field.clone()
}

/// Threads take the next row group until none is left.
fn decode(parts: &[Part], n_threads: usize) -> Result<(usize, i64), Failure> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<(usize, i64), Failure> {
        let mut total = (0, 0_i64);
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (rows, sum) = decode_part(part)?;
            total = (total.0 + rows, total.1.wrapping_add(sum));
        }
        Ok(total)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut total = (0, 0_i64);
        for thread in threads {
            let (rows, sum) = thread.join().map_err(|_| "a thread panicked")??;
            total = (total.0 + rows, total.1.wrapping_add(sum));
        }
        Ok(total)
    })
}

fn decode_part(part: &Part) -> Result<(usize, i64), Failure> {
    let metadata = part.metadata.clone();
    let mask = ProjectionMask::columns(metadata.parquet_schema(), COLUMNS);
    let file = File::open(&part.path)?;
    let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_row_groups(vec![part.row_group])
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()?;
    let mut total = (0, 0_i64);
    for batch in batches {
        let batch = batch?;
        total = (total.0 + batch.num_rows(), total.1.wrapping_add(sum(&batch)));
    }
    Ok(total)
}

/// A number into which every value decoded went.
fn sum(batch: &RecordBatch) -> i64 {
    let add = |values: &[i64]| values.iter().fold(0_i64, |sum, value| sum.wrapping_add(*value));
    let of = |column: &Arc<dyn Array>| match column.data_type() {
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            add(column.as_primitive::<TimestampMillisecondType>().values())
        }
        DataType::Int64 => add(column.as_primitive::<Int64Type>().values()),
        DataType::Dictionary(_, _) => {
            let keys = column.as_dictionary::<Int32Type>().keys();
            keys.values().iter().map(|key| i64::from(*key)).sum()
        }
        _ => 0,
    };
    batch.columns().iter().map(of).fold(0, i64::wrapping_add)
}
