//! A log that comes a piece at a time, through the same machines.
//!
//! Where the pieces of a log come in order, every thread is taken up where it was put aside, so
//! that nothing of the log has to be held but what its open threads remember. Threads are shared
//! out by their key: each [`Fold`] has its part, and their tables add up.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use facts::{ByThread, Chunk, ChunkThread, Fact, Glance, Instant, LocalDay, Registry, ThreadKey};
use hashbrown::{HashMap, HashTable};

use crate::batch::{Beside, CellSink, Grouping, Job, Table, windows};
use crate::plan::Relevance;
use crate::quick::Rows;
use crate::rest::{Machines, Passed, Rest};
use crate::thread::{Context, Window};

/// Facts whose effect reaches back, by thread: upheld reports, flags.
pub type ReachingBack = HashMap<ThreadKey, Vec<Fact>>;

/// What is known before the first piece is counted.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The rules to count. Facts at or after a job's `as_of` are left out; facts that were learned
    /// late (`known_by`) must have been left out before.
    pub jobs: &'a [Job],
    /// What is kept apart.
    pub grouping: Grouping,
    /// What is known of shops; threads refer to it by position.
    pub registry: &'a Registry,
    /// Facts whose effect reaches back, by thread: upheld reports, flags.
    pub reaching_back: &'a ReachingBack,
}

/// A piece that should have come earlier: its log has to be counted as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    /// The row that is earlier than one of its thread that came before.
    pub row: u32,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} is earlier than one before it", self.row)
    }
}

impl core::error::Error for OutOfOrder {}

/// A thread that may go on.
#[derive(Clone, Copy, Debug)]
struct Remembered {
    thread: ChunkThread,
    /// The last fact that was looked at.
    last_at: i64,
    /// Where its memories begin, one for each job of its platform.
    memories: usize,
}

/// A thread of the present piece that has facts which matter.
#[derive(Clone, Copy, Debug)]
struct Visit<'c> {
    thread: ChunkThread,
    rows: &'c [Glance],
    /// Where its memories begin.
    memories: usize,
}

/// How many threads are taken up together. What they left behind lies far apart in memory: looked
/// up one after the other, without work between, the waiting overlaps.
const TOGETHER: usize = 64;

/// Counts the threads of one part of a log.
#[derive(Clone, Debug)]
pub struct Fold<'a> {
    known: Known<'a>,
    /// Which part of how many.
    part: (u64, u64),
    /// By platform number: the jobs, and the facts that matter to any of them.
    platforms: Vec<(Vec<u32>, Relevance)>,
    relevance: Vec<Relevance>,
    /// Positions in `remembered`, by key.
    places: HashTable<u32>,
    remembered: Vec<Remembered>,
    memories: Vec<Rest>,
    horizon: Instant,
    table: Table,
    /// By job: the local day that was last looked up.
    today: Vec<LocalDay>,
    // Kept for their allocations.
    machines: Machines,
    facts: Vec<Fact>,
    taken: Vec<Rest>,
}

