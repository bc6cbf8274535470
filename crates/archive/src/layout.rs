//! Where what lies in an archive.

use std::path::{Path, PathBuf};

use facts::Day;

/// The manifest.
pub const MANIFEST: &str = "archive.json";

/// What belongs to a pack that is not finished.
pub(crate) const UNFINISHED: &str = ".unfinished";

/// The version of the layout that is written and read.
pub(crate) const VERSION: u32 = 1;

pub(crate) const DAY_MS: i64 = 86_400_000;

/// Days are those of Shanghai, which has had one offset since 1992: a partition, never a meaning.
pub(crate) const OFFSET_MS: i64 = 8 * 3_600_000;

/// Rows of a row group: 2¹⁸. A reader of one shop decodes the dictionaries of one row group.
pub const ROW_GROUP: usize = 1 << 18;

/// Rows of a part, at most: 2²⁴.
pub const PART: usize = 1 << 24;

/// The first instant of a day.
pub(crate) fn start_of(day: i32) -> i64 {
    i64::from(day) * DAY_MS - OFFSET_MS
}

/// The folder of a day.
pub(crate) fn folder(day: i32) -> String {
    format!("day={}", Day(day))
}

/// The path of a part in the archive.
pub(crate) fn part(day: i32, number: usize) -> String {
    format!("{}/part-{number}.parquet", folder(day))
}

/// The path of the texts of a part in the archive.
pub(crate) fn text(day: i32, number: usize) -> String {
    format!("{}/text-{number}.parquet", folder(day))
}

/// Whether a folder is an archive, or one that is being written.
///
/// # Example
///
/// ```
/// assert!(!archive::is_archive(std::path::Path::new("no-such-folder")));
/// ```
#[must_use]
pub fn is_archive(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || folder.join(UNFINISHED).is_dir()
}

/// The folder of what is not finished.
pub(crate) fn unfinished(folder: &Path) -> PathBuf {
    folder.join(UNFINISHED)
}
