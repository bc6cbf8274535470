//! Names that all pieces of a stream share, numbered by whoever meets them first.

use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use facts::{Interner, OutOfIds, Registry, Shop, ThreadKey};
use hashbrown::{DefaultHashBuilder, HashMap};

use super::Roll;

/// Names that all pieces share.
pub(super) struct Names {
    keys: [DefaultHashBuilder; 2],
    inner: Mutex<Inner>,
}

struct Inner {
    roll: Roll,
    conversations: Interner,
    /// By platform and name.
    numbers: HashMap<(u32, u32), NamedShop>,
}

/// A shop by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NamedShop {
    pub(super) platform: u32,
    pub(super) shop: u32,
    /// Position of its entry in the registry.
    pub(super) entry: Option<u32>,
}

impl Default for Names {
    fn default() -> Self {
        let roll = Roll { accounts: Interner::with_none(), ..Roll::default() };
        let conversations = Interner::with_none();
        Self {
            keys: Default::default(),
            inner: Mutex::new(Inner { roll, conversations, numbers: HashMap::new() }),
        }
    }
}

impl Names {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Numbers are given out one at a time: a thread that panicked left none half given.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers platforms before any is met.
    pub(super) fn set_platforms(&self, platforms: Interner) {
        self.lock().roll.platforms = platforms;
    }

    /// The numbers of a shop.
    pub(super) fn shop(
        &self,
        platform: &str,
        shop: &str,
        registry: &Registry,
    ) -> Result<NamedShop, OutOfIds> {
        let inner = &mut *self.lock();
        let number = inner.roll.platforms.number(platform)?;
        let name = inner.roll.shop_names.number(shop)?;
        if let Some(known) = inner.numbers.get(&(number, name)) {
            return Ok(*known);
        }
        let next = u32::try_from(inner.roll.shops.len()).map_err(|_| OutOfIds)?;
        inner.roll.shops.push(Shop { platform: number, name });
        let is_it = |entry: &facts::ShopEntry| entry.platform == platform && entry.shop == shop;
        let entry = registry.shops.iter().position(is_it).and_then(|i| u32::try_from(i).ok());
        let named = NamedShop { platform: number, shop: next, entry };
        inner.numbers.insert((number, name), named);
        Ok(named)
    }

    /// The numbers of accounts; 0 for the empty text.
    pub(super) fn accounts<'t>(
        &self,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<Vec<u32>, OutOfIds> {
        let accounts = &mut self.lock().roll.accounts;
        texts.map(|text| accounts.number(text)).collect()
    }

    /// The numbers of conversations; 0 for the empty text.
    pub(super) fn conversations<'t>(
        &self,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<Vec<u32>, OutOfIds> {
        let conversations = &mut self.lock().conversations;
        texts.map(|text| conversations.number(text)).collect()
    }

    /// The key of a buyer's thread with a shop.
    pub(super) fn key(&self, shop: u32, buyer: &str) -> ThreadKey {
        ThreadKey([self.keys[0].hash_one((shop, buyer)), self.keys[1].hash_one((shop, buyer))])
    }

    pub(super) fn take_roll(&self) -> Roll {
        std::mem::take(&mut self.lock().roll)
    }
}
