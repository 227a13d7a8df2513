//! A recording that another machine made comes to its session (R-19, R-38): sealed while it streams in, so that it
//! lies nowhere open; then read strictly, so that nothing is kept that is no recording; then an act names it. Between
//! the two stands a ticket that this house sealed: what was read goes into the entry, and not what somebody says was.

use plantgate_domain::{
    base::{Invalid, PersonId, Place as Where, SessionId, Slot, Why},
    event::witness::{Part, PartKind, SessionBrought, SessionEvent},
    expect::site::Site,
    witness::{brought::may_bring, session::Session},
};
pub use plantgate_interchange::sealed::PART;
use plantgate_interchange::{
    cast::{self, Cast, Most, NoCast, Reason},
    sealed::{self, NONCE, Sealer},
};
use plantgate_store::{
    Away, Desk, Stop,
    blobs::{Aside, Stored},
    keyring::{hex, random, unhex_any},
    look::Look,
    memory::Memory,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream},
    sync::Semaphore,
};
use zeroize::Zeroizing;

use super::{
    play::{Key, apart},
    session::named,
};
use crate::{
    act::{Act, App},
    names,
    power::{EnterSession, May, Place},
    read::By,
};

/// Recordings that are read at once: each is in memory as a whole, sealed and open. Whoever sent one waits for it,
/// however long: to send it again would take longer.
static READ: Semaphore = Semaphore::const_new(1);
/// Bytes that are sealed as one piece.
const PIECE: usize = 64 << 10;
/// Signs of a ticket: more than any of ours has.
const TICKET: usize = 8 << 10;
/// Signs of what somebody says of the machine, and those of a file's name that are said again.
const SOURCE: usize = 300;
const NAME: usize = 120;

/// Names a recording that was read and waits here: the answer of the door that took it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BringRecording {
    pub session: String,
    /// What the upload answered.
    pub recording: String,
    /// Which machine made it, in words.
    pub source: String,
}

/// What it is now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BroughtHere {
    pub session: SessionId,
    pub reference: String,
    /// Its number among the recordings of the session; the same file again has the number it had.
    pub part: u32,
}

/// What was read, as it goes out to whoever brought it and comes back with the act. Nobody outside opens it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    session: SessionId,
    /// Who brought the bytes; a machine's token may be another one's than that of who says what they are.
    by: PersonId,
    /// The value that has the session's key; nothing where this one brings it.
    slot: Option<Slot>,
    key: String,
    part: Part,
    sha256: String,
    format: u32,
    seconds: u64,
    typed: u64,
}

impl Act for BringRecording {
    const NAME: &'static str = "bring-recording";
    type Power = EnterSession;
    type Done = BroughtHere;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.session).await?.facts.site))
    }

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<BroughtHere, Stop> {
        let session = named(desk, &self.session).await?;
        may_bring(&session, may.id().ok(), &desk.rules(), desk.now().0)?;
        let source = names::text(SOURCE, "source", &self.source)?;
        let gone = || Stop::field("recording", Why::of("invalid-recording-gone"));
        let opened = ticket(desk, &self.recording).filter(|t| t.session == session.id);
        let ticket = opened.ok_or_else(|| Stop::field("recording", Why::of("invalid-recording-ticket")))?;
        let done = |part| BroughtHere { session: session.id, reference: session.facts.reference.clone(), part };
        if let Some(number) = session.brought_as(&ticket.sha256) {
            return Ok(done(number));
        }
        // Somebody else brought the first one meanwhile: all of a session are under one key, and this is under another.
        if session.seal().map(|seal| seal.slot) != ticket.slot {
            return Err(Stop::field("recording", Why::of("invalid-recording-meanwhile")));
        }
        if let Some(slot) = ticket.slot
            && !desk.holds(slot).await?
        {
            return Err(erased());
        }
        let taken = desk.brought(&ticket.part.blob, ticket.by).await?.ok_or_else(gone)?;
        if desk.blobs().stands(&ticket.part.blob, taken).await? != Some(ticket.part.sealed) {
            return Err(gone());
        }
        let site: Site = desk.get(session.facts.site).await?;
        let days = site.days(&desk.rules());
        let number = u32::try_from(session.parts.len() + 1).map_err(Stop::fault)?;
        let seal = match ticket.slot {
            Some(_) => None,
            None => {
                let not = || Stop::field("recording", Why::of("invalid-recording-ticket"));
                let key = Zeroizing::new(unhex_any(&ticket.key).ok_or_else(not)?);
                let sealed = desk.keyring().seal(&key)?;
                Some(desk.seal(&sealed)?)
            }
        };
        let Ticket { part, sha256, format, seconds, typed, .. } = ticket;
        let source = desk.seal(&source)?;
        let brought = SessionBrought { part, sha256, format, seconds, typed, source, seal, days };
        desk.append(session.id, SessionEvent::Brought(Box::new(brought))).await?;
        Ok(done(number))
    }
}

