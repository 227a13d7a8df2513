//! What a machine saw of a device is recorded: at the system it can only be, or as a system nobody had named before.
//! Nothing that somebody said is touched by it. Marks are asked in the order of their strength, and a weak one never
//! joins what a strong one holds apart.

use std::net::IpAddr;

use plantgate_domain::{
    base::{InstanceId, Instant, Invalid, Kind, SiteId, Why},
    event::expect::{InstanceEvent, Sighting, SightingSource},
    expect::{instance::Instance, site::Site},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::instance::{RegisterInstance, registers};
use crate::{
    act::Act,
    names,
    power::{Import, May, Place},
    registered::Registered,
};

/// Records what was seen of a device; seen the same way again, it changes nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSighting {
    pub site: String,
    pub source: SightingSource,
    /// What tells it apart in its source, such as `address 10.1.1.164`.
    pub key: String,
    /// The system it is, where somebody says so.
    #[serde(default)]
    pub system: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub mac: Option<String>,
    #[serde(default)]
    pub addresses: Vec<String>,
    #[serde(default)]
    pub vendor: Option<String>,
    #[serde(default)]
    pub product: Option<String>,
    #[serde(default)]
    pub serial: Option<String>,
    #[serde(default)]
    pub os: Option<String>,
    #[serde(default)]
    pub services: Vec<String>,
    #[serde(default)]
    pub parts: Option<u32>,
    #[serde(default)]
    pub seen: Option<Instant>,
    /// SHA-256 of the file that says so, in hexadecimal digits.
    #[serde(default)]
    pub file: Option<String>,
}

/// Longest mark.
const LONGEST: usize = 120;
/// Most services and addresses of one device; an entry is small.
const MOST: usize = 64;
/// Bytes of all of them together.
const BYTES: usize = 6_000;

impl Act for RecordSighting {
    const NAME: &'static str = "record-sighting";
    type Power = Import;
    type Done = Registered<InstanceId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<Import>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let saw = self.sighting(desk.now().0)?;
        let Some(known) = self.known(desk, site, &saw).await? else {
            return new(desk, site, &self.site, saw).await;
        };
        let reference = known.facts.reference.clone();
        if let Some(stands) = known.seen_as(&saw) {
            // What was seen before what stands says nothing new.
            let older = saw.seen.is_some() && saw.seen < stands.saw.seen;
            if stands.saw == saw || older {
                return Ok(Registered::unchanged(known.id, reference));
            }
        }
        desk.append(known.id, InstanceEvent::Seen(Box::new(saw))).await?;
        Ok(Registered::changed(known.id, reference))
    }
}

