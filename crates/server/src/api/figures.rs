//! `GET /v1/figures`: figures, recounted from facts.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use desk::{Fed, ForecastNow, RestsOn, ShownNow};
use facts::Day;
use figures::shown::Pair;
use figures::{
    Bin, Breakdown, Error, Lang, Measured, Row, RuleChoice, Waits, Wanted, measure, shown,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, OfShop, Ratio, Shop, WhatIf, between, listed, said, told};
use super::page::Paging;
use crate::blocking;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{self, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(list_figures))
}

/// Which figures.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichFigures {
    /// The metrics, as `taobao/human-reply-3m`, with commas between. Absent: all of the platform.
    metric: Option<String>,
    /// The first local day, `YYYY-MM-DD`. Absent, with `to` absent too: the period over which the
    /// platform publishes the metric, or by day every day; else from the first fact on.
    from: Option<String>,
    /// The last local day, included. Absent, with `from` given: up to the last fact.
    to: Option<String>,
    /// What is kept apart, with commas between: `account`, `day`, `hour`, `weekday`.
    by: Option<String>,
    /// Also median, 90th and 99th percentile of the waits of answered samples.
    #[serde(default)]
    percentiles: bool,
    /// Also the lowest and the highest value over the readings that are still open.
    #[serde(default)]
    band: bool,
    /// Also how many answered samples waited how long.
    #[serde(default)]
    waits: bool,
}

impl WhichFigures {
    fn breakdown(&self) -> Result<Breakdown, Problem> {
        let Self { percentiles, band, waits, .. } = *self;
        let mut breakdown =
            Breakdown { shop: true, percentiles, band, waits, ..Breakdown::default() };
        for word in listed(self.by.as_deref()) {
            match word.as_str() {
                "account" => breakdown.account = true,
                "day" => breakdown.day = true,
                "hour" => breakdown.hour = true,
                "weekday" => breakdown.weekday = true,
                _ => {
                    let known = ["account", "day", "hour", "weekday"].map(str::to_owned).to_vec();
                    return Err(told(&Error::BadWord { option: "by", text: word, known }));
                }
            }
        }
        Ok(breakdown)
    }
}

/// Which figures, understood.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(super) metrics: Vec<String>,
    pub(super) breakdown: Breakdown,
    pub(super) between: (Option<Day>, Option<Day>),
}

impl WhichFigures {
    pub(super) fn asked(&self) -> Result<Asked, Problem> {
        let breakdown = self.breakdown()?;
        let between = between(self.from.as_deref(), self.to.as_deref())?;
        Ok(Asked { metrics: listed(self.metric.as_deref()), breakdown, between })
    }
}

impl Asked {
    /// Whether they are figures that a platform's panel shows: over its periods, as a whole.
    const fn is_panels(&self) -> bool {
        let Breakdown { day, hour, weekday, .. } = self.breakdown;
        let is_whole = self.between.0.is_none() && self.between.1.is_none();
        is_whole && !day && !hour && !weekday
    }

    pub(super) fn wanted<'a>(&'a self, rules: &'a RuleChoice) -> Wanted<'a> {
        let (every_day, between) = (self.breakdown.day, self.between);
        Wanted { rules, metrics: &self.metrics, every_day, between }
    }

    /// Counts them of a shop.
    pub(super) fn measured(&self, shop: &Shop, rules: &RuleChoice) -> Result<Measured, Problem> {
        let facts = (&shop.log, &shop.registry);
        measure(&shop.catalogue, facts, &self.wanted(rules), &self.breakdown)
            .map_err(|error| told(&error))
    }
}

/// A value as people read it, with what it is made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    /// As it is printed: `91.67 %`, `10.62 s`.
    pub(super) value: String,
    /// What it is made of.
    pub(super) ratio: Ratio,
}

/// Lowest and highest value over the readings that are still open, or of what a panel prints so.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Band)]
pub(crate) struct BandBody {
    /// The lowest.
    pub(super) low: Shown,
    /// The highest.
    pub(super) high: Shown,
}

/// Of the waits of answered samples, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Percentiles)]
pub(crate) struct PercentilesBody {
    p50: i64,
    p90: i64,
    p99: i64,
}

/// Answered samples whose waits are alike.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = WaitsBin)]
pub(crate) struct BinBody {
    /// They waited longer than this, in milliseconds; null: it is the first bin.
    over_ms: Option<i64>,
    /// They waited so long at most; null: it is the last bin, of all longer waits.
    to_ms: Option<i64>,
    /// How many they are.
    n: u64,
}

/// How many answered samples waited how long.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Waits)]
pub(crate) struct WaitsBody {
    /// By length, without gaps; empty: nothing was answered.
    bins: Vec<BinBody>,
    /// The limits of the rules that were counted, in milliseconds, each the end of a bin; empty:
    /// they have none.
    limits_ms: Vec<i64>,
}

impl WaitsBody {
    fn of(waits: Waits) -> Self {
        let bin = |Bin { over_ms, to_ms, n }| BinBody { over_ms, to_ms, n };
        Self { bins: waits.bins.into_iter().map(bin).collect(), limits_ms: waits.limits_ms }
    }
}

