//! Lengths of access and what purposes, roles and zones need.

use serde::Deserialize;

use super::tiers::PerTier;
use crate::{
    base::{Pattern, Purpose, Role, Tier, Why, time::HOUR},
    event::expect::ZoneKind,
    witness::retention::DAYS,
};

/// Values of `access.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRules {
    pub version: u32,
    /// Hours by tier.
    pub cap_hours: PerTier,
    /// Tiers that are only ever attended.
    pub attended_tiers: Vec<Tier>,
    pub purpose_cap_hours: PurposeCaps,
    /// How far the shift lead may renew an emergency in all.
    pub emergency_renew_hours: i64,
    /// Roles that need an approved change covering the request.
    pub reference_roles: Vec<Role>,
    pub check_in_minutes: i64,
    /// Days from one review of the audit trail to the next; rules adopted before there were reviews do not name it.
    #[serde(default = "trail_review_days")]
    pub trail_review_days: i64,
    pub overrun_minutes: i64,
    /// Keys of trainings and acknowledgements every person needs at a site.
    pub trainings: Vec<String>,
    pub zone_patterns: ZonePatterns,
    /// Days without a sign-in after which an account is dormant; rules adopted before it was said have the same.
    #[serde(default = "dormant")]
    pub dormant_days: i64,
    /// Days for which a recording is kept after its session ended; rules adopted before have the same.
    #[serde(default = "recordings")]
    pub recording_days: u32,
}

fn recordings() -> u32 {
    90
}

fn dormant() -> i64 {
    90
}

/// Hours by purpose; the others have the tier's cap only.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeCaps {
    pub collect: i64,
    pub monitor: i64,
    pub emergency: i64,
}

/// Ways in that a zone of each kind starts with.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonePatterns {
    pub production: Vec<Pattern>,
    pub safety: Vec<Pattern>,
    pub operations: Vec<Pattern>,
    pub dmz: Vec<Pattern>,
    pub lab: Vec<Pattern>,
    pub building: Vec<Pattern>,
    pub utilities: Vec<Pattern>,
}

const fn trail_review_days() -> i64 {
    30
}

impl AccessRules {
    /// Longest grant in seconds: of tier and purpose the shorter (`defaults.md` §2.6).
    pub fn cap(&self, tier: Tier, purpose: Purpose) -> i64 {
        let by_tier = self.cap_hours.get(tier).unwrap_or_default();
        let by_purpose = match purpose {
            Purpose::Collect => self.purpose_cap_hours.collect,
            Purpose::Monitor => self.purpose_cap_hours.monitor,
            Purpose::Emergency => self.purpose_cap_hours.emergency,
            Purpose::Troubleshoot | Purpose::Upgrade | Purpose::Maintain => by_tier,
        };
        by_tier.min(by_purpose) * HOUR
    }
    /// Whether the tier alone asks for somebody of ours.
    pub fn attended(&self, tier: Tier) -> bool {
        self.attended_tiers.contains(&tier)
    }
    /// What a zone of this kind starts with.
    pub fn patterns(&self, kind: ZoneKind) -> &[Pattern] {
        let z = &self.zone_patterns;
        match kind {
            ZoneKind::Production => &z.production,
            ZoneKind::Safety => &z.safety,
            ZoneKind::Operations => &z.operations,
            ZoneKind::Dmz => &z.dmz,
            ZoneKind::Lab => &z.lab,
            ZoneKind::Building => &z.building,
            ZoneKind::Utilities => &z.utilities,
        }
    }

    pub(super) fn check(&self) -> Result<(), Why> {
        let hours = Tier::ALL.iter().map(|t| self.cap_hours.get(*t).unwrap_or_default());
        let purposes =
            [self.purpose_cap_hours.collect, self.purpose_cap_hours.monitor, self.purpose_cap_hours.emergency];
        match hours.chain(purposes).find(|h| !(1..=24 * 7).contains(h)) {
            Some(h) => Err(Why::of("invalid-rules-cap").with("hours", h)),
            None if !(1..=366).contains(&self.trail_review_days) => {
                Err(Why::of("invalid-rules-trail").with("days", self.trail_review_days))
            }
            None if !(DAYS.0..=DAYS.1).contains(&self.recording_days) => {
                Err(Why::of("invalid-recording-days").with("least", DAYS.0).with("most", DAYS.1))
            }
            None => Ok(()),
        }
    }
}
