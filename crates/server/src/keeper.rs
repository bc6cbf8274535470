//! The store as whoever knows sessions and tokens.

use facts::Instant;
use store::Store;

use crate::blocking;
use crate::caller::{Caller, Identify, Later, Unavailable};
use crate::problem::Problem;
use crate::secret::Secret;
use crate::signin::session::IDLE_MS;

/// Why is in the log since [`blocking::run`].
impl From<Problem> for Unavailable {
    fn from(_: Problem) -> Self {
        Self
    }
}

impl Identify for Store {
    fn session<'a>(
        &'a self,
        now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>> {
        let (store, secret) = (self.clone(), secret.clone());
        Box::pin(async move {
            let found = blocking::run(move || store.session(now, &secret, IDLE_MS)).await?;
            Ok(found.map(|(scope, user)| Caller::of_user(scope, user)))
        })
    }

    fn token<'a>(
        &'a self,
        now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>> {
        let (store, secret) = (self.clone(), secret.clone());
        Box::pin(async move {
            let found = blocking::run(move || store.token(now, &secret)).await?;
            Ok(found.map(Caller::of_token))
        })
    }
}
