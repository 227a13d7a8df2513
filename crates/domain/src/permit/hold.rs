//! A hold a person set: it leaves this wing as the border noun only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Emits, Held, Hold as HoldNoun, HoldId, Instant, Kind, Line, PersonId, Ref},
    event::permit::{HoldEvent, HoldSet},
    rules::Rules,
    thing::{Card, Thing},
};

/// A hold as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    pub id: HoldId,
    pub facts: HoldSet,
    pub lifted: Option<Instant>,
    pub lifted_by: Option<PersonId>,
}

impl Hold {
    /// The earlier of its end and its lifting.
    pub fn until(&self) -> Option<Instant> {
        match (self.facts.until, self.lifted) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The word at an instant: an ended hold is not a lifted one.
    pub fn word(&self, t: Instant) -> &'static str {
        let ended = self.facts.until.is_some_and(|end| end <= t);
        let lifted = self.lifted.is_some_and(|at| at <= t && self.facts.until.is_none_or(|end| at < end));
        match (lifted, ended) {
            (true, _) => "lifted",
            (false, true) => "ended",
            (false, false) if t < self.facts.from => "announced",
            (false, false) => "holding",
        }
    }

    fn subject(&self) -> Option<Ref> {
        match self.facts.on {
            Held::Person(id) => Some(id.into()),
            Held::Provider(id) => Some(id.into()),
            Held::Engagement(id) => Some(id.into()),
            Held::Instance(id) => Some(id.into()),
            Held::Credential(_) => None,
        }
    }
}

impl Thing for Hold {
    type Event = HoldEvent;
    const KIND: Kind = Kind::Hold;

    fn born(id: Uuid, e: &HoldEvent, _at: At) -> Option<Self> {
        match e {
            HoldEvent::Set(facts) => Some(Hold { id: HoldId(id), facts: facts.clone(), lifted: None, lifted_by: None }),
            HoldEvent::Lifted(_) => None,
        }
    }

    fn apply(&mut self, e: &HoldEvent, at: At) {
        match e {
            HoldEvent::Set(facts) => self.facts = facts.clone(),
            HoldEvent::Lifted(by) => {
                // The first lifting stands: a second one changes nothing.
                self.lifted.get_or_insert(at.at);
                self.lifted_by.get_or_insert(by.by);
            }
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            sites: self.facts.site.into_iter().collect(),
            provider: self.facts.provider,
            links: self.subject().map(|on| ("on", on)).into_iter().collect(),
            at: Some(self.facts.from),
            ..Card::default()
        }
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        let hold = HoldNoun {
            rule: "R-15".to_owned(),
            effect: self.facts.effect,
            cause: self.facts.cause,
            on: self.facts.on,
            // What a person holds, they hold as a whole; the site of the facts says who sees it.
            site: None,
            from: self.facts.from,
            until: self.until(),
            source: self.id.into(),
        };
        Emits { holds: vec![hold], ..Emits::default() }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let turns = [Some(self.facts.from), self.facts.until, self.lifted].into_iter().flatten().collect();
        vec![("state", Line::of(turns, |t| self.word(t)))]
    }
}
