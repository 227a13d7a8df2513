//! Review of the audit trail: what somebody looked at, and what they signed (ledger rules, review by exception).

use serde::{Deserialize, Serialize};

use crate::base::{FindingId, Private, Text, level::words};

words! {
    /// Kinds of entries that a review looks at one by one.
    TrailKind { Override = "override", Emergency = "emergency", SignIn = "sign-in", Unmatched = "unmatched",
                Overrun = "overrun", LateEntry = "late-entry", Critical = "critical",
                Refused = "refused", Stopped = "stopped", Clock = "clock", Rights = "rights", Rules = "rules",
                Undone = "undone", Erasure = "erasure", Quarantine = "quarantine", Pack = "pack", Record = "record",
                Signature = "signature" }
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
    /// Every exception among these entries was looked at by somebody whose doing it was not; I am one of them, where
    /// there are any.
    Reviewed,
}

/// A review was concluded: the first entry, the size it ends at, the root of the tree of that size, the digest of the
/// list of exceptions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailReviewed {
    pub from: u64,
    pub until: u64,
    /// Root hash of the tree over the first `until` entries, 64 hexadecimal digits.
    pub root: String,
    /// SHA-256 over one line for each exception: its number, its kind, the leaf hash of its entry; 64 hexadecimal
    /// digits. Whoever has the entries can make it again (`docs/audit-trail.md`).
    pub list: String,
    /// Version of the rules by which the exceptions were found. A release of another version may find others; one of
    /// the same version that does has another record before it. Signatures that did not name it were by the first.
    pub exceptions: u32,
    pub counts: Vec<TrailCount>,
    pub meaning: TrailMeaning,
    pub note: Private<Text>,
}
