//! Whether somebody of ours is beside a session that wants it, for those who look at all of them at once. A
//! gateway asks the same of its own session (`gate.rs`); a test holds one against the other.

use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::{
    base::{Instant, level::words},
    permit::grant::Grant,
};

words! {
    /// Why nothing new begins in an attended session: nobody came yet, or nobody checked in again.
    Held { Waiting = "waiting", Missed = "missed" }
}

/// Whether nobody is beside a session under this grant. A sign is good for `check_in` seconds; who typed a session in
/// and named an attendant gave one for its beginning.
pub fn held(s: &Session, grant: &Grant, check_in: i64, now: Instant) -> Option<Held> {
    if !grant.facts.attended || !s.inside(now) {
        return None;
    }
    let named = s.facts.attendant.filter(|_| !s.gated()).map(|_| s.facts.started);
    match s.beside().or(named) {
        None => Some(Held::Waiting),
        Some(sign) => (sign.plus_secs(check_in) <= now).then_some(Held::Missed),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::PersonId,
        event::{
            qualify::Employer,
            witness::{Ending, SessionAttended, SessionEnded, SessionEvent},
        },
        thing::Thing,
        witness::{
            cut_off::CutOffSeen,
            gate::{Facts, Known},
            session::tests::{at, grant, s, session},
        },
    };

    #[test]
    fn somebody_comes_checks_in_and_is_missed() {
        let mut grant = grant();
        let mut one = session(120);
        assert_eq!(held(&one, &grant, 15, s(130)), None, "nobody must be beside them");
        grant.facts.attended = true;
        assert_eq!(held(&one, &grant, 15, s(119)), None, "nobody is inside");
        assert_eq!(held(&one, &grant, 15, s(120)), Some(Held::Waiting));
        let seen =
            |secs| SessionEvent::Attended(SessionAttended { attendant: PersonId(Uuid::from_u128(7)), at: s(secs) });
        one.apply(&seen(130), at(130));
        assert_eq!([144, 145].map(|t| held(&one, &grant, 15, s(t))), [None, Some(Held::Missed)]);
        one.apply(&seen(150), at(150));
        assert_eq!(held(&one, &grant, 15, s(151)), None);
        one.apply(&SessionEvent::Ended(SessionEnded { at: s(160), how: Ending::User }), at(160));
        assert_eq!(held(&one, &grant, 15, s(999)), None);
        // whoever holds a single session says the same, also of one that began by a code somebody read out for it
        let person = crate::qualify::person::tests::invited(901, Employer::Owner);
        let code = CutOffSeen {
            sheet: Uuid::from_u128(9),
            number: 1,
            recorded: s(121),
            received: s(125),
            doubt: false,
            read_out: Vec::new(),
            due: None,
        };
        let mut cut_off = session(120);
        cut_off.cut_off = Some(code.clone());
        assert_eq!([134, 135].map(|t| held(&cut_off, &grant, 15, s(t))), [None, Some(Held::Missed)]);
        for (signs, code) in [(None, None), (Some(130), None), (None, Some(code))] {
            let mut one = session(120);
            (one.attended, one.cut_off) = (signs.map(s), code);
            for now in 120..170 {
                let facts =
                    Facts { session: &one, grant: &grant, person: &person, go_on: true, broken: false, check_in: 15 };
                let alone = Known::of(facts, s(now)).at(s(now)).alone;
                assert_eq!(held(&one, &grant, 15, s(now)).is_some(), alone, "{signs:?} {now}");
            }
        }
        // typed in with an attendant: they were there when it began
        let mut typed = session(120);
        typed.facts.attendant = Some(PersonId(Uuid::from_u128(7)));
        assert_eq!([134, 135].map(|t| held(&typed, &grant, 15, s(t))), [None, Some(Held::Missed)]);
    }
}
