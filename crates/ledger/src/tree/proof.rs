//! Proofs, made from stored hashes and checked with nothing but the proof. Making follows the recursive definitions
//! of RFC 6962 2.1.1 and 2.1.2 turned into loops; checking follows RFC 9162 2.1.3.2 and 2.1.4.2 (same hashes).

use super::hash::{Hash, node_hash};

/// Where stored hashes come from: a tree in memory, tiles, rows.
pub trait Hashes {
    /// Hash of the perfect subtree of 2^`level` leaves that starts at leaf `index` · 2^`level`.
    fn hash(&self, level: u32, index: u64) -> Option<Hash>;
}

/// Why no proof could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// Index or size out of range or out of order.
    #[error("the index or size is out of range")]
    Range,
    /// A stored hash is not there.
    #[error("no hash stored at level {level}, index {index}")]
    Missing {
        /// Height of the subtree.
        level: u32,
        /// Position among the subtrees of that height.
        index: u64,
    },
}

/// Why a proof was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Index or sizes out of range or out of order.
    #[error("the index or sizes are out of range")]
    Range,
    /// More or fewer hashes than such a proof has.
    #[error("the proof has the wrong length")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// Largest power of two below `span`, for a span of at least 2: where RFC 6962 splits.
pub(super) fn split(span: u64) -> u64 {
    1 << (span - 1).ilog2()
}

/// Root of the leaves `from..to`, a range RFC 6962 splitting leads to (so `from` is aligned for every piece).
pub(super) fn range_root<H: Hashes + ?Sized>(hashes: &H, from: u64, to: u64) -> Result<Hash, NoProof> {
    let mut at = to;
    let mut root: Option<Hash> = None;
    while at > from {
        let level = (at - from).trailing_zeros();
        at -= 1 << level;
        let index = at >> level;
        let left = hashes.hash(level, index).ok_or(NoProof::Missing { level, index })?;
        root = Some(root.map_or(left, |right| node_hash(&left, &right)));
    }
    root.ok_or(NoProof::Range)
}

/// Root of the tree of the first `size` leaves.
///
/// # Errors
/// When a stored hash is missing.
pub fn root_of<H: Hashes + ?Sized>(hashes: &H, size: u64) -> Result<Hash, NoProof> {
    if size == 0 { Ok(Hash::EMPTY_ROOT) } else { range_root(hashes, 0, size) }
}

/// Audit path of leaf `index` (from 0) in the tree of the first `size` leaves, RFC 6962 2.1.1; lowest hash first.
///
/// # Errors
/// `index >= size`, or a stored hash is missing.
pub fn inclusion<H: Hashes + ?Sized>(hashes: &H, index: u64, size: u64) -> Result<Vec<Hash>, NoProof> {
    if index >= size {
        return Err(NoProof::Range);
    }
    let mut path = Vec::with_capacity(64 - size.leading_zeros() as usize);
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range_root(hashes, middle, to)?);
            to = middle;
        } else {
            path.push(range_root(hashes, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Proof that the tree of `new` leaves begins with the tree of `old` leaves, RFC 6962 2.1.2; lowest hash first.
/// Empty when `old` is 0 or equals `new`: then there is nothing to show.
///
/// # Errors
/// `old > new`, or a stored hash is missing.
pub fn consistency<H: Hashes + ?Sized>(hashes: &H, old: u64, new: u64) -> Result<Vec<Hash>, NoProof> {
    if old > new {
        return Err(NoProof::Range);
    }
    let mut path = Vec::new();
    if old == 0 {
        return Ok(path);
    }
    let (mut from, mut to) = (0, new);
    // While we only went left, the old tree is itself a node here and the verifier knows its hash already.
    let mut known = true;
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range_root(hashes, middle, to)?);
            to = middle;
        } else {
            path.push(range_root(hashes, from, middle)?);
            from = middle;
            known = false;
        }
    }
    if !known {
        path.push(range_root(hashes, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// Drops the levels on which `node`, last of its row and a left child, has no sibling to fold with.
fn skip_lone_levels(node: &mut u64, last: &mut u64) {
    // 64 zeros (node 0) cannot be shifted away; a last node that is 0 has nothing above it anyway.
    let levels = node.trailing_zeros();
    *node = node.checked_shr(levels).unwrap_or(0);
    *last = last.checked_shr(levels).unwrap_or(0);
}

/// Checks that `leaf` stands at `index` in the tree of `size` leaves with `root` (RFC 9162 2.1.3.2).
///
/// # Errors
/// Says why it refuses; anything but `Ok` means: not proven.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> Result<(), Refused> {
    if index >= size {
        return Err(Refused::Range);
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return Err(Refused::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            if node & 1 == 0 {
                skip_lone_levels(&mut node, &mut last);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(Refused::Root),
        _ => Err(Refused::Length),
    }
}

/// Checks that the tree `(new, new_root)` only appended to the tree `(old, old_root)` (RFC 9162 2.1.4.2).
/// A tree of 0 leaves is the beginning of every tree: then the proof must be empty and the old root the empty one.
///
/// # Errors
/// Says why it refuses; anything but `Ok` means: not proven, and possibly two histories.
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    path: &[Hash],
) -> Result<(), Refused> {
    if old > new {
        return Err(Refused::Range);
    }
    if old == 0 || old == new {
        let known = if old == 0 { &Hash::EMPTY_ROOT } else { new_root };
        let new_is_sound = new > 0 || *new_root == Hash::EMPTY_ROOT;
        return match (path.is_empty(), old_root == known && new_is_sound) {
            (false, _) => Err(Refused::Length),
            (true, false) => Err(Refused::Root),
            (true, true) => Ok(()),
        };
    }
    let (mut node, mut last) = (old - 1, new - 1);
    let levels = node.trailing_ones();
    node >>= levels;
    last >>= levels;
    let (start, rest) = match path.split_first() {
        // A power of two is a node of the new tree, so the proof leaves it out.
        _ if old.is_power_of_two() => (*old_root, path),
        Some((first, rest)) => (*first, rest),
        None => return Err(Refused::Length),
    };
    let (mut old_hash, mut new_hash) = (start, start);
    for hash in rest {
        if last == 0 {
            return Err(Refused::Length);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(hash, &old_hash);
            new_hash = node_hash(hash, &new_hash);
            if node & 1 == 0 {
                skip_lone_levels(&mut node, &mut last);
            }
        } else {
            new_hash = node_hash(&new_hash, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    match (last, old_hash == *old_root && new_hash == *new_root) {
        (0, true) => Ok(()),
        (0, false) => Err(Refused::Root),
        _ => Err(Refused::Length),
    }
}
