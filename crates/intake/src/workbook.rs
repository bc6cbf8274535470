//! Excel workbooks (`.xlsx`) as rows of cells, sheet by sheet.
//!
//! The cells of a sheet are read one row at a time. The texts that a workbook shares between its
//! cells are held in memory while it is open: that is how the format stores them.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::error::Error;
use crate::source::{MappedForm, Source, Table, open_mapped};

/// What one cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number, which may be a time that nobody formatted as one: see [`Cell::serial_ms`].
    Number(f64),
    /// A date and time without a zone, in milliseconds since 1970-01-01T00:00:00 on the wall.
    Time(i64),
    /// True or false.
    Boolean(bool),
    /// An error, such as `#N/A`.
    Error,
}

impl Cell {
    /// The wall clock of a serial number of days, as Excel counts them by default, in milliseconds
    /// since 1970-01-01T00:00:00; `None` outside the years 1970 to 2199.
    ///
    /// # Example
    ///
    /// ```
    /// use intake::workbook::Cell;
    /// assert_eq!(Cell::serial_ms(25_569.5), Some(43_200_000));
    /// assert_eq!(Cell::serial_ms(12.0), None);
    /// ```
    #[must_use]
    pub fn serial_ms(serial: f64) -> Option<i64> {
        let days = serial - 25_569.0;
        (0.0..84_006.0).contains(&days).then(|| (days * 86_400_000.0).round() as i64)
    }
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether Excel shows it.
    pub visible: bool,
}

/// Takes a row: its number from 1, and its cells from column A on.
pub type EachRow<'a> = dyn FnMut(u64, &[Cell]) -> Result<(), Error> + 'a;

/// An open workbook.
///
/// # Example
///
/// ```no_run
/// use intake::{Source, workbook::Workbook};
/// let mut workbook = Workbook::open(&Source::File("panel.xlsx".into()))?;
/// for sheet in workbook.sheets() {
///     workbook.rows(&sheet.name, &mut |row, cells| {
///         println!("{}!{row}: {} cells", sheet.name, cells.len());
///         Ok(())
///     })?;
/// }
/// # Ok::<(), intake::Error>(())
/// ```
pub struct Workbook {
    name: Arc<str>,
    book: Xlsx<BufReader<Bytewise>>,
}

impl std::fmt::Debug for Workbook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workbook").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Workbook {
    /// Opens a workbook.
    ///
    /// # Errors
    ///
    /// [`Error`] when the source cannot be read or is no `.xlsx` workbook.
    pub fn open(source: &Source) -> Result<Self, Error> {
        let opened = open_mapped(source, None)?;
        match opened.form {
            MappedForm::Workbook(table) => Self::of_table(opened.name, table),
            MappedForm::Text(..) => Err(Error::OtherForm { source: opened.name, expected: "xlsx" }),
        }
    }

    pub(crate) fn of_table(name: Arc<str>, table: Table) -> Result<Self, Error> {
        let bytes = match table {
            Table::File(file) => Bytewise::File(file),
            Table::Bytes(bytes) => Bytewise::Bytes(Cursor::new(bytes)),
        };
        let book = guarded(&name, || Xlsx::new(BufReader::new(bytes)))?;
        Ok(Self { name, book })
    }

    /// The worksheets, in the order of the workbook.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        let sheets = self.book.sheets_metadata().iter();
        sheets
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| Sheet {
                name: sheet.name.clone(),
                visible: sheet.visible == SheetVisible::Visible,
            })
            .collect()
    }

    /// Hands over the rows of a sheet that have a value, each with its number from 1 and its cells
    /// from column A on. A cell that is merged downwards has its value in every row of the area, in
    /// the area's first column.
    ///
    /// # Errors
    ///
    /// [`Error`] when the sheet is damaged, and what `each` returns.
    pub fn rows(&mut self, sheet: &str, each: &mut EachRow<'_>) -> Result<(), Error> {
        let name = self.name.clone();
        let mut areas = guarded(&name, || self.book.merge_cells_by_sheet_name(sheet))?;
        areas.sort_by_key(|area| area.start);
        let mut merged = Merged { areas, ..Merged::default() };
        let mut reader = guarded(&name, || self.book.worksheet_cells_reader(sheet))?;
        let mut present: Option<u32> = None;
        let mut cells: Vec<Cell> = Vec::new();
        while let Some(cell) = guarded(&name, || reader.next_cell())? {
            let (row, column) = cell.get_position();
            if row >= MAX_ROWS || column >= MAX_COLUMNS || present.is_some_and(|now| row < now) {
                let detail = format!("the cells of row {} are out of order", row.saturating_add(1));
                return Err(Error::Damaged { source: name.clone(), format: "xlsx", detail });
            }
            if present.is_some_and(|now| row > now) {
                flush(present, &mut cells, &mut merged, each)?;
            }
            present = Some(row);
            let column = column as usize;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = value(cell.get_value());
        }
        flush(present, &mut cells, &mut merged, each)
    }
}

