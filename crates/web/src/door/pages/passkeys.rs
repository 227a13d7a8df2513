//! Passkeys at the door: what our script asks for before it asks the browser, and the forms that carry the answer.
//! A ceremony at the sign-in page travels in a cookie of that browser; one inside is bound to its session.

use axum::{
    Json,
    extract::State as With,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    sign_in::{
        Refused,
        passkey::{Beside, Challenge, Given, Site, Wish},
        session_name,
    },
};
use serde_json::json;

use super::{entry, keys};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        seen_as::seen_as,
        session::SignedIn,
        state::State,
        told::{secure, set},
        visit::{Guest, Visit, cookie},
    },
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .working_state("/sign-in/passkey", come)
        .working_state("/sign-in/passkey/ask", ask_to_come)
        .working_state("/passkey/ask", ask)
        .act("/me/passkeys", add)
}

/// Carries a ceremony through the sign-in page.
const TICKET: &str = "plantgate-passkey";

/// Where passkeys are not offered, nothing of them is there.
pub fn offered(state: &State) -> Result<&Site, Stop> {
    state.passkeys.as_ref().ok_or(Stop::NotFound)
}

fn keep(state: &State, response: &mut Response, ticket: &str, age: i64) {
    let ends = format!("Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age={age}{}", secure(state));
    set(response, &format!("{TICKET}={ticket}; {ends}"));
}

/// Asked before anybody said who they are: the same for everybody, and it writes nothing.
async fn ask_to_come(With(state): With<State>) -> Result<Response, Trouble> {
    let Challenge { ticket, options } = state.app.passkey_challenge(offered(&state)?, &Wish::SIGN_IN)?;
    let mut response = Json(json!({ "options": options })).into_response();
    keep(&state, &mut response, &ticket, state.app.store().limits().passkey_secs);
    Ok(response)
}

async fn come(With(state): With<State>, headers: HeaderMap, guest: Guest, fields: Fields) -> Result<Response, Trouble> {
    let site = offered(&state)?;
    let ticket = cookie(&headers, TICKET).unwrap_or_default().to_owned();
    let given = Given::read(&fields.text("passkey")).map(|given| Given { ticket, ..given });
    let beside = Beside { machine: entry::machine(&headers), seen_as: seen_as(&headers, false) };
    let why = match state.app.sign_in_by_passkey(site, given.as_ref(), &beside).await? {
        Ok(begun) => {
            let mut response = entry::entered(&state, &headers, &begun).await?;
            keep(&state, &mut response, "", 0);
            return Ok(response);
        }
        Err(Refused::Wrong) => guest.ui.t("passkey-wrong").to_string(),
        Err(Refused::Wait(secs)) => guest.ui.t("passkey-wait").n("secs", secs).to_string(),
    };
    let page = entry::sign_in_page(&state, &headers, guest, fields.form().wrong("passkey", why))?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Asked in a session: for a new passkey, a new proof, or a signature.
async fn ask(With(state): With<State>, who: SignedIn, fields: Fields) -> Result<Response, Trouble> {
    let site = offered(&state)?;
    let (session, what) = (session_name(&who.secret), fields.text("for"));
    let Challenge { ticket, options } = match what.as_str() {
        "add" => state.app.passkey_offer(site, &who.caller, &session).await?,
        "prove" => state.app.passkey_challenge(site, &Wish::prove(&session))?,
        what if what.starts_with("sign:") => state.app.passkey_challenge(site, &Wish { what, session: &session })?,
        _ => return Err(Stop::NotFound.into()),
    };
    Ok(Json(json!({ "ticket": ticket, "options": options })).into_response())
}

async fn add(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let site = offered(&visit.state)?;
    let given = Given::read(&fields.text("passkey"));
    let (session, name) = (session_name(&visit.who.secret), fields.text("name"));
    let asked = (session.as_str(), fields.request()?);
    match visit.state.app.add_passkey(site, visit.caller(), asked, &name, given.as_ref()).await {
        Ok(answer) => Ok(done("/me", "passkey-added", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &keys::page(visit, form).await?))
        }
    }
}
