//! How fast facts become durable, beside the bare database, and how fast they are read back.
//!
//! `pace FOLDER [FACTS]`: fills a store in a new folder with so many facts (default a million).
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::VecDeque;
use std::error::Error;
use std::path::Path;
use std::time::Instant as Clock;

use facts::{Author, Instant};
use store::{
    Arrival, Backend, Batch, MasterKey, Names, NewFact, Opening, Scope, SqliteFile, Store,
};

/// Requests under way at a time.
const UNDER_WAY: usize = 64;
/// Facts of a buyer.
const PER_BUYER: u64 = 30;

type Done<T> = Result<T, Box<dyn Error>>;

#[expect(clippy::disallowed_methods, reason = "the time it takes is the point")]
fn now() -> Clock {
    Clock::now()
}

fn text(n: u64) -> String {
    format!("亲，这件衣服{n}号有货，今天下单明天发货，七天无理由退换，请您放心购买，有问题随时联系")
}

fn batch(from: u64, n: u64) -> Batch {
    let mut batch = Batch::default();
    for n in from..from + n {
        // Buyers come and go: some thousand are talking at a time.
        let buyer = n / (PER_BUYER * 2_000) * 2_000 + n % 2_000;
        let (buyer, id) = (format!("tb{buyer:010}"), format!("m{n:016}"));
        let conversation = format!("c{buyer}");
        let author = if n.is_multiple_of(2) { Author::Buyer } else { Author::Agent };
        let at = Instant(1_750_000_000_000 + n as i64 * 30);
        batch.push(&NewFact {
            buyer: &buyer,
            id: &id,
            conversation: &conversation,
            account: if author == Author::Agent { "店铺:小王" } else { "" },
            text: &text(n),
            ..NewFact::message(at, "taobao", "s1", author)
        });
    }
    batch
}

/// Facts a second through the store, requests of `size`.
fn store_pace(store: &Store, from: u64, n: u64, size: u64) -> Done<f64> {
    let scope = Scope::everything();
    let batches: Vec<Batch> = (0..n / size).map(|k| batch(from + k * size, size)).collect();
    let start = now();
    let mut waiting = VecDeque::new();
    for batch in batches {
        if waiting.len() == UNDER_WAY
            && let Some(ticket) = waiting.pop_front()
        {
            store::Ticket::wait(ticket)?;
        }
        waiting.push_back(store.append(&scope, batch)?);
    }
    for ticket in waiting {
        ticket.wait()?;
    }
    Ok((n / size * size) as f64 / start.elapsed().as_secs_f64())
}

/// Facts a second into one table of the bare database, as many to a commit as 64 requests have.
fn bare_pace(path: &Path, n: u64, size: u64) -> Done<f64> {
    let bare = rusqlite::Connection::open(path)?;
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
         CREATE TABLE IF NOT EXISTS facts (arrival INTEGER PRIMARY KEY, at INTEGER, buyer TEXT,
         author INTEGER, text TEXT)",
    )?;
    let texts: Vec<String> = (0..n).map(text).collect();
    let start = now();
    for group in texts.chunks(UNDER_WAY * size as usize) {
        bare.execute_batch("BEGIN IMMEDIATE")?;
        let insert = "INSERT INTO facts (at, buyer, author, text) VALUES (?1, ?2, ?3, ?4)";
        let mut insert = bare.prepare_cached(insert)?;
        for text in group {
            insert.execute((1_750_000_000_000i64, "tb0000000001", 1, text))?;
        }
        bare.execute_batch("COMMIT")?;
    }
    Ok(n as f64 / start.elapsed().as_secs_f64())
}

fn main() -> Done<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("pace FOLDER [FACTS]")?;
    let total: u64 = words.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = Path::new(&folder);
    std::fs::create_dir(folder)?;
    let master = MasterKey::of_file(&folder.join("yingda.key"))?;
    let file = SqliteFile::new(folder.join("yingda.db"));
    let opening = Opening::new(Backend::Sqlite(file), master);
    let store = Store::open(&opening)?;
    let mut from = 0;
    for (size, n) in [(1, 40_000), (64, 400_000), (1_024, 400_000)] {
        let own = store_pace(&store, from, n, size)?;
        from += n;
        let bare = bare_pace(&folder.join("bare.db"), n, size)?;
        let share = 100.0 * own / bare;
        println!("{size:>5} a request: {own:>9.0} facts/s, bare {bare:>9.0}, {share:.0} %");
    }
    while from < total {
        let n = (total - from).min(1_000_000);
        let own = store_pace(&store, from, n, 1_000)?;
        from += n;
        println!("{from:>9} facts, the last {n} at {own:.0} facts/s");
    }
    drop(store);
    let start = now();
    let store = Store::open(&opening)?;
    println!("opened in {:.2} s", start.elapsed().as_secs_f64());
    let start = now();
    let (mut n, mut sum) = (0, 0);
    let scope = Scope::everything();
    store.since(&scope, Arrival(0), &mut Names::default(), &mut |_, stored| {
        for row in 0..stored.len() {
            sum += stored.fact(row).at.0 & 1;
        }
        n += stored.len();
        Ok(())
    })?;
    println!("read {n} facts in {:.2} s ({sum})", start.elapsed().as_secs_f64());
    let start = now();
    store.append(&scope, batch(from, 1))?.wait()?;
    println!("first append after {:.2} s", start.elapsed().as_secs_f64());
    let size = std::fs::metadata(folder.join("yingda.db"))?.len();
    println!("{:.0} bytes a fact", size as f64 / n as f64);
    Ok(())
}
