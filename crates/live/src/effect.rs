//! What a step asks of others.

use facts::{Account, FactKind, Instant};
use metric::{OpenSample, Tally};

use crate::{Figure, Threshold, Who};

/// An open sample of a thread, which stays the same sample while it is open and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sample {
    /// The thread.
    pub who: Who,
    /// The rule, by its position among those watched.
    pub watch: u32,
    /// When its question came.
    pub opened_at: Instant,
    /// The low half of the question's arrival number.
    pub opened_row: u32,
}

/// One threshold of one sample: fires once at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline {
    /// The sample.
    pub sample: Sample,
    /// Which threshold.
    pub threshold: Threshold,
}

/// A deadline that was reached while its sample was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fired {
    /// The instant at which it was due, whenever it was noticed.
    pub due: Instant,
    /// The deadline.
    pub deadline: Deadline,
    /// The account in charge when it was noticed; [`Account::SHOP`]: none known.
    pub account: Account,
}

/// The fact for which a thread was counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Its arrival number.
    pub number: u64,
    /// What it is.
    pub kind: FactKind,
}

/// What follows from a step. Carried out by the driver, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A deadline was reached. All those of a step come in the order in which they were due.
    Fire {
        /// Which, and when.
        fired: Fired,
        /// Whether the sample is still open after the step. It is not where its end was learned
        /// in the same step: the deadline was reached all the same.
        is_open: bool,
    },
    /// A deadline that had fired would not have, as is known now: its sample was answered in time,
    /// taken back, excluded, or is another's.
    Withdraw {
        /// Which, as it had fired.
        fired: Fired,
        /// What came late, or reached back.
        because: Cause,
    },
    /// A deadline that had been withdrawn stands again. It does not fire a second time.
    Reinstate {
        /// Which.
        fired: Fired,
    },
    /// A sample opened, or what is known of an open one changed.
    Open {
        /// Which.
        sample: Sample,
        /// How it stands.
        open: OpenSample,
    },
    /// A sample is no longer open.
    Close {
        /// Which.
        sample: Sample,
    },
    /// A figure changed.
    Figure {
        /// Which.
        figure: Figure,
        /// What it was before the step.
        was: Tally,
        /// What it is now; empty where nothing is left of it.
        tally: Tally,
    },
}
