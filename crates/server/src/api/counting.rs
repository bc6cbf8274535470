//! What routes have that count: a shop's facts with what they are counted by.
//!
//! A count reads all of the shop's facts: which of them bear on a figure is the rules' business.
//! Only so many count at a time; the others wait.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRef;
use desk::{Fed, ForecastNow, RestsOn, ShownNow};
use facts::{Instant, Log, Registry};
use figures::{Error, Lang, Otherwise, RuleChoice, Spelling};
use intake::panel::{self, Panel, Place, Printed};
use rulebook::{Catalogue, Text};
use serde::{Deserialize, Serialize};
use store::{Scope, Select, ShopKey, Store};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::stored::StoreState;
use crate::blocking;
use crate::caller::{Caller, Doorkeeper};
use crate::problem::{Kind, Problem};

/// How many counts run at a time: each takes all cores for a moment.
const AT_ONCE: usize = 4;

/// How requests spell what they ask with.
pub(crate) const ASKED: Spelling = Spelling {
    option: |name| match name {
        // `limit` is how long a page is.
        "limit" => "`within`".to_owned(),
        name => format!("`{}`", name.replace('-', "_")),
    },
    rules: ["`GET /v1/rules`"; 2],
    rules_of: ["`GET /v1/rules/{platform}/{metric}`"; 2],
    registry: ["the shop's entry", "店铺登记"],
};

/// What such routes need.
#[derive(Clone)]
pub(crate) struct CountState {
    stored: StoreState,
    free: Arc<Semaphore>,
}

impl FromRef<CountState> for Doorkeeper {
    fn from_ref(state: &CountState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

/// Who counts, and when.
pub(crate) struct Counter {
    pub(crate) store: Store,
    pub(crate) scope: Scope,
    pub(crate) now: Instant,
}

impl CountState {
    pub(crate) fn new(stored: StoreState) -> Self {
        Self { stored, free: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What figures of a shop rest on, for callers who may read them.
    pub(crate) fn fed(&self, of: &OfShop, rests_on: RestsOn) -> Option<Fed> {
        self.stored.desk.fed(&ShopKey::new(&of.platform, &of.shop), rests_on)
    }

    /// What the platform's panel shows now of a metric of a shop, or of an account's, for callers
    /// who may read the shop.
    pub(crate) fn shown(&self, of: &OfShop, metric: (&str, Option<&str>)) -> Option<ShownNow> {
        self.stored.desk.shown(&ShopKey::new(&of.platform, &of.shop), metric)
    }

    /// Where today's figure of a shop closes, for callers who may read the shop.
    pub(crate) fn forecast(&self, of: &OfShop, metric: &str) -> Option<ForecastNow> {
        self.stored.desk.forecast(&ShopKey::new(&of.platform, &of.shop), metric)
    }

    /// Counts as a caller, now, where it may take a while.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&Counter) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        // It is never closed.
        let turn = Arc::clone(&self.free).acquire_owned().await;
        let turn = turn.map_err(|_| Problem::new(Kind::Internal))?;
        let (store, scope, now) =
            (self.stored.store.clone(), caller.scope().clone(), self.stored.clock.now());
        let work = move || {
            let done = work(&Counter { store, scope, now });
            drop(turn);
            Ok(done)
        };
        blocking::run(work).await?
    }
}

/// Whose figures.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfShop {
    /// The platform, as `taobao`.
    pub(crate) platform: String,
    /// The shop, as the platform has it.
    pub(crate) shop: String,
}

/// Which rules, and how to read what they leave open: what if.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhatIf {
    /// Count under one edition, whatever the day: its id, or `as-told`.
    edition: Option<String>,
    /// Count every day under the editions in force on this day, `YYYY-MM-DD`.
    rules_on: Option<String>,
    /// Answer open readings otherwise: `R6=drop`, several with commas between.
    reading: Option<String>,
    /// The limit of metrics that take one (`generic/*`), as `60s` or `24h`.
    within: Option<String>,
    /// The day on which one looks, or an instant with offset: what was known then. Absent: now.
    as_of: Option<String>,
    /// What if the limit were another: that of any share, as `60s`.
    if_within: Option<String>,
    /// What if only samples of these local hours counted: `08:00-22:00`, or over midnight
    /// `22:00-06:00`.
    if_hours: Option<String>,
    /// The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
    /// happened and was known then, by the rules of that time. As `as_of`, and in its place.
    seen_at: Option<String>,
}

impl WhatIf {
    /// Whether nothing else is asked for than what stands.
    pub(crate) const fn is_plain(&self) -> bool {
        let Self { edition, rules_on, reading, within, as_of, seen_at, if_within, if_hours } = self;
        let is_ruled = edition.is_some() || rules_on.is_some() || reading.is_some();
        let is_if = within.is_some() || if_within.is_some() || if_hours.is_some();
        !is_ruled && !is_if && as_of.is_none() && seen_at.is_none()
    }

