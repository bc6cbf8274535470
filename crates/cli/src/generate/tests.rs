use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::path::PathBuf;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, TimestampMillisecondType};
use clap::Parser;
use facts::{Author, FactKind, Form};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{GenerateArgs, GenerateReport, run};

#[derive(Parser)]
struct Call {
    #[command(flatten)]
    args: GenerateArgs,
}

/// A folder of its own for each test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yingda-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn generate(&self, name: &str, options: &str) -> (PathBuf, GenerateReport) {
        let path = self.0.join(name);
        let words = ["generate", "-o", path.to_str().expect("a path")];
        let call = Call::try_parse_from(words.into_iter().chain(options.split_whitespace()));
        let report = run(&call.expect("options").args, &mut |_, _| {}).expect("a log");
        (path, report)
    }

    fn csv(&self, options: &str) -> Vec<Line> {
        let (path, report) = self.generate("log.csv", options);
        let lines = lines(&fs::read_to_string(path).expect("text"));
        assert_eq!(report.rows, lines.len() as u64);
        lines
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Values by column name; columns without a value are not there.
type Line = BTreeMap<String, String>;

fn lines(csv: &str) -> Vec<Line> {
    let mut rows = csv.lines();
    let names: Vec<&str> = rows.next().expect("a header").split(',').collect();
    rows.map(|row| {
        let values: Vec<&str> = row.split(',').collect();
        assert_eq!(values.len(), names.len(), "{row}");
        let pairs = names.iter().zip(values).filter(|(_, value)| !value.is_empty());
        pairs.map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
    })
    .collect()
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[test]
fn the_same_options_write_the_same_bytes_on_every_machine() {
    let folder = Folder::new("bytes");
    let (path, _) = folder.generate("a.csv", "--rows 5000 --shops 7 --text");
    assert_eq!(fnv(&fs::read(path).expect("bytes")), 11_226_811_091_448_631_607);
    let (one, _) = folder.generate("1.parquet", "--rows 5000 --shops 7");
    let (two, _) = folder.generate("2.parquet", "--rows 5000 --shops 7");
    assert_eq!(fs::read(one).expect("bytes"), fs::read(two).expect("bytes"));
    let other = folder.csv("--rows 5000 --shops 7 --seed 2");
    assert_ne!(other, folder.csv("--rows 5000 --shops 7"));
}

#[test]
fn exactly_as_many_facts_as_asked_for_come_out() {
    let folder = Folder::new("exactly");
    for options in [
        "--rows 1",
        "--rows 2 --shops 1 --days 1",
        "--rows 13 --days 30 --shops 1000",
        "--rows 999 --days 3",
        "--rows 20k --days 1 --shops 3",
        "--rows 40001 --days 2 --shops 400 --order clustered",
    ] {
        let (_, report) = folder.generate("log.csv", options);
        let mut words = options.split_whitespace();
        let rows = words.nth(1).expect("rows").replace('k', "000");
        assert_eq!(report.rows.to_string(), rows, "{options}");
        assert_eq!(report.kinds.iter().sum::<u64>(), report.rows);
        assert!(!folder.0.join("log.csv.part").exists());
    }
}

#[test]
fn facts_come_in_the_order_asked_for_and_are_the_same_in_both() {
    let folder = Folder::new("order");
    // More than two blocks, so that facts are carried from one to the next.
    let mut by_time = folder.csv("--rows 600k --days 3 --shops 30");
    assert!(by_time.is_sorted_by(|a, b| a["at"] <= b["at"]));
    let mut clustered = folder.csv("--rows 600k --days 3 --shops 30 --order clustered");
    let place = |row: &Line| {
        let buyer = row.get("buyer").cloned().unwrap_or_default();
        (row["at"][..10].to_owned(), row["shop"].clone(), buyer, row["at"].clone())
    };
    assert!(clustered.is_sorted_by(|a, b| place(a) <= place(b)));
    by_time.sort();
    clustered.sort();
    assert!(by_time == clustered);
}

#[test]
fn every_fact_fits_the_canonical_columns() {
    let folder = Folder::new("valid");
    let rows = folder.csv("--rows 150k --days 5 --shops 12 --text");
    let mut ids = HashSet::new();
    for row in &rows {
        let kind = FactKind::from_word(&row["fact"]).expect("a fact");
        let is_message = kind == FactKind::Message;
        assert!(("2026-06-01".."2026-06-06").contains(&&row["at"][..10]), "{row:?}");
        assert_eq!(row.contains_key("author"), is_message, "{row:?}");
        assert_eq!(row.contains_key("text"), is_message, "{row:?}");
        assert_eq!(row.contains_key("id"), is_message, "{row:?}");
        assert_eq!(row.contains_key("buyer"), !kind.about_account(), "{row:?}");
        assert_eq!(row.contains_key("account"), has_account(row, kind), "{row:?}");
        assert_eq!(row.contains_key("from_account"), kind == FactKind::Transferred);
        let ids_of_conversations = matches!(row["platform"].as_str(), "douyin" | "jd");
        let in_conversation = kind.in_conversation() && ids_of_conversations;
        assert_eq!(row.contains_key("conversation"), in_conversation, "{row:?}");
        if is_message {
            Author::from_word(&row["author"]).expect("an author");
            Form::from_word(&row["kind"]).expect("a form");
            assert!(ids.insert((row["shop"].clone(), row["id"].clone())), "{row:?}");
        }
        if let Some(stars) = row.get("stars") {
            assert!(matches!(kind, FactKind::Rated | FactKind::Reviewed));
            assert!(("1"..="5").contains(&stars.as_str()));
        }
    }
    let about_messages = ["recalled", "no-reply-needed"];
    for row in rows.iter().filter(|row| about_messages.contains(&row["fact"].as_str())) {
        assert!(ids.contains(&(row["shop"].clone(), row["ref"].clone())), "{row:?}");
    }
    let platforms: HashSet<&String> = rows.iter().map(|row| &row["platform"]).collect();
    assert_eq!(platforms.len(), 5);
}

fn has_account(row: &Line, kind: FactKind) -> bool {
    match kind {
        FactKind::Message => matches!(row["author"].as_str(), "agent" | "assist"),
        FactKind::Assigned | FactKind::Transferred | FactKind::RatingSent | FactKind::Rated => true,
        FactKind::Closed => row.contains_key("account"),
        _ => kind.about_account(),
    }
}

#[test]
fn without_ids_only_messages_that_are_referred_to_have_one() {
    let folder = Folder::new("ids");
    let rows = folder.csv("--rows 50k --no-ids");
    let named: HashSet<&String> = rows.iter().filter_map(|row| row.get("id")).collect();
    let about = ["recalled", "no-reply-needed"];
    let referring = rows.iter().filter(|row| about.contains(&row["fact"].as_str()));
    let referred: HashSet<&String> = referring.map(|row| &row["ref"]).collect();
    assert!(!referred.is_empty() && referred.is_subset(&named));
    // The rest is recalled after the log ends.
    assert!(named.len() - referred.len() < 10, "{} {}", named.len(), referred.len());
}

#[test]
fn columns_and_text_hold_the_same_facts() {
    let folder = Folder::new("columns");
    let options = "--rows 30k --shops 9 --ids --text --row-group 10k";
    let expected = folder.csv(options);
    let (json, _) = folder.generate("log.jsonl.zst", options);
    let text = zstd::decode_all(File::open(json).expect("a file")).expect("zstd");
    let text = String::from_utf8(text).expect("text");
    let parsed: Vec<Line> = text.lines().map(json_row).collect();
    assert!(parsed == expected);
    let (gz, _) = folder.generate("log.csv.gz", options);
    let gz = flate2::read::GzDecoder::new(File::open(gz).expect("a file"));
    assert!(lines(&std::io::read_to_string(gz).expect("gzip")) == expected);

    let (path, _) = folder.generate("log.parquet", options);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file"));
    let reader = reader.expect("parquet");
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(|g| g.num_rows()).collect();
    assert_eq!(groups, [10_000, 10_000, 10_000]);
    let mut n = 0;
    for batch in reader.build().expect("a reader") {
        let batch = batch.expect("a batch");
        for row in 0..batch.num_rows() {
            assert_eq!(column_row(&batch, row), expected[n]);
            n += 1;
        }
    }
    assert_eq!(n, expected.len());
}

fn json_row(line: &str) -> Line {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).expect("an object");
    let text = |value: serde_json::Value| value.as_str().map_or(value.to_string(), str::to_owned);
    object.into_iter().map(|(name, value)| (name, text(value))).collect()
}

fn column_row(batch: &arrow::record_batch::RecordBatch, row: usize) -> Line {
    let schema = batch.schema();
    let mut line = Line::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        if array.is_null(row) {
            continue;
        }
        let value = match field.name().as_str() {
            "at" => {
                let mut text = Vec::new();
                let at = array.as_primitive::<TimestampMillisecondType>().value(row);
                super::column::instant(at, &mut text);
                String::from_utf8(text).expect("text")
            }
            "stars" => array.as_primitive::<Int64Type>().value(row).to_string(),
            _ => array.as_string::<i32>().value(row).to_owned(),
        };
        line.insert(field.name().clone(), value);
    }
    line
}

