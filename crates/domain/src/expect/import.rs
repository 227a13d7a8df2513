//! A sheet that was taken in: what it made and until when that can be undone.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{Actor, At, ImportId, Instant, Kind, Refusal},
    event::expect::{ImportEvent, SheetTaken},
    thing::{Card, Label, Thing},
};

/// How long an import can be undone, in seconds.
pub const UNDO_SECS: i64 = 24 * 3_600;

/// An import as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    pub id: ImportId,
    pub facts: SheetTaken,
    pub by: Actor,
    pub at: Instant,
    pub undone: Option<Instant>,
}

impl Import {
    /// The instant from which it cannot be undone any more.
    pub fn undo_until(&self) -> Instant {
        self.at.plus_secs(UNDO_SECS)
    }
    /// Whether it may still be undone, as far as its own state and the clock go.
    pub fn may_undo(&self, now: Instant) -> Result<(), Refusal> {
        if self.undone.is_some() {
            return Err(Refusal::new("R-38", "stop-import-undone"));
        }
        if now >= self.undo_until() {
            return Err(Refusal::new("R-38", "stop-import-late"));
        }
        Ok(())
    }
}

impl Thing for Import {
    type Event = ImportEvent;
    const KIND: Kind = Kind::Import;

    fn born(id: Uuid, e: &ImportEvent, at: At) -> Option<Self> {
        match e {
            ImportEvent::Taken(facts) => {
                Some(Import { id: ImportId(id), facts: facts.clone(), by: at.by, at: at.at, undone: None })
            }
            ImportEvent::Undone(_) => None,
        }
    }

    fn apply(&mut self, e: &ImportEvent, at: At) {
        match e {
            // An import begins once; a second beginning could only come from a damaged record.
            ImportEvent::Taken(facts) => self.facts = facts.clone(),
            ImportEvent::Undone(_) => self.undone = Some(at.at),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Private(self.facts.file_name.clone()),
            state: Some(if self.undone.is_some() { "undone" } else { "taken" }),
            at: Some(self.at),
            ..Card::default()
        }
    }
}
