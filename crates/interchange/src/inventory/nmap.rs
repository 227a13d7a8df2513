//! A scan by nmap (`-oX`). A host that answered is a device; one that was down is counted. A scan that was broken off
//! has no last line, and that is refused: half a scan looks like a small plant.

use std::{collections::BTreeMap, net::IpAddr};

use plantgate_domain::base::{Instant, Invalid, Why};

use super::{
    Device, Devices, mac, mark,
    xml::{Node, Xml},
};
use crate::{Bounds, shown};

type Attributes = BTreeMap<String, String>;

#[derive(Default)]
struct Reading {
    hosts: usize,
    up: usize,
    open: usize,
    with_mac: usize,
    os: usize,
    scripts: usize,
    devices: Vec<Device>,
    /// The host that is being read, and whether it is up.
    host: Option<(Device, bool)>,
    port: Option<Port>,
}

#[derive(Default)]
struct Port {
    place: String,
    open: bool,
    service: Option<String>,
}

/// Reads a scan.
pub fn read(file: &str, text: &str, bounds: &Bounds) -> Result<Devices, Invalid> {
    let mut xml = Xml::new(file, text, bounds);
    let mut r = Reading::default();
    loop {
        match xml.next()? {
            Node::Open { name, attributes } => r.open(&xml, &name, &attributes, bounds)?,
            Node::Close { name } => r.close(&name),
            Node::Text(_) => {}
            Node::End => break,
        }
    }
    let down = r.hosts - r.up;
    Ok(Devices {
        counts: vec![
            ("hosts", r.hosts),
            ("up", r.up),
            ("open-ports", r.open),
            ("with-mac", r.with_mac),
            ("os-matches", r.os),
            ("scripts", r.scripts),
        ],
        left_out: vec![("left-out-down", down)],
        devices: r.devices,
    })
}

impl Reading {
    fn open(&mut self, xml: &Xml<'_>, name: &str, a: &Attributes, bounds: &Bounds) -> Result<(), Invalid> {
        match name {
            "host" => {
                self.hosts += 1;
                if self.hosts > bounds.rows {
                    return Err(xml.wrong(Some("host"), Why::of("invalid-inventory-rows").with("most", bounds.rows)));
                }
                let at = ["endtime", "starttime"].iter().find_map(|n| a.get(*n)).and_then(|s| seconds(s));
                self.host = Some((Device { line: xml.line(), at, ..Device::default() }, false));
            }
            "port" => {
                let place = format!("{}/{}", text(a, "protocol"), text(a, "portid"));
                self.port = Some(Port { place, ..Port::default() });
            }
            "script" => self.scripts += 1,
            "state" => {
                if let Some(port) = &mut self.port {
                    port.open = text(a, "state") == "open";
                }
            }
            "service" => {
                if let Some(port) = &mut self.port {
                    let words = ["name", "product", "version"].map(|n| text(a, n));
                    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
                    port.service = mark(&words.join(" "));
                }
            }
            "osmatch" => {
                self.os += 1;
                if let Some((device, _)) = &mut self.host {
                    device.os = device.os.take().or_else(|| mark(text(a, "name")));
                }
            }
            _ => self.host_says(xml, name, a)?,
        }
        Ok(())
    }

    /// What stands directly in a host.
    fn host_says(&mut self, xml: &Xml<'_>, name: &str, a: &Attributes) -> Result<(), Invalid> {
        let Some((device, up)) = &mut self.host else { return Ok(()) };
        match name {
            "status" => *up = text(a, "state") == "up",
            "address" if text(a, "addrtype") == "mac" => {
                device.mac = mac(text(a, "addr"));
                device.vendor = mark(text(a, "vendor"));
            }
            "address" => {
                let given = text(a, "addr");
                let Ok(address) = given.parse::<IpAddr>() else {
                    let why = Why::of("invalid-inventory-address").with("given", shown(given));
                    return Err(xml.wrong(Some("address, addr"), why));
                };
                device.lives_at(&address.to_string());
            }
            "hostname" => device.name = device.name.take().or_else(|| mark(text(a, "name"))),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        match name {
            "port" => {
                let Some(port) = self.port.take().filter(|p| p.open) else { return };
                self.open += 1;
                if let Some((device, _)) = &mut self.host {
                    let service = port.service.map(|s| format!(" {s}")).unwrap_or_default();
                    device.serves(format!("{}{service}", port.place));
                }
            }
            "host" => {
                let Some((device, up)) = self.host.take() else { return };
                self.with_mac += usize::from(device.mac.is_some());
                if up {
                    self.up += 1;
                    self.devices.push(device.keyed());
                }
            }
            _ => {}
        }
    }
}

fn text<'a>(a: &'a Attributes, name: &str) -> &'a str {
    a.get(name).map(String::as_str).unwrap_or_default()
}

/// Seconds since 1970, as scanners write times.
fn seconds(text: &str) -> Option<Instant> {
    let secs: i64 = text.parse().ok().filter(|s| (0..=4_102_444_800).contains(s))?;
    Some(Instant::from_micros(secs * 1_000_000))
}
