//! What counts one shop's figures beside its facts: its entry, and the rules of its own.

use facts::ShopEntry;

use crate::error::Result;
use crate::registry::shops;
use crate::scope::{Grant, Scope};
use crate::sql::{args, first};
use crate::store::Store;

/// A shop's entry, and the rules that are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRules {
    /// The entry; absent: nothing is known of the shop.
    pub entry: Option<ShopEntry>,
    /// The newest rules of each of its groups, in the entry's order, then its own: later ones
    /// stand before earlier ones. What was withdrawn is not among them.
    pub texts: Vec<String>,
}

impl Store {
    /// What a shop's figures are counted by beside its facts. The rules of a shop's groups are
    /// among them for everybody who reads the shop, so that all see the same figures.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the shop is out of reach.
    pub fn own_rules(&self, scope: &Scope, platform: &str, shop: &str) -> Result<OwnRules> {
        scope.needs_shop(Grant::Read, platform, shop)?;
        self.read(|connection| {
            let entry = shops(connection, Some((platform, shop)))?.into_iter().next();
            let groups = entry.iter().flat_map(|entry| &entry.groups);
            let mut targets: Vec<[&str; 3]> =
                groups.map(|group| ["group", "", group.as_str()]).collect();
            targets.push(["shop", platform, shop]);
            let mut texts = Vec::new();
            for [word, platform, name] in targets {
                let newest = "SELECT text FROM overrides
                              WHERE target = $1 AND platform = $2 AND name = $3
                              ORDER BY number DESC LIMIT 1";
                let values = args![word, platform, name];
                texts.extend(first(connection, newest, values, |row| row.maybe_text())?.flatten());
            }
            Ok(OwnRules { entry, texts })
        })
    }
}
