//! How strictly each check holds at each site: what it would have refused stands beside it. OT security
//! proposes, the site manager approves; the floor always decides.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    expect::mode::ApproveTheMode,
    permit::{
        engaged::seconds,
        observed::{Seen, observed},
    },
    power::could,
    read::Memory,
};
use plantgate_domain::{
    base::{Kind, Mode},
    expect::site::Site,
    rules::CheckRow,
};

use super::engagement_parts::person;
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::Asked,
        routes::Routes,
        visit::Visit,
    },
    page::admin::{ModeRow, Modes},
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/admin/modes", show)
        .act("/admin/modes", approve)
        .question("/admin/modes/preview", super::modes_look::look)
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let site = asked.get("site").map(str::to_owned);
    let page = page(visit.ours()?.at("admin"), site.as_deref(), Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// The act that a form holds.
pub fn act(fields: &Fields) -> Result<ApproveTheMode, Stop> {
    let mode: Mode = fields.read("mode")?;
    let from_day = fields.maybe("from_day").map(|_| fields.read("from_day")).transpose()?;
    Ok(ApproveTheMode {
        site: fields.text("site"),
        checks: fields.all("checks"),
        mode,
        from: None,
        from_day,
        proposed_by: fields.text("proposed_by"),
        reason: fields.text("reason"),
    })
}

async fn approve(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("admin");
    let answer = match act(&fields) {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let site = fields.text("site");
            Ok(done(&format!("/admin/modes?site={site}"), "mode-set", answer.entry).into_response())
        }
        Err(stop) => again(visit, &fields, stop).await,
    }
}

/// The form once more, with what is wrong with it.
pub async fn again(visit: Visit, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let form = fields.wrong(stop, &visit.ui.r)?;
    let page = page(visit, Some(&fields.text("site")), form).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn page(mut visit: Visit, chosen: Option<&str>, form: Form) -> Result<Modes, Trouble> {
    let rules = visit.look.rules();
    let all = every_site(&mut visit).await?;
    let sites = all.iter().map(|s| Choice::new(s.facts.reference.clone(), &s.facts.name)).collect();
    let usual = visit.site.as_ref().map(|s| s.facts.reference.clone());
    let wanted = chosen.map(str::to_owned).or(usual);
    let found = all.iter().find(|s| Some(&s.facts.reference) == wanted.as_ref());
    let site = found.or(all.first()).cloned().ok_or(Stop::NotFound)?;
    visit.zone_of(&site);
    let most = visit.state.app.store().limits().frozen_decisions;
    let me = visit.me();
    let seen = observed(&mut visit.look, me, most).await?;
    let rows = rows(&visit, &site, &seen);
    let of = seen.requests.iter().filter(|o| o.request.asked.site == site.id).count() as u64;
    let may_approve = could(&visit.who.person, "approve-mode", &[site.id], &rules);
    let proposers = if may_approve { proposers(&mut visit, &site).await? } else { Vec::new() };
    Ok(Modes {
        version: rules.version,
        site: site.facts.reference.clone(),
        site_name: site.facts.name.clone(),
        rows,
        of,
        may_approve,
        proposers,
        sites,
        form,
        ui: visit.ui,
    })
}

async fn every_site(visit: &mut Visit) -> Result<Vec<Site>, Stop> {
    let mut all = Vec::new();
    for kept in visit.look.every(Kind::Site).await? {
        all.push(Site::try_from(kept.thing)?);
    }
    Ok(all)
}

/// Every check with its mode at the site, and how often it would have refused.
fn rows(visit: &Visit, site: &Site, seen: &Seen) -> Vec<ModeRow> {
    let rules = visit.look.rules();
    let now = visit.now();
    let row = |c: &CheckRow| {
        let set = site.modes.iter().filter(|m| m.from <= now && m.checks.contains(&c.key)).max_by_key(|m| m.from);
        let coming = site.modes.iter().filter(|m| m.from > now && m.checks.contains(&c.key)).min_by_key(|m| m.from);
        ModeRow {
            key: c.key.clone(),
            rule: c.rule.clone(),
            mode: if c.floor { Mode::Enforce } else { site.mode(&c.key, now, rules.checks.default_mode) }.as_str(),
            since: set.map(|m| m.from),
            would: seen.count(site.id, &c.key).0,
            floor: c.floor,
            coming: coming.map(|m| (m.mode.as_str(), m.from)),
        }
    };
    rules.checks.check.iter().map(row).collect()
}

/// Who may propose what this person approves.
async fn proposers(visit: &mut Visit, site: &Site) -> Result<Vec<Choice>, Stop> {
    let me = visit.me();
    let mut all = Vec::new();
    for p in seconds(&mut visit.look, "propose-mode", &[site.id], me).await? {
        all.push(person(visit, &p).await?);
    }
    Ok(all)
}
