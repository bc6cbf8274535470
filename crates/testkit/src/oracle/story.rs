//! What the facts of a thread say: who spoke, in which stage and hours, and what ended a wait.

use facts::{Account, Author, Day, Fact, FactKind, Instant, Mark, MessageFlags, Span, Zone};
use metric::{
    AtLimit, Effect, HoursEnd, HoursTest, Inner, NoReplyNeeded, Outside, Per, Recalled, Rule,
    Sample, Settle, Transfer, Which,
};

use super::Circumstances;
use super::conversations::{Start, conversations};

/// A thread up to now. Positions count its facts in order.
pub(super) struct Story<'a> {
    pub(super) rule: &'a Rule,
    pub(super) zone: &'a Zone,
    pub(super) now: Instant,
    pub(super) around: &'a Circumstances,
    pub(super) facts: Vec<Fact>,
    pub(super) days: Vec<Day>,
    pub(super) conversations: Vec<Option<Start>>,
}

/// What ended the wait of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Reply(usize),
    Removed,
    Transferred(usize),
    Midnight,
    Deadline,
    StillOpen,
}

/// A sample that opened (by a buyer message or a transfer) at one position and was over at
/// another: that of the fact that ended it, or of the first fact after the instant that did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) from: usize,
    pub(super) end: End,
    pub(super) over: usize,
}

/// Whether the buyer asks for a human, waits for one, gets one, or leaves a message for want of
/// one.
fn asks_for_human(kind: FactKind) -> bool {
    [FactKind::ToHuman, FactKind::Queued, FactKind::Assigned, FactKind::LeftMessage].contains(&kind)
}

impl<'a> Story<'a> {
    pub(super) fn new(
        rule: &'a Rule,
        zone: &'a Zone,
        facts: &[Fact],
        now: Instant,
        around: &'a Circumstances,
    ) -> Self {
        let mut facts: Vec<Fact> = facts.iter().copied().filter(|fact| fact.at < now).collect();
        facts.sort_unstable_by_key(|fact| (fact.at, fact.row));
        let days = facts.iter().map(|fact| zone.day(fact.at)).collect();
        let conversations = conversations(rule, &facts);
        Self { rule, zone, now, around, facts, days, conversations }
    }

    // What a fact is.

    /// Whether the fact is written, in a form that the rule looks at.
    pub(super) fn is_visible_message(&self, i: usize) -> bool {
        let fact = &self.facts[i];
        fact.kind == FactKind::Message && !self.rule.forms_ignored.contains(&fact.form)
    }

    /// Whether the fact is the shop's message, of an author with this effect.
    pub(super) fn has_effect(&self, i: usize, effect: Effect) -> bool {
        let author = self.facts[i].author;
        self.is_visible_message(i) && author != Author::Buyer && self.effect_of(i, author) == effect
    }

    /// What an author's message does here: in the bot stage what the rule says for it, if anything.
    fn effect_of(&self, i: usize, author: Author) -> Effect {
        let always = self.rule.authors[author as usize];
        if self.in_human_stage_after(i) {
            return always;
        }
        self.rule.bot_stage_authors[author as usize].unwrap_or(always)
    }

    pub(super) fn is_counted_reply(&self, i: usize) -> bool {
        let texts_are_judged = !self.rule.invalid_replies.is_empty();
        let perfunctory = self.facts[i].flags.has(MessageFlags::PERFUNCTORY);
        self.has_effect(i, Effect::Answers) && !(texts_are_judged && perfunctory)
    }

    pub(super) fn is_removal(&self, i: usize) -> bool {
        self.has_effect(i, Effect::Removes) && !self.in_human_stage_after(i)
    }

    /// Whether a person took part, or was to, on this local day up to and with this fact.
    pub(super) fn in_human_stage_after(&self, i: usize) -> bool {
        (0..=i).rev().take_while(|&j| self.days[j] == self.days[i]).any(|j| {
            let fact = &self.facts[j];
            match fact.kind {
                FactKind::ToHuman | FactKind::Assigned | FactKind::Transferred => true,
                FactKind::Message => matches!(fact.author, Author::Agent | Author::Assist),
                _ => false,
            }
        })
    }

