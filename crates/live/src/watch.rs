//! What is watched: a rule, and at which waits somebody wants to know.

use facts::{Instant, Span};
use metric::{Job, OpenSample};

/// A rule that is counted live, and the thresholds of its open samples.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The rule, its zone, platform, days and special periods. When the measurement stands is the
    /// engine's to say: `as_of`, `known_by` and `keeps_samples` are not looked at.
    pub job: Job,
    /// Waits after which an open sample is told of, where its last chance to be a hit is later
    /// than that. At most 256.
    pub warnings: Vec<Span>,
    /// Whether an open sample is told of when no reply makes it a hit any more.
    pub at_limit: bool,
    /// Whether every wait is kept, as means of the fastest need it ([`crate::Engine::waits`]).
    pub keeps_waits: bool,
}

/// Which threshold of an open sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Threshold {
    /// The warning with this position in [`Watch::warnings`]. It is due when the sample has waited
    /// that long.
    Warning(u8),
    /// The limit. It is due at the first instant at which a reply comes too late.
    Limit,
}

impl Watch {
    /// A rule with the usual thresholds: where it has a limit, a warning at 100 seconds (as 千牛
    /// warns) and the limit; else none.
    #[must_use]
    pub fn new(job: Job) -> Self {
        let has_limit = job.plan.has_limit();
        let warnings = if has_limit { vec![Span::seconds(100)] } else { Vec::new() };
        Self { job, warnings, at_limit: has_limit, keeps_waits: false }
    }

    /// The thresholds of an open sample, each with the instant at which it is due.
    pub(crate) fn dues(&self, open: &OpenSample) -> impl Iterator<Item = (Threshold, Instant)> {
        let OpenSample { opened_at, last_hit, .. } = *open;
        let warnings = (0..=u8::MAX)
            .zip(&self.warnings)
            .map(move |(n, wait)| (Threshold::Warning(n), opened_at + *wait))
            .filter(move |(_, due)| last_hit.is_none_or(|last| *due < last));
        let limit = open.overdue_at().filter(|_| self.at_limit).map(|due| (Threshold::Limit, due));
        warnings.chain(limit)
    }

    /// Whether a sample of this day is one of the rule's.
    pub(crate) fn has_day(&self, day: facts::Day) -> bool {
        self.job.days.0 <= day && day <= self.job.days.1
    }
}
