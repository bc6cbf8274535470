//! The rounds on which candidates that are equally good differ.

use std::collections::BTreeMap;

use facts::{Day, ShopId};
use metric::{Figure, Judged, Outcome};
use rayon::prelude::*;

use super::candidates::Candidates;
use super::compare::{Compared, Counting, kind};
use super::findings::{Findings, State};
use crate::error::Error;
use crate::shown::rfc3339;

/// A round with its verdict under the best candidate and under another that is as good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// The question on which the two differ: `edition`, or a reading.
    pub question: String,
    /// The best candidate's answer.
    pub answer: String,
    /// The other's.
    pub other: String,
    /// The shop.
    pub shop: String,
    /// The local day it counts for.
    pub day: Day,
    /// When it opened, in local time with its offset.
    pub opened_at: String,
    /// Who asked.
    pub buyer: String,
    /// What the best candidate makes of it.
    pub verdict: Verdict,
    /// What the other makes of it.
    pub other_verdict: Verdict,
}

/// What a candidate makes of a round. Absent wait: it does not matter to the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// `hit`, `miss`, `answered`, `unanswered`, `pending`, `dropped` or `not-counted`.
    pub word: &'static str,
    /// The wait that it adds to a mean, in milliseconds.
    pub wait_ms: Option<i64>,
}

/// Rounds, as many as were asked for.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    /// They are sorted, question by question.
    pub listed: Vec<Round>,
    /// How many more there are.
    pub more: usize,
    /// Answers that are as good as the best candidate's, and differ on no round of the logs.
    pub untold: Vec<(String, String)>,
}

/// The rounds of the compared figures on which the best candidate and others that are as good
/// differ: for each question that is not decided, one other for each answer.
pub(super) fn differing(
    counting: &Counting<'_>,
    candidates: &Candidates<'_>,
    compared: &[Compared<'_>],
    findings: &Findings,
    most: usize,
) -> Result<Rounds, Error> {
    let mut rounds = Rounds::default();
    if !findings.is_tied() {
        return Ok(rounds);
    }
    let best = findings.best;
    let own = |question: &str| candidates.answer(best, question);
    let mut all = Vec::new();
    for question in &findings.questions {
        let open = question
            .answers
            .iter()
            .filter(|(_, state)| matches!(state, State::Undecided | State::Leading));
        for (other, _) in open {
            if own(&question.id).is_none_or(|answer| answer == other) {
                continue;
            }
            let has = |one: &usize| candidates.answer(*one, &question.id) == Some(other.as_str());
            let nearest = findings.leading.iter().copied().filter(has);
            let Some(alternative) =
                nearest.min_by_key(|one| (candidates.distance(best, *one), *one))
            else {
                continue;
            };
            let pair = Pair { counting, candidates, best, other: alternative };
            let found = pair.rounds(compared)?;
            if found.is_empty() {
                rounds.untold.push((question.id.clone(), other.clone()));
            }
            all.extend(found.into_iter().map(|round| Round {
                question: question.id.clone(),
                answer: own(&question.id).unwrap_or_default().to_owned(),
                other: other.clone(),
                ..round
            }));
        }
    }
    rounds.more = all.len().saturating_sub(most);
    all.truncate(most);
    rounds.listed = all;
    Ok(rounds)
}

/// Two candidates that are as good as each other.
struct Pair<'a> {
    counting: &'a Counting<'a>,
    candidates: &'a Candidates<'a>,
    best: usize,
    other: usize,
}

/// What makes two samples of one thread the same: the opening row and whose it is.
type Key = (u32, u32);

impl Pair<'_> {
    /// The rounds in the days of the figures on which the two differ, in order.
    fn rounds(&self, compared: &[Compared<'_>]) -> Result<Vec<Round>, Error> {
        let shops: Vec<u32> = compared.iter().map(|one| one.shop).collect();
        let best = self.counting.jobs(self.candidates, self.best, None)?;
        let other = self.counting.jobs(self.candidates, self.other, None)?;
        let figures = (kind(self.candidates, self.best), kind(self.candidates, self.other));
        let threads: Vec<usize> = self.counting.ranges(&shops).into_iter().flatten().collect();
        let mut rounds: Vec<Round> = threads
            .par_iter()
            .flat_map_iter(|thread| {
                let mut samples: BTreeMap<Key, [Option<Judged>; 2]> = BTreeMap::new();
                for (side, jobs) in [&best, &other].into_iter().enumerate() {
                    for job in jobs {
                        for judged in metric::trace(self.counting.threads, *thread, job).samples {
                            let key = (judged.opened_row, judged.account.0);
                            samples.entry(key).or_default()[side] = Some(judged);
                        }
                    }
                }
                let found: Vec<Round> = samples
                    .into_values()
                    .filter_map(|pair| self.round(*thread, pair, figures, compared))
                    .collect();
                found
            })
            .collect();
        rounds.sort_unstable();
        Ok(rounds)
    }

    fn round(
        &self,
        thread: usize,
        [best, other]: [Option<Judged>; 2],
        figures: (Figure, Figure),
        compared: &[Compared<'_>],
    ) -> Option<Round> {
        let log = self.counting.log;
        let judged = best.or(other)?;
        let found = log.threads[thread];
        let is_compared = compared.iter().any(|one| {
            let figure = one.figure;
            one.shop == found.shop.0 && figure.from <= judged.day && judged.day <= figure.to
        });
        let (verdict, other_verdict) = (verdict(best, figures.0), verdict(other, figures.1));
        if !is_compared || weight(best, figures.0) == weight(other, figures.1) {
            return None;
        }
        Some(Round {
            question: String::new(),
            answer: String::new(),
            other: String::new(),
            shop: log.shop_name(ShopId(found.shop.0)).to_owned(),
            day: judged.day,
            opened_at: rfc3339(judged.opened_at, &self.counting.selected.zone),
            buyer: log.buyers.name(found.buyer).to_owned(),
            verdict,
            other_verdict,
        })
    }
}

fn verdict(judged: Option<Judged>, figure: Figure) -> Verdict {
    let word = match judged.map(|judged| judged.outcome) {
        None => "not-counted",
        Some(Outcome::Hit) if figure.is_mean() => "answered",
        Some(Outcome::Late) if figure.is_mean() => "answered",
        Some(Outcome::Hit) => "hit",
        Some(Outcome::Late) => "miss",
        Some(Outcome::Unanswered) => "unanswered",
        Some(Outcome::Pending) => "pending",
        Some(Outcome::Dropped(_)) => "dropped",
    };
    let wait = judged.filter(|judged| is_counted(judged.outcome) && figure.is_mean());
    Verdict { word, wait_ms: wait.map(|judged| judged.wait.0) }
}

const fn is_counted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Hit | Outcome::Late | Outcome::Unanswered)
}

/// What a sample does to a figure: nothing, or on which side it stands and with which wait.
fn weight(judged: Option<Judged>, figure: Figure) -> Option<(bool, bool, i64)> {
    let judged = judged.filter(|judged| is_counted(judged.outcome))?;
    let is_unanswered = judged.outcome == Outcome::Unanswered;
    Some(if figure.is_mean() {
        (true, is_unanswered, judged.wait.0)
    } else {
        (judged.outcome == Outcome::Hit, false, 0)
    })
}
