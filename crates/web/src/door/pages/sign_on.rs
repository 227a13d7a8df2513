//! Single sign-on: the way to an identity provider and back. Starting one writes nothing but a cookie of the browser;
//! what comes back is worth something once, in that browser, for some minutes. Why somebody was not let in is told to
//! nobody: whether an account exists, is suspended or is another firm's looks the same from outside.

use axum::{
    extract::{Path, Query, State as With, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing,
};
use plantgate_app::{
    Caller, Stop,
    qualify::credential::INVITATION,
    sign_in::{Proved, Side, Vouched, session_name, sign_on::speaks_for},
};
use plantgate_domain::{
    base::{Why, auth},
    event::qualify::KeyAdded,
    qualify::person::Person,
};

use super::{keys, welcome};
use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        routes::{RouteKind, Routes},
        seen_as::seen_as,
        session::{self, SignedIn},
        state::State,
        told::{self, set},
        visit::{Guest, Visit, cookie},
    },
    page::sign_on::{Offer, SignOnSaid},
    render,
    sign_on::{Answer, Ceremony, LASTS, NotVerified, Provider, Purpose},
    view::Choice,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .public("/sign-in/with/{provider}", begin)
        .route(RouteKind::WorkingState, "GET", "/sign-in/with/{provider}/back", routing::get(back))
        .public("/welcome/{token}/with/{provider}", bind)
        .page("/sign-in/prove/{provider}", prove)
        .act("/me/sign-on", own)
}

/// Names of cookies: what was asked, sealed; and the identity provider of a service provider that was used on this
/// machine, so that its people find it again. `__Host-` as for the session: no other page of the domain sets them.
fn named(state: &State, name: &'static str) -> String {
    if state.https { format!("__Host-plantgate-{name}") } else { format!("plantgate-{name}") }
}
const ASKED: &str = "sign-on";
const USED: &str = "sign-on-used";

fn put(state: &State, response: &mut Response, name: &'static str, value: &str, age: i64) {
    let secure = told::secure(state);
    set(response, &format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", named(state, name)));
}

fn find<'s>(state: &'s State, id: &str) -> Result<&'s Provider, Trouble> {
    Ok(state.sign_on.find(id).ok_or(Stop::NotFound)?)
}

/// The time sign-ons go by: the one that sessions go by.
async fn now(state: &State) -> Result<i64, Stop> {
    let look = state.app.store().look().await?;
    Ok(state.app.store().wall(&look).0)
}

fn offer(p: &Provider, href: String, now: i64) -> Offer {
    Offer { name: p.setting.name.clone(), href, away: p.is_away(now) }
}

/// What the sign-in page offers: the owner's, and a service provider's where it was used on this machine before. Who
/// else works here is nobody's business.
pub fn offered(state: &State, headers: &HeaderMap) -> Vec<Offer> {
    let (used, now) = (cookie(headers, &named(state, USED)), plantgate_app::wall_now());
    let shown = |p: &&Provider| p.setting.side == Side::Owner || used == Some(p.setting.id.as_str());
    let all = state.sign_on.all().iter().filter(shown);
    all.map(|p| offer(p, format!("/sign-in/with/{}", p.setting.id), now)).collect()
}

/// What an invited person may begin with instead of a password.
pub async fn for_invited(state: &State, person: &Person, token: &str) -> Result<Vec<Offer>, Stop> {
    let mut look = state.app.store().look().await?;
    let (mut offers, now) = (Vec::new(), plantgate_app::wall_now());
    for p in state.sign_on.all() {
        if speaks_for(&mut look, &p.setting.side, person).await? {
            offers.push(offer(p, format!("/welcome/{token}/with/{}", p.setting.id), now));
        }
    }
    Ok(offers)
}

/// By what somebody at a session may prove anew who they are.
pub fn for_proof(state: &State, person: &Person) -> Result<Vec<Offer>, Stop> {
    let (mut offers, now) = (Vec::new(), plantgate_app::wall_now());
    for p in state.sign_on.all() {
        if state.app.is_bound(person, &p.setting.issuer)? {
            offers.push(offer(p, format!("/sign-in/prove/{}", p.setting.id), now));
        }
    }
    Ok(offers)
}

