//! What a source beside a system logged of a session (R-19, S5.8c): a jump host, a firewall, a switch. Where it has
//! nothing, the measure that rested on it is broken, and the session says so.

use plantgate_domain::{
    base::SessionId,
    event::{
        expect::{CompensationBroken, InstanceEvent, Measure},
        witness::{AdjacentNoted, SessionEvent},
    },
    expect::instance::Instance,
    witness::acts,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::session::named as session;
use crate::{
    act::Act,
    names,
    power::{EnterSession, May, Place},
};

/// Says how many lines a source beside the system has of a session that is over.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteAdjacentLog {
    pub session: String,
    /// As the measures of the system name it.
    pub source: String,
    /// Lines about the time of the session; none breaks the measure.
    pub lines: u64,
}

impl Act for NoteAdjacentLog {
    const NAME: &'static str = "note-adjacent-log";
    type Power = EnterSession;
    type Done = SessionId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(session(desk, &self.session).await?.facts.site))
    }

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = session(desk, &self.session).await?;
        let instance: Instance = desk.get(session.facts.instance).await?;
        let source = names::text(60, "source", &self.source)?;
        acts::may_note_adjacent(&session, instance.compensation.as_ref(), &source, may.id().ok())?;
        let noted = AdjacentNoted { source, lines: self.lines };
        desk.append(session.id, SessionEvent::AdjacentNoted(noted)).await?;
        let measure = Measure::AdjacentLog;
        // What is broken already stays so, with its first cause.
        if acts::breaks(&session, instance.compensation.as_ref(), self.lines) {
            let broken = CompensationBroken { measure, reason: None, session: Some(session.id) };
            desk.append(instance.id, InstanceEvent::CompensationBroken(broken)).await?;
        }
        Ok(session.id)
    }
}
