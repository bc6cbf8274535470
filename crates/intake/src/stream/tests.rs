//! A log read in pieces is the log read row by row.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use facts::{Chunk, Fact, Instant, Log, Mark, Registry, ThreadId, ThreadKey};
use proptest::prelude::*;

use super::{Judged, Needs, Piece, Room, Stream};
use crate::reject::Rejected;
use crate::report::Warning;
use crate::source::Source;
use crate::{Options, read};

const ALL: Needs =
    Needs { account: true, conversation: true, form: true, rating: true, known_by: None };

/// A fact with its names; threads and conversations by the order in which they first occur.
#[derive(Debug, PartialEq)]
struct Told {
    names: [String; 4],
    thread: usize,
    conversation: usize,
    fact: Fact,
}

/// What a reading amounted to.
#[derive(Debug, Default, PartialEq)]
struct Reading {
    facts: Vec<Told>,
    rows: u64,
    duplicates: u64,
    rejected: Vec<Rejected>,
    warnings: Vec<Warning>,
    quarters: BTreeSet<i64>,
    shops: BTreeSet<(String, String)>,
}

/// Numbers in the order of first use, as long as they stand for the same.
fn order<K: Ord>(seen: &mut BTreeMap<K, usize>, key: K) -> usize {
    let next = seen.len();
    *seen.entry(key).or_insert(next)
}

impl Reading {
    /// Numbers marks in the order of first use, those that connect anything.
    fn number_marks(&mut self) {
        let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
        self.facts.iter().for_each(|told| *uses.entry(told.fact.mark.0).or_default() += 1);
        let mut marks = BTreeMap::new();
        for Told { fact, .. } in &mut self.facts {
            let is_one = fact.mark != Mark::NONE && uses[&fact.mark.0] > 1;
            fact.mark = Mark(if is_one { order(&mut marks, fact.mark.0) as u32 + 1 } else { 0 });
        }
    }
}

/// A fact without its numbers.
fn bare(fact: Fact) -> Fact {
    Fact {
        row: 0,
        account: facts::Account(0),
        from_account: facts::Account(0),
        conversation: facts::Conversation(0),
        ..fact
    }
}

/// `known_by`: facts that were learned then or later are not told.
fn by_rows(sources: &[Source], known_by: Option<Instant>) -> Result<Reading, String> {
    let mut reading = Reading::default();
    let read = read(sources, &Options::default(), &mut |row| {
        reading.rejected.push(row.clone());
        Ok(())
    });
    let (log, report): (Log, _) = read.map_err(|error| error.to_string())?;
    assert_eq!(report.rows, report.facts + report.duplicates + report.rejected);
    (reading.rows, reading.warnings) = (report.rows, report.warnings);
    reading.duplicates = report.duplicates;
    let (mut threads, mut conversations) = (BTreeMap::new(), BTreeMap::new());
    for row in 0..log.len() as u32 {
        let i = row as usize;
        let shop = facts::ShopId(log.shop[i]);
        let names = (log.platform_of(shop).to_owned(), log.shop_name(shop).to_owned());
        reading.shops.insert(names.clone());
        reading.quarters.insert(log.at[i].div_euclid(900_000));
        let seen_at = log.seen_at(row).max(Instant(log.at[i]));
        let is_known = known_by.is_none_or(|known_by| seen_at < known_by);
        if log.thread[i] == ThreadId::NONE.0 || !is_known {
            continue;
        }
        let fact = log.fact(row);
        let account = |account: facts::Account| log.accounts.name(account.0).to_owned();
        let (own, from) = (account(fact.account), account(fact.from_account));
        reading.facts.push(Told {
            names: [names.0, names.1, own, from],
            thread: order(&mut threads, log.thread[i]),
            conversation: order(&mut conversations, fact.conversation.0),
            fact: bare(fact),
        });
    }
    reading.number_marks();
    Ok(reading)
}

/// Room for nearly nothing in memory.
fn room() -> Room {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("intake-stream-{}-{number}", std::process::id());
    Room { folder: std::env::temp_dir().join(name), memory: 2_000 }
}

