//! One row on its way from a file to the log: as found, then checked.

use std::cell::Cell;

use facts::{Author, FactKind, Form, Instant};

use crate::column::Column;
use crate::instant;
use crate::lang::closest;
use crate::reject::{JsonType, Reason, WordList};

/// A number that was not looked up yet.
pub(crate) const UNSET: u32 = u32::MAX;

/// A value as a file has it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Field<'a> {
    /// No value: absent, null or empty.
    #[default]
    Missing,
    /// A text.
    Text(&'a str),
    /// A text of a dictionary, with the place where its number is kept once looked up.
    Coded(&'a str, &'a Cell<u32>),
    /// A text of a dictionary by the number that was looked up: the log's number of a name, the
    /// code of a word. It is neither empty nor has it null bytes.
    Known(u32),
    /// A whole number; an instant's is in milliseconds.
    Integer(i64),
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A JSON value of a type that no column has here.
    Mistyped(JsonType),
}

/// A row as found, by [`Column`] as index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raw<'a> {
    pub(crate) fields: [Field<'a>; Column::ALL.len()],
    /// Whether some value may contain a null byte.
    pub(crate) maybe_nul: bool,
}

impl<'a> Raw<'a> {
    pub(crate) fn set(&mut self, column: Column, field: Field<'a>) {
        self.fields[column as usize] = match field {
            Field::Text("") | Field::Coded("", _) => Field::Missing,
            field => field,
        };
    }

    fn get(&self, column: Column) -> Field<'a> {
        self.fields[column as usize]
    }
}

/// A text to be numbered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Name<'a> {
    /// No text.
    #[default]
    None,
    /// The number is known.
    Known(u32),
    /// The number has to be looked up, and is kept in the slot if there is one.
    Text(&'a str, Option<&'a Cell<u32>>),
}

/// A row whose values are what they should be. Empty texts: none.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) at: Instant,
    pub(crate) platform: Name<'a>,
    pub(crate) shop: Name<'a>,
    pub(crate) buyer: Name<'a>,
    pub(crate) conversation: Name<'a>,
    pub(crate) account: Name<'a>,
    pub(crate) from_account: Name<'a>,
    pub(crate) fact: FactKind,
    pub(crate) author: Author,
    pub(crate) form: Form,
    pub(crate) id: &'a str,
    pub(crate) seq: Option<i64>,
    pub(crate) seen_at: Option<Instant>,
    pub(crate) text: &'a str,
    pub(crate) stars: Option<u8>,
    pub(crate) reference: &'a str,
    pub(crate) amount: &'a str,
    pub(crate) value: &'a str,
}

type Checked<T> = Result<T, (Column, Reason)>;

/// Checks a row; of several problems the first by column.
///
/// Author and form belong to messages and are not looked at on other facts; a buyer is not looked
/// at on facts about an account.
pub(crate) fn check<'a>(raw: &Raw<'a>) -> Checked<Row<'a>> {
    if raw.maybe_nul {
        no_nul(raw)?;
    }
    let fact = word(raw, Column::Fact, WordList::Fact, FactKind::from_word, FactKind::from_code)?
        .unwrap_or(FactKind::Message);
    let (author, form) = match fact {
        FactKind::Message => author_and_form(raw)?,
        _ => (Author::System, Form::Text),
    };
    Ok(Row {
        at: instant(raw, Column::At)?.ok_or((Column::At, Reason::Missing))?,
        platform: required(raw, Column::Platform)?,
        shop: required(raw, Column::Shop)?,
        buyer: match () {
            () if fact.about_account() => Name::None,
            () if fact.about_shop() => name(raw, Column::Buyer)?,
            () => required(raw, Column::Buyer)?,
        },
        conversation: name(raw, Column::Conversation)?,
        account: name(raw, Column::Account)?,
        from_account: name(raw, Column::FromAccount)?,
        fact,
        author,
        form,
        id: text(raw, Column::Id)?,
        seq: integer(raw, Column::Seq, i64::MIN, i64::MAX)?,
        seen_at: instant(raw, Column::SeenAt)?,
        text: text(raw, Column::Text)?,
        stars: integer(raw, Column::Stars, 1, 5)?.map(|n| n as u8),
        reference: text(raw, Column::Ref)?,
        amount: text(raw, Column::Amount)?,
        value: text(raw, Column::Value)?,
    })
}

