//! Tiles: how the tree is stored and served (C2SP tlog-tiles). A tile holds up to 256 neighbouring hashes of one
//! level, a full one is 8,192 bytes and never changes again. A writer keeps only the [`Frontier`] of unfinished
//! tiles; a reader that wants proofs loads the few tiles [`needed_for_inclusion`] names into a [`TileSet`].

use std::{cell::RefCell, collections::BTreeMap, fmt};

use crate::tree::{Edge, Hash, Hashes, NoProof, consistency, inclusion, node_hash, root_of};

/// Hashes in a full tile.
pub const WIDTH: usize = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u32 = 8;

/// Which tile: `level` counts in tiles (tree level = 8 · `level`), `n` counts from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Tile level; 0 holds leaf hashes.
    pub level: u8,
    /// Position within the level.
    pub n: u64,
}

/// Bytes that are no tile, or parts that are no frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTile {
    /// Not 1 to 256 whole hashes.
    #[error("a tile is 1 to 256 hashes of 32 bytes")]
    Length,
    /// Unfinished tiles that do not belong to the size.
    #[error("the unfinished tiles do not belong to the size")]
    Frontier,
}

impl TileId {
    /// The tile that holds the hash of tree `level`, `index`, or from which it can be computed.
    #[must_use]
    pub fn holding(level: u32, index: u64) -> TileId {
        let tile = u8::try_from(level / HEIGHT).unwrap_or(u8::MAX);
        TileId { level: tile, n: index >> (HEIGHT - level % HEIGHT) }
    }

    /// Number of hashes this tile has in a tree of `size` leaves: 0 (does not exist) to 256 (full).
    #[must_use]
    pub fn width_at(self, size: u64) -> usize {
        let hashes = size.checked_shr(HEIGHT * u32::from(self.level)).unwrap_or(0);
        let from = self.n.saturating_mul(WIDTH as u64);
        usize::try_from(hashes.saturating_sub(from)).unwrap_or(WIDTH).min(WIDTH)
    }
}

/// The path of C2SP tlog-tiles for a full tile: `tile/0/x001/x234/067`.
impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        let mut groups = vec![format!("{:03}", self.n % 1000)];
        let mut rest = self.n / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        f.write_str(&groups.join("/"))
    }
}

/// The tiles that become full when a log grows from `old` to `new` leaves, lowest level first.
#[must_use]
pub fn filled_between(old: u64, new: u64) -> Vec<TileId> {
    let mut ids = Vec::new();
    for level in 0..8_u8 {
        let shift = HEIGHT * (u32::from(level) + 1);
        let full = |size: u64| size.checked_shr(shift).unwrap_or(0);
        ids.extend((full(old)..full(new)).map(|n| TileId { level, n }));
    }
    ids
}

/// One tile, with all hashes between its 256 and its root worked out once, so that proofs only look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    rows: Vec<Vec<Hash>>,
}

impl Tile {
    /// A tile of 1 to 256 hashes.
    ///
    /// # Errors
    /// Any other number.
    pub fn from_hashes(hashes: Vec<Hash>) -> Result<Tile, BadTile> {
        if hashes.is_empty() || hashes.len() > WIDTH {
            return Err(BadTile::Length);
        }
        let mut rows = vec![hashes];
        while let Some(parents) = rows.last().map(|row| join(row)).filter(|row| !row.is_empty()) {
            rows.push(parents);
        }
        Ok(Tile { rows })
    }

    /// Reads the stored or served form: the hashes one after the other.
    ///
    /// # Errors
    /// A length that is not 1 to 256 times 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Tile, BadTile> {
        let (hashes, odd) = bytes.as_chunks::<32>();
        if !odd.is_empty() {
            return Err(BadTile::Length);
        }
        Tile::from_hashes(hashes.iter().copied().map(Hash).collect())
    }

    /// The stored form; 8,192 bytes for a full tile.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes().iter().flat_map(|hash| hash.0).collect()
    }

    /// The hashes the tile is made of.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }

    /// A hash `height` levels above the tile's own (0 to 8), at `index` within the tile.
    #[must_use]
    pub fn hash(&self, height: u32, index: u64) -> Option<Hash> {
        self.rows.get(usize::try_from(height).ok()?)?.get(usize::try_from(index).ok()?).copied()
    }

    /// Root of a full tile: the hash that stands for it one tile level up.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        self.hash(HEIGHT, 0)
    }
}

fn join(row: &[Hash]) -> Vec<Hash> {
    row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect()
}

