//! Lengths of time and times of day as rulebooks write them.

use metric::Day;
use toml::value::Datetime;

/// The longest length that a rulebook may write: 31 days.
pub(crate) const LONGEST_MS: i64 = 31 * 86_400_000;

/// One local day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// A length in milliseconds out of `500ms`, `180s`, `3m` or `1h`; `None` when it is not one, or
/// longer than 31 days.
pub(crate) fn length(text: &str) -> Option<i64> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let number: i64 = digits.parse().ok()?;
    number.checked_mul(factor).filter(|ms| *ms <= LONGEST_MS)
}

/// A length as a rulebook would write it, in seconds where it has whole ones.
pub(crate) fn write_length(ms: i64) -> String {
    if ms % 1_000 == 0 { format!("{}s", ms / 1_000) } else { format!("{ms}ms") }
}

/// A share out of `57%` or `99.5%`, as a fraction that is not reduced; `None` when it is not one
/// from 0 % to 100 %, or has more than four decimals.
pub(crate) fn percent(text: &str) -> Option<(u32, u32)> {
    let number = text.strip_suffix('%')?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let is_written = !whole.is_empty() && (number.len() == whole.len() || !decimals.is_empty());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_written || !digits(whole) || !digits(decimals) || whole.len() > 3 || decimals.len() > 4 {
        return None;
    }
    let den = 100 * 10u32.pow(decimals.len() as u32);
    let num = format!("{whole}{decimals}").parse().ok()?;
    (num <= den).then_some((num, den))
}

/// Milliseconds since local midnight out of `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`, up to `24:00`.
pub(crate) fn time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<i64> = clock.split(':').map(two_digits).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_none() => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let ms = match fraction {
        None => 0,
        Some(digits) if digits.len() == 3 => digits_only(digits)?,
        Some(_) => return None,
    };
    let total = ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
    (minute < 60 && second < 60 && total <= DAY_MS).then_some(total)
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2).then(|| digits_only(text))?
}

fn digits_only(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A time of day as a rulebook would write it.
pub(crate) fn write_time(ms: i64) -> String {
    let (hour, minute) = (ms / 3_600_000, ms / 60_000 % 60);
    match (ms / 1_000 % 60, ms % 1_000) {
        (0, 0) => format!("{hour:02}:{minute:02}"),
        (second, 0) => format!("{hour:02}:{minute:02}:{second:02}"),
        (second, ms) => format!("{hour:02}:{minute:02}:{second:02}.{ms:03}"),
    }
}

/// A calendar day out of a TOML date without a time; `None` for anything else.
pub(crate) fn day(value: &Datetime) -> Option<Day> {
    match (value.date, value.time, value.offset) {
        (Some(date), None, None) => {
            Day::from_date(i32::from(date.year), u32::from(date.month), u32::from(date.day)).ok()
        }
        _ => None,
    }
}

/// A month and its day out of `MM-DD`; `None` for a day that no year has.
pub(crate) fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    // Of a leap year, so that 02-29 is one.
    Day::from_date(2024, u32::try_from(month).ok()?, u32::try_from(day).ok()?).ok()?;
    Some((month as u8, day as u8))
}

/// The closest of some names, `None` when none is close.
pub(crate) fn closest<'a>(
    found: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let n_chars = found.chars().count();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| {
            *distance <= n_chars.max(name.chars().count()).div_ceil(3).min(4)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percents() {
        assert_eq!(percent("57%"), Some((57, 100)));
        assert_eq!(percent("99.5%"), Some((995, 1_000)));
        assert_eq!(percent("100%"), Some((100, 100)));
        for wrong in ["57", "%", ".5%", "5.%", "100.1%", "-1%", "1 %", "0.00001%", "九%"] {
            assert_eq!(percent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lengths_have_a_number_and_a_unit() {
        let good = [("180s", 180_000), ("3m", 180_000), ("1h", 3_600_000), ("500ms", 500)];
        for (text, ms) in good {
            assert_eq!(length(text), Some(ms), "{text}");
        }
        assert_eq!(length("744h"), Some(LONGEST_MS));
        let bad = ["", "180", "s", "3 m", "-3m", "3M", "745h", "1d", "三分钟", "1.5h", "3m30s"];
        for text in bad.into_iter().chain(["99999999999999999999s", "9223372036854775807h"]) {
            assert_eq!(length(text), None, "{text}");
        }
    }

    #[test]
    fn times_reach_from_midnight_to_midnight() {
        let good = [
            ("00:00", 0),
            ("08:00", 28_800_000),
            ("22:59:59", 82_799_000),
            ("22:59:59.999", 82_799_999),
            ("24:00", DAY_MS),
            ("24:00:00", DAY_MS),
        ];
        for (text, ms) in good {
            assert_eq!(time_of_day(text), Some(ms), "{text}");
            assert_eq!(time_of_day(&write_time(ms)), Some(ms), "{text}");
        }
        let bad = ["24:01", "8:00", "08:60", "08:00:60", "08", "08:00.5", "+8:00", "08:00:00.5"];
        for text in bad.into_iter().chain(["", "八点", "25:00", "08:00:00.１２３", "08:00:00:00"])
        {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_suggestion_is_close() {
        let names = ["within", "judge", "hours", "sample"];
        assert_eq!(closest("witin", names), Some("within"));
        assert_eq!(closest("hour", names), Some("hours"));
        assert_eq!(closest("samlpe", names), Some("sample"));
        assert_eq!(closest("publisher", names), None);
        assert_eq!(closest("", names), None);
    }
}
