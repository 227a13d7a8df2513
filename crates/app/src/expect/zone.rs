//! A zone of a site is registered and revised.

use plantgate_domain::{
    base::{Kind, Pattern, SiteId, ZoneId},
    event::expect::{ZoneEvent, ZoneFacts, ZoneKind},
    expect::zone::Zone,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Registers a zone, or revises the one with that reference.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterZone {
    pub site: String,
    /// Reference such as `BZ5`.
    pub reference: String,
    pub name: String,
    pub kind: ZoneKind,
    /// Ways in that are allowed; absent keeps what stands, and a new zone starts with what the rules give its kind.
    #[serde(default)]
    pub patterns: Option<Vec<Pattern>>,
}

impl Act for RegisterZone {
    const NAME: &'static str = "register-zone";
    type Power = Import;
    type Done = Registered<ZoneId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let reference = names::text(40, "reference", &self.reference)?;
        let mut facts = ZoneFacts {
            site,
            reference: reference.clone(),
            name: names::text(200, "name", &self.name)?,
            kind: self.kind,
            patterns: self.patterns,
        };
        let Some(on) = desk.named(Kind::Zone, &reference).await? else {
            let start = desk.rules().access.patterns(self.kind).to_vec();
            facts.patterns = facts.patterns.or(Some(start));
            let id = ZoneId(desk.new_id());
            desk.append(id, ZoneEvent::Registered(facts)).await?;
            return Ok(Registered::new(id, reference));
        };
        let stands: Zone = desk.get(on).await?;
        names::same_site(stands.facts.site, site, "zone", &reference)?;
        facts.patterns = facts.patterns.or_else(|| stands.facts.patterns.clone());
        if stands.facts == facts {
            return Ok(Registered::unchanged(stands.id, reference));
        }
        desk.append(stands.id, ZoneEvent::Revised(facts)).await?;
        Ok(Registered::changed(stands.id, reference))
    }
}
