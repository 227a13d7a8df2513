//! Who may do what, where, until when, and how much that matters (tier).

use serde::{Deserialize, Serialize};

use super::import::Withdrawn;
use super::words::{Activity, EngagementKind, Known, Phase, ProductEffect, TierFact};
use crate::base::{
    AgreementId, ConduitId, Day, InstanceId, Instant, Pattern, PersonId, Private, ProviderId, Ref, Role, SiteId, Text,
    Tier,
};

/// The frame of an engagement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngagementFacts {
    pub provider: ProviderId,
    pub agreement: Option<AgreementId>,
    /// Reference such as `E-025`.
    pub reference: String,
    pub name: String,
    pub kind: EngagementKind,
    pub phases: Vec<Phase>,
    pub activities: Vec<Activity>,
    /// First day, in the target site's zone.
    pub from: Day,
    /// Last day, to its end in the target site's zone.
    pub until: Day,
    /// Ways in that were agreed; `None` when nobody has said, `[none]` when there is no access at all.
    pub patterns: Option<Vec<Pattern>>,
    /// It existed before the programme began and is in use as it is until the end of this day.
    pub in_use_before_programme_until: Option<Day>,
    /// Owner-side person who answers for it.
    pub owner: Option<PersonId>,
}

/// One item of the scope: what on which instance, through which conduits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeItem {
    pub site: SiteId,
    pub instance: InstanceId,
    pub roles: Vec<Role>,
    /// Conduits that may be crossed on the way.
    pub conduits: Vec<ConduitId>,
    /// First and last day when narrower than the engagement.
    pub from: Option<Day>,
    pub until: Option<Day>,
}

/// Names an item of the scope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeNamed {
    pub instance: InstanceId,
}

/// A fact a tier rests on, with the object that shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Because {
    pub fact: TierFact,
    pub on: Option<Ref>,
}

/// The five tier questions, answered for an engagement at a site. *Don't know* is an answer: it is kept as unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierAnswered {
    pub site: SiteId,
    /// Whether people or devices get in, over a network or on site with a laptop or a medium.
    pub access: Known,
    /// Whether they could change something there rather than only look.
    pub change: Known,
    /// Whether that could reach a safety function.
    pub safety: Known,
    /// What it could do to product, batch records and data for an authority.
    pub product: ProductEffect,
    /// Whether that could reach the network others depend on.
    pub network: Known,
}

/// The tier at a site as it was computed then; frozen, so that a corrected rule never rewrites what people saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierSet {
    pub site: SiteId,
    pub tier: Tier,
    /// A needed fact is unknown: gates new access as T1, starts no due dates.
    pub provisional: bool,
    pub because: Vec<Because>,
    pub rules_version: u32,
    /// Raised: new obligations do not count before this instant.
    pub transition_until: Option<Instant>,
}

/// Somebody set another tier, with a second person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierOverridden {
    pub site: SiteId,
    pub tier: Tier,
    pub reason: Private<Text>,
    /// The second person; never the author of the entry.
    pub second: PersonId,
    pub transition_until: Option<Instant>,
}

/// An account, path or session was found that contradicts *no access*.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierContradicted {
    pub site: SiteId,
    pub found: Ref,
}

/// The contradiction was looked into and settled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierReconciled {
    pub site: SiteId,
    pub found: Ref,
    pub reason: Private<Text>,
}

/// What happens to an engagement. Its activation is a fact of *permit*.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum EngagementEvent {
    #[serde(rename = "expect.engagement.drafted@1")]
    Drafted(EngagementFacts),
    #[serde(rename = "expect.engagement.revised@1")]
    Revised(EngagementFacts),
    #[serde(rename = "expect.scope.proposed@1")]
    ScopeProposed(ScopeItem),
    #[serde(rename = "expect.scope.approved@1")]
    ScopeApproved(ScopeNamed),
    #[serde(rename = "expect.scope.ended@1")]
    ScopeEnded(ScopeNamed),
    /// What was proposed is taken back; what was approved stands.
    #[serde(rename = "expect.scope.withdrawn@1")]
    ScopeWithdrawn(ScopeNamed),
    #[serde(rename = "expect.tier.answered@1")]
    TierAnswered(TierAnswered),
    #[serde(rename = "expect.tier.set@1")]
    TierSet(TierSet),
    #[serde(rename = "expect.tier.overridden@1")]
    TierOverridden(TierOverridden),
    #[serde(rename = "expect.tier.contradicted@1")]
    TierContradicted(TierContradicted),
    #[serde(rename = "expect.tier.reconciled@1")]
    TierReconciled(TierReconciled),
    #[serde(rename = "expect.engagement.withdrawn@1")]
    Withdrawn(Withdrawn),
}
