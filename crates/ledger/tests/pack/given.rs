//! A small log and packs of it.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use plantgate_ledger::{
    By, Checkpoint, CosignerKey, Envelope, Hash, On, SecretKey, Tree,
    pack::{Disclosed, Draft, PYTHON, ROTATED, names, seal},
    rotation::Rotation,
    tree::leaf_hash,
};
use serde_json::json;

pub const SIZE: u64 = 13;
/// Seconds since 1970.
pub const COSIGNED_AT: u64 = 1_769_860_800;
const SLOT: &str = "6f1f0d2e-7a52-4c3b-9d8e-000000000007";
pub const EVIDENCE: &[u8] = b"account;person\nlortega;yes\n";

pub fn key() -> SecretKey {
    SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap()
}
/// Somebody else's key under the same name.
pub fn other_key() -> SecretKey {
    SecretKey::from_seed("plant.example/log", &[8; 32]).unwrap()
}
pub fn cosigner() -> CosignerKey {
    CosignerKey::from_seed("headquarters.example", &[7; 32]).unwrap()
}

fn commitment() -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[5; 32]).unwrap();
    mac.update("L. Ortega".as_bytes());
    mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

pub fn body(seq: u64) -> Vec<u8> {
    let digest = Hash::of_content(EVIDENCE).to_string();
    let data = match seq {
        3 => json!({ "sha256": digest, "file": { "bytes": EVIDENCE.len() } }),
        7 => json!({ "name": { "commit": commitment(), "slot": SLOT } }),
        _ => json!({ "n": seq, "text": "as it was" }),
    };
    let entry = Envelope {
        v: 1,
        kind: "qualify.item.delivered@1".to_owned(),
        data,
        on: On { kind: "item".to_owned(), id: format!("i-{}", seq % 5) },
        ver: seq / 5 + 1,
        at: format!("2026-01-31T12:00:{seq:02}.000000Z"),
        by: By::system("test"),
        request: "6f1f0d2e-7a52-4c3b-9d8e-112233445566".to_owned(),
        rules: 1,
        sw: "0.1.0".to_owned(),
    };
    entry.to_leaf_bytes().unwrap()
}

pub fn tree() -> Tree {
    (0..SIZE).map(|seq| leaf_hash(&body(seq))).collect()
}

/// A row claimed for the first object whose first entry is among these.
fn row(entries: &[u64]) -> Vec<u8> {
    let Some(first) = entries.iter().find(|seq| **seq < 5) else { return Vec::new() };
    let mut version = 1;
    while entries.contains(&(first + 5 * version)) {
        version += 1;
    }
    format!("{{\"body\":{{}},\"id\":\"i-{first}\",\"kind\":\"item\",\"version\":{version}}}\n").into_bytes()
}

/// The draft of a pack of these entries.
pub fn draft(entries: &[u64], key: &SecretKey, cosigners: &[&CosignerKey]) -> Draft {
    let head = Checkpoint { origin: key.verifier().name().to_owned(), size: SIZE, root: tree().root() };
    let mut note = head.sign(&[key]).unwrap();
    for cosigner in cosigners {
        note.add_line(note.cosigned(cosigner, COSIGNED_AT));
    }
    let private = Disclosed {
        entry: 7,
        slot: SLOT.to_owned(),
        commit: commitment(),
        salt: vec![5; 32],
        value: "L. Ortega".to_owned(),
    };
    let whole = entries.contains(&7) && entries.contains(&3);
    Draft {
        range: None,
        entries: entries.iter().map(|seq| (*seq, body(*seq))).collect(),
        private: if whole { vec![private] } else { Vec::new() },
        rotations: BTreeMap::new(),
        blobs: if whole {
            [(Hash::of_content(EVIDENCE).to_string(), EVIDENCE.to_vec())].into()
        } else {
            BTreeMap::new()
        },
        state: [("thing".to_owned(), row(entries))].into(),
        views: [
            (names::README, b"What this is.\n".to_vec()),
            (names::REPORT, b"<!doctype html><title>Pack</title>".to_vec()),
            // Stands for the real one where every byte is tried: to this crate it is a file like any other.
            (names::VERIFIER, b"#!/usr/bin/env python3\n".to_vec()),
        ]
        .into(),
        checkpoint: note.to_string(),
        cosigners: cosigners.iter().map(|k| k.verifier().clone()).collect(),
        quorum: cosigners.len(),
        about: vec!["request REQ-0577".to_owned()],
        at: format!("2026-01-31T12:00:{:02}.000000Z", entries.iter().max().unwrap()),
        language: "en".to_owned(),
        rules: 1,
        software: "0.1.0".to_owned(),
    }
}