/// What this house sealed; nothing where it did not.
fn ticket(desk: &Desk, text: &str) -> Option<Ticket> {
    let text = Some(text.trim()).filter(|t| t.len() <= TICKET && t.is_ascii())?;
    serde_json::from_slice(&desk.keyring().unseal_brought(text)?).ok()
}

/// With what a recording of a session is sealed while it comes in.
pub struct Coming {
    session: SessionId,
    by: PersonId,
    slot: Option<Slot>,
    key: Key,
    /// Digests of files that are here already.
    known: Vec<String>,
}

/// A recording that lies aside, sealed. Dropped, nothing of it stays.
pub struct Came {
    coming: Coming,
    aside: Aside,
    fed: Fed,
}

/// What streamed in.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Fed {
    head: String,
    sha256: String,
    bytes: u64,
}

/// A recording that was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Read {
    /// For the act that names it.
    pub recording: String,
    pub sha256: String,
    pub bytes: u64,
    /// Version of asciicast.
    pub format: u32,
    pub seconds: u64,
    pub events: u64,
    /// Lines that are left out.
    pub gaps: u64,
    /// Entries of what somebody typed.
    pub typed: u64,
}

/// What whoever brings a recording says that it may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MayHave {
    /// Lines that cannot be read: they are left out and counted.
    pub gaps: bool,
    /// What somebody typed (R-47): an agreement allows it.
    pub typed: bool,
}

impl App {
    /// Begins to take a recording of a session in: asked before any byte is read, and again by the act. Whoever calls
    /// gives the snapshot back before the bytes come, which can take hours.
    pub async fn recording_comes(&self, look: &mut Look, session: &Session, by: PersonId) -> Result<Coming, Stop> {
        may_bring(session, Some(by), &look.rules(), look.now().0)?;
        self.store().may_bring(by).await?;
        let key = match session.seal() {
            Some(_) => self.recording_key(look, session).await?.ok_or_else(erased)?,
            None => Zeroizing::new(random()?),
        };
        let known = session.brought.iter().map(|b| b.sha256.clone()).collect();
        Ok(Coming { session: session.id, by, slot: session.seal().map(|seal| seal.slot), key, known })
    }

    /// Takes it in as it streams. What lies here is sealed from its first byte on.
    pub async fn recording_streams(&self, coming: Coming, from: impl AsyncRead + Unpin) -> Result<Came, Stop> {
        let (inside, outside) = tokio::io::duplex(2 * PIECE);
        let most = usize::try_from(PART).unwrap_or(usize::MAX);
        let (fed, aside) = tokio::join!(feed(from, inside, &coming.key), self.store().blobs().aside(outside, most));
        // What is too large ends the line, so that is what is told.
        let aside = aside?;
        Ok(Came { fed: fed?, aside, coming })
    }

    /// Reads what came, strictly, and keeps it if it is a recording: one with lines that cannot be read only where
    /// whoever brings it said that there may be gaps, and one with what somebody typed likewise.
    pub async fn recording_came(&self, came: Came, name: &str, may: MayHave) -> Result<Read, Stop> {
        let Came { coming, aside, fed } = came;
        let cast = {
            let _one = READ.acquire().await.map_err(Stop::fault)?;
            let (bytes, key, fed, name) = (aside.read().await?, coming.key.clone(), fed.clone(), called(name));
            apart(move || looked_at(bytes, &key, &fed, &name, may)).await??
        };
        let Stored { sha256: blob, size } = aside.stored.clone();
        if !coming.known.contains(&fed.sha256) {
            // Asked again: others may have come while this one streamed.
            self.store().may_bring(coming.by).await?;
            self.store().keep_file(aside, By::Brought(coming.by)).await?;
        }
        let (kind, bytes, lines) = (PartKind::Terminal, fed.bytes, cast.count);
        let part = Part { kind, blob, sealed: size, bytes, lines, head: fed.head, gaps: cast.unread };
        let ticket = Ticket {
            session: coming.session,
            by: coming.by,
            slot: coming.slot,
            // Where the session has its key already, nothing that goes out carries it.
            key: coming.slot.map_or_else(|| hex(&*coming.key), |_| String::new()),
            part,
            sha256: fed.sha256.clone(),
            format: u32::try_from(cast.version).map_err(Stop::fault)?,
            seconds: cast.length() / 1_000_000,
            typed: cast.typed,
        };
        let open = Zeroizing::new(serde_json::to_vec(&ticket).map_err(Stop::fault)?);
        let recording = self.store().keyring().seal(&open)?;
        let (format, seconds) = (ticket.format, ticket.seconds);
        let (gaps, typed) = (cast.unread, cast.typed);
        Ok(Read { recording, sha256: fed.sha256, bytes, format, seconds, events: lines, gaps, typed })
    }
}

