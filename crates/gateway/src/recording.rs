//! The record of a terminal: an asciicast of what was shown, sealed piece by piece under a key of its session, each
//! piece bound to all before it. A crash leaves what was sealed; nobody can take a piece out, swap two or add one.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use plantgate_domain::event::witness::{Part, PartKind};
use plantgate_interchange::sealed::{MAGIC, NONCE, Sealer};
pub use plantgate_interchange::sealed::{NotRead, Opened, hex, left, open};
use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use crate::{authority::Written, clock, limits::Limits};

/// What the thread of a recorder needs.
const STACK: usize = 256 * 1_024;
/// Bytes of a piece beside what it holds: length, nonce, mark of the seal.
const AROUND: usize = 4 + NONCE + 16;

/// Something that happens in a recording, at a time since its beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// Bytes that the terminal showed.
    Shown(Vec<u8>),
    /// The terminal has another size.
    Sized(u32, u32),
    /// A word of the gateway, such as that the window ended.
    Marked(String),
    /// A line of the log, as JSON.
    Logged(serde_json::Value),
}

/// What a recording begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    pub kind: PartKind,
    pub columns: u32,
    pub rows: u32,
    /// Seconds since 1970.
    pub began: i64,
    pub terminal: String,
}

/// A recording that grows. Dropping it ends it.
pub struct Recorder {
    lines: mpsc::Sender<(Duration, Line)>,
    began: tokio::time::Instant,
    /// Whether it cannot be written any more.
    failed: watch::Receiver<bool>,
    /// Whether somebody who waited gave up.
    late: AtomicBool,
    patience: Duration,
}

impl Recorder {
    /// Opens the file and writes its beginning: nothing is shown before there is a record of it. The answer comes when
    /// the recorder and everybody it was given to are gone.
    pub async fn open(
        file: PathBuf,
        key: &Zeroizing<[u8; 32]>,
        head: Head,
        l: &Limits,
    ) -> io::Result<(Recorder, oneshot::Receiver<Written>)> {
        let (lines, taken) = mpsc::channel(l.queue);
        let (fails, failed) = watch::channel(false);
        let (done, written) = oneshot::channel();
        let (ready, is_ready) = oneshot::channel();
        let (key, bounds) = (key.clone(), (l.frame, l.part));
        // A thread of its own: the house's threads for files are few, and a recording lasts as long as somebody works.
        let thread = std::thread::Builder::new().name("recorder".to_owned()).stack_size(STACK);
        thread.spawn(move || match Writer::begin(&file, &key, &head, bounds) {
            Ok(writer) => {
                let _gone = ready.send(Ok(()));
                let _gone = done.send(writer.run(taken, &fails));
            }
            Err(e) => {
                let _gone = ready.send(Err(e));
            }
        })?;
        is_ready.await.map_err(io::Error::other)??;
        let patience = Duration::from_secs(l.patience);
        Ok((Recorder { lines, began: clock::now(), failed, late: AtomicBool::new(false), patience }, written))
    }

    /// Takes a line; waits a little where many wait already. Where it cannot be written, or not in time, the work goes
    /// on, and [`Self::failed`] says so: a stream to a controller is never frozen (R-20).
    pub async fn take(&self, line: Line) {
        if self.failed() {
            let _full = self.lines.try_send((self.began.elapsed(), line));
            return;
        }
        let sent = self.lines.send((self.began.elapsed(), line));
        if !matches!(tokio::time::timeout(self.patience, sent).await, Ok(Ok(()))) {
            self.late.store(true, Ordering::Relaxed);
        }
    }

    /// Whether something of it could not be written.
    pub fn failed(&self) -> bool {
        *self.failed.borrow() || self.late.load(Ordering::Relaxed) || self.lines.is_closed()
    }
}

/// Writes it, away from everybody who must not wait for a disk.
struct Writer {
    file: File,
    path: PathBuf,
    seal: Sealer,
    waiting: Vec<u8>,
    frame: usize,
    most: u64,
    /// Bytes of the file.
    size: u64,
    /// Bytes of a character whose rest has not come.
    rest: Vec<u8>,
    at: Duration,
    part: Part,
    broken: bool,
}

impl Writer {
    fn begin(path: &Path, key: &Zeroizing<[u8; 32]>, head: &Head, (frame, most): (usize, u64)) -> io::Result<Writer> {
        let mut file = File::options().write(true).create_new(true).open(path)?;
        file.write_all(MAGIC)?;
        let part =
            Part { kind: head.kind, blob: String::new(), sealed: 0, bytes: 0, lines: 0, head: String::new(), gaps: 0 };
        let mut writer = Writer {
            file,
            path: path.to_owned(),
            seal: Sealer::new(key),
            waiting: Vec::new(),
            frame,
            most,
            size: MAGIC.len() as u64,
            rest: Vec::new(),
            at: Duration::ZERO,
            part,
            broken: false,
        };
        if head.kind == PartKind::Terminal {
            let first = serde_json::json!({ "version": 2, "width": head.columns, "height": head.rows,
                "timestamp": head.began, "env": { "TERM": head.terminal } });
            writer.waiting.extend_from_slice(first.to_string().as_bytes());
            writer.waiting.push(b'\n');
        }
        writer.sealed()?;
        writer.file.sync_all()?;
        Ok(writer)
    }

