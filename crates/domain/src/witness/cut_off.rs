//! A session that began while its gateway could not reach the core, as the record has it: which code let the
//! person in, and three times that are kept apart. When it occurred is when it started.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{DAY, Duty, Instant, Party, PersonId, Refusal},
    event::witness::SessionCutOff,
    qualify::person::Person,
    witness::session::Session,
};

/// It began while its gateway was cut off from the core, and was told afterwards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutOffSeen {
    /// The sheet of codes at the site.
    pub sheet: Uuid,
    /// Which code of it let the person in.
    pub number: u32,
    /// When the gateway put it on its disk, by its own clock.
    pub recorded: Instant,
    /// When the entry was made here.
    pub received: Instant,
    /// The code may have been in wrong hands: it was used before, or its sheet was unknown, withdrawn or over.
    #[serde(default)]
    pub doubt: bool,
    /// Who of ours read the code out, as the paper says, and since when that is known.
    #[serde(default)]
    pub read_out: Option<(PersonId, Instant)>,
}

/// Days after it was told until somebody has to have looked at the paper: over a weekend, too.
const LOOKED_AT: i64 = 3;

impl CutOffSeen {
    /// What an event says, and when it was received.
    pub fn of(e: &SessionCutOff, received: Instant) -> CutOffSeen {
        CutOffSeen { sheet: e.sheet, number: e.number, recorded: e.recorded, received, doubt: e.doubt, read_out: None }
    }

    /// Until when who read the code out is to be entered. It is ours to do.
    pub fn due(&self) -> Instant {
        self.received.plus_secs(LOOKED_AT * DAY)
    }
}

impl Session {
    /// Who read out the code that began it, where that is known.
    pub fn reader(&self) -> Option<PersonId> {
        self.cut_off.as_ref()?.read_out.map(|(person, _)| person)
    }

    /// Somebody of ours has to say who read out the code that began it. A late one is ours alone.
    pub(super) fn duty(&self) -> Option<Duty> {
        self.cut_off.as_ref().map(|by| Duty {
            rule: "R-49".to_owned(),
            party: Party::Owner,
            provider: None,
            site: Some(self.facts.site),
            what: self.id.into(),
            due: by.due(),
            done: by.read_out.map(|(_, at)| at),
        })
    }
}

/// Whether somebody may enter that this person read out the code of a session: one of ours, who was not
/// inside themselves and does not say it of themselves, because two people stand for what a paper says.
pub fn may_name_reader(session: &Session, author: PersonId, reader: &Person) -> Result<(), Refusal> {
    let no = |id| Err(Refusal::new("R-49", id));
    match &session.cut_off {
        None => no("refuse-read-out-none"),
        Some(by) if by.read_out.is_some_and(|(known, _)| known == reader.id) => no("refuse-read-out-known"),
        Some(_) if reader.provider().is_some() || session.facts.person == Some(reader.id) => {
            no("refuse-read-out-theirs")
        }
        Some(_) if reader.service.is_some() => no("refuse-read-out-theirs"),
        Some(_) if reader.id == author => Err(Refusal::new("R-13", "refuse-read-out-own")),
        Some(_) => Ok(()),
    }
}
