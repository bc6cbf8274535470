//! `/v1/connectors`: what brings facts from platforms by itself, and where platforms post.

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ingest::connectors::{
    CHATWOOT_BODY, ChatwootCall, ChatwootSettings, ConnectorNow, ConnectorSettings, Connectors,
    JdSettings, NotReceived, Unset, WECOM_BODY, WecomQuery, WecomSettings,
};
use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::{Page, Paging};
use crate::blocking;
use crate::caller::{Authenticated, Caller, Doorkeeper};
use crate::extract::{Json, Misfit, Path, Query, Tree, said};
use crate::feed::gather;
use crate::feed::held::Budget;
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct ConnectorsState {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) connectors: Connectors,
    pub(crate) budget: Budget,
    pub(crate) pause: std::time::Duration,
}

impl FromRef<ConnectorsState> for Doorkeeper {
    fn from_ref(state: &ConnectorsState) -> Self {
        state.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<ConnectorsState> {
    OpenApiRouter::new()
        .routes(routes!(list_connectors))
        .routes(routes!(get_connector, put_connector, delete_connector))
        .routes(routes!(echo_wecom, receive_wecom))
        .routes(routes!(receive_chatwoot))
}

/// Connectors are for all shops, and hold secrets.
fn needs_all(caller: &Caller) -> Result<(), Problem> {
    caller.needs_everywhere(Permission::ChangeConnectors)
}

problem::described! {
    /// What may go wrong when somebody asks for connectors.
    ListConnectorsProblems: [BadParameter, SignInNeeded, NotAllowed]
}

/// All connectors.
///
/// What each was told, secrets as `***`, and how it stands. For callers who reach every shop.
#[utoipa::path(
    get,
    path = "/v1/connectors",
    tag = "connectors",
    operation_id = "list_connectors",
    params(Paging),
    responses(
        (status = 200, description = "The connectors.", body = Page<ConnectorNow>),
        ListConnectorsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn list_connectors(
    State(state): State<ConnectorsState>,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ConnectorNow>>, Problem> {
    needs_all(&caller)?;
    let all = state.connectors.list();
    paging.cut(all, |one: &ConnectorNow| one.name.clone()).map(axum::Json)
}

problem::described! {
    /// What may go wrong when somebody asks for a connector.
    GetConnectorProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound]
}

/// A connector.
#[utoipa::path(
    get,
    path = "/v1/connectors/{name}",
    tag = "connectors",
    operation_id = "get_connector",
    params(("name" = String, Path, description = "What it is called.")),
    responses(
        (status = 200, description = "The connector.", body = ConnectorNow),
        GetConnectorProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn get_connector(
    State(state): State<ConnectorsState>,
    Authenticated(caller): Authenticated,
    Path(name): Path<String>,
) -> Result<axum::Json<ConnectorNow>, Problem> {
    needs_all(&caller)?;
    state.connectors.get(&name).map(axum::Json).ok_or_else(absent)
}

fn absent() -> Problem {
    Problem::new(Kind::NotFound).detail("there is no such connector", "没有这个接入")
}

problem::described! {
    /// What may go wrong with new settings of a connector.
    PutConnectorProblems: [
        BadParameter, BrokenBody, SignInNeeded, NotAllowed, OtherOrigin, TooSlow, TooLarge,
        UnsupportedType, UnfitBody, TooMany
    ]
}

/// Settings as they are given. Which they are stands beside them, and is looked at first: so every
/// fault within them keeps its place.
struct Given(ConnectorSettings);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const KINDS: &[&str] = &["jd", "wecom", "chatwoot"];
        let mut given = Tree::deserialize(deserializer)?;
        let Tree::Object(entries) = &mut given else {
            return Err(de::Error::invalid_type(given.unexpected(), &"an object"));
        };
        let at = entries.iter().position(|(key, _)| key == "kind");
        let at = at.ok_or_else(|| <D::Error as de::Error>::missing_field("kind"))?;
        let Tree::Text(kind) = entries.remove(at).1 else {
            return Err(said("`kind`: expected a text", "`kind`：应为文本"));
        };
        let settings = match kind.as_str() {
            "jd" => JdSettings::deserialize(&given).map(ConnectorSettings::Jd),
            "wecom" => WecomSettings::deserialize(&given).map(ConnectorSettings::Wecom),
            "chatwoot" => ChatwootSettings::deserialize(&given).map(ConnectorSettings::Chatwoot),
            other => return Err(de::Error::custom(Misfit::no_word("kind", other, KINDS))),
        };
        settings.map(Self).map_err(de::Error::custom)
    }
}

/// Set a connector.
///
/// Made where there is none of this name. It starts at once; a secret shown as `***` stays as it
/// is. Names have small letters, digits and `-`.
#[utoipa::path(
    put,
    path = "/v1/connectors/{name}",
    tag = "connectors",
    operation_id = "put_connector",
    params(("name" = String, Path, description = "What it is called.")),
    request_body = ConnectorSettings,
    responses(
        (status = 200, description = "The connector.", body = ConnectorNow),
        PutConnectorProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
async fn put_connector(
    State(state): State<ConnectorsState>,
    Authenticated(caller): Authenticated,
    Path(name): Path<String>,
    Json(Given(given)): Json<Given>,
) -> Result<axum::Json<ConnectorNow>, Problem> {
    needs_all(&caller)?;
    let put = move || {
        let put = state.connectors.put(caller.scope(), &name, given);
        put.map_err(|unset| match unset {
            Unset::Bad(bad) => Problem::new(Kind::UnfitBody).detail(bad.en, bad.zh),
            Unset::Store(error) => error.into(),
        })
    };
    let put = tokio::task::spawn_blocking(put).await;
    put.map_err(|_| Problem::new(Kind::Internal))?.map(axum::Json)
}

problem::described! {
    /// What may go wrong when a connector is removed.
    DeleteConnectorProblems: [
        BadParameter, SignInNeeded, NotAllowed, OtherOrigin, NotFound, TooMany
    ]
}

/// Remove a connector.
///
/// It stops at once, and its secrets are forgotten. Facts that it brought stay.
#[utoipa::path(
    delete,
    path = "/v1/connectors/{name}",
    tag = "connectors",
    operation_id = "delete_connector",
    params(("name" = String, Path, description = "What it is called.")),
    responses((status = 204, description = "It is gone."), DeleteConnectorProblems),
    security(("token" = []), ("session" = [])),
)]
async fn delete_connector(
    State(state): State<ConnectorsState>,
    Authenticated(caller): Authenticated,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    needs_all(&caller)?;
    let removed = blocking::run(move || state.connectors.remove(caller.scope(), &name)).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(absent()) }
}