fn author_and_form(raw: &Raw<'_>) -> Checked<(Author, Form)> {
    let author = word(raw, Column::Author, WordList::Author, Author::from_word, Author::from_code)?
        .ok_or((Column::Author, Reason::Missing))?;
    let form = word(raw, Column::Kind, WordList::Kind, Form::from_word, Form::from_code)?
        .unwrap_or(Form::Text);
    Ok((author, form))
}

fn no_nul(raw: &Raw<'_>) -> Checked<()> {
    for column in Column::ALL {
        if let Field::Text(text) | Field::Coded(text, _) = raw.get(column)
            && memchr::memchr(0, text.as_bytes()).is_some()
        {
            return Err((column, Reason::NulByte));
        }
    }
    Ok(())
}

fn name<'a>(raw: &Raw<'a>, column: Column) -> Checked<Name<'a>> {
    match raw.get(column) {
        Field::Missing => Ok(Name::None),
        Field::Text(text) => Ok(Name::Text(text, None)),
        Field::Coded(text, slot) => Ok(Name::Text(text, Some(slot))),
        Field::Known(number) => Ok(Name::Known(number)),
        field => Err((column, not_a_text(field))),
    }
}

/// Why a field is no text, of one that is none.
fn not_a_text(field: Field<'_>) -> Reason {
    match field {
        Field::NotUtf8 => Reason::InvalidUtf8,
        Field::Mistyped(found) => Reason::WrongType { found },
        _ => Reason::WrongType { found: JsonType::Number },
    }
}

fn text<'a>(raw: &Raw<'a>, column: Column) -> Checked<&'a str> {
    match raw.get(column) {
        Field::Missing => Ok(""),
        Field::Text(text) | Field::Coded(text, _) => Ok(text),
        field => Err((column, not_a_text(field))),
    }
}

fn required<'a>(raw: &Raw<'a>, column: Column) -> Checked<Name<'a>> {
    match name(raw, column)? {
        Name::None => Err((column, Reason::Missing)),
        name => Ok(name),
    }
}

fn word<T: Copy>(
    raw: &Raw<'_>,
    column: Column,
    list: WordList,
    from_word: fn(&str) -> Option<T>,
    from_code: fn(u8) -> Option<T>,
) -> Checked<Option<T>> {
    let (text, slot) = match name(raw, column)? {
        Name::None => return Ok(None),
        Name::Known(code) => return Ok(u8::try_from(code).ok().and_then(from_code)),
        Name::Text(text, slot) => (text, slot),
    };
    let found = from_word(text).ok_or_else(|| {
        let suggestion = closest(text, list.words().into_iter());
        // The whole text is not kept: it may be anything.
        let found = text.chars().take(41).collect();
        (column, Reason::UnknownWord { list, found, suggestion })
    })?;
    if let Some(slot) = slot {
        // The code is the word's place in its list, which has far fewer than 256.
        let place = list.words().iter().position(|word| *word == text);
        slot.set(place.map_or(UNSET, |n| n as u32));
    }
    Ok(Some(found))
}

fn instant(raw: &Raw<'_>, column: Column) -> Checked<Option<Instant>> {
    let (parsed, found) = match raw.get(column) {
        Field::Missing => return Ok(None),
        Field::Text(text) | Field::Coded(text, _) => (instant::parse(text), text),
        Field::Integer(ms) => (instant::in_range(ms), ""),
        field => return Err((column, not_a_text(field))),
    };
    parsed.map(Some).map_err(|problem| {
        let found = match raw.get(column) {
            Field::Integer(ms) => ms.to_string(),
            _ => found.chars().take(41).collect(),
        };
        (column, Reason::BadInstant { found, problem })
    })
}

fn integer(raw: &Raw<'_>, column: Column, min: i64, max: i64) -> Checked<Option<i64>> {
    let number = match raw.get(column) {
        Field::Missing => return Ok(None),
        Field::Text(text) | Field::Coded(text, _) => text.parse::<i64>().ok(),
        Field::Integer(number) => Some(number),
        field => return Err((column, not_a_text(field))),
    };
    match number.filter(|n| (min..=max).contains(n)) {
        Some(number) => Ok(Some(number)),
        None => Err((column, Reason::BadInteger { min, max })),
    }
}
