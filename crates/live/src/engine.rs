//! The engine: threads, timers, figures, and the step that moves them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use facts::{Account, Instant, ShopEntry, ShopId, Span};
use hashbrown::HashMap;
use metric::{Machines, OpenSample, Tally};

use crate::effect::{Cause, Deadline, Effect, Fired, Sample};
use crate::figures::{Figure, Figures, Waits};
use crate::thread::{Place, QUIET, Remembered, Settled, applies_as_it_comes};
use crate::watch::{Threshold, Watch};
use crate::{Arrival, History, Order, Who};

/// Deadlines that were due longer ago than this are not told any more when a fact brings them up
/// or takes them back: what reaches back reaches seven days.
const STALE: Span = Span::seconds(8 * 86_400);

/// A shop that is watched.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// The number of its platform, as the rules have it ([`metric::Job::platform`]).
    pub platform: u32,
    /// What the registry says of it. `None`: nothing is known.
    pub entry: Option<ShopEntry>,
}

/// An open sample as [`Engine::open`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub sample: Sample,
    /// How it stands.
    pub open: OpenSample,
}

/// Why a step was not taken. The engine is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused<E> {
    /// A fact is of a shop that was never told of ([`Engine::add_shop`]).
    UnknownShop(ShopId),
    /// The facts of a step are not in the order of their arrival numbers.
    NotInOrder {
        /// The number that is not above the one before it.
        number: u64,
    },
    /// The older facts of a thread cannot be had.
    History(E),
}

impl<E: fmt::Display> fmt::Display for Refused<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownShop(shop) => {
                write!(f, "shop number {} is not known: add it before its first fact", shop.0)
            }
            Self::NotInOrder { number } => write!(
                f,
                "arrival number {number} is not above the one before it: give the facts of a step \
                 in the order in which they were stored"
            ),
            Self::History(error) => write!(f, "the older facts of a thread cannot be had: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Refused<E> {}

/// The deterministic live engine.
///
/// Its state is a function of the facts with arrival numbers up to [`Engine::number`] and of
/// [`Engine::clock`]: whatever way it came there, figures, open samples and deadlines are the same.
/// Facts that have not happened at the clock wait until they have.
///
/// It remembers the threads in which something is open, and those that a fact touched within the
/// last hour. Of others the store is asked when their next fact comes.
///
/// # Example
///
/// ```
/// use std::convert::Infallible;
/// use facts::{Author, Fact, Instant, ShopId, Zone};
/// use live::{Arrival, Effect, Engine, History, Shop, Watch, Who};
/// use metric::{Day, Job, Plan, Rule, Sample};
///
/// struct NoHistory;
/// impl History for NoHistory {
///     type Error = Infallible;
///     fn facts(&mut self, _: Who, _: u64, _: &mut Vec<Arrival>) -> Result<(), Infallible> {
///         Ok(())
///     }
/// }
///
/// let plan = Plan::compile(&Rule::new(Sample::Round)).unwrap();
/// let job = Job::new(plan, Zone::fixed(8 * 3_600_000));
/// let mut engine = Engine::new(vec![Watch::new(job)]);
/// engine.add_shop(ShopId(0), Shop::default());
///
/// let who = Who { shop: ShopId(0), buyer: 1 };
/// let fact = Fact::message(Instant(0), Author::Buyer);
/// let question = Arrival { who, is_own: false, number: 1, seq: None, fact };
/// engine.step(Instant(20), &[question], &mut NoHistory).unwrap();
/// assert_eq!(engine.open().count(), 1);
/// // The next thing to happen is the warning at 100 seconds, then the limit.
/// assert_eq!(engine.next_due(), Some(Instant(100_000)));
/// let effects = engine.step(Instant(200_000), &[], &mut NoHistory).unwrap();
/// let fired = |effect: &&Effect| matches!(effect, Effect::Fire { .. });
/// assert_eq!(effects.iter().filter(fired).count(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    watches: Vec<Watch>,
    /// By platform number, the numbers of its rules.
    rules: Vec<Vec<u32>>,
    shops: HashMap<ShopId, Shop>,
    clock: Instant,
    number: u64,
    threads: HashMap<Who, Box<Remembered>>,
    /// Threads in which time alone will do something, by when.
    timers: BTreeSet<(Instant, Who)>,
    /// Threads in which nothing is open, by when they may be forgotten.
    rests: BTreeSet<(Instant, Who)>,
    /// Facts that have not happened yet.
    ahead: BTreeMap<Order, Arrival>,
    figures: Figures,
    /// Deadlines that fired and were withdrawn, with when they were due.
    withdrawn: HashMap<Deadline, Instant>,
    machines: Machines,
}

