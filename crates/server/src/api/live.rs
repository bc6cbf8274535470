//! How everything stands now: `GET /v1/overview`, `GET /v1/waiting`, `GET /v1/alerts`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use desk::{AlertAbout, Desk, ShopNow, Stamp, Waiting};
use facts::{Instant, Span, ThreadId};
use serde::{Deserialize, Serialize};
use store::{AlertStep, ShopKey, Store};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::blocking;
use crate::caller::{Authenticated, Doorkeeper};
use crate::clock::Clock;
use crate::extract::Query;
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct LiveState {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) desk: Arc<Desk>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
}

impl FromRef<LiveState> for Doorkeeper {
    fn from_ref(state: &LiveState) -> Self {
        state.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<LiveState> {
    OpenApiRouter::new()
        .routes(routes!(get_overview))
        .routes(routes!(get_waiting))
        .routes(routes!(get_alerts))
}

problem::described! {
    /// What may go wrong when somebody asks how things stand.
    LiveProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// How many items an answer has where nothing is said, and at most.
const USUAL: usize = 100;
const MOST: usize = 1_000;

fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(asked @ 1..=MOST) => Ok(asked),
        Some(_) => Err(Problem::new(Kind::BadParameter)
            .detail("`limit`: expected 1 to 1000", "`limit`：应为 1 至 1000")),
    }
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// How many items at most: 1 to 1000; 100 where nothing is said.
    limit: Option<usize>,
    /// The `next` of the answer before this one.
    after: Option<usize>,
}

/// One part of a list, and where the next begins; absent: it was the last.
fn part<T>(all: Vec<T>, limit: usize, after: Option<usize>) -> (Vec<T>, Option<usize>) {
    let from = after.unwrap_or(0);
    let next = from.saturating_add(limit);
    let next = (next < all.len()).then_some(next);
    (all.into_iter().skip(from).take(limit).collect(), next)
}

/// Shops as they stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overview {
    /// The shops, by platform and name.
    items: Vec<ShopNow>,
    /// Where the next part begins; absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// How shops stand.
///
/// Each shop in reach with what waits and its metrics: today so far, and the period over which the
/// platform publishes. Counts equal a fresh count of the same facts. Changes come as events named
/// `shop`.
#[utoipa::path(
    get,
    path = "/v1/overview",
    tag = "live",
    operation_id = "get_overview",
    params(Part),
    responses((status = 200, description = "The shops.", body = Overview), LiveProblems),
    security(("token" = []), ("session" = [])),
)]
async fn get_overview(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Query(asked): Query<Part>,
) -> Result<Json<Overview>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let limit = limit(asked.limit)?;
    let reach = caller.reach().clone();
    let all = blocking::run(move || Ok(state.desk.overview(&reach))).await?;
    let (items, next) = part(all, limit, asked.after);
    Ok(Json(Overview { items, next }))
}

/// Which of those who wait.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitingQuery {
    /// Of one platform's shop; with `shop`.
    platform: Option<String>,
    /// Of one shop; with `platform`.
    shop: Option<String>,
    /// How many items at most: 1 to 1000; 100 where nothing is said.
    limit: Option<usize>,
    /// The `next` of the answer before this one.
    after: Option<usize>,
}

/// Somebody who waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingBuyer {
    #[serde(flatten)]
    waiting: Waiting,
    /// Who it is; absent: the caller may not know, or the buyer was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer: Option<String>,
}

/// Those who wait.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingList {
    /// Who waits, the most urgent first.
    items: Vec<WaitingBuyer>,
    /// How many wait in all.
    total: usize,
    /// Where the next part begins; absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// Who waits.
