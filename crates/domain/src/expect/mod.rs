//! *Expect*: what we ask, of whom, where. The leftmost wing: it looks at no other.

pub mod agreement;
pub mod alike;
pub mod answers;
pub mod catalogue;
pub mod codes;
pub mod conduit;
pub mod engagement;
pub mod import;
pub mod instance;
pub mod measures;
pub mod obligations;
pub mod organisation;
pub mod people_ask;
pub mod provider;
pub mod retier;
pub mod rulebook;
pub mod scope;
pub mod site;
pub mod system;
pub mod tier;
pub mod trail;
pub mod vault;
pub mod zone;
