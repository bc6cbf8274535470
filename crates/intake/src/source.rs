//! Where logs come from: opening, unpacking and recognising them.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use encoding_rs::Encoding;

use crate::encoding;
use crate::error::{Error, Foreign};

/// Where one log comes from.
///
/// The form (CSV, JSON Lines, Parquet, each text form also in gzip or zstd) is told by the first
/// bytes, and for texts by the extension first.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The standard input.
    Stdin,
    /// Bytes in memory under a name, whose extension counts like a file's.
    Bytes {
        /// The name.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A part of an archive.
    Part(Part),
}

/// A Parquet file in the canonical columns whose texts may lie in another, row by row.
#[derive(Clone, Debug)]
pub struct Part {
    /// The facts.
    pub path: PathBuf,
    /// Their texts: the column `text`, and as many rows.
    pub text: Option<PathBuf>,
    /// Which rows are read, from 0: sorted, apart. Absent: all.
    pub rows: Option<Vec<std::ops::Range<u64>>>,
}

impl Source {
    /// The name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "<stdin>".into(),
            Self::Bytes { name, .. } => name.clone(),
            Self::Part(part) => part.path.display().to_string(),
        }
    }
}

/// How many bytes are looked at to recognise a source.
const SNIFFED: usize = 64 * 1024;

/// A Parquet file's index stands at its end, so one from a pipe has to be held in memory.
const MAX_PIPED_PARQUET: u64 = 2 << 30;

/// Reading a file in smaller pieces than this costs system calls.
const BUFFER: usize = 256 * 1024;

/// A source that is ready to be read.
pub(crate) struct Opened {
    pub(crate) name: Arc<str>,
    pub(crate) form: Opening,
    /// Bytes taken from the file so far, before unpacking.
    pub(crate) done: Rc<Cell<u64>>,
    /// Size of the file, when it has one.
    pub(crate) total: Option<u64>,
}

/// The form of a source, with what is needed to read it.
pub(crate) enum Opening {
    Csv(Stream),
    JsonLines(Stream),
    Parquet(Table),
    Part(Part),
}

/// A Parquet file.
pub(crate) enum Table {
    File(File),
    Bytes(Bytes),
}

/// Text, unpacked, without byte order mark.
pub(crate) struct Stream {
    reader: BufReader<Box<dyn Read>>,
    source: Arc<str>,
    packed: Option<Packing>,
}

impl Stream {
    /// The bytes that can be looked at next; none at the end.
    pub(crate) fn fill(&mut self) -> Result<&[u8], Error> {
        // Asking twice is free while bytes are left, and lets the error be built without a borrow.
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(&self.source, self.packed, error)),
            }
        }
        Ok(self.reader.buffer())
    }

    pub(crate) fn consume(&mut self, n: usize) {
        self.reader.consume(n);
    }

    /// Whether the file has other bytes than the text.
    pub(crate) fn is_packed(&self) -> bool {
        self.packed.is_some()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn of_magic(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "gz" | "gzip" => Some(Self::Gzip),
            "zst" | "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    fn unpack(self, reader: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(reader)?),
        })
    }
}

fn read_error(source: &Arc<str>, packed: Option<Packing>, error: io::Error) -> Error {
    let source = source.clone();
    match (packed, error.kind()) {
        (Some(packing), io::ErrorKind::UnexpectedEof) => {
            Error::Truncated { source, format: packing.name() }
        }
        // Decoders report damage with these kinds, files do not.
        (
            Some(packing),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other,
        ) => Error::Damaged { source, format: packing.name(), detail: error.to_string() },
        _ => Error::Read { source, error },
    }
}

/// Counts what passes.
struct Counting<R> {
    inner: R,
    done: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.done.set(self.done.get() + n as u64);
        Ok(n)
    }
}

