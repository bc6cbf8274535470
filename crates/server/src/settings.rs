//! What the server is told before it starts: one list of units, each of which says everything
//! about itself.
//!
//! [`UNITS`] drives the reader ([`Settings::read`]), the page ([`page::render`]) and what is shown
//! of the settings in force ([`Unit::shown`]). A unit's environment variable and flag follow from
//! its key, so that nobody has to remember three names. Flags stand before the environment, the
//! environment before the file.

mod form;
pub mod page;
mod read;
mod units;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use facts::Span;

use crate::language::{self, Lang};
use crate::network::Network;
use crate::secret::Secret;

pub use form::Form;
pub use read::{Given, Place, Wrong, WrongSetting};
pub use units::UNITS;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// One JSON object a line, for programs.
    Json,
}

/// From which level on lines are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// Also what may go wrong.
    Warn,
    /// Also each request.
    Info,
    /// Also each connection.
    Debug,
}

/// Bounds of what one caller, and all of them, may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body, as sent.
    pub body: u64,
    /// Bytes of a body, unpacked.
    pub unpacked: u64,
    /// Rows of one request.
    pub rows: u64,
    /// Bytes of bodies that are held at the same time, over all requests.
    pub held: u64,
    /// Requests under way.
    pub requests: u64,
    /// Open connections.
    pub connections: u64,
    /// Bytes of a request's headers.
    pub headers: u64,
    /// Streams of events that are open.
    pub streams: u64,
}

/// How long the server waits, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection's greeting and for the headers of a request.
    pub headers: Duration,
    /// For the next piece of a body, and for a client that does not take its answer.
    pub piece: Duration,
    /// For a whole request, until its answer begins.
    pub request: Duration,
    /// On a connection on which nothing moves.
    pub idle: Duration,
    /// For requests under way, when the server stops.
    pub stop: Duration,
}

/// Everything the server is told. The default is what holds where nothing is given.
///
/// # Example
///
/// ```
/// use server::settings::{Given, Settings};
/// let given = Given {
///     file: Some(("yingda.toml", "listen = \"127.0.0.1:9000\"\nlimits.rows = 500")),
///     environment: vec![("YINGDA_LIMITS_ROWS".into(), "700".into())],
///     ..Given::default()
/// };
/// let settings = Settings::read(&given).expect("all of it is known");
/// assert_eq!(settings.listen.port(), 9000);
/// assert_eq!(settings.limits.rows, 700, "the environment stands before the file");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder with everything that lasts.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the server is reached from elsewhere, such as `https://yingda.example.com`; absent:
    /// as it listens.
    pub public_address: Option<String>,
    /// Whether a proxy in front takes care of TLS.
    pub behind_proxy: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The certificate chain, PEM; absent: no TLS.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// A PostgreSQL database; absent: SQLite in the data folder.
    pub database: Option<Secret>,
    /// After how many days the facts of a day move to the archive.
    pub archive_after_days: u32,
    /// For how many days facts are kept; absent: for ever.
    pub retention_days: Option<u32>,
    /// For how many days what buyers and agents wrote is kept; absent: as long as facts.
    pub retention_texts: Option<u32>,
    /// For how many days lines of the audit log are kept; absent: for ever.
    pub retention_audit: Option<u32>,
    /// A folder whose files are taken in; absent: none.
    pub watch_folder: Option<PathBuf>,
    /// How often it is looked through.
    pub watch_every: Duration,
    /// Whether connectors may call addresses without TLS.
    pub connectors_plain: bool,
    /// Private networks that alerts may be sent into.
    pub calls_networks: Vec<Network>,
    /// Whether alerts may be sent without TLS.
    pub calls_plain: bool,
    /// The language of whoever says nothing of it.
    pub language: Lang,
    /// How far the server's clock goes ahead of the machine's.
    pub clock_shift: Span,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// From which level on.
    pub log_level: LogLevel,
    /// Bounds.
    pub limits: Limits,
    /// Waits.
    pub timeouts: Timeouts,
}

const MIB: u64 = 1 << 20;

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("yingda-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8788)),
            public_address: None,
            behind_proxy: false,
            trusted_proxies: Network::loopback().to_vec(),
            tls_certificate: None,
            tls_key: None,
            database: None,
            archive_after_days: 200,
            retention_days: None,
            retention_texts: None,
            retention_audit: None,
            watch_folder: None,
            watch_every: Duration::from_secs(2),
            connectors_plain: false,
            calls_networks: Vec::new(),
            calls_plain: false,
            language: Lang::Zh,
            clock_shift: Span(0),
            log_format: LogFormat::Plain,
            log_level: LogLevel::Info,
            limits: Limits {
                body: 8 * MIB,
                unpacked: 32 * MIB,
                rows: 20_000,
                held: 256 * MIB,
                requests: 256,
                connections: 2_048,
                headers: 32 << 10,
                streams: 512,
            },
            timeouts: Timeouts {
                headers: Duration::from_secs(10),
                piece: Duration::from_secs(15),
                request: Duration::from_secs(60),
                idle: Duration::from_secs(90),
                stop: Duration::from_secs(20),
            },
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for unit in UNITS {
            map.entry(&unit.key, &unit.shown(self));
        }
        map.finish()
    }
}

impl Settings {
    /// Whether the server does TLS itself.
    #[must_use]
    pub const fn has_tls(&self) -> bool {
        self.tls_certificate.is_some() && self.tls_key.is_some()
    }

    /// Whether callers reach the server by TLS: its own, or that of what is in front of it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        let public = self.public_address.as_deref();
        self.has_tls() || public.is_some_and(|address| address.starts_with("https://"))
    }

    /// The port, where it is chosen and not the usual one.
    #[must_use]
    pub fn unusual_port(&self) -> Option<u16> {
        let port = self.listen.port();
        (port != 0 && port != Self::default().listen.port()).then_some(port)
    }
}

/// One setting and all that is known of it.
pub struct Unit {
    /// The key in the file; a dot leads into a table.
    pub key: &'static str,
    /// What a value looks like.
    pub form: Form,
    /// Whether its value must not be shown.
    pub is_secret: bool,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Chinese.
    pub zh: &'static str,
    /// Takes a value; `false`: it is not of the form.
    pub(crate) set: fn(&mut Settings, &str) -> bool,
    /// The value in force, as a file would give it; absent: there is none.
    pub(crate) show: fn(&Settings) -> Option<String>,
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Unit {
    /// The unit of a key.
    ///
    /// # Example
    ///
    /// ```
    /// let unit = server::settings::Unit::of_key("tls.certificate").expect("there is one");
    /// assert_eq!(unit.flag(), "--tls-certificate");
    /// assert_eq!(unit.variable(), "YINGDA_TLS_CERTIFICATE");
    /// ```
    #[must_use]
    pub fn of_key(key: &str) -> Option<&'static Self> {
        UNITS.iter().find(|unit| unit.key == key)
    }

    /// The flag on the command line.
    #[must_use]
    pub fn flag(&self) -> String {
        format!("--{}", self.key.replace('.', "-"))
    }

    /// The environment variable.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{}{}", VARIABLES, self.key.replace(['.', '-'], "_").to_uppercase())
    }

    /// What it does.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &'static str {
        language::of(lang, self.en, self.zh)
    }

    /// The value in force as a file would give it, stars for a secret; absent: there is none.
    #[must_use]
    pub fn shown(&self, settings: &Settings) -> Option<String> {
        let value = (self.show)(settings)?;
        Some(if self.is_secret { "***".into() } else { value })
    }
}

/// How all environment variables of settings begin.
pub(crate) const VARIABLES: &str = "YINGDA_";
