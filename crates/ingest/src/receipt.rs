//! What is written beside a file that was looked at.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use desk::Stamp;
use facts::Instant;
use serde::{Deserialize, Serialize};

/// China's offset from UTC, in which receipts tell times.
const CHINA_MS: i64 = 28_800_000;

/// How the name of a receipt ends.
pub(crate) const ENDING: &str = ".receipt.json";

/// By what a file is told from a later one of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Print {
    pub(crate) bytes: u64,
    pub(crate) modified: SystemTime,
}

impl Print {
    pub(crate) fn of(metadata: &std::fs::Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        Self { bytes: metadata.len(), modified }
    }

    /// When it was changed last, to the nanosecond.
    fn modified_at(&self) -> String {
        let since = self.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Both {
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl From<[String; 2]> for Both {
    fn from([en, zh]: [String; 2]) -> Self {
        Self { en, zh }
    }
}

/// What became of a file.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Receipt {
    /// The file's name.
    pub(crate) file: String,
    pub(crate) bytes: u64,
    /// Seconds since 1970: with the size it tells this file from a later one.
    pub(crate) modified: String,
    /// Null: it could not be read.
    pub(crate) sha256: Option<String>,
    /// When the receipt was written.
    pub(crate) at: String,
    /// The profile with what the folders set; null: that is not clear.
    pub(crate) read_as: Option<String>,
    /// Null, like the next four: the file was not taken in as a whole.
    pub(crate) rows: Option<u64>,
    pub(crate) accepted: Option<u64>,
    pub(crate) repeats: Option<u64>,
    /// Figures of a panel whose value was corrected; null for logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaced: Option<u64>,
    pub(crate) rejected: Option<u64>,
    /// The file of rejected rows; null: there are none.
    pub(crate) rejected_rows: Option<String>,
    /// What is worth knowing though the rows were taken: platforms of which no rules are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notices: Vec<Both>,
    /// When the same bytes were taken in before, and under which name; null: they were not.
    pub(crate) known: Option<Before>,
    /// Why it was not taken in; null: it was.
    pub(crate) problem: Option<Both>,
}

/// An earlier import of the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Before {
    pub(crate) file: String,
    pub(crate) at: String,
}

pub(crate) fn time(at: Instant) -> String {
    Stamp { at, offset: CHINA_MS }.to_string()
}

/// Where the receipt of a file is.
pub(crate) fn path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

impl Receipt {
    pub(crate) fn new(file: &Path, print: &Print, now: Instant) -> Self {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        Self {
            file: name.into_owned(),
            bytes: print.bytes,
            modified: print.modified_at(),
            at: time(now),
            ..Self::default()
        }
    }

    /// Writes it beside its file. It appears as a whole.
    pub(crate) fn write(&self, file: &Path) -> io::Result<()> {
        let path = path(file);
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        std::fs::write(&part, json).and_then(|()| std::fs::rename(&part, path)).inspect_err(|_| {
            // Nothing is lost when it stays.
            let _ = std::fs::remove_file(&part);
        })
    }
}

/// Whether a file has a receipt that is its own.
pub(crate) fn has(file: &Path, print: &Print) -> bool {
    #[derive(Deserialize)]
    struct Known {
        bytes: u64,
        modified: String,
    }
    let Ok(text) = std::fs::read(path(file)) else { return false };
    let known: Result<Known, _> = serde_json::from_slice(&text);
    known.is_ok_and(|known| known.bytes == print.bytes && known.modified == print.modified_at())
}
