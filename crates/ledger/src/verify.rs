//! Is the log still what was signed, and if not, what exactly is damaged? Every body is hashed again: a check of
//! heads alone would call a log sound whose entries were edited on disk.
//!
//! A leaf is recorded up to three times: as the body, as the leaf hash beside it, in a level-0 tile. Above
//! them stand the tiles, the edge and the signed checkpoints. Where they disagree, [`truth`] finds the leaves that
//! agree with most of what is above, signatures counting most; whatever differs from those is named as damaged.

mod streams;
mod truth;

use std::collections::BTreeMap;

use crate::{
    checkpoint::Checkpoint,
    key::VerifierKey,
    tile::{Frontier, TileId},
    tree::{Edge, Hash, leaf_hash},
};
use streams::Streams;
use truth::Records;

/// A row of the log as stored, in order of `seq`.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Index of the leaf, from 0.
    pub seq: u64,
    /// The bytes of the entry.
    pub body: &'a [u8],
    /// The leaf hash stored beside them.
    pub leaf: Hash,
}

/// A checkpoint as stored; opened (signature and all) by the verifier itself.
#[derive(Clone, Copy, Debug)]
pub struct StoredCheckpoint<'a> {
    /// The size the store filed it under.
    pub size: u64,
    /// The signed note.
    pub note: &'a [u8],
}

/// What the rows are held against.
#[derive(Clone, Copy, Debug)]
pub struct Anchors<'a> {
    /// The stored edge; `None` when the row is gone or unreadable.
    pub edge: Option<&'a Edge>,
    /// All stored full tiles, as bytes.
    pub tiles: &'a BTreeMap<TileId, Vec<u8>>,
    /// Stored checkpoints.
    pub checkpoints: &'a [StoredCheckpoint<'a>],
    /// Keys of the log, present and past; obtained by another way than from this store.
    pub log_keys: &'a [VerifierKey],
}

/// One thing that is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// The body of this entry is not the one that was appended.
    Body {
        /// Index of the entry.
        seq: u64,
    },
    /// The leaf hash beside this entry is wrong.
    Leaf {
        /// Index of the entry.
        seq: u64,
    },
    /// The body is what was appended, but no entry in the closed form.
    Entry {
        /// Index of the entry.
        seq: u64,
    },
    /// Rows `from..to` are not there.
    Missing {
        /// First missing index.
        from: u64,
        /// First index that is there again, or the size the log should have.
        to: u64,
    },
    /// Rows `from..to` stand behind the end that the stored edge and all signed heads agree on.
    Beyond {
        /// First index behind the end.
        from: u64,
        /// One more than the last index.
        to: u64,
    },
    /// A row came again or out of order.
    Order {
        /// Its index.
        seq: u64,
    },
    /// An object's versions do not follow one another.
    Version {
        /// Index of the entry.
        seq: u64,
        /// The version that should have come.
        expected: u64,
        /// The version that came.
        found: u64,
    },
    /// A stored tile is wrong, missing, or should not be there.
    Tile {
        /// Tile level.
        level: u8,
        /// Position in the level.
        n: u64,
    },
    /// The stored edge is wrong or missing.
    Edge,
    /// This checkpoint does not open: not a note, another log or size, a signature that does not verify.
    Checkpoint {
        /// The size it is filed under.
        size: u64,
    },
    /// A properly signed head says that at least one of the entries `from..to` was another one, while bodies
    /// and leaf hashes agree with each other: rewritten together.
    Rewritten {
        /// Size of the last head that holds.
        from: u64,
        /// Size of the first head that does not.
        to: u64,
    },
}

/// What was looked at and what was found. A report without damage is only as good as what was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Number of bodies hashed.
    pub bodies: u64,
    /// Number of stored tiles compared.
    pub tiles: u64,
    /// Number of signed heads compared.
    pub checkpoints: u64,
    /// Tree over the leaves found to be the true ones.
    pub edge: Edge,
    /// From this index on, tree and heads could not be checked, because leaves are missing without a trace.
    pub unchecked_from: Option<u64>,
    /// The damage, sorted.
    pub damages: Vec<Damage>,
}

impl Report {
    /// Nothing damaged and nothing left unchecked.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty() && self.unchecked_from.is_none()
    }
}

/// Takes rows as they stream from a store (32 bytes of memory for each), then compares.
#[derive(Debug, Default)]
pub struct Verifier {
    records: Records,
    streams: Streams,
    bodies: u64,
    damages: Vec<Damage>,
}

impl Verifier {
    /// A verifier that has seen nothing.
    #[must_use]
    pub fn new() -> Verifier {
        Verifier::default()
    }

    /// Takes the next row.
    pub fn row(&mut self, row: Row<'_>) {
        if !self.follows(row.seq) {
            return;
        }
        self.bodies += 1;
        let computed = leaf_hash(row.body);
        self.records.push(computed, row.leaf);
        if computed == row.leaf {
            self.damages.extend(self.streams.take(row.seq, row.body));
        } else {
            self.streams.lost(1);
        }
    }

