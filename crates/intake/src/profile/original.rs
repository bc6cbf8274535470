//! Rows of a source as they stand in it, for lists of rejected rows.

use super::json::{Next, Values};
use super::look::cell_text;
use super::{Format, Profile};
use crate::error::Error;
use crate::source::{Mapped, MappedForm, Source, Stream, open_mapped};
use crate::workbook::Workbook;

/// A row is cut behind so many characters: what a cell of a spreadsheet holds.
const LONGEST: usize = 32_767;

/// A row by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The sheet of a workbook; empty: the source has none.
    pub sheet: String,
    /// The line on which it begins, from 1.
    pub line: u64,
}

/// Takes a row: its number among those wanted, and what stands in it.
pub type TakeRow<'a> = dyn FnMut(usize, &str) -> std::io::Result<()> + 'a;

/// Hands over the rows at some places as they stand in the source: of text the lines, of a workbook
/// the cells with tabs between them. What cannot be read as the source's encoding is replaced, and
/// very long rows are cut. A row that is not found, and every row of a Parquet file, is left out.
///
/// `wanted`: sorted, each place once.
///
/// # Errors
///
/// [`Error`] for a source that cannot be read, and [`Error::Take`] for what `take` returns.
///
/// # Example
///
/// ```
/// use intake::Source;
/// use intake::profile::{RowPlace, originals};
/// let bytes = b"at,text\nyesterday,\"one\ntwo\"\nnow,x\n".to_vec();
/// let source = Source::Bytes { name: "log.csv".into(), bytes };
/// let mut rows = Vec::new();
/// let second = RowPlace { sheet: String::new(), line: 2 };
/// originals(&source, None, &[second], &mut |_, row| Ok(rows.push(row.to_owned())))?;
/// assert_eq!(rows, ["yesterday,\"one\ntwo\""]);
/// # Ok::<(), intake::Error>(())
/// ```
pub fn originals(
    source: &Source,
    profile: Option<&Profile>,
    wanted: &[RowPlace],
    take: &mut TakeRow<'_>,
) -> Result<(), Error> {
    let encoding = profile.and_then(|profile| profile.encoding);
    let Mapped { name, form, .. } = match open_mapped(source, encoding) {
        Ok(opened) => opened,
        Err(Error::OtherForm { .. } | Error::NotALog { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut wanted = Wanted { places: wanted, next: 0, take };
    match form {
        MappedForm::Workbook(table) => {
            let mut book = Workbook::of_table(name, table)?;
            let mut sheets = book.sheets();
            // As the places are sorted.
            sheets.sort_by(|a, b| a.name.cmp(&b.name));
            for sheet in sheets {
                book.rows(&sheet.name, &mut |line, cells| {
                    wanted.pass(&sheet.name, line);
                    if !wanted.has(&sheet.name, line) {
                        return Ok(());
                    }
                    let cells: Vec<String> = cells.iter().map(cell_text).collect();
                    wanted.give(cells.join("\t").as_bytes())
                })?;
            }
            Ok(())
        }
        MappedForm::Text(mut stream, _) => {
            let start = stream.fill()?.trim_ascii_start().first().copied();
            let is_json = matches!(start, Some(b'{' | b'['));
            match profile {
                Some(_) if is_json => values(stream, &mut wanted),
                Some(profile) => {
                    let is_table = matches!(profile.format, Format::Table | Format::Csv);
                    lines(stream, is_table, &mut wanted)
                }
                None => lines(stream, !is_json, &mut wanted),
            }
        }
    }
}

/// The places that are still to come.
struct Wanted<'a, 't> {
    places: &'a [RowPlace],
    next: usize,
    take: &'a mut TakeRow<'t>,
}

impl Wanted<'_, '_> {
    /// Leaves behind what lies before a place.
    fn pass(&mut self, sheet: &str, line: u64) {
        let before = |place: &RowPlace| (place.sheet.as_str(), place.line) < (sheet, line);
        while self.places.get(self.next).is_some_and(before) {
            self.next += 1;
        }
    }

    fn has(&self, sheet: &str, line: u64) -> bool {
        self.places.get(self.next).is_some_and(|place| place.sheet == sheet && place.line == line)
    }

    fn give(&mut self, row: &[u8]) -> Result<(), Error> {
        let row = String::from_utf8_lossy(row);
        let row: String = row.trim_end_matches(['\r', '\n']).chars().take(LONGEST).collect();
        let number = self.next;
        self.next += 1;
        (self.take)(number, &row).map_err(Error::Take)
    }

    fn is_done(&self) -> bool {
        self.next == self.places.len()
    }
}

/// Values of JSON, by the line on which each begins.
fn values(stream: Stream, wanted: &mut Wanted<'_, '_>) -> Result<(), Error> {
    let mut values = Values::new(stream);
    while !wanted.is_done() {
        match values.next()? {
            Next::End => break,
            Next::TooLong(_) => {}
            Next::Value(line, bytes) => {
                wanted.pass("", line);
                if wanted.has("", line) {
                    wanted.give(bytes)?;
                }
            }
        }
    }
    Ok(())
}

/// Lines of text; a row of a table goes on while a quote is open in it.
fn lines(mut stream: Stream, is_table: bool, wanted: &mut Wanted<'_, '_>) -> Result<(), Error> {
    let (mut line, mut begins) = (1_u64, 1_u64);
    let (mut row, mut n_quotes) = (Vec::new(), 0);
    wanted.pass("", line);
    while !wanted.is_done() {
        let is_wanted = wanted.has("", begins);
        let input = stream.fill()?;
        if input.is_empty() {
            if is_wanted && !row.is_empty() {
                wanted.give(&row)?;
            }
            break;
        }
        let end = memchr::memchr(b'\n', input).map(|at| at + 1);
        let part = &input[..end.unwrap_or(input.len())];
        if is_wanted && row.len() < 4 * LONGEST {
            row.extend_from_slice(part);
            n_quotes += memchr::memchr_iter(b'"', part).count();
        }
        let n = part.len();
        stream.consume(n);
        if end.is_none() {
            continue;
        }
        line += 1;
        let goes_on = is_table && n_quotes % 2 == 1 && row.len() < LONGEST;
        if is_wanted && !goes_on {
            wanted.give(&row)?;
        }
        if !(is_wanted && goes_on) {
            (begins, n_quotes) = (line, 0);
            row.clear();
            wanted.pass("", line);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(name: &str, bytes: &[u8], profile: Option<&str>, lines: &[u64]) -> Vec<String> {
        let profile = profile.map(|name| Profile::shipped(name).expect("a profile"));
        let place = |line: &u64| RowPlace { sheet: String::new(), line: *line };
        let wanted: Vec<RowPlace> = lines.iter().map(place).collect();
        let source = Source::Bytes { name: name.into(), bytes: bytes.to_vec() };
        let mut found = Vec::new();
        let mut take = |n: usize, row: &str| {
            found.push(format!("{}:{row}", lines[n]));
            Ok(())
        };
        originals(&source, profile.as_ref(), &wanted, &mut take).unwrap();
        found
    }

    #[test]
    fn lines_are_found_and_rows_go_on_over_lines() {
        let text = b"at,text\r\n1,a\r\n2,\"b\r\nc\"\r\n3,\"\"\"\"\r\n4,d";
        assert_eq!(
            rows("a.csv", text, None, &[2, 3, 5, 6, 9]),
            ["2:1,a", "3:2,\"b\r\nc\"", "5:3,\"\"\"\"", "6:4,d"]
        );
        assert_eq!(rows("a.csv", text, None, &[1]), ["1:at,text"]);
    }

    #[test]
    fn other_encodings_and_json_are_read_as_they_were() {
        let (gbk, _, _) = encoding_rs::GB18030.encode("时间,谁\n九点,小林\n");
        assert_eq!(rows("a.csv", &gbk, None, &[2]), ["2:九点,小林"]);
        let json = b"{\"at\": 1}\n{\"at\": \"2\"\n{\"at\": 3}\n";
        assert_eq!(rows("a.jsonl", json, None, &[2, 3]), ["2:{\"at\": \"2\"", "3:{\"at\": 3}"]);
        let list = b"[\n {\"a\": 1},\n {\"b\":\n 2}]";
        assert_eq!(rows("a.json", list, Some("jd-dongdong"), &[3]), ["3:{\"b\":\n 2}"]);
    }

    #[test]
    fn a_quote_that_stays_open_does_not_swallow_the_file() {
        let mut text = b"at,text\n1,\"open\n".to_vec();
        text.extend(b"2,x\n".repeat(100_000));
        let found = rows("a.csv", &text, None, &[2]);
        assert!(found[0].chars().count() <= LONGEST + 2, "{}", found[0].len());
    }
}
