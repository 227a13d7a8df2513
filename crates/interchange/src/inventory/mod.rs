//! Inventories that nobody here wrote: scans (nmap), listeners on the network (Zeek), lists of roles (YAML) and bills
//! of materials (CycloneDX). Which one a file is, is told from the file. What comes out is what was *seen*, never a
//! fact that somebody said: devices told apart by the strongest mark they have, and a count of everything left out.

mod nmap;
mod roles;
mod sbom;
mod xml;
mod zeek;

use std::net::IpAddr;

use plantgate_domain::base::{Instant, Invalid, Why};

pub use roles::Role;
pub use sbom::{Bill, Component};

use crate::{Bounds, complaint, mib};

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Nmap,
    Zeek,
    Roles,
    CycloneJson,
    CycloneXml,
    Netbox,
}

impl Format {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Nmap => "nmap",
            Format::Zeek => "zeek",
            Format::Roles => "roles",
            Format::CycloneJson | Format::CycloneXml => "cyclonedx",
            Format::Netbox => "netbox",
        }
    }
}

/// A device as somebody's machine saw it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Device {
    /// Where in the file it stands first.
    pub line: u64,
    /// What it is told apart by, the strongest mark it has: `mac …`, `serial …`, `bacnet …`, `address …`.
    pub key: String,
    pub name: Option<String>,
    pub mac: Option<String>,
    pub addresses: Vec<String>,
    pub vendor: Option<String>,
    pub product: Option<String>,
    pub serial: Option<String>,
    pub os: Option<String>,
    /// `tcp/502 modbus`, in order, each once.
    pub services: Vec<String>,
    /// When it was seen, where the file says so.
    pub at: Option<Instant>,
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    Devices(Devices),
    Roles(Vec<Role>),
    Bill(Bill),
    /// A NetBox export has a reader of its own ([`crate::netbox`]).
    Netbox,
}

/// Devices of a scan or a log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Devices {
    pub devices: Vec<Device>,
    /// What was counted on the way: hosts, rows, open ports, by names that tests and people know.
    pub counts: Vec<(&'static str, usize)>,
    /// Counted and left out, by message id.
    pub left_out: Vec<(&'static str, usize)>,
}

impl Devices {
    /// A count by its name.
    pub fn count(&self, name: &str) -> usize {
        self.counts.iter().find(|(n, _)| *n == name).map_or(0, |(_, count)| *count)
    }
}

/// Longest mark of a device that is kept; what a stranger's machine calls itself can be of any length.
const LONGEST: usize = 120;
/// Most services and addresses of one device that are kept; the rest is counted at its end.
const MOST: usize = 64;

/// Which format a file is in, from its first letters and its name; the line and reason when it is none we read.
pub fn format(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<Format, Invalid> {
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(Format::Netbox);
    }
    let text = text(file, bytes, bounds)?;
    let begins = text.trim_start();
    let yaml = file.rsplit('.').next().is_some_and(|e| e.eq_ignore_ascii_case("yml") || e.eq_ignore_ascii_case("yaml"));
    match begins.chars().next() {
        Some('<') => xml::root(file, text, bounds),
        Some('[') if !yaml => Ok(Format::Netbox),
        Some('{') if !yaml => Ok(Format::CycloneJson),
        Some('#') if !yaml => Ok(Format::Zeek),
        Some(_) if yaml || begins.starts_with("- ") || begins.starts_with("---") => Ok(Format::Roles),
        Some(_) | None => Err(complaint(file, None, None, Why::of("invalid-inventory-unknown"))),
    }
}

/// Reads a file of any of the formats.
pub fn read(file: &str, bytes: &[u8], bounds: &Bounds) -> Result<(Format, Found), Vec<Invalid>> {
    let format = format(file, bytes, bounds).map_err(|w| vec![w])?;
    if format == Format::Netbox {
        return Ok((format, Found::Netbox));
    }
    let text = text(file, bytes, bounds).map_err(|w| vec![w])?;
    let found = match format {
        Format::Nmap => Found::Devices(nmap::read(file, text, bounds).map_err(|w| vec![w])?),
        Format::Zeek => Found::Devices(zeek::read(file, text, bounds)?),
        Format::Roles => Found::Roles(roles::read(file, text, bounds).map_err(|w| vec![w])?),
        Format::CycloneJson => Found::Bill(sbom::read_json(file, text, bounds).map_err(|w| vec![w])?),
        Format::CycloneXml => Found::Bill(sbom::read_xml(file, text, bounds).map_err(|w| vec![w])?),
        Format::Netbox => Found::Netbox,
    };
    Ok((format, found))
}

fn text<'a>(file: &str, bytes: &'a [u8], bounds: &Bounds) -> Result<&'a str, Invalid> {
    if bytes.len() > bounds.bytes {
        return Err(complaint(file, None, None, Why::of("invalid-inventory-large").with("size", mib(bounds.bytes))));
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = bytes.get(..e.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        complaint(file, Some(line), None, Why::of("invalid-inventory-utf8"))
    })?;
    Ok(text.trim_start_matches('\u{FEFF}'))
}

