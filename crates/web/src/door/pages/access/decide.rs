//! Saying yes or no to a request. Before the act the page shows what it would do, by doing it and leaving no trace.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    permit::approve::{ApproveAccess, Approved, DenyAccess, NameAttendant},
    power::{self, Power},
    read::Memory,
};
use plantgate_domain::{
    event::{permit::Decided, qualify::OwnerRole},
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::access::AccessRequest,
};
use plantgate_wire::words::Rich;
use uuid::Uuid;

use super::{
    super::sign,
    again, ask, asked,
    request::{change, fixed},
    shifts, shown,
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    page::access::Decide,
    render,
    view::{Checks, Form},
};

/// `GET …/approve`
pub async fn approve(v: Visit, path: Path<String>) -> Result<Response, Trouble> {
    show(v, path, "approve", Form::default(), StatusCode::OK).await
}

/// `GET …/deny`
pub async fn deny(v: Visit, path: Path<String>) -> Result<Response, Trouble> {
    show(v, path, "deny", Form::default(), StatusCode::OK).await
}

/// `POST …/approve`: names the attendant first, when one was chosen.
pub async fn approved(v: Visit, path: Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let mut v = v.ours()?;
    let r = ask::request(&mut v, Path(path.0.clone())).await?;
    let request = typed.request()?;
    let (app, caller) = (v.state.app.clone(), v.who.caller.clone());
    let role = function(&v, &r);
    let reference = r.asked.reference.clone();
    let attendant = typed.maybe("attendant").filter(|a| r.attendant.map(|p| p.to_string()).as_ref() != Some(a));
    let mut entry = None;
    if let Some(attendant) = attendant {
        let act = NameAttendant { request: Some(reference.clone()), grant: None, attendant, role: namer(&v, &r) };
        match app.act(&caller, Uuid::new_v5(&request, b"attendant"), act).await {
            Ok(answer) => entry = Some(answer.entry),
            Err(stop) => return again(v, path, "approve", &typed, stop).await,
        }
    }
    let act = ApproveAccess { request: reference.clone(), role, version: None };
    match app.act(&caller, request, act.clone()).await {
        Err(Stop::Unsigned(wanted)) => {
            let body = serde_json::to_value(act).map_err(Stop::fault)?;
            sign::ask(v, &wanted, &body, &request.to_string(), Form::default()).await
        }
        Ok(answer) => {
            let what = if answer.done.grant.is_some() { "access-granted" } else { "access-agreed" };
            Ok(done(&format!("/access/requests/{reference}"), what, entry.unwrap_or(answer.entry)).into_response())
        }
        Err(stop) => again(v, path, "approve", &typed, stop).await,
    }
}

/// `POST …/deny`
pub async fn denied(v: Visit, path: Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let mut v = v.ours()?;
    let r = ask::request(&mut v, Path(path.0.clone())).await?;
    let reference = r.asked.reference.clone();
    let act =
        DenyAccess { request: reference.clone(), role: function(&v, &r), reason: typed.text("reason"), version: None };
    match v.state.app.act(&v.who.caller, typed.request()?, act).await {
        Ok(answer) => Ok(done(&format!("/access/requests/{reference}"), "access-denied", answer.entry).into_response()),
        Err(stop) => again(v, path, "deny", &typed, stop).await,
    }
}

