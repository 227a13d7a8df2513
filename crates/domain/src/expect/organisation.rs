//! The asset owner itself. Its first entry says demo or real, for ever: only demo data may move its clock.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, OrganisationId},
    event::expect::{OrganisationEvent, OrganisationFounded},
    thing::{Card, Label, Thing},
};

/// The organisation as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub id: OrganisationId,
    pub facts: OrganisationFounded,
    /// The first instant of the programme: what ran before may stay in use.
    #[serde(default)]
    pub founded: Option<Instant>,
    /// How many private values were ever destroyed.
    #[serde(default)]
    pub erased: u64,
}

impl Thing for Organisation {
    type Event = OrganisationEvent;
    const KIND: Kind = Kind::Organisation;

    fn born(id: Uuid, e: &OrganisationEvent, at: At) -> Option<Self> {
        match e {
            OrganisationEvent::Founded(facts) => {
                Some(Organisation { id: OrganisationId(id), facts: facts.clone(), founded: Some(at.at), erased: 0 })
            }
            OrganisationEvent::Renamed(_) | OrganisationEvent::TextErased(_) => None,
        }
    }

    fn apply(&mut self, e: &OrganisationEvent, _at: At) {
        match e {
            // Founded twice cannot happen through an act; if a ledger held it, the first word on demo stands.
            OrganisationEvent::Founded(facts) => self.facts.name = facts.name.clone(),
            OrganisationEvent::Renamed(to) => self.facts.name = to.name.clone(),
            OrganisationEvent::TextErased(gone) => self.erased += gone.slots.len() as u64,
        }
    }

    fn card(&self) -> Card {
        let state = if self.facts.demo { "demo" } else { "real" };
        Card { label: Label::Clear(self.facts.name.clone()), state: Some(state), shared: true, ..Card::default() }
    }
}
