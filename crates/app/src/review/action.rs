//! What is done about a finding: both sides sit down, an action is agreed, claimed by who owes it, verified by somebody
//! else.

use plantgate_domain::{
    base::{Day, FindingId, Instant, Party, Why},
    event::review::{ActionClaimed, ActionPlanned, ActionVerified, FindingEvent, JointReviewHeld},
    review::acts,
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::finding::{named, place};
use crate::{
    act::Act,
    permit::hand::said,
    power::{self, May, Place},
};

/// Both sides sat down together; until then a security finding holds new access.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldJointReview {
    pub finding: String,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for HoldJointReview {
    const NAME: &'static str = "hold-joint-review";
    type Power = power::ConfirmFinding;
    type Done = FindingId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.finding).await
    }

    async fn run(self, may: May<power::ConfirmFinding>, desk: &mut Desk) -> Result<FindingId, Stop> {
        let f = named(desk, &self.finding).await?;
        let at = self.at.unwrap_or(desk.now().0);
        acts::may_review(&f, at, desk.now())?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        desk.append(f.id, FindingEvent::JointReviewHeld(JointReviewHeld { by: may.id()?, at, note })).await?;
        Ok(f.id)
    }
}

/// Agrees on an action and its day; a new plan replaces the old one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanAction {
    pub finding: String,
    /// Who owes it.
    pub party: Party,
    /// To the end of this day at the site.
    pub due: Day,
    pub text: String,
}

impl Act for PlanAction {
    const NAME: &'static str = "plan-action";
    type Power = power::ConfirmFinding;
    type Done = FindingId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.finding).await
    }

    async fn run(self, _may: May<power::ConfirmFinding>, desk: &mut Desk) -> Result<FindingId, Stop> {
        let f = named(desk, &self.finding).await?;
        acts::may_plan(&f)?;
        let text = said(desk, "text", Some(&self.text)).await?;
        if text.is_none() {
            return Err(Stop::field("text", Why::of("invalid-empty-action")));
        }
        let zone = f.facts.zone.clone();
        let planned = ActionPlanned { party: self.party, due: self.due, zone, text };
        desk.append(f.id, FindingEvent::ActionPlanned(planned)).await?;
        Ok(f.id)
    }
}

/// Says that an action is done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimAction {
    pub finding: String,
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for ClaimAction {
    const NAME: &'static str = "claim-action";
    type Power = power::ClaimAction;
    type Done = FindingId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.finding).await
    }

    async fn run(self, may: May<power::ClaimAction>, desk: &mut Desk) -> Result<FindingId, Stop> {
        let f = named(desk, &self.finding).await?;
        let by = may.person()?;
        acts::may_claim(&f, by.provider())?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        desk.append(f.id, FindingEvent::ActionClaimed(ActionClaimed { by: by.id, note })).await?;
        Ok(f.id)
    }
}

/// Says that an action was looked at and is done; its reason clears the same second.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyAction {
    pub finding: String,
    #[serde(default)]
    pub note: Option<String>,
}

impl Act for VerifyAction {
    const NAME: &'static str = "verify-action";
    type Power = power::VerifyAction;
    type Done = FindingId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.finding).await
    }

    async fn run(self, may: May<power::VerifyAction>, desk: &mut Desk) -> Result<FindingId, Stop> {
        let f = named(desk, &self.finding).await?;
        acts::may_verify(&f, may.id()?)?;
        let note = said(desk, "note", self.note.as_ref()).await?;
        desk.append(f.id, FindingEvent::ActionVerified(ActionVerified { by: may.id()?, note })).await?;
        Ok(f.id)
    }
}
