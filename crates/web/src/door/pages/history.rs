//! The history of any object for our own people: who, when, from what to what, why, and where it stands in the record.
//! The same fold that made the rows tells it, so it cannot tell another story.

use std::collections::HashMap;

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    review::history::{Happened, history},
};
use plantgate_domain::{
    base::{Actor, Kind, Ref},
    review::history::{FieldChange, Shown},
};
use plantgate_wire::words::Rich;

use super::{
    signed,
    telling::{self, Opened},
};
use crate::{
    door::{
        deeds,
        error::Trouble,
        listing::{Asked, export},
        names::page,
        routes::Routes,
        visit::Visit,
    },
    page::{
        history::{Change, History},
        sign::Signature,
    },
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
        let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(&v, row)).collect();
        let head = ["entry", "at", "who", "what", "why", "changes", "leaf", "signature"];
        return export(form, "history", &head, &cells);
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
    let opened = telling::learn(v, some.iter().flat_map(|h| &h.changes)).await?;
    let last = some.last().map(|h| h.entry);
    let mut signatures: HashMap<u64, Signature> = HashMap::new();
    if some.iter().any(|h| h.signature.is_some()) {
        signatures.extend(signed::under(v, on).await?.into_iter().map(|s| (s.entry, s)));
    }
    let signed = |mut change: Change| {
        change.signed = signatures.remove(&change.entry);
        change
    };
    let rows: Vec<Change> = some.into_iter().map(|h| change(v, &opened, on, h, whole)).map(signed).collect();
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

fn change(v: &Visit, opened: &Opened, on: Ref, h: Happened, whole: bool) -> Change {
    let held = |c: &FieldChange| matches!(&c.after, Some(Shown::Slot(slot)) if opened.contains_key(slot));
    let typed = on.kind != Kind::Person && h.changes.iter().any(held);
    let born = h.version == 1;
    let (why, moved) = telling::says(v, opened, on.kind, h.changes, FIELDS);
    let who = match h.by {
        Actor::Person(id) => v.names.of(id.into()).text,
        Actor::Genesis => v.ui.t("actor-genesis").to_string(),
        Actor::Host => v.ui.t("actor-host").to_string(),
        Actor::Watchman => v.ui.t("actor-watchman").to_string(),
        Actor::IdentityProvider => v.ui.t("actor-identity-provider").to_string(),
        Actor::Gateway => v.ui.t("actor-gateway").to_string(),
        Actor::Retention => v.ui.t("actor-retention").to_string(),
    };
    let event = h.event.split('@').next().unwrap_or_default().replace(['.', '_'], "-");
    Change {
        at: h.at,
        who,
        what: Rich::from(v.ui.word("event", &event)),
        why,
        moved,
        born,
        signed: None,
        erase: if typed && deeds::can(v, "erase-text") {
            format!("/do/erase-text?kind={}&object={}&entry={}", on.kind, on.id, h.entry)
        } else {
            String::new()
        },
        entry: h.entry,
        leaf: if whole { h.leaf } else { h.leaf.chars().take(SHORT).collect() },
        proof: format!("/history/{}/{}?as=json", on.kind, on.id),
    }
}

fn cells(v: &Visit, c: &Change) -> Vec<String> {
    vec![
        c.entry.to_string(),
        c.at.to_string(),
        c.who.clone(),
        c.what.to_string(),
        c.why.clone(),
        telling::in_a_cell(&c.moved),
        c.leaf.clone(),
        c.signed.as_ref().map(|s| signed::cell(&v.ui.r, s)).unwrap_or_default(),
    ]
}

/// Where an object opens: its page, or else its history.
pub fn opens(kind: Kind, name: &str) -> String {
    page(kind).map_or_else(|| format!("/history/{kind}/{name}"), |p| format!("{p}/{name}"))
}
