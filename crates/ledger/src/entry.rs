//! What a leaf says: one thing that happened to one object, by whom, at whose request, under which rules. A closed
//! form, because a field nobody knows could not be verified, shown or erased.
//!
//! There is no serializer derived for it: [`Envelope::to_leaf_bytes`] is the only way to bytes, so no second
//! spelling of an entry can come about. There is no sequence number either: that is the place in the tree.

use serde::Deserialize;
use serde_json::Value;

use crate::canon::{self, ENTRY_MAX, INTEGER_MAX, NotCanonical};

/// One entry. Time and ids are text here: this crate checks their form and knows nothing behind them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Version of this envelope: 1.
    pub v: u8,
    /// What happened, `wing.noun.past_tense@n`, as `permit.access.requested@1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the event carries; its schema belongs to `kind`.
    pub data: Value,
    /// The one object that changed.
    pub on: On,
    /// Version of that object after this event; 1 for its first, without gaps.
    pub ver: u64,
    /// When it was accepted: RFC 3339 in UTC with six digits, `2026-01-31T12:00:00.000000Z`.
    pub at: String,
    /// Who did it.
    pub by: By,
    /// The request that caused it (UUID); all entries of one request share it.
    pub request: String,
    /// Version of the rules in force.
    pub rules: u32,
    /// Version of the software that wrote it.
    pub sw: String,
}

/// The object an entry is about; its entries are one stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// Kind of object, as `access` (lower case, digits, `_` and `.`).
    pub kind: String,
    /// Its id within the kind, 1 to 128 bytes without blanks or controls.
    pub id: String,
}

/// Who acted: exactly one of a person and a part of the system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// A person (UUID).
    #[serde(default)]
    pub person: Option<String>,
    /// A part of the system, as `clock` or `gateway:7`.
    #[serde(default)]
    pub system: Option<String>,
    /// Roles held at that moment, in the order given.
    pub roles: Vec<String>,
    /// How the actor had proven who they are, as `passkey`.
    #[serde(default)]
    pub auth: Option<String>,
    /// The signature under what the entry says; only a person signs, and only what was proven again.
    #[serde(default)]
    pub signed: Option<Signed>,
}

/// A signature: what it means, which version of which content it is under, and with what it was proven. Who and when
/// stand beside it in the entry, so it cannot be moved to another one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// SHA-256 of the version that was signed, 64 lower-case hex digits; `docs/signatures.md` says of what.
    pub digest: String,
    /// What the signer proved it with, as `password`, in the order of the words.
    pub factors: Vec<String>,
    /// Whether it began a series of signings: then all components were given.
    pub first: bool,
    /// What the signer means by it, as `approval`.
    pub meaning: String,
    /// Version of the object that was signed.
    pub version: u64,
}

impl By {
    /// A person with the roles held at that moment and the way they signed in.
    #[must_use]
    pub fn person(id: &str, roles: Vec<String>, auth: Option<String>) -> By {
        By { person: Some(id.to_owned()), system: None, roles, auth, signed: None }
    }

    /// A part of the system acting by itself.
    #[must_use]
    pub fn system(name: &str) -> By {
        By { person: None, system: Some(name.to_owned()), roles: Vec::new(), auth: None, signed: None }
    }
}

