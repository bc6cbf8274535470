//! Figures, standings and explanations as data: which rules apply to a log on which days, what
//! they count, what follows, and why.
//!
//! Start with [`measure`] for figures, [`standing::Assessment`] for what follows from them, and
//! [`explain::Explainer`] for the rounds behind them. All that people read is in both languages:
//! notices as [`rulebook::Text`], the rest by [`Lang`]. What was asked for and cannot be is an
//! [`Error`], worded as whoever asks spells it ([`Spelling`]).
//!
//! # Example
//!
//! ```
//! use facts::{Log, Registry};
//! use figures::{Breakdown, RuleChoice, Wanted, measure};
//! use rulebook::Catalogue;
//! let choice = RuleChoice::default();
//! let metrics = ["taobao/human-reply-3m".to_owned()];
//! let wanted =
//!     Wanted { rules: &choice, metrics: &metrics, every_day: false, between: (None, None) };
//! let facts = (&Log::new(), &Registry::default());
//! let measured = measure(Catalogue::shipped(), facts, &wanted, &Breakdown::default())?;
//! assert!(measured.rows.is_empty(), "an empty log has no figures");
//! assert!(measured.notices[0].en.contains("the log has no facts of platform `taobao`"));
//! # Ok::<(), figures::Error>(())
//! ```
//!
//! # What this crate does not know
//!
//! Files, terminals, networks, stores and clocks. It divides only to show ([`shown`]).
#![forbid(unsafe_code)]

pub mod calibration;
pub mod comparison;
pub mod counting;
mod error;
pub mod explain;
mod invalid;
mod otherwise;
pub mod selection;
pub mod shown;
pub mod standing;
pub mod table;
mod waits;
pub mod words;

pub use error::{Error, Spelling};
pub use intake::Lang;
pub use invalid::InvalidReplies;
pub use otherwise::Otherwise;
pub use selection::{Outline, RuleChoice, Selected, Wanted, parse_day};
pub use table::{Basis, Breakdown, Measured, Row, measure};
pub use waits::{Bin, Waits};
