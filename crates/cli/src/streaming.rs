//! Counting logs that can be read in pieces, on all cores and without holding them.
//!
//! Pieces are decoded by whoever is free and counted in their order: threads are shared out to as
//! many parts as there are cores, and each part takes the pieces one after the other. Which rules
//! are to be counted depends on the days and platforms of the log, which are known for sure only
//! when it was read: they are taken from what the files say of themselves, and should that have
//! been wrong, the log is counted again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use facts::{ByThread, Chunk, Day, FactKind, Instant, Interner, Registry};
use figures::counting::Counted;
use figures::selection::{self, Outline, Selection};
use figures::table::Rules;
use intake::stream::{Judged, Marks, Needs, Piece, Roll, Room, Stream};
use intake::{Column, Rejected, Report, Warning};
use metric::{Fold, Grouping, Job, Known, Plan, ReachingBack, Table};
use rayon::prelude::*;

use crate::failure::Failure;
use crate::input;
use crate::interrupt::Unfinished;
use crate::measure::Asked;
use crate::progress::Progress;
use crate::screen::Screen;

/// What was counted.
pub(crate) struct Streamed<'c> {
    pub(crate) names: NamedDays,
    pub(crate) registry: Registry,
    pub(crate) selection: Selection<'c>,
    pub(crate) rules: Rules,
    pub(crate) table: Table,
    /// Whether every row was a fact.
    pub(crate) is_clean: bool,
}

/// The names of a log, and the time in which it has facts.
#[derive(Default)]
pub(crate) struct NamedDays {
    roll: Roll,
    instants: Vec<i64>,
}

impl NamedDays {
    pub(crate) fn outline(&self) -> Outline<'_> {
        let Roll { platforms, shops, shop_names, accounts } = &self.roll;
        Outline { platforms, shops, shop_names, accounts, instants: &self.instants }
    }

    /// The same without platforms that no shop is of; `None` where there is none of those.
    fn without_strangers(&self) -> Option<Self> {
        let is_known = |number: u32| self.roll.shops.iter().any(|shop| shop.platform == number);
        let names = (0u32..).zip(self.roll.platforms.iter());
        let mut platforms = Interner::default();
        for (_, name) in names.filter(|(number, _)| is_known(*number)) {
            platforms.number(name).ok()?;
        }
        let has_strangers = platforms.len() < self.roll.platforms.len();
        has_strangers.then(|| Self {
            roll: Roll { platforms, ..Roll::default() },
            instants: self.instants.clone(),
        })
    }

    /// What files say before they are read.
    fn foretold(platforms: Interner, first: Instant, last: Instant) -> Self {
        Self { roll: Roll { platforms, ..Roll::default() }, instants: vec![first.0, last.0] }
    }
}

/// Counts the logs in pieces; `None` where that cannot be done, or would not be exact.
pub(crate) fn count<'c>(
    asked: &Asked<'c>,
    screen: &Screen,
) -> Result<Option<Streamed<'c>>, Failure> {
    let args = asked.args;
    if args.input.shape.profile.is_some() || args.input.strict {
        return Ok(None);
    }
    let registry = input::registry(&args.input, screen)?;
    let sources = input::sources(&args.input.logs, screen.lang)?;
    let is_archive = input::is_one_archive(&args.input, &sources);
    let fault = |error: intake::Error| Failure::new(error.message(screen.lang.intake()));
    let (mut guess, mut marks) = (None, None);
    let room = room();
    let _taken_away = Unfinished::new(&room.folder);
    // What a pass found is what the next one needs: other days, or other rows that repeat.
    for _ in 0..3 {
        let Some(stream) = Stream::open(&sources, is_archive, &registry).map_err(fault)? else {
            return Ok(None);
        };
        let foretold = match guess.take() {
            Some(known) => known,
            None => {
                let Some((first, last)) = stream.span() else { return Ok(None) };
                NamedDays::foretold(stream.platforms().map_err(fault)?, first, last)
            }
        };
        match pass(asked, stream, &foretold, (&mut marks, &room), &registry, screen)? {
            Pass::Impossible => return Ok(None),
            Pass::Misled(known) => guess = Some(*known),
            Pass::Mistaken(right) => (guess, marks) = (Some(foretold), Some(*right)),
            Pass::Done(done) => {
                let Done { names, selection, rules, table, report, rejected } = *done;
                let is_clean = report.rejected == 0;
                input::tell_read(&args.input, &sources, &report, &rejected, screen)?;
                return Ok(Some(Streamed { names, registry, selection, rules, table, is_clean }));
            }
        }
    }
    Ok(None)
}

