//! The accounts of shops, and whether they are at work.

use facts::{Instant, ShopId, Zone};
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
            let zone = self.rules.platform(&key.platform).1;
            let accounts = self.accounts_of(shop, zone, now);
            all.extend(accounts.into_iter().map(|account| (key.clone(), account)));
        }
        all
    }

    /// The accounts of a shop of which it is known whether they are at work, by name.
    pub(crate) fn accounts_of(&self, shop: ShopId, zone: &Zone, now: Instant) -> Vec<AccountNow> {
        let Some(known) = self.happenings.of(shop) else { return Vec::new() };
        let held = known.held(now);
        let mut all: Vec<AccountNow> = known
            .accounts()
            .map(|(account, presence, since)| AccountNow {
                account: self.names.account(account).to_owned(),
                presence: presence.word(),
                since: Stamp::of(zone, since),
                open: held.as_ref().map(|held| held.get(&account).copied().unwrap_or(0)),
            })
            .collect();
        all.sort_by(|a, b| a.account.cmp(&b.account));
        all
    }
}
