//! The binary as its users call it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Output;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use facts::{Day, Zone};
use metric::Figure;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use testkit::oracle::{self, Circumstances, Totals};
use testkit::worlds::{RandomParams, RandomWorld, RowOrder};

use crate::binary::{Folder, command, lines, root, stderr, stdout, yingda, yingda_in};

/// The metrics with an edition in force in June 2026, on platforms of the zone that the random
/// worlds are in.
fn june_rules() -> Vec<String> {
    let catalogue = rulebook::Catalogue::shipped();
    let day: Day = "2026-06-03".parse().expect("a day");
    let in_zone = |platform: &str| {
        let zone = &catalogue.platform(platform).expect("a platform").time_zone;
        zone == "Asia/Shanghai"
    };
    let metrics = catalogue.metrics().filter(|metric| in_zone(&metric.platform));
    let ids = metrics.filter(|metric| metric.edition_on(day).is_some());
    ids.map(|metric| metric.id.clone()).collect()
}

fn world(platform: &str, seed: u64, order: RowOrder) -> RandomWorld {
    let platform = platform.to_owned();
    RandomWorld::generate(&RandomParams { platform, order, ..RandomParams::new(3_000, seed) })
}

/// What the oracle counts by shop and day for a metric's edition in force.
fn by_oracle(metric: &str, world: &RandomWorld) -> BTreeMap<(String, String), Totals> {
    let metric = rulebook::Catalogue::shipped().metric(metric).expect("shipped");
    let day: Day = "2026-06-03".parse().expect("a day");
    let rule = metric.edition_on(day).expect("in force").rule(&[]).expect("our readings");
    let zone = Zone::fixed(8 * 3_600_000);
    let last = world.threads.iter().flat_map(|thread| &thread.facts).map(|fact| fact.at).max();
    let now = zone.start_of(zone.day(last.expect("facts")).plus(1));
    let mut all: BTreeMap<(String, String), Totals> = BTreeMap::new();
    for thread in &world.threads {
        for sample in oracle::count(&rule, &zone, &thread.facts, now, &Circumstances::default()) {
            let key = (thread.shop.clone(), sample.day.to_string());
            all.entry(key).or_default().add(&sample);
        }
    }
    all
}

/// The figure of a metric's edition in force.
fn figure(metric: &str) -> Figure {
    let metric = rulebook::Catalogue::shipped().metric(metric).expect("shipped");
    let day: Day = "2026-06-03".parse().expect("a day");
    metric.edition_on(day).expect("in force").rule(&[]).expect("our readings").figure
}

fn compare_with_oracle(row: &Value, totals: &Totals, figure: Figure) {
    let count = |key: &str| row[key].as_u64().unwrap_or_else(|| panic!("{key} of {row}"));
    assert_eq!(count("samples"), totals.samples, "{row}");
    assert_eq!(count("unanswered"), totals.unanswered, "{row}");
    assert_eq!(count("pending"), totals.pending, "{row}");
    assert_eq!(row["wait_ms"].as_i64(), Some(totals.wait_ms), "{row}");
    if figure.is_mean() {
        assert!(row["hits"].is_null() && row["misses"].is_null(), "{row}");
    } else {
        assert_eq!((count("hits"), count("misses")), (totals.hits, totals.misses), "{row}");
    }
    let value = match figure {
        Figure::Share => Some((totals.hits as i64, totals.samples)),
        Figure::MissShare => Some((totals.misses as i64, totals.samples)),
        Figure::Mean => Some((totals.wait_ms, totals.samples)),
        Figure::MeanAnswered => Some((totals.wait_ms, totals.samples - totals.unanswered)),
        Figure::Count => Some((totals.samples as i64, 1)),
        // It needs every wait: compared in a test of its own.
        Figure::MeanFastest => None,
    };
    if let Some((num, den)) = value {
        let expected =
            if den == 0 { Value::Null } else { serde_json::json!({"num": num, "den": den}) };
        assert_eq!(row["value"], expected, "{row}");
    }
    let dropped: BTreeMap<String, u64> =
        serde_json::from_value(row["dropped"].clone()).expect("a map of counts");
    let expected: BTreeMap<String, u64> =
        totals.dropped.iter().map(|(reason, n)| ((*reason).to_owned(), *n)).collect();
    assert_eq!(dropped, expected, "{row}");
}

