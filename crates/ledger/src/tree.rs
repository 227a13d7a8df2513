//! The Merkle tree of RFC 6962 2.1: one root for all leaves so far, short proofs that a leaf is in it and that a
//! longer tree only appended. Kept apart from storage: proofs read hashes through [`Hashes`], whoever holds them.

mod edge;
mod hash;
mod memory;
mod proof;
mod range;

pub use edge::{BadEdge, Edge};
pub use hash::{BadHash, Hash, leaf_hash, node_hash};
pub use memory::Tree;
pub use proof::{Hashes, NoProof, Refused, consistency, inclusion, root_of, verify_consistency, verify_inclusion};
pub use range::{range, verify_range};
