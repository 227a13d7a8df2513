//! Tier, obligations and the times around them.

use serde::Deserialize;

use crate::{
    base::{Party, Tier, Why},
    event::{
        expect::Activity,
        qualify::{Facet, Frequency, Weighs},
    },
};

/// A whole number by tier; a tier may have none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerTier {
    #[serde(rename = "T1")]
    pub t1: Option<i64>,
    #[serde(rename = "T2")]
    pub t2: Option<i64>,
    #[serde(rename = "T3")]
    pub t3: Option<i64>,
}
impl PerTier {
    /// The number of a tier.
    pub const fn get(&self, tier: Tier) -> Option<i64> {
        match tier {
            Tier::T1 => self.t1,
            Tier::T2 => self.t2,
            Tier::T3 => self.t3,
        }
    }
}

/// Values of `tiers.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    pub version: u32,
    /// Up to so many systems access is limited, above it indirect impact.
    pub limited_systems: usize,
    pub transition_days: i64,
    pub extended_days: i64,
    pub review_months: PerTier,
    pub due_days_after_period: i64,
    /// Days before the due day from which something is due soon.
    pub due_soon_days: i64,
    /// Days a link opens by which a provider's contact confirms its people.
    #[serde(default = "people_link_days")]
    pub people_link_days: i64,
    /// Days after which it is a task of ours that no answer came.
    #[serde(default = "people_remind_days")]
    pub people_remind_days: i64,
    pub obligation: Vec<ObligationRow>,
}

/// What holds where rules were adopted before there were such links.
const fn people_link_days() -> i64 {
    14
}
const fn people_remind_days() -> i64 {
    7
}

/// One obligation of the published set.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObligationRow {
    pub key: String,
    /// The lowest tier that asks for it.
    pub tier: Tier,
    pub facet: Facet,
    pub frequency: Frequency,
    /// Provider's duty, or ours (reviews).
    pub party: Party,
    pub mandatory: bool,
    /// Requirement ids in the catalogue's spelling.
    pub requirements: Vec<String>,
    /// Asked only when the engagement has one of these; empty asks always.
    #[serde(default)]
    pub activities: Vec<Activity>,
    /// Hours after the event, for obligations that follow one.
    pub due_hours: Option<i64>,
    /// What a reviewer looks at.
    pub criteria: Vec<Criterion>,
}

/// One question a reviewer answers.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub key: String,
    pub weighs: Weighs,
}

impl Tiers {
    /// The obligation of that key.
    pub fn row(&self, key: &str) -> Option<&ObligationRow> {
        self.obligation.iter().find(|o| o.key == key)
    }
    pub(super) fn check(&self) -> Result<(), Why> {
        if self.transition_days < 30 {
            let days = self.transition_days;
            return Err(Why::of("invalid-rules-transition").with("days", days));
        }
        if self.extended_days > 90 {
            let days = self.extended_days;
            return Err(Why::of("invalid-rules-extended").with("days", days));
        }
        for days in [self.people_link_days, self.people_remind_days] {
            if !(1..=60).contains(&days) {
                return Err(Why::of("invalid-rules-people-days").with("days", days));
            }
        }
        for o in &self.obligation {
            if self.obligation.iter().filter(|other| other.key == o.key).count() > 1 {
                return Err(Why::of("invalid-rules-twice").with("key", &o.key));
            }
            if !o.criteria.iter().any(|c| c.weighs == Weighs::Need) {
                return Err(Why::of("invalid-rules-no-need").with("key", &o.key));
            }
            if (o.frequency == Frequency::AtEvent) != o.due_hours.is_some() {
                return Err(Why::of("invalid-rules-due-hours").with("key", &o.key));
            }
        }
        Ok(())
    }
}
