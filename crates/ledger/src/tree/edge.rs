//! The right edge of the tree: all a writer must hold to append, at most 63 hashes however long the log is. It is
//! one row in the store; two writers that race on it meet in a compare-and-set on its size.

use super::hash::{Hash, node_hash};

/// Roots of the perfect subtrees a tree falls into, largest (leftmost) first; one for each 1-bit of the size.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    nodes: Vec<Hash>,
}

/// Bytes or parts that are no edge of any tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEdge {
    /// The number of hashes does not belong to the size.
    #[error("the number of hashes does not belong to the size")]
    Count,
    /// A size beyond 2^63-1, which no store can hold.
    #[error("a size beyond 2^63-1")]
    Size,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Edge {
        Edge::default()
    }

    /// An edge from its parts, as a store or a peer gives them.
    ///
    /// # Errors
    /// When there is not exactly one hash for each 1-bit of `size`.
    pub fn from_parts(size: u64, nodes: Vec<Hash>) -> Result<Edge, BadEdge> {
        if size > i64::MAX.unsigned_abs() {
            return Err(BadEdge::Size);
        }
        if usize::try_from(size.count_ones()) != Ok(nodes.len()) {
            return Err(BadEdge::Count);
        }
        Ok(Edge { size, nodes })
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The subtree roots, largest first.
    #[must_use]
    pub fn nodes(&self) -> &[Hash] {
        &self.nodes
    }

    /// Appends a leaf hash. Its index is the size before.
    pub fn push(&mut self, leaf: Hash) {
        let mut carry = leaf;
        // Each trailing 1-bit of the size is a subtree as large as the carry: they join, as in binary addition.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.nodes.pop() else { break };
            carry = node_hash(&left, &carry);
        }
        self.nodes.push(carry);
        self.size = self.size.saturating_add(1);
    }

    /// Root over all leaves (RFC 6962 2.1).
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.nodes.iter().rev();
        let Some(&last) = from_right.next() else { return Hash::EMPTY_ROOT };
        from_right.fold(last, |right, left| node_hash(left, &right))
    }

    /// For a database row: size as 8 bytes big-endian, then the hashes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + 32 * self.nodes.len());
        out.extend_from_slice(&self.size.to_be_bytes());
        self.nodes.iter().for_each(|node| out.extend_from_slice(&node.0));
        out
    }

    /// Reads what [`Edge::to_bytes`] wrote, and nothing else.
    ///
    /// # Errors
    /// Any length that does not belong to the size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Edge, BadEdge> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(BadEdge::Count)?;
        let (nodes, odd) = rest.as_chunks::<32>();
        if !odd.is_empty() {
            return Err(BadEdge::Count);
        }
        Edge::from_parts(u64::from_be_bytes(*size), nodes.iter().copied().map(Hash).collect())
    }
}
