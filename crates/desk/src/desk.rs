//! The loop: waits for facts and deadlines, steps, stores what was decided, tells.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use facts::{Instant, ShopId, Span};
use live::{Effect, Who};
use notify::{Message, Secret, World};
use serde::Serialize;
use store::{AlertStep, Feed, Reach, Scope, ShopKey, StepState, Store};
use tokio::runtime::Handle;
use utoipa::ToSchema;

use crate::alerting::{self, AlertAbout, Decision, LOG};
use crate::checkpoint::{Checkpoint, NamedTo};
use crate::counted::Keeper;
use crate::feeds::{Fed, Grade, RestsOn, ShopFeed};
use crate::lateness::{Counts, Lateness};
use crate::panels::ShownNow;
use crate::reading::Fresh;
use crate::rules::Rulesets;
use crate::senders::{self, Outside, Senders, Tested};
use crate::settings::{AlertSettings, BadSettings, ChannelSettings};
use crate::standing::Assessments;
use crate::state::{ALERTS, Open, State, Stepped, panel_figures};
use crate::view::{AccountNow, ForecastNow, ShopNow, Stamp, Waiting};

/// Whether anybody wants to hear what happens. Asked where there is something to tell; where
/// nobody does, it is left untold.
pub type IsHeard = Box<dyn Fn() -> bool + Send + Sync>;

/// What time it is.
pub type Now = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Hears what happens, at once and without waiting for anything.
pub type Tell = Box<dyn Fn(&ShopKey, Told) + Send + Sync>;

/// A shop that changes is told of once in so long.
const SHOP_EVERY: Span = Span(500);
/// How many shops are told of in one turn: working one out takes a moment.
const TELLS_AT_ONCE: usize = 16;
/// How many shops of an overview are worked out at a time, between turns of the loop.
const SHOWN_AT_ONCE: usize = 32;
/// Where nothing was decided, how things stand is kept once in so long.
const CHECKPOINT_EVERY: Span = Span(10_000);
/// The longest wait: a clock that jumps is noticed after that.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(1);
/// How long a message that was on its way when the program stopped is of use.
const OF_USE: Span = Span::seconds(600);
/// After a start, how long until bands are counted.
const BEFORE_BANDS: Duration = Duration::from_secs(30);
/// Where no band is due, one is looked for once in so long.
const LOOK_FOR_BANDS: Duration = Duration::from_secs(5);
/// After an error of the store, how long until it is tried again.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A buyer waits, or what is known of their waiting changed.
    Waiting(Waiting),
    /// A buyer does not wait any more: the number of the thread.
    Answered(Answered),
    /// A shop stands otherwise than before.
    Shop(Box<ShopNow>),
    /// Something was decided about an alert.
    Alert(AlertTold),
}

/// A buyer who does not wait any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answered {
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// The thread.
    pub thread: u64,
}

/// What was decided about an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertTold {
    /// The alert: the same from its first step to its last.
    pub alert: String,
    /// The step: `notify`, `resolve`, and `update`, `hold` and `drop` with the instant.
    pub step: String,
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Stamp,
    /// Why.
    pub reason: String,
    /// What it says.
    pub about: AlertAbout,
}

/// Why settings were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Something is wrong with them.
    Bad(BadSettings),
    /// They could not be stored.
    Store(store::Error),
}

/// What a desk is opened with.
pub struct Opening {
    /// Where facts are.
    pub store: Store,
    /// Which rules are watched.
    pub rules: Rulesets,
    /// What time it is.
    pub now: Now,
    /// Who hears what happens.
    pub tell: Tell,
    /// How channels call out; absent: they do not.
    pub calling: Option<Calling>,
}

/// How channels call out.
#[derive(Clone)]
pub struct Calling {
    /// Where their work is done.
    pub runtime: Handle,
    /// Which addresses may be called.
    pub policy: notify::Policy,
    /// Any number, by chance.
    pub chance: fn() -> u64,
}

impl std::fmt::Debug for Calling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calling").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// The time and chance of channels.
struct Surroundings {
    now: Now,
    chance: fn() -> u64,
}

impl World for Surroundings {
    fn now(&self) -> Instant {
        (self.now)()
    }

    fn chance(&self) -> u64 {
        (self.chance)()
    }
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").field("store", &self.store).finish_non_exhaustive()
    }
}

