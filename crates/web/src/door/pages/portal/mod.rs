//! The provider's side: what we owe, hand in, findings, our people, my access. Nothing else, and nobody else's.

mod findings;
mod my_access;
pub mod owe;
mod people;
pub(super) mod upload;
mod visits;

use axum::{extract::DefaultBodyLimit, routing::post};

use crate::door::routes::{RouteKind, Routes};

/// Routes.
pub fn routes() -> Routes {
    let upload = post(upload::send).layer(DefaultBodyLimit::disable());
    Routes::new()
        .page("/owe", owe::show)
        // The file is bounded while it streams; other fields are bounded as they are read.
        .route(RouteKind::Act, "POST", "/owe/{name}/upload", upload)
        .page("/owe/{name}/upload", upload::show)
        .page("/our-findings", findings::list)
        .page("/our-findings/{name}", findings::show)
        .page("/our-people", people::show)
        .page("/my-access", my_access::show)
        .page("/our-visits", visits::list)
        .page("/our-visits/{name}", visits::show)
        .page("/our-logbook", visits::logbook)
}
