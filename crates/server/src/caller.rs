//! Who calls, what they may do, with which shops.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use facts::Instant;
use std::sync::Arc;

pub use store::{Reach, ShopKey};

use crate::clock::Clock;
use crate::problem::{Kind, Problem};
use crate::role::{Permission, Permissions};
use crate::secret::Secret;
use crate::signin::cookie::SessionCookie;
use crate::signin::origin::{self, OwnOrigin};
use crate::signin::token;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user who signed in, by number.
    User(i64),
    /// A program with an API token, by number.
    Token(i64),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(number) => write!(f, "user {number}"),
            Self::Token(number) => write!(f, "token {number}"),
        }
    }
}

/// A caller who is known, as whoever keeps users and tokens describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub who: Who,
    /// What they may do with the shops in reach.
    pub permissions: Permissions,
    /// Which shops.
    pub reach: Reach,
}

impl Caller {
    /// Whether the caller may do something with a shop.
    #[must_use]
    pub fn may(&self, permission: Permission, platform: &str, shop: &str) -> bool {
        self.permissions.has(permission) && self.reach.has(platform, shop)
    }

    /// # Errors
    ///
    /// [`Kind::NotAllowed`] when the caller may not, whatever the shop.
    pub fn needs(&self, permission: Permission) -> Result<(), Problem> {
        match self.permissions.has(permission) {
            true => Ok(()),
            false => Err(Problem::new(Kind::NotAllowed)),
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
        match self.may(permission, platform, shop) {
            true => Ok(()),
            false => Err(Problem::new(Kind::NotAllowed)),
        }
    }
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
        let cookie = SessionCookie::new(settings.is_https());
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
        let cookies = parts.headers.get_all(COOKIE);
        let Some(secret) = self.cookie.find(cookies) else { return Err(unknown) };
        let caller = self.identify.session(now, &secret).await?.ok_or(unknown)?;
        if !origin::is_safe(&parts.method) && !origin::is_own(&parts.headers, &self.own) {
            return Err(Problem::new(Kind::OtherOrigin));
        }
        Ok(caller)
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
