//! What a backup holds, and that either database can be filled from it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use facts::{Author, Instant};
use store::{
    Batch, Error, Grant, NewFact, Outcome, Reach, Role, Scope, Secret, Select, SignUp, Store,
};
use support::{Database, Folder, master};

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

/// What was put in is there, and what comes again is still recognised.
fn holds_all(store: &Store, token: &Secret) {
    let scope = store.token(Instant(2), token).unwrap().unwrap();
    let select = Select { texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&scope, &select).unwrap();
    assert_eq!(log.len(), 201);
    let n_texts = log.text.unwrap().iter().filter(|text| text.as_deref() == Some("在吗")).count();
    assert_eq!(n_texts, 200, "all but that of the erased buyer");
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
    let store = from.open();
    let token = fill(&store);
    let all = Scope::everything();
    let copied = store.backup(&all, &file).unwrap();
    assert_eq!(copied.arrivals, 201);
    assert!(copied.rows.iter().any(|(table, n)| *table == "users" && *n == 1));
    assert_eq!(store.backup(&all, &file), Err(Error::NotEmpty), "no copy is written over");
    append(&store, &[message(9_000, "later")]);

    let other = store::MasterKey::generate().unwrap();
    assert_eq!(Store::restore(&file, &to.backend, &other), Err(Error::WrongKey));
    assert_eq!(Store::restore(&file, &to.backend, &master()), Ok(copied));
    assert_eq!(Store::restore(&file, &to.backend, &master()), Err(Error::NotEmpty));
    let restored = to.open();
    holds_all(&restored, &token);
    assert_eq!(
        append(&restored, &[message(9_000, "later")]),
        [Outcome::Accepted(store::Arrival(202))]
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
    let refused = Store::restore(&file, &to.backend, &master());
    assert!(matches!(refused, Err(Error::Damaged { .. })), "{refused:?}");
    let nothing = folder.0.join("absent.db");
    let absent = Store::restore(&nothing, &to.backend, &master());
    assert!(matches!(absent, Err(Error::File { .. })), "{absent:?}");
    assert_eq!(store.backup(&Scope::everything(), &folder.0), Err(Error::NotEmpty));
}
