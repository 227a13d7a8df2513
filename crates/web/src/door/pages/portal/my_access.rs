//! *My access*: the windows of one person, what they asked, and what they lack before they may come in.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::Kind,
    event::expect::Known,
    expect::{instance::Instance, site::Site},
    permit::{access::AccessRequest, grant::Grant},
    qualify::person::Seat,
};
use plantgate_wire::words::Rich;

use crate::{
    door::{
        error::Trouble,
        pages::access::{self, shown},
        visit::Visit,
    },
    page::portal::{MyAccess, MyRequest, MyWindow},
    render,
};

/// Requests shown; the others are found by their reference.
const MOST: usize = 20;

/// `GET /my-access`
pub async fn show(v: Visit) -> Result<Response, Trouble> {
    let (v, _) = v.theirs()?;
    let mut v = v.at("my-access");
    let (windows, requests) = (windows(&mut v).await?, requests(&mut v).await?);
    let lacking = lacking(&v);
    let may_request = access::may_ask(&v);
    Ok(render::page(StatusCode::OK, &MyAccess { windows, requests, lacking, may_request, ui: v.ui }))
}

async fn windows(v: &mut Visit) -> Result<Vec<MyWindow>, Stop> {
    let (me, now) = (v.me(), v.now());
    let mut grants: Vec<Grant> = v.look.of("person", me).await?;
    grants.retain(|g| g.alive(now));
    grants.sort_by_key(|g| (g.facts.window.from, g.id));
    let mut windows = Vec::with_capacity(grants.len());
    for g in grants {
        let on: Instance = v.look.get(g.facts.instance).await?;
        let attendant = match g.attendant {
            Some(person) => Some(shown::called(v, person).await?),
            None => None,
        };
        windows.push(MyWindow {
            item: shown::item(v, g.id).await?,
            system: on.facts.reference,
            system_name: on.facts.name,
            env: g.facts.environment,
            roles: g.facts.roles.iter().map(|r| r.as_str()).collect(),
            window: g.window_at(now),
            state: access::grant_word(&g, now),
            attendant,
            way: v.ui.word("pattern", g.facts.pattern.as_str()).to_string(),
        });
    }
    Ok(windows)
}

async fn requests(v: &mut Visit) -> Result<Vec<MyRequest>, Stop> {
    let me = v.me();
    let q = Query {
        pointing: Some(("person", me.into())),
        order: Order::Newest,
        ..Query::new(Kind::AccessRequest, me, MOST)
    };
    let now = v.now();
    let mut requests = Vec::new();
    for row in v.look.page(&q).await?.rows {
        let r = AccessRequest::try_from(row.kept.thing)?;
        let on: Instance = v.look.get(r.asked.instance).await?;
        requests.push(MyRequest {
            item: shown::item(v, r.id).await?,
            reference: r.asked.reference.clone(),
            system: on.facts.reference,
            window: access::fixed(&r.asked.window),
            state: r.word(now),
        });
    }
    Ok(requests)
}

/// What this person lacks, as far as the plant can know it before a request names a system.
fn lacking(v: &Visit) -> Vec<Rich> {
    let (person, site) = (&v.who.person, v.site.as_ref());
    let today = v.ui.r.zone.day_of(v.now());
    let mut lacks: Vec<Rich> = Vec::new();
    if person.seat != Seat::Active {
        lacks.push(v.ui.t("lack-seat").into());
    }
    match person.identity_until {
        None => lacks.push(v.ui.t("lack-identity").into()),
        Some(until) if until < today => lacks.push(v.ui.t("lack-identity-until").s("day", v.ui.day(until)).into()),
        Some(_) => {}
    }
    if person.mfa.on_person != Known::Yes {
        lacks.push(v.ui.t("lack-mfa").into());
    }
    let trained = |s: &Site| person.trained_until("site-rules", s.id).is_some_and(|until| until >= today);
    if !site.is_some_and(trained) {
        lacks.push(v.ui.t("lack-training").into());
    }
    lacks
}