/// Random logs through the binary, by shop and day, every field, against the oracle.
#[test]
fn measure_equals_the_oracle_on_random_logs() {
    let folder = Folder::new("random-logs");
    let orders = [RowOrder::AsHappened, RowOrder::Mixed, RowOrder::MixedWithSeq];
    for (i, metric) in june_rules().iter().enumerate() {
        let platform = metric.split('/').next().expect("a platform");
        let order = orders[i % orders.len()];
        let world = world(platform, 500 + i as u64, order);
        let log = folder.write("log.csv", world.csv());
        let arguments =
            ["measure", &log, "--metric", metric, "--by", "shop,day", "--format", "json"];
        let output = yingda(&arguments);
        let mut expected = by_oracle(metric, &world);
        let figure = figure(metric);
        let rows = lines(&output);
        assert!(!rows.is_empty());
        for row in &rows {
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            assert_eq!((text("metric"), text("from")), (metric.clone(), text("to")));
            let totals = expected.remove(&(text("shop"), text("from"))).unwrap_or_default();
            compare_with_oracle(row, &totals, figure);
        }
        assert!(expected.is_empty(), "{metric}: not printed: {expected:?}");
    }
}

/// Samples, dropped and unanswered ones, waits, pending ones.
type Sums = (u64, u64, u64, i64, u64);

/// The verdicts that `explain` lists add up to what `measure` prints, and every fact of a thread
/// has a note.
#[test]
fn explanations_add_up_to_the_figures() {
    let folder = Folder::new("explain");
    for (i, metric) in june_rules().iter().enumerate() {
        let platform = metric.split('/').next().expect("a platform");
        let world = world(platform, 700 + i as u64, RowOrder::AsHappened);
        let log = folder.write("log.csv", world.csv());
        let arguments =
            ["measure", &log, "--metric", metric, "--by", "shop,day", "--format", "json"];
        let mut left: BTreeMap<(String, String), Sums> = BTreeMap::new();
        for row in lines(&yingda(&arguments)) {
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            let samples = row["samples"].as_u64().expect("samples");
            let dropped = row["dropped"].as_object().expect("dropped");
            let n_dropped = dropped.values().filter_map(Value::as_u64).sum();
            let unanswered = row["unanswered"].as_u64().expect("unanswered");
            let wait = row["wait_ms"].as_i64().expect("wait_ms");
            let pending = row["pending"].as_u64().expect("pending");
            let sums = (samples, n_dropped, unanswered, wait, pending);
            left.insert((text("shop"), text("from")), sums);
        }
        let shops: Vec<String> = left.keys().map(|(shop, _)| shop.clone()).collect();
        let mut shops = shops;
        shops.dedup();
        for shop in shops {
            let explained = yingda(&[
                "explain", &log, "--metric", metric, "--shop", &shop, "--facts", "--format", "json",
            ]);
            let mut n_facts = 0;
            for line in lines(&explained) {
                if let Some(every) = line["every_fact"].as_array() {
                    n_facts += every.len();
                    assert!(every.iter().all(|fact| fact["note"].is_string()), "{line}");
                    continue;
                }
                let day = line["day"].as_str().expect("a day").to_owned();
                let sums = left.get_mut(&(shop.clone(), day)).expect("a figure");
                match line["verdict"].as_str() {
                    Some("hit" | "miss") => sums.0 -= 1,
                    Some("dropped") => sums.1 -= 1,
                    Some("pending") => sums.4 -= 1,
                    other => panic!("{other:?} in {line}"),
                }
                sums.2 -= u64::from(line["unanswered"] == true);
                sums.3 -= line["wait_ms"].as_i64().expect("wait_ms");
                assert!(line["clause"].is_string(), "{line}");
            }
            let of_shop = world.threads.iter().filter(|thread| thread.shop == shop);
            assert_eq!(n_facts, of_shop.map(|thread| thread.facts.len()).sum::<usize>());
        }
        assert!(left.values().all(|sums| *sums == (0, 0, 0, 0, 0)), "{metric}: {left:?}");
    }
}

