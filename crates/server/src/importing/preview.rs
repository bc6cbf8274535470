//! What a file becomes under a profile, before anything is kept of it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use facts::{Author, FactKind, Instant};
use figures::words::{author_words, fact_words};
use intake::gather::{self, Facts, Take};
use intake::{Error, Profile, Progress, Rejected, Report, rejected_fields};

use super::Upload;
use crate::language::Lang;

/// Facts that are shown.
const FACTS: usize = 10;
/// Rejected rows that are shown.
const REJECTED: usize = 20;

/// One of the first facts.
#[derive(Clone, Debug, Default)]
pub(crate) struct First {
    pub(crate) line: u64,
    pub(crate) at: Instant,
    pub(crate) platform: String,
    pub(crate) shop: String,
    pub(crate) buyer: String,
    pub(crate) what: String,
    pub(crate) account: String,
    pub(crate) text: String,
}

/// What a file becomes.
#[derive(Debug, Default)]
pub(crate) struct Previewed {
    pub(crate) facts: u64,
    pub(crate) first: Vec<First>,
    /// Facts by kind and author, in words.
    pub(crate) kinds: BTreeMap<String, u64>,
    /// How many rows are rejected for which reason.
    pub(crate) reasons: BTreeMap<&'static str, u64>,
    /// The first of them, by the fields of a list of rejected rows.
    pub(crate) rejected: Vec<[String; 6]>,
    /// Platforms and shops, with how many facts; at most a hundred.
    pub(crate) shops: BTreeMap<(String, String), u64>,
}

struct Looking {
    lang: Lang,
    found: Mutex<Previewed>,
}

impl Looking {
    fn found(&self) -> MutexGuard<'_, Previewed> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a whole file, and keeps of it what is shown. Blocks.
///
/// # Errors
///
/// As [`gather::source`].
pub(crate) fn preview(
    upload: &Upload,
    profile: Option<&Profile>,
    lang: Lang,
) -> Result<(Previewed, Report), Error> {
    let looking = Looking { lang, found: Mutex::default() };
    let report = gather::source(0, &upload.source(), profile, false, 1, &looking)?;
    let mut found = looking.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    for row in &mut found.rejected {
        row[0].clone_from(&upload.name);
    }
    Ok((found, report))
}

impl Take for Looking {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let mut found = self.found();
        found.facts += facts.len() as u64;
        for row in 0..facts.len() {
            let fact = facts.new_fact(row);
            let what = what(fact.kind, fact.author, self.lang);
            match found.kinds.get_mut(what) {
                Some(n) => *n += 1,
                None => drop(found.kinds.insert(what.to_owned(), 1)),
            }
            let key = (fact.platform.to_owned(), fact.shop.to_owned());
            if found.shops.len() < 100 || found.shops.contains_key(&key) {
                *found.shops.entry(key).or_default() += 1;
            }
            if found.first.len() < FACTS {
                found.first.push(First {
                    line: facts.line[row],
                    at: fact.at,
                    platform: fact.platform.to_owned(),
                    shop: fact.shop.to_owned(),
                    buyer: fact.buyer.to_owned(),
                    what: what.to_owned(),
                    account: fact.account.to_owned(),
                    text: fact.text.chars().take(60).collect(),
                });
            }
        }
        Ok(())
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        let mut found = self.found();
        *found.reasons.entry(rejected.reason.code()).or_default() += 1;
        if found.rejected.len() < REJECTED {
            found.rejected.push(rejected_fields(rejected, self.lang));
        }
        Ok(())
    }

    fn progress(&self, _: Progress) {}
}

fn what(kind: FactKind, author: Author, lang: Lang) -> &'static str {
    match kind {
        FactKind::Message => author_words(author, lang),
        kind => fact_words(kind, lang),
    }
}