impl<'a> Fold<'a> {
    /// Part `part` of `parts`.
    #[must_use]
    pub fn new(known: Known<'a>, part: u64, parts: u64) -> Self {
        let relevance: Vec<_> = known.jobs.iter().map(|job| job.plan.relevance()).collect();
        let n_platforms = known.jobs.iter().map(|job| job.platform as usize + 1).max().unwrap_or(0);
        let mut platforms = vec![(Vec::new(), Relevance::default()); n_platforms];
        for (number, job) in (0u32..).zip(known.jobs) {
            let (jobs, all) = &mut platforms[job.platform as usize];
            jobs.push(number);
            *all = all.or(relevance[number as usize]);
        }
        Self {
            known,
            part: (part, parts.max(1)),
            platforms,
            relevance,
            places: HashTable::new(),
            remembered: Vec::new(),
            memories: Vec::new(),
            horizon: Instant(i64::MIN),
            table: Table::default(),
            today: vec![LocalDay::ending(Instant(i64::MIN)); known.jobs.len()],
            machines: Machines::default(),
            facts: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// Whether a thread belongs to this part.
    fn has(&self, key: ThreadKey) -> bool {
        let (part, parts) = self.part;
        // The first word picks the place in the table; the second word picks the part.
        (u128::from(key.0[1]) * u128::from(parts)) >> 64 == u128::from(part)
    }

    /// Counts the next piece: its rows of this part.
    ///
    /// # Errors
    ///
    /// [`OutOfOrder`] where a thread has a fact before one that was counted in an earlier piece.
    pub fn take(&mut self, chunk: &Chunk, arranged: &ByThread) -> Result<(), OutOfOrder> {
        let mut visits = Vec::with_capacity(TOGETHER);
        for (number, thread) in (0u32..).zip(&chunk.threads) {
            if !self.has(thread.key) {
                continue;
            }
            let rows = self.that_matter(thread, arranged.rows(number));
            if !rows.is_empty() {
                visits.push(Visit { thread: *thread, rows, memories: 0 });
            }
            if visits.len() == TOGETHER {
                self.visit(chunk, &mut visits)?;
            }
        }
        self.visit(chunk, &mut visits)
    }

    /// The rows that had happened; none where no fact matters to any job.
    fn that_matter<'c>(&self, thread: &ChunkThread, rows: &'c [Glance]) -> &'c [Glance] {
        let Some((jobs, relevance)) = self.platforms.get(thread.platform as usize) else {
            return &[];
        };
        let Some(first_job) = jobs.first() else { return &[] };
        let as_of = self.known.jobs[*first_job as usize].as_of;
        let rows = match rows.last() {
            Some(last) if last.at < as_of.0 => rows,
            _ => &rows[..rows.partition_point(|row| row.at < as_of.0)],
        };
        let matters = rows.iter().any(|row| relevance.has(row.kind, row.author));
        if matters { rows } else { &[] }
    }

    /// Counts the rows of some threads.
    fn visit(&mut self, chunk: &Chunk, visits: &mut Vec<Visit<'_>>) -> Result<(), OutOfOrder> {
        for visit in visits.iter_mut() {
            visit.memories = self.remember(chunk, visit)?;
        }
        let Self { platforms, memories, taken, .. } = self;
        for visit in visits.iter() {
            let n = platforms[visit.thread.platform as usize].0.len();
            let own = &mut memories[visit.memories..visit.memories + n];
            taken.extend(own.iter_mut().map(core::mem::take));
        }
        let Self { known, platforms, relevance, memories, table, .. } = self;
        let Self { machines, today, facts, taken, .. } = self;
        let mut taken = taken.drain(..);
        for visit in visits.drain(..) {
            let (jobs, all) = &platforms[visit.thread.platform as usize];
            facts.clear();
            if jobs.iter().any(|number| known.jobs[*number as usize].plan.moves.is_none()) {
                let matters = |row: &&Glance| all.has(row.kind, row.author);
                facts.extend(visit.rows.iter().filter(matters).map(|row| chunk.fact(*row)));
            }
            for (memory, number) in (visit.memories..).zip(jobs) {
                let job = &known.jobs[*number as usize];
                let windows = known.windows(&visit.thread, job);
                let cx = Context { plan: &job.plan, zone: &job.zone, windows: &windows };
                let sink = &mut known.sink(table, *number, visit.thread.shop);
                let relevance = &relevance[*number as usize];
                let rest = taken.next().unwrap_or_default();
                memories[memory] = match &job.plan.moves {
                    Some(moves) => {
                        let rows = Rows { chunk, glances: visit.rows };
                        let today = &mut today[*number as usize];
                        machines.run(rest, &cx, (moves, relevance), (rows, today), sink)
                    }
                    None => machines.work(rest, |state| {
                        let matters =
                            |fact: &&Fact| relevance.has(fact.kind.code(), fact.author.code());
                        for fact in facts.iter().filter(matters) {
                            state.step(&cx, fact, sink);
                        }
                    }),
                };
            }
        }
        Ok(())
    }

    /// Where the memories of a visited thread begin.
    fn remember(&mut self, chunk: &Chunk, visit: &Visit<'_>) -> Result<usize, OutOfOrder> {
        let Visit { thread, rows, .. } = visit;
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        let remembered = &mut self.remembered;
        let key_of = |place: &u32| remembered[*place as usize].thread.key;
        let found = self.places.find(thread.key.0[0], |place| key_of(place) == thread.key).copied();
        let known = match found {
            Some(place) => &mut remembered[place as usize],
            None => {
                let place = remembered.len() as u32;
                let memories = self.memories.len();
                let n = self.platforms[thread.platform as usize].0.len();
                self.memories.extend((0..n).map(|_| Rest::Fresh));
                remembered.push(Remembered { thread: *thread, last_at: i64::MIN, memories });
                let hash = |place: &u32| remembered[*place as usize].thread.key.0[0];
                self.places.insert_unique(thread.key.0[0], place, hash);
                &mut remembered[place as usize]
            }
        };
        if first.at < known.last_at || first.at < self.horizon.0 {
            return Err(OutOfOrder { row: chunk.first_row + first.row });
        }
        known.last_at = last.at;
        Ok(known.memories)
    }

