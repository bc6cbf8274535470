//! Alerts: whom to tell, when, and why.
#![allow(missing_docs)]

use facts::{Account, Instant, ShopId, Span, Zone};
use live::alert::standing::{Limits, Told, View, changes};
use live::alert::{
    About, Alerts, InQuiet, Key, Notice, Policy, Quiet, Reason, Recipient, Rung, To,
};
use live::{Cause, Deadline, Effect, Fired, Sample, Threshold, Who};
use metric::{Active, Day, Headroom, Misses, Verdict};

const HOUR: i64 = 3_600_000;
/// 2026-06-01 00:00 in UTC+8.
const MIDNIGHT: i64 = 1_780_243_200_000;

fn zone() -> Zone {
    Zone::fixed(8 * HOUR)
}

fn at(ms: i64) -> Instant {
    Instant(MIDNIGHT + 12 * HOUR + ms)
}

fn fired(buyer: u64, watch: u32, threshold: Threshold, due: i64) -> Fired {
    let who = Who { shop: ShopId(0), buyer };
    let sample = Sample { who, watch, opened_at: at(0), opened_row: 1 };
    Fired { due: at(due), deadline: Deadline { sample, threshold }, account: Account(7) }
}

fn fire(fired: Fired) -> Effect {
    Effect::Fire { fired, is_open: true }
}

fn close(fired: Fired) -> Effect {
    Effect::Close { sample: fired.deadline.sample }
}

fn alerts(policy: Policy) -> Alerts {
    let mut alerts = Alerts::default();
    alerts.set_policy(ShopId(0), policy);
    alerts
}

fn notified(notices: &[Notice]) -> Vec<(To, u32, u64)> {
    let told = |notice: &Notice| match notice {
        Notice::Notify { key, about, .. } | Notice::Update { key, about, .. } => {
            Some((key.to, about.n_threads, about.longest.deadline.sample.who.buyer))
        }
        _ => None,
    };
    notices.iter().filter_map(told).collect()
}

#[test]
fn ten_waiting_buyers_are_one_alert_that_names_the_longest() {
    let mut alerts = alerts(Policy::usual(zone()));
    // Two rules that one buyer breaks are one buyer who waits.
    let mut effects: Vec<Effect> =
        (0..10).map(|n| fire(fired(n, 0, Threshold::Limit, 200 - n as i64))).collect();
    effects.push(fire(fired(3, 1, Threshold::Limit, 195)));
    assert_eq!(alerts.step(at(200), &effects), []);
    let notices = alerts.step(at(5_200), &[]);
    assert_eq!(notified(&notices), [(To::Supervisors, 10, 9)]);
    // One more is told after others had time to join it.
    assert_eq!(alerts.step(at(6_000), &[fire(fired(11, 0, Threshold::Limit, 6_000))]), []);
    let notices = alerts.step(alerts.next_due().expect("an update"), &[]);
    assert_eq!(notified(&notices), [(To::Supervisors, 11, 9)]);
    // When all is answered, so is the alert, at once.
    let all: Vec<Effect> = (0..12)
        .flat_map(|n| [0, 1].map(|watch| close(fired(n, watch, Threshold::Limit, 0))))
        .collect();
    let notices = alerts.step(at(60_000), &all);
    assert!(matches!(notices[..], [Notice::Resolve { reason: Reason::Over, .. }]), "{notices:?}");
    assert_eq!((alerts.n_alerts(), alerts.next_due()), (0, None));
}

#[test]
fn a_ladder_climbs_while_the_sample_is_open() {
    let rung = |on, after, to| Rung { on, after: Span::seconds(after), to };
    let policy = Policy {
        rungs: vec![
            rung(Threshold::Warning(0), 0, Recipient::InCharge),
            rung(Threshold::Limit, 0, Recipient::Supervisors),
            rung(Threshold::Limit, 300, Recipient::Owner),
        ],
        merge: Span(0),
        ..Policy::usual(zone())
    };
    let mut one = alerts(policy.clone());
    let warning = fired(1, 0, Threshold::Warning(0), 100_000);
    let limit = fired(1, 0, Threshold::Limit, 180_001);
    assert_eq!(
        notified(&one.step(at(100_000), &[fire(warning)])),
        [(To::Account(Account(7)), 1, 1)]
    );
    assert_eq!(notified(&one.step(at(180_001), &[fire(limit)])), [(To::Supervisors, 1, 1)]);
    assert_eq!(one.next_due(), Some(at(480_001)));
    assert_eq!(notified(&one.step(at(480_001), &[])), [(To::Owner, 1, 1)]);
    // Answered in between, the last rung is not reached.
    let mut other = alerts(policy);
    other.step(at(180_001), &[fire(limit)]);
    let notices = other.step(at(400_000), &[close(limit)]);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(other.step(at(500_000), &[]), []);
    assert_eq!(other.next_due(), None);
}

