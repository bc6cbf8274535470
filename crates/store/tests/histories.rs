//! Random histories: whatever comes, and however often the store is closed in between, it says
//! and holds the same as a list in memory that looks at everything each time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use facts::{Author, Day, FactKind, Instant};
use store::{
    Arrival, Batch, Names, NewFact, Outcome, Refused, Scope, Select, SourceId, Store, Stored,
};
use support::Database;

/// Numbers drawn from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

const DAY: i64 = 86_400_000;
const SHOPS: [&str; 2] = ["s1", "s2"];
const BUYERS: [&str; 3] = ["b1", "b2", "b3"];
const TEXTS: [&str; 3] = ["", "在吗", "好的"];
const IDS: [&str; 8] = ["", "", "", "", "m1", "m2", "m3", "m4"];

/// A fact out of so few that repeats and conflicts are many.
fn fact(draw: &mut Draw) -> NewFact<'static> {
    let at = Instant(draw.below(3) as i64 * DAY + draw.below(4) as i64);
    let shop = draw.one(&SHOPS);
    let kind = draw.one(&[FactKind::Message, FactKind::Message, FactKind::Closed]);
    let author = match kind {
        FactKind::Message => draw.one(&[Author::Buyer, Author::Agent]),
        _ => Author::System,
    };
    NewFact {
        author,
        buyer: draw.one(&BUYERS),
        text: draw.one(&TEXTS),
        id: draw.one(&IDS),
        conversation: draw.one(&["", "c1"]),
        account: draw.one(&["", "小王"]),
        ..NewFact::event(at, "taobao", shop, kind)
    }
}

/// What two rows are compared by, but for text and id.
fn contents(fact: &NewFact<'_>) -> String {
    let conversation = match fact.kind {
        FactKind::Message if fact.id.is_empty() => "",
        _ => fact.conversation,
    };
    let names = [fact.shop, fact.buyer, fact.account, conversation].join("|");
    format!("{} {} {} {names}", fact.at.0, fact.kind.word(), fact.author.word())
}

#[derive(Default)]
struct Model {
    /// Arrival, fact, whether it is stored still.
    accepted: Vec<(u64, NewFact<'static>, bool)>,
    /// Rows without id by source and what they are compared by.
    rows: BTreeMap<(String, u64), usize>,
    arrivals: u64,
}

impl Model {
    fn judge(&mut self, fact: &NewFact<'static>, source: u64) -> Outcome {
        if fact.id.is_empty() {
            let key = format!("{} {}", contents(fact), fact.text);
            let of_key = self.rows.iter().filter(|((other, of), _)| *other == key && *of != source);
            let earlier = of_key.map(|(_, n)| *n).max().unwrap_or(0);
            let here = self.rows.entry((key, source)).or_default();
            *here += 1;
            if *here <= earlier {
                return Outcome::Duplicate;
            }
        } else {
            let same_id = |other: &&(u64, NewFact<'_>, bool)| {
                other.1.id == fact.id && other.1.shop == fact.shop
            };
            if let Some((arrival, first, _)) = self.accepted.iter().find(same_id) {
                let same_text =
                    first.text == fact.text || first.text.is_empty() || fact.text.is_empty();
                return if contents(first) == contents(fact) && same_text {
                    Outcome::Duplicate
                } else {
                    Outcome::Rejected(Refused::OtherContents { first: Arrival(*arrival) })
                };
            }
        }
        self.arrivals += 1;
        self.accepted.push((self.arrivals, *fact, true));
        Outcome::Accepted(Arrival(self.arrivals))
    }
}

fn append(store: &Store, facts: &[NewFact<'_>], source: Option<SourceId>) -> Vec<Outcome> {
    let mut batch = source.map_or_else(Batch::default, Batch::of);
    facts.iter().for_each(|fact| batch.push(fact));
    store.append(&Scope::everything(), batch).unwrap().wait().unwrap()
}

/// Arrivals and instants of all that is stored.
fn stored(store: &Store) -> Vec<(u64, i64)> {
    let mut found = Vec::new();
    let mut take = |_: &Names, stored: &Stored| {
        let row = |row| (stored.arrival(row).0, stored.fact(row).at.0);
        found.extend((0..stored.len()).map(row));
        Ok(())
    };
    store.since(&Scope::everything(), Arrival(0), &mut Names::default(), &mut take).unwrap();
    found
}

fn history(database: &Database, seed: u64, steps: usize) {
    let mut draw = Draw(seed);
    let mut store = database.open();
    let mut model = Model::default();
    let mut source_number = 0;
    for _ in 0..steps {
        match draw.below(12) {
            0 => {
                drop(store);
                store = database.open();
            }
            1 => {
                let day = draw.below(3) as usize;
                let n = store.drop_day(&Scope::everything(), Instant(0), Day(day as i32)).unwrap();
                let of_day = model
                    .accepted
                    .iter_mut()
                    .filter(|(_, fact, is_stored)| *is_stored && fact.at.0 / DAY == day as i64);
                // Their identities stay.
                let n_of_day = of_day.map(|(.., is_stored)| *is_stored = false).count();
                assert_eq!(n as usize, n_of_day, "seed {seed}");
            }
            kind => {
                source_number += 1;
                let pieces = if kind < 5 { 1 + draw.below(3) } else { 1 };
                let source = (pieces > 1).then(|| store.begin_source().unwrap());
                for _ in 0..pieces {
                    let n = draw.below(12);
                    let facts: Vec<_> = (0..n).map(|_| fact(&mut draw)).collect();
                    let expected: Vec<Outcome> =
                        facts.iter().map(|fact| model.judge(fact, source_number)).collect();
                    assert_eq!(append(&store, &facts, source), expected, "seed {seed}");
                }
            }
        }
    }
    check(&store, &model, seed);
}

fn check(store: &Store, model: &Model, seed: u64) {
    let mut expected: Vec<(u64, i64)> = model
        .accepted
        .iter()
        .filter(|(.., is_stored)| *is_stored)
        .map(|(arrival, fact, _)| (*arrival, fact.at.0))
        .collect();
    expected.sort_unstable();
    assert_eq!(stored(store), expected, "seed {seed}");
    for shop in SHOPS {
        let select = Select { texts: true, ..Select::shop("taobao", shop) };
        let log = store.log(&Scope::everything(), &select).unwrap();
        let mut found: Vec<String> = (0..log.len())
            .map(|row| {
                let text = log.text.as_ref().and_then(|texts| texts[row].as_deref());
                let buyer = log.buyers.name(log.threads[log.thread[row] as usize].buyer);
                format!("{} {buyer} {}", log.at[row], text.unwrap_or(""))
            })
            .collect();
        let of_shop =
            model.accepted.iter().filter(|(_, fact, is_stored)| *is_stored && fact.shop == shop);
        let mut expected: Vec<String> = of_shop
            .map(|(_, fact, _)| format!("{} {} {}", fact.at.0, fact.buyer, fact.text))
            .collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "seed {seed}");
    }
}

#[test]
fn histories_on_sqlite_are_as_in_memory() {
    for seed in 1..=60 {
        history(&Database::sqlite(), seed, 60);
    }
}

#[test]
fn histories_on_postgres_are_as_in_memory() {
    for seed in 1..=6 {
        history(&Database::postgres(), seed, 40);
    }
}
