//! How a system was found or left, with a file: a photo, a print of a diagnosis. The file streams into the archive
//! while it is hashed, then the act names it.

use axum::{
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::Memory,
    witness::noted::{FileOf, NoteState},
};
use plantgate_domain::{
    base::{Instant, Kind, Refusal, VisitId, Why},
    event::witness::AsOf,
    expect::{instance::Instance, site::Site},
    witness::visit::Visit as Stay,
};

use super::{super::access::times, show};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{self, Asked},
        pages::portal::upload,
        visit::Visit,
    },
    page::visits::NewState,
    render,
    view::{Choice, Form},
};

/// `GET /visits/{name}/state`
pub async fn form(v: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (v, stay) = named(v, &name).await?;
    let pairs = ["instance", "of"].into_iter().filter_map(|n| asked.get(n).map(|value| (n, value.to_owned())));
    drawn(v, &stay, Form::of(pairs), StatusCode::OK).await
}

async fn named(v: Visit, name: &str) -> Result<(Visit, Stay), Trouble> {
    let mut v = v.ours()?.at("access");
    let id: VisitId = v.seen(Kind::Visit, name).await?;
    let stay: Stay = v.look.get(id).await?;
    let site: Site = v.look.get(stay.facts.site).await?;
    v.zone_of(&site);
    Ok((v, stay))
}

async fn drawn(mut v: Visit, stay: &Stay, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let mut systems = Vec::with_capacity(stay.facts.instances.len());
    for id in &stay.facts.instances {
        let on: Instance = v.look.get(*id).await?;
        systems.push(Choice::new(on.facts.reference.clone(), format!("{} {}", on.facts.reference, on.facts.name)));
    }
    let mib = i64::try_from(v.state.app.store().limits().evidence_bytes / 1_048_576).unwrap_or(i64::MAX);
    let limit = v.ui.t("bytes-mib").n("count", mib).to_string();
    let page = NewState { visit: stay.facts.reference.clone(), systems, limit, form, ui: v.ui };
    Ok(render::page(status, &page))
}

/// `POST /visits/{name}/state`
pub async fn send(v: Visit, Path(name): Path<String>, parts: Multipart) -> Result<Response, Trouble> {
    let (v, stay) = named(v, &name).await?;
    // Nobody fills the archive who may not write this down.
    if !power::could(&v.who.person, power::EnterSession::KEY, &[stay.facts.site], &v.look.rules()) {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let (typed, file) = match upload::taken(&v, parts).await {
        Ok(taken) => taken,
        Err(stop) => {
            let form = Fields::default().wrong(stop, &v.ui.r)?;
            return drawn(v, &stay, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let file = file.map(|f| FileOf { file_name: f.name, media: f.media, sha256: f.sha256, bytes: f.bytes });
    let act = match act(&v, &stay, &typed, file) {
        Ok(act) => act,
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            return drawn(v, &stay, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match v.state.app.act(&v.who.caller, typed.request()?, act).await {
        Ok(answer) => Ok(done(&format!("/visits/{name}"), "state-noted", answer.entry).into_response()),
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            drawn(v, &stay, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn act(v: &Visit, stay: &Stay, typed: &Fields, file: Option<FileOf>) -> Result<NoteState, Stop> {
    Ok(NoteState {
        visit: stay.facts.reference.clone(),
        of: typed.read::<AsOf>("of")?,
        instance: typed.text("instance"),
        text: typed.text("text"),
        file,
        at: moment(v, typed, "at")?,
    })
}

/// A time typed as local time of the site; empty is now.
pub fn moment(v: &Visit, typed: &Fields, name: &str) -> Result<Option<Instant>, Stop> {
    let Some(text) = typed.maybe(name) else { return Ok(None) };
    let at = times::moment(&text, &v.ui.r.zone, v.now());
    at.map(Some).ok_or_else(|| Stop::field(name, Why::of("deed-no-time")))
}

/// The file as it was sent, for whoever of ours sees the visit; never shown in place.
pub async fn file(v: Visit, Path((name, sha256)): Path<(String, String)>) -> Result<Response, Trouble> {
    let (mut v, stay) = named(v, &name).await?;
    let found = stay.states.iter().filter_map(|n| n.facts.file.as_ref()).find(|f| f.sha256 == sha256);
    let file = found.ok_or(Stop::NotFound)?;
    let bytes = v.state.app.store().blobs().read(&file.sha256).await?;
    let name = show::opened(&mut v, Some(&file.file_name)).await?;
    Ok(listing::file(&name, &file.media, bytes))
}