    pub(super) fn puts_in_charge(&self, i: usize) -> bool {
        matches!(self.facts[i].kind, FactKind::Assigned | FactKind::Transferred)
    }

    pub(super) fn splits(&self, i: usize) -> bool {
        self.rule.per == Per::Account
            && self.rule.transfer == Transfer::Splits
            && self.facts[i].kind == FactKind::Transferred
    }

    // Hours and days.

    pub(super) fn is_in_hours(&self, at: Instant) -> bool {
        let Some(hours) = &self.rule.hours else {
            return true;
        };
        let clock = self.zone.local(at).ms;
        hours.intervals.iter().any(|&(from, until)| {
            from <= clock && (clock < until || (clock == until && hours.end == HoursEnd::Closed))
        })
    }

    /// Whether the hours, tested as the rule says, hold for what happens at this fact.
    pub(super) fn is_inside(&self, i: usize) -> bool {
        let Some(hours) = &self.rule.hours else {
            return true;
        };
        let of = |start: Start| self.of_conversation(start);
        match (hours.test, self.conversations[i]) {
            (HoursTest::Question, _) => self.is_in_hours(self.facts[i].at),
            (HoursTest::RatingSent, _) => self.is_in_hours(self.facts[self.card_of(i)].at),
            (HoursTest::ConversationStart, Some(start)) => {
                hours.outside == Outside::Misses || self.is_in_hours(self.facts[start].at)
            }
            (HoursTest::ToHuman, Some(start)) => of(start)
                .find(|&j| asks_for_human(self.facts[j].kind))
                .is_some_and(|j| self.is_in_hours(self.facts[j].at)),
            (_, None) => false,
        }
    }

    /// The position of the card that was sent for the rating at `i`: the last one since the rating
    /// before it; without one the rating itself.
    fn card_of(&self, i: usize) -> usize {
        let before = (0..i).rev().take_while(|&j| self.facts[j].kind != FactKind::Rated);
        before.into_iter().find(|&j| self.facts[j].kind == FactKind::RatingSent).unwrap_or(i)
    }

    /// Whether the conversation is a miss because it began outside the hours.
    pub(super) fn begins_outside(&self, start: Start) -> bool {
        self.rule.hours.as_ref().is_some_and(|hours| {
            hours.outside == Outside::Misses && !self.is_in_hours(self.facts[start].at)
        })
    }

    pub(super) fn counts_when_answered_inside(&self) -> bool {
        self.rule.hours.as_ref().is_some_and(|hours| {
            hours.test == HoursTest::Question && hours.outside == Outside::CountsWhenAnsweredInside
        })
    }

    /// Whether a buyer message or a transfer that is ended so is seen: inside the hours always; a
    /// question outside them, where the rule says so, when a counted reply inside them ends it.
    fn is_seen(&self, life: &Life) -> bool {
        let answered_inside =
            matches!(life.end, End::Reply(j) if self.is_in_hours(self.facts[j].at));
        self.is_inside(life.from)
            || (self.counts_when_answered_inside() && answered_inside && !self.splits(life.from))
    }

    pub(super) fn is_timed_by_conversation(&self) -> bool {
        self.rule.sample == Sample::Conversation
            || self.rule.hours.as_ref().is_some_and(|hours| {
                hours.test == HoursTest::ConversationStart || hours.test == HoursTest::ToHuman
            })
    }

    /// The fact that stands for a rating where no conversation times it: its card where the hours
    /// test that, else itself.
    pub(super) fn rated_at(&self, i: usize) -> usize {
        let by_card =
            self.rule.hours.as_ref().is_some_and(|hours| hours.test == HoursTest::RatingSent);
        if by_card { self.card_of(i) } else { i }
    }

    /// The fact that gives a sample opened here its day and is held against the windows.
    pub(super) fn timed_at(&self, i: usize) -> usize {
        match self.conversations[i] {
            Some(start) if self.is_timed_by_conversation() => start,
            _ => i,
        }
    }

    // Conversations.

    pub(super) fn of_conversation(&self, start: Start) -> impl DoubleEndedIterator<Item = usize> {
        (0..self.facts.len()).filter(move |&j| self.conversations[j] == Some(start))
    }

