//! Deterministic simulation of the loop over a store: facts that come late, again, in another
//! order or never, clocks that jump, crashes between and inside writes. What is counted equals a
//! fresh count; people are told of every limit that passed, once; nothing that was acknowledged is
//! lost. With a fault planted, some history fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use facts::{Author, FactKind, Instant, Span};
use store::{
    Backend, Batch, MasterKey, NewFact, Opening, Scope, Select, ShopKey, SqliteFile, Store, Sync,
};
use testkit::worlds::{Chance, RandomParams, RandomWorld, Row};

use super::{Folder, Site, counted, live, rules};
use crate::desk::Told;
use crate::feeds::Grade;
use crate::state::State;

const PLATFORM: &str = "taobao";

/// How long an alert waits for others to join it.
const MERGED: Span = Span(5_000);

/// A fault of the loop, or of whoever drives it, that the checks must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A restart goes on from the newest fact, not from the last one that was counted.
    SkipsFacts,
    /// A restart does not know what people were told.
    ForgetsTold,
    /// Nothing is done before facts come.
    Sleeps,
    /// Facts are acknowledged before they are on the disk.
    AcknowledgesEarly,
}

/// What happened in histories.
#[derive(Clone, Copy, Debug, Default)]
struct Happened {
    crashes: u32,
    torn: u32,
    jumps: u32,
    told: u32,
    checks: u32,
    on_time: u32,
}

/// What is known of each shop beside figures, by names.
fn known(state: &State, now: Instant) -> Vec<(ShopKey, String)> {
    let name = |account: facts::Account| state.names.account(account).to_owned();
    let of_shop = |(shop, key): (facts::ShopId, &ShopKey)| {
        let one = state.happenings.of(shop)?;
        let zone = state.rules.platform(&key.platform).1;
        let accounts: BTreeMap<String, (&str, Instant)> = one
            .accounts()
            .map(|(account, presence, at)| (name(account), (presence.word(), at)))
            .collect();
        let held: Option<BTreeMap<String, u32>> =
            one.held(now).map(|held| held.into_iter().map(|(who, n)| (name(who), n)).collect());
        let mut violations = one.violations(zone, now);
        violations.sort_unstable();
        let days = (one.covered(zone, now), one.orders(zone, now));
        let told = format!("{days:?} {violations:?} {} {accounts:?} {held:?}", one.has_messages);
        Some((key.clone(), told))
    };
    let mut all: Vec<_> = state.shops.all().filter_map(of_shop).collect();
    all.sort_unstable();
    all
}

/// A fact by what tells it from others.
type Identity = (i64, u8, u8, String, String, String);

fn identity(row: &Row) -> Identity {
    let fact = row.fact();
    let author = if fact.kind == FactKind::Message { fact.author } else { Author::System };
    let texts = [fact.shop, fact.account, fact.id].map(str::to_owned);
    let [shop, account, id] = texts;
    (fact.at.0, fact.kind.code(), author.code(), shop, account, id)
}

struct History<'w> {
    site: Site,
    folder: Folder,
    chance: Chance,
    fault: Option<Fault>,
    acknowledged: BTreeSet<Identity>,
    world: &'w RandomWorld,
    happened: Happened,
    /// Alerts that people were told of and that are not over, by shop, rung and who is told.
    standing: BTreeMap<String, String>,
    /// Of which shops people were told that a limit passed, and when.
    limits: Vec<(String, Instant)>,
    /// Whether a deadline was ever taken back: one that comes back is not told again.
    is_corrected: bool,
}

fn open(folder: &Folder) -> Store {
    let file = SqliteFile { sync: Sync::Off, ..SqliteFile::new(folder.0.join("yingda.db")) };
    let master = MasterKey::parse(&"5a".repeat(32)).unwrap();
    Store::open(&Opening { readers: 1, ..Opening::new(Backend::Sqlite(file), master) }).unwrap()
}

/// A copy of the database as it is on the disk, while nobody writes.
fn copied(folder: &Folder) -> Folder {
    let copy = Folder::new();
    for entry in std::fs::read_dir(&folder.0).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        // The index of the log is made anew.
        if path.extension().is_none_or(|end| end != "db-shm") {
            std::fs::copy(&path, copy.0.join(path.file_name().unwrap())).unwrap();
        }
    }
    copy
}

impl<'w> History<'w> {
    fn new(seed: u64, world: &'w RandomWorld, fault: Option<Fault>) -> Self {
        let folder = Folder::new();
        let now = world.rows[0].at;
        Self {
            site: Site::over(open(&folder), now),
            folder,
            chance: Chance::new(seed ^ 0xde5c),
            fault,
            acknowledged: BTreeSet::new(),
            world,
            happened: Happened::default(),
            standing: BTreeMap::new(),
            limits: Vec::new(),
            is_corrected: false,
        }
    }

