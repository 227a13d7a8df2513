//! We ask a provider's contact, by a link that is shown once, who of its people still needs access; then who answered,
//! when, and what has not come. There is no outgoing mail: the text is prepared, a person sends it.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Power, Stop,
    power::{SendRequests, could},
    qualify::people::{AskPeople, ClosePeopleAsk, MOST_DAYS, hash, listed},
    reach,
    read::Memory,
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId, ProviderId, Why},
    event::{expect::PersonSaid, qualify::ProviderRole},
    expect::{people_ask::PeopleAsk, provider::Provider},
    qualify::person::Person,
};
use plantgate_wire::words::{Lang, Reader};

use super::{by_link::kept_nowhere, engagement_parts::item};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::encoded,
        routes::Routes,
        visit::Visit,
    },
    page::people_ask::{AskRow, Mail, PeopleAskMade, PeopleAskOne, PeopleAskPage, SaidOf},
    render,
    view::{Choice, Form, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/providers/{name}/ask-people", show)
        .act("/providers/{name}/ask-people", ask)
        .page("/providers/{name}/people-asks/{ask}", one)
        .act("/providers/{name}/people-asks/{ask}/close", close)
}

async fn open(visit: Visit, name: &str) -> Result<(Visit, Provider), Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let id: ProviderId = visit.seen(Kind::Provider, name).await?;
    let provider: Provider = visit.look.get(id).await?;
    Ok((visit, provider))
}

/// Whether this person may ask where the provider works.
pub(super) async fn may_ask(visit: &mut Visit, provider: ProviderId) -> Result<bool, Stop> {
    let sites = reach::of_provider(&mut visit.look, provider).await?;
    let rules = visit.look.rules();
    Ok(could(&visit.who.person, SendRequests::KEY, &sites, &rules))
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (mut visit, provider) = open(visit, &name).await?;
    let days = visit.look.rules().tiers.people_link_days.to_string();
    let page = form(&mut visit, &provider, Form::of([("days", days)])).await?;
    Ok(render::page(StatusCode::OK, &PeopleAskPage { ui: visit.ui, ..page }))
}

async fn form(visit: &mut Visit, provider: &Provider, form: Form) -> Result<PeopleAskPage, Trouble> {
    let now = visit.now();
    let mut people = listed(&mut visit.look, provider.id, now).await?;
    let all = people.len();
    people.sort_by_key(|p| !p.facts.provider_roles.contains(&ProviderRole::Contact));
    let mut contacts = Vec::with_capacity(people.len());
    for person in &people {
        contacts.push(contact(visit, person).await?);
    }
    Ok(PeopleAskPage {
        provider: named(provider),
        reference: provider.facts.reference.clone(),
        form,
        contacts,
        replaces: provider.asks.iter().any(|a| a.may_answer(a.facts.contact, now).is_ok()),
        listed: all,
        most_days: MOST_DAYS,
        ui: visit.ui.clone(),
    })
}

async fn contact(visit: &mut Visit, person: &Person) -> Result<Choice, Stop> {
    let name = item(visit, person.id.into()).await?.text;
    let work = person.facts.provider_roles.iter().map(|r| visit.ui.word("power", r.as_str()).to_string());
    let work = work.collect::<Vec<_>>().join(", ");
    let text = if work.is_empty() { name } else { format!("{name}, {work}") };
    Ok(Choice::new(person.id.to_string(), text))
}

fn named(provider: &Provider) -> Item {
    let reference = &provider.facts.reference;
    Item::link(format!("{reference} {}", provider.facts.name), format!("/providers/{reference}/people"))
}

async fn ask(visit: Visit, Path(name): Path<String>, headers: HeaderMap, fields: Fields) -> Result<Response, Trouble> {
    let (mut visit, provider) = open(visit, &name).await?;
    let request = fields.request()?;
    let (token, secret) = visit.state.app.people_link(provider.id, request)?;
    let asked = match days(&fields) {
        Ok(days) => {
            let (contact, secret_sha256) = (fields.text("contact"), hash(&secret));
            let act = AskPeople { provider: provider.facts.reference.clone(), contact, secret_sha256, days };
            visit.state.app.act(visit.caller(), request, act).await
        }
        Err(stop) => Err(stop),
    };
    match asked {
        Ok(answer) => {
            // The visit's snapshot is older than the act.
            visit.look = visit.state.app.store().look().await?;
            let page = made(visit, &answer.done.ask.to_string(), provider.id, &at(&headers, &token)).await?;
            Ok(kept_nowhere(render::page(StatusCode::OK, &page)))
        }
        Err(stop) => {
            let wrong = fields.wrong(stop, &visit.ui.r)?;
            let page = form(&mut visit, &provider, wrong).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &PeopleAskPage { ui: visit.ui, ..page }))
        }
    }
}

fn days(fields: &Fields) -> Result<Option<i64>, Stop> {
    let wrong = || Stop::field("days", Why::of("invalid-link-days").with("most", MOST_DAYS));
    fields.maybe("days").map(|d| d.parse().map_err(|_| wrong())).transpose()
}

/// Where the link leads, as this browser calls this house; a host that is no name is left out.
fn at(headers: &HeaderMap, token: &str) -> String {
    let path = format!("/attest/{token}");
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
    if host.is_empty() || !host.bytes().all(plain) {
        return path;
    }
    let near = ["localhost", "127.0.0.1", "[::1]"].iter().any(|n| host.starts_with(n));
    format!("{}://{host}{path}", if near { "http" } else { "https" })
}

