//! The other side of `cargo xtask bench live`: fills stores, sends facts to a running server, and
//! writes the same rows into the bare database. It prints one `name value` a line.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

mod bare;
mod http;
mod rows;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use facts::Instant;
use store::{Backend, Batch, Grant, MasterKey, NewFact, Opening, Reach, Scope, SqliteFile, Store};

use http::{Lane, Target};
use rows::{Rows, Texts};

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Requests under way at a time.
const UNDER_WAY: usize = 64;

const USAGE: &str = "\
load token FOLDER                      makes a data folder, prints a token for everything
load fill FOLDER FACTS PER_BUYER       fills a data folder with history
load send ADDRESS TOKEN SIZE FACTS     sends facts, SIZE a request
load bare FILE SIZE FACTS              the same rows into one table of the bare database
load due ADDRESS TOKEN OPEN DUE        open deadlines, some of which fall due within 100 ms, while
                                       facts are sent";

fn main() -> Done<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["token", folder] => println!("token {}", token(Path::new(folder))?),
        ["fill", folder, n, per_buyer] => fill(Path::new(folder), n.parse()?, per_buyer.parse()?)?,
        ["send", address, token, size, n] => {
            let target = Target::new(address, token);
            println!("pace {:.0}", send(&target, &Rows::live(now()), size.parse()?, n.parse()?)?);
        }
        ["bare", file, size, n] => {
            let rows = Rows::live(now());
            println!("pace {:.0}", bare::pace(Path::new(file), &rows, size.parse()?, n.parse()?)?);
        }
        ["due", address, token, open, due] => {
            due_under_load(&Target::new(address, token), open.parse()?, due.parse()?)?;
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

/// What the server's clock shows: this machine's, and so many seconds more as its setting says.
#[expect(clippy::disallowed_methods, reason = "facts of now are sent")]
fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let shift = std::env::var("YINGDA_CLOCK_SHIFT").unwrap_or_default();
    let seconds: i64 = shift.strip_suffix('s').and_then(|text| text.parse().ok()).unwrap_or(0);
    Instant(since.map_or(0, |since| since.as_millis() as i64) + seconds * 1_000)
}

#[expect(clippy::disallowed_methods, reason = "the time it takes is the point")]
fn clock() -> Clock {
    Clock::now()
}

fn opened(folder: &Path) -> Done<Store> {
    std::fs::create_dir_all(folder)?;
    let master = MasterKey::of_file(&folder.join("yingda.key"))?;
    let file = SqliteFile::new(folder.join("yingda.db"));
    Ok(Store::open(&Opening::new(Backend::Sqlite(file), master))?)
}

fn token(folder: &Path) -> Done<String> {
    let store = opened(folder)?;
    let given = (Grant::ALL, Reach::Everything);
    let made = store.make_token(&Scope::everything(), now(), "load", given)?;
    Ok(made.1.reveal().to_owned())
}

/// Thirty days of history up to now, with so many facts a buyer.
fn fill(folder: &Path, n: u64, per_buyer: u64) -> Done<()> {
    let store = opened(folder)?;
    let scope = Scope::everything();
    let rows = Rows::history(now(), n, per_buyer);
    let mut texts = Texts::default();
    let mut waiting = std::collections::VecDeque::new();
    for from in (0..n).step_by(1_000) {
        let mut batch = Batch::default();
        for row in from..(from + 1_000).min(n) {
            rows.fact(row, &mut texts, &mut |fact: &NewFact<'_>| batch.push(fact));
        }
        if waiting.len() == 16
            && let Some(ticket) = waiting.pop_front()
        {
            store::Ticket::wait(ticket)?;
        }
        waiting.push_back(store.append(&scope, batch)?);
    }
    for ticket in waiting {
        ticket.wait()?;
    }
    println!("facts {n}");
    Ok(())
}

/// Facts acknowledged a second. Bodies are made before the clock starts.
fn send(target: &Target, rows: &Rows, size: u64, n: u64) -> Done<f64> {
    let requests = n / size;
    let lanes: Vec<Vec<Vec<u8>>> = (0..UNDER_WAY as u64)
        .map(|lane| {
            let mine = (lane..requests).step_by(UNDER_WAY);
            mine.map(|request| target.facts(rows, request * size, size)).collect()
        })
        .collect();
    let connected: Vec<Lane> = lanes.iter().map(|_| target.connect()).collect::<Result<_, _>>()?;
    let start = clock();
    std::thread::scope(|scope| {
        let sending: Vec<_> = (connected.into_iter().zip(&lanes))
            .map(|(mut lane, bodies)| {
                scope.spawn(move || bodies.iter().try_for_each(|body| lane.send(body, size)))
            })
            .collect();
        sending.into_iter().try_for_each(|one| one.join().map_err(|_| "a lane broke")?)
    })?;
    Ok((requests * size) as f64 / start.elapsed().as_secs_f64())
}

/// After how long a buyer who waits is told of.
const WARNING_MS: i64 = 100_000;
/// How long from the last question until deadlines fall due.
const AHEAD_MS: i64 = 20_000;

fn due_under_load(target: &Target, open: u64, due: u64) -> Done<()> {
    let falls_due = now().0 + AHEAD_MS;
    let spread = |from: i64, over: i64, n: u64| {
        move |row: u64| from + (i128::from(row) * i128::from(over) / i128::from(n.max(1))) as i64
    };
    let soon = Rows::questions("due", spread(falls_due - WARNING_MS, 100, due));
    let later = Rows::questions("later", spread(falls_due - WARNING_MS + 60_000, 5_000, open));
    send(target, &soon, 500, due)?;
    send(target, &later, 500, open.saturating_sub(due))?;
    let before = target.lateness()?;
    let mut sent = 0;
    let start = clock();
    while now().0 < falls_due + 3_000 {
        let n = 64_000;
        let rows = Rows::live(now());
        send(target, &rows, 64, n)?;
        sent += n;
    }
    println!("load {:.0}", sent as f64 / start.elapsed().as_secs_f64());
    // What is due is told by then, however late.
    std::thread::sleep(Duration::from_secs(5));
    let after = target.lateness()?;
    for name in ["decided", "told"] {
        let told = after.since(&before, name);
        println!("{name} {}", told.count());
        for (word, share) in [("p50", 50), ("p99", 99), ("max", 100)] {
            println!("{name}_{word} {}", told.below(share));
        }
    }
    Ok(())
}
