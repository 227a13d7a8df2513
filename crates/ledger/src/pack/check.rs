//! Checking a pack: from the outermost byte inwards, and nothing inside is believed before what is around it stands.
//! Container → manifest and its signature → every file's digest → checkpoint → every entry → what hangs on entries.
//! The first fault ends it: behind it nothing means anything.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::{
    BadProof, Manifest, Proof, Shape, Stretch,
    container::{self, BadContainer},
    entry_name, follow, known,
    manifest::BadManifest,
    names, proof_name, signed_text,
};
use crate::{
    Envelope, VerifierKey,
    canon::{self, NotCanonical},
    checkpoint::{Checkpoint, CheckpointError},
    entry::BadEntry,
    key::Signs,
    note::{Note, NoteError},
    tree::{Hash, leaf_hash},
};

/// What a checked pack holds.
#[derive(Clone, Debug)]
pub struct Pack<'a> {
    pub manifest: Manifest,
    pub files: BTreeMap<&'a str, &'a [u8]>,
    /// The key that signed, as it was found.
    pub key: VerifierKey,
    /// Whether that key was given by the reader. A key out of the pack itself is never trusted.
    pub trusted: bool,
    /// Whether it is another key than the reader gave, to which theirs handed over.
    pub handed: bool,
    /// Handovers whose entry is not in the pack: that they stand in the log is not shown.
    pub unheld: Vec<u64>,
    /// Handovers of which nothing here shows that the head they call the old key's last was one of this log.
    pub headless: Vec<u64>,
    /// Which of the cosigners the reader trusts stand under the checkpoint.
    pub cosigned: Vec<String>,
    /// Entries by index, read.
    pub entries: BTreeMap<u64, Envelope>,
    /// Entries of the range of which only the leaf is here.
    pub bare: u64,
    pub private: u64,
    pub blobs: u64,
    /// Claimed rows; whether they say what their entries say, only a fold can tell.
    pub claimed: u64,
}

/// What is wrong with a pack, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Container(#[from] BadContainer),
    /// A file the format does not know.
    #[error("{0}: a pack has no such file")]
    Unknown(String),
    #[error("{0}: this file is missing")]
    Missing(String),
    #[error("{0}: the manifest does not name this file")]
    Unlisted(String),
    #[error("{0}: not the bytes that were signed")]
    Digest(String),
    #[error("manifest.json: {0}")]
    Manifest(#[from] BadManifest),
    #[error("manifest.note: {0}")]
    Note(NoteError),
    /// Signed by nobody the reader trusts.
    #[error("the pack is signed by a key you do not trust")]
    Stranger,
    /// A handover from one key to the next that is none, or that does not fit.
    #[error("keys, entry {0}: {1}")]
    Rotation(u64, String),
    /// The head is signed by a key that had handed over before.
    #[error("the pack is signed by a key that had handed over to another one before")]
    Retired,
    /// The policy names no key of a log, or several.
    #[error("policy.txt: not in its form")]
    Policy,
    /// The policy names another key of a log than the one that signed.
    #[error("policy.txt: names another log key than the one that signed")]
    Vouched,
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The manifest speaks of another head than the checkpoint.
    #[error("manifest.json and the checkpoint do not speak of the same head")]
    Head,
    #[error("{0}: not UTF-8 text")]
    Text(String),
    #[error("entry {0}: {1}")]
    Entry(u64, BadEntry),
    #[error("entry {0}: {1}")]
    Proof(u64, BadProof),
    #[error("range.proof: {0}")]
    Range(BadProof),
    /// The range proof is of another range than the manifest's.
    #[error("range.proof and the manifest do not speak of the same range")]
    Bounds,
    /// An entry that is not the leaf at its place.
    #[error("entry {0}: not the leaf that stands there")]
    Leaf(u64),
    /// Versions of an object do not follow each other.
    #[error("entry {0}: the versions of its object do not follow each other")]
    Order(u64),
    #[error("{0}: {1}")]
    Canon(String, NotCanonical),
    #[error("{0}: not in its form")]
    Shape(String),
    /// A disclosed value that does not open the commitment.
    #[error("{0}: not the value the entry committed to")]
    Commitment(String),
    /// The manifest names a cosigner who did not sign.
    #[error("checkpoint: {0} has not signed it, though the manifest says so")]
    Cosigner(String),
    /// A claimed row that no entry of the pack can stand for.
    #[error("state/thing.ndjson, line {0}: no row that the entries of this pack can stand for")]
    Row(usize),
    /// Evidence that no entry of the pack names.
    #[error("{0}: no entry of the pack names this")]
    Loose(String),
}

