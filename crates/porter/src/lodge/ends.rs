//! Recordings that are brought, and the ends that name them. A file is taken as it is, sealed, and nothing of it is
//! believed before its size and digest were looked at; an end names only files that this gateway brought for this
//! session, and told twice it stands once.

use std::{io, time::Duration};

use futures_util::stream;
use http_body_util::{BodyExt, Limited};
use hyper::{
    StatusCode,
    body::{Bytes, Incoming},
};
use plantgate_app::Stop;
use plantgate_domain::event::witness::{Ending, Part, PartKind};
use plantgate_gateway::{
    recording,
    remote::says::{Bringing, Ended, Ends, Left},
};
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use super::{Answer, Lodge, answers::By, closing, no};

/// Takes a file in.
pub async fn take(lodge: &Lodge, gateway: &str, what: &Bringing, body: Incoming) -> Answer {
    let may = match lodge.held(gateway, what.session).await {
        Ok(held) if held.ended || what.size > lodge.bounds.part => Err(StatusCode::UNPROCESSABLE_ENTITY),
        Ok(_) => Ok(()),
        Err(status) => Err(status),
    };
    // A place first, so that what is being read counts; held by no more than a session has parts.
    let placed = may.and_then(|()| {
        let place = lodge.memory.place(gateway, what.session, &what.sha256);
        place.ok_or(StatusCode::SERVICE_UNAVAILABLE)
    });
    let (may, _place) = match placed {
        Ok(place) => (Ok(()), Some(place)),
        Err(status) => (Err(status), None),
    };
    if let Err(status) = may {
        // A short one is read to its end, or the refusal could be lost with the line.
        let rest = Limited::new(body, lodge.bounds.ask).collect();
        let _read = timeout(Duration::from_secs(lodge.bounds.silent), rest).await;
        return closing(status);
    }
    match taken(lodge, gateway, what, body).await {
        Ok(()) => no(StatusCode::OK),
        // What is still on its way is not read to its end.
        Err(status) => closing(status),
    }
}

async fn taken(lodge: &Lodge, gateway: &str, what: &Bringing, body: Incoming) -> Result<(), StatusCode> {
    let most = usize::try_from(what.size).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let bytes = StreamReader::new(Box::pin(paced(body, Duration::from_secs(lodge.bounds.silent))));
    let took = timeout(lodge.bounds.for_part(what.size), lodge.app.gate_take(bytes, most)).await;
    match took {
        Ok(Ok((sha256, size))) if sha256 == what.sha256 && size == what.size => {
            lodge.memory.brings(gateway, what.session, &sha256, size);
            tracing::info!(gateway, session = %what.session, size, "a part of a recording was brought");
            Ok(())
        }
        // Broken on its way: no entry names what came, so the sweep takes it. It is brought again.
        Ok(Ok(_)) | Ok(Err(Stop::Invalid(_))) => {
            tracing::warn!(gateway, session = %what.session, "what was brought is not what it was said to be");
            Err(StatusCode::CONFLICT)
        }
        Ok(Err(stop)) => Err(lodge.said(gateway, &stop)),
        Err(_late) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// A body whose sender may not be silent for longer than this.
fn paced(body: Incoming, silent: Duration) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold(body, move |mut body| async move {
        loop {
            let Ok(frame) = timeout(silent, body.frame()).await else {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the gateway is silent"));
            };
            let Some(frame) = frame else { return Ok(None) };
            // Trailers hold nothing that is asked for.
            if let Ok(bytes) = frame.map_err(io::Error::other)?.into_data() {
                return Ok(Some((bytes, body)));
            }
        }
    })
}

/// Enters an end, once everything that it names is here.
pub async fn ended(lodge: &Lodge, by: By<'_>, ask: Ends) -> Result<Ended, StatusCode> {
    let (gateway, session) = (by.gateway, ask.session);
    let held = lodge.held(gateway, session).await?;
    if held.ended {
        return Ok(Ended { stands: true, missing: Vec::new(), kept: held.blobs });
    }
    if guessed(&ask) && !lodge.memory.may_lose(by.who, session) {
        tracing::error!(gateway, %session, "a session that another process asked about is not ended by loss");
        return Err(StatusCode::CONFLICT);
    }
    let brought = |blob: &str| lodge.memory.brought(gateway, session, blob);
    let named = ask.parts.iter().map(|part| &part.blob).chain(ask.left.iter().map(|left| &left.blob));
    let missing: Vec<String> = named.filter(|b| !b.is_empty() && brought(b).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Ok(Ended { stands: false, missing, kept: Vec::new() });
    }
    // The size is what came, whatever was said.
    let mut parts: Vec<Part> =
        ask.parts.into_iter().map(|part| Part { sealed: brought(&part.blob).unwrap_or_default(), ..part }).collect();
    parts.extend(opened(lodge, gateway, &ask.left, session).await?);
    let told = lodge.app.gate_ended(session, ask.how, parts, ask.ago_secs).await;
    told.map_err(|stop| lodge.said(gateway, &stop))?;
    lodge.porter(gateway, plantgate_wire::words::Lang::default()).forget(session);
    lodge.memory.over(session);
    tracing::info!(gateway, %session, how = ask.how.as_str(), ago = ask.ago_secs, "a session ended");
    // As the record has it: whoever told it twice at once gets the same answer.
    let kept = lodge.held(gateway, session).await?.blobs;
    Ok(Ended { stands: true, missing: Vec::new(), kept })
}

/// Whether whoever tells the end did not hold the session: a process that did has recorded something of it.
fn guessed(ask: &Ends) -> bool {
    !ask.left.is_empty() || (ask.how == Ending::Loss && ask.parts.is_empty())
}

/// What a killed gateway left, as parts: only the core has the key then. What cannot be opened is said and not named.
async fn opened(
    lodge: &Lodge,
    gateway: &str,
    all: &[Left],
    session: plantgate_domain::base::SessionId,
) -> Result<Vec<Part>, StatusCode> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let stopped = |stop: Stop| lodge.said(gateway, &stop);
    let _alone = lodge.opens.acquire().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let Some(key) = lodge.app.gate_left(session).await.map_err(stopped)? else { return Ok(Vec::new()) };
    let mut parts = Vec::with_capacity(all.len());
    for left in all {
        let bytes = lodge.app.store().blobs().read(&left.blob).await.map_err(stopped)?;
        let (sealed, key) = (bytes.len() as u64, key.clone());
        let kind = if left.number == 0 { PartKind::Log } else { PartKind::Terminal };
        let read = tokio::task::spawn_blocking(move || recording::left(&bytes, &key, kind)).await;
        match read.map_err(|e| stopped(Stop::fault(e)))? {
            Ok(part) => parts.push(Part { blob: left.blob.clone(), sealed, ..part }),
            Err(why) => tracing::error!(gateway, %session, ?why, "what was left of a recording is damaged"),
        }
    }
    Ok(parts)
}
