//! A system is registered and revised.

use plantgate_domain::{
    base::{Day, Kind, PersonId, SiteId, SystemId},
    event::expect::{Known, SystemEvent, SystemFacts, SystemKind},
    expect::system::System,
};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Registers a system, or revises the one with that reference. What is absent keeps what stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterSystem {
    pub site: String,
    /// Reference such as `BMS-B61`.
    pub reference: String,
    pub name: String,
    pub kind: SystemKind,
    /// System owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// Whether a change costs a requalification.
    #[serde(default)]
    pub requalification: Option<Known>,
    #[serde(default)]
    pub support_ends: Option<Day>,
}

impl Act for RegisterSystem {
    const NAME: &'static str = "register-system";
    type Power = Import;
    type Done = Registered<SystemId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let reference = names::text(60, "reference", &self.reference)?;
        let owner: Option<PersonId> = names::resolve_maybe(desk, Kind::Person, self.owner.as_deref(), "owner").await?;
        let stands: Option<System> = names::named(desk, &reference).await?;
        if let Some(stands) = &stands {
            names::same_site(stands.facts.site, site, "system", &reference)?;
        }
        let old = stands.as_ref().map(|s| &s.facts);
        let facts = SystemFacts {
            reference: reference.clone(),
            name: names::text(200, "name", &self.name)?,
            kind: self.kind,
            site,
            owner: owner.or_else(|| old.and_then(|f| f.owner)),
            requalification: self.requalification.or_else(|| old.map(|f| f.requalification)).unwrap_or(Known::Unknown),
            support_ends: self.support_ends.or_else(|| old.and_then(|f| f.support_ends)),
        };
        match stands {
            None => {
                let id = SystemId(desk.new_id());
                desk.append(id, SystemEvent::Registered(facts)).await?;
                Ok(Registered::new(id, reference))
            }
            Some(stands) if stands.facts == facts => Ok(Registered::unchanged(stands.id, reference)),
            Some(stands) => {
                desk.append(stands.id, SystemEvent::Revised(facts)).await?;
                Ok(Registered::changed(stands.id, reference))
            }
        }
    }
}
