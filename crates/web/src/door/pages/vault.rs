//! What lies in the vault for a system that takes no certificate: since when, who knows it, whether the system
//! takes it. A password is shown to whoever asked for it, for some minutes, and in no other place.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use plantgate_app::{Stop, power::could, read::Memory};
use plantgate_domain::{
    base::{Actor, InstanceId, Instant, Kind},
    event::expect::SecretKind,
    expect::{
        instance::Instance,
        vault::{SHOWN, Vaulted},
    },
};

use super::engagement_parts::item;
use crate::{
    door::{deeds, error::Trouble, listing::encoded, routes::Routes, visit::Visit},
    page::vault::{InVault, VaultPage},
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/systems/{name}/vault", show)
}

/// Where it stands.
pub fn address(instance: &str) -> String {
    format!("/systems/{}/vault", encoded(instance))
}

/// Whether somebody is led there.
pub fn offered(v: &Visit, i: &Instance) -> bool {
    v.provider().is_none() && could(&v.who.person, "pin-endpoint", &[i.facts.site], &v.look.rules())
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("systems");
    let id: InstanceId = v.seen(Kind::Instance, &name).await?;
    let i: Instance = v.look.get(id).await?;
    if !offered(&v, &i) {
        return Err(Stop::NotFound.into());
    }
    let site = v.look.get(i.facts.site).await?;
    v.zone_of(&site);
    let vaulted = match &i.vaulted {
        Some(vaulted) => Some(said(&mut v, vaulted).await?),
        None => None,
    };
    let sees = i.vaulted.as_ref().is_some_and(|vaulted| vaulted.shown_to(v.me(), v.now()));
    let password = if sees { v.state.app.clone().shown_password(&mut v.look, &i).await? } else { None };
    let shown = i.vaulted.as_ref().and_then(|vaulted| vaulted.shown).filter(|_| sees);
    let left = shown.map(|(at, _)| SHOWN.saturating_sub(v.now().secs_since(at)).max(1));
    let ours = ["put-login-secret", "show-login-secret", "remove-login-secret", "pin-endpoint"];
    let acts = deeds::offered_for(&v, &i.clone().into(), &i.facts.reference, &[i.facts.site]);
    let acts = acts.into_iter().filter(|act| act.href.as_deref().is_some_and(|href| ours.iter().any(|a| of(href, a))));
    let page = VaultPage {
        acts: acts.collect(),
        reference: i.facts.reference,
        name: i.facts.name,
        leads: i.endpoint.map(|e| format!("{}@{}:{}", e.login, e.host, e.port)),
        vaulted,
        password: password.map(|password| password.to_string()),
        minutes: SHOWN / 60,
        ui: v.ui,
    };
    let mut response = render::page(StatusCode::OK, &page);
    // Neither a browser's store nor anything between keeps it.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Nor does a tab that is left open, behind the time for which it is shown.
    if let Some(left) = left.and_then(|left| HeaderValue::from_str(&left.to_string()).ok()) {
        response.headers_mut().insert(header::REFRESH, left);
    }
    Ok(response)
}

/// Whether a link leads to the form of an act.
fn of(href: &str, act: &str) -> bool {
    href.strip_prefix("/do/").and_then(|rest| rest.strip_prefix(act)).is_some_and(|rest| rest.starts_with('?'))
}

/// Since when, who knows it, and whether the system takes it, in words.
async fn said(v: &mut Visit, vaulted: &Vaulted) -> Result<InVault, Stop> {
    let put = who(v, "vault-put", vaulted.put).await?;
    let shown = match vaulted.shown {
        Some(by) => Some(who(v, "vault-shown", by).await?),
        None => None,
    };
    let refused = match vaulted.refused {
        Some((at, session)) => {
            let said = v.ui.t("vault-refused").s("at", v.ui.moment(at)).to_string();
            Some((said, item(v, session.into()).await?))
        }
        None => None,
    };
    let kind = vaulted.kind;
    Ok(InVault { key: kind == SecretKind::Key, public: vaulted.public.clone(), put, shown, refused })
}

async fn who(v: &mut Visit, words: &'static str, (at, by): (Instant, Actor)) -> Result<String, Stop> {
    let by = match by.person() {
        Some(person) => item(v, person.into()).await?.text,
        None => "–".to_owned(),
    };
    Ok(v.ui.t(words).s("at", v.ui.moment(at)).s("by", by).to_string())
}
