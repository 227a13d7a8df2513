//! Signing in for programs: the secret comes back once and goes into `Authorization: Bearer`.

use axum::{Json, extract::State as With, http::StatusCode};
use plantgate_app::{
    Stop,
    sign_in::{Proof, Refused},
};
use plantgate_domain::base::Why;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Body, Problem};
use crate::door::{session::Token, state::State};

/// What to send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    handle: String,
    password: String,
    code: String,
    /// What an earlier sign-in from this machine answered: wrong codes from elsewhere then make nobody wait here.
    #[serde(default)]
    machine: Option<String>,
}

/// `POST /api/v1/sessions`
pub async fn begin(With(state): With<State>, Body(b): Body<Begin>) -> Result<(StatusCode, Json<Value>), Problem> {
    let proof =
        Proof { handle: b.handle, password: b.password, code: b.code, place: "api".to_owned(), machine: b.machine };
    match state.app.sign_in(&proof).await? {
        Ok(begun) => {
            let told = json!({ "token": begun.secret, "failed": begun.failed, "machine": begun.machine });
            Ok((StatusCode::CREATED, Json(told)))
        }
        Err(Refused::Wrong) => Err(Stop::field("handle", Why::of("invalid-sign-in")).into()),
        Err(Refused::Wait(secs)) => {
            Err(Stop::field("handle", Why::of("invalid-sign-in-wait").with("secs", secs)).into())
        }
    }
}

/// `DELETE /api/v1/sessions/current`
pub async fn end(With(state): With<State>, Token(who): Token) -> Result<StatusCode, Problem> {
    state.app.sign_out(&who.secret).await?;
    Ok(StatusCode::NO_CONTENT)
}
