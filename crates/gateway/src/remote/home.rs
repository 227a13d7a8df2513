//! What is told until the core has it: ends that wait, recordings that a killed process left, sessions that the record
//! has as running and nobody holds. One after another, beside everybody's work; a file goes when the record names it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use plantgate_domain::{base::SessionId, event::witness::Ending};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Far,
    alone::Alone,
    call::{No, digest},
    locked,
    says::{Bringing, Copies, Ended, Ends, Home, Left, Pulse},
    spool::Waiting,
};
use crate::clock;

/// What the teller remembers between two rounds.
#[derive(Default)]
struct Told {
    /// Ends that did not come to stand though the core is there, and when they are told again.
    later: HashMap<u64, Instant>,
    /// The same of beginnings.
    begins: HashMap<u64, Instant>,
    /// Sessions whose files the record will never name: they stay, and somebody has to look at them.
    stay: HashSet<SessionId>,
}

/// Fetches of copies that fail one after another before those that are held are served no more.
const FAILED: u32 = 5;

/// Files of a recording that lie in the folder, by the digest under which they are brought.
type Files = BTreeMap<String, (PathBuf, u64)>;

/// Says that it is there and tells what waits, as long as the gateway is open.
pub async fn always(far: Arc<Far>) {
    // Apart: a recording takes as long as it takes, and the gateway is there meanwhile.
    tokio::join!(pulses(&far), tells(&far), copies(&far));
}

