//! Where everything stands: the live engine, what waits, and the alerts about it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use facts::{Account, Day, Instant, ShopEntry, ShopId, Span, ThreadId};
use figures::standing::{ObservedFact, PanelFigure};
use hashbrown::{HashMap, HashSet};
use live::alert::{About, Alerts, Key, Notice, Policy};
use live::{Effect, Engine, Fired, Refused, Sample, Who};
use metric::OpenSample;
use store::{Arrival, Feed, Names, Observed, Scope, ShopKey, Store, Target};

use crate::checkpoint::Checkpoint;
use crate::counted::{self, Keeping};
use crate::feeds::{Feeds, Grade};
use crate::happenings::{Happenings, Look, OfShop, look};
use crate::lines::Looks;
use crate::panels::Panels;
use crate::places::{Places, Whereabouts};
use crate::reading::{Fresh, Owner, Owners, Past};
use crate::rules::{OwnTexts, Rulesets};
use crate::settings::AlertSettings;
use crate::standing::{Band, Stood, WorkedOut};
use crate::view::MetricNow;

/// The shops that are known, by number: those of the registry and those with facts.
#[derive(Debug, Default)]
pub(crate) struct Shops {
    keys: Vec<ShopKey>,
    numbers: HashMap<ShopKey, ShopId>,
    entries: HashMap<ShopKey, ShopEntry>,
}

impl Shops {
    pub(crate) fn key(&self, shop: ShopId) -> &ShopKey {
        &self.keys[shop.0 as usize]
    }

    pub(crate) fn find(&self, key: &ShopKey) -> Option<ShopId> {
        self.numbers.get(key).copied()
    }

    pub(crate) fn entry(&self, key: &ShopKey) -> Option<&ShopEntry> {
        self.entries.get(key)
    }

    /// What the registry says of shops, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &ShopEntry> {
        self.entries.values()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (ShopId, &ShopKey)> {
        (0..).map(ShopId).zip(&self.keys)
    }
}

/// The open samples of one thread, by rule and question.
pub(crate) type Open = BTreeMap<Sample, OpenSample>;

pub(crate) struct State {
    pub(crate) rules: Rulesets,
    pub(crate) engine: Engine,
    pub(crate) alerts: Alerts,
    pub(crate) shops: Shops,
    pub(crate) names: Names,
    /// What waits, thread by thread.
    pub(crate) waiting: BTreeMap<Who, Open>,
    /// What was told of alerts that are not over, and since when.
    pub(crate) told: BTreeMap<Key, (About, Instant)>,
    pub(crate) feeds: Feeds,
    /// What people set about alerts.
    pub(crate) settings: AlertSettings,
    /// How shops stood under lines, and which are to be looked at.
    pub(crate) looks: Looks,
    /// What platforms' panels show.
    pub(crate) panels: Panels,
    /// What people read off panels and typed in, by shop.
    read_off: HashMap<ShopKey, Vec<PanelFigure>>,
    /// No step was taken since the store was read.
    is_resumed: bool,
    /// What is known of shops beside figures.
    pub(crate) happenings: Happenings,
    /// Standings that were worked out.
    pub(crate) standings: WorkedOut<Stood>,
    /// Metrics that were.
    pub(crate) metrics: WorkedOut<MetricNow>,
    /// By shop and standard: the band over open readings, where it was counted.
    pub(crate) bands: HashMap<(ShopId, String), Band>,
    /// The local day on which each shop's bands were counted; absent: they are due.
    pub(crate) bands_on: HashMap<ShopId, Day>,
    places: Places,
    owners: Owners,
    /// The number up to which the log was read; facts of shops themselves move it too.
    pub(crate) seen: u64,
    /// The number up to which facts were learned from: a start learns from all there are.
    pub(crate) learned: u64,
    scope: Scope,
    /// Shops of which something changed since they were last told of.
    changed: BTreeSet<ShopId>,
    /// What is kept of what was counted.
    pub(crate) keeping: Keeping,
}

