//! Tables for spreadsheets: workbooks and CSV.
//!
//! What stands in a text cell stays text: a program that opens the file must compute nothing out
//! of a shop's or an account's name.

use facts::Day;
use figures::shown::Unit;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing is known, or it does not apply.
    Empty,
    Text(String),
    Number(i64),
    Day(Day),
    /// A figure's value: as it is printed, and as a number.
    Value(String, (f64, Unit)),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn count(n: u64) -> Self {
        // No log has so many facts.
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

/// A sheet; its first row says what the columns are.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) name: &'static str,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The most rows that a workbook's sheet has.
pub(super) const MOST_ROWS: usize = 1_048_576;
/// The longest text of a cell of a workbook, in UTF-16 units.
const LONGEST: usize = 32_767;
/// Whole numbers up to here stay whole in a workbook, which has no others than floating ones.
const EXACT: u64 = 1 << 53;
/// The widest column, in characters.
const WIDEST: usize = 60;

/// How a workbook shows a figure's value.
fn value_format(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "0.00%",
        Unit::Seconds => "0.00\" s\"",
        Unit::Samples => "0",
    }
}

/// Whether a spreadsheet would compute a text, were it typed in.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

/// How many columns a text is wide: letters of Chinese take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn cut(text: &str) -> String {
    let mut units = 0;
    let is_short = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST
    };
    text.chars().take_while(is_short).collect()
}

/// An Excel workbook of sheets.
pub(super) fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same figures make the same bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    let as_text = Format::new().set_quote_prefix().set_num_format("@");
    let as_day = Format::new().set_num_format("yyyy-mm-dd");
    for sheet in sheets {
        let page = book.add_worksheet().set_name(sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        let mut widths: Vec<usize> = Vec::new();
        for (row, cells) in (0..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(cells) {
                let place = usize::from(column);
                widths.resize(widths.len().max(place + 1), 8);
                match cell {
                    Cell::Empty => {}
                    Cell::Number(n) if n.unsigned_abs() <= EXACT => {
                        page.write_number(row, column, *n as f64)?;
                    }
                    Cell::Number(n) => {
                        page.write_string(row, column, n.to_string())?;
                    }
                    Cell::Day(day) => {
                        widths[place] = widths[place].max(10);
                        let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                        page.write_datetime_with_format(row, column, day, &as_day)?;
                    }
                    Cell::Value(_, (number, unit)) => {
                        let format = Format::new().set_num_format(value_format(*unit));
                        page.write_number_with_format(row, column, *number, &format)?;
                    }
                    Cell::Text(text) => {
                        let text = cut(text);
                        widths[place] = widths[place].max(width(&text).min(WIDEST));
                        let format = match (row, is_formula(&text)) {
                            (_, true) => &as_text,
                            (0, _) => &bold,
                            _ => &wrapped,
                        };
                        page.write_string_with_format(row, column, text, format)?;
                    }
                }
            }
        }
        for (column, width) in (0u16..).zip(widths) {
            page.set_column_width(column, width as u16 + 2)?;
        }
    }
    book.save_to_buffer()
}

/// The sheets one under the other, as CSV that Excel reads: with a mark of its encoding, and with
/// an apostrophe before what would be computed.
pub(super) fn csv(sheets: &[Sheet]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    for (n, sheet) in sheets.iter().enumerate() {
        if n > 0 {
            text.push_str("\r\n");
        }
        for row in &sheet.rows {
            let fields: Vec<String> = row.iter().map(field).collect();
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        }
    }
    text.into_bytes()
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(n) => n.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Value(printed, _) => printed.clone(),
        Cell::Text(text) => {
            let text = if is_formula(text) { format!("'{text}") } else { text.clone() };
            match text.contains(['"', ',', '\n', '\r', '\'']) {
                true => format!("\"{}\"", text.replace('"', "\"\"")),
                false => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_computed() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "\r=1", "\n=1"] {
            let line = field(&Cell::text(text));
            assert!(line.starts_with("\"'"), "{text:?}: {line}");
        }
        assert_eq!(field(&Cell::text("客服1")), "客服1");
        assert_eq!(field(&Cell::text("a,\"b\"")), "\"a,\"\"b\"\"\"");
        assert_eq!(field(&Cell::Number(-5)), "-5", "what was counted is no text");
        assert_eq!(field(&Cell::Value("91.67 %".into(), (0.916_7, Unit::Share))), "91.67 %");
    }

    #[test]
    fn values_and_days_of_a_workbook_are_numbers() {
        use intake::workbook::{Cell as Read, Workbook};
        let mean = Cell::Value("10.62 s".into(), (10.62, Unit::Seconds));
        let share = Cell::Value("75.00 %".into(), (0.75, Unit::Share));
        let rows = vec![vec![Cell::Day(Day(20_605)), share, mean, Cell::text("3")]];
        let bytes = workbook(&[Sheet { name: "figures", rows }]).unwrap();
        let source = intake::Source::Bytes { name: "x.xlsx".into(), bytes };
        let mut read = Vec::new();
        let mut book = Workbook::open(&source).unwrap();
        let mut each = |_, cells: &[Read]| {
            read.extend(cells.to_vec());
            Ok(())
        };
        book.rows("figures", &mut each).unwrap();
        let day = Read::Time(20_605 * 86_400_000);
        assert_eq!(read, [day, Read::Number(0.75), Read::Number(10.62), Read::Text("3".into())]);
    }

    #[test]
    fn a_workbook_is_made_of_any_text_and_always_the_same() {
        let rows = vec![
            vec![Cell::text("shop"), Cell::text("n")],
            vec![Cell::text("=HYPERLINK(\"x\")"), Cell::Number(7)],
            vec![Cell::text("\u{1}\u{fffe}<&>"), Cell::Number(i64::MAX)],
            vec![Cell::text("长".repeat(40_000)), Cell::Empty],
        ];
        let sheets = [Sheet { name: "figures", rows }];
        let made = workbook(&sheets).unwrap();
        assert!(made.starts_with(b"PK"));
        assert_eq!(made, workbook(&sheets).unwrap());
    }
}
