//! The door: routes, sign-in sessions, headers, errors. Handlers extract, call one function of the office and render;
//! no rule and no SQL stands here.

pub mod api;
pub mod error;
pub mod headers;
pub mod session;
pub mod state;

pub use error::Trouble;
pub use session::SignedIn;
pub use state::State;
