//! The loop that a server has: store, acknowledge, step, store the effects; with crashes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use facts::{Instant, Span};
use live::{Arrival, Deadline, Effect, Engine, Figure, Shop, Waits, Watch, Who};
use metric::Tally;
use testkit::worlds::Chance;

use crate::reference;
use crate::rules::{Named, axis_rules, rules_in_force};
use crate::store::Store;
use crate::world::{Delivery, N_SHOPS, World};

/// A fault of the driver that the checks must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    LateAsPunctual,
    HistoryForgets,
    AcknowledgesEarly,
    ForgetsClock,
    ForgetsEffects,
    ForgetsUnsettled,
    Sleeps,
    CountsRepeats,
}

/// What happened in histories.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) steps: u64,
    pub(crate) fired: u64,
    pub(crate) to_the_millisecond: u64,
    pub(crate) withdrawn: u64,
    pub(crate) crashes: u64,
    pub(crate) repeats: u64,
    pub(crate) lost: u64,
    pub(crate) jumps: u64,
    pub(crate) resumed: u64,
}

impl Told {
    pub(crate) fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.fired += other.fired;
        self.to_the_millisecond += other.to_the_millisecond;
        self.withdrawn += other.withdrawn;
        self.crashes += other.crashes;
        self.repeats += other.repeats;
        self.lost += other.lost;
        self.jumps += other.jumps;
        self.resumed += other.resumed;
    }
}

fn all_rules() -> &'static [Named] {
    static ALL: OnceLock<Vec<Named>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = rules_in_force();
        all.extend(axis_rules());
        all
    })
}

/// Figures that were kept, so that a restart need not count everything.
struct Kept {
    figures: Vec<(Figure, Tally, Waits)>,
    unsettled: BTreeSet<Who>,
    was: (Instant, u64),
}

impl Kept {
    fn of(engine: &Engine) -> Self {
        Self {
            figures: engine
                .figures()
                .map(|(figure, tally)| (*figure, *tally, engine.waits(figure).collect()))
                .collect(),
            unsettled: engine.unsettled().into_iter().collect(),
            was: (engine.clock(), engine.number()),
        }
    }
}

struct Driver {
    world: World,
    chance: Chance,
    named: Vec<&'static Named>,
    watches: Vec<Watch>,
    engine: Engine,
    store: Store,
    kept: Option<Kept>,
    /// Dice of their own, so that histories are the same whatever is kept.
    keeping: Chance,
    /// What the source was told is safe.
    acknowledged: BTreeSet<u64>,
    /// What the wall clock is off.
    offset: Span,
    fault: Option<Fault>,
    told: Told,
}

/// Runs the history of a seed; an error says what was wrong.
pub(crate) fn run(seed: u64, fault: Option<Fault>) -> Result<Told, String> {
    let mut chance = Chance::new(seed ^ 0x5eed);
    let world = World::new(seed, &mut chance);
    let picked = world.watches(all_rules(), &mut chance);
    let named = picked.iter().map(|(number, _)| &all_rules()[*number]).collect();
    let watches: Vec<Watch> = picked.into_iter().map(|(_, watch)| watch).collect();
    let engine = engine(&world, &watches);
    let mut driver = Driver {
        told: Told { repeats: world.n_repeats, lost: world.n_lost, ..Told::default() },
        store: Store::new(fault == Some(Fault::HistoryForgets)),
        kept: None,
        keeping: Chance::new(seed ^ 0xfeed),
        acknowledged: BTreeSet::new(),
        offset: Span(0),
        world,
        chance,
        named,
        watches,
        engine,
        fault,
    };
    driver.run()?;
    Ok(driver.told)
}

fn engine(world: &World, watches: &[Watch]) -> Engine {
    let mut engine = Engine::new(watches.to_vec());
    for shop in 0..N_SHOPS {
        let entry = world.registry.shop("p", &format!("s{shop}")).cloned();
        engine.add_shop(facts::ShopId(shop), Shop { platform: 0, entry });
    }
    engine
}

impl Driver {
    fn run(&mut self) -> Result<(), String> {
        let mut waiting: Vec<Delivery> = std::mem::take(&mut self.world.deliveries);
        waiting.reverse();
        let mut last = Instant(0);
        while let Some(next) = waiting.last() {
            last = next.at;
            if self.chance.percent(4) {
                self.told.jumps += 1;
                self.offset = Span(self.chance.between(-600_000, 600_000));
            }
            let now = last + self.offset;
            if !self.chance.percent(20) {
                self.wake_until(now)?;
                if self.chance.percent(10) {
                    self.check_deadlines(self.engine.clock().max(now))?;
                }
            }
            let mut batch = Vec::new();
            for _ in 0..1 + self.chance.below(4) {
                batch.extend(waiting.pop());
            }
            if let Some(again) = self.take(now, batch)? {
                waiting.extend(again.into_iter().rev());
            }
        }
        // Two quiet days.
        self.wake_until(last + Span(2 * 86_400_000))?;
        self.step(last + Span(2 * 86_400_000), &[])?;
        self.check(true)?;
        if let Some(id) = self.store.twice() {
            return Err(format!("fact {id} is counted twice"));
        }
        for id in &self.acknowledged {
            if !self.store.has(*id) {
                return Err(format!("fact {id} was acknowledged and is lost"));
            }
        }
        Ok(())
    }

