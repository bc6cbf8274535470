//! What is left of a body that nobody read: a request that is refused early leaves it on the
//! connection, where it would be taken for the next request.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Version, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::time::timeout;

/// Bytes that are read after the answer is known, and for how long: a client that sends before it
/// reads would not see the answer otherwise.
const MOST: u64 = 16 << 20;
const LONGEST: Duration = Duration::from_secs(2);

/// A body that is lent to whoever answers.
pub(crate) struct Lent {
    body: Shared,
    /// Nothing is sent before it is asked for: to read on would ask for it.
    waits: bool,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<State>>);

struct State {
    body: Body,
    has_ended: bool,
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // Whoever panicked while reading left a body that breaks off.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|state| {
            if state.has_ended {
                return Poll::Ready(None);
            }
            let poll = Pin::new(&mut state.body).poll_frame(context);
            state.has_ended = matches!(poll, Poll::Ready(None));
            poll
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with(|state| state.has_ended || state.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|state| state.body.size_hint())
    }
}

/// Lends the body of a request, where something of it could be left: not without a body, and not
/// by HTTP/2, whose requests do not lie behind one another.
pub(crate) fn lend(request: &mut Request) -> Option<Lent> {
    if request.version() >= Version::HTTP_2 || request.body().is_end_stream() {
        return None;
    }
    let waits = request.headers().contains_key(header::EXPECT);
    let body = std::mem::take(request.body_mut());
    let body = Shared(Arc::new(Mutex::new(State { body, has_ended: false })));
    *request.body_mut() = Body::new(body.clone());
    Some(Lent { body, waits })
}

impl Lent {
    /// Reads what is left; whether all of it was read. Otherwise the connection cannot be used
    /// again.
    pub(crate) async fn drain(mut self) -> bool {
        if self.body.is_end_stream() {
            return true;
        }
        if self.waits || self.body.size_hint().lower() > MOST {
            return false;
        }
        let read = async {
            let mut bytes = 0;
            while let Some(frame) = self.body.frame().await {
                let Ok(frame) = frame else { return false };
                bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
                if bytes > MOST {
                    return false;
                }
            }
            true
        };
        timeout(LONGEST, read).await.unwrap_or(false)
    }
}
