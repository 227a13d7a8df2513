//! Recovery codes on their way to paper: made at the first password or on one's own page, shown this once. Between the
//! form and the page they travel in a sealed cookie that the page takes away, so that loading it anew shows nothing.

use axum::{
    extract::State as With,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{Caller, Stop};
use serde::{Deserialize, Serialize};

use crate::{
    door::{
        error::Trouble,
        routes::Routes,
        session::SignedIn,
        state::State,
        told::{secure, set},
        visit::{Guest, Visit, cookie},
    },
    page::entry::RecoveryCodes,
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().act("/me/recovery", make).public(SHOWN, show)
}

const SHOWN: &str = "/recovery-codes";
const CODES: &str = "plantgate-codes";
const SECS: i64 = 120;

/// What the cookie carries. The field's name keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
struct Codes {
    recovery_codes: Vec<String>,
    until: i64,
}

async fn make(visit: Visit) -> Result<Response, Trouble> {
    Ok(made(&visit.state, visit.caller()).await?)
}

/// The first codes, beside the first password. That is set; if codes cannot be made now, they are made later.
pub async fn begin(state: &State, me: &Caller) -> Result<Response, Trouble> {
    match made(state, me).await {
        Ok(response) => Ok(response),
        Err(stop) => {
            tracing::warn!(%stop, "no recovery codes beside a first password");
            Ok(Redirect::to("/sign-in").into_response())
        }
    }
}

async fn made(state: &State, me: &Caller) -> Result<Response, Stop> {
    let made = state.app.make_recovery_codes(me).await?;
    let codes = Codes { recovery_codes: made.codes, until: plantgate_app::wall_now() + SECS };
    let sealed = state.app.store().keyring().seal(&serde_json::to_vec(&codes).map_err(Stop::fault)?)?;
    let mut response = Redirect::to(SHOWN).into_response();
    kept(state, &mut response, &sealed, SECS);
    Ok(response)
}

fn kept(state: &State, response: &mut Response, value: &str, age: i64) {
    set(response, &format!("{CODES}={value}; Path={SHOWN}; HttpOnly; SameSite=Lax; Max-Age={age}{}", secure(state)));
}

fn read(state: &State, headers: &HeaderMap) -> Option<Codes> {
    let sealed = cookie(headers, CODES).filter(|kept| !kept.is_empty())?;
    let opened = state.app.store().keyring().unseal_brought(sealed)?;
    let codes: Codes = serde_json::from_slice(&opened).ok()?;
    (plantgate_app::wall_now() < codes.until).then_some(codes)
}

async fn show(
    With(state): With<State>,
    headers: HeaderMap,
    who: Option<SignedIn>,
    guest: Guest,
) -> Result<Response, Trouble> {
    let next = if who.is_some() { "/me" } else { "/sign-in" };
    let Some(codes) = read(&state, &headers) else { return Ok(Redirect::to(next).into_response()) };
    let page = RecoveryCodes { ui: guest.ui, codes: codes.recovery_codes, next };
    let mut response = render::page(StatusCode::OK, &page);
    kept(&state, &mut response, "", 0);
    // Neither a browser's store nor anything between keeps them.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
