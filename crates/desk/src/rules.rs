//! Which rules are watched: every edition of every metric, as the live engine takes them, and
//! those that are a shop's own in their place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use facts::{Day, Instant, MessageFlags, Span, Zone};
use figures::InvalidReplies;
use hashbrown::HashMap;
use live::Watch;
use metric::{Job, Plan, Refresh, Rule};
use rulebook::{Catalogue, Edition, Platform};
use store::ShopKey;

use crate::{AlertSettings, BadSettings, RuleWarning};

/// What a platform's day is cut by where the platform is not known.
const USUAL_OFFSET_MS: i64 = 8 * 3_600_000;

/// A rule that is watched, as people call it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The metric's id, as `taobao/human-reply-3m`.
    pub metric: String,
    /// The edition's id.
    pub edition: String,
    /// The local days that it is in force on, as far as they are watched; both included.
    pub days: (Day, Day),
    /// The rule.
    pub rule: Rule,
    /// How often the platform shows the figure anew; empty: daily.
    pub refresh: Vec<Refresh>,
    /// The zone of its days.
    pub zone: Zone,
}

/// All rules that are watched. A position is the number by which the live engine has the rule.
#[derive(Clone, Debug)]
pub struct Rulesets {
    watches: Vec<Watch>,
    watched: Vec<Watched>,
    /// Number and zone of each platform; number 0 stands for those without rules. A shop with
    /// rules of its own has a number beyond these.
    platforms: HashMap<String, (u32, Zone)>,
    usual: Zone,
    first: Day,
    shipped: Arc<Catalogue>,
    /// How many rules are the platforms'.
    n_shipped: usize,
    own: HashMap<ShopKey, Own>,
    paces: Vec<(Zone, Span)>,
    program: String,
}

/// The rules of a shop that has some of its own.
#[derive(Clone, Debug)]
enum Own {
    /// They are watched under a number.
    Watched(u32, Arc<Catalogue>),
    /// They cannot be: nothing of the shop is counted.
    Bad,
}

impl Own {
    /// The number under which they are watched.
    const fn number(&self) -> Option<u32> {
        match self {
            Self::Watched(number, _) => Some(*number),
            Self::Bad => None,
        }
    }
}

/// A rulebook that cannot be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// The metric or the platform.
    pub name: String,
    /// What is wrong.
    pub problem: String,
}

impl std::fmt::Display for BadRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}

impl std::error::Error for BadRule {}

/// At which wait one is warned under an edition where nothing else is set; `None`: it has no
/// limit.
///
/// # Example
///
/// ```
/// let catalogue = rulebook::Catalogue::shipped();
/// let edition = |metric: &str| &catalogue.metric(metric).unwrap().editions[0];
/// let usual = |metric| desk::usual_warning(edition(metric));
/// assert_eq!(usual("jd/first-reply-30s"), Some(facts::Span::seconds(15)));
/// assert_eq!(usual("jd/reply-time"), None);
/// ```
#[must_use]
pub fn usual_warning(edition: &Edition) -> Option<Span> {
    let plan = Plan::compile(&edition.rule(&[]).ok()?).ok()?;
    Watch::usual_warning(&plan)
}

/// Rules of shops, by metric as they are stored.
pub(crate) type OwnTexts = BTreeMap<String, String>;

impl Rulesets {
    /// The rules of a catalogue, each in its edition in force, on the days from `first` on.
    /// `perfunctory` gives the flag under which texts of a list of phrases are marked.
    ///
    /// # Errors
    ///
    /// [`BadRule`]; a checked catalogue has none.
    ///
    /// # Example
    ///
    /// ```
    /// let catalogue = rulebook::Catalogue::shipped();
    /// let first = "2026-06-01".parse().unwrap();
    /// let rules = desk::Rulesets::of(catalogue, first, |_| facts::MessageFlags(0)).unwrap();
    /// assert!(rules.watched().iter().any(|one| one.metric == "taobao/human-reply-3m"));
    /// assert_eq!(rules.platform("no such platform").0, 0);
    /// ```
    pub fn of(
        catalogue: &Catalogue,
        first: Day,
        perfunctory: impl Fn(&[String]) -> MessageFlags,
    ) -> Result<Self, BadRule> {
        let mut all = Self {
            watches: Vec::new(),
            watched: Vec::new(),
            platforms: HashMap::new(),
            usual: Zone::fixed(USUAL_OFFSET_MS),
            first,
            shipped: Arc::new(catalogue.clone()),
            n_shipped: 0,
            own: HashMap::new(),
            paces: Vec::new(),
            program: String::new(),
        };
        for (number, platform) in (1..).zip(catalogue.platforms()) {
            let zone = all.watch(catalogue, platform, number, &perfunctory)?;
            all.platforms.insert(platform.id.clone(), (number, zone));
        }
        all.n_shipped = all.watches.len();
        all.note_paces();
        Ok(all)
    }

