//! `yingda calibrate` as its users call it.
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use facts::{Day, Zone};
use metric::{Figure, Rule};
use serde_json::Value;
use testkit::oracle::{self, Circumstances, Totals};
use testkit::worlds::{RandomParams, RandomWorld};

fn yingda(lang: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yingda"))
        .args(arguments)
        .args(["--lang", lang])
        .output()
        .expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// A folder for one test, removed when the test succeeds.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("calibrate-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("a path in UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

/// What a calibration printed as JSON, by what it is of.
struct Calibration {
    code: Option<i32>,
    lines: Vec<Value>,
    told: String,
}

impl Calibration {
    fn run(log: &str, panel: &str, more: &[&str]) -> Self {
        let fixed = ["calibrate", log, "--observed", panel, "--format", "json"];
        let output = yingda("en", &[&fixed[..], more].concat());
        let text = stdout(&output);
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        Self { code: output.status.code(), lines, told: stderr(&output) }
    }

    fn of<'a>(&'a self, what: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["of"] == what)
    }

    fn metric(&self) -> &Value {
        self.of("metric").next().unwrap_or_else(|| panic!("a metric; {}", self.told))
    }

    /// The state of an answer; empty when the reading is not told.
    fn state(&self, reading: &str, answer: &str) -> String {
        let line = self.of("reading").find(|line| line["reading"] == reading);
        let answers = line.and_then(|line| line["answers"].as_array());
        let found = answers.and_then(|all| all.iter().find(|one| one["answer"] == answer));
        found.map_or_else(String::new, |one| one["state"].as_str().unwrap_or("").to_owned())
    }
}

/// `num / den` in hundredths of `unit`, half up.
fn hundredths(num: i64, den: i64, times: i64) -> String {
    let digits = (2 * num * times + den) / (2 * den);
    format!("{}.{:02}", digits / 100, digits % 100)
}

fn printed(rule: &Rule, totals: &Totals) -> Option<String> {
    let samples = totals.samples as i64;
    if samples == 0 {
        return None;
    }
    Some(match rule.figure {
        Figure::Mean => format!("{}s", hundredths(totals.wait_ms, samples * 1_000, 100)),
        _ => format!("{}%", hundredths(totals.hits as i64, samples, 10_000)),
    })
}

/// A panel as a platform would print it if it read its rule so, counted by the oracle, by shop and
/// day.
fn panel(metric: &str, rule: &Rule, world: &RandomWorld) -> String {
    let zone = Zone::fixed(8 * 3_600_000);
    let last = world.threads.iter().flat_map(|thread| &thread.facts).map(|fact| fact.at).max();
    let now = zone.start_of(zone.day(last.expect("facts")).plus(1));
    let mut all: BTreeMap<(String, Day), Totals> = BTreeMap::new();
    let mut seen: BTreeMap<String, (Day, Day)> = BTreeMap::new();
    for thread in &world.threads {
        for fact in &thread.facts {
            let day = zone.day(fact.at);
            let days = seen.entry(thread.shop.clone()).or_insert((day, day));
            *days = (days.0.min(day), days.1.max(day));
        }
        for sample in oracle::count(rule, &zone, &thread.facts, now, &Circumstances::default()) {
            all.entry((thread.shop.clone(), sample.day)).or_default().add(&sample);
        }
    }
    let mut text = String::from("shop,metric,day,value\n");
    for ((shop, day), totals) in all {
        let (from, to) = seen[&shop];
        if let Some(value) = printed(rule, &totals).filter(|_| from <= day && day <= to) {
            writeln!(text, "{shop},{metric},{day},{value}").expect("a string grows");
        }
    }
    text
}

