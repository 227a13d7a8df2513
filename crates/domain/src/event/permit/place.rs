//! Events that prepare the ground for access: activation of an engagement, a site's calendar, holds, and changes as
//! their system of record knows them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::beforehand::{BeforehandAgreed, BeforehandGiven, BeforehandWithdrawn};
use crate::base::{
    Cause, ChangeId, Effect, EngagementId, Held, InstanceId, Instant, Pattern, PersonId, Private, ProviderId, SiteId,
    Text, Window, level::words,
};

words! {
    /// What must be attested before an engagement becomes active (`defaults.md` §1, activation gates).
    Attestation { Responsibilities = "responsibilities", InformationExchange = "information-exchange",
                  Training = "training", FreezeList = "freeze-list" }
}
words! {
    /// Why an engagement is suspended.
    SuspensionCause { Blocked = "blocked", Incident = "incident", Request = "request" }
}
words! {
    /// How far a change is in its system of record.
    ChangeState { Draft = "draft", Submitted = "submitted", Approved = "approved", InProgress = "in-progress",
                  Implemented = "implemented", Closed = "closed", Rejected = "rejected", RolledBack = "rolled-back" }
}
words! {
    /// How we know of a fact that another system owns.
    Provenance { Imported = "imported", Attested = "attested" }
}

/// An engagement waits for its gates.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationOpened {
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub sites: Vec<SiteId>,
}

/// Somebody attests that a document exists and is in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    pub kind: Attestation,
    /// The document's number in its own system.
    pub document: String,
    pub by: Option<PersonId>,
    pub at: Instant,
    pub valid_until: Option<Instant>,
}

/// An attested fact no longer holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationWithdrawn {
    pub kind: Attestation,
}

/// The ways in that were agreed for the engagement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MethodAgreed {
    pub patterns: Vec<Pattern>,
}

/// All gates were open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activated {
    pub signed_by: Vec<PersonId>,
    pub rules_version: u32,
}

/// The engagement was running before the programme and may go on until a date.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptInUse {
    pub until: Instant,
}

/// No new access under the engagement for now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationSuspended {
    pub cause: SuspensionCause,
    pub note: Option<Private<Text>>,
}

/// A note and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    pub note: Option<Private<Text>>,
}

/// What happens to an engagement's permission to be worked under. Its id is the engagement's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ActivationEvent {
    #[serde(rename = "permit.activation.opened@1")]
    Opened(ActivationOpened),
    #[serde(rename = "permit.activation.attested@1")]
    Attested(Attested),
    #[serde(rename = "permit.activation.attestation_withdrawn@1")]
    AttestationWithdrawn(AttestationWithdrawn),
    #[serde(rename = "permit.activation.method_agreed@1")]
    MethodAgreed(MethodAgreed),
    #[serde(rename = "permit.activation.activated@1")]
    Activated(Activated),
    #[serde(rename = "permit.activation.kept_in_use@1")]
    KeptInUse(KeptInUse),
    #[serde(rename = "permit.activation.suspended@1")]
    Suspended(ActivationSuspended),
    #[serde(rename = "permit.activation.resumed@1")]
    Resumed(Noted),
    #[serde(rename = "permit.activation.ended@1")]
    Ended(Noted),
    #[serde(rename = "permit.activation.beforehand_given@1")]
    BeforehandGiven(BeforehandGiven),
    #[serde(rename = "permit.activation.beforehand_agreed@1")]
    BeforehandAgreed(BeforehandAgreed),
    #[serde(rename = "permit.activation.beforehand_withdrawn@1")]
    BeforehandWithdrawn(BeforehandWithdrawn),
}

/// Somebody attests that the site's list of freezes is complete.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarAttested {
    pub site: SiteId,
    /// Where the list comes from, for instance the production plan's number.
    pub document: String,
    pub by: Option<PersonId>,
    pub at: Instant,
    pub valid_until: Option<Instant>,
}

/// No planned work at the site in this window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    pub site: SiteId,
    pub freeze: Uuid,
    pub window: Window,
    pub note: Option<Private<Text>>,
}

/// A freeze no longer stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeLifted {
    pub freeze: Uuid,
}

/// What happens to a site's calendar. Its id is the site's.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum CalendarEvent {
    #[serde(rename = "permit.calendar.attested@1")]
    Attested(CalendarAttested),
    #[serde(rename = "permit.calendar.freeze_set@1")]
    FreezeSet(Freeze),
    #[serde(rename = "permit.calendar.freeze_lifted@1")]
    FreezeLifted(FreezeLifted),
}

/// A person sets a hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldSet {
    pub reference: String,
    pub on: Held,
    pub effect: Effect,
    pub cause: Cause,
    pub from: Instant,
    pub until: Option<Instant>,
    /// The provider concerned, for lists; the provider does not see the hold's note.
    pub provider: Option<ProviderId>,
    pub site: Option<SiteId>,
    pub note: Option<Private<Text>>,
}

/// A person lifts a hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldLifted {
    pub by: PersonId,
    pub note: Option<Private<Text>>,
}

/// What happens to a hold.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum HoldEvent {
    #[serde(rename = "permit.hold.set@1")]
    Set(HoldSet),
    #[serde(rename = "permit.hold.lifted@1")]
    Lifted(HoldLifted),
}

/// A change as its system of record knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeFacts {
    /// Our short reference, `CHG-0412`.
    pub reference: String,
    /// The system of record, for instance `CMMS`.
    pub system: String,
    /// Its number there, for instance `MOC-2026-0713`.
    pub number: String,
    pub state: ChangeState,
    /// The window that was approved, once it was.
    pub window: Option<Window>,
    pub targets: Vec<InstanceId>,
    pub site: SiteId,
    pub provider: Option<ProviderId>,
    pub known: Provenance,
    /// Who attests it, when nobody imported it.
    pub attested_by: Option<PersonId>,
    pub title: Option<Private<Text>>,
    /// The change this one continues, if any.
    pub follows: Option<ChangeId>,
}

/// What happens to a change reference.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ChangeEvent {
    #[serde(rename = "permit.change.recorded@1")]
    Recorded(ChangeFacts),
    #[serde(rename = "permit.change.revised@1")]
    Revised(ChangeFacts),
}
