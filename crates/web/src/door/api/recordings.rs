//! `POST /api/v1/recordings?session=SES-0107`: the bytes of a recording that another machine made, streamed. They
//! are sealed while they come and read before they are kept; the answer has what was read, and what `bring-recording`
//! names.

use axum::{
    Json,
    body::Body,
    extract::{Query, State as With, rejection::QueryRejection},
};
use futures_util::TryStreamExt;
use plantgate_app::{
    Stop, names,
    power::{self, Power},
    read::Memory,
    witness::bring::{MayHave, Read},
};
use plantgate_domain::{
    base::{Kind, Refusal, SessionId, Why},
    witness::session::Session,
};
use serde::Deserialize;
use tokio_util::io::StreamReader;

use super::problem::Problem;
use crate::door::{session::Token, state::State};

/// Which session it is of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    session: String,
    /// Name of the file, for complaints.
    #[serde(default)]
    name: String,
    /// Whether lines that cannot be read may be left out.
    #[serde(default)]
    gaps: bool,
    /// Whether what somebody typed may be in it.
    #[serde(default)]
    typed: bool,
}

/// Takes the bytes.
pub async fn take(
    With(state): With<State>,
    who: Token,
    asked: Result<Query<Asked>, QueryRejection>,
    body: Body,
) -> Result<Json<Read>, Problem> {
    who.may_one_of(&["bring-recording"])?;
    let Token(who) = who;
    // Nothing of ours is named to a provider's people, and none of them may enter a session.
    if who.provider().is_some() {
        return Err(Stop::NotFound.into());
    }
    let Query(asked) = asked.map_err(|_| Stop::field("session", Why::of("invalid-query-recording")))?;
    let mut look = state.app.store().look().await?;
    if !power::could(&who.person, power::EnterSession::KEY, &[], &look.rules()) {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let unknown = || names::unknown(false, Kind::Session, &asked.session, "session");
    let on = names::find(&mut look, Kind::Session, &asked.session).await?.ok_or_else(unknown)?;
    let session: Session = look.get(SessionId(on.id)).await?;
    let hidden = names::hidden_from(&mut look, who.person.clone(), on).await?;
    if hidden {
        return Err(unknown().into());
    }
    if !power::could(&who.person, power::EnterSession::KEY, &[session.facts.site], &look.rules()) {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let coming = state.app.recording_comes(&mut look, &session, who.person.id).await?;
    drop(look);
    let reader = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let came = state.app.recording_streams(coming, reader).await?;
    Ok(Json(state.app.recording_came(came, &asked.name, MayHave { gaps: asked.gaps, typed: asked.typed }).await?))
}
