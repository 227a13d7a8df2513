//! The accounts of machines: no natural person, no sign-in, one role, tokens only. Each has somebody of ours who
//! answers for it, and stops when that person leaves before it was handed over.

use plantgate_domain::{
    base::{Kind, PersonId, SiteId, Why},
    event::qualify::{OwnerRole, PersonEvent, RoleAt, ServiceHandedOver, ServiceMade},
    qualify::{
        person::{Person, may_give},
        token::may_answer,
    },
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::{role::at, seat};
use crate::{
    act::Act,
    names,
    power::{ManageUsers, May, Place},
    reach,
};

/// Makes the account of a machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeService {
    /// Our own name for it, unique among people and machines.
    #[serde(default)]
    pub reference: Option<String>,
    /// What it is, for instance `Nightly inventory`.
    pub name: String,
    /// Who of ours answers for it.
    pub owner: String,
    /// Where it reports; absent: at every site.
    #[serde(default)]
    pub site: Option<String>,
}

/// A machine's account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServiceDone {
    pub id: PersonId,
    pub owner: PersonId,
}

impl Act for MakeService {
    const NAME: &'static str = "make-service";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = ServiceDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        at(desk, self.site.as_deref()).await
    }

    async fn run(self, may: May<ManageUsers>, desk: &mut Desk) -> Result<ServiceDone, Stop> {
        let owner = seat::named_in(desk, &self.owner, "owner").await?;
        may_answer(&owner, desk.now().0)?;
        let site: Option<SiteId> = names::resolve_maybe(desk, Kind::Site, self.site.as_deref(), "site").await?;
        let reference = match self.reference.as_deref().map(str::trim).filter(|r| !r.is_empty()) {
            Some(_) => Some(names::fresh_reference(desk, Kind::Person, self.reference.as_deref()).await?),
            None => None,
        };
        let name = names::text(120, "name", &self.name)?;
        let id = PersonId(desk.new_id());
        let role = RoleAt { role: OwnerRole::ServiceIdentity, site };
        may_give(may.person()?, id, role)?;
        let made = ServiceMade { reference, name: desk.seal(&name)?, sort: desk.seal(&name)?, owner: owner.id };
        desk.append(id, PersonEvent::ServiceMade(made)).await?;
        desk.append(id, PersonEvent::RoleGiven(role)).await?;
        Ok(ServiceDone { id, owner: owner.id })
    }
}

/// Somebody else answers for a machine from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverService {
    pub service: String,
    pub owner: String,
}

impl Act for HandOverService {
    const NAME: &'static str = "hand-over-service";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = ServiceDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let service = seat::named_in(desk, &self.service, "service").await?;
        Ok(Place::sites(reach::of_person(desk, &service).await?))
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<ServiceDone, Stop> {
        let service = seat::named_in(desk, &self.service, "service").await?;
        let Some(before) = service.service else {
            return Err(Stop::field("service", Why::of("invalid-service-unknown")));
        };
        let owner: Person = seat::named_in(desk, &self.owner, "owner").await?;
        may_answer(&owner, desk.now().0)?;
        if before.owner == owner.id {
            return Err(Stop::field("owner", Why::of("invalid-service-owner-same")));
        }
        let handed = ServiceHandedOver { owner: owner.id };
        desk.append(service.id, PersonEvent::ServiceHandedOver(handed)).await?;
        Ok(ServiceDone { id: service.id, owner: owner.id })
    }
}
