//! Filling a piece row by row.

use facts::{Author, FactKind, Form, Interner, NewFact, OutOfIds};

use super::{Facts, Integers, NameColumn, TextColumn};
use crate::error::Error;
use crate::row::{Name, Row};

/// Takes checked rows into pieces.
pub(crate) struct Gathering<'a> {
    facts: Facts,
    /// Facts of the pieces that were handed on.
    before: u64,
    hand_on: &'a mut dyn FnMut(Facts) -> Result<(), Error>,
}

impl<'a> Gathering<'a> {
    pub(crate) fn new(hand_on: &'a mut dyn FnMut(Facts) -> Result<(), Error>) -> Self {
        Self { facts: Facts::new(0, 0), before: 0, hand_on }
    }

    /// How many facts there were.
    pub(crate) fn len(&self) -> u64 {
        self.before + self.facts.len() as u64
    }

    /// Adds a row; `row` counts those of the source from 0.
    pub(crate) fn push(
        &mut self,
        row: u64,
        part: u32,
        line: u64,
        values: &Row<'_>,
    ) -> Result<(), Error> {
        let facts = &self.facts;
        if facts.is_full() || facts.part != part || row - facts.first_row > u64::from(u32::MAX) {
            self.cut(row, part)?;
        }
        if self.facts.is_empty() {
            self.facts.first_row = row;
        }
        self.facts.push(row, line, values)?;
        Ok(())
    }

    /// Hands on the piece, and begins another.
    pub(crate) fn cut(&mut self, row: u64, part: u32) -> Result<(), Error> {
        let facts = std::mem::replace(&mut self.facts, Facts::new(row, part));
        self.before += facts.len() as u64;
        if facts.is_empty() { Ok(()) } else { (self.hand_on)(facts) }
    }
}

impl Facts {
    /// Adds a fact as the next row, as reading a row with its values does. What is judged of texts
    /// is not kept.
    ///
    /// # Errors
    ///
    /// [`OutOfIds`] where there are more names than numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Author, Instant, NewFact};
    /// let question = NewFact {
    ///     buyer: "b1",
    ///     ..NewFact::message(Instant(1_000), "taobao", "s1", Author::Buyer)
    /// };
    /// let mut facts = intake::gather::Facts::new(0, 0);
    /// facts.add(&question).unwrap();
    /// assert_eq!(facts.new_fact(0), question);
    /// ```
    pub fn add(&mut self, fact: &NewFact<'_>) -> Result<(), OutOfIds> {
        fn named(text: &str) -> Name<'_> {
            if text.is_empty() { Name::None } else { Name::Text(text, None) }
        }
        let is_message = fact.kind == FactKind::Message;
        let (row, line) = (self.first_row + self.len() as u64, self.len() as u64 + 1);
        let values = Row {
            at: fact.at,
            platform: named(fact.platform),
            shop: named(fact.shop),
            buyer: named(if fact.kind.about_account() { "" } else { fact.buyer }),
            conversation: named(fact.conversation),
            account: named(fact.account),
            from_account: named(fact.from_account),
            fact: fact.kind,
            author: if is_message { fact.author } else { Author::System },
            form: if is_message { fact.form } else { Form::Text },
            id: fact.id,
            seq: fact.seq,
            seen_at: fact.seen_at,
            text: fact.text,
            stars: fact.stars,
            reference: fact.reference,
            amount: fact.amount,
            value: fact.value,
        };
        self.push(row, line, &values)
    }

    /// Adds a row without numbers that are known from elsewhere.
    pub(super) fn push(&mut self, row: u64, line: u64, values: &Row<'_>) -> Result<(), OutOfIds> {
        let n = self.len();
        let names = [
            (NameColumn::Platform, values.platform),
            (NameColumn::Shop, values.shop),
            (NameColumn::Buyer, values.buyer),
            (NameColumn::Conversation, values.conversation),
            (NameColumn::Account, values.account),
            (NameColumn::FromAccount, values.from_account),
        ];
        for (column, name) in names {
            let names = &mut self.names[column as usize];
            let last = names.numbers.last().copied().unwrap_or(0);
            let number = number(&mut names.list, last, name)?;
            names.numbers.push(number);
        }
        let texts = [
            (TextColumn::Id, values.id),
            (TextColumn::Ref, values.reference),
            (TextColumn::Amount, values.amount),
            (TextColumn::Value, values.value),
            (TextColumn::Text, values.text),
        ];
        for (column, text) in texts {
            self.texts[column as usize].push(text);
        }
        self.row.push((row - self.first_row) as u32);
        self.line.push(line);
        self.at.push(values.at.0);
        self.fact.push(values.fact.code());
        self.author.push(values.author.code());
        self.kind.push(values.form.code());
        self.stars.push(values.stars.unwrap_or(0));
        push_integer(&mut self.seq, values.seq, n);
        push_integer(&mut self.seen_at, values.seen_at.map(|seen| seen.0), n);
        Ok(())
    }
}

/// The number of a name; neighbours often share theirs.
fn number(list: &mut Interner, last: u32, name: Name<'_>) -> Result<u32, OutOfIds> {
    match name {
        Name::None => Ok(0),
        Name::Known(number) => Ok(number),
        Name::Text(text, slot) => {
            let number = if list.name(last) == text { last } else { list.number(text)? };
            if let Some(slot) = slot {
                slot.set(number);
            }
            Ok(number)
        }
    }
}

/// Adds to a column that exists from its first value on.
pub(super) fn push_integer(column: &mut Option<Integers>, value: Option<i64>, before: usize) {
    if value.is_none() && column.is_none() {
        return;
    }
    let column = column
        .get_or_insert_with(|| Integers { values: vec![0; before], known: vec![false; before] });
    column.values.push(value.unwrap_or(0));
    column.known.push(value.is_some());
}