/// How many facts are read at a time where everything is counted.
const AT_A_TIME: u64 = 1 << 20;

/// How many facts are taken in one step: as many as the store writes at a time, so that none are
/// read twice.
const AT_ONCE: u64 = 16_384;
/// How many where something is due soon, and how soon that is: no deadline waits for more.
const AT_ONCE_BEFORE_DUE: u64 = 1_024;
const SOON: Span = Span(250);

/// What came of a step.
#[derive(Debug, Default)]
pub(crate) struct Stepped {
    pub(crate) effects: Vec<Effect>,
    pub(crate) notices: Vec<Notice>,
    /// Panels were refreshed.
    pub(crate) has_refreshed: bool,
}

impl State {
    /// Reads the store, and counts what was not kept as counted.
    pub(crate) fn load(store: &Store, rules: Rulesets, now: Instant) -> store::Result<Self> {
        let checkpoint = match store.last_checkpoint(&Scope::everything())? {
            Some((_, text)) => Checkpoint::read(&text),
            None => None,
        };
        Self::load_from(store, rules, now, checkpoint.as_ref())
    }

    /// Counts everything as if nothing had been before.
    #[cfg(test)]
    pub(crate) fn counted(store: &Store, rules: Rulesets, now: Instant) -> store::Result<Self> {
        Self::load_from(store, rules, now, None)
    }

    /// Nothing but rules and feeds.
    fn empty(rules: Rulesets, feeds: Vec<Feed>) -> Self {
        Self {
            engine: Engine::new(rules.watches()),
            rules,
            alerts: Alerts::default(),
            shops: Shops::default(),
            names: Names::default(),
            waiting: BTreeMap::new(),
            told: BTreeMap::new(),
            feeds: Feeds::new(feeds),
            settings: AlertSettings::default(),
            looks: Looks::default(),
            panels: Panels::default(),
            read_off: HashMap::new(),
            is_resumed: true,
            happenings: Happenings::default(),
            standings: WorkedOut::default(),
            metrics: WorkedOut::default(),
            bands: HashMap::new(),
            bands_on: HashMap::new(),
            places: Places::default(),
            owners: Owners::default(),
            seen: 0,
            learned: 0,
            scope: Scope::everything(),
            changed: BTreeSet::new(),
            keeping: Keeping::default(),
        }
    }

    fn load_from(
        store: &Store,
        rules: Rulesets,
        now: Instant,
        checkpoint: Option<&Checkpoint>,
    ) -> store::Result<Self> {
        let scope = Scope::everything();
        let entries = store.shops(&scope)?;
        let settings = alert_settings(store, &scope)?;
        let rules = rules.with_own(own_rules(store, &scope, &entries)?).with_warnings(&settings);
        let mut state = Self::empty(rules, store.feeds(&scope)?);
        state.settings = settings;
        for entry in entries {
            let key = ShopKey::new(&entry.platform, &entry.shop);
            state.shops.entries.insert(key.clone(), entry);
            state.shop(key);
        }
        let fed: Vec<ShopKey> = state.feeds.shops().cloned().collect();
        for key in fed {
            state.shop(key);
        }
        for one in store.observed(&scope)? {
            let key = ShopKey::new(&one.platform, &one.shop);
            state.shop(key.clone());
            let figure = panel_figure(one);
            state.read_off.entry(key).or_default().extend(figure);
        }
        state.keeping.basis = counted::basis(&state, store.drops(&state.scope)?);
        let newest = state.look_around(store)?;
        let number = checkpoint.map_or(newest, |one| one.number.min(newest));
        // Without a checkpoint nothing was ever told: what is past stays untold.
        let clock = checkpoint.map_or(now, |one| Instant(one.clock));
        state.engine.resume(clock, number, []);
        state.seen = number;
        // What was kept was so at a checkpoint.
        let is_kept =
            checkpoint.is_some() && state.count_since(store, (clock, number), (newest, now))?;
        if !is_kept {
            state.begin_anew((clock, number));
            state.count_everything(store, (newest, now))?;
        }
        state.learned = newest;
        if let Some(checkpoint) = checkpoint {
            let withdrawn = checkpoint.withdrawn(&state);
            state.engine.resume(clock, number, withdrawn);
        }
        for waiting in state.engine.open() {
            state
                .waiting
                .entry(waiting.sample.who)
                .or_default()
                .insert(waiting.sample, waiting.open);
        }
        state.panels.kept = checkpoint.map(|one| one.shown(&state)).unwrap_or_default();
        state.looks.last = checkpoint.map(|one| one.looks(&state)).unwrap_or_default();
        let told = checkpoint.map(|one| one.told(&state)).unwrap_or_default();
        state.told = told.into_iter().collect();
        let fired = state.fired();
        let told: Vec<(Key, About)> =
            state.told.iter().map(|(key, (about, _))| (*key, *about)).collect();
        state.alerts.resume(clock, fired, told);
        state.changed.extend(state.shops.all().map(|(shop, _)| shop).collect::<Vec<_>>());
        Ok(state)
    }

