//! What is watched: a rule, and at which waits somebody wants to know.

use facts::{Instant, Span};
use metric::{Job, OpenSample, Plan};

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
    /// A rule with the usual thresholds: where it has a limit, the usual warning and the limit;
    /// else none.
    #[must_use]
    pub fn new(job: Job) -> Self {
        let warnings = Self::usual_warning(&job.plan).into_iter().collect();
        let at_limit = job.plan.has_limit();
        Self { job, warnings, at_limit, keeps_waits: false }
    }

    /// At which wait one is usually warned: at 100 seconds, as 千牛 warns; at half the limit where
    /// that would come at the limit or after it. `None`: there is no limit.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Span;
    /// use metric::{Plan, Rule, Sample};
    ///
    /// let usual = |seconds| {
    ///     let rule = Rule { within: seconds, ..Rule::new(Sample::Round) };
    ///     live::Watch::usual_warning(&Plan::compile(&rule).unwrap())
    /// };
    /// assert_eq!(usual(Some(Span::seconds(180))), Some(Span::seconds(100)));
    /// assert_eq!(usual(Some(Span::seconds(30))), Some(Span::seconds(15)));
    /// assert_eq!(usual(None), None);
    /// ```
    #[must_use]
    pub fn usual_warning(plan: &Plan) -> Option<Span> {
        const USUAL: Span = Span::seconds(100);
        let early = plan.longest_hit().filter(|limit| *limit <= USUAL);
        plan.has_limit().then(|| early.map_or(USUAL, |limit| Span(limit.0 / 2)))
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
