//! Composition: what a run of facts does to a thread, without knowing what came before.
//!
//! A [`Summary`] is a value. Running `a` and then `b` equals composing the value of `a` with the
//! value of `b`, for every cut, with stage, owner and open sample unknown at the cut. Parallel
//! files, partitions of a cluster and restarts rest on this law.
//!
//! The value is a *head* and a *tail*. The head holds the facts whose effect depends on what came
//! before; it ends where the past no longer matters: at the first counted reply of a human (which
//! leaves nothing open and the stage known), or at the first local midnight (which settles
//! everything). From there on the tail holds the machine's state and what it judged. What the tail
//! cannot know, which account was in charge before the head, is kept as a symbol and resolved when
//! summaries are composed. No second semantics: heads are replayed by the machine itself.

use alloc::vec::Vec;

use facts::{Account, Author, Fact, FactKind, Instant};

use crate::judged::{Judged, Sink};
use crate::plan::Plan;
use crate::rule::{Effect, HoursTest, Per, Sample, Settle};
use crate::thread::{Context, INHERITED, ThreadState};

/// Where the effect of a run of facts becomes independent of what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composition {
    /// At the first counted reply of a human, or the first local midnight where it settles all.
    AtReply,
    /// At the first local midnight.
    AtMidnight,
    /// Nowhere: conversations may have begun at any time before. Summaries hold all their facts,
    /// and such a rule is better counted thread by thread.
    Never,
}

impl Plan {
    /// Where the effect of a run of facts becomes independent of what came before it.
    #[must_use]
    pub fn composition(&self) -> Composition {
        // A card, or a day's first message, may lie before any cut too.
        if self.places || self.first_of_day || self.test == HoursTest::RatingSent {
            return Composition::Never;
        }
        match self.sample {
            Sample::Message | Sample::Round | Sample::Rating => Composition::AtReply,
            Sample::BuyerDay => Composition::AtMidnight,
            Sample::Conversation => Composition::Never,
        }
    }

    /// Whether after this fact nothing of the thread's past matters but the account in charge.
    fn forgets_at(&self, fact: &Fact) -> bool {
        self.composition() == Composition::AtReply
            && fact.kind == FactKind::Message
            && matches!(fact.author, Author::Agent | Author::Assist)
            && self.effect(fact.author, true) == Effect::Answers
            && self.sees_form(fact.form)
            && !self.is_invalid(fact)
    }

    /// Whether local midnight leaves nothing open and nothing undecided.
    fn forgets_at_midnight(&self) -> bool {
        self.composition() != Composition::Never
            && self.settle == Settle::DayEnd
            && !self.holds_for_later
    }
}

/// What a run of facts of one thread does, whatever came before it.
///
/// # Example
///
/// ```
/// use facts::{Author, Fact, Instant, Zone};
/// use metric::{Context, Judged, Plan, Rule, Sample, Summary};
/// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
/// let zone = Zone::fixed(0);
/// let cx = Context { plan: &plan, zone: &zone, windows: &[] };
/// let question = Summary::of(&cx, &[Fact::message(Instant(0), Author::Buyer)]);
/// let answer = Summary::of(&cx, &[Fact::message(Instant(9_000), Author::Agent)]);
/// let mut judged: Vec<Judged> = Vec::new();
/// Summary::compose(&cx, question, answer).finish(&cx, Instant(10_000), &mut judged);
/// assert_eq!(judged[0].wait.0, 9_000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Summary {
    head: Vec<Fact>,
    tail: Option<Tail>,
}

#[derive(Clone, Debug)]
struct Tail {
    /// Whatever was open before ends by then.
    from: Instant,
    state: ThreadState,
    judged: Vec<Judged>,
}