    /// Learns of all shops and of where the facts of each thread are. Returns the number of the
    /// newest fact.
    fn look_around(&mut self, store: &Store) -> store::Result<u64> {
        let mut where_found = Whereabouts::default();
        let take = &mut |range: (Arrival, Arrival), threads: &[u32]| {
            where_found.add(threads, range);
        };
        let newest = store.whereabouts(&self.scope, &mut self.names, take)?;
        self.places = where_found.places();
        let shops: Vec<ShopKey> = self.names.shops().cloned().collect();
        for key in shops {
            self.shop(key);
        }
        Ok(newest.0)
    }

    /// Counts from what was kept, where that holds; whether it does.
    fn count_since(
        &mut self,
        store: &Store,
        (clock, number): (Instant, u64),
        (newest, now): (u64, Instant),
    ) -> store::Result<bool> {
        let Some((kept, parts)) = store.counted(&self.scope)? else { return Ok(false) };
        let is_past = kept.arrivals <= number && kept.clock <= clock;
        if !is_past || kept.basis != self.keeping.basis {
            return Ok(false);
        }
        let Some(figures) = self.figures_kept(&parts.days) else { return Ok(false) };
        let Some(happenings) = self.happenings_kept(&parts.shops) else { return Ok(false) };
        self.engine.load_figures(figures);
        self.happenings = happenings;
        let mut again: HashSet<u32> = kept.unsettled.iter().map(|thread| thread.0).collect();
        again.extend(self.places.threads_after(kept.arrivals));
        let within = self.places.of_all(again.iter().copied());
        let was = (kept.clock, kept.arrivals);
        let is_wanted = |thread: ThreadId| again.contains(&thread.0);
        let mut touched = BTreeSet::new();
        let load = |engine: &mut Engine, facts: Vec<live::Arrival>| {
            engine.load_since(facts, was, &mut |figure| {
                touched.insert((figure.shop, figure.day));
            })
        };
        let fresh = self.load_threads(store, &is_wanted, &within, load)?;
        self.learn(&fresh, (kept.learned, newest), now);
        if self.engine.figures().any(|(_, tally)| !counted::is_sound(tally)) {
            tracing::error!("what was kept is not what was counted; counting everything");
            return Ok(false);
        }
        self.keeping.is_kept(was, touched);
        Ok(true)
    }

    /// An engine that has counted nothing yet, with the shops that are known.
    fn begin_anew(&mut self, (clock, number): (Instant, u64)) {
        self.happenings = Happenings::default();
        self.engine = Engine::new(self.rules.watches());
        self.engine.resume(clock, number, []);
        for (shop, key) in self.shops.all() {
            let platform = self.rules.number(key);
            let entry = self.shops.entry(key).cloned();
            self.engine.add_shop(shop, live::Shop { platform, entry });
        }
    }

