//! What of a day moves, and how it is written.

use archive::GrowingArchive;
use facts::{Author, Day, FactKind, NewFact, ThreadId};
use hashbrown::HashMap;
use intake::gather::Facts;

use super::{ArchivedDay, SealedText, decode, encode};
use crate::append::day_start;
use crate::error::{Error, Result};
use crate::known::HashKey;
use crate::names::Names;
use crate::phrases::{Flags, Phrases};
use crate::read::{Stored, between};
use crate::sql::{Connection, args, first};
use crate::texts;

/// The facts of a day in the order in which those of one instant stay, with what was sealed.
pub(crate) struct Moved {
    facts: Facts,
    /// By fact: arrival, thread and bytes of what is sealed.
    sealed: HashMap<u32, (u64, u32, Vec<u8>)>,
    /// How many come out of the database.
    pub(crate) n: u64,
    /// The newest fact of the log when they were read.
    pub(crate) newest: u64,
}

/// Where a fact is: in the archive, piece and row, or among what was stored.
#[derive(Clone, Copy)]
enum Place {
    Archived(usize, usize),
    Stored(usize, usize),
}

impl Moved {
    /// Reads them, those that are archived already too. `None`: nothing is to move.
    pub(crate) fn read(
        connection: &mut dyn Connection,
        (archive, hash): (&GrowingArchive, &HashKey),
        day: Day,
        archived: Option<&ArchivedDay>,
    ) -> Result<Option<Self>> {
        let newest = first(connection, "SELECT arrivals FROM standing", &[], |row| row.int())?;
        let mut names = Names::with_flags(Flags::as_stored());
        names.refresh(connection, &Flags::as_stored())?;
        let number = i64::from(day.0);
        let range = (day_start(number), day_start(number + 1));
        let stored = between(connection, range, &|_| true, &mut names)?;
        let n = stored.iter().map(|one| one.len() as u64).sum();
        if n == 0 {
            return Ok(None);
        }
        let old = archived.map_or_else(|| Ok(Vec::new()), |day| pieces(archive, day))?;
        let order = ordered(&old, &stored);
        let mut moved = Self {
            facts: Facts::new(0, 0),
            sealed: HashMap::new(),
            n,
            newest: newest.unwrap_or(0) as u64,
        };
        moved.add(&order, (&old, &stored), (&names, hash, &Phrases::load(connection)?))?;
        let places: HashMap<u64, u32> = (0..)
            .zip(&order)
            .filter_map(|(row, place)| match place {
                Place::Stored(piece, of) => Some((stored[*piece].arrival(*of).0, row)),
                Place::Archived(..) => None,
            })
            .collect();
        moved.seal_stored(connection, &stored, &places)?;
        if let Some(file) = archived.and_then(|day| day.texts.as_ref()) {
            let places = (0..).zip(&order).filter_map(|(row, place)| match place {
                Place::Archived(piece, of) => Some((old[*piece].0 + *of as u64, row)),
                Place::Stored(..) => None,
            });
            let places: HashMap<u64, u32> = places.collect();
            for text in decode(&archive.bytes(file).map_err(|error| Error::archive(&error))?)? {
                let row = places.get(&text.row).ok_or(MISSING)?;
                moved.sealed.insert(*row, (text.arrival, text.thread, text.sealed));
            }
        }
        Ok(Some(moved))
    }

    fn add(
        &mut self,
        order: &[Place],
        (old, stored): (&[(u64, Facts)], &[Stored]),
        (names, hash, phrases): (&Names, &HashKey, &Phrases),
    ) -> Result<()> {
        let numbered = |error| Error::database("numbering names", error);
        let mut pseudonyms: HashMap<u32, String> = HashMap::new();
        for place in order {
            let (piece, row) = match *place {
                Place::Archived(piece, row) => {
                    self.facts.add(&old[piece].1.new_fact(row)).map_err(numbered)?;
                    continue;
                }
                Place::Stored(piece, row) => (&stored[piece], row),
            };
            let ThreadId(thread) = piece.thread(row);
            let shop = names.place(names.place_of(thread)?)?;
            let buyer = pseudonyms.entry(thread).or_insert_with(|| {
                match names.is_of_shop(ThreadId(thread)) {
                    true => String::new(),
                    false => hash.pseudonym(thread),
                }
            });
            let fact = piece.fact(row);
            // Only replies are compared with phrases.
            let is_reply = fact.kind == FactKind::Message && fact.author != Author::Buyer;
            let text = if is_reply { phrases.standing_for(fact.flags.0)? } else { "" };
            let added = self.facts.add(&NewFact {
                at: fact.at,
                kind: fact.kind,
                author: fact.author,
                form: fact.form,
                flags: facts::MessageFlags(0),
                stars: piece.stars(row),
                seq: piece.seq(row),
                seen_at: piece.own_seen_at(row),
                platform: &shop.platform,
                shop: &shop.shop,
                buyer,
                conversation: names.conversation(fact.conversation),
                account: names.account(fact.account),
                from_account: names.account(fact.from_account),
                id: piece.id(row),
                text,
                reference: piece.reference(row),
                amount: "",
                value: piece.value(row),
            });
            added.map_err(numbered)?;
        }
        Ok(())
    }

