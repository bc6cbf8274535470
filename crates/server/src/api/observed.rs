//! `/v1/observed`: figures as a platform's panel shows them.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use desk::Grade;
use ingest::panels::{self, Kept, PanelProblem};
use intake::Lang;
use intake::panel::{self, COLUMNS, Panel};
use intake::workbook::Workbook;
use serde::{Deserialize, Serialize};
use store::{Observed, Select, ShopKey};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{ASKED, CountState, Counter};
use super::page::{Page, Paging};
use super::stamp::{DayStamp, Stamp};
use super::stored::StoreState;
use super::words::Binary;
use crate::caller::{Authenticated, Caller, Doorkeeper};
use crate::extract::{self, Query};
use crate::feed::gather;
use crate::feed::held::Budget;
use crate::problem::{self, BodyPlace, Fault, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

/// The greatest body. A figure takes a hundred bytes.
const MAX_BODY: u64 = 4 << 20;
/// The greatest workbook: unpacked it may have a thousand times as much.
const MAX_WORKBOOK: u64 = 256 << 10;
/// The type of workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What the body is called in messages.
const BODY: &str = "body";

/// What the routes need.
#[derive(Clone)]
pub(crate) struct ObservedState {
    pub(crate) stored: StoreState,
    /// For facts, which take long to read.
    pub(crate) counts: CountState,
    pub(crate) budget: Budget,
    pub(crate) pause: std::time::Duration,
    /// One workbook at a time is unpacked.
    pub(crate) unpacking: Arc<Semaphore>,
}

impl FromRef<ObservedState> for Doorkeeper {
    fn from_ref(state: &ObservedState) -> Self {
        state.stored.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<ObservedState> {
    OpenApiRouter::new().routes(routes!(list_observed, send_observed, remove_observed))
}

/// Which figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichObserved {
    /// Of one platform's shops.
    platform: Option<String>,
    /// Of one shop.
    shop: Option<String>,
    /// Of one metric, as `taobao/human-reply-3m`.
    metric: Option<String>,
    /// Also the `observed` facts of a shop's log; with `platform` and `shop`.
    #[serde(default)]
    facts: bool,
}

/// Where a figure came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ObservedSource {
    /// It was typed in, imported, or found in the watched folder.
    Panel,
    /// It is a fact of the shop's log.
    Fact,
}

/// A figure as a panel shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Observed)]
pub(crate) struct ObservedBody {
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// The account; null: it is the shop's figure.
    account: Option<String>,
    /// The metric.
    metric: String,
    /// The first local day.
    from: DayStamp,
    /// The last local day, included.
    to: DayStamp,
    /// As the panel prints it.
    value: String,
    /// How many samples the panel says there are; null: it does not say.
    samples: Option<u64>,
    /// When the panel was looked at; null: not known, when everything was settled.
    captured_at: Option<Stamp>,
    /// Where it came from.
    source: ObservedSource,
}

impl From<(ObservedSource, Observed)> for ObservedBody {
    fn from((source, one): (ObservedSource, Observed)) -> Self {
        Self {
            platform: one.platform,
            shop: one.shop,
            account: Some(one.account).filter(|account| !account.is_empty()),
            metric: one.metric,
            from: DayStamp(one.from),
            to: DayStamp(one.to),
            value: one.value,
            samples: one.samples,
            captured_at: one.seen_at.map(Stamp),
            source,
        }
    }
}

problem::described! {
    /// What may go wrong when somebody asks for figures of panels.
    ListObservedProblems: [BadParameter, SignInNeeded, NotAllowed, TooMany]
}

/// Figures off panels.
///
/// Those that were sent to this route, imported, or found in the watched folder, and those of a
/// shop's log where they are asked for. `/v1/standing` takes both where facts do not cover a
/// check's days, and `/v1/calibration` holds both against what is counted.
#[utoipa::path(
    get,
    path = "/v1/observed",
    tag = "observed",
    operation_id = "list_observed",
    params(WhichObserved, Paging),
    responses(
        (status = 200, description = "The figures.", body = Page<ObservedBody>),
        ListObservedProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn list_observed(
    State(state): State<ObservedState>,
    Authenticated(caller): Authenticated,
    Query(which): Query<WhichObserved>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ObservedBody>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let kept = state.stored.run(&caller, |store, scope, _| store.observed(scope)).await?;
    let mut all: Vec<_> = kept.into_iter().map(|one| (ObservedSource::Panel, one)).collect();
    if which.facts {
        let found = of_facts(&state, &caller, &which).await?;
        all.extend(found.into_iter().map(|one| (ObservedSource::Fact, one)));
    }
    let is_asked =
        |asked: &Option<String>, found: &String| asked.as_ref().is_none_or(|asked| asked == found);
    let wanted = all.into_iter().filter(|(_, one)| {
        is_asked(&which.platform, &one.platform)
            && is_asked(&which.shop, &one.shop)
            && is_asked(&which.metric, &one.metric)
    });
    let page = paging.cut(wanted.collect(), |(source, one): &(ObservedSource, Observed)| {
        let seen_at = one.seen_at.map_or(i64::MAX, |at| at.0);
        // No platform has a slash, no name a tab.
        let (platform, shop, metric) = (&one.platform, &one.shop, &one.metric);
        format!(
            "{platform}/{shop}\t{metric}\t{} {} {seen_at:020}\t{}\t{}",
            one.from, one.to, one.account, *source as u8
        )
    })?;
    Ok(axum::Json(page.map(ObservedBody::from)))
}

/// Those of a shop's log.
async fn of_facts(
    state: &ObservedState,
    caller: &Caller,
    which: &WhichObserved,
) -> Result<Vec<Observed>, Problem> {
    let (Some(platform), Some(shop)) = (which.platform.clone(), which.shop.clone()) else {
        return Err(Problem::new(Kind::BadParameter).detail(
            "`facts` is of one shop: give its `platform` and `shop`",
            "`facts` 只能用于一家店铺：请给出其 `platform` 和 `shop`",
        ));
    };
    caller.needs_shop(Permission::ReadFigures, &platform, &shop)?;
    let read = move |counter: &Counter| {
        let log = counter.store.log(&counter.scope, &Select::shop(&platform, &shop))?;
        let observed = |one: panel::Observed| Observed {
            platform: one.platform,
            shop: one.shop,
            account: one.account.unwrap_or_default(),
            metric: one.metric,
            from: one.from,
            to: one.to,
            seen_at: one.captured_at,
            value: one.value.to_string(),
            samples: one.samples,
        };
        Ok(panel::from_log(&log).figures.into_iter().map(observed).collect())
    };
    state.counts.run(caller, read).await
}

/// A figure as a panel shows it: the columns of a panel's file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObservedRow {
    /// The platform; may be missing where the metric says it.
    #[serde(default)]
    platform: String,
    /// The shop.
    shop: String,
    /// The account; missing: it is the shop's figure.
    #[serde(default)]
    account: String,
    /// The metric, as `taobao/human-reply-3m`.
    metric: String,
    /// The first local day, with `to`.
    #[serde(default)]
    from: String,
    /// The last local day, included, with `from`.
    #[serde(default)]
    to: String,
    /// The one local day, in the place of `from` and `to`.
    #[serde(default)]
    day: String,
    /// The value as the panel prints it: `97.41%`, `18/20`, `10.6s`.
    value: String,
    /// How many samples the panel says there are; missing: it does not say.
    samples: Option<u64>,
    /// When the panel was looked at, RFC 3339; missing: when everything was settled.
    #[serde(default)]
    captured_at: String,
}

/// What became of figures. `accepted`, `duplicate`, `replaced` and `rejected` add up to the rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservedAnswer {
    /// Rows of the body.
    rows: u64,
    /// Figures that were not known, and are durable now.
    accepted: u64,
    /// Figures that were known.
    duplicate: u64,
    /// Figures that were known with another value; the new one stands, the audit log has both.
    replaced: u64,
    /// Rows that are no figures.
    rejected: u64,
    /// What is wrong, by row.
    problems: Vec<ObservedFault>,
}

