//! What the overview says that a platform's panel shows is what was known when the panel was
//! refreshed, whatever came later, and whenever the program died.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use facts::{Day, FactKind, Instant, Registry, ShopEntry, Span, Zone};
use metric::{Grouping, Job, Tally, Threads};
use store::{Batch, NewFact, Reach, Scope, Select, Store, Target};
use testkit::worlds::{Chance, RandomParams, RandomWorld, Row};

use super::{FIRST, Folder, Site, rules};
use crate::rules::Rulesets;
use crate::view::{MetricNow, ShopNow};

fn zone() -> Zone {
    Zone::fixed(28_800_000)
}

fn at(day: i32, seconds: i64) -> Instant {
    zone().start_of(FIRST.plus(day)) + Span(1_000 * seconds)
}

/// The store as it was at an instant: what had arrived by then.
fn store_at(delivered: &[(Instant, &Row)], by: Instant) -> (Folder, Store) {
    let folder = Folder::new();
    let store = folder.store();
    let mut batch = Batch::default();
    let arrived = delivered.iter().filter(|(at, _)| *at < by);
    arrived.for_each(|(_, row)| batch.push(&row.fact()));
    if !batch.is_empty() {
        store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
    }
    (folder, store)
}

/// What a panel that was refreshed at an instant showed of a shop's metric over some days.
fn panel(
    store: &Store,
    rules: &Rulesets,
    shop: &ShopNow,
    metric: &str,
    by: (Instant, Day, Day),
) -> Tally {
    let (as_of, from, to) = by;
    let log = store.log(&Scope::everything(), &Select::shop(&shop.platform, &shop.shop)).unwrap();
    let registry = Registry::default();
    let threads = Threads::new(&log, &registry);
    let mut sum = Tally::default();
    let watched = rules.watches().into_iter().zip(rules.watched());
    for (watch, _) in watched.filter(|(_, rule)| rule.metric == metric) {
        let days = (from.max(watch.job.days.0), to.min(watch.job.days.1));
        let known_by = Instant(i64::MAX);
        let job = Job { as_of, known_by, days, platform: 0, ..watch.job };
        let table = metric::count(&threads, 0..threads.len(), &[job], Grouping::default());
        table.sorted().into_iter().for_each(|(_, _, _, tally)| sum += tally);
    }
    sum
}

fn hold(site: &Site, delivered: &[(Instant, &Row)], now: Instant, every: i64) -> u32 {
    let mut n_different = 0;
    let midnight = zone().start_of(zone().day(now));
    let mut stores = BTreeMap::new();
    let rules = rules();
    for shop in site.turning.state().overview(&Reach::Everything, now) {
        for one in &shop.metrics {
            let MetricNow { metric, shown, period, .. } = one;
            let Some(since) = shown.since else { continue };
            let daily = shown.today.is_none();
            let step = if daily { 86_400_000 } else { every };
            let expected = midnight + Span((now - midnight).0 / step * step);
            assert!(daily || since.at == expected, "{metric}: {since} at {now:?}");
            let (_, store) =
                &*stores.entry(since.at).or_insert_with(|| store_at(delivered, since.at));
            let day = |text: &Option<String>| text.as_ref().unwrap().parse::<Day>().unwrap();
            let days = (since.at, day(&shown.from), day(&shown.to));
            let was = panel(store, &rules, &shop, metric, days);
            assert_eq!(shown.samples, Some(was.samples()), "{metric} {} {now:?}", shop.shop);
            let today = zone().day(since.at);
            if let Some(value) = &shown.today {
                let was = panel(store, &rules, &shop, metric, (since.at, today, today));
                assert_eq!(value.den, was.samples() as i64, "{metric} today at {now:?}");
            }
            let live = period.as_ref().map(|count| count.hits + count.misses);
            n_different += u32::from(live.is_some_and(|n| Some(n) != shown.samples));
            n_different += u32::from(
                shown
                    .today
                    .as_ref()
                    .is_some_and(|shown| shown.den as u64 != one.today.hits + one.today.misses),
            );
        }
    }
    n_different
}

/// Facts that come in time or late, over crashes.
fn history(platform: &str, seed: u64, every: i64) -> u32 {
    let mut chance = Chance::new(seed);
    let mut params = RandomParams::new(100, seed);
    (params.platform, params.days) = (platform.to_owned(), 3);
    let world = RandomWorld::generate(&params);
    let mut deliveries: Vec<(Instant, &Row)> = world
        .rows
        .iter()
        .map(|row| {
            let delay = match chance.below(10) {
                0..7 => chance.between(1, 3_000),
                _ => chance.between(1, 100_000_000),
            };
            (row.at + Span(delay), row)
        })
        .collect();
    deliveries.sort_by_key(|(at, row)| (*at, row.at));
    let mut site = Site::new(deliveries[0].0);
    let mut n_different = 0;
    let mut arrived: Vec<(Instant, &Row)> = Vec::new();
    for group in deliveries.chunk_by(|a, b| (b.0 - a.0).0 < 20_000) {
        let (now, _) = group[group.len() - 1];
        // Nothing is done at the instants at which panels are refreshed.
        site.clock.store(now.0, Ordering::Relaxed);
        let facts: Vec<NewFact<'_>> = group.iter().map(|(_, row)| row.fact()).collect();
        site.send(&facts);
        arrived.extend(group.iter().map(|(_, row)| (now, *row)));
        if chance.percent(10) {
            site.crash();
            site.turning.turn().unwrap();
        }
        if chance.percent(12) {
            let later = now + Span(chance.between(0, 60_000));
            n_different += hold(&site, &arrived, later, every);
        }
    }
    n_different
}

