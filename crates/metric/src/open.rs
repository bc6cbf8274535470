//! What a machine still waits for: open samples, and until when a reply would make them hits.

use alloc::vec::Vec;

use facts::{Account, Day, Instant, Span};

use crate::conversation::ConversationState;
use crate::group::Group;
use crate::judged::{Ending, Judged, Outcome, Sink};
use crate::rule::{HoursTest, Judge, LeftMessage, Per, Sample, Settle, Unanswered};
use crate::thread::{Context, End, Pending, ThreadState};

/// A sample that waits for a reply: the question whose answer decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSample {
    /// When the question opened it; of a grouped sample, the inner question that decides.
    pub opened_at: Instant,
    /// The row of that question.
    pub opened_row: u32,
    /// Whose it would be if it ended now; [`Account::SHOP`]: nobody is known to be in charge.
    pub account: Account,
    /// The local day that it belongs to.
    pub day: Day,
    /// The last instant at which a counted reply would make it a hit (of a grouped sample: not
    /// make it a miss). It may lie in the past: then the sample is overdue, and still open.
    /// `None`: whenever the reply comes.
    pub last_hit: Option<Instant>,
}

impl OpenSample {
    /// The first instant from which no reply makes it a hit.
    #[must_use]
    pub fn overdue_at(&self) -> Option<Instant> {
        self.last_hit.map(|last| last + Span(1))
    }
}

/// Hears nothing.
struct Deaf;

impl Sink for Deaf {
    fn sample(&mut self, _: &Judged) {}
}

impl ThreadState {
    /// The samples that are open at `now`, which is not before the last fact, in the order in which
    /// they opened.
    ///
    /// Of a grouped sample (conversation, buyer-day) one question is told, whose answer decides:
    /// where any miss spoils it, the one whose limit passes first; where one hit saves it, the one
    /// whose limit passes last; where the first counts, that one; where the mean counts, the first,
    /// with the last instant at which one reply to all of them keeps the mean.
    ///
    /// Not told is what waiting cannot change: a group whose verdict is certain, samples of
    /// excluded periods and buyers, conversations that are not assessed or closed for good, rules
    /// under which no reply is as good as one. Nor is a question outside the hours that counts
    /// only when it is answered inside them: it is no sample yet, until one inside joins it. Of a
    /// conversation that was closed, and goes on if the buyer writes in time, the question is told:
    /// a reply after that word may still be on time.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Author, Fact, Instant, Zone};
    /// use metric::{Context, Judged, Plan, Rule, Sample, ThreadState};
    /// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
    /// let zone = Zone::fixed(8 * 3_600_000);
    /// let cx = Context { plan: &plan, zone: &zone, windows: &[] };
    /// let mut state = ThreadState::default();
    /// let mut judged: Vec<Judged> = Vec::new();
    /// state.step(&cx, &Fact::message(Instant(5_000), Author::Buyer), &mut judged);
    /// let open = state.open_samples(&cx, Instant(6_000));
    /// assert_eq!(open[0].opened_at, Instant(5_000));
    /// assert_eq!(open[0].last_hit, Some(Instant(185_000)));
    /// ```
    #[must_use]
    pub fn open_samples(&self, cx: &Context<'_>, now: Instant) -> Vec<OpenSample> {
        let anything = !self.open.is_empty()
            || self.conversations().list.iter().any(|state| !state.open.is_empty());
        if !anything || cx.plan.unanswered == Unanswered::Hit {
            return Vec::new();
        }
        if now >= self.today.end {
            let mut settled = self.clone();
            settled.settle(cx, now, &mut Deaf);
            return settled.told(cx, now);
        }
        if cx.plan.settle == Settle::Deadline {
            let mut settled = self.clone();
            settled.settle(cx, now, &mut Deaf);
            return settled.told(cx, now);
        }
        self.told(cx, now)
    }

    /// The same once time has passed.
    fn told(&self, cx: &Context<'_>, now: Instant) -> Vec<OpenSample> {
        match cx.plan.sample {
            Sample::Message | Sample::Round | Sample::Rating => self.plain_open(cx),
            Sample::BuyerDay => self.open_days(cx),
            Sample::Conversation => {
                let list = self.conversations().list.iter();
                list.filter_map(|state| self.open_conversation(cx, state, now)).collect()
            }
        }
    }

