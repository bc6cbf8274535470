//! The feed of a running server: the store keeps facts, the desk counts them.

use std::collections::HashMap;
use std::sync::Arc;

use desk::Desk;
use facts::Instant;
use store::{Batch, ShopKey, Store};

use super::{Feed, FeedError, Origin, Outcome};
use crate::caller::{Caller, Later};

/// After how many seconds to come again when the store's queue is full.
const COME_AGAIN_SECONDS: u64 = 1;

/// So many rows are handed over where they are.
const FEW: usize = 256;

/// Facts go to a store; a desk learns that they came.
#[derive(Clone, Debug)]
pub struct Stored {
    store: Store,
    desk: Arc<Desk>,
}

impl Stored {
    /// A feed into a store that a desk reads.
    #[must_use]
    pub fn new(store: Store, desk: Arc<Desk>) -> Self {
        Self { store, desk }
    }
}

impl Feed for Stored {
    fn append<'a>(
        &'a self,
        caller: &'a Caller,
        origin: Origin,
        rows: Batch,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>> {
        Box::pin(async move {
            let failed = |error| match error {
                store::Error::Busy => FeedError::Busy { retry_after: COME_AGAIN_SECONDS },
                error => {
                    tracing::error!(%error, "facts could not be stored");
                    FeedError::Failed
                }
            };
            let (store, scope) = (self.store.clone(), caller.scope().clone());
            let shops = shops(&rows);
            // Handing over looks at every row; the ticket waits for the disk without a thread.
            let ticket = match rows.len() {
                ..=FEW => store.append(&scope, rows),
                _ => {
                    let append = move || store.append(&scope, rows);
                    let appended = tokio::task::spawn_blocking(append).await;
                    appended.map_err(|_| FeedError::Failed)?
                }
            };
            let outcomes = ticket.map_err(failed)?.await.map_err(failed)?;
            self.desk.heard((&origin.name, origin.grade), &shops);
            Ok(outcomes.into_iter().map(answer).collect())
        })
    }
}

/// The shops of some rows, each with the instant of its newest.
fn shops(rows: &Batch) -> Vec<(ShopKey, Option<Instant>)> {
    let mut newest: HashMap<(&str, &str), Instant> = HashMap::new();
    for row in rows.iter() {
        let at = newest.entry((row.platform, row.shop)).or_insert(row.at);
        *at = row.at.max(*at);
    }
    let shops = newest.into_iter();
    shops.map(|((platform, shop), at)| (ShopKey::new(platform, shop), Some(at))).collect()
}

fn answer(outcome: store::Outcome) -> Outcome {
    match outcome {
        store::Outcome::Accepted(_) => Outcome::Accepted,
        store::Outcome::Duplicate => Outcome::Duplicate,
        store::Outcome::Rejected(refused) => Outcome::Refused(refused.into()),
    }
}
