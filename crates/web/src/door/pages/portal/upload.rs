//! Handing one thing in: the file streams into the archive while it is hashed, then the act names it. What happens to
//! standing when it is accepted is said before anything is sent.

use axum::{
    extract::{Multipart, Path, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt;
use plantgate_app::{
    Stop,
    qualify::{evidence::DeliverEvidence, standing::if_accepted},
    read::{By, Memory},
};
use plantgate_domain::{
    base::{Day, Kind, Level, Party, RequestId, Why},
    event::qualify::{Period, Weighs},
    expect::site::Site,
    qualify::request::Request,
};
use plantgate_wire::words::Rich;
use tokio_util::io::StreamReader;

use super::owe;
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    page::portal::Upload,
    render,
    view::Form,
};

/// Most bytes of a field that is no file.
const FIELD: usize = 20_000;

/// `GET /owe/{name}/upload`
pub async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (mut v, r) = asked(v, &name).await?;
    let page = page(&mut v, &r, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// `POST /owe/{name}/upload`
pub async fn send(v: Visit, Path(name): Path<String>, parts: Multipart) -> Result<Response, Trouble> {
    let (mut v, r) = asked(v, &name).await?;
    let (typed, file) = match taken(&v, parts).await {
        Ok(taken) => taken,
        Err(stop) => {
            let form = Fields::default().wrong(stop, &v.ui.r)?;
            return wrong(&mut v, &r, form).await;
        }
    };
    let (covers, form) = covers(&v, &typed);
    let (Some(file), true) = (file, form.errors.is_empty()) else {
        let none = v.ui.t("upload-no-file").to_string();
        let form = if form.errors.is_empty() { form.wrong("file", none) } else { form };
        return wrong(&mut v, &r, form).await;
    };
    let act = DeliverEvidence {
        request: r.facts.reference.clone(),
        reference: None,
        file_name: file.name,
        media: file.media,
        sha256: file.sha256,
        bytes: file.bytes,
        covers,
    };
    match v.state.app.act(&v.who.caller, typed.request()?, act).await {
        Ok(answer) => Ok(done("/owe", "evidence-sent", answer.entry).into_response()),
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            wrong(&mut v, &r, form).await
        }
    }
}

/// The request in the path: theirs to answer, or it does not exist.
async fn asked(v: Visit, name: &str) -> Result<(Visit, Request), Trouble> {
    let (v, _) = v.theirs()?;
    let mut v = v.at("owe");
    let id: RequestId = v.seen(Kind::Request, name).await?;
    let r: Request = v.look.get(id).await?;
    if r.facts.party == Party::Owner {
        return Err(Stop::NotFound.into());
    }
    let site: Site = v.look.get(r.facts.site).await?;
    v.zone_of(&site);
    Ok((v, r))
}

async fn wrong(v: &mut Visit, r: &Request, form: Form) -> Result<Response, Trouble> {
    let page = page(v, r, form).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// A file that is in the archive.
pub struct Taken {
    pub name: String,
    pub media: String,
    pub sha256: String,
    pub bytes: u64,
}

/// Reads the form as it streams: the file into the archive, small fields into memory.
pub async fn taken(v: &Visit, mut parts: Multipart) -> Result<(Fields, Option<Taken>), Stop> {
    let broken = || Stop::field("file", Why::of("upload-broken"));
    let (mut typed, mut file) = (Fields::default(), None);
    while let Some(field) = parts.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(called) if name == "file" => {
                if !called.is_empty() {
                    file = Some(stored(v, field, called).await?);
                }
            }
            Some(_) => {}
            None => typed.0.push((name, short(field).await.ok_or_else(broken)?)),
        }
    }
    Ok((typed, file))
}

async fn stored(v: &Visit, field: Field<'_>, called: String) -> Result<Taken, Stop> {
    let media = field.content_type().map(|m| m.split(';').next().unwrap_or_default().trim().to_owned());
    let media = media.filter(|m| m.contains('/')).unwrap_or_else(|| "application/octet-stream".to_owned());
    let name = called.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let store = v.state.app.store();
    let reader = StreamReader::new(field.map_err(std::io::Error::other));
    let by = v.provider().map_or(By::House, By::Provider);
    let stored = store.take_file(reader, store.limits().evidence_bytes, by).await?;
    Ok(Taken { name, media, sha256: stored.sha256, bytes: stored.size })
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

/// First and last day it covers: both or neither.
fn covers(v: &Visit, typed: &Fields) -> (Option<Period>, Form) {
    let mut form = typed.form();
    let mut day = |name: &str| {
        let text = typed.maybe(name)?;
        let day = text.parse::<Day>().ok();
        if day.is_none() {
            form = std::mem::take(&mut form).wrong(name, v.ui.t("upload-day").to_string());
        }
        day
    };
    let (from, until) = (day("from"), day("until"));
    if form.errors.is_empty() && from.is_some() != until.is_some() {
        form = form.wrong("until", v.ui.t("upload-days-both").to_string());
    }
    let covers = from.zip(until).map(|(from, until)| Period { from, until });
    if covers.is_some_and(|p| p.until < p.from) {
        form = form.wrong("until", v.ui.t("upload-days-order").to_string());
    }
    (covers, form)
}

async fn page(v: &mut Visit, r: &Request, form: Form) -> Result<Upload, Stop> {
    let rules = v.look.rules();
    let criteria = rules.tiers.row(&r.facts.key).map(|row| row.criteria.clone()).unwrap_or_default();
    let needs = criteria.iter().map(|c| (v.ui.word("criterion", &c.key).into(), c.weighs == Weighs::Need)).collect();
    let today = r.facts.zone.day_of(v.now());
    let open = r.accepted_at(&rules).is_none();
    let mib = i64::try_from(v.state.app.store().limits().evidence_bytes / 1_048_576).unwrap_or(i64::MAX);
    Ok(Upload {
        reference: r.facts.reference.clone(),
        title: owe::title(v, r),
        asked: owe::basis(v, r).await?,
        due: Some(r.due),
        late: if open { today.days_since(r.due).max(0) } else { 0 },
        needs,
        seen: r.seen_at,
        may_see: r.seen_at.is_none() && deeds::can(v, "mark-request-seen"),
        returned: owe::returned(v, r).await?.map(Rich::from),
        form,
        means: means(v, r).await?,
        limit: v.ui.t("bytes-mib").n("count", mib).to_string(),
        ui: v.ui.clone(),
    })
}

/// What happens to standing when it is accepted.
async fn means(v: &mut Visit, r: &Request) -> Result<Rich, Stop> {
    let now = v.look.now();
    let (before, after) = if_accepted(&mut v.look, r, now).await?;
    let id = match (before, after) {
        (before, after) if after < before => "upload-means-better",
        (_, Level::Good) => "upload-means-good",
        _ => "upload-means-same",
    };
    let site = v.ui.site.clone().unwrap_or_default();
    let word = |level: Level| v.ui.word("standing", level.as_str()).to_string();
    let msg = v.ui.t(id).s("site", site).s("before", word(before)).s("after", word(after));
    Ok(msg.into())
}
