//! A session goes on: somebody is beside it, it ends, somebody looks at its record or says whose doing it was.

use plantgate_domain::{
    base::{Instant, Kind, Party, PersonId, ProviderId, SessionId, Why},
    event::qualify::OwnerRole,
    event::witness::{
        Ending, SessionAttended, SessionAttributed, SessionCut, SessionEnded, SessionEvent, SessionReviewed,
        SessionSafe,
    },
    permit::{acts as permit_acts, grant::Grant},
    witness::{acts, session::Session},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    disconnect::{holds_unseen, unseen},
    start::may_go_on,
};
use crate::{
    act::Act,
    names,
    permit::{
        beforehand::ends_by_cut,
        hand::{append, hand, said},
    },
    power::{AttributeSession as Attributes, Disconnect, EnterSession, May, Place},
};

pub(super) async fn named(desk: &mut Desk, name: &str) -> Result<Session, Stop> {
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

/// The area says that a session can end: what ran is in a safe state, and the gateway may close it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSafeEnd {
    pub session: String,
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for ConfirmSafeEnd {
    const IN_DOUBT: bool = true;
    at_the_session!("confirm-safe-end", Disconnect);

    async fn run(self, may: May<Disconnect>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        // As the decision stands now, not as the gateway last said: causes come and go.
        let open = match session.facts.grant {
            Some(grant) => {
                let (grant, now) = (desk.get::<Grant>(grant).await?, desk.now());
                grant.goes_on(session.facts.started, now.0) && may_go_on(desk, &grant, None, now).await?.0.yes()
            }
            None => false,
        };
        acts::may_confirm_safe(&session, open, may.id()?)?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        desk.append(session.id, SessionEvent::Safe(SessionSafe { at: desk.now().0, note })).await?;
        Ok(session.id)
    }
}

/// Ends a session of a gateway now, whatever runs in it, and takes its grant away. It is a person's act, and it
/// can hurt: a page says first what a safe end is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutSession {
    pub session: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    pub reason: String,
    /// References of the sessions that whoever does this read before. Where the grant stands and a gateway holds
    /// another one under it, it is refused: a cut would reach that one, too.
    #[serde(default)]
    pub only: Option<Vec<String>>,
}

impl Act for CutSession {
    const IN_DOUBT: bool = true;
    at_the_session!("cut-session", Disconnect);

    async fn run(self, may: May<Disconnect>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        acts::may_cut(&session)?;
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let grant: Option<Grant> = match session.facts.grant {
            Some(grant) => desk.find(grant).await?,
            None => None,
        };
        // Whoever is cut off comes back by a new approval only.
        if let Some(grant) = grant.filter(|g| g.alive(desk.now().0)) {
            let by = hand(desk, &may, session.facts.site, self.role)?;
            if holds_unseen(desk, &grant, self.only.as_deref()).await? {
                return Err(unseen().into());
            }
            append(desk, permit_acts::revoke(&grant, by, true, None, desk.now())?).await?;
        }
        if let Some(engagement) = session.facts.engagement {
            ends_by_cut(desk, engagement, session.facts.instance, may.id()?).await?;
        }
        desk.append(session.id, SessionEvent::Cut(SessionCut { at: desk.now().0, reason })).await?;
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
        acts::may_review(&session, self.complete)?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        let looked = SessionReviewed { complete: self.complete, note };
        desk.append(session.id, SessionEvent::Reviewed(looked)).await?;
        Ok(session.id)
    }
}
