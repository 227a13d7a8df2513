//! Events of *permit*: what was allowed, refused, held and ended. Payloads are closed; whatever a person wrote is
//! `Private`.

pub mod access;
pub mod beforehand;
pub mod campaign;
pub mod decided;
pub mod grant;
pub mod place;

pub use access::*;
pub use beforehand::*;
pub use campaign::*;
pub use decided::*;
pub use grant::*;
pub use place::*;
