//! `POST /v1/overrides/check`, `POST /v1/overrides/trial`: what a rule would be before it is one.

use std::collections::{BTreeMap, BTreeSet};

use axum::Extension;
use axum::extract::State;
use desk::RestsOn;
use facts::{Day, Zone};
use figures::standing::{self, Query, Standing};
use figures::{Breakdown, Lang, Row, RuleChoice, Wanted, measure, shown};
use rulebook::{Catalogue, Edition};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, Counter, OfShop, Shop, catalogue, said, told};
use super::figures::FigureBody;
use super::overrides::{check, fault, fits, loaded};
use super::rules::sentences;
use super::standing::assess;
use crate::caller::Authenticated;
use crate::extract::Json;
use crate::language;
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

/// How many days are tried where nothing is said.
const USUAL_DAYS: u16 = 30;
/// The most days of a trial.
const MOST_DAYS: u16 = 92;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(check_override)).routes(routes!(try_override))
}

/// A text that may become a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideDraft {
    /// The metric whose rule it would be, such as `taobao/human-reply-3m`.
    metric: String,
    /// The whole rule as TOML.
    text: String,
}

/// One thing that is wrong with a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftFault {
    /// The line, from 1.
    line: u64,
    /// The byte of the line, from 1.
    byte: u64,
    /// How many bytes are at fault, on one line or on several; 0: something is missing there.
    bytes: u64,
    /// A stable code.
    code: &'static str,
    /// What was found, what was expected, what to do, in the caller's language.
    message: String,
}

/// What the checker says of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftChecked {
    /// All that is wrong, in the order of the text; none: it is a rule.
    faults: Vec<DraftFault>,
    /// What the rule says today; none where it is no rule, or not in force.
    words: Vec<String>,
}

problem::described! {
    /// What may go wrong with checking a draft.
    CheckProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, UnsupportedType,
        UnfitBody
    ]
}

/// Check a text that may become a rule.
///
/// Nothing is changed or counted. What is wrong is told with its place, all at once.
#[utoipa::path(
    post,
    path = "/v1/overrides/check",
    tag = "overrides",
    operation_id = "check_override",
    request_body = OverrideDraft,
    responses(
        (status = 200, description = "What the checker says.", body = DraftChecked),
        CheckProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn check_override(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Json(draft): Json<OverrideDraft>,
) -> Result<axum::Json<DraftChecked>, Problem> {
    caller.needs(Permission::ChangeRules)?;
    let lang = known.language;
    let checked = state.run(&caller, move |counter| {
        let loaded = loaded(&draft.metric, &draft.text)?;
        let list = loaded.diagnostics.list.iter();
        let faults: Vec<DraftFault> = list
            .map(|diagnostic| {
                let told = fault(diagnostic, &draft.text);
                let span = &diagnostic.span;
                DraftFault {
                    line: told.place.line,
                    byte: told.place.byte,
                    bytes: span.end.min(draft.text.len()).saturating_sub(span.start) as u64,
                    code: told.code,
                    message: language::of(lang, told.en, told.zh),
                }
            })
            .collect();
        let edition = match faults.is_empty() {
            true => in_force(&loaded.catalogue, &draft.metric, counter),
            false => None,
        };
        let words = edition.map(|one| sentences(one, &[], lang)).unwrap_or_default();
        Ok(DraftChecked { faults, words })
    });
    checked.await.map(axum::Json)
}

/// The edition of a metric that is in force today.
fn in_force<'c>(catalogue: &'c Catalogue, metric: &str, counter: &Counter) -> Option<&'c Edition> {
    let found = catalogue.metric(metric)?;
    found.edition_on(today(catalogue, &found.platform, counter)?)
}

/// The local day of a platform.
fn today(catalogue: &Catalogue, platform: &str, counter: &Counter) -> Option<Day> {
    let transitions = catalogue.platform(platform)?.transitions().ok()?;
    let offsets = transitions.into_iter().map(|(from, offset)| (facts::Instant(from), offset));
    Some(Zone::new(offsets.collect()).ok()?.day(counter.now))
}

/// A rule to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideTrial {
    /// The platform of the shop whose facts are counted.
    platform: String,
    /// The shop.
    shop: String,
    /// The metric whose rule is tried.
    metric: String,
    /// The whole rule as TOML; null: as if the shop withdrew its own.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    text: Option<String>,
    /// How many days, the last of them today: 1 to 92; 30 where nothing is said.
    #[schema(minimum = 1, maximum = 92)]
    days: Option<u16>,
}