fn outside(calling: Calling, store: &Store, now: &Now) -> Outside {
    let Calling { runtime, policy, chance } = calling;
    let (of_settle, store, at) = (runtime.clone(), store.clone(), Arc::clone(now));
    let settle = move |alert: &str, step: &str, became| {
        let (store, at) = (store.clone(), at());
        let (alert, step) = (alert.to_owned(), step.to_owned());
        of_settle.spawn_blocking(move || {
            let everything = Scope::everything();
            if let Err(error) = store.settle_step(&everything, at, (&alert, &step), became) {
                tracing::error!(%error, "what became of an alert could not be stored");
            }
        });
    };
    let world = Arc::new(Surroundings { now: Arc::clone(now), chance });
    Outside { handle: runtime, policy, world, settle: Arc::new(settle) }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> store::Result<JoinHandle<()>> {
    let made = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    made.map_err(|error| store::Error::File {
        path: "thread".to_owned(),
        detail: error.to_string(),
    })
}

#[derive(Default)]
struct Bell {
    is_rung: bool,
    /// What is known of shops changed.
    is_registry_new: bool,
    is_stopping: bool,
}

struct Inner {
    store: Store,
    scope: Scope,
    state: RwLock<State>,
    bell: Mutex<Bell>,
    rung: Condvar,
    /// Rings for whoever waits for the end alone.
    stopped: Condvar,
    now: Now,
    tell: Tell,
    senders: Mutex<Senders>,
    outside: Option<Outside>,
    lateness: Counts,
    is_heard: OnceLock<IsHeard>,
}

/// The live state of all shops, and the thread that drives it. Dropping it ends the thread, after
/// how things stand was stored.
pub struct Desk {
    inner: Arc<Inner>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk(..)")
    }
}

