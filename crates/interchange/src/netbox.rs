//! Sites and devices of a NetBox export (Django's serialised JSON, plain or gzipped). It tells what it knows and counts
//! what it leaves out; a device without a name gets a reference from its site and its NetBox number.

mod file;

use std::collections::BTreeMap;

use plantgate_domain::base::{Invalid, Why, ZoneName};
use serde::Deserialize;

use crate::{Bounds, complaint, shown};

/// A NetBox site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Its number in NetBox.
    pub external: i64,
    pub reference: String,
    /// `None` when the file has none; somebody must say it.
    pub zone: Option<ZoneName>,
    pub status: String,
}

/// A NetBox device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its number in NetBox.
    pub external: i64,
    /// Unique in the file: the name, or made from site and number.
    pub reference: String,
    /// As NetBox has it; several may share one, some have none.
    pub name: Option<String>,
    /// Reference of its site.
    pub site: String,
    pub role: String,
    pub model: String,
    pub manufacturer: String,
    pub rack: Option<String>,
    pub status: String,
}

/// What the file holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inventory {
    /// Objects of any kind in the file.
    pub objects: usize,
    pub sites: Vec<Site>,
    pub devices: Vec<Device>,
    pub roles: Vec<String>,
    pub models: Vec<String>,
    pub manufacturers: Vec<String>,
    /// How many racks; their names stand at the devices.
    pub racks: usize,
    /// Owners and virtual machines, which are not imported, with their counts.
    pub not_imported: Vec<(&'static str, usize)>,
}

#[derive(Deserialize)]
struct SiteFields {
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    time_zone: Option<String>,
}
#[derive(Deserialize)]
struct Named {
    name: String,
}
#[derive(Deserialize)]
struct TypeFields {
    model: String,
    manufacturer: i64,
}
#[derive(Deserialize)]
struct DeviceFields {
    name: Option<String>,
    site: i64,
    device_type: i64,
    // NetBox 3.6 shortened the name of this field.
    #[serde(alias = "role")]
    device_role: i64,
    #[serde(default)]
    rack: Option<i64>,
    #[serde(default)]
    status: String,
}

/// The objects that are looked at, by their numbers.
#[derive(Default)]
struct Found {
    objects: usize,
    sites: BTreeMap<i64, SiteFields>,
    devices: BTreeMap<i64, DeviceFields>,
    roles: BTreeMap<i64, Named>,
    types: BTreeMap<i64, TypeFields>,
    manufacturers: BTreeMap<i64, Named>,
    racks: BTreeMap<i64, Named>,
    tenants: usize,
    machines: usize,
}

/// Reads an export.
pub fn read(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<Inventory, Vec<Invalid>> {
    let text = file::unpack(file, bytes, bounds).map_err(|w| vec![w])?;
    let found = file::objects(file, &text, bounds).map_err(|w| vec![w])?;
    if found.sites.is_empty() && found.devices.is_empty() {
        let why = Why::of("invalid-netbox-empty");
        return Err(vec![complaint(file, None, None, why)]);
    }
    inventory(file, &found, bounds)
}

fn inventory(file: &str, found: &Found, bounds: &Bounds) -> Result<Inventory, Vec<Invalid>> {
    let mut wrong = Vec::new();
    let mut sites = Vec::with_capacity(found.sites.len());
    for (pk, site) in &found.sites {
        let given = site.time_zone.as_deref().filter(|z| !z.is_empty());
        let zone = given.map(str::parse).transpose();
        let field = format!("dcim.site {pk}, time_zone");
        match zone {
            Ok(zone) => {
                let (reference, status) = (site.name.trim().to_owned(), site.status.clone());
                sites.push(Site { external: *pk, reference, zone, status });
            }
            Err(_) => {
                let why = Why::of("invalid-netbox-zone").with("given", shown(given.unwrap_or_default()));
                wrong.push(complaint(file, None, Some(&field), why));
            }
        }
        text(file, "dcim.site", *pk, &site.name, bounds, &mut wrong);
    }
    let mut devices = Vec::with_capacity(found.devices.len());
    for (pk, device) in &found.devices {
        text(file, "dcim.device", *pk, device.name.as_deref().unwrap_or("-"), bounds, &mut wrong);
        match self::device(file, *pk, device, found) {
            Ok(device) => devices.push(device),
            Err(invalid) => wrong.push(invalid),
        }
    }
    if !wrong.is_empty() {
        wrong.truncate(100);
        return Err(wrong);
    }
    tell_apart(&mut devices);
    Ok(Inventory {
        objects: found.objects,
        sites,
        devices,
        roles: found.roles.values().map(|r| r.name.clone()).collect(),
        models: found.types.values().map(|t| t.model.clone()).collect(),
        manufacturers: found.manufacturers.values().map(|m| m.name.clone()).collect(),
        racks: found.racks.len(),
        not_imported: vec![("tenants", found.tenants), ("virtual machines", found.machines)],
    })
}

/// Names are shown on pages and stand in references: not empty, not endless, on one line.
fn text(file: &str, model: &str, pk: i64, name: &str, bounds: &Bounds, wrong: &mut Vec<Invalid>) {
    let longest = bounds.cell.min(200);
    let why = match name.trim() {
        "" => Why::of("invalid-netbox-name-empty"),
        n if n.chars().count() > longest => Why::of("invalid-netbox-name-long").with("most", longest),
        n if n.chars().any(char::is_control) => Why::of("invalid-netbox-name-control"),
        _ => return,
    };
    wrong.push(complaint(file, None, Some(&format!("{model} {pk}, name")), why));
}

fn device(file: &str, pk: i64, d: &DeviceFields, found: &Found) -> Result<Device, Invalid> {
    let lost = |field: &str, model: &str, to: i64| {
        let why = Why::of("invalid-netbox-lost").with("model", model).with("to", to);
        complaint(file, None, Some(&format!("dcim.device {pk}, {field}")), why)
    };
    let site = found.sites.get(&d.site).ok_or_else(|| lost("site", "dcim.site", d.site))?;
    let kind = found.types.get(&d.device_type).ok_or_else(|| lost("device_type", "dcim.devicetype", d.device_type))?;
    let role = found.roles.get(&d.device_role).ok_or_else(|| lost("device_role", "dcim.devicerole", d.device_role))?;
    let made = kind.manufacturer;
    let maker = found.manufacturers.get(&made).ok_or_else(|| lost("manufacturer", "dcim.manufacturer", made))?;
    let rack = d.rack.map(|r| found.racks.get(&r).ok_or_else(|| lost("rack", "dcim.rack", r))).transpose()?;
    let name = d.name.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
    let site = site.name.trim().to_owned();
    Ok(Device {
        external: pk,
        reference: name.clone().unwrap_or_else(|| format!("{site} device-{pk}")),
        name,
        site,
        role: role.name.clone(),
        model: kind.model.clone(),
        manufacturer: maker.name.clone(),
        rack: rack.map(|r| r.name.clone()),
        status: d.status.clone(),
    })
}

/// Devices that share a reference are told apart by their numbers, each of them: none of them is the first.
fn tell_apart(devices: &mut [Device]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for d in devices.iter() {
        *count.entry(d.reference.clone()).or_insert(0) += 1;
    }
    for d in devices.iter_mut().filter(|d| count.get(&d.reference).is_some_and(|n| *n > 1)) {
        d.reference = format!("{} device-{}", d.reference, d.external);
    }
}
