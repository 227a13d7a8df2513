//! Acts of *witness*: what was seen to happen on our systems, and on which accounts.

pub mod account;
pub mod account_list;
pub mod inside;
pub mod listed;
pub mod session;
pub mod start;
pub mod who;
