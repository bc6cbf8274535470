//! A power cut: the store runs on a file layer that, when the power goes, keeps what was synced
//! and loses the rest, or some of the rest. Whatever was acknowledged before is there afterwards.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeSet, HashMap};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use facts::{Author, Instant};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenOptions, Vfs, WalDisabled};
use store::{
    Arrival, Backend, Batch, Names, NewFact, Outcome, Scope, SqliteFile, Store, Stored, Sync,
};
use support::{Folder, opening};

/// What was asked of a file since it was last synced.
enum Unsynced {
    Write { offset: usize, bytes: Vec<u8> },
    SetLength(usize),
}

impl Unsynced {
    fn apply(&self, contents: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if contents.len() < end {
                    contents.resize(end, 0);
                }
                contents[*offset..end].copy_from_slice(bytes);
            }
            Self::SetLength(length) => contents.resize(*length, 0),
        }
    }
}

/// A file: what its users see, what the disk has, and what lies between.
#[derive(Default)]
struct File {
    seen: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Unsynced>,
}

/// A machine's disk, with all its files.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<HashMap<String, File>>>);

/// What is left of unsynced writes.
#[derive(Clone, Copy, Debug)]
enum Left {
    Nothing,
    /// Each write may have reached the disk or not, in any order.
    Some(u64),
}

impl Disk {
    /// The files as they are found when the power is back.
    fn after_a_cut(&self, left: Left) -> Vec<(String, Vec<u8>)> {
        let files = self.0.lock().unwrap();
        let mut names: Vec<&String> = files.keys().collect();
        names.sort_unstable();
        let mut draw = Draw(if let Left::Some(seed) = left { seed } else { 1 });
        let image = names.into_iter().map(|name| {
            let file = &files[name];
            let mut contents = file.synced.clone();
            if let Left::Some(_) = left {
                let reached = file.unsynced.iter().filter(|_| draw.below(2) == 0);
                reached.for_each(|unsynced| unsynced.apply(&mut contents));
            }
            (name.clone(), contents)
        });
        image.collect()
    }
}

/// Numbers drawn from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

struct Handle {
    disk: Disk,
    name: String,
    lock: LockKind,
}

impl Handle {
    fn change(&self, unsynced: Unsynced) {
        let mut files = self.disk.0.lock().unwrap();
        let file = files.entry(self.name.clone()).or_default();
        unsynced.apply(&mut file.seen);
        file.unsynced.push(unsynced);
    }
}

impl DatabaseHandle for Handle {
    type WalIndex = WalDisabled;

    fn size(&self) -> Result<u64> {
        let files = self.disk.0.lock().unwrap();
        Ok(files.get(&self.name).map_or(0, |file| file.seen.len() as u64))
    }

    fn read_exact_at(&mut self, out: &mut [u8], offset: u64) -> Result<()> {
        let files = self.disk.0.lock().unwrap();
        let seen = files.get(&self.name).map_or(&[][..], |file| &file.seen);
        let found = seen.get(offset as usize..).unwrap_or_default();
        let n = found.len().min(out.len());
        out[..n].copy_from_slice(&found[..n]);
        // SQLite wants zeros beyond the end.
        out[n..].fill(0);
        if n == out.len() { Ok(()) } else { Err(Error::from(ErrorKind::UnexpectedEof)) }
    }

    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> Result<()> {
        self.change(Unsynced::Write { offset: offset as usize, bytes: bytes.to_vec() });
        Ok(())
    }

    fn sync(&mut self, _: bool) -> Result<()> {
        let mut files = self.disk.0.lock().unwrap();
        if let Some(file) = files.get_mut(&self.name) {
            let File { synced, unsynced, .. } = file;
            unsynced.drain(..).for_each(|unsynced| unsynced.apply(synced));
        }
        Ok(())
    }

    fn set_len(&mut self, size: u64) -> Result<()> {
        self.change(Unsynced::SetLength(size as usize));
        Ok(())
    }

    fn lock(&mut self, lock: LockKind) -> Result<bool> {
        self.lock = lock;
        Ok(true)
    }

    fn reserved(&mut self) -> Result<bool> {
        Ok(false)
    }

    fn current_lock(&self) -> Result<LockKind> {
        Ok(self.lock)
    }

    fn wal_index(&self, _: bool) -> Result<WalDisabled> {
        Ok(WalDisabled)
    }
}

impl Vfs for Disk {
    type Handle = Handle;

