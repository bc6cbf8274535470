//! One fact and the closed lists of words it is made of.

use crate::Instant;

words! {
    /// What happened.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::FactKind;
    /// assert_eq!(FactKind::from_word("to-human"), Some(FactKind::ToHuman));
    /// assert_eq!(FactKind::from_word("teleported"), None);
    /// ```
    FactKind {
        /// Somebody wrote something.
        Message = "message",
        /// The buyer asked for, or was passed to, a human.
        ToHuman = "to-human",
        /// The buyer entered the queue for a human.
        Queued = "queued",
        /// An account was put in charge.
        Assigned = "assigned",
        /// One account passed the buyer on to another.
        Transferred = "transferred",
        /// The buyer was sent to leave a message because nobody was there.
        LeftMessage = "left-message",
        /// The conversation was closed.
        Closed = "closed",
        /// A rating card was sent.
        RatingSent = "rating-sent",
        /// The buyer rated.
        Rated = "rated",
        /// A message was recalled; `ref` names it.
        Recalled = "recalled",
        /// The shop reported the buyer.
        Reported = "reported",
        /// The platform upheld the report.
        ReportUpheld = "report-upheld",
        /// The platform flagged the buyer's account as abnormal.
        Flagged = "flagged",
        /// The shop marked a message as needing no reply.
        NoReplyNeeded = "no-reply-needed",
        /// An account came online.
        Online = "online",
        /// An account went busy.
        Busy = "busy",
        /// An account went away.
        Away = "away",
        /// An account went offline.
        Offline = "offline",
        /// An order was placed.
        Ordered = "ordered",
        /// An order was paid.
        Paid = "paid",
        /// An order was shipped.
        Shipped = "shipped",
        /// A refund was asked for.
        RefundAsked = "refund-asked",
        /// A refund was made.
        Refunded = "refunded",
        /// The buyer reviewed the order.
        Reviewed = "reviewed",
        /// The shop violated a rule of the platform.
        Violation = "violation",
        /// A figure was read off the platform's panel.
        Observed = "observed",
    }
}

impl FactKind {
    /// Whether the fact belongs to a conversation: it can be the first fact of one, and ends a
    /// silence. Trade, account, report and recall facts do not.
    #[must_use]
    pub const fn in_conversation(self) -> bool {
        matches!(
            self,
            Self::Message
                | Self::ToHuman
                | Self::Queued
                | Self::Assigned
                | Self::Transferred
                | Self::LeftMessage
                | Self::Closed
                | Self::RatingSent
                | Self::Rated
        )
    }

    /// Whether the fact tells that the buyer was passed to a human: asked for one, waits for one,
    /// was given one, or was sent to leave a message because none was there.
    #[must_use]
    pub const fn passes_to_human(self) -> bool {
        matches!(self, Self::ToHuman | Self::Queued | Self::Assigned | Self::LeftMessage)
    }

    /// Whether the fact is about an account, so that it has no buyer.
    #[must_use]
    pub const fn about_account(self) -> bool {
        matches!(self, Self::Online | Self::Busy | Self::Away | Self::Offline)
    }

    /// Whether the fact is about the shop, so that it may have no buyer.
    #[must_use]
    pub const fn about_shop(self) -> bool {
        matches!(self, Self::Violation | Self::Observed)
    }
}

words! {
    /// Who wrote a message.
    Author {
        /// The buyer.
        Buyer = "buyer",
        /// A person who works for the shop.
        Agent = "agent",
        /// A bot's text in assisted mode.
        Assist = "assist",
        /// A bot on its own.
        Bot = "bot",
        /// Welcome texts, away texts, quick system texts.
        Auto = "auto",
        /// The platform's own notices.
        System = "system",
        /// The platform's staff.
        Staff = "staff",
        /// The shop's own other accounts, or another merchant's.
        Merchant = "merchant",
    }
}

words! {
    /// The form of a message.
    Form {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A voice message.
        Voice = "voice",
        /// A video.
        Video = "video",
        /// An emoji or sticker.
        Emoji = "emoji",
        /// A file.
        File = "file",
        /// A card of a product.
        ProductCard = "product-card",
        /// A card of an order.
        OrderCard = "order-card",
        /// A red packet.
        RedPacket = "red-packet",
        /// A link.
        Link = "link",
        /// Anything else.
        Other = "other",
    }
}

/// An account of the shop, numbered by the log's interner; 0 is the shop itself: no account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub u32);

impl Account {
    /// The shop itself: no account is known.
    pub const SHOP: Self = Self(0);

    /// Whether an account is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.0 != 0
    }
}

/// A conversation id as the platform has it, numbered by the interner; 0: the log gives none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conversation(pub u32);

impl Conversation {
    /// The log gives no conversation id.
    pub const NONE: Self = Self(0);
}

/// Connects a message with the fact that recalls it; 0: nothing refers to this message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub u32);

impl Mark {
    /// Nothing refers to this message.
    pub const NONE: Self = Self(0);
}

/// One buyer with one shop on one platform: everything between them, whatever the conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(pub u32);

