//! Figures of one metric and shop by data day, and over windows.
//!
//! What is assessed takes a [`WindowFigure`] and asks no more: a figure read off a platform's panel
//! is one too.

use std::collections::BTreeMap;

use facts::Day;
use metric::{Effects, Figure, Minimum, Period, Ratio, Reason, Rule, Sides, Tally};

use super::observed::ObservedFigures;
use crate::selection::Selected;

/// Tallies by data day, and by combination of answers to the open readings, our own first; beside
/// them what the platform's panel says.
pub(crate) struct DailyFigures {
    days: BTreeMap<Day, Vec<Tally>>,
    n_combinations: usize,
    figure: Figure,
    /// First and last day that the log covers.
    counted: Option<(Day, Day)>,
    observed: ObservedFigures,
}

/// Where a figure is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Counted from messages.
    Counted,
    /// Read off the platform's panel, at least for some of its days.
    Observed,
}

/// A figure over a window of days.
#[derive(Clone, Debug)]
pub struct WindowFigure {
    /// The first day.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// Of how many of its days anything is known.
    pub days_known: u32,
    /// Value and samples by combination of answers, our own first. Samples are absent where the
    /// source does not say how many there are.
    pub values: Vec<(Option<Ratio>, Option<u64>)>,
    /// Whether samples were set aside because of a special period.
    pub in_special_period: bool,
    /// Where it is from.
    pub origin: Origin,
}

impl WindowFigure {
    /// The value under our own answers; absent: there is none.
    #[must_use]
    pub fn value(&self) -> Option<Ratio> {
        self.values.first().and_then(|(value, _)| *value)
    }

    /// How many samples it has under our own answers; absent: not known.
    #[must_use]
    pub fn samples(&self) -> Option<u64> {
        self.values.first().and_then(|(_, samples)| *samples)
    }

    /// How many days the window has.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from(self.to.0 - self.from.0 + 1).unwrap_or(0)
    }

    /// Lowest and highest value over the combinations; absent where there is one combination, or
    /// none has a value.
    #[must_use]
    pub fn band(&self) -> Option<(Ratio, Ratio)> {
        if self.values.len() < 2 {
            return None;
        }
        let values = || self.values.iter().filter_map(|(value, _)| *value);
        values().min_by(|a, b| a.compare(*b)).zip(values().max_by(|a, b| a.compare(*b)))
    }
}

impl DailyFigures {
    /// `counted`: the first and last day that the log covers for the shop.
    pub(crate) fn new(
        selected: &Selected<'_>,
        n_combinations: usize,
        counted: Option<(Day, Day)>,
        observed: ObservedFigures,
    ) -> Self {
        let figure = selected.figure();
        Self { days: BTreeMap::new(), n_combinations, figure, counted, observed }
    }

    pub(crate) fn add(&mut self, day: Day, combination: usize, tally: &Tally) {
        let n = self.n_combinations;
        let tallies = self.days.entry(day).or_insert_with(|| vec![Tally::default(); n]);
        tallies[combination] += tally;
    }

    pub(crate) fn figure(&self) -> Figure {
        self.figure
    }

