//! Calibration: which editions and readings reproduce the figures of a platform's panel.
//!
//! Every observed figure that the log covers is counted under every candidate; a candidate
//! reproduces a figure when its exact value prints as the panel printed it, and its samples are
//! those of the panel where the panel says them.

mod candidates;
mod compare;
mod findings;
mod rounds;
mod words;

use facts::{Day, Log, Registry, ShopId, ThreadId, Zone};
use intake::panel::Observed;
use metric::{Figure, Ratio, Threads};
use rulebook::{Catalogue, Metric};

use crate::error::Error;
use crate::invalid::InvalidReplies;
use crate::selection::{self, Outline, RuleChoice, Selected, Wanted};
use crate::standing::quantity;
use compare::Counting;

pub use candidates::{Candidate, Candidates, MOST, Policy};
pub use compare::Compared;
pub use findings::{EDITION, Findings, Question, State};
pub use rounds::{Round, Rounds, Verdict};
pub use words::question_name;

/// Who is told how far a count is. There are several counts in a calibration.
pub trait Watch: Sync {
    /// A count begins, of so many threads.
    fn begin(&self, _n: u64) {}
    /// So many more of them are counted.
    fn advance(&self, _n: u64) {}
    /// The count is done.
    fn end(&self) {}
}

/// Nobody.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// What is calibrated.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// What happened.
    pub log: &'a Log,
    /// What is known of shops and accounts.
    pub registry: &'a Registry,
    /// Replies that rules look past, as the log's flags have them.
    pub invalid: &'a InvalidReplies,
    /// The figures of the panel.
    pub figures: &'a [&'a Observed],
    /// Only these metrics; empty: all of the log's platforms.
    pub metrics: &'a [String],
    /// How many rounds on which candidates differ are listed for each metric.
    pub n_rounds: usize,
}

/// One metric and what its figures say.
#[derive(Clone, Debug)]
pub struct Calibrated<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// The ways to count it.
    pub candidates: Candidates<'a>,
    /// Its figures, each with what every candidate counts.
    pub compared: Vec<Compared<'a>>,
    /// What they say together.
    pub findings: Findings,
    /// The rounds that would tell apart what they do not.
    pub rounds: Rounds,
}

/// What a figure would be if one question were answered otherwise, all else as in the best
/// candidate.
#[derive(Clone, Copy, Debug)]
pub struct Alternative<'r> {
    /// The question: [`EDITION`], or a reading.
    pub question: &'r str,
    /// The answer.
    pub answer: &'r str,
    /// The candidate that has it and is nearest to the best.
    pub candidate: usize,
}

/// A figure that was compared with nothing, and why.
#[derive(Clone, Debug)]
pub struct Uncompared<'a> {
    /// As the panel prints it.
    pub figure: &'a Observed,
    /// Why.
    pub why: Why,
}

/// Why a figure was compared with nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No rulebook has the metric.
    UnknownMetric,
    /// The log has no such shop.
    NoShop,
    /// The log has no such account.
    NoAccount,
    /// The figure has other days than these, the local days of the shop's facts.
    Days(Day, Day),
    /// The value has another unit than the metric, or none where it needs one.
    Unit,
    /// No edition is in force on the log's days.
    NoEdition,
}

/// A calibration.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The metrics that were compared, in the order of the catalogue.
    pub metrics: Vec<Calibrated<'a>>,
    /// The figures that were not.
    pub uncompared: Vec<Uncompared<'a>>,
    /// Metrics of the log's platforms without a figure that was compared.
    pub never: Vec<&'a Metric>,
}

/// Counts figures of a panel under every candidate, and says which of them they leave.
///
/// # Errors
///
/// [`Error`] when there is no such metric, or a rulebook is at fault.
///
/// # Example
///
/// ```
/// use facts::{Log, Registry};
/// use figures::InvalidReplies;
/// use figures::calibration::{Asked, Unwatched, Why, calibrate};
/// use rulebook::Catalogue;
/// let catalogue = Catalogue::shipped();
/// let text = "shop,metric,day,value\ns1,taobao/human-reply-3m,2026-06-01,97.41%\n";
/// let panel = intake::panel::parse(text.as_bytes(), "panel.csv").unwrap();
/// let figures: Vec<_> = panel.figures.iter().collect();
/// let asked = Asked {
///     catalogue,
///     log: &Log::new(),
///     registry: &Registry::default(),
///     invalid: &InvalidReplies::of(catalogue)?,
///     figures: &figures,
///     metrics: &[],
///     n_rounds: 20,
/// };
/// let report = calibrate(&asked, &Unwatched)?;
/// assert!(report.metrics.is_empty());
/// assert_eq!(report.uncompared[0].why, Why::NoShop);
/// # Ok::<(), figures::Error>(())
/// ```
pub fn calibrate<'a>(asked: &Asked<'a>, watch: &dyn Watch) -> Result<Report<'a>, Error> {
    let Asked { catalogue, log, .. } = *asked;
    for name in asked.metrics {
        selection::find_metric(catalogue, name)?;
    }
    let rules = RuleChoice::default();
    // Every metric, so that those without a figure can be named.
    let wanted = Wanted { rules: &rules, metrics: &[], every_day: true, between: (None, None) };
    let selection = selection::select(catalogue, Outline::of(log), &wanted)?;
    let is_asked = |id: &String| asked.metrics.is_empty() || asked.metrics.contains(id);
    let figures = || asked.figures.iter().copied().filter(|figure| is_asked(&figure.metric));
    let threads = Threads::new(log, asked.registry);
    let mut report = Report { metrics: Vec::new(), uncompared: Vec::new(), never: Vec::new() };
    for figure in figures() {
        if !selection.metrics.iter().any(|one| one.metric.id == figure.metric) {
            let why = match catalogue.metric(&figure.metric) {
                None => Why::UnknownMetric,
                Some(_) if log.platforms.find(&figure.platform).is_none() => Why::NoShop,
                Some(_) => Why::NoEdition,
            };
            report.uncompared.push(Uncompared { figure, why });
        }
    }
    for selected in selection.metrics.iter().filter(|one| is_asked(&one.metric.id)) {
        let metric = selected.metric;
        let mut of_metric = Vec::new();
        for figure in figures().filter(|figure| figure.metric == metric.id) {
            match Placed::of(figure, selected, log) {
                Ok(placed) => of_metric.push(placed),
                Err(why) => report.uncompared.push(Uncompared { figure, why }),
            }
        }
        if of_metric.is_empty() {
            report.never.push(metric);
            continue;
        }
        let candidates = Candidates::of(metric, &of_metric);
        let counting = Counting { selected, threads: &threads, log, invalid: asked.invalid, watch };
        let compared = counting.compare(&candidates, of_metric)?;
        // Something was compared, and every metric has an edition.
        let Some(findings) = Findings::of(&candidates, &compared) else { continue };
        let n_rounds = asked.n_rounds;
        let rounds = rounds::differing(&counting, &candidates, &compared, &findings, n_rounds)?;
        report.metrics.push(Calibrated { metric, candidates, compared, findings, rounds });
    }
    Ok(report)
}

