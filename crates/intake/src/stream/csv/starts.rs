//! Where fields begin: the bytes behind separators and line ends.

/// Bytes that must stand behind the last one that is looked at.
pub(super) const PAD: usize = 64;

/// Bytes looked at in one go: the starts of so many stay in the nearest caches.
pub(super) const WINDOW: usize = 32 * 1024;

/// Where the fields of a few lines begin.
pub(super) struct Starts {
    room: Vec<u32>,
    n: usize,
    n_lines: usize,
}

impl Default for Starts {
    fn default() -> Self {
        // Every byte may be a separator; and eight are written at a time.
        Self { room: vec![0; WINDOW + 1 + PAD], n: 0, n_lines: 0 }
    }
}

impl Starts {
    /// Where fields begin, and, last, where the field after the last line end would begin.
    pub(super) fn all(&self) -> &[u32] {
        &self.room[..self.n]
    }

    /// How many line ends there are.
    pub(super) fn n_lines(&self) -> usize {
        self.n_lines
    }

    /// Looks at bytes that begin a line, [`WINDOW`] of them at most.
    pub(super) fn find(&mut self, bytes: &[u8], from: usize, to: usize) {
        let room = &mut self.room[..];
        room[0] = from as u32;
        let mut n = 1;
        for base in (from..to).step_by(64) {
            let Some(block) = bytes.get(base..).and_then(|rest| rest.first_chunk::<64>()) else {
                break;
            };
            let live = if to - base < 64 { (1 << (to - base)) - 1 } else { u64::MAX };
            let mut marked = mask(block) & live;
            let found = marked.count_ones() as usize;
            // Eight at a time, of which the last may be none: how many there are can hardly be
            // guessed, and a wrong guess costs more than a few writes.
            let mut at = n;
            while at < n + found {
                let Some(eight) = room.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<8>())
                else {
                    break;
                };
                for mark in eight {
                    *mark = base as u32 + marked.trailing_zeros() + 1;
                    marked &= marked.wrapping_sub(1);
                }
                at += 8;
            }
            n += found;
        }
        self.n = n;
        self.n_lines = memchr::memchr_iter(b'\n', &bytes[from..to]).count();
    }
}

/// The commas and the line ends among bytes, a bit each.
#[inline]
fn mask(block: &[u8; 64]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    // Written so that the bytes are compared many at a time.
    let mut is_mark = [0u8; 64];
    for (is_mark, byte) in is_mark.iter_mut().zip(block) {
        *is_mark = u8::from(*byte == b',') | u8::from(*byte == b'\n');
    }
    let mut mask = 0;
    for (i, eight) in is_mark.as_chunks::<8>().0.iter().enumerate() {
        // A product puts the lowest bits of eight bytes side by side.
        let bits = (u64::from_le_bytes(*eight) & ONES).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * i);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_field_begins_behind_a_separator(
            text in "[,\n\u{2c}\u{8c}\u{8a}a+\\-é]{0,300}",
            from in 0usize..70,
        ) {
            let mut bytes = text.into_bytes();
            let to = bytes.len();
            let from = from.min(to);
            bytes.resize(to + PAD, b',');
            let mut starts = Starts::default();
            starts.find(&bytes, from, to);
            let is_mark = |i: &usize| matches!(bytes[*i], b',' | b'\n');
            let expected: Vec<u32> = std::iter::once(from as u32)
                .chain((from..to).filter(is_mark).map(|i| i as u32 + 1))
                .collect();
            prop_assert_eq!(starts.all(), &expected[..]);
            let n_lines = bytes[from..to].iter().filter(|b| **b == b'\n').count();
            prop_assert_eq!(starts.n_lines(), n_lines);
        }
    }
}
