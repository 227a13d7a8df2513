//! *Providers*: the list that is the picture. Filter, order and page stand in the URL; the rows come from one shelf, so
//! that a page asks as little of the archive as its fifty rows need.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, power,
    qualify::roll::{self, Ask, Found, Line, Sort},
    read::{Memory, RollRow, Shelf},
};
use plantgate_domain::{
    base::{Grade, Kind, Level, ProviderId, SiteId, Tier},
    expect::site::Site,
    qualify::posture::Cell,
};

use super::{areas::areas, why};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::providers::{ProviderRow, Providers},
    render,
    view::{Bar, Chip, Counts, List, Pager, Ui},
};

/// Rows of a page, and rows one shelf of an export holds.
const PAGE: usize = 50;
const STEP: usize = 100;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/providers", list)
}

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("providers");
    let sites = sites(&mut v).await?;
    let ask = ask(&asked, &sites);
    let me = v.me();
    let limit = if asked.export().is_some() { usize::MAX } else { PAGE };
    let found = roll::page(&mut v.look, me, &ask, limit).await?;
    let mut rows = Vec::with_capacity(found.rows.len());
    while rows.len() < found.rows.len() {
        let some = found.rows.iter().skip(rows.len()).take(STEP).cloned().collect();
        rows.extend(lines(&mut v, some, &sites).await?);
    }
    if let Some(form) = asked.export() {
        return export(form, "providers", &head(), &table(&v.ui, &rows));
    }
    let may_add = power::could(&v.who.person, "import", &[], &v.look.rules());
    let list = around(&v.ui, &asked, &ask, &found, &sites);
    let numbers = asked.is("as", "numbers");
    let page = Providers { areas: areas(&v.ui), ui: v.ui, list, rows, numbers, may_add };
    Ok(render::page(StatusCode::OK, &page).into_response())
}

/// Sites by id, for names and filters.
pub(super) async fn sites(v: &mut Visit) -> Result<BTreeMap<SiteId, Site>, Stop> {
    let mut sites = BTreeMap::new();
    for kept in v.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        sites.insert(site.id, site);
    }
    Ok(sites)
}

/// What the URL asks for; words that mean nothing filter nothing.
fn ask(asked: &Asked, sites: &BTreeMap<SiteId, Site>) -> Ask {
    let word = |name: &str| asked.get(name).unwrap_or_default();
    let site = word("site");
    let (sort, down) = word("sort").strip_prefix('-').map_or((word("sort"), false), |s| (s, true));
    Ask {
        standing: word("standing").parse::<Level>().ok(),
        tier: word("tier").parse::<Tier>().ok(),
        site: sites.values().find(|s| s.facts.reference == site).map(|s| s.id),
        text: asked.get("q").map(|text| text.trim().chars().take(100).collect()),
        sort: match sort {
            "name" => Sort::Name,
            "tier" => Sort::Tier,
            area if area.starts_with("SP.") => Sort::Area(area.to_owned()),
            _ => Sort::Standing,
        },
        down,
        after: word("after").parse::<ProviderId>().ok(),
    }
}

async fn lines(v: &mut Visit, some: Vec<RollRow>, sites: &BTreeMap<SiteId, Site>) -> Result<Vec<ProviderRow>, Stop> {
    let ids: Vec<ProviderId> = some.iter().map(|r| r.id).collect();
    let mut shelf = roll::shelf(&mut v.look, ids).await?;
    let now = v.look.now();
    let mut rows = Vec::with_capacity(some.len());
    for row in &some {
        let line = roll::line(&mut shelf, row, now).await?;
        rows.push(shown(&v.ui, line, &mut shelf, sites).await?);
    }
    Ok(rows)
}

async fn shown(ui: &Ui, line: Line, shelf: &mut Shelf, sites: &BTreeMap<SiteId, Site>) -> Result<ProviderRow, Stop> {
    let names = |ids: Vec<SiteId>| {
        let all: Vec<&str> = ids.iter().filter_map(|s| sites.get(s)).map(|s| s.facts.reference.as_str()).collect();
        all.join(", ")
    };
    let reason = match &line.reason {
        Some(reason) => why::sentence(ui, reason, shelf.kept(reason.source).await?.map(|k| k.thing).as_ref()),
        None => Default::default(),
    };
    let next = line.next.map(|(at, level)| {
        let word = ui.word("standing", level.as_str());
        ui.t("providers-turns").s("standing", word).s("day", ui.day_of(at)).to_string()
    });
    let reference = line.provider.facts.reference;
    Ok(ProviderRow {
        name: line.provider.facts.name,
        href: format!("/providers/{reference}"),
        tier: line.tier,
        provisional: line.provisional,
        standings: line.levels.into_iter().map(|(level, ids)| (level, names(ids))).collect(),
        exiting: false,
        qualified: line.qualified,
        reason,
        next: next.unwrap_or_default(),
        areas: bars(ui, &reference, &line.cells),
        reference,
    })
}

