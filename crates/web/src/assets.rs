//! Styles and scripts live in the binary under URLs that carry their content's hash: a browser may keep them for ever,
//! and an upgrade can never meet an old style.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use sha2::{Digest, Sha256};

use crate::door::routes::Routes;

/// The style sheet in the order of its cascade; one request, many readable files.
const STYLE: &[&str] = &[
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/shell.css"),
    include_str!("../assets/css/object.css"),
    include_str!("../assets/css/acts.css"),
    include_str!("../assets/css/words.css"),
    include_str!("../assets/css/why.css"),
    include_str!("../assets/css/tables.css"),
    include_str!("../assets/css/lanes.css"),
    include_str!("../assets/css/forms.css"),
    include_str!("../assets/css/tasks.css"),
    include_str!("../assets/css/review.css"),
    include_str!("../assets/css/extra.css"),
    include_str!("../assets/css/term.css"),
    include_str!("../assets/css/shop.css"),
    include_str!("../assets/css/narrow.css"),
    include_str!("../assets/css/media.css"),
];

/// One file to serve.
pub struct Asset {
    /// File name with the hash, for instance `app.3f2a9c01d4e5.css`.
    pub name: String,
    /// Strong validator.
    etag: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, bytes: Vec<u8>) -> Self {
        let mut hash = String::new();
        for byte in Sha256::digest(&bytes).iter().take(8) {
            let _ = write!(hash, "{byte:02x}");
        }
        Asset { name: format!("{stem}.{hash}.{extension}"), etag: format!("\"{hash}\""), kind, bytes }
    }
    /// The URL pages use.
    pub fn url(&self) -> String {
        format!("/assets/{}", self.name)
    }
    /// What is served.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// One sheet, without the indentation that only we need.
fn squeezed(sheets: &[&str]) -> String {
    sheets.iter().flat_map(|s| s.lines()).map(str::trim_start).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Everything the pages need; small enough to keep in memory.
pub struct Assets {
    pub style: Asset,
    pub script: Asset,
    pub icon: Asset,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("app", "css", "text/css; charset=utf-8", squeezed(STYLE).into_bytes()),
    script: Asset::new("app", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/js/app.js").to_vec()),
    icon: Asset::new("gate", "svg", "image/svg+xml", include_bytes!("../assets/gate.svg").to_vec()),
});

/// The assets of this build.
pub fn assets() -> &'static Assets {
    &ASSETS
}

/// Serves `/assets/{name}`; needs no sign-in and no state.
pub fn routes() -> Routes {
    Routes::new().public("/assets/{name}", serve)
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    let all = assets();
    let Some(asset) = [&all.style, &all.script, &all.icon].into_iter().find(|a| a.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes())
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.kind)], asset.bytes()).into_response()
    };
    let kept = response.headers_mut();
    kept.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    if let Ok(tag) = HeaderValue::from_str(&asset.etag) {
        kept.insert(header::ETAG, tag);
    }
    response
}
