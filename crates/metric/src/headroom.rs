//! How far a figure is from its line: misses that it can take, hits that restore it, and the day
//! on which a trailing window passes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use facts::Day;

use crate::rule::{Figure, Unanswered};
use crate::standard::{Comparison, Line, Minimum};
use crate::tally::{Ratio, Tally};

/// What a figure is made of: its two sides, and how many samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// The numerator; milliseconds for means.
    pub num: i64,
    /// The denominator; 0 where there is no figure.
    pub den: i64,
    /// How many samples, for minima.
    pub samples: u64,
}

impl Sides {
    /// The sides of a figure of a tally.
    #[must_use]
    pub fn of(tally: &Tally, figure: Figure) -> Self {
        let Ratio { num, den } = tally.value(figure).unwrap_or(Ratio { num: 0, den: 0 });
        Self { num, den, samples: tally.samples() }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            num: self.num.saturating_add(other.num),
            den: self.den.saturating_add(other.den),
            samples: self.samples.saturating_add(other.samples),
        }
    }

    /// The figure, `None` where there is none.
    #[must_use]
    pub fn value(self) -> Option<Ratio> {
        (self.den > 0).then_some(Ratio { num: self.num, den: self.den })
    }
}

/// What one further sample adds to the two sides of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleEffect {
    /// To the numerator.
    pub num: i64,
    /// To the denominator.
    pub den: i64,
}

/// What a further miss, and a further hit, add to a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// A miss. `None`: the rule gives it no value.
    pub miss: Option<SampleEffect>,
    /// A hit: for means, a reply in no time.
    pub hit: Option<SampleEffect>,
}

impl Effects {
    /// The effects on a figure of a rule with these settings.
    ///
    /// A miss of a mean is the length that an unanswered sample counts; where there is none, no
    /// miss can be told. A hit of a mean is answered at once, so that the number of hits that
    /// restore it is the least possible.
    #[must_use]
    pub fn of(figure: Figure, unanswered: Unanswered) -> Self {
        // A hit of a share of misses, and a reply in no time, add to the denominator alone.
        let at_once = Some(SampleEffect { num: 0, den: 1 });
        match figure {
            Figure::Share => Self {
                miss: Some(SampleEffect { num: 0, den: 1 }),
                hit: Some(SampleEffect { num: 1, den: 1 }),
            },
            Figure::MissShare => Self { miss: Some(SampleEffect { num: 1, den: 1 }), hit: at_once },
            Figure::Mean => Self {
                miss: match unanswered {
                    Unanswered::Counts(length) => Some(SampleEffect { num: length.0, den: 1 }),
                    _ => None,
                },
                hit: at_once,
            },
            Figure::MeanAnswered => Self { miss: None, hit: at_once },
            Figure::MeanFastest | Figure::Count => Self { miss: None, hit: None },
        }
    }
}

/// How many further misses a standard can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misses {
    /// So many; one more, and it fails.
    AtMost(u64),
    /// Any number: misses cannot make it fail.
    Unlimited,
}

/// How many further hits in a row restore a standard that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hits {
    /// So many; one fewer does not.
    After(u64),
    /// None do.
    Never,
}

/// How far a window is from its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// How many samples are missing until it is assessed; 0: it is.
    pub until_assessed: u64,
    /// While it does not fail: the misses that it can take. `None`: it fails, or no miss can be
    /// told.
    pub misses: Option<Misses>,
    /// While it fails: the hits that restore it. `None`: it does not fail, or no hit can be told.
    pub hits: Option<Hits>,
}

/// The distance to a line in units of `1 / (line's denominator)`: the line is held when it is at
/// least `least`, and a further sample changes it by a fixed amount.
struct Slack {
    now: i128,
    least: i128,
}

impl Slack {
    fn of(line: &Line, num: i128, den: i128) -> Self {
        let over = num * i128::from(line.value.den) - i128::from(line.value.num) * den;
        match line.comparison {
            Comparison::AtLeast => Self { now: over, least: 0 },
            Comparison::MoreThan => Self { now: over, least: 1 },
            Comparison::AtMost => Self { now: -over, least: 0 },
            Comparison::LessThan => Self { now: -over, least: 1 },
        }
    }

