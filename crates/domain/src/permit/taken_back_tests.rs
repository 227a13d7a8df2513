//! A pattern of work approved beforehand is taken back: what goes with it, and what that says of the others.

use super::{
    acts,
    beforehand::{Given, refused, withdraw},
    beforehand_tests::{KELLER, OKAFOR, berlin, given, hand, work},
    grant::Grant,
    sample::{self, D0, id, now},
};
use crate::{
    base::{Actor, At, InstanceId, Instant, Now},
    event::{
        Event,
        permit::{Beforehand, GrantEvent, GrantOpened},
        qualify::OwnerRole,
    },
    thing::Thing,
};

#[test]
fn what_has_not_begun_goes_with_the_yes_it_was_given_on_and_what_has_begun_stays() {
    let w = sample::question().window;
    let granted = |beforehand: Option<u32>| {
        let facts = GrantOpened { beforehand, ..sample::granted() };
        let at = At { at: D0, by: Actor::Genesis, seq: 1 };
        Grant::born(id(500), &GrantEvent::Opened(Box::new(facts)), at).unwrap()
    };
    let g = given(work());
    let okafor = hand(OKAFOR, OwnerRole::OtSecurity);
    let taken = |grant: Grant, when: Instant| {
        let (_, events) = withdraw(&g, okafor, &[grant], &berlin(), Now(when)).unwrap();
        events.len()
    };
    // given under it, until the second before it begins
    assert_eq!((taken(granted(Some(1)), D0), taken(granted(Some(1)), w.from.plus_secs(-1))), (1, 1));
    // begun, over, given under another one or by people, on another system
    assert_eq!((taken(granted(Some(1)), w.from), taken(granted(Some(1)), w.until)), (0, 0));
    assert_eq!((taken(granted(Some(2)), D0), taken(granted(None), D0)), (0, 0));
    let mut elsewhere = granted(Some(1));
    elsewhere.facts.instance = InstanceId(id(62));
    assert_eq!(taken(elsewhere, D0), 0);
    // by the same hand, and once
    let mut grant = granted(Some(1));
    let (_, events) = withdraw(&g, okafor, &[grant.clone()], &berlin(), now()).unwrap();
    let Some((_, Event::Grant(event))) = events.first() else { panic!("{events:?}") };
    grant.apply(event, At { at: D0, by: Actor::Genesis, seq: 2 });
    assert_eq!((grant.word(D0), grant.revoked_by, grant.disconnected), ("revoked", Some(OKAFOR), false));
    assert_eq!(taken(grant, D0), 0);
}

#[test]
fn a_pattern_taken_back_is_no_no_to_the_others() {
    let w = sample::question().window;
    let at = |t: Instant| At { at: t, by: Actor::Genesis, seq: 1 };
    let revoked = |when: Instant| {
        let facts = GrantOpened { beforehand: Some(1), ..sample::granted() };
        let mut grant = Grant::born(id(500), &GrantEvent::Opened(Box::new(facts)), at(D0)).unwrap();
        let okafor = hand(OKAFOR, OwnerRole::OtSecurity);
        let events = acts::revoke(&grant, okafor, false, None, Now(when)).unwrap();
        let Some((_, Event::Grant(event))) = events.first() else { panic!("{events:?}") };
        grant.apply(event, at(when));
        grant
    };
    let on = sample::question().instance;
    let when = D0.plus_secs(10);
    let back = |by, at| Given { withdrawn: Some(at), withdrawn_by: by, ..given(work()) };
    let says = |grant: &Grant, p: Given| refused(std::slice::from_ref(grant), &[], &[p], on);
    // what went with its pattern, in the same turn
    assert_eq!(says(&revoked(when), back(Some(OKAFOR), when)), None);
    let just = Instant::from_micros(when.micros() - 1);
    assert_eq!(says(&revoked(when), back(Some(OKAFOR), just)), None);
    // a cut took the pattern back, and somebody took this grant by itself later; or another hand did at the same time
    assert_eq!(says(&revoked(when), back(Some(OKAFOR), D0.plus_secs(9))), Some(when));
    assert_eq!(says(&revoked(when), back(Some(KELLER), when)), Some(when));
    // somebody took it before, or while its pattern stands: that is a no
    assert_eq!(says(&revoked(when), back(Some(OKAFOR), D0.plus_secs(11))), Some(when));
    assert_eq!(says(&revoked(when), given(work())), Some(when));
    // a pattern that ended with the engagement takes nothing with it; one of another number neither
    assert_eq!(says(&revoked(when), back(None, when)), Some(when));
    let other = Given { work: Beforehand { number: 2, ..work() }, ..back(Some(OKAFOR), when) };
    assert_eq!(says(&revoked(when), other), Some(when));
    // work that had begun was taken from somebody
    assert_eq!(says(&revoked(w.from), back(Some(OKAFOR), when)), Some(w.from));
}
