//! Two figures of one metric beside each other: this period and an earlier one.

use std::cmp::Ordering;

use facts::Day;
use intake::Lang;
use metric::{Figure, Ratio};
use rulebook::Catalogue;

use crate::error::Error;
use crate::selection::{Outline, Wanted, select};
use crate::table::Row;

/// Of how many days of a period something is known: a week beside three days is no comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysKnown {
    /// How many days the period has.
    pub days: u32,
    /// How many of them are known.
    pub known: u32,
}

impl DaysKnown {
    /// Those of a period, both ends included, where `covered` are the first and the last day of
    /// which anything is known.
    #[must_use]
    pub fn of((from, to): (Day, Day), covered: Option<(Day, Day)>) -> Self {
        let n = |from: Day, to: Day| u32::try_from(to.0 - from.0 + 1).unwrap_or(0);
        let known = covered.map_or(0, |(first, last)| n(from.max(first), to.min(last)));
        Self { days: n(from, to), known }
    }
}

/// The first and the last day that a log covers of the first metric that is wanted. `None`: none.
///
/// # Errors
///
/// [`Error`] when what was asked for is unknown or fits no metric of the log.
pub fn covered(
    catalogue: &Catalogue,
    log: Outline<'_>,
    wanted: &Wanted<'_>,
) -> Result<Option<(Day, Day)>, Error> {
    Ok(select(catalogue, log, wanted)?.metrics.first().and_then(|one| one.known))
}

/// How the later of two figures differs from the earlier one.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    figure: Figure,
    /// Above and below the line of later minus earlier. Absent: one of the two has no value.
    value: Option<(i128, i128)>,
    samples: (u64, u64),
}

impl Difference {
    /// That of two rows of one metric.
    #[must_use]
    pub fn of(earlier: &Row, later: &Row) -> Self {
        let samples = (earlier.tally.samples(), later.tally.samples());
        Self::between(later.figure, (earlier.value, later.value), samples)
    }

    fn between(
        figure: Figure,
        (earlier, later): (Option<Ratio>, Option<Ratio>),
        samples: (u64, u64),
    ) -> Self {
        let value = earlier.zip(later).map(|(earlier, later)| {
            let [a, b] = [later.num, later.den].map(i128::from);
            let [c, d] = [earlier.num, earlier.den].map(i128::from);
            (a * d - c * b, b * d)
        });
        Self { figure, value, samples }
    }

    /// Whether the later value is greater, the same, or less. `None`: one of the two has no value.
    #[must_use]
    pub fn order(&self) -> Option<Ordering> {
        self.value.map(|(num, _)| num.cmp(&0))
    }

    /// The difference of the exact values as people read it, rounded once: `+2.41 points` of a
    /// hundred, `-0.52 s`, `+3`. `None`: one of the two has no value.
    #[must_use]
    pub fn value(&self, lang: Lang) -> Option<String> {
        let (num, den) = self.value?;
        let sign = match num.cmp(&0) {
            Ordering::Less => "-",
            Ordering::Equal => "±",
            Ordering::Greater => "+",
        };
        Some(format!("{sign}{}", self.amount(num.unsigned_abs(), den.unsigned_abs(), lang)))
    }

    fn amount(&self, num: u128, den: u128, lang: Lang) -> String {
        let hundredths = |num: u128, den: u128| {
            // Half up, as values are.
            let n = (2 * num + den) / (2 * den.max(1));
            format!("{}.{:02}", n / 100, n % 100)
        };
        match self.figure {
            Figure::Share | Figure::MissShare => {
                let n = hundredths(num * 10_000, den);
                lang.of(format!("{n} points"), format!("{n} 个百分点"))
            }
            Figure::Mean | Figure::MeanAnswered | Figure::MeanFastest => {
                let n = hundredths(num, den * 10);
                lang.of(format!("{n} s"), format!("{n} 秒"))
            }
            Figure::Count => (num / den.max(1)).to_string(),
        }
    }

    /// How the later figure differs, in value and in samples: a sentence without a full stop.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let value = match self.value {
            None => lang.of(
                "cannot be compared: one of the two has no value".to_owned(),
                "无法比较：其中一期没有数值".to_owned(),
            ),
            Some((0, _)) => lang.of("the same value".to_owned(), "数值相同".to_owned()),
            Some((num, den)) => {
                let amount = self.amount(num.unsigned_abs(), den.unsigned_abs(), lang);
                match num > 0 {
                    true => lang.of(format!("{amount} higher"), format!("高 {amount}")),
                    false => lang.of(format!("{amount} lower"), format!("低 {amount}")),
                }
            }
        };
        let (earlier, later) = self.samples;
        let samples = match later.cmp(&earlier) {
            Ordering::Equal => {
                lang.of("the same number of samples".to_owned(), "样本数相同".to_owned())
            }
            Ordering::Greater => {
                let n = later - earlier;
                lang.of(format!("{n} more samples"), format!("样本多 {n} 个"))
            }
            Ordering::Less => {
                let n = earlier - later;
                lang.of(format!("{n} fewer samples"), format!("样本少 {n} 个"))
            }
        };
        format!("{value}{}{samples}", lang.of(", ", "，"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(figure: Figure, earlier: (i64, i64), later: (i64, i64)) -> Difference {
        let ratio = |(num, den)| Some(Ratio { num, den });
        let samples = (earlier.1 as u64, later.1 as u64);
        Difference::between(figure, (ratio(earlier), ratio(later)), samples)
    }

    #[test]
    fn differences_are_of_exact_values_and_rounded_once() {
        // 66.666… % to 83.333… %: of the printed values it would be 16.66.
        let one = between(Figure::Share, (2, 3), (5, 6));
        assert_eq!(one.value(Lang::En).unwrap(), "+16.67 points");
        assert_eq!(one.words(Lang::Zh), "高 16.67 个百分点，样本多 3 个");
        let less = between(Figure::Mean, (30_000, 2), (20_000, 2));
        assert_eq!(less.value(Lang::En).unwrap(), "-5.00 s");
        assert_eq!(less.words(Lang::En), "5.00 s lower, the same number of samples");
        let same = between(Figure::Share, (1, 2), (2, 4));
        assert_eq!(
            (same.order(), same.value(Lang::Zh).unwrap()),
            (Some(Ordering::Equal), "±0.00 个百分点".to_owned())
        );
    }

    #[test]
    fn days_beyond_what_the_log_covers_are_not_known() {
        let known = |from, to, covered: Option<(i32, i32)>| {
            let covered = covered.map(|(first, last)| (Day(first), Day(last)));
            let DaysKnown { days, known } = DaysKnown::of((Day(from), Day(to)), covered);
            (days, known)
        };
        assert_eq!(known(10, 16, Some((14, 40))), (7, 3));
        assert_eq!(known(10, 16, Some((1, 10))), (7, 1));
        assert_eq!(known(10, 16, Some((10, 16))), (7, 7));
        assert_eq!(known(10, 16, Some((17, 40))), (7, 0));
        assert_eq!(known(10, 16, None), (7, 0));
    }

    #[test]
    fn without_a_value_there_is_no_difference() {
        let none = Difference::between(Figure::Share, (None, None), (4, 1));
        assert_eq!((none.order(), none.value(Lang::En)), (None, None));
        assert!(none.words(Lang::En).ends_with("3 fewer samples"));
    }
}
