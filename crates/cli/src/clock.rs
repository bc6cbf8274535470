//! The one place of the command line that reads clocks. Nothing that counts has any business here.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use facts::Instant;

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "the command line is the outermost layer")]
pub(crate) fn now() -> Instant {
    // A clock before 1970 is wrong; the least instant says so without an error at every call.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// An instant as RFC 3339 in UTC.
pub(crate) fn text(at: Instant) -> String {
    let timestamp = jiff::Timestamp::from_millisecond(at.0);
    timestamp.map_or_else(|_| at.0.to_string(), |timestamp| format!("{timestamp:.3}"))
}

/// How long something takes, whatever happens to the wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the command line is the outermost layer")]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
