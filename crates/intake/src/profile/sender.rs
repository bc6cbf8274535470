//! Who wrote a message, by the name that the source gives.

use facts::Author;

use super::Words;

/// The rules of a profile about senders.
#[derive(Clone, Debug, Default)]
pub(super) struct Senders {
    /// Words of the author column, or whole names.
    pub(super) words: Words,
    /// Patterns of names, in the order in which they are tried.
    pub(super) patterns: Vec<(Pattern, Author)>,
    /// Who wrote where no rule fits.
    pub(super) otherwise: Option<Author>,
    /// The shop's own name among senders; absent: any name stands for it in a pattern.
    pub(super) seller: Option<String>,
}

/// What the rules say of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) author: Author,
    /// The account, where the name tells one.
    pub(super) account: Option<String>,
    /// The buyer, where the name tells one.
    pub(super) buyer: Option<String>,
}

impl Known {
    const fn plain(author: Author) -> Self {
        Self { author, account: None, buyer: None }
    }
}

impl Senders {
    /// What the rules say of a name, without the rule for all others.
    pub(super) fn of_name(&self, name: &str) -> Option<Known> {
        let name = name.trim();
        if let Some(author) = self.words.exact(name).and_then(Author::from_word) {
            return Some(Known::plain(author));
        }
        if self.seller.as_deref() == Some(name) {
            let account = Some(name.to_owned());
            return Some(Known { account, ..Known::plain(Author::Agent) });
        }
        let found = self.patterns.iter().find_map(|(pattern, author)| {
            let found = pattern.find(name, self.seller.as_deref())?;
            Some(Known { author: *author, account: found.account, buyer: found.buyer })
        })?;
        // An account may be a bot's, or the platform's: the words know it by its own name.
        let by_account = found.account.as_deref().and_then(|account| self.words.exact(account));
        let author = by_account.and_then(Author::from_word).unwrap_or(found.author);
        Some(Known { author, ..found })
    }
}

/// A pattern of names, such as `{shop}:{account}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Hole(Hole),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    Shop,
    Account,
    Buyer,
    Any,
}

const HOLES: [(&str, Hole); 4] = [
    ("{shop}", Hole::Shop),
    ("{account}", Hole::Account),
    ("{buyer}", Hole::Buyer),
    ("{any}", Hole::Any),
];

/// What a pattern found in a name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    account: Option<String>,
    buyer: Option<String>,
}

/// Both kinds of colon are typed for each other.
fn plain(text: &str) -> String {
    text.trim().replace('：', ":")
}

impl Pattern {
    /// Reads a pattern; `None` when it has no hole, one twice, or two without anything between.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = plain(text);
        let mut rest = text.as_str();
        let mut parts: Vec<Part> = Vec::new();
        while !rest.is_empty() {
            let at = rest.find('{').unwrap_or(rest.len());
            if at > 0 {
                parts.push(Part::Literal(rest[..at].into()));
                rest = &rest[at..];
                continue;
            }
            let (name, hole) = HOLES.iter().find(|(name, _)| rest.starts_with(name))?;
            let twice = parts.contains(&Part::Hole(*hole));
            if twice || matches!(parts.last(), Some(Part::Hole(_))) {
                return None;
            }
            parts.push(Part::Hole(*hole));
            rest = &rest[name.len()..];
        }
        parts.iter().any(|part| matches!(part, Part::Hole(_))).then_some(Self { parts })
    }

    /// Each hole takes as little as it can, and at least a character.
    fn find(&self, name: &str, seller: Option<&str>) -> Option<Found> {
        let name = plain(name);
        let mut rest = name.as_str();
        let mut found = Found::default();
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let hole = match part {
                Part::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    continue;
                }
                Part::Hole(hole) => hole,
            };
            let end = match parts.peek() {
                Some(Part::Literal(literal)) => rest.find(literal.as_str())?,
                _ => rest.len(),
            };
            let (taken, left) = rest.split_at(end);
            rest = left;
            let taken = taken.trim();
            match hole {
                _ if taken.is_empty() => return None,
                Hole::Shop if seller.is_some_and(|seller| plain(seller) != taken) => return None,
                Hole::Shop | Hole::Any => {}
                Hole::Account => found.account = Some(taken.into()),
                Hole::Buyer => found.buyer = Some(taken.into()),
            }
        }
        rest.is_empty().then_some(found)
    }
}

