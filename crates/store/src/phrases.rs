//! What the bits of flags of texts mean.
//!
//! A flag says that a list of phrases has a text. Programs number their lists as their rules come;
//! in the store a list keeps the bit that it had first, so that stored flags mean the same when
//! lists are added, dropped or come in another order.

use crate::error::{Error, Result};
use crate::sql::{Access, Connection, all, args, first, within};

/// How many lists there may ever be.
const BITS: usize = 8;

/// From flags as callers have them to stored ones, and back.
#[derive(Clone, Debug)]
pub(crate) struct Flags {
    stored: Option<Box<[[u8; 256]; 2]>>,
}

impl Flags {
    /// Flags of callers who have them as they are stored.
    pub(crate) const fn as_stored() -> Self {
        Self { stored: None }
    }

    /// The meaning of bits: `lists` in the order in which callers number them. Without any,
    /// flags are stored as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Unfit`] when there were more lists over time than there are bits.
    pub(crate) fn of(connection: &mut dyn Connection, lists: &[Vec<String>]) -> Result<Self> {
        if lists.is_empty() {
            return Ok(Self { stored: None });
        }
        let names: Vec<String> = lists.iter().map(|list| list.join("\n")).collect();
        let places = within(connection, Access::Write, |connection| numbered(connection, &names))?;
        if places.iter().enumerate().all(|(bit, place)| bit == *place) {
            // A list that is not one of the callers' any more has no bit of theirs.
            let known = ((1_u16 << places.len()) - 1) as u8;
            if known == u8::MAX {
                return Ok(Self { stored: None });
            }
        }
        let mut tables = Box::new([[0; 256]; 2]);
        for flags in 0..=u8::MAX {
            for (bit, place) in places.iter().enumerate() {
                tables[0][usize::from(flags)] |= (flags >> bit & 1) << place;
                tables[1][usize::from(flags)] |= (flags >> place & 1) << bit;
            }
        }
        Ok(Self { stored: Some(tables) })
    }

    /// Flags as they are stored.
    pub(crate) fn stored(&self, flags: u8) -> u8 {
        self.stored.as_ref().map_or(flags, |tables| tables[0][usize::from(flags)])
    }

    /// Stored flags as callers have them.
    pub(crate) fn read(&self, stored: &mut [u8]) {
        if let Some(tables) = &self.stored {
            stored.iter_mut().for_each(|flags| *flags = tables[1][usize::from(*flags)]);
        }
    }
}

/// The lists that there ever were, each with its stored bit: for an archive, which has no flags but
/// what a text says.
pub(crate) struct Phrases(Vec<(u8, Vec<String>)>);

impl Phrases {
    pub(crate) fn load(connection: &mut dyn Connection) -> Result<Self> {
        let known = "SELECT bit, phrases FROM phrase_lists ORDER BY bit";
        let lists = all(connection, known, &[], |row| {
            let bit = row.int()? as u8;
            Ok((bit, row.text()?.lines().map(str::to_owned).collect()))
        })?;
        Ok(Self(lists))
    }

    /// A phrase that the same lists have which had a text with these stored flags; empty: none has.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where no phrase has these flags, as when they were stored without lists.
    pub(crate) fn standing_for(&self, flags: u8) -> Result<&str> {
        if flags == 0 {
            return Ok("");
        }
        let mut phrases = self.0.iter().flat_map(|(_, phrases)| phrases);
        let found = phrases.find(|phrase| self.judge(phrase) == flags);
        found.map(String::as_str).ok_or(Error::Damaged { what: "flags that no phrase has" })
    }

    /// The stored flags of a text.
    pub(crate) fn judge(&self, text: &str) -> u8 {
        if text.is_empty() {
            return 0;
        }
        let bare = bare(text);
        let has = |phrases: &[String]| phrases.iter().any(|phrase| self::bare(phrase) == bare);
        self.0.iter().fold(0, |flags, (bit, list)| flags | u8::from(has(list)) << bit)
    }
}

/// Phrases are compared without spaces and punctuation, as whoever judges texts compares them.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The stored bit of each list; those that are new get the next ones.
fn numbered(connection: &mut dyn Connection, names: &[String]) -> Result<Vec<usize>> {
    // Nobody else gives out bits meanwhile.
    first(connection, "SELECT arrivals FROM standing {lock}", &[], |row| row.int())?;
    let known = "SELECT bit, phrases FROM phrase_lists ORDER BY bit";
    let mut known = all(connection, known, &[], |row| Ok((row.int()?, row.text()?)))?;
    let mut places = Vec::new();
    for name in names {
        let place = match known.iter().find(|(_, phrases)| phrases == name) {
            Some((bit, _)) => *bit,
            None => {
                let bit = known.last().map_or(0, |(bit, _)| bit + 1);
                if bit as usize >= BITS {
                    let expected = "eight lists at most over time";
                    return Err(Error::Unfit { what: "list of phrases", expected });
                }
                let put = "INSERT INTO phrase_lists (bit, phrases) VALUES ($1, $2)";
                connection.run(put, args![bit, name.as_str()])?;
                known.push((bit, name.clone()));
                bit
            }
        };
        places.push(place as usize);
    }
    Ok(places)
}
