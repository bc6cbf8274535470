//! Parquet logs are counted in pieces, other logs whole: the same rows give the same figures.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use facts::Zone;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use testkit::worlds::{HEADER, RandomParams, RandomWorld, Row};

use crate::binary::{Folder, stderr, stdout, yingda};

/// Numbers of the source and texts send a log the other way.
const LEFT_OUT: [&str; 2] = ["seq", "text"];

/// The columns written here, with their places in [`HEADER`].
fn columns(ids: Ids) -> impl Iterator<Item = (usize, &'static str)> {
    let is_left_out = move |name: &str| LEFT_OUT.contains(&name) || (name == "id" && !ids.0);
    HEADER.into_iter().enumerate().filter(move |(_, name)| !is_left_out(name))
}

/// Whether ids are written.
#[derive(Clone, Copy)]
pub(crate) struct Ids(pub(crate) bool);

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

/// A row as both forms have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at: i64,
    /// By place in [`HEADER`]; the first is the instant as text.
    pub(crate) cells: [String; HEADER.len()],
}

impl Line {
    fn new(row: &Row) -> Self {
        Self { at: row.at.0, cells: row.cells(&zone()) }
    }

    /// The text of a column.
    pub(crate) fn cell(&self, column: &str) -> &str {
        let place = HEADER.iter().position(|name| *name == column);
        place.map_or("", |place| &self.cells[place])
    }

    /// The same with another cell.
    pub(crate) fn with(&self, column: &str, text: &str) -> Self {
        let mut line = self.clone();
        let place = HEADER.iter().position(|name| *name == column).expect("a column");
        line.cells[place] = text.to_owned();
        line
    }

    /// The same at another instant.
    pub(crate) fn at(&self, at: i64, text: &str) -> Self {
        Self { at, ..self.with("at", text) }
    }
}

/// All kinds of facts on several platforms, in the order of their instants.
pub(crate) fn lines_of(facts: usize, platforms: &[&str], seed: u64) -> Vec<Line> {
    let mut rows: Vec<Row> = Vec::new();
    for (n, platform) in platforms.iter().enumerate() {
        let platform = (*platform).to_owned();
        let params = RandomParams { platform, ..RandomParams::new(facts, seed + n as u64) };
        rows.extend(RandomWorld::generate(&params).rows);
    }
    rows.sort_by_key(|row| row.at);
    rows.iter().map(Line::new).collect()
}

/// Packed with gzip, which is never read in pieces.
fn write_csv(folder: &Folder, name: &str, lines: &[Line]) -> String {
    packed(&write_plain_csv(folder, name, lines, Ids(false)))
}

