//! One proof for a stretch of leaves: that these and no others stand from one index to another. It is the inclusion
//! proof of RFC 6962 2.1.1 cut off where the stretch begins and ends, so a range of leaves costs two short paths
//! instead of one path for each leaf, and nothing inside the range can be left out.

use super::{
    hash::{Hash, node_hash},
    proof::{Hashes, NoProof, Refused, range_root, split},
};

/// Hashes of the subtrees beside the leaves `from..until` in the tree of `size` leaves, left to right.
///
/// # Errors
/// An empty range or one beyond the tree; a stored hash is missing.
pub fn range<H: Hashes + ?Sized>(hashes: &H, from: u64, until: u64, size: u64) -> Result<Vec<Hash>, NoProof> {
    if from >= until || until > size {
        return Err(NoProof::Range);
    }
    let mut beside = Vec::new();
    collect(hashes, (from, until), (0, size), &mut beside)?;
    Ok(beside)
}

fn collect<H: Hashes + ?Sized>(
    hashes: &H,
    asked: (u64, u64),
    (low, high): (u64, u64),
    beside: &mut Vec<Hash>,
) -> Result<(), NoProof> {
    if high <= asked.0 || asked.1 <= low {
        beside.push(range_root(hashes, low, high)?);
        return Ok(());
    }
    if asked.0 <= low && high <= asked.1 {
        return Ok(());
    }
    let middle = low + split(high - low);
    collect(hashes, asked, (low, middle), beside)?;
    collect(hashes, asked, (middle, high), beside)
}

/// Checks that `leaves`, in this order, are all leaves from index `from` on in the tree of `size` leaves with `root`.
///
/// # Errors
/// Says why it refuses; anything but `Ok` means: not proven.
pub fn verify_range(leaves: &[Hash], from: u64, size: u64, beside: &[Hash], root: &Hash) -> Result<(), Refused> {
    let until = from.checked_add(leaves.len() as u64).ok_or(Refused::Range)?;
    if leaves.is_empty() || until > size {
        return Err(Refused::Range);
    }
    let mut walk = Walk { leaves, from, until, beside: beside.iter() };
    let found = walk.root_of(0, size)?;
    match (walk.beside.next(), found == *root) {
        (Some(_), _) => Err(Refused::Length),
        (None, false) => Err(Refused::Root),
        (None, true) => Ok(()),
    }
}

struct Walk<'a> {
    leaves: &'a [Hash],
    from: u64,
    until: u64,
    beside: std::slice::Iter<'a, Hash>,
}

impl Walk<'_> {
    /// Depth is that of the tree: 64 at most.
    fn root_of(&mut self, low: u64, high: u64) -> Result<Hash, Refused> {
        if high <= self.from || self.until <= low {
            return self.beside.next().copied().ok_or(Refused::Length);
        }
        if high - low == 1 {
            let at = usize::try_from(low - self.from).map_err(|_| Refused::Range)?;
            return self.leaves.get(at).copied().ok_or(Refused::Range);
        }
        let middle = low + split(high - low);
        let left = self.root_of(low, middle)?;
        Ok(node_hash(&left, &self.root_of(middle, high)?))
    }
}
