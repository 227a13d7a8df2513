//! *Findings* shown to a provider: what was found, what was agreed, and what its people can say to it.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::read::{Memory, Order, Query};
use plantgate_domain::{
    base::{FindingId, Kind, ProviderId},
    expect::site::Site,
    review::{acts as rule, finding::Finding},
};

use crate::{
    door::{
        deeds,
        error::Trouble,
        listing::{Asked, export, things},
        visit::Visit,
    },
    page::{
        findings::FindingRow,
        portal::{OurFinding, OurFindings},
    },
    render,
    view::Item,
};

/// `GET /our-findings`
pub async fn list(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("our-findings");
    let limit = v.state.app.store().limits().page;
    let mut q = Query { provider: Some(provider.0), ..Query::new(Kind::Finding, v.me(), limit) };
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Newest)?;
    let page = v.look.page(&q).await?;
    let found = things::<Finding>(&page)?;
    let rows: Vec<FindingRow> = found.iter().map(|f| row(&v, f)).collect();
    if let Some(form) = asked.export() {
        let line = |r: &FindingRow| {
            let due = r.due.map(|d| d.to_string()).unwrap_or_default();
            vec![r.item.text.clone(), r.title.clone(), r.state.to_owned(), r.severity.to_owned(), due]
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "findings", &["finding", "title", "state", "severity", "due"], &lines);
    }
    let list = asked.list(&q, &page, all);
    Ok(render::page(StatusCode::OK, &OurFindings { list, rows, ui: v.ui }))
}

fn row(v: &Visit, f: &Finding) -> FindingRow {
    FindingRow {
        item: Item::link(f.facts.reference.clone(), format!("/our-findings/{}", f.facts.reference)),
        title: v.ui.word("findingkind", f.facts.kind.as_str()).to_string(),
        party: f.party.as_str(),
        provider: None,
        severity: f.severity.as_str(),
        state: f.state.as_str(),
        due: f.action.as_ref().map(|a| a.due),
        late: f.overdue_days(v.now()).unwrap_or(0),
    }
}

/// `GET /our-findings/{name}`
pub async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("our-findings");
    let id: FindingId = v.seen(Kind::Finding, &name).await?;
    let f: Finding = v.look.get(id).await?;
    let site: Site = v.look.get(f.facts.site).await?;
    v.zone_of(&site);
    let text = v.look.open_private(&f.facts.text).await?.unwrap_or_default();
    let action = match f.action.as_ref().and_then(|a| a.text.as_ref()) {
        Some(text) => v.look.open_private(text).await?,
        None => None,
    };
    let said = |id: &str, at| v.ui.t(id).s("day", v.ui.day_of(at)).to_string();
    let mut said_so = Vec::new();
    said_so.extend(f.objected.map(|at| said("ours-objected", at)));
    said_so.extend(f.claimed.filter(|_| f.verified.is_none()).map(|at| said("ours-claimed", at)));
    let page = OurFinding {
        row: row(&v, &f),
        text,
        site: site.facts.name,
        found: f.at,
        action,
        said: said_so,
        counts: f.counts() && f.verified.is_none() && f.settled.is_none(),
        acts: acts(&v, &f, provider),
        ui: v.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// What the domain would let this person do now.
fn acts(v: &Visit, f: &Finding, provider: ProviderId) -> Vec<Item> {
    let open = [
        ("claim-action", f.claimed.is_none() && rule::may_claim(f, Some(provider)).is_ok()),
        ("dispute-finding", f.objected.is_none() && rule::may_dispute(f, provider).is_ok()),
    ];
    let all = open.into_iter().filter(|(act, may)| *may && deeds::can(v, act));
    let link = |(act, _): (&str, bool)| {
        let title = v.ui.word("deed", act).to_string();
        Item::link(title, format!("/do/{act}?finding={}", f.facts.reference))
    };
    all.map(link).collect()
}
