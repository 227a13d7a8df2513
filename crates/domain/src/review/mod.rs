//! *Review*: what it comes to. Findings, tasks, and what changed from one state of an object to the next.

pub mod acts;
pub mod emergencies;
pub mod finding;
pub mod history;
pub mod signed;
pub mod task;
pub mod trail;
pub mod watchman;

#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod trail_tests;
