//! The gateway: stock SSH in, the granted target out, a record of it in between. It decides nothing itself: it asks an
//! [`Authority`] and knows no database. It fails safe: closed for new work, never harmful to running work.

pub mod authority;
mod carries;
mod clock;
mod files;
mod forward;
mod house;
pub mod keys;
pub mod limits;
mod line;
mod parting;
pub mod recording;
mod relay;
pub mod remote;
mod session;
pub mod sftp;
mod sight;
mod target;
mod visitor;

pub use authority::Authority;
pub use house::{Gate, serve};
pub use limits::Limits;
pub use remote::{Bounds, Remote};
/// The SSH library, so that nobody beside the gateway names a version of it.
pub use russh;
