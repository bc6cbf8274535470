//! Each reason for which a row is left out, where it is told, and that no text leaks.
#![allow(clippy::unwrap_used)]

mod sample;

use intake::{Column, Error, Lang, Options, Reason, Rejected, RejectsFiles, Source, read};
use intake::{InstantProblem, rejects_path};
use sample::{CSV, bytes, csv, parquet, rejected};

/// What a buyer wrote; it stands in every row of these tests and may stand in no message.
const SECRET: &str = "我的密码是 hunter2";

const HEADER: &str = "at,platform,shop,buyer,fact,author,kind,id,seq,seen_at,stars,text\n";
const GOOD: &str = "2026-11-01T09:00:00Z,taobao,s1,b1,,buyer,,,,,,我的密码是 hunter2\n";

/// Reads a good row, the given one and a good row, and returns what was said of the given one.
fn reject(row: &str) -> Rejected {
    reject_in(csv(&format!("{HEADER}{GOOD}{row}\n{GOOD}")), row)
}

fn reject_in(source: Source, row: &str) -> Rejected {
    let (log, _, mut all) = rejected(&[source]);
    assert_eq!((log.len(), all.len()), (2, 1), "{row}: {all:?}");
    let only = all.remove(0);
    for lang in [Lang::En, Lang::Zh] {
        let message = only.message(lang);
        assert!(!message.contains("hunter2") && !message.contains("密码"), "{message}");
        assert!(message.contains(&format!(":{}: ", only.line)), "{message}");
    }
    only
}

fn at(found: &str, problem: InstantProblem) -> Reason {
    Reason::BadInstant { found: found.into(), problem }
}

#[test]
fn each_reason_has_its_place_and_column() {
    let rest = format!("taobao,s1,b1,,buyer,,,,,,{SECRET}");
    let t = "2026-11-01T09:00:00Z";
    let cases: Vec<(String, Column, &str)> = vec![
        (format!("2026-11-01T09:00:00,{rest}"), Column::At, "bad-instant"),
        (format!("yesterday,{rest}"), Column::At, "bad-instant"),
        (format!(",{rest}"), Column::At, "missing-value"),
        (format!("{t},,s1,b1,,buyer,,,,,,{SECRET}"), Column::Platform, "missing-value"),
        (format!("{t},taobao,,b1,,buyer,,,,,,{SECRET}"), Column::Shop, "missing-value"),
        (format!("{t},taobao,s1,,,buyer,,,,,,{SECRET}"), Column::Buyer, "missing-value"),
        (format!("{t},taobao,s1,,to-human,,,,,,,{SECRET}"), Column::Buyer, "missing-value"),
        (format!("{t},taobao,s1,b1,,,,,,,,{SECRET}"), Column::Author, "missing-value"),
        (format!("{t},taobao,s1,b1,to_human,,,,,,,{SECRET}"), Column::Fact, "unknown-fact"),
        (format!("{t},taobao,s1,b1,,Agnet,,,,,,{SECRET}"), Column::Author, "unknown-author"),
        (format!("{t},taobao,s1,b1,,agent,photo,,,,,{SECRET}"), Column::Kind, "unknown-kind"),
        (format!("{t},taobao,s1,b1,,agent,,,1.5,,,{SECRET}"), Column::Seq, "bad-integer"),
        (format!("{t},taobao,s1,b1,,agent,,,,,256,{SECRET}"), Column::Stars, "bad-integer"),
        (format!("{t},taobao,s1,b1,,agent,,,,never,,{SECRET}"), Column::SeenAt, "bad-instant"),
        (format!("{t},taobao,s1,b1,,agent,,a\0b,,,,{SECRET}"), Column::Id, "null-byte"),
        (format!("{t},taobao,s1,b1,,agent,,,,,,\0{SECRET}"), Column::Text, "null-byte"),
    ];
    for (row, column, code) in cases {
        let rejected = reject(&row);
        assert_eq!((rejected.column, rejected.reason.code()), (Some(column), code), "{row}");
        assert_eq!(rejected.line, 3);
    }
}

#[test]
fn instants_and_words_are_repeated_with_what_to_do() {
    let rest = "taobao,s1,b1,,buyer,,,,,,x";
    let no_offset = reject(&format!("2026-11-01T09:00:00,{rest}"));
    assert_eq!(no_offset.reason, at("2026-11-01T09:00:00", InstantProblem::NoOffset));
    assert_eq!(
        no_offset.message(Lang::Zh),
        "log.csv:3: `at`：发现`2026-11-01T09:00:00`，应为带时区偏移的时间：\
         中国时间请在末尾加 `+08:00`，UTC 加 `Z`"
    );
    let misspelt = reject("2026-11-01T09:00:00Z,taobao,s1,b1,,Agnet,,,,,,x");
    assert_eq!(
        misspelt.message(Lang::En),
        "log.csv:3: `author`: found `Agnet`, expected `agent`? The words are: \
         buyer, agent, assist, bot, auto, system, staff, merchant"
    );
    let long = format!("2026-11-01T09:00:00Z,taobao,s1,b1,,{},,,,,,x", "很".repeat(5_000));
    assert!(reject(&long).message(Lang::En).chars().count() < 200);
}

