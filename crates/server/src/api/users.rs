//! `/v1/users`: who may sign in.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{User, UserAccess, UserChange};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Page, Paging};
use super::stamp::Stamp;
use super::stored::StoreState;
use super::words::{ReachBody, RoleWord, SecretBody};
use crate::caller::Authenticated;
use crate::extract::{Json, Path, Query};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::signin::link;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new()
        .routes(routes!(list_users, invite_user))
        .routes(routes!(change_user))
        .routes(routes!(reset_user))
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// The user's number.
    number: i64,
    /// What they sign in with.
    login: String,
    /// A name for people.
    name: String,
    /// What they are.
    role: RoleWord,
    /// Which shops they reach.
    reach: ReachBody,
    /// Whether a second factor is set.
    has_totp: bool,
    /// Since when they may not sign in any more; null: they may.
    disabled_at: Option<Stamp>,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            number: user.number,
            login: user.login.clone(),
            name: user.name.clone(),
            role: RoleWord(user.role),
            reach: (&user.reach).into(),
            has_totp: user.has_totp,
            disabled_at: user.disabled_at.map(Stamp),
        }
    }
}

problem::described! {
    /// What may go wrong with the list of users.
    ListUsersProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichUsers {
    /// Of this role alone.
    #[param(inline)]
    role: Option<RoleWord>,
}

/// All users whose shops the caller reaches, disabled ones too.
#[utoipa::path(
    get,
    path = "/v1/users",
    tag = "users",
    operation_id = "list_users",
    params(WhichUsers, Paging),
    responses((status = 200, description = "Users.", body = Page<UserBody>), ListUsersProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_users(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(which): Query<WhichUsers>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<UserBody>>, Problem> {
    caller.needs(Permission::ChangeUsers)?;
    let mut users = state.run(&caller, |store, scope, _| store.users(scope)).await?;
    users.retain(|user| which.role.is_none_or(|role| role.0 == user.role));
    let page = paging.cut(users, |user| user.number)?;
    Ok(axum::Json(page.map(|user| UserBody::from(&user))))
}

/// What a new user will be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    /// What they will be.
    role: RoleWord,
    /// Which shops they will reach.
    reach: ReachBody,
}

/// A link by which one new user signs up, once. It is shown here alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationLink {
    /// Where to sign up. Where the server was not told its own address, the path alone.
    url: SecretBody,
    /// The secret of the link, for `POST /v1/sign-up`.
    secret: SecretBody,
    /// Until when it works.
    expires_at: Stamp,
}

problem::described! {
    /// What may go wrong with an invitation.
    InviteProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge, UnsupportedType,
        UnfitBody, TooMany
    ]
}

/// Invite a user: makes a link that works once, for a day.
///
/// Nobody gives more than they have.
#[utoipa::path(
    post,
    path = "/v1/users",
    tag = "users",
    operation_id = "invite_user",
    request_body = Invitation,
    responses(
        (status = 201, description = "The link.", body = InvitationLink),
        InviteProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn invite_user(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Json(body): Json<Invitation>,
) -> Result<(StatusCode, axum::Json<InvitationLink>), Problem> {
    caller.needs(Permission::ChangeUsers)?;
    let given = (body.role.0, body.reach.into());
    let made = state.run(&caller, move |store, scope, now| {
        let expires_at = link::expires_at(now);
        Ok((store.make_link(scope, now, given, expires_at)?, expires_at))
    });
    let (secret, expires_at) = made.await?;
    let url = SecretBody(link::url(&state.public_address, &secret));
    let answer = InvitationLink { url, secret: SecretBody(secret), expires_at: Stamp(expires_at) };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// What becomes of a user. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserPatch {
    /// What they are.
    role: Option<RoleWord>,
    /// Which shops they reach.
    reach: Option<ReachBody>,
    /// Whether they may sign in no more; their sessions end.
    disabled: Option<bool>,
}

problem::described! {
    /// What may go wrong with a change of a user.
    ChangeUserProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, NotFound, Conflict,
        TooSlow, TooLarge, UnsupportedType, UnfitBody, TooMany
    ]
}

/// Change what a user is, which shops they reach, and whether they may sign in.
///
/// It holds from their next request on. Nobody gives more than they have, nor changes who has
/// more; the last owner who reaches every shop stays one.
#[utoipa::path(
    patch,
    path = "/v1/users/{number}",
    tag = "users",
    operation_id = "change_user",
    params(("number" = i64, Path, description = "The user's number.")),
    request_body = UserPatch,
    responses(
        (status = 200, description = "The user as they are now.", body = UserBody),
        ChangeUserProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn change_user(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path(number): Path<i64>,
    Json(body): Json<UserPatch>,
) -> Result<axum::Json<UserBody>, Problem> {
    caller.needs(Permission::ChangeUsers)?;
    let change = UserChange {
        role: body.role.map(|role| role.0),
        reach: body.reach.map(Into::into),
        access: body.disabled.map(|disabled| match disabled {
            true => UserAccess::Disabled,
            false => UserAccess::Allowed,
        }),
    };
    let changed =
        state.run(&caller, move |store, scope, now| store.change_user(scope, now, number, change));
    Ok(axum::Json(UserBody::from(&changed.await?)))
}

/// A link by which a user chooses a new password, once. It is shown here alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResetLink {
    /// Where to choose it. Where the server was not told its own address, the path alone.
    url: SecretBody,
    /// The secret of the link, for `POST /v1/reset`.
    secret: SecretBody,
    /// Until when it works.
    expires_at: Stamp,
}

problem::described! {
    /// What may go wrong with a reset of a user.
    ResetUserProblems: [
        BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooMany
    ]
}

/// Help a user who lost the password or the second factor: makes a link that works once, for a
/// day, by which they choose a new password.
///
/// Their password and their second factor hold no more from here on, and their sessions end.
/// Nobody resets who has more than they have, nor themselves: one's own password is changed with
/// `PUT /v1/me/password`, and an owner who is locked out is helped by another, or by
/// `yingda user reset` on the server's machine.
#[utoipa::path(
    post,
    path = "/v1/users/{number}/reset",
    tag = "users",
    operation_id = "reset_user",
    params(("number" = i64, Path, description = "The user's number.")),
    responses((status = 201, description = "The link.", body = ResetLink), ResetUserProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn reset_user(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path(number): Path<i64>,
) -> Result<(StatusCode, axum::Json<ResetLink>), Problem> {
    caller.needs(Permission::ChangeUsers)?;
    if caller.user().is_some_and(|user| user.number == number) {
        return Err(Problem::new(Kind::NotAllowed).detail(
            "one does not reset oneself; change your password with `PUT /v1/me/password`",
            "不能重置自己；请用 `PUT /v1/me/password` 更改密码",
        ));
    }
    let made = state.run(&caller, move |store, scope, now| {
        let expires_at = link::expires_at(now);
        Ok((store.reset_user(scope, now, number, expires_at)?, expires_at))
    });
    let (secret, expires_at) = made.await?;
    let url = SecretBody(link::reset_url(&state.public_address, &secret));
    let answer = ResetLink { url, secret: SecretBody(secret), expires_at: Stamp(expires_at) };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}
