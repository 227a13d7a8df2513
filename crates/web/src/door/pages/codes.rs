//! Sheets of single-use codes for gateways that stand alone: which lie at a site, and the codes of a new one on
//! their way to paper. Who issued a sheet sees its codes for some minutes; behind that only the envelope has them.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use plantgate_app::{Stop, power::could, read::Memory, witness::calling::Calls};
use plantgate_domain::{
    base::{Instant, Kind, Ref, SessionId, SiteId},
    expect::{
        codes::SHOWN,
        site::{Sheet, Site},
    },
};
use uuid::Uuid;

use super::engagement_parts::item;
use crate::{
    door::{deeds, error::Trouble, listing::encoded, routes::Routes, visit::Visit},
    page::codes::{Called, CodeLine, Codes, CodesSheet, CodesShut, SheetRow},
    render,
    view::Item,
};

/// Sheets that are listed; older ones stand in the history of the site.
const ROWS: usize = 50;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/sites/{name}/codes", show).page("/sites/{name}/codes/{sheet}", print)
}

/// Where the sheets of a site stand.
pub fn address(site: &str) -> String {
    format!("/sites/{}/codes", encoded(site))
}

/// Whether somebody is led there.
pub fn offered(v: &Visit, site: SiteId) -> bool {
    v.provider().is_none() && could(&v.who.person, "keep-accounts", &[site], &v.look.rules())
}

