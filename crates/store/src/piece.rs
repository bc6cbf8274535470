//! Stored facts in columns: what a segment of the log holds.

use facts::{Author, FactKind, Form, Interner, MessageFlags, NewFact, Rating};

use crate::bytes::{Reader, Writer};
use crate::error::{Error, Result};
use crate::row::{Arrival, refers_to_message};

/// Texts one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    ends: Vec<u32>,
    bytes: String,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
    }

    fn get(&self, n: usize) -> &str {
        let start = if n == 0 { 0 } else { self.ends[n - 1] as usize };
        &self.bytes[start..self.ends[n] as usize]
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn write(&self, out: &mut Writer) {
        (0..self.len()).for_each(|n| out.number(self.get(n).len() as u64));
        out.0.extend_from_slice(self.bytes.as_bytes());
    }

    fn read(reader: &mut Reader<'_>, n: usize) -> Result<Self> {
        let mut texts = Self::default();
        let mut end = 0;
        for _ in 0..n {
            end += reader.below(1 << 30)?;
            texts.ends.push(u32::try_from(end).map_err(|_| DAMAGED)?);
        }
        texts.bytes = reader.exactly(end)?.to_owned();
        let at_char = |end: &u32| texts.bytes.is_char_boundary(*end as usize);
        if texts.ends.iter().all(at_char) { Ok(texts) } else { Err(DAMAGED) }
    }
}

/// Names of rows by number; number 0 is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    pub(crate) names: Texts,
    pub(crate) numbers: Vec<u32>,
}

impl Named {
    fn write(&self, out: &mut Writer) {
        out.number(self.names.len() as u64);
        self.names.write(out);
        out.numbers(&self.numbers);
    }

    fn read(reader: &mut Reader<'_>, n: usize) -> Result<Self> {
        let n_names = reader.below(1 << 30)?;
        let names = Texts::read(reader, n_names)?;
        Ok(Self { numbers: reader.numbers(n, n_names + 1)?, names })
    }

    #[cfg(test)]
    fn name(&self, row: usize) -> &str {
        match self.numbers[row] {
            0 => "",
            n => self.names.get(n as usize - 1),
        }
    }

    /// Numbers of a table that several pieces share, in which 0 is none as well.
    fn renumbered(&self, shared: &mut Interner) -> Result<Vec<u32>> {
        let mut new = vec![0];
        for n in 0..self.names.len() {
            let number = shared.number(self.names.get(n));
            new.push(number.map_err(|error| Error::database("numbering names", error))?);
        }
        Ok(self.numbers.iter().map(|n| new[*n as usize]).collect())
    }
}

/// What few rows have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rare {
    pub(crate) row: u32,
    /// The message that a recall, or a mark of needing no reply, is about.
    pub(crate) reference: Box<str>,
    pub(crate) value: Box<str>,
}

/// Facts in columns, in the order of their arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    pub(crate) arrival: Vec<u64>,
    pub(crate) at: Vec<i64>,
    pub(crate) thread: Vec<u32>,
    pub(crate) kind: Vec<u8>,
    pub(crate) author: Vec<u8>,
    pub(crate) form: Vec<u8>,
    pub(crate) flags: Vec<u8>,
    pub(crate) stars: Vec<u8>,
    pub(crate) account: Named,
    pub(crate) from_account: Named,
    pub(crate) conversation: Named,
    pub(crate) seq: Vec<Option<i64>>,
    pub(crate) seen_at: Vec<Option<i64>>,
    pub(crate) id: Texts,
    pub(crate) rare: Vec<Rare>,
}

/// How the columns are written; another number, other columns.
const LAYOUT: u64 = 1;
const DAMAGED: Error = Error::Damaged { what: "stored facts" };

impl Piece {
    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    pub(crate) fn id(&self, row: usize) -> &str {
        self.id.get(row)
    }

    pub(crate) fn rare(&self, row: usize) -> Option<&Rare> {
        let found = self.rare.binary_search_by_key(&(row as u32), |rare| rare.row);
        found.ok().map(|n| &self.rare[n])
    }

    /// What a rating says.
    pub(crate) fn rating(&self, row: usize) -> Rating {
        let kind = FactKind::from_code(self.kind[row]).unwrap_or(FactKind::Message);
        rating(kind, self.stars[row], self.rare(row).map_or("", |rare| &rare.value))
    }

