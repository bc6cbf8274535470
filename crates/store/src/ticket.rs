//! Answers that come later: waited for by a thread, or awaited by a task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::error::{Error, Result};

struct Slot<T> {
    answer: Option<Result<T>>,
    waker: Option<Waker>,
}

struct Shared<T> {
    slot: Mutex<Slot<T>>,
    answered: Condvar,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer that comes when what was asked for is durable. A thread calls [`Ticket::wait`], a
/// task awaits it; a ticket that is dropped changes nothing.
#[must_use = "only the answer says what became of it"]
pub struct Ticket<T>(Arc<Shared<T>>);

impl<T> Ticket<T> {
    /// Blocks until the answer is there.
    ///
    /// # Errors
    ///
    /// What the operation returns, and [`Error::Stopped`] when nobody is left to answer.
    pub fn wait(self) -> Result<T> {
        let mut slot = self.0.lock();
        loop {
            if let Some(answer) = slot.answer.take() {
                return answer;
            }
            slot = self.0.answered.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Ticket<T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.0.lock();
        match slot.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The other end of a [`Ticket`].
pub(crate) struct Promise<T>(Arc<Shared<T>>);

/// A ticket, and what keeps it.
pub(crate) fn ticket<T>() -> (Promise<T>, Ticket<T>) {
    let slot = Mutex::new(Slot { answer: None, waker: None });
    let shared = Arc::new(Shared { slot, answered: Condvar::new() });
    (Promise(Arc::clone(&shared)), Ticket(shared))
}

impl<T> Promise<T> {
    pub(crate) fn keep(self, answer: Result<T>) {
        self.answer(answer);
    }

    fn answer(&self, answer: Result<T>) {
        let waker = {
            let mut slot = self.0.lock();
            if slot.answer.is_some() {
                return;
            }
            slot.answer = Some(answer);
            slot.waker.take()
        };
        self.0.answered.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        // A promise that was kept has its answer, taken or not: a second one reaches nobody.
        if Arc::strong_count(&self.0) > 1 {
            self.answer(Err(Error::Stopped));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_answered_by_a_kept_or_broken_promise() {
        let (promise, ticket) = ticket();
        std::thread::spawn(move || promise.keep(Ok(7)));
        assert_eq!(ticket.wait(), Ok(7));
        let (promise, other) = super::ticket::<u8>();
        drop(promise);
        assert_eq!(other.wait(), Err(Error::Stopped));
    }

    #[test]
    fn a_ticket_can_be_awaited() {
        let (promise, mut ticket) = ticket();
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut ticket).poll(&mut context).is_pending());
        promise.keep(Ok("done"));
        assert_eq!(Pin::new(&mut ticket).poll(&mut context), Poll::Ready(Ok("done")));
    }
}
