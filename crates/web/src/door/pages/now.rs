//! *Now*: who from outside is inside, what of it is not right, who may come in next. Sessions come from people who type
//! them in until a source is connected, and the page says so.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{Memory, Order, Query},
    witness::inside::{Inside as Running, who_is_inside},
};
use plantgate_domain::{
    base::{Kind, PersonId},
    expect::instance::Instance,
    permit::grant::Grant,
    witness::session::Cover,
};
use plantgate_wire::words::Rich;

use super::{access::shown, history::opens};
use crate::{
    door::{error::Trouble, routes::Routes, visit::Visit},
    page::now::{Inside, NotRight, Now, Soon},
    render,
    view::Item,
};

/// Windows that open within this many seconds are soon.
const SOON_SECS: i64 = 24 * 3_600;
/// Most windows that the board names.
const MOST: usize = 50;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/now", show)
}

async fn show(v: Visit) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at("now");
    let page = page(&mut v).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(v: &mut Visit) -> Result<Now, Stop> {
    let (me, rules) = (v.me(), v.look.rules());
    let Some(site) = v.site.clone() else { return Err(Stop::NotFound) };
    let who = who_is_inside(&mut v.look, me, site.id).await?;
    let may_end = power::could(&v.who.person, power::EnterSession::KEY, &[site.id], &rules);
    let (mut inside, mut not_right) = (Vec::new(), Vec::new());
    for running in &who.sessions {
        not_right.extend(wrong(v, running).await?);
        inside.push(row(v, running, may_end).await?);
    }
    inside.sort_by_key(|i| i.until);
    let mut soon = Vec::new();
    for grant in who.expected.iter().chain(&scheduled(v).await?) {
        soon.push(window(v, grant).await?);
    }
    let next = match soon.first() {
        Some(s) => v.ui.t("now-next").s("at", v.ui.moment(s.from)).s("grant", &s.item.text).to_string(),
        None => v.ui.t("now-next-none").to_string(),
    };
    let may_emergency = power::could(&v.who.person, power::OpenEmergency::KEY, &[site.id], &rules);
    let (sources, blind) = (Vec::new(), Vec::new());
    Ok(Now { not_right, inside, soon, sources, blind, next, may_emergency, reload: true, ui: v.ui.clone() })
}

/// Windows at this site that open soon, the next one first.
async fn scheduled(v: &mut Visit) -> Result<Vec<Grant>, Stop> {
    let (me, now) = (v.me(), v.now());
    let site = v.site.as_ref().map(|s| s.id.0);
    let line = Some(("state", "scheduled".to_owned()));
    let q = Query { order: Order::Newest, site, line, ..Query::new(Kind::Grant, me, MOST) };
    let mut all = Vec::new();
    for row in v.look.page(&q).await?.rows {
        all.push(Grant::try_from(row.kept.thing)?);
    }
    all.retain(|g| g.facts.window.from.secs_since(now) <= SOON_SECS);
    all.sort_by_key(|g| (g.facts.window.from, g.id));
    Ok(all)
}

async fn name(v: &mut Visit, person: Option<PersonId>) -> Result<String, Stop> {
    match person {
        Some(person) => shown::called(v, person).await,
        None => Ok(v.ui.t("now-nobody-known").to_string()),
    }
}

async fn row(v: &mut Visit, running: &Running, may_end: bool) -> Result<Inside, Stop> {
    let f = &running.session.facts;
    let on: Instance = v.look.get(f.instance).await?;
    let grant = running.grant.as_ref();
    let attendant = f.attendant.or(grant.and_then(|g| g.attendant));
    let role = f.role.or(grant.and_then(|g| g.facts.roles.iter().max().copied()));
    Ok(Inside {
        item: Item::link(f.reference.clone(), opens(Kind::Session, &f.reference)),
        person: name(v, f.person).await?,
        provider: match f.provider {
            Some(provider) => shown::item(v, provider).await?,
            None => Item::name("–"),
        },
        system: shown::item(v, f.instance).await?,
        system_name: on.facts.name,
        env: on.facts.environment.unwrap_or(plantgate_domain::base::Environment::Prod),
        role: role.map_or("view", |r| r.as_str()),
        since: f.started,
        until: grant.map_or(f.started, |g| g.until),
        reason: match f.grant {
            Some(grant) => Some(shown::item(v, grant).await?),
            None => None,
        },
        attendant: match attendant {
            Some(person) => Some(shown::called(v, person).await?),
            None => None,
        },
        source: v.ui.word("seen", f.seen.as_str()).to_string(),
        emergency: grant.is_some_and(|g| g.facts.emergency.is_some()),
        may_end,
    })
}

/// What of a running session the grant does not cover.
async fn wrong(v: &mut Visit, running: &Running) -> Result<Option<NotRight>, Stop> {
    let (word, rule) = match (running.beyond, running.cover) {
        (true, _) => ("overrun", "R-44"),
        (false, Cover::Covered) => return Ok(None),
        (false, cover) => (cover.as_str(), "R-18"),
    };
    let person = name(v, running.session.facts.person).await?;
    let on = shown::item(v, running.session.facts.instance).await?;
    let text = Rich::from(format!("{person} → ")).object(on.text, on.href.as_deref());
    let reference = &running.session.facts.reference;
    let go = Item::link(v.ui.t("act-stop").to_string(), format!("/access/sessions/{reference}/end"));
    Ok(Some(NotRight { title: v.ui.word("cover", word).to_string(), text, rule: rule.to_owned(), go }))
}

async fn window(v: &mut Visit, g: &Grant) -> Result<Soon, Stop> {
    Ok(Soon {
        item: shown::item(v, g.id).await?,
        person: shown::called(v, g.facts.person).await?,
        provider: shown::item(v, g.facts.provider).await?,
        system: shown::item(v, g.facts.instance).await?,
        env: g.facts.environment,
        role: g.facts.roles.iter().max().map_or("view", |r| r.as_str()),
        from: g.facts.window.from,
        until: g.until,
    })
}
