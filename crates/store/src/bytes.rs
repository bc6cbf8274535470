//! Numbers and texts in few bytes.

use crate::error::{Error, Result};

/// Writes numbers and texts one after the other.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    /// A number: seven bits a byte, the lowest first.
    pub(crate) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A number of either sign; small ones take few bytes.
    pub(crate) fn signed(&mut self, value: i64) {
        self.number((value << 1 ^ value >> 63) as u64);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// One byte a row, or one for all where they are the same.
    pub(crate) fn codes(&mut self, codes: &[u8]) {
        let first = codes.first().copied().unwrap_or(0);
        if codes.iter().all(|code| *code == first) {
            self.0.extend([0, first]);
        } else {
            self.0.push(1);
            self.0.extend_from_slice(codes);
        }
    }

    /// A number a row, or one for all where they are the same.
    pub(crate) fn numbers(&mut self, numbers: &[u32]) {
        let first = numbers.first().copied().unwrap_or(0);
        if numbers.iter().all(|number| *number == first) {
            self.0.push(0);
            self.number(first.into());
        } else {
            self.0.push(1);
            numbers.iter().for_each(|number| self.number((*number).into()));
        }
    }
}

/// How many bytes [`Writer::number`] takes for a number.
pub(crate) const fn number_bytes(value: u64) -> usize {
    (u64::BITS - (value | 1).leading_zeros()).div_ceil(7) as usize
}

/// Reads what a [`Writer`] wrote.
pub(crate) struct Reader<'a>(&'a [u8]);

const DAMAGED: Error = Error::Damaged { what: "stored facts" };

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DAMAGED)
    }

    pub(crate) fn signed(&mut self) -> Result<i64> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number that is below a limit, so that nothing is asked for that cannot be there.
    pub(crate) fn below(&mut self, limit: usize) -> Result<usize> {
        usize::try_from(self.number()?).ok().filter(|n| *n < limit).ok_or(DAMAGED)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let n = self.below(self.0.len() + 1)?;
        self.take(n)
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| DAMAGED)
    }

    /// So many bytes of text.
    pub(crate) fn exactly(&mut self, n: usize) -> Result<&'a str> {
        std::str::from_utf8(self.take(n)?).map_err(|_| DAMAGED)
    }

    pub(crate) fn codes(&mut self, n: usize, limit: usize) -> Result<Vec<u8>> {
        let codes = match self.byte()? {
            0 => vec![self.byte()?; n],
            _ => self.take(n)?.to_vec(),
        };
        // Most often all are far below: one look over all of them is enough.
        if codes.iter().all(|code| usize::from(*code) < limit) { Ok(codes) } else { Err(DAMAGED) }
    }

    pub(crate) fn numbers(&mut self, n: usize, limit: usize) -> Result<Vec<u32>> {
        match self.byte()? {
            0 => Ok(vec![self.below(limit)? as u32; n]),
            _ => (0..n).map(|_| Ok(self.below(limit)? as u32)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 16_383, 16_384, u64::MAX] {
            let mut out = Writer::default();
            out.number(number);
            assert_eq!(out.0.len(), number_bytes(number), "{number}");
        }
        let mut out = Writer::default();
        let numbers = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        numbers.iter().for_each(|number| out.signed(*number));
        out.codes(&[3, 3]);
        out.codes(&[3, 4]);
        out.numbers(&[9, 9, 9]);
        out.numbers(&[9, 300, 9]);
        let mut read = Reader::new(&out.0);
        assert!(numbers.iter().all(|number| read.signed() == Ok(*number)));
        assert_eq!(read.codes(2, 5), Ok(vec![3, 3]));
        assert_eq!(read.codes(2, 5), Ok(vec![3, 4]));
        assert_eq!(read.numbers(3, 10), Ok(vec![9; 3]));
        assert_eq!(read.numbers(3, 10), Err(DAMAGED), "300 is not below 10");
    }
}