/// Checks a pack. `trusted` are log keys the reader has by another way, `cosigners` keys of cosigners likewise. Without
/// any trusted key the pack is held against the key it brings along, and `trusted` in the answer is false.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn check<'a>(bytes: &'a [u8], trusted: &[VerifierKey], cosigners: &[VerifierKey]) -> Result<Pack<'a>, Fault> {
    let files = container::read(bytes)?;
    let file = |name: &str| files.get(name).copied().ok_or_else(|| Fault::Missing(name.to_owned()));
    let signed = file(names::MANIFEST)?;
    let manifest = Manifest::from_bytes(signed)?;
    let own = policy_key(text(names::POLICY, file(names::POLICY)?)?)?;
    let chain = follow::chain(&files, &manifest.origin, manifest.size)?;
    let reached = follow::reached(trusted, &chain);
    let key = signer(file(names::NOTE)?, &signed_text(&manifest.origin, signed), &manifest.origin, &reached, &own)?;
    if key != own {
        return Err(Fault::Vouched);
    }
    listed(&files, &manifest)?;
    for name in [names::README, names::VERIFIER] {
        file(name)?;
    }
    let (head, cosigned) = Checkpoint::open(file(names::CHECKPOINT)?, &key, cosigners)?;
    let lines = Note::parse(file(names::CHECKPOINT)?).map_err(Fault::Note)?;
    let absent = manifest.cosigned_by.iter().find(|name| !lines.signatures().iter().any(|s| s.name == **name));
    if let Some(name) = absent {
        return Err(Fault::Cosigner(name.clone()));
    }
    if (&head.origin, head.size, head.root) != (&manifest.origin, manifest.size, manifest.root) {
        return Err(Fault::Head);
    }
    let cosigned = vouching(&cosigned);
    let mut pack = Pack {
        trusted: reached.contains(&key),
        handed: reached.contains(&key) && !trusted.contains(&key),
        manifest,
        files,
        key,
        unheld: Vec::new(),
        headless: Vec::new(),
        cosigned,
        entries: BTreeMap::new(),
        bare: 0,
        private: 0,
        blobs: 0,
        claimed: 0,
    };
    let leaves = pack.entries()?;
    pack.headless = follow::heads(&chain, &leaves)?;
    pack.unheld = follow::holds(&chain, &pack.key, &pack.entries, &pack.files)?;
    pack.order()?;
    pack.rows()?;
    pack.hanging()?;
    Ok(pack)
}

/// One of these that another one before it is as well, by its name or by its key: two of them vouch no more than one.
#[must_use]
pub fn twin(cosigners: &[VerifierKey]) -> Option<&VerifierKey> {
    let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
    // Both are asked each time: a key is remembered under its name and its bytes.
    cosigners.iter().find(|k| !(names.insert(k.name()) & keys.insert(k.public())))
}

/// Names of those who vouch: one name, and one key, is one cosigner.
fn vouching(keys: &[&VerifierKey]) -> Vec<String> {
    let mut counted: Vec<&VerifierKey> = Vec::new();
    for key in keys {
        if counted.iter().all(|other| other.name() != key.name() && other.public() != key.public()) {
            counted.push(key);
        }
    }
    counted.into_iter().map(|key| key.name().to_owned()).collect()
}

fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Text(name.to_owned()))
}

/// The log key a policy names (C2SP tlog-policy): one, since a pack is of one log.
fn policy_key(policy: &str) -> Result<VerifierKey, Fault> {
    let mut lines = policy.split('\n').filter_map(|l| l.strip_prefix("log "));
    let key: VerifierKey = lines.next().and_then(|line| line.parse().ok()).ok_or(Fault::Policy)?;
    if key.signs() == Signs::Text && lines.next().is_none() { Ok(key) } else { Err(Fault::Policy) }
}

