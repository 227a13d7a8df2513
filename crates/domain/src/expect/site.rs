//! A plant with its zone of time: due dates of everything at a site end in its local day.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Kind, SiteId},
    event::expect::{SiteEvent, SiteFacts},
    thing::{Card, Label, Thing},
};

/// A site as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub id: SiteId,
    pub facts: SiteFacts,
}

impl Thing for Site {
    type Event = SiteEvent;
    const KIND: Kind = Kind::Site;

    fn born(id: Uuid, e: &SiteEvent, _at: At) -> Option<Self> {
        match e {
            SiteEvent::Registered(facts) => Some(Site { id: SiteId(id), facts: facts.clone() }),
            SiteEvent::Revised(_) => None,
        }
    }

    fn apply(&mut self, e: &SiteEvent, _at: At) {
        match e {
            SiteEvent::Registered(facts) | SiteEvent::Revised(facts) => self.facts = facts.clone(),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.id],
            ..Card::default()
        }
    }
}