/// What a step does to one thread.
struct Work {
    who: Who,
    /// Its new facts, in order.
    facts: Vec<Arrival>,
    /// All its facts, old and new, in order, where the store was asked.
    told: Option<Vec<Arrival>>,
    /// Why it is counted again; `None`: its facts are applied as they come.
    recount: Option<Cause>,
}

/// Where the engine stood before a step.
#[derive(Clone, Copy)]
struct Before {
    clock: Instant,
    number: u64,
}

impl Before {
    /// Whether a fact was counted by then.
    fn has(&self, one: &Arrival) -> bool {
        one.number <= self.number && one.fact.at < self.clock
    }
}

impl Engine {
    /// An engine without shops and facts, at the beginning of time.
    #[must_use]
    pub fn new(watches: Vec<Watch>) -> Self {
        let n_platforms =
            watches.iter().map(|watch| watch.job.platform as usize + 1).max().unwrap_or(0);
        let mut rules = vec![Vec::new(); n_platforms];
        for (number, watch) in (0u32..).zip(&watches) {
            rules[watch.job.platform as usize].push(number);
        }
        let keeps_waits = watches.iter().map(|watch| watch.keeps_waits).collect();
        Self {
            watches,
            rules,
            shops: HashMap::new(),
            clock: Instant(i64::MIN),
            number: 0,
            threads: HashMap::new(),
            timers: BTreeSet::new(),
            rests: BTreeSet::new(),
            ahead: BTreeMap::new(),
            figures: Figures::new(keeps_waits),
            withdrawn: HashMap::new(),
            machines: Machines::default(),
        }
    }

    /// Tells of a shop, before its first fact. What the registry says of it must not change while
    /// the engine lives: then another is built from the store, as for changed rules.
    pub fn add_shop(&mut self, shop: ShopId, what: Shop) {
        self.shops.insert(shop, what);
    }

    /// The latest instant that a step was given: facts at or after it have not happened.
    #[must_use]
    pub fn clock(&self) -> Instant {
        self.clock
    }

    /// The last arrival number that was stepped.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The rules that are watched.
    #[must_use]
    pub fn watches(&self) -> &[Watch] {
        &self.watches
    }

