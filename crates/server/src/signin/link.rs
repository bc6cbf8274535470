//! Links by which one new user signs up, once.

use facts::Instant;

use crate::secret::{NoRandomness, Secret, SecretHash};

/// How long a link works: a day.
pub const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// A link as it is kept: without its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The hash of the secret in the link.
    pub hash: SecretHash,
    /// Until when it works, exclusive.
    pub expires_at: Instant,
    /// When somebody signed up by it; absent: nobody has.
    pub used_at: Option<Instant>,
}

/// Why a link does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is not the one.
    Unknown,
    /// Its time is over.
    Expired,
    /// Somebody signed up by it.
    Used,
}

impl Link {
    /// A new link, and its secret, which is shown once.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn generate(now: Instant) -> Result<(Self, Secret), NoRandomness> {
        let secret = Secret::random()?;
        let expires_at = Instant(now.0.saturating_add(LIFE_MS));
        Ok((Self { hash: secret.hash(), expires_at, used_at: None }, secret))
    }

    /// Uses the link. Whoever keeps it writes that down in one step with the new user: a link that
    /// two use at the same moment works for one.
    ///
    /// # Errors
    ///
    /// [`LinkError`]; nothing changes then.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Instant;
    /// use server::signin::link::{Link, LinkError};
    /// let (mut link, secret) = Link::generate(Instant(0))?;
    /// assert_eq!(link.take(&secret, Instant(1)), Ok(()));
    /// assert_eq!(link.take(&secret, Instant(2)), Err(LinkError::Used));
    /// # Ok::<(), server::secret::NoRandomness>(())
    /// ```
    pub fn take(&mut self, secret: &Secret, now: Instant) -> Result<(), LinkError> {
        if secret.hash() != self.hash {
            return Err(LinkError::Unknown);
        }
        if self.used_at.is_some() {
            return Err(LinkError::Used);
        }
        if now >= self.expires_at {
            return Err(LinkError::Expired);
        }
        self.used_at = Some(now);
        Ok(())
    }
}

/// The address that is printed or sent. The secret stands behind `#`, which browsers keep to
/// themselves: it is in no log of a server or proxy.
#[must_use]
pub fn url(public_address: &str, secret: &Secret) -> Secret {
    let secret = secret.reveal();
    Secret::from(format!("{}/sign-up#{secret}", public_address.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_in_its_time_for_whoever_has_it() {
        let (link, secret) = Link::generate(Instant(5)).unwrap();
        let mut other = link;
        assert_eq!(other.take(&Secret::from("x"), Instant(6)), Err(LinkError::Unknown));
        assert_eq!(other.take(&secret, Instant(5 + LIFE_MS)), Err(LinkError::Expired));
        assert_eq!(other, link);
        assert_eq!(other.take(&secret, Instant(4 + LIFE_MS)), Ok(()));
        assert_eq!(other.take(&secret, Instant(4 + LIFE_MS)), Err(LinkError::Used));
        let url = url("https://y.cn/", &Secret::from("ab"));
        assert_eq!(url.reveal(), "https://y.cn/sign-up#ab");
    }
}