/// A figure under what is in force and under what is tried; null: it has none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialPair {
    /// Under what is in force.
    now: Option<FigureBody>,
    /// Under what is tried.
    then: Option<FigureBody>,
}

/// A day of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialDay {
    /// The local day.
    day: String,
    #[serde(flatten)]
    pair: TrialPair,
}

/// What a standard says of the shop.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialVerdict {
    /// `pass`, `fail` or `not-assessed`.
    verdict: &'static str,
    /// The verdict in the caller's language.
    verdict_text: &'static str,
    /// The value of the last check's window, as it is printed; null: there is none.
    value: Option<String>,
}

/// How the shop stands at the last check, and how it would.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialStanding {
    /// The standard within the metric.
    standard: String,
    /// Its name, in the caller's language.
    name: String,
    /// Its lines, the best first.
    lines: Vec<String>,
    /// Under what is in force; null: it says nothing on this day.
    now: Option<TrialVerdict>,
    /// Under what is tried.
    then: Option<TrialVerdict>,
}

/// What a rule would change of a shop's figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialResult {
    /// The first local day.
    from: String,
    /// The last one, included: today.
    to: String,
    /// The days on which either has something to count, in order.
    days: Vec<TrialDay>,
    /// All days together.
    whole: TrialPair,
    /// The standards of the metric: whether the shop holds them, and whether it would.
    standings: Vec<TrialStanding>,
    /// What the rule in force today says and the other does not, in the caller's language.
    falls_away: Vec<String>,
    /// What the other says instead.
    comes_in: Vec<String>,
    /// What was left out and why, in the caller's language.
    notices: Vec<String>,
}

problem::described! {
    /// What may go wrong with a trial.
    TrialProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooSlow, Conflict, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Try a rule on a shop's own facts.
///
/// The stored facts of the last days are counted twice, under what is in force and under the text,
/// day by day and together. Nothing is changed.
#[utoipa::path(
    post,
    path = "/v1/overrides/trial",
    tag = "overrides",
    operation_id = "try_override",
    request_body = OverrideTrial,
    responses(
        (status = 200, description = "Both, beside each other.", body = TrialResult),
        TrialProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn try_override(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Json(trial): Json<OverrideTrial>,
) -> Result<axum::Json<TrialResult>, Problem> {
    caller.needs_shop(Permission::ChangeRules, &trial.platform, &trial.shop)?;
    fits(&trial.metric, &trial.platform)?;
    let days = trial.days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::new(Kind::UnfitBody).detail(
            format!("`days` is {days}; expected 1 to {MOST_DAYS}"),
            format!("`days` 为 {days}，应为 1 至 {MOST_DAYS}"),
        ));
    }
    let lang = known.language;
    let of = OfShop { platform: trial.platform.clone(), shop: trial.shop.clone() };
    let fed = state.fed(&of, RestsOn::Facts);
    let figure = move |row: Row| FigureBody::of(row, fed.clone(), lang);
    let tried = state.run(&caller, move |counter| tried(counter, trial, days, lang, &figure));
    tried.await.map(axum::Json)
}

fn tried(
    counter: &Counter,
    trial: OverrideTrial,
    days: u16,
    lang: Lang,
    figure: &dyn Fn(Row) -> FigureBody,
) -> Result<TrialResult, Problem> {
    let OverrideTrial { platform, shop, metric, text, .. } = trial;
    let mut own = counter.store.own_rules(&counter.scope, &platform, &shop)?;
    let text = match text {
        Some(text) => {
            check(&metric, &text)?;
            Some(text)
        }
        None => own.of_groups.remove(&metric),
    };
    let mut rules: BTreeMap<String, String> = own.rules;
    rules.remove(&metric);
    rules.extend(text.map(|text| (metric.clone(), text)));
    let then = catalogue(&rules)?;
    let mut shop = Shop::read(counter, OfShop { platform, shop })?;
    let standings = standings(counter, &mut shop, &then, &metric, lang)?;
    let now = &shop.catalogue;
    let to = today(&then, &shop.platform, counter).ok_or_else(|| {
        Problem::new(Kind::Conflict)
            .detail("no rules are known of this platform", "没有该平台的规则")
    })?;
    let from = to.plus(1 - i32::from(days));
    let ask = Ask { counter, shop: &shop, metric: &metric, days: (from, to) };
    let mut notices = BTreeSet::new();
    let [by_day, whole] = [true, false].map(|every_day| {
        let now = ask.rows(now, every_day, lang, &mut notices)?;
        Ok::<_, Problem>((now, ask.rows(&then, every_day, lang, &mut notices)?))
    });
    let ((by_day, whole), says) = ((by_day?, whole?), |catalogue: &Catalogue| {
        let edition = in_force(catalogue, &metric, counter);
        edition.map(|one| sentences(one, &[], lang)).unwrap_or_default()
    });
    let (was, becomes) = (says(now), says(&then));
    let first = |rows: Vec<Row>| rows.into_iter().next().map(figure);
    Ok(TrialResult {
        from: from.to_string(),
        to: to.to_string(),
        days: paired(by_day, figure),
        whole: TrialPair { now: first(whole.0), then: first(whole.1) },
        standings,
        falls_away: was.iter().filter(|one| !becomes.contains(one)).cloned().collect(),
        comes_in: becomes.iter().filter(|one| !was.contains(one)).cloned().collect(),
        notices: notices.into_iter().collect(),
    })
}

