//! The door: routes, sign-in sessions, headers, errors. Handlers extract, call one function of the office and render;
//! no rule and no SQL stands here.

pub mod api;
pub mod deeds;
pub mod draw;
pub mod error;
pub mod fields;
pub mod listing;
pub mod live;
pub mod meanwhile;
pub mod names;
mod pace;
pub mod pages;
pub mod prove;
pub mod router;
pub mod routes;
pub mod seen_as;
pub mod serve;
pub mod session;
pub mod state;
pub mod told;
pub mod visit;
pub mod workshop;

pub use error::Trouble;
pub use live::Live;
pub use router::{router, table};
pub use serve::serve;
pub use session::SignedIn;
pub use state::State;
pub use workshop::Workshop;
