//! Who outside vouches for the heads of the record: whom the record names, what they are asked, what they answered.
//! Their answers stand beside the signed heads; that they are asked never delays an act.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Instant, Kind, Refusal, Why},
    expect::organisation::{Cosigners, Organisation, Restored},
};
use plantgate_ledger::{
    Note, SecretKey,
    checkpoint::{Checkpoint, CheckpointError},
    key::Signs,
    note::{NoteError, SignatureLine},
    rotation::Rotation,
    tile::needed_for_consistency,
    tree::consistency,
};
pub use plantgate_ledger::{VerifierKey, pack::fingerprint, witness::Request};

use crate::{book, db::Tx, extract, keyring::Keyring, ops::cosignature, stop::Stop, stored, writer::Store};

/// Which log the record is, and whom it names.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name of the log as it is now.
    pub origin: String,
    /// The cosigners' keys.
    pub keys: Vec<VerifierKey>,
    /// How many of them a head needs to count as witnessed.
    pub quorum: usize,
    restored: Vec<Restored>,
    eras: Vec<Era>,
}

/// From which size on heads are of which log and signed by which key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Era {
    pub from: u64,
    pub origin: String,
    /// As text; nothing for the first key of the log it began as.
    key: Option<String>,
    /// The handover to this key, with the index of its entry, where it took over within a log.
    handed: Option<(u64, String)>,
}

/// The eras of a record, oldest first.
fn eras(founded: &str, organisation: Option<&Organisation>) -> Vec<Era> {
    let mut all = vec![Era { from: 0, origin: founded.to_owned(), key: None, handed: None }];
    let Some(o) = organisation else { return all };
    let restored = o.restored.iter().map(|r| (r.at, Some(&r.origin), &r.key, None));
    let rotated = o.rotated.iter().map(|r| (r.at, None, &r.key, Some((r.at, r.note.clone()))));
    let mut changes: Vec<_> = restored.chain(rotated).collect();
    changes.sort_by_key(|(at, ..)| *at);
    for (at, origin, key, handed) in changes {
        let origin = origin.or(all.last().map(|e| &e.origin)).cloned().unwrap_or_default();
        all.push(Era { from: at + 1, origin, key: Some(key.clone()), handed });
    }
    all
}

impl Policy {
    /// What an organisation's entries say.
    pub fn of(organisation: Option<&Organisation>, keyring: &Keyring) -> Policy {
        let (named, restored) =
            organisation.map_or_else(Default::default, |o| (o.cosigners.clone(), o.restored.clone()));
        let Cosigners { keys, quorum } = named;
        Policy {
            origin: restored.last().map_or_else(|| keyring.origin().to_owned(), |r| r.origin.clone()),
            // Only what an act had read as a key stands in an entry; what a newer release may add is skipped.
            keys: keys.iter().filter_map(|text| text.parse().ok()).collect(),
            quorum: usize::try_from(quorum).unwrap_or(usize::MAX),
            restored,
            eras: eras(keyring.origin(), organisation),
        }
    }

    /// Whether the record says that it left the log of this head at or before it.
    pub fn left(&self, head: &Checkpoint) -> bool {
        self.restored.iter().any(|r| r.old.origin == head.origin && r.old.size >= head.size)
    }

    /// The eras of the record, oldest first.
    pub fn eras(&self) -> &[Era] {
        &self.eras
    }
    /// The key that signs now.
    pub fn key(&self, keyring: &Keyring) -> Result<SecretKey, Stop> {
        self.key_at(keyring, u64::MAX)
    }
    /// The key that signs a head of this size.
    pub fn key_at(&self, keyring: &Keyring, size: u64) -> Result<SecretKey, Stop> {
        let era = self.eras.iter().rev().find(|e| e.from <= size).ok_or_else(|| Stop::fault("no key of any time"))?;
        keyring.log_key(&era.origin, era.key.as_deref())
    }
    /// Handovers within the log that a head of this size is of, up to that size, by the index of their entry.
    pub fn handovers(&self, size: u64) -> BTreeMap<u64, String> {
        let upto = self.eras.iter().filter(|e| e.from <= size);
        let log = upto.clone().next_back().map(|e| e.origin.clone());
        upto.filter(|e| Some(&e.origin) == log.as_ref()).filter_map(|e| e.handed.clone()).collect()
    }
}

/// What the record says at a snapshot.
pub async fn policy(tx: &mut Tx, keyring: &Keyring) -> Result<Policy, Stop> {
    let found = stored::every(tx, Kind::Organisation).await?.into_iter().next();
    let organisation = found.map(|(_, kept)| Organisation::try_from(kept.thing)).transpose()?;
    Ok(Policy::of(organisation.as_ref(), keyring))
}

