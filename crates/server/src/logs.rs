//! Log lines: structured, for people or programs.
//!
//! Never in a line: bodies, query strings, texts of buyers, tokens, cookies, what a panic said.
//! A request is logged by its route's pattern, not by its path.

use std::panic;

use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, error};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::settings::{LogFormat, LogLevel};

/// The crates whose lines are written: what libraries say may hold headers.
const OURS: &[&str] = &["server", "yingda", "store", "desk", "live", "notify", "connect"];

/// What takes log lines and writes them.
///
/// # Example
///
/// ```
/// use server::settings::{LogFormat, LogLevel};
/// let logs = server::logs::dispatch(LogFormat::Json, LogLevel::Info, std::io::stderr);
/// tracing::dispatcher::with_default(&logs, || tracing::info!(rows = 2, "taken"));
/// ```
#[must_use]
pub fn dispatch<W>(format: LogFormat, level: LogLevel, writer: W) -> Dispatch
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let targets = Targets::new().with_targets(OURS.iter().map(|name| (*name, level)));
    let lines = fmt::layer().with_ansi(false).with_writer(writer);
    match format {
        LogFormat::Plain => Registry::default().with(lines.with_filter(targets)).into(),
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false);
            let lines = lines.with_span_list(false).with_filter(targets);
            Registry::default().with(lines).into()
        }
    }
}

/// From now on a panic is a log line with its place and without what it said, which may hold
/// anything.
pub fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, ToString::to_string);
        error!(place, "a panic");
    }));
}
