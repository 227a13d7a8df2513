//! Checks about the person: 1 named, 2 not held, 9 verified, 10 second factor, 11 papers.

use super::{Case, Found};
use crate::{
    base::{Arg, Cause, Effect, Held, Hold, Instant},
    event::{expect::Known, permit::Moment},
    permit::facts::{Paper, PersonState},
};

pub(super) fn named_person(c: &Case<'_>) -> Found {
    let Some(person) = c.q.person else {
        return Found::failed("check-person-none").help("help-name-one-person");
    };
    let link = Some(person.into());
    let p = &c.f.person;
    let using = matches!(c.q.moment, Moment::Start | Moment::During);
    let found = match (p.state, p.natural, p.of_provider) {
        (PersonState::Left, _, _) => Found::failed("check-person-left"),
        (PersonState::Suspended, _, _) => Found::failed("check-person-suspended").help("help-person-resume"),
        (PersonState::Invited, _, _) => Found::failed("check-person-invited").help("help-person-activate"),
        (PersonState::Unknown, _, _) => Found::unknown("check-person-unknown"),
        (_, Known::No, _) => Found::failed("check-person-not-natural").help("help-name-one-person"),
        (_, _, Known::No) => Found::failed("check-person-other-employer"),
        (_, Known::Unknown, _) | (_, _, Known::Unknown) => Found::unknown("check-person-unknown"),
        (PersonState::Active, Known::Yes, Known::Yes) => match c.f.grant_alive {
            Known::No if using => Found::failed("check-grant-withdrawn"),
            Known::Unknown if using => Found::unknown("check-grant-unknown"),
            // The floor: a site that switched the check of windows off lets nobody begin between shifts either.
            _ if c.q.moment == Moment::Start && c.q.shifts.as_ref().is_some_and(|s| !s.open(c.now)) => {
                Found::failed("check-grant-no-shift")
            }
            Known::Yes | Known::No | Known::Unknown => Found::passed("check-person-named"),
        },
    };
    found.link(link)
}

pub(super) fn no_hold(c: &Case<'_>) -> Found {
    let mine = |h: &&Hold| c.q.is_under(h);
    let holding = |h: &&Hold| mine(h) && h.holds(c.now);
    let stops = |h: &&Hold| h.effect == Effect::NoNewAccess || !c.attended;
    let yields = |h: &&Hold| yields(c, h);
    let holds = || c.f.holds.iter().filter(holding);
    if let Some(h) = holds().filter(|h| !yields(h)).find(stops) {
        let id = match (h.effect, h.cause) {
            (Effect::AttendedOnly, _) => "check-hold-attended-only",
            (Effect::NoNewAccess, Cause::Security) => "check-hold-security",
            (Effect::NoNewAccess, Cause::Gmp) => "check-hold-gmp",
            (Effect::NoNewAccess, Cause::Incident) => "check-hold-incident",
        };
        let help = if h.effect == Effect::AttendedOnly { "help-ask-attended" } else { "help-hold-lifted" };
        return Found::failed(id).with("since", Arg::Instant(h.from)).help(help).link(Some(h.source));
    }
    if let Some(h) = holds().next() {
        let id = if yields(&h) { "check-hold-yields" } else { "check-hold-attended-met" };
        return Found::warning(id).with("since", Arg::Instant(h.from)).link(Some(h.source));
    }
    let soon = |h: &&Hold| mine(h) && c.now < h.from && h.from < c.q.window.until && h.until.is_none_or(|u| u > h.from);
    match c.f.holds.iter().find(soon) {
        Some(h) => Found::warning("check-hold-begins").with("from", Arg::Instant(h.from)).link(Some(h.source)),
        None => Found::passed("check-hold-none"),
    }
}

/// An emergency yields only to holds on the person or credential; running work is never stopped by a GMP status.
fn yields(c: &Case<'_>, h: &Hold) -> bool {
    let on_somebody = matches!(h.on, Held::Person(_) | Held::Credential(_));
    let by_emergency = c.q.emergency() && !(on_somebody && matches!(h.cause, Cause::Security | Cause::Incident));
    by_emergency || (c.q.moment == Moment::During && h.cause == Cause::Gmp)
}

pub(super) fn identity_verified(c: &Case<'_>) -> Found {
    let link = c.q.person.map(Into::into);
    let found = match c.f.person.identity {
        Paper::Valid(until) if until.is_none_or(|u| c.now < u) => in_time(c, until, "check-identity-valid"),
        Paper::Valid(_) => Found::failed("check-identity-expired").help("help-identity-verify"),
        Paper::Missing => Found::failed("check-identity-missing").help("help-identity-verify"),
        Paper::Unknown => Found::unknown("check-identity-unknown").help("help-identity-verify"),
    };
    found.link(link)
}

/// Valid now; a warning when it ends before the work does.
pub(super) fn in_time(c: &Case<'_>, until: Option<Instant>, id: &'static str) -> Found {
    match until {
        Some(end) if end < c.q.window.until => Found::warning("check-paper-ends").with("until", Arg::Instant(end)),
        Some(end) => Found::passed(id).with("until", Arg::Instant(end)),
        None => Found::passed(id),
    }
}

pub(super) fn mfa(c: &Case<'_>) -> Found {
    if c.pattern.on_site() {
        return Found::not_applicable("check-mfa-on-site");
    }
    if c.q.emergency() && c.f.person.called_back {
        return Found::passed("check-mfa-called-back");
    }
    let covered = c.f.compensation.covers_mfa
        && matches!(c.f.compensation.set, Paper::Valid(until) if until.is_none_or(|u| c.now < u));
    match (c.f.path.mfa, c.f.person.mfa) {
        (Known::Yes, Known::Yes) => Found::passed("check-mfa-both"),
        _ if covered => Found::passed("check-mfa-compensated").link(c.f.compensation.link),
        (Known::No, _) => Found::failed("check-mfa-path-none").help("help-mfa-compensate").link(c.f.path.link),
        (_, Known::No) => Found::failed("check-mfa-person-none").help("help-mfa-person"),
        (Known::Unknown, _) | (_, Known::Unknown) => Found::unknown("check-mfa-unknown").help("help-mfa-person"),
    }
}

pub(super) fn trainings_valid(c: &Case<'_>) -> Found {
    let p = &c.f.person;
    if !p.papers_known {
        return Found::unknown("check-training-unknown");
    }
    let bad = |paper: &Paper| match paper {
        Paper::Valid(until) => until.is_some_and(|u| u <= c.now),
        Paper::Missing => true,
        Paper::Unknown => false,
    };
    if let Some((link, paper)) = p.papers.iter().find(|(_, paper)| bad(paper)) {
        let found = match paper {
            Paper::Valid(until) => {
                let found = Found::failed("check-training-expired");
                until.map_or(found, |u| found.with("until", Arg::Instant(u)))
            }
            Paper::Missing | Paper::Unknown => Found::failed("check-training-missing"),
        };
        return found.help("help-training-complete").link(*link);
    }
    if let Some((link, _)) = p.papers.iter().find(|(_, paper)| *paper == Paper::Unknown) {
        return Found::unknown("check-training-unknown").link(*link);
    }
    let first_end = p.papers.iter().filter_map(|(_, paper)| match paper {
        Paper::Valid(until) => *until,
        Paper::Missing | Paper::Unknown => None,
    });
    in_time(c, first_end.min(), "check-training-valid")
}
