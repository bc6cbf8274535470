//! The manifest: what an archive was made from, what it guarantees, and its parts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The manifest of an archive, as `archive.json` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the layout.
    pub version: u32,
    /// What it was made from, in the order given.
    pub sources: Vec<SourceEntry>,
    /// How the sources were read, as a checksum of the profile and its settings; absent: as
    /// canonical logs.
    pub profile: Option<String>,
    /// No fact is in it twice.
    pub unique: bool,
    /// The columns by which rows are sorted within a day.
    pub sorted: Vec<String>,
    /// Rows of the sources.
    pub read: u64,
    /// Rows that repeated a fact.
    pub duplicates: u64,
    /// Rows that were no facts.
    pub rejected: u64,
    /// Facts of all parts.
    pub rows: u64,
    /// Every platform of which there are facts, sorted.
    pub platforms: Vec<String>,
    /// The parts, by day, then number.
    pub parts: Vec<PartEntry>,
}

/// A source that an archive was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// Its name, without folders.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A shop on a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopName {
    /// The platform.
    pub platform: String,
    /// The shop's id.
    pub shop: String,
}

/// A file, by what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path in the archive, with `/`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A part: facts of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartEntry {
    /// The day, as `2026-06-01`, in Shanghai.
    pub day: String,
    /// The facts.
    pub file: FileEntry,
    /// Their texts, row by row; absent: no fact of the part has one.
    pub text: Option<FileEntry>,
    /// How many facts.
    pub rows: u64,
    /// The first instant, in milliseconds since the epoch.
    pub from: i64,
    /// The last instant, in milliseconds since the epoch.
    pub to: i64,
    /// The shop of the first row.
    pub first: ShopName,
    /// The shop of the last row.
    pub last: ShopName,
    /// How many facts of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// The quarters of an hour since the day's begin in which there are facts, as 96 bits in
    /// hexadecimal, the first quarter the lowest: local days of every zone can be told from them.
    pub quarters: String,
}

/// A shop in a part, as the part's footer has it, a line of JSON each: its rows lie together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopEntry(
    /// The platform.
    pub String,
    /// The shop's id.
    pub String,
    /// The first row, from 0.
    pub u64,
    /// How many rows.
    pub u64,
    /// How many facts of each kind.
    pub BTreeMap<String, u64>,
);

impl ShopEntry {
    /// The platform.
    #[must_use]
    pub fn platform(&self) -> &str {
        &self.0
    }

    /// The shop's id.
    #[must_use]
    pub fn shop(&self) -> &str {
        &self.1
    }

    /// The rows, from 0.
    #[must_use]
    pub fn rows(&self) -> std::ops::Range<u64> {
        self.2..self.2 + self.3
    }

    /// How many facts of each kind.
    #[must_use]
    pub fn kinds(&self) -> &BTreeMap<String, u64> {
        &self.4
    }

    /// The entry as a line.
    pub(crate) fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// How the line of a shop begins.
    pub(crate) fn beginning(platform: &str, shop: &str) -> String {
        let name = |name: &str| serde_json::Value::from(name).to_string();
        format!("[{},{},", name(platform), name(shop))
    }
}

/// The footer's key of the version of the layout.
pub(crate) const KEY_ARCHIVE: &str = "yingda.archive";
/// The footer's key of the columns by which rows are sorted.
pub(crate) const KEY_SORTED: &str = "yingda.sorted";
/// The footer's key of the guarantee that no fact is in the archive twice.
pub(crate) const KEY_UNIQUE: &str = "yingda.unique";
/// The footer's key of the shops, a line each as [`ShopEntry`].
pub(crate) const KEY_SHOPS: &str = "yingda.shops";

/// The columns by which rows are sorted within a day.
pub(crate) const SORTED: [&str; 4] = ["platform", "shop", "buyer", "at"];
