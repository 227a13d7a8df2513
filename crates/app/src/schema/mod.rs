//! JSON schemas of acts, read from the code itself: a deserializer that is asked for values notes what it was asked
//! for, so a schema says nothing else than the reader of bodies does (JSON Schema 2020-12, as OpenAPI 3.1 wants it).

mod trace;

use std::collections::BTreeMap;

use plantgate_domain::{base::Window, event::permit::OnApproval};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use trace::{Node, Seen};

use crate::permit::ask::WishedShifts;

/// Format and an example of the texts that bodies hold, from the plainest on.
const TEXTS: &[(&str, &str)] = &[
    ("", "x"),
    ("uuid", "0198c0de-0000-7000-8000-000000000001"),
    ("date", "2026-01-01"),
    ("date-time", "2026-01-01T00:00:00Z"),
    ("time-zone", "Europe/Berlin"),
];

/// The schema of what a type reads; `None` when it asks for something no schema here can say.
pub fn of<T: DeserializeOwned>() -> Option<Value> {
    let mut seen = Seen::default();
    while again::<T>(&mut seen)? {}
    let mut required: Vec<String> = Vec::new();
    let fields: Vec<String> = seen.nodes.iter().flat_map(|(path, node)| node.fields(path)).collect();
    for field in fields {
        seen.skip = Some(field.clone());
        if trace::read::<T>(&mut seen).is_err() {
            required.push(field);
        }
    }
    json(&seen.nodes, &seen.maybe, &required, "")
}

/// One more reading: whether there is still something to find out.
fn again<T: DeserializeOwned>(seen: &mut Seen) -> Option<bool> {
    seen.failed = None;
    if trace::read::<T>(seen).is_ok() {
        return Some(seen.next_variants());
    }
    // A text that was not plain enough for its type: the next kind of text is tried in its place.
    let tried = seen.texts.entry(seen.failed.take()?).or_default();
    *tried += 1;
    (*tried < TEXTS.len()).then_some(true)
}

fn json(nodes: &BTreeMap<String, Node>, maybe: &[String], required: &[String], path: &str) -> Option<Value> {
    let under = |field: &str| json(nodes, maybe, required, &format!("{path}/{field}"));
    let schema = match nodes.get(path)? {
        Node::Text("") => json!({ "type": "string" }),
        Node::Text(format) => json!({ "type": "string", "format": format }),
        Node::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Node::Bool => json!({ "type": "boolean" }),
        Node::List => json!({ "type": "array", "items": under("[]")? }),
        Node::Texts => json!({ "type": "object", "additionalProperties": under("*")? }),
        Node::WishedWindow => wished_window()?,
        Node::Words(words) => variants(words, &|word| nodes.contains_key(&format!("{path}/{word}")), &under)?,
        Node::Object(fields) => {
            let mut properties = Map::new();
            for field in *fields {
                properties.insert((*field).to_owned(), under(field)?);
            }
            let needed = fields.iter().filter(|f| required.contains(&format!("{path}/{f}")));
            object(&properties, &needed.copied().collect::<Vec<_>>())
        }
    };
    let nullable = maybe.iter().any(|m| m == path);
    Some(if nullable { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema })
}

fn object(properties: &Map<String, Value>, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Closed words, and words that carry something.
fn variants(
    words: &[&'static str],
    carries: &dyn Fn(&str) -> bool,
    under: &dyn Fn(&str) -> Option<Value>,
) -> Option<Value> {
    let plain: Vec<&&str> = words.iter().filter(|w| !carries(w)).collect();
    if plain.len() == words.len() {
        return Some(json!({ "type": "string", "enum": plain }));
    }
    let mut all = Vec::new();
    for word in words.iter().filter(|w| carries(w)) {
        all.push(object(&Map::from_iter([((*word).to_owned(), under(word)?)]), &[word]));
    }
    Some(json!({ "oneOf": all }))
}

/// The one shape whose content depends on a word beside it.
fn wished_window() -> Option<Value> {
    let one = |word: &str, window: Value| {
        let fields = [("is".to_owned(), json!({ "type": "string", "enum": [word] })), ("window".to_owned(), window)];
        object(&Map::from_iter(fields), &["is", "window"])
    };
    let shifts = one("shifts", of::<WishedShifts>()?);
    Some(json!({ "oneOf": [one("fixed", of::<Window>()?), one("on-approval", of::<OnApproval>()?), shifts] }))
}