/// The twelve areas of a provider; an area nobody asked about is empty.
pub(super) fn bars(ui: &Ui, reference: &str, cells: &BTreeMap<String, Cell>) -> Vec<Bar> {
    let all = areas(ui).into_iter().map(|(area, title)| Bar {
        counts: cells.get(&area).map(counts).unwrap_or_default(),
        href: format!("/providers/{reference}/evidence?area={area}"),
        area,
        title,
    });
    all.collect()
}

fn counts(cell: &Cell) -> Counts {
    let of = |grade: Grade| {
        let at = Grade::ALL.iter().position(|g| *g == grade);
        at.and_then(|i| cell.counts.get(i)).copied().unwrap_or_default()
    };
    Counts {
        strong: of(Grade::Strong),
        adequate: of(Grade::Adequate),
        weak: of(Grade::Weak),
        missing: of(Grade::Missing),
        expired: of(Grade::Expired),
        unknown: of(Grade::Unknown),
    }
}

fn around(ui: &Ui, asked: &Asked, ask: &Ask, found: &Found, sites: &BTreeMap<SiteId, Site>) -> List {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let after = |id: ProviderId| asked.link(&[("after", Some(&id.to_string()))]);
    let kept = asked.link(&[("sort", None)]);
    let (path, query) = kept.split_once('?').map_or((kept.as_str(), ""), |(p, q)| (p, q));
    let sort = match &ask.sort {
        Sort::Name => "name",
        Sort::Tier => "tier",
        Sort::Standing => "standing",
        Sort::Area(area) => area.as_str(),
    };
    List {
        path: path.to_owned(),
        query: query.to_owned(),
        sort: sort.to_owned(),
        down: ask.down,
        find: Some(asked.find()),
        chips: chips(ui, asked, found, sites),
        pager: Pager {
            first: small(if found.rows.is_empty() { 0 } else { found.first + 1 }),
            last: small(found.first + found.rows.len()),
            total: small(found.total),
            before: found.before.map(|id| id.map_or_else(|| asked.link(&[]), after)),
            after: found.next.map(after),
        },
        unfiltered: small(found.unfiltered),
        ..List::default()
    }
}

fn chips(ui: &Ui, asked: &Asked, found: &Found, sites: &BTreeMap<SiteId, Site>) -> Vec<Vec<Chip>> {
    let standing = Level::ALL.iter().rev().filter_map(|l| {
        let count = *found.levels.get(l)?;
        let chip = asked.chip("standing", Some(l.as_str()), ui.word("standing", l.as_str()), count as u64);
        Some(Chip { icon: Some(l.as_str()), ..chip })
    });
    let all = asked.chip("standing", None, ui.t("providers-all"), found.levels.values().sum::<usize>() as u64);
    let tiers = Tier::ALL.iter().filter_map(|t| {
        let count = *found.tiers.get(t)?;
        Some(asked.chip("tier", Some(t.as_str()), ui.word("tier", t.as_str()), count as u64))
    });
    let places = found.sites.iter().filter_map(|(id, count)| {
        let reference = sites.get(id)?.facts.reference.as_str();
        Some(asked.chip("site", Some(reference), reference, *count as u64))
    });
    let groups = [std::iter::once(all).chain(standing).collect::<Vec<_>>(), tiers.collect(), places.collect()];
    groups.into_iter().filter(|g| !g.is_empty()).collect()
}

/// Columns of the export: words of the domain, the same in every language.
fn head() -> Vec<&'static str> {
    let fixed = ["reference", "name", "tier", "provisional", "standing", "qualified_until", "first_reason"];
    let areas =
        ["SP.01", "SP.02", "SP.03", "SP.04", "SP.05", "SP.06", "SP.07", "SP.08", "SP.09", "SP.10", "SP.11", "SP.12"];
    fixed.into_iter().chain(areas).collect()
}

fn table(ui: &Ui, rows: &[ProviderRow]) -> Vec<Vec<String>> {
    let grades = |bar: &Bar| {
        let all: Vec<String> = bar.counts.present().iter().map(|(g, n)| format!("{n} {}", g.as_str())).collect();
        all.join(", ")
    };
    let row = |r: &ProviderRow| {
        let standings: Vec<String> = r.standings.iter().map(|(l, sites)| format!("{} {sites}", l.as_str())).collect();
        let fixed = [
            r.reference.clone(),
            r.name.clone(),
            r.tier.map_or_else(String::new, |t| t.as_str().to_owned()),
            ui.t(if r.provisional { "yes" } else { "no" }).to_string(),
            standings.join("; "),
            r.qualified.map_or_else(String::new, |d| d.to_string()),
            r.reason.to_string(),
        ];
        fixed.into_iter().chain(r.areas.iter().map(grades)).collect()
    };
    rows.iter().map(row).collect()
}
