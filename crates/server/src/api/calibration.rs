//! `GET /v1/calibration`: which editions and readings a panel's figures leave.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use figures::calibration::{
    self, Alternative, Asked, Calibrated, Compared, Question, Report, Round, Uncompared, Unwatched,
};
use figures::shown::{self, Pair};
use figures::{InvalidReplies, Lang};
use intake::panel::Observed;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, Counter, OfShop, Ratio, Shop, between, listed, said, told};
use super::figures::CountProblems;
use super::stamp::{DayStamp, Stamp};
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

/// The most figures of a metric that are compared, the newest of them: each is counted under every
/// candidate, of which there may be a thousand.
const MOST: usize = 93;
/// How many rounds are listed where nothing is said, and how many at most.
const ROUNDS: [usize; 2] = [20, 200];

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(calibrate))
}

/// Which figures.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichCalibrated {
    /// Only these metrics, with commas between. Absent: all of the platform.
    metric: Option<String>,
    /// Only figures of this local day, `YYYY-MM-DD`, or later ones.
    from: Option<String>,
    /// Only figures up to this local day.
    to: Option<String>,
    /// How many of the rounds on which candidates differ are listed for each metric: 0 to 200,
    /// usually 20.
    #[param(minimum = 0, maximum = 200)]
    rounds: Option<usize>,
}

impl WhichCalibrated {
    fn rounds(&self) -> Result<usize, Problem> {
        let [usual, most] = ROUNDS;
        match self.rounds {
            None => Ok(usual),
            Some(n) if n <= most => Ok(n),
            Some(n) => Err(Problem::new(Kind::BadParameter).detail(
                format!("`rounds` is {n}; expected 0 to {most}"),
                format!("`rounds` 为 {n}，应为 0 至 {most}"),
            )),
        }
    }
}

/// The candidate that reproduces the most figures, the one that is most like our own rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BestCandidate {
    /// Its edition, or those of its days, joined by `+`.
    edition: String,
    /// Whether these are the editions in force.
    in_force: bool,
    /// Its answer to each open reading.
    readings: BTreeMap<String, String>,
    /// Those that are not our own, as `R6=drop`.
    unusual: Vec<String>,
}

/// What became of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerState {
    /// The answer.
    answer: String,
    /// `confirmed`, `undecided`, `refuted`; where no candidate reproduces every figure `leading`
    /// or `behind`.
    state: &'static str,
    /// The state in the caller's language.
    state_text: &'static str,
}

/// What is known of one question now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalibratedReading {
    /// `edition`, or a reading.
    reading: String,
    /// The question, in the caller's language; null: it is about editions.
    question: Option<String>,
    /// Its answers, ours first.
    answers: Vec<AnswerState>,
}

/// A figure off a panel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelFigure {
    /// The account; null: it is the shop's figure.
    account: Option<String>,
    /// The metric.
    metric: String,
    /// The first local day.
    from: DayStamp,
    /// The last local day, included.
    to: DayStamp,
    /// As the panel prints it.
    printed: String,
    /// How many samples the panel says there are; null: it does not say.
    samples: Option<u64>,
    /// When the panel was looked at; null: not known, when everything was settled.
    captured_at: Option<Stamp>,
}

impl From<&Observed> for PanelFigure {
    fn from(one: &Observed) -> Self {
        Self {
            account: one.account.clone(),
            metric: one.metric.clone(),
            from: DayStamp(one.from),
            to: DayStamp(one.to),
            printed: one.value.to_string(),
            samples: one.samples,
            captured_at: one.captured_at.map(Stamp),
        }
    }
}

/// What a candidate counts for a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateCount {
    /// The value as it is printed; null: there is none, as without samples.
    value: Option<String>,
    /// What it is made of.
    ratio: Option<Ratio>,
    /// Hits and misses together.
    samples: u64,
    /// Whether it prints as the panel did, with the panel's samples where it says them.
    is_reproduced: bool,
}

/// What a figure would be under an answer, all else as in the best candidate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerCount {
    /// The question.
    reading: String,
    /// The answer.
    answer: String,
    /// What is counted then.
    #[serde(flatten)]
    count: CandidateCount,
}

/// A figure that was compared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedFigure {
    /// As the panel has it.
    #[serde(flatten)]
    panel: PanelFigure,
    /// What the best candidate counts.
    best: CandidateCount,
    /// How many candidates reproduce it.
    fitting: usize,
    /// The same under each answer to each question.
    answers: Vec<AnswerCount>,
}

