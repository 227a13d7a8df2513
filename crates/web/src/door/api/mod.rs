//! The API: every act by name, lists and objects of every kind, decisions for other gateways. Errors are problem
//! documents (RFC 9457) out of the one error table; a request id makes every act safe to repeat.

mod acts;
mod decisions;
mod document;
mod objects;
mod problem;
mod sessions;
mod uploads;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post},
};

pub use problem::{Body, Problem};

use super::state::State;

/// Routes under `/api/v1`.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/openapi.json", get(document::show))
        .route("/sessions", post(sessions::begin))
        .route("/sessions/current", delete(sessions::end))
        .route("/acts/{name}", post(acts::act))
        .route("/evidence/uploads", post(uploads::take).layer(DefaultBodyLimit::disable()))
        .route("/access/decisions", post(decisions::decide))
        .route("/objects/{kind}", get(objects::list))
        .route("/objects/{kind}/{name}", get(objects::show))
        .route("/objects/{kind}/{name}/history", get(objects::history))
        .fallback(|| async { Problem::from(plantgate_app::Stop::NotFound) })
}
