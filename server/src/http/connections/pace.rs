//! A connection whose other side must take what it asked for: one that reads a byte a second holds memory, a file and a
//! place for days, and one that reads nothing holds them for ever.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::places::Place;

/// How long a connection that can't take more is watched before it is judged.
pub(crate) const WITHIN: Duration = Duration::from_secs(30);

/// Bytes that must be taken in that time: a kilobyte a second, less than the slowest network that pages are read over.
const LEAST: usize = 32 * 1024;

/// A stream that ends when it is not read at a minimum pace. What waits for nobody (nothing to be written) may last.
pub(crate) struct Paced<S> {
    stream: S,
    blocked: Option<Blocked>,
    /// Held as long as the connection, also when it has become a WebSocket.
    _place: Place,
}

/// There is more to write than is taken.
struct Blocked {
    judged: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S, place: Place) -> Self {
        Self { stream, blocked: None, _place: place }
    }

    /// What a write came to, unless it came to nothing for too long.
    fn judge(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(count)) => {
                if let Some(blocked) = &mut self.blocked {
                    blocked.taken = blocked.taken.saturating_add(count);
                }
                outcome
            }
            Poll::Ready(Err(_)) => outcome,
            Poll::Pending => {
                let blocked =
                    self.blocked.get_or_insert_with(|| Blocked { judged: Box::pin(sleep(WITHIN)), taken: 0 });
                loop {
                    ready!(blocked.judged.as_mut().poll(cx));
                    if blocked.taken < LEAST {
                        return Poll::Ready(Err(ErrorKind::TimedOut.into()));
                    }
                    blocked.taken = 0;
                    blocked.judged.as_mut().reset(Instant::now() + WITHIN);
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.judge(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        // Whoever writes flushes when all of it is taken.
        self.blocked = None;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
