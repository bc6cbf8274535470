//! `yingda standing` as its users call it.

use std::process::Output;

use serde_json::Value;

use crate::binary::{Folder, parsed, stderr, stdout, yingda, yingda_in};

/// The lines of JSON of a call that may fail: that a shop fails is an answer.
fn lines(output: &Output) -> Vec<Value> {
    parsed(&stdout(output))
}

/// A log that is written buyer by buyer.
struct Log {
    rows: String,
    buyers: u32,
}

impl Log {
    fn new() -> Self {
        Self { rows: "at,platform,shop,buyer,author,account,fact\n".into(), buyers: 0 }
    }

    /// Buyers of one day, one question each at ten; the first `hits` are answered after a minute.
    fn day(&mut self, platform: &str, shop: &str, day: &str, hits: u32, buyers: u32) -> &mut Self {
        for n in 0..buyers {
            self.buyers += 1;
            let who = format!("{platform},{shop},b{}", self.buyers);
            let second = n % 60;
            let hour = 10 + n / 3_600;
            let minute = n / 60 % 50;
            self.rows += &format!("{day}T{hour:02}:{minute:02}:{second:02}+08:00,{who},buyer,,\n");
            if n < hits {
                let minute = minute + 1;
                self.rows +=
                    &format!("{day}T{hour:02}:{minute:02}:{second:02}+08:00,{who},agent,a1,\n");
            }
        }
        self
    }

    fn fact(&mut self, platform: &str, shop: &str, day: &str, fact: &str) -> &mut Self {
        let buyer = if fact == "violation" { String::new() } else { format!("o{}", self.buyers) };
        self.buyers += 1;
        self.rows += &format!("{day}T12:00:00+08:00,{platform},{shop},{buyer},,,{fact}\n");
        self
    }
}

fn three_shops() -> Log {
    let mut log = Log::new();
    for (day, hits) in [("2026-06-01", 9), ("2026-06-02", 3), ("2026-06-03", 4), ("2026-06-04", 2)]
    {
        log.day("taote", "t1", day, hits, 10);
        log.day("pinduoduo", "p1", day, hits + 3, 10);
        log.day("taobao", "s1", day, hits * 4, 40);
    }
    log
}

const PROFESSIONAL: &str = "[[shop]]\nplatform = 'taobao'\nshop = 's1'\nlevel = 5\n\
    enrolled = { professional-seller = true }\n";