fn erased() -> Stop {
    Stop::field("session", Why::of("invalid-recording-erased"))
}

/// Seals what comes, piece by piece, into a line of which the other end writes it down.
async fn feed(mut from: impl AsyncRead + Unpin, mut to: DuplexStream, key: &Key) -> Result<Fed, Stop> {
    let broke = |_| Stop::field("file", Why::of("invalid-upload-broke"));
    let (mut sealer, mut sha, mut bytes) = (Sealer::new(key), Sha256::new(), 0);
    let mut buffer = vec![0; PIECE];
    to.write_all(sealed::MAGIC).await.map_err(broke)?;
    loop {
        let mut filled = 0;
        while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            match from.read(room).await.map_err(broke)? {
                0 => break,
                n => filled += n,
            }
        }
        let Some(text) = buffer.get(..filled).filter(|text| !text.is_empty()) else { break };
        sha.update(text);
        bytes += filled as u64;
        let piece = sealer.piece(random::<NONCE>()?, text).ok_or_else(|| Stop::fault("a piece was not sealed"))?;
        to.write_all(&piece).await.map_err(broke)?;
        sealer.bind(&piece);
    }
    Ok(Fed { head: sealer.head(), sha256: hex(&sha.finalize()), bytes })
}

/// Opens what lies there, holds it against what came, and reads it.
fn looked_at(bytes: Vec<u8>, key: &Key, fed: &Fed, name: &str, may: MayHave) -> Result<Cast, Stop> {
    let other = || Stop::from(Away::EvidenceOther);
    let opened = sealed::open(&bytes, key).map_err(|_| other())?;
    // It is held once while it is read.
    drop(bytes);
    if opened.cut || opened.head != fed.head || hex(&Sha256::digest(&opened.text)) != fed.sha256 {
        return Err(other());
    }
    let at = |line, field: Option<String>, why| Invalid {
        place: Where { file: Some(name.to_owned()), line, field, ..Where::default() },
        why,
    };
    let cast = cast::read(&opened.text, &Most::COUNTED).map_err(|no| {
        let line = if no == NoCast::Text { None } else { Some(1) };
        Stop::Invalid(vec![at(line, None, unread(no))])
    })?;
    // What somebody typed is kept of nobody by itself (R-47): passwords are in it.
    if let Some(line) = cast.typed_at.filter(|_| !may.typed) {
        let typed = Why::of("invalid-recording-typed").with("count", cast.typed);
        let ask = Invalid::field("typed", Why::of("invalid-recording-agreement"));
        return Err(Stop::Invalid(vec![at(Some(line), None, typed), ask]));
    }
    if cast.unread == 0 || may.gaps && cast.count > 0 {
        return Ok(cast);
    }
    // In version 1 there are no lines: it is the number of the event, as a list has it.
    let place = |line: u64| match cast.version {
        1 => (None, Some(format!("stdout[{}]", line.saturating_sub(1)))),
        _ => (Some(line), None),
    };
    let mut all: Vec<Invalid> = Vec::new();
    for wrong in &cast.wrong {
        let (line, field) = place(wrong.line);
        all.push(at(line, field, broken(wrong.reason)));
    }
    all.push(match cast.count {
        0 => at(None, None, Why::of("invalid-recording-nothing")),
        _ => Invalid::field("gaps", Why::of("invalid-recording-gaps").with("count", cast.unread)),
    });
    Err(Stop::Invalid(all))
}

/// The name of a file as it is said again.
fn called(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control());
    let name: String = name.take(NAME).collect();
    if name.is_empty() { "recording".to_owned() } else { name }
}

fn unread(no: NoCast) -> Why {
    match no {
        NoCast::Header => Why::of("invalid-recording-header"),
        NoCast::Version => Why::of("invalid-recording-version"),
        NoCast::Size => Why::of("invalid-recording-size"),
        NoCast::Text => Why::of("invalid-recording-text"),
        NoCast::Large => Why::of("invalid-recording-large").with("mib", cast::WHOLE >> 20),
    }
}

