//! Writing a line. Who is here now and the last lines are links that fill in all but the text, so that the usual
//! line is three touches; a correction begins with the line it stands for.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, Pattern, SessionId, SiteId},
    event::witness::DeviceKind,
    expect::{engagement::Engagement, instance::Instance, site::Site},
    qualify::person::{Person, Seat},
    witness::{session::Session, visit::Visit as Stay},
};
use serde_json::{Map, Value, json};

use super::{
    super::{
        access::shown,
        visits::{moment, ours, writes},
    },
    lines,
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded, things},
        visit::Visit,
    },
    page::logbook::NewLine,
    render,
    view::{Choice, Form, Item},
};

/// Most that a select offers.
const MOST: usize = 500;
/// Links that fill in a line.
const QUICK: usize = 6;
const FIELDS: &[&str] = &["instance", "person", "way", "visit", "attendant"];

/// `GET /logbook/new`
pub async fn form(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = writes(v)?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    if let Some(name) = asked.get("corrects") {
        pairs = stands(&mut v, name).await?;
        pairs.push(("corrects".to_owned(), name.to_owned()));
    }
    for name in FIELDS {
        pairs.extend(asked.get(name).map(|value| ((*name).to_owned(), value.to_owned())));
    }
    if !pairs.iter().any(|(n, _)| n == "attendant") {
        pairs.push(("attendant".to_owned(), v.me().to_string()));
    }
    drawn(v, Form::of(pairs), StatusCode::OK).await
}

async fn session(v: &mut Visit, name: &str) -> Result<Session, Trouble> {
    let id: SessionId = v.seen(Kind::Session, name).await?;
    Ok(v.look.get(id).await?)
}

/// The fields of a line as it stands, in its site's time.
async fn stands(v: &mut Visit, name: &str) -> Result<Vec<(String, String)>, Trouble> {
    let old = session(v, name).await?;
    let site: Site = v.look.get(old.facts.site).await?;
    v.zone_of(&site);
    let mut pairs = quick(&old, &reference(v, &old).await?);
    pairs.push(("from".to_owned(), v.ui.input(old.facts.started)));
    pairs.extend(old.ended.map(|(at, _)| ("until".to_owned(), v.ui.input(at))));
    if let Some(told) = &old.told {
        pairs.extend(v.look.open_private(&told.work).await?.map(|text| ("work".to_owned(), text)));
        pairs.extend(told.visit.map(|id| ("visit".to_owned(), id.to_string())));
    }
    pairs.extend(old.facts.attendant.map(|id| ("attendant".to_owned(), id.to_string())));
    Ok(pairs)
}

async fn reference(v: &mut Visit, s: &Session) -> Result<String, Stop> {
    Ok(v.look.get::<Instance>(s.facts.instance).await?.facts.reference)
}

/// Who, where and by which way.
fn quick(s: &Session, system: &str) -> Vec<(String, String)> {
    let mut pairs = vec![("instance".to_owned(), system.to_owned())];
    pairs.extend(s.facts.person.map(|p| ("person".to_owned(), p.to_string())));
    pairs.extend(s.told.as_ref().map(|t| ("way".to_owned(), t.way.to_string())));
    pairs
}

async fn drawn(mut v: Visit, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let chosen: Site = v.site.clone().ok_or(Stop::NotFound)?;
    let corrects = match form.value("corrects") {
        "" => None,
        name => {
            let old = session(&mut v, name).await?;
            lines(&mut v, &[old]).await?.pop()
        }
    };
    let site = at(&mut v, form.value("instance")).await?.unwrap_or(chosen);
    v.zone_of(&site);
    let (systems, people) = work(&mut v, site.id).await?;
    let quick = if corrects.is_some() { Vec::new() } else { shortcuts(&mut v, site.id).await? };
    let mut ways = vec![Choice::new("", v.ui.t("deed-choose").to_string())];
    let all = Pattern::ALL.iter().filter(|w| **w != Pattern::None);
    ways.extend(all.map(|w| Choice::new(w.as_str(), v.ui.word("pattern", w.as_str()).to_string())));
    let attendants = ours(&mut v, site.id).await?;
    Ok(render::page(status, &NewLine { quick, systems, people, ways, attendants, corrects, form, ui: v.ui }))
}

/// The site of the system that the form names.
async fn at(v: &mut Visit, system: &str) -> Result<Option<Site>, Stop> {
    if system.is_empty() {
        return Ok(None);
    }
    let Some(on) = plantgate_app::names::find(&mut v.look, Kind::Instance, system).await? else { return Ok(None) };
    if !v.look.sees(v.who.person.id, on).await? {
        return Ok(None);
    }
    let on: Instance = v.look.get(on).await?;
    v.look.get(on.facts.site).await.map(Some)
}

