//! Which leaf was appended, when its records disagree? Two of three records of a leaf beat the third; but a body and
//! its leaf hash can be rewritten together, so candidates are tried against the edge and the signed heads and the
//! ones that fit most win. A signed head outweighs the edge: the edge can be rewritten too, the signature cannot.

use std::collections::BTreeMap;

use super::{Anchors, Damage};
use crate::{
    tile::{Tile, TileId, WIDTH},
    tree::{Edge, Hash},
};

/// Most rows that may be missing in one place; more is taken for a damaged index.
pub(super) const HOLE_MAX: u64 = 1 << 24;
/// Undecided leaves tried in all combinations (2^5 trees); beyond them the stored hash is believed.
const TRIED: usize = 5;

/// What the rows said: the hash of each body (`None`: no row), and the stored leaf hash where it is another one.
#[derive(Debug, Default)]
pub(super) struct Records {
    bodies: Vec<Option<Hash>>,
    stored: BTreeMap<u64, Hash>,
}

impl Records {
    pub(super) fn len(&self) -> u64 {
        self.bodies.len() as u64
    }

    pub(super) fn hole(&mut self, rows: u64) {
        self.bodies.extend((0..rows).map(|_| None));
    }

    pub(super) fn push(&mut self, computed: Hash, stored: Hash) {
        if computed != stored {
            self.stored.insert(self.len(), stored);
        }
        self.bodies.push(Some(computed));
    }
}

/// The leaves found to be the true ones, and the records that differ from them.
pub(super) struct Truth {
    pub(super) leaves: Vec<Option<Hash>>,
    pub(super) damages: Vec<Damage>,
}

/// A leaf whose records disagree.
struct Dispute {
    seq: u64,
    body: Option<Hash>,
    stored: Option<Hash>,
    tile: Option<Hash>,
}

impl Dispute {
    fn majority(&self) -> Option<Hash> {
        match (self.body, self.stored, self.tile) {
            (None, _, tile) => tile,
            (body, stored, _) if body == stored => body,
            (body, stored, tile) if tile == body || tile == stored => tile,
            _ => None,
        }
    }

    fn damages(&self, truth: Option<Hash>) -> impl Iterator<Item = Damage> {
        let seq = self.seq;
        let body = (self.body.is_some() && self.body != truth).then_some(Damage::Body { seq });
        let leaf = (self.stored.is_some() && self.stored != truth).then_some(Damage::Leaf { seq });
        body.into_iter().chain(leaf)
    }
}

/// A guess: one leaf for each dispute, in their order.
type Guess = Vec<Option<Hash>>;

pub(super) fn find(records: &Records, anchors: &Anchors<'_>, heads: &[(u64, Hash)]) -> Truth {
    let disputes = disputes(records, anchors.tiles);
    let mut leaves = records.bodies.clone();
    let Some(first) = disputes.first().map(|d| d.seq) else {
        return Truth { leaves, damages: Vec::new() };
    };
    // All guesses share what lies before the first dispute.
    let mut before = Edge::new();
    leaves.iter().zip(0..first).for_each(|(leaf, _)| leaf.iter().for_each(|leaf| before.push(*leaf)));

    let mut best: (u64, Guess) = (0, Vec::new());
    for guess in guesses(&disputes) {
        apply(&mut leaves, &disputes, &guess);
        let points = points(&before, &leaves, anchors.edge, heads);
        if best.1.is_empty() || points > best.0 {
            best = (points, guess);
        }
    }
    apply(&mut leaves, &disputes, &best.1);
    let damages = disputes.iter().zip(&best.1).flat_map(|(dispute, truth)| dispute.damages(*truth)).collect();
    Truth { leaves, damages }
}

fn disputes(records: &Records, tiles: &BTreeMap<TileId, Vec<u8>>) -> Vec<Dispute> {
    let mut found = Vec::new();
    for (n, bodies) in (0..).zip(records.bodies.chunks(WIDTH)) {
        let tile = tiles.get(&TileId { level: 0, n }).and_then(|bytes| Tile::from_bytes(bytes).ok());
        for (seq, (at, &body)) in (n * WIDTH as u64..).zip((0..).zip(bodies)) {
            let stored = body.map(|body| records.stored.get(&seq).copied().unwrap_or(body));
            let in_tile = tile.as_ref().and_then(|tile| tile.hash(0, at));
            if body != stored || body.is_none() || in_tile.is_some_and(|hash| Some(hash) != body) {
                found.push(Dispute { seq, body, stored, tile: in_tile });
            }
        }
    }
    found
}

/// The most likely guesses, the likeliest first.
fn guesses(disputes: &[Dispute]) -> Vec<Guess> {
    let undecided: Vec<u64> = disputes.iter().filter(|d| d.majority().is_none()).map(|d| d.seq).take(TRIED).collect();
    let mut all: Vec<Guess> = (0..1_u32 << undecided.len())
        .map(|mask| {
            let takes_body = |seq| undecided.iter().zip(0..).any(|(u, bit)| *u == seq && mask >> bit & 1 == 1);
            let pick = |d: &Dispute| d.majority().or(if takes_body(d.seq) { d.body } else { d.stored });
            disputes.iter().map(pick).collect()
        })
        .collect();
    // Body and leaf hash rewritten together: the tile alone remembers.
    all.push(disputes.iter().map(|d| d.tile.or(d.stored)).collect());
    all.push(disputes.iter().map(|d| d.tile.or(d.body)).collect());
    all
}

fn apply(leaves: &mut [Option<Hash>], disputes: &[Dispute], guess: &Guess) {
    for (dispute, leaf) in disputes.iter().zip(guess) {
        let at = usize::try_from(dispute.seq).ok();
        if let Some(slot) = at.and_then(|at| leaves.get_mut(at)) {
            *slot = *leaf;
        }
    }
}

/// How much of what stands above fits these leaves: 2 for each signed head, 1 for the edge.
fn points(before: &Edge, leaves: &[Option<Hash>], edge: Option<&Edge>, heads: &[(u64, Hash)]) -> u64 {
    let mut tree = before.clone();
    let mut heads = heads.iter().skip_while(|head| head.0 <= before.size()).peekable();
    let mut points = 0;
    let rest = leaves.iter().skip(usize::try_from(before.size()).unwrap_or(usize::MAX));
    for leaf in rest.map_while(|leaf| *leaf) {
        tree.push(leaf);
        while let Some(head) = heads.next_if(|head| head.0 == tree.size()) {
            points += if head.1 == tree.root() { 2 } else { 0 };
        }
    }
    points + u64::from(edge == Some(&tree))
}

/// The sizes around the first signed head (of `heads`, sorted) that is not the head of these leaves.
pub(super) fn first_bad_head(leaves: &[Option<Hash>], heads: &[(u64, Hash)]) -> Option<(u64, u64)> {
    let mut tree = Edge::new();
    let mut leaves = leaves.iter().map_while(|leaf| *leaf);
    let mut good = 0;
    for (size, root) in heads {
        while tree.size() < *size {
            tree.push(leaves.next()?);
        }
        if tree.root() != *root {
            return Some((good, *size));
        }
        good = *size;
    }
    None
}
