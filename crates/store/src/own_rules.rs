//! What counts one shop's figures beside its facts: its entry, and the rules of its own.

use std::collections::BTreeMap;

use facts::ShopEntry;

use crate::error::Result;
use crate::registry::shops;
use crate::scope::{Grant, Scope};
use crate::sql::{Connection, all, args};
use crate::store::Store;

/// A shop's entry, and the rules that are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRules {
    /// The entry; absent: nothing is known of the shop.
    pub entry: Option<ShopEntry>,
    /// By metric, the text of the rule that stands in the place of the platform's: the shop's own
    /// before that of a group, a later group's before an earlier one's, in the entry's order.
    pub rules: BTreeMap<String, String>,
    /// The same without those of the shop itself: what stands when it withdraws its own.
    pub of_groups: BTreeMap<String, String>,
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
            let of_groups = groups.map(|group| ["group", "", group.as_str()]);
            let of_groups = standing(connection, of_groups)?;
            let mut rules = of_groups.clone();
            rules.extend(standing(connection, [["shop", platform, shop]])?);
            Ok(OwnRules { entry, rules, of_groups })
        })
    }
}

/// The texts that stand for some targets, by metric; a later target's before an earlier one's.
fn standing<'a>(
    connection: &mut dyn Connection,
    targets: impl IntoIterator<Item = [&'a str; 3]>,
) -> Result<BTreeMap<String, String>> {
    let mut rules = BTreeMap::new();
    for [word, platform, name] in targets {
        let versions = "SELECT metric, text FROM overrides
                        WHERE target = $1 AND platform = $2 AND name = $3
                        ORDER BY number";
        let versions = all(connection, versions, args![word, platform, name], |row| {
            Ok((row.text()?, row.maybe_text()?))
        })?;
        // The newest of each metric; one that was withdrawn is none.
        let newest: BTreeMap<String, Option<String>> = versions.into_iter().collect();
        rules.extend(newest.into_iter().filter_map(|(metric, text)| Some((metric, text?))));
    }
    Ok(rules)
}
