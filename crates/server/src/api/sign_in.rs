//! `POST /v1/sign-in`, `/v1/sign-out`, `/v1/sign-up`: sessions begin and end.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde::Deserialize;
use store::{Credentials, Ended, SignUp};
use tracing::error;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::me::Me;
use super::stored::StoreState;
use super::words::SecretBody;
use crate::blocking;
use crate::caller::{Authenticated, Caller, Doorkeeper, no_user};
use crate::extract::{Json, Query};
use crate::problem::{self, Kind, Problem};
use crate::secret::{Secret, hex};
use crate::shell::Known;
use crate::signin::password::{self, HashError, Hasher, Weak};
use crate::signin::session::{IDLE_MS, LONGEST_MS, expires_at};
use crate::signin::throttle::Throttle;
use crate::signin::totp::TotpKey;

/// Passwords that are hashed at a time: each takes 19 MiB and a processor.
const HASHES_AT_ONCE: usize = 2;
/// How many more may wait for that.
const HASHES_WAITING: usize = 32;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct SignInState {
    pub(crate) stored: StoreState,
    hasher: Hasher,
    throttle: Arc<Mutex<Throttle>>,
}

impl SignInState {
    pub(crate) fn new(stored: StoreState) -> Self {
        let hasher = Hasher::new(HASHES_AT_ONCE, HASHES_WAITING);
        Self { stored, hasher, throttle: Arc::default() }
    }
}

impl FromRef<SignInState> for Doorkeeper {
    fn from_ref(state: &SignInState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<SignInState> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(sign_up))
        .routes(routes!(take_reset))
}

/// An answer that hands out a session.
pub(crate) type WithCookie<T> = ([(header::HeaderName, HeaderValue); 1], T);

/// Why a proof of somebody's password was not given.
pub(crate) enum Unproven {
    /// It is not the password, or not the code, or there is no such user.
    Wrong,
    /// It was not looked at.
    NotTried(Problem),
}

impl SignInState {
    fn throttle(&self) -> std::sync::MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a try under a name, which counts as failed until more is said.
    fn begin(&self, name: &str, client: IpAddr) -> Result<(), Problem> {
        let begun = self.throttle().begin(name, client, self.stored.clock.now());
        begun.map_err(|wait_ms| {
            let seconds = u64::try_from(wait_ms).unwrap_or(0).div_ceil(1_000);
            Problem::new(Kind::TooMany).retry_after(seconds.max(1))
        })
    }

    /// Whose login and password these are, as long for those of nobody as for wrong ones.
    ///
    /// `also` judges what else there is to prove.
    ///
    /// # Errors
    ///
    /// [`Unproven`].
    pub(crate) async fn prove(
        &self,
        login: &str,
        password: Secret,
        client: IpAddr,
        also: impl AsyncFnOnce(&Credentials) -> Result<bool, Problem>,
    ) -> Result<i64, Unproven> {
        self.begin(login, client).map_err(Unproven::NotTried)?;
        let judged = self.judge(login, password, also).await;
        match judged {
            Ok(Ok(user)) => {
                self.throttle().succeeded(login, client);
                Ok(user)
            }
            Ok(Err(known)) => {
                if let Some(user) = known {
                    self.note_refusal(user);
                }
                Err(Unproven::Wrong)
            }
            Err(problem) => {
                self.throttle().not_made(login, client);
                Err(Unproven::NotTried(problem))
            }
        }
    }

    /// The user, or who it would have been.
    async fn judge(
        &self,
        login: &str,
        password: Secret,
        also: impl AsyncFnOnce(&Credentials) -> Result<bool, Problem>,
    ) -> Result<Result<i64, Option<i64>>, Problem> {
        let (store, login) = (self.stored.store.clone(), login.to_owned());
        let found = blocking::run(move || store.credentials(&login)).await?;
        let kept = found.as_ref().map(|credentials| credentials.password.clone());
        let is_right = self.hasher.verify(password, kept).await.map_err(of_hashing)?;
        Ok(match found {
            Some(credentials) if is_right && also(&credentials).await? => Ok(credentials.user),
            found => Err(found.map(|credentials| credentials.user)),
        })
    }

    /// Whether a code is one of a user's that was not taken before; it is taken then. Without a
    /// second factor there is nothing to prove.
    async fn takes_code(&self, credentials: &Credentials, code: &str) -> Result<bool, Problem> {
        let Some(text) = &credentials.totp else { return Ok(true) };
        let Some(key) = TotpKey::of_text(text) else {
            error!(user = credentials.user, "the stored second factor is no key");
            return Ok(false);
        };
        let now = self.stored.clock.now();
        let Some(step) = key.check(code, now, credentials.totp_step) else { return Ok(false) };
        let (store, user) = (self.stored.store.clone(), credentials.user);
        blocking::run(move || store.take_step(user, step)).await
    }

