//! The way in for an invited person: a link that names them, sealed by this house, good for three days and only until
//! they have a way in: a passkey, an account elsewhere, or a password. What they set with it nobody else ever sees.

use axum::{
    Json,
    extract::{Path, State as With},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Caller, Stop,
    qualify::credential::INVITATION,
    read::{Look, Memory},
    sign_in::{
        Enrolment,
        passkey::{Challenge, Given},
        session_name,
    },
};
use plantgate_domain::{
    base::{PersonId, Why},
    event::{
        Event,
        qualify::{KeyKind, PersonEvent},
    },
    qualify::person::{Person, Seat},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{passkeys, recovery, sign_on};
use crate::{
    door::{error::Trouble, fields::Fields, routes::Routes, state::State, visit::Guest},
    page::{admin::LINK_HOURS, entry::Welcome, sign_on::SignOnSaid},
    render,
    view::{Form, Qr},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .public("/welcome/{token}", show)
        .act("/welcome/{token}", set)
        .working_state("/welcome/{token}/passkey/ask", ask_passkey)
        .act("/welcome/{token}/passkey", set_passkey)
}

/// What a link carries, sealed. The first word keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
struct Invitation {
    invites: PersonId,
    until: i64,
    /// How many ways in they had been given when it was made: with the next one the link is used up, and it stays
    /// so when that is taken away again. A link made after that is another one.
    had: usize,
}

/// Whether a person waits for a way in: their first, or one in place of all that were taken away.
pub fn waits(person: &Person) -> bool {
    !person.has_way_in() && matches!(person.seat, Seat::Invited | Seat::Active)
}

fn is_way_in(event: &Event) -> bool {
    matches!(event, Event::Person(PersonEvent::KeyAdded(key)) if key.kind != KeyKind::Ssh)
}

/// How many ways in a person was ever given.
async fn had(look: &mut Look, person: PersonId) -> Result<usize, Stop> {
    let entries = look.entries(person.into()).await?;
    Ok(entries.iter().filter(|(read, _)| is_way_in(&read.event)).count())
}

/// The path with which a person begins.
pub async fn link(state: &State, look: &mut Look, person: PersonId) -> Result<String, Stop> {
    let until = plantgate_app::wall_now() + LINK_HOURS * 3_600;
    let invitation = Invitation { invites: person, until, had: had(look, person).await? };
    let plain = serde_json::to_vec(&invitation).map_err(Stop::fault)?;
    Ok(format!("/welcome/{}", state.app.store().keyring().seal(&plain)?))
}

/// The person a link names; a link that is forged, old or used is not found, whoever asks.
pub async fn invited(state: &State, token: &str) -> Result<(Person, String, String), Trouble> {
    let opened = state.app.store().keyring().unseal_brought(token).ok_or(Stop::NotFound)?;
    let invitation: Invitation = serde_json::from_slice(&opened).map_err(|_| Stop::NotFound)?;
    if invitation.until <= plantgate_app::wall_now() {
        return Err(Stop::NotFound.into());
    }
    let mut look = state.app.store().look().await?;
    let person: Person = look.get(invitation.invites).await?;
    if !waits(&person) || had(&mut look, person.id).await? != invitation.had {
        return Err(Stop::NotFound.into());
    }
    let login = look.open_private(&person.facts.handle).await?.ok_or(Stop::NotFound)?;
    let name = look.open_private(&person.facts.name).await?.unwrap_or_default();
    Ok((person, login, name))
}

/// The page of a link, with what is wrong.
async fn page(
    state: &State,
    guest: Guest,
    token: &str,
    (person, login, name): (Person, String, String),
    (form, seed): (Form, &Enrolment),
) -> Result<Welcome, Trouble> {
    let sign_on = sign_on::for_invited(state, &person, token).await?;
    let (otpauth, secret) = (seed.url(&login), seed.text());
    let passkey_at = format!("/welcome/{token}/passkey");
    Ok(Welcome { ui: guest.ui, name, login, form, secret, qr: Qr::of(&otpauth), otpauth, sign_on, passkey_at })
}

async fn show(With(state): With<State>, guest: Guest, Path(token): Path<String>) -> Result<Response, Trouble> {
    let who = invited(&state, &token).await?;
    let page = page(&state, guest, &token, who, (Form::default(), &Enrolment::new()?)).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn set(
    With(state): With<State>,
    guest: Guest,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Trouble> {
    let (person, login, name) = invited(&state, &token).await?;
    let seed = Enrolment::from_text(&fields.text("seed"))?;
    let done = if seed.accepts(&fields.text("code"))? {
        let me = Caller::person(person.id, INVITATION);
        state.app.set_credential(&me, person.id, &login, &fields.text("password"), &seed).await
    } else {
        Err(Stop::field("code", Why::of("welcome-code")))
    };
    match done {
        Ok(()) => recovery::begin(&state, &Caller::person(person.id, INVITATION)).await,
        Err(stop) => {
            let form = fields.wrong(stop, &guest.ui.r)?;
            let page = page(&state, guest, &token, (person, login, name), (form, &seed)).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// What the browser of an invited person is asked for to make their first passkey, bound to their link.
async fn ask_passkey(With(state): With<State>, Path(token): Path<String>) -> Result<Response, Trouble> {
    let (person, _, _) = invited(&state, &token).await?;
    let site = passkeys::offered(&state)?;
    let me = Caller::person(person.id, INVITATION);
    let Challenge { ticket, options } = state.app.passkey_offer(site, &me, &session_name(&token)).await?;
    Ok(Json(json!({ "ticket": ticket, "options": options })).into_response())
}

/// A passkey instead of a password: whoever begins so has nothing that another page could get from them.
async fn set_passkey(
    With(state): With<State>,
    guest: Guest,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Trouble> {
    let (person, login, name) = invited(&state, &token).await?;
    let site = passkeys::offered(&state)?;
    let me = Caller::person(person.id, INVITATION);
    let (session, given) = (session_name(&token), Given::read(&fields.text("passkey")));
    let asked = (session.as_str(), fields.request()?);
    match state.app.add_passkey(site, &me, asked, &fields.text("name"), given.as_ref()).await {
        Ok(_) => {
            let text = guest.ui.t("welcome-passkey-text").to_string();
            let (title, go, href) = ("welcome-passkey", "signin-title", "/sign-in".to_owned());
            Ok(render::page(StatusCode::OK, &SignOnSaid { ui: guest.ui, title, text, go, href }))
        }
        Err(stop) => {
            let form = fields.wrong(stop, &guest.ui.r)?;
            let page = page(&state, guest, &token, (person, login, name), (form, &Enrolment::new()?)).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
