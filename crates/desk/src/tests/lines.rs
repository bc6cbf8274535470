//! People are told of lines: once each, whenever the program dies.

use facts::{Author, FactKind, Instant, Span, Zone};
use notify::{Buyers, Lang};
use store::NewFact;

use super::{FIRST, Site};
use crate::alerting;
use crate::desk::{AlertTold, Told};
use crate::settings::AlertSettings;

fn at(day: i32, seconds: i64) -> Instant {
    Zone::fixed(28_800_000).start_of(FIRST.plus(day)) + Span(1_000 * seconds)
}

const TEN: i64 = 36_000;

fn message(at: Instant, buyer: &str, author: Author) -> NewFact<'_> {
    let account = if author == Author::Buyer { "" } else { "a1" };
    NewFact { buyer, account, ..NewFact::message(at, "taote", "s1", author) }
}

/// Does what is due, each when it is.
fn wake_until(site: &mut Site, until: Instant) {
    while let Some(due) = site.turning.next_due().filter(|due| *due <= until) {
        let now = site.turning.state().engine.clock();
        site.at(due.max(now));
    }
    site.at(until);
}

fn ask(site: &mut Site, from: Instant, buyers: std::ops::Range<u32>, is_answered: bool) {
    for n in buyers {
        let (asked, buyer) = (from + Span(i64::from(n)), format!("b{n}"));
        site.at(asked + Span(1));
        site.send(&[message(asked, &buyer, Author::Buyer)]);
        if is_answered {
            site.at(asked + Span(11));
            site.send(&[message(asked + Span(10), &buyer, Author::Agent)]);
        }
    }
}

fn told(site: &Site) -> Vec<AlertTold> {
    let told = site.told.lock().unwrap().clone().into_iter();
    let line = told.filter_map(|one| match one {
        Told::Alert(one) if one.alert.starts_with("line ") => Some(one),
        _ => None,
    });
    line.collect()
}

/// Two days of a shop that misses its line on the first and holds it on the second; the program
/// dies before one of the steps.
fn two_days(settings: Option<&AlertSettings>, crash: usize) -> (Site, Vec<AlertTold>) {
    let mut site = Site::new(at(0, TEN));
    if let Some(settings) = settings {
        site.turning.set_alerts(settings.clone());
    }
    for step in 0..8 {
        if step == crash {
            site.crash();
        }
        match step {
            0 => ask(&mut site, at(0, TEN + 10), 0..5, true),
            1 => wake_until(&mut site, at(0, TEN + 60)),
            2 => ask(&mut site, at(0, TEN + 70), 5..13, false),
            3 => wake_until(&mut site, at(0, TEN + 120)),
            4 => wake_until(&mut site, at(1, 60)),
            5 => {
                wake_until(&mut site, at(1, TEN));
                ask(&mut site, at(1, TEN + 10), 20..25, true);
            }
            6 => wake_until(&mut site, at(2, 1)),
            _ => wake_until(&mut site, at(2, TEN)),
        }
    }
    let told = told(&site);
    (site, told)
}

fn of<'t>(told: &'t [AlertTold], reason: &str) -> Vec<&'t AlertTold> {
    told.iter().filter(|one| one.reason == reason).collect()
}

#[test]
fn a_line_in_danger_and_what_follows_are_told_once_over_a_crash_at_any_point() {
    for crash in 0..=8 {
        let (_, told) = two_days(None, crash);
        let mut names: Vec<&str> = told.iter().map(|one| one.alert.as_str()).collect();
        names.sort_unstable();
        let n = names.len();
        names.dedup();
        assert_eq!(names.len(), n, "crash before {crash}: twice: {names:?}");
        let [danger] = of(&told, "about_to_fall")[..] else { panic!("{crash}: {told:?}") };
        assert_eq!(danger.at.at.0 / 86_400_000, at(0, TEN).0 / 86_400_000);
        for (reason, day) in [("begins", 1), ("lifted", 2)] {
            let found = of(&told, reason);
            assert_eq!(found.len(), 3, "crash before {crash}, {reason}: {names:?}");
            let is_then = |one: &&AlertTold| one.at.at >= at(day, 0) && one.at.at < at(day, 60);
            assert!(found.iter().all(is_then), "{reason}: {found:?}");
        }
    }
}

#[test]
fn what_is_told_of_lines_is_set_by_shop() {
    let settings = |json: &str| -> AlertSettings { serde_json::from_str(json).unwrap() };
    let none =
        settings(r#"{"lines": [{"shops": [{"platform": "taote", "shop": "s1"}], "tells": []}]}"#);
    assert_eq!(two_days(Some(&none), 99).1, []);
    let begins = settings(r#"{"lines": [{"tells": ["begins"], "to": "owner"}]}"#);
    let (_, told) = two_days(Some(&begins), 99);
    assert_eq!((told.len(), of(&told, "begins").len()), (3, 3));
    assert_eq!(told[0].about.to, crate::NamedTo::Owner);
    let few = settings(r#"{"lines": [{"tells": ["headroom_low"], "few": 7}]}"#);
    // Five hits bear seven misses, on each of the days.
    assert_eq!(two_days(Some(&few), 99).1.len(), 2);
    assert!(settings(r#"{"lines": [{"few": 1000001}]}"#).check().is_err());
    // At night nobody is told; in the morning what stands then.
    let quiet =
        settings(r#"{"ladders": [{"rungs": [], "quiet": {"from": "22:00", "until": "08:00"}}]}"#);
    let (_, told) = two_days(Some(&quiet), 99);
    let begins = of(&told, "begins");
    assert_eq!(begins.len(), 3);
    assert!(begins.iter().all(|one| one.at.at == at(1, 28_800)), "{begins:?}");
}

#[test]
fn people_read_what_is_told_of_a_line() {
    let (_, told) = two_days(None, 99);
    let read = |reason: &str, lang| {
        let about = &of(&told, reason)[0].about;
        let message = alerting::message(about, "notify", "旗舰店", at(1, 0)).unwrap();
        message.title.print(lang, Buyers::Hidden)
    };
    assert_eq!(
        read("about_to_fall", Lang::Zh),
        "旗舰店：今天可能跌破「前一自然日3分钟客服响应率」：还可再失 7 个，未完结的有 8 个"
    );
    assert_eq!(
        read("begins", Lang::En),
        "旗舰店: “3-minute reply rate of the day before”: demotion of the shop, from 2026-06-02"
    );
    assert!(read("lifted", Lang::Zh).contains("店铺降权 已解除"));
}

#[test]
fn a_violation_alone_begins_nothing() {
    let mut site = Site::new(at(0, TEN));
    ask(&mut site, at(0, TEN), 0..5, true);
    site.send(&[NewFact::event(at(0, TEN), "taote", "s1", FactKind::Violation)]);
    wake_until(&mut site, at(1, 60));
    assert_eq!(told(&site), []);
}
