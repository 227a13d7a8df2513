//! How far the audit trail was reviewed. Ranges touch: each begins where the one before ended, so that no entry is
//! reviewed by nobody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    base::{At, Instant, PersonId, time::DAY},
    event::expect::{TrailLooked, TrailReviewed},
};

/// Reviews so far.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Exceptions behind the last review that somebody looked at, and who did first.
    #[serde(default, with = "listed")]
    pub looked: BTreeMap<u64, Option<PersonId>>,
    #[serde(default)]
    pub reviews: Vec<Reviewed>,
}

/// An exception that somebody looked at, as the object's body has it: its histories have labels for names of fields,
/// and the number of an entry is no name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    entry: u64,
    by: Option<PersonId>,
}

/// Exceptions as a list of entries instead of a map with numbers for names.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Seen;
    use crate::base::PersonId;

    pub fn serialize<S: Serializer>(all: &BTreeMap<u64, Option<PersonId>>, to: S) -> Result<S::Ok, S::Error> {
        let seen: Vec<Seen> = all.iter().map(|(entry, by)| Seen { entry: *entry, by: *by }).collect();
        seen.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u64, Option<PersonId>>, D::Error> {
        let seen = Vec::<Seen>::deserialize(from)?;
        Ok(seen.into_iter().map(|one| (one.entry, one.by)).collect())
    }
}

/// A review that was concluded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    pub facts: TrailReviewed,
    pub by: Option<PersonId>,
    pub at: Instant,
    /// The entry that says so.
    pub entry: u64,
}

/// When the next review is due: so many days after the first entry that no review covers was recorded. A review of a
/// short range buys no time for what it left out.
pub fn due(first: Option<Instant>, days: i64) -> Option<Instant> {
    first.map(|at| at.plus_secs(days * DAY))
}

impl Trail {
    /// The first entry that no review covers.
    pub fn from(&self) -> u64 {
        self.reviews.last().map_or(0, |r| r.facts.until)
    }
    pub(super) fn looked(&mut self, e: &TrailLooked, at: At) {
        for entry in &e.entries {
            self.looked.entry(*entry).or_insert(at.by.person());
        }
    }
    pub(super) fn reviewed(&mut self, e: &TrailReviewed, at: At) {
        self.looked = self.looked.split_off(&e.until);
        self.reviews.push(Reviewed { facts: e.clone(), by: at.by.person(), at: at.at, entry: at.seq });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        base::{Actor, Commit, Private, Slot, Text},
        event::expect::TrailMeaning,
    };

    fn at(seq: u64, by: u128) -> At {
        let seconds = i64::try_from(seq).unwrap();
        At {
            at: Instant::from_micros(0).plus_secs(seconds),
            by: Actor::Person(PersonId(uuid::Uuid::from_u128(by))),
            seq,
        }
    }
    fn note() -> Private<Text> {
        Private::sealed(Commit(String::new()), Slot(uuid::Uuid::nil()))
    }
    fn signed(from: u64, until: u64) -> TrailReviewed {
        let (root, list) = ("r".repeat(64), "l".repeat(64));
        let (counts, meaning, exceptions) = (vec![], TrailMeaning::Reviewed, 2);
        TrailReviewed { from, until, root, list, exceptions, counts, meaning, note: note() }
    }

    #[test]
    fn a_review_is_due_an_interval_after_the_first_entry_that_none_covers() {
        assert_eq!(due(None, 30), None);
        let first = Instant::from_micros(5);
        assert_eq!(due(Some(first), 30), Some(first.plus_secs(30 * DAY)));
    }

    #[test]
    fn a_body_names_its_fields_and_comes_back_as_it_was() {
        let mut trail = Trail::default();
        trail.looked(&TrailLooked { entries: vec![3, 12], note: note(), finding: None }, at(20, 1));
        trail.reviewed(&signed(0, 2), at(21, 2));
        let body = serde_json::to_value(&trail).unwrap();
        assert_eq!(body["looked"][1]["entry"], serde_json::json!(12));
        assert_eq!(serde_json::from_value::<Trail>(body).unwrap(), trail);
        assert_eq!(serde_json::from_str::<Trail>("{}").unwrap(), Trail::default());
    }

    proptest! {
        /// Wherever reviews end, their ranges lie side by side from the first entry on, and what was looked at stays
        /// known exactly as long as no review covers it.
        #[test]
        fn reviews_tile_the_record(
            steps in prop::collection::vec((1_u64..40, prop::collection::vec(0_u64..60, 0..6)), 1..20),
        ) {
            let mut trail = Trail::default();
            let mut reached = 0;
            for (long, looked) in steps {
                let entries: Vec<u64> = looked.iter().map(|n| reached + n).collect();
                trail.looked(&TrailLooked { entries: entries.clone(), note: note(), finding: None }, at(reached, 1));
                let (from, until) = (trail.from(), trail.from() + long);
                trail.reviewed(&signed(from, until), at(until + 1, 2));
                reached = until;
                prop_assert!(entries.iter().all(|n| trail.looked.contains_key(n) == (*n >= until)));
                prop_assert!(trail.looked.keys().all(|n| *n >= until));
            }
            let covered: Vec<u64> = trail.reviews.iter().flat_map(|r| r.facts.from..r.facts.until).collect();
            prop_assert_eq!(covered, (0..reached).collect::<Vec<u64>>());
        }
    }
}
