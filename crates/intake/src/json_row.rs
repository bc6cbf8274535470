//! One row of a log as a JSON object, for whoever gets rows otherwise than in files, or sends them.

use std::io::Write;

use facts::{FactKind, Form, Instant, MessageFlags, NewFact};

use crate::column::Column;
use crate::jsonl;
use crate::reject::Reason;
use crate::row::{self, Name};

/// Why a text is no row: the column at fault, absent where it is the row as a whole, and what is
/// wrong. [`Reason::NotJson`] and [`Reason::InvalidUtf8`] without a column: the text is no JSON.
pub type Fault = (Option<Column>, Reason);

/// Reads one JSON object as a row of a log, by the same checks as a line of a file, and hands it
/// on: the fact or what is wrong with it, and the names of keys that are no columns.
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
pub fn read<T>(json: &[u8], take: impl FnOnce(Result<NewFact<'_>, Fault>, &[&str]) -> T) -> T {
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

/// Writes a fact as one JSON object, without a line's end: what [`read`] makes the same fact of.
/// What was judged of its text is not written.
/// Instants are RFC 3339 in UTC, with milliseconds; what a row does not have is left out.
///
/// # Example
///
/// ```
/// use intake::json_row;
/// let json = br#"{"at":"2026-11-21T09:00:00+08:00","platform":"taobao","shop":"s1","buyer":"b1",
///     "author":"buyer","text":"on \"sale\"?"}"#;
/// json_row::read(json, |row, _| {
///     let row = row.unwrap();
///     let mut written = Vec::new();
///     json_row::write(&row, &mut written);
///     json_row::read(&written, |again, _| assert_eq!(again.unwrap(), row));
/// });
/// ```
pub fn write(row: &NewFact<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    for column in Column::ALL {
        out.push(if out.len() == start { b'{' } else { b',' });
        let before = out.len();
        out.push(b'"');
        out.extend_from_slice(column.name().as_bytes());
        out.extend_from_slice(b"\":");
        if !write_value(row, column, out) {
            out.truncate(before - 1);
        }
    }
    out.push(b'}');
}

/// Writes the value of a column; `false`: the row has none.
fn write_value(row: &NewFact<'_>, column: Column, out: &mut Vec<u8>) -> bool {
    let is_message = row.kind == FactKind::Message;
    let text = match column {
        Column::At => return write_instant(row.at, out),
        Column::SeenAt => return row.seen_at.is_some_and(|at| write_instant(at, out)),
        Column::Seq => return write_integer(row.seq, out),
        Column::Stars => return write_integer(row.stars.map(i64::from), out),
        Column::Platform => row.platform,
        Column::Shop => row.shop,
        Column::Buyer => row.buyer,
        Column::Conversation => row.conversation,
        Column::Fact if is_message => "",
        Column::Fact => row.kind.word(),
        Column::Author | Column::Kind if !is_message => "",
        Column::Author => row.author.word(),
        Column::Kind if row.form == Form::Text => "",
        Column::Kind => row.form.word(),
        Column::Account => row.account,
        Column::FromAccount => row.from_account,
        Column::Id => row.id,
        Column::Text => row.text,
        Column::Ref => row.reference,
        Column::Amount => row.amount,
        Column::Value => row.value,
    };
    // A text always becomes JSON, and memory takes what is written.
    !text.is_empty() && serde_json::to_writer(&mut *out, text).is_ok()
}

fn write_integer(number: Option<i64>, out: &mut Vec<u8>) -> bool {
    number.is_some_and(|number| write!(out, "{number}").is_ok())
}

/// What lies beyond the years that jiff knows is no instant of a checked row.
fn write_instant(at: Instant, out: &mut Vec<u8>) -> bool {
    let timestamp = jiff::Timestamp::from_millisecond(at.0);
    timestamp.is_ok_and(|timestamp| write!(out, "\"{timestamp:.3}\"").is_ok())
}

fn checked<'a>(row: &row::Row<'a>) -> NewFact<'a> {
    NewFact {
        at: row.at,
        platform: name(row.platform),
        shop: name(row.shop),
        buyer: name(row.buyer),
        conversation: name(row.conversation),
        kind: row.fact,
        author: row.author,
        form: row.form,
        flags: MessageFlags(0),
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
    use facts::Author;

    use super::*;

    #[test]
    fn a_row_is_what_a_file_would_make_of_it() {
        let json = r#"{"at":"2026-11-21T09:00:00+08:00","platform":"jd","shop":7,"buyer":"b",
            "author":"buyer","seq":3,"text":"在\u5417"}"#;
        read(json.as_bytes(), |row, unknown| {
            let row = row.unwrap();
            assert_eq!((row.shop, row.seq, row.text), ("7", Some(3), "在吗"));
            assert_eq!((row.kind, row.stars, unknown.len()), (FactKind::Message, None, 0));
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

    /// Every value that a row may have is the same when it was written and read again.
    #[test]
    fn what_is_written_is_read_as_the_same_row() {
        let nasty =
            ["a", "", "店\u{1F600}", "q\"uo\\te", "line\nbreak\ttab", "\u{7f}\u{1}x", "=1+1"];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut draw = |n: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % n as u64) as usize
        };
        for _ in 0..5_000 {
            let kind = FactKind::ALL[draw(FactKind::ALL.len())];
            let is_message = kind == FactKind::Message;
            let mut text = || nasty[draw(nasty.len())];
            let texts = [text(), text(), text(), text(), text(), text(), text(), text()];
            let row = NewFact {
                at: Instant(draw(7_258_118_400_000) as i64),
                platform: "jd",
                shop: nasty[draw(nasty.len())].trim_matches(char::is_control),
                buyer: if kind.about_account() { "" } else { "买家 1" },
                conversation: texts[0],
                kind,
                flags: MessageFlags(0),
                author: if is_message {
                    Author::ALL[draw(Author::ALL.len())]
                } else {
                    Author::System
                },
                form: if is_message { Form::ALL[draw(Form::ALL.len())] } else { Form::Text },
                account: texts[1],
                from_account: texts[2],
                id: texts[3],
                seq: [None, Some(i64::MIN), Some(7)][draw(3)],
                seen_at: [None, Some(Instant(0)), Some(Instant(1_780_279_200_001))][draw(3)],
                text: texts[4],
                stars: [None, Some(1), Some(5)][draw(3)],
                reference: texts[5],
                amount: texts[6],
                value: texts[7],
            };
            let row = NewFact { shop: if row.shop.is_empty() { "s" } else { row.shop }, ..row };
            let mut written = Vec::new();
            write(&row, &mut written);
            read(&written, |again, unknown| {
                assert_eq!(again.unwrap(), row, "{}", String::from_utf8_lossy(&written));
                assert!(unknown.is_empty() && !written.contains(&b'\n'));
            });
        }
    }
}