/// Whose signature stands over the manifest: a trusted key of this log, or the pack's own.
fn signer(
    note: &[u8],
    expected: &str,
    origin: &str,
    trusted: &[VerifierKey],
    own: &VerifierKey,
) -> Result<VerifierKey, Fault> {
    let read = Note::parse(note).map_err(Fault::Note)?;
    let of_origin: Vec<VerifierKey> = trusted.iter().filter(|k| k.name() == origin).cloned().collect();
    let candidates = if trusted.is_empty() { vec![own.clone()] } else { of_origin };
    let by = match read.verify(&candidates) {
        Ok(by) => by.first().map(|k| (*k).clone()),
        Err(NoteError::Unsigned) if !trusted.is_empty() => return Err(Fault::Stranger),
        Err(e) => return Err(Fault::Note(e)),
    };
    // One signature, one spelling: a second line, or another text, was not made by this house.
    let spelled = read.signatures().len() == 1 && read.text() == expected && read.to_string().as_bytes() == note;
    if spelled { by.ok_or(Fault::Stranger) } else { Err(Fault::Note(NoteError::Form)) }
}

/// Every file is named by the manifest with its bytes, and no other is there.
fn listed(files: &BTreeMap<&str, &[u8]>, manifest: &Manifest) -> Result<(), Fault> {
    for part in &manifest.files {
        let bytes = files.get(part.path.as_str()).ok_or_else(|| Fault::Missing(part.path.clone()))?;
        if bytes.len() as u64 != part.bytes || Hash::of_content(bytes) != part.sha256 {
            return Err(Fault::Digest(part.path.clone()));
        }
    }
    let named: BTreeSet<&str> = manifest.files.iter().map(|p| p.path.as_str()).collect();
    let own = [names::MANIFEST, names::NOTE];
    if let Some(name) = own.iter().find(|name| named.contains(*name)) {
        return Err(Fault::Unknown((*name).to_owned()));
    }
    let stray = files.keys().find(|name| !named.contains(*name) && !own.contains(*name));
    stray.map_or(Ok(()), |name| Err(Fault::Unlisted((*name).to_owned())))
}

