//! What is owed, asked, delivered and judged.

use serde::{Deserialize, Serialize};

use super::{
    people::WithReason,
    words::{Facet, Frequency, Outcome, Weighs},
};
use crate::base::{
    AgreementId, Day, EngagementId, Grade, Instant, ItemId, ObligationId, Party, PersonId, Private, ProviderId, Ref,
    RequestId, SiteId, Text, Tier, ZoneName,
};

/// The contract clause something rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseRef {
    pub agreement: AgreementId,
    pub number: String,
}

/// What is owed again and again, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObligationFacts {
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub site: SiteId,
    pub reference: String,
    /// Key of the rules' obligation table, for instance `user-list`.
    pub key: String,
    pub requirements: Vec<String>,
    pub facet: Facet,
    pub frequency: Frequency,
    pub mandatory: bool,
    /// Binding clause, if one asks for it; without one a request is voluntary.
    pub basis: Option<ClauseRef>,
    /// Provider owes it, or we do (reviews, R-30).
    pub party: Party,
    /// The tier that asks for it.
    pub why_tier: Tier,
    /// Asked beyond the tier's set; the provider sees this reason.
    pub beyond: Option<Private<Text>>,
    pub rules_version: u32,
    /// Raised tier: dues before this instant do not count.
    pub transition_until: Option<Instant>,
}

/// What happens to an obligation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ObligationEvent {
    #[serde(rename = "qualify.obligation.derived@1")]
    Derived(ObligationFacts),
    #[serde(rename = "qualify.obligation.revised@1")]
    Revised(ObligationFacts),
    #[serde(rename = "qualify.obligation.ended@1")]
    Ended(WithReason),
}

/// Why the provider must answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "on", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Basis {
    /// A binding clause.
    Clause(ClauseRef),
    /// We ask, they may; it never counts.
    Voluntary,
    /// A duty of ours.
    OwnDuty,
}

/// A request was sent. Sending announces what follows from silence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestSent {
    pub reference: String,
    pub obligation: Option<ObligationId>,
    /// Key of the obligation table.
    pub key: String,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub site: SiteId,
    pub requirements: Vec<String>,
    pub facet: Facet,
    /// Label such as `2026-Q3`, computed from dates.
    pub period: String,
    /// Due to the end of this day in `zone`.
    pub due: Day,
    pub zone: ZoneName,
    pub tier: Tier,
    pub mandatory: bool,
    pub party: Party,
    pub basis: Basis,
    /// An earlier request of the same obligation that was accepted: then *expired*, else *missing*.
    pub earlier_accepted: Option<RequestId>,
    /// Transition: nothing counts before this instant.
    pub counts_from: Option<Instant>,
}

/// An item answers the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAnswered {
    pub item: ItemId,
}

/// An item was judged: the grade as given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestGraded {
    pub item: ItemId,
    pub grade: Grade,
    /// Expiry by the clock; `None` does not expire.
    pub valid_until: Option<Instant>,
}

/// An item was returned: no grade, the due date stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestReturned {
    pub item: ItemId,
    pub reason: Private<Text>,
}

/// More time was given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueMoved {
    pub due: Day,
    pub reason: Private<Text>,
}

/// What happens to a request.
#[expect(clippy::large_enum_variant, reason = "events live one at a time; a box would only move the bytes")]
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum RequestEvent {
    #[serde(rename = "qualify.request.sent@1")]
    Sent(RequestSent),
    #[serde(rename = "qualify.request.seen@1")]
    Seen(super::people::Nothing),
    #[serde(rename = "qualify.request.answered@1")]
    Answered(RequestAnswered),
    #[serde(rename = "qualify.request.graded@1")]
    Graded(RequestGraded),
    #[serde(rename = "qualify.request.returned@1")]
    Returned(RequestReturned),
    #[serde(rename = "qualify.due.moved@1")]
    DueMoved(DueMoved),
    #[serde(rename = "qualify.request.cancelled@1")]
    Cancelled(WithReason),
}

/// First and last day something covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub from: Day,
    pub until: Day,
}

/// One file or statement was delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemDelivered {
    pub reference: String,
    pub request: Option<RequestId>,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    pub site: SiteId,
    pub facet: Facet,
    pub requirements: Vec<String>,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
    /// Media type such as `text/csv`.
    pub media: String,
    pub file_name: Private<Text>,
    pub covers: Option<Period>,
    pub delivered_by: PersonId,
}

/// How one criterion came out, with our own record when one confirms it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Key of the obligation's criteria, for instance `one-person-per-account`.
    pub criterion: String,
    pub weighs: Weighs,
    pub outcome: Outcome,
    /// Our record that confirms it (border noun Proof); *strong* needs one on a need.
    pub proof: Option<Ref>,
}

/// A review. An item keeps all of them; the last one stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemReviewed {
    pub judged: Vec<Judged>,
    /// `None`: returned.
    pub grade: Option<Grade>,
    pub note: Option<Private<Text>>,
    /// Whether the provider may read the note.
    pub note_shared: bool,
    pub valid_until: Option<Instant>,
    pub rules_version: u32,
}

/// What happens to an item. What was delivered never changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum ItemEvent {
    #[serde(rename = "qualify.item.delivered@1")]
    Delivered(ItemDelivered),
    #[serde(rename = "qualify.item.reviewed@1")]
    Reviewed(ItemReviewed),
    #[serde(rename = "qualify.item.quarantined@1")]
    Quarantined(Quarantined),
}

/// A wrongly sent file was put away by two persons; hash and reason remain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantined {
    pub reason: Private<Text>,
    pub second: PersonId,
}
