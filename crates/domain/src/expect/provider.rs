//! A firm that lets its people work on our systems.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Emits, Kind, ProviderId},
    event::expect::{ProviderEvent, ProviderFacts},
    expect::people_ask::{self, PeopleAsk},
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A provider as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub id: ProviderId,
    pub facts: ProviderFacts,
    /// Other spellings of its name that people decided on.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The newest asks of its contacts, by mailed link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<PeopleAsk>,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Provider {
    /// Whether that is its name, or a spelling that a person said is its.
    pub fn is_called(&self, name: &str) -> bool {
        self.facts.name == name || self.aliases.iter().any(|a| a == name)
    }
}

impl Thing for Provider {
    type Event = ProviderEvent;
    const KIND: Kind = Kind::Provider;

    fn born(id: Uuid, e: &ProviderEvent, _at: At) -> Option<Self> {
        match e {
            ProviderEvent::Registered(facts) => {
                let (facts, aliases) = (facts.clone(), Vec::new());
                Some(Provider { id: ProviderId(id), facts, aliases, asks: Vec::new(), withdrawn: false })
            }
            ProviderEvent::Revised(_)
            | ProviderEvent::AliasGiven(_)
            | ProviderEvent::AliasTaken(_)
            | ProviderEvent::PeopleAsked(_)
            | ProviderEvent::PeopleAnswered(_)
            | ProviderEvent::PeopleConfirmed(_)
            | ProviderEvent::PeopleAskClosed(_)
            | ProviderEvent::Withdrawn(_) => None,
        }
    }

    fn apply(&mut self, e: &ProviderEvent, at: At) {
        match e {
            ProviderEvent::Registered(facts) | ProviderEvent::Revised(facts) => self.facts = facts.clone(),
            ProviderEvent::AliasGiven(alias) => {
                self.aliases.retain(|a| *a != alias.name);
                self.aliases.push(alias.name.clone());
            }
            ProviderEvent::AliasTaken(alias) => self.aliases.retain(|a| *a != alias.name),
            ProviderEvent::PeopleAsked(asked) => people_ask::asked(&mut self.asks, asked, at),
            ProviderEvent::PeopleAnswered(said) => people_ask::answered(&mut self.asks, said),
            ProviderEvent::PeopleConfirmed(all) => people_ask::confirmed(&mut self.asks, all, at),
            ProviderEvent::PeopleAskClosed(ask) => people_ask::closed(&mut self.asks, *ask, at),
            ProviderEvent::Withdrawn(_) => self.withdrawn = true,
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
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

    fn emits(&self, _rules: &Rules) -> Emits {
        Emits { duties: people_ask::duties(self.id, &self.asks), ..Emits::default() }
    }
}