impl ObservedAnswer {
    fn of(kept: Kept, lang: Lang) -> Self {
        let Kept { rows, accepted, duplicate, replaced, rejected, problems, shops: _ } = kept;
        let fault = |problem: &PanelProblem| ObservedFault {
            line: problem.line,
            column: problem.column,
            message: problem.message(lang).to_owned(),
        };
        let problems = problems.iter().map(fault).collect();
        Self { rows, accepted, duplicate, replaced, rejected, problems }
    }
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservedFault {
    /// The line of the file, the row of the sheet or the place in the list, from 1.
    line: u64,
    /// The column at fault; null: the row as a whole.
    column: Option<&'static str>,
    /// What was found and what was expected, in the caller's language.
    message: String,
}

/// Where figures come from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FromPanel {
    /// What the feed is called, up to 64 bytes; `panel` where nothing is said.
    feed: Option<String>,
    /// Only say what would become of them: nothing is kept.
    #[serde(default)]
    check: bool,
}

problem::described! {
    /// What may go wrong with figures of panels.
    SendObservedProblems: [
        BadRequest, BadParameter, BrokenBody, UnfitBody, SignInNeeded, NotAllowed, OtherOrigin,
        TooSlow, TooLarge, UnsupportedType, TooMany
    ]
}

/// Send figures off panels.
///
/// One array of objects (`application/json`), a panel's file (`text/csv`) or a workbook. Each row
/// stands for itself: one that is no figure is told, the others are durable when this is
/// answered. The same figure sent again is known; with another value it is replaced. Figures that
/// were looked at at several instants stand beside one another. With `check` nothing is kept: the
/// answer is what it would be.
#[utoipa::path(
    post,
    path = "/v1/observed",
    tag = "observed",
    operation_id = "send_observed",
    params(FromPanel),
    request_body(
        content(
            (inline(Vec<ObservedRow>) = "application/json"),
            (String = "text/csv"),
            (inline(Binary) =
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        description = "Figures of a panel."
    ),
    responses(
        (status = 200, description = "What became of them.", body = ObservedAnswer),
        SendObservedProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn send_observed(
    State(state): State<ObservedState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(from): Query<FromPanel>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<ObservedAnswer>, Problem> {
    caller.needs(Permission::SendFacts)?;
    if from.check {
        // What is known is told.
        caller.needs(Permission::ReadFigures)?;
    }
    let feed = from.feed.unwrap_or_else(|| Grade::Panel.word().to_owned());
    crate::feed::check_name(&feed)?;
    let form = Form::of(&headers)?;
    let limit = if form == Form::Workbook { MAX_WORKBOOK } else { MAX_BODY };
    let mut held = state.budget.begin();
    let bytes = gather(&headers, body, limit, state.pause, &mut held).await?;
    let turn = match form {
        // It is never closed.
        Form::Workbook => Some(Arc::clone(&state.unpacking).acquire_owned().await),
        Form::Json | Form::Csv => None,
    };
    let lang = known.language;
    let desk = Arc::clone(&state.stored.desk);
    let (store, now) = (state.stored.store.clone(), state.stored.clock.now());
    let work = move || {
        let panel = form.read(bytes)?;
        drop((turn, held));
        let scope = caller.scope();
        let kept = match from.check {
            true => panels::check(&store, scope, &ASKED, panel)?,
            false => panels::keep(&store, scope, (now, &ASKED), panel)?,
        };
        if !kept.shops.is_empty() {
            desk.heard((&feed, Grade::Panel), &kept.shops);
            desk.panels_changed(kept.shops.iter().map(|(key, _)| key))?;
        }
        Ok(ObservedAnswer::of(kept, lang))
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(Kind::Internal))?.map(axum::Json)
}

/// Which figure.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OneObserved {
    /// The platform.
    platform: String,
    /// The shop.
    shop: String,
    /// The account; absent: the shop's figure.
    account: Option<String>,
    /// The metric, as `taobao/human-reply-3m`.
    metric: String,
    /// The first local day.
    from: DayStamp,
    /// The last local day, included.
    to: DayStamp,
    /// When the panel was looked at; absent: that is not known.
    captured_at: Option<Stamp>,
}

problem::described! {
    /// What may go wrong when a figure is removed.
    RemoveObservedProblems: [
        BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooMany
    ]
}

/// Remove a figure off a panel.
///
/// One that was sent, imported or found in the watched folder; those of a shop's log are facts,
/// and stay. The audit log keeps what it was.
#[utoipa::path(
    delete,
    path = "/v1/observed",
    tag = "observed",
    operation_id = "remove_observed",
    params(OneObserved),
    responses((status = 204, description = "It is gone."), RemoveObservedProblems),
    security(("token" = []), ("session" = [])),
)]
async fn remove_observed(
    State(state): State<ObservedState>,
    Authenticated(caller): Authenticated,
    Query(one): Query<OneObserved>,
) -> Result<StatusCode, Problem> {
    caller.needs_shop(Permission::SendFacts, &one.platform, &one.shop)?;
    let which = Observed {
        platform: one.platform,
        shop: one.shop,
        account: one.account.unwrap_or_default(),
        metric: one.metric,
        from: one.from.0,
        to: one.to.0,
        seen_at: one.captured_at.map(|stamp| stamp.0),
        value: String::new(),
        samples: None,
    };
    let desk = Arc::clone(&state.stored.desk);
    let removed = state.stored.run(&caller, move |store, scope, now| {
        let shop = ShopKey::new(&which.platform, &which.shop);
        let removed = store.drop_observed(scope, now, which)?;
        desk.panels_changed(removed.then_some(&shop))?;
        Ok(removed)
    });
    if removed.await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(Kind::NotFound).detail(
        "no such figure is kept; `GET /v1/observed` lists them",
        "没有存下这个数字；已存的见 `GET /v1/observed`",
    ))
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    Workbook,
}

