//! *Permit*: may this happen? Activation, access, grants and the one explained decision.

pub mod access;
pub mod activation;
pub mod calendar;
pub mod change;
pub mod facts;
pub mod grant;
pub mod hold;
