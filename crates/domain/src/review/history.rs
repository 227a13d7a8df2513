//! What changed from one state of an object to the next, for the history page of any object. Works on bodies, so no
//! kind needs code of its own; private values stay slots and are joined by whoever may read them.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::base::Slot;

/// A value on the page.
#[derive(Clone, PartialEq, Debug)]
pub enum Shown {
    Value(Value),
    /// Sits in the erasable store.
    Slot(Slot),
}

/// One field that is not what it was.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldChange {
    /// JSON pointer into the body, for instance `/facts/window/until`.
    pub field: String,
    /// `None`: it was not there.
    pub before: Option<Shown>,
    /// `None`: it is gone.
    pub after: Option<Shown>,
}

/// All changed fields, in order of their names; a body that was not there makes every field new.
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut found = Vec::new();
    walk("", before, after, &mut found);
    found
}

fn walk(at: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let open = |v: Option<&Value>| v.is_some_and(opens);
    if !open(before) && !open(after) {
        let change = FieldChange { field: at.to_owned(), before: shown(before), after: shown(after) };
        // An absent field and an empty one read the same.
        if change.before != change.after {
            found.push(change);
        }
        return;
    }
    // A value that became a structure, or the other way round: the value itself is one change. An empty list that got its
    // first rows is none: nothing was taken away.
    for (side, lone) in [(0, before), (1, after)] {
        if let Some(lone) = shown(lone.filter(|v| !opens(v) && !empty(v))) {
            let (b, a) = if side == 0 { (Some(lone), None) } else { (None, Some(lone)) };
            found.push(FieldChange { field: at.to_owned(), before: b, after: a });
        }
    }
    let (mine, theirs) = (children(before), children(after));
    let mut keys: Vec<&String> = mine.keys().chain(theirs.keys()).collect();
    // Places of a list are numbers: 2 stands before 10.
    let numbers = numbered(before) || numbered(after);
    keys.sort_by_key(|k| (if numbers { k.len() } else { 0 }, *k));
    keys.dedup();
    for key in keys {
        let path = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        walk(&path, mine.get(key), theirs.get(key), found);
    }
}

/// Whether a value is looked into: objects and lists of objects; a list of words is one value.
fn opens(v: &Value) -> bool {
    match v {
        Value::Object(map) => slot(map).is_none(),
        Value::Array(list) => list.iter().any(|v| v.is_object() || v.is_array()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn empty(v: &Value) -> bool {
    v.as_array().is_some_and(Vec::is_empty)
}

fn numbered(v: Option<&Value>) -> bool {
    v.is_some_and(Value::is_array)
}

fn children(v: Option<&Value>) -> Map<String, Value> {
    match v {
        Some(v @ Value::Object(map)) if opens(v) => map.clone(),
        Some(v @ Value::Array(list)) if opens(v) => {
            list.iter().enumerate().map(|(i, v)| (i.to_string(), v.clone())).collect()
        }
        Some(_) | None => Map::new(),
    }
}

fn shown(v: Option<&Value>) -> Option<Shown> {
    match v {
        None | Some(Value::Null) => None,
        Some(Value::Object(map)) => match slot(map) {
            Some(slot) => Some(Shown::Slot(slot)),
            None => Some(Shown::Value(Value::Object(map.clone()))),
        },
        Some(v) => Some(Shown::Value(v.clone())),
    }
}

/// A private value is exactly `{commit, slot}`.
fn slot(map: &Map<String, Value>) -> Option<Slot> {
    let id: Uuid = map.get("slot")?.as_str()?.parse().ok()?;
    (map.len() == 2 && map.get("commit").is_some_and(Value::is_string)).then_some(Slot(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_first_row_of_a_list_takes_nothing_away() {
        // given a person without rights, when they get one, then the page tells the right and no *removed* beside it
        let (none, one) = (json!({ "roles": [] }), json!({ "roles": [{ "role": "qa" }] }));
        let fields = |from, to| changes(Some(from), Some(to)).into_iter().map(|c| c.field).collect::<Vec<_>>();
        assert_eq!(fields(&none, &one), ["/roles/0/role"]);
        assert_eq!(fields(&one, &none), ["/roles/0/role"]);
    }

    #[test]
    fn fields_are_named_and_private_ones_stay_slots() {
        let slot = |n: u8| json!({ "commit": "ab", "slot": format!("00000000-0000-0000-0000-0000000000{n:02}") });
        let before = json!({ "id": "x", "state": "proposed", "text": slot(1), "roles": ["view"], "a": [{ "n": 1 }] });
        let after = json!({ "id": "x", "state": "confirmed", "text": slot(2), "roles": ["view", "collect"],
            "a": [{ "n": 1 }, { "n": 2 }], "by": null });
        let all = changes(Some(&before), Some(&after));
        let fields: Vec<&str> = all.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["/a/1/n", "/roles", "/state", "/text"]);
        assert_eq!(all[3].after, Some(Shown::Slot(Slot(Uuid::from_u128(2)))));
        assert_eq!(all[2].before, Some(Shown::Value(json!("proposed"))));
    }

    fn body() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<i32>().prop_map(Value::from), "[a-c]{0,2}".prop_map(Value::from)];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_changes_exactly_when_bodies_are_equal(a in body(), b in body()) {
            prop_assert_eq!(changes(Some(&a), Some(&a)), vec![]);
            // Forward and backward name the same fields.
            let names = |x, y| {
                let found = changes(Some(x), Some(y)).into_iter().map(|c| c.field);
                found.collect::<std::collections::BTreeSet<_>>()
            };
            prop_assert_eq!(names(&a, &b), names(&b, &a));
        }
    }
}
