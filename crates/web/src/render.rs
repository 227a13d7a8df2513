//! From a page struct to a response: render, put in the drawings the page uses, and say with every answer what a
//! browser may do with it.

use askama::Template;
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};

use crate::sprite;

/// Nothing but our own files, no frames, no foreign forms, nothing inline.
pub const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                       form-action 'self'; frame-ancestors 'none'; base-uri 'none'; connect-src 'self'";

/// The page as HTML text.
///
/// # Errors
/// When a template cannot render, which only a formatter that fails can cause.
pub fn text(page: &impl Template) -> Result<String, askama::Error> {
    Ok(sprite::fill(page.render()?))
}

/// The page as an answer with a status.
pub fn page(status: StatusCode, page: &impl Template) -> Response {
    match text(page) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "a page did not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Browsers that once came by TLS come by TLS for a year; only said where we are reached so.
const HSTS: &str = "max-age=31536000";

/// Puts compression and the headers of every answer around a router.
pub fn dress<S: Clone + Send + Sync + 'static>(router: Router<S>, https: bool) -> Router<S> {
    let hsts = https.then_some((header::STRICT_TRANSPORT_SECURITY, HSTS));
    [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        // Pages and answers hold what only this reader may see; styles and scripts say themselves that they keep.
        (header::CACHE_CONTROL, "no-store"),
    ]
    .into_iter()
    .chain(hsts)
    .fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
    .layer(CompressionLayer::new())
}
