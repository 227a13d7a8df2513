//! The history of any object for our own people: who, when, from what to what, why, and where it stands in the record.
//! The same fold that made the rows tells it, so it cannot tell another story.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    review::history::{Happened, history},
};
use plantgate_domain::{
    base::{Actor, Day, Instant, Kind, Ref, Slot},
    review::history::{FieldChange, Shown},
};
use plantgate_wire::words::Rich;
use serde_json::Value;
use std::collections::HashMap;

use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export},
        names::page,
        routes::Routes,
        visit::Visit,
    },
    page::history::{Change, History, Moved},
    render,
    view::{List, Pager},
};

/// Entries of a page, and fields of one entry that it shows.
const PAGE: usize = 50;
const FIELDS: usize = 24;
/// Digits of a leaf hash on a page; the export has all 64.
const SHORT: usize = 16;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/history/{kind}/{name}", show)
}

async fn show(visit: Visit, Path((kind, name)): Path<(String, String)>, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?;
    let kind: Kind = kind.parse().map_err(|_| Stop::NotFound)?;
    let id: uuid::Uuid = v.seen(kind, &name).await?;
    let on = Ref { kind, id };
    let me = v.me();
    let named = v.names.learn(&mut v.look, me, on).await?;
    let (list, rows) = changes(&mut v, on, &asked).await?;
    if let Some(form) = asked.export() {
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let head = ["entry", "at", "who", "what", "why", "changes", "leaf"];
        return Ok(export(form, "history", &head, &cells));
    }
    let href = named.href.unwrap_or_else(|| format!("/history/{kind}/{name}"));
    let title = format!("{} {}", v.ui.word("kind", kind.as_str()), named.text);
    Ok(render::page(StatusCode::OK, &History { ui: v.ui, title, href, list, rows }))
}

