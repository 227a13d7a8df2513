//! A recording that another machine made is brought to its session by hand: the file is sealed while it streams in and
//! read before anything is kept; then the act names it.

use axum::{
    extract::{DefaultBodyLimit, Multipart, Path, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::TryStreamExt;
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::Memory,
    witness::bring::{BringRecording, Came, Coming, MayHave, PART},
};
use plantgate_domain::{
    base::{Kind, Refusal, SessionId, Why},
    expect::site::Site,
    witness::{brought::may_bring, session::Session},
};
use tokio_util::io::StreamReader;

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::encoded,
        pages::import,
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::recording::Bring,
    render,
    view::{Form, Item, Ui, entry_of},
};

/// Most bytes of a field that is no file.
const FIELD: usize = 4_000;
/// Most fields of the form: it has four, and nobody fills our memory with more.
const FIELDS: usize = 16;

/// Routes; the file has a bound of its own.
pub fn routes() -> Routes {
    let take = post(take).layer(DefaultBodyLimit::disable());
    let path = "/access/sessions/{name}/bring";
    Routes::new().page(path, show).route(RouteKind::Act, "POST", path, take)
}

/// Where one is brought, if this person may and the session can have one.
pub fn offered(v: &Visit, session: &Session) -> Option<String> {
    let may = may(v, session) && may_bring(session, Some(v.me()), &v.look.rules(), v.now()).is_ok();
    may.then(|| address(&session.facts.reference))
}

fn address(session: &str) -> String {
    format!("/access/sessions/{}/bring", encoded(session))
}

/// Whoever may enter a session at its site.
fn may(v: &Visit, session: &Session) -> bool {
    power::could(&v.who.person, power::EnterSession::KEY, &[session.facts.site], &v.look.rules())
}

async fn named(v: Visit, name: &str) -> Result<(Visit, Session), Trouble> {
    let mut v = v.ours()?.at(entry_of("session"));
    let id: SessionId = v.seen(Kind::Session, name).await?;
    let session: Session = v.look.get(id).await?;
    // Nobody fills the disk who may not enter a session here.
    if !may(&v, &session) {
        return Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into()));
    }
    may_bring(&session, Some(v.me()), &v.look.rules(), v.now()).map_err(Stop::from)?;
    let site: Site = v.look.get(session.facts.site).await?;
    v.zone_of(&site);
    Ok((v, session))
}

fn page(ui: Ui, session: &Session, form: Form, status: StatusCode) -> Response {
    let reference = &session.facts.reference;
    let to = Item::link(reference.clone(), format!("/register/session/{}", encoded(reference)));
    let limit = ui.t("bytes-mib").n("count", PART >> 20).to_string();
    render::page(status, &Bring { session: to, path: address(reference), limit, form, ui })
}

async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (v, session) = named(v, &name).await?;
    Ok(page(v.ui, &session, Form::default(), StatusCode::OK))
}

async fn take(v: Visit, Path(name): Path<String>, parts: Multipart) -> Result<Response, Trouble> {
    let (mut v, session) = named(v, &name).await?;
    let app = v.state.app.clone();
    let coming = app.recording_comes(&mut v.look, &session, v.who.person.id).await?;
    // What follows takes as long as the line is slow: the snapshot of the record is given back first.
    let (ui, caller) = (v.ui, v.who.caller);
    drop(v.look);
    let mut typed = Fields::default();
    let brought = async {
        let (called, came) = streamed(&app, coming, parts, &mut typed).await?;
        let read = app
            .recording_came(came, &called, MayHave { gaps: typed.ticked("gaps"), typed: typed.ticked("typed") })
            .await?;
        let (session, source) = (session.facts.reference.clone(), typed.text("source"));
        let act = BringRecording { session, recording: read.recording, source };
        app.act(&caller, typed.request()?, act).await
    };
    match brought.await {
        Ok(answer) => {
            let what = if answer.entries == 0 { "recording-same" } else { "recording-brought" };
            let to = format!("/register/session/{}", encoded(&session.facts.reference));
            Ok(done(&to, what, answer.entry).into_response())
        }
        Err(stop) => {
            let form = import::wrong(&typed, stop, &ui.r)?;
            Ok(page(ui, &session, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Reads the form as it streams: the file aside, small fields into memory.
async fn streamed(
    app: &plantgate_app::App,
    coming: Coming,
    mut parts: Multipart,
    typed: &mut Fields,
) -> Result<(String, Came), Stop> {
    let broke = || Stop::field("file", Why::of("invalid-upload-broke"));
    let (mut coming, mut file) = (Some(coming), None);
    while let Some(part) = parts.next_field().await.map_err(|_| broke())? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(called) if name == "file" && !called.is_empty() => {
                let coming = coming.take().ok_or_else(broke)?;
                let reader = StreamReader::new(part.map_err(std::io::Error::other));
                file = Some((called, app.recording_streams(coming, reader).await?));
            }
            Some(_) => {}
            None if typed.0.len() < FIELDS => typed.0.push((name, short(part).await.ok_or_else(broke)?)),
            None => return Err(broke()),
        }
    }
    file.ok_or_else(|| Stop::field("file", Why::of("upload-no-file")))
}

async fn short(mut field: Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.ok()? {
        bytes.extend_from_slice(&part);
        if bytes.len() > FIELD {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}
