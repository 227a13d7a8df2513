//! Forms of whether it may happen: activation, freezes, changes, holds, grants that rest.

use plantgate_domain::{
    base::{Kind, Pattern, Purpose, Role},
    event::permit::{Attestation, ChangeState, GrantPause, Provenance, SuspensionCause, Weekday},
};

use super::{Deed, Field, Of, may, must, words};

const CHANGE: &[Field] = &[
    must("system", Of::Line),
    must("number", Of::Line),
    must("state", Of::One("changestate", words!(ChangeState))),
    may("title", Of::Line),
    must("targets", Of::Picks(Kind::Instance)),
    may("window", Of::Window),
    may("provider", Of::Pick(Kind::Provider)),
    must("known", Of::One("provenance", words!(Provenance))),
    may("follows", Of::Pick(Kind::Change)),
];

const HOLD: &[Field] = &[
    may("on.person", Of::Pick(Kind::Person)),
    may("on.provider", Of::Pick(Kind::Provider)),
    may("on.engagement", Of::Pick(Kind::Engagement)),
    may("on.instance", Of::Pick(Kind::Instance)),
    must("effect", Of::One("holdeffect", || vec!["no-new-access", "attended-only"])),
    must("cause", Of::One("holdcause", || vec!["security", "gmp", "incident"])),
    may("from", Of::Moment),
    may("until", Of::Moment),
    may("reason", Of::Text),
];

const ENGAGED: Field = must("engagement", Of::Pick(Kind::Engagement));
const GRANT: Field = must("grant", Of::Pick(Kind::Grant));
const SITE: Field = must("site", Of::Pick(Kind::Site));

/// Functions that say yes to access.
const FUNCTION: Field =
    may("function", Of::One("power", || vec!["control-engineer", "system-owner", "ot-security", "qa"]));
const BEFOREHAND: &[Field] = &[
    ENGAGED,
    must("instance", Of::Pick(Kind::Instance)),
    must("most_roles", Of::Many("role", words!(Role))),
    must(
        "purposes",
        Of::Many("purpose", || Purpose::ALL.iter().map(|p| p.as_str()).filter(|p| *p != "emergency").collect()),
    ),
    must("pattern", Of::One("pattern", || Pattern::ALL.iter().map(|p| p.as_str()).filter(|p| *p != "none").collect())),
    may("attended", Of::Yes),
    must("longest_minutes", Of::Number),
    must("weekdays", Of::Many("weekday", words!(Weekday))),
    must("hours_from", Of::Line),
    must("hours_until", Of::Line),
    must("last_day", Of::Day),
    FUNCTION,
];

const fn engaged(act: &'static str, fields: &'static [Field]) -> Deed {
    Deed::done_to(act, "providers", Kind::Engagement, "engagement", fields)
}

pub const DEEDS: &[Deed] = &[
    engaged("withdraw-attestation", &[ENGAGED, must("kind", Of::One("attest", words!(Attestation)))]),
    engaged(
        "suspend-activation",
        &[ENGAGED, must("cause", Of::One("suspension", words!(SuspensionCause))), may("reason", Of::Text)],
    ),
    engaged("approve-beforehand", BEFOREHAND),
    engaged("agree-beforehand", &[ENGAGED, must("beforehand", Of::Number), FUNCTION]),
    engaged("withdraw-beforehand", &[ENGAGED, must("beforehand", Of::Number), FUNCTION]),
    engaged("resume-activation", &[ENGAGED, may("reason", Of::Text)]),
    engaged("end-activation", &[ENGAGED, may("reason", Of::Text)]),
    Deed::done_to(
        "attest-calendar",
        "access",
        Kind::Site,
        "site",
        &[SITE, must("document", Of::Line), may("valid_until", Of::Moment)],
    ),
    Deed::done_to(
        "set-freeze",
        "access",
        Kind::Site,
        "site",
        &[SITE, must("window", Of::Window), may("reason", Of::Text)],
    ),
    Deed::done_to("lift-freeze", "access", Kind::Site, "site", &[SITE, must("freeze", Of::Freeze)]),
    Deed::makes("record-change", "access", Kind::Change, CHANGE).again(Kind::Change),
    Deed::makes("set-hold", "access", Kind::Hold, HOLD),
    Deed::done_to(
        "lift-hold",
        "access",
        Kind::Hold,
        "hold",
        &[must("hold", Of::Pick(Kind::Hold)), must("reason", Of::Text)],
    ),
    Deed::done_to(
        "suspend-grant",
        "access",
        Kind::Grant,
        "grant",
        &[GRANT, must("cause", Of::One("grantpause", words!(GrantPause)))],
    ),
    Deed::done_to(
        "take-step",
        "access",
        Kind::Grant,
        "grant",
        &[GRANT, must("measure", Of::One("measure", || vec!["permit-number", "two-persons"])), may("number", Of::Line)],
    ),
    Deed::done_to("resume-grant", "access", Kind::Grant, "grant", &[GRANT, may("reason", Of::Text)]),
];
