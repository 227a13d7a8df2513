//! A firm that lets its people work on our systems.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Kind, ProviderId},
    event::expect::{ProviderEvent, ProviderFacts},
    thing::{Card, Label, Thing},
};

/// A provider as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub id: ProviderId,
    pub facts: ProviderFacts,
}

impl Thing for Provider {
    type Event = ProviderEvent;
    const KIND: Kind = Kind::Provider;

    fn born(id: Uuid, e: &ProviderEvent, _at: At) -> Option<Self> {
        match e {
            ProviderEvent::Registered(facts) => Some(Provider { id: ProviderId(id), facts: facts.clone() }),
            ProviderEvent::Revised(_) => None,
        }
    }

    fn apply(&mut self, e: &ProviderEvent, _at: At) {
        match e {
            ProviderEvent::Registered(facts) | ProviderEvent::Revised(facts) => self.facts = facts.clone(),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            provider: Some(self.id),
            shared: true,
            ..Card::default()
        }
    }
}
