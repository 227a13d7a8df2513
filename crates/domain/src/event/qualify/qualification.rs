//! The signed answer to *can they meet it?* and its end.

use serde::{Deserialize, Serialize};

use super::people::{Touches, WithReason};
use crate::base::{Day, Party, PersonId, Private, ProviderId, SiteId, Text, Tier, ZoneName};

/// Something still to be met by a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Names it within the qualification, for instance `as-built-baseline`.
    pub key: String,
    pub text: Private<Text>,
    pub due: Day,
}

/// The decision, signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualificationDecided {
    pub provider: ProviderId,
    /// Reference such as `Q-0031`.
    pub reference: String,
    pub sites: Vec<SiteId>,
    /// How deep was looked: covers engagements of this tier and lower ones.
    pub depth: Tier,
    /// Last day, to its end in `zone`.
    pub valid_until: Day,
    pub zone: ZoneName,
    pub conditions: Vec<Condition>,
    /// Who decided; QA among them for GxP.
    pub decided_by: Vec<PersonId>,
    /// Engagements that rest on it now.
    pub touches: Vec<Touches>,
}

/// An engagement rests on it from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualificationAttached {
    pub touches: Touches,
}

/// A condition was met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionMet {
    pub key: String,
}

/// Every lapse names its cause. Until it is named, the lapse is ours: requalifying is our duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LapseExplained {
    pub cause: Party,
    pub reason: Private<Text>,
}

/// What happens to a qualification.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum QualificationEvent {
    #[serde(rename = "qualify.qualification.decided@1")]
    Decided(QualificationDecided),
    #[serde(rename = "qualify.qualification.attached@1")]
    Attached(QualificationAttached),
    #[serde(rename = "qualify.condition.met@1")]
    ConditionMet(ConditionMet),
    #[serde(rename = "qualify.lapse.explained@1")]
    LapseExplained(LapseExplained),
    #[serde(rename = "qualify.qualification.withdrawn@1")]
    Withdrawn(WithReason),
    #[serde(rename = "qualify.qualification.superseded@1")]
    Superseded(super::people::Nothing),
}
