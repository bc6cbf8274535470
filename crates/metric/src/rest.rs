//! What a machine remembers of a thread between two runs of its facts, as small as can be.

use alloc::boxed::Box;
use alloc::vec::Vec;

use facts::{Account, Day, Instant, LocalDay, Mark};

use crate::thread::{Pending, ThreadState};

/// The memory of one thread at rest. Most threads leave little behind: who is in charge, the stage
/// of the day, and an open question at most.
#[derive(Clone, Debug, Default)]
pub(crate) enum Rest {
    /// As before any fact.
    #[default]
    Fresh,
    /// At most one open sample, and nothing else that needs room.
    Little(Little),
    /// Everything.
    Whole(Box<ThreadState>),
}

/// What the passing of time does to a memory.
pub(crate) enum Passed {
    /// Nothing is said of any sample; this is what is left.
    Nothing(Rest),
    /// The machine has to be asked.
    Something(Rest),
}

impl Rest {
    /// What is left at `now`, if that can be told without the machine.
    pub(crate) fn after(self, now: Instant) -> Passed {
        match &self {
            Self::Fresh => Passed::Nothing(Self::Fresh),
            // Its day is not over.
            Self::Little(little) if now < little.day_end => Passed::Nothing(self),
            // With its day the stage and the last reply are forgotten, and nothing else is there.
            Self::Little(little) if !little.is_open && !little.charge.is_known() => {
                Passed::Nothing(Self::Fresh)
            }
            _ => Passed::Something(self),
        }
    }
}

/// What [`Rest::Little`] holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Little {
    day_end: Instant,
    opened_at: Instant,
    opened_row: u32,
    mark: Mark,
    /// In charge now, and when the sample opened.
    charge: Account,
    charge_then: Account,
    assigned: Account,
    last_reply: Account,
    day: Day,
    human_stage: bool,
    is_open: bool,
    has_replied: bool,
}

/// A machine that was put aside: all that is remembered of one thread under one rule, as small as
/// can be. The default is the memory before any fact.
///
/// # Example
///
/// ```
/// use facts::{Author, Fact, Instant, Zone};
/// use metric::{Context, Judged, Machines, Memory, Plan, Rule, Sample};
/// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
/// let zone = Zone::fixed(8 * 3_600_000);
/// let cx = Context { plan: &plan, zone: &zone, windows: &[] };
/// let (mut machines, mut said) = (Machines::default(), Vec::<Judged>::new());
/// let question = Fact::message(Instant(0), Author::Buyer);
/// let memory =
///     machines.take_up(Memory::default(), |state| state.step(&cx, &question, &mut said));
/// // To see how it stands it is not taken up.
/// machines.look(&memory, |state| state.finish(&cx, Instant(1_000), &mut said));
/// assert_eq!(said.len(), 1);
/// let reply = Fact::message(Instant(2_000), Author::Agent);
/// machines.take_up(memory, |state| state.step(&cx, &reply, &mut said));
/// assert_eq!(said[1].wait, facts::Span(2_000));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(Rest);

impl Memory {
    /// Whether it is as before any fact.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        matches!(self.0, Rest::Fresh)
    }
}

/// Machines at work, and room for those that are put aside whole.
#[derive(Clone, Debug, Default)]
pub struct Machines {
    state: Box<ThreadState>,
    #[expect(clippy::vec_box, reason = "machines are swapped, not copied")]
    idle: Vec<Box<ThreadState>>,
}

impl Machines {
    /// Takes up a thread where it was put aside, has something done to it, and puts it aside again.
    pub fn take_up(&mut self, memory: Memory, work: impl FnOnce(&mut ThreadState)) -> Memory {
        Memory(self.work(memory.0, work))
    }

    /// Shows the machine as it was put aside. What is done to it is forgotten.
    pub fn look<T>(&mut self, memory: &Memory, work: impl FnOnce(&mut ThreadState) -> T) -> T {
        match &memory.0 {
            Rest::Fresh => self.state.reset(),
            Rest::Little(little) => self.state.resume(*little),
            Rest::Whole(whole) => self.state.clone_from(whole),
        }
        work(&mut self.state)
    }

    /// Takes up a thread, has something done to it, and puts it aside again.
    pub(crate) fn work(&mut self, rest: Rest, work: impl FnOnce(&mut ThreadState)) -> Rest {
        let Self { state, idle } = self;
        match rest {
            Rest::Whole(whole) => idle.push(core::mem::replace(state, whole)),
            Rest::Fresh => state.reset(),
            Rest::Little(little) => state.resume(little),
        }
        work(state);
        state.little().unwrap_or_else(|| {
            let next = idle.pop().unwrap_or_default();
            Rest::Whole(core::mem::replace(state, next))
        })
    }
}

impl ThreadState {
    /// What has to be remembered, if it is little.
    fn little(&self) -> Option<Rest> {
        let open = self.only_open()?;
        let has_stage = self.human_stage || self.last_reply.is_some();
        if open.is_none() && !has_stage && !self.charge.is_known() {
            // Of the day nothing is left but its end.
            return Some(Rest::Fresh);
        }
        let none = Pending::simple(Instant(0), 0, Mark::NONE, Day(0));
        let pending = open.unwrap_or(none);
        Some(Rest::Little(Little {
            day_end: self.today.end,
            opened_at: pending.at,
            opened_row: pending.row,
            mark: pending.mark,
            charge: self.charge,
            charge_then: pending.charge,
            assigned: pending.assigned,
            last_reply: self.last_reply.unwrap_or(Account::SHOP),
            day: pending.day,
            human_stage: self.human_stage,
            is_open: open.is_some(),
            has_replied: self.last_reply.is_some(),
        }))
    }

    fn resume(&mut self, little: Little) {
        self.reset();
        self.today = LocalDay::ending(little.day_end);
        self.human_stage = little.human_stage;
        self.charge = little.charge;
        self.last_reply = little.has_replied.then_some(little.last_reply);
        if little.is_open {
            let Little { opened_at, opened_row, mark, day, .. } = little;
            let pending = Pending::simple(opened_at, opened_row, mark, day);
            self.open.push(pending.held_by(little.charge_then, little.assigned));
        }
    }

    /// The only open sample, if there is one; `None` where more has to be remembered than that.
    fn only_open(&self) -> Option<Option<Pending>> {
        if !self.is_little() {
            return None;
        }
        match self.open.as_slice() {
            [] => Some(None),
            [one] if one.is_simple() => Some(Some(*one)),
            _ => None,
        }
    }
}
