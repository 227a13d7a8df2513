//! testkit: see ARCHITECTURE.md.

pub mod postgres;
pub mod samples;
