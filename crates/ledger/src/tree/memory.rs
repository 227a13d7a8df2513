//! A whole tree in memory (64 bytes a leaf), for a log of ordinary size: every proof is a few look-ups.

use super::{
    edge::Edge,
    hash::{Hash, node_hash},
    proof::{Hashes, NoProof, consistency, inclusion, root_of},
};

/// All hashes of all perfect subtrees, by level; level 0 are the leaves.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Tree {
        Tree::default()
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends a leaf hash and returns its index.
    pub fn push(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut carry = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(level) else { break };
            row.push(carry);
            // An even count means the newest hash has a left sibling: their parent is complete now.
            let (Some([left, right]), 0) = (row.last_chunk::<2>(), row.len() % 2) else { break };
            carry = node_hash(left, right);
        }
        index
    }

    /// Root at the present size.
    #[must_use]
    pub fn root(&self) -> Hash {
        root_of(self, self.size()).unwrap_or(Hash::EMPTY_ROOT)
    }

    /// Root the tree had at `size`.
    ///
    /// # Errors
    /// A size this tree has not reached.
    pub fn root_at(&self, size: u64) -> Result<Hash, NoProof> {
        root_of(self, size)
    }

    /// The edge at the present size.
    #[must_use]
    pub fn edge(&self) -> Edge {
        let size = self.size();
        let peaks = self.levels.iter().rev().filter(|row| row.len() % 2 == 1).filter_map(|row| row.last().copied());
        Edge::from_parts(size, peaks.collect()).unwrap_or_default()
    }

    /// Proof that leaf `index` is in the tree of `size` leaves.
    ///
    /// # Errors
    /// An index or size beyond the tree.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, NoProof> {
        inclusion(self, index, size)
    }

    /// Proof that the tree of `new` leaves only appended to the tree of `old` leaves.
    ///
    /// # Errors
    /// Sizes beyond the tree or out of order.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, NoProof> {
        consistency(self, old, new)
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| {
            self.push(leaf);
        });
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Tree {
        let mut tree = Tree::new();
        tree.extend(leaves);
        tree
    }
}

impl Hashes for Tree {
    fn hash(&self, level: u32, index: u64) -> Option<Hash> {
        self.levels.get(usize::try_from(level).ok()?)?.get(usize::try_from(index).ok()?).copied()
    }
}