/// The keys that signed heads must be signed by, each with the size from which on.
pub async fn log_keys(tx: &mut Tx, keyring: &Keyring) -> Result<Vec<(u64, VerifierKey)>, Stop> {
    let eras = policy(tx, keyring).await?.eras;
    let key = |e: Era| Ok((e.from, keyring.log_key(&e.origin, e.key.as_deref())?.verifier().clone()));
    eras.into_iter().map(key).collect()
}

/// The statement by which the key that signs now hands over to a new one, behind the newest signed head.
pub async fn handover(tx: &mut Tx, keyring: &Keyring) -> Result<(SecretKey, String), Stop> {
    let policy = policy(tx, keyring).await?;
    let old = policy.key(keyring)?;
    let none = || Stop::field("data", Why::of("invalid-pack-head"));
    let (_, note) = extract::head(tx, None).await?.ok_or_else(none)?;
    let (head, _) = Checkpoint::open(note.as_bytes(), old.verifier(), &[]).map_err(Stop::fault)?;
    let new = keyring.begin_key(&policy.origin)?;
    let note = Rotation::sign(&old, &new, &head).map_err(Stop::fault)?;
    Ok((new, note.to_string()))
}

/// Whether a handover is one, from the key before its entry to the key behind it.
pub(crate) fn hands_over(note: &str, keys: &[(u64, VerifierKey)], seq: u64) -> bool {
    let at = |size: u64| keys.iter().rev().find(|(from, _)| *from <= size).map(|(_, key)| key);
    let Ok(read) = Rotation::open(note.as_bytes()) else { return false };
    keys.is_empty() || (at(seq) == Some(&read.old) && at(seq + 1) == Some(&read.new))
}

/// Reads a cosigner's key as somebody typed it.
pub fn cosigner_key(text: &str) -> Result<VerifierKey, Why> {
    let key: VerifierKey = text
        .trim()
        .parse()
        .map_err(|e: plantgate_ledger::key::BadKey| Why::of("invalid-cosigner-key").with("said", e.to_string()))?;
    if key.signs() == Signs::Head { Ok(key) } else { Err(Why::of("invalid-cosigner-kind")) }
}

/// A cosigner as the record has it: its key, and the last head it vouched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stands {
    pub key: VerifierKey,
    /// 0 for none.
    pub size: u64,
}

/// All cosigners the record names.
pub async fn stand(tx: &mut Tx, policy: &Policy) -> Result<Vec<Stands>, Stop> {
    let mut all = Vec::new();
    for key in &policy.keys {
        all.push(Stands { size: last(tx, key).await?, key: key.clone() });
    }
    Ok(all)
}

/// The size of the newest signed head; 0 for none.
pub async fn signed(tx: &mut Tx) -> Result<u64, Stop> {
    Ok(extract::head(tx, None).await?.map_or(0, |(size, _)| size))
}

/// A head somebody outside vouched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Witnessed {
    pub size: u64,
    /// Who, by the names of their keys, and when the last of them did.
    pub by: Vec<String>,
    pub at: Instant,
}

/// The newest head that as many cosigners vouched for as the record asks; one, where it asks for none.
pub async fn newest(tx: &mut Tx, policy: &Policy) -> Result<Option<Witnessed>, Stop> {
    if policy.keys.is_empty() {
        return Ok(None);
    }
    let mut found: Vec<Witnessed> = Vec::new();
    for (size, key, at) in cosignature::newest(tx).await? {
        let Some(key) = policy.keys.iter().find(|k| k.to_string() == key) else { continue };
        match found.last_mut().filter(|w| w.size == size) {
            Some(w) => {
                w.by.push(key.name().to_owned());
                w.at = w.at.max(at);
            }
            None => found.push(Witnessed { size, by: vec![key.name().to_owned()], at }),
        }
    }
    Ok(found.into_iter().find(|w| w.by.len() >= policy.quorum.max(1)))
}

/// A signed head with the lines of those cosigners the record names.
pub async fn with_lines(tx: &mut Tx, policy: &Policy, size: u64, note: String) -> Result<String, Stop> {
    let lines = cosignature::lines(tx, size).await?;
    let ours = lines.into_iter().filter(|(key, _)| policy.keys.iter().any(|k| k.to_string() == *key));
    Ok(ours.fold(note, |note, (_, line)| note + &line))
}

