//! Which rules are watched: every edition of every metric, as the live engine takes them.

use std::fmt::Write as _;

use facts::{Day, Instant, MessageFlags, Zone};
use hashbrown::HashMap;
use live::Watch;
use metric::{Job, Plan, Rule};
use rulebook::Catalogue;

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
    /// The zone of its days.
    pub zone: Zone,
}

/// All rules that are watched. A position is the number by which the live engine has the rule.
#[derive(Clone, Debug)]
pub struct Rulesets {
    watches: Vec<Watch>,
    watched: Vec<Watched>,
    /// Number and zone of each platform; number 0 stands for those without rules.
    platforms: HashMap<String, (u32, Zone)>,
    usual: Zone,
    first: Day,
    program: String,
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
        let usual = Zone::fixed(USUAL_OFFSET_MS);
        let (watches, watched) = (Vec::new(), Vec::new());
        let mut all = Self {
            watches,
            watched,
            platforms: HashMap::new(),
            usual,
            first,
            program: String::new(),
        };
        for (number, platform) in (1..).zip(catalogue.platforms()) {
            let bad = |problem: String| BadRule { name: platform.id.clone(), problem };
            let transitions = platform.transitions().map_err(|error| bad(error.to_string()))?;
            let offsets = transitions.into_iter().map(|(from, offset)| (Instant(from), offset));
            let zone = Zone::new(offsets.collect()).map_err(|error| bad(error.to_string()))?;
            for metric in catalogue.metrics_of(&platform.id) {
                let bad = |problem: String| BadRule { name: metric.id.clone(), problem };
                for in_force in metric.editions_between(first, Day(i32::MAX)) {
                    let rule = in_force.edition.rule(&[]);
                    let rule = rule.map_err(|error| bad(error.message(rulebook::Lang::En)))?;
                    let plan = Plan::compile(&rule).map_err(|problem| bad(problem.to_string()))?;
                    let flag = perfunctory(&rule.invalid_replies);
                    let days = (in_force.from, in_force.to);
                    all.watches.push(Watch::new(Job {
                        plan: plan.with_invalid(flag),
                        zone: zone.clone(),
                        platform: number,
                        days,
                        // The engine says when the measurement stands.
                        as_of: Instant(0),
                        known_by: Instant(0),
                        keeps_samples: false,
                        special_periods: rule.special_periods.clone(),
                    }));
                    let edition = in_force.edition.id.clone();
                    let (metric, zone) = (metric.id.clone(), zone.clone());
                    all.watched.push(Watched { metric, edition, days, rule, zone });
                }
            }
            all.platforms.insert(platform.id.clone(), (number, zone));
        }
        Ok(all)
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
    /// watched is not in it, where no edition begins then: days alone leave by that.
    pub(crate) fn basis(&self) -> String {
        let mut text = format!("{} {}", self.program, env!("CARGO_PKG_VERSION"));
        for (watch, watched) in self.watches.iter().zip(&self.watched) {
            let mut watch = watch.clone();
            if watch.job.days.0 <= self.first {
                watch.job.days.0 = Day(i32::MIN);
            }
            let _ = write!(text, "\n{} {} {watch:?}", watched.metric, watched.edition);
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
}
