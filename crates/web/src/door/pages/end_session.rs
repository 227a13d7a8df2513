//! Ending access: one session, everything of a person, everything of a provider here or everywhere. Exactly what ends
//! is named before the act, with what runs in it; what cannot be ended from here is named with who can.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, new_request,
    read::Memory,
    witness::{
        end_access::{How, Outcome},
        play,
        what_ends::{Scope, what_ends},
    },
};
use plantgate_domain::{
    base::{Kind, Refusal, SessionId},
    expect::site::Site,
    witness::{gate::Runs, session::Session},
};
use serde::Deserialize;

use super::end_shown;
use crate::{
    door::{
        draw,
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::{end_access::EndAccess, trouble::Kind as Said},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/access/sessions/{name}/end", show).act("/access/sessions/{name}/end", end)
}

/// How wide.
#[derive(Deserialize)]
struct Wide {
    #[serde(default)]
    scope: String,
}

async fn show(v: Visit, Path(name): Path<String>, Query(wide): Query<Wide>) -> Result<Response, Trouble> {
    let (mut v, session) = named(v, &name).await?;
    let scope = fitting(&wide.scope, &session);
    let page = page(&mut v, &session, scope, Form::default()).await?;
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

fn fitting(word: &str, session: &Session) -> Scope {
    Some(Scope::of(word)).filter(|s| s.fits(session)).unwrap_or(Scope::Session)
}

async fn page(v: &mut Visit, session: &Session, scope: Scope, form: Form) -> Result<EndAccess, Stop> {
    let all = what_ends(&mut v.look, &v.who.person, session, scope).await?;
    end_shown::page(v, session, scope, &all, form).await
}

async fn end(v: Visit, Path(name): Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let (mut v, session) = named(v, &name).await?;
    let request = typed.request()?;
    let scope = fitting(&typed.text("scope"), &session);
    let all = what_ends(&mut v.look, &v.who.person, &session, scope).await?;
    if all.covered.is_empty() {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let how = How {
        scope,
        hard: typed.text("mode") == "hard",
        blindly: typed.ticked("blindly"),
        shown: typed.all("shown"),
        reason: typed.maybe("reason"),
    };
    let rules = v.look.rules();
    let (app, who) = (v.state.app.clone(), (&v.who.caller, &v.who.person, &*rules));
    match app.end_access(who, request, &all, &how).await {
        Ok(outcome) => came(v, &session, scope, typed.form(), outcome).await,
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            let page = end_shown::page(&mut v, &session, scope, &all, form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// What came of it, said where the reader goes on.
async fn came(
    mut v: Visit,
    session: &Session,
    scope: Scope,
    mut form: Form,
    outcome: Outcome,
) -> Result<Response, Trouble> {
    if let Some((_, first)) = outcome.refused.first() {
        if outcome.done == 0 && outcome.refused.len() == 1 {
            return Err(first.clone().into());
        }
        for (name, stop) in &outcome.refused {
            let why = match draw::kind(stop, &v.ui.r) {
                Said::Refused { why, .. } => why,
                _ => v.ui.t("end-refused-other").into(),
            };
            form = form.wrong("reason", format!("{name}: {}", why));
        }
        // What was done stands: the page is read anew, and what is left gets a request of its own.
        v.look = v.state.app.store().look().await?;
        v.ui.request_id = new_request()?.to_string();
        let page = page(&mut v, session, scope, form).await?;
        return Ok(render::page(StatusCode::CONFLICT, &page));
    }
    if outcome.spared > 0 {
        let path = format!("/access/sessions/{}/end?scope={}", session.facts.reference, scope.as_str());
        return Ok(done(&path, "session-spared", outcome.entry).into_response());
    }
    let said = if outcome.asked > 0 { "session-asked" } else { "session-ended" };
    Ok(done("/now", said, outcome.entry).into_response())
}

/// What runs in a session of a gateway at this moment, in words; that it cannot be told is said, too.
pub fn runs(v: &Visit, session: SessionId) -> Vec<String> {
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
