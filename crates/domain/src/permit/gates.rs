//! Opening an engagement and lifting a hold: who may, and every gate that is still shut, not only the
//! first one.

use super::{activation::Activation, acts::Hand, facts::Paper, hold::Hold};
use crate::{
    base::{Cause, Now, Private, Refusal, Text},
    event::{
        permit::{Activated, ActivationEvent, Attestation, HoldEvent, HoldLifted},
        qualify::OwnerRole,
    },
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

/// Lifts a hold. Security and incident: OT security, or the site manager with an incident; GMP: QA only.
pub fn lift_hold(hold: &Hold, by: Hand, note: Option<Private<Text>>, now: Now) -> Result<HoldEvent, Refusal> {
    if hold.until().is_some_and(|end| end <= now.0) {
        return Err(Refusal::new("R-46", "refuse-hold-over"));
    }
    let may = match hold.facts.cause {
        Cause::Security => by.role == OwnerRole::OtSecurity,
        Cause::Gmp => by.role == OwnerRole::Qa,
        Cause::Incident => matches!(by.role, OwnerRole::OtSecurity | OwnerRole::SiteManager),
    };
    if !by.ours || !may {
        return Err(Refusal::new("R-46", "refuse-hold-not-yours"));
    }
    Ok(HoldEvent::Lifted(HoldLifted { by: by.person, note }))
}
