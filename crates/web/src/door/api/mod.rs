//! The API: every act by name, lists and objects of every kind, decisions for other gateways. Errors are problem
//! documents (RFC 9457) out of the one error table; a request id makes every act safe to repeat.

mod acts;
mod bound;
mod decisions;
mod document;
pub mod jump;
mod objects;
mod packs;
mod problem;
mod recordings;
mod scim;
mod sessions;
pub mod shared;
mod sheets;
mod tokens;
mod uploads;

use axum::{
    extract::DefaultBodyLimit,
    routing::{delete, post},
};

pub use problem::{Body, Problem, spoken};

use super::routes::{RouteKind, Routes};

/// Routes under `/api/v1`.
pub fn routes(import_bytes: usize) -> Routes {
    let upload = post(uploads::take).layer(DefaultBodyLimit::disable());
    let recording = post(recordings::take).layer(DefaultBodyLimit::disable());
    let sheet = post(sheets::read).layer(DefaultBodyLimit::max(import_bytes));
    // A sheet as rows by name is longer than its file.
    let import = post(sheets::import).layer(DefaultBodyLimit::max(import_bytes.saturating_mul(4)));
    Routes::new()
        .public("/openapi.json", document::show)
        .working_state("/sessions", sessions::begin)
        .working_state("/sessions/current/proof", sessions::prove)
        .route(RouteKind::WorkingState, "DELETE", "/sessions/current", delete(sessions::end))
        .act("/acts/{name}", acts::act)
        .route(RouteKind::Act, "POST", "/acts/import-sheet", import)
        .route(RouteKind::Question, "POST", "/sheets", sheet)
        .route(RouteKind::WorkingState, "POST", "/evidence/uploads", upload)
        .route(RouteKind::WorkingState, "POST", "/recordings", recording)
        .page("/tokens", tokens::list)
        .act("/tokens", tokens::make)
        .page("/packs", packs::list)
        .act("/packs", packs::make)
        .question("/access/decisions", decisions::decide)
        .question("/access/ssh/entries", jump::entry)
        .page("/access/accounts", bound::turns)
        .page("/access/ssh/krl", jump::krl)
        .page("/access/ssh/ends", jump::ends)
        .page("/access/ssh/certificates/{grant}/{serial}", jump::certificate)
        .page("/objects/{kind}", objects::list)
        .page("/objects/{kind}/{name}", objects::show)
        .page("/objects/{kind}/{name}/history", objects::history)
        .merge(scim::routes())
        .around(|router| router.fallback(|| async { Problem::from(plantgate_app::Stop::NotFound) }))
}
