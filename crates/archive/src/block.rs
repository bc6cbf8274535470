//! Facts of one day on their way through the disk.
//!
//! A block is some facts of one piece, in the order read: columns of numbers, each as wide as its
//! greatest needs, a column with one value as that value alone, and the names that the facts use.
//! Texts of messages make a block of their own beside it, so that sorting need not carry them.

use std::io;

use facts::Interner;
use intake::gather::{Facts, Integers, N_NAMES, N_TEXTS, Names, TextColumn, Texts};

use crate::layout::DAY_MS;

/// How a column is stored.
mod form {
    /// One value.
    pub(super) const CONSTANT: u8 = 0;
    /// The first value, and each next one is greater by 1.
    pub(super) const CONSECUTIVE: u8 = 255;
}

/// Facts with the positions that they had among the facts of their piece.
pub(crate) struct Block {
    pub(crate) facts: Facts,
    /// Of each fact, counted from 0.
    pub(crate) position: Vec<u32>,
}

/// Which columns have a value, as bits: names, texts, then these.
pub(crate) mod has {
    use intake::gather::{N_NAMES, N_TEXTS};

    /// The bit of a numbered column.
    pub(crate) const fn name(column: usize) -> u32 {
        1 << column
    }

    /// The bit of a column of texts.
    pub(crate) const fn text(column: usize) -> u32 {
        1 << (N_NAMES + column)
    }

    const REST: usize = N_NAMES + N_TEXTS;
    /// Facts that are no messages.
    pub(crate) const FACT: u32 = 1 << REST;
    /// Messages.
    pub(crate) const AUTHOR: u32 = 1 << (REST + 1);
    /// Messages that are no texts.
    pub(crate) const KIND: u32 = 1 << (REST + 2);
    /// Stars.
    pub(crate) const STARS: u32 = 1 << (REST + 3);
    /// The source's own order.
    pub(crate) const SEQ: u32 = 1 << (REST + 4);
    /// When it was learned.
    pub(crate) const SEEN_AT: u32 = 1 << (REST + 5);
}

/// A block in bytes, its texts apart.
pub(crate) struct Encoded {
    pub(crate) rows: Vec<u8>,
    /// Empty: no fact has a text.
    pub(crate) texts: Vec<u8>,
    /// Which columns have a value, as [`has`].
    pub(crate) has: u32,
}

/// Writes some facts of a piece, all of one day that begins at this instant.
pub(crate) fn encode(
    facts: &Facts,
    position: Option<&[u32]>,
    which: &[u32],
    day_start: i64,
) -> Encoded {
    let mut out = Writer { bytes: Vec::with_capacity(which.len() * 24) };
    let mut has = 0;
    let all = which.iter().map(|i| *i as usize);
    out.long(which.len() as u64);
    out.long(facts.first_row);
    out.long(u64::from(facts.part));
    out.numbers(all.clone().map(|i| u64::from(facts.row[i])));
    out.numbers(all.clone().map(|i| position.map_or(i as u64, |position| u64::from(position[i]))));
    out.numbers(all.clone().map(|i| facts.line[i].wrapping_sub(u64::from(facts.row[i]))));
    out.numbers(all.clone().map(|i| (facts.at[i] - day_start) as u64));
    for column in [&facts.fact, &facts.author, &facts.kind, &facts.stars] {
        out.numbers(all.clone().map(|i| u64::from(column[i])));
    }
    for i in all.clone() {
        let is_message = facts.fact[i] == facts::FactKind::Message.code();
        has |= if is_message { has::AUTHOR } else { has::FACT };
        has |= if facts.kind[i] != facts::Form::Text.code() { has::KIND } else { 0 };
        has |= if facts.stars[i] != 0 { has::STARS } else { 0 };
    }
    for (column, bit) in [(&facts.seq, has::SEQ), (&facts.seen_at, has::SEEN_AT)] {
        let known = column.as_ref().filter(|column| all.clone().any(|i| column.known[i]));
        out.bytes.push(u8::from(known.is_some()));
        if let Some(column) = known {
            has |= bit;
            out.numbers(all.clone().map(|i| column.values[i] as u64));
            out.numbers(all.clone().map(|i| u64::from(column.known[i])));
        }
    }
    for (column, names) in facts.names.iter().enumerate() {
        if out.names(names, which) {
            has |= has::name(column);
        }
    }
    let mut texts = Writer { bytes: Vec::new() };
    for (column, values) in facts.texts.iter().enumerate() {
        let out = if column == TextColumn::Text as usize { &mut texts } else { &mut out };
        if out.texts(values, which) {
            has |= has::text(column);
        }
    }
    if has & has::text(TextColumn::Text as usize) == 0 {
        texts.bytes.clear();
    }
    Encoded { rows: out.bytes, texts: texts.bytes, has }
}

