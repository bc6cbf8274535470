//! Grouped samples: how inner samples make one verdict.

use alloc::vec::Vec;

use facts::{Account, Instant, Span};

use crate::judged::{Ending, Judged, Outcome, Reason, Sink};
use crate::plan::Plan;
use crate::rule::{Judge, Per};
use crate::thread::{Context, exclude};

/// The inner samples of one grouped sample, summed up.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) serial: u32,
    /// For buyer-days of accounts: whose.
    pub(crate) account: Account,
    /// The first inner sample by opening: it decides whose sample it is.
    first: Option<Judged>,
    n: u32,
    hits: u32,
    unanswered: u32,
    pending: u32,
    wait: Span,
    dropped: Option<(Reason, Ending)>,
}

impl Group {
    pub(crate) fn new(serial: u32, account: Account) -> Self {
        Self {
            serial,
            account,
            first: None,
            n: 0,
            hits: 0,
            unanswered: 0,
            pending: 0,
            wait: Span(0),
            dropped: None,
        }
    }

    /// Puts the account that was in charge before the run in the place of its symbol.
    pub(crate) fn inherit(&mut self, charge: Account) {
        if let Some(first) = &mut self.first {
            first.inherit(charge);
        }
    }

    /// Whether an inner sample was judged that is not dropped.
    pub(crate) fn has_counted(&self) -> bool {
        self.n > 0
    }

    /// Whether no further inner sample changes the verdict.
    pub(crate) fn is_decided(&self, plan: &Plan) -> bool {
        match plan.judge {
            Judge::First => self.has_counted(),
            // The verdict may be certain; the wait is not.
            _ if !plan.figure.is_share() => false,
            Judge::All => self.hits < self.n,
            Judge::Any => self.hits > 0,
            Judge::Mean => self.unanswered > 0,
        }
    }

    pub(crate) fn add(&mut self, plan: &Plan, inner: &Judged) {
        let counted = !matches!(inner.outcome, Outcome::Dropped(_));
        if plan.judge == Judge::First && self.n > 0 && counted {
            return;
        }
        let earlier = self.first.is_none_or(|first| inner.opened_at < first.opened_at);
        // A dropped sample stands for the group only until one that counts comes.
        if (counted && self.n == 0) || (counted == (self.n > 0) && earlier) {
            self.first = Some(*inner);
        }
        match inner.outcome {
            Outcome::Dropped(reason) => {
                self.dropped.get_or_insert((reason, inner.ending));
                return;
            }
            Outcome::Hit => self.hits += 1,
            Outcome::Late => {}
            Outcome::Unanswered => self.unanswered += 1,
            Outcome::Pending => self.pending += 1,
        }
        self.n += 1;
        self.wait = Span(self.wait.0.saturating_add(inner.wait.0));
    }

    /// The verdict, `None` where there is nothing to judge.
    fn outcome(&self, plan: &Plan) -> Option<Outcome> {
        if self.n == 0 {
            return self.dropped.map(|(reason, _)| Outcome::Dropped(reason));
        }
        if self.pending > 0 && !plan.figure.is_share() {
            // The verdict may be certain; the wait is not.
            return Some(Outcome::Pending);
        }
        let judged = self.n - self.pending;
        let miss = if self.unanswered > 0 { Outcome::Unanswered } else { Outcome::Late };
        Some(match plan.judge {
            Judge::All if self.hits < judged => miss,
            Judge::Any if self.hits > 0 => Outcome::Hit,
            Judge::Mean if self.unanswered > 0 => Outcome::Unanswered,
            _ if self.pending > 0 => Outcome::Pending,
            Judge::All => Outcome::Hit,
            Judge::Any if self.unanswered == judged => Outcome::Unanswered,
            Judge::Any => Outcome::Late,
            Judge::First => self.first.map_or(miss, |first| first.outcome),
            Judge::Mean if plan.mean_on_time(self.wait, self.n) => Outcome::Hit,
            Judge::Mean => Outcome::Late,
        })
    }

    /// The grouped sample, `None` where there is nothing to judge. `start` replaces the first
    /// question as the opening (a conversation's start).
    pub(crate) fn judged(&self, plan: &Plan, start: Option<(Instant, u32)>) -> Option<Judged> {
        let first = self.first?;
        let outcome = self.outcome(plan)?;
        let ending = match (outcome, self.dropped) {
            (Outcome::Dropped(_), Some((_, ending))) => ending,
            _ => Ending::Inner,
        };
        let (opened_at, opened_row) = start.unwrap_or((first.opened_at, first.opened_row));
        Some(Judged {
            group: self.serial,
            opened_at,
            opened_row,
            tested_at: start.map_or(first.tested_at, |(at, _)| at),
            ended_at: None,
            ended_row: None,
            account: if self.account.is_known() { self.account } else { first.account },
            outcome,
            ending,
            wait: if matches!(outcome, Outcome::Dropped(_) | Outcome::Pending) {
                Span(0)
            } else {
                self.wait
            },
            n_inner: self.n,
            ..first
        })
    }
}

/// Adds an inner sample to its buyer-day. `days` are those of a thread that are not over, and the
/// serial of the last one.
pub(crate) fn add_to_day<S: Sink>(
    (days, serial): (&mut Vec<Group>, &mut u32),
    cx: &Context<'_>,
    judged: Judged,
    sink: &mut S,
) {
    let account = if cx.plan.per == Per::Account { judged.account } else { Account::SHOP };
    let judged = exclude(cx, judged);
    let found = days.iter().position(|group| group.account == account);
    let i = found.unwrap_or_else(|| {
        *serial += 1;
        // Most buyers are served by one account a day.
        days.reserve_exact(1);
        days.push(Group::new(*serial, account));
        days.len() - 1
    });
    let inner = Judged { group: days[i].serial, ..judged };
    days[i].add(cx.plan, &inner);
    sink.inner(&inner);
}
