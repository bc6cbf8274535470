//! What the live engine had counted, so that a start need not count everything. It is a cache: it
//! may be deleted at any time, and whoever reads it decides whether it still holds.

use facts::{Day, Instant, ThreadId};

use crate::bytes::{Reader, Writer};
use crate::error::{Error, Result};
use crate::scope::{Grant, Scope, ShopKey};
use crate::sql::{all, args, first};
use crate::store::Store;

/// Up to where it was counted, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Facts up to this number are in it.
    pub arrivals: u64,
    /// As of this instant.
    pub clock: Instant,
    /// What it was counted by: program, rules, what is known of shops. It holds for the same alone.
    pub basis: String,
    /// The threads that were to change without another fact, in order, each once.
    pub unsettled: Vec<ThreadId>,
}

/// What was counted of one shop on one local day. What the bytes say is their writer's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedDay {
    /// The shop.
    pub shop: ShopKey,
    /// The local day.
    pub day: Day,
    /// Empty: there is nothing, and nothing is kept.
    pub counts: Vec<u8>,
}

impl Store {
    /// Keeps what was counted, in one transaction: `days` in the place of what was kept of the
    /// same shops and days; `anew`: in the place of all that was kept.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything.
    pub fn put_counted(
        &self,
        scope: &Scope,
        counted: Counted,
        days: Vec<CountedDay>,
        anew: bool,
    ) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let mut unsettled = Writer::default();
        let mut last = 0;
        for ThreadId(thread) in &counted.unsettled {
            unsettled.number(u64::from(thread.wrapping_sub(last)));
            last = *thread;
        }
        self.change(move |connection| {
            if anew {
                connection.run("DELETE FROM counted_days", &[])?;
            }
            for CountedDay { shop, day, counts } in days {
                let of = args![shop.platform.as_str(), shop.shop.as_str(), i64::from(day.0)];
                let old = "DELETE FROM counted_days
                           WHERE platform = $1 AND shop = $2 AND day = $3";
                connection.run(old, of)?;
                if !counts.is_empty() {
                    connection.run(
                        "INSERT INTO counted_days (platform, shop, day, counts)
                         VALUES ($1, $2, $3, $4)",
                        args![shop.platform, shop.shop, i64::from(day.0), counts],
                    )?;
                }
            }
            connection.run("DELETE FROM counted", &[])?;
            let Counted { arrivals, clock, basis, .. } = counted;
            connection.run(
                "INSERT INTO counted (one, arrivals, clock, basis, unsettled)
                 VALUES (1, $1, $2, $3, $4)",
                args![arrivals as i64, clock.0, basis, unsettled.0],
            )?;
            Ok(())
        })
    }

    /// What was kept, and of which days. `None`: nothing was.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller does not reach everything.
    pub fn counted(&self, scope: &Scope) -> Result<Option<(Counted, Vec<CountedDay>)>> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            let one = "SELECT arrivals, clock, basis, unsettled FROM counted";
            let head = first(connection, one, &[], |row| {
                let (arrivals, clock) = (row.int()? as u64, Instant(row.int()?));
                let (basis, unsettled) = (row.text()?, threads(&row.bytes()?)?);
                Ok(Counted { arrivals, clock, basis, unsettled })
            })?;
            let Some(head) = head else { return Ok(None) };
            let days = "SELECT platform, shop, day, counts FROM counted_days";
            let days = all(connection, days, &[], |row| {
                let shop = ShopKey { platform: row.text()?, shop: row.text()? };
                Ok(CountedDay { shop, day: Day(row.int()? as i32), counts: row.bytes()? })
            })?;
            Ok(Some((head, days)))
        })
    }
}

fn threads(bytes: &[u8]) -> Result<Vec<ThreadId>> {
    let mut reader = Reader::new(bytes);
    let (mut threads, mut last) = (Vec::new(), 0u32);
    while !reader.is_empty() {
        let step = reader.below(1 << 32)? as u32;
        last = last.checked_add(step).ok_or(Error::Damaged { what: "what was counted" })?;
        threads.push(ThreadId(last));
    }
    Ok(threads)
}