    /// The threads it has, sorted, each once.
    pub(crate) fn threads(&self) -> Vec<u32> {
        let mut threads = self.thread.clone();
        threads.sort_unstable();
        threads.dedup();
        threads
    }

    /// The threads, then all columns, in bytes.
    pub(crate) fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let threads = self.threads();
        let mut of_threads = Writer::default();
        let mut last = 0;
        for thread in &threads {
            of_threads.number((thread - last).into());
            last = *thread;
        }
        let mut out = Writer::default();
        out.number(LAYOUT);
        out.number(self.len() as u64);
        deltas(&mut out, self.arrival.iter().map(|arrival| *arrival as i64));
        deltas(&mut out, self.at.iter().copied());
        let place = |thread: &u32| threads.binary_search(thread).map_or(0, |n| n as u32);
        out.numbers(&self.thread.iter().map(place).collect::<Vec<u32>>());
        for codes in [&self.kind, &self.author, &self.form, &self.flags, &self.stars] {
            out.codes(codes);
        }
        for names in [&self.account, &self.from_account, &self.conversation] {
            names.write(&mut out);
        }
        for (values, base) in [(&self.seq, false), (&self.seen_at, true)] {
            let known: Vec<u8> = values.iter().map(|value| u8::from(value.is_some())).collect();
            out.codes(&known);
            let mut last = 0;
            for (value, at) in values.iter().zip(&self.at) {
                if let Some(value) = value {
                    out.signed(value.wrapping_sub(if base { *at } else { last }));
                    last = *value;
                }
            }
        }
        self.id.write(&mut out);
        out.number(self.rare.len() as u64);
        for rare in &self.rare {
            out.number(rare.row.into());
            out.bytes(rare.reference.as_bytes());
            out.bytes(rare.value.as_bytes());
        }
        (of_threads.0, out.0)
    }

    /// What [`Piece::encode`] wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] when it is anything else.
    pub(crate) fn decode(threads: &[u8], facts: &[u8]) -> Result<Self> {
        let threads = decode_threads(threads)?;
        let mut reader = Reader::new(facts);
        if reader.number()? != LAYOUT {
            return Err(DAMAGED);
        }
        let n = reader.below(MAX_ROWS + 1)?;
        let arrival = read_deltas(&mut reader, n)?.into_iter().map(|n| n as u64).collect();
        let at = read_deltas(&mut reader, n)?;
        let places = reader.numbers(n, threads.len().max(1))?;
        if n > 0 && threads.is_empty() {
            return Err(DAMAGED);
        }
        let thread = places.into_iter().map(|n| threads[n as usize]).collect();
        let mut piece = Self { arrival, at, thread, ..Self::default() };
        piece.kind = reader.codes(n, FactKind::ALL.len())?;
        piece.author = reader.codes(n, Author::ALL.len())?;
        piece.form = reader.codes(n, Form::ALL.len())?;
        piece.flags = reader.codes(n, 256)?;
        piece.stars = reader.codes(n, 256)?;
        piece.account = Named::read(&mut reader, n)?;
        piece.from_account = Named::read(&mut reader, n)?;
        piece.conversation = Named::read(&mut reader, n)?;
        piece.seq = read_known(&mut reader, n, None)?;
        piece.seen_at = read_known(&mut reader, n, Some(&piece.at))?;
        piece.id = Texts::read(&mut reader, n)?;
        for _ in 0..reader.below(n + 1)? {
            let row = reader.below(n)? as u32;
            let (reference, value) = (reader.text()?.into(), reader.text()?.into());
            piece.rare.push(Rare { row, reference, value });
        }
        let in_order = piece.rare.is_sorted_by(|a, b| a.row < b.row);
        if in_order && reader.is_empty() { Ok(piece) } else { Err(DAMAGED) }
    }
}

/// The most rows of a segment.
pub(crate) const MAX_ROWS: usize = 1 << 16;

fn deltas(out: &mut Writer, values: impl Iterator<Item = i64>) {
    let mut last = 0i64;
    for value in values {
        out.signed(value.wrapping_sub(last));
        last = value;
    }
}

fn read_deltas(reader: &mut Reader<'_>, n: usize) -> Result<Vec<i64>> {
    let mut last = 0i64;
    let mut values = Vec::with_capacity(n);
    for _ in 0..n {
        last = last.wrapping_add(reader.signed()?);
        values.push(last);
    }
    Ok(values)
}