    /// What a link is good for. Guesses are slowed down by address, as each is of another link.
    async fn by_link(
        &self,
        link: &Secret,
        client: IpAddr,
        taken: impl Future<Output = Result<i64, Problem>>,
    ) -> Result<i64, Problem> {
        let name = hex(&link.hash().0);
        self.begin(&name, client)?;
        let user = taken.await;
        match &user {
            Ok(_) => self.throttle().succeeded(&name, client),
            Err(problem) if problem.kind() == Kind::LinkOver => {}
            Err(_) => self.throttle().not_made(&name, client),
        }
        user
    }

    /// Nobody waits for it: an answer that takes longer would tell that there is such a user.
    fn note_refusal(&self, user: i64) {
        let (store, now) = (self.stored.store.clone(), self.stored.clock.now());
        tokio::spawn(blocking::run(move || store.sign_in_refused(now, user)));
    }

    /// The hash of a new password.
    pub(crate) async fn hash_new(&self, login: &str, password: Secret) -> Result<Secret, Problem> {
        password::check_new(password.reveal(), login).map_err(unfit)?;
        self.hasher.hash(password).await.map_err(of_hashing)
    }

    /// A new session of a user, in their cookie.
    pub(crate) async fn admit(&self, user: i64) -> Result<WithCookie<axum::Json<Me>>, Problem> {
        let (store, now) = (self.stored.store.clone(), self.stored.clock.now());
        let begun = blocking::run(move || {
            let secret = store.begin_session(now, user, expires_at(now))?;
            let found = store.session(now, &secret, IDLE_MS)?;
            Ok((secret, found.ok_or(store::Error::Absent { what: "user" })?))
        });
        let (secret, (scope, user)) = begun.await?;
        let seconds = (LONGEST_MS / 1_000).unsigned_abs();
        let cookie = self.stored.doorkeeper.cookie().set(&secret, seconds);
        let cookie = cookie.ok_or(Problem::new(Kind::Internal))?;
        let me = Me::of(&Caller::of_user(scope, user));
        Ok(([(header::SET_COOKIE, cookie)], axum::Json(me)))
    }
}

fn of_hashing(error: HashError) -> Problem {
    if error == HashError::Busy {
        return Problem::new(Kind::TooMany).retry_after(1);
    }
    error!(%error, "a password");
    Problem::new(Kind::Internal)
}

fn unfit(weak: Weak) -> Problem {
    use crate::language::Lang;
    Problem::new(Kind::UnfitBody).detail(weak.message(Lang::En), weak.message(Lang::Zh))
}

/// What somebody signs in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
pub(crate) struct SignInBody {
    /// The login.
    login: String,
    /// The password.
    password: SecretBody,
    /// The one-time code of the second factor, where one is set.
    #[serde(default)]
    totp: Option<SecretBody>,
}

problem::described! {
    /// What may go wrong with a sign-in.
    SignInProblems: [
        BrokenBody, SignInFailed, OtherOrigin, TooSlow, TooLarge, UnsupportedType, UnfitBody,
        TooMany
    ]
}

/// Sign in: the answer sets the session's cookie.
///
/// Which of login, password and code was wrong is not said. After a few refusals the next try has
/// to wait, by login and by address.
#[utoipa::path(
    post,
    path = "/v1/sign-in",
    tag = "sign-in",
    operation_id = "sign_in",
    request_body = SignInBody,
    responses((status = 200, description = "Who signed in.", body = Me), SignInProblems),
    security(()),
)]
pub(crate) async fn sign_in(
    State(state): State<SignInState>,
    Extension(known): Extension<Known>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<SignInBody>,
) -> Result<WithCookie<axum::Json<Me>>, Problem> {
    state.stored.doorkeeper.needs_own_origin((&headers, &uri))?;
    let SignInBody { login, password, totp } = body;
    let code = totp.as_ref().map_or("", |code| code.0.reveal());
    let also = async |credentials: &Credentials| state.takes_code(credentials, code).await;
    let proven = state.prove(&login, password.0, known.client, also).await;
    let user = proven.map_err(|unproven| match unproven {
        Unproven::Wrong => Problem::new(Kind::SignInFailed),
        Unproven::NotTried(problem) => problem,
    })?;
    state.admit(user).await.map_err(|problem| match problem.kind() {
        // Disabled a moment ago.
        Kind::NotFound => Problem::new(Kind::SignInFailed),
        _ => problem,
    })
}

/// Which sessions end.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SignOutQuery {
    /// Whether all sessions of the user end, on every machine.
    #[serde(default)]
    everywhere: bool,
}

problem::described! {
    /// What may go wrong with signing out.
    SignOutProblems: [BadParameter, SignInNeeded, NotAllowed, OtherOrigin, TooMany]
}

