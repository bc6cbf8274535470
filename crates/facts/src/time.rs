//! Instants, spans, local days and the zone that connects them. Integers only.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Add, Sub};

const DAY_MS: i64 = 86_400_000;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// # Example
///
/// ```
/// use facts::{Instant, Span};
/// assert_eq!(Instant(5_000) - Instant(2_000), Span(3_000));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// A length of time in milliseconds. Negative when the later instant was subtracted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Span {
    /// A span of whole seconds.
    #[must_use]
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
}

impl Sub for Instant {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

/// A local calendar day, counted from 1970-01-01.
///
/// # Example
///
/// ```
/// use facts::Day;
/// let day: Day = "2026-11-21".parse().unwrap();
/// assert_eq!(day.to_string(), "2026-11-21");
/// assert_eq!(day.plus(10).to_string(), "2026-12-01");
/// assert_eq!(day.weekday(), 5, "a Saturday; Monday is 0");
/// assert!("2026-02-30".parse::<Day>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// The text is not a calendar day written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadDay;

impl fmt::Display for BadDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a calendar day written `YYYY-MM-DD`")
    }
}

impl core::error::Error for BadDay {}

impl Day {
    /// The earliest day that has a date: 1 January of the year -9999.
    pub const MIN: Self = Self(-4_371_587);

    /// The day of a Gregorian date.
    ///
    /// # Errors
    ///
    /// [`BadDay`] when the calendar has no such day.
    pub const fn from_date(year: i32, month: u32, day: u32) -> Result<Self, BadDay> {
        if year < -9_999 || year > 9_999 || month < 1 || month > 12 || day < 1 {
            return Err(BadDay);
        }
        if day > days_in_month(year, month) {
            return Err(BadDay);
        }
        // Days from civil, after Howard Hinnant: years begin in March so that leap days come last.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let shifted = if month > 2 { month - 3 } else { month + 9 } as i32;
        let doy = (153 * shifted + 2) / 5 + day as i32 - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Ok(Self(era * 146_097 + doe - 719_468))
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    #[must_use]
    pub const fn date(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let shifted = (5 * doy + 2) / 153;
        let day = doy - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u32, day as u32)
    }

    /// The day `n` days later (earlier when negative).
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// The first day of this day's calendar month.
    #[must_use]
    pub const fn month_start(self) -> Self {
        let (_, _, day) = self.date();
        Self(self.0 - day as i32 + 1)
    }
}

const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl core::str::FromStr for Day {
    type Err = BadDay;
    fn from_str(text: &str) -> Result<Self, BadDay> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(BadDay);
        }
        let number = |range: core::ops::Range<usize>| -> Result<u32, BadDay> {
            bytes[range].iter().try_fold(0u32, |n, b| {
                b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')).ok_or(BadDay)
            })
        };
        Self::from_date(number(0..4)? as i32, number(5..7)?, number(8..10)?)
    }
}

/// A local wall-clock reading: the day and the milliseconds since its midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The local calendar day.
    pub day: Day,
    /// Milliseconds of wall clock since 00:00:00, in `0..86_400_000`.
    pub ms: i64,
}

/// A local day and when it is: what a counter keeps, since most instants are of the same day as
/// the one before.
///
/// # Example
///
/// ```
/// use facts::{Instant, Zone};
/// let zone = Zone::fixed(8 * 3_600_000);
/// let today = zone.local_day(Instant(5_000));
/// assert_eq!(today.ms(Instant(6_000)), Some(8 * 3_600_000 + 6_000));
/// assert!(!today.contains(today.end));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDay {
    /// The day.
    pub day: Day,
    /// Its first instant.
    pub start: Instant,
    /// The first instant after it.
    pub end: Instant,
    /// Whether its clocks run from 0 to 24 hours without a jump.
    is_even: bool,
}

impl LocalDay {
    /// A day of which only the end is known: it contains no instant.
    #[must_use]
    pub const fn ending(end: Instant) -> Self {
        Self { day: Day(0), start: end, end, is_even: false }
    }

    /// Whether an instant is of this day.
    #[must_use]
    pub fn contains(&self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }

    /// The wall clock of an instant, in milliseconds since midnight; `None` where the zone has to
    /// be asked.
    #[must_use]
    pub fn ms(&self, at: Instant) -> Option<i64> {
        (self.is_even && self.contains(at)).then(|| (at - self.start).0)
    }
}

/// A time zone as a list of instants from which an offset holds. Integers only; compiled from a
/// time-zone database by whoever may know one.
///
/// # Example
///
/// Shanghai has been eight hours ahead since 1991.
///
/// ```
/// use facts::{Day, Instant, Zone};
/// let zone = Zone::fixed(8 * 3_600_000);
/// assert_eq!(zone.day(Instant(1_780_243_200_000)).to_string(), "2026-06-01");
/// assert_eq!(zone.start_of(Day(0)), Instant(-8 * 3_600_000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// `(from, offset_ms)`, sorted by `from`; the first holds since ever.
    transitions: Vec<(Instant, i64)>,
}

/// The transitions of a zone are not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneError {
    /// No offset was given at all.
    Empty,
    /// The instants are not strictly increasing.
    Unsorted,
    /// An offset is a day or more.
    Offset,
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a time zone needs at least one offset",
            Self::Unsorted => "the transitions of a time zone must be strictly increasing",
            Self::Offset => "the offset of a time zone must be less than a day",
        })
    }
}

impl core::error::Error for ZoneError {}