/// The figures that were counted by hand for the shipped example (see its README).
#[test]
fn the_example_comes_out_as_counted_by_hand() {
    let expected = [
        ("taobao/human-reply-3m", "green-tea", [(14, 16), (5, 8), (3, 5)]),
        ("douyin/human-reply-3m-conversation", "snack-lab", [(3, 4), (0, 2), (2, 2)]),
        ("pinduoduo/human-reply-3m", "home-best", [(3, 4), (2, 3), (2, 2)]),
        ("jd/first-reply-30s", "digital-go", [(1, 2), (2, 3), (0, 2)]),
    ];
    let output =
        yingda(&["measure", "examples/small-shop.csv", "--by", "shop,day", "--format", "json"]);
    let rows = lines(&output);
    for (metric, shop, days) in expected {
        let of_metric = rows.iter().filter(|row| row["metric"] == metric && row["shop"] == shop);
        let found: Vec<(i64, i64)> = of_metric
            .map(|row| {
                let value = &row["value"];
                (value["num"].as_i64().unwrap_or(0), value["den"].as_i64().unwrap_or(0))
            })
            .collect();
        assert_eq!(found, days, "{metric}");
    }
}

const HEADER: &str = "at,platform,shop,buyer,author,account\n";

#[test]
fn the_json_line_is_a_contract() {
    let folder = Folder::new("contract");
    let log = folder.write(
        "log.csv",
        format!(
            "{HEADER}2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n\
             2026-06-01T10:01:00+08:00,taobao,s1,b1,agent,a1\n\
             2026-06-01T10:02:00+08:00,taobao,s1,b2,buyer,\n\
             2026-06-01T10:02:01+08:00,taobao,s1,b2,bot,\n"
        ),
    );
    let call = |extra: &[&str]| {
        let mut all = vec!["measure", &log, "--format", "json"];
        all.extend(extra);
        stdout(&yingda(&all))
    };
    let share = call(&["--metric", "taobao/human-reply-3m", "--by", "shop,day"]);
    insta::with_settings!({filters => vec![(r"[0-9a-f]{16}", "<revision>")]}, {
        insta::assert_snapshot!("share", share);
        insta::assert_snapshot!(
            "mean", call(&["--metric", "taobao/human-reply-time", "--by", "shop,account,day"]));
        insta::assert_snapshot!("band", call(&["--metric", "taobao/human-reply-3m", "--band"]));
        insta::assert_snapshot!(
            "reading", call(&["--metric", "taobao/human-reply-3m", "--reading", "R9=ignored"]));
        insta::assert_snapshot!("csv", stdout(&yingda(&["measure", &log, "--format", "csv"])));
        insta::assert_snapshot!("table", stdout(&yingda(&["measure", &log, "--band"])));
        insta::assert_snapshot!("explain", stdout(&yingda(&[
            "explain", &log, "-m", "taobao/human-reply-3m", "--shop", "s1", "--facts"])));
    });
}

