//! A system in one environment is registered and revised. What it touches decides tiers, so every engagement
//! that reaches it is looked at again in the same act.

use plantgate_domain::{
    base::{Environment, InstanceId, Kind, Private, Role, SiteId, SystemId, Text, Why, ZoneId},
    event::expect::{
        Capabilities, Flag, Gxp, InstanceEvent, InstanceFacts, Known, SystemEvent, SystemFacts, SystemKind, Validated,
    },
    expect::{
        instance::{Instance, system_reference},
        system::System,
        zone::Zone,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::tier::reached;
use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::{Registered, kept},
};

/// The instance of that name, which stands in the field `instance`.
pub(crate) async fn named(desk: &mut Desk, name: &str) -> Result<Instance, Stop> {
    let id: InstanceId = names::resolve(desk, Kind::Instance, name, "instance").await?;
    desk.get(id).await
}

/// Registers an instance, or revises the one with that reference. What is absent keeps what stands: an import that says
/// nothing of flags never erases them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterInstance {
    pub site: String,
    /// Reference such as `BMS-B61` or `DCS-B01-T`.
    pub reference: String,
    pub name: String,
    /// Its system; without it the one that the reference tells, made when it does not exist.
    #[serde(default)]
    pub system: Option<String>,
    /// Kind of a system that is made.
    #[serde(default)]
    pub kind: Option<SystemKind>,
    #[serde(default)]
    pub zone: Option<String>,
    #[serde(default)]
    pub environment: Option<Environment>,
    #[serde(default)]
    pub validated: Option<Validated>,
    /// Empty says that none apply.
    #[serde(default)]
    pub flags: Option<Vec<Flag>>,
    #[serde(default)]
    pub gxp: Option<Gxp>,
    #[serde(default)]
    pub capabilities: Option<Capabilities>,
    /// Limits in people's words.
    #[serde(default)]
    pub limitations: Option<Vec<String>>,
    /// Roles that exist on it; empty means all.
    #[serde(default)]
    pub roles: Option<Vec<Role>>,
}

impl Act for RegisterInstance {
    const NAME: &'static str = "register-instance";
    type Power = Import;
    type Done = Registered<InstanceId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        registers(desk, self).await
    }
}

/// Registers an instance; a sighting of something nobody named does it too.
pub(super) async fn registers(desk: &mut Desk, of: RegisterInstance) -> Result<Registered<InstanceId>, Stop> {
    let site: SiteId = names::resolve(desk, Kind::Site, &of.site, "site").await?;
    let reference = names::text(60, "reference", &of.reference)?;
    let stands: Option<Instance> = names::named(desk, &reference).await?;
    if let Some(stands) = &stands {
        names::same_site(stands.facts.site, site, "system", &reference)?;
    }
    let facts = of.facts(desk, site, reference.clone(), stands.as_ref()).await?;
    match stands {
        None => {
            let id = InstanceId(desk.new_id());
            desk.append(id, InstanceEvent::Registered(facts)).await?;
            Ok(Registered::new(id, reference))
        }
        Some(stands) if stands.facts == facts => Ok(Registered::unchanged(stands.id, reference)),
        Some(stands) => {
            desk.append(stands.id, InstanceEvent::Revised(facts)).await?;
            reached(desk, stands.id, site).await?;
            Ok(Registered::changed(stands.id, reference))
        }
    }
}

impl RegisterInstance {
    async fn facts(
        self,
        desk: &mut Desk,
        site: SiteId,
        reference: String,
        stands: Option<&Instance>,
    ) -> Result<InstanceFacts, Stop> {
        let old = stands.map(|i| &i.facts);
        let name = names::text(200, "name", &self.name)?;
        let environment = self.environment.or_else(|| old.and_then(|f| f.environment));
        let zone = match &self.zone {
            Some(zone) => Some(zone_at(desk, site, zone).await?),
            None => old.and_then(|f| f.zone),
        };
        let system = match (&self.system, old) {
            (None, Some(f)) => f.system,
            (Some(system), _) => named_system(desk, site, system).await?,
            (None, None) => {
                let of = system_reference(&reference, environment).to_owned();
                implied_system(desk, site, &of, &name, self.kind).await?
            }
        };
        let stood = old.map(|f| f.limitations.as_slice()).unwrap_or_default();
        let limitations = match &self.limitations {
            Some(texts) => limitations(desk, stood, texts).await?,
            None => stood.to_vec(),
        };
        Ok(InstanceFacts {
            system,
            site,
            zone,
            environment,
            reference,
            name,
            validated: self.validated.or_else(|| old.and_then(|f| f.validated)),
            flags: self.flags.or_else(|| old.and_then(|f| f.flags.clone())),
            gxp: self.gxp.or_else(|| old.and_then(|f| f.gxp)),
            capabilities: self.capabilities.or_else(|| old.map(|f| f.capabilities)).unwrap_or(Capabilities::UNKNOWN),
            limitations,
            roles: self.roles.or_else(|| old.map(|f| f.roles.clone())).unwrap_or_default(),
        })
    }
}

async fn limitations(desk: &mut Desk, stood: &[Private<Text>], texts: &[String]) -> Result<Vec<Private<Text>>, Stop> {
    let mut out = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        let text = names::text(500, "limitations", text)?;
        out.push(kept(desk, stood.get(i), &text).await?);
    }
    Ok(out)
}

async fn zone_at(desk: &mut Desk, site: SiteId, name: &str) -> Result<ZoneId, Stop> {
    let id: ZoneId = names::resolve(desk, Kind::Zone, name, "zone").await?;
    let zone: Zone = desk.get(id).await?;
    if zone.facts.site == site {
        return Ok(id);
    }
    Err(Stop::field("zone", Why::of("invalid-zone-elsewhere").with("name", name)))
}

async fn named_system(desk: &mut Desk, site: SiteId, name: &str) -> Result<SystemId, Stop> {
    let id: SystemId = names::resolve(desk, Kind::System, name, "system").await?;
    let system: System = desk.get(id).await?;
    if system.facts.site == site {
        return Ok(id);
    }
    Err(Stop::field("system", Why::of("invalid-system-elsewhere").with("name", name)))
}

async fn implied_system(
    desk: &mut Desk,
    site: SiteId,
    reference: &str,
    name: &str,
    kind: Option<SystemKind>,
) -> Result<SystemId, Stop> {
    if let Some(system) = names::named::<System>(desk, reference).await? {
        names::same_site(system.facts.site, site, "system", reference)?;
        return Ok(system.id);
    }
    let facts = SystemFacts {
        reference: reference.to_owned(),
        name: name.to_owned(),
        kind: kind.unwrap_or(SystemKind::Other),
        site,
        owner: None,
        requalification: Known::Unknown,
        support_ends: None,
    };
    let id = SystemId(desk.new_id());
    desk.append(id, SystemEvent::Registered(facts)).await?;
    Ok(id)
}
