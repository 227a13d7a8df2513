//! Looking at what was recorded of a session: whoever does says why, and the record has it. What is shown
//! is held against the record first: another file, piece or order is said and never shown as the recording.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use plantgate_domain::{
    base::{Kind, SessionId},
    event::witness::{Part, SessionEvent, SessionViewed},
    witness::{acts, session::Session},
};
use plantgate_interchange::sealed::{self, NotRead};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

use crate::{
    act::{Act, App},
    names,
    power::{Disconnect, May, Place},
};

pub use plantgate_interchange::cast;

/// Bytes of a recording that are played; what is behind them is said to be there.
pub const PLAYED: usize = 64 << 20;
/// Seconds for which one is played for one page.
const WAIT: i64 = 8;
/// Recordings that are looked at at once, from the reading of the file to the page: each takes memory of the process
/// that holds sessions, too.
static LOOKED_AT: Semaphore = Semaphore::const_new(2);
/// Recordings that are worked on at once.
static AT_WORK: Semaphore = Semaphore::const_new(2);
/// How long one waits for a turn.
const TURN: Duration = Duration::from_secs(10);

/// A turn to look at a recording; whoever waits longer than some seconds is told to come again.
pub async fn turn() -> Result<SemaphorePermit<'static>, Stop> {
    let turn = tokio::time::timeout(TURN, LOOKED_AT.acquire()).await.map_err(|_| Stop::Busy)?;
    turn.map_err(Stop::fault)
}

/// Opens a part of a recording, or watches a session that runs, and says what for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewRecording {
    pub session: String,
    /// Number of the part, from one; nothing: what runs now.
    #[serde(default)]
    pub part: Option<u32>,
    pub purpose: String,
}

impl Act for ViewRecording {
    const NAME: &'static str = "view-recording";
    // Whoever watches what runs keeps people safe, whatever the clock says.
    const IN_DOUBT: bool = true;
    type Power = Disconnect;
    type Done = SessionId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let id: SessionId = names::resolve(desk, Kind::Session, &self.session, "session").await?;
        Ok(Place::site(desk.get::<Session>(id).await?.facts.site))
    }

    async fn run(self, may: May<Disconnect>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let id: SessionId = names::resolve(desk, Kind::Session, &self.session, "session").await?;
        let session: Session = desk.get(id).await?;
        acts::may_view(&session, self.part, may.id()?)?;
        let purpose = desk.seal(&names::text(1_000, "purpose", &self.purpose)?)?;
        desk.append(id, SessionEvent::Viewed(SessionViewed { part: self.part, purpose })).await?;
        Ok(id)
    }
}

/// What the recording of a session is sealed with.
pub type Key = Zeroizing<[u8; 32]>;

/// What came of opening a recording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opened {
    /// Its key was erased: nobody opens it any more.
    Erased,
    /// It lies in no place that can be read from here.
    Away,
    /// The file, or a piece of it, is not what was recorded.
    Changed,
    /// It is here.
    Read(Text),
}

/// The text of a recording: lines of an asciicast, or of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    pub bytes: Vec<u8>,
    /// Whether it ends in the middle of a piece.
    pub cut: bool,
    /// Whether it is longer than what is played.
    pub more: bool,
}

/// A recording that grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Growing {
    pub opened: Opened,
    /// Numbers of the terminals that are being recorded, in order.
    pub terminals: Vec<u32>,
    /// The one that was opened.
    pub number: u32,
}

impl App {
    /// Opens a part that is kept, for whoever may (the page asks), and holds it against what the record says of it. It
    /// takes a while, so nobody holds a snapshot of the record meanwhile.
    pub async fn recording(&self, key: Option<Key>, session: SessionId, part: &Part) -> Result<Opened, Stop> {
        let Some(key) = key else { return Ok(Opened::Erased) };
        let bytes = match self.store().blobs().read(&part.blob).await {
            Ok(bytes) => bytes,
            Err(Stop::NotFound) => return Ok(Opened::Away),
            // Read, and not what its name says; anything else is that nobody could read it.
            Err(Stop::Away(plantgate_store::Away::EvidenceOther)) => return Ok(Opened::Changed),
            Err(stop) => {
                tracing::warn!(%stop, %session, "a recording could not be read");
                return Ok(Opened::Away);
            }
        };
        let head = part.head.clone();
        apart(move || opened(&bytes, &key, Some(&head))).await
    }

