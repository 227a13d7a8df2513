//! `POST /api/v1/access/decisions`: would this access be granted, and why? For other gateways and for live checks; a
//! question, never an entry. Takes the body of the act `request-access`.

use axum::{Json, extract::State as With};
use plantgate_app::Stop;
use plantgate_app::permit::ask::{self, RequestAccess};
use serde_json::Value;

use super::problem::{Body, Problem};
use crate::door::{session::Token, state::State};

/// Decides and answers with every check.
pub async fn decide(
    With(state): With<State>,
    Token(who): Token,
    Body(wish): Body<RequestAccess>,
) -> Result<Json<Value>, Problem> {
    let mut look = state.app.store().look().await?;
    let now = look.now();
    let (decision, facts) = ask::decide(&mut look, &wish, who.person.id, now).await?;
    let mut decided = decision.freeze(&facts);
    decided.log_size = look.size();
    Ok(Json(serde_json::to_value(decided).map_err(Stop::fault)?))
}
