//! A small log with every kind of row, and ways to look at what became of it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use facts::{FactKind, Log, ShopId};
use intake::{Error, Options, Rejected, Report, Source, read};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

pub const CSV: &str = include_str!("log.csv");

pub const JSONL: &str = include_str!("log.jsonl");

pub fn bytes(name: &str, bytes: &[u8]) -> Source {
    Source::Bytes { name: name.into(), bytes: bytes.into() }
}

pub fn csv(text: &str) -> Source {
    bytes("log.csv", text.as_bytes())
}

/// Reads with everything kept; nothing may be rejected.
pub fn everything(sources: &[Source]) -> (Log, Report) {
    let options =
        Options { keep_text: true, keep_id: true, keep_origin: true, ..Options::default() };
    read(sources, &options, &mut |row| panic!("{row}")).unwrap()
}

/// Reads one source by the default options.
pub fn one(source: Source) -> Result<(Log, Report), Error> {
    read(&[source], &Options::default(), &mut |_| Ok(()))
}

/// Reads, and returns the rejected rows too.
pub fn rejected(sources: &[Source]) -> (Log, Report, Vec<Rejected>) {
    let mut rejected = Vec::new();
    let options = Options { keep_text: true, keep_id: true, ..Options::default() };
    let (log, report) = read(sources, &options, &mut |row| {
        rejected.push(row.clone());
        Ok(())
    })
    .unwrap();
    assert_eq!(report.rows, report.facts + report.duplicates + report.rejected);
    assert_eq!(report.rejected, rejected.len() as u64);
    assert_eq!(report.facts, log.len() as u64);
    (log, report, rejected)
}

/// Every row in words, with its names in place of their numbers.
pub fn describe(log: &Log) -> Vec<String> {
    (0..log.len() as u32).map(|row| describe_row(log, row)).collect()
}

fn describe_row(log: &Log, row: u32) -> String {
    let i = row as usize;
    let fact = log.fact(row);
    let shop = ShopId(log.shop[i]);
    let buyer = match log.threads.get(log.thread[i] as usize) {
        None => "-",
        Some(thread) => {
            assert_eq!(thread.shop, shop);
            log.buyers.name(thread.buyer)
        }
    };
    format!(
        "{} {}/{}/{buyer} conv={} acc={} from={} {:?} {:?} {:?} seq={} seen={} id={} text={:?} \
         extra={:?} mark={}",
        fact.at.0,
        log.platform_of(shop),
        log.shop_name(shop),
        log.conversations.name(fact.conversation.0),
        log.accounts.name(fact.account.0),
        log.accounts.name(fact.from_account.0),
        fact.kind,
        fact.author,
        fact.form,
        log.tie(row).0,
        log.seen_at(row).0,
        log.id.as_ref().map_or("", |id| &id[i]),
        log.text.as_ref().and_then(|text| text[i].clone()),
        log.extra.get(&row),
        fact.mark.0,
    )
}

pub fn is_message(log: &Log, row: u32) -> bool {
    log.fact(row).kind == FactKind::Message
}

/// The rows of a CSV text as a Parquet file: texts, whole numbers where the format says so, null
/// where the CSV has nothing.
pub fn parquet(text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(Into::into).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = names.iter().enumerate().map(|(i, name)| {
        let values = rows.iter().map(|row| Some(&row[i]).filter(|text| !text.is_empty()));
        let column: ArrayRef = match name.as_str() {
            "seq" | "stars" => {
                Arc::new(values.map(|v| v.map(|v| v.parse().unwrap())).collect::<Int64Array>())
            }
            _ => Arc::new(values.collect::<StringArray>()),
        };
        (name, column)
    });
    parquet_of(RecordBatch::try_from_iter(columns).unwrap())
}

/// A batch as a Parquet file with small row groups and small dictionaries.
pub fn parquet_of(batch: RecordBatch) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(11_000))
        .set_dictionary_page_size_limit(16 * 1024)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}