impl Desk {
    /// Counts everything that is stored, and starts. Blocks until figures are there.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn open(opening: Opening) -> store::Result<Self> {
        let turning = Turning::new(opening)?;
        turning.inner.resend()?;
        let inner = Arc::clone(&turning.inner);
        let counting = Arc::clone(&inner);
        // Dropped where the second cannot be made: then the first ends.
        let mut desk = Self { inner, threads: Vec::new() };
        desk.threads.push(thread("desk", move || turning.run())?);
        desk.threads.push(thread("bands", move || counting.count_bands())?);
        Ok(desk)
    }

    /// Says that facts were stored.
    pub fn ring(&self) {
        self.inner.bell().is_rung = true;
        self.inner.rung.notify_one();
    }

    /// Says that a feed was heard of shops, each with the instant of the newest fact that it gave
    /// (`None`: it gave none); then rings.
    pub fn heard(&self, (feed, grade): (&str, Grade), shops: &[(ShopKey, Option<Instant>)]) {
        let now = (self.inner.now)();
        let mut state = self.inner.state_mut();
        for (key, last_fact_at) in shops {
            state.hear(key, (feed, grade), now, *last_fact_at);
        }
        drop(state);
        self.ring();
    }

    /// Says that other figures than before are known of some shops' panels. Blocks.
    ///
    /// # Errors
    ///
    /// Those of the store; then the figures are read with the next start or change.
    pub fn panels_changed<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k ShopKey>,
    ) -> store::Result<()> {
        self.inner.read_panels(keys.into_iter().collect())?;
        self.ring();
        Ok(())
    }

    /// Says that what is known of shops changed: everything is counted anew, soon.
    pub fn count_anew(&self) {
        self.inner.bell().is_registry_new = true;
        self.inner.rung.notify_one();
    }

    /// Those who wait in the shops in reach, or in one of them, the most urgent first.
    #[must_use]
    pub fn waiting(&self, reach: &Reach, of: Option<&ShopKey>) -> Vec<Waiting> {
        self.inner.state().waiting(reach, of)
    }

    /// All shops in reach as they stand now, by platform and shop.
    #[must_use]
    pub fn overview(&self, reach: &Reach) -> Vec<ShopNow> {
        let now = (self.inner.now)();
        let keys = self.inner.state().in_reach(reach);
        let shown = |keys: &[ShopKey]| self.inner.state().shops_now(keys, now);
        keys.chunks(SHOWN_AT_ONCE).flat_map(shown).collect()
    }

    /// The accounts of all shops in reach of which it is known whether they are at work.
    #[must_use]
    pub fn accounts(&self, reach: &Reach) -> Vec<(ShopKey, AccountNow)> {
        let now = (self.inner.now)();
        self.inner.state().accounts_in(reach, now)
    }

    /// What the platform's panel shows now of a shop's metric, or of an account's; `None`: the
    /// metric is not watched, or no such account is known. The caller has looked whether the shop
    /// is in reach.
    #[must_use]
    pub fn shown(&self, key: &ShopKey, of: (&str, Option<&str>)) -> Option<ShownNow> {
        let now = (self.inner.now)();
        self.inner.state().shown(key, of, now)
    }

    /// Where today's figure of a shop's metric closes; `None`: see [`MetricNow::forecast`], or the
    /// metric is not watched. The caller has looked whether the shop is in reach.
    ///
    /// [`MetricNow::forecast`]: crate::MetricNow::forecast
    #[must_use]
    pub fn forecast(&self, key: &ShopKey, metric: &str) -> Option<ForecastNow> {
        let now = (self.inner.now)();
        self.inner.state().forecast(key, metric, now)
    }

    /// The feeds of all shops in reach, by platform, shop and name.
    #[must_use]
    pub fn feeds(&self, reach: &Reach) -> Vec<ShopFeed> {
        let (now, state) = ((self.inner.now)(), self.inner.state());
        let in_reach = state.feeds.shops().filter(|key| reach.has(&key.platform, &key.shop));
        let of = |key: &ShopKey| state.feeds.aged(key, state.rules.platform(&key.platform).1, now);
        in_reach.flat_map(of).collect()
    }

    /// What a figure of a shop rests on; `None`: nothing was ever fed of it. The caller has looked
    /// whether the shop is in reach.
    #[must_use]
    pub fn fed(&self, key: &ShopKey, rests_on: RestsOn) -> Option<Fed> {
        let (now, state) = ((self.inner.now)(), self.inner.state());
        state.feeds.under(key, rests_on, (state.rules.platform(&key.platform).1, now))
    }

    /// An instant as the clocks of a platform show it.
    #[must_use]
    pub fn stamp(&self, platform: &str, at: Instant) -> Stamp {
        Stamp::of(self.inner.state().rules.platform(platform).1, at)
    }

    /// What people set about alerts, without secrets.
    #[must_use]
    pub fn alert_settings(&self) -> AlertSettings {
        self.inner.state().settings.masked()
    }

    /// Sets how people are told. Secrets that are masked stay as they are. Blocks.
    ///
    /// # Errors
    ///
    /// [`Unset`]; then everything is as before.
    pub fn set_alerts(&self, scope: &Scope, given: AlertSettings) -> Result<(), Unset> {
        let (settings, was, warns_anew) = {
            let state = self.inner.state();
            let settings = given.unmasked(&state.settings);
            settings.check().map_err(Unset::Bad)?;
            state.rules.check_warnings(&settings).map_err(Unset::Bad)?;
            let warns_anew = settings.warnings != state.settings.warnings;
            (settings, state.settings.told(), warns_anew)
        };
        // Made of texts and numbers, it always becomes JSON.
        let text = Secret::from(serde_json::to_string(&settings).unwrap_or_default());
        let told = (Some(&*was), &*settings.told());
        let now = (self.inner.now)();
        let put = self.inner.store.put_sealed(scope, now, ALERTS, (&text, told));
        put.map_err(Unset::Store)?;
        if let Some(outside) = &self.inner.outside {
            *self.inner.senders() = Senders::new(&settings, outside);
        }
        self.inner.state_mut().set_alerts(settings);
        if warns_anew {
            // What has fired follows from facts, clock and thresholds, as after a restart.
            self.count_anew();
        }
        self.ring();
        Ok(())
    }

    /// From now on what happens to shops and to those who wait is told while somebody wants to
    /// hear it; alerts always are. Said once: another word changes nothing.
    pub fn tell_while(&self, is_heard: IsHeard) {
        let _ = self.inner.is_heard.set(is_heard);
    }

    /// How late deadlines were that fell due since the start.
    #[must_use]
    pub fn lateness(&self) -> Lateness {
        self.inner.lateness.lateness()
    }

    /// Sends a message that says it is a test by a channel as it is given, once, and waits for what
    /// becomes of it. Secrets that are masked are those of the channel of this name. Blocks.
    ///
    /// # Errors
    ///
    /// [`BadSettings`] when it is none that could be set; then nothing is sent.
    pub fn test_channel(&self, given: ChannelSettings) -> Result<Tested, BadSettings> {
        let settings = AlertSettings { channels: vec![given], ..AlertSettings::default() };
        let settings = settings.unmasked(&self.inner.state().settings);
        settings.check()?;
        let (Some(outside), Some(channel)) = (&self.inner.outside, settings.channels.first())
        else {
            return Ok(Tested::silent());
        };
        Ok(senders::test(channel, outside, (self.inner.now)()))
    }

    /// The arrival number up to which facts are counted.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.inner.state().engine.number()
    }

    /// The instant up to which time has passed.
    #[must_use]
    pub fn clock(&self) -> Instant {
        self.inner.state().engine.clock()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.inner.bell().is_stopping = true;
        self.inner.rung.notify_one();
        self.inner.stopped.notify_all();
        for thread in self.threads.drain(..) {
            // A panic was logged where it happened.
            let _ = thread.join();
        }
    }
}