/// What WeCom has behind the question mark.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// The signature.
    msg_signature: String,
    /// When it was signed.
    timestamp: String,
    /// Any text, signed with the others.
    nonce: String,
    /// The question whether the address is ours, sealed; with `GET` alone.
    #[serde(default)]
    echostr: String,
}

impl CallbackQuery {
    fn signed(&self) -> WecomQuery<'_> {
        WecomQuery {
            msg_signature: &self.msg_signature,
            timestamp: &self.timestamp,
            nonce: &self.nonce,
        }
    }
}

fn not_received(why: NotReceived) -> Problem {
    match why {
        NotReceived::Absent => absent(),
        NotReceived::Refused(413, en, zh) => Problem::new(Kind::TooLarge).detail(en, zh),
        NotReceived::Refused(400, en, zh) => Problem::new(Kind::BadRequest).detail(en, zh),
        NotReceived::Refused(_, en, zh) => Problem::new(Kind::WrongSignature).detail(en, zh),
        NotReceived::Failed => Problem::new(Kind::Internal),
    }
}

problem::described! {
    /// What may go wrong with what platforms post.
    ReceiveProblems: [
        BadRequest, BadParameter, WrongSignature, NotFound, TooSlow, TooLarge, TooMany
    ]
}

/// Answer WeCom's question whether a callback's address is ours.
///
/// WeCom asks when the address is saved on its page. Nobody signs in; the question is signed with
/// the callback's Token.
#[utoipa::path(
    get,
    path = "/v1/connectors/{name}/wecom",
    tag = "connectors",
    operation_id = "echo_wecom",
    params(("name" = String, Path, description = "What the connector is called."), CallbackQuery),
    responses(
        (status = 200, description = "The answer.", body = String, content_type = "text/plain"),
        ReceiveProblems,
    ),
)]
async fn echo_wecom(
    State(state): State<ConnectorsState>,
    Path(name): Path<String>,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Problem> {
    let echo = state.connectors.wecom_echo(&name, &query.signed(), &query.echostr);
    let echo = echo.map_err(not_received)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], echo).into_response())
}

/// Take a callback of WeCom.
///
/// It says that an account has news, which is fetched then. Nobody signs in; it is signed with the
/// callback's Token and sealed with its key.
#[utoipa::path(
    post,
    path = "/v1/connectors/{name}/wecom",
    tag = "connectors",
    operation_id = "receive_wecom",
    params(("name" = String, Path, description = "What the connector is called."), CallbackQuery),
    request_body(content = String, content_type = "text/xml"),
    responses(
        (status = 200, description = "Taken; without a body."),
        ReceiveProblems,
    ),
)]
async fn receive_wecom(
    State(state): State<ConnectorsState>,
    Path(name): Path<String>,
    Query(query): Query<CallbackQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let body = state.gather(&headers, body, WECOM_BODY).await?;
    state.connectors.wecom_event(&name, &query.signed(), &body).map_err(not_received)?;
    Ok(StatusCode::OK)
}

/// Take an event of Chatwoot.
///
/// Its facts are durable when this is answered. Nobody signs in; events are signed with the
/// webhook's secret, or come from a listed address.
#[utoipa::path(
    post,
    path = "/v1/connectors/{name}/chatwoot",
    tag = "connectors",
    operation_id = "receive_chatwoot",
    params(("name" = String, Path, description = "What the connector is called.")),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 200, description = "Taken; without a body."), ReceiveProblems),
)]
async fn receive_chatwoot(
    State(state): State<ConnectorsState>,
    Path(name): Path<String>,
    Extension(known): Extension<Known>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let body = state.gather(&headers, body, CHATWOOT_BODY).await?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let call = ChatwootCall {
        peer: known.client,
        signature: header("x-chatwoot-signature"),
        timestamp: header("x-chatwoot-timestamp"),
        delivery: header("x-chatwoot-delivery"),
        body: &body,
    };
    state.connectors.chatwoot_event(&name, &call).await.map_err(not_received)?;
    Ok(StatusCode::OK)
}

impl ConnectorsState {
    /// The body of what a platform posts, within limits.
    async fn gather(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
    ) -> Result<Vec<u8>, Problem> {
        let mut held = self.budget.begin();
        gather(headers, body, limit as u64, self.pause, &mut held).await
    }
}
