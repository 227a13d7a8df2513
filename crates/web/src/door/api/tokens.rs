//! `/api/v1/tokens`: the caller's own tokens, and a new one for a program or a machine, whose secret is in this answer
//! and nowhere else. They are taken back by the act `revoke-token`.

use axum::{Json, extract::State as With, http::StatusCode};
use plantgate_app::{Stop, qualify::token::TokenWish, sign_in::Listed};
use plantgate_domain::base::Refusal;
use serde_json::{Value, json};

use super::{
    acts::request_id,
    problem::{Body, Problem},
};
use crate::door::{
    session::{Inside, Program, Token},
    state::State,
};

/// `GET /api/v1/tokens`
pub async fn list(
    With(state): With<State>,
    Program(Inside { who, mut look }): Program,
) -> Result<Json<Value>, Problem> {
    let mut all = Vec::new();
    for Listed { token, used, word } in state.app.tokens(&mut look, &who.person).await? {
        let name = look.open_private(&token.made.name).await?;
        let made = token.made;
        all.push(json!({ "token": made.token, "name": name, "acts": made.acts, "sites": made.sites,
            "made": token.made_at, "until": made.until, "used": used, "state": word }));
    }
    Ok(Json(json!({ "tokens": all })))
}

/// `POST /api/v1/tokens`
pub async fn make(
    With(state): With<State>,
    Token(who): Token,
    headers: axum::http::HeaderMap,
    Body(wish): Body<TokenWish>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (secret, answer) = state.app.make_token(&who.caller, request_id(&headers)?, wish).await?;
    let Some(secret) = secret else { return Err(Stop::from(Refusal::new("R-38", "stop-token-shown")).into()) };
    let told = json!({ "secret": secret, "token": answer.done.token, "holder": answer.done.holder,
        "until": answer.done.until, "entry": answer.entry });
    Ok((StatusCode::CREATED, Json(told)))
}
