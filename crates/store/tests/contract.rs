//! What the store promises, held against both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use facts::{
    Author, Closure, Day, Enrolment, FactKind, Instant, OwnAccount, Rating, ShopEntry, ThreadId,
};
use store::{
    AlertStep, Arrival, Batch, Contribution, Ended, Error, Feed, Grant, Holding, Import, Names,
    NewFact, Observed, Outcome, Person, Put, Reach, Refused, Role, Scope, Secret, Select, ShopKey,
    SignUp, StepState, Store, Target, UserAccess, UserChange, WhichLines, Who,
};
use support::Database;

/// Runs each test on each database.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name(&super::Database::sqlite());
            })*
        }
        mod postgres {
            $(#[test]
            fn $name() {
                super::$name(&super::Database::postgres());
            })*
        }
    };
}

on_both! {
    facts_arrive_in_order_and_come_back
    the_same_id_twice_is_one_fact
    facts_without_id_are_counted_within_their_source
    identities_survive_a_restart_and_the_way_to_the_disk
    flawed_rows_are_refused_one_by_one
    a_scope_keeps_shops_apart
    logs_have_the_total_order_and_marks
    small_requests_become_large_segments
    an_erased_buyer_is_forgotten_and_still_counted
    closed_days_are_dropped
    two_stores_on_one_database_agree
    contributions_are_replaced_and_add_up
    shops_and_persons_come_back
    overrides_keep_every_version
    people_sign_up_and_in
    one_code_signs_in_once
    nobody_changes_who_has_more_and_one_owner_stays
    who_was_reset_chooses_a_password_once
    tokens_give_what_they_were_given
    a_step_is_taken_once
    a_checkpoint_and_its_steps_are_one
    a_thread_is_read_from_where_it_is
    feeds_cursors_settings_and_panels_come_back
    a_panel_figure_is_taken_away
    a_file_is_known_by_its_bytes_and_how_it_was_read
    what_changes_is_in_the_audit_log
    a_sealed_setting_is_nowhere_in_plain
    concurrent_appenders_lose_nothing
    another_master_key_opens_nothing
    a_newer_database_is_refused
}

const ALL: fn() -> Scope = Scope::everything;

fn message<'a>(at: i64, buyer: &'a str) -> NewFact<'a> {
    NewFact { buyer, ..NewFact::message(Instant(at), "taobao", "s1", Author::Buyer) }
}

