//! Lists of requests and of grants: states as chips with their counts, the URL is the view, the same rows as a file.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order, Page, Query},
};
use plantgate_domain::{
    base::{InstanceId, Kind},
    expect::instance::Instance,
    permit::{access::AccessRequest, grant::Grant},
};

use super::{ask::may_ask, grant_word, request::fixed, shown};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, Export, export, things},
        visit::Visit,
    },
    page::{
        access::{RequestRow, Requests},
        grants::{GrantRow, Grants},
    },
    render,
    view::List,
};

const REQUESTED: &[&str] = &["awaiting-approval", "refused", "approved", "denied", "lapsed", "withdrawn"];
const GRANTED: &[&str] = &["active", "scheduled", "suspended", "expired", "revoked"];

/// `GET /access`
pub async fn requests(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at("access");
    let (list, page) = page(&mut v, &asked, Kind::AccessRequest, REQUESTED).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for request in things::<AccessRequest>(&page)? {
        rows.push(request_row(&mut v, &request).await?);
    }
    if let Some(form) = asked.export() {
        return requests_file(&v, form, &rows);
    }
    let may_request = may_ask(&v);
    Ok(render::page(StatusCode::OK, &Requests { ui: v.ui, list, rows, may_request }))
}

/// `GET /access/grants`
pub async fn grants(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at("access");
    let (list, page) = page(&mut v, &asked, Kind::Grant, GRANTED).await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for grant in things::<Grant>(&page)? {
        rows.push(grant_row(&mut v, &grant).await?);
    }
    if let Some(form) = asked.export() {
        return grants_file(&v, form, &rows);
    }
    Ok(render::page(StatusCode::OK, &Grants { ui: v.ui, list, rows }))
}

/// A page of a list with its chips: words that the line of the state has now.
async fn page(
    v: &mut Visit,
    asked: &Asked,
    kind: Kind,
    words: &'static [&'static str],
) -> Result<(List, Page), Trouble> {
    let all = Query { site: None, ..Query::new(kind, v.me(), v.state.app.store().limits().page) };
    let unfiltered = v.look.count(&all).await?;
    let mut chips = vec![asked.chip("state", None, v.ui.t("list-all"), unfiltered)];
    let family = if kind == Kind::Grant { "grant" } else { "request" };
    for word in words {
        let count = v.look.count(&Query { line: Some(("state", (*word).to_owned())), ..all.clone() }).await?;
        let shown = shown_word(word);
        if count > 0 || asked.is("state", word) {
            chips.push(asked.chip("state", Some(word), v.ui.word(family, shown), count));
        }
    }
    let mut q = all;
    q.line = asked.get("state").map(|word| ("state", word.to_owned()));
    asked.fill(&mut q, Order::Newest)?;
    let page = v.look.page(&q).await?;
    let mut list = asked.list(&q, &page, unfiltered);
    list.chips = vec![chips];
    Ok((list, page))
}

/// As pages call the state of a grant.
fn shown_word(word: &'static str) -> &'static str {
    match word {
        "active" => "open",
        "expired" => "ended",
        word => word,
    }
}

async fn system(v: &mut Visit, on: InstanceId) -> Result<String, Stop> {
    Ok(v.look.find::<Instance>(on).await?.map_or_else(|| "–".to_owned(), |i| i.facts.reference))
}

async fn request_row(v: &mut Visit, r: &AccessRequest) -> Result<RequestRow, Stop> {
    let a = &r.asked;
    let state = r.word(v.now());
    let with = match (state, r.denied_by, r.approvals.last()) {
        ("awaiting-approval", ..) => super::request::next(v, r).await?.to_string(),
        ("refused", ..) => v.ui.t("request-by-rule").to_string(),
        ("denied", Some((person, _)), _) => shown::called(v, person).await?,
        ("approved", _, Some(yes)) => shown::called(v, yes.person).await?,
        _ => "–".to_owned(),
    };
    Ok(RequestRow {
        item: shown::item(v, r.id).await?,
        person: shown::called(v, a.person).await?,
        provider: shown::item(v, a.provider).await?,
        system: system(v, a.instance).await?,
        env: a.environment,
        role: a.roles.iter().max().map_or("view", |role| role.as_str()),
        purpose: a.purpose.as_str(),
        window: fixed(&a.window),
        state,
        with,
    })
}

async fn grant_row(v: &mut Visit, g: &Grant) -> Result<GrantRow, Stop> {
    let f = &g.facts;
    Ok(GrantRow {
        item: shown::item(v, g.id).await?,
        person: shown::called(v, f.person).await?,
        provider: shown::item(v, f.provider).await?,
        system: system(v, f.instance).await?,
        env: f.environment,
        role: f.roles.iter().max().map_or("view", |role| role.as_str()),
        window: g.window_at(v.now()),
        state: grant_word(g, v.now()),
    })
}

fn requests_file(v: &Visit, form: Export, rows: &[RequestRow]) -> Result<Response, Trouble> {
    let head =
        ["reference", "state", "person", "provider", "system", "environment", "role", "purpose", "from", "until"];
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let (from, until) = r.window.map(|w| (v.ui.iso(w.from), v.ui.iso(w.until))).unwrap_or_default();
            let words = [r.state, r.env.as_str(), r.role, r.purpose].map(str::to_owned);
            let [state, env, role, purpose] = words;
            let (person, provider) = (r.person.clone(), r.provider.text.clone());
            vec![r.item.text.clone(), state, person, provider, r.system.clone(), env, role, purpose, from, until]
        })
        .collect();
    export(form, "access-requests", &head, &rows)
}

fn grants_file(v: &Visit, form: Export, rows: &[GrantRow]) -> Result<Response, Trouble> {
    let head = ["reference", "state", "person", "provider", "system", "environment", "role", "from", "until"];
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let [state, env, role] = [r.state, r.env.as_str(), r.role].map(str::to_owned);
            let (person, provider) = (r.person.clone(), r.provider.text.clone());
            let (from, until) = (v.ui.iso(r.window.from), v.ui.iso(r.window.until));
            vec![r.item.text.clone(), state, person, provider, r.system.clone(), env, role, from, until]
        })
        .collect();
    export(form, "grants", &head, &rows)
}
