//! What was agreed with a provider. Only a testable, signed clause in force binds; everything else is a wish.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{AgreementId, At, Day, Kind},
    event::expect::{AgreementEvent, AgreementFacts, Clause},
    thing::{Card, Label, Thing},
};

/// An agreement as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub id: AgreementId,
    pub facts: AgreementFacts,
    /// Day of the signature of these very words; a revision takes it away.
    pub signed: Option<Day>,
    /// Last day when it ended early.
    pub ended: Option<Day>,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Clause {
    /// an output or a measure with attested criteria, and no unresolved vague word.
    pub fn is_testable(&self) -> bool {
        self.testable && !self.vague && (self.output.is_some() || self.measure.is_some())
    }
}

impl Agreement {
    /// Signed and in force on a day.
    pub fn in_force(&self, day: Day) -> bool {
        let end = [self.facts.until, self.ended].into_iter().flatten().min();
        self.signed.is_some_and(|s| s <= day) && self.facts.from <= day && end.is_none_or(|end| day <= end)
    }
    /// The clause of that number if it binds on that day.
    pub fn binding(&self, number: &str, day: Day) -> Option<&Clause> {
        self.facts.clauses.iter().find(|c| c.number == number && c.is_testable()).filter(|_| self.in_force(day))
    }
    /// The binding clause an obligation rests on, if one does.
    pub fn basis(&self, obligation: &str, day: Day) -> Option<&Clause> {
        let mut clauses = self.facts.clauses.iter();
        clauses
            .find(|c| c.is_testable() && c.obligations.iter().any(|o| o == obligation))
            .filter(|_| self.in_force(day))
    }
}

impl Thing for Agreement {
    type Event = AgreementEvent;
    const KIND: Kind = Kind::Agreement;

    fn born(id: Uuid, e: &AgreementEvent, _at: At) -> Option<Self> {
        match e {
            AgreementEvent::Drafted(facts) => Some(Agreement {
                id: AgreementId(id),
                facts: facts.clone(),
                signed: None,
                ended: None,
                withdrawn: false,
            }),
            AgreementEvent::Revised(_)
            | AgreementEvent::Signed(_)
            | AgreementEvent::Ended(_)
            | AgreementEvent::Withdrawn(_) => None,
        }
    }

    fn apply(&mut self, e: &AgreementEvent, _at: At) {
        match e {
            AgreementEvent::Drafted(facts) | AgreementEvent::Revised(facts) => {
                self.facts = facts.clone();
                self.signed = None;
            }
            AgreementEvent::Signed(s) => self.signed = Some(s.day),
            AgreementEvent::Ended(end) => self.ended = Some(end.day),
            AgreementEvent::Withdrawn(_) => self.withdrawn = true,
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    fn card(&self) -> Card {
        let state = match (self.signed, self.ended) {
            (_, Some(_)) => "ended",
            (Some(_), None) => "signed",
            (None, None) => "draft",
        };
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            provider: Some(self.facts.provider),
            shared: true,
            links: vec![("provider", self.facts.provider.into())],
            state: Some(state),
            ..Card::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Commit, Private, ProviderId, Slot, Text};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }
    fn text() -> Private<Text> {
        Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(5)))
    }

    /// Clause 6.2 asks for a list: testable, signed in September, in force from October to the end of the next year.
    fn agreement() -> Agreement {
        let clause = Clause {
            number: "6.2".to_owned(),
            text: text(),
            requirements: vec![],
            obligations: vec!["user-list".to_owned()],
            output: Some(text()),
            measure: None,
            testable: true,
            vague: false,
        };
        let facts = AgreementFacts {
            reference: "MSA-0071".to_owned(),
            provider: ProviderId(Uuid::from_u128(9)),
            name: "Frame".to_owned(),
            from: day("2025-10-01"),
            until: Some(day("2026-12-31")),
            clauses: vec![clause],
        };
        let signed = Some(day("2025-09-20"));
        Agreement { id: AgreementId(Uuid::from_u128(71)), facts, signed, ended: None, withdrawn: false }
    }

    #[test]
    fn a_clause_binds_only_while_it_is_testable_signed_and_in_force() {
        let on = day("2026-11-16");
        let binds = |edit: fn(&mut Agreement)| {
            let mut a = agreement();
            edit(&mut a);
            assert_eq!(a.binding("6.2", on).is_some(), a.basis("user-list", on).is_some());
            a.binding("6.2", on).is_some()
        };
        assert!(binds(|_| ()));
        assert!(binds(|a| (a.facts.clauses[0].output, a.facts.clauses[0].measure) = (None, Some(text()))));
        let edits: [fn(&mut Agreement); 8] = [
            |a| a.facts.clauses[0].testable = false,
            |a| a.facts.clauses[0].vague = true,
            |a| a.facts.clauses[0].output = None,
            |a| a.signed = None,
            |a| a.signed = Some(day("2026-11-17")),
            |a| a.facts.from = day("2026-11-17"),
            |a| a.facts.until = Some(day("2026-11-15")),
            |a| a.ended = Some(day("2026-11-15")),
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            assert!(!binds(edit), "edit {n} still binds");
        }
        // and another clause, or another duty, has no basis in it
        assert!(agreement().binding("6.3", on).is_none() && agreement().basis("restore-test", on).is_none());
    }
}
