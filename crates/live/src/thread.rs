//! One thread under all rules of its platform.

use facts::{Fact, FactKind, Instant, Mark, ShopEntry, Span};
use metric::{Beside, Context, Judged, Machines, Memory, OpenSample, Sink, ThreadState, windows};

use crate::figures::Part;
use crate::{Arrival, Deadline, Fired, Order, Sample, Threshold, Watch, Who};

/// What is remembered of a thread.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    pub(crate) is_own: bool,
    /// The place of the last fact.
    pub(crate) last: Option<Order>,
    /// The clock when a fact came last.
    pub(crate) touched_at: Instant,
    /// By rule of the platform.
    pub(crate) tracked: Vec<Tracked>,
    /// Every deadline that fired and stands.
    pub(crate) fired: Vec<Fired>,
    /// The facts whose effect reaches back: upheld reports, flags.
    reaching: Vec<Fact>,
    /// When something is due next, and when it may be forgotten: as the timers have them.
    pub(crate) due: Option<Instant>,
    pub(crate) rests_at: Option<Instant>,
}

/// One thread under one rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tracked {
    memory: Memory,
    /// Its open samples.
    pub(crate) open: Vec<OpenSample>,
    /// What it contributes beside what is settled for good.
    pub(crate) parts: Vec<Part>,
    next_change: Option<Instant>,
}

/// What is known of a thread beside its facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) who: Who,
    pub(crate) entry: Option<&'a ShopEntry>,
    /// All rules, and the numbers of the platform's.
    pub(crate) watches: &'a [Watch],
    pub(crate) rules: &'a [u32],
}

/// What a thread contributes for good, by rule of its platform.
pub(crate) type Settled = Vec<(u32, Part)>;

/// The questions that are samples, or inner samples, by rule and row.
type Questions = Vec<(u32, u32)>;

/// Hears what a machine judges.
struct PartSink<'a> {
    watch: &'a Watch,
    number: u32,
    parts: &'a mut Vec<Part>,
    /// The questions, where somebody wants to know them.
    questions: Option<&'a mut Questions>,
}

impl Sink for PartSink<'_> {
    fn inner(&mut self, inner: &Judged) {
        if let Some(questions) = &mut self.questions {
            questions.push((self.number, inner.opened_row));
        }
    }

    fn sample(&mut self, judged: &Judged) {
        // What opens a group may be any fact, also a message that was taken back; its questions
        // were heard one by one.
        if judged.group == 0 {
            self.inner(judged);
        }
        if self.watch.has_day(judged.day) {
            let Judged { day, account, outcome, wait, n_inner, .. } = *judged;
            self.parts.push(Part { day, account, outcome, wait, n_inner });
        }
    }
}

impl Remembered {
    /// A thread without facts.
    pub(crate) fn new(is_own: bool, n_rules: usize) -> Self {
        Self {
            is_own,
            last: None,
            touched_at: Instant(i64::MIN),
            tracked: (0..n_rules).map(|_| Tracked::default()).collect(),
            fired: Vec::new(),
            reaching: Vec::new(),
            due: None,
            rests_at: None,
        }
    }

    /// Counts a thread from its facts, which are in order, as it stands at `clock`; what is settled
    /// for good is added to `settled`. Without `tracks` nothing is said of deadlines.
    pub(crate) fn count(
        place: &Place<'_>,
        machines: &mut Machines,
        (facts, clock): (&[Arrival], Instant),
        tracks: bool,
        settled: &mut Settled,
    ) -> Self {
        let is_own = facts.first().is_some_and(|one| one.is_own);
        let mut thread = Self::new(is_own, place.rules.len());
        let marks: Vec<Mark> =
            facts.iter().filter(|one| refers(one.fact.kind)).map(|one| one.fact.mark).collect();
        thread.reaching = facts.iter().filter(|one| reaches_back(one)).map(fact_of).collect();
        let mut questions = (tracks && !marks.is_empty()).then(Questions::new);
        // What a recall may undo: the message itself, and what opened when it was passed on.
        let mut undoable: Vec<u32> = Vec::new();
        for one in facts {
            let mut fact = one.numbered();
            // What would take the message back has not come.
            if !marks.contains(&fact.mark) {
                fact.mark = Mark::NONE;
            }
            if fact.mark != Mark::NONE || fact.kind == FactKind::Transferred {
                undoable.push(fact.row);
            }
            let fact = (&fact, one.order());
            thread.apply_noting(place, machines, fact, tracks, (settled, questions.as_mut()));
        }
        thread.pass_noting(place, machines, clock, tracks, questions.as_mut());
        if let Some(questions) = questions {
            // A message that was taken back was never sent: nobody waited for it. Others may have
            // no verdict of their own either, as what joined a round that began before the hours.
            let was_sent = |fired: &Fired| {
                let Sample { watch, opened_row, .. } = fired.deadline.sample;
                !undoable.contains(&opened_row) || questions.contains(&(watch, opened_row))
            };
            thread.fired.retain(was_sent);
        }
        thread
    }

