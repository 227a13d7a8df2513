//! The asset owner itself. Its first entry says demo or real, for ever: only demo data may move its clock. And who
//! vouched for the clock when nobody believed it, who outside vouches for the record, and which log it is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::trail::Trail;
use crate::{
    base::{At, Instant, Kind, OrganisationId, PersonId, Refusal},
    event::expect::{ClockConfirmed, ClockNamed, OldHead, OrganisationEvent, OrganisationFounded},
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
    #[serde(default)]
    pub clock: Vouched,
    /// How many private values were ever destroyed.
    #[serde(default)]
    pub erased: u64,
    /// How many audit packs were ever made.
    #[serde(default)]
    pub packs: u64,
    /// How far the audit trail was reviewed.
    #[serde(default)]
    pub trail: Trail,
    #[serde(default)]
    pub cosigners: Cosigners,
    /// Keys that took over from the one before, oldest first.
    #[serde(default)]
    pub rotated: Vec<Rotated>,
    /// The logs this record was before it was restored, oldest first.
    #[serde(default)]
    pub restored: Vec<Restored>,
}

/// Who outside is asked to vouch for the record's heads.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigners {
    pub keys: Vec<String>,
    pub quorum: u32,
}

/// That the log's key handed over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotated {
    /// Index of the entry that says so: heads beyond it are signed by the new key, those before by the old one.
    pub at: u64,
    pub key: String,
    /// The statement that both keys signed.
    pub note: String,
}

/// That this record became a log of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    pub old: OldHead,
    /// Index of the entry that says so: heads beyond it are of the new log, those before of the old one.
    pub at: u64,
    pub origin: String,
    pub key: String,
}

/// What people said about a clock that had jumped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    /// Who named which instant and waits for a second person.
    pub named: Option<(PersonId, Instant)>,
    /// The last instant that two people confirmed.
    pub confirmed: Option<Instant>,
}

/// How near words and clocks must be, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nearness {
    /// Between what a person names and what the clock shows.
    pub near: i64,
    /// Between the first naming and the second.
    pub second: i64,
}

impl Vouched {
    /// Names the instant for the first time, or confirms it as a second person. Whoever names another time than the
    /// clock shows has found the fault: the clock is to be set right, not the record.
    pub fn vouch(&self, by: PersonId, named: ClockNamed, how: Nearness) -> Result<OrganisationEvent, Refusal> {
        if named.instant.secs_since(named.shown).abs() > how.near {
            return Err(Refusal::new("R-39", "refuse-clock-differs"));
        }
        let waits = |at: Instant| (-how.near..=how.second).contains(&named.instant.secs_since(at));
        match self.named.filter(|(_, at)| waits(*at)) {
            Some((first, _)) if first == by => Err(Refusal::new("R-39", "refuse-clock-same-person")),
            Some((first, _)) => Ok(OrganisationEvent::ClockConfirmed(ClockConfirmed { first, named })),
            None => Ok(OrganisationEvent::ClockNamed(named)),
        }
    }
}

impl Thing for Organisation {
    type Event = OrganisationEvent;
    const KIND: Kind = Kind::Organisation;

    fn born(id: Uuid, e: &OrganisationEvent, at: At) -> Option<Self> {
        match e {
            OrganisationEvent::Founded(facts) => Some(Organisation {
                id: OrganisationId(id),
                facts: facts.clone(),
                founded: Some(at.at),
                clock: Vouched::default(),
                erased: 0,
                packs: 0,
                trail: Trail::default(),
                cosigners: Cosigners::default(),
                rotated: Vec::new(),
                restored: Vec::new(),
            }),
            OrganisationEvent::Renamed(_)
            | OrganisationEvent::ClockNamed(_)
            | OrganisationEvent::ClockConfirmed(_)
            | OrganisationEvent::TextErased(_)
            | OrganisationEvent::PackMade(_)
            | OrganisationEvent::TrailLooked(_)
            | OrganisationEvent::TrailReviewed(_)
            | OrganisationEvent::CosignersNamed(_)
            | OrganisationEvent::KeyRotated(_)
            | OrganisationEvent::RecordRestored(_) => None,
        }
    }

    fn apply(&mut self, e: &OrganisationEvent, at: At) {
        match e {
            // Founded twice cannot happen through an act; if a ledger held it, the first word on demo stands.
            OrganisationEvent::Founded(facts) => self.facts.name = facts.name.clone(),
            OrganisationEvent::Renamed(to) => self.facts.name = to.name.clone(),
            OrganisationEvent::ClockNamed(named) => {
                self.clock.named = at.by.person().map(|by| (by, named.instant));
            }
            OrganisationEvent::ClockConfirmed(yes) => {
                self.clock = Vouched { named: None, confirmed: Some(yes.named.instant) };
            }
            OrganisationEvent::TextErased(gone) => self.erased += gone.slots.len() as u64,
            OrganisationEvent::PackMade(_) => self.packs += 1,
            OrganisationEvent::TrailLooked(seen) => self.trail.looked(seen, at),
            OrganisationEvent::TrailReviewed(signed) => self.trail.reviewed(signed, at),
            OrganisationEvent::CosignersNamed(named) => {
                self.cosigners = Cosigners { keys: named.keys.clone(), quorum: named.quorum };
            }
            OrganisationEvent::KeyRotated(to) => {
                self.rotated.push(Rotated { at: at.seq, key: to.key.clone(), note: to.note.clone() });
            }
            OrganisationEvent::RecordRestored(r) => self.restored.push(Restored {
                old: r.old.clone(),
                at: at.seq,
                origin: r.origin.clone(),
                key: r.key.clone(),
            }),
        }
    }

    fn card(&self) -> Card {
        let state = if self.facts.demo { "demo" } else { "real" };
        Card { label: Label::Clear(self.facts.name.clone()), state: Some(state), shared: true, ..Card::default() }
    }
}