/// A round on which candidates that are equally good differ.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TellingRound {
    /// The question on which they differ.
    reading: String,
    /// The local day it counts for.
    day: DayStamp,
    /// Who asked.
    buyer: String,
    /// When it opened, in local time with its offset.
    opened_at: String,
    /// The best candidate's answer.
    answer: String,
    /// What it makes of the round.
    verdict: &'static str,
    /// The same in the caller's language, with the wait where it counts.
    verdict_text: String,
    /// The other's answer.
    other_answer: String,
    /// What that makes of the round.
    other_verdict: &'static str,
    /// The same in the caller's language.
    other_verdict_text: String,
}

/// A metric and what its figures say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalibratedMetric {
    /// The metric.
    metric: String,
    /// Its name, in the caller's language.
    name: String,
    /// How many figures were compared.
    compared: usize,
    /// How many the best candidate reproduces.
    reproduced: usize,
    /// How many candidates were counted.
    candidates: usize,
    /// How many there would be without a limit.
    possible: usize,
    /// How many candidates reproduce every figure.
    reproducing: usize,
    /// How many come as near as the best.
    leading: usize,
    /// The best candidate.
    best: BestCandidate,
    /// The result in sentences, in the caller's language.
    sentences: Vec<String>,
    /// The editions, where there are several, and the readings that are open in those that lead.
    readings: Vec<CalibratedReading>,
    /// The figures, the newest first.
    figures: Vec<ComparedFigure>,
    /// How many older figures were left out: at most 93 of a metric are compared.
    left_out: usize,
    /// Rounds that would tell apart what the figures do not; null: the caller may not see rounds.
    rounds: Option<Vec<TellingRound>>,
    /// How many more there are.
    more_rounds: usize,
}

/// A figure that was compared with nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UncomparedFigure {
    /// As the panel has it.
    #[serde(flatten)]
    panel: PanelFigure,
    /// Why, in one word.
    reason: &'static str,
    /// Why, in the caller's language.
    reason_text: String,
}

/// A calibration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calibration {
    /// The metrics that were compared.
    items: Vec<CalibratedMetric>,
    /// Always null: a platform has few metrics.
    next: Option<String>,
    /// The figures that were not.
    uncompared: Vec<UncomparedFigure>,
    /// Metrics without a figure that was compared.
    never: Vec<String>,
}

/// Which readings a panel's figures confirm.
///
/// Figures off the shop's panel, those that were sent and those of its log, are counted under every
/// candidate: each edition with each combination of answers to its open readings. What is said of
/// them is what `yingda calibrate` says over the same facts and figures.
#[utoipa::path(
    get,
    path = "/v1/calibration",
    tag = "figures",
    operation_id = "calibrate",
    params(OfShop, WhichCalibrated),
    responses((status = 200, description = "What they say.", body = Calibration), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn calibrate(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichCalibrated>,
) -> Result<axum::Json<Calibration>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let sees_rounds = caller.needs(Permission::ReadQueue).is_ok();
    let lang = known.language;
    let work = move |counter: &Counter| calibrated(counter, of, &which, View { lang, sees_rounds });
    state.run(&caller, work).await.map(axum::Json)
}

fn calibrated(
    counter: &Counter,
    of: OfShop,
    which: &WhichCalibrated,
    view: View,
) -> Result<Calibration, Problem> {
    let (metrics, n_rounds) = (listed(which.metric.as_deref()), which.rounds()?);
    let (from, to) = between(which.from.as_deref(), which.to.as_deref())?;
    let shop = Shop::read(counter, of)?;
    let panel = shop.panel(counter)?;
    let mut wanted: Vec<&Observed> = panel
        .figures
        .iter()
        .filter(|one| from.is_none_or(|from| from <= one.from))
        .filter(|one| to.is_none_or(|to| one.to <= to))
        .collect();
    let seen = |one: &Observed| one.captured_at.map_or(i64::MAX, |at| at.0);
    wanted.sort_by_key(|one| std::cmp::Reverse((one.to, one.from, seen(one))));
    let mut n_of: BTreeMap<&str, usize> = BTreeMap::new();
    wanted.retain(|one| {
        let n = n_of.entry(&one.metric).or_default();
        *n += 1;
        *n <= MOST
    });
    let invalid = InvalidReplies::of(&shop.catalogue).map_err(|error| told(&error))?;
    let asked = Asked {
        catalogue: &shop.catalogue,
        log: &shop.log,
        registry: &shop.registry,
        invalid: &invalid,
        figures: &wanted,
        metrics: &metrics,
        n_rounds: if view.sees_rounds { n_rounds } else { 0 },
    };
    let report = calibration::calibrate(&asked, &Unwatched).map_err(|error| told(&error))?;
    Ok(view.report(&report, &n_of))
}

/// What is shown to whom.
#[derive(Clone, Copy, Debug)]
struct View {
    lang: Lang,
    sees_rounds: bool,
}

