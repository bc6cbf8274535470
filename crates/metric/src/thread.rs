//! The sample machine: one thread under one plan, one fact at a time.
//!
//! Batch and live run this same machine. A fact is applied by [`ThreadState::step`]; time that
//! passes without facts by [`ThreadState::settle`]; [`ThreadState::finish`] says what stands at an
//! instant, open samples included.

use alloc::vec::Vec;

use facts::{Account, Author, Day, Fact, FactKind, Instant, LocalDay, Mark, Span, Zone};

use crate::conversation::{ConversationState, Conversations};
use crate::group::{Group, add_to_day};
use crate::judged::{Ending, Judged, Note, Outcome, Reason, Sink};
use crate::plan::Plan;
use crate::rule::{
    BotOnly, Effect, HoursTest, Inner, Judge, LeftMessage, Outside, Sample, Settle, Unanswered,
};

/// What a machine looks at besides facts. The same for every fact of a thread.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The compiled rule.
    pub plan: &'a Plan,
    /// The time zone of days and hours.
    pub zone: &'a Zone,
    /// Dated exclusions that hold for this thread.
    pub windows: &'a [Window],
}

/// A half-open interval in which samples of a thread are set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant of it.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// Why.
    pub reason: Reason,
}

/// The account in charge where nobody knows: before the first fact of a run that begins in the
/// middle of a thread.
pub(crate) const INHERITED: Account = Account(u32::MAX);

/// The day before the first fact.
const BEFORE_ALL: LocalDay = LocalDay::ending(Instant(i64::MIN));

/// An open sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) at: Instant,
    pub(crate) row: u32,
    pub(crate) mark: Mark,
    /// The account in charge when it opened.
    pub(crate) charge: Account,
    /// The account first put in charge while it was open.
    pub(crate) assigned: Account,
    pub(crate) conversation: u32,
    /// Once the day of its opening is over: the account of that day's last counted reply.
    last_reply: Option<Account>,
    /// It lies outside the hours and counts only when answered inside them.
    outside: bool,
    pub(crate) day: Day,
    tested_at: Instant,
    /// It opened at a transfer, and goes away with the messages that were passed on.
    hangs: bool,
}

impl Pending {
    /// A question inside the hours, with nobody in charge and outside any conversation.
    pub(crate) fn simple(at: Instant, row: u32, mark: Mark, day: Day) -> Self {
        Self {
            at,
            row,
            mark,
            charge: Account::SHOP,
            assigned: Account::SHOP,
            conversation: 0,
            last_reply: None,
            outside: false,
            day,
            tested_at: at,
            hangs: false,
        }
    }

    /// The same with who was in charge when it opened, and who was put in charge since.
    pub(crate) fn held_by(self, charge: Account, assigned: Account) -> Self {
        Self { charge, assigned, ..self }
    }

    /// Whether it is one of [`Pending::simple`], whoever is in charge.
    pub(crate) fn is_simple(&self) -> bool {
        let simple = Self::simple(self.at, self.row, self.mark, self.day);
        *self == simple.held_by(self.charge, self.assigned)
    }

    /// Whether two of [`Pending::simple`] differ in their messages alone, and no recall tells those
    /// apart.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let like = Self { at: self.at, row: self.row, tested_at: self.tested_at, ..*other };
        self.mark == Mark::NONE && *self == like
    }

    /// Whether it lies outside the hours, so that it counts only when answered inside them.
    pub(crate) fn is_outside(&self) -> bool {
        self.outside
    }

    /// The instant at which dated exclusions are tested.
    pub(crate) fn tested_at(&self) -> Instant {
        self.tested_at
    }

    /// Whether no later question can take its place as the opening of its round.
    fn is_firm(&self) -> bool {
        self.mark == Mark::NONE && !self.outside && !self.hangs
    }
}

/// Samples that a transfer passed on and that a recall may still undo: a message recalled before
/// it was answered was never sent, and then there was nothing to pass on (R25, R11).
#[derive(Clone, Debug)]
struct PassedOn {
    /// When, and the row of the transfer.
    at: Instant,
    row: u32,
    /// Each with the mark of its message. Of a round the first one left is the sample.
    samples: Vec<(Judged, Mark)>,
}

/// How open samples come to an end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) ending: Ending,
    pub(crate) at: Instant,
    pub(crate) row: Option<u32>,
    /// Who ends it: the replier, or who passed it on; [`Account::SHOP`]: nobody known.
    pub(crate) account: Account,
    /// Nothing can answer the sample any more.
    pub(crate) is_final: bool,
}

