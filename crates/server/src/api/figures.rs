//! `GET /v1/figures`: figures, recounted from facts.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use desk::{Fed, RestsOn};
use figures::shown::Pair;
use figures::{Breakdown, Error, Lang, Row, Wanted, measure, shown};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, OfShop, Ratio, Shop, WhatIf, day, listed, said, told};
use super::page::Paging;
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
    /// What is kept apart, with commas between: `account`, `day`, `hour`.
    by: Option<String>,
    /// Also median, 90th and 99th percentile of the waits of answered samples.
    #[serde(default)]
    percentiles: bool,
    /// Also the lowest and the highest value over the readings that are still open.
    #[serde(default)]
    band: bool,
}

impl WhichFigures {
    fn breakdown(&self) -> Result<Breakdown, Problem> {
        let (percentiles, band) = (self.percentiles, self.band);
        let mut breakdown = Breakdown { shop: true, percentiles, band, ..Breakdown::default() };
        for word in listed(self.by.as_deref()) {
            match word.as_str() {
                "account" => breakdown.account = true,
                "day" => breakdown.day = true,
                "hour" => breakdown.hour = true,
                _ => {
                    let known = ["account", "day", "hour"].map(str::to_owned).to_vec();
                    return Err(told(&Error::BadWord { option: "by", text: word, known }));
                }
            }
        }
        Ok(breakdown)
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
    /// The feed that it rests on, and how old that is; null: nothing was ever fed of the shop, so
    /// that a count of 0 says nothing.
    fed: Option<Fed>,
}

impl FigureBody {
    fn of(row: Row, fed: Option<Fed>, lang: Lang) -> Self {
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
            confidence: row.confidence.to_owned(),
            band: band.map(|(low, high)| BandBody { low: shown(low), high: shown(high) }),
            percentiles_ms: percentiles.map(|[p50, p90, p99]| PercentilesBody { p50, p90, p99 }),
            metric: row.metric,
            editions: row.editions,
            revision: row.revision,
            platform: row.platform,
            shop: row.shop.unwrap_or_default(),
            account: row.account,
            readings: row.readings,
            fed,
        }
    }
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// By metric, day, hour and account.
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
    let (breakdown, lang) = (which.breakdown()?, known.language);
    let between = (day("from", which.from.as_deref())?, day("to", which.to.as_deref())?);
    if let (Some(from), Some(to)) = between
        && from > to
    {
        let (from, to) = (from.to_string(), to.to_string());
        return Err(told(&Error::DaysReversed { from, to }));
    }
    let metrics = listed(which.metric.as_deref());
    let fed = state.fed(&of, RestsOn::Facts);
    let measured = state.run(&caller, move |counter| {
        let choice = what_if.choice(counter.now)?;
        let shop = Shop::read(counter, of)?;
        let wanted =
            Wanted { rules: &choice, metrics: &metrics, every_day: breakdown.day, between };
        let facts = (&shop.log, &shop.registry);
        measure(&shop.catalogue, facts, &wanted, &breakdown).map_err(|error| told(&error))
    });
    let measured = measured.await?;
    let numbered: Vec<(usize, Row)> = measured.rows.into_iter().enumerate().collect();
    let page = paging.cut(numbered, |(n, _)| *n)?;
    let page = page.map(|(_, row)| FigureBody::of(row, fed.clone(), lang));
    let notices = measured.notices.iter().map(|notice| said(notice, lang)).collect();
    Ok(axum::Json(Figures { items: page.items, next: page.next, notices }))
}
