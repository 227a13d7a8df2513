//! A step before work begins, where measures make up for a limit of the system (R-21, S5.8a): said on the grant by
//! whoever took it.

use plantgate_domain::{
    base::GrantId,
    event::{
        expect::Measure,
        permit::{GrantEvent, StepDone},
        qualify::OwnerRole,
    },
    expect::instance::Instance,
    permit::steps::may_take,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    grant::{named, place},
    hand::hand,
};
use crate::{
    act::Act,
    expect::measures::zone,
    names,
    power::{self, May, Place},
};

/// Says that a step was taken: the number of the permit was read, or whoever says so is the second person there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeStep {
    pub grant: String,
    pub measure: Measure,
    /// The number of the permit.
    #[serde(default)]
    pub number: Option<String>,
    #[serde(default)]
    pub role: Option<OwnerRole>,
}

impl Act for TakeStep {
    const NAME: &'static str = "take-step";
    type Power = power::TakeStep;
    type Done = GrantId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, may: May<power::TakeStep>, desk: &mut Desk) -> Result<GrantId, Stop> {
        let grant = named(desk, &self.grant).await?;
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let zone = zone(desk, &instance).await?;
        let by = hand(desk, &may, grant.facts.site, self.role)?;
        may_take(&grant, &instance, self.measure, by, &zone, desk.now())?;
        let said = match self.measure {
            Measure::PermitNumber => {
                let number = self.number.as_deref().unwrap_or_default();
                Some(desk.seal(&names::text(100, "number", number)?)?)
            }
            _ => None,
        };
        // In repeated shifts a step is taken for each of them: who was there yesterday is not there today.
        let until = grant.facts.campaign.is_some().then(|| grant.window_at(desk.now().0).until);
        let done = StepDone { measure: self.measure, by: by.person, until, said };
        desk.append(grant.id, GrantEvent::StepDone(done)).await?;
        Ok(grant.id)
    }
}