/// The standings of a metric under the shop's catalogue and under another, beside each other.
fn standings(
    counter: &Counter,
    shop: &mut Shop,
    then: &Catalogue,
    metric: &str,
    lang: Lang,
) -> Result<Vec<TrialStanding>, Problem> {
    let as_of = Some(shown::rfc3339_utc(counter.now));
    let (rules, metrics) = (RuleChoice { as_of, ..RuleChoice::default() }, [metric.to_owned()]);
    let query = Query { rules: &rules, metrics: &metrics, as_told: false, band: false };
    let body = |row: &standing::Row<'_>| {
        let line = Standing::of(row);
        let value = line.value.map(|pair| shown::value(Some(pair.into()), row.figure, lang));
        let verdict_text = standing::verdict(row, lang);
        let verdict = TrialVerdict { verdict: line.verdict, verdict_text, value };
        let name = said(&row.named.name, lang);
        (line.standard.to_owned(), name, line.lines, verdict)
    };
    let mut all: Vec<TrialStanding> = Vec::new();
    for is_then in [false, true] {
        let catalogue = is_then.then_some(then);
        if catalogue.unwrap_or(&shop.catalogue).metric(metric).is_none() {
            continue;
        }
        let (found, _) = assess(counter, shop, catalogue, &query, &body)?;
        for (standard, name, lines, verdict) in found {
            let at = all.iter().position(|one| one.standard == standard).unwrap_or_else(|| {
                all.push(TrialStanding { standard, name, lines, now: None, then: None });
                all.len() - 1
            });
            let side = if is_then { &mut all[at].then } else { &mut all[at].now };
            *side = Some(verdict);
        }
    }
    Ok(all)
}

/// Rows of days, beside each other.
fn paired((now, then): (Vec<Row>, Vec<Row>), figure: &dyn Fn(Row) -> FigureBody) -> Vec<TrialDay> {
    let mut days: BTreeMap<Day, TrialPair> = BTreeMap::new();
    let empty = || TrialPair { now: None, then: None };
    for row in now {
        let pair = days.entry(row.from).or_insert_with(empty);
        pair.now = Some(figure(row));
    }
    for row in then {
        let pair = days.entry(row.from).or_insert_with(empty);
        pair.then = Some(figure(row));
    }
    days.into_iter().map(|(day, pair)| TrialDay { day: day.to_string(), pair }).collect()
}

/// What is counted twice.
struct Ask<'a> {
    counter: &'a Counter,
    shop: &'a Shop,
    metric: &'a str,
    days: (Day, Day),
}

impl Ask<'_> {
    /// The rows under some rules; none where they do not have the metric.
    fn rows(
        &self,
        catalogue: &Catalogue,
        every_day: bool,
        lang: Lang,
        notices: &mut BTreeSet<String>,
    ) -> Result<Vec<Row>, Problem> {
        if catalogue.metric(self.metric).is_none() {
            return Ok(Vec::new());
        }
        let metrics = [self.metric.to_owned()];
        let as_of = Some(shown::rfc3339_utc(self.counter.now));
        let choice = RuleChoice { as_of, ..RuleChoice::default() };
        let between = (Some(self.days.0), Some(self.days.1));
        let wanted = Wanted { rules: &choice, metrics: &metrics, every_day, between };
        let breakdown = Breakdown { shop: true, day: every_day, ..Breakdown::default() };
        let facts = (&self.shop.log, &self.shop.registry);
        let measured = measure(catalogue, facts, &wanted, &breakdown).map_err(|e| told(&e))?;
        notices.extend(measured.notices.iter().map(|notice| said(notice, lang)));
        Ok(measured.rows)
    }
}
