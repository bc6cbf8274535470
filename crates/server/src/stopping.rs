//! Whether the server is about to stop: known to everybody at once.

use std::sync::Arc;

use tokio::sync::watch;

/// Says that the server is about to stop. Clones say the same.
///
/// # Example
///
/// ```
/// let stopping = server::stopping::Stopping::default();
/// let other = stopping.clone();
/// assert!(!other.has_begun());
/// stopping.begin();
/// assert!(other.has_begun());
/// ```
#[derive(Clone, Debug)]
pub struct Stopping(Arc<watch::Sender<bool>>);

impl Default for Stopping {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stopping {
    /// From now on the server is stopping.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is.
    pub async fn begun(&self) {
        // The sender lives as long as `self`: waiting does not fail.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}
