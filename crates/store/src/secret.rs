//! Secrets: values that are never printed, the master key, and what is sealed under keys.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use ::secret::Secret;
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, AeadInOut, KeyInit, Payload};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    ::secret::random().map_err(without_randomness)
}

/// A new secret, to be told once.
pub(crate) fn random_secret() -> Result<Secret> {
    Secret::random().map_err(without_randomness)
}

fn without_randomness(error: ::secret::NoRandomness) -> Error {
    Error::database("asking the system for random bytes", error)
}

/// The key under which all other keys are sealed. Whoever has it and the database can read every
/// text; without it no text can be read.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// How the key's file begins, so that no other file is taken for one.
const KEY_HEAD: &str = "yingda-key-1 ";

impl MasterKey {
    /// A key of 64 hexadecimal digits, as configuration gives it.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKey`] when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = bytes_of_hex(text.trim()).map(Zeroizing::new).ok_or(Error::WrongKey)?;
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(Error::WrongKey);
        }
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }

    /// A new key.
    ///
    /// # Errors
    ///
    /// [`Error::Database`] when the system gives no random bytes.
    pub fn generate() -> Result<Self> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// The key of a file, readable by its owner alone; a new one where there is no file.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read or made, [`Error::WrongKey`] when it is no key file.
    pub fn of_file(path: &Path) -> Result<Self> {
        match File::open(path) {
            Ok(file) => {
                let mut text = Zeroizing::new(String::new());
                file.take(1024)
                    .read_to_string(&mut text)
                    .map_err(|error| Error::file(path, error))?;
                Self::parse(text.strip_prefix(KEY_HEAD).ok_or(Error::WrongKey)?)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                key.write(path)?;
                Ok(key)
            }
            Err(error) => Err(Error::file(path, error)),
        }
    }

    fn write(&self, path: &Path) -> Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let text = Zeroizing::new(format!("{KEY_HEAD}{}\n", ::secret::hex(&self.0[..])));
        let failed = |error| Error::file(path, error);
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        // The folder's entry must not be lost either: without the key all texts are.
        #[cfg(unix)]
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
    }

    /// Seals a small secret for a place: elsewhere it does not open.
    pub(crate) fn seal(&self, secret: &[u8], place: &str) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = random()?;
        let payload = Payload { msg: secret, aad: place.as_bytes() };
        let sealed = Aes256Gcm::new((&*self.0).into()).encrypt((&nonce).into(), payload);
        let sealed = sealed.map_err(|_| Error::Damaged { what: "a secret that is too long" })?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for a place.
    pub(crate) fn open(&self, sealed: &[u8], place: &str) -> Result<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<12>().ok_or(Error::WrongKey)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let opened = Aes256Gcm::new((&*self.0).into()).decrypt(nonce.into(), payload);
        opened.map(Zeroizing::new).map_err(|_| Error::WrongKey)
    }
}

/// The bytes that hexadecimal digits stand for; `None`: they are none.
pub(crate) fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8; 2]| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// The key of one buyer's texts.
#[derive(Clone)]
pub(crate) struct TextKey(Zeroizing<[u8; 32]>);

impl TextKey {
    pub(crate) fn generate() -> Result<Self> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    pub(crate) fn sealed(&self, master: &MasterKey, thread: u32) -> Result<Vec<u8>> {
        master.seal(&self.0[..], &place(thread))
    }

    pub(crate) fn opened(sealed: &[u8], master: &MasterKey, thread: u32) -> Result<Self> {
        let opened = master.open(sealed, &place(thread))?;
        let key: [u8; 32] = opened[..].try_into().map_err(|_| Error::WrongKey)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The cipher that seals texts under the key: making it takes longer than sealing one.
    pub(crate) fn cipher(&self) -> TextCipher {
        TextCipher(Aes256Gcm::new((&*self.0).into()))
    }

    pub(crate) fn open(&self, sealed: &[u8], arrival: u64) -> Result<Vec<u8>> {
        let damaged = Error::Damaged { what: "a sealed text" };
        let Some((nonce, sealed)) = sealed.split_first_chunk::<12>() else { return Err(damaged) };
        let payload = Payload { msg: sealed, aad: &arrival.to_le_bytes() };
        let opened = Aes256Gcm::new((&*self.0).into()).decrypt(nonce.into(), payload);
        opened.map_err(|_| damaged)
    }
}

/// By how many bytes a sealed text is longer than the text.
pub(crate) const SEAL_BYTES: usize = 12 + 16;

/// What seals texts under one buyer's key.
pub(crate) struct TextCipher(Aes256Gcm);

impl TextCipher {
    /// Seals a text for its arrival number: `write` adds it to what is there.
    pub(crate) fn seal_into(
        &self,
        out: &mut Vec<u8>,
        arrival: u64,
        nonces: &Nonces,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        let nonce = nonces.next();
        out.extend_from_slice(&nonce);
        let start = out.len();
        write(out);
        let text = (&mut out[start..]).into();
        let tag = self.0.encrypt_inout_detached((&nonce).into(), &arrival.to_le_bytes(), text);
        let tag = tag.map_err(|_| Error::Damaged { what: "a text that is too long" })?;
        out.extend_from_slice(&tag);
        Ok(())
    }
}

fn place(thread: u32) -> String {
    format!("thread {thread}")
}

/// Numbers that are used once under a key: six bytes drawn at each start, six counted.
pub(crate) struct Nonces {
    start: [u8; 6],
    next: AtomicU64,
}

impl Nonces {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { start: random()?, next: AtomicU64::new(0) })
    }

    fn next(&self) -> [u8; 12] {
        let count = self.next.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let mut nonce = [0; 12];
        nonce[..6].copy_from_slice(&self.start);
        nonce[6..].copy_from_slice(&count[..6]);
        nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_under_its_key() {
        let master = MasterKey::generate().unwrap();
        let sealed = master.seal(b"totp", "user 1").unwrap();
        assert_eq!(master.open(&sealed, "user 1").unwrap()[..], *b"totp");
        assert_eq!(master.open(&sealed, "user 2").unwrap_err(), Error::WrongKey);
        let other = MasterKey::generate().unwrap();
        assert_eq!(other.open(&sealed, "user 1").unwrap_err(), Error::WrongKey);
        let key = TextKey::generate().unwrap();
        let nonces = Nonces::new().unwrap();
        let (mut sealed, text) = (Vec::new(), "在吗".as_bytes());
        let write = |out: &mut Vec<u8>| out.extend_from_slice(text);
        key.cipher().seal_into(&mut sealed, 7, &nonces, write).unwrap();
        assert_eq!(sealed.len(), text.len() + SEAL_BYTES);
        assert_eq!(key.open(&sealed, 7).unwrap(), "在吗".as_bytes());
        assert!(key.open(&sealed, 8).is_err());
        assert!(key.open(&sealed[..11], 7).is_err());
    }

    #[test]
    fn no_secret_is_printed() {
        let key = MasterKey::parse(&"ab".repeat(32)).unwrap();
        assert_eq!(format!("{key:?}"), "MasterKey(..)");
        assert_eq!(MasterKey::parse("ab"), Err(Error::WrongKey));
        assert_eq!(MasterKey::parse(&"xy".repeat(32)), Err(Error::WrongKey));
    }
}