    /// Applies the next fact of its order.
    pub(crate) fn apply(
        &mut self,
        place: &Place<'_>,
        machines: &mut Machines,
        fact: (&Fact, Order),
        settled: &mut Settled,
    ) {
        self.apply_noting(place, machines, fact, true, (settled, None));
    }

    fn apply_noting(
        &mut self,
        place: &Place<'_>,
        machines: &mut Machines,
        (fact, order): (&Fact, Order),
        tracks: bool,
        (settled, mut questions): (&mut Settled, Option<&mut Questions>),
    ) {
        if tracks {
            self.fire(place, fact.at);
        }
        let mut parts = Vec::new();
        for (tracked, number) in self.tracked.iter_mut().zip(place.rules) {
            let watch = &place.watches[*number as usize];
            let plan = &watch.job.plan;
            // Of an edition that is past nothing begins any more.
            let is_over =
                || tracked.memory.is_fresh() && watch.job.zone.day(fact.at) > watch.job.days.1;
            if !plan.looks_at(fact.kind, fact.author) || is_over() {
                continue;
            }
            let beside = Beside { entry: place.entry, is_own: self.is_own };
            let windows = windows(beside, &self.reaching, &watch.job);
            let cx = Context { plan, zone: &watch.job.zone, windows: &windows };
            let (number, questions) = (*number, questions.as_deref_mut());
            let mut sink = PartSink { watch, number, parts: &mut parts, questions };
            let open = &mut tracked.open;
            let memory = core::mem::take(&mut tracked.memory);
            tracked.memory = machines.take_up(memory, |state| {
                state.step(&cx, fact, &mut sink);
                if tracks {
                    *open = state.open_samples(&cx, fact.at);
                    open.retain(|one| watch.has_day(one.day));
                }
            });
            settled.extend(parts.drain(..).map(|part| (number, part)));
        }
        self.last = Some(order);
    }

    /// Lets time pass up to `clock`: deadlines fire, and what stands is seen anew.
    pub(crate) fn pass(&mut self, place: &Place<'_>, machines: &mut Machines, clock: Instant) {
        self.pass_noting(place, machines, clock, true, None);
    }

    fn pass_noting(
        &mut self,
        place: &Place<'_>,
        machines: &mut Machines,
        clock: Instant,
        tracks: bool,
        mut questions: Option<&mut Questions>,
    ) {
        if tracks {
            self.fire(place, clock);
        }
        for (tracked, number) in self.tracked.iter_mut().zip(place.rules) {
            let Tracked { memory, open, parts, next_change } = tracked;
            parts.clear();
            open.clear();
            *next_change = None;
            if memory.is_fresh() {
                continue;
            }
            let watch = &place.watches[*number as usize];
            let beside = Beside { entry: place.entry, is_own: self.is_own };
            let windows = windows(beside, &self.reaching, &watch.job);
            let cx = Context { plan: &watch.job.plan, zone: &watch.job.zone, windows: &windows };
            let (number, questions) = (*number, questions.as_deref_mut());
            let sink = &mut PartSink { watch, number, parts, questions };
            machines.look(memory, |state| {
                state.settle(&cx, clock, sink);
                open.extend(state.open_samples(&cx, clock));
                *next_change = state.next_change(&cx, clock);
                state.finish(&cx, clock, sink);
            });
            open.retain(|one| watch.has_day(one.day));
        }
        if tracks {
            // Another question of a group may decide now.
            self.fire(place, clock);
        }
    }

    /// Fires what is due by an instant.
    fn fire(&mut self, place: &Place<'_>, until: Instant) {
        for (tracked, number) in self.tracked.iter().zip(place.rules) {
            let watch = &place.watches[*number as usize];
            for open in &tracked.open {
                let dues = watch.dues(open).filter(|(_, due)| *due <= until);
                for (threshold, due) in dues {
                    let deadline = deadline(place.who, *number, open, threshold);
                    if self.fired.iter().rev().all(|fired| fired.deadline != deadline) {
                        self.fired.push(Fired { due, deadline, account: open.account });
                    }
                }
            }
        }
    }

