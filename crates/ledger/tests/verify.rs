//! Whatever is edited on disk is named: that entry, that leaf hash, that tile, the edge, that head, that gap.

use std::collections::BTreeMap;

use plantgate_ledger::{
    By, Checkpoint, Edge, Envelope, Hash, On, SecretKey, VerifierKey,
    tile::{Frontier, TileId},
    tree::leaf_hash,
    verify::{Anchors, Damage, Report, Row, StoredCheckpoint, verify},
};
use proptest::prelude::*;

#[cfg(test)]
mod given {
    use super::*;

    #[derive(Clone)]
    pub struct Store {
        pub rows: Vec<(u64, Vec<u8>, Hash)>,
        pub edge: Option<Edge>,
        pub tiles: BTreeMap<TileId, Vec<u8>>,
        pub heads: Vec<(u64, String)>,
        pub keys: Vec<VerifierKey>,
    }

    pub fn key() -> SecretKey {
        SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap()
    }

    pub fn body(seq: u64, ver: u64, note: &str) -> Vec<u8> {
        let entry = Envelope {
            v: 1,
            kind: "permit.access.changed@1".to_owned(),
            data: serde_json::json!({"note": note, "n": seq}),
            on: On { kind: "access".to_owned(), id: format!("a-{}", seq % 5) },
            ver,
            at: "2026-01-31T12:00:00.000000Z".to_owned(),
            by: By::system("test"),
            request: "6f1f0d2e-7a52-4c3b-9d8e-112233445566".to_owned(),
            rules: 1,
            sw: "0.1.0".to_owned(),
        };
        entry.to_leaf_bytes().unwrap()
    }

    /// A sound log of five objects changed in turn, with a signed head every 100 entries and at the end.
    pub fn store(size: u64) -> Store {
        let (mut edge, mut frontier) = (Edge::new(), Frontier::new());
        let mut store = Store {
            rows: Vec::new(),
            edge: None,
            tiles: BTreeMap::new(),
            heads: Vec::new(),
            keys: vec![key().verifier().clone()],
        };
        for seq in 0..size {
            let body = body(seq, seq / 5 + 1, "as it was");
            let leaf = leaf_hash(&body);
            store.rows.push((seq, body, leaf));
            edge.push(leaf);
            store.tiles.extend(frontier.push(leaf).into_iter().map(|(id, tile)| (id, tile.to_bytes())));
            if edge.size() % 100 == 0 || edge.size() == size {
                store.heads.push((edge.size(), head(edge.size(), edge.root())));
            }
        }
        store.edge = Some(edge);
        store
    }

    pub fn head(size: u64, root: Hash) -> String {
        let head = Checkpoint { origin: "plant.example/log".to_owned(), size, root };
        head.sign(&[&key()]).unwrap().to_string()
    }

    impl Store {
        pub fn verify(&self) -> Report {
            let heads: Vec<_> =
                self.heads.iter().map(|(size, note)| StoredCheckpoint { size: *size, note: note.as_bytes() }).collect();
            let anchors =
                Anchors { edge: self.edge.as_ref(), tiles: &self.tiles, checkpoints: &heads, log_keys: &self.keys };
            verify(self.rows.iter().map(|(seq, body, leaf)| Row { seq: *seq, body, leaf: *leaf }), &anchors)
        }

        /// Another sound entry in place of the one at `seq`.
        pub fn edit_body(&mut self, seq: u64) {
            self.rows[seq as usize].1 = body(seq, seq / 5 + 1, "as somebody likes it");
        }

        pub fn edit_leaf(&mut self, seq: u64) {
            self.rows[seq as usize].2.0[0] ^= 1;
        }

        pub fn rewrite(&mut self, seq: u64) {
            self.edit_body(seq);
            self.rows[seq as usize].2 = leaf_hash(&self.rows[seq as usize].1);
        }
    }
}

#[test]
fn a_sound_log_has_no_damage() {
    for size in [0, 1, 255, 256, 257, 700] {
        let report = given::store(size).verify();
        assert_eq!(report.damages, [], "{size}");
        assert!(report.is_sound());
        assert_eq!((report.bodies, report.tiles, report.edge.size()), (size, size / 256, size));
    }
}

#[test]
fn an_edited_body_is_named_in_full_tiles_and_in_the_tail() {
    for seq in [0, 255, 300, 699] {
        let mut store = given::store(700);
        store.edit_body(seq);
        assert_eq!(store.verify().damages, [Damage::Body { seq }]);
    }
}

#[test]
fn an_edited_leaf_hash_is_named_in_full_tiles_and_in_the_tail() {
    for seq in [0, 255, 300, 699] {
        let mut store = given::store(700);
        store.edit_leaf(seq);
        assert_eq!(store.verify().damages, [Damage::Leaf { seq }]);
    }
}

