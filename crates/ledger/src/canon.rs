//! Canonical JSON, because a leaf is the hash of exact bytes and two programs must agree on which bytes.
//!
//! RFC 8785 (JCS), narrowed until it has no hard corner left: keys are ASCII (so that UTF-16 order is byte
//! order), numbers are integers within ±(2^53-1), nothing is a float. Strings are taken as given: whoever lets text
//! into the house normalises it (NFC); nothing is normalised here, since this code also reads what was signed.
//!
//! `serde_json` maps may or may not be sorted, depending on features another crate switches on. So keys are
//! sorted here, always.

use serde_json::{Map, Value};

/// Largest canonical entry, in bytes (16 KiB). Bigger content goes to a blob and is named by digest.
pub const ENTRY_MAX: usize = 16 * 1024;

/// Most arrays and objects in each other, the outermost and an empty innermost one counted.
pub const DEPTH_MAX: usize = 32;

/// Largest magnitude of an integer: 2^53 - 1, beyond which a reader with doubles sees another number (RFC 7493 2.2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// `serde_json` uses such keys to smuggle numbers through maps under some features; they may never be data.
const PRIVATE_KEY: &str = "$serde_json::private::";

/// Why a value or some bytes are not canonical.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// More bytes than allowed.
    #[error("more than {max} bytes")]
    TooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// A number with a fraction or an exponent.
    #[error("a number that is no integer")]
    Float,
    /// An integer beyond ±[`INTEGER_MAX`].
    #[error("an integer beyond 2^53-1")]
    IntegerRange,
    /// An object key with a character outside ASCII, or one reserved by the JSON library.
    #[error("an object key that is not plain ASCII")]
    Key,
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    Json(String),
    /// JSON, but other bytes than the canonical ones: order, blanks, escapes, a key given twice.
    #[error("not the canonical bytes, from byte {at}")]
    Differs {
        /// Offset of the first byte that differs.
        at: usize,
    },
}

/// The canonical bytes of `value`, at most [`ENTRY_MAX`] of them.
///
/// # Errors
/// Anything RFC 8785 under our rules cannot say; see [`NotCanonical`].
pub fn to_bytes(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    to_bytes_within(value, ENTRY_MAX)
}

/// As [`to_bytes`], for documents that are no entries (manifests, rule sets), with a limit of `max` bytes.
///
/// # Errors
/// As [`to_bytes`].
pub fn to_bytes_within(value: &Value, max: usize) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(256);
    emit(&mut out, value, 0, max)?;
    Ok(out)
}

/// Reads bytes that must be canonical and at most [`ENTRY_MAX`] long.
///
/// # Errors
/// Refuses whatever would not be written back as the very same bytes, a key given twice included.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, NotCanonical> {
    parse_strict_within(bytes, ENTRY_MAX)
}

/// As [`parse_strict`], with a limit of `max` bytes.
///
/// # Errors
/// As [`parse_strict`].
pub fn parse_strict_within(bytes: &[u8], max: usize) -> Result<Value, NotCanonical> {
    if bytes.len() > max {
        return Err(NotCanonical::TooLarge { max });
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|e| NotCanonical::Json(e.to_string()))?;
    same(bytes, &to_bytes_within(&value, max)?)?;
    Ok(value)
}

/// Refuses `given` unless it is, byte for byte, what canonical writing gave back.
pub(crate) fn same(given: &[u8], canonical: &[u8]) -> Result<(), NotCanonical> {
    if given == canonical {
        return Ok(());
    }
    let common = given.iter().zip(canonical).take_while(|(a, b)| a == b).count();
    Err(NotCanonical::Differs { at: common })
}

/// Writes one value; the size is looked at on the way, so that a huge value cannot first fill the memory.
pub(crate) fn emit(out: &mut Vec<u8>, value: &Value, depth: usize, max: usize) -> Result<(), NotCanonical> {
    // `depth` is how many containers are around this value.
    if depth >= DEPTH_MAX && (value.is_array() || value.is_object()) {
        return Err(NotCanonical::TooDeep);
    }
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(i), _) if (-INTEGER_MAX..=INTEGER_MAX).contains(&i) => integer(out, i),
            (None, None) => return Err(NotCanonical::Float),
            _ => return Err(NotCanonical::IntegerRange),
        },
        Value::String(s) => string(out, s),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                emit(out, item, depth + 1, max)?;
            }
            out.push(b']');
        }
        Value::Object(map) => object(out, map, depth, max)?,
    }
    if out.len() > max { Err(NotCanonical::TooLarge { max }) } else { Ok(()) }
}

fn object(out: &mut Vec<u8>, map: &Map<String, Value>, depth: usize, max: usize) -> Result<(), NotCanonical> {
    let mut fields: Vec<(&String, &Value)> = map.iter().collect();
    fields.sort_unstable_by_key(|(key, _)| *key);
    out.push(b'{');
    for (i, (key, value)) in fields.into_iter().enumerate() {
        if !key.is_ascii() || key.starts_with(PRIVATE_KEY) {
            return Err(NotCanonical::Key);
        }
        if i > 0 {
            out.push(b',');
        }
        string(out, key);
        out.push(b':');
        emit(out, value, depth + 1, max)?;
    }
    out.push(b'}');
    Ok(())
}

/// RFC 8785 3.2.2.3 for integers that a double holds exactly: plain decimal digits.
pub(crate) fn integer(out: &mut Vec<u8>, i: i64) {
    out.extend_from_slice(i.to_string().as_bytes());
}

/// RFC 8785 3.2.2.2: the two-letter escapes where they exist, `\u00xx` in lower case for other controls, the rest raw.
pub(crate) fn string(out: &mut Vec<u8>, s: &str) {
    out.push(b'"');
    let mut rest = s.as_bytes();
    while let Some(at) = rest.iter().position(|&b| b < 0x20 || b == b'"' || b == b'\\') {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((&special, tail)) = tail.split_first() else { break };
        escape(out, special);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        _ => {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
            return;
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}
