//! The beginning of a source as cells, for whoever maps it by hand.

use serde_json::Value as Json;

use super::json::{Next, Values};
use super::table::separator;
use crate::csv::{Outcome, Record, Records};
use crate::encoding;
use crate::error::Error;
use crate::source::{Mapped, MappedForm, Source, Stream, open_mapped};
use crate::workbook::{Cell, Workbook};

/// A cell is cut behind so many characters.
const LONGEST: usize = 200;
/// A row is cut behind so many cells.
const WIDEST: usize = 200;

/// The beginning of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The encoding that was found or given; `xlsx` for a workbook.
    pub encoding: &'static str,
    /// Whether the rows are objects of JSON; then the first row has their keys.
    pub is_json: bool,
    /// The first rows, cut in length and width.
    pub rows: Vec<Vec<String>>,
}

/// Looks at the first rows of a source, of a workbook at those of its first sheet that has any;
/// what they mean is not asked. An encoding that is not known is found by the bytes.
///
/// # Errors
///
/// [`Error`] for what cannot be read as text or as a workbook.
///
/// # Example
///
/// ```
/// use intake::{Source, profile::look};
/// let bytes = "时间;谁\n2026-05-01 09:00;小林\n".as_bytes().to_vec();
/// let found = look(&Source::Bytes { name: "log.csv".into(), bytes }, None, 5)?;
/// assert_eq!((found.encoding, found.rows[0].join("|").as_str()), ("UTF-8", "时间|谁"));
/// # Ok::<(), intake::Error>(())
/// ```
pub fn look(source: &Source, encoding: Option<&str>, rows: usize) -> Result<Look, Error> {
    let known = encoding::KNOWN.iter().find(|(name, _)| Some(*name) == encoding);
    let Mapped { name, form, .. } = open_mapped(source, known.map(|(_, encoding)| *encoding))?;
    match form {
        MappedForm::Workbook(table) => {
            let mut book = Workbook::of_table(name, table)?;
            let mut look = Look { encoding: "xlsx", ..Look::default() };
            for sheet in book.sheets() {
                book.rows(&sheet.name, &mut |_, cells| {
                    if look.rows.len() < rows {
                        look.rows.push(cells.iter().take(WIDEST).map(cell_text).collect());
                    }
                    Ok(())
                })?;
                if !look.rows.is_empty() {
                    break;
                }
            }
            Ok(look)
        }
        MappedForm::Text(mut stream, encoding) => {
            let start = stream.fill()?.trim_ascii_start();
            if matches!(start.first(), Some(b'{' | b'[')) {
                return json(stream, encoding, rows);
            }
            let separator = separator(start);
            let mut records = Records::separated_by(stream, separator);
            let mut look = Look { encoding, ..Look::default() };
            while look.rows.len() < rows {
                let Some(Record { outcome, .. }) = records.next(&name)? else { break };
                let Outcome::Fields(fields) = outcome else { continue };
                let cells = 0..fields.len().min(WIDEST);
                let cells = cells.map(|i| cut(&String::from_utf8_lossy(fields.bytes(i))));
                look.rows.push(cells.collect());
            }
            Ok(look)
        }
    }
}

/// The first objects: their keys, then their values. A dot leads into an object.
fn json(stream: Stream, encoding: &'static str, rows: usize) -> Result<Look, Error> {
    let mut values = Values::new(stream);
    let mut objects: Vec<Vec<(String, String)>> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    while objects.len() + 1 < rows {
        let bytes = match values.next()? {
            Next::End => break,
            Next::TooLong(_) => continue,
            Next::Value(_, bytes) => bytes,
        };
        let Ok(value) = serde_json::from_slice::<Json>(bytes) else { continue };
        let mut found = Vec::new();
        flat("", &value, &mut found);
        for (key, _) in &found {
            if !keys.contains(key) && keys.len() < WIDEST {
                keys.push(key.clone());
            }
        }
        objects.push(found);
    }
    let row = |object: &Vec<(String, String)>| {
        let cell = |key: &String| object.iter().find(|(known, _)| known == key);
        keys.iter().map(|key| cell(key).map_or(String::new(), |(_, text)| text.clone())).collect()
    };
    let all: Vec<Vec<String>> = objects.iter().map(row).collect();
    let rows = std::iter::once(keys.clone()).chain(all).collect();
    Ok(Look { encoding, is_json: true, rows })
}

fn flat(path: &str, value: &Json, found: &mut Vec<(String, String)>) {
    match value {
        Json::Object(entries) if path.matches('.').count() < 4 => {
            for (key, value) in entries.iter().take(WIDEST) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flat(&path, value, found);
            }
        }
        Json::String(text) => found.push((path.to_owned(), cut(text))),
        Json::Null => found.push((path.to_owned(), String::new())),
        value => found.push((path.to_owned(), cut(&value.to_string()))),
    }
}

pub(super) fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => cut(text),
        Cell::Number(number) => number.to_string(),
        Cell::Time(wall) => {
            let local = facts::Zone::fixed(0).local(facts::Instant(*wall));
            let seconds = local.ms / 1_000;
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            format!("{} {hour:02}:{minute:02}:{second:02}", local.day)
        }
        Cell::Boolean(value) => value.to_string(),
        Cell::Error => "#".to_owned(),
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(name: &str, bytes: &[u8]) -> Result<Look, Error> {
        look(&Source::Bytes { name: name.into(), bytes: bytes.to_vec() }, None, 3)
    }

    #[test]
    fn rows_of_any_text_are_shown_whatever_they_mean() {
        let found = looked("a.csv", b"title\na;b\n1;2\n3;4\n").unwrap();
        assert_eq!(found.rows, [vec!["title"], vec!["a", "b"], vec!["1", "2"]]);
        let (gbk, _, _) = encoding_rs::GB18030.encode("时间,买家\n九点,小林\n");
        let found = looked("a.csv", &gbk).unwrap();
        assert_eq!((found.encoding, &*found.rows[1][1]), ("GB18030", "小林"));
        let json = br#"[{"id": 7, "user": {"name": "b"}}, {"id": 8, "at": "x"}]"#;
        let found = looked("a.json", json).unwrap();
        assert!(found.is_json);
        assert_eq!(found.rows[0], ["id", "user.name", "at"]);
        assert_eq!(found.rows[2], ["8", "", "x"]);
    }

    #[test]
    fn any_bytes_are_looked_at() {
        let start = "[{\"a\": {\"b\": 1}}]\n时间,x\n\"1\",2\n".as_bytes();
        let mut seed = 11_u64;
        for round in 0..400 {
            let mut bytes = start[round % 20..].to_vec();
            for _ in 0..3 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] = (seed >> 20) as u8;
            }
            if let Ok(found) = looked("a", &bytes) {
                assert!(found.rows.len() <= 3, "{found:?}");
            }
        }
    }
}