    /// Takes along what is sealed of stored facts.
    fn seal_stored(
        &mut self,
        connection: &mut dyn Connection,
        stored: &[Stored],
        places: &HashMap<u64, u32>,
    ) -> Result<()> {
        for one in stored.iter().filter(|one| !one.is_empty()) {
            let (from, until) = (one.arrival(0).0, one.arrival(one.len() - 1).0);
            let parts = "SELECT sealed FROM texts WHERE last >= $1 AND first <= $2 ORDER BY first";
            connection.each(parts, args![from as i64, until as i64], &mut |mut row| {
                texts::each(&row.bytes()?, &mut |arrival, thread, sealed| {
                    if let Some(row) = places.get(&arrival) {
                        self.sealed.insert(*row, (arrival, thread, sealed.to_vec()));
                    }
                    Ok(())
                })
            })?;
        }
        Ok(())
    }

    /// Writes them into files of their own, which nothing names yet.
    pub(crate) fn write(mut self, archive: &GrowingArchive, day: Day) -> Result<ArchivedDay> {
        let failed = |error| Error::archive(&error);
        let written = archive.write(day, &self.facts).map_err(failed)?;
        let sealed = (0..).zip(&written.order).filter_map(|(row, fact)| {
            let (arrival, thread, sealed) = self.sealed.remove(fact)?;
            Some(SealedText { row, arrival, thread, sealed })
        });
        let sealed: Vec<SealedText> = sealed.collect();
        let texts = match sealed.is_empty() {
            true => None,
            false => Some(archive.write_beside(day, "sealed", &encode(&sealed)).map_err(failed)?),
        };
        Ok(ArchivedDay { facts: written.day, texts })
    }
}

const MISSING: Error = Error::Damaged { what: "archived texts" };

/// The pieces of an archived day, each with the row of the day at which it begins.
fn pieces(archive: &GrowingArchive, day: &ArchivedDay) -> Result<Vec<(u64, Facts)>> {
    let mut pieces = Vec::new();
    for (before, part) in day.parts() {
        let of_part = archive.facts(part, None).map_err(|error| Error::archive(&error))?;
        let mut first = before;
        for piece in of_part {
            let n = piece.len() as u64;
            pieces.push((first, piece));
            first += n;
        }
    }
    Ok(pieces)
}

/// All facts by instant; of the same instant as their sources number them, else as they came.
fn ordered(old: &[(u64, Facts)], stored: &[Stored]) -> Vec<Place> {
    /// Facts come after those that are archived, whose arrival numbers are forgotten.
    const LATER: i64 = 1 << 40;
    let mut keyed = Vec::new();
    for (piece, (first, facts)) in old.iter().enumerate() {
        for row in 0..facts.len() {
            let tie = facts.new_fact(row).seq.unwrap_or((first + row as u64) as i64);
            keyed.push((facts.at[row], tie, Place::Archived(piece, row)));
        }
    }
    for (piece, one) in stored.iter().enumerate() {
        for row in 0..one.len() {
            let tie = one.seq(row).unwrap_or_else(|| LATER + one.arrival(row).0 as i64);
            keyed.push((one.fact(row).at.0, tie, Place::Stored(piece, row)));
        }
    }
    keyed.sort_by_key(|(at, tie, _)| (*at, *tie));
    keyed.into_iter().map(|(.., place)| place).collect()
}