/// More figures than are put into columns at a time, most of them of days without samples.
#[test]
fn many_figures_are_the_same_in_csv_json_and_parquet() {
    let folder = Folder::new("many-figures");
    let mut log = HEADER.to_owned();
    for shop in 0..2_200 {
        let day = 1 + shop % 30;
        let _ = writeln!(log, "2026-06-{day:02}T10:00:00+08:00,taobao,s{shop},b,buyer,");
        let _ = writeln!(log, "2026-06-{day:02}T10:00:09+08:00,taobao,s{shop},b,agent,a");
    }
    let log = folder.write("log.csv", log);
    let out = folder.path().join("figures.parquet");
    let call = |format: &str, extra: &[&str]| {
        let metric = "taobao/human-reply-3m";
        let call = ["measure", &log, "-m", metric, "--by", "shop,day", "--format", format];
        let output = yingda(&[&call[..], extra].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let csv = call("csv", &[]);
    let mut rows = csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    call("parquet", &["-o", out.to_str().unwrap()]);
    let file = std::fs::File::open(&out).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let (mut n, mut n_samples) = (0, 0);
    for batch in reader.map(Result::unwrap) {
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let [shop, from] = ["shop", "from"].map(|name| column(name).as_string::<i32>());
        let samples = column("samples").as_primitive::<Int64Type>();
        for i in 0..batch.num_rows() {
            let row = rows.next().unwrap();
            let found = [shop.value(i), from.value(i), &samples.value(i).to_string()];
            assert_eq!([row[4], row[6], row[11]], found);
            n_samples += samples.value(i);
        }
        n += batch.num_rows();
    }
    assert_eq!((n, n_samples, rows.next()), (66_000, 2_200, None));
    let json = call("json", &[]);
    let named = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
    for (json, csv) in json.lines().zip(csv.lines().skip(1)).step_by(997) {
        let (json, csv) = (named(json), csv.split(',').collect::<Vec<_>>());
        assert_eq!((&json["shop"], &json["from"]), (&csv[4].into(), &csv[6].into()));
    }
    assert_eq!(json.lines().count(), n);
}

/// A backfilled log is complete; what was known on a past day is asked for with `--as-of`.
#[test]
fn facts_that_were_learned_late_count_unless_a_past_state_is_asked_for() {
    let folder = Folder::new("seen-at");
    let log = folder.write(
        "log.csv",
        "at,platform,shop,buyer,author,account,seen_at\n\
         2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,,\n\
         2026-06-01T10:01:00+08:00,taobao,s1,b1,agent,a1,2026-06-05T00:00:00+08:00\n",
    );
    let hits = |extra: &[&str]| {
        let arguments = ["measure", &log, "-m", "taobao/human-reply-3m", "--by", "shop,day"];
        let row =
            lines(&yingda(&[&arguments[..], &["--format", "json"], extra].concat())).remove(0);
        row["hits"].as_u64()
    };
    assert_eq!(hits(&[]), Some(1));
    assert_eq!(hits(&["--as-of", "2026-06-03"]), Some(0));
    assert_eq!(hits(&["--as-of", "2026-06-06"]), Some(1));
}

#[test]
fn what_a_call_asks_for_in_vain_is_said() {
    let example = "examples/small-shop.csv";
    let cases: [(&[&str], &str); 3] = [
        (&["measure", example, "--edition", "nope"], "no metric of the log's platforms has it"),
        (&["measure", example, "--limit", "60s"], "no metric counted here takes a limit"),
        (
            &[
                "explain",
                example,
                "-m",
                "taobao/human-reply-3m",
                "--shop",
                "green-tea",
                "--account",
                "nobody",
            ],
            "no such account",
        ),
    ];
    for (arguments, told) in cases {
        let output = yingda(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
    }
}

/// Columns that were mixed up do not bring a buyer's words to the screen or the rejected file.
#[test]
fn a_buyers_text_is_never_repeated() {
    let folder = Folder::new("mixed-up");
    let log = folder.write(
        "log.csv",
        "at,platform,shop,buyer,text,author\n\
         2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,我的手机号13800138000\n\
         13800138000,taobao,s1,b1,x,buyer\n",
    );
    let output = yingda(&["measure", &log]);
    assert_eq!(output.status.code(), Some(2));
    let told = format!("{}{}", stderr(&output), folder.read("log.csv.rejected.csv"));
    assert!(told.contains("some other text") && !told.contains("138"), "{told}");
    assert!(!stdout(&yingda(&["check", &log])).contains("138"));
}

/// An explanation cites only what its edition rests on.
#[test]
fn clauses_are_those_of_the_edition() {
    let explain = |metric: &str, shop: &str| {
        let log = "examples/small-shop.csv";
        lines(&yingda(&["explain", log, "-m", metric, "--shop", shop, "--format", "json"]))
    };
    let cases = [("douyin/reply-time", "snack-lab"), ("jd/first-reply-30s", "digital-go")];
    for (metric, shop) in cases {
        let metric_of = rulebook::Catalogue::shipped().metric(metric).expect("shipped");
        for line in explain(metric, shop) {
            let edition = metric_of.edition(line["edition"].as_str().expect("an edition"));
            let readings = &edition.expect("an edition").readings;
            let facts = line["facts"].as_array().expect("facts").iter();
            for cited in facts.chain([&line]).filter_map(|part| part["reading"].as_str()) {
                assert!(readings.iter().any(|reading| reading == cited), "{metric} cites {cited}");
            }
            assert!(metric.starts_with("jd") || line["clause"] != "within", "{line}");
        }
    }
}

#[test]
fn a_message_is_found_by_its_id() {
    let explain = |id: &str| {
        yingda(&[
            "explain",
            "examples/small-shop.csv",
            "-m",
            "taobao/human-reply-3m",
            "--shop",
            "green-tea",
            "--id",
            id,
        ])
    };
    let told = stdout(&explain("t004"));
    let marked: Vec<&str> = told.lines().filter(|line| line.contains('▶')).collect();
    assert_eq!(marked.len(), 1, "{told}");
    assert!(marked[0].contains("belongs to the open round"), "{told}");
    let output = explain("nothing");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no such message"), "{}", stderr(&output));
}

#[test]
fn percentiles_are_of_the_answered_samples() {
    let folder = Folder::new("percentiles");
    let mut log = String::from(HEADER);
    for n in 1..=10 {
        let minute = 10 + n;
        log.push_str(&format!("2026-06-01T10:{minute}:00+08:00,taobao,s1,b{n},buyer,\n"));
        log.push_str(&format!("2026-06-01T10:{minute}:{n:02}+08:00,taobao,s1,b{n},agent,a1\n"));
    }
    log.push_str("2026-06-01T11:00:00+08:00,taobao,s1,b99,buyer,\n");
    let log = folder.write("log.csv", log);
    let arguments = ["measure", &log, "-m", "taobao/human-reply-3m", "--percentiles"];
    let row = lines(&yingda(&[&arguments[..], &["--format", "json"]].concat())).remove(0);
    let expected = serde_json::json!({"p50": 5_000, "p90": 9_000, "p99": 10_000});
    assert_eq!(row["percentiles_ms"], expected);
    assert!(stdout(&yingda(&arguments)).contains("p90"));
}

#[test]
fn a_period_is_seen_on_the_day_of_as_of_and_may_mix_editions() {
    let folder = Folder::new("periods");
    let log = folder.write(
        "log.csv",
        format!(
            "{HEADER}\
        2021-11-20T02:00:00+08:00,jd,s1,b1,buyer,\n\
        2021-11-20T02:00:20+08:00,jd,s1,b1,agent,a1\n\
        2021-12-10T02:00:00+08:00,jd,s1,b1,buyer,\n\
        2022-03-02T10:00:00+08:00,taobao,s1,b1,buyer,\n"
        ),
    );
    let seen = |as_of: &str, metric: &str| {
        let arguments = ["measure", &log, "-m", metric, "--as-of", as_of, "--format", "json"];
        let row = lines(&yingda(&arguments)).remove(0);
        let text = |key: &str| row[key].as_str().expect("a day").to_owned();
        (text("from"), text("to"), row["editions"].to_string(), row["samples"].as_u64())
    };
    // JD-EX-02: seen on 2021-12-22, T-35 to T-6, the rule of each data day; TB-EX-10.
    let (from, to) = ("2021-11-17".to_owned(), "2021-12-16".to_owned());
    let editions = r#"["undated","2021-12-01"]"#.to_owned();
    assert_eq!(seen("2021-12-22", "jd/first-reply-30s"), (from, to, editions, Some(1)));
    let (from, to) = ("2022-03-01".to_owned(), "2022-03-30".to_owned());
    let editions = r#"["2022-03-01"]"#.to_owned();
    assert_eq!(seen("2022-03-31", "taobao/human-reply-time"), (from, to, editions, Some(1)));
}

/// A rule whose period its own samples bound: thirty days to the last one, or the last four.
const PAGE: &str = r#"
name = { zh = "主页回复", en = "page replies" }
summary = { zh = "沉默一天后的首条消息。", en = "First messages after a day of silence." }
[[edition]]
id = "own"
source = ["own-definition"]
confidence = "reading"
sample = "message"
authors = { agent = "answers" }
within = "24h"
settle = "deadline"
figure = "share"
period = { days = 30, until = "last-sample" }
minimum = 3
below-minimum = { samples = 4 }
"#;

#[test]
fn samples_may_say_which_days_are_published() {
    let folder = Folder::new("published");
    folder.write("rules/generic/page/rule.toml", PAGE);
    let fast = PAGE.replace("within = \"24h\"\nsettle = \"deadline\"", "fastest = 50");
    let fast = fast.replace("\"share\"", "\"mean-fastest\"");
    folder.write("rules/generic/speed/rule.toml", fast);
    let rules = folder.path().join("rules");
    let mut log = String::from(HEADER);
    let days = ["05-01", "05-02", "08-01", "08-29", "08-30"];
    for (n, day) in days.into_iter().enumerate() {
        let reply = if n == 1 { "20:00:00" } else { "10:00:30" };
        log.push_str(&format!("2023-{day}T10:00:00+08:00,generic,s1,b{n},buyer,\n"));
        log.push_str(&format!("2023-{day}T{reply}+08:00,generic,s1,b{n},agent,a{}\n", n % 2));
    }
    let log = folder.write("log.csv", log);
    let seen = |metric: &str, more: &[&str]| -> Vec<String> {
        let rules = rules.to_str().expect("a path in UTF-8");
        let call = ["measure", &log, "-m", metric, "--rulebooks", rules, "--format", "json"];
        let show = |row: &Value| {
            let (from, to) = (&row["from"], &row["to"]);
            format!("{from}..{to} {} {} {}", row["account"], row["samples"], row["value"])
        };
        lines(&yingda(&[&call[..], more].concat())).iter().map(show).collect()
    };
    // Three samples in the thirty days that end at the last one.
    let own = r#""2023-08-01".."2023-08-30" null 3 {"num":3,"den":3}"#;
    assert_eq!(seen("generic/page", &[]), [own]);
    // Seen earlier there is one in the window: the last four of all, which are three.
    let few = r#""2023-05-01".."2023-08-01" null 3 {"num":3,"den":3}"#;
    assert_eq!(seen("generic/page", &["--as-of", "2023-08-20"]), [few]);
    let by_account = seen("generic/page", &["--by", "shop,account"]);
    let first = r#""2023-05-01".."2023-08-30" "a0" 3 {"num":3,"den":3}"#;
    let second = r#""2023-05-02".."2023-08-29" "a1" 2 {"num":2,"den":2}"#;
    assert_eq!(by_account, [first, second]);
    // By day each day stands for itself.
    assert_eq!(seen("generic/page", &["--by", "day"]).len(), 5);
    // The faster half of five: three waits of thirty seconds.
    let fast = seen("generic/speed", &["--by", "day", "--band"]);
    assert_eq!(fast[1], r#""2023-05-02".."2023-05-02" null 1 {"num":36000000,"den":1}"#);
    let few = seen("generic/speed", &["--as-of", "2023-08-20"]);
    assert_eq!(few, [r#""2023-05-01".."2023-08-01" null 3 {"num":60000,"den":2}"#]);
}

#[test]
fn rejected_rows_are_kept_counted_and_told_by_the_exit_code() {
    let folder = Folder::new("rejected");
    let log = folder.write(
        "log.csv",
        format!(
            "{HEADER}2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n\
             2026-06-01 10:01,taobao,s1,b1,agent,a1\n\
             2026-06-01T10:02:00+08:00,taobao,s1,b1,agnet,a1\n"
        ),
    );
    let metric = ["--metric", "taobao/human-reply-3m"];
    let call = ["measure", &log, "--format", "json", "--by", "shop,day"];
    let output = yingda(&[&call[..], &metric].concat());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output).lines().count(), 1, "one metric on one day");
    assert!(stderr(&output).contains("2 of 3 rows are not facts"), "{}", stderr(&output));
    let rejected = folder.read("log.csv.rejected.csv");
    assert_eq!(rejected.lines().count(), 3, "{rejected}");
    assert!(rejected.contains(",3,at,"), "{rejected}");
    assert!(rejected.contains(",4,author,"), "{rejected}");

    let elsewhere = folder.path().join("elsewhere.csv");
    let elsewhere = elsewhere.to_str().expect("a path in UTF-8");
    let output = yingda(&["measure", &log, "--rejected", elsewhere, "-q"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(folder.read("elsewhere.csv").lines().count(), 3);

    let output = yingda(&["measure", &log, "--strict", "--format", "json"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    assert!(stderr(&output).contains("log.csv:3"), "{}", stderr(&output));

    let output = yingda(&["check", &log]);
    assert_eq!(output.status.code(), Some(1), "the answer of a check is no");
}

#[test]
fn calls_at_fault_say_what_to_do() {
    let cases: [(&[&str], &str); 8] = [
        (&["measure", "examples/small-shop.csv", "--metric", "taobao/human-reply"], "did you mean"),
        (&["measure", "examples/none.csv"], "none.csv"),
        (&["measure", "examples/small-shop.csv", "--as-of", "yesterday"], "expected a day"),
        (&["measure", "examples/small-shop.csv", "--reading", "R6"], "expected READING=ANSWER"),
        (&["measure", "examples/small-shop.csv", "--reading", "R6=maybe"], "R6"),
        (&["measure", "examples/small-shop.csv", "--shop", "nobody"], "no such shop"),
        (
            &["explain", "examples/small-shop.csv", "-m", "taobao/human-reply-3m", "--shop", "x"],
            "the log has green-tea",
        ),
        (&["check", "examples/none.toml"], "no such file"),
    ];
    for (arguments, told) in cases {
        let output = yingda(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_same_facts_in_every_form_give_the_same_figures() {
    let folder = Folder::new("forms");
    let generate = |name: &str, extra: &[&str]| {
        let path = folder.path().join(name).to_str().expect("a path in UTF-8").to_owned();
        let mut all = vec!["generate", "--rows", "4000", "--shops", "6", "--seed", "11", "--ids"];
        all.extend(extra);
        all.extend(["-q", "-o", &path]);
        let output = yingda(&all);
        assert!(output.status.success(), "{}", stderr(&output));
        path
    };
    let paths: Vec<String> = ["a.csv", "a.jsonl", "a.parquet", "a.csv.gz", "a.jsonl.zst"]
        .iter()
        .map(|name| generate(name, &[]))
        .collect();
    let measure = |logs: &[&str]| {
        let mut all = vec!["measure", "--by", "shop,account,day", "--format", "json"];
        all.extend(logs);
        let output = yingda(&all);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let figures = measure(&[&paths[0]]);
    assert!(figures.lines().count() > 50, "{figures}");
    for path in &paths[1..] {
        assert_eq!(measure(&[path]), figures, "{path}");
    }
    // Overlapping imports count once.
    assert_eq!(measure(&[&paths[0], &paths[2]]), figures);
    // Facts clustered by shop and buyer are the same facts.
    assert_eq!(measure(&[&generate("b.csv", &["--order", "clustered"])]), figures);
}

#[test]
fn standard_input_is_a_log() {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = command()
        .args(["measure", "-", "--format", "csv", "--by", "shop,day"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let log = std::fs::read(root().join("examples/small-shop.csv")).expect("the example");
    child.stdin.take().expect("a pipe").write_all(&log).expect("written");
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    assert!(stdout(&output).starts_with("metric,editions,revision,platform,shop,account,"));
}

#[test]
fn as_of_an_instant_leaves_open_samples_pending() {
    let folder = Folder::new("pending");
    let log = folder.write(
        "log.csv",
        format!(
            "{HEADER}2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n\
             2026-06-01T10:10:00+08:00,taobao,s1,b2,buyer,\n\
             2026-06-01T10:12:00+08:00,taobao,s1,b2,agent,a1\n"
        ),
    );
    let at = |as_of: &str| {
        let output = yingda(&[
            "measure",
            &log,
            "--metric",
            "taobao/human-reply-3m",
            "--by",
            "shop,day",
            "--format",
            "json",
            "--as-of",
            as_of,
        ]);
        let row = lines(&output).remove(0);
        let count = |key: &str| row[key].as_u64().expect("a count");
        (count("hits"), count("unanswered"), count("pending"))
    };
    assert_eq!(at("2026-06-01T10:01:00+08:00"), (0, 0, 1));
    assert_eq!(at("2026-06-01T10:03:00.001+08:00"), (0, 1, 0), "its limit has passed");
    assert_eq!(at("2026-06-01T10:11:00+08:00"), (0, 1, 1), "the answer has not come yet");
    assert_eq!(at("2026-06-02"), (1, 1, 0));
}

#[test]
fn the_registry_sets_samples_aside() {
    let folder = Folder::new("registry");
    let log = folder.write(
        "log.csv",
        format!(
            "{HEADER}2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n\
             2026-06-01T12:30:00+08:00,taobao,s1,b2,buyer,\n\
             2026-06-01T13:00:00+08:00,taobao,s1,own1,buyer,\n"
        ),
    );
    let registry = folder.write(
        "shops.toml",
        "[[shop]]\nplatform = \"taobao\"\nshop = \"s1\"\nown_accounts = [\"own1\"]\n\
         closed = [{ from = 2026-06-01T12:00:00+08:00, until = 2026-06-01T13:00:00+08:00 }]\n",
    );
    let output = yingda(&[
        "measure",
        &log,
        "--registry",
        &registry,
        "--metric",
        "taobao/human-reply-3m",
        "--by",
        "shop,day",
        "--format",
        "json",
    ]);
    let row = lines(&output).remove(0);
    assert_eq!(row["samples"], 1);
    assert_eq!(row["dropped"], serde_json::json!({"own-account": 1, "closed-shop": 1}));
}

/// What is not known of a shop is unknown: a misspelt name must not read as that in silence.
#[test]
fn a_registry_that_names_what_no_rulebook_knows_is_told() {
    let folder = Folder::new("registry-names");
    let log =
        folder.write("log.csv", format!("{HEADER}2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n"));
    let registry = folder.write(
        "shops.toml",
        "[[shop]]\nplatform = \"taobao\"\nshop = \"s1\"\n\
         enrolled = { cny-2026 = true, profesional-seller = true }\n\
         [[shop]]\nplatform = \"taobap\"\nshop = \"s2\"\n",
    );
    let told = |output: &Output| {
        assert!(output.status.success(), "{}", stderr(output));
        let all = stderr(output);
        assert!(all.contains("platform `taobap` (s2); did you mean `taobao`?"), "{all}");
        let enrolment = "`enrolled.profesional-seller` (s1); did you mean `professional-seller`?";
        assert!(all.contains(enrolment) && !all.contains("enrolled.cny-2026"), "{all}");
    };
    told(&yingda(&["check", &registry]));
    let metric = ["--metric", "taobao/human-reply-3m", "--registry", &registry];
    told(&yingda(&[&["measure", &log][..], &metric].concat()));
    let chinese = yingda_in("zh", &["check", &registry]);
    assert!(stderr(&chinese).contains("没有平台 `taobap` 的规则（s2）；是否为 `taobao`？"));
}

#[test]
fn rules_are_listed_and_shown_in_both_languages() {
    let list = stdout(&yingda(&["rules"]));
    for metric in &june_rules() {
        assert!(list.contains(metric), "{metric}");
        let page = yingda(&["rules", metric]);
        assert!(page.status.success());
        assert!(stdout(&page).contains("edition"), "{metric}");
        let json = lines(&yingda(&["rules", metric, "--format", "json"]));
        assert!(!json[0]["editions"].as_array().expect("editions").is_empty());
    }
    let chinese = yingda_in("zh", &["rules", "taobao/human-reply-3m"]);
    assert!(stdout(&chinese).contains("旺旺"), "{}", stdout(&chinese));
    assert!(serde_json::from_str::<Value>(&stdout(&yingda(&["rules", "--schema"]))).is_ok());
}

#[test]
fn the_shipped_rulebooks_pass_the_check_and_a_misspelt_key_does_not() {
    let output = yingda(&["check", "rulebooks"]);
    assert!(output.status.success(), "{}", stdout(&output));
    let folder = Folder::new("own-rules");
    let rule = std::fs::read_to_string(root().join("rulebooks/generic/reply/rule.toml"))
        .expect("a rulebook");
    folder.write("generic/mine/rule.toml", rule.replace("within", "witin"));
    let path = folder.path().to_str().expect("a path in UTF-8").to_owned();
    let output = yingda(&["check", &path]);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    assert!(told.contains("witin") && told.contains("`within`"), "{told}");
}

#[test]
fn check_looks_at_the_observed_facts_of_a_log() {
    let folder = Folder::new("check-observed");
    let header = "at,platform,shop,fact,value\n2026-08-02T09:00:00+08:00,taobao,s1,observed,";
    let check = |value: &str| {
        let log = folder.write("log.csv", format!("{header}{value}\n"));
        let output = yingda(&["check", &log]);
        (output.status.code(), stdout(&output) + &stderr(&output))
    };
    let (code, told) = check("taobao/human-reply-3m 2026-07-03..2026-08-01 99.85% n=2000");
    assert_eq!(code, Some(0), "{told}");
    for wrong in ["garbage", "taobao/human-reply-3m 2026-08-01 10s"] {
        let (code, told) = check(wrong);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("1 of 1 `observed` facts are no figures"), "{told}");
    }
}

#[test]
fn mistakes_of_a_call_are_told_in_the_users_language() {
    let told = |arguments: &[&str]| {
        let output = yingda_in("zh", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = stderr(&output);
        assert!(text.starts_with("错误："), "{text}");
        assert!(!text.contains("error:") && !text.contains("Usage"), "{text}");
        text
    };
    assert!(told(&["measure"]).contains("缺少 <LOG>"));
    assert!(told(&["measur"]).contains("是不是想写 measure？"));
    assert!(told(&["measure", "x.csv", "--formt", "json"]).contains("是不是想写 --format？"));
    assert!(told(&["measure", "x.csv", "--format", "xml"]).contains("可选：table、json"));
    assert!(told(&["explain", "x.csv", "--shop"]).contains("要有值"));
}

#[test]
fn help_is_in_the_users_language() {
    let help = |lang: &str| stdout(&yingda_in(lang, &["measure", "--help"]));
    assert!(help("en").contains("Count figures from logs"));
    assert!(help("zh").contains("从聊天日志统计指标"));
}