/// Planted readings, each with whether these logs are enough to be sure of it.
const PLANTED: &[(&str, &[(&str, &str)], bool)] = &[
    ("taobao/human-reply-3m", &[("R6", "drop")], true),
    ("taobao/human-reply-3m", &[("R9", "ignored")], true),
    ("taobao/human-reply-3m", &[("R11", "carries"), ("R6", "drop-if-answered-later")], true),
    ("taobao/human-reply-3m", &[("R1", "late"), ("R25", "stays")], false),
    ("taobao/human-reply-time", &[], false),
    ("douyin/reply-time", &[], false),
    ("pinduoduo/human-reply-3m", &[], false),
    ("jd/first-reply-30s", &[], false),
];

#[test]
fn planted_readings_are_recovered() {
    let folder = Folder::new("planted");
    for (i, (metric, picks, is_sure)) in PLANTED.iter().enumerate() {
        let platform = metric.split('/').next().expect("a platform");
        let seed = 900 + i as u64;
        let world =
            RandomWorld::generate(&RandomParams { platform, ..RandomParams::new(6_000, seed) });
        // The panel is planted: what a random world calls observed says nothing.
        let rows = world.csv();
        let rows: Vec<&str> = rows.lines().filter(|row| !row.contains(",observed,")).collect();
        let log = folder.write("log.csv", &(rows.join("\n") + "\n"));
        let shipped = rulebook::Catalogue::shipped().metric(metric).expect("shipped");
        let edition = shipped.edition_on("2026-06-03".parse().expect("a day")).expect("in force");
        let rule = edition.rule(picks).expect("open readings");
        let panel = folder.write("panel.csv", &panel(metric, &rule, &world));
        let found = Calibration::run(&log, &panel, &["--metric", metric]);
        assert_eq!(found.code, Some(0), "{metric} {picks:?}: {}", found.told);
        let line = found.metric();
        assert_eq!(line["compared"], line["reproduced"], "{line}");
        assert!(line["compared"].as_u64() > Some(5), "{line}");
        // The planted candidate is never ruled out, nor are our own other readings.
        let ours = edition.open.iter().map(|reading| (&*reading.id, &*reading.choice));
        let ours = ours.filter(|(id, _)| !picks.iter().any(|(planted, _)| planted == id));
        for (reading, answer) in ours.chain(picks.iter().copied()) {
            let state = found.state(reading, answer);
            let holds = matches!(&*state, "confirmed" | "undecided");
            assert!(holds, "{metric} {picks:?}: {reading}={answer} is `{state}`");
        }
        let state = found.state("edition", &edition.id);
        assert!(matches!(&*state, "confirmed" | "undecided"), "{metric}: edition is `{state}`");
        for (reading, answer) in picks.iter().filter(|_| *is_sure) {
            assert_eq!(found.state(reading, answer), "confirmed", "{metric} {reading}={answer}");
        }
    }
}

const HEADER: &str = "at,platform,shop,buyer,author,account,fact,value\n";

/// One shop on one day: `n` rounds answered at once, and one that nobody answers.
fn rounds(n: usize) -> String {
    let mut text = String::from(HEADER);
    for i in 0..n {
        let row = |second: usize, author: &str, account: &str| {
            format!("2026-06-01T10:{i:02}:{second:02}+08:00,taobao,s1,b{i},{author},{account},,\n")
        };
        text.push_str(&row(0, "buyer", ""));
        text.push_str(&row(20, "agent", "a1"));
    }
    text.push_str("2026-06-01T11:00:00+08:00,taobao,s1,b90,buyer,,,\n");
    text
}

const METRIC: &str = "taobao/human-reply-3m";

fn one_figure(value: &str) -> String {
    format!("shop,metric,day,value\ns1,{METRIC},2026-06-01,{value}\n")
}

