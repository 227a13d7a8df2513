//! The history of any object: every entry with its leaf, who and when, and what it changed. The same fold that made the
//! rows makes the pages, so a history cannot tell another story than the object.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use plantgate_domain::{
    base::{Actor, Instant, Kind, Ref, Signature},
    review::history::{FieldChange, Shown, changes},
    thing::AnyThing,
};
use plantgate_store::{Stop, book::Read, look::Look};
use serde_json::Value;

/// One entry of an object's history.
#[derive(Clone, PartialEq, Debug)]
pub struct Happened {
    /// Index of the entry in the ledger.
    pub entry: u64,
    /// Its leaf hash, 64 hexadecimal digits.
    pub leaf: String,
    pub at: Instant,
    pub by: Actor,
    /// Wire name of the event, for instance `permit.grant.opened@1`.
    pub event: String,
    /// The version it made.
    pub version: u64,
    /// The request it came with; entries of one act share it.
    pub request: uuid::Uuid,
    /// Version of the rules then.
    pub rules: u32,
    /// The signature under it.
    pub signature: Option<Signature>,
    /// Fields it changed, in order of their names; private ones as slots.
    pub changes: Vec<FieldChange>,
}

impl Happened {
    /// Slots of private values that this entry set, for whoever may read them.
    pub fn slots(&self) -> impl Iterator<Item = plantgate_domain::base::Slot> {
        self.changes.iter().filter_map(|c| match c.after {
            Some(Shown::Slot(slot)) => Some(slot),
            Some(Shown::Value(_)) | None => None,
        })
    }
}

/// What single entries changed, by their numbers. The organisation's body is the whole programme, so of its entries
/// what the event says is told; and so it is where an object's history cannot be folded, since a damaged one
/// hides nothing.
pub async fn changed<'e>(
    look: &mut Look,
    entries: impl Iterator<Item = &'e Read> + Clone,
) -> Result<BTreeMap<u64, Vec<FieldChange>>, Stop> {
    let mut all = BTreeMap::new();
    let objects: BTreeSet<Ref> = entries.clone().map(|e| e.on).filter(|on| on.kind != Kind::Organisation).collect();
    let wanted: BTreeSet<u64> = entries.clone().map(|e| e.at.seq).collect();
    for on in objects {
        match history(look, on).await {
            Ok(found) => {
                let asked = found.into_iter().filter(|h| wanted.contains(&h.entry));
                all.extend(asked.map(|h| (h.entry, h.changes)));
            }
            Err(Stop::Fault(_)) => {}
            Err(other) => return Err(other),
        }
    }
    for entry in entries {
        if let btree_map::Entry::Vacant(free) = all.entry(entry.at.seq) {
            free.insert(changes(None, Some(&entry.event.to_wire()?.1)));
        }
    }
    Ok(all)
}

/// Everything that happened to an object, oldest first. Empty when there is no such object; whether the reader may
/// know of it is the page's question before.
pub async fn history(look: &mut Look, on: Ref) -> Result<Vec<Happened>, Stop> {
    let mut thing: Option<AnyThing> = None;
    let mut before: Option<Value> = None;
    let mut found = Vec::new();
    for (read, leaf) in look.entries(on).await? {
        let event = read.event.to_wire()?.0;
        let next = AnyThing::fold(thing, on.id, &read.event, read.at)?;
        let after = next.to_body()?;
        found.push(Happened {
            entry: read.at.seq,
            leaf,
            at: read.at.at,
            by: read.at.by,
            event,
            version: read.ver,
            request: read.request,
            rules: read.rules,
            signature: read.signature,
            changes: changes(before.as_ref(), Some(&after)),
        });
        (thing, before) = (Some(next), Some(after));
    }
    Ok(found)
}
