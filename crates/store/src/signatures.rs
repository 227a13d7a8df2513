//! Signatures as the record has them: each with the digest it names, whether the record still holds what that digest
//! was taken of, and whether what was signed was written anew since.

use plantgate_domain::{
    base::{Actor, Instant, Ref, Signature},
    event::{Event, expect::OrganisationEvent},
    review::signed::rewrites,
};
use sha2::{Digest, Sha256};

use crate::{book, keyring::hex, look::Look, stop::Stop};

/// An entry of an object: the version it made, and its leaf hash.
pub type Line = (u64, Vec<u8>);

/// Digest of an object at a version: SHA-256 over one line for each of its entries so far, version and leaf hash.
/// Whoever has the entries can make it again, in any release.
pub fn digest(lines: &[Line]) -> String {
    let mut all = Sha256::new();
    for (ver, leaf) in lines {
        all.update(format!("{ver} {}\n", hex(leaf)));
    }
    hex(&all.finalize())
}

/// Digest of what an act makes: SHA-256 over the canonical bytes of the first entry's `data`.
pub fn of_data(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Digest of a range of the record that was reviewed: its bounds, its root, and the digest of its exceptions.
pub fn of_range(from: u64, until: u64, root: &str, list: &str) -> String {
    hex(&Sha256::digest(format!("{from} {until}\n{root}\n{list}\n")))
}

/// A signature with the entry that bears it.
#[derive(Clone, PartialEq, Debug)]
pub struct Signed {
    pub entry: u64,
    pub at: Instant,
    pub by: Actor,
    /// Roles the signer had then, as words.
    pub roles: Vec<String>,
    pub signature: Signature,
    /// Whether the record holds what the digest was taken of.
    pub holds: bool,
    /// When what was signed was written anew, if it was: entry and time.
    pub stale: Option<(u64, Instant)>,
}

impl Look {
    /// The signatures under an object, oldest first.
    pub async fn signatures(&mut self, on: Ref) -> Result<Vec<Signed>, Stop> {
        Ok(of(&self.entries(on).await?))
    }
}

/// The signatures among the entries of one object, oldest first.
pub fn of(entries: &[(book::Read, String)]) -> Vec<Signed> {
    let mut all = Vec::new();
    for (i, (read, _)) in entries.iter().enumerate() {
        let Some(signature) = read.signature.clone() else { continue };
        let before = entries.get(..i).unwrap_or_default();
        let later = entries.get(i + 1..).unwrap_or_default();
        let anew = later.iter().find(|(read, _)| rewrites(&read.event));
        all.push(Signed {
            entry: read.at.seq,
            at: read.at.at,
            by: read.at.by,
            roles: read.roles.clone(),
            holds: made_of(read, before) == signature.digest,
            stale: anew.map(|(read, _)| (read.at.seq, read.at.at)),
            signature,
        });
    }
    all
}

/// The digest that a signature in an entry must name.
fn made_of(read: &book::Read, before: &[(book::Read, String)]) -> String {
    if let Event::Organisation(OrganisationEvent::TrailReviewed(r)) = &read.event {
        return of_range(r.from, r.until, &r.root, &r.list);
    }
    if before.is_empty() {
        return read.said.clone().unwrap_or_default();
    }
    let mut all = Sha256::new();
    for (read, leaf) in before {
        all.update(format!("{} {leaf}\n", read.ver));
    }
    hex(&all.finalize())
}
