//! Exceptions, who may look at them and who may sign, as examples; and the whole vocabulary: whoever adds an event says
//! whether a review looks at it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::trail::*;
use crate::{
    base::*,
    event::{
        Event,
        expect::*,
        permit::{GrantEvent, GrantOpened},
        qualify::*,
        witness::*,
    },
    expect::{instance::Instance, trail::Trail},
    permit::{grant::Grant, sample},
    thing::Thing,
    witness::session::Session,
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
        include_str!("../event/witness/account.rs"),
        include_str!("../event/witness/mod.rs"),
        include_str!("../event/witness/visit.rs"),
    ];
    let quoted = sources.iter().flat_map(|s| s.split('"'));
    quoted.filter(|s| s.contains('@') && !s.contains(char::is_whitespace)).collect()
}

/// What no review looks at by itself. A new event goes here or among the exceptions.
const ORDINARY: &str = "
expect.agreement.drafted@1 expect.agreement.ended@1 expect.agreement.revised@1 expect.agreement.signed@1
expect.agreement.withdrawn@1 expect.catalogue.adopted@1 expect.code.used@1
expect.compensation.broken@1 expect.compensation.set@1
expect.conduit.registered@1 expect.conduit.revised@1 expect.engagement.drafted@1 expect.engagement.revised@1
expect.engagement.withdrawn@1 expect.import.taken@1 expect.instance.registered@1
expect.login_secret.refused@1 expect.login_secret.removed@1
expect.instance.endpoint_unpinned@1 expect.instance.seen@1 expect.instance.withdrawn@1
expect.organisation.founded@1 expect.organisation.renamed@1 expect.people.answered@1 expect.people.ask_closed@1
expect.people.asked@1 expect.people.confirmed@1 expect.provider.alias_given@1 expect.provider.alias_taken@1
expect.provider.registered@1 expect.provider.revised@1 expect.provider.withdrawn@1 expect.rules.adopted@1
expect.scope.approved@1 expect.scope.ended@1 expect.scope.proposed@1 expect.scope.withdrawn@1
expect.site.registered@1 expect.site.revised@1 expect.system.registered@1 expect.system.revised@1
expect.system.withdrawn@1 expect.tier.answered@1 expect.tier.contradicted@1 expect.tier.reconciled@1
expect.tier.set@1 expect.trail.looked@1 expect.trail.reviewed@1 expect.trail.reviewed@2
expect.zone.registered@1 expect.zone.revised@1
permit.access.approved@1 permit.access.attendant_named@1 permit.access.covered@1 permit.access.queued@1
permit.access.requested@1
permit.access.withdrawn@1 permit.activation.activated@1 permit.activation.attestation_withdrawn@1
permit.activation.beforehand_agreed@1 permit.activation.beforehand_given@1
permit.activation.beforehand_withdrawn@1
permit.activation.attested@1 permit.activation.ended@1 permit.activation.method_agreed@1
permit.activation.opened@1 permit.calendar.attested@1
permit.calendar.freeze_set@1 permit.change.recorded@1 permit.change.revised@1 permit.grant.attendant_named@1
permit.grant.certified@1 permit.grant.closed@1 permit.grant.reviewed@1 permit.grant.shift_confirmed@1
permit.grant.step_done@1 permit.grant.step_undone@1 qualify.certificate.received@1
qualify.certificate.revoked@1 qualify.certificate.verified@1
qualify.condition.met@1 qualify.due.moved@1 qualify.identity.verified@1 qualify.item.delivered@1
qualify.item.reviewed@1 qualify.lapse.explained@1 qualify.mfa.set@1
qualify.notice.cleared@1 qualify.notice.received@1 qualify.obligation.derived@1
qualify.obligation.ended@1 qualify.obligation.revised@1 qualify.person.activated@1 qualify.person.invited@1
qualify.person.revised@1 qualify.person.withdrawn@1 qualify.qualification.attached@1
qualify.recovery.made@1 qualify.recovery.used@1 qualify.sign_in.ended@1
qualify.qualification.decided@1 qualify.qualification.superseded@1
qualify.request.answered@1 qualify.request.cancelled@1 qualify.request.graded@1 qualify.request.returned@1
qualify.request.seen@1 qualify.request.sent@1 qualify.training.recorded@1 review.finding.action_claimed@1
review.finding.action_planned@1 review.finding.action_verified@1 review.finding.closed@1
review.finding.confirmed@1 review.finding.dismissed@1 review.finding.disputed@1
review.finding.joint_review_held@1 review.finding.proposed@1 review.finding.reopened@1 review.finding.shared@1
review.task.done@1 review.task.proposed@1 witness.account.assigned@1
witness.account.bound@1 witness.account.turned@1 witness.account.unbound@1
witness.account.checked_in@1 witness.account.checked_out@1
witness.account.found@1 witness.account.removed@1 witness.account.used@1
witness.account_list.taken@1 witness.account_list.taken@2 witness.session.attended@1
witness.session.adjacent_noted@1 witness.session.brought@1
witness.session.closing@1 witness.session.noticed@1 witness.session.other_key_shown@1
witness.recording.deleted@1 witness.recording.kept@1
witness.session.recorded@1 witness.session.safe@1 witness.session.viewed@1
witness.session.reviewed@1 witness.session.told@1 witness.visit.announced@1
witness.visit.attendant.named@1 witness.visit.called.off@1 witness.visit.closed@1
witness.visit.device.brought@1
witness.visit.systems.named@1 witness.visit.visitor.named@1
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

