//! Figures of one metric and shop by data day, and over windows.
//!
//! What is assessed takes a [`WindowFigure`] and asks no more: a figure from another source than
//! counting (read off a platform's panel) is one too, made from what that source says.

use std::collections::BTreeMap;

use facts::Day;
use metric::{Effects, Figure, Minimum, Period, Ratio, Reason, Rule, Sides, Tally};

use crate::selection::Selected;

/// Tallies by data day, and by combination of answers to the open readings, our own first.
pub(crate) struct DailyFigures {
    days: BTreeMap<Day, Vec<Tally>>,
    n_combinations: usize,
    figure: Figure,
    known: Option<(Day, Day)>,
}

/// A figure over a window of days.
#[derive(Clone, Debug)]
pub(crate) struct WindowFigure {
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// Of how many of its days anything is known.
    pub(crate) days_known: u32,
    /// Value and samples by combination of answers, our own first. Samples are absent where the
    /// source does not say how many there are.
    pub(crate) values: Vec<(Option<Ratio>, Option<u64>)>,
    /// Whether samples were set aside because of a special period.
    pub(crate) in_special_period: bool,
}

impl WindowFigure {
    pub(crate) fn value(&self) -> Option<Ratio> {
        self.values.first().and_then(|(value, _)| *value)
    }

    pub(crate) fn samples(&self) -> Option<u64> {
        self.values.first().and_then(|(_, samples)| *samples)
    }

    pub(crate) fn days(&self) -> u32 {
        u32::try_from(self.to.0 - self.from.0 + 1).unwrap_or(0)
    }

    /// Lowest and highest value over the combinations; absent where there is one combination, or
    /// none has a value.
    pub(crate) fn band(&self) -> Option<(Ratio, Ratio)> {
        if self.values.len() < 2 {
            return None;
        }
        let values = || self.values.iter().filter_map(|(value, _)| *value);
        values().min_by(|a, b| a.compare(*b)).zip(values().max_by(|a, b| a.compare(*b)))
    }
}

impl DailyFigures {
    pub(crate) fn new(selected: &Selected<'_>, n_combinations: usize) -> Self {
        let figure = selected.figure();
        Self { days: BTreeMap::new(), n_combinations, figure, known: selected.known }
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
        self.known
    }

    /// The figure over a window, both ends included: sums over sums (R20). Under all combinations
    /// of answers, or only under our own.
    pub(crate) fn window(&self, from: Day, to: Day, all_combinations: bool) -> WindowFigure {
        let n = if all_combinations { self.n_combinations } else { 1 };
        let tallies = self.tallies(from, to, n);
        let days_known = self.known.map_or(0, |(first, last)| {
            u32::try_from(to.min(last).0 - from.max(first).0 + 1).unwrap_or(0)
        });
        let value = |tally: &Tally| (tally.value(self.figure), Some(tally.samples()));
        WindowFigure {
            from,
            to,
            days_known,
            values: tallies.iter().map(value).collect(),
            in_special_period: tallies[0].dropped_for(Reason::SpecialPeriod) > 0,
        }
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

    /// Both sides of a window's figure under our own readings.
    pub(crate) fn sides(&self, from: Day, to: Day) -> Sides {
        Sides::of(&self.tallies(from, to, 1)[0], self.figure)
    }

    /// Both sides of each day's figure under our own readings.
    pub(crate) fn daily_sides(&self) -> BTreeMap<Day, Sides> {
        let sides = |tallies: &Vec<Tally>| Sides::of(&tallies[0], self.figure);
        self.days.iter().map(|(day, tallies)| (*day, sides(tallies))).collect()
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
