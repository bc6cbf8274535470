//! `yingda import` against a stand-in for a server.

use serde_json::Value;

use crate::binary::{Folder, command, stderr, stdout, yingda};
use crate::standin::{Fault, Standin};

const HEADER: &str = "at,platform,shop,buyer,author,account,id,text\n";

/// A log whose messages have ids, of two shops and some buyers.
fn log(n: usize) -> String {
    let row = |i: usize| {
        let (minute, second) = (i / 60 % 60, i % 60);
        let (hour, buyer) = (i / 3_600, i % 17);
        format!(
            "2026-06-01T{hour:02}:{minute:02}:{second:02}+08:00,taobao,s{},b{buyer},buyer,,m{i},\
             第{i}条\n",
            i % 2
        )
    };
    let rows: String = (0..n).map(row).collect();
    format!("{HEADER}{rows}")
}

#[test]
fn every_row_arrives_once_in_order_whatever_breaks() {
    let folder = Folder::new("import-breaks");
    let log = folder.write("log.csv", log(600));
    let server = Standin::start(&folder.path().join("data"));
    {
        let mut state = server.state();
        state.max_rows = 50;
        state.faults.extend([
            Fault::Busy(429),
            Fault::Drop,
            Fault::DropAnswer,
            Fault::Busy(503),
            Fault::Drop,
            Fault::Busy(500),
        ]);
    }
    let output = server.call(&["import", &log]);
    assert!(output.status.success(), "{}", stderr(&output));
    let facts = server.facts("taobao", "s0");
    let ids: Vec<&str> = facts.iter().map(|(_, id, _)| id.as_str()).collect();
    assert_eq!(facts.len(), 300);
    let of_buyer = |buyer: usize| -> Vec<usize> {
        let numbers = ids.iter().map(|id| id[1..].parse::<usize>().expect("a number"));
        numbers.filter(|n| n % 17 == buyer).collect()
    };
    assert!((0..17).all(|buyer| of_buyer(buyer).is_sorted()), "a buyer's facts stay in order");
    assert!(facts.iter().any(|(_, id, text)| id == "m4" && text == "第4条"));
    assert!(server.state().requests.iter().all(|rows| *rows <= 50), "halved until they fit");
    let line = stdout(&output);
    assert!(line.starts_with("600 rows: ") && line.ends_with(" 0 rejected\n"), "{line}");
    let again = server.call(&["import", &log]);
    assert_eq!(stdout(&again), "600 rows: 0 accepted, 600 duplicate, 0 rejected\n");
}

/// Rows without ids that are alike are genuine repeats, wherever requests are cut.
#[test]
fn genuine_repeats_are_kept_and_nothing_counts_twice() {
    let folder = Folder::new("import-repeats");
    let alike = "2026-06-01T09:00:00+08:00,taobao,s1,b1,buyer,,,在吗\n";
    let other =
        |n: usize| format!("2026-06-01T09:00:{:02}+08:00,taobao,s1,b1,buyer,,,{n}\n", n % 60);
    let others: String =
        (0..90).map(|n| format!("{}{}", other(n), [alike, ""][n % 10 / 9])).collect();
    // 81 are alike, and others lie between them.
    let log = folder.write("log.csv", format!("{HEADER}{others}"));
    let server = Standin::start(&folder.path().join("data"));
    server.state().max_rows = 100;
    server.state().faults.extend([Fault::DropAnswer]);
    let output = server.call(&["import", &log]);
    assert!(output.status.success(), "{}", stderr(&output));
    let texts = server.facts("taobao", "s1");
    assert_eq!(texts.iter().filter(|(_, _, text)| text == "在吗").count(), 81);
    assert_eq!(texts.len(), 171);
    assert!(server.state().requests.len() > 2, "cut");
    let again = server.call(&["import", &log]);
    assert_eq!(stdout(&again), "171 rows: 0 accepted, 171 duplicate, 0 rejected\n");
    // A second log with one more of them adds one: what overlaps counts once.
    let more = folder.write("more.csv", format!("{HEADER}{others}{alike}"));
    let output = server.call(&["import", &log, &more]);
    assert_eq!(stdout(&output), "343 rows: 1 accepted, 342 duplicate, 0 rejected\n");
}

