//! What rows are known by: hashed where they are decoded, a piece at a time.

use std::hash::{BuildHasher, Hasher};

use arrow::array::{Array, StringArray};
use facts::FactKind;
use hashbrown::DefaultHashBuilder;

use super::pieces::Decoded;
use super::sieve::{Seen, Taken};
use crate::column::Column;
use crate::parquet::{Coded, Decoder, same_buffers};
use crate::row::{Field, UNSET};

/// Two hashes of a text.
type TextHash = [u64; 2];

/// The columns that tell which fact a row with an id is, and what it refers to.
pub(super) const IDENTITY: [Column; 5] =
    [Column::Platform, Column::Shop, Column::Fact, Column::Ref, Column::Id];

/// Hashes that nobody outside can foresee, the same for all pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct TextHashing([DefaultHashBuilder; 2]);

impl TextHashing {
    fn text(&self, text: &[u8]) -> TextHash {
        [0, 1].map(|lane: usize| {
            let mut hasher = self.0[lane].build_hasher();
            hasher.write(text);
            hasher.finish()
        })
    }

    /// The hash of an id of a shop.
    #[inline]
    fn id(&self, platform: TextHash, shop: TextHash, id: &[u8]) -> TextHash {
        [0, 1].map(|lane: usize| {
            let mut hasher = self.0[lane].build_hasher();
            hasher.write_u64(platform[lane]);
            hasher.write_u64(shop[lane]);
            hasher.write(id);
            hasher.finish()
        })
    }
}

/// The rows of a piece.
pub(super) struct Sifting<'a> {
    hashing: &'a TextHashing,
    platforms: Names,
    shops: Names,
    kinds: Vec<Kind>,
    pub(super) records: Vec<Seen>,
    /// Whether some id may have a null byte.
    pub(super) has_nul: bool,
}

/// What matters of a kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Message,
    /// It refers to a message.
    Refers,
    Other,
}

impl Kind {
    fn of(word: &[u8]) -> Self {
        let refers = [FactKind::Recalled, FactKind::NoReplyNeeded];
        match word {
            b"" => Self::Message,
            word if word == FactKind::Message.word().as_bytes() => Self::Message,
            word if refers.iter().any(|kind| word == kind.word().as_bytes()) => Self::Refers,
            _ => Self::Other,
        }
    }

    fn taken(self) -> Taken {
        if self == Self::Message { Taken::Message } else { Taken::Other }
    }
}

/// The hashes of a column's texts, each looked at once a dictionary.
#[derive(Default)]
struct Names {
    held: Option<StringArray>,
    hashes: Vec<TextHash>,
}

impl Names {
    fn load(&mut self, coded: &Coded<'_>, hashing: &TextHashing) {
        let is_same = match (&self.held, coded.dictionary()) {
            (Some(held), Some(other)) => same_buffers(held, other),
            (None, None) => coded.grows(),
            _ => false,
        };
        if !is_same {
            self.hashes.clear();
            self.held = coded.dictionary().cloned();
        }
        let known = self.hashes.len();
        self.hashes.extend(coded.texts().skip(known).map(|text| hashing.text(text.as_bytes())));
    }

    fn get(&self, code: u32) -> Option<TextHash> {
        self.hashes.get(code as usize).copied()
    }
}

/// The text of a row; empty for none.
fn text(decoder: &Decoder, row: usize) -> &str {
    match decoder.field(row) {
        Field::Text(text) | Field::Coded(text, _) => text,
        _ => "",
    }
}

impl<'a> Sifting<'a> {
    pub(super) fn new(hashing: &'a TextHashing) -> Self {
        Self {
            hashing,
            platforms: Names::default(),
            shops: Names::default(),
            kinds: Vec::new(),
            records: Vec::new(),
            has_nul: false,
        }
    }

    /// Adds decoded rows. Rows without a platform or a shop are no facts.
    pub(super) fn add(&mut self, decoded: &Decoded<'_>) {
        let decoder = |column| decoded.decoder(column);
        let (Some(platforms), Some(shops)) = (decoder(Column::Platform), decoder(Column::Shop))
        else {
            return;
        };
        let (platforms, shops) = (platforms.coded(), shops.coded());
        self.platforms.load(&platforms, self.hashing);
        self.shops.load(&shops, self.hashing);
        let facts = decoder(Column::Fact).map(Decoder::coded);
        self.kinds.clear();
        if let Some(facts) = &facts {
            let words: Vec<Kind> = facts.texts().map(|word| Kind::of(word.as_bytes())).collect();
            let kind = |code: &u32| words.get(*code as usize).copied().unwrap_or(Kind::Message);
            self.kinds.extend(facts.codes.iter().map(kind));
        }
        let key = |row: usize, id: &[u8]| {
            let platform = self.platforms.get(platforms.codes[row])?;
            let shop = self.shops.get(shops.codes[row])?;
            let is_there = platforms.codes[row] != UNSET && shops.codes[row] != UNSET;
            is_there.then(|| self.hashing.id(platform, shop, id))
        };
        if let Some(ids) = decoder(Column::Id) {
            self.has_nul |= ids.has_nul();
            let kind = |row: usize| self.kinds.get(row).map_or(Taken::Message, |k| k.taken());
            let plain = ids.texts();
            for row in 0..decoded.n {
                let id = match plain {
                    Some(texts) if texts.is_valid(row) => texts.value(row),
                    Some(_) => "",
                    None => text(ids, row),
                };
                if id.is_empty() {
                    continue;
                }
                if let Some(key) = key(row, id.as_bytes()) {
                    let number = decoded.first_row + row as u32;
                    self.records.push(Seen::new(key, kind(row), number));
                }
            }
        }
        let Some(references) = decoder(Column::Ref) else { return };
        let referring = self.kinds.iter().enumerate().filter(|(_, kind)| **kind == Kind::Refers);
        for (row, _) in referring {
            let id = text(references, row);
            if !id.is_empty()
                && let Some(key) = key(row, id.as_bytes())
            {
                let number = decoded.first_row + row as u32;
                self.records.push(Seen::new(key, Taken::Reference, number));
            }
        }
    }

    /// Adds a row by the texts of [`IDENTITY`].
    pub(super) fn add_row(&mut self, number: u32, texts: [&[u8]; IDENTITY.len()]) {
        let [platform, shop, fact, reference, id] = texts;
        let kind = Kind::of(fact);
        let refers = kind == Kind::Refers && !reference.is_empty();
        if platform.is_empty() || shop.is_empty() || (id.is_empty() && !refers) {
            return;
        }
        let (platform, shop) = (self.hashing.text(platform), self.hashing.text(shop));
        if !id.is_empty() {
            let key = self.hashing.id(platform, shop, id);
            self.records.push(Seen::new(key, kind.taken(), number));
        }
        if refers {
            let key = self.hashing.id(platform, shop, reference);
            self.records.push(Seen::new(key, Taken::Reference, number));
        }
    }
}
