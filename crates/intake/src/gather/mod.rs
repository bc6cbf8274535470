//! Facts of a source in columns, a piece at a time: for those who keep facts rather than count
//! them.
//!
//! [`source`] reads any source that [`crate::read()`] reads, by the same checks, and hands on what
//! it finds as [`Facts`]: every column of the log, names numbered within the piece. Nothing is
//! looked at twice and no piece knows of another, so that memory stays bounded whatever the size
//! of the source; whether a fact repeats an earlier one is [`crate::repeats`]'s to find.

mod columns;
mod filling;

use std::io;

use facts::{Author, FactKind, Form, Instant, Interner, MessageFlags, NewFact};

use crate::error::Error;
use crate::profile::{self, Profile};
use crate::read::{Options, Progress, Sink};
use crate::reject::Rejected;
use crate::report::Report;
use crate::source::{Opening, Source, open};

pub(crate) use filling::Gathering;

/// A piece has at most so many facts: 2¹⁸. Smaller ones repeat more names, larger ones hold more
/// memory.
pub const MAX_FACTS: usize = 1 << 18;

/// A piece has at most so many bytes of texts, give or take a row.
const MAX_BYTES: usize = 16 << 20;

/// The columns whose texts are numbered, in the order of [`Facts::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameColumn {
    /// Whose rules.
    Platform,
    /// The shop's id.
    Shop,
    /// The buyer's id.
    Buyer,
    /// The platform's conversation id.
    Conversation,
    /// The account concerned.
    Account,
    /// The passing account of a transfer.
    FromAccount,
}

/// The columns whose texts are kept one by one, in the order of [`Facts::texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextColumn {
    /// The message's id.
    Id,
    /// The message, order or buyer concerned.
    Ref,
    /// Money.
    Amount,
    /// An observed figure's metric and value.
    Value,
    /// The message's text.
    Text,
}

/// How many columns have numbered texts.
pub const N_NAMES: usize = 6;
/// How many columns have texts of their own.
pub const N_TEXTS: usize = 5;

/// A column of names, numbered within the piece; 0: none.
#[derive(Clone, Debug)]
pub struct Names {
    /// One number a fact.
    pub numbers: Vec<u32>,
    /// The names by number.
    pub list: Interner,
}

/// A column of texts, one a fact; empty: none.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    /// The text of a fact.
    #[must_use]
    pub fn get(&self, fact: usize) -> &str {
        let from = if fact == 0 { 0 } else { self.ends[fact - 1] };
        &self.all[from as usize..self.ends[fact] as usize]
    }

    /// Adds the text of the next fact.
    pub fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    /// Makes a column of so many facts' texts, one after the other; `None` where they are not
    /// texts of these lengths.
    #[must_use]
    pub fn from_lengths(all: String, lengths: impl Iterator<Item = u32>) -> Option<Self> {
        let mut end = 0u32;
        let mut ends = Vec::new();
        for length in lengths {
            end = end.checked_add(length)?;
            if !all.is_char_boundary(end as usize) {
                return None;
            }
            ends.push(end);
        }
        (end as usize == all.len()).then_some(Self { all, ends })
    }

    /// The length in bytes of the text of a fact.
    #[must_use]
    pub fn length(&self, fact: usize) -> u32 {
        self.ends[fact] - if fact == 0 { 0 } else { self.ends[fact - 1] }
    }

    /// Whether no fact has a text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Bytes of all texts.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.all.len()
    }
}

/// Whole numbers, some of them absent.
#[derive(Clone, Debug, Default)]
pub struct Integers {
    /// One a fact; without meaning where it is absent.
    pub values: Vec<i64>,
    /// Whether the fact has one.
    pub known: Vec<bool>,
}

/// A piece of a source: facts in the order read. Every `Vec` has one entry a fact.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The row of the source, counted from 0, at which the piece begins.
    pub first_row: u64,
    /// The number of the part (sheet of a workbook) from 0; a piece lies in one.
    pub part: u32,
    /// The row of each fact, counted from `first_row`.
    pub row: Vec<u32>,
    /// The line of each fact, from 1.
    pub line: Vec<u64>,
    /// When it happened, in milliseconds since the epoch.
    pub at: Vec<i64>,
    /// Byte code of [`facts::FactKind`].
    pub fact: Vec<u8>,
    /// Byte code of [`facts::Author`]; without meaning on other facts than messages.
    pub author: Vec<u8>,
    /// Byte code of [`facts::Form`]; without meaning on other facts than messages.
    pub kind: Vec<u8>,
    /// A rating's stars, 0: none.
    pub stars: Vec<u8>,
    /// The source's own order. Absent: no fact of the piece has one.
    pub seq: Option<Integers>,
    /// When it was learned. Absent: no fact of the piece has one.
    pub seen_at: Option<Integers>,
    /// Numbered columns, by [`NameColumn`].
    pub names: [Names; N_NAMES],
    /// Columns of texts, by [`TextColumn`].
    pub texts: [Texts; N_TEXTS],
}

