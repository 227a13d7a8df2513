//! Audit packs: a part of the record that leaves the house and proves itself anywhere. Why here: whoever checks a pack
//! needs nothing but this crate.
//!
//! A pack is one strict zip file ([`container`]). Its `manifest.json` names every other file with size and SHA-256,
//! `manifest.note` is the log key's signature over the manifest: so every byte of every file is signed. Entries are
//! their exact bytes; a *selection* proves of each that it is in the log (`.tlog-proof`, C2SP tlog-proof v1), a *range*
//! proves that nothing between two indexes is missing. Private values come only where they were disclosed, with the
//! salt that opens the commitment in the entry.
//!
//! What is frozen, so that the same snapshot gives the same bytes: the order of files (by name), zip times (1 January
//! 1980), the pack's own time (that of the last entry it covers), the signatures (Ed25519 has no randomness), the
//! cosignatures (those that stood beside the checkpoint when it was taken).

mod check;
pub mod container;
mod follow;
mod known;
mod manifest;
mod proof;
mod seal;

pub use check::{Fault, Pack, ROW_MAX, check, fingerprint, twin};
pub use manifest::{BadManifest, Manifest, Part, Shape};
pub use proof::{BadProof, Proof, Stretch};
pub use seal::{Disclosed, Draft, NotSealed, seal};

/// First line of the signed text over a manifest; no checkpoint begins so, since this is no origin.
pub const FORMAT: &str = "plantgate-pack/1";
/// Largest manifest, in bytes: every file needs a line of at most 250.
pub const MANIFEST_MAX: usize = 16 * 1024 * 1024;

/// The second verifier, one file of plain Python, for the pack to carry.
pub const PYTHON: &[u8] = include_bytes!("../../verifier/verify_pack.py");

/// Names of files that stand alone.
pub mod names {
    pub const CHECKPOINT: &str = "checkpoint";
    pub const LEAVES: &str = "leaves";
    pub const MANIFEST: &str = "manifest.json";
    pub const NOTE: &str = "manifest.note";
    pub const POLICY: &str = "policy.txt";
    pub const RANGE_PROOF: &str = "range.proof";
    pub const README: &str = "README.txt";
    pub const REPORT: &str = "report.html";
    pub const PRINT: &str = "report.pdf";
    pub const VERIFIER: &str = "verify_pack.py";
}

/// Where the exact bytes of an entry stand.
#[must_use]
pub fn entry_name(index: u64) -> String {
    format!("entries/{index:012}.json")
}
/// Where the proof of an entry of a selection stands.
#[must_use]
pub fn proof_name(index: u64) -> String {
    format!("proofs/{index:012}.tlog-proof")
}
/// Where a disclosed private value stands; `slot` is the UUID the entry names.
#[must_use]
pub fn private_name(slot: &str) -> String {
    format!("private/{slot}.json")
}
/// Where a piece of evidence stands; `sha256` in lower-case hexadecimal digits.
#[must_use]
pub fn blob_name(sha256: &str) -> String {
    format!("blobs/{sha256}")
}
/// Where claimed rows of a table stand, one JSON object a line.
#[must_use]
pub fn state_name(table: &str) -> String {
    format!("state/{table}.ndjson")
}

/// Where a handover from one key of the log to the next stands; `index` is that of its entry.
#[must_use]
pub fn key_name(index: u64) -> String {
    format!("keys/{index:012}.note")
}

/// The entry that says so.
pub const ROTATED: &str = "expect.key.rotated@1";

/// What the log key signs over a manifest.
fn signed_text(origin: &str, manifest: &[u8]) -> String {
    format!("{FORMAT}\n{origin}\n{}\n", crate::tree::Hash::of_content(manifest))
}