impl Pack<'_> {
    /// Whether the second verifier it carries is the one of this release. Another one may be an older release's, or a
    /// forger's: a pack must never be checked with what came in it.
    #[must_use]
    pub fn script(&self) -> bool {
        self.files.get(names::VERIFIER).copied() == Some(super::PYTHON)
    }

    fn file(&self, name: &str) -> Result<&[u8], Fault> {
        self.files.get(name).copied().ok_or_else(|| Fault::Missing(name.to_owned()))
    }

    /// Reads all entries and holds each against the tree. All leaves from the log's first one on that are here.
    fn entries(&mut self) -> Result<Vec<Hash>, Fault> {
        let mut entries = BTreeMap::new();
        let mut leaves = BTreeMap::new();
        for (index, bytes) in known::numbered(&self.files, "entries/", entry_name)? {
            entries.insert(index, Envelope::from_leaf_bytes(bytes).map_err(|e| Fault::Entry(index, e))?);
            leaves.insert(index, leaf_hash(bytes));
        }
        let last = entries.last_key_value().map(|(_, e)| (e.at.as_str(), e.rules));
        if entries.len() as u64 != self.manifest.entries || last != Some((&self.manifest.at, self.manifest.rules)) {
            return Err(Fault::Head);
        }
        let all = match self.manifest.shape {
            Shape::Selection => self.selected(&leaves).map(|()| Vec::new())?,
            Shape::Range => self.ranged(&leaves)?,
        };
        self.bare = (all.len() as u64).saturating_sub(self.manifest.entries);
        self.entries = entries;
        Ok(if self.manifest.from == 0 { all } else { Vec::new() })
    }

    fn selected(&self, leaves: &BTreeMap<u64, Hash>) -> Result<(), Fault> {
        let checkpoint = self.file(names::CHECKPOINT)?;
        let proofs = known::numbered(&self.files, "proofs/", proof_name)?;
        if let Some(index) = proofs.keys().find(|index| !leaves.contains_key(*index)) {
            return Err(Fault::Unknown(proof_name(*index)));
        }
        for (index, leaf) in leaves {
            let name = proof_name(*index);
            let proof = Proof::parse(text(&name, self.file(&name)?)?).map_err(|e| Fault::Proof(*index, e))?;
            if proof.index != *index || proof.checkpoint.as_bytes() != checkpoint {
                return Err(Fault::Proof(*index, BadProof::Form));
            }
            proof.verify(leaf, self.manifest.size, &self.manifest.root).map_err(|e| Fault::Proof(*index, e))?;
        }
        Ok(())
    }

    fn ranged(&self, leaves: &BTreeMap<u64, Hash>) -> Result<Vec<Hash>, Fault> {
        let (from, until) = (self.manifest.from, self.manifest.until);
        let stretch =
            Stretch::parse(text(names::RANGE_PROOF, self.file(names::RANGE_PROOF)?)?).map_err(Fault::Range)?;
        let (all, odd) = self.file(names::LEAVES)?.as_chunks::<32>();
        if (stretch.from, stretch.until) != (from, until) || !odd.is_empty() {
            return Err(Fault::Bounds);
        }
        let all: Vec<Hash> = all.iter().map(|b| Hash(*b)).collect();
        stretch.verify(&all, self.manifest.size, &self.manifest.root).map_err(Fault::Range)?;
        for (index, leaf) in leaves {
            let at = index.checked_sub(from).and_then(|i| usize::try_from(i).ok());
            if at.and_then(|i| all.get(i)) != Some(leaf) {
                return Err(Fault::Leaf(*index));
            }
        }
        Ok(all)
    }

    /// Versions of each object rise; in a range by one, and in a range from the beginning on from 1. So nothing is left
    /// out of the middle of an object. Its last entries may be among the bare leaves: nothing here can tell, and both
    /// verifiers say so.
    fn order(&self) -> Result<(), Fault> {
        let whole = self.manifest.shape == Shape::Range;
        let mut last: BTreeMap<_, u64> = BTreeMap::new();
        for (index, entry) in &self.entries {
            let before = last.insert(&entry.on, entry.ver);
            let follows = match before {
                Some(before) if whole => entry.ver == before + 1,
                Some(before) => entry.ver > before,
                None => entry.ver == 1 || !whole || self.manifest.from > 0,
            };
            if !follows {
                return Err(Fault::Order(*index));
            }
        }
        Ok(())
    }

    /// Claimed rows stand once each, in order, for objects all of whose entries so far are here.
    fn rows(&mut self) -> Result<(), Fault> {
        let name = super::state_name("thing");
        let Some(bytes) = self.files.get(name.as_str()).copied() else { return Ok(()) };
        let mut versions: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
        for e in self.entries.values() {
            let (first, last) = versions.entry((&e.on.kind, &e.on.id)).or_insert((e.ver, e.ver - 1));
            // A gap ends what can be folded.
            (*first, *last) = if e.ver == *last + 1 { (*first, e.ver) } else { (0, e.ver) };
        }
        let mut before: Option<&[u8]> = None;
        let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        for (n, line) in lines.split(|b| *b == b'\n').enumerate().filter(|_| !bytes.is_empty()) {
            let value = canon::parse_strict_within(line, ROW_MAX).ok();
            let row: Option<Claimed> = value.and_then(|v| serde_json::from_value(v).ok());
            let stands = row.as_ref().and_then(|r| versions.get(&(r.kind.as_str(), r.id.as_str())).zip(Some(r)));
            let good = stands.is_some_and(|((first, last), r)| *first == 1 && *last == r.version && r.body.is_object());
            if !good || before.is_some_and(|b| b >= line) {
                return Err(Fault::Row(n + 1));
            }
            before = Some(line);
            self.claimed += 1;
        }
        if bytes.is_empty() || bytes.ends_with(b"\n") { Ok(()) } else { Err(Fault::Row(0)) }
    }

    /// Private values, evidence and claimed rows: what hangs on entries. No other file may be there.
    fn hanging(&mut self) -> Result<(), Fault> {
        let (mut private, mut blobs) = (0, 0);
        let range = self.manifest.shape == Shape::Range;
        let mut named = BTreeSet::new();
        self.entries.values().for_each(|e| texts(&e.data, &mut named));
        for (name, bytes) in &self.files {
            match name.split_once('/') {
                None if known::ALONE.contains(name) || range && known::RANGED.contains(name) => {}
                // Each of these was held against the one name it can have, where it was read.
                Some(("entries" | "keys", _)) => {}
                Some(("proofs", _)) if !range => {}
                Some(("private", _)) => {
                    self.disclosed(name, bytes)?;
                    private += 1;
                }
                Some(("blobs", sha256)) => {
                    self.evidence(name, sha256, bytes, &named)?;
                    blobs += 1;
                }
                Some(("state", "thing.ndjson")) => {}
                _ => return Err(Fault::Unknown((*name).to_owned())),
            }
        }
        (self.private, self.blobs) = (private, blobs);
        Ok(())
    }

    fn disclosed(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let value = canon::parse_strict(bytes).map_err(|e| Fault::Canon(name.to_owned(), e))?;
        let opened: Opened = serde_json::from_value(value).map_err(|_| Fault::Shape(name.to_owned()))?;
        let salt = unhex(&opened.salt).ok_or_else(|| Fault::Shape(name.to_owned()))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&salt).map_err(|_| Fault::Shape(name.to_owned()))?;
        mac.update(opened.value.as_bytes());
        let commit: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
        let entry = self.entries.get(&opened.entry);
        let here = entry.is_some_and(|e| commits(&e.data, &opened.commit, &opened.slot));
        if here && commit == opened.commit && super::private_name(&opened.slot) == name {
            Ok(())
        } else {
            Err(Fault::Commitment(name.to_owned()))
        }
    }

    fn evidence(&self, name: &str, sha256: &str, bytes: &[u8], named: &BTreeSet<&str>) -> Result<(), Fault> {
        if sha256.parse() != Ok(Hash::of_content(bytes)) {
            return Err(Fault::Digest(name.to_owned()));
        }
        if named.contains(sha256) { Ok(()) } else { Err(Fault::Loose(name.to_owned())) }
    }
}

