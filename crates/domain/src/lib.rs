//! What Plantgate means: vocabulary, rules and folds, and nothing that could act. No IO, clock, randomness or async
//! enters here, so an auditor can read it and a property can prove it.
//!
//! Reading order: `base` (nouns every wing shares) → `event` (what can have happened) → the five wings, each looking
//! left only → `thing` (the one fold over all of them).

pub mod base;
pub mod event;
pub mod expect;
pub mod permit;
pub mod qualify;
pub mod review;
pub mod rules;
pub mod thing;
pub mod witness;
