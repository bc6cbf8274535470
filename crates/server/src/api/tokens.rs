//! `/v1/tokens`: what programs call with.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Grant, Token};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Page, Paging};
use super::stamp::Stamp;
use super::stored::StoreState;
use super::words::{GrantWord, ReachBody, SecretBody};
use crate::caller::Authenticated;
use crate::extract::{Json, Path, Query};
use crate::problem::{self, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_tokens, make_token)).routes(routes!(revoke_token))
}

/// An API token, without the token itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenBody {
    /// Its number.
    number: i64,
    /// What it is called.
    name: String,
    /// Which shops it reaches.
    reach: ReachBody,
    /// What it may do.
    grants: Vec<GrantWord>,
    /// When it was made.
    made_at: Stamp,
    /// When it was last used, to the minute; null: never.
    used_at: Option<Stamp>,
    /// When it was revoked; null: it holds.
    revoked_at: Option<Stamp>,
}

impl From<Token> for TokenBody {
    fn from(token: Token) -> Self {
        Self {
            number: token.number,
            reach: (&token.reach).into(),
            name: token.name,
            grants: token.grants.into_iter().map(GrantWord).collect(),
            made_at: Stamp(token.made_at),
            used_at: token.used_at.map(Stamp),
            revoked_at: token.revoked_at.map(Stamp),
        }
    }
}

problem::described! {
    /// What may go wrong with the list of tokens.
    ListTokensProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// All tokens whose shops the caller reaches, revoked ones too.
#[utoipa::path(
    get,
    path = "/v1/tokens",
    tag = "tokens",
    operation_id = "list_tokens",
    params(Paging),
    responses((status = 200, description = "Tokens.", body = Page<TokenBody>), ListTokensProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_tokens(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<TokenBody>>, Problem> {
    caller.needs(Permission::ChangeTokens)?;
    let tokens = state.run(&caller, |store, scope, _| store.tokens(scope)).await?;
    Ok(axum::Json(paging.cut(tokens, |token| token.number)?.map(TokenBody::from)))
}

/// What a new token will be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What to call it.
    name: String,
    /// What it may do: one thing at least.
    grants: Vec<GrantWord>,
    /// Which shops it reaches.
    reach: ReachBody,
}

/// A new token. It is shown here alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// Its number.
    number: i64,
    /// What to send as `Authorization: Bearer yd_…`.
    token: SecretBody,
}

problem::described! {
    /// What may go wrong with a new token.
    MakeTokenProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, UnsupportedType,
        UnfitBody, TooMany
    ]
}

/// Make a token.
///
/// Nobody gives more than they have. A token holds until it is revoked, whatever becomes of the
/// user who made it.
#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "tokens",
    operation_id = "make_token",
    request_body = NewToken,
    responses((status = 201, description = "The token.", body = MadeToken), MakeTokenProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn make_token(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Json(body): Json<NewToken>,
) -> Result<(StatusCode, axum::Json<MadeToken>), Problem> {
    caller.needs(Permission::ChangeTokens)?;
    let NewToken { name, grants, reach } = body;
    let made = state.run(&caller, move |store, scope, now| {
        // Each once, in the order of the list.
        let given = |grant: &&Grant| grants.iter().any(|word| word.0 == **grant);
        let grants: Vec<Grant> = Grant::ALL.iter().filter(given).copied().collect();
        store.make_token(scope, now, &name, (&grants, reach.into()))
    });
    let (number, token) = made.await?;
    let answer = MadeToken { number, token: SecretBody(token) };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

problem::described! {
    /// What may go wrong with revoking a token.
    RevokeTokenProblems: [BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooMany]
}

/// Revoke a token, at once and for good. Again does no harm.
#[utoipa::path(
    delete,
    path = "/v1/tokens/{number}",
    tag = "tokens",
    operation_id = "revoke_token",
    params(("number" = i64, Path, description = "The token's number.")),
    responses((status = 204, description = "It holds no more."), RevokeTokenProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn revoke_token(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path(number): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.needs(Permission::ChangeTokens)?;
    state.run(&caller, move |store, scope, now| store.revoke_token(scope, now, number)).await?;
    Ok(StatusCode::NO_CONTENT)
}
