//! How late deadlines were noticed, counted for whoever watches the server.

use std::sync::atomic::{AtomicU64, Ordering};

use facts::{Instant, Span};

/// The ends of buckets, in milliseconds.
const ENDS: [u64; 18] =
    [1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// How many waits were at most so long.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// By bucket, not added up; the last: longer than all.
    counts: [AtomicU64; ENDS.len() + 1],
    sum_ms: AtomicU64,
}

impl Histogram {
    fn add(&self, late: Span) {
        let ms = u64::try_from(late.0).unwrap_or(0);
        let place = ENDS.iter().position(|end| ms <= *end).unwrap_or(ENDS.len());
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        self.sum_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn told(&self) -> Waits {
        let mut sum = 0;
        let upto = self.counts.iter().map(|count| {
            sum += count.load(Ordering::Relaxed);
            sum
        });
        let upto: Vec<u64> = upto.collect();
        let n = upto.last().copied().unwrap_or(0);
        let buckets = ENDS.iter().copied().zip(upto).collect();
        Waits { buckets, n, sum_ms: self.sum_ms.load(Ordering::Relaxed) }
    }
}

/// How many waits were at most so long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Milliseconds, and how many were at most as long; in order.
    pub buckets: Vec<(u64, u64)>,
    /// How many there were.
    pub n: u64,
    /// Their sum in milliseconds.
    pub sum_ms: u64,
}

/// How late deadlines were that fell due while the server ran.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    decided: Histogram,
    told: Histogram,
}

/// How late deadlines were that fell due while the server ran: from the instant at which each was
/// due. Those that a late fact brought up are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// Until it was decided that they fire.
    pub decided: Waits,
    /// Until streams and senders had them, after what was decided was stored.
    pub told: Waits,
}

impl Counts {
    pub(crate) fn decided(&self, due: &[Instant], now: Instant) {
        due.iter().for_each(|due| self.decided.add(now - *due));
    }

    pub(crate) fn told(&self, due: &[Instant], now: Instant) {
        due.iter().for_each(|due| self.told.add(now - *due));
    }

    pub(crate) fn lateness(&self) -> Lateness {
        Lateness { decided: self.decided.told(), told: self.told.told() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_is_not_longer() {
        let counts = Counts::default();
        counts.decided(&[Instant(0), Instant(50), Instant(99), Instant(-60_000)], Instant(100));
        let Lateness { decided, told } = counts.lateness();
        let upto = |end| decided.buckets.iter().find(|one| one.0 == end).unwrap().1;
        assert_eq!((upto(1), upto(50), upto(75), upto(10_000)), (1, 2, 2, 3));
        assert_eq!((decided.n, decided.sum_ms, told.n), (4, 60_251, 0));
    }
}
