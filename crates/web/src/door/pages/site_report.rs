//! The report of a site, one page on the screen, from the printer and as PDF. Rows are cut so that it stays one page;
//! what is cut is counted and stands behind a link.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::Memory,
    review::site::{DAYS, SiteReport, site_report},
};
use plantgate_domain::{
    base::{Duty, Kind, SiteId},
    permit::grant::Grant,
    review::finding::Finding,
};
use plantgate_print::{Fact, Moment, Paper, Part, Size};

use super::{access::shown::called, engagement_parts::item};
use crate::{
    door::{error::Trouble, listing::file, routes::Routes, visit::Visit},
    page::site_report::{Block, Count, Sheet, SiteReportPage},
    render,
    view::Item,
};

/// Rows of a table, and of the one with the providers.
const ROWS: usize = 5;
const PROVIDERS: usize = 8;
/// Signs of a cell.
const CELL: usize = 48;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/sites/{name}/report", show).page("/sites/{name}/report.pdf", print)
}

async fn read(v: &mut Visit, name: &str) -> Result<(String, String, SiteReport, Sheet), Trouble> {
    let id: SiteId = v.seen(Kind::Site, name).await?;
    let site: plantgate_domain::expect::site::Site = v.look.get(id).await?;
    v.zone_of(&site);
    let me = v.me();
    let report = site_report(&mut v.look, me, id).await?;
    let sheet = sheet(v, &site.facts.name, &report).await?;
    Ok((site.facts.reference, site.facts.name, report, sheet))
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("systems");
    let (reference, name, _, sheet) = read(&mut v, &name).await?;
    Ok(render::page(StatusCode::OK, &SiteReportPage { ui: v.ui, reference, name, sheet }))
}

async fn print(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?;
    let (reference, _, report, sheet) = read(&mut v, &name).await?;
    let paper = paper(&v, sheet, &report)?;
    // Setting a page takes a good part of a second: not on a thread that serves others.
    let made = tokio::task::spawn_blocking(move || plantgate_print::print(&paper)).await.map_err(Stop::fault)?;
    let bytes = made.map_err(Stop::fault)?.bytes;
    Ok(file(&format!("plantgate-site-{reference}.pdf"), "application/pdf", bytes))
}

async fn sheet(v: &mut Visit, name: &str, r: &SiteReport) -> Result<Sheet, Stop> {
    let count = |number: u64, what: String| Count { number, what };
    let t = |v: &Visit, id: &'static str| v.ui.t(id).to_string();
    let counts = vec![
        count(r.providers.len() as u64, t(v, "site-providers")),
        count(r.inside.len() as u64, t(v, "site-inside")),
        count(r.scheduled.len() as u64, t(v, "site-scheduled")),
        count(r.overdue.len() as u64, t(v, "site-overdue")),
        count(r.findings.len() as u64, t(v, "site-findings")),
        count(r.accesses, v.ui.t("site-accesses").n("days", DAYS).to_string()),
        count(r.sessions, v.ui.t("site-sessions").n("days", DAYS).to_string()),
        count(r.emergencies.len() as u64, v.ui.t("site-emergencies").n("days", DAYS).to_string()),
        count(r.packs, v.ui.t("site-packs").n("days", DAYS).to_string()),
    ];
    let mut head = v.ui.t("site-record").s("size", r.size).to_string();
    if let Some((size, root)) = &r.head {
        head = format!("{head} {}", v.ui.t("site-head").s("size", size).s("root", root));
    }
    let blocks = vec![
        providers(v, r).await?,
        coming(v, r).await?,
        overdue(v, &r.overdue).await?,
        findings(v, &r.findings).await?,
        emergencies(v, &r.emergencies).await?,
    ];
    Ok(Sheet {
        title: v.ui.t("site-report").s("site", name).to_string(),
        as_of: v.ui.t("site-as-of").s("at", v.ui.full(r.at)).to_string(),
        counts,
        approval: match r.approval {
            Some((secs, count)) => {
                v.ui.t("site-approval").n("days", DAYS).s("length", v.ui.length(secs)).n("count", count).to_string()
            }
            None => v.ui.t("site-approval-none").n("days", DAYS).to_string(),
        },
        blocks,
        head: format!("{head} {}", v.ui.t("foot-unwitnessed")),
        limits: v.ui.t("site-limits").to_string(),
    })
}

/// A table with what is beyond it.
fn block(v: &Visit, id: &'static str, head: &[&'static str], rows: Vec<Vec<Item>>, all: usize) -> Block {
    let more = all.saturating_sub(rows.len());
    let rest = match (all, more) {
        (0, _) => v.ui.t("site-none").to_string(),
        (_, 0) => String::new(),
        (_, more) => v.ui.t("site-more").n("count", more).to_string(),
    };
    let cut = |cell: Item| Item { text: short(&cell.text), ..cell };
    Block {
        id,
        title: v.ui.word("site-block", id).to_string(),
        head: head.iter().map(|word| v.ui.t(word).to_string()).collect(),
        rows: rows.into_iter().map(|row| row.into_iter().map(cut).collect()).collect(),
        rest,
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_owned();
    }
    text.chars().take(CELL - 1).chain(['…']).collect()
}

