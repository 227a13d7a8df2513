//! A person's notices and recovery codes, as examples.

use uuid::Uuid;

use super::*;
use crate::{
    base::{Actor, Commit, Level, Private, Slot, Tier},
    event::qualify::{KeyRemoved, NoticeCleared, RecoveryUsed},
    qualify::standing::standing,
};

fn t(s: &str) -> Instant {
    s.parse().unwrap()
}
fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn at(s: &str) -> At {
    At { at: t(s), by: Actor::Genesis, seq: 0 }
}
/// Somebody who was invited on the first day of 2026, for this and other chapters.
pub fn invited(n: u128, employer: Employer) -> Person {
    let private = || Private::sealed(Commit(String::new()), Slot(id(1)));
    let facts = PersonFacts {
        employer,
        reference: None,
        handle: private(),
        name: private(),
        sort: private(),
        provider_roles: vec![],
        key_person: false,
    };
    Person::born(id(n), &PersonEvent::Invited(facts), at("2026-01-01T00:00:00Z")).unwrap()
}
fn person() -> Person {
    invited(5, Employer::Provider(ProviderId(id(8))))
}
fn leaver(tier: Tier, party: Party) -> NoticeReceived {
    NoticeReceived {
        kind: NoticeKind::Leaver,
        effective_at: t("2026-10-22T10:00:00Z"),
        notified_at: t("2026-10-31T10:00:00Z"),
        party,
        touches: vec![Touches {
            engagement: EngagementId(id(25)),
            site: SiteId(id(3)),
            zone: "Asia/Shanghai".parse().unwrap(),
            tier,
        }],
    }
}

#[test]
fn a_leaver_reported_nine_days_late() {
    // T1, nine days late, recorded on 31 October
    let rules = Rules::builtin().unwrap();
    let mut p = person();
    p.apply(&PersonEvent::NoticeReceived(leaver(Tier::T1, Party::Provider)), at("2026-10-31T10:05:00Z"));
    let emits = p.emits(&rules);
    let line = standing(&emits.reasons);
    assert_eq!(*line.at(t("2026-10-31T10:04:59Z")), Level::Good);
    assert_eq!(*line.at(t("2026-10-31T10:05:00Z")), Level::Watch);
    assert_eq!(line.next(t("2026-11-01T00:00:00Z")).unwrap().0, t("2026-11-14T10:05:00Z"));
    // access is held from the effect, not from the notice
    assert!(emits.holds[0].holds(t("2026-10-22T10:00:00Z")));
    assert_eq!(p.word(t("2026-10-22T10:00:00Z")), "left");
    // the people list is attested anew
    let cleared = NoticeCleared { engagement: EngagementId(id(25)), site: SiteId(id(3)) };
    p.apply(&PersonEvent::NoticeCleared(cleared), at("2026-11-10T08:00:00Z"));
    assert_eq!(*standing(&p.emits(&rules).reasons).at(t("2026-11-20T00:00:00Z")), Level::Good);
}

#[test]
fn recovery_codes_are_used_once_and_go_with_their_password() {
    let now = || at("2026-11-10T08:00:00Z");
    let key = |kind, name: &str| KeyAdded { kind, fingerprint: name.to_owned(), public: String::new() };
    let made = |name: &str| PersonEvent::RecoveryMade(RecoveryMade { fingerprint: name.to_owned(), codes: 10 });
    let used = |code| PersonEvent::RecoveryUsed(RecoveryUsed { code });
    let gone = |name: &str| PersonEvent::KeyRemoved(KeyRemoved { fingerprint: name.to_owned() });
    let mut p = person();
    // a use of codes that nobody made is nothing
    p.apply(&used(1), now());
    assert_eq!(p.recovery, None);
    p.apply(&PersonEvent::KeyAdded(key(KeyKind::Password, "one")), now());
    p.apply(&PersonEvent::KeyAdded(key(KeyKind::Ssh, "two")), now());
    p.apply(&made("a"), now());
    // given ten codes, when the third is used, then the other nine open; one that is none changes nothing
    for code in [3, 3, 0, 11] {
        p.apply(&used(code), now());
    }
    let recovery = p.recovery.clone().unwrap();
    assert_eq!((recovery.left(), recovery.opens(3), recovery.opens(4), recovery.opens(0)), (9, false, true, false));
    // new ones end the old ones, an SSH key that goes takes none along, the password takes all
    p.apply(&made("b"), now());
    assert_eq!(p.recovery.as_ref().unwrap().left(), 10);
    p.apply(&gone("two"), now());
    assert!(p.recovery.is_some());
    p.apply(&gone("one"), now());
    assert_eq!(p.recovery, None);
}

#[test]
fn our_lateness_never_counts() {
    let mut p = person();
    p.apply(&PersonEvent::NoticeReceived(leaver(Tier::T1, Party::Owner)), at("2026-10-31T10:05:00Z"));
    let reasons = p.emits(&Rules::builtin().unwrap()).reasons;
    assert!(!reasons[0].counts);
    assert_eq!(*standing(&reasons).at(t("2027-01-01T00:00:00Z")), Level::Good);
}
