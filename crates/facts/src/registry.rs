//! What is known about shops beyond their chats: dated facts that rules depend on.

use alloc::string::String;
use alloc::vec::Vec;

use crate::{Day, Instant};

/// Dated facts about shops, as a registry file or the server's settings give them.
///
/// Everything is optional: a shop that is not in the registry has nothing known about it, which is
/// not the same as knowing that it is not enrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    /// One entry a shop and platform.
    pub shops: Vec<ShopEntry>,
    /// People and the accounts that they hold. A person is not an account.
    pub persons: Vec<Person>,
}

impl Registry {
    /// The entry of a shop, `None` when nothing is known of it.
    #[must_use]
    pub fn shop(&self, platform: &str, shop: &str) -> Option<&ShopEntry> {
        self.shops.iter().find(|entry| entry.platform == platform && entry.shop == shop)
    }
}

/// What is known of one shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopEntry {
    /// The platform's word, as in the log.
    pub platform: String,
    /// The shop id, as in the log.
    pub shop: String,
    /// A name for people; empty: none.
    pub name: String,
    /// Whose shop it is, for agencies; empty: none.
    pub client: String,
    /// Groups it belongs to.
    pub groups: Vec<String>,
    /// The platform's seller levels, each from a day on, sorted by day.
    pub levels: Vec<(Day, i64)>,
    /// The industry; empty: unknown.
    pub industry: String,
    /// Enrolment in special periods (春节不打烊 and the like).
    pub enrolments: Vec<Enrolment>,
    /// When the shop was closed (打烊).
    pub closures: Vec<Closure>,
    /// The shop's own accounts, when they write as buyers.
    pub own_accounts: Vec<OwnAccount>,
    /// Grades of agent accounts: `(account, grade)`, grade as the platform calls it
    /// (`ordinary`, `senior`).
    pub account_grades: Vec<(String, String)>,
    /// How many conversations agent accounts can hold at a time: `(account, conversations)`.
    pub account_capacities: Vec<(String, u32)>,
}

impl ShopEntry {
    /// The grade of an account, `None` when nobody says.
    #[must_use]
    pub fn grade(&self, account: &str) -> Option<&str> {
        let known = self.account_grades.iter().find(|(name, _)| name == account);
        known.map(|(_, grade)| grade.as_str())
    }

    /// How many conversations an account can hold at a time, `None` when nobody says.
    #[must_use]
    pub fn capacity(&self, account: &str) -> Option<u32> {
        let known = self.account_capacities.iter().find(|(name, _)| name == account);
        known.map(|(_, capacity)| *capacity)
    }
}

/// Whether a shop took part in a special period. No entry: unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The period's id in the platform's rulebook.
    pub period: String,
    /// Whether the shop (with its items) was enrolled.
    pub enrolled: bool,
}

/// An interval in which the shop was closed, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The first instant of it.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
}

/// An account of the shop itself, known by the buyer id it writes under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// The buyer id in the log.
    pub buyer: String,
}

/// A person and the accounts that they hold, in one shop or in many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The person's id or name.
    pub id: String,
    /// `(platform, shop, account)`.
    pub accounts: Vec<(String, String, String)>,
}