fn append(store: &Store, facts: &[NewFact<'_>]) -> Vec<Outcome> {
    let mut batch = Batch::default();
    facts.iter().for_each(|fact| batch.push(fact));
    store.append(&ALL(), batch).unwrap().wait().unwrap()
}

fn accepted(n: u64) -> Outcome {
    Outcome::Accepted(Arrival(n))
}

fn n_facts(store: &Store) -> usize {
    let mut n = 0;
    let mut names = Names::default();
    let mut take = |_: &Names, stored: &store::Stored| {
        n += stored.len();
        Ok(())
    };
    store.since(&ALL(), Arrival(0), &mut names, &mut take).unwrap();
    n
}

fn facts_arrive_in_order_and_come_back(database: &Database) {
    let store = database.open();
    let reply = NewFact {
        author: Author::Agent,
        account: "店铺:小王",
        conversation: "c1",
        id: "m2",
        seq: Some(4),
        seen_at: Some(Instant(9_000)),
        text: "您好",
        ..message(2_000, "b1")
    };
    let rated = NewFact {
        stars: Some(1),
        value: "unsolved",
        buyer: "b1",
        ..NewFact::event(Instant(3_000), "taobao", "s1", FactKind::Rated)
    };
    let online = NewFact {
        account: "店铺:小王",
        ..NewFact::event(Instant(500), "taobao", "s1", FactKind::Online)
    };
    assert_eq!(append(&store, &[message(1_000, "b1"), reply]), [accepted(1), accepted(2)]);
    assert_eq!(append(&store, &[rated, online]), [accepted(3), accepted(4)]);
    drop(store);

    let store = database.open();
    let mut names = Names::default();
    let mut seen = Vec::new();
    let newest = store.since(&ALL(), Arrival(1), &mut names, &mut |names, stored| {
        for row in 0..stored.len() {
            let fact = stored.fact(row);
            let account = names.account(fact.account).to_owned();
            let shop = names.shop(stored.thread(row)).unwrap().shop.clone();
            assert_eq!(shop, "s1");
            seen.push((stored.arrival(row).0, fact, account, names.is_of_shop(stored.thread(row))));
        }
        if stored.arrival(0) == Arrival(2) {
            assert_eq!(stored.id(0), "m2");
            assert_eq!((stored.seq(0), stored.seen_at(0)), (Some(4), Instant(9_000)));
            assert_eq!(names.conversation(stored.fact(0).conversation), "c1");
        }
        Ok(())
    });
    assert_eq!(newest, Ok(Arrival(4)));
    let arrivals: Vec<u64> = seen.iter().map(|(arrival, ..)| *arrival).collect();
    assert_eq!(arrivals, [2, 3, 4]);
    assert_eq!(seen[0].2, "店铺:小王");
    assert_eq!(seen[1].1.rating, Rating::new(1, true));
    assert_eq!((seen[2].1.kind, seen[2].3), (FactKind::Online, true));
    assert_eq!(store.buyer(&ALL(), ThreadId(1)), Ok(Some("b1".into())));
}

fn the_same_id_twice_is_one_fact(database: &Database) {
    let store = database.open();
    let first = NewFact { id: "m1", text: "在吗", ..message(1_000, "b1") };
    assert_eq!(append(&store, &[first, first]), [accepted(1), Outcome::Duplicate]);
    let without_text = NewFact { text: "", ..first };
    assert_eq!(append(&store, &[without_text]), [Outcome::Duplicate]);
    let refused = Outcome::Rejected(Refused::OtherContents { first: Arrival(1) });
    let later = NewFact { at: Instant(1_001), ..first };
    let other_text = NewFact { text: "在", ..first };
    let other_kind = NewFact { author: Author::Agent, ..first };
    assert_eq!(append(&store, &[later, other_text, other_kind]), [refused; 3]);
    // An id is one of its shop.
    let elsewhere = NewFact { shop: "s2", ..first };
    assert_eq!(append(&store, &[elsewhere]), [accepted(2)]);
    assert_eq!(n_facts(&store), 2);
}

fn facts_without_id_are_counted_within_their_source(database: &Database) {
    let store = database.open();
    let hello = NewFact { text: "你好", ..message(1_000, "b1") };
    // Twice in one request: said twice. The request again: sent twice.
    assert_eq!(append(&store, &[hello, hello]), [accepted(1), accepted(2)]);
    assert_eq!(append(&store, &[hello, hello]), [Outcome::Duplicate; 2]);
    // A source that has it three times knows of one more.
    let source = store.begin_source().unwrap();
    let mut told = Vec::new();
    for _ in 0..3 {
        let mut batch = Batch::of(source);
        batch.push(&hello);
        told.extend(store.append(&ALL(), batch).unwrap().wait().unwrap());
    }
    assert_eq!(told, [Outcome::Duplicate, Outcome::Duplicate, accepted(3)]);
    // A conversation id, or an order's number, makes no other message of it.
    let known = NewFact { conversation: "c1", reference: "o1", ..hello };
    assert_eq!(append(&store, &[known]), [Outcome::Duplicate]);
    assert_eq!(append(&store, &[NewFact { text: "你好！", ..hello }]), [accepted(4)]);
}

fn identities_survive_a_restart_and_the_way_to_the_disk(database: &Database) {
    let ids: Vec<String> = (0..300).map(|n| format!("m{n}")).collect();
    let facts: Vec<NewFact<'_>> = ids
        .iter()
        .zip(1_000..)
        .map(|(id, at)| NewFact { id: if at % 3 == 0 { "" } else { id }, ..message(at, "b1") })
        .collect();
    let store = database.open();
    for part in facts.chunks(20) {
        assert!(append(&store, part).iter().all(|told| matches!(told, Outcome::Accepted(_))));
    }
    assert_eq!(append(&store, &facts), vec![Outcome::Duplicate; 300]);
    drop(store);
    let store = database.open();
    assert_eq!(append(&store, &facts), vec![Outcome::Duplicate; 300]);
    // One more copy in one source than there was so far.
    let again = facts[2];
    assert_eq!(again.id, "");
    assert_eq!(append(&store, &[again, again]), [Outcome::Duplicate, accepted(301)]);
    drop(store);
    let store = database.open();
    assert_eq!(append(&store, &[again, again]), [Outcome::Duplicate; 2]);
    assert_eq!(n_facts(&store), 301);
}

fn flawed_rows_are_refused_one_by_one(database: &Database) {
    let store = database.open();
    let good = message(1_000, "b1");
    let long = "x".repeat(1025);
    let told = append(
        &store,
        &[
            NewFact { buyer: "", ..good },
            NewFact { shop: "", ..good },
            NewFact { at: Instant(-1), ..good },
            NewFact { account: &long, ..good },
            NewFact { id: "a\nb", ..good },
            NewFact { text: "a\0b", ..good },
            good,
        ],
    );
    let refused = |why| Outcome::Rejected(why);
    assert_eq!(
        told,
        [
            refused(Refused::NameMissing),
            refused(Refused::NameMissing),
            refused(Refused::InstantOutOfRange),
            refused(Refused::TooLong),
            refused(Refused::ControlCharacter),
            refused(Refused::ControlCharacter),
            accepted(1),
        ]
    );
    assert_eq!(append(&store, &[]), []);
}

/// A scope as a token gives it.
fn scope_of(store: &Store, grants: &[Grant], shops: &[&str]) -> Scope {
    let reach = Reach::Shops(shops.iter().map(|shop| ShopKey::new("taobao", shop)).collect());
    let made = store.make_token(&ALL(), Instant(0), "test", (grants, reach));
    store.token(Instant(0), &made.unwrap().1).unwrap().unwrap()
}

fn a_scope_keeps_shops_apart(database: &Database) {
    let store = database.open();
    let (own, other) = (message(1_000, "b1"), NewFact { shop: "s2", ..message(1_000, "b2") });
    append(&store, &[own, other]);
    let scope = scope_of(&store, &[Grant::Feed, Grant::Read], &["s1"]);
    let mut batch = Batch::default();
    batch.push(&NewFact { at: Instant(2_000), ..other });
    batch.push(&NewFact { at: Instant(2_000), ..own });
    let told = store.append(&scope, batch).unwrap().wait().unwrap();
    assert_eq!(told, [Outcome::Rejected(Refused::OtherShop), accepted(3)]);

    let mut arrivals = Vec::new();
    let mut names = Names::default();
    let newest = store.since(&scope, Arrival(0), &mut names, &mut |_, stored| {
        arrivals.extend((0..stored.len()).map(|row| stored.arrival(row).0));
        Ok(())
    });
    assert_eq!((newest, arrivals), (Ok(Arrival(3)), vec![1, 3]));
    assert_eq!(store.log(&scope, &Select::shop("taobao", "s1")).unwrap().len(), 2);
    let denied = |select| store.log(&scope, &select).err();
    assert_eq!(denied(Select::shop("taobao", "s2")), Some(Error::Denied));
    let texts = Select { texts: true, ..Select::shop("taobao", "s1") };
    assert_eq!(denied(texts), Some(Error::Denied));
    assert_eq!(store.buyer(&scope, ThreadId(2)), Ok(None));
    assert_eq!(store.audit(&scope, 0, 10), Err(Error::Denied));
    assert_eq!(store.settings(&scope), Err(Error::Denied));
    let reader = scope_of(&store, &[Grant::Read], &["s1"]);
    assert_eq!(store.append(&reader, Batch::default()).err(), Some(Error::Denied));
}

fn logs_have_the_total_order_and_marks(database: &Database) {
    let store = database.open();
    let first = NewFact { id: "m1", text: "一", seq: Some(2), ..message(1_000, "b1") };
    let second = NewFact { id: "m2", text: "二", seq: Some(1), ..message(1_000, "b1") };
    let late = NewFact { id: "m0", text: "零", ..message(500, "b1") };
    let recalled = NewFact {
        buyer: "b1",
        reference: "m2",
        ..NewFact::event(Instant(2_000), "taobao", "s1", FactKind::Recalled)
    };
    let ordered = NewFact {
        buyer: "b1",
        reference: "order-1",
        amount: "12.50",
        ..NewFact::event(Instant(3_000), "taobao", "s1", FactKind::Ordered)
    };
    append(&store, &[first, second]);
    append(&store, &[message(1_500, "b2"), recalled, ordered, late]);
    let select = Select { buyer: Some("b1"), texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&ALL(), &select).unwrap();
    assert_eq!((log.len(), log.threads.len()), (5, 1));
    let (rows, _) = log.by_thread();
    let text = |row: &u32| log.text.as_ref().unwrap()[*row as usize].clone().unwrap_or_default();
    let texts: Vec<Box<str>> = rows.iter().map(text).collect();
    assert_eq!(texts, ["零", "二", "一", "", ""].map(Box::from));
    assert_ne!(log.fact(1).mark.0, 0);
    assert_eq!(log.fact(1).mark, log.fact(2).mark);
    assert_eq!(log.fact(0).mark.0, 0);
    assert_eq!((&*log.extra[&3].reference, &*log.extra[&3].amount), ("order-1", "12.50"));
    // Without texts, orders and money stay sealed too; between two instants, the rest is away.
    let part = Select { between: (Instant(1_000), Instant(3_001)), texts: false, ..select };
    let log = store.log(&ALL(), &part).unwrap();
    assert_eq!((log.len(), log.text.is_none(), log.extra.len()), (4, true, 1));
}

fn small_requests_become_large_segments(database: &Database) {
    let store = database.open();
    let buyers: Vec<String> = (0..40).map(|n| format!("b{n}")).collect();
    for n in 0..200i64 {
        let fact = NewFact { text: "在吗", ..message(1_000 + n, &buyers[n as usize % 40]) };
        append(&store, &[fact]);
    }
    let mut names = Names::default();
    let (mut pieces, mut arrivals) = (0, Vec::new());
    let mut take = |_: &Names, stored: &store::Stored| {
        pieces += 1;
        arrivals.extend((0..stored.len()).map(|row| stored.arrival(row).0));
        Ok(())
    };
    store.since(&ALL(), Arrival(0), &mut names, &mut take).unwrap();
    assert_eq!(arrivals, (1..=200).collect::<Vec<u64>>());
    assert!(pieces < 50, "{pieces} pieces");
    let select = Select { texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&ALL(), &select).unwrap();
    let texts = log.text.unwrap();
    assert_eq!(texts.iter().filter(|text| text.as_deref() == Some("在吗")).count(), 200);
}

fn an_erased_buyer_is_forgotten_and_still_counted(database: &Database) {
    let store = database.open();
    let hello = NewFact { text: "我是张三", ..message(1_000, "zhangsan") };
    let identified = NewFact { id: "m1", ..message(2_000, "zhangsan") };
    append(&store, &[hello, identified, NewFact { text: "别人", ..message(1_000, "b2") }]);
    let buyer = ["taobao", "s1", "zhangsan"];
    let pseudonym = store.erase_buyer(&ALL(), Instant(5), buyer).unwrap();
    let absent = Err(Error::Absent { what: "buyer" });
    assert_eq!(store.erase_buyer(&ALL(), Instant(5), buyer), absent);

    let select = Select { texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&ALL(), &select).unwrap();
    assert_eq!(log.len(), 3);
    assert_eq!(log.buyers.iter().collect::<Vec<_>>(), [&*pseudonym, "b2"]);
    let texts: Vec<Option<&str>> =
        log.text.as_ref().unwrap().iter().map(Option::as_deref).collect();
    assert_eq!(texts, [None, None, Some("别人")]);
    // What comes again stays forgotten; what is new is of a new buyer.
    assert_eq!(append(&store, &[hello, identified]), [Outcome::Duplicate; 2]);
    assert_eq!(append(&store, &[message(9_000, "zhangsan")]), [accepted(4)]);
    let gone = Select { buyer: Some("zhangsan"), ..select };
    assert_eq!(store.log(&ALL(), &gone).unwrap().len(), 1);
    // Facts of an archive come back under the pseudonym, which has no key.
    let archived = NewFact { text: "x", ..message(9_500, &pseudonym) };
    assert_eq!(append(&store, &[archived]), [accepted(5)]);
    let lines = store.audit(&ALL(), 0, 10).unwrap();
    assert_eq!(lines.last().unwrap().subject, pseudonym);
    assert!(lines.iter().all(|line| !format!("{line:?}").contains("zhangsan")));
}

const DAY: i64 = 86_400_000;

fn closed_days_are_dropped(database: &Database) {
    let store = database.open();
    let day = Day(20_000);
    let start = i64::from(day.0) * DAY - 8 * 3_600_000;
    let old = NewFact { text: "旧", ..message(start, "b2") };
    let last = message(start + DAY - 1, "b1");
    let next = NewFact { text: "新", ..message(start + DAY, "b1") };
    append(&store, &[next, last, old]);
    let later = Day(day.0 + 5);
    assert_eq!(store.days_before(&ALL(), later), Ok(vec![(day, 2), (Day(day.0 + 1), 1)]));
    assert_eq!(store.days_before(&ALL(), day), Ok(vec![]));
    let expected = "the folder of the archive";
    let without = Err(Error::Unfit { what: "archived day", expected });
    assert_eq!(store.archive_day(&ALL(), Instant(0), day), without);
    assert_eq!(store.forget_before(&ALL(), Instant(0), Instant(start + DAY)).err(), {
        let expected = "an instant before that of every fact that is still stored";
        Some(Error::Unfit { what: "horizon", expected })
    });
    assert_eq!(store.drop_day(&ALL(), Instant(0), day), Ok(2));
    assert_eq!(n_facts(&store), 1);
    assert_eq!(append(&store, &[old, last]), [Outcome::Duplicate; 2]);
    let select = Select { texts: true, ..Select::shop("taobao", "s1") };
    let log = store.log(&ALL(), &select).unwrap();
    assert_eq!(log.text.unwrap(), [Some("新".into())]);
    store.forget_before(&ALL(), Instant(0), Instant(start + DAY)).unwrap();
    let horizon = Instant(start + DAY);
    assert_eq!(append(&store, &[last]), [Outcome::Rejected(Refused::BeforeHorizon { horizon })]);
    assert_eq!(append(&store, &[next]), [Outcome::Duplicate]);
}

fn two_stores_on_one_database_agree(database: &Database) {
    let (one, two) = (database.open(), database.open());
    let facts: Vec<NewFact<'_>> = (0..150).map(|n| message(1_000 + n, "b1")).collect();
    for (n, fact) in facts.iter().enumerate() {
        let (here, there) = if n % 2 == 0 { (&one, &two) } else { (&two, &one) };
        assert_eq!(append(here, &[*fact]), [accepted(n as u64 + 1)]);
        assert_eq!(append(there, &[*fact]), [Outcome::Duplicate]);
    }
    one.erase_buyer(&ALL(), Instant(0), ["taobao", "s1", "b1"]).unwrap();
    assert_eq!(append(&two, &[message(5_000, "b1")]), [accepted(151)]);
    assert_eq!(n_facts(&one), 151);
    let of_buyer = Select { buyer: Some("b1"), ..Select::shop("taobao", "s1") };
    assert_eq!(two.log(&ALL(), &of_buyer).unwrap().len(), 1);
}

fn contributions_are_replaced_and_add_up(database: &Database) {
    let store = database.open();
    append(&store, &[message(1_000, "b1"), message(1_000, "b2")]);
    let part = |day, account: &str, counts: [i64; 3]| Contribution {
        day: Day(day),
        account: account.into(),
        counts: counts.into(),
    };
    let metric = "taobao/human-reply-3m";
    let put = |thread, parts| {
        store.put_contributions(&ALL(), metric, vec![(ThreadId(thread), parts)]).unwrap();
    };
    put(1, vec![part(5, "a", [1, 0, -7]), part(6, "", [2, 2, 2])]);
    put(2, vec![part(5, "a", [1, 1, i64::MAX])]);
    let sums = |from, to| store.sums(&ALL(), metric, ("taobao", "s1"), (Day(from), Day(to)));
    let key = |day, account: &str| (Day(day), account.to_owned());
    assert_eq!(
        sums(5, 6).unwrap(),
        [(key(5, "a"), vec![2, 1, i64::MAX - 7]), (key(6, ""), vec![2, 2, 2])].into()
    );
    put(1, vec![part(6, "a", [1, 0, 0])]);
    assert_eq!(sums(6, 9).unwrap(), [(key(6, "a"), vec![1, 0, 0])].into());
    put(2, vec![]);
    assert_eq!(sums(5, 5).unwrap(), [].into());
    assert_eq!(store.contributing(&ALL()), Ok(vec![metric.to_owned()]));
    store.drop_contributions(&ALL(), None).unwrap();
    assert_eq!(sums(0, 9).unwrap(), [].into());
    let scope = scope_of(&store, &[Grant::Read], &["s2"]);
    let denied = store.sums(&scope, metric, ("taobao", "s1"), (Day(0), Day(9)));
    assert_eq!(denied, Err(Error::Denied));
    let nobody = store.put_contributions(&ALL(), metric, vec![(ThreadId(99), vec![])]);
    assert_eq!(nobody, Err(Error::Absent { what: "buyer" }));
}

fn entry(shop: &str) -> ShopEntry {
    ShopEntry {
        platform: "taobao".into(),
        shop: shop.into(),
        name: "小店".into(),
        client: "客户".into(),
        groups: vec!["g2".into(), "g1".into()],
        levels: vec![(Day(3), 2), (Day(9), 4)],
        industry: "服饰".into(),
        enrolments: vec![
            Enrolment { period: "spring-2026".into(), enrolled: true },
            Enrolment { period: "spring-2027".into(), enrolled: false },
        ],
        closures: vec![Closure { from: Instant(5), until: Instant(9) }],
        own_accounts: vec![OwnAccount { buyer: "own-buyer".into() }],
        account_grades: vec![("小王".into(), "senior".into())],
        account_capacities: vec![("小王".into(), 8)],
    }
}

fn shops_and_persons_come_back(database: &Database) {
    let store = database.open();
    for shop in ["s2", "s1"] {
        store.put_shop(&ALL(), Instant(1), entry(shop)).unwrap();
    }
    assert_eq!(store.shops(&ALL()), Ok(vec![entry("s1"), entry("s2")]));
    let small = ShopEntry { platform: "taobao".into(), shop: "s1".into(), ..ShopEntry::default() };
    let scope = scope_of(&store, &[Grant::Read, Grant::Settings], &["s1"]);
    store.put_shop(&scope, Instant(2), small.clone()).unwrap();
    assert_eq!(store.shops(&scope), Ok(vec![small]));
    assert_eq!(store.put_shop(&scope, Instant(2), entry("s2")), Err(Error::Denied));

    let holding = |shop: &str, from| Holding {
        platform: "taobao".into(),
        shop: shop.into(),
        account: "小王".into(),
        from,
        until: None,
    };
    let holdings = vec![holding("s1", None), holding("s2", Some(Day(7)))];
    let person = Person { id: "王".into(), holdings };
    store.put_person(&ALL(), Instant(3), person.clone()).unwrap();
    assert_eq!(store.persons(&ALL()), Ok(vec![person.clone()]));
    let seen = store.persons(&scope).unwrap();
    assert_eq!(seen[0].holdings, [holding("s1", None)]);
    assert_eq!(store.person(&scope, "王").unwrap().holdings, [holding("s1", None)]);
    for id in ["", "李"] {
        let none = store.person(&ALL(), id).err();
        assert_eq!(none, Some(Error::Absent { what: "person" }), "{id}");
    }
    // What somebody may not see they may not take away.
    let fewer = Person { holdings: vec![holding("s1", None)], ..person };
    assert_eq!(store.put_person(&scope, Instant(3), fewer), Err(Error::Denied));
    store.remove_shop(&ALL(), Instant(4), "taobao", "s2").unwrap();
    let again = store.remove_shop(&ALL(), Instant(4), "taobao", "s2");
    assert_eq!(again, Err(Error::Absent { what: "shop" }));
    let lines = store.audit(&ALL(), 0, 100).unwrap();
    assert!(lines.iter().all(|line| !format!("{line:?}").contains("own-buyer")));
}

fn overrides_keep_every_version(database: &Database) {
    let store = database.open();
    let shop = Target::Shop { platform: "taobao".into(), shop: "s1".into() };
    let put = |scope: &Scope, target: &Target, text: Option<&str>| {
        let whose = (target.clone(), "taobao/human-reply-3m");
        store.put_override(scope, Instant(1), whose, text.map(str::to_owned))
    };
    assert_eq!(put(&ALL(), &shop, None), Ok(None), "there is none to withdraw");
    for _ in 0..2 {
        assert_eq!(put(&ALL(), &shop, Some("within = \"120s\"")), Ok(Some(1)), "as it stands");
    }
    assert_eq!(put(&ALL(), &Target::Group("g1".into()), Some("x = 1")), Ok(Some(2)));
    let scope = scope_of(&store, &[Grant::Read, Grant::Settings], &["s1"]);
    for _ in 0..2 {
        assert_eq!(put(&scope, &shop, None), Ok(Some(3)));
    }
    assert_eq!(put(&scope, &Target::Group("g1".into()), None), Err(Error::Denied));
    let seen = store.overrides(&scope).unwrap();
    let texts: Vec<Option<&str>> = seen.iter().map(|version| version.text.as_deref()).collect();
    assert_eq!(texts, [Some("within = \"120s\""), None]);
    assert_eq!((&*seen[0].who, &*seen[1].who), ("engine", "token 1"));
    assert_eq!(store.overrides(&ALL()).unwrap().len(), 3);
    // Another metric's rule is another one.
    let whose = (shop.clone(), "taobao/reply-30s");
    assert_eq!(store.put_override(&ALL(), Instant(2), whose, None), Ok(None));
    let whose = (shop, "taobao/reply-30s");
    assert_eq!(store.put_override(&ALL(), Instant(2), whose, Some("y".into())), Ok(Some(4)));
    assert_eq!(store.overrides(&scope).unwrap()[2].metric, "taobao/reply-30s");
    let changes = store.audit(&ALL(), 0, 100).unwrap();
    assert_eq!(changes.iter().filter(|line| line.what == "override").count(), 4);
    own_rules_are_the_same_for_all_who_read_the_shop(&store);
}

/// After `s1`'s own rules were withdrawn; group `g1` has some.
fn own_rules_are_the_same_for_all_who_read_the_shop(store: &Store) {
    let scope = scope_of(store, &[Grant::Read], &["s1"]);
    let rules = store.own_rules(&scope, "taobao", "s1").unwrap().rules;
    assert_eq!(rules, BTreeMap::from([("taobao/reply-30s".to_owned(), "y".to_owned())]));
    assert_eq!(store.own_rules(&scope, "taobao", "s2"), Err(Error::Denied));
    let groups = vec!["g1".to_owned(), "g2".to_owned()];
    let (platform, shop) = ("taobao".to_owned(), "s1".to_owned());
    let entry = ShopEntry { platform, shop, groups, ..ShopEntry::default() };
    store.put_shop(&ALL(), Instant(5), entry.clone()).unwrap();
    let put = |target: Target, metric: &str, text: Option<&str>| {
        let text = text.map(str::to_owned);
        store.put_override(&ALL(), Instant(5), (target, metric), text).unwrap()
    };
    let own = |platform: &str| Target::Shop { platform: platform.into(), shop: "s1".into() };
    put(own("taobao"), "taobao/a", Some("own = 1"));
    put(own("taobao"), "taobao/reply-30s", None);
    put(Target::Group("g1".into()), "taobao/a", Some("x = 1"));
    put(Target::Group("g1".into()), "taobao/b", Some("x = 2"));
    // Another group's, and that of a shop of this name elsewhere.
    put(Target::Group("g3".into()), "taobao/c", Some("x = 3"));
    put(own("jd"), "jd/a", Some("own = 2"));
    let found = store.own_rules(&scope, "taobao", "s1").unwrap();
    assert_eq!(found.entry.as_ref(), Some(&entry));
    let rules =
        [("taobao/a", "own = 1"), ("taobao/b", "x = 2"), ("taobao/human-reply-3m", "x = 1")];
    let rules = rules.map(|(metric, text)| (metric.to_owned(), text.to_owned()));
    assert_eq!(found.rules, BTreeMap::from(rules), "the shop's own before its group's");
    assert_eq!(store.own_rules(&ALL(), "taobao", "s1"), Ok(found));
}

fn sign_up(login: &str) -> SignUp {
    SignUp { login: login.into(), name: "王".into(), password: Secret::from("$argon2id$…") }
}

fn people_sign_up_and_in(database: &Database) {
    let store = database.open();
    assert_eq!(store.has_users(), Ok(false));
    let link = store.make_link(&ALL(), Instant(0), (Role::Owner, Reach::Everything), Instant(100));
    let link = link.unwrap();
    let absent = Err(Error::Absent { what: "link" });
    assert_eq!(store.sign_up(Instant(100), &link, sign_up("a@b.c")), absent, "expired");
    assert_eq!(store.sign_up(Instant(99), &Secret::from("guess"), sign_up("a@b.c")), absent);
    let user = store.sign_up(Instant(99), &link, sign_up("a@b.c")).unwrap();
    assert_eq!(store.sign_up(Instant(99), &link, sign_up("d@e.f")), absent, "used");

    let credentials = store.credentials("a@b.c").unwrap().unwrap();
    assert_eq!((credentials.user, credentials.password.reveal()), (user, "$argon2id$…"));
    assert_eq!(store.credentials("nobody"), Ok(None));
    let session = store.begin_session(Instant(1_000), user, Instant(900_000)).unwrap();
    let idle = 100_000;
    let (scope, seen) = store.session(Instant(90_000), &session, idle).unwrap().unwrap();
    assert_eq!((scope.who(), seen.role), (Who::User(user), Role::Owner));
    assert!(store.session(Instant(185_000), &session, idle).unwrap().is_some(), "was used");
    assert_eq!(store.session(Instant(400_000), &session, idle).unwrap(), None, "lay idle");
    assert_eq!(store.session(Instant(900_000), &session, i64::MAX).unwrap(), None, "expired");
    assert_eq!(store.session(Instant(2_000), &Secret::from("guess"), idle).unwrap(), None);

    store.set_totp(&scope, Instant(1), user, Some(Secret::from("JBSWY3DP"))).unwrap();
    let credentials = store.credentials("a@b.c").unwrap().unwrap();
    assert_eq!(credentials.totp.unwrap().reveal(), "JBSWY3DP");
    store.set_password(&scope, Instant(1), user, Secret::from("other")).unwrap();
    assert_eq!(store.session(Instant(90_000), &session, i64::MAX).unwrap(), None);

    let one = Reach::Shops(vec![ShopKey::new("taobao", "s1")]);
    let link = store.make_link(&scope, Instant(0), (Role::Agent, one.clone()), Instant(9)).unwrap();
    let agent = store.sign_up(Instant(1), &link, sign_up("agent")).unwrap();
    let session = store.begin_session(Instant(1), agent, Instant(99)).unwrap();
    let (agent_scope, _) = store.session(Instant(2), &session, idle).unwrap().unwrap();
    assert_eq!(agent_scope.reach(), &one);
    assert!(!agent_scope.may(Grant::Manage) && agent_scope.may(Grant::Texts));
    let denied = store.set_password(&agent_scope, Instant(1), user, Secret::from("mine"));
    assert_eq!(denied, Err(Error::Denied));
    let link = store.make_link(&scope, Instant(0), (Role::Agent, one), Instant(9)).unwrap();
    let taken = store.sign_up(Instant(1), &link, sign_up("agent"));
    assert_eq!(taken, Err(Error::Exists { what: "login" }));
    store.set_role(&scope, Instant(2), agent, (Role::Viewer, Reach::Everything)).unwrap();
    let (changed, _) = store.session(Instant(2), &session, idle).unwrap().unwrap();
    assert_eq!((changed.reach(), changed.may(Grant::Texts)), (&Reach::Everything, false));
    store.set_access(&scope, Instant(3), agent, UserAccess::Disabled).unwrap();
    assert_eq!(store.session(Instant(4), &session, idle).unwrap(), None);
    assert_eq!(store.credentials("agent"), Ok(None));
    assert_eq!(store.users(&scope).unwrap()[1].disabled_at, Some(Instant(3)));
    store.set_access(&scope, Instant(5), agent, UserAccess::Allowed).unwrap();
    let session = store.begin_session(Instant(6), agent, Instant(99)).unwrap();
    store.end_session(Instant(7), &session, Ended::All).unwrap();
    assert_eq!(store.session(Instant(8), &session, idle).unwrap(), None);
    assert_eq!(store.has_users(), Ok(true));
}

/// The session of a user who signed up by a link of a caller.
fn joined(store: &Store, by: &Scope, login: &str, given: (Role, Reach)) -> (i64, Scope) {
    let link = store.make_link(by, Instant(0), given, Instant(99)).unwrap();
    let user = store.sign_up(Instant(1), &link, sign_up(login)).unwrap();
    let session = store.begin_session(Instant(1), user, Instant(99)).unwrap();
    (user, store.session(Instant(1), &session, 1_000).unwrap().unwrap().0)
}

fn one_code_signs_in_once(database: &Database) {
    let store = database.open();
    let (user, scope) = joined(&store, &ALL(), " Li@Shop.cn ", (Role::Owner, Reach::Everything));
    store.set_totp(&scope, Instant(1), user, Some(Secret::from("KEY"))).unwrap();
    let taken = |step| store.take_step(user, step).unwrap();
    assert_eq!(
        [5, 5, 4, 6].map(taken),
        [true, false, false, true],
        "neither the same nor an earlier one"
    );
    let credentials = store.credentials("LI@shop.cn").unwrap().unwrap();
    assert_eq!((credentials.user, credentials.totp_step), (user, Some(6)));
    store.set_totp(&scope, Instant(1), user, None).unwrap();
    let credentials = store.credentials("li@shop.cn").unwrap().unwrap();
    assert_eq!((credentials.totp, credentials.totp_step), (None, None));
    store.sign_in_refused(Instant(2), user).unwrap();
    let line = store.audit_before(&ALL(), &WhichLines::default(), i64::MAX, 1).unwrap().remove(0);
    assert_eq!((&*line.what, &*line.subject), ("sign-in refused", "li@shop.cn"));
}

fn nobody_changes_who_has_more_and_one_owner_stays(database: &Database) {
    let store = database.open();
    let only = |shop: &str| Reach::Shops(vec![ShopKey::new("taobao", shop)]);
    let (first, owner) = joined(&store, &ALL(), "first", (Role::Owner, Reach::Everything));
    let (part, partly) = joined(&store, &owner, "part", (Role::Owner, only("s1")));
    let (agent, _) = joined(&store, &partly, "agent", (Role::Agent, only("s1")));
    let (other, _) = joined(&store, &owner, "other", (Role::Agent, only("s2")));
    let numbers = |scope: &Scope| -> Vec<i64> {
        store.users(scope).unwrap().iter().map(|user| user.number).collect()
    };
    assert_eq!(numbers(&owner), [first, part, agent, other]);
    assert_eq!(numbers(&partly), [part, agent]);
    let absent = Err(Error::Absent { what: "user" });
    let disabled =
        |scope: &Scope, user| store.set_access(scope, Instant(2), user, UserAccess::Disabled);
    assert_eq!(disabled(&partly, other), absent);
    assert_eq!(disabled(&partly, first), absent);
    let wider = store.set_role(&partly, Instant(2), agent, (Role::Agent, Reach::Everything));
    assert_eq!(wider, Err(Error::Denied));
    // A token that may manage and nothing else gives nothing to anybody.
    let managing = scope_of(&store, &[Grant::Manage], &["s1"]);
    let denied = store.set_password(&managing, Instant(2), agent, Secret::from("mine"));
    assert_eq!(denied, Err(Error::Denied));

    assert_eq!(disabled(&owner, first), Err(Error::LastOwner));
    for (role, reach) in [(Role::Viewer, Reach::Everything), (Role::Owner, only("s1"))] {
        let demoted = store.set_role(&ALL(), Instant(2), first, (role, reach));
        assert_eq!(demoted, Err(Error::LastOwner), "not by the machine's own terminal either");
    }
    let before = store.audit(&ALL(), 0, 100).unwrap().len();
    let same = UserChange { role: Some(Role::Owner), ..UserChange::default() };
    store.change_user(&owner, Instant(2), first, same).unwrap();
    assert_eq!(store.audit(&ALL(), 0, 100).unwrap().len(), before, "nothing changed");
    store.set_role(&owner, Instant(2), other, (Role::Owner, Reach::Everything)).unwrap();
    disabled(&owner, first).unwrap();
    assert_eq!(disabled(&owner, other), Err(Error::LastOwner));
}

fn who_was_reset_chooses_a_password_once(database: &Database) {
    let store = database.open();
    let only = |shop: &str| Reach::Shops(vec![ShopKey::new("taobao", shop)]);
    let (first, owner) = joined(&store, &ALL(), "first", (Role::Owner, Reach::Everything));
    let (_, partly) = joined(&store, &owner, "part", (Role::Owner, only("s1")));
    let (agent, own) = joined(&store, &owner, "agent", (Role::Agent, only("s1")));
    let (other, _) = joined(&store, &owner, "other", (Role::Agent, only("s2")));
    store.set_totp(&own, Instant(2), agent, Some(Secret::from("KEY"))).unwrap();
    let session = store.begin_session(Instant(2), agent, Instant(99)).unwrap();
    let reset = |scope: &Scope, user| store.reset_user(scope, Instant(3), user, Instant(50));
    assert_eq!(reset(&partly, other).err(), Some(Error::Absent { what: "user" }));
    assert_eq!(reset(&own, other).err(), Some(Error::Denied));
    assert_eq!(reset(&owner, first).err(), Some(Error::Denied), "not oneself");
    let managing = scope_of(&store, &[Grant::Manage], &["s1"]);
    assert_eq!(reset(&managing, agent).err(), Some(Error::Denied), "who has more");
    assert!(store.credentials("agent").unwrap().unwrap().totp.is_some());

    let earlier = reset(&partly, agent).unwrap();
    let link = reset(&partly, agent).unwrap();
    assert_eq!(store.credentials("agent"), Ok(None), "no password fits");
    assert_eq!(store.session(Instant(4), &session, 1_000).unwrap(), None);
    let absent = Err(Error::Absent { what: "link" });
    let take = |at, link: &Secret| store.take_reset(Instant(at), link, Secret::from("new"));
    assert_eq!(take(4, &earlier), absent, "the latest alone");
    assert_eq!(take(50, &link), absent, "expired");
    assert_eq!(store.sign_up(Instant(4), &link, sign_up("new")), absent, "it makes nobody");
    store.set_access(&owner, Instant(4), agent, UserAccess::Disabled).unwrap();
    assert_eq!(take(5, &link), absent, "disabled");
    store.set_access(&owner, Instant(5), agent, UserAccess::Allowed).unwrap();
    assert_eq!(store.reset_of(Instant(5), &link).unwrap().login, "agent");
    assert_eq!(take(6, &link), Ok(agent));
    assert_eq!(take(6, &link), absent, "used");
    let credentials = store.credentials("agent").unwrap().unwrap();
    assert_eq!((credentials.password.reveal(), credentials.totp), ("new", None));
    let lines = store.audit(&ALL(), 0, 100).unwrap();
    let told = |what: &str| lines.iter().filter(|line| line.what == what).count();
    assert_eq!((told("user reset"), told("password")), (2, 1));
    // The machine's own terminal helps the last owner.
    let link = reset(&ALL(), first).unwrap();
    assert_eq!(take(7, &link), Ok(first));
}

fn tokens_give_what_they_were_given(database: &Database) {
    let store = database.open();
    let reach = Reach::Shops(vec![ShopKey::new("taobao", "s1")]);
    let grants = [Grant::Feed, Grant::Manage];
    let (number, secret) =
        store.make_token(&ALL(), Instant(0), "feed", (&grants, reach.clone())).unwrap();
    assert_eq!(store.token(Instant(0), &Secret::from("guess")), Ok(None));
    let scope = store.token(Instant(70_000), &secret).unwrap().unwrap();
    assert_eq!((scope.who(), scope.reach()), (Who::Token(number), &reach));
    assert!(scope.may(Grant::Feed) && !scope.may(Grant::Read));
    assert_eq!(store.tokens(&ALL()).unwrap()[0].used_at, Some(Instant(70_000)));
    let more = store.make_token(&scope, Instant(0), "more", (&[Grant::Read], reach.clone()));
    assert_eq!(more.err(), Some(Error::Denied), "nobody gives what they have not");
    let wider = store.make_token(&scope, Instant(0), "more", (&grants, Reach::Everything));
    assert_eq!(wider.err(), Some(Error::Denied));
    store.revoke_token(&scope, Instant(80_000), number).unwrap();
    assert_eq!(store.token(Instant(80_001), &secret), Ok(None));
    assert_eq!(store.tokens(&ALL()).unwrap()[0].revoked_at, Some(Instant(80_000)));
}

fn step(alert: &str, step: &str) -> AlertStep {
    AlertStep {
        alert: alert.into(),
        step: step.into(),
        platform: "taobao".into(),
        shop: "s1".into(),
        at: Instant(100),
        reason: "100 s".into(),
        about: "3 buyers".into(),
        state: StepState::Claimed,
        changed_at: Instant(100),
        failed: None,
    }
}

fn a_checkpoint_and_its_steps_are_one(database: &Database) {
    let store = database.open();
    assert_eq!(store.last_checkpoint(&ALL()).unwrap(), None);
    let steps = |names: &[&str]| names.iter().map(|name| step("a1", name)).collect();
    let put = |at, state: &str, names: &[&str]| {
        store.checkpoint(&ALL(), Instant(at), state.to_owned(), steps(names)).unwrap()
    };
    assert_eq!(put(1, "one", &["notify"]), [true]);
    assert_eq!(put(2, "two", &["notify", "resolve"]), [false, true]);
    let last = store.last_checkpoint(&ALL()).unwrap();
    assert_eq!(last, Some((Instant(2), "two".to_owned())));
    let names = store.alert_steps(&ALL(), Instant(0)).unwrap();
    let names: Vec<&str> = names.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(names, ["notify", "resolve"]);
}

fn a_thread_is_read_from_where_it_is(database: &Database) {
    let store = database.open();
    for at in 0..200 {
        let buyer = if at % 50 == 7 { "rare" } else { "often" };
        append(&store, &[message(at, buyer)]);
    }
    let mut names = Names::default();
    let mut seen: Vec<(ThreadId, Arrival, i64)> = Vec::new();
    store
        .since(&ALL(), Arrival(0), &mut names, &mut |_, stored| {
            let row = |row| (stored.thread(row), stored.arrival(row), stored.fact(row).at.0);
            seen.extend((0..stored.len()).map(row));
            Ok(())
        })
        .unwrap();
    let rare = seen[7].0;
    let read = |names: &mut Names, within: &[(Arrival, Arrival)]| {
        let pieces = store.thread(&ALL(), rare, within, names).unwrap();
        let at = |stored: &store::Stored| {
            (0..stored.len()).map(|row| stored.fact(row).at.0).collect::<Vec<_>>()
        };
        pieces.iter().flat_map(at).collect::<Vec<_>>()
    };
    let all = [(Arrival(0), Arrival(u64::MAX))];
    assert_eq!(read(&mut names, &all), [7, 57, 107, 157]);
    let two = [(seen[0].1, seen[20].1), (seen[150].1, seen[199].1)];
    assert_eq!(read(&mut names, &two), [7, 157]);
    assert_eq!(read(&mut Names::default(), &two), [7, 157]);
    assert_eq!(read(&mut names, &[]), [0_i64; 0]);
}

fn a_sealed_setting_is_nowhere_in_plain(database: &Database) {
    let store = database.open();
    assert!(store.sealed(&ALL(), "alerts").unwrap().is_none());
    let put = |text: &str| {
        store
            .put_sealed(&ALL(), Instant(5), "alerts", (&Secret::from(text), (None, "1 channel")))
            .unwrap();
    };
    put("a-robot's-token");
    put("another-token");
    let found = store.sealed(&ALL(), "alerts").unwrap().unwrap();
    assert_eq!(found.reveal(), "another-token");
    assert_eq!(store.settings(&ALL()).unwrap(), []);
    let told = format!("{:?}", store.audit(&ALL(), 0, 10).unwrap());
    assert!(told.contains("1 channel") && !told.contains("token"), "{told}");
}

fn a_step_is_taken_once(database: &Database) {
    let store = database.open();
    assert_eq!(store.claim_step(&ALL(), step("q1", "remind")), Ok(true));
    assert_eq!(store.claim_step(&ALL(), step("q1", "remind")), Ok(false));
    assert_eq!(store.claim_step(&ALL(), step("q1", "tell")), Ok(true));
    store.settle_step(&ALL(), Instant(101), ("q1", "remind"), (StepState::Sent, None)).unwrap();
    let nobody = store.settle_step(&ALL(), Instant(101), ("q2", "remind"), (StepState::Sent, None));
    assert_eq!(nobody, Err(Error::Absent { what: "alert" }));
    drop(store);
    let store = database.open();
    assert_eq!(store.claim_step(&ALL(), step("q1", "remind")), Ok(false));
    let steps = store.alert_steps(&ALL(), Instant(100)).unwrap();
    let states: Vec<StepState> = steps.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::Sent, StepState::Claimed]);
    let why = || Some(["no answer".to_owned(), "没有应答".to_owned()]);
    let failed = (StepState::Failed, why());
    store.settle_step(&ALL(), Instant(102), ("q1", "tell"), failed).unwrap();
    let steps = store.alert_steps(&ALL(), Instant(0)).unwrap();
    let kept = steps.iter().map(|step| (step.state, step.failed.clone()));
    assert!(kept.eq([(StepState::Sent, None), (StepState::Failed, why())]), "{steps:?}");
    assert_eq!(store.forget_steps(&ALL(), Instant(101)), Ok(2));
    assert_eq!(store.alert_steps(&ALL(), Instant(0)), Ok(vec![]));
}

