//! A request for evidence. It is the thing that emits the administrative reasons of evidence: what follows
//! from silence is known, and announced, the moment it is sent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Day, Grade, Instant, ItemId, Kind, Party, RequestId},
    event::qualify::{Basis, RequestEvent, RequestSent},
    thing::{Card, Label, Thing},
};

/// A grade an item got, and when.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graded {
    pub item: ItemId,
    pub grade: Grade,
    pub valid_until: Option<Instant>,
    pub at: Instant,
}

/// A request as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub id: RequestId,
    pub facts: RequestSent,
    /// The notice of R-24 runs from here.
    pub sent_at: Instant,
    pub seen_at: Option<Instant>,
    /// The day that stands, after extensions.
    pub due: Day,
    /// Everything delivered, in order, with when.
    pub items: Vec<(ItemId, Instant)>,
    /// In order; the last one stands.
    pub grades: Vec<Graded>,
    pub returned_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
}

impl Request {
    /// Whether silence counts against the provider: mandatory, binding, and the provider's duty.
    pub fn counts(&self) -> bool {
        let binding = match &self.facts.basis {
            Basis::Clause(_) => true,
            Basis::Voluntary | Basis::OwnDuty => false,
        };
        self.facts.mandatory && binding && self.facts.party == Party::Provider
    }
    /// End of the due day.
    pub fn due_at(&self) -> Instant {
        self.facts.zone.end_of(self.due)
    }
    /// When it was accepted, if the last grade accepts it.
    pub fn accepted_at(&self) -> Option<Instant> {
        self.grades.last().filter(|g| g.grade >= Grade::Adequate).map(|g| g.at)
    }
}

impl Thing for Request {
    type Event = RequestEvent;
    const KIND: Kind = Kind::Request;

    fn born(id: Uuid, e: &RequestEvent, at: At) -> Option<Self> {
        match e {
            RequestEvent::Sent(facts) => Some(Request {
                id: RequestId(id),
                facts: facts.clone(),
                sent_at: at.at,
                seen_at: None,
                due: facts.due,
                items: Vec::new(),
                grades: Vec::new(),
                returned_at: None,
                cancelled_at: None,
            }),
            RequestEvent::Seen(_)
            | RequestEvent::Answered(_)
            | RequestEvent::Graded(_)
            | RequestEvent::Returned(_)
            | RequestEvent::DueMoved(_)
            | RequestEvent::Cancelled(_) => None,
        }
    }

    fn apply(&mut self, e: &RequestEvent, at: At) {
        match e {
            // Sent once; what was announced is never rewritten.
            RequestEvent::Sent(_) => {}
            RequestEvent::Seen(_) => {
                self.seen_at.get_or_insert(at.at);
            }
            RequestEvent::Answered(a) => self.items.push((a.item, at.at)),
            RequestEvent::Graded(g) => {
                self.returned_at = None;
                self.grades.push(Graded { item: g.item, grade: g.grade, valid_until: g.valid_until, at: at.at });
            }
            RequestEvent::Returned(_) => self.returned_at = Some(at.at),
            RequestEvent::DueMoved(to) => self.due = to.due,
            RequestEvent::Cancelled(_) => {
                self.cancelled_at.get_or_insert(at.at);
            }
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links = vec![("engagement", f.engagement.into()), ("provider", f.provider.into())];
        links.extend(f.obligation.map(|o| ("obligation", o.into())));
        if let Basis::Clause(c) = &f.basis {
            links.push(("agreement", c.agreement.into()));
        }
        let newest = self.items.last().map(|(_, at)| *at);
        let judged = self.grades.last().map(|g| g.at).max(self.returned_at);
        let state = match () {
            () if self.cancelled_at.is_some() => "cancelled",
            () if newest > judged => "answered",
            () if self.returned_at.is_some() => "returned",
            () if self.accepted_at().is_some() => "accepted",
            () if !self.grades.is_empty() => "weak",
            () if self.seen_at.is_some() => "seen",
            () => "sent",
        };
        Card {
            reference: Some(f.reference.clone()),
            label: Label::Clear(format!("{} {}", f.key, f.period)),
            sites: vec![f.site],
            provider: Some(f.provider),
            shared: f.party != Party::Owner,
            links,
            at: Some(self.sent_at),
            state: Some(state),
        }
    }
}