#[test]
fn fields_are_counted() {
    let found = |row: &str| match reject(row).reason {
        Reason::FieldCount { found, expected: 12 } => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(SECRET), 1);
    assert_eq!(found(&format!("{},{SECRET}", GOOD.trim_end())), 13);
    assert_eq!(found(&format!("{SECRET}{}", ",".repeat(100_000))), 100_001);
}

#[test]
fn the_line_is_the_one_on_which_the_row_begins() {
    let text = format!(
        "\n\n{HEADER}{}\r\n\r\n{}bad,row\n",
        GOOD.trim_end().replace("我的", "\"我的\n\n").replace("hunter2", "hunter2\""),
        GOOD
    );
    let rejected = reject_in(csv(&text), "bad,row");
    assert_eq!((rejected.line, rejected.column), (9, None));
}

#[test]
fn bytes_that_are_not_utf8_are_located() {
    let row = "2026-11-01T09:00:00Z,taobao,s1,b1,,agent,,,,,,x";
    let mut file = format!("{HEADER}{GOOD}{row}\n{GOOD}").into_bytes();
    let place = HEADER.len() + GOOD.len() + row.len() - 1;
    file[place] = 0xff;
    let rejected = reject_in(bytes("log.csv", &file), row);
    assert_eq!((rejected.column, &rejected.reason), (Some(Column::Text), &Reason::InvalidUtf8));
    assert!(rejected.message(Lang::En).contains("iconv"));
}

/// A character whose bytes a comma cuts in two is not made whole by taking the comma away.
#[test]
fn a_character_cut_by_a_comma_is_not_utf8() {
    let start = "at,platform,shop,buyer,author,account,conversation\n\
                 2026-11-01T09:00:00Z,taobao,店铺,买家,agent,";
    let file = [start.as_bytes(), b"\xe4,\xbd\xa0\n"].concat();
    let (log, _, all) = rejected(&[bytes("log.csv", &file)]);
    assert_eq!((log.len(), all.len()), (0, 1));
    assert_eq!((all[0].column, &all[0].reason), (Some(Column::Conversation), &Reason::InvalidUtf8));
}

#[test]
fn a_quote_that_stays_open_is_told_with_its_line() {
    let text = format!("{HEADER}{GOOD}{GOOD}2026-11-01T09:00:00Z,\"taobao,s1\n{GOOD}{GOOD}");
    let only = reject_in(csv(&text), "open quote");
    assert_eq!((only.line, &only.reason), (4, &Reason::UnclosedQuote { last_line: 7 }));
}

