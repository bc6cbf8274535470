//! Users who lost their password or their second factor, and links by which they choose anew.

use facts::Instant;

use crate::audit::{Entry, note};
use crate::error::{Error, Result};
use crate::people::{User, user_in_reach, user_row};
use crate::scope::{Grant, Scope, Who};
use crate::secret::random_secret;
use crate::sql::{Connection, args, first};
use crate::store::Store;
use ::secret::Secret;

/// What stands in place of a password's hash while a user has none: no password fits it.
pub(crate) const NO_PASSWORD: &str = "";

const ABSENT: Error = Error::Absent { what: "link" };

impl Store {
    /// Takes a user's password and second factor away, ends their sessions, and makes a link by
    /// which they choose a new password, once, until it expires. Links made for them before work
    /// no more. The secret is shown once and stored as a hash.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage, has less than the user, or is the user:
    /// a session alone does not change what one signs in with. [`Error::Absent`] when there is no
    /// such user in reach.
    pub fn reset_user(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        expires_at: Instant,
    ) -> Result<Secret> {
        scope.needs(Grant::Manage)?;
        if scope.who() == Who::User(user) {
            return Err(Error::Denied);
        }
        let (scope, secret) = (scope.clone(), random_secret()?);
        let hash = secret.hash().0.to_vec();
        self.change(move |connection| {
            let login = user_in_reach(connection, &scope, user)?.login;
            let nothing = "UPDATE users SET password = $1, totp = NULL, totp_step = NULL
                           WHERE number = $2";
            connection.run(nothing, args![NO_PASSWORD, user])?;
            connection.run("DELETE FROM sessions WHERE holder = $1", args![user])?;
            // Those of others that expired go too: nothing else takes them out.
            let others = "DELETE FROM resets WHERE holder = $1 OR expires_at <= $2";
            connection.run(others, args![user, at.0])?;
            connection.run(
                "INSERT INTO resets (hash, holder, made_at, expires_at) VALUES ($1, $2, $3, $4)",
                args![hash.clone(), user, at.0, expires_at.0],
            )?;
            note(connection, at, scope.who(), &Entry::new("user reset", &login))
        })?;
        Ok(secret)
    }

    /// Whose link it is.
    ///
    /// # Errors
    ///
    /// [`Error::Absent`] when there is no such link, it was used, it has expired, or its user may
    /// not sign in.
    pub fn reset_of(&self, at: Instant, link: &Secret) -> Result<User> {
        let hash = link.hash().0.to_vec();
        self.read(|connection| holder(connection, at, &hash))
    }

    /// Puts the hash of a new password in place by a link, which is used up by it. Returns the
    /// user's number.
    ///
    /// # Errors
    ///
    /// As [`Store::reset_of`].
    pub fn take_reset(&self, at: Instant, link: &Secret, password: Secret) -> Result<i64> {
        let hash = link.hash().0.to_vec();
        self.change(move |connection| {
            let user = holder(connection, at, &hash)?;
            let set = "UPDATE users SET password = $1 WHERE number = $2";
            connection.run(set, args![password.reveal(), user.number])?;
            connection.run("DELETE FROM resets WHERE hash = $1", args![hash.clone()])?;
            let who = Who::User(user.number);
            note(connection, at, who, &Entry::new("password", &user.login))?;
            Ok(user.number)
        })
    }
}

fn holder(connection: &mut dyn Connection, at: Instant, hash: &[u8]) -> Result<User> {
    let one = "SELECT holder FROM resets WHERE hash = $1 AND expires_at > $2";
    let holder = first(connection, one, args![hash.to_vec(), at.0], |row| row.int())?;
    let user = user_row(connection, holder.ok_or(ABSENT)?)?;
    if user.disabled_at.is_none() { Ok(user) } else { Err(ABSENT) }
}