    /// When to step next if no fact comes: nothing happens before. `None`: nothing ever.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let ahead = self.ahead.values().next().map(|one| one.fact.at + Span(1));
        self.timers.first().map(|(due, _)| *due).into_iter().chain(ahead).min()
    }

    /// A figure as it stands at the clock, open samples apart as pending; empty where nothing is.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> Tally {
        self.figures.get(figure)
    }

    /// All figures that are not empty, in no order.
    pub fn figures(&self) -> impl Iterator<Item = (&Figure, &Tally)> {
        self.figures.iter()
    }

    /// The figures of one shop that are not empty, in no order.
    pub fn figures_of(&self, shop: ShopId) -> impl Iterator<Item = (&Figure, &Tally)> {
        self.figures.of_shop(shop)
    }

    /// The waits of the answered samples of a figure whose rule keeps them, in milliseconds, each
    /// with how many there are, the shortest first; of a grouped sample its mean, rounded down.
    pub fn waits(&self, figure: &Figure) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.figures.waits(figure)
    }

    /// All open samples, in no order.
    pub fn open(&self) -> impl Iterator<Item = Waiting> {
        self.threads.iter().flat_map(|(who, thread)| {
            let open = self.place(*who).map(|place| thread.open(&place)).unwrap_or_default();
            open.into_iter().map(|(sample, open)| Waiting { sample, open })
        })
    }

    /// How many threads with open samples an account is in charge of.
    #[must_use]
    pub fn n_waiting_for(&self, shop: ShopId, account: Account) -> usize {
        let own = self.threads.iter().filter(|(who, _)| who.shop == shop);
        let in_charge = |thread: &Remembered| {
            thread.tracked.iter().flat_map(|one| &one.open).any(|open| open.account == account)
        };
        own.filter(|(_, thread)| in_charge(thread)).count()
    }

    /// The deadlines of a remembered thread that fired and stand, in order.
    #[must_use]
    pub fn fired(&self, who: Who) -> Vec<Fired> {
        let mut fired = self.threads.get(&who).map(|one| one.fired.clone()).unwrap_or_default();
        fired.sort_unstable();
        fired
    }

    /// Deadlines that fired and were withdrawn, with when they were due, in no order: what a
    /// restart cannot tell from the facts.
    pub fn withdrawn(&self) -> impl Iterator<Item = (Deadline, Instant)> {
        self.withdrawn.iter().map(|(deadline, due)| (*deadline, *due))
    }

    /// How many threads are remembered.
    #[must_use]
    pub fn n_threads(&self) -> usize {
        self.threads.len()
    }

    /// How many timers there are.
    #[must_use]
    pub fn n_timers(&self) -> usize {
        self.timers.len() + self.rests.len() + self.ahead.len()
    }

    fn place(&self, who: Who) -> Option<Place<'_>> {
        place(&self.watches, &self.rules, &self.shops, who)
    }

    /// Lets time pass up to `now`, and takes facts that have arrived, in the order of their
    /// numbers. Without facts it is a tick.
    ///
    /// A `now` before [`Engine::clock`] is taken as that: a clock that jumps back fires nothing
    /// twice, and when it jumps ahead or stands still everything is made up for, each deadline
    /// with the instant at which it was due. Facts of one step are taken together: what was late
    /// before the last of them came in time is not.
    ///
    /// # Errors
    ///
    /// [`Refused`]; then nothing was done.
    pub fn step<H: History>(
        &mut self,
        now: Instant,
        arrivals: &[Arrival],
        history: &mut H,
    ) -> Result<Vec<Effect>, Refused<H::Error>> {
        let before = Before { clock: self.clock, number: self.number };
        let clock = self.clock.max(now);
        let number = self.check(arrivals)?;
        let new = arrivals.iter().filter(|one| one.number > before.number);
        let (happened, ahead): (Vec<Arrival>, Vec<Arrival>) =
            new.copied().partition(|one| one.fact.at < clock);
        let released = self.ahead.values().take_while(|one| one.fact.at < clock).copied();
        let happened = happened.into_iter().chain(released).collect();
        let works = self.gather(happened, before, (clock, number), history)?;
        // From here on nothing can fail.
        (self.clock, self.number) = (clock, number);
        self.ahead.retain(|_, one| one.fact.at >= clock);
        self.ahead.extend(ahead.into_iter().map(|one| (one.order(), one)));
        let mut effects = Vec::new();
        for work in works {
            self.work(work, before, &mut effects);
        }
        self.pass(&mut effects);
        self.forget();
        finish_step(&mut effects);
        self.figures.changes(&mut effects);
        Ok(effects)
    }

    /// The number of the last fact, if all can be taken.
    fn check<E>(&self, arrivals: &[Arrival]) -> Result<u64, Refused<E>> {
        let mut last = 0;
        for one in arrivals {
            if !self.shops.contains_key(&one.who.shop) {
                return Err(Refused::UnknownShop(one.who.shop));
            }
            if one.number <= last {
                return Err(Refused::NotInOrder { number: one.number });
            }
            last = one.number;
        }
        Ok(last.max(self.number))
    }

    /// Sorts facts by thread, and asks for the older ones of threads that need them.
    fn gather<H: History>(
        &self,
        mut happened: Vec<Arrival>,
        before: Before,
        (clock, number): (Instant, u64),
        history: &mut H,
    ) -> Result<Vec<Work>, Refused<H::Error>> {
        happened.sort_unstable_by_key(|one| (one.who, one.order()));
        let mut works = Vec::new();
        for facts in happened.chunk_by(|a, b| a.who == b.who) {
            let who = facts[0].who;
            let known = self.threads.get(&who);
            let mut last = known.and_then(|thread| thread.last);
            let mut told = Vec::new();
            let mut is_told = false;
            let mut ask = |told: &mut Vec<Arrival>| {
                is_told = true;
                history.facts(who, number, told).map_err(Refused::History)?;
                told.retain(|one| one.who == who && one.number <= number && one.fact.at < clock);
                told.sort_unstable_by_key(Arrival::order);
                told.dedup_by_key(|one| one.number);
                Ok(())
            };
            if known.is_none() {
                ask(&mut told)?;
                last = told.iter().filter(|one| before.has(one)).map(Arrival::order).max();
            }
            let late = facts.iter().find(|one| last.is_some_and(|last| one.order() < last));
            let reaching = facts.iter().find(|one| !applies_as_it_comes(one));
            let recount = late.or(reaching).map(cause);
            if recount.is_some() && known.is_some() {
                ask(&mut told)?;
            }
            let told = is_told.then_some(told);
            works.push(Work { who, facts: facts.to_vec(), told, recount });
        }
        Ok(works)
    }

    /// Takes the new facts of one thread.
    fn work(&mut self, work: Work, before: Before, effects: &mut Vec<Effect>) {
        let Self { watches, rules, shops, machines, figures, .. } = self;
        let who = work.who;
        let Some(place) = place(watches, rules, shops, who) else { return };
        let is_own = work.facts.first().is_some_and(|one| one.is_own);
        let clock = self.clock;
        let known = self.threads.remove(&who);
        let mut settled = Settled::new();
        let told = work.told.unwrap_or_default();
        let older: Vec<Arrival> = told.iter().filter(|one| before.has(one)).copied().collect();
        let older = (older.as_slice(), before.clock);
        let mut old = match known {
            Some(thread) => thread,
            None if older.0.is_empty() => Box::new(Remembered::new(is_own, place.rules.len())),
            None => Box::new(Remembered::count(&place, machines, older, true, &mut settled)),
        };
        let was_open = old.open(&place);
        // What was due after a fact that comes now may not have been: it is seen anew.
        let first = work.facts.first().map(|one| (one.fact.at, cause(one)));
        let since = first.map_or(clock, |(at, _)| at).min(match work.recount {
            Some(_) => Instant(i64::MIN),
            None => clock,
        });
        let was_fired = old.take_fired_after(since);
        let n_fired = old.fired.len();
        let because = first.map(|(_, cause)| cause).filter(|_| !was_fired.is_empty());
        let because = work.recount.or(because);
        for (watch, part) in old.parts(&place) {
            figures.take_away(watch, who.shop, part);
        }
        let (due, rests_at) = (old.due, old.rests_at);
        if work.recount.is_some() {
            if settled.is_empty() {
                Remembered::count(&place, machines, older, false, &mut settled);
            }
            for (watch, part) in settled.drain(..) {
                figures.take_away(watch, who.shop, &part);
            }
            *old = Remembered::count(&place, machines, (&told, clock), true, &mut settled);
        } else {
            settled.clear();
            if !was_fired.is_empty() {
                old.turn_back(&place, machines);
            }
            for one in &work.facts {
                let fact = (&one.numbered(), one.order());
                old.apply(&place, machines, fact, &mut settled);
            }
            old.pass(&place, machines, clock);
        }
        for (watch, part) in &settled {
            figures.add(*watch, who.shop, part);
        }
        for (watch, part) in old.parts(&place) {
            figures.add(watch, who.shop, part);
        }
        let open = old.open(&place);
        (old.due, old.rests_at, old.touched_at) = (due, rests_at, clock);
        let fired = old.fired[n_fired..].to_vec();
        self.keep(who, old);
        self.tell_fired((&was_fired, &fired), because, &open, effects);
        tell_open(&was_open, &open, effects);
    }

    /// Puts a thread back, and its timers right.
    fn keep(&mut self, who: Who, mut thread: Box<Remembered>) {
        let Some(place) = place(&self.watches, &self.rules, &self.shops, who) else { return };
        let due = thread.next_due(&place);
        let is_at_rest = due.is_none() && thread.has_nothing_open();
        let rests_at = is_at_rest.then_some(thread.touched_at + QUIET);
        if due != thread.due {
            if let Some(due) = thread.due {
                self.timers.remove(&(due, who));
            }
            self.timers.extend(due.map(|due| (due, who)));
            thread.due = due;
        }
        if rests_at != thread.rests_at {
            if let Some(at) = thread.rests_at {
                self.rests.remove(&(at, who));
            }
            self.rests.extend(rests_at.map(|at| (at, who)));
            thread.rests_at = rests_at;
        }
        self.threads.insert(who, thread);
    }

    /// Lets time pass in the threads in which something is due.
    fn pass(&mut self, effects: &mut Vec<Effect>) {
        while let Some((_, who)) = self.timers.first().copied().filter(|one| one.0 <= self.clock) {
            let clock = self.clock;
            let Self { watches, rules, shops, machines, figures, .. } = self;
            let (Some(mut thread), Some(place)) =
                (self.threads.remove(&who), place(watches, rules, shops, who))
            else {
                self.timers.pop_first();
                continue;
            };
            let was_open = thread.open(&place);
            let n_fired = thread.fired.len();
            for (watch, part) in thread.parts(&place) {
                figures.take_away(watch, who.shop, part);
            }
            thread.pass(&place, machines, clock);
            for (watch, part) in thread.parts(&place) {
                figures.add(watch, who.shop, part);
            }
            let open = thread.open(&place);
            let fired = thread.fired[n_fired..].to_vec();
            self.keep(who, thread);
            self.tell_fired((&[], &fired), None, &open, effects);
            tell_open(&was_open, &open, effects);
        }
    }

    /// Forgets threads in which nothing is open and that were quiet for long.
    fn forget(&mut self) {
        while let Some((_, who)) = self.rests.first().copied().filter(|one| one.0 <= self.clock) {
            self.rests.pop_first();
            self.threads.remove(&who);
        }
        let oldest = self.clock - STALE;
        if self.withdrawn.len() > 1_024 {
            self.withdrawn.retain(|_, due| *due >= oldest);
        }
    }

    /// Tells which deadlines stand now that did not, and the other way round. Where a thread was
    /// not counted again, what is told is new.
    fn tell_fired(
        &mut self,
        (was, is): (&[Fired], &[Fired]),
        because: Option<Cause>,
        open: &[(Sample, OpenSample)],
        effects: &mut Vec<Effect>,
    ) {
        let has = |list: &[Fired], one: &Fired| list.iter().any(|o| o.deadline == one.deadline);
        let oldest = self.clock - STALE;
        let is_told = |one: &&Fired| because.is_none() || one.due >= oldest;
        for fired in is.iter().filter(|one| !has(was, one)).filter(is_told) {
            if self.withdrawn.remove(&fired.deadline).is_some() {
                effects.push(Effect::Reinstate { fired: *fired });
            } else {
                let is_open = open.iter().any(|(sample, _)| *sample == fired.deadline.sample);
                effects.push(Effect::Fire { fired: *fired, is_open });
            }
        }
        let Some(because) = because else { return };
        for fired in was.iter().filter(|one| !has(is, one)).filter(is_told) {
            self.withdrawn.insert(fired.deadline, fired.due);
            effects.push(Effect::Withdraw { fired: *fired, because });
        }
    }
}

