//! Where the figure of a day that is not over will close.

use alloc::vec::Vec;

use crate::rule::Rule;
use crate::{Figure, Ratio, Tally};

/// A day is in minutes here, so that shares of it stay whole.
const DAY_MIN: i64 = 1_440;
const MINUTE_MS: i64 = 60_000;
/// A forecast rests on so many days with samples at least: fewer tell no spread.
const LEAST_DAYS: usize = 7;

/// Forecasts look back at so many days with samples: two weeks have each weekday twice.
pub const FORECAST_DAYS: usize = 14;

/// How much of the time in which samples of a rule begin is still to come on a local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Minutes to come, begun ones included.
    pub minutes: i64,
    /// Minutes of the whole day, above 0.
    pub of: i64,
}

impl Left {
    /// What is left of a rule's hours (without hours: of the day) at a wall clock of so many
    /// milliseconds since local midnight.
    #[must_use]
    pub fn of(rule: &Rule, clock_ms: i64) -> Self {
        let whole = [(0, DAY_MIN * MINUTE_MS)];
        let hours = rule.hours.as_ref().map_or(&whole[..], |hours| &hours.intervals);
        let minutes = |ms: i64| (ms + MINUTE_MS - 1) / MINUTE_MS;
        let to_come = |(from, until): &(i64, i64)| minutes(until - (*from).max(clock_ms)).max(0);
        let all = |(from, until): &(i64, i64)| minutes(until - from);
        Self {
            minutes: hours.iter().map(to_come).sum(),
            of: hours.iter().map(all).sum::<i64>().max(1),
        }
    }
}

/// Where a day's figure will close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// One day in ten closes below.
    pub low: Ratio,
    /// As many days close below as above.
    pub middle: Ratio,
    /// One day in ten closes above.
    pub high: Ratio,
    /// On how many days it rests.
    pub days: u16,
}

/// Where the figure of today closes when the rest of it is like the rest of recent days: to what
/// today has so far, each of the last [`FORECAST_DAYS`] days with samples adds the part of its
/// samples that belongs to the time left, and decides what is open as it decided its own. Counts
/// are rounded to whole samples; of the closes of all those days the 10th, 50th and 90th
/// percentile are told (nearest rank).
///
/// `past`: complete days, in any order of days, the ones to look at first. `None`: there is nothing
/// left to forecast, fewer than seven days have samples, or the figure needs every wait.
///
/// # Example
///
/// Half of the day is left, and eight of ten have been in time so far; days of 60 % to come:
///
/// ```
/// use metric::{Figure, Left, Ratio, Tally, forecast};
/// let today = Tally { hits: 8, misses: 2, ..Tally::default() };
/// let past = [Tally { hits: 12, misses: 8, ..Tally::default() }; 7];
/// let close = forecast(&today, &past, Left { minutes: 450, of: 900 }, Figure::Share).unwrap();
/// assert_eq!(close.middle, Ratio { num: 14, den: 20 });
/// assert_eq!(forecast(&today, &past[1..], Left { minutes: 450, of: 900 }, Figure::Share), None);
/// ```
#[must_use]
pub fn forecast(today: &Tally, past: &[Tally], left: Left, figure: Figure) -> Option<Forecast> {
    if left.minutes == 0 && today.pending == 0 {
        return None;
    }
    let days = past.iter().filter(|day| day.samples() > 0).take(FORECAST_DAYS);
    let mut closes: Vec<Ratio> =
        days.filter_map(|day| closed_like(today, day, left).value(figure)).collect();
    closes.sort_by(|a, b| a.compare(*b));
    let n = closes.len();
    if n < LEAST_DAYS {
        return None;
    }
    let at = |percent: usize| closes[(n * percent).div_ceil(100).max(1) - 1];
    Some(Forecast { low: at(10), middle: at(50), high: at(90), days: n as u16 })
}

