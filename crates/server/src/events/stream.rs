//! `GET /v1/events`.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Heard, Hub, Listening};
use crate::caller::{Authenticated, Doorkeeper};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;

/// After how many milliseconds a browser comes back by itself.
const COME_BACK_MS: u32 = 3_000;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What the route needs.
#[derive(Clone)]
pub(crate) struct EventsState {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) hub: Hub,
}

impl FromRef<EventsState> for Doorkeeper {
    fn from_ref(state: &EventsState) -> Self {
        state.doorkeeper.clone()
    }
}

pub(crate) fn routes() -> OpenApiRouter<EventsState> {
    OpenApiRouter::new().routes(routes!(get_events))
}

problem::described! {
    /// What may go wrong with events.
    EventsProblems: [SignInNeeded, NotAllowed, Busy]
}

/// Listen to what happens.
///
/// Server-sent events about the shops that the caller reaches. With `Last-Event-ID` the stream
/// goes on after that event; an event named `reset` says that some were missed and everything has
/// to be asked for anew. The stream ends now and then; browsers come back by themselves.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "events",
    operation_id = "get_events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last event heard.")),
    responses(
        (status = 200, description = "Events as they happen.", body = String,
            content_type = "text/event-stream"),
        EventsProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(super) async fn get_events(
    State(state): State<EventsState>,
    Authenticated(caller): Authenticated,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.needs(Permission::ReadAlerts)?;
    // An id that is no text is one that nobody was given.
    let after = headers.get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or_default());
    let busy = || Problem::new(Kind::Busy).retry_after(10);
    let listening = state.hub.listen(caller.reach().clone(), after).ok_or_else(busy)?;
    let answer_headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Some proxies hold back what they pass on.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let body = Body::from_stream(Lines { hub: state.hub, at: At::Start(listening) });
    Ok((answer_headers, body).into_response())
}

/// The text of what is heard; absent: it was the last.
fn text(hub: &Hub, heard: &Heard) -> Option<String> {
    Some(match heard {
        Heard::Event(event) => {
            let (id, name, data) = (hub.id(event.number), event.name, &event.data);
            format!("id: {id}\nevent: {name}\ndata: {data}\n\n")
        }
        Heard::Reset(last) => {
            format!("id: {}\nevent: reset\ndata: {{}}\n\n", hub.id(*last))
        }
        Heard::Nothing => ":\n\n".to_owned(),
        Heard::End => return None,
    })
}

type Hearing = Pin<Box<dyn Future<Output = (Heard, Listening)> + Send>>;

enum At {
    Start(Listening),
    Hearing(Hearing),
    End,
}

/// What is heard, as the lines of a body.
struct Lines {
    hub: Hub,
    at: At,
}

fn hear(mut listening: Listening) -> Hearing {
    Box::pin(async move { (listening.next().await, listening) })
}

impl Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match std::mem::replace(&mut self.at, At::End) {
            At::Start(listening) => {
                self.at = At::Hearing(hear(listening));
                Poll::Ready(Some(Ok(format!("retry: {COME_BACK_MS}\n\n").into())))
            }
            At::Hearing(mut hearing) => match hearing.as_mut().poll(context) {
                Poll::Pending => {
                    self.at = At::Hearing(hearing);
                    Poll::Pending
                }
                Poll::Ready((heard, listening)) => {
                    let text = text(&self.hub, &heard);
                    if text.is_some() {
                        self.at = At::Hearing(hear(listening));
                    }
                    Poll::Ready(text.map(|text| Ok(text.into())))
                }
            },
            At::End => Poll::Ready(None),
        }
    }
}
