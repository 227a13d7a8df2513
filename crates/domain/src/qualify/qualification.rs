//! The signed answer to *can they meet it?* (R-01). It lapses by the clock; every lapse names its cause, and a lapse
//! that is ours never hurts the provider.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, Party, QualificationId},
    event::qualify::{Condition, QualificationDecided, QualificationEvent, Touches},
    thing::{Card, Label, Thing},
};

/// A condition with when it was met.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditioned {
    pub condition: Condition,
    pub met_at: Option<Instant>,
}

/// A named cause of the lapse.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapse {
    pub cause: Party,
    pub named_at: Instant,
}

/// A qualification as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    pub id: QualificationId,
    pub facts: QualificationDecided,
    pub decided_at: Instant,
    pub conditions: Vec<Conditioned>,
    pub touches: Vec<Touches>,
    pub lapse: Option<Lapse>,
    pub withdrawn_at: Option<Instant>,
    /// A newer decision took its place.
    pub superseded_at: Option<Instant>,
}

impl Thing for Qualification {
    type Event = QualificationEvent;
    const KIND: Kind = Kind::Qualification;

    fn born(id: Uuid, e: &QualificationEvent, at: At) -> Option<Self> {
        match e {
            QualificationEvent::Decided(facts) => Some(Qualification {
                id: QualificationId(id),
                facts: facts.clone(),
                decided_at: at.at,
                conditions: facts
                    .conditions
                    .iter()
                    .map(|c| Conditioned { condition: c.clone(), met_at: None })
                    .collect(),
                touches: facts.touches.clone(),
                lapse: None,
                withdrawn_at: None,
                superseded_at: None,
            }),
            QualificationEvent::Attached(_)
            | QualificationEvent::ConditionMet(_)
            | QualificationEvent::LapseExplained(_)
            | QualificationEvent::Withdrawn(_)
            | QualificationEvent::Superseded(_) => None,
        }
    }

    fn apply(&mut self, e: &QualificationEvent, at: At) {
        match e {
            // What was signed is never edited: a new decision is a new qualification.
            QualificationEvent::Decided(_) => {}
            QualificationEvent::Attached(a) => {
                let same = |t: &Touches| (t.engagement, t.site) == (a.touches.engagement, a.touches.site);
                self.touches.retain(|t| !same(t));
                self.touches.push(a.touches.clone());
            }
            QualificationEvent::ConditionMet(met) => {
                for c in self.conditions.iter_mut().filter(|c| c.condition.key == met.key) {
                    c.met_at.get_or_insert(at.at);
                }
            }
            QualificationEvent::LapseExplained(l) => self.lapse = Some(Lapse { cause: l.cause, named_at: at.at }),
            QualificationEvent::Withdrawn(_) => {
                self.withdrawn_at.get_or_insert(at.at);
            }
            QualificationEvent::Superseded(_) => {
                self.superseded_at.get_or_insert(at.at);
            }
        }
    }

    fn card(&self) -> Card {
        let mut links = vec![("provider", self.facts.provider.into())];
        links.extend(self.touches.iter().map(|t| ("engagement", t.engagement.into())));
        links.extend(self.facts.decided_by.iter().map(|p| ("decided-by", (*p).into())));
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::None,
            sites: self.facts.sites.clone(),
            provider: Some(self.facts.provider),
            shared: true,
            links,
            at: Some(self.decided_at),
            state: Some(match (self.withdrawn_at, self.superseded_at) {
                (Some(_), _) => "withdrawn",
                (None, Some(_)) => "superseded",
                (None, None) => "decided",
            }),
        }
    }
}
