//! What a party owes again and again at a site, with why. Nothing counts without a binding clause.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, ObligationId, Party},
    event::qualify::{ObligationEvent, ObligationFacts},
    thing::{Card, Label, Thing},
};

/// An obligation as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    pub id: ObligationId,
    pub facts: ObligationFacts,
    pub since: Instant,
    pub ended_at: Option<Instant>,
}

impl Thing for Obligation {
    type Event = ObligationEvent;
    const KIND: Kind = Kind::Obligation;

    fn born(id: Uuid, e: &ObligationEvent, at: At) -> Option<Self> {
        match e {
            ObligationEvent::Derived(facts) => {
                Some(Obligation { id: ObligationId(id), facts: facts.clone(), since: at.at, ended_at: None })
            }
            ObligationEvent::Revised(_) | ObligationEvent::Ended(_) => None,
        }
    }

    fn apply(&mut self, e: &ObligationEvent, at: At) {
        match e {
            ObligationEvent::Derived(facts) | ObligationEvent::Revised(facts) => {
                self.facts = facts.clone();
                self.ended_at = None;
            }
            ObligationEvent::Ended(_) => self.ended_at = Some(at.at),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links = vec![("engagement", f.engagement.into()), ("provider", f.provider.into())];
        links.extend(f.basis.as_ref().map(|b| ("agreement", b.agreement.into())));
        Card {
            reference: Some(f.reference.clone()),
            label: Label::Clear(f.key.clone()),
            sites: vec![f.site],
            provider: Some(f.provider),
            shared: f.party != Party::Owner,
            links,
            at: Some(self.since),
            state: Some(if self.ended_at.is_some() { "ended" } else { "in-force" }),
            hidden: false,
        }
    }
}