pub fn selection() -> Vec<u8> {
    sealed_by(&key())
}
pub fn sealed_by(key: &SecretKey) -> Vec<u8> {
    seal(draft(&[0, 3, 7, 12], key, &[]), &tree(), key).unwrap()
}
/// A pack of a log that holds these bytes, whatever they are.
pub fn of_bodies(bodies: &[Vec<u8>], range: Option<(u64, u64)>) -> Vec<u8> {
    let tree: Tree = bodies.iter().map(|b| leaf_hash(b)).collect();
    let head = Checkpoint { origin: key().verifier().name().to_owned(), size: tree.size(), root: tree.root() };
    let draft = Draft {
        range,
        entries: (0..).zip(bodies.iter().cloned()).collect(),
        checkpoint: head.sign(&[&key()]).unwrap().to_string(),
        state: BTreeMap::new(),
        ..draft(&[0], &key(), &[])
    };
    seal(draft, &tree, &key()).unwrap()
}
pub fn cosigned() -> Vec<u8> {
    cosigned_by(&[&cosigner()])
}
pub fn cosigned_by(cosigners: &[&CosignerKey]) -> Vec<u8> {
    carrying(draft(&[0, 3, 7, 12], &key(), cosigners), None)
}
/// The same with the second verifier in it, as every pack has.
pub fn carrying(mut draft: Draft, range: Option<(u64, u64)>) -> Vec<u8> {
    draft.views.insert(names::VERIFIER, PYTHON.to_vec());
    seal(Draft { range, ..draft }, &tree(), &key()).unwrap()
}
pub fn carrying_selection() -> Vec<u8> {
    carrying(draft(&[0, 3, 7, 12], &key(), &[]), None)
}
/// All 13 places, five of them only as leaves.
pub fn carrying_range() -> Vec<u8> {
    carrying(draft(&[0, 2, 3, 5, 7, 8, 10, 12], &key(), &[]), Some((0, SIZE)))
}
/// A range, some of its entries only as leaves.
pub fn ranged(range: (u64, u64), bare: &[u64]) -> Vec<u8> {
    let entries: Vec<u64> = (range.0..range.1).filter(|seq| !bare.contains(seq)).collect();
    seal(Draft { range: Some(range), ..draft(&entries, &key(), &[]) }, &tree(), &key()).unwrap()
}

/// The key that takes over.
pub fn next_key() -> SecretKey {
    SecretKey::from_seed("plant.example/log", &[10; 32]).unwrap()
}
/// Where the entry of the handover stands.
pub const HANDED: u64 = 9;

/// The log whose tenth entry hands over, and the statement in it.
pub fn handed_over() -> (Vec<Vec<u8>>, String) {
    let before: Tree = (0..HANDED).map(body).map(|b| leaf_hash(&b)).collect();
    handed_over_behind(&Checkpoint { origin: "plant.example/log".to_owned(), size: HANDED, root: before.root() })
}

/// The same with any head called the old key's last.
pub fn handed_over_behind(last: &Checkpoint) -> (Vec<Vec<u8>>, String) {
    let mut bodies: Vec<Vec<u8>> = (0..SIZE).map(body).collect();
    let note = Rotation::sign(&key(), &next_key(), last).unwrap().to_string();
    let entry = Envelope {
        kind: ROTATED.to_owned(),
        data: json!({ "key": next_key().verifier().to_string(), "note": note }),
        ..Envelope::from_leaf_bytes(&body(HANDED)).unwrap()
    };
    bodies[9] = entry.to_leaf_bytes().unwrap();
    (bodies, note)
}

/// A pack of that log by a key, with these handovers beside it.
pub fn spanning(key: &SecretKey, range: Option<(u64, u64)>, rotations: BTreeMap<u64, String>) -> Vec<u8> {
    let wanted: Vec<u64> = if range.is_some() { (0..SIZE).collect() } else { vec![0, HANDED, 12] };
    spanning_of(&handed_over().0, key, range, &wanted, rotations)
}

/// The same of any log, with these entries in it.
pub fn spanning_of(
    bodies: &[Vec<u8>],
    key: &SecretKey,
    range: Option<(u64, u64)>,
    wanted: &[u64],
    rotations: BTreeMap<u64, String>,
) -> Vec<u8> {
    let tree: Tree = bodies.iter().map(|b| leaf_hash(b)).collect();
    let head = Checkpoint { origin: key.verifier().name().to_owned(), size: SIZE, root: tree.root() };
    let mut draft = draft(&[0], key, &[]);
    draft.views.insert(names::VERIFIER, PYTHON.to_vec());
    let take = |n: &u64| (*n, bodies[usize::try_from(*n).unwrap()].clone());
    let draft = Draft {
        range,
        entries: wanted.iter().map(take).collect(),
        checkpoint: head.sign(&[key]).unwrap().to_string(),
        at: format!("2026-01-31T12:00:{:02}.000000Z", wanted.iter().max().unwrap()),
        state: BTreeMap::new(),
        rotations,
        ..draft
    };
    seal(draft, &tree, key).unwrap()
}