    /// Watches the rules of a platform under a number; the platform's zone.
    fn watch(
        &mut self,
        catalogue: &Catalogue,
        platform: &Platform,
        number: u32,
        perfunctory: &dyn Fn(&[String]) -> MessageFlags,
    ) -> Result<Zone, BadRule> {
        let bad = |problem: String| BadRule { name: platform.id.clone(), problem };
        let transitions = platform.transitions().map_err(|error| bad(error.to_string()))?;
        let offsets = transitions.into_iter().map(|(from, offset)| (Instant(from), offset));
        let zone = Zone::new(offsets.collect()).map_err(|error| bad(error.to_string()))?;
        for metric in catalogue.metrics_of(&platform.id) {
            let bad = |problem: String| BadRule { name: metric.id.clone(), problem };
            for in_force in metric.editions_between(self.first, Day(i32::MAX)) {
                let rule = in_force.edition.rule(&[]);
                let rule = rule.map_err(|error| bad(error.message(rulebook::Lang::En)))?;
                let plan = Plan::compile(&rule).map_err(|problem| bad(problem.to_string()))?;
                let flag = perfunctory(&rule.invalid_replies);
                let days = (in_force.from, in_force.to);
                // The engine says when the measurement stands.
                let mut watch = Watch::new(Job {
                    platform: number,
                    days,
                    special_periods: rule.special_periods.clone(),
                    ..Job::new(plan.with_invalid(flag), zone.clone())
                });
                watch.keeps_waits = rule.figure.needs_waits();
                self.watches.push(watch);
                let edition = in_force.edition.id.clone();
                let refresh = in_force.edition.refresh.clone();
                let (metric, zone) = (metric.id.clone(), zone.clone());
                self.watched.push(Watched { metric, edition, days, rule, refresh, zone });
            }
        }
        Ok(zone)
    }

    /// The same with rules of shops' own, by metric, in the place of those there were before. A
    /// shop whose rules cannot be read is counted by none: its platform's are not its own.
    pub(crate) fn with_own(mut self, own: Vec<(ShopKey, OwnTexts)>) -> Self {
        self.watches.truncate(self.n_shipped);
        self.watched.truncate(self.n_shipped);
        self.own.clear();
        let mut known: BTreeMap<(String, OwnTexts), Own> = BTreeMap::new();
        let mut next = self.platforms.len() as u32 + 1;
        for (key, texts) in own.into_iter().filter(|(_, texts)| !texts.is_empty()) {
            let same = (key.platform.clone(), texts);
            let one = match known.get(&same) {
                Some(one) => one.clone(),
                None => {
                    let one = self.watch_own(&same.0, &same.1, next);
                    next += 1;
                    known.insert(same, one.clone());
                    one
                }
            };
            self.own.insert(key, one);
        }
        self.note_paces();
        self
    }

    fn watch_own(&mut self, platform: &str, texts: &OwnTexts, number: u32) -> Own {
        let files = texts.iter().map(|(metric, text)| (format!("{metric}/rule.toml"), text));
        let n_before = self.watches.len();
        let watched = self.shipped.extended(files).into_result().ok().and_then(|catalogue| {
            let invalid = InvalidReplies::of(&catalogue).ok()?;
            let own = catalogue.platform(platform)?;
            self.watch(&catalogue, own, number, &|list| invalid.flag(list)).ok()?;
            Some(Own::Watched(number, Arc::new(catalogue)))
        });
        watched.unwrap_or_else(|| {
            self.watches.truncate(n_before);
            self.watched.truncate(n_before);
            tracing::warn!(platform, "a shop's own rules cannot be read: it is not counted");
            Own::Bad
        })
    }

    /// Whether all rules for which warnings are set are watched, and have a limit after them.
    pub(crate) fn check_warnings(&self, settings: &AlertSettings) -> Result<(), BadSettings> {
        for RuleWarning { metric, after_seconds } in &settings.warnings {
            let all = || self.watches.iter().zip(&self.watched);
            let editions = || all().filter(|(_, watched)| watched.metric == *metric);
            if editions().next().is_none() {
                return Err(BadSettings {
                    en: format!("`warnings`: there is no rule `{metric}`; `/v1/rules` lists them"),
                    zh: format!("`warnings`：没有规则 `{metric}`；规则见 `/v1/rules`"),
                });
            }
            let mut limited = editions().filter(|(watch, _)| watch.at_limit).peekable();
            if limited.peek().is_none() {
                return Err(BadSettings {
                    en: format!("`warnings`: `{metric}` has no limit that a warning could precede"),
                    zh: format!("`warnings`：`{metric}` 没有时限，无从预警"),
                });
            }
            let limits: Option<Vec<Span>> =
                limited.map(|(watch, _)| watch.job.plan.longest_hit()).collect();
            let longest = limits.and_then(|limits| limits.into_iter().max());
            let wait = after_seconds.map(|n| Span::seconds(n.into()));
            if let Some((limit, _)) = longest.zip(wait).filter(|(limit, wait)| wait >= limit) {
                let limit = limit.0 / 1_000;
                return Err(BadSettings {
                    en: format!(
                        "`warnings`: `{metric}` has a limit of {limit} s; expected an earlier \
                         `after_seconds`"
                    ),
                    zh: format!(
                        "`warnings`：`{metric}` 的时限为 {limit} 秒，`after_seconds` 应小于它"
                    ),
                });
            }
        }
        Ok(())
    }

