//! How facts become figures: typed rules, the sample machines, tallies and traces.
//!
//! # What this crate does not know
//!
//! TOML, files, networks, clocks, floats. It is `no_std`.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod batch;
mod conversation;
mod fold;
mod forecast;
mod group;
mod headroom;
mod judged;
mod ledger;
mod open;
mod plan;
mod quick;
mod rest;
mod rule;
mod standard;
mod standing;
mod summary;
mod tally;
mod thread;
mod window;

pub use batch::{
    Beside, Grouping, Job, Table, Threads, Trace, count, fact_windows, trace, windows,
};
pub use facts::{Author, Day, Form, Span};
pub use fold::{Fold, Known, OutOfOrder, ReachingBack};
pub use forecast::{FORECAST_DAYS, Forecast, Left, forecast};
pub use headroom::{
    Effects, Headroom, Hits, Leaving, Level, Misses, RECENT_DAYS, SampleEffect, Sides, Trailing,
    first_check, recent_level, worst_days,
};
pub use judged::{Ending, Judged, Note, Outcome, Reason, Sink};
pub use ledger::{Ledger, contributions};
pub use open::OpenSample;
pub use plan::{Impossible, Plan, Reach};
pub use rest::{Machines, Memory};
pub use rule::{
    AnswerBy, AnsweredLater, AtLimit, BelowMinimum, BotOnly, ClosedShop, ConversationRule, Effect,
    Figure, Flagged, Hours, HoursEnd, HoursTest, Inner, Judge, KindOfDay, LeftMessage,
    NoReplyNeeded, Outside, Per, Period, Recalled, Refresh, Rule, Sample, Settle, SpecialPeriod,
    Transfer, Unanswered, Unsolved, Which,
};
pub use standard::{
    Amount, BadLine, Begins, Comparison, Condition, Consequence, Holds, Lasts, Line, Minimum,
    Often, Over, PointsClass, Rhythm, Role, Sanction, Season, Standard, Unit,
};
pub use standing::{Active, Change, Check, Event, Standing, Unassessed, Verdict, verdict_of_each};
pub use summary::{Composition, Summary};
pub use tally::{Cell, Ratio, Tally, mean_fastest, percentile};
pub use thread::{Context, ThreadState, Window};
pub use window::{Published, published};
