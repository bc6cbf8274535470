//! How facts become figures: typed rules, the sample machines, tallies and traces.
//!
//! # What this crate does not know
//!
//! TOML, files, networks, clocks, floats. It is `no_std`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod rule;

pub use facts::{Author, Day, Form, Span};
pub use rule::{
    AnsweredLater, AtLimit, BotOnly, ClosedShop, ConversationRule, Effect, Figure, Flagged, Hours,
    HoursEnd, HoursTest, Inner, Judge, LeftMessage, Outside, Per, Period, Recalled, Rule, Sample,
    Settle, SpecialPeriod, Transfer, Unanswered,
};