/// `None`: the sources cannot be read in pieces.
fn in_pieces(sources: &[Source], largest: u64, needs: Needs) -> Result<Option<Reading>, String> {
    let registry = Registry::default();
    let told = |error: crate::Error| error.to_string();
    let stream = Stream::in_pieces(sources, false, &registry, largest).map_err(told)?;
    let Some(stream) = stream else { return Ok(None) };
    let room = room();
    let found = in_passes(&stream, needs, &room);
    assert!(!room.folder.exists(), "{} is left", room.folder.display());
    found
}

fn in_passes(stream: &Stream<'_>, needs: Needs, room: &Room) -> Result<Option<Reading>, String> {
    let told = |error: crate::Error| error.to_string();
    let mut marks = stream.marks(room).map_err(told)?;
    for _ in 0..2 {
        let (reading, mut rejected, rows) = one_pass(stream, needs, &marks)?;
        match stream.judge(&marks, needs).map_err(told)? {
            Judged::Wrong(right) => marks = *right,
            Judged::Right { duplicates, conflicts } => {
                rejected.extend(conflicts);
                rejected.sort_by_key(|(row, _)| *row);
                let rejected = rejected.into_iter().map(|(_, rejected)| rejected).collect();
                let reading = Reading { duplicates, rejected, ..reading };
                return Ok(Some(named(stream, reading, rows)));
            }
        }
    }
    panic!("what a pass found was not right");
}

/// Rows that are no facts, by their numbers.
type Numbered = Vec<(u32, Rejected)>;

/// A fact with the number of its piece, its thread and its shop.
type Placed = (usize, ThreadKey, u32, Fact);

fn one_pass(
    stream: &Stream<'_>,
    needs: Needs,
    marks: &super::Marks,
) -> Result<(Reading, Numbered, Vec<Placed>), String> {
    let mut reading = Reading::default();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rows: Vec<Placed> = Vec::new();
    for number in 0..stream.len() {
        let mut first_row = None;
        let piece = stream.read(number, needs, marks, &mut |chunk: Chunk| {
            assert!(first_row.is_none_or(|row| row <= chunk.first_row));
            first_row = Some(chunk.first_row + chunk.len() as u32);
            for row in 0..chunk.len() {
                let kind = chunk.kind.as_ref().map_or(0, |kinds| kinds[row]);
                let (at, author) = (chunk.at[row], chunk.author[row]);
                let fact = chunk.fact(facts::Glance { at, row: row as u32, kind, author });
                let had_happened = needs.known_by.is_none_or(|known_by| fact.at < known_by);
                if let Some(thread) = chunk.threads.get(chunk.thread[row] as usize)
                    && had_happened
                {
                    rows.push((number, thread.key, thread.shop, fact));
                }
            }
            let mut room = chunk;
            room.clear();
            room
        });
        let piece = piece.map_err(|error| error.to_string())?;
        assert!(piece.rows <= stream.rows_of(number), "{} rows", piece.rows);
        pieces.push(piece);
    }
    let span = stream.span();
    for (number, _, _, fact) in &rows {
        let (first, last) = span.unwrap();
        assert!(first <= fact.at && fact.at <= last);
        assert!((0..*number).all(|piece| stream.horizon(piece) <= fact.at));
    }
    reading.warnings = stream.warnings(pieces.iter());
    let recalls: u64 = pieces.iter().map(|piece| piece.recalls).sum();
    if recalls > 0 {
        reading.warnings.push(Warning::RecallsWithoutMessage { n: recalls });
    }
    reading.rows = pieces.iter().map(|piece| piece.rows).sum();
    reading.quarters = pieces.iter().flat_map(|piece| &piece.quarters).copied().collect();
    let rejected = pieces.into_iter().flat_map(|piece| piece.rejected).collect();
    Ok((reading, rejected, rows))
}