    /// The choice of rules; without a day on which one looks it is now.
    pub(crate) fn choice(&self, now: Instant) -> Result<RuleChoice, Problem> {
        if self.edition.is_some() && self.rules_on.is_some() {
            return Err(Problem::new(Kind::BadParameter).detail(
                "`edition` and `rules_on` exclude each other: give one of them",
                "`edition` 与 `rules_on` 不能同时使用：请只给其一",
            ));
        }
        if self.as_of.is_some() && self.seen_at.is_some() {
            return Err(Problem::new(Kind::BadParameter).detail(
                "`as_of` and `seen_at` exclude each other: give one of them",
                "`as_of` 与 `seen_at` 不能同时使用：请只给其一",
            ));
        }
        let as_of = self.as_of.clone().or_else(|| self.seen_at.clone());
        Ok(RuleChoice {
            edition: self.edition.clone(),
            rules_on: self.rules_on.clone(),
            reading: listed(self.reading.as_deref()),
            limit: self.within.clone(),
            as_of: Some(as_of.unwrap_or_else(|| figures::shown::rfc3339_utc(now))),
            otherwise: Otherwise { within: self.if_within.clone(), hours: self.if_hours.clone() },
        })
    }
}

/// The parts of a list with commas; absent: none.
pub(crate) fn listed(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A day of a parameter.
pub(crate) fn day(option: &'static str, text: Option<&str>) -> Result<Option<facts::Day>, Problem> {
    text.map(|text| figures::parse_day(option, text)).transpose().map_err(|error| told(&error))
}

/// The first and the last day of parameters `from` and `to`.
pub(crate) fn between(
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(Option<facts::Day>, Option<facts::Day>), Problem> {
    let (from, to) = (day("from", from)?, day("to", to)?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        let (from, to) = (from.to_string(), to.to_string());
        return Err(told(&Error::DaysReversed { from, to }));
    }
    Ok((from, to))
}

/// What cannot be counted as it was asked for. Of buyers and messages not even the id is said
/// again.
pub(crate) fn told(error: &Error) -> Problem {
    let absent = |en, zh| Problem::new(Kind::NotFound).detail(en, zh);
    match error {
        Error::UnknownBuyer(_) => absent(
            "the shop has no such `buyer`, or no facts of them",
            "该店铺没有这个 `buyer`，或没有其事实",
        ),
        Error::UnknownMessage(_) => {
            absent("the shop has no message with this `id`", "该店铺没有这个 `id` 的消息")
        }
        Error::UnknownAccount(_) => {
            absent("the shop has no facts of this `account`", "该店铺没有这个 `account` 的事实")
        }
        error => {
            let kind = match error.option() {
                Some(_) => Kind::BadParameter,
                None => Kind::Conflict,
            };
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| error.message(lang, &ASKED));
            Problem::new(kind).detail(en, zh)
        }
    }
}

/// A text in the caller's language.
pub(crate) fn said(text: &Text, lang: Lang) -> String {
    lang.of(&text.en, &text.zh).clone()
}

/// A shop's facts, with what they are counted by.
pub(crate) struct Shop {
    pub(crate) platform: String,
    pub(crate) shop: String,
    pub(crate) catalogue: Catalogue,
    pub(crate) registry: Registry,
    pub(crate) log: Log,
}

impl Shop {
    /// Reads them, without texts.
    pub(crate) fn read(counter: &Counter, of: OfShop) -> Result<Self, Problem> {
        let OfShop { platform, shop } = of;
        let own = counter.store.own_rules(&counter.scope, &platform, &shop)?;
        let catalogue = catalogue(&own.rules)?;
        let registry = Registry { shops: own.entry.into_iter().collect(), ..Registry::default() };
        let log = counter.store.log(&counter.scope, &Select::shop(&platform, &shop))?;
        Ok(Self { platform, shop, catalogue, registry, log })
    }

    /// Figures of the shop that were read off panels: those typed in, and those of its facts. What
    /// both have is there once; where they contradict each other, what was typed in stands.
    pub(crate) fn panel(&self, counter: &Counter) -> Result<Panel, Problem> {
        let mut panel = Panel::default();
        let typed = counter.store.observed_of(&counter.scope, &self.platform, &self.shop)?;
        for one in typed {
            // What cannot be read as a value was refused when it came.
            let Ok(value) = one.value.parse::<Printed>() else { continue };
            let at = one.seen_at.unwrap_or(counter.now);
            let place = Place::Fact { shop: one.shop.as_str().into(), at };
            panel.figures.push(panel::Observed {
                platform: one.platform,
                shop: one.shop,
                account: Some(one.account).filter(|account| !account.is_empty()),
                metric: one.metric,
                from: one.from,
                to: one.to,
                samples: one.samples.or(value.of()),
                value,
                captured_at: one.seen_at,
                place,
            });
        }
        panel.extend(panel::from_log(&self.log));
        Ok(panel)
    }
}

/// The shipped rules with a shop's own, by metric, in their place or beside them.
pub(crate) fn catalogue(own: &BTreeMap<String, String>) -> Result<Catalogue, Problem> {
    let shipped = Catalogue::shipped();
    if own.is_empty() {
        return Ok(shipped.clone());
    }
    let loaded =
        shipped.extended(own.iter().map(|(metric, text)| (format!("{metric}/rule.toml"), text)));
    if loaded.diagnostics.is_empty() {
        return Ok(loaded.catalogue);
    }
    Err(Problem::new(Kind::Conflict).detail(
        "the shop's own rules have problems, so that nothing can be counted by them; correct \
         them with `PUT /v1/overrides`",
        "该店铺自己的规则有问题，无法据此统计；请用 `PUT /v1/overrides` 修正",
    ))
}

/// Two whole numbers whose quotient a value is; not reduced.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Ratio {
    /// Hits of a share, milliseconds of a mean.
    num: i64,
    /// Samples.
    den: i64,
}

impl From<figures::shown::Pair> for Ratio {
    fn from(pair: figures::shown::Pair) -> Self {
        Self { num: pair.num, den: pair.den }
    }
}
