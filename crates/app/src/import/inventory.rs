//! Files that nobody here wrote become rows: which of the known formats a file is, is told from the file itself.
//! Devices and bills of materials become sightings at the site that somebody names; a list of roles is read and shown,
//! and nothing of a plant follows from it.

use plantgate_domain::base::Why;
use plantgate_interchange::inventory::{self, Bill, Device, Format, Found, Role};
use plantgate_store::{Limits, Stop};
use sha2::{Digest, Sha256};

use super::{
    Defaults, ImportKind, ImportRows, Notes, Part, Row, Upload,
    file::{bounds, read_netbox},
};

/// What a file of an unknown format does not say and a person must.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Where what was seen is.
    pub site: Option<String>,
    /// The system a bill of materials is about.
    pub system: Option<String>,
    /// For a NetBox export.
    pub defaults: Defaults,
}

/// Reads a file of any known format.
pub fn read_inventory(file: &str, bytes: &[u8], wanted: &Wanted, limits: &Limits) -> Result<Upload, Stop> {
    let (format, found) = inventory::read(file, bytes, &bounds(limits)).map_err(Stop::Invalid)?;
    let mut notes = Notes { format: Some(format.as_str().to_owned()), ..Notes::default() };
    let rows = match found {
        Found::Netbox => {
            let mut upload = read_netbox(file, bytes, &wanted.defaults, limits)?;
            upload.notes.format = notes.format;
            return Ok(upload);
        }
        Found::Roles(roles) => {
            notes.listed = roles.iter().map(listed).collect();
            Vec::new()
        }
        Found::Devices(found) => {
            if found.devices.len() > limits.sightings {
                let why = Why::of("invalid-sightings-many").with("most", limits.sightings);
                return Err(Stop::field("file", why));
            }
            let site = site(wanted)?;
            notes.not_imported =
                found.left_out.iter().filter(|(_, n)| *n > 0).map(|(w, n)| ((*w).to_owned(), *n)).collect();
            notes.counted = found.counts.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
            found.devices.iter().map(|d| device(d, format, site, bytes)).collect()
        }
        Found::Bill(bill) => {
            let site = site(wanted)?;
            let system = wanted.system.as_deref();
            let system = system.ok_or_else(|| Stop::field("system", Why::of("invalid-inventory-system")))?;
            notes.counted = vec![("parts".to_owned(), bill.components.len())];
            notes.listed = bill.components.iter().map(|c| format!("{} ({})", c.label(), c.kind)).collect();
            vec![row_of(&bill, site, system, bytes)]
        }
    };
    let part = Part { kind: ImportKind::Sightings, file: file.to_owned(), rows };
    Ok(Upload { import: ImportRows { parts: vec![part], seen: None }, notes })
}

fn site(wanted: &Wanted) -> Result<&str, Stop> {
    wanted.site.as_deref().ok_or_else(|| Stop::field("site", Why::of("invalid-inventory-site")))
}

fn listed(role: &Role) -> String {
    let described = role.description.as_ref().map(|d| format!(": {d}")).unwrap_or_default();
    format!("{} ({}){described}", role.name, role.slug)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Values of a cell that holds many; a mark that separates them is no part of one.
fn many(values: &[String]) -> String {
    let mut cell = String::new();
    for value in values {
        let plain = value.replace(['|', ','], " ");
        // What a device says of itself can be long; an entry is small.
        if cell.len() + plain.len() > CELL {
            break;
        }
        if !cell.is_empty() {
            cell.push('|');
        }
        cell.push_str(plain.trim());
    }
    cell
}

/// Bytes of such a cell.
const CELL: usize = 3_000;

fn device(d: &Device, format: Format, site: &str, bytes: &[u8]) -> Row {
    let text = |of: &Option<String>| of.clone().unwrap_or_default();
    let cells = [
        ("site", site.to_owned()),
        ("source", format.as_str().to_owned()),
        ("key", d.key.clone()),
        ("name", text(&d.name)),
        ("mac", text(&d.mac)),
        ("addresses", many(&d.addresses)),
        ("vendor", text(&d.vendor)),
        ("product", text(&d.product)),
        ("serial", text(&d.serial)),
        ("os", text(&d.os)),
        ("services", many(&d.services)),
        ("seen", d.at.map(|at| at.to_string()).unwrap_or_default()),
        ("file", digest(bytes)),
    ];
    row(d.line, cells.into_iter())
}

fn row_of(bill: &Bill, site: &str, system: &str, bytes: &[u8]) -> Row {
    let about = bill.about.as_ref().map(|c| c.label()).unwrap_or_default();
    let cells = [
        ("site", site.to_owned()),
        ("source", "cyclonedx".to_owned()),
        ("key", if about.is_empty() { "bill".to_owned() } else { about.clone() }),
        ("system", system.to_owned()),
        ("product", about),
        ("parts", bill.components.len().to_string()),
        ("file", digest(bytes)),
    ];
    row(1, cells.into_iter())
}

fn row(line: u64, cells: impl Iterator<Item = (&'static str, String)>) -> Row {
    let cells = cells.filter(|(_, v)| !v.is_empty()).map(|(column, cell)| (column.to_owned(), cell));
    Row { line: Some(line), source: None, cells: cells.collect() }
}
