//! *Permit*: may this happen? Activation, access, grants and the one explained decision.

pub mod facts;
