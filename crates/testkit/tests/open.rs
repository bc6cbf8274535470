//! What a machine tells of its open samples: held against what a reply makes of them.
#![allow(missing_docs)]

mod rules;

use facts::{Author, Fact, FactKind, Instant, Mark, Span, Zone};
use metric::{
    Context, Figure, Judged, OpenSample, Outcome, Outside, Sample, Tally, ThreadState, Unanswered,
    fact_windows,
};
use rules::{Named, axis_rules, rules_in_force};
use testkit::worlds::{RandomParams, RandomWorld, describe, small_worlds};

fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

fn state_after(cx: &Context<'_>, facts: &[Fact]) -> (ThreadState, Vec<Judged>) {
    let (mut state, mut judged) = (ThreadState::default(), Vec::new());
    for fact in facts {
        state.step(cx, fact, &mut judged);
    }
    (state, judged)
}

/// The tally when a human of the shop answers the question at an instant, and nothing comes after.
fn answered(cx: &Context<'_>, facts: &[Fact], open: &OpenSample, at: Instant) -> Tally {
    let (mut state, mut judged) = state_after(cx, facts);
    let asked = facts.iter().find(|fact| fact.row == open.opened_row).expect("its question");
    let reply = Fact { row: u32::MAX - 1, ..Fact::message(at, Author::Agent) };
    let reply = reply.by(open.account).within(asked.conversation);
    state.step(cx, &reply, &mut judged);
    state.finish(cx, at + Span(40 * 86_400_000), &mut judged);
    let mut tally = Tally::default();
    judged.iter().for_each(|one| tally.count(one));
    tally
}

/// Whether more than the instant of the reply decides: the buyer has to go on with a closed
/// conversation first, or the reply must come inside the hours.
fn is_up_to_more(named: &Named, facts: &[Fact]) -> bool {
    let outside = named.rule.hours.as_ref().map(|hours| hours.outside);
    outside == Some(Outside::CountsWhenAnsweredInside)
        || (named.rule.sample == Sample::Conversation
            && facts.iter().any(|fact| fact.kind == FactKind::Closed))
}

/// Whether a reply at the last instant makes one hit more than a reply a millisecond later.
fn check(named: &Named, zone: &Zone, facts: &[Fact]) -> u64 {
    let windows = fact_windows(&named.plan, zone, facts);
    let cx = Context { plan: &named.plan, zone, windows: &windows };
    let now = facts.last().map_or(Instant(0), |fact| fact.at) + Span(1);
    let (mut state, mut judged) = state_after(&cx, facts);
    let told = state.open_samples(&cx, now);
    let what = || format!("{} at {}\n{}", named.name, now.0, describe(facts, zone));
    let mut n_checked = 0;
    for open in &told {
        let Some(last) = open.last_hit.filter(|last| *last >= now) else { continue };
        if !named.rule.figure.is_share() || is_up_to_more(named, facts) {
            continue;
        }
        let [kept, lost] = [last, last + Span(1)].map(|at| answered(&cx, facts, open, at));
        assert!(kept.hits > lost.hits, "{open:?}: {kept:?}, later {lost:?}\n{}", what());
        n_checked += 1;
    }
    state.finish(&cx, now, &mut judged);
    let pending = judged.iter().filter(|one| one.outcome == Outcome::Pending).count();
    // Of a conversation that nobody can go on with the verdict is open, and nothing can be done.
    let may_be_over = named.rule.sample == Sample::Conversation;
    if named.rule.unanswered != Unanswered::Hit && !may_be_over {
        assert!(pending <= told.len(), "{pending} pending, {told:?}\n{}", what());
    }
    n_checked
}

#[test]
fn the_last_instant_of_a_hit_is_the_last() {
    let zone = zone();
    let day = "2026-06-03".parse().expect("a day");
    let mut n_checked = 0;
    for named in &rules_in_force() {
        for worlds in small_worlds(&named.rule, &zone, day, 3) {
            worlds.for_each(|facts| n_checked += check(named, &zone, facts));
        }
    }
    assert!(n_checked > 100_000, "only {n_checked}");
}

#[test]
fn the_last_instant_of_a_hit_under_every_axis() {
    let zone = zone();
    let day = "2026-06-03".parse().expect("a day");
    for named in &axis_rules() {
        for worlds in small_worlds(&named.rule, &zone, day, 2) {
            worlds.for_each(|facts| _ = check(named, &zone, facts));
        }
    }
}

#[test]
fn the_last_instant_of_a_hit_in_random_threads() {
    let zone = zone();
    let world = RandomWorld::generate(&RandomParams::new(1_500, 61));
    let mut rules = axis_rules();
    rules.extend(rules_in_force());
    for named in &rules {
        for thread in &world.threads {
            for n in 1..=thread.facts.len() {
                let next = thread.facts.get(n).map(|next| next.at);
                // A recall that has not come connects nothing yet.
                let mut known = thread.facts[..n].to_vec();
                let refers =
                    |fact: &Fact| matches!(fact.kind, FactKind::Recalled | FactKind::NoReplyNeeded);
                let marks: Vec<Mark> =
                    known.iter().filter(|fact| refers(fact)).map(|fact| fact.mark).collect();
                for fact in known.iter_mut().filter(|fact| !marks.contains(&fact.mark)) {
                    fact.mark = Mark::NONE;
                }
                if next.is_none_or(|next| next > known[n - 1].at) {
                    check(named, &zone, &known);
                }
            }
        }
    }
}

/// What waiting cannot change is not told.
#[test]
fn ratings_and_counts_without_limit_are_told_as_they_are() {
    let zone = zone();
    for named in rules_in_force() {
        let cx = Context { plan: &named.plan, zone: &zone, windows: &[] };
        let (state, _) = state_after(&cx, &[Fact::event(Instant(0), FactKind::Rated)]);
        assert_eq!(state.open_samples(&cx, Instant(1)), [], "{}", named.name);
        let counts = named.rule.figure == Figure::Count;
        assert!(!counts || !named.plan.has_limit(), "{}", named.name);
    }
}