fn feeds_cursors_settings_and_panels_come_back(database: &Database) {
    let store = database.open();
    let feed = Feed {
        platform: "taobao".into(),
        shop: "s1".into(),
        feed: "folder".into(),
        grade: "daily".into(),
        last_fact_at: Some(Instant(5)),
        last_heard_at: None,
    };
    store.hear(&ALL(), vec![feed.clone()]).unwrap();
    let older = Feed { last_fact_at: Some(Instant(3)), last_heard_at: Some(Instant(9)), ..feed };
    store.hear(&ALL(), vec![older.clone()]).unwrap();
    let now = Feed { last_fact_at: Some(Instant(5)), ..older };
    assert_eq!(store.feeds(&ALL()), Ok(vec![now]));

    assert_eq!(store.cursor(&ALL(), "wecom", "kf1"), Ok(None));
    for value in ["c1", "c2"] {
        store.put_cursor(&ALL(), Instant(7), ["wecom", "kf1", value]).unwrap();
    }
    assert_eq!(store.cursor(&ALL(), "wecom", "kf1"), Ok(Some(("c2".into(), Instant(7)))));

    store.put_setting(&ALL(), Instant(1), "quiet", Some("22:00")).unwrap();
    store.put_setting(&ALL(), Instant(2), "quiet", Some("23:00")).unwrap();
    assert_eq!(store.settings(&ALL()), Ok(vec![("quiet".into(), "23:00".into())]));
    store.put_setting(&ALL(), Instant(3), "quiet", None).unwrap();
    assert_eq!(store.settings(&ALL()), Ok(vec![]));

    let figures = vec![figure("s1", "83%"), figure("s2", "90%"), figure("s1", "84%")];
    let put = store.put_observed(&ALL(), Instant(6), figures).unwrap();
    assert_eq!(put, [Put::New, Put::New, Put::Replaced]);
    let seen = store.observed(&ALL()).unwrap();
    assert_eq!(seen, [figure("s1", "84%"), figure("s2", "90%")]);
    let again = store.put_observed(&ALL(), Instant(7), vec![figure("s1", "84%")]).unwrap();
    assert_eq!(again, [Put::Same]);
    let line = store.audit(&ALL(), 0, 100).unwrap().into_iter().last().unwrap();
    assert_eq!(line.subject, "taobao/human-reply-3m 1970-01-02");
    assert_eq!((&*line.was.unwrap(), &*line.becomes.unwrap()), ("83% n=12", "84% n=12"));
    let settled = Observed { seen_at: None, samples: None, ..figure("s3", "70%") };
    store.put_observed(&ALL(), Instant(7), vec![settled.clone(), settled.clone()]).unwrap();
    assert_eq!(store.observed(&ALL()).unwrap()[2..], [settled]);
    let scope = scope_of(&store, &[Grant::Read, Grant::Feed], &["s2"]);
    assert_eq!(store.observed(&scope), Ok(vec![figure("s2", "90%")]));
    assert_eq!(store.observed_of(&scope, "taobao", "s2"), Ok(vec![figure("s2", "90%")]));
    assert_eq!(store.observed_of(&scope, "taobao", "s1"), Err(Error::Denied));
    assert_eq!(store.observed_of(&ALL(), "jd", "s2"), Ok(vec![]));
    assert_eq!(store.feeds(&scope), Ok(vec![]));
    let denied = store.put_observed(&scope, Instant(6), vec![figure("s1", "1%")]);
    assert_eq!(denied, Err(Error::Denied));
}

