//! The catalogue of requirements: ids and our own words, one pinned edition. The text of the standard never
//! enters; who holds a licence reads it there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, CatalogueId, Instant, Kind},
    event::expect::{CatalogueAdopted, CatalogueEvent},
    thing::{Card, Label, Thing},
};

/// The adopted edition as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    pub id: CatalogueId,
    pub facts: CatalogueAdopted,
    pub since: Instant,
}

impl Thing for Adopted {
    type Event = CatalogueEvent;
    const KIND: Kind = Kind::Catalogue;

    fn born(id: Uuid, e: &CatalogueEvent, at: At) -> Option<Self> {
        match e {
            CatalogueEvent::Adopted(facts) => Some(Adopted { id: CatalogueId(id), facts: facts.clone(), since: at.at }),
        }
    }

    fn apply(&mut self, e: &CatalogueEvent, at: At) {
        match e {
            // An erratum of our own words under the same edition; another edition is another object.
            CatalogueEvent::Adopted(facts) => {
                self.facts = facts.clone();
                self.since = at.at;
            }
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.edition.clone()),
            label: Label::Clear(self.facts.edition.clone()),
            shared: true,
            at: Some(self.since),
            ..Card::default()
        }
    }
}