/// The same with the facts by their names.
fn named(stream: &Stream<'_>, mut reading: Reading, rows: Vec<Placed>) -> Reading {
    let (mut threads, mut conversations) = (BTreeMap::new(), BTreeMap::new());
    let roll = stream.take_roll();

    let names = |shop: u32| {
        let shop = roll.shops[shop as usize];
        (roll.platforms.name(shop.platform).to_owned(), roll.shop_names.name(shop.name).to_owned())
    };
    reading.shops = (0..roll.shops.len() as u32).map(names).collect();
    for (_, key, shop, fact) in rows {
        let account = |account: facts::Account| roll.accounts.name(account.0).to_owned();
        let (names, own, from) = (names(shop), account(fact.account), account(fact.from_account));
        reading.facts.push(Told {
            names: [names.0, names.1, own, from],
            thread: order(&mut threads, key),
            conversation: order(&mut conversations, fact.conversation.0),
            fact: bare(fact),
        });
    }
    reading.number_marks();
    reading
}

fn source(name: &str, bytes: &[u8]) -> Source {
    Source::Bytes { name: name.into(), bytes: bytes.into() }
}

/// Whether the log was read in pieces, with the same outcome.
fn is_the_same(sources: &[Source], largest: u64) -> Result<bool, TestCaseError> {
    // The instant most facts were learned by.
    let known_by = Some(Instant(1_795_222_800_001));
    let needs = Needs { known_by, ..ALL };
    let (expected, found) = (by_rows(sources, known_by), in_pieces(sources, largest, needs));
    prop_assert!(!matches!(&found, Ok(Some(found)) if Ok(found) != expected.as_ref()));
    let expected = by_rows(sources, None);
    match in_pieces(sources, largest, ALL) {
        Ok(None) => Ok(false),
        Ok(Some(found)) => {
            let bare = in_pieces(sources, largest, Needs::default()).unwrap().unwrap();
            prop_assert_eq!((bare.rows, bare.rejected), (found.rows, found.rejected.clone()));
            prop_assert_eq!(Ok(found), expected);
            Ok(true)
        }
        Err(error) => {
            prop_assert_eq!(Err(error), expected);
            Ok(true)
        }
    }
}

/// The columns of random logs, with values that some rows have.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "at",
        &[
            "2026-11-21T09:00:00+08:00",
            "2026-11-21T09:00:07.250+08:00",
            "2026-11-21T09:41:10+08:00",
            "2026-11-22T00:00:00+08:00",
            "2026-11-21 01:00:00Z",
            "2026-11-21T01:00:00.1Z",
            "2026-11-21t01:00:00z",
            "2026-11-21T09:00:00",
            "soon",
            "",
        ],
    ),
    ("platform", &["taobao", "taobao", "taobao", "jd", ""]),
    ("shop", &["s1", "s1", "s2", "旗舰店", "a shop whose id is longer than others", ""]),
    ("buyer", &["b1", "b2", "b3", "买家", "u00000000000000000001", "u00000000000000000002", ""]),
    ("author", &["buyer", "agent", "buyer", "agent", "bot", "robot", ""]),
    ("fact", &["", "message", "message", "assigned", "recalled", "rated", "online", "sold"]),
    ("kind", &["", "text", "image", "smile"]),
    ("conversation", &["", "c1", "c2"]),
    ("account", &["", "a1", "客服"]),
    ("from_account", &["", "", "a2"]),
    ("text", &["", "hello, there", "say \"hi\"", "two\nlines", "two\r\nlines", "a\rb"]),
    ("stars", &["", "", "5", "1", "+3", "6"]),
    ("value", &["", "unsolved", "未解决 "]),
    ("seen_at", &["", "2026-11-21T09:00:00+08:00", "2026-11-21T10:00:00+08:00", "later"]),
    ("id", &["", "", "m1", "m2", "m3", "m4", "", "消息 \"1\""]),
    ("ref", &["", "", "m1", "m2"]),
    ("seq", &["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "1"]),
    ("remark", &["", "x", "\"", "a \"quoted\" word"]),
];

/// The columns that a log has to have.
const NEEDED: usize = 5;

#[derive(Clone, Debug)]
struct Cell {
    value: prop::sample::Index,
    /// Whether it is in quotes although it need not be.
    quoted: bool,
}

#[derive(Clone, Debug)]
struct Shape {
    columns: Vec<&'static (&'static str, &'static [&'static str])>,
    line_end: &'static str,
    marked: bool,
    ended: bool,
    /// Whether values are put in quotes only where they have to be.
    frugal: bool,
    /// How many of the first values are used: the more, the odder.
    odd: bool,
}

