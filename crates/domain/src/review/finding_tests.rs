//! What a finding lets cross the border, told with F-0231 (stories) and with findings that never count.

use uuid::Uuid;

use super::finding::Finding;
use crate::{
    base::{
        Actor, At, Commit, EngagementId, Instant, Level, Party, PersonId, Private, ProviderId, SiteId, Slot, ZoneName,
    },
    event::review::{
        ActionPlanned, ActionVerified, FindingConfirmed, FindingEvent, FindingKind, FindingNoted, FindingProposed,
        JointReviewHeld, Severity,
    },
    qualify::standing::standing,
    rules::Rules,
    thing::Thing,
};

fn t(s: &str) -> Instant {
    format!("{s}:00Z").parse().unwrap()
}
fn at(s: &str) -> At {
    At { at: t(s), by: Actor::Genesis, seq: 1 }
}
fn by() -> PersonId {
    PersonId(Uuid::from_u128(2))
}
fn berlin() -> ZoneName {
    "Europe/Berlin".parse().unwrap()
}
fn proposed(kind: FindingKind) -> Finding {
    let facts = FindingProposed {
        reference: "F-0231".into(),
        kind,
        source: None,
        provider: Some(ProviderId(Uuid::from_u128(4))),
        engagement: Some(EngagementId(Uuid::from_u128(17))),
        instance: None,
        site: SiteId(Uuid::from_u128(1)),
        zone: berlin(),
        party: Party::Unknown,
        severity: Severity::High,
        requirement: None,
        cases: vec![],
        clause: None,
        text: Private::sealed(Commit("ab".into()), Slot(Uuid::from_u128(9))),
        shared: false,
        occurred: t("2026-10-12T03:00"),
        late_from: Some(t("2026-10-10T00:00")),
        noticed: Some(t("2026-10-12T03:00")),
    };
    Finding::born(Uuid::from_u128(231), &FindingEvent::Proposed(Box::new(facts)), at("2026-10-13T08:00")).unwrap()
}
fn confirmed(kind: FindingKind, party: Party) -> Finding {
    let mut f = proposed(kind);
    let yes = FindingConfirmed { by: by(), party, severity: Severity::High, tier: None, rules_version: 1 };
    f.apply(&FindingEvent::Confirmed(yes), at("2026-10-20T08:00"));
    f
}
fn meet(f: &mut Finding) {
    let met = JointReviewHeld { by: by(), at: t("2026-10-27T09:00"), note: None };
    f.apply(&FindingEvent::JointReviewHeld(met), at("2026-10-27T12:00"));
}
fn plan(f: &mut Finding) {
    let due = "2026-11-10".parse().unwrap();
    let action = ActionPlanned { party: Party::Provider, due, zone: berlin(), text: None };
    f.apply(&FindingEvent::ActionPlanned(action), at("2026-10-27T12:00"));
}
fn level(f: &Finding, when: &str) -> Level {
    *standing(&f.emits(&Rules::default()).reasons).at(t(when))
}
fn held(f: &Finding, when: &str) -> bool {
    f.emits(&Rules::default()).holds.iter().any(|h| h.holds(t(when)))
}

#[test]
fn f0231_holds_until_the_joint_review_then_restricts_until_verified() {
    let mut f = confirmed(FindingKind::UnauthorisedChange, Party::Provider);
    // before anybody met: a hold on new access, no standing moved
    assert_eq!((held(&f, "2026-10-25T00:00"), level(&f, "2026-10-25T00:00")), (true, Level::Good));
    meet(&mut f);
    plan(&mut f);
    assert_eq!((held(&f, "2026-10-27T09:00"), level(&f, "2026-10-27T09:00")), (false, Level::Restricted));
    // D0: the overdue action is a line inside the one reason
    let now = "2026-11-16T07:30";
    assert_eq!(f.emits(&Rules::default()).reasons.len(), 1);
    assert_eq!((f.overdue_days(t(now)), level(&f, now)), (Some(6), Level::Restricted));
    f.apply(&FindingEvent::ActionVerified(ActionVerified { by: by(), note: None }), at("2026-11-17T08:00"));
    assert_eq!(level(&f, "2026-11-17T08:00"), Level::Good);
    // what people saw before stays what it was
    assert_eq!(level(&f, now), Level::Restricted);
}

