//! The way in and out: password, then code; the first hour of a new organisation; the first page after it.

use axum::{
    extract::State as With,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Caller, Stop,
    expect::{
        found::{FirstPerson, FoundOrganisation},
        site::RegisterSite,
    },
    sign_in::{Begun, Enrolment, MACHINE_DAYS, Proof, Refused},
};
use plantgate_domain::{
    base::{Actor, Why},
    event::qualify::OwnerRole,
};
use serde::{Deserialize, Serialize};

use super::{recovery, sign_on};
use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        routes::Routes,
        seen_as::seen_as,
        session::{self, SignedIn},
        state::State,
        told::{self, set},
        visit::{Guest, cookie},
    },
    page::entry::{DemoAccount, FirstRun, SignIn, SignInCode},
    render,
    view::{Form, Qr},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .public("/", home)
        .public("/sign-in", show)
        .working_state("/sign-in", name)
        .public("/sign-in/code", ask_code)
        .working_state("/sign-in/code", code)
        .public("/sign-in/recovery", ask_recovery)
        .working_state("/sign-out", leave)
        .public("/first-run", first)
        .act("/first-run", found)
}

/// Carries name and password from the first form to the second, sealed, for a few minutes.
const PENDING: &str = "plantgate-pending";
const PENDING_SECS: i64 = 300;
/// What the field `by` says of a code from paper.
const RECOVERY: &str = "recovery";
/// By which a machine is known for a person's.
const MACHINE: &str = "plantgate-machine";

#[derive(Serialize, Deserialize)]
struct Pending {
    login: String,
    password: String,
    until: i64,
}

async fn empty(state: &State) -> Result<bool, Stop> {
    Ok(state.app.store().look().await?.size() == 0)
}

/// Where a person begins: our people with what is theirs to do, a provider's people with what they owe.
async fn home(With(state): With<State>, headers: HeaderMap) -> Result<Response, Trouble> {
    if empty(&state).await? {
        return Ok(Redirect::to("/first-run").into_response());
    }
    let secret = session::secret(&headers, state.cookie());
    let who = match secret {
        Some(secret) => state.app.caller(&secret).await?,
        None => None,
    };
    Ok(Redirect::to(match who {
        None => "/sign-in",
        Some((_, person)) if person.provider().is_some() => "/owe",
        Some(_) => "/today",
    })
    .into_response())
}

fn accounts(state: &State) -> Result<Vec<DemoAccount>, Stop> {
    let shown = state.demo.iter().map(|a| {
        Ok(DemoAccount {
            login: a.handle.clone(),
            name: a.handle.clone(),
            role: a.role.clone(),
            password: a.password.clone(),
            code: Enrolment::from_text(&a.seed)?.code_now()?,
        })
    });
    shown.collect()
}

async fn show(With(state): With<State>, headers: HeaderMap, guest: Guest) -> Result<Response, Trouble> {
    if empty(&state).await? {
        return Ok(Redirect::to("/first-run").into_response());
    }
    Ok(render::page(StatusCode::OK, &sign_in_page(&state, &headers, guest, Form::default())?))
}

/// The first page, with what is wrong.
pub fn sign_in_page(state: &State, headers: &HeaderMap, guest: Guest, form: Form) -> Result<SignIn, Stop> {
    let sign_on = sign_on::offered(state, headers);
    Ok(SignIn { ui: guest.ui, form, demo: accounts(state)?, sign_on })
}

/// The first step never says whether the name exists or the password fits: the code is asked either way.
async fn name(With(state): With<State>, headers: HeaderMap, guest: Guest, fields: Fields) -> Result<Response, Trouble> {
    let (login, password) = (fields.text("login"), fields.text("password"));
    if login.is_empty() || password.is_empty() {
        let form = fields.form().wrong("login", guest.ui.t("signin-both").to_string());
        return Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &sign_in_page(&state, &headers, guest, form)?));
    }
    let pending = Pending { login, password, until: wall() + PENDING_SECS };
    let sealed = state.app.store().keyring().seal(&serde_json::to_vec(&pending).map_err(Stop::fault)?)?;
    let mut response = Redirect::to("/sign-in/code").into_response();
    let secure = told::secure(&state);
    let ends = format!("Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age={PENDING_SECS}{secure}");
    set(&mut response, &format!("{PENDING}={sealed}; {ends}"));
    Ok(response)
}

fn wall() -> i64 {
    plantgate_app::wall_now()
}

fn pending(state: &State, headers: &HeaderMap) -> Option<Pending> {
    let sealed = cookie(headers, PENDING)?;
    let bytes = state.app.store().keyring().unseal_brought(sealed)?;
    let pending: Pending = serde_json::from_slice(&bytes).ok()?;
    (wall() < pending.until).then_some(pending)
}

/// The second step; the form says whether it is a code of the app or one from paper.
fn code_page(state: &State, guest: Guest, form: Form, login: &str) -> Result<SignInCode, Stop> {
    let demo = accounts(state)?.into_iter().filter(|a| a.login == login).collect();
    let recovery = form.value("by") == RECOVERY;
    Ok(SignInCode { ui: guest.ui, form, recovery, name: login.to_owned(), demo })
}