fn shape() -> impl Strategy<Value = Shape> {
    let order = Just(COLUMNS.iter().collect::<Vec<_>>()).prop_shuffle();
    let dropped = prop::collection::vec(any::<bool>(), COLUMNS.len());
    let line_end = prop::sample::select(&["\n", "\n", "\r\n", "\r"][..]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (order, dropped, line_end, flags).prop_map(|(order, dropped, line_end, flags)| {
        let keep = |column: &&&(&str, &[&str])| {
            let i = COLUMNS.iter().position(|other| other.0 == column.0).unwrap();
            i < NEEDED || !dropped[i]
        };
        let columns = order.iter().filter(keep).copied().collect();
        let (marked, ended, frugal, odd) = flags;
        Shape { columns, line_end, marked, ended, frugal, odd }
    })
}

fn cells() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    let cell = (any::<prop::sample::Index>(), prop::bool::weighted(0.1))
        .prop_map(|(value, quoted)| Cell { value, quoted });
    prop::collection::vec(prop::collection::vec(cell, COLUMNS.len()), 0..40)
}

fn text(shape: &Shape, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut text = String::from(if shape.marked { "\u{feff}" } else { "" });
    let names: Vec<&str> = shape.columns.iter().map(|column| column.0).collect();
    text += &names.join(",");
    text += shape.line_end;
    for row in rows {
        for (i, (column, cell)) in shape.columns.iter().zip(row).enumerate() {
            let values = column.1;
            // Most rows of most logs are as they should be.
            let n = if shape.odd { values.len() } else { values.len().div_ceil(2) };
            let value = values[cell.value.index(n)];
            let quoted = cell.quoted && !shape.frugal;
            let separator = if i == 0 { "" } else { "," };
            if quoted || value.starts_with('"') || value.contains(['\n', '\r', ',']) {
                write!(text, "{separator}\"{}\"", value.replace('"', "\"\"")).unwrap();
            } else {
                write!(text, "{separator}{value}").unwrap();
            }
        }
        text += shape.line_end;
    }
    if !shape.ended {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    text.into_bytes()
}

/// Bytes that CSV gives a meaning to, and others that may not stand there.
const ODD: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b",\"",
    b"\",",
    b"\n",
    b"\n\n",
    b"\r",
    b"\r\n",
    b",",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf\"",
    b"\n\"\n",
];

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, &'static [u8])>> {
    let change = (any::<prop::sample::Index>(), prop::sample::select(ODD));
    prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(change, 1..4)]
}

/// The text of a log, which is easier to look at than what it is made of.
#[derive(Clone)]
struct Written(Vec<u8>);

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

fn log() -> impl Strategy<Value = Written> {
    (shape(), cells()).prop_map(|(shape, rows)| Written(text(&shape, &rows)))
}

fn largest() -> impl Strategy<Value = u64> {
    prop_oneof![1u64..200, 200u64..2_000, Just(super::csv::LARGEST)]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn a_csv_in_pieces_is_the_csv_by_rows(
        log in log(),
        changes in changes(),
        largest in largest(),
    ) {
        let mut bytes = log.0;
        for (index, odd) in changes {
            let i = index.index(bytes.len() + 1);
            bytes.splice(i..i, odd.iter().copied());
        }
        is_the_same(&[source("log.csv", &bytes)], largest)?;
    }

    #[test]
    fn so_are_several_one_after_the_other(
        logs in prop::collection::vec(log(), 2..4),
        changes in changes(),
        largest in largest(),
    ) {
        let mut sources = Vec::new();
        for (i, log) in logs.into_iter().enumerate() {
            // Each on a day of its own, so that none may repeat another.
            let text = String::from_utf8(log.0).unwrap();
            let mut bytes = text.replace("-11-2", &format!("-0{}-1", i + 1)).into_bytes();
            for (index, odd) in changes.iter().skip(i).step_by(3) {
                let i = index.index(bytes.len() + 1);
                bytes.splice(i..i, odd.iter().copied());
            }
            sources.push(source(&format!("{i}.csv"), &bytes));
        }
        is_the_same(&sources, largest)?;
    }
}