fn figure(shop: &str, value: &str) -> Observed {
    Observed {
        platform: "taobao".into(),
        shop: shop.into(),
        account: String::new(),
        metric: "taobao/human-reply-3m".into(),
        from: Day(1),
        to: Day(1),
        seen_at: Some(Instant(5)),
        value: value.into(),
        samples: Some(12),
    }
}

fn a_panel_figure_is_taken_away(database: &Database) {
    let store = database.open();
    let settled = Observed { seen_at: None, samples: None, ..figure("s3", "70%") };
    let figures = vec![figure("s1", "84%"), figure("s2", "90%"), settled];
    store.put_observed(&ALL(), Instant(6), figures).unwrap();
    let scope = scope_of(&store, &[Grant::Read, Grant::Feed], &["s2"]);
    let at_five = |shop| figure(shop, "");
    let settled = |shop| Observed { seen_at: None, ..figure(shop, "") };
    let drop = |which| store.drop_observed(&ALL(), Instant(8), which);
    assert_eq!(store.drop_observed(&scope, Instant(8), at_five("s1")), Err(Error::Denied));
    assert_eq!(drop(settled("s1")), Ok(false));
    assert_eq!((drop(at_five("s1")), drop(at_five("s1"))), (Ok(true), Ok(false)));
    assert_eq!(drop(settled("s3")), Ok(true));
    assert_eq!(store.observed(&ALL()), Ok(vec![figure("s2", "90%")]));
    let lines = store.audit(&ALL(), 0, 100).unwrap();
    let line = lines.into_iter().rfind(|line| line.shop == "s1").unwrap();
    assert_eq!((line.was.as_deref(), line.becomes), (Some("84% n=12"), None));
}

