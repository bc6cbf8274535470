//! The same facts in every form give the same log.
#![allow(clippy::unwrap_used)]

mod sample;

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::Int32Type;
use facts::MessageFlags;
use intake::{Column, Error, Foreign, Options, Source, Warning, read};
use sample::{CSV, JSONL, bytes, csv, describe, everything, one, parquet, parquet_of};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// Cut in the middle of a row, so that rows cross members.
fn in_two(bytes: &[u8], pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (a, b) = bytes.split_at(bytes.len() / 2);
    [pack(a), pack(b)].concat()
}

#[test]
fn every_form_gives_the_same_log() {
    let expected = describe(&everything(&[csv(CSV)]).0);
    assert_eq!(expected.len(), 11);
    let marked = [b"\xef\xbb\xbf", CSV.as_bytes()].concat();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("log.csv", CSV.replace('\n', "\r\n").into()),
        ("log.csv", marked),
        ("log.jsonl", JSONL.into()),
        ("log", JSONL.into()),
        ("log", CSV.into()),
        ("log.csv.gz", gzip(CSV.as_bytes())),
        ("log", gzip(CSV.as_bytes())),
        ("log.csv.gz", in_two(CSV.as_bytes(), gzip)),
        ("log.csv.zst", zstd(CSV.as_bytes())),
        ("log.csv.zst", in_two(CSV.as_bytes(), zstd)),
        ("log.jsonl.gz", in_two(JSONL.as_bytes(), gzip)),
        ("log.jsonl.zst", zstd(JSONL.as_bytes())),
        ("log.parquet", parquet(CSV)),
        ("log", parquet(CSV)),
    ];
    for (name, form) in forms {
        let (log, report) = everything(&[bytes(name, &form)]);
        // A quoted line end may be written differently; it is part of the text then.
        let found: Vec<String> =
            describe(&log).into_iter().map(|row| row.replace("\\r\\n", "\\n")).collect();
        assert_eq!(found, expected, "{name}");
        assert_eq!((report.rows, report.facts, report.rejected), (11, 11, 0), "{name}");
        assert_eq!(report.warnings, [], "{name}");
    }
}

/// What the sample's rows must be, written out by hand for the rows that have most to them.
#[test]
fn the_sample_means_what_it_says() {
    let (log, _) = everything(&[csv(CSV)]);
    let rows = describe(&log);
    assert_eq!(
        rows[0],
        "1793494800000 taobao/s1/b1 conv=c1 acc= from= Message Buyer Text seq=0 seen=1793494800000 \
         id=m1 text=Some(\"你好, \\\"在\\\"吗\\n第二行\") extra=None mark=1"
    );
    assert_eq!(
        rows[1],
        "1793494841123 taobao/s1/b1 conv=c1 acc=a1 from= Message Agent Image seq=7 \
         seen=1793494900000 id=m2 text=None extra=None mark=0"
    );
    assert!(rows[2].contains("ToHuman System Text"), "{}", rows[2]);
    assert!(rows[3].contains("acc=a2 from=a1 Transferred"), "{}", rows[3]);
    assert!(rows[4].starts_with("1793495000000 taobao/s1/- "), "{}", rows[4]);
    assert!(rows[6].contains("stars: Some(5)"), "{}", rows[6]);
    assert!(rows[7].contains("reference: \"m1\"") && rows[7].ends_with("mark=1"), "{}", rows[7]);
    assert!(rows[9].contains("amount: \"12.50\""), "{}", rows[9]);
    assert!(rows[10].contains("tmall/s1/b1"), "{}", rows[10]);
    assert_eq!((log.shops.len(), log.threads.len()), (2, 2));
}

#[test]
fn columns_that_nobody_asked_for_are_not_kept() {
    let (log, _) = read(&[csv(CSV)], &Options::default(), &mut |_| Ok(())).unwrap();
    assert!(log.text.is_none() && log.id.is_none() && log.origin.is_none() && log.flags.is_none());
    let plain = "at,platform,shop,buyer,author\n2026-11-01T09:00:00Z,taobao,s,b,buyer\n";
    let (log, _) = everything(&[csv(plain)]);
    assert!(log.form.is_none() && log.seq.is_none() && log.seen_at.is_none());
    assert!(log.from_account.is_none() && log.mark.is_none() && log.extra.is_empty());
}

