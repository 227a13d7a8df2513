//! The page behind a mailed link: a provider's contact says, without an account, who of its people still needs access.
//! It lists exactly that provider's people by name and nothing else of ours or of anybody; what happened to a link that
//! is no longer open is said in words, and whom to ask.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State as With},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Caller, Stop,
    qualify::people::{AttestPeople, BY_LINK, NoLink, Opened, SaysOf, listed, was_good},
    read::Look,
};
use plantgate_domain::{
    base::{Actor, DAY, Why},
    expect::people_ask::AskState,
    qualify::person::Person,
};

use super::people_ask::{called, said_of};
use crate::{
    door::{error::Trouble, fields::Fields, routes::Routes, state::State, visit::Guest},
    page::people_ask::{Asked, ByLink, ByLinkSaid},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().public("/attest/{token}", show).act("/attest/{token}", answer)
}

async fn show(With(state): With<State>, guest: Guest, Path(token): Path<String>) -> Result<Response, Trouble> {
    match state.app.open_people_link(&token).await? {
        Ok(opened) => page(&state, guest, &opened, Form::default()).await,
        Err(none) => Ok(no_link(guest, none)),
    }
}

/// A page that carries a link or what it opens: no cache keeps it, no other address learns of it.
pub(super) fn kept_nowhere(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The same words for every link that is none, so that nobody learns which were close.
fn no_link(guest: Guest, none: NoLink) -> Response {
    let (status, what, wait) = match none {
        NoLink::Unknown => (StatusCode::NOT_FOUND, "unknown", 0),
        NoLink::Wait(secs) => (StatusCode::TOO_MANY_REQUESTS, "wait", secs),
    };
    let page = ByLinkSaid {
        ui: guest.ui,
        what,
        provider: String::new(),
        by: String::new(),
        at: None,
        said: Vec::new(),
        missing: String::new(),
        wait,
    };
    kept_nowhere(render::page(status, &page))
}

/// Who asked, by name; the house when that name was erased.
async fn asker(look: &mut Look, guest: &Guest, by: Actor) -> Result<String, Stop> {
    let name = match by.person() {
        Some(id) => called(look, id).await?,
        None => String::new(),
    };
    Ok(if name.is_empty() { guest.ui.org.clone() } else { format!("{name}, {}", guest.ui.org) })
}

/// The form while the link is open, else what became of it.
async fn page(state: &State, guest: Guest, of: &Opened, form: Form) -> Result<Response, Trouble> {
    let mut look = state.app.store().look().await?;
    let now = look.now().0;
    let by = asker(&mut look, &guest, of.ask.by).await?;
    let provider = of.provider.facts.name.clone();
    if of.ask.state(now) != AskState::Open {
        return said(&mut look, guest, of, by, now).await;
    }
    let people = asked(&mut look, of).await?;
    let contact = called(&mut look, of.ask.facts.contact).await?;
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ByLink { provider, contact, by, until: of.ask.facts.until, people, form, ui: guest.ui };
    Ok(kept_nowhere(render::page(status, &page)))
}

async fn said(
    look: &mut Look,
    guest: Guest,
    of: &Opened,
    by: String,
    now: plantgate_domain::base::Instant,
) -> Result<Response, Trouble> {
    let (status, what) = match of.ask.state(now) {
        AskState::Open | AskState::Points | AskState::Answered => (StatusCode::OK, "used"),
        AskState::Expired => (StatusCode::GONE, "expired"),
        AskState::Replaced => (StatusCode::GONE, "replaced"),
        AskState::Revoked => (StatusCode::GONE, "revoked"),
    };
    // A mail is forwarded and kept for years: who answered reads it once more, and then it says only that it was used.
    let shown = of.ask.confirmed.is_some_and(|at| now < at.plus_secs(DAY));
    let missing = match &of.ask.missing {
        Some(text) if shown => look.open_private(text).await?.unwrap_or_default(),
        _ => String::new(),
    };
    let said = if shown { said_of(look, &of.ask.people).await? } else { Vec::new() };
    let provider = of.provider.facts.name.clone();
    let page = ByLinkSaid { what, provider, by, at: of.ask.confirmed, said, missing, wait: 0, ui: guest.ui };
    Ok(kept_nowhere(render::page(status, &page)))
}

/// Everybody the contact is asked about; who share a name are told apart by what they sign in with.
async fn asked(look: &mut Look, of: &Opened) -> Result<Vec<Asked>, Stop> {
    let now = look.now().0;
    let people: Vec<Person> = listed(look, of.provider.id, now).await?;
    let mut names: Vec<String> = Vec::with_capacity(people.len());
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for person in &people {
        let name = look.open_private(&person.facts.name).await?.unwrap_or_default();
        *count.entry(name.clone()).or_insert(0) += 1;
        names.push(name);
    }
    let mut out = Vec::with_capacity(people.len());
    for (person, mut name) in people.iter().zip(names) {
        if count.get(&name).is_some_and(|n| *n > 1) {
            let handle = look.open_private(&person.facts.handle).await?.unwrap_or_default();
            name = format!("{name} ({handle})");
        }
        let id = person.id.to_string();
        out.push(Asked { name, says: format!("says-{id}"), left_on: format!("left_on-{id}"), id });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

async fn answer(
    With(state): With<State>,
    guest: Guest,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Trouble> {
    let opened = match state.app.open_people_link(&token).await? {
        Ok(opened) => opened,
        Err(none) => return Ok(no_link(guest, none)),
    };
    let done = match answers(&state, &opened, &fields).await {
        Ok(act) => {
            // By the link and no more: the entry says so beside the contact's id.
            let contact = Caller::person(opened.ask.facts.contact, BY_LINK);
            state.app.act(&contact, fields.request()?, act).await.map(|_| ())
        }
        Err(stop) => Err(stop),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/attest/{token}")).into_response()),
        Err(Stop::Refused(r)) if was_good(r.say.id) => Ok(Redirect::to(&format!("/attest/{token}")).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &guest.ui.r)?;
            page(&state, guest, &opened, form).await
        }
    }
}

/// What the form says of each person on the list.
async fn answers(state: &State, of: &Opened, fields: &Fields) -> Result<AttestPeople, Stop> {
    let mut look = state.app.store().look().await?;
    let mut people = Vec::new();
    let now = look.now().0;
    for person in listed(&mut look, of.provider.id, now).await? {
        let id = person.id.to_string();
        let (says, left_on) = (format!("says-{id}"), format!("left_on-{id}"));
        if fields.maybe(&says).is_none() {
            continue;
        }
        let day = fields.maybe(&left_on).map(|_| fields.read(&left_on)).transpose()?;
        people.push(SaysOf { person: id, says: fields.read(&says)?, left_on: day });
    }
    // A browser ends lines of a text with two characters.
    let missing = fields.maybe("missing").map(|m| m.replace("\r\n", "\n"));
    if missing.as_deref().is_some_and(|m| m.chars().count() > 2_000) {
        return Err(Stop::field("missing", Why::of("invalid-text-long").with("most", 2_000)));
    }
    let (provider, secret) = (of.provider.facts.reference.clone(), of.secret.clone());
    Ok(AttestPeople { provider, secret, people, missing })
}