impl ThreadId {
    /// A fact about the shop or an account, with no buyer.
    pub const NONE: Self = Self(u32::MAX);
}

/// What is known of a message's text, judged where texts may be read: one bit for each list of
/// phrases that some rule looks past. All clear: no list has it, or no text was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageFlags(pub u8);

impl MessageFlags {
    /// The text is in the first list: a perfunctory reply (敷衍), or only a greeting.
    pub const PERFUNCTORY: Self = Self(1);

    /// Whether a flag of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What a buyer's rating says, in one byte.
///
/// # Example
///
/// ```
/// use facts::Rating;
/// let rating = Rating::new(5, true);
/// assert_eq!((rating.stars(), rating.is_unsolved()), (Some(5), true));
/// assert_eq!(Rating::NONE.stars(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rating(u8);

impl Rating {
    /// No stars are known: the fact is no rating, or its source gave none.
    pub const NONE: Self = Self(0);

    const UNSOLVED: u8 = 0x80;

    /// A rating of so many stars (more than 126 count as 126), and whether the buyer marked the
    /// problem as unsolved.
    #[must_use]
    pub const fn new(stars: u8, unsolved: bool) -> Self {
        let stars = if stars > 126 { 126 } else { stars };
        Self((stars + 1) | if unsolved { Self::UNSOLVED } else { 0 })
    }

    /// The rating of a byte as [`Rating::code`] gives it.
    #[must_use]
    pub const fn from_code(code: u8) -> Self {
        Self(code)
    }

    /// One byte a rating, for columns; 0: none.
    #[must_use]
    pub const fn code(self) -> u8 {
        self.0
    }

    /// How many stars, `None` where none are known.
    #[must_use]
    pub const fn stars(self) -> Option<u8> {
        (self.0 & !Self::UNSOLVED).checked_sub(1)
    }

    /// Whether the buyer marked the problem as unsolved.
    #[must_use]
    pub const fn is_unsolved(self) -> bool {
        self.0 & Self::UNSOLVED != 0
    }
}

/// One fact of one thread, as small as counting needs it.
///
/// Facts of a thread have a total order: `at`, then the source's sequence number where it has
/// one, else the order read.
///
/// # Example
///
/// ```
/// use facts::{Author, Fact, FactKind, Instant};
/// let question = Fact::message(Instant(1_000), Author::Buyer);
/// assert_eq!(question.kind, FactKind::Message);
/// assert!(!question.account.is_known());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    /// When it happened.
    pub at: Instant,
    /// Which row of the log it is, counted over all sources from 0 in the order read.
    pub row: u32,
    /// The account concerned: writer, assignee, receiver of a transfer.
    pub account: Account,
    /// On a transfer, the account that passed the buyer on.
    pub from_account: Account,
    /// The conversation it belongs to.
    pub conversation: Conversation,
    /// On a message that is recalled later, and on the fact that recalls it: the same mark.
    pub mark: Mark,
    /// What happened.
    pub kind: FactKind,
    /// Who wrote; meaningful on messages only.
    pub author: Author,
    /// The form of a message.
    pub form: Form,
    /// What is known of the message's text.
    pub flags: MessageFlags,
    /// What a rating says; meaningful on ratings only.
    pub rating: Rating,
}

impl Fact {
    /// A fact from its numbers (account, account that passed on, conversation, mark) and its codes
    /// (kind, author, form, flags, rating), as columns hold them. An unknown code is the first
    /// word.
    pub(crate) fn coded(at: i64, row: u32, numbers: [u32; 4], codes: [u8; 5]) -> Self {
        let [account, from_account, conversation, mark] = numbers;
        let [kind, author, form, flags, rating] = codes;
        Self {
            at: Instant(at),
            row,
            account: Account(account),
            from_account: Account(from_account),
            conversation: Conversation(conversation),
            mark: Mark(mark),
            kind: FactKind::from_code(kind).unwrap_or(FactKind::Message),
            author: Author::from_code(author).unwrap_or(Author::Buyer),
            form: Form::from_code(form).unwrap_or(Form::Text),
            flags: MessageFlags(flags),
            rating: Rating::from_code(rating),
        }
    }

    /// A text message without account, conversation or row: the smallest fact.
    #[must_use]
    pub const fn message(at: Instant, author: Author) -> Self {
        Self { author, ..Self::event(at, FactKind::Message) }
    }

    /// A fact other than a message, without account or conversation.
    #[must_use]
    pub const fn event(at: Instant, kind: FactKind) -> Self {
        Self {
            at,
            row: 0,
            account: Account::SHOP,
            from_account: Account::SHOP,
            conversation: Conversation::NONE,
            mark: Mark::NONE,
            kind,
            author: Author::System,
            form: Form::Text,
            flags: MessageFlags(0),
            rating: Rating::NONE,
        }
    }

    /// The same fact with an account.
    #[must_use]
    pub const fn by(self, account: Account) -> Self {
        Self { account, ..self }
    }

    /// The same fact in a conversation.
    #[must_use]
    pub const fn within(self, conversation: Conversation) -> Self {
        Self { conversation, ..self }
    }
}