impl Calibrated<'_> {
    /// What a candidate publishes.
    #[must_use]
    pub fn kind(&self, candidate: usize) -> Figure {
        compare::kind(&self.candidates, candidate)
    }

    /// The value that a candidate counts for a figure. `None`: there is none, as without samples.
    #[must_use]
    pub fn value(&self, compared: &Compared<'_>, candidate: usize) -> Option<Ratio> {
        compared.values.get(candidate).copied().flatten()
    }

    /// For each answer to each question the candidate that has it and is as near to the best as
    /// can be: the best itself for its own answers. Answers that no candidate has are left out.
    pub fn alternatives(&self) -> impl Iterator<Item = Alternative<'_>> {
        let (all, best) = (&self.candidates, self.findings.best);
        self.findings.questions.iter().flat_map(move |question| {
            question.answers.iter().filter_map(move |(answer, _)| {
                let has = |one: &usize| all.answer(*one, &question.id) == Some(answer.as_str());
                let near = |one: &usize| (all.distance(best, *one), *one);
                let candidate = (0..all.all.len()).filter(has).min_by_key(near)?;
                Some(Alternative { question: &question.id, answer, candidate })
            })
        })
    }

    /// Whether every mixture of the undecided answers reproduces every figure.
    #[must_use]
    pub fn is_product(&self) -> bool {
        let by_policy = |policy: usize| {
            let reproducing = self.findings.reproducing.iter().copied();
            let found = reproducing.filter(|one| self.candidates.all[*one].policy == policy);
            found.collect::<Vec<usize>>()
        };
        (0..self.candidates.policies.len()).all(|policy| {
            let found = by_policy(policy);
            let questions = &self.candidates.policies[policy].questions;
            let n_answers = |id: &str| {
                let mut answers: Vec<_> =
                    found.iter().filter_map(|one| self.candidates.answer(*one, id)).collect();
                answers.sort_unstable();
                answers.dedup();
                answers.len()
            };
            found.is_empty()
                || questions.iter().map(|(id, _)| n_answers(id)).product::<usize>() == found.len()
        })
    }
}

/// A figure with its shop and account in the log, which covers its days.
struct Placed<'a> {
    figure: &'a Observed,
    shop: u32,
    account: Option<u32>,
}

impl<'a> Placed<'a> {
    fn of(figure: &'a Observed, selected: &Selected<'_>, log: &Log) -> Result<Self, Why> {
        let shop = (0..log.shops.len() as u32).find(|shop| {
            log.shops[*shop as usize].platform == selected.platform
                && log.shop_name(ShopId(*shop)) == figure.shop
        });
        let shop = shop.ok_or(Why::NoShop)?;
        let (first, last) = days_of(shop, log, &selected.zone).ok_or(Why::NoShop)?;
        if figure.from < first || last < figure.to {
            return Err(Why::Days(first, last));
        }
        let account = match &figure.account {
            None => None,
            Some(name) => Some(log.accounts.find(name).ok_or(Why::NoAccount)?),
        };
        if figure.value.admits(quantity(selected.figure()), 0, 1).is_none() {
            return Err(Why::Unit);
        }
        Ok(Self { figure, shop, account })
    }
}

/// The first and the last local day on which a shop has facts with a buyer.
fn days_of(shop: u32, log: &Log, zone: &Zone) -> Option<(Day, Day)> {
    let instants = || {
        let rows = (0..log.len()).filter(|row| log.shop[*row] == shop);
        rows.filter(|row| log.thread[*row] != ThreadId::NONE.0).map(|row| log.at[row])
    };
    let day = |at: i64| zone.day(facts::Instant(at));
    Some((day(instants().min()?), day(instants().max()?)))
}
