//! Time zones by name, out of the bundled database.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};

use crate::text::Lang;

/// No time zone has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone(pub String);

impl UnknownZone {
    /// The message in one language.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let Self(name) = self;
        match lang {
            Lang::En => format!("no time zone is called `{name}`: write an IANA name"),
            Lang::Zh => format!("没有名为 `{name}` 的时区：请写 IANA 名称"),
        }
    }
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for UnknownZone {}

/// The offsets of a time zone: `(from, offset)` in milliseconds since the epoch and milliseconds
/// east of UTC, increasing, from 1970 to 2100. The first also holds before, the last after.
///
/// Neighbours always differ in their offset.
///
/// # Errors
///
/// [`UnknownZone`] when the database has no such name.
///
/// # Example
///
/// ```
/// let shanghai = rulebook::zone_transitions("Asia/Shanghai").unwrap();
/// // Summer time was tried from 1986 to 1991; eight hours ahead ever since.
/// let (last, offset) = *shanghai.last().unwrap();
/// assert_eq!(offset, 8 * 3_600_000);
/// assert_eq!(last, 684_867_600_000);
/// assert!(rulebook::zone_transitions("Asia/Taobao").is_err());
/// ```
pub fn zone_transitions(name: &str) -> Result<Vec<(i64, i64)>, UnknownZone> {
    const FROM_MS: i64 = 0;
    const TO_MS: i64 = 4_102_444_800_000;
    let unknown = || UnknownZone(name.to_owned());
    let zone = TimeZone::get(name).map_err(|_| unknown())?;
    let start = Timestamp::from_millisecond(FROM_MS).map_err(|_| unknown())?;
    let offset_ms = |seconds: i32| i64::from(seconds) * 1_000;
    let mut found = vec![(FROM_MS, offset_ms(zone.to_offset(start).seconds()))];
    for transition in zone.following(start) {
        let at = transition.timestamp().as_millisecond();
        if at >= TO_MS {
            break;
        }
        let offset = offset_ms(transition.offset().seconds());
        if found.last().is_some_and(|(_, last)| *last != offset) {
            found.push((at, offset));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_zone_with_summer_time_changes_twice_a_year_until_2100() {
        let paris = zone_transitions("Europe/Paris").unwrap();
        assert!(paris.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1));
        assert_eq!(paris[0], (0, 3_600_000));
        let in_2026 = 1_767_225_600_000..1_798_761_600_000;
        let changes: Vec<_> = paris.iter().filter(|(at, _)| in_2026.contains(at)).collect();
        assert_eq!(changes, [&(1_774_746_000_000, 7_200_000), &(1_792_890_000_000, 3_600_000)]);
        assert!(paris.last().unwrap().0 > 4_070_908_800_000, "2099 still changes");
    }

    #[test]
    fn a_zone_that_never_changes_has_one_offset() {
        assert_eq!(zone_transitions("UTC").unwrap(), [(0, 0)]);
    }
}
