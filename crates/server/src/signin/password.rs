//! Passwords: what may be one, and hashes that are slow to guess.
//!
//! Hashing takes tens of milliseconds and 19 MiB on purpose. [`Hasher`] does it away from the
//! threads that answer requests, a few at a time: sign-ins wait for one another, not everybody
//! for sign-ins.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::language::{self, Lang};
use crate::secret::{Secret, random};

/// Memory in KiB, passes and lanes: the second of the settings that OWASP's Password Storage
/// Cheat Sheet gives for argon2id, which is also the default of RFC 9106's reference libraries.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// See [`MEMORY_KIB`].
pub const PASSES: u32 = 2;
/// See [`MEMORY_KIB`].
pub const LANES: u32 = 1;

/// The fewest characters of a password. With a limit on tries and a slow hash, length is what
/// counts; NIST SP 800-63B asks for no mixture of kinds of characters either.
pub const MIN_CHARS: usize = 10;
/// The most bytes: a hash of more would be work for nothing.
pub const MAX_BYTES: usize = 256;

/// Words that everybody tries first, in lower case.
const TRIED_FIRST: &[&str] = &[
    "1234567890",
    "0123456789",
    "0987654321",
    "1111111111",
    "0000000000",
    "8888888888",
    "6666666666",
    "123456789a",
    "a123456789",
    "aa12345678",
    "qwertyuiop",
    "1q2w3e4r5t",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "administrator",
    "admin12345",
    "admin123456",
    "woaini1314",
    "woaini1314520",
    "5201314520",
    "iloveyou123",
    "qwer1234567",
    "abc1234567",
    "abcd123456",
];

/// Why a text may not be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`MIN_CHARS`] characters.
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    TooLong,
    /// One character, or two, over and over.
    Monotonous,
    /// One of those that everybody tries first.
    TriedFirst,
    /// It is, or has in it, what the user signs in with.
    LikeLogin,
}

impl Weak {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::TooShort => (
                format!("a password has at least {MIN_CHARS} characters"),
                format!("密码至少 {MIN_CHARS} 个字符"),
            ),
            Self::TooLong => (
                format!("a password has at most {MAX_BYTES} bytes"),
                format!("密码最多 {MAX_BYTES} 字节"),
            ),
            Self::Monotonous => (
                "a password has more than two different characters".into(),
                "密码须含两个以上不同字符".into(),
            ),
            Self::TriedFirst => (
                "this password is among the first that anybody tries; take another".into(),
                "这个密码过于常见，请换一个".into(),
            ),
            Self::LikeLogin => (
                "a password does not contain what you sign in with".into(),
                "密码不可包含登录名".into(),
            ),
        };
        language::of(lang, en, zh)
    }
}

/// Whether a text may be the password of whoever signs in with `login`.
///
/// # Errors
///
/// [`Weak`], the first that holds.
///
/// # Example
///
/// ```
/// use server::signin::password::{Weak, check_new};
/// assert_eq!(check_new("correct horse", "li@shop.cn"), Ok(()));
/// assert_eq!(check_new("correct h", "li@shop.cn"), Err(Weak::TooShort));
/// ```
pub fn check_new(password: &str, login: &str) -> Result<(), Weak> {
    if password.len() > MAX_BYTES {
        return Err(Weak::TooLong);
    }
    if password.chars().count() < MIN_CHARS {
        return Err(Weak::TooShort);
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() <= 2 {
        return Err(Weak::Monotonous);
    }
    let lower = password.to_lowercase();
    if TRIED_FIRST.contains(&lower.as_str()) {
        return Err(Weak::TriedFirst);
    }
    let login = login.to_lowercase();
    let name = login.split('@').next().unwrap_or_default();
    // A name of three letters may be in any word.
    if name.chars().count() >= 4 && lower.contains(name) {
        return Err(Weak::LikeLogin);
    }
    Ok(())
}

/// Why no hash could be made or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashError {
    /// The system gives no random bytes.
    NoRandomness,
    /// What is kept is no hash of a password.
    Damaged,
    /// Hashing failed or was given up.
    Failed,
    /// Too many wait already.
    Busy,
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRandomness => "the system gives no random bytes",
            Self::Damaged => "what is kept is no hash of a password",
            Self::Failed => "hashing a password failed",
            Self::Busy => "too many sign-ins wait already",
        })
    }
}

impl std::error::Error for HashError {}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password as it is kept: a PHC string with its salt and parameters.
///
/// # Errors
///
/// [`HashError::NoRandomness`], [`HashError::Failed`].
pub fn hash(password: &Secret) -> Result<Secret, HashError> {
    let salt = random::<16>().map_err(|_| HashError::NoRandomness)?;
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.reveal().as_bytes(), &salt)
        .map_err(|_| HashError::Failed)?;
    Ok(Secret::from(hash.to_string()))
}

