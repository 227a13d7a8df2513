//! Which keys a reader's trust reaches: a key they have hands over to the next by a note that both signed. And which
//! key may sign a head: the one that took over last before it.

use std::collections::BTreeMap;

use super::{Fault, ROTATED, key_name};
use crate::{Envelope, VerifierKey, rotation::Rotation};

/// The handovers of a pack, oldest first, each checked by itself and joined to the one before.
pub(super) fn chain(files: &BTreeMap<&str, &[u8]>, origin: &str, size: u64) -> Result<Vec<(u64, Rotation)>, Fault> {
    let mut chain: Vec<(u64, Rotation)> = Vec::new();
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("keys/")) {
        let digits = name.strip_prefix("keys/").and_then(|n| n.strip_suffix(".note"));
        let index: Option<u64> = digits.and_then(|n| n.parse().ok()).filter(|n| key_name(*n) == **name);
        let index = index.ok_or_else(|| Fault::Unknown((*name).to_owned()))?;
        let rotation = Rotation::open(bytes).map_err(|e| Fault::Rotation(index, e.to_string()))?;
        let joined = chain.last().is_none_or(|(before, last)| last.new == rotation.old && *before < rotation.size);
        if !joined || rotation.old.name() != origin || rotation.size > index || index >= size {
            return Err(Fault::Rotation(index, "it does not follow the one before, or its entry".to_owned()));
        }
        chain.push((index, rotation));
    }
    Ok(chain)
}

/// The keys that `trusted` leads to, itself included.
pub(super) fn reached(trusted: &[VerifierKey], chain: &[(u64, Rotation)]) -> Vec<VerifierKey> {
    let mut all = trusted.to_vec();
    for (_, rotation) in chain {
        if all.contains(&rotation.old) && !all.contains(&rotation.new) {
            all.push(rotation.new.clone());
        }
    }
    all
}

/// Whether the head is signed by the key that took over last, and every handover among the entries is one of these.
pub(super) fn holds(
    chain: &[(u64, Rotation)],
    key: &VerifierKey,
    entries: &BTreeMap<u64, Envelope>,
    files: &BTreeMap<&str, &[u8]>,
) -> Result<(), Fault> {
    if chain.last().is_some_and(|(_, last)| last.new != *key) {
        return Err(Fault::Retired);
    }
    for (index, entry) in entries.iter().filter(|(_, e)| e.kind == ROTATED) {
        let said = entry.data.get("note").and_then(serde_json::Value::as_str).map(str::as_bytes);
        if said.is_none() || files.get(key_name(*index).as_str()).copied() != said {
            return Err(Fault::Rotation(*index, "its entry says another one".to_owned()));
        }
    }
    Ok(())
}
