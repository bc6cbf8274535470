//! How samples come out: answered or not, left out, judged together.

use std::collections::BTreeMap;

use facts::{Account, Day, FactKind, Instant};
use metric::{
    AnsweredLater, AtLimit, BotOnly, ClosedShop, Flagged, Inner, Judge, LeftMessage, Per,
    Unanswered, Unsolved,
};

use super::conversations::Start;
use super::story::{End, Life, Story};
use super::{OracleSample, Verdict};

/// How one sample that is not grouped, or an inner one, comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Hit { wait: i64 },
    Miss { wait: i64, unanswered: bool },
    Pending,
    Dropped(&'static str),
}

/// An inner sample of a group.
#[derive(Clone, Copy, Debug)]
struct Part {
    opened_at: Instant,
    owner: Account,
    outcome: Outcome,
}

impl Story<'_> {
    /// How a sample comes out, exclusions aside.
    fn fate(&self, life: &Life, within: Option<Start>) -> Outcome {
        match life.end {
            End::Reply(j) => self.answered(life, j),
            End::Removed => Outcome::Dropped("bot"),
            End::Midnight if self.is_answered_later(life) => self.unanswered(Some("cross-day")),
            End::Midnight | End::Deadline | End::Transferred(_) => self.unanswered(None),
            End::StillOpen => {
                let hopeless = within.is_some_and(|start| self.is_closed_for_good(start));
                if hopeless || !self.is_on_time(self.facts[life.from].at, self.now) {
                    self.unanswered(None)
                } else {
                    Outcome::Pending
                }
            }
        }
    }

    fn answered(&self, life: &Life, reply: usize) -> Outcome {
        let (asked, at) = (self.facts[life.from].at, self.facts[reply].at);
        let wait = at - asked;
        if self.rule.drop_below.is_some_and(|least| wait < least) {
            return Outcome::Dropped("zero-second");
        }
        let counted = self.rule.cap.map_or(wait, |cap| wait.min(cap)).0;
        if self.is_on_time(asked, at) {
            Outcome::Hit { wait: counted }
        } else {
            Outcome::Miss { wait: counted, unanswered: false }
        }
    }

    fn unanswered(&self, later: Option<&'static str>) -> Outcome {
        match (self.rule.unanswered, later) {
            (Unanswered::Drop, _) => Outcome::Dropped("unanswered"),
            (Unanswered::Hit, _) => Outcome::Hit { wait: 0 },
            (_, Some(reason)) => Outcome::Dropped(reason),
            (Unanswered::Miss, None) => Outcome::Miss { wait: 0, unanswered: true },
            (Unanswered::Counts(span), None) => Outcome::Miss { wait: span.0, unanswered: true },
        }
    }

    /// Whether the rule drops samples that are answered on a later day, and this one was. It was
    /// over at midnight, so whatever came after is on a later day.
    fn is_answered_later(&self, life: &Life) -> bool {
        self.rule.answered_later == AnsweredLater::Drop
            && (life.over..self.facts.len()).any(|j| self.is_counted_reply(j))
    }

    /// Why a sample is left out: the first reason that applies. `timed_at` gives its day and the
    /// instant for the windows; `fate` is the reason in its own course.
    fn reason(
        &self,
        timed_at: usize,
        conversation: Option<Start>,
        fate: Option<&'static str>,
    ) -> Option<&'static str> {
        let rule = self.rule;
        let at = self.facts[timed_at].at;
        let flagged = || self.facts.iter().any(|fact| fact.kind == FactKind::Flagged);
        let window = || {
            let counts = |reason| reason == "closed-shop" && rule.closed_shop == ClosedShop::Counts;
            let mut windows = self.around.windows.iter();
            windows.find(|w| w.from <= at && at < w.until && !counts(w.reason)).map(|w| w.reason)
        };
        let bot_only = || {
            rule.conversation.bot_only == BotOnly::Dropped
                && conversation.is_some_and(|start| self.is_bot_only(start))
        };
        let left_message = || {
            rule.conversation.left_message == LeftMessage::Dropped
                && conversation.is_some_and(|start| self.has_left_message(start))
        };
        None.or_else(|| self.around.own_account.then_some("own-account"))
            .or_else(|| (rule.flagged == Flagged::Dropped && flagged()).then_some("flagged"))
            .or_else(window)
            .or(fate)
            .or_else(|| bot_only().then_some("bot"))
            .or_else(|| left_message().then_some("left-message"))
            .or_else(|| self.is_reported(self.days[timed_at]).then_some("reported"))
    }

    /// Whether a report was upheld one to `report_days` days after this day.
    fn is_reported(&self, day: Day) -> bool {
        let upheld = |j: usize| self.facts[j].kind == FactKind::ReportUpheld;
        let days = i32::from(self.rule.report_days);
        (0..self.facts.len())
            .filter(|&j| upheld(j))
            .any(|j| (1..=days).contains(&(self.days[j].0 - day.0)))
    }

    /// The outcome after exclusions and leave-messages.
    fn outcome(&self, outcome: Outcome, timed_at: usize, conversation: Option<Start>) -> Outcome {
        let fate = match outcome {
            Outcome::Dropped(reason) => Some(reason),
            _ => None,
        };
        if let Some(reason) = self.reason(timed_at, conversation, fate) {
            return Outcome::Dropped(reason);
        }
        let left_message = self.rule.conversation.left_message == LeftMessage::Miss
            && self.rule.figure.is_share()
            && conversation.is_some_and(|start| self.has_left_message(start));
        let missed = left_message || conversation.is_some_and(|start| self.begins_outside(start));
        match outcome {
            Outcome::Hit { wait } if missed => Outcome::Miss { wait, unanswered: false },
            Outcome::Pending if missed => Outcome::Miss { wait: 0, unanswered: false },
            other => other,
        }
    }

    fn sample(&self, timed_at: usize, part: Part) -> OracleSample {
        let share = self.rule.figure.is_share();
        let (verdict, wait_ms) = match part.outcome {
            Outcome::Hit { wait } if share => (Verdict::Hit, wait),
            Outcome::Hit { wait } => (Verdict::Counted { unanswered: false }, wait),
            Outcome::Miss { wait, unanswered } if share => (Verdict::Miss { unanswered }, wait),
            Outcome::Miss { wait, unanswered } => (Verdict::Counted { unanswered }, wait),
            Outcome::Pending => (Verdict::Pending, 0),
            Outcome::Dropped(reason) => (Verdict::Dropped(reason), 0),
        };
        let Part { opened_at, owner: account, .. } = part;
        OracleSample { day: self.days[timed_at], opened_at, account, verdict, wait_ms }
    }

    // The four kinds of samples.

    /// A rating comes out by its stars alone.
    fn rating(&self, i: usize) -> Part {
        let rating = self.facts[i].rating;
        let enough = rating.stars().is_some_and(|stars| stars >= self.rule.satisfied);
        let spoilt = self.rule.unsolved == Unsolved::Miss && rating.is_unsolved();
        let outcome = if enough && !spoilt {
            Outcome::Hit { wait: 0 }
        } else {
            Outcome::Miss { wait: 0, unanswered: false }
        };
        Part { opened_at: self.facts[self.rated_at(i)].at, owner: self.rated(i), outcome }
    }

    /// Samples along the thread, each with the fact that times it and after exclusions.
    fn along_the_thread(&self) -> Vec<(usize, Part)> {
        let mut parts = Vec::new();
        if self.inner() == Inner::Rating {
            for i in self.ratings(None) {
                let (part, at) = (self.rating(i), self.rated_at(i));
                let timed_at = if self.is_timed_by_conversation() { self.timed_at(i) } else { at };
                let outcome = self.outcome(part.outcome, at, self.conversations[i]);
                parts.push((timed_at, Part { outcome, ..part }));
            }
            return parts;
        }
        for life in self.lives(None) {
            let fate = self.fate(&life, None);
            let timed_at = self.timed_at(life.from);
            // A message is set aside by when it was sent, whatever day its conversation is of.
            let outcome = self.outcome(fate, life.from, self.conversations[life.from]);
            let opened_at = self.facts[life.from].at;
            parts.push((timed_at, Part { opened_at, owner: self.owner(&life), outcome }));
        }
        parts
    }

    pub(super) fn plain_samples(&self) -> Vec<OracleSample> {
        let parts = self.along_the_thread();
        parts.into_iter().map(|(timed_at, part)| self.sample(timed_at, part)).collect()
    }

    /// One sample a day, or a day and owner.
    pub(super) fn buyer_days(&self) -> Vec<OracleSample> {
        let mut groups = BTreeMap::<(Day, Account), Vec<(usize, Part)>>::new();
        for (timed_at, part) in self.along_the_thread() {
            let whose = match self.rule.per {
                Per::Account => part.owner,
                Per::Shop => Account::SHOP,
            };
            groups.entry((self.days[timed_at], whose)).or_default().push((timed_at, part));
        }
        let group = |members: Vec<(usize, Part)>| {
            let parts: Vec<Part> = members.iter().map(|(_, part)| *part).collect();
            self.sample(members[0].0, self.judge(&parts))
        };
        groups.into_values().map(group).collect()
    }

    pub(super) fn conversation_samples(&self) -> Vec<OracleSample> {
        let mut samples = Vec::new();
        for start in (0..self.facts.len()).filter(|&i| self.conversations[i] == Some(i)) {
            let within = Some(start);
            let part = |life: Life| Part {
                opened_at: self.facts[life.from].at,
                owner: self.owner(&life),
                outcome: self.fate(&life, within),
            };
            let parts: Vec<Part> = if self.inner() == Inner::Rating {
                self.ratings(within).into_iter().map(|i| self.rating(i)).collect()
            } else {
                self.lives(within).into_iter().map(part).collect()
            };
            if parts.is_empty() {
                continue;
            }
            let judged = self.judge(&parts);
            let outcome = self.outcome(judged.outcome, start, within);
            samples.push(self.sample(start, Part { outcome, ..judged }));
        }
        samples
    }

    /// The sample that its parts (at least one, in order) make together.
    fn judge(&self, parts: &[Part]) -> Part {
        let dropped = |part: &&Part| matches!(part.outcome, Outcome::Dropped(_));
        let live: Vec<Part> = parts.iter().filter(|part| !dropped(part)).copied().collect();
        let Some(&first) = live.first() else {
            return parts[0];
        };
        let considered = if self.rule.judge == Judge::First { &live[..1] } else { &live[..] };
        Part { outcome: self.together(considered), ..first }
    }

    /// The outcome of some samples (at least one, none of them dropped) together.
    fn together(&self, parts: &[Part]) -> Outcome {
        let outcomes = || parts.iter().map(|part| part.outcome);
        let wait: i64 = outcomes()
            .map(|outcome| match outcome {
                Outcome::Hit { wait } | Outcome::Miss { wait, .. } => wait,
                _ => 0,
            })
            .sum();
        let is_hit = |outcome| matches!(outcome, Outcome::Hit { .. });
        let is_miss = |outcome| matches!(outcome, Outcome::Miss { .. });
        let is_unanswered = |outcome| matches!(outcome, Outcome::Miss { unanswered: true, .. });
        let any_unanswered = outcomes().any(is_unanswered);
        let all_unanswered = outcomes().all(is_unanswered);
        let pending = outcomes().any(|outcome| outcome == Outcome::Pending);
        if pending && !self.rule.figure.is_share() {
            return Outcome::Pending;
        }
        let hit = Outcome::Hit { wait };
        let miss = |unanswered| Outcome::Miss { wait, unanswered };
        match self.rule.judge {
            Judge::All | Judge::First if outcomes().any(is_miss) => miss(any_unanswered),
            Judge::Any if outcomes().any(is_hit) => hit,
            Judge::Mean if any_unanswered => miss(true),
            _ if pending => Outcome::Pending,
            Judge::All | Judge::First => hit,
            Judge::Any => miss(all_unanswered),
            Judge::Mean if self.is_on_time_in_the_mean(wait, parts.len()) => hit,
            Judge::Mean => miss(false),
        }
    }

    /// Whether waits that add up to this have a mean within the limit, exactly.
    fn is_on_time_in_the_mean(&self, sum: i64, n: usize) -> bool {
        let Some(limit) = self.rule.within else {
            return true;
        };
        let (sum, most) = (i128::from(sum), i128::from(limit.0) * n as i128);
        sum < most || (sum == most && self.rule.at_limit == AtLimit::OnTime)
    }
}