    fn is_held(&self) -> bool {
        self.now >= self.least
    }

    fn change(line: &Line, effect: SampleEffect) -> i128 {
        Self::of(line, i128::from(effect.num), i128::from(effect.den)).now
    }
}

impl Headroom {
    /// The headroom of a window.
    ///
    /// `misses` is the largest `k` such that after each of `1 … k` further samples that are all
    /// misses the standard still does not fail; `hits` the smallest `r` such that `r` further
    /// samples that are all hits make it pass. A window below the minimum does not fail.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::{Effects, Figure, Headroom, Hits, Misses, Sides, Unanswered};
    /// let effects = Effects::of(Figure::Share, Unanswered::Miss);
    /// let line = ">= 70%".parse().unwrap();
    /// let of = |num, den| {
    ///     Headroom::of(&line, None, Sides { num, den, samples: den as u64 }, effects)
    /// };
    /// // 80 of 100: after 14 misses 80 of 114 (70.2 %), after 15 80 of 115 (69.6 %).
    /// assert_eq!(of(80, 100).misses, Some(Misses::AtMost(14)));
    /// // 60 of 100: after 34 hits 94 of 134 (70.1 %), after 33 93 of 133 (69.9 %).
    /// assert_eq!(of(60, 100).hits, Some(Hits::After(34)));
    /// ```
    #[must_use]
    pub fn of(line: &Line, minimum: Option<Minimum>, sides: Sides, effects: Effects) -> Self {
        let least = minimum.map_or(1, Minimum::least);
        let until_assessed = least.saturating_sub(sides.samples);
        let slack = Slack::of(line, i128::from(sides.num), i128::from(sides.den));
        let fails = until_assessed == 0 && sides.den > 0 && !slack.is_held();
        let misses = effects.miss.filter(|_| !fails).map(|miss| {
            let change = Slack::change(line, miss);
            let room = slack.now - slack.least;
            // As many as keep the line, whether or not it is assessed yet.
            let keep = if change >= 0 { None } else { Some(room.div_euclid(-change)) };
            let before = i128::from(until_assessed) - 1;
            match keep {
                Some(keep) => Misses::AtMost(whole(keep.max(before))),
                None if room + change * i128::from(until_assessed) >= 0 => Misses::Unlimited,
                None => Misses::AtMost(whole(before)),
            }
        });
        let hits = effects.hit.filter(|_| fails).map(|hit| {
            let change = Slack::change(line, hit);
            let lacks = slack.least - slack.now;
            if change <= 0 {
                return Hits::Never;
            }
            Hits::After(whole((lacks + change - 1).div_euclid(change)))
        });
        Self { until_assessed, misses, hits }
    }
}

/// A number that is at least 0 as an unsigned one.
fn whole(n: i128) -> u64 {
    u64::try_from(n.max(0)).unwrap_or(u64::MAX)
}

/// How many days with samples make the recent level.
pub const RECENT_DAYS: usize = 7;

/// A trailing window: so many days, the last of which is `lag` days before the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailing {
    /// How many days.
    pub days: u16,
    /// How many days the last one is before the check.
    pub lag: u16,
}

/// The recent daily level: sums over the last days with samples, to be divided by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The sums.
    pub sums: Sides,
    /// Over how many days, 1 to [`RECENT_DAYS`].
    pub days: u16,
}

/// The level of the last [`RECENT_DAYS`] days with samples before a day; `None` without any.
#[must_use]
pub fn recent_level(daily: &BTreeMap<Day, Sides>, before: Day) -> Option<Level> {
    let with_samples = daily.range(..before).rev().filter(|(_, sides)| sides.samples > 0);
    let mut level = Level { sums: Sides::default(), days: 0 };
    for (_, sides) in with_samples.take(RECENT_DAYS) {
        level.sums = level.sums.plus(*sides);
        level.days += 1;
    }
    (level.days > 0).then_some(level)
}