/// Today when what is left of it is as that part of another day.
fn closed_like(today: &Tally, day: &Tally, left: Left) -> Tally {
    let (minutes, of) = (i128::from(left.minutes), i128::from(left.of));
    let samples = i128::from(day.samples());
    // As many more as the day had in such a part, and what is open now.
    let more = |amount: i128| {
        let (num, den) =
            (amount * (minutes * samples + i128::from(today.pending) * of), of * samples);
        i64::try_from((2 * num + den) / (2 * den)).unwrap_or(i64::MAX)
    };
    let count = |amount: u64| more(i128::from(amount)).max(0) as u64;
    let (all, hits) = (count(day.samples()), count(day.hits));
    // Rounded apart, the two sides could add up to one more than all.
    let misses = all.saturating_sub(hits);
    Tally {
        hits: today.hits + hits,
        misses: today.misses + misses,
        unanswered: today.unanswered + count(day.unanswered).min(misses),
        wait_ms: today.wait_ms.saturating_add(more(i128::from(day.wait_ms))),
        ..Tally::default()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const HALF: Left = Left { minutes: 450, of: 900 };

    fn day(hits: u64, misses: u64) -> Tally {
        let wait_ms = (hits * 10_000 + misses * 300_000) as i64;
        Tally { hits, misses, unanswered: misses, wait_ms, ..Tally::default() }
    }

    #[test]
    fn a_day_closes_between_the_worst_and_the_best_of_those_before() {
        let past: Vec<Tally> = (0..14).map(|n| day(90 + n % 10, 10 - n % 10)).collect();
        let close = forecast(&day(30, 20), &past, HALF, Figure::Share).unwrap();
        assert_eq!(close.days, 14);
        assert!(
            close.low.compare(close.middle).is_le() && close.middle.compare(close.high).is_le()
        );
        // Fifty more samples come on any of those days.
        assert!([close.low, close.middle, close.high].iter().all(|one| one.den == 100));
        assert_eq!((close.low.num, close.high.num), (75, 79));
    }

    #[test]
    fn what_is_open_is_decided_as_on_other_days() {
        let today = Tally { pending: 10, ..day(10, 0) };
        let over = Left { minutes: 0, of: 900 };
        let close = forecast(&today, &[day(5, 5); 7], over, Figure::MissShare).unwrap();
        assert_eq!(close.middle, Ratio { num: 5, den: 20 });
        assert_eq!(forecast(&day(10, 0), &[day(5, 5); 7], over, Figure::MissShare), None);
    }

    #[test]
    fn means_and_numbers_close_too() {
        let mean = forecast(&day(2, 0), &[day(4, 0); 9], HALF, Figure::Mean).unwrap().middle;
        assert_eq!(mean, Ratio { num: 40_000, den: 4 });
        let answered = forecast(&day(2, 0), &[day(4, 4); 9], HALF, Figure::MeanAnswered);
        assert_eq!(answered.unwrap().middle.den, 4, "of the answered ones");
        let count = forecast(&day(2, 1), &[day(4, 0); 9], HALF, Figure::Count).unwrap();
        assert_eq!(count.middle, Ratio { num: 5, den: 1 });
        assert_eq!(forecast(&day(2, 1), &[day(4, 0); 9], HALF, Figure::MeanFastest), None);
    }

    #[test]
    fn days_without_samples_tell_nothing() {
        let mut past = vec![day(4, 0); 6];
        past.extend([Tally::default(); 20]);
        assert_eq!(forecast(&day(1, 0), &past, HALF, Figure::Share), None);
        past.push(day(4, 0));
        assert_eq!(forecast(&day(1, 0), &past, HALF, Figure::Share).unwrap().days, 7);
        // Only the first that are handed over count.
        let more: Vec<Tally> = [vec![day(4, 0); 14], vec![day(0, 4); 90]].concat();
        let close = forecast(&day(1, 0), &more, HALF, Figure::Share).unwrap();
        assert_eq!((close.days, close.low.num, close.low.den), (14, 3, 3));
    }

    #[test]
    fn huge_days_do_not_overflow() {
        let vast = Tally {
            hits: u64::from(u32::MAX),
            misses: 1 << 40,
            wait_ms: i64::MAX,
            pending: 1 << 40,
            ..Tally::default()
        };
        assert!(forecast(&vast, &[vast; 9], HALF, Figure::Mean).is_some());
    }
}
