//! What an end of access would end, as its page shows it: every session with what runs in it, every grant that goes,
//! and what is left with who can end that.

use plantgate_app::{
    Stop,
    power::{self, Power},
    read::Memory,
    witness::what_ends::{Ending, Scope, WhatEnds},
};
use plantgate_domain::{
    base::{Environment, Kind, PersonId, SiteId},
    expect::{instance::Instance, site::Site},
    permit::grant::Grant,
    qualify::person::Person,
    witness::session::Session,
};
use plantgate_wire::words::Rich;

use super::{access::shown, end_session::runs, history::opens};
use crate::{
    door::visit::Visit,
    page::end_access::{EndAccess, Ended, Goes, Width},
    view::{Form, Item},
};

/// Most people who are named as those who can; the rest is counted.
const NAMED: usize = 3;

/// The page of what ends.
pub async fn page(v: &mut Visit, of: &Session, scope: Scope, all: &WhatEnds, form: Form) -> Result<EndAccess, Stop> {
    let several = matches!(scope, Scope::Person | Scope::Everywhere);
    let (mut sessions, mut grants) = (Vec::new(), Vec::new());
    for ending in &all.sessions {
        sessions.push(ended(v, ending, several).await?);
    }
    for grant in all.grants.iter().chain(&all.lingering) {
        grants.push(goes(v, grant, several).await?);
    }
    let gated: Vec<&Ending> = all.sessions.iter().filter(|e| e.session.gated()).collect();
    let (cuts, certified) = (!gated.is_empty(), certified(all));
    let blind = certified || gated.iter().any(|e| v.state.app.runs(e.session.id).is_none());
    let one = |e: &&&Ending| !e.along && e.grant.is_none() && e.session.closing.is_some();
    let confirms = scope == Scope::Session && gated.iter().any(|e| one(&e));
    Ok(EndAccess {
        reference: of.facts.reference.clone(),
        who: whose(v, of, scope).await?,
        widths: widths(of, scope),
        scope: scope.as_str(),
        hurry: cuts || !grants.is_empty() || all.sessions.iter().any(|e| e.grant.is_some()),
        safe: !(all.sessions.is_empty() && all.grants.is_empty()),
        sessions,
        grants,
        consequences: means(cuts, certified).map(|id| v.ui.t(id).into()).collect(),
        beyond: beyond(v, all).await?,
        cuts,
        blind,
        confirms,
        form,
        ui: v.ui.clone(),
    })
}

/// Whether people may be inside by certificates at a system of its own, under a grant that goes.
fn certified(all: &WhatEnds) -> bool {
    let under = all.sessions.iter().filter_map(|e| e.grant.as_ref());
    under.chain(&all.grants).chain(&all.lingering).any(Grant::certified)
}

/// What the acts mean: where a gateway holds something, where certificates let in, and for every grant.
fn means(cuts: bool, certified: bool) -> impl Iterator<Item = &'static str> {
    let all = [
        (cuts, "end-gated-safe"),
        (cuts, "end-gated-hard"),
        (certified, "end-means-certified"),
        (true, "end-means-grant"),
    ];
    all.into_iter().filter(|(said, _)| *said).map(|(_, id)| id)
}

fn widths(of: &Session, scope: Scope) -> Vec<Width> {
    let path = format!("/access/sessions/{}/end", of.facts.reference);
    let width = |s: Scope| Width {
        scope: s.as_str(),
        href: if s == Scope::Session { path.clone() } else { format!("{path}?scope={}", s.as_str()) },
        chosen: s == scope,
    };
    Scope::ALL.into_iter().filter(|s| s.fits(of)).map(width).collect()
}

/// Whose access ends, in a heading.
async fn whose(v: &mut Visit, of: &Session, scope: Scope) -> Result<String, Stop> {
    Ok(match (scope, of.facts.provider) {
        (Scope::Provider | Scope::Everywhere, Some(provider)) => shown::item(v, provider).await?.text,
        (Scope::Session, _) => {
            let (who, on) = (name(v, of.facts.person).await?, shown::item(v, of.facts.instance).await?);
            format!("{who}, {}", on.text)
        }
        _ => name(v, of.facts.person).await?,
    })
}

async fn name(v: &mut Visit, person: Option<PersonId>) -> Result<String, Stop> {
    match person {
        Some(person) => shown::called(v, person).await,
        None => Ok(v.ui.t("now-nobody-known").to_string()),
    }
}