/// The unfinished tiles at the right edge, one per level, at most 255 hashes each: what a writer keeps in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Frontier {
    /// The frontier of an empty log.
    #[must_use]
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// Takes up a log of `size` leaves again: `levels` holds the hashes of the unfinished tile of each tile level from
    /// 0 up (leaf hashes; then roots of full level-0 tiles since the last full level-1 tile; and so on).
    ///
    /// # Errors
    /// When the widths do not belong to `size`.
    pub fn resume(size: u64, levels: Vec<Vec<Hash>>) -> Result<Frontier, BadTile> {
        let width_at = |level: u32| size.checked_shr(HEIGHT * level).unwrap_or(0) & 0xff;
        let sound = levels.iter().zip(0..).all(|(row, level)| row.len() as u64 == width_at(level));
        let above = u32::try_from(levels.len()).unwrap_or(u32::MAX).saturating_mul(HEIGHT);
        if !sound || size.checked_shr(above).unwrap_or(0) != 0 {
            return Err(BadTile::Frontier);
        }
        Ok(Frontier { size, levels })
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the unfinished tile of each level from 0 up, as [`Frontier::resume`] takes them; some are empty.
    #[must_use]
    pub fn levels(&self) -> &[Vec<Hash>] {
        &self.levels
    }

    /// The unfinished tiles as they stand, for serving partial tiles and for proofs.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (TileId, Tile)> + '_ {
        self.levels.iter().zip(0..).filter_map(|(row, level)| {
            let n = self.size.checked_shr(HEIGHT * (u32::from(level) + 1)).unwrap_or(0);
            Some((TileId { level, n }, Tile::from_hashes(row.clone()).ok()?))
        })
    }

    /// Appends a leaf hash; returns the tiles that became full with it (mostly none), to be stored as they are.
    pub fn push(&mut self, leaf: Hash) -> Vec<(TileId, Tile)> {
        self.size = self.size.saturating_add(1);
        let mut filled = Vec::new();
        let mut carry = leaf;
        for level in 0..8_u8 {
            if self.levels.len() == usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(usize::from(level)) else { break };
            row.push(carry);
            if row.len() < WIDTH {
                break;
            }
            let Ok(tile) = Tile::from_hashes(std::mem::take(row)) else { break };
            let Some(root) = tile.root() else { break };
            let n = self.size.checked_shr(HEIGHT * (u32::from(level) + 1)).unwrap_or(0).saturating_sub(1);
            filled.push((TileId { level, n }, tile));
            carry = root;
        }
        filled
    }

    /// The edge of the same log; a store compares it with its own row before it writes.
    #[must_use]
    pub fn edge(&self) -> Edge {
        let mut peaks = Vec::new();
        for row in self.levels.iter().rev() {
            let Ok(tile) = Tile::from_hashes(row.clone()) else { continue };
            let odd = tile.rows.iter().rev().filter(|hashes| hashes.len() % 2 == 1);
            peaks.extend(odd.filter_map(|hashes| hashes.last().copied()));
        }
        Edge::from_parts(self.size, peaks).unwrap_or_default()
    }
}

/// Some tiles in memory, read as a source of hashes for proofs.
#[derive(Clone, Debug, Default)]
pub struct TileSet {
    tiles: BTreeMap<TileId, Tile>,
}

impl TileSet {
    /// Adds or replaces a tile, full or partial.
    pub fn insert(&mut self, id: TileId, tile: Tile) {
        self.tiles.insert(id, tile);
    }

    /// A tile of the set.
    #[must_use]
    pub fn get(&self, id: TileId) -> Option<&Tile> {
        self.tiles.get(&id)
    }
}

impl FromIterator<(TileId, Tile)> for TileSet {
    fn from_iter<I: IntoIterator<Item = (TileId, Tile)>>(tiles: I) -> TileSet {
        TileSet { tiles: tiles.into_iter().collect() }
    }
}

impl Hashes for TileSet {
    fn hash(&self, level: u32, index: u64) -> Option<Hash> {
        let id = TileId::holding(level, index);
        let height = level % HEIGHT;
        let within = index & ((WIDTH as u64 >> height) - 1);
        if let Some(hash) = self.tiles.get(&id).and_then(|tile| tile.hash(height, within)) {
            return Some(hash);
        }
        // The lowest row of a tile is also the row of roots of the full tiles below it.
        let below = TileId { level: id.level.checked_sub(1)?, n: index };
        if height == 0 { self.tiles.get(&below)?.root() } else { None }
    }
}

/// Stands in for stored hashes and notes which tiles a proof asks for.
#[derive(Default)]
struct Wanted(RefCell<Vec<TileId>>);

impl Hashes for Wanted {
    fn hash(&self, level: u32, index: u64) -> Option<Hash> {
        self.0.borrow_mut().push(TileId::holding(level, index));
        Some(Hash::EMPTY_ROOT)
    }
}

impl Wanted {
    fn ids(self) -> Vec<TileId> {
        let mut ids = self.0.into_inner();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The tiles (full, or partial at `size`) an inclusion proof reads, sorted; see [`TileId::width_at`] for their widths.
///
/// # Errors
/// `index >= size`.
pub fn needed_for_inclusion(index: u64, size: u64) -> Result<Vec<TileId>, NoProof> {
    let wanted = Wanted::default();
    inclusion(&wanted, index, size)?;
    Ok(wanted.ids())
}

/// The tiles (full, or partial at `new`) a consistency proof reads, sorted.
///
/// # Errors
/// `old > new`.
pub fn needed_for_consistency(old: u64, new: u64) -> Result<Vec<TileId>, NoProof> {
    let wanted = Wanted::default();
    consistency(&wanted, old, new)?;
    Ok(wanted.ids())
}

/// The tiles (full, or partial at a larger size) that the root of the first `size` leaves is computed from, sorted.
///
/// # Errors
/// None: every size has a root.
pub fn needed_for_root(size: u64) -> Result<Vec<TileId>, NoProof> {
    let wanted = Wanted::default();
    root_of(&wanted, size)?;
    Ok(wanted.ids())
}
