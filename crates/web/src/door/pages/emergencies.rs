//! Emergencies that were opened: what they were about, how often, and which nobody looked at yet.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order, Query},
    review::emergencies::{Counted, PERIODS, counted, emergencies},
};
use plantgate_domain::{
    base::{Instant, Kind, Ref},
    event::permit::EmergencyCause,
    expect::site::Site,
    permit::grant::Grant,
};

use super::{access::shown, filters};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, Export, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::emergencies::{CauseRow, Emergencies, EmergencyRow},
    render,
    view::Item,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/access/emergencies", list)
}

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("access");
    let mut q = emergencies(Query::new(Kind::Grant, v.me(), v.state.app.store().limits().page));
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Newest)?;
    filters::place(&mut v, &asked, &mut q).await?;
    let page = v.look.page(&q).await?;
    let rows = rows(&mut v, &things::<Grant>(&page)?).await?;
    if let Some(form) = asked.export() {
        return exported(&v, form, &rows);
    }
    let numbers = counted(&mut v.look, &q).await?;
    let crowded = crowded(&mut v, &numbers).await?;
    let mut list = asked.list(&q, &page, all);
    list.chips = filters::chips(&mut v, &asked, &q).await?;
    let causes = causes(&v, &numbers);
    Ok(render::page(StatusCode::OK, &Emergencies { list, rows, causes, crowded, periods: PERIODS, ui: v.ui }))
}

async fn rows(v: &mut Visit, all: &[Grant]) -> Result<Vec<EmergencyRow>, Stop> {
    let mut rows = Vec::with_capacity(all.len());
    for g in all {
        let site: Site = v.look.get(g.facts.site).await?;
        rows.push(EmergencyRow {
            grant: shown::item(v, g.id).await?,
            person: shown::called(v, g.facts.person).await?,
            provider: shown::item(v, g.facts.provider).await?,
            system: shown::item(v, g.facts.instance).await?,
            opened: g.facts.window.from,
            until: g.until,
            reviewed: g.reviewed,
            due: g.facts.emergency.as_ref().map(|mark| mark.review_due),
            cause: g.cause.map(EmergencyCause::as_str),
            site: site.facts.name,
            zone: site.facts.zone,
        });
    }
    Ok(rows)
}

/// Every cause that there was, in the order of the words; what no review says last.
fn causes(v: &Visit, numbers: &Counted) -> Vec<CauseRow> {
    let row = |cause: Option<EmergencyCause>| {
        let counts = *numbers.causes.get(&cause)?;
        let text = match cause {
            Some(cause) => v.ui.word("emergencycause", cause.as_str()).to_string(),
            None => v.ui.t("emergencies-unsaid").to_string(),
        };
        Some(CauseRow { text, counts })
    };
    EmergencyCause::ALL.iter().copied().map(Some).chain([None]).filter_map(row).collect()
}

/// Where there were too many, in words.
async fn crowded(v: &mut Visit, numbers: &Counted) -> Result<Vec<Item>, Stop> {
    let on: Vec<Ref> = numbers.crowded.iter().map(|(on, _)| *on).collect();
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &on).await?;
    let item = |(on, many): &(Ref, usize)| {
        let named = v.names.of(*on);
        let text = v.ui.t("emergencies-crowded-row").s("name", named.text).n("count", *many).to_string();
        Item { text, href: named.href }
    };
    Ok(numbers.crowded.iter().map(item).collect())
}

fn exported(v: &Visit, form: Export, rows: &[EmergencyRow]) -> Result<Response, Trouble> {
    let at = |t: Option<Instant>| t.map(|t| t.to_string()).unwrap_or_default();
    let line = |r: &EmergencyRow| {
        vec![
            r.grant.text.clone(),
            r.person.clone(),
            r.provider.text.clone(),
            r.system.text.clone(),
            r.site.clone(),
            r.opened.to_string(),
            r.until.to_string(),
            at(r.reviewed),
            at(r.due),
            r.cause.map(|cause| v.ui.word("emergencycause", cause).to_string()).unwrap_or_default(),
        ]
    };
    let head = ["grant", "person", "provider", "system", "site", "opened", "until", "reviewed", "review_due", "cause"];
    export(form, "emergencies", &head, &rows.iter().map(line).collect::<Vec<_>>())
}
