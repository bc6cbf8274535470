//! The tables, and how an older database becomes a newer one.

use crate::error::{Error, Result};
use crate::sql::{Access, Connection, args, first, within};

/// Changes of the tables, in order. One that was released is never edited: append another.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001-first.sql"),
    include_str!("../migrations/0002-people.sql"),
    include_str!("../migrations/0003-imports.sql"),
    include_str!("../migrations/0004-counted.sql"),
    include_str!("../migrations/0005-archived.sql"),
    include_str!("../migrations/0006-failed.sql"),
    include_str!("../migrations/0007-resets.sql"),
    include_str!("../migrations/0008-audit.sql"),
];

/// The newest version of the tables.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// A table with its columns, all of which a backup holds.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static str,
}

macro_rules! tables {
    ($($name:literal: $columns:literal,)*) => {
        &[$(Table { name: $name, columns: $columns }),*]
    };
}

/// Every table of the newest version.
pub(crate) const TABLES: &[Table] = tables! {
    "standing": "one, arrivals, sources, runs, remembered, horizon, epoch, hash_key, drops",
    "places": "number, platform, shop",
    "threads": "number, place, buyer, sealing_key, erased_at",
    "segments": "first, last, n, level, at_min, at_max, threads, facts",
    "texts": "first, last, level, sealed",
    "marks": "first, last, marks",
    "runs": "run, last, at_max, n, fences, filter",
    "identities": "run, page, entries",
    "days": "day, n",
    "archived": "day, n, entry",
    "contributions": "metric, place, day, thread, account, counts",
    "counted": "one, arrivals, clock, basis, unsettled, learned",
    "counted_days": "platform, shop, day, counts",
    "counted_shops": "platform, shop, known",
    "phrase_lists": "bit, phrases",
    "shops": "platform, shop, name, client, industry",
    "shop_facts": "platform, shop, what, position, name, value, from_at, until_at",
    "persons": "id",
    "holdings": "person, position, platform, shop, account, from_day, until_day",
    "overrides": "number, target, platform, name, text, at, by_whom, metric",
    "users":
        "number, login, name, password, totp, role, reach, created_at, disabled_at, totp_step",
    "links": "hash, role, reach, made_at, expires_at, used_at",
    "resets": "hash, holder, made_at, expires_at",
    "sessions": "hash, holder, begun_at, seen_at, expires_at",
    "tokens": "number, hash, name, reach, grants, made_at, used_at, revoked_at",
    "audit": "number, at, by_whom, what, platform, shop, subject, was, becomes",
    "observed": "platform, shop, account, metric, from_day, to_day, seen_at, value, samples",
    "imports": "sha256, way, name, n, accepted, repeats, rejected, at",
    "feeds": "platform, shop, feed, grade, last_fact_at, last_heard_at",
    "cursors": "connector, name, value, at",
    "alerts": "alert, step, platform, shop, at, reason, about, state, changed_at, failed",
    "settings": "name, value",
};

/// Brings the tables to the newest version, in one transaction.
pub(crate) fn migrate(connection: &mut dyn Connection) -> Result<()> {
    connection.script(
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)",
    )?;
    within(connection, Access::Write, |connection| {
        let found = version(connection)?;
        if found > VERSION {
            return Err(Error::Newer { found, known: VERSION });
        }
        for (n, migration) in (1..).zip(MIGRATIONS).filter(|(n, _)| *n > found) {
            let mut script = (*migration).to_owned();
            for (placeholder, word) in connection.dialect() {
                script = script.replace(placeholder, word);
            }
            connection.script(&script)?;
            connection.run("INSERT INTO schema_version (version) VALUES ($1)", args![n])?;
        }
        Ok(())
    })
}

fn version(connection: &mut dyn Connection) -> Result<i64> {
    let newest = "SELECT MAX(version) FROM schema_version";
    Ok(first(connection, newest, &[], |row| row.maybe_int())?.flatten().unwrap_or(0))
}