/// Largest claimed row, in bytes.
pub const ROW_MAX: usize = 1 << 20;

/// A claimed row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claimed {
    body: Value,
    id: String,
    kind: String,
    version: u64,
}

/// A disclosed value as its file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    commit: String,
    entry: u64,
    salt: String,
    slot: String,
    value: String,
}

/// Bytes of lower-case hexadecimal digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    let digit = |d: &u8| b"0123456789abcdef".iter().position(|x| x == d).and_then(|n| u8::try_from(n).ok());
    let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
    if odd.is_empty() { bytes.collect() } else { None }
}

/// Whether an entry holds this commitment with this slot, at any depth.
fn commits(value: &Value, commit: &str, slot: &str) -> bool {
    match value {
        Value::Object(map) => {
            let is = |name: &str, text: &str| map.get(name).and_then(Value::as_str) == Some(text);
            (map.len() == 2 && is("commit", commit) && is("slot", slot))
                || map.values().any(|v| commits(v, commit, slot))
        }
        Value::Array(all) => all.iter().any(|v| commits(v, commit, slot)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Every text as long as a digest, at any depth.
fn texts<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => map.values().for_each(|v| texts(v, found)),
        Value::Array(all) => all.iter().for_each(|v| texts(v, found)),
        Value::String(text) if text.len() == 64 => drop(found.insert(text)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A key as people compare it: SHA-256 over its text form, in groups of four digits.
#[must_use]
pub fn fingerprint(key: &VerifierKey) -> String {
    let digest = Hash::of_content(key.to_string().as_bytes()).to_string();
    let groups: Vec<&str> = digest.as_bytes().chunks(4).filter_map(|c| std::str::from_utf8(c).ok()).collect();
    groups.join(" ")
}
