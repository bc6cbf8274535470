//! Figures counted under every candidate.

use std::collections::BTreeMap;
use std::ops::Range;

use facts::{Instant, Log};
use intake::panel::Observed;
use metric::{Figure, Grouping, Job, Ratio, Rule, Table, Tally, Threads};
use rayon::prelude::*;

use super::candidates::Candidates;
use super::{Placed, Watch};
use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Chosen, Selected};
use crate::standing::quantity;

/// A figure with what every candidate counts for it.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// As the panel prints it.
    pub figure: &'a Observed,
    pub(super) shop: u32,
    /// By candidate: what it counts.
    pub tallies: Vec<Tally>,
    /// By candidate: its value. Absent: there is none, as without samples.
    pub values: Vec<Option<Ratio>>,
    /// By candidate: whether it reproduces the figure.
    pub fits: Vec<bool>,
}

/// What one metric is counted with.
pub(super) struct Counting<'a> {
    pub(super) selected: &'a Selected<'a>,
    pub(super) threads: &'a Threads<'a>,
    pub(super) log: &'a Log,
    pub(super) invalid: &'a InvalidReplies,
    pub(super) watch: &'a dyn Watch,
}

impl Counting<'_> {
    /// Counts every figure under every candidate.
    pub(super) fn compare<'p>(
        &self,
        candidates: &Candidates<'_>,
        figures: Vec<Placed<'p>>,
    ) -> Result<Vec<Compared<'p>>, Error> {
        let n = candidates.all.len();
        let mut counted: Vec<Vec<Counted>> = vec![vec![Counted::default(); n]; figures.len()];
        // A figure that was looked at on some day knows nothing of what came later.
        let mut by_instant: BTreeMap<Option<Instant>, Vec<usize>> = BTreeMap::new();
        for (i, placed) in figures.iter().enumerate() {
            by_instant.entry(placed.figure.captured_at).or_default().push(i);
        }
        for (captured_at, group) in by_instant {
            self.count(candidates, &figures, captured_at, &group, &mut counted)?;
        }
        let rules: Vec<Option<Rule>> = (0..n).map(|one| published(candidates, one)).collect();
        let compared = figures.into_iter().zip(counted).map(|(placed, counted)| {
            let figure = placed.figure;
            let both = || counted.iter().zip(&rules);
            let values: Vec<Option<Ratio>> =
                both().map(|(counted, rule)| counted.value(rule.as_ref()?)).collect();
            let fits = both()
                .zip(&values)
                .map(|((counted, rule), value)| match (rule, value) {
                    (Some(rule), Some(value)) => fits(figure, &counted.tally, rule.figure, *value),
                    _ => false,
                })
                .collect();
            let tallies = counted.iter().map(|one| one.tally).collect();
            Compared { figure, shop: placed.shop, tallies, values, fits }
        });
        Ok(compared.collect())
    }

    /// Adds up what is counted for the figures of a group, seen at one instant.
    fn count(
        &self,
        candidates: &Candidates<'_>,
        figures: &[Placed<'_>],
        captured_at: Option<Instant>,
        group: &[usize],
        counted: &mut [Vec<Counted>],
    ) -> Result<(), Error> {
        let mut jobs = Vec::new();
        let mut of_job = Vec::new();
        let mut needs_waits = false;
        for candidate in 0..candidates.all.len() {
            needs_waits |= kind(candidates, candidate).needs_waits();
            for job in self.jobs(candidates, candidate, captured_at)? {
                jobs.push(job);
                of_job.push(candidate);
            }
        }
        let account = group.iter().any(|i| figures[*i].account.is_some());
        let grouping = Grouping { account, waits: needs_waits, ..Grouping::default() };
        let shops: Vec<u32> = group.iter().map(|i| figures[*i].shop).collect();
        let table = self.table(&self.ranges(&shops), &jobs, grouping);
        for (job, shop, cell, tally) in table.sorted() {
            for i in group {
                let Placed { figure, shop: own, account } = &figures[*i];
                let in_days = figure.from <= cell.day && cell.day <= figure.to;
                let is_account = account.is_none_or(|account| account == cell.account.0);
                if *own == shop && in_days && is_account {
                    let counted = &mut counted[*i][of_job[job as usize]];
                    counted.tally += tally;
                    counted.waits.extend_from_slice(table.waits(job, shop, cell));
                }
            }
        }
        Ok(())
    }

    /// The jobs of a candidate, one for each of its editions.
    pub(super) fn jobs(
        &self,
        candidates: &Candidates<'_>,
        candidate: usize,
        captured_at: Option<Instant>,
    ) -> Result<Vec<Job>, Error> {
        let mut jobs = Vec::new();
        for (edition, from, to) in &candidates.policy(candidate).editions {
            let Some(rule) = candidates.rule(candidate, edition) else { continue };
            let chosen = Chosen::new((*edition).clone(), (*from, *to), rule, Vec::new());
            let mut job = selection::job(self.selected, &chosen, &chosen.rule, self.invalid)?;
            if let Some(at) = captured_at {
                (job.as_of, job.known_by) = (at, at);
            }
            jobs.push(job);
        }
        Ok(jobs)
    }

    /// The threads of some shops, as few ranges as there are.
    pub(super) fn ranges(&self, shops: &[u32]) -> Vec<Range<usize>> {
        // So that all cores have work.
        const LONGEST: usize = 1 << 12;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (thread, found) in self.log.threads.iter().enumerate() {
            if !shops.contains(&found.shop.0) {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.end == thread && last.len() < LONGEST => last.end += 1,
                _ => ranges.push(thread..thread + 1),
            }
        }
        ranges
    }

    fn table(&self, ranges: &[Range<usize>], jobs: &[Job], grouping: Grouping) -> Table {
        let n = ranges.iter().map(|range| range.len() as u64).sum();
        self.watch.begin(n);
        let table = ranges
            .par_iter()
            .map(|range| {
                let part = metric::count(self.threads, range.clone(), jobs, grouping);
                self.watch.advance(range.len() as u64);
                part
            })
            .reduce(Table::default, |mut all, part| {
                all.merge(part);
                all
            });
        self.watch.end();
        table
    }
}

/// What one candidate counts for one figure.
#[derive(Clone, Default)]
struct Counted {
    tally: Tally,
    /// Of answered samples; empty unless the value needs them.
    waits: Vec<i64>,
}

impl Counted {
    fn value(&self, rule: &Rule) -> Option<Ratio> {
        if !rule.figure.needs_waits() {
            return self.tally.value(rule.figure);
        }
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        metric::mean_fastest(&waits, rule.fastest)
    }
}

/// The rule that says what a candidate publishes: that of its newest edition.
fn published(candidates: &Candidates<'_>, candidate: usize) -> Option<Rule> {
    let last = candidates.policy(candidate).editions.last();
    last.and_then(|(edition, _, _)| candidates.rule(candidate, edition))
}

/// What a candidate publishes.
pub(super) fn kind(candidates: &Candidates<'_>, candidate: usize) -> Figure {
    published(candidates, candidate).map_or(Figure::Share, |rule| rule.figure)
}

/// Whether a value prints as the panel did, with the panel's samples where it says them.
fn fits(figure: &Observed, tally: &Tally, kind: Figure, value: Ratio) -> bool {
    let same_samples = figure.samples.is_none_or(|samples| samples == tally.samples());
    same_samples && figure.value.admits(quantity(kind), value.num, value.den) == Some(true)
}
