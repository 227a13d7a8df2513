//! How evidence becomes a grade.

use serde::Deserialize;

use crate::base::{Grade, Why};

/// Values of `grades.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeRules {
    pub version: u32,
    /// Worst first; must be the order of [`Grade`], which lists and the lower of two rest on.
    pub order: Vec<Grade>,
    /// From this grade on a request is accepted.
    pub accepted: Grade,
    /// Cap with part results or without a record of our own.
    pub unproven: Grade,
    /// What a matching certificate alone lifts *says* to.
    pub certificate: Grade,
    /// *Does* gates after this many service events …
    pub does_events: u32,
    /// … or months of service, whichever comes first.
    pub does_months: i64,
}

impl Default for GradeRules {
    fn default() -> Self {
        GradeRules {
            version: 0,
            order: Grade::ALL.to_vec(),
            accepted: Grade::Adequate,
            unproven: Grade::Adequate,
            certificate: Grade::Adequate,
            does_events: 0,
            does_months: 0,
        }
    }
}

impl GradeRules {
    /// Whether *does* gates yet: enough service was seen.
    pub fn does_gates(&self, events: u32, months: i64) -> bool {
        events >= self.does_events || months >= self.does_months
    }
    pub(super) fn check(&self) -> Result<(), Why> {
        if self.order != Grade::ALL {
            let words: Vec<&str> = Grade::ALL.iter().map(|g| g.as_str()).collect();
            return Err(Why::of("invalid-rules-grade-order").with("order", words.join(" < ")));
        }
        if self.certificate > Grade::Adequate {
            return Err(Why::of("invalid-rules-certificate-lifts"));
        }
        Ok(())
    }
}
