//! How long a session lasts. Sessions are the store's: [`store::Store::begin_session`].

use facts::Instant;

/// A session that is not used for so long ends: half a day, so that a shift ends it.
pub const IDLE_MS: i64 = 12 * 60 * 60 * 1_000;
/// A session ends after so long however much it is used: thirty days.
pub const LONGEST_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Until when a session that begins now lasts at most.
///
/// # Example
///
/// ```
/// use facts::Instant;
/// use server::signin::session::{LONGEST_MS, expires_at};
/// assert_eq!(expires_at(Instant(5)), Instant(5 + LONGEST_MS));
/// ```
#[must_use]
pub fn expires_at(now: Instant) -> Instant {
    Instant(now.0.saturating_add(LONGEST_MS))
}
