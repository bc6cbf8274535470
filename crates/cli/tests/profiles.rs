//! Sources of other shapes on the command line.
#![allow(missing_docs)]

use std::path::Path;
use std::process::{Command, Output};

const CHAT: &str = "fuzz/intake-corpus/qianniu-clipboard/ok-gb18030.txt";
const UNDER: [&str; 4] = ["--profile", "qianniu-clipboard", "--set", "shop=s1"];

fn yingda(lang: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yingda"))
        .args(arguments)
        .args(["--lang", lang])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn a_preview_in_each_language() {
    let under: Vec<&str> = [&["check", CHAT][..], &UNDER].concat();
    let english = yingda("en", &under);
    assert_eq!(english.status.code(), Some(1), "four rows are rejected");
    insta::assert_snapshot!("preview_en", stdout(&english));
    // What people wrote is shown when asked for, and only then.
    assert!(!stdout(&english).contains("在吗"));
    let chinese = yingda("zh", &[&under[..], &["--text"]].concat());
    insta::assert_snapshot!("preview_zh", stdout(&chinese));
}

#[test]
fn figures_are_counted_through_a_profile() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("through-a-profile");
    std::fs::create_dir_all(&folder).expect("a folder");
    let rejected = folder.join("rejected.csv");
    let rejected = rejected.to_str().expect("a path in UTF-8");
    let what = ["measure", CHAT, "-m", "generic/reply", "--limit", "60s", "--format", "json"];
    let given = ["--set", "platform=generic", "--rejected", rejected, "--by", "shop,day"];
    let output = yingda("en", &[&what[..], &UNDER, &given].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let line: serde_json::Value =
        serde_json::from_str(stdout(&output).lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["shop"], &line["samples"]), (&"s1".into(), &2.into()), "{line}");
    let list = std::fs::read_to_string(rejected).expect("the rejected rows");
    assert_eq!(list.lines().count(), 5);
    assert!(list.contains("second-buyer"));
}

#[test]
fn calls_that_cannot_be_right_are_told() {
    let cases: [(&[&str], &str); 5] = [
        (&["--profile", "mesages"], "did you mean `messages`?"),
        (&["--profile", "none.toml"], "none.toml: cannot read"),
        (&["--profile", "messages", "--set", "shop"], "write KEY=VALUE"),
        (&["--profile", "messages", "--set", "shp=1"], "did you mean `shop`?"),
        (&["--set", "shop=1"], "--profile"),
    ];
    for (arguments, expected) in cases {
        let output = yingda("en", &[&["check", CHAT][..], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn profiles_are_listed_and_checked() {
    let list = stdout(&yingda("en", &["check", "--profiles"]));
    assert_eq!(list.lines().count(), 9);
    let good = yingda("en", &["check", "profiles/messages.toml"]);
    assert!(good.status.success() && stdout(&good).contains("all right"));
    let wrong = yingda("zh", &["check", "fuzz/intake-corpus/profile/no-keys.toml"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stdout(&wrong).contains("是否为 `format`？"));
}
