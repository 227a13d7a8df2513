//! The rules of the house as adopted: the texts stand in the ledger, so as-of needs no file of today.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, RulebookId},
    event::expect::{RulebookEvent, RulesAdopted},
    rules::{BadRules, Rules},
    thing::{Card, Label, Thing},
};

/// The rulebook as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rulebook {
    pub id: RulebookId,
    /// The file in force by each name, in order of name.
    pub files: Vec<RulesAdopted>,
    /// When the last file was adopted.
    pub since: Instant,
}

impl Rulebook {
    /// The values in force.
    pub fn rules(&self) -> Result<Rules, BadRules> {
        let files: Vec<(&str, &str)> = self.files.iter().map(|f| (f.file.as_str(), f.text.as_str())).collect();
        Rules::parse(&files)
    }
    /// The highest version among the files.
    pub fn version(&self) -> u32 {
        self.files.iter().map(|f| f.version).max().unwrap_or_default()
    }
}

impl Thing for Rulebook {
    type Event = RulebookEvent;
    const KIND: Kind = Kind::Rulebook;

    fn born(id: Uuid, e: &RulebookEvent, at: At) -> Option<Self> {
        match e {
            RulebookEvent::Adopted(file) => {
                Some(Rulebook { id: RulebookId(id), files: vec![file.clone()], since: at.at })
            }
        }
    }

    fn apply(&mut self, e: &RulebookEvent, at: At) {
        match e {
            RulebookEvent::Adopted(file) => {
                self.files.retain(|f| f.file != file.file);
                self.files.push(file.clone());
                self.files.sort_by(|a, b| a.file.cmp(&b.file));
                self.since = at.at;
            }
        }
    }

    fn card(&self) -> Card {
        Card {
            label: Label::Clear(format!("v{}", self.version())),
            at: Some(self.since),
            shared: true,
            ..Card::default()
        }
    }
}
