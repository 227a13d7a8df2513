//! Making a pack: whoever has the entries, the tree and the log key puts them in, everything else follows from them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    FORMAT, Manifest, Part, Proof, Shape, Stretch, blob_name,
    container::{self, BadContainer},
    entry_name, key_name,
    manifest::BadManifest,
    names, private_name, proof_name, signed_text, state_name,
};
use crate::{
    SecretKey,
    canon::{self, NotCanonical},
    checkpoint::{Checkpoint, CheckpointError},
    note::{Note, NoteError},
    tree::{Hash, Hashes, NoProof, inclusion, leaf_hash, range},
};

/// A private value somebody decided to disclose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosed {
    /// Index of the entry that committed to it.
    pub entry: u64,
    /// Its slot, as the entry names it.
    pub slot: String,
    /// The commitment in the entry, in hexadecimal digits.
    pub commit: String,
    pub salt: Vec<u8>,
    pub value: String,
}

/// What goes into a pack.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Draft {
    /// `from..until` for a range; `None` for a selection.
    pub range: Option<(u64, u64)>,
    /// Exact bytes by index.
    pub entries: BTreeMap<u64, Vec<u8>>,
    pub private: Vec<Disclosed>,
    /// Evidence by its SHA-256 in hexadecimal digits.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// Claimed rows by table, one JSON object a line.
    pub state: BTreeMap<String, Vec<u8>>,
    /// Handovers from one key of the log to the next up to this head, by the index of their entry.
    pub rotations: BTreeMap<u64, String>,
    /// Pages for people, by file name: README, report, print, verifier.
    pub views: BTreeMap<&'static str, Vec<u8>>,
    /// The signed checkpoint, with the cosignatures that stand beside it.
    pub checkpoint: String,
    /// Keys of cosigners the policy names.
    pub cosigners: Vec<crate::VerifierKey>,
    /// How many of them a head needs to count as witnessed; 0: the organisation asks for none.
    pub quorum: usize,
    pub about: Vec<String>,
    pub at: String,
    pub language: String,
    pub rules: u32,
    pub software: String,
}

/// Why no pack was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSealed {
    #[error(transparent)]
    Proof(#[from] NoProof),
    #[error(transparent)]
    Container(#[from] BadContainer),
    #[error(transparent)]
    Manifest(#[from] BadManifest),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error(transparent)]
    Canon(#[from] NotCanonical),
}

/// Seals a draft: proofs out of `tree` for the checkpoint's size, the manifest, its signature, the container.
///
/// # Errors
/// A checkpoint that is not of this key, a hash the tree does not have, too much for one pack.
pub fn seal<H: Hashes + ?Sized>(draft: Draft, tree: &H, key: &SecretKey) -> Result<Vec<u8>, NotSealed> {
    let (head, cosigned) = Checkpoint::open(draft.checkpoint.as_bytes(), key.verifier(), &draft.cosigners)?;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    prove(&draft, &head, tree, &mut files)?;
    for d in &draft.private {
        let salt: String = d.salt.iter().map(|b| format!("{b:02x}")).collect();
        let value = json!({ "commit": d.commit, "entry": d.entry, "salt": salt, "slot": d.slot, "value": d.value });
        files.insert(private_name(&d.slot), canon::to_bytes(&value)?);
    }
    let cosigned_by: BTreeSet<String> = cosigned.iter().map(|k| k.name().to_owned()).collect();
    files.insert(names::POLICY.to_owned(), policy(key, &draft).into_bytes());
    files.insert(names::CHECKPOINT.to_owned(), draft.checkpoint.into_bytes());
    files.extend(draft.views.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
    files.extend(draft.blobs.into_iter().map(|(sha, bytes)| (blob_name(&sha), bytes)));
    files.extend(draft.state.into_iter().map(|(table, bytes)| (state_name(&table), bytes)));
    files.extend(draft.rotations.into_iter().map(|(index, note)| (key_name(index), note.into_bytes())));
    let count = draft.entries.len() as u64;
    files.extend(draft.entries.into_iter().map(|(index, bytes)| (entry_name(index), bytes)));
    let (from, until) = draft.range.unwrap_or_default();
    let manifest = Manifest {
        about: draft.about,
        at: draft.at,
        cosigned_by: cosigned_by.into_iter().collect(),
        entries: count,
        files: files.iter().map(part).collect(),
        format: FORMAT.to_owned(),
        from,
        language: draft.language,
        origin: head.origin.clone(),
        root: head.root,
        rules: draft.rules,
        shape: if draft.range.is_some() { Shape::Range } else { Shape::Selection },
        size: head.size,
        software: draft.software,
        until,
    };
    let bytes = manifest.to_bytes()?;
    let note = Note::sign(&signed_text(&head.origin, &bytes), &[key])?;
    files.insert(names::NOTE.to_owned(), note.to_string().into_bytes());
    files.insert(names::MANIFEST.to_owned(), bytes);
    Ok(container::write(&files)?)
}

fn part((path, bytes): (&String, &Vec<u8>)) -> Part {
    Part { bytes: bytes.len() as u64, path: path.clone(), sha256: Hash::of_content(bytes) }
}

fn prove<H: Hashes + ?Sized>(
    draft: &Draft,
    head: &Checkpoint,
    tree: &H,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), NotSealed> {
    if let Some((from, until)) = draft.range {
        let beside = range(tree, from, until, head.size)?;
        let stretch = Stretch { from, until, beside };
        files.insert(names::RANGE_PROOF.to_owned(), stretch.text().into_bytes());
        let mut leaves = Vec::new();
        for index in from..until {
            let leaf = match draft.entries.get(&index) {
                Some(bytes) => leaf_hash(bytes),
                // Outside what was asked: the bare leaf proves that something stands there, and says nothing of it.
                None => tree.hash(0, index).ok_or(NoProof::Missing { level: 0, index })?,
            };
            leaves.extend_from_slice(leaf.as_bytes());
        }
        files.insert(names::LEAVES.to_owned(), leaves);
        return Ok(());
    }
    for index in draft.entries.keys() {
        let path = inclusion(tree, *index, head.size)?;
        let proof = Proof { index: *index, path, checkpoint: draft.checkpoint.clone() };
        files.insert(proof_name(*index), proof.text().into_bytes());
    }
    Ok(())
}

/// Who vouches for the log (C2SP tlog-policy). In the pack it only says whom to ask: trust comes another way.
fn policy(key: &SecretKey, draft: &Draft) -> String {
    let mut text = format!("log {}\n", key.verifier());
    let names: Vec<String> = draft.cosigners.iter().enumerate().map(|(n, _)| format!("cosigner-{n}")).collect();
    for (name, cosigner) in names.iter().zip(&draft.cosigners) {
        text.push_str(&format!("witness {name} {cosigner}\n"));
    }
    if draft.quorum == 0 || names.is_empty() {
        text.push_str("quorum none\n");
    } else {
        let needed = draft.quorum.min(names.len());
        text.push_str(&format!("group outside {needed} {}\nquorum outside\n", names.join(" ")));
    }
    text
}