#[test]
fn only_texts_that_are_not_the_buyers_are_judged() {
    let judged = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = judged.clone();
    let options = Options {
        text_flags: Some(Box::new(move |text| {
            seen.borrow_mut().push(text.to_string());
            MessageFlags(u8::from(text == "在的"))
        })),
        ..Options::default()
    };
    let rows = "at,platform,shop,buyer,author,text\n\
                2026-11-01T09:00:00Z,taobao,s,b,buyer,在吗\n\
                2026-11-01T09:00:01Z,taobao,s,b,agent,\n\
                2026-11-01T09:00:02Z,taobao,s,b,agent,在的\n\
                2026-11-01T09:00:03Z,taobao,s,b,bot,请稍等\n";
    for source in [csv(rows), bytes("log.parquet", &parquet(rows))] {
        let (log, _) = read(&[source], &options, &mut |_| Ok(())).unwrap();
        assert_eq!(log.flags, Some(vec![0, 0, 1, 0]));
        assert_eq!(judged.take(), ["在的", "请稍等"]);
    }
}

#[test]
fn sequence_numbers_and_learning_times_stand_in_for_each_other() {
    let rows = "at,platform,shop,buyer,author,seq,seen_at\n\
                2026-11-01T09:00:00Z,taobao,s,b,buyer,,\n\
                2026-11-01T09:00:01Z,taobao,s,b,buyer,-5,2026-11-02T00:00:00Z\n\
                2026-11-01T09:00:02Z,taobao,s,b,buyer,,\n";
    let (log, _) = everything(&[csv(rows)]);
    assert_eq!(log.seq, Some(vec![0, -5, 2]));
    let seen = [1_793_523_600_000, 1_793_577_600_000, 1_793_523_602_000];
    assert_eq!(log.seen_at, Some(seen.to_vec()));
}

fn names(n: usize) -> ArrayRef {
    Arc::new(StringArray::from(vec!["x"; n]))
}

/// Every type that Parquet writers are known to choose for these columns.
#[test]
fn parquet_columns_may_have_several_types() {
    let ms = 1_793_494_800_123_i64;
    let ats: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![ms])),
        Arc::new(TimestampMicrosecondArray::from(vec![ms * 1_000 + 999]).with_timezone("UTC")),
        Arc::new(
            TimestampNanosecondArray::from(vec![ms * 1_000_000]).with_timezone("Asia/Shanghai"),
        ),
        Arc::new(StringArray::from(vec!["2026-11-01T09:00:00.123+08:00"])),
    ];
    for at in ats {
        let author: DictionaryArray<Int32Type> = vec!["buyer"].into_iter().collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("at", at),
            ("platform", names(1)),
            ("shop", Arc::new(Int64Array::from(vec![-7]))),
            ("buyer", Arc::new(UInt64Array::from(vec![u64::MAX]))),
            ("author", Arc::new(author)),
            ("id", Arc::new(Int64Array::from(vec![12]))),
            (
                "amount",
                Arc::new(Decimal128Array::from(vec![1250]).with_precision_and_scale(9, 2).unwrap()),
            ),
            ("value", Arc::new(Float64Array::from(vec![0.5]))),
        ];
        let file = parquet_of(RecordBatch::try_from_iter(columns).unwrap());
        let (log, report) = everything(&[bytes("log.parquet", &file)]);
        assert_eq!(report.rejected, 0);
        assert_eq!(log.at, [ms]);
        assert_eq!(log.shop_names.name(0), "-7");
        assert_eq!(log.buyers.name(0), "18446744073709551615");
        assert_eq!(&*log.id.unwrap()[0], "12");
        assert_eq!((&*log.extra[&0].amount, &*log.extra[&0].value), ("12.50", "0.5"));
    }
}

#[test]
fn timestamps_without_a_zone_are_utc_and_said_to_be() {
    let at: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1_793_494_800_000_000]));
    let (log, report) = everything(&[bytes("x.parquet", &of_instants(at))]);
    assert_eq!(log.at, [1_793_494_800_000]);
    let source: Arc<str> = "x.parquet".into();
    assert_eq!(report.warnings, [Warning::NoZone { source, column: Column::At }]);
}

#[test]
fn seconds_in_place_of_milliseconds_are_noticed() {
    let at: ArrayRef = Arc::new(Int64Array::from(vec![1_793_494_800]));
    let (_, report) = everything(&[bytes("x.parquet", &of_instants(at))]);
    let source: Arc<str> = "x.parquet".into();
    assert_eq!(report.warnings, [Warning::MaybeSeconds { source, column: Column::At }]);
}