/// Fetches what may be served while the core is away, as long as it is not.
async fn copies(far: &Arc<Far>) {
    let mut failed = 0;
    while far.alone.serves() {
        writes(far, Alone::ticks).await;
        match fetch(far).await {
            Ok(()) => failed = 0,
            // They are gone already.
            Err(No::Barred) => {}
            // Away: they are for that. A core that answers everything but this knows what is not known here.
            Err(no) => {
                let there = far.ask(&Pulse {}, far.bounds.call).await.is_ok();
                failed = if there { failed + 1 } else { 0 };
                tracing::warn!(?no, failed, "copies of grants could not be fetched");
                if failed >= FAILED {
                    writes(far, Alone::forgets).await;
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(far.bounds.copy)).await;
    }
}

/// Twice where a system is new: the first time the gateway does not know yet from where it would go there.
async fn fetch(far: &Arc<Far>) -> Result<(), No> {
    let mut before = None;
    for _ in 0..2 {
        let sources = far.alone.sources().await;
        if before.as_ref() == Some(&sources) {
            // Some way leads nowhere from here: asking again finds no other.
            break;
        }
        before = Some(sources.clone());
        let ask = Copies { language: far.lang.tag().to_owned(), sources, emergencies: true };
        let copied = far.ask(&ask, far.bounds.call.saturating_mul(2)).await?;
        writes(far, |alone| alone.takes(copied.signed)).await;
        if far.alone.is_whole() {
            break;
        }
    }
    Ok(())
}

/// Writes to the disk away from everybody who must not wait for it.
async fn writes(far: &Arc<Far>, what: impl FnOnce(&Alone) -> io::Result<()> + Send + 'static) {
    let far = far.clone();
    let done = tokio::task::spawn_blocking(move || what(&far.alone)).await;
    kept(done.map_err(io::Error::other).flatten());
}

pub fn kept(done: io::Result<()>) {
    if let Err(said) = done {
        tracing::error!(%said, "copies of grants could not be kept on the disk");
    }
}

async fn pulses(far: &Far) {
    loop {
        if let Err(no) = far.ask(&Pulse {}, far.bounds.call).await {
            tracing::debug!(?no, "the core could not be told that the gateway is there");
        }
        tokio::time::sleep(Duration::from_secs(far.bounds.pulse)).await;
    }
}

async fn tells(far: &Far) {
    let mut told = Told::default();
    loop {
        let wait = match round(far, &mut told).await {
            Ok(()) => far.bounds.pulse,
            Err(no) => {
                tracing::debug!(?no, "what waits could not be told");
                far.bounds.again
            }
        };
        let woken = far.wake.notified();
        let _slept = tokio::time::timeout(Duration::from_secs(wait), woken).await;
    }
}

async fn round(far: &Far, told: &mut Told) -> Result<(), No> {
    far.ask(&Pulse {}, far.bounds.call).await?;
    begins(far, told).await?;
    let waiting = far.spool.all().map_err(on_disk)?;
    for one in waiting {
        if told.later.get(&one.sequence).is_some_and(|again| *again > clock::now()) {
            continue;
        }
        let Err(no) = end(far, &one).await else {
            told.later.remove(&one.sequence);
            continue;
        };
        let secs = match no {
            // Told to somebody who knows the session, or at another time, it may still stand: it is kept.
            No::NotOurs | No::Never => {
                tracing::error!(session = %one.session, ?no, "the core takes the end of a session not");
                far.bounds.refused
            }
            // One that fails keeps no other waiting; where nobody is there, none is tried.
            No::Away(_) | No::Barred | No::Disk(_) | No::Failed(_) => {
                far.ask(&Pulse {}, far.bounds.call).await?;
                tracing::warn!(session = %one.session, ?no, "the end of a session could not be told");
                far.bounds.failed
            }
        };
        told.later.insert(one.sequence, clock::ahead(Duration::from_secs(secs)));
    }
    if *locked(&far.home) <= clock::now() {
        let home = bring_home(far, told).await;
        let secs = match home {
            Ok(true) => far.bounds.home,
            Ok(false) | Err(_) => far.bounds.failed,
        };
        *locked(&far.home) = clock::ahead(Duration::from_secs(secs));
        home?;
    }
    Ok(())
}

/// Tells what began while the core was away: before any end, because no end stands of what did not begin.
async fn begins(far: &Far, told: &mut Told) -> Result<(), No> {
    let alone = &far.alone;
    for one in alone.begins.all().map_err(on_disk)? {
        if told.begins.get(&one.sequence).is_some_and(|again| *again > clock::now()) {
            continue;
        }
        match far.ask(&alone.telling(&one), far.bounds.call).await {
            Ok(_stands) => {
                alone.told(&one).map_err(on_disk)?;
                // What was left of it was nobody's until now.
                told.stay.remove(&one.session);
                tracing::info!(session = %one.session, "what began while the core was away is in the record");
                continue;
            }
            Err(no @ (No::NotOurs | No::Never)) => {
                tracing::error!(session = %one.session, ?no, "the core takes the beginning of a session not");
                alone.refused(&one);
            }
            Err(No::Failed(status)) => {
                tracing::warn!(session = %one.session, status, "the beginning of a session could not be told");
            }
            Err(no) => return Err(no),
        }
        told.begins.insert(one.sequence, clock::ahead(Duration::from_secs(far.bounds.failed)));
    }
    Ok(())
}

fn on_disk(said: io::Error) -> No {
    tracing::error!(%said, "what waits could not be read");
    No::Disk(said.to_string())
}

/// Tells an end, its files first where the core has not got them.
async fn end(far: &Far, one: &Waiting) -> Result<(), No> {
    let (mut parts, mut files) = (Vec::with_capacity(one.parts.len()), Files::new());
    for recorded in &one.parts {
        let file = far.folder.join(&recorded.file);
        let (blob, sealed) = brings(far, file, &mut files).await?.unwrap_or_default();
        parts.push(plantgate_domain::event::witness::Part { blob, sealed, ..recorded.part.clone() });
    }
    let ago_secs = far.spool.ago(one).as_secs();
    let ends = Ends { session: one.session, how: one.how, ago_secs, parts, left: Vec::new() };
    let ended = tell(far, &ends, &files).await?;
    gone(&files, &ended);
    far.spool.done(one).map_err(on_disk)?;
    tracing::info!(session = %one.session, "the end of a session is in the record");
    Ok(())
}

/// Digest and size of a file that can be kept; what can never be must not keep the end out of the record.
async fn brings(far: &Far, file: PathBuf, files: &mut Files) -> Result<Option<(String, u64)>, No> {
    match digest(file.clone()).await {
        Ok((blob, size)) if (1..=far.bounds.part).contains(&size) => {
            files.insert(blob.clone(), (file, size));
            Ok(Some((blob, size)))
        }
        Ok((_, size)) => {
            tracing::error!(file = %file.display(), size, "a part of a recording cannot be kept");
            Ok(None)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            tracing::error!(file = %file.display(), "a part of a recording is gone");
            Ok(None)
        }
        // There may be room for another open file soon.
        Err(e) if matches!(e.raw_os_error(), Some(23 | 24)) => Err(on_disk(e)),
        // A disk that is broken there keeps neither the rest nor the end out of the record; the file stays.
        Err(said) => {
            tracing::error!(file = %file.display(), %said, "a part of a recording cannot be read");
            Ok(None)
        }
    }
}

/// Tells until it stands: what the core misses is brought, and it is told again.
async fn tell(far: &Far, ends: &Ends, files: &Files) -> Result<Ended, No> {
    let mut brought = BTreeSet::new();
    loop {
        let ended = far.ask(ends, far.bounds.call.saturating_mul(4)).await?;
        if ended.stands {
            return Ok(ended);
        }
        for sha256 in &ended.missing {
            // Asked twice for one it got, it is asked again later.
            let (Some((file, size)), true) = (files.get(sha256), brought.insert(sha256.clone())) else {
                return Err(No::Away("a part that is not kept".to_owned()));
            };
            let what = Bringing { session: ends.session, sha256: sha256.clone(), size: *size };
            far.line.bring(file, &what).await?;
        }
        if ended.missing.is_empty() {
            return Err(No::Away("an end that does not stand".to_owned()));
        }
    }
}

/// What the record names lies where evidence does: the copy here is one too many.
fn gone(files: &Files, ended: &Ended) {
    for (blob, (file, _)) in files {
        if !ended.kept.contains(blob) {
            tracing::warn!(file = %file.display(), "a recording lies here that the record does not name");
        } else if let Err(said) = std::fs::remove_file(file) {
            tracing::warn!(file = %file.display(), %said, "a recording that is kept lies here, too");
        }
    }
}

/// Ends what nobody holds: sessions of a process that is no more, and those of which nobody knew that they began.
/// Whether all of it is done.
async fn bring_home(far: &Far, told: &mut Told) -> Result<bool, No> {
    let running = {
        let _nobody_begins = far.begins.write().await;
        far.ask(&Home {}, far.bounds.call).await?.sessions
    };
    let mut all_done = true;
    let mut all = found(&far.folder).map_err(on_disk)?;
    for session in running {
        all.entry(session).or_default();
    }
    // In this order: a session that ends meanwhile is in the spool before nobody holds it, and only we take it out.
    let held: HashSet<_> = locked(&far.held).keys().copied().collect();
    let mut waiting: BTreeSet<_> = far.spool.all().map_err(on_disk)?.into_iter().map(|one| one.session).collect();
    waiting.extend(far.alone.begins.all().map_err(on_disk)?.into_iter().map(|one| one.session));
    all.retain(|session, _| !held.contains(session) && !waiting.contains(session) && !told.stay.contains(session));
    for (session, numbered) in all {
        match left(far, session, numbered).await {
            Ok(true) => {}
            Ok(false) | Err(No::NotOurs | No::Never) => {
                tracing::error!(%session, "a recording lies here that the record takes not");
                told.stay.insert(session);
            }
            // One that fails keeps no other waiting; where nobody is there, none is tried.
            Err(no) => {
                far.ask(&Pulse {}, far.bounds.call).await?;
                tracing::warn!(%session, ?no, "what is left of a session could not be told");
                all_done = false;
            }
        }
    }
    Ok(all_done)
}

/// Brings what is left of a session and lets the core end it; whether the record names all of it.
async fn left(far: &Far, session: SessionId, numbered: BTreeMap<u32, PathBuf>) -> Result<bool, No> {
    let (mut left, mut files) = (Vec::with_capacity(numbered.len()), Files::new());
    // As long ago as something was written last: a machine that lost its power wrote nothing after that.
    let ago_secs = numbered.values().filter_map(|file| quiet(file)).min().unwrap_or_default();
    for (number, file) in numbered {
        let blob = brings(far, file, &mut files).await?.map(|(blob, _)| blob);
        left.extend(blob.map(|blob| Left { number, blob }));
    }
    tracing::warn!(%session, files = left.len(), "a session ended with the process that held it");
    let ends = Ends { session, how: Ending::Loss, ago_secs, parts: Vec::new(), left };
    let ended = tell(far, &ends, &files).await?;
    gone(&files, &ended);
    Ok(files.keys().all(|blob| ended.kept.contains(blob)))
}

/// Seconds since something was written into a file, by the machine's clock.
fn quiet(file: &Path) -> Option<u64> {
    file.metadata().ok()?.modified().ok()?.elapsed().ok().map(|since| since.as_secs())
}

/// Files of recordings in the folder, by session and number.
fn found(folder: &Path) -> io::Result<BTreeMap<SessionId, BTreeMap<u32, PathBuf>>> {
    let mut all: BTreeMap<SessionId, BTreeMap<u32, PathBuf>> = BTreeMap::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let named = name.strip_suffix(".rec").and_then(|name| name.rsplit_once('-'));
        if let Some((Ok(id), Ok(number))) = named.map(|(id, n)| (id.parse::<Uuid>(), n.parse::<u32>())) {
            all.entry(SessionId(id)).or_default().insert(number, path.clone());
        }
    }
    Ok(all)
}
