//! A system over all its environments: who owns it, what kind it is. What is touched is always an instance.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Kind, SystemId},
    event::expect::{SystemEvent, SystemFacts},
    thing::{Card, Label, Thing},
};

/// A system as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    pub id: SystemId,
    pub facts: SystemFacts,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Thing for System {
    type Event = SystemEvent;
    const KIND: Kind = Kind::System;

    fn born(id: Uuid, e: &SystemEvent, _at: At) -> Option<Self> {
        match e {
            SystemEvent::Registered(facts) => Some(System { id: SystemId(id), facts: facts.clone(), withdrawn: false }),
            SystemEvent::Revised(_) | SystemEvent::Withdrawn(_) => None,
        }
    }

    fn apply(&mut self, e: &SystemEvent, _at: At) {
        match e {
            SystemEvent::Registered(facts) | SystemEvent::Revised(facts) => self.facts = facts.clone(),
            SystemEvent::Withdrawn(_) => self.withdrawn = true,
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.facts.site],
            links: [Some(("site", self.facts.site.into())), self.facts.owner.map(|p| ("owner", p.into()))]
                .into_iter()
                .flatten()
                .collect(),
            state: Some(self.facts.kind.as_str()),
            ..Card::default()
        }
    }
}
