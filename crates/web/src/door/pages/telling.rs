//! Facts of any object in the reader's words: fields by their labels, closed words from the catalogue, objects by
//! name, times in the zone of the page. History, the page of an object and a look ahead tell them the same way.

use std::collections::HashMap;

use plantgate_app::Stop;
use plantgate_domain::{
    base::{Day, Instant, Kind, Ref, Slot},
    review::history::{FieldChange, Shown},
};
use plantgate_wire::words::Words;
use serde_json::Value;

use crate::{door::visit::Visit, page::history::Moved};

/// Private texts of changes, by slot.
pub type Opened = HashMap<Slot, String>;

/// Looks up everything that changes point to.
pub async fn learn<'c>(v: &mut Visit, changes: impl Iterator<Item = &'c FieldChange> + Clone) -> Result<Opened, Stop> {
    let me = v.me();
    let named: Vec<Ref> = changes.clone().flat_map(pointed).collect();
    v.names.learn_all(&mut v.look, me, &named).await?;
    // Of a list in parts the first one says whether it was erased; nobody reads thousands of rows in a history.
    let sides = changes.filter(|c| part(c).is_none_or(|n| n == 0)).flat_map(|c| [&c.before, &c.after]);
    let slots: Vec<Slot> = sides.filter_map(slot).collect();
    v.look.open_slots(&slots).await
}

/// Changes of one object, told.
pub async fn tell(v: &mut Visit, kind: Kind, changes: Vec<FieldChange>) -> Result<Vec<Moved>, Stop> {
    let opened = learn(v, changes.iter()).await?;
    Ok(changes.into_iter().filter(told).map(|c| moved(v, &opened, kind, c)).collect())
}

/// What one entry says: its reason by itself, then what it moved from what to what, at most so many fields; everything
/// it points to was learned.
pub fn says(v: &Visit, opened: &Opened, kind: Kind, changes: Vec<FieldChange>, most: usize) -> (String, Vec<Moved>) {
    let (mut why, mut all) = (String::new(), Vec::new());
    let hidden = changes.iter().filter(|c| told(c)).count().saturating_sub(most);
    for c in changes.into_iter().filter(told).take(most) {
        let reason = ["reason", "note", "text"].iter().any(|n| c.field.ends_with(&format!("/{n}")));
        let said = moved(v, opened, kind, c);
        if said.before.is_none() && said.after.as_deref().is_none_or(str::is_empty) {
            continue;
        }
        match said.after {
            Some(after) if reason && why.is_empty() && said.before.is_none() => why = after,
            after => all.push(Moved { after, ..said }),
        }
    }
    if hidden > 0 {
        all.push(Moved { field: v.ui.t("why-more").n("count", hidden).to_string(), before: None, after: None });
    }
    (why, all)
}

/// The same as one cell of a file.
pub fn in_a_cell(moved: &[Moved]) -> String {
    let of = |side: &Option<String>| side.clone().unwrap_or_default();
    let all = moved.iter().map(|m| format!("{}: {} → {}", m.field, of(&m.before), of(&m.after)));
    all.collect::<Vec<_>>().join("; ")
}

/// What only sorts, names or opens inside is told to nobody.
pub fn told(c: &FieldChange) -> bool {
    let mut parts = c.field.rsplit('/');
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        ("sort" | "slot" | "commit" | "replaces" | "seal" | "brought_seal", _) | (_, "parts") => false,
        // An object is told by its name, or by what its page links to; a person needs no kind beside it.
        ("id", _) => kind_of(&c.field).is_some(),
        ("kind" | "is", by) => !by.ends_with("_by"),
        _ => true,
    }
}

/// Which part of a list in parts a change is about.
fn part(c: &FieldChange) -> Option<usize> {
    c.field.rsplit_once("/parts/").and_then(|(_, n)| n.parse().ok())
}

/// One change, told; everything it points to was learned.
pub fn moved(v: &Visit, opened: &Opened, kind: Kind, c: FieldChange) -> Moved {
    let text = |of: Option<Shown>| {
        of.map(|s| match s {
            Shown::Slot(slot) => opened.get(&slot).cloned().unwrap_or_else(|| v.ui.t("history-erased").to_string()),
            Shown::Value(value) => said(v, kind, &c.field, &value),
        })
    };
    Moved { before: text(c.before), after: text(c.after), field: field(v, &c.field) }
}

/// The objects a changed field points to, by the name of the field.
fn pointed(c: &FieldChange) -> Vec<Ref> {
    let Some(kind) = kind_of(&c.field) else { return Vec::new() };
    let one = |of: &Option<Shown>| match of {
        Some(Shown::Value(Value::String(text))) => text.parse().ok().map(|id| Ref { kind, id }),
        _ => None,
    };
    let many = |of: &Option<Shown>| match of {
        Some(Shown::Value(Value::Array(all))) => {
            let ids = all.iter().filter_map(Value::as_str).filter_map(|t| t.parse().ok());
            ids.map(|id| Ref { kind, id }).collect()
        }
        _ => Vec::new(),
    };
    [&c.before, &c.after].into_iter().flat_map(|side| one(side).into_iter().chain(many(side))).collect()
}