/// The machine's memory of one thread.
#[derive(Clone, Debug)]
pub struct ThreadState {
    /// The local day of the last fact; what it is besides its end may not have been looked up.
    pub(crate) today: LocalDay,
    pub(crate) human_stage: bool,
    pub(crate) charge: Account,
    /// The account of the last counted reply of the day.
    pub(crate) last_reply: Option<Account>,
    pub(crate) open: Vec<Pending>,
    /// Buyer-days of the current day.
    groups: Vec<Group>,
    conversations: Conversations,
    /// Unanswered samples of earlier days that a later reply would take out.
    unanswered: Vec<Judged>,
    /// Where only a day's first message counts: the last day whose first message came to its end.
    first_ended: Option<Day>,
    /// The rating card that no rating answered yet: when, and its row.
    card: Option<(Instant, u32)>,
    passed_on: Vec<PassedOn>,
    serial: u32,
}

impl Default for ThreadState {
    fn default() -> Self {
        Self {
            today: BEFORE_ALL,
            human_stage: false,
            charge: Account::SHOP,
            last_reply: None,
            open: Vec::new(),
            groups: Vec::new(),
            conversations: Conversations::default(),
            unanswered: Vec::new(),
            first_ended: None,
            card: None,
            passed_on: Vec::new(),
            serial: 0,
        }
    }
}

impl ThreadState {
    /// The state before a run of facts that begins somewhere in a thread.
    pub(crate) fn inheriting() -> Self {
        Self { charge: INHERITED, ..Self::default() }
    }

    /// The state before any fact, keeping what was allocated.
    pub fn reset(&mut self) {
        self.today = BEFORE_ALL;
        self.human_stage = false;
        self.charge = Account::SHOP;
        self.last_reply = None;
        self.open.clear();
        self.groups.clear();
        self.conversations.clear();
        self.unanswered.clear();
        self.first_ended = None;
        self.card = None;
        self.passed_on.clear();
        self.serial = 0;
    }

    pub(crate) fn conversations(&self) -> &Conversations {
        &self.conversations
    }

    /// Buyer-days of the current day.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Puts other buyer-days in the place of those that are remembered, which it gives; and
    /// likewise the serial of the last one.
    pub(crate) fn swap_groups(&mut self, groups: Vec<Group>, serial: u32) -> (Vec<Group>, u32) {
        let groups = core::mem::replace(&mut self.groups, groups);
        (groups, core::mem::replace(&mut self.serial, serial))
    }

    /// Whether nothing is remembered but the stage, who is in charge and open samples.
    pub(crate) fn is_little(&self) -> bool {
        self.groups.is_empty() && self.is_plain()
    }

    /// Whether nothing is remembered but that, and buyer-days.
    pub(crate) fn is_plain(&self) -> bool {
        self.conversations.is_empty()
            && self.unanswered.is_empty()
            && self.first_ended.is_none()
            && self.card.is_none()
            && self.passed_on.is_empty()
    }

    /// Applies one fact. Facts come in the thread's total order; a fact that is earlier than one
    /// already applied means that the thread must be counted again.
    pub fn step<S: Sink>(&mut self, cx: &Context<'_>, fact: &Fact, sink: &mut S) {
        self.arrive(cx, fact.at, sink);
        let place = if cx.plan.places {
            self.conversations.place(cx, fact, &mut self.serial)
        } else {
            None
        };
        match fact.kind {
            FactKind::Message if fact.author == Author::Buyer => {
                self.question(cx, fact, place, sink);
            }
            FactKind::Message => self.reply(cx, fact, place, sink),
            FactKind::ToHuman => {
                self.human_stage = true;
                let opens = self.asks_for_human(cx, fact, place);
                sink.note(fact.row, if opens { Note::AsksForHuman } else { Note::HumanStage });
            }
            FactKind::Assigned => {
                self.human_stage = true;
                self.take_charge(fact.account);
                let opens = self.asks_for_human(cx, fact, place);
                sink.note(fact.row, if opens { Note::AsksForHuman } else { Note::TakesCharge });
            }
            FactKind::Queued if cx.plan.opens == Inner::Request => {
                let opens = self.asks_for_human(cx, fact, place);
                sink.note(fact.row, if opens { Note::AsksForHuman } else { Note::NotUsed });
            }
            FactKind::Transferred => self.transfer(cx, fact, place, sink),
            FactKind::Recalled => {
                let taken = cx.plan.recalls && self.take_back(fact);
                let note = if taken { Note::Recalls } else { Note::RecallsNothingOpen };
                sink.note(fact.row, note);
            }
            FactKind::NoReplyNeeded if cx.plan.no_reply_removes => {
                let note =
                    if self.take_back(fact) { Note::MarksNoReply } else { Note::MarksNothingOpen };
                sink.note(fact.row, note);
            }
            FactKind::RatingSent if cx.plan.test == HoursTest::RatingSent => {
                self.card = Some((fact.at, fact.row));
                sink.note(fact.row, Note::SendsRating);
            }
            FactKind::Rated if cx.plan.opens == Inner::Rating => {
                self.rating(cx, fact, place, sink);
            }
            FactKind::LeftMessage => {
                // The request first: it is what the leave-message makes a miss.
                self.asks_for_human(cx, fact, place);
                self.leave_message(fact, place, sink);
            }
            FactKind::Closed if place.is_some() => sink.note(fact.row, Note::Closes),
            FactKind::ReportUpheld if cx.plan.report_days > 0 => {
                sink.note(fact.row, Note::UpholdsReport);
            }
            FactKind::Flagged if cx.plan.drops_flagged => sink.note(fact.row, Note::FlagsBuyer),
            _ => sink.note(fact.row, Note::NotUsed),
        }
        let Some(serial) = place else { return };
        if let Some(state) = self.conversations.get_mut(serial) {
            state.bot_wrote |= fact.kind == FactKind::Message && fact.author == Author::Bot;
            state.left_bot_stage |= self.human_stage;
        }
        if fact.kind == FactKind::Closed {
            self.conversations.close(serial, fact.at);
        }
    }

