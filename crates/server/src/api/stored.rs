//! What routes have that read or change what is stored.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use desk::Desk;
use facts::Instant;
use store::{Scope, Store};

use crate::blocking;
use crate::caller::{Caller, Doorkeeper};
use crate::clock::Clock;
use crate::problem::Problem;

/// What such routes need.
#[derive(Clone)]
pub(crate) struct StoreState {
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) store: Store,
    /// Learns when what is known of shops changed.
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Clock,
    /// How the server is reached from elsewhere; empty: it was not told.
    pub(crate) public_address: Arc<str>,
}

impl FromRef<StoreState> for Doorkeeper {
    fn from_ref(state: &StoreState) -> Self {
        state.doorkeeper.clone()
    }
}

impl StoreState {
    /// Runs an operation of the store as a caller, now.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&Store, &Scope, Instant) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let (store, scope, now) = (self.store.clone(), caller.scope().clone(), self.clock.now());
        blocking::run(move || work(&store, &scope, now)).await
    }
}

/// Nobody between us and the caller keeps a copy of an answer.
pub(crate) async fn not_kept(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}
