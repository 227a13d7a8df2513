//! One piece of evidence: what was delivered never changes, each review is a record of its own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{Actor, At, Instant, Invalid, ItemId, Kind, Refusal, Why},
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

impl Item {
    /// what was put away is judged no more.
    pub fn may_review(&self) -> Result<(), Refusal> {
        if self.quarantined { Err(Refusal::new("R-07", "stop-item-quarantined")) } else { Ok(()) }
    }
}

/// What a delivered file must say of itself.
pub fn may_deliver(sha256: &str, bytes: u64, media: &str) -> Result<(), Invalid> {
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if sha256.len() != 64 || !sha256.bytes().all(hex) {
        return Err(Invalid::field("sha256", Why::of("invalid-sha256")));
    }
    if bytes == 0 {
        return Err(Invalid::field("bytes", Why::of("invalid-file-empty")));
    }
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    if media.len() > 127 || !media.split_once('/').is_some_and(|(a, b)| part(a) && part(b)) {
        return Err(Invalid::field("media", Why::of("invalid-media")));
    }
    Ok(())
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
            hidden: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is() {
        let hash = "0a".repeat(32);
        assert!(may_deliver(&hash, 12, "text/csv").is_ok());
        let field = |sha256: &str, bytes, media: &str| may_deliver(sha256, bytes, media).unwrap_err().place.field;
        assert_eq!(field(&"0A".repeat(32), 12, "text/csv").as_deref(), Some("sha256"));
        assert_eq!(field(&hash[1..], 12, "text/csv").as_deref(), Some("sha256"));
        assert_eq!(field(&hash, 0, "text/csv").as_deref(), Some("bytes"));
        for media in ["", "csv", "text/", "text/csv; x", "text/<b>"] {
            assert_eq!(field(&hash, 12, media).as_deref(), Some("media"), "{media}");
        }
    }
}
