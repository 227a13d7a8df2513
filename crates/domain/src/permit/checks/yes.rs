//! Checks about our own people: 19 attendant, 20 separate approver, 21 enough approvals.

use super::{Case, Found};
use crate::{
    base::{Arg, Effect, Level, Mode, Tier},
    event::{
        expect::Known,
        permit::{Moment, Outcome},
        qualify::OwnerRole,
    },
};

/// Why somebody of ours must be beside it: the first cause that applies.
fn attendance_because(c: &Case<'_>) -> Option<&'static str> {
    // A site that only observes standings does not demand an attendant because of one.
    let standing = c.level == Level::Restricted && c.f.modes.of(8) == Mode::Enforce;
    let held = c.f.holds.iter().any(|h| h.effect == Effect::AttendedOnly && h.holds(c.now) && c.q.is_under(h));
    match () {
        () if c.q.emergency() => Some("emergency"),
        () if standing => Some("standing"),
        () if c.f.engagement.extended_by_owner => Some("extended-by-owner"),
        () if c.f.compensation.attended => Some("compensation"),
        () if held => Some("hold"),
        () if c.f.caps.asks_attendance(c.tier()) => Some("tier"),
        () => None,
    }
}

pub(super) fn attendant_named(c: &Case<'_>) -> Found {
    let because = attendance_because(c);
    match (because, c.attended, c.q.attendant) {
        (None, false, _) => Found::not_applicable("check-attendant-not-needed"),
        (Some(why), false, None) => {
            Found::unknown("check-attendant-needed").with("because", Arg::Word(why)).help("help-ask-attended")
        }
        (Some(why), false, Some(_)) => {
            Found::failed("check-attendant-not-asked").with("because", Arg::Word(why)).help("help-ask-attended")
        }
        (_, true, Some(attendant)) if Some(attendant) == c.q.person => {
            Found::failed("check-attendant-self").help("help-name-attendant").link(Some(attendant.into()))
        }
        (_, true, Some(attendant)) => Found::passed("check-attendant-known")
            .with("attendant", Arg::Ref(attendant.into()))
            .link(Some(attendant.into())),
        // Before the start there is time to find somebody; nothing begins without.
        (_, true, None) if c.q.moment == Moment::Start || c.q.emergency() => {
            Found::unknown("check-attendant-none").help("help-name-attendant")
        }
        (_, true, None) => Found::warning("check-attendant-to-name").help("help-name-attendant"),
    }
}

fn later(c: &Case<'_>) -> bool {
    c.q.moment == Moment::Request && c.q.approvals.is_empty()
}

pub(super) fn approver_separate(c: &Case<'_>) -> Found {
    if later(c) && !c.q.emergency() {
        return Found::not_here("check-at-approval");
    }
    let yes = &c.q.approvals;
    let Some(last) = yes.last() else {
        return Found::failed("check-approver-none").help("help-approver-other");
    };
    let asker = |p| p == c.q.requester && !c.q.emergency() || Some(p) == c.q.person;
    if let Some(own) = yes.iter().find(|y| asker(y.person)) {
        Found::failed("check-approver-is-requester").help("help-approver-other").link(Some(own.person.into()))
    } else if let Some(theirs) = yes.iter().find(|y| !y.ours) {
        Found::failed("check-approver-of-provider").help("help-approver-other").link(Some(theirs.person.into()))
    } else if yes.iter().enumerate().any(|(i, y)| yes.iter().skip(i + 1).any(|z| z.person == y.person)) {
        Found::failed("check-approver-twice").help("help-approver-other").link(Some(last.person.into()))
    } else {
        Found::passed("check-approver-other-person").link(Some(last.person.into()))
    }
}

/// One of the area; a second for T1, safety and validated; quality for validated; OT security while Restricted.
pub(super) fn approvals_enough(c: &Case<'_>) -> Found {
    if later(c) {
        return Found::not_here("check-at-approval");
    }
    let has = |role: OwnerRole| c.q.approvals.iter().any(|y| y.role == role && y.ours);
    let i = &c.f.instance;
    let validated = i.validated != Known::No;
    let ot = has(OwnerRole::OtSecurity);
    let needs = [
        (true, has(OwnerRole::ControlEngineer), "control-engineer"),
        (
            c.tier() == Tier::T1 || c.safety() || validated,
            ot || has(OwnerRole::SystemOwner),
            "system-owner-or-ot-security",
        ),
        (validated, has(OwnerRole::Qa), "qa"),
        (c.level >= Level::Restricted && c.f.modes.of(8) == Mode::Enforce, ot, "ot-security"),
    ];
    let needed = needs.iter().filter(|(need, ..)| *need).count();
    let missing = needs.iter().filter(|(need, have, _)| *need && !*have).count();
    let found = match needs.iter().find(|(need, have, _)| *need && !*have) {
        None => Found::passed("check-approvals-complete"),
        Some((_, _, who)) => Found::new(Outcome::NotPassed, "check-approvals-missing")
            .with("who", Arg::Word(who))
            .help("help-ask-approver"),
    };
    let count = |n: usize| Arg::Int(i64::try_from(n).unwrap_or(i64::MAX));
    found.with("given", count(needed.saturating_sub(missing))).with("needed", count(needed))
}
