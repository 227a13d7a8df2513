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

/// Packs by the holder of the log key that no typed value can say: odd manifests, entries, policies, heads, rows.
pub fn raw() -> Vec<(String, Vec<u8>)> {
    let mut all = manifests();
    let changed = |from: &str, to: &str| String::from_utf8(given::body(0)).unwrap().replace(from, to).into_bytes();
    let entries = [
        ("as it is", "\"v\":1", "\"v\":1"),
        ("ver -5", "\"ver\":1", "\"ver\":-5"),
        ("ver 0", "\"ver\":1", "\"ver\":0"),
        ("at a number", "\"at\":\"2026-01-31T12:00:00.000000Z\"", "\"at\":5"),
        ("at no time", "T12:00:00", "T25:00:00"),
        ("v 2", "\"v\":1", "\"v\":2"),
        ("rules large", "\"rules\":1", "\"rules\":4294967296"),
        ("by null", "{\"roles\":[],\"system\":\"test\"}", "null"),
        ("by both", "\"roles\":[],", "\"person\":\"6f1f0d2e-7a52-4c3b-9d8e-112233445566\",\"roles\":[],"),
        ("roles blank", "\"roles\":[]", "\"roles\":[\"a b\"]"),
        ("kind odd", "\"kind\":\"item\"", "\"kind\":\"Item\""),
        ("type odd", "delivered@1", "delivered@01"),
        ("request odd", "6f1f0d2e", "6F1F0D2E"),
        ("private key", "\"n\":0", "\"$serde_json::private::Number\":\"1\""),
        ("float", "\"n\":0", "\"n\":0.5"),
        ("minus nought", "\"n\":0", "\"n\":-0"),
        ("large", "\"n\":0", "\"n\":9007199254740992"),
        ("twice", "\"n\":0", "\"n\":0,\"n\":0"),
        ("surrogate", "as it was", "\\ud800"),
        ("escape", "as it was", "\\u0041"),
        ("unknown field", "\"v\":1", "\"u\":1,\"v\":1"),
    ];
    for (what, from, to) in entries {
        let body = changed(from, to);
        all.push((format!("entry, {what}"), given::of_bodies(std::slice::from_ref(&body), None)));
        all.push((format!("entry in a range, {what}"), given::of_bodies(&[body], Some((0, 1)))));
    }
    let whole = files(&given::selection());
    let key = given::key();
    let texts: [(&str, &str, Vec<u8>); 14] = [
        ("policy", names::POLICY, b"log a b\n".to_vec()),
        ("policy first", names::POLICY, [b"log a b\n".as_slice(), &whole[names::POLICY]].concat()),
        ("policy bytes", names::POLICY, [whole[names::POLICY].as_slice(), b"\xff\n"].concat()),
        ("policy lines", names::POLICY, String::from_utf8_lossy(&whole[names::POLICY]).replace('\n', "\r\n").into()),
        ("policy none", names::POLICY, b"quorum none\n".to_vec()),
        ("head lines", names::CHECKPOINT, lines_more(&whole[names::CHECKPOINT], 70)),
        (
            "head line odd",
            names::CHECKPOINT,
            [whole[names::CHECKPOINT].as_slice(), "\u{2014} x AAAA\n".as_bytes()].concat(),
        ),
        ("head line more", names::CHECKPOINT, lines_more(&whole[names::CHECKPOINT], 1)),
        ("rows garbage", "state/thing.ndjson", b"x\n".to_vec()),
        ("rows open", "state/thing.ndjson", whole["state/thing.ndjson"].split_last().unwrap().1.to_vec()),
        ("rows twice", "state/thing.ndjson", whole["state/thing.ndjson"].repeat(2)),
        (
            "rows later",
            "state/thing.ndjson",
            b"{\"body\":{},\"id\":\"i-0\",\"kind\":\"item\",\"version\":9}\n".to_vec(),
        ),
        (
            "rows of nobody",
            "state/thing.ndjson",
            b"{\"body\":{},\"id\":\"i-9\",\"kind\":\"item\",\"version\":1}\n".to_vec(),
        ),
        ("other rows", "state/standing.ndjson", b"{\"standing\":\"good\"}\n".to_vec()),
    ];
    for (what, name, bytes) in texts {
        let mut changed = whole.clone();
        changed.insert(name.to_owned(), bytes);
        all.push((what.to_owned(), signed(changed, &key, |_| ())));
    }
    all.extend(unknown());
    all
}

