//! While a new release folds the record into its own rows nobody is left before a shut port: every address answers that
//! we are coming back, what happens meanwhile, and what stays as it is (architecture §2.5).

use askama::Template;
use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
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

/// Seconds after which a browser asks again.
const AGAIN: u64 = 2;

async fn answer(headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let page = Meanwhile { lang: Lang::accept(accepts) };
    let mut response = render::page(StatusCode::SERVICE_UNAVAILABLE, &page).into_response();
    for name in [header::RETRY_AFTER, header::REFRESH] {
        response.headers_mut().insert(name, HeaderValue::from(AGAIN));
    }
    response
}

/// Answers on the address until `ready` is done, and gives back what it made.
///
/// # Errors
/// When the address cannot be shared with what comes after; then `ready` did not run.
pub async fn meanwhile<T>(listener: TcpListener, ready: impl Future<Output = T>) -> std::io::Result<(TcpListener, T)> {
    let listener = listener.into_std()?;
    let after = TcpListener::from_std(listener.try_clone()?)?;
    let router: Router = render::dress(Router::new().fallback(answer));
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