#[test]
fn what_was_answered_before_anybody_was_told_is_not_told() {
    let mut alerts = alerts(Policy::usual(zone()));
    let limit = fired(1, 0, Threshold::Limit, 0);
    assert_eq!(alerts.step(at(0), &[fire(limit)]), []);
    assert_eq!(alerts.step(at(100), &[close(limit)]), []);
    assert_eq!(alerts.step(at(10_000), &[]), []);
    // Where its end was learned in the same step it goes into the log, with the reason.
    let notices = alerts.step(at(11_000), &[Effect::Fire { fired: limit, is_open: false }]);
    let reason = Reason::OverBefore;
    assert!(matches!(notices[..], [Notice::Drop { reason: r, .. }] if r == reason));
    // A withdrawn deadline leaves the alert too.
    alerts.step(at(12_000), &[fire(limit)]);
    let because = Cause { number: 9, kind: facts::FactKind::Message };
    alerts.step(at(12_500), &[Effect::Withdraw { fired: limit, because }]);
    assert!(!alerts.has(&limit.deadline));
    assert_eq!(alerts.step(at(30_000), &[]), []);
}

#[test]
fn quiet_hours_hold_or_drop() {
    let quiet = |then| Some(Quiet { from: 23 * HOUR, until: 7 * HOUR, then });
    let policy = |then| Policy { quiet: quiet(then), ..Policy::usual(zone()) };
    let late = 11 * HOUR + 30 * 60_000;
    let (one, two) = (fired(1, 0, Threshold::Limit, late), fired(2, 0, Threshold::Limit, late + 1));
    let mut held = alerts(policy(InQuiet::Held));
    held.step(at(late + 1), &[fire(one), fire(two)]);
    let notices = held.step(at(late + 5_001), &[]);
    let seven = Instant(MIDNIGHT + 31 * HOUR);
    let holds = |notice: &Notice| matches!(notice, Notice::Hold { until, .. } if *until == seven);
    assert!(matches!(&notices[..], [notice] if holds(notice)), "{notices:?}");
    assert_eq!(held.next_due(), Some(seven));
    // What is answered in the night is not told in the morning.
    assert_eq!(held.step(at(late + 60_000), &[close(one)]), []);
    let notices = held.step(seven, &[]);
    assert!(matches!(notices[..], [Notice::Notify { reason: Reason::QuietHoursOver, .. }]));
    assert_eq!(notified(&notices), [(To::Supervisors, 1, 2)]);
    let mut dropped = alerts(policy(InQuiet::Dropped));
    dropped.step(at(late), &[fire(one)]);
    let notices = dropped.step(at(late + 5_000), &[]);
    assert!(matches!(notices[..], [Notice::Drop { reason: Reason::QuietHours, .. }]));
    assert_eq!((dropped.step(seven, &[]), dropped.n_alerts()), (vec![], 0));
}

#[test]
fn a_restart_tells_nothing_again() {
    let limit = fired(1, 0, Threshold::Limit, 0);
    let key = Key { shop: ShopId(0), rung: 1, to: To::Supervisors };
    let told = (key, About { n_threads: 1, longest: limit });
    let mut one = alerts(Policy::usual(zone()));
    one.resume(at(20_000), [limit], [told]);
    assert_eq!(one.step(at(60_000), &[]), []);
    assert_eq!(one.step(at(70_000), &[close(limit)]).len(), 1);
    // Answered while nobody looked: it is told that it is over.
    let mut gone = alerts(Policy::usual(zone()));
    gone.resume(at(20_000), [], [told]);
    assert!(matches!(gone.step(at(20_000), &[])[..], [Notice::Resolve { .. }]));
    // Nobody was told before: it is told now.
    let mut untold = alerts(Policy::usual(zone()));
    untold.resume(at(20_000), [limit], []);
    assert_eq!(notified(&untold.step(at(25_000), &[])), [(To::Supervisors, 1, 1)]);
}

#[test]
fn standings_are_told_when_they_change() {
    let view = |verdict, active: &[Active]| View {
        verdict,
        headroom: Headroom { until_assessed: 0, misses: Some(Misses::AtMost(9)), hits: None },
        n_open: 0,
        active: active.to_vec(),
    };
    let limits = Limits { few: 3 };
    let (pass, fail) = (Verdict::Pass, Verdict::Fail);
    let one = Active { consequence: 2, since: Day(9), failed: Day(8), until: None, passes: 0 };
    let begins = changes(Some(&view(pass, &[])), &view(fail, &[one]), limits);
    let expected = Told::Begins { consequence: 2, since: Day(9), until: None };
    assert_eq!(begins, [Told::Fallen, expected]);
    let lifted = changes(Some(&view(fail, &[one])), &view(pass, &[]), limits);
    assert_eq!(lifted, [Told::Recovered, Told::Lifted { consequence: 2, since: Day(9) }]);
    // A check that keeps it is no news.
    let kept = Active { failed: Day(9), ..one };
    assert_eq!(changes(Some(&view(fail, &[one])), &view(fail, &[kept]), limits), []);
    assert_eq!(changes(None, &view(pass, &[one]), limits), []);
}