/// The largest sheet that Excel itself writes.
const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;

fn flush(
    row: Option<u32>,
    cells: &mut Vec<Cell>,
    merged: &mut Merged,
    each: &mut EachRow<'_>,
) -> Result<(), Error> {
    let Some(row) = row else { return Ok(()) };
    // A row of nothing but the lower part of merged areas is a blank row with a frame.
    if cells.iter().any(|cell| *cell != Cell::Empty) {
        merged.fill(row, cells);
        each(u64::from(row) + 1, cells)?;
    }
    cells.clear();
    Ok(())
}

/// The merged areas of a sheet. Only the first cell of an area has its value in the file.
#[derive(Default)]
struct Merged {
    /// In the order of their first cells.
    areas: Vec<Dimensions>,
    next: usize,
    /// Areas that reach into the present row, with their values.
    open: Vec<(Dimensions, Cell)>,
}

impl Merged {
    fn fill(&mut self, row: u32, cells: &mut Vec<Cell>) {
        self.open.retain(|(area, _)| area.end.0 >= row);
        while let Some(area) = self.areas.get(self.next).filter(|area| area.start.0 <= row) {
            self.next += 1;
            if area.start.0 == row
                && area.end.0 > row
                && let Some(value) = cells.get(area.start.1 as usize)
            {
                self.open.push((*area, value.clone()));
            }
        }
        for (area, value) in &self.open {
            let column = area.start.1 as usize;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            if cells[column] == Cell::Empty {
                cells[column] = value.clone();
            }
        }
    }
}

fn value(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            words(text)
        }
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(value) => Cell::Boolean(*value),
        DataRef::DateTime(time) if time.is_datetime() => {
            // The epoch of a workbook may be 1904; the calendar date knows.
            let (year, month, day, hour, minute, second, ms) = time.to_ymd_hms_milli();
            let day = facts::Day::from_date(i32::from(year), u32::from(month), u32::from(day));
            let wall = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
            match day {
                Ok(day) => Cell::Time(i64::from(day.0) * 86_400_000 + wall * 1_000 + i64::from(ms)),
                Err(_) => Cell::Number(time.as_f64()),
            }
        }
        DataRef::DateTime(time) => Cell::Number(time.as_f64()),
        DataRef::Error(_) => Cell::Error,
    }
}

fn words(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
}

/// Calls the reader of workbooks, which panics on some damaged ones where arithmetic is checked.
/// After that nothing of the workbook is used any more.
fn guarded<T>(name: &Arc<str>, call: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| fault(name, error)),
        Err(_) => {
            let detail = "the workbook's parts are damaged".into();
            Err(Error::Damaged { source: name.clone(), format: "xlsx", detail })
        }
    }
}

fn fault(name: &Arc<str>, error: XlsxError) -> Error {
    let source = name.clone();
    match error {
        XlsxError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Error::Truncated { source, format: "xlsx" }
        }
        // What a message of a parser repeats from a file may be anybody's text: its kind will do.
        XlsxError::Zip(_) => {
            let detail = "the archive is damaged or cut off".into();
            Error::Damaged { source, format: "xlsx", detail }
        }
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            let detail = "a zip archive without a workbook in it".into();
            Error::Damaged { source, format: "xlsx", detail }
        }
        XlsxError::Password => {
            let detail = "it is protected by a password; save it without one".into();
            Error::Damaged { source, format: "xlsx", detail }
        }
        _ => {
            let detail = "the workbook's parts are damaged".into();
            Error::Damaged { source, format: "xlsx", detail }
        }
    }
}

/// A workbook's bytes, which are read in any order.
enum Bytewise {
    File(File),
    Bytes(Cursor<Bytes>),
}

impl Read for Bytewise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Bytewise {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}
