//! The four border nouns. Right wings emit them, left wings consume only these: a standing sees reasons, never a
//! finding; a decision sees holds, never an incident (architecture §3).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    id::{EngagementId, InstanceId, PersonId, ProviderId, Ref, SiteId},
    level::{Class, Level, Party},
    time::Instant,
};

/// From an instant on, a reason weighs this much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub from: Instant,
    pub weight: Level,
}

/// Moves a standing. One source gives one reason; what it weighs when is known in advance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Row of the published reason table, for instance `evidence-missing`.
    pub key: String,
    /// Rule it rests on, for instance `R-22`.
    pub rule: String,
    pub engagement: EngagementId,
    pub site: SiteId,
    pub class: Class,
    pub party: Party,
    /// Whether it counts: confirmed and caused by the provider. Others are shown beside, never weighed.
    pub counts: bool,
    /// In order of time; before the first it weighs nothing.
    pub steps: Vec<Step>,
    /// When it stopped; `None` while it stands.
    pub until: Option<Instant>,
    /// When the provider was told; the notice of R-24 counts from here.
    pub announced_at: Instant,
    /// Message id of what clears it.
    pub clears: String,
    /// The object it comes from, linked by *Why*.
    pub source: Ref,
    /// The contract clause it rests on: agreement and number, for instance `6.2`.
    pub clause: Option<(Ref, String)>,
}

impl Reason {
    /// What it weighs at an instant; Good means nothing.
    pub fn weight(&self, t: Instant) -> Level {
        if !self.counts || self.until.is_some_and(|end| end <= t) {
            return Level::Good;
        }
        self.steps.iter().filter(|s| s.from <= t).map(|s| s.weight).next_back().unwrap_or(Level::Good)
    }
}

/// What a hold does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// No new access; running work goes to its safe end.
    NoNewAccess,
    /// Access only attended.
    AttendedOnly,
}

/// Whom or what a hold is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "id", rename_all = "kebab-case")]
pub enum Held {
    Person(PersonId),
    Provider(ProviderId),
    Engagement(EngagementId),
    Instance(InstanceId),
    /// A credential, by the id its sign-in record gives it.
    Credential(Uuid),
}

/// Why a hold was set. An emergency overrides none that is about security and on the person or credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    Security,
    Gmp,
    Incident,
}

/// Blocks or conditions use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    pub rule: String,
    pub effect: Effect,
    pub cause: Cause,
    pub on: Held,
    /// Where alone it holds; `None` is everywhere.
    #[serde(default)]
    pub site: Option<SiteId>,
    pub from: Instant,
    pub until: Option<Instant>,
    pub source: Ref,
}
impl Hold {
    /// Whether it is about work at a site.
    pub fn reaches(&self, site: SiteId) -> bool {
        self.site.is_none_or(|only| only == site)
    }
    /// Whether it holds at an instant.
    pub fn holds(&self, t: Instant) -> bool {
        self.from <= t && self.until.is_none_or(|end| t < end)
    }
}

/// Who owes what by when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub rule: String,
    pub party: Party,
    /// The provider that owes it; `None` for our own duties.
    pub provider: Option<ProviderId>,
    pub site: Option<SiteId>,
    pub what: Ref,
    pub due: Instant,
    pub done: Option<Instant>,
}

/// What kind of operational evidence a proof points to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    Session,
    AccountList,
    Change,
    Inspection,
}

/// Pointer to operational evidence of our own (R-22: strong needs one).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Requirement it speaks to, for instance `SP.09.02`; `None` when it speaks to practice at large.
    pub requirement: Option<String>,
    pub kind: ProofKind,
    pub engagement: Option<EngagementId>,
    pub at: Instant,
    pub source: Ref,
}

/// Everything a thing hands over the borders.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Emits {
    pub reasons: Vec<Reason>,
    pub holds: Vec<Hold>,
    pub duties: Vec<Duty>,
    pub proofs: Vec<Proof>,
}
