//! Every proof verifies and no changed proof does: what makes a ledger more than a list of hashes.

use plantgate_ledger::{
    Edge, Hash, Tree,
    tree::{BadEdge, NoProof, leaf_hash, verify_consistency, verify_inclusion},
};
use proptest::prelude::*;

#[cfg(test)]
mod given {
    use super::*;

    pub fn leaf(i: u64) -> Hash {
        leaf_hash(format!("entry {i}").as_bytes())
    }

    pub fn tree(size: u64) -> Tree {
        (0..size).map(leaf).collect()
    }

    pub fn flipped(hash: &Hash, bit: usize) -> Hash {
        let mut bytes = hash.0;
        bytes[bit / 8 % 32] ^= 1 << (bit % 8);
        Hash(bytes)
    }

    /// Every way to spoil a path by one step: a bit, a hash more, less, or two swapped.
    pub fn spoiled(path: &[Hash], bit: usize) -> Vec<Vec<Hash>> {
        let mut all = Vec::new();
        for i in 0..path.len() {
            let mut p = path.to_vec();
            p[i] = flipped(&p[i], bit);
            all.push(p);
            let mut p = path.to_vec();
            p.remove(i);
            all.push(p);
            if i > 0 {
                let mut p = path.to_vec();
                p.swap(i - 1, i);
                all.push(p);
            }
        }
        for at in 0..=path.len() {
            let mut p = path.to_vec();
            p.insert(at, leaf(bit as u64));
            all.push(p);
        }
        all
    }
}

#[test]
fn every_inclusion_proof_of_every_small_tree_verifies() {
    let tree = given::tree(130);
    for size in 1..=130 {
        let root = tree.root_at(size).unwrap();
        for index in 0..size {
            let path = tree.inclusion(index, size).unwrap();
            verify_inclusion(&given::leaf(index), index, size, &path, &root).unwrap();
            // The same path proves nothing about any neighbour.
            verify_inclusion(&given::leaf(index), index + 1, size, &path, &root).unwrap_err();
            verify_inclusion(&given::leaf(index + 1), index, size, &path, &root).unwrap_err();
        }
    }
}

#[test]
fn every_consistency_proof_between_small_trees_verifies() {
    let tree = given::tree(130);
    let roots: Vec<Hash> = (0..=130).map(|size| tree.root_at(size).unwrap()).collect();
    for new in 0..=130_u64 {
        for old in 0..=new {
            let path = tree.consistency(old, new).unwrap();
            let (old_root, new_root) = (&roots[old as usize], &roots[new as usize]);
            verify_consistency((old, old_root), (new, new_root), &path).unwrap();
            verify_consistency((old, &given::flipped(old_root, 9)), (new, new_root), &path).unwrap_err();
            if old > 0 {
                verify_consistency((old, old_root), (new, &given::flipped(new_root, 9)), &path).unwrap_err();
            }
        }
    }
}

#[test]
fn what_lies_beyond_the_tree_has_no_proof() {
    let tree = given::tree(7);
    assert_eq!(tree.inclusion(7, 7), Err(NoProof::Range));
    assert_eq!(tree.inclusion(0, 0), Err(NoProof::Range));
    assert_eq!(tree.consistency(5, 4), Err(NoProof::Range));
    assert!(matches!(tree.inclusion(3, 9), Err(NoProof::Missing { .. })));
    verify_inclusion(&given::leaf(0), 0, 0, &[], &Hash::EMPTY_ROOT).unwrap_err();
    verify_consistency((0, &given::leaf(0)), (7, &tree.root()), &[]).unwrap_err();
    verify_consistency((0, &Hash::EMPTY_ROOT), (0, &given::leaf(0)), &[]).unwrap_err();
}

#[test]
fn an_edge_row_is_read_only_as_it_was_written() {
    let mut edge = Edge::new();
    for i in 0..300 {
        let row = edge.to_bytes();
        assert_eq!(Edge::from_bytes(&row).as_ref(), Ok(&edge));
        assert_eq!(Edge::from_bytes(&[row.as_slice(), &[0; 32]].concat()), Err(BadEdge::Count));
        assert_eq!(Edge::from_bytes(&row[..row.len() - 1]), Err(BadEdge::Count));
        edge.push(given::leaf(i));
        assert_eq!(edge, given::tree(i + 1).edge());
    }
    assert_eq!(Edge::from_bytes(&[0xff; 8 + 64 * 32]), Err(BadEdge::Size));
}

#[test]
fn a_digest_is_read_only_in_lower_case_hex() {
    let text = given::leaf(1).to_string();
    assert_eq!(text.parse(), Ok(given::leaf(1)));
    assert_eq!(serde_json::from_str::<Hash>(&format!("\"{text}\"")).unwrap(), given::leaf(1));
    assert_eq!(serde_json::to_string(&given::leaf(1)).unwrap(), format!("\"{text}\""));
    for bad in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), format!("+{}", &text[1..])] {
        bad.parse::<Hash>().unwrap_err();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_spoiled_inclusion_proof_is_refused(size in 1..3000_u64, pick in any::<u64>(), bit in 0..256_usize) {
        let tree = given::tree(size);
        let (index, root) = (pick % size, tree.root());
        let leaf = given::leaf(index);
        let path = tree.inclusion(index, size).unwrap();
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &root).is_ok());
        for bad in given::spoiled(&path, bit) {
            prop_assert!(bad == path || verify_inclusion(&leaf, index, size, &bad, &root).is_err());
        }
        prop_assert!(verify_inclusion(&given::flipped(&leaf, bit), index, size, &path, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &given::flipped(&root, bit)).is_err());
        for other in (0..size).filter(|i| *i != index).take(50) {
            prop_assert!(verify_inclusion(&leaf, other, size, &path, &root).is_err());
        }
    }

    #[test]
    fn a_spoiled_consistency_proof_is_refused(new in 2..3000_u64, pick in any::<u64>(), bit in 0..256_usize) {
        let tree = given::tree(new);
        let old = 1 + pick % (new - 1);
        let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root());
        let path = tree.consistency(old, new).unwrap();
        prop_assert!(verify_consistency((old, &old_root), (new, &new_root), &path).is_ok());
        for bad in given::spoiled(&path, bit) {
            prop_assert!(bad == path || verify_consistency((old, &old_root), (new, &new_root), &bad).is_err());
        }
        prop_assert!(verify_consistency((new, &old_root), (old, &new_root), &path).is_err());
    }

    #[test]
    fn hostile_proofs_never_panic(
        index in any::<u64>(), size in any::<u64>(), path in prop::collection::vec(any::<[u8; 32]>(), 0..80),
    ) {
        let path: Vec<Hash> = path.into_iter().map(Hash).collect();
        let hash = given::leaf(0);
        prop_assert!(verify_inclusion(&hash, index, size, &path, &Hash::EMPTY_ROOT).is_err());
        prop_assert!(verify_consistency((index, &hash), (size, &Hash::EMPTY_ROOT), &path).is_err());
    }
}
