//! what is owed at a site follows from tier, activities and agreement. The plan says what to add, revise and end;
//! a provisional tier starts nothing, and what was asked beyond the set stays what people made it.

use crate::{
    base::{Day, Instant, Now, ObligationId, SiteId},
    event::qualify::{ClauseRef, ObligationFacts},
    expect::{
        agreement::Agreement,
        engagement::{Engagement, TierAt},
        obligations::{ObligationSpec, obligations},
    },
    qualify::obligation::Obligation,
    rules::Rules,
};

/// What an engagement owes at a site is asked of this.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub engagement: &'a Engagement,
    pub site: SiteId,
    pub tier: &'a TierAt,
    pub agreement: Option<&'a Agreement>,
    /// The local day, for what is in force.
    pub today: Day,
}

/// One step.
#[derive(Clone, PartialEq, Debug)]
pub enum Planned {
    /// New; its reference is still empty.
    Derive(ObligationFacts),
    Revise(ObligationId, ObligationFacts),
    End(ObligationId),
}

/// What has to change among the obligations of the engagement.
pub fn plan(ask: &Ask<'_>, existing: &[Obligation], now: Now, rules: &Rules) -> Vec<Planned> {
    if ask.tier.provisional {
        return Vec::new();
    }
    let e = &ask.engagement.facts;
    let specs = obligations(ask.tier.tier, &e.activities, &e.phases, rules);
    let here = || existing.iter().filter(|o| o.facts.site == ask.site && o.facts.beyond.is_none());
    let mut steps = Vec::new();
    for spec in &specs {
        let stands = here().find(|o| o.facts.key == spec.key);
        let alive = stands.filter(|o| o.ended_at.is_none());
        let transition = match alive {
            Some(o) => o.facts.transition_until,
            None => ask.tier.transition_until.filter(|until| now.0 < *until),
        };
        let mut facts = facts(ask, spec, transition, rules);
        match stands {
            None => steps.push(Planned::Derive(facts)),
            Some(o) => {
                facts.reference.clone_from(&o.facts.reference);
                if o.ended_at.is_some() || o.facts != facts {
                    steps.push(Planned::Revise(o.id, facts));
                }
            }
        }
    }
    let gone = here().filter(|o| o.ended_at.is_none() && !specs.iter().any(|s| s.key == o.facts.key));
    steps.extend(gone.map(|o| Planned::End(o.id)));
    steps
}

/// The binding clause an obligation of that key rests on, if one does.
pub fn basis(agreement: Option<&Agreement>, key: &str, today: Day) -> Option<ClauseRef> {
    let agreement = agreement?;
    let clause = agreement.basis(key, today)?;
    Some(ClauseRef { agreement: agreement.id, number: clause.number.clone() })
}

fn facts(ask: &Ask<'_>, spec: &ObligationSpec, transition: Option<Instant>, rules: &Rules) -> ObligationFacts {
    ObligationFacts {
        engagement: ask.engagement.id,
        provider: ask.engagement.facts.provider,
        site: ask.site,
        reference: String::new(),
        key: spec.key.clone(),
        requirements: spec.requirements.clone(),
        facet: spec.facet,
        frequency: spec.frequency,
        mandatory: spec.mandatory,
        basis: basis(ask.agreement, &spec.key, ask.today),
        party: spec.party,
        why_tier: spec.why.tier,
        beyond: None,
        rules_version: rules.version,
        transition_until: transition,
    }
}
