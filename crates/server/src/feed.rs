//! The body of `POST /v1/facts`, and what becomes of its rows.
//!
//! A body is taken as a whole or not at all, as far as reading it goes: where it is too large,
//! broken, or not of a type that is read, nothing of it is taken. Once it is read, each row stands
//! for itself: one that is no fact is answered as rejected, the others are facts.
//!
//! Memory is bounded: by the limits of one request, and by [`held::Budget`] over all of them.

mod body;
mod framing;
pub mod held;
mod post;
mod stored;
mod unpack;

use std::sync::Arc;

use desk::Grade;
pub use ingest::Refusal;
use store::Batch;

use crate::caller::{Caller, Later};
use crate::problem::{Kind, Problem};

pub use framing::{Broken, Framing, Shape, Take};
pub use post::{FactsAnswer, RowAnswer, RowOutcome, UnknownKey, UnknownPlatform};
pub use stored::Stored;
pub use unpack::Packing;

pub(crate) use body::gather;
pub(crate) use post::{FactsState, check_name, routes};

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a fact now, and durable.
    Accepted,
    /// It was a fact already.
    Duplicate,
    /// It is no fact.
    Refused(Refusal),
}

/// Why no row was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// There are too many rows under way; nothing was taken.
    Busy {
        /// After how many seconds to come again.
        retry_after: u64,
    },
    /// They could not be kept. Why is in the log; how many were kept is not known.
    Failed,
}

impl From<FeedError> for Problem {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Busy { retry_after } => Self::new(Kind::TooMany).retry_after(retry_after),
            FeedError::Failed => Self::new(Kind::Internal),
        }
    }
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What the feed is called.
    pub name: String,
    /// What it is good for.
    pub grade: Grade,
}

/// Whoever keeps facts.
pub trait Feed: Send + Sync {
    /// Keeps rows and answers each of them, in their order, when all of it is durable. `caller`
    /// may send facts for every shop of the rows; whoever keeps them may look again. `origin` is
    /// the feed that is heard by it.
    ///
    /// # Errors
    ///
    /// [`FeedError`].
    fn append<'a>(
        &'a self,
        caller: &'a Caller,
        origin: Origin,
        rows: Batch,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>>;
}

impl<F: Feed + ?Sized> Feed for Arc<F> {
    fn append<'a>(
        &'a self,
        caller: &'a Caller,
        origin: Origin,
        rows: Batch,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>> {
        (**self).append(caller, origin, rows)
    }
}
