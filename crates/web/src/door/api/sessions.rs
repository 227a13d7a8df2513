//! Signing in for programs: the secret comes back once and goes into `Authorization: Bearer`.

use axum::{
    Json,
    extract::State as With,
    http::{HeaderMap, StatusCode},
};
use plantgate_app::{
    Stop,
    sign_in::{Proof, Proved, Refused},
};
use plantgate_domain::base::Why;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Body, Problem};
use crate::door::{seen_as::seen_as, session::Sitting, state::State};

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
pub async fn begin(
    With(state): With<State>,
    headers: HeaderMap,
    Body(b): Body<Begin>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (place, seen_as) = ("api".to_owned(), seen_as(&headers, true));
    let proof = Proof { handle: b.handle, password: b.password, code: b.code, place, machine: b.machine, seen_as };
    match state.app.sign_in(&proof).await? {
        Ok(begun) => {
            let told = json!({ "token": begun.secret, "failed": begun.failed, "machine": begun.machine,
                "recovery_left": begun.recovery.map(|u| u.left), "recovery_used_since": begun.used_since });
            Ok((StatusCode::CREATED, Json(told)))
        }
        Err(Refused::Wrong) => Err(Stop::field("handle", Why::of("invalid-sign-in")).into()),
        Err(Refused::Wait(secs)) => {
            Err(Stop::field("handle", Why::of("invalid-sign-in-wait").with("secs", secs)).into())
        }
    }
}

/// A code of the second factor, or a recovery code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anew {
    code: String,
}

/// `POST /api/v1/sessions/current/proof`: for acts that an old proof is not enough for. The token before is worth
/// nothing then.
pub async fn prove(
    With(state): With<State>,
    Sitting(who): Sitting,
    Body(anew): Body<Anew>,
) -> Result<Json<Value>, Problem> {
    match state.app.prove(&who.secret, &anew.code).await? {
        Proved::Yes(token, used) => Ok(Json(json!({ "token": token, "recovery_left": used.map(|u| u.left) }))),
        Proved::Wrong => Err(Stop::field("code", Why::of("prove-wrong")).into()),
        Proved::Ended => Err(Problem::unauthenticated()),
    }
}

/// `DELETE /api/v1/sessions/current`
pub async fn end(With(state): With<State>, Sitting(who): Sitting) -> Result<StatusCode, Problem> {
    state.app.sign_out(&who.secret).await?;
    Ok(StatusCode::NO_CONTENT)
}
