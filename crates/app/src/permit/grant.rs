//! What happens to a grant after it was given: more time, rest, and the end by a person. Its end by the clock is
//! nobody's act.

use plantgate_domain::{
    base::{GrantId, Instant, Kind, SignMeaning, Window},
    event::{
        permit::{GrantEvent, GrantPause, GrantSuspended, Moment, Noted},
        qualify::OwnerRole,
    },
    expect::instance::Instance,
    permit::{acts, grant::Grant},
};
use plantgate_store::{Desk, Stop, desk::Under, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    facts::facts,
    hand::{append, hand, said, stop},
};
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
    sign::Wants,
};

pub(crate) async fn named(desk: &mut Desk, name: &str) -> Result<Grant, Stop> {
    let id: GrantId = names::resolve(desk, Kind::Grant, name, "grant").await?;
    desk.get(id).await
}

pub(crate) async fn place(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let grant = named(desk, name).await?;
    Ok(Place::shared(vec![grant.facts.site], grant.facts.provider))
}

/// The state word of a grant now.
pub(super) async fn word(desk: &mut Desk, id: GrantId) -> Result<String, Stop> {
    let now = desk.now().0;
    Ok(desk.get::<Grant>(id).await?.word(now).to_owned())
}

/// Takes a grant away. A running session goes to its safe end.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeGrant {
    pub grant: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    pub reason: String,
}

impl Act for RevokeGrant {
    const NAME: &'static str = "revoke-grant";
    const IN_DOUBT: bool = true;
    type Power = power::Revoke;
    type Done = GrantId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, may: May<power::Revoke>, desk: &mut Desk) -> Result<GrantId, Stop> {
        let grant = named(desk, &self.grant).await?;
        let by = hand(desk, &may, grant.facts.site, self.role)?;
        let note = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        append(desk, acts::revoke(&grant, by, false, Some(note), desk.now())?).await?;
        Ok(grant.id)
    }
}

/// More time by a new approval; an emergency by the shift lead.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendGrant {
    pub grant: String,
    pub until: Instant,
    #[serde(default)]
    pub role: Option<OwnerRole>,
}

impl Act for ExtendGrant {
    const NAME: &'static str = "extend-grant";
    const SIGNS: bool = true;
    type Power = power::ExtendGrant;
    type Done = GrantId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    /// As the yes it prolongs; an emergency is prolonged by one key, because nobody looks for a code while it runs.
    async fn signs(&self, _may: &May<power::ExtendGrant>, desk: &mut Desk) -> Result<Option<Wants>, Stop> {
        let grant = named(desk, &self.grant).await?;
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let signed = instance.signed_for() && grant.facts.emergency.is_none();
        Ok(signed.then(|| Wants { meaning: SignMeaning::Extension, under: Under::Stands(grant.id.into()) }))
    }

    async fn run(self, may: May<power::ExtendGrant>, desk: &mut Desk) -> Result<GrantId, Stop> {
        let grant = named(desk, &self.grant).await?;
        let by = hand(desk, &may, grant.facts.site, self.role)?;
        let now = desk.now();
        let window = Window { from: grant.facts.window.from, until: self.until };
        let mut f = facts(desk, &grant.question(Moment::Approval, window), now).await?;
        // A call-back made at the opening still stands for this person.
        f.person.called_back = grant.facts.emergency.as_ref().is_some_and(|e| e.called_back);
        let events = acts::extend(&grant, self.until, by, &f, now);
        append(desk, events.map_err(|no| stop(no, &f))?).await?;
        Ok(grant.id)
    }
}

/// A grant rests: a hold, a leaver, an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendGrant {
    pub grant: String,
    pub cause: GrantPause,
}

impl Act for SuspendGrant {
    const NAME: &'static str = "suspend-grant";
    const IN_DOUBT: bool = true;
    type Power = power::Revoke;
    type Done = String;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, _may: May<power::Revoke>, desk: &mut Desk) -> Result<String, Stop> {
        let grant = named(desk, &self.grant).await?;
        acts::may_suspend(&grant, desk.now())?;
        let event = GrantEvent::Suspended(GrantSuspended { cause: self.cause, source: None });
        desk.append(grant.id, event).await?;
        word(desk, grant.id).await
    }
}

/// A resting grant goes on, inside its window; each start is decided anew.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeGrant {
    pub grant: String,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for ResumeGrant {
    const NAME: &'static str = "resume-grant";
    type Power = power::Revoke;
    type Done = String;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, _may: May<power::Revoke>, desk: &mut Desk) -> Result<String, Stop> {
        let grant = named(desk, &self.grant).await?;
        acts::may_resume(&grant, desk.now())?;
        let note = said(desk, "reason", self.reason.as_ref()).await?;
        desk.append(grant.id, GrantEvent::Resumed(Noted { note })).await?;
        word(desk, grant.id).await
    }
}
