//! A visit by truth tables: what is missing, whether a device passes, who is called.

use uuid::Uuid;

use super::*;
use crate::{
    base::{Actor, Commit, Now, PersonId, Private, ProviderId, SiteId, Slot},
    event::witness::{CheckResult, DeviceBrought, DeviceChecked, DeviceKind, VisitAttendantNamed, VisitAttended},
    witness::visit_acts as acts,
};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn t(minutes: i64) -> Instant {
    Instant::from_micros(0).plus_secs(minutes * 60)
}
fn at(minutes: i64) -> At {
    At { seq: 1, at: t(minutes), by: Actor::Person(PersonId(id(1))) }
}
fn text() -> Private<crate::base::Text> {
    Private::sealed(Commit(String::new()), Slot(id(99)))
}

/// Announced at minute 0, with an attendant and a deputy if wanted.
fn visit(attendant: Option<u128>, deputy: Option<u128>) -> Visit {
    let facts = VisitAnnounced {
        reference: "VIS-0001".into(),
        site: SiteId(id(1)),
        provider: ProviderId(id(9)),
        engagement: None,
        instances: vec![InstanceId(id(61))],
        planned: None,
        attendant: attendant.map(|n| PersonId(id(n))),
        deputy: deputy.map(|n| PersonId(id(n))),
        purpose: None,
    };
    Visit::born(id(7), &VisitEvent::Announced(facts), at(0)).unwrap()
}
fn moved(minutes: i64) -> VisitMoved {
    VisitMoved { at: t(minutes) }
}

#[test]
fn a_missed_check_in_calls_the_deputy_then_the_shift_lead_and_ends_when_they_leave() {
    let rules = Rules::builtin().unwrap();
    let mut v = visit(Some(20), Some(21));
    assert_eq!(*v.attendance(&rules).at(t(5)), "before");
    v.apply(&VisitEvent::Arrived(moved(10)), at(10));
    v.apply(&VisitEvent::Attended(VisitAttended { attendant: PersonId(id(20)), at: t(20) }), at(20));
    let line = v.attendance(&rules);
    let words = [10, 24, 34, 35, 49, 50, 500].map(|m| *line.at(t(m)));
    assert_eq!(words, ["present", "present", "present", "deputy", "deputy", "shift-lead", "shift-lead"]);
    assert_eq!(v.check_in_due(&rules), Some(t(35)));
    v.apply(&VisitEvent::Left(moved(60)), at(61));
    assert_eq!((*v.attendance(&rules).at(t(59)), *v.attendance(&rules).at(t(60))), ("shift-lead", "over"));
    assert_eq!(v.check_in_due(&rules), None);
}

#[test]
fn nobody_beside_them_calls_the_shift_lead_at_once_and_a_name_is_no_presence() {
    let rules = Rules::builtin().unwrap();
    let mut v = visit(None, None);
    v.apply(&VisitEvent::Arrived(moved(10)), at(10));
    assert_eq!(*v.attendance(&rules).at(t(10)), "shift-lead");
    // named at minute 30: the past stays what it was, and presence begins with a check-in
    let named = VisitAttendantNamed { attendant: PersonId(id(20)), deputy: None };
    v.apply(&VisitEvent::AttendantNamed(named), at(30));
    assert_eq!(["shift-lead"; 2], [10, 31].map(|m| *v.attendance(&rules).at(t(m))));
    v.apply(&VisitEvent::Attended(VisitAttended { attendant: PersonId(id(20)), at: t(32) }), at(32));
    let line = v.attendance(&rules);
    // without a deputy the shift lead is called next
    assert_eq!(["shift-lead", "present", "shift-lead"], [31, 32, 47].map(|m| *line.at(t(m))));
}

