//! One server on one PostgreSQL, reached under TLS where it is asked for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;

use facts::{Author, Instant};
use store::{Address, Backend, Batch, Error, NewFact, Opening, Outcome, Scope, Store};

use support::{Database, opening, tls};

fn serving(database: &Database) -> store::Result<Store> {
    let opening = opening(database.backend.clone());
    Store::open(&Opening { serves: true, ..opening })
}

fn send(store: &Store, id: &str) -> store::Result<Vec<Outcome>> {
    let mut batch = Batch::default();
    let fact = NewFact::message(Instant(1_000), "taobao", "s1", Author::Buyer);
    batch.push(&NewFact { buyer: "b", id, ..fact });
    store.append(&Scope::everything(), batch)?.wait()
}

#[test]
fn a_second_server_is_refused_until_the_first_is_gone() {
    let database = Database::postgres();
    let first = serving(&database).unwrap();
    let refused = serving(&database).err();
    assert_eq!(refused, Some(Error::Served));
    let told = Error::Served;
    assert!(told.to_string().contains("another server") && told.zh().contains("另一台服务器"));
    // Other databases of the same PostgreSQL, and whoever only looks, are not concerned.
    serving(&Database::postgres()).unwrap();
    database.open();
    send(&first, "m1").unwrap();
    drop(first);
    let second = serving(&database).unwrap();
    assert_eq!(send(&second, "m1").unwrap(), [Outcome::Duplicate]);
}

#[test]
fn a_server_that_lost_its_connection_writes_no_more_once_another_has_the_database() {
    let database = Database::postgres();
    let first = serving(&database).unwrap();
    send(&first, "m1").unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_locks
               WHERE locktype = 'advisory' AND database =
                   (SELECT oid FROM pg_database WHERE datname = current_database())";
    database.script(cut);
    let second = serving(&database).unwrap();
    // What broke off is noticed by the first write or two.
    let outcomes = [send(&first, "m2"), send(&first, "m3"), send(&first, "m4")];
    assert!(outcomes.iter().all(Result::is_err), "{outcomes:?}");
    assert_eq!(outcomes[2], Err(Error::Served));
    drop(second);
    assert!(matches!(send(&first, "m5").unwrap()[..], [Outcome::Accepted(_)]));
}

fn under_tls(address: &str, more: &str) -> store::Result<Store> {
    let address = Address::from(&*format!("{address}{more}"));
    Store::open(&opening(Backend::Postgres(address)))
}

#[test]
fn the_servers_certificate_is_checked() {
    let (address, root) = tls();
    let roots = |path: &Path| format!("?sslmode=verify-full&sslrootcert={}", path.display());
    let store = under_tls(&address, &roots(&root)).unwrap();
    assert!(matches!(send(&store, "m1").unwrap()[..], [Outcome::Accepted(_)]));
    // Without its root the certificate is nobody's, and another name is not its own.
    assert!(under_tls(&address, "?sslmode=verify-full").is_err());
    let other = address.replace("localhost", "127.0.0.1");
    assert!(under_tls(&other, &roots(&root)).is_err());
    let missing = under_tls(&address, &roots(Path::new("/nowhere/root.crt")));
    assert!(matches!(missing.err(), Some(Error::File { .. })));
    assert!(under_tls(&address, "?sslmode=disable").is_ok(), "as asked for");
}
