//! A conduit joins two zones of a site. A path through a conduit outside the scope is outside the scope (S1.4b).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, ConduitId, Kind},
    event::expect::{ConduitEvent, ConduitFacts},
    thing::{Card, Label, Thing},
};

/// A conduit as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conduit {
    pub id: ConduitId,
    pub facts: ConduitFacts,
}

impl Thing for Conduit {
    type Event = ConduitEvent;
    const KIND: Kind = Kind::Conduit;

    fn born(id: Uuid, e: &ConduitEvent, _at: At) -> Option<Self> {
        match e {
            ConduitEvent::Registered(facts) => Some(Conduit { id: ConduitId(id), facts: facts.clone() }),
            ConduitEvent::Revised(_) => None,
        }
    }

    fn apply(&mut self, e: &ConduitEvent, _at: At) {
        match e {
            ConduitEvent::Registered(facts) | ConduitEvent::Revised(facts) => self.facts = facts.clone(),
        }
    }

    fn card(&self) -> Card {
        Card {
            label: Label::None,
            sites: vec![self.facts.site],
            links: vec![("site", self.facts.site.into()), ("a", self.facts.a.into()), ("b", self.facts.b.into())],
            state: Some(self.facts.state.as_str()),
            ..Card::default()
        }
    }
}
