//! Names behind the numbers of facts.

use facts::ThreadId;

use crate::error::{Error, Result};
use crate::phrases::Flags;
use crate::piece::Numbering;
use crate::scope::{Reach, ShopKey};
use crate::sql::Connection;

/// What numbers of facts stand for: accounts, conversations, and the shops of threads. Kept by a
/// reader from one reading to the next, so that a number keeps its meaning.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub(crate) numbering: Numbering,
    /// What bits of flags mean.
    pub(crate) flags: Option<Flags>,
    /// By number.
    places: Vec<Option<ShopKey>>,
    /// By thread: the place, and whether the thread is a shop's own.
    threads: Vec<(u32, bool)>,
}

impl Names {
    /// No names yet, of somebody who reads flags so.
    pub(crate) fn with_flags(flags: Flags) -> Self {
        Self { flags: Some(flags), ..Self::default() }
    }

    /// The name of an account; empty: none.
    #[must_use]
    pub fn account(&self, account: facts::Account) -> &str {
        self.numbering.accounts.name(account.0)
    }

    /// The number of an account. `None`: no fact that was read has it.
    #[must_use]
    pub fn find_account(&self, name: &str) -> Option<facts::Account> {
        self.numbering.accounts.find(name).map(facts::Account)
    }

    /// The number of an account, from now on if it had none.
    ///
    /// # Errors
    ///
    /// When there are more names than numbers.
    pub fn number_account(&mut self, name: &str) -> Result<facts::Account> {
        let number = self.numbering.accounts.number(name);
        number.map(facts::Account).map_err(|error| Error::database("numbering names", error))
    }

    /// The id of a conversation; empty: none.
    #[must_use]
    pub fn conversation(&self, conversation: facts::Conversation) -> &str {
        self.numbering.conversations.name(conversation.0)
    }

    /// The shop of a thread; `None` for a thread that was not read yet.
    #[must_use]
    pub fn shop(&self, thread: ThreadId) -> Option<&ShopKey> {
        let (place, _) = self.threads.get(thread.0 as usize)?;
        self.places.get(*place as usize)?.as_ref()
    }

    /// All shops that have threads.
    pub fn shops(&self) -> impl Iterator<Item = &ShopKey> {
        self.places.iter().flatten()
    }

    /// A number above those of all threads that are known.
    #[must_use]
    pub fn n_threads(&self) -> usize {
        self.threads.len()
    }

    /// Whether a thread holds a shop's own facts, without a buyer.
    #[must_use]
    pub fn is_of_shop(&self, thread: ThreadId) -> bool {
        self.threads.get(thread.0 as usize).is_some_and(|(_, of_shop)| *of_shop)
    }

    /// Learns what came since the last reading.
    pub(crate) fn refresh(&mut self, connection: &mut dyn Connection, flags: &Flags) -> Result<()> {
        self.flags.get_or_insert_with(|| flags.clone());
        let places = "SELECT number, platform, shop FROM places WHERE number >= $1 ORDER BY number";
        let known = self.places.len() as i64;
        connection.each(places, crate::sql::args![known], &mut |mut row| {
            let number = row.int()? as usize;
            let key = ShopKey { platform: row.text()?, shop: row.text()? };
            self.places.resize(number + 1, None);
            self.places[number] = Some(key);
            Ok(())
        })?;
        let threads = "SELECT number, place, CASE WHEN buyer = '' THEN 1 ELSE 0 END
                       FROM threads WHERE number >= $1 ORDER BY number";
        let known = self.threads.len() as i64;
        connection.each(threads, crate::sql::args![known], &mut |mut row| {
            let number = row.int()? as usize;
            self.threads.resize(number + 1, (0, false));
            self.threads[number] = (row.int()? as u32, row.int()? == 1);
            Ok(())
        })
    }

    /// By number of a place, whether it is in reach.
    pub(crate) fn in_reach(&self, reach: &Reach) -> Vec<bool> {
        let has = |key: &ShopKey| reach.has(&key.platform, &key.shop);
        self.places.iter().map(|key| key.as_ref().is_some_and(has)).collect()
    }

    pub(crate) fn place_of(&self, thread: u32) -> Result<u32> {
        let place = self.threads.get(thread as usize).map(|(place, _)| *place);
        place.filter(|place| *place != 0).ok_or(Error::Damaged { what: "the thread of a fact" })
    }

    pub(crate) fn place(&self, place: u32) -> Result<&ShopKey> {
        let key = self.places.get(place as usize).and_then(Option::as_ref);
        key.ok_or(Error::Damaged { what: "the shop of a thread" })
    }
}