#[test]
fn what_is_not_taken_is_written_down_with_its_place() {
    let folder = Folder::new("import-rejected");
    let rows = "2026-06-01T09:00:00+08:00,taobao,s1,b1,buyer,,m1,a\n\
                2026-06-01T09:00:00,taobao,s1,b1,buyer,,m2,b\n\
                2026-06-01T09:00:01+08:00,taobao,closed,b1,buyer,,m3,c\n\
                2026-06-01T09:00:02+08:00,taobao,s1,b1,buyer,,m1,other\n";
    let log = folder.write("log.csv", format!("{HEADER}{rows}"));
    let receipt = folder.path().join("receipt.json");
    let server = Standin::start(&folder.path().join("data"));
    let output = server.call(&["import", &log, "--receipt", receipt.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(stdout(&output), "4 rows: 1 accepted, 0 duplicate, 3 rejected\n");
    assert!(stderr(&output).contains("3 of 4 rows are not facts"), "{}", stderr(&output));
    let rejected = folder.read("log.csv.rejected.csv");
    let mut lines: Vec<&str> = rejected.lines().skip(1).collect();
    lines.sort_unstable_by_key(|line| line.split(',').nth(1));
    let starts = [",3,at,bad-instant,", ",4,shop,shop-not-allowed,", ",5,id,id-conflict,"];
    assert_eq!(lines.len(), 3);
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(&format!("{log}{start}")), "{line}");
    }
    let receipt: Value = serde_json::from_str(&folder.read("receipt.json")).expect("JSON");
    assert_eq!(receipt["accepted"], 1);
    assert_eq!(receipt["files"][0]["rows"], 4);
    assert_eq!(receipt["files"][0]["rejected"], 3);
    let print = std::process::Command::new("sha256sum").arg(&log).output().expect("sha256sum");
    let print = String::from_utf8(print.stdout).expect("UTF-8");
    assert_eq!(receipt["files"][0]["sha256"].as_str(), print.split(' ').next());
}

/// What nothing mends ends the command, and says what to do; the token is nowhere.
#[test]
fn what_cannot_be_mended_is_told_at_once() {
    let folder = Folder::new("import-final");
    let log = folder.write("log.csv", log(3));
    let server = Standin::start(&folder.path().join("data"));
    server.state().faults.push_back(Fault::Problem(403));
    let output = server.call(&["import", &log]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("You may not do this") && told.contains("Ask an owner"), "{told}");
    assert!(!told.contains("yd_"), "{told}");
    let unsigned = command()
        .args(["import", &log, "--server", &server.url, "--lang", "en"])
        .env_remove("YINGDA_TOKEN")
        .output()
        .expect("the binary runs");
    assert!(stderr(&unsigned).contains("YINGDA_TOKEN is not set"), "{}", stderr(&unsigned));
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}", port.local_addr().expect("an address"));
    drop(port);
    let output = yingda(&["import", &log, "--server", &nobody]);
    assert!(stderr(&output).contains("is the server running?"), "{}", stderr(&output));
    let token = folder.write("token", "yd_secret-token\n");
    for (server, words) in
        [("http://192.0.2.1", "read the token"), ("yingda", "an address such as")]
    {
        let output = yingda(&["import", &log, "--server", server, "--token-file", &token]);
        let told = stderr(&output);
        assert!(told.contains(words) && !told.contains("secret"), "{told}");
    }
    let token = folder.write("token", "two words\n");
    let output = yingda(&["import", &log, "--server", &server.url, "--token-file", &token]);
    assert!(stderr(&output).contains("one token"), "{}", stderr(&output));
}

#[test]
fn an_archive_and_a_profile_are_read_as_they_are_counted() {
    let folder = Folder::new("import-forms");
    let log = folder.write("log.csv", log(100));
    let archive = folder.path().join("archive");
    let archive = archive.to_str().expect("UTF-8");
    let packed = yingda(&["pack", &log, "-o", archive]);
    assert!(packed.status.success(), "{}", stderr(&packed));
    let server = Standin::start(&folder.path().join("data"));
    let output = server.call(&["import", archive]);
    assert_eq!(stdout(&output), "100 rows: 100 accepted, 0 duplicate, 0 rejected\n");
    let output = server.call(&["import", &log]);
    assert_eq!(stdout(&output), "100 rows: 0 accepted, 100 duplicate, 0 rejected\n");
}
