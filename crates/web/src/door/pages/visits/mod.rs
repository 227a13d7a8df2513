//! Visits: the list, writing one down, one visit and its steps. On a phone the next step is one big button.

mod new;
mod show;
mod state;
mod steps;

use axum::{extract::DefaultBodyLimit, http::StatusCode, response::Response, routing::post};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, Ref, Refusal},
    expect::site::Site,
    witness::visit::{Visit as Stay, is_late},
};

pub use new::ours;
pub use show::page;
pub use state::moment;

use super::{engagement_parts::item, filters};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export, things},
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::visits::{VisitRow, Visits},
    render,
    view::Item,
};

/// Routes.
pub fn routes() -> Routes {
    let note = post(state::send).layer(DefaultBodyLimit::disable());
    Routes::new()
        .page("/visits", list)
        .page("/visits/new", new::form)
        .act("/visits", new::announce)
        .page("/visits/{name}", show::show)
        .page("/visits/{name}/state", state::form)
        // The file is bounded while it streams; other fields are bounded as they are read.
        .route(RouteKind::Act, "POST", "/visits/{name}/state", note)
        .page("/visits/{name}/files/{sha256}", state::file)
        .act("/visits/{name}/{act}", steps::act)
}

/// States of a visit, as stored.
const STATES: &[&str] = &["announced", "on-site", "left", "recorded", "called-off"];
/// Who is called, while they are here.
const CALLED: &[&str] = &["deputy", "shift-lead"];

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("access");
    let mut q = Query::new(Kind::Visit, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Newest)?;
    let all = visit.look.count(&Query::new(Kind::Visit, visit.me(), 1)).await?;
    filters::place(&mut visit, &asked, &mut q).await?;
    let mut chips = Vec::new();
    for (name, words, family) in [("state", STATES, "visit"), ("attendance", CALLED, "presence")] {
        let mut group = Vec::new();
        for word in words {
            let mut one = Query { after: None, ..q.clone() };
            match name {
                "state" => one.state = Some((*word).to_owned()),
                _ => one.line = Some(("attendance", (*word).to_owned())),
            }
            let count = visit.look.count(&one).await?;
            group.push(asked.chip(name, Some(word), visit.ui.word(family, word), count));
        }
        chips.push(group);
    }
    q.state = asked.get("state").map(str::to_owned);
    q.line = asked.get("attendance").map(|word| ("attendance", word.to_owned()));
    let page = visit.look.page(&q).await?;
    let rows = rows(&mut visit, &things::<Stay>(&page)?).await?;
    if let Some(form) = asked.export() {
        return exported(form, &rows);
    }
    let mut list = asked.list(&q, &page, all);
    chips.extend(filters::chips(&mut visit, &asked, &q).await?);
    list.chips = chips;
    let may = may(&visit);
    Ok(render::page(StatusCode::OK, &Visits { list, rows, may, theirs: false, ui: visit.ui }))
}

/// The rows as a file.
pub fn exported(form: crate::door::listing::Export, rows: &[VisitRow]) -> Result<Response, Trouble> {
    let at = |t: Option<plantgate_domain::base::Instant>| t.map(|t| t.to_string()).unwrap_or_default();
    let line = |r: &VisitRow| {
        vec![
            r.item.text.clone(),
            r.provider.text.clone(),
            r.site.clone(),
            r.state.to_owned(),
            at(r.planned.map(|w| w.from)),
            at(r.planned.map(|w| w.until)),
            at(r.arrived),
            at(r.left),
            r.zone.as_str().to_owned(),
            if r.late { "yes" } else { "" }.to_owned(),
            r.presence.to_owned(),
            r.people.to_string(),
            r.systems.clone(),
        ]
    };
    let head = [
        "visit",
        "provider",
        "site",
        "state",
        "planned_from",
        "planned_until",
        "arrived",
        "left",
        "zone",
        "late",
        "attendance",
        "people",
        "systems",
    ];
    export(form, "visits", &head, &rows.iter().map(line).collect::<Vec<_>>())
}

/// Whether this person may write down visits somewhere.
pub fn may(visit: &Visit) -> bool {
    power::could(&visit.who.person, power::EnterSession::KEY, &[], &visit.look.rules())
}

/// Only for people who may write one down at this site, a visit or a line of the logbook.
pub fn writes(v: Visit) -> Result<Visit, Trouble> {
    let v = v.ours()?.at("access");
    let site = v.site.as_ref().map(|s| s.id).ok_or(Stop::NotFound)?;
    if power::could(&v.who.person, power::EnterSession::KEY, &[site], &v.look.rules()) {
        return Ok(v);
    }
    Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into())
}

/// Rows of visits; names are looked up together.
pub async fn rows(visit: &mut Visit, all: &[Stay]) -> Result<Vec<VisitRow>, Stop> {
    let mut named: Vec<Ref> = Vec::new();
    for stay in all {
        named.extend([Ref::from(stay.id), stay.facts.provider.into()]);
        named.extend(stay.facts.instances.iter().map(|i| Ref::from(*i)));
    }
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &named).await?;
    let mut rows = Vec::with_capacity(all.len());
    for stay in all {
        rows.push(row(visit, stay).await?);
    }
    Ok(rows)
}

async fn row(visit: &mut Visit, stay: &Stay) -> Result<VisitRow, Stop> {
    let f = &stay.facts;
    let site: Site = visit.look.get(f.site).await?;
    let line = stay.attendance(&visit.look.rules());
    let presence = if stay.here(visit.now()) { *line.at(visit.now()) } else { "" };
    let item = if visit.ui.portal() {
        Item::link(f.reference.clone(), format!("/our-visits/{}", f.reference))
    } else {
        item(visit, stay.id.into()).await?
    };
    let provider = visit.names.of(f.provider.into());
    let systems: Vec<String> = f.instances.iter().map(|i| visit.names.of((*i).into()).text).collect();
    Ok(VisitRow {
        item,
        provider: Item { text: provider.text, href: provider.href },
        site: site.facts.name,
        state: stay.word(),
        arrived: stay.arrived_at(),
        left: stay.left_at(),
        planned: f.planned,
        late: stay.arrived.last().is_some_and(|n| is_late(n.facts.at, n.recorded)),
        presence,
        people: stay.visitors.len(),
        systems: systems.join(", "),
        zone: site.facts.zone,
    })
}