#[test]
fn a_coarse_figure_leaves_candidates_that_fit_equally_and_the_rounds_that_tell_them_apart() {
    let folder = Folder::new("coarse");
    let log = folder.write("log.csv", &rounds(18));
    // 18 of 19 and 18 of 18 are both 1 with no decimals.
    let coarse = folder.write("coarse.csv", &one_figure("1"));
    let found = Calibration::run(&log, &coarse, &[]);
    assert_eq!(found.code, Some(0));
    assert!(found.metric()["reproducing"].as_u64() > Some(100), "{}", found.metric());
    assert_eq!(found.state("R6", "miss"), "undecided");
    assert_eq!(found.state("R6", "drop"), "undecided");
    let round = found.of("round").find(|round| round["other_answer"] == "drop").expect("a round");
    assert_eq!((&round["buyer"], &round["reading"]), (&"b90".into(), &"R6".into()));
    assert_eq!(round["opened_at"], "2026-06-01T11:00:00+08:00");
    assert_eq!(
        (&round["verdict"], &round["other_verdict"]),
        (&"unanswered".into(), &"dropped".into())
    );
    let arguments = ["calibrate", &log, "--observed", &coarse];
    insta::assert_snapshot!("coarse", stdout(&yingda("en", &arguments)));
    insta::assert_snapshot!("coarse_in_chinese", stdout(&yingda("zh", &arguments)));

    // With its decimals the same figure decides; with its samples too.
    let fine = folder.write("fine.csv", &one_figure("94.74%"));
    let found = Calibration::run(&log, &fine, &[]);
    assert_eq!(
        (found.state("R6", "miss"), found.state("R6", "drop")),
        ("undecided".into(), "refuted".into())
    );
    let counted = "shop,metric,day,value,samples\ns1,taobao/human-reply-3m,2026-06-01,1,18\n";
    let found = Calibration::run(&log, &folder.write("counted.csv", counted), &[]);
    assert_eq!(
        (found.state("R6", "miss"), found.state("R6", "drop")),
        ("refuted".into(), "confirmed".into())
    );
}

#[test]
fn listed_rounds_are_bounded_and_the_rest_is_counted() {
    let folder = Folder::new("bounded");
    let mut log = rounds(18);
    for i in 0..30 {
        writeln!(log, "2026-06-01T12:{i:02}:00+08:00,taobao,s1,c{i},buyer,,,").expect("grows");
    }
    let log = folder.write("log.csv", &log);
    // 18 of 49 is 0, 18 of 18 is 1: as no panel says so, nothing fits, and all the rest is equal.
    let panel = folder.write("panel.csv", &one_figure("12/13"));
    let found = Calibration::run(&log, &panel, &["--rounds", "3"]);
    assert_eq!(found.code, Some(1));
    assert_eq!(found.of("round").count(), 3);
    assert!(found.of("more").next().expect("more")["more_rounds"].as_u64() > Some(20));
}

#[test]
fn when_nothing_reproduces_everything_the_answer_is_no() {
    let folder = Folder::new("no");
    let log = folder.write("log.csv", &rounds(18));
    let text = format!("{}s1,taobao/human-reply-time,2026-06-01,20.00s\n", one_figure("94.73%"));
    let panel = folder.write("panel.csv", &text);
    let found = Calibration::run(&log, &panel, &[]);
    assert_eq!(found.code, Some(1));
    let of = |metric: &str| found.of("metric").find(|line| line["metric"] == metric).expect("it");
    assert_eq!((&of(METRIC)["reproduced"], &of(METRIC)["reproducing"]), (&0.into(), &0.into()));
    assert_eq!(of("taobao/human-reply-time")["reproduced"], 1);
    let figure = found.of("figure").find(|line| line["metric"] == METRIC).expect("a figure");
    assert_eq!((&figure["status"], &figure["fitting"]), (&"not-reproduced".into(), &0.into()));
    assert_eq!((&figure["counted_num"], &figure["counted_den"]), (&18.into(), &19.into()));
    // Nothing is confirmed or refuted then.
    for answer in found.of("reading").filter(|line| line["metric"] == METRIC) {
        let text = answer.to_string();
        assert!(!text.contains("confirmed") && !text.contains("refuted"), "{text}");
    }
    let arguments = ["calibrate", &log, "--observed", &panel, "--rounds", "2"];
    insta::assert_snapshot!("no", stdout(&yingda("en", &arguments)));
    insta::assert_snapshot!("no_in_chinese", stdout(&yingda("zh", &arguments)));
}