/// Whose account a binding is, where the configuration still names that identity provider.
pub fn name_of(state: &State, key: &KeyAdded) -> Result<String, Stop> {
    for p in state.sign_on.all() {
        if state.app.is_of_issuer(key, &p.setting.issuer)? {
            return Ok(p.setting.name.clone());
        }
    }
    Ok(String::new())
}

/// The identity providers that somebody may bind an account of to themselves now: their own side's, which they are not
/// bound to. Whoever is here by one of those alone adds no further way in.
pub async fn bindable(visit: &mut Visit, person: &Person) -> Result<Vec<Choice>, Stop> {
    let state = visit.state.clone();
    let mut choices = Vec::new();
    if auth::sign_on(visit.caller().auth.as_deref()).is_some() {
        return Ok(choices);
    }
    for p in state.sign_on.all() {
        if !state.app.is_bound(person, &p.setting.issuer)?
            && speaks_for(&mut visit.look, &p.setting.side, person).await?
        {
            choices.push(Choice::new(p.setting.id.clone(), p.setting.name.clone()));
        }
    }
    Ok(choices)
}

/// Begins to bind an account to whoever sits at the session, with a new proof of theirs. The way to the provider is a
/// link on a page of ours: browsers let no form lead elsewhere.
async fn own(mut visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    visit.caller().fresh()?;
    let state = visit.state.clone();
    let person = visit.who.person.clone();
    let known = bindable(&mut visit, &person).await?.into_iter().any(|c| c.value == fields.text("provider"));
    let provider = state.sign_on.find(&fields.text("provider")).filter(|_| known);
    let Some(provider) = provider else {
        let form = fields.wrong(Stop::field("provider", Why::of("invalid-sign-on-side")), &visit.ui.r)?;
        return Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &keys::page(visit, form).await?));
    };
    let purpose = Purpose::Own { session: session_name(&visit.who.secret) };
    let asked = provider.ask(purpose, now(&state).await?).await;
    let guest = Guest { state: state.clone(), ui: visit.ui };
    match asked {
        Ok((url, ceremony)) => {
            let name = provider.setting.name.as_str();
            let text = guest.ui.t("sign-on-own-text").s("name", name).to_string();
            let page = SignOnSaid { ui: guest.ui, title: "sign-on-own", text, go: "sign-on-go", href: url.into() };
            let mut response = render::page(StatusCode::OK, &page);
            put(&state, &mut response, ASKED, &ceremony.sealed(&state)?, LASTS);
            Ok(response)
        }
        Err(why) => Ok(not_there(guest, provider, &why)),
    }
}

/// Whether a page of another house sent the browser here. What begins something for whoever is in the browser begins on
/// a page of ours (Fetch Metadata); a browser that does not say where it comes from is taken at its word, and has to
/// sign in anew at the provider all the same.
fn from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_some_and(|site| !["same-origin", "none"].contains(&site))
}

/// Where another site sent the browser here, a page of ours asks first: a session that stands would end by it.
async fn begin(
    With(state): With<State>,
    headers: HeaderMap,
    guest: Guest,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let provider = find(&state, &id)?;
    if from_elsewhere(&headers) {
        let text = guest.ui.t("sign-on-begin-text").s("name", provider.setting.name.as_str()).to_string();
        let (title, go, href) = ("sign-on-begin", "sign-on-go", format!("/sign-in/with/{id}"));
        return Ok(render::page(StatusCode::OK, &SignOnSaid { ui: guest.ui, title, text, go, href }));
    }
    go(&state, guest, provider, Purpose::SignIn).await
}

async fn prove(
    With(state): With<State>,
    headers: HeaderMap,
    who: SignedIn,
    guest: Guest,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let provider = find(&state, &id)?;
    if from_elsewhere(&headers) {
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-elsewhere"));
    }
    go(&state, guest, provider, Purpose::Prove { session: session_name(&who.secret) }).await
}