/// Whether a password is the one of a hash.
///
/// # Errors
///
/// [`HashError::Damaged`] where what is kept is no such hash.
pub fn verify(password: &Secret, kept: &Secret) -> Result<bool, HashError> {
    let kept = PasswordHash::new(kept.reveal()).map_err(|_| HashError::Damaged)?;
    if kept.hash.is_none() || kept.salt.is_none() {
        return Err(HashError::Damaged);
    }
    match argon2()?.verify_password(password.reveal().as_bytes(), &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(HashError::Damaged),
    }
}

/// The hash of no password that anybody has, so that an unknown login takes as long as a known
/// one: its 32 bytes are drawn here and forgotten.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCE$\
                      Zm9yZ290dGVuIHRoZSBtb21lbnQgaXQgd2FzIG1hZGU";

/// Hashes away from the threads that answer requests, a few at a time.
#[derive(Clone, Debug)]
pub struct Hasher {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Hasher {
    /// A hasher that does `at_once` hashes at the same time; `waiting` more may wait, others are
    /// turned away.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize) -> Self {
        let places = at_once.saturating_add(waiting);
        Self {
            at_once: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(places)),
        }
    }

    /// The hash of a new password.
    ///
    /// # Errors
    ///
    /// As [`hash`], and [`HashError::Busy`].
    pub async fn hash(&self, password: Secret) -> Result<Secret, HashError> {
        self.run(move || hash(&password)).await
    }

    /// Whether a password is the one that is kept; without anything kept it never is, and that
    /// takes as long.
    ///
    /// # Errors
    ///
    /// As [`verify`], and [`HashError::Busy`].
    pub async fn verify(&self, password: Secret, kept: Option<Secret>) -> Result<bool, HashError> {
        self.run(move || match kept {
            Some(kept) => verify(&password, &kept),
            None => verify(&password, &Secret::from(NOBODY)).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = self.waiting.clone().try_acquire_owned().map_err(|_| HashError::Busy)?;
        let turn = self.at_once.clone().acquire_owned().await.map_err(|_| HashError::Failed)?;
        // The places go with the work: a caller who hangs up does not make room that is not there.
        let work = move || {
            let _held = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| HashError::Failed)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let (right, wrong) = (Secret::from("correct horse"), Secret::from("correct horsf"));
        let kept = hash(&right).unwrap();
        assert!(kept.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(verify(&right, &kept), Ok(true));
        assert_eq!(verify(&wrong, &kept), Ok(false));
        assert_ne!(hash(&right).unwrap(), kept, "salts differ");
        for damaged in ["", "$argon2id$", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ"] {
            assert_eq!(verify(&right, &Secret::from(damaged)), Err(HashError::Damaged));
        }
        assert_eq!(verify(&right, &Secret::from(NOBODY)), Ok(false));
    }

    #[test]
    fn what_everybody_tries_first_is_no_password() {
        let weak = |text: &str| check_new(text, "zhangsan@shop.cn").err();
        assert_eq!(weak("123456789"), Some(Weak::TooShort));
        assert_eq!(weak("一二三四五六七八九"), Some(Weak::TooShort));
        assert_eq!(weak("一二三四五六七八九十"), None);
        assert_eq!(weak("Password123"), Some(Weak::TriedFirst));
        assert_eq!(weak("ababababab"), Some(Weak::Monotonous));
        assert_eq!(weak("my-ZhangSan-1"), Some(Weak::LikeLogin));
        assert_eq!(weak(&"ab1".repeat(86)), Some(Weak::TooLong));
        assert_eq!(weak(&"ab1".repeat(85)), None);
        assert_eq!(check_new("the li family", "li@shop.cn"), Ok(()));
    }

    #[tokio::test]
    async fn more_sign_ins_than_places_are_turned_away() {
        let hasher = Hasher::new(1, 1);
        let kept = hasher.hash(Secret::from("correct horse")).await.unwrap();
        let verify = |text: &'static str| hasher.verify(Secret::from(text), Some(kept.clone()));
        let answers = tokio::join!(
            verify("correct horse"),
            verify("wrong horse"),
            verify("third horse"),
            hasher.verify(Secret::from("x"), None),
        );
        assert_eq!(answers, (Ok(true), Ok(false), Err(HashError::Busy), Err(HashError::Busy)));
        assert_eq!(hasher.verify(Secret::from("x"), None).await, Ok(false));
    }
}
