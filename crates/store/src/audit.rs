//! The record against itself: bytes against leaves, leaves against the root, columns against what the entries say,
//! signed heads against the entries under them, names and texts against what entries committed to, evidence against the
//! digests that entries named.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Instant, Slot},
    event::{Event, expect::OrganisationEvent, qualify::ItemEvent},
};
use plantgate_ledger::{
    checkpoint::Checkpoint,
    key::VerifierKey,
    note::Note,
    tree::{Edge, Hash, leaf_hash},
};
use serde_json::Value;

use crate::{
    blobs::{Blobs, Stored},
    book,
    db::{Rec, Tx, V},
    ops::cosignature,
    private::{self, Found},
    stop::Stop,
    verify::Damage,
    witnesses,
};

/// Entries read in one step; bounds memory, not the result.
const STEP: u64 = 5_000;

/// Checks the whole record; its size and the root recomputed from stored bytes. Without keys, heads are held against
/// the entries but not against a signature; with them, each against the key of the log the record was at its size.
pub async fn record(tx: &mut Tx, keys: &[(u64, VerifierKey)], damage: &mut Vec<Damage>) -> Result<(u64, Hash), Stop> {
    let rec = tx.one("select size, nodes, last_at from edge where id = 1", &[]).await?;
    let rec = rec.ok_or_else(|| Stop::fault("the edge row is missing"))?;
    let (size, stored_edge, last_at) = (rec.size(0)?, rec.bytes(1)?, Instant::from_micros(rec.int(2)?));
    let heads = heads(tx).await?;
    let mut walk = Walk { edge: Edge::new(), next: 0, last: Instant::from_micros(0), erased: BTreeMap::new() };
    let mut gone = Vec::new();
    loop {
        let sql = "select seq, body, leaf, at, kind, id, ver, name from entry
            where seq >= $1 and seq < $2 order by seq";
        let recs = tx.all(sql, &[V::size(walk.next), V::size(walk.next + STEP)]).await?;
        if recs.is_empty() {
            break;
        }
        let mut sealed = Vec::new();
        for rec in recs {
            walk.entry(&rec, &heads, keys, &mut sealed, damage)?;
        }
        commitments(tx, &sealed, &mut gone, damage).await?;
    }
    erasures(tx, &walk.erased, &gone, damage).await?;
    if walk.next != size {
        damage.push(Damage::Gap { seq: walk.next.min(size) });
    }
    if walk.edge.to_bytes() != stored_edge {
        damage.push(Damage::Root);
    }
    if walk.last != last_at && size > 0 {
        damage.push(Damage::Clock);
    }
    let beyond = heads.range(walk.edge.size() + 1..);
    damage.extend(beyond.map(|(size, _)| Damage::Checkpoint { size: *size }));
    for (size, key, line, head) in cosignature::all(tx).await? {
        if !head.is_some_and(|note| witnesses::fits(&note, &key, &line)) {
            damage.push(Damage::Cosignature { size, key });
        }
    }
    Ok((size, walk.edge.root()))
}

/// Hashes every piece of evidence that an entry named, one after the other as they stream; how many there are.
pub async fn evidence(tx: &mut Tx, blobs: &Blobs, damage: &mut Vec<Damage>) -> Result<u64, Stop> {
    let (mut next, mut count) = (0, 0);
    loop {
        let sql = "select seq, body from entry where seq >= $1 and kind = 'item' order by seq limit 500";
        let recs = tx.all(sql, &[V::size(next)]).await?;
        if recs.is_empty() {
            return Ok(count);
        }
        for rec in recs {
            let seq = rec.size(0)?;
            next = seq + 1;
            // An entry that cannot be read is named by the check of the record.
            let Ok(read) = book::read(seq, &rec.bytes(1)?) else { continue };
            let Event::Item(ItemEvent::Delivered(item)) = read.event else { continue };
            count += 1;
            let is = Some(Stored { sha256: item.sha256.clone(), size: item.bytes });
            let found = blobs.digest(&item.sha256).await?;
            if found != is {
                damage.push(Damage::Blob { seq, sha256: item.sha256, missing: found.is_none() });
            }
        }
    }
}

/// The keys of the record, and where what is found goes.
type Against<'a> = (&'a [(u64, VerifierKey)], &'a mut Vec<Damage>);

struct Walk {
    edge: Edge,
    next: u64,
    last: Instant,
    /// Slots that entries say were destroyed, with the entry that says so.
    erased: BTreeMap<Slot, u64>,
}