    /// The first instant after `now` at which [`ThreadState::finish`] says something else than at
    /// `now`, if no fact comes; `None`: never. `now` is not before the last fact.
    #[must_use]
    pub fn next_change(&self, cx: &Context<'_>, now: Instant) -> Option<Instant> {
        let conversations = self.conversations();
        let open = self.open.iter().chain(conversations.list.iter().flat_map(|one| &one.open));
        let limits = open
            .clone()
            .filter_map(|pending| cx.plan.last_on_time(cx.zone, pending.at))
            .map(|last| last + Span(1));
        let settles = cx.plan.settle == Settle::DayEnd && open.clone().next().is_some();
        let day_end = settles.then_some(self.today.end);
        let closing = conversations.may_go_on_until(cx.plan).map(|last| last + Span(1));
        limits.chain(day_end).chain(closing).filter(|at| *at > now).min()
    }

    /// What a pending sample would be if it stood as it is.
    fn as_it_stands(&self, cx: &Context<'_>, pending: &Pending) -> Judged {
        let end = End {
            ending: Ending::Open,
            at: pending.at,
            row: None,
            account: Account::SHOP,
            is_final: false,
        };
        self.judge(cx, pending, end)
    }

    /// When open samples end without a reply.
    fn settles_at(&self, cx: &Context<'_>) -> Option<Instant> {
        (cx.plan.settle == Settle::DayEnd).then_some(self.today.end)
    }

    fn open_sample_of(&self, cx: &Context<'_>, pending: &Pending) -> OpenSample {
        let judged = self.as_it_stands(cx, pending);
        // Answered inside the hours, a round is that of its first question, outside or not.
        let first = self.open.first().filter(|_| cx.plan.merges()).map_or(pending.at, |one| one.at);
        let limit = cx.plan.last_on_time(cx.zone, first.min(pending.at));
        let end = self.settles_at(cx).map(|at| at - Span(1));
        OpenSample {
            opened_at: pending.at,
            opened_row: pending.row,
            account: judged.account,
            day: pending.day,
            last_hit: limit.into_iter().chain(end).min(),
        }
    }

    /// The open questions of a place that are samples, or inner samples.
    fn counted<'p>(&self, cx: &Context<'_>, open: &'p [Pending]) -> Vec<&'p Pending> {
        let mut counted: Vec<&Pending> = open.iter().filter(|one| !one.is_outside()).collect();
        if cx.plan.merges() {
            counted.truncate(1);
        }
        if cx.plan.first_of_day {
            counted.dedup_by_key(|one| one.day);
        }
        counted
    }

    fn plain_open(&self, cx: &Context<'_>) -> Vec<OpenSample> {
        let mut counted = self.counted(cx, &self.open);
        counted.retain(|one| {
            let fate = self.conversations().get(one.conversation);
            let is_lost =
                cx.plan.holds_for_conversation && fate.is_some_and(|state| is_set_aside(cx, state));
            !is_lost && !is_excluded(cx, one.tested_at())
        });
        counted.into_iter().map(|one| self.open_sample_of(cx, one)).collect()
    }