/// Systems at the site that somebody has in scope, and the people who work on them.
async fn work(v: &mut Visit, site: SiteId) -> Result<(Vec<Choice>, Vec<Choice>), Stop> {
    let q = Query { order: Order::Reference, site: Some(site.0), ..Query::new(Kind::Engagement, v.me(), MOST) };
    let (mut systems, mut people, mut firms) = (Vec::new(), Vec::new(), Vec::new());
    for e in things::<Engagement>(&v.look.page(&q).await?)? {
        for scope in e.approved().filter(|s| s.site == site) {
            let on: Instance = v.look.get(scope.instance).await?;
            let text = format!("{} {}", on.facts.reference, on.facts.name);
            systems.push(Choice::new(on.facts.reference, text));
        }
        firms.push(e.facts.provider);
    }
    firms.sort_unstable();
    firms.dedup();
    for firm in firms {
        let provider = shown::item(v, firm).await?.text;
        let q = Query { provider: Some(firm.0), ..Query::new(Kind::Person, v.me(), MOST) };
        for person in things::<Person>(&v.look.page(&q).await?)? {
            if person.seat == Seat::Active {
                let name = shown::called(v, person.id).await?;
                people.push(Choice::new(person.id.to_string(), format!("{name}, {provider}")));
            }
        }
    }
    systems.sort_by(|a, b| a.value.cmp(&b.value));
    systems.dedup_by(|a, b| a.value == b.value);
    people.sort_by(|a, b| a.text.cmp(&b.text));
    let none = || Choice::new("", v.ui.t("deed-choose").to_string());
    Ok((std::iter::once(none()).chain(systems).collect(), std::iter::once(none()).chain(people).collect()))
}

/// Who is here now, then lines like the last ones.
async fn shortcuts(v: &mut Visit, site: SiteId) -> Result<Vec<Item>, Stop> {
    let mut all: Vec<Item> = Vec::new();
    let mut put = |item: Item| {
        if all.len() < QUICK && !all.iter().any(|i| i.href == item.href) {
            all.push(item);
        }
    };
    let q =
        |kind| Query { order: Order::Newest, site: Some(site.0), ..Query::new(kind, v.who.person.id, MOST.min(50)) };
    let (here, last) = (Query { state: Some("on-site".to_owned()), ..q(Kind::Visit) }, q(Kind::Session));
    for stay in things::<Stay>(&v.look.page(&here).await?)? {
        let laptop = stay.devices.iter().any(|d| d.kind == DeviceKind::Laptop);
        let way = if laptop { Pattern::OnSiteOwnLaptop } else { Pattern::OnSite };
        let visit = ("visit".to_owned(), stay.facts.reference.clone());
        for person in stay.visitors.iter().filter_map(|who| who.person) {
            for id in &stay.facts.instances {
                let on: Instance = v.look.get(*id).await?;
                let pairs = [
                    ("instance".to_owned(), on.facts.reference.clone()),
                    ("person".to_owned(), person.to_string()),
                    ("way".to_owned(), way.to_string()),
                    visit.clone(),
                ];
                let name = shown::called(v, person).await?;
                put(filled(format!("{name}, {}", on.facts.reference), &pairs));
            }
        }
    }
    for s in things::<Session>(&v.look.page(&last).await?)?.iter().filter(|s| s.told.is_some()) {
        let Some(person) = s.facts.person else { continue };
        let system = reference(v, s).await?;
        let way = s.told.as_ref().map(|t| v.ui.word("pattern", t.way.as_str()).to_string()).unwrap_or_default();
        let name = shown::called(v, person).await?;
        put(filled(format!("{name}, {system}, {way}"), &quick(s, &system)));
    }
    Ok(all)
}

fn filled(text: String, pairs: &[(String, String)]) -> Item {
    let query: Vec<String> = pairs.iter().map(|(n, value)| format!("{n}={}", encoded(value))).collect();
    Item::link(text, format!("/logbook/new?{}", query.join("&")))
}

/// `POST /logbook`
pub async fn write(v: Visit, typed: Fields) -> Result<Response, Trouble> {
    let mut v = writes(v)?;
    if let Some(site) = at(&mut v, &typed.text("instance")).await? {
        v.zone_of(&site);
    }
    let answer = match body(&v, &typed) {
        Ok(body) => acts::act(&v.state.app, v.caller(), typed.request()?, "log-session", body).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            Ok(done("/logbook", "session-logged", entry).into_response())
        }
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            drawn(v, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Everything that is wrong with the form at once.
fn body(v: &Visit, typed: &Fields) -> Result<Value, Stop> {
    let must = ["instance", "way", "work"].into_iter().filter(|n| typed.maybe(n).is_none());
    let empty = |n: &str| plantgate_domain::base::Invalid::field(n, plantgate_domain::base::Why::of("deed-empty"));
    let wrong: Vec<_> = must.map(empty).collect();
    if !wrong.is_empty() {
        return Err(Stop::Invalid(wrong));
    }
    let names = ["instance", "way", "work", "person", "attendant", "visit", "corrects", "reason"];
    let mut body: Map<String, Value> =
        names.into_iter().filter_map(|n| typed.maybe(n).map(|value| (n.to_owned(), Value::String(value)))).collect();
    for name in ["from", "until"] {
        body.extend(moment(v, typed, name)?.map(|at| (name.to_owned(), json!(at))));
    }
    Ok(Value::Object(body))
}
