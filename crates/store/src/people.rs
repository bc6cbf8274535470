//! Who may sign in: users, sign-up links, sessions, API tokens. Where scopes come from.

use facts::Instant;

use crate::audit::{Entry, next_number, note};
use crate::error::{Error, Result};
use crate::reset::NO_PASSWORD;
use crate::scope::{Grant, Reach, Role, Scope, Who};
use crate::secret::random_secret;
use crate::sql::{Connection, Row, all, args, first};
use crate::store::Store;
use ::secret::Secret;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's number.
    pub number: i64,
    /// What they sign in with: an e-mail address or a name.
    pub login: String,
    /// A name for people.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Which shops they reach.
    pub reach: Reach,
    /// Whether a second factor is set.
    pub has_totp: bool,
    /// Since when they may not sign in any more; absent: they may.
    pub disabled_at: Option<Instant>,
}

/// What a sign-in is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's number.
    pub user: i64,
    /// The hash of the password, as the server made it.
    pub password: Secret,
    /// The secret of the second factor, where one is set.
    pub totp: Option<Secret>,
    /// The step of the last one-time code that was taken: [`Store::take_step`].
    pub totp_step: Option<i64>,
}

/// What becomes of a user. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What they are.
    pub role: Option<Role>,
    /// Which shops they reach.
    pub reach: Option<Reach>,
    /// Whether they may sign in.
    pub access: Option<UserAccess>,
}

/// A new user's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// What they will sign in with.
    pub login: String,
    /// A name for people.
    pub name: String,
    /// The hash of the password, as the server made it.
    pub password: Secret,
}

/// An API token, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Which shops it reaches.
    pub reach: Reach,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// When it was made.
    pub made_at: Instant,
    /// When it was last used; absent: never.
    pub used_at: Option<Instant>,
    /// When it was revoked; absent: it holds.
    pub revoked_at: Option<Instant>,
}

/// How every token begins, so that people and scanners of leaked secrets know one. 64 hexadecimal
/// digits follow.
pub const TOKEN_PREFIX: &str = "yd_";

/// How often the last use of a session or token is written down at most.
const USE_MS: i64 = 60_000;

impl Store {
    /// Makes a link by which one new user signs up, once, until it expires. The secret is shown
    /// once and stored as a hash.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage, or would give more than they have.
    pub fn make_link(
        &self,
        scope: &Scope,
        at: Instant,
        (role, reach): (Role, Reach),
        expires_at: Instant,
    ) -> Result<Secret> {
        scope.needs(Grant::Manage)?;
        may_give(scope, role.grants(), &reach)?;
        let (who, secret, stored) = (scope.who(), random_secret()?, reach.stored()?);
        let hash = secret.hash().0.to_vec();
        self.change(move |connection| {
            connection.run(
                "INSERT INTO links (hash, role, reach, made_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
                args![hash, role.word(), stored.clone(), at.0, expires_at.0],
            )?;
            let entry = Entry::new("link made", role.word());
            note(connection, at, who, &entry.change(None, stored.as_deref()))
        })?;
        Ok(secret)
    }

