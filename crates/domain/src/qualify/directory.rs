//! What a directory may report of our own people. It takes away at once, and only so much within an hour: a directory
//! that was emptied by mistake must not lock a plant out of its own emergencies.

use super::person::{Person, Seat};
use crate::{
    base::{HOUR, Instant, Refusal},
    event::qualify::{Employer, NoticeKind},
};

/// Of those who could come in, one in so many may be let go within an hour; at least [`LEAST`], at most [`MOST`].
const ONE_IN: usize = 4;
const LEAST: usize = 3;
const MOST: usize = 25;

/// Whether one more of our people may be let go by a program now. People are not held back by this: they see whom they
/// suspend.
pub fn may_let_go<'p>(people: impl Iterator<Item = &'p Person>, now: Instant) -> Result<(), Refusal> {
    let (mut seated, mut gone) = (0_usize, 0_usize);
    for person in people.filter(|p| ours(p)) {
        if went(person, now) {
            gone += 1;
        } else if person.seated(now) || person.seat == Seat::Invited {
            seated += 1;
        }
    }
    let most = ((seated + gone) / ONE_IN).clamp(LEAST, MOST);
    if gone < most { Ok(()) } else { Err(Refusal::new("R-49", "stop-directory-brake")) }
}

/// One of our natural people, as a directory knows them.
pub fn ours(person: &Person) -> bool {
    person.facts.employer == Employer::Owner && person.service.is_none() && !person.withdrawn
}

/// Whether somebody lost their seat within the last hour, or was told of as leaving.
fn went(person: &Person, now: Instant) -> bool {
    let lately = |at: Instant| now.secs_since(at) < HOUR;
    let suspended = person.seat == Seat::Suspended && lately(person.seat_since);
    let leaves = person.notices.iter().filter(|n| n.notice.kind == NoticeKind::Leaver && n.withdrawn.is_none());
    suspended || leaves.into_iter().any(|n| lately(n.recorded_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::ProviderId, qualify::person::tests::invited};

    fn noon() -> Instant {
        "2026-11-16T12:00:00Z".parse().unwrap()
    }
    fn many(seated: usize, gone: usize, now: Instant) -> Vec<Person> {
        let one = |gone: bool| {
            let mut person = invited(5, Employer::Owner);
            if gone {
                (person.seat, person.seat_since) = (Seat::Suspended, now.plus_secs(-60));
            }
            person
        };
        (0..seated).map(|_| one(false)).chain((0..gone).map(|_| one(true))).collect()
    }

    #[test]
    fn a_quarter_may_go_within_an_hour_and_three_in_any_case() {
        let now = noon();
        let asks = |seated, gone| may_let_go(many(seated, gone, now).iter(), now).map_err(|r| (r.rule, r.say.id));
        let stop = Err(("R-49", "stop-directory-brake"));
        // given a small site, then three go, however few there are
        assert_eq!([asks(4, 0), asks(2, 2), asks(1, 3)], [Ok(()), Ok(()), stop.clone()]);
        // given forty, then ten; given a thousand, then no more than twenty-five
        assert_eq!([asks(31, 9), asks(30, 10)], [Ok(()), stop.clone()]);
        assert_eq!([asks(976, 24), asks(975, 25)], [Ok(()), stop]);
    }

    #[test]
    fn an_hour_later_the_next_may_go_and_others_people_never_count() {
        let now = noon();
        let gone = many(1, 3, now);
        assert!(may_let_go(gone.iter(), now).is_err());
        assert_eq!(may_let_go(gone.iter(), now.plus_secs(HOUR)), Ok(()));
        let mut theirs = many(1, 3, now);
        for person in &mut theirs {
            person.facts.employer = Employer::Provider(ProviderId(uuid::Uuid::from_u128(8)));
        }
        assert_eq!(may_let_go(theirs.iter(), now), Ok(()));
    }
}