impl Summary {
    /// The value of a run of facts, in order.
    #[must_use]
    pub fn of(cx: &Context<'_>, facts: &[Fact]) -> Self {
        let mut state = ThreadState::inheriting();
        let mut ignored: Vec<Judged> = Vec::new();
        for (i, fact) in facts.iter().enumerate() {
            let new_day = i > 0 && cx.zone.day(facts[i - 1].at) < cx.zone.day(fact.at);
            if new_day && cx.plan.forgets_at_midnight() && owner_is_clear(cx.plan, &state) {
                state.settle(cx, fact.at, &mut ignored);
                return Self::cut(cx, facts, i, fact.at, state);
            }
            state.step(cx, fact, &mut ignored);
            ignored.clear();
            if cx.plan.forgets_at(fact) {
                return Self::cut(cx, facts, i + 1, fact.at, state);
            }
        }
        Self { head: facts.to_vec(), tail: None }
    }

    fn cut(
        cx: &Context<'_>,
        facts: &[Fact],
        at: usize,
        from: Instant,
        mut state: ThreadState,
    ) -> Self {
        let mut judged = Vec::new();
        for fact in &facts[at..] {
            state.step(cx, fact, &mut judged);
        }
        Self { head: facts[..at].to_vec(), tail: Some(Tail { from, state, judged }) }
    }

    /// How many facts the value holds on to because their effect depends on what came before.
    #[must_use]
    pub fn n_undetermined(&self) -> usize {
        self.head.len()
    }

    /// The value of running `a` and then `b`.
    #[must_use]
    pub fn compose(cx: &Context<'_>, a: Self, b: Self) -> Self {
        let (head, mut tail) = match a.tail {
            Some(mut tail) => {
                for fact in &b.head {
                    tail.state.step(cx, fact, &mut tail.judged);
                }
                (a.head, Some(tail))
            }
            None => {
                let mut facts = a.head;
                facts.extend_from_slice(&b.head);
                let Self { head, tail } = Self::of(cx, &facts);
                (head, tail)
            }
        };
        let Some(next) = b.tail else { return Self { head, tail } };
        match &mut tail {
            Some(tail) => tail.append(cx, next),
            None => {
                let mut state = ThreadState::inheriting();
                let mut ignored: Vec<Judged> = Vec::new();
                for fact in &head {
                    state.step(cx, fact, &mut ignored);
                }
                tail = Some(next.after(state.charge));
            }
        }
        Self { head, tail }
    }

    /// Says what stands at `now` when the run begins the thread.
    pub fn finish<S: Sink>(self, cx: &Context<'_>, now: Instant, sink: &mut S) {
        let mut state = ThreadState::default();
        for fact in &self.head {
            state.step(cx, fact, sink);
        }
        if let Some(tail) = self.tail {
            state.settle(cx, tail.from, sink);
            let tail = tail.after(state.charge);
            for judged in &tail.judged {
                sink.sample(judged);
            }
            state = tail.state;
        }
        state.finish(cx, now, sink);
    }
}

/// Whether days can be closed without knowing who was in charge before the run: buyer-days of
/// accounts cannot, because the account decides which samples there are.
fn owner_is_clear(plan: &Plan, state: &ThreadState) -> bool {
    plan.sample != Sample::BuyerDay || plan.per == Per::Shop || state.charge != INHERITED
}

impl Tail {
    fn append(&mut self, cx: &Context<'_>, next: Self) {
        self.state.settle(cx, next.from, &mut self.judged);
        let next = next.after(self.state.charge);
        self.judged.extend(next.judged);
        self.state = next.state;
    }

    /// The tail once it is known which account was in charge before it.
    fn after(mut self, charge: Account) -> Self {
        for judged in &mut self.judged {
            judged.inherit(charge);
        }
        self.state.inherit(charge);
        self
    }
}

impl Judged {
    /// Puts the account that was in charge before the run in the place of its symbol.
    pub(crate) fn inherit(&mut self, charge: Account) {
        if self.account == INHERITED && charge != INHERITED {
            self.account = if charge.is_known() { charge } else { self.fallback };
        }
    }
}