impl View {
    fn report(self, report: &Report<'_>, n_of: &BTreeMap<&str, usize>) -> Calibration {
        let left_out = |metric: &str| n_of.get(metric).map_or(0, |n| n.saturating_sub(MOST));
        let of_metric = |one: &Calibrated<'_>| self.metric(one, left_out(&one.metric.id));
        let uncompared = |one: &Uncompared<'_>| UncomparedFigure {
            panel: PanelFigure::from(one.figure),
            reason: one.why.code(),
            reason_text: one.why.words(self.lang),
        };
        Calibration {
            items: report.metrics.iter().map(of_metric).collect(),
            next: None,
            uncompared: report.uncompared.iter().map(uncompared).collect(),
            never: report.never.iter().map(|metric| metric.id.clone()).collect(),
        }
    }

    fn metric(self, one: &Calibrated<'_>, left_out: usize) -> CalibratedMetric {
        let (all, findings) = (&one.candidates, &one.findings);
        let policy = all.policy(findings.best);
        let unusual = all.unusual(findings.best);
        let picks = &all.all[findings.best].picks;
        let owned = |(id, answer): &(&str, &str)| ((*id).to_owned(), (*answer).to_owned());
        let told = one.dependence(self.lang).map(str::to_owned);
        let untold = one.untold(self.lang).filter(|_| self.sees_rounds);
        let rounds = &one.rounds;
        let alternatives: Vec<Alternative<'_>> = one.alternatives().collect();
        let figure = |each: &Compared<'_>| self.figure(one, each, &alternatives);
        let listed = rounds.listed.iter().map(|round| self.round(round)).collect();
        CalibratedMetric {
            metric: one.metric.id.clone(),
            name: said(&one.metric.name, self.lang),
            compared: one.compared.len(),
            reproduced: findings.n_reproduced,
            candidates: all.all.len(),
            possible: all.n_possible,
            reproducing: findings.reproducing.len(),
            leading: findings.leading.len(),
            best: BestCandidate {
                edition: policy.name.clone(),
                in_force: policy.in_force,
                readings: picks.iter().map(owned).collect(),
                unusual: unusual.iter().map(|(id, answer)| format!("{id}={answer}")).collect(),
            },
            sentences: one.summary(self.lang).into_iter().chain(told).chain(untold).collect(),
            readings: findings.questions.iter().map(|each| self.reading(one, each)).collect(),
            figures: one.compared.iter().map(figure).collect(),
            left_out,
            rounds: self.sees_rounds.then_some(listed),
            more_rounds: if self.sees_rounds { rounds.more } else { 0 },
        }
    }

    fn reading(self, one: &Calibrated<'_>, question: &Question) -> CalibratedReading {
        let mut editions = one.candidates.policies.iter().flat_map(|policy| &policy.editions);
        let asked = editions.find_map(|(edition, ..)| edition.reading(&question.id));
        let answers = question.answers.iter().map(|(answer, state)| AnswerState {
            answer: answer.clone(),
            state: state.word(),
            state_text: state.words(self.lang),
        });
        CalibratedReading {
            reading: question.id.clone(),
            question: asked.map(|reading| said(&reading.question, self.lang)),
            answers: answers.collect(),
        }
    }

    fn figure(
        self,
        one: &Calibrated<'_>,
        compared: &Compared<'_>,
        alternatives: &[Alternative<'_>],
    ) -> ComparedFigure {
        let answers = alternatives.iter().map(|other| AnswerCount {
            reading: other.question.to_owned(),
            answer: other.answer.to_owned(),
            count: self.count(one, compared, other.candidate),
        });
        ComparedFigure {
            panel: PanelFigure::from(compared.figure),
            best: self.count(one, compared, one.findings.best),
            fitting: compared.fits.iter().filter(|fits| **fits).count(),
            answers: answers.collect(),
        }
    }

    fn count(
        self,
        one: &Calibrated<'_>,
        compared: &Compared<'_>,
        candidate: usize,
    ) -> CandidateCount {
        let value = one.value(compared, candidate);
        let kind = one.kind(candidate);
        CandidateCount {
            value: value.map(|ratio| shown::value(Some(ratio), kind, self.lang)),
            ratio: value.map(|ratio| Pair::from(ratio).into()),
            samples: compared.tallies[candidate].samples(),
            is_reproduced: compared.fits[candidate],
        }
    }

    fn round(self, round: &Round) -> TellingRound {
        TellingRound {
            reading: round.question.clone(),
            day: DayStamp(round.day),
            buyer: round.buyer.clone(),
            opened_at: round.opened_at.clone(),
            answer: round.answer.clone(),
            verdict: round.verdict.word,
            verdict_text: round.verdict.words(self.lang),
            other_answer: round.other.clone(),
            other_verdict: round.other_verdict.word,
            other_verdict_text: round.other_verdict.words(self.lang),
        }
    }
}
