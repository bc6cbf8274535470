//! A stand-in for a server on an address of this machine: it takes facts into a real store by the
//! server's own framing and checks, and fails when it is told to.

use std::collections::VecDeque;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex, MutexGuard};

use intake::json_row;
use serde_json::{Value, json};
use server::feed::{Broken, Framing, Shape};
use store::{Backend, Batch, MasterKey, Opening, Outcome, Scope, SqliteFile, Store};

use crate::asked::Asked;
use crate::binary::command;

pub(crate) const TOKEN: &str = "yd_0123456789";

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A status, with `Retry-After: 0`.
    Busy(u16),
    /// The connection closes before anything is taken.
    Drop,
    /// The connection closes when everything is taken and nothing is answered.
    DropAnswer,
    /// A problem that nothing mends.
    Problem(u16),
}

/// What a stand-in was asked and did.
pub(crate) struct State {
    pub(crate) faults: VecDeque<Fault>,
    /// More rows than that in a request are too many.
    pub(crate) max_rows: usize,
    /// Rows of each request that was answered.
    pub(crate) requests: Vec<usize>,
    /// What is answered to `POST /v1/backup`.
    pub(crate) backup: Vec<u8>,
    store: Store,
    dropped: usize,
}

pub(crate) struct Standin {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

/// The store of a data folder, which is made.
pub(crate) fn open_store(folder: &Path) -> Store {
    std::fs::create_dir_all(folder).expect("a folder");
    let master = MasterKey::of_file(&folder.join("yingda.key")).expect("a key");
    let backend = Backend::Sqlite(SqliteFile::new(folder.join("yingda.db")));
    let archive = Some(folder.join("archive"));
    Store::open(&Opening { archive, ..Opening::new(backend, master) }).expect("a store")
}

#[expect(clippy::disallowed_methods, reason = "the binary reads the same clock")]
pub(crate) fn now() -> facts::Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    facts::Instant(since.expect("after 1970").as_millis() as i64)
}

impl Standin {
    pub(crate) fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State {
            faults: VecDeque::new(),
            max_rows: 20_000,
            requests: Vec::new(),
            backup: Vec::new(),
            store: open_store(folder),
            dropped: 0,
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { url, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic in the stand-in")
    }

    /// Runs the binary against it, in English.
    pub(crate) fn call(&self, arguments: &[&str]) -> Output {
        let mut command = command();
        command.args(arguments).args(["--server", &self.url, "--lang", "en"]);
        command.env("YINGDA_TOKEN", TOKEN).output().expect("the binary runs")
    }

    /// Every fact of a shop as it is stored: instant, id and text, in their order of arrival.
    pub(crate) fn facts(&self, platform: &str, shop: &str) -> Vec<(i64, String, String)> {
        facts(&self.state().store, platform, shop)
    }
}

/// Every fact of a shop in a store: instant, id and text, in their order of arrival.
pub(crate) fn facts(store: &Store, platform: &str, shop: &str) -> Vec<(i64, String, String)> {
    let select = store::Select { texts: true, ..store::Select::shop(platform, shop) };
    let log = store.log(&Scope::everything(), &select).expect("a log");
    let row = |row: usize| {
        let fact = log.fact(row as u32);
        let id = log.id.as_ref().map_or("", |ids| &ids[row]);
        let text = log.text.as_ref().and_then(|texts| texts[row].as_deref()).unwrap_or_default();
        (fact.at.0, id.to_owned(), text.to_owned())
    };
    (0..log.len()).map(row).collect()
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
    let mut stream = stream;
    while let Some(request) = Asked::read(&mut reader) {
        let Some((status, body)) = answer(&request, &mut state.lock().expect("no panic")) else {
            return;
        };
        let kind = if status == 200 { "application/json" } else { "application/problem+json" };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nretry-after: 0\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
            return;
        }
    }
}

/// The answer to a request; `None`: the connection closes.
fn answer(request: &Asked, state: &mut State) -> Option<(u16, Vec<u8>)> {
    if request.header("authorization") != format!("Bearer {TOKEN}") {
        return Some(problem(401, "Sign in first"));
    }
    let fault = state.faults.pop_front();
    match fault {
        Some(Fault::Busy(status)) => return Some(problem(status, "busy")),
        Some(Fault::Problem(status)) => return Some(problem(status, "You may not do this")),
        Some(Fault::Drop) => {
            state.dropped += 1;
            return None;
        }
        Some(Fault::DropAnswer) | None => {}
    }
    if request.target == "/v1/backup" {
        return Some((200, state.backup.clone()));
    }
    assert!(request.target.starts_with("/v1/facts?feed="), "{}", request.target);
    assert_eq!(request.header("content-type"), "application/x-ndjson");
    assert_eq!(request.header("content-encoding"), "zstd");
    let body = zstd::decode_all(&request.body[..]).expect("zstd");
    let (rows, answer) = take(&body, state)?;
    if rows > state.max_rows {
        return Some(problem(413, "The request is too large"));
    }
    state.requests.push(rows);
    match fault {
        Some(_) => None,
        None => Some((200, answer.to_string().into_bytes())),
    }
}

fn problem(status: u16, title: &str) -> (u16, Vec<u8>) {
    let body = json!({
        "type": "urn:yingda:problem:x",
        "title": title,
        "status": status,
        "action": "Ask an owner.",
        "instance": "urn:yingda:request:1",
    });
    (status, body.to_string().into_bytes())
}

/// Takes rows into the store, as one source; rows of the shop `closed` are refused.
fn take(body: &[u8], state: &State) -> Option<(usize, Value)> {
    let (mut batch, mut outcomes) = (Batch::default(), Vec::new());
    let mut take = |row: &[u8], _| {
        json_row::read(row, |row, unknown| {
            assert!(unknown.is_empty());
            let row = row.expect("a row");
            if row.shop == "closed" {
                outcomes.push(Some("rejected"));
            } else {
                batch.push(&row);
                outcomes.push(None);
            }
        });
        Ok::<(), Broken>(())
    };
    let mut framing = Framing::new(Shape::Lines);
    framing.push(body, &mut take).expect("lines");
    framing.finish(&mut take).expect("lines");
    if outcomes.len() > state.max_rows {
        return Some((outcomes.len(), Value::Null));
    }
    let mut told = match batch.is_empty() {
        true => Vec::new(),
        false => {
            let ticket = state.store.append(&Scope::everything(), batch).expect("a ticket");
            ticket.wait().expect("outcomes")
        }
    }
    .into_iter();
    let rows = (1..).zip(&outcomes).map(|(row, outcome)| match outcome {
        Some(_) => json!({
            "row": row,
            "line": row,
            "outcome": "rejected",
            "column": "shop",
            "code": "shop-not-allowed",
            "message": "found a shop that you may not send facts for",
        }),
        None => match told.next().expect("an outcome") {
            Outcome::Accepted(_) => json!({ "row": row, "line": row, "outcome": "accepted" }),
            Outcome::Duplicate => json!({ "row": row, "line": row, "outcome": "duplicate" }),
            Outcome::Rejected(_) => json!({
                "row": row,
                "line": row,
                "outcome": "rejected",
                "column": "id",
                "code": "id-conflict",
                "message": "found other contents",
            }),
        },
    });
    let rows: Vec<Value> = rows.collect();
    Some((outcomes.len(), json!({ "rows": rows, "unknown_keys": [] })))
}