fn of_instants(at: ArrayRef) -> Vec<u8> {
    let n = at.len();
    let author: ArrayRef = Arc::new(StringArray::from(vec!["buyer"; n]));
    let columns = [("at", at), ("platform", names(n)), ("shop", names(n)), ("buyer", names(n))];
    let all = columns.into_iter().chain([("author", author)]);
    parquet_of(RecordBatch::try_from_iter(all).unwrap())
}

#[test]
fn parquet_types_that_cannot_hold_a_column_are_refused() {
    let n = 1;
    let wrong: ArrayRef = Arc::new(Float64Array::from(vec![1.0; n]));
    for column in [Column::At, Column::Buyer, Column::Author] {
        let batch = ["at", "platform", "shop", "buyer", "author"].map(|name| {
            let right: ArrayRef = match name {
                "at" => Arc::new(Int64Array::from(vec![1_793_494_800_000; n])),
                _ => names(n),
            };
            (name, if name == column.name() { wrong.clone() } else { right })
        });
        let file = parquet_of(RecordBatch::try_from_iter(batch).unwrap());
        let error = one(bytes("x.parquet", &file)).unwrap_err();
        assert!(matches!(error, Error::ColumnType { column: c, .. } if c == column), "{error}");
    }
}

/// Whole seconds are a unit of Arrow that Parquet does not have: they are stored as bare numbers.
#[test]
fn whole_seconds_survive_parquet() {
    let at: ArrayRef =
        Arc::new(TimestampSecondArray::from(vec![1_793_494_800]).with_timezone("+08:00"));
    let result = one(bytes("x.parquet", &of_instants(at)));
    assert_eq!(result.unwrap().0.at, [1_793_494_800_000]);
}

/// More dictionaries than one: row groups, and pages past the dictionary's limit.
#[test]
fn long_parquet_files_give_what_csv_gives() {
    let mut text = String::from("at,platform,shop,buyer,author,account,id\n");
    for i in 0..30_000u64 {
        let (shop, buyer, author) = (i % 7, i * i % 9_001, ["buyer", "agent"][i as usize % 2]);
        let account = if author == "agent" { format!("a{}", i % 31) } else { String::new() };
        let at = format!("2026-11-01T{:02}:{:02}:00Z", i / 60 % 24, i % 60);
        text += &format!("{at},taobao,s{shop},b{buyer},{author},{account},m{i}\n");
    }
    let (from_csv, _) = everything(&[csv(&text)]);
    let (from_parquet, report) = everything(&[bytes("x.parquet", &parquet(&text))]);
    assert_eq!(report.facts, 30_000);
    assert!(describe(&from_csv) == describe(&from_parquet), "the same rows");
}

#[test]
fn sources_that_are_no_logs_are_named() {
    let twice = gzip(&gzip(CSV.as_bytes()));
    let cases: [(&str, &[u8], Foreign); 8] = [
        ("book.xlsx", b"PK\x03\x04rest of it", Foreign::Zip),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", Foreign::OldOffice),
        ("x.csv", b"SQLite format 3\0....", Foreign::Sqlite),
        ("x.json", b"[{\"at\":1}]", Foreign::JsonList),
        ("x", b" [1]", Foreign::JsonList),
        ("x.gz", &twice, Foreign::Nested),
        ("x.csv", &[1, 2, 3, 0, 0, 250, 7, 1, 1, 9], Foreign::Binary),
        ("x.rejected.csv", b"source,line,column,reason,found,expected\n", Foreign::Rejects),
    ];
    for (name, content, kind) in cases {
        let error = one(bytes(name, content)).unwrap_err();
        assert!(matches!(&error, Error::NotALog { found, .. } if *found == kind), "{error:?}");
    }
}

#[test]
fn encodings_are_named_with_the_way_out() {
    let utf16 = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        let text: Vec<u8> = CSV.encode_utf16().flat_map(unit).collect();
        [mark, &text].concat()
    };
    let gbk = b"at,platform,shop,buyer,author,text\n1,taobao,s,b,buyer,\xd4\xda\xc2\xf0\n".to_vec();
    let cases = [
        (utf16(b"\xff\xfe", u16::to_le_bytes), "UTF-16LE"),
        (utf16(b"", u16::to_be_bytes), "UTF-16BE"),
        (gbk, "GB18030"),
    ];
    for (content, name) in cases {
        let error = one(bytes("x.csv", &content)).unwrap_err();
        assert!(matches!(&error, Error::Encoding { encoding, .. } if *encoding == name));
        for lang in [intake::Lang::En, intake::Lang::Zh] {
            assert!(error.message(lang).contains(&format!("iconv -f {name} -t UTF-8")));
        }
    }
}

