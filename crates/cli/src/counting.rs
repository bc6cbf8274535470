//! Counting a log under many rules at once: what `measure` and `standing` share.

use metric::{Grouping, Job, Table, Threads};
use rayon::prelude::*;

use crate::failure::Failure;
use crate::input::{Input, InvalidReplies};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::selection::{self, Chosen, Outline, Selected};

/// Which shops of the log are wanted, by number.
pub(crate) fn wanted_shops(
    log: Outline<'_>,
    names: &[String],
    lang: Lang,
) -> Result<Vec<bool>, Failure> {
    for name in names {
        if log.shop_names.find(name).is_none() {
            return Err(Failure::new(lang.of(
                format!("--shop `{name}`: the log has no such shop"),
                format!("--shop `{name}`：日志中没有这个店铺"),
            )));
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
pub(crate) struct Counted {
    pub(crate) selected: usize,
    pub(crate) combination: usize,
    pub(crate) job: Job,
}

/// The rules to count for some metrics: each edition under our own answers to the open readings, or
/// under every combination of answers. And how many combinations each metric has.
pub(crate) fn rules(
    metrics: &[Selected<'_>],
    invalid: &InvalidReplies,
    all_combinations: bool,
    lang: Lang,
) -> Result<(Vec<Counted>, Vec<usize>), Failure> {
    let mut counted = Vec::new();
    let mut n_combinations = Vec::new();
    for (selected, metric) in metrics.iter().enumerate() {
        let picks = if all_combinations { combinations(metric) } else { vec![Vec::new()] };
        n_combinations.push(picks.len());
        for (combination, picks) in picks.iter().enumerate() {
            for chosen in &metric.editions {
                let rule = answered(chosen, picks, lang)?;
                let job = selection::job(metric, chosen, &rule, invalid, lang)?;
                counted.push(Counted { selected, combination, job });
            }
        }
    }
    Ok((counted, n_combinations))
}

/// Counts all threads, on all cores.
pub(crate) fn count(
    input: &Input,
    counted: &[Counted],
    grouping: Grouping,
    screen: &Screen,
) -> Table {
    let jobs: Vec<Job> = counted.iter().map(|one| one.job.clone()).collect();
    let threads = Threads::new(&input.log, &input.registry);
    let n = threads.len();
    let size = (n / 256).clamp(64, 65_536);
    let progress = Progress::counting(n as u64, screen);
    let table = (0..n.div_ceil(size))
        .into_par_iter()
        .map(|i| {
            let range = i * size..((i + 1) * size).min(n);
            let part = metric::count(&threads, range.clone(), &jobs, grouping);
            progress.advance(range.len() as u64);
            part
        })
        .reduce(Table::default, |mut all, part| {
            all.merge(part);
            all
        });
    progress.done();
    table
}

/// Shops and accounts in name order.
pub(crate) struct Names<'l> {
    /// By shop number.
    pub(crate) shop_position: Vec<usize>,
    /// By position.
    pub(crate) shops: Vec<&'l str>,
    /// By account number.
    pub(crate) account_position: Vec<usize>,
    /// By position.
    pub(crate) accounts: Vec<&'l str>,
}

impl<'l> Names<'l> {
    pub(crate) fn of(log: Outline<'l>) -> Self {
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
fn answered(chosen: &Chosen, picks: &Picks, lang: Lang) -> Result<metric::Rule, Failure> {
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
    chosen.edition.rule(&all).map_err(|error| Failure::new(error.message(lang.rulebook())))
}