/// Opens a source and tells its form.
pub(crate) fn open(source: &Source) -> Result<Opened, Error> {
    let name: Arc<str> = source.name().into();
    match source {
        Source::File(path) => open_file(name, path),
        Source::Part(part) => {
            let total = std::fs::metadata(&part.path).ok().map(|metadata| metadata.len());
            let form = Opening::Part(part.clone());
            Ok(Opened { name, form, done: Rc::default(), total })
        }
        Source::Stdin => open_stream(name, Path::new(""), Box::new(io::stdin()), None),
        Source::Bytes { name: path, bytes } => {
            let total = Some(bytes.len() as u64);
            let bytes = Bytes::from(bytes.clone());
            if bytes.starts_with(PARQUET_MAGIC) {
                let done = Rc::default();
                return Ok(Opened {
                    name,
                    form: Opening::Parquet(Table::Bytes(bytes)),
                    done,
                    total,
                });
            }
            open_stream(name, Path::new(path), Box::new(Cursor::new(bytes)), total)
        }
    }
}

const PARQUET_MAGIC: &[u8] = b"PAR1";

/// What a file seems to be.
pub(crate) enum Form {
    Plain,
    Packed,
    Parquet,
}

/// What a file seems to be, by its first bytes.
pub(crate) fn form(path: &Path) -> Form {
    let mut magic = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut magic));
    match read {
        Ok(_) if magic == PARQUET_MAGIC => Form::Parquet,
        Ok(_) if Packing::of_magic(&magic).is_some() => Form::Packed,
        _ => Form::Plain,
    }
}

fn open_file(name: Arc<str>, path: &Path) -> Result<Opened, Error> {
    let (mut file, total) = open_plain(&name, path)?;
    if total.is_some() {
        let mut magic = Vec::new();
        let reading = |error| Error::Read { source: name.clone(), error };
        (&mut file).take(4).read_to_end(&mut magic).map_err(reading)?;
        file.rewind().map_err(reading)?;
        if magic == PARQUET_MAGIC {
            let form = Opening::Parquet(Table::File(file));
            return Ok(Opened { name, form, done: Rc::default(), total });
        }
    }
    open_stream(name, path, Box::new(file), total)
}

/// Opens what can only be read from front to back.
pub(crate) fn open_stream(
    name: Arc<str>,
    path: &Path,
    reader: Box<dyn Read>,
    total: Option<u64>,
) -> Result<Opened, Error> {
    let done = Rc::new(Cell::new(0));
    let counting = Box::new(Counting { inner: reader, done: done.clone() });
    let (start, reader) = peek(&name, None, counting)?;
    let mut path = path.to_path_buf();
    if start.starts_with(PARQUET_MAGIC) {
        let form = Opening::Parquet(Table::Bytes(hold(&name, reader)?));
        return Ok(Opened { name, form, done, total });
    }
    let packed = Packing::of_magic(&start);
    let named = extension(&path);
    if let Some(packing) = Packing::of_extension(&named) {
        path.set_extension("");
        if packed != Some(packing) && !start.is_empty() {
            let detail = "the file does not begin like one".into();
            return Err(Error::Damaged { source: name, format: packing.name(), detail });
        }
    }
    let (start, reader) = match packed {
        None => (start, reader),
        Some(packing) => {
            let unpacked = packing.unpack(reader).map_err(|e| read_error(&name, packed, e))?;
            peek(&name, packed, unpacked)?
        }
    };
    if packed.is_some() && (Packing::of_magic(&start).is_some() || start.starts_with(PARQUET_MAGIC))
    {
        return Err(Error::NotALog { source: name, found: Foreign::Nested });
    }
    let json = check_text(&name, &path, &start)?;
    let mut reader = BufReader::with_capacity(BUFFER, reader);
    skip_mark(&mut reader).map_err(|e| read_error(&name, packed, e))?;
    let stream = Stream { reader, source: name.clone(), packed };
    let form = if json { Opening::JsonLines(stream) } else { Opening::Csv(stream) };
    Ok(Opened { name, form, done, total })
}

fn extension(path: &Path) -> String {
    path.extension().map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
}

/// A source that is read under a profile.
pub(crate) struct Mapped {
    pub(crate) name: Arc<str>,
    pub(crate) form: MappedForm,
    pub(crate) done: Rc<Cell<u64>>,
    pub(crate) total: Option<u64>,
}

