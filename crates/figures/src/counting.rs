//! Counting a log under many rules at once: what `measure` and `standing` share.

use facts::{Log, Registry};
pub use metric::Grouping;
use metric::{Job, Table, Threads};
use rayon::prelude::*;

use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Chosen, Outline, Selected};

/// Which shops of the log are wanted, by number; without names all of them.
///
/// # Errors
///
/// [`Error::UnknownShop`].
pub fn wanted_shops(log: Outline<'_>, names: &[String]) -> Result<Vec<bool>, Error> {
    for name in names {
        if log.shop_names.find(name).is_none() {
            return Err(Error::UnknownShop { shop: name.clone(), platform: None });
        }
    }
    Ok((0..log.shops.len())
        .map(|shop| {
            let name = log.shop_name(shop);
            names.is_empty() || names.iter().any(|wanted| wanted == name)
        })
        .collect())
}

/// One rule to count: which metric and which combination of answers to its open readings.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Number of the metric among those selected.
    pub selected: usize,
    /// Number of the combination; 0 is our own.
    pub combination: usize,
    /// What is counted.
    pub job: Job,
}

/// The rules to count for some metrics: each edition under our own answers to the open readings, or
/// under every combination of answers. And how many combinations each metric has.
///
/// # Errors
///
/// [`Error`] when a rule contradicts itself.
pub fn rules(
    metrics: &[Selected<'_>],
    invalid: &InvalidReplies,
    all_combinations: bool,
) -> Result<(Vec<Counted>, Vec<usize>), Error> {
    let mut counted = Vec::new();
    let mut n_combinations = Vec::new();
    for (selected, metric) in metrics.iter().enumerate() {
        let picks = if all_combinations { combinations(metric) } else { vec![Vec::new()] };
        n_combinations.push(picks.len());
        for (combination, picks) in picks.iter().enumerate() {
            for chosen in &metric.editions {
                let rule = answered(chosen, picks)?;
                let job = selection::job(metric, chosen, &rule, invalid)?;
                counted.push(Counted { selected, combination, job });
            }
        }
    }
    Ok((counted, n_combinations))
}

/// Counts all threads, on all cores; `advanced` is told of every so many threads that are done.
#[must_use]
pub fn count(
    (log, registry): (&Log, &Registry),
    counted: &[Counted],
    grouping: Grouping,
    advanced: &(dyn Fn(u64) + Sync),
) -> Table {
    let jobs: Vec<Job> = counted.iter().map(|one| one.job.clone()).collect();
    let threads = Threads::new(log, registry);
    let n = threads.len();
    let size = (n / 256).clamp(64, 65_536);
    (0..n.div_ceil(size))
        .into_par_iter()
        .map(|i| {
            let range = i * size..((i + 1) * size).min(n);
            let part = metric::count(&threads, range.clone(), &jobs, grouping);
            advanced(range.len() as u64);
            part
        })
        .reduce(Table::default, |mut all, part| {
            all.merge(part);
            all
        })
}

/// Shops and accounts in name order.
#[derive(Clone, Debug)]
pub struct Names<'l> {
    /// By shop number.
    pub shop_position: Vec<usize>,
    /// By position.
    pub shops: Vec<&'l str>,
    /// By account number.
    pub account_position: Vec<usize>,
    /// By position.
    pub accounts: Vec<&'l str>,
}

impl<'l> Names<'l> {
    /// Those of a log.
    #[must_use]
    pub fn of(log: Outline<'l>) -> Self {
        let shops = (0..log.shops.len()).map(|shop| log.shop_name(shop));
        let (shop_position, shops) = sorted(shops.collect());
        let (account_position, accounts) = sorted(log.accounts.iter().collect());
        Self { shop_position, shops, account_position, accounts }
    }
}

/// The position of each name when names are sorted, and the sorted names.
fn sorted(names: Vec<&str>) -> (Vec<usize>, Vec<&str>) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|number| names[*number]);
    let mut positions = vec![0; names.len()];
    for (position, number) in order.iter().enumerate() {
        positions[*number] = position;
    }
    (positions, order.into_iter().map(|number| names[number]).collect())
}

type Picks = Vec<(String, String)>;

/// All combinations of answers to the open readings of a metric's editions, our own first.
fn combinations(selected: &Selected<'_>) -> Vec<Picks> {
    let mut questions: Vec<(String, Vec<String>)> = Vec::new();
    for chosen in &selected.editions {
        for reading in &chosen.edition.open {
            if chosen.picks.iter().any(|(id, _)| *id == reading.id) {
                continue;
            }
            let position = questions.iter().position(|(id, _)| *id == reading.id);
            let at = position.unwrap_or_else(|| {
                questions.push((reading.id.clone(), Vec::new()));
                questions.len() - 1
            });
            for name in reading.names() {
                if !questions[at].1.iter().any(|known| known == name) {
                    questions[at].1.push(name.to_owned());
                }
            }
        }
    }
    let mut all: Vec<Picks> = vec![Vec::new()];
    for (id, answers) in questions {
        all = answers
            .iter()
            .flat_map(|answer| {
                all.iter().map(|picks| {
                    let mut picks = picks.clone();
                    picks.push((id.clone(), answer.clone()));
                    picks
                })
            })
            .collect();
    }
    all
}

/// The rule of an edition with readings answered; answers that this edition does not know are our
/// own there.
fn answered(chosen: &Chosen, picks: &Picks) -> Result<metric::Rule, Error> {
    let all: Vec<(&str, &str)> = chosen
        .picks
        .iter()
        .chain(picks)
        .filter(|(id, answer)| {
            let reading = chosen.edition.reading(id);
            reading.is_some_and(|reading| reading.names().any(|name| name == answer))
        })
        .map(|(id, answer)| (&**id, &**answer))
        .collect();
    let rule = chosen.edition.rule(&all);
    let mut rule = rule.map_err(|error| Error::rulebook(|lang| error.message(lang)))?;
    chosen.changes.apply(&mut rule);
    Ok(rule)
}