    /// Lets time pass up to the instant of a fact.
    pub(crate) fn arrive<S: Sink>(&mut self, cx: &Context<'_>, at: Instant, sink: &mut S) {
        self.settle(cx, at, sink);
        if !self.today.contains(at) {
            // Taken up in the middle of a day.
            self.today = cx.zone.local_day(at);
        }
    }

    /// Lets time pass up to `now`: settles what falls due, without a fact.
    pub fn settle<S: Sink>(&mut self, cx: &Context<'_>, now: Instant, sink: &mut S) {
        if cx.plan.settle == Settle::Deadline {
            self.settle_deadlines(cx, now, sink);
            let due = |one: &PassedOn| !cx.plan.on_time(cx.zone, one.at, now);
            self.settle_passed_on(cx, due, sink);
        }
        if now < self.today.end {
            return;
        }
        if self.today != BEFORE_ALL {
            self.end_day(cx, sink);
        }
        self.today = cx.zone.local_day(now);
        if !self.unanswered.is_empty() {
            // Samples that a later reply may change still need their conversations.
            return;
        }
        for state in self.conversations.take_finished(cx.plan, now, &self.open) {
            self.judge_conversation(cx, state, sink);
        }
    }

    /// Says what stands at `now`: everything settled by then, and what is still open as pending,
    /// or as an unanswered miss where its limit has passed.
    pub fn finish<S: Sink>(&mut self, cx: &Context<'_>, now: Instant, sink: &mut S) {
        self.settle(cx, now, sink);
        self.settle_passed_on(cx, |_| true, sink);
        let end = End {
            ending: Ending::Open,
            at: now,
            row: None,
            account: Account::SHOP,
            is_final: false,
        };
        self.end_open(cx, None, end, sink);
        for i in 0..self.conversations.list.len() {
            let serial = self.conversations.list[i].serial;
            let is_final = self.conversations.is_closed_for_good(cx.plan, serial, now);
            self.end_open(cx, Some(serial), End { is_final, ..end }, sink);
        }
        self.close_groups(cx, sink);
        for judged in core::mem::take(&mut self.unanswered) {
            self.route(cx, judged, sink);
        }
        for state in core::mem::take(&mut self.conversations.list) {
            self.judge_conversation(cx, state, sink);
        }
    }

    /// Puts the account that was in charge before the first fact in the place of its symbol.
    pub(crate) fn inherit(&mut self, charge: Account) {
        let known = |account: &mut Account| {
            if *account == INHERITED {
                *account = charge;
            }
        };
        known(&mut self.charge);
        self.open.iter_mut().for_each(|pending| known(&mut pending.charge));
        self.unanswered.iter_mut().for_each(|judged| judged.inherit(charge));
        let passed_on = self.passed_on.iter_mut().flat_map(|one| &mut one.samples);
        passed_on.for_each(|(judged, _)| judged.inherit(charge));
        self.groups.iter_mut().for_each(|group| group.inherit(charge));
    }

