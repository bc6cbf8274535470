//! Whether the server lives, whether it is ready, and what it measures of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Extension;
use axum::extract::{FromRef, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::Desk;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Doorkeeper;
use crate::metrics::{self, Metrics};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;
use crate::stopping::Stopping;

/// Whether the server can answer: not before what is stored was read, not while it stops.
///
/// # Example
///
/// ```
/// use server::health::Readiness;
/// use server::stopping::Stopping;
/// let stopping = Stopping::default();
/// let readiness = Readiness::new(stopping.clone());
/// assert!(!readiness.is_ready());
/// readiness.begin();
/// assert!(readiness.is_ready());
/// stopping.begin();
/// assert!(!readiness.is_ready());
/// ```
#[derive(Clone, Debug)]
pub struct Readiness {
    begun: Arc<AtomicBool>,
    stopping: Stopping,
}

impl Readiness {
    /// Not ready yet.
    #[must_use]
    pub fn new(stopping: Stopping) -> Self {
        Self { begun: Arc::default(), stopping }
    }

    /// From now on the server is ready, until it stops.
    pub fn begin(&self) {
        self.begun.store(true, Ordering::Release);
    }

    /// Whether it is.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.begun.load(Ordering::Acquire) && !self.stopping.has_begun()
    }
}

/// What the routes need.
#[derive(Clone)]
pub(crate) struct HealthState {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) desk: Arc<Desk>,
}

impl FromRef<HealthState> for Doorkeeper {
    fn from_ref(state: &HealthState) -> Self {
        state.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<HealthState> {
    OpenApiRouter::new()
        .routes(routes!(get_liveness))
        .routes(routes!(get_readiness))
        .routes(routes!(get_metrics))
}

/// Whether the server lives: it answers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    operation_id = "get_liveness",
    responses((status = 200, description = "It lives.", body = String)),
)]
pub(crate) async fn get_liveness() -> &'static str {
    "ok\n"
}

problem::described! {
    /// What may go wrong with readiness.
    NotReady: [Busy]
}

/// Whether the server is ready: not while it starts or stops.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    operation_id = "get_readiness",
    responses((status = 200, description = "It is ready.", body = String), NotReady),
)]
pub(crate) async fn get_readiness(
    State(state): State<HealthState>,
) -> Result<&'static str, Problem> {
    match state.readiness.is_ready() {
        true => Ok("ok\n"),
        false => Err(Problem::new(Kind::Busy).retry_after(1)),
    }
}

problem::described! {
    /// What may go wrong with metrics.
    MetricsProblems: [SignInNeeded, NotAllowed]
}

/// What the server measures of itself, for Prometheus.
///
/// From this machine nobody is asked who they are; from elsewhere it takes a token or a session.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    operation_id = "get_metrics",
    responses(
        (status = 200, description = "Prometheus text.", body = String),
        MetricsProblems,
    ),
    security((), ("token" = []), ("session" = [])),
)]
pub(crate) async fn get_metrics(
    State(state): State<HealthState>,
    Extension(known): Extension<Known>,
    request: Request,
) -> Result<Response, Problem> {
    if !known.is_local {
        let (parts, _) = request.into_parts();
        state.doorkeeper.caller(&parts).await?.needs(Permission::ReadMetrics)?;
    }
    let media_type = "text/plain; version=0.0.4; charset=utf-8";
    let text = state.metrics.render() + &metrics::lateness(&state.desk.lateness());
    Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
}
