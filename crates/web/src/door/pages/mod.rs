//! Pages, one file for what one person does on them.

pub mod access;
mod entry;
mod switches;

use axum::Router;

use super::state::State;
use crate::assets;

/// All pages.
pub fn routes() -> Router<State> {
    Router::new().merge(entry::routes()).merge(switches::routes()).merge(access::routes()).merge(assets::router())
}
