//! `GET /v1/standing`: which lines a shop holds, what follows, and how much room is left.

use axum::Extension;
use axum::extract::State;
use desk::{Fed, RestsOn};
use figures::counting::{self, Grouping};
use figures::shown::{self, Pair};
use figures::standing::{
    self, Ahead, Assessment, Evidence, Headroom, Query as Which, Row, Standing, Stands,
};
use figures::{InvalidReplies, Lang, selection};
use rulebook::{Catalogue, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{
    ASKED, CountState, Counter, OfShop, Ratio, Shop, WhatIf, listed, said, told,
};
use super::figures::{BandBody, CountProblems, Shown};
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(list_standing))
}

/// Which standards.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichStandards {
    /// Only standards of these metrics, with commas between. Absent: all of the platform.
    metric: Option<String>,
    /// Also what only articles claim.
    #[serde(default)]
    as_told: bool,
    /// Under our own readings alone, which is faster: no band.
    #[serde(default)]
    no_band: bool,
}

/// What comes when the recent daily level continues.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Projection)]
pub(crate) struct ProjectionBody {
    /// The recent level.
    level: Shown,
    /// Over how many days with samples it was taken.
    level_days: u16,
    /// The first check that passes, of what fails; null: none does.
    passes_on: Option<String>,
    /// The first check that fails, of what passes; null: none does.
    fails_on: Option<String>,
    /// The worst days of a window that fails.
    worst: Vec<BadDayBody>,
}

/// A bad day, and when it leaves the window.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadDay)]
pub(crate) struct BadDayBody {
    /// The day.
    day: String,
    /// Its value; null: it has none.
    value: Option<Shown>,
    /// The check from which on it counts no more.
    leaves: String,
}

/// A shop's standing under one standard.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct StandingBody {
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// The metric that is held against the lines.
    metric: String,
    /// The standard within the metric.
    standard: String,
    /// Its name, in the caller's language.
    name: String,
    /// What it is for: `requirement`, `gate`, `grade` or `notice`.
    role: &'static str,
    /// Its lines, the best first.
    lines: Vec<String>,
    /// The grade that is held, in the caller's language; null: none is.
    grade: Option<String>,
    /// The day on which one looks.
    as_of: String,
    /// The last check up to that day.
    check: String,
    /// The next one.
    next_check: String,
    /// The first day of the window that was checked.
    from: String,
    /// Its last day.
    to: String,
    /// How many days it has.
    days: u32,
    /// Of how many of them anything is known.
    days_known: u32,
    /// `counted` from messages, or `observed` off the platform's panel.
    source: &'static str,
    /// Null: the panel does not say.
    samples: Option<u64>,
    /// The least number of samples; null: any will do.
    minimum: Option<u64>,
    /// The value as it is printed; null: there is none.
    value: Option<String>,
    /// What it is made of.
    ratio: Option<Ratio>,
    /// `pass`, `fail` or `not-assessed`.
    verdict: &'static str,
    /// The verdict in the caller's language.
    verdict_text: &'static str,
    /// Why it is not assessed; null: it is.
    reason: Option<&'static str>,
    /// What the figure alone says, whatever is known of the shop.
    by_figure: &'static str,
    /// Null: there is one value.
    band: Option<BandBody>,
    /// Whether the band crosses a line: the readings decide. Null: there is no band.
    crosses: Option<bool>,
    /// What stands, will stand, or was brought by the last check.
    consequences: Vec<Stands>,
    /// Null: nothing is judged.
    headroom: Option<Headroom>,
    /// Null: it is no matter of days.
    projection: Option<ProjectionBody>,
    /// All of that in sentences, in the caller's language: the figure first.
    sentences: Vec<String>,
    /// The editions of the metric that bear on the window.
    editions: Vec<String>,
    /// The readings they rest on.
    readings: Vec<String>,
    /// Open readings under whose other answer the shop stands otherwise, as `R6=drop`.
    open: Vec<String>,
    /// The sources of the standard.
    sources: Vec<String>,
    /// `official`, `reposted`, `article` or `reading`.
    confidence: String,
    /// Whether only articles claim the standard.
    as_told: bool,
    /// The feed that the figure rests on, and how old that is; null: nothing was ever fed of the
    /// shop.
    fed: Option<Fed>,
}

/// What counted figures and those off a panel rest on.
#[derive(Clone, Debug)]
struct Feeds {
    counted: Option<Fed>,
    observed: Option<Fed>,
}

