//! A line that does not hold: a small TCP proxy on loopback that passes on, slows down, cuts, swallows or changes what
//! goes through it, as a test asks. What stands behind it (an evidence store, a database) is real.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What becomes of what goes through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Passed on as it is.
    Through,
    /// Every piece of an answer comes this much later.
    Slow(Duration),
    /// Nobody gets through, and who was connected is cut off.
    Gone,
    /// Everybody is connected and nobody gets an answer.
    Silent,
    /// Whatever is asked, this is the answer.
    Says(&'static str),
    /// Answers hold the second where the first stood; both have one length.
    Lies(&'static str, &'static str),
    /// Questions hold the second where the first stood; both have one length.
    Blinds(&'static str, &'static str),
    /// An answer ends after so many bytes of its connection.
    Cuts(usize),
    /// The next COMMIT of PostgreSQL gets no answer, and the line is cut.
    Loses(Commit),
}

/// What became of a COMMIT that nobody heard of again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Commit {
    /// The server did it; its answer was lost.
    Done,
    /// It never reached the server.
    Undone,
    /// The server did it, and the line stays open and silent.
    Hushed,
    /// The server did it, and from its answer on nobody gets through.
    Last,
}

/// As PostgreSQL's simple protocol writes it.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// The proxy; it ends with this value.
pub struct Proxy {
    /// Connect here.
    pub address: SocketAddr,
    line: Arc<Line>,
    serving: tokio::task::JoinHandle<()>,
}

struct Line {
    mode: Mutex<Mode>,
    /// Raised to end every connection there is.
    ended: watch::Sender<u64>,
    /// Connections that came.
    came: AtomicU64,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
        self.line.ended.send_modify(|n| *n += 1);
    }
}

impl Line {
    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn set(&self, mode: Mode) {
        // A connection that stands would not notice these.
        let anew = matches!(mode, Mode::Gone | Mode::Says(_));
        *self.mode() = mode;
        if anew {
            self.ended.send_modify(|n| *n += 1);
        }
    }
}

impl Proxy {
    /// Stands before an address and passes everything on.
    pub async fn before(target: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ended, _) = watch::channel(0);
        let line = Arc::new(Line { mode: Mutex::new(Mode::Through), ended, came: AtomicU64::new(0) });
        let serving = tokio::spawn(serve(listener, target, line.clone()));
        Proxy { address, line, serving }
    }
    /// From now on.
    pub fn set(&self, mode: Mode) {
        self.line.set(mode);
    }
    /// What holds now: a lost COMMIT is lost once.
    pub fn mode(&self) -> Mode {
        self.line.mode().clone()
    }
    /// Connections that came so far.
    pub fn came(&self) -> u64 {
        self.line.came.load(Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, target: SocketAddr, line: Arc<Line>) {
    while let Ok((client, _)) = listener.accept().await {
        line.came.fetch_add(1, Ordering::Relaxed);
        let line = line.clone();
        tokio::spawn(async move {
            let mut ended = line.ended.subscribe();
            tokio::select! {
                () = joined(client, target, &line) => {}
                _ = ended.changed() => {}
            }
        });
    }
}

async fn joined(mut client: TcpStream, target: SocketAddr, line: &Line) {
    let mode = line.mode().clone();
    match mode {
        Mode::Gone => return,
        Mode::Says(answer) => {
            let mut asked = [0; 4_096];
            let _ = client.read(&mut asked).await;
            let _ = client.write_all(answer.as_bytes()).await;
            let _ = client.shutdown().await;
            // What is left unread would make the system reset the line, and the answer could be lost with it.
            while client.read(&mut asked).await.is_ok_and(|n| n > 0) {}
            return;
        }
        _ => {}
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let lost = watch::Sender::new(None);
    tokio::select! {
        () = questions(from_client, to_server, line, &lost) => {}
        () = answers(from_server, to_client, line, &lost) => {}
    }
}

/// From client to server; ends when the line is to be cut.
async fn questions(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    line: &Line,
    lost: &watch::Sender<Option<Commit>>,
) {
    let mut buffer = vec![0; 64 * 1_024];
    while let Ok(n) = from.read(&mut buffer).await {
        if n == 0 {
            return;
        }
        let part = &buffer[..n];
        let loses = match line.mode().clone() {
            Mode::Loses(commit) if part.windows(COMMIT.len()).any(|w| w == COMMIT) => Some(commit),
            _ => None,
        };
        if let Some(commit) = loses {
            // Lost once; from here on the line is whole again, for others.
            *line.mode() = Mode::Through;
            if commit == Commit::Undone {
                return;
            }
            lost.send_replace(Some(commit));
        }
        let mode = line.mode().clone();
        let passed = match mode {
            Mode::Blinds(said, heard) => to.write_all(&replaced(part, said.as_bytes(), heard.as_bytes())).await,
            _ => to.write_all(part).await,
        };
        if passed.is_err() {
            return;
        }
    }
}

/// From server to client; ends when the line is to be cut.
async fn answers(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    line: &Line,
    lost: &watch::Sender<Option<Commit>>,
) {
    let (mut buffer, mut passed) = (vec![0; 64 * 1_024], 0);
    while let Ok(n) = from.read(&mut buffer).await {
        if n == 0 {
            return;
        }
        match *lost.borrow() {
            // The server answered, so it is done; nobody hears of it.
            Some(Commit::Done | Commit::Undone) => return,
            Some(Commit::Last) => return line.set(Mode::Gone),
            Some(Commit::Hushed) => continue,
            None => {}
        }
        let mode = line.mode().clone();
        let mut part = buffer[..n].to_vec();
        let mut last = false;
        match mode {
            Mode::Through | Mode::Gone | Mode::Says(_) | Mode::Loses(_) | Mode::Blinds(..) => {}
            Mode::Slow(by) => tokio::time::sleep(by).await,
            Mode::Silent => std::future::pending::<()>().await,
            Mode::Lies(truth, lie) => part = replaced(&part, truth.as_bytes(), lie.as_bytes()),
            Mode::Cuts(after) => {
                part.truncate(after.saturating_sub(passed));
                last = part.len() < n;
            }
        }
        passed += part.len();
        if to.write_all(&part).await.is_err() || last {
            return;
        }
    }
}

fn replaced(part: &[u8], truth: &[u8], lie: &[u8]) -> Vec<u8> {
    assert_eq!(truth.len(), lie.len(), "a lie as long as the truth: lengths stand in headers");
    let mut out = part.to_vec();
    for at in 0..part.len().saturating_sub(truth.len() - 1) {
        if part[at..].starts_with(truth) {
            out[at..at + truth.len()].copy_from_slice(lie);
        }
    }
    out
}