impl RecordSighting {
    /// The facts, each held against what it must be.
    fn sighting(&self, now: Instant) -> Result<Sighting, Stop> {
        let maybe = |field: &'static str, value: &Option<String>| {
            value.as_deref().map(|v| names::text(LONGEST, field, v)).transpose()
        };
        let mac = maybe("mac", &self.mac)?;
        if mac.as_ref().is_some_and(|mac| !is_mac(mac)) {
            return Err(Stop::field("mac", Why::of("invalid-sighting-mac")));
        }
        if self.file.as_ref().is_some_and(|f| f.len() != 64 || !f.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Err(Stop::field("file", Why::of("invalid-sighting-file")));
        }
        if let Some(bad) = self.addresses.iter().find(|a| a.parse::<IpAddr>().is_err()) {
            return Err(Stop::field("addresses", Why::of("invalid-inventory-address").with("given", bad)));
        }
        if self.seen.is_some_and(|seen| seen > now) {
            return Err(Stop::field("seen", Why::of("invalid-seen-future")));
        }
        let bytes: usize = self.addresses.iter().chain(&self.services).map(String::len).sum();
        if self.services.len() > MOST || self.addresses.len() > MOST || bytes > BYTES {
            return Err(Stop::field("services", Why::of("invalid-sighting-many").with("most", MOST)));
        }
        Ok(Sighting {
            source: self.source,
            key: names::text(LONGEST, "key", &self.key)?,
            file: self.file.as_ref().map(|f| f.to_ascii_lowercase()),
            seen: self.seen,
            name: maybe("name", &self.name)?,
            mac,
            addresses: self.addresses.clone(),
            vendor: maybe("vendor", &self.vendor)?,
            product: maybe("product", &self.product)?,
            serial: maybe("serial", &self.serial)?,
            os: maybe("os", &self.os)?,
            services: self.services.iter().map(|s| names::text(LONGEST, "services", s)).collect::<Result<_, _>>()?,
            parts: self.parts,
        })
    }

    /// The system it is: the one that somebody names, or the only one it can be.
    async fn known(&self, desk: &mut Desk, site: SiteId, saw: &Sighting) -> Result<Option<Instance>, Stop> {
        if let Some(name) = &self.system {
            let id: InstanceId = names::resolve(desk, Kind::Instance, name, "system").await?;
            let named: Instance = desk.get(id).await?;
            names::same_site(named.facts.site, site, "system", name)?;
            return Ok(Some(named));
        }
        let all: Vec<Instance> = desk.of("site", site).await?;
        let strong = |i: &Instance| i.sightings.iter().any(|s| same(&s.saw.mac, &saw.mac) || serial(&s.saw, saw));
        let called = |i: &Instance| saw.name.as_ref().is_some_and(|n| i.facts.reference.eq_ignore_ascii_case(n));
        let shares = |i: &Instance| i.sightings.iter().any(|s| at_one_address(&s.saw, saw));
        let asked: [&dyn Fn(&Instance) -> bool; 4] = [
            &|i: &Instance| i.seen_as(saw).is_some() && (saw.mac.is_none() || i.can_be(saw)),
            &strong,
            &|i: &Instance| called(i) && i.can_be(saw),
            &|i: &Instance| shares(i) && i.can_be(saw),
        ];
        for is in asked {
            let found: Vec<&Instance> = all.iter().filter(|i| is(i)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(Some((*one).clone())),
                [one, other, ..] => {
                    let why = Why::of("invalid-sighting-apart")
                        .with("one", &one.facts.reference)
                        .with("other", &other.facts.reference);
                    return Err(Stop::Invalid(vec![Invalid::field("system", why)]));
                }
            }
        }
        Ok(None)
    }
}

fn same(a: &Option<String>, b: &Option<String>) -> bool {
    a.is_some() && a == b
}

/// One serial number of one maker, as far as makers are named.
fn serial(a: &Sighting, b: &Sighting) -> bool {
    same(&a.serial, &b.serial) && (a.vendor.is_none() || b.vendor.is_none() || a.vendor == b.vendor)
}

/// An address is a weak mark: two names that one source gives it are two devices, and so are two numbers behind one
/// router. Two sources may call one device by two names.
fn at_one_address(a: &Sighting, b: &Sighting) -> bool {
    let named = a.source == b.source && matches!((&a.name, &b.name), (Some(a), Some(b)) if a != b);
    let numbered = [a, b].iter().any(|s| s.key.starts_with("bacnet "));
    !named && !numbered && a.addresses.iter().any(|address| b.addresses.contains(address))
}

fn is_mac(text: &str) -> bool {
    text.len() == 17 && text.split(':').count() == 6 && text.split(':').all(|p| u8::from_str_radix(p, 16).is_ok())
}

/// A system that nobody named: everything of it but what was seen is unknown.
async fn new(desk: &mut Desk, at: SiteId, site: &str, saw: Sighting) -> Result<Registered<InstanceId>, Stop> {
    let site: String = match desk.find::<Site>(at).await? {
        Some(site) => site.facts.reference,
        None => site.to_owned(),
    };
    let plain = saw.name.clone().unwrap_or_else(|| format!("{site} {}", saw.key));
    let mut reference = names::text(60, "name", &plain)?;
    if names::named::<Instance>(desk, &reference).await?.is_some() {
        reference = names::text(60, "name", &format!("{plain} {}", saw.key))?;
    }
    if let Some(taken) = names::named::<Instance>(desk, &reference).await? {
        let why = Why::of("invalid-sighting-taken").with("reference", &taken.facts.reference);
        return Err(Stop::field("name", why));
    }
    let marks = [&saw.vendor, &saw.product, &saw.os].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let register = RegisterInstance {
        site,
        reference: reference.clone(),
        name: if marks.is_empty() { reference.clone() } else { marks.chars().take(200).collect() },
        ..RegisterInstance::default()
    };
    let made = registers(desk, register).await?;
    desk.append(made.id, InstanceEvent::Seen(Box::new(saw))).await?;
    Ok(made)
}
