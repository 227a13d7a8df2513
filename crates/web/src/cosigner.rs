//! A cosigner on the wire (C2SP tlog-witness): what a small second process answers, and how `serve` asks it. Plain
//! HTTP: nothing that travels is secret, and nothing is believed that is not signed.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State},
    http::{Method, Request, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http_body_util::{BodyExt, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Deserialize;

/// Type of the body that tells the size a cosigner has vouched for.
pub const SIZE: &str = "text/x.tlog.size";
const TEXT: &str = "text/plain; charset=utf-8";
/// How long an answer is waited for; nobody but the asker waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Largest answer read.
const ANSWER_MAX: usize = 512 * 1024;

/// An answer before it is HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    pub status: u16,
    pub kind: &'static str,
    pub body: String,
}

impl Reply {
    /// Words or a note.
    pub fn text(status: u16, body: impl Into<String>) -> Reply {
        Reply { status, kind: TEXT, body: body.into() }
    }
    /// The size vouched for last.
    pub fn size(size: u64) -> Reply {
        Reply { status: 409, kind: SIZE, body: format!("{size}\n") }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, self.kind)], self.body).into_response()
    }
}

/// Who answers.
pub trait Answers: Send + Sync + 'static {
    /// To `add-checkpoint`.
    fn add(&self, body: &[u8]) -> impl Future<Output = Reply> + Send;
    /// The last head vouched for of a log, with the cosignature: an asker that lost its memory holds itself against it.
    fn latest(&self, origin: &str) -> impl Future<Output = Reply> + Send;
}

#[derive(Deserialize)]
struct Latest {
    origin: String,
}

/// The cosigner's addresses.
pub fn router<A: Answers>(answers: A, body_max: usize) -> Router {
    let add = |State(a): State<Arc<A>>, body: Bytes| async move { a.add(&body).await };
    let latest = |State(a): State<Arc<A>>, Query(q): Query<Latest>| async move { a.latest(&q.origin).await };
    Router::new()
        .route("/add-checkpoint", post(add))
        .route("/latest", get(latest))
        .layer(DefaultBodyLimit::max(body_max))
        .with_state(Arc::new(answers))
}

/// Asks a cosigner at an address.
#[derive(Clone, Debug)]
pub struct Asker {
    base: String,
    client: Client<HttpConnector, String>,
}

impl Asker {
    /// An asker of `http://host:port`, with a path if it has one; `None` for no such address.
    pub fn new(url: &str) -> Option<Asker> {
        let uri: Uri = url.parse().ok()?;
        let plain = uri.scheme_str() == Some("http") && uri.authority().is_some() && uri.query().is_none();
        let client = Client::builder(TokioExecutor::new()).build_http();
        plain.then(|| Asker { base: url.trim_end_matches('/').to_owned(), client })
    }

    /// Sends a request to vouch.
    ///
    /// # Errors
    /// Why no answer came.
    pub async fn add(&self, request: &str) -> Result<(u16, String), String> {
        self.send(Method::POST, "/add-checkpoint".to_owned(), request.to_owned()).await
    }

    /// Asks for the last head of a log it vouched for.
    ///
    /// # Errors
    /// Why no answer came.
    pub async fn latest(&self, origin: &str) -> Result<(u16, String), String> {
        let escape = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
        let origin: String = origin.bytes().map(escape).collect();
        self.send(Method::GET, format!("/latest?origin={origin}"), String::new()).await
    }

    async fn send(&self, method: Method, path: String, body: String) -> Result<(u16, String), String> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = request.body(body).map_err(|e| e.to_string())?;
        let asked = async {
            let response = self.client.request(request).await.map_err(|e| e.to_string())?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), ANSWER_MAX).collect().await.map_err(|e| e.to_string())?;
            Ok((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }
}