    /// Counts all facts, some threads at a time.
    fn count_everything(
        &mut self,
        store: &Store,
        (newest, now): (u64, Instant),
    ) -> store::Result<()> {
        let n_threads = self.names.n_threads() as u64;
        let at_a_time = (n_threads * AT_A_TIME).checked_div(newest).unwrap_or(0).max(1);
        let mut from = 0;
        while from < n_threads {
            let until = (from + at_a_time).min(n_threads);
            let within = self.places.of_range(from as u32, until as u32);
            let is_wanted = |thread: ThreadId| (from..until).contains(&u64::from(thread.0));
            let fresh = self.load_threads(store, &is_wanted, &within, Engine::load)?;
            self.learn(&fresh, (0, newest), now);
            from = until;
        }
        Ok(())
    }

    fn load_threads(
        &mut self,
        store: &Store,
        is_wanted: &dyn Fn(ThreadId) -> bool,
        within: &[(Arrival, Arrival)],
        mut load: impl FnMut(&mut Engine, Vec<live::Arrival>) -> Result<(), Refused<Infallible>>,
    ) -> store::Result<Fresh> {
        let mut fresh = Fresh::default();
        let take = &mut |names: &Names, stored: store::Stored| {
            fresh.push(names, stored);
            Ok(())
        };
        store.threads(&self.scope, is_wanted, within, &mut self.names, take)?;
        self.meet(store, &fresh)?;
        for thread in fresh.threads() {
            let Some(owner) = self.owners.of(thread) else { continue };
            let facts = fresh.marked(thread, owner);
            load(&mut self.engine, facts).map_err(|_| UNKNOWN_SHOP)?;
        }
        Ok(fresh)
    }

    /// Puts a state that was loaded meanwhile in the place of this one, with what was heard and set
    /// in the meantime.
    pub(crate) fn succeed(&mut self, mut new: Self) {
        std::mem::swap(&mut new.feeds, &mut self.feeds);
        std::mem::swap(&mut new.read_off, &mut self.read_off);
        new.set_alerts(std::mem::take(&mut self.settings));
        let heard: Vec<ShopKey> = self.shops.all().map(|(_, key)| key.clone()).collect();
        for key in heard {
            let shop = new.shop(key);
            new.changed.insert(shop);
        }
        *self = new;
    }

    /// The deadlines that fired and whose samples are open.
    fn fired(&self) -> Vec<Fired> {
        let of_thread = |(who, open): (&Who, &Open)| {
            let fired = self.engine.fired(*who).into_iter();
            fired.filter(|one| open.contains_key(&one.deadline.sample)).collect::<Vec<_>>()
        };
        self.waiting.iter().flat_map(of_thread).collect()
    }

    /// The number of a shop, which is known from now on.
    pub(crate) fn shop(&mut self, key: ShopKey) -> ShopId {
        if let Some(shop) = self.shops.find(&key) {
            return shop;
        }
        let shop = ShopId(self.shops.keys.len() as u32);
        let platform = self.rules.number(&key);
        let entry = self.shops.entry(&key).cloned();
        self.engine.add_shop(shop, live::Shop { platform, entry });
        self.alerts.set_policy(shop, self.policy(&key));
        self.shops.keys.push(key.clone());
        self.shops.numbers.insert(key, shop);
        shop
    }

    /// The number of a shop's rule by its names; `None`: it is not watched.
    pub(crate) fn watch(&self, shop: ShopId, metric: &str, edition: &str) -> Option<u32> {
        let number = self.rules.number(self.shops.key(shop));
        let mut rules = self.rules.under(number);
        let found = rules.find(|(_, one)| one.metric == metric && one.edition == edition);
        found.map(|(watch, _)| watch)
    }

