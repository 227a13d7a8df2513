//! The record against itself: bytes against leaf hashes, leaf hashes against tiles, edge and signed heads, columns
//! against what the entries say. The walk is made once, whatever is asked of it.

use std::collections::BTreeMap;

use plantgate_domain::event::{Event, expect::OrganisationEvent};
use plantgate_ledger::{
    checkpoint::Checkpoint,
    key::VerifierKey,
    tile::TileId,
    tree::{Edge, Hash, leaf_hash},
    verify::{Anchors, Row, StoredCheckpoint, Verifier},
};

use super::{
    Damage, Keys, Mode, Ran,
    files::Sessions,
    values::{Slots, Vaults},
};
use crate::{
    book,
    db::{Rec, Tx, V},
    ops::cosignature,
    private, schema,
    stop::Stop,
    witnesses,
};

/// Entries read in one step; bounds memory, not the result.
const STEP: u64 = 5_000;

/// What stands above the entries, as it is stored.
pub(super) struct Stored {
    pub size: u64,
    pub generation: i64,
    edge: Option<Edge>,
    last_at: Option<i64>,
    tiles: BTreeMap<TileId, Vec<u8>>,
    heads: Vec<(u64, String)>,
}

/// Which of it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    pub heads: bool,
    pub leaves: bool,
    pub commitments: bool,
}

/// What came of it.
pub(super) struct Checked {
    pub size: u64,
    pub root: Hash,
    pub ran: Vec<Ran>,
}

/// Reads it. An edge row that is gone or unreadable is damage, not a reason to stop.
pub(super) async fn stored(tx: &mut Tx, damage: &mut Vec<Damage>) -> Result<Stored, Stop> {
    let row = tx.one("select size, nodes, last_at, generation from edge where id = 1", &[]).await?;
    let end = tx.one("select max(seq) from entry", &[]).await?;
    let end = end.map(|r| r.maybe_int(0)).transpose()?.flatten().map_or(0, |n| u64::try_from(n).map_or(0, |n| n + 1));
    let (mut size, mut edge, mut last_at, mut generation) = (end, None, None, 0);
    match row {
        None => damage.push(Damage::Edge { column: "row" }),
        Some(rec) => {
            edge = rec.bytes(1).ok().and_then(|nodes| Edge::from_bytes(&nodes).ok());
            (last_at, generation) = (rec.maybe_int(2)?, rec.int(3)?);
            size = rec.size(0).unwrap_or(end);
            if edge.as_ref().is_some_and(|e| e.size() != size) {
                damage.push(Damage::Edge { column: "size" });
                size = edge.as_ref().map_or(size, Edge::size);
            }
        }
    }
    let mut tiles = BTreeMap::new();
    for rec in tx.all("select level, n, data from tile", &[]).await? {
        // A level that no tile can have is one that does not belong here; it is named with the highest.
        let level = u8::try_from(rec.int(0)?).unwrap_or(u8::MAX);
        tiles.insert(TileId { level, n: rec.size(1).unwrap_or(u64::MAX) }, rec.bytes(2)?);
    }
    let heads = tx.all("select size, note from checkpoint order by size", &[]).await?;
    let heads = heads.iter().map(|r| Ok((r.size(0)?, r.text(1)?))).collect::<Result<_, Stop>>()?;
    Ok(Stored { size, generation, edge, last_at, tiles, heads })
}

/// Walks over all entries once.
pub(super) async fn check(
    tx: &mut Tx,
    stored: &Stored,
    keys: &Keys,
    looks: Looks,
    damage: &mut Vec<Damage>,
) -> Result<Checked, Stop> {
    let mut walk = Walk {
        verifier: Verifier::new(),
        slots: Slots::default(),
        sessions: Sessions::default(),
        vaults: Vaults::default(),
        last: None,
        next: 0,
        keys,
    };
    if looks.leaves || looks.commitments {
        walk.entries(tx, stored, looks, damage).await?;
    } else {
        walk.leaves(tx).await?;
    }
    let mut ran = Vec::new();
    if looks.commitments {
        let count = walk.slots.finish(tx, damage).await?;
        ran.push(Ran { mode: Mode::Commitments, count });
    }
    let heads: Vec<StoredCheckpoint<'_>> =
        stored.heads.iter().map(|(size, note)| StoredCheckpoint { size: *size, note: note.as_bytes() }).collect();
    let checkpoints = if looks.heads { heads.as_slice() } else { &[] };
    let all: Vec<VerifierKey> = keys.iter().map(|(_, key)| key.clone()).collect();
    let anchors = Anchors { edge: stored.edge.as_ref(), tiles: &stored.tiles, checkpoints, log_keys: &all };
    let report = walk.verifier.finish(&anchors);
    if looks.heads || looks.leaves {
        let has = |level, n| stored.tiles.contains_key(&TileId { level, n });
        let gone = damage.contains(&Damage::Edge { column: "row" });
        let found = report.damages.iter().map(|d| Damage::of_log(*d, has));
        damage.extend(found.filter(|d| !gone || *d != Damage::Edge { column: "nodes" }));
    }
    if looks.heads {
        signatures(tx, stored, keys, damage).await?;
    }
    if looks.leaves && walk.last.is_some() && stored.last_at.is_some() && walk.last != stored.last_at {
        damage.push(Damage::Edge { column: "last_at" });
    }
    ran.extend(looks.heads.then_some(Ran { mode: Mode::Heads, count: report.checkpoints }));
    ran.extend(looks.leaves.then_some(Ran { mode: Mode::Leaves, count: report.bodies }));
    Ok(Checked { size: stored.size, root: report.edge.root(), ran })
}

