//! Events of *review*: findings and what becomes of them, and tasks the watchman proposes.

use serde::{Deserialize, Serialize};

use crate::base::{
    Day, EngagementId, InstanceId, Instant, Party, PersonId, Private, ProviderId, Ref, SiteId, Text, Tier, ZoneName,
    level::words,
};

words! {
    /// How bad a finding is; fixed at confirmation.
    Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" }
}
words! {
    /// What a finding is about; the security kinds have rows of their own in the reason table (§3.3.1).
    FindingKind { General = "general", UnauthorisedChange = "unauthorised-change",
                  UnauthorisedAccess = "unauthorised-access", IncidentNotDisclosed = "incident-not-disclosed",
                  IncidentNoticeLate = "incident-notice-late",
                  SharedAccountUnchecked = "shared-account-unchecked", ProcessDeparture = "process-departure",
                  OwnerDuty = "owner-duty" }
}

/// A finding is proposed, by a person or the watchman.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingProposed {
    pub reference: String,
    pub kind: FindingKind,
    /// What it was found in.
    pub source: Option<Ref>,
    pub provider: Option<ProviderId>,
    pub engagement: Option<EngagementId>,
    pub instance: Option<InstanceId>,
    pub site: SiteId,
    pub zone: ZoneName,
    /// Unknown until somebody confirms it.
    pub party: Party,
    pub severity: Severity,
    /// Requirement id, for instance `SP.06.02`.
    pub requirement: Option<String>,
    pub cases: Vec<Ref>,
    /// The clause it rests on.
    pub clause: Option<Clause>,
    pub text: Private<Text>,
    /// Whether the provider may see it while it is only proposed.
    pub shared: bool,
    /// When it happened; late notices count their lateness from `late_from`.
    pub occurred: Instant,
    /// When notice was due, for late-notice kinds.
    pub late_from: Option<Instant>,
    /// When notice came, for late-notice kinds.
    pub noticed: Option<Instant>,
}

/// A contract clause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    pub agreement: Ref,
    pub number: String,
}

/// OT security confirms it; from here on it may count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingConfirmed {
    pub by: PersonId,
    pub party: Party,
    pub severity: Severity,
    /// The tier at that time, frozen: steps of the reason table depend on it.
    pub tier: Option<Tier>,
    pub rules_version: u32,
}

/// A person's remark on a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingNoted {
    pub by: Option<PersonId>,
    pub note: Option<Private<Text>>,
}

/// Both sides sat down together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointReviewHeld {
    pub by: PersonId,
    pub at: Instant,
    pub note: Option<Private<Text>>,
}

/// What will be done about it, by when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionPlanned {
    /// Owner of the action.
    pub party: Party,
    pub due: Day,
    /// Zone in which the day ends.
    pub zone: ZoneName,
    pub text: Option<Private<Text>>,
}

/// A person says it is done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionClaimed {
    pub by: PersonId,
    pub note: Option<Private<Text>>,
}

/// A person of ours looked and it is done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionVerified {
    pub by: PersonId,
    pub note: Option<Private<Text>>,
}

/// What happens to a finding.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum FindingEvent {
    #[serde(rename = "review.finding.proposed@1")]
    Proposed(Box<FindingProposed>),
    #[serde(rename = "review.finding.shared@1")]
    Shared(FindingNoted),
    #[serde(rename = "review.finding.confirmed@1")]
    Confirmed(FindingConfirmed),
    #[serde(rename = "review.finding.dismissed@1")]
    Dismissed(FindingNoted),
    #[serde(rename = "review.finding.disputed@1")]
    Disputed(FindingNoted),
    #[serde(rename = "review.finding.joint_review_held@1")]
    JointReviewHeld(JointReviewHeld),
    #[serde(rename = "review.finding.action_planned@1")]
    ActionPlanned(ActionPlanned),
    #[serde(rename = "review.finding.action_claimed@1")]
    ActionClaimed(ActionClaimed),
    #[serde(rename = "review.finding.action_verified@1")]
    ActionVerified(ActionVerified),
    #[serde(rename = "review.finding.closed@1")]
    Closed(FindingNoted),
    #[serde(rename = "review.finding.reopened@1")]
    Reopened(FindingNoted),
}

/// The watchman noticed that something is due and proposes a task. Its id follows from rule, subject and due instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskProposed {
    /// Rule or reason key it rests on, for instance `R-30`.
    pub rule: String,
    pub subject: Ref,
    pub due: Instant,
    pub party: Party,
    pub provider: Option<ProviderId>,
    pub site: Option<SiteId>,
}

/// A person closed a task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskClosed {
    pub by: Option<PersonId>,
    pub note: Option<Private<Text>>,
}

/// What happens to a task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum TaskEvent {
    #[serde(rename = "review.task.proposed@1")]
    Proposed(TaskProposed),
    #[serde(rename = "review.task.done@1")]
    Done(TaskClosed),
    #[serde(rename = "review.task.dismissed@1")]
    Dismissed(TaskClosed),
}