/// A mark as it is kept: on one line, short, `None` when it says nothing.
fn mark(value: &str) -> Option<String> {
    let plain: String = value.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let plain = plain.trim().to_owned();
    let silent = ["", "-", "(empty)", "<unknown>", "unknown"];
    (!silent.contains(&plain.to_ascii_lowercase().as_str())).then_some(plain)
}

/// A hardware address in one spelling; `None` for none, for groups and for those that mean nobody.
fn mac(value: &str) -> Option<String> {
    let hex: String = value.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_uppercase();
    let separators = value.chars().all(|c| c.is_ascii_hexdigit() || ":-.".contains(c));
    if hex.len() != 12 || !separators || hex == "000000000000" {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|n| hex.get(n * 2..n * 2 + 2)).collect();
    // The lowest bit of the first byte says *many*.
    let first = u8::from_str_radix(pairs.first().copied().unwrap_or("01"), 16).unwrap_or(1);
    (first & 1 == 0).then(|| pairs.join(":"))
}

/// Whether an address can be that of one device in a plant: not everybody's, not the machine itself, not the internet.
fn of_a_plant(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let last = v4.octets().last().copied().unwrap_or(255);
            (v4.is_private() || v4.is_link_local()) && last != 255 && last != 0
        }
        IpAddr::V6(v6) => {
            let first = v6.segments().first().copied().unwrap_or(0);
            // Unique local and link local.
            first & 0xFE00 == 0xFC00 || first & 0xFFC0 == 0xFE80
        }
    }
}

impl Device {
    /// Adds a service once.
    fn serves(&mut self, service: String) {
        if self.services.len() < MOST && !self.services.contains(&service) {
            self.services.push(service);
        }
    }
    fn lives_at(&mut self, address: &str) {
        if self.addresses.len() < MOST && !self.addresses.iter().any(|a| a == address) {
            self.addresses.push(address.to_owned());
        }
    }
    /// Takes the strongest mark as the key.
    fn keyed(mut self) -> Device {
        if self.key.is_empty() {
            self.key = match (&self.mac, &self.serial, self.addresses.first(), &self.name) {
                (Some(mac), ..) => format!("mac {mac}"),
                (None, Some(serial), ..) => format!("serial {serial}"),
                (None, None, Some(address), _) => format!("address {address}"),
                (None, None, None, Some(name)) => format!("name {name}"),
                (None, None, None, None) => format!("line {}", self.line),
            };
        }
        self.services.sort_unstable();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_addresses_have_one_spelling() {
        for text in ["00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"] {
            assert_eq!(mac(text).as_deref(), Some("00:1A:2B:3C:4D:5E"), "{text}");
        }
        for text in ["", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "00:1a:2b", "g0:1a:2b:3c:4d:5e"]
        {
            assert_eq!(mac(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_of_everybody_and_of_the_internet_are_no_devices() {
        for text in ["10.1.1.164", "172.20.32.108", "192.168.1.6", "169.254.3.4", "fe80::1", "fd00::7"] {
            assert!(of_a_plant(text.parse().unwrap()), "{text}");
        }
        for text in ["127.0.0.1", "172.20.32.255", "224.0.0.1", "3.15.227.20", "::1", "ff02::1", "2001:db8::1"] {
            assert!(!of_a_plant(text.parse().unwrap()), "{text}");
        }
    }
}