async fn ask_recovery(With(state): With<State>, headers: HeaderMap, guest: Guest) -> Result<Response, Trouble> {
    let Some(p) = pending(&state, &headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let page = code_page(&state, guest, Form::of([("by", RECOVERY)]), &p.login)?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn ask_code(With(state): With<State>, headers: HeaderMap, guest: Guest) -> Result<Response, Trouble> {
    let Some(p) = pending(&state, &headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    Ok(render::page(StatusCode::OK, &code_page(&state, guest, Form::default(), &p.login)?))
}

async fn code(With(state): With<State>, headers: HeaderMap, guest: Guest, fields: Fields) -> Result<Response, Trouble> {
    let Some(p) = pending(&state, &headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let (handle, password) = (p.login.clone(), p.password);
    let machine = machine(&headers);
    let (place, seen_as) = ("pages".to_owned(), seen_as(&headers, false));
    let proof = Proof { handle, password, code: fields.text("code"), place, machine, seen_as };
    let why = match state.app.sign_in(&proof).await? {
        Ok(begun) => {
            let mut response = entered(&state, &headers, &begun).await?;
            let secure = told::secure(&state);
            set(&mut response, &format!("{PENDING}=; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age=0{secure}"));
            return Ok(response);
        }
        Err(Refused::Wrong) => guest.ui.t("signin-wrong").to_string(),
        Err(Refused::Wait(secs)) => guest.ui.t("signin-wait").n("secs", secs).to_string(),
    };
    let form = Form::of([("by", fields.text("by"))]).wrong("code", why);
    let login = p.login;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &code_page(&state, guest, form, &login)?))
}

/// The answer to whoever came in.
pub async fn entered(state: &State, headers: &HeaderMap, begun: &Begun) -> Result<Response, Trouble> {
    // Whoever signs in once more leaves no session behind in this browser: its secret opens nothing any more.
    if let Some(old) = session::secret(headers, state.cookie()) {
        state.app.sign_out(&old).await?;
    }
    let mut response = Redirect::to("/").into_response();
    set(&mut response, &session::cookie(state, Some(&begun.secret)));
    remember(state, &mut response, begun)?;
    Ok(response)
}

/// What this machine was given when somebody signed in here before.
pub fn machine(headers: &HeaderMap) -> Option<String> {
    cookie(headers, MACHINE).map(ToOwned::to_owned)
}

/// This machine is known for theirs from now on, and the next pages tell what there is to tell.
fn remember(state: &State, response: &mut Response, begun: &Begun) -> Result<(), Stop> {
    let (kept, age) = (&begun.machine, MACHINE_DAYS * 86_400);
    let secure = told::secure(state);
    set(response, &format!("{MACHINE}={kept}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"));
    told::tell(state, response, begun)
}

async fn leave(With(state): With<State>, who: Option<SignedIn>) -> Result<Response, Trouble> {
    if let Some(who) = who {
        state.app.sign_out(&who.secret).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set(&mut response, &session::cookie(&state, None));
    Ok(response)
}

fn first_page(guest: Guest, form: Form, seed: &Enrolment) -> FirstRun {
    let login = Some(form.value("login")).filter(|l| !l.is_empty()).unwrap_or("me").to_owned();
    let zones = ZONES.iter().map(|z| (*z).to_owned()).collect();
    FirstRun {
        ui: guest.ui,
        form,
        zones,
        secret: seed.text(),
        qr: Qr::of(&seed.url(&login)),
        otpauth: seed.url(&login),
    }
}

/// Zones offered; any IANA zone may be typed.
const ZONES: &[&str] = &[
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Zurich",
    "Europe/London",
    "America/Chicago",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "UTC",
];

async fn first(With(state): With<State>, guest: Guest) -> Result<Response, Trouble> {
    if !empty(&state).await? {
        return Err(Stop::NotFound.into());
    }
    let page = first_page(guest, Form::default(), &Enrolment::new()?);
    Ok(render::page(StatusCode::OK, &page))
}

async fn found(With(state): With<State>, guest: Guest, fields: Fields) -> Result<Response, Trouble> {
    if !empty(&state).await? {
        return Err(Stop::NotFound.into());
    }
    let seed = Enrolment::from_text(&fields.text("seed"))?;
    match try_found(&state, &fields, &seed, guest.ui.r.lang.tag()).await {
        Ok(me) => recovery::begin(&state, &me).await,
        Err(stop) => {
            let form = fields.wrong(stop, &guest.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &first_page(guest, form, &seed)))
        }
    }
}

async fn try_found(state: &State, fields: &Fields, seed: &Enrolment, language: &str) -> Result<Caller, Stop> {
    if !seed.accepts(&fields.text("code"))? {
        return Err(Stop::field("code", Why::of("invalid-code")));
    }
    let login = fields.text("login");
    plantgate_app::sign_in::strong_enough(&fields.text("password"), &login)?;
    let site = fields.text("site");
    let zone = fields.text("zone").parse().map_err(|why| Stop::field("zone", why))?;
    let reference: String = site.chars().filter(char::is_ascii_alphanumeric).take(3).collect();
    let act = FoundOrganisation {
        name: fields.text("organisation"),
        demo: false,
        language: language.to_owned(),
        site: Some(RegisterSite { reference: reference.to_uppercase(), name: site, zone, country: "ZZ".to_owned() }),
        person: FirstPerson {
            reference: None,
            handle: login.clone(),
            name: fields.text("name"),
            roles: vec![OwnerRole::Administrator, OwnerRole::OtSecurity],
        },
    };
    let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
    let founded = state.app.act(&genesis, fields.request()?, act).await?.done;
    let me = Caller::person(founded.person, "first-run");
    state.app.set_credential(&me, founded.person, &login, &fields.text("password"), seed).await?;
    Ok(me)
}
