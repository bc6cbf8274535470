//! A value as a panel prints it: what it stands for, and which exact values print so.

use std::fmt;
use std::str::FromStr;

/// The most digits that a printed value may have.
const MAX_DIGITS: usize = 12;
/// The most of them behind the point.
const MAX_PLACES: usize = 9;

/// A decimal as printed: `97.41` is 9741 with two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// All digits, without the point.
    pub digits: u64,
    /// How many of them stand behind the point.
    pub places: u8,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10u64.pow(u32::from(self.places));
        match self.places {
            0 => write!(f, "{}", self.digits),
            places => {
                let (whole, rest) = (self.digits / scale, self.digits % scale);
                write!(f, "{whole}.{rest:0width$}", width = usize::from(places))
            }
        }
    }
}

/// A value as a panel prints it. Its precision is part of it: `97.41%` stands for every exact
/// ratio that prints so (rounded half up), `18/20` for that count alone.
///
/// # Example
///
/// ```
/// use intake::panel::{Printed, Quantity};
/// let rate: Printed = "97.41%".parse().unwrap();
/// assert_eq!(rate.admits(Quantity::Share, 263, 270), Some(true), "97.4074 %");
/// assert_eq!(rate.admits(Quantity::Share, 264, 271), Some(false), "97.4169 %");
/// assert_eq!(rate.admits(Quantity::Wait, 9_741, 10), None, "a wait is no percentage");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Printed {
    /// `97.41%`.
    Percent(Decimal),
    /// `0.9741`, or a count, `20`.
    Plain(Decimal),
    /// `18/20`: hits of samples.
    Fraction {
        /// Hits.
        hits: u64,
        /// Samples, above 0.
        of: u64,
    },
    /// `10.615s`.
    Seconds(Decimal),
    /// `0.37min`.
    Minutes(Decimal),
}

/// What kind of quantity a metric publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// A share: a ratio of counts.
    Share,
    /// A mean wait: milliseconds over samples.
    Wait,
    /// A number of samples.
    Count,
}

/// Why a text is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BadValue {
    /// Not written like a value at all.
    Malformed,
    /// More digits than a panel prints.
    TooLong,
    /// More hits than samples, or no samples.
    NotAShare,
}

impl Printed {
    /// The samples that a fraction names. `None`: it is none.
    #[must_use]
    pub const fn of(self) -> Option<u64> {
        match self {
            Self::Fraction { of, .. } => Some(of),
            _ => None,
        }
    }

    /// The exact values that print so: from the first (included) to the second (not included), as
    /// `(num, den)`; a wait's are in milliseconds. Of a fraction both are the one value. `None`
    /// where the value is not of this quantity, as for [`Printed::admits`].
    ///
    /// # Example
    ///
    /// ```
    /// use intake::panel::{Printed, Quantity};
    /// let rate: Printed = "97.41%".parse().unwrap();
    /// assert_eq!(rate.range(Quantity::Share), Some(((19_481, 20_000), (19_483, 20_000))));
    /// let wait: Printed = "0.37min".parse().unwrap();
    /// assert_eq!(wait.range(Quantity::Wait), Some(((4_380_000, 200), (4_500_000, 200))));
    /// ```
    #[must_use]
    pub fn range(self, quantity: Quantity) -> Option<((i64, i64), (i64, i64))> {
        if let (Self::Fraction { hits, of }, Quantity::Share) = (self, quantity) {
            let exact = (i64::try_from(hits).ok()?, i64::try_from(of).ok()?);
            return Some((exact, exact));
        }
        let (decimal, times, over) = self.scale(quantity)?;
        let twice = 2 * i64::try_from(decimal.digits).ok()?;
        let den = 2 * 10i64.pow(u32::from(decimal.places)) * times;
        let bound = |digits: i64| Some((digits.max(0).checked_mul(over)?, den));
        Some((bound(twice - 1)?, bound(twice + 1)?))
    }

    /// How many printed units one unit of the exact value is, as a fraction.
    const fn scale(self, quantity: Quantity) -> Option<(Decimal, i64, i64)> {
        match (self, quantity) {
            (Self::Percent(decimal), Quantity::Share) => Some((decimal, 100, 1)),
            (Self::Plain(decimal), Quantity::Share | Quantity::Count) => Some((decimal, 1, 1)),
            (Self::Seconds(decimal), Quantity::Wait) => Some((decimal, 1, 1_000)),
            (Self::Minutes(decimal), Quantity::Wait) => Some((decimal, 1, 60_000)),
            _ => None,
        }
    }

    /// Whether the exact value `num / den` prints so; `den` is above 0, and a wait's `num` is in
    /// milliseconds. `None` where the value is not of this quantity: a wait needs its unit, and a
    /// share has none.
    #[must_use]
    pub fn admits(self, quantity: Quantity, num: i64, den: i64) -> Option<bool> {
        if let (Self::Fraction { hits, of }, Quantity::Share) = (self, quantity) {
            return Some(i128::from(num) * i128::from(of) == i128::from(hits) * i128::from(den));
        }
        let (decimal, times, over) = self.scale(quantity)?;
        let scale = 10i128.pow(u32::from(decimal.places));
        // (digits - 1/2) / scale <= num/den * times/over < (digits + 1/2) / scale
        let value = 2 * i128::from(num) * i128::from(times) * scale;
        let unit = i128::from(den) * i128::from(over);
        let digits = 2 * i128::from(decimal.digits);
        Some((digits - 1) * unit <= value && value < (digits + 1) * unit)
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(decimal) => write!(f, "{decimal}%"),
            Self::Plain(decimal) => write!(f, "{decimal}"),
            Self::Fraction { hits, of } => write!(f, "{hits}/{of}"),
            Self::Seconds(decimal) => write!(f, "{decimal}s"),
            Self::Minutes(decimal) => write!(f, "{decimal}min"),
        }
    }
}

/// Makes a value of its number.
type Make = fn(Decimal) -> Printed;

/// Units as panels write them, longer ones first where one ends like another.
const UNITS: &[(&str, Make)] = &[
    ("%", Printed::Percent),
    ("％", Printed::Percent),
    ("min", Printed::Minutes),
    ("分钟", Printed::Minutes),
    ("s", Printed::Seconds),
    ("秒", Printed::Seconds),
];

impl FromStr for Printed {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let text = text.trim();
        if let Some((hits, of)) = text.split_once('/') {
            let whole = |text: &str| match decimal(text.trim())? {
                Decimal { digits, places: 0 } => Ok(digits),
                _ => Err(BadValue::Malformed),
            };
            let (hits, of) = (whole(hits)?, whole(of)?);
            let is_share = of > 0 && hits <= of;
            return if is_share {
                Ok(Self::Fraction { hits, of })
            } else {
                Err(BadValue::NotAShare)
            };
        }
        for (unit, make) in UNITS {
            if let Some(number) = text.strip_suffix(unit) {
                return decimal(number.trim_end()).map(make);
            }
        }
        decimal(text).map(Self::Plain)
    }
}

/// Digits, with a point and more digits where there is one.
fn decimal(text: &str) -> Result<Decimal, BadValue> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_point = text.contains('.') && rest.is_empty();
    if whole.is_empty() || !all_digits(whole) || !all_digits(rest) || ends_in_point {
        return Err(BadValue::Malformed);
    }
    if whole.len() + rest.len() > MAX_DIGITS || rest.len() > MAX_PLACES {
        return Err(BadValue::TooLong);
    }
    let digits = format!("{whole}{rest}").parse().map_err(|_| BadValue::TooLong)?;
    Ok(Decimal { digits, places: rest.len() as u8 })
}
