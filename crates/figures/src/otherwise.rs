//! What if: a rule with another limit, or over other hours, than its platform's.

use facts::Span;
use metric::{Hours, HoursEnd, HoursTest, Inner, Outside, Rule};
use rulebook::Metric;

use crate::error::Error;
use crate::selection::span;

/// What a rule shall say otherwise than its platform has it. The default: nothing.
///
/// # Example
///
/// ```
/// use figures::{Otherwise, RuleChoice};
/// // What if the limit were one minute, and nights did not count?
/// let otherwise =
///     Otherwise { within: Some("60s".into()), hours: Some("08:00-22:00".into()) };
/// let choice = RuleChoice { otherwise, ..RuleChoice::default() };
/// assert_ne!(choice, RuleChoice::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// Another limit, as `60s`, for a figure that is a share. Absent: the rule's own.
    pub within: Option<String>,
    /// Only samples of these local hours, as `08:00-22:00`; `22:00-06:00` goes over midnight.
    /// Absent: the rule's own.
    pub hours: Option<String>,
}

/// The same, understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    within: Option<Span>,
    hours: Option<Vec<(i64, i64)>>,
}

/// The option that names another limit.
pub(crate) const WITHIN: &str = "if-within";
/// The option that names other hours.
pub(crate) const HOURS: &str = "if-hours";

const DAY_MS: i64 = 86_400_000;

impl Changes {
    pub(crate) fn parse(otherwise: &Otherwise) -> Result<Self, Error> {
        let bad = |option, text: &str| Error::BadOtherwise { option, text: text.to_owned() };
        let within = otherwise.within.as_deref();
        let within = within.map(|text| span(text).ok_or_else(|| bad(WITHIN, text))).transpose()?;
        let hours = otherwise.hours.as_deref();
        let hours =
            hours.map(|text| intervals(text).ok_or_else(|| bad(HOURS, text))).transpose()?;
        Ok(Self { within, hours })
    }

    /// Whether a rule of a metric can be so changed.
    ///
    /// # Errors
    ///
    /// [`Error::NoLimitToChange`]: its figure does not depend on a limit.
    pub(crate) fn check(&self, metric: &Metric, rule: &Rule) -> Result<(), Error> {
        let takes_limit = rule.figure.is_share() && rule.opens() != Inner::Rating;
        if self.within.is_some() && !takes_limit {
            return Err(Error::NoLimitToChange(metric.id.clone()));
        }
        Ok(())
    }

    /// Changes a rule.
    pub(crate) fn apply(&self, rule: &mut Rule) {
        if let Some(within) = self.within {
            rule.within = Some(within);
            rule.answer_by = None;
        }
        if let Some(intervals) = &self.hours {
            let test = match rule.opens() {
                Inner::Rating => HoursTest::RatingSent,
                _ => HoursTest::Question,
            };
            let (end, outside) = (HoursEnd::Open, Outside::Unseen);
            let usual = || Hours { intervals: Vec::new(), test, end, outside };
            let intervals = intervals.clone();
            rule.hours = Some(Hours { intervals, ..rule.hours.take().unwrap_or_else(usual) });
        }
    }
}

/// `08:00-22:00` in milliseconds since midnight; over midnight it is two intervals.
fn intervals(text: &str) -> Option<Vec<(i64, i64)>> {
    let (from, until) = text.split_once('-')?;
    let (from, until) = (clock(from)?, clock(until)?);
    if from < until {
        return Some(vec![(from, until)]);
    }
    let parts = [(0, until), (from, DAY_MS)];
    let parts: Vec<(i64, i64)> = parts.into_iter().filter(|(from, until)| from < until).collect();
    (from != until && !parts.is_empty()).then_some(parts)
}

/// `08:00` to `24:00` in milliseconds since midnight.
fn clock(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let ms = (hour * 60 + minute) * 60_000;
    (minute < 60 && ms <= DAY_MS).then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_also_over_midnight() {
        let hour = 3_600_000;
        assert_eq!(intervals("08:00-22:30"), Some(vec![(8 * hour, 22 * hour + hour / 2)]));
        assert_eq!(intervals("22:00-06:00"), Some(vec![(0, 6 * hour), (22 * hour, DAY_MS)]));
        assert_eq!(intervals("22:00-00:00"), Some(vec![(22 * hour, DAY_MS)]));
        assert_eq!(intervals("00:00-24:00"), Some(vec![(0, DAY_MS)]));
        for wrong in
            ["", "8-22", "08:00", "08:00-08:00", "08:60-09:00", "08:00-24:01", "+8:00-09:00"]
        {
            assert_eq!(intervals(wrong), None, "{wrong}");
        }
    }
}
