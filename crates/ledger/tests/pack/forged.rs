//! Packs somebody tampered with, up to somebody who holds the log key and signs the forged manifest anew.

use std::collections::BTreeMap;

use plantgate_ledger::{
    Hash, Note, SecretKey,
    pack::{FORMAT, Manifest, Part, check, container, names},
};

use crate::given;

type Files = BTreeMap<String, Vec<u8>>;

pub fn files(pack: &[u8]) -> Files {
    container::read(pack).unwrap().into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

/// The files as a pack, with the manifest as it is.
pub fn packed(files: &Files) -> Vec<u8> {
    container::write(files).unwrap()
}

/// The files as a pack whose manifest lists them as they are now, signed by a key.
pub fn signed(mut files: Files, key: &SecretKey, change: impl Fn(&mut Manifest)) -> Vec<u8> {
    let mut manifest = Manifest::from_bytes(&files[names::MANIFEST]).unwrap();
    let own = [names::MANIFEST, names::NOTE];
    let part = |(path, bytes): (&String, &Vec<u8>)| Part {
        bytes: bytes.len() as u64,
        path: path.clone(),
        sha256: Hash::of_content(bytes),
    };
    manifest.files = files.iter().filter(|(path, _)| !own.contains(&path.as_str())).map(part).collect();
    change(&mut manifest);
    let bytes = manifest.to_bytes().unwrap();
    let text = format!("{FORMAT}\n{}\n{}\n", manifest.origin, Hash::of_content(&bytes));
    files.insert(names::NOTE.to_owned(), Note::sign(&text, &[key]).unwrap().to_string().into_bytes());
    files.insert(names::MANIFEST.to_owned(), bytes);
    packed(&files)
}

/// Edits of the structure: what was dropped, swapped, added, renamed or cut, under the old signature.
pub fn structural(pack: &[u8]) -> Vec<(String, Vec<u8>)> {
    let whole = files(pack);
    let mut all = Vec::new();
    for (name, bytes) in &whole {
        let mut dropped = whole.clone();
        dropped.remove(name);
        all.push((format!("drop {name}"), packed(&dropped)));
        let mut renamed = dropped.clone();
        renamed.insert(format!("{name}x"), bytes.clone());
        all.push((format!("rename {name}"), packed(&renamed)));
        let mut cut = whole.clone();
        cut.insert(name.clone(), bytes[..bytes.len() - 1].to_vec());
        all.push((format!("cut {name}"), packed(&cut)));
        let next = whole.keys().find(|other| *other > name && whole[*other] != *bytes);
        if let Some(next) = next {
            let mut swapped = whole.clone();
            swapped.insert(name.clone(), whole[next].clone());
            swapped.insert(next.clone(), bytes.clone());
            all.push((format!("swap {name} and {next}"), packed(&swapped)));
        }
    }
    for name in ["entries/000000000001.json", "extra.txt", "private/x.json", "proofs/1.tlog-proof", "blobs/00"] {
        let mut added = whole.clone();
        added.insert(name.to_owned(), given::body(1));
        all.push((format!("add {name}"), packed(&added)));
    }
    for cut in [1, 21, 22, 100, pack.len() / 2] {
        all.push((format!("truncate by {cut}"), pack[..pack.len() - cut].to_vec()));
    }
    all
}

/// What the holder of the log key could sign and still not prove: the tree, the commitments and the digests say no.
pub fn by_the_key_holder(pack: &[u8]) -> Vec<(String, Vec<u8>)> {
    let whole = files(pack);
    let key = given::key();
    let mut all = Vec::new();
    let proving = |name: &str| {
        ["entries/", "proofs/", "private/", "blobs/"].iter().any(|f| name.starts_with(f))
            || [names::CHECKPOINT, names::LEAVES, names::RANGE_PROOF].contains(&name)
    };
    for (name, bytes) in whole.iter().filter(|(name, _)| proving(name)) {
        let mut dropped = whole.clone();
        dropped.remove(name);
        let kept = name.starts_with("private/") || name.starts_with("blobs/");
        // Disclosing less, or leaving a piece of evidence out, is no lie: the pack says what is in it.
        if !kept {
            all.push((format!("drop {name}, signed anew"), signed(dropped, &key, |_| ())));
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let files = Files::from_iter(whole.clone().into_iter().chain([(name.clone(), changed)]));
            all.push((format!("{name}, byte {at}, signed anew"), signed(files, &key, |_| ())));
        }
    }
    let changes: [Change; 7] = [
        ("size", |m| m.size += 1),
        ("root", |m| m.root = Hash::of_content(b"another")),
        ("origin", |m| m.origin = "plant.example/other".to_owned()),
        ("entries", |m| m.entries += 1),
        ("from", |m| m.from += 1),
        ("format", |m| m.format = "plantgate-pack/2".to_owned()),
        ("files", |m| m.files.reverse()),
    ];
    for (field, change) in changes {
        all.push((format!("another {field}, signed anew"), signed(whole.clone(), &key, change)));
    }
    all
}

/// Says what was changed, for the fields of a manifest.
type Change = (&'static str, fn(&mut Manifest));

fn packs() -> [Vec<u8>; 3] {
    [given::selection(), given::ranged((2, 11), &[]), given::ranged((0, 13), &[1, 4, 6, 9, 11])]
}

fn refused(pack: &[u8], what: &str) {
    assert!(check(pack, &[given::key().verifier().clone()], &[]).is_err(), "accepted: {what}");
}

#[test]
fn no_byte_of_the_file_can_be_changed() {
    for pack in packs() {
        for at in 0..pack.len() {
            let mut changed = pack.clone();
            changed[at] ^= 1 << (at % 8);
            refused(&changed, &format!("byte {at}"));
        }
    }
}

#[test]
fn no_byte_of_any_file_inside_can_be_changed_though_the_container_is_made_anew() {
    for pack in packs() {
        let whole = files(&pack);
        for (name, bytes) in &whole {
            for at in 0..bytes.len() {
                let mut changed = whole.clone();
                changed.get_mut(name).unwrap()[at] ^= 1 << (at % 8);
                refused(&packed(&changed), &format!("{name}, byte {at}"));
            }
        }
    }
}

#[test]
fn nothing_can_be_dropped_swapped_added_renamed_or_cut() {
    for pack in packs() {
        let all = structural(&pack);
        assert!(all.len() > 50);
        all.iter().for_each(|(what, forged)| refused(forged, what));
    }
}

#[test]
fn who_holds_the_log_key_still_proves_nothing_that_is_not_in_the_log() {
    for pack in packs() {
        let all = by_the_key_holder(&pack);
        assert!(all.len() > 1_000);
        all.iter().for_each(|(what, forged)| refused(forged, what));
    }
}