/// What became of one pass over the log.
enum Pass<'c> {
    /// The log cannot be counted in pieces.
    Impossible,
    /// The log has other days or platforms than were foretold.
    Misled(Box<NamedDays>),
    /// Other rows repeat others than seemed so.
    Mistaken(Box<Marks>),
    Done(Box<Done<'c>>),
}

struct Done<'c> {
    names: NamedDays,
    selection: Selection<'c>,
    rules: Rules,
    table: Table,
    report: Report,
    rejected: Vec<Rejected>,
}

fn pass<'c>(
    asked: &Asked<'c>,
    stream: Stream<'_>,
    foretold: &NamedDays,
    (known, room): (&mut Option<Marks>, &Room),
    registry: &Registry,
    screen: &Screen,
) -> Result<Pass<'c>, Failure> {
    let told = |error: figures::Error| Failure::of(&error, screen.lang);
    stream.set_platforms(&foretold.roll.platforms);
    let outline = foretold.outline();
    let expected = selection::select(asked.catalogue, outline, asked.wanted).map_err(told)?;
    let expected_rules = asked.breakdown.rules(&expected.metrics, asked.invalid).map_err(told)?;
    let grouping = asked.breakdown.grouping(&expected.metrics);
    let mut jobs: Vec<Job> = expected_rules.counted.iter().map(|one| one.job.clone()).collect();
    if !can_be_exact(&stream, &jobs) {
        return Ok(Pass::Impossible);
    }
    let needs = needs(&jobs, grouping);
    if asked.wanted.rules.as_of.is_none() {
        // Everything in the log had happened.
        jobs.iter_mut().for_each(|job| job.as_of = Instant(i64::MAX));
    }
    let fault = |error: intake::Error| Failure::new(error.message(screen.lang.intake()));
    let marks = match known {
        Some(known) => &*known,
        None => &*known.insert(stream.marks(room).map_err(fault)?),
    };
    let reaching_back = reaching_back(&stream, &jobs, needs, marks).map_err(fault)?;
    let known = Known { jobs: &jobs, grouping, registry, reaching_back: &reaching_back };
    let (parts, pieces) = match Work::run(&stream, needs, marks, known, screen) {
        Ok(done) => done,
        Err(Stop::OutOfOrder) => return Ok(Pass::Impossible),
        Err(Stop::Fault(error)) => return Err(fault(error)),
    };
    let (report, rejected) = match stream.judge(marks, needs).map_err(fault)? {
        Judged::Wrong(right) => return Ok(Pass::Mistaken(right)),
        Judged::Right { duplicates, conflicts } => {
            report(&stream, (duplicates, conflicts), pieces.iter())
        }
    };
    let quarters: BTreeSet<i64> =
        pieces.iter().flat_map(|piece| &piece.quarters).copied().collect();
    let instants = quarters.into_iter().map(|quarter| quarter * QUARTER).collect();
    let names = NamedDays { roll: stream.take_roll(), instants };
    if let Some(names) = names.without_strangers() {
        return Ok(Pass::Misled(Box::new(names)));
    }
    let selection =
        selection::select(asked.catalogue, names.outline(), asked.wanted).map_err(told)?;
    let rules = asked.breakdown.rules(&selection.metrics, asked.invalid).map_err(told)?;
    let Some(numbers) = numbers((&expected, &expected_rules), (&selection, &rules)) else {
        return Ok(Pass::Misled(Box::new(names)));
    };
    let job = |number: &Option<u32>| number.map(|number| &rules.counted[number as usize].job);
    let nothing = (Day(0), Day(-1));
    let days: Vec<_> = numbers.iter().map(|n| job(n).map_or(nothing, |job| job.days)).collect();
    let as_of: Vec<_> =
        numbers.iter().map(|n| job(n).map_or(Instant(i64::MIN), |job| job.as_of)).collect();
    let tables = parts.into_par_iter().map(|part| part.finish(&as_of));
    let table = tables.reduce(Table::default, |mut all, part| {
        all.merge(part);
        all
    });
    let table = table.renumbered(&numbers, &days);
    Ok(Pass::Done(Box::new(Done { names, selection, rules, table, report, rejected })))
}

