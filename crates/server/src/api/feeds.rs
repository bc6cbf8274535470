//! `GET /v1/feeds`: where the facts of each shop come from, and how old what is known is.

use axum::extract::State;
use desk::ShopFeed;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::OfShops;
use super::page::{Page, Paging, Parts};
use super::stored::StoreState;
use crate::blocking;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{self, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_feeds))
}

problem::described! {
    /// What may go wrong when somebody asks for feeds.
    FeedsProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// All feeds.
///
/// Each feed of each shop in reach: its grade (`live`: facts come as they happen; `daily`: they
/// come in pieces; `panel`: figures alone come), when it was heard last, when the newest fact
/// happened that it gave, and how old both are. A shop without feeds is not in the list: nothing
/// was ever fed of it.
#[utoipa::path(
    get,
    path = "/v1/feeds",
    tag = "feeds",
    operation_id = "list_feeds",
    params(OfShops, Paging),
    responses((status = 200, description = "The feeds.", body = Page<ShopFeed>), FeedsProblems),
    security(("token" = []), ("session" = [])),
)]
async fn list_feeds(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ShopFeed>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let (desk, reach) = (state.desk, of.within(caller.reach()));
    let mut all = blocking::run(move || Ok(desk.feeds(&reach))).await?;
    all.retain(|one| of.has(&one.platform, &one.shop));
    let key =
        |one: &ShopFeed| Parts((one.platform.clone(), one.shop.clone(), one.feed.feed.clone()));
    paging.cut(all, key).map(axum::Json)
}
