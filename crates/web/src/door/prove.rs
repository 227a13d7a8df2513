//! The layer that asks for a new proof in the middle of a form. An act that needs one says so (`Act::STEP_UP`); the
//! page that asks carries the very form, and its answer is that form with a code in it: the code is checked and taken
//! out here, the session goes on under another secret, and the form goes where it was going. Nothing typed is lost, and
//! it works without scripts.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State as With},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    sign_in::{Proved, passkey::Given},
};
use plantgate_domain::{base::auth, event::qualify::KeyKind};

use super::{
    error::{Drawn, Trouble},
    fields::Fields,
    pages::{local, sign_on},
    session,
    state::State,
    told::set,
    visit::Guest,
};
use crate::{page::entry::ProveAgain, render, view::Form};

/// The field with the code, and the one with a passkey's answer.
const CODE: &str = "prove_code";
const PASSKEY: &str = "prove_passkey";

/// What proves.
enum Proof {
    Code(String),
    Passkey(String),
}

/// A form as it came: what it holds, and what proves.
struct Sent {
    to: String,
    pairs: Vec<(String, String)>,
    proof: Option<Proof>,
}

/// Lets a form through; where it needs a newer proof, asks for that and keeps the form.
pub async fn proofs(With(state): With<State>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    if request.method() != Method::POST || !is_form(&headers) {
        return next.run(request).await;
    }
    match go_on(&state, &headers, request, next).await {
        Ok(response) => response,
        Err(trouble) => trouble.into_response(),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|k| k.starts_with("application/x-www-form-urlencoded"))
}

async fn go_on(state: &State, headers: &HeaderMap, request: Request, next: Next) -> Result<Response, Trouble> {
    let (mut request, sent) = taken(request).await?;
    let mut renewed = None;
    if let Some(proof) = &sent.proof {
        let secret = session::secret(headers, state.cookie()).ok_or(Trouble::SignIn)?;
        match proven(state, &secret, proof).await? {
            Proved::Yes(secret, _) => {
                let cookies = header::COOKIE;
                let before = request.headers().get(&cookies).and_then(|v| v.to_str().ok()).unwrap_or_default();
                // The first of a name is the one that is read.
                let now = format!("{}={secret}; {before}", state.cookie());
                request.headers_mut().insert(cookies, HeaderValue::from_str(&now).map_err(Stop::fault)?);
                renewed = Some(secret);
            }
            Proved::Wrong => {
                let wrong = if matches!(proof, Proof::Passkey(_)) { "passkey-wrong" } else { "prove-wrong" };
                return ask(state, headers, sent, Some(wrong)).await;
            }
            Proved::Ended => return Err(Trouble::SignIn),
        }
    }
    let mut response = next.run(request).await;
    if let Some(Drawn(Stop::StepUp)) = response.extensions().get::<Drawn>() {
        response = ask(state, headers, sent, None).await?;
    }
    if let Some(secret) = renewed {
        set(&mut response, &session::cookie(state, Some(&secret)));
    }
    Ok(response)
}

async fn proven(state: &State, secret: &str, proof: &Proof) -> Result<Proved, Stop> {
    match proof {
        Proof::Code(code) => state.app.prove(secret, code).await,
        Proof::Passkey(text) => match (&state.passkeys, Given::read(text)) {
            (Some(site), Some(given)) => state.app.prove_by_passkey(site, secret, &given).await,
            (Some(_), None) | (None, _) => Ok(Proved::Wrong),
        },
    }
}

/// Reads the form, and puts it back into the request without the proof.
async fn taken(request: Request) -> Result<(Request, Sent), Trouble> {
    let (parts, body) = request.into_parts();
    let to = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let to = local(to);
    // The bound on bodies is that of the route; a form too large is told as every form too large.
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Ok(bytes) = bytes else { return Err(Fields::too_large().into()) };
    let copy = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let Ok(Fields(mut pairs)) = Fields::from_request(copy, &()).await else {
        // What cannot be read is for its own handler to say.
        let sent = Sent { to, pairs: Vec::new(), proof: None };
        return Ok((Request::from_parts(parts, Body::from(bytes)), sent));
    };
    let given = |field: &str| pairs.iter().find(|(name, _)| name == field).map(|(_, value)| value.trim().to_owned());
    let passkey = given(PASSKEY).filter(|answer| !answer.is_empty()).map(Proof::Passkey);
    let proof = passkey.or_else(|| given(CODE).map(Proof::Code));
    if proof.is_none() {
        return Ok((Request::from_parts(parts, Body::from(bytes)), Sent { to, pairs, proof }));
    }
    pairs.retain(|(name, _)| ![CODE, PASSKEY].contains(&name.as_str()));
    let mut parts = parts;
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok((Request::from_parts(parts, Body::from(Fields(pairs.clone()).encoded())), Sent { to, pairs, proof }))
}

async fn ask(state: &State, headers: &HeaderMap, sent: Sent, wrong: Option<&str>) -> Result<Response, Trouble> {
    let mut guest = Guest::of(state, headers, "/").await?;
    guest.ui.receipt = None;
    let who = match session::secret(headers, state.cookie()) {
        Some(secret) => state.app.caller(&secret).await?,
        None => None,
    };
    let has = |kind| who.as_ref().is_some_and(|(_, p)| p.has_key(kind));
    // Whoever has no passkey is offered none; a code proves nothing for a session that began elsewhere.
    guest.ui.passkeys.take_if(|_| !has(KeyKind::Passkey));
    let elsewhere = who.as_ref().is_some_and(|(caller, _)| auth::sign_on(caller.auth.as_deref()).is_some());
    let password = has(KeyKind::Password) && !elsewhere;
    let form = match wrong {
        Some(wrong) => Form::default().wrong(CODE, guest.ui.t(wrong).to_string()),
        None => Form::default(),
    };
    let within = state.app.store().limits().step_up;
    let sign_on = who.map_or(Ok(Vec::new()), |(_, p)| sign_on::for_proof(state, &p))?;
    let page = ProveAgain { ui: guest.ui, form, to: sent.to, hidden: sent.pairs, within, password, sign_on };
    Ok(render::page(Trouble::status(&Stop::StepUp), &page))
}
