//! Links by which one new user signs up, once, or one who lost the password chooses another. They
//! are the store's: [`store::Store::make_link`], [`store::Store::reset_user`].

use facts::Instant;

use crate::secret::Secret;

/// How long a link works: a day.
pub const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// Until when a link that is made now works, exclusive.
///
/// # Example
///
/// ```
/// use facts::Instant;
/// use server::signin::link::{LIFE_MS, expires_at};
/// assert_eq!(expires_at(Instant(5)), Instant(5 + LIFE_MS));
/// ```
#[must_use]
pub fn expires_at(now: Instant) -> Instant {
    Instant(now.0.saturating_add(LIFE_MS))
}

/// The address that is printed or sent. The secret stands behind `#`, which browsers keep to
/// themselves: it is in no log of a server or proxy.
///
/// # Example
///
/// ```
/// use server::secret::Secret;
/// let url = server::signin::link::url("https://y.cn/", &Secret::from("ab"));
/// assert_eq!(url.reveal(), "https://y.cn/sign-up#ab");
/// ```
#[must_use]
pub fn url(public_address: &str, secret: &Secret) -> Secret {
    to_page(public_address, "sign-up", secret)
}

/// The same for a user who was reset.
///
/// # Example
///
/// ```
/// use server::secret::Secret;
/// let url = server::signin::link::reset_url("https://y.cn", &Secret::from("ab"));
/// assert_eq!(url.reveal(), "https://y.cn/reset#ab");
/// ```
#[must_use]
pub fn reset_url(public_address: &str, secret: &Secret) -> Secret {
    to_page(public_address, "reset", secret)
}

fn to_page(public_address: &str, page: &str, secret: &Secret) -> Secret {
    let (address, secret) = (public_address.trim_end_matches('/'), secret.reveal());
    Secret::from(format!("{address}/{page}#{secret}"))
}
