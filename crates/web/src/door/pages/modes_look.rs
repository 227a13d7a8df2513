//! Whom a mode would touch, before it is approved: what is open at the site, judged as it would be then, and
//! whom the checks would have refused lately. A question: nothing is saved, and the form travels on as it was filled
//! in.

use std::collections::{BTreeMap, BTreeSet};

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    expect::mode::ApproveTheMode,
    permit::{
        observed::observed,
        touched::{Touched, TouchedOne, touched},
    },
    read::Memory,
};
use plantgate_domain::{
    base::{Kind, ProviderId, Ref, SiteId},
    expect::site::Site,
};

use super::{
    access::shown::{item, said},
    modes::{act, again},
};
use crate::{
    door::{error::Trouble, fields::Fields, visit::Visit},
    page::observe::{ModesLook, TouchedCounts, TouchedRow},
    render,
    view::Item,
};

/// `POST /admin/modes/preview`
pub async fn look(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("admin");
    match looked(&mut visit, &fields).await {
        Ok((act, site, touched)) => {
            let page = page(visit, &act, site, touched, &fields).await?;
            Ok(render::page(StatusCode::OK, &page))
        }
        Err(stop) => again(visit, &fields, stop).await,
    }
}

/// What the form says, held against everything the act itself asks, by previewing it; then who is open.
async fn looked(visit: &mut Visit, fields: &Fields) -> Result<(ApproveTheMode, Site, Touched), Stop> {
    let act = act(fields)?;
    let seen = visit.state.app.preview(visit.caller(), act.clone()).await?;
    let site: Site = visit.look.get(seen.done).await?;
    let from = act.begins(&site, visit.now())?;
    let most = visit.state.app.store().limits().judged_again;
    let me = visit.me();
    let touched = touched(&mut visit.look, (me, most), site.id, &act.set(from)).await?;
    Ok((act, site, touched))
}

async fn page(
    mut visit: Visit,
    act: &ApproveTheMode,
    site: Site,
    touched: Touched,
    fields: &Fields,
) -> Result<ModesLook, Trouble> {
    visit.zone_of(&site);
    let from = act.begins(&site, visit.now())?;
    let mut rows = Vec::with_capacity(touched.rows.len());
    learn(&mut visit, &touched.rows).await?;
    for one in &touched.rows {
        rows.push(row(&mut visit, one).await?);
    }
    let past = past(&mut visit, act, site.id).await?;
    let check = act.checks.first().filter(|_| act.checks.len() == 1).map(|c| format!("&check={c}"));
    let carried = ["request_id"];
    Ok(ModesLook {
        past_href: format!("/admin/would-refuse?site={}{}", site.facts.reference, check.unwrap_or_default()),
        site: site.facts.reference,
        site_name: site.facts.name,
        mode: act.mode.as_str(),
        from,
        checks: act.checks.clone(),
        counts: counts(&touched),
        rows,
        cut: touched.cut,
        past,
        hidden: fields.0.iter().filter(|(n, _)| !carried.contains(&n.as_str())).cloned().collect(),
        ui: visit.ui,
    })
}

fn counts(touched: &Touched) -> TouchedCounts {
    let of = |kind: Kind| touched.rows.iter().filter(|r| r.on.kind == kind).count();
    TouchedCounts {
        providers: touched.rows.iter().map(|r| r.provider).collect::<BTreeSet<_>>().len(),
        people: touched.rows.iter().map(|r| r.person).collect::<BTreeSet<_>>().len(),
        requests: of(Kind::AccessRequest),
        grants: of(Kind::Grant),
        coming: touched.rows.iter().filter(|r| r.coming).count(),
        judged: touched.requests + touched.grants,
        running: touched.running,
    }
}

async fn learn(visit: &mut Visit, rows: &[TouchedOne]) -> Result<(), Stop> {
    let of = |r: &TouchedOne| -> [Ref; 3] { [r.on, r.provider.into(), r.person.into()] };
    let all: Vec<Ref> = rows.iter().flat_map(of).collect();
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &all).await
}

async fn row(visit: &mut Visit, one: &TouchedOne) -> Result<TouchedRow, Stop> {
    let mut why = Vec::with_capacity(one.checks.len());
    for check in &one.checks {
        why.push(said(visit, &check.say).await?);
    }
    Ok(TouchedRow {
        item: item(visit, one.on).await?,
        kind: one.on.kind.as_str(),
        provider: item(visit, one.provider).await?,
        person: item(visit, one.person).await?,
        window: one.window,
        coming: one.coming,
        turn: one.turn.as_str(),
        why,
    })
}

/// Providers whose requests of the last 30 days these checks would have refused at the site.
async fn past(visit: &mut Visit, act: &ApproveTheMode, site: SiteId) -> Result<Vec<(Item, u64)>, Stop> {
    let most = visit.state.app.store().limits().frozen_decisions;
    let me = visit.me();
    let seen = observed(&mut visit.look, me, most).await?;
    let mut by: BTreeMap<ProviderId, u64> = BTreeMap::new();
    let here = seen.requests.iter().filter(|o| o.request.asked.site == site);
    for one in here.filter(|o| o.checks.iter().any(|c| act.checks.contains(&c.key))) {
        *by.entry(one.request.asked.provider).or_insert(0) += 1;
    }
    let mut all = Vec::with_capacity(by.len());
    for (provider, count) in by {
        all.push((item(visit, provider).await?, count));
    }
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(all)
}
