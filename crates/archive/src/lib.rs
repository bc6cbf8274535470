//! Archives: logs rewritten into a layout that is quick to read.
//!
//! An archive is a folder with a manifest (`archive.json`) and a folder of Parquet files for each
//! day. Rows of a day are sorted by platform, shop, buyer and instant, no fact is in it twice, and
//! texts lie in files of their own beside the columns that counting needs. [`pack`] makes one;
//! a [`GrowingArchive`] gets its days one by one.
//!
//! # What this crate does not know
//!
//! Rules: which facts matter, and on which days. It reads no clock.
#![forbid(unsafe_code)]

mod block;
mod day;
mod error;
mod growing;
mod journal;
mod layout;
mod manifest;
mod open;
mod pack;
mod part;
mod rowset;
mod sorting;
mod spill;
mod verify;

pub use error::Error;
pub use growing::{DayEntry, DayWritten, GrowingArchive};
pub use layout::{MANIFEST, PART, ROW_GROUP, is_archive};
pub use manifest::{FileEntry, Manifest, PartEntry, ShopEntry, ShopName, SourceEntry};
pub use open::Archive;
pub use pack::{MEMORY, Packed, Rejects, Request, Step, checksum, pack};
pub use verify::{Problem, Verified, Wrong, verify};
