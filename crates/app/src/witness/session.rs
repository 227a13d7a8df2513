//! A session goes on: somebody is beside it, it ends, somebody looks at its record or says whose doing it was.

use plantgate_domain::{
    base::{Instant, Kind, Party, PersonId, ProviderId, SessionId, Why},
    event::witness::{Ending, SessionAttended, SessionAttributed, SessionEnded, SessionEvent, SessionReviewed},
    witness::{acts, session::Session},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    permit::hand::said,
    power::{AttributeSession as Attributes, EnterSession, May, Place},
};

async fn named(desk: &mut Desk, name: &str) -> Result<Session, Stop> {
    let id: SessionId = names::resolve(desk, Kind::Session, name, "session").await?;
    desk.get(id).await
}

/// What every act on a session has: it is needed where the session is, and answers with it.
macro_rules! at_the_session {
    ($name:literal, $power:ident) => {
        const NAME: &'static str = $name;
        type Power = $power;
        type Done = SessionId;

        async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
            Ok(Place::site(named(desk, &self.session).await?.facts.site))
        }
    };
}

/// The session ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    pub session: String,
    pub how: Ending,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for EndSession {
    const IN_DOUBT: bool = true;
    at_the_session!("end-session", EnterSession);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        let at = self.at.unwrap_or(desk.now().0);
        acts::may_end(&session, at, desk.now())?;
        desk.append(session.id, SessionEvent::Ended(SessionEnded { at, how: self.how })).await?;
        Ok(session.id)
    }
}

/// Whoever says so is beside the person, or watches live.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendSession {
    pub session: String,
}

impl Act for AttendSession {
    const IN_DOUBT: bool = true;
    at_the_session!("attend-session", EnterSession);

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        let (attendant, at) = (may.id()?, desk.now().0);
        acts::may_attend(&session, attendant, at)?;
        desk.append(session.id, SessionEvent::Attended(SessionAttended { attendant, at })).await?;
        Ok(session.id)
    }
}

/// Says whose doing a connection was.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSession {
    pub session: String,
    pub party: Party,
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub person: Option<String>,
    /// What it rests on.
    pub reason: String,
}

impl Act for AttributeSession {
    at_the_session!("attribute-session", Attributes);

    async fn run(self, may: May<Attributes>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        let provider: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        let person: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.person.as_deref(), "person").await?;
        acts::may_attribute(&session, self.party, provider, may.id()?)?;
        let note = Some(desk.seal(&names::text(4_000, "reason", &self.reason)?)?);
        let whose = SessionAttributed { party: self.party, provider, person, note };
        desk.append(session.id, SessionEvent::Attributed(whose)).await?;
        Ok(session.id)
    }
}

/// Looks at a session's record: was every source there that the system can give?
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewSession {
    pub session: String,
    pub complete: bool,
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for ReviewSession {
    at_the_session!("review-session", EnterSession);

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        if session.entered_by == Some(may.id()?) {
            return Err(Stop::field("session", Why::of("invalid-session-own")));
        }
        let note = said(desk, "note", self.note.as_ref()).await?;
        let looked = SessionReviewed { complete: self.complete, note };
        desk.append(session.id, SessionEvent::Reviewed(looked)).await?;
        Ok(session.id)
    }
}