fn a_file_is_known_by_its_bytes_and_how_it_was_read(database: &Database) {
    let store = database.open();
    let import = Import {
        sha256: "ab".repeat(32),
        way: "messages shop=s1".into(),
        name: "may.csv".into(),
        rows: 6,
        accepted: 3,
        repeats: 2,
        rejected: 1,
        at: Instant(9),
    };
    assert_eq!(store.import(&ALL(), &import.sha256, &import.way), Ok(None));
    store.put_import(&ALL(), import.clone()).unwrap();
    let later = Import { name: "copy.csv".into(), at: Instant(10), ..import.clone() };
    store.put_import(&ALL(), later).unwrap();
    assert_eq!(store.import(&ALL(), &import.sha256, &import.way), Ok(Some(import.clone())));
    assert_eq!(store.import(&ALL(), &import.sha256, "messages shop=s2"), Ok(None));
    let scope = scope_of(&store, &[Grant::Feed], &["s1"]);
    assert_eq!(store.import(&scope, &import.sha256, &import.way), Err(Error::Denied));
    assert_eq!(store.put_import(&scope, import), Err(Error::Denied));
}

fn what_changes_is_in_the_audit_log(database: &Database) {
    let store = database.open();
    store.put_setting(&ALL(), Instant(1), "quiet", Some("22:00")).unwrap();
    store.put_setting(&ALL(), Instant(2), "quiet", Some("23:00")).unwrap();
    store.put_shop(&ALL(), Instant(3), entry("s1")).unwrap();
    let (_, secret) =
        store.make_token(&ALL(), Instant(4), "t", (&[Grant::Read], Reach::Everything)).unwrap();
    store.record(&ALL(), Instant(5), "export", "figures of 2026-11").unwrap();
    let lines = store.audit(&ALL(), 0, 100).unwrap();
    let told: Vec<(i64, &str)> = lines.iter().map(|line| (line.number, &*line.what)).collect();
    let expected = [(1, "setting"), (2, "setting"), (3, "shop"), (4, "token made"), (5, "export")];
    assert_eq!(told, expected);
    let changed = (lines[1].was.as_deref(), lines[1].becomes.as_deref());
    assert_eq!(changed, (Some("22:00"), Some("23:00")));
    assert!(lines.iter().all(|line| !format!("{line:?}").contains(secret.reveal())));
    assert_eq!(store.audit(&ALL(), 3, 1).unwrap()[0].number, 4);
    let numbers = |scope: &Scope, which: &WhichLines, before, limit| -> Vec<i64> {
        let lines = store.audit_before(scope, which, before, limit).unwrap();
        lines.iter().map(|line| line.number).collect()
    };
    assert_eq!(numbers(&ALL(), &WhichLines::default(), 4, 2), [3, 2]);
    let word = |text: &str| Some(text.to_owned());
    let settings = WhichLines { what: word("setting"), ..WhichLines::default() };
    assert_eq!(numbers(&ALL(), &settings, i64::MAX, 9), [2, 1]);
    assert_eq!(numbers(&ALL(), &settings, 2, 9), [1], "before a number");
    assert_eq!(numbers(&ALL(), &settings, i64::MAX, 1), [2], "so many");
    let shop = WhichLines { platform: word("taobao"), shop: word("s1"), ..WhichLines::default() };
    assert_eq!(numbers(&ALL(), &shop, i64::MAX, 9), [3]);
    let engine = WhichLines { who: word("engine"), ..shop };
    assert_eq!(numbers(&ALL(), &engine, i64::MAX, 9), [3], "all that is asked for holds");
    let other = WhichLines { who: word("user 1"), ..engine };
    assert_eq!(numbers(&ALL(), &other, i64::MAX, 9), [0_i64; 0]);
    store.put_shop(&ALL(), Instant(6), entry("s1")).unwrap();
    assert_eq!(store.audit(&ALL(), 5, 9), Ok(vec![]), "the same again is no change");
    let found = store.shop(&ALL(), "taobao", "s1").unwrap();
    assert_eq!(found, entry("s1"));
    let none = store.shop(&ALL(), "taobao", "s2").err();
    assert_eq!(none, Some(Error::Absent { what: "shop" }));
    // Who manages one shop sees that shop's lines.
    let scope = scope_of(&store, &[Grant::Manage], &["s1"]);
    let seen = store.audit(&scope, 0, 100).unwrap();
    assert_eq!(seen.iter().map(|line| line.number).collect::<Vec<_>>(), [3]);
    let taobao = WhichLines { platform: word("taobao"), ..WhichLines::default() };
    assert_eq!(numbers(&scope, &taobao, i64::MAX, 9), [3]);
    assert_eq!(numbers(&scope, &settings, i64::MAX, 9), [0_i64; 0], "out of reach");
}