    /// The same with the warnings that people set, and the usual ones where they set none.
    pub(crate) fn with_warnings(mut self, settings: &AlertSettings) -> Self {
        for (watch, watched) in self.watches.iter_mut().zip(&self.watched) {
            let usual = || Watch::usual_warning(&watch.job.plan);
            let wait = settings.warning(&watched.metric).unwrap_or_else(usual);
            watch.warnings = wait.filter(|_| watch.at_limit).into_iter().collect();
        }
        self
    }

    /// The rules as the live engine takes them.
    #[must_use]
    pub fn watches(&self) -> Vec<Watch> {
        self.watches.clone()
    }

    /// Names the program that counts: what another one counted is not taken over at a start.
    #[must_use]
    pub fn counted_by(self, program: String) -> Self {
        Self { program, ..self }
    }

    /// Everything about program and rules that figures hang on, as a text. When days begin to be
    /// watched is not in it, where no edition begins then: days alone leave by that; nor when
    /// people are warned.
    pub(crate) fn basis(&self) -> String {
        let mut text = format!("{} {}", self.program, env!("CARGO_PKG_VERSION"));
        for (watch, watched) in self.watches.iter().zip(&self.watched) {
            let mut watch = watch.clone();
            watch.warnings.clear();
            if watch.job.days.0 <= self.first {
                watch.job.days.0 = Day(i32::MIN);
            }
            let _ = write!(text, "\n{} {} {watch:?}", watched.metric, watched.edition);
        }
        let mut own: Vec<_> = self.own.iter().map(|(shop, own)| (shop, own.number())).collect();
        own.sort_unstable();
        for (shop, number) in own {
            let _ = write!(text, "\n{}/{} {number:?}", shop.platform, shop.shop);
        }
        text
    }

    /// The rules as people call them.
    #[must_use]
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    /// The first local day that is watched.
    #[must_use]
    pub fn first(&self) -> Day {
        self.first
    }

    /// A rule by its number.
    ///
    /// # Panics
    ///
    /// When the number is none that these rules gave out.
    #[must_use]
    pub fn rule(&self, watch: u32) -> &Watched {
        &self.watched[watch as usize]
    }

    /// The number and the zone of a platform; 0 where there are no rules for it.
    #[must_use]
    pub fn platform(&self, platform: &str) -> (u32, &Zone) {
        self.platforms.get(platform).map_or((0, &self.usual), |(number, zone)| (*number, zone))
    }

    /// The number under which a shop's rules are watched; 0: it is counted by none.
    #[must_use]
    pub fn number(&self, key: &ShopKey) -> u32 {
        match self.own.get(key) {
            Some(Own::Watched(number, _)) => *number,
            Some(Own::Bad) => 0,
            None => self.platform(&key.platform).0,
        }
    }

    /// Whether a shop has rules of its own that cannot be read.
    #[must_use]
    pub fn is_bad(&self, key: &ShopKey) -> bool {
        matches!(self.own.get(key), Some(Own::Bad))
    }

    /// The catalogue that a shop's rules are in.
    #[must_use]
    pub fn catalogue(&self, key: &ShopKey) -> &Catalogue {
        match self.own.get(key) {
            Some(Own::Watched(_, catalogue)) => catalogue,
            _ => &self.shipped,
        }
    }

    pub(crate) fn shared_catalogue(&self, key: &ShopKey) -> Arc<Catalogue> {
        match self.own.get(key) {
            Some(Own::Watched(_, catalogue)) => Arc::clone(catalogue),
            _ => Arc::clone(&self.shipped),
        }
    }

    /// In which zones panels are refreshed how often; each once.
    pub(crate) fn paces(&self) -> &[(Zone, Span)] {
        &self.paces
    }

    fn note_paces(&mut self) {
        let mut paces: Vec<(Zone, Span)> = Vec::new();
        for one in &self.watched {
            let daily = Span(86_400_000);
            for every in one.refresh.iter().map(|row| row.every).chain([daily]) {
                if !paces.iter().any(|(zone, known)| *zone == one.zone && *known == every) {
                    paces.push((one.zone.clone(), every));
                }
            }
        }
        self.paces = paces;
    }

    /// The rules that are watched under a number, each with its own.
    pub(crate) fn under(&self, number: u32) -> impl Iterator<Item = (u32, &Watched)> {
        let all = (0..).zip(self.watches.iter().zip(&self.watched));
        all.filter(move |(_, (watch, _))| watch.job.platform == number)
            .map(|(n, (_, watched))| (n, watched))
    }
}
