//! All routes, put together, and their description.

mod accounts;
mod audit;
mod backup;
mod buyers;
mod calibration;
mod comparison;
mod connectors;
mod counting;
mod explanations;
mod exports;
mod feeds;
mod figures;
mod filter;
mod imports;
mod live;
mod me;
mod observed;
mod overrides;
mod page;
mod persons;
mod platforms;
mod rules;
mod sheet;
mod shops;
mod sign_in;
mod stamp;
mod standing;
pub(crate) mod stored;
mod tokens;
mod trial;
mod users;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::get;
use desk::Desk;
use ingest::connectors::Connectors;
use store::Store;
use tokio::sync::Semaphore;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, OpenApi, RefOr, Response as Described};
use utoipa::{OpenApi as _, PartialSchema};
use utoipa_axum::router::OpenApiRouter;

use self::backup::BackupState;
use self::connectors::ConnectorsState;
use self::counting::CountState;
use self::imports::ImportState;
use self::live::LiveState;
use self::observed::ObservedState;
use crate::asked::{self, Asked, refuse_unknown};
use crate::assets;
use crate::caller::Doorkeeper;
use crate::clock::Clock;
use crate::events::{self, EventsState, Hub};
use crate::feed::held::Budget;
use crate::feed::{self, FactsState, Feed};
use crate::health::{self, HealthState, Readiness};
use crate::metrics::Metrics;
use crate::problem::{FaultBody, Kind, ProblemBody, describe};
use crate::secret::NoRandomness;
use crate::settings::Settings;
use crate::shell::{self, Shell};
use sign_in::SignInState;
use stored::{StoreState, not_kept};

/// Where the description is.
pub const DESCRIPTION: &str = "/v1/openapi.json";

/// Problems of every route: those of [`crate::shell`].
const OF_ALL: &[Kind] = &[Kind::HeadersTooLarge, Kind::TooMany, Kind::Internal, Kind::Busy];

/// The same where parameters are looked at: [`crate::asked`].
const OF_ASKED: &[Kind] =
    &[Kind::BadParameter, Kind::HeadersTooLarge, Kind::TooMany, Kind::Internal, Kind::Busy];

/// What answers are made of.
#[derive(Clone)]
pub struct Services {
    /// What lasts: users, tokens, shops.
    pub store: Store,
    /// Who keeps facts.
    pub feed: Arc<dyn Feed>,
    /// How everything stands.
    pub desk: Arc<Desk>,
    /// What brings facts from platforms.
    pub connectors: Connectors,
    /// What time it is.
    pub clock: Clock,
    /// Where events are told.
    pub hub: Hub,
    /// Whether all of that is ready.
    pub readiness: Readiness,
    /// What is measured.
    pub metrics: Arc<Metrics>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services(..)")
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Yingda",
        description = "Reply metrics of shops: facts in, figures and alerts out. Every error is \
                       `application/problem+json` in English or Chinese, by `Accept-Language` or \
                       `?lang=en`."
    ),
    components(schemas(ProblemBody))
)]
struct Document;

/// The routes, their states not given yet.
struct Routes {
    sign_in: OpenApiRouter<SignInState>,
    stored: OpenApiRouter<StoreState>,
    facts: OpenApiRouter<FactsState>,
    events: OpenApiRouter<EventsState>,
    health: OpenApiRouter<HealthState>,
    live: OpenApiRouter<LiveState>,
    observed: OpenApiRouter<ObservedState>,
    connectors: OpenApiRouter<ConnectorsState>,
    backup: OpenApiRouter<BackupState>,
    counted: OpenApiRouter<CountState>,
    imports: OpenApiRouter<ImportState>,
}

fn routes() -> Routes {
    let stored = OpenApiRouter::new()
        .merge(users::routes())
        .merge(tokens::routes())
        .merge(audit::routes())
        .merge(shops::routes())
        .merge(persons::routes())
        .merge(accounts::routes())
        .merge(overrides::routes())
        .merge(feeds::routes())
        .merge(buyers::routes());
    let counted = figures::routes()
        .merge(exports::routes())
        .merge(standing::routes())
        .merge(calibration::routes())
        .merge(comparison::routes())
        .merge(explanations::routes())
        .merge(rules::routes())
        .merge(platforms::routes())
        .merge(trial::routes());
    Routes {
        sign_in: sign_in::routes().merge(me::routes()),
        stored,
        facts: feed::routes(),
        events: events::routes(),
        health: health::routes(),
        live: live::routes(),
        observed: observed::routes(),
        connectors: connectors::routes(),
        backup: backup::routes(),
        counted,
        imports: imports::routes(),
    }
}

/// The description of all routes: OpenAPI 3.1, from the code that answers.
///
/// # Example
///
/// ```
/// let description = server::api::description();
/// assert!(description.paths.paths.contains_key("/v1/facts"));
/// ```
#[must_use]
pub fn description() -> OpenApi {
    let Routes {
        sign_in,
        stored,
        facts,
        observed,
        connectors,
        events,
        health,
        live,
        counted,
        backup,
        imports,
    } = routes();
    let mut all = Document::openapi();
    all.merge(sign_in.into_openapi());
    all.merge(stored.into_openapi());
    all.merge(facts.into_openapi());
    all.merge(observed.into_openapi());
    all.merge(connectors.into_openapi());
    all.merge(events.into_openapi());
    all.merge(counted.into_openapi());
    all.merge(live.into_openapi());
    all.merge(backup.into_openapi());
    all.merge(imports.into_openapi());
    all.merge(health.into_openapi());
    complete(&mut all);
    all
}

