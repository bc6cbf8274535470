//! API tokens as programs send them. They are the store's: [`store::Store::make_token`].

use store::TOKEN_PREFIX;

use crate::secret::Secret;

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
    let digits = token.strip_prefix(TOKEN_PREFIX)?;
    let is_one = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (scheme.eq_ignore_ascii_case("bearer") && is_one).then(|| Secret::from(token))
}
