//! `yingda pack`, and the commands that read what it wrote.

use serde_json::Value;
use testkit::worlds::{RandomParams, RandomWorld, RowOrder};

use crate::binary::{Folder, lines, parsed, root, stderr, stdout, yingda, yingda_in};

/// Packs a log into a folder; the folder.
fn packed(folder: &Folder, log: &str) -> String {
    let archive = folder.path().join("archive").to_str().expect("UTF-8").to_owned();
    let output = yingda(&["pack", log, "-o", &archive]);
    assert!(output.status.success(), "{}", stderr(&output));
    archive
}

/// An explanation without the places of its rows, which are others in an archive.
fn explained(arguments: &[&str]) -> Vec<Value> {
    let output = yingda(arguments);
    let mut lines = parsed(&stdout(&output));
    for line in &mut lines {
        for key in ["facts", "every_fact"] {
            for fact in line.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
                let fact = fact.as_object_mut().expect("a fact");
                fact.remove("source");
                fact.remove("line");
            }
        }
    }
    lines
}

/// Measures and explains a log and its archive alike; how many samples were explained.
fn check(log: &str, archive: &str, metrics: &[&str], shops: &[&str], days: &[&str]) -> usize {
    let all = |log: &str, by: &str| {
        let output = yingda(&["measure", log, "--by", by, "--format", "json"]);
        stdout(&output)
    };
    for by in ["shop", "shop,account,day,hour"] {
        assert_eq!(all(log, by), all(archive, by), "{by}");
    }
    let mut n = 0;
    for metric in metrics {
        for shop in shops {
            for day in days {
                let explain = |log| {
                    let what = ["--metric", metric, "--shop", shop, "--day", day];
                    let how = ["--format", "json", "--text"];
                    explained(&[&["explain", log], &what[..], &how[..]].concat())
                };
                let expected = explain(log);
                assert_eq!(explain(archive), expected, "{metric} {shop} {day}");
                n += expected.len();
            }
        }
    }
    n
}

#[test]
fn the_shipped_log_and_its_archive_say_the_same() {
    let folder = Folder::new("pack-demo");
    let log = root().join("examples/small-shop.csv");
    let log = log.to_str().expect("UTF-8");
    let archive = packed(&folder, log);
    let metrics = ["taobao/human-reply-3m", "taobao/reply-rate"];
    check(log, &archive, &metrics, &["green-tea"], &["2026-06-01", "2026-06-02"]);
    let verified = yingda(&["pack", "--verify", &archive]);
    assert!(verified.status.success(), "{}", stderr(&verified));
    let again = yingda(&["pack", log, "-o", &archive]);
    assert!(stderr(&again).contains("packed already"), "{}", stderr(&again));
}

/// Worlds whose facts crowd around midnights, transfers, recalls, reports and late answers.
#[test]
fn what_is_pruned_changes_no_explanation() {
    let cases: [(&str, &[&str]); 5] = [
        ("taobao", &["taobao/human-reply-3m", "taobao/satisfaction"]),
        ("douyin", &["douyin/reply-time", "douyin/human-reply-3m-conversation"]),
        ("pinduoduo", &["pinduoduo/human-reply-3m", "pinduoduo/effective-reply"]),
        ("jd", &["jd/first-reply-30s", "jd/leave-message-rate"]),
        ("lazada", &["lazada/chat-response"]),
    ];
    let orders = [RowOrder::AsHappened, RowOrder::Mixed, RowOrder::MixedWithSeq];
    let mut n = 0;
    for (seed, (platform, metrics)) in (0..).zip(cases) {
        let params = RandomParams {
            platform: platform.to_owned(),
            order: orders[seed as usize % 3],
            ..RandomParams::new(3_000, seed)
        };
        let world = RandomWorld::generate(&params);
        let folder = Folder::new(&format!("pack-world-{platform}"));
        let log = folder.write("log.csv", world.csv());
        let archive = packed(&folder, &log);
        let mut shops: Vec<&str> = world.threads.iter().map(|one| one.shop.as_str()).collect();
        shops.dedup();
        shops.truncate(2);
        n += check(&log, &archive, metrics, &shops, &["2026-06-01", "2026-06-03", "2026-06-05"]);
    }
    assert!(n > 400, "only {n} samples");
}

const TWO_DAYS: &str = "at,platform,shop,buyer,author,account\n\
    2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,\n\
    2026-06-01T10:00:40+08:00,taobao,s1,b1,agent,a1\n\
    2026-06-02T10:00:00+08:00,taobao,s1,b1,buyer,\n\
    2026-06-02T10:00:41+08:00,taobao,s1,b1,agent,a1\n";

/// Nobody was put in charge on the first day, so that the second one does not depend on it.
#[test]
fn a_day_that_cannot_matter_is_not_read() {
    let folder = Folder::new("pack-pruned");
    let archive = packed(&folder, &folder.write("log.csv", TWO_DAYS));
    let part = folder.path().join("archive/day=2026-06-01/part-0.parquet");
    std::fs::remove_file(part).expect("removed");
    let call = ["explain", &archive, "-m", "taobao/human-reply-3m", "--shop", "s1"];
    let of_day = yingda(&[&call[..], &["--day", "2026-06-02", "-f", "json"]].concat());
    assert_eq!(lines(&of_day).len(), 1);
    assert!(!yingda(&call).status.success());
}

#[test]
fn damage_is_told_with_its_place() {
    let folder = Folder::new("pack-damage");
    let archive = packed(&folder, &folder.write("log.csv", TWO_DAYS));
    let part = folder.path().join("archive/day=2026-06-02/part-0.parquet");
    let mut bytes = std::fs::read(&part).expect("a part");
    bytes[20] ^= 1;
    std::fs::write(&part, bytes).expect("written");
    let output = yingda(&["pack", "--verify", &archive]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains("day=2026-06-02/part-0.parquet: its SHA-256"), "{told}");
    let chinese = stderr(&yingda_in("zh", &["pack", "--verify", &archive]));
    assert!(chinese.contains("1 个问题"), "{chinese}");
}

#[test]
fn rejected_rows_and_repeats_are_told_as_when_measuring() {
    let folder = Folder::new("pack-rejected");
    let rows = "at,platform,shop,buyer,author,id\n\
        2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,m1\n\
        2026-06-01T10:00:00+08:00,taobao,s1,b1,buyer,m1\n\
        2026-06-01T10:00:05+08:00,taobao,s1,b1,robot,m2\n\
        2026-06-01T10:00:09+08:00,taobao,s1,b1,agent,m1\n\
        yesterday,taobao,s1,b1,buyer,m3\n";
    let log = folder.write("log.csv", rows);
    let measured = yingda(&["measure", &log, "-o", &folder.write("out", "")]);
    let expected = folder.read("log.csv.rejected.csv");
    std::fs::remove_file(folder.path().join("log.csv.rejected.csv")).expect("removed");
    let archive = folder.path().join("archive").to_str().expect("UTF-8").to_owned();
    let output = yingda(&["pack", &log, "-o", &archive]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(folder.read("log.csv.rejected.csv"), expected);
    for line in ["3 of 5 rows are not facts", "1 of 5 rows repeat a fact"] {
        assert!(stderr(&output).contains(line), "{}", stderr(&output));
        assert!(stderr(&measured).contains(line), "{}", stderr(&measured));
    }
}
