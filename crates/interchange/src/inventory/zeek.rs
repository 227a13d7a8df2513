//! Logs of Zeek and of its industrial parsers: tab-separated, with `#fields`. Who talked is a device; what it said of
//! itself (S7, BACnet, CIP) is what is known of it. Addresses of everybody and of the internet are counted, not taken.

use std::{collections::BTreeMap, net::IpAddr};

use plantgate_domain::base::{Instant, Invalid, Why};

use super::{Device, Devices, mac, mark, of_a_plant};
use crate::{Bounds, complaint, shown};

/// Fields of `cip_identity.log`, for logs whose head was cut off; told by name and number of cells.
const CIP_IDENTITY: [&str; 24] = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "is_orig",
    "source_h",
    "source_p",
    "destination_h",
    "destination_p",
    "encapsulation_version",
    "socket_address",
    "socket_port",
    "vendor_id",
    "vendor_name",
    "device_type_id",
    "device_type_name",
    "product_code",
    "revision",
    "device_status",
    "serial_number",
    "product_name",
    "device_state",
];

/// Complaints beyond these are not told.
const TOLD: usize = 100;

struct Log<'a> {
    file: &'a str,
    path: String,
    separator: String,
    fields: Vec<String>,
    rows: usize,
    devices: BTreeMap<String, Device>,
    outside: usize,
    wrong: Vec<Invalid>,
}

/// One row by the names of its cells; a cell that is unset or empty is not there.
struct Row<'a> {
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.cells.get(name).copied()
    }
    fn mark(&self, name: &str) -> Option<String> {
        self.get(name).and_then(mark)
    }
}

/// Reads a log.
pub fn read(file: &str, text: &str, bounds: &Bounds) -> Result<Devices, Vec<Invalid>> {
    let mut log = Log {
        file,
        path: String::new(),
        separator: "\t".to_owned(),
        fields: Vec::new(),
        rows: 0,
        devices: BTreeMap::new(),
        outside: 0,
        wrong: Vec::new(),
    };
    for (n, line) in text.lines().enumerate() {
        let at = n as u64 + 1;
        match line.strip_prefix('#') {
            Some(said) => log.head(said, at, bounds),
            None if line.is_empty() => {}
            None => log.row(line, at, bounds),
        }
        if log.wrong.len() >= TOLD || log.rows > bounds.rows {
            break;
        }
    }
    if log.rows > bounds.rows {
        let why = Why::of("invalid-inventory-rows").with("most", bounds.rows);
        return Err(vec![complaint(file, None, None, why)]);
    }
    if !log.wrong.is_empty() {
        return Err(log.wrong);
    }
    if log.fields.is_empty() {
        return Err(vec![complaint(file, Some(1), Some("#fields"), Why::of("invalid-zeek-fields"))]);
    }
    Ok(Devices {
        counts: vec![("rows", log.rows)],
        left_out: vec![("left-out-outside", log.outside)],
        devices: log.devices.into_values().map(Device::keyed).collect(),
    })
}

