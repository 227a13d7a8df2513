//! What a process that was killed left: sessions that the record has as running, and their recordings up to the last
//! piece. They ended with the process; the record says so, and what was sealed is kept. Nothing here keeps a house from
//! opening: what cannot be brought home is said, and tried again at the next start.

use std::{collections::BTreeMap, path::PathBuf};

use plantgate_app::Stop;
use plantgate_domain::{
    base::SessionId,
    event::witness::{Ending, PartKind},
};
use plantgate_gateway::{authority::Written, recording};
use uuid::Uuid;

use super::Porter;

/// Files of a session by number.
type Files = BTreeMap<u32, PathBuf>;

/// Ends every session that this gateway let in before this process, with what lies of it here.
pub async fn bring_home(porter: &Porter) -> Result<(), Stop> {
    let mut all = found(porter).await?;
    for session in porter.app.gate_running(&porter.name).await? {
        all.entry(session).or_default();
    }
    for (session, files) in all {
        if let Err(stop) = one(porter, session, files).await {
            tracing::error!(%session, %stop, "a session of a process that is no more could not be ended");
        }
    }
    Ok(())
}

async fn one(porter: &Porter, session: SessionId, files: Files) -> Result<(), Stop> {
    let Some(key) = porter.app.gate_left(session).await? else {
        // Its end stands in the record, or its key was erased: only the copy was left.
        tracing::warn!(%session, "a recording lies here of a session that runs no more");
        return Ok(());
    };
    let mut written = Vec::with_capacity(files.len());
    for (number, file) in files {
        let kind = if number == 0 { PartKind::Log } else { PartKind::Terminal };
        let bytes = tokio::fs::read(&file).await.map_err(Stop::fault)?;
        match recording::left(&bytes, &key, kind) {
            Ok(part) => written.push(Written { file, part }),
            Err(why) => tracing::error!(file = %file.display(), ?why, "what was left of a recording is damaged"),
        }
    }
    tracing::warn!(%session, "a session ended with the process that held it");
    porter.ended(session, Ending::Loss, &written).await
}

async fn found(porter: &Porter) -> Result<BTreeMap<SessionId, Files>, Stop> {
    let mut all: BTreeMap<SessionId, Files> = BTreeMap::new();
    let mut files = tokio::fs::read_dir(&porter.folder).await.map_err(Stop::fault)?;
    while let Some(file) = files.next_entry().await.map_err(Stop::fault)? {
        let name = file.file_name().to_string_lossy().into_owned();
        let named = name.strip_suffix(".rec").and_then(|n| n.rsplit_once('-'));
        if let Some((Ok(id), Ok(number))) = named.map(|(id, n)| (id.parse::<Uuid>(), n.parse::<u32>())) {
            all.entry(SessionId(id)).or_default().insert(number, file.path());
        }
    }
    Ok(all)
}
