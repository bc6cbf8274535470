//! Sources of other shapes on the command line.

use crate::binary::{Folder, stderr, stdout, yingda_in};

const CHAT: &str = "fuzz/intake-corpus/qianniu-clipboard/ok-gb18030.txt";
const UNDER: [&str; 4] = ["--profile", "qianniu-clipboard", "--set", "shop=s1"];

#[test]
fn a_preview_in_each_language() {
    let under: Vec<&str> = [&["check", CHAT][..], &UNDER].concat();
    let english = yingda_in("en", &under);
    assert_eq!(english.status.code(), Some(1), "four rows are rejected");
    insta::assert_snapshot!("preview_en", stdout(&english));
    // What people wrote is shown when asked for, and only then.
    assert!(!stdout(&english).contains("在吗"));
    let chinese = yingda_in("zh", &[&under[..], &["--text"]].concat());
    insta::assert_snapshot!("preview_zh", stdout(&chinese));
}

#[test]
fn figures_are_counted_through_a_profile() {
    let folder = Folder::new("through-a-profile");
    let rejected = folder.path().join("rejected.csv");
    let rejected = rejected.to_str().expect("a path in UTF-8");
    let what = ["measure", CHAT, "-m", "generic/reply", "--limit", "60s", "--format", "json"];
    let given = ["--set", "platform=generic", "--rejected", rejected, "--by", "shop,day"];
    let output = yingda_in("en", &[&what[..], &UNDER, &given].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let line: serde_json::Value =
        serde_json::from_str(stdout(&output).lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["shop"], &line["samples"]), (&"s1".into(), &2.into()), "{line}");
    let list = folder.read("rejected.csv");
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
        let output = yingda_in("en", &[&["check", CHAT][..], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn profiles_are_listed_and_checked() {
    let list = stdout(&yingda_in("en", &["check", "--profiles"]));
    assert_eq!(list.lines().count(), 9);
    let good = yingda_in("en", &["check", "profiles/messages.toml"]);
    assert!(good.status.success() && stdout(&good).contains("all right"));
    let wrong = yingda_in("zh", &["check", "fuzz/intake-corpus/profile/no-keys.toml"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stdout(&wrong).contains("是否为 `format`？"));
}
