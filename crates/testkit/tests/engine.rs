//! The engine against the naive oracle: every small world, and large random ones.
#![allow(missing_docs)]

mod rules;

use facts::{Account, Day, Fact, Instant, Zone};
use metric::{
    Context, Figure, Inner, Judged, NoReplyNeeded, Outcome, ThreadState, Unanswered, Which,
    fact_windows,
};
use rules::{Named, axis_rules, catalogue_rules, rules_in_force};
use testkit::oracle::{self, Circumstances, OracleSample, Verdict};
use testkit::worlds::{RandomParams, RandomWorld, describe, small_worlds};

/// What both sides must agree on.
type Seen = (Day, Account, Verdict, i64);

fn by_engine(named: &Named, zone: &Zone, facts: &[Fact], now: Instant) -> Vec<Seen> {
    let windows = fact_windows(&named.plan, zone, facts);
    let cx = Context { plan: &named.plan, zone, windows: &windows };
    let mut judged: Vec<Judged> = Vec::new();
    let mut state = ThreadState::default();
    for fact in facts {
        state.step(&cx, fact, &mut judged);
    }
    state.finish(&cx, now, &mut judged);
    let mut seen: Vec<Seen> = judged
        .iter()
        .map(|judged| {
            let verdict = verdict(judged.outcome, named.rule.figure);
            (judged.day, judged.account, verdict, judged.wait.0)
        })
        .collect();
    seen.sort();
    seen
}

fn verdict(outcome: Outcome, figure: Figure) -> Verdict {
    let is_share = figure.is_share();
    match outcome {
        Outcome::Pending => Verdict::Pending,
        Outcome::Dropped(reason) => Verdict::Dropped(reason.word()),
        Outcome::Hit if is_share => Verdict::Hit,
        Outcome::Late if is_share => Verdict::Miss { unanswered: false },
        Outcome::Unanswered if is_share => Verdict::Miss { unanswered: true },
        other => Verdict::Counted { unanswered: other == Outcome::Unanswered },
    }
}

fn by_oracle(named: &Named, zone: &Zone, facts: &[Fact], now: Instant) -> Vec<Seen> {
    let samples = oracle::count(&named.rule, zone, facts, now, &Circumstances::default());
    let seen = |sample: &OracleSample| (sample.day, sample.account, sample.verdict, sample.wait_ms);
    let mut seen: Vec<Seen> = samples.iter().map(seen).collect();
    seen.sort();
    seen
}

fn compare(named: &Named, zone: &Zone, facts: &[Fact], now: Instant, what: &str) {
    let (engine, oracle) = (by_engine(named, zone, facts, now), by_oracle(named, zone, facts, now));
    assert_eq!(
        engine,
        oracle,
        "{what}: {} at {}\n{}\nleft: engine, right: oracle",
        named.name,
        now.0,
        describe(facts, zone)
    );
}

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn june() -> Day {
    "2026-06-03".parse().expect("a day")
}

/// Midnight after the last fact, and in the middle of its day.
fn moments(zone: &Zone, facts: &[Fact]) -> [Instant; 2] {
    let last = facts.last().map_or(Instant(0), |fact| fact.at);
    let settled = zone.start_of(zone.day(last).plus(1));
    [settled, Instant(last.0 + 60_000).min(settled)]
}

/// Every world of up to `longest` facts under these rules; how many there were.
fn small(rules: &[Named], longest: u32) -> u64 {
    let zone = zone();
    let mut n_worlds = 0u64;
    for named in rules {
        for worlds in small_worlds(&named.rule, &zone, june(), longest) {
            n_worlds += worlds.worlds();
            worlds.for_each(|facts| {
                for now in moments(&zone, facts) {
                    compare(named, &zone, facts, now, worlds.theme);
                }
            });
        }
    }
    n_worlds
}

/// The rules that most shops are held to, one at least for each kind of sample.
const MAIN: [&str; 9] = [
    "taobao/human-reply-3m",
    "taobao/human-reply-time",
    "taobao/satisfaction",
    "taote/reply-3m",
    "douyin/reply-time",
    "douyin/human-reply-3m-conversation",
    "douyin/no-service",
    "pinduoduo/human-reply-3m",
    "jd/first-reply-30s",
];

/// The main editions in force: all worlds of up to four facts.
#[test]
fn every_world_of_four_facts_under_the_main_rules() {
    let rules: Vec<Named> =
        rules_in_force().into_iter().filter(|named| MAIN.contains(&named.name.as_str())).collect();
    assert_eq!(rules.len(), MAIN.len());
    let n_worlds = small(&rules, 4);
    assert!(n_worlds > 10_000_000, "only {n_worlds} worlds");
}

/// All editions in force: all worlds of up to three facts.
#[test]
fn every_world_of_three_facts_under_the_rules_in_force() {
    let n_worlds = small(&rules_in_force(), 3);
    assert!(n_worlds > 1_000_000, "only {n_worlds} worlds");
}

/// Every edition and every answer to an open reading: all worlds of up to two facts.
#[test]
fn every_world_of_two_facts_under_every_reading() {
    let n_worlds = small(&catalogue_rules(), 2);
    assert!(n_worlds > 100_000, "only {n_worlds} worlds");
}

/// Every axis of the language turned once: all worlds of up to two facts.
#[test]
fn every_world_of_two_facts_under_every_axis() {
    let n_worlds = small(&axis_rules(), 2);
    assert!(n_worlds > 100_000, "only {n_worlds} worlds");
}

/// Ratings, requests, and the first message of a day: all worlds of up to three facts.
#[test]
fn every_world_of_three_facts_under_what_is_not_a_plain_reply() {
    let unusual = |named: &Named| {
        matches!(named.rule.opens(), Inner::Rating | Inner::Request)
            || named.rule.which == Which::FirstOfDay
            || named.rule.no_reply_needed == NoReplyNeeded::Removes
            || named.rule.unanswered == Unanswered::Hit
    };
    let rules: Vec<Named> = axis_rules().into_iter().filter(unusual).collect();
    assert!(rules.len() > 40, "only {} rules", rules.len());
    let n_worlds = small(&rules, 3);
    assert!(n_worlds > 1_000_000, "only {n_worlds} worlds");
}

/// Random threads with every kind of fact, as they stand at midnight and in between.
#[test]
fn random_worlds() {
    random(&catalogue_rules(), 0..16);
}

#[test]
fn random_worlds_under_every_axis() {
    random(&axis_rules(), 100..108);
}

fn random(rules: &[Named], seeds: std::ops::Range<u64>) {
    let zone = zone();
    for seed in seeds {
        let world = RandomWorld::generate(&RandomParams::new(1_500, seed));
        for named in rules {
            for thread in &world.threads {
                for now in moments(&zone, &thread.facts) {
                    compare(named, &zone, &thread.facts, now, &format!("seed {seed}"));
                }
            }
        }
    }
}