impl StandingBody {
    fn of(row: &Row<'_>, feeds: &Feeds, lang: Lang) -> Self {
        let line = Standing::of(row);
        let text = |pair: Pair| shown::value(Some(pair.into()), row.figure, lang);
        let value = |pair: Pair| Shown { value: text(pair), ratio: pair.into() };
        let owned = |texts: &[String]| texts.to_vec();
        Self {
            platform: line.platform.to_owned(),
            shop: line.shop.to_owned(),
            metric: line.metric.to_owned(),
            standard: line.standard.to_owned(),
            name: said(&row.named.name, lang),
            role: line.role,
            grade: row.grade().map(|name| said(name, lang)),
            days: line.days,
            days_known: line.days_known,
            source: line.source,
            samples: line.samples,
            minimum: line.minimum,
            value: line.value.map(text),
            ratio: line.value.map(Ratio::from),
            verdict: line.verdict,
            verdict_text: standing::verdict(row, lang),
            reason: line.reason,
            by_figure: line.by_figure,
            crosses: line.crosses,
            sentences: standing::lines(row, lang, &ASKED),
            editions: owned(line.editions),
            sources: owned(line.sources),
            confidence: line.confidence.to_owned(),
            as_told: line.as_told,
            band: line.band.map(|band| BandBody { low: value(band.low), high: value(band.high) }),
            consequences: line.consequences,
            headroom: line.headroom,
            fed: match line.source {
                "observed" => feeds.observed.clone(),
                _ => feeds.counted.clone(),
            },
            projection: line.projection.map(|ahead| projection(ahead, &value)),
            lines: line.lines,
            as_of: line.as_of,
            check: line.check,
            next_check: line.next_check,
            from: line.from,
            to: line.to,
            readings: line.readings,
            open: line.open,
        }
    }
}

fn projection(ahead: Ahead, value: &dyn Fn(Pair) -> Shown) -> ProjectionBody {
    let Ahead { level, level_days, passes_on, fails_on, worst } = ahead;
    let bad = |bad: standing::Worst| BadDayBody {
        day: bad.day,
        value: bad.value.map(value),
        leaves: bad.leaves,
    };
    let worst = worst.into_iter().map(bad).collect();
    ProjectionBody { level: value(level), level_days, passes_on, fails_on, worst }
}

/// The standings of a shop.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standings {
    /// In the order of the standards; those that say nothing on this day are left out.
    items: Vec<StandingBody>,
    /// Always null: a platform has few standards.
    next: Option<String>,
    /// What was left out and why, in the caller's language.
    notices: Vec<String>,
}

/// Where a shop stands.
///
/// Every standard of the shop's platform with the figure of its last check, what that means, which
/// consequence runs until when, and how much room is left: as `yingda standing` says it over the
/// same facts, the shop's entry, and the figures that were read off panels.
#[utoipa::path(
    get,
    path = "/v1/standing",
    tag = "figures",
    operation_id = "list_standing",
    params(OfShop, WhichStandards, WhatIf),
    responses((status = 200, description = "Standings.", body = Standings), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_standing(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichStandards>,
    Query(what_if): Query<WhatIf>,
) -> Result<axum::Json<Standings>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let lang = known.language;
    let feeds =
        Feeds { counted: state.fed(&of, RestsOn::Facts), observed: state.fed(&of, RestsOn::Panel) };
    let work = move |counter: &Counter| {
        let (rows, notices) =
            assessed(counter, of, &which, &what_if, &|row| StandingBody::of(row, &feeds, lang))?;
        let notices = notices.iter().map(|notice| said(notice, lang)).collect();
        Ok(Standings { items: rows, next: None, notices })
    };
    state.run(&caller, work).await.map(axum::Json)
}

fn assessed(
    counter: &Counter,
    of: OfShop,
    which: &WhichStandards,
    what_if: &WhatIf,
    body: &dyn Fn(&Row<'_>) -> StandingBody,
) -> Result<(Vec<StandingBody>, Vec<Text>), Problem> {
    let (choice, metrics) = (what_if.choice(counter.now)?, listed(which.metric.as_deref()));
    let mut shop = Shop::read(counter, of)?;
    for metric in &metrics {
        selection::find_metric(&shop.catalogue, metric).map_err(|error| told(&error))?;
    }
    let query =
        Which { rules: &choice, metrics: &metrics, as_told: which.as_told, band: !which.no_band };
    assess(counter, &mut shop, None, &query, body)
}

/// The standings of a shop, each as `body` tells it, and what was left out; under its own
/// catalogue or another.
pub(super) fn assess<T>(
    counter: &Counter,
    shop: &mut Shop,
    catalogue: Option<&Catalogue>,
    query: &Which<'_>,
    body: &dyn Fn(&Row<'_>) -> T,
) -> Result<(Vec<T>, Vec<Text>), Problem> {
    let of_rules = |error: figures::Error| told(&error);
    let panel = shop.panel(counter)?;
    // Of a shop without a single fact a panel may tell all the same.
    standing::add_shops(&mut shop.log, &panel).map_err(|_| Problem::new(Kind::Internal))?;
    let catalogue = catalogue.unwrap_or(&shop.catalogue);
    let assessment = Assessment::prepare(catalogue, &shop.log, query).map_err(of_rules)?;
    let invalid = InvalidReplies::of(catalogue).map_err(of_rules)?;
    let (log, registry) = (&shop.log, &shop.registry);
    let shops = vec![true; log.shops.len()];
    let count = |counted: &[counting::Counted]| {
        counting::count((log, registry), counted, Grouping::default(), &|_| {})
    };
    let evidence = Evidence { log, registry, panel: &panel };
    let rows = assessment.rows(evidence, &invalid, &shops, &count).map_err(of_rules)?;
    let unknown = assessment.unknown_enrolments(registry, log);
    let notices = assessment.notices.iter().chain(&unknown);
    Ok((rows.iter().map(body).collect(), notices.cloned().collect()))
}