impl Zone {
    /// A zone whose offset (milliseconds east of UTC) never changes.
    #[must_use]
    pub fn fixed(offset_ms: i64) -> Self {
        Self { transitions: vec![(Instant(i64::MIN), offset_ms)] }
    }

    /// A zone from `(from, offset_ms)` pairs in increasing order; the first offset also holds
    /// before its instant.
    ///
    /// # Errors
    ///
    /// [`ZoneError`] when the list is empty, out of order, or an offset is a day or more.
    pub fn new(mut transitions: Vec<(Instant, i64)>) -> Result<Self, ZoneError> {
        if transitions.iter().any(|(_, offset)| offset.abs() >= DAY_MS) {
            return Err(ZoneError::Offset);
        }
        if transitions.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            return Err(ZoneError::Unsorted);
        }
        transitions.first_mut().ok_or(ZoneError::Empty)?.0 = Instant(i64::MIN);
        Ok(Self { transitions })
    }

    /// The local day of this instant, with its bounds.
    #[must_use]
    pub fn local_day(&self, at: Instant) -> LocalDay {
        let day = self.day(at);
        if let [.., (last, offset)] = self.transitions.as_slice()
            && Span(2 * DAY_MS) < at - *last
        {
            let start = Instant(i64::from(day.0) * DAY_MS - offset);
            return LocalDay { day, start, end: start + Span(DAY_MS), is_even: true };
        }
        let (start, end) = (self.start_of(day), self.start_of(day.plus(1)));
        let changes = |(from, _): &(Instant, i64)| start < *from && *from < end;
        let is_even = !self.transitions.iter().any(changes) && end - start == Span(DAY_MS);
        LocalDay { day, start, end, is_even }
    }

    /// Milliseconds east of UTC at this instant.
    #[must_use]
    #[inline]
    pub fn offset(&self, at: Instant) -> i64 {
        match self.transitions.as_slice() {
            // Most instants are later than the last change.
            [.., (last, offset)] if *last <= at => *offset,
            many => many[many.partition_point(|(from, _)| *from <= at).max(1) - 1].1,
        }
    }

    /// The local day and wall clock at this instant.
    #[must_use]
    #[inline]
    pub fn local(&self, at: Instant) -> LocalTime {
        let local = at.0.saturating_add(self.offset(at));
        LocalTime { day: Day(local.div_euclid(DAY_MS) as i32), ms: local.rem_euclid(DAY_MS) }
    }

    /// The local day of this instant.
    #[must_use]
    #[inline]
    pub fn day(&self, at: Instant) -> Day {
        self.local(at).day
    }

    /// The first instant of a local day: its midnight, or where the clocks skip midnight, the
    /// first instant after the gap. Of two midnights the earlier.
    #[must_use]
    #[inline]
    pub fn start_of(&self, day: Day) -> Instant {
        let wall = i64::from(day.0) * DAY_MS;
        if let [(_, only)] = self.transitions.as_slice() {
            return Instant(wall - only);
        }
        // A day begins at `wall - offset` for one of the offsets, or at a transition over midnight.
        let mut found: Option<Instant> = None;
        for (i, (from, offset)) in self.transitions.iter().enumerate() {
            let until = self.transitions.get(i + 1).map_or(Instant(i64::MAX), |next| next.0);
            let candidate = Instant(wall - offset).max(*from);
            if candidate < until && self.day(candidate) >= day {
                found = Some(found.map_or(candidate, |best| best.min(candidate)));
                break;
            }
        }
        found.unwrap_or(Instant(wall))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn days_and_dates_are_inverse_over_four_centuries() {
        for n in -200_000..200_000 {
            let (year, month, day) = Day(n).date();
            assert_eq!(Day::from_date(year, month, day), Ok(Day(n)));
        }
        assert_eq!(Day::from_date(1970, 1, 1), Ok(Day(0)));
        assert_eq!(Day::from_date(2023, 2, 29), Err(BadDay));
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_refused() {
        for text in ["2026-13-01", "2026-00-10", "2026-04-31", "26-04-01", "2026/04/01", ""] {
            assert_eq!(text.parse::<Day>(), Err(BadDay), "{text}");
        }
    }

    #[test]
    fn weeks_start_on_monday() {
        let monday: Day = "2026-11-16".parse().expect("a day");
        assert_eq!(
            (0..7).map(|n| monday.plus(n).weekday()).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5, 6]
        );
    }

    /// Clocks go forward at 00:00 to 01:00 (as in Beirut): the day starts at 01:00 wall clock.
    #[test]
    fn a_day_without_a_midnight_starts_after_the_gap() {
        let change = Instant(10 * DAY_MS - 2 * 3_600_000);
        let zone =
            Zone::new(vec![(Instant(0), 2 * 3_600_000), (change, 3 * 3_600_000)]).expect("zone");
        assert_eq!(zone.start_of(Day(10)), change);
        assert_eq!(zone.local(change), LocalTime { day: Day(10), ms: 3_600_000 });
        assert_eq!(zone.day(change - Span(1)), Day(9));
    }

    #[test]
    fn the_start_of_a_day_is_its_first_instant_also_across_changes() {
        let hour = 3_600_000;
        let zone = Zone::new(vec![
            (Instant(0), hour),
            (Instant(100 * DAY_MS + hour), 2 * hour),
            (Instant(300 * DAY_MS + hour), hour),
        ])
        .expect("zone");
        for n in 90..310 {
            let start = zone.start_of(Day(n));
            assert_eq!(zone.day(start), Day(n));
            assert!(zone.day(start - Span(1)) < Day(n), "{}", Day(n).to_string());
        }
    }
}