#[test]
fn every_kind_of_fact_occurs_about_as_often_as_in_life() {
    let folder = Folder::new("kinds");
    let (_, report) = folder.generate("log.parquet", "--rows 1M --shops 100 --days 14");
    for kind in FactKind::ALL {
        let concluded = matches!(kind, FactKind::Violation | FactKind::Observed);
        let n = report.kinds[usize::from(kind.code())];
        assert_eq!(n == 0, concluded, "{kind:?}: {n}");
    }
    let share = |kind: FactKind| report.kinds[usize::from(kind.code())] * 1_000 / report.rows;
    assert!((780..900).contains(&share(FactKind::Message)), "{}", share(FactKind::Message));
    assert!((1..10).contains(&share(FactKind::Transferred)));
    assert!((1..20).contains(&share(FactKind::Ordered)));
}

#[test]
fn shops_hours_and_waits_differ_as_in_life() {
    let folder = Folder::new("life");
    let rows = folder.csv("--rows 300k --shops 50 --days 7");
    let mut by_shop: HashMap<&str, u32> = HashMap::new();
    let mut by_hour = [0u32; 24];
    let mut authors: HashMap<&str, u32> = HashMap::new();
    let mut asked: HashMap<(&str, &str), i64> = HashMap::new();
    let mut waits = Vec::new();
    for row in rows.iter().filter(|row| row["fact"] == "message") {
        *by_shop.entry(&row["shop"]).or_default() += 1;
        *authors.entry(&row["author"]).or_default() += 1;
        let thread = (row["shop"].as_str(), row["buyer"].as_str());
        let at = millis_of(&row["at"]);
        if row["author"] == "buyer" {
            by_hour[row["at"][11..13].parse::<usize>().expect("an hour")] += 1;
            asked.entry(thread).or_insert(at);
        } else if row["author"] == "agent" {
            waits.extend(asked.remove(&thread).map(|asked| at - asked));
        }
    }
    let (largest, smallest) = (by_shop.values().max(), by_shop.values().min());
    assert!(largest > smallest.map(|n| n * 20).as_ref(), "{largest:?} {smallest:?}");
    assert!(by_hour[21] > 10 * by_hour[4] && by_hour[10] > by_hour[12], "{by_hour:?}");
    assert!(authors["agent"] * 10 > authors["buyer"] * 4, "{authors:?}");
    assert!(authors["agent"] < authors["buyer"], "{authors:?}");
    waits.sort_unstable();
    let on_time = waits.partition_point(|wait| *wait <= 180_000) * 100 / waits.len();
    assert!((70..97).contains(&on_time), "{on_time} % within three minutes");
    for limit in [30_000, 180_000] {
        assert!(waits.binary_search(&limit).is_ok(), "no wait of exactly {limit}");
        assert!(waits.binary_search(&(limit + 1)).is_ok(), "no wait just over {limit}");
    }
}

fn millis_of(at: &str) -> i64 {
    let day: facts::Day = at[..10].parse().expect("a day");
    let n = |range: std::ops::Range<usize>| at[range].parse::<i64>().expect("a number");
    let seconds = n(11..13) * 3_600 + n(14..16) * 60 + n(17..19);
    i64::from(day.0) * 86_400_000 + seconds * 1_000 + n(20..23)
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_no_file() {
    let folder = Folder::new("refused");
    let path = folder.0.join("none").join("log.csv");
    let words = ["generate", "-o", path.to_str().expect("a path")];
    let error = run(&Call::parse_from(words).args, &mut |_, _| {}).expect_err("no folder");
    assert!(error.to_string().contains("cannot write"), "{error}");
    let words = ["generate", "--rows", "0"];
    let error = run(&Call::parse_from(words).args, &mut |_, _| {}).expect_err("no rows");
    assert!(error.to_string().contains("`--rows` is `0`"), "{error}");
    assert!(error.chinese().contains("`--rows`"));
}
