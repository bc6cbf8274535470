//! Times as a source writes them.

use std::sync::Arc;

use facts::Day;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::instant;
use crate::reject::Reason;
use crate::workbook::Cell;

/// The formats of a profile, and the zone of times that have none.
#[derive(Clone, Debug)]
pub(super) struct Times {
    pub(super) formats: Vec<TimeFormat>,
    pub(super) zone: TimeZone,
    /// The formats as messages name them.
    pub(super) shown: Arc<str>,
}

/// One way to write a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TimeFormat {
    /// RFC 3339, with its own offset.
    Rfc3339,
    /// Days since the end of 1899, as a number or as digits.
    Excel,
    /// Seconds since 1970 in UTC, with a fraction or without.
    EpochSeconds,
    /// Milliseconds since 1970 in UTC.
    EpochMs,
    /// A pattern of date and time on the wall.
    Pattern(String),
}

/// Words for the formats that are no pattern.
const NAMED: [(&str, TimeFormat); 4] = [
    ("rfc3339", TimeFormat::Rfc3339),
    ("excel", TimeFormat::Excel),
    ("epoch-s", TimeFormat::EpochSeconds),
    ("epoch-ms", TimeFormat::EpochMs),
];

impl TimeFormat {
    /// The format that a profile names; `None` when it is none of a date and a time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some((_, format)) = NAMED.iter().find(|(name, _)| *name == text) {
            return Some(format.clone());
        }
        // What is written by the pattern must be read by it, as far as the pattern says.
        let sample = jiff::civil::date(2026, 11, 21).at(21, 40, 50, 0);
        let written = jiff::fmt::strtime::format(text, sample).ok()?;
        let read = DateTime::strptime(text, &written).ok()?;
        (read.date() == sample.date()).then(|| Self::Pattern(text.into()))
    }
}

/// A zone by its name in the time-zone database, or as an offset such as `+08:00`.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let offset = format!("2026-01-01T00:00:00{name}");
        let ms = instant::parse(&offset).ok()?.0;
        let seconds = (1_767_225_600_000 - ms) / 1_000;
        let offset = jiff::tz::Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
        return Some(TimeZone::fixed(offset));
    }
    jiff::tz::db().get(name).ok()
}

impl Times {
    pub(super) fn new(formats: Vec<(String, TimeFormat)>, zone: TimeZone) -> Self {
        let shown: Vec<&str> = formats.iter().map(|(name, _)| name.as_str()).collect();
        let shown = shown.join(", ").into();
        Self { formats: formats.into_iter().map(|(_, format)| format).collect(), zone, shown }
    }

    /// The instant of a wall clock, in milliseconds each. In the hour that a zone leaves out, the
    /// time after the gap; in an hour that comes twice, the first.
    pub(super) fn of_wall(&self, wall: i64) -> Option<i64> {
        let seconds = wall.div_euclid(1_000);
        let local = DateTime::new(1970, 1, 1, 0, 0, 0, 0).ok()?;
        let local = local.checked_add(jiff::Span::new().try_seconds(seconds).ok()?).ok()?;
        let at = self.zone.to_timestamp(local).ok()?;
        Some(at.as_millisecond() + wall.rem_euclid(1_000))
    }

    /// The instant of a text.
    pub(super) fn text(&self, text: &str) -> Result<i64, Reason> {
        let text = text.trim();
        self.formats.iter().find_map(|format| self.read(format, text)).ok_or_else(|| self.bad(text))
    }

    /// The instant of a number, which only some formats have.
    pub(super) fn number(&self, number: f64) -> Result<i64, Reason> {
        let has = |format| self.formats.contains(&format);
        let serial = Cell::serial_ms(number).filter(|_| has(TimeFormat::Excel));
        let in_years = |ms: f64| (0.0..7.3e12).contains(&ms).then_some(ms.round() as i64);
        serial
            .and_then(|wall| self.of_wall(wall))
            .or_else(|| in_years(number).filter(|ms| has(TimeFormat::EpochMs) && *ms > EARLY_MS))
            .or_else(|| {
                in_years(number * 1_000.0).filter(|ms| has(TimeFormat::EpochSeconds) && *ms > EARLY)
            })
            .ok_or_else(|| self.bad(&number.to_string()))
    }

