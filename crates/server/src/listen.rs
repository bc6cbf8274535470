//! Listening: connections with or without TLS, and a stop that lets requests end.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use tracing::{debug, error, info, warn};

use crate::guard::Guarded;
use crate::language::{self, Lang};
use crate::metrics::Metrics;
use crate::settings::{Limits, Settings, Timeouts};
use crate::stopping::Stopping;

/// The most headers of a request.
const MOST_HEADERS: usize = 100;
/// The most requests at the same time on one connection of HTTP/2.
const MOST_STREAMS: u32 = 64;
/// How long to wait where the system has no more connections to give.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// The address of the other end of a connection; an extension of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Why the server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The address reaches beyond this machine, and nothing takes care of TLS.
    Exposed {
        /// The address.
        listen: SocketAddr,
    },
    /// The address cannot be listened on.
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// A file of TLS cannot be used.
    Tls {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

impl StartError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Exposed { listen } => (
                format!(
                    "{listen} reaches beyond this machine without TLS: set `tls.certificate` and \
                     `tls.key`, or `behind-proxy`"
                ),
                format!(
                    "{listen} 超出本机而没有 TLS：请设置 `tls.certificate` 与 `tls.key`，或 \
                     `behind-proxy`"
                ),
            ),
            Self::Listen { listen, error } => (
                format!("cannot listen on {listen}: {error}; choose another `listen`"),
                format!("无法监听 {listen}：{error}；请更换 `listen`"),
            ),
            Self::Tls { path, detail } => {
                let path = path.display();
                (
                    format!("cannot use {path} for TLS: {detail}; expected PEM"),
                    format!("无法将 {path} 用于 TLS：{detail}；应为 PEM 文件"),
                )
            }
        };
        language::of(lang, en, zh)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for StartError {}

/// How a server came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were cut off as their requests did not end in time.
    pub cut_off: usize,
}

/// An address that is listened on; nothing is answered yet.
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    behind_proxy: bool,
    limits: Limits,
    timeouts: Timeouts,
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Listener {
    /// Listens as the settings say.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn bind(settings: &Settings) -> Result<Self, StartError> {
        let listen = settings.listen;
        if settings.is_exposed() {
            return Err(StartError::Exposed { listen });
        }
        let tls = match (&settings.tls_certificate, &settings.tls_key) {
            (Some(certificate), Some(key)) => Some(acceptor(certificate, key)?),
            _ => None,
        };
        let failed = |error| StartError::Listen { listen, error };
        let tcp = TcpListener::bind(listen).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        Ok(Self {
            tcp,
            address,
            tls,
            behind_proxy: settings.behind_proxy,
            limits: settings.limits.clone(),
            timeouts: settings.timeouts.clone(),
        })
    }

    /// The address, with the port that was given where 0 was asked for.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What whoever started the server should know: that others can reach it. Absent on loopback.
    #[must_use]
    pub fn notice(&self, lang: Lang) -> Option<String> {
        if self.address.ip().to_canonical().is_loopback() {
            return None;
        }
        let address = self.address;
        let (en, zh) = match (self.tls.is_some(), self.behind_proxy) {
            (true, _) => (
                format!("others can reach {address}; what is said is encrypted"),
                format!("{address} 可从其他机器访问；通信已加密"),
            ),
            (false, _) => (
                format!(
                    "others can reach {address} without TLS: make sure that only the proxy can"
                ),
                format!("{address} 可从其他机器以明文访问：请确保只有代理能访问它"),
            ),
        };
        Some(language::of(lang, en, zh))
    }

    /// Answers until `stopping` begins; then takes no more connections, lets requests under way
    /// end within the time of the settings, and cuts off what is left.
    pub async fn serve(self, app: Router, metrics: Arc<Metrics>, stopping: Stopping) -> Stopped {
        let places = Arc::new(Semaphore::new(place_count(self.limits.connections)));
        let mut connections = JoinSet::new();
        let stop = self.timeouts.stop;
        let shared = Arc::new(Shared {
            app,
            metrics,
            stopping: stopping.clone(),
            tls: self.tls,
            limits: self.limits,
            timeouts: self.timeouts,
        });
        info!(address = %self.address, tls = shared.tls.is_some(), "listening");
        loop {
            let next = async {
                // Never closed: acquiring does not fail.
                let place = places.clone().acquire_owned().await.ok();
                (place, self.tcp.accept().await)
            };
            let (place, accepted) = tokio::select! {
                biased;
                () = stopping.begun() => break,
                next = next => next,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let shared = shared.clone();
                    connections.spawn(async move {
                        shared.connection(stream, Peer(peer)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "cannot take a connection");
                    tokio::time::sleep(EXHAUSTED).await;
                }
            }
            while connections.try_join_next().is_some() {}
        }
        drop(self.tcp);
        info!(connections = connections.len(), "stopping");
        let all_ended = async { while connections.join_next().await.is_some() {} };
        let _ = timeout(stop, all_ended).await;
        let cut_off = connections.len();
        connections.shutdown().await;
        info!(cut_off, "stopped");
        Stopped { cut_off }
    }
}

