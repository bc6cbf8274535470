//! Figures read off a platform's panel, where the log does not cover their days.
//!
//! A printed value stands for every exact value that prints so: it comes as the middle of them,
//! with the ends as a band. The log's own count goes before it; `calibrate` compares the two.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use facts::{Day, Instant};
use intake::Lang;
use intake::panel::{self, ObservedFact, Panel, Printed, Quantity};
use metric::{Figure, Ratio, Sides};
use rulebook::Catalogue;

use crate::error::Spelling;

/// What kind of quantity a figure is.
#[must_use]
pub const fn quantity(figure: Figure) -> Quantity {
    match figure {
        Figure::Share | Figure::MissShare => Quantity::Share,
        Figure::Mean | Figure::MeanAnswered | Figure::MeanFastest => Quantity::Wait,
        Figure::Count => Quantity::Count,
    }
}

/// What a panel says of one metric of one shop.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObservedFigures {
    all: Vec<ObservedFigure>,
}

/// One figure over its days.
#[derive(Clone, Copy, Debug)]
pub struct ObservedFigure {
    /// The first day.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// The middle of what prints so, its lowest and its highest value.
    pub values: [Ratio; 3],
    /// Absent: the panel does not say.
    pub samples: Option<u64>,
}

/// Why a figure off a panel cannot be one of its metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// There is no such metric.
    UnknownMetric,
    /// The value has another unit than the metric, or none where it needs one.
    Unit,
    /// A share above one.
    AboveOne,
    /// No number of hits of so many samples prints so.
    NoSuchHits(u64),
}

impl Unusable {
    /// What is wrong, and what to do.
    #[must_use]
    pub fn words(self, lang: Lang, spelling: &Spelling) -> String {
        let [rules_en, rules_zh] = spelling.rules;
        match self {
            Self::UnknownMetric => lang.of(
                format!("there is no such metric; {rules_en} lists them"),
                format!("没有这个指标；可用 {rules_zh} 列出"),
            ),
            Self::Unit => lang.of(
                "the value has not the metric's unit: a share is `97.41%`, `0.9741` or `18/20`, a \
                 wait `10.6s` or `0.37min`"
                    .to_owned(),
                "数值的单位与指标不符：比率写 `97.41%`、`0.9741` 或 `18/20`，\
                 时长写 `10.6s` 或 `0.37min`"
                    .to_owned(),
            ),
            Self::AboveOne => lang.of(
                "a share is at most 100 %: a percentage needs its `%`".to_owned(),
                "比率不超过 100 %；百分数要带 `%`".to_owned(),
            ),
            Self::NoSuchHits(samples) => lang.of(
                format!(
                    "no number of hits of {samples} samples prints so: one of the two is wrong"
                ),
                format!("{samples} 个样本中没有哪个达标数会显示成这样：两者必有一误"),
            ),
        }
    }
}

impl ObservedFigure {
    /// A figure of a panel as one of a metric's.
    ///
    /// # Errors
    ///
    /// [`Unusable`].
    pub fn of(figure: &panel::Observed, kind: Figure) -> Result<Self, Unusable> {
        Self::read((figure.from, figure.to), (&figure.value, figure.samples), kind)
    }

    fn read(
        (from, to): (Day, Day),
        (printed, samples): (&Printed, Option<u64>),
        kind: Figure,
    ) -> Result<Self, Unusable> {
        let quantity = quantity(kind);
        let ((low, den), (high, _)) = printed.range(quantity).ok_or(Unusable::Unit)?;
        if den <= 0 {
            return Err(Unusable::Unit);
        }
        // Both ends are a whole number of halves away from the middle, which is therefore whole.
        let middle = low + (high - low) / 2;
        if kind.is_share() && middle > den {
            return Err(Unusable::AboveOne);
        }
        let value = |num| Ratio { num, den };
        let mut values = [value(middle), value(low), value(high)];
        let samples = samples.or(printed.of());
        if let Some(n) = samples.filter(|n| kind.is_share() && *n > 0) {
            let all = i64::try_from(n).map_err(|_| Unusable::NoSuchHits(n))?;
            let least = i128::from(low.max(0)) * i128::from(all) / i128::from(den);
            let most = i128::from(high) * i128::from(all) / i128::from(den) + 1;
            let prints = |hits: &i64| printed.admits(quantity, *hits, all) == Some(true);
            let bounds = (i64::try_from(least).unwrap_or(0), i64::try_from(most).unwrap_or(all));
            let first = (bounds.0..=bounds.1.min(all)).find(prints);
            let last = (bounds.0..=bounds.1.min(all)).rfind(prints);
            let (first, last) = first.zip(last).ok_or(Unusable::NoSuchHits(n))?;
            let exact = |hits| Ratio { num: hits, den: all };
            values = [exact(first + (last - first) / 2), exact(first), exact(last)];
        }
        Ok(Self { from, to, values, samples })
    }