    fn now(&self) -> Instant {
        Instant(self.site.clock.load(Ordering::Relaxed))
    }

    /// Takes the place of what is lost: the store as it was.
    fn go_back(&mut self, copy: Folder) {
        let now = self.now();
        self.site = Site::over(open(&copy), now);
        self.folder = copy;
        self.crashed();
    }

    fn crash(&mut self) {
        self.tamper();
        self.site.crash();
        self.crashed();
    }

    /// After a restart: what was told and not stored was not sent.
    fn crashed(&mut self) {
        self.happened.crashes += 1;
        if self.fault == Some(Fault::SkipsFacts) {
            let newest = self.site.store.since(
                &Scope::everything(),
                store::Arrival(0),
                &mut store::Names::default(),
                &mut |_, _| Ok(()),
            );
            self.site.turning.skip_to(newest.unwrap().0);
        }
    }

    fn tamper(&mut self) {
        if self.fault != Some(Fault::ForgetsTold) {
            return;
        }
        let all = Scope::everything();
        if let Some((at, text)) = self.site.store.last_checkpoint(&all).unwrap() {
            let mut kept: serde_json::Value = serde_json::from_str(&text).unwrap();
            kept["told"] = serde_json::json!([]);
            self.site.store.checkpoint(&all, at, kept.to_string(), Vec::new()).unwrap();
        }
    }

    /// Does what is due up to an instant, each when it is.
    fn wake_until(&mut self, now: Instant) -> Result<(), String> {
        if self.fault == Some(Fault::Sleeps) {
            return Ok(());
        }
        let mut n = 0;
        while let Some(due) = self.site.turning.next_due().filter(|due| *due <= now) {
            let due = due.max(self.now());
            self.turn_at(due)?;
            n += 1;
            if n > 20_000 {
                return Err("something is due again and again".to_owned());
            }
        }
        Ok(())
    }

    /// A turn of the loop, in some of which the program dies before its transaction.
    fn turn_at(&mut self, now: Instant) -> Result<(), String> {
        let dies = self.chance.percent(1);
        let copy = dies.then(|| copied(&self.folder));
        self.read_alerts()?;
        self.site.at(now);
        if let Some(copy) = copy {
            self.happened.torn += 1;
            self.site.told.lock().unwrap().clear();
            self.go_back(copy);
            self.site.at(now);
        }
        self.read_alerts()
    }

    fn deliver(&mut self, rows: &[&Row]) -> Result<(), String> {
        let mut batch = Batch::default();
        rows.iter().for_each(|row| batch.push(&row.fact()));
        let early = self.fault == Some(Fault::AcknowledgesEarly);
        if early {
            self.acknowledged.extend(rows.iter().map(|row| identity(row)));
        }
        let dies = self.chance.percent(3);
        let copy = dies.then(|| copied(&self.folder));
        let all = Scope::everything();
        self.site.store.append(&all, batch).unwrap().wait().unwrap();
        if let Some(copy) = copy {
            // The write is torn: it is as if it had not been, or nobody heard that it was.
            self.happened.torn += 1;
            if self.chance.percent(50) {
                self.go_back(copy);
            } else {
                self.crash();
            }
            self.turn_at(self.now())?;
            // Who sent was told nothing, and sends again.
            return if early { Ok(()) } else { self.deliver(rows) };
        }
        self.acknowledged.extend(rows.iter().map(|row| identity(row)));
        for row in rows {
            let key = ShopKey::new(PLATFORM, &row.shop);
            self.site.turning.hear(&key, ("test", Grade::Live), row.at);
        }
        if self.chance.percent(5) {
            self.crash();
        }
        self.turn_at(self.now())
    }

    /// Reads what people were told since the last look: each alert once, and its end.
    fn read_alerts(&mut self) -> Result<(), String> {
        let told = std::mem::take(&mut *self.site.told.lock().unwrap());
        let alerts = told.into_iter().filter_map(|one| match one {
            Told::Alert(one) if one.alert.starts_with("waiting ") => Some(one),
            _ => None,
        });
        for one in alerts {
            let (key, _) = one.alert.rsplit_once(' ').unwrap();
            if one.step == "notify" {
                self.happened.told += 1;
                if key.split(' ').nth(2) == Some("1") {
                    self.limits.push((one.shop.clone(), one.at.at));
                }
                if let Some(before) = self.standing.insert(key.to_owned(), one.alert.clone()) {
                    return Err(format!("{} was told while {before} stands", one.alert));
                }
            } else if one.step == "resolve" && self.standing.remove(key) != Some(one.alert.clone())
            {
                return Err(format!("{} is over and did not stand", one.alert));
            }
        }
        let state = self.site.turning.state();
        self.is_corrected |= state.engine.withdrawn().next().is_some();
        Ok(())
    }

