//! Instants as logs write them: RFC 3339 with an offset.

use facts::{Day, Instant};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The first instant after the years that a log may speak of: 2200-01-01T00:00:00Z.
const END: i64 = 7_258_118_400_000;

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstantProblem {
    /// A date and a time, but no offset from UTC.
    NoOffset,
    /// Not written like an instant at all, or a day or hour that does not exist.
    Malformed,
    /// Before 1970 or after 2199.
    OutOfRange,
}

/// The instant of milliseconds since the epoch, if it lies in the years 1970 to 2199.
pub(crate) fn in_range(ms: i64) -> Result<Instant, InstantProblem> {
    if (0..END).contains(&ms) { Ok(Instant(ms)) } else { Err(InstantProblem::OutOfRange) }
}

/// Reads an instant as logs write it, RFC 3339 with an offset, cut to whole milliseconds.
///
/// # Errors
///
/// [`InstantProblem`].
///
/// # Example
///
/// ```
/// use facts::Instant;
/// assert_eq!(intake::parse_instant("1970-01-01T08:00:01+08:00"), Ok(Instant(1_000)));
/// ```
pub fn parse(text: &str) -> Result<Instant, InstantProblem> {
    match fixed_layout(text.as_bytes()) {
        Some(ms) => in_range(ms),
        None => any_layout(text),
    }
}

/// The layouts that nearly every log uses: `YYYY-MM-DDTHH:MM:SS[.f…](Z|±HH:MM)`. `None` leaves the
/// text to the full parser, also for whatever is wrong with it.
fn fixed_layout(text: &[u8]) -> Option<i64> {
    let (head, mut rest) = text.split_at_checked(19)?;
    let separators = head[4] == b'-'
        && head[7] == b'-'
        && matches!(head[10], b'T' | b' ')
        && head[13] == b':'
        && head[16] == b':';
    if !separators {
        return None;
    }
    let year = two(head, 0)? * 100 + two(head, 2)?;
    let (month, day) = (two(head, 5)?, two(head, 8)?);
    let (hour, minute, second) = (two(head, 11)?, two(head, 14)?, two(head, 17)?);
    // A leap second is left to the full parser.
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut fraction = 0;
    if let [b'.', digits @ ..] = rest {
        let n = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        if n == 0 || n > 9 {
            return None;
        }
        let digit = |i: usize| if i < n { i64::from(digits[i] - b'0') } else { 0 };
        fraction = digit(0) * 100 + digit(1) * 10 + digit(2);
        rest = &digits[n..];
    }
    let offset = match rest {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two(rest, 1)?, two(rest, 4)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * HOUR + minutes * MINUTE;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    let date = Day::from_date(year as i32, month as u32, day as u32).ok()?;
    let wall = hour * HOUR + minute * MINUTE + second * SECOND + fraction;
    Some(i64::from(date.0) * DAY + wall - offset)
}

/// Reads instants of which most lie in the same minute as the one before, or one of the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Neighbours {
    /// Date, hour and minute of the last one, and where that minute begins if it were in UTC.
    minute: ([u8; 16], i64),
    /// Its offset as written, and in milliseconds.
    offset: ([u8; 6], i64),
}

impl Neighbours {
    /// Reads an instant that is written in full; `None` leaves the text to [`parse`], also for
    /// whatever is wrong with it.
    #[inline]
    pub(crate) fn read(&mut self, text: &[u8]) -> Option<i64> {
        let (minute, rest) = text.split_first_chunk::<16>()?;
        let [b':', tens, ones, rest @ ..] = rest else { return None };
        let digit = |b: u8| Some(i64::from(b.wrapping_sub(b'0'))).filter(|n| *n < 10);
        let second = digit(*tens)? * 10 + digit(*ones)?;
        let (fraction, offset) = match rest {
            [b'.', a, b, c, offset @ ..] => {
                (digit(*a)? * 100 + digit(*b)? * 10 + digit(*c)?, offset)
            }
            offset => (0, offset),
        };
        if second > 59 {
            return None;
        }
        if *minute != self.minute.0 {
            self.minute = (*minute, Self::minute(minute)?);
        }
        let offset = match offset {
            [b'Z'] => 0,
            _ => {
                let written: &[u8; 6] = offset.try_into().ok()?;
                if *written != self.offset.0 {
                    self.offset = (*written, Self::offset(written)?);
                }
                self.offset.1
            }
        };
        in_range(self.minute.1 + second * SECOND + fraction - offset).ok().map(|at| at.0)
    }

    fn minute(written: &[u8; 16]) -> Option<i64> {
        let mut text = *b"0000-00-00T00:00:00Z";
        text[..16].copy_from_slice(written);
        fixed_layout(&text)
    }

