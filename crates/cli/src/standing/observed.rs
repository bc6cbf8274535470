//! Figures read off a platform's panel, where the log does not cover their days.
//!
//! A printed value stands for every exact value that prints so: it comes as the middle of them,
//! with the ends as a band. The log's own count goes before it; `calibrate` compares the two.

use facts::Day;
use intake::panel::{self, Panel};
use metric::{Figure, Ratio, Sides};

use crate::calibrate::quantity;

/// What a panel says of one metric of one shop.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObservedFigures {
    all: Vec<ObservedFigure>,
}

/// One figure over its days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObservedFigure {
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The middle of what prints so, its lowest and its highest value.
    pub(crate) values: [Ratio; 3],
    /// Absent: the panel does not say.
    pub(crate) samples: Option<u64>,
}

impl ObservedFigure {
    fn of(figure: &panel::Observed, kind: Figure) -> Option<Self> {
        let ((low, den), (high, _)) = figure.value.range(quantity(kind))?;
        if den <= 0 {
            return None;
        }
        let value = |num| Ratio { num, den };
        // Both ends are a whole number of halves away from the middle, which is therefore whole.
        let values = [value(low + (high - low) / 2), value(low), value(high)];
        let samples = figure.samples.or(figure.value.of());
        Some(Self { from: figure.from, to: figure.to, values, samples })
    }

    /// Value, lowest and highest, and samples; one value alone where nothing was rounded.
    pub(crate) fn each(&self) -> Vec<(Option<Ratio>, Option<u64>)> {
        let [middle, low, high] = self.values;
        let is_exact = low == high;
        let values = if is_exact { vec![middle] } else { vec![middle, low, high] };
        values.into_iter().map(|value| (Some(value), self.samples)).collect()
    }

    /// The two sides of the figure, to the nearest whole hit (millisecond); `None` where the panel
    /// does not say how many samples there are.
    pub(crate) fn sides(&self) -> Option<Sides> {
        let samples = self.samples?;
        let n = i128::from(samples);
        let [Ratio { num, den }, ..] = self.values;
        let den = i128::from(den);
        let whole = (2 * i128::from(num) * n + den) / (2 * den);
        let num = i64::try_from(whole).ok()?;
        Some(Sides { num, den: i64::try_from(samples).ok()?, samples })
    }
}

impl ObservedFigures {
    /// The shop's own figures of a metric, those of the platform's day-before period and others.
    /// Of several for the same days the one looked at last stands.
    pub(crate) fn of(panel: &Panel, shop: (&str, &str), metric: &str, kind: Figure) -> Self {
        let mut found: Vec<(&panel::Observed, ObservedFigure)> = Vec::new();
        let (platform, shop) = shop;
        for figure in &panel.figures {
            let is_it = figure.platform == platform
                && figure.shop == shop
                && figure.metric == metric
                && figure.account.is_none();
            let Some(one) = ObservedFigure::of(figure, kind).filter(|_| is_it) else { continue };
            let same = |(known, _): &(&panel::Observed, ObservedFigure)| {
                (known.from, known.to) == (figure.from, figure.to)
            };
            // Without an instant it was looked at later, when everything was settled.
            let seen = |figure: &panel::Observed| figure.captured_at.map_or(i64::MAX, |at| at.0);
            match found.iter_mut().find(|known| same(known)) {
                Some(known) if seen(known.0) <= seen(figure) => *known = (figure, one),
                Some(_) => {}
                None => found.push((figure, one)),
            }
        }
        Self { all: found.into_iter().map(|(_, one)| one).collect() }
    }

    /// The figure over exactly these days.
    pub(crate) fn over(&self, from: Day, to: Day) -> Option<&ObservedFigure> {
        self.all.iter().find(|one| (one.from, one.to) == (from, to))
    }

    /// Single days with both sides known, in no order.
    pub(crate) fn days(&self) -> impl Iterator<Item = (Day, Sides)> + '_ {
        let single = self.all.iter().filter(|one| one.from == one.to);
        single.filter_map(|one| Some((one.from, one.sides()?)))
    }

    /// First and last day of all figures.
    pub(crate) fn known(&self) -> Option<(Day, Day)> {
        let first = self.all.iter().map(|one| one.from).min()?;
        Some((first, self.all.iter().map(|one| one.to).max()?))
    }
}

/// The day after the last one of which a panel says anything: the day on which one looks where
/// nothing else says.
pub(crate) fn day_after(panel: &Panel) -> Option<Day> {
    panel.figures.iter().map(|figure| figure.to.plus(1)).max()
}
