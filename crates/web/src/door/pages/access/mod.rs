//! *Access*: ask, be answered with every reason, decide, and what was granted. One file for what one person does.

mod ask;
mod asked;
mod decide;
mod grant;
mod grant_acts;
mod list;
mod request;
pub mod shown;
pub mod times;

use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};

use plantgate_domain::{base::Instant, permit::grant::Grant};

use crate::door::state::State;

pub use ask::may_ask;
pub use asked::attendants;
pub use request::fixed;

/// The word of a grant's state on pages: `grant-…`.
pub fn grant_word(grant: &Grant, at: Instant) -> &'static str {
    match grant.word(at) {
        "active" => "open",
        "expired" => "ended",
        word => word,
    }
}

/// Routes.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/access", get(list::requests))
        .route("/access/grants", get(list::grants))
        .route("/access/grants/{name}", get(grant::show))
        .route("/access/grants/{name}/revoke", post(grant_acts::revoke))
        .route("/access/grants/{name}/disconnect", post(grant_acts::disconnect))
        .route("/access/grants/{name}/extend", post(grant_acts::extend))
        .route("/access/grants/{name}/attendant", post(grant_acts::attendant))
        .route("/access/grants/{name}/review", post(grant_acts::review))
        .route("/access/request", get(|| async { Redirect::to("/access/new") }))
        .route("/access/new", get(ask::show))
        .route("/access/new/checks", get(ask::checks))
        .route("/access/requests", post(ask::send))
        .route("/access/requests/{name}", get(request::show))
        .route("/access/requests/{name}/withdraw", post(request::withdraw))
        .route("/access/requests/{name}/approve", get(decide::approve).post(decide::approved))
        .route("/access/requests/{name}/deny", get(decide::deny).post(decide::denied))
}
