//! Where the live engine stood, as the store keeps it: everything by name, so that it holds when
//! numbers are given out anew.

use std::collections::BTreeMap;

use facts::{Account, Day, Instant, ShopId};
use live::alert::{About, Key, To};
use live::{Deadline, Fired, Sample, Threshold, Who};
use metric::Tally;
use serde::{Deserialize, Serialize};
use store::ShopKey;
use utoipa::ToSchema;

use crate::lines::{KeptLook, Look};
use crate::panels::Kept;
use crate::state::State;

/// What a restart cannot tell from the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// The engine's clock, in milliseconds.
    pub(crate) clock: i64,
    /// Its arrival number.
    pub(crate) number: u64,
    withdrawn: Vec<NamedFired>,
    told: Vec<Told>,
    /// How shops stood under lines when they were looked at.
    #[serde(default)]
    lines: Vec<ShopLines>,
    /// What panels showed, where it was not what stood.
    #[serde(default)]
    shown: Vec<NamedShown>,
}

/// A figure as a panel showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct NamedShown {
    platform: String,
    shop: String,
    metric: String,
    edition: String,
    account: String,
    since: i64,
    /// By day: hits, misses, unanswered, pending, milliseconds waited.
    days: Vec<(i32, [u64; 4], i64)>,
}

/// How a shop stood under lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShopLines {
    platform: String,
    shop: String,
    looks: Vec<KeptLook>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct NamedFired {
    platform: String,
    shop: String,
    /// The store's number, which stays.
    thread: u64,
    metric: String,
    edition: String,
    opened_at: i64,
    opened_row: u32,
    /// The number of the warning; absent: the limit.
    warning: Option<u8>,
    due: i64,
    /// Empty: none is known.
    account: String,
}

/// What was told of an alert that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    platform: String,
    shop: String,
    rung: u16,
    to: NamedTo,
    n_threads: u32,
    longest: NamedFired,
    since: i64,
}

/// Who is told, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NamedTo {
    /// Who holds an account.
    Account {
        /// The account.
        account: String,
    },
    /// The shop's supervisors.
    Supervisors,
    /// The owner.
    Owner,
    /// A group.
    Group {
        /// Its number.
        number: u32,
    },
}

impl NamedTo {
    pub(crate) fn of(to: To, state: &State) -> Self {
        match to {
            To::Account(account) => {
                Self::Account { account: state.names.account(account).to_owned() }
            }
            To::Supervisors => Self::Supervisors,
            To::Owner => Self::Owner,
            To::Group(number) => Self::Group { number },
        }
    }

    fn found(&self, state: &State) -> Option<To> {
        Some(match self {
            Self::Account { account } => To::Account(state.names.find_account(account)?),
            Self::Supervisors => To::Supervisors,
            Self::Owner => To::Owner,
            Self::Group { number } => To::Group(*number),
        })
    }
}

impl Checkpoint {
    /// How everything stands.
    pub(crate) fn of(state: &State) -> Self {
        let withdrawn = state.engine.withdrawn().map(|(deadline, due)| {
            NamedFired::of(&Fired { due, deadline, account: Account::SHOP }, state)
        });
        let told = state.told.iter().map(|(key, (about, since))| {
            let place = state.shops.key(key.shop);
            Told {
                platform: place.platform.clone(),
                shop: place.shop.clone(),
                rung: key.rung,
                to: NamedTo::of(key.to, state),
                n_threads: about.n_threads,
                longest: NamedFired::of(&about.longest, state),
                since: since.0,
            }
        });
        Self {
            clock: state.engine.clock().0,
            number: state.engine.number(),
            withdrawn: withdrawn.collect(),
            told: told.collect(),
            lines: lines(state),
            shown: shown(state),
        }
    }

    /// What panels showed, of rules that are still watched.
    pub(crate) fn shown(&self, state: &State) -> BTreeMap<(u32, ShopId, Account), Kept> {
        let found = |one: &NamedShown| {
            let shop = state.shops.find(&ShopKey::new(&one.platform, &one.shop))?;
            let watch = state.watch(shop, &one.metric, &one.edition)?;
            let account = match one.account.as_str() {
                "" => Account::SHOP,
                name => state.names.find_account(name)?,
            };
            let day = |(day, counts, wait_ms): &(i32, [u64; 4], i64)| {
                let [hits, misses, unanswered, pending] = *counts;
                let wait_ms = *wait_ms;
                let rest = Tally::default();
                (Day(*day), Tally { hits, misses, unanswered, pending, wait_ms, ..rest })
            };
            let days = one.days.iter().map(day).collect();
            Some(((watch, shop, account), Kept { since: Instant(one.since), days }))
        };
        self.shown.iter().filter_map(found).collect()
    }

