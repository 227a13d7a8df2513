//! The API: every act by name, lists and objects of every kind, decisions for other gateways. Errors are problem
//! documents (RFC 9457) out of the one error table; a request id makes every act safe to repeat.

mod acts;
mod decisions;
mod document;
mod objects;
mod packs;
mod problem;
mod sessions;
mod uploads;

use axum::{
    extract::DefaultBodyLimit,
    routing::{delete, post},
};

pub use problem::{Body, Problem, spoken};

use super::routes::{RouteKind, Routes};

/// Routes under `/api/v1`.
pub fn routes() -> Routes {
    let upload = post(uploads::take).layer(DefaultBodyLimit::disable());
    Routes::new()
        .public("/openapi.json", document::show)
        .working_state("/sessions", sessions::begin)
        .route(RouteKind::WorkingState, "DELETE", "/sessions/current", delete(sessions::end))
        .act("/acts/{name}", acts::act)
        .route(RouteKind::WorkingState, "POST", "/evidence/uploads", upload)
        .page("/packs", packs::list)
        .act("/packs", packs::make)
        .question("/access/decisions", decisions::decide)
        .page("/objects/{kind}", objects::list)
        .page("/objects/{kind}/{name}", objects::show)
        .page("/objects/{kind}/{name}/history", objects::history)
        .around(|router| router.fallback(|| async { Problem::from(plantgate_app::Stop::NotFound) }))
}
