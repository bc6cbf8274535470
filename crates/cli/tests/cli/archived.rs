//! A server whose closed days lie in its archive says what it said before; so does the archive.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use facts::{Day, Instant};
use serde_json::Value;
use store::Scope;

use crate::binary::{Folder, parsed, stderr, stdout, yingda};
use crate::pieces::{Line, lines_of};
use crate::served::{Served, text, token};
use crate::standin::open_store;

const PLATFORMS: [&str; 4] = ["taobao", "jd", "douyin", "pinduoduo"];
/// No day moves by itself.
const NEVER: [&str; 2] = ["--archive-after-days", "36500"];

/// A log of several platforms, its replies with texts of which some are looked past by a rule.
fn log(folder: &Folder) -> (String, BTreeSet<(String, String)>) {
    const TEXTS: [&str; 4] = ["稍等～", "已经为您登记了", "好的，请稍等！", "亲 稍等"];
    let mut lines = lines_of(1_500, &PLATFORMS, 5);
    for (n, line) in lines.iter_mut().enumerate() {
        if line.cell("fact").is_empty() || line.cell("fact") == "message" {
            *line = line.with("text", TEXTS[n % TEXTS.len()]);
        }
    }
    let shops = lines.iter().map(|line| (line.cell("platform").into(), line.cell("shop").into()));
    let shops = shops.collect();
    let mut csv = testkit::worlds::HEADER.join(",");
    for Line { cells, .. } in &lines {
        let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        csv += &format!("\n{}", quoted.collect::<Vec<_>>().join(","));
    }
    (folder.write("log.csv", csv), shops)
}

/// What does not hang on when it is asked or in which order rows are stored.
fn settled(mut value: Value) -> Vec<String> {
    let items = value["items"].as_array_mut().expect("items");
    for item in items.iter_mut() {
        item.as_object_mut().expect("an object").remove("fed");
    }
    let mut items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.sort();
    items.push(value["figure"].to_string());
    items
}

/// Figures, standing and explanations of all shops, as one looks on a day after.
fn all_said(server: &Served, token: &str, shops: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut said = Vec::new();
    let as_of = "as_of=2026-06-10T00:00:00%2B08:00";
    for (platform, shop) in shops {
        let of = format!("platform={platform}&shop={shop}&{as_of}");
        let metric = match platform.as_str() {
            "taobao" => "taobao/human-reply-3m",
            "jd" => "jd/first-reply-30s",
            "douyin" => "douyin/reply-time",
            _ => "pinduoduo/human-reply-3m",
        };
        // Some replies are looked past.
        let otherwise = match platform.as_str() {
            "douyin" => "&metric=douyin/reply-time&edition=2026-09-29",
            _ => "",
        };
        for path in [
            format!("/v1/figures?{of}&by=account,day&from=2026-06-01&to=2026-06-08&limit=1000"),
            format!("/v1/figures?{of}&by=day&from=2026-06-01&to=2026-06-08&limit=1000{otherwise}"),
            format!("/v1/standing?{of}&as_told=true"),
            format!(
                "/v1/explanations?{of}&metric={metric}&from=2026-06-02&to=2026-06-05\
                     &texts=true&limit=1000"
            ),
        ] {
            said.push(path.clone());
            said.extend(settled(server.json(token, "GET", &path, "")));
        }
    }
    said
}

fn moved(data: &Path, before: &str) -> u64 {
    let store = open_store(data);
    let (everything, before) = (Scope::everything(), before.parse::<Day>().expect("a day"));
    let days = store.days_before(&everything, before).expect("days");
    let moved = |(day, _): &(Day, u64)| store.archive_day(&everything, Instant(0), *day);
    days.iter().map(|day| moved(day).expect("it moves")).sum()
}

/// The edition that looks past some replies; its days are later ones.
const STRICT: [&str; 4] = ["-m", "douyin/reply-time", "--edition", "2026-09-29"];

fn measured(log: &str) -> Vec<Value> {
    let mut all = measured_with(log, &[]);
    all.extend(measured_with(log, &STRICT));
    all
}

fn measured_with(log: &str, more: &[&str]) -> Vec<Value> {
    let call = ["measure", log, "--by", "shop,account,day", "--format", "json"];
    let output = yingda(&[&call[..], more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    parsed(&stdout(&output))
}

#[test]
fn a_server_says_the_same_of_days_that_lie_in_its_archive() {
    let folder = Folder::new("archived");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let secret = folder.write("token", &token);
    let (log, shops) = log(&folder);
    let server = Served::start_with(text(&data), &NEVER);
    let call = ["import", &log, "--server", &server.url, "--token-file", &secret];
    let output = yingda(&call);
    assert!(output.status.success(), "{}", stderr(&output));
    let before = all_said(&server, &token, &shops);
    drop(server);
    let silent = std::fs::read_to_string(&log).expect("the log").replace("稍等", "今天下午就发");
    let silent = folder.write("silent.csv", silent);
    assert_ne!(
        measured_with(&silent, &STRICT),
        measured_with(&log, &STRICT),
        "what a reply says matters"
    );

    let n = moved(&data, "2026-06-04");
    assert!(n > 1_000, "{n} facts moved");
    let server = Served::start_with(text(&data), &NEVER);
    assert_eq!(all_said(&server, &token, &shops), before, "half of it is archived");
    drop(server);

    // Half a year later the rest moves by itself.
    let late = ["--clock-shift", "5000h", "--archive-after-days", "130"];
    let server = Served::start_with(text(&data), &late);
    let archive = data.join("archive");
    let has_moved = || {
        let days = archive::Archive::open(&archive).map(|one| one.parts().len());
        days.is_ok_and(|days| days >= 7) && measured(text(&archive)) == measured(&log)
    };
    // A minute at most.
    let mut looks = 0..600;
    while !has_moved() {
        assert!(looks.next().is_some(), "the days do not move");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(all_said(&server, &token, &shops), before, "all of it is archived");
    drop(server);
    let verified = yingda(&["pack", "--verify", text(&archive)]);
    assert!(verified.status.success(), "{}", stderr(&verified));

    // A backup holds it, and a restored server says the same.
    let backup = folder.path().join("y.backup");
    let output = yingda(&["backup", "--data", text(&data), "-o", text(&backup)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let (restored, key) = (folder.path().join("restored"), data.join("yingda.key"));
    let call = ["restore", text(&backup), "--key", text(&key), "--data", text(&restored)];
    let output = yingda(&call);
    assert!(output.status.success(), "{}", stderr(&output));
    let server = Served::start_with(text(&restored), &NEVER);
    assert_eq!(all_said(&server, &token, &shops), before, "all of it is restored");
    assert_eq!(measured(text(&restored.join("archive"))), measured(&log));
}
