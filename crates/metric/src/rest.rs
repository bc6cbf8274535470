//! What a machine remembers of a thread between two runs of its facts, as small as can be.

use alloc::boxed::Box;
use alloc::vec::Vec;

use facts::{Account, Day, Instant, LocalDay, Mark};

use crate::group::{Group, add_to_day};
use crate::judged::Sink;
use crate::plan::Relevance;
use crate::quick::{Moves, Plain, Rows};
use crate::thread::{Context, End, Pending, ThreadState, emit, judge};

/// The end of the day before all days.
const BEFORE: Instant = Instant(i64::MIN);

/// The memory of one thread at rest. Most threads leave little behind: who is in charge, the stage
/// of the day, and an open question at most.
#[derive(Clone, Debug, Default)]
pub(crate) enum Rest {
    /// As before any fact.
    #[default]
    Fresh,
    /// At most one open sample, and nothing else that needs room.
    Little(Little),
    /// That, what was judged of the day, and a few open samples.
    Daily(Box<Daily>),
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
    /// What can be gone on with on a day without the machine.
    fn little_on(&self, today: &LocalDay) -> Option<Little> {
        match self {
            Self::Fresh => Some(Little::on(today.end)),
            Self::Little(little) if little.day_end == today.end && little.mark == Mark::NONE => {
                Some(*little)
            }
            _ => None,
        }
    }

