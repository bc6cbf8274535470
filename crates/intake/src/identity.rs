//! Which rows are the same fact, read twice.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use facts::{Contents, NamePart, TextPart};
use hashbrown::HashTable;

use crate::row::Row;

/// A 128-bit hash: two SipHash values under independent random keys.
///
/// Ids and texts come from outside, so the hash must not be one for which somebody can construct
/// collisions; keyed SipHash is made for that. By chance, two of ten million values share 128 bits
/// with a probability below 10⁻²⁴, which is why the values themselves need not be kept.
type Hash128 = [u64; 2];

/// The numbers of a row's names, which stand for the names in hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Numbers {
    pub(crate) platform: u32,
    pub(crate) shop: u32,
    pub(crate) buyer: u32,
    pub(crate) conversation: u32,
    pub(crate) account: u32,
    pub(crate) from_account: u32,
}

/// Where a row stands: source number from 0, part number from 0 over all sources (a sheet of a
/// workbook is a part, every other source is one), and line from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: u32,
    pub(crate) part: u32,
    pub(crate) line: u64,
}

/// What is known of a row after looking at its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not seen before: a fact.
    New,
    /// The same fact was read before.
    Duplicate,
    /// The id was used for other contents at this part and line.
    Conflict(u32, u64),
}

struct Identified {
    key: Hash128,
    contents: u64,
    /// The part in the upper 16 bits, the line in the lower 48: eight bytes less a row.
    place: u64,
    /// Hash of the text, 0: the row had none.
    text: u32,
    row: u32,
}

struct Counted {
    key: Hash128,
    /// The most often that one earlier source has it.
    earlier: u32,
    /// How often the source that is being read has it.
    here: u32,
    /// Which source `here` is about.
    source: u32,
}

/// The identities of the rows read so far.
pub(crate) struct Identities {
    keys: [RandomState; 2],
    by_id: HashTable<u32>,
    identified: Vec<Identified>,
    counted: HashTable<Counted>,
    /// How many sources there are; the last needs no new entries, an only one nothing at all.
    n_sources: u32,
}

impl Identities {
    pub(crate) fn new(n_sources: u32) -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            by_id: HashTable::new(),
            identified: Vec::new(),
            counted: HashTable::new(),
            n_sources,
        }
    }

    /// Whether rows without id have to be told apart.
    pub(crate) fn compares_sources(&self) -> bool {
        self.n_sources > 1
    }

    /// Judges a row that would become row `row` of the log, and remembers it when it is new.
    pub(crate) fn judge(
        &mut self,
        row: &Row<'_>,
        numbers: Numbers,
        place: Place,
        next: u32,
    ) -> Verdict {
        if !row.id.is_empty() {
            return self.judge_id(row, numbers, place, next);
        }
        if self.compares_sources() {
            self.judge_contents(row, numbers, place)
        } else {
            Verdict::New
        }
    }

    /// The row of the fact with an id, `None` when there is none.
    pub(crate) fn row_of(&self, platform: u32, shop: u32, id: &str) -> Option<u32> {
        let key = self.hash(&(platform, shop, id));
        self.by_id
            .find(key[0], |&n| self.identified[n as usize].key == key)
            .map(|&n| self.identified[n as usize].row)
    }

    fn hash(&self, value: &impl Hash) -> Hash128 {
        [self.keys[0].hash_one(value), self.keys[1].hash_one(value)]
    }

    fn judge_id(&mut self, row: &Row<'_>, numbers: Numbers, place: Place, next: u32) -> Verdict {
        let key = self.hash(&(numbers.platform, numbers.shop, row.id));
        // Contents are only compared under the same id, where 64 bits are plenty.
        let contents =
            self.keys[0].hash_one(Told { row, has_id: !row.id.is_empty(), names: numbers });
        let text = match row.text {
            "" => 0,
            text => (self.keys[0].hash_one(text) as u32).max(1),
        };
        let Self { by_id, identified, .. } = self;
        if let Some(&n) = by_id.find(key[0], |&n| identified[n as usize].key == key) {
            let first = &identified[n as usize];
            let same_text = first.text == text || first.text == 0 || text == 0;
            return if first.contents == contents && same_text {
                Verdict::Duplicate
            } else {
                let (part, line) = unpack(first.place);
                Verdict::Conflict(part, line)
            };
        }
        let n = identified.len() as u32;
        identified.push(Identified { key, contents, place: pack(place), text, row: next });
        by_id.insert_unique(key[0], n, |&n| identified[n as usize].key[0]);
        Verdict::New
    }

    fn judge_contents(&mut self, row: &Row<'_>, numbers: Numbers, place: Place) -> Verdict {
        let key = self.hash(&(Told { row, has_id: !row.id.is_empty(), names: numbers }, row.text));
        let source = place.source;
        let last = source + 1 == self.n_sources;
        match self.counted.find_mut(key[0], |entry| entry.key == key) {
            Some(entry) => {
                if entry.source != source {
                    entry.earlier = entry.earlier.max(entry.here);
                    entry.here = 0;
                    entry.source = source;
                }
                entry.here = entry.here.saturating_add(1);
                if entry.here <= entry.earlier { Verdict::Duplicate } else { Verdict::New }
            }
            // No source follows that could repeat it.
            None if last => Verdict::New,
            None => {
                let entry = Counted { key, earlier: 0, here: 1, source };
                self.counted.insert_unique(key[0], entry, |entry| entry.key[0]);
                Verdict::New
            }
        }
    }
}

/// What a checked row tells for telling whether it is the same fact as another.
pub(crate) struct Told<'r, N> {
    pub(crate) row: &'r Row<'r>,
    /// Whether it is known by an id; the row itself need not have it.
    pub(crate) has_id: bool,
    /// What stands for its names.
    pub(crate) names: N,
}

/// What stands for the names of a row.
pub(crate) trait Names {
    fn hash<H: Hasher>(&self, row: &Row<'_>, part: NamePart, state: &mut H);
}

impl Names for Numbers {
    fn hash<H: Hasher>(&self, _: &Row<'_>, part: NamePart, state: &mut H) {
        state.write_u32(match part {
            NamePart::Platform => self.platform,
            NamePart::Shop => self.shop,
            NamePart::Buyer => self.buyer,
            NamePart::Account => self.account,
            NamePart::Conversation => self.conversation,
            NamePart::FromAccount => self.from_account,
        });
    }
}

impl<N: Names> Hash for Told<'_, N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_contents(state);
    }
}

impl<N: Names> Contents for Told<'_, N> {
    fn at(&self) -> i64 {
        self.row.at.0
    }

    fn codes(&self) -> [u8; 3] {
        [self.row.fact.code(), self.row.author.code(), self.row.form.code()]
    }

    fn stars(&self) -> u8 {
        self.row.stars.unwrap_or(0)
    }

    fn has_id(&self) -> bool {
        self.has_id
    }

    fn hash_name<H: Hasher>(&self, part: NamePart, state: &mut H) {
        self.names.hash(self.row, part, state);
    }

    fn text(&self, part: TextPart) -> &str {
        match part {
            TextPart::Reference => self.row.reference,
            TextPart::Amount => self.row.amount,
            TextPart::Value => self.row.value,
        }
    }
}

const LINE_BITS: u32 = 48;

fn pack(place: Place) -> u64 {
    let line = place.line.min((1 << LINE_BITS) - 1);
    u64::from(place.part.min(u32::from(u16::MAX))) << LINE_BITS | line
}

fn unpack(place: u64) -> (u32, u64) {
    ((place >> LINE_BITS) as u32, place & ((1 << LINE_BITS) - 1))
}