impl Walk {
    fn entry(
        &mut self,
        rec: &Rec,
        heads: &BTreeMap<u64, String>,
        keys: &[(u64, VerifierKey)],
        sealed: &mut Vec<Found>,
        damage: &mut Vec<Damage>,
    ) -> Result<(), Stop> {
        let (seq, body) = (rec.size(0)?, rec.bytes(1)?);
        if seq != self.next {
            damage.push(Damage::Gap { seq: self.next });
            self.next = seq;
        }
        let leaf = leaf_hash(&body);
        if leaf.0.as_slice() == rec.bytes(2)?.as_slice() {
            self.columns(seq, &body, rec, (keys, damage))?;
            private::find(seq, "", &serde_json::from_slice(&body).unwrap_or(Value::Null), sealed);
        } else {
            damage.push(Damage::Body { seq });
        }
        self.edge.push(leaf);
        self.next = seq + 1;
        if let Some(note) = heads.get(&self.edge.size())
            && !fits(note, &self.edge, keys)
        {
            damage.push(Damage::Checkpoint { size: self.edge.size() });
        }
        Ok(())
    }

    /// Lists and as-of find entries by these columns: a moved column would hide an act without touching its bytes.
    fn columns(&mut self, seq: u64, body: &[u8], rec: &Rec, (keys, damage): Against<'_>) -> Result<(), Stop> {
        let Ok(read) = book::read(seq, body) else {
            damage.push(Damage::Body { seq });
            return Ok(());
        };
        self.last = read.at.at;
        if let Event::Organisation(OrganisationEvent::TextErased(gone)) = &read.event {
            self.erased.extend(gone.slots.iter().map(|slot| (*slot, seq)));
        }
        if let Event::Organisation(OrganisationEvent::KeyRotated(to)) = &read.event
            && !witnesses::hands_over(&to.note, keys, seq)
        {
            damage.push(Damage::Rotation { seq });
        }
        let (name, _) = read.event.to_wire()?;
        let is = [
            ("at", rec.int(3)? == read.at.at.micros()),
            ("kind", rec.text(4)? == read.on.kind.as_str()),
            ("id", rec.id(5)? == read.on.id),
            ("ver", rec.size(6)? == read.ver),
            ("name", rec.text(7)? == name),
        ];
        damage.extend(is.iter().filter(|(_, same)| !same).map(|(column, _)| Damage::Column { seq, column }));
        Ok(())
    }
}

async fn heads(tx: &mut Tx) -> Result<BTreeMap<u64, String>, Stop> {
    let recs = tx.all("select size, note from checkpoint order by size", &[]).await?;
    recs.iter().map(|r| Ok((r.size(0)?, r.text(1)?))).collect()
}

fn fits(note: &str, edge: &Edge, keys: &[(u64, VerifierKey)]) -> bool {
    let key = keys.iter().rev().find(|(from, _)| *from <= edge.size()).map(|(_, key)| key);
    let head = match key {
        Some(key) => Checkpoint::open(note.as_bytes(), key, &[]).ok().map(|(head, _)| head),
        None => Note::parse(note.as_bytes()).ok().and_then(|n| Checkpoint::parse(n.text()).ok()),
    };
    head.is_some_and(|h| h.size == edge.size() && h.root == edge.root())
}

/// Values against what entries committed to; those that are erased are noted in `gone`.
async fn commitments(
    tx: &mut Tx,
    sealed: &[Found],
    gone: &mut Vec<(u64, Slot)>,
    damage: &mut Vec<Damage>,
) -> Result<(), Stop> {
    for one in sealed {
        let sql = "select salt, value, erased_at from private where slot = $1";
        let kept = match tx.one(sql, &[V::Id(one.slot.0)]).await? {
            None => false,
            Some(rec) => match (rec.maybe_bytes(0)?, rec.maybe_text(1)?, rec.maybe_int(2)?) {
                (None, None, Some(_erased)) => {
                    gone.push((one.seq, one.slot));
                    true
                }
                (Some(salt), Some(value), None) => private::commit(&salt, &value)? == one.commit,
                _ => false,
            },
        };
        if !kept {
            damage.push(Damage::Private { seq: one.seq, slot: one.slot.0 });
        }
    }
    Ok(())
}

/// What is gone was said to be destroyed, and what was said to be destroyed is gone: a value that vanished without an
/// entry is damage, and so is one that came back, for instance with an old copy of the database.
async fn erasures(
    tx: &mut Tx,
    erased: &BTreeMap<Slot, u64>,
    gone: &[(u64, Slot)],
    damage: &mut Vec<Damage>,
) -> Result<(), Stop> {
    let unsaid = gone.iter().filter(|(_, slot)| !erased.contains_key(slot));
    damage.extend(unsaid.map(|(seq, slot)| Damage::Private { seq: *seq, slot: slot.0 }));
    for (slot, seq) in erased {
        if private::read(tx, *slot).await? != private::Held::Erased {
            damage.push(Damage::Private { seq: *seq, slot: slot.0 });
        }
    }
    Ok(())
}
