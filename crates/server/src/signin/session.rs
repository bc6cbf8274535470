//! Sessions: who is signed in, until when.

use facts::Instant;

use crate::secret::{NoRandomness, Secret, SecretHash};

/// A session that is not used for so long ends: half a day, so that a shift ends it.
pub const IDLE_MS: i64 = 12 * 60 * 60 * 1_000;
/// A session ends after so long however much it is used: thirty days.
pub const LONGEST_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// A session as it is kept: without its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of the secret that is in the cookie.
    pub hash: SecretHash,
    /// Whose it is, by number.
    pub user: i64,
    /// When it began.
    pub began_at: Instant,
    /// When it was last used.
    pub used_at: Instant,
}

impl Session {
    /// A new session, and the secret for the cookie, which is kept nowhere. Each sign-in makes a
    /// new one: what a browser had before it is worth nothing.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn begin(user: i64, now: Instant) -> Result<(Self, Secret), NoRandomness> {
        let secret = Secret::random()?;
        Ok((Self { hash: secret.hash(), user, began_at: now, used_at: now }, secret))
    }

    /// Whether it holds at an instant: used within [`IDLE_MS`], begun within [`LONGEST_MS`].
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Instant;
    /// use server::signin::session::{IDLE_MS, Session};
    /// let (session, _secret) = Session::begin(1, Instant(0))?;
    /// assert!(session.holds(Instant(IDLE_MS - 1)));
    /// assert!(!session.holds(Instant(IDLE_MS)));
    /// # Ok::<(), server::secret::NoRandomness>(())
    /// ```
    #[must_use]
    pub fn holds(&self, now: Instant) -> bool {
        let since = |then: Instant| now.0.saturating_sub(then.0);
        since(self.used_at) < IDLE_MS && since(self.began_at) < LONGEST_MS
    }
}

/// Whoever keeps sessions.
pub trait Sessions {
    /// Why they cannot be kept.
    type Error;

    /// Keeps a new one.
    ///
    /// # Errors
    ///
    /// Where it cannot be kept.
    fn keep(&mut self, session: Session) -> Result<(), Self::Error>;

    /// The session of a hash that holds, marked as used now.
    ///
    /// # Errors
    ///
    /// Where they cannot be read.
    fn using(&mut self, hash: SecretHash, now: Instant) -> Result<Option<Session>, Self::Error>;

    /// Ends one.
    ///
    /// # Errors
    ///
    /// Where that cannot be kept.
    fn end(&mut self, hash: SecretHash) -> Result<(), Self::Error>;

    /// Ends all of a user: the password changed, or the user may not sign in any more.
    ///
    /// # Errors
    ///
    /// Where that cannot be kept.
    fn end_all(&mut self, user: i64) -> Result<(), Self::Error>;
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[derive(Default)]
    struct Kept(Vec<Session>);

    impl Sessions for Kept {
        type Error = Infallible;

        fn keep(&mut self, session: Session) -> Result<(), Infallible> {
            self.0.push(session);
            Ok(())
        }

        fn using(&mut self, hash: SecretHash, now: Instant) -> Result<Option<Session>, Infallible> {
            let found = self.0.iter_mut().find(|s| s.hash == hash && s.holds(now));
            Ok(found.map(|session| {
                session.used_at = now;
                *session
            }))
        }

        fn end(&mut self, hash: SecretHash) -> Result<(), Infallible> {
            self.0.retain(|session| session.hash != hash);
            Ok(())
        }

        fn end_all(&mut self, user: i64) -> Result<(), Infallible> {
            self.0.retain(|session| session.user != user);
            Ok(())
        }
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_not_for_ever() {
        let mut kept = Kept::default();
        let (session, secret) = Session::begin(7, Instant(0)).unwrap();
        kept.keep(session).unwrap();
        let mut now = 0;
        while now + IDLE_MS - 1 < LONGEST_MS {
            now += IDLE_MS - 1;
            let used = kept.using(secret.hash(), Instant(now)).unwrap().unwrap();
            assert_eq!(used.user, 7);
        }
        assert_eq!(kept.using(secret.hash(), Instant(LONGEST_MS)).unwrap(), None);
    }

    #[test]
    fn ended_sessions_are_gone_and_others_stay() {
        let mut kept = Kept::default();
        let secrets: Vec<Secret> = [1, 1, 2]
            .map(|user| {
                let (session, secret) = Session::begin(user, Instant(0)).unwrap();
                kept.keep(session).unwrap();
                secret
            })
            .into();
        kept.end(secrets[0].hash()).unwrap();
        let holds = |kept: &mut Kept, n: usize| {
            kept.using(secrets[n].hash(), Instant(1)).unwrap().is_some()
        };
        assert!(!holds(&mut kept, 0) && holds(&mut kept, 1) && holds(&mut kept, 2));
        kept.end_all(1).unwrap();
        assert!(!holds(&mut kept, 1) && holds(&mut kept, 2));
        assert!(kept.using(Secret::from("x").hash(), Instant(1)).unwrap().is_none());
    }
}