/// Which entries are exceptions by themselves, and of which kind those are that are so by name, as one number.
fn table() -> u64 {
    let event: Event = OrganisationEvent::Renamed(OrganisationRenamed { name: "N".into() }).into();
    let kind = |name| {
        let what = Recorded { name, event: &event, at: s(0), auth: None, last: true };
        exception(what, &Stood::default())
    };
    let mut lines: Vec<String> = names().into_iter().map(|name| format!("{name} {:?}\n", kind(name))).collect();
    lines.sort();
    // FNV-1a: nobody attacks this, and it needs no crate.
    lines.concat().bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[test]
fn whoever_changes_what_is_an_exception_raises_the_version_of_the_rules() {
    assert_eq!(
        (EXCEPTIONS, table()),
        (2, 1_433_783_783_992_370_733),
        "raise EXCEPTIONS when a release had it, then say the new number here"
    );
}

#[test]
fn a_signature_of_the_first_version_was_by_the_first_rules_for_exceptions() {
    let data = serde_json::json!({ "from": 0, "until": 9, "root": "ab", "list": "cd", "counts": [],
        "meaning": "reviewed", "note": note() });
    let read = Event::from_wire(Kind::Organisation, "expect.trail.reviewed@1", data).unwrap();
    let Event::Organisation(OrganisationEvent::TrailReviewed(signed)) = read else { panic!("{read:?}") };
    assert_eq!((signed.exceptions, signed.until), (1, 9));
    const { assert!(EXCEPTIONS > 1) };
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

fn began(grant: Option<u128>, confirmed_by: Option<u128>, seen: Seen) -> SessionStarted {
    SessionStarted {
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
        seen,
        confirmed_by: confirmed_by.map(person),
        started: s(0),
    }
}
fn started(grant: Option<u128>, confirmed_by: Option<u128>) -> Event {
    SessionEvent::Started(began(grant, confirmed_by, Seen::Imported)).into()
}

/// Grant 5: person 1 on instance 61 for a day.
fn grant() -> Grant {
    let opened = GrantOpened {
        person: person(1),
        roles: vec![Role::View],
        window: Window { from: s(0), until: s(DAY) },
        ..sample::granted()
    };
    let at = At { at: s(-9), by: Actor::Genesis, seq: 1 };
    Grant::born(Uuid::from_u128(5), &GrantEvent::Opened(Box::new(opened)), at).unwrap()
}
fn under_grant() -> Stood {
    Stood { grant: Some(grant()), ..Stood::default() }
}

/// What an entry is, recorded by somebody who had signed in.
fn kind(event: &Event, at: i64, stood: &Stood) -> Option<TrailKind> {
    let (name, _) = event.to_wire().unwrap();
    exception(Recorded { name: &name, event, at: s(at), auth: Some(auth::SIGNED_IN), last: true }, stood)
}

#[test]
fn a_session_is_an_exception_when_it_fits_no_grant_or_was_written_down_late() {
    let stood = under_grant();
    assert_eq!(kind(&started(Some(5), None), 0, &stood), None);
    // what a file of a machine brings comes once a day
    assert_eq!(kind(&started(Some(5), None), DAY, &stood), None);
    assert_eq!(kind(&started(Some(5), None), DAY + 1, &stood), Some(TrailKind::LateEntry));
    // what a person enters is late after a quarter of an hour, as the logbook says
    let by_hand: Event = SessionEvent::Started(began(Some(5), Some(2), Seen::HandEntered)).into();
    assert_eq!(kind(&by_hand, 900, &stood), None);
    assert_eq!(kind(&by_hand, 901, &stood), Some(TrailKind::LateEntry));
    // one kind and not two
    assert_eq!(kind(&started(None, Some(2)), DAY + 1, &stood), Some(TrailKind::Unmatched));
    // a grant that nobody knows covers nothing
    assert_eq!(kind(&started(Some(5), None), 0, &Stood::default()), Some(TrailKind::Unmatched));
    // on another system, or in a role that was not granted
    let elsewhere = SessionStarted { instance: InstanceId(Uuid::from_u128(62)), ..began(Some(5), None, Seen::Gateway) };
    assert_eq!(kind(&SessionEvent::Started(elsewhere).into(), 0, &stood), Some(TrailKind::Overrun));
    let more = SessionStarted { role: Some(Role::Configure), ..began(Some(5), None, Seen::Gateway) };
    assert_eq!(kind(&SessionEvent::Started(more).into(), 0, &stood), Some(TrailKind::Overrun));
}

#[test]
fn a_session_that_ends_behind_its_window_is_an_overrun_and_a_late_end_a_late_entry() {
    let session =
        |grant, recorded| Session { recorded: s(recorded), ..Session::begun(began(grant, None, Seen::Gateway)) };
    let stood = |recorded| Stood { session: Some(session(Some(5), recorded)), ..under_grant() };
    let ended = |at: i64| SessionEvent::Ended(SessionEnded { at: s(at), how: Ending::User }).into();
    assert_eq!(kind(&ended(DAY), DAY, &stood(0)), None);
    assert_eq!(kind(&ended(DAY + 1), DAY + 1, &stood(0)), Some(TrailKind::Overrun));
    // revoked before it ended
    let mut revoked = stood(0);
    revoked.grant.as_mut().unwrap().revoked = Some(s(50));
    assert_eq!(kind(&ended(60), 60, &revoked), Some(TrailKind::Overrun));
    // entered long after it ended
    assert_eq!(kind(&ended(60), 60 + DAY, &stood(0)), None);
    assert_eq!(kind(&ended(60), 61 + DAY, &stood(0)), Some(TrailKind::LateEntry));
    // without a grant the session was an exception when it began
    let none = Stood { session: Some(session(None, 0)), ..Stood::default() };
    assert_eq!(kind(&ended(5 * DAY), 5 * DAY, &none), None);
    // a line that was written whole is late once, by its beginning
    let by_hand = |recorded| {
        let line = Session { recorded: s(recorded), ..Session::begun(began(Some(5), None, Seen::HandEntered)) };
        Stood { session: Some(line), ..under_grant() }
    };
    assert_eq!(kind(&ended(60), 2_000, &by_hand(2_000)), None);
    assert_eq!(kind(&ended(60), 2_000, &by_hand(0)), Some(TrailKind::LateEntry));
    // of what nobody knows how it began nobody knows that it was in order
    assert_eq!(kind(&ended(60), 60, &Stood::default()), Some(TrailKind::Overrun));
}

#[test]
fn what_was_done_without_a_sign_in_is_one_exception_for_each_request() {
    let event: Event = OrganisationEvent::Renamed(OrganisationRenamed { name: "N".into() }).into();
    let of = |auth, last| {
        let what = Recorded { name: "expect.organisation.renamed@1", event: &event, at: s(0), auth, last };
        exception(what, &Stood::default())
    };
    for auth in ["command-line", "invitation", "mailed-link"] {
        assert_eq!(of(Some(auth), true), Some(TrailKind::SignIn), "{auth}");
        assert_eq!(of(Some(auth), false), None, "{auth}");
        assert_eq!(signed_in(Some(auth)).map_err(|r| r.say.id), Err("refuse-trail-auth"), "{auth}");
    }
    // what somebody did who signed in is none, nor what the house did by itself
    assert_eq!((of(Some("password+totp"), true), of(None, true)), (None, None));
    assert_eq!(signed_in(Some("password+totp")), Ok(()));
    // and a way in that nobody knows is no sign-in
    assert!(signed_in(None).is_err() && signed_in(Some("token")).is_err());
    // a kind of its own comes first
    let key = KeyAdded { kind: KeyKind::Password, fingerprint: "SHA256:x".into(), public: String::new() };
    let key: Event = PersonEvent::KeyAdded(key).into();
    let what = Recorded { name: "qualify.key.added@1", event: &key, at: s(0), auth: Some("command-line"), last: true };
    assert_eq!(exception(what, &Stood::default()), Some(TrailKind::Rights));
}

#[test]
fn a_revision_is_an_exception_when_it_changes_what_a_system_weighs() {
    let facts = InstanceFacts {
        system: SystemId(Uuid::from_u128(6)),
        site: SiteId(Uuid::from_u128(1)),
        zone: None,
        environment: None,
        reference: "BMS".into(),
        name: "BMS".into(),
        validated: Some(Validated::Validated),
        flags: Some(vec![]),
        gxp: None,
        capabilities: Capabilities::UNKNOWN,
        limitations: vec![],
        roles: vec![],
    };
    let at = At { at: s(0), by: Actor::Genesis, seq: 1 };
    let instance = Instance::born(Uuid::from_u128(61), &InstanceEvent::Registered(facts.clone()), at);
    let stood = Stood { instance, ..Stood::default() };
    let revised = |edit: fn(&mut InstanceFacts)| {
        let mut now = facts.clone();
        edit(&mut now);
        kind(&InstanceEvent::Revised(now).into(), 9, &stood)
    };
    assert_eq!(revised(|f| f.name = "Other".into()), None);
    assert_eq!(revised(|f| f.validated = Some(Validated::NotGxp)), Some(TrailKind::Critical));
    assert_eq!(revised(|f| f.gxp = Some(Gxp::None)), Some(TrailKind::Critical));
    assert_eq!(revised(|f| f.flags = None), Some(TrailKind::Critical));
    // what it was is not known: then nobody knows that nothing of it changed
    let event = InstanceEvent::Revised(facts.clone()).into();
    assert_eq!(kind(&event, 9, &Stood::default()), Some(TrailKind::Critical));
}

#[test]
fn what_happened_at_a_visit_is_late_after_a_quarter_of_an_hour() {
    let instance = InstanceId(Uuid::from_u128(61));
    let device = Uuid::from_u128(7);
    let check =
        |result| VisitEvent::DeviceChecked(DeviceChecked { device, result, by: person(4), reason: None, at: s(0) });
    let connected = |reason| {
        let admission = "clean".into();
        VisitEvent::DeviceConnected(DeviceConnected { device, instance, admission, reason, at: s(0) })
    };
    let state = StateNoted { of: AsOf::Found, instance, text: note(), file: None, at: s(0) };
    let all: Vec<VisitEvent> = vec![
        VisitEvent::Arrived(VisitMoved { at: s(0) }),
        VisitEvent::Left(VisitMoved { at: s(0) }),
        VisitEvent::Attended(VisitAttended { attendant: person(4), at: s(0) }),
        VisitEvent::StateNoted(state),
        check(CheckResult::Clean),
        connected(None),
    ];
    for event in all {
        let event: Event = event.into();
        assert_eq!(kind(&event, 900, &Stood::default()), None, "{event:?}");
        assert_eq!(kind(&event, 901, &Stood::default()), Some(TrailKind::LateEntry), "{event:?}");
    }
    // let onto a system without a clean check, or said not to have been checked: an override of the check
    assert_eq!(kind(&connected(Some(note())).into(), 0, &Stood::default()), Some(TrailKind::Override));
    assert_eq!(kind(&check(CheckResult::NotChecked).into(), 0, &Stood::default()), Some(TrailKind::Override));
}

#[test]
fn an_account_that_may_stay_is_an_exception_and_one_that_shall_go_is_not() {
    let said = |says| {
        let (account, reason) = (note(), note());
        let said = AccountSaid { account, says, person: None, until: None, task: None, reason, replaces: None };
        kind(&AccountListEvent::Said(said).into(), 0, &Stood::default())
    };
    assert_eq!(said(AccountSays::Accepted), Some(TrailKind::Rights));
    assert_eq!((said(AccountSays::Assigned), said(AccountSays::Disable)), (None, None));
}

#[test]
fn whoever_wrote_the_line_that_another_one_stands_for_was_involved() {
    let old = Session { entered_by: Some(person(7)), ..Session::begun(began(Some(5), Some(8), Seen::HandEntered)) };
    let stood = Stood { session: Some(old), ..Stood::default() };
    let by = SessionId(Uuid::from_u128(3));
    let corrected: Event = SessionEvent::Corrected(SessionCorrected { corrected_by: by, reason: note() }).into();
    let all: BTreeSet<PersonId> = involved(Actor::Person(person(1)), &corrected, &stood).into_iter().collect();
    assert_eq!(all, BTreeSet::from([person(1), person(7), person(8)]));
}

#[test]
fn an_undo_of_a_sheet_is_an_exception_and_taking_one_is_not() {
    let undone: Event = ImportEvent::Undone(SheetUndone { withdrawn: 3 }).into();
    assert_eq!(kind(&undone, 0, &Stood::default()), Some(TrailKind::Undone));
    let what = Recorded { name: "expect.import.taken@1", event: &undone, at: s(0), auth: None, last: true };
    assert_eq!(exception(what, &Stood::default()), None);
}

#[test]
fn whoever_acted_agreed_proposed_or_vouched_was_involved() {
    let by = Actor::Person(person(1));
    let site = SiteId(Uuid::from_u128(1));
    let (none, none_stood) = (Vec::new, Stood::default());
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
        let all: BTreeSet<PersonId> = involved(by, &event, &none_stood).into_iter().collect();
        assert_eq!(all, BTreeSet::from([person(1), person(2)]), "{event:?}");
        assert!(independent(person(1), &involved(by, &event, &none_stood)).is_err());
        assert!(independent(person(2), &involved(by, &event, &none_stood)).is_err());
        assert!(independent(person(3), &involved(by, &event, &none_stood)).is_ok());
    }
    // who was given a role did not give it, and nobody did what the house did by itself
    let given = PersonEvent::RoleGiven(RoleAt { role: OwnerRole::Qa, site: None }).into();
    assert_eq!(involved(by, &given, &none_stood), vec![person(1)]);
    assert_eq!(involved(Actor::Watchman, &given, &none_stood), vec![]);
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
    let says = |shown: Signs<'_>| as_shown(shown, held, &[]).map_err(|r| (r.rule, r.say.id));
    assert_eq!(says(held), Ok(()));
    assert_eq!(says(Signs { root: "xx", ..held }), Err(("R-38", "refuse-trail-root")));
    assert_eq!(says(Signs { list: "xx", ..held }), Err(("R-38", "refuse-trail-list")));
    // an entry that is not what was written once is signed by nobody, whatever was shown
    let altered = as_shown(held, held, &[7]).unwrap_err();
    assert_eq!(
        (altered.rule, altered.say.id, altered.say.args[0]),
        ("R-38", "refuse-trail-altered", Some(("entry", Arg::Int(7))))
    );
}
