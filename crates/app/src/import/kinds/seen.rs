//! Rows of what machines saw: one device each, at a site that the person who imports names.

use plantgate_domain::base::Why;
use plantgate_interchange::csv::{Column, Record};

use super::{Acts, REASON};
use crate::expect::sighting::RecordSighting;

/// Columns of sightings.
pub const SIGHTINGS: &[Column] = &[
    Column::must("site"),
    Column::must("source"),
    Column::must("key"),
    Column::may("system"),
    Column::may("name"),
    Column::may("mac"),
    Column::may("addresses"),
    Column::may("vendor"),
    Column::may("product"),
    Column::may("serial"),
    Column::may("os"),
    Column::may("services"),
    Column::may("parts"),
    Column::may("seen"),
    Column::may("file"),
    REASON,
];

pub fn sighting(r: &Record) -> Acts {
    let text = |column: &str| r.get(column).map(str::to_owned);
    let parts = r.get("parts").map(|t| t.parse().map_err(|_| r.wrong("parts", Why::of("invalid-sighting-parts"))));
    let sighting = RecordSighting {
        site: r.must("site")?,
        source: r.must_be("source")?,
        key: r.must("key")?,
        system: text("system"),
        name: text("name"),
        mac: text("mac"),
        addresses: r.names("addresses").unwrap_or_default(),
        vendor: text("vendor"),
        product: text("product"),
        serial: text("serial"),
        os: text("os"),
        services: r.names("services").unwrap_or_default(),
        parts: parts.transpose()?,
        seen: r.may("seen")?,
        file: text("file"),
    };
    Ok(vec![sighting.into()])
}
