//! The file itself: unpacked with a limit, measured before it is parsed, read object by object so that nothing but what
//! is looked at stays in memory.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    io::{ErrorKind, Read},
};

use plantgate_domain::base::{Invalid, Why};
use serde::{
    Deserialize,
    de::{DeserializeOwned, Deserializer, Error as _, SeqAccess, Visitor},
};
use serde_json::Value;

use super::Found;
use crate::{Bounds, complaint, mib, too_deep};

/// The JSON text, out of its gzip if it came in one.
pub fn unpack<'a>(file: &str, bytes: &'a [u8], bounds: &Bounds) -> Result<Cow<'a, str>, Invalid> {
    let too_large =
        |limit: usize| complaint(file, None, None, Why::of("invalid-netbox-large").with("size", mib(limit)));
    if bytes.len() > bounds.bytes {
        return Err(too_large(bounds.bytes));
    }
    let not_text = |at: usize| complaint(file, None, None, Why::of("invalid-netbox-utf8").with("at", at));
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        let text = std::str::from_utf8(bytes).map_err(|e| not_text(e.valid_up_to()))?;
        return Ok(Cow::Borrowed(text.trim_start_matches('\u{FEFF}')));
    }
    let limit = u64::try_from(bounds.unpacked).unwrap_or(u64::MAX);
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(limit.saturating_add(1)).read_to_end(&mut out);
    if out.len() > bounds.unpacked {
        return Err(too_large(bounds.unpacked));
    }
    read.map_err(|e| {
        let why = match e.kind() {
            ErrorKind::UnexpectedEof => Why::of("invalid-archive-short"),
            _ => Why::of("invalid-archive-damaged").with("said", e.to_string()),
        };
        complaint(file, None, None, why)
    })?;
    String::from_utf8(out).map(Cow::Owned).map_err(|e| not_text(e.utf8_error().valid_up_to()))
}

/// The objects that are looked at.
pub fn objects(file: &str, text: &str, bounds: &Bounds) -> Result<Found, Invalid> {
    if let Some(line) = too_deep(text, bounds.depth) {
        let why = Why::of("invalid-netbox-deep").with("depth", bounds.depth);
        return Err(complaint(file, Some(line), None, why));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let found = json.deserialize_seq(Objects { rows: bounds.rows });
    let wrong = |e: serde_json::Error| {
        let line = u64::try_from(e.line()).ok().filter(|l| *l > 0);
        complaint(file, line, None, Why::of("invalid-netbox-not").with("said", e.to_string()))
    };
    let found = found.map_err(wrong)?;
    json.end().map_err(wrong)?;
    Ok(found)
}

#[derive(Deserialize)]
struct Object {
    model: String,
    #[serde(default)]
    pk: Option<Value>,
    fields: Value,
}

struct Objects {
    rows: usize,
}

impl<'de> Visitor<'de> for Objects {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of objects with model, pk and fields")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        let mut found = Found::default();
        while let Some(object) = seq.next_element::<Object>()? {
            found.objects += 1;
            if found.objects > self.rows {
                return Err(A::Error::custom(format!("it has more than {} objects", self.rows)));
            }
            found.take(object).map_err(A::Error::custom)?;
        }
        Ok(found)
    }
}

impl Found {
    fn take(&mut self, o: Object) -> Result<(), String> {
        let pk = o.pk.as_ref().and_then(Value::as_i64);
        match o.model.as_str() {
            "dcim.site" => put(&mut self.sites, &o.model, pk, o.fields),
            "dcim.device" => put(&mut self.devices, &o.model, pk, o.fields),
            "dcim.devicerole" => put(&mut self.roles, &o.model, pk, o.fields),
            "dcim.devicetype" => put(&mut self.types, &o.model, pk, o.fields),
            "dcim.manufacturer" => put(&mut self.manufacturers, &o.model, pk, o.fields),
            "dcim.rack" => put(&mut self.racks, &o.model, pk, o.fields),
            "tenancy.tenant" => {
                self.tenants += 1;
                Ok(())
            }
            "virtualization.virtualmachine" => {
                self.machines += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn put<T: DeserializeOwned>(
    into: &mut BTreeMap<i64, T>,
    model: &str,
    pk: Option<i64>,
    fields: Value,
) -> Result<(), String> {
    let pk = pk.ok_or_else(|| format!("a {model} has no number (pk)"))?;
    let fields = serde_json::from_value(fields).map_err(|e| format!("{model} {pk}: {e}"))?;
    match into.insert(pk, fields) {
        None => Ok(()),
        Some(_) => Err(format!("{model} {pk} stands twice")),
    }
}
