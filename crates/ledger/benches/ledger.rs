//! How fast the ledger is on this machine, printed for people to judge; nothing here can fail a build because a
//! neighbour was busy. Run with `cargo bench -p plantgate-ledger`.
#![expect(clippy::print_stdout, reason = "printing figures is all this program does")]
#![expect(clippy::disallowed_methods, reason = "a benchmark is the one place here that measures time")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use plantgate_ledger::{
    By, Checkpoint, Edge, Envelope, Hash, On, SecretKey, Tree, canon,
    tile::{Frontier, Tile, TileId, TileSet, needed_for_inclusion},
    tree::{inclusion, leaf_hash, verify_consistency, verify_inclusion},
    verify::{Anchors, Row, verify},
};

const LEAVES: u64 = 1_000_000;

/// Runs `work` for each of `0..n` and prints how many a second that was.
fn rate<T>(what: &str, n: u64, mut work: impl FnMut(u64) -> T) {
    let start = Instant::now();
    (0..n).for_each(|i| drop(black_box(work(i))));
    let per_second = n as f64 / start.elapsed().as_secs_f64();
    println!("{what:<58} {per_second:>12.0}/s");
}

/// Indices all over the tree, the same ones in every run.
fn scattered(i: u64) -> u64 {
    i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % LEAVES
}

fn entry(seq: u64) -> Envelope {
    Envelope {
        v: 1,
        kind: "permit.access.requested@1".to_owned(),
        data: serde_json::json!({
            "until": "2026-02-01T00:00:00.000000Z", "minutes": 90, "asset": format!("line-{seq}"),
            "reason": {"code": "maintenance", "commit": Hash::EMPTY_ROOT.to_string()},
            "scope": ["plc-1", "plc-2", "hmi-7"], "tier": "T2", "evidence": [],
        }),
        on: On { kind: "access".to_owned(), id: format!("a-{seq}") },
        ver: 1,
        at: "2026-01-31T12:00:00.000001Z".to_owned(),
        by: By::person("0b0e7a3c-9f3a-4c33-8f6e-2f1f6a1d2c3b", vec!["owner".to_owned()], Some("passkey".to_owned())),
        request: "6f1f0d2e-7a52-4c3b-9d8e-112233445566".to_owned(),
        rules: 12,
        sw: "0.1.0".to_owned(),
    }
}

fn trees() {
    let leaf = |i: u64| leaf_hash(&i.to_be_bytes());
    let (mut edge, mut tree, mut frontier) = (Edge::new(), Tree::new(), Frontier::new());
    let mut tiles: BTreeMap<TileId, Tile> = BTreeMap::new();
    rate("edge: push (leaf hash included)", LEAVES, |i| edge.push(leaf(i)));
    rate("edge: root", 1_000_000, |_| black_box(&edge).root());
    rate("tree in memory: push (leaf hash included)", LEAVES, |i| tree.push(leaf(i)));
    rate("frontier: push with tiles (leaf hash included)", LEAVES, |i| tiles.extend(frontier.push(leaf(i))));
    let all: TileSet = tiles.into_iter().chain(frontier.partial_tiles()).collect();

    let root = tree.root();
    let path = |i: u64| tree.inclusion(i, LEAVES).unwrap_or_default();
    rate("inclusion: make, from memory", 500_000, |i| path(scattered(i)));
    let set = |i: u64| inclusion(&all, i, LEAVES).unwrap_or_default();
    rate("inclusion: make, from tiles in memory", 200_000, |i| set(scattered(i)));
    let bytes: BTreeMap<TileId, Vec<u8>> = (0..LEAVES / 256)
        .filter_map(|n| Some((TileId { level: 0, n }, all.get(TileId { level: 0, n })?.to_bytes())))
        .collect();
    rate("inclusion: make, reading level-0 tile bytes each time", 20_000, |i| {
        let index = scattered(i);
        let needed = needed_for_inclusion(index, LEAVES).unwrap_or_default();
        let load = |id: TileId| match bytes.get(&id) {
            Some(stored) => Tile::from_bytes(stored).ok(),
            None => all.get(id).cloned(),
        };
        let loaded: TileSet = needed.into_iter().filter_map(|id| Some((id, load(id)?))).collect();
        inclusion(&loaded, index, LEAVES)
    });
    let paths: Vec<Vec<Hash>> = (0..10_000).map(|i| path(scattered(i))).collect();
    let leaves: Vec<Hash> = (0..10_000).map(|i| leaf(scattered(i))).collect();
    let mut cases = paths.iter().zip(&leaves).zip(0..).cycle();
    let mut refused = 0;
    rate("inclusion: verify", 500_000, |_| {
        let Some(((path, leaf), i)) = cases.next() else { return };
        refused += u64::from(verify_inclusion(leaf, scattered(i), LEAVES, path, &root).is_err());
    });
    rate("consistency: make, from memory", 500_000, |i| tree.consistency(scattered(i), LEAVES));
    let heads: Vec<(u64, Hash, Vec<Hash>)> = (0..10_000)
        .map(|i| scattered(i).max(1))
        .filter_map(|old| Some((old, tree.root_at(old).ok()?, tree.consistency(old, LEAVES).ok()?)))
        .collect();
    let mut cases = heads.iter().cycle();
    rate("consistency: verify", 300_000, |_| {
        let Some((old, old_root, path)) = cases.next() else { return };
        refused += u64::from(verify_consistency((*old, old_root), (LEAVES, &root), path).is_err());
    });
    println!("{:<58} {refused:>12}", "proofs refused (expect 0)");
}