    /// The open samples that a fact of this place may answer: the conversation's own where the
    /// conversation is the sample, else the thread's.
    fn open_in(&mut self, plan: &Plan, place: Option<u32>) -> Option<&mut Vec<Pending>> {
        if plan.sample == Sample::Conversation {
            self.conversations.get_mut(place?).map(|state| &mut state.open)
        } else {
            Some(&mut self.open)
        }
    }

    fn question<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        fact: &Fact,
        place: Option<u32>,
        sink: &mut S,
    ) {
        let note = if !cx.plan.opens_at_messages() {
            Note::NotASample
        } else if !cx.plan.sees_form(fact.form) {
            Note::FormIgnored
        } else {
            match self.open_sample(cx, fact, place) {
                Opened::New => Note::Opens,
                Opened::Joins => Note::Joins,
                Opened::NotFirst => Note::NotFirst,
                Opened::Not(note) => note,
            }
        };
        sink.note(fact.row, note);
    }

    /// Whether a fact opens a request for a human.
    fn asks_for_human(&mut self, cx: &Context<'_>, fact: &Fact, place: Option<u32>) -> bool {
        cx.plan.opens == Inner::Request && matches!(self.open_sample(cx, fact, place), Opened::New)
    }

    /// Opens a sample at a fact, unless it belongs to an open one or does not count.
    fn open_sample(&mut self, cx: &Context<'_>, fact: &Fact, place: Option<u32>) -> Opened {
        let plan = cx.plan;
        let pending = match self.pending(cx, fact, place) {
            Ok(pending) => pending,
            Err(note) => return Opened::Not(note),
        };
        let pending = Pending {
            mark: if plan.takes_back() { fact.mark } else { Mark::NONE },
            charge: self.charge,
            ..pending
        };
        let only_first = plan.sample == Sample::Conversation && plan.judge == Judge::First;
        let first_is_judged = only_first
            && place
                .and_then(|serial| self.conversations.get(serial))
                .is_some_and(|state| state.group.has_counted());
        if first_is_judged || (plan.first_of_day && self.first_ended == Some(pending.day)) {
            return Opened::NotFirst;
        }
        let one_at_most = plan.merges() || only_first;
        let Some(open) = self.open_in(plan, place) else { return Opened::Not(Note::NotUsed) };
        let is_rival =
            |one: &&Pending| one_at_most || (plan.first_of_day && one.day == pending.day);
        let joins = open.iter().filter(is_rival).any(|one| !one.outside);
        // A question that could only open the round if an earlier one went away is kept for that.
        if !open.iter().filter(is_rival).any(Pending::is_firm) {
            open.push(pending);
        }
        match (joins, plan.merges()) {
            (false, _) => Opened::New,
            (true, true) => Opened::Joins,
            (true, false) => Opened::NotFirst,
        }
    }

    /// A rating is a sample that stands at once.
    fn rating<S: Sink>(&mut self, cx: &Context<'_>, fact: &Fact, place: Option<u32>, sink: &mut S) {
        let card = self.card.take();
        let Some(is_satisfied) = cx.plan.is_satisfied(fact.rating) else {
            return sink.note(fact.row, Note::RatesWithoutStars);
        };
        let (at, row) = card.unwrap_or((fact.at, fact.row));
        let pending = match self.pending(cx, &Fact { at, row, ..*fact }, place) {
            Ok(pending) => Pending { charge: self.charge, ..pending },
            Err(note) => return sink.note(fact.row, note),
        };
        let end = End::by(fact, Ending::Rated);
        let judged = self.judge(cx, &pending, end);
        let outcome = if is_satisfied { Outcome::Hit } else { Outcome::Late };
        self.file(cx, Judged { outcome, ..judged }, sink);
        sink.note(fact.row, Note::Rates);
    }

    /// The local day of an instant, which mostly is that of the last fact.
    fn day_of(&self, zone: &Zone, at: Instant) -> Day {
        if self.today.contains(at) { self.today.day } else { zone.day(at) }
    }

    /// Whether an instant lies in the hours.
    fn in_hours(&self, cx: &Context<'_>, at: Instant) -> bool {
        match self.today.ms(at) {
            Some(ms) => cx.plan.has_hour(ms),
            None => cx.plan.in_hours(cx.zone, at),
        }
    }

    /// The sample that a fact would open, without its account; or why it is not seen.
    fn pending(&self, cx: &Context<'_>, fact: &Fact, place: Option<u32>) -> Result<Pending, Note> {
        let state = place.and_then(|serial| self.conversations.get(serial));
        let mut pending = Pending {
            conversation: place.unwrap_or(0),
            ..Pending::simple(fact.at, fact.row, Mark::NONE, Day(0))
        };
        if cx.plan.by_conversation() {
            let state = state.filter(|state| state.seen).ok_or(Note::ConversationOutsideHours)?;
            pending.day = state.day;
            if matches!(cx.plan.test, HoursTest::ConversationStart | HoursTest::ToHuman) {
                return Ok(pending);
            }
        } else {
            pending.day = self.day_of(cx.zone, fact.at);
        }
        if !self.in_hours(cx, fact.at) {
            if cx.plan.outside == Outside::Unseen {
                return Err(Note::OutsideHours);
            }
            pending.outside = true;
        }
        Ok(pending)
    }

    fn reply<S: Sink>(&mut self, cx: &Context<'_>, fact: &Fact, place: Option<u32>, sink: &mut S) {
        self.human_stage |= matches!(fact.author, Author::Agent | Author::Assist);
        if !cx.plan.sees_form(fact.form) {
            return sink.note(fact.row, Note::FormIgnored);
        }
        match cx.plan.effect(fact.author, self.human_stage) {
            Effect::Ignored => sink.note(fact.row, Note::AuthorIgnored),
            Effect::Removes if self.human_stage => sink.note(fact.row, Note::BotAfterHuman),
            Effect::Removes => {
                self.settle_passed_on(cx, |_| true, sink);
                let removed = self.end_open(cx, place, End::by(fact, Ending::BotReply), sink);
                let note = if removed { Note::BotRemoves } else { Note::BotNothingOpen };
                sink.note(fact.row, note);
            }
            Effect::Answers if cx.plan.is_invalid(fact) => {
                sink.note(fact.row, Note::InvalidReply);
            }
            Effect::Answers => {
                self.settle_passed_on(cx, |_| true, sink);
                self.last_reply = Some(fact.account);
                for judged in core::mem::take(&mut self.unanswered) {
                    let outcome = Outcome::Dropped(Reason::CrossDay);
                    self.route(cx, Judged { outcome, wait: Span(0), ..judged }, sink);
                }
                let answered = self.end_open(cx, place, End::by(fact, Ending::Answered), sink);
                let note = match (answered, cx.plan.opens) {
                    (true, _) => Note::Answers,
                    (false, Inner::Rating) => Note::NotASample,
                    (false, _) => Note::NothingOpen,
                };
                sink.note(fact.row, note);
            }
        }
    }

    /// Puts an account in charge; where the fact names none, nobody is known to be.
    fn take_charge(&mut self, account: Account) {
        self.charge = account;
        if !account.is_known() {
            return;
        }
        let placed = self.conversations.list.iter_mut().flat_map(|state| &mut state.open);
        for pending in self.open.iter_mut().chain(placed) {
            if !pending.assigned.is_known() {
                pending.assigned = account;
            }
        }
    }

    fn transfer<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        fact: &Fact,
        place: Option<u32>,
        sink: &mut S,
    ) {
        self.human_stage = true;
        let mut note = Note::TransferOnly;
        let end = End { account: fact.from_account, ..End::by(fact, Ending::PassedOn) };
        if cx.plan.splits && self.end_open(cx, place, end, sink) {
            let hangs = self
                .passed_on
                .last()
                .is_some_and(|one| one.row == fact.row && self.may_all_go(one));
            if let Ok(pending) = self.pending(cx, fact, place)
                && !pending.outside
                && let Some(open) = self.open_in(cx.plan, place)
            {
                open.push(Pending { charge: fact.account, hangs, ..pending });
            }
            note = Note::Splits;
        }
        self.take_charge(fact.account);
        sink.note(fact.row, note);
    }

    /// Takes away the open message that a fact refers to; says whether there was one.
    fn take_back(&mut self, fact: &Fact) -> bool {
        if fact.mark == Mark::NONE {
            return false;
        }
        let mut taken = false;
        let lists = core::iter::once(&mut self.open)
            .chain(self.conversations.list.iter_mut().map(|state| &mut state.open));
        for open in lists {
            let before = open.len();
            open.retain(|pending| pending.mark != fact.mark);
            taken |= open.len() < before;
        }
        for one in &mut self.passed_on {
            let before = one.samples.len();
            one.samples.retain(|(_, mark)| *mark != fact.mark);
            taken |= one.samples.len() < before;
        }
        // What was passed on and is no more opened nothing either, however often.
        while let Some(i) = self.passed_on.iter().position(|one| one.samples.is_empty()) {
            let row = self.passed_on.remove(i).row;
            self.open.retain(|pending| pending.row != row);
            for one in &mut self.passed_on {
                one.samples.retain(|(judged, _)| judged.opened_row != row);
            }
        }
        taken
    }

    /// Whether recalls may still undo everything that a transfer passed on.
    fn may_all_go(&self, passed: &PassedOn) -> bool {
        passed.samples.iter().all(|(judged, mark)| {
            *mark != Mark::NONE
                || self
                    .passed_on
                    .iter()
                    .any(|one| one.row == judged.opened_row && self.may_all_go(one))
        })
    }

    /// What was passed on stands for good where it was answered or settled since.
    fn settle_passed_on<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        stands: impl Fn(&PassedOn) -> bool,
        sink: &mut S,
    ) {
        if self.passed_on.is_empty() {
            return;
        }
        let (settled, kept): (Vec<_>, Vec<_>) =
            core::mem::take(&mut self.passed_on).into_iter().partition(stands);
        self.passed_on = kept;
        for one in settled {
            let n = if cx.plan.merges() { 1 } else { one.samples.len() };
            for (judged, _) in one.samples.into_iter().take(n) {
                self.file(cx, judged, sink);
            }
        }
    }

    fn leave_message<S: Sink>(&mut self, fact: &Fact, place: Option<u32>, sink: &mut S) {
        match place.and_then(|serial| self.conversations.get_mut(serial)) {
            Some(state) => {
                state.left_message = true;
                sink.note(fact.row, Note::LeavesMessage);
            }
            None => sink.note(fact.row, Note::NotUsed),
        }
    }

    fn settle_deadlines<S: Sink>(&mut self, cx: &Context<'_>, now: Instant, sink: &mut S) {
        self.settle_place(cx, None, now, sink);
        for i in 0..self.conversations.list.len() {
            let serial = self.conversations.list[i].serial;
            self.settle_place(cx, Some(serial), now, sink);
        }
    }

    /// Ends the open samples of one place whose deadline passed.
    fn settle_place<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        place: Option<u32>,
        now: Instant,
        sink: &mut S,
    ) {
        loop {
            let list = match place {
                None => Some(&self.open),
                Some(serial) => self.conversations.get(serial).map(|state| &state.open),
            };
            let oldest = list.and_then(|list| list.first()).map(|pending| pending.at);
            let passed = |at: &Instant| !cx.plan.on_time(cx.zone, *at, now);
            let Some(at) = oldest.filter(passed) else { break };
            let Some(deadline) = cx.plan.deadline(cx.zone, at) else { break };
            let end = End {
                ending: Ending::Deadline,
                at: deadline,
                row: None,
                account: Account::SHOP,
                is_final: true,
            };
            self.end_oldest(cx, place, end, sink);
        }
    }

    /// Ends the oldest open sample at its deadline. What joined its round before then goes with
    /// it; outside the hours it was none.
    fn end_oldest<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        place: Option<u32>,
        end: End,
        sink: &mut S,
    ) {
        let list = match place {
            None => Some(&mut self.open),
            Some(serial) => self.conversations.get_mut(serial).map(|state| &mut state.open),
        };
        let Some(list) = list else { return };
        let pending = list.remove(0);
        if pending.outside {
            return;
        }
        if cx.plan.merges() {
            list.clear();
        }
        if cx.plan.first_of_day {
            list.retain(|other| other.day != pending.day);
            self.first_ended = Some(pending.day);
        }
        let judged = self.judge(cx, &pending, end);
        self.file(cx, judged, sink);
    }

    fn end_day<S: Sink>(&mut self, cx: &Context<'_>, sink: &mut S) {
        if cx.plan.settle == Settle::DayEnd {
            self.settle_passed_on(cx, |_| true, sink);
            let end = End {
                ending: Ending::DayEnd,
                at: self.today.end,
                row: None,
                account: Account::SHOP,
                is_final: true,
            };
            self.end_open(cx, None, end, sink);
            for i in 0..self.conversations.list.len() {
                let serial = self.conversations.list[i].serial;
                self.end_open(cx, Some(serial), end, sink);
            }
        }
        self.close_groups(cx, sink);
        let replier = self.last_reply.unwrap_or(Account::SHOP);
        let places = self.conversations.list.iter_mut().flat_map(|state| &mut state.open);
        for pending in self.open.iter_mut().chain(places) {
            pending.last_reply.get_or_insert(replier);
        }
        self.human_stage = false;
        self.last_reply = None;
    }

    /// Ends all open samples that a fact of this place reaches; says whether there were any.
    pub(crate) fn end_open<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        place: Option<u32>,
        end: End,
        sink: &mut S,
    ) -> bool {
        let Some(open) = self.open_in(cx.plan, place) else { return false };
        if open.is_empty() {
            return false;
        }
        let mut ended = core::mem::take(open);
        let counts_outside = end.ending == Ending::Answered && cx.plan.in_hours(cx.zone, end.at);
        if !counts_outside {
            ended.retain(|pending| !pending.outside);
        }
        let is_undone_by_recall = |pending: &Pending| cx.plan.takes_back() && !pending.is_firm();
        let hangs = if cx.plan.merges() {
            ended.first().is_some_and(is_undone_by_recall)
        } else {
            ended.iter().any(is_undone_by_recall)
        };
        if end.ending == Ending::PassedOn && hangs {
            let samples = ended.iter().map(|one| (self.judge(cx, one, end), one.mark)).collect();
            self.passed_on.push(PassedOn { at: end.at, row: end.row.unwrap_or(u32::MAX), samples });
            return true;
        }
        if cx.plan.merges() {
            ended.truncate(1);
        }
        if cx.plan.first_of_day {
            ended.dedup_by_key(|pending| pending.day);
            self.first_ended = ended.last().map(|pending| pending.day).max(self.first_ended);
        }
        for pending in &ended {
            let judged = self.judge(cx, pending, end);
            self.file(cx, judged, sink);
        }
        let any = !ended.is_empty();
        // Hand the allocation back.
        ended.clear();
        if let Some(open) = self.open_in(cx.plan, place) {
            *open = ended;
        }
        any
    }

    pub(crate) fn judge(&self, cx: &Context<'_>, pending: &Pending, end: End) -> Judged {
        judge(cx, pending, self.last_reply, end)
    }

    /// Takes a verdict where it belongs, or keeps it while a later day may change it.
    pub(crate) fn file<S: Sink>(&mut self, cx: &Context<'_>, judged: Judged, sink: &mut S) {
        let may_change = cx.plan.holds_for_later
            && judged.ending == Ending::DayEnd
            && judged.outcome == Outcome::Unanswered;
        if may_change {
            self.unanswered.push(judged);
        } else {
            self.route(cx, judged, sink);
        }
    }

    fn route<S: Sink>(&mut self, cx: &Context<'_>, judged: Judged, sink: &mut S) {
        match cx.plan.sample {
            Sample::Message | Sample::Round | Sample::Rating if cx.plan.holds_for_conversation => {
                match self.conversations.get_mut(judged.conversation) {
                    Some(state) => state.held.push(judged),
                    None => emit(cx, judged, sink),
                }
            }
            Sample::Message | Sample::Round | Sample::Rating => emit(cx, judged, sink),
            Sample::BuyerDay => {
                add_to_day((&mut self.groups, &mut self.serial), cx, judged, sink);
            }
            Sample::Conversation => {
                if let Some(state) = self.conversations.get_mut(judged.conversation) {
                    let inner = Judged { group: state.serial, ..judged };
                    state.group.add(cx.plan, &inner);
                    sink.inner(&inner);
                }
            }
        }
    }

    fn close_groups<S: Sink>(&mut self, cx: &Context<'_>, sink: &mut S) {
        for group in self.groups.drain(..) {
            if let Some(judged) = group.judged(cx.plan, None) {
                sink.sample(&judged);
            }
        }
    }

    /// Nothing can be added to the conversation any more: it and what waited for it are judged.
    fn judge_conversation<S: Sink>(
        &self,
        cx: &Context<'_>,
        state: ConversationState,
        sink: &mut S,
    ) {
        let rule = &cx.plan.conversation;
        let bot_only =
            rule.bot_only == BotOnly::Dropped && state.bot_wrote && !state.left_bot_stage;
        let set_aside = if bot_only {
            Some((Outcome::Dropped(Reason::Bot), Ending::BotOnly))
        } else if state.outside {
            Some((Outcome::Late, Ending::OutsideHours))
        } else if !state.left_message {
            None
        } else {
            match rule.left_message {
                LeftMessage::Nothing => None,
                LeftMessage::Dropped => {
                    Some((Outcome::Dropped(Reason::LeftMessage), Ending::LeftMessage))
                }
                LeftMessage::Miss if !cx.plan.figure.is_share() => None,
                LeftMessage::Miss => Some((Outcome::Late, Ending::LeftMessage)),
            }
        };
        let start = Some((state.started_at, state.started_row));
        if cx.plan.test == HoursTest::ToHuman && !state.to_human_in_hours() {
            return;
        }
        let grouped = if cx.plan.sample == Sample::Conversation {
            state.group.judged(cx.plan, start)
        } else {
            None
        };
        for judged in state.held.into_iter().chain(grouped) {
            emit(cx, overrule(judged, set_aside), sink);
        }
    }
}

