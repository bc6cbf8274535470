//! `GET /v1/audit`: who changed what.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::AuditLine;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::OfShops;
use super::page::{Page, Paging};
use super::stamp::Stamp;
use super::stored::StoreState;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{self, Problem};
use crate::role::Permission;

pub(crate) fn routes() -> OpenApiRouter<StoreState> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLine)]
pub(crate) struct AuditBody {
    /// Its number; later lines have greater ones.
    number: i64,
    /// When.
    at: Stamp,
    /// Who: `user 3`, `token 5`, or `engine` for the server and the machine's own terminal.
    who: String,
    /// What was done.
    what: String,
    /// The platform of the shop concerned; null: none.
    platform: Option<String>,
    /// The shop concerned; null: none.
    shop: Option<String>,
    /// What it was done to; null: nothing that has a name. A buyer is named by their pseudonym.
    subject: Option<String>,
    /// The value before; null: there was none.
    was: Option<String>,
    /// The value after; null: there is none.
    becomes: Option<String>,
}

impl From<AuditLine> for AuditBody {
    fn from(line: AuditLine) -> Self {
        let named = |text: String| (!text.is_empty()).then_some(text);
        Self {
            number: line.number,
            at: Stamp(line.at),
            who: line.who,
            what: line.what,
            platform: named(line.platform),
            shop: named(line.shop),
            subject: named(line.subject),
            was: line.was,
            becomes: line.becomes,
        }
    }
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichLines {
    /// Of whom alone, as lines have it: `user 3`, `token 5`, `engine`.
    who: Option<String>,
    /// Of what was done alone, as lines have it: `signed in`.
    what: Option<String>,
}

problem::described! {
    /// What may go wrong with the audit log.
    AuditProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// Who changed what, newest first.
///
/// Lines about shops out of reach are left out; those about no shop are for callers who reach
/// every shop.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "audit",
    operation_id = "list_audit",
    params(OfShops, WhichLines, Paging),
    responses((status = 200, description = "Lines.", body = Page<AuditBody>), AuditProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_audit(
    State(state): State<StoreState>,
    Authenticated(caller): Authenticated,
    Query(of): Query<OfShops>,
    Query(which): Query<WhichLines>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<AuditBody>>, Problem> {
    caller.needs(Permission::ReadAudit)?;
    let (limit, before) = (paging.limit()?, paging.after::<i64>()?.unwrap_or(i64::MAX));
    let ((platform, shop), WhichLines { who, what }) = (of.parts(), which);
    let which = store::WhichLines { who, what, platform, shop };
    // One more than asked for tells whether there is a next page.
    let lines = state
        .run(&caller, move |store, scope, _| store.audit_before(scope, &which, before, limit + 1));
    let mut lines = lines.await?;
    let is_last = lines.len() <= limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| !is_last).map(|line| line.number.to_string());
    Ok(axum::Json(Page { items: lines.into_iter().map(AuditBody::from).collect(), next }))
}
