//! All routes, and the layers around them: foreign forms are refused (Origin and Sec-Fetch-Site), bodies are bounded,
//! a panic in a handler is one failed request and nothing more.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use plantgate_app::Stop;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use super::{
    api, draw,
    error::Trouble,
    pages, prove,
    routes::{Route, Routes},
    state::State,
};
use crate::render;

/// The whole server.
pub fn router(state: State) -> Router {
    let limit = state.app.store().limits().body_bytes;
    let drawn = from_fn_with_state(state.clone(), draw::troubles);
    let proven = from_fn_with_state(state.clone(), prove::proofs);
    let routes = every(state.app.store().limits().import_bytes, move |pages| pages.layer(proven).layer(drawn));
    let routes = routes.into_router().layer(DefaultBodyLimit::max(limit));
    // Whatever an answer comes from, a refusal of a foreign form or a panic, it has the headers of every answer.
    render::dress(routes.layer(CsrfLayer::new()).layer(CatchPanicLayer::new()), state.https).with_state(state)
}

/// Every route there is, for walks over all of them: the same table the router is made of.
pub fn table() -> Vec<Route> {
    every(0, |pages| pages).table().to_vec()
}

fn every(import_bytes: usize, drawn: impl FnOnce(Router<State>) -> Router<State>) -> Routes {
    let most = import_bytes + 64 * 1_024;
    let pages = pages::routes().merge(pages::import::routes(most)).merge(pages::accounts::routes(most));
    let lost = |router: Router<State>| router.fallback(|| async { Trouble::Stop(Stop::NotFound) });
    pages
        .around(lost)
        .around(drawn)
        .nest("/api/v1", api::routes(import_bytes).around(|api| api.layer(from_fn(api::spoken))))
}