/// What kind of object a field points to; fields are named after it, or after what somebody is.
fn kind_of(field: &str) -> Option<Kind> {
    let mut parts = field.split('/').rev().filter(|p| p.parse::<usize>().is_err());
    let last = match parts.next()? {
        "id" => parts.next()?,
        last => last,
    };
    let word = last.replace('_', "-");
    match word.as_str() {
        "employer" => Some(Kind::Provider),
        "attendant" | "approver" | "owner" | "by" | "second" | "holder" | "program" => Some(Kind::Person),
        "deputy" => Some(Kind::Person),
        "corrected-by" | "corrects" => Some(Kind::Session),
        "used" if field.contains("sheets/") => Some(Kind::Session),
        "a" | "b" => Some(Kind::Zone),
        "targets" => Some(Kind::Instance),
        "systems" if field.contains("bound") => Some(Kind::Instance),
        "follows" => Some(Kind::Change),
        word if word.ends_with("-by") => Some(Kind::Person),
        "earlier-accepted" => Some(Kind::Request),
        "request" => {
            [Kind::AccessRequest, Kind::Request].into_iter().find(|_| field.contains("grant")).or(Some(Kind::Request))
        }
        word => word.parse().or_else(|_| word.strip_suffix('s').unwrap_or(word).parse()).ok(),
    }
}

fn slot(of: &Option<Shown>) -> Option<Slot> {
    match of {
        Some(Shown::Slot(slot)) => Some(*slot),
        Some(Shown::Value(_)) | None => None,
    }
}

/// A path into a body in words: `/facts/window/until` is *window, until*; what the catalogue does not know stays.
pub fn field(v: &Visit, path: &str) -> String {
    let parts = path.split('/').filter(|p| !["", "facts", "id"].contains(p));
    // The codes of a sheet have numbers of their own; what else is a number is a place in a list.
    let own = |before: &str| before == "used" && path.contains("sheets/");
    let word = |before: &str, part: &str| {
        let plain = part.replace('_', "-");
        let id = format!("fld-{plain}");
        let known = Words::find(v.ui.r.lang, &id, &Default::default());
        known.unwrap_or_else(|| match part.parse::<usize>() {
            Ok(n) if own(before) => n.to_string(),
            Ok(n) => (n + 1).to_string(),
            Err(_) => plain.replace('-', " "),
        })
    };
    let parts: Vec<&str> = parts.collect();
    let before = std::iter::once("").chain(parts.iter().copied());
    before.zip(&parts).map(|(before, part)| word(before, part)).collect::<Vec<_>>().join(" › ")
}

/// The family of closed words that a field of an object holds.
fn family(on: Kind, field: &str) -> &'static str {
    let last = field.split('/').rev().find(|p| p.parse::<usize>().is_err()).unwrap_or_default();
    match (last, on) {
        ("kind", _) if field.contains("employer") || field.contains("_by") => "kind",
        ("mode", _) => "mode",
        ("checks", Kind::Site) => "check",
        ("fact", _) => "tier-because",
        ("kind", Kind::Zone) => "zonekind",
        ("kind", Kind::Engagement) => "engkind",
        ("kind", Kind::Account) => "accountkind",
        ("kind", Kind::AccountList) => "listkind",
        ("says", _) => "accountsays",
        ("kind", Kind::Finding) => "findingkind",
        ("kind", Kind::Person) => "noticekind",
        ("kind", Kind::Activation) => "attest",
        ("kind", Kind::Visit) => "devicekind",
        ("result", Kind::Visit) => "devicecheck",
        ("admission", _) => "admission",
        ("of", Kind::Visit) => "asof",
        ("what", Kind::Visit) => "lack",
        ("way", _) => "pattern",
        ("kind", _) => "kind",
        ("kinds", _) => "providerkind",
        ("state", Kind::Conduit) => "conduitstate",
        ("state", Kind::Change) => "changestate",
        ("state", Kind::Finding) => "finding",
        ("state", Kind::AccessRequest) => "request",
        ("state", Kind::Task) => "taskstate",
        ("cause", Kind::Hold) => "holdcause",
        ("cause", Kind::Activation) => "suspension",
        ("cause", Kind::Qualification) | ("party" | "whose", _) => "party",
        ("effect", _) => "holdeffect",
        ("environment", _) => "env",
        ("role" | "roles", Kind::Person) => "power",
        ("role", _) if field.contains("approval") => "power",
        ("role" | "roles", _) => "role",
        ("provider_roles", _) => "power",
        ("pattern" | "patterns" | "methods", _) => "pattern",
        ("purpose", _) => "purpose",
        ("days", Kind::Activation) => "weekday",
        ("phases", _) => "phase",
        ("activities" | "services", _) => "activity",
        ("flags", _) => "flag",
        ("gxp", _) => "gxp",
        ("validated", _) => "validated",
        ("severity", _) => "severity",
        ("grade", _) => "grade",
        ("tier" | "depth" | "why_tier", _) => "tier",
        ("seen", _) => "seen",
        ("how", Kind::Session) => "ending",
        ("how", Kind::Account) => "removal",
        ("known", _) => "provenance",
        ("scheme", _) => "scheme",
        ("seat", _) => "person",
        ("frequency", _) => "every",
        _ => "known",
    }
}

/// A value as people read it.
pub fn said(v: &Visit, on: Kind, field: &str, value: &Value) -> String {
    match value {
        Value::String(text) => string(v, on, field, text),
        Value::Array(all) if all.is_empty() => v.ui.t("deed-nothing").to_string(),
        Value::Array(all) => all.iter().map(|one| said(v, on, field, one)).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => v.ui.t("yes").to_string(),
        Value::Bool(false) => v.ui.t("no").to_string(),
        Value::Null => "–".to_owned(),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn string(v: &Visit, on: Kind, field: &str, text: &str) -> String {
    if let (Some(kind), Ok(id), 36) = (kind_of(field), text.parse(), text.len()) {
        return v.names.of(Ref { kind, id }).text;
    }
    if let (Ok(at), true) = (text.parse::<Instant>(), text.ends_with('Z')) {
        return v.ui.full(at);
    }
    if let Ok(day) = text.parse::<Day>() {
        return v.ui.day(day);
    }
    let id = format!("{}-{text}", family(on, field));
    Words::find(v.ui.r.lang, &id, &Default::default()).unwrap_or_else(|| text.to_owned())
}