/// Rebuilding after a restart, before the first step.
impl Engine {
    /// Puts the engine where another one stood: at its clock and arrival number, with the
    /// deadlines that had been withdrawn. What had fired follows from the facts: all that was due
    /// by then.
    pub fn resume(
        &mut self,
        clock: Instant,
        number: u64,
        withdrawn: impl IntoIterator<Item = (Deadline, Instant)>,
    ) {
        (self.clock, self.number) = (clock, number);
        self.withdrawn = withdrawn.into_iter().collect();
    }

    /// Counts a thread from its facts, in any order; each thread once. Facts with later arrival
    /// numbers than the engine's are left out: they are stepped afterwards. Nothing fires.
    ///
    /// # Errors
    ///
    /// [`Refused::UnknownShop`].
    pub fn load(&mut self, facts: Vec<Arrival>) -> Result<(), Refused<std::convert::Infallible>> {
        self.load_thread(facts, None, &mut |_| {})
    }

    /// Takes figures as another engine had them ([`Engine::figures`], [`Engine::waits`]), one that
    /// stood at some clock and number and watched the same rules and shops; days that are not
    /// watched any more are left out. Then [`Engine::load_since`] does instead of
    /// [`Engine::load`].
    pub fn load_figures(&mut self, figures: impl IntoIterator<Item = (Figure, Tally, Waits)>) {
        for (figure, tally, waits) in figures {
            let watch = self.watches.get(figure.watch as usize);
            if watch.is_some_and(|watch| watch.has_day(figure.day)) {
                self.figures.put(figure, tally, waits);
            }
        }
    }

