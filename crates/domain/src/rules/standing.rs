//! The published reason table.

use serde::Deserialize;

use super::tiers::PerTier;
use crate::base::{Class, Level, Why};

/// Values of `standing.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standings {
    pub version: u32,
    /// Calendar days between announcing and an administrative *Restricted* (R-24).
    pub notice_days: i64,
    pub reason: Vec<ReasonRow>,
}

/// What holds until the joint review of a security reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UntilReview {
    /// A hold on new access; no standing.
    Hold,
    /// Standing *Blocked*.
    Blocked,
}

/// One row of the table.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRow {
    pub key: String,
    pub rule: String,
    pub class: Class,
    /// Message id of what clears it, without its prefix.
    pub clears: String,
    pub until_review: Option<UntilReview>,
    /// It ends by itself after so many calendar days without repeat.
    pub lasts_days: Option<i64>,
    /// In order of weight.
    pub step: Vec<ReasonStep>,
}

/// From when a reason weighs what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonStep {
    pub weight: Level,
    /// Calendar days after the start, by tier; a tier not named never gets there.
    pub days: PerTier,
    /// Only when something came more than so many hours late.
    pub late_hours: Option<i64>,
}

impl Standings {
    /// The row of that key.
    pub fn row(&self, key: &str) -> Option<&ReasonRow> {
        self.reason.iter().find(|r| r.key == key)
    }
    pub(super) fn check(&self) -> Result<(), Why> {
        if self.notice_days < 0 {
            return Err(Why::of("invalid-rules-notice-days"));
        }
        for row in &self.reason {
            if self.reason.iter().filter(|other| other.key == row.key).count() > 1 {
                return Err(Why::of("invalid-rules-twice").with("key", &row.key));
            }
            let rising = row.step.iter().zip(row.step.iter().skip(1)).all(|(a, b)| a.weight < b.weight);
            if !rising {
                return Err(Why::of("invalid-rules-steps").with("key", &row.key));
            }
            let administrative = row.class == Class::Administrative;
            if administrative && (row.until_review.is_some() || row.step.iter().any(|s| s.weight == Level::Blocked)) {
                return Err(Why::of("invalid-rules-security-blocks").with("key", &row.key));
            }
        }
        match KNOWN.iter().find(|key| self.row(key).is_none()) {
            Some(key) => Err(Why::of("invalid-rules-reason-missing").with("key", key)),
            None => Ok(()),
        }
    }
}

/// Reasons that things emit; each needs its row.
const KNOWN: [&str; 14] = [
    "evidence-missing",
    "evidence-expired",
    "evidence-weak",
    "deliverable-overdue",
    "action-overdue",
    "personnel-notice-late",
    "incident-notice-late",
    "shared-account-unchecked",
    "qualification-lapsed",
    "condition-unmet",
    "unauthorised-change",
    "unauthorised-access",
    "incident-not-disclosed",
    "credential-compromised",
];
