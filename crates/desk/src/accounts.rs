//! The accounts of shops, and whether they are at work.

use facts::Instant;
use store::{Reach, ShopKey};

use crate::state::State;
use crate::view::{AccountNow, Stamp};

impl State {
    /// The accounts of the shops in reach of which it is known whether they are at work. No figure
    /// is worked out for it.
    pub(crate) fn accounts_in(&self, reach: &Reach, now: Instant) -> Vec<(ShopKey, AccountNow)> {
        let mut all = Vec::new();
        for (shop, key) in self.shops.all() {
            if !reach.has(&key.platform, &key.shop) {
                continue;
            }
            let Some(known) = self.happenings.of(shop) else { continue };
            let (zone, held) = (self.rules.platform(&key.platform).1, known.held(now));
            all.extend(known.accounts().map(|(account, presence, since)| {
                let now = AccountNow {
                    account: self.names.account(account).to_owned(),
                    presence: presence.word(),
                    since: Stamp::of(zone, since),
                    open: held.as_ref().map(|held| held.get(&account).copied().unwrap_or(0)),
                };
                (key.clone(), now)
            }));
        }
        all
    }
}
