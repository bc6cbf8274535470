//! What rows are known by: hashed where they are decoded, a piece at a time.

use std::hash::{BuildHasher, Hasher};

use arrow::array::{Array, StringArray};
use facts::FactKind;
use hashbrown::DefaultHashBuilder;

use super::batch::instants;
use super::pieces::Decoded;
use super::sieve::{Seen, Taken};
use crate::column::Column;
use crate::instant;
use crate::parquet::{Coded, Decoder, same_buffers};
use crate::row::{Field, UNSET};

/// Two hashes of a text.
type TextHash = [u64; 2];

/// The columns by which facts are told apart at first: those of facts with ids, what facts refer
/// to, and from the sixth on what else facts without ids are told apart by.
pub(super) const SIFTED: [Column; 9] = [
    Column::Platform,
    Column::Shop,
    Column::Fact,
    Column::Ref,
    Column::Id,
    Column::At,
    Column::Buyer,
    Column::Author,
    Column::Account,
];

/// How many of these are needed where facts without ids cannot repeat each other.
pub(super) const N_WITH_IDS: usize = 5;

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

    /// The hash of a fact without an id, of a platform and a shop.
    fn alike(&self, platform: TextHash, shop: TextHash, parts: &Parts) -> TextHash {
        [0, 1].map(|lane: usize| {
            let mut hasher = self.0[lane].build_hasher();
            hasher.write_i64(parts.at);
            let of_kind = match parts.kind {
                Kind::Message => [parts.buyer, parts.author],
                // Of other facts the author is not looked at, nor the buyer of some.
                Kind::Refers | Kind::Other => [parts.fact; 2],
            };
            for text in [platform, shop, parts.account].into_iter().chain(of_kind) {
                hasher.write_u64(text[lane]);
            }
            hasher.finish()
        })
    }
}

/// What a fact without an id is told apart by at first. Facts that are the same have the same;
/// others may have it too.
struct Parts {
    kind: Kind,
    at: i64,
    fact: TextHash,
    buyer: TextHash,
    author: TextHash,
    account: TextHash,
}

/// The rows of a piece.
pub(super) struct Sifting<'a> {
    hashing: &'a TextHashing,
    /// Whether facts without ids may repeat each other.
    is_alike: bool,
    platforms: Names,
    shops: Names,
    /// Facts, buyers, authors and accounts.
    others: [Names; 4],
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
    /// `is_alike`: facts without ids may repeat each other.
    pub(super) fn new(hashing: &'a TextHashing, is_alike: bool) -> Self {
        Self {
            hashing,
            is_alike,
            others: Default::default(),
            platforms: Names::default(),
            shops: Names::default(),
            kinds: Vec::new(),
            records: Vec::new(),
            has_nul: false,
        }
    }

    /// The columns that are looked at.
    pub(super) fn columns(&self) -> &'static [Column] {
        if self.is_alike { &SIFTED } else { &SIFTED[..N_WITH_IDS] }
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
        if self.is_alike {
            self.add_alike(decoded, &platforms, &shops);
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

    /// Adds decoded rows without ids.
    fn add_alike(&mut self, decoded: &Decoded<'_>, platforms: &Coded<'_>, shops: &Coded<'_>) {
        let columns = [Column::Fact, Column::Buyer, Column::Author, Column::Account];
        let coded = columns.map(|column| decoded.decoder(column).map(Decoder::coded));
        for (names, coded) in self.others.iter_mut().zip(&coded) {
            if let Some(coded) = coded {
                names.load(coded, self.hashing);
            }
        }
        let ids = decoded.decoder(Column::Id);
        let at = instants(decoded.decoder(Column::At), decoded.n);
        for row in 0..decoded.n {
            let names =
                (self.platforms.get(platforms.codes[row]), self.shops.get(shops.codes[row]));
            let (Some(platform), Some(shop)) = names else { continue };
            if ids.is_some_and(|ids| !text(ids, row).is_empty()) {
                continue;
            }
            let hash = |column: usize| {
                let code = coded[column].as_ref().map_or(UNSET, |coded| coded.codes[row]);
                self.others[column].get(code).unwrap_or_default()
            };
            let kind = self.kinds.get(row).copied().unwrap_or(Kind::Message);
            let [fact, buyer, author, account] = [0, 1, 2, 3].map(hash);
            let parts = Parts { kind, at: at[row], fact, buyer, author, account };
            let key = self.hashing.alike(platform, shop, &parts);
            self.records.push(Seen::new(key, Taken::Alike, decoded.first_row + row as u32));
        }
    }

    /// Adds a row by the texts of [`SIFTED`].
    pub(super) fn add_row(&mut self, number: u32, texts: [&[u8]; SIFTED.len()]) {
        let [platform, shop, fact, reference, id, at, buyer, author, account] = texts;
        let kind = Kind::of(fact);
        let refers = kind == Kind::Refers && !reference.is_empty();
        let is_alike = self.is_alike && id.is_empty();
        if platform.is_empty() || shop.is_empty() || (id.is_empty() && !refers && !is_alike) {
            return;
        }
        let hash = |text: &[u8]| match text {
            b"" => TextHash::default(),
            text => self.hashing.text(text),
        };
        let instant = || instant::parse(std::str::from_utf8(at).ok()?).ok();
        if is_alike && let Some(at) = instant() {
            let (platform, shop) = (self.hashing.text(platform), self.hashing.text(shop));
            let [fact, buyer, author, account] = [fact, buyer, author, account].map(hash);
            let parts = Parts { kind, at: at.0, fact, buyer, author, account };
            let key = self.hashing.alike(platform, shop, &parts);
            self.records.push(Seen::new(key, Taken::Alike, number));
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
