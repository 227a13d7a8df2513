//! Opening an engagement and lifting a hold: who may, and every gate that is still shut, not only the
//! first one.

use super::{activation::Activation, acts::Hand, facts::Paper, hold::Hold};
use crate::{
    base::{Cause, Instant, Now, Private, Refusal, SiteId, Text, Tier, ZoneName},
    event::{
        permit::{Activated, ActivationEvent, Attestation, HoldEvent, HoldLifted},
        qualify::OwnerRole,
    },
    expect::{agreement::Agreement, engagement::Engagement},
    qualify::qualification::Qualification,
    rules::Rules,
};

/// What activation needs from other wings, as plain facts.
#[derive(Clone, PartialEq, Debug)]
pub struct Gates {
    /// A valid qualification whose scope and depth cover the engagement.
    pub qualification: Paper,
    /// Approved scope items.
    pub scope_items: usize,
    /// Whether the agreement is signed and in force.
    pub agreement: Paper,
    /// Whether the engagement's dates hold the present.
    pub inside_dates: bool,
    pub rules_version: u32,
}

/// The gates of an engagement from what the wings on the left know. Dates count in the zone of its first site.
pub fn of(
    e: &Engagement,
    qualifications: &[Qualification],
    agreement: Option<&Agreement>,
    zone: &ZoneName,
    rules: &Rules,
    now: Now,
) -> Gates {
    let today = zone.day_of(now.0);
    let papers = e.sites().into_iter().map(|site| qualified(e, site, qualifications, rules, now));
    Gates {
        // The worst of all sites: one site without is none at all.
        qualification: papers.min_by_key(rank).unwrap_or(Paper::Missing),
        scope_items: e.approved().count(),
        agreement: match agreement {
            None => Paper::Missing,
            Some(a) if a.in_force(today) => Paper::Valid(None),
            Some(a) if a.signed.is_some() => Paper::Valid(Some(now.0)),
            Some(_) => Paper::Missing,
        },
        inside_dates: e.window(zone).holds(now.0),
        rules_version: rules.version,
    }
}

fn rank(paper: &Paper) -> (u8, Instant) {
    match paper {
        Paper::Missing | Paper::Unknown => (0, Instant::MIN),
        Paper::Valid(until) => (1, until.unwrap_or(Instant::MAX)),
    }
}

/// The qualification that carries longest at a site, deep enough for its tier; in a transition to a higher tier depth
/// may still follow (`defaults.md` §2.6).
fn qualified(e: &Engagement, site: SiteId, all: &[Qualification], rules: &Rules, now: Now) -> Paper {
    let tier = e.tier(site);
    let gate = tier.map_or(Tier::T1, |t| t.gate());
    let moving = tier.and_then(|t| t.transition_until).is_some_and(|until| now.0 < until);
    let here = all.iter().filter(|q| q.facts.sites.contains(&site) && (moving || q.facts.depth <= gate));
    let stands = here.filter(|q| !matches!(q.word(now.0, rules), "withdrawn" | "superseded"));
    stands.map(Qualification::ends).max().map_or(Paper::Missing, |end| Paper::Valid(Some(end)))
}

/// Activates an engagement, or says everything that is missing.
pub fn activate(a: &Activation, gates: &Gates, by: &[Hand], now: Now) -> Result<ActivationEvent, Vec<Refusal>> {
    let paper = |paper: Paper, missing, expired, unknown| match paper {
        Paper::Valid(until) if until.is_none_or(|u| now.0 < u) => None,
        Paper::Valid(_) => Some(Refusal::new("R-01", expired)),
        Paper::Missing => Some(Refusal::new("R-01", missing)),
        Paper::Unknown => Some(Refusal::new("R-01", unknown)),
    };
    let attested = |kind, rule, missing, expired| match a.attestation(kind) {
        Some(fact) if fact.valid_until.is_none_or(|u| now.0 < u) => None,
        Some(_) => Some(Refusal::new(rule, expired)),
        None => Some(Refusal::new(rule, missing)),
    };
    let unless = |ok: bool, rule, id| (!ok).then(|| Refusal::new(rule, id));
    let signed = |role| by.iter().any(|h| h.role == role && h.ours);
    let two = by.iter().enumerate().all(|(i, h)| by.iter().skip(i + 1).all(|o| o.person != h.person));
    let missing: Vec<Refusal> = [
        unless(a.activated.is_none() || a.ended.is_some(), "R-01", "refuse-activation-already"),
        unless(gates.inside_dates, "R-05", "refuse-activation-dates"),
        unless(gates.scope_items > 0, "R-05", "refuse-activation-scope"),
        paper(
            gates.qualification,
            "refuse-qualification-missing",
            "refuse-qualification-lapsed",
            "refuse-qualification-unknown",
        ),
        paper(gates.agreement, "refuse-agreement-missing", "refuse-agreement-ended", "refuse-agreement-unknown"),
        attested(
            Attestation::Responsibilities,
            "R-08",
            "refuse-responsibilities-missing",
            "refuse-responsibilities-expired",
        ),
        attested(Attestation::InformationExchange, "R-01", "refuse-exchange-missing", "refuse-exchange-expired"),
        unless(!a.methods.is_empty(), "R-01", "refuse-method-missing"),
        unless(signed(OwnerRole::Procurement), "R-13", "refuse-signature-procurement"),
        unless(signed(OwnerRole::OtSecurity), "R-13", "refuse-signature-ot-security"),
        unless(two, "R-13", "refuse-signature-same-person"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let signed_by = by.iter().map(|h| h.person).collect();
    Ok(ActivationEvent::Activated(Activated { signed_by, rules_version: gates.rules_version }))
}

fn holds_by(cause: Cause, role: OwnerRole) -> bool {
    match cause {
        Cause::Security => role == OwnerRole::OtSecurity,
        Cause::Gmp => role == OwnerRole::Qa,
        Cause::Incident => matches!(role, OwnerRole::OtSecurity | OwnerRole::SiteManager),
    }
}

/// Whether a function of ours may set a hold of that cause.
pub fn may_hold(cause: Cause, role: OwnerRole) -> Result<(), Refusal> {
    if holds_by(cause, role) { Ok(()) } else { Err(Refusal::new("R-46", "refuse-hold-cause")) }
}

/// Lifts a hold. Security and incident: OT security, or the site manager with an incident; GMP: QA only.
pub fn lift_hold(hold: &Hold, by: Hand, note: Option<Private<Text>>, now: Now) -> Result<HoldEvent, Refusal> {
    if hold.until().is_some_and(|end| end <= now.0) {
        return Err(Refusal::new("R-46", "refuse-hold-over"));
    }
    if !by.ours || !holds_by(hold.facts.cause, by.role) {
        return Err(Refusal::new("R-46", "refuse-hold-not-yours"));
    }
    Ok(HoldEvent::Lifted(HoldLifted { by: by.person, note }))
}