    /// A bot wrote in it, and at none of its facts was the thread in the human stage.
    pub(super) fn is_bot_only(&self, start: Start) -> bool {
        let bot = |j: usize| {
            self.facts[j].kind == FactKind::Message && self.facts[j].author == Author::Bot
        };
        self.of_conversation(start).any(bot)
            && !self.of_conversation(start).any(|j| self.in_human_stage_after(j))
    }

    pub(super) fn has_left_message(&self, start: Start) -> bool {
        self.of_conversation(start).any(|j| self.facts[j].kind == FactKind::LeftMessage)
    }

    /// Whether no fact of it can come any more.
    pub(super) fn is_closed_for_good(&self, start: Start) -> bool {
        let closing = |j: usize| self.facts[j].kind == FactKind::Closed;
        let Some(last) = self.of_conversation(start).next_back() else {
            return false;
        };
        if !closing(last) {
            return false;
        }
        let last_closing_of_all =
            (0..self.facts.len()).rev().find(|&j| closing(j) && self.conversations[j].is_some());
        let can_continue = self.rule.conversation.continues.is_some_and(|within| {
            last_closing_of_all == Some(last) && self.now - self.facts[last].at <= within
        });
        !can_continue
    }

    // The life of a sample.

    /// The last instant for an answer to what was asked at `asked`; with a limit by the clock, the
    /// first such time of day at or after the end of the cycle that `asked` is in.
    fn last_instant(&self, asked: Instant) -> Option<Instant> {
        if let Some(within) = self.rule.within {
            return Some(asked + within);
        }
        let limit = self.rule.answer_by?;
        let instant = |day: Day, ms: i64| self.zone.start_of(day) + Span(ms);
        let today = self.zone.day(asked);
        let days = || (0..3).map(|n| today.plus(n));
        let cycle_ends = days().map(|day| instant(day, limit.cycle)).find(|end| *end > asked)?;
        days().map(|day| instant(day, limit.by)).find(|by| *by >= cycle_ends)
    }

    /// Whether an answer at `at` to what was asked at `asked` is in time.
    pub(super) fn is_on_time(&self, asked: Instant, at: Instant) -> bool {
        match (self.last_instant(asked), self.rule.at_limit) {
            (None, _) => true,
            (Some(last), AtLimit::OnTime) => at <= last,
            (Some(last), AtLimit::Late) => at < last,
        }
    }

    /// Whether a sample opened at `from` has been settled by the time `at`, whatever happened.
    pub(super) fn is_settled(&self, from: usize, at: Instant) -> Option<End> {
        let midnight = self.zone.start_of(self.days[from].plus(1));
        match self.rule.settle {
            Settle::DayEnd if at >= midnight => Some(End::Midnight),
            Settle::Deadline if !self.is_on_time(self.facts[from].at, at) => Some(End::Deadline),
            _ => None,
        }
    }

    /// What ends a sample opened at `from`: the first thing after it that does. Only facts of
    /// `within` matter, where it is given.
    pub(super) fn life(&self, from: usize, within: Option<Start>) -> Life {
        for j in from + 1..self.facts.len() {
            if let Some(end) = self.is_settled(from, self.facts[j].at) {
                return Life { from, end, over: j };
            }
            if within.is_some() && self.conversations[j] != within {
                continue;
            }
            if self.is_counted_reply(j) {
                return Life { from, end: End::Reply(j), over: j };
            }
            if self.is_removal(j) {
                return Life { from, end: End::Removed, over: j };
            }
            if self.splits(j) {
                return Life { from, end: End::Transferred(j), over: j };
            }
        }
        let end = self.is_settled(from, self.now).unwrap_or(End::StillOpen);
        Life { from, end, over: self.facts.len() }
    }

    /// Whether the buyer took the message back before its wait was over.
    pub(super) fn is_taken_back(&self, life: &Life) -> bool {
        let mark = self.facts[life.from].mark;
        let takes_back = |kind| match kind {
            FactKind::Recalled => self.rule.recalled == Recalled::NeverSent,
            FactKind::NoReplyNeeded => self.rule.no_reply_needed == NoReplyNeeded::Removes,
            _ => false,
        };
        let over = self.over_in_all(life);
        mark != Mark::NONE
            && self.facts[life.from + 1..over]
                .iter()
                .any(|fact| takes_back(fact.kind) && fact.mark == mark)
    }