/// The columns of random Parquet logs beside the instant, with values that some rows have.
const TEXTS: &[(&str, &[&str])] = &[
    ("platform", &["taobao", "taobao", "taobao", "jd", ""]),
    ("shop", &["s1", "s1", "s2", ""]),
    ("buyer", &["b1", "b2", "", "b\0"]),
    ("author", &["buyer", "agent", "robot", ""]),
    ("fact", &["", "message", "", "recalled", "no-reply-needed", "rated", "online", "sold"]),
    ("account", &["", "a1", "a2"]),
    ("text", &["", "hello", "bye", "by\0"]),
    ("stars", &["", "", "5", "6"]),
    ("seen_at", &["", "2026-11-21T10:00:00+08:00", "2026-11-21T08:30:00+08:00", "later"]),
    ("id", &["m1", "m2", "m3", "m4", "m5", "", "m\0"]),
    ("ref", &["m1", "m2", "m3", "", "", "m\0"]),
];

/// Instants, the least usual ones last.
const INSTANTS: &[i64] = &[0, 1, 2, 3, 900_000, 86_400_000, 8_000_000_000_000];

/// A row: which instant and which texts it has.
type Picked = (prop::sample::Index, [prop::sample::Index; TEXTS.len()]);

/// A Parquet file of row groups of a few rows. `odd`: rows may be no facts; else they differ in
/// little, so that many are the same facts.
fn parquet(rows: &[Picked], day: i64, group: usize, odd: bool) -> Vec<u8> {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    let pick = |index: &prop::sample::Index, n: usize| index.index(if odd { n } else { 2.min(n) });
    let at = rows.iter().map(|(at, _)| {
        let at = INSTANTS[pick(at, INSTANTS.len())];
        1_795_219_200_000 + day * 86_400_000 + at
    });
    let mut columns: Vec<(&str, ArrayRef)> =
        vec![("at", std::sync::Arc::new(at.collect::<Int64Array>()))];
    for (column, (name, values)) in TEXTS.iter().enumerate() {
        let cell = |(_, cells): &(_, [prop::sample::Index; TEXTS.len()])| {
            let n = if matches!(*name, "id" | "ref" | "fact" | "seen_at") {
                values.len() - 1
            } else {
                2
            };
            let text = values[cells[column].index(if odd { values.len() } else { n })];
            (!text.is_empty() || rows.len().is_multiple_of(2)).then_some(text)
        };
        let texts: StringArray = rows.iter().map(cell).collect();
        columns.push((name, std::sync::Arc::new(texts)));
    }
    written(columns, group)
}

/// A Parquet file of these columns, in row groups of so many rows.
fn written(columns: Vec<(&str, arrow::array::ArrayRef)>, group: usize) -> Vec<u8> {
    let batch = arrow::array::RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    let mut first = 0;
    while first < batch.num_rows() {
        let n = group.min(batch.num_rows() - first);
        writer.write(&batch.slice(first, n)).unwrap();
        writer.flush().unwrap();
        first += n;
    }
    writer.close().unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000, failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn repeats_in_parquet_are_found_as_by_rows(
        logs in prop::collection::vec(
            prop::collection::vec(any::<Picked>(), 1..25),
            1..4,
        ),
        group in 1usize..9,
        odd in any::<bool>(),
    ) {
        let sources: Vec<Source> = logs
            .iter()
            .zip([0, 300, 600])
            .map(|(rows, day)| source(&format!("{day}.parquet"), &parquet(rows, day, group, odd)))
            .collect();
        prop_assert!(is_the_same(&sources, super::csv::LARGEST)?);
        // All of a source's facts again.
        let again = [&sources[..], &sources[..1]].concat();
        prop_assert!(is_the_same(&again, super::csv::LARGEST)?);
    }
}

const PLAIN: &str = "at,platform,shop,buyer,author\n";