/// The changes of an object, newest first, with what stands around them.
pub(super) async fn changes(v: &mut Visit, on: Ref, asked: &Asked) -> Result<(List, Vec<Change>), Stop> {
    let mut all = history(&mut v.look, on).await?;
    all.reverse();
    let total = all.len();
    let before = asked.get("after").and_then(|a| a.parse::<u64>().ok());
    let first = before.and_then(|e| all.iter().position(|h| h.entry < e)).unwrap_or(0);
    let whole = asked.export().is_some();
    let some: Vec<Happened> = all.into_iter().skip(first).take(if whole { usize::MAX } else { PAGE }).collect();
    let me = v.me();
    let people: Vec<Ref> = some.iter().filter_map(|h| h.by.person()).map(Ref::from).collect();
    v.names.learn_all(&mut v.look, me, &people).await?;
    let named: Vec<Ref> = some.iter().flat_map(|h| &h.changes).flat_map(pointed).collect();
    v.names.learn_all(&mut v.look, me, &named).await?;
    let slots: Vec<Slot> =
        some.iter().flat_map(|h| &h.changes).flat_map(|c| [&c.before, &c.after]).filter_map(slot).collect();
    let opened = v.look.open_slots(&slots).await?;
    let last = some.last().map(|h| h.entry);
    let rows: Vec<Change> = some.into_iter().map(|h| change(v, &opened, on, h, whole)).collect();
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let more = (first + rows.len() < total).then_some(last).flatten();
    let list = List {
        path: asked.link(&[]),
        pager: Pager {
            first: small(if rows.is_empty() { 0 } else { first + 1 }),
            last: small(first + rows.len()),
            total: small(total),
            before: (first > 0).then(|| asked.link(&[])),
            after: more.map(|e| asked.link(&[("after", Some(&e.to_string()))])),
        },
        unfiltered: small(total),
        ..List::default()
    };
    Ok((list, rows))
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
    let last = field.split('/').rev().find(|p| p.parse::<usize>().is_err())?;
    let word = last.replace('_', "-");
    match word.as_str() {
        "attendant" | "approver" | "owner" | "by" | "second" => Some(Kind::Person),
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

fn change(v: &Visit, opened: &HashMap<Slot, String>, on: Ref, h: Happened, whole: bool) -> Change {
    let text = |kind: Option<Kind>, of: Option<Shown>| {
        of.map(|s| match s {
            Shown::Slot(slot) => opened.get(&slot).cloned().unwrap_or_else(|| v.ui.t("history-erased").to_string()),
            Shown::Value(value) => said(v, kind, &value),
        })
    };
    let mut why = String::new();
    let mut moved = Vec::new();
    let hidden = h.changes.len().saturating_sub(FIELDS);
    let born = h.version == 1;
    for c in h.changes.into_iter().filter(|c| c.field != "/id").take(FIELDS) {
        let kind = kind_of(&c.field);
        let (before, after) = (text(kind, c.before), text(kind, c.after));
        if before.is_none() && after.as_deref().is_none_or(str::is_empty) {
            continue;
        }
        let reason = ["reason", "note", "text"].iter().any(|n| c.field.ends_with(&format!("/{n}")));
        match after {
            Some(after) if reason && why.is_empty() && before.is_none() => why = after,
            after => moved.push(Moved { field: field(&c.field), before, after }),
        }
    }
    if hidden > 0 {
        moved.push(Moved { field: v.ui.t("why-more").n("count", hidden).to_string(), before: None, after: None });
    }
    let who = match h.by {
        Actor::Person(id) => v.names.of(id.into()).text,
        Actor::Genesis => v.ui.t("actor-genesis").to_string(),
        Actor::Watchman => v.ui.t("actor-watchman").to_string(),
    };
    let event = h.event.split('@').next().unwrap_or_default().replace(['.', '_'], "-");
    Change {
        at: h.at,
        who,
        what: Rich::from(v.ui.word("event", &event)),
        why,
        moved,
        born,
        entry: h.entry,
        leaf: if whole { h.leaf } else { h.leaf.chars().take(SHORT).collect() },
        proof: format!("/history/{}/{}?as=json", on.kind, on.id),
    }
}

/// A path into a body as words: `/facts/window/until` is *window until*.
fn field(path: &str) -> String {
    let parts = path.split('/').filter(|p| !p.is_empty() && *p != "facts");
    parts.map(|p| p.replace(['_', '-'], " ")).collect::<Vec<_>>().join(" › ")
}

/// A value as people read it: times in the site's zone, lists with commas, everything else as it stands.
fn said(v: &Visit, kind: Option<Kind>, value: &Value) -> String {
    match value {
        Value::String(text) if kind.is_some() && text.len() == 36 => match (kind, text.parse()) {
            (Some(kind), Ok(id)) => v.names.of(Ref { kind, id }).text,
            (_, _) => text.clone(),
        },
        Value::String(text) => match (text.parse::<Instant>(), text.parse::<Day>()) {
            (Ok(at), _) if text.ends_with('Z') => v.ui.full(at),
            (_, Ok(day)) => v.ui.day(day),
            (_, _) => text.clone(),
        },
        Value::Array(all) => all.iter().map(|one| said(v, kind, one)).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => v.ui.t("yes").to_string(),
        Value::Bool(false) => v.ui.t("no").to_string(),
        Value::Null => "–".to_owned(),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn cells(c: &Change) -> Vec<String> {
    let moved = c.moved.iter().map(|m| {
        let of = |side: &Option<String>| side.clone().unwrap_or_default();
        format!("{}: {} → {}", m.field, of(&m.before), of(&m.after))
    });
    vec![
        c.entry.to_string(),
        c.at.to_string(),
        c.who.clone(),
        c.what.to_string(),
        c.why.clone(),
        moved.collect::<Vec<_>>().join("; "),
        c.leaf.clone(),
    ]
}

/// Where an object opens: its page, or else its history.
pub(super) fn opens(kind: Kind, name: &str) -> String {
    page(kind).map_or_else(|| format!("/history/{kind}/{name}"), |p| format!("{p}/{name}"))
}