impl Facts {
    /// A piece without facts.
    #[must_use]
    pub fn new(first_row: u64, part: u32) -> Self {
        let names = || Names { numbers: Vec::new(), list: Interner::with_none() };
        Self {
            first_row,
            part,
            row: Vec::new(),
            line: Vec::new(),
            at: Vec::new(),
            fact: Vec::new(),
            author: Vec::new(),
            kind: Vec::new(),
            stars: Vec::new(),
            seq: None,
            seen_at: None,
            names: std::array::from_fn(|_| names()),
            texts: std::array::from_fn(|_| Texts::default()),
        }
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The name of a fact in a numbered column; empty: none.
    #[must_use]
    pub fn name(&self, column: NameColumn, fact: usize) -> &str {
        let names = &self.names[column as usize];
        names.list.name(names.numbers[fact])
    }

    /// The text of a fact in a column of texts; empty: none.
    #[must_use]
    pub fn text(&self, column: TextColumn, fact: usize) -> &str {
        self.texts[column as usize].get(fact)
    }

    /// A fact as a row of a log.
    ///
    /// # Panics
    ///
    /// Where there is no such fact.
    #[must_use]
    pub fn new_fact(&self, fact: usize) -> NewFact<'_> {
        let kind = FactKind::from_code(self.fact[fact]).unwrap_or(FactKind::Message);
        let is_message = kind == FactKind::Message;
        let author = Author::from_code(self.author[fact]).filter(|_| is_message);
        let form = Form::from_code(self.kind[fact]).filter(|_| is_message);
        let integer = |column: &Option<Integers>| {
            let column = column.as_ref()?;
            column.known[fact].then(|| column.values[fact])
        };
        NewFact {
            at: Instant(self.at[fact]),
            platform: self.name(NameColumn::Platform, fact),
            shop: self.name(NameColumn::Shop, fact),
            buyer: self.name(NameColumn::Buyer, fact),
            conversation: self.name(NameColumn::Conversation, fact),
            kind,
            flags: MessageFlags(0),
            author: author.unwrap_or(Author::System),
            form: form.unwrap_or(Form::Text),
            account: self.name(NameColumn::Account, fact),
            from_account: self.name(NameColumn::FromAccount, fact),
            id: self.text(TextColumn::Id, fact),
            seq: integer(&self.seq),
            seen_at: integer(&self.seen_at).map(Instant),
            text: self.text(TextColumn::Text, fact),
            stars: Some(self.stars[fact]).filter(|stars| *stars > 0),
            reference: self.text(TextColumn::Ref, fact),
            amount: self.text(TextColumn::Amount, fact),
            value: self.text(TextColumn::Value, fact),
        }
    }

    fn is_full(&self) -> bool {
        self.len() >= MAX_FACTS || self.texts.iter().map(Texts::bytes).sum::<usize>() >= MAX_BYTES
    }
}

/// Takes what a source has. The calls come from several threads at once.
pub trait Take: Sync {
    /// Takes a piece. Pieces come in any order.
    ///
    /// # Errors
    ///
    /// Whatever ends the reading.
    fn facts(&self, facts: Facts) -> io::Result<()>;

    /// Takes a row that is no fact. Those of one unit come in order, from one thread; units with
    /// greater numbers come later in the source.
    ///
    /// # Errors
    ///
    /// Whatever ends the reading.
    fn rejected(&self, unit: u64, rejected: &Rejected) -> io::Result<()>;

    /// Is told now and then how far the reading has come.
    fn progress(&self, now: Progress);
}

/// Reads one source, which is the `number`-th, into pieces of facts.
///
/// # Errors
///
/// As [`crate::read()`]; [`Error::Take`] where `take` gave up. What was taken before is not the
/// whole source then.
pub fn source(
    number: usize,
    source: &Source,
    profile: Option<&Profile>,
    strict: bool,
    threads: usize,
    take: &dyn Take,
) -> Result<Report, Error> {
    if profile.is_none() {
        let opened = open(source)?;
        if let Opening::Parquet(table) = opened.form {
            let options =
                columns::Reading { number, source, strict, threads: threads.max(1), take };
            return columns::read(opened.name, table, &options);
        }
        return by_rows(number, strict, take, |sink| sink.source(opened));
    }
    by_rows(number, strict, take, |sink| match profile {
        Some(profile) => profile::read(profile, source, sink),
        None => Ok(()),
    })
}

/// Reads a source row by row on this thread, while another takes the pieces.
fn by_rows(
    number: usize,
    strict: bool,
    take: &dyn Take,
    read: impl FnOnce(&mut Sink<'_>) -> Result<(), Error>,
) -> Result<Report, Error> {
    std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Facts>(1);
        let taker =
            scope.spawn(move || receiver.into_iter().try_for_each(|facts| take.facts(facts)));
        let progress = |now| take.progress(now);
        let result = {
            // A taker that gave up hangs up; its error says why.
            let mut hand_on = |facts| sender.send(facts).map_err(|_| taken(io::Error::other("")));
            let gathering = Gathering::new(&mut hand_on);
            let options = Options { strict, ..Options::default() };
            let mut rejects = |rejected: &Rejected| take.rejected(0, rejected);
            let mut sink = Sink::gathering(&options, &mut rejects, gathering, number, &progress);
            read(&mut sink).and_then(|()| sink.finish_pieces())
        };
        drop(sender);
        match taker.join() {
            Ok(Ok(())) => result,
            Ok(Err(error)) => Err(taken(error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn taken(error: io::Error) -> Error {
    Error::Take(error)
}
