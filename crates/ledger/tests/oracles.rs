//! Other people's code against ours: same roots, same proofs, each side verifies what the other made.

use ct_merkle::{InclusionProof, mem_backed_tree::MemoryBackedTree};
use plantgate_ledger::{
    Checkpoint, Hash, Note, SecretKey, Tree,
    tree::{leaf_hash, verify_consistency, verify_inclusion},
};
use sha2::Sha256;
use signed_note::{Signer, StandardSigner, StandardVerifier, VerifierList};

#[cfg(test)]
mod given {
    use super::*;
    use base64::{Engine, engine::general_purpose::STANDARD};

    pub fn body(i: u64) -> Vec<u8> {
        format!("entry {i}").into_bytes()
    }

    pub fn hashes(bytes: &[u8]) -> Vec<Hash> {
        bytes.chunks(32).map(|chunk| Hash::from_slice(chunk).unwrap()).collect()
    }

    /// The same key for both sides.
    pub fn keys(name: &str, seed: [u8; 32]) -> (SecretKey, StandardSigner) {
        let ours = SecretKey::from_seed(name, &seed).unwrap();
        let id = u32::from_be_bytes(ours.verifier().id());
        let secret = STANDARD.encode([&[1], seed.as_slice()].concat());
        let theirs = StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id:08x}+{secret}")).unwrap();
        (ours, theirs)
    }
}

#[test]
fn ct_merkle_has_the_same_roots_and_proofs_at_every_size_to_260() {
    let (mut ours, mut theirs) = (Tree::new(), MemoryBackedTree::<Sha256, Vec<u8>>::new());
    for size in 1..=260_u64 {
        ours.push(leaf_hash(&given::body(size - 1)));
        theirs.push(given::body(size - 1));
        let root = theirs.root();
        assert_eq!(ours.root().as_bytes().as_slice(), root.as_bytes().as_slice());

        for index in (0..size).filter(|i| size < 70 || i % 13 == size % 13) {
            let proof = theirs.prove_inclusion(index as usize);
            let path = ours.inclusion(index, size).unwrap();
            assert_eq!(path, given::hashes(proof.as_bytes()), "inclusion {index} in {size}");
            verify_inclusion(&leaf_hash(&given::body(index)), index, size, &path, &ours.root()).unwrap();
            let flat = path.iter().flat_map(|hash| hash.0).collect();
            root.verify_inclusion(&given::body(index), index, &InclusionProof::from_bytes(flat)).unwrap();
        }
        for old in (1..=size).filter(|old| size < 70 || old % 13 == size % 13) {
            let proof = theirs.prove_consistency((size - old) as usize);
            let path = ours.consistency(old, size).unwrap();
            assert_eq!(path, given::hashes(proof.as_bytes()), "consistency {old} to {size}");
            let old_root = ours.root_at(old).unwrap();
            verify_consistency((old, &old_root), (size, &ours.root()), &path).unwrap();
        }
    }
}

#[test]
fn signed_note_signs_the_same_bytes_and_verifies_ours() {
    for seed in 0..50_u8 {
        let (ours, theirs) = given::keys("plant.example/log", [seed; 32]);
        let head =
            Checkpoint { origin: "plant.example/log".to_owned(), size: u64::from(seed), root: leaf_hash(&[seed]) };
        let note = head.sign(&[&ours]).unwrap().to_string();

        let mut made = signed_note::Note::new(head.text().as_bytes(), &[]).unwrap();
        made.add_sigs(&[&theirs as &dyn Signer]).unwrap();
        assert_eq!(made.to_bytes(), note.as_bytes());
        Checkpoint::open(&made.to_bytes(), ours.verifier(), &[]).unwrap();

        let known = StandardVerifier::new(&ours.verifier().to_string()).unwrap();
        let read = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
        assert_eq!(read.verify(&VerifierList::new(vec![Box::new(known)])).unwrap().0.len(), 1);
    }
}

#[test]
fn signed_note_and_we_agree_on_which_bytes_are_a_note() {
    let (key, _) = given::keys("plant.example/log", [7; 32]);
    let note = Note::sign("one\n\ntwo\n", &[&key, &key]).unwrap().to_string();
    for at in 0..note.len() {
        for byte in [b'\n', b' ', b'A', b'=', 0] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] = byte;
            let (ours, theirs) = (Note::parse(&bytes), signed_note::Note::from_bytes(&bytes));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "byte {at} as {byte}: {ours:?}");
        }
    }
}
