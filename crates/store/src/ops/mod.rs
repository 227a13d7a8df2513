//! Working state: convenience, never authority (architecture §4). Losing it loses a sign-in, not a fact: what a person
//! may do is asked of the facts at every act, and a credential counts only if the record knows its fingerprint.

pub mod cosignature;
pub mod cosigner;
pub mod credential;
pub mod digest;
pub mod feed;
pub mod hook;
pub mod message;
pub mod outbox;
pub mod pack_order;
pub mod passkey;
pub mod pulse;
pub mod recovery;
pub mod session;
pub mod sign_on;
pub mod signing;
pub mod token;
pub mod tries;
pub mod upload;
