//! Acts of *expect*: what we ask of whom, where.

pub mod agreement;
pub mod clock;
pub mod conduit;
pub mod endpoint;
pub mod engagement;
pub mod found;
pub mod instance;
pub mod measures;
pub mod mode;
pub mod moves;
pub mod outlook;
pub mod provider;
pub mod questions;
pub mod replay;
pub mod rules;
pub mod scope;
pub mod sighting;
pub mod site;
pub mod system;
pub mod tier;
pub mod vault;
pub mod witnesses;
pub mod zone;
