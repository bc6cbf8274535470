//! The figure as the platform shows it: the live one, seen at the platform's pace.

use std::fmt;

use facts::{Day, Instant, Span, Zone};
use metric::{Job, Period, Refresh};

use crate::{Calendar, NoCalendar};

/// A day: the slowest pace, and that of figures of which none is documented.
const DAILY: Span = Span::seconds(86_400);

/// How busy an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// How many conversations it has open.
    pub open: u32,
    /// How many it can hold. `None`: not known, and nothing is slower for it.
    pub capacity: Option<u32>,
}

/// How often a figure is shown anew: at local midnight, and every so often from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The interval, at most a day.
    pub every: Span,
}

/// Why the platform's pace is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpaced {
    /// The pace depends on the account's grade, and nobody says which it has.
    UnknownGrade,
    /// No line of the table is for accounts of this grade.
    OtherGrade(String),
    /// The pace depends on the kind of day.
    NoCalendar(NoCalendar),
}

impl fmt::Display for Unpaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownGrade => f.write_str(
                "how often the platform shows the figure depends on the account's grade, which is \
                 not known: register it / 平台多久刷新一次取决于客服等级，请先登记该账号的等级",
            ),
            Self::OtherGrade(grade) => write!(
                f,
                "how often the platform shows the figure is not known for accounts of grade \
                 `{grade}` / 不知道平台对等级为 `{grade}` 的账号多久刷新一次"
            ),
            Self::NoCalendar(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Unpaced {}

impl Pace {
    /// The pace of an account's figure on a local day, by the edition's table; where there is
    /// none, daily.
    ///
    /// Under load it is slower: with more conversations open than the account can hold, the
    /// interval is multiplied by how many times that is, rounded up. The sources say that load
    /// slows it, not by how much: this is our reading.
    ///
    /// # Errors
    ///
    /// [`Unpaced`] where the table asks for something that is not known.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Span;
    /// use live::{Calendar, Load, Pace};
    /// use metric::{KindOfDay, Refresh};
    /// let row = |grade: &str, days, minutes: i64| Refresh {
    ///     every: Span::seconds(60 * minutes),
    ///     grade: Some(grade.to_owned()),
    ///     days: Some(days),
    /// };
    /// let table = [
    ///     row("ordinary", KindOfDay::Workday, 5),
    ///     row("ordinary", KindOfDay::DayOff, 10),
    ///     row("senior", KindOfDay::Workday, 3),
    ///     row("senior", KindOfDay::DayOff, 5),
    /// ];
    /// let calendar = Calendar::state_council();
    /// let minutes = |day: &str, open| {
    ///     let load = Load { open, capacity: Some(10) };
    ///     let pace = Pace::of(&table, &calendar, day.parse().unwrap(), Some("senior"), load);
    ///     pace.unwrap().every.0 / 60_000
    /// };
    /// assert_eq!(minutes("2026-09-30", 10), 3);
    /// assert_eq!(minutes("2026-10-01", 10), 5);
    /// assert_eq!(minutes("2026-10-01", 11), 10);
    /// ```
    pub fn of(
        table: &[Refresh],
        calendar: &Calendar,
        day: Day,
        grade: Option<&str>,
        load: Load,
    ) -> Result<Self, Unpaced> {
        if table.is_empty() {
            return Ok(Self { every: DAILY });
        }
        let of_grade = |row: &&Refresh| row.grade.is_none() || row.grade.as_deref() == grade;
        let mut rows: Vec<&Refresh> = table.iter().filter(of_grade).collect();
        if rows.is_empty() {
            return Err(
                grade.map_or(Unpaced::UnknownGrade, |grade| Unpaced::OtherGrade(grade.to_owned()))
            );
        }
        if rows.iter().any(|row| row.days.is_some()) {
            let kind = calendar.kind(day).map_err(Unpaced::NoCalendar)?;
            rows.retain(|row| row.days.is_none_or(|days| days == kind));
        }
        // What no line is about is as where there is no table.
        let every = rows.iter().map(|row| row.every).min().unwrap_or(DAILY);
        let capacity = load.capacity.map_or(i64::MAX, |capacity| i64::from(capacity.max(1)));
        let open = i64::from(load.open);
        let times = if open > capacity { (open + capacity - 1) / capacity } else { 1 };
        Ok(Self { every: Span(every.0.max(1).saturating_mul(times)).min(DAILY) })
    }

    /// The last instant, not after `now`, at which the figure was shown anew at this pace.
    #[must_use]
    pub fn last(self, zone: &Zone, now: Instant) -> Instant {
        let midnight = zone.local_day(now).start;
        midnight + Span((now - midnight).0 / self.every.0.max(1) * self.every.0)
    }

    /// The first instant after `now` at which it is shown anew, by midnight at the latest.
    #[must_use]
    pub fn next(self, zone: &Zone, now: Instant) -> Instant {
        (self.last(zone, now) + self.every).min(zone.local_day(now).end)
    }
}

/// What the platform shows: a value, and since when.
///
/// # Example
///
/// ```
/// use facts::{Instant, Span, Zone};
/// use live::{Pace, Shown};
/// let (zone, pace) = (Zone::fixed(0), Pace { every: Span(300_000) });
/// let mut shown = Shown::default();
/// assert!(shown.pass(pace, &zone, Instant(10_000), || 7));
/// // The live figure moves on; the panel does not, for five minutes.
/// assert!(!shown.pass(pace, &zone, Instant(299_999), || 8));
/// assert_eq!(shown.value(), Some((Instant(0), &7)));
/// assert!(shown.pass(pace, &zone, Instant(300_000), || 8));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<T> {
    value: Option<(Instant, T)>,
}

impl<T> Default for Shown<T> {
    fn default() -> Self {
        Self { value: None }
    }
}

impl<T> Shown<T> {
    /// Takes the figure anew where the pace says so; whether it did. When the pace gets slower,
    /// what is shown stays until the slower pace's next instant; it never goes back.
    pub fn pass(
        &mut self,
        pace: Pace,
        zone: &Zone,
        now: Instant,
        take: impl FnOnce() -> T,
    ) -> bool {
        let at = pace.last(zone, now);
        let is_due = self.value.as_ref().is_none_or(|(shown_at, _)| *shown_at < at);
        if is_due {
            self.value = Some((at, take()));
        }
        is_due
    }

    /// Since when it is shown, and what; `None`: nothing yet.
    #[must_use]
    pub fn value(&self) -> Option<(Instant, &T)> {
        self.value.as_ref().map(|(at, value)| (*at, value))
    }
}

/// The count that a panel rested on that was refreshed at an instant: what had happened and was
/// known by then, over the metric's period as seen on that local day. Counted over a log with
/// `seen_at` it is the panel as it looked, whatever was learned later.
///
/// # Example
///
/// ```
/// use facts::{Instant, Zone};
/// use live::as_seen;
/// use metric::{Day, Job, Period, Plan, Rule, Sample};
/// let job = Job::new(Plan::compile(&Rule::new(Sample::Round)).unwrap(), Zone::fixed(0));
/// let tenth = Instant(10 * 86_400_000);
/// let seen = as_seen(&job, Period::Days { days: 7, lag: 1 }, tenth);
/// assert_eq!((seen.days, seen.known_by), ((Day(3), Day(9)), tenth));
/// ```
#[must_use]
pub fn as_seen(job: &Job, period: Period, at: Instant) -> Job {
    let (from, to) = period.ending(job.zone.day(at));
    let days = (from.max(job.days.0), to.min(job.days.1));
    Job { days, as_of: at, known_by: at, ..job.clone() }
}