async fn made(mut visit: Visit, ask: &str, provider: ProviderId, link: &str) -> Result<PeopleAskMade, Trouble> {
    let provider: Provider = visit.look.get(provider).await?;
    let ask = found(&provider, ask)?.clone();
    let contact: Person = visit.look.get(ask.facts.contact).await?;
    let name = visit.look.open_private(&contact.facts.name).await?.unwrap_or_default();
    // A sign-in name is an address where it looks like one; else the mail program asks for it.
    let handle = visit.look.open_private(&contact.facts.handle).await?.unwrap_or_default();
    let address = if handle.contains('@') { handle } else { String::new() };
    let mail = |lang: Lang| {
        let r = Reader { lang, zone: visit.ui.r.zone.clone() };
        let subject = r.t("peoplemail-subject").s("org", &visit.ui.org).s("provider", &provider.facts.name).to_string();
        let asker = visit.ui.person.clone().unwrap_or_default();
        let body = r.t("peoplemail-body").s("name", &name).s("org", &visit.ui.org).s("provider", &provider.facts.name);
        let body = body.s("link", link).s("until", r.moment(ask.facts.until)).s("asker", asker).to_string();
        let mailto = format!("mailto:{}?subject={}&body={}", encoded(&address), encoded(&subject), encoded(&body));
        Mail { lang: lang.tag(), subject, body, mailto }
    };
    let mails = vec![mail(Lang::En), mail(Lang::De)];
    let reference = provider.facts.reference.clone();
    Ok(PeopleAskMade {
        provider: named(&provider),
        href: format!("/providers/{reference}/people-asks/{}", ask.facts.ask),
        reference,
        contact: name,
        link: link.to_owned(),
        until: ask.facts.until,
        mails,
        ui: visit.ui,
    })
}

fn found<'a>(provider: &'a Provider, ask: &str) -> Result<&'a PeopleAsk, Stop> {
    provider.asks.iter().find(|a| a.facts.ask.to_string() == ask).ok_or(Stop::NotFound)
}

/// A line about an ask.
pub(super) async fn row(visit: &mut Visit, provider: &Provider, ask: &PeopleAsk) -> Result<AskRow, Stop> {
    let by = match ask.by.person() {
        Some(id) => item(visit, id.into()).await?.text,
        None => String::new(),
    };
    Ok(AskRow {
        href: format!("/providers/{}/people-asks/{}", provider.facts.reference, ask.facts.ask),
        contact: item(visit, ask.facts.contact.into()).await?.text,
        by,
        at: ask.at,
        state: ask.state(visit.now()).as_str(),
        until: ask.facts.until,
        confirmed: ask.confirmed,
    })
}

async fn one(visit: Visit, Path((name, ask)): Path<(String, String)>) -> Result<Response, Trouble> {
    let (mut visit, provider) = open(visit, &name).await?;
    let ask = found(&provider, &ask)?;
    let now: Instant = visit.now();
    let mut said = Vec::with_capacity(ask.people.len());
    for one in &ask.people {
        let name = item(&mut visit, one.person.into()).await?.text;
        said.push(SaidOf { name, says: one.says.as_str(), left_on: one.left_on });
    }
    let missing = match &ask.missing {
        Some(text) => visit.look.open_private(text).await?.unwrap_or_else(|| visit.ui.t("text-erased").to_string()),
        None => String::new(),
    };
    let may_ask = may_ask(&mut visit, provider.id).await?;
    let row = row(&mut visit, &provider, ask).await?;
    let page = PeopleAskOne {
        provider: named(&provider),
        reference: provider.facts.reference.clone(),
        close: format!("{}/close", row.href),
        ask: row,
        remind_at: ask.facts.remind_at,
        said,
        missing,
        may_close: may_ask && ask.may_close(now).is_ok(),
        may_ask,
        ui: visit.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

async fn close(visit: Visit, Path((name, ask)): Path<(String, String)>, fields: Fields) -> Result<Response, Trouble> {
    let (visit, provider) = open(visit, &name).await?;
    let id = found(&provider, &ask)?.facts.ask;
    let act = ClosePeopleAsk { provider: provider.facts.reference.clone(), ask: id };
    let answer = visit.state.app.act(visit.caller(), fields.request()?, act).await?;
    Ok(done(&format!("/providers/{name}/people-asks/{ask}"), "people-ask-closed", answer.entry).into_response())
}

/// What was said, with names from the erasable store: for readers who are nobody, and see no more than this list.
pub(super) async fn said_of(memory: &mut plantgate_app::read::Look, all: &[PersonSaid]) -> Result<Vec<SaidOf>, Stop> {
    let mut out = Vec::with_capacity(all.len());
    for one in all {
        let name = called(memory, one.person).await?;
        out.push(SaidOf { name, says: one.says.as_str(), left_on: one.left_on });
    }
    Ok(out)
}

/// A person's name; nothing once it was erased.
pub(super) async fn called(look: &mut plantgate_app::read::Look, id: PersonId) -> Result<String, Stop> {
    let person: Option<Person> = look.find(id).await?;
    match person {
        Some(person) => Ok(look.open_private(&person.facts.name).await?.unwrap_or_default()),
        None => Ok(String::new()),
    }
}