#[test]
fn access_and_silence_block_until_the_joint_review() {
    for kind in [FindingKind::UnauthorisedAccess, FindingKind::IncidentNotDisclosed] {
        let mut f = confirmed(kind, Party::Provider);
        assert_eq!((level(&f, "2026-10-20T08:00"), held(&f, "2026-10-20T08:00")), (Level::Blocked, true));
        meet(&mut f);
        assert_eq!(level(&f, "2026-10-27T08:59"), Level::Blocked);
        assert_eq!(level(&f, "2026-10-27T09:00"), Level::Restricted);
    }
}

#[test]
fn nothing_counts_unconfirmed_disputed_or_ours() {
    let when = "2026-11-16T07:30";
    let dispute = FindingNoted { by: None, note: None };
    let mut disputed = proposed(FindingKind::UnauthorisedAccess);
    disputed.apply(&FindingEvent::Disputed(dispute.clone()), at("2026-10-14T08:00"));
    let cases = [
        proposed(FindingKind::UnauthorisedAccess),
        disputed,
        confirmed(FindingKind::UnauthorisedAccess, Party::Owner),
        confirmed(FindingKind::UnauthorisedAccess, Party::Both),
        confirmed(FindingKind::UnauthorisedChange, Party::Unknown),
        confirmed(FindingKind::OwnerDuty, Party::Owner),
    ];
    for f in &cases {
        assert_eq!((level(f, when), held(f, when)), (Level::Good, false), "{:?} {:?}", f.facts.kind, f.party);
    }
    // shown beside, with its class, but never weighed
    assert!(!cases[0].emits(&Rules::default()).reasons[0].counts);
    // an objection after confirmation is recorded and changes no effect
    let mut f = confirmed(FindingKind::UnauthorisedAccess, Party::Provider);
    f.apply(&FindingEvent::Disputed(dispute), at("2026-10-21T08:00"));
    assert_eq!((level(&f, when), f.objected.is_some()), (Level::Blocked, true));
}

#[test]
fn an_overdue_action_watches_then_restricts_after_notice() {
    let mut f = confirmed(FindingKind::General, Party::Provider);
    assert_eq!(level(&f, "2026-12-24T00:00"), Level::Good);
    plan(&mut f);
    // due 10 Nov, end of day; +5 d is 15 Nov, notice (27 Oct + 14 d) is earlier
    let words = ["2026-11-10T22:59", "2026-11-10T23:00", "2026-11-15T22:59", "2026-11-15T23:00"].map(|w| level(&f, w));
    assert_eq!(words, [Level::Good, Level::Watch, Level::Watch, Level::Restricted]);
    let duty = &f.emits(&Rules::default()).duties[0];
    assert_eq!((duty.party, duty.due), (Party::Provider, t("2026-11-10T23:00")));
}

#[test]
fn a_late_incident_notice_weighs_by_its_lateness() {
    // noticed 51 h after it was due: Watch, cleared by the joint review
    let mut f = confirmed(FindingKind::IncidentNoticeLate, Party::Provider);
    assert_eq!((level(&f, "2026-10-20T08:00"), level(&f, "2026-12-24T00:00")), (Level::Watch, Level::Watch));
    meet(&mut f);
    assert_eq!(level(&f, "2026-10-27T09:00"), Level::Good);
    // 75 h: Restricted, after notice
    let mut f = proposed(FindingKind::IncidentNoticeLate);
    f.facts.noticed = Some(t("2026-10-13T03:00"));
    let yes =
        FindingConfirmed { by: by(), party: Party::Provider, severity: Severity::High, tier: None, rules_version: 1 };
    f.apply(&FindingEvent::Confirmed(yes), at("2026-10-20T08:00"));
    assert_eq!(level(&f, "2026-11-03T08:59"), Level::Watch);
    assert_eq!(level(&f, "2026-11-03T09:00"), Level::Restricted);
}
