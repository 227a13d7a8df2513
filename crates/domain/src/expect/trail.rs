//! How far the audit trail was reviewed. Ranges touch: each begins where the one before ended, so that no entry is
//! reviewed by nobody.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    base::{At, Instant, PersonId, time::DAY},
    event::expect::{TrailLooked, TrailReviewed},
};

/// Reviews so far.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Exceptions behind the last review that somebody looked at.
    #[serde(default)]
    pub looked: BTreeSet<u64>,
    #[serde(default)]
    pub reviews: Vec<Reviewed>,
}

/// A review that was concluded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    pub facts: TrailReviewed,
    pub by: Option<PersonId>,
    pub at: Instant,
    /// The entry that says so.
    pub entry: u64,
}

impl Trail {
    /// The first entry that no review covers.
    pub fn from(&self) -> u64 {
        self.reviews.last().map_or(0, |r| r.facts.until)
    }
    /// When the next review is due: so many days after the last one, or after the programme began.
    pub fn due(&self, founded: Option<Instant>, days: i64) -> Option<Instant> {
        self.reviews.last().map(|r| r.at).or(founded).map(|at| at.plus_secs(days * DAY))
    }
    pub(super) fn looked(&mut self, e: &TrailLooked) {
        self.looked.extend(&e.entries);
    }
    pub(super) fn reviewed(&mut self, e: &TrailReviewed, at: At) {
        self.looked = self.looked.split_off(&e.until);
        self.reviews.push(Reviewed { facts: e.clone(), by: at.by.person(), at: at.at, entry: at.seq });
    }
}
