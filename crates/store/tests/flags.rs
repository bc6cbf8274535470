//! Flags of texts mean the same whatever becomes of the lists of phrases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use facts::{Author, Instant, MessageFlags};
use store::{Batch, Error, NewFact, Opening, Scope, Select, Store};

use support::{Database, opening};

fn opened(database: &Database, lists: &[&str]) -> store::Result<Store> {
    let lists = lists.iter().map(|list| vec![(*list).to_owned(), "嗯".to_owned()]).collect();
    Store::open(&Opening { lists, ..opening(database.backend.clone()) })
}

fn send(store: &Store, id: &str, flags: u8) {
    let mut batch = Batch::default();
    let fact = NewFact::message(Instant(1_000), "taobao", "s1", Author::Agent);
    batch.push(&NewFact { buyer: "b", id, flags: MessageFlags(flags), ..fact });
    store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
}

fn read(store: &Store) -> Vec<u8> {
    let log = store.log(&Scope::everything(), &Select::shop("taobao", "s1")).unwrap();
    log.flags.unwrap_or_else(|| vec![0; log.at.len()])
}

fn lists_come_and_go(database: &Database) {
    // As an older program left it: bits without names.
    send(&opened(database, &[]).unwrap(), "m1", 0b1);
    let store = opened(database, &["a", "b"]).unwrap();
    send(&store, "m2", 0b10);
    assert_eq!(read(&store), [0b1, 0b10]);
    drop(store);
    // Another list comes first, and one is gone.
    let store = opened(database, &["c", "b"]).unwrap();
    assert_eq!(read(&store), [0, 0b10], "of a nobody asks");
    send(&store, "m3", 0b11);
    drop(store);
    let store = opened(database, &["b", "a", "c"]).unwrap();
    assert_eq!(read(&store), [0b10, 0b1, 0b101]);
    drop(store);
    let many: Vec<String> = (0..6).map(|n| format!("list {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let told = opened(database, &many).err().unwrap();
    assert!(matches!(told, Error::Unfit { what: "list of phrases", .. }), "{told}");
    assert_eq!(read(&opened(database, &["a", "b", "c"]).unwrap()), [0b1, 0b10, 0b110]);
}

#[test]
fn lists_come_and_go_in_sqlite() {
    lists_come_and_go(&Database::sqlite());
}

#[test]
fn lists_come_and_go_in_postgresql() {
    lists_come_and_go(&Database::postgres());
}
