//! A conduit between two zones is registered and revised. It has no name of its own: the two zones name it, in either
//! order.

use plantgate_domain::{
    base::{ConduitId, Day, Kind, SiteId, Why, ZoneId},
    event::expect::{ConduitEvent, ConduitFacts, ConduitState},
    expect::{conduit::Conduit, zone::Zone},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Registers a conduit, or revises the one between those zones.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterConduit {
    pub site: String,
    /// One zone.
    pub a: String,
    /// The other.
    pub b: String,
    pub state: ConduitState,
    /// Day until which our last review stands.
    #[serde(default)]
    pub review_due: Option<Day>,
}

impl Act for RegisterConduit {
    const NAME: &'static str = "register-conduit";
    type Power = Import;
    type Done = Registered<ConduitId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let (a, b) = (zone_of(desk, site, &self.a, "a").await?, zone_of(desk, site, &self.b, "b").await?);
        if a.id == b.id {
            return Err(Stop::field("b", Why::of("invalid-conduit-one-zone")));
        }
        let reference = format!("{}–{}", a.facts.reference, b.facts.reference);
        let facts = ConduitFacts { site, a: a.id, b: b.id, state: self.state, review_due: self.review_due };
        let Some(stands) = between(desk, site, a.id, b.id).await? else {
            let id = ConduitId(desk.new_id());
            desk.append(id, ConduitEvent::Registered(facts)).await?;
            return Ok(Registered::new(id, reference));
        };
        // The order of the zones is not a fact.
        let facts = ConduitFacts { a: stands.facts.a, b: stands.facts.b, ..facts };
        if stands.facts == facts {
            return Ok(Registered::unchanged(stands.id, reference));
        }
        desk.append(stands.id, ConduitEvent::Revised(facts)).await?;
        Ok(Registered::changed(stands.id, reference))
    }
}

/// The conduit between two zones of a site.
pub async fn between(memory: &mut impl Memory, site: SiteId, a: ZoneId, b: ZoneId) -> Result<Option<Conduit>, Stop> {
    let all: Vec<Conduit> = memory.of("site", site).await?;
    Ok(all.into_iter().find(|c| (c.facts.a, c.facts.b) == (a, b) || (c.facts.a, c.facts.b) == (b, a)))
}

async fn zone_of(desk: &mut Desk, site: SiteId, name: &str, field: &str) -> Result<Zone, Stop> {
    let id: ZoneId = names::resolve(desk, Kind::Zone, name, field).await?;
    let zone: Zone = desk.get(id).await?;
    if zone.facts.site == site {
        return Ok(zone);
    }
    Err(Stop::field(field, Why::of("invalid-conduit-zone-elsewhere").with("name", name)))
}
