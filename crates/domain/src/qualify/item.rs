//! One piece of evidence: what was delivered never changes, each review is a record of its own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{Actor, At, Instant, ItemId, Kind},
    event::qualify::{ItemDelivered, ItemEvent, ItemReviewed},
    thing::{Card, Label, Thing},
};

/// A review with who made it and when.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    pub review: ItemReviewed,
    pub by: Actor,
    pub at: Instant,
}

/// An item as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub id: ItemId,
    pub facts: ItemDelivered,
    pub delivered_at: Instant,
    /// In order; the last one stands.
    pub reviews: Vec<Review>,
    pub quarantined: bool,
}

impl Item {
    /// The review that stands.
    pub fn standing_review(&self) -> Option<&Review> {
        self.reviews.last()
    }
}

impl Thing for Item {
    type Event = ItemEvent;
    const KIND: Kind = Kind::Item;

    fn born(id: Uuid, e: &ItemEvent, at: At) -> Option<Self> {
        match e {
            ItemEvent::Delivered(facts) => Some(Item {
                id: ItemId(id),
                facts: facts.clone(),
                delivered_at: at.at,
                reviews: Vec::new(),
                quarantined: false,
            }),
            ItemEvent::Reviewed(_) | ItemEvent::Quarantined(_) => None,
        }
    }

    fn apply(&mut self, e: &ItemEvent, at: At) {
        match e {
            // Immutable after delivery for every role; a correction is another item.
            ItemEvent::Delivered(_) => {}
            ItemEvent::Reviewed(review) => {
                self.reviews.push(Review { review: review.clone(), by: at.by, at: at.at });
            }
            ItemEvent::Quarantined(_) => self.quarantined = true,
        }
    }

    fn card(&self) -> Card {
        let mut links = vec![
            ("engagement", self.facts.engagement.into()),
            ("provider", self.facts.provider.into()),
            ("delivered-by", self.facts.delivered_by.into()),
        ];
        links.extend(self.facts.request.map(|r| ("request", r.into())));
        let state = match self.standing_review().map(|r| r.review.grade) {
            _ if self.quarantined => "quarantined",
            None => "received",
            Some(None) => "returned",
            Some(Some(grade)) => grade.as_str(),
        };
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Private(self.facts.file_name.clone()),
            sites: vec![self.facts.site],
            provider: Some(self.facts.provider),
            shared: true,
            links,
            at: Some(self.delivered_at),
            state: Some(state),
        }
    }
}
