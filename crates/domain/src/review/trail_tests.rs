//! Exceptions, who may look at them and who may sign, as examples; and the whole vocabulary: whoever adds an event says
//! whether a review looks at it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::trail::*;
use crate::{
    base::*,
    event::{Event, expect::*, qualify::*, witness::*},
    expect::trail::Trail,
};

/// Every name an entry was ever stored under, from where the vocabulary and its upcasts are written.
fn vocabulary() -> BTreeSet<&'static str> {
    let sources = [
        include_str!("../event/mod.rs"),
        include_str!("../event/expect/engagement.rs"),
        include_str!("../event/expect/import.rs"),
        include_str!("../event/expect/parties.rs"),
        include_str!("../event/expect/places.rs"),
        include_str!("../event/permit/access.rs"),
        include_str!("../event/permit/grant.rs"),
        include_str!("../event/permit/place.rs"),
        include_str!("../event/qualify/certificate.rs"),
        include_str!("../event/qualify/evidence.rs"),
        include_str!("../event/qualify/people.rs"),
        include_str!("../event/qualify/qualification.rs"),
        include_str!("../event/review.rs"),
        include_str!("../event/witness/mod.rs"),
        include_str!("../event/witness/visit.rs"),
    ];
    let quoted = sources.iter().flat_map(|s| s.split('"'));
    quoted.filter(|s| s.contains('@') && !s.contains(char::is_whitespace)).collect()
}

/// What no review looks at by itself. A new event goes here or among the exceptions.
const ORDINARY: &str = "
expect.agreement.drafted@1 expect.agreement.ended@1 expect.agreement.revised@1 expect.agreement.signed@1
expect.agreement.withdrawn@1 expect.catalogue.adopted@1 expect.compensation.broken@1 expect.compensation.set@1
expect.conduit.registered@1 expect.conduit.revised@1 expect.engagement.drafted@1 expect.engagement.revised@1
expect.engagement.withdrawn@1 expect.import.taken@1 expect.instance.registered@1 expect.instance.revised@1
expect.instance.seen@1 expect.instance.validation_set@1 expect.instance.withdrawn@1
expect.organisation.founded@1 expect.organisation.renamed@1 expect.people.answered@1 expect.people.ask_closed@1
expect.people.asked@1 expect.people.confirmed@1 expect.provider.alias_given@1 expect.provider.alias_taken@1
expect.provider.registered@1 expect.provider.revised@1 expect.provider.withdrawn@1 expect.rules.adopted@1
expect.scope.approved@1 expect.scope.ended@1 expect.scope.proposed@1 expect.scope.withdrawn@1
expect.site.registered@1 expect.site.revised@1 expect.system.registered@1 expect.system.revised@1
expect.system.withdrawn@1 expect.tier.answered@1 expect.tier.contradicted@1 expect.tier.reconciled@1
expect.tier.set@1 expect.trail.looked@1 expect.trail.reviewed@1 expect.zone.registered@1 expect.zone.revised@1
permit.access.approved@1 permit.access.attendant_named@1 permit.access.queued@1 permit.access.requested@1
permit.access.withdrawn@1 permit.activation.activated@1 permit.activation.attestation_withdrawn@1
permit.activation.attested@1 permit.activation.ended@1 permit.activation.method_agreed@1
permit.activation.opened@1 permit.calendar.attested@1 permit.calendar.freeze_lifted@1
permit.calendar.freeze_set@1 permit.change.recorded@1 permit.change.revised@1 permit.grant.attendant_named@1
permit.grant.closed@1 permit.grant.extended@1 permit.grant.reviewed@1 qualify.certificate.received@1
qualify.certificate.revised@1 qualify.certificate.revoked@1 qualify.certificate.verified@1
qualify.condition.met@1 qualify.due.moved@1 qualify.identity.verified@1 qualify.item.delivered@1
qualify.item.reviewed@1 qualify.key.added@1 qualify.key.removed@1 qualify.lapse.explained@1 qualify.mfa.set@1
qualify.notice.cleared@1 qualify.notice.received@1 qualify.notice.withdrawn@1 qualify.obligation.derived@1
qualify.obligation.ended@1 qualify.obligation.revised@1 qualify.person.activated@1 qualify.person.invited@1
qualify.person.revised@1 qualify.person.withdrawn@1 qualify.qualification.attached@1
qualify.recovery.made@1 qualify.recovery.used@1 qualify.sign_in.ended@1
qualify.qualification.decided@1 qualify.qualification.superseded@1 qualify.qualification.withdrawn@1
qualify.request.answered@1 qualify.request.cancelled@1 qualify.request.graded@1 qualify.request.returned@1
qualify.request.seen@1 qualify.request.sent@1 qualify.training.recorded@1 review.finding.action_claimed@1
review.finding.action_planned@1 review.finding.action_verified@1 review.finding.closed@1
review.finding.confirmed@1 review.finding.dismissed@1 review.finding.disputed@1
review.finding.joint_review_held@1 review.finding.proposed@1 review.finding.reopened@1 review.finding.shared@1
review.task.dismissed@1 review.task.done@1 review.task.proposed@1 witness.account.assigned@1
witness.account.found@1 witness.account.removed@1 witness.account.used@1 witness.account_list.said@1
witness.account_list.taken@1 witness.account_list.taken@2
witness.session.attended@1 witness.session.attributed@1 witness.session.ended@1
witness.session.reviewed@1 witness.session.told@1 witness.visit.announced@1 witness.visit.arrived@1
witness.visit.attendant.named@1 witness.visit.attended@1 witness.visit.called.off@1 witness.visit.closed@1
witness.visit.device.brought@1 witness.visit.device.checked@1 witness.visit.device.connected@1
witness.visit.left@1 witness.visit.state.noted@1 witness.visit.systems.named@1 witness.visit.visitor.named@1
";

