//! Rows that were checked, close together in memory.

use facts::{Author, FactKind, Form, Instant};
use intake::json_row::CheckedRow;

/// Columns that are texts.
const TEXTS: usize = 11;

/// Rows that were checked, in the order in which they were sent.
#[derive(Clone, Default)]
pub struct Rows {
    packed: Vec<Packed>,
    texts: String,
}

#[derive(Clone, Copy)]
struct Packed {
    at: Instant,
    seq: Option<i64>,
    seen_at: Option<Instant>,
    start: usize,
    lengths: [u32; TEXTS],
    fact: FactKind,
    author: Author,
    form: Form,
    stars: Option<u8>,
}

impl Rows {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// Adds one. Its texts come from one body, which is far smaller than 4 GiB.
    pub(crate) fn push(&mut self, row: &CheckedRow<'_>) {
        let start = self.texts.len();
        let texts: [&str; TEXTS] = [
            row.platform,
            row.shop,
            row.buyer,
            row.conversation,
            row.account,
            row.from_account,
            row.id,
            row.text,
            row.reference,
            row.amount,
            row.value,
        ];
        let lengths = texts.map(|text| {
            self.texts.push_str(text);
            text.len() as u32
        });
        self.packed.push(Packed {
            at: row.at,
            seq: row.seq,
            seen_at: row.seen_at,
            start,
            lengths,
            fact: row.fact,
            author: row.author,
            form: row.form,
            stars: row.stars,
        });
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = CheckedRow<'_>> {
        self.packed.iter().map(|packed| self.row(packed))
    }

    fn row(&self, packed: &Packed) -> CheckedRow<'_> {
        let mut from = packed.start;
        let mut lengths = packed.lengths.iter();
        let mut next = || {
            let until = from + lengths.next().map_or(0, |length| *length as usize);
            let text = &self.texts[from..until];
            from = until;
            text
        };
        CheckedRow {
            at: packed.at,
            platform: next(),
            shop: next(),
            buyer: next(),
            conversation: next(),
            fact: packed.fact,
            author: packed.author,
            form: packed.form,
            account: next(),
            from_account: next(),
            id: next(),
            seq: packed.seq,
            seen_at: packed.seen_at,
            text: next(),
            stars: packed.stars,
            reference: next(),
            amount: next(),
            value: next(),
        }
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Texts stay out of logs.
        f.debug_struct("Rows").field("len", &self.len()).finish_non_exhaustive()
    }
}