#[test]
fn json_has_reasons_of_its_own() {
    let good = r#"{"at":"2026-11-01T09:00:00Z","platform":"t","shop":"s","buyer":"b","#.to_owned()
        + &format!(r#""author":"buyer","text":"{SECRET}"}}"#);
    let with = |more: &str| good.replace("\"shop\":\"s\"", more);
    let cases: Vec<(String, Option<Column>, &str)> = vec![
        (good[..good.len() - 1].into(), None, "not-json"),
        (format!("{good}{good}"), None, "not-json"),
        (SECRET.into(), None, "not-json"),
        ("[1]".into(), None, "not-an-object"),
        (format!("\"{SECRET}\""), None, "not-an-object"),
        ("12".into(), None, "not-an-object"),
        ("true".into(), None, "not-an-object"),
        (with("\"shop\":true"), Some(Column::Shop), "wrong-type"),
        (with("\"shop\":[1]"), Some(Column::Shop), "wrong-type"),
        (with("\"shop\":{}"), Some(Column::Shop), "wrong-type"),
        (with("\"shop\":1.5"), Some(Column::Shop), "wrong-type"),
        (with("\"shop\":1e3"), Some(Column::Shop), "wrong-type"),
        (with("\"shop\":null"), Some(Column::Shop), "missing-value"),
        (with("\"shop\":\"s\",\"shop\":\"s\""), Some(Column::Shop), "repeated-key"),
        (with("\"shop\":\"a\\u0000b\""), Some(Column::Shop), "null-byte"),
        (with("\"shop\":\"\\ud800\""), Some(Column::Shop), "invalid-utf8"),
        (with("\"shop\":1,\"seq\":1.5"), Some(Column::Seq), "bad-integer"),
        (with("\"shop\":1,\"seen_at\":1793494800000"), Some(Column::SeenAt), "wrong-type"),
        (with("\"shop\":1,\"kind\":3"), Some(Column::Kind), "wrong-type"),
    ];
    for (line, column, code) in cases {
        let file = format!("{good}\n\n{line}\n{good}");
        let rejected = reject_in(bytes("log.jsonl", file.as_bytes()), &line);
        let found = (rejected.line, rejected.column, rejected.reason.code());
        assert_eq!(found, (3, column, code), "{line}");
    }
    let big = with("\"shop\":123456789012345678901234567890");
    let (log, _, _) = rejected(&[bytes("log.jsonl", big.as_bytes())]);
    assert_eq!(log.shop_names.name(0), "123456789012345678901234567890");
}

#[test]
fn parquet_rows_are_counted_from_one() {
    let good = GOOD;
    let text = format!("{HEADER}{good}2026-11-01T09:00:00Z,taobao,s1,b1,,robot,,,,,,x\n{good}");
    let rejected = reject_in(bytes("log.parquet", &parquet(&text)), "robot");
    assert_eq!((rejected.line, rejected.column), (2, Some(Column::Author)));
    let text = text.replace("robot", "agent").replace("s1,b1,,agent", "s\u{0}1,b1,,agent");
    let rejected = reject_in(bytes("log.parquet", &parquet(&text)), "null byte");
    assert_eq!((rejected.column, rejected.reason), (Some(Column::Shop), Reason::NulByte));
}

#[test]
fn one_id_with_two_contents_names_the_first_place() {
    let text = format!("{HEADER}{GOOD}{GOOD}2026-11-01T09:00:01Z,taobao,s1,b1,,agent,,m1,,,,x\n");
    let first = text.replacen("b1,,buyer,,,", "b1,,buyer,,m1,", 1);
    let rejected = reject_in(csv(&first), "conflict");
    assert_eq!(rejected.column, Some(Column::Id));
    assert!(rejected.message(Lang::En).starts_with(
        "log.csv:4: `id`: found other contents under the id `m1` of log.csv:2, expected one"
    ));
}

#[test]
fn strict_stops_at_the_first() {
    let text = format!("{HEADER}{GOOD}a\nb\n");
    let options = Options { strict: true, ..Options::default() };
    let mut told = 0;
    let result = read(&[csv(&text)], &options, &mut |_| {
        told += 1;
        Ok(())
    });
    assert!(matches!(result, Err(Error::Strict(Rejected { line: 3, .. }))));
    assert_eq!(told, 1);
}

#[test]
fn a_reader_of_rejects_that_fails_stops_the_reading() {
    let text = format!("{HEADER}a\n");
    let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
    let result = read(&[csv(&text)], &Options::default(), &mut |_| Err(full()));
    assert!(matches!(result, Err(Error::Rejects(_))));
}

#[test]
fn rejects_files_are_made_when_needed_and_replaced_with_notice() {
    let folder = std::env::temp_dir().join(format!("intake-rejects-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (good, bad) = (folder.join("good.csv"), folder.join("bad.csv"));
    std::fs::write(&good, format!("{HEADER}{GOOD}")).unwrap();
    std::fs::write(&bad, format!("{HEADER}{GOOD}yesterday,taobao,s1,b1,,buyer,,,,,,{SECRET}\n"))
        .unwrap();
    let sources = [Source::File(good.clone()), Source::File(bad.clone())];
    let run = |sources: &[Source]| {
        let mut files = RejectsFiles::new(sources, Lang::En);
        let result = read(sources, &Options::default(), &mut |row| files.write(row));
        result.map(|_| files.finish().unwrap())
    };
    let path = rejects_path(&sources[1]).unwrap();
    let written = run(&sources).unwrap();
    assert_eq!(written.len(), 1);
    assert_eq!((&written[0].path, written[0].rows, written[0].replaced), (&path, 1, false));
    assert!(!rejects_path(&sources[0]).unwrap().exists());
    let expected = format!(
        "source,line,column,reason,found,expected\n{},3,at,bad-instant,`yesterday`,\
         an instant such as `2026-11-21T08:00:00+08:00`\n",
        bad.display()
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    assert!(run(&sources).unwrap()[0].replaced);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    // Once the log is mended, what is left of the earlier reading is told, and not removed.
    std::fs::write(&bad, CSV).unwrap();
    let left = run(&sources).unwrap();
    assert_eq!((left[0].rows, left[0].replaced), (0, false));
    // A file that is somebody else's stays.
    std::fs::write(&bad, format!("{HEADER}a\n")).unwrap();
    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(run(&sources), Err(Error::Rejects(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    // And a list of rejected rows is not taken for a log.
    std::fs::write(&path, expected).unwrap();
    assert!(matches!(run(&[Source::File(path)]), Err(Error::NotALog { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
}