#[test]
fn every_event_is_an_exception_or_said_to_be_ordinary() {
    let ours: BTreeSet<&str> = names().into_iter().collect();
    let ordinary: BTreeSet<&str> = ORDINARY.split_whitespace().collect();
    let all = vocabulary();
    assert_eq!(ours.intersection(&ordinary).collect::<Vec<_>>(), Vec::<&&str>::new());
    let said: BTreeSet<&str> = ours.union(&ordinary).copied().collect();
    assert_eq!(all.difference(&said).collect::<Vec<_>>(), Vec::<&&str>::new(), "say what a review makes of these");
    assert_eq!(said.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new(), "no event is called so");
}

#[test]
fn a_new_version_of_an_exception_is_an_exception_as_the_old_one_is() {
    let stem = |name: &str| name.split('@').next().unwrap().to_owned();
    let ours: BTreeSet<&str> = names().into_iter().collect();
    let stems: BTreeSet<String> = ours.iter().map(|n| stem(n)).collect();
    let all = vocabulary();
    let forgotten: Vec<&&str> = all.iter().filter(|n| stems.contains(&stem(n)) && !ours.contains(*n)).collect();
    assert_eq!(forgotten, Vec::<&&str>::new());
    assert!(all.contains("expect.pack.made@1") && all.contains("expect.mode.set@2"), "{all:?}");
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}
fn note() -> Private<Text> {
    Private::sealed(Commit("ab".into()), Slot(Uuid::from_u128(9)))
}
fn s(n: i64) -> Instant {
    Instant::from_micros(0).plus_secs(n)
}

fn started(grant: Option<u128>, confirmed_by: Option<u128>) -> Event {
    let session = SessionStarted {
        reference: "S-1".into(),
        person: Some(person(1)),
        instance: InstanceId(Uuid::from_u128(61)),
        site: SiteId(Uuid::from_u128(1)),
        provider: None,
        engagement: None,
        grant: grant.map(|n| GrantId(Uuid::from_u128(n))),
        account: None,
        role: None,
        attendant: None,
        seen: Seen::HandEntered,
        confirmed_by: confirmed_by.map(person),
        started: s(0),
    };
    SessionEvent::Started(session).into()
}

#[test]
fn a_session_is_an_exception_when_it_was_written_down_late_or_fits_no_grant() {
    let name = "witness.session.started@1";
    let kind = |event: &Event, at: i64| exception(name, event, s(at));
    assert_eq!(kind(&started(Some(5), None), 0), None);
    assert_eq!(kind(&started(Some(5), Some(2)), DAY), None);
    assert_eq!(kind(&started(Some(5), Some(2)), DAY + 1), Some(TrailKind::LateEntry));
    // one kind and not two
    assert_eq!(kind(&started(None, Some(2)), DAY + 1), Some(TrailKind::Unmatched));
}

