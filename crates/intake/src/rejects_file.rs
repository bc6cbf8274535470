//! Files of rejected rows, beside their logs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::Lang;
use crate::error::Error;
use crate::profile::{Profile, RowPlace, originals};
use crate::reject::Rejected;
use crate::source::Source;

/// The first line of every rejects file.
pub(crate) const HEADER: &str = "source,line,column,reason,found,expected";

/// Where the rejected rows of a source are written: `<log>.rejected.csv`, for the standard input
/// `stdin.rejected.csv` in the working folder; absent for bytes in memory.
///
/// # Example
///
/// ```
/// use intake::{Source, rejects_path};
/// let source = Source::File("logs/may.csv".into());
/// assert_eq!(rejects_path(&source), Some("logs/may.csv.rejected.csv".into()));
/// ```
#[must_use]
pub fn rejects_path(source: &Source) -> Option<PathBuf> {
    let mut name: OsString = match source {
        Source::File(path) => path.clone().into_os_string(),
        Source::Stdin => "stdin".into(),
        Source::Bytes { .. } | Source::Part(_) => return None,
    };
    name.push(".rejected.csv");
    Some(name.into())
}

/// Writes rejected rows to a file for each source, which is made at its first rejected row.
///
/// A rejects file of an earlier reading is replaced, and said to be; any other file in its place
/// is left alone, which is an error.
#[derive(Debug)]
pub struct RejectsFiles {
    paths: Vec<Option<PathBuf>>,
    lang: Lang,
    files: BTreeMap<PathBuf, Open>,
}

#[derive(Debug)]
struct Open {
    writer: csv::Writer<File>,
    written: Written,
}

/// What became of the rejects file of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Rows written; 0: nothing was rejected, and the file is left from an earlier reading.
    pub rows: u64,
    /// Whether a file of an earlier reading was replaced.
    pub replaced: bool,
}

impl RejectsFiles {
    /// Files for these sources, with texts in a language.
    #[must_use]
    pub fn new(sources: &[Source], lang: Lang) -> Self {
        let paths = sources.iter().map(rejects_path).collect();
        Self { paths, lang, files: BTreeMap::new() }
    }

    /// One file for all sources, with texts in a language.
    #[must_use]
    pub fn single(n_sources: usize, path: PathBuf, lang: Lang) -> Self {
        Self { paths: vec![Some(path); n_sources], lang, files: BTreeMap::new() }
    }

    /// Writes a rejected row; one of bytes in memory has no file and is passed over.
    ///
    /// # Errors
    ///
    /// When the file cannot be made or written, or when another file stands in its place.
    pub fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        let fields = rejected_fields(rejected, self.lang);
        self.write_fields(rejected.source_number, &fields)
    }

    /// Writes a rejected row of a source by its fields, which [`rejected_fields`] told of it.
    ///
    /// # Errors
    ///
    /// As [`RejectsFiles::write`].
    pub fn write_fields(&mut self, source_number: usize, fields: &[String; 6]) -> io::Result<()> {
        let Some(Some(path)) = self.paths.get(source_number) else { return Ok(()) };
        let open = match self.files.get_mut(path) {
            Some(open) => open,
            None => self.files.entry(path.clone()).or_insert(create(path)?),
        };
        open.written.rows += 1;
        Ok(open.writer.write_record(fields)?)
    }

    /// Finishes all files, and tells of each that was written, and of each that is left from an
    /// earlier reading although nothing was rejected now.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn finish(self) -> io::Result<Vec<Written>> {
        let mut all = Vec::new();
        let paths: BTreeSet<&PathBuf> = self.paths.iter().flatten().collect();
        for path in paths {
            if !self.files.contains_key(path) && is_ours(path)? {
                all.push(Written { path: path.clone(), rows: 0, replaced: false });
            }
        }
        for mut open in self.files.into_values() {
            open.writer.flush()?;
            all.push(open.written);
        }
        Ok(all)
    }
}

/// The fields of a rejected row, in the order of the file: source, line, column, reason, found,
/// expected.
#[must_use]
pub fn rejected_fields(rejected: &Rejected, lang: Lang) -> [String; 6] {
    let Rejected { source, line, column, reason, .. } = rejected;
    [
        source.to_string(),
        line.to_string(),
        column.map_or("", |column| column.name()).to_owned(),
        reason.code().to_owned(),
        reason.found(lang),
        reason.expected(lang),
    ]
}