fn broken(reason: Reason) -> Why {
    match reason {
        Reason::Json => Why::of("invalid-recording-json"),
        Reason::Shape => Why::of("invalid-recording-shape"),
        Reason::Time => Why::of("invalid-recording-time"),
        Reason::Code => Why::of("invalid-recording-code"),
        Reason::Data => Why::of("invalid-recording-data"),
        Reason::Text => Why::of("invalid-recording-text"),
        Reason::Long => Why::of("invalid-recording-long").with("kib", cast::LINE >> 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "{\"version\":2,\"width\":80,\"height\":24}\n";

    async fn sealed(text: &[u8], key: &Key) -> (Vec<u8>, Fed) {
        let (inside, mut outside) = tokio::io::duplex(2 * PIECE);
        let mut bytes = Vec::new();
        let (fed, read) = tokio::join!(feed(text, inside, key), outside.read_to_end(&mut bytes));
        read.unwrap();
        (bytes, fed.unwrap())
    }

    async fn said(text: &str, gaps: bool) -> Result<(u64, u64), Vec<String>> {
        had(text, MayHave { gaps, typed: false }).await
    }

    async fn had(text: &str, may: MayHave) -> Result<(u64, u64), Vec<String>> {
        let key = Zeroizing::new([7; 32]);
        let (bytes, fed) = sealed(text.as_bytes(), &key).await;
        match looked_at(bytes, &key, &fed, "a.cast", may) {
            Ok(cast) => Ok((cast.count, cast.unread)),
            Err(Stop::Invalid(all)) => {
                let place = |w: &Where| {
                    let line = w.line.map(|n| format!(":{n}")).unwrap_or_default();
                    format!("{}{line}{}", w.file.clone().unwrap_or_default(), w.field.clone().unwrap_or_default())
                };
                Err(all.iter().map(|i| format!("{} {}", place(&i.place), i.why.id)).collect())
            }
            Err(stop) => panic!("{stop:?}"),
        }
    }

    #[tokio::test]
    async fn what_is_no_recording_says_where_and_one_with_gaps_is_taken_only_when_somebody_said_so() {
        assert_eq!(said(&format!("{HEAD}[1,\"o\",\"a\"]\n"), false).await, Ok((1, 0)));
        assert_eq!(said("lol", true).await, Err(vec!["a.cast:1 invalid-recording-header".to_owned()]));
        let cut = format!("{HEAD}[1,\"o\",\"a\"]\n[2,\"o\",\"b");
        let told = ["a.cast:3 invalid-recording-json", "gaps invalid-recording-gaps"];
        assert_eq!(said(&cut, false).await, Err(told.map(str::to_owned).to_vec()));
        assert_eq!(said(&cut, true).await, Ok((1, 1)));
        // with nothing behind its beginning it is none, whatever somebody said
        let nothing = ["a.cast:2 invalid-recording-shape", "a.cast invalid-recording-nothing"];
        assert_eq!(said(&format!("{HEAD}[1]\n"), true).await, Err(nothing.map(str::to_owned).to_vec()));
        let one = r#"{"version":1,"width":80,"height":24,"stdout":[[1,"a"],["x","b"]]}"#;
        let told = ["a.caststdout[1] invalid-recording-time", "gaps invalid-recording-gaps"];
        assert_eq!(said(one, false).await, Err(told.map(str::to_owned).to_vec()));
    }

    #[tokio::test]
    async fn what_somebody_typed_is_taken_only_where_somebody_said_that_an_agreement_allows_it() {
        let text = format!("{HEAD}[1,\"o\",\"a\"]\n[2,\"i\",\"secret\"]\n[3,\"i\",\"2\"]\n");
        let told = ["a.cast:3 invalid-recording-typed", "typed invalid-recording-agreement"];
        for gaps in [false, true] {
            assert_eq!(said(&text, gaps).await, Err(told.map(str::to_owned).to_vec()));
        }
        assert_eq!(had(&text, MayHave { gaps: false, typed: true }).await, Ok((3, 0)));
    }

    #[tokio::test]
    async fn what_lies_there_is_sealed_and_one_byte_that_is_another_is_noticed() {
        let key = Zeroizing::new([7; 32]);
        let text = format!("{HEAD}{}", "[1,\"o\",\"pressure 4.2 bar\"]\n".repeat(9_000));
        let (mut bytes, fed) = sealed(text.as_bytes(), &key).await;
        assert!(text.len() > 3 * PIECE && !bytes.windows(8).any(|w| w == b"pressure"));
        assert_eq!(looked_at(bytes.clone(), &key, &fed, "a", MayHave::default()).unwrap().count, 9_000);
        assert_eq!(fed, Fed { bytes: text.len() as u64, ..fed.clone() });
        *bytes.last_mut().unwrap() ^= 1;
        let stop = looked_at(bytes, &key, &fed, "a", MayHave { gaps: true, typed: true }).unwrap_err();
        assert!(matches!(stop, Stop::Away(Away::EvidenceOther)), "{stop:?}");
    }

    #[test]
    fn the_name_of_a_file_is_said_without_its_folders_and_without_what_steers() {
        assert_eq!(called("C:\\tmp\\a.cast"), "a.cast");
        assert_eq!(called("../x/\u{1b}[2Jb"), "[2Jb");
        assert_eq!(called("/"), "recording");
        assert_eq!(called(&"x".repeat(500)).len(), NAME);
    }
}
