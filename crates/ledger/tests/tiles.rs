//! Tiles hold the same tree: proofs read from tiles are the proofs of the tree in memory, at every size.

use std::collections::BTreeMap;

use plantgate_ledger::{
    Edge, Hash, Hashes, Tree,
    tile::{BadTile, Frontier, Tile, TileId, TileSet, filled_between, needed_for_consistency, needed_for_inclusion},
    tree::{consistency, inclusion, leaf_hash, root_of},
};
use proptest::prelude::*;

#[cfg(test)]
mod given {
    use super::*;

    pub struct Log {
        pub tree: Tree,
        pub frontier: Frontier,
        pub full: BTreeMap<TileId, Tile>,
    }

    pub fn log(size: u64) -> Log {
        let mut log = Log { tree: Tree::new(), frontier: Frontier::new(), full: BTreeMap::new() };
        for i in 0..size {
            let leaf = leaf_hash(&i.to_be_bytes());
            log.tree.push(leaf);
            log.full.extend(log.frontier.push(leaf));
        }
        log
    }

    impl Log {
        pub fn all_tiles(&self) -> TileSet {
            self.full.clone().into_iter().chain(self.frontier.partial_tiles()).collect()
        }

        /// Only the tiles asked for, as a store would load them.
        pub fn only(&self, ids: &[TileId]) -> TileSet {
            let all = self.all_tiles();
            ids.iter().filter_map(|id| Some((*id, all.get(*id)?.clone()))).collect()
        }
    }
}

#[test]
fn the_example_of_the_specification_has_its_tiles() {
    // C2SP tlog-tiles, "Partial Tiles": a tree of size 70,000.
    let at = |level, n| TileId { level, n }.width_at(70_000);
    assert_eq!((at(0, 272), at(0, 273), at(0, 274)), (256, 112, 0));
    assert_eq!((at(1, 0), at(1, 1), at(2, 0), at(3, 0)), (256, 17, 1, 0));
    assert_eq!(filled_between(0, 70_000).len(), 273 + 1);
    assert_eq!(TileId { level: 0, n: 1_234_067 }.to_string(), "tile/0/x001/x234/067");
    assert_eq!(TileId { level: 63, n: 0 }.to_string(), "tile/63/000");
}

#[test]
fn a_frontier_fills_just_the_tiles_that_coordinates_foretell() {
    let mut frontier = Frontier::new();
    let mut edge = Edge::new();
    for size in 0..66_000_u64 {
        let leaf = leaf_hash(&size.to_be_bytes());
        let ids: Vec<TileId> = frontier.push(leaf).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, filled_between(size, size + 1));
        edge.push(leaf);
        if size % 997 == 0 || !ids.is_empty() {
            assert_eq!(frontier.edge(), edge);
        }
    }
}

#[test]
fn a_frontier_resumes_where_it_stopped() {
    let log = given::log(66_000);
    let rows = log.frontier.levels().to_vec();
    assert_eq!(Frontier::resume(66_000, rows.clone()), Ok(log.frontier.clone()));
    assert_eq!(Frontier::resume(66_001, rows.clone()), Err(BadTile::Frontier));
    assert_eq!(Frontier::resume(66_000, rows[..1].to_vec()), Err(BadTile::Frontier));
}

#[test]
fn a_tile_is_whole_hashes_up_to_256() {
    assert_eq!(Tile::from_bytes(&[]), Err(BadTile::Length));
    assert_eq!(Tile::from_bytes(&[0; 33]), Err(BadTile::Length));
    assert_eq!(Tile::from_bytes(&[0; 257 * 32]), Err(BadTile::Length));
    let tile = Tile::from_bytes(&[7; 8192]).unwrap();
    assert_eq!(tile.to_bytes(), [7; 8192]);
    assert!(tile.root().is_some());
    assert!(Tile::from_bytes(&[7; 255 * 32]).unwrap().root().is_none());
}

#[test]
fn the_lowest_tiles_alone_suffice_for_every_hash() {
    // Given no tile above level 0 (the roots of full tiles stand for them).
    let log = given::log(1_500);
    let low: TileSet = (0..6)
        .filter_map(|n| Some((TileId { level: 0, n }, log.all_tiles().get(TileId { level: 0, n })?.clone())))
        .collect();
    assert_eq!(low.hash(8, 4), log.tree.hash(8, 4));
    assert_eq!(low.hash(8, 5), None);
    // Higher up they could be combined, but no root of theirs is that hash.
    assert_eq!(low.hash(9, 0), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn proofs_from_the_needed_tiles_are_those_of_the_tree(size in 1..70_000_u64, a in any::<u64>(), b in any::<u64>()) {
        let log = given::log(size);
        let all = log.all_tiles();
        prop_assert_eq!(root_of(&all, size).unwrap(), log.tree.root());
        let (index, old): (u64, u64) = (a % size, b % (size + 1));

        let tiles = log.only(&needed_for_inclusion(index, size).unwrap());
        let expected: Vec<Hash> = log.tree.inclusion(index, size).unwrap();
        prop_assert_eq!(inclusion(&tiles, index, size).unwrap(), expected);

        let tiles = log.only(&needed_for_consistency(old, size).unwrap());
        prop_assert_eq!(consistency(&tiles, old, size).unwrap(), log.tree.consistency(old, size).unwrap());
    }
}