    /// What is left at `now`, if that can be told without the machine.
    pub(crate) fn after(self, now: Instant) -> Passed {
        match &self {
            Self::Fresh => Passed::Nothing(Self::Fresh),
            // Its day is not over.
            Self::Little(little) if now < little.day_end => Passed::Nothing(self),
            Self::Daily(daily) if now < daily.little.day_end => Passed::Nothing(self),
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

impl Little {
    /// The memory of a thread on a day on which nothing was remembered before.
    const fn on(day_end: Instant) -> Self {
        Self {
            day_end,
            opened_at: Instant(0),
            opened_row: 0,
            mark: Mark::NONE,
            charge: Account::SHOP,
            charge_then: Account::SHOP,
            assigned: Account::SHOP,
            last_reply: Account::SHOP,
            day: Day(0),
            human_stage: false,
            is_open: false,
            has_replied: false,
        }
    }

    /// The same at rest.
    fn rest(self) -> Rest {
        let has_stage = self.human_stage || self.has_replied;
        if !self.is_open && !has_stage && !self.charge.is_known() {
            // Of the day nothing is left but its end.
            return Rest::Fresh;
        }
        Rest::Little(self)
    }

    /// The open sample; meaningful where one is open.
    fn pending(&self) -> Pending {
        self.beside(self.opened_at, self.opened_row)
    }

    /// A sample that opened at another message and is like it otherwise.
    fn beside(&self, at: Instant, row: u32) -> Pending {
        Pending::simple(at, row, self.mark, self.day).held_by(self.charge_then, self.assigned)
    }
}

impl Plain for Little {
    fn is_open(&self) -> bool {
        self.is_open
    }

    fn has_room(&self) -> bool {
        !self.is_open
    }

    fn is_human_stage(&self) -> bool {
        self.human_stage
    }

    fn set_human_stage(&mut self, human_stage: bool) {
        self.human_stage = human_stage;
    }

    fn set_last_reply(&mut self, account: Account) {
        self.last_reply = account;
        self.has_replied = true;
    }

    fn open(&mut self, at: Instant, row: u32, day: Day) {
        self.is_open = true;
        (self.opened_at, self.opened_row, self.mark, self.day) = (at, row, Mark::NONE, day);
        (self.charge_then, self.assigned) = (self.charge, Account::SHOP);
    }

    fn end<S: Sink>(&mut self, cx: &Context<'_>, end: End, sink: &mut S) {
        self.is_open = false;
        let last_reply = self.has_replied.then_some(self.last_reply);
        emit(cx, judge(cx, &self.pending(), last_reply, end), sink);
    }
}

/// How many samples can be open beside the first one where little is remembered.
const MORE: usize = 3;

/// What [`Rest::Daily`] holds: buyer-days that are not over.
#[derive(Clone, Debug)]
pub(crate) struct Daily {
    /// What else is remembered, and the first open sample.
    little: Little,
    /// When the others opened, and their rows; all else they have in common with the first.
    more: [(Instant, u32); MORE],
    n_more: usize,
    groups: Vec<Group>,
    serial: u32,
}

impl Daily {
    const fn of(little: Little) -> Self {
        Self { little, more: [(Instant(0), 0); MORE], n_more: 0, groups: Vec::new(), serial: 0 }
    }

    /// The open samples, in the order in which they opened.
    fn pendings(&self) -> impl Iterator<Item = Pending> {
        let first = self.little.is_open.then(|| self.little.pending());
        let more = self.more[..self.n_more].iter();
        first.into_iter().chain(more.map(|(at, row)| self.little.beside(*at, *row)))
    }
}

impl Plain for Daily {
    fn is_open(&self) -> bool {
        self.little.is_open
    }

    fn has_room(&self) -> bool {
        let Little { is_open, charge, charge_then, assigned, .. } = self.little;
        !is_open || (self.n_more < MORE && charge == charge_then && !assigned.is_known())
    }

    fn is_human_stage(&self) -> bool {
        self.little.human_stage
    }

    fn set_human_stage(&mut self, human_stage: bool) {
        self.little.human_stage = human_stage;
    }

    fn set_last_reply(&mut self, account: Account) {
        self.little.set_last_reply(account);
    }

    fn open(&mut self, at: Instant, row: u32, day: Day) {
        if self.little.is_open {
            self.more[self.n_more] = (at, row);
            self.n_more += 1;
        } else {
            self.little.open(at, row, day);
        }
    }

    fn end<S: Sink>(&mut self, cx: &Context<'_>, end: End, sink: &mut S) {
        let last_reply = self.little.has_replied.then_some(self.little.last_reply);
        let mut groups = core::mem::take(&mut self.groups);
        let mut serial = self.serial;
        for pending in self.pendings() {
            let judged = judge(cx, &pending, last_reply, end);
            add_to_day((&mut groups, &mut serial), cx, judged, sink);
        }
        (self.groups, self.serial) = (groups, serial);
        self.little.is_open = false;
        self.n_more = 0;
    }
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
    #[expect(clippy::vec_box, reason = "they are put aside in their boxes")]
    days: Vec<Box<Daily>>,
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
            Rest::Daily(daily) => self.state.resume_day(&mut daily.clone()),
            Rest::Whole(whole) => self.state.clone_from(whole),
        }
        work(&mut self.state)
    }

    /// Takes up a thread, has something done to it, and puts it aside again.
    pub(crate) fn work(&mut self, rest: Rest, work: impl FnOnce(&mut ThreadState)) -> Rest {
        let Self { state, idle, days } = self;
        match rest {
            Rest::Whole(whole) => idle.push(core::mem::replace(state, whole)),
            Rest::Fresh => state.reset(),
            Rest::Little(little) => state.resume(little),
            Rest::Daily(mut daily) => {
                state.resume_day(&mut daily);
                days.push(daily);
            }
        }
        work(state);
        if let Some(rest) = state.little() {
            return rest;
        }
        if state.fits_a_day() {
            let mut daily = days.pop().unwrap_or_else(|| Box::new(Daily::of(Little::on(BEFORE))));
            state.rest_day(&mut daily);
            return Rest::Daily(daily);
        }
        let next = idle.pop().unwrap_or_default();
        Rest::Whole(core::mem::replace(state, next))
    }

    /// What can be gone on with on a day without the machine, where samples make up buyer-days;
    /// what was put aside where it cannot.
    fn day_on(&mut self, rest: Rest, today: &LocalDay) -> Result<Box<Daily>, Rest> {
        match rest {
            Rest::Daily(daily) if daily.little.day_end == today.end => Ok(daily),
            rest => match rest.little_on(today) {
                Some(little) => {
                    let mut daily = self.days.pop().unwrap_or_else(|| Box::new(Daily::of(little)));
                    daily.little = little;
                    (daily.n_more, daily.serial) = (0, 0);
                    daily.groups.clear();
                    Ok(daily)
                }
                None => Err(rest),
            },
        }
    }

    /// Puts a buyer-day aside, as little where nothing was judged of it.
    fn put_day(&mut self, daily: Box<Daily>) -> Rest {
        if !daily.groups.is_empty() || daily.n_more > 0 {
            return Rest::Daily(daily);
        }
        let rest = daily.little.rest();
        self.days.push(daily);
        rest
    }

    /// Has the facts of some rows of a piece applied to a thread: by the table while that can be
    /// done, else by a machine. `today` is the local day that was last looked up.
    pub(crate) fn run<S: Sink>(
        &mut self,
        mut rest: Rest,
        cx: &Context<'_>,
        (moves, relevance): (&Moves, &Relevance),
        (mut rows, today): (Rows<'_>, &mut LocalDay),
        sink: &mut S,
    ) -> Rest {
        while let Some(first) = rows.glances.first() {
            let at = Instant(first.at);
            if !today.contains(at) {
                *today = cx.zone.local_day(at);
            }
            let mut n = 0;
            if !moves.needs_little() {
                rest = match self.day_on(rest, today) {
                    Ok(mut daily) => {
                        n = moves.run(&mut *daily, cx, rows, today, sink);
                        self.put_day(daily)
                    }
                    Err(rest) => rest,
                };
            } else if let Some(mut little) = rest.little_on(today) {
                n = moves.run(&mut little, cx, rows, today, sink);
                rest = little.rest();
            }
            if n == 0 {
                rest = self.work(rest, |state| n = state.run(cx, (moves, relevance), rows, sink));
            }
            rows.glances = &rows.glances[n..];
        }
        rest
    }
}

impl ThreadState {
    /// What has to be remembered, if it is little.
    fn little(&self) -> Option<Rest> {
        Some(self.little_with(self.only_open()?).rest())
    }

    /// What is remembered beside buyer-days, with an open sample.
    fn little_with(&self, open: Option<Pending>) -> Little {
        let none = Pending::simple(Instant(0), 0, Mark::NONE, Day(0));
        let pending = open.unwrap_or(none);
        Little {
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
        }
    }

    /// Whether nothing is remembered but buyer-days and a few open samples that differ in their
    /// messages alone.
    fn fits_a_day(&self) -> bool {
        let Some(first) = self.open.first() else { return self.is_plain() };
        let is_like = |one: &Pending| one.is_simple() && one.is_like(first);
        self.is_plain() && self.open.len() <= 1 + MORE && self.open.iter().all(is_like)
    }

    /// Puts what [`Self::fits_a_day`] aside.
    fn rest_day(&mut self, daily: &mut Daily) {
        daily.little = self.little_with(self.open.first().copied());
        daily.n_more = self.open.len().saturating_sub(1);
        for (place, pending) in daily.more.iter_mut().zip(self.open.iter().skip(1)) {
            *place = (pending.at, pending.row);
        }
        daily.groups.clear();
        (daily.groups, daily.serial) = self.swap_groups(core::mem::take(&mut daily.groups), 0);
    }

    fn resume_day(&mut self, daily: &mut Daily) {
        self.resume(Little { is_open: false, ..daily.little });
        self.open.extend(daily.pendings());
        let groups = core::mem::take(&mut daily.groups);
        (daily.groups, _) = self.swap_groups(groups, daily.serial);
    }

    fn resume(&mut self, little: Little) {
        self.reset();
        self.today = LocalDay::ending(little.day_end);
        self.human_stage = little.human_stage;
        self.charge = little.charge;
        self.last_reply = little.has_replied.then_some(little.last_reply);
        if little.is_open {
            self.open.push(little.pending());
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
