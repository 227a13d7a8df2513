//! A site is registered and revised.

use plantgate_domain::{
    base::{Kind, SiteId, ZoneName},
    event::expect::{SiteEvent, SiteFacts},
    expect::site::Site,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Registers a plant, or revises the one with that reference.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterSite {
    /// Short name such as `BRU`.
    pub reference: String,
    pub name: String,
    /// Zone of time, such as `Europe/Berlin`.
    pub zone: ZoneName,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl Act for RegisterSite {
    const NAME: &'static str = "register-site";
    type Power = Import;
    type Done = Registered<SiteId>;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        register(desk, self).await
    }
}

/// Registers a site; founding does it too.
pub(super) async fn register(desk: &mut Desk, site: RegisterSite) -> Result<Registered<SiteId>, Stop> {
    let reference = names::text(40, "reference", &site.reference)?;
    let facts = SiteFacts {
        reference: reference.clone(),
        name: names::text(200, "name", &site.name)?,
        zone: site.zone,
        country: names::country("country", &site.country)?,
    };
    let Some(on) = desk.named(Kind::Site, &reference).await? else {
        let id = SiteId(desk.new_id());
        desk.append(id, SiteEvent::Registered(facts)).await?;
        return Ok(Registered::new(id, reference));
    };
    let stands: Site = desk.get(on).await?;
    if stands.facts == facts {
        return Ok(Registered::unchanged(stands.id, reference));
    }
    desk.append(stands.id, SiteEvent::Revised(facts)).await?;
    Ok(Registered::changed(stands.id, reference))
}
