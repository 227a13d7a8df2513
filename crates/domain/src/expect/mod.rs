//! *Expect*: what we ask, of whom, where. The leftmost wing: it looks at no other.

pub mod provider;
pub mod site;
