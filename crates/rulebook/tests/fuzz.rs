//! No text makes the reader panic; every text that is wrong is told so, with its code.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use metric::Plan;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rulebook::{Catalogue, Code, Diagnostics, Lang, Paint};

const PLATFORM: &str = "name = { zh = '甲', en = 'X' }\ntime-zone = 'Asia/Shanghai'\n\
    [[special-period]]\nid = 'holiday'\nname = { zh = '假日', en = 'holiday' }\n\
    from = 2026-02-15\nto = 2026-02-23\nsource = ['S1']\n";
const SOURCES: &str = "[[source]]\nkey = 'S1'\ntitle = 'one'\nwhere = 'here'\ndate = 'undated'\n\
    confidence = 'article'\n";
const RULE: &str = "name = { zh = '甲', en = 'X' }\nsummary = { zh = '乙', en = 'Y' }\n\
    [[edition]]\nid = 'one'\nsource = ['S1']\nconfidence = 'article'\nsample = 'round'\n\
    authors.agent = 'answers'\nwithin = '180s'\nfigure = 'share'\n\
    period = { days = 30, lag = 1 }\n";

/// Loads a file under a path, with a platform and a source beside it, and renders what is wrong.
fn check(path: &str, bytes: &[u8]) -> Diagnostics {
    let beside = [("sources.toml", SOURCES), ("x/platform.toml", PLATFORM)];
    let rule = (path == "x/standards.toml").then_some(("x/y/rule.toml", RULE));
    let files = beside
        .iter()
        .chain(&rule)
        .filter(|(known, _)| *known != path)
        .map(|(path, text)| (*path, text.as_bytes()))
        .chain([(path, bytes)]);
    let loaded = Catalogue::from_files(files);
    for lang in [Lang::En, Lang::Zh] {
        let plain = loaded.diagnostics.render(lang, Paint::Plain);
        let _ = loaded.diagnostics.render(lang, Paint::Coloured);
        assert_eq!(plain.is_empty(), loaded.diagnostics.is_empty());
    }
    for found in &loaded.diagnostics.list {
        let file = &loaded.diagnostics.files[found.file];
        assert!(file.text.get(found.span.clone()).is_some(), "{found:?}");
        for note in &found.also {
            assert!(file.text.get(note.span.clone()).is_some(), "{found:?}");
        }
    }
    if path == "x/standards.toml" {
        let is_read = loaded.catalogue.standards("x").next().is_some();
        assert_eq!(is_read, loaded.diagnostics.is_empty());
    }
    let metrics: Vec<_> = loaded.catalogue.metrics().collect();
    let read = path != "x/y/rule.toml" || !metrics.is_empty();
    assert_eq!(read, loaded.diagnostics.is_empty() || path != "x/y/rule.toml", "{path}");
    for edition in metrics.iter().flat_map(|metric| &metric.editions) {
        for combination in edition.combinations() {
            assert!(Plan::compile(&combination.rule).is_ok(), "{:?}", combination.rule);
        }
    }
    loaded.diagnostics
}

