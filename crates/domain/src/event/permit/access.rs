//! Events of an access request: asked, judged, approved or denied. A refused request is a record, not an error.

use serde::{Deserialize, Serialize};

use super::{campaign::Campaign, decided::Decided};
use crate::base::{
    AccessRequestId, ChangeId, ConduitId, EngagementId, Environment, GrantId, InstanceId, Instant, Pattern, PersonId,
    Private, ProviderId, Purpose, Role, SiteId, Text, Window, ZoneId, level::words,
};
use crate::event::qualify::OwnerRole;

words! {
    /// What an approver means by it (R-13; the meaning is signed on qualified systems).
    ApprovalMeaning { Approval = "approval", CoApproval = "co-approval", QualityRelease = "quality-release",
                      Extension = "extension", Emergency = "emergency" }
}

/// Full length kept, from the approval on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnApproval {
    /// Length in seconds.
    pub length_secs: i64,
    /// The request lapses here; the last instant the window may open.
    pub latest_start: Instant,
}

/// When somebody wants in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "window", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AskedWindow {
    /// Tied to an outage or handover; lapses at its end.
    Fixed(Window),
    /// Opens when approved.
    OnApproval(OnApproval),
}

impl AskedWindow {
    /// The window if it were approved at `now`.
    pub fn at(&self, now: Instant) -> Window {
        match *self {
            AskedWindow::Fixed(window) => window,
            AskedWindow::OnApproval(w) => Window { from: now, until: now.plus_secs(w.length_secs) },
        }
    }
    /// When it lapses if nobody decided.
    pub fn lapses(&self) -> Instant {
        match self {
            AskedWindow::Fixed(window) => window.until,
            AskedWindow::OnApproval(w) => w.latest_start,
        }
    }
}

/// Somebody asks to enter a system.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRequested {
    pub reference: String,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    /// The one natural person who would enter.
    pub person: PersonId,
    /// Who asks; often the same person, or an engineer of ours.
    pub requested_by: PersonId,
    pub instance: InstanceId,
    pub site: SiteId,
    pub zone: Option<ZoneId>,
    pub environment: Environment,
    pub roles: Vec<Role>,
    pub purpose: Purpose,
    pub pattern: Pattern,
    pub attended: bool,
    pub conduits: Vec<ConduitId>,
    /// Of work in repeated shifts the whole span: from the first beginning to the last end.
    pub window: AskedWindow,
    /// The shifts, where it is asked for in repeated ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
    pub change: Option<ChangeId>,
    /// A number in a ticket system.
    pub ticket: Option<String>,
    /// Why, in the person's words.
    pub text: Option<Private<Text>>,
    pub attendant: Option<PersonId>,
    /// The earlier request this one repeats.
    pub repeats: Option<AccessRequestId>,
    pub rules_version: u32,
}

/// The decision at that moment, frozen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    pub decision: Decided,
}

/// One person's yes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub person: PersonId,
    pub role: OwnerRole,
    pub at: Instant,
    pub meaning: ApprovalMeaning,
}

/// One more approval; the last one names the grant it opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessApproved {
    pub approval: Approval,
    pub decision: Decided,
    pub grant: Option<GrantId>,
}

/// Nobody was asked: the request fits work that was approved beforehand entirely, and every check passed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessCovered {
    /// Its number within the engagement.
    pub beforehand: u32,
    /// Who said yes to it, and when.
    pub approvals: Vec<Approval>,
    pub decision: Decided,
    pub grant: GrantId,
}

/// One person's no.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessDenied {
    pub person: PersonId,
    pub role: OwnerRole,
    pub note: Option<Private<Text>>,
}

/// Somebody of ours will be beside the person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendantNamed {
    pub attendant: PersonId,
    pub by: PersonId,
}

/// Who asked no longer wants it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessWithdrawn {
    pub by: PersonId,
}

/// What happens to a request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum AccessEvent {
    #[serde(rename = "permit.access.requested@1")]
    Requested(Box<AccessRequested>),
    #[serde(rename = "permit.access.refused@1")]
    Refused(Judged),
    #[serde(rename = "permit.access.queued@1")]
    Queued(Judged),
    #[serde(rename = "permit.access.attendant_named@1")]
    AttendantNamed(AttendantNamed),
    #[serde(rename = "permit.access.approved@1")]
    Approved(AccessApproved),
    #[serde(rename = "permit.access.covered@1")]
    Covered(AccessCovered),
    #[serde(rename = "permit.access.denied@1")]
    Denied(AccessDenied),
    #[serde(rename = "permit.access.withdrawn@1")]
    Withdrawn(AccessWithdrawn),
}