fn notes() {
    let Ok(key) = SecretKey::from_seed("plant.example/log", &[7; 32]) else { return };
    let head = Checkpoint { origin: "plant.example/log".to_owned(), size: LEAVES, root: leaf_hash(b"x") };
    rate("checkpoint: sign and write", 50_000, |_| head.sign(&[&key]).map(|note| note.to_string()));
    let Ok(note) = head.sign(&[&key]) else { return };
    let note = note.to_string();
    rate("checkpoint: read and verify", 30_000, |_| Checkpoint::open(note.as_bytes(), key.verifier(), &[]));
}

fn entries() {
    let one = entry(1);
    let body = one.to_leaf_bytes().unwrap_or_default();
    println!("{:<58} {:>12} bytes", "entry", body.len());
    rate("entry: write canonical bytes", 200_000, |_| one.to_leaf_bytes());
    rate("entry: read strictly", 200_000, |_| Envelope::from_leaf_bytes(&body));
    let value = canon::parse_strict(&body).unwrap_or_default();
    rate("canon: write a value of that size", 200_000, |_| canon::to_bytes(&value));
    rate("canon: read strictly", 200_000, |_| canon::parse_strict(&body));

    let rows: Vec<(Vec<u8>, Hash)> = (0..200_000)
        .map(|seq| entry(seq).to_leaf_bytes().unwrap_or_default())
        .map(|body| (body.clone(), leaf_hash(&body)))
        .collect();
    let (mut edge, mut frontier, mut tiles) = (Edge::new(), Frontier::new(), BTreeMap::new());
    for (_, leaf) in &rows {
        edge.push(*leaf);
        tiles.extend(frontier.push(*leaf).into_iter().map(|(id, tile)| (id, tile.to_bytes())));
    }
    let anchors = Anchors { edge: Some(&edge), tiles: &tiles, checkpoints: &[], log_keys: &[] };
    let start = Instant::now();
    let report = verify((0..).zip(&rows).map(|(seq, (body, leaf))| Row { seq, body, leaf: *leaf }), &anchors);
    let per_second = rows.len() as f64 / start.elapsed().as_secs_f64();
    println!("{:<58} {per_second:>12.0}/s", "verify: whole log, bodies hashed and read");
    println!("{:<58} {:>12}", "verify: sound (expect true)", report.is_sound());
}

fn main() {
    trees();
    notes();
    entries();
}
