//! Language, theme, site and keys: a person's own settings, kept in their browser by a form, never by a link.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};

use crate::door::{fields::Fields, state::State};

/// Routes.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/settings/language", post(|f: Fields| async move { set(&f, "lang") }))
        .route("/settings/theme", post(|f: Fields| async move { set(&f, "theme") }))
        .route("/settings/site", post(|f: Fields| async move { set(&f, "site") }))
        .route("/settings/keys", post(|f: Fields| async move { set(&f, "keys") }))
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
