//! What somebody signs in with: their own page, and the same list where an administrator looks at them. A password is
//! set by its link and taken away by an administrator; a passkey waits until one can sign in with it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    qualify::{
        credential::{RemoveCredential, SetCredential},
        ssh::{self, NoKey},
    },
};
use plantgate_domain::{base::Why, event::qualify::KeyKind, qualify::person::Person};

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::admin::{KeyRow, Me},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/me", show).act("/me/keys", add).act("/me/keys/remove", remove)
}

/// The keys of a person; a password's fingerprint says nothing to anybody.
pub fn rows(person: &Person) -> Vec<KeyRow> {
    let row = |k: &plantgate_domain::event::qualify::KeyAdded| KeyRow {
        kind: k.kind.as_str(),
        fingerprint: k.fingerprint.clone(),
        shown: k.kind != KeyKind::Password,
    };
    person.keys.iter().map(row).collect()
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
    Ok(render::page(StatusCode::OK, &page(visit, Form::default())))
}

fn page(visit: Visit, form: Form) -> Me {
    let person = &visit.who.person;
    let roles = person.roles.iter().map(|r| r.role.as_str()).collect::<std::collections::BTreeSet<_>>();
    let theirs = person.facts.provider_roles.iter().map(|r| r.as_str());
    Me { keys: rows(person), roles: roles.into_iter().chain(theirs).collect(), form, ui: visit.ui }
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
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form)))
        }
    }
}

async fn remove(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let act = taken(&visit.me().to_string(), &fields);
    // Whoever took their own password away could never come back by themselves.
    let word = |k: &plantgate_domain::event::qualify::KeyAdded| {
        k.fingerprint == act.fingerprint && k.kind == KeyKind::Password
    };
    let answer = if visit.who.person.keys.iter().any(word) {
        Err(Stop::field("fingerprint", Why::of("key-remove-own")))
    } else {
        visit.state.app.act(visit.caller(), fields.request()?, act).await
    };
    match answer {
        Ok(answer) => Ok(done("/me", "key-removed", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form)))
        }
    }
}
