//! The server on PostgreSQL: what it is told is there after a crash, and it says what is wrong.

#[path = "../../../store/tests/support/cluster.rs"]
mod cluster;

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

use self::cluster::{Cluster, find};
use crate::binary::{Folder, stderr, yingda};
use crate::served::{Served, text};

/// The name of a new database, in a cluster that the tests share.
fn database() -> (&'static Cluster, String) {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let answers = |cluster: &Cluster, program: &str, more: &[&str]| {
        let host = cluster.socket.display().to_string();
        let mut asked = Command::new(find(program));
        asked.args(["-h", &host, "-U", "yingda"]).args(more);
        asked.output().is_ok_and(|output| output.status.success())
    };
    let cluster = CLUSTER
        .get_or_init(|| Cluster::start("cli", (&[], None), |one| answers(one, "pg_isready", &[])));
    let name = format!("cli_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Databases are copied from one that nobody may look at meanwhile.
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(answers(cluster, "createdb", &[&name]), "{name} cannot be made");
    (cluster, name)
}

fn address(cluster: &Cluster, database: &str) -> String {
    // A folder as host is a socket of this machine.
    let host = cluster.socket.display().to_string().replace('/', "%2F");
    format!("postgres://yingda@{host}/{database}")
}

/// Signs up by the link that a new server prints: the cookie of the session.
fn sign_up(served: &Served, link: &str) -> String {
    let secret = link.rsplit('#').next().expect("a secret");
    let body = json!({
        "secret": secret, "login": "owner", "name": "o", "password": "correct horse battery"
    });
    let origin = format!("origin: {}", served.url);
    let headers = [&*origin, "content-type: application/json"];
    let (head, body) =
        served.exchange(&headers, "POST", "/v1/sign-up", &body.to_string()).expect("an answer");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.and_then(|cookie| cookie.split(';').next());
    format!("cookie: {}", cookie.unwrap_or_else(|| panic!("{head}\n{body}")))
}

/// Every kind of reading: what is counted live, counted anew, listed, and kept beside.
fn answers_everything(served: &Served, headers: &[&str]) {
    let asked = |path: &str| served.ask_with(headers, "GET", path, "").expect("an answer");
    let figures = "/v1/figures?platform=taobao&shop=s1&metric=taobao/human-reply-3m\
                   &from=2026-05-31&to=2026-05-31";
    let paths = [
        figures,
        "/v1/overview",
        "/v1/waiting",
        "/v1/feeds",
        "/v1/audit",
        "/v1/users",
        "/v1/tokens",
        "/v1/shops",
        "/v1/persons",
        "/v1/overrides",
        "/v1/observed",
        "/v1/alerts",
        "/v1/me",
        "/v1/alerts/settings",
        "/v1/connectors",
        "/v1/imports",
        "/metrics",
        "/healthz",
    ];
    for path in paths {
        let (status, body) = asked(path);
        assert_eq!(status, 200, "{path}: {body}");
    }
    let (_, body) = asked(figures);
    let counted: Value = serde_json::from_str(&body).expect("figures");
    assert_eq!(counted["items"][0]["hits"], 1, "{body}");
}

#[test]
fn a_server_on_postgresql_keeps_what_it_acknowledged_over_a_crash_and_stops_quietly() {
    let folder = Folder::new("postgres-served");
    let data = folder.path().join("data");
    let data = text(&data);
    let (cluster, name) = database();
    let more = ["--database", &address(cluster, &name)];
    let (mut served, link) = Served::first(data, &more);
    let cookie = sign_up(&served, &link);
    let origin = format!("origin: {}", served.url);
    let ask = |served: &Served, method: &str, path: &str, body: &str| {
        let kind = match path {
            "/v1/facts" => "content-type: application/x-ndjson",
            _ => "content-type: application/json",
        };
        let headers = [&*cookie, &*origin, kind];
        let (status, body) = served.ask_with(&headers, method, path, body).expect("an answer");
        assert!(status < 300, "{method} {path}: {status} {body}");
        serde_json::from_str::<Value>(&body).unwrap_or(Value::Null)
    };
    let fact = |id: &str, author: &str, at: &str| {
        let at = format!("2026-05-31T10:{at}+08:00");
        let row = json!({
            "at": at, "platform": "taobao", "shop": "s1", "buyer": "b1", "author": author, "id": id,
            "account": if author == "agent" { "s1:a" } else { "" },
        });
        format!("{row}\n")
    };
    let facts = fact("m1", "buyer", "00:00") + &fact("m2", "agent", "00:30");
    assert_eq!(ask(&served, "POST", "/v1/facts", &facts)["accepted"], 2);
    let before = served.url.clone();
    served.end("-KILL");
    let mut served = Served::start_with(data, &more);
    // The cookie is named by the port, which is another now.
    let port = |url: &str| url.rsplit(':').next().expect("a port").to_owned();
    let cookie = cookie.replace(&port(&before), &port(&served.url));
    let origin = format!("origin: {}", served.url);
    answers_everything(&served, &[&cookie, &origin]);
    // The same again is known; another server is refused while this one runs.
    let headers = [&*cookie, &*origin, "content-type: application/x-ndjson"];
    let (_, body) = served.ask_with(&headers, "POST", "/v1/facts", &facts).expect("an answer");
    let again: Value = serde_json::from_str(&body).expect("an answer");
    assert_eq!((&again["accepted"], &again["duplicate"]), (&json!(0), &json!(2)));
    let other = folder.path().join("other");
    let second = ["serve", "--data", text(&other), "--listen", "127.0.0.1:0", more[0], more[1]];
    let refused = yingda(&second);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("another server"), "{}", stderr(&refused));
    let ended = served.end("-INT");
    assert!(ended.success(), "{ended:?}");
}

#[test]
fn a_database_that_cannot_be_reached_is_said() {
    let folder = Folder::new("postgres-none");
    let (cluster, _) = database();
    for (database, expected) in [
        (address(cluster, "nowhere"), "there is no such database; create it"),
        ("postgres://y@127.0.0.1:1/y".to_owned(), "connecting"),
    ] {
        let data = folder.path().join("data");
        let found = yingda(&[
            "serve",
            "--data",
            text(&data),
            "--listen",
            "127.0.0.1:0",
            "--database",
            &database,
        ]);
        let told = stderr(&found);
        assert_eq!(found.status.code(), Some(2), "{told}");
        assert!(!told.contains("panic"), "{told}");
        assert!(told.contains(expected), "{expected}: {told}");
    }
}
