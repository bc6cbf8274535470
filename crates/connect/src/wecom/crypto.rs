//! The envelope of WeCom's callbacks: a signature in SHA-1, and AES-256-CBC.

use aes::Aes256;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use cbc::Decryptor;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// WeCom's own keys end in bits that say nothing and are not zero.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The largest sealed text in bytes, in Base64.
const MAX_SEALED: usize = 64 << 10;

/// The key out of the 43 characters of an `EncodingAESKey`.
pub(super) fn key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 43 {
        return None;
    }
    LENIENT.decode(format!("{text}=")).ok()?.try_into().ok()
}

/// The signature over four texts, in hexadecimal.
pub(super) fn signature(token: &str, timestamp: &str, nonce: &str, sealed: &str) -> String {
    let mut parts = [token, timestamp, nonce, sealed];
    parts.sort_unstable();
    let hash = Sha1::digest(parts.concat().as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two signatures are the same, in a time that does not tell how much of them is.
pub(super) fn same(expected: &str, found: &str) -> bool {
    expected.as_bytes().ct_eq(found.as_bytes()).into()
}

/// What is in an envelope: the message, and whom it is for.
pub(super) fn open(key: &[u8; 32], sealed: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    if sealed.len() > MAX_SEALED {
        return None;
    }
    let mut bytes = LENIENT.decode(sealed).ok()?;
    if bytes.is_empty() || bytes.len() % 16 != 0 {
        return None;
    }
    let iv = key.get(..16)?;
    let mut decryptor = Decryptor::<Aes256>::new_from_slices(key, iv).ok()?;
    for block in bytes.chunks_exact_mut(16) {
        decryptor.decrypt_block(block.try_into().ok()?);
    }
    // Padded to 32 bytes, not to the cipher's 16, and every byte says how many there are.
    let pad = *bytes.last()?;
    let end = bytes.len().checked_sub(usize::from(pad))?;
    let (text, padding) = bytes.split_at_checked(end)?;
    if !(1..=32).contains(&pad) || padding.iter().any(|byte| *byte != pad) {
        return None;
    }
    // 16 random bytes, the message's length, the message, whom it is for.
    let (length, rest) = text.get(16..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, receiver) = rest.split_at_checked(length)?;
    Some((message.to_vec(), receiver.to_vec()))
}

#[cfg(test)]
pub(super) mod tests {
    use cbc::Encryptor;
    use cbc::cipher::BlockModeEncrypt;

    use super::*;

    /// Seals a message as WeCom does.
    pub(crate) fn seal(key: &[u8; 32], message: &[u8], receiver: &str) -> String {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let mut bytes = [&[7; 16], &length[..], message, receiver.as_bytes()].concat();
        let pad = 32 - bytes.len() % 32;
        bytes.extend(std::iter::repeat_n(u8::try_from(pad).unwrap(), pad));
        seal_bytes(key, bytes)
    }

    pub(crate) fn seal_bytes(key: &[u8; 32], mut bytes: Vec<u8>) -> String {
        let mut encryptor = Encryptor::<Aes256>::new_from_slices(key, &key[..16]).unwrap();
        for block in bytes.chunks_exact_mut(16) {
            encryptor.encrypt_block(block.try_into().unwrap());
        }
        LENIENT.encode(bytes)
    }

    const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

    #[test]
    fn what_is_sealed_opens_at_every_length() {
        let key = key(KEY).unwrap();
        for length in 0..100 {
            let message = vec![b'x'; length];
            let (opened, receiver) = open(&key, &seal(&key, &message, "corp")).unwrap();
            assert_eq!((opened, receiver), (message, b"corp".to_vec()));
        }
    }

    #[test]
    fn what_is_not_sealed_so_does_not_open() {
        let key = key(KEY).unwrap();
        let sealed = |bytes: &[u8]| open(&key, &seal_bytes(&key, bytes.to_vec()));
        let with_length = |n: u32, pad: u8| {
            let mut bytes = vec![0; 32];
            bytes[16..20].copy_from_slice(&n.to_be_bytes());
            bytes[31] = pad;
            bytes
        };
        assert_eq!(sealed(&with_length(11, 1)), Some((vec![0; 11], vec![])));
        assert_eq!(sealed(&with_length(12, 1)), None, "longer than what is there");
        assert_eq!(sealed(&with_length(u32::MAX, 1)), None);
        assert_eq!(sealed(&with_length(0, 0)), None, "no padding");
        assert_eq!(sealed(&with_length(0, 33)), None);
        assert_eq!(sealed(&[32; 32]), None, "nothing but padding");
        assert_eq!(sealed(&[1; 16]), None, "no room for a length");
        assert_eq!(open(&key, ""), None);
        assert_eq!(open(&key, "YWJj"), None, "no whole block");
        assert_eq!(open(&key, "?"), None);
    }

    #[test]
    fn keys_have_43_characters() {
        assert!(super::key(KEY).is_some());
        for wrong in ["", &KEY[1..], &format!("{KEY}A"), &KEY.replace('j', "!")] {
            assert_eq!(super::key(wrong), None, "{wrong}");
        }
    }
}
