//! Secrets: texts that are never printed, random ones, and what is stored in their place.
//!
//! Passwords, robots' keys, addresses with tokens, sessions. Everything that holds one holds it as
//! a [`Secret`], so that no log, error or `Debug` can show it.
#![forbid(unsafe_code)]

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that is never printed and does not stay in memory. Two are compared in a time that does
/// not depend on where they differ.
///
/// # Example
///
/// ```
/// use secret::Secret;
/// let secret = Secret::from("open sesame");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.reveal(), "open sesame");
/// ```
#[derive(Clone, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// 256 random bits as 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when the system gives no random bytes.
    pub fn random() -> Result<Self, NoRandomness> {
        Ok(Self::from(hex(&random::<32>()?)))
    }

    /// What is stored in its place: the SHA-256 of its text. Only for secrets with as many random
    /// bits as [`Secret::random`] has: what people think up can be guessed.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The hash of a secret, which may be stored. Compared in constant time.
#[derive(Clone, Copy, Debug, Eq)]
pub struct SecretHash(pub [u8; 32]);

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The system gives no random bytes: nothing secret can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system gives no random bytes")
    }
}

impl std::error::Error for NoRandomness {}

/// Random bytes of the system.
///
/// # Errors
///
/// [`NoRandomness`] when it gives none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Bytes as hexadecimal digits.
///
/// # Example
///
/// ```
/// assert_eq!(secret::hex(&[0, 171]), "00ab");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_secrets_differ_and_their_hash_is_that_of_their_text() {
        let (a, b) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 64);
        assert_eq!(a, Secret::from(a.reveal()));
        assert_ne!(a, Secret::from(&a.reveal()[1..]));
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&Secret::from("abc").hash().0), known);
    }
}