#[test]
fn an_undo_of_a_sheet_is_an_exception_and_taking_one_is_not() {
    let undone: Event = ImportEvent::Undone(SheetUndone { withdrawn: 3 }).into();
    assert_eq!(exception("expect.import.undone@1", &undone, s(0)), Some(TrailKind::Undone));
    assert_eq!(exception("expect.import.taken@1", &undone, s(0)), None);
}

#[test]
fn whoever_acted_agreed_proposed_or_vouched_was_involved() {
    let by = Actor::Person(person(1));
    let site = SiteId(Uuid::from_u128(1));
    let none = Vec::new;
    let mode = ModeSet {
        checks: none(),
        mode: Mode::Observe,
        from: s(0),
        proposed_by: Some(person(2)),
        approved_by: Some(person(1)),
        reason: None,
    };
    let tier = TierOverridden { site, tier: Tier::T1, reason: note(), second: person(2), transition_until: None };
    let gone = TextErased {
        of: Ref { kind: Kind::Finding, id: Uuid::from_u128(3) },
        slots: vec![],
        ground: ErasureGround::Request,
        second: person(2),
    };
    let rules = RulesApproved { version: 2, proposed_by: person(2), approved_by: person(1), reason: note() };
    let key = KeyRotated { key: "k".into(), note: "n".into(), second: person(2), reason: note() };
    let with_two: Vec<Event> = vec![
        SiteEvent::ModeSet(mode).into(),
        EngagementEvent::TierOverridden(tier).into(),
        OrganisationEvent::TextErased(gone).into(),
        OrganisationEvent::KeyRotated(key).into(),
        RulebookEvent::Approved(rules).into(),
        ItemEvent::Quarantined(Quarantined { reason: note(), second: person(2) }).into(),
        started(None, Some(2)),
    ];
    for event in with_two {
        let all: BTreeSet<PersonId> = involved(by, &event).into_iter().collect();
        assert_eq!(all, BTreeSet::from([person(1), person(2)]), "{event:?}");
        assert!(independent(person(1), &involved(by, &event)).is_err());
        assert!(independent(person(2), &involved(by, &event)).is_err());
        assert!(independent(person(3), &involved(by, &event)).is_ok());
    }
    // who was given a role did not give it, and nobody did what the house did by itself
    let given = PersonEvent::RoleGiven(RoleAt { role: OwnerRole::Qa, site: None }).into();
    assert_eq!(involved(by, &given), vec![person(1)]);
    assert_eq!(involved(Actor::Watchman, &given), vec![]);
}

#[test]
fn who_signs_has_looked_at_something_unless_there_is_nothing() {
    let mut trail = Trail { looked: BTreeMap::from([(4, Some(person(1))), (9, Some(person(2)))]), reviews: vec![] };
    let says = |r: Result<(), Refusal>| r.map_err(|r| r.say.id);
    assert_eq!(says(may_sign(person(3), &[], &trail)), Ok(()));
    assert_eq!(says(may_sign(person(1), &[4, 9], &trail)), Ok(()));
    assert_eq!(says(may_sign(person(2), &[4], &trail)), Err("refuse-trail-not-looked"));
    assert_eq!(says(may_sign(person(3), &[4, 9], &trail)), Err("refuse-trail-not-looked"));
    // what nobody looked at makes nobody a reviewer
    trail.looked.clear();
    assert_eq!(says(may_sign(person(1), &[4, 9], &trail)), Err("refuse-trail-not-looked"));
}

#[test]
fn what_is_signed_is_what_was_shown() {
    let held = Signs { root: "ab", list: "cd" };
    let says = |shown: Signs<'_>| as_shown(shown, held).map_err(|r| (r.rule, r.say.id));
    assert_eq!(says(held), Ok(()));
    assert_eq!(says(Signs { root: "xx", ..held }), Err(("R-38", "refuse-trail-root")));
    assert_eq!(says(Signs { list: "xx", ..held }), Err(("R-38", "refuse-trail-list")));
}
