//! Numbers and keys of buyers' threads.

use std::hash::BuildHasherDefault;

use hashbrown::HashMap;

use crate::error::{Error, Result};
use crate::known::{AsIs, Key};
use crate::secret::{MasterKey, TextCipher, TextKey};
use crate::sql::{Connection, args, first};

/// How many threads of each generation are in memory.
const GENERATION: usize = 1 << 16;

/// How many ciphers are kept ready: those of buyers who talk just now.
const READY: usize = 4096;

/// Ciphers of threads that were used lately, each in the place that its number gives it.
pub(crate) struct Ciphers(Vec<Option<(u32, TextCipher)>>);

impl Default for Ciphers {
    fn default() -> Self {
        Self((0..READY).map(|_| None).collect())
    }
}

impl Ciphers {
    /// The cipher of a thread; `None`: the buyer was erased.
    pub(crate) fn of(&mut self, thread: &Thread) -> Option<&TextCipher> {
        let key = thread.key.as_ref()?;
        let place = &mut self.0[thread.number as usize % READY];
        if place.as_ref().is_none_or(|(number, _)| *number != thread.number) {
            *place = Some((thread.number, key.cipher()));
        }
        place.as_ref().map(|(_, cipher)| cipher)
    }
}

/// A thread as the writer needs it.
pub(crate) struct Thread {
    pub(crate) number: u32,
    /// Absent: the buyer was erased, and texts under their pseudonym are not kept.
    pub(crate) key: Option<TextKey>,
}

type Generation = HashMap<Key, Thread, BuildHasherDefault<AsIs>>;

/// Threads that were used lately: those of two generations, of which the older is dropped when the
/// newer is full. What memory holds does not grow with the number of buyers.
#[derive(Default)]
pub(crate) struct Threads {
    newer: Generation,
    older: Generation,
    /// The greatest number given out.
    last: Option<u32>,
    last_place: Option<u32>,
}

impl Threads {
    /// The thread of a buyer with a shop, a new one when there was none. An empty buyer: the
    /// thread of the shop's own facts. `key` stands for the three names.
    pub(crate) fn thread(
        &mut self,
        connection: &mut dyn Connection,
        master: &MasterKey,
        key: Key,
        names: [&str; 3],
    ) -> Result<&Thread> {
        if !self.newer.contains_key(&key) {
            let thread = match self.older.remove(&key) {
                Some(thread) => thread,
                None => self.stored(connection, master, names)?,
            };
            if self.newer.len() >= GENERATION {
                self.older = std::mem::take(&mut self.newer);
            }
            self.newer.insert(key, thread);
        }
        self.newer.get(&key).ok_or(Error::Damaged { what: "the thread of a fact" })
    }

    fn stored(
        &mut self,
        connection: &mut dyn Connection,
        master: &MasterKey,
        [platform, shop, buyer]: [&str; 3],
    ) -> Result<Thread> {
        let place = self.place(connection, platform, shop)?;
        let known = "SELECT number, sealing_key FROM threads WHERE place = $1 AND buyer = $2";
        let known = first(connection, known, args![i64::from(place), buyer], |row| {
            Ok((row.int()? as u32, row.maybe_bytes()?))
        })?;
        match known {
            Some((number, sealed)) => {
                let key = sealed.map(|sealed| TextKey::opened(&sealed, master, number));
                Ok(Thread { number, key: key.transpose()? })
            }
            None => {
                let number = next(connection, &mut self.last, "SELECT MAX(number) FROM threads")?;
                let key = TextKey::generate()?;
                let sealed = key.sealed(master, number)?;
                connection.run(
                    "INSERT INTO threads (number, place, buyer, sealing_key)
                     VALUES ($1, $2, $3, $4)",
                    args![i64::from(number), i64::from(place), buyer, sealed],
                )?;
                Ok(Thread { number, key: Some(key) })
            }
        }
    }

    fn place(
        &mut self,
        connection: &mut dyn Connection,
        platform: &str,
        shop: &str,
    ) -> Result<u32> {
        if let Some(place) = place(connection, platform, shop)? {
            return Ok(place);
        }
        let greatest = "SELECT MAX(number) FROM places";
        let number = next(connection, &mut self.last_place, greatest)?;
        let insert = "INSERT INTO places (number, platform, shop) VALUES ($1, $2, $3)";
        connection.run(insert, args![i64::from(number), platform, shop])?;
        Ok(number)
    }
}

/// The number of a shop, `None` while it has no facts.
pub(crate) fn place(
    connection: &mut dyn Connection,
    platform: &str,
    shop: &str,
) -> Result<Option<u32>> {
    let known = "SELECT number FROM places WHERE platform = $1 AND shop = $2";
    Ok(first(connection, known, args![platform, shop], |row| row.int())?.map(|n| n as u32))
}

fn next(connection: &mut dyn Connection, last: &mut Option<u32>, greatest: &str) -> Result<u32> {
    let newest = match *last {
        Some(newest) => newest,
        None => {
            first(connection, greatest, &[], |row| row.maybe_int())?.flatten().unwrap_or(0) as u32
        }
    };
    let number = newest
        .checked_add(1)
        .filter(|n| *n < u32::MAX)
        .ok_or(Error::Unfit { what: "buyer", expected: "at most four billion of them" })?;
    *last = Some(number);
    Ok(number)
}
