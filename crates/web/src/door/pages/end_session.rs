//! Ending access: one session, everything of a person, or everything of a provider at the site. What ends is named
//! before the act; what cannot be ended from here is named too.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    permit::grant::{Disconnect, RevokeGrant},
    power::{self, Power},
    read::{Look, Memory},
    witness::{
        inside::who_is_inside,
        play,
        session::{ConfirmSafeEnd, CutSession, EndSession as End},
    },
};
use plantgate_domain::{
    base::{Environment, Kind, SessionId},
    event::{qualify::OwnerRole, witness::Ending},
    expect::{instance::Instance, site::Site},
    permit::grant::Grant,
    witness::{gate::Runs, session::Session},
};
use plantgate_wire::words::Rich;
use uuid::Uuid;

use super::access::shown;
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::now::EndSession,
    render,
    view::{Form, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/access/sessions/{name}/end", show).act("/access/sessions/{name}/end", end)
}

async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (mut v, session) = named(v, &name).await?;
    let form = Form::of([("scope", "session"), ("mode", "safe-end")]);
    let page = page(&mut v, &session, form).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn named(v: Visit, name: &str) -> Result<(Visit, Session), Trouble> {
    let mut v = v.ours()?.at("now");
    let id: SessionId = v.seen(Kind::Session, name).await?;
    let session: Session = v.look.get(id).await?;
    let site: Site = v.look.get(session.facts.site).await?;
    v.zone_of(&site);
    Ok((v, session))
}

