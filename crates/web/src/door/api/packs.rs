//! `/api/v1/packs`: the packs that were made, and a new one. The answer to a wish is the file itself; its entry and its
//! digest stand in the headers. The same `Idempotency-Key` is the same pack, whose file is handed out once.

use axum::{
    Json,
    extract::State as With,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::Response,
};
use plantgate_app::{
    Stop, bearer,
    review::{
        ordered::Order,
        pack::{self, Disclose, Wish},
        packed::{packs, purpose},
    },
};
use plantgate_domain::base::{Kind, Why};
use plantgate_wire::words::Lang;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts::request_id,
    problem::{Body, Problem},
};
use crate::door::{
    listing::file,
    session::{Inside, Program, Token},
    state::State,
    workshop::End,
};

/// What to take, for whom and what for.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    providers: Vec<String>,
    engagements: Vec<String>,
    sites: Vec<String>,
    /// As `kind/reference`.
    objects: Vec<String>,
    /// From an entry to before another.
    range: Option<(u64, u64)>,
    /// At the signed head of this size.
    size: Option<u64>,
    disclose: Disclose,
    evidence: bool,
    language: String,
    reason: String,
}

impl Asked {
    fn wish(self) -> Result<Wish, Stop> {
        let object = |name: String| {
            let read = name.split_once('/').and_then(|(kind, n)| Some((kind.parse::<Kind>().ok()?, n.to_owned())));
            read.ok_or_else(|| Stop::field("objects", Why::of("invalid-pack-object").with("given", name)))
        };
        Ok(Wish {
            providers: self.providers,
            objects: self.objects.into_iter().map(object).collect::<Result<_, _>>()?,
            engagements: self.engagements,
            sites: self.sites,
            range: self.range,
            size: self.size,
            disclose: self.disclose,
            evidence: self.evidence,
        })
    }
}

/// `GET /api/v1/packs`
pub async fn list(Program(Inside { who, mut look }): Program) -> Result<Json<Value>, Problem> {
    if who.provider().is_some() {
        return Err(Stop::NotFound.into());
    }
    let mut all = Vec::new();
    for p in packs(&mut look).await? {
        let reason = p.reason(&mut look).await?;
        let m = p.made;
        all.push(json!({
            "entry": p.entry, "at": p.at, "by": p.by, "sha256": m.sha256, "size": m.size, "range": m.range,
            "entries": m.entries, "disclosed": m.disclosed, "evidence": m.evidence, "about": m.about,
            "wish": m.wish, "reason": reason,
        }));
    }
    Ok(Json(json!({ "packs": all })))
}

/// `POST /api/v1/packs`
pub async fn make(
    With(state): With<State>,
    Token(who): Token,
    headers: HeaderMap,
    Body(asked): Body<Asked>,
) -> Result<Response, Problem> {
    if who.token.is_some() {
        return Err(bearer::never().into());
    }
    let me = who.person.id;
    pack::may(&mut state.app.store().look().await?, me).await?;
    let (request, reason) = (request_id(&headers)?, purpose(&asked.reason)?);
    let lang = Lang::of(&asked.language).unwrap_or_default();
    let order = Order { request, wish: asked.wish()?, language: lang.tag().to_owned(), reason, again: None };
    let job = state.workshop.begin(&state.app, &who.caller, me, order)?;
    job.ended().await;
    let (entry, made) = match job.end() {
        Some(End::Made { entry, made }) => (entry, made),
        Some(End::Stopped(stop)) => return Err(stop.into()),
        Some(End::Cancelled | End::Elsewhere) | None => return Err(Stop::Busy.into()),
    };
    let (bytes, _) = job.take().ok_or(Stop::NotFound)?;
    let mut response = file(&format!("plantgate-pack-{entry}.zip"), "application/zip", bytes);
    for (name, value) in [("plantgate-entry", entry.to_string()), ("plantgate-sha256", made.sha256)] {
        let value = HeaderValue::from_str(&value).map_err(Stop::fault)?;
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}
