//! A row on its way from another shape to the log.

use std::borrow::Cow;

use facts::{Author, FactKind};

use super::Profile;
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;
use crate::row::{Field, Raw};

/// A row of the log that is being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft<'a> {
    fields: [Slot<'a>; Column::ALL.len()],
    /// The first thing that is wrong with it.
    wrong: Option<(Column, Reason)>,
}

#[derive(Clone, Debug, Default)]
enum Slot<'a> {
    #[default]
    Missing,
    Text(Cow<'a, str>),
    Integer(i64),
}

impl<'a> Draft<'a> {
    /// A fact of a kind at an instant.
    pub(super) fn new(kind: FactKind, at: i64) -> Self {
        let mut draft = Self::default();
        draft.text(Column::Fact, kind.word());
        draft.integer(Column::At, at);
        draft
    }

    /// A message of an author at an instant.
    pub(super) fn message(author: Author, at: i64) -> Self {
        let mut draft = Self::new(FactKind::Message, at);
        draft.text(Column::Author, author.word());
        draft
    }

    pub(super) fn text(&mut self, column: Column, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        self.fields[column as usize] =
            if text.is_empty() { Slot::Missing } else { Slot::Text(text) };
    }

    pub(super) fn integer(&mut self, column: Column, number: i64) {
        self.fields[column as usize] = Slot::Integer(number);
    }

    pub(super) fn wrong(&mut self, column: Column, reason: Reason) {
        self.wrong.get_or_insert((column, reason));
    }

    pub(super) fn get(&self, column: Column) -> Option<&str> {
        match &self.fields[column as usize] {
            Slot::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn clear(&mut self, column: Column) {
        self.fields[column as usize] = Slot::Missing;
    }

    pub(super) fn has(&self, column: Column) -> bool {
        !matches!(self.fields[column as usize], Slot::Missing)
    }

    /// Takes what it has not from another.
    pub(super) fn fill_from(&mut self, other: &Draft<'a>) {
        for (slot, other) in self.fields.iter_mut().zip(&other.fields) {
            if matches!(slot, Slot::Missing) {
                slot.clone_from(other);
            }
        }
        if self.wrong.is_none() {
            self.wrong.clone_from(&other.wrong);
        }
    }

    /// The same with texts of its own.
    pub(super) fn to_owned(&self) -> Draft<'static> {
        let fields = self.fields.clone().map(|slot| match slot {
            Slot::Missing => Slot::Missing,
            Slot::Text(text) => Slot::Text(Cow::Owned(text.into_owned())),
            Slot::Integer(number) => Slot::Integer(number),
        });
        Draft { fields, wrong: self.wrong.clone() }
    }

    /// Hands the row to the log, with the profile's constants.
    pub(super) fn give(
        mut self,
        profile: &Profile,
        line: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let is_message = self.get(Column::Fact).is_none_or(|fact| fact == FactKind::Message.word());
        for constant in &profile.constants {
            let of_messages = matches!(constant.column, Column::Author | Column::Kind);
            if (constant.given || !self.has(constant.column)) && (is_message || !of_messages) {
                self.text(constant.column, constant.value.clone());
            }
        }
        if let Some((column, reason)) = self.wrong {
            return sink.reject(line, Some(column), reason);
        }
        let mut raw = Raw { maybe_nul: true, ..Raw::default() };
        for column in Column::ALL {
            let field = match &self.fields[column as usize] {
                Slot::Missing => Field::Missing,
                Slot::Text(text) => Field::Text(text),
                Slot::Integer(number) => Field::Integer(*number),
            };
            raw.set(column, field);
        }
        sink.row(line, &raw)
    }
}