async fn again(
    v: Visit,
    path: Path<String>,
    act: &'static str,
    typed: &Fields,
    stop: Stop,
) -> Result<Response, Trouble> {
    match stop {
        // A refusal stands on the page of the act with its reason; nothing was done.
        Stop::Refused(_) => show(v, path, act, typed.form(), StatusCode::FORBIDDEN).await,
        other => {
            let form = typed.wrong(other, &v.ui.r)?;
            show(v, path, act, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The function to act in, when a person has several there: the one that is still missing.
fn function(v: &Visit, r: &AccessRequest) -> Option<OwnerRole> {
    let roles = power::functions(&v.who.person, power::ApproveAccess::KEY, &[r.asked.site], &v.look.rules());
    let given = |role: &OwnerRole| r.approvals.iter().any(|y| y.role == *role);
    let fresh = roles.iter().find(|role| !given(role)).copied();
    if roles.len() > 1 { fresh } else { None }
}

fn namer(v: &Visit, r: &AccessRequest) -> Option<OwnerRole> {
    let roles = power::functions(&v.who.person, power::NameAttendant::KEY, &[r.asked.site], &v.look.rules());
    if roles.len() > 1 { roles.first().copied() } else { None }
}

async fn show(
    v: Visit,
    path: Path<String>,
    act: &'static str,
    form: Form,
    status: StatusCode,
) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at("access");
    let r = ask::request(&mut v, path).await?;
    let site: Site = v.look.get(r.asked.site).await?;
    v.zone_of(&site);
    let page = page(&mut v, &r, act, form).await?;
    Ok(render::page(status, &page))
}

async fn page(v: &mut Visit, r: &AccessRequest, act: &'static str, form: Form) -> Result<Decide, Trouble> {
    let a = &r.asked;
    let instance: Instance = v.look.get(a.instance).await?;
    let engagement: Engagement = v.look.get(a.engagement).await?;
    let outlook = outlook(v, r, act).await?;
    let checks = match &outlook.decided {
        Some(decided) => shown::checks(v, decided).await?,
        None => Checks { verdict: None, checks: Vec::new(), beforehand: None },
    };
    let beside = a.attended || a.pattern.attended();
    Ok(Decide {
        reference: a.reference.clone(),
        person: shown::called(v, a.person).await?,
        provider: shown::item(v, a.provider).await?,
        system: instance.facts.reference.clone(),
        env: a.environment,
        tier: engagement.tier(a.site).map(|t| t.gate()),
        window: fixed(&a.window),
        shifts: shifts::of_request(v, a),
        roles: a.roles.iter().map(|role| role.as_str()).collect(),
        change: change(v, r).await?,
        repeats: again::same(v, a).await?,
        act,
        consequences: outlook.consequences,
        power: outlook.power,
        form: with_attendant(form, r),
        attendants: if beside && act == "approve" { asked::attendants(v, &instance).await? } else { Vec::new() },
        checks,
        ui: v.ui.clone(),
    })
}

fn with_attendant(form: Form, r: &AccessRequest) -> Form {
    match r.attendant {
        Some(person) if form.value("attendant").is_empty() => {
            let reason = form.value("reason").to_owned();
            let mut fresh = Form::of([("attendant".to_owned(), person.to_string()), ("reason".to_owned(), reason)]);
            fresh.errors = form.errors;
            fresh
        }
        _ => form,
    }
}

/// What the act would do, why this person may do it or may not, and the decision it would make.
struct Outlook {
    consequences: Vec<Rich>,
    power: Rich,
    decided: Option<Decided>,
}

async fn outlook(v: &mut Visit, r: &AccessRequest, act: &str) -> Result<Outlook, Trouble> {
    let reference = r.asked.reference.clone();
    let role = function(v, r);
    if act == "deny" {
        let who = shown::called(v, r.asked.person).await?;
        let consequences =
            vec![v.ui.t("decide-deny-settles").s("person", who).into(), v.ui.t("decide-deny-again").into()];
        return Ok(Outlook { consequences, power: may(v, r), decided: r.decision.clone() });
    }
    let preview = ApproveAccess { request: reference, role, version: None };
    match v.state.app.preview(&v.who.caller, preview).await {
        Ok(seen) => {
            let consequences = granted(v, r, &seen.done).await?;
            Ok(Outlook { consequences, power: may(v, r), decided: seen.done.decision })
        }
        Err(Stop::Refused(no)) => {
            let why = shown::said(v, &no.say.into()).await?;
            let mut power = Rich::from(v.ui.t("decide-may-not")).text(" ");
            power.0.extend(why.0);
            let power = power.text(" ").object(no.rule, Some(&format!("/rules/{}", no.rule)));
            let decided = no.decision.and_then(|d| serde_json::from_value(d).ok()).or_else(|| r.decision.clone());
            Ok(Outlook { consequences: vec![v.ui.t("decide-nothing").into()], power, decided })
        }
        Err(stop) => Err(stop.into()),
    }
}

async fn granted(v: &mut Visit, r: &AccessRequest, done: &Approved) -> Result<Vec<Rich>, Stop> {
    let person = shown::called(v, r.asked.person).await?;
    if done.grant.is_none() {
        let waits = done.decision.as_ref().and_then(|d| d.checks.iter().find(|c| c.key == "approvals-enough"));
        let mut lines = vec![v.ui.t("decide-kept").into()];
        if let Some(check) = waits {
            let say = check.say.clone();
            lines.push(shown::said(v, &say).await?);
        }
        return Ok(lines);
    }
    let now = v.now();
    let asked = r.asked.window.at(now);
    let window = plantgate_domain::base::Window { from: asked.from.max(now), until: asked.until };
    let in_words = v.ui.window(window);
    let mut lines = vec![v.ui.t("decide-opens").s("person", &person).s("window", in_words).into()];
    if r.asked.attended || r.asked.pattern.attended() {
        lines.push(v.ui.t("decide-beside").into());
    }
    lines.push(v.ui.t("decide-ends").s("at", v.ui.moment(window.until)).into());
    Ok(lines)
}

fn may(v: &Visit, r: &AccessRequest) -> Rich {
    let roles = power::functions(&v.who.person, power::ApproveAccess::KEY, &[r.asked.site], &v.look.rules());
    let Some(role) = function(v, r).or(roles.first().copied()) else { return v.ui.t("decide-no-power").into() };
    v.ui.t("decide-may").s("role", v.ui.word("power", role.as_str())).into()
}