    /// Says that no later piece has a fact before `horizon`: what falls due until then is settled,
    /// and threads that nothing is remembered of are forgotten.
    pub fn pass_time(&mut self, horizon: Instant) {
        self.horizon = self.horizon.max(horizon);
        let Self { known, platforms, places, remembered, memories, table, machines, .. } = self;
        let mut kept = Vec::with_capacity(memories.len() / 2);
        places.clear();
        remembered.retain_mut(|one| {
            let jobs = &platforms[one.thread.platform as usize].0;
            let first = kept.len();
            for (memory, number) in (one.memories..).zip(jobs) {
                let rest = core::mem::take(&mut memories[memory]);
                kept.push(match rest.after(horizon) {
                    Passed::Nothing(rest) => rest,
                    Passed::Something(rest) => {
                        let job = &known.jobs[*number as usize];
                        let windows = known.windows(&one.thread, job);
                        let cx = Context { plan: &job.plan, zone: &job.zone, windows: &windows };
                        let sink = &mut known.sink(table, *number, one.thread.shop);
                        let now = horizon.min(job.as_of);
                        machines.work(rest, |state| state.settle(&cx, now, sink))
                    }
                });
            }
            let is_fresh = kept[first..].iter().all(|rest| matches!(rest, Rest::Fresh));
            if is_fresh {
                kept.truncate(first);
            }
            one.memories = first;
            !is_fresh
        });
        *memories = kept;
        let hash = |place: &u32| remembered[*place as usize].thread.key.0[0];
        for (place, one) in (0u32..).zip(remembered.iter()) {
            places.insert_unique(one.thread.key.0[0], place, hash);
        }
    }

    /// Whether a day ends before this instant that had not ended when time was last said to have
    /// passed: then it pays to say so again.
    #[must_use]
    pub fn ends_a_day(&self, horizon: Instant) -> bool {
        // Of an instant before all days, or after them, no day can be told.
        let is_first = self.horizon == Instant(i64::MIN);
        let ends = |job: &Job| job.zone.day(self.horizon) < job.zone.day(horizon);
        horizon < Instant(i64::MAX) && (is_first || self.known.jobs.iter().any(ends))
    }

    /// How many threads are remembered.
    #[must_use]
    pub fn n_threads(&self) -> usize {
        self.remembered.len()
    }

    /// The tallies, when the measurement stands at `as_of`, which is given for each job.
    #[must_use]
    pub fn finish(mut self, as_of: &[Instant]) -> Table {
        let Self { known, platforms, remembered, memories, table, machines, .. } = &mut self;
        for one in remembered.iter() {
            let jobs = &platforms[one.thread.platform as usize].0;
            for (memory, number) in (one.memories..).zip(jobs) {
                let job = &known.jobs[*number as usize];
                let windows = known.windows(&one.thread, job);
                let cx = Context { plan: &job.plan, zone: &job.zone, windows: &windows };
                let sink = &mut known.sink(table, *number, one.thread.shop);
                let now = as_of[*number as usize];
                let rest = core::mem::take(&mut memories[memory]);
                machines.work(rest, |state| state.finish(&cx, now, sink));
            }
        }
        self.table
    }
}

impl<'a> Known<'a> {
    fn sink<'t>(&self, table: &'t mut Table, job: u32, shop: u32) -> CellSink<'t>
    where
        'a: 't,
    {
        CellSink::new(table, (job, &self.jobs[job as usize]), self.grouping, shop)
    }
}

impl Known<'_> {
    fn windows(&self, thread: &ChunkThread, job: &Job) -> Vec<Window> {
        let entry = thread.entry.and_then(|entry| self.registry.shops.get(entry as usize));
        let facts = self.reaching_back.get(&thread.key);
        if entry.is_none() && facts.is_none() {
            return Vec::new();
        }
        let had_happened = |fact: &&Fact| fact.at < job.as_of;
        let facts: Vec<Fact> = facts.into_iter().flatten().filter(had_happened).copied().collect();
        windows(Beside { entry, is_own: thread.is_own }, &facts, job)
    }
}