/// What a source under a profile is.
pub(crate) enum MappedForm {
    /// Text, decoded to UTF-8, with the name of the encoding that it was in. Bytes that are not of
    /// the encoding come out as bytes that are not UTF-8.
    Text(Stream, &'static str),
    /// A zip archive, which every workbook is.
    Workbook(Table),
}

/// Opens a source to be read under a profile, as text in an encoding if one is given.
pub(crate) fn open_mapped(
    source: &Source,
    encoding: Option<&'static Encoding>,
) -> Result<Mapped, Error> {
    let name: Arc<str> = source.name().into();
    let (reader, total): (Box<dyn Read>, _) = match source {
        Source::Stdin => (Box::new(io::stdin()), None),
        // No profile reads archives.
        Source::Part(_) => {
            return Err(Error::OtherForm { source: name, expected: "a log of another shape" });
        }
        Source::Bytes { bytes, .. } => {
            let total = Some(bytes.len() as u64);
            (Box::new(Cursor::new(Bytes::from(bytes.clone()))), total)
        }
        Source::File(path) => {
            let (file, total) = open_plain(&name, path)?;
            let mut file = file;
            if total.is_some() && begins_as_zip(&name, &mut file)? {
                let form = MappedForm::Workbook(Table::File(file));
                return Ok(Mapped { name, form, done: Rc::default(), total });
            }
            (Box::new(file), total)
        }
    };
    let done = Rc::new(Cell::new(0));
    let counting = Box::new(Counting { inner: reader, done: done.clone() });
    let (start, reader) = peek(&name, None, counting)?;
    if start.starts_with(ZIP_MAGIC) {
        let form = MappedForm::Workbook(Table::Bytes(hold(&name, reader)?));
        return Ok(Mapped { name, form, done, total });
    }
    let packed = Packing::of_magic(&start);
    let (start, reader) = match packed {
        None => (start, reader),
        Some(packing) => {
            let unpacked = packing.unpack(reader).map_err(|e| read_error(&name, packed, e))?;
            peek(&name, packed, unpacked)?
        }
    };
    let found = sniff(&name, &start, encoding)?;
    let reader: Box<dyn Read> = if found == encoding_rs::UTF_8 {
        reader
    } else {
        Box::new(encoding::Decoding::new(reader, found))
    };
    let mut reader = BufReader::with_capacity(BUFFER, reader);
    skip_mark(&mut reader).map_err(|e| read_error(&name, packed, e))?;
    let stream = Stream { reader, source: name.clone(), packed };
    let encoding_name = encoding::name(found, start.starts_with(encoding::MARK));
    Ok(Mapped { name, form: MappedForm::Text(stream, encoding_name), done, total })
}

const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

fn open_plain(name: &Arc<str>, path: &Path) -> Result<(File, Option<u64>), Error> {
    let opening = |error| Error::Open { source: name.clone(), error };
    let file = File::open(path).map_err(opening)?;
    let metadata = file.metadata().map_err(opening)?;
    if metadata.is_dir() {
        return Err(Error::Folder { source: name.clone() });
    }
    Ok((file, metadata.is_file().then_some(metadata.len())))
}

fn begins_as_zip(name: &Arc<str>, file: &mut File) -> Result<bool, Error> {
    let reading = |error| Error::Read { source: name.clone(), error };
    let mut magic = Vec::new();
    file.take(ZIP_MAGIC.len() as u64).read_to_end(&mut magic).map_err(reading)?;
    file.rewind().map_err(reading)?;
    Ok(magic == ZIP_MAGIC)
}

/// The encoding of a text that begins so.
fn sniff(
    name: &Arc<str>,
    start: &[u8],
    given: Option<&'static Encoding>,
) -> Result<&'static Encoding, Error> {
    let source = name.clone();
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Empty { source });
    }
    let text = start.strip_prefix(encoding::MARK).unwrap_or(start);
    if text.starts_with(PARQUET_MAGIC) {
        return Err(Error::NotALog { source, found: Foreign::Binary });
    }
    let wide = match encoding::other_unicode(start) {
        Some("UTF-16LE") => Some(encoding_rs::UTF_16LE),
        Some("UTF-16BE") => Some(encoding_rs::UTF_16BE),
        Some(encoding) => return Err(Error::Encoding { source, encoding }),
        None => None,
    };
    if let Some(encoding) = given.or(wide) {
        return Ok(encoding);
    }
    if let Some(found) = foreign(text) {
        return Err(Error::NotALog { source, found });
    }
    match encoding::legacy(text) {
        None => Ok(encoding_rs::UTF_8),
        Some("GB18030") => Ok(encoding_rs::GB18030),
        Some(_) if encoding::is_damaged_gb18030(text) => Ok(encoding_rs::GB18030),
        Some(encoding) => Err(Error::Encoding { source, encoding }),
    }
}

