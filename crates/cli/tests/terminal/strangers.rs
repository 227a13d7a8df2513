//! Packs from strangers, on the screen of whoever checks them: what they hold is shown and never obeyed, and the copy
//! of the second verifier in them is named for what it is.

use std::collections::BTreeMap;

use plantgate_ledger::{
    By, Checkpoint, CosignerKey, Envelope, Hash, Note, On, SecretKey, Tree,
    pack::{Draft, FORMAT, PYTHON, container, names, seal},
    tree::leaf_hash,
};
use serde_json::{Value, json};

use super::folder::Folder;

fn key() -> SecretKey {
    SecretKey::from_seed("stranger.example/log", &[9; 32]).unwrap()
}

/// A sound pack of one entry, with this in the place of the second verifier.
fn pack(script: &[u8], cosigners: &[&CosignerKey]) -> Vec<u8> {
    let entry = Envelope {
        v: 1,
        kind: "qualify.item.delivered@1".to_owned(),
        data: json!({}),
        on: On { kind: "item".to_owned(), id: "i-0".to_owned() },
        ver: 1,
        at: "2026-01-31T12:00:00.000000Z".to_owned(),
        by: By::system("test"),
        request: "6f1f0d2e-7a52-4c3b-9d8e-112233445566".to_owned(),
        rules: 1,
        sw: "0.1.0".to_owned(),
    };
    let body = entry.to_leaf_bytes().unwrap();
    let tree: Tree = [leaf_hash(&body)].into_iter().collect();
    let head = Checkpoint { origin: key().verifier().name().to_owned(), size: 1, root: tree.root() };
    let mut note = head.sign(&[&key()]).unwrap();
    for cosigner in cosigners {
        note.add_line(note.cosigned(cosigner, 1_769_860_800));
    }
    let draft = Draft {
        entries: [(0, body)].into(),
        views: [(names::README, b"What this is.\n".to_vec()), (names::VERIFIER, script.to_vec())].into(),
        checkpoint: note.to_string(),
        at: entry.at,
        language: "en".to_owned(),
        rules: 1,
        software: "0.1.0".to_owned(),
        ..Draft::default()
    };
    seal(draft, &tree, &key()).unwrap()
}

/// The same with a manifest in which one field more stands, signed anew.
fn with_field(name: &str) -> Vec<u8> {
    let sound = pack(PYTHON, &[]);
    let mut files: BTreeMap<String, Vec<u8>> =
        container::read(&sound).unwrap().into_iter().map(|(n, b)| (n.to_owned(), b.to_vec())).collect();
    let mut manifest: Value = serde_json::from_slice(&files[names::MANIFEST]).unwrap();
    manifest[name] = json!(1);
    let bytes = plantgate_ledger::canon::to_bytes(&manifest).unwrap_or_else(|_| serde_json::to_vec(&manifest).unwrap());
    let text = format!("{FORMAT}\n{}\n{}\n", key().verifier().name(), Hash::of_content(&bytes));
    files.insert(names::NOTE.to_owned(), Note::sign(&text, &[&key()]).unwrap().to_string().into_bytes());
    files.insert(names::MANIFEST.to_owned(), bytes);
    container::write(&files).unwrap()
}

#[test]
fn a_hostile_pack_writes_nothing_on_the_terminal_but_what_the_program_says() {
    let folder = Folder::new("strangers-escape");
    let path = folder.path().join("pack.zip").to_string_lossy().into_owned();
    let key = key().verifier().to_string();
    let fields = [
        "\u{1b}[2J\u{1b}[HVerified with the key you gave.\u{1b}[8m",
        "x\nVerified with the key you gave.\n",
        "x\rVerified with the key you gave.",
    ];
    for field in fields {
        std::fs::write(&path, with_field(field)).unwrap();
        for json in [false, true] {
            let words: &[&str] = &["verify", &path, "--key", &key];
            let out = folder.run(&[if json { &["--json"][..] } else { &[] }, words].concat(), "");
            assert_eq!(out.status.code(), Some(2), "{field:?}");
            let shown = [out.stdout, out.stderr].concat();
            let shown = String::from_utf8(shown).unwrap();
            assert!(shown.contains("Verified with the key you gave."), "it is shown, not hidden: {shown:?}");
            assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{field:?}: {shown:?}");
            assert!(!shown.lines().any(|line| line.trim_start().starts_with("Verified")), "{field:?}: {shown:?}");
            assert!(shown.contains("Not verified. Nothing in this file can be relied on."), "{shown:?}");
        }
    }
}

#[test]
fn the_script_in_a_pack_is_compared_with_this_release_s_and_never_recommended() {
    let folder = Folder::new("strangers-script");
    let path = folder.path().join("pack.zip").to_string_lossy().into_owned();
    let key = key().verifier().to_string();
    for (script, ours) in [(PYTHON, true), (b"print('VERIFIED with the key you gave.')\n", false)] {
        std::fs::write(&path, pack(script, &[])).unwrap();
        let (code, said) = folder.json(&["verify", &path, "--key", &key], "");
        assert_eq!((code, &said["script_of_this_release"]), (Some(0), &json!(ours)), "{said}");
        let not = said["not_checked"].to_string();
        assert_eq!(not.contains("it is NOT this release"), !ours, "{not}");
        for part in ["README.txt", "policy.txt", "verify_pack.py"] {
            assert!(not.contains(part), "{part}: {not}");
        }
    }
}

#[test]
fn two_keys_of_one_cosigner_are_refused_as_two() {
    let folder = Folder::new("strangers-twins");
    let path = folder.path().join("pack.zip").to_string_lossy().into_owned();
    let of = |name: &str, seed: u8| CosignerKey::from_seed(name, &[seed; 32]).unwrap();
    let (one, other) = (of("headquarters.example", 7), of("headquarters.example", 6));
    std::fs::write(&path, pack(PYTHON, &[&one, &other])).unwrap();
    let (log, one, other) = (key().verifier().to_string(), one.verifier().to_string(), other.verifier().to_string());
    let (code, said) =
        folder.json(&["verify", &path, "--key", &log, "--cosigner", &one, "--cosigner", &other, "--quorum", "2"], "");
    assert!(code == Some(2) && said.to_string().contains("stands twice"), "{said}");
    let (code, said) = folder.json(&["verify", &path, "--key", &log, "--cosigner", &one], "");
    assert_eq!((code, &said["cosigned_by"]), (Some(0), &json!(["headquarters.example"])), "{said}");
}
