//! A session that began while its gateway could not reach the core, as the record has it: which code let the
//! person in, and three times that are kept apart. When it occurred is when it started.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{DAY, Duty, Instant, Party, PersonId, Refusal},
    event::witness::SessionCutOff,
    qualify::person::Person,
    witness::session::Session,
};

/// It began while its gateway was cut off from the core, and was told afterwards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutOffSeen {
    /// The sheet of codes at the site.
    pub sheet: Uuid,
    /// Which code of it let the person in.
    pub number: u32,
    /// When the gateway put it on its disk, by its own clock.
    pub recorded: Instant,
    /// When the entry was made here.
    pub received: Instant,
    /// The code may have been in wrong hands: it was used before, or its sheet was unknown, withdrawn or over.
    #[serde(default)]
    pub doubt: bool,
    /// Who of ours read the code out, as it was entered; the latest entry stands.
    #[serde(default)]
    pub read_out: Vec<ReadOut>,
    /// Until when that is to be entered, where it is sooner than for every code.
    #[serde(default)]
    pub due: Option<Instant>,
}

/// An entry of who read a code out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadOut {
    /// Nobody where it cannot be found out.
    pub person: Option<PersonId>,
    /// Who entered it.
    pub by: Option<PersonId>,
    pub at: Instant,
}

/// Days after it was told until somebody has to have looked at the paper: over a weekend, too.
const LOOKED_AT: i64 = 3;

impl CutOffSeen {
    /// What an event says, and when it was received.
    pub fn of(e: &SessionCutOff, received: Instant) -> CutOffSeen {
        let SessionCutOff { doubt, sheet, number, recorded, due, .. } = *e;
        CutOffSeen { sheet, number, recorded, received, doubt, read_out: Vec::new(), due }
    }

    /// Until when who read the code out is to be entered. It is ours to do.
    pub fn due(&self) -> Instant {
        let always = self.received.plus_secs(LOOKED_AT * DAY);
        self.due.map_or(always, |sooner| sooner.min(always))
    }

    /// Everybody who was ever said to have read the code out, or entered who did: nobody of them looks at what came of
    /// it, because an entry can be made anew.
    pub fn involved(&self) -> impl Iterator<Item = PersonId> {
        self.read_out.iter().flat_map(|one| [one.person, one.by]).flatten()
    }

    /// Whether somebody was ever named.
    fn named(&self, person: PersonId) -> bool {
        self.read_out.iter().any(|one| one.person == Some(person))
    }
}

impl Session {
    /// Somebody of ours has to say who read out the code that began it. A late one is ours alone.
    pub(super) fn duty(&self) -> Option<Duty> {
        self.cut_off.as_ref().map(|by| Duty {
            rule: "R-49".to_owned(),
            party: Party::Owner,
            provider: None,
            site: Some(self.facts.site),
            what: self.id.into(),
            due: by.due(),
            done: by.read_out.first().map(|one| one.at),
        })
    }
}

/// Whether somebody may enter who read out the code of a session: one of ours, who was not inside
/// themselves; and nobody says it of themselves, nor puts another in their own place, because two people stand for what
/// a paper says. Nobody, where a reason says why nobody is known.
pub fn may_name_reader(session: &Session, author: &Person, reader: Option<&Person>, note: bool) -> Result<(), Refusal> {
    let no = |id| Err(Refusal::new("R-49", id));
    let Some(by) = &session.cut_off else { return no("refuse-read-out-none") };
    let own = by.named(author.id) || reader.is_some_and(|reader| reader.id == author.id);
    if own || author.service.is_some() {
        return Err(Refusal::new("R-13", "refuse-read-out-own"));
    }
    let Some(reader) = reader else { return if note { Ok(()) } else { no("refuse-read-out-why") } };
    let inside = session.facts.person == Some(reader.id);
    match () {
        () if reader.provider().is_some() || reader.service.is_some() || inside => no("refuse-read-out-theirs"),
        () if by.read_out.last().is_some_and(|last| last.person == Some(reader.id)) && !note => {
            no("refuse-read-out-known")
        }
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::ProviderId,
        event::qualify::Employer,
        qualify::person::tests::invited,
        witness::session::tests::{s, session},
    };

    fn by_code(read_out: &[Option<u128>]) -> Session {
        let one = |n: &Option<u128>| ReadOut { person: n.map(|n| PersonId(Uuid::from_u128(n))), by: None, at: s(130) };
        let read_out = read_out.iter().map(one).collect();
        let (sheet, recorded, received) = (Uuid::from_u128(9), s(121), s(125));
        let code = CutOffSeen { sheet, number: 1, recorded, received, doubt: false, read_out, due: None };
        Session { cut_off: Some(code), ..session(120) }
    }

    #[test]
    fn two_people_stand_for_who_read_a_code_out_and_nobody_puts_another_in_their_place() {
        let ours = |n| invited(n, Employer::Owner);
        let theirs = invited(30, Employer::Provider(ProviderId(Uuid::from_u128(4))));
        let (lead, other) = (ours(10), ours(11));
        let no = |session: &Session, author: &Person, reader: Option<&Person>, note| {
            may_name_reader(session, author, reader, note).err().map(|refusal| refusal.say.id)
        };
        let fresh = by_code(&[]);
        assert_eq!(no(&session(120), &lead, Some(&other), false), Some("refuse-read-out-none"));
        assert_eq!(no(&fresh, &lead, Some(&other), false), None);
        assert_eq!(no(&fresh, &lead, Some(&lead), true), Some("refuse-read-out-own"));
        assert_eq!(no(&fresh, &lead, Some(&theirs), true), Some("refuse-read-out-theirs"));
        // nobody is known, and why
        assert_eq!([false, true].map(|note| no(&fresh, &lead, None, note)), [Some("refuse-read-out-why"), None]);
        // who stands there names nobody else, also once somebody else does; the same again needs something to say
        let named = by_code(&[Some(10), Some(11)]);
        for (author, reader) in [(&lead, Some(&other)), (&other, Some(&lead)), (&lead, None)] {
            assert_eq!(no(&named, author, reader, true), Some("refuse-read-out-own"));
        }
        let third = ours(12);
        let again = [false, true].map(|note| no(&named, &third, Some(&other), note));
        assert_eq!(again, [Some("refuse-read-out-known"), None]);
    }

    #[test]
    fn it_is_due_three_days_after_it_was_told_or_sooner_where_a_review_waits_for_it() {
        let mut code = by_code(&[]).cut_off.unwrap();
        assert_eq!(code.due(), s(125).plus_secs(3 * DAY));
        for (sooner, due) in [(s(500), s(500)), (s(125).plus_secs(9 * DAY), s(125).plus_secs(3 * DAY))] {
            code.due = Some(sooner);
            assert_eq!(code.due(), due);
        }
    }
}
