//! What somebody signs in with: their own page, and the same list where an administrator looks at them. A password is
//! set by its link and taken away by an administrator; a passkey is added by its owner alone (`passkeys`).

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    power::could,
    qualify::{
        credential::{RemoveCredential, SetCredential},
        ssh::{self, NoKey},
    },
    read::Memory,
    sign_in::Sitting,
};
use plantgate_domain::{
    base::{PersonId, Why, auth},
    event::qualify::{KeyAdded, KeyKind},
    qualify::person::{Person, Recovery},
};

use super::sign_on;
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        seen_as::words,
        visit::Visit,
    },
    page::admin::{KeyRow, Me, PasskeyRow, RecoveryLeft, SessionRow},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/me", show)
        .act("/me/keys", add)
        .act("/me/keys/remove", remove)
        .working_state("/me/sessions/end", end)
        .working_state("/me/sessions/end-others", end_others)
}

/// The keys of a person; the fingerprint of a password or passkey says nothing to anybody.
pub async fn rows(visit: &mut Visit, person: &Person) -> Result<Vec<KeyRow>, Stop> {
    let passkeys = visit.state.app.passkeys(&mut visit.look, person).await?;
    let row = |k: &KeyAdded| {
        Ok(KeyRow {
            kind: k.kind.as_str(),
            fingerprint: k.fingerprint.clone(),
            of: sign_on::name_of(&visit.state, k)?,
            shown: k.kind == KeyKind::Ssh,
            passkey: passkeys.iter().find(|p| p.fingerprint == k.fingerprint).map(|p| PasskeyRow {
                name: p.name.clone(),
                made: p.made,
                used: p.used,
                doubted: p.doubted,
            }),
        })
    };
    person.keys.iter().map(row).collect()
}

/// Where a person is signed in.
pub async fn sessions(visit: &mut Visit, person: PersonId) -> Result<Vec<SessionRow>, Stop> {
    let all = visit.state.app.sessions(&mut visit.look, person, &visit.who.secret).await?;
    let row = |s: Sitting| {
        let (browser, system) = words(&s.machine);
        SessionRow { name: s.name, browser, system, began: s.began, used: s.used, this: s.this }
    };
    Ok(all.into_iter().map(row).collect())
}

/// The act that adds the key somebody pasted, or what is wrong with it.
pub fn added(person: &str, fields: &Fields) -> Result<SetCredential, Stop> {
    let key = ssh::read(&fields.text("public")).map_err(|why| {
        let why = match why {
            NoKey::Unread => Why::of("key-no-key"),
            NoKey::Private => Why::of("key-private"),
            NoKey::Weak => Why::of("key-weak"),
        };
        Stop::field("public", why)
    })?;
    let person = person.to_owned();
    Ok(SetCredential { person, kind: KeyKind::Ssh, fingerprint: key.fingerprint, public: key.public })
}

/// The act that takes away the key a button stands beside.
pub fn taken(person: &str, fields: &Fields) -> RemoveCredential {
    RemoveCredential { person: person.to_owned(), fingerprint: fields.text("fingerprint") }
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    Ok(render::page(StatusCode::OK, &page(visit, Form::default()).await?))
}

pub async fn page(mut visit: Visit, form: Form) -> Result<Me, Stop> {
    let me = visit.me();
    let sessions = sessions(&mut visit, me).await?;
    let person = visit.who.person.clone();
    let keys = rows(&mut visit, &person).await?;
    let roles = person.roles.iter().map(|r| r.role.as_str()).collect::<std::collections::BTreeSet<_>>();
    let theirs = person.facts.provider_roles.iter().map(|r| r.as_str());
    let left = |r: &Recovery| RecoveryLeft { left: r.left(), made: r.made.codes, at: r.made_at };
    let bindable = sign_on::bindable(&mut visit, &person).await?;
    let limits = visit.state.app.store().limits();
    Ok(Me {
        bindable,
        elsewhere: auth::sign_on(visit.caller().auth.as_deref()).is_some(),
        keys,
        manages: could(&person, "manage-users", &[], &visit.look.rules()),
        sessions,
        ends: (limits.session_idle, limits.session_absolute),
        password: person.has_key(KeyKind::Password),
        recovery: person.recovery.as_ref().map(left),
        roles: roles.into_iter().chain(theirs).collect(),
        form,
        ui: visit.ui,
    })
}

async fn end(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    if visit.state.app.end_session(visit.me(), &fields.text("session")).await? {
        return Ok(Redirect::to("/me?done=session-over").into_response());
    }
    let form = fields.wrong(Stop::field("session", Why::of("invalid-session-ended")), &visit.ui.r)?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form).await?))
}

async fn end_others(visit: Visit) -> Result<Response, Trouble> {
    visit.state.app.end_other_sessions(visit.me(), &visit.who.secret).await?;
    Ok(Redirect::to("/me?done=sessions-over").into_response())
}

async fn add(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let me = visit.me().to_string();
    let answer = match added(&me, &fields) {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => Ok(done("/me", "key-added", answer.entry).into_response()),
        Err(stop) => {
            let mut form = fields.wrong(stop, &visit.ui.r)?;
            // A private key that was pasted by mistake does not come back in the page.
            form.forget("public");
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form).await?))
        }
    }
}

async fn remove(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let act = taken(&visit.me().to_string(), &fields);
    // By a password codes and recovery stand: it is changed and not taken. Of an only way in the act says it, too, but
    // nobody is asked for a proof first of what cannot be.
    let password = |k: &KeyAdded| k.fingerprint == act.fingerprint && k.kind == KeyKind::Password;
    let person = &visit.who.person;
    let answer = if person.keys.iter().any(password) || person.only_way_in(&act.fingerprint) {
        Err(Stop::field("fingerprint", Why::of("key-remove-own")))
    } else {
        visit.state.app.act(visit.caller(), fields.request()?, act).await
    };
    match answer {
        Ok(answer) => Ok(done("/me", "key-removed", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form).await?))
        }
    }
}
