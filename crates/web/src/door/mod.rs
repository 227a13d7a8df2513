//! no rule and no SQL stands here.

pub mod api;
pub mod error;
pub mod router;
pub mod session;
pub mod state;

pub use error::Trouble;
pub use router::{router, serve};
pub use session::SignedIn;
pub use state::State;
