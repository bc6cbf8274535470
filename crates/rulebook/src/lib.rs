//! Rulebooks: TOML text to typed rules with located diagnostics, and the shipped catalogue.
//!
//! A rulebook says, per platform and metric, which edition of a rule is in force on which day,
//! what it rests on, and which of our readings of it are still open. Everything that is wrong with
//! a file is collected, each with a stable code, its bytes, what was expected and what to type.
//!
//! # Example
//!
//! ```
//! use rulebook::Catalogue;
//! let catalogue = Catalogue::shipped();
//! let metric = catalogue.metric("taobao/human-reply-3m").expect("shipped");
//! let edition = metric.edition_on("2026-06-01".parse().unwrap()).expect("in force");
//! assert_eq!(edition.id, "2022-03-01");
//! let rule = edition.rule(&[("R1", "late")]).expect("R1 is open here");
//! assert_eq!(rule.at_limit, metric::AtLimit::Late);
//! ```
//!
//! # What this crate does not know
//!
//! Facts, logs, files, networks and clocks: it is given bytes.
#![forbid(unsafe_code)]

mod axes;
mod axis_words;
mod catalogue;
mod changes;
mod check;
mod compile;
mod diagnostic;
mod edition;
mod keys;
mod pages;
mod platform;
mod schema;
mod shipped;
mod standard_keys;
mod standard_words;
mod standards;
mod text;
mod toml_file;
mod units;
mod walk;
mod zone;

pub use axes::{axes, axes_of};
pub use axis_words::{AxisWords, Part, axis_name, words_of};
pub use catalogue::{Catalogue, Loaded};
pub use changes::{
    Change, Dated, Difference, Event, StandardChange, changes_between, differences,
    standards_between,
};
pub use diagnostic::{Code, Diagnostic, Diagnostics, File, Note, Paint};
pub use edition::{
    Alternative, Combination, Confidence, Edition, InForce, KindOfDay, LimitError, Metric,
    MetricOption, Patch, PickError, Reading, Refresh,
};
pub use pages::{Page, pages};
pub use platform::{NamedPeriod, Platform, Source, SourceConfidence};
pub use schema::{platform_schema, reference, schema, sources_schema, standards_schema};
pub use shipped::shipped_text;
pub use standard_words::{consequence_words, sanction_words, standard_words};
pub use standards::{NamedSeason, NamedStandard, StandardReading};
pub use text::{Lang, Text};
pub use zone::{UnknownZone, zone_transitions};
