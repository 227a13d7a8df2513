//! What a directory may report of our own people. It takes away at once, and only so much within an hour: a directory
//! that was emptied by mistake must not lock a plant out of its own emergencies.

use super::person::{Person, Seat};
use crate::{
    base::{HOUR, Instant, Refusal},
    event::qualify::{Employer, NoticeKind, OwnerRole},
};

/// Of those who could come in, one in so many may be let go within an hour; at least [`LEAST`], at most [`MOST`].
const ONE_IN: usize = 4;
const LEAST: usize = 3;
const MOST: usize = 25;

/// Administrators who stay whatever a program says: an hour later the next quarter could go, and in a day everybody;
/// these can look why, and take its token back.
const STAY: usize = 2;

/// Whether a program may let this person of ours go now. People are not held back by this: they see whom they suspend.
pub fn may_let_go(whom: &Person, people: &[Person], now: Instant) -> Result<(), Refusal> {
    let (mut seated, mut gone, mut keep) = (0_usize, 0_usize, 0_usize);
    for person in people.iter().filter(|p| ours(p)) {
        if went(person, now) {
            gone += 1;
        } else if person.seated(now) || person.seat == Seat::Invited {
            seated += 1;
        }
        let other = person.id != whom.id && person.seated(now) && person.leaves_at().is_none();
        keep += usize::from(other && administers(person));
    }
    if administers(whom) && keep < STAY {
        return Err(Refusal::new("R-49", "stop-directory-last"));
    }
    let most = ((seated + gone) / ONE_IN).clamp(LEAST, MOST);
    if gone < most { Ok(()) } else { Err(Refusal::new("R-49", "stop-directory-brake")) }
}

fn administers(person: &Person) -> bool {
    person.roles.iter().any(|r| r.role == OwnerRole::Administrator)
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
    use crate::{base::ProviderId, event::qualify::RoleAt, qualify::person::tests::invited};

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
        let asks = |seated, gone| {
            may_let_go(&invited(99, Employer::Owner), &many(seated, gone, now), now).map_err(|r| (r.rule, r.say.id))
        };
        let stop = Err(("R-49", "stop-directory-brake"));
        // given a small site, then three go, however few there are
        assert_eq!([asks(4, 0), asks(2, 2), asks(1, 3)], [Ok(()), Ok(()), stop]);
        // given forty, then ten; given a thousand, then no more than twenty-five
        assert_eq!([asks(31, 9), asks(30, 10)], [Ok(()), stop]);
        assert_eq!([asks(976, 24), asks(975, 25)], [Ok(()), stop]);
    }

    #[test]
    fn an_hour_later_the_next_may_go_and_others_people_never_count() {
        let now = noon();
        let gone = many(1, 3, now);
        let whom = invited(99, Employer::Owner);
        assert!(may_let_go(&whom, &gone, now).is_err());
        assert_eq!(may_let_go(&whom, &gone, now.plus_secs(HOUR)), Ok(()));
        let mut theirs = many(1, 3, now);
        for person in &mut theirs {
            person.facts.employer = Employer::Provider(ProviderId(uuid::Uuid::from_u128(8)));
        }
        assert_eq!(may_let_go(&whom, &theirs, now), Ok(()));
    }

    #[test]
    fn two_administrators_stay() {
        let now = noon();
        let admin = |n: u128| {
            let mut person = invited(n, Employer::Owner);
            person.seat = Seat::Active;
            person.roles.push(RoleAt { role: OwnerRole::Administrator, site: None });
            person
        };
        let others = |n: u128| (1..=n).map(admin).collect::<Vec<_>>();
        assert_eq!(may_let_go(&admin(9), &others(2), now), Ok(()));
        let stop = may_let_go(&admin(9), &others(1), now).unwrap_err();
        assert_eq!((stop.rule, stop.say.id), ("R-49", "stop-directory-last"));
        // one who is suspended looks after nothing, and whoever administers nothing goes
        let mut two = others(2);
        two[0].seat = Seat::Suspended;
        two[0].seat_since = now.plus_secs(-2 * HOUR);
        assert!(may_let_go(&admin(9), &two, now).is_err());
        assert_eq!(may_let_go(&invited(9, Employer::Owner), &two, now), Ok(()));
    }
}
