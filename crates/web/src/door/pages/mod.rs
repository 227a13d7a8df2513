//! Pages, one file for what one person does on them.

mod engagement;
mod engagement_parts;
mod entry;
mod switches;

use axum::Router;

use super::state::State;
use crate::assets;

/// All pages.
pub fn routes() -> Router<State> {
    Router::new().merge(entry::routes()).merge(engagement::routes()).merge(switches::routes()).merge(assets::router())
}
