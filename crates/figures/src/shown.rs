//! Figures, waits and instants as people read them. Rounding happens here and nowhere else.

use facts::{Instant, Zone};
use intake::Lang;
use metric::{Figure, Ratio};
use serde::Serialize;

/// A value that is not reduced, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Above the line.
    pub num: i64,
    /// Below it.
    pub den: i64,
}

impl From<Ratio> for Pair {
    fn from(ratio: Ratio) -> Self {
        Self { num: ratio.num, den: ratio.den }
    }
}

impl From<Pair> for Ratio {
    fn from(pair: Pair) -> Self {
        Self { num: pair.num, den: pair.den }
    }
}

/// A percentage with two decimals, rounded half up (R22).
#[must_use]
pub fn percent(ratio: Ratio) -> String {
    let hundredths = rounded(i128::from(ratio.num) * 10_000, i128::from(ratio.den));
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// Milliseconds as seconds with two decimals, rounded half up.
#[must_use]
pub fn seconds(ratio: Ratio) -> String {
    let hundredths = rounded(i128::from(ratio.num), i128::from(ratio.den) * 10);
    format!("{}.{:02} s", hundredths / 100, hundredths % 100)
}

/// `num / den` for `num >= 0`, rounded half up.
const fn rounded(num: i128, den: i128) -> i128 {
    (2 * num + den) / (2 * den)
}

/// A value as people read it.
#[must_use]
pub fn value(value: Option<Ratio>, figure: Figure, lang: Lang) -> String {
    match (value, figure) {
        (None, _) => lang.of("none", "无").to_owned(),
        (Some(ratio), Figure::Share | Figure::MissShare) => percent(ratio),
        (Some(ratio), Figure::Mean | Figure::MeanAnswered | Figure::MeanFastest) => seconds(ratio),
        (Some(ratio), Figure::Count) => ratio.num.to_string(),
    }
}

/// What a value's number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of one: 0.5 is 50 %.
    Share,
    /// Seconds.
    Seconds,
    /// Samples.
    Samples,
}

/// A value as a spreadsheet computes with it.
///
/// # Example
///
/// ```
/// use figures::shown::{Unit, number};
/// use metric::{Figure, Ratio};
/// assert_eq!(number(Ratio { num: 3, den: 4 }, Figure::Share), (0.75, Unit::Share));
/// assert_eq!(number(Ratio { num: 21_240, den: 2 }, Figure::Mean), (10.62, Unit::Seconds));
/// ```
#[must_use]
pub fn number(ratio: Ratio, figure: Figure) -> (f64, Unit) {
    let value = ratio.num as f64 / ratio.den as f64;
    match figure {
        Figure::Share | Figure::MissShare => (value, Unit::Share),
        Figure::Mean | Figure::MeanAnswered | Figure::MeanFastest => {
            (value / 1_000.0, Unit::Seconds)
        }
        Figure::Count => (value, Unit::Samples),
    }
}

/// An instant in local time with its offset, milliseconds only where there are some.
#[must_use]
pub fn rfc3339(at: Instant, zone: &Zone) -> String {
    format!("{}T{}{}", zone.day(at), clock(at, zone), offset(at, zone))
}

/// An instant in local time with its offset, always with milliseconds.
#[must_use]
pub fn rfc3339_ms(at: Instant, zone: &Zone) -> String {
    let ms = zone.local(at).ms % 1_000;
    let point = if ms == 0 { ".000" } else { "" };
    format!("{}T{}{point}{}", zone.day(at), clock(at, zone), offset(at, zone))
}

/// An instant in UTC, with milliseconds.
///
/// # Example
///
/// ```
/// assert_eq!(figures::shown::rfc3339_utc(facts::Instant(1)), "1970-01-01T00:00:00.001+00:00");
/// ```
#[must_use]
pub fn rfc3339_utc(at: Instant) -> String {
    rfc3339_ms(at, &Zone::fixed(0))
}

fn offset(at: Instant, zone: &Zone) -> String {
    let offset = zone.offset(at) / 60_000;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    format!("{sign}{hours:02}:{minutes:02}")
}

/// The local wall clock, with milliseconds only where there are some.
#[must_use]
pub fn clock(at: Instant, zone: &Zone) -> String {
    let ms = zone.local(at).ms;
    let (h, m, s, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    if rest == 0 {
        format!("{h:02}:{m:02}:{s:02}")
    } else {
        format!("{h:02}:{m:02}:{s:02}.{rest:03}")
    }
}

/// A wait as people read it: `3 min 05 s`, milliseconds only where there are some.
#[must_use]
pub fn span(ms: i64, lang: Lang) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let rest = if ms % 1_000 == 0 { String::new() } else { format!(".{:03}", ms % 1_000) };
    let (h, m, s) = lang.of((" h ", " min ", " s"), ("小时", "分", "秒"));
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{rest}{s}"),
        (0, _) => format!("{minutes}{m}{seconds:02}{rest}{s}"),
        _ => format!("{hours}{h}{minutes:02}{m}{seconds:02}{rest}{s}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up_at_two_decimals() {
        let shown = |num, den| percent(Ratio { num, den });
        assert_eq!(shown(11, 12), "91.67 %");
        assert_eq!(shown(1, 3), "33.33 %");
        assert_eq!(shown(1, 20_000), "0.01 %", "0.005 % rounds up");
        assert_eq!(shown(1, 20_001), "0.00 %");
        assert_eq!(shown(5, 5), "100.00 %");
    }

    #[test]
    fn instants_have_milliseconds_where_there_are_some_or_always() {
        let zone = Zone::fixed(28_800_000);
        let shown = |ms| [rfc3339(Instant(ms), &zone), rfc3339_ms(Instant(ms), &zone)];
        assert_eq!(shown(0), ["1970-01-01T08:00:00+08:00", "1970-01-01T08:00:00.000+08:00"]);
        assert_eq!(shown(7), ["1970-01-01T08:00:00.007+08:00"; 2]);
    }

    #[test]
    fn means_are_seconds() {
        assert_eq!(seconds(Ratio { num: 106_823_000, den: 10_063 }), "10.62 s");
        assert_eq!(seconds(Ratio { num: 0, den: 1 }), "0.00 s");
    }
}
