//! Measures that make up for a limit of a system (R-21, S5.8a-c): which are in force by themselves, which are steps
//! before work begins, and what a set must have to be agreed on.

use std::collections::BTreeSet;

use super::instance::{Compensated, Instance};
use crate::{
    base::{Instant, Now, Refusal, Why, ZoneName},
    event::expect::{Compensation, Measure},
};

/// Days for which a set may be agreed at most: what makes up for a limit is looked at anew once a year.
pub const DAYS: i64 = 366;
/// Sources beside a system; more is a network, not a set.
pub const SOURCES: usize = 8;

/// What a measure asks of whoever begins to work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asks {
    /// Nothing: it holds until somebody says otherwise.
    Nothing,
    /// Somebody of ours beside them, as R-20 has it.
    Attendance,
    /// The window to lie in the hours.
    Hours,
    /// A step on the grant, said by a person of ours.
    Step,
    /// A step that follows from handing the account out.
    CheckOut,
    /// Somebody to look at what was logged, afterwards.
    Look,
}

impl Measure {
    /// What it asks of whoever begins to work.
    pub const fn asks(self) -> Asks {
        match self {
            Measure::SecondFactor | Measure::SeparateNetwork | Measure::AllowListing => Asks::Nothing,
            Measure::Escort => Asks::Attendance,
            Measure::Hours => Asks::Hours,
            Measure::PermitNumber | Measure::TwoPersons => Asks::Step,
            Measure::AccountCheckOut => Asks::CheckOut,
            Measure::AdjacentLog => Asks::Look,
        }
    }

    /// Whether work may not begin before it was done on the grant.
    pub const fn before_start(self) -> bool {
        matches!(self.asks(), Asks::Step | Asks::CheckOut)
    }
}

/// What is wrong with a set, with the field where it is: a measure has what it needs and nothing else.
pub fn wrong(set: &Compensation, zone: &ZoneName, now: Now) -> Option<(&'static str, Why)> {
    let has = |m: Measure| set.measures.contains(&m);
    let once = |all: &[String]| all.iter().collect::<BTreeSet<_>>().len() == all.len();
    let twice = set.measures.iter().collect::<BTreeSet<_>>().len() != set.measures.len();
    let day = zone.day_of(now.0);
    match () {
        () if set.measures.is_empty() => Some(("measures", Why::of("invalid-measures-none"))),
        () if twice => Some(("measures", Why::of("invalid-measures-twice"))),
        () if set.until < day => Some(("until", Why::of("invalid-measures-past"))),
        () if set.until.days_since(day) > DAYS => Some(("until", Why::of("invalid-measures-long").with("days", DAYS))),
        () if has(Measure::Hours) != set.hours.is_some() => Some(("hours_from", Why::of("invalid-measures-hours"))),
        () if has(Measure::AdjacentLog) == set.sources.is_empty() => {
            Some(("sources", Why::of("invalid-measures-sources")))
        }
        () if set.sources.len() > SOURCES || !once(&set.sources) => {
            Some(("sources", Why::of("invalid-measures-sources-many").with("most", SOURCES)))
        }
        () => None,
    }
}

impl Compensated {
    /// Whether it holds at an instant: agreed, not over, no member broken.
    pub fn holds(&self, zone: &ZoneName, t: Instant) -> bool {
        self.agreed <= t && self.broken.is_none() && t < zone.end_of(self.set.until)
    }

    /// Whether a measure is among them.
    pub fn has(&self, measure: Measure) -> bool {
        self.set.measures.contains(&measure)
    }
}

/// A member of a set is in force no more. Said once: what is broken stays so until a set is agreed anew.
pub fn may_break(i: &Instance, measure: Measure) -> Result<(), Refusal> {
    match &i.compensation {
        None => Err(Refusal::new("R-21", "refuse-measures-none")),
        Some(c) if c.broken.is_some() => Err(Refusal::new("R-21", "refuse-measures-broken")),
        Some(c) if !c.has(measure) => Err(Refusal::new("R-21", "refuse-measures-other")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Commit, Day, PersonId, Private, Slot},
        event::permit::Hours,
    };

    fn zone() -> ZoneName {
        "Europe/Berlin".parse().unwrap()
    }
    fn hours() -> Option<Hours> {
        Some(Hours { from: "06:00".parse().unwrap(), until: "18:00".parse().unwrap() })
    }

    fn set(measures: &[Measure]) -> Compensation {
        let person = |n| PersonId(Uuid::from_u128(n));
        Compensation {
            measures: measures.to_vec(),
            hours: None,
            sources: Vec::new(),
            until: Day::new(2027, 3, 31).unwrap(),
            proposed_by: person(1),
            approved_by: person(2),
            reason: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(3))),
        }
    }

    #[test]
    fn a_set_has_what_its_measures_need_and_nothing_else() {
        let now = Now(zone().parse_local("2026-11-16T08:00").unwrap());
        let told = |edit: &dyn Fn(&mut Compensation)| {
            let mut set = set(&[Measure::Escort, Measure::PermitNumber]);
            edit(&mut set);
            wrong(&set, &zone(), now).map(|(field, why)| (field, why.id.to_string()))
        };
        let no = |field, id: &str| Some((field, id.to_owned()));
        assert_eq!(told(&|_| ()), None);
        assert_eq!(told(&|s| s.measures.clear()), no("measures", "invalid-measures-none"));
        assert_eq!(told(&|s| s.measures.push(Measure::Escort)), no("measures", "invalid-measures-twice"));
        assert_eq!(told(&|s| s.until = Day::new(2026, 11, 15).unwrap()), no("until", "invalid-measures-past"));
        assert_eq!(told(&|s| s.until = Day::new(2026, 11, 16).unwrap()), None);
        assert_eq!(told(&|s| s.until = Day::new(2027, 11, 18).unwrap()), no("until", "invalid-measures-long"));
        assert_eq!(told(&|s| s.measures.push(Measure::Hours)), no("hours_from", "invalid-measures-hours"));
        assert_eq!(told(&|s| s.hours = hours()), no("hours_from", "invalid-measures-hours"));
        assert_eq!(told(&|s| s.measures.push(Measure::AdjacentLog)), no("sources", "invalid-measures-sources"));
        assert_eq!(told(&|s| s.sources = vec!["FW".into()]), no("sources", "invalid-measures-sources"));
        let logged = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
            told(&move |s| {
                s.measures.push(Measure::AdjacentLog);
                s.sources.clone_from(&names);
            })
        };
        assert_eq!(logged(&["FW", "JUMP"]), None);
        assert_eq!(logged(&["FW", "FW"]), no("sources", "invalid-measures-sources-many"));
        assert_eq!(
            logged(&["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
            no("sources", "invalid-measures-sources-many")
        );
    }

    #[test]
    fn steps_are_those_that_somebody_takes_before_work_begins() {
        let steps: Vec<Measure> = Measure::ALL.iter().copied().filter(|m| m.before_start()).collect();
        assert_eq!(steps, [Measure::PermitNumber, Measure::TwoPersons, Measure::AccountCheckOut]);
    }
}
