//! Commands against the server itself, on a port of this machine.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use store::{Grant, Reach, Scope, Store};

use crate::binary::{Folder, command, root, stderr, stdout, yingda};
use crate::standin::{facts, now, open_store};

/// A server that runs until this is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    fn start(data: &str) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &str, more: &[&str]) -> Self {
        Self::greeted(data, more).0
    }

    /// A server whose owner has not signed up yet, and the link to do so.
    pub(crate) fn first(data: &str, more: &[&str]) -> (Self, String) {
        let (served, mut out) = Self::greeted(data, more);
        let mut line = String::new();
        while !line.starts_with("  http") {
            line.clear();
            assert!(out.read_line(&mut line).expect("a line") > 0, "no link was printed");
        }
        (served, line.trim().to_owned())
    }

    fn greeted(data: &str, more: &[&str]) -> (Self, impl BufRead + use<>) {
        let mut child = command()
            .args(["serve", "--data", data, "--listen", "127.0.0.1:0", "--lang", "en"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        out.read_line(&mut line).expect("a line");
        let url = line.split(' ').find(|word| word.starts_with("http://")).expect("an address");
        let url = url.to_owned();
        (Self { child, url }, out)
    }
}

impl Served {
    /// Asks for something as whoever has a token; status and body.
    pub(crate) fn ask(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> Option<(u16, String)> {
        let token = format!("authorization: Bearer {token}");
        self.ask_with(&[&token, "content-type: application/json"], method, path, body)
    }

    /// A server that was started otherwise.
    pub(crate) fn of(child: Child, url: String) -> Self {
        Self { child, url }
    }

    /// Sends a signal, and waits for the end.
    pub(crate) fn end(&mut self, signal: &str) -> ExitStatus {
        signal_to(self, signal);
        self.child.wait().expect("its end")
    }

    /// Asks for something with headers; status and body.
    pub(crate) fn ask_with(
        &self,
        headers: &[&str],
        method: &str,
        path: &str,
        body: &str,
    ) -> Option<(u16, String)> {
        let (head, body) = self.exchange(headers, method, path, body)?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body))
    }

    /// Asks for something with headers; head and body.
    pub(crate) fn exchange(
        &self,
        headers: &[&str],
        method: &str,
        path: &str,
        body: &str,
    ) -> Option<(String, String)> {
        let address = self.url.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).ok()?;
        let (headers, length) = (headers.join("\r\n"), body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.to_owned(), body.to_owned()))
    }

    pub(crate) fn json(&self, token: &str, method: &str, path: &str, body: &str) -> Value {
        let (status, body) = self.ask(token, method, path, body).expect("an answer");
        assert!((200..300).contains(&status), "{method} {path}: {status} {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // What was acknowledged is durable, whatever happens to the process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn what_a_server_took_is_there_after_it_was_killed() {
    let folder = Folder::new("served");
    let data = folder.path().join("data");
    let store = open_store(&data);
    let given = (&[Grant::Feed][..], Reach::Everything);
    let token = store.make_token(&Scope::everything(), now(), "import", given).expect("a token").1;
    drop(store);
    let token = folder.write("token", token.reveal());
    let log = root().join("examples/small-shop.csv");
    let server = Served::start(text(&data));
    let import = || {
        let call = ["import", text(&log), "--server", &server.url, "--token-file", &token];
        yingda(&call)
    };
    let output = import();
    assert!(output.status.success(), "{}", stderr(&output));
    let rows = stdout(&output);
    let rows = rows.split(' ').next().expect("a number");
    assert_eq!(stdout(&output), format!("{rows} rows: {rows} accepted, 0 duplicate, 0 rejected\n"));
    assert_eq!(
        stdout(&import()),
        format!("{rows} rows: 0 accepted, {rows} duplicate, 0 rejected\n")
    );
    let users = yingda(&["user", "list", "--data", text(&data)]);
    assert!(stderr(&users).contains("is using this data"), "{}", stderr(&users));
    drop(server);
    let backup = folder.path().join("y.backup");
    let output = yingda(&["backup", "--data", text(&data), "-o", text(&backup)]);
    assert!(stdout(&output).contains(&format!("{rows} facts arrived")), "{}", stderr(&output));
    assert!(!facts(&open_store(&data), "taobao", "green-tea").is_empty());
}

/// A token for everything.
pub(crate) fn token(store: &Store) -> String {
    let given = (Grant::ALL, Reach::Everything);
    let made = store.make_token(&Scope::everything(), now(), "all", given);
    made.expect("a token").1.reveal().to_owned()
}

fn question(id: &str, at: facts::Instant, buyer: &str) -> Value {
    let stamp = desk::Stamp { at, offset: 28_800_000 }.to_string();
    json!({
        "at": stamp, "platform": "taobao", "shop": "s1", "buyer": buyer, "author": "buyer",
        "id": id, "text": "在吗",
    })
}

/// How often the server is killed.
const KILLS: u64 = 200;

#[test]
fn nothing_acknowledged_is_lost_however_often_the_server_is_killed() {
    let folder = Folder::new("killed");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let mut acknowledged = BTreeSet::new();
    let (mut next, mut chance) = (0_u64, testkit::worlds::Chance::new(5));
    for _ in 0..KILLS {
        let mut server = Served::start(text(&data));
        let wait = Duration::from_millis(chance.below(40));
        let (sender, acked) = mpsc::channel();
        std::thread::scope(|scope| {
            for lane in 0..2_u64 {
                let (sender, server, token) = (sender.clone(), &server, &token);
                let start = next + lane * 100_000;
                scope.spawn(move || {
                    // Until the server is gone.
                    for n in 0.. {
                        let ids: Vec<String> =
                            (0..3).map(|i| format!("m{}", start + 3 * n + i)).collect();
                        let rows = ids.iter().map(|id| question(id, now(), "b1"));
                        let body = Value::from_iter(rows).to_string();
                        match server.ask(token, "POST", "/v1/facts", &body) {
                            Some((200, _)) => ids.into_iter().for_each(|id| {
                                let _ = sender.send(id);
                            }),
                            _ => return,
                        }
                    }
                });
            }
            std::thread::sleep(wait);
            kill(&server);
        });
        next += 200_000;
        let _ = server.child.wait();
        drop(sender);
        acknowledged.extend(acked);
    }
    assert!(acknowledged.len() > 100, "only {} facts were taken", acknowledged.len());
    let stored: Vec<String> = facts(&open_store(&data), "taobao", "s1")
        .into_iter()
        .map(|(_, id, text)| {
            assert_eq!(text, "在吗");
            id
        })
        .collect();
    let once: BTreeSet<String> = stored.iter().cloned().collect();
    assert_eq!(once.len(), stored.len(), "a fact is there twice");
    let lost: Vec<&String> = acknowledged.difference(&once).collect();
    assert!(lost.is_empty(), "{} of {} were lost", lost.len(), acknowledged.len());
}

/// Ends a process at once, whatever it does.
fn kill(server: &Served) {
    signal_to(server, "-9");
}

fn signal_to(server: &Served, signal: &str) {
    let process = server.child.id().to_string();
    let status = std::process::Command::new("kill").args([signal, &process]).status();
    assert!(status.expect("kill runs").success());
}

/// Takes one request, answers it with 200, and returns its body.
fn webhook(listener: &TcpListener) -> Value {
    let (sender, called) = mpsc::channel();
    let listener = listener.try_clone().expect("the same port");
    std::thread::spawn(move || sender.send(listener.accept()));
    // Rather a failure than a test that waits for ever.
    let call = called.recv_timeout(Duration::from_secs(60)).expect("a call within a minute");
    let (stream, _) = call.expect("a call");
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).expect("a line") > 2 {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    reader.into_inner().write_all(answer).expect("an answer");
    serde_json::from_slice(&body).expect("JSON")
}

#[test]
fn a_buyer_who_waits_is_told_of_before_the_limit() {
    let folder = Folder::new("alerted");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let hook = TcpListener::bind("127.0.0.1:0").expect("a port");
    // At night nobody has to be answered within minutes: the server's clock shows
    // 2026-11-18T12:00:00+08:00.
    let shift = facts::Instant(1_794_974_400_000) - now();
    let ahead = format!("{}ms", shift.0);
    let more =
        ["--alerts-plain", "true", "--alerts-networks", "127.0.0.1", "--clock-shift", &ahead];
    let server = Served::start_with(text(&data), &more);
    let settings = json!({
        "ladders": [{"rungs": [{"on": "warning", "to": "supervisors"}], "merge_seconds": 0}],
        "channels": [{
            "name": "office", "kind": "webhook", "secret": "0123456789abcdef",
            "url": format!("http://{}/hook", hook.local_addr().expect("an address")),
        }],
    });
    let shown = server.json(&token, "PUT", "/v1/alerts/settings", &settings.to_string());
    assert_eq!(shown["channels"][0]["secret"], "***");
    // A question that has waited a little less than the 100 seconds after which one is warned.
    let asked = now() + shift - facts::Span(99_500);
    let body = json!([question("q1", asked, "buyer-one")]).to_string();
    let answer = server.json(&token, "POST", "/v1/facts", &body);
    assert_eq!(answer["accepted"], 1);
    let told = webhook(&hook);
    // The name is no run of hexadecimal digits, as ids hold those by chance.
    let body = told.to_string();
    assert!(body.contains("s1") && !body.contains("buyer-one") && !body.contains("在吗"), "{body}");
    let waiting = server.json(&token, "GET", "/v1/waiting", "");
    assert_eq!(waiting["items"][0]["buyer"], "buyer-one");
    let overview = server.json(&token, "GET", "/v1/overview", "");
    assert_eq!(overview["items"][0]["queue"]["waiting"], 1);
    // What became of it is noted a moment later.
    let sent = |steps: &Value| {
        let items = steps["items"].as_array().expect("items");
        items.iter().any(|step| step["step"] == "notify office" && step["state"] == "sent")
    };
    let mut steps = Value::Null;
    for _ in 0..200 {
        steps = server.json(&token, "GET", "/v1/alerts", "");
        if sent(&steps) {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    assert!(sent(&steps), "{steps}");
    let answered = desk::Stamp { at: now() + shift, offset: 28_800_000 }.to_string();
    let body = json!([{
        "at": answered, "platform": "taobao", "shop": "s1", "buyer": "buyer-one", "author": "agent",
        "account": "a1", "id": "r1",
    }]);
    server.json(&token, "POST", "/v1/facts", &body.to_string());
    let over = webhook(&hook).to_string();
    assert!(over.contains("nobody waits") || over.contains("都已处理"), "{over}");
}

#[test]
fn a_running_server_gives_its_backup() {
    let folder = Folder::new("backed-up");
    let data = folder.path().join("data");
    let token = token(&open_store(&data));
    let server = Served::start(text(&data));
    let rows: Vec<Value> = (0..50).map(|n| question(&format!("m{n}"), now(), "b1")).collect();
    server.json(&token, "POST", "/v1/facts", &Value::from(rows).to_string());
    let token = folder.write("token", token);
    let backup = folder.path().join("y.backup");
    let call = ["backup", "--server", &server.url, "--token-file", &token, "-o", text(&backup)];
    let output = yingda(&call);
    assert!(stdout(&output).contains("50 facts arrived"), "{}", stderr(&output));
    let restored = folder.path().join("restored");
    let key = data.join("yingda.key");
    let call = ["restore", text(&backup), "--key", text(&key), "--data", text(&restored)];
    let output = yingda(&call);
    assert!(output.status.success(), "{}", stderr(&output));
    drop(server);
    let of = |folder: &Path| facts(&open_store(folder), "taobao", "s1");
    assert_eq!(of(&restored), of(&data));
    let left = std::fs::read_dir(&data).expect("the folder");
    let names: Vec<String> =
        left.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name.ends_with(".part")), "{names:?}");
}
