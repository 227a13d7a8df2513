//! The provider's side: what we owe, hand in, my access. Nothing else, and nobody else's.

mod my_access;
mod owe;
mod upload;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::door::state::State;

/// Routes.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/owe", get(owe::show))
        // The file is bounded while it streams; other fields are bounded as they are read.
        .route("/owe/{name}/upload", post(upload::send).layer(DefaultBodyLimit::disable()).get(upload::show))
        .route("/my-access", get(my_access::show))
}