fn concurrent_appenders_lose_nothing(database: &Database) {
    let store = database.open();
    let told: Vec<Outcome> = std::thread::scope(|threads| {
        let appender = |n: i64| {
            let store = store.clone();
            move || {
                let buyer = format!("b{}", n % 5);
                let of = |k| message(1_000 + n * 1_000 + k, &buyer);
                (0..40).flat_map(|k| append(&store, &[of(2 * k), of(2 * k + 1)])).collect()
            }
        };
        let running: Vec<_> = (0..8).map(|n| threads.spawn(appender(n))).collect();
        running.into_iter().flat_map(|thread| -> Vec<Outcome> { thread.join().unwrap() }).collect()
    });
    let mut arrivals: Vec<u64> = told
        .iter()
        .map(|told| match told {
            Outcome::Accepted(Arrival(n)) => *n,
            other => panic!("{other:?}"),
        })
        .collect();
    arrivals.sort_unstable();
    assert_eq!(arrivals, (1..=640).collect::<Vec<u64>>());
    assert_eq!(n_facts(&store), 640);
}

fn another_master_key_opens_nothing(database: &Database) {
    drop(database.open());
    let mut opening = support::opening(database.backend.clone());
    opening.master = store::MasterKey::generate().unwrap();
    assert_eq!(Store::open(&opening).err(), Some(Error::WrongKey));
}

fn a_newer_database_is_refused(database: &Database) {
    drop(database.open());
    database.script("INSERT INTO schema_version (version) VALUES (99)");
    let refused = Store::open(&support::opening(database.backend.clone()));
    assert_eq!(refused.err(), Some(Error::Newer { found: 99, known: 8 }));
}
