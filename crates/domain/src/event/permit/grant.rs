//! Events of a grant: one person, one system, one window. Expired (by the clock) and revoked (by a person) are
//! different words on purpose; there is no event for expiry.

use serde::{Deserialize, Serialize};

use super::access::{Approval, AttendantNamed};
use super::campaign::{Campaign, ShiftConfirmed};
use super::decided::Decided;
use super::place::Noted;
use crate::base::{
    AccessRequestId, ChangeId, EndMode, EngagementId, Environment, InstanceId, Instant, Pattern, PersonId, Private,
    ProviderId, Purpose, Ref, Role, SiteId, Text, Window, level::words,
};
use crate::event::expect::Measure;

words! {
    /// Why a grant rests.
    GrantPause { Hold = "hold", Leaver = "leaver", Incident = "incident" }
}

words! {
    /// What an emergency was about, as its review says: what was in danger, not whose doing it was.
    EmergencyCause { People = "people", Environment = "environment", Product = "product",
                     Production = "production", Equipment = "equipment", Security = "security", Other = "other" }
}

/// Somebody looked at an emergency afterwards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyReviewed {
    pub note: Option<Private<Text>>,
    /// Reviews of before causes were told apart have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EmergencyCause>,
}

/// What makes a grant an emergency grant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Nobody where a code opened it while the gateway was cut off: who read it out is on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<PersonId>,
    /// Who issued the sheet of that code, and saw its codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_by: Option<PersonId>,
    /// Who agreed to that sheet, also where nobody's yes stands with the grant because it is in doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_by: Option<PersonId>,
    /// When the retrospective review is due; a late one is our finding only.
    pub review_due: Instant,
    /// A call-back to the provider's known number replaced MFA.
    pub called_back: bool,
    /// Emergencies of this provider at this site in the 30 days before.
    pub recent: u32,
    /// The decision as it stood, with what was overridden.
    pub decision: Decided,
}

/// A time-boxed permission.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantOpened {
    pub reference: String,
    pub request: Option<AccessRequestId>,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub person: PersonId,
    /// Who asked for it.
    pub requested_by: PersonId,
    pub instance: InstanceId,
    pub site: SiteId,
    pub environment: Environment,
    pub roles: Vec<Role>,
    pub purpose: Purpose,
    pub pattern: Pattern,
    /// Of work in repeated shifts the whole span.
    pub window: Window,
    /// The shifts within which alone work begins, each once somebody of the area confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
    pub end_mode: EndMode,
    pub attended: bool,
    pub attendant: Option<PersonId>,
    pub change: Option<ChangeId>,
    /// A ticket number was given with the request.
    pub ticket: bool,
    pub approvals: Vec<Approval>,
    /// The work approved beforehand that it rests on, by its number within the engagement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beforehand: Option<u32>,
    pub emergency: Option<Emergency>,
    pub rules_version: u32,
}

/// A grant rests: security hold, leaver at effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantSuspended {
    pub cause: GrantPause,
    pub source: Option<Ref>,
}

/// Somebody took it away. Disconnect always revokes; after its end it only cuts what its certificates let in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantRevoked {
    pub by: PersonId,
    /// Whether the running session was ended with it.
    pub disconnect: bool,
    pub note: Option<Private<Text>>,
}

/// More time by a new approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantExtended {
    pub until: Instant,
    pub approval: Approval,
}

/// Its person got a short certificate for their key, for a stock sshd that asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantCertified {
    pub person: PersonId,
    /// `SHA256:…` of their key.
    pub fingerprint: String,
    /// Number of the certificate, below 2^53: programs that read JSON keep such numbers as they are.
    pub serial: u64,
    /// Whom they log in as at the system.
    pub login: String,
    /// Nothing begins by it after this instant.
    pub until: Instant,
    /// The only address from which it is good.
    pub source: Private<Text>,
}

/// A step that a compensating measure asks for before work begins was taken (S5.8a).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDone {
    pub measure: Measure,
    /// Who took it: the second person, whoever read the permit or handed the account out.
    pub by: PersonId,
    /// Until when it is good, where that is earlier than the grant's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// What was read, such as the number of the permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Private<Text>>,
}

/// A step holds no more, such as an account that came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepUndone {
    pub measure: Measure,
}

/// What happens to a grant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum GrantEvent {
    #[serde(rename = "permit.grant.opened@1")]
    Opened(Box<GrantOpened>),
    #[serde(rename = "permit.grant.attendant_named@1")]
    AttendantNamed(AttendantNamed),
    #[serde(rename = "permit.grant.shift_confirmed@1")]
    ShiftConfirmed(ShiftConfirmed),
    #[serde(rename = "permit.grant.suspended@1")]
    Suspended(GrantSuspended),
    #[serde(rename = "permit.grant.resumed@1")]
    Resumed(Noted),
    #[serde(rename = "permit.grant.extended@1")]
    Extended(GrantExtended),
    #[serde(rename = "permit.grant.revoked@1")]
    Revoked(GrantRevoked),
    #[serde(rename = "permit.grant.reviewed@1")]
    Reviewed(EmergencyReviewed),
    #[serde(rename = "permit.grant.closed@1")]
    Closed(Noted),
    #[serde(rename = "permit.grant.certified@1")]
    Certified(GrantCertified),
    #[serde(rename = "permit.grant.step_done@1")]
    StepDone(StepDone),
    #[serde(rename = "permit.grant.step_undone@1")]
    StepUndone(StepUndone),
}
