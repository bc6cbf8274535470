//! The desk behind the counter: facts that were stored reach the live engine, its clock runs, and
//! whoever is concerned is told.
//!
//! Start with [`Desk`]. One thread drives everything ([`live`] says how); others read how it
//! stands, or ring when facts were stored.
//!
//! # What this crate does not know
//!
//! HTTP, sign-in, TOML. The time comes from outside.
#![forbid(unsafe_code)]

mod accounts;
mod alerting;
mod bands;
mod checkpoint;
mod counted;
mod desk;
mod feeds;
mod happenings;
mod lateness;
mod lines;
mod panels;
mod places;
mod reading;
mod rules;
mod senders;
mod settings;
mod standing;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use alerting::{AlertAbout, AlertLongest};
pub use checkpoint::NamedTo;
pub use desk::{AlertTold, Answered, Calling, Desk, IsHeard, Now, Opening, Tell, Told, Unset};
pub use feeds::{Fed, FeedAge, FeedNow, Grade, RestsOn, ShopFeed};
pub use lateness::{Lateness, Waits};
pub use lines::AlertLine;
pub use panels::{AccountShown, ShownNow};
pub use rules::{BadRule, Rulesets, Watched, usual_warning};
pub use senders::Tested;
pub use settings::{
    AlertSettings, BadSettings, ChannelKind, ChannelSettings, Ladder, LadderRung, LineAlerts,
    LineEvent, MASKED, MailAccount, On, QuietHours, RuleWarning, ShopName, Tongues, WhoIsTold,
};
pub use standing::{BandNow, ConsequenceNow, ProjectionNow, RoomNow, StandingNow, ValueNow};
pub use view::{
    AccountNow, Count, ForecastNow, MetricNow, Queue, ShopNow, Stamp, Waiting, WaitingRule,
};