    fn run(mut self, mut lines: mpsc::Receiver<(Duration, Line)>, fails: &watch::Sender<bool>) -> Written {
        while let Some((at, line)) = lines.blocking_recv() {
            self.at = self.at.max(at);
            self.line(line);
            // What waits is sealed when it is enough, and when nothing more comes: a crash then loses little.
            if (self.waiting.len() >= self.frame || lines.is_empty()) && !self.broken {
                self.broken = self.sealed().is_err();
            }
            if self.broken {
                self.part.gaps += 1;
                self.waiting.clear();
                fails.send_replace(true);
            }
        }
        self.end()
    }

    fn line(&mut self, line: Line) {
        let (kind, data) = match line {
            Line::Shown(bytes) => ("o", serde_json::Value::from(self.text(&bytes))),
            Line::Sized(columns, rows) => ("r", format!("{columns}x{rows}").into()),
            Line::Marked(text) => ("m", text.into()),
            Line::Logged(value) => ("l", value),
        };
        if kind == "o" && data == "" {
            return;
        }
        self.part.lines += 1;
        let line = match self.part.kind {
            PartKind::Terminal => {
                format!("[{}.{:06}, \"{kind}\", {data}]\n", self.at.as_secs(), self.at.subsec_micros())
            }
            PartKind::Log => format!("{data}\n"),
        };
        self.waiting.extend_from_slice(line.as_bytes());
    }

