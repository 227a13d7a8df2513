//! Recordings have their time: people are told how long before they are recorded, somebody with a reason keeps
//! one longer, two people release it, and what is due is deleted, file and key, with an entry that says so.

use plantgate_domain::{
    base::{Actor, Instant, Kind, SessionId, SiteId, Why},
    event::{
        expect::{RecordingDaysSet, SiteEvent},
        witness::{Keeping, RecordingDeleted, RecordingKept, RecordingReleased, SessionEvent},
    },
    witness::{
        retention::{self, Retention},
        session::Session,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, writer::new_request};
use serde::{Deserialize, Serialize};

use crate::{
    act::{Act, App, Caller},
    names,
    power::{Disconnect, Erase, KeepTime, May, Place},
    qualify::erase::agrees,
};

/// Recordings deleted in one round: each is an act of its own, and nobody waits for a thousand of them.
const ROUND: u64 = 200;

async fn named(desk: &mut Desk, name: &str) -> Result<Session, Stop> {
    let id: SessionId = names::resolve(desk, Kind::Session, name, "session").await?;
    desk.get(id).await
}

/// Keeps what is recorded of a session beyond its time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepRecording {
    pub session: String,
    pub ground: Keeping,
    /// Until when; absent: until two people release it.
    #[serde(default)]
    pub until: Option<Instant>,
    pub reason: String,
}

impl Act for KeepRecording {
    const NAME: &'static str = "keep-recording";
    // Whatever the clock says: kept too long is mended, deleted too early is not.
    const IN_DOUBT: bool = true;
    type Power = Disconnect;
    type Done = SessionId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.session).await?.facts.site))
    }

    async fn run(self, _may: May<Disconnect>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        retention::may_keep(&session, self.ground, self.until)?;
        if self.until.is_some_and(|until| until <= desk.now().0) {
            return Err(Stop::field("until", Why::of("invalid-keep-past")));
        }
        let reason = desk.seal(&names::text(1_000, "reason", &self.reason)?)?;
        let kept = RecordingKept { ground: self.ground, until: self.until, reason };
        desk.append(session.id, SessionEvent::RecordingKept(kept)).await?;
        Ok(session.id)
    }
}

/// Lets it go by its time again. What is deleted by that nobody brings back, so two people say it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRecording {
    pub session: String,
    pub ground: Keeping,
    /// Another person with this power who agrees.
    pub second: String,
    pub reason: String,
}

impl Act for ReleaseRecording {
    const NAME: &'static str = "release-recording";
    const STEP_UP: bool = true;
    type Power = Erase;
    type Done = SessionId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.session).await?.facts.site))
    }

    async fn run(self, may: May<Erase>, desk: &mut Desk) -> Result<SessionId, Stop> {
        let session = named(desk, &self.session).await?;
        retention::may_release(&session, self.ground)?;
        let second = agrees(desk, &may, &[session.facts.site], &self.second).await?;
        let reason = desk.seal(&names::text(1_000, "reason", &self.reason)?)?;
        let released = RecordingReleased { ground: self.ground, second, reason };
        desk.append(session.id, SessionEvent::RecordingReleased(released)).await?;
        Ok(session.id)
    }
}

/// Says how long recordings of a site are kept, of sessions that begin from now on. Those that are there stay as long
/// as people were told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRecordingDays {
    pub site: String,
    pub days: u32,
    /// Another person with this power who agrees.
    pub second: String,
    pub reason: String,
}

impl Act for SetRecordingDays {
    const NAME: &'static str = "set-recording-days";
    const STEP_UP: bool = true;
    type Power = Erase;
    type Done = SiteId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, may: May<Erase>, desk: &mut Desk) -> Result<SiteId, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        retention::may_set_days(self.days)?;
        let second = agrees(desk, &may, &[site], &self.second).await?;
        let reason = desk.seal(&names::text(1_000, "reason", &self.reason)?)?;
        let set = RecordingDaysSet { days: self.days, second, reason };
        desk.append(site, SiteEvent::RecordingDaysSet(set)).await?;
        Ok(site)
    }
}

/// Deletes a recording whose time is over. No door knows its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct DeleteRecording {
    session: SessionId,
}

impl Act for DeleteRecording {
    const NAME: &'static str = "delete-recording";
    type Power = KeepTime;
    type Done = bool;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(desk.get::<Session>(self.session).await?.facts.site))
    }

    async fn run(self, _may: May<KeepTime>, desk: &mut Desk) -> Result<bool, Stop> {
        let session: Session = desk.get(self.session).await?;
        let (rules, now) = (desk.rules(), desk.now().0);
        // Asked in this turn: somebody may have said a moment ago that it is kept.
        let (Retention::Due, Some(due), Some(seal)) =
            (session.retention(&rules, now), session.due(&rules), session.seal())
        else {
            return Ok(false);
        };
        let slot = seal.slot;
        let deleted = RecordingDeleted { days: session.keep_days(&rules), due, slot };
        desk.append(session.id, SessionEvent::RecordingDeleted(deleted)).await?;
        // The key first and for good: whoever has a copy of the file has noise. A value that is gone stays gone.
        desk.erase(&[slot]);
        desk.unname(session.parts.into_iter().map(|part| part.blob).filter(|blob| !blob.is_empty()));
        Ok(true)
    }
}

impl App {
    /// Deletes recordings whose time is over; how many. Files go with the sweep of uploads that nobody names.
    pub async fn delete_due_recordings(&self) -> Result<usize, Stop> {
        let mut look = self.store().look().await?;
        let due = look.with_word(Kind::Session, "recording", Retention::Due.as_str(), ROUND).await?;
        drop(look);
        let mut deleted = 0;
        for on in due {
            let caller = Caller { actor: Actor::Retention, auth: None, stale: false };
            let act = DeleteRecording { session: SessionId(on.id) };
            match self.act(&caller, new_request()?, act).await {
                Ok(answer) => deleted += usize::from(answer.done),
                Err(stop) if stop.is_passing() => return Err(stop),
                // One that cannot be deleted keeps nobody else's.
                Err(stop) => tracing::error!(%stop, session = %on.id, "a recording could not be deleted"),
            }
        }
        Ok(deleted)
    }
}
