//! *Our people*: who of a provider is known to the plant, and the form by which its contact says that somebody came,
//! moved or left. What was told is shown; whether it was late is the plant's to judge.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Order, Query},
};
use plantgate_domain::{base::Kind, qualify::person::Person};

use crate::{
    door::{
        deeds,
        error::Trouble,
        listing::{Asked, encoded, export, things},
        pages::access::shown,
        visit::Visit,
    },
    page::portal::{OurPeople, OurPerson},
    render,
};

/// `GET /our-people`
pub async fn show(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("our-people");
    let limit = v.state.app.store().limits().page;
    let mut q = Query { provider: Some(provider.0), ..Query::new(Kind::Person, v.me(), limit) };
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Name)?;
    let page = v.look.page(&q).await?;
    let mut rows = Vec::new();
    for person in things::<Person>(&page)? {
        rows.push(row(&mut v, &person).await?);
    }
    if let Some(form) = asked.export() {
        let line = |r: &OurPerson| vec![r.name.clone(), r.roles.join("; "), r.state.to_owned(), r.notices.join("; ")];
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "people", &["name", "roles", "state", "notices"], &lines);
    }
    let list = asked.list(&q, &page, all);
    let may = deeds::can(&v, "notice-person");
    Ok(render::page(StatusCode::OK, &OurPeople { list, rows, may, ui: v.ui }))
}

async fn row(v: &mut Visit, p: &Person) -> Result<OurPerson, Stop> {
    let name = shown::called(v, p.id).await?;
    let told = |n: &plantgate_domain::event::qualify::NoticeReceived| {
        let kind = v.ui.word("noticekind", n.kind.as_str()).to_string();
        v.ui.t("ours-notice-line").s("kind", kind).s("at", v.ui.moment(n.effective_at)).to_string()
    };
    let reference = p.facts.reference.clone().unwrap_or_else(|| p.id.to_string());
    Ok(OurPerson {
        name,
        tell: format!("/do/notice-person?person={}", encoded(&reference)),
        roles: p.facts.provider_roles.iter().map(|r| v.ui.word("power", r.as_str()).to_string()).collect(),
        state: p.word(v.now()),
        notices: p.notices.iter().filter(|n| n.withdrawn.is_none()).map(|n| told(&n.notice)).collect(),
    })
}