    /// Sleeps until something is due, again and again.
    fn wake_until(&mut self, now: Instant) -> Result<(), String> {
        if self.fault == Some(Fault::Sleeps) {
            return Ok(());
        }
        while let Some(due) = self.engine.next_due().filter(|due| *due <= now) {
            let before = self.engine.clock();
            let n_told = self.store.effects.len();
            self.step(due, &[])?;
            let told = self.store.effects.get(n_told..).unwrap_or_default();
            let on_time = told.iter().filter(|effect| {
                matches!(effect, Effect::Fire { fired, .. } if fired.due == due && before < due)
            });
            self.told.to_the_millisecond += on_time.count() as u64;
            if self.engine.next_due().is_some_and(|next| next <= due.min(self.engine.clock())) {
                return Err("something is due again at once".to_owned());
            }
        }
        Ok(())
    }

    /// Stores and steps a batch. Hands back what has to be delivered again, after a crash.
    fn take(
        &mut self,
        now: Instant,
        batch: Vec<Delivery>,
    ) -> Result<Option<Vec<Delivery>>, String> {
        let mut arrivals: Vec<Arrival> = Vec::new();
        for delivery in &batch {
            let is_repeat = self.store.has(delivery.id);
            if !is_repeat || self.fault == Some(Fault::CountsRepeats) {
                let mut arrival = self.store.write(delivery.id, &delivery.fact);
                if self.fault == Some(Fault::LateAsPunctual) {
                    arrival.fact.at = arrival.fact.at.max(now - Span(1));
                }
                arrivals.push(arrival);
            }
        }
        if self.fault == Some(Fault::AcknowledgesEarly) {
            self.acknowledged.extend(batch.iter().map(|one| one.id));
        }
        if self.chance.percent(4) {
            self.crash(now)?;
            let early = self.fault == Some(Fault::AcknowledgesEarly);
            return Ok((!early).then_some(batch));
        }
        self.store.sync();
        self.acknowledged.extend(batch.iter().map(|one| one.id));
        if self.chance.percent(4) {
            self.crash(now)?;
            return Ok(None);
        }
        self.step(now, &arrivals)?;
        Ok(None)
    }

    /// One step of the engine, and its effects into the store.
    fn step(&mut self, now: Instant, arrivals: &[Arrival]) -> Result<(), String> {
        let Self { engine, store, .. } = self;
        let effects = engine.step(now, arrivals, store).map_err(|error| error.to_string())?;
        self.told.steps += 1;
        check_order(&effects)?;
        for effect in &effects {
            match effect {
                Effect::Fire { .. } => self.told.fired += 1,
                Effect::Withdraw { .. } => self.told.withdrawn += 1,
                _ => {}
            }
        }
        let stood_at = Some((self.engine.clock(), self.engine.number()));
        if self.fault == Some(Fault::ForgetsClock) {
            self.store.effects.extend(effects.iter().cloned());
        } else if self.fault == Some(Fault::ForgetsEffects) {
            self.store.stood_at = stood_at;
        }
        if self.chance.percent(4) {
            return self.crash(now);
        }
        if self.fault != Some(Fault::ForgetsClock) {
            self.store.effects.extend(effects);
        }
        self.store.stood_at = stood_at;
        if self.keeping.percent(10) {
            self.kept = Some(Kept::of(&self.engine));
        }
        let all = self.chance.percent(25);
        self.check(all)
    }

    /// Loses what was not synced, and builds the engine from the store again.
    fn crash(&mut self, now: Instant) -> Result<(), String> {
        self.told.crashes += 1;
        self.store.crash();
        self.engine = engine(&self.world, &self.watches);
        let number = match self.store.stood_at {
            Some((clock, number)) => {
                self.engine.resume(clock, number, self.store.withdrawn());
                number
            }
            None => 0,
        };
        let all = self.store.facts(u64::MAX);
        let mut threads: BTreeMap<_, Vec<Arrival>> = BTreeMap::new();
        for one in self.store.facts(number) {
            threads.entry(one.who).or_default().push(one);
        }
        let kept = self.kept.as_ref().filter(|_| self.keeping.percent(70));
        if let Some(kept) = kept {
            self.told.resumed += 1;
            let was = kept.was;
            self.engine.load_figures(kept.figures.iter().cloned());
            let forgets = self.fault == Some(Fault::ForgetsUnsettled);
            for (who, facts) in threads {
                let is_unsettled = kept.unsettled.contains(&who) && !forgets;
                if is_unsettled || facts.iter().any(|one| one.number > was.1) {
                    let loaded = self.engine.load_since(facts, was, &mut |_| {});
                    loaded.map_err(|error| error.to_string())?;
                }
            }
        } else {
            for facts in threads.into_values() {
                self.engine.load(facts).map_err(|error| error.to_string())?;
            }
        }
        if self.store.stood_at.is_some() {
            self.check(true)?;
        }
        let later: Vec<Arrival> = all.into_iter().filter(|one| one.number > number).collect();
        if later.is_empty() {
            return Ok(());
        }
        self.step(now, &later)
    }

