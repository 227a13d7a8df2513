//! A pack proves itself to two verifiers that know nothing of each other, and not one byte of it can be changed.

#[cfg(test)]
mod forged;
#[cfg(test)]
mod given;
#[cfg(test)]
mod handed;
#[cfg(test)]
mod odd;
#[cfg(test)]
mod second;
#[cfg(test)]
mod spoilt;

use plantgate_ledger::{
    CosignerKey, Tree, VerifierKey,
    checkpoint::CheckpointError,
    pack::{Fault, Shape, check, container, fingerprint, seal, twin},
    tree::{Refused, leaf_hash, range, verify_range},
};
use proptest::prelude::*;

#[test]
fn a_selection_says_these_are_in() {
    // given a log of 13 entries, of which four were asked for
    let sealed = given::selection();
    // when somebody checks it with the log's key
    let pack = check(&sealed, &[given::key().verifier().clone()], &[]).unwrap();
    // then the four are proven, with one disclosed value and one piece of evidence
    assert_eq!(pack.manifest.shape, Shape::Selection);
    assert_eq!(pack.entries.keys().copied().collect::<Vec<_>>(), [0, 3, 7, 12]);
    assert_eq!((pack.private, pack.blobs, pack.bare, pack.trusted), (1, 1, 0, true));
    assert_eq!(pack.claimed, 1);
}

#[test]
fn a_range_says_nothing_is_missing() {
    let sealed = given::ranged((2, 11), &[]);
    let pack = check(&sealed, &[given::key().verifier().clone()], &[]).unwrap();
    assert_eq!((pack.manifest.from, pack.manifest.until, pack.entries.len(), pack.bare), (2, 11, 9, 0));
    // given entries outside what was asked: they stand there as bare leaves
    let sealed = given::ranged((0, 13), &[1, 4, 6, 9, 11]);
    let pack = check(&sealed, &[given::key().verifier().clone()], &[]).unwrap();
    assert_eq!((pack.entries.len(), pack.bare), (8, 5));
    // given one entry of an object left out of the middle: its versions tell
    let sealed = given::ranged((0, 13), &[5]);
    assert_eq!(check(&sealed, &[], &[]).unwrap_err(), Fault::Order(10));
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    assert_eq!(given::selection(), given::selection());
    assert_eq!(given::ranged((0, 13), &[]), given::ranged((0, 13), &[]));
}

#[test]
fn a_key_out_of_the_pack_is_never_trusted() {
    let sealed = given::selection();
    // given nobody told the reader a key: it is whole in itself, and no more
    let pack = check(&sealed, &[], &[]).unwrap();
    assert!(!pack.trusted);
    assert_eq!(pack.key, *given::key().verifier());
    assert_eq!(fingerprint(&pack.key).split(' ').count(), 16);
    // given another key: it is not the one that signed
    let other: Vec<VerifierKey> = vec![given::other_key().verifier().clone()];
    assert_eq!(check(&sealed, &other, &[]).unwrap_err(), Fault::Stranger);
    // and a pack of somebody else under our name does not open with our key
    let forged = given::sealed_by(&given::other_key());
    assert_eq!(check(&forged, &[given::key().verifier().clone()], &[]).unwrap_err(), Fault::Stranger);
}

#[test]
fn a_cosignature_counts_for_who_trusts_the_cosigner() {
    let cosigner = given::cosigner();
    let sealed = given::cosigned();
    let log = [given::key().verifier().clone()];
    let pack = check(&sealed, &log, &[cosigner.verifier().clone()]).unwrap();
    assert_eq!(pack.cosigned, [cosigner.verifier().name()]);
    assert_eq!(pack.manifest.cosigned_by, pack.cosigned);
    assert!(check(&sealed, &log, &[]).unwrap().cosigned.is_empty());
    // and a key of a log counts for nothing where a cosigner's belongs
    let kind = Fault::Checkpoint(CheckpointError::Kind);
    assert_eq!(check(&sealed, &log, &[given::other_key().verifier().clone()]).unwrap_err(), kind);
    // and the policy says whom the organisation asks, and how many of them
    let policy = String::from_utf8(forged::files(&sealed)["policy.txt"].clone()).unwrap();
    let group = format!("witness cosigner-0 {}\ngroup outside 1 cosigner-0\nquorum outside\n", cosigner.verifier());
    assert!(policy.ends_with(&group), "{policy}");
}

