//! A person as a directory writes and reads them (RFC 7643 §4.1). Kept are the number, the name one signs in with, the
//! name one is called by, and whether one may come in; everything else a directory sends is not stored (R-47: what
//! nobody needs is not kept).

use plantgate_app::{Stop, read::Look};
use plantgate_domain::{
    base::{Instant, PersonId},
    qualify::person::{Person, Seat},
};
use serde_json::{Map, Value, json};

use super::said::Wrong;

/// The schema of RFC 7643.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// When somebody leaves or moves: what the standard has no word for.
pub const PERSON: &str = "urn:plantgate:scim:1.0:Person";
/// Of a change in parts.
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Most parts of one change.
const PARTS: usize = 100;

/// What a directory says of somebody; absent: nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct User {
    pub handle: Option<String>,
    pub active: Option<bool>,
    external: Option<String>,
    called: Called,
    leaves_at: Option<Instant>,
    moves_at: Option<Instant>,
}

/// The ways in which a directory says what somebody is called, the first one first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Called {
    display: Option<String>,
    formatted: Option<String>,
    given: Option<String>,
    family: Option<String>,
}

impl Called {
    fn name(&self) -> Option<String> {
        let parts = match (&self.given, &self.family) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            _ => None,
        };
        self.display.clone().or_else(|| self.formatted.clone()).or(parts)
    }
}

impl User {
    /// Reads a whole person.
    ///
    /// # Errors
    /// What cannot be read, by the attribute.
    pub fn read(body: &Value) -> Result<User, Wrong> {
        let fields = object(body, "The body")?;
        let mut user = User::default();
        for (name, value) in fields {
            user.set(name, value)?;
        }
        Ok(user)
    }

    /// Reads a change in parts (RFC 7644 §3.5.2).
    ///
    /// # Errors
    /// What cannot be read, by its number.
    pub fn patched(body: &Value) -> Result<User, Wrong> {
        let fields = object(body, "The body")?;
        let schemas = member(fields, "schemas").and_then(Value::as_array);
        if !schemas.is_some_and(|all| all.iter().any(|s| s.as_str() == Some(PATCH))) {
            return Err(Wrong::invalid("invalidSyntax", format!("‘schemas’ does not name {PATCH}.")));
        }
        let parts = member(fields, "operations").and_then(Value::as_array);
        let parts = parts.ok_or_else(|| Wrong::invalid("invalidSyntax", "There are no Operations.".to_owned()))?;
        if parts.len() > PARTS {
            return Err(Wrong::invalid("tooMany", format!("A change has at most {PARTS} operations.")));
        }
        let mut user = User::default();
        for (n, part) in parts.iter().enumerate() {
            user.part(part, &format!("Operations[{n}]"))?;
        }
        Ok(user)
    }