async fn ended(v: &mut Visit, e: &Ending, several: bool) -> Result<Ended, Stop> {
    let f = &e.session.facts;
    let on: Instance = v.look.get(f.instance).await?;
    let site: Site = v.look.get(f.site).await?;
    let zone = &site.facts.zone;
    Ok(Ended {
        item: Item::link(f.reference.clone(), opens(Kind::Session, &f.reference)),
        person: name(v, f.person).await?,
        provider: match f.provider {
            Some(provider) => shown::item(v, provider).await?,
            None => Item::name("–"),
        },
        system: shown::item(v, f.instance).await?,
        env: on.facts.environment.unwrap_or(Environment::Prod),
        since: v.ui.moment_in(f.started, zone),
        grant: match &e.grant {
            Some(grant) => Some(shown::item(v, grant.id).await?),
            None => None,
        },
        notes: notes(v, e, &site),
        runs: if e.session.gated() { runs(v, e.session.id) } else { Vec::new() },
        site: several.then_some(site.facts.name),
    })
}

fn notes(v: &Visit, e: &Ending, site: &Site) -> Vec<String> {
    let mut all = Vec::new();
    if e.along {
        all.push(v.ui.t("end-note-along").to_string());
    }
    if let Some(closing) = &e.session.closing {
        all.push(v.ui.t("end-note-closing").s("at", v.ui.moment_in(closing.at, &site.facts.zone)).to_string());
    }
    if e.session.gated() && e.grant.is_none() {
        all.push(v.ui.t("end-note-no-grant").to_string());
    }
    if !e.session.gated() {
        all.push(v.ui.t("end-note-typed").to_string());
    }
    if e.grant.as_ref().is_some_and(Grant::certified) {
        all.push(v.ui.t("end-note-certified").to_string());
    }
    all
}

async fn goes(v: &mut Visit, g: &Grant, several: bool) -> Result<Goes, Stop> {
    let site: Site = v.look.get(g.facts.site).await?;
    let note = match g.certified() {
        false => "end-unused",
        true if g.alive(v.now()) => "end-certified",
        true => "end-lingers",
    };
    Ok(Goes {
        note: v.ui.t(note).to_string(),
        item: shown::item(v, g.id).await?,
        person: shown::called(v, g.facts.person).await?,
        system: shown::item(v, g.facts.instance).await?,
        state: g.word(v.now()).to_owned(),
        window: v.ui.window_in(g.window_at(v.now()), &site.facts.zone),
        site: several.then_some(site.facts.name),
    })
}

/// What is not ended from here: running sessions elsewhere, those of nobody known, sites without a say, and in one line
/// without names whatever sites this reader does not see.
async fn beyond(v: &mut Visit, all: &WhatEnds) -> Result<Vec<Rich>, Stop> {
    let mut lines = Vec::new();
    for session in &all.apart {
        let site: Site = v.look.get(session.facts.site).await?;
        let goes_on = v.ui.t("end-beyond-session").s("site", &site.facts.name).to_string();
        let reference = &session.facts.reference;
        let href = opens(Kind::Session, reference);
        lines.push(Rich::default().object(reference.clone(), Some(&href)).text(format!(" {goes_on}")));
    }
    for session in &all.nobody {
        let reference = &session.facts.reference;
        let href = format!("/access/sessions/{reference}/end");
        let unknown = v.ui.t("end-beyond-unknown").to_string();
        lines.push(Rich::default().object(reference.clone(), Some(&href)).text(format!(" {unknown}")));
    }
    for site in &all.beyond {
        lines.push(elsewhere(v, *site).await?);
    }
    if all.unseen {
        lines.push(v.ui.t("end-beyond-unseen").into());
    }
    Ok(lines)
}

/// A site without a say, and who has it there. Whether anybody is inside there is not for this reader to know.
async fn elsewhere(v: &mut Visit, at: SiteId) -> Result<Rich, Stop> {
    let site: Site = v.look.get(at).await?;
    let roles = power::roles(power::Disconnect::KEY, &v.look.rules());
    let (mut holders, now) = (Vec::new(), v.now());
    for person in v.look.holders(&roles, at).await? {
        if v.look.get::<Person>(person).await?.seated(now) {
            holders.push(person);
        }
    }
    let mut names = Vec::new();
    for person in holders.iter().take(NAMED) {
        names.push(shown::called(v, *person).await?);
    }
    let name = &site.facts.name;
    if names.is_empty() {
        return Ok(v.ui.t("end-beyond-nobody").s("site", name).into());
    }
    let names = names.join(", ");
    let who = match holders.len().checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => v.ui.t("end-beyond-more").s("names", names).n("count", more).to_string(),
        None => names,
    };
    Ok(v.ui.t("end-beyond-site").s("site", name).s("who", who).into())
}