impl Inner {
    fn bell(&self) -> MutexGuard<'_, Bell> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_alert(&self, decision: &Decision, now: Instant) {
        let key = ShopKey::new(&decision.platform, &decision.shop);
        let at = {
            let state = self.state();
            Stamp::of(state.rules.platform(&key.platform).1, now)
        };
        let told = AlertTold {
            alert: decision.alert.clone(),
            step: decision.step.clone(),
            platform: decision.platform.clone(),
            shop: decision.shop.clone(),
            at,
            reason: decision.reason.to_owned(),
            about: decision.about.clone(),
        };
        (self.tell)(&key, Told::Alert(told));
    }

    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads anew what is known of some shops' panels.
    fn read_panels(&self, keys: BTreeSet<&ShopKey>) -> store::Result<()> {
        let now = (self.now)();
        for key in keys {
            let figures = panel_figures(&self.store, key)?;
            self.state_mut().put_panel(key, figures, now);
        }
        Ok(())
    }

    /// Hands a step to its channel.
    fn send(&self, channel: &str, step: &AlertStep, to: &NamedTo, message: Message) {
        let names = (step.alert.as_str(), step.step.as_str());
        if !self.senders().send(channel, names, to, message)
            && let Some(outside) = &self.outside
        {
            let gone = ["there is no such channel any more", "该通道已不存在"].map(str::to_owned);
            (outside.settle)(names.0, names.1, (StepState::Failed, Some(gone)));
        }
    }

    /// Sends what was on its way when the program stopped, where it is of use still.
    fn resend(&self) -> store::Result<()> {
        let now = (self.now)();
        let steps = self.store.alert_steps(&self.scope, now - OF_USE)?;
        for step in steps.iter().filter(|step| step.state == StepState::Claimed) {
            let about = serde_json::from_str::<AlertAbout>(&step.about);
            let words = step.step.split_once(' ');
            let (Ok(about), Some((word, channel))) = (about, words) else { continue };
            let key = ShopKey::new(&step.platform, &step.shop);
            let shop = self.state().shop_name(&key);
            if let Some(message) = alerting::message(&about, word, &shop, now) {
                self.send(channel, step, &about.to, message);
            }
        }
        Ok(())
    }

    /// Counts the bands of the next shop that is due; `false`: none is.
    fn count_band(&self) -> store::Result<bool> {
        let now = (self.now)();
        let Some(due) = self.state_mut().take_band_due(now) else { return Ok(false) };
        match due.count((&self.store, &self.scope), now) {
            Ok(bands) => {
                self.state_mut().put_bands(&due, bands);
                Ok(true)
            }
            Err(error) => {
                self.state_mut().put_band_back(&due);
                Err(error)
            }
        }
    }

    /// Counts bands until the end, at most a quarter of the time; not while the program starts.
    fn count_bands(&self) {
        let mut pause = BEFORE_BANDS;
        loop {
            let bell = self.bell();
            let is_running = |bell: &mut Bell| !bell.is_stopping;
            let waited = self.stopped.wait_timeout_while(bell, pause, is_running);
            if waited.unwrap_or_else(PoisonError::into_inner).0.is_stopping {
                return;
            }
            let began = (self.now)();
            pause = match self.count_band() {
                Ok(true) => {
                    let took = u64::try_from(((self.now)() - began).0).unwrap_or(0);
                    Duration::from_millis(took.saturating_mul(3)).min(LOOK_FOR_BANDS)
                }
                Ok(false) => LOOK_FOR_BANDS,
                Err(error) => {
                    tracing::error!(%error, "a band could not be counted; trying again");
                    LOOK_FOR_BANDS
                }
            };
        }
    }

    /// Waits until facts come, or an instant, or the end.
    fn wait(&self, until: Option<Instant>) -> Woken {
        let mut bell = self.bell();
        loop {
            if bell.is_stopping {
                return Woken::Stop;
            }
            if std::mem::take(&mut bell.is_registry_new) {
                return Woken::Registry;
            }
            if std::mem::take(&mut bell.is_rung) {
                return Woken::Facts;
            }
            let left = until.map(|until| (until - (self.now)()).0);
            if left.is_some_and(|left| left <= 0) {
                return Woken::Time;
            }
            let left = left.and_then(|left| u64::try_from(left).ok()).map(Duration::from_millis);
            let left = left.map_or(LOOK_AT_CLOCK, |left| left.min(LOOK_AT_CLOCK));
            let waited = self.rung.wait_timeout(bell, left);
            bell = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Woken {
    Registry,
    Facts,
    Time,
    Stop,
}

/// The desk's loop, a turn at a time: what the thread has of its own.
pub(crate) struct Turning {
    inner: Arc<Inner>,
    /// When shops that changed are told of; absent: none changed.
    tells_at: Option<Instant>,
    /// When how things stand is kept; absent: nothing changed.
    keeps_at: Option<Instant>,
    /// What was decided and is not stored yet.
    decided: Vec<Decision>,
    /// Feeds that were heard and are not stored as they are.
    heard: Vec<Feed>,
    /// Who keeps what was counted, while the loop goes on.
    keeper: Keeper,
}

impl Turning {
    /// Counts everything that is stored.
    pub(crate) fn new(opening: Opening) -> store::Result<Self> {
        let Opening { store, rules, now, tell, calling } = opening;
        let state = State::load(&store, rules, now())?;
        let outside = calling.map(|calling| outside(calling, &store, &now));
        let senders = outside.as_ref().map(|outside| Senders::new(&state.settings, outside));
        let inner = Inner {
            senders: Mutex::new(senders.unwrap_or_default()),
            outside,
            store,
            scope: Scope::everything(),
            state: RwLock::new(state),
            bell: Mutex::new(Bell { is_rung: true, ..Bell::default() }),
            rung: Condvar::new(),
            stopped: Condvar::new(),
            now,
            tell,
            lateness: Counts::default(),
            is_heard: OnceLock::new(),
        };
        let inner = Arc::new(inner);
        let (decided, heard, keeper) = (Vec::new(), Vec::new(), Keeper::default());
        Ok(Self { inner, tells_at: None, keeps_at: None, decided, heard, keeper })
    }

    /// Takes what was stored, and lets time pass.
    #[cfg(test)]
    pub(crate) fn turn(&mut self) -> store::Result<()> {
        self.inner.bell().is_rung = true;
        while std::mem::take(&mut self.inner.bell().is_rung) {
            self.step(Woken::Facts)?;
        }
        Ok(())
    }

    /// A process that is gone writes nothing any more.
    #[cfg(test)]
    pub(crate) fn finish_keeping(&mut self) {
        self.keeper.finish();
    }

    /// When the next turn is if nothing comes.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let due = self.inner.state().next_due();
        let keeps = self.inner.state().keeping.due().filter(|_| self.keeper.is_free());
        due.into_iter().chain(self.tells_at).chain(self.keeps_at).chain(keeps).min()
    }

    /// Goes on from a number as if all before were counted: a fault.
    #[cfg(test)]
    pub(crate) fn skip_to(&self, number: u64) {
        self.inner.state_mut().seen = number;
    }

    #[cfg(test)]
    pub(crate) fn hear(&self, key: &ShopKey, feed: (&str, Grade), at: Instant) {
        self.inner.state_mut().hear(key, feed, (self.inner.now)(), Some(at));
    }

    #[cfg(test)]
    pub(crate) fn panels_changed(&self, keys: &[ShopKey]) {
        self.inner.read_panels(keys.iter().collect()).unwrap();
    }

    #[cfg(test)]
    pub(crate) fn set_alerts(&self, settings: AlertSettings) {
        self.inner.state_mut().set_alerts(settings);
    }

    /// Counts all bands that are due.
    #[cfg(test)]
    pub(crate) fn count_bands(&self) {
        while self.inner.count_band().unwrap() {}
    }

    #[cfg(test)]
    pub(crate) fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.inner.state()
    }

    fn run(mut self) {
        loop {
            let woken = self.inner.wait(self.next_due());
            if woken == Woken::Stop {
                break;
            }
            let done = match woken {
                Woken::Registry => self.count_anew(),
                woken => self.step(woken),
            };
            if let Err(error) = done {
                tracing::error!(%error, "facts could not be counted; trying again");
                let mut bell = self.inner.bell();
                bell.is_rung = true;
                bell.is_registry_new |= woken == Woken::Registry;
                drop(bell);
                std::thread::sleep(AFTER_ERROR);
            }
        }
        if let Err(error) = self.keep_counted() {
            tracing::error!(%error, "how things stand could not be stored");
        }
    }

    /// Counts everything by what is known of shops now. What was told stays told: all of it is
    /// stored first.
    pub(crate) fn count_anew(&mut self) -> store::Result<()> {
        let checkpoint = Checkpoint::of(&self.inner.state());
        self.keep(checkpoint)?;
        self.keeper.finish();
        let inner = Arc::clone(&self.inner);
        let rules = inner.state().rules.clone();
        let now = (inner.now)();
        let new = State::load(&inner.store, rules, now)?;
        inner.state_mut().succeed(new);
        inner.bell().is_rung = true;
        Ok(())
    }

    fn step(&mut self, woken: Woken) -> store::Result<()> {
        let inner = Arc::clone(&self.inner);
        let now = (inner.now)();
        let mut state = inner.state_mut();
        let (fresh, is_more) = match woken {
            Woken::Facts => {
                let seen = state.seen;
                state.read(&inner.store, (seen, now))?
            }
            Woken::Registry | Woken::Time | Woken::Stop => (Fresh::default(), false),
        };
        inner.bell().is_rung |= is_more;
        let was = state.engine.clock();
        let Stepped { effects, notices, has_refreshed } = state.step(&inner.store, now, &fresh)?;
        let due = due_since(&effects, was);
        inner.lateness.decided(&due, (inner.now)());
        for notice in &notices {
            let decision = state.decide(now, notice);
            self.decided.push(decision);
        }
        self.decided.extend(state.look(now));
        let is_quiet = fresh.is_empty() && effects.is_empty() && !state.feeds.has_changed();
        let (clock, number) = (state.engine.clock(), state.engine.number());
        let keeps_counted = self.keeper.is_free() && state.keeping.is_due(clock, number);
        // What came before a refresh is told by nothing else from what came after it.
        let is_due = has_refreshed
            || self.keeps_at.is_some_and(|at| at <= now)
            || !self.decided.is_empty()
            || keeps_counted;
        let checkpoint = is_due.then(|| Checkpoint::of(&state));
        if self.keeper.has_failed() {
            state.keeping.is_lost();
        }
        let counted = keeps_counted.then(|| state.take_counted());
        if is_due {
            self.heard.extend(state.feeds.take_changed());
        }
        let shops = self.shops_due(&mut state, now);
        let is_news = !effects.is_empty() || !shops.is_empty();
        let (mut told, mut of_shops) = (Vec::new(), Vec::new());
        if is_news && inner.is_heard.get().is_none_or(|is_heard| is_heard()) {
            told = waiting_told(&state, &effects);
            of_shops = shops_told(&state, &shops, now);
        }
        drop(state);
        for (key, told) in told.into_iter().chain(of_shops) {
            (inner.tell)(&key, told);
        }
        if !is_quiet {
            self.keeps_at.get_or_insert(now + CHECKPOINT_EVERY);
        }
        inner.lateness.told(&due, (inner.now)());
        let Some(checkpoint) = checkpoint else { return Ok(()) };
        if let Err(error) = self.keep(checkpoint) {
            if counted.is_some() {
                inner.state_mut().keeping.is_lost();
            }
            return Err(error);
        }
        // A start counts from here to a checkpoint, so the checkpoint goes first.
        if let Some(counted) = counted {
            self.keeper.keep(&inner.store, counted);
        }
        Ok(())
    }

    /// Keeps what was counted, now.
    fn keep_counted(&mut self) -> store::Result<()> {
        self.keeper.finish();
        let mut state = self.inner.state_mut();
        if self.keeper.has_failed() {
            state.keeping.is_lost();
        }
        let checkpoint = Checkpoint::of(&state);
        let (counted, parts, anew) = state.take_counted();
        self.heard.extend(state.feeds.take_changed());
        drop(state);
        self.keep(checkpoint)?;
        self.inner.store.put_counted(&self.inner.scope, counted, parts, anew)
    }

    /// Keeps how things stand together with what was decided, and then tells it.
    fn keep(&mut self, checkpoint: Checkpoint) -> store::Result<()> {
        let now = (self.inner.now)();
        let mut steps = Vec::new();
        for decision in &self.decided {
            steps.push((decision, LOG.to_owned()));
            let key = ShopKey::new(&decision.platform, &decision.shop);
            if decision.message(now).is_some() {
                let channels = self.inner.senders().of(&key, &decision.about.to);
                steps.extend(channels.into_iter().map(|channel| (decision, channel)));
            }
        }
        let stored = steps.iter().map(|(decision, channel)| decision.step(now, channel)).collect();
        let text = checkpoint.write();
        let taken = self.inner.store.checkpoint(&self.inner.scope, now, text, stored)?;
        for ((decision, channel), _) in steps.iter().zip(taken).filter(|(_, taken)| *taken) {
            if channel == LOG {
                self.inner.tell_alert(decision, now);
            } else if let Some(message) = decision.message(now) {
                let step = decision.step(now, channel);
                self.inner.send(channel, &step, &decision.about.to, message);
            }
        }
        self.decided.clear();
        if !self.heard.is_empty() {
            self.inner.store.hear(&self.inner.scope, self.heard.clone())?;
            self.heard.clear();
        }
        self.keeps_at = None;
        Ok(())
    }

    /// The shops that are told of now.
    fn shops_due(&mut self, state: &mut State, now: Instant) -> Vec<ShopId> {
        if state.has_changed() && self.tells_at.is_none() {
            self.tells_at = Some(now + SHOP_EVERY);
        }
        if self.tells_at.is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.tells_at = None;
        let changed = state.take_changed(TELLS_AT_ONCE);
        if state.has_changed() {
            // The others, when deadlines that are due meanwhile were looked at.
            self.tells_at = Some(now);
        }
        changed
    }
}

