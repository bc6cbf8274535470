//! Facts on their way into the store, and what became of them.

use facts::{Author, FactKind, Form, Instant, MessageFlags, NewFact};

/// Whether `ref` names a message that the fact is about, which counting looks at. Every other
/// `ref` is an order or a buyer: it is sealed with the text.
pub(crate) fn refers_to_message(fact: &NewFact<'_>) -> bool {
    matches!(fact.kind, FactKind::Recalled | FactKind::NoReplyNeeded)
}

/// What is wrong with it, if anything.
pub(crate) fn flaw(fact: &NewFact<'_>) -> Option<Refused> {
    let needs_buyer = !fact.kind.about_account() && !fact.kind.about_shop();
    let (names, texts) = (fact.names(), fact.texts());
    let has_control = |name: &&str| name.bytes().any(|byte| byte < 0x20 || byte == 0x7f);
    if fact.platform.is_empty() || fact.shop.is_empty() || needs_buyer && fact.buyer.is_empty() {
        Some(Refused::NameMissing)
    } else if !(MIN_AT..MAX_AT).contains(&fact.at.0) {
        Some(Refused::InstantOutOfRange)
    } else if names.iter().any(|name| name.len() > MAX_NAME)
        || texts.iter().any(|text| text.len() > MAX_TEXT)
    {
        Some(Refused::TooLong)
    } else if names.iter().any(has_control) || texts.iter().any(|text| text.contains('\0')) {
        Some(Refused::ControlCharacter)
    } else {
        None
    }
}

/// 1970-01-01 and 10000-01-01: what has an instant before or after is no chat.
const MIN_AT: i64 = 0;
const MAX_AT: i64 = 253_402_300_800_000;
/// How many names and texts a fact has.
const TEXTS: usize = 11;
/// The longest name, in bytes.
const MAX_NAME: usize = 1024;
/// The longest text, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// Facts that arrive together: all of them are durable, or none is acknowledged.
///
/// # Example
///
/// ```
/// use facts::{Author, Instant};
/// use store::{Batch, NewFact};
/// let mut batch = Batch::default();
/// batch.push(&NewFact { buyer: "b1", ..NewFact::message(Instant(0), "jd", "s1", Author::Buyer) });
/// assert_eq!(batch.len(), 1);
/// ```
#[derive(Clone, Default)]
pub struct Batch {
    rows: Vec<Packed>,
    texts: String,
    pub(crate) source: Source,
}

/// Where a batch is from. Rows without id are told from repeats by counting them within a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The batch is a source of its own, as a request of a live feed is.
    #[default]
    Own,
    /// A piece of a file or another source that comes in several batches; see
    /// [`crate::Store::begin_source`].
    Pieces(SourceId),
}

/// A source that comes in several batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u64);

#[derive(Clone, Copy)]
struct Packed {
    at: Instant,
    seq: Option<i64>,
    seen_at: Option<Instant>,
    start: usize,
    lengths: [u32; TEXTS],
    kind: FactKind,
    author: Author,
    form: Form,
    flags: MessageFlags,
    stars: Option<u8>,
}

impl Batch {
    /// An empty batch, a piece of a source.
    #[must_use]
    pub fn of(source: SourceId) -> Self {
        Self { source: Source::Pieces(source), ..Self::default() }
    }

    /// How many facts it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many bytes its texts have.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.texts.len()
    }

    /// Adds a fact.
    pub fn push(&mut self, fact: &NewFact<'_>) {
        let start = self.texts.len();
        let mut lengths = [0; 11];
        for (length, text) in lengths.iter_mut().zip(fact.names().into_iter().chain(fact.texts())) {
            self.texts.push_str(text);
            *length = text.len() as u32;
        }
        self.rows.push(Packed {
            at: fact.at,
            seq: fact.seq,
            seen_at: fact.seen_at,
            start,
            lengths,
            kind: fact.kind,
            author: fact.author,
            form: fact.form,
            flags: fact.flags,
            stars: fact.stars,
        });
    }

    /// The fact of a row.
    ///
    /// # Panics
    ///
    /// Where there is no such row.
    #[must_use]
    pub fn fact(&self, row: usize) -> NewFact<'_> {
        let packed = &self.rows[row];
        let mut from = packed.start;
        let mut lengths = packed.lengths.iter();
        let mut next = || {
            let until = from + lengths.next().map_or(0, |length| *length as usize);
            let text = &self.texts[from..until];
            from = until;
            text
        };
        NewFact {
            at: packed.at,
            kind: packed.kind,
            author: packed.author,
            form: packed.form,
            flags: packed.flags,
            stars: packed.stars,
            seq: packed.seq,
            seen_at: packed.seen_at,
            platform: next(),
            shop: next(),
            buyer: next(),
            conversation: next(),
            account: next(),
            from_account: next(),
            id: next(),
            text: next(),
            reference: next(),
            amount: next(),
            value: next(),
        }
    }

    /// All facts, in order.
    pub fn iter(&self) -> impl Iterator<Item = NewFact<'_>> {
        (0..self.len()).map(|row| self.fact(row))
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Texts stay out of logs.
        f.debug_struct("Batch").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// The place of a fact among all that ever arrived, from 1; later facts have greater numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival(pub u64);

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a fact now, and durable.
    Accepted(Arrival),
    /// It is a fact already.
    Duplicate,
    /// It is no fact.
    Rejected(Refused),
}

/// Why a row is no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its id stands for other contents; the first fact stands.
    OtherContents {
        /// The fact that stands.
        first: Arrival,
    },
    /// The caller may not write for this shop.
    OtherShop,
    /// Platform, shop or buyer is empty.
    NameMissing,
    /// Its instant is before 1970 or after 9999.
    InstantOutOfRange,
    /// A name has more than 1,024 bytes, or a text more than 262,144.
    TooLong,
    /// A name has a control character, or a text a null byte.
    ControlCharacter,
    /// It happened before the instant until which repeats are recognised.
    BeforeHorizon {
        /// That instant.
        horizon: Instant,
    },
}