    /// Holds everything against a fresh count of what is stored.
    fn check(&mut self) -> Result<(), String> {
        // What joins an alert, or ends it, has been told by then.
        let clock = self.site.turning.state().engine.clock();
        let now = self.now().max(clock) + Span(11_000);
        self.wake_until(now)?;
        self.turn_at(now)?;
        let now = self.site.turning.state().engine.clock();
        self.happened.checks += 1;
        let (found, expected) = (live(&self.site), counted(&self.site, PLATFORM, now));
        if found != expected {
            let wrong = expected.iter().find(|(name, tally)| found.get(*name) != Some(*tally));
            let other = found.iter().find(|(name, tally)| expected.get(*name) != Some(*tally));
            return Err(format!("at {now:?}: batch {wrong:?}, live {other:?}"));
        }
        self.check_waiting(now)?;
        self.check_kept()
    }

    /// Some more buyers ask on the next morning, and nobody answers: people are told of every limit
    /// when it passes, to the millisecond.
    fn end(&mut self) -> Result<(), String> {
        let zone = facts::Zone::fixed(28_800_000);
        let clock = self.site.turning.state().engine.clock();
        let clock = zone.start_of(zone.day(clock).plus(1)) + Span(36_000_000);
        self.wake_until(clock)?;
        let mut batch = Batch::default();
        for (n, row) in (1..).zip(self.world.rows.iter().take(3)) {
            let at = clock - Span(1_000 * n);
            let asked = NewFact::message(at, PLATFORM, &row.shop, Author::Buyer);
            let buyer = ["e1", "e2", "e3"][n as usize - 1];
            batch.push(&NewFact { buyer, ..asked });
        }
        self.site.store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
        self.turn_at(clock)?;
        let mut expected: BTreeMap<String, Instant> = BTreeMap::new();
        for one in self.site.turning.state().waiting(&store::Reach::Everything, None) {
            let Some(due) = one.overdue_at else { continue };
            let key = format!("waiting {PLATFORM}/{} 1 supervisors", one.shop);
            if clock < due.at && !self.standing.contains_key(&key) {
                let first = expected.entry(one.shop).or_insert(due.at);
                *first = due.at.min(*first);
            }
        }
        self.limits.clear();
        let now = clock + Span(2 * 86_400_000);
        self.wake_until(now)?;
        self.turn_at(now)?;
        for (shop, due) in expected {
            // A crash meanwhile lets others join anew.
            let (first, last) = (due + MERGED, due + MERGED + MERGED + MERGED);
            let is_told = |(of, at): &(String, Instant)| *of == shop && first <= *at && *at <= last;
            if !self.limits.iter().any(is_told) {
                return Err(format!("{shop}: due at {due:?}, told {:?}", self.limits));
            }
            self.happened.on_time += 1;
        }
        Ok(())
    }

    /// Who waits is as a fresh start would have it; and of every shop in which somebody waits for
    /// longer than a rule allows people were told, and of no other.
    fn check_waiting(&self, now: Instant) -> Result<(), String> {
        let fresh = State::counted(&self.site.store, rules(), now).unwrap();
        let state = self.site.turning.state();
        let named = |state: &State| -> Vec<_> { state.waiting(&store::Reach::Everything, None) };
        if named(&state) != named(&fresh) {
            return Err(format!(
                "at {now:?}: waiting {:?}, not {:?}",
                named(&state),
                named(&fresh)
            ));
        }
        if known(&state, now) != known(&fresh, now) {
            let (found, expected) = (known(&state, now), known(&fresh, now));
            return Err(format!("at {now:?}: known {found:?}, not {expected:?}"));
        }
        // Those of the last seconds are on their way.
        let due_by = |at: Instant| -> BTreeSet<String> {
            let waiting = named(&fresh).into_iter();
            let due = waiting.filter(|one| one.overdue_at.is_some_and(|due| due.at <= at));
            due.map(|one| one.shop).collect()
        };
        let (overdue, late) = (due_by(now - Span(10_000)), due_by(now));
        let is_limit = |key: &&String| key.split(' ').nth(2) == Some("1");
        let shop = |key: &String| key.split(' ').nth(1).unwrap().split('/').nth(1).unwrap().into();
        let told: BTreeSet<String> = self.standing.keys().filter(is_limit).map(shop).collect();
        let is_missed = !self.is_corrected && !overdue.is_subset(&told);
        if !is_missed && told.iter().all(|shop| overdue.contains(shop) || late.contains(shop)) {
            return Ok(());
        }
        Err(format!("at {now:?}: told of {told:?}, overdue {overdue:?}"))
    }