/// What a fact did that may open a sample.
enum Opened {
    New,
    /// It belongs to the open round.
    Joins,
    /// Only the first counts, and it is not.
    NotFirst,
    /// It does not count, and why.
    Not(Note),
}

impl End {
    fn by(fact: &Fact, ending: Ending) -> Self {
        Self { ending, at: fact.at, row: Some(fact.row), account: fact.account, is_final: true }
    }
}

/// What a conversation's fate makes of a sample in it.
fn overrule(judged: Judged, set_aside: Option<(Outcome, Ending)>) -> Judged {
    match (set_aside, judged.outcome) {
        (None, _) | (Some(_), Outcome::Dropped(_)) => judged,
        // An unanswered sample is a miss already.
        (Some((Outcome::Late, _)), Outcome::Unanswered) => judged,
        (Some((outcome @ Outcome::Late, ending)), _) => Judged { outcome, ending, ..judged },
        (Some((outcome, ending)), _) => Judged { outcome, ending, wait: Span(0), ..judged },
    }
}

/// Applies the dated exclusions. A report only sets aside what would count otherwise; the others
/// say that the platform never looked at the sample.
pub(crate) fn exclude(cx: &Context<'_>, judged: Judged) -> Judged {
    let at = judged.tested_at;
    let dropped = matches!(judged.outcome, Outcome::Dropped(_));
    let holds = |window: &&Window| {
        window.from <= at && at < window.until && !(dropped && window.reason == Reason::Reported)
    };
    match cx.windows.iter().find(holds) {
        None => judged,
        Some(window) => Judged {
            outcome: Outcome::Dropped(window.reason),
            ending: Ending::Excluded,
            wait: Span(0),
            ..judged
        },
    }
}