async fn providers(v: &mut Visit, r: &SiteReport) -> Result<Block, Stop> {
    let mut rows = Vec::new();
    for p in r.providers.iter().take(PROVIDERS) {
        let provider: plantgate_domain::expect::provider::Provider = v.look.get(p.id).await?;
        let tier = p.tier.map_or_else(|| "–".to_owned(), |t| v.ui.word("tier", t.as_str()).to_string());
        rows.push(vec![
            Item::link(provider.facts.reference.clone(), format!("/providers/{}", provider.facts.reference)),
            Item::name(provider.facts.name),
            Item::name(v.ui.word("standing", p.level.as_str()).to_string()),
            Item::name(tier),
        ]);
    }
    let head = ["col-reference", "col-provider", "col-standing", "col-tier"];
    Ok(block(v, "providers", &head, rows, r.providers.len()))
}

async fn coming(v: &mut Visit, r: &SiteReport) -> Result<Block, Stop> {
    let mut rows = Vec::new();
    for inside in r.inside.iter().take(ROWS) {
        let f = &inside.session.facts;
        let person = match f.person {
            Some(person) => called(v, person).await?,
            None => v.ui.t("now-nobody-known").to_string(),
        };
        let when = v.ui.t("site-since").s("at", v.ui.moment(f.started)).to_string();
        rows.push(vec![item(v, f.instance.into()).await?, Item::name(person), Item::name(when)]);
    }
    for grant in r.scheduled.iter().take(ROWS.saturating_sub(rows.len())) {
        let person = called(v, grant.facts.person).await?;
        let when = v.ui.window(grant.window());
        rows.push(vec![item(v, grant.facts.instance.into()).await?, Item::name(person), Item::name(when)]);
    }
    let head = ["col-system", "col-person", "col-when"];
    Ok(block(v, "coming", &head, rows, r.inside.len() + r.scheduled.len()))
}

async fn overdue(v: &mut Visit, all: &[Duty]) -> Result<Block, Stop> {
    let mut rows = Vec::new();
    for duty in all.iter().take(ROWS) {
        let who = match duty.provider {
            Some(provider) => item(v, provider.into()).await?,
            None => Item::name(v.ui.word("party", duty.party.as_str()).to_string()),
        };
        rows.push(vec![item(v, duty.what).await?, who, Item::name(v.ui.day_of(duty.due))]);
    }
    Ok(block(v, "overdue", &["col-object", "col-party", "col-due"], rows, all.len()))
}

async fn findings(v: &mut Visit, all: &[Finding]) -> Result<Block, Stop> {
    let mut rows = Vec::new();
    for f in all.iter().take(ROWS) {
        let who = match f.facts.provider {
            Some(provider) => item(v, provider.into()).await?,
            None => Item::name(v.ui.word("party", f.party.as_str()).to_string()),
        };
        rows.push(vec![
            item(v, f.id.into()).await?,
            Item::name(v.ui.word("findingkind", f.facts.kind.as_str()).to_string()),
            who,
            Item::name(v.ui.word("severity", f.severity.as_str()).to_string()),
            Item::name(v.ui.word("finding", f.state.as_str()).to_string()),
        ]);
    }
    let head = ["col-finding", "col-kind", "col-party", "col-severity", "col-state"];
    Ok(block(v, "findings", &head, rows, all.len()))
}

async fn emergencies(v: &mut Visit, all: &[Grant]) -> Result<Block, Stop> {
    let mut rows = Vec::new();
    for g in all.iter().take(ROWS) {
        let reviewed = if g.reviewed.is_some() { "site-reviewed" } else { "site-unreviewed" };
        rows.push(vec![
            item(v, g.id.into()).await?,
            Item::name(called(v, g.facts.person).await?),
            item(v, g.facts.instance.into()).await?,
            Item::name(v.ui.moment(g.facts.window.from)),
            Item::name(v.ui.t(reviewed).to_string()),
        ]);
    }
    let head = ["col-grant", "col-person", "col-system", "col-when", "col-state"];
    Ok(block(v, "emergencies", &head, rows, all.len()))
}

fn paper(v: &Visit, sheet: Sheet, report: &SiteReport) -> Result<Paper, Stop> {
    let counts = sheet.counts.into_iter().map(|c| format!("{} {}", c.number, c.what));
    let counts: Vec<String> = counts.collect();
    let mut parts = vec![Part::Text(sheet.as_of.clone()), Part::Text(counts.join(" · ")), Part::Text(sheet.approval)];
    for block in sheet.blocks {
        parts.push(Part::Heading(block.title));
        if !block.rows.is_empty() {
            let head = block.head.into_iter().map(|word| (word, 1)).collect();
            let rows = block.rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect();
            parts.push(Part::Table { head, rows });
        }
        if !block.rest.is_empty() {
            parts.push(Part::Text(block.rest));
        }
    }
    parts.push(Part::Framed { title: v.ui.t("pack-limits-title").to_string(), text: sheet.limits });
    parts.push(Part::Facts(vec![Fact { name: v.ui.t("pack-head").to_string(), lines: vec![sheet.head], code: false }]));
    Ok(Paper {
        lang: v.ui.r.lang.tag().to_owned(),
        title: sheet.title.clone(),
        maker: format!("Plantgate {}", env!("CARGO_PKG_VERSION")),
        ident: format!("{} {}", sheet.title, report.at),
        at: Moment::of(&report.at.to_string()).ok_or_else(|| Stop::fault("an instant no paper can bear"))?,
        foot: format!("{} · {}", v.ui.org, sheet.as_of),
        size: Size::OnePage,
        parts,
    })
}
