//! `POST /api/v1/acts/{name}`: whatever a person can do, a program can, by the same act and the same powers. The header
//! `Idempotency-Key` (a UUID) is the request id; `?preview=true` shows the effects and leaves no trace.

use axum::{
    Json,
    extract::{Path, Query, State as With, rejection::QueryRejection},
    http::HeaderMap,
};
use plantgate_app::{Stop, acts, new_request};
use plantgate_domain::base::Why;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::problem::{Body, Problem};
use crate::door::{session::Token, state::State};

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
        return Ok(Json(acts::preview(&state.app, &who.caller, &name, body).await?));
    }
    let request = request_id(&headers)?;
    Ok(Json(acts::act(&state.app, &who.caller, request, &name, body).await?))
}

pub(super) fn request_id(headers: &HeaderMap) -> Result<Uuid, Stop> {
    let Some(key) = headers.get("idempotency-key") else { return new_request() };
    let key = key.to_str().ok().and_then(|k| k.trim_matches('"').parse().ok());
    key.ok_or_else(|| Stop::field("Idempotency-Key", Why::of("invalid-request-key")))
}
