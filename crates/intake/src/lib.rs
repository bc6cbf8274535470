//! Logs and registry files: from bytes to [`facts::Log`] and [`facts::Registry`], with every
//! problem located.
//!
//! [`read`] takes logs in CSV, JSON Lines and Parquet, the texts also in gzip or zstd, in the order
//! given. Rows that are no facts are handed to the caller, who may write them to a file with
//! [`RejectsFiles`]; a source that is no log at all is an [`Error`]. [`registry::parse`] takes a
//! registry file and tells everything that is wrong with it at once. Sources of other shapes are
//! read under a [`Profile`].
//!
//! Records are streamed: no input makes the reader hold more than one record, of 16 MiB at most,
//! beside the log itself. Of other shapes, a page of JSON may have 64 MiB, and the texts of a
//! workbook are held.
//!
//! A log need not be held at all: [`stream`] hands out its pieces to whoever counts them, and
//! [`gather`] to whoever writes them elsewhere, with [`repeats`] telling which rows are the same
//! fact.
//!
//! # What this crate does not know
//!
//! Rules: whether a message counts, whether a platform exists, what a level means. It reads no
//! clock and no network.
#![forbid(unsafe_code)]

mod column;
mod csv;
mod encoding;
mod error;
mod fill;
pub mod gather;
mod identity;
mod instant;
pub mod json_row;
mod jsonl;
mod lang;
pub mod panel;
mod parquet;
mod part;
pub mod profile;
mod read;
pub mod registry;
mod reject;
mod rejects_file;
pub mod repeats;
mod report;
mod row;
mod source;
pub mod stream;
mod weight;
pub mod workbook;

pub use column::Column;
pub use error::{Error, Foreign};
pub use instant::{InstantProblem, parse as parse_instant};
pub use lang::Lang;
pub use profile::Profile;
pub use read::{Options, Progress, TextJudge, read};
pub use reject::{JsonType, Reason, Rejected, WordList};
pub use rejects_file::{RejectsFiles, Written, add_originals, rejected_fields, rejects_path};
pub use report::{Mapping, Report, SourceReport, Warning};
pub use source::{Part, Source};
pub use weight::weight;

/// The longest record in bytes. The longest chat messages have a few thousand characters; more is
/// a quote left open.
const MAX_LINE: u64 = 16 << 20;

/// After so many bytes without a record's end, nothing that follows can be trusted.
const ENDLESS: u64 = 4 * MAX_LINE;
