//! How fast logs are read: `cargo run --release -p intake --example pace -- make DIR ROWS` writes
//! the same made-up log in several forms, `… -- read FILE…` reads each and tells the seconds.
// A program to be run by hand: it prints, and it reads the clock to measure.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use intake::{Options, Source, read};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// One message of a made-up log.
#[derive(Clone, Copy, Default)]
struct Message {
    at: i64,
    shop: u64,
    buyer: u64,
    account: u64,
    from_buyer: bool,
}

/// Conversations that go on at the same time, over all shops.
const AT_ONCE: usize = 2_000;

/// Messages of a conversation, on average.
const LENGTH: u64 = 14;

/// `n` messages of a month: few shops have most of the buyers, and of some thousand conversations
/// at a time each goes on for a while.
fn messages(n: u64) -> impl Iterator<Item = Message> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let buyers = (n / 30_000).max(1);
    let mut open = vec![Message::default(); AT_ONCE];
    (0..n).map(move |i| {
        let message = &mut open[random(AT_ONCE as u64) as usize];
        if i < AT_ONCE as u64 || random(LENGTH) == 0 {
            message.shop = random(1_000).min(random(1_000)).min(random(1_000));
            message.buyer = message.shop * buyers + random(buyers);
            message.account = message.shop * 20 + random(20);
        }
        message.from_buyer = random(2) == 0;
        message.at = 1_793_491_200_000 + i as i64 * 2_592_000_000 / n as i64;
        *message
    })
}

fn instant(ms: i64) -> String {
    let day = facts::Day((ms / 86_400_000) as i32);
    let (s, f) = (ms % 86_400_000 / 1_000, ms % 1_000);
    format!("{day}T{:02}:{:02}:{:02}.{f:03}Z", s / 3_600, s / 60 % 60, s % 60)
}

fn make_csv(path: &Path, n: u64, ids: bool) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    writeln!(out, "at,platform,shop,buyer,author,account{}", if ids { ",id" } else { "" }).unwrap();
    for (i, m) in messages(n).enumerate() {
        let (at, shop, buyer) = (instant(m.at), m.shop, m.buyer);
        match m.from_buyer {
            true => write!(out, "{at},taobao,shop{shop},buyer{buyer},buyer,").unwrap(),
            false => {
                let account = m.account;
                write!(out, "{at},taobao,shop{shop},buyer{buyer},agent,agent{account}").unwrap();
            }
        }
        writeln!(out, "{}", if ids { format!(",m{i:012}") } else { String::new() }).unwrap();
    }
}

fn make_parquet(path: &Path, n: u64, ids: bool) {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    // Room for every buyer, so that ids stay dictionary-coded, as writers of large logs set it.
    let properties = WriterProperties::builder()
        .set_compression(zstd)
        .set_dictionary_page_size_limit(16 << 20)
        .build();
    let mut writer = None;
    let mut row = 0u64;
    let all: Vec<Message> = messages(n).collect();
    for chunk in all.chunks(1 << 17) {
        let text = |f: &dyn Fn(&Message) -> Option<String>| -> ArrayRef {
            Arc::new(chunk.iter().map(f).collect::<StringArray>())
        };
        let author = |m: &Message| Some(if m.from_buyer { "buyer" } else { "agent" }.into());
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("at", Arc::new(chunk.iter().map(|m| Some(m.at)).collect::<Int64Array>())),
            ("platform", text(&|_| Some("taobao".into()))),
            ("shop", text(&|m| Some(format!("shop{}", m.shop)))),
            ("buyer", text(&|m| Some(format!("buyer{}", m.buyer)))),
            ("author", text(&author)),
            ("account", text(&|m| (!m.from_buyer).then(|| format!("agent{}", m.account)))),
        ];
        if ids {
            let numbers = row..row + chunk.len() as u64;
            let ids: StringArray = numbers.map(|i| Some(format!("m{i:012}"))).collect();
            columns.push(("id", Arc::new(ids)));
        }
        row += chunk.len() as u64;
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let writer = writer.get_or_insert_with(|| {
            let file = File::create(path).unwrap();
            ArrowWriter::try_new(file, batch.schema(), Some(properties.clone())).unwrap()
        });
        writer.write(&batch).unwrap();
    }
    writer.unwrap().close().unwrap();
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", folder, rows] => {
            let (folder, rows) = (PathBuf::from(folder), rows.parse().unwrap());
            std::fs::create_dir_all(&folder).unwrap();
            make_csv(&folder.join("log.csv"), rows / 2, false);
            make_csv(&folder.join("ids.csv"), rows / 2, true);
            make_parquet(&folder.join("log.parquet"), rows, false);
            make_parquet(&folder.join("ids.parquet"), rows, true);
        }
        ["read", ref files @ ..] => {
            for file in files {
                let sources = [Source::File(file.into())];
                let start = Instant::now();
                let (log, report) = read(&sources, &Options::default(), &mut |_| Ok(())).unwrap();
                let seconds = start.elapsed().as_secs_f64();
                let (facts, threads) = (log.len(), log.threads.len());
                println!("{file}: {seconds:.2} s, {facts} facts, {threads} threads, {report:?}");
            }
        }
        _ => println!("usage: pace make FOLDER ROWS | pace read FILE…"),
    }
}
