//! Review of the audit trail: what somebody looked at, and what they signed (ledger rules, review by exception).

use serde::{Deserialize, Serialize};

use crate::base::{FindingId, Private, Text, level::words};

words! {
    /// Kinds of entries that a review looks at one by one.
    TrailKind { Override = "override", Emergency = "emergency", LateEntry = "late-entry", Refused = "refused",
                Clock = "clock", Rights = "rights", Rules = "rules", Erasure = "erasure", Pack = "pack",
                Quarantine = "quarantine", Stopped = "stopped", Record = "record" }
}

/// Somebody looked at some exceptions and said what they saw, or which finding came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailLooked {
    /// Numbers of the entries, in order.
    pub entries: Vec<u64>,
    pub note: Private<Text>,
    pub finding: Option<FindingId>,
}

/// How many exceptions of a kind were in a range.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailCount {
    pub kind: TrailKind,
    pub count: u64,
}

/// What the signature under a review means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrailMeaning {
    /// I have looked at every exception among these entries.
    Reviewed,
}

/// A review was concluded: the first entry, the size it ends at, the root of the tree of that size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailReviewed {
    pub from: u64,
    pub until: u64,
    /// Root hash of the tree over the first `until` entries, 64 hexadecimal digits.
    pub root: String,
    pub counts: Vec<TrailCount>,
    pub meaning: TrailMeaning,
    pub note: Private<Text>,
}