    fn policy(&self, key: &ShopKey) -> Policy {
        self.settings.policy(key, self.rules.platform(&key.platform).1)
    }

    /// Takes what people set about alerts.
    pub(crate) fn set_alerts(&mut self, settings: AlertSettings) {
        self.settings = settings;
        for (shop, key) in self.shops.all() {
            let zone = self.rules.platform(&key.platform).1;
            self.alerts.set_policy(shop, self.settings.policy(key, zone));
        }
    }

    /// Reads the next facts after a number; whether there are later ones.
    pub(crate) fn read(
        &mut self,
        store: &Store,
        (after, now): (u64, Instant),
    ) -> store::Result<(Fresh, bool)> {
        let is_soon = self.engine.next_due().is_some_and(|due| due < now + SOON);
        let most = if is_soon { AT_ONCE_BEFORE_DUE } else { AT_ONCE };
        let mut fresh = Fresh::default();
        let take = &mut |names: &Names, stored: store::Stored| {
            fresh.push(names, stored);
            Ok(())
        };
        let some = (Arrival(after), most);
        let (newest, is_more) = store.next(&self.scope, some, &mut self.names, take)?;
        fresh.newest = newest.0;
        Ok((fresh, is_more))
    }

    /// Finds out whose the threads are that were not met before.
    fn meet(&mut self, store: &Store, fresh: &Fresh) -> store::Result<()> {
        for thread in fresh.threads() {
            if self.owners.of(thread).is_some() {
                continue;
            }
            let number = facts::ThreadId(thread);
            let Some(key) = self.names.shop(number).cloned() else { continue };
            let shop = self.shop(key.clone());
            let own = self.shops.entry(&key).map(|entry| entry.own_accounts.as_slice());
            let is_own = match own {
                None | Some([]) => false,
                Some(own) => {
                    let buyer = store.buyer(&self.scope, number)?;
                    own.iter().any(|one| Some(&one.buyer) == buyer.as_ref())
                }
            };
            self.owners.put(thread, Owner { shop, is_own });
        }
        Ok(())
    }

    /// Learns what facts say of shops beside figures: those after one number, up to another.
    fn learn(&mut self, fresh: &Fresh, (known, newest): (u64, u64), now: Instant) {
        let is_new = |number: u64| known < number && number <= newest;
        for (thread, fact, number) in fresh.facts().filter(|(.., number)| is_new(*number)) {
            let of_buyer = self.owners.of(thread).map(|owner| owner.shop);
            let shop = match of_buyer {
                Some(shop) => shop,
                None => {
                    let Some(key) = self.names.shop(facts::ThreadId(thread)).cloned() else {
                        continue;
                    };
                    self.shop(key)
                }
            };
            let zone = self.rules.platform(&self.shops.key(shop).platform).1;
            let thread = of_buyer.map(|_| thread);
            self.happenings.learn((shop, thread), (&fact, number), (zone, now));
            self.keeping.note_shop(shop);
            self.standings.forget(shop);
            self.metrics.forget(shop);
        }
        for (thread, at, value, number) in fresh.observed().filter(|(.., one)| is_new(*one)) {
            let Some(key) = self.names.shop(ThreadId(thread)).cloned() else { continue };
            let shop = self.shop(key.clone());
            let (platform, name) = (&key.platform, &key.shop);
            let fact = ObservedFact { at, platform, shop: name, account: "", value };
            // What is no figure is told by `/v1/calibration`, as a log's is by `calibrate`.
            let Some(figure) = PanelFigure::of_fact(&fact) else { continue };
            self.happenings.learn_panel(shop, figure, number);
            self.looks.note(shop, now);
            self.changed.insert(shop);
        }
    }

