//! What a caller may reach.

use crate::error::{Error, Result};

/// A shop on a platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShopKey {
    /// The platform's word.
    pub platform: String,
    /// The shop id, as the platform has it.
    pub shop: String,
}

impl ShopKey {
    /// A shop on a platform.
    #[must_use]
    pub fn new(platform: &str, shop: &str) -> Self {
        Self { platform: platform.to_owned(), shop: shop.to_owned() }
    }
}

/// Which shops.
///
/// # Example
///
/// ```
/// use store::{Reach, ShopKey};
/// let reach = Reach::Shops(vec![ShopKey::new("jd", "s1")]);
/// assert!(reach.has("jd", "s1"));
/// assert!(!reach.has("taobao", "s1"), "the same id on another platform is another shop");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of them, also those that come later.
    Everything,
    /// These and no others.
    Shops(Vec<ShopKey>),
}

impl Reach {
    /// Whether a shop is among them.
    #[must_use]
    pub fn has(&self, platform: &str, shop: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Shops(shops) => {
                shops.iter().any(|key| key.platform == platform && key.shop == shop)
            }
        }
    }

    /// Whether all shops of another reach are among them.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Shops(_), Self::Everything) => false,
            (Self::Shops(_), Self::Shops(shops)) => {
                shops.iter().all(|key| self.has(&key.platform, &key.shop))
            }
        }
    }

    /// A line a shop; absent: everything.
    pub(crate) fn stored(&self) -> Result<Option<String>> {
        let Self::Shops(shops) = self else { return Ok(None) };
        let unfit = Error::Unfit { what: "reach", expected: "shops without control characters" };
        let is_plain = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        if !shops.iter().all(|key| is_plain(&key.platform) && is_plain(&key.shop)) {
            return Err(unfit);
        }
        let lines = shops.iter().map(|key| format!("{}\t{}\n", key.platform, key.shop));
        Ok(Some(lines.collect()))
    }

    pub(crate) fn of_stored(stored: Option<&str>) -> Self {
        let Some(stored) = stored else { return Self::Everything };
        let shops = stored.lines().filter_map(|line| line.split_once('\t'));
        Self::Shops(shops.map(|(platform, shop)| ShopKey::new(platform, shop)).collect())
    }
}

facts::words! {
    /// What a user is.
    Role {
        /// May do everything with the shops in reach.
        Owner = "owner",
        /// Sees figures and chats, changes settings of shops.
        Supervisor = "supervisor",
        /// Sees figures and chats.
        Agent = "agent",
        /// Sees figures.
        Viewer = "viewer",
    }
}

facts::words! {
    /// One thing that a caller may do.
    Grant {
        /// Sends facts.
        Feed = "feed",
        /// Reads figures, facts without texts, and settings.
        Read = "read",
        /// Reads what buyers wrote.
        Texts = "texts",
        /// Changes settings of shops.
        Settings = "settings",
        /// Changes users and tokens, erases buyers, reads the audit log.
        Manage = "manage",
    }
}

impl Role {
    /// What the role may do.
    #[must_use]
    pub const fn grants(self) -> &'static [Grant] {
        match self {
            Self::Owner => Grant::ALL,
            Self::Supervisor => &[Grant::Feed, Grant::Read, Grant::Texts, Grant::Settings],
            Self::Agent => &[Grant::Read, Grant::Texts],
            Self::Viewer => &[Grant::Read],
        }
    }
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The program itself.
    Engine,
    /// A user, by number.
    User(i64),
    /// An API token, by number.
    Token(i64),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Engine => f.write_str("engine"),
            Self::User(number) => write!(f, "user {number}"),
            Self::Token(number) => write!(f, "token {number}"),
        }
    }
}

/// What a caller may reach: the only key to a shop's data.
///
/// A scope comes from a sign-in ([`crate::Store::session`], [`crate::Store::token`]); no other code
/// can make one, but for [`Scope::everything`]. It says what was allowed at that moment: servers
/// take a new one for each request.
///
/// ```compile_fail
/// let scope = store::Scope { who: store::Who::Engine };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    who: Who,
    reach: Reach,
    grants: Vec<Grant>,
}

impl Scope {
    /// Everything, for the engine's own loop and for the person at the machine's own terminal.
    /// Nothing that answers a request has any business with it.
    #[must_use]
    pub fn everything() -> Self {
        Self { who: Who::Engine, reach: Reach::Everything, grants: Grant::ALL.to_vec() }
    }

    pub(crate) fn new(who: Who, reach: Reach, grants: Vec<Grant>) -> Self {
        Self { who, reach, grants }
    }

    /// Who calls.
    #[must_use]
    pub fn who(&self) -> Who {
        self.who
    }

    /// Which shops the caller may reach.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether the caller may do something with the shops in reach.
    #[must_use]
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not.
    pub(crate) fn needs(&self, grant: Grant) -> Result<()> {
        if self.may(grant) { Ok(()) } else { Err(Error::Denied) }
    }

    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not, or not with this shop.
    pub(crate) fn needs_shop(&self, grant: Grant, platform: &str, shop: &str) -> Result<()> {
        self.needs(grant)?;
        if self.reach.has(platform, shop) { Ok(()) } else { Err(Error::Denied) }
    }

    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not, or not with every shop.
    pub(crate) fn needs_everything(&self, grant: Grant) -> Result<()> {
        self.needs(grant)?;
        if self.reach == Reach::Everything { Ok(()) } else { Err(Error::Denied) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_comes_back_as_stored() {
        for reach in [
            Reach::Everything,
            Reach::Shops(vec![]),
            Reach::Shops(vec![ShopKey::new("jd", "a b"), ShopKey::new("taobao", "店")]),
        ] {
            let stored = reach.stored().unwrap();
            assert_eq!(Reach::of_stored(stored.as_deref()), reach);
        }
        assert!(Reach::Shops(vec![ShopKey::new("jd", "a\tb")]).stored().is_err());
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let one = Reach::Shops(vec![ShopKey::new("jd", "a")]);
        assert!(Reach::Everything.covers(&one) && one.covers(&one));
        assert!(!one.covers(&Reach::Everything));
        assert!(!one.covers(&Reach::Shops(vec![ShopKey::new("jd", "b")])));
    }
}
