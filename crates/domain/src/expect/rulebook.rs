//! The rules of the house as adopted: the texts stand in the ledger, so as-of needs no file of today.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Instant, Kind, RulebookId, Why},
    event::expect::{RulebookEvent, RulesAdopted, RulesApproved},
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
    /// Who stands behind the last version; nobody behind the first, which came with the founding.
    #[serde(default)]
    pub approved: Option<RulesApproved>,
}

impl Rulebook {
    /// The values in force.
    pub fn rules(&self) -> Result<Rules, BadRules> {
        let files: Vec<(&str, &str)> = self.files.iter().map(|f| (f.file.as_str(), f.text.as_str())).collect();
        Rules::parse(&files)
    }
    /// The files with some of them replaced, as a new version: every file given is changed and carries one new number,
    /// higher than any before, and the whole set must stand.
    pub fn with(&self, new: &[(&str, &str)]) -> Result<Rules, BadRules> {
        let given = |name: &str| new.iter().find(|(n, _)| *n == name).map(|(_, text)| *text);
        let stands = |f: &RulesAdopted| new.iter().any(|(n, text)| *n == f.file && *text == f.text);
        if let Some(same) = self.files.iter().find(|f| stands(f)) {
            return Err(BadRules::new(&same.file, Why::of("invalid-rules-same")));
        }
        let kept = self.files.iter().filter(|f| given(&f.file).is_none());
        let mut files: Vec<(&str, &str)> = kept.map(|f| (f.file.as_str(), f.text.as_str())).collect();
        files.extend(new);
        let rules = Rules::parse(&files)?;
        for (name, text) in new {
            let number = crate::rules::version_of(text);
            if number != Some(rules.version) || rules.version <= self.version() {
                let least = self.version() + 1;
                return Err(BadRules::new(name, Why::of("invalid-rules-version").with("least", least)));
            }
        }
        Ok(rules)
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
                Some(Rulebook { id: RulebookId(id), files: vec![file.clone()], since: at.at, approved: None })
            }
            RulebookEvent::Approved(_) => None,
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
            RulebookEvent::Approved(yes) => self.approved = Some(yes.clone()),
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
