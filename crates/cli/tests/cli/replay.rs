//! `yingda replay` against a stand-in for a server.

use crate::binary::{Folder, stderr, stdout};
use crate::standin::{Standin, now};

const HEADER: &str = "at,platform,shop,buyer,author,account,id,text\n";
/// Two minutes, not in their order.
const LOG: &str = "2026-06-01T09:01:00+08:00,taobao,s1,b1,agent,a1,m2,在\n\
                   2026-06-01T09:00:00+08:00,taobao,s1,b1,buyer,,m1,在吗\n\
                   2026-06-01T09:02:00+08:00,taobao,s1,b1,buyer,,m3,好\n";

#[test]
fn a_log_happens_now_and_faster() {
    let folder = Folder::new("replay-now");
    let log = folder.write("log.csv", format!("{HEADER}{LOG}"));
    let server = Standin::start(&folder.path().join("data"));
    let before = now().0;
    let output = server.call(&["replay", &log, "--speed", "600"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let told = stdout(&output);
    assert!(told.starts_with("3 facts: 3 accepted, 0 duplicate, 0 rejected; at most "), "{told}");
    let facts = server.facts("taobao", "s1");
    let ids: Vec<&str> = facts.iter().map(|(_, id, _)| id.as_str()).collect();
    assert_eq!(ids, ["m1", "m2", "m3"], "by their instants");
    let first = facts[0].0;
    assert!((before..=now().0).contains(&first));
    assert_eq!([facts[1].0 - first, facts[2].0 - first], [100, 200], "gaps over 600");
    // The same ids at other instants are other contents.
    let again = server.call(&["replay", &log, "--speed", "max"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("`--new-ids` gives new ones"), "{}", stderr(&again));
    let renamed = server.call(&["replay", &log, "--speed", "max", "--new-ids"]);
    assert!(renamed.status.success(), "{}", stderr(&renamed));
    assert_eq!(server.facts("taobao", "s1").len(), 6);
}

#[test]
fn a_replay_begins_where_it_is_told_to() {
    let folder = Folder::new("replay-from");
    let log = folder.write("log.csv", format!("{HEADER}{LOG}"));
    let server = Standin::start(&folder.path().join("data"));
    let call = ["replay", &log, "--speed", "9999999", "--from"];
    let from = |instant| server.call(&[&call[..], &[instant]].concat());
    let output = from("2026-06-01T01:01:00Z");
    assert!(stdout(&output).starts_with("2 facts: 2 accepted"), "{}", stderr(&output));
    assert!(stderr(&from("2026-06-02T00:00:00Z")).contains("nothing to replay"));
    assert!(stderr(&from("2026-06-01")).contains("an instant with its offset"));
    let wrong = server.call(&["replay", &log, "--speed", "fast"]);
    assert!(stderr(&wrong).contains("`--speed fast`"), "{}", stderr(&wrong));
}

/// As fast as can be, facts that are alike stay apart, and none is lost.
#[test]
fn load_loses_nothing() {
    let folder = Folder::new("replay-load");
    let row = |n: usize| {
        let (minute, second) = (n / 60 % 60, n % 60);
        format!("2026-06-01T09:{minute:02}:{second:02}+08:00,taobao,s1,b{},buyer,,,x\n", n % 7)
    };
    let rows: String = (0..3_000).map(row).collect();
    let log = folder.write("log.csv", format!("{HEADER}{rows}"));
    let server = Standin::start(&folder.path().join("data"));
    server.state().max_rows = 400;
    let output = server.call(&["replay", &log, "--speed", "max"]);
    assert!(stdout(&output).starts_with("3000 facts: 3000 accepted"), "{}", stdout(&output));
    assert_eq!(server.facts("taobao", "s1").len(), 3_000);
}