    /// A feed gave facts of a shop, up to an instant.
    pub(crate) fn hear(
        &mut self,
        key: &ShopKey,
        feed: (&str, Grade),
        now: Instant,
        last_fact_at: Option<Instant>,
    ) {
        let shop = self.shop(key.clone());
        // A clock that is ahead does not make a feed fresh for ever.
        self.feeds.hear(key, feed, now, last_fact_at.map(|at| at.min(now)));
        self.changed.insert(shop);
    }

    /// Takes what was read off a shop's panel, in the place of what there was.
    pub(crate) fn put_panel(&mut self, key: &ShopKey, figures: Vec<PanelFigure>, now: Instant) {
        let shop = self.shop(key.clone());
        self.read_off.insert(key.clone(), figures);
        self.standings.forget(shop);
        self.looks.note(shop, now);
        self.changed.insert(shop);
    }

    /// What was read off a shop's panel, in no order: what people typed in, and what else its
    /// `observed` facts say.
    pub(crate) fn read_off(&self, shop: ShopId) -> Vec<PanelFigure> {
        let typed = self.read_off.get(self.shops.key(shop)).map_or(&[][..], Vec::as_slice);
        let known: HashSet<Look> = typed.iter().map(look).collect();
        let told = self.happenings.of(shop).into_iter().flat_map(OfShop::panel);
        let told = told.filter(|figure| !known.contains(&look(figure)));
        typed.iter().chain(told).cloned().collect()
    }

    /// When to step next if nothing comes. `None`: not before something does.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let look = self.next_look(self.engine.clock());
        self.engine.next_due().into_iter().chain(self.alerts.next_due()).chain(look).min()
    }

    /// Takes facts, and lets time pass.
    pub(crate) fn step(
        &mut self,
        store: &Store,
        now: Instant,
        fresh: &Fresh,
    ) -> store::Result<Stepped> {
        self.meet(store, fresh)?;
        self.happenings.forget(now);
        let mut stepped = Stepped::default();
        let refreshes = self.refreshes(now);
        let mut fresh = fresh;
        let none = Fresh::default();
        if self.is_resumed && !refreshes.is_empty() {
            // What is in the store already came before the panels were refreshed meanwhile.
            let clock = self.engine.clock();
            self.advance(store, clock, fresh, &mut stepped)?;
            fresh = &none;
        }
        for at in refreshes {
            self.advance(store, at, &none, &mut stepped)?;
            self.refresh(at);
            stepped.has_refreshed = true;
        }
        self.advance(store, now, fresh, &mut stepped)?;
        self.is_resumed = false;
        Ok(stepped)
    }

    /// One step of the engine, between two refreshes of panels.
    fn advance(
        &mut self,
        store: &Store,
        now: Instant,
        fresh: &Fresh,
        stepped: &mut Stepped,
    ) -> store::Result<()> {
        let before = self.engine.clock();
        let arrivals = fresh.arrivals(&self.owners);
        let mut past = Past {
            store,
            scope: &self.scope,
            names: &mut self.names,
            places: &self.places,
            fresh,
            owners: &self.owners,
        };
        let effects =
            self.engine.step(now, &arrivals, &mut past).map_err(|refused| match refused {
                Refused::History(error) => error,
                Refused::UnknownShop(_) => UNKNOWN_SHOP,
                Refused::NotInOrder { .. } => store::Error::Damaged { what: "the order of facts" },
            })?;
        self.places.add(fresh.numbers());
        self.learn(fresh, (self.learned, u64::MAX), now);
        self.learned = self.learned.max(fresh.newest);
        self.seen = self.seen.max(fresh.newest);
        stepped.notices.extend(self.alerts.step(now, &effects));
        for effect in &effects {
            self.note(effect, before);
        }
        stepped.effects.extend(effects);
        Ok(())
    }

    /// Notes an effect of a step from an instant on.
    fn note(&mut self, effect: &Effect, before: Instant) {
        match effect {
            Effect::Open { sample, open } => {
                self.waiting.entry(sample.who).or_default().insert(*sample, *open);
                self.changed.insert(sample.who.shop);
            }
            Effect::Close { sample } => {
                if let Some(open) = self.waiting.get_mut(&sample.who) {
                    open.remove(sample);
                    if open.is_empty() {
                        self.waiting.remove(&sample.who);
                    }
                }
                self.changed.insert(sample.who.shop);
            }
            Effect::Figure { figure, was, .. } => {
                self.keeping.note(figure);
                self.keep_shown(figure, was, before);
                self.changed.insert(figure.shop);
                self.standings.forget(figure.shop);
                self.metrics.forget(figure.shop);
                self.note_band(figure.shop, figure.day);
                self.looks.note(figure.shop, self.engine.clock());
            }
            Effect::Fire { fired, .. }
            | Effect::Withdraw { fired, .. }
            | Effect::Reinstate { fired } => {
                self.changed.insert(fired.deadline.sample.who.shop);
            }
        }
    }

    /// Something of a shop changed.
    pub(crate) fn note_shop(&mut self, shop: ShopId) {
        self.changed.insert(shop);
    }

    /// Some of the shops that changed and were not taken yet.
    pub(crate) fn take_changed(&mut self, most: usize) -> Vec<ShopId> {
        std::iter::from_fn(|| self.changed.pop_first()).take(most).collect()
    }

    pub(crate) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The name of an account; `None`: none is known.
    pub(crate) fn account(&self, account: Account) -> Option<&str> {
        Some(self.names.account(account)).filter(|name| !name.is_empty())
    }
}

