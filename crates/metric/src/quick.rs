//! The machine's most frequent steps as a table.
//!
//! While nothing but a stage and at most one open round is remembered, what a plain message does
//! depends on very little: whether a round is open, the stage, who wrote, and whether the hours
//! have begun. [`Moves::of`] asks the machine itself what it does in each of these cases and notes
//! the answers, so that there is one definition, and most messages cost a look into the table.

use facts::{Account, Author, Chunk, Day, Fact, FactKind, Glance, Instant, Mark, Zone};

use crate::judged::{Ending, Judged, Sink};
use crate::plan::{Plan, Relevance};
use crate::rule::{HoursTest, Inner, Outside, Sample, Settle};
use crate::thread::{Context, End, Pending, ThreadState};

/// A round is open.
const OPEN: u8 = 1;
/// The thread is in the human stage.
const HUMAN: u8 = 2;
/// The message opens a round.
const OPENS: u8 = 4;
/// The message ends the open round as answered.
const ANSWERS: u8 = 8;
/// The message takes the open round out of both sides.
const REMOVES: u8 = 16;
/// The message is a counted reply, whether or not there is something to answer.
const REPLIES: u8 = 32;

/// What a plain message does: under the state before (`OPEN`, `HUMAN`) and the author's byte code
/// with 8 added inside the hours, the state after and what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moves([[u8; 16]; 4]);

impl Moves {
    /// What the machine does under a plan; `None` where more has to be remembered.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let is_plain = plan.sample == Sample::Round
            && plan.opens == Inner::Round
            && !plan.places
            && plan.test == HoursTest::Question
            && plan.outside == Outside::Unseen
            && plan.settle == Settle::DayEnd
            && !plan.holds_for_later
            && !plan.first_of_day;
        if !is_plain {
            return None;
        }
        let mut moves = [[0; 16]; 4];
        for (before, row) in (0u8..).zip(&mut moves) {
            for author in Author::ALL {
                for inside in [false, true] {
                    // Where the hours are the whole day, or never, one of the two does not occur.
                    let at = plan.an_hour(inside).or_else(|| plan.an_hour(!inside))?;
                    let input = author.code() | u8::from(inside) << 3;
                    row[usize::from(input)] = observe(plan, before, *author, Instant(at))?;
                }
            }
        }
        Some(Self(moves))
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
    let was_open = !state.open.is_empty();
    let mut judged: alloc::vec::Vec<Judged> = alloc::vec::Vec::new();
    state.step(&cx, &Fact { row: 1, ..Fact::message(at, author) }, &mut judged);
    if !state.is_little() || state.open.len() > 1 {
        return None;
    }
    let is_open = !state.open.is_empty();
    let what = match (was_open, is_open, judged.as_slice()) {
        (false, true, []) if state.open[0].is_simple() => OPENS,
        (true, true, []) if state.open[0].row == 0 => 0,
        (false, false, []) => 0,
        (true, false, [one]) if one.ending == Ending::Answered => ANSWERS,
        (true, false, [one]) if one.ending == Ending::BotReply => REMOVES,
        _ => return None,
    };
    let replies = if state.last_reply.is_some() { REPLIES } else { 0 };
    let stage = if state.human_stage { HUMAN } else { 0 };
    Some(what | replies | stage | u8::from(is_open))
}

impl ThreadState {
    /// Applies the facts of some rows of a piece, which are in order.
    pub(crate) fn run<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        moves: &Moves,
        relevance: &Relevance,
        (chunk, rows): (&Chunk, &[Glance]),
        sink: &mut S,
    ) {
        let mut rest = rows;
        while let Some((first, others)) = rest.split_first() {
            self.arrive(cx, Instant(first.at), sink);
            if self.is_plain() {
                let n = self.run_plain(cx, moves, chunk, rest, sink);
                if n > 0 {
                    rest = &rest[n..];
                    continue;
                }
            }
            if relevance.has(first.kind, first.author) {
                self.step(cx, &chunk.fact(*first), sink);
            }
            rest = others;
        }
    }

    /// Whether nothing is remembered that the table does not know of.
    fn is_plain(&self) -> bool {
        let is_plain = |pending: &Pending| pending.mark == Mark::NONE && pending.is_simple();
        self.is_little() && self.open.len() <= 1 && self.open.iter().all(is_plain)
    }

    /// Applies plain messages of the present day by the table, as many as there are before
    /// something else.
    fn run_plain<S: Sink>(
        &mut self,
        cx: &Context<'_>,
        moves: &Moves,
        chunk: &Chunk,
        rows: &[Glance],
        sink: &mut S,
    ) -> usize {
        let mut state = u8::from(!self.open.is_empty()) | if self.human_stage { HUMAN } else { 0 };
        let today = self.today;
        let may_be_unusual = cx.plan.may_be_unusual(chunk);
        let mut n = 0;
        for glance in rows {
            let Some(ms) = today.ms(Instant(glance.at)) else { break };
            let is_unusual = may_be_unusual && cx.plan.is_unusual(chunk, glance.row);
            if glance.kind != FactKind::Message.code() || is_unusual {
                break;
            }
            n += 1;
            let input = (glance.author & 7) | u8::from(cx.plan.has_hour(ms)) << 3;
            let next = moves.0[usize::from(state)][usize::from(input)];
            state = next & (OPEN | HUMAN);
            if next & !(OPEN | HUMAN) == 0 {
                continue;
            }
            let at = Instant(glance.at);
            let account = || {
                let accounts = chunk.account.as_ref();
                Account(accounts.map_or(0, |accounts| accounts[glance.row as usize]))
            };
            if next & REPLIES != 0 {
                self.last_reply = Some(account());
            }
            if next & OPENS != 0 {
                let row = chunk.first_row + glance.row;
                let pending = Pending::simple(at, row, Mark::NONE, today.day);
                self.open.push(pending.held_by(self.charge, Account::SHOP));
            }
            if next & (ANSWERS | REMOVES) != 0
                && let Some(pending) = self.open.pop()
            {
                let is_answer = next & ANSWERS != 0;
                let ending = if is_answer { Ending::Answered } else { Ending::BotReply };
                let row = Some(chunk.first_row + glance.row);
                let end = End { ending, at, row, account: account(), is_final: true };
                let judged = self.judge(cx, &pending, end);
                self.file(cx, judged, sink);
            }
        }
        self.human_stage = state & HUMAN != 0;
        n
    }
}
