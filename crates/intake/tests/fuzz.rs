//! No bytes make a parser panic: the corpus as it stands, random bytes, and the corpus mutated.
#![allow(clippy::unwrap_used)]

mod workbook;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use intake::{Lang, Options, Profile, Source, panel, read, registry};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// A parser under test: takes any bytes, returns for all of them.
type Parser<'a> = &'a dyn Fn(&[u8]);

fn corpus(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/intake-corpus");
    let mut files: Vec<_> = std::fs::read_dir(root.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "a corpus of {} files in {folder}", files.len());
    files
}

fn read_log(name: &str, bytes: &[u8]) -> Result<u64, String> {
    read_under(None, name, bytes)
}

/// Reads a source of another shape, given what every row needs.
fn read_shape(profile: &str, name: &str, bytes: &[u8]) -> Result<u64, String> {
    let mut profile = Profile::shipped(profile).unwrap();
    profile.set("shop", "s1").unwrap();
    profile.set("platform", "taobao").unwrap();
    read_under(Some(profile), name, bytes)
}

fn read_under(profile: Option<Profile>, name: &str, bytes: &[u8]) -> Result<u64, String> {
    let sources = [Source::Bytes { name: name.into(), bytes: bytes.into() }];
    let options = Options {
        keep_text: true,
        keep_id: true,
        keep_origin: true,
        text_flags: Some(Box::new(|text| facts::MessageFlags(text.len() as u8))),
        profile,
        ..Options::default()
    };
    let mut said = String::new();
    let result = read(&sources, &options, &mut |row| {
        said.clear();
        said += &row.message(Lang::Zh);
        Ok(())
    });
    match result {
        Ok((log, report)) => {
            assert_eq!(report.rows, report.facts + report.duplicates + report.rejected);
            let (rows, bounds) = log.by_thread();
            assert!(bounds.last().copied() == Some(rows.len() as u32) && rows.len() <= log.len());
            Ok(report.facts)
        }
        Err(error) => Err(error.message(Lang::En)),
    }
}

/// A workbook whose only sheet is the given XML.
fn book_of(sheet: &[u8]) -> Vec<u8> {
    workbook::xlsx_of(&String::from_utf8_lossy(sheet))
}

fn read_profile(bytes: &[u8]) {
    if let Err(wrong) = Profile::parse(bytes, "mine.toml") {
        assert!(!wrong.items.is_empty());
        let _ = (wrong.render(Lang::Zh), wrong.render_coloured(Lang::En));
    }
}

fn read_registry(bytes: &[u8]) {
    if let Err(wrong) = registry::parse(bytes, "shops.toml") {
        assert!(!wrong.items.is_empty());
        let _ = (wrong.render(Lang::Zh), wrong.render_coloured(Lang::En));
    }
}

/// How many figures a panel file has; `None`: it is no panel.
fn read_panel(bytes: &[u8]) -> Option<usize> {
    let said = |problems: &[panel::Problem]| {
        problems.iter().for_each(|problem| drop((problem.message(Lang::Zh), problem.to_string())));
    };
    match panel::parse(bytes, "panel.csv") {
        Ok(panel) => {
            let figures = panel.figures.len();
            assert_eq!(panel.rows, figures as u64 + panel.rejected + panel.repeats);
            assert!(panel.problems.len() as u64 >= panel.rejected);
            said(&panel.problems);
            for figure in &panel.figures {
                assert_eq!(figure.value.to_string().parse(), Ok(figure.value));
                let _ = figure.value.admits(panel::Quantity::Wait, i64::MAX, 1);
            }
            Some(figures)
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            said(&problems);
            None
        }
    }
}

/// One change of a file.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = |index: &prop::sample::Index, len: usize| index.index(len + 1);
        let n = bytes.len();
        match self {
            Self::Set(i, byte) if n > 0 => bytes[i.index(n)] = *byte,
            Self::Set(..) => {}
            Self::Insert(i, more) => {
                let i = at(i, n);
                bytes.splice(i..i, more.iter().copied());
            }
            Self::Remove(i, len) => {
                let i = at(i, n);
                bytes.drain(i..(i + len).min(n));
            }
            Self::Repeat(i, len) => {
                let i = at(i, n);
                let part = bytes[i..(i + len).min(n)].to_vec();
                bytes.splice(i..i, part);
            }
            Self::Cut(i) => bytes.truncate(at(i, n)),
        }
    }
}

