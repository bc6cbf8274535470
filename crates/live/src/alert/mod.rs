//! Whom to tell, when, and why: decided here, sent elsewhere.
//!
//! [`Alerts`] makes notices out of deadlines that fired, by each shop's ladder; [`standing`] makes
//! them out of how a shop stands. Numbers only: no name or text of a buyer goes through.

mod ladder;
pub mod standing;

use facts::{Account, Instant, ShopId, Span, Zone};

use crate::{Fired, Threshold};

pub use ladder::Alerts;

/// A shop's way of telling people of buyers who wait.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The steps, each on its own: an open sample climbs all that it reaches.
    pub rungs: Vec<Rung>,
    /// How long an alert waits for others to join it before it is told, and a told one before it
    /// is told again with what changed.
    pub merge: Span,
    /// Hours in which nobody is told.
    pub quiet: Option<Quiet>,
    /// The zone of the hours.
    pub zone: Zone,
}

impl Policy {
    /// The usual ladder: a warning goes to the agent in charge, a passed limit to the supervisors;
    /// alerts of five seconds are one; no quiet hours.
    #[must_use]
    pub fn usual(zone: Zone) -> Self {
        let rung = |on, to| Rung { on, after: Span(0), to };
        Self {
            rungs: vec![
                rung(Threshold::Warning(0), Recipient::InCharge),
                rung(Threshold::Limit, Recipient::Supervisors),
            ],
            merge: Span::seconds(5),
            quiet: None,
            zone,
        }
    }
}

/// One step of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The threshold that leads to it.
    pub on: Threshold,
    /// How long after that the sample must still be open.
    pub after: Span,
    /// Who is told.
    pub to: Recipient,
}

/// Who is told, as a policy says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// The account in charge; where none is known, the shop's supervisors.
    InCharge,
    /// The shop's supervisors.
    Supervisors,
    /// The owner.
    Owner,
    /// A group that the driver knows by number.
    Group(u32),
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum To {
    /// Who holds this account.
    Account(Account),
    /// The shop's supervisors.
    Supervisors,
    /// The owner.
    Owner,
    /// A group that the driver knows by number.
    Group(u32),
}

/// Hours in which nobody is told, by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin, in milliseconds since local midnight.
    pub from: i64,
    /// When they end, the same. Not after `from`: on the next day.
    pub until: i64,
    /// What becomes of an alert in them.
    pub then: InQuiet,
}

/// What becomes of an alert in quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InQuiet {
    /// It is told when they are over, if there is still something to tell.
    Held,
    /// It is not told.
    Dropped,
}

impl Quiet {
    /// Until when they last, if an instant lies in them.
    #[must_use]
    pub fn ends_after(&self, zone: &Zone, at: Instant) -> Option<Instant> {
        let local = zone.local(at);
        let (is_in, day) = if self.from < self.until {
            (self.from <= local.ms && local.ms < self.until, local.day)
        } else if local.ms >= self.from {
            (true, local.day.plus(1))
        } else {
            (local.ms < self.until, local.day)
        };
        // Also where a clock that jumps would end them before now.
        is_in.then(|| (zone.start_of(day) + Span(self.until)).max(at + Span(1)))
    }
}

/// One alert about waiting buyers: which shop, which rung, for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The shop.
    pub shop: ShopId,
    /// The position of the rung in [`Policy::rungs`].
    pub rung: u16,
    /// Who is told.
    pub to: To,
}

/// What an alert says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// How many threads wait, however many rules each breaks.
    pub n_threads: u32,
    /// The one that was due first.
    pub longest: Fired,
}

/// Why something is told, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A sample was open when the rung's time had come.
    Reached,
    /// More wait than were told of, or fewer, or another waits longest.
    Changed,
    /// What was told of is answered, settled, or was never so.
    Over,
    /// The sample was closed before the rung's time had come, or before anybody was told.
    OverBefore,
    /// It came in quiet hours.
    QuietHours,
    /// The quiet hours are over, and it still holds.
    QuietHoursOver,
}

/// What is decided about an alert. Each goes into the log with its reason; the first three are
/// sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Tell it.
    Notify {
        /// Which alert.
        key: Key,
        /// What it says.
        about: About,
        /// Why now.
        reason: Reason,
    },
    /// Tell that it changed.
    Update {
        /// Which alert, told of before.
        key: Key,
        /// What it says now.
        about: About,
        /// Why.
        reason: Reason,
    },
    /// Tell that it is over.
    Resolve {
        /// Which alert, told of before.
        key: Key,
        /// Why.
        reason: Reason,
    },
    /// It is not told yet.
    Hold {
        /// Which alert.
        key: Key,
        /// Until when.
        until: Instant,
        /// Why.
        reason: Reason,
    },
    /// It is not told at all.
    Drop {
        /// Which alert.
        key: Key,
        /// What it would have said.
        about: About,
        /// Why.
        reason: Reason,
    },
}
