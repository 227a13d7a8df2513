//! Holds: somebody or something may not be used for now. Security by OT security, GMP by quality, an
//! incident by OT security or the site manager.

use plantgate_domain::{
    base::{Cause, Effect, EngagementId, Held, HoldId, InstanceId, Instant, Kind, PersonId, ProviderId, SiteId, Why},
    event::{
        permit::{HoldEvent, HoldSet},
        qualify::OwnerRole,
    },
    expect::{engagement::Engagement, instance::Instance},
    permit::{acts::Hand, gates, hold::Hold},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hand::{role, said};
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
    reach,
};

/// Whom or what a hold is on, by name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Subject {
    Person(String),
    Provider(String),
    Engagement(String),
    Instance(String),
    /// By the id its sign-in record gives it. Refused for now: hold the person instead.
    Credential(Uuid),
}

/// Sets a hold. It works at once on everything that has not begun.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetHold {
    pub on: Subject,
    pub effect: Effect,
    pub cause: Cause,
    /// Now, unless it is announced.
    #[serde(default)]
    pub from: Option<Instant>,
    #[serde(default)]
    pub until: Option<Instant>,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    #[serde(default)]
    pub reason: Option<String>,
}

/// What was set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holding {
    pub id: HoldId,
    pub reference: String,
}

/// A subject with whose it is and where.
struct Found {
    on: Held,
    provider: Option<ProviderId>,
    sites: Vec<SiteId>,
}

impl Subject {
    async fn found(&self, desk: &mut Desk) -> Result<Found, Stop> {
        Ok(match self {
            Subject::Person(name) => {
                let id: PersonId = names::resolve(desk, Kind::Person, name, "on").await?;
                let p: Person = desk.get(id).await?;
                Found { on: Held::Person(p.id), provider: p.provider(), sites: Vec::new() }
            }
            Subject::Provider(name) => {
                let id: ProviderId = names::resolve(desk, Kind::Provider, name, "on").await?;
                Found { on: Held::Provider(id), provider: Some(id), sites: Vec::new() }
            }
            Subject::Engagement(name) => {
                let id: EngagementId = names::resolve(desk, Kind::Engagement, name, "on").await?;
                let e: Engagement = desk.get(id).await?;
                Found { on: Held::Engagement(id), provider: Some(e.facts.provider), sites: e.sites() }
            }
            Subject::Instance(name) => {
                let id: InstanceId = names::resolve(desk, Kind::Instance, name, "on").await?;
                let i: Instance = desk.get(id).await?;
                Found { on: Held::Instance(id), provider: None, sites: vec![i.facts.site] }
            }
            // A session of ours names no credential yet, so no door could keep such a hold.
            Subject::Credential(_) => {
                return Err(Stop::field("on", Why::of("invalid-hold-credential")));
            }
        })
    }
}

impl Act for SetHold {
    const NAME: &'static str = "set-hold";
    const IN_DOUBT: bool = true;
    type Power = power::SetHold;
    type Done = Holding;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(self.on.found(desk).await?.sites))
    }

    async fn run(self, may: May<power::SetHold>, desk: &mut Desk) -> Result<Holding, Stop> {
        let found = self.on.found(desk).await?;
        gates::may_hold(self.cause, role(desk, &may, &found.sites, self.role)?)?;
        let from = self.from.unwrap_or(desk.now().0);
        if self.until.is_some_and(|until| until <= from) {
            return Err(Stop::field("until", Why::of("invalid-hold-order")));
        }
        let note = said(desk, "reason", self.reason.as_ref()).await?;
        let reference = desk.next_reference(Kind::Hold).await?;
        let id = HoldId(desk.new_id());
        let set = HoldSet {
            reference: reference.clone(),
            on: found.on,
            effect: self.effect,
            cause: self.cause,
            from,
            until: self.until,
            provider: found.provider,
            site: match found.sites.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            note,
        };
        desk.append(id, HoldEvent::Set(set)).await?;
        Ok(Holding { id, reference })
    }
}

/// Lifts a hold: only who may, by its cause.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftHold {
    pub hold: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// Why it is over.
    pub reason: String,
}

impl LiftHold {
    async fn hold(&self, desk: &mut Desk) -> Result<Hold, Stop> {
        let id: HoldId = names::resolve(desk, Kind::Hold, &self.hold, "hold").await?;
        desk.get(id).await
    }
}

impl Act for LiftHold {
    const NAME: &'static str = "lift-hold";
    const STEP_UP: bool = true;
    type Power = power::SetHold;
    type Done = HoldId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let on = self.hold(desk).await?.facts.on;
        Ok(Place::sites(reach::of_held(desk, on).await?))
    }

    async fn run(self, may: May<power::SetHold>, desk: &mut Desk) -> Result<HoldId, Stop> {
        let hold = self.hold(desk).await?;
        let sites = reach::of_held(desk, hold.facts.on).await?;
        let role = role(desk, &may, &sites, self.role)?;
        let by = Hand { person: may.id()?, role, ours: true };
        let note = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let event = gates::lift_hold(&hold, by, Some(note), desk.now())?;
        desk.append(hold.id, event).await?;
        Ok(hold.id)
    }
}
