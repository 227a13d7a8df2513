//! Language, theme, site and keys: a person's own settings, kept in their browser by a form, never by a link.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::door::{fields::Fields, routes::Routes};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .working_state("/settings/language", |f: Fields| async move { set(&f, "lang") })
        .working_state("/settings/theme", |f: Fields| async move { set(&f, "theme") })
        .working_state("/settings/site", |f: Fields| async move { set(&f, "site") })
        .working_state("/settings/keys", |f: Fields| async move { set(&f, "keys") })
}

fn set(fields: &Fields, name: &str) -> Response {
    let value: String = fields.text(name).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    let mut response = Redirect::to(&local(&fields.text("back"))).into_response();
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
