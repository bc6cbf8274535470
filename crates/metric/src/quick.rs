//! The machine's most frequent steps as a table.
//!
//! While nothing but a stage and open samples is remembered, what a plain message does depends on
//! very little: whether a sample is open, the stage, who wrote, and whether the hours have begun.
//! [`Moves::of`] asks the machine itself what it does in each of these cases and notes the answers,
//! so that there is one definition, and most messages cost a look into the table.

use facts::{Account, Author, Chunk, Day, Fact, FactKind, Glance, Instant, LocalDay, Mark, Zone};

use crate::batch::Trace;
use crate::judged::{Ending, Sink};
use crate::plan::{Plan, Relevance};
use crate::rule::{HoursTest, Inner, Outside, Sample, Settle};
use crate::thread::{Context, End, Pending, ThreadState};

/// A sample is open.
const OPEN: u8 = 1;
/// The thread is in the human stage.
const HUMAN: u8 = 2;
/// The message opens a sample.
const OPENS: u8 = 4;
/// The message ends the open samples as answered.
const ANSWERS: u8 = 8;
/// The message takes the open samples out of both sides.
const REMOVES: u8 = 16;
/// The message is a counted reply, whether or not there is something to answer.
const REPLIES: u8 = 32;

/// What a plain message does: under the state before (`OPEN`, `HUMAN`) and the author's byte code
/// with 8 added inside the hours, the state after and what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moves {
    table: [[u8; 16]; 4],
    /// Samples stand alone: nothing is added up that has to be remembered.
    stands_alone: bool,
}

/// Some rows of one thread of a piece, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'c> {
    pub(crate) chunk: &'c Chunk,
    pub(crate) glances: &'c [Glance],
}

/// A memory of a thread that the table can go on with.
pub(crate) trait Plain {
    fn is_open(&self) -> bool;

    /// Whether another sample can be open too.
    fn has_room(&self) -> bool;

    fn is_human_stage(&self) -> bool;

    fn set_human_stage(&mut self, human_stage: bool);

    fn set_last_reply(&mut self, account: Account);

    /// Opens a sample.
    fn open(&mut self, at: Instant, row: u32, day: Day);

    /// Ends all open samples.
    fn end<S: Sink>(&mut self, cx: &Context<'_>, end: End, sink: &mut S);
}

impl Moves {
    /// What the machine does under a plan; `None` where more has to be remembered.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        // A rating stands at once: messages tell who is in charge of it.
        let is_plain = !matches!(plan.sample, Sample::Conversation)
            && matches!(plan.opens, Inner::Message | Inner::Round | Inner::Rating)
            && !plan.places
            && !plan.holds_for_conversation
            && plan.test == HoursTest::Question
            && plan.outside == Outside::Unseen
            && plan.settle == Settle::DayEnd
            && !plan.holds_for_later
            && !plan.first_of_day;
        if !is_plain {
            return None;
        }
        let mut table = [[0; 16]; 4];
        for (before, row) in (0u8..).zip(&mut table) {
            for author in Author::ALL {
                for inside in [false, true] {
                    // Where the hours are the whole day, or never, one of the two does not occur.
                    let at = plan.an_hour(inside).or_else(|| plan.an_hour(!inside))?;
                    let input = author.code() | u8::from(inside) << 3;
                    row[usize::from(input)] = observe(plan, before, *author, Instant(at))?;
                }
            }
        }
        Some(Self { table, stands_alone: plan.sample != Sample::BuyerDay })
    }

    /// Whether little has to be remembered while at most one sample is open.
    pub(crate) fn needs_little(&self) -> bool {
        self.stands_alone
    }

