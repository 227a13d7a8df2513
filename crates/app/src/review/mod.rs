//! Acts of *review*: what was found, what is done about it, what is due, and what changed from one day to the next.

pub mod action;
pub mod emergencies;
mod enclosed;
pub mod finding;
pub mod history;
pub mod ordered;
pub mod pack;
pub mod packed;
pub mod progress;
pub mod propose;
pub mod site;
pub mod task;
pub mod trail;
pub mod watch;