/// Files the format does not know, listed by the manifest and signed by the holder of the log key.
pub fn unknown() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for (shape, pack) in [("selection", given::selection()), ("range", given::ranged((2, 11), &[]))] {
        let whole = files(&pack);
        let more = [
            "entries/note.html",
            "entries/3.json",
            "entries/0000000000003.json",
            "entries/000000000003.json.html",
            "entries/more/000000000003.json",
            "proofs/tool.exe",
            "proofs/0.tlog-proof",
            "proofs/000000000001.tlog-proof",
            "proofs/000000000000.tlog-proof.html",
            "keys/9.note",
            "keys/tool.exe",
            "private/more.html",
            "blobs/more.html",
            "state/more.html",
            "report.txt",
            "more/report.html",
        ];
        for name in more {
            let mut changed = whole.clone();
            changed.insert(name.to_owned(), b"MZ".to_vec());
            all.push((format!("{shape} with {name}"), signed(changed, &given::key(), |_| ())));
        }
    }
    let mut changed = files(&given::selection());
    changed.insert(names::LEAVES.to_owned(), vec![0; 32]);
    all.push(("selection with leaves".to_owned(), signed(changed, &given::key(), |_| ())));
    all
}

fn lines_more(note: &[u8], count: usize) -> Vec<u8> {
    [note, "\u{2014} stranger.example AAAAAAAAAAAA\n".repeat(count).as_bytes()].concat()
}

/// Manifests changed as JSON, signed anew.
fn manifests() -> Vec<(String, Vec<u8>)> {
    let whole = files(&given::selection());
    let odd = [
        ("rules", serde_json::json!(-1)),
        ("rules", serde_json::json!(1.5)),
        ("cosigned_by", serde_json::json!([1])),
        ("cosigned_by", serde_json::json!(["regulator.example"])),
        ("about", serde_json::json!(["\u{1b}[2J"])),
        ("software", serde_json::json!("1.0\nVERIFIED")),
        ("root", serde_json::json!("")),
        ("root", serde_json::json!("zz")),
        ("size", serde_json::json!(true)),
        ("entries", serde_json::json!(0)),
        ("at", serde_json::json!("2030-01-01T00:00:00.000000Z")),
        ("files", serde_json::json!([{}])),
        ("shape", serde_json::json!("all")),
        ("more", serde_json::json!(1)),
        ("\u{1b}[2J\u{1b}[HVERIFIED with the key you gave.\u{1b}[8m", serde_json::json!(1)),
        ("\u{9b}2J\u{2028}\u{202e}VERIFIED\nVERIFIED", serde_json::json!(1)),
        ("language", serde_json::json!("en\u{85}")),
        ("files", serde_json::json!([{ "bytes": 1, "path": "\u{1b}[2J", "sha256": "0".repeat(64) }])),
    ];
    let mut all = Vec::new();
    for (n, (field, value)) in odd.into_iter().enumerate() {
        let mut manifest: serde_json::Value = serde_json::from_slice(&whole[names::MANIFEST]).unwrap();
        manifest[field] = value;
        all.push((format!("manifest {n}, {field}"), resigned(&whole, serde_json::to_vec(&manifest).unwrap())));
    }
    let text = String::from_utf8(whole[names::MANIFEST].clone()).unwrap();
    let deep = "[".repeat(9_900) + &"]".repeat(9_900);
    let nested = text.replacen("\"about\":[", &format!("\"about\":[{deep},"), 1);
    all.push(("manifest, deep".to_owned(), resigned(&whole, nested.into_bytes())));
    all
}

fn resigned(whole: &Files, manifest: Vec<u8>) -> Vec<u8> {
    let key = given::key();
    let text = format!("{FORMAT}\n{}\n{}\n", key.verifier().name(), Hash::of_content(&manifest));
    let mut files = whole.clone();
    files.insert(names::NOTE.to_owned(), Note::sign(&text, &[&key]).unwrap().to_string().into_bytes());
    files.insert(names::MANIFEST.to_owned(), manifest);
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
fn what_the_format_does_not_know_is_refused_whoever_signed_for_it() {
    let all = unknown();
    assert!(all.len() > 30);
    for (what, pack) in all {
        let trusted = [given::key().verifier().clone()];
        let fault = check(&pack, &trusted, &[]).err();
        let said = fault.unwrap_or_else(|| panic!("accepted: {what}"));
        // its name is what is wrong, not something else in the pack
        let name = what.rsplit(' ').next().unwrap();
        assert!(said.to_string().starts_with(&format!("{name}: ")), "{what}: {said}");
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
