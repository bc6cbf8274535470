//! One row of a log as a JSON object, for whoever gets rows otherwise than in files.

use facts::{Author, FactKind, Form, Instant};

use crate::column::Column;
use crate::jsonl;
use crate::reject::Reason;
use crate::row::{self, Name};

/// A row whose values are what they should be. Empty texts: none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedRow<'a> {
    /// When it happened.
    pub at: Instant,
    /// Whose rules.
    pub platform: &'a str,
    /// The shop.
    pub shop: &'a str,
    /// The buyer; empty on facts about an account.
    pub buyer: &'a str,
    /// The conversation.
    pub conversation: &'a str,
    /// What happened.
    pub fact: FactKind,
    /// Who wrote; [`Author::System`] on what is no message.
    pub author: Author,
    /// The form of a message.
    pub form: Form,
    /// The account concerned.
    pub account: &'a str,
    /// The account that passed the buyer on.
    pub from_account: &'a str,
    /// The message's id.
    pub id: &'a str,
    /// The source's own order.
    pub seq: Option<i64>,
    /// When it was learned.
    pub seen_at: Option<Instant>,
    /// What was written.
    pub text: &'a str,
    /// A rating, 1 to 5.
    pub stars: Option<u8>,
    /// The message, order or buyer concerned.
    pub reference: &'a str,
    /// Money.
    pub amount: &'a str,
    /// An observed figure's metric and value.
    pub value: &'a str,
}

/// Why a text is no row: the column at fault, absent where it is the row as a whole, and what is
/// wrong. [`Reason::NotJson`] and [`Reason::InvalidUtf8`] without a column: the text is no JSON.
pub type Fault = (Option<Column>, Reason);

/// Reads one JSON object as a row of a log, by the same checks as a line of a file, and hands it
/// on: the row or what is wrong with it, and the names of keys that are no columns.
///
/// # Example
///
/// ```
/// use intake::{Column, json_row};
/// let json = br#"{"at":"2026-11-21T09:00:00+08:00","platform":"taobao","shop":"s1","shpo":1}"#;
/// json_row::read(json, |row, unknown| {
///     assert_eq!(row.unwrap_err().0, Some(Column::Author));
///     assert_eq!(unknown, ["shpo"]);
/// });
/// ```
pub fn read<T>(json: &[u8], take: impl FnOnce(Result<CheckedRow<'_>, Fault>, &[&str]) -> T) -> T {
    let object = match jsonl::object(json) {
        Ok(object) => object,
        Err(fault) => return take(Err(fault), &[]),
    };
    let unknown: Vec<&str> = object.unknown.iter().map(|name| &**name).collect();
    let raw = object.raw();
    match row::check(&raw) {
        Ok(row) => take(Ok(checked(&row)), &unknown),
        Err((column, reason)) => take(Err((Some(column), reason)), &unknown),
    }
}

fn checked<'a>(row: &row::Row<'a>) -> CheckedRow<'a> {
    CheckedRow {
        at: row.at,
        platform: name(row.platform),
        shop: name(row.shop),
        buyer: name(row.buyer),
        conversation: name(row.conversation),
        fact: row.fact,
        author: row.author,
        form: row.form,
        account: name(row.account),
        from_account: name(row.from_account),
        id: row.id,
        seq: row.seq,
        seen_at: row.seen_at,
        text: row.text,
        stars: row.stars,
        reference: row.reference,
        amount: row.amount,
        value: row.value,
    }
}

/// The text of a name. Numbers stand for names in dictionaries alone, which JSON has none of.
fn name<'a>(name: Name<'a>) -> &'a str {
    match name {
        Name::Text(text, _) => text,
        Name::None | Name::Known(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_what_a_file_would_make_of_it() {
        let json = r#"{"at":"2026-11-21T09:00:00+08:00","platform":"jd","shop":7,"buyer":"b",
            "author":"buyer","seq":3,"text":"在\u5417"}"#;
        read(json.as_bytes(), |row, unknown| {
            let row = row.unwrap();
            assert_eq!((row.shop, row.seq, row.text), ("7", Some(3), "在吗"));
            assert_eq!((row.fact, row.stars, unknown.len()), (FactKind::Message, None, 0));
        });
    }

    #[test]
    fn what_is_no_json_is_told_from_what_is_no_row() {
        let fault = |json: &[u8]| read(json, |row, _| row.unwrap_err());
        assert!(matches!(fault(b"{\"at\""), (None, Reason::NotJson { .. })));
        assert!(matches!(fault(b"\"\xff\""), (None, Reason::InvalidUtf8)));
        assert!(matches!(fault(b"[1]"), (None, Reason::NotAnObject { .. })));
        assert_eq!(fault(b"{}"), (Some(Column::Author), Reason::Missing));
    }
}
