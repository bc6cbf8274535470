//! A cache of what threads contribute to figures. It may be deleted at any time.

use std::collections::BTreeMap;

use facts::{Day, ThreadId};

use crate::bytes::{Reader, Writer};
use crate::error::{Error, Result};
use crate::scope::{Grant, Scope};
use crate::sql::{all, args, first};
use crate::store::Store;
use crate::threads::place;

/// What a thread contributes to a figure on a local day: numbers that add up, place by place.
/// What each stands for is the engine's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The local day.
    pub day: Day,
    /// The account; empty: none is known.
    pub account: String,
    /// The numbers.
    pub counts: Vec<i64>,
}

/// Sums of contributions by local day and account.
pub type Sums = BTreeMap<(Day, String), Vec<i64>>;

impl Store {
    /// Puts a thread's contributions to a metric in the place of all it had; with none, it
    /// contributes nothing any more.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything, [`Error::Absent`] when there
    /// is no such thread.
    pub fn put_contributions(
        &self,
        scope: &Scope,
        metric: &str,
        parts: Vec<(ThreadId, Vec<Contribution>)>,
    ) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let metric = metric.to_owned();
        self.change(move |connection| {
            for (thread, contributions) in &parts {
                let thread = i64::from(thread.0);
                let one = "SELECT place FROM threads WHERE number = $1";
                let place = first(connection, one, args![thread], |row| row.int())?;
                let place = place.ok_or(Error::Absent { what: "buyer" })?;
                let old = "DELETE FROM contributions WHERE thread = $1 AND metric = $2";
                connection.run(old, args![thread, metric.as_str()])?;
                for part in contributions {
                    let mut out = Writer::default();
                    part.counts.iter().for_each(|count| out.signed(*count));
                    connection.run(
                        "INSERT INTO contributions (metric, place, day, thread, account, counts)
                         VALUES ($1, $2, $3, $4, $5, $6)",
                        args![
                            metric.as_str(),
                            place,
                            i64::from(part.day.0),
                            thread,
                            part.account.as_str(),
                            out.0,
                        ],
                    )?;
                }
            }
            Ok(())
        })
    }

    /// Sums of a metric's contributions of a shop, from a local day to another, both included.
    /// Days without contributions are absent.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the shop is out of reach.
    pub fn sums(
        &self,
        scope: &Scope,
        metric: &str,
        (platform, shop): (&str, &str),
        (from, to): (Day, Day),
    ) -> Result<Sums> {
        scope.needs_shop(Grant::Read, platform, shop)?;
        self.read(|connection| {
            let mut sums = Sums::new();
            let Some(place) = place(connection, platform, shop)? else { return Ok(sums) };
            let parts = "SELECT day, account, counts FROM contributions
                         WHERE metric = $1 AND place = $2 AND day BETWEEN $3 AND $4";
            let (from, to) = (i64::from(from.0), i64::from(to.0));
            let range = args![metric, i64::from(place), from, to];
            connection.each(parts, range, &mut |mut row| {
                let key = (Day(row.int()? as i32), row.text()?);
                let bytes = row.bytes()?;
                let mut counts = Reader::new(&bytes);
                let sum = sums.entry(key).or_default();
                let mut n = 0;
                while !counts.is_empty() {
                    let count = counts.signed()?;
                    match sum.get_mut(n) {
                        Some(total) => *total = total.saturating_add(count),
                        None => sum.push(count),
                    }
                    n += 1;
                }
                Ok(())
            })?;
            Ok(sums)
        })
    }

    /// Metrics that have contributions.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything.
    pub fn contributing(&self, scope: &Scope) -> Result<Vec<String>> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            let every = "SELECT DISTINCT metric FROM contributions ORDER BY metric";
            all(connection, every, &[], |row| row.text())
        })
    }

    /// Deletes the contributions to a metric, or all.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything.
    pub fn drop_contributions(&self, scope: &Scope, metric: Option<&str>) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let metric = metric.map(str::to_owned);
        self.change(move |connection| {
            match metric {
                Some(metric) => {
                    connection.run("DELETE FROM contributions WHERE metric = $1", args![metric])?
                }
                None => connection.run("DELETE FROM contributions", &[])?,
            };
            Ok(())
        })
    }
}