    /// Holds the engine against a fresh count of what it was given.
    fn check(&mut self, all: bool) -> Result<(), String> {
        let facts = self.store.facts(self.engine.number());
        let (clock, registry) = (self.engine.clock(), &self.world.registry);
        let (log, _) = reference::log(&facts);
        let expected = reference::figures(&log, registry, &self.watches, clock);
        let found = reference::live_figures(&self.engine);
        let names = self.names();
        if expected != found {
            let wrong = expected.iter().find(|(figure, tally)| found.get(*figure) != Some(*tally));
            let other = found.iter().find(|(figure, tally)| expected.get(*figure) != Some(*tally));
            return Err(format!("{names:?} at {clock:?}: batch {wrong:?}, live {other:?}"));
        }
        if !all {
            return Ok(());
        }
        self.check_deadlines(clock)?;
        self.check_fired(&facts)?;
        let oracle = reference::by_oracle(&facts, &self.named, &self.watches, clock);
        let found = reference::plainly(&self.engine);
        if oracle != found {
            return Err(format!("{names:?} at {clock:?}: oracle {oracle:?}, live {found:?}"));
        }
        Ok(())
    }

    /// Whether all deadlines up to an instant have fired, and no others.
    fn check_deadlines(&self, clock: Instant) -> Result<(), String> {
        let facts = self.store.facts(self.engine.number());
        let (log, whos) = reference::log(&facts);
        let (registry, names) = (&self.world.registry, self.names());
        let rules = (self.watches.as_slice(), self.named.as_slice());
        let (reached, untold) = reference::deadlines((&log, &whos), registry, rules, clock);
        let mut stand = self.stand()?;
        stand.retain(|one, _| !untold.contains(&(one.sample.who, one.sample.watch)));
        if reached != stand {
            let missed = reached.iter().find(|(one, due)| stand.get(*one) != Some(*due));
            let wrong = stand.iter().find(|(one, due)| reached.get(*one) != Some(*due));
            return Err(format!("{names:?} at {clock:?}: missed {missed:?}, wrong {wrong:?}"));
        }
        Ok(())
    }

    /// Whether the deadlines that fired and stand, of all rules, are those of an engine that reads
    /// its open threads anew.
    fn check_fired(&self, facts: &[Arrival]) -> Result<(), String> {
        let mut anew = engine(&self.world, &self.watches);
        anew.resume(self.engine.clock(), self.engine.number(), []);
        let open: BTreeSet<Who> = self.engine.open().map(|one| one.sample.who).collect();
        for who in open {
            let own = facts.iter().filter(|one| one.who == who).copied().collect();
            anew.load(own).map_err(|error| error.to_string())?;
            let fired = |engine: &Engine| -> Vec<(Instant, Deadline)> {
                engine.fired(who).iter().map(|one| (one.due, one.deadline)).collect()
            };
            let (was, is) = (fired(&self.engine), fired(&anew));
            if was != is {
                return Err(format!("{:?}: fired {was:?}, read anew {is:?}", self.names()));
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<&str> {
        self.named.iter().map(|named| named.name.as_str()).collect()
    }

    /// The deadlines that stand by what was told, of the plain rules; each fired once.
    fn stand(&self) -> Result<BTreeMap<Deadline, Instant>, String> {
        let mut stand = BTreeMap::new();
        let mut ever = BTreeSet::new();
        for effect in &self.store.effects {
            match effect {
                Effect::Fire { fired, .. } => {
                    if !ever.insert(fired.deadline) {
                        return Err(format!("{fired:?} fired twice"));
                    }
                    stand.insert(fired.deadline, fired.due);
                }
                Effect::Reinstate { fired } => {
                    stand.insert(fired.deadline, fired.due);
                }
                Effect::Withdraw { fired, .. } => {
                    let stood = stand.remove(&fired.deadline);
                    stood.ok_or_else(|| format!("{fired:?} was withdrawn and did not stand"))?;
                }
                _ => {}
            }
        }
        let is_plain =
            |one: &Deadline| reference::is_plain(&self.named[one.sample.watch as usize].rule);
        stand.retain(|deadline, _| is_plain(deadline));
        Ok(stand)
    }
}

/// Deadlines of a step come in the order in which they were due.
fn check_order(effects: &[Effect]) -> Result<(), String> {
    let fired = effects.iter().filter_map(|effect| match effect {
        Effect::Fire { fired, .. } => Some(fired.due),
        _ => None,
    });
    if fired.is_sorted() { Ok(()) } else { Err("deadlines out of order".to_owned()) }
}
