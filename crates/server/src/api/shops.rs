//! `/v1/shops`: what is known of shops beyond their chats.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use facts::{Closure, Day, Enrolment, OwnAccount, ShopEntry};
use figures::selection::unknown_platform;
use rulebook::Catalogue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::{OfShops, OfWhom};
use super::page::{Page, Paging};
use super::stamp::{DayStamp, Stamp};
use super::stored::StoreState;
use crate::caller::{Authenticated, Caller};
use crate::extract::{Json, Path, Query};
use crate::language;
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_shops)).routes(routes!(
        get_shop,
        put_shop,
        remove_shop
    ))
}

/// The day of a level that holds since ever: the first of the calendar.
const SINCE_EVER: Day = match Day::from_date(1, 1, 1) {
    Ok(day) => day,
    Err(_) => Day(i32::MIN),
};

/// A seller level from a day on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Level)]
pub(crate) struct LevelBody {
    /// The first day; null: since ever.
    from: Option<DayStamp>,
    /// The level.
    level: i64,
}

/// A time in which the shop was closed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Closed)]
pub(crate) struct ClosedBody {
    /// The first instant of it.
    from: Stamp,
    /// The first instant after it.
    until: Stamp,
}

/// What is known of a shop. What is left out is not known.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ShopEntry)]
pub(crate) struct ShopBody {
    /// A name for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    /// Whose shop it is, for agencies.
    #[serde(skip_serializing_if = "String::is_empty")]
    client: String,
    /// The industry.
    #[serde(skip_serializing_if = "String::is_empty")]
    industry: String,
    /// Groups it belongs to.
    groups: Vec<String>,
    /// The platform's seller levels, each from a day on.
    levels: Vec<LevelBody>,
    /// Special periods in which it took part, or did not.
    enrolled: BTreeMap<String, bool>,
    /// When it was closed.
    closed: Vec<ClosedBody>,
    /// The shop's own accounts, by the buyer ids they write under. Left out for callers who may
    /// not change shops.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_accounts: Option<Vec<String>>,
    /// Grades of agent accounts, as the platform calls them.
    account_grades: BTreeMap<String, String>,
    /// How many conversations agent accounts can hold at a time.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    account_capacities: BTreeMap<String, u32>,
}

/// A shop and what is known of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Shop)]
pub(crate) struct ShopAnswer {
    /// The platform's word.
    platform: String,
    /// The shop id, as the platform has it.
    shop: String,
    /// Where the shop was just put and no rules are known of its platform: that, and which platform
    /// may have been meant, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(flatten)]
    body: ShopBody,
}

impl ShopAnswer {
    fn of(entry: ShopEntry, caller: &Caller) -> Self {
        let (platform, shop) = (entry.platform, entry.shop);
        let sees_own = caller.may(Permission::ChangeShops, &platform, &shop);
        let own = entry.own_accounts.into_iter().map(|own| own.buyer).collect();
        let level = |(from, level): (Day, i64)| LevelBody {
            from: (from != SINCE_EVER).then_some(DayStamp(from)),
            level,
        };
        let closed = |closure: Closure| ClosedBody {
            from: Stamp(closure.from),
            until: Stamp(closure.until),
        };
        let enrolled = entry.enrolments.into_iter().map(|e| (e.period, e.enrolled));
        let body = ShopBody {
            name: entry.name,
            client: entry.client,
            industry: entry.industry,
            groups: entry.groups,
            levels: entry.levels.into_iter().map(level).collect(),
            enrolled: enrolled.collect(),
            closed: entry.closures.into_iter().map(closed).collect(),
            own_accounts: sees_own.then_some(own),
            account_grades: entry.account_grades.into_iter().collect(),
            account_capacities: entry.account_capacities.into_iter().collect(),
        };
        Self { platform, shop, notice: None, body }
    }
}

fn unfit(en: &str, zh: &str) -> Problem {
    Problem::new(Kind::UnfitBody).detail(en, zh)
}

impl ShopBody {
    /// # Errors
    ///
    /// [`Kind::UnfitBody`] when days or instants contradict each other.
    fn entry(self, platform: String, shop: String) -> Result<ShopEntry, Problem> {
        let day = |from: Option<DayStamp>| from.map_or(SINCE_EVER, |day| day.0);
        let levels = self.levels.into_iter().map(|body| (day(body.from), body.level));
        let mut levels: Vec<(Day, i64)> = levels.collect();
        levels.sort_by_key(|(day, _)| *day);
        if levels.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(unfit(
                "`levels`: two begin on one day; expected one a day",
                "`levels`：同一天有两个等级，每天只能有一个",
            ));
        }
        if self.closed.iter().any(|body| body.from.0 >= body.until.0) {
            return Err(unfit(
                "`closed`: `from` is not before `until`",
                "`closed`：`from` 应早于 `until`",
            ));
        }
        let enrolment = |(period, enrolled)| Enrolment { period, enrolled };
        let closure = |body: ClosedBody| Closure { from: body.from.0, until: body.until.0 };
        let own = self.own_accounts.unwrap_or_default();
        Ok(ShopEntry {
            platform,
            shop,
            name: self.name,
            client: self.client,
            groups: self.groups,
            levels,
            industry: self.industry,
            enrolments: self.enrolled.into_iter().map(enrolment).collect(),
            closures: self.closed.into_iter().map(closure).collect(),
            own_accounts: own.into_iter().map(|buyer| OwnAccount { buyer }).collect(),
            account_grades: self.account_grades.into_iter().collect(),
            account_capacities: self.account_capacities.into_iter().collect(),
        })
    }
}

