//! The bare database: one table with a fact's columns, no index beside its key, nothing sealed,
//! nothing recognised, nothing counted.

use std::path::Path;

use facts::{Author, Form, Instant, MessageFlags, NewFact};
use rusqlite::types::Value;

use crate::rows::{Rows, Texts};
use crate::{Done, UNDER_WAY, clock};

const COLUMNS: &str = "at, kind, author, form, flags, stars, seq, seen_at, platform, shop, buyer, \
                       conversation, account, from_account, id, text, reference, amount, value";

/// Rows a second, as many to a commit as 64 requests have. Rows are made before the clock starts.
pub(crate) fn pace(path: &Path, rows: &Rows, size: u64, n: u64) -> Done<f64> {
    let bare = rusqlite::Connection::open(path)?;
    bare.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
         CREATE TABLE IF NOT EXISTS facts (arrival INTEGER PRIMARY KEY, {COLUMNS})"
    ))?;
    let mut texts = Texts::default();
    let mut made = Vec::new();
    for row in 0..n {
        rows.fact(row, &mut texts, &mut |fact| made.push(values(fact)));
    }
    let places = vec!["?"; COLUMNS.split(',').count()].join(", ");
    let insert = format!("INSERT INTO facts ({COLUMNS}) VALUES ({places})");
    let start = clock();
    for group in made.chunks(UNDER_WAY * size as usize) {
        bare.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = bare.prepare_cached(&insert)?;
        for row in group {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
        bare.execute_batch("COMMIT")?;
    }
    Ok(n as f64 / start.elapsed().as_secs_f64())
}

fn values(fact: &NewFact<'_>) -> Vec<Value> {
    let NewFact { at, kind, author, form, flags, stars, seq, seen_at, .. } = *fact;
    let text = |text: &str| Value::from(text.to_owned());
    let code = |code: u8| Value::from(i64::from(code));
    let (Instant(at), MessageFlags(flags)) = (at, flags);
    let codes = [kind.code(), Author::code(author), Form::code(form), flags].map(code);
    let mut values = vec![Value::from(at)];
    values.extend(codes);
    values.push(Value::from(stars.map(i64::from)));
    values.push(Value::from(seq));
    values.push(Value::from(seen_at.map(|at| at.0)));
    values.extend(fact.names().into_iter().chain(fact.texts()).map(text));
    values
}