    /// Opens what is recorded of a session while it runs, as far as it was written.
    pub async fn growing(&self, key: Option<Key>, id: SessionId, number: Option<u32>) -> Result<Growing, Stop> {
        let nothing = |opened| Growing { opened, terminals: Vec::new(), number: 0 };
        let Some(key) = key else { return Ok(nothing(Opened::Erased)) };
        let Some(folder) = self.grows_in() else { return Ok(nothing(Opened::Away)) };
        let folder = folder.to_owned();
        apart(move || {
            let terminals = terminals(&folder, id);
            let number = number.filter(|n| terminals.contains(n)).or_else(|| terminals.last().copied());
            // Where there is no file nothing is known, and that is not *nothing happens*.
            let bytes = number.and_then(|n| grown(&folder, id, n));
            let opened = bytes.map_or(Opened::Away, |bytes| opened(&bytes, &key, None));
            Growing { opened, terminals, number: number.unwrap_or_default() }
        })
        .await
    }

    /// What the recording of a session is sealed with; nothing where it was erased.
    pub async fn recording_key(&self, look: &mut Look, session: &Session) -> Result<Option<Key>, Stop> {
        let Some(seal) = session.seal() else { return Err(Stop::NotFound) };
        let Some(sealed) = look.open_private(seal).await? else { return Ok(None) };
        let key = self.store().keyring().unseal(&sealed)?;
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(Stop::fault)?;
        Ok(Some(Zeroizing::new(key)))
    }
}

/// Does what takes a processor for a while, beside everything else; whoever asks has a [`turn`].
pub async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stop> {
    let at_work = AT_WORK.acquire().await.map_err(Stop::fault)?;
    let work = move || {
        // Whoever asked may be gone, and their turn with them; their work is still done.
        let _at_work = at_work;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(Stop::fault)
}

/// How long a reader waits for a recording to be played, from now on: asked after every piece of it.
pub fn patience() -> impl Fn() -> bool {
    let until = crate::wall_now().saturating_add(WAIT);
    move || crate::wall_now() < until
}

/// Opens the file with its key; one that is finished is bound by the head in the record.
fn opened(bytes: &[u8], key: &Key, head: Option<&str>) -> Opened {
    match sealed::within(bytes, key, PLAYED) {
        Ok(read) if head.is_none_or(|head| head == read.head) => {
            let mut bytes = read.text;
            if read.more {
                // A piece of what was brought ends anywhere, and half a line would look like one that is broken.
                bytes.truncate(bytes.iter().rposition(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1));
            }
            Opened::Read(Text { bytes, cut: read.cut, more: read.more })
        }
        Ok(_) | Err(NotRead::Foreign | NotRead::Changed(_)) => Opened::Changed,
    }
}

/// Numbers of the terminals of a session in the folder where recordings grow; zero is the log.
fn terminals(folder: &Path, session: SessionId) -> Vec<u32> {
    let begins = format!("{session}-");
    let number = |entry: std::fs::DirEntry| -> Option<u32> {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix(&begins)?.strip_suffix(".rec")?.parse().ok()
    };
    let all = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| number(entry.ok()?));
    let mut all: Vec<u32> = all.filter(|n| *n > 0).collect();
    all.sort_unstable();
    all
}

/// The bytes of a recording that grows; nothing where it has no beginning yet.
fn grown(folder: &Path, session: SessionId, number: u32) -> Option<Vec<u8>> {
    let file: PathBuf = folder.join(format!("{session}-{number}.rec"));
    let size = std::fs::metadata(&file).ok()?.len();
    if size > sealed::PART { None } else { std::fs::read(&file).ok().filter(|bytes| bytes.len() > sealed::MAGIC.len()) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_session_that_grows_is_found_by_its_files_and_no_other_is() {
        let [here, other] = [1, 2].map(|n| SessionId(Uuid::from_u128(n)));
        let folder = std::env::temp_dir().join(format!("plantgate-grows-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: String, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
        for n in [10, 2, 0] {
            write(format!("{here}-{n}.rec"), sealed::MAGIC);
        }
        write(format!("{other}-1.rec"), b"");
        write(format!("{here}-x.rec"), b"");
        write("gateway".to_owned(), b"00ff");
        assert_eq!(terminals(&folder, here), [2, 10]);
        assert_eq!(terminals(&folder.join("no"), here), Vec::<u32>::new());
        // a file without its first piece is not there yet, and one that is none was changed
        assert_eq!(grown(&folder, here, 2), None);
        assert_eq!(grown(&folder, here, 3), None);
        write(format!("{here}-2.rec"), &[sealed::MAGIC, b"\0\0\0\x10"].concat());
        let bytes = grown(&folder, here, 2).unwrap();
        let key = Zeroizing::new([7; 32]);
        let read = opened(&bytes, &key, None);
        assert_eq!(read, Opened::Read(Text { bytes: Vec::new(), cut: true, more: false }));
        assert_eq!(opened(&bytes, &key, Some("another head")), Opened::Changed);
        assert_eq!(opened(b"something else", &key, None), Opened::Changed);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
