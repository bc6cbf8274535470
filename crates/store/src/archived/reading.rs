//! What is read of archived days for a log.

use archive::GrowingArchive;
use facts::{Account, Conversation, Day, Fact, Mark, MessageFlags, NewFact, ThreadId};
use hashbrown::HashMap;

use super::{ArchivedDay, Shelf, decode};
use crate::append::day_start;
use crate::error::{Error, Result};
use crate::known::HashKey;
use crate::phrases::{Flags, Phrases};
use crate::piece::{Numbering, rating};
use crate::read::{Line, Wanted};
use crate::texts::Private;

/// Facts of archived days on their way into a log.
pub(crate) struct Archived<'a> {
    archive: &'a GrowingArchive,
    phrases: Phrases,
    flags: &'a Flags,
    /// By pseudonym, the threads that are read.
    threads: HashMap<String, u32>,
}

/// What was sealed of rows of a day, by row.
pub(crate) type ArchivedTexts = HashMap<u64, Private>;

/// Opens what was sealed in a thread under an arrival number; `None`: it is forgotten.
pub(crate) type OpenText<'a> = dyn FnMut(u32, u64, &[u8]) -> Result<Option<Private>> + 'a;

/// Takes a fact: its thread (`None`: it has no buyer), itself, and what was sealed.
pub(crate) type TakeLine<'a> =
    dyn FnMut(Option<u32>, &Line<'_>, Option<&Private>) -> Result<()> + 'a;

impl<'a> Archived<'a> {
    pub(crate) fn new(
        shelf: &'a Shelf,
        (phrases, flags): (Phrases, &'a Flags),
        threads: impl Iterator<Item = u32>,
        hash: &HashKey,
    ) -> Self {
        let threads = threads.map(|thread| (hash.pseudonym(thread), thread)).collect();
        Self { archive: &shelf.archive, phrases, flags, threads }
    }

    /// Hands on the facts of a day that are wanted, in their order.
    pub(crate) fn read(
        &self,
        (number, day): (Day, &ArchivedDay),
        wanted: &Wanted<'_>,
        (numbering, open): (&mut Numbering, Option<&mut OpenText<'_>>),
        take: &mut TakeLine<'_>,
    ) -> Result<()> {
        let (from, until) = wanted.between;
        let start = i64::from(number.0);
        if day_start(start + 1) <= from || until <= day_start(start) {
            return Ok(());
        }
        let failed = |error| Error::archive(&error);
        let mut rows = Vec::new();
        for (before, part) in day.parts() {
            let [platform, shop] = wanted.shop;
            if let Some(range) = self.archive.rows_of(part, platform, shop).map_err(failed)? {
                rows.push((before, part, range));
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        let texts = match open {
            Some(open) => self.texts(day, open)?,
            None => ArchivedTexts::new(),
        };
        for (before, part, range) in rows {
            let mut row = before + range.start;
            for piece in self.archive.facts(part, Some(range)).map_err(failed)? {
                for n in 0..piece.len() {
                    let fact = piece.new_fact(n);
                    self.one(&fact, texts.get(&row), wanted, numbering, take)?;
                    row += 1;
                }
            }
        }
        Ok(())
    }

    fn one(
        &self,
        fact: &NewFact<'_>,
        private: Option<&Private>,
        wanted: &Wanted<'_>,
        numbering: &mut Numbering,
        take: &mut TakeLine<'_>,
    ) -> Result<()> {
        let (from, until) = wanted.between;
        if !(from..until).contains(&fact.at.0) {
            return Ok(());
        }
        let thread = match (fact.buyer.is_empty(), wanted.of_one_buyer) {
            (true, true) => return Ok(()),
            (true, false) => None,
            (false, of_one) => match self.threads.get(fact.buyer) {
                Some(thread) => Some(*thread),
                None if of_one => return Ok(()),
                None => return Err(Error::Damaged { what: "whose an archived fact is" }),
            },
        };
        let mut flags = [self.phrases.judge(fact.text)];
        self.flags.read(&mut flags);
        let number = |name: &str, names: &mut facts::Interner| {
            names.number(name).map_err(|error| Error::database("numbering names", error))
        };
        let stars = fact.stars.unwrap_or(0);
        let accounts = &mut numbering.accounts;
        let found = Fact {
            at: fact.at,
            row: 0,
            account: Account(number(fact.account, accounts)?),
            from_account: Account(number(fact.from_account, accounts)?),
            conversation: Conversation(number(fact.conversation, &mut numbering.conversations)?),
            mark: Mark::NONE,
            kind: fact.kind,
            author: fact.author,
            form: fact.form,
            flags: MessageFlags(flags[0]),
            rating: rating(fact.kind, stars, fact.value),
        };
        let line = Line {
            fact: found,
            seq: fact.seq,
            seen_at: fact.seen_at.unwrap_or(fact.at),
            id: fact.id,
            reference: fact.reference,
            value: fact.value,
            stars,
        };
        take(thread, &line, private)
    }

    /// What was sealed of a day, as far as it opens.
    fn texts(&self, day: &ArchivedDay, open: &mut OpenText<'_>) -> Result<ArchivedTexts> {
        let mut texts = ArchivedTexts::new();
        let Some(file) = &day.texts else { return Ok(texts) };
        for text in decode(&self.archive.bytes(file).map_err(|error| Error::archive(&error))?)? {
            if let Some(private) = open(text.thread, text.arrival, &text.sealed)? {
                texts.insert(text.row, private);
            }
        }
        Ok(texts)
    }
}

/// No thread has this number: it is that of a shop's own facts which have none.
pub(crate) const OF_SHOP: u32 = ThreadId::NONE.0;