/// Milliseconds of a quarter of an hour.
const QUARTER: i64 = 900_000;

/// About how much memory finding repeats may take: enough for forty million rows with ids.
const MEMORY: usize = 832 << 20;

/// Where repeats are looked for. No two calls share the folder.
fn room() -> Room {
    let number = RandomState::new().hash_one(std::process::id());
    let name = format!("yingda-{}-{number:016x}", std::process::id());
    Room { folder: std::env::temp_dir().join(name), memory: MEMORY }
}

/// Whether everything that the rules look at can be told piece by piece.
fn can_be_exact(stream: &Stream<'_>, jobs: &[Job]) -> bool {
    let first = jobs.first().map(|job| job.known_by);
    let is_known_alike = jobs.iter().all(|job| Some(job.known_by) == first);
    let looks_at_texts = jobs.iter().any(|job| job.plan.looks_at_texts());
    (is_known_alike || !stream.has(Column::SeenAt)) && !(looks_at_texts && stream.has(Column::Text))
}

/// The facts that act on samples before them, by thread.
fn reaching_back(
    stream: &Stream<'_>,
    jobs: &[Job],
    needs: Needs,
    marks: &Marks,
) -> Result<ReachingBack, intake::Error> {
    let acts = |kind: &FactKind| jobs.iter().any(|job| job.plan.reaches_back(*kind));
    let kinds: Vec<FactKind> = FactKind::ALL.iter().copied().filter(acts).collect();
    let mut found = ReachingBack::default();
    if kinds.is_empty() || !stream.has(Column::Fact) {
        return Ok(found);
    }
    let pieces = (0..stream.len()).into_par_iter();
    let facts = pieces.map(|piece| stream.facts_of(piece, &kinds, needs.known_by, marks));
    let facts: Vec<_> = facts.collect::<Result<_, _>>()?;
    for (key, fact) in facts.into_iter().flatten() {
        found.entry(key).or_default().push(fact);
    }
    Ok(found)
}

/// What is wanted of each fact.
fn needs(jobs: &[Job], grouping: Grouping) -> Needs {
    let any = |looks: fn(&Plan) -> bool| jobs.iter().any(|job| looks(&job.plan));
    let keeps_samples = jobs.iter().any(|job| job.keeps_samples);
    Needs {
        account: grouping.account || keeps_samples || any(Plan::counts_by_account),
        conversation: any(Plan::looks_at_conversations),
        form: any(Plan::looks_at_forms),
        rating: any(Plan::looks_at_ratings),
        known_by: jobs.first().map(|job| job.known_by).filter(|known| *known < Instant(i64::MAX)),
    }
}

