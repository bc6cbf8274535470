//! The made-up worlds are what they say they are.
#![allow(missing_docs)]

use std::collections::BTreeSet;

use facts::{Author, Day, Fact, FactKind, Instant, Mark, Span, Zone};
use metric::{HoursTest, Per, Rule, Sample};
use testkit::oracle::{Circumstances, count};
use testkit::worlds::{
    HEADER, RandomParams, RandomWorld, RowOrder, SmallWorlds, describe, small_worlds,
};

const DAY: Day = Day(20_605);

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn account_rule() -> Rule {
    let hours = metric::Hours {
        intervals: vec![(8 * 3_600_000, 23 * 3_600_000)],
        test: HoursTest::Question,
        end: metric::HoursEnd::Open,
        outside: metric::Outside::Unseen,
    };
    Rule { per: Per::Account, hours: Some(hours), ..Rule::new(Sample::Round) }
}

#[test]
fn every_small_world_is_shown_once_and_in_order() {
    for worlds in small_worlds(&account_rule(), &zone(), DAY, 2) {
        let mut shown = BTreeSet::new();
        let mut n = 0;
        worlds.for_each(|world| {
            n += 1;
            shown.insert(format!("{world:?}"));
            assert!(world.windows(2).all(|pair| pair[0].at <= pair[1].at));
            assert!(world.iter().enumerate().all(|(i, fact)| fact.row as usize == i));
        });
        assert_eq!(n, worlds.worlds(), "{}", worlds.theme);
        // Recalls that find no message look the same.
        assert!(shown.len() as u64 == n || worlds.theme == "recalls", "{}", worlds.theme);
    }
}

#[test]
fn a_theme_of_four_facts_has_one_to_five_million_worlds() {
    let mut plain = Rule::new(Sample::Conversation);
    plain.conversation.continues = Some(Span::seconds(600));
    for rule in [account_rule(), plain] {
        for worlds in small_worlds(&rule, &zone(), DAY, 4) {
            let n = worlds.worlds();
            assert!((800_000..5_000_000).contains(&n), "{}: {n}", worlds.theme);
        }
    }
}

#[test]
fn a_recall_of_a_small_world_names_the_message_before() {
    let recall = |back| Fact { mark: Mark(back), ..Fact::event(Instant(0), FactKind::Recalled) };
    let worlds = SmallWorlds {
        theme: "recalls",
        alphabet: vec![Fact::message(Instant(0), Author::Buyer), recall(1), recall(2)],
        gaps: vec![Span(1)],
        starts: vec![Instant(0)],
        longest: 3,
    };
    let mut marks = Vec::new();
    worlds.for_each(|world| {
        if world.len() == 3 && world[2].kind == FactKind::Recalled {
            marks.push([0, 1, 2].map(|i| world[i].mark.0));
        }
    });
    // Two questions: the last one, the one before. One question and two recalls, and so on.
    assert!(marks.contains(&[0, 2, 2]) && marks.contains(&[1, 0, 1]));
    assert!(marks.contains(&[1, 1, 1]) && marks.contains(&[1, 101, 1]));
    assert!(marks.contains(&[100, 2, 2]) && marks.contains(&[100, 101, 102]));
    assert_eq!(marks.len(), 18);
}

#[test]
fn a_description_names_the_facts() {
    let at = zone().start_of(DAY) + Span::seconds(3_600);
    let world = [Fact::message(at, Author::Buyer), Fact::event(at, FactKind::Closed)];
    let text = describe(&world, &zone());
    assert_eq!(text.lines().next(), Some("  0 2026-06-01 01:00:00.000 buyer"));
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn equal_seeds_make_equal_worlds_and_others_do_not() {
    let csv = |seed| RandomWorld::generate(&RandomParams::new(500, seed)).csv();
    assert_eq!(csv(1), csv(1));
    assert_ne!(csv(1), csv(2));
}

#[test]
fn a_random_world_has_every_kind_of_fact_and_many_ties() {
    let world = RandomWorld::generate(&RandomParams::new(50_000, 3));
    let kinds: BTreeSet<_> = world.rows.iter().map(|row| row.fact).collect();
    assert_eq!(kinds.len(), FactKind::ALL.len());
    let authors: BTreeSet<_> = world.rows.iter().filter_map(|row| row.author).collect();
    assert_eq!(authors.len(), Author::ALL.len());
    let facts = || world.threads.iter().flat_map(|thread| &thread.facts);
    let ties = |pair: &&[Fact]| pair[0].at == pair[1].at;
    let n: usize = world.threads.iter().map(|t| t.facts.windows(2).filter(ties).count()).sum();
    assert!(n > 2_000, "{n} ties");
    assert!(facts().any(|fact| fact.from_account.is_known()));
    let recalls = |fact: &&Fact| fact.kind == FactKind::Recalled;
    let marks: BTreeSet<_> = facts().filter(recalls).map(|fact| fact.mark).collect();
    let marked = facts().filter(|fact| fact.kind == FactKind::Message && fact.mark != Mark::NONE);
    assert!(marked.filter(|fact| marks.contains(&fact.mark)).count() > 300);
    let shops: BTreeSet<_> = world.threads.iter().map(|thread| &thread.shop).collect();
    assert_eq!(shops.len(), 3);
}

#[test]
fn rows_and_facts_tell_the_same() {
    for order in [RowOrder::AsHappened, RowOrder::Mixed, RowOrder::MixedWithSeq] {
        let params = RandomParams { order, ..RandomParams::new(2_000, 9) };
        let world = RandomWorld::generate(&params);
        let mut facts = 0;
        for thread in &world.threads {
            for fact in &thread.facts {
                let row = match order {
                    RowOrder::MixedWithSeq => {
                        world.rows.iter().find(|row| row.seq == Some(fact.row)).expect("a row")
                    }
                    _ => &world.rows[fact.row as usize],
                };
                assert_eq!((&row.shop, &row.buyer), (&thread.shop, &thread.buyer));
                assert_eq!((row.at, row.fact, row.form), (fact.at, fact.kind, fact.form));
                assert_eq!(row.account, world.account_name(fact.account));
                assert_eq!(row.from_account, world.account_name(fact.from_account));
                assert_eq!(row.conversation, world.conversation_name(fact.conversation));
                facts += 1;
            }
        }
        let with_buyer = world.rows.iter().filter(|row| !row.buyer.is_empty()).count();
        assert_eq!(facts, with_buyer);
        assert_eq!(world.csv().lines().next(), Some(&*HEADER.join(",")));
    }
}

/// Whatever the order of the rows, `seq` tells what happened: the figures are the same.
#[test]
fn mixed_rows_with_seq_count_like_rows_in_order() {
    let samples = |order| {
        let params = RandomParams { order, ..RandomParams::new(3_000, 4) };
        let world = RandomWorld::generate(&params);
        let names = |thread: &testkit::worlds::ThreadFacts| {
            let (around, now) = (Circumstances::default(), zone().start_of(DAY.plus(7)));
            let samples = count(&account_rule(), &zone(), &thread.facts, now, &around);
            let named = |sample: &testkit::oracle::OracleSample| {
                let account = world.account_name(sample.account).to_owned();
                (sample.opened_at, account, sample.verdict, sample.wait_ms)
            };
            let mut named: Vec<_> = samples.iter().map(named).collect();
            named.sort();
            named
        };
        world.threads.iter().map(names).collect::<Vec<_>>()
    };
    let in_order = samples(RowOrder::AsHappened);
    assert!(in_order.iter().flatten().count() > 200);
    assert_eq!(in_order, samples(RowOrder::MixedWithSeq));
}