fn read_known(reader: &mut Reader<'_>, n: usize, base: Option<&[i64]>) -> Result<Vec<Option<i64>>> {
    let known = reader.codes(n, 2)?;
    let mut last = 0i64;
    let mut values = vec![None; n];
    for row in (0..n).filter(|row| known[*row] == 1) {
        last = base.map_or(last, |base| base[row]).wrapping_add(reader.signed()?);
        values[row] = Some(last);
    }
    Ok(values)
}

/// The threads that a segment has, sorted.
pub(crate) fn decode_threads(bytes: &[u8]) -> Result<Vec<u32>> {
    let mut reader = Reader::new(bytes);
    let mut threads = Vec::new();
    let mut last = 0u32;
    while !reader.is_empty() {
        let step = reader.below(1 << 32)? as u32;
        last = last.checked_add(step).ok_or(DAMAGED)?;
        threads.push(last);
    }
    Ok(threads)
}

/// Puts facts together into a piece.
#[derive(Default)]
pub(crate) struct Builder {
    piece: Piece,
    accounts: Interner,
    from_accounts: Interner,
    conversations: Interner,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let none = Interner::with_none;
        let [accounts, from_accounts, conversations] = [none(), none(), none()];
        Self { piece: Piece::default(), accounts, from_accounts, conversations }
    }

    pub(crate) fn len(&self) -> usize {
        self.piece.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() == MAX_ROWS
    }

    /// Adds a fact that is new.
    pub(crate) fn push(&mut self, arrival: Arrival, thread: u32, fact: &NewFact<'_>) -> Result<()> {
        let numbered = |error| Error::database("numbering names", error);
        let Self { piece, accounts, from_accounts, conversations } = self;
        let number = |names: &mut Interner, name: &str| match name {
            "" => Ok(0),
            name => names.number(name).map_err(numbered),
        };
        let account = number(accounts, fact.account)?;
        let from_account = number(from_accounts, fact.from_account)?;
        let conversation = number(conversations, fact.conversation)?;
        let reference = if refers_to_message(fact) { fact.reference } else { "" };
        if !(reference.is_empty() && fact.value.is_empty()) {
            let row = piece.len() as u32;
            piece.rare.push(Rare { row, reference: reference.into(), value: fact.value.into() });
        }
        piece.arrival.push(arrival.0);
        piece.at.push(fact.at.0);
        piece.thread.push(thread);
        piece.kind.push(fact.kind.code());
        piece.author.push(fact.author.code());
        piece.form.push(fact.form.code());
        let MessageFlags(flags) = fact.flags;
        piece.flags.push(flags);
        piece.stars.push(fact.stars.unwrap_or(0));
        piece.account.numbers.push(account);
        piece.from_account.numbers.push(from_account);
        piece.conversation.numbers.push(conversation);
        piece.seq.push(fact.seq);
        piece.seen_at.push(fact.seen_at.map(|seen| seen.0));
        piece.id.push(fact.id);
        Ok(())
    }

    /// Adds those rows of a stored piece that are to stay.
    pub(crate) fn extend(&mut self, from: &Piece, stays: impl Fn(usize) -> bool) -> Result<()> {
        let accounts = from.account.renumbered(&mut self.accounts)?;
        let from_accounts = from.from_account.renumbered(&mut self.from_accounts)?;
        let conversations = from.conversation.renumbered(&mut self.conversations)?;
        let piece = &mut self.piece;
        for row in (0..from.len()).filter(|row| stays(*row)) {
            if let Some(rare) = from.rare(row) {
                piece.rare.push(Rare { row: piece.at.len() as u32, ..rare.clone() });
            }
            piece.arrival.push(from.arrival[row]);
            piece.at.push(from.at[row]);
            piece.thread.push(from.thread[row]);
            piece.kind.push(from.kind[row]);
            piece.author.push(from.author[row]);
            piece.form.push(from.form[row]);
            piece.flags.push(from.flags[row]);
            piece.stars.push(from.stars[row]);
            piece.account.numbers.push(accounts[row]);
            piece.from_account.numbers.push(from_accounts[row]);
            piece.conversation.numbers.push(conversations[row]);
            piece.seq.push(from.seq[row]);
            piece.seen_at.push(from.seen_at[row]);
            piece.id.push(from.id(row));
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Piece {
        let Self { mut piece, accounts, from_accounts, conversations } = self;
        for (names, interner) in [
            (&mut piece.account, accounts),
            (&mut piece.from_account, from_accounts),
            (&mut piece.conversation, conversations),
        ] {
            interner.iter().skip(1).for_each(|name| names.names.push(name));
        }
        piece
    }
}

/// What a fact says as a rating, by its stars (0: none) and its word.
pub(crate) fn rating(kind: FactKind, stars: u8, value: &str) -> Rating {
    const UNSOLVED: [&str; 2] = ["unsolved", "未解决"];
    if stars == 0 || kind != FactKind::Rated {
        return Rating::NONE;
    }
    Rating::new(stars, UNSOLVED.contains(&value.trim()))
}

/// Names of accounts and conversations, numbered once for all pieces that are read together.
#[derive(Clone, Debug)]
pub(crate) struct Numbering {
    pub(crate) accounts: Interner,
    pub(crate) conversations: Interner,
}

impl Default for Numbering {
    fn default() -> Self {
        Self { accounts: Interner::with_none(), conversations: Interner::with_none() }
    }
}

impl Numbering {
    /// Accounts, passing accounts and conversations of a piece's rows.
    pub(crate) fn columns(&mut self, piece: &Piece) -> Result<[Vec<u32>; 3]> {
        Ok([
            piece.account.renumbered(&mut self.accounts)?,
            piece.from_account.renumbered(&mut self.accounts)?,
            piece.conversation.renumbered(&mut self.conversations)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Instant;
    use proptest::prelude::*;

    fn some_facts() -> Vec<NewFact<'static>> {
        let message = NewFact::message(Instant(1_700_000_000_000), "jd", "s", Author::Buyer);
        vec![
            NewFact { conversation: "c1", id: "m1", seq: Some(7), text: "在吗", ..message },
            NewFact {
                account: "店铺:小王",
                author: Author::Agent,
                seen_at: Some(Instant(5)),
                ..message
            },
            NewFact {
                reference: "m1",
                ..NewFact::event(Instant(3), "jd", "s", FactKind::Recalled)
            },
            NewFact {
                stars: Some(2),
                value: "未解决",
                ..NewFact::event(Instant(9), "jd", "s", FactKind::Rated)
            },
        ]
    }

    fn piece() -> Piece {
        let mut builder = Builder::new();
        for (n, fact) in (10u32..).zip(some_facts()) {
            builder.push(Arrival(n.into()), 90 - n % 2, &fact).unwrap();
        }
        builder.finish()
    }

    #[test]
    fn facts_come_back_as_they_were() {
        let (threads, facts) = piece().encode();
        let read = Piece::decode(&threads, &facts).unwrap();
        assert_eq!(read.arrival, [10, 11, 12, 13]);
        assert_eq!(read.thread, [90, 89, 90, 89]);
        assert_eq!(read.account.name(1), "店铺:小王");
        assert_eq!((read.id(0), read.id(1)), ("m1", ""));
        assert_eq!(read.seq, [Some(7), None, None, None]);
        assert_eq!(read.seen_at[1], Some(5));
        assert_eq!(&*read.rare(2).unwrap().reference, "m1");
        assert_eq!(read.rating(3), Rating::new(2, true));
        let mut numbering = Numbering::default();
        assert_eq!(numbering.columns(&read).unwrap()[0], [0, 1, 0, 0]);
    }

    #[test]
    fn rows_can_be_left_out() {
        let mut builder = Builder::new();
        builder.extend(&piece(), |row| row != 1).unwrap();
        let (threads, facts) = builder.finish().encode();
        let read = Piece::decode(&threads, &facts).unwrap();
        assert_eq!(read.arrival, [10, 12, 13]);
        assert_eq!(&*read.rare(1).unwrap().reference, "m1");
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_told_and_never_a_panic(
            at in 0usize..200, byte in any::<u8>(), cut in 0usize..200,
        ) {
            let (threads, mut facts) = piece().encode();
            let at = at % facts.len();
            facts[at] ^= byte;
            facts.truncate(facts.len() - cut % facts.len());
            if let Ok(read) = Piece::decode(&threads, &facts) {
                let mut builder = Builder::new();
                builder.extend(&read, |_| true).unwrap();
                builder.finish().encode();
            }
        }
    }
}
