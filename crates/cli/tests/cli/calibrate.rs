//! `yingda calibrate` as its users call it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use facts::{Day, Zone};
use metric::{Figure, Rule};
use serde_json::Value;
use testkit::oracle::{self, Circumstances, Totals};
use testkit::worlds::{RandomParams, RandomWorld};

use crate::binary::{Folder, parsed, stderr, stdout, yingda_in};

/// What a calibration printed as JSON, by what it is of.
struct Calibration {
    code: Option<i32>,
    lines: Vec<Value>,
    told: String,
}

impl Calibration {
    fn run(log: &str, panel: &str, more: &[&str]) -> Self {
        let fixed = ["calibrate", log, "--observed", panel, "--format", "json"];
        let output = yingda_in("en", &[&fixed[..], more].concat());
        let lines = parsed(&stdout(&output));
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

/// A metric, planted readings, and whether these logs are enough to be sure of them.
type Planted = (&'static str, &'static [(&'static str, &'static str)], bool);

const PLANTED: &[Planted] = &[
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
    let folder = Folder::new("calibrate-planted");
    for (i, (metric, picks, is_sure)) in PLANTED.iter().enumerate() {
        let platform = metric.split('/').next().expect("a platform").into();
        let seed = 900 + i as u64;
        let params = RandomParams { platform, ..RandomParams::new(6_000, seed) };
        let world = RandomWorld::generate(&params);
        // The panel is planted: what a random world calls observed says nothing.
        let rows = world.csv();
        let rows: Vec<&str> = rows.lines().filter(|row| !row.contains(",observed,")).collect();
        let log = folder.write("log.csv", rows.join("\n") + "\n");
        let shipped = rulebook::Catalogue::shipped().metric(metric).expect("shipped");
        let edition = shipped.edition_on("2026-06-03".parse().expect("a day")).expect("in force");
        let rule = edition.rule(picks).expect("open readings");
        let panel = folder.write("panel.csv", panel(metric, &rule, &world));
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
        let holds = matches!(&*state, "confirmed" | "undecided") || shipped.editions.len() == 1;
        assert!(holds, "{metric}: edition is `{state}`");
        for (reading, answer) in picks.iter().filter(|_| *is_sure) {
            assert_eq!(found.state(reading, answer), "confirmed", "{metric} {reading}={answer}");
        }
    }
}

/// Two metrics whose rules do not change with the shipped catalogue.
const SHARE: &str = r#"
name = { zh = "测试比率", en = "tested share" }
summary = { zh = "测试", en = "for tests" }

[[edition]]
from = 2022-03-01
source = ["own-definition"]
confidence = "reading"
readings = ["R1", "R6"]
sample = "round"
hours = { from = "08:00", to = "23:00" }
authors = { agent = "answers" }
within = "180s"
figure = "share"
period = "day"

[edition.reading.R1]
question = { zh = "恰好等于时限？", en = "exactly the limit?" }
choice = "on-time"
alternative.late = { at-limit = "late" }

[edition.reading.R6]
question = { zh = "未回复？", en = "unanswered?" }
choice = "miss"
alternative.drop = { unanswered = "drop" }

[[edition]]
from = 2026-06-02
source = ["own-definition"]
confidence = "reading"
readings = ["R6"]
sample = "round"
hours = { from = "08:00", to = "22:00" }
authors = { agent = "answers" }
within = "180s"
figure = "share"
period = "day"

[edition.reading.R6]
question = { zh = "未回复？", en = "unanswered?" }
choice = "miss"
alternative.drop = { unanswered = "drop" }
"#;

const TIME: &str = r#"
name = { zh = "测试时长", en = "tested time" }
summary = { zh = "测试", en = "for tests" }

[[edition]]
from = 2022-03-01
source = ["own-definition"]
confidence = "reading"
readings = ["R6"]
sample = "round"
authors = { agent = "answers" }
unanswered = "drop"
figure = "mean"
period = "day"

[edition.reading.R6]
question = { zh = "未回复？", en = "unanswered?" }
choice = "drop"
alternative.counts = { unanswered = { counts = "600s" } }
"#;

const METRIC: &str = "generic/tested-share";

/// The folder with the two rules.
fn rules(folder: &Folder) -> String {
    for (name, text) in [("tested-share", SHARE), ("tested-time", TIME)] {
        folder.write(&format!("rules/generic/{name}/rule.toml"), text);
    }
    folder.path().join("rules").to_str().expect("a path in UTF-8").to_owned()
}

const HEADER: &str = "at,platform,shop,buyer,author,account,fact,value\n";

fn row(at: &str, buyer: &str, author: &str) -> String {
    let account = if author == "agent" { "a1" } else { "" };
    format!("{at}+08:00,generic,s1,{buyer},{author},{account},,\n")
}

/// One shop on one day: `n` rounds answered at once, and one that nobody answers.
fn rounds(n: usize) -> String {
    let mut text = String::from(HEADER);
    for i in 0..n {
        let at = |second: usize| format!("2026-06-01T10:{i:02}:{second:02}");
        text.push_str(&row(&at(0), &format!("b{i}"), "buyer"));
        text.push_str(&row(&at(20), &format!("b{i}"), "agent"));
    }
    text.push_str(&row("2026-06-01T11:00:00", "b90", "buyer"));
    text
}

/// What is printed, without the list of metrics, which grows with the catalogue.
fn shown(lang: &str, log: &str, panel: &str, rules: &str, more: &[&str]) -> String {
    let fixed = ["calibrate", log, "--observed", panel, "--rulebooks", rules];
    let text = stdout(&yingda_in(lang, &[&fixed[..], more].concat()));
    let lines = text.lines().map(|line| {
        let is_list = line.starts_with("never compared") || line.starts_with("从未与面板对照");
        let end = line.find([':', '：']).filter(|_| is_list);
        end.map_or(line, |end| &line[..end]).to_owned() + "\n"
    });
    let folder = Path::new(panel).parent().and_then(Path::to_str).expect("a folder");
    lines.collect::<String>().replace(&format!("{folder}/"), "")
}

fn one_figure(value: &str) -> String {
    format!("shop,metric,day,value\ns1,{METRIC},2026-06-01,{value}\n")
}

#[test]
fn a_coarse_figure_leaves_candidates_that_fit_equally_and_the_rounds_that_tell_them_apart() {
    let folder = Folder::new("calibrate-coarse");
    let rules = rules(&folder);
    let own = ["--rulebooks", &rules];
    let log = folder.write("log.csv", rounds(18));
    // 18 of 19 and 18 of 18 are both 1 with no decimals.
    let coarse = folder.write("coarse.csv", one_figure("1"));
    let found = Calibration::run(&log, &coarse, &own);
    assert_eq!(found.code, Some(0), "{}", found.told);
    let (of, all) = (&found.metric()["reproducing"], &found.metric()["candidates"]);
    assert_eq!((of, all), (&6.into(), &6.into()));
    assert_eq!(found.state("R6", "miss"), "undecided");
    assert_eq!(found.state("R6", "drop"), "undecided");
    let round = found.of("round").find(|round| round["other_answer"] == "drop").expect("a round");
    assert_eq!((&round["buyer"], &round["reading"]), (&"b90".into(), &"R6".into()));
    assert_eq!(round["opened_at"], "2026-06-01T11:00:00+08:00");
    let verdicts = (&round["verdict"], &round["other_verdict"]);
    assert_eq!(verdicts, (&"unanswered".into(), &"dropped".into()));
    insta::assert_snapshot!("coarse", shown("en", &log, &coarse, &rules, &[]));
    insta::assert_snapshot!("coarse_in_chinese", shown("zh", &log, &coarse, &rules, &[]));

    // With its decimals the same figure decides; with its samples too.
    let fine = folder.write("fine.csv", one_figure("94.74%"));
    let found = Calibration::run(&log, &fine, &own);
    assert_eq!(found.state("R6", "miss"), "confirmed");
    assert_eq!(found.state("R6", "drop"), "refuted");
    let counted = format!("shop,metric,day,value,samples\ns1,{METRIC},2026-06-01,1,18\n");
    let found = Calibration::run(&log, &folder.write("counted.csv", &counted), &own);
    assert_eq!(found.state("R6", "miss"), "refuted");
    assert_eq!(found.state("R6", "drop"), "confirmed");
}

/// 22:30 is inside the hours on the first day and outside on the second.
#[test]
fn a_figure_may_go_over_the_seam_of_two_editions() {
    let folder = Folder::new("calibrate-seam");
    let rules = rules(&folder);
    let mut log = String::from(HEADER);
    for day in ["2026-06-01", "2026-06-02"] {
        for (i, time) in ["10:00:00", "22:30:00"].into_iter().enumerate() {
            log.push_str(&row(&format!("{day}T{time}"), &format!("{day}-{i}"), "buyer"));
        }
        log.push_str(&row(&format!("{day}T10:00:30"), &format!("{day}-0"), "agent"));
    }
    let log = folder.write("log.csv", &log);
    let panel = folder.write(
        "panel.csv",
        format!("shop,metric,from,to,value\ns1,{METRIC},2026-06-01,2026-06-02,66.67%\n"),
    );
    let found = Calibration::run(&log, &panel, &["--rulebooks", &rules]);
    assert_eq!(found.code, Some(0), "{}", found.told);
    assert_eq!(found.metric()["best"]["edition"], "2022-03-01+2026-06-02");
    assert_eq!(found.metric()["best"]["in_force"], true);
    assert_eq!(found.state("edition", "2022-03-01+2026-06-02"), "confirmed");
    assert_eq!(found.state("edition", "2022-03-01"), "refuted");
    assert_eq!(found.state("R6", "miss"), "confirmed");
}

/// Account a1 answers at once, a2 late.
#[test]
fn figures_of_accounts_are_counted_by_account() {
    let folder = Folder::new("calibrate-accounts");
    let rules = rules(&folder);
    let rule = folder.read("rules/generic/tested-share/rule.toml");
    let rule = rule.replace("figure =", "per = \"account\"\nfigure =");
    folder.write("rules/generic/tested-share/rule.toml", rule);
    let mut log = String::from(HEADER);
    for (buyer, account, minute) in [("b1", "a1", 1), ("b2", "a1", 1), ("b3", "a2", 9)] {
        let end = format!("{buyer},agent,{account},,\n");
        log.push_str(&row("2026-06-01T10:00:00", buyer, "buyer"));
        writeln!(log, "2026-06-01T10:0{minute}:00+08:00,generic,s1,{}", end.trim_end())
            .expect("a string grows");
    }
    let log = folder.write("log.csv", &log);
    let panel = folder.write(
        "panel.csv",
        format!(
            "shop,account,metric,day,value\ns1,a1,{METRIC},2026-06-01,2/2\n\
             s1,a2,{METRIC},2026-06-01,0/1\ns1,,{METRIC},2026-06-01,2/3\n"
        ),
    );
    let found = Calibration::run(&log, &panel, &["--rulebooks", &rules]);
    assert_eq!(found.code, Some(0), "{}", found.told);
    assert_eq!(found.metric()["reproduced"], 3);
}

#[test]
fn listed_rounds_are_bounded_and_the_rest_is_counted() {
    let folder = Folder::new("calibrate-bounded");
    let rules = rules(&folder);
    let mut log = rounds(18);
    for i in 0..30 {
        log.push_str(&row(&format!("2026-06-01T12:{i:02}:00"), &format!("c{i}"), "buyer"));
    }
    let log = folder.write("log.csv", &log);
    // No candidate counts so: all of them are equally far, and 31 rounds tell them apart.
    let panel = folder.write("panel.csv", one_figure("12/13"));
    let found = Calibration::run(&log, &panel, &["--rounds", "3", "--rulebooks", &rules]);
    assert_eq!(found.code, Some(1));
    assert_eq!(found.of("round").count(), 3);
    assert_eq!(found.of("more").next().expect("more")["more_rounds"], 28);
}

#[test]
fn when_nothing_reproduces_everything_the_answer_is_no() {
    let folder = Folder::new("calibrate-no");
    let rules = rules(&folder);
    let log = folder.write("log.csv", rounds(18));
    let text = format!("{}s1,generic/tested-time,2026-06-01,20.00s\n", one_figure("94.73%"));
    let panel = folder.write("panel.csv", &text);
    let found = Calibration::run(&log, &panel, &["--rulebooks", &rules]);
    assert_eq!(found.code, Some(1));
    let of = |metric: &str| found.of("metric").find(|line| line["metric"] == metric).expect("it");
    assert_eq!((&of(METRIC)["reproduced"], &of(METRIC)["reproducing"]), (&0.into(), &0.into()));
    assert_eq!(of("generic/tested-time")["reproduced"], 1);
    let figure = found.of("figure").find(|line| line["metric"] == METRIC).expect("a figure");
    assert_eq!((&figure["status"], &figure["fitting"]), (&"not-reproduced".into(), &0.into()));
    assert_eq!((&figure["counted_num"], &figure["counted_den"]), (&18.into(), &19.into()));
    // Nothing is confirmed or refuted then.
    for answer in found.of("reading").filter(|line| line["metric"] == METRIC) {
        let text = answer.to_string();
        assert!(!text.contains("confirmed") && !text.contains("refuted"), "{text}");
    }
    insta::assert_snapshot!("no", shown("en", &log, &panel, &rules, &[]));
    insta::assert_snapshot!("no_in_chinese", shown("zh", &log, &panel, &rules, &[]));
}

#[test]
fn what_was_never_compared_is_said() {
    let folder = Folder::new("calibrate-uncompared");
    let rules = rules(&folder);
    let log = folder.write("log.csv", rounds(3));
    let panel = folder.write(
        "panel.csv",
        "shop,account,metric,from,to,value\n\
         s1,,generic/tested-share,2026-05-03,2026-06-01,97.41%\n\
         s2,,generic/tested-share,2026-06-01,2026-06-01,97.41%\n\
         s1,a9,generic/tested-share,2026-06-01,2026-06-01,97.41%\n\
         s1,,generic/tested-time,2026-06-01,2026-06-01,20.00\n\
         s1,,generic/kindness,2026-06-01,2026-06-01,97.41%\n\
         s1,,jd/first-reply-30s,2026-06-01,2026-06-01,97.41%\n",
    );
    let found = Calibration::run(&log, &panel, &["--rulebooks", &rules]);
    assert_eq!(found.code, Some(1), "nothing was compared");
    let mut reasons: Vec<&str> =
        found.of("figure").map(|line| line["reason"].as_str().expect("a reason")).collect();
    reasons.sort_unstable();
    let all = ["no-account", "no-shop", "no-shop", "not-covered", "unit", "unknown-metric"];
    assert_eq!(reasons, all);
    assert!(found.of("never-compared").any(|line| line["metric"] == METRIC));
    insta::assert_snapshot!("uncompared", shown("en", &log, &panel, &rules, &[]));
    insta::assert_snapshot!("uncompared_in_chinese", shown("zh", &log, &panel, &rules, &[]));
}

#[test]
fn a_panel_is_seen_at_its_instant_and_facts_of_a_log_are_a_panel() {
    let folder = Folder::new("calibrate-captured");
    let rules = rules(&folder);
    // At 10:30 nobody waits; the day's close has one round without an answer.
    let observed = |at: &str, value: &str| {
        format!("{at}+08:00,generic,s1,,,,observed,{METRIC} 2026-06-01 {value}\n")
    };
    let log = rounds(18)
        + &observed("2026-06-01T10:30:00", "100.00% n=18")
        + &observed("2026-06-02T09:00:00", "18/19");
    let log = folder.write("log.csv", &log);
    let output = yingda_in("en", &["calibrate", &log, "--format", "csv", "--rulebooks", &rules]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = stdout(&output);
    assert!(text.starts_with("of,metric,platform,shop,account,from,to,printed,"), "{text}");
    assert_eq!(text.matches(",reproduced,").count(), 2, "{text}");
}

#[test]
fn calls_and_panels_at_fault_say_what_to_do() {
    let folder = Folder::new("calibrate-fault");
    let rules = rules(&folder);
    let log = folder.write("log.csv", rounds(3));
    let calibrate = |more: &[&str]| {
        let output =
            yingda_in("en", &[&["calibrate", &log, "--rulebooks", &rules][..], more].concat());
        (output.status.code(), stderr(&output))
    };
    let (code, told) = calibrate(&[]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no observed figure: name a panel with `--observed FILE`"), "{told}");
    let header = folder.write("header.csv", "shop,metrc,day,value\n");
    let (code, told) = calibrate(&["--observed", &header]);
    assert_eq!(code, Some(2));
    assert!(told.contains("header.csv:1: found the column `metrc`, expected `metric`?"), "{told}");
    let row = folder.write("row.csv", format!("{}s1,{METRIC},2026-06-01,7\n", one_figure("3/4")));
    let (code, told) = calibrate(&["--observed", &row]);
    assert_eq!(code, Some(2), "a figure was left out");
    assert!(told.contains("row.csv:3: `value`: found another value"), "{told}");
    let (code, told) = calibrate(&["--observed", &row, "--metric", "taobao/human-reply"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no metric `taobao/human-reply`"), "{told}");
    assert_eq!(calibrate(&["--observed", "none.csv"]).0, Some(2));
}

#[test]
fn a_panel_is_checked_by_its_header() {
    let folder = Folder::new("calibrate-check");
    let good = folder.write("good.csv", format!("\u{feff}{}", one_figure("97.41%")));
    let output = yingda_in("en", &["check", &good]);
    assert_eq!(output.status.code(), Some(0));
    let told = stdout(&output);
    assert!(told.ends_with("good.csv: 1 rows, 1 figures, 0 repeats, 0 rejected\n"), "{told}");
    let wrong = folder.write("wrong.csv", one_figure("九成"));
    let output = yingda_in("zh", &["check", &wrong]);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    assert!(told.contains("wrong.csv:2: `value`：发现其他文字，应为面板上的写法"), "{told}");
    let none = folder.write("none.csv", "metric,vlaue\n");
    assert!(stdout(&yingda_in("en", &["check", &none])).contains("expected `value`?"));
    // A log stays a log.
    let log = folder.write("log.csv", rounds(1));
    assert!(stdout(&yingda_in("en", &["check", &log])).contains("3 facts"));
}