///
/// Each buyer with an open question, the one first whose limit passes first. Changes come as
/// events named `waiting` and `answered`.
#[utoipa::path(
    get,
    path = "/v1/waiting",
    tag = "live",
    operation_id = "get_waiting",
    params(WaitingQuery),
    responses((status = 200, description = "Who waits.", body = WaitingList), LiveProblems),
    security(("token" = []), ("session" = [])),
)]
async fn get_waiting(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Query(asked): Query<WaitingQuery>,
) -> Result<Json<WaitingList>, Problem> {
    caller.needs(Permission::ReadQueue)?;
    let limit = limit(asked.limit)?;
    let of = match (asked.platform, asked.shop) {
        (None, None) => None,
        (Some(platform), Some(shop)) => Some(ShopKey::new(&platform, &shop)),
        _ => {
            return Err(Problem::new(Kind::BadParameter).detail(
                "`platform` and `shop`: expected both or neither",
                "`platform` 与 `shop`：应同时给出，或都不给出",
            ));
        }
    };
    let may_know = caller.needs(Permission::ReadTexts).is_ok();
    let answer = blocking::run(move || {
        let all = state.desk.waiting(caller.reach(), of.as_ref());
        let total = all.len();
        let (items, next) = part(all, limit, asked.after);
        let named = |waiting: Waiting| {
            let thread = u32::try_from(waiting.thread).ok().filter(|_| may_know);
            let buyer = match thread {
                Some(thread) => state.store.buyer(caller.scope(), ThreadId(thread))?,
                None => None,
            };
            Ok(WaitingBuyer { waiting, buyer })
        };
        let items = items.into_iter().map(named).collect::<store::Result<_>>()?;
        Ok(WaitingList { items, total, next })
    });
    answer.await.map(Json)
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertsQuery {
    /// Of so many hours back from now: 1 to 2160; 24 where nothing is said.
    hours: Option<i64>,
    /// How many items at most: 1 to 1000; 100 where nothing is said.
    limit: Option<usize>,
    /// The `next` of the answer before this one.
    after: Option<usize>,
}

/// One step of an alert and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertItem {
    /// The alert: the same from its first step to its last.
    alert: String,
    /// The step, with its channel; `log`: it was sent nowhere.
    step: String,
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    at: Stamp,
    /// Why.
    reason: String,
    /// What became of it: `noted`, `claimed`, `sent`, `failed`.
    state: &'static str,
    /// What it says; absent: an older version wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<AlertAbout>,
}

/// Alerts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alerts {
    /// The steps.
    items: Vec<AlertItem>,
    /// Where the next part begins; absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// What was decided about alerts.
///
/// Each step with its reason and what became of it. New ones come as events named `alert`.
#[utoipa::path(
    get,
    path = "/v1/alerts",
    tag = "live",
    operation_id = "get_alerts",
    params(AlertsQuery),
    responses((status = 200, description = "The steps.", body = Alerts), LiveProblems),
    security(("token" = []), ("session" = [])),
)]
async fn get_alerts(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Query(asked): Query<AlertsQuery>,
) -> Result<Json<Alerts>, Problem> {
    caller.needs(Permission::ReadAlerts)?;
    let limit = limit(asked.limit)?;
    let hours = asked.hours.unwrap_or(24);
    if !(1..=2_160).contains(&hours) {
        return Err(Problem::new(Kind::BadParameter)
            .detail("`hours`: expected 1 to 2160", "`hours`：应为 1 至 2160"));
    }
    let since: Instant = state.clock.now() - Span::seconds(3_600 * hours);
    let answer = blocking::run(move || {
        let mut steps = state.store.alert_steps(caller.scope(), since)?;
        steps.reverse();
        let (steps, next) = part(steps, limit, asked.after);
        let items = steps.into_iter().map(|step| item(&state.desk, step)).collect();
        Ok(Alerts { items, next })
    });
    answer.await.map(Json)
}

fn item(desk: &Desk, step: AlertStep) -> AlertItem {
    let at = desk.stamp(&step.platform, step.at);
    AlertItem {
        at,
        about: serde_json::from_str(&step.about).ok(),
        state: step.state.word(),
        alert: step.alert,
        step: step.step,
        platform: step.platform,
        shop: step.shop,
        reason: step.reason,
    }
}