/// Why an entry can not be written or is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// Not canonical, or too large.
    #[error(transparent)]
    Canon(#[from] NotCanonical),
    /// Another shape: a field missing, unknown, twice or of another type.
    #[error("not an entry: {0}")]
    Shape(String),
    /// A field with a value it can not have.
    #[error("the entry's field {0} has a value it cannot have")]
    Field(&'static str),
}

impl Envelope {
    /// The exact bytes of the leaf: canonical JSON, at most [`ENTRY_MAX`].
    ///
    /// # Errors
    /// A field out of its form, data that canonical JSON can not say, or too many bytes.
    pub fn to_leaf_bytes(&self) -> Result<Vec<u8>, BadEntry> {
        self.check()?;
        let mut out = Vec::with_capacity(1024);
        // Keys in byte order, written by hand: no copy of `data`, no map to sort. Tests compare with `canon`.
        text(&mut out, "{\"at\":", &self.at);
        out.extend_from_slice(b",\"by\":");
        self.by.emit(&mut out);
        out.extend_from_slice(b",\"data\":");
        canon::emit(&mut out, &self.data, 1, ENTRY_MAX)?;
        text(&mut out, ",\"on\":{\"id\":", &self.on.id);
        text(&mut out, ",\"kind\":", &self.on.kind);
        text(&mut out, "},\"request\":", &self.request);
        number(&mut out, ",\"rules\":", i64::from(self.rules));
        text(&mut out, ",\"sw\":", &self.sw);
        text(&mut out, ",\"type\":", &self.kind);
        number(&mut out, ",\"v\":", i64::from(self.v));
        number(&mut out, ",\"ver\":", i64::try_from(self.ver).map_err(|_| BadEntry::Field("ver"))?);
        out.push(b'}');
        if out.len() > ENTRY_MAX { Err(NotCanonical::TooLarge { max: ENTRY_MAX }.into()) } else { Ok(out) }
    }

    /// Reads the bytes of a leaf.
    ///
    /// # Errors
    /// Bytes that are not exactly what [`Envelope::to_leaf_bytes`] writes for the entry they hold.
    pub fn from_leaf_bytes(bytes: &[u8]) -> Result<Envelope, BadEntry> {
        if bytes.len() > ENTRY_MAX {
            return Err(NotCanonical::TooLarge { max: ENTRY_MAX }.into());
        }
        let entry: Envelope = serde_json::from_slice(bytes).map_err(|e| BadEntry::Shape(e.to_string()))?;
        canon::same(bytes, &entry.to_leaf_bytes()?)?;
        Ok(entry)
    }

    /// The kind without its version: `permit.access.requested`.
    #[must_use]
    pub fn kind_name(&self) -> &str {
        self.kind.split_once('@').map_or(self.kind.as_str(), |(name, _)| name)
    }

    /// The version in the kind, from 1.
    #[must_use]
    pub fn kind_version(&self) -> u32 {
        self.kind.split_once('@').and_then(|(_, n)| n.parse().ok()).unwrap_or(0)
    }

    fn check(&self) -> Result<(), BadEntry> {
        let holds = [
            ("v", self.v == 1),
            ("type", is_kind(&self.kind)),
            ("on", is_word(&self.on.kind) && is_token(&self.on.id, 128)),
            ("ver", (1..=INTEGER_MAX.unsigned_abs()).contains(&self.ver)),
            ("at", is_time(&self.at)),
            ("by", self.by.is_sound()),
            ("request", is_uuid(&self.request)),
            ("sw", is_token(&self.sw, 64)),
        ];
        match holds.into_iter().find(|(_, holds)| !holds) {
            Some((field, _)) => Err(BadEntry::Field(field)),
            None => Ok(()),
        }
    }
}

impl By {
    fn is_sound(&self) -> bool {
        let actor = match (&self.person, &self.system) {
            (Some(person), None) => is_uuid(person),
            (None, Some(system)) => is_token(system, 128),
            _ => false,
        };
        let signed = self.signed.as_ref().is_none_or(|s| self.person.is_some() && s.is_sound());
        actor && signed && self.roles.iter().chain(&self.auth).all(|word| is_token(word, 128))
    }

    fn emit(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        if let Some(auth) = &self.auth {
            text(out, "\"auth\":", auth);
            out.push(b',');
        }
        if let Some(person) = &self.person {
            text(out, "\"person\":", person);
            out.push(b',');
        }
        out.extend_from_slice(b"\"roles\":[");
        for (i, role) in self.roles.iter().enumerate() {
            text(out, if i > 0 { "," } else { "" }, role);
        }
        out.push(b']');
        if let Some(signed) = &self.signed {
            signed.emit(out);
        }
        if let Some(system) = &self.system {
            text(out, ",\"system\":", system);
        }
        out.push(b'}');
    }
}

impl Signed {
    fn is_sound(&self) -> bool {
        let words = self.factors.iter().chain([&self.meaning]).all(|word| is_token(word, 64));
        let version = (1..=INTEGER_MAX.unsigned_abs()).contains(&self.version);
        words && !self.factors.is_empty() && version && is_digest(&self.digest)
    }

    fn emit(&self, out: &mut Vec<u8>) {
        text(out, ",\"signed\":{\"digest\":", &self.digest);
        out.extend_from_slice(b",\"factors\":[");
        for (i, factor) in self.factors.iter().enumerate() {
            text(out, if i > 0 { "," } else { "" }, factor);
        }
        out.extend_from_slice(if self.first { b"],\"first\":true" } else { b"],\"first\":false" });
        text(out, ",\"meaning\":", &self.meaning);
        number(out, ",\"version\":", i64::try_from(self.version).unwrap_or(INTEGER_MAX));
        out.push(b'}');
    }
}

fn text(out: &mut Vec<u8>, before: &str, value: &str) {
    out.extend_from_slice(before.as_bytes());
    canon::string(out, value);
}

fn number(out: &mut Vec<u8>, before: &str, value: i64) {
    out.extend_from_slice(before.as_bytes());
    canon::integer(out, value);
}

/// Lower-case words joined by dots; kinds of objects are written with hyphens, as in URLs.
fn is_word(word: &str) -> bool {
    word.len() <= 128
        && word.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
        })
}

/// Two or more words, `@`, a version from 1 without leading zeros.
fn is_kind(kind: &str) -> bool {
    kind.split_once('@').is_some_and(|(name, version)| {
        let sound = version.parse::<u32>().is_ok_and(|n| n > 0 && n.to_string() == version);
        sound && name.contains('.') && is_word(name)
    })
}

/// Printable ASCII without blanks, so that nothing in the head of an entry can be human free text.
fn is_token(token: &str, max: usize) -> bool {
    !token.is_empty() && token.len() <= max && token.bytes().all(|b| b.is_ascii_graphic())
}

/// 64 lower-case hex digits.
fn is_digest(digest: &str) -> bool {
    digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// 8-4-4-4-12 lower-case hex digits.
fn is_uuid(id: &str) -> bool {
    matches_form(id, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
}

/// The form and the range of each part; whether a month has that day is for whoever made the time.
fn is_time(at: &str) -> bool {
    let part = |from: usize| at.get(from..from + 2).and_then(|two| two.parse::<u8>().ok());
    let within = |from, low, high| part(from).is_some_and(|n| (low..=high).contains(&n));
    let parts = [(5, 1, 12), (8, 1, 31), (11, 0, 23), (14, 0, 59), (17, 0, 59)];
    matches_form(at, "dddd-dd-ddTdd:dd:dd.ddddddZ") && parts.into_iter().all(|(f, low, high)| within(f, low, high))
}

/// `h` stands for a lower-case hex digit, `d` for a decimal digit, all else for itself.
fn matches_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(b, f)| match f {
            b'h' => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
            b'd' => b.is_ascii_digit(),
            _ => b == f,
        })
}