/// Hands on a sample that nothing can change any more, unless it is set aside.
#[inline]
pub(crate) fn emit<S: Sink>(cx: &Context<'_>, judged: Judged, sink: &mut S) {
    if cx.windows.is_empty() {
        sink.sample(&judged);
    } else {
        sink.sample(&exclude(cx, judged));
    }
}

/// The verdict on one open sample at its end. `last_reply` is the account of the last counted reply
/// of the day.
#[inline]
pub(crate) fn judge(
    cx: &Context<'_>,
    pending: &Pending,
    last_reply: Option<Account>,
    end: End,
) -> Judged {
    let plan = cx.plan;
    let waited = end.at - pending.at;
    let on_time = plan.on_time(cx.zone, pending.at, end.at);
    let (outcome, wait) = match end.ending {
        Ending::Answered if plan.too_fast(waited) => {
            (Outcome::Dropped(Reason::ZeroSecond), Span(0))
        }
        Ending::Answered if on_time => (Outcome::Hit, plan.counted(waited)),
        Ending::Answered => (Outcome::Late, plan.counted(waited)),
        Ending::BotReply => (Outcome::Dropped(Reason::Bot), Span(0)),
        // Its stars decide.
        Ending::Rated => (Outcome::Late, Span(0)),
        Ending::Open if !end.is_final && on_time => (Outcome::Pending, Span(0)),
        _ => match plan.unanswered {
            Unanswered::Miss => (Outcome::Unanswered, Span(0)),
            Unanswered::Drop => (Outcome::Dropped(Reason::Unanswered), Span(0)),
            Unanswered::Hit => (Outcome::Hit, Span(0)),
            Unanswered::Counts(span) => (Outcome::Unanswered, span),
        },
    };
    let (account, fallback) = owner(pending, last_reply, end);
    Judged {
        group: 0,
        opened_at: pending.at,
        opened_row: pending.row,
        ended_at: (end.ending != Ending::Open).then_some(end.at),
        ended_row: end.row,
        account,
        fallback,
        day: pending.day,
        outcome,
        ending: end.ending,
        wait,
        n_inner: 1,
        conversation: pending.conversation,
        tested_at: pending.tested_at,
    }
}

/// Whose sample it is (R12), and whose it would be if nobody had been in charge at first.
fn owner(pending: &Pending, last_reply: Option<Account>, end: End) -> (Account, Account) {
    let is_named = matches!(end.ending, Ending::PassedOn | Ending::Rated);
    if is_named && end.account.is_known() {
        return (end.account, end.account);
    }
    let otherwise = if pending.assigned.is_known() {
        pending.assigned
    } else if end.ending == Ending::Answered {
        end.account
    } else {
        pending.last_reply.or(last_reply).unwrap_or(Account::SHOP)
    };
    if pending.charge.is_known() { (pending.charge, otherwise) } else { (otherwise, otherwise) }
}
