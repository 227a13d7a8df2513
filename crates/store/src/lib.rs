//! The archive: the only floor that touches a database or a disk. One write transaction (`writer`), one place where
//! the two engines differ (`db`), rows made from the fold and from nothing else (`rows`), reads as snapshots (`look`).

pub mod asking;
pub mod audit;
pub mod backup;
pub mod blobs;
pub mod book;
pub mod clock;
pub mod db;
pub mod desk;
pub mod extract;
pub mod find;
pub mod frozen;
pub mod keyring;
pub mod limits;
pub mod list;
pub mod look;
pub mod memory;
pub mod ops;
pub mod pace;
pub mod past;
pub mod private;
mod reading;
mod recall;
pub mod receipt;
pub mod roll;
pub mod rows;
pub mod schema;
mod seen;
pub mod shelf;
pub mod signatures;
pub mod stop;
pub mod stored;
pub mod trail;
pub mod transfer;
pub mod upgrade;
pub mod verify;
pub mod watermark;
pub mod witnesses;
pub mod writer;

pub use clock::Clock;
pub use db::Db;
pub use desk::Desk;
pub use limits::Limits;
pub use stop::{Away, Stop};
pub use writer::{Receipt, Store};
