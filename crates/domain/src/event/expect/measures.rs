//! What makes up for the limits of a system (R-21, S5.8a-c): agreed by two people until a day, and broken by what
//! happened. Nothing wrote these events before the measures had names of their own.

use serde::{Deserialize, Serialize};

use super::words::Measure;
use crate::{
    base::{Day, PersonId, Private, SessionId, Text},
    event::permit::Hours,
};

/// Measures that two people agreed on, in place of those that stood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensation {
    pub measures: Vec<Measure>,
    /// When people may work, on every day, where that is a measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// What keeps a log beside the system, such as `FW-C23`, where that is a measure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Last day it holds, in the site's zone.
    pub until: Day,
    /// Who of OT security proposed it.
    pub proposed_by: PersonId,
    pub approved_by: PersonId,
    pub reason: Private<Text>,
}

/// A member of the set is in force no more: nothing new begins until a set is agreed anew, what runs goes to its safe
/// end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompensationBroken {
    pub measure: Measure,
    /// Why, where a person said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Private<Text>>,
    /// The session of which a source beside it has nothing (S5.8c).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}