#[test]
fn what_was_never_compared_is_said() {
    let folder = Folder::new("uncompared");
    let log = folder.write("log.csv", &rounds(3));
    let panel = folder.write(
        "panel.csv",
        "shop,account,metric,from,to,value\n\
         s1,,taobao/human-reply-3m,2026-05-03,2026-06-01,97.41%\n\
         s2,,taobao/human-reply-3m,2026-06-01,2026-06-01,97.41%\n\
         s1,a9,taobao/human-reply-3m,2026-06-01,2026-06-01,97.41%\n\
         s1,,taobao/human-reply-time,2026-06-01,2026-06-01,20.00\n\
         s1,,taobao/kindness,2026-06-01,2026-06-01,97.41%\n\
         s1,,jd/first-reply-30s,2026-06-01,2026-06-01,97.41%\n",
    );
    let found = Calibration::run(&log, &panel, &[]);
    assert_eq!(found.code, Some(1), "nothing was compared");
    let mut reasons: Vec<&str> =
        found.of("figure").map(|line| line["reason"].as_str().expect("a reason")).collect();
    reasons.sort_unstable();
    let all = ["no-account", "no-shop", "no-shop", "not-covered", "unit", "unknown-metric"];
    assert_eq!(reasons, all);
    assert_eq!(found.of("never-compared").count(), 2);
    let arguments = ["calibrate", &log, "--observed", &panel];
    insta::with_settings!({filters => vec![(r"not compared: \S*/", "not compared: ")]}, {
        insta::assert_snapshot!("uncompared", stdout(&yingda("en", &arguments)));
    });
    insta::with_settings!({filters => vec![(r"未对照：\S*/panel", "未对照：panel")]}, {
        insta::assert_snapshot!("uncompared_in_chinese", stdout(&yingda("zh", &arguments)));
    });
}

#[test]
fn a_panel_is_seen_at_its_instant_and_facts_of_a_log_are_a_panel() {
    let folder = Folder::new("captured");
    let mut log = rounds(18);
    // At 10:30 nobody waits; the day's close has one round without an answer.
    log.push_str(
        "2026-06-01T10:30:00+08:00,taobao,s1,,,,observed,\
         taobao/human-reply-3m 2026-06-01 100.00% n=18\n\
         2026-06-02T09:00:00+08:00,taobao,s1,,,,observed,taobao/human-reply-3m 2026-06-01 18/19\n",
    );
    let log = folder.write("log.csv", &log);
    let output = yingda("en", &["calibrate", &log, "--format", "csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = stdout(&output);
    assert!(text.starts_with("of,metric,platform,shop,account,from,to,printed,"), "{text}");
    assert_eq!(text.matches(",reproduced,").count(), 2, "{text}");
}

#[test]
fn calls_and_panels_at_fault_say_what_to_do() {
    let folder = Folder::new("fault");
    let log = folder.write("log.csv", &rounds(3));
    let calibrate = |more: &[&str]| {
        let output = yingda("en", &[&["calibrate", &log][..], more].concat());
        (output.status.code(), stderr(&output))
    };
    let (code, told) = calibrate(&[]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no observed figure: name a panel with `--observed FILE`"), "{told}");
    let header = folder.write("header.csv", "shop,metrc,day,value\n");
    let (code, told) = calibrate(&["--observed", &header]);
    assert_eq!(code, Some(2));
    assert!(told.contains("header.csv:1: found the column `metrc`, expected `metric`?"), "{told}");
    let row = folder.write("row.csv", &format!("{}s1,{METRIC},2026-06-01,7\n", one_figure("3/4")));
    let (code, told) = calibrate(&["--observed", &row]);
    assert_eq!(code, Some(2), "a figure was left out");
    assert!(told.contains("row.csv:3: `value`: found another value"), "{told}");
    let (code, told) = calibrate(&["--observed", &row, "--metric", "taobao/human"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no metric `taobao/human`"), "{told}");
    assert_eq!(calibrate(&["--observed", "none.csv"]).0, Some(2));
}