#[test]
fn files_that_end_too_early_are_told() {
    for (name, whole) in [
        ("x.csv.gz", gzip(CSV.repeat(50).as_bytes())),
        ("x.csv.zst", zstd(CSV.repeat(50).as_bytes())),
        ("x.parquet", parquet(CSV)),
    ] {
        let error = one(bytes(name, &whole[..whole.len() - 9])).unwrap_err();
        assert!(matches!(error, Error::Truncated { .. }), "{name}: {error:?}");
    }
    for (name, content) in
        [("x.csv.gz", "at,platform"), ("x.zst", "at,platform"), ("x.parquet", "at,platform")]
    {
        let error = one(bytes(name, content.as_bytes())).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{name}: {error:?}");
    }
    for content in ["", "\n\n", "\u{feff}", " \r\n"] {
        assert!(matches!(one(csv(content)), Err(Error::Empty { .. })), "{content:?}");
    }
}

#[test]
fn headers_are_checked() {
    let missing = one(csv("time,platform,shp,buyer,author\n")).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "log.csv:1: the header lacks `at`, `shop` (is it `shp`?); add or rename the columns"
    );
    let none = one(csv("2026-11-01T09:00:00Z,taobao,s1,b1,密码\n")).unwrap_err();
    assert!(matches!(none, Error::NoHeader { separator: None, .. }));
    assert!(!none.to_string().contains("密码"));
    let semicolon = one(csv("at;platform;shop;buyer;author\n")).unwrap_err();
    assert!(matches!(semicolon, Error::NoHeader { separator: Some(';'), .. }));
    let twice = one(csv("at,platform,shop,buyer,author,at\n")).unwrap_err();
    assert!(matches!(twice, Error::RepeatedColumn { column: Column::At, .. }));
    // Without messages nobody writes, and accounts have no buyers.
    let facts = "at,platform,shop,fact,account\n2026-11-01T09:00:00Z,taobao,s,online,a1\n";
    assert_eq!(one(csv(facts)).unwrap().1.facts, 1);
}

#[test]
fn unknown_columns_are_named_once_with_a_suggestion() {
    let text = "at,platform,shop,buyer,author,converstion,price,\n\
                2026-11-01T09:00:00Z,taobao,s,b,buyer,c,1,\n";
    let (_, report) = one(csv(text)).unwrap();
    let told: Vec<String> = report.warnings.iter().map(|w| w.message(intake::Lang::En)).collect();
    assert_eq!(
        told,
        [
            "log.csv: unknown column `converstion` is ignored; did you mean `conversation`?",
            "log.csv: unknown column `price` is ignored",
            "log.csv: unknown column `` is ignored",
        ]
    );
    let line = r#"{"at":"2026-11-01T09:00:00Z","platform":"t","shop":1,"buyer":2,"#.to_owned()
        + r#""author":"buyer","x":[{}]}"#;
    let (_, report) = one(bytes("x.jsonl", format!("{line}\n\n{line}\n").as_bytes())).unwrap();
    assert_eq!((report.facts, report.warnings.len()), (2, 1));
}

#[test]
fn progress_is_told_to_the_end() {
    let last = std::rc::Rc::new(std::cell::Cell::new(None));
    let seen = last.clone();
    let progress: Box<dyn Fn(intake::Progress)> = Box::new(move |p| seen.set(Some(p)));
    let options = Options { progress: Some(progress), ..Options::default() };
    for content in [CSV.as_bytes().to_vec(), gzip(CSV.as_bytes()), parquet(CSV)] {
        read(&[bytes("log", &content)], &options, &mut |_| Ok(())).unwrap();
        let p = last.take().unwrap();
        assert_eq!((p.rows, Some(p.bytes)), (11, p.total));
        assert_eq!(p.bytes, content.len() as u64);
    }
}

#[test]
fn files_are_opened_by_path() {
    let folder = std::env::temp_dir().join(format!("intake-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("log.parquet");
    std::fs::write(&path, parquet(CSV)).unwrap();
    assert_eq!(one(Source::File(path)).unwrap().1.facts, 11);
    let path = folder.join("log.csv");
    std::fs::write(&path, CSV).unwrap();
    assert_eq!(one(Source::File(path)).unwrap().1.facts, 11);
    assert!(matches!(one(Source::File(folder.clone())), Err(Error::Folder { .. })));
    let absent = one(Source::File(folder.join("absent.csv")));
    assert!(matches!(absent, Err(Error::Open { .. })));
    std::fs::remove_dir_all(&folder).unwrap();
}
