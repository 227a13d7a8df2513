//! A connection whose other side must take what it asked for: who reads nothing, or a byte now and then, is ended, and
//! holds up neither us nor the end of the server.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use plantgate_app::Clock;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// How patient we are with clients.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub first: Duration,
    pub bytes_a_sec: u64,
}

impl Patience {
    /// What is left of a purse of time: waiting takes from it, every byte fills it a little, up to where it began.
    pub fn left(self, purse: Duration, waited: Duration, bytes: usize) -> Duration {
        let earned = Duration::from_millis(1_000 * bytes as u64 / self.bytes_a_sec);
        (purse.saturating_sub(waited) + earned).min(self.first)
    }
}

/// A stream that stops waiting for its reader.
pub(super) struct Taken {
    stream: TcpStream,
    patience: Patience,
    purse: Duration,
    /// Since when nothing could be written, and the end of our patience.
    waiting: Option<(i64, Pin<Box<Sleep>>)>,
}

impl Taken {
    pub fn new(stream: TcpStream, patience: Patience) -> Taken {
        Taken { stream, patience, purse: patience.first, waiting: None }
    }

    /// What became of a try to write: time is counted only while the other side takes nothing.
    fn counted(&mut self, cx: &mut Context<'_>, tried: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = tried else {
            let purse = self.purse;
            let (_, late) = self.waiting.get_or_insert_with(|| (Clock::Machine.steady_us(), Box::pin(sleep(purse))));
            return late.as_mut().poll(cx).map(|()| Err(io::Error::from(io::ErrorKind::TimedOut)));
        };
        let waited = self.waiting.take().map_or(0, |(since, _)| Clock::Machine.steady_us() - since);
        let waited = Duration::from_micros(u64::try_from(waited).unwrap_or(0));
        self.purse = self.patience.left(self.purse, waited, *written.as_ref().unwrap_or(&0));
        Poll::Ready(written)
    }
}

impl AsyncRead for Taken {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Taken {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.counted(cx, tried)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.counted(cx, tried)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