/// The rules that are shops' own, or those of their groups.
fn own_rules(
    store: &Store,
    scope: &Scope,
    entries: &[ShopEntry],
) -> store::Result<Vec<(ShopKey, OwnTexts)>> {
    let (mut shops, mut groups) = (BTreeSet::new(), BTreeSet::new());
    for one in store.overrides(scope)? {
        match one.target {
            Target::Shop { platform, shop } => {
                shops.insert((platform, shop));
            }
            Target::Group(group) => {
                groups.insert(group);
            }
        }
    }
    let in_group = |entry: &&ShopEntry| entry.groups.iter().any(|one| groups.contains(one));
    let of_groups = entries.iter().filter(in_group);
    shops.extend(of_groups.map(|entry| (entry.platform.clone(), entry.shop.clone())));
    let own = shops.into_iter().map(|(platform, shop)| {
        let own = store.own_rules(scope, &platform, &shop)?;
        Ok((ShopKey::new(&platform, &shop), own.rules))
    });
    own.collect()
}

/// Every shop is told of before its first fact.
const UNKNOWN_SHOP: store::Error = store::Error::Damaged { what: "the shop of a thread" };

/// The name under which the store keeps what people set about alerts.
pub(crate) const ALERTS: &str = "alerts";

/// What people set about alerts; the usual where they set nothing.
fn alert_settings(store: &Store, scope: &Scope) -> store::Result<AlertSettings> {
    let Some(text) = store.sealed(scope, ALERTS)? else { return Ok(AlertSettings::default()) };
    let damaged = |_| store::Error::Damaged { what: "the settings of alerts" };
    serde_json::from_str(text.reveal()).map_err(damaged)
}

/// What was read off a shop's panel, as it is stored.
pub(crate) fn panel_figures(store: &Store, key: &ShopKey) -> store::Result<Vec<PanelFigure>> {
    let stored = store.observed_of(&Scope::everything(), &key.platform, &key.shop)?;
    Ok(stored.into_iter().filter_map(panel_figure).collect())
}

/// `None`: it is an account's. What is no value was refused when it came.
fn panel_figure(one: Observed) -> Option<PanelFigure> {
    let known = (one.samples, one.seen_at);
    let figure = PanelFigure::new(&one.metric, (one.from, one.to), &one.value, known);
    figure.filter(|_| one.account.is_empty())
}
