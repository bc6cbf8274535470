//! `yingda rules` beyond the list, and `--rules-on`, as their users call them.

use crate::binary::{Folder, lines, root, stderr, stdout, yingda_in};

const JD: &str = "jd/first-reply-30s";

#[test]
fn a_metric_is_told_in_words_with_its_differences_and_cases() {
    let page = stdout(&yingda_in("en", &["rules", JD]));
    for part in [
        "what counts\n  Each conversation is one sample.",
        "editions differ in",
        "A wait of exactly the limit is",
        "worked cases (`--cases` shows them)",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("```chat"));
    assert!(stdout(&yingda_in("en", &["rules", JD, "--cases"])).contains("```chat"));
    let page = stdout(&yingda_in("zh", &["rules", JD]));
    for part in ["每次会话是一个样本。", "各版不同之处", "个实例"] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn several_metrics_and_platforms_are_named_once_each() {
    let ids = |arguments: &[&str]| -> Vec<String> {
        let mut all = vec!["rules", "--format", "json"];
        all.extend(arguments);
        let found = lines(&yingda_in("en", &all));
        found.iter().map(|line| line["metric"].as_str().expect("a metric").to_owned()).collect()
    };
    assert_eq!(ids(&[JD, "jd", JD]), ids(&["jd"]));
    assert_eq!(ids(&["--platform", "jd,taote"]).len(), ids(&["jd", "taote"]).len());
    let output = yingda_in("en", &["rules", "--platform", "jdd"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there are taobao"), "{}", stderr(&output));
}

#[test]
fn what_changed_between_two_days_is_told() {
    let days = ["rules", "--between", "2021-11-30", "2021-12-31", JD];
    insta::assert_snapshot!("between", stdout(&yingda_in("en", &days)));
    insta::assert_snapshot!("between_in_chinese", stdout(&yingda_in("zh", &days)));
    let changes = lines(&yingda_in("en", &[&days[..], &["--format", "json"]].concat()));
    assert_eq!(changes.len(), 1);
    let change = &changes[0];
    assert_eq!((&change["of"], &change["metric"]), (&"metric".into(), &JD.into()));
    let in_force = serde_json::json!({"event": "in-force", "day": "2021-12-01"});
    let events = change["events"].as_array().expect("events");
    assert!(events.contains(&in_force), "{change}");
    let hours = change["differences"].as_array().expect("differences");
    let hours = hours.iter().find(|one| one["key"] == "hours").expect("the hours changed");
    assert_eq!((&hours["old"], &hours["new"]), (&"whole-day".into(), &"09:00-23:00".into()));
}

#[test]
fn nothing_changed_is_an_answer_and_a_wrong_day_is_not() {
    let output = yingda_in("en", &["rules", "--between", "2030-01-01", "2030-02-01", JD]);
    let told = "nothing changed after 2030-01-01 up to 2030-02-01 (1 metrics, ";
    assert!(output.status.success() && stdout(&output).starts_with(told), "{}", stdout(&output));
    let json = ["rules", "--between", "2030-01-01", "2030-02-01", "--format", "json"];
    assert_eq!(stdout(&yingda_in("en", &json)), "");
    for (days, told) in [
        (["2030-02-01", "2030-01-01"], "is before the first"),
        (["2030-02-30", "2030-03-01"], "expected a calendar day"),
    ] {
        let output = yingda_in("en", &["rules", "--between", days[0], days[1]]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
}

#[test]
fn standards_that_begin_or_end_are_changes() {
    let days = ["rules", "--between", "2023-03-23", "2023-03-24", "--platform", "taobao"];
    let told = stdout(&yingda_in("en", &days));
    let line = "  standard reply-3m-2023 (reposted): >= 70% · in force from 2023-03-24\n";
    assert!(told.contains(line), "{told}");
    let found = lines(&yingda_in("zh", &[&days[..], &["--format", "json"]].concat()));
    let standard = found.iter().find(|one| one["standard"] == "reply-3m-2023").expect("it");
    assert_eq!((&standard["of"], &standard["lines"][0]), (&"standard".into(), &">= 70%".into()));
    assert_eq!(standard["events"][0]["event"], "in-force");
    // Of another metric it is no change.
    let other = ["rules", "--between", "2023-03-23", "2023-03-24", "taobao/satisfaction"];
    assert!(!stdout(&yingda_in("en", &other)).contains("reply-3m-2023"));
}

/// The shipped rule with a further edition from 2030 on, in which the limit is two minutes.
fn with_next_year(folder: &Folder) -> String {
    let rule = root().join("rulebooks/generic/reply/rule.toml");
    let rule = std::fs::read_to_string(rule).expect("a rulebook");
    let start = rule.find("[[edition]]").expect("an edition");
    let edition = &rule[start..];
    let next = edition
        .replace("id = \"2026\"", "id = \"2030\"")
        .replace("from = 2026-01-01\n", "")
        .replace("[[edition]]", "[[edition]]\nfrom = 2030-01-01")
        .replace("within = \"180s\"", "within = \"120s\"");
    assert_ne!(next, edition);
    folder.write("generic/reply/rule.toml", format!("{rule}\n{next}"));
    folder.path().to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn days_are_counted_under_the_rules_of_another_day() {
    let folder = Folder::new("rules-on");
    let rulebooks = with_next_year(&folder);
    let rows = "at,platform,shop,buyer,author,account\n\
                2026-06-01T10:00:00+08:00,generic,s1,b1,buyer,\n\
                2026-06-01T10:02:30+08:00,generic,s1,b1,agent,a1\n";
    let log = folder.write("log.csv", rows);
    let asked = ["--metric", "generic/reply", "--rulebooks", &rulebooks];
    let figure = |more: &[&str]| {
        let fixed = ["measure", &log, "--by", "shop,day", "--format", "json"];
        let output = yingda_in("en", &[&fixed[..], &asked, more].concat());
        (lines(&output).remove(0), stderr(&output))
    };
    let (now, _) = figure(&[]);
    assert_eq!((&now["hits"], &now["editions"][0]), (&1.into(), &"2026".into()));
    let (next, told) = figure(&["--rules-on", "2030-01-01"]);
    assert_eq!((&next["hits"], &next["misses"]), (&0.into(), &1.into()));
    assert_eq!(next["editions"], serde_json::json!(["2030"]));
    assert!(told.contains("every day under edition 2030, in force on 2030-01-01"), "{told}");
    let (before, _) = figure(&["--rules-on", "2029-12-31"]);
    assert_eq!(before["editions"], serde_json::json!(["2026"]));

    let fixed = ["explain", &log, "--shop", "s1", "--format", "json", "--rules-on", "2030-01-01"];
    let rounds = lines(&yingda_in("en", &[&fixed[..], &asked].concat()));
    assert_eq!((&rounds[0]["verdict"], &rounds[0]["edition"]), (&"miss".into(), &"2030".into()));
}

#[test]
fn a_day_without_rules_counts_nothing_and_a_day_and_an_edition_exclude_each_other() {
    let fixed = ["measure", "examples/small-shop.csv", "--metric", "taobao/human-reply-3m"];
    let output = yingda_in("en", &[&fixed[..], &["--rules-on", "2001-01-01"]].concat());
    assert!(output.status.success());
    assert_eq!(stdout(&output), "");
    let told = "no edition is in force on 2001-01-01; it is not counted";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
    let both = ["--rules-on", "2026-01-01", "--edition", "as-told"];
    assert_eq!(yingda_in("en", &[&fixed[..], &both].concat()).status.code(), Some(2));
    let output = yingda_in("zh", &[&fixed[..], &["--rules-on", "soon"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--rules-on `soon`：应为日期"), "{}", stderr(&output));
}

#[test]
fn pages_are_written_into_a_folder() {
    let folder = Folder::new("pages");
    let path = folder.path().to_str().expect("a path in UTF-8");
    let output = yingda_in("en", &["rules", "--pages", path]);
    assert!(output.status.success(), "{}", stderr(&output));
    for page in ["index.md", "index.zh-CN.md", "jd/first-reply-30s.zh-CN.md"] {
        let text = folder.read(page);
        assert!(text.starts_with("# "), "{page}");
    }
}