#[test]
fn only_a_clean_check_passes_by_itself_and_silence_never_does() {
    let table = [
        (None, false, Some("refuse-device-unchecked")),
        (None, true, Some("refuse-device-unchecked")),
        (Some(CheckResult::Refused), true, Some("refuse-device-refused")),
        (Some(CheckResult::NotChecked), false, Some("refuse-device-not-checked")),
        (Some(CheckResult::NotChecked), true, None),
        (Some(CheckResult::Clean), false, None),
    ];
    for (result, reasoned, refused) in table {
        let mut v = visit(None, None);
        let new = DeviceBrought { device: id(50), kind: DeviceKind::Laptop, label: text() };
        v.apply(&VisitEvent::DeviceBrought(new), at(1));
        if let Some(result) = result {
            let check = DeviceChecked { device: id(50), result, by: PersonId(id(1)), reason: None, at: t(1) };
            v.apply(&VisitEvent::DeviceChecked(check), at(1));
        }
        let said = v.device(id(50)).unwrap().may_connect(reasoned).err().map(|r| r.say.id);
        assert_eq!(said, refused, "{result:?} {reasoned}");
    }
}

#[test]
fn what_is_missing_is_named_and_keeps_nobody_here() {
    let mut v = visit(None, None);
    let new = DeviceBrought { device: id(50), kind: DeviceKind::Media, label: text() };
    v.apply(&VisitEvent::DeviceBrought(new), at(1));
    v.apply(&VisitEvent::Arrived(moved(10)), at(30));
    let words = |v: &Visit| v.missing().iter().map(|m| m.what.as_str()).collect::<Vec<_>>();
    assert_eq!(words(&v), ["people", "attendant", "check-in", "check", "found", "left"]);
    // entered behind its time: both stand, and it is late
    let arrived = v.arrived.last().unwrap();
    assert!(is_late(arrived.facts.at, arrived.recorded) && !is_late(t(10), t(25)));
    // its record cannot be closed while they are here; they may leave whatever is missing
    assert_eq!(acts::may_close(&v).unwrap_err().say.id, "refuse-visit-still-here");
    assert!(acts::may_leave(&v, t(40), Now(t(40))).is_ok());
    v.apply(&VisitEvent::Left(moved(40)), at(40));
    assert_eq!(acts::may_close(&v).unwrap().len(), 6);
    assert_eq!(v.word(), "left");
}

#[test]
fn times_have_an_order_and_a_closed_record_stays_closed() {
    let mut v = visit(Some(20), None);
    let now = Now(t(100));
    let said = |r: Result<(), crate::base::Refusal>| r.err().map(|r| r.say.id);
    assert_eq!(said(acts::may_leave(&v, t(50), now)), Some("refuse-visit-not-arrived"));
    assert_eq!(said(acts::may_arrive(&v, t(101), now)), Some("refuse-visit-time"));
    assert_eq!(said(acts::may_check_in(&v, now)), Some("refuse-visit-not-here"));
    assert_eq!(said(acts::may_name(&v, PersonId(id(20)), Some(PersonId(id(20))))), Some("refuse-visit-deputy"));
    assert_eq!(said(acts::may_call_off(&v)), None);
    v.apply(&VisitEvent::Arrived(moved(50)), at(50));
    assert_eq!(said(acts::may_leave(&v, t(49), now)), Some("refuse-visit-order"));
    assert_eq!(said(acts::may_call_off(&v)), Some("refuse-visit-arrived"));
    assert_eq!((said(acts::may_check_in(&v, now)), v.here(t(49)), v.here(t(50))), (None, false, true));
    v.apply(&VisitEvent::Left(moved(60)), at(60));
    assert_eq!(said(acts::may_arrive(&v, t(61), now)), Some("refuse-visit-order"));
    // said again, a time is corrected and the old one stays
    v.apply(&VisitEvent::Arrived(moved(45)), at(70));
    assert_eq!((v.arrived_at(), v.arrived.len()), (Some(t(45)), 2));
    v.apply(&VisitEvent::Closed(VisitClosed { missing: v.missing(), reason: None }), at(80));
    assert_eq!(said(acts::may_note(&v, t(80), now)), Some("refuse-visit-closed"));
    assert_eq!(v.word(), "recorded");
}
