//! *Find*: an exact reference opens its object at once; anything else is looked for at the beginning of references,
//! names and words of names, among what the reader may see and nothing else, and for people of ours who press Find in
//! what was written of every object. Beside objects stand the acts and pages of that name which are open to the reader;
//! with nothing typed, all of them.

mod ways;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{Stop, read::Memory};
use plantgate_domain::{
    base::{Kind, Ref},
    thing::Label,
};

use crate::{
    door::{deeds::opens_for, error::Trouble, listing::Asked, routes::Routes, visit::Visit},
    page::find::{Find, Hit},
    render,
    view::Item,
};

/// Kinds people look for, in the order they are shown; grants and requests are found by their whole reference.
const KINDS: &[Kind] = &[
    Kind::Provider,
    Kind::Engagement,
    // Where somebody works comes before the family it belongs to; they often share a reference.
    Kind::Instance,
    Kind::System,
    Kind::Person,
    Kind::Agreement,
    Kind::Site,
    Kind::Zone,
    Kind::AccessRequest,
    Kind::Grant,
    Kind::Finding,
    Kind::Request,
    Kind::Item,
    Kind::Certificate,
    Kind::Qualification,
];
/// Kinds that nobody looks for by name, and in which people write.
const WRITTEN: &[Kind] = &[
    Kind::Account,
    Kind::Calendar,
    Kind::Change,
    Kind::Conduit,
    Kind::Hold,
    Kind::Obligation,
    Kind::Session,
    Kind::Task,
    Kind::Visit,
];
/// Fewer letters stand in every second text.
const LETTERS: usize = 3;
/// Kinds a provider's people have pages for.
const THEIRS: &[Kind] = &[Kind::Request, Kind::Finding, Kind::AccessRequest, Kind::Grant, Kind::Visit, Kind::Person];
const MOST: usize = 50;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/find", find)
}

async fn find(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit;
    let kinds = if v.provider().is_none() { KINDS } else { THEIRS };
    // The palette shows what there is and leads nowhere by itself.
    let list = asked.is("as", "list");
    let q: String = asked.get("q").unwrap_or_default().trim().chars().take(100).collect();
    let me = v.me();
    let mut refs = Vec::new();
    if !q.is_empty() {
        for text in [q.clone(), q.to_uppercase()] {
            let exact = v.look.referenced(me, &text).await?;
            if let [one] = exact.as_slice()
                && !list
                && (kinds.contains(&one.kind) || v.provider().is_none())
            {
                return Ok(Redirect::to(&opens_for(&v, one.kind, &text)).into_response());
            }
            refs.extend(exact.into_iter().filter(|on| kinds.contains(&on.kind)));
        }
        refs.extend(v.look.called(me, kinds, &q, MOST as u64 + 1).await?);
    }
    let (all, more) = with_what_speaks_of_it(&mut v, (&q, list), refs).await?;
    let refs: Vec<Ref> = all.iter().map(|(on, _)| *on).collect();
    v.names.learn_all(&mut v.look, me, &refs).await?;
    let mut hits = Vec::with_capacity(all.len());
    for (on, said) in all {
        hits.extend(hit(&mut v, on, said).await?);
    }
    let ways = ways::called(&v, &q);
    let none = if list || v.provider().is_some() { "find-none-names" } else { "find-none-text" };
    Ok(render::page(StatusCode::OK, &Find { ui: v.ui, q, hits, ways, more, none }))
}

/// What is called so, and behind it what only speaks of it with the words around; whether there is more of either. The
/// palette asks while somebody types, so it looks at names alone: texts are gone through from end to end.
async fn with_what_speaks_of_it(
    v: &mut Visit,
    (q, list): (&str, bool),
    called: Vec<Ref>,
) -> Result<(Vec<(Ref, String)>, bool), Stop> {
    let mut once: Vec<Ref> = Vec::new();
    for on in called {
        if !once.contains(&on) {
            once.push(on);
        }
    }
    let mut more = once.len() > MOST;
    once.truncate(MOST);
    once.sort_by_key(|on| KINDS.iter().position(|k| *k == on.kind));
    let mut all: Vec<(Ref, String)> = once.iter().map(|on| (*on, String::new())).collect();
    if !list && v.provider().is_none() && q.chars().count() >= LETTERS && all.len() < MOST {
        let (me, kinds) = (v.me(), [KINDS, WRITTEN].concat());
        let said = v.look.said(me, &kinds, q, MOST as u64 + 1).await?;
        all.extend(said.into_iter().filter(|s| !once.contains(&s.on)).map(|s| (s.on, s.around)));
        more = all.len() > MOST;
        all.truncate(MOST);
    }
    Ok((all, more))
}

async fn hit(v: &mut Visit, on: Ref, said: String) -> Result<Option<Hit>, Trouble> {
    let Some(kept) = v.look.kept(on).await? else { return Ok(None) };
    let card = kept.thing.card();
    let called = v.names.of(on).text;
    let name = match card.label {
        Label::Clear(name) => name,
        Label::Private(p) => v.look.open_private(&p).await?.unwrap_or_default(),
        Label::None => String::new(),
    };
    let id = card.reference.clone().unwrap_or_else(|| on.id.to_string());
    let item = Item::link(card.reference.unwrap_or(called), opens_for(v, on.kind, &id));
    Ok(Some(Hit { kind: on.kind.as_str(), item, name, said }))
}
