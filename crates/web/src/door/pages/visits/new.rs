//! Writing a visit down, at the gate with a phone: choose the firm, tick people and systems, press *they are here*; or
//! say when they are expected.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    power::{self, Power},
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, ProviderId, SiteId},
    expect::{engagement::Engagement, instance::Instance, provider::Provider, site::Site},
    qualify::person::{Person, Seat},
};
use serde_json::{Map, Value, json};

use super::{super::access::shown, state::moment, writes};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded, things},
        visit::Visit,
    },
    page::visits::NewVisit,
    render,
    view::{Choice, Form, Item},
};

/// Most that a form offers; more are typed.
const MOST: usize = 200;

/// `GET /visits/new`
pub async fn form(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let v = writes(v)?;
    let mut pairs: Vec<(&str, String)> =
        asked.get("provider").map(|p| ("provider", p.to_owned())).into_iter().collect();
    pairs.extend(asked.get("engagement").map(|e| ("engagement", e.to_owned())));
    pairs.push(("attendant", v.me().to_string()));
    pairs.push(("when", "now".to_owned()));
    drawn(v, Form::of(pairs), StatusCode::OK).await
}

async fn drawn(mut v: Visit, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let site: Site = v.site.clone().ok_or(Stop::NotFound)?;
    let chosen = match form.value("provider") {
        "" => None,
        name => Some(v.seen::<ProviderId>(Kind::Provider, name).await?),
    };
    let mut page = NewVisit {
        site: site.facts.name.clone(),
        providers: Vec::new(),
        provider: None,
        reference: String::new(),
        people: Vec::new(),
        systems: Vec::new(),
        engagements: Vec::new(),
        attendants: ours(&mut v, site.id).await?,
        form,
        ui: v.ui.clone(),
    };
    match chosen {
        Some(id) => {
            let provider: Provider = v.look.get(id).await?;
            page.reference = provider.facts.reference.clone();
            page.provider = Some(shown::item(&mut v, id).await?);
            page.people = people(&mut v, id).await?;
            (page.engagements, page.systems) = work(&mut v, id, site.id).await?;
        }
        None => page.providers = providers(&mut v, site.id).await?,
    }
    Ok(render::page(status, &page))
}

/// Firms with work at this site first; all others are found by the list of providers.
async fn providers(v: &mut Visit, site: SiteId) -> Result<Vec<Item>, Stop> {
    let q = Query { site: Some(site.0), ..Query::new(Kind::Engagement, v.me(), MOST) };
    let page = v.look.page(&q).await?;
    let mut ids: Vec<ProviderId> = things::<Engagement>(&page)?.iter().map(|e| e.facts.provider).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let provider: Provider = v.look.get(id).await?;
        let href = format!("/visits/new?provider={}", encoded(&provider.facts.reference));
        all.push(Item::link(format!("{} {}", provider.facts.reference, provider.facts.name), href));
    }
    all.sort_by(|a, b| a.text.cmp(&b.text));
    Ok(all)
}

async fn people(v: &mut Visit, provider: ProviderId) -> Result<Vec<Choice>, Stop> {
    let q = Query { provider: Some(provider.0), order: Order::Name, ..Query::new(Kind::Person, v.me(), MOST) };
    let mut all = Vec::new();
    for person in things::<Person>(&v.look.page(&q).await?)? {
        let name = shown::called(v, person.id).await?;
        let word = person.word(v.now());
        let text = if word == "active" { name } else { format!("{name} ({})", v.ui.word("person", word)) };
        all.push(Choice::new(person.id.to_string(), text));
    }
    Ok(all)
}

/// Their engagements here, and the systems in scope of any of them.
async fn work(v: &mut Visit, provider: ProviderId, site: SiteId) -> Result<(Vec<Choice>, Vec<Choice>), Stop> {
    let all: Vec<Engagement> = v.look.of("provider", provider).await?;
    let (mut engagements, mut systems) = (vec![Choice::new("", v.ui.t("deed-unsaid").to_string())], Vec::new());
    for e in all.iter().filter(|e| e.sites().contains(&site)) {
        let name = format!("{} {}", e.facts.reference, e.facts.name);
        engagements.push(Choice::new(e.facts.reference.clone(), name));
        for item in e.approved().filter(|s| s.site == site) {
            let on: Instance = v.look.get(item.instance).await?;
            let text = format!("{} {}, {}", on.facts.reference, on.facts.name, e.facts.reference);
            systems.push(Choice::new(on.facts.reference.clone(), text));
        }
    }
    systems.sort_by(|a, b| a.value.cmp(&b.value));
    systems.dedup_by(|a, b| a.value == b.value);
    Ok((engagements, systems))
}

/// People of ours at a site who may stand beside somebody.
pub async fn ours(v: &mut Visit, site: SiteId) -> Result<Vec<Choice>, Stop> {
    let rules = v.look.rules();
    let roles = power::roles(power::EnterSession::KEY, &rules);
    let mut all = vec![Choice::new("", v.ui.t("ask-attendant-none").to_string())];
    for id in v.look.holders(&roles, site).await? {
        let person: Person = v.look.get(id).await?;
        if person.seat == Seat::Active {
            all.push(Choice::new(id.to_string(), shown::called(v, id).await?));
        }
    }
    all.sort_by(|a, b| (!a.value.is_empty(), &a.text).cmp(&(!b.value.is_empty(), &b.text)));
    Ok(all)
}

/// `POST /visits`
pub async fn announce(v: Visit, typed: Fields) -> Result<Response, Trouble> {
    let v = writes(v)?;
    let answer = match body(&v, &typed) {
        Ok(body) => acts::act(&v.state.app, v.caller(), typed.request()?, "announce-visit", body).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            let name = answer.pointer("/done/reference").and_then(Value::as_str).unwrap_or_default();
            Ok(done(&format!("/visits/{name}"), "visit-announced", entry).into_response())
        }
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            drawn(v, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn body(v: &Visit, typed: &Fields) -> Result<Value, Stop> {
    let site = v.site.as_ref().map(|s| s.id.to_string()).unwrap_or_default();
    let names: Vec<String> =
        typed.text("visitors").split(['\n', ',']).map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let mut body = Map::from_iter([
        ("site".to_owned(), json!(site)),
        ("provider".to_owned(), json!(typed.text("provider"))),
        ("people".to_owned(), json!(typed.all("people"))),
        ("visitors".to_owned(), json!(names)),
        ("instances".to_owned(), json!(typed.all("instances"))),
        ("arrived".to_owned(), json!(typed.text("when") == "now")),
    ]);
    for name in ["engagement", "attendant", "deputy", "purpose"] {
        body.extend(typed.maybe(name).map(|value| (name.to_owned(), Value::String(value))));
    }
    if typed.text("when") == "planned" {
        let from = moment(v, typed, "from")?;
        let until = moment(v, typed, "until")?;
        let empty = |name: &str| Stop::field(name, plantgate_domain::base::Why::of("deed-empty"));
        let from = from.ok_or_else(|| empty("from"))?;
        let until = until.ok_or_else(|| empty("until"))?;
        body.insert("planned".to_owned(), json!({ "from": from, "until": until }));
    }
    Ok(Value::Object(body))
}
