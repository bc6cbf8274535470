//! What values of settings look like: reading and showing them.

use std::net::SocketAddr;
use std::time::Duration;

use facts::Span;

use crate::language::{self, Lang};
use crate::network::Network;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A path of the file system.
    Path,
    /// An address and a port.
    Address,
    /// A URL that begins with one of these.
    Url(&'static [&'static str]),
    /// `true` or `false`.
    YesNo,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number in a range, both ends included.
    Count(u64, u64),
    /// A number of bytes in a range, both ends included.
    Bytes(u64, u64),
    /// A length of time in a range of milliseconds, both ends included.
    Time(u64, u64),
    /// A length of time, forward or back, of at most so many milliseconds.
    Shift(u64),
    /// Addresses and networks.
    Networks,
}

impl Form {
    /// What is expected, as the end of a sentence.
    #[must_use]
    pub fn expected(self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Path => ("a path".into(), "路径".into()),
            Self::Address => (
                "an address and a port, such as `127.0.0.1:8788` or `[::]:8788`".into(),
                "地址与端口，例如 `127.0.0.1:8788` 或 `[::]:8788`".into(),
            ),
            Self::Url(starts) => {
                let starts = quoted(starts);
                (format!("a URL that begins with {starts}"), format!("以 {starts} 开头的 URL"))
            }
            Self::YesNo => ("`true` or `false`".into(), "`true` 或 `false`".into()),
            Self::Word(words) => {
                (format!("one of {}", quoted(words)), format!("下列之一：{}", quoted(words)))
            }
            Self::Count(min, max) => (
                format!("a whole number from {min} to {max}"),
                format!("{min} 到 {max} 之间的整数"),
            ),
            Self::Bytes(min, max) => {
                let (min, max) = (show_bytes(min), show_bytes(max));
                (
                    format!("a size from {min} to {max}, such as `512KiB` or `8MiB`"),
                    format!("{min} 到 {max} 之间的大小，例如 `512KiB` 或 `8MiB`"),
                )
            }
            Self::Time(min, max) => {
                let (min, max) = (show_ms(min), show_ms(max));
                (
                    format!("a time from {min} to {max}, such as `500ms`, `10s` or `5m`"),
                    format!("{min} 到 {max} 之间的时长，例如 `500ms`、`10s` 或 `5m`"),
                )
            }
            Self::Shift(max) => {
                let max = show_ms(max);
                (
                    format!("a time of at most {max}, such as `90m`, or `-8h` for back"),
                    format!("不超过 {max} 的时长，例如 `90m`；往回拨用负数，例如 `-8h`"),
                )
            }
            Self::Networks => (
                "a list of addresses and networks, such as `10.0.0.0/8`".into(),
                "地址与网段的列表，例如 `10.0.0.0/8`".into(),
            ),
        };
        language::of(lang, en, zh)
    }

    /// The name of the form in the table of the page.
    #[must_use]
    pub const fn name(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::Path => ("path", "路径"),
            Self::Address => ("address", "地址"),
            Self::Url(_) => ("URL", "URL"),
            Self::YesNo => ("yes or no", "是否"),
            Self::Word(_) => ("word", "单词"),
            Self::Count(..) => ("number", "数字"),
            Self::Bytes(..) => ("size", "大小"),
            Self::Time(..) | Self::Shift(_) => ("time", "时长"),
            Self::Networks => ("list", "列表"),
        };
        match lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

const BYTE_UNITS: [(&str, u64); 4] =
    [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("", 1)];
const TIME_UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

pub(super) fn bytes(text: &str, min: u64, max: u64) -> Option<u64> {
    with_unit(text, &BYTE_UNITS).filter(|bytes| (min..=max).contains(bytes))
}

pub(super) fn show_bytes(bytes: u64) -> String {
    in_unit(bytes, &BYTE_UNITS)
}

pub(super) fn time(text: &str, min: u64, max: u64) -> Option<Duration> {
    let ms = with_unit(text, &TIME_UNITS).filter(|ms| (min..=max).contains(ms));
    ms.map(Duration::from_millis)
}

pub(super) fn show_time(time: Duration) -> String {
    // Settings hold whole milliseconds, and few of them.
    show_ms(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

pub(super) fn shift(text: &str, max: u64) -> Option<Span> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let ms = with_unit(text, &TIME_UNITS).filter(|ms| *ms <= max)?;
    Some(Span(sign * i64::try_from(ms).ok()?))
}

pub(super) fn show_shift(shift: Span) -> String {
    let sign = if shift.0 < 0 { "-" } else { "" };
    format!("{sign}{}", show_ms(shift.0.unsigned_abs()))
}

fn show_ms(ms: u64) -> String {
    in_unit(ms, &TIME_UNITS)
}

/// A number with its unit right behind it, or after one space.
fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    digits.parse::<u64>().ok()?.checked_mul(*factor)
}

/// A number in the greatest unit of which it is a multiple.
fn in_unit(number: u64, units: &[(&str, u64)]) -> String {
    let fits = |(_, factor): &&(&str, u64)| number >= *factor && number.is_multiple_of(*factor);
    let (name, factor) = units.iter().find(fits).copied().unwrap_or(("", 1));
    format!("{}{name}", number / factor)
}

pub(super) fn count(text: &str, min: u64, max: u64) -> Option<u64> {
    text.parse::<u64>().ok().filter(|n| (min..=max).contains(n))
}

pub(super) fn yes_no(text: &str) -> Option<bool> {
    text.parse().ok()
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

/// A URL that begins so and goes on, without blanks.
pub(super) fn url(text: &str, starts: &[&str]) -> Option<String> {
    let rest = starts.iter().find_map(|start| text.strip_prefix(start))?;
    let plain = !rest.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain.then(|| text.to_owned())
}

/// Networks with commas between them; the empty text is none.
pub(super) fn networks(text: &str) -> Option<Vec<Network>> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_come_back_as_written() {
        for text in ["8MiB", "1KiB", "1", "3GiB", "1025", "0"] {
            assert_eq!(show_bytes(bytes(text, 0, u64::MAX).unwrap()), text);
        }
        for text in ["1ms", "1500ms", "10s", "90s", "2m", "3h"] {
            let time = time(text, 0, u64::MAX).unwrap();
            assert_eq!(show_time(time), text);
        }
        assert_eq!(bytes("8 MiB", 0, u64::MAX), Some(8 << 20));
        for wrong in ["", "MiB", "8MB", "-1", "8  MiB", "99999999999GiB", "1.5MiB"] {
            assert_eq!(bytes(wrong, 0, u64::MAX), None, "{wrong}");
        }
        for text in ["-8h", "90s", "-1ms"] {
            let shift = shift(text, 36_000_000);
            assert_eq!(shift.map(show_shift).as_deref(), Some(text));
        }
        for wrong in ["", "-", "--8h", "11h", "-11h", "+8h", "8"] {
            assert_eq!(shift(wrong, 36_000_000), None, "{wrong}");
        }
        assert_eq!(time("9s", 10_000, 20_000), None);
        assert_eq!(time("21s", 10_000, 20_000), None);
        assert_eq!(time("20s", 10_000, 20_000), Some(Duration::from_secs(20)));
    }

    #[test]
    fn a_url_goes_on_behind_its_start() {
        assert!(url("https://a.b", &["https://"]).is_some());
        for wrong in ["https://", "http://a", "https://a b", "https://a\n"] {
            assert_eq!(url(wrong, &["https://"]), None, "{wrong}");
        }
    }
}
