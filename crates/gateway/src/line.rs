//! A connection that can be closed from outside, whatever its peer does: SSH waits for a peer that does not answer, and
//! a cut by a person, or the end of the time to prove who one is, must not.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::watch,
};

type Closed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The connection.
pub struct Line {
    stream: TcpStream,
    reads: Closed,
    writes: Closed,
}

/// Closes lines; dropping it closes none.
#[derive(Clone, Debug)]
pub struct Cutter(watch::Sender<bool>);

impl Cutter {
    pub fn new() -> Cutter {
        Cutter(watch::channel(false).0)
    }

    /// A line that this one closes.
    pub fn line(&self, stream: TcpStream) -> Line {
        Line { stream, reads: closed(self.0.subscribe()), writes: closed(self.0.subscribe()) }
    }

    /// Closes them.
    pub fn cut(&self) {
        self.0.send_replace(true);
    }
}

fn closed(mut cut: watch::Receiver<bool>) -> Closed {
    Box::pin(async move {
        if cut.wait_for(|cut| *cut).await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "closed from this side")
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.reads.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(ended()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.writes.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(ended()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn a_line_ends_although_its_peer_neither_reads_nor_writes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let cutter = Cutter::new();
        let (mut from, mut to) = tokio::io::split(cutter.line(listener.accept().await.unwrap().0));
        // given one that waits for bytes, and one that fills what the peer does not read
        let reads = tokio::spawn(async move { from.read_u8().await });
        let writes = tokio::spawn(async move { while to.write_all(&[0; 65_536]).await.is_ok() {} });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!reads.is_finished() && !writes.is_finished());
        cutter.cut();
        assert_eq!(reads.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        writes.await.unwrap();
        drop(peer);
    }
}
