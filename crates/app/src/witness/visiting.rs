//! A visit goes on: they come, somebody is beside them, they go, its record is closed. Nothing here keeps anybody in or
//! out; what is missing is asked for behind their leaving.

use plantgate_domain::{
    base::{Instant, Told, VisitId, Why},
    event::witness::{
        Missing, VisitAttendantNamed, VisitAttended, VisitCalledOff, VisitClosed, VisitEvent, VisitMoved,
    },
    witness::visit_acts as rule,
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::visit::{at_the_visit, beside, named};
use crate::{
    act::Act,
    permit::hand::said,
    power::{EnterSession, May},
};

/// They are here. Said again with another time, it corrects the first; both stay.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordArrival {
    pub visit: String,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for RecordArrival {
    const IN_DOUBT: bool = true;
    at_the_visit!("record-arrival", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        let at = self.at.unwrap_or(desk.now().0);
        rule::may_arrive(&visit, at, desk.now())?;
        desk.append(visit.id, VisitEvent::Arrived(VisitMoved { at })).await?;
        Ok(visit.id)
    }
}

/// Says who of ours is beside them, and who is called if that one misses a check-in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameVisitAttendant {
    pub visit: String,
    pub attendant: String,
    #[serde(default)]
    pub deputy: Option<String>,
}

impl Act for NameVisitAttendant {
    at_the_visit!("name-visit-attendant", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        let named = beside(desk, Some(&self.attendant), "attendant").await?;
        let deputy = beside(desk, self.deputy.as_deref(), "deputy").await?;
        let Some(attendant) = named else { return Err(Stop::field("attendant", Why::of("invalid-empty"))) };
        rule::may_name(&visit, attendant, deputy)?;
        let event = VisitAttendantNamed { attendant, deputy };
        desk.append(visit.id, VisitEvent::AttendantNamed(event)).await?;
        Ok(visit.id)
    }
}

/// A check-in: whoever says so is beside them now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendVisit {
    pub visit: String,
}

impl Act for AttendVisit {
    const IN_DOUBT: bool = true;
    at_the_visit!("attend-visit", VisitId);

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        rule::may_check_in(&visit, desk.now())?;
        let seen = VisitAttended { attendant: may.id()?, at: desk.now().0 };
        desk.append(visit.id, VisitEvent::Attended(seen)).await?;
        Ok(visit.id)
    }
}

/// They went. Never refused for what is missing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLeaving {
    pub visit: String,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for RecordLeaving {
    const IN_DOUBT: bool = true;
    at_the_visit!("record-leaving", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        let at = self.at.unwrap_or(desk.now().0);
        rule::may_leave(&visit, at, desk.now())?;
        desk.append(visit.id, VisitEvent::Left(VisitMoved { at })).await?;
        Ok(visit.id)
    }
}

/// Closes the record of a visit. What it lacks is asked for; closed without, it says why.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseVisit {
    pub visit: String,
    /// Why it is closed although something is missing.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A closed record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recorded {
    pub visit: VisitId,
    /// What it lacks.
    pub missing: Vec<Missing>,
}

impl Act for CloseVisit {
    const IN_DOUBT: bool = true;
    at_the_visit!("close-visit", Recorded);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Recorded, Stop> {
        let visit = named(desk, &self.visit).await?;
        let missing = rule::may_close(&visit)?;
        let reason = said(desk, "reason", self.reason.as_ref()).await?;
        if !missing.is_empty() && reason.is_none() {
            let mut words: Vec<&str> = missing.iter().map(|m| m.what.as_str()).collect();
            words.dedup();
            let list = Told::words("lack", words);
            return Err(Stop::field("reason", Why::of("invalid-visit-missing").with("list", list)));
        }
        let closed = VisitClosed { missing: missing.clone(), reason };
        desk.append(visit.id, VisitEvent::Closed(closed)).await?;
        Ok(Recorded { visit: visit.id, missing })
    }
}

/// They do not come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallOffVisit {
    pub visit: String,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for CallOffVisit {
    at_the_visit!("call-off-visit", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        rule::may_call_off(&visit)?;
        let reason = said(desk, "reason", self.reason.as_ref()).await?;
        desk.append(visit.id, VisitEvent::CalledOff(VisitCalledOff { reason })).await?;
        Ok(visit.id)
    }
}
