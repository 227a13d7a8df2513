//! An engagement is opened for work: facts are attested, a way in is agreed, two functions sign; and it rests,
//! goes on or ends.

use plantgate_domain::{
    base::{ActivationId, Day, EngagementId, Instant, Kind, Now, Pattern, PersonId, Told, Why, ZoneName},
    event::{
        permit::{
            ActivationEvent, ActivationOpened, ActivationSuspended, Attestation, AttestationWithdrawn, Attested,
            KeptInUse, MethodAgreed, Noted, SuspensionCause,
        },
        qualify::OwnerRole,
    },
    expect::{agreement::Agreement, engagement::Engagement, organisation::Organisation, site::Site},
    permit::{
        activation::Activation,
        acts::Hand,
        gates::{self, Gates},
    },
    qualify::{
        person::{self, Person},
        qualification::Qualification,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, stop::Refused};
use serde::{Deserialize, Serialize};

use super::hand::{role, said};
use crate::{
    act::Act,
    names,
    power::{self, May, Place, Power},
};

/// The engagement of a name.
pub(super) async fn engagement(desk: &mut Desk, name: &str) -> Result<Engagement, Stop> {
    let id: EngagementId = names::resolve(desk, Kind::Engagement, name, "engagement").await?;
    desk.get(id).await
}

async fn place(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let e = engagement(desk, name).await?;
    Ok(Place::shared(e.sites(), e.facts.provider))
}

/// The activation of an engagement, opened with the first thing that is said about it.
pub(super) async fn opened(desk: &mut Desk, e: &Engagement) -> Result<Activation, Stop> {
    let id = ActivationId(e.id.0);
    let sites = e.sites();
    let stands: Option<Activation> = desk.find(id).await?;
    // Scope grows after the first word; who may see the activation follows it.
    if stands.is_none_or(|a| a.sites != sites) {
        let opened = ActivationOpened { engagement: e.id, provider: e.facts.provider, sites };
        desk.append(id, ActivationEvent::Opened(opened)).await?;
    }
    desk.get(id).await
}

async fn append(desk: &mut Desk, name: &str, event: ActivationEvent) -> Result<ActivationId, Stop> {
    let e = engagement(desk, name).await?;
    let id = opened(desk, &e).await?.id;
    desk.append(id, event).await?;
    Ok(id)
}

async fn note(desk: &mut Desk, field: &str, text: Option<&String>) -> Result<Noted, Stop> {
    Ok(Noted { note: said(desk, field, text).await? })
}

/// Attests that a document is in force: responsibilities, information exchange, training.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    pub engagement: String,
    pub kind: Attestation,
    /// Its number in its own system.
    pub document: String,
    /// The day it was attested, if not today.
    #[serde(default)]
    pub at: Option<Instant>,
    #[serde(default)]
    pub valid_until: Option<Instant>,
}

impl Act for Attest {
    const NAME: &'static str = "attest";
    type Power = power::Attest;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, may: May<power::Attest>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let now = desk.now().0;
        let at = self.at.unwrap_or(now);
        if at > now {
            return Err(Stop::field("at", Why::of("invalid-attest-future")));
        }
        if self.valid_until.is_some_and(|until| until <= at) {
            return Err(Stop::field("valid_until", Why::of("invalid-ends-before-begin")));
        }
        let fact = Attested {
            kind: self.kind,
            document: names::text(200, "document", &self.document)?,
            by: Some(may.id()?),
            at,
            valid_until: self.valid_until,
        };
        append(desk, &self.engagement, ActivationEvent::Attested(fact)).await
    }
}

/// An attested fact no longer holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAttestation {
    pub engagement: String,
    pub kind: Attestation,
}

impl Act for WithdrawAttestation {
    const NAME: &'static str = "withdraw-attestation";
    type Power = power::Attest;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, _may: May<power::Attest>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        if opened(desk, &e).await?.attestation(self.kind).is_none() {
            return Err(Stop::field(
                "kind",
                Why::of("invalid-attestation-none").with("kind", Told::word("attest", self.kind)),
            ));
        }
        let gone = ActivationEvent::AttestationWithdrawn(AttestationWithdrawn { kind: self.kind });
        append(desk, &self.engagement, gone).await
    }
}

/// Ways in that were agreed for the engagement; replaces what was agreed before.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeMethod {
    pub engagement: String,
    pub patterns: Vec<Pattern>,
}

impl Act for AgreeMethod {
    const NAME: &'static str = "agree-method";
    type Power = power::Attest;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(mut self, _may: May<power::Attest>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        self.patterns.sort_unstable();
        self.patterns.dedup();
        if self.patterns.is_empty() {
            return Err(Stop::field("patterns", Why::of("invalid-pattern-missing")));
        }
        let agreed = ActivationEvent::MethodAgreed(MethodAgreed { patterns: self.patterns.clone() });
        append(desk, &self.engagement, agreed).await
    }
}

/// Opens the engagement for work. Procurement and OT security sign, two persons; every gate must be open.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivateEngagement {
    pub engagement: String,
    /// Your function; needed only by who has both.
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// The person of the other function who signs with you.
    pub second: String,
}

