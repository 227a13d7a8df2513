//! A file becomes rows. What was found on the way is told: the encoding, the separator, and what was left out.

use plantgate_domain::base::{Invalid, Why, ZoneName};
use plantgate_interchange::{
    Bounds,
    csv::{self, Record},
    netbox::{self, Device, Inventory, Site},
};
use plantgate_store::{Limits, Stop};
use serde::{Deserialize, Serialize};

use super::{ImportKind, ImportRows, Part, Row, kinds};

/// What a file does not say and a person must: an inventory without zones of time, for instance.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// Zone of time for sites that have none.
    #[serde(default)]
    pub zone: Option<ZoneName>,
    /// Country for sites that have none, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
}

/// What was found in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Notes {
    /// `UTF-8`, `Windows-1252`, …
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// The format it was recognised as, where nobody said which it is.
    pub format: Option<String>,
    /// Counted on the way, by name.
    pub counted: Vec<(String, usize)>,
    /// What it lists that is no row: roles, parts.
    pub listed: Vec<String>,
    /// Counted, and left out.
    pub not_imported: Vec<(String, usize)>,
    /// Sites that got the default zone of time because the file has none.
    pub zones_asked: usize,
}

/// Rows and what was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Upload {
    pub import: ImportRows,
    pub notes: Notes,
}

/// The bounds of files, from the bounds of the house.
pub fn bounds(limits: &Limits) -> Bounds {
    Bounds {
        bytes: limits.import_bytes,
        unpacked: limits.import_unpacked,
        parts: limits.import_parts,
        rows: limits.import_rows,
        columns: limits.import_columns,
        cell: limits.text_chars,
        text: limits.import_text,
        depth: limits.import_depth,
    }
}

/// Reads a CSV file of a kind.
pub fn read(kind: ImportKind, file: &str, bytes: &[u8], limits: &Limits) -> Result<Upload, Stop> {
    let table = csv::read(file, bytes, kinds::columns(kind), &bounds(limits)).map_err(Stop::Invalid)?;
    let rows = table.records.into_iter().map(|mut r| {
        r.cells.remove(REASON);
        Row { line: Some(r.line), source: None, cells: r.cells }
    });
    let part = Part { kind, file: file.to_owned(), rows: rows.collect() };
    let notes = Notes {
        encoding: Some(table.encoding.as_str().to_owned()),
        delimiter: Some(table.delimiter),
        ..Notes::default()
    };
    Ok(Upload { import: ImportRows { parts: vec![part], seen: None }, notes })
}

/// Reads a NetBox export: its sites and its devices as systems. Zone, environment, capabilities and everything else it
/// does not say stay unknown.
pub fn read_netbox(file: &str, bytes: &[u8], defaults: &Defaults, limits: &Limits) -> Result<Upload, Stop> {
    let inventory = netbox::read(file, bytes, &bounds(limits)).map_err(Stop::Invalid)?;
    let Inventory { sites, devices, not_imported, .. } = inventory;
    let zones_asked = sites.iter().filter(|s| s.zone.is_none()).count();
    let mut wrong: Vec<Invalid> = Vec::new();
    if zones_asked > 0 && defaults.zone.is_none() {
        let why = Why::of("invalid-netbox-zones").with("asked", zones_asked).with("all", sites.len());
        wrong.push(Invalid::field("zone", why));
    }
    if defaults.country.is_none() {
        wrong.push(Invalid::field("country", Why::of("invalid-netbox-country")));
    }
    if !wrong.is_empty() {
        return Err(Stop::Invalid(wrong));
    }
    let part = |kind, rows| Part { kind, file: file.to_owned(), rows };
    let parts = vec![
        part(ImportKind::Sites, sites.iter().map(|s| site(s, defaults)).collect()),
        part(ImportKind::Systems, devices.iter().map(device).collect()),
    ];
    let not_imported = not_imported.into_iter().map(|(what, n)| (what.to_owned(), n)).collect();
    Ok(Upload {
        import: ImportRows { parts, seen: None },
        notes: Notes { not_imported, zones_asked, ..Notes::default() },
    })
}

fn row(source: String, cells: &[(&str, &str)]) -> Row {
    let cells = cells.iter().map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).collect();
    Row { line: None, source: Some(source), cells }
}

fn site(s: &Site, defaults: &Defaults) -> Row {
    let zone = s.zone.as_ref().or(defaults.zone.as_ref()).map(ToString::to_string).unwrap_or_default();
    let country = defaults.country.clone().unwrap_or_default();
    let cells = [("reference", &s.reference), ("name", &s.reference), ("zone", &zone), ("country", &country)];
    row(format!("dcim.site {}", s.external), &cells.map(|(c, v)| (c, v.as_str())))
}

/// The name says what NetBox knows: role and model. Its number there stays in the reference where there is no name.
fn device(d: &Device) -> Row {
    let name = format!("{}, {} {}", d.role, d.manufacturer, d.model);
    let cells = [("site", d.site.as_str()), ("reference", d.reference.as_str()), ("name", name.as_str())];
    row(format!("dcim.device {}", d.external), &cells)
}

/// The rows that were rejected, as the same CSV with a column that says why in the reader's words, to be corrected
/// and given again.
pub fn rejected(part: &Part, wrong: &[Invalid], words: &dyn Fn(&Why) -> String) -> Vec<u8> {
    let columns = kinds::columns(part.kind);
    let used: Vec<&str> =
        columns.iter().map(|c| c.name).filter(|c| part.rows.iter().any(|r| r.cells.contains_key(*c))).collect();
    let mut rows = Vec::new();
    for r in &part.rows {
        let why: Vec<String> = wrong.iter().filter(|i| is_of(i, part, r)).map(|i| words(&i.why)).collect();
        if why.is_empty() {
            continue;
        }
        let record = Record { file: part.file.clone(), line: r.line.unwrap_or(0), cells: r.cells.clone() };
        let mut cells: Vec<String> = used.iter().map(|c| record.or_empty(c)).collect();
        cells.push(why.join(" "));
        rows.push(cells);
    }
    let head: Vec<&str> = used.into_iter().chain([REASON]).collect();
    csv::write(&head, &rows)
}

/// The column that says why; a file that comes back with it is read without it.
pub const REASON: &str = "reason";

/// Whether a complaint is about a row.
pub(super) fn is_of(i: &Invalid, part: &Part, row: &Row) -> bool {
    let same_source = match (&row.source, &i.place.field) {
        (Some(source), Some(field)) => {
            field.strip_prefix(source.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
        }
        (Some(_), None) => false,
        (None, _) => i.place.line.is_some() && i.place.line == row.line,
    };
    i.place.file.as_deref() == Some(part.file.as_str()) && same_source
}