    fn open(&self, name: &str, _: OpenOptions) -> Result<Handle> {
        self.0.lock().unwrap().entry(name.to_owned()).or_default();
        Ok(Handle { disk: self.clone(), name: name.to_owned(), lock: LockKind::None })
    }

    fn delete(&self, name: &str) -> Result<()> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }

    fn exists(&self, name: &str) -> Result<bool> {
        Ok(self.0.lock().unwrap().contains_key(name))
    }

    fn temporary_name(&self) -> String {
        "temporary".into()
    }

    fn random(&self, out: &mut [i8]) {
        out.iter_mut().enumerate().for_each(|(n, byte)| *byte = n as i8);
    }

    fn sleep(&self, duration: Duration) -> Duration {
        duration
    }
}

/// Appends from several threads, cuts the power at many moments, and looks at what is left each
/// time: how many facts that were acknowledged are gone, over all cuts.
fn lost(layer: &str, sync: Sync) -> usize {
    let disk = Disk::default();
    sqlite_vfs::register(layer, disk.clone(), false).unwrap();
    let file = SqliteFile { path: "yingda.db".into(), sync, layer: Some(layer.into()) };
    let store = Store::open(&opening(Backend::Sqlite(file))).unwrap();
    let acknowledged = Mutex::new(BTreeSet::new());
    let images = Mutex::new(Vec::new());
    let cut = |left| {
        // What is acknowledged first must be in what is left afterwards.
        let before = acknowledged.lock().unwrap().clone();
        images.lock().unwrap().push((before, disk.after_a_cut(left)));
    };
    std::thread::scope(|threads| {
        for thread in 0..3u64 {
            let (store, acknowledged, cut) = (&store, &acknowledged, &cut);
            threads.spawn(move || {
                let mut draw = Draw(thread + 1);
                for round in 0..60 {
                    let n = 1 + draw.below(20);
                    let at = 1 + round * 3_000 + thread as i64 * 1_000;
                    let told = append(store, at, n);
                    acknowledged.lock().unwrap().extend(told);
                    if draw.below(4) == 0 {
                        let seed = 1 + draw.below(u64::MAX - 1);
                        cut(if draw.below(2) == 0 { Left::Nothing } else { Left::Some(seed) });
                    }
                }
            });
        }
    });
    drop(store);
    let images = images.into_inner().unwrap();
    assert!(images.len() > 20, "{} cuts", images.len());
    images.iter().map(|(before, image)| missing(before, image)).sum()
}

/// Facts at so many instants one after the other; returns those that were acknowledged.
fn append(store: &Store, at: i64, n: u64) -> Vec<(u64, i64)> {
    let mut batch = Batch::default();
    for at in at..at + n as i64 {
        let message = NewFact::message(Instant(at), "jd", "s1", Author::Buyer);
        batch.push(&NewFact { buyer: "b1", text: "在吗", ..message });
    }
    let told = store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
    let arrival = |told: Outcome| match told {
        Outcome::Accepted(Arrival(arrival)) => arrival,
        other => panic!("{other:?}"),
    };
    told.into_iter().map(arrival).zip(at..).collect()
}

/// How many acknowledged facts are not in what a cut left. What is there must be sound.
fn missing(acknowledged: &BTreeSet<(u64, i64)>, image: &[(String, Vec<u8>)]) -> usize {
    let folder = Folder::new("cut");
    for (name, contents) in image {
        let name = Path::new(name).file_name().unwrap();
        std::fs::write(folder.0.join(name), contents).unwrap();
    }
    let file = SqliteFile::new(folder.0.join("yingda.db"));
    let Ok(store) = Store::open(&opening(Backend::Sqlite(file))) else {
        // Nothing can be read any more: all is lost.
        return acknowledged.len().max(1);
    };
    let mut found = BTreeSet::new();
    let mut take = |_: &Names, stored: &Stored| {
        for row in 0..stored.len() {
            let is_new = found.insert((stored.arrival(row).0, stored.fact(row).at.0));
            assert!(is_new, "a fact is there twice");
        }
        Ok(())
    };
    match store.since(&Scope::everything(), Arrival(0), &mut Names::default(), &mut take) {
        Ok(_) => acknowledged.difference(&found).count(),
        Err(_) => acknowledged.len().max(1),
    }
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    assert_eq!(lost("synced", Sync::Full), 0);
}

#[test]
fn without_syncing_the_test_above_would_fail() {
    assert_ne!(lost("unsynced", Sync::Off), 0);
}
