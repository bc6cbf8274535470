//! Shops with names and habits of their own, in the place of made-up ones.

use std::path::PathBuf;

use facts::Day;

use super::settings::{Format, Order, Packing, Settings};
use super::{GenerateError, GenerateReport, produce};

/// A shop, and how it is run.
#[derive(Debug)]
pub(crate) struct Role {
    /// The platform's word.
    pub(crate) platform: &'static str,
    /// The shop's id.
    pub(crate) shop: &'static str,
    /// How many consults it has, relative to the others; 0: none.
    pub(crate) size: u64,
    /// The names of its accounts; as ids they stand behind the shop's.
    pub(crate) accounts: &'static [&'static str],
    /// A bot answers first.
    pub(crate) bot: bool,
    /// A bot helps the people.
    pub(crate) assist: bool,
    /// A welcome text is switched on.
    pub(crate) welcome: bool,
    /// How long answers take, in percent of what is usual.
    pub(crate) pace: i64,
    /// How often questions are left open, in percent of what is usual.
    pub(crate) neglect: u64,
    /// Its buyers come in the evening and at night, when its accounts are at work.
    pub(crate) is_nightly: bool,
}

impl Role {
    /// The id of an account, from 0; `None`: there is no such account.
    pub(crate) fn account(&self, number: usize) -> Option<String> {
        self.accounts.get(number).map(|name| format!("{}:{name}", self.shop))
    }
}

/// What is written of a cast.
#[derive(Clone, Debug)]
pub(crate) struct Staging {
    /// The shops.
    pub(crate) cast: Vec<&'static Role>,
    /// How many facts.
    pub(crate) rows: u64,
    /// The first day.
    pub(crate) from: Day,
    /// How many days.
    pub(crate) days: u16,
    /// A day, from 0, with three times as many consults.
    pub(crate) rush: u16,
    /// The log to write, as CSV.
    pub(crate) output: PathBuf,
}

/// Writes a log of the shops of a cast: the same one for the same staging.
///
/// `progress` is called now and then with the number of facts written and asked for; once it says
/// `false`, the writing ends.
///
/// # Errors
///
/// [`GenerateError::Write`]; the file is not there then.
pub(crate) fn stage(
    staging: &Staging,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<GenerateReport, GenerateError> {
    let mut platforms: Vec<String> = Vec::new();
    for role in &staging.cast {
        if !platforms.iter().any(|known| known == role.platform) {
            platforms.push(role.platform.to_owned());
        }
    }
    let settings = Settings {
        rows: staging.rows,
        shops: u32::try_from(staging.cast.len()).unwrap_or(u32::MAX),
        days: staging.days,
        from: staging.from,
        platforms,
        seed: 1,
        order: Order::Time,
        ids: true,
        text: true,
        row_group: 1_000_000,
        output: Some(staging.output.clone()),
        format: Format::Csv,
        packing: Packing::Plain,
        cast: staging.cast.clone(),
        rush: Some(staging.rush),
    };
    produce(&settings, progress)
}