impl Log<'_> {
    /// A line of the head.
    fn head(&mut self, said: &str, line: u64, bounds: &Bounds) {
        if let Some(mark) = said.strip_prefix("separator ") {
            match separator(mark.trim()) {
                Some(c) => self.separator = c.to_string(),
                None => self.complain(line, "#separator", Why::of("invalid-zeek-separator").with("given", shown(mark))),
            }
            return;
        }
        let mut cells = said.split(self.separator.as_str());
        match cells.next() {
            Some("path") => self.path = cells.next().unwrap_or_default().to_owned(),
            Some("fields") => {
                let fields: Vec<String> = cells.map(str::to_owned).collect();
                let twice = fields.iter().enumerate().find(|(n, f)| fields.iter().skip(n + 1).any(|g| g == *f));
                if let Some((_, field)) = twice {
                    self.complain(line, field, Why::of("invalid-zeek-field-twice"));
                } else if fields.len() > bounds.columns {
                    let why = Why::of("invalid-zeek-columns").with("most", bounds.columns);
                    self.complain(line, "#fields", why);
                } else {
                    self.fields = fields;
                }
            }
            Some(_) | None => {}
        }
    }

    fn complain(&mut self, line: u64, field: &str, why: Why) {
        self.wrong.push(complaint(self.file, Some(line), Some(field), why));
    }

    fn row(&mut self, text: &str, line: u64, bounds: &Bounds) {
        let cells: Vec<&str> = text.split(self.separator.as_str()).collect();
        if self.fields.is_empty() && self.file.contains("cip_identity") && cells.len() == CIP_IDENTITY.len() {
            self.fields = CIP_IDENTITY.map(str::to_owned).to_vec();
            "cip_identity".clone_into(&mut self.path);
        }
        if self.fields.is_empty() {
            return self.complain(line, "#fields", Why::of("invalid-zeek-fields"));
        }
        if cells.len() != self.fields.len() {
            let why = Why::of("invalid-zeek-cells").with("has", cells.len()).with("wants", self.fields.len());
            return self.complain(line, "#fields", why);
        }
        if let Some((_, field)) = cells.iter().zip(&self.fields).find(|(c, _)| c.chars().count() > bounds.cell) {
            let (field, most) = (field.clone(), bounds.cell);
            return self.complain(line, &field, Why::of("invalid-inventory-cell").with("most", most));
        }
        self.rows += 1;
        let fields = self.fields.clone();
        let said = fields.iter().map(String::as_str).zip(cells).filter(|(_, c)| !["-", "(empty)", ""].contains(c));
        let row = Row { line, cells: said.collect() };
        match self.path.as_str() {
            "bacnet_discovery" => self.bacnet(&row),
            "cip_identity" => self.cip(&row),
            "s7comm_known_devices" => self.s7(&row),
            _ => self.talked(&row),
        }
    }

    /// Two ends of a connection; the one that was asked serves.
    fn talked(&mut self, row: &Row<'_>) {
        let what = row.get("service").map_or_else(|| self.path.clone(), str::to_owned);
        let proto = row.get("proto").unwrap_or("tcp").to_owned();
        if let Some(device) = self.device(row, "id.orig_h", "orig_l2_addr") {
            device.at = latest(device.at, row);
        }
        let service = row.get("id.resp_p").map(|port| format!("{proto}/{port} {what}").trim().to_owned());
        if let Some(device) = self.device(row, "id.resp_h", "resp_l2_addr") {
            device.at = latest(device.at, row);
            service.into_iter().filter_map(|s| mark(&s)).for_each(|s| device.serves(s));
        }
    }

    /// *I am*: each instance number is a device, also where many answer from the address of one router.
    fn bacnet(&mut self, row: &Row<'_>) {
        let number = row.get("instance_number").filter(|_| row.get("object_type") == Some("device"));
        let Some(number) = number.filter(|_| row.get("pdu_service") == Some("i-am")) else { return self.talked(row) };
        let number = shown(number);
        let key = format!("bacnet {number}");
        let Some(address) = self.address(row, "source_h") else { return };
        let device =
            self.devices.entry(key.clone()).or_insert_with(|| Device { line: row.line, key, ..Device::default() });
        device.lives_at(&address);
        device.name = device.name.take().or_else(|| row.mark("object_name"));
        device.vendor = device.vendor.take().or_else(|| row.mark("vendor"));
        device.at = latest(device.at, row);
        device.serves(format!("udp/47808 bacnet device {number}"));
    }

    fn s7(&mut self, row: &Row<'_>) {
        let service = row.get("id.resp_p").map(|port| format!("tcp/{port} s7comm"));
        if let Some(device) = self.device(row, "id.resp_h", "resp_l2_addr") {
            device.name = row.mark("automation_system_name").or(device.name.take());
            device.product = row.mark("module_name").or(device.product.take());
            device.serial = row.mark("module_serial").or(device.serial.take());
            device.at = latest(device.at, row);
            service.into_iter().for_each(|s| device.serves(s));
        }
    }

    fn cip(&mut self, row: &Row<'_>) {
        let from = if row.get("socket_address").is_some() { "socket_address" } else { "source_h" };
        if let Some(device) = self.device(row, from, "orig_l2_addr") {
            device.vendor = row.mark("vendor_name").or(device.vendor.take());
            device.product = row.mark("product_name").or(device.product.take());
            device.serial = row.mark("serial_number").or(device.serial.take());
            device.at = latest(device.at, row);
            device.serves("tcp/44818 ethernet-ip".to_owned());
        }
    }

    /// The address in a cell, if it can be a device's here; complains where it is none at all.
    fn address(&mut self, row: &Row<'_>, field: &str) -> Option<String> {
        let given = row.get(field)?;
        match given.parse::<IpAddr>() {
            Ok(address) if of_a_plant(address) => Some(address.to_string()),
            Ok(_) => {
                self.outside += 1;
                None
            }
            Err(_) => {
                let why = Why::of("invalid-inventory-address").with("given", shown(given));
                self.complain(row.line, field, why);
                None
            }
        }
    }

    /// The device at an address, told apart by its hardware address where the log has one.
    fn device(&mut self, row: &Row<'_>, field: &str, hardware: &str) -> Option<&mut Device> {
        let address = self.address(row, field)?;
        let mac = row.get(hardware).and_then(mac);
        let key = mac.as_ref().map_or_else(|| address.clone(), Clone::clone);
        let device = self.devices.entry(key).or_insert_with(|| Device { line: row.line, mac, ..Device::default() });
        device.lives_at(&address);
        Some(device)
    }
}

/// The later of what stands and the row's time.
fn latest(stands: Option<Instant>, row: &Row<'_>) -> Option<Instant> {
    let (secs, rest) = row.get("ts").unwrap_or_default().split_once('.').unwrap_or((row.get("ts").unwrap_or("-"), "0"));
    let micros: String = rest.chars().chain("000000".chars()).take(6).collect();
    let time = secs.parse::<i64>().ok().zip(micros.parse::<i64>().ok());
    let time = time.filter(|(s, _)| (0..=4_102_444_800).contains(s));
    stands.max(time.map(|(s, m)| Instant::from_micros(s * 1_000_000 + m)))
}

/// `\x09`, or the character itself.
fn separator(text: &str) -> Option<char> {
    if let Some(hex) = text.strip_prefix("\\x") {
        return u8::from_str_radix(hex, 16).ok().filter(u8::is_ascii).map(char::from);
    }
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}
