//! Lists and objects of every kind, as their events left them. A reader sees what their roles see; everything else is
//! not found, whether it exists or not.

use axum::{
    Json,
    extract::{Path, Query, State as With, rejection::QueryRejection},
};
use plantgate_app::{
    Stop, names,
    read::{Cursor, Look, Memory, Order, Query as Ask},
};
use plantgate_domain::base::{Kind, Ref, Why};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{problem::Problem, shared};
use crate::door::{
    session::{Inside, Program},
    state::State,
};

/// What to list.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    site: Option<String>,
    provider: Option<String>,
    state: Option<String>,
    /// `standing:restricted`, `due:overdue`: a line and the word it must have now.
    is: Option<String>,
    after: Option<String>,
    sort: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/v1/objects/{kind}`
pub async fn list(
    With(state): With<State>,
    Program(Inside { who, mut look }): Program,
    Path(kind): Path<String>,
    f: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let kind: Kind = kind.parse().map_err(|_| Stop::NotFound)?;
    let Query(f) = f.map_err(unread)?;
    let most = state.app.store().limits().page;
    let mut q = Ask::new(kind, who.person.id, f.limit.unwrap_or(most).clamp(1, most * 4));
    q.order = match f.sort.as_deref() {
        None | Some("name") => Order::Name,
        Some("reference") => Order::Reference,
        Some("newest") => Order::Newest,
        Some(_) => return Err(Stop::field("sort", Why::of("invalid-list-sort")).into()),
    };
    if let Some(site) = &f.site {
        q.site = Some(filter(&mut look, Kind::Site, site).await?);
    }
    if let Some(provider) = &f.provider {
        q.provider = Some(filter(&mut look, Kind::Provider, provider).await?);
    }
    q.state = f.state;
    q.line = f.is.as_deref().map(line).transpose()?;
    q.after = f.after.as_deref().map(|a| Cursor::from_text(a).ok_or_else(cursor)).transpose()?;
    let page = look.page(&q).await?;
    let whole = who.provider().is_none();
    let rows = page.rows.iter();
    let items: Result<Vec<Value>, Stop> = rows.map(|r| body(r.on, r.kept.version, &r.kept.thing, whole)).collect();
    let mut answer = json!({ "items": items?, "total": page.total, "next": page.next });
    // How much is written in the house tells a provider that others exist; only our people see it.
    if let (None, Some(answer)) = (who.provider(), answer.as_object_mut()) {
        answer.insert("log_size".to_owned(), json!(look.size()));
        answer.insert("at".to_owned(), json!(look.now().0));
    }
    Ok(Json(answer))
}

/// The id a filter means. A name nobody has filters like one that is not the reader's: to an empty list.
async fn filter(look: &mut Look, kind: Kind, name: &str) -> Result<uuid::Uuid, Stop> {
    Ok(names::find(look, kind, name).await?.map_or(uuid::Uuid::nil(), |on| on.id))
}

fn line(is: &str) -> Result<(&'static str, String), Stop> {
    const LINES: &[&str] =
        &["standing", "due", "grade", "state", "qualification", "certificate", "grant", "attendance"];
    let (name, word) = is.split_once(':').unwrap_or((is, ""));
    let known = LINES.iter().find(|l| **l == name);
    known
        .map(|l| (*l, word.to_owned()))
        .ok_or_else(|| Stop::field("is", Why::of("invalid-list-lines").with("list", LINES.join(", "))))
}

fn cursor() -> Stop {
    Stop::field("after", Why::of("invalid-list-after"))
}

/// An object as it is told: whole to our people, to a provider's what is shared with them.
fn body(on: Ref, version: u64, thing: &plantgate_domain::thing::AnyThing, whole: bool) -> Result<Value, Stop> {
    let body = thing.to_body()?;
    let body = if whole { body } else { shared::told(body) };
    Ok(json!({ "kind": on.kind, "id": on.id, "reference": thing.card().reference, "version": version, "body": body }))
}

/// What cannot be read of a list's query.
fn unread(rejection: QueryRejection) -> Stop {
    Stop::field("query", Why::of("invalid-said").with("said", rejection.body_text()))
}

async fn seen(inside: &mut Inside, kind: &str, name: &str) -> Result<Ref, Stop> {
    let kind: Kind = kind.parse().map_err(|_| Stop::NotFound)?;
    let on = names::find(&mut inside.look, kind, name).await?.ok_or(Stop::NotFound)?;
    if inside.look.sees(inside.who.person.id, on).await? { Ok(on) } else { Err(Stop::NotFound) }
}

/// `GET /api/v1/objects/{kind}/{name}`
pub async fn show(
    Program(mut inside): Program,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let on = seen(&mut inside, &kind, &name).await?;
    let kept = inside.look.kept(on).await?.ok_or(Stop::NotFound)?;
    Ok(Json(body(on, kept.version, &kept.thing, inside.who.provider().is_none())?))
}

/// `GET /api/v1/objects/{kind}/{name}/history`
pub async fn history(
    Program(mut inside): Program,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let on = seen(&mut inside, &kind, &name).await?;
    let Inside { who, mut look } = inside;
    // What an owner's person wrote about a provider is not the provider's to read.
    if who.provider().is_some() {
        return Err(Stop::NotFound.into());
    }
    let mut lines = Vec::new();
    for (entry, leaf) in look.entries(on).await? {
        let (name, data) = entry.event.to_wire().map_err(Stop::from)?;
        lines.push(json!({ "entry": entry.at.seq, "leaf": leaf, "at": entry.at.at, "by": entry.at.by,
            "auth": entry.auth, "what": name, "data": data, "version": entry.ver, "rules": entry.rules,
            "signature": entry.signature }));
    }
    Ok(Json(json!({ "kind": on.kind, "id": on.id, "entries": lines })))
}
