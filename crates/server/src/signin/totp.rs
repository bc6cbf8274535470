//! One-time codes of a second factor: RFC 6238 with SHA-1, six digits, steps of 30 seconds, which
//! is what authenticator apps take for granted.

use facts::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::secret::{NoRandomness, Secret, random};

/// The length of a step.
pub const STEP_MS: i64 = 30_000;
/// How many steps a phone's clock may be behind or before ours.
pub const TOLERANCE: i64 = 1;
/// Digits of a code.
const DIGITS: u32 = 6;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The key of a user's codes, 160 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpKey([u8; 20]);

impl std::fmt::Debug for TotpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpKey(..)")
    }
}

impl TotpKey {
    /// A new key.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        random().map(Self)
    }

    /// The key of its 32 letters and digits (base 32), as [`Self::text`] gives it; `None`: it is
    /// none.
    #[must_use]
    pub fn of_text(text: &Secret) -> Option<Self> {
        let mut bytes = [0; 20];
        if text.reveal().len() != 32 {
            return None;
        }
        for (five, eight) in bytes.chunks_mut(5).zip(text.reveal().as_bytes().chunks(8)) {
            let mut bits = 0_u64;
            for letter in eight {
                let value = ALPHABET.iter().position(|known| known == letter)?;
                bits = bits << 5 | value as u64;
            }
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Some(Self(bytes))
    }

    /// The key as people type it into an app, and as it is kept (sealed).
    #[must_use]
    pub fn text(&self) -> Secret {
        let mut text = String::with_capacity(32);
        for five in self.0.chunks(5) {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for n in (0..8).rev() {
                text.push(char::from(ALPHABET[(bits >> (5 * n) & 31) as usize]));
            }
        }
        Secret::from(text)
    }

    /// The address that an app reads from a picture.
    ///
    /// # Example
    ///
    /// ```
    /// use server::secret::Secret;
    /// use server::signin::totp::TotpKey;
    /// let key = TotpKey::of_text(&Secret::from("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    /// let url = key.expect("32 letters").url("li@shop.cn");
    /// assert!(url.reveal().starts_with("otpauth://totp/Yingda:li%40shop.cn?secret=GEZD"));
    /// ```
    #[must_use]
    pub fn url(&self, login: &str) -> Secret {
        let mut name = String::new();
        for byte in login.bytes() {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                    name.push(char::from(byte));
                }
                _ => name += &format!("%{byte:02X}"),
            }
        }
        let key = self.text();
        let key = key.reveal();
        Secret::from(format!("otpauth://totp/Yingda:{name}?secret={key}&issuer=Yingda"))
    }

    /// The code of a step, of `digits` digits.
    fn code(&self, step: i64, digits: u32) -> Option<u32> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        // RFC 4226, 5.3: the last four bits say where the 31 bits are.
        let at = usize::from(hash.last()? & 15);
        let four: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
        Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(digits))
    }

    /// The step whose code this is, at an instant; `None`: it is the code of none that counts.
    ///
    /// `used` is the step of the last code that was taken: that one and all before it are refused,
    /// so that a code that somebody saw is worth nothing. Whoever calls has the step that comes
    /// back taken ([`store::Store::take_step`]) before letting anybody in.
    #[must_use]
    pub fn check(&self, code: &str, now: Instant, used: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|c| *c != ' ').collect();
        if code.len() != DIGITS as usize || !code.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let current = now.0.div_euclid(STEP_MS);
        let steps = (current - TOLERANCE..=current + TOLERANCE).filter(|step| *step >= 0);
        // All steps are looked at, so that the time taken does not tell which one it was.
        let mut found = None;
        for step in steps {
            let expected = format!("{:0width$}", self.code(step, DIGITS)?, width = DIGITS as usize);
            let same: bool = expected.as_bytes().ct_eq(code.as_bytes()).into();
            let is_new = used.is_none_or(|used| step > used);
            if same && is_new {
                found = found.or(Some(step));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the key `12345678901234567890`.
    fn key() -> TotpKey {
        TotpKey(*b"12345678901234567890")
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1 column: seconds and eight digits.
        let vectors = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (seconds, code) in vectors {
            assert_eq!(key().code(seconds / 30, 8), Some(code), "{seconds}");
            let six = format!("{:06}", code % 1_000_000);
            let at = Instant(seconds * 1_000);
            assert_eq!(key().check(&six, at, None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_counts_for_three_steps_and_once() {
        let code = "287082";
        let step = 1;
        let check = |seconds: i64, used| key().check(code, Instant(seconds * 1_000), used);
        assert_eq!(check(0, None), Some(step));
        assert_eq!(check(89, None), Some(step));
        assert_eq!(check(90, None), None);
        assert_eq!(check(59, Some(0)), Some(step));
        assert_eq!(check(59, Some(1)), None, "the same step again");
        assert_eq!(check(59, Some(2)), None, "a later one was taken");
        for wrong in ["", "28708", "2870822", "287083", "28708x", "２８７０８２"] {
            assert_eq!(key().check(wrong, Instant(59_000), None), None, "{wrong}");
        }
        assert_eq!(key().check("287 082", Instant(59_000), None), Some(step));
    }

    #[test]
    fn keys_come_back_from_their_text() {
        assert_eq!(key().text().reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let random = TotpKey::generate().unwrap();
        assert_eq!(TotpKey::of_text(&random.text()), Some(random));
        for wrong in ["", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"] {
            assert_eq!(TotpKey::of_text(&Secret::from(wrong)), None, "{wrong}");
        }
    }
}
