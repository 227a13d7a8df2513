//! One visit: what comes next on top, then people, devices with the decision about each, systems as found and left.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId, Private, Text, VisitId},
    event::witness::{AsOf, Missing, VisitorNamed},
    expect::{instance::Instance, site::Site},
    qualify::person::Person,
    witness::{
        session::Session,
        visit::{Check, Device, Noted, Visit as Stay, is_late},
    },
};

use super::super::{access::shown, engagement_parts::item};
use crate::{
    door::{deeds, error::Trouble, listing::things, visit::Visit},
    page::visits::{Closing, DeviceRow, Presence, Said, StateRow, SystemRow, VisitPage, Who},
    render,
    view::{Form, Item},
};

/// Lines of the logbook that a page shows.
const LINES: usize = 20;

/// `GET /visits/{name}`
pub async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("access");
    let id: VisitId = visit.seen(Kind::Visit, &name).await?;
    let page = page(visit, id, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// The page of a visit, for our own people and for a provider's.
pub async fn page(mut v: Visit, id: VisitId, form: Form) -> Result<VisitPage, Trouble> {
    let stay: Stay = v.look.get(id).await?;
    let site: Site = v.look.get(stay.facts.site).await?;
    v.zone_of(&site);
    let theirs = v.ui.portal();
    let may = !theirs
        && stay.open()
        && power::could(&v.who.person, power::EnterSession::KEY, &[stay.facts.site], &v.look.rules());
    if stay.open() && !theirs {
        v.ui.acts = deeds::offered(&v, Kind::Visit, &stay.facts.reference, &[stay.facts.site]);
    }
    let engagement = match stay.facts.engagement {
        Some(e) => Some(shown::item(&mut v, e).await?),
        None => None,
    };
    Ok(VisitPage {
        reference: stay.facts.reference.clone(),
        state: stay.word(),
        provider: shown::item(&mut v, stay.facts.provider).await?,
        site: site.facts.name,
        engagement,
        planned: stay.facts.planned,
        purpose: opened(&mut v, stay.facts.purpose.as_ref()).await?,
        arrived: moves(&mut v, &stay.arrived).await?,
        left: moves(&mut v, &stay.left).await?,
        attendant: beside(&mut v, stay.beside().map(|b| b.attendant)).await?,
        deputy: beside(&mut v, stay.beside().and_then(|b| b.deputy)).await?,
        presence: presence(&mut v, &stay).await?,
        systems: systems(&mut v, &stay).await?,
        missing: missing(&mut v, &stay).await?,
        closing: closing(&mut v, &stay).await?,
        lines: lines(&mut v, &stay).await?,
        people: people(&mut v, &stay).await?,
        devices: devices(&mut v, &stay).await?,
        may,
        theirs,
        form,
        ui: v.ui,
    })
}

async fn devices(v: &mut Visit, stay: &Stay) -> Result<Vec<DeviceRow>, Stop> {
    let mut rows = Vec::with_capacity(stay.devices.len());
    for (n, device) in stay.devices.iter().enumerate() {
        rows.push(device_row(v, n + 1, device).await?);
    }
    Ok(rows)
}

async fn people(v: &mut Visit, stay: &Stay) -> Result<Vec<Who>, Stop> {
    let mut rows = Vec::with_capacity(stay.visitors.len());
    for who in &stay.visitors {
        rows.push(visitor(v, who).await?);
    }
    Ok(rows)
}

/// A text somebody typed; what was erased says so.
pub async fn opened(v: &mut Visit, text: Option<&Private<Text>>) -> Result<String, Stop> {
    let Some(text) = text else { return Ok(String::new()) };
    let text = v.look.open_private(text).await?;
    Ok(text.unwrap_or_else(|| v.ui.t("history-erased").to_string()))
}

async fn beside(v: &mut Visit, id: Option<PersonId>) -> Result<Option<String>, Stop> {
    match id {
        Some(id) => shown::called(v, id).await.map(Some),
        None => Ok(None),
    }
}

async fn said<T>(v: &mut Visit, n: &Noted<T>, at: Instant, stands: bool) -> Result<Said, Stop> {
    let by = beside(v, n.entered_by).await?.unwrap_or_default();
    Ok(Said { at, recorded: n.recorded, late: is_late(at, n.recorded), by, stands })
}

async fn moves(v: &mut Visit, all: &[Noted<plantgate_domain::event::witness::VisitMoved>]) -> Result<Vec<Said>, Stop> {
    let mut rows = Vec::with_capacity(all.len());
    for (n, one) in all.iter().enumerate() {
        rows.push(said(v, one, one.facts.at, n + 1 == all.len()).await?);
    }
    rows.reverse();
    Ok(rows)
}

async fn visitor(v: &mut Visit, who: &VisitorNamed) -> Result<Who, Stop> {
    let Some(id) = who.person else {
        let name = opened(v, who.name.as_ref()).await?;
        return Ok(Who { item: Item::name(name), note: v.ui.t("visitor-unknown").to_string() });
    };
    let person: Person = v.look.get(id).await?;
    let word = person.word(v.now());
    let name = shown::called(v, id).await?;
    let href = if v.ui.portal() { None } else { item(v, id.into()).await?.href };
    // Somebody who has no seat any more may stand at the gate all the same: it is said, nobody is locked out by a page.
    let note = if word == "active" {
        v.ui.t("visitor-known").to_string()
    } else {
        v.ui.t("visitor-no-seat").s("state", v.ui.word("person", word).to_string()).to_string()
    };
    Ok(Who { item: Item { text: name, href }, note })
}

/// The decision about a device, with its reason.
async fn device_row(v: &mut Visit, n: usize, d: &Device) -> Result<DeviceRow, Stop> {
    let admission = d.admission().as_str();
    let mut checks = Vec::with_capacity(d.checks.len());
    for check in &d.checks {
        checks.push(checked(v, check).await?);
    }
    let last = checks.pop().unwrap_or_default();
    let says = format!("{} {last}", v.ui.word("admission-says", admission)).trim().to_owned();
    let mut connected = Vec::with_capacity(d.connected.len());
    for c in &d.connected {
        let system = shown::item(v, c.instance).await?.text;
        let reason = opened(v, c.reason.as_ref()).await?;
        let word = v.ui.word("admission", &c.admission).to_string();
        let at = v.ui.moment(c.at);
        let line = v.ui.t("device-connected").s("system", system).s("at", at).s("state", word).to_string();
        connected.push(format!("{line} {reason}").trim().to_owned());
    }
    checks.reverse();
    let label = opened(v, Some(&d.label)).await?;
    Ok(DeviceRow { n, kind: d.kind.as_str(), label, admission, says, before: checks, connected })
}

async fn checked(v: &mut Visit, c: &Check) -> Result<String, Stop> {
    let by = shown::called(v, c.by).await?;
    let result = v.ui.word("devicecheck", c.result.as_str()).to_string();
    let at = v.ui.moment(c.at);
    let mut line = v.ui.t("device-checked").s("by", by).s("at", at).s("result", result).to_string();
    if is_late(c.at, c.recorded) {
        line = format!("{line} {}", v.ui.t("entered-late").s("at", v.ui.moment(c.recorded)));
    }
    let reason = opened(v, c.reason.as_ref()).await?;
    Ok(if reason.is_empty() { line } else { format!("{line} {reason}") })
}

async fn presence(v: &mut Visit, stay: &Stay) -> Result<Option<Presence>, Stop> {
    if !stay.here(v.now()) {
        return Ok(None);
    }
    let rules = v.look.rules();
    let word = *stay.attendance(&rules).at(v.now());
    let last = match stay.check_ins.last() {
        Some(c) => {
            let (by, at) = (shown::called(v, c.attendant).await?, v.ui.moment(c.at));
            v.ui.t("presence-last").s("by", by).s("at", at).to_string()
        }
        None => v.ui.t("presence-never").to_string(),
    };
    let says = format!("{} {last}", v.ui.word("presence-says", word));
    Ok(Some(Presence { word, says, due: stay.check_in_due(&rules) }))
}

async fn systems(v: &mut Visit, stay: &Stay) -> Result<Vec<SystemRow>, Stop> {
    let mut rows = Vec::with_capacity(stay.facts.instances.len());
    for id in &stay.facts.instances {
        let on: Instance = v.look.get(*id).await?;
        shown::on_it(v, &on);
        let mut row = SystemRow {
            reference: on.facts.reference.clone(),
            item: shown::item(v, *id).await?,
            found: Vec::new(),
            left: Vec::new(),
        };
        for noted in stay.states.iter().rev().filter(|n| n.facts.instance == *id) {
            let (of, list) = match noted.facts.of {
                AsOf::Found => (AsOf::Found, &mut row.found),
                AsOf::Left => (AsOf::Left, &mut row.left),
            };
            let stands = stay.state(of, *id).is_some_and(|s| std::ptr::eq(s, noted));
            let file = match &noted.facts.file {
                Some(file) => {
                    let name = opened(v, Some(&file.file_name)).await?;
                    let path = format!("/visits/{}/files/{}", stay.facts.reference, file.sha256);
                    Some(if v.ui.portal() { Item::name(name) } else { Item::link(name, path) })
                }
                None => None,
            };
            let text = opened(v, Some(&noted.facts.text)).await?;
            list.push(StateRow { said: said(v, noted, noted.facts.at, stands).await?, text, file });
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What its record lacks, one line each.
async fn missing(v: &mut Visit, stay: &Stay) -> Result<Vec<String>, Stop> {
    let all = stay.closed.as_ref().map_or_else(|| stay.missing(), |c| c.facts.missing.clone());
    let mut lines = Vec::with_capacity(all.len());
    for Missing { what, instance, device } in all {
        let of = match (instance, device) {
            (Some(id), _) => v.look.get::<Instance>(id).await?.facts.reference,
            (None, Some(id)) => match stay.device(id) {
                Some(d) => opened(v, Some(&d.label)).await?,
                None => String::new(),
            },
            (None, None) => String::new(),
        };
        let word = v.ui.word("lack", what.as_str()).to_string();
        lines.push(if of.is_empty() { word } else { format!("{word}: {of}") });
    }
    Ok(lines)
}

async fn closing(v: &mut Visit, stay: &Stay) -> Result<Option<Closing>, Stop> {
    let Some(closed) = &stay.closed else { return Ok(None) };
    let reason = opened(v, closed.facts.reason.as_ref()).await?;
    Ok(Some(Closing { said: said(v, closed, closed.recorded, true).await?, reason }))
}

/// Lines of the logbook that name the visit.
async fn lines(v: &mut Visit, stay: &Stay) -> Result<Vec<Item>, Stop> {
    let me = v.me();
    let q = Query {
        pointing: Some(("visit", stay.id.into())),
        order: Order::Newest,
        ..Query::new(Kind::Session, me, LINES)
    };
    let found = v.look.page(&q).await?;
    let mut all = Vec::new();
    for s in things::<Session>(&found)? {
        let on: Instance = v.look.get(s.facts.instance).await?;
        let text = format!("{} {}, {}", s.facts.reference, on.facts.reference, v.ui.moment(s.facts.started));
        let href = item(v, s.id.into()).await?.href.filter(|_| !v.ui.portal());
        all.push(Item { text, href });
    }
    Ok(all)
}