/// Pieces that formats give a meaning to.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\n",
    b"\r",
    b",",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[[",
    b"=",
    b"\\u",
    b"9999999999999999999",
    b"-1",
    b"1e999",
    b"PAR1",
    b"\xf0\x9f\x98\x80",
    b"'''",
    b"+99:99",
];

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(i, byte)| Change::Set(i, byte)),
        (index(), prop::sample::select(PIECES)).prop_map(|(i, p)| Change::Insert(i, p.to_vec())),
        (index(), 1usize..40).prop_map(|(i, n)| Change::Remove(i, n)),
        (index(), 1usize..200).prop_map(|(i, n)| Change::Repeat(i, n)),
        index().prop_map(Change::Cut),
    ]
}

/// Hands random bytes and mutated files to a parser, always the same ones, until it panics.
/// Returns the smallest bytes found on which it does.
fn drive(parser: Parser<'_>, files: &[Vec<u8>], cases: u32) -> Result<(), Vec<u8>> {
    let mutated = (prop::sample::select(files.to_vec()), prop::collection::vec(change(), 1..6))
        .prop_map(|(mut bytes, changes)| {
            changes.iter().for_each(|change| change.apply(&mut bytes));
            bytes
        });
    let random = prop::collection::vec(any::<u8>(), 0..300);
    let inputs = prop_oneof![9 => mutated, 1 => random];
    // More where `cargo xtask fuzz` gives more time than 3 seconds.
    let seconds = std::env::var("YINGDA_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let cases = cases * seconds.unwrap_or(3u32).max(3) / 3;
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&inputs, |bytes| {
        catch_unwind(AssertUnwindSafe(|| parser(&bytes)))
            .map_err(|_| TestCaseError::fail("the parser panicked"))
    });
    match result {
        Ok(()) => Ok(()),
        Err(TestError::Fail(_, bytes)) => Err(bytes),
        Err(TestError::Abort(reason)) => panic!("the driver gave up: {reason}"),
    }
}

fn survives(parser: Parser<'_>, folder: &str, cases: u32) {
    let files = corpus(folder);
    for (path, bytes) in &files {
        let done = catch_unwind(AssertUnwindSafe(|| parser(bytes)));
        assert!(done.is_ok(), "{} makes the parser panic", path.display());
    }
    let files: Vec<Vec<u8>> = files.into_iter().map(|(_, bytes)| bytes).collect();
    if let Err(bytes) = drive(parser, &files, cases) {
        panic!("these bytes make the parser panic: {}", bytes.escape_ascii());
    }
}

fn log_parser(name: &'static str) -> impl Fn(&[u8]) {
    move |bytes| {
        let _ = read_log(name, bytes);
    }
}

#[test]
fn csv() {
    survives(&log_parser("x.csv"), "csv", 3_000);
}

#[test]
fn jsonl() {
    survives(&log_parser("x.jsonl"), "jsonl", 3_000);
}

#[test]
fn parquet() {
    survives(&log_parser("x.parquet"), "parquet", 1_500);
}

#[test]
fn gzip() {
    survives(&log_parser("x.csv.gz"), "gz", 1_000);
}

#[test]
fn zstd() {
    survives(&log_parser("x.csv.zst"), "zst", 1_000);
}

#[test]
fn registries() {
    survives(&read_registry, "registry", 2_000);
}

#[test]
fn panels() {
    let parser = |bytes: &[u8]| {
        let _ = read_panel(bytes);
    };
    survives(&parser, "panel", 3_000);
}

/// The folders of the corpus for other shapes, each with its profile.
const SHAPES: [(&str, &str); 6] = [
    ("qianniu-clipboard", "qianniu-clipboard"),
    ("qianniu-web", "qianniu-web"),
    ("jd", "jd-dongdong"),
    ("wecom", "wecom-sync-msg"),
    ("chatwoot", "chatwoot-webhook"),
    ("table", "messages"),
];

#[test]
fn other_shapes() {
    for (folder, profile) in SHAPES {
        let parser = |bytes: &[u8]| {
            let _ = read_shape(profile, "x", bytes);
        };
        survives(&parser, folder, 1_500);
    }
}