    /// First and last day of which anything is known.
    pub(crate) fn known(&self) -> Option<(Day, Day)> {
        match (self.counted, self.observed.known()) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (counted, observed) => counted.or(observed),
        }
    }

    fn is_counted(&self, day: Day) -> bool {
        self.counted.is_some_and(|(first, last)| first <= day && day <= last)
    }

    /// The figure over a window, both ends included: sums over sums (R20). Where the log does not
    /// cover the window, the panel's own figure over the very days stands for it, or else its days.
    /// Under all combinations of answers, or only under our own.
    pub(crate) fn window(&self, from: Day, to: Day, all_combinations: bool) -> WindowFigure {
        let days = u32::try_from(to.0 - from.0 + 1).unwrap_or(0);
        let days_counted = self.counted.map_or(0, |(first, last)| {
            u32::try_from(to.min(last).0 - from.max(first).0 + 1).unwrap_or(0)
        });
        if days_counted < days {
            if let Some(one) = self.observed.over(from, to) {
                return WindowFigure {
                    from,
                    to,
                    days_known: days,
                    values: one.each(),
                    in_special_period: false,
                    origin: Origin::Observed,
                };
            }
            if let Some(window) = self.mixed(from, to) {
                return window;
            }
        }
        let n = if all_combinations { self.n_combinations } else { 1 };
        let tallies = self.tallies(from, to, n);
        let value = |tally: &Tally| (tally.value(self.figure), Some(tally.samples()));
        WindowFigure {
            from,
            to,
            days_known: days_counted,
            values: tallies.iter().map(value).collect(),
            in_special_period: tallies[0].dropped_for(Reason::SpecialPeriod) > 0,
            origin: Origin::Counted,
        }
    }

    /// The sum over the days of a window that the log or the panel knows; `None` where the panel
    /// adds nothing.
    fn mixed(&self, from: Day, to: Day) -> Option<WindowFigure> {
        let in_window = |day: &Day| from <= *day && *day <= to && !self.is_counted(*day);
        let n_observed = self.observed.days().filter(|(day, _)| in_window(day)).count();
        if n_observed == 0 {
            return None;
        }
        let sides = self.sides(from, to);
        let n_counted = (from.0..=to.0).filter(|day| self.is_counted(Day(*day))).count();
        Some(WindowFigure {
            from,
            to,
            days_known: u32::try_from(n_observed + n_counted).unwrap_or(u32::MAX),
            values: vec![(sides.value(), Some(sides.samples))],
            in_special_period: false,
            origin: Origin::Observed,
        })
    }

    fn tallies(&self, from: Day, to: Day, n_combinations: usize) -> Vec<Tally> {
        let mut sums = vec![Tally::default(); n_combinations.max(1)];
        if from <= to {
            for tallies in self.days.range(from..=to).map(|(_, tallies)| tallies) {
                for (sum, tally) in sums.iter_mut().zip(tallies) {
                    *sum += tally;
                }
            }
        }
        sums
    }

    /// Both sides of a window's figure under our own readings, days of the panel included.
    pub(crate) fn sides(&self, from: Day, to: Day) -> Sides {
        let mut sum = Sides::default();
        let daily = self.daily_sides();
        let days = if from <= to { Some(daily.range(from..=to)) } else { None };
        for (_, sides) in days.into_iter().flatten() {
            sum.num = sum.num.saturating_add(sides.num);
            sum.den = sum.den.saturating_add(sides.den);
            sum.samples = sum.samples.saturating_add(sides.samples);
        }
        sum
    }

    /// The panel's own window with both sides known, where the log and the panel's days know
    /// nothing of the window to date: the nearest thing to it.
    pub(crate) fn sides_of_panel(&self, from: Day, to: Day) -> Option<Sides> {
        self.observed.over(from, to)?.sides()
    }

    /// Both sides of each day's figure under our own readings; of days that the log does not cover
    /// as the panel has them.
    pub(crate) fn daily_sides(&self) -> BTreeMap<Day, Sides> {
        let sides = |tallies: &Vec<Tally>| Sides::of(&tallies[0], self.figure);
        let mut all: BTreeMap<Day, Sides> =
            self.days.iter().map(|(day, tallies)| (*day, sides(tallies))).collect();
        for (day, sides) in self.observed.days() {
            if !self.is_counted(day) {
                all.insert(day, sides);
            }
        }
        all
    }
}

/// The rule of a metric on a day: of its edition in force then, else of the nearest one counted.
pub(crate) fn rule_on<'s>(selected: &'s Selected<'_>, day: Day) -> Option<&'s Rule> {
    let editions = &selected.editions;
    let in_force = editions.iter().rfind(|chosen| chosen.from <= day);
    in_force.or(editions.first()).map(|chosen| &chosen.rule)
}

pub(crate) fn own_period(selected: &Selected<'_>, day: Day) -> Option<Period> {
    rule_on(selected, day).map(|rule| rule.period)
}

pub(crate) fn own_minimum(selected: &Selected<'_>, day: Day) -> Option<Minimum> {
    rule_on(selected, day).and_then(|rule| rule.minimum).map(Minimum::AtLeast)
}

pub(crate) fn effects(selected: &Selected<'_>, day: Day) -> Option<Effects> {
    rule_on(selected, day).map(|rule| Effects::of(rule.figure, rule.unanswered))
}