    /// As [`Engine::load`], where the figures have the thread as it stood at an earlier clock and
    /// number, of which `was` tells. Threads without facts after that number in which nothing was
    /// open then ([`Engine::unsettled`]) may be left out: they contribute what they did. Figures
    /// that are no longer what they were are named to `changed`.
    ///
    /// # Errors
    ///
    /// [`Refused::UnknownShop`].
    pub fn load_since(
        &mut self,
        facts: Vec<Arrival>,
        was: (Instant, u64),
        changed: &mut dyn FnMut(&Figure),
    ) -> Result<(), Refused<std::convert::Infallible>> {
        self.load_thread(facts, Some(was), changed)
    }

    /// The threads that time alone may change, or in which something is open, or of which facts
    /// have not happened yet: in order, each once.
    #[must_use]
    pub fn unsettled(&self) -> Vec<Who> {
        let timers = self.timers.iter().map(|(_, who)| *who);
        let open = self.threads.iter().filter(|(_, thread)| !thread.has_nothing_open());
        let ahead = self.ahead.values().map(|one| one.who);
        let mut all: Vec<Who> = timers.chain(open.map(|(who, _)| *who)).chain(ahead).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn load_thread(
        &mut self,
        mut facts: Vec<Arrival>,
        was: Option<(Instant, u64)>,
        changed: &mut dyn FnMut(&Figure),
    ) -> Result<(), Refused<std::convert::Infallible>> {
        let Some(who) = facts.first().map(|one| one.who) else { return Ok(()) };
        let Self { watches, rules, shops, machines, figures, clock, .. } = self;
        let place = place(watches, rules, shops, who).ok_or(Refused::UnknownShop(who.shop))?;
        facts.retain(|one| one.number <= self.number);
        facts.sort_unstable_by_key(Arrival::order);
        let mut settled = Settled::new();
        if let Some((clock, number)) = was {
            let by_then = |one: &&Arrival| one.number <= number && one.fact.at < clock;
            let older: Vec<Arrival> = facts.iter().filter(by_then).copied().collect();
            let seen = Remembered::count(&place, machines, (&older, clock), false, &mut settled);
            for (watch, part) in settled.drain(..) {
                figures.take_away(watch, who.shop, &part);
            }
            for (watch, part) in seen.parts(&place) {
                figures.take_away(watch, who.shop, part);
            }
        }
        let happened = facts.partition_point(|one| one.fact.at < *clock);
        let ahead = facts.split_off(happened);
        self.ahead.extend(ahead.into_iter().map(|one| (one.order(), one)));
        let facts = (facts.as_slice(), *clock);
        let seen = Remembered::count(&place, machines, facts, false, &mut settled);
        for (watch, part) in settled.drain(..) {
            figures.add(watch, who.shop, &part);
        }
        for (watch, part) in seen.parts(&place) {
            figures.add(watch, who.shop, part);
        }
        let mut effects = Vec::new();
        figures.changes(&mut effects);
        for effect in &effects {
            if let Effect::Figure { figure, .. } = effect {
                changed(figure);
            }
        }
        if seen.next_due(&place).is_some() || !seen.has_nothing_open() {
            let thread = Remembered::count(&place, machines, facts, true, &mut settled);
            self.keep(who, Box::new(thread));
        }
        Ok(())
    }
}

fn cause(one: &Arrival) -> Cause {
    Cause { number: one.number, kind: one.fact.kind }
}

fn place<'a>(
    watches: &'a [Watch],
    rules: &'a [Vec<u32>],
    shops: &'a HashMap<ShopId, Shop>,
    who: Who,
) -> Option<Place<'a>> {
    let shop = shops.get(&who.shop)?;
    let rules = rules.get(shop.platform as usize).map_or(&[][..], Vec::as_slice);
    Some(Place { who, entry: shop.entry.as_ref(), watches, rules })
}

/// Tells which samples opened, changed and closed.
fn tell_open(was: &[(Sample, OpenSample)], is: &[(Sample, OpenSample)], effects: &mut Vec<Effect>) {
    for (sample, open) in is {
        if !was.contains(&(*sample, *open)) {
            effects.push(Effect::Open { sample: *sample, open: *open });
        }
    }
    for (sample, _) in was {
        if !is.iter().any(|(other, _)| other == sample) {
            effects.push(Effect::Close { sample: *sample });
        }
    }
}

/// Puts the effects of a step in order: what opened, what fired in the order in which it was due,
/// what was withdrawn, what closed.
fn finish_step(effects: &mut [Effect]) {
    effects.sort_by_key(|effect| match effect {
        Effect::Open { .. } => (0, None),
        Effect::Fire { fired, .. } | Effect::Reinstate { fired } => (1, Some(*fired)),
        Effect::Withdraw { fired, .. } => (2, Some(*fired)),
        Effect::Close { .. } => (3, None),
        Effect::Figure { .. } => (4, None),
    });
}

/// The threshold of a deadline, for those who name it.
impl Deadline {
    /// Whether it is the limit.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.threshold == Threshold::Limit
    }
}
