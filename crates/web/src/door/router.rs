//! All routes, and the layers around them: foreign forms are refused (Origin and Sec-Fetch-Site), bodies are bounded,
//! a panic in a handler is one failed request and nothing more.

use axum::{Router, extract::DefaultBodyLimit};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use super::{api, state::State};
use crate::render;

/// The whole server.
pub fn router(state: State) -> Router {
    let limit = state.app.store().limits().body_bytes;
    let routes = Router::new().nest("/api/v1", api::routes()).layer(DefaultBodyLimit::max(limit));
    let dressed = render::dress(routes).layer(CsrfLayer::new()).layer(CatchPanicLayer::new());
    dressed.with_state(state)
}

/// Serves the router until `stop` is done; running requests are finished first.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
