//! Texts, each sealed under its buyer's key.

use facts::NewFact;

use crate::bytes::{Reader, Writer, number_bytes};
use crate::error::{Error, Result};
use crate::row::refers_to_message;
use crate::secret::{Nonces, SEAL_BYTES, TextCipher, TextKey};
use crate::sql::{Connection, args};

/// What a buyer said or did that says who they are or what they want: forgotten with them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Private {
    pub(crate) text: Box<str>,
    /// An order or a buyer.
    pub(crate) reference: Box<str>,
    pub(crate) amount: Box<str>,
}

impl Private {
    pub(crate) fn open(sealed: &[u8], key: &TextKey, arrival: u64) -> Result<Self> {
        let bytes = key.open(sealed, arrival)?;
        let mut reader = Reader::new(&bytes);
        let text = reader.text()?.into();
        Ok(Self { text, reference: reader.text()?.into(), amount: reader.text()?.into() })
    }
}

/// Sealed texts one after the other, in the order of arrival.
#[derive(Default)]
pub(crate) struct Sealing {
    out: Writer,
    last: u64,
}

impl Sealing {
    /// Seals what a fact has to seal, if it has anything. `cipher` is the buyer's.
    pub(crate) fn seal(
        &mut self,
        fact: &NewFact<'_>,
        arrival: u64,
        (thread, cipher): (u32, &TextCipher),
        nonces: &Nonces,
    ) -> Result<()> {
        let reference = if refers_to_message(fact) { "" } else { fact.reference };
        let texts = [fact.text, reference, fact.amount];
        if texts.iter().all(|text| text.is_empty()) {
            return Ok(());
        }
        let written = |text: &&str| number_bytes(text.len() as u64) + text.len();
        let bytes: usize = texts.iter().map(written).sum();
        self.out.number(arrival - self.last);
        self.out.number(thread.into());
        self.out.number((bytes + SEAL_BYTES) as u64);
        self.last = arrival;
        cipher.seal_into(&mut self.out.0, arrival, nonces, |out| {
            let mut writer = Writer(std::mem::take(out));
            texts.iter().for_each(|text| writer.bytes(text.as_bytes()));
            *out = writer.0;
        })
    }

    fn add(&mut self, arrival: u64, thread: u32, sealed: &[u8]) {
        self.out.number(arrival - self.last);
        self.out.number(thread.into());
        self.out.bytes(sealed);
        self.last = arrival;
    }

    /// Adds those of stored texts whose arrival numbers stay.
    pub(crate) fn extend(&mut self, stored: &[u8], stays: impl Fn(u64) -> bool) -> Result<()> {
        each(stored, &mut |arrival, thread, sealed| {
            if stays(arrival) {
                self.add(arrival, thread, sealed);
            }
            Ok(())
        })
    }

    /// Stores them; no row where there are none.
    pub(crate) fn put(
        self,
        connection: &mut dyn Connection,
        first: u64,
        last: u64,
        level: i64,
    ) -> Result<()> {
        if !self.out.0.is_empty() {
            connection.run(
                "INSERT INTO texts (first, last, level, sealed) VALUES ($1, $2, $3, $4)",
                args![first as i64, last as i64, level, self.out.0],
            )?;
        }
        Ok(())
    }
}

/// Takes a stored text: arrival, thread, sealed.
type Take<'a> = dyn FnMut(u64, u32, &[u8]) -> Result<()> + 'a;

/// Hands on stored texts.
pub(crate) fn each(stored: &[u8], take: &mut Take<'_>) -> Result<()> {
    let mut reader = Reader::new(stored);
    let mut arrival = 0u64;
    while !reader.is_empty() {
        let step = reader.number()?;
        arrival = arrival.checked_add(step).ok_or(Error::Damaged { what: "stored texts" })?;
        let thread = reader.below(1 << 32)? as u32;
        take(arrival, thread, reader.bytes()?)?;
    }
    Ok(())
}