#[test]
fn sheets() {
    let parser = |sheet: &[u8]| {
        let _ = read_shape("messages", "x", &book_of(sheet));
    };
    survives(&parser, "sheet", 1_500);
}

#[test]
fn workbooks() {
    let files: Vec<Vec<u8>> = corpus("sheet").iter().map(|(_, sheet)| book_of(sheet)).collect();
    let parser = |bytes: &[u8]| {
        let _ = read_shape("messages", "x", bytes);
    };
    if let Err(bytes) = drive(&parser, &files, 1_500) {
        panic!("these bytes make the parser panic: {}", bytes.escape_ascii());
    }
}

#[test]
fn profiles() {
    survives(&read_profile, "profile", 2_000);
}

/// The alarm rings for other shapes too.
#[test]
fn a_bug_planted_in_a_shape_is_found() {
    let bug = |bytes: &[u8]| bytes.ends_with(b"\xff");
    let files: Vec<Vec<u8>> =
        corpus("qianniu-web").into_iter().map(|(_, bytes)| bytes).filter(|b| !bug(b)).collect();
    let broken = |bytes: &[u8]| {
        let _ = read_shape("qianniu-web", "x", bytes);
        assert!(!bug(bytes), "planted");
    };
    let found = drive(&broken, &files, 3_000).unwrap_err();
    assert!(bug(&found));
}

/// The names of corpus files say what becomes of them: `ok-…` holds facts, `out-…` holds only rows
/// that are left out, `no-…` is no log.
#[test]
fn the_corpus_is_what_its_names_say() {
    for folder in ["csv", "jsonl", "parquet", "gz", "zst"] {
        for (path, bytes) in corpus(folder) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let result = read_log(name, &bytes);
            match name.split('-').next() {
                Some("ok") => assert!(matches!(result, Ok(1..)), "{folder}/{name}: {result:?}"),
                Some("out") => assert_eq!(result, Ok(0), "{folder}/{name}"),
                Some("no") => assert!(result.is_err(), "{folder}/{name}: {result:?}"),
                _ => panic!("{folder}/{name} says nothing"),
            }
        }
    }
    for (path, bytes) in corpus("panel") {
        let name = path.file_name().unwrap().to_str().unwrap();
        match (name.split('-').next(), read_panel(&bytes)) {
            (Some("ok"), Some(1..)) | (Some("out"), Some(0)) | (Some("no"), None) => {}
            (_, found) => panic!("panel/{name}: {found:?}"),
        }
    }
    let sheets = corpus("sheet").into_iter().map(|(path, xml)| ("messages", path, book_of(&xml)));
    let shapes = SHAPES.iter().flat_map(|(folder, profile)| {
        corpus(folder).into_iter().map(|(path, bytes)| (*profile, path, bytes))
    });
    for (profile, path, bytes) in shapes.chain(sheets) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let result = read_shape(profile, name, &bytes);
        match name.split('-').next() {
            Some("ok") => assert!(matches!(result, Ok(1..)), "{path:?}: {result:?}"),
            Some("out") => assert_eq!(result, Ok(0), "{path:?}"),
            Some("no") => assert!(result.is_err(), "{path:?}: {result:?}"),
            _ => panic!("{path:?} says nothing"),
        }
    }
    for (path, bytes) in corpus("profile") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let result = Profile::parse(&bytes, name);
        assert_eq!(result.is_ok(), name.starts_with("ok-"), "{name}: {result:?}");
    }
    for (path, bytes) in corpus("registry") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let result = registry::parse(&bytes, name);
        assert_eq!(result.is_ok(), name.starts_with("ok-"), "{name}: {result:?}");
    }
}

/// The alarm rings: a parser with a bug that no file of the corpus shows is found out, and the
/// bytes that show it are made small.
#[test]
fn a_planted_bug_is_found() {
    let bug = |bytes: &[u8]| bytes.windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1] == 0);
    let files: Vec<Vec<u8>> =
        corpus("csv").into_iter().map(|(_, bytes)| bytes).filter(|bytes| !bug(bytes)).collect();
    let broken = |bytes: &[u8]| {
        let _ = read_log("x.csv", bytes);
        assert!(!bug(bytes), "planted");
    };
    assert!(files.len() >= 4);
    let found = drive(&broken, &files, 3_000).unwrap_err();
    assert!(bug(&found));
}