pub(crate) fn write_plain_csv(folder: &Folder, name: &str, lines: &[Line], ids: Ids) -> String {
    let mut text = columns(ids).map(|(_, name)| name).collect::<Vec<_>>().join(",");
    text.push('\n');
    for line in lines {
        let cells = columns(ids).map(|(place, _)| &line.cells[place]);
        let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        text.push_str(&quoted.collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    folder.write(name, text)
}

/// Writes row groups of so many rows, the last length again and again.
fn write_parquet(folder: &Folder, name: &str, lines: &[Line], groups: &[usize]) -> String {
    write_parquet_so(folder, name, lines, groups, WriterProperties::builder().build())
}

fn write_parquet_so(
    folder: &Folder,
    name: &str,
    lines: &[Line],
    groups: &[usize],
    properties: WriterProperties,
) -> String {
    write_columns(folder, name, (lines, Ids(false)), groups, properties)
}

/// Writes row groups of so many rows, with or without ids.
pub(crate) fn write_columns(
    folder: &Folder,
    name: &str,
    (lines, ids): (&[Line], Ids),
    groups: &[usize],
    properties: WriterProperties,
) -> String {
    let timestamp = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let fields = columns(ids).map(|(_, name)| match name {
        "at" => Field::new(name, timestamp.clone(), false),
        "stars" => Field::new(name, DataType::Int64, true),
        _ => Field::new(name, DataType::Utf8, true),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let path = folder.path().join(name);
    let file = File::create(&path).expect("a file");
    let mut writer =
        ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).expect("a writer");
    let (mut rest, mut n) = (lines, 0);
    while !rest.is_empty() {
        let length = groups.get(n).or(groups.last()).map_or(rest.len(), |n| *n).min(rest.len());
        let (group, others) = rest.split_at(length);
        let columns = columns(ids).map(|(place, _)| array(place, group)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch");
        writer.write(&batch).expect("written");
        writer.flush().expect("a row group");
        (rest, n) = (others, n + 1);
    }
    writer.close().expect("closed");
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn array(column: usize, lines: &[Line]) -> ArrayRef {
    let cells = lines.iter().map(|line| Some(&*line.cells[column]).filter(|cell| !cell.is_empty()));
    match HEADER[column] {
        "at" => {
            let at: TimestampMillisecondArray = lines.iter().map(|line| Some(line.at)).collect();
            Arc::new(at.with_timezone("UTC"))
        }
        "stars" => {
            let number = |cell: &str| cell.parse::<i64>().expect("a number");
            Arc::new(cells.map(|cell| cell.map(number)).collect::<Int64Array>())
        }
        _ => Arc::new(cells.collect::<StringArray>()),
    }
}

/// What a call of `measure` prints, and how it ends.
fn measure(logs: &[&str], arguments: &[&str]) -> (Option<i32>, String) {
    let output = yingda(&[&["measure", "-q", "-f", "json"], logs, arguments].concat());
    let figures = stdout(&output);
    assert!(!figures.is_empty(), "{logs:?} {arguments:?}: {}", stderr(&output));
    (output.status.code(), figures)
}

/// The first line in which two outputs differ.
pub(crate) fn assert_same(
    expected: &(Option<i32>, String),
    found: &(Option<i32>, String),
    told: &str,
) {
    let lines = expected.1.lines().zip(found.1.lines());
    if let Some((a, b)) = lines.into_iter().find(|(a, b)| a != b) {
        panic!("{told}\nexpected {a}\nfound    {b}");
    }
    let n_lines = |one: &(Option<i32>, String)| (one.0, one.1.lines().count());
    assert_eq!(n_lines(expected), n_lines(found), "{told}");
}

/// Shops of the random worlds: closed for a while, with an account that writes as a buyer.
fn registry(folder: &Folder) -> String {
    let mut text = String::new();
    for (platform, shop) in [("taobao", "s1"), ("douyin", "s2"), ("jd", "小店")] {
        text.push_str(&format!(
            "[[shop]]\nplatform = \"{platform}\"\nshop = \"{shop}\"\n\
             own_accounts = [\"买家1\"]\n\
             [[shop.closed]]\nfrom = 2026-06-02T00:00:00+08:00\n\
             until = 2026-06-04T10:00:00+08:00\n\n"
        ));
    }
    folder.write("shops.toml", text)
}

pub(crate) const PLATFORMS: [&str; 6] =
    ["taobao", "douyin", "pinduoduo", "jd", "lazada", "generic"];

pub(crate) const CALLS: [&[&str]; 9] = [
    &["--by", "shop,account,day,hour"],
    &["--by", "shop"],
    &["--by", "shop,day", "--band"],
    &["--by", "shop,day", "--percentiles"],
    &["--by", "account", "--percentiles", "--band"],
    &["--by", "shop,day", "--as-of", "2026-06-04"],
    &["--by", "shop,account", "--as-of", "2026-06-03T12:34:56+08:00"],
    &["--by", "shop,hour", "-m", "taobao/human-reply-3m"],
    &["--by", "hour", "--reading", "R9=ignored", "-m", "taobao/human-reply-3m"],
];

/// Row groups of a few rows, whatever is asked for.
#[test]
fn row_groups_of_any_length_give_the_figures_of_the_whole_log() {
    let folder = Folder::new("pieces-lengths");
    let lines = lines_of(90, &PLATFORMS, 3);
    let csv = write_csv(&folder, "log.csv", &lines);
    let shops = registry(&folder);
    let with_registry = ["--by", "shop,day", "--registry", &shops];
    let calls: Vec<&[&str]> = CALLS.into_iter().chain([&with_registry[..]]).collect();
    let lengths: [&[usize]; 9] =
        [&[1], &[2], &[3], &[5], &[7], &[64], &[100, 1, 50], &[300], &[usize::MAX]];
    for call in calls {
        let expected = measure(&[&csv], call);
        for groups in lengths {
            let log = write_parquet(&folder, "log.parquet", &lines, groups);
            let found = measure(&[&log], call);
            assert_same(&expected, &found, &format!("{call:?}, row groups of {groups:?}"));
        }
    }
}

/// Two row groups, cut at every place.
#[test]
fn a_log_cut_anywhere_gives_the_figures_of_the_whole_log() {
    let folder = Folder::new("pieces-cuts");
    // Some settle at their deadline, in other zones.
    let platforms = ["taobao", "douyin", "lazada", "tiktok-shop-us", "amazon", "etsy"];
    let lines = lines_of(12, &platforms, 21);
    let csv = write_csv(&folder, "log.csv", &lines);
    let call = ["--by", "shop,account,day", "--percentiles"];
    let expected = measure(&[&csv], &call);
    for cut in 1..lines.len() {
        let log = write_parquet(&folder, "log.parquet", &lines, &[cut, usize::MAX]);
        assert_same(&expected, &measure(&[&log], &call), &format!("cut after {cut} rows"));
    }
}

/// Rows in no order at all, and out of order within their row groups.
#[test]
fn rows_out_of_order_give_the_same_figures() {
    let folder = Folder::new("pieces-order");
    let mut lines = lines_of(60, &PLATFORMS, 31);
    lines.dedup_by_key(|line| line.at);
    for group in lines.chunks_mut(40) {
        group.reverse();
    }
    for name in ["within", "everywhere"] {
        let csv = write_csv(&folder, "log.csv", &lines);
        let expected = measure(&[&csv], CALLS[0]);
        for groups in [40, 80, 3] {
            let log = write_parquet(&folder, "log.parquet", &lines, &[groups]);
            assert_same(&expected, &measure(&[&log], CALLS[0]), &format!("{name}, {groups}"));
        }
        lines.rotate_left(55);
    }
}

/// A row group of many batches, with buyers that have a dictionary for the whole group, for its
/// first rows, or none at all.
#[test]
fn it_does_not_matter_how_texts_are_encoded() {
    let folder = Folder::new("pieces-encoding");
    let lines = lines_of(20_000, &["taobao", "jd"], 41);
    let csv = write_csv(&folder, "log.csv", &lines);
    let expected = measure(&[&csv], CALLS[0]);
    let build = WriterProperties::builder;
    let ways = [
        ("one dictionary", build().build()),
        ("none", build().set_dictionary_enabled(false).build()),
        (
            "at first",
            build().set_dictionary_page_size_limit(600).set_data_page_row_count_limit(500).build(),
        ),
    ];
    for (name, properties) in ways {
        for groups in [usize::MAX, 30_000, 10_000] {
            let (log, way) = ("log.parquet", properties.clone());
            let log = write_parquet_so(&folder, log, &lines, &[groups], way);
            let found = measure(&[&log], CALLS[0]);
            assert_same(&expected, &found, &format!("{name}, row groups of {groups}"));
        }
    }
}

/// Files that follow each other in time are one log.
#[test]
fn several_files_equal_one() {
    let folder = Folder::new("pieces-files");
    let lines = lines_of(80, &PLATFORMS, 51);
    let csv = write_csv(&folder, "log.csv", &lines);
    let cuts: Vec<usize> = (1..lines.len()).filter(|i| lines[i - 1].at < lines[*i].at).collect();
    let (first, second) = (cuts[cuts.len() / 3], cuts[cuts.len() * 2 / 3]);
    let a = write_parquet(&folder, "a.parquet", &lines[..first], &[20]);
    let b = write_parquet(&folder, "b.parquet", &lines[first..second], &[7]);
    let c = write_parquet(&folder, "c.parquet", &lines[second..], &[usize::MAX]);
    let empty = write_parquet(&folder, "empty.parquet", &[], &[1]);
    for call in CALLS {
        let expected = measure(&[&csv], call);
        assert_same(&expected, &measure(&[&a, &b, &c], call), &format!("{call:?}"));
        // In another order they are counted whole.
        assert_same(&expected, &measure(&[&b, &c, &a], call), &format!("{call:?}, mixed up"));
        assert_same(&expected, &measure(&[&a, &b, &empty, &c], call), &format!("{call:?}, empty"));
    }
}

/// Line, column and reason of each rejected row.
pub(crate) fn rejected(path: &Path) -> Vec<(u64, String, String)> {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let headers = reader.headers().expect("a header").clone();
    let place = |name: &str| headers.iter().position(|h| h == name).expect("a column");
    let (line, column, reason) = (place("line"), place("column"), place("reason"));
    reader
        .records()
        .map(|record| {
            let record = record.expect("a record");
            (record[line].parse().expect("a number"), record[column].into(), record[reason].into())
        })
        .collect()
}

/// Figures and rejected rows of a log with rows that are no facts, in both forms.
fn compare_rejects(folder: &Folder, lines: &[Line], n_bad: usize, told: &str) {
    let csv = write_csv(folder, "log.csv", lines);
    let rejects = folder.path().join("rejects.csv");
    let path = rejects.to_str().expect("a path in UTF-8");
    for call in [CALLS[0], CALLS[1], CALLS[5], CALLS[7]] {
        let call = &[call, &["--rejected", path]].concat();
        let expected = measure(&[&csv], call);
        assert_eq!(expected.0, Some(2), "{told}");
        // The lines of a text form count its header.
        let left: Vec<_> =
            rejected(&rejects).into_iter().map(|(line, c, r)| (line - 1, c, r)).collect();
        assert_eq!(left.len(), n_bad, "{told}: {left:?}");
        for groups in [usize::MAX, 1, 4, 33] {
            let log = write_parquet(folder, "log.parquet", lines, &[groups]);
            let _ = std::fs::remove_file(&rejects);
            let told = format!("{told}: {call:?}, row groups of {groups}");
            assert_same(&expected, &measure(&[&log], call), &told);
            assert_eq!(rejected(&rejects), left, "{told}");
        }
    }
}

/// Rows that are no facts in one way, at both ends and in the middle.
fn with_bad_rows(lines: &[Line], turn: fn(&Line) -> Line) -> (Vec<Line>, usize) {
    let message = |line: &&Line| line.cells[5].is_empty();
    let model = lines.iter().find(message).expect("a message");
    let mut all = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if [0, 1, 40, 41, 77].contains(&i) {
            // At the instant of its neighbour: the log stays in order.
            all.push(turn(&model.at(line.at, &line.cells[0])));
        }
        all.push(line.clone());
    }
    let last = &lines[lines.len() - 1];
    all.push(turn(&model.at(last.at, &last.cells[0])));
    (all, 6)
}

type Turn = (&'static str, fn(&Line) -> Line);

const BAD: &[Turn] = &[
    ("no shop", |line| line.with("shop", "")),
    ("no platform", |line| line.with("platform", "")),
    ("no buyer", |line| line.with("buyer", "")),
    ("unknown author", |line| line.with("author", "agnet")),
    ("no author", |line| line.with("author", "")),
    ("unknown fact", |line| line.with("fact", "teleported")),
    ("null in the buyer", |line| line.with("buyer", "b\0")),
    ("after 2199", |line| line.at(9_000_000_000_000, "2255-03-14T16:00:00Z")),
    ("before 1970", |line| line.at(-1, "1969-12-31T23:59:59.999Z")),
    ("no shop, long ago", |line| {
        line.with("shop", "").at(1_500_000_000_000, "2017-07-14T02:40:00Z")
    }),
    ("no shop, long after", |line| {
        line.with("shop", "").at(2_000_000_000_000, "2033-05-18T03:33:20Z")
    }),
    ("unknown platform without a shop", |line| line.with("platform", "shopee").with("shop", "")),
];

#[test]
fn rows_that_are_no_facts_are_left_out_and_listed_alike() {
    let folder = Folder::new("pieces-rejects");
    check_bad_rows(&folder, &lines_of(25, &PLATFORMS, 61));
}

/// Where the days of rejected rows alone would call for other editions.
#[test]
fn rows_of_one_platform_that_are_no_facts_are_left_out_and_listed_alike() {
    let folder = Folder::new("pieces-rejects-one");
    check_bad_rows(&folder, &lines_of(100, &["taobao"], 62));
}

fn check_bad_rows(folder: &Folder, lines: &[Line]) {
    let mut problems = Vec::new();
    for (name, turn) in BAD {
        let (all, n_bad) = with_bad_rows(lines, *turn);
        let compare = || compare_rejects(folder, &all, n_bad, name);
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_err() {
            problems.push(*name);
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}

/// What only some rules look at is checked of every row.
#[test]
fn what_no_rule_asked_for_is_rejected_alike() {
    let folder = Folder::new("pieces-unasked");
    let lines = lines_of(25, &PLATFORMS, 71);
    let turns: [Turn; 8] = [
        ("unknown kind", |line| line.with("kind", "smell")),
        ("null in the account", |line| line.with("account", "\0a")),
        ("null in the conversation", |line| line.with("conversation", "c\0")),
        ("null in ref", |line| line.with("ref", "o\0")),
        ("null in amount", |line| line.with("amount", "1\0")),
        ("null in value", |line| line.with("value", "\0")),
        ("nine stars on a message", |line| line.with("stars", "9")),
        ("nine stars", |line| line.with("fact", "rated").with("stars", "9")),
    ];
    let mut problems = Vec::new();
    for (name, turn) in turns {
        let (all, n_bad) = with_bad_rows(&lines, turn);
        let compare = || compare_rejects(&folder, &all, n_bad, name);
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_err() {
            problems.push(name);
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}

/// The same CSV without its column of ids: what is read in pieces.
fn without_ids(path: &str) -> String {
    let text = std::fs::read_to_string(path).expect("a log");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let id = header.iter().position(|name| *name == "id").expect("a column of ids");
    let kept = |line: &str| {
        let cells = line.split(',').enumerate().filter(|(i, _)| *i != id);
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n"
    };
    let path = format!("{path}.plain.csv");
    std::fs::write(&path, text.lines().map(kept).collect::<String>()).expect("room");
    path
}

/// The same file packed with gzip.
pub(crate) fn packed(path: &str) -> String {
    let bytes = std::fs::read(path).expect("a log");
    let packed = format!("{path}.gz");
    let file = std::fs::File::create(&packed).expect("a file");
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    encoder.write_all(&bytes).expect("room");
    encoder.finish().expect("room");
    packed
}

/// What `generate` writes, in row groups of as few rows as it makes.
#[test]
fn generated_logs_give_the_same_figures_in_row_groups_of_any_length() {
    let folder = Folder::new("pieces-generated");
    let generate = |name: &str, extra: &[&str]| {
        let path = folder.path().join(name).to_str().expect("a path in UTF-8").to_owned();
        let common = ["generate", "--rows", "8000", "--shops", "5", "--days", "4", "-q"];
        let output = yingda(&[&common, extra, &["-o", &path]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        path
    };
    let csv = generate("log.csv.gz", &["--no-ids"]);
    let plain = without_ids(&generate("log.csv", &["--no-ids"]));
    let whole = packed(&plain);
    for call in [CALLS[0], CALLS[4], CALLS[6]] {
        let told = format!("{call:?}, CSV in pieces");
        assert_same(&measure(&[&whole], call), &measure(&[&plain], call), &told);
    }
    for rows in ["1000", "1001", "3000", "1M"] {
        for order in ["time", "clustered"] {
            let log = generate("log.parquet", &["--row-group", rows, "--order", order]);
            for call in [CALLS[0], CALLS[4], CALLS[6]] {
                let told = format!("{call:?}, row groups of {rows} by {order}");
                assert_same(&measure(&[&csv], call), &measure(&[&log], call), &told);
            }
        }
    }
}
