//! *Witness*: what was seen to happen on our systems, and on which accounts.

pub mod account;
pub mod account_list;
pub mod acts;
pub mod bound;
pub mod brought;
pub mod cut_off;
pub mod gate;
pub mod held;
pub mod jump;
pub mod logged;
pub mod retention;
pub mod session;
pub mod visit;
pub mod visit_acts;
pub mod who;
