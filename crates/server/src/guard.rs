//! A connection that does not wait for ever.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A connection that ends with an error when nothing moved on it for a while, or when the other
/// side does not take what is written.
pub(crate) struct Guarded<S> {
    inner: S,
    idle: Duration,
    stall: Duration,
    quiet: Pin<Box<Sleep>>,
    /// Runs while something waits to be written.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    pub(crate) fn new(inner: S, idle: Duration, stall: Duration) -> Self {
        Self { inner, idle, stall, quiet: Box::pin(sleep(idle)), stuck: None }
    }

    fn moved(&mut self) {
        self.quiet.as_mut().reset(Instant::now() + self.idle);
    }

    /// Passes on what writing gave, unless it has given nothing for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.stuck = None;
            self.moved();
            return poll;
        }
        let stall = self.stall;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(stall)));
        match stuck.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.inner).poll_read(context, buffer);
        if poll.is_ready() {
            self.moved();
            return poll;
        }
        match self.quiet.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.written(context, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Hyper flushes often with nothing to write: that moves nothing, but is not stuck either.
        let poll = Pin::new(&mut self.inner).poll_flush(context);
        if poll.is_ready() {
            return poll;
        }
        self.written(context, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.inner).poll_shutdown(context);
        self.written(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.written(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const IDLE: Duration = Duration::from_secs(90);
    const STALL: Duration = Duration::from_secs(15);

    #[tokio::test(start_paused = true)]
    async fn a_quiet_connection_ends_and_one_that_moves_does_not() {
        let (here, mut there) = duplex(64);
        let mut guarded = Guarded::new(here, IDLE, STALL);
        let begin = Instant::now();
        let mut byte = [0];
        for _ in 0..3 {
            tokio::time::advance(IDLE - Duration::from_secs(1)).await;
            there.write_all(b"x").await.unwrap();
            guarded.read_exact(&mut byte).await.unwrap();
        }
        let error = guarded.read_exact(&mut byte).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begin.elapsed() >= 4 * IDLE - Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_is_given_up() {
        let (here, _there) = duplex(4);
        let mut guarded = Guarded::new(here, IDLE, STALL);
        let begin = Instant::now();
        let error = guarded.write_all(b"12345").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begin.elapsed().as_secs(), STALL.as_secs());
    }
}