/// For each rule that was counted, which of the wanted ones it is; `None` where a wanted rule, or
/// one of its days, was not counted.
fn numbers(
    (expected, counted): (&Selection<'_>, &Rules),
    (selection, wanted): (&Selection<'_>, &Rules),
) -> Option<Vec<Option<u32>>> {
    let names = |selection: &Selection<'_>, one: &Counted| {
        let selected = &selection.metrics[one.selected];
        let from = selected.editions.iter().find(|chosen| (chosen.from, chosen.to) == one.job.days);
        let edition = from.map(|chosen| chosen.edition.id.clone());
        (selected.metric.id.clone(), edition, one.combination)
    };
    let mut numbers = vec![None; counted.counted.len()];
    for (number, one) in (0u32..).zip(&wanted.counted) {
        let name = names(selection, one);
        let found = counted.counted.iter().position(|other| names(expected, other) == name)?;
        let (other, days) = (&counted.counted[found].job, one.job.days);
        let is_counted = other.days.0 <= days.0 && days.1 <= other.days.1;
        if !is_counted || other.platform != one.job.platform {
            return None;
        }
        numbers[found] = Some(number);
    }
    Some(numbers)
}

/// What the reading amounted to, with the rejected rows in order.
fn report<'p>(
    stream: &Stream<'_>,
    (duplicates, conflicts): (u64, Vec<(u32, Rejected)>),
    pieces: impl Iterator<Item = &'p Piece> + Clone,
) -> (Report, Vec<Rejected>) {
    let of_pieces = pieces.clone().flat_map(|piece| piece.rejected.iter().cloned());
    let mut rejected: Vec<(u32, Rejected)> = of_pieces.chain(conflicts).collect();
    rejected.sort_by_key(|(row, _)| *row);
    let rejected: Vec<Rejected> = rejected.into_iter().map(|(_, rejected)| rejected).collect();
    let rows: u64 = pieces.clone().map(|piece| piece.rows).sum();
    let n_rejected = rejected.len() as u64;
    let mut warnings = stream.warnings(pieces.clone());
    let recalls: u64 = pieces.map(|piece| piece.recalls).sum();
    if recalls > 0 {
        warnings.push(Warning::RecallsWithoutMessage { n: recalls });
    }
    let report = Report {
        rows,
        facts: rows - duplicates - n_rejected,
        duplicates,
        rejected: n_rejected,
        warnings,
        ..Report::default()
    };
    (report, rejected)
}

/// Why the work stopped.
enum Stop {
    OutOfOrder,
    Fault(intake::Error),
}

/// Some rows of a piece, arranged.
#[derive(Default)]
struct Section {
    chunk: Chunk,
    arranged: ByThread,
    /// No later section has a fact before this.
    horizon: Instant,
}

/// The work that is shared out.
struct Work<'a> {
    stream: &'a Stream<'a>,
    needs: Needs,
    marks: &'a Marks,
    progress: Progress,
    /// How many pieces may be held at a time.
    limit: usize,
    queue: Mutex<Queue<'a>>,
    changed: Condvar,
}

struct Queue<'a> {
    /// The next piece to decode.
    next: usize,
    decoding: usize,
    /// Pieces that are decoded and not yet counted by every part.
    ready: BTreeMap<usize, Arc<Vec<Section>>>,
    parts: Vec<Part<'a>>,
    read: Vec<Option<Piece>>,
    /// Room that rows had and others may have.
    room: Vec<Section>,
    stop: Option<Stop>,
}

/// The threads that are counted together.
struct Part<'a> {
    /// Absent while somebody counts.
    fold: Option<Fold<'a>>,
    /// The next piece to count.
    next: usize,
}

/// What somebody is to do.
enum Task<'a> {
    Decode(usize),
    Count { part: usize, fold: Box<Fold<'a>>, piece: usize, sections: Arc<Vec<Section>> },
    Done,
}

