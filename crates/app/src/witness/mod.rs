//! Acts of *witness*: what was seen to happen on our systems, on which accounts, and who came.

pub mod account;
pub mod account_list;
pub mod adjacent;
pub mod board;
pub mod bound;
pub mod bring;
pub mod checkout;
pub mod cutoff;
pub mod device;
pub mod disconnect;
pub mod end_access;
pub mod gate;
pub mod inside;
pub mod jump;
pub mod listed;
pub mod logbook;
pub mod noted;
pub mod play;
pub mod retention;
pub mod session;
pub mod sheets;
pub mod start;
pub mod visit;
pub mod visiting;
pub mod what_ends;
pub mod who;