    fn offset(written: &[u8; 6]) -> Option<i64> {
        let mut text = *b"1970-01-01T00:00:00+00:00";
        text[19..].copy_from_slice(written);
        fixed_layout(&text).map(|utc| -utc)
    }
}

fn two(bytes: &[u8], at: usize) -> Option<i64> {
    let digit = |b: u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
    Some(digit(bytes[at])? * 10 + digit(bytes[at + 1])?)
}

fn any_layout(text: &str) -> Result<Instant, InstantProblem> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        // Whole milliseconds, towards the past also before the epoch.
        return in_range(timestamp.as_nanosecond().div_euclid(1_000_000) as i64);
    }
    // jiff's own range is wider than ours, so what it refuses to hold is malformed for us too.
    let local = text.parse::<jiff::civil::DateTime>().is_ok();
    Err(if local { InstantProblem::NoOffset } else { InstantProblem::Malformed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(text: &str) -> i64 {
        parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}")).0
    }

    #[test]
    fn offsets_and_fractions() {
        let at = 1_795_248_000_000;
        assert_eq!(ms("2026-11-21T08:00:00Z"), at);
        assert_eq!(ms("2026-11-21T16:00:00+08:00"), at);
        assert_eq!(ms("2026-11-21 16:00:00+08:00"), at);
        assert_eq!(ms("2026-11-21T02:30:00-05:30"), at);
        assert_eq!(ms("2026-11-21T08:00:00.5Z"), at + 500);
        assert_eq!(ms("2026-11-21T08:00:00.1239Z"), at + 123);
        assert_eq!(ms("2026-11-21T08:00:00.123999999+00:00"), at + 123);
    }

    #[test]
    fn what_only_the_full_parser_reads() {
        assert_eq!(ms("2026-11-21t08:00:00z"), 1_795_248_000_000);
        assert_eq!(ms("2026-11-21T16:00:00+08"), 1_795_248_000_000);
        // jiff reads a leap second as the second before it.
        assert_eq!(ms("2016-12-31T23:59:60Z"), ms("2016-12-31T23:59:59Z"));
    }

    #[test]
    fn each_problem_has_its_name() {
        let cases = [
            ("2026-11-21T08:00:00", InstantProblem::NoOffset),
            ("2026-11-21 08:00", InstantProblem::NoOffset),
            ("2026-11-21", InstantProblem::NoOffset),
            ("2026-02-30T08:00:00Z", InstantProblem::Malformed),
            ("2026-11-21T24:00:00Z", InstantProblem::Malformed),
            ("2026/11/21 08:00:00+08:00", InstantProblem::Malformed),
            ("1795248000000", InstantProblem::Malformed),
            ("昨天 08:00", InstantProblem::Malformed),
            ("", InstantProblem::Malformed),
            ("1969-12-31T23:59:59.999Z", InstantProblem::OutOfRange),
            ("1970-01-01T00:00:00+00:01", InstantProblem::OutOfRange),
            ("2200-01-01T00:00:00Z", InstantProblem::OutOfRange),
        ];
        for (text, problem) in cases {
            assert_eq!(parse(text), Err(problem), "{text}");
        }
        assert_eq!(ms("1970-01-01T00:00:00Z"), 0);
        assert_eq!(ms("2199-12-31T23:59:59.999Z"), END - 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The hand-written path agrees with jiff wherever it answers.
        #[test]
        fn the_fast_path_agrees_with_jiff(
            (y, mo, d) in (1960u32..2210, 0u32..14, 0u32..33),
            (h, mi, s) in (0u32..25, 0u32..61, 0u32..61),
            fraction in "(\\.[0-9]{0,9})?",
            zone in "(Z|[+-][0-2][0-9]:[0-6][0-9])",
        ) {
            let text = format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}{fraction}{zone}");
            if let Some(ms) = fixed_layout(text.as_bytes()) {
                let jiff: jiff::Timestamp = text.parse().expect("jiff reads it too");
                prop_assert_eq!(i128::from(ms), jiff.as_nanosecond().div_euclid(1_000_000));
            }
        }

        /// What neighbours were read before makes no difference.
        #[test]
        fn neighbours_are_read_like_any_others(
            texts in prop::collection::vec(
                "(2026-11-2[0-9]|19[67]9-12-31|2026-0[0-9]-3[0-9])[T ][012][0-9]:0[0-9]:[0-6][0-9]\
                 (\\.[0-9]{0,5})?(Z|[+-]0[0-9]:[0-6]0|)",
                1..8,
            ),
        ) {
            let mut neighbours = Neighbours::default();
            for text in texts {
                if let Some(ms) = neighbours.read(text.as_bytes()) {
                    prop_assert_eq!(parse(&text), Ok(Instant(ms)), "{}", text);
                }
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (parse(&text), Neighbours::default().read(text.as_bytes()));
        }
    }
}