/// Every file of the corpus names in its first line the codes that it must be told.
#[test]
fn the_corpus_is_told_its_codes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/rulebook-corpus");
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let expected = text.lines().next().unwrap().strip_prefix("# expect:").expect("codes");
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        let place = match name.split_once('-') {
            Some(("platform", _)) => "x/platform.toml",
            Some(("sources", _)) => "sources.toml",
            Some(("standards", _)) => "x/standards.toml",
            _ => "x/y/rule.toml",
        };
        let diagnostics = check(place, &bytes);
        let mut found: Vec<&str> = diagnostics.list.iter().map(|p| p.code.id()).collect();
        seen.extend(found.iter().map(|code| (*code).to_owned()));
        found.sort_unstable();
        expected.sort_unstable();
        if found != expected {
            wrong += &format!("{name}: expected {expected:?}\n{diagnostics}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let by_path = [Code::Place, Code::NoPlatform];
    for code in Code::ALL.iter().filter(|code| !by_path.contains(code)) {
        assert!(seen.contains(code.id()), "no file of the corpus is told {}", code.id());
    }
}

#[test]
fn paths_are_told_too() {
    let codes = |files: &[(&str, &str)]| -> Vec<Code> {
        let loaded = Catalogue::from_files(files.iter().copied());
        loaded.diagnostics.list.iter().map(|found| found.code).collect()
    };
    assert_eq!(codes(&[("rule.toml", "")]), [Code::Place]);
    assert_eq!(codes(&[("README.md", "x"), ("x/rule.schema.json", "{")]), []);
    let sources = [("sources.toml", SOURCES), ("a/sources.toml", SOURCES)];
    assert_eq!(codes(&sources), [Code::SameId]);
    let (shipped, rule) =
        ("generic/reply/rule.toml", include_str!("../../../rulebooks/generic/reply/rule.toml"));
    let alone = codes(&[(shipped, rule)]);
    assert_eq!(alone, [Code::NoPlatform, Code::UnknownSource]);
    let beside = Catalogue::shipped().extended([("Generic X/re ply/rule.toml", rule)]);
    let found: Vec<Code> = beside.diagnostics.list.iter().map(|found| found.code).collect();
    assert_eq!(found, [Code::NoPlatform, Code::Id, Code::Id]);
}

/// Pieces that rulebooks are made of, some of them wrong.
const PIECES: &[&str] = &[
    "[[edition]]\n",
    "[edition]\n",
    "[edition.reading.R6]\n",
    "[summary]\n",
    "id = \"one\"\n",
    "name = { zh = \"甲\", en = \"X\" }\n",
    "summary = { zh = \"乙\", en = \"Y\" }\n",
    "source = [\"S1\"]\n",
    "confidence = \"article\"\n",
    "sample = \"round\"\n",
    "sample = \"conversation\"\n",
    "sample = \"buyer-day\"\n",
    "authors = { agent = \"answers\" }\n",
    "authors.bot = \"removes\"\n",
    "within = \"180s\"\n",
    "within = \"none\"\n",
    "figure = \"share\"\n",
    "figure = \"mean\"\n",
    "period = \"day\"\n",
    "period = { days = 30, lag = 1 }\n",
    "period = { days = 30, until = \"last-sample\" }\n",
    "period = { samples = 0 }\n",
    "same-as = \"x/y\"\n",
    "same-as = \"generic/reply\"\n",
    "refresh = [{ every = \"24h\" }]\n",
    "below-minimum = { value = \"57%\" }\n",
    "hours = { from = \"08:00\", to = \"23:00\" }\n",
    "hours.test = \"conversation-start\"\n",
    "unanswered = { counts = \"600s\" }\n",
    "judge = \"first\"\n",
    "per = \"account\"\n",
    "settle = \"never\"\n",
    "from = 2022-03-01\n",
    "as-told = true\n",
    "readings = [\"R6\", \"R1\"]\n",
    "choice = \"miss\"\n",
    "question = { zh = \"问\", en = \"q\" }\n",
    "alternative.drop = { unanswered = \"drop\" }\n",
    "alternative.late.at-limit = \"late\"\n",
    "special-periods = [\"holiday\"]\n",
    "cap = \"9s\"\n",
    "= ",
    "\"",
    "{",
    "]",
    "\n",
    "'''",
    "é中\u{feff}",
    "\0",
    "# 中文\n",
    "a.b.c = 1\n",
];

/// Axes with values, each right on its own, to be put together at random.
const AXES: &[(&str, &[&str])] = &[
    ("sample", &["\"message\"", "\"round\"", "\"rating\"", "\"conversation\"", "\"buyer-day\""]),
    ("which", &["\"every\"", "\"first-of-day\""]),
    ("satisfied", &["4", "5"]),
    ("unsolved", &["\"counts\"", "\"miss\""]),
    ("fastest", &["90"]),
    ("no-reply-needed", &["\"removes\""]),
    ("minimum", &["10"]),
    ("below-minimum", &["{ samples = 10 }", "{ value = \"57%\" }", "\"not-assessed\""]),
    ("per", &["\"shop\"", "\"account\""]),
    ("inner", &["\"message\"", "\"round\"", "\"request\"", "\"rating\""]),
    ("judge", &["\"all\"", "\"any\"", "\"first\"", "\"mean\""]),
    (
        "hours",
        &[
            "{ from = \"08:00\", to = \"23:00\" }",
            "{ from = \"08:00\", to = \"24:00\", test = \"conversation-start\" }",
            "{ intervals = [[\"09:00\", \"12:00\"], [\"12:00\", \"18:00\"]], test = \"to-human\" }",
            "{ from = \"08:00\", to = \"23:00\", outside = \"counts-when-answered-inside\" }",
            "{ from = \"08:00\", to = \"23:00\", test = \"rating-sent\" }",
            "{ from = \"09:00\", to = \"23:00\", test = \"conversation-start\", \
             outside = \"misses\" }",
        ],
    ),
    ("within", &["\"180s\"", "\"none\"", "\"500ms\""]),
    ("unanswered", &["\"miss\"", "\"drop\"", "\"hit\"", "{ counts = \"600s\" }"]),
    ("answered-later", &["\"nothing\"", "\"drop\""]),
    ("cap", &["\"600s\"", "\"1s\""]),
    ("drop-below", &["\"1s\"", "\"200s\""]),
    ("settle", &["\"day-end\"", "\"deadline\"", "\"never\""]),
    (
        "figure",
        &[
            "\"share\"",
            "\"miss-share\"",
            "\"mean\"",
            "\"mean-answered\"",
            "\"mean-fastest\"",
            "\"count\"",
        ],
    ),
    ("transfer", &["\"splits\"", "\"carries\""]),
    ("conversation", &["{ gap = \"10m\" }", "{ bot-only = \"dropped\", left-message = \"miss\" }"]),
];

fn rule_of(values: &[(&str, &str)]) -> String {
    let body: String = values.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let has = |name| values.iter().any(|(key, _)| *key == name);
    let sample = if has("sample") { "" } else { "sample = \"round\"\n" };
    let figure = if has("figure") { "" } else { "figure = \"share\"\n" };
    format!(
        "name = {{ zh = '甲', en = 'X' }}\nsummary = {{ zh = '乙', en = 'Y' }}\n[[edition]]\n\
         id = 'one'\nsource = ['S1']\nconfidence = 'article'\nauthors.agent = 'answers'\n\
         period = 'day'\n{sample}{figure}{body}"
    )
}

/// Pieces that standards are made of, some of them wrong.
const STANDARD_PIECES: &[&str] = &[
    "[[standard]]\n",
    "[[season]]\n",
    "[[standard.consequence]]\n",
    "[[standard.grade]]\n",
    "[standard.reading.at]\n",
    "id = \"one\"\n",
    "name = { zh = \"甲\", en = \"X\" }\n",
    "metric = \"x/y\"\n",
    "metric = \"x/z\"\n",
    "edition = \"one\"\n",
    "role = \"gate\"\n",
    "role = \"grade\"\n",
    "line = \">= 70%\"\n",
    "line = \"< 40s\"\n",
    "over = \"week\"\n",
    "over = \"half-month\"\n",
    "check = \"weekly\"\n",
    "check-day = 31\n",
    "minimum = 100\n",
    "minimum-above = 100\n",
    "from = 2022-03-01\n",
    "to = 2022-02-01\n",
    "dated = [[2026-02-15, 2026-02-14]]\n",
    "yearly = [[\"12-30\", \"01-02\"]]\n",
    "yearly = [[\"02-30\", 1]]\n",
    "season = [\"one\"]\n",
    "what = \"points\"\n",
    "points = \"A0.5\"\n",
    "yuan = 1000\n",
    "lasts = \"while-failing\"\n",
    "lasts-days = 3\n",
    "until-passes = 3\n",
    "recovery = \"> 40%\"\n",
    "repeated = { at-least = 2 }\n",
    "source = [\"S1\"]\n",
    "confidence = \"article\"\n",
    "choice = \"a\"\n",
    "question = { zh = \"问\", en = \"q\" }\n",
    "alternative.b = { line = \"> 1%\" }\n",
    "= ",
    "\"",
    "]",
    "é中\u{feff}",
];

/// A standard that is right, to be spoilt.
const STANDARD: &str = include_str!("../../../fuzz/rulebook-corpus/standards-right.toml");

fn shipped_rules() -> Vec<&'static str> {
    vec![
        include_str!("../../../rulebooks/taobao/human-reply-3m/rule.toml"),
        include_str!("../../../rulebooks/douyin/reply-time/rule.toml"),
        include_str!("../../../rulebooks/jd/first-reply-30s/rule.toml"),
    ]
}

