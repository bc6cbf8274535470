//! Periods that the samples themselves bound: the last samples, and days that end at the last one.

use core::ops::Range;

use facts::Day;

use crate::judged::{Judged, Outcome};
use crate::rule::{BelowMinimum, Period};

/// The samples over which a platform publishes a figure, out of all of one shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The first day of the period.
    pub from: Day,
    /// The last day of the period, included.
    pub to: Day,
    /// Positions in the samples as [`published`] leaves them.
    pub range: Range<usize>,
}

/// Sorts the samples of one shop by their opening and says which of them the platform takes, seen
/// on day `today`.
///
/// Samples on or after `today` are never taken. Dropped and pending ones do not count towards the
/// last samples or a minimum; those that lie between samples that are taken go with them. Where
/// there is no sample at all, the period is the days that it would be if the last one had been
/// yesterday's.
///
/// # Example
///
/// ```
/// use metric::{BelowMinimum, Period, published};
/// let today: metric::Day = "2026-09-06".parse().unwrap();
/// let period = Period::ToLastSample { days: 30 };
/// let nothing = published(period, None, BelowMinimum::NotAssessed, today, &mut []);
/// assert_eq!((nothing.from.to_string(), nothing.range.len()), ("2026-08-07".into(), 0));
/// ```
#[must_use]
pub fn published(
    period: Period,
    minimum: Option<u32>,
    below: BelowMinimum,
    today: Day,
    samples: &mut [Judged],
) -> Published {
    samples.sort_by_key(|sample| (sample.day, sample.opened_at, sample.opened_row));
    let n_past = samples.partition_point(|sample| sample.day < today);
    let own = of_period(period, today, &samples[..n_past]);
    let n_counted = samples[own.range.clone()].iter().filter(|sample| counts(sample)).count();
    match below {
        BelowMinimum::LastSamples(n) if minimum.is_some_and(|least| n_counted < least as usize) => {
            last_samples(n, today, &samples[..n_past])
        }
        _ => own,
    }
}

fn counts(sample: &Judged) -> bool {
    matches!(sample.outcome, Outcome::Hit | Outcome::Late | Outcome::Unanswered)
}

fn of_period(period: Period, today: Day, past: &[Judged]) -> Published {
    let (from, to) = match period {
        Period::LastSamples { samples } => return last_samples(samples, today, past),
        Period::ToLastSample { days } => {
            let last = past.iter().rfind(|sample| counts(sample));
            let to = last.map_or(today.plus(-1), |last| last.day);
            (to.plus(1 - i32::from(days.max(1))), to)
        }
        Period::Days { .. } | Period::Week | Period::Months { .. } => period.ending(today),
    };
    let first = past.partition_point(|sample| sample.day < from);
    let end = past.partition_point(|sample| sample.day <= to);
    Published { from, to, range: first..end.max(first) }
}

fn last_samples(n: u32, today: Day, past: &[Judged]) -> Published {
    let counted = past.iter().enumerate().filter(|(_, sample)| counts(sample));
    let taken = counted.rev().take(n as usize);
    let Some((first, end)) = taken.fold(None, |found: Option<(usize, usize)>, (i, _)| {
        Some((i, found.map_or(i + 1, |(_, end)| end)))
    }) else {
        let yesterday = today.plus(-1);
        return Published { from: yesterday, to: yesterday, range: 0..0 };
    };
    Published { from: past[first].day, to: past[end - 1].day, range: first..end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use facts::{Account, Instant, Span};

    use crate::judged::{Ending, Reason};

    fn sample(day: &str, outcome: Outcome) -> Judged {
        let day: Day = day.parse().expect("a day");
        Judged {
            group: 0,
            opened_at: Instant(i64::from(day.0) * 86_400_000),
            opened_row: 0,
            ended_at: None,
            ended_row: None,
            account: Account::SHOP,
            fallback: Account::SHOP,
            day,
            outcome,
            ending: Ending::DayEnd,
            wait: Span(0),
            n_inner: 1,
            conversation: 0,
            tested_at: Instant(0),
        }
    }

    fn today(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn days(found: &Published) -> (Day, Day) {
        (found.from, found.to)
    }

    /// Meta, seen on 09-06, the last counted message on 08-30: 08-01 to 08-30 (META-EX-01).
    #[test]
    fn days_end_at_the_last_counted_sample() {
        let mut samples = vec![
            sample("2023-08-30", Outcome::Hit),
            sample("2023-08-31", Outcome::Dropped(Reason::Bot)),
            sample("2023-07-31", Outcome::Late),
            sample("2023-08-01", Outcome::Late),
            sample("2023-09-06", Outcome::Hit),
        ];
        let period = Period::ToLastSample { days: 30 };
        let none = BelowMinimum::NotAssessed;
        let found = published(period, None, none, today("2023-09-06"), &mut samples);
        assert_eq!(days(&found), (today("2023-08-01"), today("2023-08-30")));
        assert_eq!(found.range, 1..3);
    }

    /// Fewer than ten in the window: the last ten, or all if there never were ten (META-EX-03).
    #[test]
    fn few_samples_fall_back_to_the_last_ones() {
        let period = Period::ToLastSample { days: 30 };
        let below = BelowMinimum::LastSamples(10);
        let mut samples = vec![sample("2023-08-30", Outcome::Hit); 9];
        samples.extend(vec![sample("2023-05-02", Outcome::Late); 3]);
        let found = published(period, Some(10), below, today("2023-09-06"), &mut samples);
        assert_eq!(found.range, 2..12);
        assert_eq!(days(&found), (today("2023-05-02"), today("2023-08-30")));
        samples.push(sample("2023-08-30", Outcome::Hit));
        let enough = published(period, Some(10), below, today("2023-09-06"), &mut samples);
        assert_eq!(enough.range, 3..13);
        samples.truncate(4);
        let all = published(period, Some(10), below, today("2023-09-06"), &mut samples);
        assert_eq!(all.range, 0..4);
    }

    #[test]
    fn the_last_samples_count_only_what_counts() {
        let mut samples = vec![
            sample("2023-08-01", Outcome::Hit),
            sample("2023-08-02", Outcome::Late),
            sample("2023-08-03", Outcome::Pending),
            sample("2023-08-04", Outcome::Unanswered),
        ];
        let period = Period::LastSamples { samples: 2 };
        let none = BelowMinimum::NotAssessed;
        let found = published(period, None, none, today("2023-09-01"), &mut samples);
        assert_eq!(found.range, 1..4);
        let empty = published(period, None, none, today("2023-08-01"), &mut samples);
        assert_eq!(empty.range, 0..0);
        assert_eq!(days(&empty), (today("2023-07-31"), today("2023-07-31")));
    }
}
