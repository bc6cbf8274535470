//! `/v1/me`: who calls, and what they change of themselves.

use std::net::IpAddr;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::User;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sign_in::{SignInState, Unproven, WithCookie};
use super::users::UserBody;
use super::words::{PermissionWord, ReachBody, SecretBody};
use crate::caller::{Authenticated, Caller, no_user};
use crate::extract::Json;
use crate::problem::{self, Kind, Problem};
use crate::secret::Secret;
use crate::shell::Known;
use crate::signin::totp::TotpKey;

pub(crate) fn routes() -> OpenApiRouter<SignInState> {
    OpenApiRouter::new()
        .routes(routes!(get_me))
        .routes(routes!(set_password))
        .routes(routes!(set_totp, remove_totp))
}

/// Who calls, and what they may do with which shops.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// Who: `user 3`, `token 5`.
    who: String,
    /// The user who signed in; null: a program calls.
    user: Option<UserBody>,
    /// Which shops are in reach.
    reach: ReachBody,
    /// What may be done with them.
    permissions: Vec<PermissionWord>,
}

impl Me {
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            who: caller.who().to_string(),
            user: caller.user().map(UserBody::from),
            reach: caller.reach().into(),
            permissions: caller.permissions().iter().map(PermissionWord).collect(),
        }
    }
}

problem::described! {
    /// What may go wrong with who calls.
    GetMeProblems: [SignInNeeded]
}

/// Who calls.
#[utoipa::path(
    get,
    path = "/v1/me",
    tag = "me",
    operation_id = "get_me",
    responses((status = 200, description = "Who calls.", body = Me), GetMeProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_me(Authenticated(caller): Authenticated) -> axum::Json<Me> {
    axum::Json(Me::of(&caller))
}

/// The user who signed in: a program has no password and no second factor.
fn user(caller: &Caller) -> Result<User, Problem> {
    caller.user().cloned().ok_or_else(no_user)
}

impl SignInState {
    /// A session alone is not enough to change what one signs in with: somebody may have sat down
    /// at a machine that was left alone.
    async fn prove_again(
        &self,
        user: &User,
        password: SecretBody,
        client: IpAddr,
    ) -> Result<(), Problem> {
        let proven = self.prove(&user.login, password.0, client, async |_| Ok(true)).await;
        proven.map(|_| ()).map_err(|unproven| match unproven {
            Unproven::Wrong => Problem::new(Kind::WrongPassword),
            Unproven::NotTried(problem) => problem,
        })
    }
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordPut {
    /// The password so far.
    current: SecretBody,
    /// The new one: ten characters or more.
    new: SecretBody,
}

problem::described! {
    /// What may go wrong with a new password.
    SetPasswordProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, WrongPassword, TooSlow, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Change one's password. All sessions end; the answer sets the cookie of a new one.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    tag = "me",
    operation_id = "set_password",
    request_body = PasswordPut,
    responses((status = 200, description = "It is changed.", body = Me), SetPasswordProblems),
    security(("session" = [])),
)]
pub(crate) async fn set_password(
    State(state): State<SignInState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Json(body): Json<PasswordPut>,
) -> Result<WithCookie<axum::Json<Me>>, Problem> {
    let user = user(&caller)?;
    state.prove_again(&user, body.current, known.client).await?;
    let hash = state.hash_new(&user.login, body.new.0).await?;
    let number = user.number;
    let set = state
        .stored
        .run(&caller, move |store, scope, now| store.set_password(scope, now, number, hash));
    set.await?;
    state.admit(number).await
}

/// A second factor. Without `key`, one is proposed and nothing changes; with it and a code of it,
/// it is set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotpPost {
    /// The password.
    password: SecretBody,
    /// The key that was proposed.
    #[serde(default)]
    key: Option<SecretBody>,
    /// A code that the authenticator app shows for it.
    #[serde(default)]
    code: Option<SecretBody>,
}

/// What became of a second factor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotpAnswer {
    /// Whether the key that was sent is set now.
    is_set: bool,
    /// A proposed key, to be typed into an authenticator app; null: one is set.
    key: Option<SecretBody>,
    /// The same for a picture that the app reads; null: one is set.
    url: Option<SecretBody>,
}

problem::described! {
    /// What may go wrong with a second factor.
    SetTotpProblems: [
        BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, WrongPassword, TooSlow, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Set a second factor, in two steps: a key is proposed, then confirmed by a code of it.
#[utoipa::path(
    post,
    path = "/v1/me/totp",
    tag = "me",
    operation_id = "set_totp",
    request_body = TotpPost,
    responses(
        (status = 200, description = "A key is proposed, or set.", body = TotpAnswer),
        SetTotpProblems,
    ),
    security(("session" = [])),
)]
pub(crate) async fn set_totp(
    State(state): State<SignInState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Json(body): Json<TotpPost>,
) -> Result<axum::Json<TotpAnswer>, Problem> {
    let user = user(&caller)?;
    state.prove_again(&user, body.password, known.client).await?;
    let Some(key) = body.key else {
        let key = TotpKey::generate().map_err(|_| Problem::new(Kind::Internal))?;
        let url = SecretBody(key.url(&user.login));
        let key = SecretBody(key.text());
        return Ok(axum::Json(TotpAnswer { is_set: false, key: Some(key), url: Some(url) }));
    };
    let code = body.code.as_ref().map_or("", |code| code.0.reveal());
    let step = TotpKey::of_text(&key.0)
        .and_then(|known| known.check(code, state.stored.clock.now(), None));
    let step = step.ok_or_else(|| {
        Problem::new(Kind::UnfitBody).detail(
            "`code` is not a code of `key` for now; expected the six digits that the app shows",
            "`code` 不是 `key` 当前的动态验证码；请填写验证器显示的六位数字",
        )
    })?;
    let number = user.number;
    let key: Secret = key.0;
    let set = state.stored.run(&caller, move |store, scope, now| {
        store.set_totp(scope, now, number, Some(key))?;
        // The code that confirmed the key signs nobody in.
        store.take_step(number, step)
    });
    set.await?;
    Ok(axum::Json(TotpAnswer { is_set: true, key: None, url: None }))
}

/// What takes a second factor away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotpDelete {
    /// The password.
    password: SecretBody,
}

/// Take one's second factor away. Again does no harm.
#[utoipa::path(
    delete,
    path = "/v1/me/totp",
    tag = "me",
    operation_id = "remove_totp",
    request_body = TotpDelete,
    responses((status = 204, description = "There is none."), SetTotpProblems),
    security(("session" = [])),
)]
pub(crate) async fn remove_totp(
    State(state): State<SignInState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Json(body): Json<TotpDelete>,
) -> Result<StatusCode, Problem> {
    let user = user(&caller)?;
    state.prove_again(&user, body.password, known.client).await?;
    if user.has_totp {
        let number = user.number;
        let removed = state
            .stored
            .run(&caller, move |store, scope, now| store.set_totp(scope, now, number, None));
        removed.await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
