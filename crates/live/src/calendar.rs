//! Working days and days off, by the State Council's yearly notices.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use facts::Day;
use metric::KindOfDay;

/// The shipped notices; the file's head says where they are from.
const NOTICES: &str = include_str!("../data/holidays-cn.txt");

/// A year's last days may be moved by the next year's notice. No notice so far moved one before
/// 29 December.
const FIRST_UNSURE: (u32, u32) = (12, 29);

/// Which days people work on.
///
/// # Example
///
/// ```
/// use live::Calendar;
/// use metric::KindOfDay;
/// let calendar = Calendar::state_council();
/// let kind = |day: &str| calendar.kind(day.parse().unwrap());
/// assert_eq!(kind("2026-10-01"), Ok(KindOfDay::DayOff));
/// // A Saturday on which people worked for the long holiday.
/// assert_eq!(kind("2026-10-10"), Ok(KindOfDay::Workday));
/// // What no notice says is not guessed.
/// assert!(kind("2031-05-01").is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: BTreeSet<i32>,
    days: BTreeMap<Day, KindOfDay>,
}

/// No notice is known of a year, so that nobody can say whether people work on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCalendar {
    /// The day that was asked for.
    pub day: Day,
    /// The year whose notice is missing.
    pub year: i32,
}

impl fmt::Display for NoCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, year } = self;
        write!(
            f,
            "whether {day} is a working day is not known: the State Council's notice of holidays \
             for {year} is missing; update yingda or add the notice / 不知道 {day} \
             是否为工作日：缺少国务院办公厅 {year} 年节假日安排的通知，请升级或补充该年的安排"
        )
    }
}

impl std::error::Error for NoCalendar {}

impl Calendar {
    /// The notices that are shipped.
    #[must_use]
    pub fn state_council() -> Self {
        let mut calendar = Self::default();
        for (year, day, kind) in NOTICES.lines().filter_map(read) {
            calendar.add_notice(year, [(day, kind)]);
        }
        calendar
    }

    /// Adds the notice of a year, or more of it: the days that it names.
    pub fn add_notice(&mut self, year: i32, days: impl IntoIterator<Item = (Day, KindOfDay)>) {
        self.years.insert(year);
        self.days.extend(days);
    }

    /// Whether people work on a day.
    ///
    /// # Errors
    ///
    /// [`NoCalendar`] where the notice of its year is not known; of a year's last three days also
    /// where the next year's is not, which may move them.
    pub fn kind(&self, day: Day) -> Result<KindOfDay, NoCalendar> {
        let (year, month, date) = day.date();
        let is_unsure = (month, date) >= FIRST_UNSURE;
        for year in year..=year + i32::from(is_unsure) {
            if !self.years.contains(&year) {
                return Err(NoCalendar { day, year });
            }
        }
        let usual = if day.weekday() < 5 { KindOfDay::Workday } else { KindOfDay::DayOff };
        Ok(self.days.get(&day).copied().unwrap_or(usual))
    }
}

/// A line of the shipped file; `None` for comments.
fn read(line: &str) -> Option<(i32, Day, KindOfDay)> {
    let mut words = line.split(' ');
    let (year, day, kind) = (words.next()?, words.next()?, words.next()?);
    let kind = match kind {
        "off" => KindOfDay::DayOff,
        "work" => KindOfDay::Workday,
        _ => return None,
    };
    Some((year.parse().ok()?, day.parse().ok()?, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_shipped_notices_is_read() {
        let lines = NOTICES.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.clone().filter_map(read).count(), lines.count());
        let calendar = Calendar::state_council();
        assert_eq!(calendar.years, (2007..=2026).collect());
        assert_eq!(calendar.days.len(), 678);
    }

    #[test]
    fn a_years_last_days_need_the_next_notice() {
        let calendar = Calendar::state_council();
        let kind = |day: &str| calendar.kind(day.parse().expect("a day"));
        assert_eq!(kind("2018-12-29"), Ok(KindOfDay::Workday), "a Saturday");
        assert_eq!(kind("2018-12-31"), Ok(KindOfDay::DayOff), "a Monday");
        assert_eq!(kind("2026-12-28"), Ok(KindOfDay::Workday));
        assert_eq!(kind("2026-12-29").map_err(|error| error.year), Err(2027));
        assert_eq!(kind("2006-06-01").map_err(|error| error.year), Err(2006));
    }

    #[test]
    fn no_notice_moves_an_earlier_day_of_the_year_before() {
        for (year, day, _) in NOTICES.lines().filter_map(read) {
            let (own, month, date) = day.date();
            assert!(own == year || (own + 1 == year && (month, date) >= FIRST_UNSURE), "{day}");
        }
    }
}
