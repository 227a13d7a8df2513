//! A round of telling: what the writer noted and what the clock gives occasion to becomes messages to people, and where
//! this node has a mail server, mails that wait to be sent. Message and mail are written in one transaction, and a
//! person has each message once, whichever node does it and however often.

use plantgate_domain::base::{Instant, PersonId, Ref};
use plantgate_store::{
    Stop, Store,
    db::Tx,
    look::Look,
    memory::Memory,
    ops::{
        hook,
        message::{self, Message},
        outbox::{self, Job, TELL},
    },
    verify, writer,
};

use super::{
    What,
    audience::audience,
    soon::{self, occasions, soon},
};

/// The lane of mails that go at once.
pub const MAIL: &str = "mail";
/// The lane of webhooks.
pub const HOOK: &str = "hook";
/// Jobs one claim takes.
const STEP: u64 = 50;

/// What a node can do beside messages in the application.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ways {
    pub mail: bool,
    pub hooks: bool,
}

impl Ways {
    /// What is as old as this is told on the page alone.
    fn at(self, now: Instant, made: Instant) -> Ways {
        let new = now.secs_since(made) < outbox::OLD;
        Ways { mail: self.mail && new, hooks: self.hooks && new }
    }
}

/// One round; how many messages were new.
pub async fn round(store: &Store, ways: Ways) -> Result<u64, Stop> {
    // An older copy that was put back knows only what was told before.
    if store.watermark().behind().is_some() {
        return Ok(0);
    }
    let now = store.look().await?.now().0;
    let mut new = 0;
    loop {
        let jobs = outbox::claim(store.db(), TELL, now, STEP).await?;
        for job in &jobs {
            match tell(store, job, ways).await {
                Ok(count) => new += count,
                Err(stop) => {
                    tracing::warn!(%stop, "a message could not be told");
                    outbox::failed(store.db(), job, now, "outbox-fault").await?;
                }
            }
        }
        if jobs.is_empty() {
            break;
        }
    }
    Ok(new + by_clock(store, ways).await?)
}

/// Removes what nobody needs any more, and buries what waited too long.
pub async fn sweep(store: &Store) -> Result<(), Stop> {
    let now = store.look().await?.now().0;
    outbox::sweep(store.db(), now).await?;
    message::sweep(store.db(), now).await
}

/// What an entry has to tell.
async fn tell(store: &Store, job: &Job, ways: Ways) -> Result<u64, Stop> {
    let mut look = store.look().await?;
    let ways = ways.at(look.now().0, job.made);
    let to = match What::of(&job.what) {
        Some(what) => whom(&mut look, what, job).await?.map(|people| (what, people)),
        // A word of another release: nobody here knows whom it concerns.
        None => None,
    };
    drop(look);
    let mut tx = store.db().write().await?;
    let mut new = 0;
    if let Some((what, people)) = to.filter(|(_, people)| !people.is_empty()) {
        let from = Told { what, on: job.on, mark: job.mark, at: job.made, request: job.request };
        new = put(&mut tx, &from, &people, ways).await?;
        post(&mut tx, &from, ways).await?;
    }
    // Who lost the lease meanwhile leaves everything to who has it.
    if !outbox::done(&mut tx, job).await? {
        tx.undo().await?;
        return Ok(0);
    }
    tx.commit().await?;
    Ok(new)
}

/// Whom the message of an entry goes to: not to who did it, and not before the clock does where that is soon anyway.
async fn whom(look: &mut Look, what: What, job: &Job) -> Result<Option<Vec<PersonId>>, Stop> {
    if what == What::AccessWaits
        && let Some(r) = look.find::<plantgate_domain::permit::access::AccessRequest>(job.on).await?
        && soon(&r, look.now().0)
    {
        return Ok(None);
    }
    let by = actor(look, job.mark).await?;
    let mut people = audience(look, what, job.on).await?;
    people.retain(|p| Some(*p) != by);
    Ok(Some(people))
}

/// Who did it.
async fn actor(look: &mut Look, seq: i64) -> Result<Option<PersonId>, Stop> {
    let Ok(seq) = u64::try_from(seq) else { return Ok(None) };
    let Some(body) = verify::entry_bytes(look.tx(), seq).await? else { return Ok(None) };
    Ok(verify::read_entry(seq, &body)?.at.by.person())
}

/// What the clock gives occasion to and nobody was told yet.
async fn by_clock(store: &Store, ways: Ways) -> Result<u64, Stop> {
    let mut look = store.look().await?;
    let mut new: Vec<(soon::Occasion, bool, Vec<PersonId>)> = Vec::new();
    for one in occasions(&mut look).await? {
        let told = message::told(look.tx(), one.what.as_str(), one.on, one.at.micros()).await?;
        let mut people = audience(&mut look, one.what, one.on).await?;
        people.retain(|p| !told.contains(p));
        if !people.is_empty() {
            new.push((one, told.is_empty(), people));
        }
    }
    let now = look.now().0;
    drop(look);
    let mut count = 0;
    for (one, first, people) in new {
        let mut tx = store.db().write().await?;
        let from = Told { what: one.what, on: one.on, mark: one.at.micros(), at: now, request: None };
        count += put(&mut tx, &from, &people, ways).await?;
        if first {
            post(&mut tx, &from, ways).await?;
        }
        tx.commit().await?;
    }
    Ok(count)
}

/// An occasion as its rows say it.
struct Told {
    what: What,
    on: Ref,
    mark: i64,
    at: Instant,
    request: Option<uuid::Uuid>,
}

/// Messages to these people, and the mails that go with urgent ones; how many were new.
async fn put(tx: &mut Tx, t: &Told, people: &[PersonId], ways: Ways) -> Result<u64, Stop> {
    let mut new = 0;
    let urgent = t.what.urgent();
    for person in people {
        let message = Message {
            id: writer::new_request()?,
            person: *person,
            what: t.what.as_str().to_owned(),
            on: t.on,
            mark: t.mark,
            at: t.at,
            urgent,
            read: None,
        };
        if !message::put(tx, &message).await? {
            continue;
        }
        new += 1;
        if urgent && ways.mail {
            let mail = Job::new(MAIL, t.what.as_str(), t.on, t.mark, t.at)?;
            outbox::put(tx, &[Job { person: Some(*person), request: t.request, ..mail }]).await?;
        }
    }
    Ok(new)
}

/// What goes to webhooks, once for each.
async fn post(tx: &mut Tx, t: &Told, ways: Ways) -> Result<(), Stop> {
    if !ways.hooks {
        return Ok(());
    }
    let mut jobs = Vec::new();
    for one in hook::all(tx).await?.into_iter().filter(|h| !h.urgent || t.what.urgent()) {
        let job = Job::new(HOOK, t.what.as_str(), t.on, t.mark, t.at)?;
        jobs.push(Job { target: Some(one.id), request: t.request, ..job });
    }
    outbox::put(tx, &jobs).await.map(|_| ())
}
