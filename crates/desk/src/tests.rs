//! The loop over a real store, turned by hand, with a clock of its own.

mod forecast;
mod lines;
mod panels;
mod simulation;
mod standing;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use facts::{Author, Day, Instant, MessageFlags, Registry, Zone};
use metric::{Grouping, Job, Tally, Threads};
use rulebook::Catalogue;
use store::{
    Backend, Batch, MasterKey, NewFact, Opening, Reach, Scope, Select, ShopKey, SqliteFile, Store,
};
use testkit::worlds::{Chance, RandomParams, RandomWorld, Row};

use crate::AlertSettings;
use crate::desk::{Told, Turning};
use crate::feeds::Grade;
use crate::rules::Rulesets;
use crate::state::ALERTS;

/// A folder that goes when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("yingda-desk-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn store(&self) -> Store {
        let file = SqliteFile::new(self.0.join("yingda.db"));
        let master = MasterKey::parse(&"5a".repeat(32)).unwrap();
        Store::open(&Opening::new(Backend::Sqlite(file), master)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A desk that is turned by hand.
struct Site {
    store: Store,
    turning: Turning,
    clock: Arc<AtomicI64>,
    told: Arc<Mutex<Vec<Told>>>,
    /// Absent: it is somebody else's.
    _folder: Option<Folder>,
}

const FIRST: Day = Day(20_605);
/// 2026-06-01 10:00 in Shanghai.
const MORNING: Instant = Instant(1_780_279_200_000);

fn rules() -> Rulesets {
    Rulesets::of(Catalogue::shipped(), FIRST.plus(-40), |_| MessageFlags(0)).unwrap()
}

impl Site {
    fn new(now: Instant) -> Self {
        let folder = Folder::new();
        let site = Self::over(folder.store(), now);
        Self { _folder: Some(folder), ..site }
    }

    /// Over a store that is somebody else's.
    fn over(store: Store, now: Instant) -> Self {
        let clock = Arc::new(AtomicI64::new(now.0));
        let told = Arc::new(Mutex::new(Vec::new()));
        let turning = turning(&store, &clock, &told);
        Self { store, turning, clock, told, _folder: None }
    }

    /// What a crash leaves: the store.
    fn crash(&mut self) {
        self.turning.finish_keeping();
        self.turning = turning(&self.store, &self.clock, &self.told);
    }

    fn at(&mut self, now: Instant) {
        self.clock.store(now.0, Ordering::Relaxed);
        self.turning.turn().unwrap();
    }

    fn send(&mut self, facts: &[NewFact<'_>]) {
        let mut batch = Batch::default();
        facts.iter().for_each(|fact| batch.push(fact));
        self.store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
        for fact in facts {
            let key = ShopKey::new(fact.platform, fact.shop);
            self.turning.hear(&key, ("test", Grade::Live), fact.at);
        }
        self.turning.turn().unwrap();
    }

    /// The steps of alerts in the log: what was decided, why.
    fn steps(&self) -> Vec<(String, String)> {
        let steps = self.store.alert_steps(&Scope::everything(), Instant(0)).unwrap();
        let named = |step: store::AlertStep| {
            let rung = step.alert.split(' ').nth(2).unwrap().to_owned();
            let word = step.step.split(['-', ' ']).next().unwrap();
            (format!("{rung} {word}"), step.reason)
        };
        steps.into_iter().map(named).collect()
    }
}

fn turning(store: &Store, clock: &Arc<AtomicI64>, told: &Arc<Mutex<Vec<Told>>>) -> Turning {
    turning_by(rules(), store, clock, told)
}

fn turning_by(
    rules: Rulesets,
    store: &Store,
    clock: &Arc<AtomicI64>,
    told: &Arc<Mutex<Vec<Told>>>,
) -> Turning {
    let (clock, told) = (Arc::clone(clock), Arc::clone(told));
    let opening = crate::Opening {
        store: store.clone(),
        rules,
        now: Arc::new(move || Instant(clock.load(Ordering::Relaxed))),
        tell: Box::new(move |_: &ShopKey, one| told.lock().unwrap().push(one)),
        calling: None,
    };
    Turning::new(opening).unwrap()
}

type Cells = BTreeMap<(String, String, String, String, Day), Tally>;

/// A fresh count of everything that is stored, as of an instant.
fn counted(site: &Site, platform: &str, as_of: Instant) -> Cells {
    let rules = rules();
    let (number, _) = rules.platform(platform);
    let mut cells = Cells::new();
    let state = site.turning.state();
    for (_, key) in state.shops.all() {
        let select = Select::shop(&key.platform, &key.shop);
        let log = site.store.log(&Scope::everything(), &select).unwrap();
        let registry = Registry::default();
        let threads = Threads::new(&log, &registry);
        let watched = rules.watches().into_iter().zip(rules.watched());
        for (watch, rule) in watched.filter(|(watch, _)| watch.job.platform == number) {
            let known_by = Instant(i64::MAX);
            let job = Job { as_of, known_by, platform: 0, ..watch.job };
            let grouping = Grouping { account: true, ..Grouping::default() };
            let table = metric::count(&threads, 0..threads.len(), &[job], grouping);
            for (_, _, cell, tally) in table.sorted() {
                let account = log.accounts.name(cell.account.0).to_owned();
                let (metric, edition) = (rule.metric.clone(), rule.edition.clone());
                let name = (key.shop.clone(), metric, edition, account, cell.day);
                *cells.entry(name).or_default() += tally;
            }
        }
    }
    cells.retain(|_, tally| !tally.is_empty());
    cells
}

/// The figures as they stand.
fn live(site: &Site) -> Cells {
    let state = site.turning.state();
    let named = |(figure, tally): (&live::Figure, &Tally)| {
        let rule = state.rules.rule(figure.watch);
        let shop = state.shops.key(figure.shop).shop.clone();
        let account = state.names.account(figure.account).to_owned();
        ((shop, rule.metric.clone(), rule.edition.clone(), account, figure.day), *tally)
    };
    state.engine.figures().map(named).filter(|(_, tally)| !tally.is_empty()).collect()
}

/// Facts that come in time, late, or again, over crashes.
fn history(platform: &str, seed: u64) {
    let mut chance = Chance::new(seed);
    let mut params = RandomParams::new(120, seed);
    params.platform = platform.to_owned();
    params.days = 3;
    let world = RandomWorld::generate(&params);
    let mut deliveries: Vec<(Instant, &Row)> = Vec::new();
    for row in &world.rows {
        let delay = match chance.below(10) {
            0..7 => chance.between(1, 3_000),
            7 | 8 => chance.between(1, 1_800_000),
            _ => chance.between(1, 100_000_000),
        };
        deliveries.push((row.at + facts::Span(delay), row));
        if chance.percent(5) {
            deliveries.push((row.at + facts::Span(2 * delay), row));
        }
    }
    deliveries.sort_by_key(|(at, row)| (*at, row.at));
    let mut site = Site::new(deliveries[0].0);
    for group in deliveries.chunk_by(|a, b| (b.0 - a.0).0 < 20_000) {
        let (now, _) = group[group.len() - 1];
        site.clock.store(now.0, Ordering::Relaxed);
        let facts: Vec<NewFact<'_>> = group.iter().map(|(_, row)| row.fact()).collect();
        site.send(&facts);
        if chance.percent(10) {
            site.crash();
            site.turning.turn().unwrap();
        }
        if chance.percent(15) {
            assert_eq!(live(&site), counted(&site, platform, now), "{platform} {seed}");
        }
    }
    let end = deliveries.last().unwrap().0 + facts::Span(100_000_000);
    site.at(end);
    assert_eq!(live(&site), counted(&site, platform, end), "{platform} {seed} at the end");
}

#[test]
fn figures_equal_a_fresh_count_over_late_facts_and_crashes() {
    for seed in 0..4 {
        for platform in ["taobao", "taote", "douyin", "pinduoduo", "jd"] {
            history(platform, seed);
        }
    }
}

fn message(at: Instant, buyer: &str, author: Author) -> NewFact<'_> {
    let account = if author == Author::Buyer { "" } else { "a1" };
    NewFact { buyer, account, ..NewFact::message(at, "taobao", "s1", author) }
}

fn after(seconds: i64) -> Instant {
    MORNING + facts::Span::seconds(seconds)
}

#[test]
fn people_are_told_once_over_a_crash_at_any_point() {
    let instants = [101, 104, 106, 120, 170, 181, 184, 187, 200];
    for crash in 0..=instants.len() {
        let mut site = Site::new(MORNING);
        site.send(&[
            message(after(-20), "b1", Author::Buyer),
            message(after(-15), "b1", Author::Agent),
            message(after(0), "b1", Author::Buyer),
        ]);
        for (n, seconds) in instants.iter().enumerate() {
            if n == crash {
                site.crash();
            }
            site.at(after(*seconds));
        }
        if crash == instants.len() {
            site.crash();
        }
        site.at(after(210));
        site.send(&[message(after(205), "b1", Author::Agent)]);
        site.at(after(220));
        let told = site.steps();
        let mut words: Vec<&str> = told.iter().map(|(step, _)| step.as_str()).collect();
        words.sort_unstable();
        let expected = ["0 notify", "0 resolve", "1 notify", "1 resolve"];
        assert_eq!(words, expected, "crash before step {crash}: {told:?}");
    }
}

#[test]
fn who_waits_is_listed_by_urgency_and_told() {
    let mut site = Site::new(after(1));
    site.send(&[
        message(after(0), "b1", Author::Buyer),
        NewFact { shop: "s2", ..message(after(-30), "b2", Author::Buyer) },
    ]);
    let state = site.turning.state();
    let all = state.waiting(&Reach::Everything, None);
    let shops: Vec<&str> = all.iter().map(|one| one.shop.as_str()).collect();
    assert_eq!(shops, ["s2", "s1"]);
    let of = ShopKey::new("taobao", "s1");
    let mine = state.waiting(&Reach::Shops(vec![of.clone()]), None);
    assert_eq!(mine.len(), 1);
    assert_eq!(state.waiting(&Reach::Everything, Some(&of)), mine);
    let three_minutes = mine[0].rules.iter().find(|rule| rule.metric == "taobao/human-reply-3m");
    let last = three_minutes.unwrap().last_hit.unwrap();
    assert_eq!(last.to_string(), "2026-06-01T10:03:00.000+08:00");
    // The end of the day is nobody's deadline.
    let mean = mine[0].rules.iter().find(|rule| rule.metric == "taobao/human-reply-time");
    assert_eq!(mean.unwrap().last_hit, None);
    let waiting = |told: &[Told]| told.iter().filter(|one| matches!(one, Told::Waiting(_))).count();
    assert_eq!(waiting(&site.told.lock().unwrap()), 2);
    drop(state);
    site.at(after(2));
    site.send(&[message(after(1), "b1", Author::Agent)]);
    let answered = |told: &Told| matches!(told, Told::Answered(one) if one.shop == "s1");
    assert!(site.told.lock().unwrap().iter().any(answered));
    let now = site.turning.state().overview(&Reach::Everything, after(2));
    let [one, two] = &now[..] else { panic!("two shops: {now:?}") };
    let n = |shop: &crate::ShopNow| shop.queue.map(|queue| queue.waiting);
    assert_eq!((n(one), n(two)), (Some(0), Some(1)));
    let warned = |shop: &crate::ShopNow| shop.queue.and_then(|queue| queue.warned_at);
    assert!(all[0].warned_at.is_some());
    assert_eq!((warned(one), warned(two)), (None, all[0].warned_at));
    assert_eq!(one.feeds[0].last_fact_at.unwrap().at, after(1));
    let today = one.metrics.iter().find(|one| one.metric == "taobao/human-reply-3m").unwrap();
    assert_eq!((today.today.hits, today.today.misses, today.today.pending), (1, 0, 0));
}

#[test]
fn who_waits_is_unknown_without_a_live_feed_also_after_a_restart() {
    let mut site = Site::new(after(1));
    let key = ShopKey::new("taobao", "s1");
    site.turning.hear(&key, ("files", Grade::Daily), after(-60));
    site.at(after(20));
    let shop = |site: &Site| site.turning.state().overview(&Reach::Everything, after(21)).remove(0);
    assert_eq!(shop(&site).queue, None, "never `0 waiting` for a shop that is not fed");
    site.at(after(40));
    site.crash();
    assert_eq!(shop(&site).feeds[0].grade, "daily");
    site.turning.hear(&key, ("push", Grade::Live), after(30));
    assert_eq!(shop(&site).queue.map(|queue| queue.waiting), Some(0));
}

#[test]
fn a_changed_registry_is_counted_at_once_and_nothing_is_told_twice() {
    let mut site = Site::new(MORNING);
    site.send(&[message(after(0), "b1", Author::Buyer), message(after(1), "own", Author::Buyer)]);
    site.at(after(105));
    site.at(after(111));
    let n = |site: &Site| site.turning.state().waiting(&Reach::Everything, None).len();
    assert_eq!((n(&site), site.steps().len()), (2, 1), "{:?}", site.steps());
    let own_accounts = vec![facts::OwnAccount { buyer: "own".into() }];
    let (platform, shop) = ("taobao".into(), "s1".into());
    let entry = facts::ShopEntry { platform, shop, own_accounts, ..Default::default() };
    site.store.put_shop(&Scope::everything(), after(111), entry).unwrap();
    site.turning.count_anew().unwrap();
    site.at(after(112));
    assert_eq!(n(&site), 1, "an account of the shop itself does not wait");
    site.at(after(119));
    let steps: Vec<String> = site.steps().into_iter().map(|(step, _)| step).collect();
    assert_eq!(steps, ["0 notify", "0 update"], "two waited, now one does");
}

#[test]
fn the_end_of_the_day_is_no_deadline_where_a_rule_has_no_limit() {
    let mut site = Site::new(after(1));
    let of_jd = |at, author| NewFact { platform: "jd", ..message(at, "b1", author) };
    site.send(&[of_jd(after(-60), Author::Buyer), of_jd(after(-50), Author::Agent)]);
    site.send(&[of_jd(after(0), Author::Buyer)]);
    let waiting = site.turning.state().waiting(&Reach::Everything, None);
    let [one] = &waiting[..] else { panic!("one waits: {waiting:?}") };
    let metrics: Vec<&str> = one.rules.iter().map(|rule| rule.metric.as_str()).collect();
    assert_eq!(metrics, ["jd/reply-time"], "the first reply was given");
    assert_eq!(one.overdue_at, None);
}

/// Stores settings with these warnings, and counts by them.
fn warn(site: &mut Site, warnings: &str) {
    let text = format!(r#"{{"warnings": [{warnings}]}}"#);
    let settings: AlertSettings = serde_json::from_str(&text).unwrap();
    let now = Instant(site.clock.load(Ordering::Relaxed));
    let sealed = (&store::Secret::from(text), (None, "warnings"));
    site.store.put_sealed(&Scope::everything(), now, ALERTS, sealed).unwrap();
    site.turning.set_alerts(settings);
    site.turning.count_anew().unwrap();
}

#[test]
fn one_is_warned_when_the_rule_s_warning_says_also_of_those_who_wait_already() {
    let mut site = Site::new(MORNING);
    let warned_at = |site: &Site| {
        let waiting = site.turning.state().waiting(&Reach::Everything, None);
        waiting[0].warned_at.map(|stamp| (stamp.at - MORNING).0 / 1_000)
    };
    let words = |site: &Site| site.steps().into_iter().map(|(step, _)| step).collect::<Vec<_>>();
    site.send(&[NewFact { platform: "jd", ..message(after(0), "b1", Author::Buyer) }]);
    site.at(after(1));
    assert_eq!(warned_at(&site), Some(15), "half of 30 seconds");
    warn(&mut site, r#"{"metric": "jd/first-reply-30s", "after_seconds": 20}"#);
    site.at(after(12));
    assert_eq!(warned_at(&site), Some(20));
    site.at(after(19));
    assert_eq!(words(&site), [""; 0]);
    site.crash();
    assert_eq!(warned_at(&site), Some(20));
    assert!(site.turning.state().keeping.is_taken_over(), "figures hang on no warning");
    // Earlier: who has waited that long is told of.
    warn(&mut site, r#"{"metric": "jd/first-reply-30s", "after_seconds": 10}"#);
    site.at(after(19));
    site.at(after(25));
    assert_eq!(words(&site), ["0 notify"]);
    warn(&mut site, r#"{"metric": "jd/first-reply-30s"}"#);
    site.at(after(26));
    assert_eq!(warned_at(&site), None);
    assert_eq!(words(&site), ["0 notify", "0 resolve"], "nobody is warned any more");
    site.at(after(40));
    site.at(after(46));
    assert_eq!(words(&site).last().unwrap(), "1 notify", "the limit is told all the same");
}

#[test]
fn warnings_are_of_rules_with_a_limit() {
    let refused = |warnings: &str| {
        let text = format!(r#"{{"warnings": [{warnings}]}}"#);
        let settings: AlertSettings = serde_json::from_str(&text).unwrap();
        settings.check().and_then(|()| rules().check_warnings(&settings)).unwrap_err().en
    };
    assert!(refused(r#"{"metric": "taobao/x"}"#).contains("no rule `taobao/x`"));
    assert!(refused(r#"{"metric": "taobao/human-reply-time"}"#).contains("no limit"));
    let zero = r#"{"metric": "taobao/human-reply-3m", "after_seconds": 0}"#;
    assert!(refused(zero).contains("1 to 86400"));
    let late = r#"{"metric": "taobao/human-reply-3m", "after_seconds": 180}"#;
    assert!(refused(late).contains("a limit of 180 s"));
    let one = r#"{"metric": "taobao/human-reply-3m"}"#;
    assert!(refused(&format!("{one}, {one}")).contains("twice"));
}

#[test]
fn what_was_kept_is_taken_over_by_the_same_program_rules_and_registry_alone() {
    let mut site = Site::new(MORNING);
    site.send(&[
        message(after(-400), "b1", Author::Buyer),
        message(after(-390), "b1", Author::Agent),
        message(after(-300), "b2", Author::Buyer),
    ]);
    site.at(after(70));
    site.send(&[message(after(69), "b2", Author::Agent), message(after(71), "b3", Author::Buyer)]);
    site.crash();
    let (figures, day) = (live(&site), Zone::fixed(28_800_000).day(MORNING));
    assert!(site.turning.state().keeping.is_taken_over());
    site.turning.turn().unwrap();
    assert_eq!(live(&site), counted(&site, "taobao", after(70)));
    let taken_over = |site: &Site, rules: Rulesets| {
        let turning = turning_by(rules, &site.store, &site.clock, &site.told);
        let state = turning.state();
        state.keeping.is_taken_over()
    };
    // Days leave the window by themselves; a program or a rule is another.
    let later = Rulesets::of(Catalogue::shipped(), FIRST.plus(-39), |_| MessageFlags(0)).unwrap();
    assert!(taken_over(&site, later));
    assert!(!taken_over(&site, rules().counted_by("another".to_owned())));
    let flagged = Rulesets::of(Catalogue::shipped(), FIRST.plus(-40), |_| MessageFlags(1)).unwrap();
    assert!(!taken_over(&site, flagged));
    assert!(taken_over(&site, rules()), "nothing was kept by those");
    let (platform, shop) = ("taobao".into(), "s1".into());
    let entry = facts::ShopEntry { platform, shop, name: "n".into(), ..Default::default() };
    site.store.put_shop(&Scope::everything(), after(71), entry).unwrap();
    assert!(!taken_over(&site, rules()));
    site.crash();
    assert!(!figures.is_empty() && live(&site).len() >= figures.len());
    site.turning.turn().unwrap();
    site.crash();
    assert!(site.turning.state().keeping.is_taken_over(), "kept anew");
    site.store.drop_day(&Scope::everything(), after(80), day).unwrap();
    site.crash();
    assert!(!site.turning.state().keeping.is_taken_over());
    assert!(live(&site).is_empty(), "its facts are gone");
}
