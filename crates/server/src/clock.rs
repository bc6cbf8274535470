//! The one place that reads the wall clock.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use facts::{Instant, Span};

/// What says what time it is: the machine, or a test.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(system_now))
    }

    /// The machine's clock, so far ahead.
    #[must_use]
    pub fn shifted(by: Span) -> Self {
        Self(Arc::new(move || system_now() + by))
    }

    /// A clock of one's own.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Instant;
    /// let clock = server::clock::Clock::new(|| Instant(5));
    /// assert_eq!(clock.now(), Instant(5));
    /// ```
    #[must_use]
    pub fn new(now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Instant {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock(..)")
    }
}

#[expect(clippy::disallowed_methods, reason = "the server is the outermost layer")]
fn system_now() -> Instant {
    let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis());
    // A clock before 1970 is wrong; the least instant says so without an error at every call.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(Ok(0), ms);
    Instant(since.unwrap_or(i64::MAX))
}
