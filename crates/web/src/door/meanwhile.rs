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

/// What is said when not even the frame of a page can be read: the database is away, or has no time.
#[derive(Template)]
#[template(path = "page/away.html")]
pub struct Away {
    pub lang: Lang,
    pub title: &'static str,
    /// Which part of what we stand on, or that others are before us, in a sentence.
    pub why: String,
    pub what_to_do: &'static str,
}

impl Away {
    fn t<'a>(&self, id: &'a str) -> Msg<'a> {
        Msg::new(self.lang, id)
    }

    /// What does not work, in the language the reader accepts.
    pub fn answer(why: &str, headers: &HeaderMap) -> Response {
        let lang = accepts(headers);
        let why = Msg::new(lang, why).to_string();
        Away { lang, title: "trouble-away-title", why, what_to_do: "trouble-away-do" }.page()
    }

    /// Everything works and others are before us: nothing is broken, and nobody is to look for what is.
    pub fn busy(headers: &HeaderMap) -> Response {
        let lang = accepts(headers);
        let why = Msg::new(lang, "trouble-busy-why").n("seconds", AGAIN).to_string();
        Away { lang, title: "trouble-busy-title", why, what_to_do: "trouble-busy-do" }.page()
    }

    fn page(&self) -> Response {
        again(render::page(StatusCode::SERVICE_UNAVAILABLE, self))
    }
}

fn accepts(headers: &HeaderMap) -> Lang {
    Lang::accept(headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default())
}

fn again(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(AGAIN));
    response
}

/// Seconds after which a browser asks again.
const AGAIN: u64 = 2;

async fn answer(headers: HeaderMap) -> Response {
    let page = Meanwhile { lang: accepts(&headers) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_that_is_busy_says_so_and_not_that_something_is_broken() {
        for (lang, busy, broken) in
            [(Lang::En, "Too much to do", "does not work"), (Lang::De, "zu tun", "funktioniert nicht")]
        {
            let why = Msg::new(lang, "trouble-busy-why").n("seconds", AGAIN).to_string();
            let page = Away { lang, title: "trouble-busy-title", why, what_to_do: "trouble-busy-do" }.render().unwrap();
            assert!(page.contains(busy) && !page.contains(broken), "{page}");
        }
        let answer = Away::busy(&HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "2");
    }
}