    /// How shops stood under lines.
    pub(crate) fn looks(&self, state: &State) -> BTreeMap<(ShopId, String), Look> {
        let of_shop = |one: &ShopLines| {
            let shop = state.shops.find(&ShopKey::new(&one.platform, &one.shop))?;
            let looks = one.looks.iter().map(KeptLook::look);
            Some(looks.map(move |(standard, look)| ((shop, standard), look)).collect::<Vec<_>>())
        };
        self.lines.iter().filter_map(of_shop).flatten().collect()
    }

    /// As text.
    pub(crate) fn write(&self) -> String {
        // Made of texts and numbers, it always becomes JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `None`: the text is none, as from a version that wrote another.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The deadlines that had been withdrawn, of rules that are still watched.
    pub(crate) fn withdrawn(&self, state: &State) -> Vec<(Deadline, Instant)> {
        let found = self.withdrawn.iter().filter_map(|one| one.found(state));
        found.map(|fired| (fired.deadline, fired.due)).collect()
    }

    /// What was told and is not over, and since when.
    pub(crate) fn told(&self, state: &State) -> Vec<(Key, (About, Instant))> {
        let found = |told: &Told| {
            let shop = state.shops.find(&ShopKey::new(&told.platform, &told.shop))?;
            let key = Key { shop, rung: told.rung, to: told.to.found(state)? };
            let about = About { n_threads: told.n_threads, longest: told.longest.found(state)? };
            Some((key, (about, Instant(told.since))))
        };
        self.told.iter().filter_map(found).collect()
    }
}

fn shown(state: &State) -> Vec<NamedShown> {
    let one = |((watch, shop, account), kept): (&(u32, ShopId, Account), &Kept)| {
        let (place, rule) = (state.shops.key(*shop), state.rules.rule(*watch));
        let day = |(day, tally): (&Day, &Tally)| {
            let Tally { hits, misses, unanswered, pending, wait_ms, .. } = *tally;
            (day.0, [hits, misses, unanswered, pending], wait_ms)
        };
        NamedShown {
            platform: place.platform.clone(),
            shop: place.shop.clone(),
            metric: rule.metric.clone(),
            edition: rule.edition.clone(),
            account: state.names.account(*account).to_owned(),
            since: kept.since.0,
            days: kept.days.iter().map(day).collect(),
        }
    };
    state.panels.kept.iter().map(one).collect()
}

fn lines(state: &State) -> Vec<ShopLines> {
    let mut all: Vec<ShopLines> = Vec::new();
    let mut last = None;
    for ((shop, standard), look) in &state.looks.last {
        if last != Some(*shop) {
            let key = state.shops.key(*shop);
            let (platform, name) = (key.platform.clone(), key.shop.clone());
            all.push(ShopLines { platform, shop: name, looks: Vec::new() });
            last = Some(*shop);
        }
        if let Some(one) = all.last_mut() {
            one.looks.push(KeptLook::of(standard, look));
        }
    }
    all
}

impl NamedFired {
    fn of(fired: &Fired, state: &State) -> Self {
        let Sample { who, watch, opened_at, opened_row } = fired.deadline.sample;
        let (place, rule) = (state.shops.key(who.shop), state.rules.rule(watch));
        Self {
            platform: place.platform.clone(),
            shop: place.shop.clone(),
            thread: who.buyer,
            metric: rule.metric.clone(),
            edition: rule.edition.clone(),
            opened_at: opened_at.0,
            opened_row,
            warning: match fired.deadline.threshold {
                Threshold::Warning(n) => Some(n),
                Threshold::Limit => None,
            },
            due: fired.due.0,
            account: state.names.account(fired.account).to_owned(),
        }
    }

    fn found(&self, state: &State) -> Option<Fired> {
        let shop = state.shops.find(&ShopKey::new(&self.platform, &self.shop))?;
        let watch = state.watch(shop, &self.metric, &self.edition)?;
        let sample = Sample {
            who: Who { shop, buyer: self.thread },
            watch,
            opened_at: Instant(self.opened_at),
            opened_row: self.opened_row,
        };
        let threshold = self.warning.map_or(Threshold::Limit, Threshold::Warning);
        let account = state.names.find_account(&self.account).unwrap_or(Account::SHOP);
        let deadline = Deadline { sample, threshold };
        Some(Fired { due: Instant(self.due), deadline, account })
    }
}