    fn part(&mut self, part: &Value, at: &str) -> Result<(), Wrong> {
        let part = object(part, at)?;
        let op = member(part, "op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let path = member(part, "path").and_then(Value::as_str);
        let value = member(part, "value");
        match (op.as_str(), path, value) {
            ("add" | "replace", Some(path), Some(value)) => self.set(path, value),
            ("add" | "replace", None, Some(value)) => {
                for (name, value) in object(value, &format!("{at}.value"))? {
                    self.set(name, value)?;
                }
                Ok(())
            }
            ("remove", Some(path), _) if KEPT.contains(&plain(path).as_str()) => {
                Err(Wrong::invalid("mutability", format!("{at}: {path} is never empty; give another value.")))
            }
            // What is not kept here is gone already.
            ("remove", Some(_), _) => Ok(()),
            ("remove", None, _) => Err(Wrong::invalid("noTarget", format!("{at}: it does not say what to remove."))),
            ("add" | "replace", _, None) => Err(Wrong::invalid("invalidValue", format!("{at}: there is no value."))),
            _ => Err(Wrong::invalid("invalidSyntax", format!("{at}: op is add, replace or remove."))),
        }
    }

    /// Takes one attribute. Which are not kept here are not read either.
    fn set(&mut self, name: &str, value: &Value) -> Result<(), Wrong> {
        match plain(name).as_str() {
            "username" => self.handle = text(name, value)?,
            "externalid" => self.external = text(name, value)?,
            "displayname" => self.called.display = text(name, value)?,
            "name.formatted" => self.called.formatted = text(name, value)?,
            "name.givenname" => self.called.given = text(name, value)?,
            "name.familyname" => self.called.family = text(name, value)?,
            "active" => self.active = Some(yes(name, value)?),
            "leavesat" => self.leaves_at = instant(name, value)?,
            "movesat" => self.moves_at = instant(name, value)?,
            "name" => {
                for (part, value) in object(value, name)? {
                    self.set(&format!("name.{part}"), value)?;
                }
            }
            // The extension as an object of its own, as a whole person carries it.
            other if *other == PERSON.to_ascii_lowercase() => {
                for (part, value) in object(value, name)? {
                    self.set(part, value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The body of the act that does it. Somebody new who may not come in is not made: a directory that lists everybody
    /// it ever had would fill the house with strangers.
    ///
    /// # Errors
    /// When somebody new is switched off.
    pub fn act(&self, person: Option<PersonId>) -> Result<Value, Wrong> {
        if person.is_none() && self.active == Some(false) {
            return Err(Wrong::invalid("invalidValue", "Somebody new is active; leave others out.".to_owned()));
        }
        let mut body = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        put("person", person.map(|id| json!(id)));
        put("reference", self.external.as_ref().map(|v| json!(v)));
        put("handle", self.handle.as_ref().map(|v| json!(v)));
        // A directory without names calls people by what they sign in with, as long as nobody knows better.
        let name = self.called.name().or_else(|| self.handle.clone().filter(|_| person.is_none()));
        put("name", name.map(|v| json!(v)));
        put("suspended", (self.active == Some(false)).then_some(json!(true)));
        put("leaves_at", self.leaves_at.map(|at| json!(at)));
        put("moves_at", self.moves_at.map(|at| json!(at)));
        Ok(Value::Object(body))
    }
}

/// Attributes that are kept, as [`plain`] spells them.
const KEPT: &[&str] =
    &["username", "externalid", "displayname", "name", "name.formatted", "active", "leavesat", "movesat"];

/// An attribute without its schema and without capital letters (RFC 7643 §2.1).
fn plain(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    for schema in [USER, PERSON] {
        if let Some(rest) = lower.strip_prefix(&format!("{}:", schema.to_ascii_lowercase())) {
            return rest.to_owned();
        }
    }
    lower
}

fn member<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
}

fn object<'v>(value: &'v Value, at: &str) -> Result<&'v Map<String, Value>, Wrong> {
    value.as_object().ok_or_else(|| Wrong::invalid("invalidSyntax", format!("{at} is no object.")))
}

/// A text; null is nothing said.
fn text(name: &str, value: &Value) -> Result<Option<String>, Wrong> {
    match value {
        Value::String(text) => Ok(Some(text.clone())),
        Value::Null => Ok(None),
        _ => Err(Wrong::invalid("invalidValue", format!("{name} is a text."))),
    }
}

/// True or false, also as the texts that some directories send.
fn yes(name: &str, value: &Value) -> Result<bool, Wrong> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Wrong::invalid("invalidValue", format!("{name} is true or false."))),
    }
}

fn instant(name: &str, value: &Value) -> Result<Option<Instant>, Wrong> {
    let Some(text) = text(name, value)? else { return Ok(None) };
    let read = text.parse().map_err(|_| {
        Wrong::invalid("invalidValue", format!("{name} is an instant such as 2026-12-01T17:00:00Z, not ‘{text}’."))
    });
    read.map(Some)
}

/// Whether somebody may come in or begin: what a directory calls active.
pub fn active(person: &Person, now: Instant) -> bool {
    person.seat != Seat::Suspended && person.leaves_at().is_none_or(|at| now < at)
}

