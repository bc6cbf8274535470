//! Figures counted under every candidate.

use std::collections::BTreeMap;
use std::ops::Range;

use facts::{Instant, Log};
use intake::panel::{Observed, Quantity};
use metric::{Figure, Grouping, Job, Table, Tally, Threads};
use rayon::prelude::*;

use super::Placed;
use super::candidates::Candidates;
use crate::failure::Failure;
use crate::input::InvalidReplies;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::selection::{self, Chosen, Selected};

/// A figure with what every candidate counts for it.
pub(super) struct Compared<'a> {
    pub(super) figure: &'a Observed,
    pub(super) shop: u32,
    /// By candidate.
    pub(super) tallies: Vec<Tally>,
    /// By candidate: whether it reproduces the figure.
    pub(super) fits: Vec<bool>,
}

/// What one metric is counted with.
pub(super) struct Counting<'a> {
    pub(super) selected: &'a Selected<'a>,
    pub(super) threads: &'a Threads<'a>,
    pub(super) log: &'a Log,
    pub(super) invalid: &'a InvalidReplies,
    pub(super) screen: &'a Screen,
}

/// What kind of quantity a figure is.
pub(super) const fn quantity(figure: Figure) -> Quantity {
    match figure {
        Figure::Share => Quantity::Share,
        Figure::Mean | Figure::MeanAnswered => Quantity::Wait,
        Figure::Count => Quantity::Count,
    }
}

impl Counting<'_> {
    /// Counts every figure under every candidate.
    pub(super) fn compare<'p>(
        &self,
        candidates: &Candidates<'_>,
        figures: Vec<Placed<'p>>,
    ) -> Result<Vec<Compared<'p>>, Failure> {
        let n = candidates.all.len();
        let mut tallies: Vec<Vec<Tally>> = vec![vec![Tally::default(); n]; figures.len()];
        // A figure that was looked at on some day knows nothing of what came later.
        let mut by_instant: BTreeMap<Option<Instant>, Vec<usize>> = BTreeMap::new();
        for (i, placed) in figures.iter().enumerate() {
            by_instant.entry(placed.figure.captured_at).or_default().push(i);
        }
        for (captured_at, group) in by_instant {
            self.count(candidates, &figures, captured_at, &group, &mut tallies)?;
        }
        let kinds: Vec<Figure> = (0..n).map(|candidate| kind(candidates, candidate)).collect();
        let compared = figures.into_iter().zip(tallies).map(|(placed, tallies)| {
            let fits = tallies
                .iter()
                .zip(&kinds)
                .map(|(tally, kind)| fits(placed.figure, tally, *kind))
                .collect();
            Compared { figure: placed.figure, shop: placed.shop, tallies, fits }
        });
        Ok(compared.collect())
    }

    /// Adds up the tallies of the figures of a group, seen at one instant.
    fn count(
        &self,
        candidates: &Candidates<'_>,
        figures: &[Placed<'_>],
        captured_at: Option<Instant>,
        group: &[usize],
        tallies: &mut [Vec<Tally>],
    ) -> Result<(), Failure> {
        let mut jobs = Vec::new();
        let mut of_job = Vec::new();
        for candidate in 0..candidates.all.len() {
            for job in self.jobs(candidates, candidate, captured_at)? {
                jobs.push(job);
                of_job.push(candidate);
            }
        }
        let by_account = group.iter().any(|i| figures[*i].account.is_some());
        let shops: Vec<u32> = group.iter().map(|i| figures[*i].shop).collect();
        let table = self.table(&self.ranges(&shops), &jobs, by_account);
        for (job, shop, cell, tally) in table.sorted() {
            for i in group {
                let Placed { figure, shop: own, account } = &figures[*i];
                let in_days = figure.from <= cell.day && cell.day <= figure.to;
                let is_account = account.is_none_or(|account| account == cell.account.0);
                if *own == shop && in_days && is_account {
                    tallies[*i][of_job[job as usize]] += &tally;
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
    ) -> Result<Vec<Job>, Failure> {
        let mut jobs = Vec::new();
        for (edition, from, to) in &candidates.policy(candidate).editions {
            let Some(rule) = candidates.rule(candidate, edition) else { continue };
            let chosen = Chosen {
                edition: (*edition).clone(),
                from: *from,
                to: *to,
                rule,
                picks: Vec::new(),
            };
            let lang = self.screen.lang;
            let mut job = selection::job(self.selected, &chosen, &chosen.rule, self.invalid, lang)?;
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

    fn table(&self, ranges: &[Range<usize>], jobs: &[Job], by_account: bool) -> Table {
        let grouping = Grouping { account: by_account, ..Grouping::default() };
        let n = ranges.iter().map(|range| range.len() as u64).sum();
        let progress = Progress::counting(n, self.screen);
        let table = ranges
            .par_iter()
            .map(|range| {
                let part = metric::count(self.threads, range.clone(), jobs, grouping);
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
}

/// What a candidate publishes.
pub(super) fn kind(candidates: &Candidates<'_>, candidate: usize) -> Figure {
    let last = candidates.policy(candidate).editions.last();
    let rule = last.and_then(|(edition, _, _)| candidates.rule(candidate, edition));
    rule.map_or(Figure::Share, |rule| rule.figure)
}

/// Whether a tally prints as the panel did.
fn fits(figure: &Observed, tally: &Tally, kind: Figure) -> bool {
    let Some(value) = tally.value(kind) else { return false };
    let same_samples = figure.samples.is_none_or(|samples| samples == tally.samples());
    same_samples && figure.value.admits(quantity(kind), value.num, value.den) == Some(true)
}