/// A text in lines of at most 90 characters, broken after commas and spaces.
fn folded(text: &str) -> String {
    let mut lines = vec![String::new()];
    for part in text.split_inclusive([',', ' ', '\n']) {
        let last = lines.last().expect("a line").chars().count();
        if last > 0 && last + part.trim_end().chars().count() > 90 {
            lines.push(String::new());
        }
        lines.last_mut().expect("a line").push_str(part);
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// The table of two shops: no line is wider than a hundred columns.
fn table(lang: &str) -> String {
    let folder = Folder::new(&format!("standing-table-{lang}"));
    let mut log = Log::new();
    for (day, hits) in [("2026-06-01", 9), ("2026-06-02", 3), ("2026-06-03", 4), ("2026-06-04", 2)]
    {
        log.day("taote", "t1", day, hits, 10);
        log.day("taobao", "s1", day, hits * 4, 40);
    }
    let log = folder.write("log.csv", log.rows);
    let registry = folder.write("shops.toml", PROFESSIONAL);
    let output = yingda_in(lang, &["standing", &log, "--registry", &registry]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output);
    for line in text.lines() {
        let wide = line.chars().filter(|c| *c as u32 >= 0x2e80).count();
        assert!(line.chars().count() + wide <= 100, "{line}");
    }
    assert!(!text.contains('\u{1b}'));
    text
}

#[test]
fn the_table_in_english() {
    insta::assert_snapshot!("table", table("en"));
}

#[test]
fn the_table_in_chinese() {
    insta::assert_snapshot!("table-zh", table("zh"));
}

#[test]
fn the_json_line_is_a_contract() {
    let folder = Folder::new("standing-json");
    let log = folder.write("log.csv", three_shops().rows);
    let args = ["standing", &log, "--format", "json", "--metric", "taote/reply-3m"];
    let text = folded(&stdout(&yingda(&args)));
    insta::assert_snapshot!("json", text);
}

#[test]
fn csv_has_a_column_for_every_field() {
    let folder = Folder::new("standing-csv");
    let log = folder.write("log.csv", three_shops().rows);
    let args = ["standing", &log, "--format", "csv", "--metric", "taote/reply-3m"];
    let text = stdout(&yingda(&args));
    let widths: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
    assert!(widths.len() == 2 && widths[0] == widths[1], "{text}");
    insta::assert_snapshot!(folded(&text), @r##"
    platform,shop,metric,standard,role,lines,grade,as_of,check,next_check,from,to,days,
    days_known,source,samples,minimum,value_num,value_den,verdict,reason,by_figure,
    band_low_num,band_low_den,band_high_num,band_high_den,crosses,consequences,until_assessed,
    misses,hits,passes_on,fails_on,confidence,as_told
    taote,t1,taote/reply-3m,reply-3m-day,
    requirement,>= 40%,,2026-06-05,2026-06-05,2026-06-06,2026-06-04,2026-06-04,1,1,counted,10,
    ,2,10,fail,,fail,2,10,2,10,false,demotion:2026-06-05/ no-new-listing:2026-06-05/
    no-listing:2026-06-05/ no-campaign?:2026-06-05/ supervision?:2026-06-05/
    deposit?:2026-06-05/2026-06-05,1,0,,,,reposted,false
    "##);
}

/// Taote, day by day: demoted after a day below 40 %, lifted after one of 40 % (TT-EX-01, 02).
#[test]
fn what_stands_on_each_day() {
    let folder = Folder::new("standing-days");
    let log = folder.write("log.csv", three_shops().rows);
    let mut seen = Vec::new();
    for day in ["2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"] {
        for reading in ["lifts", "stays"] {
            let pick = format!("recovery-at-the-line={reading}");
            let metric = ["--metric", "taote/reply-3m", "--reading", &pick];
            let args = ["standing", &log, "--format", "json", "--as-of", day];
            let output = yingda(&[&args[..], &metric[..]].concat());
            let row = lines(&output).remove(0);
            let stands = row["consequences"].as_array().expect("a list");
            let sure: Vec<&Value> = stands.iter().filter(|one| one["may"] == false).collect();
            seen.push((
                day,
                reading,
                output.status.code().expect("a code"),
                row["verdict"].as_str().expect("a word").to_owned(),
                sure.first().map(|one| one["since"].as_str().expect("a day").to_owned()),
            ));
        }
    }
    let told: Vec<String> = seen.iter().map(|one| format!("{one:?}")).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    ("2026-06-02", "lifts", 0, "pass", None)
    ("2026-06-02", "stays", 0, "pass", None)
    ("2026-06-03", "lifts", 1, "fail", Some("2026-06-03"))
    ("2026-06-03", "stays", 1, "fail", Some("2026-06-03"))
    ("2026-06-04", "lifts", 0, "pass", None)
    ("2026-06-04", "stays", 0, "pass", Some("2026-06-03"))
    ("2026-06-05", "lifts", 1, "fail", Some("2026-06-05"))
    ("2026-06-05", "stays", 1, "fail", Some("2026-06-03"))
    "##);
}

/// A figure over the metric's own period is the one that `measure` prints: across editions, in
/// special periods, by every shop of a made-up log.
#[test]
fn figures_are_those_of_measure() {
    let folder = Folder::new("standing-measure");
    let log = folder.path().join("log.csv").to_str().expect("UTF-8").to_owned();
    let made = yingda(&[
        "generate",
        "--output",
        &log,
        "--rows",
        "3000",
        "--shops",
        "6",
        "--days",
        "12",
        "--from",
        "2022-02-20",
        "--platform",
        "taobao,taote,pinduoduo,jd",
    ]);
    assert!(made.status.success(), "{}", stderr(&made));
    let standards = "[[standard]]\nid = 'x'\nname = { zh = '甲', en = 'X' }\nmetric = 'METRIC'\n\
        line = 'LINE'\nsource = ['own-definition']\nconfidence = 'reading'\n";
    let metrics = [
        ("taobao", "taobao/human-reply-3m", ">= 50%"),
        ("taote", "taote/reply-3m", ">= 50%"),
        ("pinduoduo", "pinduoduo/reply-5m", ">= 50%"),
        ("jd", "jd/first-reply-30s", ">= 50%"),
    ];
    let mut n = 0;
    for (platform, metric, line) in metrics {
        let text = standards.replace("METRIC", metric).replace("LINE", line);
        folder.write(&format!("books/{platform}/standards.toml"), text);
    }
    let books = folder.path().join("books").to_str().expect("UTF-8").to_owned();
    for day in ["2022-02-25", "2022-03-02", "2022-03-04"] {
        let args = ["--rulebooks", &books, "--as-of", day, "--format", "json", "--no-band"];
        let standing = lines(&yingda(&[&["standing", &log][..], &args].concat()));
        let measured = lines(&yingda(&[&["measure", &log][..], &args[..6]].concat()));
        for row in &standing {
            let same =
                |other: &&Value| other["metric"] == row["metric"] && other["shop"] == row["shop"];
            let other = measured.iter().find(same).expect("measured too");
            for field in ["from", "to", "samples", "value"] {
                assert_eq!(row[field], other[field], "{day} {row}");
            }
            if row["days_known"] != 0 {
                assert_eq!(row["editions"], other["editions"], "{day} {row}");
            }
            n += 1;
        }
    }
    assert!(n >= 12, "{n}");
}

/// With `k` further misses on the day the standard still passes, with one more it fails; and with
/// `r` further hits a failing one passes, with one fewer it does not: through the binary.
#[test]
fn headroom_is_what_further_samples_show() {
    let folder = Folder::new("standing-headroom");
    let verdict = |log: &Log, as_of: &str| -> Value {
        let path = folder.write("log.csv", &log.rows);
        let args = ["--metric", "pinduoduo/reply-60m", "--format", "json", "--no-band"];
        let output = yingda(&[&["standing", &path, "--as-of", as_of][..], &args].concat());
        lines(&output).into_iter().find(|row| row["standard"] == "reply-60m").expect("a row")
    };
    let base = |hits: [u32; 3]| {
        let mut log = Log::new();
        for (day, hits) in ["2026-06-01", "2026-06-02", "2026-06-03"].into_iter().zip(hits) {
            log.day("pinduoduo", "p", day, hits, 10);
        }
        log
    };
    // Looked at on the 4th, the window to date is the 2nd to the 4th, checked on the 5th.
    let good = base([1, 9, 8]);
    let room = verdict(&good, "2026-06-04")["headroom"]["misses"].as_u64().expect("room") as u32;
    for (misses, expected) in [(room, "pass"), (room + 1, "fail")] {
        let mut log = base([1, 9, 8]);
        log.day("pinduoduo", "p", "2026-06-04", 0, misses);
        assert_eq!(verdict(&log, "2026-06-05")["verdict"], expected, "{misses}");
    }
    let bad = base([9, 3, 2]);
    let hits = verdict(&bad, "2026-06-04")["headroom"]["hits"].as_u64().expect("hits") as u32;
    for (hits, expected) in [(hits, "pass"), (hits - 1, "fail")] {
        let mut log = base([9, 3, 2]);
        log.day("pinduoduo", "p", "2026-06-04", hits, hits);
        assert_eq!(verdict(&log, "2026-06-05")["verdict"], expected, "{hits}");
    }
}

/// The stated day is the first on which the window passes when the level continues.
#[test]
fn the_stated_day_is_the_first_that_passes() {
    let folder = Folder::new("standing-projection");
    let dates: Vec<String> = (1..=20).map(|n| format!("2026-06-{n:02}")).collect();
    let mut log = Log::new();
    for (n, day) in dates.iter().enumerate().take(12) {
        // Two bad days, then days of 6 in 10.
        let hits = if n < 2 { 0 } else { 6 };
        log.day("xiaohongshu", "x", day, hits, 10);
    }
    let run = |log: &Log, as_of: &str| {
        let path = folder.write("log.csv", &log.rows);
        let args = ["--metric", "xiaohongshu/human-reply-3m", "--format", "json", "--no-band"];
        let output = yingda(&[&["standing", &path, "--as-of", as_of][..], &args].concat());
        lines(&output).into_iter().find(|row| row["standard"] == "ladder-50").expect("a row")
    };
    // On the 6th: the 1st to the 5th are known, two of them bad: 18 of 50.
    let row = run(&log, "2026-06-06");
    assert_eq!(row["verdict"], "fail");
    let stated = row["projection"]["passes_on"].clone();
    let worst = row["projection"]["worst"].as_array().expect("a list");
    assert_eq!(worst.len(), 2);
    assert_eq!(
        (&worst[0]["day"], &worst[0]["leaves"]),
        (&"2026-06-01".into(), &"2026-06-09".into())
    );
    // The level of the days with samples is 18 of 50 itself: it never passes at that.
    assert_eq!(stated, Value::Null);
    // On the 9th the first bad day has left: 36 of 70 passes.
    for (day, verdict) in [("2026-06-07", "fail"), ("2026-06-08", "fail"), ("2026-06-09", "pass")] {
        assert_eq!(run(&log, day)["verdict"], verdict, "{day}");
    }
}

#[test]
fn what_is_not_assessed_says_why() {
    let folder = Folder::new("standing-reasons");
    let mut log = Log::new();
    log.day("taobao", "s1", "2026-02-16", 3, 120);
    log.day("taobao", "s2", "2026-02-16", 3, 99);
    log.day("taobao", "s3", "2026-02-16", 3, 120);
    log.day("taobao", "s4", "2026-02-16", 3, 120);
    log.fact("taobao", "s5", "2026-02-16", "ordered");
    let registry = folder.write(
        "shops.toml",
        "[[shop]]\nplatform = 'taobao'\nshop = 's1'\n\
         enrolled = { professional-seller = true, cny-2026 = false }\n\
         [[shop]]\nplatform = 'taobao'\nshop = 's2'\nenrolled = { professional-seller = true }\n\
         [[shop]]\nplatform = 'taobao'\nshop = 's3'\nenrolled = { professional-seller = false }\n\
         [[shop]]\nplatform = 'taobao'\nshop = 's5'\nenrolled = { professional-seller = true }\n",
    );
    let log = folder.write("log.csv", &log.rows);
    let args = ["standing", &log, "--registry", &registry, "--format", "json"];
    let output = yingda(&args);
    let rows = lines(&output);
    let of = |shop: &str| {
        let row = rows.iter().find(|row| row["shop"] == shop && row["standard"] == "reply-3m-2023");
        let row = row.expect("a row");
        (row["reason"].as_str().expect("a reason").to_owned(), row["by_figure"].clone())
    };
    assert_eq!(of("s1"), ("special-period".into(), "not-assessed".into()));
    assert_eq!(of("s2"), ("below-minimum".into(), "not-assessed".into()));
    assert_eq!(of("s3"), ("condition".into(), "fail".into()));
    assert_eq!(of("s4"), ("unknown-condition".into(), "fail".into()));
    assert_eq!(of("s5"), ("no-samples".into(), "not-assessed".into()));
    assert_eq!(output.status.code(), Some(0), "nothing fails that is assessed");
}

/// SHP-EX-03: ten orders and a rate of 20 % or less are a point; no order told is not no order.
#[test]
fn orders_decide_whom_a_line_is_for() {
    let folder = Folder::new("standing-orders");
    let mark = |hits: u32, orders: u32| {
        let mut log = Log::new();
        log.day("shopee", "s", "2026-06-01", hits, 10);
        for _ in 0..orders {
            log.fact("shopee", "s", "2026-06-01", "ordered");
        }
        let path = folder.write("log.csv", &log.rows);
        let row = lines(&yingda(&["standing", &path, "--format", "json", "--no-band"])).remove(0);
        let points = row["consequences"][0]["points"]["tenths"].clone();
        (row["verdict"].clone(), row["reason"].clone(), points)
    };
    let none = Value::Null;
    assert_eq!(mark(2, 10), ("fail".into(), none.clone(), 10.into()));
    assert_eq!(mark(3, 10), ("pass".into(), none.clone(), none.clone()));
    assert_eq!(mark(2, 9), ("not-assessed".into(), "condition".into(), none.clone()));
    assert_eq!(mark(2, 0), ("not-assessed".into(), "unknown-condition".into(), none));
}

/// Two failing days in thirty, or one with a violation: what may follow is said as possible.
#[test]
fn repeated_and_combined_offences() {
    let folder = Folder::new("standing-offences");
    let possible = |log: &Log| {
        let path = folder.write("log.csv", &log.rows);
        let rows = lines(&yingda(&["standing", &path, "--format", "json", "--no-band"]));
        let list = rows[0]["consequences"].as_array().expect("a list").clone();
        list.iter().filter(|one| one["may"] == true).count()
    };
    let mut log = Log::new();
    log.day("taote", "t", "2026-06-01", 9, 10).day("taote", "t", "2026-06-02", 1, 10);
    assert_eq!(possible(&log), 0);
    log.fact("taote", "t", "2026-06-01", "violation");
    assert_eq!(possible(&log), 3);
    let mut again = Log::new();
    again.day("taote", "t", "2026-06-01", 1, 10).day("taote", "t", "2026-06-02", 1, 10);
    assert_eq!(possible(&again), 3);
}

/// PDD-EX-07: each of the three days before, not their sum.
#[test]
fn gates_look_at_each_day() {
    let folder = Folder::new("standing-gates");
    let gate = |hits: [u32; 3]| {
        let mut log = Log::new();
        for (day, hits) in ["2026-06-01", "2026-06-02", "2026-06-03"].into_iter().zip(hits) {
            log.day("pinduoduo", "p", day, hits, 100);
        }
        let path = folder.write("log.csv", &log.rows);
        let rows = lines(&yingda(&["standing", &path, "--format", "json", "--no-band"]));
        let row = rows.into_iter().find(|row| row["standard"] == "gate-new-item").expect("a row");
        (row["verdict"].as_str().expect("a word").to_owned(), row["to"].clone())
    };
    assert_eq!(gate([56, 56, 56]).0, "pass");
    assert_eq!(gate([100, 55, 100]), ("fail".into(), "2026-06-02".into()));
    assert_eq!(gate([100, 100, 0]), ("fail".into(), "2026-06-03".into()));
}

#[test]
fn claims_of_articles_are_assessed_on_request() {
    let folder = Folder::new("standing-told");
    let mut log = Log::new();
    log.day("douyin", "d", "2026-06-01", 49, 100);
    let path = folder.write("log.csv", &log.rows);
    let run = |more: &[&str]| {
        let args = ["standing", &path, "--format", "json", "--no-band"];
        let rows = lines(&yingda(&[&args[..], more].concat()));
        rows.iter().map(|row| row["standard"].as_str().expect("an id").to_owned()).collect()
    };
    let plain: Vec<String> = run(&[]);
    let told: Vec<String> = run(&["--as-told"]);
    assert!(!plain.iter().any(|id| id == "fine-told"), "{plain:?}");
    assert!(told.iter().any(|id| id == "fine-told"), "{told:?}");
    let args = ["standing", &path, "--format", "json", "--as-told", "--no-band"];
    let rows = lines(&yingda(&args));
    let fined = rows.iter().find(|row| row["standard"] == "fine-told").expect("a row");
    assert_eq!(fined["consequences"][0]["yuan"], serde_json::json!([1_000, 1_000]));
    assert_eq!(fined["editions"], serde_json::json!(["as-told"]));
}

/// `--edition` counts the metrics that have it under it, and says nothing of the others.
#[test]
fn another_edition() {
    let folder = Folder::new("standing-edition");
    let path = folder.write("log.csv", three_shops().rows);
    let args = ["standing", &path, "--format", "json", "--no-band", "--edition", "as-told"];
    let rows = lines(&yingda(&args));
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row["metric"], "taobao/human-reply-3m");
        // Of questions without an answer the article's edition knows nothing.
        if row["days_known"] != 0 {
            assert_eq!(
                (&row["editions"][0], &row["value"]["den"]),
                (&"as-told".into(), &72.into())
            );
        }
    }
}

#[test]
fn another_season_is_another_line() {
    let folder = Folder::new("standing-season");
    let mark = |day: &str, standard: &str| {
        let mut log = Log::new();
        log.day("tmall", "t", day, 90, 100);
        let path = folder.write("log.csv", &log.rows);
        let args = ["standing", &path, "--format", "json", "--as-told", "--no-band"];
        let rows = lines(&yingda(&args));
        let row = rows.into_iter().find(|row| row["standard"] == standard).expect("a row");
        row["reason"]
            .as_str()
            .unwrap_or_else(|| row["verdict"].as_str().expect("a word"))
            .to_owned()
    };
    assert_eq!(mark("2026-11-05", "answered-share-promotions"), "fail");
    assert_eq!(mark("2026-11-05", "answered-share-new"), "season");
    assert_eq!(mark("2026-10-05", "answered-share-promotions"), "season");
    assert_eq!(mark("2026-10-05", "answered-share-new"), "pass");
}

/// Of grades the best that is held; headroom is to that one.
#[test]
fn grades_say_which_is_held() {
    let folder = Folder::new("standing-grades");
    let mut log = Log::new();
    log.day("tmall", "t", "2026-10-05", 90, 100);
    let path = folder.write("log.csv", &log.rows);
    let args = ["standing", &path, "--format", "json", "--as-told", "--no-band"];
    let rows = lines(&yingda(&args));
    let row = rows.iter().find(|row| row["standard"] == "answered-share-grades").expect("a row");
    assert_eq!((&row["grade"], &row["verdict"]), (&"normal".into(), &"pass".into()));
    // 90 of 112 are 80.4 %, of 113 they are 79.6 %.
    assert_eq!(row["headroom"]["misses"], 12);
}

#[test]
fn faults_of_the_call_are_told() {
    let folder = Folder::new("standing-faults");
    let log = folder.write("log.csv", three_shops().rows);
    let calls: [&[&str]; 4] = [
        &["--metric", "taote/reply-3"],
        &["--shop", "nobody"],
        &["--reading", "recovery-at-the-line=never"],
        &["--reading", "R99=x"],
    ];
    let mut told = String::new();
    for more in calls {
        let output = yingda(&[&["standing", &log][..], more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        told += &stderr(&output);
    }
    insta::assert_snapshot!(folded(&told), @r##"
    error: no metric `taote/reply-3`; did you mean `taote/reply-3m`?; `yingda rules` lists
    them
    error: --shop `nobody`: the log has no such shop
    error: --reading
    recovery-at-the-line: no answer `never`; there are `stays`, `lifts`
    error: --reading R99:
    is not open in any edition counted here; `yingda rules METRIC` lists the open ones
    "##);
}

/// Standings of one standard, as JSON.
fn one(rows: &[Value], shop: &str, standard: &str) -> Value {
    let is_it = |row: &&Value| row["shop"] == shop && row["standard"] == standard;
    rows.iter().find(is_it).unwrap_or_else(|| panic!("{standard} of {shop} in {rows:?}")).clone()
}

/// A platform that lets nobody read its chats still shows figures: they stand without any log.
#[test]
fn figures_off_a_panel_stand_without_a_log() {
    let folder = Folder::new("standing-panel");
    let panel = folder.write(
        "panel.csv",
        "shop,metric,from,to,value,samples\n\
         p1,taobao/human-reply-3m,2026-07-03,2026-08-01,69.90%,1000\n\
         p1,taote/reply-3m,2026-07-31,2026-07-31,50/100,\n\
         p1,taote/reply-3m,2026-08-01,2026-08-01,30/100,\n\
         p2,pinduoduo/reply-60m,2026-07-30,2026-07-30,5/10,\n\
         p2,pinduoduo/reply-60m,2026-07-31,2026-07-31,50.00%,10\n\
         p2,pinduoduo/reply-60m,2026-08-01,2026-08-01,60.00%,10\n",
    );
    let registry = folder.write("shops.toml", PROFESSIONAL.replace("'s1'", "'p1'"));
    let call = ["standing", "--observed", &panel, "--registry", &registry, "--format", "json"];
    let output = yingda(&call);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let rows = lines(&output);
    assert!(rows.iter().all(|row| row["as_of"] == "2026-08-02"), "the day after the last figure");
    let trailing = one(&rows, "p1", "reply-3m-2023");
    assert_eq!((&trailing["verdict"], &trailing["source"]), (&"fail".into(), &"observed".into()));
    assert_eq!(trailing["samples"], 1_000);
    // 699 of 1,000: after r hits (699 + r) / (1,000 + r) is 70 % at r = 4, and below it at 3.
    assert_eq!(trailing["headroom"]["hits"], 4);
    let day = one(&rows, "p1", "reply-3m-day");
    assert_eq!(day["verdict"], "fail");
    assert_eq!(day["consequences"][0]["since"], "2026-08-02");
    // Three days of the panel make the window of three days: 16 of 30.
    let summed = one(&rows, "p2", "reply-60m");
    assert_eq!(summed["value"], serde_json::json!({"num": 16, "den": 30}));
    assert_eq!((&summed["verdict"], &summed["days_known"]), (&"pass".into(), &3.into()));
    let unknown = one(&rows, "p2", "reply-5m");
    assert_eq!(unknown["reason"], "no-data", "unknown is not zero");
}

/// A printed figure stands for every value that prints so.
#[test]
fn a_line_among_the_values_that_print_alike_is_said() {
    let folder = Folder::new("standing-coarse");
    let say = |value: &str| {
        let text = format!("shop,metric,day,value\nt1,taote/reply-3m,2026-08-01,{value}\n");
        let panel = folder.write("panel.csv", text);
        let table = stdout(&yingda(&["standing", "--observed", &panel]));
        assert!(table.contains("from the platform's panel"), "{table}");
        table.contains("more decimal places")
    };
    // 40 % stands for 39.5 % to 40.5 %, and the line of 40 % lies there; so it does for 40.00 %.
    assert!(say("40%") && say("40.00%"));
    assert!(!say("41%") && !say("40.01%") && !say("40/100"));
    // With the samples known, 40 % of 200 are 80 and nothing else.
    let text = "shop,metric,day,value,samples\nt1,taote/reply-3m,2026-08-01,40.00%,200\n";
    let panel = folder.write("panel.csv", text);
    let rows = lines(&yingda(&["standing", "--observed", &panel, "--format", "json"]));
    let row = one(&rows, "t1", "reply-3m-day");
    assert_eq!(row["value"], serde_json::json!({"num": 80, "den": 200}));
    assert!(row["crosses"].is_null());
    assert_eq!(row["headroom"]["closed"], true);
}

/// What cannot be a figure of its metric is told, and left out.
#[test]
fn impossible_panel_figures_are_left_out() {
    let folder = Folder::new("standing-impossible");
    let panel = folder.write(
        "panel.csv",
        "shop,metric,day,value,samples\n\
         t1,taote/reply-3m,2026-08-01,97.41,\n\
         t1,taote/reply-3m,2026-07-31,101%,\n\
         t1,taote/reply-3m,2026-07-30,33.33%,2\n\
         t1,taote/reply-3m,2026-07-29,10s,\n\
         t1,jd/reply-time,2026-07-28,10,\n\
         t1,taote/nope,2026-07-27,10%,\n\
         t1,taote/reply-3m,2026-07-26,50.00%,2\n",
    );
    let output = yingda(&["standing", "--observed", &panel]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for (line, why) in [
        (2, "at most 100 %"),
        (3, "at most 100 %"),
        (4, "no number of hits of 2 samples"),
        (5, "the metric's unit"),
        (6, "the metric's unit"),
        (7, "no such metric"),
    ] {
        let place = format!("panel.csv:{line}: ");
        let found = told.lines().find(|text| text.contains(&place)).unwrap_or_default();
        assert!(found.contains(why), "{line}: {told}");
    }
    let checked = yingda(&["check", &panel]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(stdout(&checked).contains("5 rejected"), "{}", stdout(&checked));
}

/// The standards of another day are held against the shop: who would fail under them.
#[test]
fn the_standards_of_another_day() {
    let folder = Folder::new("standing-rules-on");
    let mut log = Log::new();
    for day in 1..=30 {
        log.day("taobao", "s1", &format!("2026-05-{day:02}"), 2, 4);
    }
    let log = folder.write("log.csv", &log.rows);
    let registry = folder.write("shops.toml", PROFESSIONAL);
    let call = ["standing", &log, "--registry", &registry, "--format", "json", "--no-band"];
    let has = |more: &[&str]| {
        let rows = lines(&yingda(&[&call[..], more].concat()));
        rows.iter().any(|row| row["standard"] == "campaign-2026")
    };
    assert!(!has(&[]), "the gate begins in June 2026");
    assert!(has(&["--rules-on", "2026-07-01"]));
}

/// Where the log covers the days its own count stands, whatever the panel says.
#[test]
fn the_log_goes_before_the_panel() {
    let folder = Folder::new("standing-both");
    let log = folder.write("log.csv", &three_shops().rows);
    let panel = folder.write(
        "panel.csv",
        "shop,metric,day,value\n\
         t1,taote/reply-3m,2026-06-04,99/100\n\
         t1,taote/reply-3m,2026-05-31,99/100\n",
    );
    let call = ["standing", &log, "--observed", &panel, "--shop", "t1", "--format", "json"];
    let row = one(&lines(&yingda(&call)), "t1", "reply-3m-day");
    assert_eq!((&row["source"], &row["value"]["num"]), (&"counted".into(), &2.into()));
    let earlier = [&call[..], &["--as-of", "2026-06-01"]].concat();
    let row = one(&lines(&yingda(&earlier)), "t1", "reply-3m-day");
    assert_eq!((&row["source"], &row["value"]["num"]), (&"observed".into(), &99.into()));
}

#[test]
fn neither_a_log_nor_a_panel_is_a_call_at_fault() {
    let output = yingda(&["standing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("<LOG>"), "{}", stderr(&output));
}
