//! `POST /api/v1/evidence/uploads`: the bytes of a file, streamed; the answer is what `deliver-evidence` and
//! `note-state` want to know. Bytes that no act names say nothing and belong to nobody.

use axum::{Json, body::Body, extract::State as With};
use futures_util::TryStreamExt;
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{By, Memory},
};
use plantgate_domain::base::Refusal;
use serde_json::{Value, json};
use tokio_util::io::StreamReader;

use super::problem::Problem;
use crate::door::{session::Token, state::State};

/// Takes the bytes.
pub async fn take(With(state): With<State>, who: Token, body: Body) -> Result<Json<Value>, Problem> {
    who.may_one_of(&["deliver-evidence", "note-state"])?;
    let Token(who) = who;
    let rules = state.app.store().look().await?.rules();
    let may = [power::AnswerDuties::KEY, power::EnterSession::KEY];
    if !may.iter().any(|key| power::could(&who.person, key, &[], &rules)) {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let reader = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let store = state.app.store();
    let by = who.provider().map_or(By::House, By::Provider);
    let stored = store.take_file(reader, store.limits().evidence_bytes, by).await?;
    Ok(Json(json!({ "sha256": stored.sha256, "bytes": stored.size })))
}