impl Form {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
        let is_plain = headers.get(header::CONTENT_ENCODING).is_none_or(|one| one == "identity");
        match essence.trim().to_ascii_lowercase().as_str() {
            "application/json" if is_plain => Ok(Self::Json),
            "text/csv" if is_plain => Ok(Self::Csv),
            XLSX if is_plain => Ok(Self::Workbook),
            _ => Err(Problem::new(Kind::UnsupportedType).detail(
                format!(
                    "expected a `Content-Type` of `application/json`, `text/csv` or `{XLSX}`, \
                     without `Content-Encoding`"
                ),
                format!(
                    "`Content-Type` 应为 `application/json`、`text/csv` 或 `{XLSX}`，\
                     不带 `Content-Encoding`"
                ),
            )),
        }
    }

    fn read(self, bytes: Vec<u8>) -> Result<Panel, Problem> {
        let read = match self {
            Self::Json => of_json(&bytes)?,
            Self::Csv => panel::parse(&bytes, BODY),
            Self::Workbook => {
                let broken = |error: intake::Error| {
                    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| error.message(lang));
                    Problem::new(Kind::BrokenBody).detail(en, zh)
                };
                let source = intake::Source::Bytes { name: BODY.to_owned(), bytes };
                let mut workbook = Workbook::open(&source).map_err(broken)?;
                panel::from_workbook(&mut workbook, BODY).map_err(broken)?
            }
        };
        read.map_err(|problems| {
            let fault = |problem: &panel::Problem| Fault {
                place: BodyPlace { line: panels::line(&problem.place), byte: 1 },
                code: "not-a-panel",
                en: problem.message(Lang::En),
                zh: problem.message(Lang::Zh),
            };
            let faults = problems.iter().map(fault).collect();
            let problem = Problem::new(Kind::UnfitBody).faults(faults);
            problem.detail("this is no panel", "这不是面板数字的文件")
        })
    }
}