impl Act for ActivateEngagement {
    const NAME: &'static str = "activate-engagement";
    type Power = power::Activate;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, may: May<power::Activate>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        let a = opened(desk, &e).await?;
        let mine = role(desk, &may, &e.sites(), self.role)?;
        let other: PersonId = names::resolve(desk, Kind::Person, &self.second, "second").await?;
        let other: Person = desk.get(other).await?;
        person::second(may.id()?, &other, power::Activate::KEY, &e.sites(), desk.now(), &desk.rules())?;
        let theirs = match mine {
            OwnerRole::Procurement => OwnerRole::OtSecurity,
            _ => OwnerRole::Procurement,
        };
        let mut by = vec![Hand { person: may.id()?, role: mine, ours: true }];
        // Whoever lacks the other function signs nothing; the gate then says what is missing.
        if e.sites().iter().all(|site| other.has(theirs, *site)) {
            by.push(Hand { person: other.id, role: theirs, ours: true });
        }
        let now = desk.now();
        let gates = gates(desk, &e, now).await?;
        let event = gates::activate(&a, &gates, &by, now).map_err(missing)?;
        desk.append(a.id, event).await?;
        Ok(a.id)
    }
}

/// Every gate that is shut, the first one in front.
fn missing(all: Vec<plantgate_domain::base::Refusal>) -> Stop {
    let Some(first) = all.first() else { return Stop::fault("a refusal without a reason") };
    let listed: Vec<_> = all.iter().map(|r| serde_json::json!({ "rule": r.rule, "say": r.say })).collect();
    let decision = Some(serde_json::json!({ "missing": listed }));
    Stop::Refused(Box::new(Refused { rule: first.rule, say: first.say, decision }))
}

/// What activation needs from the wings on the left.
pub(super) async fn gates(memory: &mut impl Memory, e: &Engagement, now: Now) -> Result<Gates, Stop> {
    let mut zones = Vec::new();
    for site in e.sites() {
        zones.push(memory.get::<Site>(site).await?.facts.zone);
    }
    let zone = zones.first().cloned().unwrap_or_else(ZoneName::utc);
    let agreement: Option<Agreement> = match e.facts.agreement {
        Some(id) => memory.find(id).await?,
        None => None,
    };
    let qualifications: Vec<Qualification> = memory.of("provider", e.facts.provider).await?;
    Ok(gates::of(e, &qualifications, agreement.as_ref(), &zone, &memory.rules(), now))
}

/// Twelve months: longer than that is no transition.
const KEPT_DAYS: i64 = 365;

/// The engagement ran before the programme and goes on until a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepInUse {
    pub engagement: String,
    /// Last day, in the zone of its first site.
    pub until: Day,
}

impl Act for KeepInUse {
    const NAME: &'static str = "keep-in-use";
    const STEP_UP: bool = true;
    type Power = power::KeepInUse;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, _may: May<power::KeepInUse>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        let zone = match e.sites().first() {
            Some(site) => desk.get::<Site>(*site).await?.facts.zone,
            None => ZoneName::utc(),
        };
        let today = zone.day_of(desk.now().0);
        let founded = desk.organisation().await?;
        let before = |o: &Organisation| o.founded.is_some_and(|at| e.facts.from < zone.day_of(at));
        if !founded.is_some_and(|o| o.facts.demo || before(&o)) {
            let said = Why::of("invalid-in-use-not-before");
            return Err(Stop::field("engagement", said));
        }
        if self.until > today.plus_days(KEPT_DAYS) {
            return Err(Stop::field("until", Why::of("invalid-in-use-long")));
        }
        let until = zone.end_of(self.until);
        if until <= desk.now().0 {
            return Err(Stop::field("until", Why::of("invalid-day-passed")));
        }
        append(desk, &self.engagement, ActivationEvent::KeptInUse(KeptInUse { until })).await
    }
}

/// No new access under the engagement for now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendActivation {
    pub engagement: String,
    pub cause: SuspensionCause,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for SuspendActivation {
    const NAME: &'static str = "suspend-activation";
    const IN_DOUBT: bool = true;
    type Power = power::Activate;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, _may: May<power::Activate>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let note = said(desk, "reason", self.reason.as_ref()).await?;
        let event = ActivationEvent::Suspended(ActivationSuspended { cause: self.cause, note });
        append(desk, &self.engagement, event).await
    }
}

/// Access may go on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeActivation {
    pub engagement: String,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for ResumeActivation {
    const NAME: &'static str = "resume-activation";
    type Power = power::Activate;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, _may: May<power::Activate>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        if opened(desk, &e).await?.suspended.is_none() {
            return Err(Stop::field("engagement", Why::of("invalid-engagement-not-suspended")));
        }
        let note = note(desk, "reason", self.reason.as_ref()).await?;
        append(desk, &self.engagement, ActivationEvent::Resumed(note)).await
    }
}

/// No access under the engagement any more.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndActivation {
    pub engagement: String,
    #[serde(default)]
    pub reason: Option<String>,
}

impl Act for EndActivation {
    const NAME: &'static str = "end-activation";
    type Power = power::Activate;
    type Done = ActivationId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement).await
    }

    async fn run(self, _may: May<power::Activate>, desk: &mut Desk) -> Result<ActivationId, Stop> {
        let note = note(desk, "reason", self.reason.as_ref()).await?;
        append(desk, &self.engagement, ActivationEvent::Ended(note)).await
    }
}
