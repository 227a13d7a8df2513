//! Language, theme, density, zone, site and keys: a person's own settings, kept in their browser by a form, never by
//! a link.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{Stop, read::Memory};
use plantgate_domain::{
    base::{Kind, ZoneName},
    expect::site::Site,
};

use crate::{
    door::{error::Trouble, fields::Fields, routes::Routes, visit::Visit},
    page::settings::Settings,
    render,
    view::{Choice, Form},
};

/// The word that takes one's own zone away again.
const NO_ZONE: &str = "site";

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .working_state("/settings/language", |f: Fields| async move { set(&f, "lang") })
        .working_state("/settings/theme", |f: Fields| async move { set(&f, "theme") })
        .working_state("/settings/site", |f: Fields| async move { set(&f, "site") })
        .working_state("/settings/keys", |f: Fields| async move { set(&f, "keys") })
        .working_state("/settings/density", |f: Fields| async move { set(&f, "density") })
        .page("/settings", show)
        .working_state("/settings/zone", zone)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let zone = visit.ui.own_zone.as_ref().map(ToString::to_string).unwrap_or_default();
    let page = page(visit, Form::of(vec![("zone".to_owned(), zone)])).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(mut visit: Visit, form: Form) -> Result<Settings, Trouble> {
    let mut zones: Vec<Choice> = Vec::new();
    // A provider's people are not told where else the owner has plants.
    if visit.provider().is_none() {
        for kept in visit.look.every(Kind::Site).await? {
            let site = Site::try_from(kept.thing)?;
            if visit.who.person.roles.iter().any(|r| r.site.is_none_or(|at| at == site.id)) {
                zones.push(Choice::new(site.facts.zone.to_string(), site.facts.name));
            }
        }
    }
    Ok(Settings { ui: visit.ui, zones, form })
}

/// A zone is kept when there is one of that name; otherwise the page says what names look like.
async fn zone(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let named = fields.maybe("zone").map(|text| text.parse::<ZoneName>()).transpose();
    match named {
        Ok(zone) => Ok(kept("zone", zone.as_ref().map_or(NO_ZONE, ZoneName::as_str), &fields.text("back"))),
        Err(why) => {
            let form = fields.wrong(Stop::field("zone", why), &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form).await?))
        }
    }
}

fn set(fields: &Fields, name: &str) -> Response {
    let value: String = fields.text(name).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    kept(name, &value, &fields.text("back"))
}

fn kept(name: &str, value: &str, back: &str) -> Response {
    let mut response = Redirect::to(&local(back)).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000")) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of this server, never somebody else's address.
pub fn local(next: &str) -> String {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && next.len() < 2_000;
    if ours { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_form_leads_nowhere_else() {
        assert_eq!(local("/access?x=1"), "/access?x=1");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
    }
}
