//! `/v1/persons`: who holds which accounts.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::{Holding, Person};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Page, Paging};
use super::stamp::DayStamp;
use super::stored::StoreState;
use crate::caller::Authenticated;
use crate::extract::{Json, Path, Query};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_persons)).routes(routes!(get_person, put_person))
}

/// An account that a person holds for some time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holding)]
pub(crate) struct HoldingBody {
    /// The platform of the shop.
    platform: String,
    /// The shop.
    shop: String,
    /// The account.
    account: String,
    /// The first day; null: always.
    #[serde(default)]
    from: Option<DayStamp>,
    /// The first day after the last; null: until further notice.
    #[serde(default)]
    until: Option<DayStamp>,
}

/// A person and the accounts that they hold, as far as their shops are in reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonBody {
    /// The person's id or name.
    id: String,
    /// Their accounts.
    accounts: Vec<HoldingBody>,
}

impl From<Person> for PersonBody {
    fn from(person: Person) -> Self {
        let body = |holding: Holding| HoldingBody {
            platform: holding.platform,
            shop: holding.shop,
            account: holding.account,
            from: holding.from.map(DayStamp),
            until: holding.until.map(DayStamp),
        };
        Self { id: person.id, accounts: person.holdings.into_iter().map(body).collect() }
    }
}

/// The accounts of a person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonAccounts {
    /// All of them; none: the person leaves.
    accounts: Vec<HoldingBody>,
}

impl PersonAccounts {
    /// # Errors
    ///
    /// [`Kind::UnfitBody`] when an account has no name or its days are the wrong way round.
    fn person(self, id: String) -> Result<Person, Problem> {
        let is_unnamed = |body: &HoldingBody| {
            [&body.platform, &body.shop, &body.account].into_iter().any(|name| name.is_empty())
        };
        if self.accounts.iter().any(is_unnamed) {
            return Err(Problem::new(Kind::UnfitBody).detail(
                "`accounts`: expected a platform, a shop and an account each",
                "`accounts`：每项都须有平台、店铺和账号",
            ));
        }
        let is_backward = |body: &HoldingBody| {
            body.from.zip(body.until).is_some_and(|(from, until)| from >= until)
        };
        if self.accounts.iter().any(is_backward) {
            return Err(Problem::new(Kind::UnfitBody).detail(
                "`accounts`: `from` is not before `until`",
                "`accounts`：`from` 应早于 `until`",
            ));
        }
        let holding = |body: HoldingBody| Holding {
            platform: body.platform,
            shop: body.shop,
            account: body.account,
            from: body.from.map(|day| day.0),
            until: body.until.map(|day| day.0),
        };
        Ok(Person { id, holdings: self.accounts.into_iter().map(holding).collect() })
    }
}

problem::described! {
    /// What may go wrong with the list of persons.
    ListPersonsProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// Persons with an account in a shop in reach.
#[utoipa::path(
    get,
    path = "/v1/persons",
    tag = "persons",
    operation_id = "list_persons",
    params(Paging),
    responses(
        (status = 200, description = "Persons.", body = Page<PersonBody>),
        ListPersonsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_persons(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<PersonBody>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let persons = state.run(&caller, |store, scope, _| store.persons(scope)).await?;
    Ok(axum::Json(paging.cut(persons, |person| person.id.clone())?.map(PersonBody::from)))
}

problem::described! {
    /// What may go wrong with one person.
    GetPersonProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound]
}

/// One person.
#[utoipa::path(
    get,
    path = "/v1/persons/{id}",
    tag = "persons",
    operation_id = "get_person",
    params(("id" = String, Path, description = "The person's id, percent-encoded.")),
    responses((status = 200, description = "The person.", body = PersonBody), GetPersonProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_person(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<axum::Json<PersonBody>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let found = state.run(&caller, move |store, scope, _| store.person(scope, &id)).await?;
    Ok(axum::Json(found.into()))
}

problem::described! {
    /// What may go wrong with a change of a person.
    PutPersonProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Say which accounts a person holds, in the place of all that was said before.
///
/// Every shop concerned, of before and of now, must be in reach.
#[utoipa::path(
    put,
    path = "/v1/persons/{id}",
    tag = "persons",
    operation_id = "put_person",
    params(("id" = String, Path, description = "The person's id, percent-encoded.")),
    request_body = PersonAccounts,
    responses((status = 200, description = "The person.", body = PersonBody), PutPersonProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn put_person(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
    Json(body): Json<PersonAccounts>,
) -> Result<axum::Json<PersonBody>, Problem> {
    caller.needs(Permission::ChangeShops)?;
    let person = body.person(id)?;
    let kept = state.run(&caller, move |store, scope, now| {
        store.put_person(scope, now, person.clone()).map(|()| person)
    });
    Ok(axum::Json(kept.await?.into()))
}
