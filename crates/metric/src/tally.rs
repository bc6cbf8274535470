//! Integer counts of judged samples, and the value that a figure makes of them.

use core::ops::{AddAssign, SubAssign};

use facts::{Account, Day, Span};

use crate::judged::{Judged, Outcome, Reason};
use crate::rule::Figure;

/// Counts of judged samples. Tallies of disjoint sets of samples add up; a rate over several days
/// is the sum of the numerators over the sum of the denominators (R20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Samples answered within the limit (without a limit: answered).
    pub hits: u64,
    /// Samples answered late or never.
    pub misses: u64,
    /// The part of the misses that no counted reply answered.
    pub unanswered: u64,
    /// Open samples whose limit has not passed; outside hits and misses.
    pub pending: u64,
    /// Samples outside both sides, by [`Reason`].
    pub dropped: [u64; Reason::ALL.len()],
    /// Sum of the waits as counted, in milliseconds, over hits and misses.
    pub wait_ms: i64,
}

impl Tally {
    /// Hits plus misses.
    #[must_use]
    pub const fn samples(&self) -> u64 {
        self.hits + self.misses
    }

    /// Whether nothing at all was counted, dropped or left pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many samples were set aside for a reason.
    #[must_use]
    pub const fn dropped_for(&self, reason: Reason) -> u64 {
        self.dropped[reason as usize]
    }

    /// Counts one judged sample.
    pub fn count(&mut self, judged: &Judged) {
        self.count_outcome(judged.outcome, judged.wait);
    }

    /// Counts a sample by its verdict and its wait as counted, which is all that a tally looks at.
    pub fn count_outcome(&mut self, outcome: Outcome, wait: Span) {
        match outcome {
            Outcome::Hit => self.hits += 1,
            Outcome::Late => self.misses += 1,
            Outcome::Unanswered => {
                self.misses += 1;
                self.unanswered += 1;
            }
            Outcome::Pending => {
                self.pending += 1;
                return;
            }
            Outcome::Dropped(reason) => {
                self.dropped[reason as usize] += 1;
                return;
            }
        }
        self.wait_ms = self.wait_ms.saturating_add(wait.0);
    }

    /// The published value, unreduced; `None` where its denominator is 0: there is no rate then,
    /// neither 0 % nor 100 % (R21). [`Figure::MeanFastest`] needs the waits themselves, which a
    /// tally does not hold: `None` too; see [`mean_fastest`].
    ///
    /// # Example
    ///
    /// ```
    /// use metric::{Figure, Ratio, Tally};
    /// let tally = Tally { hits: 11, misses: 1, wait_ms: 60_000, ..Tally::default() };
    /// assert_eq!(tally.value(Figure::Share), Some(Ratio { num: 11, den: 12 }));
    /// assert_eq!(tally.value(Figure::Mean), Some(Ratio { num: 60_000, den: 12 }));
    /// assert_eq!(Tally::default().value(Figure::Share), None);
    /// ```
    #[must_use]
    pub fn value(&self, figure: Figure) -> Option<Ratio> {
        let samples = self.samples() as i64;
        let (num, den) = match figure {
            Figure::Share => (self.hits as i64, samples),
            Figure::MissShare => (self.misses as i64, samples),
            Figure::Mean => (self.wait_ms, samples),
            Figure::MeanAnswered => (self.wait_ms, samples - self.unanswered as i64),
            Figure::MeanFastest => return None,
            Figure::Count => return Some(Ratio { num: samples, den: 1 }),
        };
        (den > 0).then_some(Ratio { num, den })
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.unanswered += other.unanswered;
        self.pending += other.pending;
        for (mine, theirs) in self.dropped.iter_mut().zip(&other.dropped) {
            *mine += theirs;
        }
        self.wait_ms = self.wait_ms.saturating_add(other.wait_ms);
    }
}

impl SubAssign<&Self> for Tally {
    /// Takes away what was added before.
    fn sub_assign(&mut self, other: &Self) {
        self.hits -= other.hits;
        self.misses -= other.misses;
        self.unanswered -= other.unanswered;
        self.pending -= other.pending;
        for (mine, theirs) in self.dropped.iter_mut().zip(&other.dropped) {
            *mine -= theirs;
        }
        self.wait_ms -= other.wait_ms;
    }
}

/// The wait that `percent` of the answered samples did not exceed (nearest rank), out of sorted
/// waits; `None` where nothing was answered.
///
/// # Example
///
/// ```
/// use metric::percentile;
/// assert_eq!(percentile(&[10, 20, 30, 40], 50), Some(20));
/// assert_eq!(percentile(&[10, 20, 30, 40], 90), Some(40));
/// assert_eq!(percentile(&[], 50), None);
/// ```
#[must_use]
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// The mean of the shortest `percent` of the waits of answered samples, out of sorted waits in
/// milliseconds: as many as `percent` of them make, rounded up. `None` where nothing was answered.
///
/// # Example
///
/// ```
/// use metric::{Ratio, mean_fastest};
/// // Nine of ten, and the longest left out.
/// let waits = [1, 1, 1, 1, 1, 1, 1, 1, 2, 900];
/// assert_eq!(mean_fastest(&waits, 90), Some(Ratio { num: 10, den: 9 }));
/// assert_eq!(mean_fastest(&[5], 90), Some(Ratio { num: 5, den: 1 }));
/// assert_eq!(mean_fastest(&[], 90), None);
/// ```
#[must_use]
pub fn mean_fastest(sorted: &[i64], percent: u8) -> Option<Ratio> {
    let n = (sorted.len() * usize::from(percent)).div_ceil(100);
    let fastest = sorted.get(..n)?;
    let sum = fastest.iter().fold(0i64, |sum, wait| sum.saturating_add(*wait));
    (n > 0).then_some(Ratio { num: sum, den: n as i64 })
}

/// A fraction of integers, not reduced. Shares are pure numbers, means are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// The numerator.
    pub num: i64,
    /// The denominator, above 0.
    pub den: i64,
}

impl Ratio {
    /// Compares two fractions exactly.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::Ratio;
    /// let (a, b) = (Ratio { num: 1, den: 3 }, Ratio { num: 333, den: 1_000 });
    /// assert!(a.compare(b).is_gt());
    /// ```
    #[must_use]
    pub fn compare(self, other: Self) -> core::cmp::Ordering {
        let left = i128::from(self.num) * i128::from(other.den);
        left.cmp(&(i128::from(other.num) * i128::from(self.den)))
    }
}

/// What a tally is about within one metric: the finest cell that anybody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The local day of the samples.
    pub day: Day,
    /// The account; [`Account::SHOP`] when accounts were not asked for, or for the shop itself.
    pub account: Account,
    /// The local hour of the opening, 0 to 23; 0 when hours were not asked for.
    pub hour: u8,
}