    /// Bytes as text. A character that is cut waits for its rest; what is none shows as the sign for that.
    fn text(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let mut text = String::with_capacity(all.len());
        for chunk in all.utf8_chunks() {
            text.push_str(chunk.valid());
            // Only at the end may a character be cut.
            let last = std::ptr::eq(chunk.invalid().as_ptr_range().end, all.as_ptr_range().end);
            if last
                && !chunk.invalid().is_empty()
                && std::str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none())
            {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// Seals what waits, bound to all before it.
    fn sealed(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let grown = self.size + (AROUND + self.waiting.len()) as u64;
        if grown > self.most {
            return Err(io::Error::other("the part is as long as it may be"));
        }
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let piece = self.seal.piece(nonce, &self.waiting).ok_or_else(|| io::Error::other("not sealed"))?;
        self.file.write_all(&piece)?;
        self.seal.bind(&piece);
        self.size = grown;
        self.part.bytes += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    fn end(mut self) -> Written {
        if !self.rest.is_empty() {
            self.rest.clear();
            self.line(Line::Shown("\u{fffd}".as_bytes().to_vec()));
        }
        let closed = self.sealed().and_then(|()| self.file.sync_all());
        if closed.is_err() || self.broken {
            self.part.gaps += u64::from(!self.broken);
        }
        self.part.head = self.seal.head();
        Written { file: self.path, part: self.part }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: Head = Head { kind: PartKind::Terminal, columns: 80, rows: 24, began: 0, terminal: String::new() };

    const LIMITS: Limits = Limits { queue: 8, frame: 64, ..Limits::standard() };

    fn folder() -> PathBuf {
        let mut name = [0; 8];
        getrandom::fill(&mut name).unwrap();
        let folder = std::env::temp_dir().join(format!("plantgate-recording-{}", hex(&name)));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn key(n: u8) -> Zeroizing<[u8; 32]> {
        Zeroizing::new([n; 32])
    }

    async fn recorded(lines: Vec<Line>) -> (Vec<u8>, Written) {
        let folder = folder();
        let (recorder, written) = Recorder::open(folder.join("1.rec"), &key(7), HEAD, &LIMITS).await.unwrap();
        for line in lines {
            recorder.take(line).await;
        }
        assert!(!recorder.failed());
        drop(recorder);
        let written = written.await.unwrap();
        let bytes = std::fs::read(&written.file).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        (bytes, written)
    }

    fn shown(cast: &[u8]) -> String {
        let text = std::str::from_utf8(cast).unwrap();
        let lines = text.lines().skip(1).map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.filter(|l| l[1] == "o").map(|l| l[2].as_str().unwrap().to_owned()).collect()
    }

    #[tokio::test]
    async fn what_was_shown_is_read_again_and_a_character_that_was_cut_is_whole() {
        // given a character of two bytes that comes in two pieces, and one byte that is none
        let cut = "Öfen".as_bytes();
        let lines = vec![
            Line::Shown(b"$ \x1b[2J".to_vec()),
            Line::Shown(cut[..1].to_vec()),
            Line::Shown([&cut[1..], &[0xff]].concat()),
            Line::Sized(120, 40),
            Line::Marked("window ended".to_owned()),
        ];
        let (bytes, written) = recorded(lines).await;
        // then it reads as it was shown, its head is what the record gets, and nothing of it lies open in the file
        let opened = open(&bytes, &key(7)).unwrap();
        assert_eq!(shown(&opened.text), "$ \u{1b}[2JÖfen\u{fffd}");
        assert_eq!((opened.head, opened.cut), (written.part.head, false));
        assert_eq!((written.part.bytes, written.part.gaps), (opened.text.len() as u64, 0));
        let text = String::from_utf8_lossy(&opened.text).into_owned();
        assert!(text.contains("\"r\", \"120x40\"") && text.contains("\"m\", \"window ended\""), "{text}");
        assert!(!bytes.windows(6).any(|w| w == b"window"));
        assert_eq!(open(&bytes, &key(8)), Err(NotRead::Changed(MAGIC.len())));
    }

    #[tokio::test]
    async fn no_byte_of_it_can_be_another_and_no_piece_can_go_or_move() {
        let (bytes, _) =
            recorded((0..20).map(|n| Line::Shown(format!("line {n:>4}\r\n").into_bytes())).collect()).await;
        let whole = open(&bytes, &key(7)).unwrap();
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            // a length that grew looks like a piece that was cut: then less is read, and the head is another
            match open(&other, &key(7)) {
                Ok(read) => assert!(read.cut && read.head != whole.head, "{at}"),
                Err(NotRead::Foreign) => assert!(at < MAGIC.len()),
                Err(NotRead::Changed(piece)) => assert!(piece <= at),
            }
        }
        let starts = pieces(&bytes);
        assert!(starts.len() > 3);
        let (a, b, c) = (starts[1], starts[2], starts[3]);
        let without = [&bytes[..a], &bytes[b..]].concat();
        let swapped = [&bytes[..a], &bytes[b..c], &bytes[a..b], &bytes[c..]].concat();
        assert_eq!(open(&without, &key(7)), Err(NotRead::Changed(a)));
        assert_eq!(open(&swapped, &key(7)), Err(NotRead::Changed(a)));
        // one that ends early is read as far as it goes, and the head says that it is not all
        let short = open(&bytes[..c], &key(7)).unwrap();
        assert!(!short.cut && short.head != whole.head && whole.text.starts_with(&short.text));
    }

    /// Where the pieces of a recording begin.
    fn pieces(bytes: &[u8]) -> Vec<usize> {
        let (mut at, mut all) = (MAGIC.len(), Vec::new());
        while at < bytes.len() {
            all.push(at);
            let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            at += 4 + NONCE + usize::try_from(length).unwrap();
        }
        all
    }

    #[tokio::test]
    async fn a_disk_that_fails_stops_nobody_and_is_said() {
        let folder = folder();
        assert!(Recorder::open(folder.join("no/such"), &key(7), HEAD, &LIMITS).await.is_err());
        // given a file that takes nothing any more
        let (sender, lines) = mpsc::channel(8);
        let (fails, failed) = watch::channel(false);
        let mut writer = Writer::begin(&folder.join("1.rec"), &key(7), &HEAD, (64, 1 << 20)).unwrap();
        writer.file = File::options().write(true).open("/dev/full").unwrap();
        let written = tokio::task::spawn_blocking(move || writer.run(lines, &fails));
        // then whoever shows something never waits for it, and it is known at once
        for _ in 0..100 {
            sender.send((Duration::ZERO, Line::Shown(b"x".to_vec()))).await.unwrap();
        }
        assert!(*failed.borrow());
        drop(sender);
        assert!(written.await.unwrap().part.gaps > 0);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_part_has_an_end_and_what_would_be_behind_it_is_a_gap() {
        let folder = folder();
        let limits = Limits { part: 1_000, ..LIMITS };
        let (recorder, written) = Recorder::open(folder.join("1.rec"), &key(7), HEAD, &limits).await.unwrap();
        for _ in 0..100 {
            recorder.take(Line::Shown(vec![b'x'; 40])).await;
        }
        drop(recorder);
        let part = written.await.unwrap().part;
        assert!(part.bytes > 0 && part.gaps > 0, "{part:?}");
        let file = std::fs::read(folder.join("1.rec")).unwrap();
        assert!(file.len() <= 1_000, "{}", file.len());
        let opened = open(&file, &key(7)).unwrap();
        assert_eq!((opened.head, opened.cut), (part.head, false));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    proptest! {
        #[test]
        fn whatever_is_read_as_a_recording_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = open(&bytes, &key(7));
            let _ = open(&[MAGIC, &bytes].concat(), &key(7));
        }

        #[test]
        fn however_bytes_are_cut_the_text_is_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..200), cuts in
            proptest::collection::vec(0_usize..200, 0..8))
        {
            let folder = folder();
            let mut writer = Writer::begin(&folder.join("1.rec"), &key(7), &HEAD, (64, 1 << 20)).unwrap();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut text: String = cuts.windows(2).map(|w| writer.text(&bytes[w[0]..w[1]])).collect();
            if !writer.rest.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            std::fs::remove_dir_all(&folder).unwrap();
            prop_assert_eq!(text, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
