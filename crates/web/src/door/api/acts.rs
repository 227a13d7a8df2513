//! `POST /api/v1/acts/{name}`: whatever a person can do, a program can, by the same act and the same powers. The header
//! `Idempotency-Key` (a UUID) is the request id; `?preview=true` shows the effects and leaves no trace. An act that is
//! signed takes the proof with it, in the field `signature` of its body, and says so where that is missing.

use axum::{
    Json,
    extract::{Path, Query, State as With, rejection::QueryRejection},
    http::HeaderMap,
};
use plantgate_app::{Stop, acts, new_request, sign::Typed};
use plantgate_domain::base::Why;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::problem::{Body, Problem};
use crate::door::{
    session::{SignedIn, Token},
    state::State,
};

/// How to do it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    #[serde(default)]
    pub preview: bool,
}

/// Does the act, or shows what it would do.
pub async fn act(
    With(state): With<State>,
    Token(who): Token,
    Path(name): Path<String>,
    how: Result<Query<How>, QueryRejection>,
    headers: HeaderMap,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Problem> {
    let Query(how) = how.map_err(|_| Stop::field("preview", Why::of("invalid-query-preview")))?;
    if how.preview {
        let (body, _) = signature(&name, body, &who)?;
        return Ok(Json(acts::preview(&state.app, &who.caller, &name, body).await?));
    }
    let request = request_id(&headers)?;
    let (body, typed) = signature(&name, body, &who)?;
    Ok(Json(match typed {
        Some(typed) => acts::signed(&state.app, &who.caller, request, (&name, body), &typed).await?,
        None => acts::act(&state.app, &who.caller, request, &name, body).await?,
    }))
}

/// What came to sign an act with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// Of the version that the caller was shown, by a preview or by the answer that a signature is wanted.
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    code: Option<String>,
}

/// Takes the proof out of the body of an act that may be signed; any other act knows no such field.
fn signature(name: &str, mut body: Value, who: &SignedIn) -> Result<(Value, Option<Typed>), Stop> {
    if !acts::signs(name) {
        return Ok((body, None));
    }
    let Some(proof) = body.as_object_mut().and_then(|b| b.remove("signature")) else { return Ok((body, None)) };
    let read = serde_json::from_value::<Proof>(proof);
    // What is wrong with it is not told in the reader's words: they could hold the password.
    let Proof { digest, password, code } =
        read.map_err(|_| Stop::field("signature", Why::of("invalid-signature-form")))?;
    Ok((body, Some(Typed { password, code, passkey: None, digest, session: Some(who.secret.clone()) })))
}

pub(super) fn request_id(headers: &HeaderMap) -> Result<Uuid, Stop> {
    let Some(key) = headers.get("idempotency-key") else { return new_request() };
    let key = key.to_str().ok().and_then(|k| k.trim_matches('"').parse().ok());
    key.ok_or_else(|| Stop::field("Idempotency-Key", Why::of("invalid-request-key")))
}