/// The parties of a chat with one buyer, learned from its names one after the other.
#[derive(Debug, Default)]
pub(super) struct Parties {
    pub(super) buyer: Option<String>,
    /// Names of the shop, from the senders that have it before a colon.
    shops: Vec<String>,
}

/// Who a name of a chat is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Party {
    /// The buyer.
    Buyer,
    /// Somebody of the shop or the platform.
    Other(Known),
    /// A second buyer: the chat is no chat with one buyer.
    Second,
}

impl Parties {
    /// The parties of a chat whose buyer may be known.
    pub(super) const fn with(buyer: Option<String>) -> Self {
        Self { buyer, shops: Vec::new() }
    }

    /// Who a name is. The first name that no rule knows is the buyer's.
    pub(super) fn of(&mut self, name: &str, senders: &Senders) -> Party {
        if self.buyer.as_deref() == Some(name) {
            return Party::Buyer;
        }
        if let Some(known) = senders.of_name(name) {
            if known.author == Author::Buyer {
                return self.buyer(name);
            }
            let shop = plain(name).split_once(':').map(|(shop, _)| shop.trim().to_owned());
            if let Some(shop) = shop.filter(|shop| !self.shops.contains(shop)) {
                // Names that a chat can hold are few; more are nobody's shop.
                if self.shops.len() < 16 {
                    self.shops.push(shop);
                }
            }
            return Party::Other(known);
        }
        if self.shops.iter().any(|shop| shop == name) {
            let account = Some(name.to_owned());
            return Party::Other(Known { account, ..Known::plain(Author::Agent) });
        }
        self.buyer(name)
    }

    fn buyer(&mut self, name: &str) -> Party {
        match &self.buyer {
            Some(buyer) if buyer != name => Party::Second,
            _ => {
                self.buyer = Some(name.into());
                Party::Buyer
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn senders(seller: Option<&str>) -> Senders {
        let pattern = |text| Pattern::parse(text).expect("a pattern");
        Senders {
            words: Words {
                words: vec![("系统消息".into(), "system"), ("服务助手".into(), "bot")],
                otherwise: None,
            },
            patterns: vec![
                (pattern("{shop}:{account}"), Author::Agent),
                (pattern("{any}:{account}"), Author::Merchant),
            ],
            otherwise: None,
            seller: seller.map(Into::into),
        }
    }

    fn of(name: &str, seller: Option<&str>) -> Option<(Author, String)> {
        let known = senders(seller).of_name(name)?;
        Some((known.author, known.account.unwrap_or_default()))
    }

    #[test]
    fn names_are_told_by_their_pattern() {
        assert_eq!(of("某店:小美", None), Some((Author::Agent, "小美".into())));
        assert_eq!(of("某店：小美", Some("某店")), Some((Author::Agent, "小美".into())));
        assert_eq!(of("他店:小美", Some("某店")), Some((Author::Merchant, "小美".into())));
        assert_eq!(of("某店", Some("某店")), Some((Author::Agent, "某店".into())));
        assert_eq!(of("某店:服务助手", None), Some((Author::Bot, "服务助手".into())));
        assert_eq!(of("系统消息", None), Some((Author::System, String::new())));
        for name in ["tb123", "某店", ":小美", "某店:", ""] {
            assert_eq!(of(name, None), None, "{name}");
        }
    }

    #[test]
    fn a_pattern_has_holes_that_can_be_told_apart() {
        for text in ["", "客服", "{shop}{account}", "{shop}:{shop}", "{nick}", "{"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_chat_has_one_buyer() {
        let senders = senders(None);
        let mut parties = Parties::default();
        assert!(matches!(parties.of("某店:小美", &senders), Party::Other(_)));
        assert_eq!(parties.of("tb1", &senders), Party::Buyer);
        assert!(matches!(parties.of("某店", &senders), Party::Other(_)));
        assert_eq!(parties.of("tb2", &senders), Party::Second);
        assert_eq!(parties.of("tb1", &senders), Party::Buyer);
    }
}
