//! How everything stands now: `GET /v1/overview`, `GET /v1/waiting`, `GET /v1/alerts`.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Extension, Json};
use desk::{AlertAbout, AlertSettings, ChannelSettings, Desk, ShopNow, Stamp, Unset, Waiting};
use facts::{Span, ThreadId};
use serde::{Deserialize, Serialize};
use store::{AlertStep, Scope, StepState, Store};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::{OfShops, OfWhom};
use super::page::{Page, Paging, Parts};
use super::shops::Cursor;
use super::stored::StoreState;
use crate::blocking;
use crate::caller::{Authenticated, Caller, Doorkeeper};
use crate::extract::Query;
use crate::language::{self, Lang};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct LiveState {
    pub(crate) stored: StoreState,
    pub(crate) desk: Arc<Desk>,
}

impl FromRef<LiveState> for Doorkeeper {
    fn from_ref(state: &LiveState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<LiveState> {
    OpenApiRouter::new()
        .routes(routes!(get_overview))
        .routes(routes!(get_waiting))
        .routes(routes!(get_alerts))
        .routes(routes!(get_alert_settings, put_alert_settings))
        .routes(routes!(test_alert_channel))
}

problem::described! {
    /// What may go wrong when somebody asks how things stand.
    LiveProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// How shops stand.
///
/// Each shop in reach with what waits and its metrics: today so far, and the period over which the
/// platform publishes, each with the figure as the platform shows it now; the lines that it holds,
/// with headroom, projection, band and consequences; who is at work. Counts equal a fresh count of
/// the same facts, and lines those of `GET /v1/standing`. Changes come as events named `shop`.
#[utoipa::path(
    get,
    path = "/v1/overview",
    tag = "live",
    operation_id = "get_overview",
    params(OfShops, OfWhom, Paging),
    responses((status = 200, description = "The shops.", body = Page<ShopNow>), LiveProblems),
    security(("token" = []), ("session" = [])),
)]
async fn get_overview(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(whose): Query<OfWhom>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ShopNow>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let reach = of.within(caller.reach());
    let mut all = blocking::run(move || Ok(state.desk.overview(&reach))).await?;
    all.retain(|one| of.has(&one.platform, &one.shop) && whose.has(&one.groups, &one.client));
    paging.cut(all, |one| Cursor(one.platform.clone(), one.shop.clone())).map(Json)
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

/// Who waits.
///
/// Each buyer with an open question, the one first whose limit passes first. Changes come as
/// events named `waiting` and `answered`.
#[utoipa::path(
    get,
    path = "/v1/waiting",
    tag = "live",
    operation_id = "get_waiting",
    params(OfShops, Paging),
    responses(
        (status = 200, description = "Who waits.", body = Page<WaitingBuyer>),
        LiveProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn get_waiting(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<WaitingBuyer>>, Problem> {
    caller.needs(Permission::ReadQueue)?;
    let may_know = caller.needs(Permission::ReadTexts).is_ok();
    let (desk, reach) = (Arc::clone(&state.desk), of.within(caller.reach()));
    let mut all = blocking::run(move || Ok(desk.waiting(&reach, None))).await?;
    all.retain(|one| of.has(&one.platform, &one.shop));
    let urgency = |one: &Waiting| {
        let due = one.overdue_at.map_or(i64::MAX, |stamp| stamp.at.0);
        Parts((due, one.since.at.0, one.thread))
    };
    let page = paging.cut(all, urgency)?;
    let named = move |store: &Store, scope: &Scope, _| {
        let buyer = |thread: u64| match u32::try_from(thread) {
            Ok(thread) if may_know => store.buyer(scope, ThreadId(thread)),
            _ => Ok(None),
        };
        let buyers = page.items.iter().map(|one| buyer(one.thread));
        let mut buyers = buyers.collect::<store::Result<Vec<_>>>()?.into_iter();
        Ok(page.map(|waiting| WaitingBuyer { waiting, buyer: buyers.next().flatten() }))
    };
    state.stored.run(&caller, named).await.map(Json)
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertsQuery {
    /// Of so many hours back from now: 1 to 2160; 24 where nothing is said.
    hours: Option<i64>,
    /// Of steps alone of which this became: `noted`, `claimed`, `sent` or `failed`.
    state: Option<String>,
}

impl AlertsQuery {
    /// # Errors
    ///
    /// [`Kind::BadParameter`].
    fn state(&self) -> Result<Option<StepState>, Problem> {
        let Some(word) = &self.state else { return Ok(None) };
        StepState::from_word(word).map(Some).ok_or_else(|| {
            Problem::new(Kind::BadParameter).detail(
                "`state`: expected `noted`, `claimed`, `sent` or `failed`",
                "`state`：应为 `noted`、`claimed`、`sent` 或 `failed`",
            )
        })
    }
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
    /// What became of it: `noted`, `claimed`, `sent`, `counted` (the next message says how many
    /// more there were), `failed`.
    state: &'static str,
    /// Why it failed, in the caller's language; absent: it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    /// What it says; absent: an older version wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<AlertAbout>,
}

/// What was decided about alerts.
///
/// Each step with its reason and what became of it, newest first. New ones come as events named
/// `alert`.
#[utoipa::path(
    get,
    path = "/v1/alerts",
    tag = "live",
    operation_id = "get_alerts",
    params(OfShops, AlertsQuery, Paging),
    responses(
        (status = 200, description = "The steps.", body = Page<AlertItem>),
        LiveProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn get_alerts(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShops>,
    Query(asked): Query<AlertsQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AlertItem>>, Problem> {
    caller.needs(Permission::ReadAlerts)?;
    let hours = asked.hours.unwrap_or(24);
    if !(1..=2_160).contains(&hours) {
        return Err(Problem::new(Kind::BadParameter)
            .detail("`hours`: expected 1 to 2160", "`hours`：应为 1 至 2160"));
    }
    let back = Span::seconds(3_600 * hours);
    let steps = move |store: &Store, scope: &Scope, now| store.alert_steps(scope, now - back);
    let wanted = asked.state()?;
    let mut steps = state.stored.run(&caller, steps).await?;
    steps.retain(|step| {
        of.has(&step.platform, &step.shop) && wanted.is_none_or(|wanted| wanted == step.state)
    });
    let newest =
        |step: &AlertStep| Parts((i64::MAX - step.at.0, step.alert.clone(), step.step.clone()));
    Ok(Json(paging.cut(steps, newest)?.map(|step| item(&state.desk, step, known.language))))
}

fn item(desk: &Desk, step: AlertStep, lang: Lang) -> AlertItem {
    let at = desk.stamp(&step.platform, step.at);
    AlertItem {
        at,
        about: serde_json::from_str(&step.about).ok(),
        state: step.state.word(),
        failed: step.failed.map(|[en, zh]| language::of(lang, en, zh)),
        alert: step.alert,
        step: step.step,
        platform: step.platform,
        shop: step.shop,
        reason: step.reason,
    }
}

problem::described! {
    /// What may go wrong with what people set about alerts.
    AlertSettingsProblems: [SignInNeeded, NotAllowed]
}

/// How people are told.
///
/// Ladders, quiet hours and channels; secrets are shown as `***`. For callers who reach every
/// shop.
#[utoipa::path(
    get,
    path = "/v1/alerts/settings",
    tag = "live",
    operation_id = "get_alert_settings",
    responses(
        (status = 200, description = "The settings.", body = AlertSettings),
        AlertSettingsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn get_alert_settings(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<AlertSettings>, Problem> {
    needs_all(&caller)?;
    let shown = blocking::run(move || Ok(state.desk.alert_settings())).await?;
    Ok(Json(shown))
}

/// Ladders and channels are for all shops.
fn needs_all(caller: &Caller) -> Result<(), Problem> {
    caller.needs_everywhere(Permission::ChangeAlerts)
}

problem::described! {
    /// What may go wrong with new settings of alerts.
    PutAlertSettingsProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, UnsupportedType,
        UnfitBody, TooMany
    ]
}

/// Set how people are told.
///
/// All settings are given; a secret shown as `***` stays as it is. They hold at once: what is told
/// already stays so.
#[utoipa::path(
    put,
    path = "/v1/alerts/settings",
    tag = "live",
    operation_id = "put_alert_settings",
    request_body = AlertSettings,
    responses(
        (status = 200, description = "The settings.", body = AlertSettings),
        PutAlertSettingsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn put_alert_settings(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    crate::extract::Json(given): crate::extract::Json<AlertSettings>,
) -> Result<Json<AlertSettings>, Problem> {
    needs_all(&caller)?;
    let put = move || {
        state.desk.set_alerts(caller.scope(), given).map_err(|unset| match unset {
            Unset::Bad(bad) => Problem::new(Kind::UnfitBody).detail(bad.en, bad.zh),
            Unset::Store(error) => error.into(),
        })?;
        Ok(state.desk.alert_settings())
    };
    let put = tokio::task::spawn_blocking(put).await;
    put.map_err(|_| Problem::new(Kind::Internal))?.map(Json)
}

/// What became of a test message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelTested {
    /// Whether the other side took it.
    is_sent: bool,
    /// Why not, in the caller's language; absent: it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Send a test message.
///
/// One message that says it is a test goes by the channel as it is given, whether it is set or not;
/// the answer waits for what becomes of it. A secret shown as `***` is that of the channel of this
/// name.
#[utoipa::path(
    post,
    path = "/v1/alerts/settings/test",
    tag = "live",
    operation_id = "test_alert_channel",
    request_body = ChannelSettings,
    responses(
        (status = 200, description = "What became of it.", body = ChannelTested),
        PutAlertSettingsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn test_alert_channel(
    State(state): State<LiveState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    crate::extract::Json(given): crate::extract::Json<ChannelSettings>,
) -> Result<Json<ChannelTested>, Problem> {
    needs_all(&caller)?;
    let test = move || state.desk.test_channel(given);
    let tested = tokio::task::spawn_blocking(test).await;
    let tested = tested.map_err(|_| Problem::new(Kind::Internal))?;
    let tested = tested.map_err(|bad| Problem::new(Kind::UnfitBody).detail(bad.en, bad.zh))?;
    let reason = tested.failed.map(|[en, zh]| language::of(known.language, en, zh));
    Ok(Json(ChannelTested { is_sent: reason.is_none(), reason }))
}
