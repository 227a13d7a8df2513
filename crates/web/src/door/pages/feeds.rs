//! Feed addresses: a person makes one, sees it once, takes it back; and what a calendar or a reader gets who asks with
//! one. An address that opens nothing says no more than one that never was.

use axum::{
    extract::{Path, State as Here},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    messages::{audience::seated, feed as kept},
};

use crate::{
    door::{error::Trouble, fields::Fields, routes::Routes, state::State, visit::Visit},
    page::messages::{FeedRow, Feeds},
    post::{
        deliver::{Around, around},
        feed::{Source, queue, windows},
    },
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/messages/feeds", show)
        .working_state("/messages/feeds", make)
        .working_state("/messages/feeds/end", end)
        .public("/feeds/{secret}/calendar.ics", calendar)
        .public("/feeds/{secret}/queue.atom", atom)
}

const CALENDAR: &str = "calendar";
const QUEUE: &str = "queue";

async fn show(v: Visit) -> Result<Response, Trouble> {
    page(v, None, false).await
}

async fn page(v: Visit, made: Option<String>, full: bool) -> Result<Response, Trouble> {
    let mut v = v.at("messages");
    let me = v.me();
    let all = kept::all(v.look.tx(), me).await?;
    let rows = all.into_iter().map(|f| FeedRow { id: f.id.to_string(), kind: f.kind, made: f.made }).collect();
    let status = if full { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page(status, &Feeds { ui: v.ui, rows, kinds: &[CALENDAR, QUEUE], made, full }))
}

/// Makes one; the page that answers is the only one that ever shows it, and nothing keeps it.
async fn make(v: Visit, headers: HeaderMap, fields: Fields) -> Result<Response, Trouble> {
    let (kind, file) = match fields.text("kind").as_str() {
        CALENDAR => (CALENDAR, "calendar.ics"),
        QUEUE => (QUEUE, "queue.atom"),
        _ => return Err(Stop::NotFound.into()),
    };
    let (db, me, now) = (v.state.app.store().db(), v.me(), v.now());
    let made = kept::make(db, me, kind, now).await?;
    let address = made.map(|secret| format!("{}/feeds/{secret}/{file}", base(&v.state, &headers)));
    let full = address.is_none();
    // What was made stands in another snapshot than the one this visit began with.
    let v = Visit { look: v.state.app.store().look().await?, ..v };
    let mut reply = page(v, address, full).await?;
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(reply)
}

async fn end(v: Visit, fields: Fields) -> Result<Response, Trouble> {
    let id = fields.text("id").parse().map_err(|_| Stop::NotFound)?;
    if !kept::end(v.state.app.store().db(), v.me(), id).await? {
        return Err(Stop::NotFound.into());
    }
    Ok(Redirect::to("/messages/feeds?done=feed-ended").into_response())
}

/// How the asker reached us.
fn base(state: &State, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or("localhost");
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    let scheme = if state.https { "https" } else { "http" };
    format!("{scheme}://{}", if plain { host } else { "localhost" })
}

/// The person of an address, if it stands for this kind and they have a seat now.
async fn source(state: &State, headers: &HeaderMap, secret: &str, kind: &str) -> Result<Source, Trouble> {
    let mut look = state.app.store().look().await?;
    let feed = kept::of(look.tx(), secret).await?.filter(|f| f.kind == kind).ok_or(Stop::NotFound)?;
    let person = seated(&mut look, feed.person).await?.ok_or(Stop::NotFound)?;
    let Around { look, person, ui, names, house: _ } = around(look, person).await?;
    Ok(Source { look, person, ui, names, base: base(state, headers) })
}

fn file(media: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

async fn calendar(
    Here(state): Here<State>,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Result<Response, Trouble> {
    let source = source(&state, &headers, &secret, CALENDAR).await?;
    Ok(file("text/calendar; charset=utf-8", windows(source).await?))
}

async fn atom(Here(state): Here<State>, headers: HeaderMap, Path(secret): Path<String>) -> Result<Response, Trouble> {
    let source = source(&state, &headers, &secret, QUEUE).await?;
    Ok(file("application/atom+xml; charset=utf-8", queue(source).await?))
}
