//! `GET /v1/figures/panel`: what the platform's own panel said of a figure.

use axum::extract::State;
use figures::selection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, OfShop, Shop, told};
use super::figures::CountProblems;
use super::page::Paging;
use super::stamp::Stamp;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::Problem;
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(list_panel_figures))
}

/// Of which metric.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfMetric {
    /// The metric, as `taobao/human-reply-3m`.
    metric: String,
}

/// A figure that was read off the platform's panel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PanelFigure)]
pub(crate) struct PanelBody {
    /// The first local day.
    from: String,
    /// The last local day, included.
    to: String,
    /// The account; null: it is the shop's.
    account: Option<String>,
    /// The value as the panel prints it.
    value: String,
    /// How many samples the panel says there are; null: it does not say.
    samples: Option<u64>,
    /// When the panel was looked at; null: it is not known.
    seen_at: Option<Stamp>,
}

/// Figures that were read off a panel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PanelFigures {
    /// The newest days first, of the same days what was seen last.
    items: Vec<PanelBody>,
    /// What to give as `after` for the next page; null: this is the last.
    next: Option<String>,
}

/// What the platform's own panel said of a metric of a shop.
///
/// The figures that were read off the panel, out of the shop's facts and as they were typed in or
/// imported: those that `GET /v1/standing` stands on.
#[utoipa::path(
    get,
    path = "/v1/figures/panel",
    tag = "figures",
    operation_id = "list_panel_figures",
    params(OfShop, OfMetric, Paging),
    responses((status = 200, description = "Figures.", body = PanelFigures), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_panel_figures(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShop>,
    Query(which): Query<OfMetric>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<PanelFigures>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let listed = state.run(&caller, move |counter| {
        let shop = Shop::read(counter, of)?;
        let metric = selection::find_metric(&shop.catalogue, &which.metric);
        let metric = metric.map_err(|error| told(&error))?;
        let mut figures = shop.panel(counter)?.figures;
        figures.retain(|one| {
            one.metric == metric.id && one.platform == shop.platform && one.shop == shop.shop
        });
        let seen = |one: &intake::panel::Observed| one.captured_at.map_or(i64::MAX, |at| at.0);
        figures.sort_by_key(|one| (one.to, one.from, seen(one)));
        figures.reverse();
        let body = |(n, one): (usize, intake::panel::Observed)| {
            let seen_at = one.captured_at.map(Stamp);
            let body = PanelBody {
                from: one.from.to_string(),
                to: one.to.to_string(),
                account: one.account,
                value: one.value.to_string(),
                samples: one.samples,
                seen_at,
            };
            (n, body)
        };
        paging.cut(figures.into_iter().enumerate().map(body).collect(), |(n, _)| *n)
    });
    let page = listed.await?.map(|(_, body)| body);
    Ok(axum::Json(PanelFigures { items: page.items, next: page.next }))
}
