//! Packs behind a handover from one key of the log to the next: who has the old key can follow, and the old key signs
//! nothing any more.

use std::collections::BTreeMap;

use plantgate_ledger::{
    Checkpoint, Hash, SecretKey, Tree, VerifierKey,
    pack::{Fault, check},
    rotation::{BadRotation, Rotation},
    tree::leaf_hash,
};

use crate::{forged, given};

fn keys(all: &[&SecretKey]) -> Vec<VerifierKey> {
    all.iter().map(|k| k.verifier().clone()).collect()
}

fn note() -> BTreeMap<u64, String> {
    [(given::HANDED, given::handed_over().1)].into()
}

#[test]
fn a_handover_is_signed_by_both_keys_and_has_one_spelling() {
    let text = given::handed_over().1;
    let read = Rotation::open(text.as_bytes()).unwrap();
    assert_eq!((&read.old, &read.new), (given::key().verifier(), given::next_key().verifier()));
    assert_eq!(read.size, given::HANDED);
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] ^= 1 << (at % 8);
        assert!(Rotation::open(&changed).is_err(), "byte {at}");
    }
    // one of the two signatures alone, and both in the other order
    let (top, lines) = text.split_once("\n\n").unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    for some in [vec![lines[0]], vec![lines[1]], vec![lines[0], lines[0]], vec![lines[0], lines[1], lines[0]]] {
        let odd = format!("{top}\n\n{}\n", some.join("\n"));
        assert!(Rotation::open(odd.as_bytes()).is_err(), "{odd}");
    }
    // a key hands over to another one of its own log
    let last = Checkpoint { origin: "plant.example/log".to_owned(), size: 9, root: Hash::EMPTY_ROOT };
    let other = SecretKey::from_seed("other.example/log", &[3; 32]).unwrap();
    assert_eq!(Rotation::sign(&given::key(), &other, &last), Err(BadRotation::Form));
    assert_eq!(Rotation::sign(&given::key(), &given::key(), &last), Err(BadRotation::Form));
}

#[test]
fn trust_in_the_old_key_leads_to_the_new_one() {
    for range in [None, Some((0, given::SIZE))] {
        let pack = given::spanning(&given::next_key(), range, note());
        // given the old key: verified, and said to be by another one
        let old = check(&pack, &keys(&[&given::key()]), &[]).unwrap();
        assert!(old.trusted && old.handed && old.key == *given::next_key().verifier());
        // given the new one
        let new = check(&pack, &keys(&[&given::next_key()]), &[]).unwrap();
        assert!(new.trusted && !new.handed);
        // given neither
        assert_eq!(check(&pack, &keys(&[&given::other_key()]), &[]).unwrap_err(), Fault::Stranger);
        assert!(!check(&pack, &[], &[]).unwrap().trusted);
    }
    // and a pack of before still verifies by the old key, and not by the new one alone
    let before = given::selection();
    assert!(check(&before, &keys(&[&given::key()]), &[]).unwrap().trusted);
    assert_eq!(check(&before, &keys(&[&given::next_key()]), &[]).unwrap_err(), Fault::Stranger);
}

/// What somebody with a stolen key could sign behind the handover.
fn stolen() -> Vec<(&'static str, Vec<u8>)> {
    let whole = given::spanning(&given::next_key(), None, note());
    let mut without = forged::files(&whole);
    without.remove("keys/000000000009.note");
    let mut another = forged::files(&whole);
    let thief = SecretKey::from_seed("plant.example/log", &[66; 32]).unwrap();
    let last = Checkpoint { origin: "plant.example/log".to_owned(), size: 9, root: Hash::EMPTY_ROOT };
    let forged_note = Rotation::sign(&given::key(), &thief, &last).unwrap().to_string();
    another.insert("keys/000000000009.note".to_owned(), forged_note.clone().into_bytes());
    let mut moved = forged::files(&whole);
    let note = moved.remove("keys/000000000009.note").unwrap();
    moved.insert("keys/000000000008.note".to_owned(), note.clone());
    let mut beyond = forged::files(&whole);
    beyond.insert("keys/000000000013.note".to_owned(), note.clone());
    let mut odd = forged::files(&whole);
    odd.insert("keys/9.note".to_owned(), note);
    let next = given::next_key();
    vec![
        ("by the old key", given::spanning(&given::key(), None, self::note())),
        ("by the old key, the statement left out", given::spanning(&given::key(), None, BTreeMap::new())),
        ("by the old key, a range", given::spanning(&given::key(), Some((0, given::SIZE)), BTreeMap::new())),
        ("the statement dropped", forged::signed(without, &next, |_| ())),
        ("another statement", forged::signed(another, &next, |_| ())),
        ("to a thief", given::spanning(&thief, None, [(given::HANDED, forged_note)].into())),
        ("under another entry", forged::signed(moved, &next, |_| ())),
        ("beyond the head", forged::signed(beyond, &next, |_| ())),
        ("another name", forged::signed(odd, &next, |_| ())),
    ]
}

#[test]
fn a_key_that_handed_over_signs_nothing_behind_it() {
    let both = keys(&[&given::key(), &given::next_key()]);
    for (what, pack) in stolen() {
        assert!(check(&pack, &both, &[]).is_err(), "accepted: {what}");
        assert!(check(&pack, &both[..1], &[]).is_err(), "accepted by the old key: {what}");
    }
}