/// A person as a directory reads them.
///
/// # Errors
/// When the record cannot be read.
pub async fn told(look: &mut Look, person: &Person, handle: String) -> Result<Value, Stop> {
    let name = look.open_private(&person.facts.name).await?.unwrap_or_default();
    let now = look.now().0;
    let mut extension = Map::new();
    extension.insert("invited".to_owned(), json!(person.seat == Seat::Invited));
    if let Some(at) = person.leaves_at() {
        extension.insert("leavesAt".to_owned(), json!(at));
    }
    let mut body = json!({ "schemas": [USER, PERSON], "id": person.id, "userName": handle, "displayName": name,
        "name": { "formatted": name }, "active": active(person, now), PERSON: extension,
        "meta": { "resourceType": "User", "location": format!("/api/v1/scim/v2/Users/{}", person.id) } });
    if let (Some(reference), Some(body)) = (&person.facts.reference, body.as_object_mut()) {
        body.insert("externalId".to_owned(), json!(reference));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(operations: Value) -> Result<Value, String> {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        let user = User::patched(&body).map_err(|w| w.detail().to_owned())?;
        user.act(Some(PersonId(uuid::Uuid::nil()))).map_err(|w| w.detail().to_owned())
    }

    #[test]
    fn a_whole_person_is_read_as_directories_write_them_and_the_rest_is_left() {
        let body = json!({ "schemas": [USER], "userName": "anna@plant.example", "externalId": "4711",
            "name": { "givenName": "Anna", "familyName": "Keller" }, "active": "True",
            "emails": [{ "value": "anna@plant.example" }], "nickName": "A",
            PERSON: { "leavesAt": "2026-12-01T17:00:00Z" } });
        let act = User::read(&body).unwrap().act(None).unwrap();
        assert_eq!(
            act,
            json!({ "reference": "4711", "handle": "anna@plant.example", "name": "Anna Keller",
                "leaves_at": "2026-12-01T17:00:00.000000Z" })
        );
    }

    #[test]
    fn parts_come_with_and_without_a_path_and_the_last_one_holds() {
        let nil = uuid::Uuid::nil();
        for (parts, act) in [
            (
                json!([{ "op": "Replace", "path": "active", "value": "False" }]),
                json!({ "person": nil, "suspended": true }),
            ),
            (json!([{ "op": "replace", "value": { "active": false } }]), json!({ "person": nil, "suspended": true })),
            (
                json!([{ "op": "add", "path": "displayName", "value": "A. Keller" },
                    { "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:userName", "value": "ak" }]),
                json!({ "person": nil, "handle": "ak", "name": "A. Keller" }),
            ),
            (
                json!([{ "op": "add", "path": format!("{PERSON}:movesAt"), "value": "2026-12-01T08:00:00Z" }]),
                json!({ "person": nil, "moves_at": "2026-12-01T08:00:00.000000Z" }),
            ),
            (json!([{ "op": "remove", "path": "nickName" }]), json!({ "person": nil })),
            (json!([{ "op": "replace", "path": "active", "value": true }]), json!({ "person": nil })),
        ] {
            assert_eq!(change(parts.clone()), Ok(act), "{parts}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (parts, words) in [
            (json!([{ "op": "replace", "path": "active", "value": "perhaps" }]), "active is true or false"),
            (json!([{ "op": "remove", "path": "userName" }]), "userName is never empty"),
            (json!([{ "op": "remove" }]), "does not say what to remove"),
            (json!([{ "op": "move", "path": "a", "value": 1 }]), "op is add, replace or remove"),
            (json!([{ "op": "replace", "path": "userName" }]), "there is no value"),
            (json!([{ "op": "add", "value": 7 }]), "Operations[0].value is no object"),
            (json!([{ "op": "add", "path": format!("{PERSON}:leavesAt"), "value": "soon" }]), "not ‘soon’"),
            (json!(vec![json!({ "op": "remove", "path": "x" }); PARTS + 1]), "at most 100 operations"),
        ] {
            let said = change(parts.clone()).unwrap_err();
            assert!(said.contains(words), "{parts}: {said}");
        }
        let unnamed = User::patched(&json!({ "Operations": [] })).unwrap_err();
        assert!(unnamed.detail().contains("schemas"), "{}", unnamed.detail());
        let off = User::read(&json!({ "userName": "x", "active": false })).unwrap().act(None).unwrap_err();
        assert!(off.detail().contains("Somebody new is active"), "{}", off.detail());
    }
}