/// Schemas that others are put together of: what they do not name, the whole may have.
const PARTS: &[&str] = &["ShopEntry", "JdSettings", "WecomSettings", "ChatwootSettings"];

/// Adds what is the same everywhere: how callers are known, and problems of every route.
fn complete(all: &mut OpenApi) {
    all.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = all.components.get_or_insert_with(Components::new);
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("yd_…").build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-yingda"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    components.schemas.insert("Problem".to_owned(), ProblemBody::schema());
    components.schemas.insert("Fault".to_owned(), FaultBody::schema());
    for name in PARTS {
        if let Some(RefOr::T(Schema::Object(part))) = components.schemas.get_mut(*name) {
            part.additional_properties = None;
        }
    }
    for (path, item) in &mut all.paths.paths {
        let kinds = if path.starts_with(asked::LOOKED_AT) { OF_ASKED } else { OF_ALL };
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            for kind in kinds {
                add(&mut operation.responses.responses, *kind);
            }
        }
    }
}

/// Adds a kind of problem to the answers of an operation, beside others of its status.
fn add(answers: &mut BTreeMap<String, RefOr<Described>>, kind: Kind) {
    for (status, answer) in describe(&[kind]) {
        match (answers.get_mut(&status), answer) {
            (Some(RefOr::T(there)), RefOr::T(answer)) => {
                if !there.description.contains(&format!("(`{}`)", kind.code())) {
                    there.description = format!("{} / {}", there.description, answer.description);
                }
            }
            (Some(_), _) => {}
            (None, answer) => {
                answers.insert(status, answer);
            }
        }
    }
}

/// Everything that the server answers, with its layers.
///
/// # Errors
///
/// [`NoRandomness`].
pub fn router(settings: &Settings, services: Services) -> Result<Router, NoRandomness> {
    let Services { store, feed, desk, connectors: running, clock, hub, readiness, metrics } =
        services;
    let doorkeeper = Doorkeeper::new(Arc::new(store.clone()), clock.clone(), settings);
    let public_address = settings.public_address.as_deref().unwrap_or_default().into();
    let state = StoreState {
        doorkeeper: doorkeeper.clone(),
        store,
        desk: Arc::clone(&desk),
        clock,
        public_address,
    };
    let shell = Shell::new(settings, metrics.clone())?;
    let Routes {
        sign_in,
        stored,
        facts,
        observed,
        connectors,
        events,
        health,
        live,
        counted,
        backup,
        imports: uploads,
    } = routes();
    let budget = Budget::new(settings.limits.held);
    let counts = CountState::new(state.clone());
    let observed = observed.with_state(ObservedState {
        stored: state.clone(),
        counts: counts.clone(),
        budget: budget.clone(),
        pause: settings.timeouts.piece,
        unpacking: Arc::new(Semaphore::new(1)),
    });
    let connectors = connectors.with_state(ConnectorsState {
        doorkeeper: doorkeeper.clone(),
        connectors: running,
        budget: budget.clone(),
        pause: settings.timeouts.piece,
    });
    let counted = counted.with_state(counts);
    let folder = settings.data.as_path().into();
    let backup = backup.with_state(BackupState { stored: state.clone(), folder });
    let imports = ImportState::new(settings, state.clone(), Arc::clone(&feed));
    let imports = uploads.with_state(imports);
    let live = live.with_state(LiveState { stored: state.clone(), desk: Arc::clone(&desk) });
    let sign_in = sign_in.with_state(SignInState::new(state.clone()));
    let people = sign_in.merge(stored.with_state(state)).merge(observed).merge(connectors);
    let people = people.merge(counted).merge(imports).merge(live);
    let people = people.layer(map_response(not_kept));
    let facts = facts.with_state(FactsState::new(settings, doorkeeper.clone(), feed, budget));
    let facts = facts.layer(map_response(not_kept));
    let events = events.with_state(EventsState { doorkeeper: doorkeeper.clone(), hub });
    let health = health.with_state(HealthState { doorkeeper, readiness, metrics, desk });
    // Made of lists in the code, it always becomes JSON.
    let described = description();
    let json: Arc<str> = serde_json::to_string(&described).unwrap_or_default().into();
    let document = get(move || {
        let json = json.to_string();
        async move { ([(header::CONTENT_TYPE, "application/json")], json).into_response() }
    });
    let routes = people.merge(facts).merge(events).merge(backup).merge(health);
    let (routes, _) = routes.split_for_parts();
    let routes = routes.route(DESCRIPTION, document).merge(assets::routes());
    let asked = from_fn_with_state(Asked::of(&described), refuse_unknown);
    Ok(shell::wrap(routes.layer(asked), &shell))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The names of schemas that stand in an `allOf`.
    fn parts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                    let name = part["$ref"].as_str().and_then(|name| name.rsplit('/').next());
                    found.extend(name.map(str::to_owned));
                }
                map.values().for_each(|value| parts(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| parts(value, found)),
            _ => {}
        }
    }

    #[test]
    fn no_part_forbids_what_the_whole_has() {
        let all = serde_json::to_value(description()).unwrap();
        let mut found = Vec::new();
        parts(&all, &mut found);
        assert!(found.iter().any(|name| name == "JdSettings"), "{found:?}");
        for name in found {
            let schema = &all["components"]["schemas"][&name];
            assert!(schema["additionalProperties"] != false, "{name}: add it to PARTS");
        }
    }
}