#[test]
fn no_byte_of_the_statement_can_be_changed_though_the_pack_is_signed_anew() {
    let whole = forged::files(&given::spanning(&given::next_key(), None, note()));
    let both = keys(&[&given::key(), &given::next_key()]);
    for at in 0..whole["keys/000000000009.note"].len() {
        let mut changed = whole.clone();
        changed.get_mut("keys/000000000009.note").unwrap()[at] ^= 1 << (at % 8);
        let pack = forged::signed(changed, &given::next_key(), |_| ());
        assert!(check(&pack, &both, &[]).is_err(), "byte {at}");
    }
}

/// A handover behind any head, and the log that holds it.
fn behind(size: u64, root: Hash) -> (Vec<Vec<u8>>, BTreeMap<u64, String>) {
    let last = Checkpoint { origin: "plant.example/log".to_owned(), size, root };
    let (bodies, note) = given::handed_over_behind(&last);
    (bodies, [(given::HANDED, note)].into())
}

/// Statements that both keys signed and that this log says otherwise.
fn untied() -> Vec<(String, Vec<u8>)> {
    let (next, whole) = (given::next_key(), Some((0, given::SIZE)));
    let plain: Vec<Vec<u8>> = (0..given::SIZE).map(given::body).collect();
    let all: Vec<u64> = (0..given::SIZE).collect();
    let at_five: BTreeMap<u64, String> = {
        let tree: Tree = plain.iter().take(5).map(|b| leaf_hash(b)).collect();
        let last = Checkpoint { origin: "plant.example/log".to_owned(), size: 5, root: tree.root() };
        [(5, Rotation::sign(&given::key(), &next, &last).unwrap().to_string())].into()
    };
    let (bodies, wrong) = behind(9, Hash::of_content(b"no head of this log"));
    let (empty, nought) = behind(0, Hash::of_content(b"no head of this log"));
    let spanning = given::spanning_of;
    vec![
        ("entry 5 of a range is another".to_owned(), spanning(&plain, &next, whole, &all, at_five.clone())),
        ("entry 5 of a selection is another".to_owned(), spanning(&plain, &next, None, &[0, 5], at_five.clone())),
        ("the last head was none".to_owned(), spanning(&bodies, &next, whole, &all, wrong.clone())),
        ("the last head was none of none".to_owned(), spanning(&empty, &next, whole, &all, nought)),
        ("the last head was none, part".to_owned(), spanning(&bodies, &next, Some((0, 10)), &all[..10], wrong)),
    ]
}

/// Name, pack, and the handovers that stay open in each of the two ways.
pub type Open = (String, Vec<u8>, Vec<u64>, Vec<u64>);

/// The same where the pack holds too little to tell, and says so.
pub fn open_questions() -> Vec<Open> {
    let next = given::next_key();
    let (bodies, wrong) = behind(9, Hash::of_content(b"no head of this log"));
    let of = |range, wanted: &[u64]| given::spanning_of(&bodies, &next, range, wanted, wrong.clone());
    let later: Vec<u64> = (1..given::SIZE).collect();
    let some = [0, 12];
    vec![
        ("sound, entry not here".to_owned(), of(None, &some), vec![9], vec![9]),
        ("sound, entry here".to_owned(), of(None, &[0, 9, 12]), vec![], vec![9]),
        ("sound, from later on".to_owned(), of(Some((1, given::SIZE)), &later), vec![], vec![9]),
        ("sound, before it".to_owned(), of(Some((0, 4)), &[0, 1, 2, 3]), vec![9], vec![9]),
    ]
}

#[test]
fn a_handover_is_the_entry_it_says_and_stands_behind_the_head_it_names() {
    let both = keys(&[&given::key(), &given::next_key()]);
    for (what, pack) in untied() {
        let fault = check(&pack, &both, &[]).map(|_| ()).unwrap_err();
        assert!(matches!(fault, Fault::Rotation(5 | 9, _)), "{what}: {fault}");
    }
    // given the whole log: both are proven
    let pack = given::spanning(&given::next_key(), Some((0, given::SIZE)), note());
    let checked = check(&pack, &both, &[]).unwrap();
    assert!(checked.unheld.is_empty() && checked.headless.is_empty());
    // given less: it says which handover it could not hold against what
    for (what, pack, unheld, headless) in open_questions() {
        let checked = check(&pack, &both, &[]).unwrap();
        assert_eq!((checked.unheld, checked.headless), (unheld, headless), "{what}");
    }
}

/// The same packs for the second verifier, each with what the first says of it by the old key.
pub fn cases() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = stolen().into_iter().map(|(what, pack)| (what.to_owned(), pack)).collect();
    for (n, range) in [None, Some((0, given::SIZE))].into_iter().enumerate() {
        all.push((format!("sound {n}"), given::spanning(&given::next_key(), range, note())));
    }
    let whole = forged::files(&all.last().unwrap().1);
    all.extend(untied());
    all.extend(open_questions().into_iter().map(|(what, pack, ..)| (what, pack)));
    for at in (0..whole["keys/000000000009.note"].len()).step_by(29) {
        let mut changed = whole.clone();
        changed.get_mut("keys/000000000009.note").unwrap()[at] ^= 1 << (at % 8);
        all.push((format!("byte {at}"), forged::signed(changed, &given::next_key(), |_| ())));
    }
    all
}