    fn read(&self, format: &TimeFormat, text: &str) -> Option<i64> {
        match format {
            TimeFormat::Rfc3339 => instant::parse(text).ok().map(|at| at.0),
            TimeFormat::Pattern(pattern) => {
                let local = DateTime::strptime(pattern, text).ok()?;
                let date = local.date();
                // The calendar of a log begins in 1970, whatever the pattern can read.
                Day::from_date(date.year().into(), date.month() as u32, date.day() as u32).ok()?;
                self.zone.to_timestamp(local).ok().map(|at| at.as_millisecond())
            }
            TimeFormat::Excel => {
                let wall = Cell::serial_ms(digits(text)?)?;
                self.of_wall(wall)
            }
            TimeFormat::EpochSeconds => {
                let ms = digits(text)? * 1_000.0;
                (EARLY as f64..7.3e12).contains(&ms).then_some(ms.round() as i64)
            }
            TimeFormat::EpochMs => {
                text.parse().ok().filter(|ms| (EARLY_MS..7_300_000_000_000).contains(ms))
            }
        }
    }

    pub(super) fn bad(&self, found: &str) -> Reason {
        let found = found.chars().take(41).collect();
        Reason::BadTime { found, formats: self.shown.clone() }
    }
}

/// Seconds are not taken for milliseconds, nor days for seconds: no chat is older than 1990.
const EARLY: i64 = 631_152_000_000;
const EARLY_MS: i64 = EARLY;

fn digits(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (plain && text.len() <= 24).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(formats: &[&str]) -> Times {
        let formats = formats
            .iter()
            .map(|text| ((*text).to_owned(), TimeFormat::parse(text).expect("a format")));
        Times::new(formats.collect(), zone("Asia/Shanghai").expect("a zone"))
    }

    #[test]
    fn each_format_reads_its_own() {
        let at = 1_556_155_929_000; // 2019-04-25T09:32:09+08:00
        let all = times(&["%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "excel", "epoch-s", "epoch-ms"]);
        for text in ["2019/4/25 9:32:09", "2019/04/25 09:32:09", "1556155929", "1556155929000"] {
            assert_eq!(all.text(text), Ok(at), "{text}");
        }
        assert_eq!(all.text("2019-4-25 09:32"), Ok(at - 9_000));
        assert_eq!(all.text("43580.397326388891"), Ok(at));
        assert_eq!(all.number(43_580.397_326_388_89), Ok(at));
        assert_eq!(all.number(1_556_155_929.0), Ok(at));
        assert_eq!(times(&["rfc3339"]).text("2019-04-25T01:32:09Z"), Ok(at));
    }

    #[test]
    fn what_no_format_reads_is_said_with_the_formats() {
        let all = times(&["%Y-%m-%d %H:%M:%S", "excel"]);
        for text in ["", "2019/4/25", "2019-02-30 09:00:00", "昨天 09:00", "12", "1556155929", "-1"]
        {
            let Err(Reason::BadTime { formats, .. }) = all.text(text) else { panic!("{text}") };
            assert_eq!(&*formats, "%Y-%m-%d %H:%M:%S, excel");
        }
        assert!(all.number(f64::NAN).is_err());
        assert!(all.number(1e300).is_err());
    }

    #[test]
    fn zones_and_formats_are_told_from_other_words() {
        assert!(zone("+08:00").is_some() && zone("Asia/Urumqi").is_some());
        assert!(zone("Asia/Nowhere").is_none() && zone("+8").is_none());
        for text in ["", "%H:%M:%S", "%Y", "iso", "%Q"] {
            assert_eq!(TimeFormat::parse(text), None, "{text}");
        }
    }
}