/// Reads a block. Without `texts` no fact has a text.
pub(crate) fn decode(rows: &[u8], texts: &[u8], day_start: i64) -> io::Result<Block> {
    let mut from = Reader { bytes: rows };
    let n = from.long()? as usize;
    if n as u64 > rows.len() as u64 * 64 + (1 << 20) {
        return Err(broken());
    }
    let mut facts = Facts::new(from.long()?, 0);
    facts.part = from.long()? as u32;
    facts.row = from.shorts(n)?;
    let position = from.shorts(n)?;
    facts.line = from.longs(n)?;
    for (line, row) in facts.line.iter_mut().zip(&facts.row) {
        *line = line.wrapping_add(u64::from(*row));
    }
    facts.at = from.shorts(n)?.into_iter().map(|at| i64::from(at) + day_start).collect();
    facts.fact = from.octets(n)?;
    facts.author = from.octets(n)?;
    facts.kind = from.octets(n)?;
    facts.stars = from.octets(n)?;
    for column in [&mut facts.seq, &mut facts.seen_at] {
        if from.octet()? != 0 {
            let values = from.longs(n)?.into_iter().map(|value| value as i64).collect();
            let known = from.octets(n)?.into_iter().map(|known| known != 0).collect();
            *column = Some(Integers { values, known });
        }
    }
    for column in 0..N_NAMES {
        facts.names[column] = from.names(n)?;
    }
    let mut text = Reader { bytes: texts };
    for column in 0..N_TEXTS {
        facts.texts[column] = if column != TextColumn::Text as usize {
            from.texts(n)?
        } else if texts.is_empty() {
            Texts::from_lengths(String::new(), std::iter::repeat_n(0, n)).ok_or_else(broken)?
        } else {
            text.texts(n)?
        };
    }
    Ok(Block { facts, position })
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file is not as it was written")
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn long(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn numbers(&mut self, values: impl Iterator<Item = u64> + Clone) {
        let mut before = values.clone().next();
        let first = before.unwrap_or(0);
        let (mut greatest, mut is_constant, mut is_consecutive) = (0, true, true);
        for value in values.clone().skip(1) {
            greatest = greatest.max(value);
            is_constant &= value == first;
            is_consecutive &= before.is_some_and(|before| before.checked_add(1) == Some(value));
            before = Some(value);
        }
        greatest = greatest.max(first);
        if is_constant || is_consecutive {
            self.bytes.push(if is_constant { form::CONSTANT } else { form::CONSECUTIVE });
            return self.long(first);
        }
        let out = &mut self.bytes;
        if greatest <= u64::from(u8::MAX) {
            out.push(1);
            out.extend(values.map(|value| value as u8));
        } else if greatest <= u64::from(u16::MAX) {
            out.push(2);
            values.for_each(|value| out.extend_from_slice(&(value as u16).to_le_bytes()));
        } else if greatest <= u64::from(u32::MAX) {
            out.push(4);
            values.for_each(|value| out.extend_from_slice(&(value as u32).to_le_bytes()));
        } else {
            out.push(8);
            values.for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        }
    }

    /// Names that these facts have; whether any has one.
    fn names(&mut self, names: &Names, which: &[u32]) -> bool {
        let mut own = vec![u32::MAX; names.list.len()];
        let mut list: Vec<u32> = vec![0];
        if let Some(none) = own.first_mut() {
            *none = 0;
        }
        let numbers: Vec<u32> = which
            .iter()
            .map(|i| {
                let number = names.numbers[*i as usize];
                let own = &mut own[number as usize];
                if *own == u32::MAX {
                    *own = list.len() as u32;
                    list.push(number);
                }
                *own
            })
            .collect();
        let texts = || list.iter().skip(1).map(|number| names.list.name(*number));
        self.long(list.len() as u64 - 1);
        self.numbers(texts().map(|text| text.len() as u64));
        texts().for_each(|text| self.bytes.extend_from_slice(text.as_bytes()));
        self.numbers(numbers.iter().map(|number| u64::from(*number)));
        list.len() > 1
    }

    /// Texts of these facts; whether any has one.
    fn texts(&mut self, texts: &Texts, which: &[u32]) -> bool {
        if texts.is_empty() {
            self.numbers(std::iter::repeat_n(0, which.len()));
            return false;
        }
        let all = which.iter().map(|i| *i as usize);
        self.numbers(all.clone().map(|i| u64::from(texts.length(i))));
        let before = self.bytes.len();
        all.for_each(|i| self.bytes.extend_from_slice(texts.get(i).as_bytes()));
        self.bytes.len() > before
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(n).ok_or_else(broken)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn octet(&mut self) -> io::Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> io::Result<u64> {
        let (bytes, rest) = self.bytes.split_first_chunk::<8>().ok_or_else(broken)?;
        self.bytes = rest;
        Ok(u64::from_le_bytes(*bytes))
    }

    fn column<T>(&mut self, n: usize, of: impl Fn(u64) -> T) -> io::Result<Vec<T>>
    where
        T: Clone,
    {
        fn numbers<const N: usize, T>(bytes: &[u8], of: impl Fn([u8; N]) -> T) -> Vec<T> {
            bytes.as_chunks::<N>().0.iter().map(|bytes| of(*bytes)).collect()
        }
        Ok(match self.octet()? {
            form::CONSTANT => vec![of(self.long()?); n],
            form::CONSECUTIVE => {
                let first = self.long()?;
                (0..n as u64).map(|i| of(first.wrapping_add(i))).collect()
            }
            1 => self.take(n)?.iter().map(|value| of(u64::from(*value))).collect(),
            2 => numbers(self.take(n * 2)?, |bytes| of(u64::from(u16::from_le_bytes(bytes)))),
            4 => numbers(self.take(n * 4)?, |bytes| of(u64::from(u32::from_le_bytes(bytes)))),
            8 => numbers(self.take(n * 8)?, |bytes| of(u64::from_le_bytes(bytes))),
            _ => return Err(broken()),
        })
    }

    fn octets(&mut self, n: usize) -> io::Result<Vec<u8>> {
        self.column(n, |value| value as u8)
    }

    fn shorts(&mut self, n: usize) -> io::Result<Vec<u32>> {
        self.column(n, |value| value as u32)
    }

    fn longs(&mut self, n: usize) -> io::Result<Vec<u64>> {
        self.column(n, |value| value)
    }

    fn names(&mut self, n: usize) -> io::Result<Names> {
        let n_names = self.long()? as usize;
        if n_names > n {
            return Err(broken());
        }
        let mut list = Interner::with_none();
        for length in self.shorts(n_names)? {
            let text = std::str::from_utf8(self.take(length as usize)?).map_err(|_| broken())?;
            list.number(text).map_err(|_| broken())?;
        }
        let numbers = self.shorts(n)?;
        if numbers.iter().any(|number| *number as usize >= list.len()) {
            return Err(broken());
        }
        Ok(Names { numbers, list })
    }

    fn texts(&mut self, n: usize) -> io::Result<Texts> {
        let lengths = self.shorts(n)?;
        let bytes: usize = lengths.iter().map(|length| *length as usize).sum();
        let all = std::str::from_utf8(self.take(bytes)?).map_err(|_| broken())?;
        Texts::from_lengths(all.to_owned(), lengths.into_iter()).ok_or_else(broken)
    }
}

/// The day of an instant, counted from 1970-01-01, and when it begins.
pub(crate) fn day_of(at: i64) -> (i32, i64) {
    let day = (at + crate::layout::OFFSET_MS).div_euclid(DAY_MS);
    (day as i32, day * DAY_MS - crate::layout::OFFSET_MS)
}