/// The first bytes of a reader, and a reader that still has them.
fn peek(
    name: &Arc<str>,
    packed: Option<Packing>,
    mut reader: Box<dyn Read>,
) -> Result<(Vec<u8>, Box<dyn Read>), Error> {
    let mut start = Vec::new();
    (&mut reader)
        .take(SNIFFED as u64)
        .read_to_end(&mut start)
        .map_err(|error| read_error(name, packed, error))?;
    let reader = Box::new(Cursor::new(start.clone()).chain(reader));
    Ok((start, reader))
}

fn hold(name: &Arc<str>, reader: Box<dyn Read>) -> Result<Bytes, Error> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_PIPED_PARQUET + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| read_error(name, None, error))?;
    if bytes.len() as u64 > MAX_PIPED_PARQUET {
        return Err(Error::TooLargeForPipe { source: name.clone(), limit: MAX_PIPED_PARQUET });
    }
    Ok(bytes.into())
}

/// Whether a text is JSON Lines rather than CSV; an error when it is no text that can be read.
fn check_text(name: &Arc<str>, path: &Path, start: &[u8]) -> Result<bool, Error> {
    let source = name.clone();
    let text = start.strip_prefix(encoding::MARK).unwrap_or(start);
    let first = text.iter().find(|b| !b.is_ascii_whitespace());
    if let Some(encoding) = encoding::other_unicode(start) {
        return Err(Error::Encoding { source, encoding });
    }
    let Some(first) = first else { return Err(Error::Empty { source }) };
    let extension = extension(path);
    if matches!(extension.as_str(), "parquet" | "pq") {
        let detail = "the file does not begin with PAR1".into();
        return Err(Error::Damaged { source, format: "Parquet", detail });
    }
    if let Some(found) = foreign(text) {
        return Err(Error::NotALog { source, found });
    }
    if let Some(encoding) = encoding::legacy(text) {
        return Err(Error::Encoding { source, encoding });
    }
    let json = match extension.as_str() {
        "csv" => false,
        "jsonl" | "ndjson" | "json" => true,
        _ => *first == b'{' || *first == b'[',
    };
    if json && *first == b'[' {
        return Err(Error::NotALog { source, found: Foreign::JsonList });
    }
    Ok(json)
}

fn foreign(start: &[u8]) -> Option<Foreign> {
    let known: [(&[u8], Foreign); 9] = [
        (b"PK\x03\x04", Foreign::Zip),
        (b"PK\x05\x06", Foreign::Zip),
        (b"\xd0\xcf\x11\xe0", Foreign::OldOffice),
        (b"SQLite format 3\0", Foreign::Sqlite),
        (b"%PDF-", Foreign::Pdf),
        (b"BZh", Foreign::Bzip2),
        (b"\xfd7zXZ\0", Foreign::Xz),
        (b"ARROW1", Foreign::ArrowFile),
        (crate::rejects_file::HEADER.as_bytes(), Foreign::Rejects),
    ];
    let magic = known.into_iter().find(|(magic, _)| start.starts_with(magic));
    magic.map(|(_, found)| found).or_else(|| encoding::is_binary(start).then_some(Foreign::Binary))
}

/// Skips a UTF-8 byte order mark, also when it arrives in pieces.
fn skip_mark(reader: &mut BufReader<Box<dyn Read>>) -> io::Result<()> {
    if reader.fill_buf()?.starts_with(encoding::MARK) {
        reader.consume(encoding::MARK.len());
    }
    Ok(())
}