/// Copies a list of one source's rejected rows, each with the row itself in a last column, `row`:
/// for a spreadsheet, with a mark of the encoding, and with an apostrophe before what would be
/// computed.
///
/// The list names the sheet of a workbook in brackets behind the source's name, as readings do.
/// Rows wait in a file beside `to` meanwhile; memory holds their places alone.
///
/// # Errors
///
/// When the source or a file cannot be read or written.
pub fn add_originals(
    list: &Path,
    to: &Path,
    source: &Source,
    profile: Option<&Profile>,
) -> Result<(), Error> {
    let mut places: Vec<RowPlace> = Vec::new();
    each_listed(list, &mut |fields| {
        places.push(place_of(fields));
        Ok(())
    })?;
    places.sort_unstable();
    places.dedup();
    let mut rows = Rows::create(to, places.len())?;
    originals(source, profile, &places, &mut |number, row| rows.add(number, row))?;
    let mut file = File::create(to).map_err(Error::Take)?;
    let begun = write!(file, "\u{feff}{HEADER},row\r\n");
    begun.map_err(Error::Take)?;
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.terminator(csv::Terminator::CRLF).from_writer(file);
    each_listed(list, &mut |fields| {
        let row = match places.binary_search(&place_of(fields)) {
            Ok(number) => rows.get(number)?,
            Err(_) => String::new(),
        };
        let fields = fields.iter().chain([row.as_str()]).map(plain);
        Ok(writer.write_record(fields.map(Cow::into_owned))?)
    })?;
    writer.flush().map_err(Error::Take)
}

/// Hands over the fields of each row of a list.
fn each_listed(
    list: &Path,
    each: &mut dyn FnMut(&csv::StringRecord) -> io::Result<()>,
) -> Result<(), Error> {
    let file = File::open(list).map_err(Error::Take)?;
    let mut reader = csv::Reader::from_reader(file);
    let mut fields = csv::StringRecord::new();
    while reader.read_record(&mut fields).map_err(|error| Error::Take(error.into()))? {
        each(&fields).map_err(Error::Take)?;
    }
    Ok(())
}

fn place_of(fields: &csv::StringRecord) -> RowPlace {
    let source = fields.get(0).unwrap_or_default();
    let sheet = source.strip_suffix(']').and_then(|start| start.rsplit_once('['));
    let line = fields.get(1).and_then(|line| line.parse().ok()).unwrap_or(0);
    RowPlace { sheet: sheet.map(|(_, sheet)| sheet.to_owned()).unwrap_or_default(), line }
}

/// A text that no spreadsheet computes.
fn plain(text: &str) -> Cow<'_, str> {
    let computed = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
    match text.starts_with(computed) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Rows by their numbers, in a file that goes when it is dropped.
struct Rows {
    path: PathBuf,
    file: File,
    /// Where each begins, and its length in bytes.
    spans: Vec<(u64, usize)>,
    end: u64,
}

impl Rows {
    fn create(beside: &Path, n: usize) -> Result<Self, Error> {
        let path = beside.with_extension("rows");
        let open = File::options().read(true).write(true).create(true).truncate(true).open(&path);
        Ok(Self { path, file: open.map_err(Error::Take)?, spans: vec![(0, 0); n], end: 0 })
    }

    fn add(&mut self, number: usize, row: &str) -> io::Result<()> {
        self.file.write_all(row.as_bytes())?;
        self.spans[number] = (self.end, row.len());
        self.end += row.len() as u64;
        Ok(())
    }

    fn get(&mut self, number: usize) -> io::Result<String> {
        let (start, length) = self.spans[number];
        let mut bytes = vec![0; length];
        self.file.seek(io::SeekFrom::Start(start))?;
        self.file.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn create(path: &Path) -> io::Result<Open> {
    let replaced = path.exists();
    if replaced && !is_ours(path)? {
        let message = format!("{} exists and is no list of rejected rows", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    let mut file = File::create(path)?;
    writeln!(file, "{HEADER}")?;
    let written = Written { path: path.to_path_buf(), rows: 0, replaced };
    Ok(Open { writer: csv::Writer::from_writer(file), written })
}

/// Whether an earlier reading wrote the file.
fn is_ours(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(HEADER.len() as u64).read_to_end(&mut start)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(start == HEADER.as_bytes())
}
