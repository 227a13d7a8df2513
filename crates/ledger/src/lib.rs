//! The ledger: exact bytes, their tree, their signed heads. Why a crate of its own: an auditor must be able to
//! check a pack with nothing but this code, so it knows nobody (no domain, no store), and does no IO, reads no
//! clock and draws no random number. Whoever calls it brings bytes, time and keys.
//!
//! Reading order: [`canon`] (which bytes), [`entry`] (what a leaf says), [`tree`] (hashes and proofs),
//! [`tile`] (how hashes are stored), [`note`] and [`checkpoint`] (who vouches), [`witness`] (what an outsider is
//! asked to vouch for), [`rotation`] (how a log's key hands over), [`verify`] (what is damaged),
//! [`pack`] (what leaves the house and proves itself elsewhere).

pub mod canon;
pub mod checkpoint;
pub mod entry;
pub mod key;
pub mod note;
pub mod pack;
pub mod rotation;
pub mod tile;
pub mod tree;
pub mod verify;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use entry::{By, Envelope, On, Signed};
pub use key::{CosignerKey, SecretKey, VerifierKey};
pub use note::Note;
pub use tree::{Edge, Hash, Hashes, Tree};