    /// Takes the next leaf hash without a body: then tiles, edge and heads are held against the stored leaf hashes, and
    /// nothing is said about bodies.
    pub fn leaf(&mut self, seq: u64, leaf: Hash) {
        if self.follows(seq) {
            self.records.push(leaf, leaf);
        }
    }

    /// Whether a row has its place behind those that came; names what is missing before it.
    fn follows(&mut self, seq: u64) -> bool {
        let expected = self.records.len();
        // A row with an absurd index must not make us allocate for all that would lie between.
        if seq < expected || seq - expected > truth::HOLE_MAX {
            self.damages.push(Damage::Order { seq });
            return false;
        }
        if seq > expected {
            self.damages.push(Damage::Missing { from: expected, to: seq });
            self.records.hole(seq - expected);
            self.streams.lost(seq - expected);
        }
        true
    }

    /// Compares with everything else and reports.
    #[must_use]
    pub fn finish(mut self, anchors: &Anchors<'_>) -> Report {
        let mut heads = Vec::new();
        for stored in anchors.checkpoints {
            match open(stored, anchors.log_keys) {
                Some(head) => heads.push((head.size, head.root)),
                None => self.damages.push(Damage::Checkpoint { size: stored.size }),
            }
        }
        heads.sort_unstable();
        let have = self.records.len();
        let promised = heads.iter().map(|head| head.0).chain(anchors.edge.map(Edge::size)).max().unwrap_or(0);
        if promised > have {
            self.damages.push(Damage::Missing { from: have, to: promised });
        }
        heads.retain(|head| head.0 <= have);

        let truth = truth::find(&self.records, anchors, &heads);
        self.damages.extend(truth.damages);
        let mut walk = Walk { end: anchors.edge, ..Walk::default() };
        for leaf in truth.leaves.iter().map_while(|leaf| *leaf) {
            walk.push(leaf, anchors.tiles, &mut self.damages);
        }
        let known = walk.edge.size();
        let whole = known == have;
        if whole {
            let stray = anchors.tiles.keys().filter(|id| id.width_at(have.max(promised)) < crate::tile::WIDTH);
            self.damages.extend(stray.map(|id| Damage::Tile { level: id.level, n: id.n }));
        }
        let checked: Vec<_> = heads.into_iter().filter(|head| head.0 <= known).collect();
        let bad = truth::first_bad_head(&truth.leaves, &checked);
        self.damages.extend(bad.map(|(from, to)| Damage::Rewritten { from, to }));
        // When a signed head disowns the leaves, an edge that differs from them may well be the honest one.
        let differs = whole && bad.is_none() && anchors.edge != Some(&walk.edge) && promised <= have;
        match anchors.edge {
            None => self.damages.push(Damage::Edge),
            Some(edge) if differs && walk.met_end && promised == edge.size() => {
                self.damages.push(Damage::Beyond { from: edge.size(), to: have });
            }
            Some(_) if differs => self.damages.push(Damage::Edge),
            Some(_) => {}
        }
        self.damages.sort_unstable();
        self.damages.dedup();
        Report {
            bodies: self.bodies,
            tiles: walk.tiles,
            checkpoints: checked.len() as u64,
            edge: walk.edge,
            unchecked_from: (!whole).then_some(known),
            damages: self.damages,
        }
    }
}

/// Verifies rows that are at hand as an iterator; see [`Verifier`] for those that stream.
#[must_use]
pub fn verify<'a>(rows: impl IntoIterator<Item = Row<'a>>, anchors: &Anchors<'_>) -> Report {
    let mut verifier = Verifier::new();
    rows.into_iter().for_each(|row| verifier.row(row));
    verifier.finish(anchors)
}

fn open(stored: &StoredCheckpoint<'_>, log_keys: &[VerifierKey]) -> Option<Checkpoint> {
    let mut opened = log_keys.iter().filter_map(|key| Checkpoint::open(stored.note, key, &[]).ok());
    opened.next().map(|(head, _)| head).filter(|head| head.size == stored.size)
}

/// Builds the tree over the true leaves once, comparing tiles on the way.
#[derive(Default)]
struct Walk<'a> {
    edge: Edge,
    /// The stored edge, and whether the tree was exactly that at its size.
    end: Option<&'a Edge>,
    met_end: bool,
    frontier: Frontier,
    tiles: u64,
}

impl Walk<'_> {
    fn push(&mut self, leaf: Hash, stored: &BTreeMap<TileId, Vec<u8>>, damages: &mut Vec<Damage>) {
        self.edge.push(leaf);
        self.met_end |= self.end == Some(&self.edge);
        for (id, tile) in self.frontier.push(leaf) {
            self.tiles += 1;
            if stored.get(&id) != Some(&tile.to_bytes()) {
                damages.push(Damage::Tile { level: id.level, n: id.n });
            }
        }
    }
}