/// A request to vouch for the newest signed head, for a cosigner that vouched for size `old` last. `None` where nothing
/// is signed yet.
pub async fn request(tx: &mut Tx, old: u64) -> Result<Option<Request>, Stop> {
    let Some((size, checkpoint)) = extract::head(tx, None).await? else { return Ok(None) };
    if old > size {
        let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let why = Why::of("invalid-cosign-old").with("old", int(old)).with("size", int(size));
        return Err(Stop::field("--old", why));
    }
    let tiles = book::tile_set(tx, &needed_for_consistency(old, size).map_err(Stop::fault)?).await?;
    let proof = consistency(&tiles, old, size).map_err(Stop::fault)?;
    Ok(Some(Request { old, proof, checkpoint }))
}

/// The size that a cosigner vouched for last, as far as is known here.
pub async fn last(tx: &mut Tx, key: &VerifierKey) -> Result<u64, Stop> {
    cosignature::last(tx, &key.to_string()).await
}

/// Takes a head that came back with cosignatures, from a stick or by wire. Refused with its reason: another log,
/// another record, nobody the record names, an older head than that cosigner vouched for. A head our own log signed
/// that this record does not hold is kept all the same: it says that this record is not the one.
pub async fn take(store: &Store, bytes: &[u8]) -> Result<Witnessed, Stop> {
    let mut tx = store.db().write().await?;
    book::end(&mut tx).await?;
    let policy = policy(&mut tx, store.keyring()).await?;
    let (note, head) = opened(bytes, store.keyring(), &policy)?;
    let behind = store.watermark().keep(&mut tx, store.keyring(), &head, &note.to_string()).await;
    if let Some(behind) = behind? {
        return Err(Refusal { rule: "R-38", say: behind.say() }.into());
    }
    let by = match note.verify(&policy.keys) {
        Ok(by) => by,
        Err(NoteError::BadSignature(name)) => return Err(bad(Why::of("invalid-cosigned-bad").with("name", name))),
        Err(_none) => return Err(bad(Why::of("invalid-cosigned-nobody"))),
    };
    let now = store.clock().now();
    for key in &by {
        let last = last(&mut tx, key).await?;
        if last > head.size {
            let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
            let (size, last) = (int(head.size), int(last));
            let why = Why::of("invalid-cosigned-older").with("name", key.name()).with("size", size).with("last", last);
            return Err(bad(why));
        }
        for line in note.signatures().iter().filter(|s| s.name == key.name() && s.id == key.id()).take(1) {
            cosignature::put(&mut tx, head.size, &key.to_string(), now, line).await?;
        }
    }
    tx.commit().await?;
    Ok(Witnessed { size: head.size, by: by.iter().map(|k| k.name().to_owned()).collect(), at: now })
}

fn bad(why: Why) -> Stop {
    Stop::field("file", why)
}

/// A head of this record's log, signed by its key.
fn opened(bytes: &[u8], keyring: &Keyring, policy: &Policy) -> Result<(Note, Checkpoint), Stop> {
    let note = Note::parse(bytes).map_err(|_| bad(Why::of("invalid-cosigned-form")))?;
    let said = Checkpoint::parse(note.text()).map_err(|_| bad(Why::of("invalid-cosigned-form")))?;
    if said.origin != policy.origin {
        let own = policy.origin.clone();
        return Err(bad(Why::of("invalid-cosigned-origin").with("origin", said.origin).with("own", own)));
    }
    let key = policy.key_at(keyring, said.size)?;
    match Checkpoint::open(bytes, key.verifier(), &[]) {
        Ok((head, _)) => Ok((note, head)),
        Err(CheckpointError::NotByLog | CheckpointError::Note(NoteError::BadSignature(_))) => {
            Err(bad(Why::of("invalid-cosigned-log")))
        }
        Err(e) => Err(Stop::fault(e)),
    }
}

/// Names of those keys that stand under a head.
pub fn under(note: &str, keys: &[VerifierKey]) -> Result<Vec<String>, Stop> {
    match Note::parse(note.as_bytes()).map_err(Stop::fault)?.verify(keys) {
        Ok(by) => Ok(by.iter().map(|k| k.name().to_owned()).collect()),
        Err(NoteError::Unsigned) => Ok(Vec::new()),
        Err(e) => Err(Stop::fault(e)),
    }
}

/// Whether the cosignature lines of a size stand under its head, each by the key it is filed under.
pub(crate) fn fits(note: &str, key: &str, line: &str) -> bool {
    let read = |line: &str| Note::parse([note, line].concat().as_bytes()).ok();
    let Some((note, key)) = read(line).zip(key.parse::<VerifierKey>().ok()) else { return false };
    let last: Option<&SignatureLine> = note.signatures().last();
    key.signs() == Signs::Head
        && last.is_some_and(|l| l.name == key.name() && l.id == key.id())
        && note.verify(&[key]).is_ok()
}
