//! Where conversations begin, continue and end (R19).

use alloc::vec::Vec;

use facts::{Account, Author, Conversation, Day, Fact, FactKind, Instant};

use crate::group::Group;
use crate::judged::Judged;
use crate::plan::Plan;
use crate::rule::{HoursTest, Outside};
use crate::thread::{Context, Pending};

/// One conversation while the thread remembers it.
#[derive(Clone, Debug)]
pub(crate) struct ConversationState {
    pub(crate) serial: u32,
    pub(crate) started_at: Instant,
    pub(crate) started_row: u32,
    /// The local day it belongs to: that of its start.
    pub(crate) day: Day,
    /// Whether its questions are seen, as far as its start tells.
    pub(crate) seen: bool,
    /// It began outside the hours, which makes it a miss.
    pub(crate) outside: bool,
    /// Whether it was passed to a human, and first so inside the hours; absent: it was not.
    first_to_human: Option<bool>,
    pub(crate) has_question: bool,
    pub(crate) bot_wrote: bool,
    /// It was in the human stage at one of its own facts.
    pub(crate) left_bot_stage: bool,
    pub(crate) left_message: bool,
    pub(crate) is_open: bool,
    /// Open inner samples, where the conversation is the sample.
    pub(crate) open: Vec<Pending>,
    /// Judged inner samples, where the conversation is the sample.
    pub(crate) group: Group,
    /// Samples that wait until it is known whether the conversation is assessed.
    pub(crate) held: Vec<Judged>,
}

impl ConversationState {
    /// Whether it was passed to a human, the first time inside the hours.
    pub(crate) fn to_human_in_hours(&self) -> bool {
        self.first_to_human == Some(true)
    }
}

/// All conversations of a thread that the machine still has to remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversations {
    /// In the order of their start.
    pub(crate) list: Vec<ConversationState>,
    /// The conversation of the last fact under each id (or under none); it stands for that
    /// conversation while it is open.
    names: Vec<(Conversation, u32)>,
    last_without_id: Option<Instant>,
    /// The last `closed`: when, and of which conversation.
    last_closed: Option<(Instant, u32)>,
}

