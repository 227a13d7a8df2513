//! The catalogue of requirements: ids and our own words, one pinned edition. The text of the standard never
//! enters; who holds a licence reads it there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, CatalogueId, Instant, Invalid, Kind, Place, Why, level::words},
    event::expect::{CatalogueAdopted, CatalogueEvent, Phase},
    thing::{Card, Label, Thing},
};

/// The edition this binary carries.
pub const BUILTIN: &str = include_str!("../../../../catalogue/iec-62443-2-4-2023.json");

words! {
    /// Base requirement, or an enhancement of one.
    RequirementKind { Base = "BR", Enhancement = "RE" }
}
words! {
    /// Whether a requirement asks for a document to be handed over.
    Document { Yes = "yes", No = "no", Uncertain = "uncertain" }
}

/// A functional area SP.01 to SP.12.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    pub id: String,
    pub name: String,
    /// What it is after, in our own words.
    pub intent: String,
}

/// A requirement: its id and our own words, never the standard's.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Canonical spelling, `SP.09.02 BR` or `SP.09.02 RE(1)`.
    pub id: String,
    pub area: String,
    pub kind: RequirementKind,
    /// Number of the enhancement; 0 for a base requirement.
    pub enhancement: u8,
    /// Our own words.
    pub title: String,
    /// Our judgement: they order and hint and never exclude.
    pub phases: Vec<Phase>,
    pub document: Document,
    /// What a provider could show, in our own words.
    pub evidence: String,
}

/// An edition.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    pub edition: String,
    pub note: String,
    pub areas: Vec<Area>,
    /// In the order of the edition.
    pub requirements: Vec<Requirement>,
}

impl Catalogue {
    /// Reads a catalogue file, strictly: ids canonical, each once, every area known.
    pub fn parse(text: &str) -> Result<Catalogue, Invalid> {
        let read: Result<Catalogue, serde_json::Error> = serde_json::from_str(text);
        let catalogue = read.map_err(|e| Invalid {
            place: Place { line: u64::try_from(e.line()).ok(), ..Place::default() },
            why: Why::of("invalid-said").with("said", e.to_string()),
        })?;
        for (i, r) in catalogue.requirements.iter().enumerate() {
            if r.canonical() != r.id {
                let right = r.canonical();
                return Err(Invalid::field(
                    "id",
                    Why::of("invalid-catalogue-spelling").with("id", &r.id).with("right", right),
                ));
            }
            if catalogue.area(&r.area).is_none() {
                return Err(Invalid::field(
                    "area",
                    Why::of("invalid-catalogue-area").with("id", &r.id).with("area", &r.area),
                ));
            }
            if catalogue.requirements.iter().skip(i + 1).any(|other| other.id == r.id) {
                return Err(Invalid::field("id", Why::of("invalid-rules-twice").with("key", &r.id)));
            }
        }
        Ok(catalogue)
    }
    /// The requirement of that id, spelled canonically.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.id == id)
    }
    /// The area of that id.
    pub fn area(&self, id: &str) -> Option<&Area> {
        self.areas.iter().find(|a| a.id == id)
    }
}

impl Requirement {
    fn canonical(&self) -> String {
        let base = self.id.split(' ').next().unwrap_or_default();
        match self.kind {
            RequirementKind::Base => format!("{base} BR"),
            RequirementKind::Enhancement => format!("{base} RE({})", self.enhancement),
        }
    }
}

/// The functional area a requirement id belongs to: its first five characters, `SP.09`.
pub fn area_of(id: &str) -> Option<&str> {
    id.get(..5).filter(|a| a.starts_with("SP."))
}

/// The adopted edition as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    pub id: CatalogueId,
    pub facts: CatalogueAdopted,
    pub since: Instant,
}

impl Thing for Adopted {
    type Event = CatalogueEvent;
    const KIND: Kind = Kind::Catalogue;

    fn born(id: Uuid, e: &CatalogueEvent, at: At) -> Option<Self> {
        match e {
            CatalogueEvent::Adopted(facts) => Some(Adopted { id: CatalogueId(id), facts: facts.clone(), since: at.at }),
        }
    }

    fn apply(&mut self, e: &CatalogueEvent, at: At) {
        match e {
            // An erratum of our own words under the same edition; another edition is another object.
            CatalogueEvent::Adopted(facts) => {
                self.facts = facts.clone();
                self.since = at.at;
            }
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.edition.clone()),
            label: Label::Clear(self.facts.edition.clone()),
            shared: true,
            at: Some(self.since),
            ..Card::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn the_edition_is_whole() {
        let c = Catalogue::parse(BUILTIN).unwrap();
        let count = |kind, area: &str| {
            c.requirements.iter().filter(|r| r.kind == kind && (area.is_empty() || r.area == area)).count()
        };
        assert_eq!(c.edition, "IEC 62443-2-4:2023");
        assert_eq!((c.requirements.len(), c.areas.len()), (123, 12));
        assert_eq!(count(RequirementKind::Base, ""), 72);
        assert_eq!(count(RequirementKind::Enhancement, ""), 51);
        let per_area: Vec<(usize, usize)> = (1..=12)
            .map(|n| format!("SP.{n:02}"))
            .map(|a| (count(RequirementKind::Base, &a), count(RequirementKind::Enhancement, &a)))
            .collect();
        let expected =
            [(7, 4), (3, 4), (10, 14), (3, 3), (9, 3), (3, 1), (4, 1), (4, 4), (9, 8), (5, 3), (6, 6), (9, 0)];
        assert_eq!(per_area, expected);
        assert!(c.requirements.iter().all(|r| area_of(&r.id) == Some(r.area.as_str())));
    }

    #[test]
    fn the_rules_name_only_requirements_of_the_edition() {
        let c = Catalogue::parse(BUILTIN).unwrap();
        for o in &Rules::builtin().unwrap().tiers.obligation {
            for id in &o.requirements {
                assert!(c.requirement(id).is_some(), "{}: {id}", o.key);
            }
        }
    }

    #[test]
    fn another_spelling_is_refused() {
        let said = Catalogue::parse(&BUILTIN.replacen("SP.01.01 RE(1)", "SP.01.01 RE 1", 1)).unwrap_err();
        assert_eq!((said.why.id, said.why.text("right")), ("invalid-catalogue-spelling", Some("SP.01.01 RE(1)")));
    }
}