fn row(i: usize) -> String {
    let author = if i.is_multiple_of(3) { "agent" } else { "buyer" };
    format!("2026-11-21T09:{:02}:{:02}Z,taobao,s{},b{i},{author}\n", i / 60 % 60, i % 60, i % 7)
}

#[test]
fn logs_are_read_in_pieces_wherever_that_can_be_done() {
    let plain = PLAIN.to_owned() + &(0..200_000).map(row).collect::<String>();
    let quoted = plain.replacen(",b7,", ",\"b\n7\",", 1).replacen(",b9000,", ",b\"9000,", 1);
    for text in [&plain, &quoted, &plain.replace('\n', "\r\n"), &quoted.replace('s', "\"x\"")] {
        for largest in [100_000, super::csv::LARGEST] {
            assert!(is_the_same(&[source("log.csv", text.as_bytes())], largest).unwrap());
        }
    }
}

#[test]
fn a_cut_within_quotes_is_moved() {
    let rows: String = (0..9).map(row).collect();
    let long = "\n".repeat(400) + &rows;
    let text = PLAIN.to_owned() + &rows.replace("b5", &format!("\"{long}\"")) + &rows;
    for largest in 1..300 {
        assert!(is_the_same(&[source("log.csv", text.as_bytes())], largest).unwrap());
    }
}

#[test]
fn what_cannot_be_told_apart_is_left_to_rows() {
    let seq = "at,platform,shop,buyer,author,seq\n2026-11-21T09:00:00Z,taobao,s1,b1,buyer,1\n";
    assert!(!is_the_same(&[source("log.csv", seq.as_bytes())], 100).unwrap());
    let none = seq.replace(",1\n", ",\n");
    assert!(is_the_same(&[source("log.csv", none.as_bytes())], 100).unwrap());
    let twice = [source("a.csv", none.as_bytes()), source("b.csv", none.as_bytes())];
    assert!(is_the_same(&twice, 100).unwrap());
}

#[test]
fn a_sources_own_order_that_is_that_of_its_rows_changes_nothing() {
    use arrow::array::{Int32Array, Int64Array, StringArray};
    let numbered = |seq: arrow::array::ArrayRef, group| {
        let n = seq.len();
        let at = Int64Array::from_value(1_795_219_200_000, n);
        let texts = |text: &str| std::sync::Arc::new(StringArray::from(vec![text; n])) as _;
        let columns = vec![
            ("at", std::sync::Arc::new(at) as _),
            ("platform", texts("taobao")),
            ("shop", texts("s1")),
            ("buyer", texts("b1")),
            ("author", texts("buyer")),
            ("seq", seq),
        ];
        source("log.parquet", &written(columns, group))
    };
    let is_read = |sources: &[Source]| is_the_same(sources, super::csv::LARGEST).unwrap();
    let of = |seq: [Option<i64>; 5], group| {
        numbered(std::sync::Arc::new(Int64Array::from(seq.to_vec())), group)
    };
    for group in 1..6 {
        let in_order = of([Some(-1), Some(1), Some(1), Some(5), Some(9)], group);
        assert!(is_read(std::slice::from_ref(&in_order)), "{group}");
        assert!(!is_read(&[in_order.clone(), in_order]), "{group}: of another source");
        let others = [
            [Some(1), Some(3), Some(2), Some(5), Some(9)],
            [Some(1), None, Some(2), Some(5), Some(9)],
            [Some(1), Some(2), Some(3), Some(4), Some(0)],
        ];
        for seq in others {
            assert!(!is_read(&[of(seq, group)]), "{group} {seq:?}");
        }
        assert!(is_read(&[of([None; 5], group)]), "{group}: there is none");
        let narrow = Int32Array::from(vec![1, 2, 3, 4, 5]);
        assert!(!is_read(&[numbered(std::sync::Arc::new(narrow), group)]), "{group}");
    }
}

#[test]
fn a_pipe_is_not_touched() {
    // A folder is no pipe, but it is no file either.
    let folder = Source::File(env!("CARGO_MANIFEST_DIR").into());
    assert!(matches!(in_pieces(&[folder], 100, ALL), Ok(None)));
}
