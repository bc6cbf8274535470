//! What a backup holds, and that either database can be filled from it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use facts::{Author, Day, Instant};
use store::{
    Batch, Error, Grant, NewFact, Opening, Outcome, Reach, Role, Scope, Secret, Select, SignUp,
    Store,
};
use support::{Database, Folder, master, opening};

fn message<'a>(at: i64, buyer: &'a str) -> NewFact<'a> {
    let message = NewFact::message(Instant(at), "taobao", "s1", Author::Buyer);
    NewFact { buyer, text: "在吗", ..message }
}

fn append(store: &Store, facts: &[NewFact<'_>]) -> Vec<Outcome> {
    let mut batch = Batch::default();
    facts.iter().for_each(|fact| batch.push(fact));
    store.append(&Scope::everything(), batch).unwrap().wait().unwrap()
}

/// Fills a store; returns a token that it gave out.
fn fill(store: &Store) -> Secret {
    let all = Scope::everything();
    for n in 0..20 {
        let facts: Vec<NewFact<'_>> = (0..10).map(|k| message(1_000 + 10 * n + k, "b1")).collect();
        append(store, &facts);
    }
    append(store, &[message(5, "gone")]);
    store.erase_buyer(&all, Instant(1), ["taobao", "s1", "gone"]).unwrap();
    let link = store.make_link(&all, Instant(0), (Role::Owner, Reach::Everything), Instant(9));
    let password = Secret::from("$argon2id$…");
    let new = SignUp { login: "owner".into(), name: "店主".into(), password };
    let user = store.sign_up(Instant(1), &link.unwrap(), new).unwrap();
    store.set_totp(&all, Instant(1), user, Some(Secret::from("JBSWY3DP"))).unwrap();
    let reach = Reach::Everything;
    store.make_token(&all, Instant(1), "t", (&[Grant::Read, Grant::Texts], reach)).unwrap().1
}

fn open(database: &Database, archive: &Path) -> Store {
    let archive = Some(archive.to_path_buf());
    Store::open(&Opening { archive, ..opening(database.backend.clone()) }).unwrap()
}

/// What was put in is there, and what comes again is still recognised.
fn holds_all(store: &Store, token: &Secret) {
    let scope = store.token(Instant(2), token).unwrap().unwrap();
    let select = Select { texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&scope, &select).unwrap();
    assert_eq!(log.len(), 202);
    let n_texts = log.text.unwrap().iter().filter(|text| text.as_deref() == Some("在吗")).count();
    assert_eq!(n_texts, 201, "all but that of the erased buyer");
    assert!(log.buyers.find("gone").is_none());
    let totp = store.credentials("owner").unwrap().unwrap().totp.unwrap();
    assert_eq!(totp.reveal(), "JBSWY3DP");
    assert_eq!(
        append(store, &[message(1_000, "b1"), message(5, "gone")]),
        [Outcome::Duplicate, Outcome::Duplicate]
    );
}

/// Fills one, copies it while it is open, and fills the other from the copy.
fn from_to(from: &Database, to: &Database) {
    let folder = Folder::new("backup");
    let file = folder.0.join("copy.db");
    let store = open(from, &folder.0.join("archive"));
    let token = fill(&store);
    let all = Scope::everything();
    assert_eq!(store.archive_day(&all, Instant(1), Day(0)), Ok(201));
    append(&store, &[message(1_500, "beside")]);
    let copied = store.backup(&all, &file).unwrap();
    assert_eq!(copied.arrivals, 202);
    assert!(copied.rows.iter().any(|(table, n)| *table == "users" && *n == 1));
    assert_eq!(store.backup(&all, &file), Err(Error::NotEmpty), "no copy is written over");
    append(&store, &[message(9_000, "later")]);

    let other = store::MasterKey::generate().unwrap();
    let archive = folder.0.join("restored");
    let (other, own) = (other, master());
    let restore = |key| Store::restore(&file, (&to.backend, &archive), key);
    assert_eq!(restore(&other), Err(Error::WrongKey));
    assert!(!archive.exists());
    assert_eq!(restore(&own), Ok(copied));
    assert_eq!(restore(&own), Err(Error::NotEmpty));
    let restored = open(to, &archive);
    holds_all(&restored, &token);
    assert_eq!(
        append(&restored, &[message(9_000, "later")]),
        [Outcome::Accepted(store::Arrival(203))]
    );
}

#[test]
fn sqlite_to_sqlite() {
    from_to(&Database::sqlite(), &Database::sqlite());
}

#[test]
fn sqlite_to_postgres() {
    from_to(&Database::sqlite(), &Database::postgres());
}

#[test]
fn postgres_to_sqlite() {
    from_to(&Database::postgres(), &Database::sqlite());
}

#[test]
fn a_damaged_copy_fills_nothing() {
    let (from, to) = (Database::sqlite(), Database::sqlite());
    let folder = Folder::new("backup");
    let file = folder.0.join("copy.db");
    let store = from.open();
    fill(&store);
    store.backup(&Scope::everything(), &file).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    // Pages in the middle of the file lose what they held.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xab);
    std::fs::write(&file, &bytes).unwrap();
    let none = folder.0.join("archive");
    let refused = Store::restore(&file, (&to.backend, &none), &master());
    assert!(matches!(refused, Err(Error::Backup { .. })), "{refused:?}");
    let nothing = folder.0.join("absent.db");
    let absent = Store::restore(&nothing, (&to.backend, &none), &master());
    assert!(matches!(absent, Err(Error::File { .. })), "{absent:?}");
    assert_eq!(store.backup(&Scope::everything(), &folder.0), Err(Error::NotEmpty));
}
