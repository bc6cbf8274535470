//! `/v1/buyers`: what is known of a buyer, and its end.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::stored::StoreState;
use crate::caller::Authenticated;
use crate::extract::Path;
use crate::problem::{self, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(erase_buyer))
}

problem::described! {
    /// What may go wrong with erasing a buyer.
    EraseBuyerProblems: [
        BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, UnfitBody, TooMany
    ]
}

/// Erase a buyer: the key of what they wrote, of their orders and money is destroyed, and a
/// pseudonym stands in place of their id.
///
/// What was counted stays counted. The same export read again brings nothing back; what is new of
/// theirs is a new buyer's. Backups made before still hold both, and have to age out. An account
/// of the shop itself is taken off the shop's record first.
#[utoipa::path(
    delete,
    path = "/v1/buyers/{platform}/{shop}/{buyer}",
    tag = "shops",
    operation_id = "erase_buyer",
    params(
        ("platform" = String, Path, description = "The platform's word."),
        ("shop" = String, Path, description = "The shop id, percent-encoded."),
        ("buyer" = String, Path, description = "The buyer's id, percent-encoded."),
    ),
    responses((status = 204, description = "Nobody knows who it was."), EraseBuyerProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn erase_buyer(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path((platform, shop, buyer)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    caller.needs_shop(Permission::EraseBuyers, &platform, &shop)?;
    let erased = state.run(&caller, move |store, scope, now| {
        store.erase_buyer(scope, now, [&platform, &shop, &buyer])
    });
    erased.await?;
    Ok(StatusCode::NO_CONTENT)
}