/// Sign out: the session ends, here or everywhere.
#[utoipa::path(
    post,
    path = "/v1/sign-out",
    tag = "sign-in",
    operation_id = "sign_out",
    params(SignOutQuery),
    responses((status = 204, description = "Nobody is signed in."), SignOutProblems),
    security(("session" = [])),
)]
pub(crate) async fn sign_out(
    State(state): State<SignInState>,
    Authenticated(caller): Authenticated,
    Query(query): Query<SignOutQuery>,
    headers: HeaderMap,
) -> Result<WithCookie<StatusCode>, Problem> {
    let doorkeeper = &state.stored.doorkeeper;
    // A program has no session.
    let session = caller.user().and_then(|_| doorkeeper.session(&headers));
    let secret = session.ok_or_else(no_user)?;
    let ended = if query.everywhere { Ended::All } else { Ended::This };
    let done = state.stored.run(&caller, move |store, _, now| {
        match store.end_session(now, &secret, ended) {
            // Somebody else ended it meanwhile.
            Err(store::Error::Absent { .. }) => Ok(()),
            done => done,
        }
    });
    done.await?;
    let cookie = doorkeeper.cookie().clear().ok_or(Problem::new(Kind::Internal))?;
    Ok(([(header::SET_COOKIE, cookie)], StatusCode::NO_CONTENT))
}

/// A new user's own words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignUp)]
pub(crate) struct SignUpBody {
    /// The secret of the link: what stands behind its `#`.
    secret: SecretBody,
    /// What they will sign in with: an e-mail address or a name, the same in all cases.
    login: String,
    /// A name for people.
    name: String,
    /// The password: ten characters or more.
    password: SecretBody,
}

problem::described! {
    /// What may go wrong with a sign-up.
    SignUpProblems: [
        BrokenBody, OtherOrigin, Conflict, LinkOver, TooSlow, TooLarge, UnsupportedType,
        UnfitBody, TooMany
    ]
}

/// Sign up by a link, which is used up by it. The answer sets the session's cookie.
#[utoipa::path(
    post,
    path = "/v1/sign-up",
    tag = "sign-in",
    operation_id = "sign_up",
    request_body = SignUpBody,
    responses((status = 201, description = "Who signed up.", body = Me), SignUpProblems),
    security(()),
)]
pub(crate) async fn sign_up(
    State(state): State<SignInState>,
    Extension(known): Extension<Known>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<SignUpBody>,
) -> Result<(StatusCode, WithCookie<axum::Json<Me>>), Problem> {
    state.stored.doorkeeper.needs_own_origin((&headers, &uri))?;
    let SignUpBody { secret, login, name, password } = body;
    let new = SignUp { login, name, password: password.0 };
    let link = secret.0.clone();
    let user = state.by_link(&secret.0, known.client, take_link(&state, link, new)).await?;
    Ok((StatusCode::CREATED, state.admit(user).await?))
}

/// Makes a user whose password is not hashed yet.
async fn take_link(state: &SignInState, link: Secret, new: SignUp) -> Result<i64, Problem> {
    let password = state.hash_new(&new.login, new.password.clone()).await?;
    let (store, now) = (state.stored.store.clone(), state.stored.clock.now());
    let new = SignUp { password, ..new };
    unless_over(move || store.sign_up(now, &link, new)).await
}

/// What the store makes of a link; where it knows none, the link is over.
async fn unless_over<T: Send + 'static>(
    make: impl FnOnce() -> store::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let made = blocking::run(move || match make() {
        Err(store::Error::Absent { .. }) => Ok(None),
        made => made.map(Some),
    });
    made.await?.ok_or(Problem::new(Kind::LinkOver))
}

/// A new password by a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reset)]
pub(crate) struct ResetBody {
    /// The secret of the link: what stands behind its `#`.
    secret: SecretBody,
    /// The new password: ten characters or more.
    password: SecretBody,
}

problem::described! {
    /// What may go wrong with a new password by a link.
    TakeResetProblems: [
        BrokenBody, OtherOrigin, LinkOver, TooSlow, TooLarge, UnsupportedType, UnfitBody, TooMany
    ]
}

/// Choose a new password by a link that an owner made, which is used up by it. The answer sets the
/// session's cookie. There is no second factor then, until one is set anew.
#[utoipa::path(
    post,
    path = "/v1/reset",
    tag = "sign-in",
    operation_id = "take_reset",
    request_body = ResetBody,
    responses((status = 200, description = "Who signed in.", body = Me), TakeResetProblems),
    security(()),
)]
pub(crate) async fn take_reset(
    State(state): State<SignInState>,
    Extension(known): Extension<Known>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<ResetBody>,
) -> Result<WithCookie<axum::Json<Me>>, Problem> {
    state.stored.doorkeeper.needs_own_origin((&headers, &uri))?;
    let ResetBody { secret: SecretBody(link), password } = body;
    let chosen = choose_password(&state, link.clone(), password.0);
    let user = state.by_link(&link, known.client, chosen).await?;
    state.admit(user).await
}

/// Puts a password in place that is not hashed yet. The link is looked at first: nothing is hashed
/// for a guess.
async fn choose_password(
    state: &SignInState,
    link: Secret,
    password: Secret,
) -> Result<i64, Problem> {
    let (store, now) = (state.stored.store.clone(), state.stored.clock.now());
    let (looking, found) = (store.clone(), link.clone());
    let user = unless_over(move || looking.reset_of(now, &found)).await?;
    let hash = state.hash_new(&user.login, password).await?;
    unless_over(move || store.take_reset(now, &link, hash)).await
}
