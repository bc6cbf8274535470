//! `GET /v1/platforms`: the platforms of the catalogue, with their special periods.

use axum::Extension;
use figures::Lang;
use rulebook::{Catalogue, Platform};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, said};
use super::stamp::DayStamp;
use crate::caller::Authenticated;
use crate::problem::{self, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(list_platforms))
}

/// A dated period in which samples of some shops do not count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpecialPeriod)]
pub(crate) struct PeriodBody {
    /// Its id, as a shop's record names it: `cny-2026`.
    id: String,
    /// Its name, in the caller's language.
    name: String,
    /// The first local day.
    from: DayStamp,
    /// The last local day, included.
    to: DayStamp,
    /// What a reader should know; null: nothing.
    note: Option<String>,
}

/// A platform.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Platform)]
pub(crate) struct PlatformBody {
    /// The platform, as `taobao`.
    platform: String,
    /// Its name, in the caller's language.
    name: String,
    /// The IANA name of the time zone in which its days and hours are meant.
    time_zone: String,
    /// Its special periods, in the order of the catalogue.
    special_periods: Vec<PeriodBody>,
    /// What its shops may be enrolled in beside them, as a shop's record names it:
    /// `professional-seller`. Lines of its standards ask for it.
    enrolments: Vec<String>,
}

impl PlatformBody {
    fn of(platform: &Platform, lang: Lang) -> Self {
        let periods = platform.special_periods.iter().map(|one| PeriodBody {
            id: one.period.id.clone(),
            name: said(&one.name, lang),
            from: DayStamp(one.period.from),
            to: DayStamp(one.period.to),
            note: one.note.as_ref().map(|note| said(note, lang)),
        });
        Self {
            platform: platform.id.clone(),
            name: said(&platform.name, lang),
            time_zone: platform.time_zone.clone(),
            special_periods: periods.collect(),
            enrolments: Catalogue::shipped()
                .enrolments(&platform.id)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// The platforms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Platforms {
    /// Those of the catalogue, by id.
    items: Vec<PlatformBody>,
    /// Always null: there are few.
    next: Option<String>,
}

problem::described! {
    /// What may go wrong when somebody asks for platforms.
    PlatformsProblems: [SignInNeeded, NotAllowed]
}

/// The platforms of the catalogue.
#[utoipa::path(
    get,
    path = "/v1/platforms",
    tag = "rules",
    operation_id = "list_platforms",
    responses((status = 200, description = "The platforms.", body = Platforms), PlatformsProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_platforms(
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
) -> Result<axum::Json<Platforms>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let of = |platform: &Platform| PlatformBody::of(platform, known.language);
    let items = Catalogue::shipped().platforms().map(of).collect();
    Ok(axum::Json(Platforms { items, next: None }))
}
