//! When two rows are the same fact.

use core::hash::{Hash, Hasher};

use crate::FactKind;

/// A part of a row that is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// Whose rules.
    Platform,
    /// The shop.
    Shop,
    /// The buyer.
    Buyer,
    /// The account concerned.
    Account,
    /// The conversation.
    Conversation,
    /// The account that passed the buyer on.
    FromAccount,
}

/// A part of a row that is a text, other than what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// The message, order or buyer concerned.
    Reference,
    /// Money.
    Amount,
    /// An observed figure's metric and value.
    Value,
}

/// A row, for telling whether it is the same fact as another: everything but its text, its id and
/// when it was learned.
///
/// Rows with an id are the same fact when platform, shop and id are; other contents under the id
/// are a conflict. Rows without an id are the same when their contents and their texts are.
pub trait Contents {
    /// When it happened, in milliseconds.
    fn at(&self) -> i64;
    /// Byte codes of fact, author and form.
    fn codes(&self) -> [u8; 3];
    /// The stars of a rating, 0: none.
    fn stars(&self) -> u8;
    /// Whether the row has an id.
    fn has_id(&self) -> bool;
    /// Hashes a name, or whatever stands for it in all rows that are compared.
    fn hash_name<H: Hasher>(&self, part: NamePart, state: &mut H);
    /// A text; empty: none.
    fn text(&self, part: TextPart) -> &str;

    /// Hashes what makes two rows the same fact, except the text.
    ///
    /// A message without id is the same in exports that know its conversation and in those that do
    /// not; so is one that carries an order: of these, only instant, author, form, platform, shop,
    /// buyer and account count.
    #[inline]
    fn hash_contents<H: Hasher>(&self, state: &mut H) {
        let [kind, author, form] = self.codes();
        state.write_i64(self.at());
        let stars = self.stars();
        state.write_u32(u32::from_le_bytes([kind, author, form, u8::from(stars != 0)]));
        self.hash_name(NamePart::Platform, state);
        self.hash_name(NamePart::Shop, state);
        self.hash_name(NamePart::Buyer, state);
        self.hash_name(NamePart::Account, state);
        if !self.has_id() && kind == FactKind::Message.code() {
            return;
        }
        self.hash_name(NamePart::Conversation, state);
        self.hash_name(NamePart::FromAccount, state);
        state.write_u8(stars);
        for part in [TextPart::Reference, TextPart::Amount, TextPart::Value] {
            self.text(part).hash(state);
        }
    }
}
