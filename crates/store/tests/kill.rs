//! A process that appends under load is killed at random moments, many times over: afterwards
//! every fact that it was told of is there, once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use facts::{Author, Instant};
use store::{Arrival, Backend, Batch, Names, NewFact, Outcome, Scope, SqliteFile, Store, Stored};
use support::{Folder, opening};

/// Says to the child where its database is, and from which instant on it appends.
const PLACE: &str = "YINGDA_TEST_APPEND";
const KILLS: i64 = 40;
/// Instants of one child.
const SPAN: i64 = 1_000_000;

fn open(folder: &Path) -> Store {
    let file = SqliteFile::new(folder.join("yingda.db"));
    Store::open(&opening(Backend::Sqlite(file))).unwrap()
}

/// The child: appends until it is killed, and prints what was acknowledged.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn append_until_killed() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let (start, folder) = place.split_once(' ').unwrap();
    let start: i64 = start.parse().unwrap();
    let store = open(Path::new(folder));
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let store = &store;
            threads.spawn(move || {
                // The requests of a thread have instants of their own.
                for round in 0..SPAN / 40 {
                    let from = start + round * 40 + thread * 10;
                    let mut batch = Batch::default();
                    for at in from..=from + round % 10 {
                        let message = NewFact::message(Instant(at), "jd", "s1", Author::Buyer);
                        batch.push(&NewFact { buyer: "b1", text: "在吗", ..message });
                    }
                    let told = store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
                    let line: String = (from..)
                        .zip(told)
                        .filter_map(|(at, told)| match told {
                            Outcome::Accepted(Arrival(arrival)) => Some(format!("{arrival}@{at} ")),
                            _ => None,
                        })
                        .collect();
                    // One write a line, so that lines of several threads do not mix.
                    let _ = std::io::stdout().lock().write_all(format!("ack {line}\n").as_bytes());
                }
            });
        }
    });
}

/// Runs a child, kills it after so many lines, and returns what it was told of until then.
fn killed_after(n: usize, folder: &Path, start: i64) -> Vec<(u64, i64)> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "append_until_killed", "--ignored", "--nocapture"]);
    child.env(PLACE, format!("{start} {}", folder.display()));
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut told = Vec::new();
    let mut line = String::new();
    let mut n_lines = 0;
    // After the kill the rest of what was printed is still read: it was acknowledged too.
    while out.read_line(&mut line).unwrap() > 0 {
        if let Some(acknowledged) = line.strip_prefix("ack ").filter(|line| line.ends_with('\n')) {
            n_lines += 1;
            let pair = |word: &str| {
                let (arrival, at) = word.split_once('@').unwrap();
                (arrival.parse().unwrap(), at.parse().unwrap())
            };
            told.extend(acknowledged.split_whitespace().map(pair));
        }
        line.clear();
        if n_lines == n {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    told
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = Folder::new("kill");
    let mut acknowledged: BTreeMap<u64, i64> = BTreeMap::new();
    for kill in 0..KILLS {
        let told = killed_after(1 + (kill as usize * 37) % 60, &folder.0, 1 + kill * SPAN);
        assert!(!told.is_empty(), "the child appended nothing");
        for (arrival, at) in told {
            assert_eq!(acknowledged.insert(arrival, at), None, "one number for two facts");
        }
    }
    let store = open(&folder.0);
    let mut found: BTreeMap<u64, i64> = BTreeMap::new();
    let mut instants = BTreeSet::new();
    let mut take = |_: &Names, stored: &Stored| {
        for row in 0..stored.len() {
            let at = stored.fact(row).at.0;
            assert_eq!(found.insert(stored.arrival(row).0, at), None, "an arrival twice");
            assert!(instants.insert(at), "a fact twice");
        }
        Ok(())
    };
    store.since(&Scope::everything(), Arrival(0), &mut Names::default(), &mut take).unwrap();
    let lost = acknowledged.iter().filter(|(arrival, at)| found.get(*arrival) != Some(*at));
    assert_eq!(lost.count(), 0, "of {} acknowledged facts", acknowledged.len());
}