    /// Nothing that was acknowledged is lost.
    fn check_kept(&self) -> Result<(), String> {
        let shops: BTreeSet<&str> = self.world.rows.iter().map(|row| row.shop.as_str()).collect();
        let mut kept = BTreeSet::new();
        for shop in shops {
            let log = self.site.store.log(&Scope::everything(), &Select::shop(PLATFORM, shop));
            let log = log.unwrap();
            kept.extend((0..log.len()).map(|row| (log.at[row], log.kind[row], shop.to_owned())));
        }
        let lost =
            self.acknowledged.iter().find(|one| !kept.contains(&(one.0, one.1, one.3.clone())));
        match lost {
            Some(lost) => Err(format!("{lost:?} was acknowledged and is lost")),
            None => Ok(()),
        }
    }
}

fn run(seed: u64, fault: Option<Fault>) -> Result<Happened, String> {
    let mut chance = Chance::new(seed);
    let mut params = RandomParams::new(25 + chance.below(30) as usize, seed);
    (params.platform, params.days) = (PLATFORM.to_owned(), 1 + chance.below(2) as u16);
    let world = RandomWorld::generate(&params);
    let mut deliveries: Vec<(Instant, &Row)> = Vec::new();
    for row in &world.rows {
        let delay = match chance.below(100) {
            0..75 => chance.between(1, 2_000),
            75..88 => chance.between(2_000, 1_200_000),
            88..96 => chance.between(1_200_000, 100_000_000),
            _ => continue,
        };
        deliveries.push((row.at + Span(delay), row));
        if chance.percent(8) {
            deliveries.push((row.at + Span(2 * delay), row));
        }
    }
    deliveries.sort_by_key(|(at, row)| (*at, row.at));
    let mut history = History::new(seed, &world, fault);
    let mut offset = Span(0);
    for group in deliveries.chunk_by(|a, b| (b.0 - a.0).0 < 3_000) {
        if chance.percent(3) {
            history.happened.jumps += 1;
            offset = Span(chance.between(-400_000, 400_000));
        }
        let now = group[group.len() - 1].0 + offset;
        history.wake_until(now)?;
        history.site.clock.store(now.0, Ordering::Relaxed);
        let rows: Vec<&Row> = group.iter().map(|(_, row)| *row).collect();
        history.deliver(&rows)?;
        if chance.percent(8) {
            history.check()?;
        }
    }
    history.check()?;
    history.end()?;
    Ok(history.happened)
}

/// The first history of some that fails.
fn first_failure(seeds: std::ops::Range<u64>, fault: Option<Fault>) -> (Option<String>, Happened) {
    let (sum, failed) = (Mutex::new(Happened::default()), Mutex::new(None));
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || failed.lock().unwrap().is_some() {
                        return;
                    }
                    let ran = std::panic::catch_unwind(|| run(seed, fault));
                    match ran.unwrap_or_else(|_| Err("it panicked".to_owned())) {
                        Ok(one) => {
                            let mut sum = sum.lock().unwrap();
                            sum.crashes += one.crashes;
                            sum.torn += one.torn;
                            sum.jumps += one.jumps;
                            sum.told += one.told;
                            sum.checks += one.checks;
                            sum.on_time += one.on_time;
                        }
                        Err(what) => {
                            *failed.lock().unwrap() = Some(format!("seed {seed}: {what}"));
                        }
                    }
                }
            });
        }
    });
    (failed.into_inner().unwrap(), sum.into_inner().unwrap())
}

#[test]
fn the_loop_holds_in_hundreds_of_histories() {
    let (failed, sum) = first_failure(0..250, None);
    assert_eq!(failed, None);
    assert!(sum.crashes > 200 && sum.torn > 150 && sum.jumps > 100, "{sum:?}");
    assert!(sum.told > 400 && sum.checks > 400 && sum.on_time > 200, "{sum:?}");
}

fn rings(fault: Fault) {
    let (failed, _) = first_failure(0..60, Some(fault));
    assert!(failed.is_some(), "{fault:?} is not noticed");
}

#[test]
fn a_restart_that_skips_facts_is_noticed() {
    rings(Fault::SkipsFacts);
}

#[test]
fn a_restart_that_forgets_what_was_told_is_noticed() {
    rings(Fault::ForgetsTold);
}

#[test]
fn a_loop_that_does_not_wake_by_itself_is_noticed() {
    rings(Fault::Sleeps);
}

#[test]
fn an_acknowledgement_before_the_write_is_noticed() {
    rings(Fault::AcknowledgesEarly);
}