async fn end(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (mut v, session) = named(v, &name).await?;
    let request = typed.request()?;
    if typed.text("reason").is_empty() {
        let form = typed.form().wrong("reason", v.ui.t("end-reason").to_string());
        let page = page(&mut v, &session, form).await?;
        return Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (me, now) = (v.me(), v.now());
    let targets = targets(&mut v.look, me, &session, &typed.text("scope")).await?;
    let how = if typed.text("mode") == "hard" { Ending::Disconnect } else { Ending::SafeEnd };
    let roles = power::functions(&v.who.person, power::Disconnect::KEY, &[session.facts.site], &v.look.rules());
    let role = if roles.len() > 1 { roles.first().copied() } else { None };
    let (app, caller) = (&v.state.app, &v.who.caller);
    let (mut entry, mut asked) = (0, false);
    for Target { session, grant, taken } in targets {
        if session.gated() {
            asked |= how == Ending::SafeEnd;
            let grant = (grant, taken);
            entry = gated(&v, (&session, grant), (request, role, how), &typed.text("reason")).await?.unwrap_or(entry);
            continue;
        }
        if let Some(grant) = grant.filter(|g| g.alive(now) && !taken) {
            let reason = typed.maybe("reason");
            let (id, grant) = (Uuid::new_v5(&request, grant.id.0.as_bytes()), grant.facts.reference);
            // Others may be inside under the same grant: who asks for a safe end cuts none of them.
            if how == Ending::SafeEnd {
                let reason = reason.unwrap_or_default();
                app.act(caller, id, RevokeGrant { grant, role, reason }).await?;
            } else {
                app.act(caller, id, Disconnect { grant, role, reason }).await?;
            }
        }
        let act = End { session: session.facts.reference.clone(), how, at: None };
        entry = app.act(caller, Uuid::new_v5(&request, session.id.0.as_bytes()), act).await?.entry;
    }
    let said = if asked { "session-asked" } else { "session-ended" };
    Ok(done("/now", said, entry).into_response())
}

/// Ends a session that a gateway holds: it says itself when it ended. A safe end is asked first, by taking the grant
/// away, and confirmed where nothing new begins already.
async fn gated(
    v: &Visit,
    (session, (grant, taken)): (&Session, (Option<Grant>, bool)),
    (request, role, how): (Uuid, Option<OwnerRole>, Ending),
    reason: &str,
) -> Result<Option<u64>, Stop> {
    let (app, caller, now) = (&v.state.app, &v.who.caller, v.now());
    let (id, name, reason) =
        (Uuid::new_v5(&request, session.id.0.as_bytes()), session.facts.reference.clone(), reason.to_owned());
    if how == Ending::Disconnect {
        return Ok(Some(app.act(caller, id, CutSession { session: name, role, reason }).await?.entry));
    }
    match grant.filter(|g| g.alive(now)) {
        // Its grant went with another session of the list. Nobody said yet that its own end is safe, whatever closed it
        // for a while before.
        Some(_) if taken => Ok(None),
        Some(grant) => {
            let act = RevokeGrant { grant: grant.facts.reference, role, reason };
            Ok(Some(app.act(caller, id, act).await?.entry))
        }
        None if session.closing.is_none() => Ok(None),
        None => Ok(Some(app.act(caller, id, ConfirmSafeEnd { session: name, note: Some(reason) }).await?.entry)),
    }
}

/// What ends, with the grant it runs under.
struct Target {
    session: Session,
    grant: Option<Grant>,
    /// Another one of the list takes the grant: it is taken away once, however many sessions run under it.
    taken: bool,
}

async fn targets(
    look: &mut Look,
    me: plantgate_domain::base::PersonId,
    of: &Session,
    scope: &str,
) -> Result<Vec<Target>, Stop> {
    let who = who_is_inside(look, me, of.facts.site).await?;
    let same = |s: &Session| match scope {
        "person" => s.facts.person.is_some() && s.facts.person == of.facts.person,
        "provider" => s.facts.provider.is_some() && s.facts.provider == of.facts.provider,
        _ => false,
    };
    let found = who.sessions.into_iter().filter(|i| i.session.id == of.id || same(&i.session));
    let mut all: Vec<Target> = Vec::new();
    for inside in found {
        let same = |g: &Grant| all.iter().any(|o| o.grant.as_ref().is_some_and(|o| o.id == g.id));
        let taken = inside.grant.as_ref().is_some_and(same);
        all.push(Target { session: inside.session, grant: inside.grant, taken });
    }
    Ok(all)
}

async fn page(v: &mut Visit, s: &Session, form: Form) -> Result<EndSession, Stop> {
    let on: Instance = v.look.get(s.facts.instance).await?;
    let person = match s.facts.person {
        Some(person) => shown::called(v, person).await?,
        None => v.ui.t("now-nobody-known").to_string(),
    };
    let gated = s.gated();
    let means: &[&str] = if gated {
        &["end-gated-safe", "end-gated-hard", "end-means-grant"]
    } else {
        &["end-means-record", "end-means-grant"]
    };
    let consequences: Vec<Rich> = means.iter().map(|id| v.ui.t(id).into()).collect();
    let beyond: Vec<Rich> = if gated { Vec::new() } else { vec![v.ui.t("end-beyond-line").into()] };
    Ok(EndSession {
        reference: s.facts.reference.clone(),
        person,
        provider: match s.facts.provider {
            Some(provider) => shown::item(v, provider).await?,
            None => Item::name("–"),
        },
        system: shown::item(v, s.facts.instance).await?,
        env: on.facts.environment.unwrap_or(Environment::Prod),
        since: s.facts.started,
        form,
        consequences,
        beyond,
        runs: if gated && may(v, s) { runs(v, s.id) } else { Vec::new() },
        ui: v.ui.clone(),
    })
}

/// Whether this person may end it: what was typed and which files go by is for nobody else's eyes.
fn may(v: &Visit, s: &Session) -> bool {
    power::could(&v.who.person, power::Disconnect::KEY, &[s.facts.site], &v.look.rules())
}

/// What runs in a session of a gateway at this moment, in words; that it cannot be told is said, too.
fn runs(v: &Visit, session: SessionId) -> Vec<String> {
    let Some(all) = v.state.app.runs(session) else { return vec![v.ui.t("end-runs-unknown").to_string()] };
    if all.is_empty() {
        return vec![v.ui.t("end-runs-nothing").to_string()];
    }
    let plain = |text: &str| text.chars().map(play::cast::screen::plain).collect::<String>();
    let line = |runs: Runs| match runs {
        Runs::Shell => v.ui.t("end-runs-shell").to_string(),
        Runs::Command(command) => v.ui.t("end-runs-command").s("command", plain(&command)).to_string(),
        Runs::Files => v.ui.t("end-runs-files").to_string(),
        Runs::Forward(port) => v.ui.t("end-runs-forward").s("port", port).to_string(),
        Runs::File { path, percent: Some(percent), .. } => {
            v.ui.t("end-runs-file").s("path", plain(&path)).s("percent", percent).to_string()
        }
        Runs::File { path, bytes, percent: None } => {
            v.ui.t("end-runs-file-bytes").s("path", plain(&path)).s("kib", bytes / 1_024).to_string()
        }
    };
    all.into_iter().map(line).collect()
}