impl Conversations {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.names.clear();
        self.last_without_id = None;
        self.last_closed = None;
    }

    /// Whether nothing is remembered that a later fact could go on with: names and instants speak
    /// of conversations in the list.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn get(&self, serial: u32) -> Option<&ConversationState> {
        self.list.iter().rev().find(|conversation| conversation.serial == serial)
    }

    pub(crate) fn get_mut(&mut self, serial: u32) -> Option<&mut ConversationState> {
        self.list.iter_mut().rev().find(|conversation| conversation.serial == serial)
    }

    /// The open conversation that an id stands for.
    fn named(&self, id: Conversation) -> Option<u32> {
        let (_, serial) = self.names.iter().find(|(name, _)| *name == id)?;
        self.get(*serial).filter(|state| state.is_open).map(|state| state.serial)
    }

    fn name(&mut self, id: Conversation, serial: u32) {
        match self.names.iter_mut().find(|(name, _)| *name == id) {
            Some((_, named)) => *named = serial,
            None => self.names.push((id, serial)),
        }
    }

    /// The serial of the conversation that a fact belongs to, a new one where it starts one;
    /// `None` for facts that belong to no conversation.
    pub(crate) fn place(&mut self, cx: &Context<'_>, fact: &Fact, next: &mut u32) -> Option<u32> {
        if !fact.kind.in_conversation() {
            return None;
        }
        if fact.conversation == Conversation::NONE {
            let gap = cx.plan.conversation.gap;
            if self.last_without_id.is_some_and(|last| fact.at - last > gap) {
                self.names.retain(|(name, _)| *name != Conversation::NONE);
            }
            self.last_without_id = Some(fact.at);
        }
        let found = self.named(fact.conversation);
        let is_question = fact.kind == FactKind::Message && fact.author == Author::Buyer;
        let is_first_question = is_question
            && found.and_then(|serial| self.get(serial)).is_none_or(|known| !known.has_question);
        let continued = is_first_question.then(|| self.continued(cx.plan, fact.at)).flatten();
        let serial = match (continued, found) {
            (Some(closed), _) => closed,
            (None, Some(serial)) => serial,
            (None, None) if fact.kind == FactKind::Closed => return None,
            (None, None) => self.start(cx, fact, next),
        };
        self.name(fact.conversation, serial);
        let state = self.get_mut(serial)?;
        state.is_open = true;
        state.has_question |= is_question;
        if fact.kind.passes_to_human() {
            state.first_to_human.get_or_insert(cx.plan.in_hours(cx.zone, fact.at));
        }
        Some(serial)
    }

    /// The closed conversation that a question at this instant continues.
    fn continued(&self, plan: &Plan, at: Instant) -> Option<u32> {
        let within = plan.conversation.continues?;
        let (closed_at, serial) = self.last_closed?;
        (at - closed_at <= within && self.get(serial).is_some()).then_some(serial)
    }

    fn start(&mut self, cx: &Context<'_>, fact: &Fact, next: &mut u32) -> u32 {
        *next += 1;
        let by_start = cx.plan.test == HoursTest::ConversationStart;
        let outside = by_start && !cx.plan.in_hours(cx.zone, fact.at);
        self.list.push(ConversationState {
            serial: *next,
            started_at: fact.at,
            started_row: fact.row,
            day: cx.zone.day(fact.at),
            seen: !outside || cx.plan.outside == Outside::Misses,
            outside,
            first_to_human: None,
            has_question: false,
            bot_wrote: false,
            left_bot_stage: false,
            left_message: false,
            is_open: true,
            open: Vec::new(),
            group: Group::new(*next, Account::SHOP),
            held: Vec::new(),
        });
        *next
    }

    /// Whether a conversation was closed and nothing can continue it.
    pub(crate) fn is_closed_for_good(&self, plan: &Plan, serial: u32, now: Instant) -> bool {
        let is_open = self.get(serial).is_some_and(|state| state.is_open);
        let may_go_on = self.last_closed.is_some_and(|(at, closed)| {
            closed == serial && plan.conversation.continues.is_some_and(|within| now - at <= within)
        });
        !is_open && !may_go_on
    }

    /// Until when the closed conversation in which something is still open may go on; `None`:
    /// there is none.
    pub(crate) fn may_go_on_until(&self, plan: &Plan) -> Option<Instant> {
        let (at, serial) = self.last_closed?;
        let within = plan.conversation.continues?;
        let waits = |state: &ConversationState| !state.is_open && !state.open.is_empty();
        self.get(serial).is_some_and(waits).then_some(at + within)
    }

    /// The last instant at which a reply belongs to this conversation, if nothing else comes
    /// before: `Some(None)` where it goes on under its id; `None` where no reply belongs to it now.
    pub(crate) fn answerable_until(&self, plan: &Plan, serial: u32) -> Option<Option<Instant>> {
        let ids = self.names.iter().filter(|(_, named)| *named == serial).map(|(id, _)| *id);
        let (mut is_named, mut has_id) = (false, false);
        for id in ids {
            is_named = true;
            has_id |= id != Conversation::NONE;
        }
        let silent = self.last_without_id.map(|last| last + plan.conversation.gap);
        is_named.then_some(silent.filter(|_| !has_id))
    }

    /// A `closed` fact ended the conversation.
    pub(crate) fn close(&mut self, serial: u32, at: Instant) {
        self.last_closed = Some((at, serial));
        if let Some(state) = self.get_mut(serial) {
            state.is_open = false;
        }
    }

    /// Takes out the conversations to which nothing can be added any more, in order of start.
    pub(crate) fn take_finished(
        &mut self,
        plan: &Plan,
        now: Instant,
        in_use: &[Pending],
    ) -> Vec<ConversationState> {
        let names = &self.names;
        let last_closed = self.last_closed.filter(|(at, _)| {
            plan.conversation.continues.is_some_and(|within| now - *at <= within)
        });
        let silent = self.last_without_id.is_none_or(|last| now - last > plan.conversation.gap);
        let is_finished = |state: &ConversationState| {
            let named = names.iter().any(|(id, serial)| {
                *serial == state.serial && !(silent && *id == Conversation::NONE)
            });
            !(named && state.is_open)
                && state.open.is_empty()
                && last_closed.is_none_or(|(_, serial)| serial != state.serial)
                && in_use.iter().all(|pending| pending.conversation != state.serial)
        };
        if !self.list.iter().any(is_finished) {
            return Vec::new();
        }
        let (finished, kept): (Vec<_>, Vec<_>) =
            core::mem::take(&mut self.list).into_iter().partition(is_finished);
        self.list = kept;
        let list = &self.list;
        self.names.retain(|(_, serial)| list.iter().any(|state| state.serial == *serial));
        finished
    }
}
