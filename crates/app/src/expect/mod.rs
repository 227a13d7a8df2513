//! Acts of *expect*: what we ask of whom, where.

pub mod conduit;
pub mod found;
pub mod instance;
pub mod provider;
pub mod site;
pub mod system;
pub mod zone;