    /// Applies plain messages of one day, as many as there are before something else; how many.
    #[inline]
    pub(crate) fn run<P: Plain, S: Sink>(
        &self,
        memory: &mut P,
        cx: &Context<'_>,
        rows: Rows<'_>,
        today: &LocalDay,
        sink: &mut S,
    ) -> usize {
        let Rows { chunk, glances } = rows;
        let mut state = if memory.is_open() { OPEN } else { 0 };
        state |= if memory.is_human_stage() { HUMAN } else { 0 };
        let may_be_unusual = cx.plan.may_be_unusual(chunk);
        let mut n = 0;
        for glance in glances {
            let at = Instant(glance.at);
            let Some(ms) = today.ms(at) else { break };
            let is_unusual = may_be_unusual && cx.plan.is_unusual(chunk, glance.row);
            if glance.kind != FactKind::Message.code() || is_unusual {
                break;
            }
            let input = (glance.author & 7) | u8::from(cx.plan.has_hour(ms)) << 3;
            let next = self.table[usize::from(state)][usize::from(input)];
            if next & OPENS != 0 && !memory.has_room() {
                break;
            }
            n += 1;
            state = next & (OPEN | HUMAN);
            if next & !(OPEN | HUMAN) == 0 {
                continue;
            }
            let row = chunk.first_row + glance.row;
            let account = || {
                let accounts = chunk.account.as_ref();
                Account(accounts.map_or(0, |accounts| accounts[glance.row as usize]))
            };
            if next & REPLIES != 0 {
                memory.set_last_reply(account());
            }
            if next & OPENS != 0 {
                memory.open(at, row, today.day);
            }
            if next & (ANSWERS | REMOVES) != 0 {
                let is_answer = next & ANSWERS != 0;
                let ending = if is_answer { Ending::Answered } else { Ending::BotReply };
                let end = End { ending, at, row: Some(row), account: account(), is_final: true };
                memory.end(cx, end, sink);
            }
        }
        memory.set_human_stage(state & HUMAN != 0);
        n
    }
}

/// Has the machine take one message, and notes what it does.
fn observe(plan: &Plan, before: u8, author: Author, at: Instant) -> Option<u8> {
    let zone = Zone::fixed(0);
    let cx = Context { plan, zone: &zone, windows: &[] };
    let mut state = ThreadState::default();
    state.human_stage = before & HUMAN != 0;
    state.today = zone.local_day(at);
    if before & OPEN != 0 {
        state.open.push(Pending::simple(at, 0, Mark::NONE, Day(0)));
    }
    let mut judged = Trace::default();
    state.step(&cx, &Fact { row: 1, ..Fact::message(at, author) }, &mut judged);
    judged.samples.append(&mut judged.inner);
    if !state.is_plain() || !state.open.iter().all(Pending::is_simple) {
        return None;
    }
    let open: alloc::vec::Vec<u32> = state.open.iter().map(|pending| pending.row).collect();
    let what = match (before & OPEN != 0, open.as_slice(), judged.samples.as_slice()) {
        (false, [1], []) | (true, [0, 1], []) => OPENS,
        (true, [0], []) | (false, [], []) => 0,
        (true, [], [one]) if one.ending == Ending::Answered => ANSWERS,
        (true, [], [one]) if one.ending == Ending::BotReply => REMOVES,
        _ => return None,
    };
    let replies = if state.last_reply.is_some() { REPLIES } else { 0 };
    let stage = if state.human_stage { HUMAN } else { 0 };
    let is_open = if open.is_empty() { 0 } else { OPEN };
    Some(what | replies | stage | is_open)
}

impl ThreadState {
    /// Applies the facts of some rows of a piece, until little is remembered; how many.
    pub(crate) fn run<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        (moves, relevance): (&Moves, &Relevance),
        rows: Rows<'_>,
        sink: &mut S,
    ) -> usize {
        let mut n = 0;
        while let Some(first) = rows.glances.get(n) {
            self.arrive(cx, Instant(first.at), sink);
            let today = self.today;
            let is_known = |pending: &Pending| pending.mark == Mark::NONE && pending.is_simple();
            if self.is_plain() && self.open.iter().all(is_known) {
                let rows = Rows { glances: &rows.glances[n..], ..rows };
                let gone = moves.run(self, cx, rows, &today, sink);
                n += gone;
                if gone > 0 {
                    continue;
                }
            }
            if relevance.has(first.kind, first.author) {
                self.step(cx, &rows.chunk.fact(*first), sink);
            }
            n += 1;
            if moves.needs_little() && self.is_little() && self.open.len() <= 1 {
                break;
            }
        }
        n
    }
}

impl Plain for ThreadState {
    fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    fn has_room(&self) -> bool {
        true
    }

    fn is_human_stage(&self) -> bool {
        self.human_stage
    }

    fn set_human_stage(&mut self, human_stage: bool) {
        self.human_stage = human_stage;
    }

    fn set_last_reply(&mut self, account: Account) {
        self.last_reply = Some(account);
    }

    fn open(&mut self, at: Instant, row: u32, day: Day) {
        let pending = Pending::simple(at, row, Mark::NONE, day);
        self.open.push(pending.held_by(self.charge, Account::SHOP));
    }

    fn end<S: Sink>(&mut self, cx: &Context<'_>, end: End, sink: &mut S) {
        self.end_open(cx, None, end, sink);
    }
}
