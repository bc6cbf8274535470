//! `yingda demo`, as a stranger tries it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::{Folder, command, stderr, stdout, yingda};
use crate::served::{Served, text};

/// Facts enough for figures, and few enough for a test.
const ROWS: &str = "20k";

/// Somebody who signed in.
struct Visitor<'a> {
    server: &'a Served,
    cookie: String,
}

impl<'a> Visitor<'a> {
    fn sign_in(server: &'a Served, login: &str, password: &str) -> Self {
        let body = json!({ "login": login, "password": password }).to_string();
        let origin = format!("origin: {}", server.url);
        let headers = ["content-type: application/json", &origin];
        let answer = server.exchange(&headers, "POST", "/v1/sign-in", &body).expect("an answer");
        let cookie = answer.0.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).expect("a session");
        Self { server, cookie: format!("cookie: {cookie}") }
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.server.ask_with(&[&self.cookie], "GET", path, "").expect("an answer");
        assert_eq!(answer.0, 200, "{path}: {}", answer.1);
        serde_json::from_str(&answer.1).expect("JSON")
    }
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().expect("items")
}

/// When the newest fact of any shop happened.
fn newest(overview: &Value) -> String {
    let feeds = items(overview).iter().flat_map(|shop| shop["feeds"].as_array().expect("feeds"));
    feeds.filter_map(|feed| feed["last_fact_at"].as_str()).max().expect("a fact").to_owned()
}

#[test]
fn a_stranger_finds_an_agency_at_work() {
    let folder = Folder::new("demo");
    let mut child = command()
        .args(["demo", "--rows", ROWS, "--listen", "127.0.0.1:0", "--lang", "en"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut word = |before: &str| {
        let line =
            lines.by_ref().map(|line| line.expect("text")).find(|line| line.contains(before));
        let line = line.expect("what it prints when it is ready");
        let (_, word) = line.split_once(before).expect("found");
        word.trim().to_owned()
    };
    let (url, login, password) = (word("ready at "), word("login"), word("password"));
    let mut server = Served::of(child, url);
    let visitor = Visitor::sign_in(&server, &login, &password);
    let overview = visitor.get("/v1/overview");
    let platforms: BTreeSet<&str> =
        items(&overview).iter().filter_map(|shop| shop["platform"].as_str()).collect();
    assert_eq!(items(&overview).len(), 12);
    assert!(platforms.len() >= 5, "{platforms:?}");
    // A month: what the platform takes thirty days for is below its line, and what follows stands.
    let barred = items(&overview).iter().find(|shop| shop["shop"] == "30077").expect("the shop");
    let standing = barred["standing"].as_array().expect("lines");
    let month = standing.iter().find(|one| one["standard"] == "reply-3m-2023").expect("the line");
    assert_eq!(month["verdict"], "fail", "{month}");
    assert_eq!(month["consequences"][0]["what"], "no-campaign");
    assert_eq!(month["days_known"].as_i64().unwrap_or(30), 30, "{month}");
    let grades = |grade: &str| {
        let of = |shop: &Value| {
            shop["feeds"]
                .as_array()
                .is_some_and(|feeds| feeds.iter().any(|feed| feed["grade"] == grade))
        };
        items(&overview).iter().filter(|shop| of(shop)).count()
    };
    assert_eq!([grades("live"), grades("daily"), grades("panel")], [9, 1, 1]);
    let panel = visitor.get("/v1/observed");
    assert!(items(&panel).len() >= 30);
    let late: u64 =
        items(&overview).iter().filter_map(|shop| shop["queue"]["overdue"].as_u64()).sum();
    assert!(late > 0, "nobody waits for too long");
    assert!(!items(&visitor.get("/v1/waiting")).is_empty());
    assert!(!items(&visitor.get("/v1/alerts")).is_empty());
    // Facts come as time passes: those that the log has next do so within seconds.
    let before = newest(&overview);
    let comes = || newest(&visitor.get("/v1/overview")) > before;
    let mut looks = 0;
    while !comes() {
        looks += 1;
        assert!(looks < 600, "no fact came in a minute");
        std::thread::sleep(Duration::from_millis(100));
    }
    let left = || std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left(), 1, "the data folder");
    let status = server.end("-INT");
    assert!(status.success(), "{status}");
    assert_eq!(left(), 0, "the data folder stays");
}

#[test]
fn what_keeps_the_demo_from_starting_is_told() {
    let folder = Folder::new("demo-refused");
    folder.write("full/file", "x");
    let full = folder.path().join("full");
    let output = yingda(&["demo", "--data", text(&full)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("something is in it already"), "{}", stderr(&output));
    let output = yingda(&["demo", "--rows", "many"]);
    assert!(stderr(&output).contains("`--rows` is `many`"), "{}", stderr(&output));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let temporary = folder.path().join("temporary");
    std::fs::create_dir_all(&temporary).expect("a folder");
    let output = command()
        .args(["demo", "--listen", &address, "--lang", "en"])
        .env("TMPDIR", &temporary)
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot listen on"), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    assert_eq!(std::fs::read_dir(&temporary).expect("the folder").count(), 0);
}
