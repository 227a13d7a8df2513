//! Checks about the place: 3 engagement, 4–7 scope, 14 way in.

use super::{Case, Found};
use crate::{
    base::{Arg, Ref},
    event::{expect::Known, permit::SuspensionCause},
    permit::facts::{Fit, Running},
};

/// Whether an emergency overrides what keeps the engagement from running: never an incident or an end.
fn paper_only(running: Running) -> bool {
    match running {
        Running::InUse(_)
        | Running::NotActivated
        | Running::Suspended(SuspensionCause::Blocked | SuspensionCause::Request) => true,
        Running::Active | Running::Suspended(SuspensionCause::Incident) | Running::Ended | Running::Unknown => false,
    }
}

pub(super) fn engagement_active(c: &Case<'_>) -> Found {
    let e = &c.f.engagement;
    let link: Option<Ref> = Some(c.q.engagement.into());
    let state = match e.running {
        Running::Active => Found::passed("check-engagement-active-until"),
        Running::InUse(until) if c.now < until => {
            Found::warning("check-engagement-in-use").with("until", Arg::Instant(until))
        }
        Running::InUse(until) => Found::failed("check-engagement-in-use-over")
            .with("until", Arg::Instant(until))
            .help("help-engagement-activate"),
        Running::NotActivated => Found::failed("check-engagement-not-activated").help("help-engagement-activate"),
        Running::Suspended(_) => Found::failed("check-engagement-suspended").help("help-engagement-resume"),
        Running::Ended => Found::failed("check-engagement-ended"),
        Running::Unknown => Found::unknown("check-engagement-unknown"),
    };
    if e.provider != c.q.provider {
        return Found::failed("check-engagement-other-provider").link(link);
    }
    let emergency = c.q.emergency() && paper_only(e.running);
    let state = if emergency { state.overridden() } else { state };
    let runs = matches!(e.running, Running::Active) || matches!(e.running, Running::InUse(until) if c.now < until);
    if runs || emergency {
        return match e.window {
            None => Found::unknown("check-engagement-dates-unknown").link(link),
            Some(w) if w.covers(&c.q.window) && w.holds(c.now.max(w.from)) => {
                let state = if emergency { state } else { state.with("until", Arg::Instant(w.until)) };
                state.link(link)
            }
            Some(w) => Found::failed("check-engagement-dates")
                .with("from", Arg::Instant(w.from))
                .with("until", Arg::Instant(w.until))
                .help("help-ask-inside-dates")
                .link(link),
        };
    }
    state.link(link)
}

fn fit(fit: Fit, inside: &'static str, outside: &'static str, unknown: &'static str) -> Found {
    match fit {
        Fit::Inside => Found::passed(inside),
        Fit::Outside => Found::failed(outside),
        Fit::Unknown => Found::unknown(unknown),
    }
}

pub(super) fn system_in_scope(c: &Case<'_>) -> Found {
    let s = &c.f.scope;
    let found = match (s.system, s.dates) {
        (Fit::Inside, Fit::Outside) => Found::failed("check-system-dates"),
        (Fit::Inside, Fit::Unknown) => Found::unknown("check-system-unknown"),
        (place, _) => fit(place, "check-system-inside", "check-system-outside", "check-system-unknown"),
    };
    let inside = s.system == Fit::Inside && s.dates == Fit::Inside;
    let found = found.with("system", Arg::Ref(c.q.instance.into()));
    let found = if inside { found } else { found.help("help-scope-extend") };
    found.link(Some(c.q.engagement.into()))
}

pub(super) fn environment_in_scope(c: &Case<'_>) -> Found {
    let s = &c.f.scope;
    let found =
        fit(s.environment, "check-environment-inside", "check-environment-outside", "check-environment-unknown");
    let found = found.with("environment", Arg::Word(c.q.environment.as_str()));
    match (s.environment, s.test_instead) {
        (Fit::Inside, _) => found.link(Some(c.q.engagement.into())),
        (Fit::Outside | Fit::Unknown, Some(test)) => found.help("help-use-test").link(Some(test.into())),
        (Fit::Outside | Fit::Unknown, None) => found.help("help-scope-extend").link(Some(c.q.engagement.into())),
    }
}

pub(super) fn role_in_scope(c: &Case<'_>) -> Found {
    let s = &c.f.scope;
    let found = fit(s.roles, "check-role-inside", "check-role-outside", "check-role-unknown");
    let found = match s.outside_role {
        Some(role) => found.with("role", Arg::Word(role.as_str())).help("help-ask-fewer-roles"),
        None => found,
    };
    found.link(Some(c.q.engagement.into()))
}

/// An unknown path is not a passed one.
pub(super) fn conduits_in_scope(c: &Case<'_>) -> Found {
    if c.pattern.on_site() {
        return Found::not_applicable("check-conduits-on-site");
    }
    let found = fit(c.f.scope.conduits, "check-conduits-inside", "check-conduits-outside", "check-conduits-unknown");
    let found = if c.f.scope.conduits == Fit::Inside { found } else { found.help("help-scope-extend") };
    found.link(Some(c.q.engagement.into()))
}

pub(super) fn pattern_allowed(c: &Case<'_>) -> Found {
    let p = &c.f.path;
    let word = Arg::Word(c.pattern.as_str());
    if c.remote_safety_write() && c.f.instance.safety == Known::Yes {
        return Found::failed("check-way-safety-remote").help("help-safety-on-site").link(p.link);
    }
    // Planned work rests on the zone, where nobody said what the system is; one confirm in an emergency does not.
    if c.remote_safety_write() && c.q.emergency() {
        return Found::unknown("check-way-safety-unknown").help("help-safety-on-site").link(p.link);
    }
    let found = match (&p.zone_allows, &p.agreed) {
        (Some(zone), _) if !zone.contains(&c.pattern) => {
            Found::failed("check-way-zone-forbids").help("help-ask-other-way")
        }
        (_, Some(agreed)) if !agreed.contains(&c.pattern) => {
            Found::failed("check-way-not-agreed").help("help-ask-other-way")
        }
        (Some(_), Some(_)) => Found::passed("check-way-allowed"),
        (None, _) | (_, None) => Found::unknown("check-way-unknown"),
    };
    found.with("way", word).link(p.link)
}
