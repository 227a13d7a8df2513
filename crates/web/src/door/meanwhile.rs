//! While a new release folds the record into its own rows nobody is left before a shut port: every address answers that
//! we are coming back, what happens meanwhile, and what stays as it is (architecture §2.5).

use askama::Template;
use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use plantgate_wire::words::{Lang, Msg};
use tokio::net::TcpListener;

use crate::render;

/// The page of a house that is being made ready.
#[derive(Template)]
#[template(path = "page/meanwhile.html")]
pub struct Meanwhile {
    pub lang: Lang,
}

impl Meanwhile {
    fn t<'a>(&self, id: &'a str) -> Msg<'a> {
        Msg::new(self.lang, id)
    }
}

/// What is said when not even the frame of a page can be read: the database is away.
#[derive(Template)]
#[template(path = "page/away.html")]
pub struct Away {
    pub lang: Lang,
    /// Which part of what we stand on, in a sentence.
    pub why: String,
}

impl Away {
    fn t<'a>(&self, id: &'a str) -> Msg<'a> {
        Msg::new(self.lang, id)
    }
    /// As an answer in the language the reader accepts.
    pub fn answer(away: plantgate_app::Away, headers: &HeaderMap) -> Response {
        let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let lang = Lang::accept(accepts);
        let why = Msg::new(lang, away.id()).to_string();
        again(render::page(StatusCode::SERVICE_UNAVAILABLE, &Away { lang, why }))
    }
}

fn again(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(AGAIN));
    response
}

/// Seconds after which a browser asks again.
const AGAIN: u64 = 2;

async fn answer(headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let page = Meanwhile { lang: Lang::accept(accepts) };
    let mut response = again(render::page(StatusCode::SERVICE_UNAVAILABLE, &page));
    response.headers_mut().insert(header::REFRESH, HeaderValue::from(AGAIN));
    response
}

/// Answers on the address until `ready` is done, and gives back what it made.
///
/// # Errors
/// When the address cannot be shared with what comes after; then `ready` did not run.
pub async fn meanwhile<T>(listener: TcpListener, ready: impl Future<Output = T>) -> std::io::Result<(TcpListener, T)> {
    let listener = listener.into_std()?;
    let after = TcpListener::from_std(listener.try_clone()?)?;
    let router: Router = render::dress(Router::new().fallback(answer), false);
    let (done, told) = tokio::sync::oneshot::channel::<()>();
    let before = axum::serve(TcpListener::from_std(listener)?, router).with_graceful_shutdown(async {
        let _ = told.await;
    });
    let serving = tokio::spawn(async move { before.await });
    let made = ready.await;
    let _ = done.send(());
    // A browser that keeps its line open must not keep us: what is running is a page of one answer.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(AGAIN), serving).await;
    Ok((after, made))
}
