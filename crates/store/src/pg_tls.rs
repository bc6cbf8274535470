//! TLS to PostgreSQL, and what its address says of it.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::config::{Host, SslMode};
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use postgres::{Client, Config, NoTls, Socket};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::error::{Error, Result};

/// How a database is reached.
#[derive(Debug)]
pub(crate) struct Reach {
    config: Config,
    tls: Option<Option<PathBuf>>,
}

const MODES: &str = "`sslmode` should be `disable` (no TLS) or `verify-full` (TLS, the server's \
                     certificate checked); `require` and `verify-ca` mean the latter here";

impl Reach {
    /// What an address says. Without `sslmode`, TLS is used beyond this machine.
    ///
    /// # Errors
    ///
    /// [`Error::Address`].
    pub(crate) fn read(address: &str) -> Result<Self> {
        let (rest, asked) = split(address);
        let mut config: Config = rest.parse().map_err(|error: postgres::Error| {
            let cause = std::error::Error::source(&error);
            let detail = cause.map_or_else(|| error.to_string(), ToString::to_string);
            Error::Address { detail }
        })?;
        let bad = |detail: &str| Error::Address { detail: detail.to_owned() };
        let is_on = match asked.mode.as_deref() {
            None => !config.get_hosts().iter().all(is_local),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(bad(MODES)),
        };
        if !is_on && asked.roots.is_some() {
            return Err(bad("`sslrootcert` needs `sslmode=verify-full`"));
        }
        config.ssl_mode(if is_on { SslMode::Require } else { SslMode::Disable });
        Ok(Self { config, tls: is_on.then_some(asked.roots) })
    }

    /// A connection.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when the roots cannot be read, and what `failed` makes of others.
    pub(crate) fn connect(&self, failed: impl Fn(postgres::Error) -> Error) -> Result<Client> {
        match &self.tls {
            None => self.config.connect(NoTls).map_err(failed),
            Some(roots) => self.config.connect(Tls::new(roots.as_ref())?).map_err(failed),
        }
    }
}

/// Whether a host is this machine.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// What an address says of TLS.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    mode: Option<String>,
    roots: Option<PathBuf>,
}

impl Asked {
    /// Takes a parameter; `false`: it is about something else.
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.roots = Some(PathBuf::from(value)),
            _ => return false,
        }
        true
    }
}

/// The address without what it says of TLS, which its reader does not know in full.
fn split(address: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let mut stays = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => !asked.take(name.trim(), &unescaped(value.trim())),
        None => true,
    };
    let rest = if address.contains("://") {
        match address.split_once('?') {
            None => address.to_owned(),
            Some((start, query)) => {
                let kept: Vec<&str> = query.split('&').filter(|pair| stays(pair)).collect();
                if kept.is_empty() {
                    start.to_owned()
                } else {
                    format!("{start}?{}", kept.join("&"))
                }
            }
        }
    } else {
        let kept: Vec<&str> = address.split(' ').filter(|pair| stays(pair)).collect();
        kept.join(" ")
    };
    (rest, asked)
}

/// A value of an address, its `%2F` and the like as what they stand for.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes connections whose other side shows a certificate for its name.
#[derive(Clone)]
struct Tls(Arc<ClientConfig>);

impl Tls {
    fn new(roots: Option<&PathBuf>) -> Result<Self> {
        let mut store = RootCertStore::empty();
        match roots {
            None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let found = CertificateDer::pem_file_iter(path);
                for one in found.map_err(|error| Error::file(path, error))? {
                    let one = one.map_err(|error| Error::file(path, error))?;
                    store.add(one).map_err(|error| Error::file(path, error))?;
                }
                if store.is_empty() {
                    return Err(Error::file(path, "there is no certificate in it (PEM)"));
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::database("setting up TLS", error))?;
        let config = config.with_root_certificates(store).with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = ToHost;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<ToHost> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(ToHost { config: Arc::clone(&self.0), name })
    }
}

/// A connection that is to become one with a host.
struct ToHost {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl TlsConnect<Socket> for ToHost {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        let connecting = tokio_rustls::TlsConnector::from(self.config).connect(self.name, socket);
        Box::pin(async move { connecting.await.map(|stream| Stream(Box::new(stream))) })
    }
}

/// A connection under TLS.
struct Stream(Box<tokio_rustls::client::TlsStream<Socket>>);

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(address: &str) -> Option<Option<PathBuf>> {
        Reach::read(address).unwrap().tls
    }

    #[test]
    fn tls_is_used_beyond_this_machine_unless_told_otherwise() {
        for local in ["postgres://u@localhost/d", "postgres://u@127.0.0.1/d", "host=/run user=u"] {
            assert_eq!(tls(local), None, "{local}");
        }
        assert_eq!(tls("postgres://u@db.example/d"), Some(None));
        assert_eq!(tls("postgres://u@db.example/d?sslmode=disable"), None);
        assert_eq!(tls("host=localhost user=u sslmode=require"), Some(None));
        let more = "connect_timeout=3&sslmode=verify-full&sslrootcert=%2Fetc/ca.pem";
        let roots = format!("postgres://u@db/d?{more}");
        assert_eq!(tls(&roots), Some(Some(PathBuf::from("/etc/ca.pem"))));
    }

    #[test]
    fn what_would_fall_back_is_refused_with_what_to_write() {
        for wrong in ["prefer", "allow", "x", ""] {
            let told = Reach::read(&format!("postgres://u@db/d?sslmode={wrong}")).unwrap_err();
            assert!(told.to_string().contains("verify-full"), "{told}");
        }
        assert!(Reach::read("postgres://u@localhost/d?sslrootcert=x").is_err());
        assert!(
            Reach::read("postgres://u:secret@db:x/d")
                .is_err_and(|told| { !told.to_string().contains("secret") })
        );
    }
}