    fn open_days(&self, cx: &Context<'_>) -> Vec<OpenSample> {
        let mut counted = self.counted(cx, &self.open);
        counted.retain(|one| !is_excluded(cx, one.tested_at()));
        let by_account = cx.plan.per == Per::Account;
        let whose = |one: &Pending| {
            if by_account { self.as_it_stands(cx, one).account } else { Account::SHOP }
        };
        let mut accounts: Vec<Account> = Vec::new();
        for one in &counted {
            let account = whose(one);
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        let of_account = |account: Account| {
            let own: Vec<&Pending> =
                counted.iter().copied().filter(|one| whose(one) == account).collect();
            let group = self.groups().iter().find(|group| group.account == account);
            self.decisive(cx, group, &own, None)
        };
        accounts.into_iter().filter_map(of_account).collect()
    }

    fn open_conversation(
        &self,
        cx: &Context<'_>,
        state: &ConversationState,
        now: Instant,
    ) -> Option<OpenSample> {
        let conversations = self.conversations();
        let is_unseen = cx.plan.test == HoursTest::ToHuman && !state.to_human_in_hours();
        if is_unseen
            || state.outside
            || is_set_aside(cx, state)
            || is_excluded(cx, state.started_at)
            || conversations.is_closed_for_good(cx.plan, state.serial, now)
        {
            return None;
        }
        let counted = self.counted(cx, &state.open);
        let silent = conversations.answerable_until(cx.plan, state.serial)?;
        self.decisive(cx, Some(&state.group), &counted, silent)
    }

    /// The question whose answer decides a group; `until`: no reply belongs to it later.
    fn decisive(
        &self,
        cx: &Context<'_>,
        group: Option<&Group>,
        counted: &[&Pending],
        until: Option<Instant>,
    ) -> Option<OpenSample> {
        if group.is_some_and(|group| group.is_decided(cx.plan)) {
            return None;
        }
        let bound = |open: OpenSample| OpenSample {
            last_hit: open.last_hit.into_iter().chain(until).min(),
            ..open
        };
        let mut open = counted.iter().map(|one| bound(self.open_sample_of(cx, one)));
        let last = |open: &OpenSample| open.last_hit.unwrap_or(Instant(i64::MAX));
        match cx.plan.judge {
            Judge::All => open.min_by_key(last),
            // Of equals the first.
            Judge::Any => open.reduce(|a, b| if last(&b) > last(&a) { b } else { a }),
            Judge::First => open.next(),
            Judge::Mean => {
                let first = open.next()?;
                let settled = self.settles_at(cx).map(|at| at - Span(1)).into_iter().chain(until);
                let limits = counted.iter().filter(|_| cx.plan.settle == Settle::Deadline);
                let limits = limits.filter_map(|one| cx.plan.last_on_time(cx.zone, one.at));
                let latest = settled.chain(limits).min();
                Some(OpenSample { last_hit: self.mean_kept(cx, group, counted, latest), ..first })
            }
        }
    }

    /// The last instant at which one reply to all open questions keeps the mean of a group within
    /// its limit, not later than `latest`: found with the machine's own verdict.
    fn mean_kept(
        &self,
        cx: &Context<'_>,
        group: Option<&Group>,
        counted: &[&Pending],
        latest: Option<Instant>,
    ) -> Option<Instant> {
        let keeps = |at: Instant| {
            let mut group = group.cloned().unwrap_or_else(|| Group::new(0, Account::SHOP));
            let end = End {
                ending: Ending::Answered,
                at,
                row: None,
                account: Account::SHOP,
                is_final: true,
            };
            for one in counted {
                group.add(cx.plan, &self.judge(cx, one, end));
            }
            group
                .judged(cx.plan, None)
                .is_none_or(|judged| !matches!(judged.outcome, Outcome::Late | Outcome::Unanswered))
        };
        let earliest = counted.iter().map(|one| one.at).max()?;
        // A reply after a thousand years is as good as none.
        let far = latest.unwrap_or(earliest + Span(1_000 * 365 * 86_400_000));
        if keeps(far) {
            return latest;
        }
        let (mut kept, mut lost) = (earliest - Span(1), far);
        while (lost - kept).0 > 1 {
            let middle = kept + Span((lost - kept).0 / 2);
            if keeps(middle) {
                kept = middle;
            } else {
                lost = middle;
            }
        }
        Some(kept)
    }
}

/// Whether a dated exclusion sets the sample aside that is tested at this instant.
fn is_excluded(cx: &Context<'_>, at: Instant) -> bool {
    cx.windows.iter().any(|window| window.from <= at && at < window.until)
}

/// Whether what became of the conversation makes its samples misses, or leaves them out.
fn is_set_aside(cx: &Context<'_>, state: &ConversationState) -> bool {
    state.left_message
        && match cx.plan.conversation.left_message {
            LeftMessage::Nothing => false,
            LeftMessage::Dropped => true,
            LeftMessage::Miss => cx.plan.figure.is_share(),
        }
}
