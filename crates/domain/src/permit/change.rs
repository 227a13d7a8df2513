//! A change as its system of record knows it: enough to ask *was this approved, for this system, in this window?*

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, ChangeId, Instant, Kind, Ref},
    event::permit::{ChangeEvent, ChangeFacts, ChangeState},
    thing::{Card, Label, Thing},
};

/// A change reference.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub id: ChangeId,
    pub facts: ChangeFacts,
    /// When we last heard of it.
    pub heard: Instant,
}

/// The name space of change ids, chosen once (random).
const CHANGES: Uuid = Uuid::from_u128(0x1f6c_0b0e_53b9_4d6a_8f0e_6b7d_2a91_c3d4);

/// The id of a change follows from its number in its system of record: recorded twice, from two imports or on two
/// nodes, it is the same change.
pub fn change_id(system: &str, number: &str) -> ChangeId {
    ChangeId(Uuid::new_v5(&CHANGES, format!("{system}\n{number}").as_bytes()))
}

impl Change {
    /// Whether work under it may begin: approved and not finished.
    pub fn approved(&self) -> bool {
        match self.facts.state {
            ChangeState::Approved | ChangeState::InProgress => true,
            ChangeState::Draft
            | ChangeState::Submitted
            | ChangeState::Implemented
            | ChangeState::Closed
            | ChangeState::Rejected
            | ChangeState::RolledBack => false,
        }
    }
}

impl Thing for Change {
    type Event = ChangeEvent;
    const KIND: Kind = Kind::Change;

    fn born(id: Uuid, e: &ChangeEvent, at: At) -> Option<Self> {
        match e {
            ChangeEvent::Recorded(facts) => Some(Change { id: ChangeId(id), facts: facts.clone(), heard: at.at }),
            ChangeEvent::Revised(_) => None,
        }
    }

    fn apply(&mut self, e: &ChangeEvent, at: At) {
        match e {
            ChangeEvent::Recorded(facts) | ChangeEvent::Revised(facts) => self.facts = facts.clone(),
        }
        self.heard = at.at;
    }

    fn card(&self) -> Card {
        let targets = self.facts.targets.iter().map(|i| ("target", Ref::from(*i)));
        let follows = self.facts.follows.iter().map(|c| ("follows", Ref::from(*c)));
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.number.clone()),
            sites: vec![self.facts.site],
            provider: self.facts.provider,
            shared: self.facts.provider.is_some(),
            links: targets.chain(follows).collect(),
            at: Some(self.facts.window.map_or(self.heard, |w| w.from)),
            state: Some(self.facts.state.as_str()),
            hidden: false,
        }
    }
}
