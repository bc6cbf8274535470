//! API tokens: secrets of programs, shown once, kept as hashes.

use crate::secret::{NoRandomness, Secret, SecretHash};

/// How every token begins, so that people and scanners of leaked secrets know one.
pub const PREFIX: &str = "yd_";

/// A new token, which is shown once, and what is kept in its place.
///
/// # Errors
///
/// [`NoRandomness`].
///
/// # Example
///
/// ```
/// let (token, kept) = server::signin::token::generate()?;
/// assert!(token.reveal().starts_with("yd_"));
/// assert_eq!(token.hash(), kept);
/// # Ok::<(), server::secret::NoRandomness>(())
/// ```
pub fn generate() -> Result<(Secret, SecretHash), NoRandomness> {
    let token = Secret::from(format!("{PREFIX}{}", Secret::random()?.reveal()));
    let hash = token.hash();
    Ok((token, hash))
}

/// The token in a value of `Authorization`; `None`: it is none of ours.
///
/// # Example
///
/// ```
/// use server::signin::token::of_header;
/// let digits = "ab".repeat(32);
/// assert!(of_header(&format!("Bearer yd_{digits}")).is_some());
/// assert!(of_header(&format!("Basic yd_{digits}")).is_none());
/// ```
#[must_use]
pub fn of_header(value: &str) -> Option<Secret> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let digits = token.strip_prefix(PREFIX)?;
    let is_one = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (scheme.eq_ignore_ascii_case("bearer") && is_one).then(|| Secret::from(token))
}
