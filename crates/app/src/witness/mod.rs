//! Acts of *witness*: what was seen to happen on our systems, on which accounts, and who came.

pub mod account;
pub mod device;
pub mod inside;
pub mod logbook;
pub mod noted;
pub mod session;
pub mod start;
pub mod visit;
pub mod visiting;