#[test]
fn panels_show_what_was_known_when_they_were_refreshed() {
    let mut n_different = 0;
    for seed in 0..3 {
        for (platform, every) in [("taobao", 0), ("kuaishou", 60_000), ("pinduoduo", 0)] {
            n_different += history(platform, seed, every);
        }
    }
    assert!(n_different > 20, "panels lag behind: {n_different}");
}

/// A rule of the shop's own, with the refresh table of grades and days.
fn graded(site: &mut Site, now: Instant) {
    let text = include_str!("../../../../rulebooks/taobao/human-reply-3m/rule.toml");
    let table = text.find("refresh = [\n").unwrap();
    let table = &text[table..table + text[table..].find("\n]").unwrap() + 2];
    let own = text.replace("refresh = [{ every = \"24h\" }]", table);
    assert_ne!(own, text);
    let all = Scope::everything();
    let target = Target::Shop { platform: "taobao".into(), shop: "s1".into() };
    site.store.put_override(&all, now, (target, "taobao/human-reply-3m"), Some(own)).unwrap();
    let grade = |account: &str, grade: &str| (account.to_owned(), grade.to_owned());
    let entry = ShopEntry {
        platform: "taobao".into(),
        shop: "s1".into(),
        account_grades: vec![grade("a1", "senior"), grade("a2", "ordinary"), grade("a4", "senior")],
        account_capacities: vec![("a4".to_owned(), 1)],
        ..ShopEntry::default()
    };
    site.store.put_shop(&all, now, entry).unwrap();
    site.turning.count_anew().unwrap();
    site.at(now);
}

fn shown(site: &Site, now: Instant) -> MetricNow {
    let shop = site.turning.state().overview(&Reach::Everything, now).remove(0);
    shop.metrics.into_iter().find(|one| one.metric == "taobao/human-reply-3m").unwrap()
}

#[test]
fn accounts_are_shown_at_the_pace_of_their_grade_and_load() {
    // A Monday.
    let now = at(0, 36_100);
    let mut site = Site::new(now);
    let of = |seconds, kind, account, buyer| NewFact {
        account,
        buyer,
        ..NewFact::event(at(0, seconds), "taobao", "s1", kind)
    };
    let message = |seconds, account, buyer, author| NewFact {
        author,
        kind: FactKind::Message,
        ..of(seconds, FactKind::Message, account, buyer)
    };
    let (buyer, agent) = (facts::Author::Buyer, facts::Author::Agent);
    let mut facts = Vec::new();
    for (n, account) in ["a1", "a2", "a3", "a4"].into_iter().enumerate() {
        let name = ["b1", "b2", "b3", "b4"][n];
        facts.push(message(36_000, "", name, buyer));
        facts.push(message(36_010, account, name, agent));
    }
    facts.push(of(36_020, FactKind::Assigned, "a4", "b5"));
    facts.push(of(36_021, FactKind::Closed, "a1", "b1"));
    site.send(&facts);
    graded(&mut site, now);
    let one = shown(&site, now);
    let refused = one.shown.problem.unwrap();
    assert!(refused[0].contains("grade") && refused[1].contains("等级"), "{refused:?}");
    let by_account: BTreeMap<String, i64> = one
        .accounts_shown
        .iter()
        .filter_map(|one| {
            let (since, next) = (one.shown.since?, one.shown.next?);
            Some((one.account.clone(), (next.at - since.at).0 / 60_000))
        })
        .collect();
    // The last one holds two conversations and can hold one.
    let expected = [("a1", 3), ("a2", 5), ("a4", 6)].map(|(name, n)| (name.to_owned(), n));
    assert_eq!(by_account, BTreeMap::from(expected));
    // The next refresh shows what was answered since; not a moment before.
    site.at(at(0, 36_181));
    site.send(&[message(36_170, "", "b6", buyer), message(36_175, "a1", "b6", agent)]);
    let den = |site: &Site, now| {
        let one = shown(site, now);
        let of_a1 = one.accounts_shown.iter().find(|one| one.account == "a1").unwrap();
        of_a1.shown.today.as_ref().map(|value| value.den)
    };
    assert_eq!(den(&site, at(0, 36_182)), Some(1));
    site.crash();
    site.at(at(0, 36_359));
    assert_eq!(den(&site, at(0, 36_359)), Some(1));
    assert_eq!(den(&site, at(0, 36_360)), Some(2));
}

#[test]
fn a_year_without_a_notice_of_holidays_is_refused() {
    // 2027-01-04.
    let now = at(217, 36_100);
    let mut site = Site::new(now);
    let event = NewFact::event(now - Span(10_000), "taobao", "s1", FactKind::Message);
    let asked = NewFact { buyer: "b1", author: facts::Author::Buyer, ..event };
    let answered =
        NewFact { at: now - Span(5_000), account: "a1", author: facts::Author::Agent, ..asked };
    site.send(&[asked, answered]);
    graded(&mut site, now);
    let one = shown(&site, now);
    let [account] = &one.accounts_shown[..] else { panic!("{one:?}") };
    let problem = account.shown.problem.as_ref().unwrap();
    assert!(problem.iter().all(|text| text.contains("2027")), "{problem:?}");
    assert_eq!(account.shown.value, None);
}