/// A figure. Counts are those under our own readings, or those that were asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figure)]
pub(crate) struct FigureBody {
    /// The metric.
    metric: String,
    /// Its name, in the caller's language.
    name: String,
    /// The editions that bear on its days.
    editions: Vec<String>,
    /// The revisions of their rules, joined by `+`.
    revision: String,
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// The account, empty: the shop itself; null: accounts are not kept apart.
    account: Option<String>,
    /// The first local day.
    from: String,
    /// The last local day, included.
    to: String,
    /// The local hour in which samples open; null: hours are not kept apart.
    hour: Option<u8>,
    /// Hits and misses together.
    samples: u64,
    /// Null for means, which have no limit.
    hits: Option<u64>,
    /// Null for means, which have no limit.
    misses: Option<u64>,
    /// Samples that were never answered; where these are misses they are among them.
    unanswered: u64,
    /// Samples that are still open: outside both sides.
    pending: u64,
    /// Samples outside both sides, by reason.
    dropped: BTreeMap<String, u64>,
    /// The waits as counted, together, in milliseconds.
    wait_ms: i64,
    /// The value as it is printed; null: there is none, as without samples.
    value: Option<String>,
    /// What it is made of.
    ratio: Option<Ratio>,
    /// The readings it rests on, those answered otherwise as `R6=drop`.
    readings: Vec<String>,
    /// `official`, `reposted`, `article` or `reading`: that of the least sure edition.
    confidence: String,
    /// Null: no reading gives a value, or it was not asked for.
    band: Option<BandBody>,
    /// Null: nothing was answered, or they were not asked for.
    percentiles_ms: Option<PercentilesBody>,
    /// The day of the week of the days that samples count for, 0 for Monday to 6 for Sunday;
    /// null: days of the week are not kept apart.
    weekday: Option<u8>,
    /// Null: not asked for.
    waits: Option<WaitsBody>,
    /// The feed that it rests on, and how old that is; null: nothing was ever fed of the shop, so
    /// that a count of 0 says nothing.
    fed: Option<Fed>,
    /// What the platform's panel shows now, since when, and when it is refreshed next; null where
    /// it was asked for other days, hours or rules than the panel's, or the metric is not watched.
    shown: Option<ShownNow>,
    /// Where today closes when the rest of it is like the rest of recent days; null where `shown`
    /// is, of accounts, and where nothing can be forecast.
    forecast: Option<ForecastNow>,
}

impl FigureBody {
    pub(super) fn of(row: Row, fed: Option<Fed>, lang: Lang) -> Self {
        let text = |ratio| shown::value(Some(ratio), row.figure, lang);
        let shown = |ratio| Shown { value: text(ratio), ratio: Pair::from(ratio).into() };
        let band = row.band.flatten();
        let percentiles = row.percentiles.flatten();
        Self {
            name: said(&row.name, lang),
            from: row.from.to_string(),
            to: row.to.to_string(),
            hour: row.hour,
            samples: row.tally.samples(),
            hits: row.is_judged().then_some(row.tally.hits),
            misses: row.is_judged().then_some(row.tally.misses),
            unanswered: row.tally.unanswered,
            pending: row.tally.pending,
            dropped: row.dropped().map(|(reason, n)| (reason.word().to_owned(), n)).collect(),
            wait_ms: row.tally.wait_ms,
            value: row.value.map(text),
            ratio: row.value.map(|value| Pair::from(value).into()),
            confidence: row.basis.confidence.to_owned(),
            band: band.map(|(low, high)| BandBody { low: shown(low), high: shown(high) }),
            percentiles_ms: percentiles.map(|[p50, p90, p99]| PercentilesBody { p50, p90, p99 }),
            weekday: row.weekday,
            waits: row.waits.map(WaitsBody::of),
            metric: row.metric,
            editions: row.basis.editions.clone(),
            revision: row.basis.revision.clone(),
            platform: row.platform,
            shop: row.shop.unwrap_or_default(),
            account: row.account,
            readings: row.basis.readings.clone(),
            fed,
            shown: None,
            forecast: None,
        }
    }
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// By metric, day, day of the week, hour and account.
    items: Vec<FigureBody>,
    /// What to give as `after` for the next page; null: this is the last.
    next: Option<String>,
    /// What was left out and why, in the caller's language.
    notices: Vec<String>,
}

problem::described! {
    /// What may go wrong with counting.
    CountProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound, Conflict, TooMany]
}

/// Figures of a shop, recounted.
///
/// Each is counted from the facts at the time of the request, as `yingda measure` counts them:
/// under the editions in force on their days, or under those that are asked for. Every page is
/// counted anew.
#[utoipa::path(
    get,
    path = "/v1/figures",
    tag = "figures",
    operation_id = "list_figures",
    params(OfShop, WhichFigures, WhatIf, Paging),
    responses((status = 200, description = "Figures.", body = Figures), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_figures(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichFigures>,
    Query(what_if): Query<WhatIf>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Figures>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let (asked, lang) = (which.asked()?, known.language);
    let fed = state.fed(&of, RestsOn::Facts);
    let is_panel = what_if.is_plain() && asked.is_panels();
    let panels = is_panel.then(|| (state.clone(), of.clone()));
    let measured = state.run(&caller, move |counter| {
        let choice = what_if.choice(counter.now)?;
        asked.measured(&Shop::read(counter, of)?, &choice)
    });
    let measured = measured.await?;
    let numbered: Vec<(usize, Row)> = measured.rows.into_iter().enumerate().collect();
    let page = paging.cut(numbered, |(n, _)| *n)?;
    let body = move |(_, row): (usize, Row)| {
        let account = row.account.clone().filter(|account| !account.is_empty());
        let of_none = row.account.is_some() && account.is_none();
        let panels = panels.as_ref().filter(|_| !of_none);
        let shown =
            panels.and_then(|(state, of)| state.shown(of, (&row.metric, account.as_deref())));
        let of_shop = panels.filter(|_| account.is_none());
        let forecast = of_shop.and_then(|(state, of)| state.forecast(of, &row.metric));
        FigureBody { shown, forecast, ..FigureBody::of(row, fed.clone(), lang) }
    };
    let page = blocking::run(move || Ok(page.map(body))).await?;
    let notices = measured.notices.iter().map(|notice| said(notice, lang)).collect();
    Ok(axum::Json(Figures { items: page.items, next: page.next, notices }))
}