/// Objects as rows of a panel's file.
fn of_json(bytes: &[u8]) -> Result<Result<Panel, Vec<panel::Problem>>, Problem> {
    let rows: Vec<ObservedRow> = extract::read(bytes)?;
    let samples: Vec<String> =
        rows.iter().map(|row| row.samples.map_or_else(String::new, |n| n.to_string())).collect();
    let cells = rows.iter().zip(&samples).map(|(row, samples)| {
        // In the order of the columns.
        let cells = vec![
            row.platform.as_str(),
            &row.shop,
            &row.account,
            &row.metric,
            &row.from,
            &row.to,
            &row.day,
            &row.value,
            samples,
            &row.captured_at,
        ];
        cells
    });
    Ok(panel::from_rows(BODY, &COLUMNS, (1..).zip(cells)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CSV: &str = "shop,metric,from,to,value,samples\n\
        s1,taobao/human-reply-3m,2026-07-03,2026-08-01,99.85%,1234\n\
        s1,taobao/human-reply-time,2026-08-01,2026-08-01,10.615s,\n";
    const JSON: &str = r#"[{"shop":"s1","metric":"taobao/human-reply-3m","day":"2026-08-01",
        "value":"18/20","captured_at":"2026-08-02T09:00:00+08:00"},
        {"platform":"jd","shop":"s2","metric":"reply-time","day":"2026-08-01","value":"9s"}]"#;

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 500,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Mutated bodies are refused as a whole, or their rows add up.
        #[test]
        fn mutated_bodies_are_refused_or_read(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            for (form, text) in [(Form::Csv, CSV), (Form::Json, JSON), (Form::Workbook, CSV)] {
                let mut bytes = text.as_bytes().to_vec();
                let i = at.index(bytes.len());
                bytes[i] = byte;
                let i = cut.index(bytes.len());
                bytes.drain(i..(i + 3).min(text.len()));
                if let Ok(panel) = form.read(bytes) {
                    let n = panel.figures.len() as u64 + panel.rejected + panel.repeats;
                    prop_assert_eq!(n, panel.rows);
                }
            }
        }
    }

    #[test]
    fn both_forms_read_the_same() {
        let json = r#"[{"shop":"s1","metric":"taobao/human-reply-3m","from":"2026-07-03",
            "to":"2026-08-01","value":"99.85%","samples":1234},
            {"shop":"s1","metric":"taobao/human-reply-time","day":"2026-08-01",
            "value":"10.615s"}]"#;
        let read = |form: Form, text: &str| {
            let mut panel = form.read(text.into()).unwrap();
            let place = panel::Place::Fact { shop: "x".into(), at: facts::Instant(0) };
            panel.figures.iter_mut().for_each(|figure| figure.place = place.clone());
            panel.figures
        };
        assert_eq!(read(Form::Json, json), read(Form::Csv, CSV));
    }
}
