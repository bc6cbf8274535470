//! Texts that stand in a column, numbered as they come.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::row::UNSET;

/// Bytes that must stand behind a text for [`Texts::code_within`] to look at it.
pub(super) const SHORT: usize = 16;

/// The distinct texts of a column, numbered from 0.
///
/// Nearly all are ids of a few bytes: up to 16 they are compared as one number, without a loop,
/// and found at the first look.
pub(crate) struct Texts {
    all: String,
    /// Where each text ends in `all`.
    ends: Vec<u32>,
    short: Vec<Slot>,
    n_short: usize,
    /// The first of them, which many columns have in every row.
    first: Slot,
    long: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// What nobody outside can know, so that nobody can make texts that all fall on one place.
    seeds: [u64; 2],
}

/// A short text, and its code; [`UNSET`]: free.
#[derive(Clone, Copy)]
struct Slot {
    text: [u64; 2],
    code: u32,
}

const FREE: Slot = Slot { text: [0; 2], code: UNSET };

/// The places for short texts at first; a power of two.
const FIRST: usize = 64;

/// Keeps the first bytes of sixteen.
const MASKS: [u128; SHORT + 1] = {
    let mut masks = [u128::MAX; SHORT + 1];
    let mut n = 0;
    while n < SHORT {
        masks[n] = (1 << (8 * n)) - 1;
        n += 1;
    }
    masks
};

impl Default for Texts {
    fn default() -> Self {
        let hasher = DefaultHashBuilder::default();
        let seeds = [hasher.hash_one(1), hasher.hash_one(2)];
        Self {
            all: String::new(),
            ends: Vec::new(),
            short: vec![FREE; FIRST],
            n_short: 0,
            first: FREE,
            long: HashTable::new(),
            hasher,
            seeds,
        }
    }
}

impl Texts {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code; empty for [`UNSET`].
    pub(crate) fn text(&self, code: u32) -> &str {
        let code = code as usize;
        let Some(end) = self.ends.get(code) else { return "" };
        let start = code.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start as usize..*end as usize]
    }

    /// Forgets all, and keeps the room they had.
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.ends.clear();
        self.long.clear();
        if self.n_short > 0 {
            self.short.fill(FREE);
            self.n_short = 0;
        }
    }

    /// The code of a text without null bytes; [`UNSET`] for the empty one, and for bytes that are
    /// no text.
    pub(super) fn code(&mut self, text: &[u8]) -> u32 {
        let mut padded = [0; SHORT];
        match padded.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text);
                self.code_within(&padded, 0, text.len())
            }
            None => self.code_of_long(text),
        }
    }

    /// The same for a text within bytes, of which [`SHORT`] more stand behind its first.
    #[inline]
    pub(super) fn code_within(&mut self, bytes: &[u8], start: usize, len: usize) -> u32 {
        let Some(mask) = MASKS.get(len) else {
            return self.code_of_long(&bytes[start..start + len]);
        };
        let Some(first) = bytes.get(start..).and_then(|rest| rest.first_chunk::<SHORT>()) else {
            return UNSET;
        };
        if len == 0 {
            return UNSET;
        }
        // Without null bytes, no text is another one with a few behind it.
        let text = u128::from_le_bytes(*first) & mask;
        let text = [text as u64, (text >> 64) as u64];
        if self.n_short == 1 && text == self.first.text {
            return self.first.code;
        }
        let mut place = self.place(text);
        loop {
            let slot = self.short[place];
            if slot.text == text && slot.code != UNSET {
                return slot.code;
            }
            if slot.code == UNSET {
                return self.add_short(&bytes[start..start + len], text, place);
            }
            place = (place + 1) & (self.short.len() - 1);
        }
    }

    /// Where a short text is looked for first.
    #[inline]
    fn place(&self, text: [u64; 2]) -> usize {
        let (a, b) = (text[0] ^ self.seeds[0], text[1] ^ self.seeds[1]);
        let product = u128::from(a) * u128::from(b);
        (product as u64 ^ (product >> 64) as u64) as usize & (self.short.len() - 1)
    }

    #[cold]
    fn add_short(&mut self, written: &[u8], text: [u64; 2], place: usize) -> u32 {
        let code = self.add(written);
        if code == UNSET {
            return UNSET;
        }
        self.short[place] = Slot { text, code };
        if self.n_short == 0 {
            self.first = self.short[place];
        }
        self.n_short += 1;
        if self.n_short * 3 > self.short.len() * 2 {
            let all = std::mem::take(&mut self.short);
            self.short = vec![FREE; all.len() * 2];
            for slot in all.into_iter().filter(|slot| slot.code != UNSET) {
                let mut place = self.place(slot.text);
                while self.short[place].code != UNSET {
                    place = (place + 1) & (self.short.len() - 1);
                }
                self.short[place] = slot;
            }
        }
        code
    }

    #[cold]
    fn code_of_long(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let is_it = |code: &u32| self.text(*code).as_bytes() == text;
        if let Some(code) = self.long.find(hash, is_it) {
            return *code;
        }
        let code = self.add(text);
        if code != UNSET {
            let Self { all, ends, long, hasher, .. } = self;
            let text = |code: &u32| {
                let code = *code as usize;
                let start = code.checked_sub(1).map_or(0, |before| ends[before]);
                &all.as_bytes()[start as usize..ends[code] as usize]
            };
            long.insert_unique(hash, code, |code| hasher.hash_one(text(code)));
        }
        code
    }

    /// The next code, for a new text.
    fn add(&mut self, text: &[u8]) -> u32 {
        let end = u32::try_from(self.all.len() + text.len());
        let (Ok(text), Ok(end)) = (std::str::from_utf8(text), end) else { return UNSET };
        self.all.push_str(text);
        self.ends.push(end);
        self.ends.len() as u32 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_own_code_and_keeps_it() {
        let mut texts = Texts::default();
        let ids: Vec<String> = (0..5_000).map(|i| "x".repeat(i % 40) + &i.to_string()).collect();
        for _ in 0..2 {
            for (i, id) in ids.iter().enumerate() {
                assert_eq!(texts.code(id.as_bytes()) as usize, i);
            }
        }
        assert!(ids.iter().enumerate().all(|(i, id)| texts.text(i as u32) == id));
        assert_eq!((texts.len(), texts.code(b""), texts.code(b"\xff")), (5_000, UNSET, UNSET));
        texts.clear();
        assert_eq!((texts.len(), texts.code(b"1"), texts.text(UNSET)), (0, 0, ""));
    }
}
