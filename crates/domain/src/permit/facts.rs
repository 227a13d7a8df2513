//! Every input of R-15, with border nouns and plain facts only: no session, incident or finding can reach a decision.
//! This signature stood before any body was written; if it needs a right wing's type, the design is wrong.

use crate::base::{Hold, InstanceId, Instant, Level, Line, PersonId, SiteId, Tier, Window};

/// What a request asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    pub person: PersonId,
    pub instance: InstanceId,
    pub site: SiteId,
    pub window: Window,
    pub attended: bool,
}

/// What is known about it, at a size of the ledger.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    pub standing: Line<Level>,
    pub tier: Option<Tier>,
    pub holds: Vec<Hold>,
    pub identity_valid_until: Option<Instant>,
    pub rules_version: u32,
}
