//! Who calls, what they may do, with which shops.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use facts::Instant;
use store::{Scope, User};

pub use store::{Reach, ShopKey, Who};

use crate::clock::Clock;
use crate::problem::{Kind, Problem};
use crate::role::{Grant, Permission, Permissions, Role};
use crate::secret::Secret;
use crate::signin::cookie::SessionCookie;
use crate::signin::origin::{self, OwnOrigin};
use crate::signin::token;

/// A caller who is known, with what they may do and reach.
///
/// The scope is the only key to a shop's data: whatever a handler reads or changes of it goes
/// through [`Caller::scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    scope: Scope,
    permissions: Permissions,
    user: Option<User>,
}

impl Caller {
    /// A user who signed in, with the scope of their session.
    #[must_use]
    pub fn of_user(scope: Scope, user: User) -> Self {
        Self { scope, permissions: Permissions::of_role(user.role), user: Some(user) }
    }

    /// A program, with the scope of its token.
    #[must_use]
    pub fn of_token(scope: Scope) -> Self {
        let given = Grant::ALL.iter().filter(|grant| scope.may(**grant));
        let permissions = given.map(|grant| Permissions::of_grant(*grant));
        let permissions = permissions.fold(Permissions::default(), Permissions::or);
        Self { scope, permissions, user: None }
    }

    /// What opens the store.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who.
    #[must_use]
    pub fn who(&self) -> Who {
        self.scope.who()
    }

    /// Which shops.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        self.scope.reach()
    }

    /// What they may do with the shops in reach.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The user who signed in; absent: a program calls.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Whether the caller may do something with a shop.
    #[must_use]
    pub fn may(&self, permission: Permission, platform: &str, shop: &str) -> bool {
        self.permissions.has(permission) && self.reach().has(platform, shop)
    }

    /// # Errors
    ///
    /// [`Kind::NotAllowed`] when the caller may not, whatever the shop.
    pub fn needs(&self, permission: Permission) -> Result<(), Problem> {
        match self.permissions.has(permission) {
            true => Ok(()),
            false => Err(lacking(permission)),
        }
    }

    /// # Errors
    ///
    /// [`Kind::NotAllowed`] when the caller may not, or does not reach every shop.
    pub fn needs_everywhere(&self, permission: Permission) -> Result<(), Problem> {
        self.needs(permission)?;
        match self.reach() {
            Reach::Everything => Ok(()),
            Reach::Shops(_) => Err(Problem::new(Kind::NotAllowed)
                .detail("this is for callers who reach every shop", "仅限可访问全部店铺的调用方")),
        }
    }

    /// # Errors
    ///
    /// [`Kind::NotAllowed`] when the caller may not, or not with this shop. Whether there is such
    /// a shop makes no difference.
    pub fn needs_shop(
        &self,
        permission: Permission,
        platform: &str,
        shop: &str,
    ) -> Result<(), Problem> {
        self.needs(permission)?;
        match self.reach().has(platform, shop) {
            true => Ok(()),
            false => Err(Problem::new(Kind::NotAllowed)
                .detail("the shop is not one that you reach", "该店铺不在您可访问的范围内")),
        }
    }
}

/// A program asks for what only somebody who signed in has.
pub(crate) fn no_user() -> Problem {
    Problem::new(Kind::NotAllowed).detail(
        "this is for users who signed in; tokens have no session",
        "仅限已登录的用户；令牌没有会话",
    )
}

/// Who would have what the caller lacks.
fn lacking(permission: Permission) -> Problem {
    let roles = Role::ALL.iter().filter(|role| Permissions::of_role(**role).has(permission));
    let roles: Vec<String> = roles.map(|role| format!("`{}`", role.word())).collect();
    let grants = Grant::ALL.iter().filter(|one| Permissions::of_grant(**one).has(permission));
    let grants: Vec<String> = grants.map(|grant| format!("`{}`", grant.word())).collect();
    let (word, grants) = (permission.word(), grants.join(", "));
    Problem::new(Kind::NotAllowed).detail(
        format!(
            "this needs the permission `{word}`: a role of {}, or a token with {grants}",
            roles.join(", ")
        ),
        format!("需要权限 `{word}`：角色 {}，或带有 {grants} 的令牌", roles.join("、")),
    )
}

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whoever keeps users, sessions and tokens could not be asked; why is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

impl From<Unavailable> for Problem {
    fn from(_: Unavailable) -> Self {
        Self::new(Kind::Internal)
    }
}

/// Whoever knows sessions and tokens. They are kept as hashes ([`Secret::hash`]); what a caller
/// may do is looked up at each request, so that what was taken away is gone at once.
pub trait Identify: Send + Sync {
    /// Whose session it is; `None` when there is none, or it ended, or its user may not sign in.
    fn session<'a>(
        &'a self,
        now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>>;

    /// Whose token it is; `None` when there is none, or it was revoked.
    fn token<'a>(
        &'a self,
        now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>>;
}

/// What [`Authenticated`] needs to know.
#[derive(Clone)]
pub struct Doorkeeper {
    identify: Arc<dyn Identify>,
    clock: Clock,
    cookie: SessionCookie,
    own: OwnOrigin,
}

impl fmt::Debug for Doorkeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doorkeeper(..)")
    }
}

impl Doorkeeper {
    /// A doorkeeper who asks `identify`, with the cookie and the origin of the settings.
    #[must_use]
    pub fn new(
        identify: Arc<dyn Identify>,
        clock: Clock,
        settings: &crate::settings::Settings,
    ) -> Self {
        let cookie = SessionCookie::new(settings.is_https(), settings.unusual_port());
        Self { identify, clock, cookie, own: OwnOrigin::of(settings) }
    }

    /// Who sends a request. A token stands before a cookie: a token that does not hold is an
    /// error, also beside a session that does.
    ///
    /// # Errors
    ///
    /// [`Kind::SignInNeeded`] when nobody is known, [`Kind::OtherOrigin`] when a page of another
    /// site sent a request that changes something with a user's cookie.
    pub async fn caller(&self, parts: &Parts) -> Result<Caller, Problem> {
        let unknown = Problem::new(Kind::SignInNeeded);
        let now = self.clock.now();
        if let Some(value) = parts.headers.get(AUTHORIZATION) {
            let token = value.to_str().ok().and_then(token::of_header);
            let token = token.ok_or_else(|| unknown.clone())?;
            return self.identify.token(now, &token).await?.ok_or(unknown);
        }
        let Some(secret) = self.session(&parts.headers) else { return Err(unknown) };
        let caller = self.identify.session(now, &secret).await?.ok_or(unknown)?;
        if !origin::is_safe(&parts.method) {
            self.needs_own_origin((&parts.headers, &parts.uri))?;
        }
        Ok(caller)
    }

    /// The secret of the session that a request's cookies name.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<Secret> {
        self.cookie.find(headers.get_all(COOKIE))
    }

    /// # Errors
    ///
    /// [`Kind::OtherOrigin`] when a request does not say that it comes from our own pages.
    pub(crate) fn needs_own_origin(&self, said: (&HeaderMap, &Uri)) -> Result<(), Problem> {
        match origin::is_own(said, &self.own) {
            true => Ok(()),
            false => Err(Problem::new(Kind::OtherOrigin)),
        }
    }

    /// How the session's cookie is written.
    pub(crate) fn cookie(&self) -> SessionCookie {
        self.cookie
    }
}

/// The caller of a request, who is known: no handler that asks for it runs without.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Caller);

impl<S> FromRequestParts<S> for Authenticated
where
    Doorkeeper: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Doorkeeper::from_ref(state).caller(parts).await.map(Self)
    }
}