#[test]
fn several_damages_are_each_named() {
    let mut store = given::store(700);
    store.edit_body(10);
    store.edit_leaf(300);
    store.edit_body(600);
    store.edit_leaf(650);
    let expected =
        [Damage::Body { seq: 10 }, Damage::Body { seq: 600 }, Damage::Leaf { seq: 300 }, Damage::Leaf { seq: 650 }];
    assert_eq!(store.verify().damages, expected);
}

#[test]
fn a_body_rewritten_with_its_leaf_hash_is_named_by_the_tile() {
    let mut store = given::store(700);
    store.rewrite(300);
    assert_eq!(store.verify().damages, [Damage::Body { seq: 300 }, Damage::Leaf { seq: 300 }]);
}

#[test]
fn a_rewritten_tail_is_narrowed_to_the_heads_around_it() {
    // Given neither tile nor single leaf can tell, and the edge was rewritten to match.
    let mut store = given::store(700);
    store.rewrite(650);
    let mut edge = Edge::new();
    store.rows.iter().for_each(|row| edge.push(row.2));
    assert_eq!(store.verify().damages, [Damage::Rewritten { from: 600, to: 700 }]);
    store.edge = Some(edge);
    assert_eq!(store.verify().damages, [Damage::Rewritten { from: 600, to: 700 }]);
}

#[test]
fn a_history_rewritten_throughout_still_meets_its_signed_heads() {
    // Given a whole second log with one other entry, and the heads of the first.
    let (mut store, heads) = (given::store(700), given::store(700).heads);
    store.rewrite(450);
    let (mut edge, mut frontier) = (Edge::new(), Frontier::new());
    for row in &store.rows {
        edge.push(row.2);
        store.tiles.extend(frontier.push(row.2).into_iter().map(|(id, tile)| (id, tile.to_bytes())));
    }
    (store.edge, store.heads) = (Some(edge), heads);
    assert_eq!(store.verify().damages, [Damage::Rewritten { from: 400, to: 500 }]);
}

#[test]
fn tiles_edge_and_heads_are_each_named() {
    let mut store = given::store(700);
    store.tiles.get_mut(&TileId { level: 0, n: 1 }).unwrap()[40] ^= 1;
    assert_eq!(store.verify().damages, [Damage::Tile { level: 0, n: 1 }]);

    let mut store = given::store(700);
    store.tiles.remove(&TileId { level: 0, n: 0 });
    store.tiles.insert(TileId { level: 0, n: 2 }, vec![0; 8192]);
    assert_eq!(store.verify().damages, [Damage::Tile { level: 0, n: 0 }, Damage::Tile { level: 0, n: 2 }]);

    let mut store = given::store(700);
    let mut bytes = store.edge.as_ref().unwrap().to_bytes();
    bytes[20] ^= 1;
    store.edge = Edge::from_bytes(&bytes).ok();
    assert_eq!(store.verify().damages, [Damage::Edge]);
    store.edge = None;
    assert_eq!(store.verify().damages, [Damage::Edge]);

    let mut store = given::store(700);
    store.heads[2].1 = store.heads[2].1.replace("300", "301");
    store.heads[4].0 = 501;
    assert_eq!(store.verify().damages, [Damage::Checkpoint { size: 300 }, Damage::Checkpoint { size: 501 }]);

    let mut store = given::store(700);
    store.keys.clear();
    assert_eq!(store.verify().damages.len(), 7);
}

#[test]
fn a_signed_head_outweighs_an_edge_made_to_fit() {
    // Given an edited body in the tail and an edge rewritten to match it.
    let mut store = given::store(700);
    store.edit_body(650);
    let mut edge = Edge::new();
    store.rows.iter().for_each(|row| edge.push(leaf_hash(&row.1)));
    store.edge = Some(edge);
    assert_eq!(store.verify().damages, [Damage::Body { seq: 650 }, Damage::Edge]);
}

#[test]
fn rows_that_are_gone_leave_a_gap() {
    // Given the tile remembers the leaf, everything else is still checked.
    let mut store = given::store(700);
    store.rows.remove(100);
    let report = store.verify();
    assert_eq!(
        (report.damages.as_slice(), report.unchecked_from),
        (&[Damage::Missing { from: 100, to: 101 }][..], None)
    );
    // Given nothing does, the rest is said to be unchecked.
    let mut store = given::store(700);
    store.rows.drain(600..603);
    let report = store.verify();
    assert_eq!(
        (report.damages.as_slice(), report.unchecked_from),
        (&[Damage::Missing { from: 600, to: 603 }][..], Some(600))
    );
    // Given the end was cut off, as by restoring an old copy, edge and heads remember.
    let mut store = given::store(700);
    store.rows.truncate(400);
    store.edge = given::store(400).edge;
    assert_eq!(store.verify().damages, [Damage::Missing { from: 400, to: 700 }]);
}