/// Where a page of shops goes on. Platforms' words have no slash.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor(pub(crate) String, pub(crate) String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (platform, shop) = text.split_once('/').ok_or(())?;
        Ok(Self(platform.to_owned(), shop.to_owned()))
    }
}

problem::described! {
    /// What may go wrong with the list of shops.
    ListShopsProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// The shops in reach of which something is known.
#[utoipa::path(
    get,
    path = "/v1/shops",
    tag = "shops",
    operation_id = "list_shops",
    params(OfShops, OfWhom, Paging),
    responses((status = 200, description = "Shops.", body = Page<ShopAnswer>), ListShopsProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_shops(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(whose): Query<OfWhom>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ShopAnswer>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let mut shops = state.run(&caller, |store, scope, _| store.shops(scope)).await?;
    shops.retain(|entry| of.has(&entry.platform, &entry.shop) && whose.has_entry(entry));
    let page = paging.cut(shops, |entry| Cursor(entry.platform.clone(), entry.shop.clone()))?;
    Ok(axum::Json(page.map(|entry| ShopAnswer::of(entry, &caller))))
}

problem::described! {
    /// What may go wrong with one shop.
    GetShopProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound]
}

/// What is known of a shop.
#[utoipa::path(
    get,
    path = "/v1/shops/{platform}/{shop}",
    tag = "shops",
    operation_id = "get_shop",
    params(
        ("platform" = String, Path, description = "The platform's word."),
        ("shop" = String, Path, description = "The shop id, percent-encoded."),
    ),
    responses((status = 200, description = "The shop.", body = ShopAnswer), GetShopProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_shop(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path((platform, shop)): Path<(String, String)>,
) -> Result<axum::Json<ShopAnswer>, Problem> {
    caller.needs_shop(Permission::ReadFigures, &platform, &shop)?;
    let found = state.run(&caller, move |store, scope, _| store.shop(scope, &platform, &shop));
    Ok(axum::Json(ShopAnswer::of(found.await?, &caller)))
}

problem::described! {
    /// What may go wrong with a change of a shop.
    PutShopProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Say what is known of a shop, in the place of all that was said before.
///
/// A shop of a platform of which no rules are known is kept, and told by `notice`.
#[utoipa::path(
    put,
    path = "/v1/shops/{platform}/{shop}",
    tag = "shops",
    operation_id = "put_shop",
    params(
        ("platform" = String, Path, description = "The platform's word."),
        ("shop" = String, Path, description = "The shop id, percent-encoded."),
    ),
    request_body = ShopBody,
    responses((status = 200, description = "The shop.", body = ShopAnswer), PutShopProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn put_shop(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Path((platform, shop)): Path<(String, String)>,
    Json(body): Json<ShopBody>,
) -> Result<axum::Json<ShopAnswer>, Problem> {
    caller.needs_shop(Permission::ChangeShops, &platform, &shop)?;
    let unknown = unknown_platform(Catalogue::shipped(), &platform);
    let notice = unknown.map(|told| language::of(known.language, told.en, told.zh));
    let entry = body.entry(platform, shop)?;
    let kept = state.run(&caller, move |store, scope, now| {
        store.put_shop(scope, now, entry.clone()).map(|()| entry)
    });
    let kept = kept.await?;
    state.desk.count_anew();
    Ok(axum::Json(ShopAnswer { notice, ..ShopAnswer::of(kept, &caller) }))
}

problem::described! {
    /// What may go wrong with taking a shop away.
    RemoveShopProblems: [BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooMany]
}

/// Forget what is known of a shop. Its facts stay.
#[utoipa::path(
    delete,
    path = "/v1/shops/{platform}/{shop}",
    tag = "shops",
    operation_id = "remove_shop",
    params(
        ("platform" = String, Path, description = "The platform's word."),
        ("shop" = String, Path, description = "The shop id, percent-encoded."),
    ),
    responses((status = 204, description = "Nothing is known of it."), RemoveShopProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn remove_shop(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path((platform, shop)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.needs_shop(Permission::ChangeShops, &platform, &shop)?;
    let removed = state
        .run(&caller, move |store, scope, now| store.remove_shop(scope, now, &platform, &shop));
    removed.await?;
    state.desk.count_anew();
    Ok(StatusCode::NO_CONTENT)
}