    /// When the wait that began with a life was over at last: a transfer passes it on.
    fn over_in_all(&self, life: &Life) -> usize {
        match life.end {
            End::Transferred(j) => self.over_in_all(&self.life(j, None)),
            _ => life.over,
        }
    }

    /// What samples are made of.
    pub(super) fn inner(&self) -> Inner {
        match self.rule.sample {
            Sample::Message => Inner::Message,
            Sample::Round => Inner::Round,
            Sample::Rating => Inner::Rating,
            Sample::Conversation | Sample::BuyerDay => self.rule.inner,
        }
    }

    /// Whether the fact at `i` may open a sample, given those that opened before.
    fn may_open(&self, i: usize, lives: &[Life]) -> bool {
        let alone = || !lives.iter().any(|life| i < life.over);
        let first_of_day = || !lives.iter().any(|life| self.days[life.from] == self.days[i]);
        let question = self.is_visible_message(i) && self.facts[i].author == Author::Buyer;
        match self.inner() {
            Inner::Message => question && (self.rule.which == Which::Every || first_of_day()),
            Inner::Round => question && alone(),
            Inner::Request => asks_for_human(self.facts[i].kind) && alone(),
            Inner::Rating => false,
        }
    }

    /// The ratings with stars, by position, that the hours hold for; in one conversation or all.
    pub(super) fn ratings(&self, within: Option<Start>) -> Vec<usize> {
        (0..self.facts.len())
            .filter(|&i| self.facts[i].kind == FactKind::Rated)
            .filter(|&i| self.facts[i].rating.stars().is_some())
            .filter(|&i| within.is_none() || self.conversations[i] == within)
            .filter(|&i| self.is_inside(i))
            .collect()
    }

    /// Every sample that opens, grouped or not, in order; in one conversation or in the thread.
    pub(super) fn lives(&self, within: Option<Start>) -> Vec<Life> {
        let mut lives: Vec<Life> = Vec::new();
        for i in 0..self.facts.len() {
            if within.is_some() && self.conversations[i] != within {
                continue;
            }
            let opens = if self.splits(i) {
                // Passes on what it found open.
                lives.iter().rev().any(|life| life.end == End::Transferred(i))
            } else {
                self.may_open(i, &lives)
            };
            if !opens {
                continue;
            }
            let life = self.life(i, within);
            if !self.is_seen(&life) {
                continue;
            }
            if self.splits(i) || !self.is_taken_back(&life) {
                lives.push(life);
            }
        }
        lives
    }

    /// Whose rating it is: that of the account that it names, of the one in charge, or of the last
    /// one that replied that day.
    pub(super) fn rated(&self, i: usize) -> Account {
        let known = |j: usize| Some(self.facts[j].account).filter(|account| account.is_known());
        let in_charge = || (0..i).rev().find(|&j| self.puts_in_charge(j)).and_then(known);
        let replied = || {
            let same_day = (0..i).rev().take_while(|&j| self.days[j] == self.days[i]);
            same_day.into_iter().find(|&j| self.is_counted_reply(j)).and_then(known)
        };
        known(i).or_else(in_charge).or_else(replied).unwrap_or(Account::SHOP)
    }

    /// Whose sample it is (R12).
    pub(super) fn owner(&self, life: &Life) -> Account {
        let known = |j: usize| Some(self.facts[j].account).filter(|account| account.is_known());
        if let End::Transferred(j) = life.end {
            let passing = self.facts[j].from_account;
            if passing.is_known() {
                return passing;
            }
        }
        let in_charge = (0..=life.from).rev().find(|&j| self.puts_in_charge(j)).and_then(known);
        let assigned_first =
            || (life.from + 1..life.over).filter(|&j| self.puts_in_charge(j)).find_map(known);
        if let Some(account) = in_charge.or_else(assigned_first) {
            return account;
        }
        let reply = match life.end {
            End::Reply(j) => Some(j),
            _ => (0..life.over)
                .rev()
                .find(|&j| self.days[j] == self.days[life.from] && self.is_counted_reply(j)),
        };
        reply.and_then(known).unwrap_or(Account::SHOP)
    }
}