#[test]
fn one_cosigner_is_counted_once_however_many_keys_or_names_it_has() {
    let first = given::cosigner();
    let same_name = CosignerKey::from_seed("headquarters.example", &[6; 32]).unwrap();
    let same_key = CosignerKey::from_seed("regulator.example", &[7; 32]).unwrap();
    let apart = CosignerKey::from_seed("insurer.example", &[4; 32]).unwrap();
    let log = [given::key().verifier().clone()];
    for (other, counted) in [(&same_name, 1), (&same_key, 1), (&apart, 2)] {
        let sealed = seal(given::draft(&[0], &given::key(), &[&first, other]), &given::tree(), &given::key()).unwrap();
        let keys = [first.verifier().clone(), other.verifier().clone()];
        assert_eq!(check(&sealed, &log, &keys).unwrap().cosigned.len(), counted, "{other:?}");
        assert_eq!(twin(&keys).is_some(), counted == 1, "{other:?}");
    }
}

#[test]
fn who_holds_the_log_key_makes_no_cosignature() {
    let (log, cosigner) = ([given::key().verifier().clone()], [given::cosigner().verifier().clone()]);
    let whole = forged::files(&given::cosigned());
    let head = &whole["checkpoint"];
    // given every byte of the cosigned head changed in turn, and the pack sealed anew by the holder of the log key
    for at in 0..head.len() {
        let mut changed = whole.clone();
        changed.get_mut("checkpoint").unwrap()[at] ^= 1 << (at % 8);
        let head = changed["checkpoint"].clone();
        for (name, proof) in changed.iter_mut().filter(|(name, _)| name.starts_with("proofs/")) {
            let text = String::from_utf8(proof.clone()).unwrap();
            let top = text.split_once("\n\n").unwrap_or_else(|| panic!("{name}")).0.to_owned() + "\n\n";
            *proof = [top.into_bytes(), head.clone()].concat();
        }
        let sealed = forged::signed(changed, &given::key(), |_| ());
        // then it is refused, or it is not cosigned
        let counted = check(&sealed, &log, &cosigner).is_ok_and(|pack| !pack.cosigned.is_empty());
        assert!(!counted, "byte {at} still counts");
    }
}

#[test]
fn a_hostile_container_is_refused_before_anything_is_read() {
    let one = |name: &str| container::write(&[(name.to_owned(), b"x".to_vec())].into());
    for name in ["../up", "/root", "a//b", "a/../b", ".hidden", "a\\b", "a b", "ü", ""] {
        assert!(one(name).is_err(), "{name}");
    }
    assert!(one(&"n".repeat(129)).is_err());
    // given a name that claims four gigabytes: refused without a byte being reserved for it
    let mut bomb = one("a").unwrap();
    bomb[18..26].fill(0xff);
    assert!(container::read(&bomb).is_err());
    // given the same name twice
    let (one, two) = (one("a").unwrap(), one("b").unwrap());
    let local = 30 + 1 + 1;
    let twice = [&one[..local], &one[..local], &two[local..]].concat();
    assert!(matches!(container::read(&twice), Err(container::BadContainer::Order(name)) if name == "a"));
    assert!(container::read(b"").is_err() && container::read(b"PK").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0_usize..4000) {
        let _any = container::read(&bytes);
        let sealed = given::selection();
        prop_assert!(check(&sealed[..cut.min(sealed.len() - 1)], &[], &[]).is_err());
        let mut longer = sealed.clone();
        longer.extend_from_slice(&bytes);
        prop_assert!(bytes.is_empty() || check(&longer, &[], &[]).is_err());
    }

    #[test]
    fn a_stretch_is_proven_and_no_other_is(size in 1_u64..200, a in 0_u64..200, b in 0_u64..200, bit in 0_usize..256) {
        let (from, until) = (a.min(b).min(size - 1), (a.max(b) + 1).min(size));
        let from = from.min(until - 1);
        let leaves: Vec<_> = (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect();
        let tree: Tree = leaves.iter().copied().collect();
        let (root, beside) = (tree.root(), range(&tree, from, until, size).unwrap());
        let stretch = &leaves[usize::try_from(from).unwrap()..usize::try_from(until).unwrap()];
        prop_assert_eq!(verify_range(stretch, from, size, &beside, &root), Ok(()));
        // one leaf left out, one changed, one place further on, one hash more
        prop_assert!(verify_range(&stretch[1..], from, size, &beside, &root).is_err());
        let mut changed = stretch.to_vec();
        changed[0].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_range(&changed, from, size, &beside, &root), Err(Refused::Root));
        prop_assert!(verify_range(stretch, from + 1, size, &beside, &root).is_err());
        let more: Vec<_> = beside.iter().copied().chain([root]).collect();
        prop_assert_eq!(verify_range(stretch, from, size, &more, &root), Err(Refused::Length));
    }
}