impl<'a> Work<'a> {
    fn run(
        stream: &'a Stream<'a>,
        needs: Needs,
        marks: &'a Marks,
        known: Known<'a>,
        screen: &Screen,
    ) -> Result<(Vec<Fold<'a>>, Vec<Piece>), Stop> {
        let n_workers = rayon::current_num_threads().max(1);
        let parts = (0..n_workers as u64)
            .map(|part| Part { fold: Some(Fold::new(known, part, n_workers as u64)), next: 0 });
        let work = Work {
            stream,
            needs,
            marks,
            progress: Progress::rows(stream.rows(), screen),
            limit: n_workers + 1,
            queue: Mutex::new(Queue {
                next: 0,
                decoding: 0,
                ready: BTreeMap::new(),
                parts: parts.collect(),
                read: (0..stream.len()).map(|_| None).collect(),
                room: Vec::new(),
                stop: None,
            }),
            changed: Condvar::new(),
        };
        std::thread::scope(|scope| {
            for _ in 1..n_workers {
                scope.spawn(|| work.help());
            }
            work.help();
        });
        work.progress.done();
        let queue = work.queue.into_inner().unwrap_or_else(PoisonError::into_inner);
        match queue.stop {
            Some(stop) => Err(stop),
            None => Ok((
                queue.parts.into_iter().filter_map(|part| part.fold).collect(),
                queue.read.into_iter().flatten().collect(),
            )),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue<'a>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what there is to do until nothing is left.
    fn help(&self) {
        loop {
            match self.task() {
                Task::Done => return,
                Task::Decode(piece) => self.decode(piece),
                Task::Count { part, fold, piece, sections } => {
                    self.count(part, *fold, piece, sections);
                }
            }
        }
    }

    /// Waits for something to do. Counting comes first: it makes room.
    fn task(&self) -> Task<'a> {
        let mut queue = self.lock();
        loop {
            if queue.stop.is_some() {
                return Task::Done;
            }
            if let Some(task) = queue.counting() {
                return task;
            }
            let is_done = queue.parts.iter().all(|part| part.next == queue.read.len());
            if is_done {
                return Task::Done;
            }
            let held = queue.decoding + queue.ready.len();
            if queue.next < queue.read.len() && held < self.limit {
                queue.next += 1;
                queue.decoding += 1;
                return Task::Decode(queue.next - 1);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn decode(&self, piece: usize) {
        let mut sections: Vec<Section> = Vec::new();
        let mut room = std::mem::take(&mut self.lock().room);
        let read = self.stream.read(piece, self.needs, self.marks, &mut |chunk: Chunk| {
            let Section { chunk: next, mut arranged, .. } = room.pop().unwrap_or_default();
            arranged.arrange(&chunk);
            sections.push(Section { chunk, arranged, horizon: Instant(i64::MAX) });
            next
        });
        let mut horizon = self.stream.horizon(piece);
        for section in sections.iter_mut().rev() {
            section.horizon = horizon;
            horizon = section.arranged.earliest().map_or(horizon, |first| first.min(horizon));
        }
        let mut queue = self.lock();
        queue.room.append(&mut room);
        queue.decoding -= 1;
        match read {
            Ok(read) => {
                queue.read[piece] = Some(read);
                queue.ready.insert(piece, Arc::new(sections));
            }
            Err(error) => queue.stop = Some(Stop::Fault(error)),
        }
        self.changed.notify_all();
    }

    fn count(&self, part: usize, mut fold: Fold<'a>, piece: usize, sections: Arc<Vec<Section>>) {
        let mut result = Ok(());
        for section in sections.iter() {
            result = result.and_then(|()| fold.take(&section.chunk, &section.arranged));
            if result.is_ok() && fold.ends_a_day(section.horizon) {
                fold.pass_time(section.horizon);
            }
        }
        drop(sections);
        let mut queue = self.lock();
        queue.parts[part] = Part { fold: Some(fold), next: piece + 1 };
        if queue.parts.iter().all(|part| part.next > piece) {
            let sections = queue.ready.remove(&piece).and_then(Arc::into_inner);
            for mut section in sections.into_iter().flatten() {
                section.chunk.clear();
                queue.room.push(section);
            }
            self.progress.advance(self.stream.rows_of(piece));
        }
        if result.is_err() {
            queue.stop.get_or_insert(Stop::OutOfOrder);
        }
        self.changed.notify_all();
    }
}

impl<'a> Queue<'a> {
    /// A part whose next piece is there, if nobody counts it.
    fn counting(&mut self) -> Option<Task<'a>> {
        for (number, part) in self.parts.iter_mut().enumerate() {
            if let Some(sections) = self.ready.get(&part.next)
                && let Some(fold) = part.fold.take()
            {
                let (fold, piece, sections) = (Box::new(fold), part.next, Arc::clone(sections));
                return Some(Task::Count { part: number, fold, piece, sections });
            }
        }
        None
    }
}
