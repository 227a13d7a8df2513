//! The provider file: one head over six tabs. Every tab is a URL of its own, and every one asks first whether the
//! reader may see the provider.

mod overview;
mod proof;
mod tabs;

use std::collections::BTreeMap;

use plantgate_app::{
    Stop,
    qualify::file::{File, file},
    read::{Memory, Query},
};
use plantgate_domain::{
    base::{Kind, Level, ProviderId, Ref, SiteId},
    qualify::order::MayOrder,
    thing::AnyThing,
};
use plantgate_wire::words::Rich;

use super::why;
use crate::{
    door::{deeds, error::Trouble, listing::Asked, routes::Routes, visit::Visit},
    page::provider::{EngagementRow, Head},
    view::{Item, Tab},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/providers/{name}", overview::show)
        .page("/providers/{name}/people", tabs::people)
        .page("/providers/{name}/engagements", tabs::engagements)
        .page("/providers/{name}/evidence", proof::show)
        .page("/providers/{name}/access", tabs::access)
        .page("/providers/{name}/history", tabs::history)
}

/// The file with the site it is read for and what its sentences name.
pub(super) struct Open {
    pub file: File,
    pub site: Option<SiteId>,
    pub sources: Vec<(Ref, AnyThing)>,
}

/// Opens the file a path names; `?site=BRU` reads it for another site than the chosen one.
pub(super) async fn open(visit: Visit, name: &str, asked: &Asked) -> Result<(Visit, Open), Trouble> {
    let mut v = visit.ours()?.at("providers");
    let id: ProviderId = v.seen(Kind::Provider, name).await?;
    let me = v.me();
    let file = file(&mut v.look, me, id).await?;
    let named = asked.get("site").and_then(|r| file.sites.values().find(|s| s.facts.reference == r));
    let wished = named.map(|s| s.id).or(v.site.as_ref().map(|s| s.id));
    let site = file.site(wished).cloned();
    if let Some(site) = &site {
        v.zone_of(site);
    }
    let refs = file.sources();
    v.look.ahead(&refs).await?;
    let mut sources = Vec::with_capacity(refs.len());
    let mut clauses = Vec::new();
    for on in refs {
        sources.extend(v.look.kept(on).await?.map(|k| (on, k.thing)));
    }
    let all = file.standings.values().flat_map(|s| s.counted.iter().chain(&s.coming).chain(&s.beside));
    clauses.extend(all.filter_map(|r| r.clause.as_ref().map(|c| c.0)));
    clauses.extend(file.agreement.as_ref().map(|a| Ref::from(a.id)));
    v.names.learn_all(&mut v.look, me, &clauses).await?;
    Ok((v, Open { site: site.map(|s| s.id), file, sources }))
}

/// The word of the answer to *may we order?*
pub(super) fn order_word(may: MayOrder) -> &'static str {
    match may {
        MayOrder::Yes => "yes",
        MayOrder::WithConditions => "conditions",
        MayOrder::No => "no",
    }
}

/// What stands above every tab.
pub(super) async fn head(v: &mut Visit, o: &Open) -> Result<Head, Stop> {
    let facts = &o.file.provider.facts;
    let path = format!("/providers/{}", facts.reference);
    v.ui.acts = deeds::offered(v, Kind::Provider, &facts.reference, &[]);
    let me = v.me();
    let people = Query { provider: Some(o.file.provider.id.0), ..Query::new(Kind::Person, me, 1) };
    let people = u32::try_from(v.look.count(&people).await?).unwrap_or(u32::MAX);
    let work = u32::try_from(o.file.work.len()).unwrap_or(u32::MAX);
    let tab = |key, end: &str, count| Tab { key, href: format!("{path}{end}"), count };
    let tier = o.file.tier(o.site).or_else(|| o.file.tier(None));
    let because: Vec<String> = tier
        .map(|t| t.because.iter().map(|b| v.ui.word("tier-because", b.fact.as_str()).to_string()).collect())
        .unwrap_or_default();
    let now = v.look.now();
    Ok(Head {
        reference: facts.reference.clone(),
        name: facts.name.clone(),
        site: o.site.and_then(|s| o.file.sites.get(&s)).map_or_else(String::new, |s| s.facts.name.clone()),
        level: o.site.map_or(Level::Good, |s| o.file.level(s)),
        exiting: false,
        elsewhere: elsewhere(o),
        tier: tier.map(|t| t.tier),
        tier_why: unique(because).join(", "),
        may_order: order_word(o.file.order.answer.may),
        qualified: o.file.qualified(now, &v.look),
        contract: o.file.agreement.as_ref().map(|a| Item::name(a.facts.reference.clone())),
        contract_ends: o.file.agreement.as_ref().and_then(|a| a.facts.until),
        next: next(v, o),
        tabs: vec![
            tab("overview", "", None),
            tab("people", "/people", Some(people)),
            tab("engagements", "/engagements", Some(work)),
            tab("evidence", "/evidence", None),
            tab("access", "/access", None),
            tab("history", "/history", None),
        ],
    })
}

/// Standing at the other sites, worst first.
fn elsewhere(o: &Open) -> Vec<(Level, String)> {
    let mut by: BTreeMap<Level, Vec<&str>> = BTreeMap::new();
    for (site, standing) in o.file.standings.iter().filter(|(s, _)| Some(**s) != o.site) {
        let reference = o.file.sites.get(site).map_or("", |s| s.facts.reference.as_str());
        by.entry(standing.level).or_default().push(reference);
    }
    by.into_iter().rev().map(|(level, sites)| (level, sites.join(", "))).collect()
}

fn unique(all: Vec<String>) -> Vec<String> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// What is waited for: the heaviest reason, else what the clock will bring.
fn next(v: &Visit, o: &Open) -> Rich {
    let Some(standing) = o.site.and_then(|s| o.file.standings.get(&s)) else { return Rich::default() };
    let Some(reason) = standing.counted.first().or(standing.coming.first()) else { return Rich::default() };
    let source = o.sources.iter().find(|(r, _)| *r == reason.source).map(|(_, t)| t);
    let said = why::sentence(&v.ui, reason, source);
    let name = &o.file.provider.facts.name;
    let rich = said.text(format!(" {}.", v.ui.t("why-who").s("provider", name)));
    match standing.next {
        Some((at, level)) => {
            let word = v.ui.word("standing", level.as_str());
            rich.text(format!(" {}.", v.ui.t("providers-turns").s("standing", word).s("day", v.ui.day_of(at))))
        }
        None => rich,
    }
}

/// The engagements of the file as rows.
pub(super) fn engagement_rows(v: &Visit, o: &Open) -> Vec<EngagementRow> {
    let row = |w: &plantgate_app::qualify::file::Work| {
        let f = &w.engagement.facts;
        let sites: Vec<&str> =
            w.sites.iter().filter_map(|s| o.file.sites.get(s)).map(|s| s.facts.reference.as_str()).collect();
        EngagementRow {
            item: Item::link(f.reference.clone(), format!("/engagements/{}", f.reference)),
            name: f.name.clone(),
            level: w.sites.iter().map(|s| w.level(*s)).max().unwrap_or(Level::Good),
            tier: File::tier_of(w),
            site: sites.join(", "),
            from: f.from,
            until: f.until,
            state: w.word(&v.ui.r.zone, v.now()),
        }
    };
    o.file.work.iter().map(row).collect()
}