/// Shops as they stand.
fn shops_told(state: &State, shops: &[ShopId], now: Instant) -> Vec<(ShopKey, Told)> {
    let mut assessments = Assessments::default();
    let told = |shop: &ShopId| {
        let now = state.shop_now(*shop, now, &mut assessments);
        (state.shops.key(*shop).clone(), Told::Shop(Box::new(now)))
    };
    shops.iter().map(told).collect()
}

/// When the deadlines were due that time brought up, not a fact of the past.
fn due_since(effects: &[Effect], was: Instant) -> Vec<Instant> {
    let due = effects.iter().filter_map(|effect| match effect {
        Effect::Fire { fired, .. } => Some(fired.due),
        _ => None,
    });
    due.filter(|due| *due > was).collect()
}

/// What effects say of who waits: each thread once, as it stands after the step.
fn waiting_told(state: &State, effects: &[Effect]) -> Vec<(ShopKey, Told)> {
    let concerned = |effect: &Effect| match effect {
        Effect::Open { sample, .. } | Effect::Close { sample } => Some(sample.who),
        Effect::Fire { fired, .. }
        | Effect::Withdraw { fired, .. }
        | Effect::Reinstate { fired } => Some(fired.deadline.sample.who),
        Effect::Figure { .. } => None,
    };
    let mut threads: Vec<Who> = effects.iter().filter_map(concerned).collect();
    threads.sort_unstable();
    threads.dedup();
    let told = |who: Who| {
        let key = state.shops.key(who.shop).clone();
        let none = Open::new();
        let open = state.waiting.get(&who).unwrap_or(&none);
        let told = match state.waiting_one(who, open) {
            Some(waiting) => Told::Waiting(waiting),
            None => Told::Answered(Answered {
                platform: key.platform.clone(),
                shop: key.shop.clone(),
                thread: who.buyer,
            }),
        };
        (key, told)
    };
    threads.into_iter().map(told).collect()
}
