//! `GET /v1/figures/comparison`: a figure beside that of earlier days.

use axum::Extension;
use axum::extract::State;
use desk::RestsOn;
use facts::Day;
use figures::comparison::{DaysKnown, Difference, covered};
use figures::{Breakdown, Error, Outline, Row};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, Counter, OfShop, Shop, WhatIf, between, told};
use super::figures::{Asked, CountProblems, FigureBody};
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::Problem;
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(compare_figures))
}

/// What is compared with what.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichCompared {
    /// The metric, as `taobao/human-reply-3m`.
    metric: String,
    /// The first local day, `YYYY-MM-DD`. Absent, with `to` absent too: the period over which the
    /// platform publishes the metric; else from the first fact on.
    from: Option<String>,
    /// The last local day, included. Absent, with `from` given: up to the last fact.
    to: Option<String>,
    /// With which days: `before`, as many that end where these begin, or `last-week`, the same
    /// days a week earlier. Usually `before`.
    with: Option<String>,
}

impl WhichCompared {
    /// The earlier days of a figure's days.
    fn earlier(&self, (from, to): (Day, Day)) -> Result<(Day, Day), Problem> {
        match self.with.as_deref().unwrap_or("before") {
            "before" => Ok((from.plus(from.0 - to.0 - 1), from.plus(-1))),
            "last-week" => Ok((from.plus(-7), to.plus(-7))),
            word => {
                let known = ["before", "last-week"].map(str::to_owned).to_vec();
                Err(told(&Error::BadWord { option: "with", text: word.to_owned(), known }))
            }
        }
    }
}

/// How the later figure differs from the earlier one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
pub(crate) struct DifferenceBody {
    /// `greater`, `same` or `less`; null: one of the two has no value.
    order: Option<&'static str>,
    /// The difference of the exact values as it is printed: `+2.41 points`; null: one of the two
    /// has no value.
    value: Option<String>,
    /// The difference in value and samples, in a sentence in the caller's language.
    words: String,
}

/// Of how many days of a period something is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DaysKnown)]
pub(crate) struct DaysKnownBody {
    /// How many days the period has.
    days: u32,
    /// How many of them lie between the shop's first and last fact.
    known: u32,
}

impl From<DaysKnown> for DaysKnownBody {
    fn from(DaysKnown { days, known }: DaysKnown) -> Self {
        Self { days, known }
    }
}

/// A figure beside that of earlier days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comparison {
    /// The figure; null: there is none.
    later: Option<FigureBody>,
    /// That of the earlier days; null: there is none.
    earlier: Option<FigureBody>,
    /// How many of its days are known; null: there is none.
    later_days: Option<DaysKnownBody>,
    /// How many of the earlier days are known; null: there is no figure to go back from.
    earlier_days: Option<DaysKnownBody>,
    /// The first of the earlier days; null: there is no figure to go back from.
    from: Option<String>,
    /// The last one.
    to: Option<String>,
    /// Null: one of the two is not there.
    difference: Option<DifferenceBody>,
}

/// A figure beside that of earlier days.
///
/// Both are counted as `GET /v1/figures` counts them; the difference is that of the exact values,
/// rounded once.
#[utoipa::path(
    get,
    path = "/v1/figures/comparison",
    tag = "figures",
    operation_id = "compare_figures",
    params(OfShop, WhichCompared, WhatIf),
    responses((status = 200, description = "Both.", body = Comparison), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn compare_figures(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichCompared>,
    Query(what_if): Query<WhatIf>,
) -> Result<axum::Json<Comparison>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let lang = known.language;
    let fed = state.fed(&of, RestsOn::Facts);
    let work = move |counter: &Counter| {
        let choice = what_if.choice(counter.now)?;
        let days = between(which.from.as_deref(), which.to.as_deref())?;
        // Before anything is read: a word that stands for nothing is a mistake at once.
        which.earlier((Day(0), Day(0)))?;
        let shop = Shop::read(counter, of)?;
        let asked = |between| {
            let breakdown = Breakdown { shop: true, ..Breakdown::default() };
            Asked { metrics: vec![which.metric.clone()], breakdown, between }
        };
        let one = |between| -> Result<Option<Row>, Problem> {
            Ok(asked(between).measured(&shop, &choice)?.rows.into_iter().next())
        };
        let all = asked((None, None));
        let covered = covered(&shop.catalogue, Outline::of(&shop.log), &all.wanted(&choice));
        let covered = covered.map_err(|error| told(&error))?;
        let known = |days| DaysKnown::of(days, covered).into();
        let later = one(days)?;
        let then = later.as_ref().map(|row| which.earlier((row.from, row.to))).transpose()?;
        let earlier = match then {
            Some((from, to)) => one((Some(from), Some(to)))?,
            None => None,
        };
        let difference = earlier.as_ref().zip(later.as_ref()).map(|(earlier, later)| {
            let difference = Difference::of(earlier, later);
            DifferenceBody {
                order: difference.order().map(|order| match order {
                    std::cmp::Ordering::Greater => "greater",
                    std::cmp::Ordering::Equal => "same",
                    std::cmp::Ordering::Less => "less",
                }),
                value: difference.value(lang),
                words: difference.words(lang),
            }
        });
        let later_days = later.as_ref().map(|row| known((row.from, row.to)));
        let body = |row: Row| FigureBody::of(row, fed.clone(), lang);
        Ok(Comparison {
            later: later.map(body),
            earlier: earlier.map(body),
            later_days,
            earlier_days: then.map(known),
            from: then.map(|(from, _)| from.to_string()),
            to: then.map(|(_, to)| to.to_string()),
            difference,
        })
    };
    state.run(&caller, work).await.map(axum::Json)
}