async fn bind(
    With(state): With<State>,
    headers: HeaderMap,
    guest: Guest,
    Path((token, id)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (person, _, _) = welcome::invited(&state, &token).await?;
    let provider = find(&state, &id)?;
    if from_elsewhere(&headers) {
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-elsewhere"));
    }
    let mut look = state.app.store().look().await?;
    if !speaks_for(&mut look, &provider.setting.side, &person).await? {
        return Err(Stop::NotFound.into());
    }
    drop(look);
    go(&state, guest, provider, Purpose::Bind { token }).await
}

/// Sends the browser to the identity provider, with what it must bring back.
async fn go(state: &State, guest: Guest, provider: &Provider, purpose: Purpose) -> Result<Response, Trouble> {
    match provider.ask(purpose, now(state).await?).await {
        Ok((url, ceremony)) => {
            let mut response = Redirect::to(url.as_str()).into_response();
            put(state, &mut response, ASKED, &ceremony.sealed(state)?, LASTS);
            Ok(response)
        }
        Err(why) => Ok(not_there(guest, provider, &why)),
    }
}

/// The identity provider cannot be used now; the other ways in go on.
fn not_there(guest: Guest, provider: &Provider, why: &NotVerified) -> Response {
    tracing::warn!(provider = provider.setting.id, %why, "an identity provider could not be asked");
    said(guest, provider, StatusCode::SERVICE_UNAVAILABLE, "sign-on-away")
}

fn said(guest: Guest, provider: &Provider, status: StatusCode, id: &'static str) -> Response {
    let help = guest.ui.help.clone().unwrap_or_else(|| guest.ui.t("sign-on-help").to_string());
    let text = guest.ui.t(id).s("name", provider.setting.name.as_str()).s("help", help).to_string();
    let (title, go, href) = ("sign-on-not-done", "sign-on-other-way", "/sign-in".to_owned());
    render::page(status, &SignOnSaid { ui: guest.ui, title, text, go, href })
}

/// What the identity provider sent the browser back with.
async fn back(
    With(state): With<State>,
    headers: HeaderMap,
    guest: Guest,
    Path(id): Path<String>,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Trouble> {
    let provider = find(&state, &id)?;
    let now = now(&state).await?;
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let asked = cookie(&headers, &named(&state, ASKED)).zip(answer.state.as_deref());
    let opened = asked.and_then(|(sealed, answered)| Ceremony::open(&state, sealed, &id, answered, now));
    // Not begun in this browser, begun too long ago, or somebody else's answer: nothing is used up by it.
    let Some(ceremony) = opened else {
        tracing::warn!(provider = id, "an answer of an identity provider fits no sign-on of this browser");
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-stale"));
    };
    if !provider.could_be(&answer) {
        tracing::warn!(provider = id, "an answer names another issuer, or holds no code");
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-not-believed"));
    }
    let mut response = match state.app.use_up_answer(&ceremony.state, ceremony.began + LASTS, now).await? {
        true => believed(&state, &headers, guest, (provider, ceremony), &answer, now).await?,
        false => said(guest, provider, StatusCode::FORBIDDEN, "sign-on-stale"),
    };
    put(&state, &mut response, ASKED, "", 0);
    Ok(response)
}

async fn believed(
    state: &State,
    headers: &HeaderMap,
    guest: Guest,
    (provider, ceremony): (&Provider, Ceremony),
    answer: &Answer,
    now: i64,
) -> Result<Response, Trouble> {
    if answer.error.is_some() {
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-declined"));
    }
    let vouched = match vouched(state, provider, (answer, &ceremony), now).await? {
        Ok(vouched) => vouched,
        Err(why @ NotVerified::Away(_)) => return Ok(not_there(guest, provider, &why)),
        Err(why @ NotVerified::Refused(_)) => {
            tracing::warn!(provider = provider.setting.id, %why, "an answer of an identity provider was not believed");
            return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-not-believed"));
        }
    };
    match ceremony.purpose {
        Purpose::SignIn => enter(state, headers, guest, provider, &vouched).await,
        Purpose::Bind { token } => bound(state, headers, guest, (provider, &token), &vouched).await,
        Purpose::Own { session } => owned(state, headers, guest, (provider, &session), &vouched).await,
        Purpose::Prove { session } => proven(state, headers, guest, (provider, &session), &vouched).await,
    }
}

/// What the provider vouches for, by the clock behind its answer: an exchange may take seconds.
async fn vouched(
    state: &State,
    provider: &Provider,
    (answer, ceremony): (&Answer, &Ceremony),
    asked: i64,
) -> Result<Result<Vouched, NotVerified>, Stop> {
    match provider.exchanged(answer, ceremony, asked).await {
        Ok(got) => Ok(provider.verified(got, ceremony, now(state).await?).await),
        Err(why) => Ok(Err(why)),
    }
}

/// The secret of the session that began it, if this browser still has that one.
fn same_session(state: &State, headers: &HeaderMap, began: &str) -> Result<String, Trouble> {
    session::secret(headers, state.cookie()).filter(|secret| session_name(secret) == began).ok_or(Trouble::SignIn)
}

async fn enter(
    state: &State,
    headers: &HeaderMap,
    guest: Guest,
    provider: &Provider,
    vouched: &Vouched,
) -> Result<Response, Trouble> {
    let Some(on) = state.app.sign_on(vouched, &seen_as(headers, false)).await? else {
        return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-no-account"));
    };
    // Whoever signs in once more leaves no session behind in this browser: its secret opens nothing any more.
    if let Some(old) = session::secret(headers, state.cookie()) {
        state.app.sign_out(&old).await?;
    }
    let mut response = Redirect::to("/").into_response();
    set(&mut response, &session::cookie(state, Some(&on.secret)));
    told::tell_signed_on(state, &mut response, &on)?;
    if provider.setting.side != Side::Owner {
        let age = plantgate_app::sign_in::MACHINE_DAYS * 86_400;
        put(state, &mut response, USED, &provider.setting.id, age);
    }
    Ok(response)
}

/// The account is bound to whom the link invited; it is used up by that like by a password.
async fn bound(
    state: &State,
    headers: &HeaderMap,
    guest: Guest,
    (provider, token): (&Provider, &str),
    vouched: &Vouched,
) -> Result<Response, Trouble> {
    let (person, _, _) = welcome::invited(state, token).await?;
    let me = Caller::person(person.id, INVITATION);
    match state.app.bind_sign_on(&me, vouched).await {
        Ok(_) => {}
        Err(Stop::Invalid(_)) => return Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-taken")),
        Err(stop) => return Err(stop.into()),
    }
    let now = state.app.store().look().await?.now().0;
    if person.seated(now) {
        return enter(state, headers, guest, provider, vouched).await;
    }
    let text = guest.ui.t("sign-on-bound-text").s("name", provider.setting.name.as_str()).to_string();
    let (title, go, href) = ("sign-on-bound", "signin-title", "/sign-in".to_owned());
    Ok(render::page(StatusCode::OK, &SignOnSaid { ui: guest.ui, title, text, go, href }))
}

/// The account is bound to who sits at the session that began it.
async fn owned(
    state: &State,
    headers: &HeaderMap,
    guest: Guest,
    (provider, began): (&Provider, &str),
    vouched: &Vouched,
) -> Result<Response, Trouble> {
    let secret = same_session(state, headers, began)?;
    let (caller, _) = state.app.caller(&secret).await?.ok_or(Trouble::SignIn)?;
    match state.app.bind_sign_on(&caller, vouched).await {
        Ok(_) => Ok(Redirect::to("/me?done=sign-on-bound").into_response()),
        Err(Stop::Invalid(_)) => Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-taken")),
        Err(stop) => Err(stop.into()),
    }
}

async fn proven(
    state: &State,
    headers: &HeaderMap,
    guest: Guest,
    (provider, began): (&Provider, &str),
    vouched: &Vouched,
) -> Result<Response, Trouble> {
    let secret = same_session(state, headers, began)?;
    match state.app.prove_by_sign_on(&secret, vouched).await? {
        Proved::Yes(secret, _) => {
            let text = guest.ui.t("sign-on-proven-text").to_string();
            let (title, go, href) = ("sign-on-proven", "prove-leave", "/".to_owned());
            let page = SignOnSaid { ui: guest.ui, title, text, go, href };
            let mut response = render::page(StatusCode::OK, &page);
            set(&mut response, &session::cookie(state, Some(&secret)));
            Ok(response)
        }
        Proved::Wrong => Ok(said(guest, provider, StatusCode::FORBIDDEN, "sign-on-no-account")),
        Proved::Ended => Err(Trouble::SignIn),
    }
}
