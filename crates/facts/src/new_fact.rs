//! A fact with its names and texts, as a feed or a file gives it.

use core::fmt;
use core::hash::{Hash, Hasher};

use crate::{Author, Contents, FactKind, Form, Instant, MessageFlags, NamePart, TextPart};

/// A fact as a feed or a file gives it. Empty texts: none.
///
/// # Example
///
/// ```
/// use facts::{Author, Instant, NewFact};
/// let question = NewFact {
///     buyer: "b1",
///     text: "在吗",
///     ..NewFact::message(Instant(1_000), "taobao", "s1", Author::Buyer)
/// };
/// assert_eq!(question.id, "");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NewFact<'a> {
    /// When it happened.
    pub at: Instant,
    /// What happened.
    pub kind: FactKind,
    /// Who wrote; [`Author::System`] on what is no message.
    pub author: Author,
    /// The form of a message.
    pub form: Form,
    /// What is known of the text, judged by whoever read it; it stays when the text is forgotten.
    pub flags: MessageFlags,
    /// A rating's stars.
    pub stars: Option<u8>,
    /// The source's own order.
    pub seq: Option<i64>,
    /// When it was learned.
    pub seen_at: Option<Instant>,
    /// Whose rules.
    pub platform: &'a str,
    /// The shop.
    pub shop: &'a str,
    /// The buyer; empty on facts about the shop or an account.
    pub buyer: &'a str,
    /// The conversation.
    pub conversation: &'a str,
    /// The account concerned.
    pub account: &'a str,
    /// The account that passed the buyer on.
    pub from_account: &'a str,
    /// The message's id.
    pub id: &'a str,
    /// What was written.
    pub text: &'a str,
    /// The message, order or buyer concerned.
    pub reference: &'a str,
    /// Money.
    pub amount: &'a str,
    /// An observed figure's metric and value.
    pub value: &'a str,
}

impl NewFact<'_> {
    /// A text message of which no more is known.
    #[must_use]
    pub const fn message<'a>(
        at: Instant,
        platform: &'a str,
        shop: &'a str,
        author: Author,
    ) -> NewFact<'a> {
        NewFact { author, ..NewFact::event(at, platform, shop, FactKind::Message) }
    }

    /// A fact other than a message of which no more is known.
    #[must_use]
    pub const fn event<'a>(
        at: Instant,
        platform: &'a str,
        shop: &'a str,
        kind: FactKind,
    ) -> NewFact<'a> {
        NewFact {
            at,
            kind,
            author: Author::System,
            form: Form::Text,
            flags: MessageFlags(0),
            stars: None,
            seq: None,
            seen_at: None,
            platform,
            shop,
            buyer: "",
            conversation: "",
            account: "",
            from_account: "",
            id: "",
            text: "",
            reference: "",
            amount: "",
            value: "",
        }
    }
}

impl<'a> NewFact<'a> {
    /// The names it has: platform, shop, buyer, conversation, account, passing account, id. Empty:
    /// there is none.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Author, Instant, NewFact};
    /// let question = NewFact::message(Instant(0), "taobao", "s1", Author::Buyer);
    /// assert_eq!(question.names(), ["taobao", "s1", "", "", "", "", ""]);
    /// assert_eq!(question.texts(), [""; 4]);
    /// ```
    #[must_use]
    pub const fn names(&self) -> [&'a str; 7] {
        [
            self.platform,
            self.shop,
            self.buyer,
            self.conversation,
            self.account,
            self.from_account,
            self.id,
        ]
    }

    /// Its other texts: what was written, reference, amount, value. Empty: there is none.
    #[must_use]
    pub const fn texts(&self) -> [&'a str; 4] {
        [self.text, self.reference, self.amount, self.value]
    }
}

impl fmt::Debug for NewFact<'_> {
    /// What buyers wrote and who they are stay out of logs and errors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("NewFact");
        shown.field("at", &self.at).field("kind", &self.kind).field("author", &self.author);
        shown.finish_non_exhaustive()
    }
}

/// A fact without an id is told from its repeats by this and its text.
impl Contents for NewFact<'_> {
    fn at(&self) -> i64 {
        self.at.0
    }

    fn codes(&self) -> [u8; 3] {
        [self.kind.code(), self.author.code(), self.form.code()]
    }

    fn stars(&self) -> u8 {
        self.stars.unwrap_or(0)
    }

    fn has_id(&self) -> bool {
        !self.id.is_empty()
    }

    fn hash_name<H: Hasher>(&self, part: NamePart, state: &mut H) {
        match part {
            NamePart::Platform => self.platform,
            NamePart::Shop => self.shop,
            NamePart::Buyer => self.buyer,
            NamePart::Account => self.account,
            NamePart::Conversation => self.conversation,
            NamePart::FromAccount => self.from_account,
        }
        .hash(state);
    }

    fn text(&self, part: TextPart) -> &str {
        match part {
            TextPart::Reference => self.reference,
            TextPart::Amount => self.amount,
            TextPart::Value => self.value,
        }
    }
}
