//! A request is put together from what is owed: everything that later decides what silence means is frozen in it when
//! it is sent.

use crate::{
    base::{Day, Invalid, Party, Refusal, Why, ZoneName},
    event::qualify::{Basis, Frequency, RequestSent},
    expect::{agreement::Agreement, engagement::TierAt},
    qualify::{derive::basis, due, obligation::Obligation, request::Request},
    rules::Rules,
};

/// What a request is made from.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    pub obligation: &'a Obligation,
    pub tier: &'a TierAt,
    pub agreement: Option<&'a Agreement>,
    /// The local day at the site.
    pub today: Day,
    pub zone: &'a ZoneName,
    /// Requests of the same obligation, in order.
    pub earlier: &'a [Request],
    /// Label such as `2026-Q3`.
    pub period: &'a str,
    /// The day somebody chose; else the rules' day after the period.
    pub due: Option<Day>,
}

/// while a tier is provisional, nothing becomes due.
pub fn may_ask(tier: &TierAt) -> Result<(), Refusal> {
    if tier.provisional { Err(Refusal::new("R-02", "stop-tier-provisional")) } else { Ok(()) }
}

/// The request.
pub fn compose(s: &Sending<'_>, reference: &str, rules: &Rules) -> Result<RequestSent, Invalid> {
    let o = &s.obligation.facts;
    if s.obligation.ended_at.is_some() {
        return Err(Invalid::field("obligation", Why::of("invalid-not-owed")));
    }
    let again = s.earlier.iter().find(|r| r.facts.period == s.period && r.cancelled_at.is_none());
    if let Some(again) = again {
        let why = Why::of("invalid-period-asked").with("reference", &again.facts.reference).with("period", s.period);
        return Err(Invalid::field("period", why));
    }
    let once = matches!(o.frequency, Frequency::Once | Frequency::AtEvent);
    let due = match s.due {
        Some(day) if once => day,
        None if once => return Err(Invalid::field("due", Why::of("invalid-due-missing"))),
        chosen => {
            let period = due::period(s.period)?;
            chosen.unwrap_or_else(|| due::due(&period, rules))
        }
    };
    let accepted = s.earlier.iter().rev().find(|r| r.accepted_at(rules).is_some());
    let clause = basis(s.agreement, &o.key, s.today);
    Ok(RequestSent {
        reference: reference.to_owned(),
        obligation: Some(s.obligation.id),
        key: o.key.clone(),
        engagement: o.engagement,
        provider: o.provider,
        site: o.site,
        requirements: o.requirements.clone(),
        facet: o.facet,
        period: s.period.to_owned(),
        due,
        zone: s.zone.clone(),
        tier: s.tier.tier,
        mandatory: o.mandatory,
        party: o.party,
        basis: match (o.party, &o.beyond, clause) {
            (Party::Owner, _, _) => Basis::OwnDuty,
            (_, None, Some(clause)) => Basis::Clause(clause),
            (_, Some(_), _) | (_, None, None) => Basis::Voluntary,
        },
        earlier_accepted: accepted.map(|r| r.id),
        counts_from: o.transition_until,
    })
}