/// `usual` in a run of tests; more where `cargo xtask fuzz` gives more time than 3 seconds.
fn cases(usual: u32) -> u32 {
    let seconds = std::env::var("YINGDA_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    usual * seconds.unwrap_or(3u32).max(3) / 3
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(400),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for path in ["x/y/rule.toml", "x/platform.toml", "x/standards.toml", "sources.toml"] {
            check(path, &bytes);
        }
    }

    #[test]
    fn pieces_in_any_order(pieces in proptest::collection::vec(select(PIECES), 0..40)) {
        check("x/y/rule.toml", pieces.concat().as_bytes());
    }

    #[test]
    fn pieces_of_standards_in_any_order(
        pieces in proptest::collection::vec(select(STANDARD_PIECES), 0..40)
    ) {
        check("x/standards.toml", pieces.concat().as_bytes());
    }

    #[test]
    fn standards_mutated(
        edits in proptest::collection::vec(
            (any::<Index>(), 0..4_usize, select(STANDARD_PIECES)),
            1..6,
        ),
    ) {
        let mut chars: Vec<char> = STANDARD.chars().collect();
        for (at, n_removed, piece) in edits {
            let at = at.index(chars.len());
            let end = (at + n_removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        check("x/standards.toml", chars.into_iter().collect::<String>().as_bytes());
    }

    /// A rule either is told to contradict itself or compiles to a plan: [`check`] sees to it.
    #[test]
    fn axes_in_any_combination(
        picks in proptest::collection::vec(option::weighted(0.2, any::<Index>()), AXES.len())
    ) {
        let values: Vec<(&str, &str)> = AXES
            .iter()
            .zip(&picks)
            .filter_map(|((key, values), pick)| Some((*key, *pick.as_ref()?.get(values))))
            .collect();
        check("x/y/rule.toml", rule_of(&values).as_bytes());
    }

    #[test]
    fn shipped_rules_mutated(
        text in select(shipped_rules()),
        edits in proptest::collection::vec((any::<Index>(), 0..4_usize, select(PIECES)), 1..6),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, n_removed, piece) in edits {
            let at = at.index(chars.len());
            let end = (at + n_removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        check("x/y/rule.toml", chars.into_iter().collect::<String>().as_bytes());
    }
}

/// The random rules reach deep enough: a checker that forgot one contradiction, two axes that are
/// each right on their own, is found out.
#[test]
fn a_planted_bug_is_found() {
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let picks = proptest::collection::vec(option::weighted(0.2, any::<Index>()), AXES.len());
    let found = runner.run(&picks, |picks| {
        let values: Vec<(&str, &str)> = AXES
            .iter()
            .zip(&picks)
            .filter_map(|((key, values), pick)| Some((*key, *pick.as_ref()?.get(values))))
            .collect();
        let loaded = Catalogue::from_files([
            ("sources.toml", SOURCES),
            ("x/platform.toml", PLATFORM),
            ("x/y/rule.toml", &rule_of(&values)),
        ]);
        let capped = |one: &rulebook::Diagnostic| one.title.en.contains("would look on time");
        let forgetful: Vec<_> = loaded.diagnostics.list.iter().filter(|one| !capped(one)).collect();
        let is_told = !loaded.diagnostics.list.is_empty();
        proptest::prop_assert!(!is_told || !forgetful.is_empty());
        Ok(())
    });
    assert!(found.is_err(), "no random rule had a cap below its limit and nothing else wrong");
}