struct Walk<'k> {
    verifier: Verifier,
    slots: Slots,
    sessions: Sessions,
    vaults: Vaults,
    /// When the last entry below the stored end was accepted.
    last: Option<i64>,
    next: u64,
    keys: &'k Keys,
}

impl Walk<'_> {
    /// Only the leaf hashes.
    async fn leaves(&mut self, tx: &mut Tx) -> Result<(), Stop> {
        loop {
            let sql = "select seq, leaf from entry where seq >= $1 order by seq limit 20000";
            let recs = tx.all(sql, &[V::size(self.next)]).await?;
            if recs.is_empty() {
                return Ok(());
            }
            for rec in recs {
                let seq = rec.size(0)?;
                self.next = seq + 1;
                self.verifier.leaf(seq, hash(&rec.bytes(1)?));
            }
        }
    }

    /// Entries whole.
    async fn entries(
        &mut self,
        tx: &mut Tx,
        stored: &Stored,
        looks: Looks,
        damage: &mut Vec<Damage>,
    ) -> Result<(), Stop> {
        loop {
            let sql = format!(
                "select seq, body, leaf, at, kind, id, ver, name from entry where seq >= $1 order by seq limit {STEP}"
            );
            let recs = tx.all_built(sql, &[V::size(self.next)]).await?;
            if recs.is_empty() {
                return Ok(());
            }
            let mut sealed = Vec::new();
            for rec in &recs {
                let (seq, body) = (rec.size(0)?, rec.bytes(1)?);
                self.next = seq + 1;
                let leaf = hash(&rec.bytes(2)?);
                if looks.leaves {
                    self.verifier.row(Row { seq, body: &body, leaf });
                } else {
                    self.verifier.leaf(seq, leaf);
                }
                // Of bytes that were changed only that is said.
                if leaf_hash(&body) == leaf {
                    self.read(rec, seq, &body, stored, looks.leaves, damage)?;
                    private::find(seq, "", &serde_json::from_slice(&body).unwrap_or_default(), &mut sealed);
                }
            }
            if looks.commitments {
                self.slots.check(tx, sealed, damage).await?;
            }
        }
    }

    /// Lists and as-of find entries by these columns: a moved column would hide an act without touching its bytes.
    fn read(
        &mut self,
        rec: &Rec,
        seq: u64,
        body: &[u8],
        stored: &Stored,
        columns: bool,
        damage: &mut Vec<Damage>,
    ) -> Result<(), Stop> {
        let Ok(read) = book::read(seq, body) else {
            damage.extend(columns.then_some(Damage::Entry { seq }));
            return Ok(());
        };
        if seq + 1 == stored.size {
            self.last = Some(read.at.at.micros());
        }
        if let Event::Organisation(OrganisationEvent::TextErased(gone)) = &read.event {
            self.slots.erased.extend(gone.slots.iter().map(|slot| (*slot, seq)));
        }
        let gone = self.sessions.see(&read).or_else(|| self.vaults.see(&read));
        self.slots.erased.extend(gone.map(|slot| (slot, seq)));
        if !columns {
            return Ok(());
        }
        if let Event::Organisation(OrganisationEvent::KeyRotated(to)) = &read.event
            && !witnesses::hands_over(&to.note, self.keys, seq)
        {
            damage.push(Damage::Rotation { seq });
        }
        let (name, _) = read.event.to_wire()?;
        let is = [
            ("at", rec.int(3).is_ok_and(|at| at == read.at.at.micros())),
            ("kind", rec.text(4).is_ok_and(|kind| kind == read.on.kind.as_str())),
            ("id", rec.id(5).is_ok_and(|id| id == read.on.id)),
            ("ver", rec.size(6).is_ok_and(|ver| ver == read.ver)),
            ("name", rec.text(7).is_ok_and(|is| is == name)),
        ];
        damage.extend(is.iter().filter(|(_, same)| !same).map(|(column, _)| Damage::Column { seq, column }));
        Ok(())
    }
}

/// Each head by the key of the log it is of at its size, and everybody else's lines under it. The log's walk takes any
/// key of the record for any head.
async fn signatures(tx: &mut Tx, stored: &Stored, keys: &Keys, damage: &mut Vec<Damage>) -> Result<(), Stop> {
    let key = |size: u64| keys.iter().rev().find(|(from, _)| *from <= size).map(|(_, key)| key);
    let opens = |size: &u64, note: &str| key(*size).is_some_and(|k| Checkpoint::open(note.as_bytes(), k, &[]).is_ok());
    for (size, _) in stored.heads.iter().filter(|(size, note)| !opens(size, note)) {
        let named = Damage::Checkpoint { size: *size };
        if !damage.contains(&named) {
            damage.push(named);
        }
    }
    // A database of an older release has no cosignatures yet.
    if stored.generation != schema::ROWS_VERSION {
        return Ok(());
    }
    for (size, key, line, head) in cosignature::all(tx).await? {
        if !head.is_some_and(|note| witnesses::fits(&note, &key, &line)) {
            damage.push(Damage::Cosignature { size, key });
        }
    }
    Ok(())
}

/// A stored hash; bytes that are none differ from every hash.
fn hash(bytes: &[u8]) -> Hash {
    Hash::from_slice(bytes).unwrap_or(Hash([0; 32]))
}
