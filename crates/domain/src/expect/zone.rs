//! A zone of a site, with the ways in that are allowed there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Kind, ZoneId},
    event::expect::{ZoneEvent, ZoneFacts},
    thing::{Card, Label, Thing},
};

/// A zone as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub id: ZoneId,
    pub facts: ZoneFacts,
}

impl Thing for Zone {
    type Event = ZoneEvent;
    const KIND: Kind = Kind::Zone;

    fn born(id: Uuid, e: &ZoneEvent, _at: At) -> Option<Self> {
        match e {
            ZoneEvent::Registered(facts) => Some(Zone { id: ZoneId(id), facts: facts.clone() }),
            ZoneEvent::Revised(_) => None,
        }
    }

    fn apply(&mut self, e: &ZoneEvent, _at: At) {
        match e {
            ZoneEvent::Registered(facts) | ZoneEvent::Revised(facts) => self.facts = facts.clone(),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.facts.site],
            links: vec![("site", self.facts.site.into())],
            ..Card::default()
        }
    }
}
