//! Which keys a reader's trust reaches: a key they have hands over to the next by a note that both signed. And which
//! key may sign a head: the one that took over last before it.

use std::collections::BTreeMap;

use super::{Fault, ROTATED, key_name, known};
use crate::{
    Envelope, VerifierKey,
    rotation::Rotation,
    tree::{Edge, Hash},
};

/// The handovers of a pack, oldest first, each checked by itself and joined to the one before.
pub(super) fn chain(files: &BTreeMap<&str, &[u8]>, origin: &str, size: u64) -> Result<Vec<(u64, Rotation)>, Fault> {
    let mut chain: Vec<(u64, Rotation)> = Vec::new();
    for (index, bytes) in known::numbered(files, "keys/", key_name)? {
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

/// Whether the head is signed by the key that took over last, and handovers and their entries say the same. The indexes
/// of those whose entry is not here: that both keys signed them is all this pack shows.
pub(super) fn holds(
    chain: &[(u64, Rotation)],
    key: &VerifierKey,
    entries: &BTreeMap<u64, Envelope>,
    files: &BTreeMap<&str, &[u8]>,
) -> Result<Vec<u64>, Fault> {
    if chain.last().is_some_and(|(_, last)| last.new != *key) {
        return Err(Fault::Retired);
    }
    let named = chain.iter().map(|(index, _)| index);
    let told = entries.iter().filter(|(_, e)| e.kind == ROTATED).map(|(index, _)| index);
    let mut absent = Vec::new();
    for index in named.chain(told) {
        let Some(entry) = entries.get(index) else {
            absent.push(*index);
            continue;
        };
        let said = entry.data.get("note").and_then(serde_json::Value::as_str).map(str::as_bytes);
        let same = said.is_some() && files.get(key_name(*index).as_str()).copied() == said;
        if entry.kind != ROTATED || !same {
            return Err(Fault::Rotation(*index, "its entry says another one".to_owned()));
        }
    }
    Ok(absent)
}

/// Holds the head that each handover calls the old key's last against the leaves, which begin with the log's first. The
/// indexes of those handovers for which there are not leaves enough.
pub(super) fn heads(chain: &[(u64, Rotation)], leaves: &[Hash]) -> Result<Vec<u64>, Fault> {
    let (mut edge, mut rest, mut open) = (Edge::new(), leaves.iter(), Vec::new());
    for (index, rotation) in chain {
        while edge.size() < rotation.size
            && let Some(leaf) = rest.next()
        {
            edge.push(*leaf);
        }
        if edge.size() < rotation.size {
            open.push(*index);
        } else if edge.root() != rotation.root {
            return Err(Fault::Rotation(*index, "no head of this log was the one it names".to_owned()));
        }
    }
    Ok(open)
}
