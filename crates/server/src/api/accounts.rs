//! `GET /v1/accounts`: the accounts that answer buyers.

use std::collections::BTreeMap;

use axum::extract::State;
use desk::Stamp;
use facts::{Day, Instant};
use serde::Serialize;
use store::Holding;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::OfShops;
use super::page::{self, Page, Paging};
use super::stored::StoreState;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{self, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_accounts))
}

/// An account of a shop.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    /// The platform of the shop.
    platform: String,
    /// The shop.
    shop: String,
    /// The account.
    account: String,
    /// Who holds it today; null: nobody is known to.
    person: Option<String>,
    /// `online`, `busy`, `away` or `offline`; null: not known.
    presence: Option<&'static str>,
    /// Since when; null: not known.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Stamp>,
    /// How many conversations it holds; null: not known, or the source does not tell when they
    /// end.
    open: Option<u32>,
}

/// An account: its platform, its shop, and what it is called.
type Key = (String, String, String);

impl AccountBody {
    fn of((platform, shop, account): Key) -> Self {
        Self { platform, shop, account, person: None, presence: None, since: None, open: None }
    }

    fn key(&self) -> Key {
        (self.platform.clone(), self.shop.clone(), self.account.clone())
    }
}

/// Whether an account is a person's on a day.
fn holds(holding: &Holding, day: Day) -> bool {
    holding.from.is_none_or(|from| from <= day) && holding.until.is_none_or(|until| day < until)
}

/// The local day of an instant.
fn day_of(stamp: Stamp) -> Day {
    let days = (stamp.at.0 + stamp.offset).div_euclid(86_400_000);
    Day(i32::try_from(days).unwrap_or(i32::MAX))
}

problem::described! {
    /// What may go wrong with the list of accounts.
    ListAccountsProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// The accounts of shops in reach.
///
/// Those of which it is known whether they are at work, and those that a person holds or held:
/// with who holds them today, whether they are at work, and how many conversations they hold.
#[utoipa::path(
    get,
    path = "/v1/accounts",
    tag = "persons",
    operation_id = "list_accounts",
    params(OfShops, Paging),
    responses(
        (status = 200, description = "Accounts.", body = Page<AccountBody>),
        ListAccountsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_accounts(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<AccountBody>>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let (desk, reach) = (state.desk.clone(), of.within(caller.reach()));
    let read = move |store: &store::Store, scope: &store::Scope, now: Instant| {
        let mut all: BTreeMap<Key, AccountBody> = BTreeMap::new();
        for (shop, account) in desk.accounts(&reach) {
            let key = (shop.platform, shop.shop, account.account);
            let body = all.entry(key.clone()).or_insert_with(|| AccountBody::of(key));
            body.presence = Some(account.presence);
            body.since = Some(account.since);
            body.open = account.open;
        }
        for person in store.persons(scope)? {
            for holding in person.holdings {
                let today = day_of(desk.stamp(&holding.platform, now));
                let is_held = holds(&holding, today);
                let key = (holding.platform, holding.shop, holding.account);
                let body = all.entry(key.clone()).or_insert_with(|| AccountBody::of(key));
                if is_held {
                    body.person.get_or_insert_with(|| person.id.clone());
                }
            }
        }
        Ok(all.into_values().filter(|one| of.has(&one.platform, &one.shop)).collect::<Vec<_>>())
    };
    let all = state.run(&caller, read).await?;
    paging.cut(all, |one| page::Parts(one.key())).map(axum::Json)
}
