//! Where the live engine stood, as the store keeps it: everything by name, so that it holds when
//! numbers are given out anew.

use facts::{Account, Instant};
use live::alert::{About, Key, To};
use live::{Deadline, Fired, Sample, Threshold, Who};
use serde::{Deserialize, Serialize};
use store::ShopKey;
use utoipa::ToSchema;

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
        }
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
        let is_rule =
            |one: &crate::rules::Watched| one.metric == self.metric && one.edition == self.edition;
        let watch = state.rules.watched().iter().position(is_rule)? as u32;
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