#[test]
fn rows_behind_the_end_are_named_as_such_and_an_end_set_back_is_the_edge() {
    // given one row more than edge and heads speak of
    let mut store = given::store(300);
    let more = given::body(300, 61, "put in");
    store.rows.push((300, more.clone(), leaf_hash(&more)));
    assert_eq!(store.verify().damages, [Damage::Beyond { from: 300, to: 301 }]);
    // given an edge that was set back: the signed heads know more, so it is the edge
    let mut store = given::store(300);
    store.edge = given::store(250).edge;
    assert_eq!(store.verify().damages, [Damage::Edge]);
}

#[test]
fn leaf_hashes_alone_are_held_against_tiles_edge_and_heads() {
    let looked = |store: &given::Store| {
        let heads: Vec<_> =
            store.heads.iter().map(|(size, note)| StoredCheckpoint { size: *size, note: note.as_bytes() }).collect();
        let edge = store.edge.as_ref();
        let anchors = Anchors { edge, tiles: &store.tiles, checkpoints: &heads, log_keys: &store.keys };
        let mut verifier = plantgate_ledger::verify::Verifier::new();
        store.rows.iter().for_each(|(seq, _, leaf)| verifier.leaf(*seq, *leaf));
        verifier.finish(&anchors)
    };
    let mut store = given::store(300);
    store.edit_body(20);
    let report = looked(&store);
    assert_eq!((report.bodies, report.checkpoints, report.damages), (0, 3, vec![]));
    store.rows.remove(20);
    assert!(looked(&store).damages.contains(&Damage::Missing { from: 20, to: 21 }));
    store.edit_leaf(280);
    assert!(!looked(&store).is_sound());
}

#[test]
fn rows_twice_or_with_absurd_indices_are_named() {
    let mut store = given::store(20);
    store.rows.insert(6, store.rows[5].clone());
    store.rows[20].0 = u64::MAX;
    let expected = [Damage::Missing { from: 19, to: 20 }, Damage::Order { seq: 5 }, Damage::Order { seq: u64::MAX }];
    assert_eq!(store.verify().damages, expected);
}

#[test]
fn a_lost_row_explains_no_later_gap_of_versions() {
    // Given a body damaged early, and a version of another object skipped after both were seen again.
    let mut store = given::store(12);
    store.edit_body(0);
    store.rows[11] = (11, given::body(11, 4, ""), leaf_hash(&given::body(11, 4, "")));
    let damages = store.verify().damages;
    assert!(damages.contains(&Damage::Version { seq: 11, expected: 3, found: 4 }), "{damages:?}");
    assert!(!damages.iter().any(|d| matches!(d, Damage::Version { seq, .. } if *seq != 11)), "{damages:?}");
}

#[test]
fn an_object_whose_versions_skip_or_repeat_is_named() {
    // Given logs that are sound as trees.
    let sealed = |bodies: Vec<Vec<u8>>| {
        let mut store = given::store(0);
        let mut edge = Edge::new();
        for (seq, body) in (0..).zip(bodies) {
            edge.push(leaf_hash(&body));
            store.rows.push((seq, body.clone(), leaf_hash(&body)));
        }
        (store.edge, store.heads) = (Some(edge), Vec::new());
        store.verify().damages
    };
    let body = |n: u64, ver| given::body(n, ver, "");
    assert_eq!(sealed(vec![body(0, 1), body(1, 1), body(5, 2)]), []);
    assert_eq!(sealed(vec![body(0, 1), body(5, 3)]), [Damage::Version { seq: 1, expected: 2, found: 3 }]);
    assert_eq!(sealed(vec![body(0, 1), body(5, 1)]), [Damage::Version { seq: 1, expected: 2, found: 1 }]);
    assert_eq!(sealed(vec![body(0, 2)]), [Damage::Version { seq: 0, expected: 1, found: 2 }]);
    assert_eq!(sealed(vec![b"{}".to_vec()]), [Damage::Entry { seq: 0 }]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_flipped_bit_anywhere_names_its_place(
        size in 1..600_u64, pick in any::<u64>(), byte in any::<usize>(), bit in 0..8,
    ) {
        let seq = pick % size;
        let mut store = given::store(size);
        let body = &mut store.rows[seq as usize].1;
        let at = byte % body.len();
        body[at] ^= 1_u8 << bit;
        prop_assert_eq!(store.verify().damages, [Damage::Body { seq }]);

        let mut store = given::store(size);
        store.rows[seq as usize].2.0[byte % 32] ^= 1_u8 << bit;
        prop_assert_eq!(store.verify().damages, [Damage::Leaf { seq }]);

        let mut store = given::store(size);
        if let Some(id) = store.tiles.keys().nth(byte % 2).copied() {
            store.tiles.get_mut(&id).unwrap()[byte % 8192] ^= 1_u8 << bit;
            prop_assert_eq!(store.verify().damages, [Damage::Tile { level: id.level, n: id.n }]);
        }
    }
}