    /// Makes a user out of a link, which is used up by it. Returns the user's number. Logins are
    /// the same in all cases and without spaces around them.
    ///
    /// # Errors
    ///
    /// [`Error::Absent`] when there is no such link, it was used, or it has expired,
    /// [`Error::Exists`] when somebody has the login, [`Error::Unfit`] when it is no login, or the
    /// name is none.
    pub fn sign_up(&self, at: Instant, link: &Secret, new: SignUp) -> Result<i64> {
        let new = SignUp { login: same_login(&new.login), ..new };
        fits("login", &new.login)?;
        fits("name", &new.name)?;
        let hash = link.hash().0.to_vec();
        self.change(move |connection| {
            let one = "SELECT role, reach FROM links
                       WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
            let found = first(connection, one, args![hash.clone(), at.0], |row| {
                Ok((row.text()?, row.maybe_text()?))
            })?;
            let (role, reach) = found.ok_or(Error::Absent { what: "link" })?;
            let taken = "SELECT number FROM users WHERE login = $1";
            if first(connection, taken, args![new.login.clone()], |row| row.int())?.is_some() {
                return Err(Error::Exists { what: "login" });
            }
            let number = next_number(connection, "SELECT MAX(number) FROM users")?;
            connection.run(
                "INSERT INTO users (number, login, name, password, role, reach, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                args![
                    number,
                    new.login.clone(),
                    new.name.clone(),
                    new.password.reveal(),
                    role.clone(),
                    reach,
                    at.0,
                ],
            )?;
            let used = "UPDATE links SET used_at = $1 WHERE hash = $2";
            connection.run(used, args![at.0, hash])?;
            let entry = Entry::new("user signed up", &new.login).change(None, Some(&role));
            note(connection, at, Who::User(number), &entry)?;
            Ok(number)
        })
    }

    /// What a sign-in is held against; `None`: nobody may sign in under the login. A server takes
    /// as long for it as for a wrong password.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn credentials(&self, login: &str) -> Result<Option<Credentials>> {
        let (master, login) = (&self.0.keys.master, same_login(login));
        self.read(|connection| {
            let one = "SELECT number, password, totp, totp_step FROM users
                       WHERE login = $1 AND disabled_at IS NULL AND password <> $2";
            first(connection, one, args![login, NO_PASSWORD], |row| {
                let (user, password, totp) = (row.int()?, row.text()?, row.maybe_bytes()?);
                let totp_step = row.maybe_int()?;
                let totp = totp.map(|sealed| master.open(&sealed, &totp_place(user)));
                let totp = totp.transpose()?.map(|bytes| {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    Secret::from(text)
                });
                Ok(Credentials { user, password: password.into(), totp, totp_step })
            })
        })
    }

    /// Takes the step of a one-time code for a user, unless that or a later one was taken: of two
    /// sign-ins with one code at the same moment one is told `true`.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn take_step(&self, user: i64, step: i64) -> Result<bool> {
        self.change(move |connection| {
            let take = "UPDATE users SET totp_step = $1
                        WHERE number = $2 AND (totp_step IS NULL OR totp_step < $1)";
            Ok(connection.run(take, args![step, user])? == 1)
        })
    }

    /// Writes down that somebody tried to sign in as a user and was refused.
    ///
    /// # Errors
    ///
    /// [`Error::Absent`] when there is no such user.
    pub fn sign_in_refused(&self, at: Instant, user: i64) -> Result<()> {
        self.change(move |connection| {
            let login = user_row(connection, user)?.login;
            note(connection, at, Who::Engine, &Entry::new("sign-in refused", &login))
        })
    }

    /// Begins a session of a user whose password, and second factor where one is set, were right.
    /// The secret goes into the user's cookie and is stored as a hash.
    ///
    /// # Errors
    ///
    /// [`Error::Absent`] when there is no such user, or they may not sign in.
    pub fn begin_session(&self, at: Instant, user: i64, expires_at: Instant) -> Result<Secret> {
        let secret = random_secret()?;
        let hash = secret.hash().0.to_vec();
        self.change(move |connection| {
            allowed(connection, user)?;
            connection.run(
                "INSERT INTO sessions (hash, holder, begun_at, seen_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
                args![hash, user, at.0, at.0, expires_at.0],
            )?;
            connection.run("DELETE FROM sessions WHERE expires_at <= $1", args![at.0])?;
            note(connection, at, Who::User(user), &Entry::new("signed in", ""))
        })?;
        Ok(secret)
    }

    /// The user of a session and what they may reach; `None`: there is no such session, it has
    /// expired, lay idle for longer than `idle_ms`, or its user may not sign in any more.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn session(
        &self,
        at: Instant,
        secret: &Secret,
        idle_ms: i64,
    ) -> Result<Option<(Scope, User)>> {
        let hash = secret.hash().0.to_vec();
        let found = self.read(|connection| {
            let one = "SELECT holder, seen_at FROM sessions
                       WHERE hash = $1 AND expires_at > $2 AND seen_at > $3";
            let alive = args![hash.clone(), at.0, at.0.saturating_sub(idle_ms)];
            let session = first(connection, one, alive, |row| Ok((row.int()?, row.int()?)))?;
            let Some((user, seen_at)) = session else { return Ok(None) };
            match allowed(connection, user) {
                Ok(user) => Ok(Some((user, seen_at))),
                Err(Error::Absent { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })?;
        let Some((user, seen_at)) = found else { return Ok(None) };
        if at.0 - seen_at > USE_MS {
            self.change(move |connection| {
                let seen = "UPDATE sessions SET seen_at = $1 WHERE hash = $2 AND seen_at < $1";
                connection.run(seen, args![at.0, hash]).map(|_| ())
            })?;
        }
        let grants = user.role.grants().to_vec();
        Ok(Some((Scope::new(Who::User(user.number), user.reach.clone(), grants), user)))
    }

    /// Ends a session, and with `all` every session of its user.
    ///
    /// # Errors
    ///
    /// [`Error::Absent`] when there is no such session.
    pub fn end_session(&self, at: Instant, secret: &Secret, sessions: Ended) -> Result<()> {
        let hash = secret.hash().0.to_vec();
        self.change(move |connection| {
            let one = "SELECT holder FROM sessions WHERE hash = $1";
            let user = first(connection, one, args![hash.clone()], |row| row.int())?;
            let user = user.ok_or(Error::Absent { what: "session" })?;
            match sessions {
                Ended::This => {
                    connection.run("DELETE FROM sessions WHERE hash = $1", args![hash])?
                }
                Ended::All => {
                    connection.run("DELETE FROM sessions WHERE holder = $1", args![user])?
                }
            };
            note(connection, at, Who::User(user), &Entry::new("signed out", ""))
        })
    }

    /// Ends all sessions of a user; how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage every shop, [`Error::Absent`] when there
    /// is no such user.
    pub fn end_sessions(&self, scope: &Scope, at: Instant, user: i64) -> Result<u64> {
        scope.needs_everything(Grant::Manage)?;
        let who = scope.who();
        self.change(move |connection| {
            let user_row = user_row(connection, user)?;
            let count = "SELECT COUNT(*) FROM sessions WHERE holder = $1";
            let n = first(connection, count, args![user], |row| row.int())?.unwrap_or(0);
            connection.run("DELETE FROM sessions WHERE holder = $1", args![user])?;
            note(connection, at, who, &Entry::new("sessions ended", &user_row.login))?;
            Ok(n as u64)
        })
    }

    /// Users whose shops are in reach, disabled ones too.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage.
    pub fn users(&self, scope: &Scope) -> Result<Vec<User>> {
        scope.needs(Grant::Manage)?;
        let mut found = self.read(|connection| {
            let every = [USERS, " ORDER BY number"].concat();
            all(connection, &every, &[], user_of)
        })?;
        found.retain(|user| scope.reach().covers(&user.reach));
        Ok(found)
    }

    /// Whether anybody signed up yet: the first user is made by a link of the machine's own
    /// terminal.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn has_users(&self) -> Result<bool> {
        self.read(|connection| {
            let any = "SELECT number FROM users LIMIT 1";
            Ok(first(connection, any, &[], |row| row.int())?.is_some())
        })
    }

    /// Changes what a user is and reaches, and whether they may sign in, all of it or nothing.
    /// What a session may follows at once; who may not sign in any more has none. Returns the user
    /// as they are now.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage, or the user has or would get more than
    /// the caller, [`Error::Absent`] when there is no such user in reach, [`Error::LastOwner`]
    /// when nobody would be left who may do everything.
    pub fn change_user(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        change: UserChange,
    ) -> Result<User> {
        scope.needs(Grant::Manage)?;
        let scope = scope.clone();
        self.change(move |connection| {
            let before = user_in_reach(connection, &scope, user)?;
            let mut after = before.clone();
            after.role = change.role.unwrap_or(before.role);
            after.reach = change.reach.unwrap_or_else(|| before.reach.clone());
            after.disabled_at = match change.access {
                Some(UserAccess::Disabled) => before.disabled_at.or(Some(at)),
                Some(UserAccess::Allowed) => None,
                None => before.disabled_at,
            };
            may_give(&scope, after.role.grants(), &after.reach)?;
            if may_do_everything(&before) && !may_do_everything(&after) {
                others_may_do_everything(connection, user)?;
            }
            write_user(connection, (at, scope.who()), &before, &after)?;
            Ok(after)
        })
    }

    /// Changes what a user is and reaches: see [`Store::change_user`].
    ///
    /// # Errors
    ///
    /// As [`Store::change_user`].
    pub fn set_role(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        (role, reach): (Role, Reach),
    ) -> Result<()> {
        let change = UserChange { role: Some(role), reach: Some(reach), access: None };
        self.change_user(scope, at, user, change).map(|_| ())
    }

    /// Lets a user sign in no more, and ends their sessions; or lets them sign in again: see
    /// [`Store::change_user`].
    ///
    /// # Errors
    ///
    /// As [`Store::change_user`].
    pub fn set_access(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        access: UserAccess,
    ) -> Result<()> {
        let change = UserChange { access: Some(access), ..UserChange::default() };
        self.change_user(scope, at, user, change).map(|_| ())
    }

    /// Puts another password hash in place, and ends all sessions of the user. For the user
    /// themselves, or for who manages users and has all that the user has.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], [`Error::Absent`] when there is no such user in reach.
    pub fn set_password(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        password: Secret,
    ) -> Result<()> {
        of_oneself(scope, user)?;
        let scope = scope.clone();
        self.change(move |connection| {
            let (who, before) = (scope.who(), user_in_reach(connection, &scope, user)?);
            let set = "UPDATE users SET password = $1 WHERE number = $2";
            connection.run(set, args![password.reveal(), user])?;
            connection.run("DELETE FROM sessions WHERE holder = $1", args![user])?;
            note(connection, at, who, &Entry::new("password", &before.login))
        })
    }

    /// Sets the secret of a user's second factor, or takes it away. For the user themselves, or
    /// for who manages users and has all that the user has.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], [`Error::Absent`] when there is no such user in reach.
    pub fn set_totp(
        &self,
        scope: &Scope,
        at: Instant,
        user: i64,
        totp: Option<Secret>,
    ) -> Result<()> {
        of_oneself(scope, user)?;
        let scope = scope.clone();
        let seal =
            |totp: &Secret| self.0.keys.master.seal(totp.reveal().as_bytes(), &totp_place(user));
        let sealed = totp.as_ref().map(seal).transpose()?;
        self.change(move |connection| {
            let (who, before) = (scope.who(), user_in_reach(connection, &scope, user)?);
            let what = if sealed.is_some() { "second factor set" } else { "second factor removed" };
            let set = "UPDATE users SET totp = $1, totp_step = NULL WHERE number = $2";
            connection.run(set, args![sealed, user])?;
            note(connection, at, who, &Entry::new(what, &before.login))
        })
    }

    /// Makes an API token. The secret is shown once and stored as a hash.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage, or would give more than they have,
    /// [`Error::Unfit`] when the name is none, or nothing is given.
    pub fn make_token(
        &self,
        scope: &Scope,
        at: Instant,
        name: &str,
        (grants, reach): (&[Grant], Reach),
    ) -> Result<(i64, Secret)> {
        scope.needs(Grant::Manage)?;
        may_give(scope, grants, &reach)?;
        fits("name", name)?;
        if grants.is_empty() {
            return Err(Error::Unfit { what: "grants", expected: "at least one" });
        }
        let secret = Secret::from(format!("{TOKEN_PREFIX}{}", random_secret()?.reveal()));
        let (who, stored) = (scope.who(), reach.stored()?);
        let (hash, name) = (secret.hash().0.to_vec(), name.to_owned());
        let words: Vec<&str> = grants.iter().map(|grant| grant.word()).collect();
        let words = words.join(" ");
        let number = self.change(move |connection| {
            let number = next_number(connection, "SELECT MAX(number) FROM tokens")?;
            connection.run(
                "INSERT INTO tokens (number, hash, name, reach, grants, made_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                args![number, hash, name.clone(), stored, words.clone(), at.0],
            )?;
            note(connection, at, who, &Entry::new("token made", &name).change(None, Some(&words)))?;
            Ok(number)
        })?;
        Ok((number, secret))
    }

    /// What the holder of a token may reach; `None`: there is no such token, or it was revoked.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn token(&self, at: Instant, secret: &Secret) -> Result<Option<Scope>> {
        let hash = secret.hash().0.to_vec();
        let found = self.read(|connection| {
            let one = [TOKENS, " WHERE hash = $1 AND revoked_at IS NULL"].concat();
            first(connection, &one, args![hash], token_of)
        })?;
        let Some(token) = found else { return Ok(None) };
        let number = token.number;
        if token.used_at.is_none_or(|used| at.0 - used.0 > USE_MS) {
            self.change(move |connection| {
                let used = "UPDATE tokens SET used_at = $1 WHERE number = $2
                            AND (used_at IS NULL OR used_at < $1)";
                connection.run(used, args![at.0, number]).map(|_| ())
            })?;
        }
        Ok(Some(Scope::new(Who::Token(number), token.reach, token.grants)))
    }

    /// Tokens whose shops are in reach, revoked ones too.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not manage.
    pub fn tokens(&self, scope: &Scope) -> Result<Vec<Token>> {
        scope.needs(Grant::Manage)?;
        let mut found = self.read(|connection| {
            let every = [TOKENS, " ORDER BY number"].concat();
            all(connection, &every, &[], token_of)
        })?;
        found.retain(|token| scope.reach().covers(&token.reach));
        Ok(found)
    }

    /// Ends a token.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], [`Error::Absent`] when there is no such token in reach.
    pub fn revoke_token(&self, scope: &Scope, at: Instant, number: i64) -> Result<()> {
        scope.needs(Grant::Manage)?;
        let (who, reach) = (scope.who(), scope.reach().clone());
        self.change(move |connection| {
            let one = [TOKENS, " WHERE number = $1"].concat();
            let token = first(connection, &one, args![number], token_of)?;
            let token = token.filter(|token| reach.covers(&token.reach));
            let token = token.ok_or(Error::Absent { what: "token" })?;
            let revoke = "UPDATE tokens SET revoked_at = $1
                          WHERE number = $2 AND revoked_at IS NULL";
            connection.run(revoke, args![at.0, number])?;
            note(connection, at, who, &Entry::new("token revoked", &token.name))
        })
    }
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The one that was named.
    This,
    /// All of its user.
    All,
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAccess {
    /// They may.
    Allowed,
    /// They may not.
    Disabled,
}

const USERS: &str = "SELECT number, login, name, role, reach, disabled_at,
                     CASE WHEN totp IS NULL THEN 0 ELSE 1 END FROM users";
const TOKENS: &str = "SELECT number, name, reach, grants, made_at, used_at, revoked_at FROM tokens";

fn user_of(row: &mut Row) -> Result<User> {
    Ok(User {
        number: row.int()?,
        login: row.text()?,
        name: row.text()?,
        role: Role::from_word(&row.text()?).ok_or(Error::Damaged { what: "a user's role" })?,
        reach: Reach::of_stored(row.maybe_text()?.as_deref()),
        disabled_at: row.maybe_int()?.map(Instant),
        has_totp: row.int()? == 1,
    })
}

fn token_of(row: &mut Row) -> Result<Token> {
    Ok(Token {
        number: row.int()?,
        name: row.text()?,
        reach: Reach::of_stored(row.maybe_text()?.as_deref()),
        grants: row.text()?.split(' ').filter_map(Grant::from_word).collect(),
        made_at: Instant(row.int()?),
        used_at: row.maybe_int()?.map(Instant),
        revoked_at: row.maybe_int()?.map(Instant),
    })
}

pub(crate) fn user_row(connection: &mut dyn Connection, number: i64) -> Result<User> {
    let one = [USERS, " WHERE number = $1"].concat();
    first(connection, &one, args![number], user_of)?.ok_or(Error::Absent { what: "user" })
}

/// A user who may sign in.
fn allowed(connection: &mut dyn Connection, number: i64) -> Result<User> {
    let user = user_row(connection, number)?;
    if user.disabled_at.is_none() { Ok(user) } else { Err(Error::Absent { what: "user" }) }
}

fn may_give(scope: &Scope, grants: &[Grant], reach: &Reach) -> Result<()> {
    let has = scope.reach().covers(reach) && grants.iter().all(|grant| scope.may(*grant));
    if has { Ok(()) } else { Err(Error::Denied) }
}

fn of_oneself(scope: &Scope, user: i64) -> Result<()> {
    if scope.who() == Who::User(user) { Ok(()) } else { scope.needs(Grant::Manage) }
}

/// A user whom a caller may change: themselves, or one in reach who has no more than they have.
pub(crate) fn user_in_reach(
    connection: &mut dyn Connection,
    scope: &Scope,
    number: i64,
) -> Result<User> {
    let user = user_row(connection, number)?;
    if scope.who() == Who::User(number) {
        return Ok(user);
    }
    if !scope.reach().covers(&user.reach) {
        return Err(Error::Absent { what: "user" });
    }
    may_give(scope, user.role.grants(), &user.reach)?;
    Ok(user)
}

fn may_do_everything(user: &User) -> bool {
    let has_all = user.role == Role::Owner && user.reach == Reach::Everything;
    has_all && user.disabled_at.is_none()
}

fn others_may_do_everything(connection: &mut dyn Connection, but: i64) -> Result<()> {
    let others = "SELECT number FROM users WHERE role = $1 AND reach IS NULL
                  AND disabled_at IS NULL AND number <> $2 LIMIT 1";
    let other = first(connection, others, args![Role::Owner.word(), but], |row| row.int())?;
    other.map(|_| ()).ok_or(Error::LastOwner)
}

/// Writes down what changed of a user, with a line for each change and none where nothing did.
fn write_user(
    connection: &mut dyn Connection,
    (at, who): (Instant, Who),
    before: &User,
    after: &User,
) -> Result<()> {
    let (role, reach) = (after.role.word(), after.reach.stored()?);
    let set = "UPDATE users SET role = $1, reach = $2, disabled_at = $3 WHERE number = $4";
    let disabled_at = after.disabled_at.map(|at| at.0);
    connection.run(set, args![role, reach.clone(), disabled_at, after.number])?;
    if (before.role, &before.reach) != (after.role, &after.reach) {
        let was = told(before.role, before.reach.stored()?);
        let becomes = told(after.role, reach);
        let entry = Entry::new("role", &before.login).change(Some(&was), Some(&becomes));
        note(connection, at, who, &entry)?;
    }
    let what = match (before.disabled_at, after.disabled_at) {
        (None, Some(_)) => "user disabled",
        (Some(_), None) => "user allowed",
        _ => return Ok(()),
    };
    if after.disabled_at.is_some() {
        connection.run("DELETE FROM sessions WHERE holder = $1", args![after.number])?;
    }
    note(connection, at, who, &Entry::new(what, &before.login))
}

/// A login as it is stored: the same in all cases.
fn same_login(login: &str) -> String {
    login.trim().to_lowercase()
}

fn fits(what: &'static str, text: &str) -> Result<()> {
    let is_fit = (1..=128).contains(&text.len()) && !text.contains(|c: char| c.is_control());
    let expected = "1 to 128 bytes without control characters";
    if is_fit { Ok(()) } else { Err(Error::Unfit { what, expected }) }
}

fn told(role: Role, reach: Option<String>) -> String {
    let shops = reach.map_or("every shop".to_owned(), |lines| lines.trim_end().replace('\n', "; "));
    format!("{}: {shops}", role.word())
}

fn totp_place(user: i64) -> String {
    format!("second factor of user {user}")
}
