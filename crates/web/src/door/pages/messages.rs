//! *Messages*: the list of one person, read by their rights of this moment, and the form that marks them as read.
//! Looking at a message marks nothing: a link changes nothing.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    messages::{Filter, Message, What, message},
    read::Memory,
};

use plantgate_domain::thing::AnyThing;

use super::switches::local;
use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::messages::{MessageRow, Messages},
    post::{address, words},
    render,
    view::Chip,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/messages", show).working_state("/messages/read", read)
}

/// What the address asks for; a word that means nothing is a list without rows.
fn wanted(asked: &Asked) -> Filter {
    Filter {
        what: asked.get("what").map(str::to_owned),
        read: match asked.get("state") {
            Some("unread") => Some(false),
            Some("read") => Some(true),
            _ => None,
        },
        urgent: asked.is("urgent", "yes"),
    }
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.at("messages");
    let (me, filter) = (v.me(), wanted(&asked));
    let (after, limit) = asked.place(v.state.app.store().limits().page)?;
    let (found, next) = message::page(v.look.tx(), me, &filter, after.as_ref(), limit).await?;
    let rows = rows(&mut v, &found).await?;
    if let Some(form) = asked.export() {
        return export(form, "messages", &["at", "message", "about", "why", "urgent", "state"], &lines(&v, &rows));
    }
    let total = message::count(v.look.tx(), me, &filter).await?;
    let all = message::count(v.look.tx(), me, &Filter::default()).await?;
    let unread = message::count(v.look.tx(), me, &Filter { read: Some(false), ..Filter::default() }).await?;
    let mut list = asked.around(limit, rows.len() as u64, total, next.as_deref(), all);
    list.chips = chips(&mut v, &asked, &filter).await?;
    let mail = reached(&mut v).await?;
    Ok(render::page(StatusCode::OK, &Messages { ui: v.ui, list, rows, unread, mail }))
}

/// How mail reaches this person, in one sentence.
async fn reached(v: &mut Visit) -> Result<String, Stop> {
    if !v.state.way.mail {
        return Ok(v.ui.t("messages-no-server").to_string());
    }
    let to = address(&mut v.look, &v.who.person, &v.state.way).await?;
    Ok(match to {
        Some(address) => v.ui.t("messages-mail").s("address", address).to_string(),
        None => v.ui.t("messages-mail-none").to_string(),
    })
}

/// The messages in words, with everything they speak of looked up in a few steps.
async fn rows(v: &mut Visit, found: &[Message]) -> Result<Vec<MessageRow>, Stop> {
    let me = v.me();
    let refs: Vec<_> = found.iter().map(|m| m.on).collect();
    v.look.ahead(&refs).await?;
    let mut things = Vec::new();
    for m in found {
        if let (Some(kept), Some(what)) = (v.look.kept(m.on).await?, What::of(&m.what)) {
            things.push((m, what, kept.thing));
        }
    }
    let about: Vec<_> = things.iter().flat_map(|(_, _, thing)| words::concerned(thing)).collect();
    v.names.learn_all(&mut v.look, me, &about).await?;
    let stranger = v.provider().is_some();
    let row = |(m, what, thing): &(&Message, What, AnyThing)| {
        let said = words::say(&v.ui.r, &v.names, *what, thing, stranger);
        MessageRow {
            id: m.id.to_string(),
            title: said.title,
            href: said.href,
            names: said.names,
            why: said.why,
            at: m.at,
            urgent: m.urgent,
            unread: m.read.is_none(),
        }
    };
    Ok(things.iter().map(row).collect())
}

fn lines(v: &Visit, rows: &[MessageRow]) -> Vec<Vec<String>> {
    let line = |r: &MessageRow| {
        let urgent = if r.urgent { "yes" } else { "no" };
        let state = if r.unread { "unread" } else { "read" };
        let text = [v.ui.iso(r.at), r.title.clone(), r.names.clone(), r.why.clone()];
        text.into_iter().chain([urgent, state].map(str::to_owned)).collect()
    };
    rows.iter().map(line).collect()
}

async fn chips(v: &mut Visit, asked: &Asked, filter: &Filter) -> Result<Vec<Vec<Chip>>, Stop> {
    let me = v.me();
    let mut states = Vec::new();
    for (word, read) in [("unread", false), ("read", true)] {
        let one = Filter { read: Some(read), ..filter.clone() };
        let count = message::count(v.look.tx(), me, &one).await?;
        states.push(asked.chip("state", Some(word), v.ui.word("messages", word), count));
    }
    let one = Filter { urgent: true, ..filter.clone() };
    let count = message::count(v.look.tx(), me, &one).await?;
    let urgent = vec![asked.chip("urgent", Some("yes"), v.ui.t("messages-urgent"), count)];
    let mut kinds = Vec::new();
    for what in What::ALL {
        let one = Filter { what: Some(what.as_str().to_owned()), ..filter.clone() };
        let count = message::count(v.look.tx(), me, &one).await?;
        if count > 0 || asked.is("what", what.as_str()) {
            kinds.push(asked.chip("what", Some(what.as_str()), v.ui.word("messages-about", what.as_str()), count));
        }
    }
    Ok([states, urgent, kinds].into_iter().filter(|group| !group.is_empty()).collect())
}

/// Marks one message or all of them; one that is somebody else's does not exist.
async fn read(v: Visit, fields: Fields) -> Result<Response, Trouble> {
    let store = v.state.app.store();
    let one = match fields.maybe("id") {
        Some(id) => Some(id.parse().map_err(|_| Stop::NotFound)?),
        None if fields.ticked("all") => None,
        None => return Err(Stop::NotFound.into()),
    };
    message::mark(store.db(), v.me(), one, v.now()).await?;
    let back = fields.maybe("back").unwrap_or_else(|| "/messages".to_owned());
    Ok(Redirect::to(&local(&back)).into_response())
}