/// The site, for whoever keeps its accounts; for everybody else there is no such page.
async fn site(v: &mut Visit, name: &str) -> Result<Site, Trouble> {
    let id: SiteId = v.seen(Kind::Site, name).await?;
    if !offered(v, id) {
        return Err(Stop::NotFound.into());
    }
    let site: Site = v.look.get(id).await?;
    v.zone_of(&site);
    Ok(site)
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("systems");
    let site = site(&mut v, &name).await?;
    let mut rows = Vec::new();
    let sheets: Vec<&Sheet> = site.sheets.iter().rev().take(ROWS).collect();
    let calls = calls(&mut v, &sheets).await?;
    for sheet in sheets {
        rows.push(row(&mut v, &site, sheet, calls.get(&sheet.id)).await?);
    }
    let page = Codes {
        more: site.sheets.len().saturating_sub(rows.len()),
        issue: deed(&v, &site, "issue-codes", None),
        reference: site.facts.reference,
        name: site.facts.name,
        rows,
        ui: v.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// The form of an act for this site, if this person may do it here.
fn deed(v: &Visit, site: &Site, act: &str, sheet: Option<&Sheet>) -> Option<String> {
    deeds::find(act).filter(|deed| deeds::for_side(v, deed) && deeds::open_to(v, deed, &[site.id]))?;
    let which = sheet.map(|s| format!("&sheet={}", s.id)).unwrap_or_default();
    Some(format!("/do/{act}?site={}{which}", encoded(&site.facts.reference)))
}

async fn row(v: &mut Visit, site: &Site, sheet: &Sheet, calls: Option<&Calls>) -> Result<SheetRow, Stop> {
    let now = v.now();
    let by = match sheet.issued_by.person() {
        Some(person) => item(v, person.into()).await?.text,
        None => "–".to_owned(),
    };
    let good = sheet.good(now);
    Ok(SheetRow {
        gateway: sheet.gateway.clone(),
        issued: sheet.issued,
        by,
        until: sheet.until,
        codes: sheet.codes,
        called: called(v, sheet).await?,
        calls: match calls.filter(|_| sheet.called().is_some()) {
            Some(calls) => lines(v, calls).await?,
            None => Vec::new(),
        },
        used: used(v, sheet).await?,
        state: state(v, sheet, now),
        print: sheet.shown_to(v.me(), now).then(|| format!("{}/{}", address(&site.facts.reference), sheet.id)),
        withdraw: deed(v, site, "withdraw-codes", Some(sheet)).filter(|_| good),
    })
}

/// What a sheet for emergencies is for: whose people, what they may do, and who agreed.
async fn called(v: &mut Visit, sheet: &Sheet) -> Result<Option<(String, String)>, Stop> {
    let Some(e) = &sheet.emergencies else { return Ok(None) };
    let (engagement, second) = (item(v, e.engagement.into()).await?.text, item(v, e.second.into()).await?.text);
    let roles = e.roles.iter().map(|role| v.ui.word("role", role.as_str()).to_string()).collect::<Vec<_>>().join(", ");
    let may = v.ui.t("codes-may").s("roles", roles).s("second", second).to_string();
    Ok(Some((v.ui.t("codes-for-emergencies").s("engagement", engagement).to_string(), may)))
}

/// Who could be called by sheets of these gateways now.
async fn calls(v: &mut Visit, sheets: &[&Sheet]) -> Result<BTreeMap<Uuid, Calls>, Stop> {
    let (now, app) = (v.now(), v.state.app.clone());
    let good = sheets.iter().filter(|sheet| sheet.called().is_some() && sheet.good(now));
    let mut all = BTreeMap::new();
    for gateway in good.map(|sheet| sheet.gateway.as_str()).collect::<BTreeSet<_>>() {
        all.extend(app.sheets_call(gateway).await?);
    }
    Ok(all)
}

/// The same of one sheet in lines, for whoever keeps it: each system with its people, and how many do not fit.
async fn lines(v: &mut Visit, calls: &Calls) -> Result<Vec<String>, Stop> {
    let mut lines = Vec::with_capacity(calls.systems.len());
    for (system, people) in &calls.systems {
        let mut names = Vec::with_capacity(people.len());
        for person in people {
            names.push(item(v, (*person).into()).await?.text);
        }
        lines.push(format!("{system}: {}", names.join(", ")));
    }
    if lines.is_empty() {
        lines.push(v.ui.t(nobody(calls)).to_string());
    }
    lines.extend((calls.left_out > 0).then(|| v.ui.t("codes-left-out").n("count", calls.left_out).to_string()));
    Ok(lines)
}

/// Why nobody could be called.
fn nobody(calls: &Calls) -> &'static str {
    if calls.lapsed { "codes-lapsed" } else { "codes-systems-none" }
}

/// The same for the paper: the names that are typed, and no names of people, because the sheet lies there for long.
async fn paper(v: &mut Visit, sheet: &Sheet) -> Result<Option<Called>, Stop> {
    let Some((of, may)) = called(v, sheet).await? else { return Ok(None) };
    let calls = calls(v, &[sheet]).await?.remove(&sheet.id).unwrap_or_default();
    let nobody = v.ui.t(nobody(&calls)).to_string();
    let many = |n: usize| v.ui.t("codes-people").n("count", n).to_string();
    let systems = calls.systems.into_iter().map(|(system, people)| (system, many(people.len()))).collect();
    Ok(Some(Called { of, may, systems, nobody }))
}

/// The sessions that codes opened, in the order of their numbers.
async fn used(v: &mut Visit, sheet: &Sheet) -> Result<Vec<(u32, Item)>, Stop> {
    let me = v.me();
    let sessions: Vec<Ref> = sheet.used.values().map(|session| Ref::from(*session)).collect();
    v.names.learn_all(&mut v.look, me, &sessions).await?;
    let named = |(number, session): (&u32, &SessionId)| {
        let named = v.names.of((*session).into());
        (*number, Item { text: named.text, href: named.href })
    };
    Ok(sheet.used.iter().map(named).collect())
}

fn state(v: &Visit, sheet: &Sheet, now: Instant) -> String {
    match sheet.withdrawn {
        Some(at) => v.ui.t("codes-withdrawn").s("at", v.ui.moment(at)).to_string(),
        None if sheet.good(now) => v.ui.t("codes-good").to_string(),
        None => v.ui.t("codes-over").to_string(),
    }
}

async fn print(visit: Visit, Path((name, sheet)): Path<(String, String)>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("systems");
    let site = site(&mut v, &name).await?;
    let sheet = site.sheets.iter().find(|s| s.id.to_string() == sheet).ok_or(Stop::NotFound)?;
    let (reference, name) = (site.facts.reference.clone(), site.facts.name.clone());
    let mut response = if sheet.shown_to(v.me(), v.now()) {
        let called = paper(&mut v, sheet).await?;
        let codes = v.state.app.sheet_codes(sheet.id, sheet.codes)?;
        let codes = (1..).zip(&codes).map(|(number, code)| CodeLine { number, code: code.to_string() }).collect();
        let (gateway, until) = (sheet.gateway.clone(), sheet.until);
        render::page(StatusCode::OK, &CodesSheet { ui: v.ui, reference, name, gateway, called, until, codes })
    } else {
        render::page(StatusCode::FORBIDDEN, &CodesShut { ui: v.ui, reference, name, minutes: SHOWN / 60 })
    };
    // Neither a browser's store nor anything between keeps them.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
