//! What lists are narrowed to.

use facts::ShopEntry;
use serde::Deserialize;
use store::{Reach, ShopKey};
use utoipa::IntoParams;

/// Of which shops.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfShops {
    /// Of shops of this platform alone, as `taobao`.
    platform: Option<String>,
    /// Of the shop of this id alone; without `platform`, of each platform.
    shop: Option<String>,
}

impl OfShops {
    /// Whether a shop is one of them.
    pub(crate) fn has(&self, platform: &str, shop: &str) -> bool {
        self.platform.as_ref().is_none_or(|wanted| wanted == platform)
            && self.shop.as_ref().is_none_or(|wanted| wanted == shop)
    }

    /// The platform and the shop that are asked for.
    pub(crate) fn parts(self) -> (Option<String>, Option<String>) {
        (self.platform, self.shop)
    }

    /// A reach, narrowed where one shop alone is asked for: of others nothing need be looked at.
    pub(crate) fn within(&self, reach: &Reach) -> Reach {
        match (&self.platform, &self.shop) {
            (Some(platform), Some(shop)) => {
                let key = reach.has(platform, shop).then(|| ShopKey::new(platform, shop));
                Reach::Shops(key.into_iter().collect())
            }
            _ => reach.clone(),
        }
    }
}

/// Of which agencies' shops.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfWhom {
    /// Of shops of this group alone.
    group: Option<String>,
    /// Of this client's shops alone.
    client: Option<String>,
}

impl OfWhom {
    /// Whether a shop of these groups and this client is one of them.
    pub(crate) fn has(&self, groups: &[String], client: &str) -> bool {
        self.group.as_ref().is_none_or(|wanted| groups.contains(wanted))
            && self.client.as_ref().is_none_or(|wanted| wanted == client)
    }

    /// The same of what is known of a shop.
    pub(crate) fn has_entry(&self, entry: &ShopEntry) -> bool {
        self.has(&entry.groups, &entry.client)
    }
}