    /// Sees the open samples as they were at the last fact, which is all that the machines know.
    pub(crate) fn turn_back(&mut self, place: &Place<'_>, machines: &mut Machines) {
        let Some(last) = self.last else { return };
        for (tracked, number) in self.tracked.iter_mut().zip(place.rules) {
            let watch = &place.watches[*number as usize];
            let beside = Beside { entry: place.entry, is_own: self.is_own };
            let windows = windows(beside, &self.reaching, &watch.job);
            let cx = Context { plan: &watch.job.plan, zone: &watch.job.zone, windows: &windows };
            let seen = |state: &mut ThreadState| state.open_samples(&cx, last.at);
            tracked.open = machines.look(&tracked.memory, seen);
            tracked.open.retain(|one| watch.has_day(one.day));
        }
    }

    /// Takes back the deadlines that were due after an instant.
    pub(crate) fn take_fired_after(&mut self, at: Instant) -> Vec<Fired> {
        if self.fired.iter().all(|one| one.due <= at) {
            return Vec::new();
        }
        let (after, kept) = core::mem::take(&mut self.fired).into_iter().partition(|o| o.due > at);
        self.fired = kept;
        after
    }

    /// The next instant at which time alone does something; all until now is done.
    pub(crate) fn next_due(&self, place: &Place<'_>) -> Option<Instant> {
        let changes = self.tracked.iter().filter_map(|tracked| tracked.next_change);
        let unfired = self.tracked.iter().zip(place.rules).flat_map(|(tracked, number)| {
            let dues = tracked.open.iter().flat_map(move |open| {
                let watch = &place.watches[*number as usize];
                watch.dues(open).map(move |(threshold, due)| {
                    (deadline(place.who, *number, open, threshold), due)
                })
            });
            dues.filter(|(deadline, _)| self.fired.iter().all(|one| one.deadline != *deadline))
                .map(|(_, due)| due)
        });
        changes.chain(unfired).min()
    }

    /// Whether nothing is open.
    pub(crate) fn has_nothing_open(&self) -> bool {
        self.tracked.iter().all(|tracked| tracked.open.is_empty())
    }

    /// The open samples, in order.
    pub(crate) fn open(&self, place: &Place<'_>) -> Vec<(Sample, OpenSample)> {
        let mut all = Vec::new();
        for (tracked, number) in self.tracked.iter().zip(place.rules) {
            let named = |open: &OpenSample| (sample(place.who, *number, open), *open);
            all.extend(tracked.open.iter().map(named));
        }
        all
    }

    /// What it contributes beside what is settled for good.
    pub(crate) fn parts<'t>(
        &'t self,
        place: &'t Place<'_>,
    ) -> impl Iterator<Item = (u32, &'t Part)> {
        let by_rule = self.tracked.iter().zip(place.rules);
        by_rule.flat_map(|(tracked, number)| tracked.parts.iter().map(|part| (*number, part)))
    }
}

fn sample(who: Who, watch: u32, open: &OpenSample) -> Sample {
    Sample { who, watch, opened_at: open.opened_at, opened_row: open.opened_row }
}

fn deadline(who: Who, watch: u32, open: &OpenSample, threshold: Threshold) -> Deadline {
    Deadline { sample: sample(who, watch, open), threshold }
}

fn fact_of(one: &Arrival) -> Fact {
    one.numbered()
}

/// Whether a fact acts on samples that were judged before it.
fn reaches_back(one: &Arrival) -> bool {
    matches!(one.fact.kind, FactKind::ReportUpheld | FactKind::Flagged)
}

/// Whether a fact refers to a message by its mark.
fn refers(kind: FactKind) -> bool {
    matches!(kind, FactKind::Recalled | FactKind::NoReplyNeeded)
}

/// Whether a fact that comes in order can be applied without counting its thread again.
pub(crate) fn applies_as_it_comes(one: &Arrival) -> bool {
    !reaches_back(one) && one.fact.mark == Mark::NONE
}

/// For how long a thread in which nothing is open is kept, because its next fact is likely near.
pub(crate) const QUIET: Span = Span::seconds(3_600);
