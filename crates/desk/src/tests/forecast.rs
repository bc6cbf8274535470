//! Where today closes.

use facts::{Author, Instant, Span};
use store::{Batch, NewFact, Reach, Scope, ShopKey};

use super::{Site, after, message};
use crate::feeds::Grade;
use crate::view::ForecastNow;

const DAY_S: i64 = 86_400;
/// From ten o'clock, when the tests begin, to half past three: half of the hours from 8 to 23.
const HALF_S: i64 = 19_800;

fn shown(site: &Site, now: Instant) -> Option<ForecastNow> {
    let shops = site.turning.state().overview(&Reach::Everything, now);
    let metric = shops[0].metrics.iter().find(|one| one.metric == "taobao/human-reply-3m");
    metric.expect("the metric is watched").forecast.clone()
}

/// A day on which some are answered in time and some late, from its ten o'clock on.
fn ask(site: &mut Site, day: i64, (hits, misses): (i64, i64)) {
    let buyers: Vec<String> = (0..hits + misses).map(|n| format!("{day}-{n}")).collect();
    let asked = |n: i64| after(day * DAY_S + 60 * n);
    let answered = |n: i64| asked(n) + Span::seconds(if n < hits { 10 } else { 400 });
    let facts: Vec<NewFact<'_>> = (0..)
        .zip(&buyers)
        .flat_map(|(n, buyer)| {
            let question = message(asked(n), buyer, Author::Buyer);
            [question, message(answered(n), buyer, Author::Agent)]
        })
        .collect();
    site.clock.store(asked(60).0, std::sync::atomic::Ordering::Relaxed);
    site.send(&facts);
}

fn fed(days: i64) -> Site {
    let mut site = Site::new(after(0));
    (0..days).for_each(|day| ask(&mut site, day, (9, 3)));
    site
}

#[test]
fn today_closes_as_recent_days_went_on() {
    let mut site = fed(8);
    ask(&mut site, 8, (4, 0));
    let now = after(8 * DAY_S + HALF_S);
    site.at(now);
    let close = shown(&site, now).expect("a forecast");
    // Half of twelve are to come, half of nine of them in time, rounded.
    assert_eq!((close.middle.num, close.middle.den, close.days), (9, 10, 8));
    assert_eq!((&close.low, &close.high), (&close.middle, &close.middle), "all days were alike");
    // Minutes later it is the same, a quarter of an hour later another, at the end none.
    assert_eq!(shown(&site, now + Span::seconds(60)), Some(close.clone()));
    let evening = shown(&site, after(8 * DAY_S + 2 * HALF_S)).expect("a forecast");
    assert_ne!(evening, close);
    assert_eq!(shown(&site, after(8 * DAY_S + 13 * 3_600)), None);
}

#[test]
fn few_days_tell_nothing_and_neither_does_a_shop_that_is_not_fed_live() {
    let mut site = fed(6);
    let now = after(6 * DAY_S + HALF_S);
    site.at(now);
    assert_eq!(shown(&site, now), None);
    ask(&mut site, 6, (1, 0));
    let next = after(7 * DAY_S + HALF_S);
    site.at(next);
    assert!(shown(&site, next).is_some());
    // Facts that come once a day say nothing of today.
    let buyer = "x".to_owned();
    let mut batch = Batch::default();
    for day in 0..8 {
        batch.push(&message(after(day * DAY_S), &buyer, Author::Buyer));
        batch.push(&message(after(day * DAY_S + 9), &buyer, Author::Agent));
    }
    let mut site = Site::new(next);
    site.store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
    let day_end = after(7 * DAY_S + 9);
    site.turning.hear(&ShopKey::new("taobao", "s1"), ("export", Grade::Daily), day_end);
    site.at(next);
    assert_eq!(shown(&site, next), None);
}
