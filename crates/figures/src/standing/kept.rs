//! A shop whose figures somebody keeps by day, assessed without its log.

use std::collections::BTreeMap;

use facts::{Day, ShopEntry};
use metric::Tally;

use super::Assessment;
use super::assess::{self, Row, Shop};
use super::daily::DailyFigures;
use super::observed::{ObservedFigures, PanelFigure};

/// What is known of a shop without its log. All of it is what a log would say that was looked at
/// on the assessment's day.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    /// The platform.
    pub platform: &'a str,
    /// The shop.
    pub shop: &'a str,
    /// What is known of it beside its chats; absent: nothing is.
    pub entry: Option<&'a ShopEntry>,
    /// The first and the last local day that its facts cover; absent: it has no chats.
    pub covered: Option<(Day, Day)>,
    /// The days of its violations, one for each.
    pub violations: Vec<Day>,
    /// Orders by day; absent: nothing is known of orders.
    pub orders: Option<BTreeMap<Day, u64>>,
    /// Its tallies by metric and data day, under our own readings of the editions in force. A
    /// metric that is not there is not kept; a day that is not there has no samples.
    pub tallies: BTreeMap<&'a str, BTreeMap<Day, Tally>>,
    /// What its panel says, where its facts do not cover a check's days.
    pub panel: &'a [PanelFigure],
}

impl<'c> Assessment<'c> {
    /// Assesses a shop whose tallies are kept: what [`Assessment::rows`] says of its log under our
    /// own readings, without a band. Standards of metrics that are not kept, and those under an
    /// edition that is not the one in force, are left out.
    #[must_use]
    pub fn of_kept(&self, kept: &Kept<'_>) -> Vec<Row<'c>> {
        let mut figures: BTreeMap<&str, DailyFigures> = BTreeMap::new();
        let mut rows = Vec::new();
        let in_force = self
            .standards
            .iter()
            .filter(|one| one.edition.is_none() && one.named.platform == kept.platform);
        let Some(group) = self.groups.iter().find(|group| group.edition.is_none()) else {
            return rows;
        };
        for one in in_force {
            let metric = one.standard.metric.as_str();
            let Some(tallies) = kept.tallies.get(metric) else { continue };
            let Some(selected) = group.metrics.iter().find(|known| known.metric.id == metric)
            else {
                continue;
            };
            let daily = figures.entry(metric).or_insert_with(|| {
                let panel = ObservedFigures::kept(kept.panel, metric, selected.figure());
                let mut daily = DailyFigures::new(selected, 1, kept.covered, panel);
                tallies.iter().for_each(|(day, tally)| daily.add(*day, 0, tally));
                daily
            });
            let shop = Shop {
                name: kept.shop.to_owned(),
                entry: kept.entry,
                violations: kept.violations.clone(),
                orders: kept.orders.clone(),
                today: selected.zone.day(selected.as_of),
            };
            let (named, picks) = (one.named, &one.picks);
            rows.extend(assess::assess(named, &one.standard, picks, selected, daily, &shop));
        }
        rows
    }
}
