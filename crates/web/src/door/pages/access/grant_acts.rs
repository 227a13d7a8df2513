//! What people do with a grant: take it away, end what runs under it, give more time, hand over, look back at an
//! emergency. What was typed stays on the page when something is wrong with it.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Act, Stop,
    permit::{
        approve::NameAttendant,
        emergency::ReviewEmergency,
        grant::{ExtendGrant, RevokeGrant},
        shift::ConfirmShift,
    },
    power::{self, Power},
    read::Memory,
    witness::{disconnect::Disconnect, jump::TakeSshCertificate, session::EndSession},
};
use plantgate_domain::{
    event::{permit::EmergencyCause, qualify::OwnerRole, witness::Ending},
    permit::grant::Grant,
    witness::session::Session,
};
use uuid::Uuid;

use super::{
    super::sign,
    ask,
    grant::{drawn, named},
    times,
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    view::Form,
};

/// `POST …/revoke`
pub async fn revoke(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (v, g) = ours(v, &name).await?;
    let (grant, role) = (g.facts.reference.clone(), function::<power::Revoke>(&v, &g));
    let act = RevokeGrant { grant, role, reason: typed.text("reason") };
    did(v, &g, typed, act, "grant-revoked").await
}

/// `POST …/disconnect`: takes it away and enters the end of what runs under it.
pub async fn disconnect(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (mut v, g) = ours(v, &name).await?;
    let request = typed.request()?;
    let now = v.now();
    let running: Vec<Session> = v.look.of::<Session>("grant", g.id).await?;
    let role = function::<power::Disconnect>(&v, &g);
    let act = Disconnect { grant: g.facts.reference.clone(), role, reason: typed.maybe("reason"), only: None };
    let (app, caller) = (v.state.app.clone(), v.who.caller.clone());
    let response = did(v, &g, typed, act, "grant-disconnected").await?;
    // What a gateway holds it cuts, and enters its end itself.
    for s in running.iter().filter(|s| s.inside(now) && !s.gated()) {
        let end = EndSession { session: s.facts.reference.clone(), how: Ending::Disconnect, at: None };
        app.act(&caller, Uuid::new_v5(&request, s.id.0.as_bytes()), end).await?;
    }
    Ok(response)
}

/// `POST …/extend`
pub async fn extend(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (v, g) = ours(v, &name).await?;
    let Some(until) = times::moment(&typed.text("until"), &v.ui.r.zone, v.now()) else {
        let example = v.ui.input(g.until).replace('T', " ");
        let form = typed.form().wrong("until", v.ui.t("ask-wrong-time").s("example", example).to_string());
        return drawn(v, &g, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let act = ExtendGrant { grant: g.facts.reference.clone(), until, role: function::<power::ExtendGrant>(&v, &g) };
    did(v, &g, typed, act, "grant-extended").await
}

/// `POST …/attendant`
pub async fn attendant(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (v, g) = ours(v, &name).await?;
    let role = function::<power::NameAttendant>(&v, &g);
    let grant = Some(g.facts.reference.clone());
    let act = NameAttendant { request: None, grant, attendant: typed.text("attendant"), role };
    did(v, &g, typed, act, "attendant-named").await
}

/// `POST …/shift`: the area says that this shift may begin. The form names it, so that one left open over night does
/// not confirm today's.
pub async fn shift(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (v, g) = ours(v, &name).await?;
    let role = function::<power::NameAttendant>(&v, &g);
    let shift = typed.text("shift").parse().unwrap_or_default();
    let act = ConfirmShift { grant: g.facts.reference.clone(), shift, role };
    did(v, &g, typed, act, "shift-confirmed").await
}

/// `POST …/review`
pub async fn review(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (v, g) = ours(v, &name).await?;
    let cause: EmergencyCause = match typed.text("cause").parse() {
        Ok(cause) => cause,
        Err(_) => {
            let form = typed.form().wrong("cause", v.ui.t("emergencies-cause-missing").to_string());
            return drawn(v, &g, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let act = ReviewEmergency { grant: g.facts.reference.clone(), cause, finding: typed.text("finding") };
    did(v, &g, typed, act, "emergency-reviewed").await
}

/// `POST …/certificate`: its own person gets one for a stock sshd.
pub async fn certificate(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let mut v = ask::place(v);
    let g = named(&mut v, &name).await?;
    let act = TakeSshCertificate {
        grant: g.facts.reference.clone(),
        source: typed.text("source"),
        fingerprint: typed.maybe("fingerprint"),
    };
    did(v, &g, typed, act, "certificate-made").await
}

async fn ours(v: Visit, name: &str) -> Result<(Visit, Grant), Trouble> {
    let mut v = v.ours()?.at("access");
    let grant = named(&mut v, name).await?;
    Ok((v, grant))
}

/// The function to act in, when a person has several there.
fn function<P: Power>(v: &Visit, g: &Grant) -> Option<OwnerRole> {
    let roles = power::functions(&v.who.person, P::KEY, &[g.facts.site], &v.look.rules());
    if roles.len() > 1 { roles.first().copied() } else { None }
}

async fn did<A: Act>(v: Visit, g: &Grant, typed: Fields, act: A, what: &str) -> Result<Response, Trouble> {
    let path = format!("/access/grants/{}", g.facts.reference);
    let request = typed.request()?;
    match v.state.app.act(&v.who.caller, request, act.clone()).await {
        Ok(answer) => Ok(done(&path, what, answer.entry).into_response()),
        Err(Stop::Unsigned(wanted)) => {
            let body = serde_json::to_value(act).map_err(Stop::fault)?;
            sign::ask(v, &wanted, &body, &request.to_string(), Form::default()).await
        }
        Err(stop @ Stop::Invalid(_)) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            drawn(v, g, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(stop) => Err(stop.into()),
    }
}