/// The first check day after `today` on which a trailing window passes (or, where `passes` is
/// false, fails) when every day from `today` on is as the recent level. `None`: on none until every
/// day of the window is such a day, so never at that level.
///
/// Days before `today` are as they were; one that is not in `daily` had no samples.
///
/// # Example
///
/// Two days of nothing, then days of 9 in 10: the bad days leave.
///
/// ```
/// use metric::{Day, Sides, Trailing, first_check, recent_level};
/// let day = |n| Day(20_000 + n);
/// let good = Sides { num: 9, den: 10, samples: 10 };
/// let mut daily: std::collections::BTreeMap<Day, Sides> =
///     (0..3).map(|n| (day(n), good)).collect();
/// daily.insert(day(0), Sides { num: 0, den: 10, samples: 10 });
/// let trailing = Trailing { days: 3, lag: 1 };
/// let level = recent_level(&daily, day(3)).unwrap();
/// let line = ">= 60%".parse().unwrap();
/// // The level is 18 of 30, just enough once the first day has left.
/// let passes = first_check(&line, None, trailing, &daily, level, day(3), true);
/// assert_eq!(passes, Some(day(4)));
/// ```
#[must_use]
pub fn first_check(
    line: &Line,
    minimum: Option<Minimum>,
    trailing: Trailing,
    daily: &BTreeMap<Day, Sides>,
    level: Level,
    today: Day,
    passes: bool,
) -> Option<Day> {
    let least = i128::from(minimum.map_or(1, Minimum::least));
    let span = i32::from(trailing.days) + i32::from(trailing.lag);
    let share = i128::from(level.days);
    (1..=span).map(|n| today.plus(n)).find(|check| {
        let last = check.plus(-i32::from(trailing.lag));
        let first = last.plus(1 - i32::from(trailing.days));
        let mut known = Sides::default();
        let settled = last.min(today.plus(-1));
        if first <= settled {
            for (_, sides) in daily.range(first..=settled) {
                known = known.plus(*sides);
            }
        }
        // In units of one over the days of the level, so that all is whole.
        let ahead = i128::from((last.0 - today.max(first).0 + 1).max(0));
        let sum = |known: i128, level: i128| known * share + ahead * level;
        let samples = sum(i128::from(known.samples), i128::from(level.sums.samples));
        let num = sum(i128::from(known.num), i128::from(level.sums.num));
        let den = sum(i128::from(known.den), i128::from(level.sums.den));
        let is_assessed = den > 0 && samples >= least * share;
        is_assessed && Slack::of(line, num, den).is_held() == passes
    })
}

/// A day that drags a trailing window down, and the first check that no longer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// The data day.
    pub day: Day,
    /// What was counted on it.
    pub sides: Sides,
    /// The first check day whose window does not have it.
    pub leaves: Day,
}

/// The days of a window that are below its line, worst first (those that lack most to hold it, of
/// equals the earlier), at most `most`.
#[must_use]
pub fn worst_days(
    line: &Line,
    trailing: Trailing,
    daily: &BTreeMap<Day, Sides>,
    (from, to): (Day, Day),
    most: usize,
) -> Vec<Leaving> {
    let lacks = |sides: &Sides| {
        let slack = Slack::of(line, i128::from(sides.num), i128::from(sides.den));
        slack.least - slack.now
    };
    if to < from {
        return Vec::new();
    }
    let mut bad: Vec<(i128, Leaving)> = daily
        .range(from..=to)
        .filter(|(_, sides)| sides.den > 0)
        .map(|(day, sides)| {
            let leaves = day.plus(i32::from(trailing.days) + i32::from(trailing.lag));
            (lacks(sides), Leaving { day: *day, sides: *sides, leaves })
        })
        .filter(|(lacks, _)| *lacks > 0)
        .collect();
    bad.sort_by_key(|(lacks, leaving)| (-lacks, leaving.day));
    bad.into_iter().take(most).map(|(_, leaving)| leaving).collect()
}
