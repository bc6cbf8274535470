//! What every request goes through before and after its handler.
//!
//! From the outside in: an id, a language, security headers, problems written out, a log line and
//! a measurement; panics become answers; a place among the requests under way and a time by which
//! the answer has begun. Routes and their layers are put together in [`wrap`].

use std::any::Any;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{error, info};

use crate::assets::{self, ErrorPage};
use crate::language::{self, Lang};
use crate::listen::Peer;
use crate::metrics::Metrics;
use crate::network::{self, Network};
use crate::problem::{Kind, Problem};
use crate::rest;
use crate::secret::{NoRandomness, hex, random};
use crate::settings::Settings;

/// The header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the console's pages may load: what the server itself gives out.
const CONTENT_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                              frame-ancestors 'none'; object-src 'none'; img-src 'self' data:; \
                              style-src 'self' 'unsafe-inline'";

/// Headers of every answer.
const SECURITY: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // With `no-referrer` browsers would send `Origin: null` from our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Browsers come back by TLS alone for so long.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// After how many seconds to come again where there is no room.
const COME_AGAIN_SECONDS: u64 = 1;

/// Routes that answer also when there is no room: those by which one sees that there is none.
const ALWAYS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Ids of requests: drawn once, then counted.
struct Ids {
    start: [u8; 6],
    next: AtomicU64,
}

impl Ids {
    /// Twelve random digits and a number: short, and none like those of another start.
    fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number:x}", hex(&self.start))
    }
}

/// Routes to which people send whole files, or that read them: bytes that stop coming end them
/// sooner.
const LONG: [&str; 2] = ["/v1/imports", "/v1/imports/{id}/preview"];
/// How many times as long these may take.
const LONGER: u32 = 20;

/// What the layers share.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    ids: Ids,
    metrics: Arc<Metrics>,
    places: Semaphore,
    limit: Duration,
    headers: u64,
    language: Lang,
    trusted: Vec<Network>,
    is_https: bool,
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shell(..)")
    }
}

/// What is known of a request from the start; an extension of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub id: Arc<str>,
    /// The language of the answer.
    pub language: Lang,
    /// Whose address it comes from, behind trusted proxies.
    pub client: IpAddr,
    /// Whether it was sent from this machine and nobody passed it on.
    pub is_local: bool,
}

impl Shell {
    /// The layers' state, as the settings say.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn new(settings: &Settings, metrics: Arc<Metrics>) -> Result<Self, NoRandomness> {
        let requests = usize::try_from(settings.limits.requests).unwrap_or(usize::MAX);
        Ok(Self(Arc::new(Inner {
            ids: Ids { start: random()?, next: AtomicU64::new(1) },
            metrics,
            places: Semaphore::new(requests.min(Semaphore::MAX_PERMITS)),
            limit: settings.timeouts.request,
            headers: settings.limits.headers,
            language: settings.language,
            trusted: match settings.behind_proxy {
                true => settings.trusted_proxies.clone(),
                false => Vec::new(),
            },
            is_https: settings.is_https(),
        })))
    }

    fn known(&self, request: &Request) -> Known {
        let headers = request.headers();
        // Without a connection there is nobody to trust.
        let nobody = IpAddr::from([0, 0, 0, 0]);
        let peer = request.extensions().get::<Peer>().map_or(nobody, |peer| peer.0.ip());
        Known {
            id: self.0.ids.next().into(),
            language: language::wanted(request.uri().query(), headers, self.0.language),
            client: network::client(peer, headers, &self.0.trusted),
            is_local: peer.to_canonical().is_loopback() && !network::is_forwarded(headers),
        }
    }

    /// The answer as it is sent: a problem in the caller's language, never a bare error.
    fn finish(&self, response: Response, known: &Known) -> Response {
        let problem = response.extensions().get::<Problem>().cloned();
        let status = response.status();
        let is_page = response.extensions().get::<ErrorPage>().is_some();
        let is_error = !is_page && (status.is_client_error() || status.is_server_error());
        let problem = problem.or_else(|| is_error.then(|| Problem::new(Kind::of_status(status))));
        let mut response = match problem {
            Some(problem) => problem.answer(known.language, &known.id, &response),
            None => response,
        };
        let headers = response.headers_mut();
        for (name, value) in SECURITY {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if self.0.is_https {
            let value = HeaderValue::from_static(STRICT_TRANSPORT);
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
        if let Ok(id) = HeaderValue::from_str(&known.id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }
}

/// Puts the layers around routes. A path that is no route and a method that a route does not take
/// are problems too.
pub fn wrap(routes: Router, shell: &Shell) -> Router {
    routes
        .fallback(assets::unknown)
        .method_not_allowed_fallback(|| async { Problem::new(Kind::MethodNotAllowed) })
        .layer(middleware::from_fn_with_state(shell.clone(), admit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(shell.clone(), outermost))
}

/// What a panic said may hold anything and is not looked at.
fn panicked(_said: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(Kind::Internal).into_response()
}

async fn outermost(State(shell): State<Shell>, mut request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let _under_way = shell.0.metrics.begin();
    let known = shell.known(&request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(known.clone());
    let lent = rest::lend(&mut request);
    let answer = match header_bytes(&request) > shell.0.headers {
        true => Problem::new(Kind::HeadersTooLarge).into_response(),
        false => next.run(request).await,
    };
    let mut response = shell.finish(answer, &known);
    let took = begin.elapsed();
    let status = response.status();
    shell.0.metrics.request(method.as_str(), &route, status.as_u16(), took);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (id, client, method) = (&*known.id, known.client, method.as_str());
    match status.is_server_error() {
        true => error!(id, method, route, status = status.as_u16(), ms, %client, "request"),
        false => info!(id, method, route, status = status.as_u16(), ms, %client, "request"),
    }
    if let Some(lent) = lent
        && !lent.drain().await
    {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The bytes of a request's address and headers. The connection reads in steps and bounds them
/// only about; this is exact.
fn header_bytes(request: &Request) -> u64 {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = request.uri().path_and_query().map_or(0, |text| text.as_str().len());
    (headers.sum::<usize>() + address) as u64
}

/// Gives a request a place among those under way, and a time.
async fn admit(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if route.is_some_and(|route| ALWAYS.contains(&route.as_str())) {
        return next.run(request).await;
    }
    let is_long = route.is_some_and(|route| LONG.contains(&route.as_str()));
    let limit = shell.0.limit * if is_long { LONGER } else { 1 };
    let again = |kind| Problem::new(kind).retry_after(COME_AGAIN_SECONDS).into_response();
    let Ok(_place) = shell.0.places.try_acquire() else {
        shell.0.metrics.refuse();
        return again(Kind::TooMany);
    };
    timeout(limit, next.run(request)).await.unwrap_or_else(|_| again(Kind::Busy))
}