fn place_count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)
}

/// What all connections need.
struct Shared {
    app: Router,
    metrics: Arc<Metrics>,
    stopping: Stopping,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    timeouts: Timeouts,
}

impl Shared {
    async fn connection(&self, stream: TcpStream, peer: Peer) {
        let _open = self.metrics.connect();
        // Answers are written whole: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let Timeouts { headers, piece, idle, .. } = self.timeouts;
        let Some(tls) = &self.tls else {
            return self.http1(Guarded::new(stream, idle, piece), peer).await;
        };
        match timeout(headers, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let stream = Guarded::new(stream, idle, piece);
                match is_http2 {
                    true => self.http2(stream, peer).await,
                    false => self.http1(stream, peer).await,
                }
            }
            Ok(Err(error)) => debug!(%error, "no TLS on a connection"),
            Err(_) => debug!("no greeting on a connection in time"),
        }
    }

    async fn http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: Guarded<S>,
        peer: Peer,
    ) {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.timeouts.headers)
            .max_buf_size(place_count(self.limits.headers).max(8 << 10))
            .max_headers(MOST_HEADERS)
            .serve_connection(TokioIo::new(stream), self.service(peer));
        self.drive(connection, |connection| connection.graceful_shutdown()).await;
    }

    async fn http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: Guarded<S>,
        peer: Peer,
    ) {
        let headers = u32::try_from(self.limits.headers).unwrap_or(u32::MAX);
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(headers)
            .max_concurrent_streams(MOST_STREAMS)
            .serve_connection(TokioIo::new(stream), self.service(peer));
        self.drive(connection, |connection| connection.graceful_shutdown()).await;
    }

    /// Answers on a connection until it ends. Once the server stops, it takes no new requests.
    async fn drive<C: Future<Output = hyper::Result<()>>>(
        &self,
        connection: C,
        shut_down: impl FnOnce(Pin<&mut C>),
    ) {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopping.begun() => {
                shut_down(connection.as_mut());
                connection.await
            }
        };
        note(ended);
    }

    fn service(
        &self,
        peer: Peer,
    ) -> impl hyper::service::Service<
        hyper::Request<Incoming>,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send + 'static,
    > + Clone
    + use<> {
        let app = self.app.clone();
        TowerToHyperService::new(tower::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            app.clone().oneshot(request)
        }))
    }
}

/// Connections break off all the time: that is no news.
fn note(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        debug!(%error, "a connection broke off");
    }
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, StartError> {
    let wrong = |path: &Path, detail: String| StartError::Tls { path: path.to_owned(), detail };
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|error| wrong(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong(certificate, "no certificate in it".into()));
    }
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(certificate, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private);
    let mut config = config.map_err(|error| {
        error!(%error, "the certificate and the key do not go together");
        wrong(key, error.to_string())
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