    /// Value, lowest and highest, and samples; one value alone where nothing was rounded.
    pub(crate) fn each(&self) -> Vec<(Option<Ratio>, Option<u64>)> {
        let [middle, low, high] = self.values;
        let is_exact = low.compare(high).is_eq();
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

/// Whether a figure can be one of its metric, under the edition in force on its last day.
///
/// # Errors
///
/// [`Unusable`].
pub fn usable(figure: &panel::Observed, catalogue: &Catalogue) -> Result<(), Unusable> {
    let metric = catalogue.metric(&figure.metric).ok_or(Unusable::UnknownMetric)?;
    let edition = metric.edition_on(figure.to).or(metric.editions.last());
    let rule = edition.and_then(|edition| edition.rule(&[]).ok()).ok_or(Unusable::UnknownMetric)?;
    ObservedFigure::of(figure, rule.figure).map(|_| ())
}

/// A figure of a shop off its panel, as somebody keeps it without its log
/// ([`super::Kept::panel`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelFigure {
    /// The metric's id, as `taobao/human-reply-3m`.
    pub metric: String,
    /// The first local day and the last one, included.
    pub days: (Day, Day),
    /// The value with its printed precision.
    pub value: Printed,
    /// How many samples the panel says there are. Absent: it does not say.
    pub samples: Option<u64>,
    /// When the panel was looked at. Absent: not known, when everything was settled.
    pub seen_at: Option<Instant>,
}

impl PanelFigure {
    /// The figure of a metric over days, the last one included, as it is printed. `samples` and
    /// `seen_at` are absent where they are not known. `None`: the value is none.
    ///
    /// # Example
    ///
    /// ```
    /// use figures::standing::PanelFigure;
    /// let day: facts::Day = "2026-06-01".parse().unwrap();
    /// let of = |value| PanelFigure::new("taobao/human-reply-3m", (day, day), value, (None, None));
    /// assert!(of("97.41%").is_some() && of("good").is_none());
    /// ```
    #[must_use]
    pub fn new(
        metric: &str,
        days: (Day, Day),
        value: &str,
        (samples, seen_at): (Option<u64>, Option<Instant>),
    ) -> Option<Self> {
        let value = value.parse::<Printed>().ok()?;
        Some(Self { metric: metric.to_owned(), days, value, samples, seen_at })
    }

    /// The figure that an `observed` fact tells of. `None`: it is an account's, or none at all.
    ///
    /// # Example
    ///
    /// ```
    /// use figures::standing::{ObservedFact, PanelFigure};
    /// let value = "human-reply-3m 2026-06-01 97.41% n=1234";
    /// let at = facts::Instant(0);
    /// let fact = ObservedFact { at, platform: "taobao", shop: "s1", account: "", value };
    /// assert!(PanelFigure::of_fact(&fact).is_some());
    /// assert!(PanelFigure::of_fact(&ObservedFact { account: "lin", ..fact }).is_none());
    /// ```
    #[must_use]
    pub fn of_fact(fact: &ObservedFact<'_>) -> Option<Self> {
        let figure = fact.figure().ok().filter(|figure| figure.account.is_none())?;
        let panel::Observed { metric, from, to, value, samples, captured_at: seen_at, .. } = figure;
        Some(Self { metric, days: (from, to), value, samples, seen_at })
    }
}

/// When a figure was looked at. Without an instant it was later, when everything was settled.
fn seen(at: Option<Instant>) -> i64 {
    at.map_or(i64::MAX, |at| at.0)
}

impl ObservedFigures {
    /// The shop's own figures of a metric, those of the platform's day-before period and others.
    pub(crate) fn of(panel: &Panel, shop: (&str, &str), metric: &str, kind: Figure) -> Self {
        let (platform, shop) = shop;
        let own = panel.figures.iter().filter(|figure| {
            figure.platform == platform
                && figure.shop == shop
                && figure.metric == metric
                && figure.account.is_none()
        });
        let read = |one: &panel::Observed| {
            Some((seen(one.captured_at), ObservedFigure::of(one, kind).ok()?))
        };
        Self::latest(own.filter_map(read))
    }

    /// A shop's figures of a metric.
    pub(crate) fn kept(panel: &[PanelFigure], metric: &str, kind: Figure) -> Self {
        let read = |one: &PanelFigure| {
            let figure = ObservedFigure::read(one.days, (&one.value, one.samples), kind);
            Some((seen(one.seen_at), figure.ok()?))
        };
        Self::latest(panel.iter().filter(|one| one.metric == metric).filter_map(read))
    }

    /// Of several for the same days the one looked at last stands.
    fn latest(figures: impl Iterator<Item = (i64, ObservedFigure)>) -> Self {
        let mut found: BTreeMap<(Day, Day), (i64, ObservedFigure)> = BTreeMap::new();
        for (seen, one) in figures {
            match found.entry((one.from, one.to)) {
                Entry::Occupied(mut known) if known.get().0 <= seen => {
                    known.insert((seen, one));
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => {
                    place.insert((seen, one));
                }
            }
        }
        Self { all: found.into_values().map(|(_, one)| one).collect() }
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
/// nothing else says; `None`: it says nothing.
#[must_use]
pub fn day_after(panel: &Panel) -> Option<Day> {
    panel.figures.iter().map(|figure| figure.to.plus(1)).max()
}
